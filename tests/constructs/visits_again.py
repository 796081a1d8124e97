"""The visits of a participant by the second reading: their occasions, targets, who made them, and how they stand."""

import re
from dataclasses import dataclass, field

from tests.constructs.reference import LONG, on_calendar


@dataclass(eq=False)
class Time:
    """One occasion: the step that opened it (-1: none), the step that closed it (None: open), whether that replaced it."""

    visit: object
    number: int
    opened: int = -1
    closed: int | None = None
    replaced: bool = False
    target: int | None = None
    projected: bool = False
    made: tuple | None = None
    until: int = LONG
    over: int = LONG
    at: int | None = None
    off: int | None = None
    more: dict = field(default_factory=dict)


def plain(name):
    return " ".join(w.lstrip("0") or "0" if w.isdigit() else w for w in re.findall(r"[a-z]+|[0-9]+", name.lower()))


def said_of(person):
    """(name, occasion, target, state or None where this reading leaves it open, day made) of every visit, in no order."""
    own = {v.name: v for v in person.own}
    times = {}
    todo = list(own.values())
    while todo:
        v = todo.pop(0)
        if any(part.of in {o.name for o in todo} for part in parts_of(v) if getattr(part, "visit", False)):
            todo.append(v)
            continue
        if type(v.target).__name__ == "LeadingTo":
            times[v.name] = before_acts(person, v)
            continue
        times[v.name] = [] if v.every and not v.fixed else occasions(person, v)
        for t in times[v.name]:
            t.target, t.projected = target_of(person, t, times)
            if timed(v) and t.target is not None:
                by_the_clock(person, t, times)
        if v.fixed:
            times[v.name] = on_the_grid(person, v, times)
        for t in times[v.name] if v.expires else ():
            if t.target is not None:
                t.over = on_calendar(t.target, v.expires.n, v.expires.unit)
                t.until = min(t.until, t.over)
        times[v.name] = [t for t in times[v.name] if t.target is not None]
    every_time = [t for ts in times.values() for t in ts]
    for t in every_time:
        if t.visit.window is None and "days" not in t.more:
            t.more["days"] = days_without_window(person, t, every_time, times)
    again = make(person, own, times)
    for t in every_time:
        if timed(t.visit) and t.made and t.at is not None and t.visit.window and t.visit.window.unit == "minutes":
            e = next(e for e in person.entries if e["sequence"] == t.made[1])
            if e.get("at"):
                late, w = 1440 * (t.made[0] - t.target) + minutes(e["at"]) - t.at, t.visit.window
                t.off = min(late - w.before, 0) or max(late - w.after, 0)
    person.clock = {(t.visit.name, t.number): (t.at, t.off) for t in every_time if timed(t.visit)}
    found = [(t.visit.name, t.number, t.target, state_of(person, t, times), t.made and t.made[0]) for ts in times.values() for t in ts]
    for v in own.values():
        if v.every and not v.fixed:
            found += repeated(person, v, again.get(v.name, []), times)
    return found


def timed(v):
    return getattr(v.target, "unit", "") in ("hours", "minutes")


def minutes(text):
    hour, minute = text.split(":")
    return 60 * int(hour) + int(minute)


def by_the_clock(person, t, times):
    """Its time of day, and the day on which that falls, where the entry that marked its moment has a time."""
    target = t.visit.target
    said = [s.entry for s in person.steps[: t.closed] if target.of in s.marked]
    at = next((e.get("at") for e in person.entries if said and e["sequence"] == said[-1]), None)
    if at and ":" in at:
        total = minutes(at) + target.n * (60 if target.unit == "hours" else 1)
        t.target, t.at = anchor(person, target, t, times) + total // 1440, total % 1440


def days_of_window(t):
    """The first and the last day of its window; of one in minutes, its day alone where its time is not known."""
    w = t.visit.window
    if w.unit == "days":
        return t.target + earliest(t.visit), t.target + w.after
    return tuple(t.target + (0 if t.at is None else (t.at + n) // 1440) for n in (w.before, w.after))


def far(t, e):
    """How many minutes an entry is from a time; in whole days where one of them has no time of day."""
    known = t.at is not None and e.get("at")
    return abs(1440 * (t.target - e["day"]) - (minutes(e["at"]) - t.at if known else 0))


def before_acts(person, v):
    """A time for each day on which the moment was marked that this visit leads to: from so long before it, or the day after the one before."""
    found, last = [], 0
    for s in person.steps:
        if v.target.of in s.marked and s.day != last:
            first = max(on_calendar(s.day, -v.target.n, v.target.unit), last + 1)
            found.append(Time(v, len(found) + 1, target=s.day, until=s.day, over=s.day, more={"days": (first, s.day), "since": last + 1}))
            last = s.day
    return found


def days_without_window(person, t, every_time, times):
    """The days on which a time counts that has no window: from half way after the one before it, or after what it counts from, to the next one."""
    v = t.visit

    def alike(o):
        w = o.visit
        if o is t or o.opened != t.opened or w.made_by != v.made_by or not for_them(person, w, o.target, o):
            return False
        ways = [(getattr(x.target, "visit", None), x.target.of, x.each, x.opens) if hasattr(x.target, "visit") else x.name for x in (v, w)]
        return w is v or ways[0] == ways[1]

    others = sorted((o for o in every_time if alike(o)), key=lambda o: o.target)
    before, after = [o.target for o in others if o.target < t.target], [o for o in others if o.target > t.target]
    last = min([t.until, person.steps[t.closed].day if t.closed is not None else LONG])
    last = min(
        [last, *((o.more["days"][0] if "since" in o.more else days_of_window(o)[0] if o.visit.window else o.target) - 1 for o in after)]
    )
    first = t.target
    if before:
        first = next(d for d in range(before[-1] + 1, t.target + 1) if t.target - d < d - before[-1])
    elif hasattr(v.target, "visit"):
        first = min(anchor(person, v.target, t, times) + 1, t.target)
    return first, max(last, t.target)


def for_them(person, v, day, t=None):
    """Whether the condition of a visit held at the end of a day, or holds today where that is ahead."""
    if v.given is None:
        return True
    stood = person.first
    for n, s in enumerate(person.steps):
        if t is not None and t.closed is not None and n >= t.closed:
            break
        if s.day > day and (t is None or n > t.opened):
            break
        stood = s.after
    return person.truth(v.given, stood, day, person.screened) is True


def on_the_grid(person, v, times):
    """Each fixed day of each stretch, numbered through, up to the first that is ahead; a day lasts until the window of the next opens."""
    found = []
    for t in times[v.name]:
        if t.target is None:
            continue
        stop = LONG if t.closed is None else person.steps[t.closed].day
        if v.until:
            later = [
                s.day for n, s in enumerate(person.steps) if n >= t.opened and s.after.phase in v.until and s.before.phase not in v.until
            ]
            stop = min([stop, *later])
        bound = anchor(person, v.ends, t, times) if v.ends else None
        bound = LONG if bound is None else on_calendar(bound, v.ends.n, v.ends.unit)
        days = [on_calendar(t.target, n * v.every.n, v.every.unit) for n in range(400)]
        days = [d for d in days if d < stop and d <= bound]
        ended = next(p.end for p in person.study.phases if p.name == person.now.phase)
        horizon = next((s.day for s in reversed(person.steps) if s.after.phase != s.before.phase), 0) if ended else person.on
        horizon = min(horizon, person.on)
        for n, day in enumerate(days):
            if n and days[n - 1] > horizon:
                break
            until = days[n + 1] + earliest(v) - 1 if n + 1 < len(days) else LONG
            found.append(Time(v, len(found) + 1, t.opened, t.closed, t.replaced, day, until=until, more={"first": n == 0}))
    return found


def parts_of(v):
    target = v.target
    return (*getattr(target, "parts", (target,)), *([v.ends] if v.ends else []))


def occasions(person, v):
    steps, found = person.steps, []
    if v.each:
        for n, s in enumerate(steps):
            if v.each in s.raised:
                if found:
                    found[-1].closed = n
                found.append(Time(v, len(found) + 1, n))
        return found
    if not v.opens:
        return [Time(v, 1)]
    watched = {w for part in parts_of(v) for w in watches_of(person, part)}
    anew = {p for w in person.study.stopwatches if w.name in watched for p in w.runs} - set(v.opens)
    ends = {p.name for p in person.study.phases if p.end}
    for n, s in enumerate(steps):
        if s.after.phase == s.before.phase:
            continue
        enters = s.after.phase in v.opens and s.before.phase not in v.opens
        is_open = found and found[-1].closed is None
        if is_open and (enters or (s.after.phase in anew and s.after.phase not in ends)):
            found[-1].closed, found[-1].replaced = n, not enters
        if enters:
            found.append(Time(v, len(found) + 1, n))
    return found


def watches_of(person, part):
    if getattr(part, "visit", False):
        other = next(v for v in person.own if v.name == part.of)
        return {w for p in parts_of(other) for w in watches_of(person, p)}
    if getattr(part, "kind", "") == "full":
        return {part.of}
    found, name = set(), part.of
    while name:
        m = next(m for m in person.study.moments if m.name == name)
        if m.derived is None:
            break
        found.add(m.derived.stopwatch)
        name = m.derived.or_else
    return found


def anchor(person, part, t, times):
    """The day of what a part of a target counts from, as it was before the occasion closed."""
    over = t is not None and t.closed is not None
    if getattr(part, "visit", False):
        known = [o for o in times[part.of] if not over or o.opened < t.closed]
        return known[-1].target if known else None
    if not over:
        return person.day_of(part.of, person.now, person.on)
    return as_it_was(person, part.of, t.closed)


def as_it_was(person, name, closed):
    m = next(m for m in person.study.moments if m.name == name)
    if m.derived is None:
        return person.steps[closed].before.days.get(name)
    last = person.steps[closed].after.watches.get(m.derived.stopwatch, [0, None, None, None])[2]
    if last is not None:
        return last
    return as_it_was(person, m.derived.or_else, closed) if m.derived.or_else else None


def target_of(person, t, times):
    target = t.visit.target
    if getattr(target, "kind", "") == "full":
        return reached_in(person, t, target)
    days = []
    for part in getattr(target, "parts", (target,)):
        start = anchor(person, part, t, times)
        days.append(None if start is None else on_calendar(start, part.n, part.unit) + (getattr(part, "kind", "") == "past"))
    if hasattr(target, "which"):
        come = sorted(day for day in days if day is not None)
        return (None if not come else come[0] if target.which == "first" else come[-1]), False
    return (None if None in days else max(days)), False


def reached_in(person, t, clock):
    """The day on which a stopwatch had counted enough within an occasion; ahead of it, the day that it would be."""
    if (
        t.visit.opens
        and person.steps[t.opened].after.watches[clock.of][0] >= clock.n
        and person.steps[t.opened].after.watches[clock.of][1] is not None
    ):
        return person.steps[t.opened].day, False  # it had counted enough as the phase was entered again
    first = t.opened + 1 if t.visit.each else max(t.opened, 0)
    upto = len(person.steps) if t.closed is None else t.closed + 1
    for n in range(max(first, 0), upto + 1):
        stood = person.steps[n - 1].after if n > 0 else person.first
        if n > upto - 1 and t.closed is not None:
            break
        counted, since = stood.watches.get(clock.of, [0, None, None, None])[:2]
        stop = person.steps[n].day if n < len(person.steps) else person.on
        if since is not None and counted < clock.n and since + clock.n - counted <= stop:
            return since + clock.n - counted, False
        if n < len(person.steps):  # told later to have run on
            before, after = person.steps[n].before.watches.get(clock.of), person.steps[n].after.watches.get(clock.of)
            if before and before[3] is not None and after[3] is None and after[1] is None and before[0] < clock.n <= after[0]:
                return before[3] + clock.n - before[0], False
    if t.closed is not None:
        return None, False
    counted, since = person.now.watches.get(clock.of, [0, None, None, None])[:2]
    runs = next(w.runs for w in person.study.stopwatches if w.name == clock.of)
    if not any(s.after.phase in runs for s in person.steps) or counted >= clock.n or person.now.phase not in may_run(person, clock.of):
        return None, False
    return (person.on if since is None else since) + clock.n - counted, True


def may_run(person, watch):
    runs = next(w.runs for w in person.study.stopwatches if w.name == watch)
    keeps = [r for r in person.rules if r.to in runs and not any(e.kind == "reset" and e.name == watch for e in r.do)]
    return {*runs, *(p for r in keeps for p in r.at)}


def earliest(v):
    if v.window is None or v.window.unit == "minutes":
        return 0
    return v.window.before if v.window.not_before is None else max(v.window.before, -v.window.not_before)


def make(person, own, times):
    """Give each entry to one occasion at most; what comes again is made by what is left."""
    again = {}
    ends = {p.name for p in person.study.phases if p.end}
    ended = next((s.entry for s in reversed(person.steps) if s.after.phase != s.before.phase), None) if person.now.phase in ends else None
    for e, met in zip(person.entries, person.met, strict=True):
        form = person.forms[e["event"]]
        item = next((m.name for m in form.items if m.role == "visit"), None)
        said = e.get("visit") or (e["values"].get(item) if item else None)
        there = [t for ts in times.values() for t in ts if t.visit.made_by == e["event"] and (t.closed is None or met <= t.closed)]
        if said is not None:
            v = next((v for v in own.values() if plain(said) in {plain(n) for n in (v.name, *v.known_as)}), None)
            number = e.get("occasion") if e.get("visit") else None
            if v is not None and v.made_by == e["event"] and v.every and not v.fixed:
                if coming(person, v, e, met, again, times) is not None:
                    again.setdefault(v.name, []).append(e)
            elif v is not None and v.made_by == e["event"]:
                there = [t for t in (times[v.name] if number else there) if t.visit is v and (free(t) or "since" in t.more)]
                there = [
                    t
                    for t in there
                    if (
                        t.number == number and e["day"] <= t.over
                        if number
                        else not held(person, t) and named_from(person, t) <= e["day"] <= named_until(t)
                    )
                ]
                there.sort(key=lambda t: (not in_window(t, e["day"]), t.number))
                if there:
                    there[0].made = (e["day"], e["sequence"])
        elif item is None:
            unnamed(
                person,
                e,
                met,
                [t for t in there if not held(person, t) and e["day"] <= last_day(t) and for_them(person, t.visit, t.target, t)],
                own,
                again,
                times,
            )
        serve(person, e, met, times)
        if ended is not None and e["sequence"] == ended:
            break
    return again


def serve(person, e, met, times):
    """What an entry has made serves others that name that visit: the nearest of each in whose window it falls, until one of its own comes."""
    mark = (e["day"], e["sequence"])
    mains = {t.visit.name for ts in times.values() for t in ts if t.made == mark}
    for ts in times.values():
        able = [
            t for t in ts
            if mains & set(t.visit.served_by) and not t.made and not held(person, t) and (t.closed is None or met <= t.closed)
            and e["day"] <= last_day(t) and in_window(t, e["day"]) and for_them(person, t.visit, t.target, t)
        ]  # fmt: skip
        for t in sorted(able, key=lambda t: abs(t.target - e["day"]))[:1]:
            t.made, t.more["served"] = mark, mark


def free(t):
    """Whether an entry may make it: none has, or only that of a visit that serves it."""
    return not t.made or t.more.get("served") == t.made


def held(person, t):
    return t.projected and person.now.watches[t.visit.target.of][1] is None


def last_day(t):
    return t.more["days"][1] if t.visit.window is None else t.until


def named_until(t):
    return last_day(t) if t.visit.window is not None or t.visit.fixed or "since" in t.more else t.over


def in_window(t, day):
    if t.visit.window is None:
        return t.more["days"][0] <= day <= t.more["days"][1]
    low, high = days_of_window(t)
    return low <= day <= high


def named_from(person, t):
    if "since" in t.more:
        return t.more["since"]
    target, low = t.visit.target, t.more["days"][0] if t.visit.window is None else days_of_window(t)[0]
    if not t.more.get("first", True):
        return low
    if timed(t.visit):
        day = person.day_of(target.of, person.now, person.on) if t.closed is None else as_it_was(person, target.of, t.closed)
        return min(day, low)
    if not hasattr(target, "visit") or target.visit:
        return min(person.steps[t.opened].day if t.opened >= 0 else 0, low)
    day = t.target - target.n if target.unit == "days" else person.day_of(target.of, person.now, person.on) or 0
    derived = next(m for m in person.study.moments if m.name == target.of).derived
    return min(day + (derived is not None), low)


def unnamed(person, e, met, there, own, again, times):
    day, form = e["day"], person.forms[e["event"]]
    within = [t for t in there if in_window(t, day)]
    if within:
        open_ = sorted((t for t in within if free(t)), key=lambda t: far(t, e))
        # the last before an act is its visit
        open_ += sorted((t for t in within if not free(t) and "since" in t.more), key=lambda t: abs(t.target - day))
        if open_:
            open_[0].made = (day, e["sequence"])
        return
    observes = all(person.natures[y.event] == "fact" for y in form.yields) and not any(m.role == "dose" for m in form.items)
    passed = sorted((t for t in there if t.visit.window and days_of_window(t)[1] < day), key=lambda t: -t.target) if observes else []
    ways = [(abs(passed[0].target - day), 0, None)] if passed and free(passed[0]) else []
    for n, v in enumerate((v for v in own.values() if v.every and not v.fixed and v.made_by == e["event"]), 1):
        target = coming(person, v, e, met, again, times)
        if target is not None:
            hit = target + earliest(v) <= day <= target + (v.window.after if v.window else 0)
            ways.append((-1 if hit else abs(target - day), n, v))
    if ways:
        _, _, v = min(ways, key=lambda w: w[:2])
        if v is None:
            passed[0].made = (day, e["sequence"])
        else:
            again.setdefault(v.name, []).append(e)


def base_of(person, v, day, times):
    """The day from which a visit that comes again counts, as an entry of a day finds it."""
    days = []
    for part in getattr(v.target, "parts", (v.target,)):
        if getattr(part, "visit", False):
            known = [t for t in times[part.of] if (person.steps[t.opened].day if t.opened >= 0 else 0) <= day]
            start = known[-1].target if known else None
        else:
            start = person.day_of(part.of, person.now, person.on)
        if start is None:
            return None
        days.append(on_calendar(start, part.n, part.unit))
    return max(days)


def coming(person, v, e, met, again, times):
    phases = {person.steps[met - 1].after.phase if met else person.first.phase}
    phases |= {s.before.phase for s in person.steps if s.entry == e["sequence"]}
    if v.excused and not phases & set(v.excused):
        return None
    if not for_them(person, v, e["day"]):
        return None
    base, last = base_of(person, v, e["day"], times), again[v.name][-1]["day"] if again.get(v.name) else 0
    end = person.day_of(v.ends.of, person.now, person.on) if v.ends else None
    if base is None or e["day"] <= base or (end is not None and last >= on_calendar(end, v.ends.n, v.ends.unit)):
        return None
    return on_calendar(max(base, last), v.every.n, v.every.unit)


def repeated(person, v, entries, times):
    base = base_of(person, v, LONG, times)
    if base is None:
        return []
    found, last = [], 0
    end = person.day_of(v.ends.of, person.now, person.on)
    for e in entries:
        last = max(base_of(person, v, e["day"], times), last)
        number = e.get("occasion") if e.get("visit") else None
        if number and number <= len(found):
            continue
        while number and len(found) + 1 < number:
            last = on_calendar(last, v.every.n, v.every.unit)
            found.append((v.name, len(found) + 1, last, "missed", None))
        found.append((v.name, len(found) + 1, on_calendar(last, v.every.n, v.every.unit), "done", e["day"]))
        last = e["day"]
        if end is not None and last >= on_calendar(end, v.ends.n, v.ends.unit):
            return found
    t = Time(v, len(found) + 1, target=on_calendar(max(base, last), v.every.n, v.every.unit))
    return [*found, (v.name, t.number, t.target, state_of(person, t, times), None)]


def state_of(person, t, times):
    v, on, phase = t.visit, person.on, next(p for p in person.study.phases if p.name == person.now.phase)
    if t.made:
        return "done"
    over = person.steps[-1].day if phase.end else None
    since = next((s.day for s in reversed(person.steps) if s.after.phase != s.before.phase), 0)
    if phase.end and t.target > since:
        return "not owed"
    for low, high, back in lost(person):
        if low < t.target < high and (back is None or not v.every or v.fixed):
            return "not owed"
    for low, high, open_ in outside(person, v, times):
        if low < t.target < high and (open_ or not v.every or v.fixed):
            return "not owed" if not open_ or t.target < on else None
    if not for_them(person, v, t.target, None if v.every and not v.fixed else t):
        return "not owed"
    if t.replaced:
        return "not owed"
    if over is not None or t.closed is not None or on > (last_day(t) if "days" in t.more else t.until):
        return "missed"
    low, high = days_of_window(t) if v.window else (t.target, LONG)
    if on < low:
        return "planned"
    if "since" in t.more:
        return "due"
    if v.window is None:
        return "due" if on == t.target else "owed"
    return "due" if on <= t.target else "owed" if on <= high else "late"


def lost(person):
    """From the day that a participant was lost to the day of the next fact about them."""
    absence, found, began = person.study.absence, [], None
    for e in person.entries if absence else ():
        facts = all(person.natures[y.event] != "decision" for y in person.forms[e["event"]].yields)
        if e["event"] == absence.entry:
            began = e["day"] if began is None else began
        elif began is not None and facts and e["event"] not in absence.not_ended_by:
            found.append((began, e["day"], e["day"]))
            began = None
    return found + ([(began, LONG, None)] if began is not None else [])


def outside(person, v, times):
    """The stretches outside the phases in which a visit is owed, each drawn out to the target of the visit that ends it."""
    if not v.excused:
        return []
    ends = {p.name for p in person.study.phases if p.end}
    found, left, inside = [], 0, person.first.phase in v.excused
    for n, s in enumerate(person.steps):
        if s.after.phase == s.before.phase:
            continue
        enters, ended = s.after.phase in v.excused, s.after.phase in ends
        if not inside and enters:
            drawn = [t.target for t in times.get(v.until_visit, ()) if t.opened == n]
            found.append((left, max(drawn, default=s.day), False))
        elif not inside and ended:
            found.append((left, s.day + 1, True))
        elif inside and not enters and not ended:
            left = s.day
        inside = enters or ended
    return found + ([(left, LONG, True)] if not inside else [])
