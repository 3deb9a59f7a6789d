"""Tests → the text of a test file, as a person would have written it. In: drafts. Out: YAML that reads back to the same.

Rows that most tests share stand once, values that most rows of a source share are its defaults.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.core.money import plain
from engine.load.yaml_scalar import plain_value
from engine.trial.difference import shown

Values = Mapping[str, Any]
WIDTH = 130
MOST = (3, 5)
"""A value that more than so many of the rows have is a default."""
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/.+ ")
"""A text of these can stand without quotes, if it begins and ends with a letter or digit and is no other value."""


@dataclass(frozen=True)
class Share:
    """A rate that is written as one says it: 80%."""

    value: Decimal


@dataclass(frozen=True)
class Draft:
    """A test to be written; its values are Decimals, shares, days, texts, booleans and None."""

    name: str
    period: str
    input: Mapping[str, Sequence[Values]]
    output: Mapping[str, Sequence[Values]]
    note: str | None = None


def file_text(
    drafts: Sequence[Draft],
    schema: str | None,
    note: str,
    factored: Mapping[str, Sequence[str]],
    plan: str | None = None,
) -> str:
    """A whole file. `schema`: the line for editors; `factored`: sources whose rows have defaults, and their keys.

    `plan`: the plan's name, where the folder does not tell it.
    """
    defaults = {name: common for name, keys in factored.items() if (common := _common(drafts, name, keys))}
    shared = _shared(drafts)
    lines = [*([schema] if schema else []), "kind: plan-test", *([f"plan: {plan}"] if plan else [])]
    lines += [f"note: {scalar_text(note)}", ""]
    if defaults:
        lines += ["defaults:", *(line for name, row in defaults.items() for line in _mapping(f"  {name}:", row)), ""]
    if shared:
        rows = {name: [_without(row, defaults.get(name, {})) for row in found] for name, found in shared.items()}
        lines += ["input:", *_tables(rows, "  "), ""]
    lines.append("tests:")
    for number, draft in enumerate(drafts):
        lines += ([""] if number else []) + _test(draft, defaults, shared)
    return "\n".join(lines) + "\n"


def _test(draft: Draft, defaults: Mapping[str, Values], shared: Mapping[str, Sequence[Values]]) -> list[str]:
    own = {
        name: [_without(row, defaults.get(name, {})) for row in draft.input.get(name, ())]
        for name in dict.fromkeys([*draft.input, *shared])
        if name not in shared or shared[name] != draft.input.get(name)
    }
    lines = [f"  - name: {scalar_text(draft.name)}"]
    lines += [f"    note: {scalar_text(draft.note)}"] if draft.note else []
    lines.append(f"    period: {scalar_text(draft.period)}")
    lines += ["    input:", *_tables(own, "      ")] if own else []
    return [*lines, "    output:", *_tables(draft.output, "      ")]


def _shared(drafts: Sequence[Draft]) -> dict[str, Sequence[Values]]:
    """The rows of a source that more than half of the tests have, where there are several tests."""
    found: dict[str, Sequence[Values]] = {}
    for name in dict.fromkeys(name for draft in drafts for name in draft.input) if len(drafts) > 1 else ():
        having = [draft.input[name] for draft in drafts if name in draft.input]
        most = max(having, key=having.count)
        if having.count(most) * 2 > len(drafts):
            found[name] = most
    return found


def _common(drafts: Sequence[Draft], name: str, keys: Sequence[str]) -> dict[str, Any]:
    """The value that most rows of a source have, of each column that all have and that tells no rows apart."""
    rows = [row for draft in drafts for row in draft.input.get(name, ())]
    found = {}
    for column in rows[0] if len(rows) > 1 else ():
        if column not in (*keys, "repeat") and all(column in row for row in rows):
            value, times = Counter(row[column] for row in rows).most_common(1)[0]
            if times * MOST[1] > len(rows) * MOST[0]:
                found[column] = value
    return found if any(_without(row, found) for row in rows) else {}


def _without(row: Values, defaults: Values) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in defaults or defaults[name] != value}


def _tables(tables: Mapping[str, Sequence[Values]], indent: str) -> list[str]:
    lines = []
    for name, rows in tables.items():
        short = f"{indent}{name}: [{', '.join(_flow(row) for row in rows)}]"
        if len(rows) < 2 and len(short) <= WIDTH:
            lines.append(short)
        else:
            lines += [f"{indent}{name}:", *(f"{indent}  - {_flow(row)}" for row in rows)]
    return lines


def _mapping(head: str, row: Values) -> list[str]:
    short = f"{head} {_flow(row)}"
    if len(short) <= WIDTH:
        return [short]
    return [head, *(f"    {_key(name)}: {scalar_text(value)}" for name, value in row.items())]


def _flow(row: Values) -> str:
    return "{" + ", ".join(f"{_key(name)}: {scalar_text(value)}" for name, value in row.items()) + "}"


def _key(name: str) -> str:
    return name if plain_value(name) == name else json.dumps(name, ensure_ascii=False)


def scalar_text(value: Any) -> str:
    """A value so that reading the file gives the same again."""
    if isinstance(value, Share):
        return f"{plain(value.value * 100)}%"
    text = shown(value)
    if not isinstance(value, str):
        return text
    bare = text != "" and set(text) <= PLAIN and text[0].isalnum() and text[-1].isalnum() and plain_value(text) == text
    return text if bare else json.dumps(text, ensure_ascii=False)
