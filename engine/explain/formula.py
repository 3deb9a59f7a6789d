"""Formulas for people: an expression as text, with the names of the plan or with the figures of one row.

With figures, a choice (`if … else`, a tier lookup) shows only the branch that the row took, so that what is left is
arithmetic that can be redone by hand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.backends.replay import ReplayTable, replay_stage
from engine.core.money import BOUND_PLACES
from engine.explain.node import Worked
from engine.explain.number import worked
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref, Value
from engine.ir.infer import type_of
from engine.ir.program import Stage
from engine.ir.table import Def, Extend, Scan
from engine.ir.types import INTEGER, TEXT, Type
from engine.ir.walk import rebuilt, refs
from engine.plan.rate_table import PERCENT

Row = Mapping[str, Value]
INFIX = {
    "or": ("or", 1), "and": ("and", 2), "eq": ("==", 4), "ne": ("!=", 4), "lt": ("<", 4), "le": ("<=", 4),
    "gt": (">", 4), "ge": (">=", 4), "add": ("+", 5), "sub": ("−", 5), "mul": ("×", 6), "div": ("÷", 6),
}  # fmt: skip
"""Function → sign and how tightly it binds."""
CHOICE, NOT, IN, NEGATIVE, ATOM = 0, 3, 4, 7, 9
COMPARED = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
AT_BOUND = (Lit("half_even", TEXT), Lit(BOUND_PLACES, INTEGER))
"""What a value and a share of a target are rounded by where they are compared."""
UNSAID = frozenset({"as_quantity", "as_rate"})
"""Functions that change the type of a number, not the number."""
LONGEST_SUM = 12
"""So many terms of a running sum are written out; more are only counted."""

Atom = Callable[[Lit | Ref | Over | Fold], str]


def in_names(expr: Expr) -> str:
    """An expression with its names, constants as a reader writes them."""

    def atom(term: Lit | Ref | Over | Fold) -> str:
        match term:
            case Lit():
                return worked(term.value, term.type, {}, True).grouped
            case Ref(name):
                return name.rpartition(".")[2]
            case Over():
                return window(term)
            case Fold():
                return f"({in_names(term.next)}, since {in_names(term.start)})"

    return _written(expr, atom, CHOICE)


def window(term: Over) -> str:
    """A window in words."""
    arg = in_names(term.arg)
    if term.frame == "shift":
        return f"({arg} an interval earlier)"
    span = {"running": " so far", "running_before": " before", "partition": ""}[term.frame]
    return f"({'Σ' if term.fn == 'sum' else term.fn} {arg}{span})"


def _written(expr: Expr, atom: Atom, outer: int) -> str:
    """Text of an expression; in parentheses where it binds less tightly than what is around it."""
    match expr:
        case Lit() | Ref() | Over() | Fold():
            return atom(expr)
        case Case(branches, otherwise):
            parts = [f"{_written(v, atom, NOT)} if {_written(c, atom, NOT)} else " for c, v in branches]
            return _enclosed("".join(parts) + _written(otherwise, atom, CHOICE), outer > CHOICE)
        case Call(fn, args) if fn in UNSAID:
            return _written(args[0], atom, outer)
        case Call(fn, args):
            text, tight = _call(fn, args, atom)
            return _enclosed(text, tight < outer)


def _at_bound(fn: str, args: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], bool]:
    """The two sides of a comparison with a share of a target as they are, and whether the places left out decide it."""
    inner = tuple(
        arg.args[0] for arg in args if isinstance(arg, Call) and arg.fn == "round" and arg.args[1:] == AT_BOUND
    )
    if len(inner) < len(args):
        return args, False
    if any(refs(arg) for arg in args):
        return inner, False
    exact, rounded = (evaluate(Call(fn, sides), [{}], {}) for sides in (inner, args))
    return inner, exact != rounded


def _call(fn: str, args: tuple[Expr, ...], atom: Atom) -> tuple[str, int]:
    if fn in COMPARED:
        inner, said = _at_bound(fn, args)
        sign, tight = INFIX[fn]
        text = f" {sign} ".join(_written(arg, atom, tight + 1) for arg in inner)
        return f"{text}, at {BOUND_PLACES} places" if said else text, tight
    if fn in INFIX:
        sign, tight = INFIX[fn]
        first = _written(args[0], atom, tight)
        rest = [_written(arg, atom, tight if fn in ("and", "or", "add") else tight + 1) for arg in args[1:]]
        return f" {sign} ".join((first, *rest)), tight
    if fn == "scaled":
        product = f"{_written(args[0], atom, INFIX['mul'][1])} × {_written(args[1], atom, ATOM)}"
        return f"{product} ÷ {_written(args[2], atom, ATOM)}", INFIX["div"][1]
    if fn in ("as_quantity", "as_rate"):
        return _written(args[0], atom, ATOM), ATOM
    if fn == "not":
        return f"not {_written(args[0], atom, NOT)}", NOT
    if fn == "neg":
        return f"−{_written(args[0], atom, NEGATIVE)}", NEGATIVE
    texts = [_written(arg, atom, CHOICE) for arg in args]
    if fn == "in":
        return f"{texts[0]} in ({', '.join(texts[1:])})", IN
    if fn == "is_missing":
        return f"is_missing({texts[0]})", ATOM
    if fn == "round":
        return f"round({texts[0]}, {texts[1].strip(chr(34))}, {texts[2]} digits)", ATOM
    return f"{fn}({', '.join(texts)})", ATOM


def _enclosed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


class Figures:
    """The figures of one row: its values and types, and the rows beside it that a window may look at."""

    def __init__(self, row: Row, types: Mapping[str, Type], digits: Mapping[str, int], beside: Iterable[Row] = ()):
        self.row, self.types, self.digits = row, types, digits
        self.beside = list(beside)

    def value(self, expr: Expr) -> Value:
        """The value of an expression on this row. Raises LookupError where the row doesn't have what it reads."""
        if not refs(expr) <= self.row.keys() & self.types.keys():
            raise LookupError
        return evaluate(expr, [self.row], self.types)[0]

    def worked(self, expr: Expr) -> Worked:
        """The expression with figures instead of names, only the branches taken."""
        return self.text(self.taken(expr))

    def text(self, expr: Expr) -> Worked:
        """An expression whose figures are put in."""
        return Worked(self._text(expr, False), self._text(expr, True))

    def _text(self, expr: Expr, grouped: bool) -> str:
        def atom(term: Lit | Ref | Over | Fold) -> str:
            if isinstance(term, Lit):
                both = worked(term.value, term.type, self.digits, True)
                return both.grouped if grouped else both.plain
            return in_names(term)

        return _written(self._of_percentages(expr) if grouped else expr, atom, CHOICE)

    def _of_percentages(self, expr: Expr) -> Expr:
        """The digits of shares as those of the percentages that they are read as, which is how a plan says them."""
        expr = rebuilt(expr, self._of_percentages)
        match expr:
            case Call("round", (what, mode, Lit(int(digits)) as places)) if (
                digits >= PERCENT and (mode, places) != AT_BOUND
            ):
                if refs(what) <= self.types.keys() and type_of(what, self.types).dtype == "rate":
                    return replace(expr, args=(what, mode, replace(places, value=digits - PERCENT)))
        return expr

    def taken(self, expr: Expr) -> Expr:
        """The expression with this row's values put in and its choices made."""
        match expr:
            case Lit():
                return expr
            case Ref(name):
                return Lit(self.row[name], self.types[name]) if name in self.row and name in self.types else expr
            case Case():
                return self._branch(expr)
            case Over():
                return self._window(expr)
            case Fold():  # shown by what it is on the row, which another column says
                return expr
            case Call("coalesce", args):
                parts = [self.taken(arg) for arg in args]
                known = [p for p in parts if not (isinstance(p, Lit) and p.value is None)]
                return known[0] if known else parts[-1]
            case Call("add", (first, Lit(value))) if value == 0 and not isinstance(value, bool):
                return self.taken(first)
            case Call():
                return replace(expr, args=tuple(self.taken(arg) for arg in expr.args))

    def _branch(self, expr: Case) -> Expr:
        for condition, value in expr.branches:
            try:
                met = self.value(condition)
            except LookupError:
                return expr
            if met is None:
                return self.taken(condition)
            if met:
                return self.taken(value)
        return self.taken(expr.otherwise)

    def _window(self, expr: Over) -> Expr:
        """A window over the rows beside: a short running sum term by term, anything else as its value."""
        group = [row for row in self.beside if all(row.get(name) == self.row.get(name) for name in expr.by)]
        here = [i for i, row in enumerate(group) if row == self.row]
        if not here or any(not refs(expr) <= row.keys() for row in group):
            return expr
        arg = expr.arg
        type_ = self.types.get(arg.name) if isinstance(arg, Ref) else None
        if not isinstance(arg, Ref) or type_ is None:
            return expr
        if expr.fn == "sum" and expr.frame == "running" and expr.order:
            ordered = sorted(group, key=lambda row: tuple(_rank(row[name]) for name, _ in expr.order))
            terms = [row[arg.name] for row in ordered[: ordered.index(self.row) + 1]]
            if len(terms) <= LONGEST_SUM:
                total: Expr = Lit(terms[0], type_)
                for term in terms[1:]:
                    total = Call("add", (total, Lit(term, type_)))
                return total
        return Lit(evaluate(expr, group, self.types)[here[0]], type_)


def _rank(value: Value) -> Any:
    """Values of one column in their own order, missing ones last."""
    return (value is None, 0 if value is None else value)


def evaluate(expr: Expr, rows: list[Row], types: Mapping[str, Type]) -> list[Value]:
    """The expression on each of some rows, by `replay`."""
    schema = {name: types[name] for name in sorted(refs(expr))} | {"~row": INTEGER}
    columns = {name: [row[name] for row in rows] for name in schema if name != "~row"}
    table = ReplayTable({**columns, "~row": list(range(len(rows)))}, schema)
    stage = Stage("asked", "asked", Extend(Scan("rows"), (Def("answer", expr),)), ("~row",))
    answered = replay_stage(stage, {"rows": table}).columns
    found: dict[int, Value] = dict(zip(answered["~row"], answered["answer"], strict=True))
    return [found[index] for index in range(len(rows))]
