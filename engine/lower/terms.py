"""Constructors of IR terms, so that the lowering of each noun reads like the rule that it stands for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.core.money import BOUND_PLACES
from engine.ir.expr import Call, Case, Expr, Frame, Lit, Over, Ref, WindowFn
from engine.ir.table import Def
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, TEXT, Type
from engine.plan.formula import Formula

ZERO = Decimal(0)
ONE = Lit(Decimal(1), QUANTITY)
TRUE = Lit(True, BOOL)
FALSE = Lit(False, BOOL)


def text(value: str) -> Lit:
    """A text constant."""
    return Lit(value, TEXT)


def day(value: date) -> Lit:
    """A date constant."""
    return Lit(value, DATE)


def integer(value: int) -> Lit:
    """An ordinal constant."""
    return Lit(value, INTEGER)


def number(value: Decimal, type_: Type) -> Lit:
    """A numeric constant of a type."""
    return Lit(value, type_.required())


def null(type_: Type) -> Lit:
    """The null of a type."""
    return Lit(None, type_.optional())


def call(fn: str, *args: Expr) -> Call:
    """A call of the function table."""
    return Call(fn, args)


def part_of(value: Expr, part: Expr, whole: Expr) -> Expr:
    """value × part ÷ whole, of whole numbers (days, periods): the product may be larger than any value."""
    return call("scaled", value, call("as_quantity", part), call("as_quantity", whole))


def all_of(*conditions: Expr) -> Expr:
    """True if all are."""
    return conditions[0] if len(conditions) == 1 else Call("and", conditions) if conditions else TRUE


def any_of(*conditions: Expr) -> Expr:
    """True if some is."""
    return conditions[0] if len(conditions) == 1 else Call("or", conditions) if conditions else FALSE


def known_true(condition: Expr) -> Expr:
    """The condition, and false where it is not known."""
    return call("coalesce", condition, FALSE)


def missing(term: Expr) -> Call:
    """Whether `term` is null."""
    return call("is_missing", term)


def negate(condition: Expr) -> Call:
    """The other truth value."""
    return call("not", condition)


def either(condition: Expr, then: Expr, otherwise: Expr) -> Case:
    """`then` where the condition is true, else `otherwise`."""
    return Case(((condition, then),), otherwise)


def cases(branches: Sequence[tuple[Expr, Expr]], otherwise: Expr) -> Expr:
    """The value of the first true branch."""
    return Case(tuple(branches), otherwise) if branches else otherwise


def one_of(name: str, values: tuple[str, ...]) -> Expr:
    """Whether a text column is one of the values."""
    if len(values) == 1:
        return call("eq", Ref(name), text(values[0]))
    return Call("in", (Ref(name), *(text(value) for value in values)))


def at_bound_places(value: Expr) -> Expr:
    """What is compared with a share of a target, and that share."""
    return call("round", value, text("half_even"), integer(BOUND_PLACES))


def running(fn: WindowFn, arg: Expr, by: tuple[str, ...], order: tuple[str, ...], frame: Frame = "running") -> Over:
    """A window in ascending order of the columns `order`."""
    return Over(fn, arg, by, tuple((name, False) for name in order), frame)


def before(arg: Expr, by: tuple[str, ...], order: tuple[str, ...]) -> Over:
    """The value of `arg` one row earlier."""
    return running("value", arg, by, order, "shift")


def written(name: str, formula: Formula, expr: Expr | None = None) -> Def:
    """A definition that a plan's formula made: it carries the formula's text, place and note."""
    return Def(name, formula.expr if expr is None else expr, formula.words, formula.span, formula.note)
