"""Ramps: what share of a target there is in each of the first shortest periods since a participant began."""

from datetime import date, timedelta
from decimal import Decimal

from engine.core.period import Calendar
from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY, RATE
from engine.lower.inputs import source_table
from engine.lower.remark import noted
from engine.lower.terms import ONE, TRUE, call, cases, day, either, integer, missing, negate, null, number, running
from engine.plan.resolved import Ramp, ResolvedWorkspace, Target

WHOLE = number(Decimal(1), RATE)


def ramp_name(target: Target) -> str:
    """Stage that holds the shares of a target's ramp."""
    return f"ramps/{target.name}"


def ramps(workspace: ResolvedWorkspace, target: Target, ramp: Ramp) -> Stage:
    """`ramps/<target>`: participant, part: the day since when, the how manieth period it is, and its share."""
    roster = Filter(Scan(source_table(workspace.participants)), negate(missing(Ref(ramp.since))))
    people: Table = Aggregate(roster, ("participant",), (Agg("since", "min", Ref(ramp.since)),))
    shortest = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
    nth = call("as_quantity", running("count", TRUE, ("length",), ("start",)))
    parts = Extend(shortest, (Def("nth", nth),))
    people = AsOf(people, parts, (), "since", "start", "end", (("nth_since", "nth"),))
    rows = Join(people, parts, (), (("part", "period"), ("part_end", "end"), ("nth", "nth")), "cross")
    step = call("add", call("sub", Ref("nth"), Ref("nth_since")), ONE)
    defs = (
        Def("step", step, "how many periods since then, that one first"),
        Def(
            "share",
            _share(workspace.calendar, ramp),
            ramp.stated.words,
            ramp.stated.span,
            ramp.stated.note,
            noted(ramp.stated),
        ),
    )
    shown = ("participant", "part", "since", "step", "share")
    return Stage(
        ramp_name(target), "ramps", Project(Extend(rows, defs), tuple((c, c) for c in shown)), ("participant", "part"),
        span=ramp.stated.span, about="the share of the target in the first periods since a participant began",
    )  # fmt: skip


def _share(calendar: Calendar, ramp: Ramp) -> Expr:
    """By step; whole before the first one. Of who began before the calendar does it is whole, where the ramp must be over."""
    first = calendar.of_length(calendar.shortest)[0].start
    passed = call("ge", Ref("nth"), number(Decimal(len(ramp.shares)), QUANTITY))
    branches: list[tuple[Expr, Expr]] = [
        (call("lt", Ref("since"), day(over_before(calendar, ramp))), WHOLE),
        (call("lt", Ref("since"), day(first)), either(passed, WHOLE, null(RATE))),
        (call("gt", Ref("since"), Ref("part_end")), WHOLE),
    ]
    for place, share in enumerate(ramp.shares, start=1):
        branches.append((call("le", Ref("step"), number(Decimal(place), QUANTITY)), number(share, RATE)))
    return cases(branches, WHOLE)


def over_before(calendar: Calendar, ramp: Ramp) -> date:
    """Whoever began before this day has no ramp left when the calendar begins, however long its periods would have been."""
    shortest = calendar.of_length(calendar.shortest)
    return shortest[0].start - timedelta(days=len(ramp.shares) * max(part.days for part in shortest))


def ramped(found: Table, target: Target) -> Table:
    """Parts with what a target is in them: × the share of the ramp, for whoever has one."""
    if target.ramp is None:
        return found
    on = (("participant", "participant"), ("part", "part"))
    rows = Join(found, Scan(ramp_name(target)), on, (("ramp.since", "since"), ("ramp.share", "share")))
    amount = Ref("part_amount")
    share = call("mul", amount, Ref("ramp.share"))
    return Extend(rows, (Def("part_amount", either(missing(Ref("ramp.since")), amount, share)),))
