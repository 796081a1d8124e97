"""Endpoints, analysis sets, subgroups and designs of the study, as data; each with its handling of intercurrent events (ICH E9(R1))."""

from trialrun.protocol.endpoints import (
    actions,
    following,
    asked_where,
    assessed,
    because,
    before,
    best_of,
    column,
    design,
    endpoint,
    handled,
    happens,
    level,
    marked,
    marks,
    population,
    reasons,
    recorded,
    subgroups,
    switch,
    terminology,
    unless,
)  # fmt: skip
from trialrun.protocol.language import all_of, any_of, days, full, known, months, no, one_of, past, surely
from trialrun.protocol.language import at_screening

from .criteria import (
    age,
    allo_months,
    blasts,
    cr1_months,
    grade,
    gvhd,
    gvhd_weeks,
    mrd,
    mrd_amplification,
    pregnant,
    prior_hsct,
    prior_salvages,
    response,
    sex,
    status,
)  # fmt: skip
from .forms import (
    adverse_event,
    alive,
    consent,
    decide_end,
    dose_change,
    dose_given,
    enrolment,
    infusion_restart,
    infusion_start,
    infusion_stop,
    investigator_assessment,
    lost,
    new_therapy,
    new_therapy_given,
    reason,
    relapse_report,
    response_assessment,
    screening_result,
    survival_contact,
    transplant,
    visit_made,
    withdrawal,
)  # fmt: skip
from .terms import (
    all_cycles,
    completes,
    consents,
    cycle_began,
    cycles,
    dies,
    disease_seen,
    enrols,
    first_infusion,
    follow_up,
    held,
    hold_began,
    infused,
    infusion,
    last_drug,
    leaves,
    left,
    neurologic_3,
    neurologic_before,
    no_remission_seen,
    progressed,
    progresses,
    relapse_reported,
    relapsed,
    remission,
    remission_began,
    restarts,
    retreated,
    retreatments,
    seizure,
    seizure_before,
    severe_toxicity,
    starts,
    stepping,
    stops_for_toxicity,
    stops_technically,
    transplant_day,
    transplants,
    treated,
    treatment,
    treatment_ended,
)  # fmt: skip

# What a marrow shows, and when it counts for the first two cycles (U12) -----------------------------------------------------------------
within_two = all_of(cycles <= 2, no(retreated))
in_time = no(past(14 * days, last_drug))
is_CR = one_of(response, "CR", "complete remission")
is_CRh = one_of(response, "CRh*", "CRh", "complete remission with partial haematological recovery")
is_remission = one_of(response, "CR", "CRh*", "CRh", "complete remission", "complete remission with partial haematological recovery")
is_free_of_relapse = one_of(
    response, "CR", "CRh*", "CRh", "complete remission", "complete remission with partial haematological recovery", "CRi",
    "complete remission with incomplete recovery", "hypoplastic", "blast-free hypoplastic or aplastic marrow",
)  # fmt: skip
no_amplification = surely(no(mrd_amplification))
mrd_low = any_of(surely(mrd < 0.0001), no_amplification)
mrd_known = any_of(known(mrd), known(mrd_amplification))

responds_treated = assessed(given=all_of(is_remission, within_two), at=treated, words="CR or CRh*")
responds_after = assessed(given=all_of(is_remission, within_two, in_time), at=follow_up, words="CR or CRh* to 14 days after the last dose")
responds = (responds_treated, responds_after)
is_evaluable = no(one_of(response, "not evaluable"))
assessed_in_time = (
    assessed(given=all_of(is_evaluable, within_two), at=treated, words="an evaluable assessment in the first two cycles"),
    assessed(given=all_of(is_evaluable, within_two, in_time), at=follow_up, words="an evaluable assessment to 14 days after the last dose"),
)
reaches_CR = (
    assessed(given=all_of(is_CR, within_two), at=treated, words="CR"),
    assessed(given=all_of(is_CR, within_two, in_time), at=follow_up, words="CR to 14 days after the last dose"),
)
reaches_CRh = (
    assessed(given=all_of(is_CRh, within_two), at=treated, words="CRh*"),
    assessed(given=all_of(is_CRh, within_two, in_time), at=follow_up, words="CRh* to 14 days after the last dose"),
)
mrd_response = (
    recorded(response_assessment, given=all_of(mrd_low, within_two), at=treated, words="MRD below 1e-4 in the first two cycles"),
    recorded(response_assessment, given=all_of(mrd_low, within_two, in_time), at=follow_up, words="MRD below 1e-4 to 14 days after the last dose"),
)
complete_mrd = (
    recorded(response_assessment, given=all_of(no_amplification, within_two), at=treated, words="no amplification in the first two cycles"),
    recorded(response_assessment, given=all_of(no_amplification, within_two, in_time), at=follow_up, words="no amplification to 14 days after the last dose"),
)
mrd_measured = (
    recorded(response_assessment, given=all_of(mrd_known, within_two), at=treated, words="MRD measured in the first two cycles"),
    recorded(response_assessment, given=all_of(mrd_known, within_two, in_time), at=follow_up, words="MRD measured to 14 days after the last dose"),
)

# Days that endpoints are made of --------------------------------------------------------------------------------------------------------
begins = marked(first_infusion, words="first infusion")
dies_then = happens(dies, words="death")
relapses = following(happens(disease_seen, relapse_reported, given=remission, words="haematological relapse"), *responds)
progresses_then = following(marked(progressed, words="progression declared by the investigator"), *responds)
any_transplant = following(happens(transplants, words="allogeneic HSCT"), *responds)
seen_alive = (
    recorded(
        consent, screening_result, enrolment, infusion_start, infusion_stop, infusion_restart, dose_change, response_assessment,
        investigator_assessment, relapse_report, adverse_event, transplant, visit_made, new_therapy, withdrawal, words="last fact recorded in life",
    ),
    recorded(survival_contact, given=no(surely(no(alive))), words="survival contact, alive"),
)  # fmt: skip
seen_free = assessed(given=is_free_of_relapse, words="last assessment free of relapse")
therapy_between = (recorded(new_therapy, words="new anti-leukaemia therapy"), recorded(survival_contact, given=surely(new_therapy_given), words="new therapy reported at a contact"))
hsct_in_remission = unless(happens(transplants, given=remission, words="allogeneic HSCT while CR or CRh* holds"), *therapy_between, since=marked(remission_began))
other_treatment = (*therapy_between, happens(transplants, words="allogeneic HSCT"))
responds_before = (
    unless(responds_treated, *other_treatment, since=begins), unless(responds_after, *other_treatment, since=begins),
)  # fmt: skip
question_settled = (
    marked(treatment_ended, words="treatment ended"), marked(cycle_began, given=cycles >= 3, words="a third cycle began"),
    dies_then, happens(leaves, words="withdrawal"), recorded(lost, words="lost to follow-up"), recorded(survival_contact, words="a survival contact"),
)  # fmt: skip

# To the last planned assessment: month 24 with the 14 days of its window (S13, U9), day 745 from the first infusion -----------------------
planned = no(past(745 * days, first_infusion))
relapses_planned = following(happens(disease_seen, relapse_reported, given=all_of(remission, planned), words="haematological relapse to the last planned assessment"), *responds)
progresses_planned = following(marked(progressed, given=planned, words="progression declared by the investigator to the last planned assessment"), *responds)
dies_planned = happens(dies, given=planned, words="death to the last planned assessment")
seen_free_planned = assessed(given=all_of(is_free_of_relapse, planned), words="last planned assessment free of relapse")

# Analysis sets --------------------------------------------------------------------------------------------------------------------------
screened_set = population("screened", label="Screened", has=happens(consents), source="S6")
enrolled_set = population("enrolled", label="Enrolled", has=happens(enrols), source="R2")
treated_set = population("treated", label="Treated", has=begins, source="R4")
responder_set = population("responders", label="Responders (CR or CRh* within two cycles)", has=responds, within=treated_set, source="R4, U11")
assessed_set = population("assessed", label="Assessed within two cycles", has=assessed_in_time, within=treated_set, source="R4, U12")
mrd_set = population("MRD evaluable responders", label="Responders with a measured MRD", has=mrd_measured, within=responder_set, source="R4")
mrd_low_set = population("MRD responders", label="Responders with an MRD response", has=mrd_response, within=responder_set, source="R4")
mrd_high_set = population("no MRD response", label="Responders without an MRD response", has=mrd_measured, lacks=mrd_response, within=responder_set, source="R4")
hsct_set = population("transplanted in remission", label="Transplanted in remission", has=hsct_in_remission, within=treated_set, source="U10, R4")
populations = (screened_set, enrolled_set, treated_set, responder_set, assessed_set, mrd_set, mrd_low_set, mrd_high_set, hsct_set)

# Intercurrent events --------------------------------------------------------------------------------------------------------------------
hsct_ignored = handled("allogeneic HSCT", "treatment policy", "follow-up goes on after it (U23)")
hsct_cut = handled("allogeneic HSCT", "hypothetical", "the time ends on the day of HSCT, as if none were given")
therapy_ignored = handled("new anti-leukaemia therapy", "treatment policy", "follow-up goes on after it")
retreatment_ignored = handled("retreatment", "treatment policy", "follow-up goes on after it (U23)")
death_is_event = handled("death", "composite", "death is an event")
early_stop = handled("end of treatment before two cycles", "while on treatment", "what was seen up to 14 days after the last dose counts, and nothing later (U12)")
other_before = handled("new anti-leukaemia therapy before HSCT", "composite", "a transplant after it is not counted (U10)")
usual = (hsct_ignored, therapy_ignored, retreatment_ignored)
assessments = (
    early_stop, handled("death before an assessment", "composite", "no response"),
    handled("new anti-leukaemia therapy or HSCT before a response", "treatment policy", "what a marrow shows in time counts all the same"),
)  # fmt: skip
assessments_before = (
    early_stop, handled("death before an assessment", "composite", "no response"),
    handled("new anti-leukaemia therapy or HSCT before a response", "composite", "a response after it is none"),
)  # fmt: skip
no_marrow = "without an evaluable marrow in time there is no response"
no_mrd = "not measured in time is no response"
last_seen = "censored at the last assessment free of relapse; without one after the start, at the start"
no_hsct = "what is not recorded is no transplant"
only_measured = "who has no measured MRD is not in the set"
last_alive = "censored at the last date known alive"

# Endpoints ------------------------------------------------------------------------------------------------------------------------------
primary = endpoint("CR/CRh*", label="CR or CRh* within two cycles", kind="proportion", population=treated_set, source="R4", events=responds, settled=question_settled, primary=True,
    variable="CR or CRh* as best response within the first two cycles", summary="proportion of all treated, exact 95 % interval", handling=assessments, missing=no_marrow,
    ours="a marrow counts while treatment lasts and to 14 days after the last dose of the second cycle (U12); without a marrow and without an end of treatment the question stays open; a CR or CRh* after new anti-leukaemia therapy counts, since U12 makes no exception: a sensitivity analysis leaves it out")  # fmt: skip
cr = endpoint("CR", label="CR within two cycles", kind="proportion", population=treated_set, source="R4", events=reaches_CR, settled=question_settled,
    variable="CR as best response within the first two cycles", summary="proportion of all treated, exact 95 % interval", handling=assessments, missing=no_marrow)  # fmt: skip
crh = endpoint("CRh*", label="CRh* as best response within two cycles", kind="proportion", population=treated_set, source="R4", events=reaches_CRh, competing=reaches_CR, settled=question_settled,
    variable="CRh*, and never CR, within the first two cycles", summary="proportion of all treated, exact 95 % interval", handling=assessments, missing=no_marrow)  # fmt: skip
mrd_all = endpoint("MRD response", label="MRD response within two cycles", kind="proportion", population=treated_set, source="R4", events=mrd_response, settled=question_settled,
    variable="MRD below 1e-4 within the first two cycles", summary="proportion of all treated; not measured is no response", handling=assessments, missing=no_mrd)  # fmt: skip
mrd_complete_all = endpoint("complete MRD response", label="Complete MRD response within two cycles", kind="proportion", population=treated_set, source="R4", events=complete_mrd, settled=question_settled,
    variable="no amplification at a sensitivity of 1e-4 within the first two cycles", summary="proportion of all treated; not measured is no response", handling=assessments, missing=no_mrd)  # fmt: skip
mrd_responders = endpoint("MRD response of responders", label="MRD response, responders with a measured MRD", kind="proportion", population=mrd_set, source="R4", events=mrd_response,
    variable="MRD below 1e-4 within the first two cycles", summary="proportion of responders with a measured MRD", handling=assessments[:1], missing=only_measured)  # fmt: skip
mrd_complete_responders = endpoint("complete MRD response of responders", label="Complete MRD response, responders with a measured MRD", kind="proportion", population=mrd_set, source="R4", events=complete_mrd,
    variable="no amplification at a sensitivity of 1e-4 within the first two cycles", summary="proportion of responders with a measured MRD", handling=assessments[:1], missing=only_measured)  # fmt: skip
os = endpoint("OS", label="Overall survival", kind="time", population=treated_set, source="R4, U23", starts=begins, events=dies_then, censors=seen_alive, landmarks=(6 * months, 12 * months, 24 * months, 36 * months),
    variable="first infusion to death of any cause; censored at the last date known alive", summary="Kaplan-Meier median and curve", handling=usual, missing=last_alive,
    ours="a death recorded after withdrawal or after the end of the study counts; decisions and a loss to follow-up are no evidence of life")  # fmt: skip
rfs = endpoint("RFS", label="Relapse-free survival", kind="time", population=responder_set, source="R4, U23", starts=responds, events=(relapses, progresses_then, dies_then), censors=seen_free, landmarks=(6 * months, 12 * months, 24 * months),
    variable="first CR or CRh* to relapse or death; censored at the last assessment free of relapse", summary="Kaplan-Meier median and curve", handling=(*usual, death_is_event), missing=last_seen,
    ours="progression that the investigator declares within treatment ends the remission and counts; progression declared in follow-up does not, unless marrow, blood or extramedullary disease shows a relapse; CRi and hypoplastic marrow are free of relapse; what is recorded after the end of the study counts; assessments end at month 24, so later events count and later freedom is not seen: a sensitivity analysis ends there")  # fmt: skip
rfs_hsct = endpoint("RFS censored at HSCT", label="Relapse-free survival, censored at HSCT", kind="time", population=responder_set, source="R4, U23", starts=responds, events=(relapses, progresses_then, dies_then), censors=seen_free, cut=any_transplant, landmarks=(6 * months, 12 * months),
    variable="as RFS; censored on the day of an allogeneic HSCT", summary="Kaplan-Meier median and curve", handling=(hsct_cut, therapy_ignored, retreatment_ignored, death_is_event), missing=last_seen)  # fmt: skip
efs = endpoint("EFS", label="Event-free survival", kind="time", population=treated_set, source="R4, U23", starts=begins, events=(relapses, progresses_then, dies_then), censors=seen_free, fails_without=responds, settled=question_settled, landmarks=(6 * months, 12 * months),
    variable="first infusion to relapse or death; day 1 for those without CR or CRh* in two cycles", summary="Kaplan-Meier median and curve", handling=(*usual, death_is_event), missing=last_seen,
    ours="day 1 is the day of the first infusion (time 0); those whose question is open at the cut-off are censored at 0")  # fmt: skip
dor = endpoint("DOR", label="Duration of response", kind="time", population=responder_set, source="R4", starts=responds, events=(relapses, progresses_then), censors=seen_free, cut=dies_then, landmarks=(6 * months, 12 * months),
    variable="first CR or CRh* to relapse; a death without relapse ends the time", summary="Kaplan-Meier median", handling=(*usual, handled("death without relapse", "hypothetical", "the time ends on the day of death; the cumulative incidence beside it treats death as what it is")), missing=last_seen,
    ours="to relapse only; RFS has relapse or death")  # fmt: skip
os_remission = endpoint("OS from remission", label="Overall survival of responders, from CR or CRh*", kind="time", population=responder_set, source="R4, U23", starts=responds, events=dies_then, censors=seen_alive, landmarks=(6 * months, 12 * months, 24 * months),
    variable="first CR or CRh* to death of any cause; censored at the last date known alive", summary="Kaplan-Meier median and curve", handling=usual, missing=last_alive,
    ours="no endpoint of the registration: the time on which transplant is judged in responders")  # fmt: skip
ttr = endpoint("TTR", label="Time to response", kind="time", population=responder_set, source="R4", starts=begins, events=responds, happened=True,
    variable="first infusion to first CR or CRh*", summary="median and range of the responders")  # fmt: skip
relapse_or_death = endpoint("relapse or death", label="Relapse, and death without relapse", kind="competing", population=responder_set, source="R4, U23", starts=responds, events=(relapses, progresses_then), competing=dies_then, censors=seen_free, landmarks=(6 * months, 12 * months, 24 * months),
    variable="first CR or CRh* to relapse, or to death without relapse", summary="cumulative incidence of each cause (Aalen-Johansen)", handling=usual, missing=last_seen)  # fmt: skip
hsct = endpoint("HSCT in remission", label="Allogeneic HSCT in remission", kind="proportion", population=treated_set, source="R4, U10, U13", events=hsct_in_remission,
    variable="HSCT while CR or CRh* holds, no new anti-leukaemia therapy between", summary="proportion of all treated, exact 95 % interval", handling=(other_before,), missing=no_hsct,
    ours="also in a remission from retreatment (U13); a transplant recorded during an infusion counts where the remission holds")  # fmt: skip
hsct_responders = endpoint("HSCT of responders", label="Allogeneic HSCT in remission, responders", kind="proportion", population=responder_set, source="R4, U10, U13", events=hsct_in_remission,
    variable="HSCT while CR or CRh* holds, no new anti-leukaemia therapy between", summary="proportion of responders, exact 95 % interval", handling=(other_before,), missing=no_hsct)  # fmt: skip
death_after_hsct = endpoint("death after HSCT", label="Death after HSCT in remission", kind="time", population=hsct_set, source="R4, U23", starts=hsct_in_remission, events=dies_then, censors=seen_alive, landmarks=(100 * days, 12 * months),
    variable="HSCT in remission to death; day 100 is in", summary="Kaplan-Meier mortality at day 100", happened=True, handling=(therapy_ignored,), missing=last_alive,
    interval="log-log", ours="limits on the log-log scale, which keep their place where few have died")  # fmt: skip
time_on_treatment = endpoint("time on treatment", label="Time on treatment", kind="time", population=treated_set, source="S7", starts=begins, events=(marked(treatment_ended, words="treatment ended"), dies_then, happens(leaves, words="withdrawal")), censors=seen_alive,
    variable="first infusion to the end of treatment, of whatever cause", summary="Kaplan-Meier median", missing=last_alive, ours="the end of the first course; a retreatment is not added")  # fmt: skip

# Sensitivity analyses -------------------------------------------------------------------------------------------------------------------
primary_before = endpoint("CR/CRh* before new therapy", label="CR or CRh* within two cycles, before new therapy or HSCT", kind="proportion", population=treated_set, source="R4", events=responds_before, settled=question_settled, sensitivity_of=primary,
    variable="CR or CRh* within the first two cycles, before any new anti-leukaemia therapy or HSCT", summary="proportion of all treated, exact 95 % interval", handling=assessments_before, missing=no_marrow,
    ours="a CR or CRh* after new therapy or a transplant is none")  # fmt: skip
primary_assessed = endpoint("CR/CRh* of the assessed", label="CR or CRh* within two cycles, of the assessed", kind="proportion", population=assessed_set, source="R4", events=responds, sensitivity_of=primary,
    variable="CR or CRh* as best response within the first two cycles", summary="proportion of those with an evaluable marrow, exact 95 % interval", handling=assessments[:1],
    missing="who has no evaluable marrow in time is left out: right only if they would have responded as the others did")  # fmt: skip
rfs_planned = endpoint("RFS to month 24", label="Relapse-free survival, to the last planned assessment", kind="time", population=responder_set, source="R4, S13", starts=responds, events=(relapses_planned, progresses_planned, dies_planned), censors=seen_free_planned, landmarks=(6 * months, 12 * months), sensitivity_of=rfs,
    variable="as RFS; what comes after the last planned assessment is not counted, and the time ends with the last assessment up to it", summary="Kaplan-Meier median and curve", handling=(*usual, death_is_event), missing=last_seen,
    ours="the last planned assessment is that of month 24 with the 14 days of its window (U9), day 745 from the first infusion")  # fmt: skip
efs_planned = endpoint("EFS to month 24", label="Event-free survival, to the last planned assessment", kind="time", population=treated_set, source="R4, S13", starts=begins, events=(relapses_planned, progresses_planned, dies_planned), censors=seen_free_planned, fails_without=responds, settled=question_settled, landmarks=(6 * months, 12 * months), sensitivity_of=efs,
    variable="as EFS; what comes after the last planned assessment is not counted, and the time ends with the last assessment up to it", summary="Kaplan-Meier median and curve", handling=(*usual, death_is_event), missing=last_seen)  # fmt: skip
dor_planned = endpoint("DOR to month 24", label="Duration of response, to the last planned assessment", kind="time", population=responder_set, source="R4, S13", starts=responds, events=(relapses_planned, progresses_planned), censors=seen_free_planned, cut=dies_planned, landmarks=(6 * months, 12 * months), sensitivity_of=dor,
    variable="as DOR; what comes after the last planned assessment is not counted, and the time ends with the last assessment up to it", summary="Kaplan-Meier median", handling=usual, missing=last_seen)  # fmt: skip

endpoints = (
    primary, cr, crh, mrd_all, mrd_complete_all, mrd_responders, mrd_complete_responders, os, rfs, rfs_hsct, efs, dor, os_remission, ttr, relapse_or_death, hsct,
    hsct_responders, death_after_hsct, time_on_treatment, primary_before, primary_assessed, rfs_planned, efs_planned, dor_planned,
)  # fmt: skip

designs = (
    design("planned size", null=0.30, alternative=0.45, alpha=0.025, n=140, of=primary, source="recalled; exact binomial: 54 responders of 140", confirmed=False),
)

# Groups at screening --------------------------------------------------------------------------------------------------------------------
blast_groups = (level("below 50 %", at_screening(blasts) < 50), level("50 % or more", at_screening(blasts) >= 50))
age_groups = (
    level("18 to 34", at_screening(age) < 35), level("35 to 54", all_of(at_screening(age) >= 35, at_screening(age) < 55)),
    level("55 to 64", all_of(at_screening(age) >= 55, at_screening(age) < 65)), level("65 or older", at_screening(age) >= 65),
)  # fmt: skip
salvage_groups = (
    level("none", at_screening(prior_salvages) < 1), level("1", all_of(at_screening(prior_salvages) >= 1, at_screening(prior_salvages) < 2)),
    level("2", all_of(at_screening(prior_salvages) >= 2, at_screening(prior_salvages) < 3)), level("more than 2", at_screening(prior_salvages) >= 3),
)  # fmt: skip
remission_groups = (level("under 12 months", at_screening(cr1_months) < 12), level("12 months or longer", at_screening(cr1_months) >= 12))
hsct_groups = (level("yes", at_screening(prior_hsct)), level("no", no(at_screening(prior_hsct))))

# Why treatment ended, and what adverse events led to --------------------------------------------------------------------------------------
harm_recorded = recorded(decide_end, given=one_of(reason, "adverse event", "adverse events", "AE", "toxicity"), words="ended for an adverse event")
ends_for_harm = (
    happens(severe_toxicity, at=treated, words="CRS or a neurologic event of grade 4"), happens(seizure, given=seizure_before, at=treated, words="a second seizure"),
    happens(neurologic_3, given=neurologic_before, at=treated, words="a neurologic event of grade 3 again"),
    happens(past(14 * days, hold_began), at=held, words="a hold of more than 14 days"), happens(restarts, given=all_of(past(7 * days, hold_began), any_of(left < 1, cycles >= 8)), at=held, words="a restart without a cycle left"), harm_recorded,
)  # fmt: skip
why_treatment_ended = reasons("Reason why treatment ended",
    because("Death", dies_then),
    because("Withdrawal of consent", happens(leaves, words="withdrawal")),
    because("Adverse event", *ends_for_harm),
    because("Relapse or progression", happens(disease_seen, relapse_reported, given=remission, words="relapse"), happens(progresses, at=treatment, words="progression")),
    because("No remission after two cycles", happens(no_remission_seen, words="no remission"), recorded(decide_end, given=one_of(reason, "no remission", "no response"), words="ended for want of a remission")),
    because("Allogeneic HSCT in remission", happens(transplants, words="allogeneic HSCT")),
    because("All cycles that were open given", happens(full(28 * days, infused), words="28 days of infusion"), happens(completes, stops_for_toxicity, stops_technically, words="a stop")),
    because("No further cycle, by decision", recorded(decide_end, given=one_of(reason, "no further cycle"), words="no further cycle decided")),
    because("Other decision, or no reason given", recorded(decide_end, words="decision")), of=time_on_treatment, source="S10, U1, U4, U15")  # fmt: skip
low_dose = dose_given < 28
led_to = actions("What adverse events led to",
    because("End of treatment", *ends_for_harm, since=happens(stops_for_toxicity)),
    because("Hold of the infusion", happens(stops_for_toxicity, words="a stop for toxicity")),
    because("A lower dose", recorded(infusion_restart, infusion_start, given=low_dose, at=held, words="restart at a lower dose"), recorded(dose_change, given=all_of(low_dose, any_of(no(stepping), past(7 * days, cycle_began))), at=infusion, words="change to a lower dose"), since=happens(stops_for_toxicity)),
    source="R6, U15")  # fmt: skip

best_response = best_of("best response", "CR", "CRh*", "CRi", "hypoplastic", "PR", "no response", "PD", "not evaluable", of=primary, source="R3, U12, U16")

analyses = (
    subgroups("Marrow blasts", *blast_groups, of=primary, source="R8"), subgroups("Age, years", *age_groups, of=primary, source="S2, R8"),
    subgroups("Duration of the first remission", *remission_groups, of=primary, source="S2, S3"),
    subgroups("Prior salvage therapies", *salvage_groups, of=primary, source="S3, R8"), subgroups("Prior allogeneic HSCT", *hsct_groups, of=primary, source="R8"),
    switch("allogeneic HSCT in remission", hsct_in_remission, of=rfs, landmarks=(3 * months, 6 * months), source="R4, U13"),
    switch("allogeneic HSCT in remission", hsct_in_remission, of=os_remission, landmarks=(3 * months, 6 * months), source="R4, U13"),
    best_response,
    why_treatment_ended, led_to,
    asked_where(cr1_months, no(one_of(at_screening(status), "primary refractory")), source="S2"), asked_where(allo_months, at_screening(prior_hsct), source="R2"),
    asked_where(gvhd, at_screening(prior_hsct), source="R2"), asked_where(gvhd_weeks, at_screening(prior_hsct), source="R2"),
    asked_where(pregnant, one_of(at_screening(sex), "F"), source="R2"),
    marks(marked(remission_began, words="remission"), marked(relapsed, words="relapse"), happens(transplants, words="HSCT"), dies_then, source="R4"),
)  # fmt: skip

# One row a participant ------------------------------------------------------------------------------------------------------------------
remission_begins = marked(remission_began)
mrd_in_remission = (
    before(assessed(given=all_of(mrd_known, no(remission))), remission_begins), following(assessed(given=mrd_known), remission_begins),
)  # fmt: skip
columns = (
    column("best_response", best_response), column("remission_cycle", all_cycles, at=remission_begins),
    column("mrd", (level("complete", no_amplification), level("response", mrd_low), level("no response", no(mrd_low))), at=mrd_in_remission),
    column("cycles", all_cycles), column("retreatments", retreatments), column("transplant_day", marked(transplant_day)),
    column("relapse_day", marked(relapsed, progressed)), column("death_day", happens(dies)), column("last_day", "last seen"), column("end_reason", "end"),
)  # fmt: skip
terminologies = (terminology("CTCAE", version="4.0", of=grade, source="recalled, not confirmed", confirmed=False),)
