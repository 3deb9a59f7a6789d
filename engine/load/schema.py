"""A file's tree against the schema of its kind. In: a node. Out: diagnostics (S codes), and the paths that are wrong.

The JSON Schemas in `schemas/v1` are what editors complete from, so they are also what is enforced. jsonschema is imported
late, fetches nothing, and never speaks to the user: each of its errors is put into the words of a plan, at its key or value.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.core.diagnostic import Diagnostics, brief
from engine.load.fits import day_of, fits
from engine.load.schema_words import Finding, Steps, meant_keys, missing_key, start_of, tell
from engine.load.yaml_node import Mapping, Node, Scalar, to_plain

if TYPE_CHECKING:
    from jsonschema import ValidationError

KINDS = ("workspace", "comp-plan", "target-plan", "plan-test", "library")
HERE = Path(__file__).resolve().parent
FOLDERS = (HERE.parent / "_schemas" / "v1", HERE.parents[1] / "schemas" / "v1")
"""Where the schemas are: in an installed package, in a checkout."""

CONDITIONS = ("allOf", "if", "then", "else")
"""Keywords that say more of the same value."""

RANK = {"type": 0, "const": 1, "enum": 1}
"""Of several errors at one value the first tells all; every other keyword comes after these."""


def check(node: Node, kind: str, diagnostics: Diagnostics) -> set[Steps] | None:
    """The paths of the parts that do not fit the schema of `kind`, each told; None if the file is of another kind."""
    if not _is_kind(node, kind, diagnostics):
        return None
    plain, schema = to_plain(node), schema_of(kind)
    if fits(plain, schema, schema):
        return set()
    findings = [_finding(error, kind) for found in _validator(kind).iter_errors(plain) for error in _told(found)]
    kept = _first_of_each_place(findings)
    for finding in _without_misspelt(kept):
        tell(finding, node, diagnostics)
    return {finding.path for finding in kept}


def schema_folder() -> Path:
    """The folder of the schemas, called as their version."""
    return next(folder for folder in FOLDERS if folder.is_dir())


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file."""
    found: dict[str, Any] = json.loads((schema_folder() / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def _validator(kind: str) -> Any:
    """jsonschema's validator with exact patterns and dates, and a registry that can reach nothing."""
    import re

    from jsonschema import Draft202012Validator, FormatChecker, ValidationError
    from jsonschema.validators import extend
    from referencing import Registry

    def pattern(_validator: Any, wanted: str, text: Any, _schema: Any) -> Iterator[ValidationError]:
        # `$` alone would let a line break pass
        if isinstance(text, str) and ("\n" in text or re.search(wanted, text) is None):
            yield ValidationError(f"{text!r} does not match {wanted!r}")

    def unique(_validator: Any, wanted: bool, items: Any, _schema: Any) -> Iterator[ValidationError]:
        # jsonschema compares every pair where the items can't be sorted: minutes for a long list
        if wanted and isinstance(items, list) and len({repr(item) for item in items}) < len(items):
            yield ValidationError("an item is there twice")

    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or day_of(value) is not None)
    exact: Any = extend(Draft202012Validator, {"pattern": pattern, "uniqueItems": unique})  # type: ignore[no-untyped-call]
    return exact(schema_of(kind), registry=Registry(), format_checker=formats)


def _is_kind(node: Node, kind: str, diagnostics: Diagnostics) -> bool:
    """Whether the file is what it is read as; nothing else of it is worth a word otherwise."""
    if not isinstance(node, Mapping):
        diagnostics.error(
            "S010", f"the file is not a {kind}", start_of(node.span), help=f"it begins with `kind: {kind}`"
        )
        return False
    said = node.get("kind")
    if said is None:
        diagnostics.error("S010", "the file does not say what it is", start_of(node.span), help=f"add `kind: {kind}`")
        return False
    if isinstance(said, Scalar) and said.value == kind:
        return True
    other = f"`{brief(said.text)}`" if isinstance(said, Scalar) else "something else"
    help = f"write `kind: {kind}`"
    if isinstance(said, Scalar) and said.text in KINDS:
        help = "`plans:`, `targets:` and `libraries:` in komisi.yaml say which files are read as what"
    diagnostics.error("S010", f"this file is read as a {kind}, and says it is {other}", said.span, help=help)
    return False


def _told(error: "ValidationError") -> list["ValidationError"]:
    """What is told of an error: of a value that a parameter may stand for, what it is without one."""
    if error.validator != "anyOf" or not error.context:
        return [error]
    return [each for each in error.context if each.relative_schema_path[0] == 0]


def _finding(error: "ValidationError", kind: str) -> Finding:
    found: Any = error  # its stubs allow for parts that are never unset here
    path, schema_path = tuple(found.absolute_path), tuple(found.absolute_schema_path)
    schema = (
        found.schema if found.validator != "required" or "properties" in found.schema else _around(schema_path, kind)
    )
    return Finding(path, found.validator, found.validator_value, found.instance, schema, schema_path, found.message)


def _around(schema_path: Steps, kind: str) -> dict[str, Any]:
    """The schema that a condition (`allOf`, `if`, `then`, `else`) belongs to: it says what a key means that it asks for."""
    root = schema_of(kind)
    around, before = root, None
    for step in schema_path[:-1]:
        around = _referred(around, root)
        if before == "properties" or not (step in CONDITIONS or isinstance(step, int)):
            around = around[str(step)]
        before = step
    return _referred(around, root)


def _referred(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema, or the one that it refers to."""
    found: dict[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _first_of_each_place(findings: Iterable[Finding]) -> list[Finding]:
    """All missing and unknown keys and bad names; of a value otherwise the finding that explains the others."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(findings, key=lambda f: (RANK.get(f.keyword, 2), len(f.schema_path), f.message)):
        if finding.keyword not in ("required", "additionalProperties") and not finding.of_name:
            kept.setdefault((finding.path, "value"), finding)
        elif (finding.path, "value") not in kept:
            kept.setdefault((finding.path, finding.keyword, finding.message), finding)
    return list(kept.values())


def _without_misspelt(findings: list[Finding]) -> list[Finding]:
    """Without the missing keys that a misspelt one beside them was meant to be: told once, with the right word."""
    meant = {(f.path, near) for f in findings if f.keyword == "additionalProperties" for near in meant_keys(f).values()}
    return [f for f in findings if f.keyword != "required" or (f.path, missing_key(f)) not in meant]
