"""The report: one self-contained HTML page that reads like the results section of a paper, with figures, tables and a method appendix."""

from __future__ import annotations

from html import escape
from typing import Any

from ...protocol.times import iso
from ..datasets import Datasets
from ..results.baseline import baseline_rows
from ..results.estimates import Competing, Rate, Survival
from ..results.methods import method_appendix
from ..results.readout import ReadOut
from ..results.safety import safety_rows
from ..results.wording import counted, interval, landmark_words, median_words, number, p_value, published_words, rate_words, value_words
from .look import STYLE
from .page import Page
from .pictures import comparison, cycles, flow, incidence, survival_curve, swimmer
from .safety_pages import deaths_section, further_safety, values_figures

VIRTUAL = "Virtual participants: simulated from the study's own rules. No real person's data. Not evidence about the drug."


def report_html(readout: ReadOut, data: Datasets, ready: Any, virtual: str | None = None) -> str:
    """The report as one HTML text without anything from outside. `virtual` says how simulated participants came about, None for real ones."""
    page = Page()
    protocol = ready.protocol
    _participants(page, readout, data, protocol)
    _exposure(page, readout, data, protocol)
    _proportions(page, readout)
    _times(page, readout)
    values_figures(page, readout, data, protocol)
    _safety(page, data)
    further_safety(page, data, protocol)
    deaths_section(page, readout, data, protocol)
    _deviations(page, readout)
    _published(page, readout)
    page.head("What the protocol leaves undecided")
    page.say(
        "The text of the study leaves these points open. Each has a reading that this report follows; another reading may move the results."
    )
    page.table("Open points and our readings", ["", "Question", "Our reading"], [[i, q, a] for i, q, a in readout.undecided])
    page.parts.append('<div class="break"></div>')
    page.head("Appendix: methods")
    page.parts.append(method_appendix(protocol))
    page.head("Appendix: provenance")
    page.table("What this report was made from", ["", ""], _provenance(readout, virtual))
    body = "".join(page.parts).replace(" %", "\u00a0%")
    mark = f'<p class="virtual"><b>{escape(VIRTUAL)}</b> {escape(virtual)}</p>' if virtual is not None else ""
    contents = "".join(f'<li><a href="#{i}">{escape(t)}</a></li>' for i, t in page.heads)
    known = f", as known at {escape(readout.known_at)}" if readout.known_at else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(readout.study)}: report, cut-off {iso(readout.cutoff)}</title><style>{STYLE}</style></head>"
        f'<body{" class=simulated" if virtual is not None else ""}><main><header>{mark}<h1>{escape(readout.title)}</h1>'
        f'<p class="sub">Study report. Data cut-off {iso(readout.cutoff)}{known}. Protocol {escape(readout.study)} version {readout.version}, '
        f'fingerprint <code>{readout.fingerprint[:16]}</code>.</p>{_key(readout)}</header><nav><ol>{contents}</ol></nav>'
        f"{body}<footer><p>{escape(readout.notice)}</p>{mark}</footer></main></body></html>\n"
    )  # fmt: skip


def _key(r: ReadOut) -> str:
    """The primary endpoint and the main times, large, at the top."""
    boxes = []
    for e in r.estimates.values():
        if isinstance(e, Rate) and e.endpoint.primary and e.n:
            boxes.append(
                (
                    f"{100 * e.value:.1f} %",
                    e.endpoint.label,
                    f"{e.reached:,} of {e.n:,}; 95 % interval {interval(100 * e.lower, 100 * e.upper)} %",
                )
            )
    times = [e for e in r.estimates.values() if isinstance(e, Survival) and e.n and e.endpoint.landmarks][:2]
    for s in times:
        middle = "not reached" if number(s.median.value)[0] == "n" else f"{s.median.value:.1f} months"
        boxes.append(
            (
                middle,
                f"{s.endpoint.label}, median",
                f"95 % interval {interval(s.median.lower, s.median.upper)}; {counted(s.events, 'event')} in {s.n:,}",
            )
        )
    cells = "".join(f"<div><strong>{escape(a)}</strong><span>{escape(b)}</span><small>{escape(c)}</small></div>" for a, b, c in boxes)
    return f'<div class="key">{cells}</div>'.replace(" %", "\u00a0%") if cells else ""


def _participants(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    page.head("Participants")
    first = r.flow[0][2] if r.flow else r.participants
    rest = ", ".join(f"{n:,} {_lower(label)}" for _, label, n in r.flow[1:3])
    page.say(
        f"{first:,} {'participant was' if first == 1 else 'participants were'} screened" + (f": {rest}." if rest else "."),
        f"Where they stood at the cut-off: {', '.join(f'{name} {n:,}' for name, n in r.standing)}.",
    )
    page.figure(
        "Participants in the study.", flow(r, data, protocol), "Each box counts participants; at the side, those who did not go on."
    )
    rows = baseline_rows(data, protocol)
    if rows:
        page.table("Demography and disease history at screening, treated participants", ["", "Value", "Missing"], rows)


def _exposure(page: Page, r: ReadOut, data: Datasets, protocol: Any) -> None:
    page.head("Exposure")
    c = r.exposure["cycles"]
    if not c.n:
        page.say("Nobody was treated.")
        return
    total = sum(k * n for k, n in r.cycles)
    page.say(
        f"{c.n:,} treated {_people(c.n)} began {counted(total, 'cycle')}, a median of {c.median:g} (range {c.low:g} to {c.high:g}).",
        f"The median time with drug was {r.exposure['days with drug'].median:g} days.",
    )
    rows = [
        [name[0].upper() + name[1:], f"{s.n:,}", number(s.mean), number(s.sd) if s.n > 1 else "–", number(s.median), f"{number(s.q1)} to {number(s.q3)}"]
        + [f"{number(s.low)} to {number(s.high)}"]
        for name, s in r.exposure.items()
    ]  # fmt: skip
    unit = next((d.unit.partition("/")[0] for d in protocol.doses if d.at), "")
    page.table(
        "Exposure", ["", "n", "Mean", "SD", "Median", "Quartiles", "Range"], rows,
        f"Amounts in {unit}. Relative dose intensity: amount given over the amount planned for the cycles begun.",
    )  # fmt: skip
    page.figure("Cycles begun.", cycles(r))
    page.figure("Time in the study, one row a participant.", swimmer(data, protocol))


def _proportions(page: Page, r: ReadOut) -> None:
    rates = [e for e in r.estimates.values() if isinstance(e, Rate)]
    if not rates:
        return
    page.head("Response and other proportions")
    for e in rates:
        if e.endpoint.primary:
            page.say(f"The primary endpoint, {_lower(e.endpoint.label)}, was reached by {rate_words(e)}.", _tests(r, e), _open(e))
    rows = [
        [e.endpoint.label, f"{e.reached:,}", f"{e.n:,}", number(100 * e.value), interval(100 * e.lower, 100 * e.upper) if e.n else "–", _set(r, e.endpoint.population)]
        for e in rates
    ]  # fmt: skip
    page.table("Proportions with exact 95 % intervals (Clopper and Pearson)", ["", "Reached", "Of", "%", "95 % interval", "Among"], rows)


def _tests(r: ReadOut, e: Rate) -> str:
    said = []
    for d in r.designs:
        need = "no number would suffice" if d.critical is None else f"{d.critical} or more reject it"
        doubt = "" if d.confirmed else "; the design figures are recalled and not confirmed"
        said.append(f"Against a rate of {100 * d.null:g} %, the exact one-sided p-value is {p_value(d.p_value)} ({need}{doubt}).")
    return " ".join(said)


def _open(e: Rate) -> str:
    if not e.open:
        return ""
    return f"For {e.open:,} the question was still open at the cut-off; they count as not having reached it."


def _times(page: Page, r: ReadOut) -> None:
    page.head("Survival, duration and transplant")
    shown = [e for e in r.estimates.values() if isinstance(e, Survival)]
    for e in shown:
        if e.n and e.endpoint.landmarks:
            marks = "; ".join(landmark_words(e, m) for m in e.landmarks if number(m.value)[0] != "n")
            page.say(f"{e.endpoint.label}: {median_words(e)}.", f"Estimates: {marks}." if marks else "")
    rows = [
        [e.endpoint.label, f"{e.n:,}", f"{e.events:,}", _reached(e.median.value), interval(e.median.lower, e.median.upper) if e.n else "–"]
        + [number(e.follow_up) if e.follow_up == e.follow_up else "–"]
        for e in shown
    ]
    page.table(
        "Times in months (Kaplan-Meier; 95 % interval on the log scale)",
        ["", "n", "Events", "Median", "95 % interval", "Median follow-up"],
        rows,
        "Median follow-up by the reversed curve.",
    )
    for e in shown:
        if e.n and e.endpoint.landmarks:
            page.figure(
                f"{e.endpoint.label}.",
                survival_curve(r, e),
                f"{e.endpoint.variable[:1].upper()}{e.endpoint.variable[1:]}. Marks: censored.",
            )
    for found in r.estimates.values():
        if isinstance(found, Competing) and found.incidence is not None:
            page.figure(f"{found.endpoint.label}: cumulative incidence.", incidence(found), "Aalen-Johansen, 95 % bands.")


def _safety(page: Page, data: Datasets) -> None:
    rows = safety_rows(data)
    page.head("Adverse events")
    if not rows:
        page.say("No adverse event was recorded.")
        return
    page.table(
        "Treatment-emergent adverse events, participants (%)", ["", "Any grade", "Grade 3 or more", "Serious", "Events"], rows,
        "From the first infusion to 30 days after the last day with drug. A participant counts once in a row. "
        "Grades by CTCAE as recorded; the version is not in the journals.",
    )  # fmt: skip


def _deviations(page: Page, r: ReadOut) -> None:
    page.head("Deviations from the protocol")
    if not r.deviations:
        page.say("None were found.")
        return
    page.say(f"{sum(n for _, n, _ in r.deviations):,} deviations were found by walking every journal through the study's rules.")
    page.table("Deviations", ["Kind", "Number", "Participants"], [[k, f"{n:,}", f"{p:,}"] for k, n, p in r.deviations])


def _published(page: Page, r: ReadOut) -> None:
    if not r.compared:
        return
    page.head("Published figures beside these")
    known = [c for c in r.compared if c.inside is not None]
    inside = sum(bool(c.inside) for c in known)
    page.say(
        f"Of {len(known)} published figures with a counterpart here, {inside} lie within our interval.",
        "Figures marked u are recalled and not confirmed by a source that we could read.",
    )
    page.figure("Published figures (open circles) beside these (squares), in per cent.", comparison(r))
    sources = {text: k for k, text in enumerate(dict.fromkeys(c.figure.source for c in r.compared), 1)}
    rows = [
        [c.figure.name + ("" if c.figure.confirmed else " (u)"), published_words(c), value_words(c), f"{c.n:,}"]
        + [{True: "yes", False: "no", None: "–"}[c.inside], str(sources[c.figure.source])]
        for c in r.compared
    ]
    page.table(
        "Published figures and ours", ["", "Published (interval)", "Ours (interval)", "n", "Inside", "From"], rows,
        "Ours: 95 % interval; for medians of age and cycles the quartiles. Inside: the published value lies in our interval.",
    )  # fmt: skip
    items = "".join(f'<li value="{k}">{escape(text)}</li>' for text, k in sources.items())
    page.parts.append(f'<ol class="refs">{items}</ol>')


def _provenance(r: ReadOut, virtual: str | None) -> list[list[str]]:
    rows = [
        ["Study", f"{r.study} version {r.version}"], ["Fingerprint of the definition", r.fingerprint],
        ["Data cut-off", iso(r.cutoff) or ""], ["Known at", r.known_at or "everything recorded"],
        ["Participants and entries", f"{r.participants:,} and {r.entries:,}"], ["Participants are", "real" if virtual is None else f"virtual ({virtual})"],
    ]  # fmt: skip
    return rows + [["Software", ", ".join(f"{name} {v}" for name, v in r.versions.items())]]


def _set(r: ReadOut, name: str) -> str:
    return _lower(next(label for n, label, _ in r.flow if n == name))


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _reached(x: float) -> str:
    return "not reached" if number(x)[0] == "n" else number(x)


def _people(n: int) -> str:
    return "participant" if n == 1 else "participants"
