"""What credits count for: a rate is paid on those that count for pay, tiers and gates look at those that count for attainment.

In: a component as written. Out: nothing but diagnostics; a credit that is used for what it does not count for is told.
"""

from collections.abc import Iterator, Mapping

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.plan import comp_plan as written
from engine.plan.formula import Formula
from engine.resolve.names_in import names_in
from engine.resolve.places import parts_of, selected_measure

Use = tuple[str, Span, written.Purpose, str]
"""(measure, place, what its credits are used for, in words)"""


def check_purposes(plan: written.CompPlan, component: written.Component, diagnostics: Diagnostics) -> None:
    """Every use of a rule's credits by the component is one that they count for."""
    rules = {rule.name: rule for rule in plan.credits}
    base = component.base
    if component.basis == "credit" and base is not None and base.text in rules:
        _check(rules[base.text], base.text, base.span, "pay", "the base is paid", diagnostics)
    measures = {measure.name: measure for measure in plan.measures}
    for name, place, purpose, words in _uses(plan, component):
        for rule in _rules_of(name, measures, rules):
            _check(rule, name, place, purpose, words, diagnostics)


def _uses(plan: written.CompPlan, component: written.Component) -> Iterator[Use]:
    select, base = component.rate.select, component.base
    if component.basis != "credit" and base is not None:
        yield base.text, base.span, "pay", "the base is paid"
    selected = selected_measure(plan, component)
    if select is not None and selected is not None:
        yield selected, select.span, "attainment", "`select` finds the tier"
    for step in component.steps:
        if isinstance(step, written.Gate):
            if step.measure is not None:
                yield step.measure.text, step.measure.span, "attainment", "a gate asks for it"
            elif isinstance(step.when, Formula) and step.per == "earning":
                for name in sorted(names_in(step.when)):
                    yield name, step.when.span, "attainment", "a gate asks for it"


def _rules_of(
    name: str, measures: Mapping[str, written.Measure], rules: Mapping[str, written.CreditRule]
) -> Iterator[written.CreditRule]:
    """The rules whose credits a measure is made of, itself or through others."""
    for measure in parts_of(name, measures):
        yield from (rules[rule.text] for rule in measure.rules if rule.text in rules)


def _check(
    rule: written.CreditRule, name: str, place: Span, purpose: written.Purpose, words: str, diagnostics: Diagnostics
) -> None:
    if purpose in rule.counts_for:
        return
    whose = f"`{name}`" if name == rule.name else f"`{name}` has credits of `{rule.name}`, which"
    diagnostics.error(
        "M143", f"{words}, but {whose} count{'s' if name == rule.name else ''} for {rule.counts_for[0]} only", place,
        help=f"name a measure without it, or let the rule count for {purpose} too",
        related=((rule.purpose_span or rule.span, "said here"),),
    )  # fmt: skip


def check_one_order(
    rules: Mapping[str, written.CreditRule],
    base: str,
    measure: written.Measure,
    select: Formula,
    diagnostics: Diagnostics,
) -> None:
    """Credits that move one running total come in one order: rows of one source, sorted alike."""
    first = rules[base]
    for name in measure.rules:
        other = rules.get(name.text)
        if other is None:
            continue
        alike = [column.text for column in other.order] == [column.text for column in first.order]
        if other.source.text != first.source.text or (other.order and first.order and not alike):
            what = "read another source" if other.source.text != first.source.text else "stand in another order"
            diagnostics.error(
                "M144", f"`{measure.name}` runs over `{first.name}` and `{other.name}`, whose rows {what}: which comes "
                "first is not known", select.span, help="give both rules one source and the same `order`; or pay the "
                "period instead of each credit", related=((first.span, f"`{first.name}`"), (other.span, f"`{other.name}`")),
            )  # fmt: skip
