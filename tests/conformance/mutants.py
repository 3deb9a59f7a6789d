"""Mutants of plans: each number and each day of a YAML file, one unit of its last place more and less."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import Mapping, Node, Scalar

WORDS = frozenset({"name", "note", "kind", "earning_code", "digits", "accept"})
"""Keys whose values are no numbers that pay."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"(?<![\w.\"-])[0-9]+(\.[0-9]+)?(?![\w.\"])")


@dataclass(frozen=True)
class Mutant:
    """A file with one number changed."""

    file: str
    line: int
    path: str
    """Where it stands in the plan: `components.growth.then.1.cap.at`."""
    old: str
    new: str
    text: bytes

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.path}: {self.old} → {self.new}"


def mutants(file: str, text: bytes, under: str = "") -> Iterator[Mutant]:
    """All mutants of a file, or of what stands under one key of it."""
    node = parse_yaml(text, file, Diagnostics())
    assert node is not None
    lines = text.decode().splitlines(keepends=True)
    for path, scalar in _scalars(node, ()):
        if ".".join(path).startswith(under) and not WORDS & set(path):
            yield from _of(file, lines, ".".join(path), scalar)


def _scalars(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Mapping):
        for key, value in node.items:
            yield from _scalars(value, (*path, key.text))
    else:
        for number, value in enumerate(node.items):
            yield from _scalars(value, (*path, str(number)))


def _of(file: str, lines: list[str], path: str, scalar: Scalar) -> Iterator[Mutant]:
    place, line = scalar.span, lines[scalar.span.line - 1]
    written = line[place.column - 1 : place.end_column - 1]
    for found in DAY.finditer(written) if DAY.fullmatch(written) else NUMBER.finditer(written):
        start = place.column - 1 + found.start()
        for new in _beside(found[0]):
            changed = line[:start] + new + line[start + len(found[0]) :]
            text = "".join([*lines[: place.line - 1], changed, *lines[place.line :]])
            yield Mutant(file, place.line, path, found[0], new, text.encode())


def _beside(text: str) -> tuple[str, str]:
    if DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return (day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat()
    number, unit = Decimal(text), Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
    return str(number - unit), str(number + unit)
