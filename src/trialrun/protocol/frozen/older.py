"""What studies frozen in an older format meant by a name, before the language had a word for it; their fingerprints stay as they are."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from ..endpoints import Column, Figure, Level, assessed, before, following, happens, marked
from ..language import Event, Measure, Protocol, Ref, all_of, any_of, known, no, surely
from .freeze import FIRST_FORMAT, FrozenError, canonical, fingerprint, format_of, freeze, plain, thaw

CAME_LAST, ORDERED, SHOWN = "death", "decision: ", "is shown"
ROLES = {
    "AETERM": "term", "AECAT": "category", "AETOXGR": "grade", "AESER": "serious", "AEREL": "related", "AEOUT": "outcome", "IEYN": "verdict",
    "term": "term", "category": "category", "grade": "grade", "serious": "serious", "related": "related", "outcome": "outcome",
    "cause": "cause of death", "reason": "reason",
}  # fmt: skip
LATER = {  # words that the first format did not have
    "Event": ("last", "shown", "label"),
    "Protocol": ("columns", "day_one", "enrolled", "cycle", "course", "survival", "about", "objectives"),
    "Analysis": ("poor",),
}
CONTROL = "historical control"


def as_meant(study: Protocol) -> Protocol:
    """A study of the first format with the words that it lacked: what each name stood for."""
    keys = {s.key: s.of for s in study.standing}
    meant = replace(
        study,
        events=tuple(_event(e) for e in study.events),
        forms=tuple(replace(f, items=tuple(_measure(m) for m in f.items)) for f in study.forms),
        published=tuple(_figure(f) for f in study.published),
        analyses=tuple(replace(a, poor=True) if a.kind == "subgroup" and a.by == "Poor prognosis" else a for a in study.analyses),
        day_one=next((m.derived.or_else for m in study.moments if m.derived is not None and m.derived.or_else), ""),
        enrolled=next((f.entry for f in study.forms if f.entry in ("enrolment", "randomisation")), ""),
        cycle=keys.get("cycle", ""),
        course=keys.get("course", ""),
        survival=next((e.name for e in study.endpoints if "overall survival" in (e.name.casefold(), e.label.casefold())), ""),
    )
    return replace(meant, columns=_columns(meant, keys))


def _event(e: Event) -> Event:
    label = e.name.removeprefix(ORDERED) if e.name.startswith(ORDERED) else ""
    return replace(e, last=e.name == CAME_LAST, shown=e.nature == "fact" and SHOWN in e.otherwise, label=label)


def _measure(m: Measure) -> Measure:
    return replace(m, role=m.role or ROLES.get(m.cdash) or ROLES.get(m.name, ""))


def _figure(f: Figure) -> Figure:
    if f.counterpart == CONTROL:
        about, _, statistic = f.statistic.partition(": ")
        return replace(
            f, about=about, statistic=statistic.partition(" in the poor")[0], stratum="" if f.given is None else f.name.rpartition(": ")[2]
        )
    if f.counterpart == "subject" and f.given is None:
        return replace(f, about=f.statistic.removeprefix("median screening "), statistic="median")
    return f


def _figure_then(f: dict[str, Any]) -> dict[str, Any]:
    """A figure as the first format had it: `statistic` named what it spoke of."""
    f = dict(f)
    about = f.pop("about", "")
    f.pop("stratum", "")
    if about and f["counterpart"] == CONTROL:
        poor = " in the poor groups" if f["statistic"] in ("lowest", "highest") else ""
        f["statistic"] = f"{about}: {f['statistic']}{poor}"
    elif about:
        f["statistic"] = f"median screening {about}"
    return f


def _columns(study: Protocol, keys: dict[str, str]) -> tuple[Column, ...]:
    """The columns that every study had: those of what it does not have are left out."""
    moments = {m.name for m in study.moments if m.derived is None}
    reads = any(e.primary and any(s.kind == "class" for s in e.events) for e in study.endpoints)
    found = [Column("best_response", "best")] if reads or any(a.kind == "best" for a in study.analyses) else []
    if "remission began" in moments:
        began, counter = marked("remission began"), study.cycle
        found += [Column("remission_cycle", "count", counter, (began,))] if counter else []
        found += [Column("mrd", "level", "", _mrd_measured(), _mrd_levels())] if _has(study, "mrd", "mrd_amplification") else []
    found += [Column("cycles", "count", study.cycle)] if study.cycle else []
    found += [Column("retreatments", "count", keys["retreatments"])] if "retreatments" in keys else []
    for name, wanted in (("transplant_day", ("transplant",)), ("relapse_day", ("relapse", "progression"))):
        there = tuple(marked(m) for m in wanted if m in moments)
        found += [Column(name, "day", "", there)] if there else []
    if any(e.last for e in study.events):
        found.append(Column("death_day", "day", "", tuple(happens(e) for e in study.events if e.last)))
    return (*found, Column("last_day", "last seen"), Column("end_reason", "end"))


def _has(study: Protocol, *items: str) -> bool:
    return {m.name for f in study.forms for m in f.items}.issuperset(items)


def _mrd_measured() -> Any:
    measured = any_of(known(Ref("measure", "mrd")), known(Ref("measure", "mrd_amplification")))
    began = marked("remission began")
    first = assessed(given=all_of(measured, no(Ref("flag", "in remission"))))
    return (before(first, began), following(assessed(given=measured), began))


def _mrd_levels() -> tuple[Level, ...]:
    low, none = surely(Ref("measure", "mrd") < 0.0001), surely(no(Ref("measure", "mrd_amplification")))
    return (Level("complete", none), Level("response", low), Level("no response", no(any_of(low, none))))


def opened(text: str, where: str = "the frozen study") -> tuple[Protocol, str]:
    """A frozen study ready to run, and its fingerprint: as it was meant, where an older format lacked a word. Raises FrozenError."""
    frozen, mark = thaw(text, where)
    if (kind := _of_no_kind(plain(frozen))) is not None:
        raise FrozenError(f"{where} asks for a value of the kind {kind!r}: a value is a measure, one at screening, a flag or a count")
    return (as_meant(frozen) if format_of(text) == FIRST_FORMAT else frozen), mark


def frozen_text(study: Protocol, mark: str) -> str:
    """The frozen file of a study that runs under a fingerprint: in its own format, so that the fingerprint stays. Raises FrozenError."""
    if fingerprint(study) == mark:
        return freeze(study)
    data = _without(plain(study))
    if hashlib.sha256(canonical(data).encode()).hexdigest() != mark:
        raise FrozenError(f"the study {study.name} is not the one of the fingerprint {mark[:12]}…: open it again from where it was frozen")
    return canonical({"format": FIRST_FORMAT, "fingerprint": mark, "study": data}) + "\n"


def _without(data: Any) -> Any:
    if isinstance(data, list):
        return [_without(v) for v in data]
    if not isinstance(data, dict):
        return data
    what = str(data.get("is"))
    if what == "Figure":
        data = _figure_then(data)
    if what == "Measure" and data.get("role") in ROLES.values():
        data = {name: v for name, v in data.items() if name != "role"}
    later = LATER.get(what, ())
    return {name: _without(v) for name, v in data.items() if name not in later}


def _of_no_kind(data: Any) -> str | None:
    """The kind of a value looked up that the language does not have, None where there is none."""
    if isinstance(data, list):
        return next((kind for v in data if (kind := _of_no_kind(v)) is not None), None)
    if not isinstance(data, dict):
        return None
    if data.get("is") == "Ref" and data.get("kind") not in ("measure", "screening", "flag", "count"):
        return str(data.get("kind"))
    return _of_no_kind(list(data.values()))
