"""The exhaustive check of a study: every reachable status looked at, every invariant proved or broken, and what the text leaves undecided.

A study that passes has no finding. It is checked as written: the legal table for what a study says, the table with breaches for what
follows when its rules are broken. A study with arms is checked arm by arm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..frozen.freeze import fingerprint
from ..language import Protocol, Reading, of_arm
from ..table import Table, compile_table
from . import arms, blinding, dosing, faults
from .faults import Finding
from .meant import unsaid
from .proving import UNTESTED, Proof, prove
from .walks import Walks
from .wellformed import wellformed


@dataclass(frozen=True)
class Checked:
    """What the check found. `statuses` and `transitions`: of the legal table, summed over the arms; `with_breaches`: of the other table.

    `notes`: what is accepted and kept, but that nothing carries out yet, and what is most likely meant and not said.
    """

    study: str
    version: int
    fingerprint: str
    statuses: int
    transitions: int
    with_breaches: tuple[int, int]
    findings: tuple[Finding, ...]
    invariants: tuple[Proof, ...]
    undecided: tuple[Reading, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """The answer of `check --json`."""
        return {
            "study": self.study,
            "version": self.version,
            "fingerprint": self.fingerprint,
            "statuses": self.statuses,
            "transitions": self.transitions,
            "with_breaches": {"statuses": self.with_breaches[0], "transitions": self.with_breaches[1]},
            "findings": [f.as_json() for f in self.findings],
            "invariants": [
                {"name": p.name, "source": p.source, "holds": p.holds, "tried": p.tried, "says": p.says, "path": list(p.path)}
                for p in self.invariants
            ],
            "undecided": [{"id": r.id, "question": r.question, "answer": r.answer} for r in self.undecided],
            "notes": list(self.notes),
            "ok": self.ok,
        }

    def as_text(self) -> str:
        """The check for people: findings first, then the invariants, then what is undecided."""
        held = sum(p.holds for p in self.invariants)
        lines = [
            f"{self.study}, version {self.version} ({self.fingerprint[:12]}…)" if self.fingerprint else self.study,
            f"{self.statuses:,} statuses and {self.transitions:,} transitions, all visited; "
            f"{self.with_breaches[0]:,} and {self.with_breaches[1]:,} where rules are broken",
            f"{len(self.findings)} finding{'' if len(self.findings) == 1 else 's'}; {held} of {len(self.invariants)} invariants hold; "
            f"{len(self.undecided)} place{'' if len(self.undecided) == 1 else 's'} where the text leaves room",
        ]
        for i, f in enumerate(self.findings, 1):
            lines += ["", f"{i}. {f.kind}{f' (arm {f.arm})' if f.arm else ''}: {f.says}"]
            lines += [f"   “{words}” ({source})" for source, words in f.sentences]
            lines += [f"   {f.status}"] if f.status else []
            lines += [f"   reached by: {' → '.join(f.path) or 'nothing yet, it is so from the beginning'}"] if f.status else []
        lines += ["", *(f"Note: {says}" for says in self.notes)] if self.notes else []
        lines += ["", "Invariants"] if self.invariants else []
        lines += [f"  {'holds' if p.holds else 'BROKEN' if p.tested else 'UNTESTED'}  {p.name} ({p.source})" for p in self.invariants]
        lines += ["", "Undecided in the text, and our reading"] if self.undecided else []
        lines += [f"  {r.id}  {r.question} {r.answer}" for r in self.undecided]
        return "\n".join(lines)


def check(protocol: Protocol, table: Table | None = None) -> Checked:
    """Everything that the check finds. `table`: the legal table, where it is compiled already (of a study without arms)."""
    sizes: dict[bool, list[int]] = {False: [0, 0], True: [0, 0]}
    findings: list[Finding] = []
    proofs: list[Proof] = []
    for verdict in verdicts(protocol, table, sizes):
        if isinstance(verdict, Finding):
            findings.append(verdict)
        else:
            proofs.append(verdict)
    statuses, transitions = sizes[False]
    return Checked(
        protocol.name,
        protocol.version,
        fingerprint(protocol),
        statuses,
        transitions,
        (sizes[True][0], sizes[True][1]),
        tuple(dict.fromkeys(findings)),
        _joined(protocol, proofs),
        protocol.readings,
        tuple(unhonoured(protocol)),
    )


def unhonoured(protocol: Protocol) -> Iterator[str]:
    """What a study may say that nothing carries out yet, and what it leaves unsaid, each in a sentence."""
    blind = dict.fromkeys(m.name for f in protocol.forms for m in f.items if m.blinded)
    if blind and not any(r.blinded for r in protocol.roles):
        which = f"‘{'’, ‘'.join(blind)}’ {'is' if len(blind) == 1 else 'are'}"
        yield f"{which} blinded (blinded=True), but nobody is kept blind: declare role(.., blinded=True) in roles=, and ask for outputs with --role"
    if protocol.allocation is not None and not protocol.allocation.sealed:
        yield "the list of allocations is not sealed yet: make it with trialrun allocate, and write its SHA-256 into allocation(.., sealed=..)"
    yield from unsaid(protocol)


def unchecked(study: str, wrong: Iterable[str]) -> Checked:
    """The findings about a study whose values are of another kind than the language asks for, so that nothing could be walked."""
    return Checked(study, 0, "", 0, 0, (0, 0), tuple(Finding("definition", says) for says in wrong), (), ())


def verdicts(protocol: Protocol, table: Table | None = None, sizes: dict[bool, list[int]] | None = None) -> Iterator[Finding | Proof]:
    """Findings and proofs one by one, the cheap ones first; `sizes` gathers the statuses and transitions of both tables."""
    wrong = wellformed(protocol)
    yield from (Finding("definition", says) for says in wrong)
    if wrong:
        return
    yield from faults.loose_ends(protocol)
    yield from arms.unrecorded(protocol)
    yield from blinding.unblinded(protocol)
    yield from dosing.loose_doses(protocol)
    names = tuple(a.name for a in protocol.arms)
    walks: dict[bool, list[Walks]] = {False: [], True: []}
    told: set[tuple[Any, ...]] = set()
    tested: set[str] = set()
    for breaches in (False, True):
        for arm in names or ("",):
            own = of_arm(protocol, arm) if names else protocol
            try:
                made = table if table is not None and not names and not breaches else compile_table(own, breaches=breaches)
                walked = Walks(made)
            except TypeError as problem:  # a condition that holds what nothing can be looked up for: no walk is possible
                yield Finding("definition", str(problem))
                return
            walks[breaches].append(walked)
            if sizes is not None:
                sizes[breaches][0] += len(made.values)
                sizes[breaches][1] += made.transitions
            for verdict in _of_table(walked, breaches):
                if isinstance(verdict, Proof):
                    tested |= {verdict.name} if verdict.tested else set()
                    yield verdict
                elif (mark := (verdict.kind, verdict.says, verdict.sentences, arm)) not in told:
                    told.add(mark)
                    yield replace(verdict, arm=arm)
    if any(kind == "overlap" for kind, *_ in told):  # where two sentences speak at once the walk ends, so what lies behind is not known
        return
    for i in protocol.invariants:
        if i.name not in tested:
            yield Finding("untested invariant", f"“{i.name}” {UNTESTED}", ((i.source, i.name),))
    yield from faults.dead_sentences(protocol, walks[False], walks[True])


def _of_table(walks: Walks, breaches: bool) -> Iterator[Finding | Proof]:
    looks = (
        arms.too_early,
        faults.overlaps,
        faults.silences,
        faults.waits,
        faults.no_way_out,
        faults.going_round,
        faults.bounds,
        faults.doses,
    )
    again = (faults.overlaps, faults.no_way_out, faults.going_round, faults.doses, faults.forgotten)
    for look in again if breaches else looks:
        yield from look(walks)
    for i in walks.protocol.invariants:
        if i.breaches == breaches:
            proof = prove(walks, i)
            yield proof
            if proof.tested and not proof.holds:
                sentences = ((i.source, i.name), *([faults.quote(walks.rules[proof.rule])] if proof.rule is not None else []))
                yield Finding("broken invariant", f"“{i.name}”: {proof.says}", sentences, proof.status, proof.path)


def _joined(protocol: Protocol, proofs: list[Proof]) -> tuple[Proof, ...]:
    """One proof for each invariant, in their order; of several arms the first that breaks it."""
    joined = []
    for i in protocol.invariants:
        own = [p for p in proofs if p.name == i.name]
        if own:
            said = min(own, key=lambda p: (p.holds, -p.tried) if p.tested else (True, 1))
            joined.append(replace(said, tried=sum(p.tried for p in own)))
    return tuple(joined)
