"""Small journals with odd dates, corrections and values, each named by the fault that it was found as, as vectors for the play page."""

from trialrun.journey.journal import entry_of

WHO = "001-004"
B = (
    {"happened_on": "2012-02-27", "event": "consent"},
    {"happened_on": "2012-02-29", "event": "screening result", "values": {"eligible": True, "blasts": 60}},
    {"happened_on": "2012-03-05", "event": "infusion start", "values": {"dose": 9}},
)
CR = {"event": "response assessment", "values": {"blasts": 2, "neutrophils": 1.4, "platelets": 126, "extramedullary": False}}
MARROW = {**CR, "happened_on": "2012-04-02"}
COURSE = (
    {"happened_on": "2013-08-01", "event": "consent"},
    {"happened_on": "2013-08-02", "event": "screening result", "values": {"eligible": True, "blasts": 60}},
    {"happened_on": "2013-08-06", "event": "infusion start", "values": {"dose": 9}},
    {"happened_on": "2013-08-29", "event": "decision: end treatment"},
)
TOXIC = {"event": "infusion stop", "values": {"reason": "toxicity"}}
AGAIN = {"event": "infusion start", "happened_on": "2012-03-06"}
COMPLETE = {"event": "infusion stop", "values": {"reason": "cycle complete"}}
UNASKED = (
    {"happened_on": "2012-03-01", "event": "consent"},
    {
        "happened_on": "2012-03-05",
        "event": "screening result",
        "values": {"age": 60, "ecog": 1, "eligible": True, "weight": "70", "height": "1,70"},
    },
)


def _corrects(n, row, recorded, **other):
    return {**row, "corrects": n, "reason": "typing", "recorded_at": recorded, **other}


def _low(platelets):
    return {"values": {**CR["values"], "platelets": platelets}}


def _visit(name, **other):
    return {"happened_on": "2012-06-06", "event": "visit", "values": {"name": name}, **other}


SHIPPED = {
    "FD1, a marrow known in part before a death": (
        (*B, {**CR, "happened_on": "2012-04", "recorded_at": "2012-04-09T12:00:00Z"}, {"happened_on": "2012-04-12", "event": "death"}),
        (("2012-04-08", None), ("2012-05-01", None), ("2012-05-01", "2012-04-11")),
    ),
    "FD2, a consent known by its year": (
        ({"happened_on": "2012", "event": "consent", "recorded_at": "2012-02-27T12:00:00Z"}, *B[1:]),
        (("2012-02-27", None), ("2012-03-08", None)),
    ),
    "FD3, a start known by its month, before its stop": (
        (*B[:2], {"happened_on": "2012-04", "event": "infusion start", "values": {"dose": 9}}, {"happened_on": "2012-04-10", **TOXIC}),
        (("2012-04-05", None), ("2012-04-12", None)),
    ),
    "FD4, a start known by its month after a visit that is withdrawn": (
        (B[0], {**_visit("Month 3"), "happened_on": "2012-04-20"}, {"happened_on": "2012-04", "event": "infusion start", "values": {"dose": 9}},
         _corrects(2, {**_visit("Month 3"), "happened_on": "2012-04-20", "values": None}, "2012-05-02T12:00:00Z")),
        (("2012-05-01", "2012-04-30"), ("2012-05-10", None)),
    ),
    "FD5, a death recorded where it is tomorrow": (
        (*B, {"happened_on": "2012-04-10", "event": "death", "recorded_at": "2012-04-10T07:00+09:00"}),
        (("2012-04-10", "2012-04-10T08:00+09:00"), ("2012-04-10", "2012-04-10"), ("2012-04-10", "2012-04-09T21:59:59Z"), ("2012-04-10", "2012-04-09")),
    ),
    "FD6, an entry without a recording time is known from its own day": (
        ({"happened_on": "2012-04-01", "event": "consent"}, {"sequence": 9, "happened_on": "2012-05-18", "event": "no such entry", "recorded_at": None}),
        (("2012-05-20", "2012-04-30"), ("2012-05-20", "2012-05-18"), ("2012-05-20", None)),
    ),
    "FD8, two corrections: the last recorded stands": (
        (*B, MARROW, _corrects(4, MARROW, "2012-04-05T12:00:00Z", **_low(60)), _corrects(4, MARROW, "2012-04-04T12:00:00Z", **_low(10))),
        (("2012-04-10", None), ("2012-04-10", "2012-04-04"), ("2012-04-10", "2012-04-03")),
    ),
    "FD8, a correction withdrawn, and the withdrawal withdrawn": (
        (*B, MARROW, _corrects(4, MARROW, "2012-04-05T12:00:00Z", **_low(60)),
         _corrects(5, MARROW, "2012-04-06T12:00:00Z", values=None), _corrects(6, MARROW, "2012-04-07T12:00:00Z", values=None)),
        (("2012-04-10", None), ("2012-04-10", "2012-04-06"), ("2012-04-10", "2012-04-05")),
    ),
    "FD8, a correction without values, and one of a withdrawal": (
        (*B, _corrects(3, AGAIN, "2012-03-06T12:00:00Z"), _corrects(3, AGAIN, "2012-03-09T12:00:00Z", values=None), _corrects(5, AGAIN, "2012-03-10T12:00:00Z")),
        (("2012-03-12", "2012-03-08"), ("2012-03-12", "2012-03-09"), ("2012-03-12", None)),
    ),
    "FC1, a stop after the 28 days, told late": ((*COURSE, {**COMPLETE, "happened_on": "2013-09-06"}), (("2013-09-10", None), ("2013-12-01", None))),
    "FC2, a restart after the 28 days": (
        (*COURSE, {**COMPLETE, "happened_on": "2013-09-03"}, {"happened_on": "2013-09-20", "event": "infusion restart", "values": {"dose": 9}}),
        (("2013-09-04", None), ("2013-09-21", None)),
    ),
    "FC3, values after a death": (
        (B[0], {"happened_on": "2012-05-10", "event": "death"}, {**CR, "happened_on": "2012-05-18"}), (("2012-05-20", None),),
    ),
    **{
        f"FV2, platelets {said!r}": ((*B, {**MARROW, **_low(said)}), (("2012-04-10", None),))
        for said in ("1,026", "1,026.5", "1.026,5", "1 026", "1026,", "12,5", "0,126", "1'026'000", "many")
    },
    **{
        f"FV3, FV4, a visit named {said!r}": ((*B, _visit(said), _visit("unscheduled", visit=said or None, occasion=1)), (("2012-06-10", None),))
        for said in ("Month 3 not done", "Month 03", "MONTH  3", "month-3", "Moth 3", "")
    },
    "FV11, a time of day, a part of a whole number, two deaths": (
        (*B, {"happened_on": "2012-03-07", "at": "25:99", "event": "adverse event", "values": {"term": "x", "grade": 2.5}},
         {"happened_on": "2012-03-20", "event": "death"}, {"happened_on": "2012-03-21", "event": "death"}),
        (("2012-03-08", None), ("2012-03-22", None)),
    ),
    "FC6, a seizure during an infusion, then its answer": (
        (*B, {"happened_on": "2012-03-10", "event": "adverse event", "values": {"term": "seizure", "grade": 3, "category": "seizure"}},
         {"happened_on": "2012-03-11", **TOXIC}),
        (("2012-03-10", None), ("2012-03-12", None)),
    ),
    "values that would have moved, overruled by the investigator; null values that withdraw nothing": (
        (*B, MARROW, {"happened_on": "2012-04-05", "event": "decision: end treatment"},
         {**MARROW, "happened_on": "2012-07-03", "values": {**CR["values"], "blasts": 60}},
         {"happened_on": "2012-07-03", "event": "investigator assessment", "values": {"response": "no response", "reason": "marrow repeated"}},
         {**MARROW, "happened_on": "2012-07-20", "values": None}),
        (("2012-07-10", None), ("2012-07-25", None)),
    ),
    "names that every script knows": (
        (*B, {"happened_on": "2012-03-07", "event": "constructor", "values": {"toString": 1}},
         {"happened_on": "2012-03-08", "event": "visit", "values": {"__proto__": "x", "name": "hasOwnProperty"}}),
        (("2012-03-10", None),),
    ),
}  # fmt: skip

ALLOCATED = {
    f"FV1, FV10, an arm written {said!r}, weights as text": (
        (*UNASKED, {"happened_on": "2012-03-06", "event": "randomisation", "values": {"arm": said}},
         {"happened_on": "2012-03-07", "event": "cycle start", "values": {"dose": "135"}}), (("2012-03-07", None), ("2012-06-08", None)),
    )
    for said in ("maintenance", " Maintenance", "MAINTENANCE.", "the other arm", None)
}  # fmt: skip

NAMED = {"mt103_211": SHIPPED, "maintenance_two_arm": ALLOCATED}


def named_cases(folder):
    """The named journals of a study: a name, entries, and the days asked, each with what is known at (None: everything)."""
    for name, (rows, asked) in NAMED.get(folder, {}).items():
        entries = []
        for n, row in enumerate(rows, 1):
            line = {"participant": WHO, "sequence": n, **row}
            if "recorded_at" not in line and len(line["happened_on"]) == 10:
                line["recorded_at"] = f"{line['happened_on']}T12:00:00Z"
            entries.append(entry_of(line, name, n).as_json())
        yield {"name": name, "entries": entries, "asked": [list(a) for a in asked]}
