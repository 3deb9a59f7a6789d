"""Shares: how a transaction's value was cut among participants, so that it can be redone by hand to the last unit."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.core.money import EXACT, product, quantize, rounded
from engine.explain.node import Worked
from engine.explain.number import worked
from engine.explain.stages import definitions
from engine.explain.tables import Tables
from engine.ir.expr import Call, Expr, Lit
from engine.ir.program import Stage
from engine.ir.types import QUANTITY, RATE
from engine.ir.walk import children

EXACT_PLACES = 12
UNCUT = frozenset({"shares_over_one", "no_assignment", "assigned_twice", "bad_weight"})
"""Causes under which nobody gets any of it: then the value stays in one piece."""


class Cut:
    """How a rule's stage cuts values: rounded first or not, at how many digits."""

    def __init__(self, tables: Tables, stage: Stage):
        self.tables, self.name = tables, stage.name
        made = tables.definitions(stage.name)
        self.rounding = split_rounding(stage)
        self.digits = _digits(made["share.floor"].expr) if "share.floor" in made else EXACT_PLACES

    def whole(self, value: Decimal) -> Decimal:
        """The value as it is cut."""
        return rounded(value, *self.rounding) if self.rounding else value

    def is_plain(self, row: dict[str, Any]) -> bool:
        """Whether the amount is just value × share."""
        return row["value"] is None or row["share"] is None or product(row["value"], row["share"]) == row["amount"]

    def by(self, row: dict[str, Any]) -> str:
        """What the value is multiplied with."""
        return "share" if row.get("share.weight") is None else "weight ÷ all weights"

    def words(self, row: dict[str, Any]) -> str:
        """What to say where it is not."""
        if self.is_plain(row):
            return ""
        first = f"the value is rounded {self.rounding[0]} to {self.rounding[1]} digits, then " if self.rounding else ""
        return f"{first}cut at {self.digits} digits; left-over units go to the largest remainders"

    def figures(self, row: dict[str, Any]) -> Worked:
        """value × share with figures; cut, and with the left-over unit, where that is how it came about."""
        type_ = self.tables.types(self.name, row)["value"]
        value, share = worked(row["value"], type_, self.tables.digits), worked(row["share"], RATE, self.tables.digits)
        if row.get("share.weight") is not None:
            return self._weighed(row, value)
        if self.is_plain(row):
            return _both("{} × {}", value, share)
        assert row["value"] is not None
        whole = self.whole(row["value"])
        if whole != row["value"] and self.rounding:
            mode, digits = self.rounding
            value = _both(f"round({{}}, {mode}, {digits} digits)", value)
        if row["because"] in UNCUT:
            return value
        cut = quantize(EXACT.multiply(whole, row["share"]), self.digits, "ROUND_DOWN")
        text = _both(f"round({{}} × {{}}, truncate, {self.digits} digits)", value, share)
        return self._with_unit(row, text, cut)

    def _weighed(self, row: dict[str, Any], value: Worked) -> Worked:
        """value × weight ÷ weights, cut, and with the left-over unit."""
        assert row["value"] is not None
        weights = [worked(row[name], QUANTITY, self.tables.digits) for name in ("share.weight", "share.weights")]
        whole = self.whole(row["value"])
        if self.rounding and whole != row["value"]:
            value = _both(f"round({{}}, {self.rounding[0]}, {self.rounding[1]} digits)", value)
        text = _both("{} × {} ÷ {}", value, *weights)
        exact = Fraction(whole) * Fraction(row["share.weight"]) / Fraction(row["share.weights"])
        cut = EXACT.scaleb(Decimal(int(exact * 10**self.digits)), -self.digits)
        if Fraction(cut) == exact and cut == row["amount"]:
            return text
        return self._with_unit(row, _both(f"round({{}}, truncate, {self.digits} digits)", text), cut)

    def _with_unit(self, row: dict[str, Any], text: Worked, cut: Decimal) -> Worked:
        """What was cut, and the unit that was left over."""
        left = EXACT.subtract(row["amount"], cut)
        if left == 0:
            return text
        sign = "+" if left > 0 else "−"
        return _both(f"{{}} {sign} {{}}", text, worked(abs(left), QUANTITY, {}))


def _both(template: str, *parts: Worked) -> Worked:
    return Worked(template.format(*(p.plain for p in parts)), template.format(*(p.grouped for p in parts)))


def split_rounding(stage: Stage) -> tuple[str, int] | None:
    """Mode and digits at which a rule rounds a value before it splits it."""
    made = definitions(stage.table).get("share.whole")
    match made.expr if made is not None else None:
        case Call("round", (_, Lit(mode), Lit(digits))):
            return str(mode), int(str(digits))
    return None


def _digits(expr: Expr) -> int:
    """The digits literal of the floor."""
    match expr:
        case Call("floor_product", (_, _, Lit(digits))) | Call("floor_part", (_, _, _, Lit(digits))):
            return int(str(digits))
    return min((_digits(inner) for inner in children(expr)), default=EXACT_PLACES)
