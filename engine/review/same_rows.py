"""Credit rules that take the same rows under `hit_policy: unique`. In: a plan. Out: a warning R030 for each that follows another.

Only conditions of one text are told: whether two others can hold at once, data decides.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Plan, Rule


def review_same_rows(plan: Plan, diagnostics: Diagnostics) -> None:
    """A warning where a row of one rule is always one of an earlier rule too."""
    if plan.hit_policy.value != "unique":
        return
    for place, rule in enumerate(plan.rules):
        same = next((other for other in plan.rules[:place] if _same(other, rule)), None)
        if same is not None:
            _tell(same, rule, diagnostics)


def _same(one: Rule, other: Rule) -> bool:
    """Whether both ask the same; what each leaves out may still keep them apart."""
    left_out = {frozenset(formula.words for _, formula in rule.exclude) for rule in (one, other)}
    apart = len(left_out) > 1 and frozenset[str]() not in left_out
    return one.source.name == other.source.name and _asks(one) == _asks(other) and not apart


def _asks(rule: Rule) -> str | None:
    return None if rule.where is None else rule.where.words


def _tell(same: Rule, rule: Rule, diagnostics: Diagnostics) -> None:
    message = f"`{rule.name}` takes the same rows of `{rule.source.name}` as `{same.name}`"
    diagnostics.warning(
        "R030",
        f"{message}: `hit_policy: unique` holds back each that both take",
        rule.span if rule.where is None else rule.where.span,
        help="let the conditions exclude each other; or choose `hit_policy: first` or `all`",
        related=((same.span if same.where is None else same.where.span, f"`{same.name}`"),),
    )
