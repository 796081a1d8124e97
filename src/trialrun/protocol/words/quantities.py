"""Numbers as endpoints, declared as data: which value is read, from what it changes, how it is averaged, and what it is adjusted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .expressions import Expr, leaf
from .sources import Source

PICKS = ("first", "last", "highest", "lowest", "mean")
BASELINES = ("", "last", "first", "mean", "highest", "lowest")
CHANGES = ("", "difference", "ratio", "percent")
AVERAGES = ("mean", "geometric mean", "median")
SCATTERS = ("", "negative binomial")
BELOWS = ("", "half", "limit", "censored")
INSTEAD = ("carried", "set", "baseline")
MODELS = ("", "mixed model")
MOST = 30  # categories that a range of whole numbers may stand for


@dataclass(frozen=True)
class Instead:
    """What stands where a value is missing. Kinds: `carried` (the last value that `sources` find), `set` (`value`, of who has a day of `sources` by then; without
    sources of everyone), `baseline` (the baseline)."""

    kind: str
    sources: tuple[Source, ...] = ()
    value: float = 0.0


@dataclass(frozen=True)
class ValueOf:
    """The number that an endpoint of kind `value` reads of each participant, or the category that one of kind `ordered` reads.

    `item`: a recorded value, or a calculation with some. `pick`: which of the values that the endpoint's `events` find. `baseline`: which of the values
    recorded up to the day of the start it changes from, in entries of the forms `baseline_in` (empty: any), none where nothing is asked of it.
    `change`: the difference to the baseline, the ratio, or the change in percent. `average`: what is told of a group; groups are compared by it.
    `adjusted`: items at screening that a comparison holds equal, `adjusted_for_baseline`: the baseline too. `pooled`: one variance for both groups.
    `model`, of a number over visits: empty compares each participant's own average, `mixed model` all visits at once with an unstructured covariance (MMRM).
    `detected_from`: values below this limit are not known but to lie below it, and are taken as `below` says. `instead`: what stands where there is no value.
    `order`: the categories from the lowest to the highest, codes or whole numbers; `without`: the one below them all, of who has none of these.
    """

    item: Expr
    pick: str = "first"
    baseline: str = ""
    baseline_in: tuple[str, ...] = ()
    change: str = ""
    average: str = "mean"
    adjusted: tuple[str, ...] = ()
    adjusted_for_baseline: bool = False
    pooled: bool = False
    order: tuple[int | str, ...] = ()
    without: str = ""
    detected_from: float | None = None
    below: str = ""
    instead: tuple[Instead, ...] = ()
    model: str = ""


def value_of(
    item: Any,
    *,
    pick: str = "first",
    baseline: str = "",
    baseline_in: Any = (),
    change: str = "",
    average: str = "mean",
    adjusted: Any = (),
    adjusted_for_baseline: bool = False,
    pooled: bool = False,
    detected_from: float | None = None,
    below: str = "",
    instead: Any = (),
    model: str = "",
) -> ValueOf:
    """The number that an endpoint reads: `value=value_of(weight, baseline="last", change="difference", adjusted=sex, adjusted_for_baseline=True)`.

    Raises ValueError for a word that is not one of those that it can be.
    """
    for name, word, known in (
        ("pick", pick, PICKS), ("baseline", baseline, BASELINES), ("change", change, CHANGES), ("average", average, AVERAGES), ("below", below, BELOWS),
        ("model", model, MODELS),
    ):  # fmt: skip
        if word not in known:
            raise ValueError(f"value_of(..): {name}={word!r} is unknown; use one of {', '.join(w for w in known if w)}")
    others = tuple(instead) if isinstance(instead, tuple | list) else (instead,)
    return ValueOf(
        leaf(item), pick, baseline, _named(baseline_in, "entry"), change, average, _named(adjusted, "name"), adjusted_for_baseline, pooled,
        detected_from=detected_from, below=below, instead=others, model=model,
    )  # fmt: skip


def carried(*sources: Source) -> Instead:
    """Where a value is missing, the last that these sources find (an earlier visit); without sources the baseline."""
    return Instead("carried" if sources else "baseline", sources)


def set_to(value: float, *sources: Source) -> Instead:
    """Where a value is missing, this number, of who has a day of these sources by then (a death); without sources of everyone."""
    return Instead("set", sources, value)


def category_of(item: Any, *order: int | str, pick: str = "highest", without: str = "") -> ValueOf:
    """The category that an endpoint reads: `value=category_of(grade, without="none")` is the worst grade, none where nothing was recorded.

    `order`: the categories from the lowest to the highest; left out, the codes of the item in their order, or the whole numbers of its range. `pick`: `highest`,
    `lowest`, `first` or `last`. Raises ValueError where no order is known, or for another pick.
    """
    if pick not in PICKS[:-1]:
        raise ValueError(f"category_of(..): pick={pick!r} is unknown; use one of {', '.join(PICKS[:-1])}")
    levels: tuple[int | str, ...] = order or tuple(getattr(item, "codes", ()))
    low, high = getattr(item, "low", None), getattr(item, "high", None)
    if not levels and getattr(item, "type", "") == "integer" and low is not None and high is not None and high - low < MOST:
        levels = tuple(range(int(low), int(high) + 1))
    if len(levels) < 2 - bool(without):
        raise ValueError("category_of(..): no order is known: name the categories from the lowest to the highest after the item")
    return ValueOf(leaf(item), pick, average="", order=levels, without=without)


def _named(of: Any, name: str) -> tuple[str, ...]:
    parts: Sequence[Any] = of if isinstance(of, tuple | list) else (of,)
    return tuple(x if isinstance(x, str) else getattr(x, name) for x in parts)
