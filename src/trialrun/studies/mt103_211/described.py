"""What the study says it is, and what it is to find out; what its public sources do not give is left out, and the page says so."""

from trialrun.protocol.language import about, identifier, objective

from .endpoints import *

description = about(
    "Blinatumomab, a bispecific antibody that engages T cells, in adults with relapsed or refractory B-precursor acute lymphoblastic leukaemia: an open-label, multicentre, single-arm study",
    short_title="MT103-211",
    source="EU clinical trials register, 2011-002257-61; the title is in our words",
    identifiers=(identifier("sponsor", "MT103-211"), identifier("ClinicalTrials.gov", "NCT01466179"), identifier("EudraCT", "2011-002257-61")),
    sponsor="Micromet AG at registration, later Amgen Research (Munich)",
    phase="2",
    design="open label, multicentre, single arm; 61 planned at registration, 189 treated in the primary analysis",
    codes=(
        ("S", "what the study's public text states"),
        ("R", "rules that the text leans on: the registration, the label, publications"),
        ("U", "where the text leaves room, with our reading"),
        ("O", "finer readings of ours, which came up when the rules were written down"),
        ("W", "what a ward records beside the text: our reading, assumed"),
    ),
)
objectives = (
    objective("primary", "what share reaches CR or CRh* within two cycles", primary, source="R4"),
    objective("secondary", "how long remissions last and how long people live", rfs, os, dor, source="R4"),
    objective("secondary", "how deep the remissions are, in minimal residual disease", mrd_all, mrd_complete_all, mrd_responders, mrd_complete_responders, source="R4"),
    objective("secondary", "how many come to an allogeneic transplant in remission, and how many of them die", hsct, hsct_responders, death_after_hsct, source="R4"),
    objective("secondary", "what harm there is: adverse events by term and grade, deaths", source="R4"),
    objective("exploratory", "what else the data tell: event-free survival, time to response, time on treatment", efs, ttr, time_on_treatment, source="R4"),
)  # fmt: skip
