"""The historical control of the study: published rates by line of salvage, the weighted control, and what was found against it."""

from trialrun.protocol.endpoints import figure, level, subgroups
from trialrun.protocol.language import all_of
from trialrun.protocol.language import at_screening

from .criteria import age, cr1_months, prior_salvages
from .endpoints import os, primary, rfs

weighted_source = "Blinatumomab vs historical standard therapy, Blood Cancer J 2016;6:e473: https://doi.org/10.1038/bcj.2016.84"
reference_source = "reference set of 1,706 adults treated 1990-2013, Haematologica 2016: https://pubmed.ncbi.nlm.nih.gov/27587380"
survival_source = "Barlev 2017 (historical base of 1,139): https://link.springer.com/article/10.1007/s12325-016-0447-x"
recalled = "reference set of 1,706 adults treated 1990-2013: recalled, not confirmed"
background = "S3"

# The line of salvage that the study's treatment is: the strata of the reference set ------------------------------------------------------
first_salvage = at_screening(prior_salvages) < 1
second_salvage = all_of(at_screening(prior_salvages) >= 1, at_screening(prior_salvages) < 2)
later_salvage = at_screening(prior_salvages) >= 2

historical = (
    figure("Historical remission: first salvage", 40, unit="%", of="historical control", read="rate", about=primary, given=first_salvage, stratum="first salvage", source=reference_source),
    figure("Historical remission: second salvage", 21, unit="%", of="historical control", read="rate", about=primary, given=second_salvage, stratum="second salvage", source=reference_source),
    figure("Historical remission: third or later salvage", 11, unit="%", of="historical control", read="rate", about=primary, given=later_salvage, stratum="third or later salvage", source=reference_source),
    figure("Historical survival at 1 year: first salvage", 26, unit="%", of="historical control", read="at 12 months", about=os, given=first_salvage, stratum="first salvage", source=recalled, confirmed=False),
    figure("Historical survival at 1 year: second salvage", 18, unit="%", of="historical control", read="at 12 months", about=os, given=second_salvage, stratum="second salvage", source=recalled, confirmed=False),
    figure("Historical survival at 1 year: third or later salvage", 15, unit="%", of="historical control", read="at 12 months", about=os, given=later_salvage, stratum="third or later salvage", source=recalled, confirmed=False),
    figure("Historical survival at 3 years: first salvage", 11, unit="%", of="historical control", read="at 36 months", about=os, given=first_salvage, stratum="first salvage", source=recalled, confirmed=False),
    figure("Historical survival at 3 years: second salvage", 6, unit="%", of="historical control", read="at 36 months", about=os, given=second_salvage, stratum="second salvage", source=recalled, confirmed=False),
    figure("Historical survival at 3 years: third or later salvage", 4, unit="%", of="historical control", read="at 36 months", about=os, given=later_salvage, stratum="third or later salvage", source=recalled, confirmed=False),
    # Weighted to this study's case mix by its authors
    figure("Historical remission, weighted", 24, 20, 27, unit="%", of="historical control", read="rate", about=primary, n=694, source=weighted_source),
    figure("Historical survival, weighted, median", 3.3, 2.8, 3.6, unit="months", of="historical control", read="median", about=os, n=1112, source=weighted_source),
    figure("Historical survival, weighted, at 1 year", 15.5, unit="%", of="historical control", read="at 12 months", about=os, n=1139, source=survival_source),
    figure("Historical survival, weighted, at 3 years", 6.2, unit="%", of="historical control", read="at 36 months", about=os, n=1139, source=survival_source),
    # What was found against it, by propensity scores
    figure("Odds ratio of remission against the historical control", 2.68, 1.67, 4.31, of="historical control", read="odds ratio", about=primary, source=weighted_source),
    figure("Hazard ratio of death against the historical control", 0.536, 0.394, 0.730, of="historical control", read="hazard ratio", about=os, source=weighted_source),
    # Salvage chemotherapy in the poor groups
    figure("Remission in the poor groups, lowest", 20, unit="%", of="historical control", read="lowest", about=primary, source=background),
    figure("Remission in the poor groups, highest", 30, unit="%", of="historical control", read="highest", about=primary, source=background),
    figure("Disease-free survival in the poor groups, median, lowest", 2.0, unit="months", of="historical control", read="lowest", about=rfs, source=background),
    figure("Disease-free survival in the poor groups, median, highest", 7.5, unit="months", of="historical control", read="highest", about=rfs, source=background),
)  # fmt: skip

poor_groups = (
    subgroups("Poor prognosis",
        level("first salvage, first remission under 12 months", all_of(at_screening(prior_salvages) < 1, at_screening(cr1_months) < 12)),
        level("after first salvage", at_screening(prior_salvages) >= 1),
        level("age 60 or older", at_screening(age) >= 60), of=primary, source="S3", poor=True),
)  # fmt: skip
