"""Who the virtual participants of MT103-211 are: baseline values as published, and the response that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

from ..chance import Luck


@dataclass(frozen=True, slots=True)
class Person:
    """A participant at screening. Ages in years, blasts in %."""

    age: int
    sex: str
    blasts: int
    salvages: int
    prior_hsct: bool


def born(p: Any, luck: Luck) -> Person:
    """A participant from the published splits, taken as independent of each other."""
    bands = {name: luck.choice(getattr(p, name), name) for name in ("age_bands", "blast_bands", "prior_salvages")}
    return Person(
        luck.within(bands["age_bands"], "age"),
        "M" if luck.happens(p.male, "sex") else "F",
        luck.within(bands["blast_bands"], "blasts at screening"),
        luck.within(bands["prior_salvages"], "salvages"),
        luck.happens(p.prior_hsct, "prior HSCT"),
    )


def response_of(p: Any, luck: Luck, person: Person) -> tuple[int, str, str | None]:
    """The cycle of remission (0: none), the best response, and the MRD in remission (complete, response, none; None: not evaluable)."""
    odds = p.response_logit + (p.response_low_blasts if person.blasts < 50 else 0.0) + p.response_salvages[min(person.salvages, 3)]
    if not luck.happens(1.0 / (1.0 + exp(-odds)), "response"):
        return 0, luck.choice(p.other_responses, "other response"), None
    cycle = 1 if luck.happens(p.first_cycle, "cycle of response") else 2
    kind = "CR" if luck.happens(p.complete, "complete response") else "CRh*"
    if not luck.happens(p.mrd_evaluable, "mrd evaluable"):
        return cycle, kind, None
    if not luck.happens(p.mrd_response, "mrd response"):
        return cycle, kind, "none"
    return cycle, kind, "complete" if luck.happens(p.mrd_complete, "mrd complete") else "response"


def screened(p: Any, luck: Luck, person: Person) -> dict[str, Any]:
    """The screening form of a participant who is eligible."""
    status = "after first salvage or later"
    if person.salvages == 0:
        status = "primary refractory" if luck.happens(0.3, "primary refractory") else "first relapse within 12 months of first remission"
        if person.prior_hsct:
            status = "relapse within 12 months of allogeneic HSCT"
    values: dict[str, Any] = {
        "eligible": True,
        "age": person.age,
        "sex": person.sex,
        "ecog": luck.choice(p.ecog, "ecog"),
        "philadelphia": False,
        "disease_status": status,
        "prior_salvages": person.salvages,
        "prior_hsct": person.prior_hsct,
        "blasts": person.blasts,
        "platelets": luck.whole(8, 140, "platelets at screening"),
        "neutrophils": round(luck.between(0.1, 3.0, "neutrophils at screening"), 2),
        "extramedullary": luck.happens(p.extramedullary_at_screening, "extramedullary at screening"),
        "weeks_since_chemotherapy": luck.whole(2, 14, "weeks since chemotherapy"),
        "transaminases": round(luck.between(0.3, 4.5, "transaminases at screening"), 1),
        "bilirubin": round(luck.between(0.2, 1.4, "bilirubin at screening"), 1),
        "creatinine": round(luck.between(0.5, 1.3, "creatinine at screening"), 1),
        "creatinine_clearance": luck.whole(62, 140, "clearance at screening"),
        "hsct_candidate": False,
        "prior_blinatumomab": False,
    }
    if status.startswith("first relapse"):
        values["cr1_months"] = luck.whole(2, 12, "months of first remission")
    elif person.prior_hsct or (status.startswith("after") and luck.happens(p.first_remission, "first remission")):
        middle, spread = p.first_remission_months
        values["cr1_months"] = min(240, max(1, round(middle * exp(spread * luck.normal("months of first remission")))))
    if person.prior_hsct:
        values["months_since_allogeneic_hsct"] = luck.whole(3, 11 if person.salvages == 0 else 30, "months since HSCT")
    return values
