"""Transactions without a credit date: they wait until they have one, or are exceptions, as their rule says.

In: a rule. Out: the condition with its word, where the rule makes that choice; one that waits is asked nothing else, and one
that is an exception is first asked whether the rule would take it.
"""

from engine.ir.expr import Expr, Ref
from engine.lower.terms import missing, text
from engine.plan.resolved import Rule

UNDATED = "undated"
"""Why a rule does not take a transaction without a credit date, whatever becomes of it."""


def undated(rule: Rule, choice: str) -> list[tuple[Expr, Expr]]:
    """The branch of rows without a credit date; none of a rule that chooses otherwise, or whose rows all have one."""
    if rule.undated is None or rule.undated.value != choice:
        return []
    return [(missing(Ref(rule.credit_date)), text(UNDATED))]
