"""Measures: what of the credits is added up, counted or averaged, since when; and what is made of other measures."""

from collections.abc import Iterable

from engine.core.money import plain
from engine.plan.measure import Each, RoundedMeasure, Weighted, component_named
from engine.plan.resolved import Measure
from engine.report.plan_words.accumulation import SINCE
from engine.report.plan_words.group import members
from engine.report.plan_words.number import listed, percent, value
from engine.report.plan_words.roll_up import below, report_sentences
from engine.report.plan_words.rounding import MODES, percents
from engine.report.plan_words.sentence import Sentence
from engine.report.plan_words.target import of_target

AGGREGATES = {
    "sum": "the sum of what {rules} {credit} you",
    "count": "the number of credits that {rules} {give} you",
    "count_distinct": "the number of different values of `{distinct}` in what {rules} {credit} you",
    "average": "the average amount that {rules} {credit} you",
    "min": "the least amount that {rules} {credit} you",
    "max": "the greatest amount that {rules} {credit} you",
    "ratio": "`{parts[0]}` ÷ `{parts[1]}`",
    "difference": "`{parts[0]}` less `{parts[1]}`",
    "attainment": "what share `{parts[0]}` is of {target}",
    "previous": "{earlier}",
    "total": "`{parts[0]}` of {group} together{moves}",
    "headcount": "the number of {group}",
    "rank": "your place among {group}, by `{parts[0]}`{moves}{rank}",
    "formula": "`{formula}`",
    "rounded": "`{parts[0]}`, rounded to {places}",
    "weighted": "{weighted}, added up{out_of}",
    "earned": "what {who} {earn} by {earned}",
}
"""Aggregate → what it makes of the rules' credits, or of the measures that it reads."""
BACK = {
    "period": "in the {length} before",
    "year": "in the same {length} of the year before",
    "quarter_end": "at the end of the quarter before, for all of this one",
    "year_end": "at the end of the year before, for all of this one",
}


def _sentence(measure: Measure, digits: int, title: str) -> Sentence:
    """One measure, with its condition and its span of time."""
    one = len(measure.rules) == 1
    words = AGGREGATES[measure.aggregate].format(
        rules=listed([f"`{name}`" for name in measure.rules]) if measure.rules else "",
        credit="credits" if one else "credit",
        give="gives" if one else "give",
        distinct=measure.distinct,
        who="you" if measure.reports is None else below(measure.reports),
        earn="earn" if measure.accumulation is None else "have earned",
        earned=listed([_earning(name) for name in measure.earned] or [""]),
        parts=measure.parts,
        target="" if measure.against is None else of_target(measure.against),
        earlier=_earlier(measure, title) if measure.aggregate == "previous" else "",
        rank=_rank(measure),
        group="" if measure.within is None else members(measure.within),
        moves=_moves(measure),
        places="" if measure.rounded is None else _places(measure, measure.rounded, digits),
        formula="" if measure.formula is None else measure.formula.words,
        out_of="" if measure.out_of == 1 else f" ({percent(measure.out_of)} in all)",
        weighted=listed([f"{percent(part.weight)} of `{part.measure}`" for part in measure.weighted] or [""]),
    )
    where = "" if measure.where is None else f", only those where `{measure.where.words}`"
    when = "" if measure.parts or measure.within else f" {_when(measure)}"
    return Sentence(f"`{measure.name}` is {words}{when}{where}.", measure.span, measure.note)


def _earning(name: str) -> str:
    """A component, with its plan where that is another one."""
    plan, component = component_named("", name)
    return f"`{component}` of the plan `{plan}`" if plan else f"`{component}`"


def measure_sentences(measures: Iterable[Measure], digits: int, title: str = "") -> Iterable[Sentence]:
    """Each measure; which managers have it is said once, at the first of those that say the same of it.

    `title`: what is said beside the time on the plan.
    """
    first: dict[tuple[tuple[str, str | None], ...], str] = {}
    for measure in measures:
        yield _sentence(measure, digits, title)
        if measure.reports is not None:
            sentences = tuple(report_sentences(measure.reports))
            name = first.setdefault(tuple((each.text, each.note) for each in sentences), measure.name)
            as_there = Sentence(f"Which managers have it is as for `{name}`.", measure.reports.stated.span)
            yield from sentences if name == measure.name else (as_there,)
        yield from _limited(measure, digits)


def _limited(measure: Measure, digits: int) -> Iterable[Sentence]:
    """Between what each claim or customer, or each part of a weighted measure, counts."""
    if measure.each is not None:
        limits = _limits(measure, measure.each, digits)
        text = f"In it each `{measure.each.by}` counts for {' and '.join(limits)}, all its credits together."
        yield Sentence(text, measure.each.stated.span, measure.each.stated.note)
    for part in measure.weighted:
        limits = _limits(measure, part, digits)
        text = f"In it `{part.measure}` counts {' and '.join(limits) or 'as it is'}."
        if limits or part.stated.note:
            yield Sentence(text, part.stated.span, part.stated.note)


def _limits(measure: Measure, part: Weighted | Each, digits: int) -> list[str]:
    """What a part, or each claim or customer, counts for at least and at most."""
    return [
        f"{words} {value(limit.value, measure.unit, digits)}"
        for words, limit in (("no less than", part.floor), ("no more than", part.cap))
        if limit is not None
    ]


def _places(measure: Measure, rounded: RoundedMeasure, digits: int) -> str:
    """To what a measure is rounded, and which way."""
    mode = MODES[rounded.mode]
    if rounded.multiple is not None:
        return f"multiples of {value(rounded.multiple.value, measure.unit, digits)}, {mode}"
    if measure.unit.dtype == "rate":
        return f"{percents(rounded.digits)}, {mode}"
    return f"{'whole numbers' if rounded.digits == 0 else f'{rounded.digits} digits'}, {mode}"


THERE = {
    (False, False): "as far as you were there for all of each",
    (True, False): "if you were there for all of each",
    (False, True): "as far as you were there, for all or a part of each",
    (True, True): "if you were there for all or a part of each",
}
"""Which of the last so many are taken: whether there have to be so many, and whether a part of one counts."""


def _earlier(measure: Measure, title: str = "") -> str:
    """What it was in one earlier period; or of which of them what is taken."""
    part, earlier = f"`{measure.parts[0]}`", measure.earlier
    length = measure.lengths[0] if len(measure.lengths) == 1 else "period"
    if earlier is None:
        return f"what {part} was {BACK[measure.back or ''].format(length=length)}"
    taken = f"the sum of {part}" if earlier.take == "sum" else f"the {earlier.take} {part}"
    before = "up to this one" if earlier.with_present else "before"
    if earlier.last is not None:
        return f"{taken} of the last {earlier.last} {length}s {before}, {THERE[earlier.complete, earlier.partial]}"
    began = f"you came on the plan{title}" if earlier.since == "plan" else f"the {earlier.since} began"
    of = "in" if earlier.partial else "for all of"
    return f"{taken} of the {length}s {before}, since {began}, that you were there {of}"


def _when(measure: Measure) -> str:
    """Since when it adds up; of an earning period, that of the components that read it."""
    if measure.accumulation is not None or not measure.lengths:
        return SINCE[measure.accumulation]
    paid_for = "" if len(measure.lengths) == 1 else " that is paid for"
    return f"in the {listed(measure.lengths, 'or')}{paid_for}"


def _moves(measure: Measure) -> str:
    """Of a group to date: what of it counts of whoever has come, and of whoever has left."""
    if measure.on_move is None:
        return ""
    if measure.aggregate == "rank":
        return ", wherever you had it" if measure.on_move.value == "follow" else ", as far as you had it among them"
    if measure.on_move.value == "follow":
        return ", as it is of those who are there now"
    return ", as it was had there, whoever has left since"


def _rank(measure: Measure) -> str:
    """Who is first, who of equal ones, who is ranked at all, and what ties mean."""
    ranking = measure.ranking
    if ranking is None:
        return ""
    words = f", the {ranking.first} first"
    if measure.parts[1:]:
        words += f" (of equal ones by {listed([f'`{name}`' for name in measure.parts[1:]], 'then')})"
    if ranking.at_least is not None:
        least = (
            plain(ranking.at_least.value * 100) + " %"
            if ranking.at_least.unit == "share"
            else plain(ranking.at_least.value)
        )
        words += f", from {least} {'up' if ranking.descending else 'down'} (others have no place)"
    tied = "share what their places bring together" if ranking.ties == "share" else "all have the better place"
    return f"{words}; who is still equal has the same place, and those who have it {tied}"
