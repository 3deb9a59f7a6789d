"""Exchange: how a value in another currency becomes money of the plan's."""

from collections.abc import Iterable

from engine.plan.resolved import Convert, Plan
from engine.report.plan_words.rounding import MODES
from engine.report.plan_words.sentence import Sentence


def exchange_sentences(plan: Plan, convert: Convert) -> Iterable[Sentence]:
    """Which rates, of which day, how applied and rounded; what becomes of a row without one."""
    span, note = convert.stated.span, convert.stated.note
    whose = "Its value" if convert.currency_column is None else f"A value in another currency than {plan.currency}"
    how = {
        "row_to_plan": f"multiplied by what its currency is in {plan.currency}",
        "plan_to_row": f"divided by what one {plan.currency} is in its currency",
        "through": f"divided by what one {convert.through} is in its currency, and multiplied by what that is in {plan.currency}",
    }[convert.pair]
    rates = f"`{convert.source.name}`" + ("" if convert.rate_type is None else f" ({convert.rate_type})")
    yield Sentence(f"{whose} is {how}, by the rate of {rates} on its `{convert.rate_date}`{_age(convert)}.", span, note)
    if convert.mode is not None:
        yield Sentence(f"What comes out is rounded to {convert.digits} digits, {MODES[convert.mode]}.", span)
    yield Sentence("A row without a rate is not credited but held back until it is cleared up.", span)


def _age(convert: Convert) -> str:
    if convert.max_age is None:
        return ""
    if convert.max_age == 0:
        return ", of that very day"
    days = "the day before" if convert.max_age == 1 else f"up to {convert.max_age} days before"
    return f" or, where that day has none, the last one {days}"
