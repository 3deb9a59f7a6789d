"""Targets: those of the shortest periods summed for each row of a plan's grid; attainment."""

from collections.abc import Sequence
from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import RATE, Type
from engine.lower.accumulation import IN_ORDER, within
from engine.lower.group_target import dated_amounts, with_group_target
from engine.lower.ramp import ramped
from engine.lower.remark import decided, noted
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import (
    FALSE,
    ZERO,
    all_of,
    at_bound_places,
    call,
    cases,
    either,
    integer,
    missing,
    null,
    number,
    part_of,
    running,
    text,
)  # fmt: skip
from engine.plan.accumulation import ACCUMULATIONS, Accumulation
from engine.plan.choice import Choice
from engine.plan.resolved import Against, Plan, Target

OWN = "own"
PART = ("part", "part_start", "part_end", "part_days")


def targets(plan: Plan, target: Target, read: Sequence[Against]) -> Stage:
    """`targets/<plan>.<target>`: per grid row the interval's own target, and in each reach that some place reads."""
    grid = Scan(f"grid/{plan.name}")
    own_ones = [place for place in read if place.group is None]
    to_date = [a for a in ACCUMULATIONS if any(place.accumulation == a and not place.whole for place in own_ones)]
    whole = [a for a in ACCUMULATIONS if any(place.accumulation == a and place.whole for place in own_ones)]
    spans = tuple(f"{a}_{end}" for a in ACCUMULATIONS if a in (*to_date, *whole) for end in ("start", "end"))
    spans = ("joined_from", *spans) if plan.continues else spans
    keep = tuple((c, c) for c in (*SEGMENT_KEYS, "length", *IN_ORDER, *spans))
    of_groups = dict.fromkeys(place for place in read if place.group is not None and place.to_date)
    parted = plan.joined and target.prorate
    segments = Scan(f"segments/{plan.name}") if parted else grid
    own = _summed(parted, _parts_of_intervals(segments), SEGMENT_KEYS, target, OWN)
    rows: Table = Join(Project(grid, keep), own, tuple((k, k) for k in SEGMENT_KEYS), ((OWN, OWN),))
    summed = [Def(to_date_column(a), running("sum", Ref(OWN), (*within(plan, a), "length"), IN_ORDER)) for a in to_date]
    rows = Extend(rows, tuple(summed)) if summed else rows
    for accumulation in whole:
        keys, name = (*within(plan, accumulation), f"{accumulation}_end"), whole_column(accumulation)
        all_of_it = _summed(plan.joined, _parts_of_whole(plan, grid, accumulation), keys, target, name)
        rows = Join(rows, all_of_it, tuple((k, k) for k in keys), ((name, name),))
    for name, against in {target_column(place): place for place in of_groups}.items():
        rows = with_group_target(plan, rows, target, against, name)
    columns = (*SEGMENT_KEYS, OWN, *map(to_date_column, to_date), *map(whole_column, whole))
    columns = (*columns, *dict.fromkeys(map(target_column, of_groups)))
    return Stage(
        f"targets/{plan.name}.{target.name}", "targets", Project(rows, tuple((c, c) for c in columns)), SEGMENT_KEYS,
        span=target.span, about=f"target `{target.name}` of each interval, and to date",
    )  # fmt: skip


def _parts_of_intervals(grid: Table) -> Table:
    """Each row of the grid with every part of its period."""
    take = tuple((name, name) for name in PART)
    return Join(grid, Scan("calendar_parts"), (("period", "period"),), take, "inner", many=True)


def _parts_of_whole(plan: Plan, grid: Table, accumulation: Accumulation) -> Table:
    """Each segment in each accumulation, from `start` to `end`, with every part of the whole accumulation."""
    first, last = f"{accumulation}_start", f"{accumulation}_end"
    by = within(plan, accumulation)
    ends = () if plan.continues else (Agg("stint_end", "max", Ref("stint_end")),)
    held: Table = Aggregate(grid, (*by, last), ends)
    if plan.continues:
        take, on = (("segment", "segment"), ("stint_end", "stint_end")), tuple((c, c) for c in by[:2])
        held = Join(held, Scan(f"stints/{plan.name}"), on, take, "inner", many=True)
    spans: Table = Extend(
        held,
        (
            Def("start", call("max", Ref("segment"), Ref(first))),
            Def("end", call("min", Ref("stint_end"), Ref(last))),
        ),
    )
    if accumulation == "plan":
        shortest = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
        of = (("part", "period"), ("part_start", "start"), ("part_end", "end"), ("part_days", "days"))
        pairs = Join(spans, shortest, (), of, "cross")
        return Filter(pairs, all_of(call("le", Ref(first), Ref("part_end")), call("le", Ref("part_start"), Ref(last))))
    named = Filter(Scan("calendar"), call("eq", Ref("length"), text(accumulation)))
    spans = Join(spans, named, ((first, "start"), (last, "end")), (("period", "period"),), "inner")
    return _parts_of_intervals(spans)


def _summed(parted: bool, parts: Table, keys: tuple[str, ...], target: Target, name: str) -> Table:
    """Sum the parts over `keys`; null where a needed part is missing. Days of joined segments (`parted`) are added up first."""
    joined = keys if parted else ()
    found, amount = _own_amounts(parts, target, joined) if target.own else dated_amounts(parts, target, joined)
    return Aggregate(ramped(found, target), keys, (Agg(name, "sum", amount),))


def _own_amounts(parts: Table, target: Target, joined: tuple[str, ...]) -> tuple[Table, Expr]:
    """The parts of grid rows with what the target is in them, by days where it is prorated.

    `joined`: the columns that are equal on segments whose days are one, where there are such.
    """
    if target.prorate:
        first = call("max", Ref("start"), Ref("part_start"))
        last = call("min", Ref("end"), Ref("part_end"))
        parts = Extend(parts, (Def("overlap", call("days", first, last)),))
        parts = Filter(parts, call("gt", Ref("overlap"), integer(0)))
        if joined:
            parts = Aggregate(parts, (*joined, "part", "part_days"), (Agg("overlap", "sum", Ref("overlap")),))
    found = Join(
        parts, Scan(f"spread/{target.name}"), (("participant", "participant"), ("part", "part")),
        (("part_amount", "part_amount"),),
    )  # fmt: skip
    amount: Expr = Ref("part_amount")
    if target.prorate:
        amount = part_of(amount, Ref("overlap"), Ref("part_days"))
    return found, amount


def target_column(against: Against) -> str:
    """Which column of the targets stage a place reads."""
    if against.accumulation is None:
        return OWN
    column = whole_column(against.accumulation) if against.whole else to_date_column(against.accumulation)
    return column if against.group is None else f"group_{column}"


def to_date_column(accumulation: Accumulation) -> str:
    """Column of the target since the accumulation's reset."""
    return f"{accumulation}_to_date"


def whole_column(accumulation: Accumulation) -> str:
    """Column of the target of the whole accumulation."""
    return f"whole_{accumulation}"


def attainment_defs(prefix: str, against: Against, unit: Type, value: Expr) -> tuple[Def, ...]:
    """Columns of a place that compares `value` with a target that stands in the column `<prefix>target`.

    `missing`, `zero`: why there is no ratio; `special`: a policy decides the attainment instead, unless the value itself is
    not known; `known`: the target that bounds are multiplied with, null where it blocks or a policy decides.
    """
    t, raw = f"{prefix}target", Ref(f"{prefix}target")
    special_values = [
        (Ref(f"{prefix}{state}"), number(Decimal(1 if choice.value == "full" else 0), RATE))
        for state, choice in (("missing", against.missing), ("zero", against.zero))
        if choice.value != "block"
    ]
    special = [condition for condition, _ in special_values]
    known = [(Ref(f"{prefix}{state}"), null(unit)) for state in ("missing", "zero")]
    return (
        Def(f"{prefix}missing", missing(raw)),
        Def(f"{prefix}zero", _is_zero(raw, unit)),
        Def(f"{prefix}special", call("or", *special) if len(special) == 2 else special[0] if special else FALSE),
        Def(f"{prefix}known", cases(known, raw)),
        Def(
            f"{prefix}attainment",
            cases(
                [(missing(value), null(RATE)), *special_values],
                _rounded(against, _ratio(value, Ref(f"{prefix}known"), unit)),
            ),
            f"measure / {t}" + ("" if against.rounded is None else ", rounded"),
            remarks=_choices(against, Ref(f"{prefix}missing"), Ref(f"{prefix}zero")),
        ),
    )


def attained(against: Against, value: Expr, target: Expr, unit: Type) -> Expr:
    """What share of a target a value is; what is not known stays so, and policies say what a value is without a target."""
    without = (missing(target), _instead(against.missing)), (_is_zero(target, unit), _instead(against.zero))
    return cases([(missing(value), null(RATE)), *without], _ratio(value, target, unit))


def attained_remarks(against: Against, target: Expr, unit: Type) -> tuple[Remark, ...]:
    """What decided such a share."""
    return _choices(against, missing(target), _is_zero(target, unit))


def _instead(choice: Choice) -> Expr:
    return null(RATE) if choice.value == "block" else number(Decimal(1 if choice.value == "full" else 0), RATE)


def _is_zero(target: Expr, unit: Type) -> Expr:
    return either(missing(target), FALSE, call("eq", target, number(ZERO, unit)))


def _choices(against: Against, is_missing: Expr, is_zero: Expr) -> tuple[Remark, ...]:
    """What a missing or zero target means, where it is so; how far the target reaches; how what was reached is rounded."""
    reach = () if against.reach is None else (decided("reach", against.reach),)
    return (
        decided("missing_target", against.missing, is_missing),
        decided("zero_target", against.zero, is_zero),
        *reach,
        *noted(None if against.rounded is None else against.rounded.stated),
    )


def _rounded(against: Against, ratio: Expr) -> Expr:
    """As the place says; first what dividing the target left in the last places is taken away, as where it is compared."""
    if against.rounded is None:
        return ratio
    return call("round", at_bound_places(ratio), text(against.rounded.mode), integer(against.rounded.digits))


def either_attainment(against: Against, by_attainment: Expr, by_value: Expr, prefix: str = "") -> Expr:
    """A comparison with shares of the target: of an attainment that is rounded, or that a policy decided; else of the value."""
    if against.rounded is not None:
        return by_attainment
    return either(Ref(f"{prefix}special"), by_attainment, by_value)


def _ratio(value: Expr, target: Expr, unit: Type) -> Expr:
    """value ÷ target, a rate whatever the two are measured in."""
    ratio = call("div", value, target)
    return ratio if unit.dtype == "money" else call("as_rate", ratio)


def blocking(prefix: str, against: Against) -> list[tuple[Expr, str]]:
    """Conditions under which a target blocks, with their causes."""
    states = (("missing", against.missing), ("zero", against.zero))
    return [(Ref(f"{prefix}{state}"), f"{state}_target") for state, choice in states if choice.value == "block"]
