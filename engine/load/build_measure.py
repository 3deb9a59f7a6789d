"""A measure of a comp-plan file → `Measure`. In: a mapping that fits its schema; what it can't say is told here."""

from typing import Literal, cast, get_args

from engine.core.diagnostic import Diagnostics
from engine.core.names import RESERVED_NAMES
from engine.load.fields import Fields, check_name
from engine.load.yaml_node import Node, Scalar
from engine.plan.comp_plan import Measure, OfCredits, OfMeasures, SpanOfTime
from engine.plan.group import Entry, Ranking

OF_CREDITS: tuple[OfCredits, ...] = get_args(OfCredits)
OF_MEASURES: tuple[OfMeasures, ...] = get_args(OfMeasures)
READS: dict[OfMeasures, tuple[str, ...]] = {
    "ratio": ("ratio", "to"),
    "previous": ("previous",),
    "attainment": ("attainment",),
    "total": ("total",),
    "rank": ("rank",),
}
"""Keys that name the measures which a measure reads."""
POLICIES = ("no_credits", "zero_denominator", "no_previous", "missing_target", "zero_target", "reach")


def build_measure(key: Scalar, node: Node, diagnostics: Diagnostics) -> Measure:
    """The measure called `key`."""
    check_name(key, RESERVED_NAMES, "measure", diagnostics)
    fields = Fields(node, diagnostics, key.span)
    said = [kind for kind in (*OF_CREDITS, *OF_MEASURES) if kind in fields]
    if len(said) != 1:
        message = f"`{key.text}` has to say one thing that it is" + (f", not {len(said)}" if said else "")
        help = "write exactly one of " + ", ".join(f"`{kind}:`" for kind in (*OF_CREDITS, *OF_MEASURES))
        diagnostics.error("S011", message, key.span, help=help)
    aggregate = said[0] if said else "sum"
    _check_keys(fields, aggregate)
    return Measure(
        name=key.text,
        span=key.span,
        aggregate=aggregate,
        rules=fields.names(aggregate) if aggregate in OF_CREDITS else (),
        where=fields.maybe_formula("where"),
        over=cast(SpanOfTime, fields.text("over")) if "over" in fields else None,
        distinct=fields.maybe_name("of"),
        parts=(
            *(fields.name(part) for part in READS.get(cast(OfMeasures, aggregate), ()) if part in fields),
            *(fields.names("next") if aggregate == "rank" else ()),
        ),
        ranking=_ranking(fields) if aggregate == "rank" and "ties" in fields else None,
        within=fields.maybe_name("headcount" if aggregate == "headcount" else "within"),
        back=cast(Literal["period", "year"], fields.text("back")) if "back" in fields else None,
        against=fields.maybe_name("against"),
        rounded=fields.round_attainment(),
        policies=fields.choices(POLICIES, "measure"),
        note=fields.note,
    )


def _ranking(fields: Fields) -> Ranking:
    """How participants stand."""
    entry = None
    if "at_least" in fields:
        number = fields.number("at_least")
        entry = Entry(number.value, number.unit, number.currency, number.span)
    first, ties = fields.text("first"), fields.text("ties")
    return Ranking(cast(Literal["highest", "lowest"], first), cast(Literal["share", "both"], ties), entry)


def _check_keys(fields: Fields, aggregate: str) -> None:
    """What the schema's words allow, but this kind of measure has no use for."""
    useless = ["where", "over"] if aggregate in OF_MEASURES else []
    useless += [] if aggregate == "count_distinct" else ["of"]
    useless += [] if aggregate == "ratio" else ["to"]
    useless += [] if aggregate == "previous" else ["back"]
    useless += [] if aggregate == "attainment" else ["against", "round_attainment"]
    useless += [] if aggregate in ("total", "rank") else ["within"]
    useless += [] if aggregate == "rank" else ["first", "ties", "next", "at_least"]
    for key in useless:
        if key in fields:
            help = "delete it" if key not in ("where", "over") else f"say `{key}` in the measures that it is made of"
            message = f"a measure of kind `{aggregate}` has no `{key}`"
            fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)
