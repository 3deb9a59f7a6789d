"""A library file that fits its schema → its parts: what plans may use, each with its parameters.

A part is checked here as far as it can be without the values: its defaults are of their types, what it reads is declared, what
it declares is read. All else is told of the plans that use it, at the part's line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast, get_args

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, closest
from engine.core.span import Span
from engine.load.fields import NOTES, Fields
from engine.load.number import number
from engine.load.schema_words import Steps
from engine.load.yaml_node import Mapping, Node, ParameterType, Scalar, Sequence

SECTIONS = {
    "plans": "plan", "credits": "credit rule", "measures": "measure", "components": "component",
    "rate_tables": "rate table", "look_ups": "look-up table",
}  # fmt: skip
"""Where parts stand in a library → what one is called."""
FORMS = {
    "rate": "a percentage, as in `5%`", "quantity": "a number without a unit, as in `3`",
    "money": "an amount with its currency, as in `500 USD`", "text": "a text", "day": "a day, as in `2026-01-31`",
}  # fmt: skip
"""Type of a parameter → how its value is written."""

READS = re.compile(r"\$([a-z][a-z0-9_]*)")
IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')


@dataclass(frozen=True)
class Parameter:
    """A value that whoever uses the part sets; `default` where the part says one."""

    name: str
    type: ParameterType
    default: Scalar | None
    span: Span
    note: str | None = None


@dataclass(frozen=True)
class Part:
    """Something to use: `body` is what stands in its place; unsound where a mistake in it was told."""

    section: str
    name: str
    span: Span
    parameters: dict[str, Parameter]
    body: Mapping
    sound: bool


def parts_of(node: Node, wrong: set[Steps], diagnostics: Diagnostics) -> Iterator[Part]:
    """The parts of a library file. `wrong` are the paths that don't fit its schema."""
    fields = Fields(node, diagnostics)
    for section in SECTIONS:
        for key, value in fields.entries(section):
            if any(path[:2] == (section, key.text) or path == (section,) for path in wrong) or not isinstance(
                value, Mapping
            ):
                yield Part(section, key.text, key.span, {}, Mapping((), key.span), False)
            else:
                yield _part(section, key, value, diagnostics)


def _part(section: str, key: Scalar, node: Mapping, diagnostics: Diagnostics) -> Part:
    fields = Fields(node, diagnostics, key.span)
    parameters = {name.text: _parameter(name, value, diagnostics) for name, value in fields.entries("parameters")}
    body = Mapping(tuple((name, value) for name, value in node.items if name.text != "parameters"), node.span)
    sound = all(parameter is not None for parameter in parameters.values())
    read: set[str] = set()
    for scalar, name, at in _readings(body):
        read.add(name)
        if name not in parameters:
            near = closest(name, parameters)
            there_is = f"there is {', '.join(f'`${each}`' for each in parameters)}" if parameters else "it has none"
            help = f"did you mean `${near}`?" if near else f"declare it under `parameters:`; {there_is}"
            message = f"`{key.text}` has no parameter `{name}`"
            diagnostics.error("N036", message, scalar.span_of(at, at + len(name) + 1), help=help)
            sound = False
    for name_key, _ in fields.entries("parameters"):
        if name_key.text not in read and read <= parameters.keys():  # else a misspelt reading was meant
            help = f"read it as `${name_key.text}`, or delete it: who sets it would think that it pays"
            diagnostics.error("N037", f"nothing in `{key.text}` reads `{name_key.text}`", name_key.span, help=help)
            sound = False
    known = {name: parameter for name, parameter in parameters.items() if parameter is not None}
    return Part(section, key.text, key.span, known, body, sound)


def _parameter(name: Scalar, node: Node, diagnostics: Diagnostics) -> Parameter | None:
    fields = Fields(node, diagnostics, name.span)
    type_ = cast(ParameterType, fields.text("type"))
    assert type_ in get_args(ParameterType)
    if "default" not in fields:
        return Parameter(name.text, type_, None, name.span, fields.note)
    if not is_of(fields.scalar("default"), type_, diagnostics):
        message = f"`{name.text}` is {FORMS[type_].partition(',')[0]}, and its default is none"
        diagnostics.error("N035", message, fields.span("default"), help=f"write {FORMS[type_]}")
        return None
    return Parameter(name.text, type_, fields.scalar("default"), name.span, fields.note)


def is_of(scalar: Scalar, type_: ParameterType, diagnostics: Diagnostics) -> bool:
    """Whether a value is of a type. What else is wrong with a number is told."""
    if type_ in ("text", "day") or scalar.style != "plain":
        text = isinstance(scalar.value, str) and bool(scalar.text.strip()) and scalar.parameter in (None, "text")
        return text if type_ == "text" else type_ == "day" and day_of(scalar.text) is not None
    found = None if scalar.parameter in ("text", "day") else number(scalar, diagnostics, doubted=False)
    units = {"rate": ("share", "none"), "quantity": ("none",), "money": ("currency",)}
    return found is not None and found.unit in units[type_]


def read_in(text: str) -> Iterator[re.Match[str]]:
    """The parameters that a text reads, as `$name`; what stands in quotes is text."""
    return READS.finditer(IN_QUOTES.sub(lambda quoted: " " * len(quoted[0]), text))


def _readings(node: Node) -> Iterator[tuple[Scalar, str, int]]:
    """Every reading of a parameter: the scalar, the name, and where in the text. Notes are for people."""
    match node:
        case Scalar():
            yield from ((node, found[1], found.start()) for found in read_in(node.text))
        case Sequence():
            for item in node.items:
                yield from _readings(item)
        case Mapping():
            for key, value in node.items:
                if key.text not in NOTES:
                    yield from _readings(value)
