"""What a study says of its analysis must be able to be meant: each fault is told by name, with the cure."""

from dataclasses import replace

import pytest

from trialrun.protocol.check.analysis_sense import senseless
from trialrun.protocol.check.wellformed import wellformed
from trialrun.protocol.words.times import Span
from trialrun.studies.mt103_211.study import MT103_211

OS = next(f for f in MT103_211.published if f.name == "Overall survival, median")
FAULTS = {
    "a statistic that a time does not give": (replace(OS, statistic="medium"), "reads 'medium'"),
    "a landmark of a proportion": (replace(MT103_211.published[7], statistic="at 6 months"), "reads 'at 6 months'"),
    "an interval the wrong way round": (replace(OS, low=7.5, high=4.2), "interval of 7.5 to 4.2"),
    "an interval beside the value": (replace(OS, low=7.0, high=8.0), "holds the value"),
}


def test_the_shipped_study_can_be_meant():
    assert list(senseless(MT103_211)) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_published_figure_that_cannot_be_meant_is_named(name):
    figure, says = FAULTS[name]
    wrong = wellformed(replace(MT103_211, published=(figure,)))
    assert len(wrong) == 1 and figure.name in wrong[0] and says in wrong[0]


def test_a_design_and_a_landmark_that_cannot_be_meant_are_named():
    design = replace(MT103_211.designs[0], alternative=4.0)
    assert any("planned size" in w and "between 0 and 1" in w for w in wellformed(replace(MT103_211, designs=(design,))))
    endpoints = tuple(replace(e, landmarks=(Span(-24, "months"),)) if e.name == "OS" else e for e in MT103_211.endpoints)
    assert any("‘OS’" in w and "after its start" in w for w in wellformed(replace(MT103_211, endpoints=endpoints)))
