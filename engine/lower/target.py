"""Targets: spread to the calendar's shortest periods, then summed for each row of a plan's grid (`semantics` 1, 4)."""

from decimal import Decimal
from itertools import accumulate

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY, RATE
from engine.lower.inputs import source_table
from engine.lower.remark import decided, noted
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import FALSE, ZERO, call, cases, either, integer, missing, null, number, running
from engine.plan.resolved import Against, Plan, Spread, Target

OWN, TO_DATE, WHOLE = "own", "to_date", "whole"
YEAR_DAYS = ("end", "days", "year_start", "year_end")
"""What the calendar says of a period and its year's days."""


def spread(target: Target) -> Stage:
    """`spread/<target>`: participant, part (a shortest period), part_amount. A negative target counts as missing."""
    given = Filter(Scan(source_table(target.source)), call("ge", Ref("amount"), number(ZERO, target.unit)))
    amount: Expr = Ref("amount")
    shown: tuple[Def, ...] = ()
    if target.spread is None:
        rows: Table = given
        part = "period"
    else:
        parts = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
        take = (("part_name", "period"), *((name, name) for name in ("part", "parts", *YEAR_DAYS)))
        rows = Join(given, parts, (("year", "year"),), take, "inner", many=True)
        part = "part_name"
        shown, amount = _share_of_year(target.spread)
        rows = Extend(rows, shown) if shown else rows
    remarks = tuple(remark for stated in target.spread.stated for remark in noted(stated)) if target.spread else ()
    rows = Extend(rows, (Def("part_amount", amount, span=target.span, note=target.note, remarks=remarks),))
    names = (*(made.name for made in shown), "part_amount")
    columns = (("participant", "participant"), ("part", part), *((name, name) for name in names))
    return Stage(
        f"spread/{target.name}", "spread", Project(rows, columns), ("participant", "part"), span=target.span,
        about="the target of each of the calendar's shortest periods",
    )  # fmt: skip


def _share_of_year(spread: Spread) -> tuple[tuple[Def, ...], Expr]:
    """A × what the year's periods come to up to this one − A × what they come to before it: the parts telescope to A.

    With the columns that say how much that is: of n periods, of the year's days, or of 1.
    """
    if spread.by == "shares":
        own = _by_part(spread.shares)
        to_here = _by_part(tuple(accumulate(spread.shares)))
        before = call("sub", Ref("share_to"), Ref("share"))
        shown = (Def("share", own), Def("share_to", to_here))
        return shown, call("sub", call("mul", Ref("amount"), Ref("share_to")), call("mul", Ref("amount"), before))
    whole = call("days", Ref("year_start"), Ref("year_end"))
    if spread.by == "calendar_days":
        days = (
            Def("days", Ref("days")),
            Def("days_to", call("days", Ref("year_start"), Ref("end"))),
            Def("days_of_year", whole),
        )
        return days, _portion("days_to", Ref("days"), "days_of_year")
    return (), _portion("part", integer(1), "parts")


def _by_part(values: tuple[Decimal, ...]) -> Expr:
    """The value of each of the year's shortest periods, by its place."""
    found = [(call("eq", Ref("part"), integer(n)), number(v, QUANTITY)) for n, v in enumerate(values, start=1)]
    return cases(found[:-1], found[-1][1])


def _portion(reached: str, own: Expr, whole: str) -> Expr:
    """A × reached ÷ whole − A × (reached − own) ÷ whole."""

    def up_to(index: Expr) -> Expr:
        return call("div", call("mul", Ref("amount"), call("as_quantity", index)), call("as_quantity", Ref(whole)))

    return call("sub", up_to(Ref(reached)), up_to(call("sub", Ref(reached), own)))


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
