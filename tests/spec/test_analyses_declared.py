"""What endpoints and analyses may declare beside sources: missing data, what they vary, the scale of limits, reasons, consequences, who is asked."""

from dataclasses import replace

import pytest

from trialrun.analysis.results.endpoints import EndpointError, check_endpoints
from trialrun.analysis.results.methods import endpoint_parts, method_parts
from trialrun.protocol.endpoints import actions, asked_where, because, endpoint, happens, reasons, recorded
from trialrun.protocol.frozen.freeze import freeze, thaw
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.table import compile_table
from trialrun.studies.mt103_211.endpoints import os, primary, primary_before, treated_set
from trialrun.studies.mt103_211.study import MT103_211


def test_an_endpoint_says_what_it_varies_what_is_missing_and_on_which_scale_its_limits_are():
    parts = dict(endpoint_parts(primary_before))
    assert parts["A sensitivity analysis of"] == primary.name and parts["Missing data"].startswith("without an evaluable marrow")
    after_hsct = next(e for e in MT103_211.endpoints if e.name == "death after HSCT")
    assert "log-log scale" in dict(endpoint_parts(after_hsct))["Method"] and "the log scale" in dict(endpoint_parts(os))["Method"]


def test_missing_data_is_no_intercurrent_event_and_while_on_treatment_is_named_as_such():
    events = {h.event: h.strategy for e in MT103_211.endpoints for h in e.handling}
    assert not [name for name in events if "missing" in name]
    assert events["end of treatment before two cycles"] == "while on treatment"


def test_the_scale_of_limits_is_log_or_log_log():
    with pytest.raises(ValueError, match="the scale 'plain' is unknown; use one of log, log-log"):
        endpoint("x", label="X", kind="time", population=treated_set, source="R4", interval="plain")


def test_what_is_declared_stands_on_the_page_and_thaws_as_it_was_frozen():
    text = page_markdown(MT103_211, compile_table(MT103_211))
    for words in (
        "A sensitivity analysis of: ‘CR/CRh\\*’", "Limits: on the log-log scale", "Missing data: ", "Reason why treatment ended, the event of ‘time on treatment’",
        "What adverse events led to, by the day", "‘months\\_since\\_allogeneic\\_hsct’ is asked only where this holds",
    ):  # fmt: skip
        assert words in text or words.replace("\\", "") in text, words
    assert thaw(freeze(MT103_211))[0] == MT103_211


@pytest.mark.parametrize(
    "analysis, wrong",
    [
        (reasons("why", because("x", happens("no such event")), of=os, source="R4"), "no such event"),
        (actions("led to", because("x", recorded("no such form"), since=happens("death")), source="R4"), "no such form"),
        (actions("led to", because("x", happens("death"), since=happens("gone")), source="R4"), "gone"),
        (asked_where("no such item", MT103_211.analyses[0].levels[0].given, source="R4"), "no such item"),
    ],
)  # fmt: skip
def test_a_cause_or_an_item_that_the_study_does_not_have_is_named(analysis, wrong):
    with pytest.raises(EndpointError, match=wrong):
        check_endpoints(replace(MT103_211, analyses=(analysis,)))


def test_a_sensitivity_analysis_of_nothing_is_named():
    lone = replace(primary_before, sensitivity_of="gone")
    with pytest.raises(EndpointError, match="gone"):
        check_endpoints(replace(MT103_211, endpoints=(*MT103_211.endpoints, lone)))


def test_clinical_text_calls_items_by_their_labels():
    text = str(list(method_parts(MT103_211)))
    assert "mrd_amplification" not in text and "Any amplification at a sensitivity of 1e-4" in text
