"""What is cut into whole units by largest remainder: floors first, then a unit each to the largest rests.

Ties by participant, then segment. The whole is not below 0 and has no smaller unit.
"""

from decimal import Decimal

from engine.ir.expr import Expr, Over, Ref
from engine.ir.table import Def
from engine.ir.types import Type
from engine.lower.terms import TRUE, call, either, integer, number


def portions(name: str, whole: Expr, by: tuple[str, ...], digits: int, paid: Type) -> list[Def]:
    """`portion` of each row of `by`, and the columns that it is made of, from those named `weight` and `weights`."""
    unit = number(Decimal(1).scaleb(-digits), paid)
    part = (whole, Ref(f"{name}.weight"), Ref(f"{name}.weights"), integer(digits))
    order = ((f"{name}.rest", True), ("participant", False), ("segment", False))
    left = call("sub", whole, Over("sum", Ref(f"{name}.floor"), by))
    gets = call("le", call("mul", unit, Ref(f"{name}.place")), Ref(f"{name}.left"))
    return [
        Def(f"{name}.floor", call("floor_part", *part)),
        Def(f"{name}.rest", call("part_rest", *part)),
        Def(f"{name}.left", left),
        Def(f"{name}.place", call("as_quantity", Over("count", TRUE, by, order, "running"))),
        Def(f"{name}.portion", either(gets, call("add", Ref(f"{name}.floor"), unit), Ref(f"{name}.floor"))),
    ]
