"""A study, its journals and what was told of them, with every word and every name replaced by nonsense, one to one; and back again."""

import random
import re
from dataclasses import fields, is_dataclass, replace

from trialrun.journey.journal import Entry
from trialrun.protocol.words.trees import Among, Mentions, Ref, nodes

# Fields whose texts are words of the language, identifiers or units; every other text of a study is somebody's word or somebody's name.
OF_THE_LANGUAGE = {
    "id", "source", "kind", "nature", "type", "unit", "op", "role", "cdash", "domain", "strategy", "interval", "statistic", "known_in_part", "version",
    "of_unit", "formula", "pick", "baseline", "change", "average", "below", "scatter", "side", "scale",
}  # fmt: skip
LANGUAGE_COUNTERPARTS = ("subject", "exposure", "adverse event", "historical control")
CLOCK = re.compile(r"((?:past|reached|full) -?\d+ (?:days|weeks|months|years): )(.*)", re.DOTALL)
TOKEN = re.compile(r"zq(\d{4})x", re.IGNORECASE)


class Nonsense:
    """One study in nonsense. `study` is it; `entry` turns entries, `back` turns what was told of them."""

    def __init__(self, study, seed=1):
        self.original = study
        found = dict.fromkeys(self._words(study))
        folded = dict.fromkeys(word.casefold() for word in found)
        numbers = dict(zip(folded, random.Random(seed).sample(range(1000, 9999), len(folded)), strict=True))
        self.words = {word: f"{'Z' if word[:1].isupper() else 'z'}q{numbers[word.casefold()]}x" for word in found}
        assert len(set(self.words.values())) == len(self.words), "words that differ in capital letters only"
        self.meant = {token.casefold(): word for word, token in self.words.items()}
        self.folded = {word.casefold(): token for word, token in reversed(self.words.items())}
        self.items = {f.entry: {m.name: m for m in f.items} for f in study.forms}
        self.mentioned = self._mentioned(study)
        self.study = self._turned(study)

    def _words(self, value, field="", what=""):
        if isinstance(value, str):
            if value and field not in OF_THE_LANGUAGE and not (field == "counterpart" and value in LANGUAGE_COUNTERPARTS):
                clock = CLOCK.fullmatch(value)
                yield clock[2] if clock and what in ("Rule", "Invariant", "Dose", "Source", "Proposal") else value
        elif isinstance(value, tuple | list):
            for v in value:
                yield from self._words(v, field, what)
        elif is_dataclass(value):
            for f in fields(value):
                yield from self._words(getattr(value, f.name), f.name, type(value).__name__)

    def _turned(self, value, field=""):
        if isinstance(value, str):
            if field in OF_THE_LANGUAGE or field == "counterpart" and value in LANGUAGE_COUNTERPARTS:
                return value
            return self.name(value)
        if isinstance(value, tuple):
            return tuple(self._turned(v, field) for v in value)
        if is_dataclass(value):
            return replace(value, **{f.name: self._turned(getattr(value, f.name), f.name) for f in fields(value)})
        return value

    def name(self, text):
        """A name or a word of the study in nonsense; any other text as it is."""
        if text in self.words:
            return self.words[text]
        clock = CLOCK.fullmatch(text)
        return clock[1] + self.words[clock[2]] if clock and clock[2] in self.words else text

    def _mentioned(self, study):
        """The words that conditions look for inside the text of an item, the longest first."""
        found = {}
        trees = [t for f in study.forms for t in (*(y.given for y in f.yields), *(c.given for c in f.classes)) if t is not None]
        trees += [f.given for f in study.published if f.given is not None]
        for tree in trees:
            for n in nodes(tree):
                if isinstance(n, Mentions) and isinstance(n.left, Ref):
                    found.setdefault(n.left.name, set()).update(n.words)
        return {item: sorted(words, key=lambda w: (-len(w), w)) for item, words in found.items()}

    def value(self, item, value):
        """A recorded value of an item: a text that the study knows, in nonsense."""
        if not isinstance(value, str) or item is None or item.type not in ("text", "code"):
            return value
        bare = value.strip()
        if bare.casefold() in self.folded and (item.name not in self.mentioned or self._compared(item.name, bare)):
            token = self.words.get(bare, self.folded[bare.casefold()])
            return value.replace(bare, token)
        for word in self.mentioned.get(item.name, ()):
            value = re.sub(re.escape(word), self.words[word], value, flags=re.IGNORECASE)
        return value

    def _compared(self, item, word):
        trees = [y.given for f in self.original.forms for y in f.yields if y.given is not None]
        among = {
            v for t in trees for n in nodes(t) if isinstance(n, Among) and isinstance(n.left, Ref) and n.left.name == item for v in n.values
        }
        return word.casefold() in {str(v).casefold() for v in among}

    def entry(self, e):
        """An entry in nonsense."""
        items = self.items.get(e.event, {})
        values = e.values
        if values is not None:
            values = {self.name(k) if k in items else k: self.value(items.get(k), v) for k, v in values.items()}
        protocol = e.protocol
        if protocol:
            name, at, version = protocol.partition("@")
            protocol = self.words.get(name, name) + at + version
        visit = None if e.visit is None else self.words.get(e.visit, e.visit)
        return replace(
            e, event=self.words.get(e.event, e.event) if e.event in self.items else e.event, values=values, protocol=protocol, visit=visit
        )

    def back(self, told):
        """What was told in nonsense, in the study's own words."""
        if isinstance(told, str):
            return TOKEN.sub(lambda found: self.meant.get(found[0].lower(), found[0]), told)
        if isinstance(told, dict):
            return {self.back(k): self.back(v) for k, v in told.items()}
        if isinstance(told, list | tuple):
            return [self.back(v) for v in told]
        return told


def plainly(told):
    """What was told without regard to capital letters: a sentence may begin with a word."""
    if isinstance(told, str):
        return told.casefold()
    if isinstance(told, dict):
        return {plainly(k): plainly(v) for k, v in told.items()}
    if isinstance(told, list | tuple):
        return [plainly(v) for v in told]
    return told


def differences(a, b, place=""):
    """The places where two tellings differ, with what each says."""
    if isinstance(a, dict) and isinstance(b, dict):
        keys = [*a, *(k for k in b if k not in a)]
        found = [] if list(a) == list(b) else [f"{place}: the order of {[k for k in keys if k not in a or k not in b] or 'the same keys'}"]
        return found + [x for k in keys if k in a and k in b for x in differences(a[k], b[k], f"{place}.{k}")]
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [f"{place}: {len(a)} against {len(b)}"]
        return [x for k, (x1, x2) in enumerate(zip(a, b, strict=True)) for x in differences(x1, x2, f"{place}[{k}]")]
    same = a == b or (isinstance(a, float) and isinstance(b, float) and (a != a and b != b))
    return [] if same else [f"{place}: {a!r} against {b!r}"]


def read(line):
    """An entry from a line of the random journals."""
    known = {f.name for f in fields(Entry)}
    return Entry(**{k: v for k, v in line.items() if k in known})
