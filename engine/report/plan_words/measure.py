"""Measures: what of the credits is added up or counted, and since when."""

from engine.plan.resolved import Measure
from engine.report.plan_words.accumulation import SINCE
from engine.report.plan_words.number import listed
from engine.report.plan_words.sentence import Sentence

AGGREGATES = {"sum": "the sum of what {rules} credits you", "count": "the number of credits that {rules} gives you"}
"""Aggregate → what it makes of the rules' credits."""


def measure_sentence(measure: Measure) -> Sentence:
    """One measure, with its condition and its span of time."""
    rules = listed([f"`{name}`" for name in measure.rules])
    words = AGGREGATES[measure.aggregate].format(rules=rules)
    if len(measure.rules) > 1:
        words = words.replace("credits you", "credit you").replace("gives you", "give you")
    where = "" if measure.where is None else f", only those where `{measure.where.text}`"
    when = SINCE[measure.accumulation]
    return Sentence(f"`{measure.name}` is {words} {when}{where}.", measure.span, measure.note)
