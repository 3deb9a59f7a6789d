"""Rate tables: a tier found, or a base cut into slices, as definitions over the columns of one row.

Columns that a place has before: `after` (the value that is cut or looked up) and, for a running total, `before`; `base`;
with a target `target`, `special`, `known`, `attainment`. Columns made: `below`, `above`, `tier`, `rate`, `table_result`.
"""

from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import Def, Extend, Filter, Project, Table, Union
from engine.ir.types import INTEGER, QUANTITY, Type
from engine.lower.bounds import Bounds
from engine.lower.interpolated import interpolated_defs
from engine.lower.table_choice import cut_choices, found_choices, prorated_bounds
from engine.lower.terms import (
    FALSE,
    ZERO,
    all_of,
    any_of,
    call,
    cases,
    either,
    integer,
    missing,
    negate,
    null,
    number,
    written,
)  # fmt: skip
from engine.plan.formula import Formula
from engine.plan.resolved import Table as RateTable
from engine.plan.resolved import Tier


def table_defs(bounds: Bounds, result: Type, has_before: bool) -> list[Def]:
    """Definitions from `after` (and `before`, `base`) to `table_result`."""
    table = bounds.table
    if table.mode == "flat":
        rate = written("rate", table.tiers[0].pays, bounds.rate(table.tiers[0]))
        return [_no_side("below"), _no_side("above"), Def("tier", integer(1)), rate,
                Def("table_result", call("mul", Ref("base"), Ref("rate")), "base × rate", table.span, table.note)]  # fmt: skip
    if table.mode == "marginal":
        return _marginal(bounds, result, has_before)
    if table.mode == "interpolated":
        return interpolated_defs(bounds, has_before)
    if table.mode == "each_entered":
        return _each_entered(bounds, result, has_before)
    defs = [*_looked_up(table, bounds), _pays(bounds)]
    total = Ref("rate") if table.mode == "step" else call("mul", Ref("base"), Ref("rate"))
    words = "the amount of the tier" if table.mode == "step" else "base × rate of the tier"
    return [*defs, Def("table_result", total, words, table.span, table.note, prorated_bounds(bounds))]


def _no_side(name: str) -> Def:
    return Def(name, FALSE)


def _looked_up(table: RateTable, bounds: Bounds) -> list[Def]:
    """`below`, `above` (where they block) and `tier`: 0 is under the lowest bound, where nothing is paid."""
    value, last, first = bounds.value, table.tiers[-1], table.tiers[0]
    assert table.below is not None and first.lower is not None
    reached = [(bounds.reaches(value, tier.lower or ZERO), integer(tier.number)) for tier in reversed(table.tiers)]
    under = {"same": integer(1), "zero": integer(0), "exception": null(INTEGER)}[table.below.value]
    branches: list[tuple[Expr, Expr]] = list(reached)
    over: Expr = FALSE
    if last.upper is not None and table.above is not None and table.above.value == "exception":
        over = bounds.reaches(value, last.upper)
        branches = [(Ref("above"), null(INTEGER)), *branches]
    below: Expr = FALSE
    if table.below.value == "exception":
        below = negate(bounds.reaches(value, first.lower))
    return [
        Def("below", below),
        Def("above", over),
        Def("tier", cases(branches, under), "the tier of the value", table.span, remarks=found_choices(bounds)),
    ]


def _pays(bounds: Bounds) -> Def:
    """`rate`: what the tier found pays (for `step` its amount)."""
    tiers = bounds.table.tiers
    branches = [(call("eq", Ref("tier"), integer(tier.number)), bounds.rate(tier)) for tier in tiers]
    known = [(missing(Ref("tier")), null(bounds.pays))]
    rate = cases([*known, *branches], number(ZERO, bounds.pays))
    return Def("rate", rate, "of the tier", bounds.table.span, remarks=tuple(_tier_remark(tier) for tier in tiers))


def _tier_remark(tier: Tier) -> Remark:
    """The tier as the plan says it, where it is the one found."""
    return Remark(tier.pays.text, tier.span, tier.note, call("eq", Ref("tier"), integer(tier.number)))


def _marginal(bounds: Bounds, result: Type, has_before: bool) -> list[Def]:
    """Slices: each pays length × rate; what is kept of them here is their sum and whether a bound was left."""
    table = bounds.table
    values = [Ref("after"), Ref("before")] if has_before else [Ref("after")]
    first, last = table.tiers[0], table.tiers[-1]
    assert table.below is not None
    below: Expr = FALSE
    above: Expr = FALSE
    if table.below.value == "exception":
        below = any_of(*(call("lt", bounds.seen(value), bounds.seen(bounds.lower(first))) for value in values))
    upper = bounds.upper(last)
    if upper is not None and table.above is not None and table.above.value == "exception":
        above = any_of(*(call("gt", bounds.seen(value), bounds.seen(upper)) for value in values))
    tier: Expr = null(INTEGER)
    if table.against is not None:
        decided = {d.name: d.expr for d in _looked_up(table, bounds)}
        below = either(Ref("special"), decided["below"], below)
        above = either(Ref("special"), decided["above"], above)
        tier = either(Ref("special"), decided["tier"], tier)
    defs = [Def("below", below), Def("above", above), Def("tier", tier)]
    if table.bounds_vary:
        defs.append(Def(FALL, bounds.fall(), "a bound lies under the one before it", table.span))
    return [*defs, *_summed(bounds, result, has_before, cut_choices(bounds, values))]


def _each_entered(bounds: Bounds, result: Type, has_before: bool) -> list[Def]:
    """The tiers entered; each pays its amount once, a running total what it enters (or leaves)."""
    table = bounds.table
    defs = _looked_up(table, bounds)
    sides = [Ref("after"), Ref("before")] if has_before else [Ref("after")]
    if has_before and table.below is not None and table.below.value == "exception":
        first = table.tiers[0].lower
        assert first is not None
        defs[0] = Def("below", any_of(*(negate(bounds.reaches(side, first)) for side in sides)))
    last = table.tiers[-1].upper
    if has_before and last is not None and table.above is not None and table.above.value == "exception":
        defs[1] = Def("above", any_of(*(bounds.reaches(side, last) for side in sides)))
    return [*defs, *_summed(bounds, result, has_before, found_choices(bounds))]


def _summed(bounds: Bounds, result: Type, has_before: bool, said: tuple[Remark, ...]) -> list[Def]:
    """The slices, and `table_result`: their sum, unknown where a bound was left."""
    table = bounds.table
    pays = [pay for tier in table.tiers for pay in slice_defs(bounds, tier, has_before)]
    names = [f"slice_{tier.number}.pay" for tier in table.tiers]
    total: Expr = Ref(names[0])
    for name in names[1:]:
        total = call("add", total, Ref(name))
    blocked = any_of(Ref("below"), Ref("above"), *([Ref(FALL)] if table.bounds_vary else []))
    result_of_slices = either(blocked, null(result), total)
    said = (*said, *prorated_bounds(bounds))
    return [*pays, Def("table_result", result_of_slices, "Σ slices", table.span, table.note, said)]


def _entered_defs(bounds: Bounds, tier: Tier, has_before: bool) -> list[Def]:
    """`slice_i.…` of a tier that pays its amount once: how often it was entered (1 or 0), before and after."""
    table, n = bounds.table, f"slice_{tier.number}"
    assert tier.lower is not None and table.below is not None
    reached, open_below = tier.lower, tier.number == 1 and table.below.value == "same"
    once, never = number(Decimal(1), QUANTITY), number(ZERO, QUANTITY)
    nothing = number(ZERO, bounds.pays)
    defs = [
        Def(f"{n}.lower", bounds.lower(tier)),
        Def(f"{n}.upper", null(bounds.unit)),
        written(f"{n}.rate", tier.pays, bounds.rate(tier)),
    ]
    paid: list[Expr] = []
    for side in ("after", "before") if has_before else ("after",):
        entered = either(bounds.reaches(Ref(side), reached), once, once if open_below else never)
        defs.append(Def(f"{n}.{side}", entered, f"{side} is in the tier or over it"))
        paid.append(either(call("eq", Ref(f"{n}.{side}"), once), Ref(f"{n}.rate"), nothing))
    pay = call("sub", *paid) if has_before else paid[0]
    return [*defs, Def(f"{n}.pay", pay, "the amount of a tier entered", tier.span, tier.note)]


def slice_defs(bounds: Bounds, tier: Tier, has_before: bool) -> list[Def]:
    """`slice_i.…`: lower and upper bound, length before and after, rate, pay of one tier."""
    if bounds.table.mode == "each_entered":
        return _entered_defs(bounds, tier, has_before)
    table, unit = bounds.table, bounds.unit
    n = f"slice_{tier.number}"
    assert table.below is not None
    open_below = tier.number == 1 and table.below.value == "same"
    last = tier.number == len(table.tiers)
    ends = bounds.upper(tier)
    open_above = last and (ends is None or (table.above is not None and table.above.value == "same"))
    low = None if open_below else bounds.lower(tier)
    high = None if open_above else ends
    defs = [
        _placed(f"{n}.lower", tier.lower_by, null(unit) if low is None else low),
        _placed(f"{n}.upper", bounds.upper_by(tier), null(unit) if high is None else high),
        written(f"{n}.rate", tier.pays, bounds.rate(tier)),
        Def(f"{n}.after", _length(table, tier, Ref("after"), n, low is not None, high is not None, unit)),
    ]
    pay = _slice_pay(bounds, tier, f"{n}.after")
    if has_before:
        defs.append(Def(f"{n}.before", _length(table, tier, Ref("before"), n, low is not None, high is not None, unit)))
        pay = call("sub", pay, _slice_pay(bounds, tier, f"{n}.before"))
    return [*defs, Def(f"{n}.pay", pay, "length × rate", tier.span, tier.note)]


def _placed(name: str, formula: Formula | None, expr: Expr) -> Def:
    """A bound, with the formula that says it."""
    return Def(name, expr) if formula is None else written(name, formula, expr)


def _slice_pay(bounds: Bounds, tier: Tier, length: str) -> Expr:
    """Length × rate; a tier that nothing lies in pays nothing, whether or not its rate is known."""
    rate: Expr = Ref(f"slice_{tier.number}.rate")
    if bounds.may_lack(tier):
        rate = either(call("eq", Ref(length), number(ZERO, bounds.unit)), number(ZERO, bounds.pays), rate)
    return call("mul", Ref(length), rate)


def _length(table: RateTable, tier: Tier, value: Expr, n: str, has_low: bool, has_high: bool, unit: Type) -> Expr:
    """How much of [0, value] lies in the tier, signed; in the special case all of it or nothing."""
    zero = number(ZERO, unit)

    def clamp(x: Expr) -> Expr:
        x = call("max", x, Ref(f"{n}.lower")) if has_low else x
        return call("min", x, Ref(f"{n}.upper")) if has_high else x

    length: Expr = call("sub", clamp(value), clamp(zero)) if has_low or has_high else value
    if table.against is None:
        return length
    if not has_low and not has_high:
        length = either(missing(Ref("known")), null(unit), length)
    return either(Ref("special"), either(call("eq", Ref("tier"), integer(tier.number)), value, zero), length)


def slice_rows(bounds: Bounds, rows: Table, keys: tuple[str, ...], has_before: bool, base: Type) -> Table:
    """A row per slice that something lies in; for tables that are not cut, one row for what they paid on."""
    table = bounds.table
    if table.mode not in CUT:
        paid = Project(Filter(rows, negate(missing(Ref("table_result")))), tuple((c, c) for c in _bare(table, keys)))
        of_base = QUANTITY if table.gives == "amount" else base
        after = number(ZERO, QUANTITY) if table.gives == "amount" else Ref("base")
        bare = Extend(
            paid,
            (Def("lower", null(bounds.unit)), Def("upper", null(bounds.unit)), Def("length_before", number(ZERO, of_base)),
             Def("length_after", after), Def("length", after), Def("pay", Ref("table_result"))),
        )  # fmt: skip
        return Project(bare, tuple((c, c) for c in (*keys, *SLICE_COLUMNS)))
    return Union(tuple(_tier_rows(bounds, rows, keys, tier, has_before) for tier in table.tiers))


def _bare(table: RateTable, keys: tuple[str, ...]) -> tuple[str, ...]:
    """What a slice takes from its row; `length` there is that of the earning period, and here that of the slice."""
    return (*keys, "tier", "rate", "table_result", *(("base",) if table.gives == "rate" else ()))


FALL = "bounds_fall"
"""The column that says whether bounds do not rise, where formulas say them."""
CUT = ("marginal", "each_entered")
"""Modes in which several tiers pay."""
SLICE_COLUMNS = ("tier", "lower", "upper", "length_before", "length_after", "length", "rate", "pay")


def _tier_rows(bounds: Bounds, rows: Table, keys: tuple[str, ...], tier: Tier, has_before: bool) -> Table:
    n = f"slice_{tier.number}"
    zero = number(ZERO, QUANTITY if bounds.table.mode == "each_entered" else bounds.unit)
    cut = Extend(rows, tuple(slice_defs(bounds, tier, has_before)))
    touched = [call("ne", Ref(f"{n}.after"), zero)] + ([call("ne", Ref(f"{n}.before"), zero)] if has_before else [])
    known = negate(missing(Ref("table_result")))
    length = call("sub", Ref(f"{n}.after"), Ref(f"{n}.before")) if has_before else Ref(f"{n}.after")
    kept = Extend(
        Filter(cut, all_of(known, any_of(*touched))),
        (Def("number", integer(tier.number)), Def("none", zero), Def(f"{n}.length", length)),
    )
    renamed = (
        ("tier", "number"), ("lower", f"{n}.lower"), ("upper", f"{n}.upper"),
        ("length_before", f"{n}.before" if has_before else "none"), ("length_after", f"{n}.after"),
        ("length", f"{n}.length"), ("rate", f"{n}.rate"), ("pay", f"{n}.pay"),
    )  # fmt: skip
    return Project(kept, (*((k, k) for k in keys), *renamed))
