"""A standing as plain text for a terminal: where, dose, next, visits, what is allowed, deviations, and the road."""

from __future__ import annotations

from typing import Any

from ..protocol.words.times import iso
from .standing import Standing


def as_text(here: Standing) -> str:
    """A standing as a person reads it."""
    data = here.as_json()
    lines = [
        f"{data['participant']} on {data['on']}" + (f", as known at {data['known_at']}" if data["known_at"] else ""),
        f"{data['study']} version {data['version']}, fingerprint {data['fingerprint'][:12]}…",
        "",
        f"Phase      {data['phase']}"
        + (f" ({data['reason']})" if data["reason"] else "")
        + (f" since {data['since']}" if data["since"] else ""),
    ]
    if here.ready.protocol.arms:
        lines.append(f"Arm        {data['arm'] or 'not allocated yet'}")
    counts = [f"{s.key.replace('_', ' ')} {_plain(data[s.key])}" for s in here.ready.protocol.standing if data[s.key] is not None]
    if counts:
        lines.append(f"Counts     {', '.join(counts)}")
    doses = [dose_said(d) for d in data["doses"]] or ["none"]
    lines += [f"{'Dose today' if n == 0 else '':<10} {said}" for n, said in enumerate(doses)]
    lines += [f"{'Before it':<10} {premedication_said(p)}" for p in data["premedication"]]
    lines += [f"{name:<10} {said}" for name, said in doses_ahead(data)]
    for p in data["proposed"]:
        lines.append(f"Proposed   {p['says']} (since {p['on']}; answered by {' or '.join(p['answers'])}) [{p['source']}]")
    if data["response"]:
        lines.append(f"Response   {data['response']}")
    lines += _section("Next", [f"{n['on']}  {n['what']}  [{n['source']}]" for n in data["next"]])
    lines += _section("Records", [record_said(r) for r in data["records"]])
    lines += _section(
        "Visits",
        [
            f"{v['target']}  {v['name']:<22} {v['state']:<9} {window_said(v)}"
            + (f", made {v['made']}" if v["made"] else "")
            + (f" ({v['reason']})" if v["reason"] else "")
            + f"  [{v['source']}]"
            for v in data["visits"]
        ]
        + [f"{'':<10}  {w['name']:<22} waits     {w['says']}  [{w['source']}]" for w in data.get("waiting", [])],
    )
    lines += _section(
        "Allowed", [f"{'yes' if a['allowed'] else 'no ':<3}  {a['decision']}: {a['because']}  [{a['source']}]" for a in data["allowed"]]
    )
    lines += _section(
        "Deviations",
        [
            f"{d['on']}  {d['kind']}: {d['says']}  [{d['source']}]" + (f" ({d['known_then']})" if d["known_then"] else "")
            for d in data["deviations"]
        ],
    )
    lines += _section("Hangs on a date known in part", [f"{u['what']}: from {u['earliest']} to {u['latest']}" for u in data["uncertain"]])
    asked = data["queries"]
    lines += _section(f"Queries ({len(asked)})", [f"sequence {q['entry']}, {q['event']}: {q['kind']}: {q['says']}" for q in asked])
    rules = here.ready.table.meaning.rules
    shown = here.ready.shown
    road = [
        f"{iso(t.day)}  {t.event}: {rules[t.rule].words}"
        + (f" -> {shown[t.after]}" if t.after != t.before and shown[t.after] != shown[t.before] else "")
        + f"  [{rules[t.rule].source}]"
        for t in here.road.turns
        if t.rule is not None
    ]
    lines += _section("Road", road)
    if data["undecided"]:
        lines += ["", f"Our readings touched here: {', '.join(data['undecided'])} (see `trialrun page`)"]
    return "\n".join([*lines, "", data["notice"]])


def window_said(v: dict[str, Any]) -> str:
    """The window of a visit of a standing in words."""
    window = "window not stated" if v["earliest"] is None else f"window {v['earliest']} .. {v['latest']}"
    if "at" not in v:
        return window
    return (f"at {v['at']}, " if v["at"] else "time not recorded, ") + window


def _plain(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def doses_ahead(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The doses of a standing that are recorded day by day: those owed since an earlier day, and the next of each drug."""
    found = []
    for a in data["administrations"]:
        much = f"{a['amount']:g} {a['unit']}" if a["amount"] is not None else "not known"
        if a["state"] == "owed":
            found.append(("Dose owed", f"{a['drug']} {much} since {a['due']}, until {a['latest']} [{a['source']}]"))
        elif a["state"] in ("due", "planned") and a["due"] > data["on"]:
            found.append(("Next dose", f"{a['drug']} {much} on {a['due']}, from {a['earliest']} to {a['latest']} [{a['source']}]"))
    return found


def dose_said(dose: dict[str, Any]) -> str:
    """A dose of a standing in words: of what, how much, why or which way, its sources."""
    much = f"{dose['amount']:g} {dose['unit']}" if dose["amount"] is not None else "not known"
    if dose.get("missing"):
        much += f": {', '.join(dose['missing'])} not recorded"
    why = dose["words"] or dose.get("formula") or dose["route"]
    return f"{dose['drug']} {much}{f' ({why})' if why else ''} [{', '.join(dose['sources'])}]"


def premedication_said(asked: dict[str, Any]) -> str:
    """A premedication of a standing in words: what, before what, and why it is of this day."""
    when = f"if {asked['for']} is done today" if asked["if"] else "today"
    return f"{dose_said(asked)}, {when}: {asked['why']}"


def record_said(record: dict[str, Any]) -> str:
    """A record that lives in words: since when, whether it goes on, how long, its grades."""
    first = [str(v) for v in record["values"].values() if isinstance(v, str)][:1]
    least, most = record["days_least"], record["days_most"]
    lasted = f"{least} to {most} days" if least < most else f"{least} {'day' if least == 1 else 'days'}"
    course = f"goes on, {lasted} so far" if record["ongoing"] else f"ended {record['ends']}, {lasted}"
    grades = " -> ".join(str(g["grade"]) for g in record["grades"])
    told = ", ".join(f"#{n}" for n in record["entries"])
    return f"{record['begins']}  {': '.join([record['form'], *first])}: {course}{f', grade {grades}' if grades else ''}  ({told})"


def _section(name: str, rows: list[str]) -> list[str]:
    return ["", name, *(f"  {row}" for row in rows)] if rows else []
