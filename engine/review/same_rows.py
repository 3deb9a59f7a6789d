"""Credit rules that take the same rows under `hit_policy: unique`. In: a plan. Out: a warning R030 for each that follows another.

Only conditions of one text are told: whether two others can hold at once, data decides.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Plan, Rule


def review_same_rows(plan: Plan, diagnostics: Diagnostics) -> None:
    """A warning where no row could be credited."""
    if plan.hit_policy.value != "unique":
        return
    first: dict[tuple[str, str | None], Rule] = {}
    for rule in plan.rules:
        same = first.setdefault((rule.source.name, rule.where.text if rule.where is not None else None), rule)
        if same is not rule:
            _tell(same, rule, diagnostics)


def _tell(same: Rule, rule: Rule, diagnostics: Diagnostics) -> None:
    diagnostics.warning(
        "R030",
        f"`{rule.name}` takes the same rows of `{rule.source.name}` as `{same.name}`: `hit_policy: unique` holds them all back",
        rule.span if rule.where is None else rule.where.span,
        help="let the conditions exclude each other; or choose `hit_policy: first` or `all`",
        related=((same.span if same.where is None else same.where.span, f"`{same.name}`"),),
    )
