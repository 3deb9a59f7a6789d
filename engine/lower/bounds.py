"""The bounds of a rate table as expressions over one row, and what each tier pays in the table's one type."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from engine.ir.expr import Expr, Lit, Ref
from engine.ir.types import RATE, Type
from engine.lower.target import either_attainment
from engine.lower.terms import any_of, at_bound_places, call, number, part_of
from engine.plan.formula import Formula
from engine.plan.resolved import Table as RateTable
from engine.plan.resolved import Tier


class Bounds:
    """The bounds of a table as expressions over a row: shares, and their amounts once a target or days are applied."""

    def __init__(
        self, table: RateTable, unit: Type, days: tuple[str, str], pays: Type, type_of: Callable[[Expr], Type]
    ):
        self.table, self.unit, self.days, self.pays, self._type_of = table, unit, days, pays, type_of
        before = table.running_total is not None and table.running_total.value == "before"
        self.value = Ref("before" if before else "after")
        """The value that finds the tier; what adds up looks at the other one too."""

    def rate(self, tier: Tier) -> Expr:
        """What a tier pays, in the one type of the table: a bare number beside rates is a rate."""
        expr = tier.pays.expr
        return call("as_rate", expr) if self.pays == RATE and self._type_of(expr) != RATE else expr

    def may_lack(self, tier: Tier) -> bool:
        """Whether a row may not know what a tier pays: a formula may read what is missing there; a number is known."""
        return not isinstance(tier.pays.expr, Lit)

    def lower(self, tier: Tier) -> Expr:
        """Where the tier begins."""
        if tier.lower_by is not None:
            return self._prorated(tier.lower_by.expr)
        assert tier.lower is not None
        return self.amount(tier.lower)

    def upper(self, tier: Tier) -> Expr | None:
        """Where the tier ends; None for an open last tier."""
        if tier.number < len(self.table.tiers):
            return self.lower(self.table.tiers[tier.number])
        if tier.upper_by is not None:
            return self._prorated(tier.upper_by.expr)
        return None if tier.upper is None else self.amount(tier.upper)

    def upper_by(self, tier: Tier) -> Formula | None:
        """The formula that says where the tier ends: that of the next one's beginning."""
        if tier.number < len(self.table.tiers):
            return self.table.tiers[tier.number].lower_by
        return tier.upper_by

    def fall(self) -> Expr:
        """Whether one of the bounds lies under the one before it, where formulas say them; not known where one is not."""
        tiers, last = self.table.tiers, self.upper(self.table.tiers[-1])
        places = [self.lower(tier) for tier in tiers] + ([] if last is None else [last])
        alone = [(places[0], places[0])]  # one tier without an end: whether its beginning is known
        pairs = list(pairwise(places)) or alone
        return any_of(*(call("lt", after, before) for before, after in pairs))

    def reaches(self, value: Expr, bound: Decimal) -> Expr:
        """Whether `value` belongs to the upper side of a bound."""
        lower = self.table.boundary is not None and self.table.boundary.value == "lower"
        return self.compared("gt" if lower else "ge", value, bound)

    def on(self, value: Expr, bound: Decimal) -> Expr:
        """Whether `value` lies exactly on a bound."""
        return self.compared("eq", value, bound)

    def compared(self, fn: str, value: Expr, bound: Decimal) -> Expr:
        """A value beside a bound; in the special case the attainment is asked."""
        plain = call(fn, self.seen(value), self.seen(self.amount(bound)))
        if self.table.against is None:
            return plain
        return either_attainment(self.table.against, call(fn, Ref("attainment"), number(bound, RATE)), plain)

    def seen(self, value: Expr) -> Expr:
        """A value or a bound as they are compared with one another."""
        near = self.table.near or self.table.against is not None
        return at_bound_places(value) if near else value

    def amount(self, bound: Decimal) -> Expr:
        """A bound in the unit of the value."""
        if self.table.against is not None:
            return call("mul", number(bound, RATE), Ref("known"))
        return self._prorated(number(bound, self.unit))

    def _prorated(self, bound: Expr) -> Expr:
        if not self.table.prorate_bounds:
            return bound
        days, all_days = (Ref(name) for name in self.days)
        return part_of(bound, days, all_days)
