"""What happens to the virtual participants of the invented study: every number is assumed, and no drug is like this."""

from trialrun.protocol.language import all_of, any_of, at_screening, no
from trialrun.protocol.natures import *

from .criteria import age, diameters, ecog, height, neutrophils, new_lesion, platelets, sex, verdict, weight
from .forms import (
    adverse_event, alive, blood_count, cause, consent, cycle_start, death, decide_end, dispensing, grade, maintenance_start, occasion, randomisation,
    reason, screening_result, survival_contact, term, tumour_assessment, visit_made, withdrawal,
)  # fmt: skip
from .study import end_visit
from .terms import (
    allocated, begun_treatment, between as waiting, chemotherapy, cycle, cycle_began, cycles, end_treatment, follow_up, in_study, maintained,
    maintenance, months_given, next_month, observation, progressed, progresses, randomises, resting, safety, starts_cycle, starts_maintenance, survival,
    treatment,
)  # fmt: skip

# What is remembered, and who they are ---------------------------------------------------------------------------------------------------
scans, counts_taken, toxicities, calls = note("scans"), note("blood counts"), note("toxicities"), note("contacts")
grown = note("progression has come", False)
years = trait("age", whole("age", 35, 78, "age at consent", "assumed", unit="years"))
male = chance("male", 0.5, "male participants", "assumed")
tall = trait("height", about("height", either(male, 176, 163), 0.04, "height, by sex", "assumed", unit="cm"))
heavy = trait("weight", about("weight", either(male, 80, 68), 0.16, "weight, by sex", "assumed", unit="kg"))
burden = trait("diameters", about("diameters", 70, 0.5, "sum of diameters at screening", "assumed", unit="mm"))
shrinks = trait("response", chance("response", 0.45, "response to chemotherapy", "assumed"))
left_over = trait("what is left", either(shrinks, between("left_response", 0.2, 0.65, "of the diameters, in a response", "assumed", unit="fraction", digits=2), between("left_stable", 0.75, 1.1, "of the diameters, without", "assumed", unit="fraction", digits=2)))

# Progression and death: by arm, by response, by phase -------------------------------------------------------------------------------------
progression, dying = fate("progression", rank=3), fate("death", rank=9)
progressing = hazard("progression", ((3, 0.04), (9, 0.08), (ever, 0.06)), "progression, months from randomisation", "assumed")
dead_before = hazard("death_before", ((ever, 0.004),), "death without progression", "assumed")
dead_after = hazard("death_after", ((6, 0.06), (ever, 0.09)), "death after progression, months from it", "assumed")
of_response = either(shrinks, number("response_effect", 0.6, "hazard ratio", "progression with a response, over without", "assumed"), 1)
of_age = either(years >= 65, number("age_effect", 1.4, "hazard ratio", "death after progression from 65 years on", "assumed"), 1)
of_maintenance = number("maintenance_effect", 0.6, "hazard ratio", "progression under maintenance, over none", "assumed")

# Toxicity -------------------------------------------------------------------------------------------------------------------------------
toxicity_on = plan("toxicity", rank=4)
next_toxicity = set_for(toxicity_on, today + wait("toxicity", either(where(maintenance), number("rate_maintenance", 0.15, "per month", "adverse events under maintenance", "assumed"), number("rate_chemotherapy", 0.7, "per month", "adverse events under chemotherapy", "assumed")), "adverse events, by phase", "as its parts say", each=toxicities))
severity = pick("grade", ((45, 1), (35, 2), (16, 3), (4, 4)), "grade of an adverse event", "assumed", each=toxicities)
which = pick("term", ((4, "Neutropenia"), (3, "Nausea"), (3, "Fatigue"), (2, "Neuropathy"), (1, "Diarrhoea")), "adverse events", "assumed", each=toxicities)

# What people do -------------------------------------------------------------------------------------------------------------------------
screened_on, randomised_on, first_on = plan("screening result"), plan("randomisation"), plan("first cycle")
counted_on, cycle_on, maintained_on, month_on, scan_on, call_on, leaves_on = plan("blood count"), plan("next cycle"), plan("maintenance"), plan("next month"), plan("scan"), plan("contact"), plan("withdrawal")
good = chance("recovered", 0.8, "blood counts that are high enough", "assumed", each=counts_taken)
blood = {
    neutrophils: either(good, between("neutrophils_high", 1.6, 5, "neutrophils recovered", "assumed", unit="10^9/L", digits=1, each=counts_taken), between("neutrophils_low", 0.4, 1.4, "neutrophils not recovered", "assumed", unit="10^9/L", digits=1, each=counts_taken)),
    platelets: whole("platelets", 110, 320, "platelets", "assumed", unit="10^9/L", each=counts_taken),
}  # fmt: skip
scan = enter(tumour_assessment, {
    occasion: cases((scans < 2, "Week 9"), (scans < 3, "Week 18"), otherwise="Tumour assessment"), new_lesion: all_of(grown, chance("new_lesion", 0.4, "progressions with a new lesion", "assumed")),
    diameters: rounded(either(grown, burden * 1.35, burden * left_over)),
})  # fmt: skip
dose_day = set_for(counted_on, today + pick("count_day", ((85, 21), (15, (22, 24))), "day of the blood count in a cycle", "assumed", unit="weights, days", each=cycles))
last_of_all = keeps(
    "end of treatment", end_visit, at=follow_up,
    scatter=number("visit_spread", 2, "days (sd)", "scatter of the visit about its target", "assumed"), missed=number("visit_missed", 0.04, "fraction", "visits not made", "assumed"),
    outside=number("visit_outside", 0.02, "fraction", "visits outside their window", "assumed"), days_outside=number("days_outside", 6, "days", "at most so far outside", "assumed"),
)  # fmt: skip

NATURE = nature(
    "maintenance-two-arm",
    body=body(
        when(randomises, meets(progression, progressing, times=of_response), meets(dying, dead_before)),
        when(starts_maintenance, meets(progression, progressing, times=of_response * of_maintenance)),
        when(progression, remember(grown, True), only_if(where(begun_treatment), set_for(scan_on, today + whole("days_to_scan", 0, 40, "from progression to the scan that shows it", "assumed")), otherwise=only_if(where(safety, observation, allocated), scan)), given=where(treatment, follow_up)),
        when(progresses, meets(dying, dead_after, times=of_age)),
        when((moves(out_of=allocated, into=cycle), starts_maintenance), next_toxicity),
        when(toxicity_on, enter(adverse_event, {term: which, grade: severity}), remember(toxicities, toxicities + 1), next_toxicity, given=where(chemotherapy, maintenance)),
        when(dying, enter(death, {cause: either(progressed, "the disease", "another cause")}), given=where(in_study)),
    ),
    conduct=conduct(
        when(begins, enter(consent), set_for(screened_on, today + whole("screening_days", 1, 10, "from consent to screening", "assumed"))),
        when(screened_on, enter(screening_result, {
            verdict: chance("fit", 0.93, "participants who are found fit", "assumed"), age: years, sex: either(male, "M", "F"), ecog: pick("ecog", ((60, 0), (40, 1)), "ECOG performance status", "assumed"), height: tall, weight: heavy,
            neutrophils: between("neutrophils_first", 2, 7, "neutrophils at screening", "assumed", unit="10^9/L", digits=1), platelets: whole("platelets_first", 150, 400, "platelets at screening", "assumed", unit="10^9/L"), diameters: burden,
        }), set_for(randomised_on, today + whole("days_to_randomisation", 1, 10, "from screening to randomisation", "assumed"))),
        when(randomised_on, enter(randomisation), given=allows(randomises)),
        when(randomises, set_for(first_on, today + whole("days_to_first", 1, 7, "from randomisation to the first cycle", "assumed")), set_for(scan_on, today + 63 + whole("scan_scatter", -6, 6, "scatter of a scan", "assumed", each=scans)), set_for(leaves_on, today + wait("withdrawal", 0.004, "withdrawal of consent", "assumed"))),
        when((first_on, cycle_on), enter(cycle_start, {weight: heavy}), dose_day, given=allows(starts_cycle)),
        when(counted_on, remember(counts_taken, counts_taken + 1), enter(blood_count, blood), only_if(good, set_for(cycle_on, today), otherwise=set_for(counted_on, today + 7)), given=all_of(where(cycle, waiting), cycles < 6)),
        when(moves(into=resting), set_for(maintained_on, today + whole("days_to_maintenance", 1, 10, "from the end of chemotherapy to maintenance", "assumed"))),
        when(maintained_on, enter(maintenance_start), given=allows(starts_maintenance)),
        when((starts_maintenance, next_month), set_for(month_on, today + 28 + whole("month_scatter", -3, 4, "scatter of maintenance visits", "assumed", each=so_far(months_given)))),
        when(month_on, enter(visit_made, {occasion: "Maintenance visit"}), only_if(chance("gives_up", 0.015, "months after which maintenance is given up", "assumed", each=so_far(months_given)), enter(decide_end, {reason: "participant's wish"}), otherwise=only_if(allows(next_month), enter(dispensing))), given=where(maintenance)),
        when(scan_on, remember(scans, scans + 1), scan, set_for(scan_on, today + either(scans < 2, 63, 84) + whole("scan_later", -6, 6, "scatter of a later scan", "assumed", each=scans)), given=all_of(where(begun_treatment, safety, observation), no(progressed))),
        when(moves(into=follow_up), keep_visits(last_of_all)),
        when(moves(into=survival), set_for(call_on, today + whole("first_call", 0, 12, "the first contact after progression", "assumed"))),
        when(call_on, remember(calls, calls + 1), enter(survival_contact, {alive: True}), set_for(call_on, today + 84 + whole("call_scatter", -10, 10, "scatter of contacts", "assumed", each=calls)), given=where(survival)),
        when(leaves_on, enter(withdrawal, {reason: "participant's wish"}), given=where(in_study)),
        accrual=accrual(
            number("participants", 200, "participants", "one round of accrual", "assumed"), number("accrual_days", 540, "days", "from the first consent to the last", "assumed"),
            sites=number("sites", 12, "sites", "sites", "assumed"), skew=number("site_skew", 1.2, "", "how unevenly sites recruit", "assumed"),
        ),
        records=records(
            same_day=number("same_day", 0.35, "fraction", "entries made on the day itself", "assumed"), late=number("late", 0.02, "fraction", "entries that come late", "assumed"),
            usual_delay=number("usual_delay", 4, "days", "the usual delay, at most", "assumed"), late_delay=number("late_delay", 60, "days", "a late entry, at most", "assumed"),
            slip=number("slip", 0.01, "fraction", "entries with a slip of the pen", "assumed"), of=(slip(tumour_assessment, {diameters: diameters * 10}, reason="diameters: decimal point"),),
        ),
    ),
)  # fmt: skip
