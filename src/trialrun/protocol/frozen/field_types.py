"""What each field of a frozen study may hold, read from the vocabulary's own annotations: as a check of JSON data, and as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .json_text import LARGEST, unsound
from .kinds import LARGEST_WHOLE, with_article

_SCALARS: dict[Any, tuple[str, dict[str, Any]]] = {
    str: ("text", {"type": "string", "pattern": r"^[^\u0000]*$"}),
    bool: ("true or false", {"type": "boolean"}),
    int: ("a whole number", {"type": "integer", "minimum": -LARGEST_WHOLE, "maximum": LARGEST_WHOLE}),
    float: ("a number", {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}),
    NoneType: ("null", {"type": "null"}),
}


NONE: Mapping[tuple[str, str], tuple[str, ...]] = {}


class FieldTypes:
    """The classes of a vocabulary, and what their fields may hold; a text that is `closed` holds one of a few words.

    An abstract class stands for those that are made from it.
    """

    def __init__(self, vocabulary: Mapping[str, type], closed: Mapping[tuple[str, str], tuple[str, ...]] = NONE) -> None:
        self.vocabulary, self.closed = vocabulary, closed
        self._fields: dict[str, dict[str, tuple[Any, bool]]] = {}
        self._classes: dict[Any, tuple[str, ...]] = {}

    def fields_of(self, name: str) -> dict[str, tuple[Any, bool]]:
        """The fields of a class: name -> (annotation, whether it must be there)."""
        if name not in self._fields:
            cls = self.vocabulary[name]
            hints = get_type_hints(cls)
            self._fields[name] = {
                f.name: (hints[f.name], f.default is MISSING and f.default_factory is MISSING)
                for f in fields(cls)  # type: ignore[arg-type]
            }
        return self._fields[name]

    def classes_of(self, annotation: Any) -> tuple[str, ...]:
        """The names of the classes whose values an annotation admits."""
        if annotation not in self._classes:
            self._classes[annotation] = tuple(n for n, cls in self.vocabulary.items() if annotation is Any or issubclass(cls, annotation))
        return self._classes[annotation]

    def misfit(self, data: Any, annotation: Any, place: str) -> str | None:
        """Why JSON data is no value of an annotated type, with its place; None where it is one."""
        if get_origin(annotation) in (UnionType, Union):
            return self._of_several(data, get_args(annotation), place)
        if annotation in _SCALARS:
            return None if _is(data, annotation) else f"{place} is {_called(data)}, and must be {self.words(annotation)}"
        if get_origin(annotation) is tuple:
            return self._row(data, get_args(annotation), place)
        if annotation is Any and not isinstance(data, dict):
            return None if any(_is(data, kind) for kind in _SCALARS) else f"{place} is {_called(data)}, and must be one value"
        if not isinstance(data, dict):
            return f"{place} is {_called(data)}, and must be {self.words(annotation)}"
        name = data.get("is")
        if not isinstance(name, str) or name not in self.vocabulary:
            return f"{place} uses {name!r}, which this version does not know"
        if name not in self.classes_of(annotation):
            return f"{place} is {_called(data)}, and must be {self.words(annotation)}"
        return self._object(data, name, place)

    def _object(self, data: Mapping[str, Any], name: str, place: str) -> str | None:
        known = self.fields_of(name)
        for field, (_, needed) in known.items():
            if needed and field not in data:
                return f"{place}, {with_article(name)}, lacks {field!r}"
        for field, value in data.items():
            if field == "is":
                continue
            if field not in known:
                return f"{place}, {with_article(name)}, has a field {field!r} that this version does not know"
            if (wrong := self.misfit(value, known[field][0], f"{place}.{field}")) is not None:
                return wrong
            if value not in self.closed.get((name, field), (value,)):
                return f"{place}.{field} is {_called(value)}, and must be one of {', '.join(w or 'an empty text' for w in self.closed[name, field])}"
        return None

    def _of_several(self, data: Any, kinds: tuple[Any, ...], place: str) -> str | None:
        wrong = [self.misfit(data, kind, place) for kind in kinds]
        if None in wrong:
            return None
        if isinstance(data, dict):  # the kind that the value says it is tells best what is wrong in it
            for kind, why in zip(kinds, wrong, strict=True):
                known = str(data.get("is")) in self.vocabulary
                if kind not in _SCALARS and get_origin(kind) is None and (not known or data["is"] in self.classes_of(kind)):
                    return why
        return f"{place} is {_called(data)}, and must be {' or '.join(self.words(k) for k in kinds)}"

    def _row(self, data: Any, kinds: tuple[Any, ...], place: str) -> str | None:
        if not isinstance(data, list):
            return f"{place} is {_called(data)}, and must be a list"
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            kinds = (kinds[0],) * len(data)
        if len(kinds) != len(data):
            return f"{place} is a list of {len(data)}, and must be one of {len(kinds)}"
        return next(
            (
                why
                for n, (v, kind) in enumerate(zip(data, kinds, strict=True))
                if (why := self.misfit(v, kind, f"{place}[{n}]")) is not None
            ),
            None,
        )

    def words(self, annotation: Any) -> str:
        """An annotation in words."""
        if annotation in _SCALARS:
            return _SCALARS[annotation][0]
        if get_origin(annotation) is tuple:
            return "a list"
        names = self.classes_of(annotation)
        return with_article(names[0]) if len(names) == 1 else "an expression"

    def schema(self, root: str) -> dict[str, Any]:
        """The JSON Schema of a value of one class, with `$defs` for all that it can hold."""
        defs: dict[str, Any] = {name: self._object_schema(name) for name in self.vocabulary}
        abstract = {a for name in self.vocabulary for kind, _ in self.fields_of(name).values() for a in _parts(kind)}
        for a in abstract:
            if a is not Any and a not in _SCALARS and a.__name__ not in defs:
                defs[a.__name__] = _by_its_name(self.classes_of(a))
        return {"$ref": f"#/$defs/{root}", "$defs": dict(sorted(defs.items()))}

    def _object_schema(self, name: str) -> dict[str, Any]:
        known = self.fields_of(name)
        return {
            "type": "object",
            "required": ["is", *(field for field, (_, needed) in known.items() if needed)],
            "additionalProperties": False,
            "properties": {"is": {"const": name}, **{field: self._field_schema(name, field, kind) for field, (kind, _) in known.items()}},
        }

    def _field_schema(self, name: str, field: str, kind: Any) -> dict[str, Any]:
        closed = self.closed.get((name, field))
        return self._kind_schema(kind) if closed is None else {"enum": list(closed)}

    def _kind_schema(self, annotation: Any) -> dict[str, Any]:
        if annotation in _SCALARS:
            return _SCALARS[annotation][1]
        if annotation is Any:
            anything = [s for _, s in _SCALARS.values()]
            return {"anyOf": [*anything, *({"$ref": f"#/$defs/{name}"} for name in self.vocabulary)]}
        if get_origin(annotation) in (UnionType, Union):
            return {"anyOf": [self._kind_schema(kind) for kind in get_args(annotation)]}
        if get_origin(annotation) is tuple:
            kinds = get_args(annotation)
            if len(kinds) == 2 and kinds[1] is Ellipsis:
                return {"type": "array", "items": self._kind_schema(kinds[0])}
            return {"type": "array", "prefixItems": [self._kind_schema(k) for k in kinds], "minItems": len(kinds), "maxItems": len(kinds)}
        return {"$ref": f"#/$defs/{annotation.__name__}"}


def _by_its_name(classes: tuple[str, ...]) -> dict[str, Any]:
    """The schema of an object of one of some classes: the one that it says it is, so that no other is tried."""
    cases = [{"if": {"properties": {"is": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}} for name in classes]
    return {"type": "object", "required": ["is"], "properties": {"is": {"enum": list(classes)}}, "allOf": cases}


def _is(data: Any, kind: Any) -> bool:
    if kind is NoneType:
        return data is None
    if kind in (str, bool):
        return isinstance(data, kind) and not (kind is str and unsound(data))
    if isinstance(data, bool) or not isinstance(data, int | float):
        return False
    if kind is int:
        return -LARGEST_WHOLE <= data <= LARGEST_WHOLE and data == int(data)
    return -LARGEST <= data <= LARGEST


def _called(data: Any) -> str:
    if isinstance(data, dict):
        return with_article(data["is"]) if isinstance(data.get("is"), str) else "an object"
    text = "a list" if isinstance(data, list) else repr(data)
    return text if len(text) <= 60 else text[:50] + " …"


def _parts(annotation: Any) -> set[Any]:
    inner = [a for a in get_args(annotation) if a is not Ellipsis]
    return {annotation} if not inner else {p for a in inner for p in _parts(a)}
