"""Queries: questions to the site about what is recorded. What is implausible is taken and queried; a query never changes the walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ..protocol.enactment import NOTHING
from ..protocol.language import Measure
from ..protocol.words.times import iso
from .classes import plain
from .clock_times import TIME_OF_DAY
from .edit_checks import broken_checks
from .fold import Road
from .groups import asked_of_rows
from .journal import Entry
from .journal_queries import of_journal
from .last_day import dated_ahead
from .ready import ReadForm, Ready
from .taking import Taken, unknown_event
from .values import Query, as_name, quoted
from .visits import name_said, visit_named

KINDS = {
    "unreadable": "a value that is not of its item's type: it is not used",
    "ambiguous": "a value that can be meant in two ways, or is no whole number where one is asked: it is not used before it is said",
    "unknown unit": "a value in a unit that its item does not have: it is not used before it is said",
    "unknown event": "an entry that the study does not have: it changes nothing",
    "missing": "a required value that is not recorded",
    "implausible": "a value outside the item's plausible range, or none of its codes: it is used as recorded",
    "not asked": "a value of an item that is not asked beside the others: it is used as recorded",
    "edit check": "what must hold of an entry and does not, in the words of the study",
    "unknown item": "a value whose name the form does not have: it is kept and not used",
    "unknown class": "an investigator's response that the study knows no class for: no rule reads it",
    "overruled": "values that would have moved the participant, beside an investigator's own assessment that guards and moves nothing",
    "partial date": "a date known in part: the days that it could be and the one that is assumed are said",
    "dated ahead": "an entry that happened after it was recorded: it is walked on its day, and left out of a default cut-off",
    "unknown visit": "the name of a visit that the study does not have: it is taken as an unscheduled one",
    "contradiction": "what ended the study is told again, otherwise: the first that is walked stands",
    "given beyond": "drug told to have run on beyond the days of its cycle: those days are not counted",
    "corrected twice": "an entry has several corrections: the last recorded stands",
    "correction withdrawn": "a correction is withdrawn: what it corrected stands again",
    "values kept": "a correction without values: it keeps those of the entry that it corrects",
    "unknown correction": "a correction of an entry that is not in the journal before it: it stands by itself",
    "nothing withdrawn": "values are null, and no entry is named that they withdraw: it stands, without values",
    "gap": "a sequence is missing in the participant's journal",
    "unknown record": "an entry that continues what is not there before it, or what does not go on: it begins a record of its own",
    "begin withdrawn": "an entry that continues what was withdrawn: the record goes on without it",
    "ended already": "an entry that continues what had ended: it is used as recorded",
    "out of order": "a record that ends before it begins, or goes on before it began: its days are used as recorded",
    "another study": "recorded under another study",
    "unknown version": "recorded under a version of the study that is not known here",
}


def queries(ready: Ready, road: Road, entries: Sequence[Entry] = (), known_at: str | None = None) -> list[Query]:
    """Every question to the site about a participant: about the entries that stand on the road and, where all `entries` are given, about the journal."""
    days = {s.entry.sequence: s.day for s in road.entries}
    words = ready.class_words() if ready.overriding else {}
    found = [*_of_dates(ready, road)]
    for s in road.entries:
        form = ready.forms.get(s.entry.event)
        found += (
            [unknown_event(ready, s.entry)] if form is None else [*_of_values(ready, form, s, words, road.screened), *_of_rows(form, s)]
        )
        found += _of_place(ready, s)
    asked = {q.entry for q in found if q.kind == "unknown class"}
    found += [q for q in _overruled(ready, road) if q.entry not in asked]
    found += [*_of_ends(ready, road), *_beyond(ready, road), *broken_checks(ready, road)]
    found += of_journal(ready, road.on, entries, known_at)
    return sorted((Query(q.entry, q.event, q.item, q.kind, q.says, days.get(q.entry)) for q in found), key=lambda q: q.entry)


def _of_values(ready: Ready, form: ReadForm, s: Taken, words: dict[str, str], screened: Mapping[str, Any]) -> Iterator[Query]:
    e = s.entry
    for u in s.unread:
        yield Query(e.sequence, e.event, u.item, u.kind, u.says or _no_item(form, u.item))
    unread = {u.item for u in s.unread} | {u.item.replace(" ", "_") for u in s.unread}
    beside = {**screened, **s.known} if form.asked or form.ranges else s.known
    ranged = form.expected(beside) if form.ranges else {}
    for name in form.needed(beside):
        if s.known.get(name) is None and name not in unread:
            yield Query(e.sequence, e.event, name, "missing", f"{form.items[name].label} is required and not recorded")
    hidden = form.not_asked(beside)
    for name, value in s.values.items():
        if name in hidden and value is not None:
            says = f"{form.items[name].label} {quoted(value)} is recorded where it is not asked: confirm it, or take it out"
            yield Query(e.sequence, e.event, name, "not asked", says)
        measure = ranged.get(name, form.items[name])
        if measure.codes and value is not None and str(value) not in measure.codes:
            says = f"{measure.label} {value!r} is none of {', '.join(measure.codes)}: confirm it"
            yield Query(e.sequence, e.event, name, "implausible", says)
        elif isinstance(value, int | float) and not isinstance(value, bool) and _outside(measure, value):
            says = f"{measure.label} {value:g} is outside {_range(measure)}: confirm it"
            yield Query(e.sequence, e.event, name, "implausible", says)
        elif value is not None and _classified(ready, e) == name and plain(value) not in words:
            yield Query(e.sequence, e.event, name, "unknown class", _no_class(ready, measure, str(value), words))


def _of_rows(form: ReadForm, s: Taken) -> Iterator[Query]:
    """What is implausible or too much in the rows of an entry's groups."""
    e = s.entry
    for g, k, row in asked_of_rows(form.form, s.rows):
        for m in g.items:
            value, says = row.get(m.name), ""
            if m.codes and value is not None and str(value) not in m.codes:
                says = f"row {k}: {m.label} {value!r} is none of {', '.join(m.codes)}: confirm it"
            elif isinstance(value, int | float) and not isinstance(value, bool) and _outside(m, value):
                says = f"row {k}: {m.label} {value:g} is outside {_range(m)}: confirm it"
            if says:
                yield Query(e.sequence, e.event, g.name, "implausible", says)
        if k == len(s.rows[g.name]) and g.up_to is not None and k > g.up_to:
            yield Query(e.sequence, e.event, g.name, "implausible", f"{k} rows, and {g.up_to} at most are expected: confirm them")


def _of_place(ready: Ready, s: Taken) -> Iterator[Query]:
    """The time of day and the visit that an entry names, where they cannot be read as such."""
    e = s.entry
    if e.at is not None and not TIME_OF_DAY.fullmatch(e.at):
        yield Query(e.sequence, e.event, "at", "unreadable", f"{e.at!r} is no time of day: write it like 14:05, from 00:00 to 23:59")
    said = name_said(ready, s)
    if said and visit_named(ready, said) is None:
        known_names = [v.name for v in ready.table.protocol.visits]
        near = get_close_matches(as_name(said), [as_name(name) for name in known_names], 1)
        meant = next((name for name in known_names if near and as_name(name) == near[0]), None)
        cure = f"did you mean {meant!r}?" if meant else f"it has {', '.join(known_names) or 'none'}"
        says = f"the study has no visit {said!r}, so it is taken as an unscheduled one: {cure}"
        yield Query(e.sequence, e.event, "visit", "unknown visit", says)


def _of_ends(ready: Ready, road: Road) -> Iterator[Query]:
    """A second entry of what ended the study for good, of another day or with other values."""
    first: dict[str, Taken] = {}
    for s in road.entries:
        if s.entry.event in ready.final:
            before = first.setdefault(s.entry.event, s)
            if before is not s and (before.day, dict(before.values)) != (s.day, dict(s.values)):
                says = f"sequence {before.entry.sequence} says {before.entry.event} on {iso(before.day)} already: correct one of them, or withdraw it"
                yield Query(s.entry.sequence, s.entry.event, "", "contradiction", says)


def _beyond(ready: Ready, road: Road) -> Iterator[Query]:
    """A stop told later than the days that its stopwatch can have counted: whether drug was given beyond."""
    for r in road.ran_on():
        if r.entry is not None and r.beyond > 0:
            event = next(s.entry.event for s in road.entries if s.entry.sequence == r.entry)
            days = f"{r.beyond} {'day' if r.beyond == 1 else 'days'}"
            says = f"{days} more than ‘{r.watch}’ counts, so they are not counted: was it given beyond {iso(r.since + r.days - 1)}? Correct the day of the stop if not"
            yield Query(r.entry, event, "", "given beyond", says)


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
    for s in road.entries:
        e = s.entry
        if s.partial:
            says = f"{e.happened_on} is known in part: {iso(s.day)} is assumed, {why_assumed(ready, s)}; record the day where it is known"
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
        values = {**road.screened, **s.known}
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


def why_assumed(ready: Ready, s: Taken) -> str:
    """Why a date known in part is walked on its day: the first or the last that it could be."""
    if s.first == s.last:
        return "the only day that it could be"
    which = "first" if s.entry.event in ready.at_first else "last"
    return f"the {which} day that it could be (from {iso(s.first)} to {iso(s.last)})"


def bounding(s: Taken, standing: Sequence[Taken]) -> int | None:
    """The entry of the same day that bounds a date known in part (its sequence), None where its period or its recording does."""
    if not s.partial:
        return None
    return next((o.entry.sequence for o in standing if o.day == s.day and not o.partial and o is not s), None)


def counted(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each kind, most frequent first."""
    return dict(sorted(Counter(kinds).items(), key=lambda k: (-k[1], k[0])))
