"""Journals of any study, drawn from a seed: a visitor who clicks at random, one who keeps to the rules, and a clerk who writes oddly."""

import random
import re
from dataclasses import replace

from trialrun.journey.journal import Entry
from trialrun.journey.standing import where
from trialrun.protocol.words.times import could_be, iso, ordinal

START = "2012-03-05"


def _entry(number, day, form, values):
    return Entry("001-004", number, iso(day), form, values, recorded_at=f"{iso(day)}T12:00:00Z", recorded_by="site")


def clicked(ready, forms, seed, length=30):
    """Entries of a visitor who clicks at random, any form and any of its choices (`forms`: name -> sets of values), and the days between."""
    chance = random.Random(seed)
    speaking = [name for name in forms if ready.forms[name].form.yields]
    day, entries, days = ordinal(START), [], []
    for number in range(1, length + 1):
        name = chance.choice(list(forms) if chance.random() < 0.4 else speaking)
        entries.append(_entry(number, day, name, chance.choice(forms[name] or [{}])))
        days.append(day)
        day += chance.choice((0, 0, 0, 1, 1, 3, 7, 7, 14, 15, 28, 30, 60, 200))
        days.append(day)
    return entries, days


def obedient(ready, forms, seed, length=25):
    """Entries of a visitor who mostly does what is allowed and waits for the calendar, so that far parts of a study are met."""
    chance = random.Random(seed)
    day, entries, days = ordinal(START), [], []
    able_to_choose = [name for name, choices in forms.items() if choices]
    produced = {ready.forms[n].form.yields[0].event: n for n in able_to_choose if len(ready.forms[n].form.yields) == 1}
    for number in range(1, length + 1):
        here = where(ready, entries, day)
        row = here.ready.table.row(here.road.status)
        able = [e for e, (_, rule) in row.items() if 0 <= rule < here.ready.legal and e in produced]
        name = produced[chance.choice(able)] if able and chance.random() < 0.5 else chance.choice(able_to_choose)
        if not _may_end(here.ready, name) or chance.random() < 0.1:
            entries.append(_entry(number, day, name, chance.choice(forms[name])))
        ahead = [ordinal(n["on"]) for n in here.as_json()["next"]]
        day = chance.choice(ahead) if ahead and chance.random() < 0.5 else day + chance.choice((0, 1, 2, 7, 14))
        days.append(day)
    return entries, days


def _may_end(ready, name):
    events = {y.event for y in ready.forms[name].form.yields}
    ends = {p.name for p in ready.protocol.phases if p.end}
    return any(events & set(r.on) and r.to in ends for r in ready.table.protocol.rules)


ODD_VALUES = {
    "number": (
        "5", " 7.5 ", "0,4", "12 percent", "1e2", True, None, -3, 10**6, "", "1,026", "1,026.5", "1.026,5", "1.026", "1 026", "1'026", "12,5,3", "1e99", 1e-5, "-.5",
    ),
    "integer": ("3", "2.0", 2.5, "four", None, 99, False, 44.5, "44.5", "1,000", "2,0", 3.0),
    "yes/no": ("yes", "No ", "y", 1, 0, "perhaps", None, "constructor", 2),
    "text": ("", "OTHER", 12, None, "a line\nbreak", "Straße", True, "it's", 'says "no"', "\u202e\u00a0ab", 0.5, 1e-5),
    "code": ("", "no such code", None, 7),
    "date": ("2012", "2012-02-30", "2012-04-01", None, "20120401", "2012-W15-1", " 2012-04 ", 2012),
}  # fmt: skip
ZONES = ("T00:10:00Z", "T23:59:59+02:00", "T07:00:00-05:00", "T12:00:00", "T07:00+09:00", " 23:30:00.25-08:00", "")


def odd(ready, entries, seed):
    """The same journal as a clerk might write it: values of other types, unknown items, events and visits, days known in part, late recording,
    corrections, withdrawals, and corrections and withdrawals of those.
    """
    chance = random.Random(seed)
    found = [_recorded_late(chance, _placed(chance, ready, _with_odd_values(chance, ready, e))) for e in entries]
    number = max(e.sequence for e in found) + 1
    for e in list(found):
        for _ in range(chance.choice((0, 0, 1, 1, 1, 3))):
            later = _about(chance, ready, e, found, number)
            if later is not None:
                found.append(later)
                number += chance.choice((1, 1, 1, 1, 2))
    return found


def _about(chance, ready, e, found, number):
    """An entry about another: a withdrawal, a correction with other values or with none, or one that the study does not have."""
    kind, recorded = chance.random(), _later(chance, e)
    corrected = chance.choice((e.sequence, e.sequence, e.sequence, found[-1].sequence, number - 1, 500))
    if kind < 0.15:
        return replace(e, sequence=number, values=None, corrects=corrected, recorded_at=recorded)
    if kind < 0.35:
        values = _with_odd_values(chance, ready, e).values
        day = iso(min(could_be(e.happened_on)[0] + chance.choice((-3, 0, 0, 1, 9)), 750_000))
        return replace(e, sequence=number, happened_on=day, values=values, corrects=corrected, recorded_at=recorded)
    if kind < 0.42:
        return replace(e, sequence=number, values=None, keeps=True, corrects=corrected, recorded_at=recorded)
    if kind < 0.47:
        event = chance.choice(("no such entry", "constructor", e.event.upper(), e.event[:-1] or "x"))
        return replace(e, sequence=number, event=event, values={"anything": 1}, recorded_at=recorded)
    return None


def _with_odd_values(chance, ready, e):
    values = dict(e.values or {})
    for m in ready.forms[e.event].form.items if e.event in ready.forms else ():
        if chance.random() < 0.12:
            values[m.name] = chance.choice(_odd_for(chance, ready, m))
    if chance.random() < 0.05:
        values[chance.choice(("not an item", "__proto__", "Grade", "dose given"))] = chance.choice((1, "x", None))
    spaced = [name for name in values if "_" in name]
    if spaced and chance.random() < 0.1:
        name = chance.choice(spaced)
        values[name.replace("_", " ")] = chance.choice((values[name], 1))
    return replace(e, values=values)


def _odd_for(chance, ready, m):
    if m.codes:
        code = chance.choice(m.codes)
        return (*ODD_VALUES["code"], code.upper(), f" {code.replace(' ', '  ')}.")
    return (*ODD_VALUES["text"], *_visit_names(chance, ready)) if m.role == "visit" else ODD_VALUES[m.type]


def _visit_names(chance, ready):
    """Names of a visit as people write them, and as nobody means them."""
    visits = ready.protocol.visits
    if not visits:
        return ("no such visit",)
    v = chance.choice(visits)
    name = chance.choice((v.name, *v.known_as))
    return (name.upper(), re.sub(r"([0-9])", r"0\1", name), name.replace(" ", "-"), f"{name} not done", name[:-1], "unscheduled")


def _placed(chance, ready, e):
    """Now and then the entry names its visit and the occasion of it, a time of day, and the study that it was recorded under."""
    if chance.random() < 0.06:
        e = replace(e, visit=chance.choice(_visit_names(chance, ready)), occasion=chance.choice((None, 1, 2)))
    if chance.random() < 0.05:
        e = replace(e, at=chance.choice(("25:99", "7:05", "23:59:59", "noon", "")))
    p = ready.protocol
    return (
        replace(e, protocol=chance.choice((f"{p.name}@{p.version}", f"{p.name}@99", "another@1", p.name, f"{p.name}@x")))
        if chance.random() < 0.05
        else e
    )


def _recorded_late(chance, e):
    if chance.random() < 0.15:
        e = replace(e, happened_on=e.happened_on[: chance.choice((4, 7, 7))])
    return replace(e, recorded_at=chance.choice(("", _later(chance, e), _later(chance, e)))) if chance.random() < 0.25 else e


def _later(chance, e):
    day = could_be(e.happened_on)[chance.choice((0, 1))] + chance.choice((-1, 0, 1, 5, 30, 120))
    return iso(day) + chance.choice(ZONES)
