"""Targets: what they are numbers of, how they are given, and what is yours of them for a part of a period."""

from engine.plan.resolved import Against, Target
from engine.report.plan_words.sentence import Sentence

GIVEN = {
    "period": "is given for every {shortest}",
    "year": "is given for the year and spread evenly over its {shortest}s",
}
"""How a target is given → words."""


def target_sentence(target: Target, shortest: str) -> Sentence:
    """One target."""
    unit = "a quantity" if target.unit.dtype == "quantity" else f"in {target.unit.currency}"
    given = GIVEN[target.given].format(shortest=shortest)
    part = (
        "if you are on the plan for a part of the time, you have the part of it that your days come to"
        if target.prorate
        else "it is whole even if you are on the plan for a part of the time only"
    )
    text = f"Your target `{target.name}` is {unit}, {given}; {part}."
    return Sentence(
        text.replace(f", {given}", f" and {given}") if unit != "a quantity" else text, target.span, target.note
    )


def of_target(against: Against) -> str:
    """A target in the reach that a place reads it."""
    if not against.to_date:
        return f"your target `{against.target}`"
    return f"your target `{against.target}` {'of the whole year' if against.whole else 'since the year began'}"
