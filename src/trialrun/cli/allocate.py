"""The verb on the sealed list of an allocation: it makes one, or holds a journal against it."""

from __future__ import annotations

import secrets
from argparse import Namespace
from pathlib import Path
from typing import Any

from . import DONE, INPUT, WRONG, Problem, sources
from .screen import Grid, Heading

Answer = tuple[int, dict[str, Any], Any]


def allocate(options: Namespace) -> Answer:
    """Make the sealed list of a study, or hold the allocations of a journal against it."""
    return _held(options) if options.journal is not None else _made(options)


def _made(options: Namespace) -> Answer:
    from ..protocol.strata import names_of_strata
    from ..simulation.sealed import mark_of, sealed_text

    protocol, _ = sources.study(options.study)
    if options.out is None:
        raise Problem("name the file that the list is written into, with --out: it is kept where nobody in the study can read it")
    if protocol.allocation is not None and protocol.allocation.sealed:
        raise Problem(
            f"{protocol.name} is sealed already ({protocol.allocation.sealed[:12]}…): a list is made once, before the study", INPUT
        )
    multiples = _multiples(options.multiples)
    seed = secrets.randbits(63) if options.seed is None else options.seed
    text = sealed_text(protocol, multiples, seed, options.length)
    place = Path(options.out)
    if place.exists():
        raise Problem(f"{place} is there already, and a list is made once: name another file with --out", INPUT)
    sources.write(place, text, "")
    strata = names_of_strata(protocol)
    data = {"study": protocol.name, "out": str(place), "sha256": mark_of(text), "strata": list(strata), "length": options.length}
    said = [
        f"{place}: {len(strata)} list{'s' if len(strata) > 1 else ''} of {options.length} places, with seed and block sizes",
        "Keep it where nobody in the study can read it.",
        "The study holds its seal:",
        f'  allocation=allocation(.., sealed="{mark_of(text)}")',
    ]
    return DONE, data, said


def _multiples(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(p.strip().isdigit() and int(p) >= 1 for p in parts):
        raise Problem(f"--multiples {text!r}: write whole numbers from 1, as 1,2: a block holds every arm its share times one of them")
    return tuple(map(int, parts))


def _held(options: Namespace) -> Answer:
    from ..simulation.sealed import as_json, held_against, opened_for

    if options.sealed is None:
        raise Problem("name the sealed file with --sealed")
    ready = sources.ready(options.study)
    people, _ = sources.journals(options.journal)
    try:
        sealed = opened_for(ready.protocol, Path(options.sealed).read_text(encoding="utf-8"))
    except (ValueError, OSError) as problem:
        raise Problem(f"{options.sealed}: {getattr(problem, 'strerror', None) or problem}", INPUT) from None
    told = held_against(sealed, ready, people)
    wrong = [a for a in told if not a.fits]
    data = {"study": ready.protocol.name, "sha256": sealed.mark, "allocations": as_json(told), "wrong": len(wrong)}
    said: list[Any] = [f"{len(told)} allocations, {len(told) - len(wrong)} as the list has them"]
    if wrong:
        rows = [(a.participant, a.stratum, f"place {a.place}", f"{a.arm}, and the list has {a.listed or 'no such place'}") for a in wrong]
        said += ["", Heading("Not as the list has them"), Grid(rows)]
    return (WRONG if wrong else DONE), data, said
