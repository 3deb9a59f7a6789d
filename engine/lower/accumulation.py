"""What adds up: within which rows of the grid, in which order, and by which days it is prorated.

Each accumulation that a plan uses has four columns of its own in the grid, called after it.
"""

from datetime import date

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def
from engine.lower.terms import TRUE, before, call, day, either, integer, running
from engine.plan.accumulation import Accumulation
from engine.plan.resolved import Component, Limit, Plan, Step, TrueUp

IN_ORDER = ("period_start",)


def within(plan: Plan, accumulation: Accumulation) -> tuple[str, ...]:
    """The columns that are equal on all rows that add up: of one segment, or of all that are joined where it goes on."""
    return ("participant", "joined_from" if plan.continues else "segment", f"{accumulation}_start")


def taken_from_calendar(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The first and last day of each accumulation that the calendar has, as a join takes them."""
    named = [a for a in plan.accumulations if a != "plan"]
    return tuple((f"{a}_{end}", f"{a}_{end}") for a in named for end in ("start", "end"))


def grid_columns(plan: Plan) -> list[Def]:
    """First day and last day of the plan where something adds up over it; days of all accumulations."""
    defs: list[Def] = []
    for accumulation in plan.accumulations:
        reset = Ref(f"{accumulation}_start")
        if accumulation == "plan" and plan.begins_anew is None:
            defs += [Def("plan_start", day(plan.start)), Def("plan_end", day(plan.end or date.max))]
        mine, all_days = days(accumulation)
        if plan.joined:
            since: Expr = running("sum", Ref("days"), (*within(plan, accumulation), "length"), IN_ORDER)
        else:
            since = call("days", call("max", Ref("segment"), reset), Ref("end"))
        defs.append(Def(mine, since))
        defs.append(Def(all_days, call("days", reset, Ref("period_end"))))
    return defs


def days(accumulation: Accumulation | None) -> tuple[str, str]:
    """The columns of the days on the plan and of all days: of the interval, or since the accumulation's reset."""
    prefix = "" if accumulation is None else f"{accumulation}_to_date_"
    return f"{prefix}days", f"{prefix}period_days"


def ordinal(plan: Plan, accumulation: Accumulation) -> Def:
    """`year_interval`: 1 for the first interval of the segment in its year, 2 for the next, …"""
    return Def(ordinal_name(accumulation), running("count", TRUE, within(plan, accumulation), IN_ORDER))


def ordinal_name(accumulation: Accumulation) -> str:
    """The column of an interval's place in its accumulation."""
    return f"{accumulation}_interval"


def difference(plan: Plan, amount: Expr, accumulation: Accumulation, eve: Expr | None) -> Expr:
    """amount − amount one interval earlier, and on the first interval the amount itself; null if either is not known.

    `eve`: what comes to the interval earlier by the values of a new segment, where the row begins one (`changed`).
    """
    earlier: Expr = before(amount, within(plan, accumulation), IN_ORDER)
    if eve is not None:
        earlier = either(Ref("changed"), eve, earlier)
    first = call("eq", Ref(ordinal_name(accumulation)), integer(1))
    return either(first, amount, call("sub", amount, earlier))


def eves(plan: Plan, component: Component) -> bool:
    """Whether a new segment's own values can make the interval before come to something else than it did."""
    own = any(plan.variables[name].varies for name in component.variables)
    own |= any(each.attribute is not None for table in plan.tables(component.look_ups) for each in table.dimensions)
    grown = plan.grown_by(component) is not None
    looking = [step for step in component.steps if looks_back(step) and not (grown and isinstance(step, TrueUp))]
    return plan.continues and own and looking != []


def looks_back(step: Step) -> bool:
    """Whether an item takes off what the interval before came to."""
    return isinstance(step, TrueUp) or (isinstance(step, Limit) and step.cumulative)
