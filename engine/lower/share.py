"""Shares: a matched transaction cut into one amount per participant, so that nothing is lost and a reversal mirrors.

In: rows with the source's key, `credit_date`, `value`. Out: the same rows once per participant ('' for nobody), with
`share`, `credited_share`, `amount` and the `reason` why nobody has it. Largest remainder, ties by participant id.
"""

from decimal import Decimal

from engine.core.money import DIVISOR_LEAST
from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import QUANTITY, RATE
from engine.lower.inputs import source_table
from engine.lower.remark import noted
from engine.lower.terms import TRUE, ZERO, any_of, call, either, integer, missing, negate, number, text
from engine.lower.values_on import VALUES_ON
from engine.plan.resolved import Plan, Rule, Split

WHOLE = number(Decimal(1), RATE)
ONE = number(Decimal(1), QUANTITY)
NO_PARTICIPANT = "no_participant"
SPLIT_FAILED = ("shares_over_one", "assigned_twice", "bad_weight")
"""Why an assignment can't be followed; the value stays in one piece, with nobody."""


def matched_rows(plan: Plan, rule: Rule, read: tuple[str, ...], beside: tuple[tuple[str, str], ...] = ()) -> Project:
    """The transactions that a rule takes: key, the columns `read`, credit date and value, and others by new names."""
    p = f"{plan.name}.{rule.name}"
    matched = Filter(Scan(f"prepared/{rule.source.name}"), call("eq", Ref(f"{p}.state"), text("matched")))
    columns = [(name, name) for name in (*rule.source.key, *read)]
    day = () if rule.values_on is None else ((VALUES_ON, f"{p}.{VALUES_ON}"),)
    return Project(matched, (*columns, ("credit_date", rule.credit_date), *day, ("value", f"{p}.value"), *beside))


def columns_named(rule: Rule) -> tuple[str, ...]:
    """Columns of the source, beyond its key, that say whom a transaction belongs to."""
    named: tuple[str, ...] = (rule.to,) if isinstance(rule.to, str) else tuple(column for _, column in rule.to.match)
    if not isinstance(rule.to, str) and rule.to.expect:
        named += (rule.to.expect,)
    return tuple(name for name in dict.fromkeys(named) if name not in rule.source.key)


def weights(rule: Rule) -> tuple[str, ...]:
    """Columns beside a share that was cut by weights: it is value × weight ÷ weights."""
    weighed = isinstance(rule.to, Split) and rule.to.weight is not None
    return ("share.weight", "share.weights") if weighed else ()


def shares(rule: Rule, rows: Table) -> Table:
    """Cut each row of a rule into shares."""
    if isinstance(rule.to, str):
        who = call("coalesce", Ref(rule.to), text(""))
        return Extend(
            rows,
            (
                Def("participant", who, rule.to, rule.span),
                Def("share", WHOLE),
                Def("credited_share", WHOLE),
                Def("amount", Ref("value")),
                Def("share.reason", either(call("eq", Ref("participant"), text("")), text(NO_PARTICIPANT), text(""))),
            ),
        )
    return _cut(rule, rule.to, _with_value(rule, _parties(rule, rule.to, rows), rows))


def _parties(rule: Rule, split: Split, rows: Table) -> Table:
    """Key, participant, share, reason: one row per party of each transaction, the rest of a split among them."""
    keys = rule.source.key
    columns = dict.fromkeys((*keys, *(right for _, right in split.match)))
    at = rule.as_of
    narrow = Project(rows, (*((c, c) for c in columns), (at, at)))
    take = [("participant", "participant")]
    take += [("share", split.share)] if split.share else [("share.weight", split.weight)] if split.weight else []
    found = AsOf(
        narrow, Scan(source_table(split.source)), tuple((right, left) for left, right in split.match), at,
        "start", "end", tuple(take), "many",
    )  # fmt: skip
    nobody = Extend(
        Filter(found, missing(Ref("participant"))),
        (Def("participant", text("")), Def("share", WHOLE), Def("share.reason", text("no_assignment"))),
    )
    held = Filter(found, negate(missing(Ref("participant"))))
    names = (*keys, "participant", "share", "share.reason")
    if split.share is None:
        parts = _weighed(keys, held) if split.weight else _equal(keys, held)
        nobody = Extend(nobody, (Def("share.weight", ONE), Def("share.weights", ONE)))
        names += ("share.weight", "share.weights")
    else:
        parts = _stated(keys, Aggregate(held, (*keys, "participant"), (Agg("share", "sum", Ref("share")),)))
    return Union(tuple(Project(part, tuple((n, n) for n in names)) for part in (*parts, nobody)))


def _equal(keys: tuple[str, ...], held: Table) -> list[Table]:
    """Equal parts are weights of 1; where somebody is assigned twice, it is not known for how many they count."""
    each = Aggregate(held, (*keys, "participant"), (Agg("share.rows", "count", TRUE),))
    weighed = Extend(each, (Def("share.weight", ONE), Def("share.most", Over("max", Ref("share.rows"), keys))))
    return _in_proportion(keys, weighed, call("gt", Ref("share.most"), integer(1)), "assigned_twice")


def _weighed(keys: tuple[str, ...], held: Table) -> list[Table]:
    """Weights as they are given; those of one participant add up."""
    aggs = (Agg("share.weight", "sum", Ref("share.weight")), Agg("share.least", "min", Ref("share.weight")))
    each = Aggregate(held, (*keys, "participant"), aggs)
    weighed = Extend(each, (Def("share.lowest", Over("min", Ref("share.least"), keys)),))
    too_low = call("lt", Ref("share.lowest"), number(DIVISOR_LEAST, QUANTITY))
    return _in_proportion(keys, weighed, any_of(missing(Ref("share.weights")), too_low), "bad_weight")


def _in_proportion(keys: tuple[str, ...], each: Table, wrong: Expr, reason: str) -> list[Table]:
    """The parties by their `share.weight`; or one row of nobody for each transaction where something is wrong."""
    summed = Extend(each, (Def("share.weights", Over("sum", Ref("share.weight"), keys)), Def("share.wrong", wrong)))
    part = call("div", call("as_rate", Ref("share.weight")), Ref("share.weights"))
    fair = Extend(Filter(summed, negate(Ref("share.wrong"))), (Def("share", part), Def("share.reason", text(""))))
    held = Extend(
        Aggregate(Filter(summed, Ref("share.wrong")), keys, ()),
        (
            Def("participant", text("")),
            Def("share", WHOLE),
            Def("share.weight", ONE),
            Def("share.weights", ONE),
            Def("share.reason", text(reason)),
        ),
    )
    return [fair, held]


def _stated(keys: tuple[str, ...], each: Table) -> list[Table]:
    """Stated shares: the parties themselves, the rest under 1, and one row for shares over 1."""
    totals = Aggregate(each, keys, (Agg("share.total", "sum", Ref("share")),))
    on = tuple((key, key) for key in keys)
    summed = Join(each, totals, on, (("share.total", "share.total"),), "inner")
    fair = Extend(Filter(summed, call("le", Ref("share.total"), WHOLE)), (Def("share.reason", text("")),))
    rest = Extend(
        Filter(totals, call("lt", Ref("share.total"), WHOLE)),
        (
            Def("participant", text("")),
            Def("share", call("sub", WHOLE, Ref("share.total"))),
            Def("share.reason", text("shares_under_one")),
        ),
    )
    over = Extend(
        Filter(totals, call("gt", Ref("share.total"), WHOLE)),
        (Def("participant", text("")), Def("share", WHOLE), Def("share.reason", text("shares_over_one"))),
    )
    return [fair, rest, over]


def _with_value(rule: Rule, parties: Table, rows: Table) -> Table:
    """The parties with the columns of their transaction."""
    keys = rule.source.key
    return Join(parties, rows, tuple((key, key) for key in keys), _taken(rows, keys), "inner")


def _taken(rows: Table, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    assert isinstance(rows, Project)
    return tuple((new, new) for new, _ in rows.columns if new not in keys)


def whole(split: Split, value: Expr) -> Expr:
    """What is cut into shares: the value, rounded first where that is said; not known where this leaves the bounds."""
    return value if split.mode is None else call("round", value, text(split.mode), integer(split.digits))


def _cut(rule: Rule, split: Split, rows: Table) -> Table:
    """Floors first, then one unit each to the largest remainders; the sign is put back at the end."""
    keys, digits = rule.source.key, integer(split.digits)
    unit = number(Decimal(1).scaleb(-split.digits), rule.unit)
    single = any_of(*(call("eq", Ref("share.reason"), text(r)) for r in ("shares_over_one", "no_assignment")))
    given = () if split.share is None else (Def("share.cut_share", either(single, WHOLE, Ref("share"))),)
    part = [Ref(name) for name in (("share.cut_share",) if split.share else ("share.weight", "share.weights"))]
    kinds = ("floor_product", "product_rest") if split.share else ("floor_part", "part_rest")
    floored, rest = (call(kind, Ref("share.size"), *part, digits) for kind in kinds)
    order = (("share.rest", True), ("share.is_rest", False), ("participant", False))
    return Extend(
        rows,
        (
            Def("share.whole", whole(split, Ref("value"))),
            Def("share.size", call("abs", Ref("share.whole"))),
            *given,
            Def("share.floor", floored),
            Def("share.rest", rest),
            Def("share.is_rest", either(call("eq", Ref("participant"), text("")), integer(1), integer(0))),
            Def("share.left", call("sub", Ref("share.size"), Over("sum", Ref("share.floor"), keys))),
            Def("share.rank", call("as_quantity", Over("count", TRUE, keys, order, "running"))),
            Def(
                "share.portion",
                either(
                    call("le", call("mul", unit, Ref("share.rank")), Ref("share.left")),
                    call("add", Ref("share.floor"), unit),
                    Ref("share.floor"),
                ),
            ),
            Def(
                "amount",
                either(
                    call("lt", Ref("share.whole"), number(ZERO, rule.unit)),
                    call("neg", Ref("share.portion")),
                    Ref("share.portion"),
                ),
                "share of value",
                rule.span,
                remarks=(*noted(split.stated), *noted(split.weighed)),
            ),
            Def("credited_share", Ref("share")),
        ),
    )
