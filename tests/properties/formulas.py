"""Formulas for generated plans: built as `load` and `typecheck` would leave them, with literals of the right type."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.types import BOOL, DATE, QUANTITY, RATE, TEXT, Type, money
from engine.plan.choice import Choice
from engine.plan.formula import Formula

SPAN = Span("generated.yaml", 1, 1, 1, 1)


def formula(expr: Expr) -> Formula:
    """A formula whose text is the expression, roughly."""
    return Formula(written(expr), SPAN, expr)


def choice(value: str) -> Choice:
    """A policy said in the workspace."""
    return Choice(value, SPAN, "workspace")


def call(fn: str, *args: Expr) -> Call:
    """A function on arguments."""
    return Call(fn, args)


def rate(value: str | Decimal) -> Lit:
    """A rate."""
    return Lit(Decimal(value), RATE)


def number(value: str | int) -> Lit:
    """A bare number in × or ÷."""
    return Lit(Decimal(value), QUANTITY)


def amount(value: str | Decimal, currency: str | None) -> Lit:
    """Money."""
    return Lit(Decimal(value), money(currency))


def of(value: str | Decimal, unit: Type) -> Lit:
    """A number that took the other side's type."""
    return Lit(Decimal(value), unit.required())


def text(value: str) -> Lit:
    """A text."""
    return Lit(value, TEXT)


def day(value: date) -> Lit:
    """A day."""
    return Lit(value, DATE)


TRUE = Lit(True, BOOL)


def names_in(*formulas: Formula | None) -> set[str]:
    """The names that the formulas read."""
    return {name for found in formulas if found is not None for name in _refs(found.expr)}


def _refs(expr: Expr) -> Iterator[str]:
    match expr:
        case Ref(name):
            yield name
        case Call(args=args):
            for arg in args:
                yield from _refs(arg)
        case Case(branches, otherwise):
            for branch in branches:
                for part in branch:
                    yield from _refs(part)
            yield from _refs(otherwise)


def written(expr: Expr) -> str:
    """The expression as one would write it."""
    match expr:
        case Ref(name):
            return name
        case Lit(value):
            return f'"{value}"' if isinstance(value, str) else str(value)
        case Case(branches, otherwise):
            (condition, then), *_ = branches
            return f"({written(then)} if {written(condition)} else {written(otherwise)})"
        case Call(fn, args):
            sign = FUNCTIONS[fn].operator
            parts = [written(arg) for arg in args]
            if fn == "in":
                return f"{parts[0]} in ({', '.join(parts[1:])})"
            if sign is not None and len(parts) > 1:
                return "(" + f" {sign} ".join(parts) + ")"
            return f"{sign} {parts[0]}" if sign is not None else f"{fn}({', '.join(parts)})"
    raise AssertionError(expr)
