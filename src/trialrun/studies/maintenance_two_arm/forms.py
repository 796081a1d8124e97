"""What the invented study records, entry by entry, and the protocol events that follow from the values."""

from trialrun.protocol.language import all_of, any_of, form, gives, known, measure, no, surely

from .criteria import (
    age,
    allocation,
    classes,
    counts_allow,
    diameters,
    ecog,
    height,
    is_progression,
    neutrophils,
    new_lesion,
    not_as_asked,
    platelets,
    response,
    sex,
    verdict,
    weight,
)  # fmt: skip
from .terms import (
    consents,
    contact,
    counts_good,
    counts_low,
    dies,
    end_treatment,
    found_fit,
    found_unfit,
    leaves,
    next_month,
    progresses,
    randomises,
    starts_cycle,
    starts_maintenance,
    toxicity,
)  # fmt: skip

dose_given = measure("dose", unit="mg", range=(0, 500), label="Dose given", cdash="ECDOSE", role="dose", source="E4, E7")
occasion = measure("name", type="text", label="Visit", cdash="VISIT", role="visit", source="E9, E10")
term = measure("term", type="text", label="Adverse event", cdash="AETERM", role="term", source="E6")
grade = measure("grade", type="integer", range=(1, 5), label="Grade (CTCAE)", cdash="AETOXGR", role="grade", source="E6")
reason = measure("reason", type="text", label="Reason", role="reason", source="E10")
alive = measure("alive", type="yes/no", label="Alive", source="E11")
cause = measure("cause", type="text", label="Cause of death", cdash="DDORRES", role="cause of death", source="E12")

consent = form("consent", label="Informed consent", source="E2", domain="DS", yields=gives(consents))
screening_result = form(
    "screening result", label="Eligibility and baseline", source="E2", domain="IE", keeps_screening=True,
    items=(verdict, age, sex, ecog, height, weight, neutrophils, platelets, diameters),
    yields=(
        gives(found_unfit, any_of(surely(no(verdict)), all_of(no(known(verdict)), surely(not_as_asked)))),
        gives(found_fit, any_of(surely(verdict), all_of(no(known(verdict)), no(surely(not_as_asked))))),
    ),
)  # fmt: skip
randomisation = form("randomisation", label="Randomisation", source="E3", domain="DS", required=(allocation,), yields=gives(randomises))
cycle_start = form("cycle start", label="Start of a cycle", source="E4", domain="EC", items=(weight, dose_given), yields=gives(starts_cycle))  # fmt: skip
blood_count = form(
    "blood count", label="Blood count before a cycle", source="E5", domain="LB", required=(neutrophils, platelets),
    yields=(gives(counts_good, surely(counts_allow)), gives(counts_low, no(surely(counts_allow)))),
)  # fmt: skip
tumour_assessment = form(
    "tumour assessment", label="Tumour assessment", source="E8, E9", domain="RS", items=(new_lesion,), required=(occasion, diameters),
    classes=classes, classified=response, yields=gives(progresses, is_progression),
)  # fmt: skip
adverse_event = form("adverse event", label="Adverse event", source="E6", domain="AE", required=(term, grade), yields=gives(toxicity, grade >= 3))  # fmt: skip
maintenance_start = form("maintenance start", label="Start of maintenance", source="E7", domain="EC", items=(dose_given,), yields=gives(starts_maintenance))  # fmt: skip
dispensing = form("dispensing", label="Dispensing of the next month", source="E7", domain="EC", items=(dose_given,), yields=gives(next_month))  # fmt: skip
decide_end = form("decision: end treatment", label="Decision to end treatment", source="E10", items=(reason,), yields=gives(end_treatment))
visit_made = form("visit", label="Visit", source="E7, E10", domain="SV", required=(occasion,))
survival_contact = form(
    "survival contact", label="Survival contact", source="E11", domain="SS", required=(alive,),
    yields=(gives(contact, no(surely(no(alive)))), gives(dies, surely(no(alive)))),
)  # fmt: skip
withdrawal = form("withdrawal", label="Withdrawal of consent", source="E12", domain="DS", items=(reason,), yields=gives(leaves))
lost = form("lost to follow-up", label="Lost to follow-up", source="E12", domain="DS")
death = form("death", label="Death", source="E12", domain="DD", items=(cause,), yields=gives(dies))

forms = (
    consent, screening_result, randomisation, cycle_start, blood_count, tumour_assessment, adverse_event, maintenance_start, dispensing, decide_end,
    visit_made, survival_contact, withdrawal, lost, death,
)  # fmt: skip
