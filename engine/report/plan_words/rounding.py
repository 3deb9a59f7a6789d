"""Rounding modes in words."""

from engine.plan.rate_table import PERCENT, Rounded

MODES = {
    "half_up": "halves away from zero",
    "half_even": "halves to the even digit",
    "truncate": "towards zero",
    "floor": "always down",
    "ceiling": "always up",
}
"""Mode of a plan → how it rounds."""


def rounded_attainment(rounded: Rounded, what: str = "For this your attainment is first") -> str:
    """How an attainment is rounded before it is compared, or read."""
    places = rounded.digits - PERCENT
    to = "whole percents" if places == 0 else f"{places} digits of a percent"
    return f"{what} rounded to {to}, {MODES[rounded.mode]}."
