"""The closed vocabulary in which a study is written: phases, events, rules, doses, visits, forms, criteria, as frozen values.

A study file names values made by the functions below and hands them to `study(...)`. Values refer to each other by name, so a
definition is a plain tree that prints, compares, hashes and freezes.
"""

from __future__ import annotations

from .words.about import About, Identifier, Objective, about, identifier, objective  # noqa: F401
from .words.allocating import Allocation, Stratum, allocation, stratum  # noqa: F401
from .words.amounts import body_surface, greatest, least, until_changed  # noqa: F401
from .words.arms import Arm, Role, arm, role  # noqa: F401
from .words.criteria import Criterion, criterion, violated  # noqa: F401
from .words.days import LastDay, Moment, Stopwatch, as_of, full, last_day, moment, past, reached, stopwatch  # noqa: F401
from .words.doses import Dose, Preparation, dose, preparation  # noqa: F401
from .words.events import Event, act, decision, fact  # noqa: F401
from .words.expressions import Clock, Expr, Ref, all_of, any_of, known, leaf, mentions, needs, no, one_of, otherwise, surely  # noqa: F401
from .words.forms import (  # noqa: F401
    Asked,
    Class,
    EditCheck,
    Episode,
    Form,
    Group,
    RangeIf,
    Yield,
    classed,
    edit_check,
    episode,
    form,
    gives,
    group,
    range_if,
    required_if,
    shown_if,
)
from .words.ladders import Ladder, Step, doses_by, ladder, lower_left, on_level, step, step_down, step_up  # noqa: F401
from .words.measures import Measure, OtherUnit, at_screening, measure, unit  # noqa: F401
from .words.over_time import age_on, days_between, entry_day, highest_so_far, last_known, lowest_so_far, previous  # noqa: F401
from .words.phases import Phase, phase  # noqa: F401
from .words.rules import Effect, Rule, add_one, breach, less_one, mark, put, ran_on, reset, rule  # noqa: F401
from .words.study import Protocol, of_arm, study  # noqa: F401
from .words.texts import Reading, Statement, reading, statement  # noqa: F401
from .words.times import days, hours, minutes, months, weeks, years  # noqa: F401
from .words.told import Absence, Ahead, Nominal, Proposal, Shown, absence, ahead, nominal, proposal, shown  # noqa: F401
from .words.variables import Count, Flag, Tally, count, flag, tally  # noqa: F401
from .words.visits import (  # noqa: F401
    After,
    LaterOf,
    LeadingTo,
    Target,
    Visit,
    Whichever,
    Window,
    after,
    later_of,
    leading_to,
    series,
    target_of,
    visit,
    whichever_first,
    whichever_last,
    window,
)

__all__ = [
    "about", "absence", "act", "add_one", "after", "age_on", "ahead", "all_of", "allocation", "any_of", "arm", "as_of",
    "at_screening", "body_surface", "breach", "classed", "count", "criterion", "days", "days_between", "decision", "dose",
    "doses_by", "edit_check", "entry_day", "episode", "fact", "flag", "form", "full", "gives", "greatest", "group",
    "highest_so_far", "hours", "identifier", "known", "ladder", "last_day", "last_known", "later_of", "leading_to", "least",
    "less_one", "lower_left", "lowest_so_far", "mark", "measure", "mentions", "minutes", "moment", "months", "needs", "no",
    "nominal", "objective", "on_level", "one_of", "otherwise", "past", "phase", "preparation", "previous", "proposal", "put",
    "ran_on", "range_if", "reached", "reading", "required_if", "reset", "role", "rule", "series", "shown", "shown_if", "statement",
    "step", "step_down", "step_up", "stopwatch", "stratum", "study", "surely", "tally", "target_of", "unit", "until_changed",
    "violated", "visit", "weeks", "whichever_first", "whichever_last", "window", "years",
]  # fmt: skip
