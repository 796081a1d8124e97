"""What instruments read: marrow, counts and MRD that belong to a true state, so that the study's own expressions find the response.

Values keep clear of no threshold by name: the state is drawn, the values follow, and it is the study that classes them.
"""

from __future__ import annotations

from typing import Any

from ..chance import Luck

Values = dict[str, Any]


def remission(luck: Luck, occasion: int, complete: bool, mrd: str | None) -> Values:
    """A marrow in remission: CR, or counts that have recovered in part (CRh*). MRD: 'complete', 'response', 'none' or not evaluable."""
    values: Values = {"blasts": luck.whole(0, 4, "blasts in remission", occasion)}
    part = luck.uniform("which count lags", occasion)
    platelets = luck.whole(104, 320, "platelets recovered", occasion)
    neutrophils = luck.between(1.1, 5.0, "neutrophils recovered", occasion)
    if not complete:
        if part < 0.75:
            platelets = luck.whole(53, 99, "platelets in part", occasion)
        if part > 0.55:
            neutrophils = luck.between(0.6, 0.98, "neutrophils in part", occasion)
    values.update(platelets=platelets, neutrophils=round(neutrophils, 2), extramedullary=False, blood_blasts=0)
    if mrd == "complete":
        values.update(mrd=0.0, mrd_amplification=False)
    elif mrd == "response":
        values.update(mrd=round(luck.between(1e-5, 9e-5, "mrd below", occasion), 6), mrd_amplification=True)
    elif mrd == "none":
        values.update(mrd=round(10 ** luck.between(-3.9, -1.5, "mrd above", occasion), 6), mrd_amplification=True)
    return values


def no_remission(luck: Luck, occasion: int, kind: str, at_screening: int) -> Values:
    """A marrow without remission of a kind: hypoplastic, PR, CRi, PD or no response."""
    platelets = luck.whole(5, 48, "platelets low", occasion)
    neutrophils = round(luck.between(0.02, 0.48, "neutrophils low", occasion), 2)
    if kind == "hypoplastic":
        blasts = luck.whole(0, 4, "blasts hypoplastic", occasion)
    elif kind == "CRi":
        blasts, neutrophils = luck.whole(0, 4, "blasts CRi", occasion), round(luck.between(0.1, 1.4, "neutrophils CRi", occasion), 2)
    elif kind == "PR" and at_screening >= 14:
        blasts = luck.whole(7, min(24, at_screening // 2), "blasts PR", occasion)
    else:
        low, high = (max(at_screening, 30), 99) if kind == "PD" else (max(26, int(0.6 * at_screening)), max(60, at_screening))
        blasts = luck.whole(low, high, "blasts persisting", occasion)
    values: Values = {"blasts": blasts, "platelets": platelets, "neutrophils": neutrophils, "extramedullary": False}
    if kind == "hypoplastic":
        values["hypocellular"] = True
    if kind == "PD":
        values["blood_blasts"] = round(luck.between(1.0, 60.0, "blasts in blood", occasion), 1)
    return values


def relapse(luck: Luck, occasion: int, extramedullary: bool) -> Values:
    """A marrow in relapse, or extramedullary disease with a marrow in remission."""
    blasts = (
        luck.whole(0, 4, "blasts, relapse elsewhere", occasion) if extramedullary else luck.whole(11, 96, "blasts in relapse", occasion)
    )
    return {
        "blasts": blasts,
        "platelets": luck.whole(12, 150, "platelets in relapse", occasion),
        "neutrophils": round(luck.between(0.2, 3.0, "neutrophils in relapse", occasion), 2),
        "extramedullary": extramedullary,
    }
