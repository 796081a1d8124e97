"""What happens to virtual participants of this study: every number is assumed. Change it as you change the study; `trialrun check` reads it too.

A nature has a body (what the disease and the drug do) and a conduct (what people do). `when(something comes, do this, ..)`, in order.
`each=` is the occasion of a draw: it is drawn anew whenever that value is another one; without it, it is one draw for each participant.
"""

from trialrun.protocol.language import all_of
from trialrun.protocol.natures import (
    accrual, allows, begins, body, chance, conduct, either, enter, ever, fate, hazard, keep_visits, keeps, meets, moves, nature,
    note, number, only_if, pick, plan, records, remember, set_for, today, trait, wait, when, where, whole,
)  # fmt: skip

from .forms import (
    adverse_event, age, consent, death, decide_stop, drug_restart, drug_start, ecog, grade, screening_result, term, withdrawal,
)  # fmt: skip
from .study import last_visit
from .terms import follow_up, held, in_study, on_drug, restarts, starts, stop_drug

# What is remembered, and who they are ---------------------------------------------------------------------------------------------------
toxicities = note("toxicities")
years = trait("age", whole("age", 20, 79, "age at consent", "assumed", unit="years"))
performance = pick("ecog", ((45, 0), (40, 1), (13, 2), (2, 3)), "ECOG performance status", "assumed")

# What the disease and the drug do -------------------------------------------------------------------------------------------------------
dies_of_it = fate("death", rank=9)
dying = hazard("death", ((1, 0.01), (ever, 0.02)), "death, months from consent", "assumed")
older = number("older", 1.5, "hazard ratio", "death from 65 years on, over the younger", "assumed")
toxicity_on = plan("toxicity")
next_toxicity = set_for(toxicity_on, today + wait("toxicity", 0.8, "adverse events on the drug", "assumed", each=toxicities))
severity = pick("grade", ((50, 1), (30, 2), (15, 3), (5, 4)), "grade of an adverse event", "assumed", each=toxicities)
which = pick("term", ((3, "Fatigue"), (2, "Nausea"), (1, "Rash")), "adverse events", "assumed", each=toxicities)

# What people do -------------------------------------------------------------------------------------------------------------------------
screened_on, starts_on, resolves_on, leaves_on = plan("screening result"), plan("start"), plan("hold resolved"), plan("withdrawal")
stops = chance("stop", 0.15, "holds after which the drug is stopped", "assumed", each=toxicities)
at_the_end = keeps(
    "last visit", last_visit, at=follow_up,
    scatter=number("visit_spread", 2, "days (sd)", "scatter of the visit about its target", "assumed"), missed=number("visit_missed", 0.05, "fraction", "visits not made", "assumed"),
    outside=number("visit_outside", 0.02, "fraction", "visits outside their window", "assumed"), days_outside=number("days_outside", 5, "days", "at most so far outside", "assumed"),
)  # fmt: skip

NATURE = nature(
    "template",
    body=body(
        when(begins, meets(dies_of_it, dying, times=either(years >= 65, older, 1))),
        when(moves(into=on_drug), next_toxicity),
        when(toxicity_on, enter(adverse_event, {term: which, grade: severity}), remember(toxicities, toxicities + 1), next_toxicity, given=where(on_drug)),
        when(dies_of_it, enter(death), given=where(in_study)),
    ),
    conduct=conduct(
        when(begins, enter(consent), set_for(screened_on, today + whole("screening_days", 0, 6, "from consent to screening", "assumed"))),
        when(begins, set_for(leaves_on, today + wait("withdrawal", 0.02, "withdrawal of consent", "assumed"))),
        when(screened_on, enter(screening_result, {age: years, ecog: performance}), set_for(starts_on, today + whole("start_days", 1, 6, "from screening to the first dose", "assumed"))),
        when(starts_on, enter(drug_start), given=allows(starts)),
        when(moves(into=held), set_for(resolves_on, today + whole("hold_days", 2, 9, "length of a hold", "assumed", each=toxicities))),
        when(resolves_on, only_if(all_of(stops, allows(stop_drug)), enter(decide_stop), otherwise=only_if(allows(restarts), (enter(drug_restart), next_toxicity)))),
        when(moves(into=follow_up), keep_visits(at_the_end)),
        when(leaves_on, enter(withdrawal), given=where(in_study)),
        accrual=accrual(
            number("participants", 100, "participants", "one round of accrual", "assumed"), number("accrual_days", 365, "days", "from the first consent to the last", "assumed"),
            sites=number("sites", 10, "sites", "sites", "assumed"), skew=number("site_skew", 1, "", "1: all sites recruit alike", "assumed"),
        ),
        records=records(
            same_day=number("same_day", 0.35, "fraction", "entries made on the day itself", "assumed"), late=number("late", 0.02, "fraction", "entries that come late", "assumed"),
            usual_delay=number("usual_delay", 4, "days", "the usual delay, at most", "assumed"), late_delay=number("late_delay", 60, "days", "a late entry, at most", "assumed"),
            slip=number("slip", 0, "fraction", "slips of the pen", "assumed"),
        ),
    ),
)  # fmt: skip
