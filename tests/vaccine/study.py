"""An invented vaccine study of three arms, for tests: two doses of vaccine, low or high, or placebo; double blind. Every number is assumed."""

from trialrun.protocol.endpoints import (
    at_visit,
    column,
    endpoint,
    handled,
    happens,
    hypothesis,
    level,
    marked,
    multiplicity,
    population,
    recorded,
    subgroups,
    value_of,
)
from trialrun.protocol.language import (
    act,
    add_one,
    after,
    all_of,
    allocation,
    arm,
    at_screening,
    days,
    dose,
    fact,
    flag,
    form,
    gives,
    known,
    mark,
    measure,
    moment,
    no,
    nominal,
    otherwise,
    past,
    phase,
    put,
    reached,
    role,
    rule,
    statement,
    stratum,
    study,
    surely,
    tally,
    visit,
    window,
)
from trialrun.protocol.language import breach as broken

statements = (
    statement("V1", "Adults are randomised 2:2:1 to low dose, high dose or placebo, within sites and age groups. (assumed)", confirmed=False),
    statement("V2", "Two injections of 0.5 mL, 28 days apart: 10 mcg or 30 mcg of the vaccine, or saline. (assumed)", confirmed=False),
    statement("V3", "Nobody but the pharmacist knows who gets what. (assumed)", confirmed=False),
    statement("V4", "Titres on day 57, infections and deaths up to day 365. (assumed)", confirmed=False),
)  # fmt: skip
low, high = arm("low dose", source="V1", share=2), arm("high dose", source="V1", share=2)
placebo = arm("placebo", source="V1", share=1)

nobody = phase("before consent", shown="screening", source="V1", waits="nobody is in the study before consent")
screening = phase("screening", source="V1", waits="allocation has no last day")
allocated = phase("allocated", source="V1", waits="an injection has no last day")
once = phase("after dose 1", source="V2", course="treatment")
twice = phase("after dose 2", source="V2", course="treatment")
done = phase("ended: completed", shown="ended", end=True, reason="completed", source="V4")
dead = phase("ended: death", shown="ended", end=True, reason="death", source="V4")
running = (screening, allocated, once, twice)

infected, fit = flag("infected", source="V4"), flag("found fit", source="V1")
injections = tally("injections", source="V2")
consented, randomised_on, first_given, second_given = (
    moment("consent", source="V1"), moment("randomisation", source="V1"), moment("dose 1", source="V2"), moment("dose 2", source="V2"),
)  # fmt: skip
infected_on = moment("infection", source="V4")

consents = fact("consent", "V1", otherwise="a consent given again changes nothing")
found_fit = fact("found fit", "V1", otherwise="fitness is asked in screening only")
randomises = act("randomisation", "V1", otherwise="allocation is once; a second one changes nothing and is shown")
injects = act("injection", "V2", otherwise="an injection elsewhere changes nothing and is shown")
falls_ill = fact("infection", "V4", otherwise="a second infection is recorded")
dies = fact("death", "V4", otherwise="after the end it is recorded", last=True)

age = measure("age", type="integer", unit="years", range=(18, 99), label="Age", source="V1")
group = measure("arm", codes=(low.name, high.name, placebo.name), label="Allocated arm", role="arm", blinded=True, source="V1")
batch = measure("batch", type="text", label="Batch", blinded=True, source="V2")
volume = measure("dose", unit="mL", range=(0, 2), label="Volume given", role="dose", blinded=True, source="V2")
titre = measure("titre", unit="AU/mL", range=(1, 100000), label="Neutralising titre", source="V4")
term = measure("term", type="text", label="Reaction", role="term", source="V4")
grade = measure("grade", type="integer", range=(1, 5), label="Grade", role="grade", source="V4")

consent = form("consent", source="V1", yields=gives(consents))
baseline = form("baseline", label="Baseline", source="V1", items=(age, titre), keeps_screening=True, yields=gives(found_fit))
randomisation = form("randomisation", source="V1", required=(group,), yields=gives(randomises))
injection = form("injection", source="V2", items=(volume, batch), yields=gives(injects))
sample = form("sample", label="Serum sample", source="V4", items=(titre,))
reaction = form("reaction", label="Adverse event", source="V4", domain="AE", required=(term, grade), yields=gives(dies, grade >= 5))
infection = form("infection", source="V4", yields=gives(falls_ill))
death = form("death", source="V4", domain="DD", yields=gives(dies))

pharmacist = role("pharmacist", source="V3")
investigator = role("investigator", source="V3", blinded=True, drug="study vaccine")
statistician = role("statistician", source="V3", label="trial statistician", blinded=True, hides=(sample,), drug="study vaccine")

given_again = (add_one(injections), mark(second_given))
rules = (
    rule("V1", "consent opens screening", at=nobody, on=consents, to=screening, do=mark(consented)),
    rule("V1", "found fit", at=screening, on=found_fit, do=put(fit, True)),
    rule("V1", "allocation", at=screening, on=randomises, given=fit, to=allocated, do=mark(randomised_on)),
    rule("V2", "the first injection", at=allocated, on=injects, to=once, do=(add_one(injections), mark(first_given))),
    rule("V2", "the second injection, 28 days later or more", at=once, on=injects, given=reached(28 * days, first_given), to=twice, do=given_again),
    rule("V4", "the first infection is marked", at=(allocated, once, twice), on=falls_ill, given=no(infected), do=(put(infected, True), mark(infected_on))),
    rule("V4", "day 365 completes the study", at=(once, twice), on=past(365 * days, first_given), to=done),
    rule("V4", "death ends the study", at=running, on=dies, to=dead),
)  # fmt: skip
breaches = (
    broken("V2", "an injection before allocation", at=screening, on=injects, to=once, do=(add_one(injections), mark(first_given)), kind="treatment before allocation"),
    broken("V2", "the second injection too early", at=once, on=injects, given=otherwise, to=twice, do=given_again, kind="injection outside its time"),
)  # fmt: skip
doses = (
    dose(0.5, "mL", "vaccine 20 mcg per mL", at=once, days=(1,), on=first_given, route="intramuscular", source="V2", arm=low),
    dose(0.5, "mL", "vaccine 20 mcg per mL", at=twice, days=(1,), on=second_given, route="intramuscular", source="V2", arm=low),
    dose(0.5, "mL", "vaccine 60 mcg per mL", at=once, days=(1,), on=first_given, route="intramuscular", source="V2", arm=high),
    dose(0.5, "mL", "vaccine 60 mcg per mL", at=twice, days=(1,), on=second_given, route="intramuscular", source="V2", arm=high),
    dose(0.5, "mL", "saline", at=once, days=(1,), on=first_given, route="intramuscular", source="V2", arm=placebo),
    dose(0.5, "mL", "saline", at=twice, days=(1,), on=second_given, route="intramuscular", source="V2", arm=placebo),
)  # fmt: skip
day_1 = visit("Day 1", source="V2", target=after(0, randomised_on), window=window(0, 3, source="V2"), made_by=injection)
day_29 = visit("Day 29", source="V2", target=after(28 * days, first_given), window=window(0, 7, source="V2"), made_by=injection)
day_57 = visit("Day 57", source="V4", target=after(56 * days, first_given), window=window(-7, 7, source="V4"), made_by=sample)

everyone = population("randomised", label="Everyone randomised", has=marked(randomised_on), source="V1")
free = endpoint(
    "time to infection", label="Time to infection", kind="time", population=everyone, source="V4", primary=True, starts=marked(randomised_on),
    events=marked(infected_on), censors=(marked(randomised_on), recorded()), handling=handled("death", "hypothetical", "censored at death"),
)  # fmt: skip
survival = endpoint(
    "survival",
    label="Survival",
    kind="time",
    population=everyone,
    source="V4",
    starts=marked(randomised_on),
    events=happens(dies),
    censors=recorded(),
)
responds = endpoint(
    "response",
    label="Titre of 100 or more on day 57",
    kind="proportion",
    population=everyone,
    source="V4",
    events=at_visit(day_57, given=surely(titre >= 100)),
)
level_57 = endpoint(
    "titre", label="Titre on day 57", kind="value", population=everyone, source="V4", starts=marked(randomised_on), events=at_visit(day_57),
    value=value_of(titre, average="geometric mean"),
)  # fmt: skip
analyses = (
    subgroups("age", level("under 60", at_screening(age) < 60), level("60 or more", all_of(known(at_screening(age)), at_screening(age) >= 60)), of=free, source="V4"),
)  # fmt: skip

allocated_by = allocation(
    source="V1",
    strata=(stratum("age", level("under 60", at_screening(age) < 60), level("60 or more", at_screening(age) >= 60)),),
    confirmed=False,
)
together = multiplicity(
    "gatekeeping",
    (hypothesis(free, high),),
    (hypothesis(free, low), hypothesis(responds, high)),
    (hypothesis(level_57),),
    alpha=0.05,
    source="V4",
)
by_the_plan = (
    nominal(-7, consent), nominal(-1, baseline, age=50), nominal(-1, randomisation, arm="placebo"), nominal(0, injection), nominal(28, injection),
    nominal(56, sample, titre=100),
)  # fmt: skip

VACCINE = study(
    "vaccine-three-arm", version=1, title="An invented example: a vaccine at two doses, or placebo", begins=nobody, statements=statements,
    arms=(placebo, low, high), roles=(pharmacist, investigator, statistician), phases=(nobody, screening, allocated, once, twice, done, dead),
    events=(consents, found_fit, randomises, injects, falls_ill, dies), rules=rules, breaches=breaches, flags=(infected, fit), tallies=(injections,),
    moments=(consented, randomised_on, first_given, second_given, infected_on), doses=doses, visits=(day_1, day_29, day_57),
    forms=(consent, baseline, randomisation, injection, sample, reaction, infection, death), day_one=first_given, enrolled=randomisation, cycle=injections,
    populations=(everyone,), endpoints=(free, survival, responds, level_57), analyses=analyses, survival=survival,
    columns=(column("injections", injections), column("infection_day", marked(infected_on)), column("last_day", "last seen"), column("end_reason", "end")),
    nominal=by_the_plan, allocation=allocated_by, multiplicity=together,
    notice="An invented example, not a real study. Not medical advice.",
)  # fmt: skip
