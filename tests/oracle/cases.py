# fmt: off
# ruff: noqa: E501
"""Named journals with expectations worked out by hand from the study text.

Unless a case says otherwise the first infusion is on Monday 5 March 2012, which is day 1; `d(n)` is day n.  From it:
day 28 = 1 April, day 29 = 2 April (marrow), day 43 = 16 April (earliest cycle 2), cycles at days 1, 43, 85, 127, 169;
months 3, 6, 9, 12, 18, 24 = 5 June, 5 September, 5 December 2012, 5 March, 5 September 2013, 5 March 2014;
year three = 5 March 2015.  A cycle that starts on day n has drug to day n+27; its end-of-core target is day n+57.

Each case is (name, statements, entries, [(day asked, expected), ...]).  Expected keys are those of `standing`; and
    allowed / facts   compared key by key
    visits            {name: (target, state)}, the last visit of that name; None = not listed
    breaches, shown   number of deviations of that weight

    python tests/oracle/cases.py        checks every case against the oracle
"""

from datetime import date, timedelta

START = date(2012, 3, 5)


def d(n):
    return START + timedelta(days=n - 1)


def on(text):
    return date.fromisoformat(text)


CR = {"blasts": 1, "neutrophils": 1.5, "platelets": 140, "extramedullary": False}
CRH = {"blasts": 5, "neutrophils": 0.6, "platelets": 60, "extramedullary": False}
CRI = {"blasts": 2, "neutrophils": 0.3, "platelets": 20, "extramedullary": False}
HYPO = {**CRI, "hypocellular": True}
PR = {"blasts": 20, "neutrophils": 0.3, "platelets": 20, "extramedullary": False}
NONE = {"blasts": 60, "neutrophils": 0.3, "platelets": 20, "extramedullary": False}
UNKNOWN = {"blasts": 2, "neutrophils": None, "platelets": 140, "extramedullary": False}


def journal(*parts):
    """Entries from (day, event[, values[, extra]]) and lists of them, numbered in the order given."""
    flat = []
    for part in parts:
        flat.extend(part if isinstance(part, list) else [part])
    found = []
    for number, part in enumerate(flat, start=1):
        day, event, values, extra = (*part, None, None)[:4]
        entry = {"participant": "001-001", "sequence": number, "happened_on": day.isoformat(), "at": None,
                 "recorded_at": f"{day.isoformat()}T12:00:00Z", "recorded_by": "coordinator@001", "event": event,
                 "values": {} if values is None else values, "corrects": None, "reason": None, "protocol": "mt103-211@1"}
        entry.update(extra or {})
        found.append(entry)
    return found


SCREEN = [(d(-9), "consent"), (d(-4), "screening result", {"eligible": True, "blasts": 60}), (d(-3), "enrolment")]


def start(n, **values):
    return (d(n), "infusion start", values)


def stop(n, reason):
    return (d(n), "infusion stop", {"reason": reason})


def restart(n):
    return (d(n), "infusion restart", {})


def marrow(n, values):
    return (d(n), "response assessment", values)


def says(n, response):
    return (d(n), "investigator assessment", {"response": response, "reason": "own reading"})


def event(n, category, grade):
    return (d(n), "adverse event", {"term": category, "grade": grade, "category": category})


def decide(n, what):
    return (n if isinstance(n, date) else d(n), "decision: " + what)


def visit(day, name):
    return (day, "visit", {"name": name})


def contact(text, **values):
    return (on(text), "survival contact", {"alive": True, "new_therapy": False, **values})


def cycle(n, values=None):
    """A full cycle that starts on day n, with its marrow on the day after the 28th infusion day."""
    return [start(n), stop(n + 28, "cycle complete")] + ([marrow(n + 28, values)] if values else [])


# roads that many cases share
ONE_CR = [*SCREEN, *cycle(1, CR)]
TWO_NONE = [*SCREEN, *cycle(1, NONE), *cycle(43, NONE)]
TWO_CR = [*SCREEN, *cycle(1, NONE), *cycle(43, CR)]
FOUR_CR = [*ONE_CR, *cycle(43, CR), *cycle(85, CR), *cycle(127, CR)]        # the last drug on day 154, core target day 184
FIVE_CR = [*TWO_CR, *cycle(85, CR), *cycle(127, CR), *cycle(169, CR)]       # the last drug on day 196, core target day 226
# relapse on day 250 (efficacy), retreatment decided on day 255, begun on day 260
RETREATED = [*FIVE_CR, marrow(250, NONE), decide(255, "retreatment"), *cycle(260, CR)]

CASES = []


def case(name, statements, entries, *expected):
    CASES.append((name, statements.split(), journal(*entries), list(expected)))


# ---- screening ------------------------------------------------------------------------------------------------
case("screening begins with consent", "S6 U17", [(d(-9), "consent")],
     (d(-9), {"phase": "screening", "since": "2012-02-24", "cycles_in_all": 0, "dose": None, "allowed": {"infusion start": False, "next cycle": False}}))
case("eligible within 21 days may start", "R2 U17", SCREEN,
     (d(1), {"phase": "screening", "allowed": {"infusion start": True, "infusion restart": False, "retreatment": False, "transplant": False}}),
     (d(12), {"allowed": {"infusion start": True}}),      # 16 March is day 21 from consent, included
     (d(13), {"phase": "screening", "allowed": {"infusion start": False}}))
case("start on day 21 from consent", "U17", [(d(-20), "consent"), (d(-1), "screening result", {"eligible": True}), start(1)],
     (d(1), {"phase": "infusion", "dose": 9, "infusion_day": 1, "breaches": 0}))
case("start on day 22 is late but has its doses", "U17 U18", [(d(-21), "consent"), (d(-1), "screening result", {"eligible": True}), start(1)],
     (d(1), {"phase": "infusion", "dose": 9, "breaches": 1}), (d(8), {"dose": 28, "infusion_day": 8}))
case("a new consent opens screening again", "U17", [(d(-40), "consent"), (d(-35), "screening result", {"eligible": True}),
     (d(-5), "consent"), (d(-2), "screening result", {"eligible": True}), start(1)],
     (d(-10), {"allowed": {"infusion start": False}}), (d(1), {"phase": "infusion", "breaches": 0}))
case("not eligible, screen failure", "R2", [(d(-9), "consent"), (d(-4), "screening result", {"eligible": False}), (d(-3), "screen failure")],
     (d(-4), {"phase": "screening", "allowed": {"infusion start": False}}), (d(-3), {"phase": "ended", "ended_reason": "screen failure", "visits": {"Screening": ("2012-03-16", "done"), "Month 3": None}}))
case("death in screening", "S6", [(d(-9), "consent"), (d(-4), "death", {"cause": "sepsis"})],
     (d(-4), {"phase": "ended", "ended_reason": "death", "facts": {"death": "2012-02-29", "first_infusion": None}}))

# ---- the first cycle and its doses ----------------------------------------------------------------------------
case("9 for seven days, then 28", "S7 S8 R1", [*SCREEN, start(1)],
     (d(1), {"phase": "infusion", "since": "2012-03-05", "infusion_day": 1, "dose": 9, "course": 1, "cycles_in_all": 1}),
     (d(7), {"dose": 9, "infusion_day": 7}), (d(8), {"dose": 28, "infusion_day": 8}), (d(28), {"dose": 28, "infusion_day": 28, "phase": "infusion"}),
     (d(29), {"phase": "treatment-free", "since": "2012-04-02", "infusion_day": None, "dose": None, "facts": {"last_drug": "2012-04-01"}}))
case("the marrow is due on day 29", "R3 U9 U15", [*SCREEN, start(1)],
     (d(10), {"visits": {"Response assessment": ("2012-04-02", "planned")}}), (d(29), {"visits": {"Response assessment": ("2012-04-02", "due")}}),
     (d(30), {"visits": {"Response assessment": ("2012-04-02", "owed")}}), (d(43), {"visits": {"Response assessment": ("2012-04-02", "owed")}}),
     (d(44), {"visits": {"Response assessment": ("2012-04-02", "late")}}))
case("14 free days are a minimum", "R1 U12", ONE_CR,
     (d(29), {"allowed": {"next cycle": True, "infusion start": False, "transplant": True, "end treatment": True}}),
     (d(42), {"allowed": {"infusion start": False}}), (d(43), {"allowed": {"infusion start": True}}), (d(200), {"phase": "treatment-free", "allowed": {"infusion start": True}}))
case("the second cycle is at 28 from its first day", "S7 S8", [*ONE_CR, start(43)],
     (d(43), {"phase": "infusion", "dose": 28, "infusion_day": 1, "cycle_in_course": 2, "cycles_in_all": 2, "breaches": 0}),
     (d(71), {"phase": "treatment-free"}))
case("a cycle begun early has its planned doses", "U18 U12", [*ONE_CR, start(40)],
     (d(40), {"phase": "infusion", "dose": 28, "cycles_in_all": 2, "breaches": 1}), (d(68), {"phase": "treatment-free"}))
case("a start while infusing changes nothing", "U18", [*SCREEN, start(1), start(5)],
     (d(5), {"infusion_day": 5, "dose": 9, "cycles_in_all": 1, "breaches": 0, "shown": 1}))

# ---- response --------------------------------------------------------------------------------------------------
case("CR in cycle 1", "R3 S9 U11", ONE_CR, (d(28), {"remission": False}),
     (d(29), {"remission": True, "facts": {"first_remission": "2012-04-02", "remission_cycle": 1}, "visits": {"Response assessment": ("2012-04-02", "done")}}))
case("CRh* is a remission", "R3 U11", [*SCREEN, *cycle(1, CRH)], (d(29), {"remission": True}))
case("CRi is none", "U11 U16", [*SCREEN, *cycle(1, CRI)], (d(29), {"remission": False, "phase": "treatment-free", "allowed": {"next cycle": True, "transplant": False}}))
case("platelets of exactly 100 and neutrophils of exactly 1.0 are CRh*, 50 is not", "U16",
     [*SCREEN, *cycle(1, {**CR, "platelets": 50}), marrow(30, {**CR, "platelets": 100, "neutrophils": 1.0})], (d(29), {"remission": False}), (d(30), {"remission": True}))
case("5 % is a remission, 5.1 % is none", "U16", [*SCREEN, *cycle(1, {**CR, "blasts": 5.1}), marrow(31, {**CR, "blasts": 5})],
     (d(29), {"remission": False}), (d(31), {"remission": True}))
case("extramedullary disease with a clear marrow is no response", "U16", [*SCREEN, *cycle(1, {**CR, "extramedullary": True})], (d(29), {"remission": False}))
case("a missing count is not evaluable", "U16", [*SCREEN, *cycle(1, NONE), *cycle(43, UNKNOWN)],
     (d(80), {"remission": False, "phase": "treatment-free", "allowed": {"next cycle": False}}))
case("a marrow in cycle 2 counts for cycle 2", "U12 U2", [*SCREEN, *cycle(1), start(43), marrow(45, CR)],
     (d(45), {"remission": True, "facts": {"remission_cycle": 2}}))
case("an investigator's CR guards the rules", "R3", [*SCREEN, *cycle(1, NONE), *cycle(43, CRI), says(71, "CR")],
     (d(71), {"phase": "treatment-free", "remission": True, "allowed": {"next cycle": True}}))
case("an investigator's no response over a computed CR", "R3", [*SCREEN, *cycle(1, CR), says(29, "no response")], (d(29), {"remission": False}))

# ---- no remission in two cycles --------------------------------------------------------------------------------
case("two cycles without remission end treatment", "U1 U4", TWO_NONE,
     (d(70), {"phase": "infusion"}), (d(71), {"phase": "safety follow-up", "since": "2012-05-14", "allowed": {"next cycle": False, "end treatment": False, "infusion start": False},
      "visits": {"End of core study": ("2012-06-12", "planned")}}),     # last drug day 70 = 13 May, + 30
     (d(100), {"phase": "safety follow-up"}), (d(101), {"phase": "efficacy follow-up", "since": "2012-06-13"}))
case("hypoplastic marrow after cycle 2 ends treatment too", "U1 U11", [*SCREEN, *cycle(1, NONE), *cycle(43, HYPO)], (d(71), {"phase": "safety follow-up"}))
case("partial remission after cycle 2 ends treatment too", "U1 U11 U16", [*SCREEN, *cycle(1, NONE), *cycle(43, PR)], (d(71), {"phase": "safety follow-up"}))
case("no marrow after cycle 2: still treatment, no third cycle", "U1 U12 S9", [*SCREEN, *cycle(1, NONE), *cycle(43)],
     (d(90), {"phase": "treatment-free", "allowed": {"next cycle": False, "infusion start": False, "end treatment": True}}))
case("a late first evaluable marrow ends it then", "U1", [*SCREEN, *cycle(1, NONE), *cycle(43, UNKNOWN), marrow(80, NONE)],
     (d(79), {"phase": "treatment-free"}), (d(80), {"phase": "safety follow-up", "since": "2012-05-23"}))
case("a marrow before day 29 of cycle 2 does not end it", "U1", [*SCREEN, *cycle(1, NONE), start(43), marrow(60, NONE)], (d(60), {"phase": "infusion"}), (d(71), {"phase": "treatment-free"}))
case("CR within 14 days of the last dose counts although treatment has ended", "U12", [*TWO_NONE, marrow(84, CR)],
     (d(84), {"remission": True, "phase": "safety follow-up", "facts": {"remission_cycle": 2}, "allowed": {"next cycle": False, "transplant": True}}))
case("CR on the fifteenth day after the last dose does not", "U12", [*TWO_NONE, marrow(85, CR)], (d(85), {"remission": False}))
case("a third cycle without remission is beyond entitlement", "S9 U18", [*SCREEN, *cycle(1, NONE), *cycle(43), start(85)],
     (d(85), {"phase": "infusion", "dose": None, "infusion_day": 1, "cycles_in_all": 3, "breaches": 1}),
     (d(113), {"phase": "safety follow-up", "since": "2012-06-25", "allowed": {"next cycle": False}}))

# ---- caps --------------------------------------------------------------------------------------------------------
case("remission in cycle 1: four cycles", "S9 U2", FOUR_CR, (d(113), {"phase": "treatment-free", "allowed": {"next cycle": True}}),
     (d(154), {"phase": "infusion", "cycle_in_course": 4}), (d(155), {"phase": "safety follow-up", "since": "2012-08-06", "allowed": {"next cycle": False, "transplant": True}}))
case("remission in cycle 2: five cycles", "S7 S9 U2", FIVE_CR, (d(155), {"phase": "treatment-free", "allowed": {"next cycle": True}}),
     (d(196), {"phase": "infusion", "cycles_in_all": 5}), (d(197), {"phase": "safety follow-up", "allowed": {"next cycle": False}}))
case("a fifth cycle after a remission in cycle 1", "U2 U18", [*FOUR_CR, start(169)],
     (d(169), {"phase": "infusion", "dose": None, "cycles_in_all": 5, "breaches": 1}),
     (d(197), {"phase": "safety follow-up", "visits": {"End of core study": ("2012-10-16", "planned")}}))    # day 196 + 30 = day 226

# ---- relapse and progression on treatment ------------------------------------------------------------------------
case("relapse on treatment ends it and opens no retreatment", "S10 S11", [*ONE_CR, start(43), marrow(50, NONE)],
     (d(49), {"phase": "infusion"}), (d(50), {"phase": "safety follow-up", "remission": False, "allowed": {"retreatment": False, "next cycle": False},
      "facts": {"relapses": ["2012-04-23"], "last_drug": "2012-04-22"}, "visits": {"End of core study": ("2012-05-22", "planned")}}))
case("progression by the investigator ends treatment", "S10 U16", [*SCREEN, start(1), says(10, "PD"), stop(10, "other")],
     (d(10), {"phase": "safety follow-up", "infusion_day": None, "facts": {"last_drug": "2012-03-13"}, "visits": {"End of core study": ("2012-04-12", "planned")}}))
case("extramedullary disease in remission is a relapse", "S10 U16", [*ONE_CR, marrow(36, {**CR, "extramedullary": True})],
     (d(36), {"phase": "safety follow-up", "remission": False}))
case("CRi in remission is no relapse", "U16", [*ONE_CR, *cycle(43, CRI)], (d(71), {"phase": "treatment-free", "remission": True, "allowed": {"next cycle": True}}))
case("a relapse reported without a remission is shown", "U16 U18", [*SCREEN, *cycle(1, NONE), (d(30), "haematological relapse")],
     (d(30), {"phase": "treatment-free", "facts": {"relapses": []}, "shown": 1, "breaches": 0}))
case("a decision ends treatment", "U4", [*ONE_CR, decide(33, "end treatment")], (d(33), {"phase": "safety follow-up", "since": "2012-04-06", "remission": True,
      "visits": {"End of core study": ("2012-05-01", "planned")}}))     # 1 April + 30

# ---- holds --------------------------------------------------------------------------------------------------------
case("AE hold of 7 days continues the cycle at 9", "U15 R6", [*SCREEN, start(1), stop(11, "toxicity"), restart(18)],
     (d(11), {"phase": "interrupted", "since": "2012-03-15", "dose": None, "facts": {"last_drug": "2012-03-14"}}),
     (d(18), {"phase": "infusion", "infusion_day": 11, "dose": 9, "cycles_in_all": 1, "breaches": 0}), (d(24), {"dose": 9, "infusion_day": 17}), (d(25), {"dose": 28}),
     (d(35), {"infusion_day": 28}), (d(36), {"phase": "treatment-free", "visits": {"Response assessment": ("2012-04-09", "due")}}))
case("AE hold of 8 days starts a new cycle", "U15", [*SCREEN, start(1), stop(11, "toxicity"), restart(19)],
     (d(18), {"allowed": {"infusion restart": True}}), (d(19), {"phase": "infusion", "infusion_day": 1, "dose": 9, "cycles_in_all": 2, "cycle_in_course": 2}),
     (d(26), {"dose": 28}), (d(46), {"infusion_day": 28}), (d(47), {"phase": "treatment-free"}))
case("the broken cycle counts toward two", "U15 U1", [*SCREEN, start(1), stop(11, "toxicity"), restart(19), marrow(47, NONE)],
     (d(47), {"phase": "safety follow-up", "cycles_in_all": 2}))
case("AE hold of 14 days: new cycle; 15: treatment over", "U15", [*SCREEN, start(1), stop(11, "toxicity")],
     (d(25), {"phase": "interrupted", "allowed": {"infusion restart": True}}), (d(26), {"phase": "safety follow-up", "since": "2012-03-30", "allowed": {"infusion restart": False}}))
case("restart after 14 days", "U15", [*SCREEN, start(1), stop(11, "toxicity"), restart(25)], (d(25), {"phase": "infusion", "cycles_in_all": 2, "dose": 9, "infusion_day": 1}))
case("a restart after treatment has ended", "U15", [*SCREEN, start(1), stop(11, "toxicity"), restart(26)],
     (d(26), {"dose": None, "cycles_in_all": 1, "breaches": 1}))
case("no cycle left: a restart after 8 days ends treatment", "U15", [*FOUR_CR[:-3], start(127), stop(130, "toxicity"), restart(138)],
     (d(137), {"phase": "interrupted", "allowed": {"infusion restart": True}}), (d(138), {"phase": "safety follow-up", "cycles_in_all": 4}))
case("a technical break keeps dose and cycle", "U15", [*SCREEN, start(1), stop(4, "technical"), restart(14)],
     (d(13), {"phase": "interrupted"}), (d(14), {"phase": "infusion", "infusion_day": 4, "dose": 9, "cycles_in_all": 1}), (d(17), {"dose": 9}), (d(18), {"dose": 28, "infusion_day": 8}))
case("a technical break has no clock", "U15", [*SCREEN, start(1), stop(4, "other")], (d(60), {"phase": "interrupted", "allowed": {"infusion restart": True, "end treatment": True}}))
case("a stop on the start day leaves a cycle with no infusion day", "U19", [*SCREEN, start(1), stop(1, "technical")],
     (d(1), {"phase": "interrupted", "cycles_in_all": 1, "infusion_day": None, "facts": {"first_infusion": "2012-03-05", "last_drug": None}}))
case("and its restart the next day is infusion day 1", "U19 U15", [*SCREEN, start(1), stop(1, "technical"), restart(2)],
     (d(2), {"phase": "infusion", "infusion_day": 1, "dose": 9}), (d(9), {"dose": 28}), (d(29), {"infusion_day": 28}), (d(30), {"phase": "treatment-free"}))
case("two AE holds each put the dose back to 9", "U15", [*SCREEN, start(1), stop(3, "toxicity"), restart(6), stop(9, "toxicity"), restart(10)],
     (d(6), {"infusion_day": 3, "dose": 9}), (d(10), {"infusion_day": 6, "dose": 9}), (d(16), {"dose": 9, "infusion_day": 12}), (d(17), {"dose": 28, "infusion_day": 13}))
case("an AE hold in cycle 2 restarts at 9", "U15", [*ONE_CR, start(43), stop(50, "toxicity"), restart(53)],
     (d(49), {"dose": 28}), (d(53), {"dose": 9, "infusion_day": 8}), (d(59), {"dose": 9}), (d(60), {"dose": 28}))

# ---- adverse events that end treatment ----------------------------------------------------------------------------
case("CRS grade 4", "U15 R6", [*SCREEN, start(1), event(3, "CRS", 4), stop(3, "toxicity")],
     (d(3), {"phase": "safety follow-up", "facts": {"last_drug": "2012-03-06"}, "visits": {"End of core study": ("2012-04-05", "planned")}, "breaches": 0}))
case("CRS grade 3 does not end it", "U15", [*SCREEN, start(1), event(3, "CRS", 3), stop(3, "toxicity"), restart(6)], (d(6), {"phase": "infusion", "infusion_day": 3}))
case("a second seizure in the study", "U15", [*ONE_CR[:-2], event(10, "seizure", 2), stop(29, "cycle complete"), marrow(29, CR), start(43), event(45, "seizure", 2)],
     (d(44), {"phase": "infusion"}), (d(45), {"phase": "safety follow-up"}))
case("neurologic grade 3 that recurs", "U15", [*SCREEN, start(1), event(5, "neurologic", 3), stop(5, "toxicity"), restart(9), event(15, "neurologic", 3)],
     (d(9), {"phase": "infusion", "dose": 9}), (d(15), {"phase": "safety follow-up"}))
case("another grade 4 is for the investigator", "U15", [*SCREEN, start(1), event(5, "other", 4)], (d(5), {"phase": "infusion"}))

# ---- transplant -----------------------------------------------------------------------------------------------------
case("transplant in remission ends treatment", "S9 U13 U10", [*ONE_CR, decide(32, "transplant"), (d(40), "transplant")],
     (d(39), {"phase": "treatment-free"}), (d(40), {"phase": "safety follow-up", "remission": True, "breaches": 0, "shown": 0,
      "allowed": {"transplant": False, "next cycle": False}, "facts": {"transplants": [{"on": "2012-04-13", "in_remission_from_study_drug": True}]}}))
case("not during an infusion", "U13", [*ONE_CR, start(43), decide(44, "transplant")], (d(44), {"phase": "infusion", "allowed": {"transplant": False}, "shown": 1}))
case("new therapy before it: not from the study drug", "U10", [*FOUR_CR, (d(180), "new therapy"), (d(200), "transplant")],
     (d(200), {"phase": "efficacy follow-up", "facts": {"transplants": [{"on": "2012-09-20", "in_remission_from_study_drug": False}]}}))
case("a second transplant in one remission is shown", "U18", [*FOUR_CR, (d(180), "transplant"), (d(300), "transplant")], (d(300), {"shown": 1, "breaches": 0}))
case("transplant without remission ends no treatment", "U18 S9", [*SCREEN, *cycle(1, NONE), (d(35), "transplant")],
     (d(35), {"phase": "treatment-free", "facts": {"transplants": [{"on": "2012-04-08", "in_remission_from_study_drug": False}]}, "shown": 1}))

# ---- follow-up visits ------------------------------------------------------------------------------------------------
case("safety, efficacy, survival by target dates", "S12 S13 S14 U20", FOUR_CR,
     (d(155), {"phase": "safety follow-up", "visits": {"End of core study": ("2012-09-04", "planned"), "Month 3": ("2012-06-05", "not owed"), "Month 6": ("2012-09-05", "planned")}}),
     (d(184), {"phase": "safety follow-up"}), (d(185), {"phase": "efficacy follow-up", "since": "2012-09-05"}),
     (on("2014-03-05"), {"phase": "efficacy follow-up", "visits": {"Survival contact": ("2014-09-05", "planned")}}),
     (on("2014-03-06"), {"phase": "survival follow-up", "since": "2014-03-06", "visits": {"Survival contact": ("2014-09-05", "planned")}}))
case("a visit on the same day as the end of core is owed", "U7", [*FOUR_CR[:-3], *cycle(128, CR)],
     (d(185), {"phase": "safety follow-up", "visits": {"End of core study": ("2012-09-05", "due"), "Month 6": ("2012-09-05", "due"), "Month 3": ("2012-06-05", "not owed")}}))
case("end of core: window and lateness", "U9 U20", FOUR_CR,
     (d(184), {"visits": {"End of core study": ("2012-09-04", "due")}}), (d(185), {"visits": {"End of core study": ("2012-09-04", "owed")}}),
     (d(191), {"visits": {"End of core study": ("2012-09-04", "owed")}}), (d(192), {"visits": {"End of core study": ("2012-09-04", "late")}}))
case("a visit stays owed until made", "U20", [*FOUR_CR, visit(d(230), "End of core study"), visit(on("2012-12-01"), "Month 9")],
     (d(229), {"visits": {"End of core study": ("2012-09-04", "late"), "Month 6": ("2012-09-05", "late")}}),
     (d(230), {"visits": {"End of core study": ("2012-09-04", "done")}}), (on("2012-12-02"), {"visits": {"Month 9": ("2012-12-05", "done"), "Month 12": ("2013-03-05", "planned")}}))
case("month ends round down", "U8 U6", [(on("2012-01-20"), "consent"), (on("2012-01-25"), "screening result", {"eligible": True}),
     (on("2012-01-31"), "infusion start"), (on("2012-02-03"), "investigator assessment", {"response": "PD", "reason": "clinical"})],
     (on("2012-02-03"), {"phase": "safety follow-up", "visits": {"End of core study": ("2012-03-03", "planned"), "Month 3": ("2012-04-30", "planned"), "Month 6": ("2012-07-31", "planned"),
      "Month 9": ("2012-10-31", "planned"), "Month 18": ("2013-07-31", "planned"), "Month 24": ("2014-01-31", "planned")}}),
     (on("2014-02-01"), {"phase": "survival follow-up", "visits": {"Survival contact": ("2014-07-31", "planned")}}))
case("months from 30 November", "U8", [(on("2011-11-20"), "consent"), (on("2011-11-25"), "screening result", {"eligible": True}),
     (on("2011-11-30"), "infusion start"), (on("2011-12-02"), "decision: end treatment")],
     (on("2011-12-02"), {"visits": {"Month 3": ("2012-02-29", "planned"), "Month 9": ("2012-08-30", "planned"), "Month 12": ("2012-11-30", "planned")}}))
case("survival contacts to year three", "S14 U21", [*FOUR_CR, contact("2014-08-20"), contact("2015-02-10"), contact("2015-06-01")],
     (on("2014-08-20"), {"phase": "survival follow-up", "visits": {"Survival contact": ("2015-02-20", "planned")}}),
     (on("2015-03-31"), {"phase": "survival follow-up", "visits": {"Survival contact": ("2015-08-10", "planned")}}),
     (on("2015-06-01"), {"phase": "ended", "ended_reason": "completed"}))
case("a contact on the day of year three is the last", "U21", [*FOUR_CR, contact("2014-09-05"), contact("2015-03-05")],
     (on("2015-03-04"), {"phase": "survival follow-up"}), (on("2015-03-05"), {"phase": "ended"}))
case("treatment ended past its end-of-core target", "U4 U20", [*ONE_CR, decide(80, "end treatment")],
     (d(79), {"phase": "treatment-free", "visits": {"End of core study": None}}), (d(80), {"phase": "efficacy follow-up", "visits": {"End of core study": ("2012-05-01", "late")}}))

# ---- relapse in follow-up, retreatment --------------------------------------------------------------------------------
case("relapse in efficacy follow-up opens retreatment", "S11", [*FIVE_CR, marrow(250, NONE)],
     (d(249), {"phase": "efficacy follow-up", "allowed": {"retreatment": False}, "remission": True}),
     (d(250), {"phase": "efficacy follow-up", "allowed": {"retreatment": True, "infusion start": False}, "remission": False, "facts": {"relapses": ["2012-11-09"]}}),
     (on("2014-06-01"), {"phase": "survival follow-up", "allowed": {"retreatment": True}}))
case("relapse in safety follow-up opens it too", "S11 U4", [*FIVE_CR, (d(200), "haematological relapse")],
     (d(200), {"phase": "safety follow-up", "allowed": {"retreatment": True}}))
case("relapse on the first day after the last cycle", "U4 U24", [*FIVE_CR[:-1], marrow(197, NONE)], (d(197), {"phase": "safety follow-up", "allowed": {"retreatment": True}}))
case("relapse on month 24 opens it, the day after not", "U4 U20", [*FIVE_CR, marrow(731, NONE)],
     (on("2014-03-05"), {"phase": "efficacy follow-up", "allowed": {"retreatment": True}}))
case("relapse in survival follow-up is recorded only", "U4", [*FIVE_CR, marrow(732, NONE)],
     (on("2014-03-06"), {"phase": "survival follow-up", "allowed": {"retreatment": False}, "remission": False, "facts": {"relapses": ["2014-03-06"]}}))
case("from decision to infusion: shown as treatment-free", "U14", [*FIVE_CR, marrow(250, NONE), decide(255, "retreatment")],
     (d(255), {"phase": "treatment-free", "since": "2012-11-14", "cycles_in_all": 5, "allowed": {"infusion start": True, "retreatment": False, "end treatment": True}}))
case("retreatment steps up from 9 again", "U5 S11", RETREATED,
     (d(260), {"phase": "infusion", "course": 2, "cycle_in_course": 1, "cycles_in_all": 6, "retreatments": 1, "dose": 9, "infusion_day": 1, "breaches": 0}),
     (d(267), {"dose": 28}), (d(288), {"phase": "treatment-free", "remission": True, "allowed": {"next cycle": True, "transplant": True}}))
case("three cycles of a retreatment, eight in all", "S11", [*RETREATED, *cycle(302, CR), *cycle(344, CR)],
     (d(302), {"dose": 28}), (d(330), {"phase": "treatment-free", "allowed": {"next cycle": True}}),
     (d(372), {"phase": "safety follow-up", "cycles_in_all": 8, "cycle_in_course": 3, "allowed": {"next cycle": False},
      "visits": {"End of core study": ("2013-04-09", "planned")}}))      # last drug day 371 = 10 March 2013
case("after eight cycles a relapse opens nothing", "S11 U3", [*RETREATED, *cycle(302, CR), *cycle(344, CR), marrow(380, NONE)],
     (d(380), {"phase": "safety follow-up", "allowed": {"retreatment": False}}))
case("no U1 in a retreatment", "U1", [*RETREATED[:-1], marrow(288, NONE), *cycle(302, NONE)], (d(330), {"phase": "treatment-free", "allowed": {"next cycle": True}}))
case("a second retreatment ends at eight", "U3 S11", [*FOUR_CR, marrow(200, NONE), decide(201, "retreatment"), *cycle(202, CR), decide(231, "end treatment"),
     marrow(240, NONE), decide(241, "retreatment"), *cycle(250, CR), *cycle(292, CR), *cycle(334, CR)],
     (d(250), {"course": 3, "retreatments": 2, "cycles_in_all": 6, "dose": 9}), (d(320), {"phase": "treatment-free", "cycles_in_all": 7, "allowed": {"next cycle": True}}),
     (d(362), {"phase": "safety follow-up", "cycles_in_all": 8}))
case("the cap of eight bites within a retreatment", "U3 S11", [*FIVE_CR, marrow(230, NONE), decide(231, "retreatment"), *cycle(232, CR), decide(261, "end treatment"),
     marrow(270, NONE), decide(271, "retreatment"), *cycle(280, CR), *cycle(322, CR)],
     (d(308), {"phase": "treatment-free", "cycles_in_all": 7}), (d(350), {"phase": "safety follow-up", "cycles_in_all": 8, "cycle_in_course": 2, "allowed": {"next cycle": False}}))
case("a retreatment that begins first replaces the visit", "U19 U7", [*FIVE_CR, marrow(200, NONE), decide(201, "retreatment"), start(202)],
     (d(201), {"visits": {"End of core study": ("2012-10-16", "planned")}}), (d(202), {"phase": "infusion", "visits": {"End of core study": ("2012-10-16", "not owed")}}))
case("months between decision and new end of core are not owed", "U7 U6", [*RETREATED, decide(290, "end treatment")],
     # decided 14 Nov; last drug day 287 = 16 Dec, core 15 Jan 2013; month 6 (5 Sep) falls before the first core (16 Oct)
     (d(290), {"phase": "safety follow-up", "visits": {"Month 6": ("2012-09-05", "not owed"), "Month 9": ("2012-12-05", "not owed"), "Month 12": ("2013-03-05", "planned"),
      "End of core study": ("2013-01-15", "planned")}}))
case("a start in follow-up without relapse is beyond entitlement", "U18 S11", [*FOUR_CR, start(200)],
     (d(200), {"phase": "infusion", "dose": None, "course": 1, "cycles_in_all": 5, "breaches": 1, "retreatments": 0}), (d(228), {"phase": "safety follow-up"}))
case("a reported decision that is not allowed changes nothing", "U18 S11", [*FOUR_CR, decide(160, "retreatment")], (d(160), {"phase": "safety follow-up", "shown": 1, "breaches": 0}))
case("progression in follow-up changes nothing", "U18", [*FOUR_CR, says(160, "PD")], (d(160), {"phase": "safety follow-up", "shown": 1, "allowed": {"retreatment": False}}))
case("transplant in a remission from retreatment", "U13", [*RETREATED, (d(295), "transplant")],
     (d(295), {"phase": "safety follow-up", "facts": {"transplants": [{"on": "2012-12-24", "in_remission_from_study_drug": True}]}}))

# last drug on day 196: relapse, a CR within 14 days of it, retreatment decided, all in safety follow-up
DECIDED_IN_CR = [*FIVE_CR, marrow(198, NONE), marrow(203, CR), decide(204, "retreatment")]
case("a relapse between decision and infusion is recorded", "U14 U16", [*DECIDED_IN_CR, (d(206), "haematological relapse")],
     (d(205), {"phase": "treatment-free", "remission": True}),
     (d(206), {"phase": "treatment-free", "remission": False, "facts": {"relapses": ["2012-09-18", "2012-09-26"]}, "shown": 0, "allowed": {"infusion start": True}}))
case("a transplant between decision and infusion", "U13 U14", [*DECIDED_IN_CR, (d(210), "transplant")],
     (d(209), {"allowed": {"transplant": True}}), (d(210), {"phase": "treatment-free", "shown": 0, "allowed": {"transplant": False, "infusion start": True}}))
case("an offer of retreatment outlives a decision that was called off", "U3 U14", [*FIVE_CR, marrow(250, NONE), decide(255, "retreatment"), decide(260, "end treatment")],
     (d(259), {"phase": "treatment-free", "allowed": {"retreatment": False}}), (d(260), {"phase": "efficacy follow-up", "allowed": {"retreatment": True}}))
case("a restart after treatment has ended, in a full cycle, changes nothing", "U15", [*FOUR_CR, restart(170)],
     (d(170), {"phase": "safety follow-up", "since": "2012-08-06", "breaches": 1, "cycles_in_all": 4, "facts": {"last_drug": "2012-08-05"}, "visits": {"End of core study": ("2012-09-04", "planned")}}))
case("an infusion stopped as complete on its twentieth day", "U15 U18", [*SCREEN, start(1), stop(20, "cycle complete"), restart(25)],
     (d(20), {"phase": "treatment-free", "breaches": 1, "visits": {"Response assessment": None}, "facts": {"last_drug": "2012-03-23"}}),
     (d(25), {"phase": "infusion", "infusion_day": 20, "dose": 28, "cycles_in_all": 1, "breaches": 2}), (d(34), {"phase": "treatment-free", "visits": {"Response assessment": ("2012-04-07", "due")}}))
case("a hold recorded as complete, no cycle left", "U15 U18", [*FOUR_CR[:-3], start(127), stop(130, "toxicity"), stop(133, "cycle complete")],
     (d(132), {"phase": "interrupted"}), (d(133), {"phase": "safety follow-up", "breaches": 1, "facts": {"last_drug": "2012-07-11"}}))
case("a step that was cut short does not carry over", "S8 U15", [*SCREEN, start(1), stop(4, "technical"), start(10)],
     (d(10), {"phase": "infusion", "cycles_in_all": 2, "infusion_day": 1, "dose": 28, "breaches": 1}), (d(14), {"dose": 28, "infusion_day": 5}))
case("drug that ran on until the stop", "U19 S10", [*SCREEN, start(1), says(11, "PD"), stop(13, "other")],
     (d(11), {"phase": "safety follow-up", "facts": {"last_drug": d(10).isoformat()}}),
     (d(13), {"phase": "safety follow-up", "facts": {"last_drug": d(12).isoformat()}, "visits": {"End of core study": (d(42).isoformat(), "planned")}}))
case("no marrow before day 29 ends treatment", "U1 O1", [*SCREEN, cycle(1, NONE), start(43), stop(63, "cycle complete"), marrow(65, NONE)],
     (d(66), {"phase": "treatment-free"}))
case("any stop of a cycle beyond entitlement ends treatment", "U18", [*FOUR_CR, start(169), stop(173, "technical")],
     (d(172), {"phase": "infusion", "dose": None}), (d(173), {"phase": "safety follow-up", "facts": {"last_drug": "2012-08-23"}}))
case("a seizure is a neurologic event", "U15", [*SCREEN, start(1), event(3, "neurologic", 3), event(6, "seizure", 3)],
     (d(5), {"phase": "infusion"}), (d(6), {"phase": "safety follow-up"}))
case("a grade 4 seizure ends treatment", "U15", [*SCREEN, start(1), event(6, "seizure", 4)], (d(6), {"phase": "safety follow-up"}))
case("a survival contact during a called off retreatment is owed afterwards", "U21 U7", [*FIVE_CR, marrow(250, NONE), decide(on("2014-03-10"), "retreatment"), decide(on("2014-10-01"), "end treatment")],
     (on("2014-09-10"), {"phase": "treatment-free", "visits": {"Survival contact": ("2014-09-05", "not owed")}}),
     (on("2014-10-01"), {"phase": "survival follow-up", "visits": {"Survival contact": ("2014-09-05", "owed")}}))
case("a contact that finds the participant dead", "S14 U21", [*FOUR_CR, contact("2014-08-20", alive=False)],
     (on("2014-08-20"), {"phase": "ended", "ended_reason": "death", "facts": {"death": "2014-08-20"}, "visits": {"Survival contact": ("2015-02-20", "not owed")}}))
case("screened before consent was recorded", "R2 U17", [(d(-9), "screening result", {"eligible": True}), (d(-8), "consent"), start(1)], (d(1), {"phase": "infusion", "breaches": 0}))
case("death before consent was recorded", "S6", [(d(-9), "screening result", {"eligible": True}), (d(-8), "death", {"cause": "sepsis"})],
     (d(-8), {"phase": "ended", "ended_reason": "death"}))
case("a start after a screen failure is shown", "U17 U18", [(d(-9), "consent"), (d(-3), "screen failure"), start(1)],
     (d(1), {"phase": "ended", "ended_reason": "screen failure", "cycles_in_all": 0, "shown": 1, "breaches": 0}))
case("a wrong dose is a deviation", "S8 U18", [*SCREEN, start(1, dose=28), (d(8), "dose change", {"dose": 28})], (d(8), {"dose": 28, "breaches": 1}))

# ---- loss, withdrawal, death ----------------------------------------------------------------------------------------------
case("lost until the next fact", "U22", [*FOUR_CR, (d(190), "lost to follow-up"), visit(d(240), "Month 6")],
     (d(190), {"phase": "lost", "since": "2012-09-10"}), (d(239), {"phase": "lost"}), (d(240), {"phase": "efficacy follow-up", "visits": {"Month 6": ("2012-09-05", "done")}}))
case("withdrawal is of everything", "U22", [*FOUR_CR, (d(190), "withdrawal"), (d(400), "death", {"cause": "disease"})],
     (d(190), {"phase": "ended", "ended_reason": "withdrawal"}), (d(401), {"phase": "ended", "ended_reason": "withdrawal", "facts": {"death": None}}))
case("death during an infusion", "S14 U24", [*SCREEN, start(1), (d(9), "death", {"cause": "sepsis"})],
     (d(8), {"phase": "infusion"}), (d(9), {"phase": "ended", "ended_reason": "death", "dose": None, "facts": {"death": "2012-03-13"}}))
case("death comes last on its day", "U24", [*SCREEN, start(1), stop(29, "cycle complete"), (d(29), "death", {"cause": "sepsis"}), marrow(29, CR)],
     (d(29), {"phase": "ended", "remission": True, "facts": {"first_remission": "2012-04-02", "death": "2012-04-02"}}))
case("a visit not made before death is missed", "U20", [*FOUR_CR, (d(300), "death", {"cause": "disease"})],
     (d(300), {"phase": "ended", "visits": {"End of core study": ("2012-09-04", "missed"), "Month 6": ("2012-09-05", "missed"), "Month 12": ("2013-03-05", "not owed")}}))

# ---- corrections and knowledge ----------------------------------------------------------------------------------------------
WRONG = [*SCREEN, *cycle(1, {**CR, "platelets": 40}),
         (d(29), "response assessment", CR, {"corrects": 6, "reason": "typing error", "recorded_at": "2012-04-20T09:00:00Z"})]
case("a corrected platelet count re-derives the remission", "R3", WRONG, (d(29), {"remission": True, "facts": {"first_remission": "2012-04-02"}}))
case("a withdrawn entry is gone", "R1", [*SCREEN, *cycle(1, CR), (d(29), "response assessment", None, {"values": None, "corrects": 6, "reason": "other participant"})],
     (d(29), {"remission": False, "phase": "treatment-free"}))
case("a late entry refolds: cycle 3 was allowed after all", "S9 U18", [*SCREEN, *cycle(1, NONE), *cycle(43), start(85), (d(71), "response assessment", CR, {"recorded_at": "2012-06-30T09:00:00Z"})],
     (d(85), {"phase": "infusion", "dose": 28, "breaches": 0, "remission": True}))

KNOWN = [
    # (name, entries, on, known_at, expected)
    ("before the correction was recorded", journal(*WRONG), d(29), "2012-04-19T00:00:00Z", {"remission": False}),
    ("after it", journal(*WRONG), d(29), "2012-04-20T09:00:00Z", {"remission": True}),
    ("before the late marrow was known the third cycle was beyond", CASES[-1][2], d(85), "2012-06-01T00:00:00Z", {"dose": None, "breaches": 1}),
]


def differences(found, expected):
    """What in a standing is not as expected, as sentences."""
    wrong = []
    for key, value in expected.items():
        if key in ("breaches", "shown"):
            weight = "breach" if key == "breaches" else "shown"
            got = sum(1 for item in found["deviations"] if item["weight"] == weight)
            if got != value:
                wrong.append(f"{key}: {got}, expected {value}")
        elif key in ("allowed", "facts"):
            for name, inner in value.items():
                if found[key][name] != inner:
                    wrong.append(f"{key} {name}: {found[key][name]}, expected {inner}")
        elif key == "visits":
            last = {item["name"]: (item["target"], item["state"]) for item in found["visits"]}
            if not value and last:
                wrong.append(f"visits: {last}, expected none")
            for name, inner in value.items():
                if last.get(name) != inner:
                    wrong.append(f"visit {name}: {last.get(name)}, expected {inner}")
        elif found[key] != value:
            wrong.append(f"{key}: {found[key]}, expected {value}")
    return wrong


def check(standing):
    """Every difference between a `standing` function and the expectations."""
    wrong = []
    for name, _, entries, expected in CASES:
        for day, values in expected:
            wrong += [f"{name}, on {day}: {text}" for text in differences(standing(entries, day), values)]
    for name, entries, day, known_at, values in KNOWN:
        wrong += [f"{name}, on {day}: {text}" for text in differences(standing(entries, day, known_at), values)]
    return wrong


if __name__ == "__main__":
    from mt103_211_oracle import standing
    found = check(standing)
    print(*found, sep="\n")
    asked = sum(len(expected) for *_, expected in CASES) + len(KNOWN)
    print(f"{len(CASES)} cases, {asked} dates, {len(found)} differences")
    raise SystemExit(1 if found else 0)
