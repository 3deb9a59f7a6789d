"""What a component's table pays at a value, as far as the plan alone can tell.

In: a typed component. Out: a `Sum` over the target and people's own values. Before the items of its list, in exact
fractions: this finds what is odd in a plan, and pays nobody.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from engine.core.money import plain
from engine.ir.expr import Ref
from engine.ir.types import QUANTITY, Type
from engine.plan.example import example_read
from engine.plan.resolved import Component, Limit, Measure, Plan, ResolvedWorkspace
from engine.plan.same_measure import made_of
from engine.review.term import Sum, name, number, term
from engine.review.words import CREDIT_OF, TARGET, amount_words, bound_words, money_words


class Paid:
    """One component with tiers, or a flat rate."""

    def __init__(self, workspace: ResolvedWorkspace, plan: Plan, component: Component, target: Decimal | None = None):
        """`target`: its amount, where it is not only known to be there."""
        self.workspace, self.plan, self.component, self.table = workspace, plan, component, component.table
        self.tiers = component.table.tiers
        self._target = None if self.table.against is None else workspace.targets[self.table.against.target]
        self._amount = name(TARGET) if target is None else number(target)
        self.lowers = tuple(tier.lower for tier in self.tiers if tier.lower is not None)

    @property
    def example_target(self) -> Decimal | None:
        """The target that `komisi show` takes as an example."""
        against, workspace = self.table.against, self.workspace
        if against is None or self._target is None:
            return None
        return example_read(self._target, against, self.component.length, workspace.calendar, workspace.currencies)

    def for_example(self) -> "Paid | None":
        """The same with the example target; None where there is no target."""
        target = self.example_target
        return None if target is None else Paid(self.workspace, self.plan, self.component, target)

    @property
    def selected(self) -> Measure | None:
        """The measure that finds the tier."""
        return None if self.table.select is None else self.plan.measure(self.table.select)

    def value(self, bound: Decimal) -> Sum:
        """The selected value at a bound: a share of the target, or an amount."""
        return number(bound) if self._target is None else number(bound) * self._amount

    def known(self, bound: Decimal) -> dict[str, Sum]:
        """The names whose values are known, where the selected value is at a bound."""
        known = {v.name: name(v.name) for v in self.plan.variables.values() if v.type.is_numeric}
        known |= {
            v.name: number(v.default)
            for v in self.plan.variables.values()
            if not v.varies and isinstance(v.default, Decimal)
        }
        if self._target is not None:
            known |= {TARGET: self._amount, "attainment": number(bound)}
        for each in self.component.measures:
            known[each] = self.value(bound) if self._is_selected(each) else name(each)
        if self._by_its_own_size:
            known["amount"] = self.value(bound)
        return known

    def is_limited_by(self, limit: Limit) -> bool:
        """Whether a limit acts on just the amount that the table's values add up to."""
        component, over = self.component, self.plan.bounds_over(self.component)
        if limit.prorate:
            return False
        if component.basis == "credit" and self.selected is not None and self.selected.rules != (component.base,):
            return False  # unpaid credits lie in the tiers too
        if component.basis == "credit":
            if self.table.running_total is not None:
                return False  # looked up by a total, but paid on the credit
            if self.table.select_formula is not None:
                return limit.over == "credit"
            return limit.over == (over or "earning_period")
        if component.basis == "to_date":
            return limit.accumulation == over
        return limit.over == "earning_period" and over is None

    def of_tier(self, index: int, bound: Decimal) -> Sum | None:
        """What the table pays on a value at `bound` that counts as one of tier `index`."""
        known, pays = self.known(bound), self.tiers[index].pays.expr
        if self.table.mode == "step":
            return term(pays, known)
        if self.table.mode == "marginal":
            return self._slices(bound, known)
        if self.table.mode == "each_entered":
            return self._entered(index, known)
        rate = self._on_line(index, bound, known) if self.table.mode == "interpolated" else term(pays, known)
        if self.table.gives == "amount":
            return rate
        base = self._base(bound)
        return None if rate is None or base is None else rate * base

    def _entered(self, index: int, known: Mapping[str, Sum]) -> Sum | None:
        """The amounts of all tiers up to one."""
        total: Sum | None = number(0)
        for tier in self.tiers[: index + 1]:
            amount = term(tier.pays.expr, known)
            total = None if total is None or amount is None else total + amount
        return total

    def _on_line(self, index: int, bound: Decimal, known: Mapping[str, Sum]) -> Sum | None:
        """The rate or amount at `bound`, on the line that begins at point `index`; over the last point that of the point."""
        here = term(self.tiers[index].pays.expr, known)
        if bound == self.lowers[index] or index + 1 == len(self.tiers) or self.lowers[index + 1] == self.lowers[index]:
            return here
        following = term(self.tiers[index + 1].pays.expr, known)
        if here is None or following is None:
            return None
        part = Fraction(bound - self.lowers[index]) / Fraction(self.lowers[index + 1] - self.lowers[index])
        return here + (following - here) * number(part)

    def _slices(self, bound: Decimal, known: Mapping[str, Sum]) -> Sum | None:
        """Each slice at its own rate, from 0 up to the bound."""
        total, ends = number(0), [*self.lowers[1:], bound]
        for index, (tier, lower, upper) in enumerate(zip(self.tiers, self.lowers, ends, strict=True)):
            extended = index == 0 and self.table.below is not None and self.table.below.value == "same"
            start = Decimal(0) if extended else max(lower, Decimal(0))
            length = min(upper, bound) - start
            if length <= 0:
                continue
            rate = term(tier.pays.expr, known)
            if rate is None:
                return None
            total += rate * self.value(length)
        return total

    def _base(self, bound: Decimal) -> Sum | None:
        """What the rate is paid on: the selected value, or something else that is only known to be there."""
        base = self.component.base
        if base is None:
            return None
        if self.pays_on_selected:
            return self.value(bound)
        return name(f"{CREDIT_OF}{base}" if self.component.basis == "credit" else base)

    @property
    def pays_on_selected(self) -> bool:
        """Whether the rate is paid on the value that finds it."""
        base = self.component.base
        if self.component.basis == "credit":
            return self._by_its_own_size
        return base is not None and self._is_selected(base)

    def _is_selected(self, measure: str) -> bool:
        """Whether a measure has the value that finds the tier."""
        selected = self.selected
        return selected is not None and made_of(selected) == made_of(self.plan.measure(measure))

    @property
    def _by_its_own_size(self) -> bool:
        """Whether each credit finds its tier by its own amount."""
        select = self.table.select_formula
        return select is not None and isinstance(select.expr, Ref) and select.expr.name == "amount"

    # -- words

    def bound(self, bound: Decimal) -> str:
        """A bound as people read it."""
        shares = self._target is not None or self.table.bounds_unit == "share"
        return bound_words(bound, None if shares else self._bound_unit)

    def amount(self, amount: Sum) -> str:
        """An amount as people read it."""
        return amount_words(amount, self.plan.currency, self.plan.digits, self._unit, self._counted)

    def money(self, amount: Fraction) -> str:
        """A plain amount as people read it."""
        return money_words(amount, self.plan.currency, self.plan.digits)

    @property
    def _counted(self) -> frozenset[str]:
        """Names of numbers that are no money: a factor before them is money per unit."""
        units = {measure.name: measure.unit for measure in self.plan.measures}
        units |= {f"{CREDIT_OF}{rule.name}": rule.unit for rule in self.plan.rules}
        units |= {variable.name: variable.type for variable in self.plan.variables.values()}
        return frozenset(each for each, unit in units.items() if unit.dtype != "money")

    @property
    def example_words(self) -> str:
        """The example target as people read it."""
        unit, target = self._unit, self.example_target or Decimal(0)
        return plain(target) + (f" {unit.currency or self.plan.currency}" if unit and unit.dtype == "money" else "")

    @property
    def _bound_unit(self) -> Type:
        selected = self.selected
        if selected is not None:
            return selected.unit
        own = self._by_its_own_size and self.component.base is not None
        return self.plan.rule(self.component.base or "").unit if own else QUANTITY

    @property
    def _unit(self) -> Type | None:
        return None if self._target is None else self._target.unit
