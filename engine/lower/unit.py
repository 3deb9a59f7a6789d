"""Units of a component: of what it pays on, of what its table is looked up by, of what its tiers say.

In: a component. Out: types, read off what its formulas see.
"""

from functools import cached_property

from engine.ir.expr import Expr, Ref
from engine.ir.infer import type_of
from engine.ir.types import QUANTITY, RATE, Type, money
from engine.plan.resolved import Component, Plan, ResolvedWorkspace


class Units:
    """The types of one component."""

    def __init__(self, workspace: ResolvedWorkspace, plan: Plan, component: Component):
        self._workspace, self._plan, self._component, self._table = workspace, plan, component, component.table
        self._rule = plan.rule(component.base or "") if component.basis == "credit" else None
        self.result = money(plan.currency)

    @property
    def base(self) -> Type:
        """Of what is paid on; where amounts are paid on nothing, a quantity."""
        base = self._component.base
        if self._rule is not None:
            return self._rule.unit
        return QUANTITY if base is None else self._plan.measure(base).unit

    @cached_property
    def select(self) -> Type:
        """Of the value that the table's bounds are stated in."""
        if self._table.select is not None:
            return self._plan.measure(self._table.select).unit
        formula = self._table.select_formula
        if self._rule is not None and formula is not None and formula.expr != Ref("amount"):
            return self.of(formula.expr)
        return self.base

    @cached_property
    def pays(self) -> Type:
        """The one type that all tiers pay in: money for amounts and for rates per unit, else rate."""
        money_pays = any(self.of(tier.pays.expr).dtype == "money" for tier in self._table.tiers)
        return self.result if money_pays else RATE

    def of(self, expr: Expr) -> Type:
        """Of a formula of the component."""
        return type_of(expr, self._seen).required()

    @cached_property
    def _seen(self) -> dict[str, Type]:
        """Everything that its formulas see."""
        sees: dict[str, Type] = {name: variable.type for name, variable in self._plan.variables.items()}
        sees |= {name: table.type for name, table in self._plan.look_ups.items()}
        if self._rule is not None:
            sees |= {column.name: column.type for column in self._rule.source.columns}
            sees |= {"amount": self._rule.unit, "credited_share": RATE, "level": QUANTITY}
            sees |= {name: self._plan.measure(name).unit for name in self._component.at_credits}
        else:
            sees |= {measure.name: measure.unit for measure in self._plan.measures}
        if self._table.against is not None:
            sees |= {"target": self._workspace.targets[self._table.against.target].unit, "attainment": RATE}
        return sees
