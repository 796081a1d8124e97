"""The two-arm study with endpoints that are numbers, for the tests of them."""

from dataclasses import replace

from trialrun.protocol.endpoints import (
    assessed,
    at_visit,
    before,
    carried,
    category_of,
    endpoint,
    handled,
    happens,
    marked,
    not_above,
    not_below,
    recorded,
    set_to,
    value_of,
)
from trialrun.protocol.language import days
from trialrun.studies.maintenance_two_arm.criteria import diameters, ecog, response, sex
from trialrun.studies.maintenance_two_arm.endpoints import everyone
from trialrun.studies.maintenance_two_arm.forms import adverse_event, grade, tumour_assessment
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM, later_scans, week_9, week_18
from trialrun.studies.maintenance_two_arm.terms import dies, end_treatment, progressed_on, randomised_on, toxicity

OF = {"population": everyone, "source": "E8", "kind": "value", "starts": marked(randomised_on)}
size_at_9 = endpoint("size at week 9", label="Sum of diameters at week 9", events=at_visit(week_9), value=value_of(diameters), **OF)
change_at_18 = endpoint(
    "change at week 18", label="Change of the sum of diameters at week 18", events=at_visit(week_18),
    value=value_of(diameters, baseline="last", change="difference", adjusted=(ecog, sex), adjusted_for_baseline=True),
    handling=(handled("progression", "treatment policy", "measured all the same"),), **OF,
)  # fmt: skip
ratio_at_9 = endpoint(
    "ratio at week 9", label="Ratio of the sum of diameters at week 9", events=at_visit(week_9),
    value=value_of(diameters, baseline="last", change="ratio", average="geometric mean"), **OF,
)  # fmt: skip
best_change = endpoint(
    "best change", label="Best change of the sum of diameters", events=assessed(), cut=marked(progressed_on), variable="the lowest before progression",
    value=value_of(diameters, baseline="first", change="percent", pick="lowest", average="median"), **OF,
)  # fmt: skip
third_scan = endpoint(
    "third scan", label="Sum of diameters at the second later scan", events=at_visit(later_scans, 2),
    value=value_of(diameters, baseline="mean", baseline_in=tumour_assessment, pooled=True), sensitivity_of=size_at_9, **OF,
)  # fmt: skip
filled = endpoint(
    "size at week 18, nobody missing", label="Sum of diameters at week 18, nobody missing", events=at_visit(week_18),
    value=value_of(diameters, baseline="last", instead=(set_to(200, happens(dies)), carried(at_visit(week_9)), carried())), **OF,
)  # fmt: skip
halved = endpoint(
    "low at week 9", label="Low sum of diameters at week 9", events=at_visit(week_9),
    value=value_of(diameters, average="geometric mean", detected_from=55, below="half"), **OF,
)  # fmt: skip
censored = endpoint(
    "censored at week 9", label="Censored sum of diameters at week 9", events=at_visit(week_9),
    value=value_of(diameters, average="geometric mean", detected_from=55, below="censored"), sensitivity_of=halved, **OF,
)  # fmt: skip
over_visits = endpoint(
    "change over visits", label="Change of the sum of diameters over visits", kind="repeated", population=everyone, source="E8",
    starts=marked(randomised_on), events=(at_visit(week_9), at_visit(week_18)),
    value=value_of(diameters, baseline="last", change="difference", adjusted_for_baseline=True),
)  # fmt: skip
modelled = endpoint(
    "change over visits, modelled", label="Change of the sum of diameters over visits, all visits at once", kind="repeated", population=everyone, source="E8",
    starts=marked(randomised_on), events=(at_visit(week_9), at_visit(week_18)),
    value=value_of(diameters, baseline="last", change="difference", adjusted_for_baseline=True, model="mixed model"),
)  # fmt: skip
COUNTED = {"population": everyone, "source": "E6", "kind": "count", "starts": marked(randomised_on), "censors": recorded()}
adverse_events = endpoint(
    "adverse events", label="Adverse events", events=recorded(adverse_event), cut=happens(end_treatment), per=100 * days, **COUNTED
)
toxicities = endpoint("toxicity", label="Toxicity of grade 3 or more", events=happens(toxicity), scatter="negative binomial", **COUNTED)
worst_grade = endpoint(
    "worst grade", label="Worst grade of an adverse event", kind="ordered", population=everyone, source="E6", events=recorded(adverse_event),
    value=category_of(grade, without="none"),
)  # fmt: skip
best_category = endpoint(
    "response at week 18", label="Response at week 18", kind="ordered", population=everyone, source="E8", events=before(assessed(), happens(dies)),
    value=category_of(response, "not evaluable", "progression", "stable", "response", pick="last"),
)  # fmt: skip
MARGINS = {
    "progression-free survival": (not_above(1.3), not_below(-0.15, on="difference", confidence=0.9)),
    "response": (not_below(-0.1), not_below(0.8, on="ratio")),
    "size at week 9": (not_above(20),),
    "toxicity": (not_above(1.5),),
    "worst grade": (not_above(2),),
    "ratio at week 9": (not_above(1.25, confidence=0.9),),
}
NUMBERS = (
    size_at_9,
    change_at_18,
    ratio_at_9,
    best_change,
    third_scan,
    adverse_events,
    toxicities,
    worst_grade,
    best_category,
    filled,
    halved,
    censored,
    over_visits,
    modelled,
)
STUDY = replace(MAINTENANCE_TWO_ARM, endpoints=(*MAINTENANCE_TWO_ARM.endpoints, *NUMBERS))
WITH_MARGINS = replace(STUDY, endpoints=tuple(replace(e, margins=MARGINS.get(e.name, ())) for e in STUDY.endpoints))
