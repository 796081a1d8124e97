"""Queries: questions to the site about what is recorded. What is implausible is taken and queried; a query never changes the walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from ..protocol.enactment import NOTHING
from ..protocol.language import Measure
from ..protocol.words.times import iso
from .classes import plain
from .fold import Road
from .journal import Entry, Standing, assumed_day, bounds_of
from .last_day import dated_ahead, is_known
from .ready import ReadForm, Ready
from .values import Query, read_values, unreadable

KINDS = {
    "unreadable": "a value that is not of its item's type: it is not used",
    "unknown event": "an entry that the study does not have: it changes nothing",
    "missing": "a required value that is not recorded",
    "implausible": "a value outside the item's plausible range, or none of its codes: it is used as recorded",
    "unknown item": "a value whose name the form does not have: it is kept and not used",
    "unknown class": "an investigator's response that the study knows no class for: no rule reads it",
    "overruled": "values that would have moved the participant, beside an investigator's own assessment that guards and moves nothing",
    "partial date": "a date known in part on which a rule depends: the day that is assumed is said",
    "dated ahead": "an entry that happened after it was recorded: it is walked on its day, and left out of a default cut-off",
    "unknown correction": "a correction of an entry that is not in the journal before it: it stands by itself",
    "nothing withdrawn": "values are null, and no entry is named that they withdraw: it stands, without values",
    "gap": "a sequence is missing in the participant's journal",
    "another study": "recorded under another study",
    "unknown version": "recorded under a version of the study that is not known here",
}


def queries(ready: Ready, road: Road, entries: Sequence[Entry] = (), known_at: str | None = None) -> list[Query]:
    """Every question to the site about a participant: about the entries that stand on the road and, where all `entries` are given, about the journal."""
    days = {s.entry.sequence: s.day for s in road.entries}
    found = [*unreadable(ready, [s.entry for s in road.entries]), *_of_dates(ready, road)]
    kept = {(q.entry, q.item) for q in found}
    words = ready.class_words() if ready.overriding else {}
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        if form is not None:
            found += [q for q in _of_values(ready, form, s.entry, words) if (q.entry, q.item) not in kept or q.kind != "missing"]
    asked = {q.entry for q in found if q.kind == "unknown class"}
    found += [q for q in _overruled(ready, road) if q.entry not in asked]
    found += _of_journal(ready, road, entries, known_at)
    return sorted((replace(q, on=days.get(q.entry)) for q in found), key=lambda q: q.entry)


def _of_values(ready: Ready, form: ReadForm, e: Entry, words: dict[str, str]) -> Iterator[Query]:
    values = read_values(form.items, e.values)
    for name in form.form.required:
        if values.get(name) is None:
            yield Query(e.sequence, e.event, name, "missing", f"{form.items[name].label} is required and not recorded")
    for name, value in values.items():
        measure = form.items.get(name)
        if measure is None:
            yield Query(e.sequence, e.event, name, "unknown item", _no_item(form, name))
        elif measure.codes and value is not None and str(value) not in measure.codes:
            says = f"{measure.label} {value!r} is none of {', '.join(measure.codes)}: confirm it"
            yield Query(e.sequence, e.event, name, "implausible", says)
        elif isinstance(value, int | float) and not isinstance(value, bool) and _outside(measure, value):
            says = f"{measure.label} {value:g} is outside {_range(measure)}: confirm it"
            yield Query(e.sequence, e.event, name, "implausible", says)
        elif value is not None and _classified(ready, e) == name and plain(value) not in words:
            yield Query(e.sequence, e.event, name, "unknown class", _no_class(ready, measure, str(value), words))


def _outside(measure: Measure, value: float) -> bool:
    return (measure.low is not None and value < measure.low) or (measure.high is not None and value > measure.high)


def _range(measure: Measure) -> str:
    low = "" if measure.low is None else f"{measure.low:g} "
    high = "and more" if measure.high is None else f"to {measure.high:g}"
    return f"{low}{high} {measure.unit}".strip()


def _no_item(form: ReadForm, name: str) -> str:
    near = get_close_matches(name, list(form.items), 1)
    cure = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(form.items) or 'no items'}"
    return f"the form {form.form.label!r} has no item {name!r}, so it is kept and not used: {cure}"


def _classified(ready: Ready, e: Entry) -> str | None:
    """The item in which an investigator says a class, for an entry of theirs."""
    subject = ready.overriding.get(e.event)
    return ready.forms[subject].form.classified if subject is not None else None


def _no_class(ready: Ready, measure: Measure, said: str, words: dict[str, str]) -> str:
    labels = {plain(c.label): c.name for f in ready.protocol.forms for c in f.classes if c.label}
    known = {**{w: w for w in labels}, **words}
    near = get_close_matches(plain(said), list(known), 1) or get_close_matches(" ".join(sorted(plain(said).split())), list(known), 1)
    meant = None if not near else words.get(near[0]) or labels[near[0]]
    cure = f"did you mean {meant!r}?" if meant else f"it knows {', '.join(dict.fromkeys(words.values()))}"
    return f"{measure.label} {said!r} is no class that the study knows, so no rule reads it: {cure}"


def _of_dates(ready: Ready, road: Road) -> Iterator[Query]:
    moved = {t.entry for t in road.turns if t.rule is not None}
    for s in road.entries:
        e = s.entry
        if s.partial and e.sequence in moved:
            why = why_assumed(s, road.entries)
            says = f"{e.happened_on} is known in part, and a rule depends on the day: {iso(s.day)} is assumed, {why}; record the day where it is known"
            yield Query(e.sequence, e.event, "happened_on", "partial date", says)
        if dated_ahead(e):
            says = f"it happened on {e.happened_on} and was recorded on {e.recorded_at[:10]}: confirm the date"
            yield Query(e.sequence, e.event, "happened_on", "dated ahead", says)


def _overruled(ready: Ready, road: Road) -> Iterator[Query]:
    """Values of a day that would have moved the participant, where the investigator's own assessment of that day guards and moves nothing."""
    ready = ready.of(road.arm)
    own = {(s.day, ready.overriding[s.entry.event]): s for s in road.entries if s.entry.event in ready.overriding}
    turned = {t.entry for t in road.turns if t.rule is not None}
    before = {m.entry: m.turn for m in reversed(road.met)}
    for s in road.entries:
        guard = own.get((s.day, s.entry.event))
        if guard is None or guard.entry.sequence in turned:
            continue
        form, place = ready.forms[s.entry.event], min(before.get(x.entry.sequence, len(road.turns)) for x in (s, guard))
        status = road.turns[place].at_status if place < len(road.turns) else road.status
        values = {**road.screened, **form.read(s.entry.values)}
        if form.classes:
            values[form.form.classified] = form.class_of(values)
        for event in form.events(values):
            found = ready.table.row(status).get(event)
            if found is not None and found[1] >= 0 and ready.enacts.deeds[found[1]] != NOTHING:
                rule = ready.table.meaning.rules[found[1]]
                says = (
                    f"the values of sequence {s.entry.sequence} would mean: {rule.words} ({rule.source}); the investigator's own assessment of "
                    "that day guards and says otherwise, so it is not taken: confirm it, or report what is meant"
                )
                yield Query(guard.entry.sequence, guard.entry.event, form.form.classified, "overruled", says)
                break


def why_assumed(s: Standing, standing: Sequence[Standing]) -> str:
    """Why a date known in part is walked on its day: the middle of its period, or the day of an earlier entry of the same period."""
    if s.day == assumed_day(s.entry.happened_on):
        return "the middle of the month" if len(s.entry.happened_on) == 7 else "the middle of the year"
    other = bounding(s, standing)
    return "not before an entry of that period" + ("" if other is None else f" (sequence {other})")


def bounding(s: Standing, standing: Sequence[Standing]) -> int | None:
    """The entry of the same period that moved a date known in part to its day (its sequence), None where it is walked on the middle."""
    if not s.partial or s.day == assumed_day(s.entry.happened_on):
        return None
    return next((o.entry.sequence for o in standing if o.day == s.day and not o.partial and o is not s), None)


def _of_journal(ready: Ready, road: Road, entries: Sequence[Entry], known_at: str | None) -> Iterator[Query]:
    there = {e.sequence for e in entries}
    last = 0
    for e in sorted(entries, key=lambda e: e.sequence):
        before, last = last, e.sequence
        if bounds_of(e.happened_on)[0] > road.on or not is_known(e, known_at):
            continue
        if e.sequence > before + 1:
            what = f"sequence {before + 1} is" if before + 2 == e.sequence else f"sequences {before + 1} to {e.sequence - 1} are"
            yield Query(e.sequence, e.event, "sequence", "gap", f"{what} not in the journal: send what is missing")
        if e.corrects is not None and (e.corrects not in there or e.corrects >= e.sequence):
            says = f"sequence {e.corrects} is not in the journal before it, so it stands by itself: name the entry that it replaces"
            yield Query(e.sequence, e.event, "corrects", "unknown correction", says)
        elif e.values is None and e.corrects is None and e.event in ready.forms and ready.forms[e.event].items:
            says = (
                "null values withdraw the entry that `corrects` names, and none is named, so it stands without values: name it, or write {}"
            )
            yield Query(e.sequence, e.event, "values", "nothing withdrawn", says)
        yield from _of_protocol(ready, e)


def _of_protocol(ready: Ready, e: Entry) -> Iterator[Query]:
    name, _, version = (e.protocol or "").partition("@")
    p = ready.protocol
    if name and name != p.name:
        says = f"it was recorded under {e.protocol}, and is read as {p.name}@{p.version}: confirm the study"
        yield Query(e.sequence, e.event, "protocol", "another study", says)
    elif version and not (version.isdigit() and 1 <= int(version) <= p.version):
        known = "1" if p.version == 1 else f"1 to {p.version}"
        says = f"it was recorded under version {version} and is read as version {p.version}; known here: {known}"
        yield Query(e.sequence, e.event, "protocol", "unknown version", says)


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each kind, most frequent first."""
    return dict(sorted(Counter(kinds).items(), key=lambda k: (-k[1], k[0])))
