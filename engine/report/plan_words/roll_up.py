"""Roll-ups: whose managers are credited, how far up, and what of chains that are not as one hopes; and who is below."""

from collections.abc import Iterable

from engine.plan.resolved import Reports, RollUp
from engine.report.plan_words.number import listed
from engine.report.plan_words.sentence import Sentence

LONGER = {
    "stop": "Managers further up get nothing.",
    "exception": "Where there are managers further up, that part is held back until it is cleared up.",
}
NO_MANAGER = {
    "skip": "For somebody without a manager nobody is credited.",
    "exception": "What belongs to somebody without a manager is held back until it is cleared up.",
}
NOT_ON_PLAN = {
    "skip": "A manager who is on no plan that day is left out; the others keep their levels.",
    "exception": "The credit of a manager who is on no plan that day is held back until it is cleared up.",
}
MANAGERS_ON = {
    "first_day": "Each earning counts for those who are the managers on the first day of the days it is earned in.",
    "last_day": "Each earning counts for those who are the managers on the last day of the days it is earned in.",
}
BELOW = ("those whom you manage", "those whom these manage in turn")
OVERRIDE_NOT_ON_PLAN = {
    "skip": "A manager who is on no plan that day has nothing of it; the others keep their levels.",
    "exception": "A manager who is on no plan that day is held back until it is cleared up.",
}


def below(reports: Reports) -> str:
    """Who they are: `those whom you manage`, or by the level."""
    words = [BELOW[level - 1] if level <= len(BELOW) else f"those {level} levels below you" for level in reports.levels]
    return listed(["those two levels below you"] if reports.levels == (2,) else words)


def roll_up_sentences(rolled: RollUp) -> Iterable[Sentence]:
    """How far up, and the three choices, each at its place."""
    levels, above = "level 1 alone", ""
    if rolled.levels > 1:
        levels, above = f"levels 1 to {rolled.levels}", ", level 2 the manager's manager"
    stated = rolled.stated
    yield Sentence(
        f"Credited are {levels}: level 1 is the manager whom the roster names on that day{above}. "
        "Each manager is credited once, at the lowest level, with all that belongs to the people below.",
        rolled.longer.span if stated is None else stated.span, None if stated is None else stated.note,
    )  # fmt: skip
    yield Sentence(LONGER[rolled.longer.value], rolled.longer.span, rolled.longer.note)
    yield Sentence(NO_MANAGER[rolled.no_manager.value], rolled.no_manager.span, rolled.no_manager.note)
    yield Sentence(NOT_ON_PLAN[rolled.not_on_plan.value], rolled.not_on_plan.span, rolled.not_on_plan.note)
