"""Does a tree fit a schema, yes or no. In: plain values, a JSON Schema. Out: no reasons; those are jsonschema's to find.

Most files fit, and then nothing else of jsonschema is needed, whose import is a third of the wait for `komisi check`. What
this module does not know, it answers with no, so that jsonschema decides.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from engine.core.day import day_of

Schema = Mapping[str, Any]
Root = Mapping[str, Any]
"""The whole document, for `$ref`."""

SAYS_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description", "examples", "default", "then", "else"})
"""Keywords that ask for nothing by themselves."""

NUMBER = (int, Decimal)
KINDS: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": NUMBER, "null": type(None),
}  # fmt: skip


def fits(value: Any, schema: Schema | bool, root: Root) -> bool:
    """Whether the value is surely what the schema asks for."""
    if isinstance(schema, bool):
        return schema
    for keyword, wanted in schema.items():
        if keyword in SAYS_NOTHING:
            continue
        test = TESTS.get(keyword)
        if test is None or not test(value, wanted, schema, root):
            return False
    return True


def _type(value: Any, wanted: Any, _schema: Schema, _root: Root) -> bool:
    return any(_is(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, KINDS.get(name, ()))


def _same(left: Any, right: Any) -> bool:
    """1 and true are not the same."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _enum(value: Any, wanted: Any, _schema: Schema, _root: Root) -> bool:
    return any(_same(value, each) for each in wanted)


def _ref(value: Any, wanted: str, _schema: Schema, root: Root) -> bool:
    start, _, name = wanted.rpartition("/")
    return start == "#/$defs" and name in root["$defs"] and fits(value, root["$defs"][name], root)


def _properties(value: Any, wanted: Any, _schema: Schema, root: Root) -> bool:
    return not isinstance(value, dict) or all(
        fits(each, wanted[name], root) for name, each in value.items() if name in wanted
    )


def _additional(value: Any, wanted: Any, schema: Schema, root: Root) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    return all(fits(each, wanted, root) for name, each in value.items() if name not in known)


def _names(value: Any, wanted: Any, _schema: Schema, root: Root) -> bool:
    return not isinstance(value, dict) or all(fits(name, wanted, root) for name in value)


def _required(value: Any, wanted: Any, _schema: Schema, _root: Root) -> bool:
    return not isinstance(value, dict) or all(name in value for name in wanted)


def _items(value: Any, wanted: Any, _schema: Schema, root: Root) -> bool:
    return not isinstance(value, list) or all(fits(each, wanted, root) for each in value)


def _unique(value: Any, wanted: Any, _schema: Schema, _root: Root) -> bool:
    return not wanted or not isinstance(value, list) or len({repr(each) for each in value}) == len(value)


def _if(value: Any, wanted: Any, schema: Schema, root: Root) -> bool:
    return fits(value, schema.get("then" if fits(value, wanted, root) else "else", True), root)


def _all(value: Any, wanted: Any, _schema: Schema, root: Root) -> bool:
    return all(fits(value, each, root) for each in wanted)


def _any(value: Any, wanted: Any, _schema: Schema, root: Root) -> bool:
    return any(fits(value, each, root) for each in wanted)


def _pattern(value: Any, wanted: str, _schema: Schema, _root: Root) -> bool:
    return not isinstance(value, str) or ("\n" not in value and _compiled(wanted).search(value) is not None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _format(value: Any, wanted: str, _schema: Schema, _root: Root) -> bool:
    return not isinstance(value, str) or (wanted == "date" and day_of(value) is not None)


def _of_size(kind: Any, enough: Callable[[Any, Any], bool], size: Callable[[Any], Any] = len) -> "Test":
    def test(value: Any, wanted: Any, _schema: Schema, _root: Root) -> bool:
        return not isinstance(value, kind) or isinstance(value, bool) or enough(size(value), wanted)

    return test


def _least(size: Any, wanted: Any) -> bool:
    return bool(size >= wanted)


def _most(size: Any, wanted: Any) -> bool:
    return bool(size <= wanted)


Test = Callable[[Any, Any, Schema, Root], bool]
"""A value, what the keyword says, the schema that it stands in, the document."""

TESTS: dict[str, Test] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, wanted, _schema, _root: _same(value, wanted),
    "$ref": _ref,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "required": _required,
    "items": _items,
    "uniqueItems": _unique,
    "if": _if,
    "allOf": _all,
    "anyOf": _any,
    "pattern": _pattern,
    "format": _format,
    "minLength": _of_size(str, _least),
    "maxLength": _of_size(str, _most),
    "minItems": _of_size(list, _least),
    "maxItems": _of_size(list, _most),
    "minProperties": _of_size(dict, _least),
    "maxProperties": _of_size(dict, _most),
    "minimum": _of_size(NUMBER, _least, lambda number: number),
    "maximum": _of_size(NUMBER, _most, lambda number: number),
}
