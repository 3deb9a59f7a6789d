"""Amounts that are known but for the target and people's own values: sums of multiples of products of names.

In: a formula's expression, and what is known of its names. Out: a `Sum` (`0.02 × target + 100`), or None where a formula
branches or reads what nobody knows before data is there. Exact: fractions, since nothing here is paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.ir.expr import Call, Expr, Lit, Ref

Product = tuple[tuple[str, int], ...]
"""Names with their powers, sorted; empty for a plain number."""


@dataclass(frozen=True)
class Sum:
    """Products of names with their factors, none of them 0."""

    parts: tuple[tuple[Product, Fraction], ...]

    def __add__(self, other: "Sum") -> "Sum":
        return _sum([*self.parts, *other.parts])

    def __sub__(self, other: "Sum") -> "Sum":
        return self + other * number(-1)

    def __mul__(self, other: "Sum") -> "Sum":
        return _sum([(_product(p, q), f * g) for p, f in self.parts for q, g in other.parts])

    def over(self, other: "Sum") -> "Sum | None":
        """The quotient by a single product."""
        if len(other.parts) != 1:
            return None
        [(product, factor)] = other.parts
        return self * Sum(((tuple((name, -power) for name, power in product), 1 / factor),))

    @property
    def value(self) -> Fraction | None:
        """The number that it is, if it reads no name."""
        if not self.parts:
            return Fraction(0)
        return self.parts[0][1] if self.parts[0][0] == () and len(self.parts) == 1 else None

    @property
    def sign(self) -> int | None:
        """1, 0 or −1 where that holds for all names above zero; else None."""
        signs = {1 if factor > 0 else -1 for _, factor in self.parts}
        return 0 if not signs else signs.pop() if len(signs) == 1 else None

    def at(self, value: Fraction) -> Fraction:
        """What it comes to where every name has this value."""
        return sum((factor * value ** sum(power for _, power in p) for p, factor in self.parts), Fraction(0))


def number(value: Decimal | int | Fraction) -> Sum:
    """A plain number."""
    return _sum([((), Fraction(value))])


def name(text: str) -> Sum:
    """A value that is only known to be above zero."""
    return Sum(((((text, 1),), Fraction(1)),))


def _sum(parts: list[tuple[Product, Fraction]]) -> Sum:
    found: dict[Product, Fraction] = {}
    for product, factor in parts:
        found[product] = found.get(product, Fraction(0)) + factor
    return Sum(tuple(sorted((p, f) for p, f in found.items() if f)))


def _product(one: Product, other: Product) -> Product:
    powers = dict(one)
    for text, power in other:
        powers[text] = powers.get(text, 0) + power
    return tuple(sorted((text, power) for text, power in powers.items() if power))


def term(expr: Expr, known: Mapping[str, Sum]) -> Sum | None:
    """What an expression comes to."""
    match expr:
        case Lit(value=Decimal() as value):
            return number(value)
        case Ref():
            return known.get(expr.name)
        case Call(fn="neg", args=(arg,)):
            inner = term(arg, known)
            return None if inner is None else inner * number(-1)
        case Call(fn="add" | "sub" | "mul" | "div", args=(left, right)):
            one, other = term(left, known), term(right, known)
            return None if one is None or other is None else _calculated(expr.fn, one, other)
        case Call(fn="min" | "max", args=args):
            return _picked(expr.fn, [term(arg, known) for arg in args])
        case _:
            return None


def _picked(fn: str, sums: list[Sum | None]) -> Sum | None:
    """The least or greatest, where it is the same one for all names above zero."""
    found = sums[0]
    for other in sums[1:]:
        over = None if found is None or other is None else (other - found).sign
        if over is None:
            return None
        found = other if over == (1 if fn == "max" else -1) else found
    return found


def _calculated(fn: str, one: Sum, other: Sum) -> Sum | None:
    match fn:
        case "add":
            return one + other
        case "sub":
            return one - other
        case "mul":
            return one * other
        case _:
            return one.over(other)
