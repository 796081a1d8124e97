"""The numbers of the empirical nature of MT103-211: name, value, unit, meaning, source, and whether the source was read or is recalled.

Source words: a publication or label by name; `fitted` (to the published figure that is named, with everything else as it stands here);
`assumed` (no source: chosen to be plausible, changed in this one place). Hazards are (until month, rate per month).
"""

# ruff: noqa: E501
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .hazards import FOR_EVER


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the nature. `confirmed`: read in public text; a recalled or assumed one is not."""

    name: str
    value: Any
    unit: str
    meaning: str
    source: str
    confirmed: bool = False


NCCPL = "pivotal-study summary, PMC7481145 table 2"
HSCT_ABSTRACT = "ASH abstract on HSCT after blinatumomab in this study"
LABEL = "US label 2016, section 6 (N=212)"
RECALLED = "Topp 2015, recalled; sums agree with 81 of 189"

ACCRUAL = (
    Parameter("accrual_participants", 189, "participants", "one round of accrual; a larger number runs through it again, side by side", "Topp 2015 abstract", True),
    Parameter("accrual_days", 650, "days", "from the first consent to the last: January 2012 to October 2013", "Topp 2015, recalled"),
    Parameter("sites", (("DE", 10), ("US", 11), ("FR", 6), ("IT", 5), ("ES", 2), ("UK", 2), ("CH", 1)), "sites", "sites by country", "countries: EU register; their sites assumed"),
    Parameter("screening_days", (5, 16), "days", "from consent to the first infusion", "assumed, within the 21 days of U17"),
)  # fmt: skip

BASELINE = (
    Parameter("age_bands", ((90, (18, 34)), (4, (35, 38)), (42, (39, 54)), (28, (55, 64)), (25, (65, 79))), "participants, years", "age; 46 of 35 to 54 are parted at the published median of 39", RECALLED),
    Parameter("male", 119 / 189, "fraction", "male participants", "Topp 2015, recalled"),
    Parameter("blast_bands", ((59, (10, 49)), (25, (50, 74)), (105, (75, 98))), "participants, %", "blasts in marrow: 105 of 189 at 75 % or more is published", HSCT_ABSTRACT, True),
    Parameter("prior_salvages", ((38, (0, 0)), (77, (1, 1)), (42, (2, 2)), (32, (3, 5))), "participants, salvages", "prior salvage therapies: 74 of 189 with two or more is published", HSCT_ABSTRACT, True),
    Parameter("prior_hsct", 64 / 189, "fraction", "prior allogeneic HSCT", HSCT_ABSTRACT, True),
    Parameter("first_remission", 0.85, "fraction", "participants after a first salvage, without HSCT, who had a first remission", "assumed; with HSCT all had one"),
    Parameter("first_remission_months", (11, 0.8), "months, log sd", "duration of the first remission after first salvage or HSCT; no effect on the outcome is built in", "assumed; not published for this study"),
    Parameter("ecog", ((34, 0), (49, 1), (17, 2)), "weights", "ECOG performance status", "assumed"),
    Parameter("extramedullary_at_screening", 0.07, "fraction", "extramedullary disease at screening", "assumed"),
)  # fmt: skip

RESPONSE = (
    Parameter("response_logit", -0.53, "log odds", "CR or CRh* within two cycles: blasts of 50 % or more, no prior salvage", "fitted: 38/130 and 43/59 by blasts (recalled), 81/189 in all (published)"),
    Parameter("response_low_blasts", 2.0, "log odds", "blasts below 50 %", "fitted: 43/59 and 38/130 (Topp 2015, recalled)"),
    Parameter("response_salvages", (0.0, -0.16, -0.71, -0.78), "log odds", "0, 1, 2, 3 or more prior salvages", "fitted: 19/38, 36/77, 15/42, 11/32 (Topp 2015, recalled)"),
    Parameter("first_cycle", 0.84, "fraction", "responders who respond in cycle 1, the others in cycle 2", "fitted: 64/81 (Topp 2015, recalled); a hold may bring the second cycle before the first marrow"),
    Parameter("complete", 63 / 81, "fraction", "responders with CR, the others CRh*", "Drug Safety 2019;42:587 table 3", True),
    Parameter("other_responses", ((18, "hypoplastic"), (6, "PR"), (36, "PD"), (3, "CRi"), (37, "no response")), "weights", "what the marrow of those without CR or CRh* shows, where it is reached", "fitted: 17, 5 and 27 of 189 (Topp 2015, recalled); CRi assumed"),
    Parameter("mrd_evaluable", 73 / 81, "fraction", "responders with an evaluable MRD", NCCPL, True),
    Parameter("mrd_response", 60 / 73, "fraction", "MRD below 1e-4 among the evaluable", NCCPL, True),
    Parameter("mrd_complete", 51 / 60, "fraction", "no amplification, among those below 1e-4", "Topp 2015, recalled"),
    Parameter("retreatment_response", 0.30, "fraction", "CR or CRh* in a retreatment", "assumed; not published for this study"),
)  # fmt: skip

COURSE = (
    Parameter("relapse_mrd", ((6, 0.110), (9, 0.075), (18, 0.058), (FOR_EVER, 0.014)), "per month", "relapse after remission with MRD response", "fitted: RFS 9.0 months with MRD response (Blood Adv 2019), 5.9 in all (PMC7481145)"),
    Parameter("relapse_no_mrd", ((6, 0.33), (18, 0.15), (FOR_EVER, 0.03)), "per month", "relapse after remission without MRD response", "fitted: RFS 2.3 months without (Blood Adv 2019)"),
    Parameter("relapse_transplanted", ((12, 0.035), (24, 0.015), (FOR_EVER, 0.003)), "per month", "relapse after a transplant in remission", "assumed; with the fit of RFS"),
    Parameter("death_no_remission", ((1, 0.14), (6, 0.255), (12, 0.19), (24, 0.08), (FOR_EVER, 0.04)), "per month", "death without remission, months from the first infusion", "fitted: OS median 6.1 months, 32.0 % at 1 year (PMC7481145, Adv Ther 2017)"),
    Parameter("death_remission", ((FOR_EVER, 0.009),), "per month", "death in remission", "fitted: RFS"),
    Parameter("death_transplanted", ((3.3, 0.035), (12, 0.014), (FOR_EVER, 0.003)), "per month", "death after a transplant, while in remission", "fitted: 11 % at day 100 (PMC7481145)"),
    Parameter("death_relapsed", ((12, 0.103), (24, 0.070), (FOR_EVER, 0.060)), "per month", "death after relapse", "fitted: about 20 % alive at 2 years, 13.8 % at 3 (Adv Ther 2017)"),
    Parameter("relapse_without_values", 0.12, "fraction", "relapses reported without a marrow", "assumed"),
    Parameter("relapse_extramedullary", 0.10, "fraction", "relapses with extramedullary disease", "assumed; some were, by recall"),
)  # fmt: skip

TOXICITY = (
    Parameter("adverse_events", (
        # term, category, fraction with it, grades 1..4 (weights), median day of onset
        ("Pyrexia", "other", 0.62, (45, 45, 10, 0), 2), ("Headache", "other", 0.36, (60, 35, 5, 0), 3), ("Oedema", "other", 0.25, (60, 35, 5, 0), 9),
        ("Nausea", "other", 0.25, (60, 38, 2, 0), 5), ("Constipation", "other", 0.20, (65, 33, 2, 0), 8), ("Hypokalaemia", "other", 0.23, (45, 25, 25, 5), 6),
    ), "fraction", "common adverse events", LABEL + "; grades and onset assumed", True),
    Parameter("adverse_events_severe", (
        ("Febrile neutropenia", "infection", 0.25, (0, 0, 80, 20), 10), ("Neutropenia", "other", 0.16, (0, 0, 30, 70), 14), ("Anaemia", "other", 0.14, (0, 0, 90, 10), 10),
        ("Thrombocytopenia", "other", 0.09, (0, 0, 35, 65), 12), ("Infection", "infection", 0.32, (0, 15, 65, 20), 14), ("Transaminases increased", "other", 0.12, (20, 30, 40, 10), 15),
    ), "fraction", "adverse events that are mostly of grade 3 or more", "Topp 2015, recalled; serious infections by the EMA's figure; onset of liver enzymes by the label"),
    Parameter("neurologic", 98 / 189, "fraction", "a neurologic event", "Target Oncol 2019 (neurologic events)", True),
    Parameter("neurologic_grades", (46, 31, 17, 4), "participants", "worst grade 1..4; 20 and 4 recalled, 1 and 2 assumed", "Topp 2015, recalled"),
    Parameter("neurologic_day", 9, "days", "median onset", "Target Oncol 2019 (neurologic events)", True),
    Parameter("neurologic_terms", ("Tremor", "Dizziness", "Confusion", "Encephalopathy", "Aphasia", "Paraesthesia", "Ataxia", "Somnolence"), "", "terms", "assumed"),
    Parameter("seizures", 0.02, "fraction", "a seizure", "assumed"),
    Parameter("crs", 0.11, "fraction", "cytokine release syndrome", "pooled: 23/225 below 65 years, 7/36 from 65 (Cancer 2016)", True),
    Parameter("crs_grades", (50, 36, 14, 0), "weights", "grades of CRS: 3 of 189 at grade 3", "Topp 2015, recalled; grades 1 and 2 assumed"),
    Parameter("crs_day", 2, "days", "median onset", "label 2016", True),
    Parameter("cycle_shares", (0.95, 0.12), "fraction", "of these fractions, how much falls to cycle 1 and to each later one", "assumed; mostly cycle 1 is published"),
    Parameter("onset_spread", 0.75, "log sd", "spread of the day of onset", "assumed"),
    Parameter("hold_for_severe", 0.225, "fraction", "other adverse events of grade 3 or more that hold the infusion", "fitted: 75 of 225 interrupted (Drug Safety 2019 table 4)"),
    Parameter("hold_days", (4.5, 0.7), "days, log sd", "length of a hold for toxicity", "assumed; few above 14 days"),
    Parameter("stop_after_hold", 0.90, "fraction", "holds for toxicity that end treatment", "fitted: 44 of 225 stopped for an adverse event (Drug Safety 2019 table 4)"),
    Parameter("fatal_reported", 0.55, "fraction", "deaths within 30 days of the drug reported with a fatal adverse event", "fitted: 15 % fatal (label 2016)"),
    Parameter("technical_break", 0.04, "fraction of cycles", "technical breaks of the infusion", "assumed"),
)  # fmt: skip

POLICY = (
    Parameter("next_without_remission", 0.90, "fraction", "a second cycle after a first without remission or progression", "assumed; with two cycles as the median"),
    Parameter("next_in_remission", 0.80, "fraction", "a further cycle in remission, where no transplant is near", "assumed; with two cycles as the median"),
    Parameter("transplant_below_65", 0.61, "fraction", "responders below 65 years with a donor and fit for HSCT", "fitted: 32/81 transplanted in remission (PMC7481145), fewer from 65 years (Cancer 2016)"),
    Parameter("transplant_from_65", 0.22, "fraction", "the same from 65 years", "fitted: 15 % of responders (Cancer 2016)"),
    Parameter("days_to_transplant", (62, 0.45), "days, log sd", "from remission to transplant", "assumed"),
    Parameter("retreat", 0.12, "fraction", "relapses that open retreatment and are retreated", "assumed; not published"),
    Parameter("retreat_next", 0.6, "fraction", "a further cycle of a retreatment without remission", "assumed"),
    Parameter("new_therapy", 0.45, "fraction", "other therapy after treatment has failed", "assumed"),
    Parameter("start_delay", ((60, 0), (25, 3), (15, 10)), "weights, days", "delay of a cycle beyond the 14 free days (up to)", "assumed"),
    Parameter("early_start", 0.004, "fraction", "next cycles begun before 14 free days (a deviation)", "assumed"),
    Parameter("late_start", 0.004, "fraction", "first infusions after day 21 of consent without a new one (a deviation)", "assumed"),
    Parameter("wrong_dose", 0.004, "fraction", "cycles begun at another dose than planned (a deviation)", "assumed"),
)  # fmt: skip

FOLLOW_UP = (
    Parameter("marrow_days", ((70, (0, 3)), (27, (4, 12)), (3, (15, 20))), "weights, days", "day of the marrow after the 28th infusion day's next", "assumed; window of U9"),
    Parameter("missed_marrow", 0.03, "fraction", "marrows not done", "assumed"),
    Parameter("visit_spread", 5.0, "days (sd)", "scatter of follow-up visits about their target", "assumed; windows of U9"),
    Parameter("outside_window", 0.02, "fraction", "visits made outside their window (a deviation)", "assumed"),
    Parameter("missed_visit", 0.05, "fraction", "follow-up visits not made", "assumed"),
    Parameter("loss", 0.0025, "per month", "loss to follow-up, after treatment", "assumed"),
    Parameter("found_again", 0.4, "fraction", "the lost who are found again", "assumed"),
    Parameter("withdrawal", 0.002, "per month", "withdrawal of consent", "assumed"),
    Parameter("death_learned", 0.7, "fraction", "deaths of the lost that become known", "assumed"),
)  # fmt: skip

PARAMETERS: tuple[Parameter, ...] = (*ACCRUAL, *BASELINE, *RESPONSE, *COURSE, *TOXICITY, *POLICY, *FOLLOW_UP)
