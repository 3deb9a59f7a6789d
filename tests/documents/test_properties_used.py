"""Every property of the schemas stands in some plan that the tests run: an example of the reference, a published one.

A property that nothing uses could be lost, or mean something else, and no test would fail.
"""

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.core.diagnostic import Diagnostics
from engine.pipeline import calculate, front
from tests.documents.examples import DOCUMENT, ROOT, examples, files_of

SCHEMAS = ROOT / "schemas" / "v1"
KINDS = ("workspace", "comp-plan", "target-plan", "library", "plan-test")
WHOLE = ROOT / "tests" / "documents" / "whole"
"""A workspace that says what no other plan of the tests does."""
RUN = ("plans", "tests/published", "tests/hostile/base", "tests/documents/whole")
"""Folders whose plans the tests run."""
IN_CODE = {
    "database.table": "tests/intake/databases.py",
    "database.url_variable": "tests/intake/databases.py",
    "source.hidden_rows": "tests/intake/test_xlsx.py",
}
"""What needs a server, or a workbook made for it: the test that says it."""
NOTES = ("note", "reason")
"""They may stand everywhere; `tests/passes/test_notes.py` asks for each place."""

Used = set[tuple[str, str]]


@cache
def schema_of(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


def properties(kind: str) -> Iterator[tuple[str, str]]:
    """Noun and property, of all that a file of a kind can say."""
    schema = schema_of(kind)
    for noun, body in {kind: {k: v for k, v in schema.items() if k != "$defs"}, **schema["$defs"]}.items():
        yield from ((_of_plan(noun), name) for name in _own(body) if name not in NOTES)


def _own(body: Any) -> Iterator[str]:
    """The documented properties in a schema, of mappings within it too."""
    if isinstance(body, list):
        for each in body:
            yield from _own(each)
    if not isinstance(body, dict):
        return
    for name, said in body.get("properties", {}).items():
        if isinstance(said, dict) and "description" in said:
            yield name
        yield from _own(said)
    for key in ("then", "else", "items", "additionalProperties", "anyOf", "allOf"):
        yield from _own(body.get(key))


def _of_plan(noun: str) -> str:
    """A part of a library is a noun of plans with parameters."""
    return {"plan": "comp-plan"}.get(noun.removesuffix("_part"), noun.removesuffix("_part"))


def walk(value: Any, body: Any, noun: str, root: dict[str, Any], used: Used) -> None:
    """Notes every property that a value says, as the schema sees it."""
    if isinstance(body, list):
        for each in body:
            walk(value, each, noun, root, used)
    if not isinstance(body, dict):
        return
    if "$ref" in body:
        name = body["$ref"].rpartition("/")[2]
        walk(value, root["$defs"][name], _of_plan(name), root, used)
    if isinstance(value, list):
        for each in value:
            walk(each, body.get("items"), noun, root, used)
    if isinstance(value, dict):
        known = body.get("properties", {})
        for key, inner in value.items():
            if key in known:
                used.add((noun, key))
            walk(inner, known.get(key, body.get("additionalProperties")), noun, root, used)
    for key in ("then", "else", "anyOf", "allOf"):
        walk(value, body.get(key), noun, root, used)


def texts() -> Iterator[str]:
    """The YAML files of all those workspaces."""
    for folder in RUN:
        for file in sorted((ROOT / folder).rglob("*.yaml")):
            yield file.read_text(encoding="utf-8")
    found = examples(DOCUMENT.read_text(encoding="utf-8"))
    for name in found:
        yield from (text for path, text in files_of(found, name).items() if path.endswith(".yaml"))


def test_every_property_is_used_by_a_plan_that_the_tests_run() -> None:
    used: Used = set()
    for text in dict.fromkeys(texts()):
        said = yaml.load(text, yaml.BaseLoader)
        kind = said.get("kind") if isinstance(said, dict) else None
        if kind in KINDS:
            walk(said, schema_of(kind), kind, schema_of(kind), used)
    there = {each for kind in KINDS for each in properties(kind)}
    unused = {f"{noun}.{name}" for noun, name in there - used}
    assert unused == set(IN_CODE), f"{len(unused)} of {len(there)}: {sorted(unused)}"
    for name, file in IN_CODE.items():
        assert name.partition(".")[2] in (ROOT / file).read_text(encoding="utf-8")


def test_the_workspace_that_says_the_rest_pays(tmp_path: Path) -> None:
    shutil.copytree(WHOLE, tmp_path / "whole")
    diagnostics = Diagnostics()
    made = front(tmp_path / "whole", diagnostics, {})
    assert made is not None and not list(diagnostics)
    march = made.workspace.calendar.find("2026-03")
    assert march is not None
    outcome = calculate(made, tmp_path / "whole", march).outcome
    paid = outcome.tables["payouts"].select("participant", "earning_code", "amount").rows()
    assert {(who, code): str(amount.normalize()) for who, code, amount in paid} == PAID
    assert set(outcome.exceptions["code"]) == {"E109", "E310"}


PAID = {
    ("ana", "COMM"): "1E+1",  # exactly 1000, which `boundary: lower` leaves at 1 %
    ("ana", "RUN"): "2E+1",  # by the total with it, 1500
    ("ana", "POOL"): "1E+1",  # 2.5 of 4 units of 16, in whole dollars
    ("ana", "GOAL"): "13.2",  # 200 EUR at the spot rate, 3 % in the north, twice for a lead
    ("ben", "COMM"): "6",
    ("ben", "RUN"): "6",
    ("ben", "POOL"): "6",
    ("ben", "GOAL"): "0",  # under half of the store's target to date
    ("cy", "MGR"): "1E+1",
}
