"""A plan as parts of a library and what is left of it. In: its tree, a random. Out: texts that mean the same as the plan.

Numbers, names and texts become parameters, also those inside formulas; rate tables, components, measures and credit rules become
parts, and the plan itself one; each key stays in the part or beside its use. What is lifted out of an inner part may be lifted
once more out of the outer one, so that values go through several hands.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from engine.core.span import Span
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.trial.diff.variant import yaml_text

NOWHERE = Span("", 1, 1, 1, 1)
STAYS = (
    "note",
    "reason",
    "accept",
    "waivers",
    "kind",
    "name",
    "use",
    "variables",
    "policies",
    "participants",
    "parameters",
)
"""Keys whose values are not lifted: of the plan alone, or for people."""
TEXTS = frozenset(
    "from credit_date base against earning_code earning_period basis mode boundary below above over per measure sum count average"
    " currency back of to ratio previous take since with reach running_total missing_target zero_target true_up"
    " adjustments column later not_on_roster".split()
)
"""Keys whose texts are no formulas."""
NUMBER = re.compile(r"(?<![\w.$\"])(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w.%\"]| [A-Z]{3}\b)")


@dataclass
class Templated:
    """What comes out: the plan, and the library that it uses."""

    plan: bytes
    library: bytes
    lifted: int


@dataclass
class _Part:
    values: dict[str, Scalar] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


class _Maker:
    def __init__(self, random: Random):
        self._random, self._numbers, self.lifted = random, count(1), 0
        self.parts: dict[str, list[tuple[Scalar, Node]]] = {}

    def plan(self, node: Mapping) -> Mapping:
        """The plan with its parts taken out, and itself made one."""
        pairs = []
        for key, value in node.items:
            if key.text in ("credits", "measures", "components", "look_ups") and isinstance(value, Mapping):
                entries = tuple((name, self._entry(key.text, each)) for name, each in value.items)
                value = replace(value, items=entries)
            pairs.append((key, value))
        return self._part("plans", "plan", replace(node, items=tuple(pairs)), ("kind", "name"))

    def _entry(self, section: str, node: Node) -> Node:
        if not isinstance(node, Mapping):
            return node
        if section == "components":
            pairs = tuple(
                (key, self._part("rate_tables", "rate_table", value) if key.text == "rate" else value)
                for key, value in node.items
            )
            node = replace(node, items=pairs)
        return self._part(section, section.removesuffix("s"), node)

    def _part(self, section: str, noun: str, node: Node, own: tuple[str, ...] = ()) -> Mapping:
        assert isinstance(node, Mapping)
        if self._random.random() < 0.3 and not own:
            return node
        stays = [pair for pair in node.items if pair[0].text in own or self._random.random() < 0.2]
        part = _Part()
        body = tuple((key, self._lift(value, key.text, part)) for key, value in node.items if (key, value) not in stays)
        if not body:
            return node
        name = _plain(f"{noun}{'-' if section == 'plans' else '_'}{next(self._numbers)}")
        declared = tuple((_plain(each), _mapping(type=type_)) for each, type_ in part.types.items())
        head = ((_plain("parameters"), Mapping(declared, NOWHERE)),) if declared else ()
        self.parts.setdefault(section, []).append((name, Mapping((*head, *body), NOWHERE)))
        self.lifted += len(declared)
        given = tuple((_plain(each), value) for each, value in part.values.items())
        uses = ((_plain("use"), name), *(((_plain("with"), Mapping(given, NOWHERE)),) if given else ()))
        return Mapping((*stays, *uses), node.span)

    def _lift(self, node: Node, key: str, part: _Part) -> Node:
        if key in STAYS:
            return node
        match node:
            case Sequence():
                return replace(node, items=tuple(self._lift(item, key, part) for item in node.items))
            case Mapping():
                return replace(node, items=tuple((k, self._lift(v, _key(key, k.text), part)) for k, v in node.items))
            case Scalar():
                return self._value(node, key, part) if self._random.random() < 0.6 else node

    def _value(self, scalar: Scalar, key: str, part: _Part) -> Scalar:
        text = scalar.text
        if scalar.style == "block" or isinstance(scalar.value, bool) or scalar.value is None or "$" in text:
            return scalar
        type_ = _type(scalar, key)
        if type_ is not None:
            return _plain(f"${self._new(part, type_, scalar)}")
        if key in TEXTS:
            return scalar
        found = next(NUMBER.finditer(re.sub(r'"[^"]*"', lambda q: " " * len(q[0]), text)), None)
        if found is None:
            return scalar
        name = self._new(part, "quantity", _plain(found[0]))
        return replace(scalar, text=f"{text[: found.start()]}${name}{text[found.end() :]}")

    def _new(self, part: _Part, type_: str, value: Scalar) -> str:
        name = f"p{next(self._numbers)}"
        part.values[name], part.types[name] = value, type_
        return name


def templated(node: Mapping, random: Random) -> Templated:
    """The plan in parts."""
    maker = _Maker(random)
    plan = maker.plan(node)
    sections = tuple((_plain(section), Mapping(tuple(parts), NOWHERE)) for section, parts in maker.parts.items())
    library = Mapping(((_plain("kind"), _plain("library")), *sections), NOWHERE)
    return Templated(yaml_text(plan), yaml_text(library), maker.lifted)


def _key(within: str, key: str) -> str:
    """What a value of a mapping is taken for: a tier's `from` is a bound, and not a source."""
    if within == "with":
        return within
    return "bound" if within == "tiers" and key == "from" else key


def _type(scalar: Scalar, key: str) -> str | None:
    """The type of a parameter that the whole value may become; None where it is a formula, or is to stay."""
    text = scalar.text
    if scalar.style == "plain" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?%", text):
        return "rate"
    if scalar.style == "plain" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)? [A-Z]{3}", text):
        return "money"
    if scalar.style == "plain" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return "quantity"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return "day"
    return "text" if key in TEXTS and isinstance(scalar.value, str) and re.fullmatch(r"[\w -]+", text) else None


def _plain(text: str) -> Scalar:
    return Scalar(text, "plain", text, NOWHERE)


def _mapping(**texts: str) -> Mapping:
    return Mapping(tuple((_plain(key), _plain(text)) for key, text in texts.items()), NOWHERE)
