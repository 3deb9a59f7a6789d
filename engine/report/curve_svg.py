"""Pay curves as one SVG picture: self-contained, no script, no link; jumps are jumps, bounds are marked."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from engine.core.money import plain, quantize
from engine.report.curve import Bound, Curve, Point
from engine.report.curve_axis import Range, across, amount_text, axis_title, pay_text, pay_title, place_text, upward
from engine.report.plan_words.number import grouped

WIDE, HIGH = 820, 470
LEFT, RIGHT, TOP, BOTTOM = 120, 40, 88, 96
"""Margins of a picture around what is drawn."""
LOWERED = Decimal("4.5")
"""How far the foot of a text lies under its middle."""
STYLE = """\
text { font-family: "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-size: 13px; fill: #333 }
.title { font-size: 18px; font-weight: bold; fill: #111 }
.small { font-size: 11.5px; fill: #666 }
.bound { font-size: 12px; fill: #8a4b00 }
.grid { stroke: #e4e4e4; stroke-width: 1 }
.axis { stroke: #555; stroke-width: 1.2 }
.at { stroke: #c98a3c; stroke-width: 1.2; stroke-dasharray: 2 4 }
.curve { fill: none; stroke: #1f5fa8; stroke-width: 2.6; stroke-linejoin: round; stroke-linecap: round }
.jump { stroke: #1f5fa8; stroke-width: 1.4; stroke-dasharray: 4 4 }
.on { fill: #1f5fa8; stroke: #fff; stroke-width: 1.2 }
.off { fill: #fff; stroke: #1f5fa8; stroke-width: 1.8 }"""


def svg(title: str, curves: Sequence[Curve]) -> str:
    """All curves of a plan, one below the other."""
    high = max(len(curves), 1) * HIGH
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" role="img">',
        f"<title>{_text(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDE}" height="{high}" fill="#fff"/>',
    ]
    for number, curve in enumerate(curves):
        parts += [f'<g transform="translate(0 {number * HIGH})">', *_panel(title, curve), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(text: str) -> str:
    """A text of a plan as XML has it: without the characters that XML does not."""
    return escape("".join(c if c.isprintable() else " " for c in text))


def _panel(title: str, curve: Curve) -> Iterable[str]:
    x, y = across(curve, 6), upward(curve, 5)
    yield f'<text class="title" x="{LEFT}" y="32">{_text(f"{title} · {curve.component}")}</text>'
    yield f'<text class="small" x="{LEFT}" y="52">{_text(_subtitle(curve))}</text>'
    yield from _grid(curve, x, y)
    yield from (line for bound in curve.bounds if bound.on.value > x.low for line in _bound(curve, bound, x))
    yield from (_line(piece, x, y) for piece in curve.pieces())
    for bound in curve.bounds:
        yield from _jump(curve, bound, x, y)
    ends = {bound.below for bound in curve.bounds}
    yield from (_dot(curve, point, x, y) for point in curve.figures if point.pays is not None and point not in ends)


def _subtitle(curve: Curve) -> str:
    axis = curve.axis
    if axis.target is None or axis.target_name is None:
        return f"What {curve.component} pays for the {curve.time}"
    return f"100 % is a target of {amount_text(axis, axis.target)} ({axis.whose})"


def _across(x: Range, value: Decimal) -> str:
    return _place(LEFT + x.place(value, WIDE - LEFT - RIGHT))


def _up(y: Range, value: Decimal) -> str:
    return _place(HIGH - BOTTOM - y.place(value, HIGH - TOP - BOTTOM))


def _place(value: Decimal) -> str:
    return plain(quantize(value, 1, ROUND_HALF_UP))


def _grid(curve: Curve, x: Range, y: Range) -> Iterable[str]:
    """Lines and labels: amounts at the left; shares, and the amounts that they are of, below."""
    right, bottom = WIDE - RIGHT, HIGH - BOTTOM
    for tick in y.ticks:
        at = _up(y, tick)
        yield f'<line class="grid" x1="{LEFT}" y1="{at}" x2="{right}" y2="{at}"/>'
        yield _label(str(LEFT - 10), _place(Decimal(at) + LOWERED), grouped(plain(tick)), "end")
    for tick in x.ticks:
        at = _across(x, tick)
        yield f'<line class="axis" x1="{at}" y1="{bottom}" x2="{at}" y2="{bottom + 5}"/>'
        yield _label(at, str(bottom + 21), place_text(curve.axis, tick), "middle")
        if curve.axis.target is not None:
            rounded = quantize(tick, curve.axis.digits, ROUND_HALF_UP)
            yield _label(at, str(bottom + 38), grouped(plain(rounded)), "middle", "small")
    yield f'<line class="axis" x1="{LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}"/>'
    yield f'<line class="axis" x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{bottom}"/>'
    unit = curve.axis.unit.currency if curve.axis.unit.dtype == "money" else None
    below = f"{axis_title(curve)}, and in {unit or 'numbers'}" if curve.axis.target is not None else axis_title(curve)
    foot = bottom + (66 if curve.axis.target is not None else 50)
    yield _label(_place(Decimal(LEFT + right) / 2), str(foot), below, "middle")
    middle = (TOP + bottom) // 2
    yield _label("24", str(middle), pay_title(curve), "middle", "", f' transform="rotate(-90 24 {middle})"')


def _label(x: str, y: str, text: str, anchor: str, kind: str = "", more: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x}" y="{y}" text-anchor="{anchor}"{more}>{_text(text)}</text>'


def _bound(curve: Curve, bound: Bound, x: Range) -> Iterable[str]:
    """A dotted upright at a bound, with its place on top."""
    at = _across(x, bound.on.value)
    yield f'<line class="at" x1="{at}" y1="{TOP}" x2="{at}" y2="{HIGH - BOTTOM}"/>'
    gate = "gate " if bound.of == "gate" else ""
    yield _label(at, str(TOP - 6), gate + place_text(curve.axis, bound.on.value), "middle", "bound")


def _line(piece: Sequence[Point], x: Range, y: Range) -> str:
    spots = " ".join(f"{_across(x, p.value)},{_up(y, p.pays)}" for p in piece if p.pays is not None)
    if len(piece) == 1 and piece[0].pays is not None:
        return f'<circle class="on" cx="{_across(x, piece[0].value)}" cy="{_up(y, piece[0].pays)}" r="3"/>'
    return f'<polyline class="curve" points="{spots}"/>'


def _jump(curve: Curve, bound: Bound, x: Range, y: Range) -> Iterable[str]:
    """A dashed upright from where the pay ends to where it goes on: the bound itself is the full dot."""
    if bound.jumps == "no":
        return
    off = bound.below if bound.jumps == "below" else bound.above
    assert off.pays is not None and bound.on.pays is not None
    at = _across(x, bound.on.value)
    yield f'<line class="jump" x1="{at}" y1="{_up(y, off.pays)}" x2="{at}" y2="{_up(y, bound.on.pays)}"/>'
    yield f'<circle class="off" cx="{at}" cy="{_up(y, off.pays)}" r="4">{_tip(curve, off)}</circle>'
    yield f'<circle class="on" cx="{at}" cy="{_up(y, bound.on.pays)}" r="4.5">{_tip(curve, bound.on)}</circle>'


def _dot(curve: Curve, point: Point, x: Range, y: Range) -> str:
    """A figure of the table, with its amounts for who points at it."""
    assert point.pays is not None
    return f'<circle class="on" cx="{_across(x, point.value)}" cy="{_up(y, point.pays)}" r="4">{_tip(curve, point)}</circle>'


def _tip(curve: Curve, point: Point) -> str:
    return f"<title>{_text(f'{amount_text(curve.axis, point.value)}: {pay_text(curve, point)}')}</title>"
