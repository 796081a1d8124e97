"""The words of the study: where participants can be, what is remembered about them, and what can happen.

Everything has a name in quotes (shown to people, written to the journal) and a Python name (used in the other files).
`source` is the number of the statement in study.py that a thing comes from.
"""

from trialrun.protocol.language import act, count, decision, fact, flag, last_day, moment, phase, stopwatch, tally

# Phases: where a participant can be. A phase with no clock says in writing why it may wait for ever. An end has no way out. ------------
unasked = phase("before consent", shown="screening", source="T1", waits="nobody is in the study before consent")
screening = phase("screening", source="T1")
on_drug = phase("on drug", shown="treatment", source="T2", course="treatment")
held = phase("drug held", shown="interrupted", source="T3", course="treatment")
follow_up = phase("follow-up", source="T4")
not_treated = phase("ended: not treated", shown="ended", end=True, reason="not treated", source="T1")
completed = phase("ended: completed", shown="ended", end=True, reason="completed", source="T4")
withdrawn = phase("ended: withdrawal", shown="ended", end=True, reason="withdrawal", source="T5")
dead = phase("ended: death", shown="ended", end=True, reason="death", source="T5")

phases = (unasked, screening, on_drug, held, follow_up, not_treated, completed, withdrawn, dead)
treatment = (on_drug, held)  # a group of phases is a tuple, and may hold groups
in_study = (screening, treatment, follow_up)

# What guards rules: flags (yes or no) and counts (with a bound). Declare only what some rule asks for. ----------------------------------
eligible = flag("eligible", source="T1")
holds = count("times held", up_to=2, source="T3")
flags = (eligible,)
counts = (holds,)

# What is only counted: a tally may grow and guards nothing. ----------------------------------------------------------------------------
adverse_events = tally("adverse events", source="T3")

# Days: a moment is marked by a rule. A stopwatch counts days in some phases only; from it the last day with drug follows. ---------------
consented = moment("consent", source="T1")
first_dose = moment("first dose", source="T2")
hold_began = moment("hold began", source="T3")
drug_days = stopwatch("days on drug", runs=on_drug, source="T2")
last_drug = last_day("last day with drug", drug_days, or_else=first_dose, source="T4")
moments = (consented, first_dose, hold_began, last_drug)
stopwatches = (drug_days,)

# Events: a fact (nature), an act (a person does it), a decision (a person decides it). `otherwise`: what is written where no rule speaks.
consents = fact("consent", "T1", otherwise="a consent given again changes nothing")
found_eligible = fact("eligible", "T1", otherwise="eligibility is asked in screening only")
starts = act("drug start", "T2", otherwise="the drug starts once, after screening; elsewhere a start changes nothing and is shown")
toxicity = fact("toxicity", "T3", otherwise="toxicity off drug is recorded")
restarts = act("drug restart", "T3", otherwise="a restart where nothing is held changes nothing and is shown")
stop_drug = decision("decision: stop the drug", "T3", otherwise="there is no drug to stop", label="stop the drug")
leaves = fact("withdrawal", "T5", otherwise="after the end of the study it is recorded")
dies = fact("death", "T5", otherwise="after the end of the study it is recorded", last=True)
events = (consents, found_eligible, starts, toxicity, restarts, stop_drug, leaves, dies)
