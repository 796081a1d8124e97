"""The statements of the invented study, and the places where they leave room. Every number here is assumed."""

from trialrun.protocol.language import reading, statement

statements = (
    statement("E1", "This study is invented: it shows how a study with two arms is written. Drug C and drug M do not exist.", background=True),
    statement("E2", "Adults with measurable disease and ECOG 0 or 1 are randomised within 28 days of consent. (assumed)", confirmed=False),
    statement("E3", "They are randomised 1:1 to chemotherapy alone, or chemotherapy and then maintenance; readers of scans and statisticians are kept blind. (assumed)", confirmed=False),
    statement("E4", "Chemotherapy: six cycles of 21 days; drug C 75 mg per m2 of body surface on day 1, to the nearest 5 mg. (assumed)", confirmed=False),
    statement("E5", "The next cycle begins on day 22 or later, with neutrophils of 1.5 and platelets of 100 x 10^9/L or more; a delay of more than 21 days ends treatment. (assumed)", confirmed=False),
    statement("E6", "Toxicity of grade 3 or more lowers drug C to 60, then to 50 mg per m2; a third time ends treatment. A lowered dose is not raised again. (assumed)", confirmed=False),
    statement("E7", "Maintenance: drug M 100 mg a day from within 42 days of the last cycle, in months of 28 days, until progression; 75 mg after toxicity of grade 3 or more, and the second time it ends. (assumed)", confirmed=False),
    statement("E8", "Response is a sum of diameters 30 % below screening; progression is 20 % above screening, or a new lesion. Progression ends treatment. (assumed)", confirmed=False),
    statement("E9", "Tumour assessment in weeks 9 and 18 after randomisation, and every 12 weeks from then until progression. (assumed)", confirmed=False),
    statement("E10", "An end-of-treatment visit 30 days after the last dose. (assumed)", confirmed=False),
    statement("E11", "Follow-up ends 36 months after randomisation; after progression, contact every 12 weeks. (assumed)", confirmed=False),
    statement("E12", "Withdrawal and death end the study; loss ends with the next fact about the participant.", confirmed=False),
    statement("E13", "Primary endpoint: progression-free survival from randomisation, by arm. Secondary: overall survival, response.", confirmed=False),
    statement("E14", "Body surface in m2 is the square root of height in cm times weight in kg over 3600 (Mosteller, N Engl J Med 1987;317:1098)."),
)  # fmt: skip

readings = (
    reading("Q1", "From which day does a blood count open the next cycle?", "From day 19 of the cycle; a later count that is too low takes it back."),
    reading("Q2", "How often may toxicity lower the dose?", "Once a cycle; toxicity seen between two cycles belongs to the one before."),
    reading("Q3", "What if no cycle has begun 14 days after randomisation, or no maintenance 42 days after the last cycle?", "The participant is followed without it."),
    reading("Q4", "Does month 36 end maintenance?", "No: maintenance goes on until progression; follow-up ends with it if month 36 is past."),
    reading("Q5", "What are the windows around visits?", "Assumed: before a cycle -3/+21 days, tumour assessment 7 either way, end of treatment -3/+7, maintenance 7 either way, contact 14 either way."),
    reading("Q6", "What follows from treatment against the rules?", "It is a deviation and counts; a cycle given early or with low counts has its planned dose, drug after the end of treatment has none."),
)  # fmt: skip
