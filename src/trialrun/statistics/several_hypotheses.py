"""P-values of several hypotheses, adjusted so that the family is held at one level: Holm, Hochberg, a fixed sequence, families one behind another.

An adjusted p-value is the least level at which its hypothesis is rejected. Holm's and Hochberg's are those of R's `p.adjust`. Sources: Holm 1979;
Hochberg 1988; Maurer, Hothorn and Lehmacher 1995 (fixed sequence); Dmitrienko and Tamhane 2007 (serial gatekeeping).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trialrun.statistics.inputs import Numbers

PROCEDURES = ("fixed sequence", "Holm", "Hochberg", "gatekeeping")


def adjusted_p(p_values: Numbers, procedure: str) -> tuple[float, ...]:
    """The adjusted p-values of one family, in its order. A p-value that is not known (NaN) counts as 1: it cannot be rejected.

    Raises ValueError for a p-value outside 0 to 1 and for a procedure that is not known.
    """
    p = np.nan_to_num(np.asarray(p_values, dtype=float), nan=1.0)
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a p-value lies between 0 and 1: correct the others")
    n = p.size
    if procedure == "fixed sequence":
        return tuple(np.maximum.accumulate(p).tolist()) if n else ()
    if procedure not in ("Holm", "Hochberg"):
        raise ValueError(f"the procedure {procedure!r} is unknown: use one of {', '.join(PROCEDURES[:3])}")
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(n, 0, -1)
    stepped = np.maximum.accumulate(scaled) if procedure == "Holm" else np.minimum.accumulate(scaled[::-1])[::-1]
    found = np.empty(n)
    found[order] = np.minimum(stepped, 1.0)
    return tuple(found.tolist())


def adjusted_in_families(families: Sequence[Numbers]) -> tuple[tuple[float, ...], ...]:
    """The adjusted p-values of families tested in their order, each by Holm once every hypothesis of those before it is rejected."""
    gate, found = 0.0, []
    for family in families:
        adjusted = tuple(max(gate, p) for p in adjusted_p(family, "Holm"))
        gate = max((gate, *adjusted))
        found.append(adjusted)
    return tuple(found)
