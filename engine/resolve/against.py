"""What a place holds against a target: what a missing and a zero one mean, how far it reaches, how what is reached is rounded.

In: a table, a gate or an attainment as written. Out: `Against`.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.accumulation import Accumulation
from engine.plan.choice import Stated
from engine.plan.rate_table import PERCENT
from engine.plan.resolved import Against, Rounded
from engine.resolve.effective import Policies


def resolve_against(
    target: written.Name,
    accumulation: Accumulation | None,
    policies: Policies,
    rounded: written.RoundAttainment | None = None,
    group: str | None = None,
) -> Against:
    """What a missing and a zero target mean here, how far the target reaches, and whether it is that of a group."""
    missing = policies.needed("missing_target", target.span, "a participant may have no target")
    zero = policies.needed("zero_target", target.span, "a target may be zero")
    reach = None
    if accumulation is not None:
        why = f"a value to date can be held against the target to date or against that of the whole {accumulation}"
        reach = policies.needed("reach", target.span, why)
    whole = reach is not None and reach.value == "accumulation"
    how = None if rounded is None else Rounded(rounded.mode, rounded.digits + PERCENT, _stated(rounded))
    return Against(target.text, missing, zero, accumulation, whole, reach, how, group)


def _stated(rounded: written.RoundAttainment) -> Stated:
    return Stated(f"round_attainment: {rounded.mode}, {rounded.digits} digits", rounded.span, rounded.note)


def check_rounded(
    rounded: written.RoundAttainment | None, against: written.Name | None, diagnostics: Diagnostics
) -> None:
    """Only what is held against a target has an attainment."""
    if rounded is not None and against is None:
        diagnostics.error(
            "M180", "there is no attainment to round: nothing is held `against` a target here", rounded.span,
            help="say `against:` which target, or delete it",
        )  # fmt: skip
