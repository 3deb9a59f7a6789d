"""The schema of libraries, made from that of plans: a part may say what a plan says, and `$name` wherever a value stands.

In: `v1/comp-plan.schema.json`. Out: `v1/library.schema.json`; `python schemas/reference.py` renews it. No key of a part is
compulsory: whoever uses it may say the rest.
"""

import json
import re
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

HERE = Path(__file__).resolve().parent / "v1"
PLAN, LIBRARY = HERE / "comp-plan.schema.json", HERE / "library.schema.json"

PARTS = {
    "plans": ("plan", "A plan to be used: what several plans have in common. Each says its own name."),
    "credits": ("credit", "A credit rule to be used."),
    "measures": ("measure", "A measure to be used."),
    "components": ("component", "A component to be used."),
    "rate_tables": ("rate_table", "A rate table to be used."),
    "look_ups": ("look_up", "A look-up table to be used."),
}
"""Section → the noun of its parts, and what one is."""
EXAMPLES: dict[str, Any] = {
    "plans": {"regional": {"parameters": {"rate": {"type": "rate"}}, "currency": "USD"}},
    "credits": {"booked_sales": {"from": "orders", "to": "seller", "credit_date": "booked_on", "value": "net"}},
    "measures": {"sales_month": {"sum": "sales", "over": "period"}},
    "components": {"commission": {"parameters": {"rate": {"type": "rate"}}, "rate": {"mode": "flat", "rate": "$rate"}}},
    "rate_tables": {"one_rate": {"parameters": {"rate": {"type": "rate"}}, "mode": "flat", "rate": "$rate"}},
    "look_ups": {"product_rate": {"type": "rate", "by": {"family": "family"}, "missing": "exception"}},
}
READING = {
    "description": "A parameter of the part, read: `$` and its name.",
    "type": "string",
    "pattern": "^\\$[a-z][a-z0-9_]{0,47}$",
    "examples": ["$rate"],
}
PARAMETERS: Schema = {
    "parameters": {
        "description": "Values that whoever uses a part sets, by name.",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 100,
        "propertyNames": {"$ref": "#/$defs/name"},
        "additionalProperties": {"$ref": "#/$defs/parameter"},
        "examples": [{"rate": {"type": "rate"}, "region": {"type": "text"}}],
    },
    "parameter": {
        "description": "A value that whoever uses the part sets. Read as `$name`, in place of a value or in a formula.",
        "type": "object",
        "properties": {
            "type": {
                "description": "A `rate` (5%), a `quantity` (3), `money` with its currency (500 USD), a `text` or a `day`.",
                "examples": ["rate"],
                "enum": ["rate", "quantity", "money", "text", "day"],
            },
            "default": {
                "description": "Its value where none is set; without it, it has to be.",
                "examples": ["5%"],
                "$ref": "#/$defs/parameter_value",
            },
        },
        "required": ["type"],
        "additionalProperties": False,
        "examples": [{"type": "rate"}, {"type": "money", "default": "500 USD"}],
    },
}
SCALARS = {"string", "number", "integer", "boolean"}
VALUES = ("enum", "const", "pattern", "format", "minimum", "maximum", "minLength", "maxLength")
"""Keywords that a `$name` is not held against."""


def library(plan: Schema) -> Schema:
    """The schema of libraries."""
    defs = {name: _readable(said) for name, said in plan["$defs"].items()} | {"reading": READING} | PARAMETERS
    defs |= {name: plan["$defs"][name] for name in ("name", "title_name", "note", "parameter_value")}
    defs |= {f"given_{name}": _readable(plan["$defs"][name]) for name in ("name", "title_name")}
    notes = {name: plan["properties"][name] for name in ("note", "reason")}
    defs["parameter"] = {**PARAMETERS["parameter"], "properties": PARAMETERS["parameter"]["properties"] | notes}
    root = _readable({key: value for key, value in plan.items() if key != "$defs"})
    wholes = {**{noun: defs[noun] for noun, _ in PARTS.values() if noun != "plan"}, "plan": root}
    for section, (noun, about) in PARTS.items():
        own = {key: value for key, value in wholes[noun]["properties"].items() if key not in ("kind", "name")}
        parameters = {
            "description": PARAMETERS["parameters"]["description"],
            "examples": PARAMETERS["parameters"]["examples"],
            "$ref": "#/$defs/parameters",
        }
        defs[f"{noun}_part"] = {
            "description": about,
            "type": "object",
            "properties": {"parameters": parameters, **own},
            "additionalProperties": False,
            "examples": [next(iter(EXAMPLES[section].values()))],
        }
    made: Schema = {
        "$schema": plan["$schema"],
        "title": "Library",
        "description": "A library: parts that plans use, with parameters for what differs between them.",
        "type": "object",
        "properties": {
            "kind": {"description": "What this file is.", "examples": ["library"], "const": "library"},
            **{section: _section(section) for section in PARTS},
            **notes,
        },
        "required": ["kind"],
        "additionalProperties": False,
    }
    return {**made, "$defs": {name: defs[name] for name in sorted(_used(made, defs, set()))}}


def _used(said: Any, defs: Schema, found: set[str]) -> set[str]:
    """The definitions that a schema refers to, and these in turn."""
    for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(said)):
        if name not in found:
            found.add(name)
            _used(defs[name], defs, found)
    return found


def _section(section: str) -> Schema:
    noun = PARTS[section][0]
    return {
        "description": f"{noun.replace('_', ' ').capitalize()}s to be used, by name.",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 300,
        "propertyNames": {"$ref": "#/$defs/title_name" if section == "plans" else "#/$defs/name"},
        "additionalProperties": {"$ref": f"#/$defs/{noun}_part"},
        "examples": [EXAMPLES[section]],
    }


def _readable(said: Any, key: str = "") -> Any:
    """A schema in which `$name` may stand for each value; names that somebody chooses, and notes, stay as they are."""
    if key in ("propertyNames", "if", "examples", "required"):
        return said
    if isinstance(said, list):
        return [made for made in map(_readable, said) if made != {}]
    if not isinstance(said, dict):
        return said
    if "properties" in said.get("if", {}):  # it asks for a value, and that may be a parameter's
        said = {name: value for name, value in said.items() if name not in ("if", "then", "else")}
    made = {name: value if name in VALUES else _readable(value, name) for name, value in said.items()}
    made = {name: value for name, value in made.items() if (name, value) != ("allOf", [])}
    if "$ref" in made and made["$ref"].rpartition("/")[2] in ("name", "title_name"):
        made["$ref"] = "#/$defs/given_" + made["$ref"].rpartition("/")[2]
    if _is_value(made):
        kept = {name: made.pop(name) for name in list(made) if name in (*VALUES, "type")}
        made["anyOf"] = [kept, {"$ref": "#/$defs/reading"}]
    return made


def _is_value(said: Schema) -> bool:
    """Whether it asks something of a scalar, and so of a `$name`; plain texts and notes ask nothing that one is not."""
    types = said.get("type", [])
    scalar = SCALARS.issuperset([types] if isinstance(types, str) else types)
    asks = any(name in said for name in VALUES if not name.endswith("Length")) or said.get("type") == "integer"
    return scalar and asks and "if" not in said


def written(made: Schema) -> str:
    """The schema as a file: a line for each property that fits one."""
    return _lines(made, 0) + "\n"


def _lines(value: Any, indent: int) -> str:
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (len(short) + indent <= 150 and "$defs" not in value):
        return short
    inner = " " * (indent + 2)
    if isinstance(value, list):
        body = ",\n".join(f"{inner}{_lines(each, indent + 2)}" for each in value)
        return f"[\n{body}\n{' ' * indent}]"
    body = ",\n".join(f"{inner}{json.dumps(key)}: {_lines(each, indent + 2)}" for key, each in value.items())
    return f"{{\n{body}\n{' ' * indent}}}"


def renewed() -> str:
    """The text of the file as it should be."""
    return written(library(json.loads(PLAN.read_text(encoding="utf-8"))))
