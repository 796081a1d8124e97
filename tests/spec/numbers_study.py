"""The two-arm study with endpoints that are numbers, for the tests of them."""

from dataclasses import replace

from trialrun.protocol.endpoints import assessed, at_visit, endpoint, handled, marked, value_of
from trialrun.studies.maintenance_two_arm.criteria import diameters, ecog, sex
from trialrun.studies.maintenance_two_arm.endpoints import everyone
from trialrun.studies.maintenance_two_arm.forms import tumour_assessment
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM, later_scans, week_9, week_18
from trialrun.studies.maintenance_two_arm.terms import progressed_on, randomised_on

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
NUMBERS = (size_at_9, change_at_18, ratio_at_9, best_change, third_scan)
STUDY = replace(MAINTENANCE_TWO_ARM, endpoints=(*MAINTENANCE_TWO_ARM.endpoints, *NUMBERS))
