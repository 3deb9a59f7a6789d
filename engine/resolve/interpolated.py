"""Points joined by lines: where what they pay jumps, and what they pay before there is anything.

In: a table of points, or another that adds up along the credits. Out: where a boundary is needed; diagnostics.
"""

from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain, scaled
from engine.core.span import Span
from engine.ir.expr import Call, Expr, Lit
from engine.ir.walk import refs
from engine.plan import comp_plan as written
from engine.plan.choice import Choice
from engine.plan.resolved import Table

ZERO = Decimal(0)


def jumps_at(table: written.RateTable, below: Choice) -> tuple[Span, str] | None:
    """The first place where a value exactly on a point could be paid in two ways, and why."""
    for point, following in pairwise(table.tiers):
        if point.lower == following.lower:
            return following.span, "two points stand at one place: what is paid jumps there"
    first = table.tiers[0]
    if below.value == "zero" and constant(first.pays.expr) != 0:
        return (
            first.span,
            "nothing is paid under the first point: what is paid jumps there (a first point at 0 would not)",
        )
    return None


def check_start(table: written.RateTable, made: Table, diagnostics: Diagnostics) -> None:
    """Credits are paid what each adds. What the table pays at 0, or by a policy at 100 %, no credit adds."""
    if table.mode == "marginal":
        return  # it pays nothing at 0, and a policy puts each credit into one tier
    at_zero = _at_zero(table, made)
    if at_zero is not None:
        place, amount = at_zero
        said = "what is paid at 0 is not known to be 0" if amount is None else f"{plain(amount)} is paid at 0 already"
        diagnostics.error(
            "M116", f"{said}, and each credit is paid only what it adds: nobody would get it", place.pays.span,
            help="let the table pay 0 at 0 (a point or tier of `amount: 0`), or pay the period instead of each credit",
            related=((table.mode_span, "the mode"),),
        )  # fmt: skip
    if made.against is None:
        return
    for name, choice in (("missing_target", made.against.missing), ("zero_target", made.against.zero)):
        if choice.value == "full":
            diagnostics.error(
                "M116", f"`{name}: full` is 100 % before a credit and with it, so that no credit adds anything", choice.span,
                help=f"say `{name}: block` or `zero`, or pay the period instead of each credit",
                related=((table.span, "the table"),),
            )  # fmt: skip


def check_alike(table: written.RateTable, made: Table, variables: Collection[str], diagnostics: Diagnostics) -> None:
    """A return takes back what the table came to by its own values: an amount that reads the credit gives it other ones.

    Where the amount is a share of the credit, a return is even paid what its sale was.
    """
    if made.select is None or not made.adds_up or made.gives != "amount":
        return
    for tier in table.tiers:
        read = sorted(refs(tier.pays.expr) - set(variables))
        if read:
            diagnostics.error(
                "M160", f"this amount is of one credit (`{read[0]}`), but a credit is paid what the running total adds",
                tier.pays.span,
                help="say an amount that is the same for every credit; a share of each credit is a rate"
                " (`marginal`, or `whole` with `running_total`)",
                related=((table.mode_span, "the mode"),),
            )  # fmt: skip
            return


def _at_zero(table: written.RateTable, made: Table) -> tuple[written.Tier, Decimal | None] | None:
    """The tier or point that pays something at 0, with the amount where that is known; None where it pays nothing."""
    below = made.below.value if made.below is not None else ""
    if table.mode == "each_entered":
        on = made.boundary is not None and made.boundary.value == "upper"
        entered = [
            t for n, t in enumerate(table.tiers) if t.lower < 0 or (t.lower == 0 and on) or (n == 0 and below == "same")
        ]
        return next(((t, amount) for t in entered if (amount := constant(t.pays.expr)) != 0), None)
    first = table.tiers[0]
    if first.lower > 0:
        amount = constant(first.pays.expr) if below == "same" else ZERO
        return None if amount == 0 else (first, amount)
    lower = made.boundary is not None and made.boundary.value == "lower"
    on_it = [point for point in table.tiers if point.lower == 0]
    if on_it:
        point = on_it[0] if lower else on_it[-1]
        nothing = point is first and len(on_it) == 1 and lower and below == "zero"
        amount = ZERO if nothing else constant(point.pays.expr)
        return None if amount == 0 else (point, amount)
    left = [point for point in table.tiers if point.lower < 0][-1]
    right = next((point for point in table.tiers if point.lower > 0), None)
    amount = constant(left.pays.expr)
    if right is not None:
        amount = _between(amount, constant(right.pays.expr), left.lower, right.lower)
    return None if amount == 0 else (left, amount)


def _between(one: Decimal | None, other: Decimal | None, low: Decimal, high: Decimal) -> Decimal | None:
    """The amount at 0 on the line between two points."""
    if one is None or other is None:
        return None
    part = scaled(other - one, -low, high - low)
    return None if part is None else one + part


def constant(expr: Expr) -> Decimal | None:
    """The number that an expression is, if it is one as it stands."""
    match expr:
        case Call("neg", (arg,)):
            value = constant(arg)
            return None if value is None else value.copy_negate()
        case Lit(value=Decimal() as value):
            return value
    return None
