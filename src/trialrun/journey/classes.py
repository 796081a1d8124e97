"""Which class a recorded word means: its name, its label, or a word that all conditions of the study take for the same."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol.language import Protocol
from ..protocol.words.expressions import Among, Expr, Ref, nodes


def class_words(protocol: Protocol) -> dict[str, str]:
    """Every word that the study knows for a class, in lower case, with the class that it means.

    A class that no form names (progression, relapse) is called by the first of its words.
    """
    lists = [tuple(str(v) for v in n.values) for n in _lists(protocol)]
    read_by = {word: frozenset(k for k, words in enumerate(lists) if word in words) for words in lists for word in words}
    classes = [c for f in protocol.forms for c in f.classes]
    found = {plain(c.name): c.name for c in classes}
    labels = {plain(c.label): c.name for c in classes if c.label}
    first: dict[frozenset[int], str] = {}
    for word, key in read_by.items():
        alike = [c.name for c in classes if read_by.get(c.name) == key]
        same = labels.get(plain(word)) or (alike[0] if len(alike) == 1 else word if alike else first.setdefault(key, word))
        found.setdefault(plain(word), same)
    return found


def plain(word: object) -> str:
    """A word without regard to case and outer spaces."""
    return str(word).strip().casefold()


def _lists(protocol: Protocol) -> Iterator[Among]:
    """The lists of words that conditions of forms and endpoints compare a class with."""
    names = {f.classified for f in protocol.forms if f.classified}
    conditions: list[Expr | None] = [y.given for f in protocol.forms for y in f.yields]
    for e in protocol.endpoints:
        conditions += [s.given for s in (*e.starts, *e.events, *e.competing, *e.censors, *e.cut, *e.settled)]
    for given in conditions:
        for n in nodes(given) if given is not None else ():
            if isinstance(n, Among) and isinstance(n.left, Ref) and n.left.name in names:
                yield n
