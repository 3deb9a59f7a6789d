"""Roll-ups: whose managers are credited, how far up, and what of chains that are not as one hopes; and who is below."""

from collections.abc import Iterable

from engine.plan.resolved import Generations, Reports, RollUp
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
BEYOND = {
    "stop": "Further up nobody has any of it.",
    "exception": "Where levels are still to be found and there are managers further up, it is held back until it is cleared up.",
}
SEVERAL = 3
"""So many levels are named one by one."""
BELOW = ("those whom you manage", "those whom these manage in turn")
OVERRIDE_LONGER = {
    "stop": "Managers further up have nothing of it.",
    "exception": "Where there are managers further up, all pay is held back until it is cleared up.",
}
OVERRIDE_NOT_ON_PLAN = {
    "skip": "A manager who is on no plan that day has nothing of it; the others keep their levels.",
    "exception": "A manager who is on no plan that day is held back until it is cleared up.",
}


def below(reports: Reports) -> str:
    """Who they are: `those whom you manage`, or by the level."""
    if len(reports.levels) > SEVERAL and reports.levels == tuple(range(reports.levels[0], reports.levels[-1] + 1)):
        return f"those at levels {reports.levels[0]} to {reports.levels[-1]} below you"
    words = [BELOW[level - 1] if level <= len(BELOW) else f"those {level} levels below you" for level in reports.levels]
    return listed(["those 2 levels below you"] if reports.levels == (2,) else words)


def report_sentences(reports: Reports) -> Iterable[Sentence]:
    """The managers of which day, which of them take a level, and what of those further up and of those on no plan."""
    yield Sentence(MANAGERS_ON[reports.managers_on.value], reports.stated.span, reports.stated.note)
    if reports.generations is not None:
        yield from generation_sentences(reports.generations)
    yield Sentence(OVERRIDE_LONGER[reports.longer.value], reports.longer.span)
    yield Sentence(OVERRIDE_NOT_ON_PLAN[reports.not_on_plan.value], reports.stated.span)


def generation_sentences(counted: Generations) -> Iterable[Sentence]:
    """Who takes a level, and how far up it is looked."""
    yield Sentence(
        f"Levels are counted in generations: a manager takes one who is {listed(counted.titles, 'or')} on that day. "
        "The others are passed over, and the next one moves up.", counted.stated.span, counted.stated.note,
    )  # fmt: skip
    far = "the first manager alone is" if counted.within == 1 else f"the first {counted.within} managers are"
    yield Sentence(f"On the way up {far} looked at, with those who are passed over.", counted.within_span)
    yield Sentence(BEYOND[counted.beyond.value], counted.beyond.span, counted.beyond.note)


def roll_up_sentences(rolled: RollUp) -> Iterable[Sentence]:
    """How far up, and the three choices, each at its place."""
    levels, above = "level 1 alone", ""
    if rolled.levels > 1:
        levels, above = f"levels 1 to {rolled.levels}", ", level 2 the manager's manager"
    stated, first = rolled.stated, "the manager"
    if rolled.generations is not None:
        first, above = "the nearest manager who takes a level", ", level 2 the next of them" if above else ""
    yield Sentence(
        f"Credited are {levels}: level 1 is {first} whom the roster names on that day{above}. "
        "Each manager is credited once, at the lowest level, with all that belongs to the people below.",
        rolled.longer.span if stated is None else stated.span, None if stated is None else stated.note,
    )  # fmt: skip
    if rolled.generations is not None:
        yield from generation_sentences(rolled.generations)
    yield Sentence(LONGER[rolled.longer.value], rolled.longer.span, rolled.longer.note)
    yield Sentence(NO_MANAGER[rolled.no_manager.value], rolled.no_manager.span, rolled.no_manager.note)
    yield Sentence(NOT_ON_PLAN[rolled.not_on_plan.value], rolled.not_on_plan.span, rolled.not_on_plan.note)
