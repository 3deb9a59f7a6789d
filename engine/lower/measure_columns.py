"""What every kind of measure has: its rows, its columns `own` and `value`, and the choices that set them."""

from collections.abc import Sequence
from decimal import Decimal

from engine.core.money import plain
from engine.ir.expr import Expr
from engine.ir.remark import Remark
from engine.ir.table import Def, Filter, Project, Scan, Table
from engine.ir.types import Type
from engine.lower.accumulation import IN_ORDER, within
from engine.lower.remark import decided
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import ZERO, null, number, one_of
from engine.plan.choice import Choice
from engine.plan.resolved import Measure, Plan

Made = tuple[Table, tuple[Def, ...]]
"""Rows of the grid with what a measure is made of, and the columns that it makes of it."""


def says(measure: Measure) -> str:
    """The measure in a few words, for whoever reads the column."""
    if measure.earlier is not None:
        now = measure.earlier.with_present
        of = f"periods {'so far' if now else 'before'} in the {measure.earlier.since}"
        if measure.earlier.last:
            of = f"last {measure.earlier.last}" + (" with this one" if now else "")
        return f"{measure.earlier.take} {measure.parts[0]} of the {of}"
    if measure.held is not None:
        return f"{measure.parts[0]} at the end of the {measure.held} before"
    if measure.aggregate == "previous":
        return f"{measure.parts[0]} a {measure.back} earlier"
    if measure.against is not None:
        return f"{measure.parts[0]} ÷ target {measure.against.target}"
    if measure.within is not None:
        of = "members" if not measure.parts else ", then ".join(measure.parts)
        return f"{measure.aggregate} of {of} within {measure.within}"
    if measure.weighted:
        return " + ".join(f"{plain(each.weight.scaleb(2))} % of {each.measure}" for each in measure.weighted)
    if measure.rounded is not None:
        return f"{measure.parts[0]}, rounded"
    if measure.formula is not None:
        return measure.formula.words
    if measure.parts:
        return (" − " if measure.aggregate == "difference" else " ÷ ").join(measure.parts)
    if measure.earned:
        below = "" if measure.reports is None else " of the people below"
        return f"what {', '.join(measure.earned)} earned{below}"
    if measure.each is not None:
        limits = " and ".join(
            f"at {word} {plain(limit.value)}"
            for word, limit in (("least", measure.each.floor), ("most", measure.each.cap))
            if limit is not None
        )
        return f"for each {measure.each.by} {limits} of the {measure.aggregate} of {', '.join(measure.rules)}"
    what = "" if measure.distinct is None else f"{measure.distinct} in "
    return f"{measure.aggregate} of {what}{', '.join(measure.rules)}"


def each_name(plan: Plan, measure: Measure) -> str:
    """The stage in which stands what each customer, claim or policy counts for."""
    return f"each/{plan.name}.{measure.name}"


def accumulated(plan: Plan, measure: Measure) -> tuple[str, ...]:
    """The columns that are equal on all rows that add up; none where it is of the interval alone."""
    return () if measure.accumulation is None else (*within(plan, measure.accumulation), "length")


def grid_rows(plan: Plan, measure: Measure, more: Sequence[str] = ()) -> Table:
    """The rows of the grid that a measure is of, with what it adds up within; and these columns."""
    grid = Filter(Scan(rows_of(plan, measure)), one_of("length", measure.lengths))
    return Project(
        grid,
        tuple((c, c) for c in dict.fromkeys((*SEGMENT_KEYS, "length", *IN_ORDER, *accumulated(plan, measure), *more))),
    )


def rows_of(plan: Plan, measure: Measure) -> str:
    """The stage that says for which participants, periods and segments a measure has rows."""
    return f"{'reach' if measure.looked_back else 'grid'}/{plan.name}"


def set_to(choice: Choice | None, unit: Type) -> Expr:
    """What a policy sets a value to that can't be calculated; null where it blocks."""
    assert choice is not None
    if choice.value == "block":
        return null(unit)
    return number(ZERO if choice.value == "zero" else Decimal(1), unit)


def own_column(measure: Measure, own: Expr, when: Expr | None = None) -> Def:
    return Def("own", own, says(measure), measure.span, measure.note, choices(measure, when))


def value_column(measure: Measure, value: Expr, words: str = "own", when: Expr | None = None) -> Def:
    return Def("value", value, words, measure.span, remarks=choices(measure, when))


def choices(measure: Measure, when: Expr | None) -> tuple[Remark, ...]:
    """The policy that decided a value, where `when` holds."""
    named = (
        ("no_credits", measure.no_credits), ("zero_denominator", measure.zero_denominator),
        ("no_previous", measure.no_previous),
    )  # fmt: skip
    return tuple(decided(name, choice, when) for name, choice in named if choice is not None and when is not None)
