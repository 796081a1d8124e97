"""The check on a toy study: it passes as it stands, and each kind of fault that is sown is found, with the shortest path that shows it."""

from dataclasses import replace

import pytest

from trialrun.protocol import invariants as inv
from trialrun.protocol.check.check import check
from trialrun.protocol.check.walks import Walks, implies, later_than
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.invariants import Invariant
from trialrun.protocol.language import (
    Rule,
    absence,
    act,
    add_one,
    after,
    all_of,
    arm,
    breach,
    count,
    days,
    decision,
    dose,
    fact,
    flag,
    form,
    full,
    gives,
    last_day,
    less_one,
    mark,
    measure,
    moment,
    months,
    needs,
    no,
    nominal,
    otherwise,
    past,
    phase,
    put,
    reached,
    reading,
    reset,
    rule,
    shown,
    statement,
    stopwatch,
    study,
    tally,
    visit,
    weeks,
    window,
)  # fmt: skip
from trialrun.protocol.table import compile_table
from trialrun.protocol.words.expressions import Clock, Ref
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211

T = "T1"
home = phase("at home", source=T, waits="a start has no last day")
drug = phase("on drug", source=T)
pause = phase("pause", source=T)
done = phase("done", end=True, reason="done", source=T)
dead = phase("dead", end=True, reason="death", source=T)
well, courses = flag("well", source=T), count("courses", up_to=2, source=T)
began, paused_on = moment("start of the drug", source=T), moment("start of the pause", source=T)
given_days = stopwatch("days on drug", runs=drug, source=T)
starts = act("start", T, otherwise="a start elsewhere changes nothing")
stops = act("stop", T, otherwise="a stop elsewhere changes nothing")
improves = fact("improvement", T, otherwise="it is recorded")
dies = fact("death", T, otherwise="after the end it is recorded")
weight = measure("weight", unit="kg", range=(30, 250), source=T)
events = (starts, stops, improves, dies)
toyin_given = measure("dose of toyin", unit="mg", role="dose", source=T)
start_form = form("start", source=T, items=(weight, toyin_given), yields=gives(starts))
forms = (start_form, *(form(e.name, source=T, yields=gives(e)) for e in events[1:]))

rules = (
    rule(
        T, "a course begins", at=(home, pause), on=starts, given=courses < 2, to=drug, do=(add_one(courses), mark(began), reset(given_days))
    ),
    rule(T, "a week of drug, then a pause", at=drug, on=full(7 * days, given_days), to=pause, do=mark(paused_on)),
    rule(T, "who stops pauses", at=drug, on=stops, to=pause, do=mark(paused_on)),
    rule(T, "improvement is noted", at=drug, on=improves, given=no(well), do=put(well, True)),
    rule(T, "thirty days of pause end the study", at=pause, on=past(30 * days, paused_on), to=done),
    rule(T, "death ends the study", at=(home, drug, pause), on=dies, to=dead),
)
doses = (
    dose(5, "mg", "toyin", at=drug, given=no(well), source=T, words="before improvement"),
    dose(3, "mg", "toyin", at=drug, given=otherwise, source=T, words="after it"),
)
base = study(
    "toy", version=1, title="A toy", begins=home, statements=(statement(T, "all of it"),), readings=(reading("Q1", "Is it a toy?", "Yes."),),
    phases=(home, drug, pause, done, dead), events=events, rules=rules, flags=(well,), counts=(courses,), moments=(began, paused_on),
    stopwatches=(given_days,), forms=forms, doses=doses,
)  # fmt: skip
CAME_FIRST = ("start", "full 7 days: days on drug")


def with_rules(*extra, instead=rules, **parts):
    return replace(base, rules=(*instead, *extra), **parts)


def only(protocol, kind):
    """The one finding of a study, which is of this kind."""
    found = check(protocol).findings
    assert [f.kind for f in found] == [kind], [(f.kind, f.says) for f in found]
    return found[0]


def test_the_toy_and_the_shipped_studies_pass():
    for protocol in (base, MT103_211, MAINTENANCE_TWO_ARM):
        checked = check(protocol)
        assert checked.ok and not checked.findings, checked.as_text()
        assert all(p.holds and p.tried >= 0 for p in checked.invariants)
        assert checked.statuses == sum(len(compile_table(p).values) for p in _arms(protocol))


def _arms(protocol):
    from trialrun.protocol.language import of_arm

    return [of_arm(protocol, a.name) for a in protocol.arms] or [protocol]


def test_json_has_the_promised_keys_and_text_names_what_is_undecided():
    checked = check(base)
    data = checked.as_json()
    assert {"study", "version", "fingerprint", "statuses", "transitions", "findings", "invariants", "undecided", "ok"} <= set(data)
    assert data["undecided"] == [{"id": "Q1", "question": "Is it a toy?", "answer": "Yes."}] and data["ok"] is True
    assert "Q1" in checked.as_text() and "0 findings" in checked.as_text()


# Each fault, sown -----------------------------------------------------------------------------------------------------------------------


def test_two_sentences_at_once_are_both_named():
    found = only(with_rules(rule("T1", "a first course needs no guard", at=home, on=starts, to=pause, do=mark(paused_on))), "overlap")
    assert [w for _, w in found.sentences] == ["a course begins", "a first course needs no guard"]
    assert found.path == ("start",) and "‘at home’" in found.status


def test_silence_names_the_phases_and_the_first_place():
    silent = replace(improves, otherwise="")
    found = only(replace(base, events=(starts, stops, silent, dies)), "silence")
    assert "improvement" in found.says and "‘pause’" in found.says and found.path == ()
    everywhere = rule(T, "improvement elsewhere is noted", at=(home, pause, done, dead), on=improves)
    again = rule(T, "a second improvement is noted", at=drug, on=improves, given=well)
    assert check(with_rules(everywhere, again, events=(starts, stops, silent, dies))).ok


def test_waiting_for_ever_without_a_clock():
    timeless = (*rules[:4], rule(T, "improvement ends a pause", at=pause, on=improves, to=done), rules[5])
    found = only(with_rules(instead=timeless), "waiting for ever")
    assert "‘pause’" in found.says and found.path == ("start", "stop")
    accepted = replace(pause, waits="a pause may last")
    assert check(with_rules(instead=timeless, phases=(home, drug, accepted, done, dead))).ok


def test_a_clock_whose_day_never_was_is_no_clock():
    forgetful = replace(rules[2], do=())
    found = only(with_rules(instead=(*rules[:2], forgetful, *rules[3:])), "waiting for ever")
    assert "‘start of the pause’" in found.says and found.path == ("start", "stop")


def test_a_last_day_with_drug_needs_another_day_to_fall_back_on():
    last = last_day("last day on drug", given_days, source=T)
    ends = rule(T, "thirty days after the last drug", at=pause, on=past(30 * days, last), to=done)
    instead = (*rules[:1], replace(rules[1], do=()), replace(rules[2], do=()), rules[3], rules[5], ends)
    found = only(with_rules(instead=instead, moments=(began, last)), "waiting for ever")
    assert found.path == ("start", "stop")
    safe = last_day("last day on drug", given_days, or_else=began, source=T)
    assert check(with_rules(instead=instead, moments=(began, safe))).ok


def test_no_way_out_is_shown_from_where_it_begins():
    stuck = phase("stuck", source=T, waits="it has no end, and this says so")
    found = only(
        with_rules(rule(T, "who improves on a pause is stuck", at=pause, on=improves, to=stuck), phases=(*base.phases, stuck)), "no way out"
    )
    assert "‘stuck’" in found.says and found.path == ("start", "stop", "improvement")


def test_a_count_beyond_its_bound():
    instead = (replace(rules[0], given=None), *rules[1:])
    other = rule(T, "two courses are enough", at=pause, on=improves, given=courses >= 2)
    found = only(with_rules(other, instead=instead), "beyond its bound")
    assert "‘courses’ above its bound" in found.says and found.path == ("start", "stop", "start", "stop", "start")


def test_a_count_below_nought():
    fewer = rule(T, "improvement at home takes one back", at=home, on=improves, do=less_one(courses))
    found = only(with_rules(fewer), "beyond its bound")
    assert "below nought" in found.says and found.path == ("improvement",)


def test_unreachable_sentences_and_parts_of_them():
    found = only(with_rules(rule(T, "three courses", at=pause, on=improves, given=courses >= 3)), "unreachable")
    assert "this sentence never applies: correct" in found.says and found.sentences == ((T, "three courses"),)
    found = only(with_rules(rule(T, "before the first course", at=(home, pause), on=improves, given=courses < 1)), "unreachable")
    assert "never applies at ‘pause’: leave that out" in found.says


def test_unreachable_phase_and_dose():
    nowhere = phase("nowhere", source=T, waits="nobody is here")
    assert "‘nowhere’" in only(replace(base, phases=(*base.phases, nowhere)), "unreachable").says
    third = dose(2, "mg", "toyin", at=drug, given=all_of(well, no(well)), source=T, words="never")
    assert only(replace(base, doses=(*doses, third)), "unreachable").sentences == ((T, "never"),)


def test_a_sentence_that_only_a_breach_brings_about_is_unreachable_but_a_breach_may_stand_on_a_breach():
    wild = phase("wild", source=T)
    against = breach(T, "a third course", at=pause, on=starts, given=courses >= 2, to=wild, do=mark(began))
    back = breach(T, "thirty days of it", at=wild, on=past(30 * days, began), to=done, kind="")
    legal = rule(T, "who improves there is done", at=wild, on=improves, to=done)
    more = {"phases": (*base.phases, wild), "breaches": (against, back)}
    assert check(replace(base, **more)).ok
    assert only(with_rules(legal, **more), "unreachable").sentences == ((T, "who improves there is done"),)


def test_two_doses_and_no_dose():
    both = dose(4, "mg", "toyin", at=drug, given=courses < 2, source=T, words="in the first course")
    found = only(replace(base, doses=(*doses, both)), "two doses")
    assert [w for _, w in found.sentences] == ["before improvement", "in the first course"] and found.path == ("start",)
    found = only(replace(base, doses=doses[:1]), "no dose")
    assert "toyin" in found.says and found.path == ("start", "improvement")
    other = dose(9, "mg", "otherin", at=drug, source=T, words="a drug of its own")
    assert {f.kind for f in check(replace(base, doses=(*doses, other))).findings} == {"dose item"}
    items = (replace(toyin_given, drug="toyin"), measure("dose of otherin", unit="mg", role="dose", drug="otherin", source=T))
    named = (replace(start_form, items=(weight, *items)), *forms[1:])
    assert check(replace(base, doses=(*doses, other), forms=named)).ok


def recording(*items):
    return {"forms": (replace(start_form, items=(weight, *items)), *forms[1:])}


def test_days_of_doses_overlap_only_where_they_meet():
    early = dose(5, "mg", "toyin", at=drug, days=(1, 3), on=given_days, source=T, words="early")
    late = dose(3, "mg", "toyin", at=drug, first=4, every=2 * days, on=given_days, source=T, words="late")
    assert check(replace(base, doses=(early, late))).ok
    found = only(replace(base, doses=(replace(early, days=(1, 6)), late)), "two doses")
    assert found.path == ("start",) and [w for _, w in found.sentences] == ["early", "late"]
    elsewhere = dose(4, "mg", "toyin", at=drug, days=(2,), on=began, source=T, words="counted otherwise")
    assert only(replace(base, doses=(early, elsewhere)), "two doses").path == ("start",)
    rest = dose(1, "mg", "toyin", at=drug, given=otherwise, source=T, words="on the other days")
    assert check(replace(base, doses=(early, rest))).ok


def test_what_stands_between_doses_and_their_items():
    assert "no item records a dose of toyin" in only(replace(base, **recording()), "unrecorded drug").says
    grams = only(replace(base, **recording(replace(toyin_given, unit="g"))), "unit")
    assert "'g'" in grams.says and "'mg'" in grams.says
    assert "planned in 'mg' and in 'g'" in only(replace(base, doses=(doses[0], replace(doses[1], unit="g"))), "unit").says
    unknown = only(replace(base, **recording(toyin_given, measure("dose of x", unit="mg", role="dose", drug="x", source=T))), "dose item")
    assert "records doses of ‘x’, of which none is planned" in unknown.says
    still = stopwatch("days of pause", runs=pause, source=T)
    counted = dose(5, "mg", "toyin", at=drug, days=(1,), on=still, source=T, words="on a day that never comes")
    found = only(replace(base, doses=(counted,), stopwatches=(given_days, still)), "dose days")
    assert "‘days of pause’, which does not run at ‘on drug’" in found.says


def test_clocks_that_go_round_without_a_day_passing():
    there, back = phase("there", source=T), phase("back", source=T)
    out = rule(T, "from the pause", at=pause, on=improves, to=there, do=mark(began))
    on = rule(T, "to and", at=there, on=reached(1 * days, began), to=back)
    again = rule(T, "fro", at=back, on=reached(0 * days, began), to=there)
    leave = rule(T, "death there", at=(there, back), on=dies, to=dead)
    parts = {"phases": (*base.phases, there, back)}
    found = only(with_rules(out, on, again, leave, **parts), "going round")
    assert {w for _, w in found.sentences} == {"to and", "fro"} and found.path[-1] == "improvement"
    assert check(with_rules(out, replace(on, do=(mark(began),)), again, leave, **parts)).ok


def test_full_days_that_a_phase_forgets():
    asks = rule(T, "no course after a full week", at=done, on=stops, given=full(7 * days, given_days))
    found = check(with_rules(asks)).findings
    assert "forgotten" in [f.kind for f in found]
    unread = rule(T, "no course after three days", at=(pause, done), on=stops, given=full(3 * days, given_days))
    assert "‘on drug’ does not remember" in next(f for f in check(with_rules(unread)).findings if f.kind == "forgotten").says
    keeps = replace(asks, at=("pause", "done"))
    assert check(with_rules(keeps)).ok


def test_statements_elements_and_variables_left_over():
    assert only(replace(base, statements=(*base.statements, statement("T2", "more"))), "uncited statement").sentences == (("T2", "more"),)
    assert check(replace(base, statements=(*base.statements, statement("T2", "more", background=True)))).ok
    assert "‘a course begins’" in only(with_rules(instead=(replace(rules[0], source=""), *rules[1:])), "no source").says
    assert "‘spare’" in only(replace(base, flags=(well, flag("spare", source=T))), "unread").says


def test_breaches_that_overlap_are_found_too():
    one = breach(T, "a stop in a pause", at=pause, on=stops, to=done)
    two = breach(T, "a stop after one course", at=pause, on=stops, given=courses < 2, to=home)
    found = only(replace(base, breaches=(one, two)), "overlap")
    assert [w for _, w in found.sentences] == ["a stop in a pause", "a stop after one course"] and found.path == ("start", "stop", "stop")


# Invariants -----------------------------------------------------------------------------------------------------------------------------

HOLD = (
    inv.at_most(2, "two courses", T, on=starts),
    inv.at_most(1, "one start between deaths", T, on=starts, since=stops, at=home),
    inv.never("no third course", T, given=courses > 2),
    inv.never("nobody well at home", T, at=home, given=well),
    inv.always("on drug in a course", T, at=drug, then=courses >= 1),
    inv.only_when("a start below two", T, on=starts, given=courses < 2),
    inv.every_step("a start is one more", T, on=starts, to=drug, changes={courses: 1}, does=(mark(began), reset(given_days))),
    inv.every_step("improvement moves nobody", T, on=improves, stays=True, then=well),
    inv.every_step("into the pause it is dated", T, at=drug, into=pause, does=mark(paused_on)),
    inv.never_step("no stop at home", T, on=stops, at=(home, pause)),
    inv.only_on("into the pause with a stop or a week", T, on=(stops, full(7 * days, given_days)), to=pause),
    inv.possible("a second course", T, on=starts, at=pause, given=courses < 2, to=drug),
    inv.not_before("no stop before a start", T, on=stops, first=starts),
    inv.reaches("done from everywhere", T, to=done),
    inv.clock_leads("a week", T, at=drug, clock=full(1 * weeks, given_days), to=pause),
    inv.clock_leads("thirty days", T, at=pause, clock=past(30 * days, paused_on), to=done),
    inv.dose_is(5, "mg", "toyin", "five before improvement", T, at=drug, given=no(well)),
    inv.dose_is(3, "mg", "toyin", "three after it", T, at=drug, given=well),
)

BREAK = (
    (inv.at_most(1, "one course", T, on=starts), ("start", "stop", "start")),
    (inv.never("nobody pauses", T, at=pause), ("start", "stop")),
    (inv.never("nobody well in a pause", T, at=pause, given=well), ("start", "improvement", "stop")),
    (inv.always("all pauses well", T, at=pause, then=well), ("start", "stop")),
    (inv.only_when("stop only when well", T, on=stops, given=well), ("start", "stop")),
    (inv.every_step("a start changes nothing", T, on=starts, changes={courses: 0}), ("start",)),
    (inv.every_step("a stop marks the start", T, on=stops, does=mark(began)), ("start", "stop")),
    (inv.every_step("a stop stays", T, on=stops, stays=True), ("start", "stop")),
    (inv.every_step("out of drug one dies", T, at=drug, into=(pause, dead), to=dead), ("start", "stop")),
    (inv.never_step("no death on drug", T, on=dies, at=drug), ("start", "death")),
    (inv.only_on("into the pause with a stop", T, on=stops, to=pause), ("start", "full 7 days: days on drug")),
    (inv.possible("always a third", T, on=starts, at=pause), ("start", "stop", "start", "stop")),
    (inv.not_before("no death before a stop", T, on=dies, at=drug, first=stops), ("start", "death")),
    (
        inv.not_before("a stop between starts", T, on=starts, at=pause, first=stops, since=starts),
        ("start", "full 7 days: days on drug", "start"),
    ),
    (inv.reaches("home again", T, to=home, at=drug), ("start",)),
    (inv.clock_leads("six days", T, at=drug, clock=full(6 * days, given_days), to=pause), ("start", "full 7 days: days on drug")),
    (inv.clock_leads("eight days", T, at=drug, clock=full(8 * days, given_days), to=pause), ("start", "full 7 days: days on drug")),
    (inv.dose_is(5, "mg", "toyin", "always five", T, at=drug), ("start", "improvement")),
    (inv.dose_is(5, "g", "toyin", "grams", T, at=drug, given=no(well)), ("start",)),
    (inv.at_most(1, "a stop since a start", T, on=dies, at=home, since=starts), None),
)


@pytest.mark.parametrize("i", HOLD, ids=lambda i: i.name)
def test_invariants_that_hold(i):
    checked = check(replace(base, invariants=(i,)))
    assert checked.ok, checked.as_text()


@pytest.mark.parametrize(("i", "path"), BREAK, ids=lambda x: getattr(x, "name", None))
def test_invariants_that_break_show_a_shortest_path(i, path):
    checked = check(replace(base, invariants=(i,)))
    if path is None:
        assert checked.ok
        return
    assert not checked.invariants[0].holds and checked.invariants[0].path == path
    assert [f.kind for f in checked.findings] == ["broken invariant"] and f"({T})" in checked.as_text()


def test_an_invariant_that_is_put_to_no_test_is_a_finding():
    found = only(replace(base, invariants=(inv.every_step("nobody stops at home", T, on=stops, at=home, to=done),)), "untested invariant")
    assert "proves nothing" in found.says


def test_a_dose_before_an_event_is_planned_there_and_nowhere_else():
    pre = dose(20, "mg", "pretoyin", before=(starts, full(7 * days, given_days)), source=T, words="before a start and a pause")
    planned = replace(base, doses=(*doses, pre))
    exact = inv.dose_before(20, "mg", "pretoyin", "pre", T, before=(starts, full(7 * days, given_days)))
    assert check(replace(planned, invariants=(exact,))).ok
    for other in (replace(exact, amount=21), replace(exact, unit="g"), replace(exact, on=exact.on[:1]), replace(exact, drug="toyin")):
        assert only(replace(planned, invariants=(other,)), "broken invariant")
    assert only(replace(base, invariants=(exact,)), "broken invariant")


def test_an_invariant_may_speak_of_broken_rules():
    against = breach(T, "a third course", at=pause, on=starts, given=courses >= 2, to=drug, do=mark(began))
    two = inv.at_most(2, "two courses", T, on=starts)
    assert check(replace(base, breaches=(against,), invariants=(two,))).ok
    broken = check(replace(base, breaches=(against,), invariants=(replace(two, breaches=True),)))
    assert broken.findings[0].path == ("start", "stop", "start", "stop", "start")


def test_time_is_understood_by_implication():
    ask = {"at": drug, "on": stops}
    timed = replace(base, rules=(*rules[:2], replace(rules[2], given=full(3 * days, given_days)), *rules[3:]))
    holds = [inv.only_when("two days at least", T, given=full(2 * days, given_days), **ask)]
    holds += [inv.possible("after five days", T, on=stops, at=drug, given=full(5 * days, given_days))]
    breaks = [inv.only_when("four days at least", T, given=full(4 * days, given_days), **ask)]
    breaks += [inv.possible("after two days", T, on=stops, at=drug, given=full(2 * days, given_days))]
    for i in holds:
        assert check(replace(timed, invariants=(i,))).ok, i.name
    for i in breaks:
        assert only(replace(timed, invariants=(i,)), "broken invariant"), i.name


@pytest.mark.parametrize(
    ("a", "b", "yes", "later"),
    [
        (past(14 * days, began), past(7 * days, began), True, True),
        (past(14 * days, began), past(2 * weeks, began), True, False),
        (past(14 * days, began), reached(14 * days, began), True, True),
        (reached(14 * days, began), past(14 * days, began), False, False),
        (reached(15 * days, began), past(14 * days, began), True, False),
        (past(24 * months, began), past(600 * days, began), True, True),
        (past(24 * months, began), past(731 * days, began), False, False),
        (past(800 * days, began), past(24 * months, began), True, True),
        (past(14 * days, began), past(7 * days, paused_on), False, False),
        (full(7 * days, given_days), full(6 * days, given_days), True, True),
        (past(24 * months, began), past(2 * months, began), True, True),
    ],
)
def test_which_clock_implies_which(a, b, yes, later):
    assert implies(a, b) is yes and later_than(a, b) is later


def test_a_clock_never_comes_before_an_earlier_one_of_the_same_day():
    early = rule(T, "ten days of pause are noted", at=pause, on=past(10 * days, paused_on))
    late = rule(T, "improvement after a long pause", at=pause, on=improves, given=past(20 * days, paused_on), do=put(well, True))
    walks = Walks(compile_table(with_rules(early, late)))
    wrong = walks.marked("past 20 days: start of the pause") & ~walks.marked("past 10 days: start of the pause") & walks.at(["pause"])
    assert not wrong.any() and wrong.size and not walks.possible.all()


# Definitions that do not hang together ------------------------------------------------------------------------------------------------

NAMED = Ref("flag", "unknown")
WRONG = {
    "phase ‘gone’, which is not declared": {"rules": (*rules, Rule(T, "away", ("at home",), ("start",), None, "gone"))},
    "event ‘gone’, which is not declared": {"rules": (*rules, Rule(T, "away", ("at home",), ("gone",)))},
    "flag ‘unknown’, which is not declared": {"rules": (*rules, rule(T, "x", at=home, on=stops, given=NAMED))},
    "variable ‘spare’, which is not declared": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=put(flag("spare"), True)))},
    "moment ‘gone’, which is not declared": {"rules": (*rules, rule(T, "x", at=home, on=past(1 * days, moment("gone"))))},
    "stopwatch ‘gone’, which is not declared": {"rules": (*rules, rule(T, "x", at=home, on=full(1 * days, stopwatch("gone", runs=drug))))},
    "the phase ‘on drug’ is declared twice": {"phases": (*base.phases, drug)},
    "the event ‘stop’ is declared twice (a act and a decision)": {"events": (*events, decision("stop", T))},
    "the item ‘weight’ is declared in two ways": {
        "forms": (*forms, form("other", source=T, items=(measure("weight", unit="lb", source=T),)))
    },
    "no form gives the event ‘stop’": {"forms": (forms[0], *forms[2:])},
    "gives the source ‘T9’": {"rules": (*rules[1:], replace(rules[0], source="T9, label"))},
    "gives the source ‘the label’": {"rules": (*rules[1:], replace(rules[0], source="the label"))},
    "reads the recorded value ‘weight’": {"rules": (*rules, rule(T, "x", at=home, on=stops, given=weight > 50))},
    "reads the tally ‘many’": {
        "tallies": (tally("many", source=T),),
        "rules": (*rules, rule(T, "x", at=home, on=stops, given=Ref("count", "many"))),
    },
    "to the flag ‘well’: write put": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=add_one(well)))},
    "which is a day or a stopwatch": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=put(began, 1)))},
    "which is no moment": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=mark(well)))},
    "outside 0 to 2": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=put(courses, 3)))},
    "two things to ‘courses’ at once": {"rules": (*rules, rule(T, "x", at=home, on=stops, do=(put(courses, 1), add_one(courses))))},
    "counts from ‘start of the drug’, which no rule marks": {
        "rules": (replace(rules[0], do=rules[0].do[:1]), *rules[1:], rule(T, "x", at=home, on=past(1 * days, began)))
    },
    "can never apply": {"rules": (*rules, rule(T, "x", at=(), on=stops))},
    "the study's beginning names the phase ‘gone’": {"begins": "gone"},
    "the study begins at ‘done’, which is an end": {"begins": "done"},
    "no phase is an end": {"phases": (home, drug, pause, phase("done", source=T), phase("dead", source=T))},
    "has an empty code list": {"forms": (*forms, form("other", source=T, items=(replace(measure("sex", source=T), type="code"),)))},
    "the earlier one first": {
        "visits": (visit("v", source=T, target=after(0, began), window=window(3, -3, source=T), made_by=start_form),)
    },
    "form ‘gone’, which is not declared": {
        "visits": (visit("v", source=T, target=after(0, began), window=window(-3, 3, source=T), made_by=form("gone", source=T)),)
    },
    "without an end: write ends": {
        "visits": (visit("v", source=T, target=after(0, began), window=window(-3, 3, source=T), made_by=start_form, every=7 * days),)
    },
    "the moment ‘gone’, which is not declared": {
        "visits": (visit("v", source=T, target=after(0, moment("gone")), window=window(-3, 3, source=T), made_by=start_form),)
    },
    "which is not recorded there": {"forms": (replace(start_form, yields=(gives(starts, measure("height") > 3),)), *forms[1:])},
    "with keeps_screening=True": {"forms": (replace(start_form, yields=(gives(starts, Ref("screening", "weight")),)), *forms[1:])},
    "‘otherwise’ inside a larger condition": {"rules": (*rules, rule(T, "x", at=home, on=stops, given=all_of(otherwise, well)))},
    "has the amount 0": {"doses": (*doses, dose(0, "mg", "otherin", at=drug, source=T))},
    "not from when they count": {"doses": (dose(1, "mg", "toyin", at=drug, days=(1,), source=T),)},
    "a day before day 1": {"doses": (dose(1, "mg", "toyin", at=drug, days=(0, 1), on=given_days, source=T),)},
    "names a day twice": {"doses": (dose(1, "mg", "toyin", at=drug, days=(2, 2), on=given_days, source=T),)},
    "names its days and a range": {"doses": (dose(1, "mg", "toyin", at=drug, days=(1,), last=3, on=given_days, source=T),)},
    "goes from day 5 to day 3": {"doses": (dose(1, "mg", "toyin", at=drug, first=5, last=3, on=given_days, source=T),)},
    "write every=2 * days or more": {"doses": (dose(1, "mg", "toyin", at=drug, every=0 * days, on=given_days, source=T),)},
    "comes before an event and counts days": {"doses": (*doses, dose(1, "mg", "toyin", before=starts, days=(1,), on=given_days, source=T))},
    "name the phases in which that is asked": {"doses": (*doses, dose(1, "mg", "pretoyin", before=starts, given=well, source=T))},
    "records a dose as text": {"forms": (replace(start_form, items=(replace(toyin_given, type="text"),)), *forms[1:])},
    "and records no dose": {"forms": (replace(start_form, items=(toyin_given, replace(weight, drug="toyin"))), *forms[1:])},
    "planned nowhere": {"doses": (*doses, dose(1, "mg", "otherin", source=T))},
    "arm ‘gone’, which is not declared": {"rules": (*rules, rule(T, "x", at=home, on=stops, arm=arm("gone", source=T)))},
    "the invariant ‘i’ names the event ‘full 8 days: days on drug’": {
        "invariants": (inv.only_when("i", T, on=full(8 * days, given_days), given=well),)
    },
    "the invariant ‘i’ names the phase ‘gone’": {"invariants": (Invariant("status", "i", T, at=("gone",)),)},
    "the value ‘k’ of the standing names the variable ‘gone’": {"standing": (shown("k", tally("gone")),)},
    "the absence names the form ‘lost’": {"absence": absence("lost", "lost", T)},
    "day 3, names the item ‘height’": {"nominal": (nominal(3, start_form, height=180),)},
    "starts at 5, outside 0 to 2": {"counts": (replace(courses, starts=5),)},
    "a span is at least one day": {"rules": (*rules, rule(T, "x", at=home, on=Clock("full", 0, "days", given_days.name)))},
}


@pytest.mark.parametrize("says", WRONG, ids=str)
def test_what_does_not_hang_together_is_said_with_the_cure(says):
    spoilt = replace(base, **WRONG[says])
    assert any(says in wrong for wrong in wellformed(spoilt)), wellformed(spoilt)
    checked = check(spoilt)
    assert not checked.ok and {f.kind for f in checked.findings} == {"definition"} and checked.statuses == 0


def test_visits_that_count_from_each_other():
    one = visit("one", source=T, target=after(0, began), window=window(-3, 3, source=T), made_by=start_form)
    two = visit("two", source=T, target=after(7 * days, one), window=window(-3, 3, source=T), made_by=start_form)
    again = replace(one, target=after(7 * days, two))
    assert not wellformed(replace(base, visits=(one, two)))
    assert any("counted from itself" in wrong for wrong in wellformed(replace(base, visits=(again, two))))


def test_a_cited_condition_may_bring_its_own_statement():
    quoted = replace(rules[0], given=needs("T2", "fewer than two courses", courses < 2))
    assert any("‘T2’" in wrong for wrong in wellformed(with_rules(instead=(quoted, *rules[1:]))))
    assert check(with_rules(instead=(quoted, *rules[1:]), statements=(*base.statements, statement("T2", "two courses")))).ok
