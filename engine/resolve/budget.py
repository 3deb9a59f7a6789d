"""Budgets: that each is one amount for everybody.

In: a component as written. Out: diagnostics. `modifier.py` checks where a budget stands in the list.
"""

from collections.abc import Mapping

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.workspace import Variable
from engine.resolve.names_in import refs_in


def check_one_for_all(
    component: written.Component, variables: Mapping[str, Variable], diagnostics: Diagnostics
) -> None:
    """A budget reads only variables that have one value for all."""
    for step in component.steps:
        if isinstance(step, written.Budget):
            for name in sorted({ref.name for ref in refs_in(step.at.expr)}):
                variable = variables.get(name)
                if variable is None or variable.varies:
                    diagnostics.error(
                        "M255", f"a budget is one amount for everybody, but `{name}` may differ between participants",
                        step.at.span, help="write an amount, or read a variable that has one value for all",
                        related=() if variable is None else ((variable.span, "the variable"),),
                    )  # fmt: skip
