"""Documents drawn from a JSON Schema, and near misses of them: one place changed, taken out, put in or renamed."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.just(7.0), st.just(1.5), st.just(2**31), st.just(10**301), TEXT, st.just("a\x00"),
    st.just([]), st.just({}), st.just([1]), st.just(["x"]), st.just({"is": "Rule"}), st.just({"a": {"b": 1}}), st.just("2012-02-30"), st.just("1,4"),
    st.just("yes"), st.just("001-004\n"), st.just("2012-04-10T08:12:44Z"), st.just("2012-04-10T25:12:44Z"),
)  # fmt: skip


MADE: dict[tuple[int, int], tuple[dict[str, Any], st.SearchStrategy[Any]]] = {}


def documents(schema: dict[str, Any], defs: dict[str, Any] | None = None, depth: int = 3) -> st.SearchStrategy[Any]:
    """Documents that a schema accepts, of the part of JSON Schema that the product's own schemas use."""
    key = (id(schema), depth)
    if key not in MADE:
        MADE[key] = (schema, _documents(schema, schema.get("$defs", defs or {}), depth))
    return MADE[key][1]


def _documents(schema: dict[str, Any], defs: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return st.deferred(lambda: documents(defs[name], defs, depth - 1))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "allOf" in schema and "is" in schema["properties"]:  # an object of the kind that it says it is
        schema = {"anyOf": [case["then"] for case in schema["allOf"]]}
    if "anyOf" in schema:
        parts = [p for p in schema["anyOf"] if depth > 0 or "$ref" not in p] or schema["anyOf"]
        if depth <= 0:  # the expressions that hold no others end a tree
            parts = [p for p in parts if not _nests(p, defs)] or parts
        return st.one_of([documents(p, defs, depth) for p in parts])
    kinds = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]
    return st.one_of([_of_kind(kind, schema, defs, depth) for kind in kinds])


def _nests(part: dict[str, Any], defs: dict[str, Any]) -> bool:
    found = defs.get(part.get("$ref", "").rpartition("/")[2], part)
    return any(k in str(v) for v in found.get("properties", {}).values() for k in ("$ref", "items"))


def _of_kind(kind: str, schema: dict[str, Any], defs: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        low, high = schema.get("minimum", -5), schema.get("maximum", 5)
        whole = st.integers(low, high) | st.integers(max(low, -2), min(high, 9))
        return whole | st.integers(max(low, -2), min(high, 9)).map(float)
    if kind == "number":
        return st.integers(-5, 500) | st.floats(schema.get("minimum", -1e6), schema.get("maximum", 1e6)) | st.floats(-9, 900)
    if kind == "string":
        if "pattern" in schema and "0000]*" not in schema["pattern"]:
            return st.from_regex(schema["pattern"]).filter(lambda t: "\n" not in t)
        return TEXT.filter(lambda t: len(t) >= schema.get("minLength", 0))
    if kind == "array":
        if "prefixItems" in schema:
            return st.tuples(*(documents(s, defs, depth) for s in schema["prefixItems"])).map(list)
        return st.lists(documents(schema["items"], defs, depth), max_size=2 if depth > 0 else 1)
    return _objects(schema, defs, depth)


def _objects(schema: dict[str, Any], defs: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    known = schema.get("properties", {})
    needed = {name: documents(known[name], defs, depth) for name in schema.get("required", ())}
    free = {name: st.deferred(lambda s=s: documents(s, defs, depth - 1)) for name, s in known.items() if name not in needed}
    if depth <= 0:
        free = {}

    @st.composite
    def made(draw: Any) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(sorted(free)), max_size=4, unique=True)) if free else []
        found = {name: draw(s) for name, s in needed.items()} | {name: draw(free[name]) for name in chosen}
        if schema.get("additionalProperties", True) not in (True, False):
            more = documents(schema["additionalProperties"], defs, depth)
            found |= {k: v for k, v in draw(st.dictionaries(TEXT, more, max_size=1)).items() if k.replace(" ", "_") not in known}
        return found

    return made()


@st.composite
def near_misses(draw: Any, documents: st.SearchStrategy[Any]) -> Any:
    """A document with one place changed to something odd, taken out, put in, or under another name."""
    document = draw(documents)
    at = draw(st.sampled_from(list(_places(document))))
    return _changed(draw, document, at)


def _places(value: Any, before: tuple[Any, ...] = ()) -> Any:
    yield before
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, v in inner:
        yield from _places(v, (*before, key))


def _changed(draw: Any, value: Any, at: tuple[Any, ...]) -> Any:
    if not at:
        if isinstance(value, dict) and draw(st.booleans()):
            return value | {draw(TEXT): draw(ODD)}
        if isinstance(value, list) and draw(st.booleans()):
            return [*value, draw(ODD)]
        return draw(ODD)
    key, rest = at[0], at[1:]
    how = draw(st.sampled_from(("change", "change", "take out", "rename"))) if not rest else "change"
    if isinstance(value, list):
        return (
            [v for n, v in enumerate(value) if n != key]
            if how != "change"
            else [*value[:key], _changed(draw, value[key], rest), *value[key + 1 :]]
        )
    others = {k: v for k, v in value.items() if k != key}
    if how == "take out":
        return others
    return others | ({key + draw(st.sampled_from("sx ")): value[key]} if how == "rename" else {key: _changed(draw, value[key], rest)})
