"""The words of the study: phases, variables, days, stopwatches and events."""

from trialrun.protocol.language import act, count, decision, fact, flag, last_day, moment, phase, stopwatch, tally

# Phases -----------------------------------------------------------------------------------------------------------------------------
unasked = phase("before consent", shown="screening", source="S6", waits="nobody is in the study before consent")
screening = phase("screening", source="S6, R2", waits="screening has no end of its own: after day 21 a new consent is needed (U17)")
infusion = phase("infusion", source="R1", course="treatment")
held = phase("held for toxicity", shown="interrupted", source="R6, U15", course="treatment")
paused = phase("technical break", shown="interrupted", source="U15", course="treatment", waits="a technical break has no limit in the text: the visits and the site's reminder stand in for a clock (U15)")  # fmt: skip
free = phase("treatment-free", source="R1, U12", course="treatment", waits="the text sets a least length (14 days), no greatest: the response assessment is owed (R3, U12)")  # fmt: skip
chosen = phase("retreatment decided", shown="treatment-free", source="U14", course="treatment", waits="no last day for the first infusion of a retreatment (U14)")  # fmt: skip
beyond = phase("infusion beyond entitlement", shown="infusion", source="U18", course="treatment")
safety = phase("safety follow-up", source="U4, S12")
efficacy = phase("efficacy follow-up", source="S13, U20")
survival = phase("survival follow-up", source="S14", waits="survival contacts stay owed until one falls on or after year three (S14, U21)")
failed = phase("ended: screen failure", shown="ended", end=True, reason="screen failure", source="S6")
completed = phase("ended: study completed", shown="ended", end=True, reason="completed", source="S14")
withdrawn = phase("ended: withdrawal", shown="ended", end=True, reason="withdrawal", source="U22")
dead = phase("ended: death", shown="ended", end=True, reason="death", source="S14")

phases = (unasked, screening, infusion, held, paused, free, chosen, beyond, safety, efficacy, survival, failed, completed, withdrawn, dead)
treated = (infusion, held, paused, free, beyond)
treatment = (treated, chosen)
follow_up = (safety, efficacy, survival)
off_drug = (free, follow_up)
in_study = (unasked, screening, treatment, follow_up)

# What guards rules ------------------------------------------------------------------------------------------------------------------
eligible = flag("eligible", source="R2")
remission = flag("in remission", source="U11")
transplanted = flag("transplanted in this remission", source="U13")
retreated = flag("in a retreatment", source="S11")
relapse_open = flag("relapsed in safety or efficacy follow-up", source="S11, U4")
stepping = flag("stepping up from 9 ug/day", source="S8, U5, U15")
seizure_before = flag("a seizure before", source="U15, label")
neurologic_before = flag("a neurologic grade 3 before", source="U15, label")
cycles = count("cycles begun", up_to=8, source="S11")
left = count("cycles left in this course", up_to=3, source="S9, S11, U2, U3")

flags = (eligible, remission, transplanted, retreated, relapse_open, stepping, seizure_before, neurologic_before)
counts = (cycles, left)

# What is only counted ---------------------------------------------------------------------------------------------------------------
all_cycles = tally("cycles in all", source="S7, U18")
course_cycles = tally("cycles in this course", source="S7")
courses = tally("courses", source="S11")
retreatments = tally("retreatments", source="S11, U3")

# Days and stopwatches ---------------------------------------------------------------------------------------------------------------
consented = moment("consent", source="R2, U17")
first_infusion = moment("first infusion", source="U6")
hold_began = moment("hold began", source="U15")
remission_began = moment("remission began", source="U11")
relapsed = moment("relapse", source="S10, S11")
progressed = moment("progression", source="S10")
transplant_day = moment("transplant", source="S9")
treatment_ended = moment("treatment ended", source="U4")
cycle_began = moment("cycle began", source="R1")
infused = stopwatch("infusion days of this cycle", runs=(infusion, beyond), source="R1, U15")
stepped = stopwatch("infusion days since a step", runs=(infusion, beyond), source="S8, U5, U15")
last_drug = last_day("last day with drug", infused, or_else=first_infusion, source="U19")

moments = (consented, first_infusion, hold_began, remission_began, relapsed, progressed, transplant_day, treatment_ended, cycle_began, last_drug)  # fmt: skip
stopwatches = (infused, stepped)

# Events -----------------------------------------------------------------------------------------------------------------------------
consents = fact("consent", "R2", otherwise="a consent given again changes nothing outside screening")
found_eligible = fact("eligible", "R2", otherwise="eligibility found outside screening changes nothing and is shown (U18)", shown=True)
found_ineligible = fact("not eligible", "R2", otherwise="a finding of not eligible outside screening changes nothing and is shown (U18)", shown=True)
enrols = act("enrolment", "R2", otherwise="an enrolment outside screening changes nothing")
fails_screening = fact("screen failure", "R2", otherwise="a screen failure outside screening changes nothing and is shown (U18)", shown=True)
starts = act("infusion start", "R1", otherwise="a start while infusing, or after the end of the study, changes nothing and is shown (U18)")
completes = act("infusion stop: cycle complete", "R1", otherwise="a stop where nothing runs changes nothing and is shown (U18)")
stops_for_toxicity = act("infusion stop: toxicity", "R6", otherwise="a stop where nothing runs changes nothing and is shown (U18)")
stops_technically = act("infusion stop: technical or other", "U15", otherwise="a stop where nothing runs changes nothing and is shown (U18)")
restarts = act("infusion restart", "U15", otherwise="a restart where nothing is held changes nothing, begins no cycle and is shown (U15)")
changes_dose = act("dose change", "S8", otherwise="a dose change where nothing runs changes nothing and is shown (U18)")
remission_seen = fact("remission seen", "U11", otherwise="a CR or CRh* changes nothing in a remission that holds, or where no cycle counts (U12)")
no_remission_seen = fact("no remission seen", "U1", otherwise="an evaluable marrow without CR or CRh* changes nothing here")
disease_seen = fact("disease seen", "U16", otherwise="blasts or extramedullary disease without a remission before are no relapse (U16)")
relapse_reported = fact("haematological relapse", "S10", otherwise="a relapse reported without a remission that holds changes nothing and is shown (U18)", shown=True)  # fmt: skip
progresses = fact("progression", "S10", otherwise="progression outside treatment opens nothing and is shown (U18)", shown=True)
severe_toxicity = fact("CRS or neurologic event of grade 4", "U15", otherwise="after treatment it is recorded")
seizure = fact("seizure", "U15", otherwise="it is recorded")
neurologic_3 = fact("neurologic event of grade 3", "U15", otherwise="it is recorded")
crs_3 = fact("CRS of grade 3", "R6", otherwise="it is recorded")
other_3 = fact("other adverse event of grade 3", "R6", otherwise="it is recorded")
other_4 = fact("other adverse event of grade 4", "R6", otherwise="it is recorded")
transplants = fact("transplant", "S9", otherwise="a transplant during an infusion, without a remission, or a second one in it, changes nothing and is shown (U13, U18)", shown=True)  # fmt: skip
contact = fact("survival contact", "S14", otherwise="before year three a contact keeps survival follow-up going")
leaves = fact("withdrawal", "U22", otherwise="after the end of the study it is recorded")
dies = fact("death", "S14", otherwise="after the end of the study it is recorded", last=True)
next_cycle = decision("decision: next cycle", "S9", otherwise="a next cycle is decided between cycles, while one is left", label="next cycle")
to_transplant = decision("decision: transplant", "S9", otherwise="a transplant is decided off the drug, while a remission holds", label="transplant")
unfit_for_transplant = fact("transplant decided without donor or fitness", "S4", otherwise="a transplant decided without a suitable donor, or against the clinical status, is not allowed and is shown (S4)", shown=True)
retreat = decision("decision: retreatment", "S11", otherwise="retreatment is decided after a relapse in safety or efficacy follow-up", label="retreatment")
no_hold = fact("infusion goes on", "R6", otherwise="there is no infusion to go on")
end_treatment = decision("decision: end treatment", "U4", otherwise="there is no treatment to end", label="end treatment")

events = (
    consents, found_eligible, found_ineligible, enrols, fails_screening, starts, completes, stops_for_toxicity, stops_technically, restarts,
    changes_dose, remission_seen, disease_seen, no_remission_seen, relapse_reported, progresses, severe_toxicity, seizure, neurologic_3, crs_3, other_3, other_4,
    transplants, contact, leaves, dies, next_cycle, to_transplant, unfit_for_transplant, retreat, no_hold, end_treatment,
)  # fmt: skip
