"""What jsonschema found, in the words of a plan, at the key or the value. In: a finding and the tree. Out: a diagnostic."""

import re
from dataclasses import dataclass
from typing import Any

from engine.core.diagnostic import LIMIT_PER_FILE, Diagnostics, brief, closest
from engine.core.span import Span
from engine.load.other_words import ELSEWHERE, ITEMS, KEYS, LIMITED, MEANT, SKIPPED, TYPES, UNROUNDED
from engine.load.yaml_node import Mapping, Node, Scalar, key_span, node_at
from engine.plan.choice import POLICIES

Steps = tuple[str | int, ...]
"""A path into a file: keys and positions."""

WORDS = {
    "object": "a mapping", "array": "a list", "string": "a text", "number": "a number", "integer": "a whole number",
    "boolean": "true or false", "null": "nothing",
}  # fmt: skip

NOTES = ("note", "reason")

NAMED = {
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": ("-", "sources and plans are joined by hyphens"),
    "^[a-z][a-z0-9_]{0,47}$": ("_", "measures, rules and columns are joined by underscores, as formulas read them"),
}
"""The form of a name → what joins its words, and whose names they are."""


@dataclass(frozen=True)
class Finding:
    """One error of jsonschema: the schema's `keyword` wanted something of the `instance` at `path`."""

    path: Steps
    keyword: str
    wanted: Any
    instance: Any
    schema: dict[str, Any]
    schema_path: Steps
    message: str
    instead: str | None = None
    """Of unknown keys: the key that is missing beside the only one of them."""

    @property
    def of_name(self) -> bool:
        """Whether it is about a key that somebody chose."""
        return "propertyNames" in self.schema_path


def tell(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    if error.of_name:
        _bad_key(error, node, diagnostics)
        return
    match error.keyword:
        case "additionalProperties":
            _unknown_keys(error, node, diagnostics)
        case "required":
            _missing_key(error, node, diagnostics)
        case "type":
            _wrong_type(error, node, diagnostics)
        case "enum" | "const":
            _not_one_of(error, node, diagnostics)
        case "pattern" | "minLength" | "maxLength" | "format":
            _wrong_form(error, node, diagnostics)
        case "minimum" | "maximum":
            least = error.keyword == "minimum"
            message = f"{error.instance} is too {'small' if least else 'large'}"
            help = f"it is at {'least' if least else 'most'} {error.wanted}"
            if error.wanted == 1 and not least:
                help += f": as a percentage `{error.instance}%`"
            diagnostics.error("S006", message, node_at(node, error.path).span, help=help)
        case _:
            _wrong_number(error, node, diagnostics)


def meant_keys(error: Finding) -> dict[str, str | None]:
    """The keys that are unknown, each with the known one that it is near to."""
    known = [name for name in error.schema["properties"] if name != "reason" and name not in error.instance]
    unknown = sorted(set(error.instance) - set(error.schema["properties"]))[:LIMIT_PER_FILE]
    meant = {name: _meant(name, known) for name in unknown}
    if error.instead in known and [name for name in unknown if meant[name] is None] == unknown and len(unknown) == 1:
        return {unknown[0]: error.instead}
    return meant


def _meant(name: str, known: list[str]) -> str | None:
    """The known key that somebody probably meant."""
    if name.lower() in KEYS:
        return next((key for key in KEYS[name.lower()] if key in known), None)
    return closest(name, known)


def missing_key(error: Finding) -> str:
    """The key that a finding of `required` misses."""
    return next(str(name) for name in error.wanted if f"{name!r} is a required property" == error.message)


def _unknown_keys(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    others = [name for name in error.schema["properties"] if name not in (*error.instance, "reason", "note")]
    there_is = "there is " + ", ".join(f"`{name}`" for name in others[:12]) if others else "delete it"
    for name, near in meant_keys(error).items():
        known = name.lower() in ELSEWHERE and near != f"{name.lower()}s"  # `target` where `targets` can stand
        meant = f"did you mean `{near}`?" if near else _item(name) or there_is
        help = ELSEWHERE[name.lower()] if known else meant
        if not known and near is not None and near == error.instead and closest(name, [near]) is None:
            help += f" {error.schema['properties'][near].get('description', '')}".rstrip()
        if name.lower() in ("round", "rounding", "round_attainment") and error.path and error.path[0] in UNROUNDED:
            help = UNROUNDED[str(error.path[0])]
        if name in LIMITED and len(error.path) == 2 and error.path[0] == "measures":
            help = LIMITED[name]
        help = _after_comma(error.instance, name) or _of_skipped(error) or help
        span = key_span(node, (*error.path, name))
        diagnostics.error("S001", f"{_place(error.path)} has no key `{brief(name)}`", span, help=help)


def _item(name: str) -> str | None:
    """Where an item of `then:` stands, for whoever writes it in a table or a component."""
    return f"it is an item of `then:`, as in `- {name}: {{…}}`" if name in ITEMS else None


def _after_comma(mapping: dict[str, Any], name: str) -> str | None:
    """What to do about the rest of a value that a comma has cut inside { }; None where it is no such rest."""
    at = list(mapping).index(name)
    if mapping[name] is not None or not at:
        return None
    before = list(mapping)[at - 1]
    if before in NOTES:
        return f"inside {{ }} a comma ends a value: put the whole {before} in quotes"
    if name.replace("_", "").isalpha():
        return None
    number = str(mapping[before])
    if number.isdigit() and len(name) == 3 and name.isdigit():
        return f"thousands have no separator: `{before}: {number}{name}`; inside {{ }} a comma ends a value"
    if number.isdigit() and name.rstrip("%").isdigit():
        return f"decimals stand after a point: `{before}: {number}.{name}`; inside {{ }} a comma ends a value"
    return f"inside {{ }} a comma ends a value: put the whole of `{before}` in quotes, be it a formula or a text"


def _before_comma(error: Finding, node: Node) -> str | None:
    """What to do about a text that a comma inside { } has cut, where its rest became a key of nothing."""
    above = node_at(node, error.path[:-1])
    if not isinstance(above, Mapping):
        return None
    names, last = list(above.names), _last(error.path)
    after = names[names.index(last) + 1 :][:1] if last in names else []
    if not after or not after[0][:1].isdigit():
        return None
    return f"inside {{ }} a comma ends a value: put the whole {last} in quotes"


OF_A_TABLE = {
    "rate": "a `rate`", "amount": "an `amount`", "tiers": "`tiers`", "points": "`points`", "prizes": "`prizes`",
}  # fmt: skip
"""What a rate table or its tiers say by their mode: who says the other has the wrong mode, or the wrong word."""


def _missing_key(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    here = key_span(node, error.path) if error.path else start_of(node.span)
    name = missing_key(error)
    said = error.schema.get("properties", {})
    other = next((key for key in OF_A_TABLE if key in error.instance and key != name), None)
    if name in OF_A_TABLE and other is not None:
        mode = f"a table of mode `{error.instance['mode']}`" if "mode" in error.instance else "a tier of this mode"
        span = key_span(node, (*error.path, other))
        help = f"write `{name}:`, or another mode"
        diagnostics.error("S002", f"{mode} has {OF_A_TABLE[name]}, and no `{other}`", span, help=help)
        return
    diagnostics.error("S002", f"{_place(error.path)} needs `{name}`", here, help=_to_write(name, said.get(name, {})))


def _to_write(name: str, said: dict[str, Any]) -> str | None:
    """What to write for a key that is missing, and what it means."""
    about, values, examples = said.get("description"), said.get("enum", []), said.get("examples", [])
    written = " | ".join(map(_written, values)) or (_in_braces(examples[0]) if examples else "")
    if about is None or not 0 < len(written) <= 60:
        return about
    words = f"{about[0].lower()}{about[1:].rstrip('.')}"
    return f"write `{name}: {written}`: {words}" if values else f"{words}, as in `{name}: {written}`"


def _wrong_type(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    found = node_at(node, error.path)
    wanted = error.wanted if isinstance(error.wanted, list) else [error.wanted]
    words = " or ".join(WORDS[name] for name in wanted)
    if error.instance is None:
        diagnostics.error(
            "S003",
            f"nothing is written after `{_last(error.path)}`",
            key_span(node, error.path),
            help=_of_skipped(error) or f"it needs {words}",
        )
        return
    is_scalar = isinstance(found, Scalar)
    help = _about(error)
    if is_scalar and _last(error.path) in POLICIES:
        help = "write " + " | ".join(POLICIES[_last(error.path)])
    elif is_scalar and "string" in wanted and isinstance(found, Scalar):
        help = (
            _divided(error, node, found)
            or _before_comma(error, node)
            or f'put it in quotes if it is a text: "{brief(found.text)}"'
        )
    elif is_scalar and wanted == ["array"]:
        of_numbers = error.schema.get("items", {}).get("type") in ("integer", "number")
        if isinstance(found, Scalar) and not (of_numbers and isinstance(error.instance, str)):
            help = f"a list is written `[{brief(found.text)}]`"
    elif isinstance(found, Scalar) and found.style == "quoted" and {"number", "integer", "boolean"} & set(wanted):
        help = "write it without quotes"
    help = help if "string" in wanted else _of_skipped(error) or help
    span = start_of(found.span) if not is_scalar and error.path else found.span
    diagnostics.error("S003", f"`{_last(error.path)}` is {words}, not {_kind_of(error.instance)}", span, help=help)


def _of_skipped(error: Finding) -> str | None:
    """How rows to skip are written, for whoever wrote them otherwise."""
    return SKIPPED if "skip_rows" in error.path else None


def _divided(error: Finding, node: Node, found: Scalar) -> str | None:
    """What to write where a ratio is to a number."""
    above = node_at(node, error.path[:-1])
    ratio = above.get("ratio") if isinstance(above, Mapping) and _last(error.path) == "to" else None
    if not isinstance(ratio, Scalar) or isinstance(error.instance, bool):
        return None
    quotient = f"{brief(ratio.text)} / {brief(found.text)}"
    return f"`to` names a measure; by a number one divides in a formula that reads the measure: `{quotient}`"


def _not_one_of(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    values = [error.wanted] if error.keyword == "const" else list(error.wanted)
    found = node_at(node, error.path)
    said = brief(found.text) if isinstance(found, Scalar) else _kind_of(error.instance)
    texts = [_written(value) for value in values]
    meant = MEANT.get(_last(error.path), {}).get(said.lower()) or TYPES.get(said.lower())
    if "," in texts and not said:
        message = f"`{_last(error.path)}` is empty: inside {{ }} a comma ends a value"
        diagnostics.error("S004", message, found.span, help='put it in quotes: `","`')
        return
    near = meant if meant in texts else closest(said, texts)
    listed = " | ".join(texts)
    help = f"did you mean `{near}`? There is {listed}" if near and len(texts) > 1 else f"write {listed}"
    diagnostics.error("S004", f"`{_last(error.path)}` can't be `{said}`", found.span, help=help)


def _wrong_form(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    found = node_at(node, error.path)
    said = brief(str(error.instance))
    if error.keyword == "format":
        diagnostics.error("S009", f"`{said}` is no day", found.span, help="a day is written 2026-01-31")
        return
    if error.keyword in ("minLength", "maxLength"):
        message = (
            f"`{_last(error.path)}` is empty" if error.keyword == "minLength" else f"`{_last(error.path)}` is too long"
        )
        most = _of_skipped(error) if error.keyword == "minLength" else f"at most {error.wanted} characters"
        diagnostics.error("S005", message, found.span, help=most)
        return
    message = f"`{said}` can't stand for `{_last(error.path)}`"
    diagnostics.error(
        "S005", message, found.span, help=_of_a_name(error, said) or _joined_otherwise(error, said) or _about(error)
    )


def _of_a_name(error: Finding, said: str) -> str | None:
    """What to do about a formula where a name has to stand."""
    examples = error.schema.get("examples", [])
    if "sales_month" in examples and re.fullmatch(r"[a-z0-9-]+\.[a-z0-9_]+", said):
        return "names of this plan stand here; only `earned` reads another plan, as in `earned: field.commission`"
    if _last(error.path) == "measure" and any(sign in said for sign in "<>="):
        return "a condition is `when:` with `per:`, as in `{when: sales_month >= 1000, per: earning}`"
    if "sales_month" not in examples or not any(sign in said for sign in " +*/()<>="):
        return None
    return f"one name stands here, no formula, as in `{examples[0]}`"


def _wrong_number(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    """minItems, maxItems, uniqueItems, minProperties, maxProperties."""
    found = node_at(node, error.path)
    messages = {
        "minItems": f"`{_last(error.path)}` is an empty list",
        "minProperties": f"`{_last(error.path)}` is empty",
        "maxItems": f"`{_last(error.path)}` has {len(error.instance)} items, over {error.wanted}",
        "maxProperties": f"`{_last(error.path)}` has {len(error.instance)} entries, over {error.wanted}",
        "uniqueItems": f"`{_last(error.path)}` has an item twice",
    }
    helps = {
        "minItems": "write at least one" + (", or leave the key out" if error.path else ""),
        "minProperties": "leave the key out",
        "maxItems": "put tables of data in a CSV or Parquet source, or split the plan",
        "maxProperties": "nobody can check so many: split the file, or put tables of data in a source",
        "uniqueItems": "delete one of the two",
    }
    message = messages.get(error.keyword, f"`{_last(error.path)}` does not fit: {brief(error.message, 200)}")
    span = key_span(node, error.path) if error.path else start_of(found.span)
    diagnostics.error("S007", message, span, help=helps.get(error.keyword))


def _bad_key(error: Finding, node: Node, diagnostics: Diagnostics) -> None:
    name = str(error.instance)
    if error.keyword == "enum":
        help = "there is " + " | ".join(_written(value) for value in error.wanted)
        message = f"`{_last(error.path)}` can't have `{brief(name)}`"
        diagnostics.error("S004", message, key_span(node, (*error.path, name)), help=help)
        return
    diagnostics.error(
        "S008", f"`{brief(name)}` can't be a name here", key_span(node, (*error.path, name)),
        help=_joined_otherwise(error, name) or _about(error),
    )  # fmt: skip


def _joined_otherwise(error: Finding, said: str) -> str | None:
    """The same name in the form of its kind: of sources and plans with hyphens, of what formulas read with underscores."""
    kind = NAMED.get(error.schema.get("pattern", ""))
    if kind is None:
        return None
    sign, words = kind
    other = re.sub("[-_]", sign, said)
    fits = other != said and re.fullmatch(error.schema["pattern"], other)
    return f"write `{other}`: names of {words}" if fits else None


def _about(error: Finding) -> str | None:
    """What the schema says of the place, with an example."""
    about, examples = error.schema.get("description"), error.schema.get("examples", [])
    if about is None:
        return None
    if len(about) > 300 and examples and isinstance(examples[0], dict):
        return f"write it as in `{_in_braces(examples[0])}`"
    shown = [_written(example) for example in examples if not isinstance(example, dict | list)][:2]
    if not shown and examples and isinstance(examples[0], dict | list):
        shown = [written for written in (_in_braces(examples[0]),) if len(written) <= 80]
    return f"{about[0].lower()}{about[1:].rstrip('.')}" + (f", as in `{'` or `'.join(shown)}`" if shown else "")


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_braces(value: Any) -> str:
    """A mapping of an example as one writes it on a line: {mode: flat, rate: 0.2%}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_in_braces(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_braces, value)) + "]"
    return _written(value)


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "a number"


def _last(path: Steps) -> str:
    """The last key of a path, with the number of the item."""
    if not path:
        return "the file"
    if path[-1] == "value" and len(path) > 1 and path[-2] in POLICIES:
        return _last(path[:-1])  # a choice with its note
    if isinstance(path[-1], int):
        return f"{_last(path[:-1])}[{path[-1] + 1}]"
    return brief(path[-1])


def _place(path: Steps) -> str:
    return f"`{_last(path)}`" if path else "the file"


def start_of(span: Span) -> Span:
    """The first character of a long place."""
    return Span(span.file, span.line, span.column, span.line, span.column + 1, span.via)
