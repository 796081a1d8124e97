"""The answers of check, walk and calendar as a person reads them: what is needed first, about a screen of it, and how to ask for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..journey.standing_text import dose_said, doses_ahead, premedication_said, record_said, window_said
from .screen import Command, Grid, Heading

SCREEN = 24  # lines that are shown whole
OPEN = ("due", "owed", "late")
FEW, LAST, ENDPOINTS = 3, 6, 10


def check_shown(found: Any, study: str, whole: bool) -> list[Any]:
    """A check: counts, every finding and every invariant that is not proved; with `whole`, or where it fits, the invariants and readings too."""
    if whole or found.as_text().count("\n") < SCREEN:
        return [found.as_text()]
    head, _, rest = found.as_text().partition("\n\nInvariants\n")
    proofs = [p for p in found.invariants if not p.holds]
    shown: list[Any] = [head]
    if proofs:
        shown += ["", Heading("Invariants that are not proved")]
        shown += [Grid([("BROKEN" if p.tested else "UNTESTED", f"{p.name} ({p.source})") for p in proofs])]
    if found.undecided:
        named = ", ".join(r.id for r in found.undecided)
        shown += ["", Heading("Undecided in the text, with a reading of ours"), f"  {named}"]
    return shown if not rest else [*shown, "", "Every invariant and every reading in words:", Command(f"  trialrun check {study} --all")]


def standing_shown(here: Any, as_text: str, whole: bool) -> list[Any]:
    """A standing: where, dose, what comes, open visits, what may be decided, what is asked; with `whole` all of it."""
    if whole:
        return [as_text]
    data = here.as_json()
    shown: list[Any] = [
        *_head(here, data),
        *_due(data),
        *_records(data["records"]),
        *_visits(data["visits"], data.get("waiting", [])),
        *_decisions(data["allowed"]),
    ]
    shown += _latest("Deviations", [(d["on"], f"{d['kind']}: {d['says']}  [{d['source']}]") for d in data["deviations"]])
    shown += _latest("Queries", [(f"#{q['entry']}", f"{q['event']}: {q['kind']}: {q['says']}") for q in data["queries"]])
    shown += _latest("Road", _road(here))
    if data["undecided"]:
        shown += ["", f"Our readings touched here: {', '.join(data['undecided'])} (see `trialrun page`)"]
    return [*shown, "", "All of it: --all", data["notice"]]


def _head(here: Any, data: dict[str, Any]) -> list[Any]:
    known = f", as known at {data['known_at']}" if data["known_at"] else ""
    rows = [("Phase", data["phase"] + _if(data["reason"], " ({})") + _if(data["since"], " since {}"))]
    if here.ready.protocol.arms:
        rows.append(("Arm", data["arm"] or "not allocated yet"))
    counts = [f"{s.key.replace('_', ' ')} {_plain(data[s.key])}" for s in here.ready.protocol.standing if data.get(s.key) is not None]
    if counts:
        rows.append(("Counts", ", ".join(counts)))
    rows += [("Dose today", dose_said(d)) for d in data["doses"]] or [("Dose today", "none")]
    rows += doses_ahead(data)
    rows += [("Before it", premedication_said(p)) for p in data["premedication"]]
    rows += [("Proposed", _said(p)) for p in data.get("proposed") or ()]
    if data["response"]:
        rows.append(("Response", data["response"]))
    about = f"{data['study']} version {data['version']}, fingerprint {data['fingerprint'][:12]}…"
    return [Heading(f"{data['participant']} on {data['on']}{known}"), about, "", *(f"{name:<10} {what}" for name, what in rows)]


def _due(data: dict[str, Any]) -> list[Any]:
    rows = [(n["on"], f"{n['what']}  [{n['source']}]") for n in data["next"]]
    return ["", Heading("Next"), Grid(rows)] if rows else []


def _records(records: Sequence[dict[str, Any]]) -> list[Any]:
    """The records that go on, and the latest of those that have ended."""
    going, ended = ([r for r in records if r["ongoing"] is goes_on] for goes_on in (True, False))
    rows = [tuple(record_said(r).split("  ", 1)) for r in (*going, *ended[-FEW:])]
    more = [f"  and {len(ended) - FEW} that ended before"] if len(ended) > FEW else []
    return ["", Heading("Records"), Grid(rows), *more] if records else []


def _visits(visits: Sequence[dict[str, Any]], waiting: Sequence[dict[str, Any]]) -> list[Any]:
    """The open visits and the next ones, and those that wait for an act; how many there are of the others."""
    wanted = [v for v in visits if v["state"] in OPEN]
    planned = [v for v in visits if v["state"] == "planned"]
    rest = [v for v in visits if v not in wanted and v not in planned[:FEW]]
    rows = [
        (v["target"], v["name"], v["state"], f"{window_said(v)}{_if(v['reason'], ' ({})')}  [{v['source']}]")
        for v in (*wanted, *planned[:FEW])
    ]
    rows += [("", w["name"], "waits", f"{w['says']}  [{w['source']}]") for w in waiting]
    counted = {state: sum(v["state"] == state for v in rest) for state in dict.fromkeys(v["state"] for v in rest)}
    more = [f"  and {', '.join(f'{n} {state}' for state, n in counted.items())}"] if counted else []
    return ["", Heading("Visits"), Grid(rows, whole=(0, 2)), *more] if visits or waiting else []


def _decisions(allowed: Iterable[dict[str, Any]]) -> list[Any]:
    """What is allowed, then what is not, those that one sentence refuses together."""
    together: dict[tuple[bool, str, str], list[str]] = {}
    for a in allowed:
        together.setdefault((a["allowed"], a["because"], a["source"]), []).append(a["decision"])
    rows = [
        ("yes" if may else "no", f"{', '.join(names)}: {because}  [{source}]")
        for (may, because, source), names in sorted(together.items(), key=lambda item: not item[0][0])
    ]
    return ["", Heading("Allowed"), Grid(rows)] if rows else []


def _latest(name: str, rows: Sequence[tuple[str, str]]) -> list[Any]:
    """The last rows of a section, with how many came before."""
    if not rows:
        return []
    before = f": the last {LAST} of {len(rows)}" if len(rows) > LAST else ""
    return ["", Heading(f"{name}{before}"), Grid(rows[-LAST:])]


def _road(here: Any) -> list[tuple[str, str]]:
    from ..protocol.words.times import iso

    rules, shown = here.ready.table.meaning.rules, here.ready.shown
    rows = []
    for t in here.road.turns:
        if t.rule is not None:
            moved = f" -> {shown[t.after]}" if shown[t.after] != shown[t.before] else ""
            rows.append((str(iso(t.day)), f"{t.event}: {rules[t.rule].words}{moved}  [{rules[t.rule].source}]"))
    return rows


def _said(thing: Any) -> str:
    """One line of a standing that is words, or words with a source."""
    if not isinstance(thing, dict):
        return str(thing)
    words = next((thing[k] for k in ("says", "words", "what", "name") if thing.get(k)), "")
    return f"{words}{_if(thing.get('because'), ': {}')}{_if(thing.get('source'), '  [{}]')}"


def _if(value: Any, shape: str) -> str:
    return shape.format(value) if value else ""


def _plain(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _window(r: dict[str, Any]) -> str:
    """The window of a line of a calendar, before what it says."""
    said = f"{r['earliest']} .. {r['latest']}  " if r["earliest"] else "window not stated  " if r["window"] == "not stated" else ""
    return said + ("time not recorded  " if r["time"] else "")


def calendar_shown(title: str, data: dict[str, Any]) -> list[Any]:
    """A calendar: every date with its study day and window, then the visits that are left out, each with the reason."""
    rows = [(r["on"], f"day {r['day']:>5}", f"{_window(r)}{r['what']}  [{r['source']}]") for r in data["dates"]]
    shown: list[Any] = [f"{title}: from {data['start']}, day 1, if everything goes by the plan", Grid(rows, whole=(0, 1))]
    if data["left_out"]:
        out = [(v["on"] or "", f"{v['what']}: {v['because']}  [{v['source']}]") for v in data["left_out"]]
        shown += ["", Heading("Left out"), Grid(out)]
    return [*shown, "", data["notice"]]


def readout_shown(r: Any, whole: bool) -> list[Any]:
    """A read-out: who, and every endpoint with its interval, the primary one first; with `whole` also landmarks, comparisons and published figures."""
    if whole:
        return [r.as_text()]
    from ..analysis.results.wording import digits_for, interval, measured, percent, rate_said, span_said
    from ..protocol.words.times import iso

    known = f", as known at {r.known_at}" if r.known_at else ""
    who = ", ".join(f"{n:,} {label[0].lower() + label[1:]}" for _, label, n in r.flow[:3])
    rows = []
    ordered = sorted(r.estimates.values(), key=lambda e: not e.endpoint.primary)
    for e in ordered[:ENDPOINTS]:
        value, between, of = "", "", ""
        if e.n == 0:
            value = "nobody in the set"
        elif e.endpoint.kind == "count":
            value = f"{rate_said(e.value, e)} per {span_said(e.per)}" if e.value == e.value else "no rate"
            between, of = f"{rate_said(e.lower, e)} to {rate_said(e.upper, e)}" if e.lower == e.lower else "", f"{e.events:,} in {e.n:,}"
        elif e.endpoint.kind == "ordered":
            most = max(range(len(e.counts)), key=lambda k: e.counts[k])
            value, between, of = (f"most: {e.levels[most]}" if e.known else "no category"), "", f"{e.counts[most]:,} of {e.n:,}"
        elif e.endpoint.kind in ("value", "repeated"):
            value, between = (measured(e.value, e), interval(e.lower, e.upper, digits_for(e))) if e.known else ("no value", "")
            value, of = f"{value}{' %' if e.endpoint.value.change == 'percent' and e.known else ''}", f"{e.known:,} of {e.n:,}"
        elif hasattr(e, "median"):
            m = e.median
            value = f"{m.value:.1f} months" if m.value < float("inf") else "not reached"
            between, of = interval(m.lower, m.upper), f"{e.events:,} of {e.n:,}"
        elif hasattr(e, "reached"):
            value, between, of = percent(e.value), f"{interval(100 * e.lower, 100 * e.upper)} %", f"{e.reached:,} of {e.n:,}"
        else:
            value, between, of = f"{e.events[0]:,} and {e.events[1]:,}", "competing", f"of {e.n:,}"
        rows.append(("*" if e.endpoint.primary else "", e.endpoint.label, value, between, of))
    shown: list[Any] = [
        Heading(r.title),
        f"{r.study} version {r.version}, fingerprint {r.fingerprint[:12]}…",
        f"data cut-off {iso(r.cutoff)}{known}",
    ]
    shown += [
        f"{r.participants:,} participants: {who}",
        "",
        Grid(rows, ("", "Endpoint", "Estimate", "95 % interval", "Number"), whole=(0, 2, 3)),
    ]
    if len(ordered) > ENDPOINTS:
        shown.append(f"  and {len(ordered) - ENDPOINTS} more endpoints: see the report, or --all")
    shown += ["  * primary endpoint; times are medians, with the number of events" + ("; all arms together" if r.arms else "")]
    for d in r.designs:
        shown.append(f"  Against a rate of {d.null:.0%}: {d.reached:,} of {d.n:,}, {d.critical or 'no number'} needed")
    if r.deviations:
        shown.append(f"  Deviations: {', '.join(f'{kind} {n}' for kind, n, _ in r.deviations[:6])}")
    return [*shown, "", r.notice]


def operating_shown(o: Any, whole: bool) -> list[Any]:
    """Operating characteristics: power, one estimate an endpoint, which published figures lie outside; with `whole` every estimate and figure."""
    from ..analysis.trials.operating_words import UNITS, number_said, power_said, span_said

    shown: list[Any] = [Heading(f"{o.study}: {o.trials:,} trials, {o.participants:,} virtual participants"), *map(power_said, o.power), ""]
    first = {c.endpoint: c for c in reversed(o.estimates)}
    kept = [c for c in o.estimates if whole or first[c.endpoint] is c]
    rows = []
    for c in kept:
        scale, unit = UNITS[c.unit]
        held = "–" if c.coverage != c.coverage else f"{100 * c.coverage:.1f} %"
        without = f" (not in {c.missed:,})" if c.missed else ""
        spread = span_said(scale * c.low, scale * c.high, c.unit)
        rows.append(
            (
                f"{c.endpoint}: {c.statistic}{unit}{without}",
                number_said(scale * c.truth, c.unit),
                number_said(scale * c.mean, c.unit),
                spread,
                held,
            )
        )
    shown.append(Grid(rows, ("Endpoint", "Truth", "Mean", "95 % of trials", "Coverage"), whole=(1, 2, 3)))
    for a in o.arms:
        scale = 100 if a.effect == "difference" else 1
        shown.append(
            f"  {a.endpoint}, {a.arm} against {a.against}: {f'{a.margin}, held in' if a.margin else 'power'} {100 * a.power:.1f} % (error {100 * a.error:.1f})"
            + (f"; {a.effect} {a.mean * scale:.2f} ({a.low * scale:.2f} to {a.high * scale:.2f})" if a.mean == a.mean else "")
        )
    if o.figures and whole:
        inside = {None: "–", True: "yes", False: "no"}
        table = []
        for s in o.figures:
            f = s.figure
            value = f"{f.value:g}{'' if f.confirmed else ' *'}"
            table.append((f"{f.name}, {f.unit}", value, number_said(s.mean), span_said(s.low, s.high), inside[s.inside]))
        shown += ["", Grid(table, ("Published figure", "Value", "Mean", "95 % of trials", "Inside"), whole=(1, 2, 3))]
        shown.append("  * recalled, not confirmed")
    elif o.figures:
        outside = [s.figure.name for s in o.figures if s.inside is False]
        shown += [
            "",
            f"Of {len(o.figures)} published figures {len(outside)} lie outside what 95 % of the trials span"
            + (f": {', '.join(outside)}" if outside else ""),
        ]
    return [*shown, *([] if whole else ["", "Every estimate and figure: --all"]), o.notice]
