"""Rounding modes in words."""

MODES = {
    "half_up": "halves away from zero",
    "half_even": "halves to the even digit",
    "truncate": "towards zero",
    "floor": "always down",
    "ceiling": "always up",
}
"""Mode of a plan → how it rounds."""
