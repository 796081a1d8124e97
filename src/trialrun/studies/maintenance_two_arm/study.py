"""An invented study of two arms on one page: rules, doses and visits as sentences. Every number is assumed; nobody was ever treated like this."""

from trialrun.protocol.language import (
    absence,
    add_one,
    after,
    all_of,
    breach,
    days,
    dose,
    mark,
    months,
    needs,
    no,
    nominal,
    otherwise,
    past,
    put,
    reached,
    rule,
    shown,
    study,
    visit,
    weeks,
    window,
)  # fmt: skip

from .criteria import body_surface, criteria
from .endpoints import analyses, columns, endpoints, overall_survival, populations
from .forms import (
    adverse_event,
    blood_count,
    consent,
    cycle_start,
    dispensing,
    forms,
    maintenance_start,
    randomisation,
    screening_result,
    survival_contact,
    tumour_assessment,
    visit_made,
)  # fmt: skip
from .invariants import invariants
from .statements import readings, statements
from .terms import (
    allocated,
    arms,
    begun_treatment,
    between,
    chemotherapy,
    completed,
    consented,
    consents,
    contact,
    control,
    counts,
    counts_good,
    counts_low,
    cycle,
    cycle_began,
    cycles,
    dead,
    dies,
    end_treatment,
    events,
    failed,
    fit,
    flags,
    follow_up,
    found_fit,
    found_unfit,
    in_study,
    last_drug,
    leaves,
    lowered,
    lowered_maintenance,
    lowered_now,
    maintained,
    maintenance,
    moments,
    month_began,
    months_given,
    next_month,
    observation,
    phases,
    progressed,
    progressed_on,
    progresses,
    randomised_on,
    randomises,
    recovered,
    resting,
    safety,
    screening,
    starts_cycle,
    starts_maintenance,
    stopwatches,
    survival,
    toxicity,
    treatment,
    treatment_ended,
    unasked,
    withdrawn,
)  # fmt: skip

# Conditions and effects that more than one sentence names ------------------------------------------------------------------------------
found_to_fit = needs("E2", "the participant was found fit", fit)
counts_are_high = needs("E5", "neutrophils are 1.5 and platelets 100 x 10^9/L or more", recovered)
six_given = cycles >= 6
may_be_lowered = all_of(no(lowered_now), lowered < 2)
begun = (add_one(cycles), mark(cycle_began), put(recovered, False), put(lowered_now, False))
over = mark(treatment_ended)
dispensed = (add_one(months_given), mark(month_began))

rules = (
    # Screening and allocation
    rule("E2", "consent opens screening", at=unasked, on=consents, to=screening, do=mark(consented)),
    rule("E2", "found fit", at=screening, on=found_fit, do=put(fit, True)),
    rule("E2", "found unfit", at=screening, on=found_unfit, do=put(fit, False)),
    rule("E2", "without randomisation within 28 days of consent, screening has failed", at=screening, on=past(28 * days, consented), to=failed),
    rule("E3", "a fit participant is randomised", at=screening, on=randomises, given=found_to_fit, to=allocated, do=mark(randomised_on)),
    # Chemotherapy, in both arms
    rule("E4", "the first cycle begins", at=allocated, on=starts_cycle, to=cycle, do=begun),
    rule("Q3", "no cycle 14 days after randomisation: followed without treatment", at=allocated, on=past(14 * days, randomised_on), to=observation, do=over),
    rule("E5, Q1", "a blood count from day 19 that is high enough opens the next cycle", at=cycle, on=counts_good, given=reached(18 * days, cycle_began), do=put(recovered, True)),
    rule("E5", "a blood count that is high enough opens the next cycle", at=between, on=counts_good, do=put(recovered, True)),
    rule("E5", "a blood count that is too low closes it", at=chemotherapy, on=counts_low, do=put(recovered, False)),
    rule("E4", "after 21 days the next cycle is due", at=cycle, on=reached(21 * days, cycle_began), given=no(six_given), to=between),
    rule("E5", "the next cycle begins", at=between, on=starts_cycle, given=counts_are_high, to=cycle, do=begun),
    rule("E5", "a delay of more than 21 days ends treatment", at=between, on=past(42 * days, cycle_began), to=safety, do=over),
    rule("E6", "toxicity lowers the dose of the next cycles", at=chemotherapy, on=toxicity, given=may_be_lowered, do=(add_one(lowered), put(lowered_now, True))),
    rule("E6", "a third toxicity ends chemotherapy", at=chemotherapy, on=toxicity, given=all_of(no(lowered_now), lowered >= 2), to=safety, do=over),
    rule("Q2", "a second toxicity in one cycle lowers nothing more", at=chemotherapy, on=toxicity, given=lowered_now),
    # After six cycles the arms part
    rule("E3", "six cycles complete treatment", at=cycle, on=reached(21 * days, cycle_began), given=six_given, to=safety, do=over, arm=control),
    rule("E7", "after six cycles maintenance is due", at=cycle, on=reached(21 * days, cycle_began), given=six_given, to=resting, arm=maintained),
    rule("E7", "maintenance begins", at=resting, on=starts_maintenance, to=maintenance, do=dispensed, arm=maintained),
    rule("Q3", "no maintenance 42 days after the last cycle began: followed without it", at=resting, on=past(42 * days, cycle_began), to=safety, do=over, arm=maintained),
    rule("E7", "the next month of maintenance", at=maintenance, on=next_month, do=dispensed, arm=maintained),
    rule("E7", "toxicity lowers the dose of maintenance", at=maintenance, on=toxicity, given=no(lowered_maintenance), do=put(lowered_maintenance, True), arm=maintained),
    rule("E7", "toxicity a second time ends maintenance", at=maintenance, on=toxicity, given=lowered_maintenance, to=safety, do=over, arm=maintained),
    # Ends of treatment, follow-up
    rule("E8", "progression ends treatment", at=begun_treatment, on=progresses, to=safety, do=(put(progressed, True), mark(progressed_on), over)),
    rule("E8", "progression before the first cycle: followed without treatment", at=allocated, on=progresses, to=survival, do=(put(progressed, True), mark(progressed_on), over)),
    rule("E10", "the investigator or the participant ends treatment", at=begun_treatment, on=end_treatment, to=safety, do=over),
    rule("E10", "treatment is given up before the first cycle", at=allocated, on=end_treatment, to=observation, do=over),
    rule("E8", "progression in the weeks after treatment", at=safety, on=progresses, given=no(progressed), do=(put(progressed, True), mark(progressed_on))),
    rule("E11", "30 days after the last dose, observation while nothing has progressed", at=safety, on=past(30 * days, last_drug), given=no(progressed), to=observation),
    rule("E11", "30 days after the last dose, survival follow-up after progression", at=safety, on=past(30 * days, last_drug), given=progressed, to=survival),
    rule("E8, E11", "progression opens survival follow-up", at=observation, on=progresses, to=survival, do=(put(progressed, True), mark(progressed_on))),
    rule("E11", "month 36 completes the study", at=(observation, survival), on=reached(36 * months, randomised_on), to=completed),
    rule("E11", "a contact after progression is recorded", at=survival, on=contact),
    # Ends
    rule("E12", "withdrawal ends the study", at=in_study, on=leaves, to=withdrawn),
    rule("E12", "death ends the study", at=in_study, on=dies, to=dead),
)  # fmt: skip

breaches = (
    breach("Q6", "a participant was randomised who had not been found fit", at=screening, on=randomises, given=otherwise, to=allocated, do=mark(randomised_on), kind="randomised before eligibility"),
    breach("Q6", "a cycle before randomisation", at=screening, on=starts_cycle, to=cycle, do=begun, kind="treatment before randomisation"),
    breach("Q6", "randomised after the first cycle", at=chemotherapy, on=randomises, given=cycles < 2, do=mark(randomised_on), kind="treatment before randomisation"),
    breach("Q6", "a cycle before day 22", at=cycle, on=starts_cycle, given=no(six_given), do=begun, kind="cycle outside its time"),
    breach("Q6", "a cycle before the counts have recovered", at=between, on=starts_cycle, given=otherwise, to=cycle, do=begun, kind="cycle outside its time"),
    breach("Q6", "a seventh cycle", at=(cycle, resting), on=starts_cycle, given=six_given, do=mark(cycle_began), kind="cycle beyond six"),
    breach("Q6", "drug after the end of treatment", at=follow_up, on=(starts_cycle, starts_maintenance, next_month), kind="drug after the end of treatment"),
    breach("Q6", "maintenance before six cycles were given", at=chemotherapy, on=starts_maintenance, to=maintenance, do=dispensed, kind="maintenance outside its time", arm=maintained),
    breach("Q6", "maintenance in the arm with chemotherapy alone", at=chemotherapy, on=starts_maintenance, kind="treatment of the other arm", arm=control),
)  # fmt: skip

# Doses ------------------------------------------------------------------------------------------------------------------------------
first_day = no(reached(1 * days, cycle_began))
doses = (
    dose(75 * body_surface, "mg", "drug C", at=cycle, given=all_of(first_day, lowered < 1), rounded=5, source="E4, E14", confirmed=False, words="75 mg per m2 on day 1"),
    dose(60 * body_surface, "mg", "drug C", at=cycle, given=all_of(first_day, lowered >= 1, lowered < 2), rounded=5, source="E6, E14", confirmed=False, words="60 mg per m2 on day 1, lowered once"),
    dose(50 * body_surface, "mg", "drug C", at=cycle, given=all_of(first_day, lowered >= 2), rounded=5, source="E6, E14", confirmed=False, words="50 mg per m2 on day 1, lowered twice"),
    dose(None, "mg", "drug C", at=cycle, given=otherwise, source="E4", confirmed=False, words="on day 1 only"),
    dose(100, "mg", "drug M", at=maintenance, given=no(lowered_maintenance), source="E7", confirmed=False, words="every day", arm=maintained),
    dose(75, "mg", "drug M", at=maintenance, given=lowered_maintenance, source="E7", confirmed=False, words="every day, lowered", arm=maintained),
)  # fmt: skip

# Visits -----------------------------------------------------------------------------------------------------------------------------
around = window(-7, 7, source="Q5", confirmed=False)
while_free = (treatment, safety, observation)
in_screening = visit("Screening", source="E2", target=after(28 * days, consented), window=window(-28, 0, source="E2"), made_by=screening_result, forms=(screening_result,))
before_cycle = visit("Before the next cycle", source="E5", target=after(21 * days, cycle_began), window=window(-3, 21, source="Q5", confirmed=False), made_by=blood_count, forms=(blood_count, adverse_event), each=cycles)
week_9 = visit("Week 9", source="E9", target=after(9 * weeks, randomised_on), window=around, made_by=tumour_assessment, known_as=("week 9",), forms=(tumour_assessment,), excused=while_free)
week_18 = visit("Week 18", source="E9", target=after(18 * weeks, randomised_on), window=around, made_by=tumour_assessment, known_as=("week 18",), forms=(tumour_assessment,), excused=while_free)
later_scans = visit("Tumour assessment", source="E9", target=after(18 * weeks, randomised_on), window=around, made_by=tumour_assessment, known_as=("tumour",), forms=(tumour_assessment,), every=12 * weeks, ends=after(36 * months, randomised_on), excused=while_free)
in_maintenance = visit("Maintenance visit", source="E7", target=after(28 * days, month_began), window=around, made_by=visit_made, known_as=("maintenance",), forms=(visit_made, dispensing, adverse_event), each=months_given, arm=maintained)
end_visit = visit("End of treatment", source="E10", target=after(30 * days, last_drug), window=window(-3, 7, source="Q5", confirmed=False), made_by=visit_made, known_as=("end of treatment", "eot"), forms=(visit_made, adverse_event), opens=follow_up)
contacts = visit("Survival contact", source="E11", target=after(0, progressed_on), window=window(-14, 14, source="Q5", confirmed=False), made_by=survival_contact, forms=(survival_contact,), every=12 * weeks, ends=after(36 * months, randomised_on))
visits = (in_screening, before_cycle, week_9, week_18, later_scans, in_maintenance, end_visit, contacts)

# The journey that goes by the plan, for the calendar: six cycles on time, then three months of maintenance ---------------------------------
by_the_plan = (
    nominal(-14, consent), nominal(-7, screening_result, eligible=True, height=170, weight=70, diameters=80), nominal(-1, randomisation, arm="maintenance"),
    nominal(0, cycle_start), nominal(21, blood_count, neutrophils=3, platelets=200), nominal(21, cycle_start),
    nominal(42, blood_count, neutrophils=3, platelets=200), nominal(42, cycle_start),
    nominal(62, tumour_assessment, name="Week 9", diameters=70, new_lesion=False), nominal(63, blood_count, neutrophils=3, platelets=200),
    nominal(63, cycle_start), nominal(84, blood_count, neutrophils=3, platelets=200), nominal(84, cycle_start),
    nominal(105, blood_count, neutrophils=3, platelets=200), nominal(105, cycle_start),
    nominal(125, tumour_assessment, name="Week 18", diameters=50, new_lesion=False), nominal(126, maintenance_start),
    nominal(154, visit_made, name="Maintenance visit"), nominal(154, dispensing), nominal(182, visit_made, name="Maintenance visit"), nominal(182, dispensing),
)  # fmt: skip

MAINTENANCE_TWO_ARM = study(
    "maintenance-two-arm",
    version=2,
    title="An invented example, not a real study: chemotherapy with or without maintenance, randomised 1:1",
    begins=unasked,
    statements=statements, readings=readings, arms=arms, phases=phases, events=events, rules=rules, breaches=breaches, flags=flags, counts=counts,
    tallies=(months_given,), moments=moments, stopwatches=stopwatches, doses=doses, visits=visits, forms=forms, criteria=criteria,
    absence=absence("lost to follow-up", "lost", "E12"),
    standing=(
        shown("cycle", cycles), shown("times_lowered", lowered), shown("maintenance_month", months_given), shown("progressed", progressed),
    ),
    columns=columns, day_one=cycle_began, enrolled=randomisation, cycle=cycles, survival=overall_survival,
    nominal=by_the_plan, populations=populations, endpoints=endpoints, analyses=analyses, invariants=invariants,
    notice="An invented example, not a real study. Not medical advice.",
)  # fmt: skip
