"""How a year's or quarter's target is cut, and the profiles that give it a name. In: mappings that fit their schema. Out: nouns.

Shares that add up to anything but 100 % would give the whole more or less than its target, so they are told at once.
"""

from decimal import Decimal
from typing import cast

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.load.fields import Fields
from engine.load.number import number
from engine.load.yaml_node import Node, Scalar
from engine.plan.target_plan import By, Profile, Shape

WHOLE = Decimal(1)


def build_profile(key: Scalar, node: Node, diagnostics: Diagnostics) -> Profile:
    """An entry of `profiles:`."""
    fields = Fields(node, diagnostics, key.span)
    if ("shares" in fields) == ("quarters" in fields):
        message = "a profile has `shares` of the shortest periods, or of `quarters`"
        diagnostics.error("S011", message, key.span, help="write exactly one of the two")
    return Profile(key.text, build_shape(fields), key.span, fields.note)


def build_shape(fields: Fields) -> Shape:
    """The lists under `shares:` and `quarters:`, and what stands under `within:`."""
    if "quarters" in fields:
        return Shape(cast(By, fields.text("within")), quarters=_shares(fields, "quarters"))
    if "within" in fields:
        message = "`within` says how each quarter is spread, and there are no `quarters`"
        fields.diagnostics.error("S014", message, fields.span_of_key("within"), help="delete it, or write `quarters`")
    return Shape("shares", _shares(fields, "shares") if "shares" in fields else ())


def _shares(fields: Fields, key: str) -> tuple[Decimal, ...]:
    """A list of shares, in order of time."""
    found = [number(item, fields.diagnostics) for item in fields.items(key) if isinstance(item, Scalar)]
    shares = tuple(each.value for each in found if each is not None)
    total = sum(shares, Decimal(0))
    if total != WHOLE:
        gap = abs(WHOLE - total)
        message = f"the {len(shares)} shares add up to {_percent(total)}, not 100%"
        help = f"{'add' if total < WHOLE else 'take off'} {_percent(gap)}: the parts are exactly the target"
        fields.diagnostics.error("W019", message, fields.span_of_key(key), help=help)
    return shares


def _percent(share: Decimal) -> str:
    return f"{plain(share.scaleb(2))}%"
