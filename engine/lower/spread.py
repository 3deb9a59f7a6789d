"""Targets spread to the calendar's shortest periods: `spread/<target>`, where every number is a participant's own."""

from decimal import Decimal
from itertools import accumulate

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import QUANTITY
from engine.lower.inputs import source_table
from engine.lower.remark import noted
from engine.lower.terms import ZERO, call, cases, integer, number
from engine.plan.resolved import Spread, Target

YEAR_DAYS = ("end", "days", "year_start", "year_end")
"""What the calendar says of a period and its year's days."""


def spread(target: Target) -> Stage:
    """`spread/<target>`: participant, part (a shortest period), part_amount. A negative target counts as missing."""
    given = Filter(Scan(source_table(target.sources[0].source)), call("ge", Ref("amount"), number(ZERO, target.unit)))
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
        shown, amount = share_of_year(target.spread)
        rows = Extend(rows, shown) if shown else rows
    remarks = tuple(remark for stated in target.spread.stated for remark in noted(stated)) if target.spread else ()
    rows = Extend(rows, (Def("part_amount", amount, span=target.span, note=target.note, remarks=remarks),))
    names = (*(made.name for made in shown), "part_amount")
    columns = (("participant", "participant"), ("part", part), *((name, name) for name in names))
    return Stage(
        f"spread/{target.name}", "spread", Project(rows, columns), ("participant", "part"), span=target.span,
        about="the target of each of the calendar's shortest periods",
    )  # fmt: skip


def share_of_year(spread: Spread) -> tuple[tuple[Def, ...], Expr]:
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
