"""The front pages say what the annex says, in two printed pages; what the study says it is reads back; a page whose front was changed is refused."""

import re
from dataclasses import replace

import pytest

from trialrun.paper.seen import lines_of
from trialrun.protocol.endpoints import endpoint  # noqa: F401
from trialrun.protocol.frozen.freeze import fingerprint, freeze, thaw
from trialrun.protocol.language import about, dose, identifier, measure, objective
from trialrun.protocol.page.front_pages import front
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.page.parts import FRONT
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.readback.scanner import PageError
from trialrun.protocol.words.study import of_arm
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM as TWO
from trialrun.studies.mt103_211.study import MT103_211 as STUDY

TOLD = about(
    "A study of | odd words and “quotes”",
    short_title="Odd",
    source="assumed",
    identifiers=(identifier("A registry (second)", "N-0(1)"), identifier("ClinicalTrials.gov", "NCT01466179")),
    phase="2",
    codes=(("S, R", "statements of the text"), ("U", "what it leaves open")),
)
WHOLE = replace(
    STUDY,
    about=TOLD,
    objectives=(
        objective("primary", "whether it helps", *STUDY.endpoints[:2], source="R4"),
        objective("exploratory", "what else there is", source="assumed"),
    ),
)


@pytest.mark.parametrize("written", [page_markdown, page_html])
@pytest.mark.parametrize("study", [STUDY, WHOLE, TWO], ids=["without", "with", "two arms"])
def test_what_the_study_says_it_is_reads_back(written, study):
    read = parse_page(written(study, fingerprint(study)))
    assert (read["about"], read["objectives"]) == (study.about, study.objectives)
    assert rebuilt(study, read) == study
    assert thaw(freeze(study))[0] == study


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("| blinatumomab | 28 mcg/day |", "| blinatumomab | 38 mcg/day |"),
        ("| the first cycle begins |", "| the first cycle ends |"),
        ("| 3, 6, 9, 12, 18 and 24 months after", "| 3, 6, 9, 12 and 24 months after"),
        ("**U2** A remission in cycle 1: four cycles", "**U2** A remission in cycle 1: six cycles"),
        ("| End of core study | 30 days after", "| End of core study | 40 days after"),
    ],
)
def test_a_front_that_differs_from_its_annex_is_refused_with_its_line(there, instead):
    page = page_markdown(STUDY, fingerprint(STUDY))
    assert page.count(there) == 1
    line = page[: page.index(there)].count("\n") + 1
    with pytest.raises(PageError, match="than its annex") as found:
        rebuilt(STUDY, parse_page(page.replace(there, instead)))
    assert found.value.line == line


def test_every_decision_dose_visit_and_question_stands_on_the_front():
    seen = {}
    for _, text in lines_of(page_markdown(STUDY, fingerprint(STUDY))):
        here = seen.setdefault(text, []) if text in FRONT and text not in seen else locals().get("here")
        if here is not None:
            here.append(text)
    said = {name: "\n".join(lines) for name, lines in seen.items()}
    decided = {e.label for e in STUDY.events if e.nature == "decision" and any(e.name in r.on for r in STUDY.rules)}
    assert all(label in said["Who goes on, and what is decided"] for label in decided)
    assert all(v.name in said["When visits are due"] for v in STUDY.visits)
    assert all(r.question in said["Questions that the text leaves open"] for r in STUDY.readings)
    assert all(d.drug in said["What is given"] for d in STUDY.doses)


def test_what_the_sources_do_not_give_is_marked():
    page = page_markdown(WHOLE, fingerprint(WHOLE))
    assert re.search(r"\| Sponsor \| \*\*not given by the sources\*\* \|", page)
    assert "| Phase | 2 |" in page


def test_codes_are_links_to_one_sentence_each():
    html = page_html(STUDY, fingerprint(STUDY))
    leads = set(re.findall(r'href="#(code-[^"]+)"', html))
    assert {f"code-{x.id}" for x in STUDY.readings if x.id.startswith("U")} <= leads
    assert all(html.count(f'id="{code}"') == 1 for code in leads)


def test_micrograms_are_kept_one_way_and_said_one_way():
    for unit in ("ug/day", "mcg/day", "µg/day", "μg/day"):
        assert measure("dose", unit=unit).unit == "ug/day"
        assert dose(1, unit, "drug", source="S1").unit == "ug/day"
    page = page_markdown(STUDY, fingerprint(STUDY))
    assert "9 mcg/day of ‘blinatumomab’" in page
    assert measure("dose", unit="mug/day").unit == "mug/day"


def test_an_arm_has_its_own_front():
    arm = TWO.arms[0].name
    assert front(of_arm(TWO, arm), "x")


def test_an_objective_of_no_kind_says_which_there_are():
    with pytest.raises(ValueError, match="primary, secondary, exploratory"):
        objective("main", "it", source="S1")
