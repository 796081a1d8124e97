"""A second reading of small studies, day by day, from the documentation alone: no table, no statuses, no code of the journey.

It is deliberately plain. It knows whole dates only, one rule clock a phase, and what `studies` generates.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

LONG = 10**7


def on_calendar(day, n, unit):
    """n units after a day; hours and minutes in whole days; months end on the last day of a shorter month."""
    if unit in ("hours", "minutes"):
        return day + timedelta(**{unit: n}).days
    if unit in ("days", "weeks"):
        return day + n * (7 if unit == "weeks" else 1)
    start = date.fromordinal(day)
    months = start.year * 12 + start.month - 1 + n * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1)).toordinal()


def in_own_unit(value):
    """A value in its item's own unit: of the other units only grams for kilograms are generated."""
    return value["value"] / 1000 if isinstance(value, dict) else value


@dataclass
class Now:
    """How things stand: where, the numbers, the days, and each stopwatch as [days counted, since, last day, ended by a fact or decision on]."""

    day: int
    phase: str
    numbers: dict
    days: dict = field(default_factory=dict)
    watches: dict = field(default_factory=dict)


@dataclass
class Step:
    """One thing that happened: what stood before and after, the entry (None: a clock), what it raised, whether it broke a rule."""

    day: int
    entry: int | None
    before: Now
    after: Now
    raised: list
    breach: bool = False
    clock: bool = False
    marked: tuple = ()


class Person:
    """One participant of a study, walked day by day."""

    def __init__(self, study, entries, on):
        entries = [{**e, "values": {k: in_own_unit(v) for k, v in e["values"].items()}} for e in entries]
        self.study, self.on, self.steps, self.met, self.entries, self.then = study, on, [], [], [], []
        self.forms = {f.entry: f for f in study.forms}
        self.natures = {e.name: e.nature for e in study.events}
        self.come, self.spoken, self.all = set(), set(), entries
        self.arm = ""
        for e in entries:
            if e["day"] <= on and not self.arm:
                item = next((m.name for m in self.forms[e["event"]].items if m.role == "arm"), None)
                self.arm = e["values"].get(item, "") if item else ""
        self.own = [v for v in study.visits if not v.arms or self.arm in v.arms]
        self.rules = [r for r in study.rules if not r.arms or self.arm in r.arms]
        self.breaches = [r for r in study.breaches if not r.arms or self.arm in r.arms]
        numbers = {f.name: int(f.starts) for f in study.flags} | {c.name: c.starts for c in (*study.counts, *study.tallies)}
        self.now = Now(0, study.begins, numbers)
        self.first = deepcopy(self.now)
        self.screened, self.recorded, self.classes = {}, {}, []
        self.records = {}
        last = {e.name for e in study.events if e.last}
        closes = {f.entry for f in study.forms if any(y.event in last and y.given is None for y in f.yields)}
        self.order = sorted(entries, key=lambda e: (e["day"], e["event"] in closes, e["sequence"]))
        for e in self.order:
            if e["day"] <= on:
                self.clocks(e["day"])
                self.take(e)
                self.then.append(deepcopy(self.now))
        self.clocks(on)
        self.now.day = on

    # Days and conditions ----------------------------------------------------------------------------------------------------------

    def day_of(self, name, now, day):
        m = next(m for m in self.study.moments if m.name == name)
        if m.derived is None:
            return now.days.get(name)
        counted, since, last, _ = now.watches.get(m.derived.stopwatch, [0, None, None, None])
        if since is not None and day >= since:
            return day
        if last is not None:
            return last
        return self.day_of(m.derived.or_else, now, day) if m.derived.or_else else None

    def due(self, clock, now, day):
        if clock.kind == "full":
            counted, since, last, _ = now.watches.get(clock.of, [0, None, None, None])
            if since is None:
                return day if counted >= clock.n and last is not None else None
            return since + clock.n - counted
        start = self.day_of(clock.of, now, day)
        return None if start is None else on_calendar(start, clock.n, clock.unit) + (clock.kind == "past")

    def truth(self, tree, now, day, values):
        """Yes, no or None: what is not known leaves it open."""
        kind = type(tree).__name__
        if kind in ("AllOf", "AnyOf"):
            found = [self.truth(part, now, day, values) for part in tree.parts]
            decides = kind == "AnyOf"
            return decides if decides in found else None if None in found else not decides
        if kind == "No":
            part = self.truth(tree.part, now, day, values)
            return None if part is None else not part
        if kind == "Cited":
            return self.truth(tree.part, now, day, values)
        if kind == "Surely":
            return self.truth(tree.part, now, day, values) is True
        if kind == "Known":
            return self.number(tree.part, now, values) is not None
        if kind == "Clock":
            due = self.due(tree, now, day)
            return due is not None and due <= day
        if kind == "Compare":
            a, b = self.number(tree.left, now, values), self.number(tree.right, now, values)
            return None if a is None or b is None else {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[tree.op]
        if kind == "Among":
            a = self.number(tree.left, now, values)
            return None if a is None else any(str(a).lower() == str(v).lower() for v in tree.values)
        if kind == "Mentions":
            a = self.number(tree.left, now, values)
            return None if a is None else any(w.lower() in a.lower() for w in tree.words)
        a = self.number(tree, now, values)
        return None if a is None else bool(a)

    def number(self, tree, now, values):
        kind = type(tree).__name__
        if kind == "Number":
            return tree.value
        if kind == "Ref":
            if tree.kind in ("flag", "count"):
                return now.numbers[tree.name]
            return values.get("at screening " + tree.name if tree.kind == "screening" else tree.name)
        if kind in ("Least", "Greatest"):
            parts = [self.number(p, now, values) for p in tree.parts]
            return None if None in parts else sorted(parts)[0 if kind == "Least" else -1]
        if kind == "BodySurface":
            tall, heavy = self.number(tree.height, now, values), self.number(tree.weight, now, values)
            if not tall or not heavy:
                return None
            return (tall * heavy / 3600) ** 0.5 if tree.formula == "Mosteller" else 0.007184 * tall**0.725 * heavy**0.425
        if kind == "Earlier":
            name = tree.of.name
            past = [v for o in values["so far"] if (v := o["values"].get(name)) is not None]
            if tree.kind == "last" and values["own"]["values"].get(name) is not None:
                return values["own"]["values"][name]
            return None if not past else {"lowest": min, "highest": max}.get(tree.kind, lambda found: found[-1])(past)
        if kind == "EntryDay":
            return date.fromordinal(values["own"]["day"]).isoformat()
        if kind in ("DaysBetween", "AgeOn"):
            ends = [tree.start, tree.end] if kind == "DaysBetween" else [tree.birth, tree.on]
            first, then = (self.number(end, now, values) for end in ends)
            if first is None or then is None:
                return None
            first, then = date.fromisoformat(first), date.fromisoformat(then)
            if kind == "DaysBetween":
                return (then - first).days
            years = [n for n in range(200) if (first.year + n, first.month, first.day) <= (then.year, then.month, then.day)]
            return years[-1] if years else None
        if kind in ("AsOf", "UntilChanged"):
            return self.of_a_day(tree, now)
        a, b = self.number(tree.left, now, values), self.number(tree.right, now, values)
        if a is None or b is None or (tree.op == "/" and b == 0) or (tree.op == "^" and a <= 0):
            return None
        return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "^": lambda: a**b}[tree.op]()

    def of_a_day(self, tree, now):
        """The value of a stated day, and the ones that replaced it since."""
        start = tree.start if type(tree).__name__ == "UntilChanged" else tree
        screening = type(start).__name__ == "Ref"
        item = start.name if screening else start.of.name
        stated = None if screening else self.day_of(start.moment, now, self.on)
        used = None
        for e in self.entries:
            value = e["values"].get(item)
            first = self.forms[e["event"]].keeps_screening if screening else stated is not None and e["day"] <= stated
            if value is None:
                continue
            changed = (
                start is not tree
                and used is not None
                and abs(Fraction(str(value)) / Fraction(str(used)) - 1) * 100 > Fraction(str(tree.percent))
            )
            used = value if first or changed else used
        return used

    # What happens -----------------------------------------------------------------------------------------------------------------

    def clocks(self, day):
        """The clocks that have come by a day, the earliest first; one that came before its phase was entered comes as it is entered."""
        for _ in range(50):
            coming = []
            for r in (*self.rules, *self.breaches):
                for c in r.clocks:
                    due = self.due(c, self.now, max(self.now.day, 1)) if self.now.phase in r.at else None
                    come = (c.name, due) in self.come
                    if due is not None and due <= day and not come and self.may_come(c):
                        coming.append((max(due, self.now.day), due, c))
            if not coming:
                return
            when, due, clock = min(coming, key=lambda x: x[1])
            self.now.day = when
            phase = self.now.phase
            self.come.add((clock.name, due))
            self.happen(clock.name, when, None)
            if self.now.phase != phase:
                self.come.clear()

    def may_come(self, clock):
        """A clock from the last day with drug does not come while drug is given, and one on a stopwatch only while that runs."""
        if clock.kind == "full":
            return self.now.watches.get(clock.of, [0, None])[1] is not None
        m = next(m for m in self.study.moments if m.name == clock.of)
        return m.derived is None or self.now.watches.get(m.derived.stopwatch, [0, None])[1] is None

    def take(self, e):
        day, form = e["day"], self.forms[e["event"]]
        self.now.day = day
        self.entries.append(e)
        self.met.append(len(self.steps))
        values = {**self.screened, **e["values"], "so far": self.order[: self.order.index(e)], "own": e}
        self.recorded.update({k: v for k, v in e["values"].items() if v is not None})
        for c in form.classes:
            if self.truth(c.given, self.now, day, values):
                self.classes.append(c.name)
                values[form.classified] = c.name
                break
        subject = form.overrides or e["event"]
        judges = [o for o in self.all if o["day"] == day and self.forms[o["event"]].overrides == subject]
        sequence, had = e["sequence"], ()
        if form.lives:
            values, had = self.live(form, e)
        if judges:  # an own assessment of the day speaks in place of it, once
            if (day, subject) in self.spoken:
                return
            self.spoken.add((day, subject))
            form, sequence = self.forms[judges[-1]["event"]], judges[-1]["sequence"]
            values = {**self.screened, **judges[-1]["values"], "so far": self.order[: self.order.index(judges[-1])], "own": judges[-1]}
        for y in form.yields:
            if y.event not in had and (y.given is None or self.truth(y.given, self.now, day, values)):
                self.happen(y.event, day, sequence)
        if form.keeps_screening:
            self.screened.update({"at screening " + k: v for k, v in e["values"].items()})
            self.recorded.update({"at screening " + k: v for k, v in e["values"].items() if v is not None})
        self.clocks(day)

    def live(self, form, e):
        """The values of an entry's record with its course, and the events that it gave before."""
        said = {o["sequence"]: o for o in self.all}
        root = e["sequence"]
        while (other := said.get(said[root].get("continues"))) and other["event"] == e["event"] and other["sequence"] < root:
            root = other["sequence"]
        parts = self.records.setdefault(root, [])
        before = self.course(form, parts, parts[-1]["day"]) if parts else None
        parts.append(e)
        values = {**self.screened, **self.course(form, parts, e["day"])}
        old = {**self.screened, **before} if before else {}
        had = [y.event for y in form.yields if before and (y.given is None or self.truth(y.given, self.now, e["day"], old))]
        return values, had

    def course(self, form, parts, day):
        """What the entries of a record say together, and how long, how bad, and whether it goes on, on a day."""
        life, told = form.lives, {}
        ended = None
        for e in parts:
            told |= {k: v for k, v in e["values"].items() if v is not None}
            if life.ends and e["values"].get(life.ends):
                ended = date.fromisoformat(e["values"][life.ends]).toordinal()
            elif life.ended is not None and ended is None and self.truth(life.ended, self.now, day, told):
                ended = e["day"]
        began = date.fromisoformat(told[life.begins]).toordinal() if told.get(life.begins) else parts[0]["day"]
        over = ended is not None and ended <= day
        grades = [e["values"][life.grade] for e in parts if e["values"].get(life.grade) is not None]
        found = {life.days: max((ended if over else day) - began + 1, 1), life.worst: max(grades, default=None), life.ongoing: not over}
        without = [e["values"][life.grade] for e in parts[:-1] if e["values"].get(life.grade) is not None]
        found[life.grade_before] = without[-1] if without else None
        return told | {k: v for k, v in found.items() if k}

    def queries(self):
        """What is asked about items that depend on others, and about what must hold of an entry: (sequence, item, kind)."""
        found, last = set(), {}
        for e in self.entries:
            form = self.forms[e["event"]]
            if form.lives:
                last |= {k: v for k, v in e["values"].items() if v is not None}
                continue
            own = {m.name for m in form.items}
            for g in form.groups:
                rows = e["values"].get(g.name, ())
                found |= {(e["sequence"], g.name, "missing") for row in rows for name in g.required if name not in row}
                own.add(g.rows)
                e = {**e, "values": {**e["values"], g.rows: len(rows)}} if g.name in e["values"] else e
            values = {**self.screened, **e["values"]}
            for a in form.asked:
                truth = self.truth(a.given, self.now, e["day"], values)
                recorded = e["values"].get(a.item) is not None
                hidden = [self.truth(b.given, self.now, e["day"], values) for b in form.asked if b.item == a.item and b.kind == "shown"]
                if a.kind == "shown" and truth is False and recorded:
                    found.add((e["sequence"], a.item, "not asked"))
                if a.kind == "required" and truth and hidden in ([], [True]) and not recorded:
                    found.add((e["sequence"], a.item, "missing"))
            for item in {r.item for r in form.ranges}:
                told = e["values"].get(item)
                here = [r for r in form.ranges if r.item == item and self.truth(r.given, self.now, e["day"], values)]
                if told is not None and any((r.low is not None and told < r.low) or (r.high is not None and told > r.high) for r in here):
                    found.add((e["sequence"], item, "implausible"))
            wide = {**self.screened, **{k: v for k, v in last.items() if k not in own}, **e["values"]}
            if any(self.truth(c.given, self.now, e["day"], wide) is False for c in form.checks):
                found.add((e["sequence"], "", "edit check"))
            last |= {k: v for k, v in e["values"].items() if v is not None}
        return found

    def happen(self, event, day, entry):
        """The sentence that speaks: one whose condition holds, else the one that says otherwise; else a breach."""
        for rules, breach in ((self.rules, False), (self.breaches, True)):
            here = [r for r in rules if self.now.phase in r.at and event in r.on]
            otherwise = [r for r in here if type(r.given).__name__ == "Otherwise"]
            speak = [r for r in here if r not in otherwise and (r.given is None or self.truth(r.given, self.now, day, {}))]
            speak = speak or otherwise
            if speak:
                assert len(speak) == 1, f"two sentences speak of {event}"
                self.enact(speak[0], event, day, entry, breach)
                return True
        return False

    def enact(self, r, event, day, entry, breach):
        before = deepcopy(self.now)
        phase = r.to or self.now.phase
        for w in self.study.stopwatches:
            counted, since, last, ended = self.now.watches.get(w.name, [0, None, None, None])
            anew = any(e.kind == "reset" and e.name == w.name for e in r.do)
            if phase == before.phase and not anew:
                pass
            elif since is not None and (phase not in w.runs or anew):
                counted, last = counted + day - since, (day - 1 if day > since else last)
                ended = day if phase not in w.runs and self.natures.get(event) in ("fact", "decision") else None
                since = None
            counted = 0 if anew else counted
            if phase in w.runs and since is None and (phase != before.phase or anew):
                since, ended = day, None
            for e in r.do:
                if e.kind == "extend" and e.name == w.name and ended is not None:
                    more = max(day - ended, 0)
                    more = min(more, max(e.value - counted, 0)) if e.value else more
                    counted, last, ended = counted + more, max(last or 0, ended + more - 1) if more else last, None
            self.now.watches[w.name] = [counted, since, last, ended]
        top = {c.name: c.up_to for c in self.study.counts}
        raised = []
        for e in r.do:
            if e.kind == "put":
                self.now.numbers[e.name] = e.value
            elif e.kind == "add":
                self.now.numbers[e.name] = min(self.now.numbers[e.name] + 1, top.get(e.name, LONG))
                raised.append(e.name)
            elif e.kind == "less":
                self.now.numbers[e.name] = max(self.now.numbers[e.name] - 1, 0)
            elif e.kind == "mark":
                self.now.days[e.name] = day
        self.now.phase, self.now.day = phase, day
        self.steps.append(
            Step(
                day,
                entry,
                before,
                deepcopy(self.now),
                raised,
                breach and bool(r.breach),
                marked=tuple(e.name for e in r.do if e.kind == "mark"),
            )
        )

    # What is said -----------------------------------------------------------------------------------------------------------------

    def doses(self):
        """Drug -> the amount due on the day, for the drugs that are due."""
        found, now = {}, self.now
        for drug in dict.fromkeys(d.drug for d in self.study.doses if d.at and not d.before):
            here = [d for d in self.study.doses if d.drug == drug and now.phase in d.at and (not d.arms or self.arm in d.arms)]
            said = [d for d in here if type(d.given).__name__ != "Otherwise"]
            said = [d for d in said if (d.given is None or self.truth(d.given, now, self.on, {})) and self.falls(d)]
            said = said or [d for d in here if type(d.given).__name__ == "Otherwise"]
            if said and said[0].amount is not None:
                d = said[0]
                amount = d.amount if isinstance(d.amount, int | float) else self.rounded(self.number(d.amount, now, self.recorded), d)
                if amount is not None:
                    found[drug] = amount
        return found

    def rounded(self, amount, d):
        if amount is None or not d.rounded:
            return amount
        step = Fraction(str(d.rounded))
        return float(int(Fraction(str(amount)) / step + Fraction(1, 2)) * step)

    def falls(self, d):
        if not d.on:
            return True
        if any(w.name == d.on for w in self.study.stopwatches):
            counted, since, _, _ = self.now.watches.get(d.on, [0, None, None, None])
            number = counted + (self.on - since if since is not None else 0) + 1
        else:
            start = self.day_of(d.on, self.now, self.on)
            if start is None:
                return False
            number = self.on - start + 1
        if d.days:
            return number in d.days
        first, step = d.first or 1, 1 if d.every is None else d.every.n * (7 if d.every.unit == "weeks" else 1)
        return number >= first and (d.last is None or number <= d.last) and (number - first) % step == 0
