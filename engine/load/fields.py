"""One mapping of a file that fits its schema, read key by key into the values that nouns are made of.

In: a `Mapping` node. Out: texts, names, days, numbers, formulas and choices, each with its place. What a schema can't say
(is it a day, is it in the plan's currency, is the name free) is told here.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, brief
from engine.core.money import plain
from engine.core.names import KEYWORDS
from engine.core.span import Span
from engine.ir.expr import Lit
from engine.ir.types import QUANTITY, RATE, Type, limit_of, money
from engine.load.expression import parse_formula
from engine.load.number import Number, in_formula, literal, number
from engine.load.yaml_node import Mapping, Node, Scalar, Sequence
from engine.plan.amount import Amount, Written, doubt_bare_rate
from engine.plan.choice import Choice
from engine.plan.comp_plan import Name, RoundAttainment
from engine.plan.formula import Formula

ALMOST = re.compile(
    r"(?P<sign>[-−]?)(?P<mark>Rp\.?|[A-Z]{0,2}[$]|[€£¥₹])? ?(?P<minus>-?)(?P<digits>[0-9][0-9.,'_ ]*)"
    r" ?(?P<unit>%|percent|per cent|pct|[$€£¥₹]|[A-Za-z]{3})?\Z"
)
"""A number to people, written so that it is none here: 1 %, 0,5%, 50,000 USD, $900."""
NOTES = ("note", "reason")
UNKNOWN = "XXX"
"""The currency of a plan that does not say its own: nothing is held against it."""


class Fields:
    """A mapping, and where to tell what is wrong with it."""

    def __init__(self, node: Node, diagnostics: Diagnostics, key_span: Span | None = None):
        assert isinstance(node, Mapping)
        self.node, self.diagnostics = node, diagnostics
        self.key_span = key_span or node.span
        """The place of the key that the mapping stands under."""

    def __contains__(self, key: str) -> bool:
        return self.node.get(key) is not None

    def node_of(self, key: str) -> Node:
        """The node under a key that is there."""
        node = self.node.get(key)
        assert node is not None, key
        return node

    def span(self, key: str) -> Span:
        """The place of a value."""
        return self.node_of(key).span

    def span_of_key(self, key: str) -> Span:
        """The place of a key."""
        found = self.node.key(key)
        assert found is not None, key
        return found.span

    def within(self, key: str) -> "Fields | None":
        """The mapping under a key, if it is there."""
        return Fields(self.node_of(key), self.diagnostics, self.span_of_key(key)) if key in self else None

    def entries(self, key: str) -> tuple[tuple[Scalar, Node], ...]:
        """The pairs of the mapping under a key; none if it is absent."""
        node = self.node.get(key)
        return node.items if isinstance(node, Mapping) else ()

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of the list under a key, also where it has one alone."""
        node = self.node.get(key)
        if node is None:
            return ()
        return node.items if isinstance(node, Sequence) else (node,)

    # -- values

    def scalar(self, key: str) -> Scalar:
        """The scalar under a key that is there."""
        node = self.node_of(key)
        assert isinstance(node, Scalar), key
        return node

    def text(self, key: str) -> str:
        """The text under a key that is there."""
        return self.scalar(key).text

    def maybe(self, key: str, otherwise: str) -> str:
        """The text under a key, or another where it is absent."""
        return self.text(key) if key in self else otherwise

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts under a key: one, or a list."""
        return tuple(item.text for item in self.items(key) if isinstance(item, Scalar))

    def name(self, key: str) -> Name:
        """The name under a key that is there."""
        scalar = self.scalar(key)
        return Name(scalar.text, scalar.span)

    def maybe_name(self, key: str) -> Name | None:
        """The name under a key, if it is there."""
        return self.name(key) if key in self else None

    def names(self, key: str) -> tuple[Name, ...]:
        """The names under a key: one, or a list."""
        return tuple(Name(item.text, item.span) for item in self.items(key) if isinstance(item, Scalar))

    def integer(self, key: str) -> int:
        """The whole number under a key that is there."""
        value = self.scalar(key).value
        assert isinstance(value, int)
        return value

    def integers(self, key: str) -> tuple[int, ...]:
        """The whole numbers under a key: one, or a list."""
        values = [item.value for item in self.items(key) if isinstance(item, Scalar)]
        return tuple(value for value in values if isinstance(value, int))

    def day(self, key: str) -> date:
        """The day under a key that is there."""
        day = day_of(self.text(key))
        assert day is not None
        return day

    def maybe_day(self, key: str) -> date | None:
        """The day under a key, if it is there."""
        return self.day(key) if key in self else None

    @property
    def note(self) -> str | None:
        """What `note` or `reason` say."""
        return "; ".join(self.text(key) for key in NOTES if key in self) or None

    # -- formulas and numbers

    def round_attainment(self) -> RoundAttainment | None:
        """How a table or a gate rounds what it holds against a target."""
        said = self.within("round_attainment")
        if said is None:
            return None
        return RoundAttainment(said.text("mode"), said.integer("digits"), said.key_span, said.note)

    def formula(self, key: str) -> Formula:
        """The formula under a key that is there."""
        return formula(self.scalar(key), self.diagnostics)

    def maybe_formula(self, key: str) -> Formula | None:
        """The formula under a key, if it is there."""
        return self.formula(key) if key in self else None

    def number(self, key: str) -> Number:
        """The number under a key that is there."""
        found = number(self.scalar(key), self.diagnostics)
        assert found is not None
        return found

    def maybe_amount(self, key: str, currency: str) -> Amount | None:
        """The number under a key that stands beside formulas, if it is there."""
        if key not in self:
            return None
        found = self.number(key)
        check_currency(found, currency, self)
        written: dict[str, Written] = {"none": "amount", "share": "share", "currency": "money"}
        return Amount(found.value, written[found.unit], found.span)

    def rate(self, key: str) -> Formula:
        """What a tier pays on its base: a share, money per unit, or a formula."""
        scalar = self.scalar(key)
        found = number(scalar, self.diagnostics)
        if found is None:
            return self._no_number(scalar, "0.5%")
        if found.unit == "none":
            doubt_bare_rate(found.value, scalar.span, 1, self.diagnostics)
        type_ = money(found.currency) if found.currency else RATE
        return Formula(scalar.text, scalar.span, Lit(found.value, type_))

    def amount(self, key: str, currency: str) -> Formula:
        """An amount (bare: in the plan's currency), or a formula."""
        return self._amount(self.scalar(key), currency)

    def amounts(self, key: str, currency: str) -> tuple[Formula, ...]:
        """The amounts of a list."""
        return tuple(self._amount(item, currency) for item in self.items(key) if isinstance(item, Scalar))

    def _amount(self, scalar: Scalar, currency: str) -> Formula:
        found = number(scalar, self.diagnostics)
        if found is None:
            return self._no_number(scalar, f"60000 {currency}")
        if found.unit == "share":
            help = "write the amount, as in `250000` or `60000 SGD`"
            self.diagnostics.error("S012", "an amount of money can't be a percentage", scalar.span, help=help)
        return Formula(scalar.text, scalar.span, Lit(found.value, money(found.currency or currency)))

    def _no_number(self, scalar: Scalar, example: str) -> Formula:
        """A formula, unless it is a number that is only written in another way."""
        almost = ALMOST.match(scalar.text) if scalar.style != "block" else None
        if almost is None or almost["digits"] == scalar.text:
            return formula(scalar, self.diagnostics)
        help = (
            f"digits, a point before decimals, and right after it `%` or one space and the currency, as in `{example}`"
        )
        written = _written(almost)
        if written is not None:
            help = f"write `{written}`: {help}"
        self.diagnostics.error(
            "S005", f"`{brief(scalar.text)}` is not written as numbers are here", scalar.span, help=help
        )
        return _nothing(scalar)

    # -- choices

    def choices(self, names: Iterable[str], level: str) -> dict[str, Choice]:
        """Those of the policies that are said in this mapping. A note beside `policies:` as a whole goes to each of them."""
        return {name: self._choice(name, level) for name in names if name in self}

    def _choice(self, name: str, level: str) -> Choice:
        node = self.node_of(name)
        beside = self.note if level not in ("table", "measure", "modifier", "rule") else None
        if isinstance(node, Scalar):
            return Choice(node.text, node.span, level, beside)
        inner = Fields(node, self.diagnostics)
        notes = "; ".join(note for note in (inner.note, beside) if note)
        return Choice(inner.text("value"), inner.span("value"), level, notes or None)


def formula(scalar: Scalar, diagnostics: Diagnostics) -> Formula:
    """The formula in a scalar; one that means nothing where it has a mistake, which keeps its file out anyway.

    A parameter's value is never read as a formula.
    """
    if scalar.parameter is not None:
        return Formula(in_formula(scalar, scalar.parameter), scalar.span, literal(scalar, scalar.parameter))
    given = {each.name: literal(each.value, each.type) for each in scalar.given}
    found = parse_formula(scalar.text, scalar.span, diagnostics, given) or _nothing(scalar)
    values = tuple((each.name, in_formula(each.value, each.type)) for each in scalar.given)
    return replace(found, parameters=values) if values else found


def _nothing(scalar: Scalar) -> Formula:
    return Formula(scalar.text, scalar.span, Lit(Decimal(0), QUANTITY))


def _written(almost: re.Match[str]) -> str | None:
    """What was probably meant, where only one thing can have been: not for `50,000`, which is fifty to half the world."""
    digits = re.sub(r"[ '_]", "", almost["digits"])
    if re.fullmatch(r"[0-9]+,([0-9]{1,2}|[0-9]{4,})", digits):
        digits = digits.replace(",", ".")
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3}){2,}", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", digits):
        digits = digits.replace(".", "")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits) is None:
        return None
    unit, sign = almost["unit"] or "", "-" if almost["sign"] or almost["minus"] else ""
    if unit == "%" or unit.startswith("p"):
        return f"{sign}{digits}%"
    return f"{sign}{digits} {unit.upper()}" if len(unit) == 3 else None


def noted(node: Node, key: str, diagnostics: Diagnostics) -> Formula:
    """A formula that stands alone, or under `key` of a mapping with a note."""
    if isinstance(node, Scalar):
        return formula(node, diagnostics)
    fields = Fields(node, diagnostics)
    return replace(fields.formula(key), note=fields.note)


def check_size(value: Decimal, type_: Type, span: Span, diagnostics: Diagnostics) -> None:
    """Whether a value lies within the bounds of its type."""
    limit = limit_of(type_)
    if limit is not None and abs(value) >= limit:
        message = f"{plain(value)} is more than a {type_.dtype} can be"
        diagnostics.error("S006", message, span, help=f"it stays below 10^{limit.adjusted()}")


def check_name(key: Scalar, taken: Iterable[str], what: str, diagnostics: Diagnostics) -> None:
    """Whether a name may stand in a formula and is not one of our own columns."""
    if key.text in KEYWORDS:
        diagnostics.error("S008", f"`{key.text}` is a word of formulas", key.span, help=f"give the {what} another name")
    elif key.text in taken or re.fullmatch(r"step_[0-9]+", key.text):
        named = f"my_{key.text}: {{type: …, from: {key.text}}}" if what == "column" else f"my_{key.text}"
        help = f"give the {what} another name, such as `{named}`"
        diagnostics.error("S008", f"`{key.text}` is the name of a column of the engine's own", key.span, help=help)


def check_currency(number: Number, currency: str, fields: Fields) -> None:
    """An amount that names its currency names the plan's."""
    if number.currency is not None and currency != UNKNOWN and number.currency != currency:
        message = f"the plan pays in {currency}, this amount is in {number.currency}"
        fields.diagnostics.error("S012", message, number.span, help=f"write it in {currency}")
