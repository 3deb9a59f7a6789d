"""Credit rules: which transactions count, for whom, with what, and when."""

from collections.abc import Iterable

from engine.plan.resolved import Plan, Rule, Split, ValuesOn
from engine.report.plan_words.exchange import exchange_sentences
from engine.report.plan_words.number import listed
from engine.report.plan_words.roll_up import roll_up_sentences
from engine.report.plan_words.rounding import MODES
from engine.report.plan_words.sentence import Sentence

LATER = {
    "credit_date": "If that day is later than the one it counts on, they are read as of the latter.",
    "exception": "If that day is later than the one it counts on, the row is held back until it is cleared up.",
}
NOT_ON_ROSTER = {
    "credit_date": "For whoever was not here yet, or not any more, count their values of the day it counts on.",
    "exception": "The credit of whoever was not here yet, or not any more, is held back until it is cleared up.",
}
UNDATED = {
    "waits": "A row that has none yet waits: it counts as soon as it has one.",
    "exception": "A row that has none counts for nobody, and each run warns of it.",
}


def credit_sentences(plan: Plan, rule: Rule) -> Iterable[Sentence]:
    """One rule, from the rows that it takes to the credit."""
    if rule.where is None:
        yield Sentence(f"Every row of `{rule.source.name}` counts.", rule.span, rule.note)
    else:
        text = f"A row of `{rule.source.name}` counts if `{rule.where.words}`."
        yield Sentence(text, rule.where.span, rule.where.note or rule.note)
    for name, formula in rule.exclude:
        yield Sentence(f"It is left out as `{name}` if `{formula.words}`.", formula.span, formula.note)
    yield from _credited(rule)
    if rule.roll_up is not None:
        yield from roll_up_sentences(rule.roll_up)
    if rule.adjustments is not None:
        place = rule.adjustments.stated.span
        yield Sentence(
            f"Parts of what belongs to somebody are moved to others, or taken away, as `{rule.adjustments.source.name}` says"
            + (" before their managers are looked for." if rule.roll_up is not None else "."),
            place,
        )
    yield Sentence(f"It counts on its `{rule.credit_date}`.", rule.span)
    if rule.undated is not None:
        yield Sentence(UNDATED[rule.undated.value], rule.undated.span, rule.undated.note)
    if rule.values_on is not None:
        yield from _values_on(rule.values_on, rule)
    if "pay" not in rule.counts_for:
        yield Sentence("It counts towards your attainment only: no rate is paid on it.", rule.span)
    elif "attainment" not in rule.counts_for:
        yield Sentence("It is paid and counts towards no attainment: no tier or gate looks at it.", rule.span)
    if rule.convert is not None:
        yield from exchange_sentences(plan, rule.convert)
    if rule.currency_column is not None:
        text = f"A row in another currency than {plan.currency} is not credited but held back until it is cleared up."
        yield Sentence(text, rule.span)
    if rule.order:
        order = listed([f"`{name}`" for name in rule.order])
        yield Sentence(f"Where the order matters, rows are taken by {order}.", rule.span)


def _credited(rule: Rule) -> Iterable[Sentence]:
    """What, and to whom."""
    value = f"Its `{rule.value.words}` is credited to{' the managers of' if rule.roll_up is not None else ''}"
    if isinstance(rule.to, str):
        yield Sentence(f"{value} the participant in `{rule.to}`.", rule.value.span, rule.value.note)
        return
    yield Sentence(f"{value} {_shared(rule.to)}", rule.value.span, rule.value.note)
    stated = rule.to.stated
    place, note = (rule.span, None) if stated is None else (stated.span, stated.note)
    if rule.to.weighed is not None:
        text = (
            f"Each part is the value × `{rule.to.weight}` ÷ the sum of all; one that is not above 0 holds the row back."
        )
        yield Sentence(text, rule.to.weighed.span, rule.to.weighed.note)
    *before, last = _details(rule.to)
    yield from (Sentence(text, place) for text in before)
    yield Sentence(last, place, note)


def _values_on(said: ValuesOn, rule: Rule) -> Iterable[Sentence]:
    """As of which day what is dated is read, and the two choices, each at its place."""
    read = ["the shares"] if isinstance(rule.to, Split) else []
    read += ["the managers"] if rule.roll_up is not None else []
    read += ["the values of whoever is credited"] if said.not_on_roster is not None else []
    text = f"For it {listed(read)} are taken as of its `{said.column}`; its period is that of the day it counts on."
    yield Sentence(text, said.stated.span, said.stated.note)
    yield Sentence(LATER[said.later.value], said.later.span, said.later.note)
    if said.not_on_roster is not None:
        yield Sentence(NOT_ON_ROSTER[said.not_on_roster.value], said.not_on_roster.span, said.not_on_roster.note)


def _shared(split: Split) -> str:
    same = listed([f"`{own}` is its `{theirs}`" for own, theirs in split.match])
    how = "in equal parts" if split.divisor is None else f"each with their `{split.share}`"
    if split.weight is not None:
        how = f"in proportion to their `{split.weight}`"
    return f"those whom `{split.source.name}` names on that day, where {same}: {how}."


def _details(split: Split) -> Iterable[str]:
    if split.mode is not None:
        yield (
            f"The value is first rounded to {split.digits} digits, {MODES[split.mode]}; what is left over by the cut goes, "
            "unit by unit, to the largest remainders."
        )
    else:
        yield f"The parts are exact, to {split.digits} digits; the last unit goes to the largest remainder."
    if split.share is not None:
        yield "What the shares leave over is nobody's; shares of more than 100 % hold the row back."
    elif split.weight is None:
        yield "A row for which somebody is named twice is held back."
    if split.expect is not None:
        yield f"There is a warning where the participant in `{split.expect}` is not among them."
