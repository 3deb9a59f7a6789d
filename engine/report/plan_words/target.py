"""Targets: what they are numbers of, how they are given, and what is yours of them for a part of a period."""

from engine.core.money import plain
from engine.plan.resolved import Against, Spread, Target
from engine.report.plan_words.accumulation import SINCE, WHOLE
from engine.report.plan_words.number import grouped, listed, percent
from engine.report.plan_words.sentence import Sentence

GIVEN = {
    "period": "is given for every {shortest}",
    "quarter": "is given for every quarter and spread {spread}",
    "year": "is given for the year and spread {spread}",
}
"""How a target is given → words."""
SPREAD = {
    "evenly": "evenly over its {shortest}s",
    "calendar_days": "over its {shortest}s by their days",
    "shares": "over its {shortest}s{profile}: {shares}",
}
"""How the target of a year or quarter is spread → words."""
QUARTERS = "over its quarters{profile}: {quarters}; each quarter is spread {within}"
"""How one is spread that has shares of the quarters → words."""


def target_sentence(target: Target, shortest: str) -> Sentence:
    """One target."""
    unit = "a quantity" if target.unit.dtype == "quantity" else f"in {target.unit.currency}"
    given = _given(target, shortest)
    part = (
        "if you are on the plan for a part of the time, you have the part of it that your days come to"
        if target.prorate
        else "it is whole even if you are on the plan for a part of the time only"
    )
    of = "" if target.category is None else f" for the {target.category.column.text} `{target.category.value}`"
    text = f"Your target `{target.name}`{of} is {unit}, {given}; {part}.{_whose(target, shortest)}{_ramped(target, shortest)}"
    return Sentence(
        text.replace(f", {given}", f" and {given}") if unit != "a quantity" else text, target.span, _notes(target)
    )


PRECEDENCE = {
    "first": "It is the first that there is of these: {each}.",
    "exception": "It is the one that there is of these: {each}; if there are several, your pay is held until it is cleared up.",
}
"""Which of several numbers counts → words."""


def _whose(target: Target, shortest: str) -> str:
    """Whose number it is, unless it is simply one's own."""
    if target.own:
        return ""
    named = ["your own" if rows.by == "participant" else f"that of your {rows.by}" for rows in target.sources]
    text = f"It is {named[0]}." if named else ""
    if target.precedence is not None:
        text = PRECEDENCE[target.precedence].format(each=", ".join(named))
    if target.everybody is not None:
        amount = grouped(plain(target.everybody.amount))
        amount += f" {target.unit.currency}" if target.unit.dtype == "money" else ""
        every = f"each {shortest}" if target.given == "period" else f"each {target.given}"
        text = f"{text} Without one it is {amount} for {every}, for you as for everybody else.".lstrip()
        text = text if named else f"It is {amount} for {every}, for everybody."
    if target.groups and target.prorate:
        text += " What group you are in is asked for each day."
    return f" {text}"


def _ramped(target: Target, shortest: str) -> str:
    """What it is for whoever has just begun."""
    if target.ramp is None:
        return ""
    shares = [percent(share) for share in target.ramp.shares]
    first = f"In the {shortest} of your day in `{target.ramp.since}`" + (
        "" if len(shares) == 1 else " and those after it"
    )
    return f" {first} it is {', then '.join(shares)} of that; from then on all of it."


def _given(target: Target, shortest: str) -> str:
    return GIVEN[target.given].format(shortest=shortest, spread=_spread(target.spread, shortest))


def _notes(target: Target) -> str | None:
    """The notes beside the target plan, its spread and its profile."""
    stated = [*(rows.stated for rows in target.sources), *target.stated]
    stated += [] if target.ramp is None else [target.ramp.stated]
    beside = [each.note for each in stated if each is not None]
    return "; ".join(note for note in (target.note, *beside) if note) or None


def _spread(spread: Spread | None, shortest: str) -> str:
    if spread is None:
        return ""
    shares = listed([percent(share) for share in spread.shares]) if spread.shares else ""
    profile = f" by the profile `{spread.profile}`" if spread.profile else ""
    if not spread.quarters:
        return SPREAD[spread.by].format(shortest=shortest, profile=profile, shares=shares)
    within = SPREAD[spread.by].format(shortest=shortest, profile="", shares=shares)
    return QUARTERS.format(
        profile=profile, quarters=listed([percent(share) for share in spread.quarters]), within=within
    )


def of_target(against: Against) -> str:
    """A target in the reach that a place reads it."""
    whose = "your target" if against.group is None else f"the target of your {against.group},"
    if against.accumulation is None:
        return f"{whose} `{against.target}`"
    return f"{whose} `{against.target}` {(WHOLE if against.whole else SINCE)[against.accumulation]}"
