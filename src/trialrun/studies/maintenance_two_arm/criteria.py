"""Measures, eligibility, body surface, blood counts and response of the invented study. Every number is assumed."""

from trialrun.protocol.language import all_of, any_of, classed, criterion, known, measure, no, one_of, at_screening, surely, violated

from .terms import control, maintained

# Screening --------------------------------------------------------------------------------------------------------------------------
age = measure("age", type="integer", unit="years", range=(0, 120), label="Age", cdash="AGE", source="E2")
sex = measure("sex", codes=("F", "M"), label="Sex", cdash="SEX", source="E2")
ecog = measure("ecog", type="integer", range=(0, 5), label="ECOG performance status", source="E2")
verdict = measure("eligible", type="yes/no", label="Eligible, by the investigator", cdash="IEYN", role="verdict", source="E2")
height = measure("height", unit="cm", range=(120, 220), label="Height", cdash="VSORRES (HEIGHT)", source="E14")
weight = measure("weight", unit="kg", range=(30, 250), label="Weight", cdash="VSORRES (WEIGHT)", source="E14")
body_surface = (height * weight / 3600) ** 0.5

# Allocation -------------------------------------------------------------------------------------------------------------------------
allocation = measure("arm", codes=(control.name, maintained.name), label="Allocated arm", role="arm", blinded=True, source="E3")

# Blood and tumour -------------------------------------------------------------------------------------------------------------------
neutrophils = measure("neutrophils", unit="10^9/L", range=(0, 80), label="Neutrophils", cdash="LBORRES (NEUT)", source="E5")
platelets = measure("platelets", unit="10^9/L", range=(0, 1500), label="Platelets", cdash="LBORRES (PLAT)", source="E5")
diameters = measure("diameters", unit="mm", range=(0, 1000), label="Sum of diameters of target lesions", cdash="TRORRES (SUMDIAM)", source="E8")  # fmt: skip
new_lesion = measure("new_lesion", type="yes/no", label="New lesion", source="E8")
response = measure("response", type="text", label="Response", cdash="RSORRES", source="E8")

criteria = (
    criterion("adult", "inclusion", age >= 18, "E2", confirmed=False),
    criterion("ECOG 0 or 1", "inclusion", ecog <= 1, "E2", confirmed=False),
    criterion("measurable disease", "inclusion", diameters > 0, "E2", confirmed=False),
)
not_as_asked = violated(*criteria)
counts_allow = all_of(neutrophils >= 1.5, platelets >= 100)

# Response ---------------------------------------------------------------------------------------------------------------------------
measured = all_of(known(diameters), known(at_screening(diameters)))
worse = any_of(surely(new_lesion), surely(diameters >= 1.2 * at_screening(diameters)))
better = all_of(measured, no(worse), diameters <= 0.7 * at_screening(diameters))
stable = all_of(measured, no(worse), no(better))

classes = (
    classed("progression", worse, "E8", confirmed=False, label="Progressive disease"),
    classed("response", better, "E8", confirmed=False, label="Response"),
    classed("stable", stable, "E8", confirmed=False, label="Stable disease"),
    classed("not evaluable", all_of(no(measured), no(worse)), "E8", label="Not evaluable"),
)
is_progression = one_of(response, "progression")
is_response = one_of(response, "response")
