"""One-line invariants over a study's table: what must hold in every reachable status, on every step, on every path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expressions import Clock, Expr, leaf, no
from .units import kept


@dataclass(frozen=True)
class Invariant:
    """A sentence that the check proves or refutes with a shortest path.

    Kinds: `status` (then holds in every status at .. given ..); `step` (every legal step at .. on .. given .. by a sentence that does
    `doing`, into .., goes to one of `to` or `stays` in its phase, holds `then` afterwards, changes `changes` and does `does`); `step before` (no such step to .. unless
    `given` holds before it); `no step` (there is none); `only on` (steps at .. to .. are
    on these events only; staying there does not count); `possible` (in every status at .. given .. some event of `on` is legal and goes to
    `to`); `count` (at most n such steps along any path, counted anew after `since`); `order` (no such step before one of `first`, counted
    anew after `since`); `reach` (from every status at .. given .. a status at `to` can be reached); `clock` (at .. given .. one clock, and
    no other, leads to `to`); `dose` (at .. given .. exactly this amount is planned);
    `dose before` (exactly this amount before each of the events `on`).

    What an invariant asks *given* applies unless it is known not to hold; what it asserts must be known to hold. A clock asked for is known
    by implication: `past(14 * days, m)` holds where a fired clock of `m` has at least that span, and does not hold where a clock of `m`
    with at most that span is still waited for. `breaches`: also where rules are broken. `arms`: only in these.
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
    doing: tuple[Any, ...] = ()
    does: tuple[Any, ...] = ()
    clock: Clock | None = None
    amount: float | Expr | None = None
    unit: str = ""
    drug: str = ""
    breaches: bool = False
    into: tuple[str, ...] = ()
    stays: bool = False


def _names(parts: Any) -> tuple[str, ...]:
    if isinstance(parts, str):
        return (parts,)
    if hasattr(parts, "name"):
        return (parts.name,)
    return tuple(dict.fromkeys(name for part in parts for name in _names(part)))


def _tree(given: Any) -> Expr | None:
    return None if given is None else leaf(given)


def _effects(do: Any) -> tuple[Any, ...]:
    return tuple(do) if isinstance(do, tuple | list) else (do,)


def never(name: str, source: str, *, at: Any = (), given: Any = None, arm: Any = (), breaches: bool = False) -> Invariant:
    """No reachable status at these phases meets the condition (without one: nobody ever comes to these phases)."""
    then = None if given is None else no(given)
    return Invariant("status", name, source, at=_names(at), then=then, arms=_names(arm), breaches=breaches)


def always(name: str, source: str, *, at: Any = (), given: Any = None, then: Any, arm: Any = (), breaches: bool = False) -> Invariant:
    """Every reachable status at these phases that meets `given` also meets `then`."""
    return Invariant("status", name, source, at=_names(at), given=_tree(given), then=_tree(then), arms=_names(arm), breaches=breaches)


def every_step(
    name: str,
    source: str,
    *,
    on: Any = (),
    at: Any = (),
    given: Any = None,
    doing: Any = (),
    into: Any = (),
    to: Any = (),
    stays: bool = False,
    then: Any = None,
    changes: dict[Any, int] | None = None,
    does: Any = (),
    arm: Any = (),
    breaches: bool = False,
) -> Invariant:
    """Every legal step at .. on .. given .. into .. by a sentence that does `doing` goes to one of `to` (or stays in its phase), meets
    `then` afterwards, changes the flags and counts by so much, and marks, resets or counts what `does` says.
    """
    deltas = tuple((variable.name, by) for variable, by in (changes or {}).items())
    return Invariant(
        "step", name, source, _names(at), _names(on), _tree(given), _names(to), _tree(then), deltas, arms=_names(arm),
        doing=_effects(doing), does=_effects(does), breaches=breaches, into=_names(into), stays=stays,
    )  # fmt: skip


def only_when(
    name: str, source: str, *, given: Any, on: Any = (), at: Any = (), to: Any = (), doing: Any = (), arm: Any = (), breaches: bool = False
) -> Invariant:
    """No legal step at .. on .. (to .., by a sentence that does ..) is taken unless the condition holds before it."""
    return Invariant(
        "step before",
        name,
        source,
        _names(at),
        _names(on),
        _tree(given),
        _names(to),
        arms=_names(arm),
        doing=_effects(doing),
        breaches=breaches,
    )


def never_step(
    name: str,
    source: str,
    *,
    on: Any = (),
    at: Any = (),
    given: Any = None,
    to: Any = (),
    doing: Any = (),
    arm: Any = (),
    breaches: bool = False,
) -> Invariant:
    """There is no legal step at .. on .. given .. to .. by a sentence that does .. ."""
    return Invariant(
        "no step",
        name,
        source,
        _names(at),
        _names(on),
        _tree(given),
        _names(to),
        arms=_names(arm),
        doing=_effects(doing),
        breaches=breaches,
    )


def only_on(name: str, source: str, *, on: Any, to: Any, at: Any = (), arm: Any = (), breaches: bool = False) -> Invariant:
    """Steps at .. to the phases `to`, from another phase, are on these events or clocks only."""
    return Invariant("only on", name, source, _names(at), _names(on), None, _names(to), arms=_names(arm), breaches=breaches)


def possible(
    name: str, source: str, *, on: Any, at: Any, given: Any = None, to: Any = (), arm: Any = (), breaches: bool = False
) -> Invariant:
    """In every status at .. given .. one of these events is legal (and goes to ..)."""
    return Invariant("possible", name, source, _names(at), _names(on), _tree(given), _names(to), arms=_names(arm), breaches=breaches)


def at_most(
    n: int,
    name: str,
    source: str,
    *,
    on: Any = (),
    at: Any = (),
    given: Any = None,
    to: Any = (),
    doing: Any = (),
    since: Any = (),
    arm: Any = (),
    breaches: bool = False,
) -> Invariant:
    """Along any path at most n legal steps on these events (at .., given .., to .., by a sentence that does ..), counted anew after a step
    on `since`.
    """
    return Invariant(
        "count", name, source, _names(at), _names(on), _tree(given), _names(to), since=_names(since), n=n, arms=_names(arm),
        doing=_effects(doing), breaches=breaches,
    )  # fmt: skip


def not_before(name: str, source: str, *, on: Any, first: Any, at: Any = (), to: Any = (), since: Any = (), arm: Any = ()) -> Invariant:
    """No legal step on `on` before one on `first` (since the last step on `since`)."""
    return Invariant(
        "order", name, source, _names(at), _names(on), None, _names(to), first=_names(first), since=_names(since), arms=_names(arm)
    )


def reaches(name: str, source: str, *, to: Any, at: Any = (), given: Any = None, arm: Any = ()) -> Invariant:
    """From every reachable status at .. given .. a status at one of the phases `to` can be reached."""
    return Invariant("reach", name, source, at=_names(at), given=_tree(given), to=_names(to), arms=_names(arm))


def clock_leads(
    name: str, source: str, *, at: Any, clock: Clock, to: Any, given: Any = None, arm: Any = (), breaches: bool = False
) -> Invariant:
    """In every status at .. given .. where this clock has not come yet it is waited for and leads to one of `to`, and no clock of another
    span leads there.
    """
    return Invariant("clock", name, source, _names(at), (), _tree(given), _names(to), arms=_names(arm), clock=clock, breaches=breaches)


def dose_is(
    amount: float | Expr | None,
    unit: str,
    drug: str,
    name: str,
    source: str,
    *,
    at: Any,
    given: Any = None,
    arm: Any = (),
    breaches: bool = False,
) -> Invariant:
    """In every status at .. given .. exactly this amount of the drug is planned (None: a sentence says that none is)."""
    how_much = leaf(amount) if isinstance(amount, Expr) else amount
    return Invariant(
        "dose",
        name,
        source,
        _names(at),
        given=_tree(given),
        arms=_names(arm),
        amount=how_much,
        unit=kept(unit),
        drug=drug,
        breaches=breaches,
    )


def dose_before(amount: float | Expr, unit: str, drug: str, name: str, source: str, *, before: Any, arm: Any = ()) -> Invariant:
    """Exactly this amount of the drug is planned before each of these events or clocks, and before no other."""
    how_much = leaf(amount) if isinstance(amount, Expr) else amount
    return Invariant("dose before", name, source, on=_names(before), arms=_names(arm), amount=how_much, unit=kept(unit), drug=drug)
