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
    if any(stated and stated.note for stated in (people, dates)):
        yield Sentence(f"{who}.", people.span if people else plan.span, people.note if people else None)
        yield Sentence(f"It holds {until}.", dates.span if dates else plan.span, dates.note if dates else None)
        yield Sentence(f"It pays in {plan.currency}.", plan.span, plan.note)
    else:
        yield Sentence(f"{who}, {until}. It pays in {plan.currency}.", plan.span, plan.note)
    if plan.begins_anew is not None:
        day = plan.begins_anew.anniversary_of.text
        text = (
            f"It begins anew for you on each anniversary of your `{day}`: what adds up over the plan counts from then."
        )
        yield Sentence(text, plan.begins_anew.stated.span, plan.begins_anew.stated.note)
    for stated in plan.parameters:
        yield Sentence(f"{stated.words}.", stated.span, stated.note)


def variable_sentences(variable: Variable, digits: int) -> Iterable[Sentence]:
    """A value that formulas read: the same for all, or the nearest of one's own, one's position's, one's title's."""
    name = f"`{variable.name}`"
    default = None if variable.default is None else value(variable.default, variable.type, digits)
    if not variable.varies:
        text = f"{name} is {default} for everybody." if default is not None else f"{name} has no value."
        yield Sentence(text, variable.span, variable.note)
        return
    said = [f"your own value in `{variable.column}`"] if variable.column is not None else []
    said += [f"that of your {attribute}" for attribute in variable.attributes]
    without = "it is missing" if default is None else f"it is {default}"
    yield Sentence(f"{name} is {'; without one '.join([*said, without])}.", variable.span, variable.note)
    for each in (each for attribute in variable.attributes for each in variable.of(attribute)):
        amount = value(each.value, variable.type, digits)
        yield Sentence(f"For the {each.attribute} {each.name}, {name} is {amount}.", each.span)
