"""What says yes or no to a file must say what jsonschema says: on all files of the repository, whole and mangled."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.diagnostic import Diagnostics
from engine.load.fits import SAYS_NOTHING, TESTS, fits
from engine.load.schema import KINDS, _validator, schema_of
from engine.load.yaml_file import parse_yaml
from engine.load.yaml_node import to_plain

ROOT = Path(__file__).parents[2]
FILES = sorted(
    {
        *ROOT.glob("plans/**/*.yaml"),
        *ROOT.glob("engine/templates/**/*.yaml"),
        *ROOT.glob("tests/hostile/base/**/*.yaml"),
    }
)
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    13,
    Decimal("0.5"),
    Decimal(1),
    "",
    "x",
    "2026-02-30",
    "a\n",
    "5%",
    [],
    {},
    ["x", "x"],
    {"x": 1},
]


def trees() -> Iterator[tuple[str, Any]]:
    for path in FILES:
        node = parse_yaml(path.read_bytes(), path.name, Diagnostics())
        plain = to_plain(node) if node is not None else None
        if isinstance(plain, dict) and plain.get("kind") in KINDS:
            yield str(plain["kind"]), plain


TREES = list(trees())


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from places(inner, (*path, step))


def mangled(value: Any, path: tuple[Any, ...], how: Any) -> Any:
    """The tree with something else at a place; `drop` leaves it out, `twice` repeats an item, `extra` adds a key."""
    if path:
        copied = dict(value) if isinstance(value, dict) else list(value)
        if len(path) == 1 and how == "drop":
            del copied[path[0]]
        elif len(path) == 1 and how == "twice" and isinstance(copied, list):
            copied.append(copied[path[0]])
        else:
            copied[path[0]] = mangled(copied[path[0]], path[1:], how)
        return copied
    if how == "extra":
        return {**value, "extra": 1} if isinstance(value, dict) else value
    return value if how in ("drop", "twice") else how[0]


def agree(kind: str, value: Any) -> bool:
    schema = schema_of(kind)
    return fits(value, schema, schema) == (not any(True for _ in _validator(kind).iter_errors(value)))


@pytest.mark.parametrize(("kind", "plain"), TREES)
def test_every_file_of_the_repository_fits(kind: str, plain: Any) -> None:
    schema = schema_of(kind)
    assert fits(plain, schema, schema) and agree(kind, plain)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_it_says_what_jsonschema_says_of_mangled_files(data: st.DataObject) -> None:
    kind, plain = data.draw(st.sampled_from(TREES))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(plain))))
        plain = mangled(plain, place, data.draw(st.sampled_from(["drop", "twice", "extra", *((odd,) for odd in ODD)])))
        if not isinstance(plain, dict):
            break
    assert agree(kind, plain)


@pytest.mark.parametrize("kind", KINDS)
def test_every_keyword_of_the_schemas_is_known(kind: str) -> None:
    def keywords(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema
            for name in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
                yield from keywords(schema.get(name))
            for name in ("properties", "$defs"):
                for inner in schema.get(name, {}).values():
                    yield from keywords(inner)
            for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
                yield from keywords(inner)

    assert set(keywords(schema_of(kind))) - SAYS_NOTHING <= set(TESTS)


def test_what_is_not_known_is_left_to_jsonschema() -> None:
    assert not fits(3, {"multipleOf": 3}, {})
    assert not fits({}, {"$ref": "https://elsewhere.example/schema"}, {"$defs": {}})


def test_a_file_that_fits_needs_no_jsonschema() -> None:
    import subprocess
    import sys

    program = "import sys, atexit\nfrom engine.cli import main\nsys.argv = ['komisi', 'check', '-w', 'plans']\n"
    program += "atexit.register(lambda: print('jsonschema' in sys.modules, 'polars' in sys.modules))\nmain()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False", json.dumps(done.stdout)
