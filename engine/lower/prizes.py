"""Prizes of tied places: what the places bring that they take together, cut into equal parts.

Exact, by largest remainder at the currency's digits: of what is left over the first of the tied in order of participant get a
unit each.
"""

from decimal import Decimal

from engine.ir.expr import Expr, Ref
from engine.ir.table import Def
from engine.ir.types import QUANTITY, Type
from engine.lower.terms import ONE, ZERO, call, either, integer, number
from engine.plan.resolved import Table


def shared_prizes(table: Table, paid: Type, digits: int) -> list[Def]:
    """`prizes`, `part` and the result, from `after` (the place), `tied` and `tie_order`; prizes are numbers of the plan."""
    first, nothing, unit = Ref("after"), number(ZERO, paid), number(Decimal(1).scaleb(-digits), paid)
    end = call("add", first, call("as_quantity", Ref("tied")))
    total: Expr = nothing
    for tier in table.tiers[:-1]:
        place = number(Decimal(tier.number), QUANTITY)
        taken = call("and", call("le", first, place), call("lt", place, end))
        total = call("add", total, either(taken, call("add", tier.pays.expr, nothing), nothing))
    tied = call("as_quantity", Ref("tied"))
    cut = call("floor_part", Ref("prizes"), ONE, tied, integer(digits))
    left = call("sub", Ref("prizes"), call("mul", Ref("part"), tied))
    more = call("le", call("mul", unit, call("as_quantity", Ref("tie_order"))), left)
    return [
        Def("prizes", total, "what the tied places bring together", table.span),
        Def("part", cut, "prizes ÷ tied, cut at the digits", table.span),
        Def(
            "table_result",
            either(more, call("add", Ref("part"), unit), Ref("part")),
            "a part of the prizes",
            table.span,
            table.note,
        ),
    ]
