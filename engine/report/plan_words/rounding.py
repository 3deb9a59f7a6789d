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


def rounded_attainment(rounded: Rounded) -> str:
    """How an attainment is rounded before it is compared."""
    return f"For this your attainment is first rounded to {percents(rounded.digits)}, {MODES[rounded.mode]}."


def percents(digits: int) -> str:
    """Places of a rate as those of the percentage."""
    places = digits - PERCENT
    return "whole percents" if places == 0 else f"{places} digits of a percent"
