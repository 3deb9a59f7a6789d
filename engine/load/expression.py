"""A formula's text → its expression, built by simpleeval over the few kinds of node that formulas have.

`SimpleEval` walks Python's syntax tree; its handlers here do not calculate, they build nodes of `ir.expr`. The rest of its
world is switched off: no attribute, subscript, power, f-string, comprehension, assignment or lambda has a handler, its
function table is ours, and it never holds a value that could do anything (`facts.md`: with a Polars object it could).
"""

import ast
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from simpleeval import SimpleEval  # type: ignore[import-untyped]  # it says no types

from engine.core.day import day_of
from engine.core.diagnostic import Diagnostics, closest
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Lit, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.types import BOOL, DATE, QUANTITY, TEXT, money
from engine.load.tokens import DEPTH, Refused, Token, skeleton, text_value, tokens_of
from engine.plan.formula import Formula, place

NODES = 500

ARGUMENTS = {
    "abs": (1, 1), "min": (2, 20), "max": (2, 20), "coalesce": (2, 2), "is_missing": (1, 1), "date": (1, 1),
    "year": (1, 1), "month": (1, 1), "day": (1, 1), "days_between": (2, 2), "starts_with": (2, 2),
}  # fmt: skip
"""Function → the fewest and the most arguments."""

LOOKED_UP = "a look-up table is read by its name alone: under `look_ups:` it says what it is looked up by"

INSTEAD = {
    "sum": "sums are measures: define one under `measures:` and name it here",
    "count": "counts are measures: define one under `measures:` and name it here",
    "round": "pay is rounded by an item of `then:`, as in `- round: {per: earning, mode: half_up}`, or `per: credit`\n"
    "a credit's value can't be rounded: have the export give it rounded; a measure's total is the amount of a `step` that is\n"
    "rounded in `then:` and then multiplied (rounded values of single rows are another total)",
    "if": "write `value if condition else other`",
    "iif": "write `value if condition else other`",
    "isnull": "write `is_missing(x)`",
    "ifnull": "write `coalesce(x, 0)`",
    "iferror": "a division by 0 has no value: ask before, `a / b if b != 0 else 0`",
    "vlookup": LOOKED_UP,
    "xlookup": LOOKED_UP,
    "hlookup": LOOKED_UP,
    "lookup": LOOKED_UP,
    "sumif": "sums are measures: `measures:` with `sum:` and a condition, `where:`",
    "sumifs": "sums are measures: `measures:` with `sum:` and a condition, `where:`",
    "countif": "counts are measures: `measures:` with `count:` and a condition, `where:`",
    "countifs": "counts are measures: `measures:` with `count:` and a condition, `where:`",
    "and": "write `a and b`",
    "or": "write `a or b`",
    "not": "write `not a`",
    "nvl": "write `coalesce(x, 0)`",
}
"""Functions of other languages → what to write here."""

BINARY: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip


def parse_formula(
    text: str, span: Span, diagnostics: Diagnostics, given: Mapping[str, Lit] | None = None
) -> Formula | None:
    """The formula that stands at `span`, or None and a diagnostic at the character that is wrong.

    `given` are the values of the parameters that it may read, as `$name`.
    """
    try:
        return Formula(text, span, expression_of(text, given))
    except Refused as wrong:
        at = place(text, span, wrong.at, wrong.length)
        diagnostics.error(wrong.code, wrong.message, at, help=wrong.help)
        return None


def expression_of(text: str, given: Mapping[str, Lit] | None = None) -> Expr:
    """The expression that `text` says. Raises `Refused`."""
    tokens = tokens_of(text)
    tree = _tree(text, tokens)
    return _Builder(text, tokens, given or {}).build(tree)


def functions() -> list[str]:
    """The names of the functions that formulas may call."""
    return [name for name, function in FUNCTIONS.items() if function.user and function.operator is None]


def _tree(text: str, tokens: list[Token]) -> ast.expr:
    code = skeleton(text, tokens)
    indent = tokens[0].at
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code[indent:], mode="eval").body
    except SyntaxError as error:
        raise _misplaced(tokens, (error.offset or 1) - 1 + indent) from None
    except (RecursionError, MemoryError, ValueError):
        raise Refused("F004", "the formula is nested too deeply", 0, len(text), "name its parts") from None


def _misplaced(tokens: list[Token], at: int) -> Refused:
    """What to say where Python found no expression: the first token that can't follow the one before it."""
    before: Token | None = None
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        wanted = before is None or not before.ends_operand
        empty_call = token.kind == "close" and before is not None and before.kind == "open"
        second_of_not_in = token.text == "in" and before is not None and before.text == "not"
        if wanted and not token.begins_operand and not empty_call and not second_of_not_in:
            return Refused("F010", f"a value is missing before `{token.text}`", token.at, len(token.text))
        if not wanted and token.text == "not" and (after is None or after.text != "in"):
            return Refused("F010", "an operator is missing before `not`", token.at, 3)
        before = token
    last = tokens[-1]
    if not last.ends_operand:
        return Refused("F010", f"a value is missing after `{last.text}`", last.at, len(last.text))
    return _unfinished(tokens, at)


def _unfinished(tokens: list[Token], at: int) -> Refused:
    """An `if` without `else`, or else whatever stands where Python stopped."""
    choices = [token for token in tokens if token.text in ("if", "else")]
    if len(choices) % 2 == 1 or any(
        token.text != word for token, word in zip(choices, ("if", "else") * 500, strict=False)
    ):
        token = choices[0]
        help = "write `value if condition else other`"
        return Refused("F010", f"an `{token.text}` without its other half", token.at, len(token.text), help)
    token = next((token for token in tokens if token.at + len(token.text) > at), tokens[-1])
    return Refused("F010", f"`{token.text}` can't stand here", token.at, len(token.text))


class _Builder(SimpleEval):  # type: ignore[misc]  # so that of its class is not known
    """Builds the expression; a node of Python without a handler here is refused."""

    def __init__(self, text: str, tokens: list[Token], given: Mapping[str, Lit]):
        super().__init__(operators={}, functions={}, names={})
        self.given = given
        self.text, self.indent = text, tokens[0].at
        self.tokens = {token.at: token for token in tokens}
        self.depth = self.built = 0
        handlers: dict[type[ast.AST], Callable[[Any], Expr]] = {
            ast.Name: self._name,
            ast.Constant: self._literal,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self._junction,
            ast.Compare: self._comparison,
            ast.IfExp: self._choice,
            ast.Call: self._call,
        }
        self.nodes = handlers

    def build(self, tree: ast.expr) -> Expr:
        """The expression of a whole tree."""
        expr: Expr = self.eval(self.text, previously_parsed=tree)
        return expr

    def _eval(self, node: ast.AST) -> Expr:
        if type(node) not in self.nodes:
            raise self._no_formula(node)
        self.depth += 1
        if self.depth > DEPTH:
            raise self._refuse(node, "F004", f"the formula is nested over {DEPTH} levels deep here", "name its parts")
        self._count(node, 1)
        expr: Expr = super()._eval(node)
        self.depth -= 1
        return expr

    def _count(self, node: ast.AST, more: int) -> None:
        self.built += more
        if self.built > NODES:
            raise self._refuse(node, "F005", f"the formula has over {NODES} parts", "name its parts")

    # -- places

    def _at(self, node: ast.AST) -> int:
        return int(getattr(node, "col_offset", 0)) + self.indent

    def _token(self, node: ast.AST) -> Token:
        return self.tokens[self._at(node)]

    def _refuse(self, node: ast.AST, code: str, message: str, help: str | None = None) -> Refused:
        end = int(getattr(node, "end_col_offset", 0) or 0) + self.indent
        return Refused(code, message, self._at(node), max(end - self._at(node), 1), help)

    def _no_formula(self, node: ast.AST) -> Refused:
        if isinstance(node, ast.Tuple):
            token = self._token(node)
            help = 'as in `status in ("a", "b")`'
            if token.kind == "number":
                help = "decimals stand after a point, as in `1.5`, and nothing between thousands; " + help
            return self._refuse(node, "F010", "a list can stand only after `in`", help)
        return self._refuse(node, "F012", "this is no part of formulas")

    # -- handlers: one per kind of node

    def _name(self, node: ast.Name) -> Expr:
        token = self._token(node)
        if token.text in ("true", "false"):
            return Lit(token.text == "true", BOOL, token.at)
        if not token.text.startswith("$"):
            return Ref(token.text, token.at)
        if token.text[1:] not in self.given:
            help = "a formula of a plan names a variable; `$name` is a parameter, and stands in the parts of a library"
            raise Refused("F020", f"`{token.text}` is set nowhere", token.at, len(token.text), help)
        return replace(self.given[token.text[1:]], at=token.at)

    def _literal(self, node: ast.Constant) -> Expr:
        token = self._token(node)
        if token.kind == "number":
            value, _, currency = token.text.partition(" ")
            return Lit(Decimal(value), money(currency) if currency else QUANTITY, token.at)
        return Lit(unicodedata.normalize("NFC", text_value(token)).strip(), TEXT, token.at)

    def _unary(self, node: ast.UnaryOp) -> Expr:
        value = self._eval(node.operand)
        if isinstance(node.op, ast.Not):
            return Call("not", (value,), self._at(node))
        if not isinstance(node.op, ast.USub):
            raise self._refuse(node, "F012", "a number has no `+` before it", "delete the sign")
        if (
            isinstance(value, Lit)
            and isinstance(value.value, Decimal)
            and isinstance(node.operand, ast.Constant | ast.Name)  # a name that is a number is a parameter
        ):
            return Lit(-value.value, value.type, self._at(node))
        return Call("neg", (value,), self._at(node))

    def _binary(self, node: ast.BinOp) -> Expr:
        if type(node.op) not in BINARY:
            raise self._no_formula(node)
        return Call(BINARY[type(node.op)], (self._eval(node.left), self._eval(node.right)), self._at(node))

    def _junction(self, node: ast.BoolOp) -> Expr:
        name = "and" if isinstance(node.op, ast.And) else "or"
        return Call(name, tuple(self._eval(value) for value in node.values), self._at(node))

    def _comparison(self, node: ast.Compare) -> Expr:
        """`a < b < c` is `a < b and b < c`."""
        left = self._eval(node.left)
        parts: list[Expr] = []
        for position, (operator, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if position:
                self._count(node, _size(left))
            if isinstance(operator, ast.In | ast.NotIn):
                if len(node.ops) > 1:
                    raise self._refuse(
                        node, "F010", "`in` can't stand in a chain of comparisons", "join them with `and`"
                    )
                return self._member(node, left, right_node, isinstance(operator, ast.NotIn))
            if type(operator) not in COMPARISON:
                raise self._no_formula(node)
            right = self._eval(right_node)
            parts.append(Call(COMPARISON[type(operator)], (left, right), left.at))
            left = right
        return parts[0] if len(parts) == 1 else Call("and", tuple(parts), self._at(node))

    def _member(self, node: ast.Compare, value: Expr, listed: ast.expr, negated: bool) -> Expr:
        elements = listed.elts if isinstance(listed, ast.Tuple) else [listed]
        literals: list[Expr] = []
        for element in elements:
            literal = self._eval(element)
            if not isinstance(literal, Lit):
                raise self._refuse(
                    element, "F015", "only values as they are can stand in the list after `in`", "compare with `==`"
                )
            literals.append(literal)
        if not literals:
            raise self._refuse(listed, "F010", "the list after `in` is empty")
        call = Call("in", (value, *literals), self._at(node))
        return Call("not", (call,), self._at(node)) if negated else call

    def _choice(self, node: ast.IfExp) -> Expr:
        branch = (self._eval(node.test), self._eval(node.body))
        return Case((branch,), self._eval(node.orelse), self._at(node))

    def _call(self, node: ast.Call) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise self._refuse(node, "F010", "only a function's name can stand before `(`")
        token = self._token(node.func)
        name = token.text
        if name not in ARGUMENTS:
            near = closest(name, functions())
            help = INSTEAD.get(name.lower()) or (
                f"did you mean `{near}`?" if near else "there is " + ", ".join(functions())
            )
            raise Refused("F013", f"there is no function `{name}`", token.at, len(name), help)
        args = tuple(self._eval(arg) for arg in node.args)
        fewest, most = ARGUMENTS[name]
        if not fewest <= len(args) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            takes = f"it takes {FUNCTIONS[name].takes}"
            raise self._refuse(node, "F014", f"`{name}` needs {wanted} arguments, not {len(args)}", takes)
        return self._known(node, name, args)

    def _known(self, node: ast.Call, name: str, args: tuple[Expr, ...]) -> Expr:
        """A call; `date("…")` is the day itself, and `starts_with` wants a text as it is."""
        if name not in ("date", "starts_with"):
            return Call(name, args, self._at(node))
        literal = args[-1]
        if not isinstance(literal, Lit) or not isinstance(literal.value, str):
            raise self._refuse(
                node.args[-1], "F015", f"`{name}` needs a text in quotes here", f"it takes {FUNCTIONS[name].takes}"
            )
        if name == "starts_with":
            return Call(name, args, self._at(node))
        day = day_of(literal.value)
        if day is None:
            raise self._refuse(node.args[0], "F018", "there is no such day", 'a day is written "2026-01-31"')
        return Lit(day, DATE, self._at(node))


def _size(expr: Expr) -> int:
    """How many nodes an expression has."""
    match expr:
        case Call():
            return 1 + sum(_size(arg) for arg in expr.args)
        case Case():
            return 1 + _size(expr.otherwise) + sum(_size(c) + _size(v) for c, v in expr.branches)
        case _:
            return 1
