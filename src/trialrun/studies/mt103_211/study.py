"""MT103-211 on one page: rules, doses and visits as sentences, each with the statement it comes from."""

from trialrun.protocol.language import *

from .criteria import *
from .described import description, objectives
from .endpoints import analyses, columns, designs, endpoints, os, populations, terminologies
from .forms import *
from .invariants import invariants
from .historical import poor_groups
from .published import published
from .statements import readings, statements
from .terms import *
from .ward import after_a_cycle, at_each_visit, at_screening_too, at_the_end, ward_forms, ward_readings

# Conditions that more than one sentence asks -----------------------------------------------------------------------------------------
a_cycle_is_left = needs("S9", "a cycle is left: two to reach remission, three more in it, three per retreatment, eight in all", all_of(left > 0, cycles < 8), refused="no cycle is left: two to reach remission, three more in it, three per retreatment, eight in all")
a_retreatment_cycle_is_left = needs("S11", "a cycle of the retreatment is left: three per retreatment, eight in all", all_of(left > 0, cycles < 8), refused="no cycle of the retreatment is left: three per retreatment, eight in all")
fourteen_free_days = needs("R1, U12", "14 treatment-free days have passed", past(14 * days, last_drug), refused="the 14 treatment-free days are not over")
one_may_follow = all_of(cycles < 8, any_of(left > 0, no(any_of(remission, retreated))))
held_over_7 = past(7 * days, hold_began)
a_short_hold = needs("U15", "the hold lasted 7 days or less", no(held_over_7), refused="the hold lasted more than 7 days")
a_long_hold = needs("U15", "the hold lasted more than 7 days", held_over_7, refused="a hold of 7 days or less continues its cycle")
in_time = needs("U17", "consent is not more than 21 days old", no(past(21 * days, consented)), refused="consent is more than 21 days old: a new one is needed")
found_fit = needs("R2", "the participant was found eligible", eligible, refused="not found eligible")
in_a_remission = needs("S4, U13", "a remission holds", remission, refused="no remission (CR or CRh*) holds now")
no_transplant_yet = needs("U18", "no transplant in this remission yet", no(transplanted), refused="a transplant was made in this remission already")
relapsed_in_time = needs("S11, U4", "a haematological relapse fell in safety or efficacy follow-up", relapse_open, refused="no haematological relapse fell in safety or efficacy follow-up (U4)")
under_eight = needs("S11", "fewer than eight cycles were begun", cycles < 8, refused="eight cycles were begun")
counted = (add_one(cycles), add_one(all_cycles), add_one(course_cycles), mark(cycle_began), reset(infused))
begun_first = (*counted, put(left, 1), add_one(courses), mark(first_infusion), put(stepping, True), reset(stepped))
begun_next = (*counted, less_one(left), put(stepping, False))
begun_after_a_hold = (*counted, less_one(left), put(stepping, True), reset(stepped))
begun_again = (
    add_one(cycles), add_one(all_cycles), put(course_cycles, 1), mark(cycle_began), reset(infused), put(left, 2), put(retreated, True),
    put(relapse_open, False), add_one(courses), add_one(retreatments), put(stepping, True), reset(stepped),
)  # fmt: skip
no_remission_more = (put(remission, False), put(transplanted, False), mark(relapsed))
relapse = (disease_seen, relapse_reported)

rules = (
    # Screening
    rule("S6", "consent opens screening", at=unasked, on=consents, to=screening, do=mark(consented)),
    rule("U17", "a new consent begins 21 new days", at=screening, on=consents, do=mark(consented)),
    rule("R2", "eligible", at=(unasked, screening), on=found_eligible, do=put(eligible, True)),
    rule("R2", "not eligible", at=(unasked, screening), on=found_ineligible, do=put(eligible, False)),
    rule("R2", "an eligible participant is enrolled", at=screening, on=enrols, given=found_fit),
    rule("U17", "a new consent after a screen failure opens screening anew", at=failed, on=consents, to=screening, do=(mark(consented), put(eligible, False))),
    rule("S6", "a screen failure ends the study", at=(unasked, screening), on=fails_screening, to=failed),
    # Cycles
    rule("S7, S8", "the first cycle begins", at=screening, on=starts, given=all_of(found_fit, in_time), to=infusion, do=begun_first),
    rule("S8", "after seven infusion days at 9 ug/day the dose is 28 ug/day", at=infusion, on=full(7 * days, stepped), given=stepping),
    rule("R1", "28 days of infusion; then treatment-free while a further cycle is possible", at=infusion, on=full(28 * days, infused), given=one_may_follow, to=free),
    rule("U12", "28 days of infusion; safety follow-up when no further cycle is possible", at=infusion, on=full(28 * days, infused), given=otherwise, to=safety, do=mark(treatment_ended)),
    rule("S9", "the next cycle begins", at=free, on=starts, given=all_of(a_cycle_is_left, fourteen_free_days, no(retreated)), to=infusion, do=begun_next),
    rule("S9", "the next cycle may be decided", at=free, on=next_cycle, given=all_of(no(retreated), a_cycle_is_left)),
    rule("S11", "the next cycle of a retreatment begins", at=free, on=starts, given=all_of(a_retreatment_cycle_is_left, fourteen_free_days, retreated), to=infusion, do=begun_next),
    rule("S11", "the next cycle of a retreatment may be decided", at=free, on=next_cycle, given=all_of(retreated, a_retreatment_cycle_is_left)),
    rule("R1", "the end of the infusion is recorded", at=free, on=completes),
    rule("R1, U19", "the stop of an infusion that was running when treatment ended", at=safety, on=(completes, stops_for_toxicity, stops_technically), given=no(past(14 * days, last_drug)), do=ran_on(infused, up_to=28 * days)),
    rule("R1", "a stop recorded more than 14 days after the last day with drug moves no date", at=safety, on=(completes, stops_for_toxicity, stops_technically), given=past(14 * days, last_drug)),
    rule("S8", "a dose change during the infusion is recorded", at=infusion, on=changes_dose),
    # Response
    rule("S9, U2", "remission within two cycles opens three more", at=treated[:4], on=remission_seen, given=all_of(no(remission), no(retreated)), do=(put(remission, True), put(transplanted, False), put(left, 3), mark(remission_began))),
    rule("U11", "remission in a retreatment", at=treated[:4], on=remission_seen, given=all_of(no(remission), retreated), do=(put(remission, True), put(transplanted, False), mark(remission_began))),
    rule("U12", "a remission seen to 14 days after the last dose counts", at=safety, on=remission_seen, given=all_of(no(remission), no(past(14 * days, last_drug))), do=(put(remission, True), put(transplanted, False), mark(remission_began))),
    rule("U1", "two cycles without remission end treatment", at=free, on=no_remission_seen, given=all_of(no(remission), no(retreated), left < 1, reached(28 * days, cycle_began)), to=safety, do=mark(treatment_ended)),
    rule("S10", "relapse within treatment ends it", at=treated, on=relapse, given=remission, to=safety, do=(*no_remission_more, mark(treatment_ended))),
    rule("S10", "progression within treatment ends it", at=treated, on=progresses, to=safety, do=(put(remission, False), put(transplanted, False), mark(progressed), mark(treatment_ended))),
    # Holds
    rule("R6", "toxicity holds the infusion", at=infusion, on=stops_for_toxicity, to=held, do=mark(hold_began)),
    rule("U15", "a technical break keeps dose and cycle", at=infusion, on=stops_technically, to=paused, do=mark(hold_began)),
    rule("U15", "after a technical break the cycle goes on", at=paused, on=restarts, to=infusion),
    rule("R6, U15", "a hold of 7 days or less continues the cycle at 9 ug/day", at=held, on=restarts, given=a_short_hold, to=infusion, do=(put(stepping, True), reset(stepped))),
    rule("R6, U15", "a hold of more than 7 days begins a new cycle at 9 ug/day", at=held, on=(restarts, starts), given=all_of(a_long_hold, a_cycle_is_left), to=infusion, do=begun_after_a_hold),
    rule("R6", "the investigator lets the infusion go on", at=infusion, on=no_hold),
    rule("U15", "a hold of more than 14 days ends treatment", at=held, on=past(14 * days, hold_began), to=safety, do=mark(treatment_ended)),
    rule("U15", "CRS or a neurologic event of grade 4 ends treatment", at=treated, on=severe_toxicity, to=safety, do=mark(treatment_ended)),
    rule("U15", "a second seizure ends treatment", at=treated, on=seizure, given=seizure_before, to=safety, do=mark(treatment_ended)),
    rule("U15", "a first seizure is remembered", at=in_study, on=seizure, given=no(seizure_before), do=put(seizure_before, True)),
    rule("U15", "a neurologic grade 3 that recurs ends treatment", at=treated, on=neurologic_3, given=neurologic_before, to=safety, do=mark(treatment_ended)),
    rule("U15", "a first neurologic grade 3 is remembered", at=in_study, on=neurologic_3, given=no(neurologic_before), do=put(neurologic_before, True)),
    rule("U4", "the investigator or the participant ends treatment", at=treatment, on=end_treatment, to=safety, do=mark(treatment_ended)),
    # Transplant
    rule("S9, S4", "a transplant in remission takes the place of further cycles", at=(free, held, paused), on=transplants, given=all_of(in_a_remission, no_transplant_yet), to=safety, do=(put(transplanted, True), mark(transplant_day), mark(treatment_ended))),
    rule("U13", "a transplant in remission, in follow-up or before a retreatment begins", at=(follow_up, chosen), on=transplants, given=all_of(in_a_remission, no_transplant_yet), do=(put(transplanted, True), mark(transplant_day))),
    rule("S9, U13, S4", "a transplant may be decided while a remission holds, with a suitable donor and a clinical status that allows it", at=(held, paused, off_drug, chosen), on=to_transplant, given=all_of(in_a_remission, no_transplant_yet)),
    # Follow-up
    rule("S12, S13", "efficacy follow-up after the end-of-core-study visit's day", at=safety, on=past(30 * days, last_drug), given=no(past(24 * months, first_infusion)), to=efficacy),
    rule("S14", "survival follow-up where month 24 has passed before", at=safety, on=past(30 * days, last_drug), given=past(24 * months, first_infusion), to=survival),
    rule("S14, U20", "survival follow-up after month 24", at=efficacy, on=past(24 * months, first_infusion), to=survival),
    rule("S14, U21", "a contact on or after year three completes the study", at=survival, on=contact, given=reached(36 * months, first_infusion), to=completed),
    # Retreatment
    rule("S11", "a relapse in safety or efficacy follow-up opens retreatment", at=(safety, efficacy), on=relapse, given=remission, do=(*no_remission_more, put(relapse_open, True))),
    rule("U4", "a relapse in survival follow-up is recorded", at=survival, on=relapse, given=remission, do=no_remission_more),
    rule("U14", "a relapse between a retreatment decision and its infusion is recorded", at=chosen, on=relapse, given=remission, do=no_remission_more),
    rule("S11", "the investigator may retreat", at=follow_up, on=retreat, given=all_of(relapsed_in_time, under_eight), to=chosen),
    rule("S11, U5", "a retreatment begins, at 9 ug/day again", at=chosen, on=starts, to=infusion, do=begun_again),
    # Ends
    rule("U22", "withdrawal ends the study", at=in_study, on=leaves, to=withdrawn),
    rule("S14", "death ends the study", at=in_study, on=dies, to=dead),
)  # fmt: skip

early, unentitled = "cycle outside its time", "cycle beyond entitlement"
breaches = (
    breach("R2, U18", "an infusion before consent", at=unasked, on=starts, to=infusion, do=begun_first, kind="treatment before eligibility"),
    breach("R2, U18", "an infusion of a participant who was not found eligible", at=screening, on=starts, given=no(eligible), to=infusion, do=begun_first, kind="treatment before eligibility"),
    breach("U17, U18", "a first infusion more than 21 days after consent, without a new one", at=screening, on=starts, given=all_of(eligible, past(21 * days, consented)), to=infusion, do=begun_first, kind="consent expired"),
    breach("U18", "enrolment of a participant who is not eligible", at=screening, on=enrols, given=otherwise, kind="enrolment before eligibility"),
    breach("R1, U12, U18", "a cycle before 14 free days have passed", at=free, on=starts, given=all_of(left > 0, cycles < 8), to=infusion, do=begun_next, kind=early),
    breach("U18", "a new cycle in a toxicity hold of 7 days or less, at 9 ug/day as after each such hold", at=held, on=starts, given=all_of(left > 0, cycles < 8), to=infusion, do=begun_after_a_hold, kind=early),
    breach("U18", "a new cycle in a technical break", at=paused, on=starts, given=all_of(left > 0, cycles < 8), to=infusion, do=begun_next, kind=early),
    breach("U15", "a restart after more than 7 days ends treatment where no cycle is left", at=held, on=restarts, given=otherwise, to=safety, do=mark(treatment_ended), kind="restart not allowed"),
    breach("U15", "a restart after treatment has ended: no planned dose, no cycle", at=follow_up, on=restarts, given=no(full(28 * days, infused)), to=beyond, kind="restart after the end of treatment"),
    breach("U15", "a restart after treatment has ended, in a cycle that had its 28 infusion days: changes nothing", at=(follow_up, chosen), on=restarts, given=full(28 * days, infused), kind="restart after the end of treatment"),
    breach("U18", "a dose change in a cycle beyond entitlement, which has no planned dose", at=beyond, on=changes_dose, kind=""),
    breach("U18", "a cycle beyond what the participant was entitled to", at=(free, held, paused), on=starts, given=any_of(left < 1, cycles >= 8), to=beyond, do=begun_next, kind=unentitled),
    breach("U18", "a cycle after treatment has ended", at=follow_up, on=starts, to=beyond, do=begun_next, kind=unentitled),
    breach("U18", "28 days of infusion beyond entitlement end treatment", at=beyond, on=full(28 * days, infused), to=safety, do=mark(treatment_ended), kind=""),
    breach("U18", "a stop of an infusion beyond entitlement ends treatment", at=beyond, on=(completes, stops_for_toxicity, stops_technically), to=safety, do=mark(treatment_ended), kind=""),
    breach("U18", "a remission after a cycle beyond entitlement opens no more", at=beyond, on=remission_seen, given=no(remission), do=(put(remission, True), put(transplanted, False), mark(remission_began)), kind=""),
    breach("O1", "an infusion stopped as complete before its 28th day", at=infusion, on=completes, given=one_may_follow, to=free, kind="cycle stopped early"),
    breach("O1", "an infusion stopped as complete before its 28th day, and no further cycle possible", at=infusion, on=completes, given=no(one_may_follow), to=safety, do=mark(treatment_ended), kind="cycle stopped early"),
    breach("O1", "a restart after a stop that was recorded as complete before the 28th day", at=free, on=restarts, given=no(full(28 * days, infused)), to=infusion, kind="cycle stopped early"),
    breach("U18", "a hold recorded as a complete cycle", at=(held, paused), on=completes, given=one_may_follow, to=free, kind="cycle stopped early"),
    breach("U18", "a hold recorded as a complete cycle, and no further one possible", at=(held, paused), on=completes, given=no(one_may_follow), to=safety, do=mark(treatment_ended), kind="cycle stopped early"),
)  # fmt: skip

# Doses ------------------------------------------------------------------------------------------------------------------------------
in_step = all_of(stepping, no(full(7 * days, stepped)))
doses = (
    dose(9, "ug/day", "blinatumomab", at=infusion, route="continuous infusion", given=in_step, source="S8, U5, U15", words="the first seven infusion days of a first cycle, of a retreatment, and after each toxicity hold"),
    dose(28, "ug/day", "blinatumomab", at=infusion, route="continuous infusion", given=otherwise, source="S7", words="the target dose"),
    dose(None, "ug/day", "blinatumomab", at=beyond, route="continuous infusion", source="U18", words="no planned dose in a cycle beyond entitlement"),
    dose(20, "mg", "dexamethasone", before=(starts, full(7 * days, stepped), restarts), source="R5", words="1 h before the first dose of a cycle, before a dose step, and on restart after a break of 4 h or more"),
)  # fmt: skip
preparations = (
    preparation(9, "ug/day", hours=24, stabiliser_ml=5.5, drug_ml=0.83, vials=1, rate_ml_per_h=10, source="R7", confirmed=False),
    preparation(28, "ug/day", hours=24, stabiliser_ml=5.5, drug_ml=2.6, vials=1, rate_ml_per_h=10, source="R7", confirmed=False),
    preparation(9, "ug/day", hours=48, stabiliser_ml=5.5, drug_ml=1.7, vials=1, rate_ml_per_h=5, source="R7", confirmed=False),
    preparation(28, "ug/day", hours=48, stabiliser_ml=5.5, drug_ml=5.2, vials=2, rate_ml_per_h=5, source="R7", confirmed=False),
    preparation(28, "ug/day", hours=168, stabiliser_ml=2.2, drug_ml=16.8, vials=6, rate_ml_per_h=0.6, source="R7", confirmed=False),
)

# Visits -----------------------------------------------------------------------------------------------------------------------------
in_screening = visit("Screening", source="R2, U17", target=after(21 * days, consented), window=window(-21, 0, source="U17"), made_by=screening_result, forms=(screening_result, *at_screening_too))
response_visit = visit("Response assessment", source="R3", target=full(28 * days, infused), window=window(-2, 14, source="U9", confirmed=False, not_before=1), made_by=response_assessment, forms=(response_assessment, *after_a_cycle), each=cycles)
end_of_core = visit("End of core study", source="S12", target=after(30 * days, last_drug), window=window(-3, 7, source="U9", confirmed=False), made_by=visit_made, known_as=("end of core", "core study", "eoc"), forms=(visit_made, adverse_event, *at_the_end), opens=(follow_up, chosen))
around = window(-14, 14, source="U9", confirmed=False)
month_3 = visit("Month 3", source="S13", target=after(3 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 3", "3 months", "m3"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
month_6 = visit("Month 6", source="S13", target=after(6 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 6", "6 months", "m6"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
month_9 = visit("Month 9", source="S13", target=after(9 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 9", "9 months", "m9"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
month_12 = visit("Month 12", source="S13", target=after(12 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 12", "12 months", "m12"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
month_18 = visit("Month 18", source="S13", target=after(18 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 18", "18 months", "m18"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
month_24 = visit("Month 24", source="S13", target=after(24 * months, first_infusion), window=around, made_by=visit_made, known_as=("month 24", "24 months", "m24"), forms=(visit_made, response_assessment, *at_each_visit), excused=follow_up, until_visit=end_of_core)
contacts = visit("Survival contact", source="S14, U21", target=later_of(after(24 * months, first_infusion), target_of(end_of_core)), window=window(-28, 28, source="U9", confirmed=False), made_by=survival_contact, forms=(survival_contact,), excused=follow_up, until_visit=end_of_core, every=6 * months, ends=after(36 * months, first_infusion))
visits = (in_screening, response_visit, end_of_core, month_3, month_6, month_9, month_12, month_18, month_24, contacts)

# What the days ahead mean ------------------------------------------------------------------------------------------------------------
days_ahead = (
    ahead(past(21 * days, consented), "a new consent is needed before a first infusion", at=screening, source="U17"),
    ahead(past(14 * days, last_drug), "the next cycle may begin", at=free, given=all_of(left > 0, cycles < 8), source="R1, U12"),
    ahead(past(14 * days, last_drug), "the next cycle may begin, if a remission opens more cycles", at=free, given=no(all_of(left > 0, cycles < 8)), source="R1, U12, U2"),
    ahead(past(14 * days, last_drug), "a marrow no longer counts for the cycle", at=follow_up, source="U12"),
    ahead(past(7 * days, hold_began), "from this day a restart begins a new cycle", at=held, given=all_of(left > 0, cycles < 8), source="U15"),
    ahead(past(7 * days, hold_began), "from this day a restart is not allowed: no cycle is left", at=held, given=no(all_of(left > 0, cycles < 8)), source="U15, S9"),
    ahead(past(14 * days, hold_began), "treatment ends unless restarted before", at=held, source="U15"),
    ahead(past(30 * days, last_drug), "efficacy follow-up begins", at=safety, given=no(past(24 * months, first_infusion)), source="S12, S13"),
    ahead(past(30 * days, last_drug), "survival follow-up begins", at=safety, given=past(24 * months, first_infusion), source="S14"),
    ahead(past(24 * months, first_infusion), "survival follow-up begins, once safety follow-up is over", at=safety, source="S14"),
    ahead(past(24 * months, first_infusion), "survival follow-up begins", at=efficacy, source="S14"),
    ahead(reached(36 * months, first_infusion), "a survival contact from this day completes the study", at=survival, source="S14, U21"),
)

# What the label proposes when toxicity comes (facts of the label's rules; the protocol's own text is not public) -------------------------
holds_or_not = (stops_for_toxicity, no_hold, end_treatment)
proposals = (
    proposal("R6, U15", "CRS of grade 3: hold the infusion; dexamethasone 8 mg every 8 h for up to 3 days, then taper over 4 days; on resolution restart at 9 ug/day", at=infusion, on=crs_3, answers=holds_or_not),
    proposal("R6, U15", "neurologic event of grade 3: hold the infusion until grade 1 or less for at least 3 days; restart at 9 ug/day; stop for good if it recurs or takes more than 7 days to resolve", at=infusion, on=neurologic_3, answers=holds_or_not),
    proposal("R6, U15", "a seizure: a second one ends treatment; hold or go on, by its grade", at=infusion, on=seizure, answers=holds_or_not),
    proposal("R6, U15", "other adverse event of grade 3, where clinically relevant: hold the infusion until grade 1 or less for at least 3 days; restart at 9 ug/day; more than 14 days to resolve end treatment", at=infusion, on=other_3, answers=holds_or_not),
    proposal("R6, U15", "other adverse event of grade 4: consider stopping for good", at=infusion, on=other_4, answers=holds_or_not),
)  # fmt: skip

# The journey that goes by the plan, for the calendar: remission in cycle 1, three more cycles ------------------------------------------
by_the_plan = (
    nominal(-14, consent), nominal(-7, screening_result, eligible=True), nominal(-1, enrolment), nominal(0, infusion_start),
    nominal(28, response_assessment, blasts=2, platelets=120, neutrophils=1.5, extramedullary=False), nominal(42, infusion_start),
    nominal(70, response_assessment, blasts=2, platelets=120, neutrophils=1.5, extramedullary=False), nominal(84, infusion_start),
    nominal(112, response_assessment, blasts=2, platelets=120, neutrophils=1.5, extramedullary=False), nominal(126, infusion_start),
    nominal(154, response_assessment, blasts=2, platelets=120, neutrophils=1.5, extramedullary=False),
)  # fmt: skip

MT103_211 = study(
    "mt103-211",
    version=4,
    title="Blinatumomab in adults with relapsed or refractory B-precursor ALL, phase 2 (MT103-211, NCT01466179)",
    begins=unasked,
    statements=statements, readings=(*readings, *ward_readings), phases=phases, events=events, rules=rules, breaches=breaches, flags=flags, counts=counts,
    tallies=(all_cycles, course_cycles, courses, retreatments), moments=moments, stopwatches=stopwatches, doses=doses,
    preparations=preparations, visits=visits, forms=(*forms, *ward_forms), criteria=criteria, absence=absence("lost to follow-up", "lost", "U22", not_ended_by=(protocol_version,)),
    standing=(
        shown("course", courses), shown("cycle", all_cycles), shown("cycle_in_course", course_cycles), shown("cycles_in_all", all_cycles),
        shown("retreatments", retreatments), shown("remission", remission), shown("infusion_day", infused, plus=1, at=(infusion, beyond)), shown("infusion_days_given", infused),
    ),
    ahead=days_ahead, proposals=proposals, nominal=by_the_plan, populations=populations, endpoints=endpoints, invariants=invariants, published=published, designs=designs, analyses=(*analyses, *poor_groups),
    terminologies=terminologies, columns=columns, day_one=first_infusion, enrolled=enrolment, cycle=all_cycles, course=courses, survival=os,
    about=description, objectives=objectives,
)  # fmt: skip
