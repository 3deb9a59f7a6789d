"""What adds up: within which rows of the grid, in which order, and by which days it is prorated (`semantics` 1, 4).

Each accumulation that a plan uses has four columns of its own in the grid, called after it.
"""

from datetime import date

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def
from engine.lower.terms import TRUE, before, call, day, either, integer, running
from engine.plan.accumulation import Accumulation
from engine.plan.resolved import Plan

IN_ORDER = ("period_start",)


def within(accumulation: Accumulation) -> tuple[str, ...]:
    """The columns that are equal on all rows that add up."""
    return ("participant", "segment", f"{accumulation}_start")


def taken_from_calendar(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The first and last day of each accumulation that the calendar has, as a join takes them."""
    named = [a for a in plan.accumulations if a != "plan"]
    return tuple((f"{a}_{end}", f"{a}_{end}") for a in named for end in ("start", "end"))


def grid_columns(plan: Plan) -> list[Def]:
    """First day and last day of the plan where something adds up over it; days of all accumulations."""
    defs: list[Def] = []
    for accumulation in plan.accumulations:
        reset = Ref(f"{accumulation}_start")
        if accumulation == "plan":
            defs += [Def("plan_start", day(plan.start)), Def("plan_end", day(plan.end or date.max))]
        mine, all_days = days(accumulation)
        defs.append(Def(mine, call("days", call("max", Ref("segment"), reset), Ref("end"))))
        defs.append(Def(all_days, call("days", reset, Ref("period_end"))))
    return defs


def days(accumulation: Accumulation | None) -> tuple[str, str]:
    """The columns of the days on the plan and of all days: of the interval, or since the accumulation's reset."""
    prefix = "" if accumulation is None else f"{accumulation}_to_date_"
    return f"{prefix}days", f"{prefix}period_days"


def ordinal(accumulation: Accumulation) -> Def:
    """`year_interval`: 1 for the first interval of the segment in its year, 2 for the next, …"""
    return Def(f"{accumulation}_interval", running("count", TRUE, within(accumulation), IN_ORDER))


def difference(amount: Expr, accumulation: Accumulation) -> Expr:
    """amount − amount one interval earlier, and on the first interval the amount itself; null if either is not known."""
    earlier = before(amount, within(accumulation), IN_ORDER)
    first = call("eq", Ref(f"{accumulation}_interval"), integer(1))
    return either(first, amount, call("sub", amount, earlier))
