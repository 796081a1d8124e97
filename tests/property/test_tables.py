"""The tables of a study report add up, whoever was in the trial; they say what the data sets say when counted again by hand."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.spec.readout_journals import journals

import trialrun
from trialrun.analysis.datasets import datasets, last_day_of
from trialrun.analysis.results.best_response import order_of
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.protocol.words.times import ordinal
from trialrun.report.tables import study_tables, whole_tables
from trialrun.report.tables.adverse import adverse_tables
from trialrun.report.tables.table import Line, Listed, ReportTable, day_said, number_said
from trialrun.report.tables.written import ON_A_PAGE, as_csv, as_html
from trialrun.simulation.virtual import simulate
from trialrun.studies.mt103_211.study import MT103_211

START = ordinal("2012-01-09")


def of(ready, people, cutoff=None):
    data = datasets(ready, people, cutoff or last_day_of(people))
    readout = read_out(data, ready)
    return readout, data, {t.number: t for t in whole_tables(readout, data, ready.protocol)}


@pytest.fixture(scope="module", params=["six", "one", "many", "early", "other"])
def made(request):
    """Six by hand, one, many, many soon after the start, and many of the second study."""
    if request.param == "other":
        ready = make_ready(*load(shipped()["maintenance-two-arm"]))
        return of(ready, {j[0].participant: j for j in simulate(ready, 60, seed=2, start=START)})
    ready = make_ready(MT103_211)
    if request.param == "six":
        return of(ready, journals(), 735_800)
    people = {j[0].participant: j for j in simulate(ready, 1 if request.param == "one" else 120, seed=5, start=START)}
    return of(ready, people, START + 120 if request.param == "early" else None)


def count(cell):
    return int(re.match(r"[\d,]+", cell)[0].replace(",", "")) if re.match(r"\d", cell) else 0


def by_label(table, level=None):
    return {line.label: line for line in table.lines if not line.head and (level is None or line.level == level)}


def test_numbers_are_in_order_and_each_once(made):
    _, _, tables = made
    numbers = [[int(x) for x in n.split(".")] for n in tables]
    assert numbers == sorted(numbers) and len({t.slug for t in tables.values()}) == len(tables)
    assert {n.split(".")[0] for n in tables} <= {"14", "16"}


def test_every_line_has_a_cell_for_each_column(made):
    for t in made[2].values():
        for line in t.lines:
            assert len(line.cells) == (0 if line.head else len(t.head) - 1), (t.name, line)
        assert as_html(t, "source").count("<tr") == len(t.lines) + 1
        assert len(pl.read_csv(as_csv(t).encode(), infer_schema=False)) == sum(not line.head for line in t.lines)


def test_disposition_adds_up_to_everyone(made):
    readout, data, tables = made
    lines = tables["14.1.1"].lines
    assert count(lines[0].cells[0]) == len(data.subject) == readout.participants
    groups, now = {}, None
    for line in lines[1:]:
        if line.level == 0:
            now = line.label
            groups[now] = [count(line.cells[0]), 0]
        else:
            groups[now][1] += count(line.cells[0])
    assert all(whole == parts for whole, parts in groups.values())
    assert sum(whole for whole, _ in groups.values()) == readout.participants


def test_demography_adds_up_to_the_treated(made):
    readout, data, tables = made
    if "14.1.3" not in tables:
        return
    n = int(data.subject["treated_on"].is_not_null().sum())
    groups, now = {}, None
    for line in tables["14.1.3"].lines:
        if line.head:
            now = line.label
            groups[now] = {}
        else:
            groups[now][line.label] = count(line.cells[0])
    assert groups
    for item, parts in groups.items():
        whole = parts["n"] + parts.get("Missing", 0) + parts.get("Not applicable", 0) if "Mean (SD)" in parts else sum(parts.values())
        assert whole == n, item


def test_cycles_and_deviations_add_up(made):
    _, data, tables = made
    if "14.1.5" in tables:
        lines = tables["14.1.5"].lines
        assert sum(count(line.cells[0]) for line in lines[:-1]) == count(lines[-1].cells[0])
    if "14.1.6" in tables:
        levels = {k: sum(count(line.cells[1]) for line in tables["14.1.6"].lines[1:] if line.level == k) for k in (0, 1)}
        assert levels[0] == levels[1] == count(tables["14.1.6"].lines[0].cells[1]) == len(data.deviation) == len(tables["16.2.2"].lines)


def test_proportions_and_times_add_up_to_their_sets(made):
    readout, _, tables = made
    for line in (x for x in tables["14.2.1"].lines if not x.head):
        reached, missed, still, n = (count(c) for c in line.cells[:4])
        assert reached + missed + still == n and missed >= 0
    for line in (x for x in tables["14.2.3"].lines if not x.head):
        n, events, censored = (count(c) for c in line.cells[:3])
        assert events + censored == n
    if "14.2.5" in tables:
        named = {line.label: line for line in tables["14.2.5"].lines if line.head}
        for head in named:
            n = count(re.search(r"N = ([\d,]+)", head)[1])
            at = [line.label for line in tables["14.2.5"].lines].index(head)
            assert sum(count(line.cells[0]) for line in tables["14.2.5"].lines[at + 1 : at + 4]) == n


def test_best_response_puts_everyone_in_one_line_and_agrees_with_the_endpoints(made):
    readout, _, tables = made
    if "14.2.2" not in tables:
        return
    lines = by_label(tables["14.2.2"])
    assert sum(count(line.cells[0]) for label, line in lines.items() if label != "All") == count(lines["All"].cells[0])
    if readout.study == "mt103-211":
        best = {label: count(line.cells[0]) for label, line in lines.items()}
        cr = next(n for label, n in best.items() if label.endswith("(CR)"))
        crh = next(n for label, n in best.items() if label.endswith("(CRh*)"))
        assert (cr, crh) == (readout.estimates["CR"].reached, readout.estimates["CRh*"].reached)
        assert cr + crh == readout.estimates["CR/CRh*"].reached


def test_the_reasons_why_treatment_ended_add_up(made):
    readout, _, tables = made
    for x in readout.reasons:
        lines = tables["14.1.7"].lines
        assert sum(c.n for c in x.found) + x.other == x.came == readout.estimates[x.endpoint].events
        assert all(c.n == sum(n for _, n in c.shown) for c in x.found)
        assert sum(count(line.cells[0]) for line in lines if line.level == 1) == count(lines[0].cells[0]) == x.came
        assert x.came + count(lines[-1].cells[0]) == x.n


def test_sensitivity_analyses_stand_beside_what_they_vary_and_nowhere_else(made):
    readout, _, tables = made
    varied = [e for e in readout.estimates.values() if e.endpoint.sensitivity_of]
    assert ("14.2.14" in tables) == bool(varied)
    for e in varied:
        told = {line.label for n in ("14.2.1", "14.2.3", "14.2.4") if n in tables for line in tables[n].lines}
        assert not any(label.startswith(e.endpoint.label) for label in told)
    if varied:
        lines = tables["14.2.14"].lines
        heads = [line.label.removesuffix(" (primary)") for line in lines if line.head]
        assert heads == [e.endpoint.label for n, e in readout.estimates.items() if n in {v.endpoint.sensitivity_of for v in varied}]
        assert sum(not line.head and not line.label.startswith("as ") for line in lines) == len(varied)


def test_a_value_is_rounded_alike_wherever_it_stands(made):
    """The same proportion has the same words in its table, among the subgroups and beside the published figure."""
    readout, _, tables = made
    primary = next((e for e in readout.estimates.values() if e.endpoint.primary), None)
    if readout.study != "mt103-211" or not primary.n:
        return
    row = next(line for line in tables["14.2.1"].lines if line.label.endswith("(primary)"))
    beside = by_label(tables["14.2.7"])["CR or CRh* within two cycles"]
    assert beside.cells[1] == row.cells[-1].replace(" (", " % (")
    published = by_label(tables["14.2.9"])["Hazard ratio of death against the historical control"] if "14.2.9" in tables else None
    assert published is None or "0.536 (0.394 to 0.730)" in published.cells


def test_subgroups_that_are_levels_add_up(made):
    readout, _, tables = made
    if readout.study != "mt103-211" or "14.2.6" not in tables:
        return
    groups, now = {}, None
    for line in tables["14.2.6"].lines:
        if line.head:
            now = line.label
            groups[now] = [0, 0]
        else:
            groups[now][0] += count(line.cells[0])
            groups[now][1] += count(line.cells[1])
    primary = readout.estimates["CR/CRh*"]
    for name in ("Marrow blasts", "Age, years", "Prior allogeneic HSCT"):
        found = next(v for head, v in groups.items() if head.startswith(name))
        assert found == [primary.reached, primary.n], name


def test_adverse_events_add_up_in_every_layout(made):
    _, data, tables = made
    if "14.3.1.1" not in tables:
        return
    n = int(data.subject["treated_on"].is_not_null().sum())
    events = data.adverse_event.filter(pl.col("emergent"))
    overview = by_label(tables["14.3.1.1"])
    people = events["participant"].n_unique()
    assert count(overview["Any adverse event"].cells[0]) == people and count(overview["No adverse event"].cells[0]) == n - people
    wanted = {"14.3.1.2": events}
    for number, item in (("14.3.1.4", "related"), ("14.3.1.5", "serious")):
        assert (number in tables) == (item in events.columns)
        if item in events.columns:
            wanted[number] = events.filter(pl.col(item).fill_null(False))
    for number, part in wanted.items():
        lines = tables[number].lines
        if lines[0].label == "None":
            assert part.is_empty()
            continue
        assert (count(lines[0].cells[0]), count(lines[0].cells[1])) == (part["participant"].n_unique(), len(part))
        for level in (0, 1) if "category" in events.columns else (1,):
            rows = [line for line in lines[1:] if line.level == level]
            assert sum(count(line.cells[1]) for line in rows) == len(part), number
            assert all(count(line.cells[0]) <= min(count(line.cells[1]), n) for line in rows)
    worst = events.group_by("participant").agg(pl.col("grade").max())["grade"].to_list()
    if tables["14.3.1.3"].lines[0].label == "Any":
        head = tables["14.3.1.3"].head[1:-1]
        assert [count(c) for c in tables["14.3.1.3"].lines[0].cells[:-1]] == [worst.count(float(h.removeprefix("Grade "))) for h in head]
    for line in tables["14.3.1.3"].lines:
        *grades, whole = (count(c) for c in line.cells)
        assert sum(grades) == whole, line
    if "14.3.1.7" in tables:
        *cycles, whole = tables["14.3.1.7"].lines
        assert sum(count(line.cells[3]) for line in cycles) == count(whole.cells[3]) == len(events)
        assert all(count(line.cells[1]) <= count(line.cells[0]) for line in cycles)
    assert len(tables["16.2.7"].lines) == len(data.adverse_event) if "16.2.7" in tables else data.adverse_event.is_empty()


def test_deaths_add_up_and_each_is_listed(made):
    readout, data, tables = made
    if readout.study != "mt103-211":
        return
    deaths = readout.estimates["OS"].events
    assert ("14.3.2.1" in tables) == (deaths > 0)
    if deaths:
        lines = tables["14.3.2.1"].lines
        groups = [line for line in lines[1:] if line.level == 0]
        assert count(lines[0].cells[0]) == deaths == sum(count(line.cells[0]) for line in groups)
        assert sum(count(line.cells[0]) for line in lines if line.level == 1) == deaths
        assert len(tables["14.3.2.2"].lines) == deaths
        left = tables["16.2.1"]
        assert sum(line.cells[0] == "death" for line in left.lines) <= deaths


def test_the_six_by_hand():
    """Counted by hand from the six fates."""
    _, _, tables = of(make_ready(MT103_211), journals(), 735_800)
    best = {label: count(line.cells[0]) for label, line in by_label(tables["14.2.2"]).items() if count(line.cells[0])}
    assert sorted(best.values()) == [1, 1, 2, 2, 6] and best["No assessment"] == 2
    graded = by_label(tables["14.3.1.3"])
    assert [count(c) for c in graded["Any"].cells] == [0, 1, 1, 1, 3]
    led_to = by_label(tables["14.3.1.6"], 0)
    assert {label: line.cells[1] for label, line in led_to.items()} == {
        "End of treatment": "0",
        "Hold of the infusion": "1",
        "A lower dose": "0",
    }
    why = by_label(tables["14.1.7"])
    assert {label: count(line.cells[0]) for label, line in why.items() if count(line.cells[0])} == {
        "Ended": 6, "Death": 2, "Withdrawal of consent": 1, "No remission after two cycles": 1, "no remission": 1,
        "Allogeneic HSCT in remission": 1, "Other decision, or no reason given": 1,
    }  # fmt: skip
    died = {line.label: line.cells for line in tables["14.3.2.2"].lines}
    assert died["002-004"][:4] == ("2012-04-25", "17", "5", "infection") and len(died) == 4
    assert by_label(tables["14.3.2.1"])["To 30 days after the last day with drug"].cells[0].startswith("2 ")


def changed(who, change):
    """The six, one of them with other entries."""
    people = journals()
    return people | {who: [x for e in people[who] for x in [change(e)] if x is not None]}


def test_an_event_without_an_answer_is_neither_related_nor_serious():
    def change(e):
        kept = {k: v for k, v in (e.values or {}).items() if k not in ("related", "serious")}
        return replace(e, values=kept) if e.event == "adverse event" else e

    _, _, before = of(make_ready(MT103_211), journals(), 735_800)
    _, _, after = of(make_ready(MT103_211), changed("002-004", change), 735_800)
    for number in ("14.3.1.4", "14.3.1.5"):
        assert count(after[number].lines[0].cells[1]) == count(before[number].lines[0].cells[1]) - 1
    assert after["14.3.1.2"].lines[0].cells == before["14.3.1.2"].lines[0].cells


def test_the_assessment_that_settles_the_question_counts_as_best_response():
    """The only marrow, at the end of cycle 2, shows no remission and ends treatment on its day: a best response, not a missing one."""
    first = True

    def change(e):
        nonlocal first
        if e.event == "response assessment" and first:
            first = False
            return None
        return e

    _, _, tables = of(make_ready(MT103_211), changed("002-003", change), 735_800)
    best = {label: count(line.cells[0]) for label, line in by_label(tables["14.2.2"]).items() if count(line.cells[0])}
    assert best["No response"] == 1 and best["No assessment"] == 2


def test_the_order_of_responses_is_the_form_s_with_what_is_only_said_before_what_cannot_be_evaluated():
    assert order_of(MT103_211, ["PD", "CR"]) == ["CR", "CRh*", "CRi", "hypoplastic", "PR", "no response", "PD", "not evaluable"]
    declared = order_of(load(shipped()["maintenance-two-arm"])[0])
    assert declared == [
        "response",
        "stable",
        "progression",
        "not evaluable",
    ]  # its form's order is one of precedence: progression stands first


def test_arms_stand_beside_each_other_and_add_up():
    """In every count of a table by arm the arms add up to all, less those who were never allocated."""
    ready = make_ready(*load(shipped()["maintenance-two-arm"]))
    people = {j[0].participant: j for j in simulate(ready, 80, seed=4, start=START)}
    data = datasets(ready, people, last_day_of(people))
    readout = read_out(data, ready)
    tables = {t.number: t for t in study_tables(readout, data, ready.protocol)}
    whole = {t.number: t for t in whole_tables(readout, data, ready.protocol)}
    assert set(tables) == set(whole) and "14.2.13" in tables
    compared = 0
    for number in ("14.1.1", "14.1.5", "14.1.7", "14.3.1.1", "14.3.2.1"):
        k = len(whole[number].head) - 1
        assert len(tables[number].head) == 1 + 3 * k
        for line, all_of_them in zip(tables[number].lines, whole[number].lines, strict=True):
            assert line.cells[2 * k :] == all_of_them.cells
            one, two, both = (count(line.cells[j * k]) for j in range(3)) if line.cells else (0, 0, 0)
            assert one + two <= both
            if number not in ("14.1.1",):  # nobody is treated who was not allocated
                assert one + two == both, (number, line)
                compared += 1
    assert compared > 20
    contrast = {line.label: line.cells for line in tables["14.2.13"].lines}
    events = [count(c) for c in contrast["Progression-free survival (primary)"][:2]]
    assert sum(events) == readout.estimates["progression-free survival"].events


def test_an_item_that_one_arm_lacks_altogether_is_missing_there():
    """Everybody's sex is missing in one arm: the arm's column says so, and the arms add up."""
    ready = make_ready(*load(shipped()["maintenance-two-arm"]))
    people = {j[0].participant: j for j in simulate(ready, 60, seed=9, start=START)}
    allocated = {who: next((e.values["arm"] for e in j if e.event == "randomisation"), None) for who, j in people.items()}

    def change(who, e):
        if e.event != "screening result":
            return e
        kept = dict(e.values) | {"sex": "F"}
        if allocated[who] == "maintenance":
            kept.pop("sex")
        return replace(e, values=kept)

    changed_people = {who: [change(who, e) for e in j] for who, j in people.items()}
    data = datasets(ready, changed_people, last_day_of(changed_people))
    table = next(t for t in study_tables(read_out(data, ready), data, ready.protocol) if t.number == "14.1.3")
    at = next(k for k, line in enumerate(table.lines) if line.head and line.label == "Sex")
    missing = next(line for line in table.lines[at + 1 :] if line.label == "Missing")
    one, two, both = (count(c) for c in missing.cells)
    assert (one, two) == (0, both) and both > 0


def test_many_adverse_events_are_counted_as_few_are():
    """FR1: more rows than a frame is cut into (16,384): the overview counts them all, and no filter is by a literal."""
    ready = make_ready(MT103_211)
    data = datasets(ready, journals(), 735_800)
    times = 20_000 // len(data.adverse_event) + 1
    many = replace(data, adverse_event=pl.concat([data.adverse_event] * times, rechunk=True))
    few_lines, many_lines = (by_label(adverse_tables(read_out(d, ready), d, MT103_211)[0]) for d in (data, many))
    assert len(many.adverse_event) > 16_384
    for label, line in few_lines.items():
        assert many_lines[label].cells[0] == line.cells[0]
        assert line.cells[1] == "–" or count(many_lines[label].cells[1]) == times * count(line.cells[1])


def test_a_number_of_a_table_belongs_to_one_title():
    titles = {}
    for path in sorted((Path(trialrun.__file__).parent).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ReportTable"
            if made and all(isinstance(a, ast.Constant) for a in node.args[:2]) and len(node.args) > 1 and node.args[1].value:
                titles.setdefault(node.args[0].value, set()).add(node.args[1].value)
    assert len(titles) > 20 and {number: said for number, said in titles.items() if len(said) > 1} == {}


def test_a_long_listing_says_on_its_page_how_much_it_shows_and_stands_whole_in_its_csv():
    n = ON_A_PAGE + 3
    frame = pl.DataFrame(
        {
            "who": [f"{k:06}" for k in range(n)],
            "day": [START + k % 9 for k in range(n)],
            "grade": [None, 2.0, 2.5] * (n // 3) + [1.0] * (n % 3),
        }
    )
    listing = Listed.of(frame, ("who", str), ("day", day_said), ("grade", number_said))
    table = ReportTable("16.2.9", "Made up", "Everyone", ("Who", "On", "Grade"), listing, listing=True)
    page, rows = as_html(table, "source"), as_csv(table).splitlines()
    assert page.count("<tr>") == ON_A_PAGE + 1 and f"The first {ON_A_PAGE:,} of {n:,} lines; all of them stand in the CSV." in page
    assert (
        rows[0] == "Who,On,Grade"
        and rows[1:4] == ['000000,2012-01-09,""', "000001,2012-01-10,2", "000002,2012-01-11,2.5"]
        and len(rows) == n + 1
    )
    short = replace(table, lines=listing[:5])
    assert "The first" not in as_html(short, "source") and list(short.lines) == list(listing)[:5]
    assert short.lines[1] == Line("000001", ("2012-01-10", "2"))
