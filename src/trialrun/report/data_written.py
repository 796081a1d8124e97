"""Data sets as files: days as dates, lists of entries as text in CSV, and a dictionary of every column."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..analysis.datasets import Datasets

DAYS = {"day", "start", "stop", "end", "target", "earliest", "latest", "made", "lost_on", "treated_on"} | {
    "began_earliest", "began_latest", "ended_earliest", "ended_latest",
}  # fmt: skip
EPOCH = 719163  # the ordinal of 1970-01-01
MEANING = {
    "participant": "the participant's number", "drug": "drug", "site": "the part of the number before the first hyphen", "arm": "the arm allocated",
    "phase": "the phase as people see it", "reason": "why the study ended for the participant, or why a visit was not made",
    "lost_on": "the day since which the participant is lost to follow-up", "treated_on": "the first day of treatment (study day 1)",
    "drug_days": "days with drug", "planned_amount": "amount that the protocol plans for the cycles begun, with neither hold nor reduction",
    "amount": "dose given times days",
    "cause of death": "as recorded with the death", "course": "course of treatment", "cycle": "cycle, counted in all courses, as it stood on the day",
    "start": "first day", "stop": "the day after the last day", "end": "day of the event or of censoring", "days": "days with drug",
    "study_day": "day of the study: 1 is the first day of treatment, there is no day 0", "planned": "planned dose", "given": "dose recorded, else planned",
    "unit": "unit", "recorded": "the dose was recorded, not taken from the plan", "ongoing": "still running at the cut-off",
    "entries": "sequences of the entries it came from", "entry": "sequence of the entry it came from", "test": "what was measured",
    "label": "what was measured, in words", "value": "the value in the unit", "baseline": "from screening, not after day 1; of an endpoint what it changes from",
    "form": "the entry's form",
    "day": "the day it happened", "days_treated": "days with drug before it began", "emergent": "from day 1 to 30 days after the last day with drug",
    "response": "class of the assessment", "by": "computed from the values, or the investigator's own", "guards": "this class guards the rules",
    "name": "name", "occasion": "which of that visit", "target": "target day", "earliest": "first day of the window", "latest": "last day of the window",
    "state": "done, due, owed, late, missed or not owed", "made": "the day it was made",
    "due_at": "the time of day at which it was due", "made_at": "the time of day at which it was made", "source": "statement of the study",
    "milestone": "phase reached, or entry made",
    "detail": "the event, or the reason recorded", "kind": "kind", "says": "what was found, or the words of the rule", "weight": "breach, visit or shown",
    "known_then": "whether the act was allowed by what was known then", "endpoint": "endpoint", "time": "days from start to end",
    "cause": "0 censored or not reached, 1 event or reached, 2 competing event", "open": "not settled at the cut-off", "what": "the happening at the end",
    "analysed": "the value, its change from the baseline, how many, or the place of the category",
    "visit": "the visit, of an endpoint that is measured again", "category": "the category",
    "imputed": "what stands where the value is missing: carried, set or the baseline",
     "baseline_day": "day of the baseline", "baseline_entry": "sequence of the entry that gave the baseline",
    "event": "the entry's event", "item": "the value that is asked about",
    "recorded_term": "the term as it was recorded", "recorded_category": "the category as it was recorded",
    "group": "the group", "row": "number of the row in its entry, from 1",
    "recorded_outcome": "the outcome as it was recorded",
    "start_entry": "sequence of the entry that gave the start", "who": "number of the participant, from 0", "partial": "the date was known in part",
    "shortest": "days; the least that the time could be, where it hangs on a date known in part",
    "longest": "days; the most that the time could be, where it hangs on a date known in part",
}  # fmt: skip

OF_RECORDS = {
    "day": "the day it began, of one known in part the last that it could be", "begins": "the begin as it was said", "ends": "the end as it was said",
    "began_earliest": "the first day that the begin could be", "began_latest": "the last day that the begin could be",
    "ended_earliest": "the first day that the end could be", "ended_latest": "the last day that the end could be", "ongoing": "it goes on at the cut-off",
    "days": "days from begin to end, both counted, so far where it goes on; missing where the dates leave it open",
    "days_least": "the least days that it could have lasted", "days_most": "the most days that it could have lasted",
    "grade_first": "the grade that was told first", "grade_worst": "the worst grade that was told", "grade_last": "the grade that was told last",
    "told_on": "the days of its entries", "entry": "sequence of the entry that began it",
}  # fmt: skip


def dated(frame: pl.DataFrame) -> pl.DataFrame:
    """A data set with its days as dates instead of ordinals."""
    days = [c for c, kind in frame.schema.items() if kind == pl.Int32 and (c in DAYS or c.startswith("first "))]
    frame = frame.with_columns(*[(pl.col(c) - EPOCH).cast(pl.Date) for c in days])
    told = [c for c in ("told_on",) if frame.schema.get(c) == pl.List(pl.Int32)]
    return frame.with_columns(*[pl.col(c).list.eval((pl.element() - EPOCH).cast(pl.Date)) for c in told])


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """A data set as CSV can hold it: a list of entries as `3 5`."""
    lists = [c for c, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(*[pl.col(c).cast(pl.List(pl.String)).list.join(" ") for c in lists])


def dictionary(data: Datasets, protocol: Any) -> pl.DataFrame:
    """Every column of every data set: table, column, type, meaning."""
    every = [m for f in protocol.forms for m in (*f.items, *(x for g in f.groups for x in g.items))]
    items = {m.name: f"{m.label}{f', {m.unit}' if m.unit else ''} [{m.source}]" for m in every}
    lives = {"record", *(["adverse_event"] if "told_on" in data.adverse_event.columns else [])}
    counters = {c.name for c in (*protocol.flags, *protocol.counts, *protocol.tallies)}
    rows = []
    for table, frame in data.tables().items():
        for column, kind in dated(frame).schema.items():
            plain = column.removeprefix("screening ")
            meaning = (
                items.get(plain, "") + (" (at screening)" if plain != column else "")
                if plain in items and (plain != column or column not in MEANING)
                else ""
            )
            of, _, drug = column.partition(" of ")
            if drug and of in MEANING:
                meaning = f"{MEANING[of]}, of {drug}"
            if column.startswith("first "):
                meaning = f"the first day marked “{column.removeprefix('first ')}”"
            elif column in counters:
                meaning = "as the study counts it, at the cut-off" if table == "subject" else "as it stood"
            if table in lives and column in OF_RECORDS:
                meaning = OF_RECORDS[column]
            rows.append((table, column, str(kind), meaning or MEANING.get(column, "as recorded or as it stood")))
    return pl.DataFrame(rows, schema={"table": pl.String, "column": pl.String, "type": pl.String, "meaning": pl.String}, orient="row")
