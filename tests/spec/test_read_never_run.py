"""A study is read and never run: what is no plain value is refused with its line, nothing is executed, nothing is left behind (FR3)."""

import hashlib
import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.cli import main
from trialrun.protocol.check.check import check
from trialrun.protocol.frozen.called import doors
from trialrun.protocol.frozen.freeze import FrozenError, canonical, fingerprint, freeze, thaw
from trialrun.protocol.frozen.load import Mistyped, StudyError, load
from trialrun.protocol.frozen.shipped import STUDIES
from trialrun.protocol.language import Protocol

HEAD = "from trialrun.protocol.language import *\n\nscreening = phase('screening')\nage = measure('age')\n"
AT = HEAD.count("\n") + 1
FOLDERS = sorted(f for f in STUDIES.iterdir() if (f / "study.py").is_file())


def refused(folder: Path, text: str, **others: str) -> str:
    """What is said of a study folder that cannot be loaded."""
    (folder / "study.py").write_text(text, encoding="utf-8")
    for name, says in others.items():
        (folder / f"{name}.py").write_text(says, encoding="utf-8")
    with pytest.raises(StudyError) as problem:
        load(folder)
    return str(problem.value)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_what_is_read_is_what_python_would_have_made(folder):
    made = vars(importlib.import_module(f"trialrun.studies.{folder.name}.study")).values()
    study, mark = load(folder)
    assert [study] == [v for v in made if isinstance(v, Protocol)]
    assert mark == fingerprint(study)


def test_the_doors_open_on_functions_and_plain_values_only():
    assert {"trialrun.protocol.language", "trialrun.protocol.endpoints", "trialrun.protocol.invariants"} <= set(doors())
    for words in doors().values():
        assert words
        for name, value in words.items():
            assert not isinstance(value, type), f"{name} is a class: a study makes values by functions"
            assert not callable(value) or value.__module__.startswith("trialrun.protocol"), name


EVIL = {
    "__import__('os').system('touch OWNED')": "'__import__' reaches outside",
    "__builtins__": "'__builtins__' reaches outside",
    "__file__": "'__file__' reaches outside",
    "exec('import os')": "'exec' is a word of Python",
    "eval('1')": "'eval' is a word of Python",
    "open('OWNED', 'w')": "'open' is a word of Python",
    "exit(0)": "'exit' is a word of Python",
    "print('x')": "'print' is a word of Python",
    "getattr(age, 'name')": "'getattr' is a word of Python",
    "range(5)": "'range' is a word of Python",
    "f'{age}'": "this is an f-string",
    "f'plain'": "this is an f-string",
    "age.__class__": "reaches outside",
    "age.__class__.__mro__": "reaches outside",
    "phase.__globals__": "reaches outside",
    "phase.func": "no .func that a study can read",
    "age.as_ref": "no .as_ref that a study can read",
    "age.as_ref()": "no .as_ref that a study can read",
    "'a'.join(('b', 'c'))": "reaches outside",
    "(1).real": "reaches outside",
    "days.name": "no .name that a study can read",
    "(lambda: 1)()": "lambda",
    "[x for x in (1, 2)]": "a comprehension",
    "(x for x in (1, 2))": "a comprehension",
    "{x: 1 for x in (1, 2)}": "a comprehension",
    "1 if True else 2": "if .. else ..",
    "age and screening": "write all_of",
    "not age": "write no(a)",
    "age == 3": "write one_of",
    "0 < age < 5": "a chain of comparisons",
    "(y := 3)": ":=",
    "{1, 2}": "a set",
    "...": "write a number, a text",
    "b'x'": "this is bytes",
    "1j": "this is complex",
    "10**10**9": "no number that a study holds",
    "10**60": "beyond 1e+15",
    "9**9**9**9": "no number that a study holds",
    "2**0.5**-9999": "no number that a study holds",
    "(-1)**0.5": "no number that a study holds",
    "0**-1": "no number that a study holds",
    "1/0": "divided by 0",
    "1e999": "beyond 1e\\+15".replace("\\", ""),
    "1e14*1e14": "beyond 1e+15",
    "9999999999999999": "beyond 1e+15",
    "0x" + "f" * 5000: "beyond 1e+15",
    "1" * 5000: "this is not Python",
    "'a' * 10**9": "has no meaning",
    "'a' * 9": "has no meaning",
    "'a' + 'b'": "texts are not added",
    "(1,) * 10**9": "has no meaning",
    "[0] * 10**9": "has no meaning",
    "3 * phase": "has no meaning",
    "28 / days": "28 \\* days".replace("\\", ""),
    "2.5 * days": "whole number of days",
    "True + 1": "has no meaning",
    "'x' % 3": "%",
    "1 << 9999999": "<<",
    "~age": "write no(a)",
    "-age": "write -1 * value",
    "1 + age": "is not in the language",
    "age < 'x'": "cannot be compared",
    "1 < 2": "compares no recorded value",
    "age < True": "cannot be compared",
    "screening[0]": "has no parts",
    "(1, 2)[5]": "no part 5",
    "(1, 2)[::0]": "steps of 0",
    "(1, 2)[age]": "a whole number or a slice",
    "(1, 2)['a']": "a whole number or a slice",
    "screening('x')": "only words of the language can be called",
    "phase('x')('y')": "only words of the language can be called",
    "(*age,)": "opens tuples only",
    "phase(*screening)": "opens tuples only",
    "phase(**{'name': 'x'})": "this is **",
    "{**{}}": "this is **",
    "{'a': 1, 'a': 2}": "stands here twice",
    "{(1, 2): 3}": "names nothing here",
    "phase('x', source='S1', source='S2')": "given twice",
    "phase('x', name='y')": "twice",
    "phase('x', 'y')": "without a name",
    "phase()": "phase(..) still needs name",
    "phase('x', sorce='S1')": "did you mean source=",
    "phase('\\ud800')": "half a character",
    "phase('a\\0b')": "zero character",
    "agee": "did you mean 'age'",
    "nothing_of_the_kind": "was not declared or imported above",
    "-" * 5000 + "1": "nested too deeply",
    "+".join(["age"] * 5000): "nested too deeply",
    "(" * 90 + "1" + ",)" * 90: "nested too deeply",
    "(" * 5000: "this is not Python",
    "no(" * 100 + "age" + ")" * 100: "nested too deeply",
    "age[" + "0][" * 3000 + "0]": "nested too deeply",
    "age" + ".a" * 3000: "nested too deeply",
    "lambda: " * 300 + "1": "nested too deeply",
}


@pytest.mark.parametrize("value", EVIL, ids=lambda v: v[:40])
def test_FR3_what_is_no_plain_value_is_refused_with_its_line(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    says = refused(tmp_path, f"{HEAD}x = {value}\n")
    assert f"study.py:{AT}: " in says and EVIL[value] in says, says
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.py"], "nothing is executed and nothing is kept"


STATEMENTS = {
    "exit(0)": "'exit' is a word of Python",
    "__import__('os')": "'__import__' reaches outside",
    "phase('x')": "gives no name to its value",
    "1": "gives no name to its value",
    "import os": "a study imports only names",
    "import trialrun.protocol.language as language": "a study imports only names",
    "from os import path": "a study imports only from",
    "from trialrun.protocol import language": "a study imports only from",
    "from trialrun.protocol.words.rules import Rule": "a study imports only from",
    "from trialrun.studies.mt103_211.study import MT103_211": "a study imports only from",
    "from trialrun.protocol.language import Protocol": "has no 'Protocol'",
    "from trialrun.protocol.language import _phases": "has no '_phases'",
    "from trialrun.protocol.language import __builtins__": "reaches outside",
    "from trialrun.protocol.endpoints import Endpoint": "has no 'Endpoint'",
    "from trialrun.protocol.endpoints import dataclass": "has no 'dataclass'",
    "from trialrun.protocol.invariants import Invariant": "has no 'Invariant'",
    "from ..mt103_211 import study": "with one dot",
    "from ..terms import x": "with one dot",
    "from .a.b import c": "with one dot",
    "from . import *": "name it, from .terms",
    "from .__init__ import x": "reaches outside",
    "from .gone import x": "there is no file gone.py beside study.py",
    "from . import gone": "there is no file gone.py beside study.py",
    "def f(): pass": "this is def",
    "class C: pass": "this is class",
    "for x in (1, 2): y = x": "this is for",
    "if True: x = 1": "this is if",
    "while True: x = 1": "this is while",
    "try:\n    x = 1\nexcept ValueError: x = 2": "this is try",
    "with open('x') as f: x = f": "this is with",
    "del age": "this is del",
    "global age": "this is global",
    "age += 1": "an in-place change",
    "x: int = 1": "write NAME = value",
    "age.name = 'x'": "names only",
    "x[0] = 1": "names only",
    "a, b = 1, 2, 3": "as many as names",
    "a, *b = 1, 2, 3": "names only",
    "(a, (b, c)) = 1, (2, 3)": "names only",
    "x = (1": "not Python",
    "assert age": "this is assert",
    "raise ValueError": "this is raise",
    "pass": "this is pass",
    "match age:\n    case 1: x = 1": "this is match",
    "x = 1\0": "zero byte",
    "x = 'caf\udce9'": "UTF-8",
}


@pytest.mark.parametrize("line", STATEMENTS, ids=lambda v: v[:40])
def test_FR3_a_statement_that_is_no_declaration_is_refused_with_its_line(tmp_path, monkeypatch, line):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.py").write_bytes(f"{HEAD}{line}\n".encode("utf-8", "surrogateescape"))
    with pytest.raises(StudyError) as problem:
        load(tmp_path)
    assert f"study.py:{AT}: " in str(problem.value) and STATEMENTS[line] in str(problem.value), str(problem.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.py"]


def test_FR3_every_place_that_is_wrong_is_told_also_in_files_that_nothing_imports(tmp_path):
    says = refused(tmp_path, HEAD + "x = f'a'\ny = (lambda: 1)\n", helper="import os\n")
    assert [line.split(": ")[0] for line in says.splitlines()] == ["helper.py:1", f"study.py:{AT}", f"study.py:{AT + 1}"]


def test_FR3_neither_compiled_files_nor_loaded_modules_are_a_road_to_a_study(tmp_path, monkeypatch):
    (tmp_path / "terms.pyc").write_bytes(b"\xa7\r\r\n" + bytes(12))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "terms.cpython-311.pyc").write_bytes(b"\xa7\r\r\n" + bytes(12))
    before = set(sys.modules)
    assert f"study.py:{AT}: there is no file terms.py" in refused(tmp_path, HEAD + "from .terms import x\n")
    (tmp_path / "terms.py").mkdir()
    assert f"study.py:{AT}: there is no file terms.py" in refused(tmp_path, HEAD + "from .terms import x\n")
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"terms": "from .study import x\n"}, "terms.py:1: study.py imports terms.py imports study.py"),
        ({"terms": "from .forms import x\n", "forms": "from .terms import y\n"}, "forms.py:1: study.py imports terms.py imports forms.py imports terms.py"),
        ({"terms": "from .terms import x\n"}, "terms.py:1: study.py imports terms.py imports terms.py"),
        ({"terms": "x = gone\n"}, "terms.py:1: 'gone' is used here"),
    ],
)  # fmt: skip
def test_FR3_imports_that_go_round_are_refused_with_the_line(tmp_path, files, says):
    assert says in refused(tmp_path, HEAD + "from .terms import x\n", **files)


def test_FR3_a_file_of_a_megabyte_is_refused_with_the_line_where_it_goes_on(tmp_path):
    says = refused(tmp_path, HEAD + "x = (\n" + "1,\n" * 400_000 + ")\n")
    assert says.startswith("study.py:8") and "ends within 256 kB" in says


@pytest.mark.parametrize(
    ("first", "each", "says"),
    [
        ("x0 = no(age > 1)", "x{n} = no(x{m})", "nested more than 60 deep"),
        ("x0 = (age,)", "x{n} = (x{m},)", "nested more than 60 deep"),
        ("x0 = (age, age)", "x{n} = (x{m}, x{m})", "fill too much"),
        ("x0 = (age, age)", "x{n} = (*x{m}, *x{m})", "fill too much"),
        ("x0 = (age, age)", "x{n} = x{m} + x{m}", "fill too much"),
        ("x0 = no(age > 1)", "x{n} = all_of(x{m}, x{m})", "fill too much"),
        ("x0 = 'text' 'text'", "x{n} = statement('S{n}', x{m}), x{m}, x{m}", ""),
    ],
)
def test_FR3_values_are_bounded_in_size_and_depth_however_they_are_named(tmp_path, first, each, says):
    lines = [first, *(each.format(n=n, m=n - 1) for n in range(1, 300))]
    told = refused(tmp_path, HEAD + "\n".join(lines) + "\n")
    assert told.startswith("study.py:") or "declares 0 studies" in told
    assert says in told


def test_files_beside_one_another_are_imported_by_name_by_star_and_as_a_whole(tmp_path):
    text = (STUDIES / "template" / "study.py").read_text(encoding="utf-8")
    for path in (STUDIES / "template").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    names = "columns, endpoints, overall_survival, populations"
    named = f"from . import endpoints as ends\n{names} = {', '.join('ends.' + name for name in names.split(', '))}"
    whole = text.replace(f"from .endpoints import {names}", named)
    assert whole != text
    (tmp_path / "study.py").write_text("from .terms import *\n" + whole, encoding="utf-8")
    assert load(tmp_path) == load(STUDIES / "template")
    assert "endpoints.py has no 'gone'" in refused(tmp_path, text + "\nfrom . import endpoints\nx = endpoints.gone\n")
    (tmp_path / "one.py").write_text("from .study import STUDY\n", encoding="utf-8")
    (tmp_path / "study.py").write_text(text, encoding="utf-8")
    assert load(tmp_path / "one.py") == load(STUDIES / "template"), "a file beside a study may name it again"


def test_a_name_of_several_mistakes_has_each_told_with_its_line(tmp_path):
    (tmp_path / "study.py").write_text(HEAD + "a = phase(1)\nb = phase('b', end='yes')\nc = phase('c', shown=None)\n")
    with pytest.raises(Mistyped) as problem:
        load(tmp_path)
    lines = str(problem.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"study.py:{AT + i}" for i in range(3)]
    assert "name= is 1, and it takes a text in quotes" in lines[0]
    assert "end= is 'yes', and it takes True or False" in lines[1]


def test_FK7_an_arm_in_quotes_is_told_with_its_line(tmp_path):
    says = refused(tmp_path, HEAD + "starts = act('starts', 'S1')\nr = rule('S1', 'w', at=screening, on=starts, arm=('A',))\n")
    assert says == f"study.py:{AT + 1}: arm= holds 'A', which is no arm: declare arm('A', source=..) and name it here, without quotes"


@pytest.mark.parametrize(
    ("written", "wrong", "says"),
    [
        ("version=1", "version=None", "version= is None, and it takes a whole number"),
        ("version=1", "version='1'", "version= is '1', and it takes a whole number"),
        ('title="A study to begin from"', "title=None", "title= is None, and it takes a text"),
        ('"template",', "None,", "name= is None, and it takes a text"),
        ("range=(0, 5)", "range=(0, 3, 5)", "range= is a tuple of 3, and it takes 2 values in round brackets"),
        ("window(-3, 7,", "window(-3, 10**9,", "asks for 1,000,000,000 days, more than a hundred years"),
        ('label="Age"', "label=5", "label= is 5, and it takes a text"),
        ("up_to=2", "up_to=400_000", "the count ‘times held’ goes up to 400,000"),
    ],
)
def test_FR14_FR13_check_finds_what_is_of_another_kind_or_beyond_measure(tmp_path, capsys, written, wrong, says):
    for path in (STUDIES / "template").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(written, wrong), encoding="utf-8")
    assert main(["check", str(tmp_path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["ok"] and any(says in f["says"] for f in found["findings"]), found
    for verb in (
        ["page", str(tmp_path)],
        ["freeze", str(tmp_path)],
        ["calendar", str(tmp_path), "--start", "2020-01-01"],
        ["play", str(tmp_path)],
    ):
        code = main([*verb, "--out", str(tmp_path / "out")] if verb[0] != "calendar" else verb)
        assert code in (0, 3) and "Traceback" not in capsys.readouterr().err


def test_FR14_a_definition_made_in_python_is_looked_at_too():
    study, _ = load(STUDIES / "template")
    for wrong in ({"version": None}, {"name": None}, {"title": 3}, {"rules": [*study.rules]}, {"phases": (*study.phases, "x")}):
        found = check(replace(study, **wrong))
        assert not found.ok and found.as_text() and found.as_json()["findings"]


def frozen(change) -> str:
    """A frozen template with its data changed and its fingerprint made right again."""
    data = json.loads(freeze(load(STUDIES / "template")[0]))
    change(data["study"])
    data["fingerprint"] = hashlib.sha256(canonical(data["study"]).encode()).hexdigest()
    return canonical(data)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.update(version=None), "study.version is None, and must be a whole number"),
        (lambda s: s.update(version=True), "study.version is True, and must be a whole number"),
        (lambda s: s.update(title=["a"]), "study.title is a list, and must be text"),
        (lambda s: s.update(rules="none"), "study.rules is 'none', and must be a list"),
        (lambda s: s["rules"].append({"is": "Dose", "amount": 1, "unit": "mg", "drug": "d", "source": "T1"}), "is a Dose, and must be a Rule"),
        (lambda s: s["phases"][0].update(end=1), "study.phases[0].end is 1, and must be true or false"),
        (lambda s: s["phases"][0].update(colour="red"), "a Phase, has a field 'colour' that this version does not know"),
        (lambda s: s["phases"].append({"is": ["Phase"]}), "which this version does not know"),
        (lambda s: s["phases"].append({"is": "Protocol2"}), "which this version does not know"),
        (lambda s: s["phases"].append({}), "which this version does not know"),
        (lambda s: s["rules"][0].update(given=deep(400)), "nested too deeply"),
    ],
)  # fmt: skip
def test_FR13_a_frozen_study_with_a_field_of_another_kind_is_refused(tmp_path, change, says):
    (tmp_path / "study.json").write_text(frozen(change), encoding="utf-8")
    with pytest.raises(FrozenError) as problem:
        load(tmp_path / "study.json")
    assert says in str(problem.value)


def deep(n):
    return {"is": "Otherwise"} if not n else {"is": "No", "part": deep(n - 1)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"format":"trialrun study 1","format":"trialrun study 1"}', "the key 'format' stands twice"),
        ('{"format":"trialrun study 1","fingerprint":"x","study":NaN}', "NaN is no number"),
        ('{"format":"trialrun study 1","fingerprint":"x","study":"\\ud800"}', "is no JSON"),
        ('{"format":"trialrun study 1"}', "was changed after it was frozen"),
        ("7", "is no frozen study"),
    ],
)
def test_FR13_a_frozen_file_that_is_none_is_refused_with_a_sentence(text, says):
    with pytest.raises(FrozenError) as problem:
        thaw(text, "study.json")
    assert says in str(problem.value) and str(problem.value).startswith("study.json")
