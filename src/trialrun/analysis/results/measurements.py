"""Everything that the results of one set of data are made of, found once: happenings, values at screening, analysis sets, endpoints measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..datasets import Datasets
from .endpoints import Happenings, Measured, arrays, as_happenings, measure, members, only


@dataclass(frozen=True, eq=False)
class Measurements:
    """The happenings; `subject` the values of the n participants as arrays; who is in each analysis set (n,); every endpoint, measured in its set."""

    happenings: Happenings
    subject: dict[str, Any]
    sets: dict[str, NDArray[np.bool_]]
    measured: dict[str, Measured]

    def among(self, name: str, fits: NDArray[np.bool_]) -> Measured:
        """An endpoint in those of its set who fit (n,): what was measured, of some of the people."""
        return only(self.measured[name], fits)


def measurements(data: Datasets, protocol: Any) -> Measurements:
    """Every endpoint and analysis set of a study in its data."""
    h, subject = as_happenings(data.happening, len(data.subject)), arrays(data.subject)
    sets = {p.name: members(h, protocol, p.name, subject) for p in protocol.populations}
    return Measurements(h, subject, sets, {e.name: measure(h, e, sets[e.population]) for e in protocol.endpoints})
