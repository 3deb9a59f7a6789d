"""Groups: who is in one, in words."""

from engine.plan.group import EVERYONE


def members(within: str) -> str:
    """The members of the group of the one who is paid."""
    return "all on this plan" if within == EVERYONE else f"all on this plan who have your `{within}`"
