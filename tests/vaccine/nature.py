"""What happens to the virtual participants of the invented vaccine study: titres and infections by arm and by age; every number is assumed."""

# ruff: noqa: E501, F403, F405

from trialrun.protocol.language import all_of, no
from trialrun.protocol.natures import *

from .study import (
    age,
    allocated,
    baseline,
    batch,
    consent,
    death,
    grade,
    high,
    infection,
    injection,
    injections,
    low,
    once,
    placebo,
    randomisation,
    randomises,
    reaction,
    running,
    sample,
    screening,
    term,
    titre,
    twice,
)  # fmt: skip

years = trait("age", whole("age", 18, 85, "age at consent", "assumed", unit="years"))
before = trait("titre before", about("titre_before", 8, 0.6, "titre before vaccination", "assumed", unit="AU/mL"))
response = trait(
    "response to the vaccine",
    about("rise", 1, 0.8, "how much a participant's titre rises, over the arm's median", "assumed", unit="factor", digits=3),
)
median_rise = either(
    in_arm(high),
    number("rise_high", 60, "factor", "median rise of the titre, high dose", "assumed"),
    either(in_arm(low), number("rise_low", 25, "factor", "median rise of the titre, low dose", "assumed"), 1),
)
waning_with_age = power(0.98, greatest(0, years - 50))
titre_57 = greatest(1, rounded(before * greatest(1, median_rise * response * waning_with_age)))
vaccinated = either(
    in_arm(placebo),
    1,
    either(
        in_arm(high),
        number("efficacy_high", 0.15, "hazard ratio", "infection after two doses, high dose over placebo", "assumed"),
        number("efficacy_low", 0.3, "hazard ratio", "the same, low dose", "assumed"),
    ),
)
in_between = either(in_arm(placebo), 1, number("efficacy_once", 0.7, "hazard ratio", "infection after one dose, over placebo", "assumed"))

infection_fate, death_fate = fate("infection"), fate("death", rank=9)
season = hazard("season", ((2, 0.01), (5, 0.04), (ever, 0.008)), "infection, months from each injection", "assumed")
dying = hazard("dying", ((ever, 0.0006),), "death", "assumed")
older = either(years >= 60, number("older", 4, "hazard ratio", "death from 60 years on", "assumed"), 1)
reactions = family(
    "reactions", ("term", "with vaccine", "with placebo", "severe"),
    row("fever", "Fever", 0.20, 0.04, 0.06, source="assumed"), row("pain", "Pain at the site", 0.60, 0.12, 0.03, source="assumed"), row("fatigue", "Fatigue", 0.35, 0.2, 0.04, source="assumed"),
    meaning="term; share with a reaction after vaccine and after placebo; share of these that are severe",
)  # fmt: skip
reacts = chance(
    "reaction",
    either(in_arm(placebo), column(reactions, "with placebo"), column(reactions, "with vaccine")),
    "a reaction to an injection, by its row",
    "by its row",
    each=so_far(injections),
    row=reactions,
)
how_bad = either(
    chance("severe", column(reactions, "severe"), "reactions of grade 3", "by its row", each=so_far(injections), row=reactions),
    3,
    pick("mild", ((70, 1), (30, 2)), "grade of the others", "assumed", each=so_far(injections), row=reactions),
)
baseline_on, randomised_on, injected_on, reaction_on, sample_on = (
    plan("baseline"),
    plan("randomisation"),
    plan("injection"),
    plan("reaction", row=reactions),
    plan("sample"),
)
has_left = chance("second_missed", 0.04, "participants who do not come for dose 2", "assumed")

NATURE = nature(
    "vaccine-three-arm",
    body=body(
        when(randomises, meets(infection_fate, season), meets(death_fate, dying, times=older)),
        when(counted(injections), meets(infection_fate, season, times=either(so_far(injections) < 2, in_between, vaccinated)),
            each_row(reactions, only_if(reacts, set_for(reaction_on, today + whole("reaction_day", 0, 2, "day of a reaction", "assumed", each=so_far(injections), row=reactions))))),
        when(reaction_on, enter(reaction, {term: column(reactions, "term"), grade: how_bad}), given=where(once, twice)),
        when(infection_fate, enter(infection), given=where(allocated, once, twice)),
        when(death_fate, enter(death), given=where(running)),
    ),
    conduct=conduct(
        when(begins, enter(consent), set_for(baseline_on, today + whole("screening_days", 0, 10, "from consent to baseline", "assumed"))),
        when(baseline_on, enter(baseline, {age: years, titre: either(chance("no_serum", 0.02, "first samples that are lost", "assumed"), missing, before)}), set_for(randomised_on, today + whole("to_randomisation", 0, 3, "from baseline to randomisation", "assumed"))),
        when(randomised_on, enter(randomisation), set_for(injected_on, today + pick("to_injection", ((80, 0), (20, (1, 3))), "from randomisation to dose 1", "assumed", unit="weights, days")), given=where(screening)),
        when(injected_on, enter(injection, {batch: pick("batch", ((1, "A"), (1, "B")), "batch", "assumed", each=so_far(injections))}), given=where(allocated, once)),
        when(moves(into=once), only_if(no(has_left), set_for(injected_on, today + pick("to_second", ((60, 28), (40, (29, 35))), "from dose 1 to dose 2", "assumed", unit="weights, days")))),
        when(moves(into=once), set_for(sample_on, today + 56 + pick("sample_day", ((1, (-5, 5)),), "day of the sample about day 57", "assumed", unit="days"))),
        when(sample_on, enter(sample, {titre: titre_57}), given=all_of(where(once, twice), no(chance("sample_missed", 0.05, "samples not taken", "assumed")))),
        accrual=accrual(
            number("participants", 500, "participants", "one round of accrual", "assumed"), number("accrual_days", 120, "days", "from the first consent to the last", "assumed"),
            sites=number("sites", 5, "sites", "sites", "assumed"), skew=number("site_skew", 1, "", "1: all sites recruit alike", "assumed"),
        ),
        records=records(
            same_day=number("same_day", 0.6, "fraction", "entries made on the day itself", "assumed"), late=number("late", 0.02, "fraction", "entries that come late", "assumed"),
            usual_delay=number("usual_delay", 3, "days", "the usual delay, at most", "assumed"), late_delay=number("late_delay", 40, "days", "a late entry, at most", "assumed"),
            slip=number("slip", 0.01, "fraction", "entries with a slip of the pen", "assumed"), of=(slip(sample, {titre: titre * 10}, reason="titre: decimal point"),),
        ),
    ),
)  # fmt: skip
