"""Three small studies with the visits that protocols ask for: 12-weekly tablets, a vaccine with diaries, chemotherapy on days of a cycle. All invented."""

from trialrun.protocol.language import (
    act,
    add_one,
    after,
    at_screening,
    count,
    days,
    decision,
    dose,
    fact,
    form,
    gives,
    mark,
    measure,
    moment,
    months,
    nominal,
    one_of,
    phase,
    reached,
    reset,
    rule,
    series,
    statement,
    stopwatch,
    study,
    tally,
    visit,
    weeks,
    window,
)

P = "P1"
SAID = (statement(P, "As the study file says. (assumed)", confirmed=False),)
dies = fact("death", P, otherwise="after the end it is recorded", last=True)
stops = decision("stop", P, otherwise="nothing is to be stopped")
death = form("death", source=P, domain="DD", yields=gives(dies))
stop = form("stop", source=P, yields=gives(stops))
home = phase("at home", source=P, waits="treatment begins when somebody begins it")
treated = phase("on treatment", source=P, course="treatment", waits="a stop has no last day")
off = phase("off treatment", source=P, course="after", waits="followed until death")
dead = phase("dead", end=True, reason="death", source=P)
over = phase("completed", end=True, reason="completed", source=P)
week = window(-7, 7, source=P)
name = measure("name", type="text", role="visit", source=P)
visited = form("visit", source=P, items=(name,))

randomised_on, stopped_on = moment("randomised on", source=P), moment("stopped on", source=P)
randomised = act("randomised", P, otherwise="a second time changes nothing")
tablet = measure("dose", unit="mg", role="dose", source=P)
randomisation = form("randomisation", source=P, items=(tablet,), yields=gives(randomised))
clinic = visit(
    "Clinic visit",
    source=P,
    target=after(12 * weeks, randomised_on),
    window=week,
    made_by=visited,
    every=12 * weeks,
    fixed=True,
    ends=after(48 * weeks, randomised_on),
    until=off,
)
late = series("Month {n}", months=(15, 18, 24), after=randomised_on, known_as=("m{n}",), source=P, window=week, made_by=visited)
TABLETS = study(
    "tablets",
    version=1,
    title="Tablets, with visits every 12 weeks from randomisation",
    begins=home,
    statements=SAID,
    phases=(home, treated, off, dead, over),
    events=(randomised, stops, dies),
    moments=(randomised_on, stopped_on),
    rules=(
        rule(P, "randomised", at=home, on=randomised, to=treated, do=mark(randomised_on)),
        rule(P, "stopped", at=treated, on=stops, to=off, do=mark(stopped_on)),
        rule(P, "thirty months", at=(treated, off), on=reached(30 * months, randomised_on), to=over),
        rule(P, "death", at=(home, treated, off), on=dies, to=dead),
    ),
    doses=(dose(100, "mg", "drug", at=treated, source=P),),
    visits=(clinic, *late),
    forms=(randomisation, visited, stop, death),
    nominal=(nominal(0, randomisation),),
    day_one=randomised_on,
)

dose_1, last_dose = moment("dose 1", source=P), moment("last dose", source=P)
doses_given = count("doses given", up_to=2, source=P)
vaccinated = act("vaccinated", P, otherwise="a third dose changes nothing")
ug = measure("dose", unit="ug", role="dose", source=P)
temperature = measure("temperature", unit="C", range=(34, 43), source=P)
vaccination = form("vaccination", source=P, items=(ug,), yields=gives(vaccinated))
diary = form("diary", source=P, items=(temperature,))
sex = measure("sex", codes=("female", "male"), source=P)
screening = form("screening", source=P, items=(sex,), keeps_screening=True)
dose_2 = visit("Dose 2", source=P, target=after(28, dose_1), window=window(-3, 3, source=P), made_by=vaccination, expires=14 * days)
pregnancy_test = visit(
    "Pregnancy test",
    source=P,
    target=after(27, dose_1),
    window=window(-1, 0, source=P),
    made_by=visited,
    given=one_of(at_screening(sex), "female"),
)
boosted = visit("After dose 2", source=P, target=after(35, dose_1), window=window(-5, 5, source=P), made_by=visited, given=doses_given >= 2)
diaries = visit(
    "Diary",
    source=P,
    target=after(0, last_dose),
    window=window(0, 0, source=P),
    made_by=diary,
    each=doses_given,
    every=1 * days,
    fixed=True,
    ends=after(6, last_dose),
)
VACCINE = study(
    "vaccine",
    version=1,
    title="Two doses of a vaccine, with a diary of seven days after each",
    begins=home,
    statements=SAID,
    phases=(home, treated, dead, over),
    events=(vaccinated, dies),
    moments=(dose_1, last_dose),
    counts=(doses_given,),
    rules=(
        rule(P, "dose 1", at=home, on=vaccinated, to=treated, do=(mark(dose_1), mark(last_dose), add_one(doses_given))),
        rule(P, "dose 2", at=treated, on=vaccinated, given=doses_given < 2, do=(mark(last_dose), add_one(doses_given))),
        rule(P, "a year", at=treated, on=reached(12 * months, dose_1), to=over),
        rule(P, "death", at=(home, treated), on=dies, to=dead),
    ),
    doses=(dose(5, "ug", "vaccine", before=vaccinated, source=P, words="into the muscle"),),
    visits=(dose_2, diaries, pregnancy_test, boosted),
    forms=(screening, vaccination, diary, visited, death),
    nominal=(nominal(-1, screening, sex="female"), nominal(0, vaccination), nominal(28, vaccination)),
    day_one=dose_1,
)

cycle_began = moment("cycle began", source=P)
cycle_days = stopwatch("days of the cycle", runs=treated, source=P)
cycles = tally("cycles", source=P)
begins = act("cycle begins", P, otherwise="no cycle begins any more")
blood = measure("haemoglobin", unit="g/dL", range=(0, 30), source=P)
cycle_start = form("cycle start", source=P, items=(tablet,), yields=gives(begins))
laboratory = form("laboratory", source=P, items=(blood,))
lab_days = series(
    "Day {n}",
    days=(1, 8, 15),
    after=cycle_began,
    known_as=("d{n}",),
    source=P,
    window=window(-1, 1, source=P),
    made_by=laboratory,
    each=cycles,
)
next_cycle = visit("Next cycle", source=P, target=after(21, cycle_began), window=window(0, 14, source=P), made_by=cycle_start, each=cycles)
CHEMOTHERAPY = study(
    "chemotherapy",
    version=1,
    title="Blood on days 1, 8 and 15 of each cycle of 21 days",
    begins=home,
    statements=SAID,
    phases=(home, treated, off, dead),
    events=(begins, stops, dies),
    moments=(cycle_began,),
    tallies=(cycles,),
    stopwatches=(cycle_days,),
    rules=(
        rule(P, "a cycle begins", at=(home, treated), on=begins, to=treated, do=(mark(cycle_began), add_one(cycles), reset(cycle_days))),
        rule(P, "stopped", at=treated, on=stops, to=off),
        rule(P, "death", at=(home, treated, off), on=dies, to=dead),
    ),
    doses=(dose(50, "mg", "drug", at=treated, days=(1, 8, 15), on=cycle_days, source=P),),
    visits=(*lab_days, next_cycle),
    forms=(cycle_start, laboratory, stop, death),
    nominal=(nominal(0, cycle_start), nominal(21, cycle_start)),
    day_one=cycle_began,
    cycle=cycles,
)
