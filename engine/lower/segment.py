"""Who is on a plan when: stints (maximal runs of days with one title and currency) and the grid that people are paid on.

Without sales, a participant has grid rows all the same, so every target, gate and zero has its place.
"""

from datetime import date
from typing import Literal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.lower.accumulation import grid_columns, taken_from_calendar
from engine.lower.inputs import source_table
from engine.lower.terms import TRUE, all_of, any_of, before, call, day, integer, missing, one_of, running, text
from engine.plan.comp_plan import BeginsAnew
from engine.plan.resolved import Plan, ResolvedWorkspace

LAST_DAY = date(9999, 12, 31)
ON_ANY_PLAN = "on_any_plan"
YEAR = ("plan_start", "plan_end")
"""Where the plan begins anew: first and last day of the participant's own year."""
SEGMENT_KEYS = ("participant", "period", "segment")


def stints(plan: Plan, workspace: ResolvedWorkspace) -> Stage:
    """`stints/<plan>`: participant, segment (the stint's first day), stint_end, title, currency."""
    source = workspace.participants
    has = {column.name for column in source.columns}

    def attribute(name: str) -> Expr:
        return call("coalesce", Ref(name), text("")) if name in has else text("")

    who = one_of("title", plan.titles) if plan.titles is not None else one_of("participant", plan.names or ())
    rows: Table = Extend(
        Filter(Scan(source_table(source)), who),
        (
            Def("stint_start", call("max", Ref("start"), day(plan.start))),
            Def("stint_end", call("min", Ref("end"), day(plan.end or LAST_DAY))),
            Def("title", attribute("title")),
            Def("currency", attribute("currency")),
        ),
    )
    on_plan: Table = Filter(rows, call("le", Ref("stint_start"), Ref("stint_end")))
    first, last, own = "stint_start", "stint_end", tuple[str, ...]()
    if plan.begins_anew is not None:
        on_plan, first, last, own = _by_anniversaries(plan, plan.begins_anew, on_plan), "cut_start", "cut_end", YEAR
    rows = islands(on_plan, first, last, ("title", "currency", *own))
    merged = Aggregate(
        rows,
        ("participant", "island"),
        (
            Agg("segment", "min", Ref(first)),
            Agg("stint_end", "max", Ref(last)),
            *(Agg(name, "max", Ref(name)) for name in ("title", "currency", *own)),
        ),
    )
    columns = (
        "participant",
        "segment",
        "stint_end",
        "title",
        "currency",
        *own,
        *(("joined_from",) if plan.joined else ()),
    )
    found = _joined(merged) if plan.joined else merged
    return Stage(
        f"stints/{plan.name}", "stints", Project(found, tuple((c, c) for c in columns)), ("participant", "segment"),
        span=plan.span, about="days on the plan with one title and currency, from `segment` to `stint_end`",
    )  # fmt: skip


def _by_anniversaries(plan: Plan, anew: BeginsAnew, rows: Table) -> Table:
    """Each row of the roster once for each year of the participant that it meets, from `cut_start` to `cut_end`."""
    began = Ref(anew.anniversary_of.text)
    dated = Extend(rows, (Def("anew.month", call("month", began)), Def("anew.day", call("day", began))))
    keys = (("anew.month", "month"), ("anew.day", "day"))
    taken = tuple((name, name) for name in ("cut_from", "cut_to", "begins", "ends"))
    cut = Extend(
        Join(dated, Scan("anniversaries"), keys, taken, "inner", many=True),
        (
            Def("cut_start", call("max", Ref("stint_start"), Ref("cut_from"))),
            Def("cut_end", call("min", Ref("stint_end"), Ref("cut_to"))),
            Def(YEAR[0], Ref("begins")),
            Def(YEAR[1], call("min", Ref("ends"), day(plan.end or LAST_DAY))),
        ),
    )
    return Filter(cut, call("le", Ref("cut_start"), Ref("cut_end")))


def islands(rows: Table, start: str, end: str, names: tuple[str, ...]) -> Table:
    """Number a participant's runs of adjacent rows that differ in none of these columns."""
    by, order = ("participant",), (start,)
    cut = any_of(
        missing(Ref("previous_end")),
        call("ne", call("days", Ref("previous_end"), Ref(start)), integer(2)),
        *(call("ne", Ref(f"previous_{name}"), Ref(name)) for name in names),
    )
    return Extend(
        rows,
        (
            Def("previous_end", before(Ref(end), by, order)),
            *(Def(f"previous_{name}", before(Ref(name), by, order)) for name in names),
            Def("is_cut", cut),
            Def("island", running("count", Ref("is_cut"), by, order)),
        ),
    )


def _joined(stints: Table) -> Table:
    """`joined_from`: the first day of the first of the stints that are joined; only another currency begins anew."""
    by, order = ("participant",), ("segment",)
    cut = any_of(missing(Ref("currency_before")), call("ne", Ref("currency_before"), Ref("currency")))
    return Extend(
        stints,
        (
            Def("currency_before", before(Ref("currency"), by, order)),
            Def("is_another", cut),
            Def("currency_run", running("count", Ref("is_another"), by, order)),
            Def("joined_from", Over("min", Ref("segment"), ("participant", "currency_run"))),
        ),
    )


def on_any_plan(workspace: ResolvedWorkspace) -> Stage:
    """`on_any_plan`: the days on which a participant is on some plan of the workspace, as intervals that never overlap."""
    names = (("participant", "participant"), ("segment", "segment"), ("stint_end", "stint_end"))
    tagged = Union(
        tuple(
            Extend(Project(Scan(f"stints/{plan.name}"), names), (Def("plan", text(plan.name)),))
            for plan in (*workspace.plans, *workspace.others)
        )
    )
    by, order = ("participant",), ("segment", "stint_end", "plan")
    rows = Extend(
        tagged,
        (
            Def("reached", running("max", Ref("stint_end"), by, order, "running_before")),
            Def("is_cut", any_of(missing(Ref("reached")), call("lt", Ref("reached"), Ref("segment")))),
            Def("island", running("count", Ref("is_cut"), by, order)),
        ),
    )
    merged = Aggregate(
        rows,
        ("participant", "island"),
        (Agg("on_plan_from", "min", Ref("segment")), Agg("on_plan_to", "max", Ref("stint_end"))),
    )
    columns = ("participant", "on_plan_from", "on_plan_to")
    return Stage(
        ON_ANY_PLAN, "stints", Project(merged, tuple((c, c) for c in columns)), ("participant", "on_plan_from"),
        about="days on which a participant is on some plan of the workspace",
    )  # fmt: skip


def grid(plan: Plan, reach: bool = False) -> Stage:
    """`grid/<plan>`: one row per participant, period of a length that the plan's components use, and segment.

    `reach/<plan>`: the same, with the periods that measures look back to.
    """
    rows = Extend(_parts(plan, reach), tuple(grid_columns(plan)))
    about = "every participant, period and segment that the plan pays on"
    return Stage(
        f"{'reach' if reach else 'grid'}/{plan.name}", "grid", rows, SEGMENT_KEYS, span=plan.span,
        about=about + (", and those that its measures look back to" if reach else ""),
    )  # fmt: skip


def joined_parts(plan: Plan) -> Stage:
    """`segments/<plan>`: the segments of each row of the grid, where they are joined; `stint` is the first day of each.

    The row's own `segment` is the first day of the one whose values count (`participant_values_on`): the last, or the first.
    """
    renamed = Extend(_parts(plan), (Def("stint", Ref("segment")),))
    fn: Literal["min", "max"] = "min" if plan.governed_by_first else "max"
    governing = Over(fn, Ref("stint"), ("participant", "period", "joined_from"))
    return Stage(
        f"segments/{plan.name}", "segments", Extend(renamed, (Def("segment", governing),)), ("participant", "period", "stint"),
        span=plan.span, about="the segments that are joined in each period",
    )  # fmt: skip


def joined_grid(plan: Plan) -> Stage:
    """`grid/<plan>` of joined segments: one row per participant and period (and currency), with the days of all of them."""
    spans = tuple(name for name, _ in taken_from_calendar(plan))
    same = ("length", "period_start", "period_end", "period_days", "in_pay_period", *spans)
    by = ("participant", "period", "segment", "joined_from", *same)
    aggs = (
        Agg("start", "min", Ref("start")), Agg("end", "max", Ref("end")), Agg("days", "sum", Ref("days")),
        Agg("segments", "count", TRUE),
    )  # fmt: skip
    joined = Aggregate(Scan(f"segments/{plan.name}"), by, aggs)
    taken = tuple((name, name) for name in ("stint_end", "title", "currency"))
    keys = (("participant", "participant"), ("segment", "segment"))
    rows = Join(joined, Scan(f"stints/{plan.name}"), keys, taken, "inner")
    return Stage(
        f"grid/{plan.name}", "grid", Extend(rows, tuple(grid_columns(plan))), SEGMENT_KEYS, span=plan.span,
        about="every participant and period that the plan pays on, its segments joined",
    )  # fmt: skip


def _parts(plan: Plan, reach: bool = False) -> Table:
    """Each stint in each period that it meets."""
    periods = Filter(Scan("calendar"), all_of(Ref("in_reach" if reach else "in_scope"), one_of("length", plan.lengths)))
    take = (
        ("period", "period"), ("length", "length"), ("period_start", "start"), ("period_end", "end"),
        ("period_days", "days"), ("in_pay_period", "in_pay_period"), *taken_from_calendar(plan),
    )  # fmt: skip
    pairs = Join(Scan(f"stints/{plan.name}"), periods, (), take, "cross")
    meet = all_of(call("le", Ref("segment"), Ref("period_end")), call("le", Ref("period_start"), Ref("stint_end")))
    return Extend(
        Filter(pairs, meet),
        (
            Def("start", call("max", Ref("segment"), Ref("period_start"))),
            Def("end", call("min", Ref("stint_end"), Ref("period_end"))),
            Def("days", call("days", Ref("start"), Ref("end"))),
        ),
    )


def in_intervals(plan: Plan, rows: Table, columns: tuple[str, ...], length: str, reach: str = "in_scope") -> Table:
    """Credits with the row of the grid that they belong to: the period of their day; and of joined segments the one key.

    Those outside the run's periods go.
    """
    calendar = Filter(Scan("calendar"), all_of(Ref(reach), one_of("length", (length,))))
    if not plan.joined:
        found = Project(rows, tuple((c, c) for c in columns))
        return AsOf(found, calendar, (), "credit_date", "start", "end", (("period", "period"),), "one", "inner")
    parted = Project(rows, tuple(("segment.stint" if c == "segment" else c, c) for c in columns))
    dated = AsOf(parted, calendar, (), "credit_date", "start", "end", (("period", "period"),), "one", "inner")
    keys = (("participant", "participant"), ("period", "period"), ("segment.stint", "stint"))
    return Join(dated, Scan(f"segments/{plan.name}"), keys, (("segment", "segment"),), "inner")
