"""Shares of a year's target, and the profiles that give them a name. In: mappings that fit their schema. Out: nouns.

Shares that add up to anything but 100 % would give the year more or less than its target, so they are told at once.
"""

from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.load.fields import Fields, number
from engine.load.yaml_node import Node, Scalar
from engine.plan.target_plan import Profile

WHOLE = Decimal(1)


def build_profile(key: Scalar, node: Node, diagnostics: Diagnostics) -> Profile:
    """An entry of `profiles:`."""
    fields = Fields(node, diagnostics, key.span)
    return Profile(key.text, build_shares(fields), key.span, fields.note)


def build_shares(fields: Fields) -> tuple[Decimal, ...]:
    """The list under `shares:`, in order of time."""
    found = [number(item, fields.diagnostics) for item in fields.items("shares") if isinstance(item, Scalar)]
    shares = tuple(each.value for each in found if each is not None)
    total = sum(shares, Decimal(0))
    if total != WHOLE:
        gap = abs(WHOLE - total)
        message = f"the {len(shares)} shares add up to {_percent(total)}, not 100%"
        help = f"{'add' if total < WHOLE else 'take off'} {_percent(gap)}: a year's parts are exactly its target"
        fields.diagnostics.error("W019", message, fields.span_of_key("shares"), help=help)
    return shares


def _percent(share: Decimal) -> str:
    return f"{plain(share.scaleb(2))}%"
