"""Measures, eligibility and response criteria as expressions. Figures: the published definitions; recalled ones say so."""

from trialrun.protocol.language import all_of, any_of, classed, criterion, known, measure, mentions, no, one_of, at_screening, surely, unit, violated

per_microlitre = (unit("/uL", times=0.001, source="a litre is 10^6 microlitres"), unit("10^3/uL", source="a litre is 10^6 microlitres"))

# Disease --------------------------------------------------------------------------------------------------------------------------
blasts = measure("blasts", unit="%", range=(0, 100), label="Blasts in marrow", cdash="LBORRES (BLASTLE)", source="R3")
platelets = measure("platelets", unit="10^9/L", range=(0, 1500), also_in=per_microlitre, label="Platelets", cdash="LBORRES (PLAT)", source="R3")
neutrophils = measure("neutrophils", unit="10^9/L", range=(0, 80), also_in=per_microlitre, label="Neutrophils (ANC)", cdash="LBORRES (NEUT)", source="R3")
extramedullary = measure("extramedullary", type="yes/no", label="Extramedullary disease", source="R3, U16")
blood_blasts = measure("blood_blasts", unit="10^9/L", range=(0, 500), label="Blasts in blood", role="presence", source="U16")
hypocellular = measure("hypocellular", type="yes/no", label="Hypocellular or aplastic marrow", source="U16")
mrd = measure("mrd", unit="fraction", range=(0, 1), label="Minimal residual disease (RQ-PCR)", source="R4")
mrd_amplification = measure("mrd_amplification", type="yes/no", label="Any amplification at a sensitivity of 1e-4", source="R4")
response = measure("response", type="text", label="Response", cdash="RSORRES", source="R3")

# Screening ------------------------------------------------------------------------------------------------------------------------
age = measure("age", type="integer", unit="years", range=(0, 120), label="Age", cdash="AGE", source="R2")
sex = measure("sex", codes=("F", "M"), label="Sex", cdash="SEX", source="R2")
ecog = measure("ecog", type="integer", range=(0, 5), label="ECOG performance status", cdash="QSORRES (ECOG101)", source="R2")
philadelphia = measure("philadelphia", type="yes/no", label="Philadelphia chromosome positive", source="R2")
status = measure("disease_status", codes=("primary refractory", "first relapse within 12 months of first remission", "relapse within 12 months of allogeneic HSCT", "after first salvage or later", "none of these"), label="Relapsed or refractory status", source="R2")  # fmt: skip
cr1_months = measure("cr1_months", unit="months", range=(0, 400), label="Duration of the first remission", source="S2")
prior_salvages = measure("prior_salvages", type="integer", range=(0, 20), label="Prior salvage therapies", source="S3")
prior_hsct = measure("prior_hsct", type="yes/no", label="Prior allogeneic HSCT", source="R2")
burkitt = measure("burkitt", type="yes/no", label="Burkitt leukaemia", source="R2")
cns_pathology = measure("cns_pathology", type="yes/no", label="Relevant CNS pathology, past or present", source="R2")
active_cns = measure("active_cns_or_testicular", type="yes/no", label="Active CNS or testicular ALL", source="R2")
autoimmune = measure("autoimmune", type="yes/no", label="Autoimmune disease with possible CNS involvement", source="R2")
auto_weeks = measure("weeks_since_autologous_hsct", unit="weeks", range=(0, 3000), label="Time since autologous HSCT", source="R2")
allo_months = measure("months_since_allogeneic_hsct", unit="months", range=(0, 600), label="Time since allogeneic HSCT", source="R2")
gvhd = measure("active_gvhd", type="yes/no", label="Active GvHD (acute 2-4, or chronic under systemic therapy)", source="R2")
gvhd_weeks = measure("weeks_since_gvhd_therapy", unit="weeks", range=(0, 3000), label="Time since systemic GvHD therapy", source="R2")
chemo_weeks = measure("weeks_since_chemotherapy", unit="weeks", range=(0, 3000), label="Time since chemotherapy", source="R2")
radio_weeks = measure("weeks_since_radiotherapy", unit="weeks", range=(0, 3000), label="Time since radiotherapy", source="R2")
immuno_weeks = measure("weeks_since_immunotherapy", unit="weeks", range=(0, 3000), label="Time since immunotherapy", source="R2")
trial_weeks = measure("weeks_since_investigational", unit="weeks", range=(0, 3000), label="Time since another investigational product", source="R2")  # fmt: skip
hsct_candidate = measure("hsct_candidate", type="yes/no", label="Eligible for allogeneic HSCT at enrolment", source="R2, S4")
prior_blinatumomab = measure("prior_blinatumomab", type="yes/no", label="Prior blinatumomab", source="R2")
hypersensitivity = measure("hypersensitivity", type="yes/no", label="Hypersensitivity to immunoglobulins or excipients", source="R2")
transaminases = measure("transaminases", unit="x ULN", range=(0, 200), label="AST, ALT or ALP, the highest", source="R2")
bilirubin = measure("bilirubin", unit="x ULN", range=(0, 100), label="Bilirubin", source="R2")
gilbert = measure("gilbert", type="yes/no", label="Gilbert's syndrome", source="R2")
creatinine = measure("creatinine", unit="x ULN", range=(0, 50), label="Creatinine", source="R2")
clearance = measure("creatinine_clearance", unit="mL/min", range=(0, 300), label="Creatinine clearance", source="R2")
other_cancer = measure("other_malignancy", type="yes/no", label="Other malignancy within five years", source="R2")
infection = measure("uncontrolled_infection", type="yes/no", label="Uncontrolled infection", source="R2")
viruses = measure("hiv_hbv_hcv", type="yes/no", label="HIV, HBsAg or anti-HCV positive", source="R2")
pregnant = measure("pregnant_or_nursing", type="yes/no", label="Pregnant or nursing", source="R2")
no_contraception = measure("no_contraception", type="yes/no", label="No effective contraception", source="R2")
donor = measure("donor", type="yes/no", label="Suitable donor", source="S4")
fit_for_hsct = measure("fit_for_hsct", type="yes/no", label="Clinical status allows HSCT (age, organ function)", source="S4")
verdict = measure("eligible", type="yes/no", label="Eligible, by the investigator", cdash="IEYN", role="verdict", source="R2")

criteria = (
    criterion("adult", "inclusion", age >= 18, "R2"),
    criterion("Philadelphia-negative B-precursor ALL", "inclusion", no(philadelphia), "R2"),
    criterion("relapsed or refractory as the study says", "inclusion", no(one_of(status, "none of these")), "R2"),
    criterion("at least 10 % blasts in marrow", "inclusion", blasts >= 10, "R2"),
    criterion("ECOG 0 to 2", "inclusion", ecog <= 2, "R2", confirmed=False),
    criterion("Burkitt leukaemia", "exclusion", burkitt, "R2", confirmed=False),
    criterion("CNS pathology", "exclusion", cns_pathology, "R2", confirmed=False),
    criterion("active CNS or testicular ALL", "exclusion", active_cns, "R2", confirmed=False),
    criterion("autoimmune disease", "exclusion", autoimmune, "R2", confirmed=False),
    criterion("autologous HSCT within 6 weeks", "exclusion", auto_weeks < 6, "R2", confirmed=False),
    criterion("allogeneic HSCT within 3 months", "exclusion", allo_months < 3, "R2", confirmed=False),
    criterion("active GvHD", "exclusion", gvhd, "R2", confirmed=False),
    criterion("systemic GvHD therapy within 2 weeks", "exclusion", gvhd_weeks < 2, "R2", confirmed=False),
    criterion("chemotherapy within 2 weeks", "exclusion", chemo_weeks < 2, "R2", confirmed=False),
    criterion("radiotherapy within 2 weeks", "exclusion", radio_weeks < 2, "R2", confirmed=False),
    criterion("immunotherapy within 4 weeks", "exclusion", immuno_weeks < 4, "R2", confirmed=False),
    criterion("other investigational product within 4 weeks", "exclusion", trial_weeks < 4, "R2", confirmed=False),
    criterion("candidate for allogeneic HSCT at enrolment", "exclusion", hsct_candidate, "R2, S4", confirmed=False),
    criterion("prior blinatumomab", "exclusion", prior_blinatumomab, "R2", confirmed=False),
    criterion("hypersensitivity", "exclusion", hypersensitivity, "R2", confirmed=False),
    criterion("AST, ALT or ALP of 5 x ULN or more", "exclusion", transaminases >= 5, "R2", confirmed=False),
    criterion("bilirubin of 1.5 x ULN or more without Gilbert's syndrome", "exclusion", all_of(bilirubin >= 1.5, no(surely(gilbert))), "R2", confirmed=False),  # fmt: skip
    criterion("creatinine of 1.5 x ULN or more", "exclusion", creatinine >= 1.5, "R2", confirmed=False),
    criterion("creatinine clearance below 60 mL/min", "exclusion", clearance < 60, "R2", confirmed=False),
    criterion("other malignancy within 5 years", "exclusion", other_cancer, "R2", confirmed=False),
    criterion("uncontrolled infection", "exclusion", infection, "R2", confirmed=False),
    criterion("HIV, HBsAg or anti-HCV positive", "exclusion", viruses, "R2", confirmed=False),
    criterion("pregnancy or nursing", "exclusion", pregnant, "R2", confirmed=False),
    criterion("no contraception", "exclusion", no_contraception, "R2", confirmed=False),
)
not_as_asked = violated(*criteria)
no_transplant = any_of(no(donor), no(fit_for_hsct))

# Response -------------------------------------------------------------------------------------------------------------------------
evaluable = all_of(known(blasts), known(platelets), known(neutrophils))
elsewhere = any_of(surely(extramedullary), surely(blood_blasts > 0))
clear = all_of(evaluable, blasts <= 5, no(elsewhere))
CR = all_of(clear, platelets > 100, neutrophils > 1.0)
CRh = all_of(clear, platelets > 50, neutrophils > 0.5, no(CR))
empty = all_of(clear, surely(hypocellular), any_of(platelets <= 50, neutrophils <= 0.5))
CRi = all_of(clear, no(CR), no(CRh), no(empty))
PR = all_of(evaluable, blasts >= 6, blasts <= 25, known(at_screening(blasts)), blasts <= 0.5 * at_screening(blasts))
none = all_of(evaluable, no(clear), no(PR))

classes = (
    classed("CR", CR, "R3", label="Complete remission"),
    classed("CRh*", CRh, "R3", label="Complete remission with partial haematological recovery"),
    classed("CRi", CRi, "R3, U16", confirmed=False, label="Complete remission with incomplete recovery"),
    classed("hypoplastic", empty, "R3, U16", confirmed=False, label="Blast-free hypoplastic or aplastic marrow"),
    classed("PR", PR, "R3, U16", confirmed=False, label="Partial remission"),
    classed("no response", none, "R3, U16", label="No response"),
    classed("not evaluable", no(evaluable), "U16", label="Not evaluable"),
)
disease = any_of(surely(blasts > 5), elsewhere)
in_remission = one_of(response, "CR", "CRh*", "CRh", "complete remission", "complete remission with partial haematological recovery")
not_in_remission = one_of(
    response, "CRi", "complete remission with incomplete recovery", "hypoplastic", "blast-free hypoplastic or aplastic marrow", "PR", "partial remission", "no response", "stable disease"
)
is_relapse = one_of(response, "relapse", "haematological relapse")
is_progression = one_of(response, "PD", "progressive disease", "progression")

# Toxicity (the label's rules, U15) --------------------------------------------------------------------------------------------------
term = measure("term", type="text", label="Adverse event", cdash="AETERM", role="term", source="R6")
grade = measure("grade", type="integer", range=(1, 5), label="Grade (CTCAE)", cdash="AETOXGR", role="grade", source="R6")
category = measure("category", type="text", label="Category: CRS, neurologic, seizure, infection, other", cdash="AECAT", role="category", source="R6")
serious = measure("serious", type="yes/no", label="Serious", cdash="AESER", role="serious", source="R6")
related = measure("related", type="yes/no", label="Related to the drug", cdash="AEREL", role="related", source="R6")
outcome = measure("outcome", type="text", label="Outcome", cdash="AEOUT", role="outcome", source="R6")
is_seizure = any_of(
    surely(one_of(category, "seizure", "convulsion")), surely(mentions(term, "seizure", "convulsion", "epilep"))
)
is_crs = any_of(
    surely(one_of(category, "CRS", "cytokine release syndrome")),
    surely(mentions(term, "cytokine release", "cytokine-release")),
    surely(one_of(term, "CRS")),
)
is_neurologic = any_of(
    is_seizure,
    surely(one_of(category, "neurologic", "neurological", "neurologic event", "nervous system disorders", "neurotoxicity", "ICANS")),
    surely(mentions(term, "neurolog", "neurotox", "encephal", "cerebell", "nervous", "aphasia", "dysphasia", "dysarthria", "cognitive", "confusion", "tremor", "ataxia", "paraesthesia", "dizziness", "somnolence", "stroke", "speech disorder", "delirium", "disorientation", "coma", "paresis")),
)  # fmt: skip
grade_4 = all_of(any_of(is_crs, is_neurologic), grade >= 4)
crs_grade_3 = all_of(is_crs, grade >= 3, grade < 4)
other_grade_3 = all_of(no(is_crs), no(is_neurologic), grade >= 3, grade < 4)
other_grade_4 = all_of(no(is_crs), no(is_neurologic), grade >= 4, grade < 5)
neurologic_grade_3 = all_of(is_neurologic, grade >= 3, grade < 4)
