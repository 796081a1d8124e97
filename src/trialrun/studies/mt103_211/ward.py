"""What a ward records beside what the text says: our reading, assumed throughout, since the study's own protocol is not public.

Items, units and plausible ranges are assumed; the names of domains are those of SDTM and CDASH. Each group cites its reading, W1 to W13.
"""

from trialrun.protocol.language import any_of, edit_check, episode, form, known, measure, no, one_of, reading, required_if, shown_if, surely, unit

from .criteria import blasts, grade, mrd, mrd_amplification, neutrophils, outcome, per_microlitre, platelets, serious

ward_readings = (
    reading("W1", "What is recorded of who a participant is?", "Assumed: birth year, race and ethnicity where the country allows it, height and weight."),
    reading("W2", "What is recorded of the disease and its treatment before?", "Assumed: day of diagnosis, subtype, each earlier regimen with its days and best response, each transplant."),
    reading("W3", "What is recorded of other illness and medication?", "Assumed: medical history by term, and medications with dose, route, days and why they are given."),
    reading("W4", "Which examinations are made?", "Assumed: physical and neurological examination with a writing test at screening, before each cycle, at each dose step, and when symptoms come."),
    reading("W5", "Which vital signs, ECGs and pregnancy tests?", "Assumed: vital signs at each visit and on each infusion day in hospital; an ECG and, where pregnancy is possible, a test at screening and before each cycle."),
    reading("W6", "Which laboratory values?", "Assumed: haematology, chemistry and coagulation at screening, on days 1, 2, 8, 15, 22 and 29 of each cycle and at the end of core study."),
    reading("W7", "Which immunological values?", "Assumed: immunoglobulins at screening and after each cycle; lymphocyte subsets on days 1, 2, 8, 15 and 29; cytokines on days 1, 2, 3, 8 and 9 of the first cycle."),
    reading("W8", "When is the drug measured, and antibodies against it?", "Assumed: concentration at steady state of each dose in the first cycle; antibodies before the first infusion and at the end of core study."),
    reading("W9", "Is cerebrospinal fluid examined?", "Assumed: at screening, with intrathecal prophylaxis as the site does it."),
    reading("W10", "What does the central laboratory report of a marrow?", "Assumed: the day of the sample, its quality, blasts and minimal residual disease; it stands beside the site's own assessment and guards no rule."),
    reading("W11", "What is recorded of bags, pump and hospital?", "Assumed: each bag with its hours, rate and line change, each alarm; days in hospital from admission to discharge."),
    reading("W12", "What is recorded of consent, and after treatment?", "Assumed: the version of each consent, also of a new one after an amendment; each later anti-leukaemia therapy with its days and response."),
    reading("W13", "What is recorded of an adverse event?", "Assumed: its first and last day, its course of grades, what was done with the drug, why it is serious; one record from its begin to its end."),
)  # fmt: skip

# Who the participant is, the disease, other illness ------------------------------------------------------------------------------------
birth_year = measure("birth_year", type="integer", unit="year", range=(1900, 2010), label="Year of birth", cdash="BRTHDAT", source="W1")
race = measure("race", type="text", label="Race, where the country allows it", cdash="RACE", source="W1")
ethnicity = measure("ethnicity", type="text", label="Ethnicity, where the country allows it", cdash="ETHNIC", source="W1")
height = measure("height", unit="cm", range=(100, 230), also_in=(unit("in", times=2.54, source="the international inch, exact"),), label="Height", cdash="VSORRES (HEIGHT)", source="W1")
weight = measure("weight", unit="kg", range=(25, 250), also_in=(unit("lb", times=0.45359237, source="the international pound, exact"),), label="Weight", cdash="VSORRES (WEIGHT)", source="W1")
diagnosed = measure("diagnosed", type="date", label="Day of diagnosis", cdash="MHSTDAT", source="W2")
subtype = measure("subtype", codes=("pro-B", "common", "pre-B", "mature", "not known"), label="Immunological subtype", source="W2")
cytogenetics = measure("cytogenetics", type="text", label="Cytogenetics", source="W2")
regimen = measure("regimen", type="text", label="Regimen", cdash="CMTRT", source="W2")
regimen_line = measure("regimen_line", codes=("first line", "first salvage", "second salvage", "later salvage", "maintenance", "conditioning and transplant"), label="Line of therapy", source="W2")  # fmt: skip
regimen_began = measure("regimen_began", type="date", label="First day", cdash="CMSTDAT", source="W2")
regimen_ended = measure("regimen_ended", type="date", label="Last day", cdash="CMENDAT", source="W2")
regimen_response = measure("regimen_response", codes=("CR", "PR", "none", "not known"), label="Best response to it", source="W2")
history_term = measure("history_term", type="text", label="Illness or operation", cdash="MHTERM", source="W3")
history_ongoing = measure("history_ongoing", type="yes/no", label="Ongoing", cdash="MHONGO", source="W3")
medication = measure("medication", type="text", label="Medication", cdash="CMTRT", source="W3")
medication_dose = measure("medication_dose", type="text", label="Dose with its unit", cdash="CMDOSTXT", source="W3")
medication_route = measure("medication_route", codes=("oral", "intravenous", "intrathecal", "subcutaneous", "inhaled", "topical", "other"), label="Route", cdash="CMROUTE", source="W3")  # fmt: skip
medication_ends = measure("medication_ends", type="date", label="Last day", cdash="CMENDAT", source="W3")
medication_goes_on = measure("medication_goes_on", type="yes/no", label="Goes on", source="W3")
medication_for = measure("medication_for", type="text", label="Given for", cdash="CMINDC", source="W3")

demography = form("demography", label="Demography", source="W1", domain="DM", items=(birth_year, race, ethnicity, height, weight))
disease_history = form("disease history", label="History of the leukaemia", source="W2", domain="MH", items=(diagnosed, subtype, cytogenetics))
prior_regimen = form("prior regimen", label="Earlier anti-leukaemia regimen", source="W2", domain="CM", items=(regimen_line, regimen_began, regimen_ended, regimen_response), required=(regimen,))  # fmt: skip
medical_history = form("medical history", label="Medical history", source="W3", domain="MH", items=(history_ongoing,), required=(history_term,))
medication_given = form("medication", label="Medication", source="W3", domain="CM", items=(medication_dose, medication_route, medication_for, medication_ends), required=(medication,), lives=episode(ends=medication_ends, ongoing=medication_goes_on))  # fmt: skip

# Examinations ------------------------------------------------------------------------------------------------------------------------
physical = measure("physical", codes=("normal", "abnormal, not clinically significant", "abnormal, clinically significant", "not done"), label="Physical examination", cdash="PERES", source="W4")  # fmt: skip
physical_says = measure("physical_says", type="text", label="What was found", cdash="PEDESC", source="W4")
neurological = measure("neurological", codes=("normal", "abnormal, not clinically significant", "abnormal, clinically significant", "not done"), label="Neurological examination", cdash="NVORRES", source="W4")  # fmt: skip
writing = measure("writing", codes=("unchanged", "changed", "not done"), label="Writing test, against the one before", source="W4")
neurological_says = measure("neurological_says", type="text", label="What was found", source="W4")
temperature = measure("temperature", unit="C", range=(33, 43), also_in=(unit("F", times=0.5555555555555556, plus=-17.77777777777778, source="C = (F - 32) / 1.8"),), label="Temperature", cdash="VSORRES (TEMP)", source="W5")
pulse = measure("pulse", type="integer", unit="/min", range=(30, 220), label="Pulse", cdash="VSORRES (PULSE)", source="W5")
systolic = measure("systolic", type="integer", unit="mmHg", range=(50, 260), label="Systolic pressure", cdash="VSORRES (SYSBP)", source="W5")
diastolic = measure("diastolic", type="integer", unit="mmHg", range=(20, 160), label="Diastolic pressure", cdash="VSORRES (DIABP)", source="W5")
saturation = measure("saturation", unit="%", range=(50, 100), label="Oxygen saturation", cdash="VSORRES (OXYSAT)", source="W5")
ecg_result = measure("ecg_result", codes=("normal", "abnormal, not clinically significant", "abnormal, clinically significant", "not done"), label="Electrocardiogram", cdash="EGORRES (INTP)", source="W5")  # fmt: skip
qtcf = measure("qtcf", type="integer", unit="ms", range=(250, 700), label="QT interval, corrected by Fridericia", cdash="EGORRES (QTCFAG)", source="W5")  # fmt: skip
pregnancy = measure("pregnancy", codes=("negative", "positive", "not applicable", "not done"), label="Pregnancy test", cdash="LBORRES (HCG)", source="W5")  # fmt: skip

physical_examination = form("physical examination", label="Physical examination", source="W4", domain="PE", items=(physical_says,), required=(physical,), asked=(required_if(physical_says, one_of(physical, "abnormal, clinically significant")),))  # fmt: skip
neurological_examination = form("neurological examination", label="Neurological examination with writing test", source="W4", domain="NV", items=(writing, neurological_says), required=(neurological,), asked=(required_if(neurological_says, any_of(one_of(neurological, "abnormal, clinically significant"), one_of(writing, "changed"))),))  # fmt: skip
vital_signs = form("vital signs", label="Vital signs", source="W5", domain="VS", items=(temperature, pulse, systolic, diastolic, saturation, weight), checks=(edit_check("the diastolic pressure is below the systolic one", diastolic < systolic, "W5", confirmed=False),))
ecg = form("ecg", label="Electrocardiogram", source="W5", domain="EG", items=(qtcf,), required=(ecg_result,))
pregnancy_test = form("pregnancy test", label="Pregnancy test", source="W5", domain="LB", required=(pregnancy,))

# Units in which laboratories report: factors from molar masses (creatinine 113.12 g/mol, urate 168.11, bilirubin 584.66, calcium 40.078)
grams_per_decilitre = (unit("g/dL", times=10, source="a litre is 10 decilitres"),)

# Laboratory --------------------------------------------------------------------------------------------------------------------------
haemoglobin = measure("haemoglobin", unit="g/L", range=(20, 250), also_in=grams_per_decilitre, label="Haemoglobin", cdash="LBORRES (HGB)", source="W6")
leukocytes = measure("leukocytes", unit="10^9/L", range=(0, 800), also_in=per_microlitre, label="Leukocytes", cdash="LBORRES (WBC)", source="W6")
lymphocytes = measure("lymphocytes", unit="10^9/L", range=(0, 500), also_in=per_microlitre, label="Lymphocytes", cdash="LBORRES (LYM)", source="W6")
sodium = measure("sodium", unit="mmol/L", range=(100, 180), label="Sodium", cdash="LBORRES (SODIUM)", source="W6")
potassium = measure("potassium", unit="mmol/L", range=(1.5, 9), label="Potassium", cdash="LBORRES (K)", source="W6")
calcium = measure("calcium", unit="mmol/L", range=(0.8, 5), also_in=(unit("mg/dL", times=0.2495, source="molar mass 40.078 g/mol"),), label="Calcium", cdash="LBORRES (CA)", source="W6")
creatinine_serum = measure("creatinine_serum", unit="umol/L", range=(10, 1500), also_in=(unit("mg/dL", times=88.40, source="molar mass 113.12 g/mol"),), label="Creatinine in serum", cdash="LBORRES (CREAT)", source="W6")
urate = measure("urate", unit="umol/L", range=(10, 2000), also_in=(unit("mg/dL", times=59.48, source="molar mass 168.11 g/mol"),), label="Urate", cdash="LBORRES (URATE)", source="W6")
alt = measure("alt", unit="U/L", range=(1, 10000), label="ALT", cdash="LBORRES (ALT)", source="W6")
ast = measure("ast", unit="U/L", range=(1, 10000), label="AST", cdash="LBORRES (AST)", source="W6")
alp = measure("alp", unit="U/L", range=(5, 5000), label="Alkaline phosphatase", cdash="LBORRES (ALP)", source="W6")
ggt = measure("ggt", unit="U/L", range=(1, 5000), label="Gamma-glutamyltransferase", cdash="LBORRES (GGT)", source="W6")
bilirubin_total = measure("bilirubin_total", unit="umol/L", range=(0, 1000), also_in=(unit("mg/dL", times=17.10, source="molar mass 584.66 g/mol"),), label="Total bilirubin", cdash="LBORRES (BILI)", source="W6")
albumin = measure("albumin", unit="g/L", range=(5, 70), also_in=grams_per_decilitre, label="Albumin", cdash="LBORRES (ALB)", source="W6")
ldh = measure("ldh", unit="U/L", range=(20, 20000), label="Lactate dehydrogenase", cdash="LBORRES (LDH)", source="W6")
crp = measure("crp", unit="mg/L", range=(0, 700), also_in=(unit("mg/dL", times=10, source="a litre is 10 decilitres"),), label="C-reactive protein", cdash="LBORRES (CRP)", source="W6")
inr = measure("inr", unit="ratio", range=(0.5, 15), label="INR", cdash="LBORRES (INR)", source="W6")
aptt = measure("aptt", unit="s", range=(10, 250), label="Activated partial thromboplastin time", cdash="LBORRES (APTT)", source="W6")
fibrinogen = measure("fibrinogen", unit="g/L", range=(0.1, 15), also_in=(unit("mg/dL", times=0.01, source="a litre is 10 decilitres"),), label="Fibrinogen", cdash="LBORRES (FIBRINO)", source="W6")
igg = measure("igg", unit="g/L", range=(0, 60), also_in=(unit("mg/dL", times=0.01, source="a litre is 10 decilitres"),), label="Immunoglobulin G", cdash="LBORRES (IGG)", source="W7")
iga = measure("iga", unit="g/L", range=(0, 20), also_in=(unit("mg/dL", times=0.01, source="a litre is 10 decilitres"),), label="Immunoglobulin A", cdash="LBORRES (IGA)", source="W7")
igm = measure("igm", unit="g/L", range=(0, 20), also_in=(unit("mg/dL", times=0.01, source="a litre is 10 decilitres"),), label="Immunoglobulin M", cdash="LBORRES (IGM)", source="W7")
b_cells = measure("b_cells", unit="10^6/L", range=(0, 100000), label="CD19+ B cells", source="W7")
t_cells = measure("t_cells", unit="10^6/L", range=(0, 20000), label="CD3+ T cells", source="W7")
cd4_cells = measure("cd4_cells", unit="10^6/L", range=(0, 10000), label="CD4+ T cells", source="W7")
cd8_cells = measure("cd8_cells", unit="10^6/L", range=(0, 10000), label="CD8+ T cells", source="W7")
il6 = measure("il6", unit="pg/mL", range=(0, 200000), label="Interleukin 6", source="W7")
il10 = measure("il10", unit="pg/mL", range=(0, 100000), label="Interleukin 10", source="W7")
ifn_gamma = measure("ifn_gamma", unit="pg/mL", range=(0, 100000), label="Interferon gamma", source="W7")
drug_level = measure("drug_level", unit="pg/mL", range=(0, 20000), label="Blinatumomab in serum", cdash="PCORRES", source="W8")
antibodies = measure("antibodies", codes=("negative", "positive, not neutralising", "positive, neutralising", "not evaluable"), label="Antibodies against the drug", cdash="ISORRES", source="W8")  # fmt: skip
csf_cells = measure("csf_cells", type="integer", unit="10^6/L", range=(0, 10000), label="Cells in cerebrospinal fluid", source="W9")
csf_blasts = measure("csf_blasts", codes=("none seen", "seen", "not evaluable"), label="Blasts in cerebrospinal fluid", source="W9")
marrow_quality = measure("marrow_quality", codes=("good", "haemodilute", "not evaluable"), label="Quality of the sample", source="W10")
sampled = measure("sampled", type="date", label="Day of the sample", cdash="BEDAT", source="W10")

haematology = form("haematology", label="Haematology", source="W6", domain="LB", items=(haemoglobin, leukocytes, neutrophils, lymphocytes, platelets), checks=(edit_check("neutrophils and lymphocytes are no more than all leukocytes", neutrophils + lymphocytes <= 1.05 * leukocytes, "W6", confirmed=False),))
chemistry = form("chemistry", label="Chemistry", source="W6", domain="LB", items=(sodium, potassium, calcium, creatinine_serum, urate, alt, ast, alp, ggt, bilirubin_total, albumin, ldh, crp))  # fmt: skip
coagulation = form("coagulation", label="Coagulation", source="W6", domain="LB", items=(inr, aptt, fibrinogen))
immunoglobulins = form("immunoglobulins", label="Immunoglobulins", source="W7", domain="LB", items=(igg, iga, igm))
lymphocyte_subsets = form("lymphocyte subsets", label="Lymphocyte subsets", source="W7", domain="LB", items=(b_cells, t_cells, cd4_cells, cd8_cells), checks=(edit_check("CD4+ and CD8+ cells are no more than all T cells", cd4_cells + cd8_cells <= 1.2 * t_cells, "W7", confirmed=False),))
cytokines = form("cytokines", label="Cytokines", source="W7", domain="LB", items=(il6, il10, ifn_gamma))
drug_concentration = form("drug concentration", label="Drug concentration", source="W8", domain="PC", required=(drug_level,))
antidrug_antibodies = form("anti-drug antibodies", label="Antibodies against the drug", source="W8", domain="IS", required=(antibodies,))
cerebrospinal_fluid = form("cerebrospinal fluid", label="Cerebrospinal fluid", source="W9", domain="LB", items=(csf_cells,), required=(csf_blasts,))
central_marrow = form("central marrow", label="Marrow and residual disease, by the central laboratory", source="W10", domain="LB", items=(sampled, marrow_quality, blasts, mrd, mrd_amplification))  # fmt: skip

# Adverse events beside term, category and grade ---------------------------------------------------------------------------------------
event_began = measure("event_began", type="date", label="First day", cdash="AESTDAT", source="W13")
event_ended = measure("event_ended", type="date", label="Last day", cdash="AEENDAT", source="W13")
action = measure("action", codes=("dose not changed", "drug interrupted", "drug withdrawn", "dose reduced", "not applicable", "not known"), label="What was done with the drug", cdash="AEACN", source="W13")  # fmt: skip
serious_because = measure("serious_because", codes=("death", "life-threatening", "in hospital, or longer in it", "disability", "congenital anomaly", "medically important"), label="Why it is serious", source="W13")  # fmt: skip
event_days = measure("event_days", type="integer", unit="days", label="Days it lasted", source="W13")
event_worst = measure("event_worst", type="integer", label="Worst grade", source="W13")
event_goes_on = measure("event_goes_on", type="yes/no", label="Goes on", source="W13")
course_of_event = episode(
    begins=event_began, ends=event_ended, ended=one_of(outcome, "recovered", "resolved", "recovered/resolved", "fatal"), grade=grade, days=event_days,
    worst=event_worst, ongoing=event_goes_on,
)  # fmt: skip
event_items = (event_began, event_ended, action, serious_because)
event_asked = (shown_if(serious_because, any_of(serious, no(known(serious)))), required_if(serious_because, surely(serious)))
event_checks = (
    edit_check("an event of grade 5 is serious", any_of(grade < 5, serious), "W13", confirmed=False),
    edit_check("an event of grade 4 that is not serious is looked at again", any_of(grade < 4, grade > 4, serious), "W13", confirmed=False),
)

# Bags, pump, hospital, later therapy -------------------------------------------------------------------------------------------------
bag_hours = measure("bag_hours", codes=("24", "48", "72", "96", "168"), label="Hours of the bag", source="W11")
pump_rate = measure("pump_rate", unit="mL/h", range=(0, 20), label="Pump rate", source="W11")
line_changed = measure("line_changed", type="yes/no", label="Line changed with it", source="W11")
pump_alarm = measure("pump_alarm", type="text", label="What the pump told, and what was done", source="W11")
stay_goes_on, stay_days = measure("stay_goes_on", type="yes/no", label="In hospital", source="W11"), measure("stay_days", type="integer", unit="days", label="Days in hospital", source="W11")
discharged = measure("discharged", type="date", label="Discharged on", cdash="HOENDAT", source="W11")
stay_for = measure("stay_for", codes=("planned for the infusion", "adverse event", "disease", "transplant", "other"), label="Why in hospital", cdash="HOINDC", source="W11")  # fmt: skip
consent_version = measure("consent_version", type="text", label="Version of the consent", source="W12")
later_therapy = measure("later_therapy", type="text", label="Anti-leukaemia therapy", cdash="CMTRT", source="W12")
later_began = measure("later_began", type="date", label="First day", cdash="CMSTDAT", source="W12")
later_ended = measure("later_ended", type="date", label="Last day", cdash="CMENDAT", source="W12")
later_response = measure("later_response", codes=("CR", "PR", "none", "not known"), label="Best response to it", source="W12")

bag_change = form("bag change", label="Bag and pump", source="W11", domain="EC", items=(bag_hours, pump_rate, line_changed, pump_alarm))
hospital_stay = form("hospital stay", label="Hospital stay, from the day of admission", source="W11", domain="HO", items=(discharged,), required=(stay_for,), lives=episode(ends=discharged, days=stay_days, ongoing=stay_goes_on))  # fmt: skip
new_consent_version = form("consent version", label="Consent to a version", source="W12", domain="DS", required=(consent_version,))
subsequent_therapy = form("subsequent therapy", label="Therapy after the study drug", source="W12", domain="CM", items=(later_began, later_ended, later_response), required=(later_therapy,), lives=episode(begins=later_began, ends=later_ended))  # fmt: skip

at_each_visit = (vital_signs, physical_examination, haematology, chemistry)
at_screening_too = (
    demography, disease_history, prior_regimen, medical_history, medication_given, *at_each_visit, neurological_examination, ecg, pregnancy_test,
    coagulation, immunoglobulins, lymphocyte_subsets, antidrug_antibodies, cerebrospinal_fluid,
)  # fmt: skip
after_a_cycle = (*at_each_visit, neurological_examination, coagulation, immunoglobulins, lymphocyte_subsets, central_marrow)
at_the_end = (*at_each_visit, neurological_examination, ecg, pregnancy_test, immunoglobulins, antidrug_antibodies)
ward_forms = (
    demography, disease_history, prior_regimen, medical_history, medication_given, physical_examination, neurological_examination, vital_signs, ecg,
    pregnancy_test, haematology, chemistry, coagulation, immunoglobulins, lymphocyte_subsets, cytokines, drug_concentration, antidrug_antibodies,
    cerebrospinal_fluid, central_marrow, bag_change, hospital_stay, new_consent_version, subsequent_therapy,
)  # fmt: skip
