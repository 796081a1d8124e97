"""The amount of a planned dose: a number, or a tree worked out from the latest recorded values and rounded as the study says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..protocol.language import Dose
from ..protocol.words.expressions import Expr, Ref, nodes, on_values
from .fold import Road
from .ready import Ready


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in the dose's unit; None with the values that are `missing` to work it out, or where no dose is planned."""

    value: float | None
    unit: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.missing:
            return f"not known before {', '.join(self.missing)} is recorded"
        return "none" if self.value is None else f"{self.value:g} {self.unit}"


def amount(ready: Ready, road: Road, dose: Dose, entry: int | None = None) -> Amount:
    """How much is planned by what is recorded: up to one entry (its sequence) and with it, or, without one, at the end of the road."""
    if not isinstance(dose.amount, Expr):
        return Amount(dose.amount, dose.unit)
    values = recorded(ready, road, entry)
    number = on_values(dose.amount)(values)
    if number is None:
        missing = {n.name for n in nodes(dose.amount) if isinstance(n, Ref) and values.get(_key(n)) is None}
        return Amount(None, dose.unit, tuple(sorted(missing)) or ("a usable value",))
    return Amount(rounded(number, dose.rounded), dose.unit)


def recorded(ready: Ready, road: Road, entry: int | None = None) -> dict[str, Any]:
    """The latest recorded value of every item, and those at screening as `screening ..`."""
    values: dict[str, Any] = {}
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        fresh = {name: v for name, v in s.values.items() if v is not None}
        values |= fresh
        if form is not None and form.form.keeps_screening:
            values |= {f"screening {name}": v for name, v in fresh.items()}
        if s.entry.sequence == entry:
            break
    return values


def rounded(number: float, step: float | None) -> float:
    """The nearest multiple of a step, halves upwards; without a step the number itself. The step is read as it is written (0.1 is a tenth)."""
    if step is None:
        return float(number)
    multiple = (Decimal(repr(float(number))) / Decimal(repr(step))).quantize(Decimal(1), ROUND_HALF_UP)
    return float(multiple * Decimal(repr(step)))


def _key(node: Ref) -> str:
    return f"screening {node.name}" if node.kind == "screening" else node.name
