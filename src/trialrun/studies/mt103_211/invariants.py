"""What must hold of the study in every reachable status, on every step and on every path; one line each, each with its statement."""

from trialrun.protocol.invariants import always, at_most, clock_leads, dose_before, dose_is, every_step, never, never_step, not_before, only_on, only_when, possible, reaches
from trialrun.protocol.language import add_one, all_of, any_of, days, full, mark, months, no, past, put, ran_on, reached, reset

from .terms import *

# Names for what several lines ask -----------------------------------------------------------------------------------------------------
before = (unasked, screening)
legally_treated = (infusion, held, paused, free)
between = (held, paused, free)
relapse = (disease_seen, relapse_reported)
over = (dead, withdrawn, completed)
gone = (dead, withdrawn)
begins_a_cycle = reset(infused)
entitled = all_of(left > 0, cycles < 8)
not_entitled = any_of(left < 1, cycles >= 8)
none_can_follow = any_of(cycles >= 8, all_of(left < 1, any_of(remission, retreated)))
week_held, two_weeks_held = past(7 * days, hold_began), past(14 * days, hold_began)
days_28, days_7 = full(28 * days, infused), full(7 * days, stepped)
day_29 = reached(28 * days, cycle_began)
consent_old = past(21 * days, consented)
free_14, month_24, year_3 = past(14 * days, last_drug), past(24 * months, first_infusion), reached(36 * months, first_infusion)

invariants = (
    # Screening
    not_before("nobody is enrolled or infused before consent", "R2", on=(enrols, starts), first=consents),
    possible("consent can be given at the beginning, again, and after a screen failure", "R2, U17", on=consents, at=(before, failed), to=screening),
    every_step("each consent counts its 21 days anew", "U17", on=consents, at=(before, failed), to=screening, does=mark(consented), then=no(consent_old)),
    every_step("a screen failure opened anew is not eligible yet", "U17", on=consents, at=failed, then=no(eligible)),
    never_step("consent counts before the first infusion", "R2, U17", on=consents, at=(treatment, follow_up), breaches=True),
    every_step("nothing but a consent follows a screen failure", "U17", at=failed, to=screening),
    possible("eligibility can be found before the first infusion", "R2", on=found_eligible, at=before),
    possible("ineligibility can be found before the first infusion", "R2", on=found_ineligible, at=before),
    every_step("who is found eligible is eligible", "R2", on=found_eligible, then=eligible, stays=True),
    every_step("who is found not eligible is not", "R2", on=found_ineligible, then=no(eligible), stays=True),
    only_when("only eligible participants are enrolled", "R2", on=enrols, given=eligible),
    possible("every eligible participant in screening can be enrolled", "R2", on=enrols, at=screening, given=eligible),
    only_when("the first infusion needs eligibility", "R2", on=starts, at=screening, given=eligible),
    only_when("the first infusion comes within 21 days of consent", "R2, U17", on=starts, at=screening, given=no(consent_old)),
    possible("day 21 after consent is still in time for the first infusion", "U17", on=starts, at=screening, given=all_of(eligible, no(consent_old)), to=infusion),
    possible("screening can fail", "S6", on=fails_screening, at=before, to=failed),
    every_step("a screen failure ends the study", "S6", on=fails_screening, to=failed),
    never_step("after the first infusion nobody is screened again", "R2", on=(found_eligible, found_ineligible, enrols, fails_screening), at=(treatment, follow_up), breaches=True),
    never_step("nobody is enrolled before consent, also against the rules", "R2", on=enrols, at=unasked, breaches=True),
    every_step("screening leads to infusion, or to an end", "S6", at=screening, to=(screening, infusion, failed, gone)),
    every_step("before consent there is only consent, or an end", "R2", at=unasked, to=(unasked, screening, failed, gone)),
    never("nobody is in remission before the first infusion", "U11", at=before, given=remission),

    # Cycles and their number
    at_most(8, "never more than eight cycles, counted as they begin", "S11", doing=begins_a_cycle),
    at_most(5, "at most five cycles in the first course", "S7", at=(screening, between), given=no(retreated), doing=begins_a_cycle),
    only_when("in the first course no third cycle without remission", "S9, U1", at=between, doing=begins_a_cycle, given=any_of(remission, retreated, cycles < 2)),
    at_most(1, "one first cycle for each decision to retreat", "S11", on=starts, at=chosen, since=retreat),
    at_most(2, "two more cycles after the first of a retreatment, three in all", "S11, U3", at=between, given=retreated, doing=begins_a_cycle, since=retreat),
    possible("a second cycle without remission is possible", "S9", on=starts, at=free, given=all_of(cycles < 2, no(retreated), free_14), to=infusion),
    possible("the next cycle is possible after 14 free days while one is left", "R1, S9", on=starts, at=free, given=all_of(entitled, free_14), to=infusion),
    only_when("the next cycle begins only after 14 free days", "R1, U12", on=starts, at=free, given=free_14),
    never_step("a cycle begins in screening, between cycles, after a long hold, or with a retreatment: nowhere else", "S7, R1", on=starts, at=(unasked, infusion, paused, follow_up)),
    never_step("nothing is restarted that is not held", "U15", on=restarts, at=(before, infusion, free, chosen, follow_up)),
    never_step("nothing is stopped that does not run, except for the record after it", "U18", on=(stops_for_toxicity, stops_technically), at=(before, held, paused, free, chosen), breaches=True),
    never_step("an end of infusion is recorded after it only", "R1, O1", on=completes, at=(before, infusion, held, paused, chosen)),
    never_step("a dose is changed during an infusion only", "S8", on=changes_dose, at=(before, held, paused, free, chosen, follow_up), breaches=True),
    never_step("a next cycle is decided between cycles only", "S9", on=next_cycle, at=(before, infusion, held, paused, chosen, follow_up, beyond), breaches=True),
    possible("the next cycle may be decided while one is left", "S9", on=next_cycle, at=free, given=entitled),
    never_step("no next cycle is decided where none is left", "S9, S11", on=next_cycle, given=not_entitled),
    every_step("a start is an infusion that begins a cycle", "S7, R1", on=starts, to=infusion, changes={cycles: 1}, does=(begins_a_cycle, mark(cycle_began))),
    every_step("a cycle is counted in all its counts, also against the rules", "S7, U18", doing=add_one(cycles), does=(begins_a_cycle, add_one(all_cycles), mark(cycle_began)), breaches=True),
    every_step("a further cycle uses up one that was left", "S9, U15", at=(free, held), doing=begins_a_cycle, to=infusion, changes={left: -1, cycles: 1}, does=add_one(course_cycles)),
    every_step("the first cycle: two to reach remission, the day that months count from", "S9, U6", on=starts, at=screening, to=infusion, then=all_of(left > 0, left < 2), does=(mark(first_infusion), add_one(courses), add_one(course_cycles), reset(stepped))),
    at_most(1, "months count from one day", "U6", doing=mark(first_infusion)),
    never_step("a next cycle has no step", "S8", on=starts, at=free, doing=reset(stepped), breaches=True),
    clock_leads("28 full infusion days end an infusion, and nothing less", "R1", at=infusion, clock=days_28, to=(free, safety)),
    clock_leads("after 28 days one waits for the next cycle where one can follow", "R1, U12", at=infusion, clock=days_28, given=no(none_can_follow), to=free),
    clock_leads("after 28 days safety follow-up begins where none can follow", "U12, U4", at=infusion, clock=days_28, given=none_can_follow, to=safety),
    never_step("nothing but 28 full days brings free days", "R1", on=events, at=(before, infusion, held, paused, chosen, follow_up), to=free),
    possible("the end of an infusion can be recorded after it", "R1", on=completes, at=(free, safety)),
    possible("a dose change can be recorded", "S8", on=changes_dose, at=infusion),

    # Doses
    dose_is(9, "ug/day", "blinatumomab", "9 ug/day for the first seven infusion days since a step, never 28", "S8, U5, U15", at=infusion, given=all_of(stepping, no(days_7)), breaches=True),
    dose_is(28, "ug/day", "blinatumomab", "28 ug/day from the eighth, never 9", "S7, S8", at=infusion, given=days_7, breaches=True),
    dose_is(28, "ug/day", "blinatumomab", "28 ug/day from the first day of a cycle without a step", "S7", at=infusion, given=no(stepping), breaches=True),
    every_step("the first cycle of a course, and a restart after a toxicity hold, steps up", "S8, U5, U15", on=(starts, restarts), at=(before, chosen, held), into=infusion, then=stepping, does=reset(stepped), breaches=True),
    every_step("a cycle after the first of a course starts at the target dose", "S7, S8", on=starts, at=(free, paused), into=infusion, then=no(stepping), breaches=True),
    dose_is(None, "ug/day", "blinatumomab", "no planned dose beyond entitlement", "U18", at=beyond, breaches=True),
    dose_before(20, "mg", "dexamethasone", "20 mg dexamethasone before each start, step and restart, before nothing else", "R5", before=(starts, restarts, days_7)),
    clock_leads("the step comes after seven full infusion days", "S8", at=infusion, clock=days_7, to=infusion, given=stepping),

    # Response
    every_step("a remission is dated, and no transplant came in it yet", "U11, U13", on=remission_seen, stays=True, then=all_of(remission, no(transplanted)), does=mark(remission_began), breaches=True),
    every_step("remission in the first course leaves three more cycles", "S9, U2", on=remission_seen, at=legally_treated, given=no(retreated), then=left >= 3),
    every_step("remission in a retreatment opens no more cycles", "S11, U3", on=remission_seen, at=legally_treated, given=retreated, changes={left: 0}),
    only_when("a remission begins where none holds", "U11", on=remission_seen, given=no(remission), breaches=True),
    only_when("the first course's remission is reached within two cycles", "S9", on=remission_seen, at=legally_treated, given=any_of(retreated, cycles <= 2)),
    possible("a remission counts at any time of treatment", "U12", on=remission_seen, at=treated, given=no(remission), breaches=True),
    possible("a remission counts to 14 days after the last dose", "U12", on=remission_seen, at=safety, given=all_of(no(remission), no(free_14))),
    only_when("a marrow later than 14 days after the last dose counts no more", "U12", on=remission_seen, at=safety, given=no(free_14), breaches=True),
    never_step("a remission is of treatment, not of a later therapy", "U12", on=remission_seen, at=(before, chosen, efficacy, survival), breaches=True),
    possible("two cycles without remission can end treatment", "U1", on=no_remission_seen, at=free, given=all_of(no(remission), no(retreated), cycles >= 2, day_29), to=safety),
    only_when("only two cycles without remission end treatment for want of it, and never a retreatment", "U1", on=no_remission_seen, at=free, given=all_of(no(remission), no(retreated), cycles >= 2, day_29)),
    every_step("want of remission ends treatment", "U1", on=no_remission_seen, to=safety),
    never_step("a marrow without remission changes nothing but between cycles", "U1", on=no_remission_seen, at=(before, infusion, held, paused, chosen, follow_up)),

    # Relapse and progression
    only_when("only a remission can relapse", "S10, S11", on=relapse, given=remission, breaches=True),
    every_step("a relapse is dated, and ends the remission", "S10, S11", on=relapse, then=all_of(no(remission), no(transplanted)), does=mark(relapsed), breaches=True),
    every_step("relapse in treatment always ends it", "S10", on=relapse, at=treated, to=safety, breaches=True),
    possible("disease seen in a remission is heard", "S10, S11", on=disease_seen, at=(treated, chosen, follow_up), given=remission, breaches=True),
    possible("a relapse reported in a remission is heard", "S10, S11", on=relapse_reported, at=(treated, chosen, follow_up), given=remission, breaches=True),
    every_step("a relapse in safety or efficacy follow-up opens retreatment", "S11, U4", on=relapse, at=(safety, efficacy), stays=True, then=relapse_open),
    every_step("a relapse in survival follow-up, or after a retreatment decision, is recorded", "U4, U14", on=relapse, at=(survival, chosen), stays=True),
    never_step("a relapse opens retreatment in safety and efficacy follow-up only", "S11, U4", at=(before, treatment, survival), doing=put(relapse_open, True), breaches=True),
    possible("progression in treatment always ends it", "S10", on=progresses, at=treated, to=safety, breaches=True),
    every_step("progression is dated, and ends treatment and remission", "S10", on=progresses, to=safety, then=all_of(no(remission), no(transplanted)), does=(mark(progressed), mark(treatment_ended)), breaches=True),
    never_step("progression is of treatment", "S10, U18", on=progresses, at=(before, chosen, follow_up)),
    always("a transplant in this remission is of a remission that holds", "U13", at=(treatment, follow_up), given=transplanted, then=remission),

    # Holds
    possible("toxicity can hold every infusion", "R6", on=stops_for_toxicity, at=infusion, to=held),
    every_step("a toxicity hold is dated", "R6, U15", on=stops_for_toxicity, at=infusion, to=held, does=mark(hold_began), then=no(week_held)),
    possible("a technical break can stop every infusion", "U15", on=stops_technically, at=infusion, to=paused),
    every_step("a technical break is dated", "U15", on=stops_technically, at=infusion, to=paused, does=mark(hold_began)),
    possible("a stop for toxicity after treatment can be recorded", "U15", on=stops_for_toxicity, at=safety),
    possible("a technical stop after treatment can be recorded", "U15", on=stops_technically, at=safety),
    possible("a technical break ends with a restart", "U15", on=restarts, at=paused, to=infusion),
    every_step("a technical break keeps the cycle", "U15", on=restarts, at=paused, to=infusion, changes={cycles: 0, left: 0}),
    never_step("a technical break keeps its infusion days", "U15", on=restarts, at=paused, doing=begins_a_cycle),
    never_step("a technical break keeps its dose", "U15", at=paused, doing=reset(stepped), breaches=True),
    possible("a hold of up to 7 days ends with a restart", "R6, U15", on=restarts, at=held, given=no(week_held), to=infusion),
    every_step("a restart within 7 days keeps the cycle", "R6, U15", on=restarts, at=held, given=no(week_held), to=infusion, changes={cycles: 0, left: 0}),
    never_step("a restart within 7 days keeps the infusion days of the cycle", "R6, U15", on=restarts, at=held, given=no(week_held), doing=begins_a_cycle),
    possible("a hold of more than 7 days ends with a restart while a cycle is left", "R6, U15", on=restarts, at=held, given=all_of(week_held, entitled), to=infusion),
    possible("a hold of more than 7 days ends with a start while a cycle is left", "R6, U15", on=starts, at=held, given=all_of(week_held, entitled), to=infusion),
    every_step("a restart after more than 7 days begins a new cycle", "R6, U15", on=(restarts, starts), at=held, given=week_held, to=infusion, changes={cycles: 1, left: -1}, does=(begins_a_cycle, mark(cycle_began))),
    only_when("a new cycle begins in a hold only after more than 7 days", "R6, U15", at=held, doing=begins_a_cycle, given=all_of(week_held, entitled)),
    every_step("each infusion after a toxicity hold is at 9 ug/day for 7 days again", "U15", at=held, into=infusion, to=infusion, does=reset(stepped), breaches=True),
    clock_leads("a toxicity hold of more than 14 days ends treatment", "U15", at=held, clock=two_weeks_held, to=safety),
    possible("CRS or a neurologic event of grade 4 always ends treatment", "U15", on=severe_toxicity, at=treated, to=safety, breaches=True),
    never_step("toxicity after treatment ends nothing", "U15", on=severe_toxicity, at=(before, chosen, follow_up)),
    possible("a second seizure ends treatment", "U15", on=seizure, at=treated, given=seizure_before, to=safety, breaches=True),
    possible("a first seizure is heard", "U15", on=seizure, at=in_study, given=no(seizure_before), breaches=True),
    every_step("a first seizure is remembered and ends nothing", "U15", on=seizure, given=no(seizure_before), stays=True, then=seizure_before, breaches=True),
    never_step("a second seizure outside treatment changes nothing", "U15", on=seizure, at=(before, chosen, follow_up), given=seizure_before),
    possible("a neurologic grade 3 that recurs ends treatment", "U15", on=neurologic_3, at=treated, given=neurologic_before, to=safety, breaches=True),
    possible("a first neurologic grade 3 is heard", "U15", on=neurologic_3, at=in_study, given=no(neurologic_before), breaches=True),
    every_step("a first neurologic grade 3 is remembered and ends nothing", "U15", on=neurologic_3, given=no(neurologic_before), stays=True, then=neurologic_before, breaches=True),
    never_step("a neurologic grade 3 that recurs outside treatment changes nothing", "U15", on=neurologic_3, at=(before, chosen, follow_up), given=neurologic_before),

    # The end of treatment
    possible("treatment can always be ended", "U4", on=end_treatment, at=treatment, to=safety, breaches=True),
    never_step("only treatment can be ended", "U4", on=end_treatment, at=(before, follow_up), breaches=True),
    every_step("whatever ends treatment leads to safety follow-up and is dated", "S12, U4", at=treatment, into=(follow_up, failed, completed), to=safety, does=mark(treatment_ended), breaches=True),
    never_step("treatment ends once", "U4", at=(before, follow_up), doing=mark(treatment_ended)),
    every_step("an infusion goes on, is held, is full, or ends", "R1, R6", at=infusion, to=(infusion, held, paused, free, safety, gone), breaches=True),
    every_step("a toxicity hold leads back to infusion, or ends treatment", "R6", at=held, to=(held, infusion, safety, gone)),
    every_step("a technical break leads back to infusion, or ends treatment", "U15", at=paused, to=(paused, infusion, safety, gone)),
    every_step("free days lead to the next infusion, or end treatment", "R1", at=free, to=(free, infusion, safety, gone)),
    every_step("a retreatment decision leads to infusion, or ends treatment", "S11", at=chosen, to=(chosen, infusion, safety, gone)),

    only_on("an infusion begins with a start or a restart", "R1, U15", on=(starts, restarts), at=in_study, to=(infusion, beyond), breaches=True),
    only_on("a toxicity hold begins with a stop for toxicity", "R6", on=stops_for_toxicity, to=held),
    only_on("a technical break begins with a technical stop", "U15", on=stops_technically, to=paused),
    only_on("free days end with a start, or with what ends treatment; no clock ends them", "R1, U12", on=(starts, no_remission_seen, relapse, progresses, severe_toxicity, seizure, neurologic_3, end_treatment, transplants, leaves, dies), at=free, to=(infusion, safety, gone)),
    only_on("a hold that is not restarted ends after 14 days, or with what ends treatment", "U15", on=(restarts, starts, two_weeks_held, relapse, progresses, severe_toxicity, seizure, neurologic_3, end_treatment, transplants, leaves, dies), at=held, to=(infusion, safety, gone)),
    only_on("a technical break ends with a restart, or with what ends treatment; no clock ends it", "U15", on=(restarts, relapse, progresses, severe_toxicity, seizure, neurologic_3, end_treatment, transplants, leaves, dies), at=paused, to=(infusion, safety, gone)),
    only_on("a decided retreatment begins, or is called off", "U14", on=(starts, end_treatment, leaves, dies), at=chosen, to=(infusion, safety, gone)),

    # Transplant
    only_when("transplant only in remission", "S9, S4", on=transplants, given=remission, breaches=True),
    never_step("transplant never during infusion, nor before treatment", "U13", on=(transplants, to_transplant), at=(before, infusion, beyond), breaches=True),
    possible("a transplant in remission takes the place of further cycles", "S9", on=transplants, at=between, given=all_of(remission, no(transplanted)), to=safety),
    every_step("a transplant is dated and remembered", "S9, U13", on=transplants, then=transplanted, does=mark(transplant_day), breaches=True),
    every_step("a transplant between cycles ends treatment", "S9", on=transplants, at=between, to=safety),
    possible("a transplant in follow-up is heard, without limit of time", "U13", on=transplants, at=(chosen, follow_up), given=all_of(remission, no(transplanted))),
    every_step("a transplant in follow-up changes no period", "U13", on=transplants, at=(chosen, follow_up), stays=True),
    at_most(1, "one transplant in each remission", "U13, U18", on=transplants, since=remission_seen),
    possible("a transplant may be decided off the drug while a remission holds", "S9, U13", on=to_transplant, at=(held, paused, free, chosen, follow_up), given=all_of(remission, no(transplanted))),
    only_when("a transplant is decided only in a remission, once", "S4, U13", on=to_transplant, given=all_of(remission, no(transplanted)), breaches=True),

    # Follow-up
    clock_leads("safety follow-up lasts to the end-of-core-study visit's day, then efficacy", "S12, S13", at=safety, clock=past(30 * days, last_drug), given=no(month_24), to=efficacy),
    clock_leads("safety follow-up lasts to the end-of-core-study visit's day, then survival after month 24", "S12, S14", at=safety, clock=past(30 * days, last_drug), given=month_24, to=survival),
    never_step("safety follow-up is left by its clock, a retreatment decision or an end only", "S12", on=events, at=safety, to=(efficacy, survival, treated)),
    clock_leads("efficacy follow-up lasts through month 24", "S14, U20", at=efficacy, clock=month_24, to=survival),
    never_step("efficacy follow-up is left by its clock, a retreatment decision or an end only", "U20", on=events, at=efficacy, to=(safety, survival, treated)),
    every_step("follow-up goes forward, to a retreatment or to an end", "S13, S14", at=efficacy, to=(efficacy, survival, chosen, gone)),
    every_step("survival follow-up goes to a retreatment or to an end", "S14", at=survival, to=(survival, chosen, completed, gone)),
    never_step("no infusion in follow-up without a retreatment decision", "S11", on=(starts, restarts), at=(unasked, follow_up)),
    only_when("the study is complete only 36 months after the first infusion", "S14", on=contact, given=year_3),
    possible("a contact on or after year three completes the study", "S14, U21", on=contact, at=survival, given=year_3, to=completed),
    every_step("no contact before year three moves anybody", "S14, U21", on=contact, to=completed),
    never_step("the study is complete from survival follow-up only", "S14", at=(before, treatment, safety, efficacy), to=completed),

    # Retreatment
    only_when("retreatment only after a relapse in safety or efficacy follow-up, below eight cycles", "S11", on=retreat, given=all_of(relapse_open, cycles < 8)),
    possible("the investigator may retreat after such a relapse, below eight cycles", "S11, U14", on=retreat, at=follow_up, given=all_of(relapse_open, cycles < 8), to=chosen),
    never_step("retreatment is decided in follow-up", "S11", on=retreat, at=(before, treatment), breaches=True),
    not_before("each retreatment needs a relapse of its own", "S11, U3", on=retreat, first=relapse, since=starts),
    possible("a decided retreatment can begin", "S11, U14", on=starts, at=chosen, to=infusion),
    every_step("a retreatment begins with 9 ug/day again, two more cycles left", "S11, U5", on=starts, at=chosen, to=infusion, then=all_of(retreated, left >= 2, left < 3, no(relapse_open)), does=(reset(stepped), put(course_cycles, 1), add_one(courses), add_one(retreatments))),

    # What moves nobody
    every_step("drug that ran on until its stop was recorded counts", "O2", on=(completes, stops_for_toxicity, stops_technically), at=safety, given=no(free_14), does=ran_on(infused, up_to=28 * days), breaches=True),
    every_step("decisions, enrolment and records of doses move nobody", "S9, R2, S8", on=(enrols, next_cycle, to_transplant, changes_dose), stays=True, breaches=True),
    every_step("the record of an end of infusion moves nobody", "R1, U15", on=(completes, stops_for_toxicity, stops_technically), at=(free, follow_up), stays=True),

    # Ends
    possible("withdrawal is possible from everywhere in the study", "U22", on=leaves, at=in_study, to=withdrawn, breaches=True),
    possible("death is heard everywhere in the study", "S14", on=dies, at=in_study, to=dead, breaches=True),
    every_step("withdrawal ends the study", "U22", on=leaves, to=withdrawn, breaches=True),
    every_step("death ends the study", "S14", on=dies, to=dead, breaches=True),
    never_step("nothing follows death, withdrawal or completion: no infusion, no cycle", "S14, U22", at=over, breaches=True),
    reaches("the study can be completed from everywhere", "S6, S14", at=in_study, to=completed),

    only_on("the study ends with death", "S14", on=dies, to=dead, breaches=True),
    only_on("the study ends with a withdrawal", "U22", on=leaves, to=withdrawn, breaches=True),
    only_on("the study ends with the contact on or after year three", "S14, U21", on=contact, to=completed, breaches=True),
    only_on("screening ends with a screen failure", "S6", on=fails_screening, to=failed, breaches=True),
    only_on("retreatment is decided", "S11", on=retreat, to=chosen, breaches=True),

    # What follows when rules are broken
    possible("a start is heard wherever nothing runs, also against the rules", "U18", on=starts, at=(before, between, chosen, follow_up), to=(infusion, beyond), breaches=True),
    never_step("a start while infusing changes nothing", "U18", on=starts, at=(infusion, beyond), breaches=True),
    never_step("a restart while infusing, or before the first infusion, changes nothing", "U15, U18", on=restarts, at=(before, infusion, beyond), breaches=True),
    never_step("a stop called complete where there was no infusion changes nothing", "U18", on=completes, at=(before, chosen), breaches=True),
    every_step("a start counts as a cycle, also against the rules", "U18", on=starts, to=(infusion, beyond), does=(begins_a_cycle, add_one(cycles), add_one(all_cycles)), breaches=True),
    every_step("who was entitled to a cycle has it as planned, early or late", "U18", on=starts, at=between, given=entitled, to=infusion, breaches=True),
    every_step("a cycle beyond entitlement is shown as that", "U18", on=starts, at=between, given=not_entitled, to=beyond, does=add_one(course_cycles), breaches=True),
    every_step("a cycle in follow-up is beyond entitlement", "U18", on=starts, at=follow_up, to=beyond, does=add_one(course_cycles), breaches=True),
    every_step("a cycle uses up one that was left, also against the rules", "U18", on=starts, at=between, given=entitled, to=infusion, changes={left: -1}, does=add_one(course_cycles), breaches=True),
    every_step("an infusion before eligibility is a first cycle with its step", "U18", on=starts, at=before, to=infusion, then=all_of(left > 0, left < 2), does=(mark(first_infusion), reset(stepped), add_one(courses), add_one(course_cycles)), breaches=True),
    clock_leads("beyond entitlement, 28 full days end treatment", "U18", at=beyond, clock=days_28, to=safety, breaches=True),
    every_step("beyond entitlement leads to safety follow-up only", "U18", at=beyond, to=(beyond, safety, gone), breaches=True),
    every_step("any stop beyond entitlement ends treatment", "U18", on=(completes, stops_for_toxicity, stops_technically), at=beyond, to=safety, breaches=True),
    possible("an end of infusion beyond entitlement is heard", "U18", on=completes, at=beyond, to=safety, breaches=True),
    possible("a stop for toxicity beyond entitlement is heard", "U18", on=stops_for_toxicity, at=beyond, to=safety, breaches=True),
    possible("a technical stop beyond entitlement is heard", "U18", on=stops_technically, at=beyond, to=safety, breaches=True),
    never_step("remission beyond entitlement opens no more cycles", "U18", on=remission_seen, at=beyond, doing=put(left, 3), breaches=True),
    possible("a restart is heard in every hold, also where no cycle is left", "U15", on=restarts, at=held, to=(infusion, safety), breaches=True),
    every_step("a restart after more than 7 days without a cycle left ends treatment", "U15", on=restarts, at=held, given=all_of(week_held, not_entitled), to=safety, breaches=True),
    possible("a restart after treatment has ended is heard, where the 28 days were not full", "U15", on=restarts, at=follow_up, given=no(days_28), to=beyond, breaches=True),
    only_when("no infusion goes on after 28 full days", "R1, O1", on=restarts, at=(free, chosen, follow_up), to=(infusion, beyond), given=no(days_28), breaches=True),
    every_step("a restart after treatment has ended begins no cycle and has no planned dose", "U15", on=restarts, at=follow_up, given=no(days_28), to=beyond, changes={cycles: 0}, breaches=True),
    possible("a restart after treatment has ended is heard, where the 28 days were full", "U15", on=restarts, at=(chosen, follow_up), given=days_28, breaches=True),
    every_step("a restart after 28 full days changes nothing", "U15", on=restarts, at=(chosen, follow_up), given=days_28, stays=True, breaches=True),
    every_step("no restart begins a decided retreatment", "U14, U15", on=restarts, at=chosen, stays=True, breaches=True),
    possible("a dose change beyond entitlement is heard", "U18", on=changes_dose, at=beyond, breaches=True),
    possible("a restart after a stop called complete too early goes on with the cycle", "O1", on=restarts, at=free, given=no(days_28), to=infusion, breaches=True),
    every_step("a restart after a stop called complete too early counts no cycle", "O1", on=restarts, at=free, to=infusion, changes={cycles: 0, left: 0}, breaches=True),
    never_step("a restart off the drug counts its infusion days on", "U15, O1", on=restarts, at=(free, paused, follow_up), doing=begins_a_cycle, breaches=True),
    possible("a stop called complete is heard, full or not", "O1, U18", on=completes, at=(infusion, held, paused), to=(free, safety), breaches=True),
    every_step("a stop called complete leaves free days where a cycle can follow", "O1, U18", on=completes, at=(infusion, held, paused), given=no(none_can_follow), to=free, breaches=True),
    every_step("a stop called complete ends treatment where none can follow", "O1, U18", on=completes, at=(infusion, held, paused), given=none_can_follow, to=safety, breaches=True),
    possible("an enrolment is heard in screening, eligible or not", "U18", on=enrols, at=screening, breaches=True),
)
