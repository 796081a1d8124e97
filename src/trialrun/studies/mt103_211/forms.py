"""What is recorded, entry by entry, and the protocol events that follow from the values."""

from trialrun.protocol.language import *

from .criteria import *
from .terms import *
from .ward import course_of_event, event_asked, event_checks, event_items

dose_given = measure("dose", unit="ug/day", range=(0, 100), label="Dose given", cdash="ECDOSE", role="dose", drug="blinatumomab", source="S8")
reason = measure("reason", type="text", label="Reason", role="reason", source="U15")
visit_name = measure("name", type="text", label="Visit", cdash="VISIT", role="visit", source="S12, S13")
alive = measure("alive", type="yes/no", label="Alive", source="S14")
new_therapy_given = measure("new_therapy", type="yes/no", label="New anti-leukaemia therapy since the last contact", source="U10")
therapy = measure("therapy", type="text", label="Therapy", cdash="CMTRT", source="U10")
cause = measure("cause", type="text", label="Cause of death", cdash="DDORRES", role="cause of death", source="S14")
version = measure("version", type="text", label="Protocol version", source="R2")
note = measure("note", type="text", label="Note", source="R2")

consent = form("consent", label="Informed consent", source="R2", domain="DS", yields=gives(consents))
screening_result = form(
    "screening result", label="Eligibility and baseline", source="R2", domain="IE", keeps_screening=True,
    items=(
        verdict, age, sex, ecog, philadelphia, status, cr1_months, prior_salvages, prior_hsct, blasts, platelets, neutrophils, blood_blasts,
        extramedullary, burkitt, cns_pathology, active_cns, autoimmune, auto_weeks, allo_months, gvhd, gvhd_weeks, chemo_weeks, radio_weeks,
        immuno_weeks, trial_weeks, hsct_candidate, prior_blinatumomab, hypersensitivity, transaminases, bilirubin, gilbert, creatinine,
        clearance, other_cancer, infection, viruses, pregnant, no_contraception,
    ),
    yields=(
        gives(found_ineligible, any_of(surely(no(verdict)), all_of(no(known(verdict)), surely(not_as_asked)))),
        gives(found_eligible, any_of(surely(verdict), all_of(no(known(verdict)), no(surely(not_as_asked))))),
    ),
)  # fmt: skip
enrolment = form("enrolment", label="Enrolment", source="R2", domain="DS", yields=gives(enrols))
screen_failure = form("screen failure", label="Screen failure", source="R2", domain="DS", items=(reason,), yields=gives(fails_screening))
infusion_start = form("infusion start", label="Start of a cycle's infusion", source="R1, S8", domain="EC", items=(dose_given,), yields=gives(starts))  # fmt: skip
infusion_stop = form(
    "infusion stop", label="Stop of the infusion", source="R1, R6, U15", domain="EC", items=(reason,),
    yields=(
        gives(completes, surely(one_of(reason, "cycle complete", "complete", "completed"))),
        gives(stops_for_toxicity, surely(one_of(reason, "toxicity", "adverse event", "AE"))),
        gives(stops_technically, no(surely(one_of(reason, "cycle complete", "complete", "completed", "toxicity", "adverse event", "AE")))),
    ),
)  # fmt: skip
infusion_restart = form("infusion restart", label="Restart of the infusion", source="U15, R5", domain="EC", items=(dose_given,), yields=gives(restarts))  # fmt: skip
dose_change = form("dose change", label="Change of the dose", source="S8", domain="EC", items=(dose_given,), yields=gives(changes_dose))
response_assessment = form(
    "response assessment", label="Response assessment (marrow and blood)", source="R3, U12, U16", domain="LB",
    items=(blasts, platelets, neutrophils, extramedullary, blood_blasts, hypocellular, mrd, mrd_amplification),
    required=(blasts, platelets, neutrophils), classes=classes, classified=response,
    yields=(gives(disease_seen, any_of(disease, is_relapse)), gives(remission_seen, in_remission), gives(no_remission_seen, not_in_remission)),
)  # fmt: skip
investigator_assessment = form(
    "investigator assessment", label="Investigator's own assessment", source="U16", domain="RS", required=(response, reason),
    overrides="response assessment",
    yields=(
        gives(progresses, is_progression), gives(relapse_reported, is_relapse), gives(remission_seen, in_remission),
        gives(no_remission_seen, not_in_remission),
    ),
)  # fmt: skip
relapse_report = form("haematological relapse", label="Haematological relapse, reported without values", source="S10, S11", domain="RS", yields=gives(relapse_reported))  # fmt: skip
adverse_event = form(
    "adverse event", label="Adverse event", source="R6", domain="AE", items=(category, serious, related, outcome, *event_items), required=(term, grade), lives=course_of_event, asked=event_asked, checks=event_checks,
    yields=(gives(severe_toxicity, grade_4), gives(seizure, is_seizure), gives(neurologic_3, neurologic_grade_3), gives(crs_3, crs_grade_3), gives(other_3, other_grade_3), gives(other_4, other_grade_4)),
)  # fmt: skip
decide_cycle = form("decision: next cycle", source="S9", yields=gives(next_cycle))
decide_transplant = form("decision: transplant", source="S9, S4", items=(donor, fit_for_hsct), yields=(gives(to_transplant, no(surely(no_transplant))), gives(unfit_for_transplant, surely(no_transplant))))
decide_retreatment = form("decision: retreatment", source="S11", yields=gives(retreat))
decide_no_hold = form("infusion goes on", label="Toxicity answered: the infusion goes on", source="R6", items=(reason,), yields=gives(no_hold))
decide_end = form("decision: end treatment", source="U4", items=(reason,), yields=gives(end_treatment))
transplant = form("transplant", label="Allogeneic HSCT", source="S9, S4", domain="PR", yields=gives(transplants))
visit_made = form("visit", label="Visit", source="S12, S13", domain="SV", items=(note,), required=(visit_name,))
survival_contact = form(
    "survival contact", label="Survival contact", source="S14", domain="SS", items=(alive, new_therapy_given), required=(alive,),
    yields=(gives(contact, no(surely(no(alive)))), gives(dies, surely(no(alive)))),
)  # fmt: skip
new_therapy = form("new therapy", label="New anti-leukaemia therapy", source="U10", domain="CM", items=(therapy,))
withdrawal = form("withdrawal", label="Withdrawal of consent", source="U22", domain="DS", items=(reason,), yields=gives(leaves))
lost = form("lost to follow-up", label="Lost to follow-up", source="U22", domain="DS")
death = form("death", label="Death", source="S14", domain="DD", items=(cause,), yields=gives(dies))
protocol_version = form("protocol version", label="Protocol version in force", source="R2", domain="DS", items=(version,))

forms = (
    consent, screening_result, enrolment, screen_failure, infusion_start, infusion_stop, infusion_restart, dose_change, response_assessment,
    investigator_assessment, relapse_report, adverse_event, decide_cycle, decide_transplant, decide_retreatment, decide_no_hold, decide_end, transplant,
    visit_made, survival_contact, new_therapy, withdrawal, lost, death, protocol_version,
)  # fmt: skip
