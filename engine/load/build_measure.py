"""A measure of a comp-plan file → `Measure`. In: a mapping that fits its schema; what it can't say is told here."""

from typing import Literal, cast, get_args

from engine.core.diagnostic import Diagnostics
from engine.core.money import DIVISOR_LEAST
from engine.core.names import RESERVED_NAMES
from engine.load.build_generations import build_generations
from engine.load.fields import Fields, check_name
from engine.load.yaml_node import Node, Scalar
from engine.plan.accumulation import accumulation_named
from engine.plan.amount import Amount
from engine.plan.choice import Choice, Stated
from engine.plan.comp_plan import (
    EachOf,
    Measure,
    Name,
    OfComponents,
    OfCredits,
    OfMeasures,
    RoundMeasure,
    SpanOfTime,
    WeightedMeasure,
)
from engine.plan.earlier import Back, Earlier, Take
from engine.plan.group import Entry, Ranking, Reports

OF_CREDITS: tuple[OfCredits, ...] = get_args(OfCredits)
OF_MEASURES: tuple[OfMeasures, ...] = get_args(OfMeasures)
OF_COMPONENTS: tuple[OfComponents, ...] = get_args(OfComponents)
KINDS = (*OF_CREDITS, *OF_MEASURES, *OF_COMPONENTS)
READS: dict[OfMeasures, tuple[str, ...]] = {
    "ratio": ("ratio", "to"),
    "difference": ("difference", "minus"),
    "previous": ("previous",),
    "attainment": ("attainment",),
    "total": ("total",),
    "rank": ("rank",),
    "rounded": ("rounded",),
}
"""Keys that name the measures which a measure reads; a weighted one names them as keys."""
KEYS = {
    "of": "count_distinct",
    "to": "ratio",
    "minus": "difference",
    **dict.fromkeys(("back", "take", "since", "last", "up_to", "fewer", "partial"), "previous"),
    "against": "attainment",
    "out_of": "weighted",
    "reports": "earned",
    **dict.fromkeys(("mode", "digits", "multiple"), "rounded"),
    **dict.fromkeys(("first", "ties", "next", "at_least"), "rank"),
}
"""Key → the only kind of measure that has it."""
LIMITED = ("sum", "count")
"""Kinds of measures that may limit what each customer, claim or policy counts for."""
POLICIES = (
    "no_credits", "zero_denominator", "no_previous", "missing_part", "missing_target", "zero_target", "reach", "on_move",
)  # fmt: skip


def build_measure(key: Scalar, node: Node, currency: str, diagnostics: Diagnostics) -> Measure:
    """The measure called `key`."""
    check_name(key, RESERVED_NAMES, "measure", diagnostics)
    fields = Fields(node, diagnostics, key.span)
    said = [kind for kind in KINDS if kind in fields]
    if len(said) != 1:
        message = f"`{key.text}` has to say one thing that it is" + (f", not {len(said)}" if said else "")
        help = "write exactly one of " + ", ".join(f"`{kind}:`" for kind in KINDS)
        hinted = [] if said else [(key, kind) for key, kind in KEYS.items() if key in fields]
        if len({kind for _, kind in hinted}) == 1:
            help = f"write `{hinted[0][1]}:` beside `{hinted[0][0]}`, which only such a measure has"
        diagnostics.error("S011", message, key.span, help=help)
    aggregate = said[0] if said else "sum"
    if said:
        _check_keys(fields, aggregate)
    weighted = _weighted(fields, currency) if aggregate == "weighted" else ()
    parts = tuple(fields.name(part) for part in READS.get(cast(OfMeasures, aggregate), ()) if part in fields)
    return Measure(
        name=key.text,
        span=key.span,
        aggregate=aggregate,
        rules=fields.names(aggregate) if aggregate in OF_CREDITS else (),
        where=fields.maybe_formula("where"),
        over=cast(SpanOfTime, fields.text("over")) if "over" in fields else None,
        distinct=fields.maybe_name("of"),
        each=_each(fields.within("each"), currency) if aggregate in LIMITED else None,
        parts=(*parts, *(fields.names("next") if aggregate == "rank" else ()), *(each.measure for each in weighted)),
        ranking=_ranking(fields) if aggregate == "rank" and "ties" in fields else None,
        earned=fields.names("earned") if aggregate == "earned" else (),
        reports=_reports(fields.within("reports")) if aggregate == "earned" else None,
        within=fields.maybe_name("headcount" if aggregate == "headcount" else "within"),
        back=cast(Back, fields.text("back")) if "back" in fields else None,
        earlier=_earlier(fields) if aggregate == "previous" else None,
        against=fields.maybe_name("against"),
        weighted=weighted,
        out_of=_percentage(fields, "out_of", currency),
        rounded=_rounded(fields, currency) if aggregate == "rounded" else None,
        formula=fields.maybe_formula("formula") if aggregate == "formula" else None,
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


def _each(fields: Fields | None, currency: str) -> EachOf | None:
    """What is added up by itself, and what of each counts."""
    if fields is None:
        return None
    if "cap" not in fields and "floor" not in fields:
        message = f"each `{fields.text('by')}` has no limit, and so counts as all credits do anyway"
        help = "write the most that each counts for, as in `cap: 100000`; or delete `each`"
        fields.diagnostics.error("S048", message, fields.key_span, help=help)
    cap, floor = (fields.maybe_amount(key, currency) for key in ("cap", "floor"))
    return EachOf(fields.name("by"), cap, floor, fields.key_span, fields.note)


def _reports(fields: Fields | None) -> Reports | None:
    """The people below, where their earnings are added up."""
    if fields is None:
        return None
    levels = tuple(sorted(fields.integers("levels")))
    words = "of the people below, at level " + ", ".join(str(level) for level in levels)
    managers_on = Choice(fields.text("managers_on"), fields.span("managers_on"), "measure")
    not_on_plan = Choice(fields.text("not_on_plan"), fields.span("not_on_plan"), "measure")
    longer = Choice(fields.text("longer"), fields.span("longer"), "measure")
    generations = build_generations(fields.within("generations"), "measure")
    return Reports(levels, managers_on, not_on_plan, longer, Stated(words, fields.key_span, fields.note), generations)


def _earlier(fields: Fields) -> Earlier | None:
    """What is taken of several earlier periods; None where it is of one, which `back` says."""
    ways = [key for key in ("back", "take") if key in fields]
    if len(ways) != 1:
        message = "a measure of an earlier time says `back` or `take`" + (", not both" if ways else "")
        help = "write `back: period` for the one before, `back: quarter_end` for what it was when the last quarter ended, or "
        help += "`take: highest` with `since: year` or `last: 3`"
        fields.diagnostics.error("S011", message, fields.span_of_key(ways[1] if ways else "previous"), help=help)
    reach = [key for key in ("since", "last") if key in fields]
    if "take" not in fields:
        for key in (*reach, *(key for key in ("up_to", "fewer", "partial") if key in fields)):
            message = f"`{key}` says of which earlier periods something is taken, and nothing is"
            help = "say `take: highest`, `lowest` or `average`, or delete it"
            fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)
        return None
    if len(reach) != 1:
        message = "`take` needs to know of which earlier periods: `since` or `last`" + (", not both" if reach else "")
        help = "write `since: year` for those since the year began, or `last: 3` for the last three"
        fields.diagnostics.error("S011", message, fields.span_of_key(reach[1] if reach else "take"), help=help)
    since = accumulation_named(fields.text("since")) if "since" in fields else None
    take, last = cast(Take, fields.text("take")), fields.integer("last") if "last" in fields else None
    with_present = "up_to" in fields and fields.text("up_to") == "this_period"
    _check_window(fields, take, with_present)
    complete, partial = (
        key in fields and fields.text(key) == value for key, value in (("fewer", "none"), ("partial", "counts"))
    )
    return Earlier(take, since, last, with_present, complete, partial)


def _check_window(fields: Fields, take: Take, with_present: bool) -> None:
    """A sum is of the last so many; of those there may be fewer, or some in part, which has to mean something."""
    if take == "sum" and "last" not in fields:
        message = "a sum since something began is a measure to date"
        help = "write `{sum: RULE, over: year_to_date}`, or `last: 3` for the sum of the last three"
        fields.diagnostics.error("S014", message, fields.span_of_key("since"), help=help)
    elif "fewer" in fields and "last" not in fields:
        message = "`fewer` says what fewer than the `last` so many mean, and they are not counted here"
        fields.diagnostics.error("S014", message, fields.span_of_key("fewer"), help="delete it, or write `last: 3`")
    elif "fewer" not in fields and "last" in fields and (take == "sum" or with_present):
        message = "somebody who has just joined has fewer periods, and what is taken of those is not said"
        help = "write `fewer: counts` (of as many as there are), or `fewer: none` (then `no_previous` decides)"
        fields.diagnostics.error("S011", message, fields.span_of_key("last"), help=help)
    elif "partial" not in fields and (take == "sum" or with_present):
        message = "somebody who joins or leaves within a period has a part of it, and whether that counts is not said"
        help = "write `partial: counts` (with what was had in the part), or `partial: none` (as if there were no such period)"
        place = fields.span_of_key("last" if "last" in fields else "since")
        fields.diagnostics.error("S011", message, place, help=help)


def _check_keys(fields: Fields, aggregate: str) -> None:
    """What the schema's words allow, but this kind of measure has no use for."""
    useless = ["where", "over"] if aggregate in OF_MEASURES else ["where"] if aggregate in OF_COMPONENTS else []
    useless += [key for key, kind in KEYS.items() if kind != aggregate]
    useless += [] if aggregate in ("total", "rank") else ["within"]
    if "each" in fields and aggregate not in LIMITED:
        message = f"a measure of kind `{aggregate}` has no `each`: what is limited is a sum or a count"
        help = "delete it" if aggregate in OF_CREDITS else "say `each` in the sum or count that it is made of"
        fields.diagnostics.error("S014", message, fields.span_of_key("each"), help=help)
    for key in useless:
        if key in fields:
            inner = "components" if aggregate in OF_COMPONENTS else "measures"
            help = "delete it" if key not in ("where", "over") else f"say `{key}` in the {inner} that it is made of"
            message = f"a measure of kind `{aggregate}` has no `{key}`"
            fields.diagnostics.error("S014", message, fields.span_of_key(key), help=help)


def _weighted(fields: Fields, currency: str) -> tuple[WeightedMeasure, ...]:
    """The parts of a weighted measure, each with a bare weight or with limits beside it."""
    found = []
    weights = fields.within("weighted")
    assert weights is not None
    for name, value in fields.entries("weighted"):
        bare = isinstance(value, Scalar)
        inner = weights if bare else Fields(value, fields.diagnostics, name.span)
        weight = _percentage(inner, name.text if bare else "weight", currency)
        assert weight is not None
        cap, floor = (None if bare else inner.maybe_amount(key, currency) for key in ("cap", "floor"))
        policies, note = ({}, None) if bare else (inner.choices(("missing_part",), "measure"), inner.note)
        found.append(WeightedMeasure(Name(name.text, name.span), weight, cap, floor, policies, note))
    return tuple(found)


def _percentage(fields: Fields, key: str, currency: str) -> Amount | None:
    """A weight, or what all weights come to: of 40 and 0.4 one is a slip, and both look right."""
    found = fields.maybe_amount(key, currency)
    if found is None:
        return None
    text = fields.text(key)
    if found.written != "share":
        help = f"write {text}%" if found.written == "amount" and abs(found.value) > 1 else "write it as in 40%"
        fields.diagnostics.error(
            "S012", f"`{text}` is no percentage, and weights are percentages", found.span, help=help
        )
    elif found.value <= 0:
        help = "leave a measure out that counts for nothing"
        if found.value < 0:
            help = "a measure less another is `{difference: …, minus: …}`"
        fields.diagnostics.error("S006", f"a weight is above 0%, and this one is {text}", found.span, help=help)
    return found


def _rounded(fields: Fields, currency: str) -> RoundMeasure:
    """How a measure is rounded: to digits, or to multiples of an amount."""
    said = [key for key in ("digits", "multiple") if key in fields]
    if len(said) != 1:
        message = "a rounded measure says `digits` or `multiple`" + (", not both" if said else "")
        help = "write `digits: 0` for whole numbers, or `multiple: 12` for packages of 12"
        fields.diagnostics.error("S011", message, fields.span_of_key(said[1] if said else "rounded"), help=help)
    multiple = fields.maybe_amount("multiple", currency)
    if multiple is not None and multiple.value < DIVISOR_LEAST:
        message = f"nothing can be rounded to multiples of {fields.text('multiple')}"
        help = "write what one package or step is, as 12, 5% or 0.05 SGD"
        fields.diagnostics.error("S006", message, multiple.span, help=help)
    digits = fields.integer("digits") if "digits" in fields else None
    return RoundMeasure(fields.text("mode"), digits, multiple, fields.key_span)
