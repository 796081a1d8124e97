"""A derived value in words: what it is, how it is defined, and the days of a participant's happenings that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from ...protocol.endpoints import Endpoint, Source
from ...protocol.words.times import iso
from ..datasets import Datasets
from ..datasets.chain import Chain
from ..datasets.frames import amounts_of
from ..datasets.planned_amounts import units
from .best_response import assessed, best_responses, declared
from .endpoints import NEVER, Happenings, arrays, as_happenings, first_rows, members, rows_of
from .estimates import MONTH
from .methods import KINDS, called, endpoint_parts, population_words
from .near_misses import near_misses
from .numbers_told import number_told
from .values_asked import BEST, INTENSITY, Asked

Part = tuple[Any, ...]
Words = tuple[str, Any, list[tuple[str, str]], list[Part]]
MEANING = {
    "site": "the part of the participant's number before the first hyphen",
    "phase": "the phase as people see it at the cut-off", "reason": "why the study ended for the participant",
    "treated_on": "the first day of treatment (day 1)", "drug_days": "days with drug; a day of a stop has none",
    "amount": "sum over the days with drug of the dose given (recorded, else planned)",
    "planned_amount": "amount that the protocol plans for the cycles begun, with neither hold nor reduction",
    "lost_on": "the day since which the participant is lost to follow-up",
    "cause of death": "as recorded with the death",
}  # fmt: skip


def words_of_value(ready: Any, data: Datasets, links: Chain, asked: Asked) -> Words:
    """The value in words, as JSON data, its definition as pairs, and its parts: (what it is for, day, words, entries, sentence)."""
    h = as_happenings(data.happening, len(data.subject))
    found = Finder(ready, data, links, h)
    by_kind: dict[str, Callable[[str], Words]] = {"endpoint": found.endpoint, "set": found.set_, "moment": found.moment}
    by_kind |= {BEST: found.best, INTENSITY: found.intensity}
    if asked.kind in by_kind:
        return by_kind[asked.kind](asked.name)
    if asked.kind == "test":
        return found.rows(data.laboratory.filter(pl.col("test") == asked.name), "value", f"laboratory values of {asked.name}")
    if asked.table == "subject":
        return found.subject(asked.name)
    return found.rows(data.tables()[asked.table], asked.name, f"column {asked.name!r} of the table {asked.table}")


class Finder:
    """One participant's happenings with the sentences behind them."""

    def __init__(self, ready: Any, data: Datasets, links: Chain, h: Happenings) -> None:
        self.ready, self.protocol, self.data, self.links, self.h = ready, ready.protocol, data, links, h
        self.subjects = arrays(data.subject)

    def part(self, what: str, row: int, sources: tuple[Source, ...] = ()) -> Part:
        """A happening as a part of the chain."""
        f = self.data.happening
        day, kind, name, entry = (f[c][row] for c in ("day", "kind", "name", "entry"))
        words = next((called(s) for s in sources if row in rows_of(self.h, s)), "")
        says = f"{words}: {KINDS[kind]} “{name}”" if words and words != name else f"{KINDS[kind]} “{name}”"
        spoke = self.links.marked(day, name, entry) if kind == "moment" else self.links.said(day, name, entry)
        if kind in ("entry", "class"):
            spoke = next((s for s in self.links.spoke if s.entry == entry), None)
        over, entries = ("", ()) if kind == "entry" else self._overruled(day, entry)
        return what, day, says + over, (*(() if entry is None else (entry,)), *entries), spoke

    def _overruled(self, day: int, entry: int | None) -> tuple[str, tuple[int, ...]]:
        """What the investigator's own assessment overruled on its day, in words, with the entries."""
        rows = self.data.response.filter(pl.col("day") == day).select("entry", "response", "by", "guards").rows()
        own = next((said for n, said, by, guards in rows if n == entry and guards and by == "investigator"), None)
        if own is None:
            return "", ()
        computed = [(n, said) for n, said, by, _ in rows if by == "computed"]
        words = [f"{'as' if said == own else 'it overrules'} {said} computed from the values (#{n})" for n, said in computed]
        return ", the investigator's own" + "".join(f"; {w}" for w in words), tuple(n for n, _ in computed)

    def _against_the_values(self, e: Endpoint, low: int, high: int, told: list[Part]) -> list[Part]:
        """The days of a time on which an investigator's own assessment stood against the values, where none of its parts names them."""
        if not any(s.kind == "class" for s in (*e.starts, *e.censors)):
            return []
        named = {n for part in told for n in (part[3] if len(part) > 3 else ())}
        rows = self.data.response.filter(pl.col("day").is_between(low, high) & pl.col("guards") & (pl.col("by") == "investigator"))
        found: list[Part] = []
        for day, said, entry in rows.select("day", "response", "entry").iter_rows():
            over, entries = self._overruled(day, entry)
            if "overrules" in over and entry not in named:
                found.append(("Overruled", day, f"“{said}”{over}", (entry, *entries)))
        return found

    def endpoint(self, name: str) -> Words:
        e: Endpoint = next(e for e in self.protocol.endpoints if e.name == name)
        definition = [("Endpoint", e.label), *endpoint_parts(e)]
        inside = members(self.h, self.protocol, e.population, self.subjects)
        parts = self._membership(e.population)
        if not inside[0]:
            return f"not counted, because not in the set “{e.population}”", None, definition, parts
        m = self.data.made.measured[name]
        if m.value is not None:
            return number_told(self, e, m, definition, parts)
        if e.kind == "proportion":
            return self._proportion(e, m, definition, parts)
        if not m.who.size:
            return "not counted: the time has no start", None, definition, parts
        parts.append(self.part("Begins", int(m.start_row[0]), e.starts))
        time, cause, row = int(m.time[0]), int(m.cause[0]), int(m.end_row[0])
        without = bool(e.fails_without) and first_rows(self.h, e.fails_without)[0] == NEVER
        if without:
            none = _or(e.fails_without)
            if cause:
                parts.append(("Event on day 1", int(m.end[0]), f"none of these came before the question was settled: {none}"))
                parts.append(self.part("Settled by", row, e.settled))
            else:
                parts.append(("Open", int(m.end[0]), f"not settled at the cut-off, and none of these yet: {none}"))
        elif cause:
            parts.append(self.part("Event" if cause == 1 else "Competing", row, e.events if cause == 1 else e.competing))
        elif any(row in rows_of(self.h, s) for s in e.cut):
            parts.append(self.part("Ends at", row, e.cut))
        else:
            parts.append(self.part("Censored at", row, (*e.censors, *e.starts)))
            events = _or((*e.events, *e.competing))
            parts.append(("No event", None, f"none of these after the start up to the cut-off: {events}"))
        parts += self._against_the_values(e, int(m.start[0]), int(m.end[0]) if cause else self.data.cutoff, parts)
        how = ("censored", "event", "competing event")[cause] + (", still open" if m.open[0] else "")
        raw = {"days": time, "start": iso(int(m.start[0])), "end": iso(int(m.end[0])), "cause": cause, "open": bool(m.open[0])}
        return f"{time:,} days ({time / MONTH:.1f} months), {how}", raw, definition, parts

    def _proportion(self, e: Endpoint, m: Any, definition: list[tuple[str, str]], parts: list[Part]) -> Words:
        reached, is_open = bool(m.cause[0]), bool(m.open[0])
        if reached:
            parts.append(self.part("Reached by", int(m.end_row[0]), e.events))
            return "reached", True, definition, parts
        barred = first_rows(self.h, e.competing)[0] if e.competing else NEVER
        wanted = _or(e.events)
        if barred < NEVER:
            parts.append(self.part("Not with", int(barred), e.competing))
        else:
            nearly = near_misses(self, e)
            counts = "none of these counts" if any(p[0] == "Not counted" for p in nearly) else "none of these"
            parts += [("Not reached", None, f"{counts}: {wanted}"), *nearly]
        settled = first_rows(self.h, e.settled)[0] if e.settled else NEVER
        if settled < NEVER:
            parts.append(self.part("Settled by", int(settled), e.settled))
        return ("not reached, and still open" if is_open else "not reached"), (None if is_open else False), definition, parts

    def assessment(self, what: str, row: int) -> Part:
        """An assessment that guards the rules as a part of the chain, with its cycle."""
        what, day, says, entries, spoke = self.part(what, row)
        cycle = next(iter(self.data.response.filter(pl.col("entry").is_in(entries))["cycle"].to_list()), None)
        return what, day, says if not cycle else f"{says}, cycle {cycle}", entries, spoke

    def _membership(self, name: str) -> list[Part]:
        p = next(p for p in self.protocol.populations if p.name == name)
        parts = self._membership(p.within) if p.within else []
        row = first_rows(self.h, p.has)[0] if p.has else NEVER
        if row < NEVER:
            parts.append(self.part(f"In “{name}”", int(row), p.has))
        elif p.has:
            parts.append((f"Not in “{name}”", None, f"none of these: {_or(p.has)}"))
        if p.given is not None:
            fits = bool(members(self.h, self.protocol, name, self.subjects)[0])
            parts.append((f"{'In' if fits else 'Not in'} “{name}”", None, population_words(p)))
        return parts

    def set_(self, name: str) -> Words:
        p = next(p for p in self.protocol.populations if p.name == name)
        inside = bool(members(self.h, self.protocol, name, self.subjects)[0])
        definition = [("Analysis set", p.label), ("Who", population_words(p)), ("Source", p.source)]
        return ("in the set" if inside else "not in the set"), inside, definition, self._membership(name)

    def moment(self, name: str) -> Words:
        m = next(m for m in self.protocol.moments if m.name == name)
        definition = [("Moment", name), ("Kind", "derived from a stopwatch" if m.derived is not None else "a day that a sentence marks")]
        rows = [r for r in np.flatnonzero(self.h.among("kind", None, ("moment",))).tolist() if self.data.happening["name"][r] == name]
        parts = [self.part("Marked", r) for r in rows]
        day = self.links.moments.get(name)
        if m.derived is not None:
            definition.append(
                (
                    "From",
                    f"the last day on which the stopwatch “{m.derived.stopwatch}” ran"
                    + (f", else “{m.derived.or_else}”" if m.derived.or_else else ""),
                )
            )
            parts += self._exposed()
        return (iso(day) or "no such day yet"), iso(day), definition, parts

    def intensity(self, name: str) -> Words:
        drugs = units(self.protocol)
        drug = next((d for d in drugs if name.endswith(f" of {d}")), next(iter(drugs), ""))
        _, *columns = amounts_of(drug, drugs)
        given, planned = self.data.subject.select(columns).row(0) if drugs else (0, 0)
        value = round(100 * given / planned, 1) if planned else None
        definition = [
            (
                "Relative dose intensity",
                "the amount given over the amount that the protocol plans for the cycles begun, with neither hold nor reduction, in %"
                if self.protocol.nominal
                else "the amount given over the amount planned on the days with drug, in %: the study gives no journey by the plan",
            ),
            ("Given", MEANING["amount"]),
            ("Planned", MEANING["planned_amount"]),
        ]
        told = f"{value:g} % ({given:g} given, {planned:g} planned)" if value is not None else "not counted: nothing was planned"
        return told, value, definition, [*self._planned(drug), *self._exposed(drug)] if planned else []

    def best(self, _: str) -> Words:
        order, (best,) = best_responses(self.data, self.protocol, [0])
        asked = declared(self.protocol)[0]
        found = assessed(self.h, self.data.happening, self.protocol)
        definition = [
            (
                "Best response",
                f"the first, in this order, of the assessments that guard the rules and that “{asked.label}” reads: up to what settles it",
            ),
            ("Order", ", ".join(order)),
        ]
        parts: list[Part] = []
        for row, said, why in zip(found.rows.tolist(), found.names, found.why_not, strict=True):
            what = "Not counted" if why else "Best" if said == best and not any(p[0] == "Best" for p in parts) else "Assessment"
            _, day, says, entries, spoke = self.assessment(what, row)
            meant = f", read as {said}" if f"“{said}”" not in says else ""
            parts.append((what, day, says + meant + (f": {why}" if why else ""), entries, spoke))
        return best or "no assessment", best, definition, parts

    def subject(self, name: str) -> Words:
        value = self.data.subject[name][0]
        is_day = name in ("treated_on", "lost_on") or name.startswith("first ")
        raw = iso(value) if is_day and value is not None else value
        definition = [("Column", f"{name!r} of the table subject")]
        column, _, drug = (
            name.partition(" of ") if name.startswith(("drug_days of ", "amount of ", "planned_amount of ")) else (name, "", "")
        )
        if column in MEANING:
            definition.append(("Meaning", MEANING[column] + (f", of {drug}" if drug else "")))
        parts: list[Part] = []
        moment = name.removeprefix("first ")
        if name.startswith("screening "):
            item = name.removeprefix("screening ")
            parts = self._recorded(item, {f.entry for f in self.protocol.forms if f.keeps_screening})
        elif name.startswith("first ") and moment in {m.name for m in self.protocol.moments}:
            definition.append(("Meaning", f"the first day marked “{moment}”"))
            parts = self.moment(moment)[3][:1]
        elif column == "planned_amount":
            parts = self._planned(drug) or self._exposed(drug)
        elif column in ("drug_days", "amount", "treated_on"):
            parts = self._exposed(drug)
        elif name in ("phase", "reason"):
            parts = [
                ("Moved", s.day, f"{s.event}: {s.before} -> {s.after}", () if s.entry is None else (s.entry,), s)
                for s in self.links.spoke
                if s.before != s.after
            ]
        elif name == "lost_on" and self.protocol.absence is not None:
            parts = self._of_event(self.protocol.absence.entry)
        elif name == "cause of death":
            parts = [part for f in self.protocol.forms for m in f.items if m.role == "cause of death" for part in self._of_event(f.entry)]
        elif name == "arm":
            item, form = next(((m.name, f.entry) for f in self.protocol.forms for m in f.items if m.role == "arm"), ("", ""))
            parts = self._recorded(item, {form})
        else:
            changed = [s for s in self.links.spoke if name in s.changes]
            parts = [("Changed", s.day, s.event, () if s.entry is None else (s.entry,), s) for s in changed]
        return ("nothing recorded" if raw is None else _said(raw)), raw, definition, parts

    def _exposed(self, drug: str = "") -> list[Part]:
        found: list[Part] = []
        several = len(units(self.protocol)) > 1
        for x in self.data.exposure.iter_rows(named=True):
            if drug and x["drug"] != drug:
                continue
            given = "an amount not known" if x["given"] is None else f"{x['given']:g} {x['unit']}"
            how = "recorded" if x["recorded"] else "as planned" if x["planned"] is not None else "as it ran"
            late = ", no planned dose" if x["planned"] is None and x["given"] is not None else ""
            given += f" of {x['drug']}" if several else ""
            found.append(("Drug", x["start"], f"{x['days']} days at {given} ({how}), cycle {x['cycle']}{late}", tuple(x["entries"])))
        return found or [(what, day, f"{says}: no day with drug", n, s) for what, day, says, n, s in self._begun_and_stopped()]

    def _begun_and_stopped(self) -> list[Part]:
        """The sentences that began a cycle, and what stopped it on the same day."""
        days = {s.day for s in self.links.spoke if self.protocol.cycle in s.changes}
        spoke = [s for s in self.links.spoke if s.day in days and s.before != s.after]
        return [("Moved", s.day, s.event, () if s.entry is None else (s.entry,), s) for s in spoke]

    def _planned(self, drug: str) -> list[Part]:
        """The cycles begun with a drug, each with the amount planned for it and the entry that began it."""
        found: list[Part] = []
        rows = self.data.planned_dose.filter(pl.col("drug") == drug) if drug else self.data.planned_dose
        for number, x in enumerate(rows.iter_rows(named=True), 1):
            known = "an amount not known" if x["amount"] is None else f"{x['amount']:g}"
            spoke = next((s for s in self.links.spoke if (s.day, s.entry) == (x["day"], x["entry"])), None)
            entries = () if x["entry"] is None else (x["entry"],)
            found.append(("Cycle begun", x["day"], f"cycle {number}, {known} planned", entries, spoke))
        return found

    def _recorded(self, item: str, forms: set[str]) -> list[Part]:
        told = [(n, t) for n, t in self.links.told.items() if t.event in forms and t.values.get(item) is not None]
        return [("Recorded", t.day, f"{item} {_said(t.values[item])}", (n,)) for n, t in told[-1:]]

    def _of_event(self, event: str) -> list[Part]:
        return [("Recorded", t.day, event, (n,)) for n, t in self.links.told.items() if t.event == event]

    def rows(self, frame: pl.DataFrame, column: str, what: str) -> Words:
        """Every row of a table with its value and its entries."""
        definition = [("Value", what)]
        item = next((m for f in self.protocol.forms for m in f.items if m.name == column), None)
        if item is not None:
            definition.append(("Item", f"{item.label}{f', {item.unit}' if item.unit else ''} [{item.source}]"))
        parts: list[Part] = []
        raw: list[dict[str, Any]] = []
        entry_of = next((c for c in ("entries", "entry") if c in frame.columns), None)
        for x in frame.iter_rows(named=True):
            day = next((x[c] for c in ("day", "start", "made", "target") if x.get(c) is not None), None)
            entries = x[entry_of] if entry_of else []
            entries = tuple(entries) if isinstance(entries, list) else () if entries is None else (entries,)
            value = iso(x[column]) if column in ("day", "start", "stop", "end", "target", "earliest", "latest", "made") else x[column]
            label = x.get("endpoint") or x.get("test") or x.get("response") or x.get("name") or x.get("term") or ""
            parts.append((str(label)[:24] or "Row", day, f"{column} {_said(value)}", entries))
            raw.append({"on": iso(day), "value": value, "entries": list(entries)})
        said = f"{len(raw)} rows" if len(raw) != 1 else _said(raw[0]["value"])
        return (said if raw else "nothing recorded"), raw, definition, parts


def _or(sources: tuple[Source, ...]) -> str:
    return "; ".join(called(s) for s in sources)


def _said(value: Any) -> str:
    if value is None:
        return "missing"
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
