# ruff: noqa: E501
"""Every word of the study language, every parameter of it, given a value of another kind: a sentence with the line, or a finding; never an error
of Python's own (FK7, FR14). What a study passes with, the check, the page and the schedule of it can bear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.frozen.bounds import Opened
from trialrun.protocol.frozen.called import doors
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.frozen.kinds import parameters
from trialrun.protocol.frozen.load import StudyError
from trialrun.protocol.frozen.reader import _file
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.language import Protocol
from trialrun.protocol.page.page import page_markdown

RULE = "rules=(*rules, rule('T1', 'w', at=screening, on=starts, given={x}))"
DO = "rules=(*rules, rule('T1', 'w', at=screening, on=starts, do={x}))"
ON = "rules=(*rules, rule('T1', 'w', at=screening, on={x}))"
END = "endpoints=(*endpoints, endpoint('E', label='E', kind='time', population=treated, source='T1', {part}={x}))"
NUMBER = "endpoints=(*endpoints, endpoint('E', label='E', kind='value', population=treated, source='T1', starts=marked(consented), events=recorded(drug_start), value={x}))"
VISIT = "visits=(*visits, visit('V', source='T1', target={target}, window={window}, made_by=visit_made))"
SPAN, WINDOW = "after(0, consented)", "window(0, 0, source='T1')"
OVER = "forms=(*forms, form('F', source='T1', items=(age,), yields=gives(dies, {x} > 1)))"
AMOUNT = "doses=(*doses, dose({x}, 'mg', 'd', at=on_drug, source='T1'))"
LEVELS, RUNG = (
    "ladder('level', 'd', 'mg', step(10), step(5), source='T1', rises=True)",
    "rules=(*rules, rule('T1', 'w', at=on_drug, on=starts",
)
FORM = "forms=(*forms, form('F', source='T1', items=(age,), {part}={x}))"
POPULATION = "population('P', label='P', source='T1', has=marked(consented))"
INVARIANT = "invariants=(*invariants, {x})"

# Each word: its parameters as they are rightly given, and where the value stands in a study.
RIGHT: dict[str, tuple[dict[str, str], str]] = {
    "all_of": ({"*parts": "eligible"}, RULE), "any_of": ({"*parts": "eligible"}, RULE), "no": ({"part": "eligible"}, RULE), "surely": ({"part": "eligible"}, RULE),
    "known": ({"x": "ecog"}, FORM.replace("{part}={x}", "yields=gives(dies, {x})")), "mentions": ({"x": "term", "*words": "'a'"}, FORM.replace("{part}={x}", "yields=gives(dies, {x})")),
    "one_of": ({"x": "age", "*values": "1"}, FORM.replace("{part}={x}", "yields=gives(dies, {x})")),
    "needs": ({"source": "'T1'", "words": "'w'", "part": "eligible", "refused": "'r'"}, RULE),
    "statement": ({"id": "'T9'", "words": "'w'", "background": "True", "confirmed": "True"}, "statements=(*statements, {x})"),
    "reading": ({"id": "'A9'", "question": "'q?'", "answer": "'a'"}, "readings=(*readings, {x})"),
    "phase": ({"name": "'p'", "shown": "'s'", "end": "False", "reason": "'r'", "waits": "'w'", "source": "'T1'", "course": "'c'"}, "phases=(*phases, {x})"),
    "flag": ({"name": "'f'", "starts": "False", "source": "'T1'"}, "flags=(*flags, {x})"),
    "count": ({"name": "'n'", "up_to": "3", "starts": "0", "source": "'T1'"}, "counts=(*counts, {x})"),
    "tally": ({"name": "'n'", "starts": "0", "source": "'T1'"}, "tallies=({x},)"),
    "moment": ({"name": "'m'", "source": "'T1'"}, "moments=(*moments, {x})"),
    "last_day": ({"name": "'m'", "stopwatch": "drug_days", "or_else": "first_dose", "source": "'T1'"}, "moments=(*moments, {x})"),
    "stopwatch": ({"name": "'w'", "runs": "on_drug", "source": "'T1'"}, "stopwatches=(*stopwatches, {x})"),
    "measure": ({"name": "'m'", "type": "'number'", "unit": "'mg'", "range": "(0, 1)", "codes": "()", "label": "'l'", "cdash": "'c'", "role": "''", "source": "'T1'", "blinded": "False", "also_in": "()"}, "forms=(*forms, form('F', source='T1', items=({x},)))"),
    "arm": ({"name": "'A'", "source": "'T1'", "label": "'l'", "share": "1"}, "arms=({x},)"),
    "at_screening": ({"m": "age"}, FORM.replace("{part}={x}", "yields=gives(dies, {x} > 1)")),
    "fact": ({"name": "'e'", "source": "'T1'", "otherwise": "'o'", "last": "False", "shown": "True", "label": "'l'"}, "events=(*events, {x})"), "act": ({"name": "'e'", "source": "'T1'", "otherwise": "'o'", "label": "'l'"}, "events=(*events, {x})"),
    "decision": ({"name": "'e'", "source": "'T1'", "otherwise": "'o'", "label": "'l'"}, "events=(*events, {x})"),
    "past": ({"span": "3 * days", "of": "consented"}, ON), "reached": ({"span": "3 * days", "of": "consented"}, ON), "full": ({"span": "3 * days", "watch": "drug_days"}, ON),
    "put": ({"variable": "eligible", "value": "True"}, DO), "add_one": ({"variable": "holds"}, DO), "less_one": ({"variable": "holds"}, DO), "mark": ({"m": "consented"}, DO),
    "reset": ({"watch": "drug_days"}, DO), "ran_on": ({"watch": "drug_days"}, DO),
    "rule": ({"source": "'T1'", "words": "'w'", "at": "screening", "on": "starts", "given": "eligible", "to": "on_drug", "do": "()", "arm": "()"}, "rules=(*rules, {x})"),
    "breach": ({"source": "'T1'", "words": "'w'", "at": "screening", "on": "starts", "given": "eligible", "to": "on_drug", "do": "()", "kind": "'k'", "arm": "()"}, "breaches=(*breaches, {x})"),
    "dose": ({"amount": "1", "unit": "'mg'", "drug": "'d'", "source": "'T1'", "at": "on_drug", "given": "eligible", "before": "()", "words": "'w'", "confirmed": "True", "rounded": "None", "arm": "()"}, "doses=(*doses, {x})"),
    "preparation": ({"amount": "1", "unit": "'mg'", "hours": "24", "stabiliser_ml": "1", "drug_ml": "1", "vials": "1", "rate_ml_per_h": "1", "source": "'T1'", "confirmed": "True"}, "preparations=({x},)"),
    "form": ({"entry": "'F'", "label": "'l'", "source": "'T1'", "items": "(age,)", "required": "(age,)", "yields": "()", "classes": "()", "classified": "None", "overrides": "''", "keeps_screening": "False", "domain": "''", "lives": "None", "asked": "()", "checks": "()", "groups": "()", "ranges": "()"}, "forms=(*forms, {x})"),
    "episode": ({"begins": "None", "ends": "None", "ended": "age > 1", "grade": "age", "days": "measure('d')", "worst": "measure('w')", "ongoing": "measure('o')", "grade_before": "measure('b')"}, FORM.replace("{part}", "lives")),
    "group": ({"name": "'g'", "label": "'l'", "source": "'T1'", "items": "(measure('m', source='T1'),)", "required": "()", "rows": "None", "up_to": "3"}, FORM.replace("{part}={x}", "groups=({x},)")),
    "range_if": ({"item": "age", "range": "(0, 1)", "given": "age > 1", "source": "'T1'", "confirmed": "True"}, FORM.replace("{part}={x}", "ranges=({x},)")),
    "unit": ({"name": "'kg'", "times": "2", "plus": "0", "source": "''"}, "forms=(*forms, form('F', source='T1', items=(measure('m', unit='g', also_in=({x},), source='T1'),)))"),
    "shown_if": ({"item": "age", "given": "age > 1"}, FORM.replace("{part}={x}", "asked=({x},)")), "required_if": ({"item": "age", "given": "age > 1"}, FORM.replace("{part}={x}", "asked=({x},)")),
    "edit_check": ({"words": "'w'", "given": "age > 1", "source": "'T1'", "confirmed": "True"}, FORM.replace("{part}={x}", "checks=({x},)")),
    "gives": ({"event": "dies", "given": "age > 1"}, FORM.replace("{part}", "yields")),
    "classed": ({"name": "'c'", "given": "age > 1", "source": "'T1'", "confirmed": "True", "label": "'l'"}, FORM.replace("{part}={x}", "classes=({x},), classified=ecog")),
    "after": ({"span": "1", "of": "consented"}, VISIT.replace("{target}", "{x}").replace("{window}", WINDOW)), "target_of": ({"v": "last_visit"}, VISIT.replace("{target}", "{x}").replace("{window}", WINDOW)),
    "leading_to": ({"span": "1", "of": "consented"}, VISIT.replace("{target}", "{x}").replace("{window}", "None")),
    "whichever_first": ({"*parts": SPAN}, VISIT.replace("{target}", "{x}").replace("{window}", WINDOW)),
    "whichever_last": ({"*parts": SPAN}, VISIT.replace("{target}", "{x}").replace("{window}", WINDOW)),
    "later_of": ({"*parts": SPAN}, VISIT.replace("{target}", "{x}").replace("{window}", WINDOW)),
    "window": ({"before": "-1", "after": "1", "source": "'T1'", "confirmed": "True", "not_before": "None"}, VISIT.replace("{target}", SPAN).replace("{window}", "{x}")),
    "visit": ({"name": "'V'", "source": "'T1'", "target": SPAN, "window": WINDOW, "made_by": "visit_made", "known_as": "('v',)", "forms": "(visit_made,)", "each": "None", "opens": "()", "excused": "()", "until_visit": "last_visit", "every": "3 * days", "ends": SPAN, "words": "'w'", "arm": "()", "served_by": "()"}, "visits=(*visits, {x})"),
    "previous": ({"item": "age"}, OVER), "lowest_so_far": ({"item": "age"}, OVER), "highest_so_far": ({"item": "age"}, OVER), "last_known": ({"item": "age"}, OVER),
    "days_between": ({"start": "entry_day", "end": "entry_day"}, OVER), "age_on": ({"birth": "measure('born', type='date', source='T1')", "on": "entry_day"}, OVER),
    "allocation": ({"source": "'T1'", "strata": "()", "sealed": "''", "stated": "True", "confirmed": "True"}, "allocation={x}"),
    "stratum": ({"by": "'b'", "*levels": "level('l', at_screening(age) > 1)"}, "allocation=allocation(source='T1', strata=({x},))"),
    "hypothesis": ({"of": "overall_survival", "arm": "None", "better": "''"}, "multiplicity=multiplicity('Holm', {x}, alpha=0.05, source='T1')"),
    "multiplicity": ({"procedure": "'Holm'", "*hypotheses": "hypothesis(overall_survival)", "alpha": "0.05", "sides": "2", "source": "'T1'", "confirmed": "True"}, "multiplicity={x}"),
    "series": ({"name": "'S {{n}}'", "after": "consented", "days": "()", "weeks": "()", "months": "(1, 2)", "hours": "()", "minutes": "()", "known_as": "()", "**source": "'T1'", "**window": WINDOW, "**made_by": "visit_made"}, "visits=(*visits, *{x})"),
    "as_of": ({"item": "age", "day": "consented"}, AMOUNT), "body_surface": ({"formula": "'Mosteller'", "height": "age", "weight": "ecog"}, AMOUNT),
    "least": ({"*parts": "age"}, AMOUNT), "greatest": ({"*parts": "age"}, AMOUNT), "until_changed": ({"start": "at_screening(age)", "percent": "10"}, AMOUNT),
    "about": ({"full_title": "'t'", "short_title": "'s'", "source": "'T1'", "identifiers": "()", "sponsor": "''", "phase": "'2'", "design": "''", "approval": "''", "amendment": "''", "codes": "(('S', 'statements'),)"}, "about={x}"),
    "identifier": ({"registry": "'r'", "number": "'1'"}, "about=about('t', short_title='s', source='T1', identifiers=({x},))"),
    "objective": ({"kind": "'primary'", "words": "'w'", "*endpoints": "overall_survival", "source": "'T1'"}, "objectives=({x},)"),
    "role": ({"name": "'monitor'", "source": "'T1'", "label": "'l'", "blinded": "False", "hides": "()", "drug": "'study drug'"}, "roles=({x},)"),
    "step": ({"amount": "5", "words": "'w'", "days": "()", "first": "None", "last": "None", "every": "None", "rounded": "None"}, "ladders=(ladder('level', 'd', 'mg', step(10), {x}, source='T1'),)"),
    "ladder": ({"name": "'level'", "drug": "'d'", "unit": "'mg'", "*steps": "step(10), step(5)", "source": "'T1'", "rises": "False", "confirmed": "True"}, "ladders=({x},)"),
    "step_down": ({"levels": LEVELS}, RUNG + ", do={x}),)"), "step_up": ({"levels": LEVELS}, RUNG + ", do={x}),)"), "lower_left": ({"levels": LEVELS}, RUNG + ", given={x}),)"),
    "on_level": ({"levels": LEVELS, "*level": "1"}, RUNG + ", given={x}),)"),
    "doses_by": ({"levels": LEVELS, "source": "'T1'", "at": "on_drug", "given": "eligible", "on": "None", "arm": "()", "route": "''", "confirmed": "True", "window": "None"}, "doses=(*doses, *{x})"),
    "criterion": ({"name": "'c'", "kind": "'inclusion'", "given": "age > 1", "source": "'T1'", "confirmed": "True"}, "criteria=(*criteria, {x})"),
    "violated": ({"*criteria": "criteria[0]"}, FORM.replace("{part}={x}", "keeps_screening=True, yields=gives(dies, {x})")),
    "absence": ({"entry": "'lost to follow-up'", "shown": "'lost'", "source": "'T1'", "not_ended_by": "(consent,)"}, "absence={x}"),
    "shown": ({"key": "'k'", "of": "holds", "plus": "1", "at": "on_drug"}, "standing=({x},)"),
    "proposal": ({"source": "'T1'", "words": "'w'", "at": "screening", "on": "consents", "answers": "consents", "given": "eligible"}, "proposals=({x},)"),
    "ahead": ({"clock": "past(14 * days, consented)", "words": "'w'", "at": "screening", "source": "'T1'", "given": "eligible"}, "ahead=({x},)"),
    "nominal": ({"day": "1", "entry": "screening_result", "**age": "3"}, "nominal=({x},)"),
    "study": ({"name": "'n'", "version": "1", "title": "'t'", "begins": "unasked", "**statements": "statements", "**phases": "phases", "**events": "events", "**rules": "rules", "**forms": "forms", "**arms": "()", "**absence": "None", "**notice": "'n'", "**endpoints": "()", "**visits": "()", "**doses": "()", "**day_one": "first_dose", "**enrolled": "consent", "**cycle": "holds", "**course": "holds", "**survival": "overall_survival", "**columns": "()"}, ""),
    "marked": ({"*of": "consented", "given": "eligible", "at": "on_drug", "words": "'w'"}, END.replace("{part}", "events")), "happens": ({"*of": "dies", "given": "eligible", "at": "on_drug", "words": "'w'"}, END.replace("{part}", "events")),
    "assessed": ({"given": "age > 1", "at": "on_drug", "words": "'w'"}, END.replace("{part}", "events")), "recorded": ({"*of": "consent", "given": "age > 1", "at": "on_drug", "words": "'w'"}, END.replace("{part}", "events")),
    "at_visit": ({"visit": "last_visit", "occasion": "0", "given": "age > 1", "at": "on_drug", "words": "'w'"}, END.replace("{part}", "events")),
    "not_below": ({"limit": "-0.1", "on": "''", "confidence": "0.95"}, END.replace("{part}", "margins")), "not_above": ({"limit": "1.3", "on": "''", "confidence": "0.95"}, END.replace("{part}", "margins")),
    "carried": ({"*sources": "recorded(drug_start)"}, NUMBER.replace("value={x}", "value=value_of(age, baseline='last', instead={x})")), "set_to": ({"value": "1", "*sources": "happens(dies)"}, NUMBER.replace("value={x}", "value=value_of(age, instead={x})")),
    "category_of": ({"item": "ecog", "*order": "'0'", "pick": "'highest'", "without": "'none'"}, NUMBER.replace("kind='value'", "kind='ordered'")),
    "value_of": ({"item": "age", "pick": "'last'", "baseline": "'last'", "baseline_in": "screening_result", "change": "'ratio'", "average": "'mean'", "adjusted": "ecog", "adjusted_for_baseline": "True", "pooled": "False", "detected_from": "1", "below": "'half'", "instead": "set_to(3)", "model": "'mixed model'"}, NUMBER),
    "unless": ({"source": "marked(consented)", "*others": "happens(dies)", "since": "marked(consented)"}, END.replace("{part}", "events")),
    "following": ({"source": "marked(consented)", "*others": "happens(dies)"}, END.replace("{part}", "events")),
    "before": ({"source": "marked(consented)", "*others": "happens(dies)"}, END.replace("{part}", "events")),
    "column": ({"name": "'k'", "of": "holds", "at": "marked(consented)"}, "columns=({x},)"),
    "population": ({"name": "'P'", "label": "'l'", "source": "'T1'", "has": "marked(consented)", "within": "treated", "given": "age > 1", "lacks": "()"}, "populations=(*populations, {x})"),
    "handled": ({"event": "'e'", "strategy": "'composite'", "words": "'w'"}, END.replace("{part}", "handling")),
    "endpoint": ({"name": "'E'", "label": "'l'", "kind": "'time'", "population": "treated", "source": "'T1'", "**starts": "marked(consented)", "**events": "happens(dies)", "**censors": "recorded()", "**landmarks": "(3 * months,)", "**primary": "False", "**handling": "()", "**ours": "''"}, "endpoints=(*endpoints, {x})"),
    "figure": ({"name": "'f'", "value": "1", "low": "0", "high": "2", "unit": "'%'", "of": "overall_survival", "read": "'median'", "source": "'s'", "confirmed": "True", "n": "3", "given": "age > 1", "within": "treated", "about": "None", "stratum": "''"}, "published=({x},)"),
    "design": ({"name": "'d'", "null": "0.3", "alternative": "0.4", "alpha": "0.02", "n": "9", "source": "'s'", "confirmed": "True", "of": "overall_survival"}, "designs=({x},)"),
    "level": ({"label": "'l'", "given": "at_screening(age) > 1"}, "analyses=(subgroups('b', {x}, of=overall_survival, source='s'),)"),
    "subgroups": ({"by": "'b'", "*levels": "level('l', at_screening(age) > 1)", "of": "overall_survival", "source": "'s'", "confirmed": "True", "poor": "False"}, "analyses=({x},)"),
    "marks": ({"*sources": "marked(consented)", "source": "'s'"}, "analyses=({x},)"),
    "switch": ({"by": "'b'", "*sources": "happens(dies)", "of": "overall_survival", "landmarks": "3 * months", "source": "'s'", "confirmed": "True"}, "analyses=({x},)"),
    "because": ({"label": "'l'", "*sources": "happens(dies)", "since": "marked(consented)"}, "analyses=(actions('b', {x}, source='s'),)"),
    "reasons": ({"by": "'b'", "*causes": "because('l', happens(dies))", "of": "overall_survival", "source": "'s'"}, "analyses=({x},)"),
    "actions": ({"by": "'b'", "*causes": "because('l', happens(dies))", "source": "'s'"}, "analyses=({x},)"),
    "best_of": ({"by": "'b'", "*order": "'CR'", "of": "overall_survival", "source": "'s'"}, "analyses=({x},)"),
    "asked_where": ({"item": "grade", "given": "age > 1", "source": "'s'"}, "analyses=({x},)"),
    "terminology": ({"name": "'n'", "version": "'1'", "of": "grade", "source": "'s'", "confirmed": "True"}, "terminologies=({x},)"),
}  # fmt: skip
SAID = {"name": "'i'", "source": "'T1'", "at": "on_drug", "on": "starts", "given": "eligible", "to": "held", "doing": "mark(consented)", "does": "mark(consented)", "into": "held", "then": "eligible", "first": "starts", "since": "dies", "arm": "()", "breaches": "False", "before": "starts", "changes": "{holds: 1}", "stays": "False", "n": "1", "clock": "past(7 * days, hold_began)", "amount": "1", "unit": "'mg'", "drug": "'drug X'"}  # fmt: skip
WRONG = ("None", "5", "-1", "2.5", "True", "'x'", "''", "()", "('A',)", "(1, 2, 3)", "[1]", "['a']", "{}", "{holds: 'a'}", "screening", "(screening, held)", "age", "age > 1", "days", "3 * days",
         "10**9 * days", "statement", "otherwise", "starts", "consented", "drug_days", "holds", "eligible", "visit_made", "last_visit", "past(3 * days, consented)", "mark(consented)", "((1, 2), (3,))",
         "(None, None)", "10**14", "treated", "overall_survival", "happens(dies)", "1e-300")  # fmt: skip
HEAD = """from trialrun.protocol.language import *
from trialrun.protocol.endpoints import *
from trialrun.protocol.invariants import *
from trialrun.protocol.language import after
from .terms import *
from .forms import *
from .endpoints import *
from .study import *
from .study import statements, readings, rules, breaches, doses, visits
"""


def words() -> dict[str, tuple[str, dict[str, str], str]]:
    """Every word in which a study is written: what is called, its right arguments, where its value stands. (Natures: tests/spec/test_natures.py.)"""
    found = {}
    for module, there in doors().items():
        if module.endswith("natures"):
            continue
        for name, value in there.items():
            if not callable(value):
                continue
            if module.endswith("invariants"):
                found[name] = (name, {n: SAID[n] for n in parameters(value)}, INVARIANT)
            else:
                found[name] = (name, *RIGHT[name])
    return found


def written(call: str, arguments: dict[str, str]) -> str:
    stars = {k: v for k, v in arguments.items() if k.startswith("*") and not k.startswith("**")}
    fixed = list(arguments)
    place = [v for k, v in arguments.items() if stars and fixed.index(k) <= fixed.index(next(iter(stars)))]
    rest = {k.lstrip("*"): v for k, v in arguments.items() if not stars or fixed.index(k) > fixed.index(next(iter(stars)))}
    return f"{call}({', '.join((*place, *(f'{k}={v}' for k, v in rest.items())))})"


BASE: dict[str, dict] = {}


def read(folder: Path, text: str) -> dict:
    """The names of one file beside the template's."""
    if not BASE:
        opened = Opened(STUDIES / "template")
        _file(opened, "study", "")
        BASE.update(opened.files)
    (folder / "case.py").write_text(HEAD + text, encoding="utf-8")
    opened = Opened(folder, files=dict(BASE))
    names = _file(opened, "case", "")
    return {**names, "": opened.mistyped}


def bears(folder: Path, call: str, place: str) -> str:
    """What is said of a study that holds the value of a call: `told` or `findings`, or `passes`, where it was frozen, thawed and printed."""
    try:
        names = read(folder, f"x = {call}\n" + (f"y = ({place.split('=', 1)[1].format(x='x')})\n" if place else ""))
    except StudyError as problem:
        assert str(problem).startswith("case.py:") and " object at" not in str(problem) and "NoneType" not in str(problem), str(problem)
        return "told"
    told = names[""]
    assert all(t.startswith("case.py:") and len(t) < 400 for t in told)
    study = names["x"] if not place else replace(names["STUDY"], **{place.split("=", 1)[0]: names["y"]})
    assert isinstance(study, Protocol)
    wrong = wellformed(study)
    assert all(isinstance(w, str) for w in wrong)
    if wrong:
        return "findings"
    assert thaw(freeze(study)) == (study, fingerprint(study))
    assert page_markdown(study, fingerprint(study))
    return "told" if told else "passes"


def answers(folder: Path, word: str, every: int) -> set[str]:
    """What is said of each parameter of a word given every n-th wrong value, beginning at another one for each parameter."""
    call, right, place = words()[word]
    assert bears(folder, written(call, right), place) in ("passes", "findings"), "the word is rightly used here"
    tried = [(name, wrong) for k, name in enumerate(right) for wrong in WRONG[k % every :: every]]
    return {bears(folder, written(call, {**right, name: wrong}), place) for name, wrong in tried}


@pytest.mark.parametrize("word", sorted(words()))
def test_FK7_FR14_each_word_given_some_values_of_another_kind(tmp_path, word):
    assert {"told", "findings"} & answers(tmp_path, word, 4)


@pytest.mark.slow
@pytest.mark.parametrize("word", sorted(words()))
def test_FK7_FR14_each_word_given_every_value_of_another_kind(tmp_path, word):
    assert {"told", "findings"} & answers(tmp_path, word, 1)
