"""What happens to the virtual participants of MT103-211: drawn from published figures, without equations of the disease.

Source words: a publication or label; `fitted` (to the figure that is named, with all else as it stands here); `assumed` (chosen to be
plausible). "Recalled" is not confirmed. Hazards: (until month, rate per month), months from the day on which they are met.
"""

from trialrun.protocol.language import all_of, any_of, at_screening, days, full, known, no, one_of
from trialrun.protocol.natures import *

from .criteria import *
from .forms import (
    adverse_event, alive, cause, consent, death, decide_cycle, decide_end, decide_retreatment, decide_transplant, dose_change, dose_given,
    enrolment, infusion_restart, infusion_start, infusion_stop, investigator_assessment, lost, new_therapy, new_therapy_given, reason,
    relapse_report, response_assessment, screening_result, survival_contact, therapy, transplant, withdrawal,
)  # fmt: skip
from .study import contacts, end_of_core, month_3, month_6, month_9, month_12, month_18, month_24
from .terms import (
    all_cycles, chosen, disease_seen, end_treatment, follow_up, free, held, infusion, last_drug, next_cycle, paused, relapse_reported, remission,
    remission_seen, restarts, retreat, retreated, retreatments, safety, screening, starts, stepped, survival, to_transplant, transplanted, transplants,
)  # fmt: skip

NCCPL, HSCT = "pivotal-study summary, PMC7481145 table 2", "ASH abstract on HSCT after blinatumomab in this study"
TOPP = "Topp 2015, recalled"

# What is remembered ---------------------------------------------------------------------------------------------------------------------
remissions, relapses, marrows, marrow_cycle, holds = note("remissions"), note("relapses"), note("marrows"), note("cycle of the last marrow"), note("holds")
aimed_at, gone, follow_ups, calls, why = note("day of the transplant aimed at"), note("lost", False), note("follow-ups"), note("contacts"), note("why the infusion ends", "other")
cycle, again = so_far(all_cycles), so_far(retreatments)
here = no(gone)

# Who they are ---------------------------------------------------------------------------------------------------------------------------
years = trait("age", pick("age", ((90, (18, 34)), (4, (35, 38)), (42, (39, 54)), (28, (55, 64)), (25, (65, 79))), "age; 46 of 35 to 54 are parted at the published median of 39", TOPP, unit="participants, years"))
male = chance("male", 119 / 189, "male participants", TOPP)
blasts_then = trait("blasts at screening", pick("blasts", ((59, (10, 49)), (25, (50, 74)), (105, (75, 98))), "blasts in marrow: 105 of 189 at 75 % or more is published", HSCT, unit="participants, %", confirmed=True))
salvages = trait("prior salvages", pick("salvages", ((38, 0), (77, 1), (42, 2), (32, (3, 5))), "prior salvage therapies: 74 of 189 with two or more is published", HSCT, unit="participants", confirmed=True))
hsct = trait("prior HSCT", chance("prior_hsct", 64 / 189, "prior allogeneic HSCT", HSCT, confirmed=True))
primary = chance("primary_refractory", 0.3, "primary refractory, of those without a salvage therapy", "assumed")
disease_status = trait("disease status", cases((salvages >= 1, "after first salvage or later"), (hsct, "relapse within 12 months of allogeneic HSCT"), (primary, "primary refractory"), otherwise="first relapse within 12 months of first remission"))
had_remission = any_of(hsct, all_of(salvages >= 1, chance("first_remission", 0.85, "participants after a first salvage, without HSCT, who had a first remission", "assumed; with HSCT all had one")))
first_remission = cases(
    (one_of(disease_status, "first relapse within 12 months of first remission"), whole("first_remission_short", 2, 12, "first remission of those in first relapse", "assumed", unit="months")),
    (had_remission, least(240, greatest(1, about("first_remission_months", 11, 0.8, "first remission after first salvage or HSCT; no effect on the outcome is built in", "assumed; not published for this study", unit="months")))), otherwise=missing,
)  # fmt: skip
since_hsct = either(hsct, either(salvages < 1, whole("since_hsct_first", 3, 11, "months since HSCT, no salvage since", "assumed", unit="months"), whole("since_hsct", 3, 30, "months since HSCT", "assumed", unit="months")), missing)
at_the_start = {
    verdict: True, age: years, sex: either(male, "M", "F"), philadelphia: False, status: disease_status, prior_salvages: salvages, prior_hsct: hsct, blasts: blasts_then,
    ecog: pick("ecog", ((34, 0), (49, 1), (17, 2)), "ECOG performance status", "assumed"),
    platelets: whole("platelets_at_screening", 8, 140, "platelets at screening", "assumed", unit="10^9/L"),
    neutrophils: between("neutrophils_at_screening", 0.1, 3.0, "neutrophils at screening", "assumed", unit="10^9/L", digits=2),
    extramedullary: chance("extramedullary_at_screening", 0.07, "extramedullary disease at screening", "assumed"),
    chemo_weeks: whole("weeks_since_chemotherapy", 2, 14, "time since chemotherapy", "assumed", unit="weeks"),
    transaminases: between("transaminases", 0.3, 4.5, "transaminases at screening", "assumed", unit="x ULN", digits=1),
    bilirubin: between("bilirubin", 0.2, 1.4, "bilirubin at screening", "assumed", unit="x ULN", digits=1),
    creatinine: between("creatinine", 0.5, 1.3, "creatinine at screening", "assumed", unit="x ULN", digits=1),
    clearance: whole("clearance", 62, 140, "creatinine clearance at screening", "assumed", unit="mL/min"),
    hsct_candidate: False, prior_blinatumomab: False, cr1_months: first_remission, allo_months: since_hsct,
}  # fmt: skip

# Response -------------------------------------------------------------------------------------------------------------------------------
log_odds = (
    number("response_logit", -0.53, "log odds", "CR or CRh* within two cycles: blasts of 50 % or more, no prior salvage", "fitted: 38/130 and 43/59 by blasts (recalled), 81/189 in all (published)")
    + either(blasts_then < 50, number("response_low_blasts", 2.0, "log odds", "blasts below 50 %", "fitted: 43/59 and 38/130 (Topp 2015, recalled)"), 0)
    + cases((salvages < 1, 0), (salvages < 2, number("response_salvage_1", -0.16, "log odds", "one prior salvage", "fitted: 19/38, 36/77 (Topp 2015, recalled)")), (salvages < 3, number("response_salvages_2", -0.71, "log odds", "two prior salvages", "fitted: 15/42 (Topp 2015, recalled)")), otherwise=number("response_salvages_3", -0.78, "log odds", "three or more prior salvages", "fitted: 11/32 (Topp 2015, recalled)"))
)  # fmt: skip
responds = trait("responds", chance("response", logistic(log_odds), "CR or CRh* within two cycles, by blasts and salvages", "fitted, as its parts say"))
responds_in = trait("cycle of response", either(chance("first_cycle", 0.84, "responders who respond in cycle 1, the others in cycle 2", "fitted: 64/81 (Topp 2015, recalled); a hold may bring the second cycle before the first marrow"), 1, 2))
complete = trait("complete", chance("complete", 63 / 81, "responders with CR, the others CRh*", "Drug Safety 2019;42:587 table 3", confirmed=True))
other_response = trait("other response", pick("other_responses", ((18, "hypoplastic"), (6, "PR"), (40, "PD"), (3, "CRi"), (33, "no response")), "what the marrow of those without CR or CRh* shows, where it is reached", "fitted: 17, 5 and 27 of 189 (Topp 2015, recalled); CRi assumed"))
late_progression = chance("late_progression", 0.3, "progressions that are seen in the second cycle only", "assumed")
retreatment_response = chance("retreatment_response", 0.30, "CR or CRh* in a retreatment", "assumed; not published for this study", each=again)
mrd_share = number("mrd_response", 60 / 73, "fraction", "MRD below 1e-4 among the evaluable", NCCPL, confirmed=True)
mrd_first = trait("MRD of the first remission", cases(
    (no(chance("mrd_evaluable", 73 / 81, "responders with an evaluable MRD", NCCPL, confirmed=True)), missing),
    (no(chance("mrd_below", mrd_share, "MRD response in the first remission", "as mrd_response")), "none"),
    (chance("mrd_complete", 51 / 60, "no amplification, among those below 1e-4", TOPP), "complete"), otherwise="response",
))  # fmt: skip
mrd_later = either(chance("mrd_again", mrd_share, "MRD response in a later remission", "assumed: as in the first", each=remissions), "response", "none")
mrd_state = either(all_of(remissions < 2, responds), mrd_first, mrd_later)
mrd_bad = either(known(mrd_state), one_of(mrd_state, "none"), no(chance("mrd_not_seen", mrd_share, "MRD response where it was not evaluable", "assumed: as where it was")))
kind = cases((any_of(responds, again > 0), "no response"), (all_of(one_of(other_response, "PD"), cycle < 2, late_progression), "no response"), otherwise=other_response)
responds_now = cases((remission, True), (again > 0, all_of(retreated, retreatment_response)), otherwise=all_of(remissions < 1, responds, responds_in <= cycle))

# What instruments read: values that belong to the state; the study's own expressions find the response -----------------------------------
lags = between("which_count_lags", 0, 1, "CRh*: below 0.75 the platelets lag, above 0.55 the neutrophils", "assumed", each=marrows)
in_remission_values = {
    blasts: whole("blasts_in_remission", 0, 4, "blasts in remission", "assumed; 5 % or less by R3", unit="%", each=marrows),
    platelets: either(all_of(no(complete), lags < 0.75), whole("platelets_in_part", 53, 99, "platelets recovered in part", "assumed, within CRh*", unit="10^9/L", each=marrows), whole("platelets_recovered", 104, 320, "platelets recovered", "assumed, within CR", unit="10^9/L", each=marrows)),
    neutrophils: either(all_of(no(complete), lags > 0.55), between("neutrophils_in_part", 0.6, 0.98, "neutrophils recovered in part", "assumed, within CRh*", unit="10^9/L", digits=2, each=marrows), between("neutrophils_recovered", 1.1, 5.0, "neutrophils recovered", "assumed, within CR", unit="10^9/L", digits=2, each=marrows)),
    extramedullary: False, blood_blasts: 0,
    mrd: cases((one_of(mrd_state, "complete"), 0), (one_of(mrd_state, "response"), between("mrd_low", 1e-5, 9e-5, "MRD of a response that still amplifies", "assumed, below 1e-4", unit="fraction", digits=6, each=marrows)), (one_of(mrd_state, "none"), rounded(power(10, between("mrd_high", -3.9, -1.5, "MRD without response", "assumed, above 1e-4", unit="log10 of the fraction", each=marrows)), 6)), otherwise=missing),
    mrd_amplification: either(known(mrd_state), no(one_of(mrd_state, "complete")), missing),
}  # fmt: skip
no_remission_values = {
    blasts: cases(
        (one_of(kind, "hypoplastic", "CRi"), whole("blasts_gone", 0, 4, "blasts of a hypoplastic marrow or a CRi", "assumed", unit="%", each=marrows)),
        (all_of(one_of(kind, "PR"), blasts_then >= 14), whole("blasts_pr", 7, least(24, blasts_then / 2), "blasts of a partial remission", "assumed, within PR", unit="%", each=marrows)),
        (one_of(kind, "PD"), whole("blasts_pd", greatest(blasts_then, 30), 99, "blasts in progression", "assumed", unit="%", each=marrows)),
        otherwise=whole("blasts_persist", greatest(26, blasts_then * 0.6), greatest(60, blasts_then), "blasts that persist", "assumed", unit="%", each=marrows),
    ),
    platelets: whole("platelets_low", 5, 48, "platelets without remission", "assumed", unit="10^9/L", each=marrows),
    neutrophils: either(one_of(kind, "CRi"), between("neutrophils_cri", 0.1, 1.4, "neutrophils in CRi", "assumed", unit="10^9/L", digits=2, each=marrows), between("neutrophils_low", 0.02, 0.48, "neutrophils without remission", "assumed", unit="10^9/L", digits=2, each=marrows)),
    extramedullary: False, hypocellular: either(one_of(kind, "hypoplastic"), True, missing),
    blood_blasts: either(one_of(kind, "PD"), between("blood_blasts", 1, 60, "blasts in blood in progression", "assumed", unit="10^9/L", digits=1, each=marrows), missing),
}  # fmt: skip
elsewhere_only = chance("relapse_extramedullary", 0.10, "relapses with extramedullary disease", "assumed; some were, by recall", each=relapses)
relapse_values = {
    blasts: either(elsewhere_only, whole("blasts_beside", 0, 4, "blasts in a relapse elsewhere", "assumed", unit="%", each=marrows), whole("blasts_relapse", 11, 96, "blasts in relapse", "assumed", unit="%", each=marrows)),
    platelets: whole("platelets_relapse", 12, 150, "platelets in relapse", "assumed", unit="10^9/L", each=marrows),
    neutrophils: between("neutrophils_relapse", 0.2, 3.0, "neutrophils in relapse", "assumed", unit="10^9/L", digits=2, each=marrows), extramedullary: elsewhere_only,
}  # fmt: skip
one_more_marrow = remember(marrows, marrows + 1)
read_remission = (one_more_marrow, enter(response_assessment, in_remission_values))
its_progression = {response: either(one_of(kind, "PD"), "PD", missing), reason: "blasts in blood rising"}
read_no_remission = (one_more_marrow, only_if(one_of(kind, "PD"), enter(response_assessment, no_remission_values, own=enter(investigator_assessment, its_progression)), otherwise=enter(response_assessment, no_remission_values)))

# Relapse and death ----------------------------------------------------------------------------------------------------------------------
relapse_fate, death_fate = fate("relapse", each=remissions), fate("death", rank=9)
relapse_mrd = hazard("relapse_mrd", ((6, 0.110), (9, 0.075), (18, 0.058), (ever, 0.014)), "relapse after remission with MRD response", "fitted: RFS 9.0 months with MRD response (Blood Adv 2019), 5.9 in all (PMC7481145)")
relapse_no_mrd = hazard("relapse_no_mrd", ((6, 0.33), (18, 0.15), (ever, 0.03)), "relapse after remission without MRD response", "fitted: RFS 2.3 months without (Blood Adv 2019)")
relapse_transplanted = hazard("relapse_transplanted", ((12, 0.035), (24, 0.015), (ever, 0.003)), "relapse after a transplant in remission", "assumed; with the fit of RFS")
death_no_remission = hazard("death_no_remission", ((1, 0.14), (6, 0.255), (12, 0.19), (24, 0.08), (ever, 0.04)), "death without remission, months from the first infusion", "fitted: OS median 6.1 months, 32.0 % at 1 year (PMC7481145, Adv Ther 2017)")
death_remission = hazard("death_remission", ((ever, 0.009),), "death in remission", "fitted: RFS")
death_transplanted = hazard("death_transplanted", ((3.3, 0.035), (12, 0.014), (ever, 0.003)), "death after a transplant, while in remission", "fitted: 11 % at day 100 (PMC7481145)")
death_relapsed = hazard("death_relapsed", ((12, 0.103), (24, 0.070), (ever, 0.060)), "death after relapse", "fitted: about 20 % alive at 2 years, 13.8 % at 3 (Adv Ther 2017)")
without_values = chance("relapse_without_values", 0.12, "relapses reported without a marrow", "assumed", each=relapses)
learned = chance("death_learned", 0.7, "deaths of the lost that become known", "assumed")
of_disease = chance("death_of_disease", 0.75, "deaths outside remission of leukaemia, the others of infection", "assumed")
reported_fatal = chance("fatal_reported", 0.55, "deaths within 30 days of the drug reported with a fatal adverse event", "fitted: 15 % fatal (label 2016)")
near_the_drug = all_of(today - either(known(day_of(last_drug)), day_of(last_drug), today) <= 30, here, reported_fatal)
cause_of_death = cases((all_of(transplanted, remission), "transplant-related"), (near_the_drug, "infection"), (all_of(no(remission), of_disease), "leukaemia"), otherwise="infection")

# Toxicity: fraction with it, weights of grades 1 to 4, median day of onset ----------------------------------------------------------------
LABELLED, RECALLED = "US label 2016, section 6 (N=212); grades and onset assumed", "Topp 2015, recalled; serious infections by the EMA's figure; onset of liver enzymes by the label"
toxicities = family(
    "adverse events", ("term", "category", "fraction", "grade 1", "grade 2", "grade 3", "grade 4", "median day"),
    row("pyrexia", "Pyrexia", "other", 0.62, 45, 45, 10, 0, 2, source=LABELLED, confirmed=True), row("headache", "Headache", "other", 0.36, 60, 35, 5, 0, 3, source=LABELLED, confirmed=True),
    row("oedema", "Oedema", "other", 0.25, 60, 35, 5, 0, 9, source=LABELLED, confirmed=True), row("nausea", "Nausea", "other", 0.25, 60, 38, 2, 0, 5, source=LABELLED, confirmed=True),
    row("constipation", "Constipation", "other", 0.20, 65, 33, 2, 0, 8, source=LABELLED, confirmed=True), row("hypokalaemia", "Hypokalaemia", "other", 0.23, 45, 25, 25, 5, 6, source=LABELLED, confirmed=True),
    row("febrile_neutropenia", "Febrile neutropenia", "infection", 0.25, 0, 0, 80, 20, 10, source=RECALLED), row("neutropenia", "Neutropenia", "other", 0.16, 0, 0, 30, 70, 14, source=RECALLED),
    row("anaemia", "Anaemia", "other", 0.14, 0, 0, 90, 10, 10, source=RECALLED), row("thrombocytopenia", "Thrombocytopenia", "other", 0.09, 0, 0, 35, 65, 12, source=RECALLED),
    row("infection", "Infection", "infection", 0.32, 0, 15, 65, 20, 14, source=RECALLED), row("transaminases", "Transaminases increased", "other", 0.12, 20, 30, 40, 10, 15, source=RECALLED),
    row("neurologic", "", "neurologic", 98 / 189, 46, 31, 17, 4, 9, source="Target Oncol 2019 (neurologic events); grades 3 and 4 Topp 2015, recalled, 1 and 2 assumed", confirmed=True),
    row("seizure", "Seizure", "seizure", 0.02, 0, 0, 100, 0, 9, source="assumed"),
    row("crs", "Cytokine release syndrome", "CRS", 0.11, 50, 36, 14, 0, 2, source="pooled: 23/225 below 65 years, 7/36 from 65 (Cancer 2016); onset label 2016; grades assumed, 3 of 189 at grade 3", confirmed=True),
    meaning="term; category; fraction with it; weights of grades 1 to 4; median day of onset",
)  # fmt: skip
of = toxicities
in_cycle = either(cycle < 2, number("share_cycle_1", 0.95, "fraction", "of an adverse event's fraction, how much falls to cycle 1", "assumed; mostly cycle 1 is published"), number("share_later", 0.12, "fraction", "and to each later cycle", "assumed"))
comes = chance("adverse_event", column(of, "fraction") * in_cycle, "an adverse event in a cycle, by its row", "by its row", each=cycle, row=of)
its_grade = pick("grade", ((column(of, "grade 1"), 1), (column(of, "grade 2"), 2), (column(of, "grade 3"), 3), (column(of, "grade 4"), 4)), "grade, by its row", "by its row", each=cycle, row=of)
onset = about("onset", column(of, "median day"), number("onset_spread", 0.75, "log sd", "spread of the day of onset", "assumed"), "day of onset, by its row", "by its row", each=cycle, row=of)
neurologic_term = pick("neurologic_term", ((1, "Tremor"), (1, "Dizziness"), (1, "Confusion"), (1, "Encephalopathy"), (1, "Aphasia"), (1, "Paraesthesia"), (1, "Ataxia"), (1, "Somnolence")), "terms of neurologic events", "assumed", each=cycle)
nervous = one_of(column(of, "category"), "CRS", "neurologic", "seizure")
is_serious = chance("serious", cases((its_grade < 2, number("serious_1", 0.02, "fraction", "serious, grade 1", "assumed")), (its_grade < 3, number("serious_2", 0.1, "fraction", "serious, grade 2", "assumed")), (its_grade < 4, number("serious_3", 0.5, "fraction", "serious, grade 3", "assumed")), otherwise=number("serious_4", 0.8, "fraction", "serious, grade 4", "assumed")), "serious, by grade", "assumed; 65 % with any is published (label)", each=cycle, row=of)
is_related = chance("related", either(nervous, number("related_nervous", 0.9, "fraction", "CRS and neurologic events related to the drug", "assumed"), number("related_other", 0.5, "fraction", "others related to the drug", "assumed")), "related to the drug", "assumed", each=cycle, row=of)
severe_holds = chance("hold_for_severe", 0.225, "other adverse events of grade 3 or more that hold the infusion", "fitted: 75 of 225 interrupted (Drug Safety 2019 table 4)", each=cycle, row=of)
hold_days = about("hold_days", 4.5, 0.7, "length of a hold for toxicity", "assumed; few above 14 days", each=holds)

# The investigator, the site, the participant ------------------------------------------------------------------------------------------------
days_of_screening = trait("days of screening", either(chance("late_start", 0.004, "first infusions after day 21 of consent without a new one (a deviation)", "assumed"), whole("how_late", 22, 26, "day of a late first infusion", "assumed"), whole("screening_days", 5, 16, "from consent to the first infusion", "assumed, within the 21 days of U17")))
wrong_dose = chance("wrong_dose", 0.004, "cycles begun at another dose than planned (a deviation)", "assumed", each=cycle)
early = chance("early_start", 0.004, "next cycles begun before 14 free days (a deviation)", "assumed", each=cycle)
delay = pick("start_delay", ((60, 0), (25, (0, 3)), (15, (0, 10))), "delay of a cycle beyond the 14 free days", "assumed", unit="weights, days", each=cycle)
another = chance("another_cycle", cases((remission, number("next_in_remission", 0.80, "fraction", "a further cycle in remission, where no transplant is near", "assumed; with two cycles as the median")), (again > 0, number("retreat_next", 0.6, "fraction", "a further cycle of a retreatment without remission", "assumed")), otherwise=number("next_without_remission", 0.90, "fraction", "a second cycle after a first without remission or progression", "assumed; with two cycles as the median")), "a further cycle is decided, by response", "as its parts say", each=cycle)
aims = chance("transplant", either(years < 65, number("transplant_below_65", 0.61, "fraction", "responders below 65 years with a donor and fit for HSCT", "fitted: 32/81 transplanted in remission (PMC7481145), fewer from 65 years (Cancer 2016)"), number("transplant_from_65", 0.22, "fraction", "the same from 65 years", "fitted: 15 % of responders (Cancer 2016)")), "a transplant is aimed at, by age", "as its parts say", each=remissions)
days_to_transplant = greatest(21, about("days_to_transplant", 62, 0.45, "from remission to transplant", "assumed", each=remissions))
retreats = chance("retreat", 0.12, "relapses that open retreatment and are retreated", "assumed; not published", each=relapses)
other_therapy = chance("new_therapy", 0.45, "other therapy after treatment has failed", "assumed", each=relapses)
which_therapy = pick("therapy", ((5, "chemotherapy"), (2, "palliative chemotherapy"), (2, "other investigational product"), (1, "radiotherapy")), "other therapy", "assumed", each=relapses)
stops_after = chance("stop_after_hold", 0.90, "holds for toxicity that end treatment", "fitted: 44 of 225 stopped for an adverse event (Drug Safety 2019 table 4)", each=holds)
breaks_now = chance("technical_break", 0.04, "cycles with a technical break of the infusion", "assumed", each=cycle)
marrow_late = pick("marrow_days", ((70, (0, 3)), (27, (4, 12)), (3, (15, 20))), "day of the marrow after the 28th infusion day's next", "assumed; window of U9", unit="weights, days", each=cycle)
marrow_missed = chance("missed_marrow", 0.03, "marrows not done", "assumed", each=cycle)
outside, late_contact = number("outside_window", 0.02, "fraction", "visits made outside their window (a deviation)", "assumed"), number("late_contact", 0.02, "fraction", "contacts made late", "assumed")
contact_scatter = either(chance("contact_is_late", late_contact, "contacts later than six months", "as late_contact", each=calls), whole("contact_late", 1, 25, "how late", "assumed", each=calls), whole("contact_early", 0, 20, "how early else", "assumed", each=calls) * -1)
screened_on, enrols_on, first_dose_on, breaks_on, goes_on_on, marrow_on = plan("screening result"), plan("enrolment"), plan("first infusion"), plan("technical break"), plan("after a technical break"), plan("marrow")
decides_on, next_on, retreats_on, begins_again_on, decides_transplant_on, transplant_on = plan("decision between cycles"), plan("next cycle"), plan("retreatment decided"), plan("retreatment begins"), plan("transplant decided"), plan("transplant")
toxicity_on, resolves_on = plan("adverse event", row=toxicities, rank=3), plan("hold resolved")
contact_on, therapy_on, lost_on, found_on, withdraws_on = plan("survival contact"), plan("new therapy"), plan("loss"), plan("found again"), plan("withdrawal")
spread, missed, how_far = number("visit_spread", 5, "days (sd)", "scatter of follow-up visits about their target", "assumed; windows of U9"), number("missed_visit", 0.05, "fraction", "follow-up visits not made", "assumed"), number("days_outside", 10, "days", "at most so far outside", "assumed")
core_visit = keeps("end of core study", end_of_core, at=follow_up, given=here, scatter=spread, missed=missed, outside=outside, days_outside=how_far)
month_visits = keeps("months after treatment", month_3, month_6, month_9, month_12, month_18, month_24, at=follow_up, given=here, scatter=spread, missed=missed, outside=outside, days_outside=how_far, do=only_if(remission, read_remission))
may_get_therapy = only_if(other_therapy, set_for(therapy_on, today + whole("days_to_therapy", 7, 60, "from failure to other therapy", "assumed", each=relapses)))
contact_values = {alive: True, new_therapy_given: all_of(relapses > 0, chance("therapy_told", 0.3, "contacts after a relapse that tell of other therapy", "assumed", each=calls))}
first_call = set_for(contact_on, target_day(contacts) - whole("first_contact_early", 0, 20, "how much before its target the first contact is made", "assumed", each=follow_ups))
held_now = (
    remember(why, "toxicity"), remember(holds, holds + 1), enter(infusion_stop, {reason: "toxicity"}), set_for(resolves_on, today + greatest(1, hold_days)),
)  # fmt: skip

MT103_211_NATURE = nature(
    "mt103-211",
    body=body(
        when(first_dose_on, meets(death_fate, either(responds, never, death_no_remission))),
        when(counted(all_cycles), each_row(toxicities, only_if(comes, set_for(toxicity_on, today + least(40, greatest(0, onset - 1))), otherwise=cancel(toxicity_on)))),
        when(remission_seen, remember(remissions, remissions + 1), meets(relapse_fate, either(mrd_bad, relapse_no_mrd, relapse_mrd)), meets(death_fate, death_remission)),
        when((disease_seen, relapse_reported), meets(relapse_fate, never), meets(death_fate, death_relapsed)),
        when(transplants, meets(relapse_fate, relapse_transplanted), meets(death_fate, death_transplanted)),
        when(relapse_fate, remember(relapses, relapses + 1),
            only_if(without_values, enter(relapse_report), otherwise=(one_more_marrow, remember(marrow_cycle, cycle), enter(response_assessment, relapse_values))), given=all_of(remission, here)),
        when(toxicity_on, only_if(where(infusion), remember(why, "toxicity")),
            enter(adverse_event, {term: either(one_of(column(of, "term"), ""), neurologic_term, column(of, "term")), category: column(of, "category"), grade: its_grade, serious: is_serious, related: is_related}),
            only_if(where(infusion), only_if(any_of(all_of(nervous, its_grade >= 3), all_of(its_grade >= 3, severe_holds)), held_now, otherwise=remember(why, "other"))), given=all_of(here, no(where(survival)))),
        when(death_fate, only_if(all_of(gone, no(learned)), no_more_is_known, otherwise=(
            only_if(near_the_drug, enter(adverse_event, {term: "Sepsis", category: "infection", grade: 5, serious: True, related: False, outcome: "fatal"})), enter(death, {cause: cause_of_death})))),
    ),
    conduct=conduct(
        # Screening and the first infusion
        when(begins, enter(consent), set_for(screened_on, today + whole("day_of_screening", 1, days_of_screening - 2, "day of the screening result", "assumed")), set_for(enrols_on, today + days_of_screening - 1), set_for(first_dose_on, today + days_of_screening)),
        when(screened_on, enter(screening_result, at_the_start)),
        when(enrols_on, enter(enrolment)),
        when((first_dose_on, next_on, begins_again_on), enter(infusion_start, {dose_given: either(wrong_dose, either(planned_dose < 20, 28, 9), planned_dose)}), given=all_of(here, where(screening, free, chosen), any_of(allows(starts), breaks(starts)))),
        when(first_dose_on, set_for(withdraws_on, today + wait("withdrawal", 0.002, "withdrawal of consent", "assumed"))),
        # The infusion, its breaks and its end
        when(counted(all_cycles), remember(why, "other"), cancel(marrow_on), only_if(breaks_now, set_for(breaks_on, today + whole("day_of_break", 3, 25, "day of a technical break", "assumed", each=cycle)))),
        when(full(7 * days, stepped), enter(dose_change), given=where(infusion)),
        when(breaks_on, enter(infusion_stop, {reason: "technical"}), set_for(goes_on_on, today + whole("days_of_break", 1, 2, "length of a technical break", "assumed", each=cycle)), given=where(infusion)),
        when(goes_on_on, enter(infusion_restart), given=all_of(where(paused), allows(restarts))),
        when(moves(out_of=infusion, into=(free, follow_up)), enter(infusion_stop, {reason: either(by_clock, "cycle complete", why)}),
            only_if(marrow_cycle < cycle, set_for(marrow_on, today + either(by_clock, marrow_late, least(marrow_late + 3, 12))))),
        when(resolves_on, only_if(all_of(allows(restarts), any_of(all_of(remissions < 1, responds, responds_in >= cycle, again < 1), no(stops_after))), enter(infusion_restart),
            otherwise=only_if(allows(end_treatment), (enter(decide_end, {reason: "adverse event"}), only_if(marrow_cycle < cycle, set_for(marrow_on, today + whole("marrow_after_stop", 1, 6, "marrow after treatment has ended in a hold", "assumed", each=cycle)))))), given=where(held)),
        # The marrow and the decisions after it
        when(marrow_on, remember(marrow_cycle, cycle),
            only_if(responds_now, read_remission, otherwise=only_if(no(marrow_missed), read_no_remission)),
            set_for(decides_on, today + whole("day_of_decision", 1, 3, "from the marrow to the decision", "assumed", each=cycle)),
            given=all_of(where(held, paused, free, safety), marrow_cycle < cycle, here)),
        when(decides_on, only_if(all_of(remission, aimed_at > 0, no(transplanted), aimed_at <= today + 30), set_for(decides_transplant_on, greatest(aimed_at - 7, today)),
            otherwise=only_if(all_of(allows(next_cycle), any_of(all_of(again < 1, remissions < 1, responds, responds_in > cycle), another)),
                (enter(decide_cycle), set_for(next_on, either(all_of(last_clock - today > 3, early), last_clock - 2, greatest(last_clock, today + 1) + delay))),
                otherwise=only_if(allows(end_treatment), (remember(why, "other"), enter(decide_end, {reason: either(remission, "no further cycle", "no remission")}))))), given=all_of(where(free), here)),
        # Transplant, relapse, retreatment, other therapy
        when(remission_seen, remember(aimed_at, either(aims, today + days_to_transplant, 0)), only_if(all_of(aimed_at > 0, where(follow_up)), set_for(decides_transplant_on, aimed_at))),
        when(decides_transplant_on, enter(decide_transplant, {donor: True, fit_for_hsct: True}), set_for(transplant_on, today + whole("days_to_conditioning", 4, 10, "from the decision to the transplant", "assumed", each=remissions)), given=all_of(allows(to_transplant), here)),
        when(transplant_on, enter(transplant), given=all_of(allows(transplants), here)),
        when((disease_seen, relapse_reported), remember(aimed_at, 0), only_if(all_of(allows(retreat), retreats), set_for(retreats_on, today + whole("days_to_retreat", 5, 21, "from relapse to a retreatment", "assumed", each=relapses)), otherwise=may_get_therapy)),
        when(retreats_on, enter(decide_retreatment), set_for(begins_again_on, today + whole("days_to_begin_again", 3, 12, "from the decision to its start", "assumed", each=relapses)), given=all_of(allows(retreat), here)),
        when(therapy_on, enter(new_therapy, {therapy: which_therapy}), given=all_of(where(follow_up), here, no(remission))),
        # Follow-up
        when(moves(into=follow_up), remember(follow_ups, follow_ups + 1), keep_visits(core_visit), keep_visits(month_visits), first_call,
            only_if(follow_ups < 2, set_for(lost_on, today + wait("loss", 0.0025, "loss to follow-up, after treatment", "assumed"))),
            only_if(all_of(no(remission), relapses < 1), may_get_therapy),
            only_if(all_of(aimed_at > 0, no(transplanted)), set_for(decides_transplant_on, greatest(aimed_at, today + 14)))),
        when(contact_on, only_if(all_of(here, where(follow_up)), (enter(survival_contact, contact_values), remember(calls, calls + 1), set_for(contact_on, months_after(today, 6) + contact_scatter)), otherwise=set_for(contact_on, today + 30))),
        when(lost_on, enter(lost), remember(gone, True), only_if(chance("found_again", 0.4, "the lost who are found again", "assumed"), set_for(found_on, today + whole("days_lost", 60, 400, "until somebody is found again", "assumed"))), given=all_of(where(follow_up), here)),
        when(found_on, remember(gone, False), enter(survival_contact, contact_values), remember(calls, calls + 1), given=gone),
        when(withdraws_on, enter(withdrawal, {reason: "participant's wish"}), given=here),
        accrual=accrual(
            number("accrual_participants", 189, "participants", "one round of accrual; a larger number runs through it again, side by side", "Topp 2015 abstract", confirmed=True),
            number("accrual_days", 650, "days", "from the first consent to the last: January 2012 to October 2013", TOPP),
            sites=number("sites", 37, "sites", "sites in seven countries: 10 DE, 11 US, 6 FR, 5 IT, 2 ES, 2 UK, 1 CH", "countries: EU register; their sites assumed"),
            skew=number("site_skew", 1.4, "", "how unevenly sites recruit: a power of an even draw", "assumed"),
        ),
        records=records(
            same_day=number("same_day", 0.35, "fraction", "sittings of data entry on the day itself", "assumed"), late=number("late_entry", 0.02, "fraction", "sittings that come late", "assumed"),
            usual_delay=number("usual_delay", 4, "days", "the usual delay, at most", "assumed"), late_delay=number("late_delay", 60, "days", "a late sitting, at most", "assumed"),
            slip=number("slip", 0.012, "fraction", "entries with a slip of the pen, put right later", "assumed"),
            of=(
                slip(response_assessment, {platelets: either(platelets < 150, platelets * 10, rounded(platelets / 10))}, reason="platelets: decimal point", given=chance("which_slip", 0.5, "slips of a marrow that are in the platelets, the others in the blasts", "assumed", each=this_entry)),
                slip(response_assessment, {blasts: least(99, blasts + 10)}, reason="blasts: typing error"),
                slip(adverse_event, {grade: grade * -1 + 3}, reason="grade after review", given=grade <= 2),
                slip(screening_result, {age: age + 1}, reason="age at consent"),
                dated_in_part(new_therapy, number("therapy_in_part", 0.15, "fraction", "other therapies dated by the month at first", "assumed"), never_completed=number("therapy_never", 0.4, "fraction", "of these never completed", "assumed")),
                dated_in_part(death, number("death_in_part", 0.03, "fraction", "deaths dated by the month at first", "assumed")),
                recorded_by(response_assessment, "laboratory"), recorded_by(screening_result, "investigator"), recorded_by(adverse_event, "investigator"), recorded_by(investigator_assessment, "investigator"),
                recorded_by(infusion_start, "nurse", at="10:00"), recorded_by(infusion_stop, "nurse"), recorded_by(infusion_restart, "nurse", at="11:00"), recorded_by(dose_change, "nurse"),
            ),
        ),
    ),
)  # fmt: skip
