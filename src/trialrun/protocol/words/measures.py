"""Measures: recorded values, each with its type, unit, plausible range and codes, the units in which it may be recorded too, and what it means."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .expressions import Expr, Quantity, Ref
from .units import kept

ROLES = {
    "arm": "the allocation",
    "dose": "the dose given, compared with the planned one",
    "visit": "the name of the visit made",
    "presence": "a number that may also be told as yes or no",
    "term": "the term of an adverse event",
    "category": "the class of an adverse event",
    "grade": "the grade of an adverse event",
    "serious": "whether an adverse event is serious",
    "related": "whether an adverse event is related to the drug",
    "outcome": "the outcome of an adverse event; `fatal` is the word of CDISC for one that ended in death",
    "cause of death": "the cause of a death",
    "reason": "the reason of what the entry tells",
    "verdict": "the investigator's verdict on eligibility",
}


@dataclass(frozen=True)
class OtherUnit:
    """A unit in which a measure may be recorded too; `times` such a value and `plus` is the value in the measure's own unit."""

    unit: str
    times: float = 1
    plus: float = 0
    source: str = ""


@dataclass(frozen=True)
class Measure(Quantity):
    """A recorded value: its type, unit, plausible range and code list; `cdash` is its CDASH name where there is one.

    `blinded`: hidden from those who are kept blind. `role`: what the value means beyond its words, one of `ROLES`; of a dose the `drug`.
    """

    name: str
    type: str = "number"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    label: str = ""
    cdash: str = ""
    role: str = ""
    source: str = ""
    blinded: bool = False
    drug: str = ""
    also_in: tuple[OtherUnit, ...] = ()

    def as_ref(self) -> Ref:
        return Ref("measure", self.name)


def measure(
    name: str,
    *,
    type: str = "number",
    unit: str = "",
    range: tuple[float | None, float | None] = (None, None),
    codes: tuple[str, ...] = (),
    label: str = "",
    cdash: str = "",
    role: str = "",
    source: str = "",
    blinded: bool = False,
    drug: str = "",
    also_in: tuple[OtherUnit, ...] = (),
) -> Measure:
    """A recorded value. Types: number, integer, yes/no, text, code, date.

    `role` says what the value means, since no name does: `dose` (of the `drug`; without one: of the one drug that is planned there), `visit`, `arm`,
    `presence` (also takes yes or no), `term`, `category`, `grade`, `serious`, `related`, `outcome` of an adverse event, `cause of death`, `reason`,
    `verdict` (on eligibility). `blinded`: hidden from the blind. `also_in=(unit("/uL", times=0.001),)`: units in which it may be recorded too.
    """
    if role and role not in ROLES:
        raise ValueError(f"measure({name!r}): role {role!r} is unknown; use one of {', '.join(ROLES)}")
    if type not in ("number", "integer", "yes/no", "text", "code", "date"):
        raise ValueError(f"measure({name!r}): type {type!r} is unknown; use number, integer, yes/no, text, code or date")
    return Measure(
        name, "code" if codes else type, kept(unit), range[0], range[1], codes, label or name, cdash, role, source, blinded, drug, also_in
    )


def unit(name: str, *, times: float = 1, plus: float = 0, source: str = "") -> OtherUnit:
    """A unit in which a measure may be recorded too: `times` the value in it, and `plus`, is the value in the measure's own unit."""
    return OtherUnit(kept(name), times, plus, source)


def at_screening(m: Measure) -> Ref:
    """The value of a measure at screening."""
    return Ref("screening", m.name)


def as_screened(given: Any) -> Any:
    """A condition on a screening form's own values as one on the values at screening."""
    if isinstance(given, Ref):
        return Ref("screening", given.name) if given.kind == "measure" else given
    if isinstance(given, tuple):
        return tuple(as_screened(x) for x in given)
    if isinstance(given, Expr) and is_dataclass(given):
        return replace(given, **{f.name: as_screened(getattr(given, f.name)) for f in fields(given)})
    return given
