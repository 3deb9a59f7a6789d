"""A comp-plan file that fits its schema → `CompPlan`. In: its node. Out: the plan as written, formulas parsed.

A part that does not fit the schema is left out, so that mistakes in the formulas of the others are found in the same run.
"""

from datetime import date
from typing import Literal, cast

from engine.core.diagnostic import Diagnostics
from engine.core.names import RESERVED_NAMES, STATE_WORDS
from engine.ir.types import QUANTITY, RATE, money
from engine.load.build_component import build_component
from engine.load.build_generations import build_generations
from engine.load.build_look_up import RowsOf, build_look_up
from engine.load.build_measure import build_measure
from engine.load.build_variable import held
from engine.load.fields import UNKNOWN, Fields, check_name, noted
from engine.load.number import number
from engine.load.schema_words import Steps, start_of
from engine.load.yaml_node import Mapping, Node, Scalar
from engine.plan.choice import POLICIES, ROLL_UP, VALUES_ON, Stated
from engine.plan.comp_plan import (
    PURPOSES,
    Assignment,
    BeginsAnew,
    Component,
    CompPlan,
    Convert,
    CreditRule,
    Name,
    Pair,
    PlanVariable,
    RollUp,
    ValuesOn,
    Weight,
)  # fmt: skip


def build_plan(node: Node, file: str, wrong: set[Steps], rows_of: RowsOf, diagnostics: Diagnostics) -> CompPlan | None:
    """The plan, or None where its head does not fit the schema. `wrong` are the paths that don't."""
    fields = Fields(node, diagnostics)
    sound = Sound(wrong)
    currency = fields.text("currency") if sound("currency") and "currency" in fields else UNKNOWN
    credits = tuple(
        _rule(key, value, diagnostics) for key, value in fields.entries("credits") if sound("credits", key.text)
    )
    measures = tuple(
        build_measure(key, value, currency, diagnostics)
        for key, value in fields.entries("measures")
        if sound("measures", key.text)
    )
    reads = any(measure.earned for measure in measures) or any(_reads(value) for _, value in fields.entries("measures"))
    if "credits" not in fields and sound("measures") and not reads:
        help = "Credit rules, by name; only a plan that reads what another one earned (`earned: field.commission`) has none"
        diagnostics.error("S002", "the file needs `credits`", start_of(node.span), help=help)
    components = _components(fields, currency, sound)
    variables = tuple(
        _variable(key, value, currency, diagnostics)
        for key, value in fields.entries("variables")
        if sound("variables", key.text)
    )
    look_ups = tuple(
        build_look_up(key, value, currency, rows_of, diagnostics)
        for key, value in fields.entries("look_ups")
        if sound("look_ups", key.text)
    )
    if wrong:
        return None
    start, end = _in_force(fields)
    titles, names = _participants(fields)
    policies = fields.within("policies")
    return CompPlan(
        name=fields.text("name"),
        file=file,
        span=fields.span("name"),
        currency=currency,
        currency_span=fields.span("currency"),
        start=start,
        end=end,
        titles=titles,
        names=names,
        credits=credits,
        measures=measures,
        components=components,
        variables=variables,
        policies=policies.choices(POLICIES, "plan") if policies else {},
        note=fields.note,
        in_force=_stated(fields, "in_force", f"in force from {start}" + (f" to {end}" if end else "")),
        people=_stated(fields, "participants", "participants: " + _people(titles, names)),
        look_ups=look_ups,
        begins_anew=_begins_anew(fields),
    )


def _begins_anew(fields: Fields) -> BeginsAnew | None:
    inner = fields.within("begins_anew")
    if inner is None:
        return None
    name = inner.name("anniversary_of")
    words = f"it begins anew on each anniversary of {name.text}"
    return BeginsAnew(name, Stated(words, inner.key_span, inner.note))


def _stated(fields: Fields, key: str, words: str) -> Stated:
    inner = fields.within(key)
    assert inner is not None
    return Stated(words, inner.key_span, inner.note)


def _people(titles: tuple[str, ...] | None, names: tuple[str, ...] | None) -> str:
    return f"title {' or '.join(titles)}" if titles is not None else "by name"


class Sound:
    """Whether a part of a file fits the schema, with all that is in it."""

    def __init__(self, wrong: set[Steps]):
        self._wrong = wrong

    def __call__(self, *path: str) -> bool:
        return not any(wrong[: len(path)] == path for wrong in self._wrong)


def _in_force(fields: Fields) -> tuple[date, date | None]:
    dates = fields.within("in_force")
    assert dates is not None
    start, end = dates.day("start"), dates.maybe_day("end")
    if end is not None and end < start:
        message = f"the plan ends on {end}, before it starts on {start}"
        fields.diagnostics.error("S013", message, dates.span("end"), help="both days are inclusive")
    return start, end


def _participants(fields: Fields) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    people = fields.within("participants")
    assert people is not None
    if ("title" in people) == ("names" in people):
        message = "a plan says who is on it either by `title` or by `names`"
        fields.diagnostics.error("S011", message, people.key_span, help="write exactly one of the two")
    return (people.texts("title") or None, people.texts("names") or None)


def _components(fields: Fields, currency: str, sound: "Sound") -> tuple[Component, ...]:
    pairs = [pair for pair in fields.entries("components") if sound("components", pair[0].text)]
    for key, _ in pairs:
        check_name(key, (), "component", fields.diagnostics)
    return tuple(build_component(key, Fields(value, fields.diagnostics, key.span), currency) for key, value in pairs)


# ------------------------------------------------------------------------------------------------------------- credits


def _reads(measure: Node) -> bool:
    """Whether a measure is meant to be of earnings, though it may not say of which."""
    return isinstance(measure, Mapping) and measure.get("reports") is not None


def _rule(key: Scalar, node: Node, diagnostics: Diagnostics) -> CreditRule:
    check_name(key, (), "rule", diagnostics)
    fields = Fields(node, diagnostics, key.span)
    for name, _ in fields.entries("exclude"):
        check_name(name, STATE_WORDS, "condition", diagnostics)
    return CreditRule(
        name=key.text,
        span=key.span,
        source=fields.name("from"),
        where=fields.maybe_formula("where"),
        exclude=tuple((name.text, noted(value, "when", diagnostics)) for name, value in fields.entries("exclude")),
        to=_credited(fields, "to"),
        credit_date=fields.name("credit_date"),
        value=fields.formula("value"),
        convert=_convert(fields.within("convert")),
        order=fields.names("order"),
        note=fields.note,
        counts_for=tuple(each for each in PURPOSES if each in fields.texts("counts_for")) or PURPOSES,
        purpose_span=fields.span_of_key("counts_for") if "counts_for" in fields else None,
        adjustments=fields.name("adjustments") if "adjustments" in fields else None,
        values_on=_values_on(fields.within("values_on")),
        undated=fields.choices(("undated",), "rule").get("undated"),
    )


def _values_on(fields: Fields | None) -> ValuesOn | None:
    """Another day than the credit date, of which what is dated is read."""
    if fields is None:
        return None
    return ValuesOn(fields.name("column"), fields.choices(VALUES_ON, "rule"), fields.key_span, fields.note)


def _credited(fields: Fields, key: str) -> Name | Assignment | RollUp:
    """Who is credited: whom a column names, or an assignment; or the managers of these."""
    inner = fields.within(key) if not isinstance(fields.node_of(key), Scalar) else None
    if inner is None:
        return fields.name(key)
    if "managers_of" not in inner:
        return _assignment(inner)
    of = _credited(inner, "managers_of")
    assert not isinstance(of, RollUp)
    generations = build_generations(inner.within("generations"), "rule")
    return RollUp(of, inner.integer("levels"), inner.choices(ROLL_UP, "rule"), inner.key_span, inner.note, generations)


def _convert(fields: Fields | None) -> Convert | None:
    """The exchange into the plan's currency."""
    if fields is None:
        return None
    if ("pair" in fields) == ("through" in fields):
        message = "which rates an exchange takes is said either by `pair` or by `through`"
        fields.diagnostics.error("S011", message, fields.key_span, help="write exactly one of the two")
    mode = fields.text("round")
    return Convert(
        rates=fields.name("rates"),
        pair=cast(Pair, fields.maybe("pair", "through")),
        through=fields.text("through") if "through" in fields else None,
        rate_date=fields.name("rate_date"),
        max_age=fields.integer("max_age") if "max_age" in fields else None,
        max_age_span=fields.span("max_age") if "max_age" in fields else fields.key_span,
        rate_type=fields.text("rate_type") if "rate_type" in fields else None,
        rate_type_span=fields.span("rate_type") if "rate_type" in fields else fields.key_span,
        mode=None if mode == "none" else mode,
        digits=fields.integer("digits") if "digits" in fields else None,
        span=fields.key_span,
        note=fields.note,
    )


def _share(fields: Fields) -> Name | Weight | Literal["equal"]:
    if not isinstance(fields.node_of("share"), Scalar):
        inner = fields.within("share")
        assert inner is not None
        return Weight(inner.name("weight"), inner.note)
    return "equal" if fields.text("share") == "equal" else fields.name("share")


def _assignment(fields: Fields) -> Assignment:
    digits = fields.scalar("digits")
    return Assignment(
        source=fields.name("assignment"),
        match=tuple(
            (Name(ours.text, ours.span), Name(theirs.text, theirs.span))
            for ours, theirs in fields.entries("match")
            if isinstance(theirs, Scalar)
        ),
        share=_share(fields),
        digits=digits.value if isinstance(digits.value, int) else "exact",
        mode=fields.text("mode") if "mode" in fields else None,
        expect=fields.maybe_name("expect"),
        span=fields.key_span,
        note=fields.note,
    )


# ----------------------------------------------------------------------------------------------------------- variables


def _variable(key: Scalar, node: Node, currency: str, diagnostics: Diagnostics) -> PlanVariable:
    check_name(key, RESERVED_NAMES, "variable", diagnostics)
    fields = Fields(node, diagnostics, key.span) if isinstance(node, Mapping) else None
    scalar = node if fields is None else fields.scalar("value") if "value" in fields else None
    assert scalar is None or isinstance(scalar, Scalar)
    found = None if scalar is None else number(scalar, diagnostics)
    types = {
        "rate": RATE,
        "quantity": QUANTITY,
        "money": money(found.currency if found and found.currency else currency),
    }
    type_ = types[fields.text("type")] if fields and "type" in fields else None
    if found is not None and scalar is not None and found.unit == "currency":
        type_ = type_ or money(found.currency)
        if type_.dtype != "money":
            help = "write `type: money`, or a number without currency"
            diagnostics.error("S012", f"`{key.text}` is a {type_}, and its value money", scalar.span, help=help)
    values = held(fields) if fields else ()
    if found is None and not values:
        help = "write `value:`, `by_title:` or `by_position:`"
        diagnostics.error("S011", f"`{key.text}` has no value here", key.span, help=help)
    return PlanVariable(
        key.text, type_, found.value if found else None, key.span, fields.note if fields else None, values,
        found.span if found is not None and found.unit == "none" else None,
    )  # fmt: skip
