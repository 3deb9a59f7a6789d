"""Shares: a matched transaction cut into one amount per participant, so that nothing is lost and a reversal mirrors.

In: rows with the source's key, `credit_date`, `value`. Out: the same rows once per participant ('' for nobody), with
`share`, `credited_share`, `amount` and the `reason` why nobody has it. Largest remainder, ties by participant id (`semantics` 1).
"""

from decimal import Decimal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import QUANTITY, RATE
from engine.lower.inputs import source_table
from engine.lower.remark import noted
from engine.lower.terms import TRUE, ZERO, any_of, call, either, integer, missing, negate, number, text
from engine.plan.resolved import Plan, Rule, Split

WHOLE = number(Decimal(1), RATE)


def matched_rows(plan: Plan, rule: Rule, read: tuple[str, ...]) -> Project:
    """The transactions that a rule takes: key, the columns `read`, credit date and value."""
    p = f"{plan.name}.{rule.name}"
    matched = Filter(Scan(f"prepared/{rule.source.name}"), call("eq", Ref(f"{p}.state"), text("matched")))
    columns = [(name, name) for name in (*rule.source.key, *read)]
    return Project(matched, (*columns, ("credit_date", rule.credit_date), ("value", f"{p}.value")))


def columns_named(rule: Rule) -> tuple[str, ...]:
    """Columns of the source, beyond its key, that say whom a transaction belongs to."""
    named: tuple[str, ...] = (rule.to,) if isinstance(rule.to, str) else tuple(column for _, column in rule.to.match)
    if not isinstance(rule.to, str) and rule.to.expect:
        named += (rule.to.expect,)
    return tuple(name for name in dict.fromkeys(named) if name not in rule.source.key)


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
                Def("share.reason", either(call("eq", Ref("participant"), text("")), text("no_participant"), text(""))),
            ),
        )
    return _cut(rule, rule.to, _with_value(rule, _parties(rule, rule.to, rows), rows))


def _parties(rule: Rule, split: Split, rows: Table) -> Table:
    """Key, participant, share, reason: one row per party of each transaction, the rest of a split among them."""
    keys = rule.source.key
    columns = dict.fromkeys((*keys, *(right for _, right in split.match)))
    narrow = Project(rows, (*((c, c) for c in columns), ("credit_date", "credit_date")))
    take = [("participant", "participant")] + ([("share", split.share)] if split.share else [])
    found = AsOf(
        narrow, Scan(source_table(split.source)), tuple((right, left) for left, right in split.match), "credit_date",
        "start", "end", tuple(take), "many",
    )  # fmt: skip
    nobody = Extend(
        Filter(found, missing(Ref("participant"))),
        (Def("participant", text("")), Def("share", WHOLE), Def("share.reason", text("no_assignment"))),
    )
    held = Filter(found, negate(missing(Ref("participant"))))
    if split.share is None:
        each = Aggregate(held, (*keys, "participant"), ())
        count = call("as_quantity", Over("count", TRUE, keys))
        equal = Extend(each, (Def("share", call("div", WHOLE, count)), Def("share.reason", text(""))))
        parts: list[Table] = [equal, nobody]
    else:
        each = Aggregate(held, (*keys, "participant"), (Agg("share", "sum", Ref("share")),))
        parts = [*_stated(keys, each), nobody]
    names = (*keys, "participant", "share", "share.reason")
    return Union(tuple(Project(part, tuple((n, n) for n in names)) for part in parts))


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


def _cut(rule: Rule, split: Split, rows: Table) -> Table:
    """Floors first, then one unit each to the largest remainders; the sign is put back at the end."""
    keys, digits = rule.source.key, integer(split.digits)
    unit = number(Decimal(1).scaleb(-split.digits), rule.unit)
    whole: Expr = Ref("value")
    if split.mode is not None:
        whole = call("round", whole, text(split.mode), digits)
    single = any_of(*(call("eq", Ref("share.reason"), text(r)) for r in ("shares_over_one", "no_assignment")))
    floored = _equal_floor(keys, digits, unit) if split.share is None else call(
        "floor_product", Ref("share.size"), Ref("share.cut_share"), digits
    )  # fmt: skip
    rest = (
        number(ZERO, QUANTITY)
        if split.share is None
        else call("product_rest", Ref("share.size"), Ref("share.cut_share"), digits)
    )
    order = (("share.rest", True), ("share.is_rest", False), ("participant", False))
    return Extend(
        rows,
        (
            Def("share.whole", whole),
            Def("share.size", call("abs", Ref("share.whole"))),
            Def("share.cut_share", either(single, WHOLE, Ref("share"))),
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
                remarks=noted(split.stated),
            ),
            Def("credited_share", Ref("share")),
        ),
    )


def _equal_floor(keys: tuple[str, ...], digits: Expr, unit: Expr) -> Expr:
    """⌊size ÷ k⌋ at `digits` places, although ÷ rounds at 12: step back one unit where k of them would be too much."""
    count = call("as_quantity", Over("count", TRUE, keys))
    near = call("round", call("div", Ref("share.size"), count), text("truncate"), digits)
    return either(call("gt", call("mul", near, count), Ref("share.size")), call("sub", near, unit), near)
