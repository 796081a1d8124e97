"""Readers and schemas agree, both ways: what a schema accepts is read, and near misses are read exactly where the schema accepts them."""

import hashlib
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.oracle import journals
from tests.property.described import documents, near_misses

from trialrun.journey.fields import FIELDS
from trialrun.journey.journal import JournalError, entry_of, read_lines
from trialrun.journey.ready import make_ready
from trialrun.journey.schema import SCHEMAS, schema_of
from trialrun.journey.standing import where
from trialrun.journey.taking import sent_back
from trialrun.protocol.frozen.freeze import FORMAT, FrozenError, canonical, fingerprint, freeze, thaw
from trialrun.protocol.frozen.kinds import of_another_kind
from trialrun.protocol.table import cache_folder, compile_table, load_table
from trialrun.protocol.words.events import Event
from trialrun.protocol.words.phases import Phase
from trialrun.protocol.words.rules import Effect, Rule
from trialrun.protocol.words.study import Protocol
from trialrun.protocol.words.texts import Statement
from trialrun.protocol.words.trees import Compare, No, Number
from trialrun.protocol.words.variables import Count
from trialrun.studies.maintenance_two_arm.study import MAINTENANCE_TWO_ARM as TWO_ARM
from trialrun.studies.mt103_211.study import MT103_211
from trialrun.studies.template.study import STUDY as ONE_ARM

STUDIES = {p.name: make_ready(p) for p in (MT103_211, TWO_ARM)}
SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)
ENTRY = {name: schema_of("entry", r.protocol) for name, r in STUDIES.items()}
FIELDS_OF = {name: {k: v for k, v in schema.items() if k != "allOf"} for name, schema in ENTRY.items()}
ENTRY_TAKES = {name: Draft202012Validator(schema) for name, schema in ENTRY.items()}
FROZEN = schema_of("study", TWO_ARM)
FROZEN_TAKES = Draft202012Validator(FROZEN)
STUDY = {"$ref": "#/$defs/Protocol", "$defs": FROZEN["$defs"]}
STUDY_TAKES = Draft202012Validator(STUDY)


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("study", STUDIES)
def test_every_schema_is_one(name, study):
    Draft202012Validator.check_schema(schema_of(name, STUDIES[study].protocol))


def is_read(name, entry):
    """Whether an entry goes through the reader of journals, and can be used by the walk."""
    try:
        entries = read_lines(json.dumps(entry))
    except JournalError as problem:
        assert "line 1" in str(problem) or not isinstance(entry, dict)
        return False
    return not sent_back(STUDIES[name], entries)


@st.composite
def entries_of(draw, name):
    """Entries that the schema of a study accepts, with values of their form."""
    entry = draw(documents(FIELDS_OF[name]))
    if draw(st.integers(0, 5)):
        form = next(
            c["then"]["properties"]["values"]["anyOf"][0]
            for c in ENTRY[name]["allOf"]
            if c["if"]["properties"]["event"]["const"] == entry["event"]
        )
        values = draw(documents(form))
        entry["values"] = {(k.replace("_", " ") if draw(st.integers(0, 9)) == 0 else k): v for k, v in values.items()}
    else:
        entry["values"] = draw(st.none() | st.just({}))
    return entry


@pytest.mark.parametrize("name", STUDIES)
@SLOW
@given(st.data())
def test_what_the_schema_of_entries_accepts_is_read(name, data):
    """FR13"""
    entry = data.draw(entries_of(name))
    ENTRY_TAKES[name].validate(entry)
    assert is_read(name, entry), entry


@pytest.mark.parametrize("name", STUDIES)
@SLOW
@given(st.data())
def test_near_misses_of_entries_are_read_where_the_schema_accepts_them(name, data):
    """FR13"""
    entry = data.draw(near_misses(entries_of(name)))
    assert is_read(name, entry) == ENTRY_TAKES[name].is_valid(entry), entry


NAMES = st.text(max_size=3) | st.from_regex(r"^[A-Za-z0-9._ -]{1,4}\n?$") | st.from_regex(r"^[a-z]{62,66}$")
DATES = st.from_regex(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\n?$") | st.dates().map(str) | st.text(max_size=9)
TIMES = st.from_regex(
    r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]+)?)?(Z|[+-][0-2][0-9]:[0-6][0-9])?)?\n?$"
) | st.text(max_size=9)


@settings(max_examples=500)
@given(NAMES, DATES, TIMES)
@example("001-004\n", "1900-02-29", "2012-04-10T24:00:00Z")
def test_texts_with_a_pattern_are_read_where_the_schema_accepts_them(name, day, told):
    for field, value in (("participant", name), ("happened_on", day), ("recorded_at", told)):
        assert Draft202012Validator(FIELDS[field].schema()).is_valid(value) == (FIELDS[field].fault(value) is None), (field, value)


def test_every_entry_of_simulated_journals_meets_the_schema():
    for seed in range(30):
        for line in journals.random_journal(seed):
            ENTRY_TAKES["mt103-211"].validate(line)
            ENTRY_TAKES["mt103-211"].validate(entry_of(line, "here", 1).as_json())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 900))
def test_every_standing_meets_its_schema(seed, after):
    takes = Draft202012Validator(schema_of("standing", MT103_211))
    entries = [entry_of(line, "here", n) for n, line in enumerate(journals.wild_journal(seed), 1)]
    on = min(e.happened_on for e in entries if len(e.happened_on) == 10)
    here = where(STUDIES["mt103-211"], entries, date.fromisoformat(on).toordinal() + after)
    takes.validate(json.loads(json.dumps(here.as_json())))


def stamped(study):
    """The text of a frozen file around any data."""
    mark = hashlib.sha256(canonical(study).encode()).hexdigest()
    return canonical({"format": FORMAT, "fingerprint": mark, "study": study})


def is_thawed(study):
    """Whether a frozen file is read; a refusal names the place."""
    try:
        protocol, mark = thaw(stamped(study), "a.json")
    except FrozenError as problem:
        assert "a.json" in str(problem)
        return False
    assert freeze(protocol)
    return True


@SLOW
@given(documents(STUDY))
def test_what_the_schema_of_studies_accepts_is_thawed(study):
    """FR13"""
    STUDY_TAKES.validate(study)
    assert is_thawed(study)
    assert of_another_kind(thaw(stamped(study))[0]) == [], "what is read back is of the kinds that a study written in Python has"


@SLOW
@given(near_misses(documents(STUDY)))
def test_near_misses_of_studies_are_thawed_where_the_schema_accepts_them(study):
    """FR13"""
    assert is_thawed(study) == STUDY_TAKES.is_valid(study)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(near_misses(st.just(json.loads(freeze(ONE_ARM))["study"])))
def test_near_misses_of_a_whole_study_are_thawed_where_the_schema_accepts_them(study):
    """FR13: a frozen study with a field of another type is refused by name."""
    assert is_thawed(study) == STUDY_TAKES.is_valid(study)


def test_every_shipped_version_meets_the_schema():
    import trialrun.studies

    for path in Path(trialrun.studies.__file__).parent.glob("*/versions/*.json"):
        FROZEN_TAKES.validate(json.loads(path.read_text(encoding="utf-8")))


ODD_FROZEN = {
    "a text for a list": (lambda s: s.update(rules="R1"), "study.rules is 'R1', and must be a list"),
    "a number for a text": (lambda s: s["rules"][0].update(words=5), "study.rules[0].words is 5, and must be text"),
    "a list for a phase": (lambda s: s["rules"][1].update(to=["a"]), "study.rules[1].to is a list, and must be text or null"),
    "another value": (lambda s: s["rules"][0].update(given={"is": "Arm", "name": "a", "source": "S1"}), "study.rules[0].given is an Arm"),
    "nothing for a version": (lambda s: s.update(version=None), "study.version is None, and must be a whole number"),
    "an unknown word": (lambda s: s["rules"][0].update(given={"is": "Lambda"}), "uses 'Lambda', which"),
    "an unknown field": (lambda s: s["phases"][0].update(colour="red"), "has a field 'colour'"),
    "a field that is lacking": (lambda s: s["phases"][0].pop("name"), "lacks 'name'"),
    "a number without end": (lambda s: s.update(version=2**40), "study.version is 1099511627776"),
}


@pytest.mark.parametrize("name", ODD_FROZEN)
def test_a_frozen_study_with_a_field_of_another_type_is_refused_with_place_and_cure(name):
    """FR13"""
    study = json.loads(freeze(TWO_ARM))["study"]
    change, says = ODD_FROZEN[name]
    change(study)
    with pytest.raises(FrozenError) as told:
        thaw(stamped(study), "a.json")
    assert says in str(told.value) and "freeze it again" in str(told.value) and not STUDY_TAKES.is_valid(study)


TEXTS = [
    "",
    "{",
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"format": "trialrun study 1", "format": 1}',
    "\ufeff{}",
    "[]",
    "null",
    '"\\ud800"',
    "NaN",
    "1e999",
    "9" * 5000,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_text_makes_thawing_say_what_a_library_says(text):
    """FR13"""
    with pytest.raises(FrozenError, match=r"a\.json"):
        thaw(text, "a.json")


def counting(starts, up_to):
    """A study whose one count guards its end."""
    n = Count("n", up_to, starts, "S1")
    given_ = Compare(n.as_ref(), ">=", Number(up_to))
    return Protocol(
        "counting", 1, "A count", "on", (Statement("S1", "It counts."),), (), (Phase("on"), Phase("off", end=True)), (Event("more", "fact", "S1"),),
        (Rule("S1", "one more", ("on",), ("more",), No(given_), None, (Effect("add", "n"),)), Rule("S1", "enough", ("on",), ("more",), given_, "off")),
        counts=(n,),
    )  # fmt: skip


def test_a_count_beyond_16_bits_is_counted():
    """FR13"""
    table = compile_table(counting(39_990, 40_000))
    assert [int(v) for v in table.values[:11, 1]] == list(range(39_990, 40_001)) and table.status(10) == ("on", 40_000)
    assert thaw(freeze(counting(39_990, 40_000)))[0] == counting(39_990, 40_000)
    with pytest.raises(ValueError, match="use a tally"):
        compile_table(counting(10**30, 10**30 + 1))
    with pytest.raises(FrozenError, match=r"study\.counts\[0\]"):
        freeze(counting(0, 10**12))


def altered(path, change):
    """Rewrite an array of a cached table."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    change(arrays)
    np.savez(path, **arrays)


CHANGES = {
    "another next": lambda a: a["next"].__setitem__((0, int(np.flatnonzero(a["next"][0] >= 0)[0])), 7),
    "another rule": lambda a: a["rule"].__setitem__((0, int(np.flatnonzero(a["next"][0] >= 0)[0])), 3),
    "another status": lambda a: a["values"].__setitem__((3, 0), 1),
    "another way": lambda a: a["came"].__setitem__((3, 0), 1),
    "fewer rows": lambda a: a.update(next=a["next"][:-1]),
    "another shape": lambda a: a.update(next=a["next"].T),
    "other numbers of the same bytes": lambda a: a.update(rule=a["rule"].view(np.uint16)),
    "no digest": lambda a: a.pop("digest"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_altered_cache_of_a_table_is_found_and_compiled_anew(tmp_path, name):
    """FR16"""
    mark = fingerprint(ONE_ARM)
    whole = load_table(ONE_ARM, mark, cache=tmp_path)
    (path,) = tmp_path.glob("*.npz")
    kept = load_table(ONE_ARM, mark, cache=tmp_path)
    assert kept.fingerprint() == whole.fingerprint() and (kept.rule == whole.rule).all() and (kept.came == whole.came).all()
    altered(path, CHANGES[name])
    for _ in range(2):
        again = load_table(ONE_ARM, mark, cache=tmp_path)
        assert again.fingerprint() == whole.fingerprint() and (again.rule == whole.rule).all() and (again.came == whole.came).all()
    with np.load(path) as file:
        assert "digest" in file.files and (file["next"] == whole.next).all(), "kept anew"


def test_the_cache_of_one_table_under_the_name_of_another_is_found(tmp_path):
    """FR16: another study's table, or the legal one in place of the one with breaches."""
    mine, other = load_table(ONE_ARM, "a" * 64, cache=tmp_path), load_table(counting(0, 3), "b" * 64, cache=tmp_path)
    load_table(ONE_ARM, "a" * 64, breaches=False, cache=tmp_path)
    path = next(tmp_path.glob("aaaa*breaches.npz"))
    for source in ("bbbb*breaches.npz", "aaaa*legal.npz"):
        path.write_bytes(next(tmp_path.glob(source)).read_bytes())
        assert load_table(ONE_ARM, "a" * 64, cache=tmp_path).fingerprint() == mine.fingerprint() != other.fingerprint()


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"\x93NUMPY", bytes(range(256)) * 9])
def test_a_cache_that_is_no_cache_is_passed_over(tmp_path, junk):
    """FR16"""
    whole = load_table(ONE_ARM, "a" * 64, cache=tmp_path)
    next(tmp_path.glob("*.npz")).write_bytes(junk)
    assert load_table(ONE_ARM, "a" * 64, cache=tmp_path).fingerprint() == whole.fingerprint()


def test_without_a_home_nothing_is_kept_and_the_table_is_compiled(tmp_path, monkeypatch):
    """FR11"""
    monkeypatch.chdir(tmp_path)
    for name in ("TRIALRUN_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda text: text)
    assert cache_folder() is None
    assert load_table(counting(0, 3), "a" * 64).transitions and not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    assert load_table(counting(0, 3), "a" * 64, cache=tmp_path / "file" / "tables").transitions
