"""A Program as JSON and back, exactly: the stored form of a run. Decimals are text, dates are ISO, nothing is a float.

A node is an object of its fields with its name under `node`; fields that have their default are left out.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.json_text import read_json
from engine.core.span import Span
from engine.ir.expr import Call, Case, Fold, Lit, Over, Ref
from engine.ir.program import Program, Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Union
from engine.ir.types import Type

VERSION = 1
NODES: Mapping[str, type] = {
    node.__name__: node
    for node in (
        Ref, Lit, Call, Case, Over, Fold, Scan, Filter, Extend, Project, Join, AsOf, Agg, Aggregate, Union, Def, Stage,
        Span, Type, Remark,
    )
}  # fmt: skip


def program_to_json(program: Program) -> str:
    """Canonical JSON: the same program gives the same text."""
    inputs = {name: [[n, _encoded(t)] for n, t in schema.items()] for name, schema in program.inputs.items()}
    stages = [_encoded(stage) for stage in program.stages]
    remarks = {name: [_encoded(remark) for remark in said] for name, said in program.remarks.items()}
    document = {"version": VERSION, "inputs": inputs, "stages": stages, "remarks": remarks}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def program_from_json(text: str) -> Program:
    """The program that was stored. Raises ValueError for a text of another version."""
    document = read_json(text)
    if document.get("version") != VERSION:
        raise ValueError(f"program of version {document.get('version')}; this reads version {VERSION}")
    inputs = {name: {n: _decoded(t) for n, t in columns} for name, columns in document["inputs"].items()}
    remarks = {name: _decoded(said) for name, said in document.get("remarks", {}).items()}
    return Program(inputs, tuple(_decoded(stage) for stage in document["stages"]), remarks)


def _encoded(value: Any) -> Any:
    """A node, a tuple of such, or a plain value."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    assert type(value).__name__ in NODES, f"{type(value).__name__} is no node"
    kept = ((field.name, getattr(value, field.name)) for field in fields(value) if not _is_default(field, value))
    return {"node": type(value).__name__} | {name: _encoded(item) for name, item in kept}


def _is_default(field: "Field[Any]", value: Any) -> bool:
    return field.default is not MISSING and getattr(value, field.name) == field.default


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decoded(item) for item in value)
    if not isinstance(value, dict):
        return value
    if "decimal" in value:
        return Decimal(value["decimal"])
    if "date" in value:
        return date.fromisoformat(value["date"])
    node = NODES[value["node"]]
    return node(**{name: _decoded(item) for name, item in value.items() if name != "node"})
