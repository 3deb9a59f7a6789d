"""Targets: spread to the calendar's shortest periods, then summed for each row of a plan's grid (`semantics` 1, 4)."""

from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import RATE
from engine.lower.inputs import source_table
from engine.lower.remark import decided
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import FALSE, ZERO, call, cases, either, integer, missing, null, number, running
from engine.plan.resolved import Against, Plan, Target

OWN, TO_DATE, WHOLE = "own", "to_date", "whole"


def spread(target: Target) -> Stage:
    """`spread/<target>`: participant, part (a shortest period), part_amount. A negative target counts as missing."""
    given = Filter(Scan(source_table(target.source)), call("ge", Ref("amount"), number(ZERO, target.unit)))
    amount: Expr = Ref("amount")
    if target.given == "period":
        rows: Table = given
        part = "period"
    else:
        parts = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
        take = (("part_name", "period"), ("part", "part"), ("parts", "parts"))
        rows = Join(given, parts, (("year", "year"),), take, "inner", many=True)
        part, amount = "part_name", _evenly()
    rows = Extend(rows, (Def("part_amount", amount, span=target.span, note=target.note),))
    columns = (("participant", "participant"), ("part", part), ("part_amount", "part_amount"))
    return Stage(
        f"spread/{target.name}", "spread", Project(rows, columns), ("participant", "part"), span=target.span,
        about="the target of each of the calendar's shortest periods",
    )  # fmt: skip


def _evenly() -> Expr:
    """A × i ÷ n − A × (i − 1) ÷ n: the parts of a year telescope to the year's target, to the last digit."""

    def up_to(index: Expr) -> Expr:
        return call("div", call("mul", Ref("amount"), call("as_quantity", index)), call("as_quantity", Ref("parts")))

    return call("sub", up_to(Ref("part")), up_to(call("sub", Ref("part"), integer(1))))


def targets(plan: Plan, target: Target, whole: bool) -> Stage:
    """`targets/<plan>.<target>`: per grid row the interval's own target, to date, and (`whole`) of the fiscal year."""
    name = f"grid/{plan.name}"
    own = _summed(name, SEGMENT_KEYS, "period", target, OWN)
    keep = tuple((c, c) for c in (*SEGMENT_KEYS, "length", "period_start", "year"))
    rows: Table = Join(Project(Scan(name), keep), own, tuple((k, k) for k in SEGMENT_KEYS), ((OWN, OWN),))
    by = ("participant", "segment", "year", "length")
    rows = Extend(rows, (Def(TO_DATE, running("sum", Ref(OWN), by, ("period_start",))),))
    columns = [*SEGMENT_KEYS, OWN, TO_DATE]
    if whole:
        keys = ("participant", "segment", "year")
        rows = Join(
            rows, _summed(_years(plan), keys, "year", target, WHOLE), tuple((k, k) for k in keys), ((WHOLE, WHOLE),)
        )
        columns.append(WHOLE)
    return Stage(
        f"targets/{plan.name}.{target.name}", "targets", Project(rows, tuple((c, c) for c in columns)), SEGMENT_KEYS,
        span=target.span, about=f"target `{target.name}` of each interval, and to date",
    )  # fmt: skip


def _years(plan: Plan) -> Table:
    """One row per participant, segment and fiscal year, with the days of the year that the segment covers."""
    grid = Extend(
        Scan(f"grid/{plan.name}"),
        (
            Def("from_day", call("max", Ref("segment"), Ref("year_start"))),
            Def("to_day", call("min", Ref("stint_end"), Ref("year_end"))),
        ),
    )
    return Aggregate(
        grid,
        ("participant", "segment", "year"),
        (Agg("start", "min", Ref("from_day")), Agg("end", "max", Ref("to_day"))),
    )


def _summed(rows: str | Table, keys: tuple[str, ...], period: str, target: Target, name: str) -> Table:
    """Sum the parts of `period` over `keys`; null where a needed part is missing."""
    table = Scan(rows) if isinstance(rows, str) else rows
    take = (("part", "part"), ("part_start", "part_start"), ("part_end", "part_end"), ("part_days", "part_days"))
    parts: Table = Join(table, Scan("calendar_parts"), ((period, "period"),), take, "inner", many=True)
    if target.prorate:
        first = call("max", Ref("start"), Ref("part_start"))
        last = call("min", Ref("end"), Ref("part_end"))
        parts = Extend(parts, (Def("overlap", call("days", first, last)),))
        parts = Filter(parts, call("gt", Ref("overlap"), integer(0)))
    found = Join(
        parts, Scan(f"spread/{target.name}"), (("participant", "participant"), ("part", "part")),
        (("part_amount", "part_amount"),),
    )  # fmt: skip
    amount: Expr = Ref("part_amount")
    if target.prorate:
        share = call("mul", amount, call("as_quantity", Ref("overlap")))
        amount = call("div", share, call("as_quantity", Ref("part_days")))
    return Aggregate(found, keys, (Agg(name, "sum", amount),))


def target_column(against: Against) -> str:
    """Which column of the targets stage a place reads."""
    return WHOLE if against.whole else TO_DATE if against.to_date else OWN


def attainment_defs(prefix: str, against: Against, target: Target, value: Expr) -> tuple[Def, ...]:
    """Columns of a place that compares `value` with a target that stands in the column `<prefix>target`.

    `missing`, `zero`: why there is no ratio; `special`: a policy decides the attainment instead; `known`: the target
    that bounds are multiplied with, null where it blocks or a policy decides.
    """
    t, raw = f"{prefix}target", Ref(f"{prefix}target")
    is_zero = either(missing(raw), FALSE, call("eq", raw, number(ZERO, target.unit)))
    special_values = [
        (Ref(f"{prefix}{state}"), number(Decimal(1 if choice.value == "full" else 0), RATE))
        for state, choice in (("missing", against.missing), ("zero", against.zero))
        if choice.value != "block"
    ]
    special = [condition for condition, _ in special_values]
    known = [(Ref(f"{prefix}{state}"), null(target.unit)) for state in ("missing", "zero")]
    return (
        Def(f"{prefix}missing", missing(raw)),
        Def(f"{prefix}zero", is_zero),
        Def(f"{prefix}special", call("or", *special) if len(special) == 2 else special[0] if special else FALSE),
        Def(f"{prefix}known", cases(known, raw)),
        Def(
            f"{prefix}attainment",
            cases(special_values, _ratio(value, Ref(f"{prefix}known"), target)),
            f"measure / {t}",
            remarks=_choices(prefix, against),
        ),
    )


def _choices(prefix: str, against: Against) -> tuple[Remark, ...]:
    """What a missing or zero target means, where it is missing or zero; and how far the target reaches."""
    reach = () if against.reach is None else (decided("reach", against.reach),)
    return (
        decided("missing_target", against.missing, Ref(f"{prefix}missing")),
        decided("zero_target", against.zero, Ref(f"{prefix}zero")),
        *reach,
    )


def _ratio(value: Expr, known: Expr, target: Target) -> Expr:
    """value ÷ target, a rate whatever the two are measured in."""
    ratio = call("div", value, known)
    return ratio if target.unit.dtype == "money" else call("as_rate", ratio)


def blocking(prefix: str, against: Against) -> list[tuple[Expr, str]]:
    """Conditions under which a target blocks, with their causes."""
    states = (("missing", against.missing), ("zero", against.zero))
    return [(Ref(f"{prefix}{state}"), f"{state}_target") for state, choice in states if choice.value == "block"]
