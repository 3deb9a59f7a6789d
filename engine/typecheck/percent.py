"""Bare numbers beside shares of a target, 90 where 90 % is meant: in look-up tables, and in formulas.

In: a plan whose formulas are typed. Out: diagnostics. A ratio may be so many of one thing for each of another, calls an hour
say, so that 87 beside it may be meant; beside a share of a target it never is.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.expr import Call, Expr, Lit, Ref
from engine.ir.walk import children
from engine.plan.formula import Formula
from engine.plan.formula_shape import is_share
from engine.plan.look_up import Cell, Dimension, LookUp
from engine.plan.modifier import formulas_of
from engine.plan.resolved import Component, Plan
from engine.typecheck.typed import extent

HARDLY_A_RATE = 10
"""A bare number from here on beside a rate is a percentage without its sign: 80 would be 8000 %."""
HARDLY_A_CHANGE = Decimal("0.5")
"""The same of a bound of what a rate changes by: 0.5 would be half of all there is."""
TWICE_IT = 2
"""Up to here a bare number may be a share as formulas have it, 1.5 for 150 %; the difference of two shares is not beyond."""

MADE_OF_SHARES = ("weighted", "rounded", "difference")
"""Measures that are shares of a target if what they are made of is."""
WITH = ("eq", "ne", "lt", "le", "gt", "ge", "in", "min", "max", "add", "sub", "coalesce")
"""Functions whose arguments are of one kind: a number beside a share is one."""


def shares_of_targets(plan: Plan) -> frozenset[str]:
    """The names that stand for shares of a target: attainments, and measures made of them."""
    found = {"attainment"}
    for measure in plan.measures:  # each comes after those that it reads
        made = measure.aggregate in MADE_OF_SHARES and any(part in found for part in measure.parts)
        if measure.aggregate == "attainment" or made or measure.of_shares:
            found.add(measure.name)
    return frozenset(found)


def changes(plan: Plan) -> frozenset[str]:
    """The names of what a rate differs from another by."""
    found: set[str] = set()
    for measure in plan.measures:
        rounded = measure.aggregate == "rounded" and measure.parts[0] in found
        subtracted = measure.formula is not None and _changes(measure.formula.expr, frozenset(found))
        if measure.aggregate == "difference" or rounded or subtracted:
            found.add(measure.name)
    return frozenset(found)


def check_shares(plan: Plan, table: LookUp, diagnostics: Diagnostics) -> bool:
    """Whether rows say shares of a target with their sign; each dimension is told of once, at its first row without."""
    shares, differing, sound = shares_of_targets(plan), changes(plan), True
    for at, dimension in enumerate(table.dimensions):
        if dimension.type.dtype != "rate":
            continue
        ends = [cell for row in table.written for cell in row.cells[at] or () if cell is not None]
        bare = [cell for cell in ends if cell.unit == "none" and cell.number]
        if bare and dimension.reads is not None and is_share(dimension.reads.expr, shares):
            _bare_share(dimension, bare, diagnostics)
            sound = False
        elif bare:
            changing = dimension.reads is not None and _changes(dimension.reads.expr, differing)
            _bare_rate(dimension, ends, bare, changing, diagnostics)
    return sound


def _changes(expr: Expr, differing: frozenset[str]) -> bool:
    return expr.name in differing if isinstance(expr, Ref) else isinstance(expr, Call) and expr.fn == "sub"


def _bare_share(dimension: Dimension, bare: Sequence[Cell], diagnostics: Diagnostics) -> None:
    first = bare[0]
    diagnostics.error(
        "T072", f"`{first.text}` is a bare number, and `{dimension.name}` is a share of a target", first.span,
        help=_with_sign(first) + _others(bare), related=((dimension.span, "the dimension"),),
    )  # fmt: skip


def _bare_rate(
    dimension: Dimension, ends: Sequence[Cell], bare: Sequence[Cell], changing: bool, diagnostics: Diagnostics
) -> None:
    """Doubtful are bare bounds beside some with the sign, and those that hardly anything reaches."""
    beside = next((cell for cell in ends if cell.unit == "share" and cell.number), None)
    least = HARDLY_A_CHANGE if changing else HARDLY_A_RATE
    if beside is None and max(cell.number or Decimal(0) for cell in bare) < least:
        return
    first = bare[0] if beside is not None else next(cell for cell in bare if (cell.number or 0) >= least)
    told = f", and another row says `{beside.text}`" if beside is not None else ""
    diagnostics.warning(
        "T073", f"`{first.text}` is a bare number, and `{dimension.name}` is a rate: that is {_hundredfold(first)}{told}",
        first.span,
        help=_with_sign(first) + _others(bare), related=((dimension.span, "the dimension"),),
    )  # fmt: skip


def _with_sign(cell: Cell) -> str:
    """What may be meant, the likelier first."""
    meant, other = f"{cell.text}%", _hundredfold(cell).replace(" ", "")
    meant, other = (other, meant) if abs(cell.number or Decimal(0)) <= TWICE_IT else (meant, other)
    return f"write {meant} if that is meant, otherwise {other}"


def _hundredfold(cell: Cell) -> str:
    return plain((cell.number or Decimal(0)) * 100) + " %"


def _others(bare: Sequence[Cell]) -> str:
    """How many more there are to be written otherwise."""
    more = len(bare) - 1
    if not more:
        return ""
    return (
        "; and so the other bare number of this dimension"
        if more == 1
        else f"; and so the {more} others of this dimension"
    )


def check_formulas(plan: Plan, diagnostics: Diagnostics) -> None:
    """Whether numbers that formulas hold against shares of a target are some."""
    shares = shares_of_targets(plan)
    differing = changes(plan) & shares
    read = (formula for table in plan.look_ups.values() for formula in table.formulas)
    made = (measure.formula for measure in plan.measures if measure.formula is not None)
    for formula in (*made, *(each for component in plan.components for each in _formulas(component)), *read):
        for literal, share in _held_against(formula.expr, shares):
            least = TWICE_IT if _changes(share, differing) else HARDLY_A_RATE
            assert isinstance(literal.value, Decimal)
            if abs(literal.value) >= least:
                _doubt(formula, literal, share, diagnostics)


def _doubt(formula: Formula, literal: Lit, share: Expr, diagnostics: Diagnostics) -> None:
    assert isinstance(literal.value, Decimal)
    first, last = extent(formula.text, share)
    start, end = extent(formula.text, literal)
    said, meant, per = plain(literal.value), plain(literal.value / 100), plain(literal.value * 100)
    diagnostics.warning(
        "T074", f"`{formula.text[first:last]}` is a share of a target, 1 for 100 %: {said} is {per} %",
        formula.place(start, end - start),
        help=f"write {meant} for {said} %; if {per} % is meant, in a look-up table or a gate it is written {per}%",
    )  # fmt: skip


def _held_against(expr: Expr, shares: frozenset[str]) -> Iterator[tuple[Lit, Expr]]:
    """Numbers that stand beside a share of a target, with that."""
    if isinstance(expr, Call) and expr.fn in WITH:
        share = next((arg for arg in expr.args if is_share(arg, shares)), None)
        for arg in expr.args if share is not None else ():
            if share is not None and isinstance(arg, Lit) and isinstance(arg.value, Decimal):
                yield arg, share
    for child in children(expr):
        yield from _held_against(child, shares)


def _formulas(component: Component) -> Iterator[Formula]:
    """All formulas of a component."""
    table = component.table
    yield from (each for each in (table.select_formula, component.target_incentive) if isinstance(each, Formula))
    yield from (formula for tier in table.tiers for formula in tier.formulas)
    yield from (formula for step in component.steps for formula in formulas_of(step))
