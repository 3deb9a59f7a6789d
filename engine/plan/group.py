"""A group of participants: those on a plan whose attribute of the roster has one value, or everyone on it."""

EVERYONE = "everyone"
"""The group of all on the plan, where a measure or a pool says no attribute."""
