"""Targets spread to the calendar's shortest periods: `spread/<target>`, where every number is a participant's own."""

from decimal import Decimal
from itertools import accumulate

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY
from engine.lower.inputs import source_table
from engine.lower.remark import noted
from engine.lower.terms import ZERO, all_of, call, cases, integer, number, part_of, text
from engine.plan.resolved import Target

CATEGORY = "category"
"""The column of what the target's rows are of, where a column of the source says it."""


def of_calendar(target: Target) -> tuple[str, ...]:
    """What the calendar says of a period and of the year or quarter whose number is spread over it."""
    over = target.over
    in_quarter = ("quarter", "quarter_number", "quarter_part", "quarter_parts") if over == "quarter" else ()
    return ("part", "parts", *in_quarter, "end", "days", f"{over}_start", f"{over}_end")


def spread(target: Target) -> Stage:
    """`spread/<target>`: participant, part (a shortest period), part_amount. A negative target counts as missing."""
    told = call("ge", Ref("amount"), number(ZERO, target.unit))
    mine = [call("eq", Ref(column), text(value)) for column, value in target.held.items()]
    given = Filter(Scan(source_table(target.sources[0].source)), all_of(told, *mine))
    amount: Expr = Ref("amount")
    shown: tuple[Def, ...] = ()
    if target.spread is None:
        rows: Table = given
        part = "period"
    else:
        parts = Filter(Scan("calendar"), call("gt", Ref("part"), integer(0)))
        names = tuple(name for name in of_calendar(target) if name != target.given)
        take = (("part_name", "period"), *((name, name) for name in names))
        rows = Join(given, parts, ((target.given, target.given),), take, "inner", many=True)
        part = "part_name"
        shown, amount = share_of(target)
        rows = Extend(rows, shown) if shown else rows
    remarks = tuple(remark for stated in target.stated for remark in noted(stated))
    rows = Extend(rows, (Def("part_amount", amount, span=target.span, note=target.note, remarks=remarks),))
    names = (*(made.name for made in shown), "part_amount")
    kept = (*((CATEGORY, column) for column in target.held), *((name, name) for name in names))
    columns = (("participant", "participant"), ("part", part), *kept)
    return Stage(
        f"spread/{target.name}", "spread", Project(rows, columns), ("participant", "part"), span=target.span,
        about="the target of each of the calendar's shortest periods",
    )  # fmt: skip


def share_of(target: Target) -> tuple[tuple[Def, ...], Expr]:
    """A × what the whole's periods come to up to this one − A × what they come to before it: the parts telescope to A.

    The whole is a year or a quarter; a quarter's A is its own, or cut from that of the year in the same way. With the
    columns that say how much that is: of n periods, of the whole's days, or of 1.
    """
    spread, over = target.spread, target.over
    if spread is None:
        return (), Ref("amount")
    part, parts = ("quarter_part", "quarter_parts") if over == "quarter" else ("part", "parts")
    if spread.quarters:
        shown, own = _by_shares("quarter_number", spread.quarters, "amount", "quarter_share")
        shown = (*shown, Def("quarter_amount", own))
        amount = "quarter_amount"
    else:
        shown, amount = (), "amount"
    if spread.by == "shares":
        defs, own = _by_shares(part, spread.shares, amount, "share")
        return (*shown, *defs), own
    if spread.by == "calendar_days":
        days = (
            Def("days", Ref("days")),
            Def("days_to", call("days", Ref(f"{over}_start"), Ref("end"))),
            Def(f"days_of_{over}", call("days", Ref(f"{over}_start"), Ref(f"{over}_end"))),
        )
        return (*shown, *days), _portion(amount, "days_to", Ref("days"), f"days_of_{over}")
    return shown, _portion(amount, part, integer(1), parts)


def _by_shares(place: str, shares: tuple[Decimal, ...], amount: str, name: str) -> tuple[tuple[Def, ...], Expr]:
    """A × the shares up to a place − A × those before it."""
    shown = (Def(name, _at(place, shares)), Def(f"{name}_to", _at(place, tuple(accumulate(shares)))))
    before = call("sub", Ref(f"{name}_to"), Ref(name))
    return shown, call("sub", call("mul", Ref(amount), Ref(f"{name}_to")), call("mul", Ref(amount), before))


def _at(place: str, values: tuple[Decimal, ...]) -> Expr:
    """The value of each of the whole's parts, by its place."""
    found = [(call("eq", Ref(place), integer(n)), number(v, QUANTITY)) for n, v in enumerate(values, start=1)]
    return cases(found[:-1], found[-1][1])


def _portion(amount: str, reached: str, own: Expr, whole: str) -> Expr:
    """A × reached ÷ whole − A × (reached − own) ÷ whole."""

    def up_to(index: Expr) -> Expr:
        return part_of(Ref(amount), index, Ref(whole))

    return call("sub", up_to(Ref(reached)), up_to(call("sub", Ref(reached), own)))
