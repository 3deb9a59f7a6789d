"""A row that a rule credits, and what else its columns may be.

In: a rule, the columns of its source that plans read, a day on which things are sold. Out: its plain row; None where none was
found that its conditions let through.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.ir.types import Type
from engine.ir.walk import refs
from engine.plan.formula import Formula
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Column
from engine.trial.branch import Branch, branches
from engine.trial.generate.looked_up import first_of, tables_of
from engine.trial.generate.satisfy import candidates, satisfying
from engine.trial.needed import formulas_at_credit
from engine.trial.point import unit_of

MATCH = "X-1"
"""What an assignment and its sale have in common."""
ANOTHER = ("USD", "EUR")
"""Currencies of which one is not the plan's."""
SOLD = Decimal(100_000)
"""What is tried first of the column that a credit grows with."""
Known = Mapping[str, tuple[Any, Type]]
Choices = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Plain:
    """A row that a rule credits: its cells, the column that its value grows with, what else its columns may be."""

    rule: Rule
    cells: Mapping[str, Any]
    moves: str | None
    unit: Decimal
    """The smallest step of the column that its value grows with."""
    others: Choices
    ways: Sequence[Mapping[str, Any]]
    """Cells that lead to each of the values that its value can choose."""


def plain_row(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, read: frozenset[str], day: date) -> Plain | None:
    """The row of a rule of a plan."""
    columns = [column for column in rule.source.columns if column.name in read]
    types, moves = {column.name: column.type for column in columns}, _moves(rule)
    fixed = _fixed(plan, rule, day)
    choices = _choices(plan, rule, [column for column in columns if column.name not in fixed], moves, day)
    known = {name: (value, types[name]) for name, value in fixed.items() if name in types}
    known |= {name: (variable.default, variable.type) for name, variable in plan.variables.items()}
    known |= {"amount": (SOLD, rule.unit), "credited_share": (Decimal(1), Type("rate"))}
    found = _cells(plan, rule, known, choices, types)
    if found is None:
        return None
    numbered = {name for name in rule.source.key if types.get(name, Type("bool")).dtype in ("text", "quantity")}
    first = first_of(tables_of(plan, rule)).cells
    cells = {n: found.get(n, first.get(n, choices[n][0])) for n in choices if n not in numbered}
    asked = sorted(name for name in _asked(plan, rule) if name in cells and name != moves)
    others = {name: [value for value in choices[name] if value != cells[name]] for name in asked}
    said = [] if rule.convert is None else [rule.convert.rate_date]
    said += [] if rule.values_on is None else [rule.values_on.column]
    said += [] if rule.row_currency_column is None else [rule.row_currency_column]
    cells |= {name: fixed[name] for name in said}
    by = rule.row_currency_column
    if by and any(by in refs(formula.expr) for formula in (*rule.conditions, rule.value)):
        others[by] = [next(currency for currency in ANOTHER if currency != plan.currency)]
    unit = unit_of(types[moves], _digits(workspace, plan, types[moves])) if moves is not None else Decimal(1)
    ways = list(_ways(rule, known, {n: (choices[n], types[n]) for n in choices if n not in numbered}))
    return Plain(rule, cells, moves, unit, others, ways)


def _fixed(plan: Plan, rule: Rule, day: date) -> dict[str, Any]:
    """Columns of which the rule itself says what they have to be."""
    fixed: dict[str, Any] = {rule.credit_date: day}
    fixed |= {rule.to: "A"} if isinstance(rule.to, str) else {}
    fixed |= {rule.row_currency_column: plan.currency} if rule.row_currency_column else {}
    fixed |= {rule.convert.rate_date: day} if rule.convert is not None else {}
    return fixed | ({rule.values_on.column: day} if rule.values_on is not None else {})


def _choices(plan: Plan, rule: Rule, free: Sequence[Column], moves: str | None, day: date) -> dict[str, Sequence[Any]]:
    """What the other columns may be, as far as the formulas over this source tell values apart; the first is tried first."""
    of_source = [formula for each in plan.rules if each.source == rule.source for formula in each.conditions]
    formulas = [*rule.conditions, rule.value, *formulas_at_credit(plan, rule), *of_source]
    choices: dict[str, Sequence[Any]] = {column.name: candidates(column, formulas, day) for column in free}
    if not isinstance(rule.to, str):
        for _, theirs in rule.to.match:
            choices[theirs] = [MATCH, *choices[theirs]]
    if moves is not None:
        choices[moves] = list(dict.fromkeys([SOLD, *(value for value in choices[moves] if value is not None)]))
    return choices


def _asked(plan: Plan, rule: Rule) -> set[str]:
    """The names that decide something of a credit: whether there is one, which value it chooses, what is paid on it."""
    formulas = (*rule.conditions, *formulas_at_credit(plan, rule))
    names = {name for branch in branches(rule.value.expr) for name in branch.reads}
    return names | {name for formula in formulas for name in refs(formula.expr)}


def _cells(plan: Plan, rule: Rule, known: Known, choices: Choices, types: Mapping[str, Type]) -> dict[str, Any] | None:
    """Values of the columns that conditions read; if not all conditions of measures can hold, those of the rule."""
    taken, refused = _taken(rule), _refused(rule)
    wheres = [m.where for m in plan.measures if m.where is not None and rule.name in m.rules]
    for more in (wheres, wheres[:1], ()):
        wanted = [*taken, *more]
        names = sorted({name for f in (*wanted, *refused) for name in refs(f.expr)} & set(choices))
        found = satisfying(known, {name: (choices[name], types[name]) for name in names}, wanted, refused)
        if found is not None:
            return found
    return None


def _ways(rule: Rule, known: Known, free: Mapping[str, tuple[Sequence[Any], Type]]) -> Iterator[Mapping[str, Any]]:
    """Cells of a row that the rule takes, for each of the values that its own value can choose."""
    for branch in branches(rule.value.expr):
        found = _on_the_way(rule, branch, known, free)
        if found is not None:
            yield {name: value for name, value in found.items() if name in branch.reads}


def _on_the_way(
    rule: Rule, branch: Branch, known: Known, free: Mapping[str, tuple[Sequence[Any], Type]]
) -> dict[str, Any] | None:
    true, false = ([replace(rule.value, expr=e) for e in several] for several in (branch.true, branch.false))
    names = {name for formula in rule.conditions for name in refs(formula.expr)} | branch.reads
    some = {name: free[name] for name in sorted(names & set(free))}
    return satisfying(known, some, [*_taken(rule), *true], [*_refused(rule), *false])


def _moves(rule: Rule) -> str | None:
    """The column that the value of a credit grows with."""
    columns = [c for c in rule.source.columns if c.name in refs(rule.value.expr) and c.type.is_numeric]
    return next((c.name for kind in ("money", "quantity", "rate") for c in columns if c.type.dtype == kind), None)


def _digits(workspace: ResolvedWorkspace, plan: Plan, type_: Type) -> int:
    if type_.dtype != "money":
        return 0
    return dict(workspace.currencies).get(type_.currency or plan.currency, plan.digits)


def _taken(rule: Rule) -> list[Formula]:
    return [] if rule.where is None else [rule.where]


def _refused(rule: Rule) -> list[Formula]:
    return [formula for _, formula in rule.exclude]
