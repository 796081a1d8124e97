"""Published figures of the study, each with its source and what of ours stands beside it; recalled and unconfirmed ones say so."""

from trialrun.protocol.endpoints import figure
from trialrun.protocol.language import all_of, mentions, no, one_of
from trialrun.protocol.language import at_screening

from .criteria import age, blasts, grade, is_crs, is_neurologic, prior_hsct, prior_salvages, serious, sex, term
from .endpoints import (
    cr,
    crh,
    death_after_hsct,
    dor,
    hsct,
    hsct_responders,
    mrd_all,
    mrd_complete_responders,
    mrd_high_set,
    mrd_low_set,
    mrd_responders,
    os,
    primary,
    rfs,
)  # fmt: skip
from .historical import historical

nccpl = "summary of the pivotal study: https://pmc.ncbi.nlm.nih.gov/articles/PMC7481145/table/Tab2"
dsaf3 = "Drug Safety 2019;42:587, Table 3: https://pmc.ncbi.nlm.nih.gov/articles/PMC6475509/table/Tab3"
dsaf4 = "Drug Safety 2019;42:587, Table 4 (pooled, N = 225): https://pmc.ncbi.nlm.nih.gov/articles/PMC6475509/table/Tab4"
hsctabs = "ASH abstract, HSCT after blinatumomab in this trial"
advth = "Barlev 2017: https://link.springer.com/article/10.1007/s12325-016-0447-x"
fda15 = "FDA approval summary 2015 (n = 185): https://aacrjournals.org/clincancerres/article/21/18/4035/118026"
ema = "European Medicines Agency, 2015, via medthority.com"
mrd19 = "Blood Adv 2019;3:3033 (90 responders, how they relate to the 81 is not known): https://ashpublications.org/bloodadvances/article/3/20/3033"
label16 = "US label 2016 (N = 212, more than this study)"
ne19 = "neurologic events, 2019 (n = 189): https://www.springermedizin.de/16139504"
posthsct = "blinatumomab for relapse after allogeneic HSCT (64 of this trial): mayoclinic.elsevierpure.com"
recalled = "recalled, not confirmed"

published = (
    # Baseline
    figure("Age, median", 39, unit="years", of="subject", read="median", about=age, n=189, source=hsctabs),
    figure("Two or more prior salvages", 39, unit="%", of="subject", read="share", given=at_screening(prior_salvages) >= 2, n=189, source=hsctabs),
    figure("Prior allogeneic HSCT", 34, unit="%", of="subject", read="share", given=at_screening(prior_hsct), n=189, source=hsctabs),
    figure("Marrow blasts 75 % or more", 56, unit="%", of="subject", read="share", given=at_screening(blasts) >= 75, n=189, source=hsctabs),
    figure("Marrow blasts below 50 %", 31, unit="%", of="subject", read="share", given=at_screening(blasts) < 50, n=189, source=recalled, confirmed=False),
    figure("Male", 63, unit="%", of="subject", read="share", given=one_of(at_screening(sex), "M"), n=189, source=recalled, confirmed=False),
    figure("Cycles, median", 2, unit="cycles", of="exposure", read="median cycles", n=189, source=hsctabs),
    # Response
    figure("CR or CRh* within two cycles", 43, 36, 50, unit="%", of=primary, read="rate", n=189, source=nccpl),
    figure("CR", 33, 27, 41, unit="%", of=cr, read="rate", n=189, source=dsaf3),
    figure("CRh*", 10, 6, 15, unit="%", of=crh, read="rate", n=189, source=dsaf3),
    figure("CR, FDA set", 32, 26, 40, unit="%", of=cr, read="rate", n=185, source=fda15),
    figure("MRD response of evaluable responders", 82, 72, 90, unit="%", of=mrd_responders, read="rate", n=73, source=nccpl),
    figure("MRD response of all treated, FDA set", 31, 25, 39, unit="%", of=mrd_all, read="rate", n=185, source=fda15),
    figure("MRD response of responders, later paper", 83.3, unit="%", of=mrd_responders, read="rate", n=90, source=mrd19),
    figure("Complete MRD response of responders, later paper", 71.1, unit="%", of=mrd_complete_responders, read="rate", n=90, source=mrd19),
    figure("Complete MRD response of evaluable responders", 70, unit="%", of=mrd_complete_responders, read="rate", n=73, source=recalled, confirmed=False),
    figure("CR or CRh*, blasts below 50 %", 73, 59.7, 83.6, unit="%", of=primary, read="rate", given=at_screening(blasts) < 50, n=59, source=recalled, confirmed=False),
    figure("CR or CRh*, blasts 50 % or more", 29, 21.6, 37.8, unit="%", of=primary, read="rate", given=at_screening(blasts) >= 50, n=130, source=recalled, confirmed=False),
    figure("CR or CRh*, prior allogeneic HSCT", 45, unit="%", of=primary, read="rate", given=at_screening(prior_hsct), n=64, source=hsctabs),
    figure("CR or CRh*, no prior HSCT", 42, unit="%", of=primary, read="rate", given=no(at_screening(prior_hsct)), n=125, source=hsctabs),
    figure("CR or CRh*, no prior salvage", 50, unit="%", of=primary, read="rate", given=at_screening(prior_salvages) < 1, n=38, source=recalled, confirmed=False),
    figure("CR or CRh*, one prior salvage", 47, unit="%", of=primary, read="rate", given=all_of(at_screening(prior_salvages) >= 1, at_screening(prior_salvages) < 2), n=77, source=recalled, confirmed=False),
    figure("CR or CRh*, two prior salvages", 36, unit="%", of=primary, read="rate", given=all_of(at_screening(prior_salvages) >= 2, at_screening(prior_salvages) < 3), n=42, source=recalled, confirmed=False),
    figure("CR or CRh*, more than two prior salvages", 34, unit="%", of=primary, read="rate", given=at_screening(prior_salvages) >= 3, n=32, source=recalled, confirmed=False),
    figure("CR or CRh*, age 18 to 34", 43, unit="%", of=primary, read="rate", given=at_screening(age) < 35, n=90, source=recalled, confirmed=False),
    figure("CR or CRh*, age 65 or older", 44, unit="%", of=primary, read="rate", given=at_screening(age) >= 65, n=25, source=recalled, confirmed=False),
    # Survival
    figure("Overall survival, median", 6.1, 4.2, 7.5, unit="months", of=os, read="median", n=189, source=nccpl),
    figure("Overall survival at 1 year", 32.0, unit="%", of=os, read="at 12 months", n=189, source=advth),
    figure("Overall survival at 2 years (about)", 20, unit="%", of=os, read="at 24 months", n=189, source=advth),
    figure("Overall survival at 3 years", 13.8, unit="%", of=os, read="at 36 months", n=189, source=advth),
    figure("Overall survival at 1 year, prior HSCT", 36, unit="%", of=os, read="at 12 months", given=at_screening(prior_hsct), n=64, source=posthsct),
    figure("Overall survival at 3 years, prior HSCT", 18, unit="%", of=os, read="at 36 months", given=at_screening(prior_hsct), n=64, source=posthsct),
    figure("Overall survival, median, MRD response", 20.6, unit="months", of=os, read="median", within=mrd_low_set, n=75, source=mrd19),
    figure("Overall survival, median, no MRD response", 12.5, unit="months", of=os, read="median", within=mrd_high_set, n=15, source=mrd19),
    figure("Overall survival, median, prior HSCT", 8.5, unit="months", of=os, read="median", given=at_screening(prior_hsct), n=64, source=posthsct),
    figure("Relapse-free survival, median", 5.9, 4.8, 8.3, unit="months", of=rfs, read="median", n=81, source=nccpl),
    figure("Relapse-free survival, median, prior HSCT", 7.4, unit="months", of=rfs, read="median", given=at_screening(prior_hsct), n=29, source=posthsct),
    figure("Relapse-free survival, median, MRD response", 9.0, unit="months", of=rfs, read="median", within=mrd_low_set, n=75, source=mrd19),
    figure("Relapse-free survival, median, no MRD response", 2.3, unit="months", of=rfs, read="median", within=mrd_high_set, n=15, source=mrd19),
    figure("Duration of response, median", 6.7, unit="months", of=dor, read="median", source=fda15),
    # Transplant
    figure("HSCT in remission, of all", 17, unit="%", of=hsct, read="rate", n=189, source=ema),
    figure("HSCT in remission, of responders", 40, unit="%", of=hsct_responders, read="rate", n=81, source=nccpl),
    figure("Death within 100 days of HSCT", 11, 0, 23, unit="%", of=death_after_hsct, read="by 100 days", n=32, source=nccpl),
    # Safety
    figure("Any adverse event of grade 3 or more", 81, unit="%", of="adverse event", read="share", given=grade >= 3, n=225, source=dsaf4),
    figure("Any serious adverse event", 65, unit="%", of="adverse event", read="share", given=serious, n=225, source=dsaf4),
    figure("Fatal adverse event", 15, unit="%", of="adverse event", read="share", given=grade >= 5, n=225, source=dsaf4),
    figure("Pyrexia", 62, unit="%", of="adverse event", read="share", given=mentions(term, "pyrexia"), n=212, source=label16),
    figure("Headache", 36, unit="%", of="adverse event", read="share", given=mentions(term, "headache"), n=212, source=label16),
    figure("Oedema", 25, unit="%", of="adverse event", read="share", given=mentions(term, "oedema", "edema"), n=212, source=label16),
    figure("Febrile neutropenia, any grade", 25, unit="%", of="adverse event", read="share", given=mentions(term, "febrile neutropenia"), n=212, source=label16),
    figure("Nausea", 25, unit="%", of="adverse event", read="share", given=mentions(term, "nausea"), n=212, source=label16),
    figure("Hypokalaemia", 23, unit="%", of="adverse event", read="share", given=mentions(term, "hypokalaemia", "hypokalemia"), n=212, source=label16),
    figure("Constipation", 20, unit="%", of="adverse event", read="share", given=mentions(term, "constipation"), n=212, source=label16),
    figure("Neurologic event, any grade", 52, unit="%", of="adverse event", read="share", given=is_neurologic, n=189, source=ne19),
    figure("Neurologic event of grade 3", 11, unit="%", of="adverse event", read="share", given=all_of(is_neurologic, grade >= 3, grade < 4), n=189, source=recalled, confirmed=False),
    figure("Neurologic event of grade 4", 2, unit="%", of="adverse event", read="share", given=all_of(is_neurologic, grade >= 4, grade < 5), n=189, source=recalled, confirmed=False),
    figure("Cytokine release syndrome of grade 3", 2, unit="%", of="adverse event", read="share", given=all_of(is_crs, grade >= 3), n=189, source=recalled, confirmed=False),
    figure("Febrile neutropenia of grade 3 or more", 25, unit="%", of="adverse event", read="share", given=all_of(mentions(term, "febrile neutropenia"), grade >= 3), n=189, source=recalled, confirmed=False),
    # Historical control
    *historical,
)  # fmt: skip
