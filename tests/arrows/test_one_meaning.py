"""One meaning: values are typed as an entry is taken in, effects are carried out by the enactment, and nothing else does either again."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "trialrun"
READS_ENTRIES = {  # what reads an entry as it was recorded, and why
    "journey/taking.py": "types its values, once",
    "journey/knowledge.py": "follows corrections and withdrawals",
    "journey/journal_queries.py": "asks about withdrawals",
    "journey/last_day.py": "asks about withdrawals",
    "analysis/datasets/chain.py": "quotes what was recorded",
    "analysis/results/explain.py": "quotes what was recorded",
    "simulation/recording.py": "writes journals",
    "simulation/natures/declared.py": "writes journals: slips of the pen",
    "journey/seen.py": "takes out what a role does not see, before anything is taken in",
}
ENACTS = {"protocol/enactment.py", "protocol/words/rules.py"}
READERS_OF_KINDS = {  # what names the kinds of effects without carrying any out
    "protocol/enactment.py", "protocol/meaning.py", "protocol/table.py", "protocol/words/rules.py", "web/play_data.py",
}  # fmt: skip


def trees():
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("studies/"):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def raw_reads(tree):
    """Lines where the values of an entry as recorded are read: x.entry.values, e.values, entry.values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "values" and isinstance(node.ctx, ast.Load):
            of = node.value
            if (isinstance(of, ast.Attribute) and of.attr == "entry") or (isinstance(of, ast.Name) and of.id in ("e", "entry")):
                yield node.lineno


def test_nothing_sees_the_raw_values_of_an_entry_after_it_was_taken_in():
    found = {name: list(raw_reads(tree)) for name, tree in trees() if name not in READS_ENTRIES}
    assert {name: lines for name, lines in found.items() if lines} == {}
    there = {name for name, tree in trees() if list(raw_reads(tree))}
    assert set(READS_ENTRIES) <= there, "what no longer reads them leaves the list"


def test_effects_are_carried_out_in_one_place():
    """Nobody but the enactment adds to, takes from, bounds or puts the counters, moments and stopwatches of a road."""
    for name, tree in trees():
        if name in ENACTS:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute):
                        assert target.value.attr not in ("counters", "moments", "watches"), f"{name}:{node.lineno}"


def test_the_kinds_of_effects_are_named_where_they_are_enacted_told_or_checked():
    """Comparing an effect's kind with put, add or less is what an executor does: only these rooms may."""
    for name, tree in trees():
        if name in READERS_OF_KINDS or name.startswith(("protocol/page/", "protocol/readback/", "protocol/check/")):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "kind":
                said = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant)}
                assert not said & {"put", "add", "less", "extend"}, f"{name}:{node.lineno}"
