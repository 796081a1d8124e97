"""The words of the invented study: arms, phases, variables, days, stopwatches and events."""

from trialrun.protocol.language import act, arm, count, decision, fact, flag, last_day, moment, phase, stopwatch, tally

# Arms -------------------------------------------------------------------------------------------------------------------------------
control = arm("chemotherapy alone", source="E3")
maintained = arm("maintenance", source="E3", label="chemotherapy, then maintenance")
arms = (control, maintained)

# Phases -----------------------------------------------------------------------------------------------------------------------------
unasked = phase("before consent", shown="screening", source="E2", waits="nobody is in the study before consent")
screening = phase("screening", source="E2")
allocated = phase("randomised", source="E3", course="treatment")
cycle = phase("chemotherapy cycle", shown="chemotherapy", source="E4", course="treatment")
between = phase("before the next cycle", shown="chemotherapy", source="E5", course="treatment")
resting = phase("before maintenance", source="E7", course="treatment")
maintenance = phase("maintenance", source="E7", course="treatment", waits="treatment until progression has no last day; its visits are owed every 28 days (E7)")  # fmt: skip
safety = phase("safety follow-up", source="E10")
observation = phase("observation", source="E9, E11")
survival = phase("survival follow-up", source="E11")
failed = phase("ended: not randomised", shown="ended", end=True, reason="not randomised", source="E2")
completed = phase("ended: study completed", shown="ended", end=True, reason="completed", source="E11")
withdrawn = phase("ended: withdrawal", shown="ended", end=True, reason="withdrawal", source="E12")
dead = phase("ended: death", shown="ended", end=True, reason="death", source="E12")

phases = (unasked, screening, allocated, cycle, between, resting, maintenance, safety, observation, survival, failed, completed, withdrawn, dead)  # fmt: skip
chemotherapy = (cycle, between)
begun_treatment = (chemotherapy, resting, maintenance)
treatment = (allocated, begun_treatment)
follow_up = (safety, observation, survival)
in_study = (screening, treatment, follow_up)

# What guards rules ------------------------------------------------------------------------------------------------------------------
fit = flag("found fit", source="E2")
recovered = flag("counts recovered", source="E5")
lowered_now = flag("dose lowered in this cycle", source="E6, Q2")
lowered_maintenance = flag("maintenance dose lowered", source="E7")
progressed = flag("progressed", source="E8")
cycles = count("chemotherapy cycles", up_to=6, source="E4")
lowered = count("times drug C was lowered", up_to=2, source="E6")

flags = (fit, recovered, lowered_now, lowered_maintenance, progressed)
counts = (cycles, lowered)

# What is only counted ---------------------------------------------------------------------------------------------------------------
months_given = tally("months of maintenance", source="E7")

# Days and stopwatches ---------------------------------------------------------------------------------------------------------------
consented = moment("consent", source="E2")
randomised_on = moment("randomisation", source="E3")
cycle_began = moment("cycle began", source="E4")
month_began = moment("month of maintenance began", source="E7")
progressed_on = moment("progression", source="E8")
treatment_ended = moment("treatment ended", source="E10")
on_maintenance = stopwatch("days on maintenance", runs=maintenance, source="E7")
last_drug = last_day("last day with drug", on_maintenance, or_else=cycle_began, source="E10")

moments = (consented, randomised_on, cycle_began, month_began, progressed_on, treatment_ended, last_drug)
stopwatches = (on_maintenance,)

# Events -----------------------------------------------------------------------------------------------------------------------------
consents = fact("consent", "E2", otherwise="a consent given again changes nothing")
found_fit = fact("found fit", "E2", otherwise="fitness is asked in screening only")
found_unfit = fact("found unfit", "E2", otherwise="fitness is asked in screening only")
randomises = act("randomisation", "E3", otherwise="allocation is once, in screening; a second one changes nothing and is shown")
starts_cycle = act("cycle start", "E4", otherwise="a cycle begins after randomisation, or on day 22 or later of the one before; elsewhere it changes nothing and is shown")
counts_good = fact("counts high enough", "E5", otherwise="a blood count elsewhere is recorded")
counts_low = fact("counts too low", "E5", otherwise="a blood count elsewhere is recorded")
toxicity = fact("toxicity of grade 3 or more", "E6, E7", otherwise="toxicity off treatment is recorded")
starts_maintenance = act("maintenance start", "E7", otherwise="maintenance begins after six cycles, in its arm; elsewhere it changes nothing and is shown")
next_month = act("dispensing", "E7", otherwise="dispensing outside maintenance changes nothing and is shown")
progresses = fact("progression", "E8", otherwise="progression before randomisation, or a second one, is recorded")
contact = fact("survival contact", "E11", otherwise="a contact is recorded")
leaves = fact("withdrawal", "E12", otherwise="after the end of the study it is recorded")
dies = fact("death", "E12", otherwise="after the end of the study it is recorded", last=True)
end_treatment = decision("decision: end treatment", "E10", otherwise="there is no treatment to end", label="end treatment")

events = (
    consents, found_fit, found_unfit, randomises, starts_cycle, counts_good, counts_low, toxicity, starts_maintenance, next_month, progresses,
    contact, leaves, dies, end_treatment,
)  # fmt: skip
