"""Who is on a plan and from when, in which currency it pays, and the values that participants may have of their own."""

from collections.abc import Iterable

from engine.plan.resolved import Plan
from engine.plan.workspace import Variable
from engine.report.plan_words.number import listed, value
from engine.report.plan_words.sentence import Sentence


def plan_sentences(plan: Plan) -> Iterable[Sentence]:
    """Whom it covers, when, and in what it pays."""
    until = f"from {plan.start} to {plan.end}, both days included" if plan.end is not None else f"from {plan.start} on"
    if plan.titles is not None:
        who = f"You are on it while your title is {listed(plan.titles, 'or')}"
    else:
        who = f"It is for {listed(plan.names or ('nobody',))}"
    people, dates = (plan.people, plan.in_force)
    if not any(stated and stated.note for stated in (people, dates)):
        yield Sentence(f"{who}, {until}. It pays in {plan.currency}.", plan.span, plan.note)
        return
    yield Sentence(f"{who}.", people.span if people else plan.span, people.note if people else None)
    yield Sentence(f"It holds {until}.", dates.span if dates else plan.span, dates.note if dates else None)
    yield Sentence(f"It pays in {plan.currency}.", plan.span, plan.note)


def variable_sentence(variable: Variable, digits: int) -> Sentence:
    """A value that formulas read: the same for all, or each participant's own."""
    name = f"`{variable.name}`"
    default = None if variable.default is None else value(variable.default, variable.type, digits)
    if variable.column is None:
        text = f"{name} is {default} for everybody." if default is not None else f"{name} has no value."
    elif default is None:
        text = f"{name} is your own value in `{variable.column}`; without one it is missing."
    else:
        text = f"{name} is your own value in `{variable.column}`; without one it is {default}."
    return Sentence(text, variable.span, variable.note)
