"""What is analysed: analysis sets and endpoints as data. They name moments, events and entries; no computing happens here."""

from trialrun.protocol.endpoints import column, endpoint, handled, happens, marked, population, recorded
from trialrun.protocol.language import months

from .terms import dies, first_dose, holds

treated = population("treated", label="Everyone who had the drug", has=marked(first_dose), source="T2")
populations = (treated,)

overall_survival = endpoint(
    "overall survival", label="Overall survival", kind="time", population=treated, source="T5", primary=True,
    starts=marked(first_dose), events=happens(dies), censors=recorded(), landmarks=(3 * months,),
    handling=(handled("stop of the drug", "treatment policy", "followed until death or the end of the study"),),
)  # fmt: skip
endpoints = (overall_survival,)

# One row a participant, beside the values at screening: days count from day 1. ----------------------------------------------------------
columns = (
    column("times_held", holds), column("death_day", happens(dies)), column("last_day", "last seen"), column("end_reason", "end"),
)  # fmt: skip
