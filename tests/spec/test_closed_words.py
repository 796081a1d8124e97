"""A frozen study whose field holds a word that the language does not have is refused at the door, with the field, the word and those it can be."""

import copy
import hashlib
import json

import jsonschema
import pytest
from tests.spec.numbers_study import WITH_MARGINS

from trialrun.protocol.frozen.closed import CLOSED
from trialrun.protocol.frozen.freeze import FORMAT, TYPES, VOCABULARY, FrozenError, canonical, plain
from trialrun.protocol.frozen.older import opened
from trialrun.studies.mt103_211.study import MT103_211

SCHEMA = jsonschema.Draft202012Validator(TYPES.schema("Protocol"))


def _places(data, found, path=()):
    if isinstance(data, dict):
        for field, value in data.items():
            if isinstance(value, str) and (data["is"], field) in CLOSED:
                found.setdefault((data["is"], field), (*path, field))
            _places(value, found, (*path, field))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            _places(value, found, (*path, n))
    return found


STUDIES = [plain(MT103_211), plain(WITH_MARGINS)]
CASES = {key: (data, path) for data in STUDIES for key, path in _places(data, {}).items()}


def _with(data, path, word):
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = word
    return changed


def test_every_closed_field_is_one_of_the_language():
    assert [key for key in CLOSED if key[0] not in VOCABULARY or key[1] not in TYPES.fields_of(key[0])] == []
    assert len(CASES) > 20


@pytest.mark.parametrize("key", sorted(CASES), ids=".".join)
def test_another_word_is_refused_at_the_door(key):
    data, path = CASES[key]
    changed = _with(data, path, "qqq")
    text = canonical({"format": FORMAT, "fingerprint": hashlib.sha256(canonical(changed).encode()).hexdigest(), "study": changed})
    with pytest.raises(FrozenError, match="must be one of") as refused:
        opened(text)
    assert "'qqq'" in str(refused.value) and key[1] in str(refused.value) and [w for w in CLOSED[key] if w][0] in str(refused.value)


@pytest.mark.parametrize("key", [("Event", "nature"), ("Endpoint", "kind")], ids=".".join)
def test_the_schema_says_the_same(key):
    data, path = CASES[key]
    assert SCHEMA.is_valid(json.loads(json.dumps(data))) and not SCHEMA.is_valid(_with(data, path, "qqq"))
