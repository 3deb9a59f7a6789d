"""One item of a component's `then:` → a step. In: a mapping that fits its schema: one kind of modifier, perhaps a note."""

from dataclasses import replace
from typing import Literal, cast

from engine.core.diagnostic import Diagnostics
from engine.load.fields import NOTES, Fields, check_currency
from engine.load.yaml_node import Node
from engine.plan.accumulation import Accumulation
from engine.plan.carry_forward import CarryForward, Line
from engine.plan.comp_plan import Budget, Gate, Limit, Multiply, Per, Prorate, Round, ShareOut, Step, TrueUp, Waivable
from engine.plan.waiver import Waiver

GATE_POLICIES = ("missing_target", "zero_target", "reach")
POOL_POLICIES = ("negative_pool", "no_weights")
OVER = Literal["credit", "earning_period", "quarter", "year", "plan"]


def build_step(node: Node, currency: str, diagnostics: Diagnostics) -> Step | None:
    """The step; None and a diagnostic where the item is not exactly one."""
    item = Fields(node, diagnostics)
    kinds = [name for name in item.node.names if name not in (*NOTES, "waivers")]
    if len(kinds) != 1:
        message = (
            "this item says nothing to do" if not kinds else f"this item is {len(kinds)} things: {', '.join(kinds)}"
        )
        span = item.span_of_key(kinds[1]) if kinds else item.node.span
        help = "write one kind of modifier per item, each with its own `-`: the order of the list is the order of evaluation"
        diagnostics.error("S011", message, span, help=help)
        return None
    if kinds[0] == "true_up":
        return TrueUp(cast(Accumulation, item.text("true_up")), item.span_of_key("true_up"), item.note)
    inner = item.within(kinds[0])
    assert inner is not None
    step = _step(kinds[0], inner, "; ".join(n for n in (inner.note, item.note) if n) or None, currency)
    return _waived(step, kinds[0], item) if "waivers" in item else step


def _waived(step: Step, kind: str, item: Fields) -> Step:
    """The item with those whom it is waived for."""
    if not isinstance(step, Waivable):
        help = (
            "gates, multipliers, limits and prorations can be waived; for anything else give the variable another value"
        )
        item.diagnostics.error("S014", f"`{kind}` can't be waived", item.span_of_key("waivers"), help=help)
        return step
    return replace(step, waivers=tuple(_waiver(Fields(node, item.diagnostics)) for node in item.items("waivers")))


def _waiver(fields: Fields) -> Waiver:
    return Waiver(
        participant=fields.text("participant"),
        periods=fields.texts("periods"),
        name=fields.text("name"),
        approved=fields.day("approved"),
        reason=fields.note or "",
        span=fields.node.span,
    )


def _step(kind: str, inner: Fields, note: str | None, currency: str) -> Step:
    span = inner.key_span
    match kind:
        case "gate":
            return _gate(inner, note, currency)
        case "multiply":
            return Multiply(_per(inner), inner.formula("by"), span, note)
        case "prorate":
            return Prorate(span, note)
        case "round":
            digits = inner.integer("digits") if "digits" in inner else None
            return Round(_per(inner), inner.text("mode"), digits, span, note)
        case "share_out":
            return _share_out(inner, note)
        case "budget":
            return Budget(
                when_spent=cast(Literal["stop", "prorate"], inner.text("when_spent")),
                over=cast(Literal["earning_period", "quarter", "year", "plan"], inner.text("over")),
                at=inner.amount("at", currency),
                span=span,
                policies=inner.choices(("excess",), "modifier"),
                note=note,
            )
        case "carry_forward":
            return _carry_forward(inner, note, currency)
        case _:
            return Limit(
                kind=cast(Literal["cap", "floor"], kind),
                over=cast(OVER, inner.text("over")),
                at=inner.amount("at", currency),
                prorate="prorate" in inner,
                span=span,
                policies=inner.choices(("excess",), "modifier"),
                note=note,
            )


def _share_out(inner: Fields, note: str | None) -> ShareOut:
    return ShareOut(
        within=inner.name("within"),
        by=None if inner.text("by") == "equal" else inner.formula("by"),
        among=inner.maybe_formula("among"),
        prorate="prorate" in inner,
        mode=inner.text("mode"),
        digits=inner.integer("digits") if "digits" in inner else None,
        span=inner.key_span,
        policies=inner.choices(POOL_POLICIES, "modifier"),
        note=note,
    )


def _carry_forward(inner: Fields, note: str | None, currency: str) -> CarryForward:
    lines = inner.within("deficit"), inner.within("excess")
    notes = (note, *(line.note for line in lines if line is not None))
    return CarryForward(
        accumulation=cast(Accumulation, inner.text("over")),
        deficit=_line(lines[0], "under", currency),
        excess=_line(lines[1], "over", currency),
        prorate="prorate" in inner,
        span=inner.key_span,
        note="; ".join(each for each in notes if each) or None,
    )


def _line(inner: Fields | None, key: str, currency: str) -> Line | None:
    if inner is None:
        return None
    return Line(inner.amount(key, currency), inner.text("at_end") == "settled", inner.key_span)


def _gate(inner: Fields, note: str | None, currency: str) -> Gate:
    by_measure = [key for key in ("measure", "against", "round_attainment", "at_least") if key in inner]
    if "when" in inner and by_measure:
        message = f"a gate has either a condition (`when`) or a measure (`{by_measure[0]}`), not both"
        help = "write two gates, one after the other"
        inner.diagnostics.error("S011", message, inner.span_of_key(by_measure[0]), help=help)
    number = inner.number("at_least") if "at_least" in inner else None
    if number is not None:
        _check_unit(inner, currency)
    return Gate(
        per=_per(inner) if "per" in inner else "earning",
        span=inner.key_span,
        when=inner.maybe_formula("when"),
        measure=inner.maybe_name("measure"),
        against=inner.maybe_name("against"),
        at_least=None if number is None else number.value,
        share=None if number is None or number.unit != "share" else number.span,
        in_money=number is not None and number.unit == "currency",
        policies=inner.choices(GATE_POLICIES, "modifier"),
        note=note,
        rounded=inner.round_attainment(),
    )


def _check_unit(inner: Fields, currency: str) -> None:
    """A share where there is a target; where there is none, `resolve` knows whether the measure is a ratio."""
    number, against = inner.number("at_least"), "against" in inner
    if against and number.unit != "share" and not (number.unit == "none" and number.value == 0):
        message, help = (
            "`at_least` is an amount, but the gate is `against` a target",
            "write a share of the target, such as 80%",
        )
        inner.diagnostics.error("S012", message, number.span, help=help)
    else:
        check_currency(number, currency, inner)


def _per(fields: Fields) -> Per:
    return cast(Per, fields.text("per"))
