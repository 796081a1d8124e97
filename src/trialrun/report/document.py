"""The report: one self-contained HTML page that reads like the results section of a paper, with the study's numbered tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..analysis.datasets import Datasets
from ..analysis.results.estimates import Categories, Competing, Counted, Quantity, Rate, Repeated, Survival
from ..analysis.results.historical_words import CAUTION
from ..analysis.results.methods import method_parts
from ..analysis.results.readout import ReadOut
from ..analysis.results.wording import (
    counted,
    effect_scale,
    estimate_words,
    interval,
    landmark_words,
    lowered,
    margin_held,
    median_words,
    number,
    rate_words,
)
from ..paper.blocks import Block, Contents, Document, Figures, Terms, line, said
from ..paper.html import page as html_page
from ..protocol.words.times import iso
from .drawings import MARGIN, study_figures
from .look import STYLE
from .page import Page, bound
from .sentences import (
    abbreviations,
    adverse,
    arms,
    compared_words,
    deaths,
    exposure,
    failed_at_once,
    historical,
    open_questions,
    participants,
    published,
    switches,
    tests,
)
from .tables import ReportTable, study_tables

VIRTUAL = "Virtual participants: simulated from published and assumed figures under the study's rules. No real person's data. Not evidence about the drug."
INVENTED = "Virtual participants: simulated under the study's rules. No real person's data. Not evidence about the drug."
BY_CONSTRUCTION = (
    "These participants are simulated from published figures, and some of the numbers behind them were fitted to figures that stand here: "
    "agreement is by construction and validates nothing."
)
NARRATIVES = 60  # more stand in their listing only
LEAST = 0.05  # adverse events of fewer participants stand in the numbered tables only
TERMS = ("14.3.1.3", "14.3.1.4", "14.3.1.5")  # tables of adverse events by term


def report_html(readout: ReadOut, data: Datasets, ready: Any, virtual: str | None = None) -> str:
    """The report as one HTML text without anything from outside. `virtual` says how simulated participants came about, None for real ones."""
    return html_page(report(readout, data, ready, virtual), STYLE)


def report(
    readout: ReadOut, data: Datasets, ready: Any, virtual: str | None = None, tables: Sequence[ReportTable] | None = None
) -> Document:
    """The report as blocks: what the page and the PDF are made from. `virtual` as above; `tables`: the study's, where they were made already."""
    protocol = ready.protocol
    page = Page(study_tables(readout, data, protocol) if tables is None else tables, study_figures(readout, data, protocol))
    _participants(page, readout, data, protocol)
    _exposure(page, readout, protocol)
    _proportions(page, readout)
    _times(page, readout)
    _numbers(page, readout)
    _margins(page, readout)
    _sensitivity(page)
    _switches(page, readout)
    _set_against(page, readout)
    _safety(page, readout, data, protocol)
    _deviations(page, readout)
    _queries(page, data)
    _published(page, readout, virtual)
    page.head("What the protocol leaves undecided")
    page.say(
        "The text of the study leaves these points open. Each has a reading that this report follows; another reading may move the results."
    )
    page.plain("Open points and our readings", ("", "Question", "Our reading"), [tuple(x) for x in readout.undecided])
    page.head("Appendix: methods")
    page.blocks += _methods(protocol)
    page.head("Appendix: abbreviations and provenance")
    page.say(abbreviations(" ".join(said(page.blocks)), protocol))
    page.plain("What this report was made from", ("", ""), _provenance(readout, virtual))
    mark = (line("virtual", ("b", INVENTED if "made up" in virtual else VIRTUAL), f" {virtual}"),) if virtual is not None else ()
    known = f", as known at {readout.known_at}" if readout.known_at else ""
    head = (
        *mark,
        line("title", readout.title),
        line("sub", f"Study report. Data cut-off {iso(readout.cutoff)}{known}. Protocol {readout.study} version {readout.version}, fingerprint ",
             ("code", readout.fingerprint[:16]), "."),
        *_key(readout),
        Contents("sections"), Contents("tables", "Tables"), Contents("figures", "Figures"),
    )  # fmt: skip
    return Document(
        f"{readout.study}: report, cut-off {iso(readout.cutoff)}",
        (*head, *page.blocks),
        mark="virtual participants" if virtual is not None else "",
        foot=(line("note", readout.notice), *mark),
    )


def _methods(protocol: Any) -> list[Block]:
    found: list[Block] = []
    for title, told in method_parts(protocol):
        found += [line("heading", title)] if title else []
        found.append(line("text", told) if isinstance(told, str) else Terms(tuple(told)))
    return found


def _key(r: ReadOut) -> list[Block]:
    """The primary endpoint and the main times, large, at the top."""
    boxes = []
    for e in r.estimates.values():
        if isinstance(e, Rate) and e.endpoint.primary and e.n:
            ends = interval(100 * e.lower, 100 * e.upper)
            boxes.append((f"{100 * e.value:.1f} %", e.endpoint.label, f"{e.reached:,} of {e.n:,}; 95 % interval {ends} %"))
    times = [e for e in r.estimates.values() if isinstance(e, Survival) and e.n and e.endpoint.landmarks and not e.endpoint.sensitivity_of]
    for s in sorted(times, key=lambda s: not s.endpoint.primary)[: 3 - len(boxes)]:
        middle = "not reached" if number(s.median.value)[0] == "n" else f"{s.median.value:.1f} months"
        ends = f"95 % interval {interval(s.median.lower, s.median.upper)}; " if number(s.median.lower)[0] != "n" else ""
        boxes.append((middle, f"{s.endpoint.label}, median", f"{ends}{counted(s.events, 'event')} in {s.n:,}"))
    if not boxes:
        return []
    note = [line("note", "Both arms together; the arms beside each other stand in Table 14.2.13.")] if r.arms else []
    return [Figures(tuple((bound(a), b, bound(c)) for a, b, c in boxes)), *note]


def _participants(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    page.head("Participants")
    page.say(*participants(r, data))
    page.draw("14.1.1")
    for table in ("14.1.1", "14.1.2", "14.1.3"):
        page.put(table)


def _exposure(page: Page, r: ReadOut, protocol: Any) -> None:
    page.head("Treatment")
    page.say(*exposure(r, protocol))
    if r.exposure["days with drug"].n:
        page.put("14.1.4")
        page.draw("14.1.2")
        page.put("14.1.7")
        page.draw("14.1.3")


def _proportions(page: Page, r: ReadOut) -> None:
    if r.arms:
        page.head("The arms beside each other")
        page.say(*arms(r))
        for number in ("14.2.13", "14.2.20", "14.2.21", "14.2.22"):
            page.put(number)
    if any(isinstance(e, Rate) for e in r.estimates.values()):
        page.head("Response and other proportions")
        for e in r.estimates.values():
            if isinstance(e, Rate) and e.endpoint.primary:
                page.say(f"The primary endpoint, {lowered(e.endpoint.label)}, was reached by {rate_words(e)}.", tests(r), open_questions(e))
        page.put("14.2.1")
        page.put("14.2.2")
    for f in page.figures.values():
        if f.title.endswith("best change from screening") or f.title == "Subgroups":
            page.draw(f.number)


def _times(page: Page, r: ReadOut) -> None:
    shown = [e for e in r.estimates.values() if isinstance(e, Survival) and not e.endpoint.sensitivity_of]
    if not shown:
        return
    page.head("Survival and other times")
    for e in shown:
        if e.n and e.endpoint.landmarks:
            marks = "; ".join(landmark_words(e, m) for m in e.landmarks if number(m.value)[0] != "n")
            page.say(f"{e.endpoint.label}: {median_words(e)}.", failed_at_once(e), f"Estimates: {marks}." if marks else "")
    page.put("14.2.3")
    page.put("14.2.4")
    titles = {f.title: n for n, f in page.figures.items()}
    for e in shown:
        page.draw(titles[e.endpoint.label])
    if page.put("14.2.5"):
        for found in r.estimates.values():
            if isinstance(found, Competing):
                page.draw(titles[found.endpoint.label])


def _numbers(page: Page, r: ReadOut) -> None:
    """Endpoints that are numbers: a sentence, the table, and a figure for each."""
    titles = {f.title: n for n, f in page.figures.items()}
    for kind, title, table in (
        (Quantity, "Values and their changes", "14.2.15"),
        (Counted, "Counts and rates", "14.2.16"),
        (Categories, "Ordered categories", "14.2.17"),
        (Repeated, "Values over visits", "14.2.19"),
    ):
        shown = [e for e in r.estimates.values() if isinstance(e, kind) and not e.endpoint.sensitivity_of]
        if not shown:
            continue
        page.head(title)
        for e in shown:
            page.say(f"{e.endpoint.label}: {estimate_words(e)}.", compared_words(r, e))
        page.put(table)
        for e in shown:
            page.draw(titles[e.endpoint.label])


def _margins(page: Page, r: ReadOut) -> None:
    """The margins of non-inferiority: a sentence each, the table, a figure for each endpoint that has some."""
    shown = [c for c in r.arms if c.margins]
    if not shown:
        return
    page.head("Margins of non-inferiority")
    for c in shown:
        e, (_, digits) = r.estimates[c.name].endpoint, effect_scale(c)
        page.say(f"{e.label}, {'; '.join(margin_held(x, e, digits) for x in c.margins)}.")
    page.put("14.2.18")
    for f in page.figures.values():
        if f.title.endswith(MARGIN):
            page.draw(f.number)


def _sensitivity(page: Page) -> None:
    if "14.2.14" in page.tables:
        page.head("Sensitivity analyses")
        page.say("The endpoints are measured again with one thing of their definition changed.")
        page.put("14.2.14")
    page.put("14.2.23")


def _switches(page: Page, r: ReadOut) -> None:
    if not any(s.changing.n_changed for s in r.switches):
        return
    page.head("A change during follow-up")
    page.say(*switches(r))
    page.put("14.2.12")
    for f in page.figures.values():
        if any(f.title.endswith(f", by {s.by}") for s in r.switches):
            page.draw(f.number)


def _set_against(page: Page, r: ReadOut) -> None:
    if "14.2.8" in page.tables:
        page.head("Prognostic factors")
        page.put("14.2.8")
        page.draw(next(n for n, f in page.figures.items() if f.title == "Prognostic factors"))
    if r.historical is not None:
        page.head("Against the historical control")
        page.say(*historical(r.historical))
        page.say(CAUTION)
        page.put("14.2.9")
        page.draw(next(n for n, f in page.figures.items() if f.title == "Against the historical control"))
        page.put("14.2.10")
        page.put("14.2.11")


def _safety(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    page.head("Adverse events and measured values")
    page.say(*adverse(data, protocol))
    n = int(data.subject["treated_on"].is_not_null().sum())
    for t in list(page.tables):
        if t.startswith("14.3.1.") and t != "14.3.1.2":
            page.put(t, LEAST, n if t in TERMS else 0)
    page.draw("14.3.1")
    page.head("Deaths")
    page.say(*deaths(data, protocol))
    page.put("14.3.2.1")
    _told_one_by_one(page)


def _told_one_by_one(page: Page) -> None:
    """The narratives, where they are few enough to be read on a page."""
    t = page.tables.get("14.3.3.1")
    if t is None:
        return
    page.head(t.title)
    if len(t.lines) <= NARRATIVES:
        page.put(t.number)
    else:
        page.say(f"{len(t.lines):,} participants died or had a serious adverse event; Listing {t.number} among the files tells of each.")


def _deviations(page: Page, r: ReadOut) -> None:
    page.head("Deviations from the protocol")
    total = sum(n for _, n, _ in r.deviations)
    if not total:
        page.say("None were found.")
        return
    page.say(f"Walking every journal through the study's rules found {counted(total, 'deviation')}.")
    page.put("14.1.6")


def _queries(page: Page, data: Datasets) -> None:
    if len(data.query):
        page.head("Queries about the data")
        page.say(
            f"{counted(len(data.query), 'query', 'queries')} to the sites are open about what is recorded; none of them changes what is analysed."
        )
        page.put("14.1.8")


def _published(page: Page, r: ReadOut, virtual: str | None) -> None:
    if not r.compared:
        return
    page.head("Published figures beside these")
    page.say(*published(r))
    if virtual is not None:
        page.say(BY_CONSTRUCTION)
    page.draw(next(n for n, f in page.figures.items() if f.title == "Published figures beside these"))
    page.put("14.2.7")


def _provenance(r: ReadOut, virtual: str | None) -> list[tuple[str, ...]]:
    rows = [
        ("Study", f"{r.study} version {r.version}"), ("Fingerprint of the definition", r.fingerprint),
        ("Data cut-off", iso(r.cutoff) or ""), ("Known at", r.known_at or "everything recorded"),
        ("Participants and entries", f"{r.participants:,} and {r.entries:,}"), ("Participants are", "real" if virtual is None else f"virtual ({virtual})"),
    ]  # fmt: skip
    return [*rows, ("Software", ", ".join(f"{name} {v}" for name, v in r.versions.items()))]
