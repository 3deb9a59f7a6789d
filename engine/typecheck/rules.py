"""What each place of a plan expects of its formula.

In: a formula and the types of its names. Out: the formula with its literals typed; a mistake is told once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.core.span import Span
from engine.ir.expr import Expr, Lit
from engine.ir.types import RATE, Type, limit_of, money
from engine.ir.walk import children
from engine.plan.amount import Amount, Written
from engine.plan.formula import Formula
from engine.plan.resolved import Measure, Target
from engine.typecheck.infer import infer
from engine.typecheck.typed import BY, adapted, extent

Names = Mapping[str, Type]


def condition(formula: Formula, names: Names, diagnostics: Diagnostics) -> Formula:
    """True or false, never missing."""
    term = infer(formula, names, diagnostics, "a condition")
    if term.type is not None and term.type.dtype != "bool":
        diagnostics.error(
            "T006", f"a condition is true or false; this is {term.type}", _whole(formula),
            help='compare it with something, as in `status == "posted"` or `quantity > 0`',
        )  # fmt: skip
    return _within_bounds(replace(formula, expr=term.expr), diagnostics)


def amount(formula: Formula, names: Names, currency: str, what: str, diagnostics: Diagnostics) -> Formula:
    """Money in the plan's currency; a bare number is taken as such."""
    wanted = money(currency)
    term = adapted(infer(formula, names, diagnostics, what), wanted)
    if term.type is not None and term.type.required() != wanted:
        _not_money(formula, term.type, currency, what, diagnostics)
    return _within_bounds(replace(formula, expr=term.expr), diagnostics)


def _not_money(formula: Formula, found: Type, currency: str, what: str, diagnostics: Diagnostics) -> None:
    if found.dtype == "money":
        diagnostics.error(
            "T002", f"{what} is in {currency}, the plan's currency; this is {found}", _whole(formula),
            help=f"write the amount in {currency}",
        )  # fmt: skip
        return
    help = f"write an amount in {currency}"
    if found.dtype == "rate":
        help = f"multiply it by what it is a share of, a measure or a variable of money; or write an amount, as `900 {currency}`"
    elif found.is_numeric:
        help = f"multiply it by money per unit, as in `5 {currency} * …`, or by a variable of type money"
    diagnostics.error("T012", f"{what} is money; this is {_a(found)}", _whole(formula), help=help)


def factor(formula: Formula, names: Names, what: str, diagnostics: Diagnostics) -> Formula:
    """A rate or a number; a bare number becomes a rate."""
    term = adapted(infer(formula, names, diagnostics, what), RATE)
    if term.type is not None and term.type.dtype not in ("rate", "quantity"):
        money_help = "an amount of money paid once is an `amount:` of mode `step`; otherwise divide by money"
        help = money_help if term.type.dtype == "money" else "write a percentage, a number or a formula of them"
        message = f"{what} is a rate or a number; this is {_a(term.type)}"
        diagnostics.error("T013", message, _whole(formula), help=help)
    return _within_bounds(replace(formula, expr=term.expr), diagnostics)


def place_of_tier(formula: Formula, names: Names, unit: Type, base: str | None, diagnostics: Diagnostics) -> Formula:
    """Where a tier begins or ends: an amount in the unit of what is cut; a bare number is taken as such."""
    term = adapted(infer(formula, names, diagnostics, "a bound"), unit)
    if term.type is not None and term.type.required() != unit.required():
        is_money = unit.dtype == "money"
        help = f"write an amount in {unit.currency}" if is_money else "write a number, or a formula of numbers"
        if term.type.dtype == "rate":
            help = f"multiply it by what it is a share of, as in `0.5 * own_quota`; or {help}"
        message = f"this bound is {_a(term.type)}, and `{base}`, which is cut there, is {_a(unit)}"
        diagnostics.error("T076", message, _whole(formula), help=help)
    return _within_bounds(replace(formula, expr=term.expr), diagnostics)


def number(formula: Formula, names: Names, what: str, diagnostics: Diagnostics) -> Formula:
    """Any numeric type."""
    term = infer(formula, names, diagnostics, what)
    if term.type is not None and not term.type.is_numeric:
        diagnostics.error("T001", f"{what} is a number; this is {_a(term.type)}", _whole(formula))
    return _within_bounds(replace(formula, expr=term.expr), diagnostics)


def measured(formula: Formula, names: Names, currency: str, diagnostics: Diagnostics) -> tuple[Formula, Type]:
    """What a measure is by formula: money in the plan's currency, a rate or a quantity; and its unit."""
    term = infer(formula, names, diagnostics, "a measure")
    found, unit = term.type, money(currency)
    if found is not None and not found.is_numeric:
        help = "count or add up what is meant, or choose between numbers, as in `1 if … else 0`"
        diagnostics.error("T075", f"a measure is a number; this is {_a(found)}", _whole(formula), help=help)
    elif found is not None and found.dtype == "money" and found.required() != unit:
        _not_money(formula, found, currency, "a measure", diagnostics)
    elif found is not None:
        unit = found.required()
    return _within_bounds(replace(formula, expr=term.expr), diagnostics), unit


def credited_value(
    formula: Formula, names: Names, currency: str, diagnostics: Diagnostics
) -> tuple[Formula, Type, str | None]:
    """What a credit rule credits: money in the plan's currency, or by column; or a quantity."""
    term = infer(formula, names, diagnostics, "a credit's value")
    unit, column, found = money(currency), None, term.type
    if found is not None and found.dtype == "quantity":
        unit = found.required()
    elif found is not None and found.dtype == "money":
        if found.currency is not None and found.currency.startswith(BY):
            column = found.currency.removeprefix(BY)
        elif found.required() != unit:
            _not_money(formula, found, currency, "a credit's value", diagnostics)
    elif found is not None:
        diagnostics.error(
            "T014", f"a credit's value is money or a quantity; this is {_a(found)}", _whole(formula),
            help="name a column of money or of quantity, or calculate one",
        )  # fmt: skip
    return _within_bounds(replace(formula, expr=term.expr), diagnostics), unit, column


def exchanged_value(
    formula: Formula, names: Names, currency: str, span: Span, diagnostics: Diagnostics
) -> tuple[Formula, str | None, str | None]:
    """What is exchanged into the plan's currency: money in one other currency, or by column. The currency, or the column."""
    term = infer(formula, names, diagnostics, "a credit's value")
    formula = _within_bounds(replace(formula, expr=term.expr), diagnostics)
    found = term.type
    if found is None or (found.dtype == "money" and found.currency not in (None, currency)):
        stated = None if found is None else found.currency
        by = stated is not None and stated.startswith(BY)
        return formula, None if by else stated, stated.removeprefix(BY) if by and stated is not None else None
    what = f"always in {currency}, the plan's own currency" if found.dtype == "money" else _a(found)
    diagnostics.error(
        "M243", f"the value is {what}: there is nothing to convert", span,
        help="delete `convert`, or say in the source which column names the currency, as in `currency: {column: cur}`",
        related=((_whole(formula), "the value"),),
    )  # fmt: skip
    return formula, None, None


def target_fits(measure: Measure, target: Target, span: Span, diagnostics: Diagnostics) -> None:
    """A measure is compared with a target in its own unit."""
    if measure.unit.required() != target.unit.required():
        diagnostics.error(
            "T010", f"`{measure.name}` is {measure.unit}, the target `{target.name}` is {target.unit}", span,
            help="compare a measure with a target in the same unit",
            related=((measure.span, "the measure"), (target.span, "the target")),
        )  # fmt: skip


def fits(amount: Amount, measure: Measure, what: str, diagnostics: Diagnostics) -> None:
    """A number beside a measure is in its unit: a percentage of a rate, a bare number else, or money of money."""
    unit = measure.unit
    allowed: dict[str, tuple[Written, ...]] = {"rate": ("share",), "money": ("amount", "money")}
    if amount.written not in allowed.get(unit.dtype, ("amount",)):
        said = {"share": "a percentage", "money": "money", "amount": "a bare number"}[amount.written]
        diagnostics.error(
            "T019", f"{what} is {said}, but `{measure.name}` is {unit.required()}", amount.span,
            help="write it as a percentage, such as 5%" if unit.dtype == "rate" else "write it in the unit of the measure",
            related=((measure.span, "the measure"),),
        )  # fmt: skip
    bound(amount.value, unit, what, amount.span, diagnostics)


def bound(value: Decimal | None, type_: Type, what: str, span: Span, diagnostics: Diagnostics) -> None:
    """Whether a number of the plan that stands beside formulas (the bound of a tier) lies within its type's bounds."""
    limit = limit_of(type_)
    if value is not None and limit is not None and abs(value) >= limit:
        what = f"{what} is {plain(value)}, more than a {type_.dtype} can be"
        diagnostics.error("T015", what, span, help=f"it stays below 10^{limit.adjusted()}")


def _within_bounds(formula: Formula, diagnostics: Diagnostics) -> Formula:
    """The formula; told if a number in it is larger than any value of its type."""
    for literal in _literals(formula.expr):
        limit = limit_of(literal.type)
        if limit is not None and isinstance(literal.value, Decimal) and abs(literal.value) >= limit:
            start, end = extent(formula.text, literal)
            message = f"{plain(literal.value)} is more than a {literal.type.dtype} can be"
            span = formula.place(start, end - start)
            diagnostics.error("T015", message, span, help=f"it stays below 10^{limit.adjusted()}")
    return formula


def _literals(expr: Expr) -> Iterator[Lit]:
    if isinstance(expr, Lit):
        yield expr
    for child in children(expr):
        yield from _literals(child)


def _whole(formula: Formula) -> Span:
    return formula.place(0, len(formula.text))


def _a(type_: Type) -> str:
    return {"rate": "a rate", "quantity": "a number", "text": "a text", "date": "a date", "bool": "a condition"}.get(
        type_.dtype, str(type_.required())
    )
