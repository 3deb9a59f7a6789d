"""Targets that are given for groups: whose they are by day, and what they come to in each row of a plan's grid.

A group is a value of a dated attribute of participants, so a target may change on any day, also where no segment is cut.
"""

from itertools import combinations

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table
from engine.lower.group import with_group
from engine.lower.inputs import source_table
from engine.lower.remark import decided, noted
from engine.lower.segment import SEGMENT_KEYS, islands
from engine.lower.spread import CATEGORY, of_calendar, share_of
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
    any_of,
    call,
    cases,
    day,
    integer,
    known_true,
    missing,
    negate,
    null,
    number,
    part_of,
    running,
    text,
)  # fmt: skip
from engine.plan.resolved import Against, Plan, ResolvedWorkspace, Target
from engine.plan.target_plan import EVERYBODY

GROUP = ("period", "group")
SINCE = "group_since"
"""The day from which on periods count for a group's target to date: where the span begins, or the plan."""


def members(workspace: ResolvedWorkspace, target: Target) -> Stage:
    """`members/<target>`: runs of days in which a participant is in the same groups; `group.title` and so on say which."""
    groups = tuple(f"group.{name}" for name in target.groups)
    columns = ("participant", "start", "end", *target.groups)
    people = Project(Scan(source_table(workspace.participants)), tuple((name, name) for name in columns))
    filled = Extend(
        people, tuple(Def(f"group.{name}", call("coalesce", Ref(name), text(""))) for name in target.groups)
    )
    runs, by = (
        (islands(filled, "start", "end", groups), ("participant", "island")) if groups else (people, ("participant",))
    )
    merged = Aggregate(
        runs,
        by,
        (
            Agg("from_day", "min", Ref("start")),
            Agg("to_day", "max", Ref("end")),
            *(Agg(name, "max", Ref(name)) for name in groups),
        ),
    )
    shown = ("participant", "from_day", "to_day", *groups)
    return Stage(
        f"members/{target.name}", "members", Project(merged, tuple((c, c) for c in shown)), ("participant", "from_day"),
        span=target.span, about="days in which a participant is in the same groups",
    )  # fmt: skip


def spread_by_group(target: Target) -> Stage:
    """`member_targets/<target>`: per participant, part and run of days the amount, and which source gave it (`given_by`).

    The first source as listed that has a number counts, also a negative one, which is no target; or, where the plan says
    so, two of them are none. The number for everybody is of whoever has none of them.
    """
    shown, amount = share_of(target)
    remarks = tuple(remark for stated in target.stated for remark in noted(stated))
    rows: Table = Extend(_with_sources(target), _given(target))
    rows = Extend(rows, shown) if shown else rows
    rows = Extend(rows, (Def("part_amount", amount, span=target.span, note=target.note, remarks=remarks),))
    names = ("from_day", "to_day", *(f"group.{name}" for name in target.groups), "given_by", "given_twice")
    names = (*names, *(CATEGORY for _ in target.held))
    names = (*names, *(made.name for made in shown), "part_amount")
    columns = (("participant", "participant"), ("part", "part_name"), *((name, name) for name in names))
    return Stage(
        f"member_targets/{target.name}", "spread", Project(rows, columns), ("participant", "part", "from_day"), span=target.span,
        about="the target of each of the calendar's shortest periods, by the groups that a participant is in",
    )  # fmt: skip


def _with_sources(target: Target) -> Table:
    """Members and parts with what each source gives, as `amount.<source>`."""
    rows = _parts_of_members(target)
    held = tuple(Def(CATEGORY, text(value)) for value in target.held.values())
    rows = Extend(rows, held) if held else rows
    for each in target.sources:
        who = "participant" if each.by == "participant" else f"group.{each.by}"
        when = ("part_name", "period") if target.given == "period" else (target.given, target.given)
        take = ((f"amount.{each.source.name}", "amount"),)
        on = ((who, each.by), when, *((CATEGORY, column) for column in target.held))
        rows = Join(rows, Scan(source_table(each.source)), on, take)
    return rows


def _given(target: Target) -> tuple[Def, ...]:
    """Which source's number counts, whether two give one, and what counts."""
    amounts = {each.source.name: Ref(f"amount.{each.source.name}") for each in target.sources}
    known = {name: negate(missing(amount)) for name, amount in amounts.items()}
    twice = any_of(*(all_of(known[a], known[b]) for a, b in combinations(known, 2)))
    every = () if target.everybody is None else (number(target.everybody.amount, target.unit),)
    given = (*amounts.values(), *every)
    first: Expr = call("coalesce", *given) if len(given) > 1 else given[0]
    otherwise = "" if target.everybody is None else EVERYBODY
    none = [(known_true(call("lt", first, number(ZERO, target.unit))), null(target.unit))]
    if target.precedence == "exception":
        none.append((twice, null(target.unit)))
    by = cases([(known[name], text(name)) for name in amounts], text(otherwise))
    return (
        Def("given_by", by, remarks=_notes(target)),
        Def("given_twice", twice),
        Def("amount", cases(none, first)),
    )


def _notes(target: Target) -> tuple[Remark, ...]:
    """The notes beside the sources, each where its number is the one that counts."""
    counts = ((each, call("eq", Ref("given_by"), text(each.source.name))) for each in target.sources)
    return tuple(remark for each, when in counts for remark in noted(each.stated, when))


def _parts_of_members(target: Target) -> Table:
    """Every run of days with each shortest period; only with those it has days of, where days are what counts."""
    parts = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
    take = (("part_name", "period"), *((name, name) for name in ("year", "start", *of_calendar(target))))
    rows: Table = Join(Scan(f"members/{target.name}"), parts, (), take, "cross")
    if target.prorate:
        meet = (call("le", Ref("from_day"), Ref("end")), call("le", Ref("start"), Ref("to_day")))
        rows = Filter(rows, all_of(*meet))
    return rows


def with_group_target(
    plan: Plan, rows: Table, target: Target, against: Against, name: str, until: tuple[Table, str] | None = None
) -> Table:
    """Rows of the grid with the target of the group that each is in: of its periods since the reset, or of all of the span.

    Found once for each group and period, on the row of its first member: whoever was there before, it is one target.
    `until`: of periods up to the one that begins on the day of a column, by row of the grid.
    """
    assert against.group is not None and against.accumulation is not None
    first, last = f"{against.accumulation}_start", f"{against.accumulation}_end"
    grid = with_group(plan, against.group, Scan(f"grid/{plan.name}"))
    last_start = "period_start"
    if until is not None:
        grid = Join(grid, until[0], tuple((key, key) for key in SEGMENT_KEYS), ((until[1], until[1]),), "inner")
        last_start = until[1]
    nth = running("count", TRUE, GROUP, ("participant", "segment"))
    one = Filter(Extend(grid, (Def("nth", nth),)), call("eq", Ref("nth"), integer(1)))
    if against.whole:
        shortest = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
        of = (("part", "period"), ("part_start", "start"), ("part_end", "end"), ("part_days", "days"))
        meet = (call("le", Ref(first), Ref("part_end")), call("le", Ref("part_start"), Ref(last)))
        parts: Table = Filter(Join(one, shortest, (), of, "cross"), all_of(*meet))
    else:
        before = Project(Scan("calendar"), tuple((c, c) for c in ("period", "length", "start", "end")))
        so_far = (("earlier", "period"), ("earlier_start", "start"), ("earlier_end", "end"))
        pairs: Table = Join(one, before, (("length", "length"),), so_far, "inner", many=True)
        pairs = Extend(pairs, (Def(SINCE, call("max", Ref(first), day(plan.start))),))
        since = (call("le", Ref(SINCE), Ref("earlier_end")), call("le", Ref("earlier_start"), Ref(last_start)))
        take = tuple((c, c) for c in ("part", "part_start", "part_end", "part_days"))
        held = Filter(pairs, all_of(*since))
        parts = Join(held, Scan("calendar_parts"), (("earlier", "period"),), take, "inner", many=True)
    found, amount = dated_amounts(parts, target)
    summed = Aggregate(found, GROUP, (Agg(name, "sum", amount),))
    grouped = Join(grid, summed, tuple((key, key) for key in GROUP), ((name, name),))
    of_rows = Project(grouped, (*((key, key) for key in SEGMENT_KEYS), (name, name)))
    return Join(rows, of_rows, tuple((key, key) for key in SEGMENT_KEYS), ((name, name),))


def dated_amounts(parts: Table, target: Target, joined: tuple[str, ...] = ()) -> tuple[Table, Expr]:
    """The parts of grid rows with what the target is in them: day by day, or as on the stated day of the interval.

    `joined`: the columns that are equal on segments whose days are one, where there are such; they are prorated.
    """
    on = (("participant", "participant"), ("part", "part"))
    spread = Scan(f"member_targets/{target.name}")
    if target.values_on is not None:
        day = "start" if target.values_on.value == "segment_start" else "end"
        remarks = (decided("participant_values_on", target.values_on),)
        asked = Extend(parts, (Def("on_day", Ref(day), remarks=remarks),))
        take = (("part_amount", "part_amount"),)
        return AsOf(asked, spread, on, "on_day", "from_day", "to_day", take), Ref("part_amount")
    if not target.prorate:
        return Join(parts, spread, on, (("part_amount", "part_amount"),)), Ref("part_amount")
    names = ("from_day", "to_day", "part_amount")
    found = Join(parts, spread, on, tuple((name, name) for name in names), "inner", many=True)
    first = call("max", Ref("start"), call("max", Ref("part_start"), Ref("from_day")))
    last = call("min", Ref("end"), call("min", Ref("part_end"), Ref("to_day")))
    dated: Table = Extend(found, (Def("overlap", call("days", first, last)),))
    dated = Filter(dated, call("gt", Ref("overlap"), integer(0)))
    if joined:
        days = (Agg("overlap", "sum", Ref("overlap")), Agg("part_amount", "max", Ref("part_amount")))
        dated = Aggregate(dated, (*joined, "part", "part_days", "from_day"), days)
    return dated, part_of(Ref("part_amount"), Ref("overlap"), Ref("part_days"))
