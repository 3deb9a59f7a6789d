"""What a reader with a calculator does: redo `worked` figures of an explanation and compare them with its values."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import Any

from engine.core.money import rounded
from engine.explain import Node

NEAR = Decimal("1e-6")
"""A reader rounds once, at the end; the engine at 12 places after every product."""
SIGNS = {"×": "*", "÷": "/", "−": "-"}
ROUNDED = re.compile(r", (half_up|half_even|truncate|floor|ceiling), (\d+) digits\)")


def nodes(node: Node) -> Iterator[Node]:
    """A node and all beneath it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def redone(text: str) -> Any:
    """The value of figures in plain form."""
    for sign, operator in SIGNS.items():
        text = text.replace(sign, operator)
    text = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", ROUNDED.sub(r", '\1', '\2')", text)))
    with localcontext() as context:
        context.prec = 60
        return _value(ast.parse(text, mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Any:
    match node:
        case ast.Constant(value) if isinstance(value, (bool, str)):
            return value
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, text)
        case ast.BinOp(left, operator, right):
            a, b = _value(left, text), _value(right, text)
            return {ast.Add: a.__add__, ast.Sub: a.__sub__, ast.Mult: a.__mul__, ast.Div: a.__truediv__}[
                type(operator)
            ](b)
        case ast.Compare(left, [operator], [right]):
            a, b = _value(left, text), _value(right, text)
            return {ast.GtE: a >= b, ast.Gt: a > b, ast.LtE: a <= b, ast.Lt: a < b, ast.Eq: a == b}[type(operator)]
        case ast.Call(ast.Name(name), args):
            values = [_value(arg, text) for arg in args]
            if name == "round":
                return rounded(values[0], values[1], int(values[2]))
            if name == "abs":
                return abs(values[0])
            return min(values) if name == "min" else max(values)
    raise AssertionError(f"not a calculation: {text}")


def wrong(tree: Node) -> list[str]:
    """The lines of an explanation that don't come to what they say."""
    found = []
    for node in nodes(tree):
        if node.worked is None or node.value is None or "missing" in node.worked.plain:
            continue
        value = redone(node.worked.plain)
        holds = str(value).lower() == node.value.plain if isinstance(value, bool) else (
            abs(Decimal(node.value.plain) - value) < NEAR
        )  # fmt: skip
        if not holds:
            found.append(f"{node.title}: {node.worked.plain} = {value}, not {node.value.plain}")
    return found
