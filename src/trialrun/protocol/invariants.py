"""One-line invariants over a study's table: what must hold in every reachable status, on every step, on every path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expressions import Expr, leaf


@dataclass(frozen=True)
class Invariant:
    """A sentence that the check proves or refutes with a shortest path.

    Kinds: `status` (then holds in every status at .. given ..); `step` (every legal step at .. on .. given .. goes to one of `to`, holds
    `then` afterwards and changes `changes`); `possible` (in every status at .. given .. some event of `on` is legal and goes to `to`);
    `count` (at most n legal steps on `on` along any path, counted anew after `since`); `order` (no legal step on `on` before one of
    `first`, counted anew after `since`); `reach` (from every status at .. given .. a status at `to` can be reached). `arms`: only in these.
    """

    kind: str
    name: str
    source: str
    at: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    given: Expr | None = None
    to: tuple[str, ...] = ()
    then: Expr | None = None
    changes: tuple[tuple[str, int], ...] = ()
    first: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    n: int = 0
    arms: tuple[str, ...] = ()


def _names(parts: Any) -> tuple[str, ...]:
    if isinstance(parts, str):
        return (parts,)
    if hasattr(parts, "name"):
        return (parts.name,)
    return tuple(dict.fromkeys(name for part in parts for name in _names(part)))


def _tree(given: Any) -> Expr | None:
    return None if given is None else leaf(given)


def never(name: str, source: str, *, at: Any = (), given: Any = None, arm: Any = ()) -> Invariant:
    """No reachable status at these phases meets the condition."""
    from .expressions import no

    return Invariant("status", name, source, at=_names(at), then=None if given is None else no(given), arms=_names(arm))


def always(name: str, source: str, *, at: Any = (), given: Any = None, then: Any, arm: Any = ()) -> Invariant:
    """Every reachable status at these phases that meets `given` also meets `then`."""
    return Invariant("status", name, source, at=_names(at), given=_tree(given), then=_tree(then), arms=_names(arm))


def every_step(
    name: str,
    source: str,
    *,
    on: Any = (),
    at: Any = (),
    given: Any = None,
    to: Any = (),
    then: Any = None,
    changes: dict[Any, int] | None = None,
    arm: Any = (),
) -> Invariant:
    """Every legal step at .. on .. given .. goes to one of `to`, meets `then` afterwards and changes the counts by so much."""
    deltas = tuple((variable.name, by) for variable, by in (changes or {}).items())
    return Invariant("step", name, source, _names(at), _names(on), _tree(given), _names(to), _tree(then), deltas, arms=_names(arm))


def only_when(name: str, source: str, *, on: Any, given: Any, at: Any = (), to: Any = (), arm: Any = ()) -> Invariant:
    """No legal step at .. on .. (to ..) is taken unless the condition holds before it."""
    return Invariant("step before", name, source, _names(at), _names(on), _tree(given), _names(to), arms=_names(arm))


def never_step(name: str, source: str, *, on: Any = (), at: Any = (), given: Any = None, to: Any = (), arm: Any = ()) -> Invariant:
    """There is no legal step at .. on .. given .. to .. ."""
    return Invariant("no step", name, source, _names(at), _names(on), _tree(given), _names(to), arms=_names(arm))


def possible(name: str, source: str, *, on: Any, at: Any, given: Any = None, to: Any = (), arm: Any = ()) -> Invariant:
    """In every status at .. given .. one of these events is legal (and goes to ..)."""
    return Invariant("possible", name, source, _names(at), _names(on), _tree(given), _names(to), arms=_names(arm))


def at_most(n: int, name: str, source: str, *, on: Any, at: Any = (), to: Any = (), since: Any = (), arm: Any = ()) -> Invariant:
    """Along any path at most n legal steps on these events (at .., to ..), counted anew after a step on `since`."""
    return Invariant("count", name, source, _names(at), _names(on), None, _names(to), since=_names(since), n=n, arms=_names(arm))


def not_before(name: str, source: str, *, on: Any, first: Any, at: Any = (), to: Any = (), since: Any = (), arm: Any = ()) -> Invariant:
    """No legal step on `on` before one on `first` (since the last step on `since`)."""
    return Invariant(
        "order", name, source, _names(at), _names(on), None, _names(to), first=_names(first), since=_names(since), arms=_names(arm)
    )


def reaches(name: str, source: str, *, to: Any, at: Any = (), given: Any = None, arm: Any = ()) -> Invariant:
    """From every reachable status at .. given .. a status at one of the phases `to` can be reached."""
    return Invariant("reach", name, source, at=_names(at), given=_tree(given), to=_names(to), arms=_names(arm))
