"""Balances that are carried forward: that there is something to carry, and a next interval to carry it into.

In: an item as written, and where it stands. Out: diagnostics. `segment.py` checks that segments go on where a balance is settled.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.carry_forward import CarryForward
from engine.resolve.interpolated import constant


def check_carry_forward(
    component: written.Component, step: CarryForward, before: bool, to_date: str, diagnostics: Diagnostics
) -> None:
    """`before`: a true-up follows, so the amount is one to date."""
    if not step.lines:
        diagnostics.error(
            "M250", "`carry_forward` says nothing that is carried", step.span,
            help="say `deficit: {under: 0, at_end: settled}`, `excess: {over: 5000, at_end: settled}`, or both",
        )  # fmt: skip
    if before:
        diagnostics.error(
            "M252", f"`carry_forward` stands before `true_up`, where the amount is of the {to_date} to date", step.span,
            help="move it after `true_up`: what an earning period brings is carried into the next",
        )  # fmt: skip
    if component.earning_period.text == step.accumulation:
        diagnostics.error(
            "M253", f"nothing is carried within the {step.accumulation}: `{component.name}` earns once in it", step.span,
            help="carry it over something longer, as `over: plan`",
            related=((component.earning_period.span, "the earning period"),),
        )  # fmt: skip
    least, most = (None if line is None else constant(line.at.expr) for line in (step.deficit, step.excess))
    if least is not None and most is not None and most < least and step.excess is not None:
        diagnostics.error(
            "M251", "the excess begins below the line under which there is a deficit", step.excess.at.span,
            help="let `over` be at least `under`",
            related=() if step.deficit is None else ((step.deficit.at.span, "the deficit"),),
        )  # fmt: skip
