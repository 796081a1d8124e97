"""What people are told: the meaning of the days ahead, why an act or decision is refused, why a visit is not owed."""

from datetime import date, timedelta
from functools import cache

import pytest

from trialrun.journey.journal import Entry
from trialrun.journey.ready import make_ready
from trialrun.journey.standing import where
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.language import ahead, days, months, past
from trialrun.protocol.words.times import ordinal
from trialrun.studies.mt103_211.study import MT103_211
from trialrun.studies.mt103_211.terms import free, hold_began

FIRST = date(2012, 3, 12)
REMISSION = {"blasts": 2, "platelets": 120, "neutrophils": 1.5, "extramedullary": False}
RELAPSE = {"blasts": 40, "platelets": 20, "neutrophils": 0.2, "extramedullary": False}
BEGUN = ((-7, "consent", {}), (-6, "screening result", {"eligible": True}), (0, "infusion start", {}))
IN_REMISSION = (*BEGUN, (28, "response assessment", REMISSION))
STOPPED = (*IN_REMISSION, (39, "decision: end treatment", {}))
RETREATED = (*STOPPED, (100, "response assessment", RELAPSE), (105, "decision: retreatment", {}))
FOUR_CYCLES = (
    *BEGUN,
    *((n * 44 + 28, "response assessment", REMISSION) for n in range(4)),
    *((n * 44, "infusion start", {}) for n in (1, 2, 3)),
)


@cache
def ready():
    return make_ready(MT103_211)


def day(n):
    return (FIRST + timedelta(n)).isoformat()


def standing(entries, on):
    told = sorted(entries, key=lambda e: e[0])
    return where(
        ready(), [Entry("p", i, day(n), event, values) for i, (n, event, values) in enumerate(told, 1)], ordinal(day(on))
    ).as_json()


@pytest.mark.parametrize(
    ("entries", "on", "expected"),
    [
        (BEGUN[:1], -5, [(15, "a new consent is needed before a first infusion", "U17")]),
        (IN_REMISSION, 30, [(42, "the next cycle may begin", "R1")]),
        (
            (*BEGUN, (8, "infusion stop", {"reason": "toxicity"})),
            9,
            [(16, "from this day a restart begins a new cycle", "U15"), (23, "treatment ends unless restarted before", "U15")],
        ),
        (STOPPED, 40, [(42, "a marrow no longer counts for the cycle", "U12"), (58, "efficacy follow-up begins", "S12")]),
        (STOPPED, 60, [(731, "survival follow-up begins", "S14")]),
        (STOPPED, 740, [(1095, "a survival contact from this day completes the study", "S14")]),
    ],
)
def test_days_ahead_say_what_they_mean(entries, on, expected):
    said = [(n["on"], n["what"], n["source"]) for n in standing(entries, on)["next"]]
    assert said[: len(expected)] == [(day(n), what, source) for n, what, source in expected]


@pytest.mark.parametrize(
    ("entries", "on", "decision", "because", "source"),
    [
        (BEGUN[:1], -5, "infusion start", "not found eligible", "R2"),
        (BEGUN[:2], 20, "infusion start", "consent is more than 21 days old: a new one is needed", "U17"),
        (BEGUN, 3, "infusion start", f"already in the phase ‘infusion’ since {day(0)}", "S7, S8"),
        (BEGUN, 3, "enrolment", f"enrolment belongs to screening; now infusion since {day(0)}", "R2"),
        (IN_REMISSION, 30, "infusion start", f"the 14 treatment-free days are not over; possible from {day(42)}", "R1, U12"),
        (BEGUN, 30, "transplant", "no remission (CR or CRh*) holds now", "S4, U13"),
        (STOPPED, 40, "retreatment", "no haematological relapse fell in safety or efficacy follow-up (U4)", "S11, U4"),
        (RETREATED, 106, "retreatment", f"it was already decided on {day(105)}", "S11"),
        ((*RETREATED, (110, "death", {})), 111, "retreatment", f"the study ended for the participant on {day(110)} (death)", "S14"),
        (
            FOUR_CYCLES,
            165,
            "next cycle",
            f"now safety follow-up since {day(160)}; {day(160)}: 28 days of infusion; safety follow-up when no further cycle is possible",
            "U12",
        ),
    ],
)
def test_refusals_say_why(entries, on, decision, because, source):
    found = next(a for a in standing(entries, on)["allowed"] if a["decision"] == decision)
    assert (found["allowed"], found["because"], found["source"]) == (False, because, source)


def test_a_visit_that_is_not_owed_says_in_which_course_it_falls_or_that_the_participant_was_lost():
    entries = (*RETREATED, (170, "infusion start", {}), (200, "decision: end treatment", {}), (201, "lost to follow-up", {}))
    said = {v["name"]: (v["state"], v["reason"]) for v in standing(entries, 400)["visits"]}
    assert said["Month 6"] == ("not owed", "it falls within a later course of treatment")
    assert said["Month 9"] == ("not owed", "not owed while lost to follow-up")


def test_words_for_a_day_that_nobody_waits_for_are_found():
    from dataclasses import replace

    wrong = ahead(past(5 * days, hold_began), "nothing", at=free, source="U15")
    (found,) = wellformed(replace(MT103_211, ahead=(*MT103_211.ahead, wrong)))
    assert "no rule and no dose reads" in found
    assert wellformed(replace(MT103_211, ahead=(ahead(past(24 * months, hold_began), "x", at="nowhere", source="U15"),)))
