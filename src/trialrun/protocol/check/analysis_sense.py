"""Whether what a study says of its analysis can be meant: figures that can be read, intervals that hold their value, rates between 0 and 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..schedule import dosed

READ = {
    "proportion": (r"rate", "rate"),
    "time": (r"median|(at|by) \d+ (days|weeks|months|years)", "median, at 12 months or by 100 days"),
    "competing": (r"", "nothing: competing causes have no published counterpart yet"),
    "value": (r"mean|geometric mean|median", "mean, geometric mean or median, as the endpoint's average"),
    "repeated": (r"mean|geometric mean|median", "mean, geometric mean or median, as the endpoint's average"),
    "count": (r"rate", "rate"),
    "ordered": (r"", "nothing: ordered categories have no published counterpart yet"),
    "subject": (r"share|median", "share, or median about=an item"),
    "exposure": (r"median (cycles|days with drug|{amounts})", "median cycles, median days with drug"),
    "adverse event": (r"share", "share"),
}


def senseless(protocol: Any, *_: Any) -> Iterator[str]:
    """Each figure, landmark or design that cannot be meant, with the cure."""
    kinds = {e.name: e.kind for e in protocol.endpoints}
    drugs = dosed(protocol)
    ofs = [re.escape(f" of {drug}") for drug in drugs] if len(drugs) > 1 else [""] if drugs else []
    amounts = "|".join(f"days with drug{of}|amount given{of}|relative dose intensity{of}, %" for of in ofs) or "cycles"
    for f in protocol.published:
        who = f"the published figure ‘{f.name}’"
        kind = kinds.get(f.counterpart, f.counterpart)
        if kind in READ and not re.fullmatch(READ[kind][0].replace("{amounts}", amounts), f.statistic):
            yield f"{who} reads {f.statistic!r}, which {f.counterpart} does not give: read={READ[kind][1]}"
        if f.counterpart == "subject" and f.given is None and not f.about:
            yield f"{who} is a {f.statistic} of nothing: name the item at screening with about=.., or whom it counts with given=.."
        if f.counterpart == "historical control" and not f.about:
            yield f"{who} is of a historical control and speaks of no endpoint: name it with about=.."
        low, high = f.value if f.low is None else f.low, f.value if f.high is None else f.high
        if not low <= f.value <= high:
            yield f"{who} is {f.value:g} with an interval of {low:g} to {high:g}: the lower limit comes first, and the interval holds the value"
    groups = [a for a in protocol.analyses if a.poor]
    if any(f.statistic in ("lowest", "highest") for f in protocol.published) and not groups:
        yield "figures of the lowest and the highest are published, and no groups are of poor prognosis: write subgroups(.., poor=True)"
    for e in protocol.endpoints:
        for span in e.landmarks:
            if span.n <= 0:
                yield f"the endpoint ‘{e.name}’ is read at {span}: name a span after its start"
    for d in protocol.designs:
        who = f"the design ‘{d.name}’"
        if not (0 < d.null < 1 and 0 < d.alternative < 1 and 0 < d.alpha < 1):
            yield f"{who} has a null of {d.null:g}, an alternative of {d.alternative:g} and an alpha of {d.alpha:g}: each lies between 0 and 1"
        if d.n < 1:
            yield f"{who} has {d.n} participants: name how many are planned"
