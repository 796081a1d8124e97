"""Small studies made of choices, each choice a construct of the language or a way to use one; and journals for them.

`CHOICES` is the list of what is chosen between; a row is one choice of each. `TAKEN` says which functions and parameters of the language the
studies so made have used, as they are made.
"""

from collections import defaultdict
from datetime import date
from itertools import combinations
from random import Random
from types import SimpleNamespace

from trialrun.protocol import endpoints as en
from trialrun.protocol import invariants as inv
from trialrun.protocol import language as lang

CHOICES = {
    "comes": ("once", "each tally", "each count", "opens", "every", "fixed", "fixed each", "fixed opens"),
    "target": (
        "days",
        "months",
        "last day",
        "after a visit",
        "target of",
        "later of",
        "full",
        "past",
        "reached",
        "leading to",
        "first of",
        "last of",
        "hours",
    ),
    "made by": ("observation", "act", "name", "known as"),
    "window": ("plain", "not before", "not stated"),
    "for whom": ("everyone", "whom a flag says", "whom a count says", "whom screening says"),
    "stays": ("for ever", "expires"),
    "served": ("by its own", "by another"),
    "owed": ("everywhere", "excused", "until visit"),
    "arms": ("none", "rule", "visit", "dose", "invariant"),
    "guard": ("flag", "no", "count", "any", "all", "needs", "surely", "past", "reached", "full", "started flag"),
    "value": (
        "number",
        "one of",
        "mentions",
        "known",
        "surely",
        "sum",
        "screening",
        "class",
        "violated",
        "always",
        "overrides",
        "so far",
        "between dates",
    ),
    "effect": ("none", "put", "put count", "less", "mark", "reset"),
    "leaves": ("past days", "reached weeks", "past months", "full days"),
    "dose": (
        "fixed",
        "formula",
        "otherwise",
        "days",
        "every",
        "two drugs",
        "before",
        "none",
        "capped",
        "of a day",
        "until changed",
        "ladder",
        "rising ladder",
        "each day",
        "each of two",
    ),
    "breach": ("otherwise", "breach", "named breach"),
    "absence": ("none", "lost", "not ended by"),
    "told": ("plain", "shown", "ahead", "proposal", "roles"),
    "endpoint": (
        "marked",
        "happens",
        "assessed",
        "recorded",
        "following",
        "before",
        "unless",
        "competing",
        "design",
        "value",
        "change",
        "rate",
        "category",
        "filled",
        "repeated",
        "modelled",
    ),
    "analysis": ("none", "subgroups", "marks", "switch", "reasons", "actions", "asked", "best", "columns"),
    "proved": ("where rules hold", "where they are broken too"),
    "invariant": (
        "never",
        "always",
        "every_step",
        "only_when",
        "never_step",
        "only_on",
        "possible",
        "at_most",
        "not_before",
        "reaches",
        "clock_leads",
        "dose_is",
        "dose_before",
    ),
}
PROCEDURES = ("fixed sequence", "Holm", "Hochberg", "gatekeeping")
TAKEN = set()
DAY_1 = date(2020, 1, 30).toordinal()


def recording(door):
    """The functions of a door, which note each parameter that they are given."""

    def noted(name, function):
        def called(*args, **kwargs):
            import inspect

            bound = inspect.signature(function).bind(*args, **kwargs)
            TAKEN.update((name, parameter) for parameter in bound.arguments)
            return function(*args, **kwargs)

        return called

    named = {n: getattr(door, n) for n in door.__all__}
    return SimpleNamespace(**{n: noted(n, f) if hasattr(f, "__code__") else f for n, f in named.items()})


def rows(seed=0):
    """Rows of choices in which every pair of choices occurs: each takes the choices that bring the most new pairs."""
    luck, names = Random(seed), list(CHOICES)
    left = {((a, x), (b, y)) for a, b in combinations(names, 2) for x in CHOICES[a] for y in CHOICES[b]}
    found = []
    while left:
        first = min(left) if luck.random() < 0.5 else luck.choice(sorted(left))
        row = dict(first)
        wanted = defaultdict(set)
        for p, q in left:
            wanted[p].add(q)
            wanted[q].add(p)
        for name in luck.sample([n for n in names if n not in row], len(names) - 2):
            row[name] = max(CHOICES[name], key=lambda x: (sum(p in wanted[name, x] for p in row.items()), luck.random()))
        row = {name: row[name] for name in names}
        left -= set(combinations(row.items(), 2))
        found.append(row)
    return found


def study_of(row):
    """The study of a row of choices."""
    w, e, i = recording(lang), recording(en), recording(inv)
    days, weeks, months = w.days, w.weeks, w.months
    T, a = "T1", row
    home = w.phase("home", source=T, waits="a start has no last day")
    drug = w.phase("drug", source=T, shown="on drug", course="treatment")
    rest = w.phase("rest", source=T, course="after")
    free = w.phase("free", source=T, waits="a start has no last day", course="after")
    dead = w.phase("dead", source=T, end=True, reason="death")
    living = (home, drug, rest, free)
    well, ready = w.flag("well", source=T), w.flag("ready", source=T, starts=a["guard"] == "started flag")
    few, many = w.count("few", up_to=3, starts=0, source=T), w.tally("many", source=T, starts=0)
    began, dosed, stopped = (w.moment(n, source=T) for n in ("began", "dosed", "stopped"))
    ran = w.stopwatch("days on drug", runs=drug, source=T)
    last = w.last_day("last day on drug", ran, or_else=began, source=T)
    starts, takes, tells = (w.act(n, T, otherwise="is nothing", label=n) for n in ("start", "dose", "tell"))
    stops, chooses = (w.decision(n, T, otherwise="is nothing", label=n) for n in ("stop", "choose"))
    seen, grave = w.fact("seen", T, otherwise="is nothing", shown=True, label="seen"), w.fact("grave", T, otherwise="is nothing")
    dies = w.fact("death", T, otherwise="is nothing", last=True)
    # What is recorded
    term, grade = w.measure("term", type="text", source=T, role="term"), w.measure("grade", type="integer", source=T, role="grade")
    mg = w.measure("amount", unit="mg", role="dose", source=T, drug="X" if a["dose"] in ("two drugs", "each of two") else "")
    why = w.measure("why", type="text", source=T, role="reason")
    ml = w.measure("volume", unit="mL", role="dose", source=T, drug="Y")
    x = w.measure("x", type="integer", range=(0, 9), source=T, label="x", cdash="X")
    y = w.measure("y", unit="kg", range=(1, 9), source=T, also_in=(w.unit("g", times=0.001, plus=0, source=T),))
    tall = w.measure("tall", unit="cm", range=(50, 250), source=T)
    word, code = w.measure("word", type="text", source=T), w.measure("code", codes=("a", "b c"), source=T)
    day, yes = w.measure("on", type="date", source=T), w.measure("yes", type="yes/no", source=T, blinded=True)
    name, told_class = w.measure("name", type="text", role="visit", source=T), w.measure("kind of it", type="text", source=T)
    heavy = w.criterion("heavy", "inclusion", y > 2, T)
    given = {
        "number": x > 4,
        "one of": w.one_of(code, "B C"),
        "mentions": w.mentions(word, "Yes", "ja"),
        "known": w.known(day),
        "surely": w.surely(w.any_of(x > 6, yes)),
        "sum": (x + y * 2 - 1) / 2 > y**2,
        "screening": x > w.at_screening(x),
        "violated": w.violated(heavy),
        "always": None,
        "overrides": x > 4,
        "class": w.one_of(told_class, "high"),
        "so far": w.any_of(x > w.previous(x), x < w.lowest_so_far(x) - 1, w.last_known(y) < w.highest_so_far(y)),
        "between dates": w.any_of(w.days_between(day, lang.entry_day) < 45, w.age_on(day, lang.entry_day) >= 1),
    }[a["value"]]
    classes = (
        (w.classed("high", x > 5, T, label="High"), w.classed("low", x <= 5, T)) if a["value"] == "class" or a["analysis"] == "best" else ()
    )
    classes = classes or ((w.classed("high", x > 5, T),) if a["endpoint"] == "assessed" else ())
    arms = (w.arm("A", source=T, label="arm A", share=2), w.arm("B b", source=T)) if a["arms"] != "none" else ()
    own = {"arm": arms[0]} if arms else {}
    allocated = w.fact("allocated", T, otherwise="is nothing")
    items = (x, y, word, code, day, yes, *((tall,) if a["dose"] == "capped" else ()))
    start = w.form("start", source=T, yields=w.gives(starts))
    dosing = w.form("dosing", source=T, items=(mg, ml) if a["dose"] in ("two drugs", "each of two") else (mg, why), yields=w.gives(takes))
    told_rows = w.measure("told rows", type="integer", source=T)
    courses = w.group(
        "courses",
        label="Courses",
        source=T,
        items=(w.measure("length", unit="d", range=(1, 9), source=T),),
        required=(w.measure("kind of course", codes=("a", "b"), source=T),),
        rows=told_rows,
        up_to=2,
    )
    few_told = w.edit_check("at most one course", told_rows < 2, T)
    tell = w.form("tell", source=T, yields=w.gives(tells), groups=(courses,), checks=(few_told,))
    stop = w.form("stop", source=T, yields=w.gives(stops))
    choose, visited = w.form("choose", source=T, yields=w.gives(chooses)), w.form("visited", source=T, items=(name, x))
    screening = w.form("screening", source=T, items=(x, y), required=(y,), keeps_screening=True)
    beside = {
        "asked": (w.shown_if(word, x > 4), w.required_if(code, w.all_of(yes, w.at_screening(x) < 7)), w.required_if(word, w.known(day)))
    }
    beside["ranges"] = (w.range_if(x, (0, 3), yes, T), w.range_if(x, (2, None), w.at_screening(y) > 3, T, confirmed=False))
    beside["checks"] = (
        w.edit_check("a small x after what is grave", w.any_of(grade < 4, x < 5), T),
        w.edit_check("x is known", w.known(x), T, confirmed=False),
    )
    sample = w.form(
        "sample",
        source=T,
        label="a sample",
        items=items,
        yields=(w.gives(seen, given),),
        classes=classes,
        classified=told_class if classes else None,
        **beside,
    )
    onset, over = w.measure("onset", type="date", source=T), w.measure("over", type="date", source=T)
    fate = w.measure("fate", codes=("well again", "not yet"), source=T, role="outcome")
    of_days, worst, going, was = (w.measure(n, type="integer", source=T) for n in ("of days", "worst", "going", "was"))
    course = {"none": "each by itself", "lost": "to a date", "not ended by": "to a condition"}[a["absence"]]
    lives = {
        "each by itself": lambda: {"yields": w.gives(grave)},
        "to a date": lambda: {
            "yields": (w.gives(grave, w.any_of(grade > was, w.all_of(of_days > 6, going))), w.gives(seen, w.no(going))),
            "lives": w.episode(begins=onset, ends=over, grade=grade, days=of_days, ongoing=going, grade_before=was),
        },
        "to a condition": lambda: {
            "yields": (w.gives(grave), w.gives(seen, w.all_of(worst > 3, w.mentions(term, "ja")))),
            "lives": w.episode(ended=w.one_of(fate, "well again"), grade=grade, worst=worst),
        },
    }[course]()
    further = {"to a date": (onset, over), "to a condition": (fate,)}.get(course, ())
    event = w.form("adverse event", source=T, items=(term, grade, *further), domain="AE", **lives)
    lost, death = w.form("lost", source=T), w.form("death", source=T, yields=w.gives(dies))
    randomisation = (
        w.form(
            "randomisation",
            source=T,
            items=(w.measure("arm", codes=tuple(b.name for b in arms), role="arm", source=T),),
            yields=w.gives(allocated),
        )
        if arms
        else None
    )
    forms = (start, dosing, tell, stop, choose, visited, screening, sample, event, lost, death, *((randomisation,) if arms else ()))
    if a["value"] == "overrides":
        forms = (*forms, w.form("own view", source=T, items=(x,), yields=w.gives(seen, x > 2), overrides="sample"))
    # Sentences
    guard = {
        "flag": well,
        "no": w.no(well),
        "count": few < 2,
        "any": w.any_of(well, few < 1),
        "all": w.all_of(w.no(well), few < 2),
        "surely": w.surely(well),
        "needs": w.needs(T, "it is well", well, refused="it is not well"),
        "past": w.past(3 * days, dosed),
        "reached": w.reached(1 * weeks, began),
        "full": w.full(6 * days, ran),
        "started flag": ready,
    }[a["guard"]]
    effect = {
        "none": (),
        "put": (w.put(ready, True),),
        "put count": (w.put(few, 1),),
        "less": (w.less_one(many),),
        "mark": (w.mark(began),),
        "reset": (w.reset(ran),),
    }[a["effect"]]
    leave = {
        "past days": w.past(20 * days, began),
        "reached weeks": w.reached(3 * weeks, began),
        "past months": w.past(1 * months, dosed),
        "full days": w.full(25 * days, ran),
    }[a["leaves"]]
    taken = (
        w.mark(dosed),
        *(() if a["effect"] == "less" else (w.add_one(many),)),
        *(() if a["effect"] == "put count" else (w.add_one(few),)),
        *effect,
    )
    anew = (w.reset(ran),) if a["target"] == "full" and a["comes"] in ("each tally", "each count", "fixed each") else ()
    taken = (*taken, *(anew if a["effect"] != "reset" else ()))
    clocked = a["leaves"] == "past months"
    levels = None
    if a["dose"] == "ladder":
        levels = w.ladder("level", "X", "mg", w.step(9, words="full"), w.step(5, every=2 * days, first=1), source=T)
    elif a["dose"] == "rising ladder":
        levels = w.ladder(
            "level",
            "X",
            "mg",
            w.step(3 * y, rounded=0.5),
            w.step(5, days=(1, 3)),
            w.step(5, first=2, last=9),
            source=T,
            rises=True,
            confirmed=False,
        )
    rules = [
        w.rule(T, "it begins", at=(home, free, rest), on=starts, to=drug, do=(w.mark(began), *((w.mark(dosed),) if clocked else ()))),
        w.rule(T, "a dose", at=drug, on=takes, given=guard, do=taken),
        w.rule(T, "chosen", at=drug, on=chooses, do=(w.add_one(many), w.add_one(few), w.mark(dosed), *anew)),
        w.rule(T, "it is stopped", at=drug, on=stops, to=rest, do=w.mark(stopped)),
        w.rule(T, "it is over", at=drug, on=leave, to=rest, do=w.mark(stopped)),
        w.rule(T, "told later", at=rest, on=tells, do=w.ran_on(ran, up_to=28 * days)),
        w.rule(T, "rest is over", at=rest, on=w.past(10 * days, stopped), to=free),
        w.rule(T, "seen", at=living, on=seen, given=w.no(well), do=w.put(well, True)),
        w.rule(T, "seen again", at=living, on=seen, given=w.otherwise, do=w.put(well, False)),
        w.rule(T, "death", at=living, on=dies, to=dead),
    ]
    breaches = []
    if a["breach"] == "otherwise":
        rules.append(w.rule(T, "a dose that counts nothing", at=drug, on=takes, given=w.otherwise))
    elif a["breach"] == "breach":
        breaches.append(w.breach(T, "a dose all the same", at=(drug,), on=takes, given=w.otherwise, do=(w.add_one(many), *anew)))
    else:
        breaches.append(
            w.breach(T, "a dose at rest", at=(rest, free), on=takes, to=drug, do=(w.mark(began), w.mark(dosed)), kind="out of time")
        )
    if levels is not None:
        lowered = w.rule(T, "grave lowers it", at=drug, on=grave, given=w.lower_left(levels), do=w.step_down(levels))
        rules += [lowered, w.rule(T, "grave ends it", at=drug, on=grave, given=w.otherwise, to=rest, do=w.mark(stopped))]
        if levels.rises:
            rules.append(w.rule(T, "told, it rises", at=drug, on=tells, given=w.no(w.on_level(levels, 0)), do=w.step_up(levels)))
    if a["target"] == "full" and a["leaves"] != "full days":
        rules.append(w.rule(T, "25 days on drug", at=drug, on=w.full(25 * days, ran)))
    if arms:
        rules.append(w.rule(T, "allocated", at=home, on=allocated))
        if a["arms"] == "rule":
            rules.append(w.rule(T, "told in A", at=free, on=tells, do=(w.add_one(many), *anew), arm=arms[0]))
            breaches.append(w.breach(T, "told too early in A", at=drug, on=tells, do=(w.add_one(many), *anew), arm=arms[0]))
    # Doses
    extra = own if a["arms"] == "dose" else {}
    worked_out = {
        "formula": lambda: 3 * y,
        "capped": lambda: w.least(9 * w.body_surface("DuBois", tall, y), 3),
        "of a day": lambda: w.greatest(2 * w.as_of(y, dosed), 3),
        "until changed": lambda: 2 * w.until_changed(w.as_of(y, began) if a["comes"] == "once" else w.at_screening(y), percent=40),
    }
    formula = worked_out[a["dose"]]() if a["dose"] in worked_out else None
    d = {
        "fixed": lambda: [w.dose(5, "mg", "X", source=T, at=drug, words="five", route="by mouth", **extra)],
        **dict.fromkeys(
            worked_out, lambda: [w.dose(formula, "mg", "X", source=T, at=drug, rounded=0.1 if a["dose"] == "capped" else 5, **extra)]
        ),
        "otherwise": lambda: [
            w.dose(5, "mg", "X", source=T, at=drug, given=few < 1, **extra),
            w.dose(9, "mg", "X", source=T, at=drug, given=w.otherwise, **extra),
        ],
        "days": lambda: [w.dose(5, "mg", "X", source=T, at=drug, days=(1, 8, 15), on=ran, **extra)],
        "every": lambda: [w.dose(5, "mg", "X", source=T, at=drug, first=2, last=20, every=2 * days, on=began, **extra)],
        "two drugs": lambda: [
            w.dose(5, "mg", "X", source=T, at=drug, **extra),
            w.dose(2, "mL", "Y", source=T, at=drug, days=(3,), on=began, **extra),
        ],
        "before": lambda: [
            w.dose(5, "mg", "X", source=T, at=drug, **extra),
            w.dose(4, "mg", "Z", source=T, before=starts, words="before it"),
        ],
        "each day": lambda: [
            w.dose(9, "mg", "X", source=T, at=drug, days=(1, 4, 8), on=began, window=w.window(-1, 2, source=T), **extra),
            w.dose(None, "mg", "X", source=T, at=drug, given=w.otherwise, **extra),
        ],
        "each of two": lambda: [
            w.dose(
                2 * y,
                "mg",
                "X",
                source=T,
                at=drug,
                given=w.no(well),
                first=2,
                every=3 * days,
                on=ran,
                window=w.window(0, 1, source=T),
                **extra,
            ),
            w.dose(9, "mg", "X", source=T, at=drug, given=well, window=w.window(-1, 0, source=T, not_before=1), **extra),
            w.dose(2, "mL", "Y", source=T, at=drug, days=(3,), on=began, **extra),
        ],
        "ladder": lambda: [*w.doses_by(levels, source=T, at=drug, on=began, route="by mouth", window=w.window(0, 1, source=T), **extra)],
        "rising ladder": lambda: [*w.doses_by(levels, source=T, at=drug, given=few >= 0, on=ran, confirmed=False, **extra)],
        "none": lambda: [w.dose(None, "mg", "X", source=T, at=drug, **extra)],
    }[a["dose"]]()
    # Visits
    box = {
        "plain": w.window(-3, 3, source=T),
        "not before": w.window(-2, 3, source=T, not_before=1),
        "not stated": None,
    }[a["window"]]
    plain = w.window(-2, 2, source=T)
    first = w.visit("First", source=T, target=w.after(1 * weeks, began), window=plain, made_by=sample, forms=(sample,))
    ending = w.visit(
        "Ending", source=T, target=w.after(5 * days, stopped), window=plain, made_by=visited, known_as=("the end",), opens=(rest, free)
    )
    monthly = w.series("Day {n}", days=(29, 57), after=began, known_as=("d{n}",), source=T, window=plain, made_by=visited, each=many)
    weekly = w.series("Week {n}", weeks=(5, 10), after=began, source=T, window=box and plain, made_by=visited)
    monthly += (
        *weekly,
        *w.series("Month {n}", months=(3,), after=first, source=T, window=plain, made_by=visited),
        *w.series(
            "{n} h", hours=(2, 26), minutes=(90,), after=dosed, source=T, window=w.window(-5 * w.minutes, 0, source=T), made_by=visited
        ),
    )
    target = {
        "days": w.after(9 * days, began),
        "months": w.after(1 * months, began),
        "last day": w.after(7, last),
        "after a visit": w.after(4 * days, first),
        "target of": w.target_of(first),
        "later of": w.later_of(w.after(6 * days, began), w.after(2 * days, dosed), w.target_of(first)),
        "full": w.full(25 * days, ran),
        "past": w.past(4 * days, dosed),
        "reached": w.reached(2 * weeks, began),
        "leading to": w.leading_to(6 * days, dosed),
        "hours": w.after(30 * w.hours, dosed),
        "first of": w.whichever_first(w.after(6 * days, began), w.after(2 * days, dosed), w.target_of(first)),
        "last of": w.whichever_last(w.after(6 * days, began), w.after(2 * days, dosed), w.after(1, stopped)),
    }[a["target"]]
    comes = {
        "each tally": {"each": many},
        "each count": {"each": few},
        "opens": {"opens": drug if a["target"] == "full" else rest},
        "every": {"every": 6 * days, "ends": w.after(90 * days, began)},
        "fixed": {"every": 1 * months, "fixed": True, "until": free},
        "fixed each": {"every": 1 * weeks, "fixed": True, "each": many, "ends": w.after(30 * days, dosed)},
        "fixed opens": {"every": 9 * days, "fixed": True, "opens": rest, "ends": w.after(60 * days, stopped), "until": dead},
        "once": {},
    }[a["comes"]]
    if a["target"] == "hours" and "every" in comes:
        comes = {}
    if a["target"] == "hours" and a["window"] == "plain":
        box = w.window(-90 * w.minutes, 2 * w.hours, source=T)
    if a["target"] == "leading to":  # the act says its days and its occasions
        comes, box = {}, None
    owed = {"everywhere": {}, "excused": {"excused": (drug, rest)}, "until visit": {"excused": (rest, free), "until_visit": ending}}[
        a["owed"]
    ]
    made_by = {"observation": sample, "act": dosing, "name": visited, "known as": visited}[a["made by"]]
    whom = {
        "everyone": {},
        "whom a flag says": {"given": well},
        "whom a count says": {"given": few < 2},
        "whom screening says": {"given": w.any_of(w.at_screening(x) > 4, few > 1)},
    }[a["for whom"]]
    stays = {"expires": 11 * days} if a["stays"] == "expires" and a["comes"] != "every" and a["target"] != "leading to" else {}
    known = {"known_as": ("seen again", "2nd")} if a["made by"] == "known as" else {}
    others = [v for v in (first, ending, *monthly) if v.made_by == made_by.entry]
    serves = tuple(others) if a["served"] == "by another" and a["comes"] != "every" else ()
    mine = w.visit(
        "Second",
        source=T,
        target=target,
        window=box,
        made_by=made_by,
        words="the second",
        served_by=serves,
        **known,
        **comes,
        **owed,
        **whom,
        **stays,
        **(own if a["arms"] == "visit" else {}),
    )
    # What is told, and what is analysed
    parts = {}
    if a["absence"] != "none":
        parts["absence"] = w.absence("lost", "lost", T, **({"not_ended_by": (sample,)} if a["absence"] == "not ended by" else {}))
    if levels is not None:
        parts["ladders"] = (levels,)
    if a["told"] == "shown":
        parts["standing"] = (
            *((w.shown("level_now", levels),) if levels is not None else ()),
            w.shown("many_now", many, plus=1, at=(drug, rest)),
            w.shown("day", ran, plus=1, at=drug),
            w.shown("few", few),
        )
    elif a["told"] == "ahead":
        parts["ahead"] = (w.ahead(w.past(10 * days, stopped), "rest is over", at=rest, source=T, given=w.no(well)),)
    elif a["told"] == "proposal":
        parts["proposals"] = (w.proposal(T, "stop it?", at=drug, on=grave, answers=(stops,), given=None),)
    elif a["told"] == "roles":
        parts |= {"day_one": began, "cycle": many, "enrolled": screening}
    was_y = w.at_screening(y)
    never = w.form("never", source=T)
    forms = (*forms, never)
    everyone = e.population("all", label="all who began", source=T, has=(e.marked(began),), lacks=e.recorded(never))
    fits = e.population("fit", label="all who fit", source=T, within=everyone, given=w.any_of(was_y > 2, w.no(w.known(was_y))))
    begin = e.marked(began)
    event_of = {
        "marked": e.marked(stopped, given=few >= 0, at=(drug, rest)),
        "happens": e.happens(grave, given=w.no(well), at=living, words="grave"),
        "assessed": e.assessed(given=w.one_of(told_class, "high") if classes else None, at=living, words="high"),
        "recorded": e.recorded(sample, given=x > 4, at=(drug, rest)),
        "following": e.following(e.recorded(sample), e.marked(stopped)),
        "before": e.before(e.recorded(sample), e.marked(stopped)),
        "unless": e.unless(e.recorded(sample), e.marked(stopped), since=e.marked(began)),
        "competing": e.happens(grave),
        "design": e.marked(stopped),
        "value": e.marked(stopped),
        "change": e.marked(stopped),
        "rate": e.marked(stopped),
        "category": e.marked(stopped),
        "filled": e.marked(stopped),
        "repeated": e.marked(stopped),
        "modelled": e.marked(stopped),
    }[a["endpoint"]]
    survival = e.endpoint(
        "S",
        label="survival",
        kind="time",
        population=everyone,
        source=T,
        starts=begin,
        events=e.happens(dies),
        censors=e.recorded(),
        landmarks=(30 * days,),
        handling=(e.handled("a stop", "treatment policy", "ignored"),),
    )
    kept = (e.not_below(-0.5, on="difference", confidence=0.9), e.not_above(2, on="ratio", confidence=0.9)) if arms else ()
    main = e.endpoint("E", label="it", kind="proportion", population=fits, source=T, events=event_of, primary=True, margins=kept)
    endpoints = [main, survival]
    if a["endpoint"] == "rate":
        endpoints.append(
            e.endpoint(
                "R",
                label="how many",
                kind="count",
                population=everyone,
                source=T,
                starts=begin,
                events=e.recorded(sample),
                censors=e.recorded(),
                cut=e.marked(stopped),
                per=10 * days,
                scatter="negative binomial",
            )
        )
    if a["endpoint"] == "category":
        endpoints.append(
            e.endpoint(
                "O",
                label="the worst",
                kind="ordered",
                population=everyone,
                source=T,
                events=e.recorded(sample),
                value=e.category_of(code, "b c", "a", pick="highest", without="nothing"),
            )
        )
    if a["endpoint"] in ("repeated", "modelled"):
        endpoints.append(
            e.endpoint(
                "V",
                label="a number over visits",
                kind="repeated",
                population=everyone,
                source=T,
                starts=begin,
                events=(e.at_visit(mine, words="then"), e.recorded(sample)),
                value=e.value_of(x, average="median") if a["endpoint"] == "repeated" else e.value_of(x, model="mixed model"),
            )
        )
    if a["endpoint"] == "filled":
        endpoints.append(
            e.endpoint(
                "F",
                label="a number in any case",
                kind="value",
                population=everyone,
                source=T,
                starts=begin,
                events=e.recorded(sample),
                value=e.value_of(
                    x,
                    baseline="last",
                    detected_from=3,
                    below="half",
                    instead=(e.set_to(0, e.marked(stopped)), e.carried(e.recorded(visited)), e.carried(), e.set_to(1)),
                ),
            )
        )
    if a["endpoint"] in ("value", "change"):
        changed = a["endpoint"] == "change"
        endpoints.append(
            e.endpoint(
                "N",
                label="a number",
                kind="value",
                population=everyone,
                source=T,
                starts=begin,
                cut=e.happens(dies),
                events=e.at_visit(mine, 0 if changed else 1, given=x > 1, at=living, words="x then") if changed else e.at_visit(mine, 1),
                value=e.value_of(
                    x * 2,
                    pick="lowest",
                    baseline="last",
                    baseline_in=screening,
                    change="difference",
                    average="mean",
                    adjusted=y,
                    adjusted_for_baseline=True,
                )
                if changed
                else e.value_of(x, pick="highest", average="mean", pooled=True),
            )
        )
    if a["endpoint"] == "competing":
        endpoints.append(
            e.endpoint(
                "C",
                label="either",
                kind="competing",
                population=everyone,
                source=T,
                starts=begin,
                events=event_of,
                competing=e.happens(dies),
                censors=e.recorded(),
            )
        )
    if a["endpoint"] == "design":
        parts["designs"] = (e.design("one stage", null=0.1, alternative=0.4, alpha=0.05, n=9, source=T, of=main),)
        parts["published"] = (e.figure("of it", 0.5, 0.2, 0.8, of=main, read="rate", source=T, n=9, unit="", within=everyone),)
    an = {
        "none": lambda: (),
        "subgroups": lambda: (e.subgroups("y", e.level("small", was_y < 5), e.level("large", was_y >= 5), of=main, source=T, poor=True),),
        "marks": lambda: (e.marks(e.marked(began, words="begin"), e.recorded(sample, words="sample"), source=T),),
        "switch": lambda: (e.switch("stop", e.marked(stopped), of=survival, landmarks=(20 * days,), source=T),),
        "reasons": lambda: (
            e.reasons(
                "why",
                e.because("death", e.happens(dies)),
                e.because("a stop", e.happens(stops), since=e.marked(began)),
                of=survival,
                source=T,
            ),
        ),
        "actions": lambda: (e.actions("adverse events", e.because("a stop", e.happens(stops)), source=T),),
        "asked": lambda: (e.asked_where(x, was_y > 3, source=T),),
        "best": lambda: (e.best_of("best", *(c.name for c in classes), of=main, source=T),),
        "columns": lambda: (),
    }[a["analysis"]]()
    if a["analysis"] == "columns":
        parts["columns"] = (
            e.column("stopped_on", e.marked(stopped)),
            e.column("many_then", many, at=e.marked(stopped)),
            e.column("seen_last", "last seen"),
            e.column("why_over", "end"),
        )
        parts["terminologies"] = (e.terminology("CTCAE", version="5.0", of="grade", source=T),)
    only_a = own if a["arms"] == "invariant" else {}
    some = only_a | ({"breaches": True} if a["proved"] == "where they are broken too" else {})
    true = few >= 0
    amount = None if a["dose"] == "none" else 5 if formula is None else formula
    proved = {
        "never": lambda: (i.never("never few above", T, at=living, given=few > 3, **some),),
        "always": lambda: (i.always("few is a number", T, at=drug, given=well, then=true, **some),),
        "every_step": lambda: (
            i.every_step(
                "a start leads to the drug",
                T,
                on=starts,
                at=home,
                given=true,
                doing=w.mark(began),
                into=drug,
                to=drug,
                then=true,
                does=w.mark(began),
                changes={few: 0},
                **some,
            ),
            i.every_step("who is seen stays", T, on=seen, at=living, stays=True, **some),
        ),
        "only_when": lambda: (
            i.only_when("well only", T, on=seen, at=home, doing=w.put(well, True), given=w.no(well), **some),
            i.only_when("dead only", T, on=dies, at=living, to=dead, given=true, **some),
        ),
        "never_step": lambda: (
            i.never_step("no way home", T, at=living, on=(stops, starts), to=home, given=true, doing=w.mark(stopped), **some),
        ),
        "only_on": lambda: (i.only_on("the drug by a start", T, at=home, on=starts, to=drug, **some),),
        "possible": lambda: (i.possible("death is heard", T, on=dies, at=living, given=true, to=dead, **some),),
        "at_most": lambda: (
            i.at_most(1, "one death", T, on=dies, at=living, given=true, to=dead, since=starts, **some),
            i.at_most(1, "one first start", T, on=starts, at=home, doing=w.mark(began), **some),
        ),
        "not_before": lambda: (
            i.not_before("no stop before a start", T, on=stops, first=starts, at=living, to=rest, since=dies, **only_a),
        ),
        "reaches": lambda: (i.reaches("all can die", T, at=living, given=true, to=dead, **only_a),),
        "clock_leads": lambda: (i.clock_leads("rest ends", T, at=rest, given=true, clock=w.past(10 * days, stopped), to=free, **some),),
        "dose_is": lambda: (i.dose_is(amount, "mg", "X", "the dose", T, at=drug, given=few < 1, **some),),
        "dose_before": lambda: (i.dose_before(4, "mg", "Z", "one before", T, before=starts, **only_a),),
    }[a["invariant"]]()
    reader = w.role("reader", source=T, label="a reader", blinded=True, hides=(yes, mine, tell)[: 1 + len(a["value"]) % 3], drug="X or Y")
    parts["roles"] = (reader, w.role("site", source=T)) if arms else ()
    if arms:
        tall_ones = w.stratum("y", e.level("small", was_y <= 4), e.level("large", was_y > 4))
        parts["allocation"] = w.allocation(source=T, strata=(tall_ones,), sealed="ab" * 32, stated=False, confirmed=False)
        ours = e.hypothesis(endpoints[0], arms[1], better="lower" if a["endpoint"] != "competing" else "")
        sides = 1 if a["endpoint"] != "competing" else 2
        parts["multiplicity"] = e.multiplicity(PROCEDURES[len(a["value"]) % 4], ours, alpha=0.05, sides=sides, source=T, confirmed=False)
    return w.study(
        "small",
        version=1,
        title="a small study",
        begins=home,
        statements=(w.statement(T, "all of it", confirmed=False),),
        readings=(w.reading("Q1", "Is it?", "It is."),),
        phases=(home, drug, rest, free, dead),
        events=(starts, takes, tells, stops, chooses, seen, grave, dies, *((allocated,) if arms else ())),
        rules=tuple(rules),
        breaches=tuple(breaches),
        flags=(well, ready),
        counts=(few,),
        tallies=(many,),
        moments=(began, dosed, stopped, last),
        stopwatches=(ran,),
        doses=tuple(d),
        visits=(mine, first, ending, *monthly),
        forms=forms,
        arms=arms,
        criteria=(heavy,),
        nominal=(
            w.nominal(-3, screening, y=4, x=3),
            *((w.nominal(-1, randomisation, arm="A"),) if arms else ()),
            w.nominal(0, start),
            w.nominal(9, stop),
        ),
        populations=(everyone, fits),
        endpoints=tuple(endpoints),
        invariants=proved,
        analyses=an,
        about=w.about(
            "A small study in full",
            short_title="Small",
            source=T,
            identifiers=(w.identifier("A registry (of two)", "N-1"),),
            sponsor="" if arms else "Nobody",
            phase="2",
            design="one or two arms",
            approval="none",
            amendment="original",
            codes=(("T", "statements"), ("Q", "questions")),
        ),
        objectives=(
            w.objective("primary", "whether it is so", *endpoints[:1], source=T),
            w.objective("exploratory", "what else", source=T),
        ),
        preparations=(w.preparation(5, "mg", hours=1, stabiliser_ml=0, drug_ml=1, vials=1, rate_ml_per_h=5, source=T),),
        **parts,
    )


def journal_of(study, seed):
    """A journal by chance: whole days, values of every kind, visits named and not, most of it in an order that makes sense."""
    luck, day, found = Random(seed), DAY_1 + seed % 5, []
    forms = {f.entry: f for f in study.forms}
    arms = [a.name for a in study.arms]
    first = ["screening", *(["randomisation"] if arms else []), "start"] if seed % 4 else luck.sample(["screening", "start"], 2)
    later = [
        "start",
        "dosing",
        "dosing",
        "dosing",
        "tell",
        "stop",
        "choose",
        "choose",
        "visited",
        "visited",
        "visited",
        "sample",
        "sample",
        "sample",
        "adverse event",
        "lost",
    ]
    later += ["own view"] * 3 if "own view" in forms else []
    events = [*first, *luck.choices(later, k=luck.randrange(6, 18))] + (["death"] if seed % 3 == 0 else [])
    for n, event in enumerate(events, 1):
        day += luck.choice((0, 0, 1, 1, 2, 3, 5, 8, 13)) if n > 1 else 0
        lives = forms[event].lives is not None
        own = Random(1000 * seed + n) if lives else luck
        values = {m.name: value_of(m, own, arms) for m in forms[event].items}
        e = {"sequence": n, "day": day, "event": event, "values": {k: v for k, v in values.items() if v is not None}}
        if lives and own.random() < 0.7:
            e["continues"] = own.choice([o["sequence"] for o in found if o["event"] == event] or [max(n - 1, 1)])
        for g in forms[event].groups:
            by_chance = Random(7000 * seed + n)
            rows = [{m.name: value_of(m, by_chance, arms) for m in g.items} for _ in range(by_chance.randrange(4))]
            e["values"][g.name] = [{k: v for k, v in row.items() if v is not None} for row in rows]
        v = study.visits[0]
        if v.made_by == event and v.made_by != "visited" and luck.random() < 0.3:
            e["visit"] = luck.choice(("Second", "second ", "another"))
            if luck.random() < 0.5:
                e["occasion"] = luck.randrange(1, 4)
        clock = Random(9000 * seed + n)
        if clock.random() < 0.6:
            e["at"] = f"{clock.randrange(24):02}:{clock.randrange(60):02}"
        found.append(e)
    return found


def value_of(m, luck, arms):
    if m.role == "arm":
        return luck.choice(arms)
    if m.role == "visit":
        return luck.choice(("Second", "second", "2nd", "Ending", "The end", "elsewhere", "D29", "Day 57", "2 h", "26h"))
    if m.role == "dose":
        return luck.choice((5, 5, 2, 9, 9, 0))
    if luck.random() < 0.15 and m.role == "":
        return None
    if m.codes:
        return luck.choice(m.codes)
    number = luck.choice((1, 2, 2.5, 4, 6))
    return {
        "number": {"value": 2500, "unit": "g"} if m.also_in and number == 2.5 else number,
        "integer": luck.randrange(1, 6) if m.role == "grade" else luck.randrange(0, 10),
        "text": luck.choice(("yes", "no", "jawohl")),
        "yes/no": luck.random() < 0.5,
        "date": luck.choice((None, None, "2020-02-20", "2020-03-05")) if m.name == "over" else "2020-01-15",
    }[m.type]
