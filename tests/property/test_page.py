"""The page a clinician signs says all that the table holds: it parses back to the same values, and no two sentences are the same."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialrun.paper.blocks import Bar
from trialrun.paper.layered import Arrow, lay
from trialrun.paper.seen import lines_of
from trialrun.protocol.frozen.freeze import fingerprint
from trialrun.protocol.frozen.load import load
from trialrun.protocol.frozen.shipped import shipped
from trialrun.protocol.language import After, Dose, Effect, LaterOf, Rule, Visit, Window
from trialrun.protocol.page.diagram import diagram, drawing, left_out
from trialrun.protocol.page.grid import schedule
from trialrun.protocol.page.page import page_markdown
from trialrun.protocol.page.page_html import page_html
from trialrun.protocol.page.parts import SECTIONS
from trialrun.protocol.page.sentences import rule_lines
from trialrun.protocol.readback.parse import parse_page, rebuilt
from trialrun.protocol.readback.read_words import read_expression
from trialrun.protocol.readback.scanner import PageError
from trialrun.protocol.table import compile_table
from trialrun.protocol.words import trees as t
from trialrun.protocol.words.spoken import clock, condition, lay_out, say
from trialrun.protocol.words.times import Span
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM as TWO
from trialrun.studies.mt103_211.study import MT103_211 as STUDY

MARK = fingerprint(STUDY)
PAGE = page_markdown(STUDY, MARK)
PARTS = ("rules", "breaches", "doses", "preparations", "visits", "criteria", "forms")

# Words ------------------------------------------------------------------------------------------------------------------------------

ODD = ("a", "b c", "x, y or z", "‘quoted’", "“text”", "end\\", " pad ", "two  spaces", "line\nend", "tab\t", "*star*", "_u_", "a|b", "<b>&amp;",
       "`code`", "(1) one", "in every other case", "no", "yes; no", "— dash", "thin\u00a0space", "# 1", "[not confirmed]", "Visits")  # fmt: skip
anything = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=("Cs",)), max_size=5))
finite = st.one_of(st.integers(-5, 40).map(float), st.floats(allow_nan=False, allow_infinity=False))


def clocks(names):
    return st.builds(
        t.Clock,
        st.sampled_from(("past", "reached", "full")),
        st.integers(0, 40),
        st.sampled_from(("days", "weeks", "months", "years")),
        names,
    )


def trees(names=anything):
    ref = st.builds(t.Ref, st.sampled_from(("measure", "screening", "flag", "count")), names)
    quantity = st.recursive(
        st.one_of(ref, finite.map(t.Number)), lambda i: st.builds(t.Arithmetic, st.sampled_from("+-*/^"), i, i), max_leaves=4
    )
    constant = st.one_of(names, st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False))
    leaves = st.one_of(
        quantity,
        clocks(names),
        st.just(t.Otherwise()),
        st.builds(t.Compare, quantity, st.sampled_from(("<", "<=", ">", ">=")), quantity),
        quantity.map(t.Known),
        st.builds(t.Among, quantity, st.lists(constant, max_size=3).map(tuple)),
        st.builds(t.Mentions, quantity, st.lists(names, max_size=3).map(tuple)),
    )
    return st.recursive(
        leaves,
        lambda i: st.one_of(
            i.map(t.No),
            i.map(t.Surely),
            st.builds(t.Cited, names, names, i, st.sampled_from(("", "refused: “so”"))),
            st.lists(i, max_size=3).map(lambda p: t.AllOf(tuple(p))),
            st.lists(i, max_size=3).map(lambda p: t.AnyOf(tuple(p))),
            st.builds(t.Compare, i, st.just("<"), i),
        ),
        max_leaves=8,
    )


@settings(max_examples=200)
@given(trees())
def test_a_tree_says_itself_and_is_read_back(tree):
    words = say(tree)
    assert not re.search(r"[\n\t]|  ", words)
    assert read_expression(words) == tree


@given(trees(), trees())
def test_two_trees_never_say_the_same(one, other):
    assert (say(one) == say(other)) == (one == other)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (t.no(t.Ref("flag", "in remission")), "‘in remission’ does not hold"),
        (t.Ref("count", "cycles begun") < 8, "the count ‘cycles begun’ is less than 8"),
        (t.Clock("past", 14, "days", "last day with drug"), "more than 14 days after ‘last day with drug’"),
        (t.no(t.Clock("full", 1, "days", "infusion")), "1 day of ‘infusion’ is not full"),
        (t.surely(t.Ref("measure", "gilbert")), "it is known that ‘gilbert’ is yes"),
        (t.any_of(t.Ref("flag", "a"), t.Ref("flag", "b")), "either ‘a’ holds, or ‘b’ holds"),
        (t.no(t.any_of(t.Ref("flag", "a"), t.Ref("flag", "b"))), "neither ‘a’ holds, nor ‘b’ holds"),
        (t.one_of(t.Ref("measure", "sex"), "F", "M"), "‘sex’ is one of “F” or “M”"),
        (t.Ref("measure", "blasts") <= 0.5 * t.Ref("screening", "blasts"), "‘blasts’ is at most 0.5 × ‘blasts’ at screening"),
        (None, "always"),
    ],
)
def test_words_by_example(tree, words):
    assert say(tree) == words
    assert read_expression(words) == tree


def test_a_clock_inside_a_condition_is_a_clause_and_alone_a_phrase():
    c = t.Clock("reached", 36, "months", "first infusion")
    assert clock(c) == "36 months after ‘first infusion’, or later"
    assert condition(c) == "it is 36 months after ‘first infusion’, or later"


@pytest.mark.parametrize("wrong", [t.Number(float("inf")), t.Compare(t.Ref("count", "a"), "<", t.Number(float("nan")))])
def test_a_number_that_is_not_finite_has_no_words(wrong):
    with pytest.raises(ValueError, match="finite"):
        say(wrong)


def test_long_conditions_are_laid_out_in_numbered_lines():
    rule = next(r for r in STUDY.rules if r.words == "the next cycle begins")
    first, lines = lay_out(rule.given)
    assert first == "all of these hold:"
    assert [label for label, _ in lines] == ["1", "1.1", "1.2", "2", "3"]


# The page and back ------------------------------------------------------------------------------------------------------------------


def copied(html):
    """What is copied from a browser's window: the visible lines, without marks or indents."""
    return "\n".join(text for _, text in lines_of(html))


@pytest.mark.parametrize("study", [STUDY, TWO], ids=lambda s: s.name)
@pytest.mark.parametrize("make", [page_markdown, page_html, lambda p, m: copied(page_html(p, m))], ids=["markdown", "html", "copied"])
def test_the_page_parses_back_to_the_same_study(study, make):
    read = parse_page(make(study, fingerprint(study)))
    again = rebuilt(study, read)
    for part in PARTS:
        assert getattr(again, part) == getattr(study, part), part
    assert again == study and fingerprint(again) == fingerprint(study) == read["fingerprint"]
    assert read["phases"] == tuple(p.name for p in study.phases)
    assert read["events"] == tuple(e.name for e in study.events)
    assert [r.words for r in read["rules"]] == [r.words for r in study.rules]
    assert [r.source for r in read["breaches"]] == [r.source for r in study.breaches]


@pytest.mark.parametrize("make", [page_markdown, page_html])
@pytest.mark.parametrize("breaches", [False, True])
def test_the_signed_page_gives_the_identical_table(make, breaches):
    blank = replace(STUDY, rules=(), breaches=(), doses=(), visits=(), criteria=(), preparations=())
    again = rebuilt(blank, parse_page(make(STUDY, MARK)))
    table, other = compile_table(STUDY, breaches=breaches), compile_table(again, breaches=breaches)
    assert table.fingerprint() == other.fingerprint()
    assert table.rule.tobytes() == other.rule.tobytes()


def rule_changes():
    changes = {
        "source": lambda r: replace(r, source=r.source + "x"),
        "words": lambda r: replace(r, words=r.words + "."),
        "at": lambda r: replace(r, at=("ended: death", *r.at)),
        "on": lambda r: replace(r, on=("seizure", *r.on)),
        "given": lambda r: replace(r, given=t.no(r.given) if r.given is not None and not isinstance(r.given, t.Otherwise) else t.all_of()),
        "to": lambda r: replace(r, to="screening" if r.to != "screening" else None),
        "do": lambda r: replace(r, do=(*r.do, Effect("mark", "consent"))),
        "order": lambda r: replace(r, do=r.do[::-1] if len(set(r.do)) > 1 else (*r.do, Effect("reset", "infusion days since a step"))),
    }
    return [pytest.param(change, id=name) for name, change in changes.items()]


@pytest.mark.parametrize("change", rule_changes())
@pytest.mark.parametrize("part", ["rules", "breaches"])
def test_changing_one_rule_changes_the_page_and_what_is_read(part, change):
    every = getattr(STUDY, part)
    for i in range(0, len(every), 6):
        other = replace(STUDY, **{part: (*every[:i], change(every[i]), *every[i + 1 :])})
        page = page_markdown(other, MARK)
        assert page != PAGE
        assert parse_page(page)[part] == getattr(other, part) != every


def test_no_two_sentences_of_the_study_are_the_same():
    said = ["\n".join(line.text for line in rule_lines(r, "Sentence", 1, STUDY)) for r in (*STUDY.rules, *STUDY.breaches)]
    assert len(set(said)) == len(said) == len(set(STUDY.rules + STUDY.breaches))


names_in_use = {
    "phase": tuple(p.name for p in STUDY.phases),
    "event": tuple(e.name for e in STUDY.events),
    "flag": tuple(f.name for f in STUDY.flags),
    "tally": tuple(x.name for x in (*STUDY.counts, *STUDY.tallies)),
    "day": tuple(m.name for m in STUDY.moments),
    "watch": tuple(w.name for w in STUDY.stopwatches),
}


def some(kind):
    return st.sampled_from(names_in_use[kind])


def effects():
    return st.one_of(
        st.builds(Effect, st.just("put"), some("flag"), st.integers(0, 1)),
        st.builds(Effect, st.just("put"), some("tally"), st.integers(0, 8)),
        st.builds(Effect, st.sampled_from(("add", "less")), some("tally"), st.just(1)),
        st.builds(Effect, st.just("mark"), some("day")),
        st.builds(Effect, st.just("reset"), some("watch")),
    )


@st.composite
def rules(draw, kinds=("",)):
    on = draw(st.lists(st.one_of(some("event"), clocks(some("day"))), min_size=1, max_size=3, unique=True))
    return Rule(
        draw(anything),
        draw(anything),
        tuple(draw(st.lists(some("phase"), min_size=1, max_size=4, unique=True))),
        tuple(e if isinstance(e, str) else e.name for e in on),
        draw(st.one_of(st.none(), trees())),
        draw(st.one_of(st.none(), some("phase"))),
        tuple(draw(st.lists(effects(), max_size=3))),
        draw(st.sampled_from(kinds)),
        tuple(e for e in on if not isinstance(e, str)),
        tuple(draw(st.lists(anything, max_size=2))),
    )


def targets():
    after = st.builds(After, st.integers(0, 40), st.sampled_from(("days", "months")), anything, st.booleans())
    return st.one_of(after, st.lists(after, min_size=1, max_size=3).map(lambda p: LaterOf(tuple(p))), clocks(anything))


def visits():
    window = st.builds(Window, st.integers(-30, 3), st.integers(-3, 30), anything, st.booleans(), st.one_of(st.none(), st.integers(-3, 3)))
    some_names = st.lists(anything, max_size=2).map(tuple)
    one = st.one_of(st.just(""), anything)
    spans = st.one_of(st.none(), st.builds(Span, st.integers(1, 9), st.sampled_from(("days", "weeks", "months", "years"))))
    ends = st.one_of(st.none(), st.builds(After, st.integers(0, 40), st.just("months"), anything))
    return st.builds(
        Visit,
        anything,
        anything,
        targets(),
        window,
        anything,
        some_names,
        some_names,
        one,
        some_names,
        some_names,
        one,
        spans,
        ends,
        one,
        some_names,
    )


def doses():
    amount = st.one_of(st.none(), st.integers(0, 900), st.sampled_from((0.5, 1.25)), trees().filter(lambda e: isinstance(e, t.Arithmetic)))
    before = st.lists(st.one_of(anything.filter(lambda n: ":" not in n), clocks(anything).map(lambda c: c.name)), max_size=3).map(tuple)
    some_names = st.lists(anything, max_size=2).map(tuple)
    rounded = st.one_of(st.none(), st.sampled_from((5, 0.5)))
    given = st.one_of(st.none(), trees())
    units = st.sampled_from(("mg", "ug/day", "mg of x", "a, b", ""))
    counts = st.lists(st.integers(1, 400), max_size=4).map(tuple)
    day, every = (
        st.one_of(st.none(), st.integers(1, 90)),
        st.one_of(st.none(), st.builds(Span, st.integers(1, 9), st.sampled_from(("days", "weeks")))),
    )
    texts = st.one_of(st.just(""), anything)
    return st.builds(
        Dose, amount, units, anything, anything, some_names, given, before, anything, st.booleans(), rounded, some_names, counts, day, day, every,
        texts, texts,
    )  # fmt: skip


@settings(max_examples=40)
@given(
    st.lists(rules(), min_size=1, max_size=3),
    st.lists(rules(("", "late", "a “b”")), max_size=2),
    st.lists(doses(), max_size=2),
    st.lists(visits(), max_size=2),
    st.sampled_from((page_markdown, page_html)),
)
def test_any_rules_doses_and_visits_are_read_back(some_rules, some_breaches, some_doses, some_visits, make):
    study = replace(
        STUDY,
        rules=tuple(some_rules),
        breaches=tuple(some_breaches),
        doses=tuple(some_doses),
        visits=tuple(some_visits),
        forms=(),
        criteria=(),
    )
    read = parse_page(make(study, MARK))
    for part in ("rules", "breaches", "doses", "visits"):
        assert read[part] == getattr(study, part), part


@settings(max_examples=60)
@given(rules(("", "late")), rules(("", "late")))
def test_two_different_rules_never_have_the_same_sentence(one, other):
    said = [[line.text for line in rule_lines(r, "Sentence", 1, STUDY)] for r in (one, other)]
    assert (said[0] == said[1]) == (one == other)


# What is wrong names its line -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ("as soon as 28 days of ‘infusion days of this cycle’ are full", "when 28 days of ‘infusion days of this cycle’ are full", "expected “on ”"),
        ("the count ‘cycles begun’ is less than 8", "the count ‘cycles begun’ is fewer than 8", "comparison"),
        ("go to ‘held for toxicity’", "move to ‘held for toxicity’", "what is done"),
        ("go to ‘held for toxicity’", "go to ‘held for tocixity’", "no phase that the page names"),
        ("remember this day as ‘hold began’", "remember this day as ‘hold begun’", "no variable that the page names"),
        ("  - (1.1) the count", "  - (1.2) the count", "(1.1)"),
        ("**Sentence 5 (R2)**", "**Sentence 50 (R2)**", "Sentence"),
        ("**Sentence 5 (R2)**", "**Sentense 5 (R2)**", "Sentense 5"),
        ("- Window: from 2 days before", "- Window: 2 days before", "expected “from ”"),
        ("‘age’ is at least 18\u00a0years", "‘age’ is at least 18\u00a0months", "compared in months"),
        ("‘age’ is at least 18\u00a0years", "‘age’ is at least 18", "compared in no unit"),
        ("condition C holds", "condition ZZ holds", "condition ZZ"),
        ("9 mcg/day of ‘blinatumomab’", "nine mcg/day of ‘blinatumomab’", "a value"),
        ("Shown as the deviation “treatment before", "Told as the deviation “treatment before", "the next sentence"),
    ],
)  # fmt: skip
def test_a_wrong_page_names_the_line(there, instead, says):
    assert there in PAGE
    line = PAGE[: PAGE.index(there)].count("\n") + 1
    with pytest.raises(PageError, match=r"^line \d+ of the page") as found:
        parse_page(PAGE.replace(there, instead, 1))
    assert says in str(found.value)
    assert abs(found.value.line - line) <= 3


@pytest.mark.parametrize("section", SECTIONS)
def test_a_page_without_a_section_is_refused(section):
    with pytest.raises(PageError, match=re.escape(section)):
        parse_page(PAGE.replace(f"\n## {section}\n", "\n"))


def test_a_number_changed_by_hand_is_read_as_it_stands():
    read = parse_page(PAGE.replace("go to ‘held for toxicity’", "go to ‘technical break’", 1))
    assert compile_table(rebuilt(STUDY, read)).fingerprint() != compile_table(STUDY).fingerprint()


# What stands where ------------------------------------------------------------------------------------------------------------------


def test_the_page_begins_with_who_it_is_and_what_is_open():
    seen = [text for _, text in lines_of(PAGE)]
    assert seen[0] == STUDY.title and MARK in seen[2] and "Not medical advice" in seen[3]
    places = [seen.index(s) for s in SECTIONS]
    assert places == sorted(places)
    for r in STUDY.readings:
        assert any(r.question in s and r.answer in s and s.startswith(r.id) for s in seen)
    for s in STUDY.statements:
        assert any(x.startswith(f"{s.id} — ") and ("[not confirmed]" in x) == (not s.confirmed) for x in seen)


def test_what_the_check_found_stands_under_the_fingerprint():
    data = {"statuses": 3837, "transitions": 26204, "findings": [{"says": "nobody leaves ‘screening’"}]}
    seen = [text for _, text in lines_of(page_markdown(STUDY, MARK, data))]
    assert seen[4:6] == ["Checked: 3,837 statuses and 26,204 transitions, every one visited; 1 finding.", "nobody leaves ‘screening’"]
    assert parse_page(page_markdown(STUDY, MARK, data))["rules"] == STUDY.rules


def test_the_html_is_one_file_that_fetches_nothing():
    html = page_html(STUDY, MARK)
    assert not re.search(r"<(script|link|img|iframe)|src=|@import|url\((?!#)", html)


def test_fr19_the_html_has_a_content_policy_before_all_else():
    """FR19."""
    html = page_html(STUDY, MARK)
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert policy and "default-src &#39;none&#39;" in policy[1] and "script" not in policy[1]
    assert policy.start() < html.index("<title>") and policy.start() < html.index("<style>")


def test_the_schedule_has_every_visit_and_every_form():
    grid = schedule(STUDY)
    heads = [name for name, _ in grid.heads]
    assert heads[0] == "Screening" and heads[-2:] == ["Survival contact", "Unscheduled"]
    assert [v.name for v in STUDY.visits if v.name not in heads] == []
    rows = {name: cells for name, _, cells in grid.rows}
    assert all(sum(c.across if isinstance(c, Bar) else 1 for c in cells) == len(heads) for cells in rows.values())
    done = {name: [h for h, c in zip(heads, cells, strict=False) if c == "X"] for name, cells in rows.items()}
    assert done["Informed consent"] == ["Screening"]
    assert done["dexamethasone"] == ["Infusion start (day 1)", "Infusion restart", "Dose step (day 8)"]
    assert done["Response assessment (marrow and blood)"][0] == "Response assessment"
    assert done["Survival contact"] == ["Survival contact"]
    assert isinstance(rows["Adverse event"][0], Bar) and rows["Adverse event"][0].text.startswith("at any time")
    labels = {f.label[:1].upper() + f.label[1:] for f in STUDY.forms}
    notes = dict(grid.notes)
    below = set(notes[""].removesuffix(".").partition(": ")[2].split("; "))
    assert "Protocol version in force" in below and labels == (set(rows) & labels) | below and not set(rows) & below
    for (name, letter), v in ((h, v) for h in grid.heads for v in STUDY.visits if v.name == h[0]):
        assert v.source in notes[letter] and v.window.source in notes[letter], name


# The diagram ------------------------------------------------------------------------------------------------------------------------


def apart(a, b):
    return abs(a.x - b.x) >= (a.width + b.width) / 2 or abs(a.y - b.y) >= (a.height + b.height) / 2


def ill_laid(layout, arrows):
    """Rectangles on one another or beyond the edge, and arrows through a box or label that is not their own."""
    places = [*layout.boxes.values(), *layout.labels]
    found = [(a, b) for i, a in enumerate(places) for b in places[:i] if not apart(a, b)]
    for p in places:
        inside = (
            p.x - p.width / 2 >= 0 and p.x + p.width / 2 <= layout.width and p.y - p.height / 2 >= 0 and p.y + p.height / 2 <= layout.height
        )
        found += [] if inside else [(p, "beyond the edge")]
    for way, own, arrow in zip(layout.ways, layout.labels, arrows, strict=True):
        others = [p for p in places if p not in (own, layout.boxes[arrow.start], layout.boxes[arrow.end])]
        for (ax, ay), (bx, by) in zip(way, way[1:], strict=False):
            for p in others:
                beside = max(ax, bx) <= p.x - p.width / 2 or min(ax, bx) >= p.x + p.width / 2
                clear = beside or max(ay, by) <= p.y - p.height / 2 + 1e-6 or min(ay, by) >= p.y + p.height / 2 - 1e-6
                found += [] if clear else [(arrow, p)]
    return found


@pytest.mark.parametrize("study", [STUDY, TWO], ids=lambda s: s.name)
def test_the_diagram_of_a_study_is_legible_and_complete(study):
    made = drawing(study)
    assert ill_laid(made.layout, [a for a, _ in made.arrows]) == []
    said = {int(found[1]) for _, words in made.arrows for w in words if (found := re.match(r"(\d+): ", w))}
    assert said == {n for n, r in enumerate(study.rules, 1) if r.to is not None and set(r.at) != {r.to}}
    svg = diagram(study)
    drawn = set(re.findall(r">([^<]+)</tspan>", svg))
    for p in study.phases:
        assert p.name in left_out(study) or set(p.name.split()) <= {w for d in drawn for w in d.split()}
    for place, words in [
        *zip(made.layout.labels, (w for _, w in made.arrows), strict=True),
        *((made.layout.boxes[n], w) for n, w in made.boxes.items()),
    ]:
        assert place.width >= max(map(len, words)) * 6.5 and place.height >= 15 * len(words)


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 20))
    names = [f"p{i}" for i in range(n)]
    size = st.tuples(st.floats(30, 180), st.floats(20, 90))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1])
    arrows = [
        Arrow(names[a], names[b], draw(st.floats(10, 160)), draw(st.floats(10, 80)))
        for a, b in draw(st.lists(pairs, min_size=1, max_size=26, unique=True))
    ]
    sinks = [x for x in names if all(a.start != x for a in arrows)]
    return {x: draw(size) for x in names}, arrows, draw(st.lists(st.sampled_from(sinks), unique=True)) if sinks else []


@settings(max_examples=40)
@given(graphs())
def test_any_graph_is_laid_out_without_overlaps(graph):
    sizes, arrows, low = graph
    assert ill_laid(lay(sizes, arrows, low), arrows) == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_schedule_says_windows_in_its_head_and_has_no_row_for_a_death_or_a_version(name):
    protocol, _ = load(shipped()[name])
    grid = schedule(protocol)
    heads = dict(zip((head for head, _ in grid.heads), grid.small, strict=True))
    assert sum(n for _, n in grid.groups) == len(grid.heads) and [g for g, _ in grid.groups][:1] == ["Before treatment"]
    for v in protocol.visits:
        said = heads[v.name]
        assert str(v.window.after) in said if v.window is not None else "not stated" in said or said.startswith("up to"), v.name
    rows = {head.lower() for head, _, _ in grid.rows}
    gone = {(f.label or f.entry).lower() for f in protocol.forms if f.domain == "DD"}
    assert gone and not gone & rows and all(any(g in str(said).lower() for letter, said in grid.notes if not letter) for g in gone)
