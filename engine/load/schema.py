"""A file's tree against the schema of its kind. In: a node. Out: diagnostics (S codes), and the paths that are wrong.

The JSON Schemas in `schemas/v1` are what editors complete from, so they are also what is enforced. jsonschema is imported
late, fetches nothing, and never speaks to the user: each of its errors is put into the words of a plan, at its key or value.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, brief
from engine.load.fits import fits
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
    for finding in _causes(_instead(kept), kind):
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
    own = {"pattern": pattern, "uniqueItems": unique}
    exact: Any = extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]  # jsonschema says no types of it
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
        found.schema
        if found.validator != "required" or set(found.validator_value) <= found.schema.get("properties", {}).keys()
        else _around(schema_path, kind)
    )
    return Finding(path, found.validator, found.validator_value, found.instance, schema, schema_path, found.message)


def _around(schema_path: Steps, kind: str) -> dict[str, Any]:
    """The schema that a condition (`allOf`, `if`, `then`, `else`) belongs to: it says what a key means that it asks for."""
    last = len(schema_path) - 1
    while last and _is_condition(schema_path[last - 1]):
        last -= 1
        found = _at(schema_path[:last], kind)
        if "properties" in found:
            return found
    kept = [
        step for before, step in pairwise(("", *schema_path[:-1])) if before == "properties" or not _is_condition(step)
    ]  # of a condition on something further in
    return _at(tuple(kept), kind)


def _is_condition(step: str | int) -> bool:
    return step in CONDITIONS or isinstance(step, int)


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


def _instead(findings: list[Finding]) -> list[Finding]:
    """The same; unknown keys know the one key that is missing beside them."""
    missing: dict[Steps, list[str]] = {}
    for found in findings:
        if found.keyword == "required":
            missing.setdefault(found.path, []).append(missing_key(found))
    return [
        replace(f, instead=missing[f.path][0])
        if f.keyword == "additionalProperties" and len(missing.get(f.path, ())) == 1
        else f
        for f in findings
    ]


def _causes(findings: list[Finding], kind: str) -> list[Finding]:
    """Without what only follows: of a key that a misspelt one was meant to be, of a value that is wrong itself, of a mode."""
    unknown = [f for f in findings if f.keyword == "additionalProperties"]
    meant = {(f.path, near) for f in unknown for near in meant_keys(f).values()}
    wrong = {f.path for f in findings if f.keyword != "required"}
    lists = {f.path for f in findings if f.keyword == "required" and missing_key(f) in LISTS}
    kept = [f for f in findings if not (
        (f.keyword == "required" and ((f.path, missing_key(f)) in meant or _asked_by(f, kind, wrong)))
        or any(f.path[:depth] in lists and f.path[depth] in LISTS for depth in range(len(f.path)))
    )]  # fmt: skip
    other = [
        f for f in kept if f.keyword == "required" and _says_the_other(f)
    ]  # all tiers, most often: the mode is wrong
    again = {f.path for f in other if any(each.path[:-1] == f.path[:-1] for each in other[: other.index(f)])}
    return [f for f in kept if f not in other or f.path not in again]


def _says_the_other(finding: Finding) -> bool:
    """Whether a tier says a rate where an amount is needed, or the reverse."""
    other = {"rate": "amount", "amount": "rate"}.get(missing_key(finding))
    return other in finding.instance


AFTER = {"at_least": "measure"}
"""A key that is asked for beside another, whatever that one says."""
LISTS = ("tiers", "points", "prizes")


def _asked_by(finding: Finding, kind: str, wrong: set[Steps]) -> bool:
    """Whether a key is only needed because of the value of another one that is wrong."""
    steps = finding.schema_path
    at = max((i for i, step in enumerate(steps) if step in ("then", "else")), default=None)
    if at is None:
        return False
    condition = _at(steps[:at], kind).get("if", {})
    keys = {*condition.get("properties", ()), *condition.get("required", ())}
    return any((*finding.path, key) in wrong for key in keys | {AFTER.get(missing_key(finding))})


def _at(steps: Steps, kind: str) -> dict[str, Any]:
    """The schema at a path of schemas, through what it refers to."""
    root = schema_of(kind)
    found: Any = root
    for step in steps:
        found = found if step == "$ref" else found[step]
        found = _referred(found, root) if isinstance(found, dict) else found
    return found if isinstance(found, dict) else {}
