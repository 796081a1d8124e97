"""Journals of any study, drawn from a seed: a visitor who clicks at random, one who keeps to the rules, and a clerk who writes oddly."""

import random
from dataclasses import replace

from trialrun.journey.journal import Entry, bounds_of
from trialrun.journey.standing import where
from trialrun.protocol.words.expressions import Expr, Ref, nodes
from trialrun.protocol.words.times import iso, ordinal

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
    "number": ("5", " 7.5 ", "0,4", "12 percent", "1e2", True, None, -3, 10**6, ""),
    "integer": ("3", "2.0", 2.5, "four", None, 99, False),
    "yes/no": ("yes", "No ", "y", 1, 0, "perhaps", None),
    "text": ("", "OTHER", 12, None, "a line\nbreak", "Straße", True),
    "code": ("", "no such code", None, 7),
    "date": ("2012", "2012-02-30", "2012-04-01", None),
}  # fmt: skip


def odd(ready, entries, seed):
    """The same journal as a clerk might write it: values of other types, unknown items and events, corrections, withdrawals, days known in
    part, and late recording. Values that doses are worked out from stay as they are.
    """
    chance, weighed = random.Random(seed), _weighed(ready)
    found = [_recorded_late(chance, _with_odd_values(chance, ready, weighed, e)) for e in entries]
    number = max(e.sequence for e in found) + 1
    for e in list(found):
        kind = chance.random()
        if kind < 0.08:
            found.append(replace(e, sequence=number, values=None, corrects=e.sequence, recorded_at=_later(chance, e)))
        elif kind < 0.2:
            form = ready.forms.get(e.event)
            values = dict(e.values) if form is None else _with_odd_values(chance, ready, weighed, e).values
            day = iso(min(bounds_of(e.happened_on)[0] + chance.choice((-3, 0, 0, 1, 9)), 750_000))
            corrected = chance.choice((e.sequence, e.sequence, number - 1, 500))
            found.append(replace(e, sequence=number, happened_on=day, values=values, corrects=corrected, recorded_at=_later(chance, e)))
        elif kind < 0.24:
            found.append(replace(e, sequence=number, event="no such entry", values={"anything": 1}, recorded_at=_later(chance, e)))
        else:
            continue
        number += 1
    return found


def _weighed(ready):
    """The items that the amounts of doses are worked out from."""
    trees = [d.amount for d in ready.protocol.doses if isinstance(d.amount, Expr)]
    return {n.name for t in trees for n in nodes(t) if isinstance(n, Ref)}


def _with_odd_values(chance, ready, weighed, e):
    values = dict(e.values or {})
    for m in ready.forms[e.event].form.items if e.event in ready.forms else ():
        if m.name not in weighed and m.role not in ("dose", "arm") and chance.random() < 0.15:
            values[m.name] = chance.choice(ODD_VALUES[m.type])
    if chance.random() < 0.05:
        values["not an item"] = chance.choice((1, "x", None))
    return replace(e, values=values)


def _recorded_late(chance, e):
    if chance.random() < 0.1:
        return replace(e, happened_on=e.happened_on[: chance.choice((4, 7))])
    return replace(e, recorded_at=_later(chance, e)) if chance.random() < 0.2 else e


def _later(chance, e):
    day = bounds_of(e.happened_on)[1] + chance.choice((0, 1, 5, 30, 120))
    return f"{iso(day)}T{chance.choice(('00:10:00Z', '23:59:59+02:00', '07:00:00-05:00', '12:00:00'))}"
