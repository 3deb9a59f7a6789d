"""The type of every expression, by the rules of `ir/functions`.

In: a formula and the types of the names it may read. Out: the expression with its literals typed, and its type. All
mistakes of a formula are told at once; a part with a mistake has no type, and says nothing more.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from engine.core.diagnostic import Diagnostics
from engine.core.money import DIVISOR_LEAST
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.types import BOOL, DATE, QUANTITY, TEXT, Type
from engine.plan.formula import Formula
from engine.typecheck.typed import Typed, extent, is_bare, product, quotient, unified

EMPTY = {"money": "0", "rate": "0", "quantity": "0", "text": '""', "bool": "false", "date": 'date("2026-01-01")'}
"""What could stand for a missing value, as it is written in a formula."""

ORDERED = ("money", "rate", "quantity", "date")
COMPARES = ("eq", "ne", "lt", "le", "gt", "ge", "in", "min", "max", "coalesce")


def infer(formula: Formula, names: Mapping[str, Type], diagnostics: Diagnostics, needed_by: str | None = None) -> Typed:
    """The formula's expression with its type, None where there is a mistake in it.

    `needed_by`: what can't do with a missing value, in the words of the message.
    """
    inference = _Inference(formula, names, diagnostics)
    term = inference.infer(formula.expr)
    return term if needed_by is None else inference.known(term, needed_by)


class _Inference:
    """Walks one formula."""

    def __init__(self, formula: Formula, names: Mapping[str, Type], diagnostics: Diagnostics):
        self._formula, self._names, self._diagnostics = formula, names, diagnostics
        self._rules: dict[str, Callable[[Call, list[Typed]], Typed]] = {
            **dict.fromkeys(("add", "sub"), self._sum),
            **dict.fromkeys(("neg", "abs"), self._signed),
            **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), self._compared),
            **dict.fromkeys(("and", "or", "not"), self._logic),
            **dict.fromkeys(("min", "max"), self._extreme),
            **dict.fromkeys(("year", "month", "day", "days_between"), self._of_dates),
            "mul": self._product,
            "div": self._quotient,
            "in": self._member,
            "starts_with": self._text_start,
            "date": self._day,
        }

    def infer(self, expr: Expr) -> Typed:
        """An expression with its type."""
        match expr:
            case Lit():
                return Typed(expr, expr.type)
            case Ref():
                return Typed(expr, self._names.get(expr.name))
            case Case():
                return self._case(expr)
            case Call():
                return self._call(expr)
            case Over() | Fold():
                raise AssertionError("windows are made by passes, never by a plan")

    def _call(self, call: Call) -> Typed:
        args = [self.infer(arg) for arg in call.args]
        if call.fn in ("coalesce", "is_missing"):
            return self._missing(call, args)
        rule = self._rules[call.fn]
        sign = f"`{FUNCTIONS[call.fn].operator or call.fn}`"
        args = [self.known(arg, sign, call.fn == "div" and place == 1) for place, arg in enumerate(args)]
        if any(arg.type is None for arg in args):
            return _same(call, args, _RESULTS.get(call.fn))
        return rule(call, args)

    # -- numbers

    def _sum(self, call: Call, args: list[Typed]) -> Typed:
        sign = FUNCTIONS[call.fn].operator
        exprs, type_ = unified(args)
        if type_ is not None and type_.is_numeric:
            return Typed(Call(call.fn, exprs, call.at), type_)
        return self._unlike(call, args, f"`{sign}` needs two numbers of one type", None)

    def _signed(self, call: Call, args: list[Typed]) -> Typed:
        type_ = args[0].type
        assert type_ is not None
        if type_.is_numeric:
            return _same(call, args, type_)
        return self._error("T001", f"a number is needed here; this is {type_}", args[0].expr, _same(call, args, None))

    def _product(self, call: Call, args: list[Typed]) -> Typed:
        left, right = _types(args)
        if not (left.is_numeric and right.is_numeric):
            return self._unlike(call, args, "`*` needs two numbers", None)
        type_ = product(left, right)
        if type_ is None:
            help = "one of them should be a rate or a number; money ÷ money is a rate"
            return self._error("T005", f"money times money: {left} * {right}", call, _same(call, args, None), help)
        return _same(call, args, type_)

    def _quotient(self, call: Call, args: list[Typed]) -> Typed:
        left, right = _types(args)
        if not (left.is_numeric and right.is_numeric):
            return self._unlike(call, args, "`/` needs two numbers", None)
        type_ = quotient(left, right)
        divisor = args[1].expr.args[0] if isinstance(args[1].expr, Call) and args[1].expr.fn == "neg" else args[1].expr
        if isinstance(divisor, Lit) and isinstance(divisor.value, Decimal) and abs(divisor.value) < DIVISOR_LEAST:
            help = "divide by something else, or delete the formula"
            return self._error("T016", "a division by zero has no value", args[1].expr, _same(call, args, type_), help)
        if type_ is not None:
            return _same(call, args, type_)
        if left.dtype == "money":
            return self._unlike(call, args, "a ratio needs two amounts of one currency", None)
        help = "divide money by money for a rate, or by a number for money"
        return self._error("T001", f"{left} can't be divided by {right}", call, _same(call, args, None), help)

    def _extreme(self, call: Call, args: list[Typed]) -> Typed:
        exprs, type_ = unified(args)
        if type_ is not None and type_.dtype in ORDERED:
            return Typed(Call(call.fn, exprs, call.at), type_)
        return self._unlike(call, args, f"`{call.fn}` needs numbers of one type, or dates", None)

    # -- conditions

    def _compared(self, call: Call, args: list[Typed]) -> Typed:
        exprs, type_ = unified(args)
        sign = FUNCTIONS[call.fn].operator
        if type_ is None:
            return self._unlike(call, args, f"`{sign}` needs two of one type", BOOL)
        if call.fn not in ("eq", "ne") and type_.dtype not in ORDERED:
            message = f"`{sign}` needs numbers or dates; this is {type_}"
            return self._error("T001", message, call, _same(call, args, BOOL), "use `==`, `!=`, `in` or `starts_with`")
        return Typed(Call(call.fn, exprs, call.at), BOOL)

    def _logic(self, call: Call, args: list[Typed]) -> Typed:
        for arg in args:
            self.condition(arg)
        return _same(call, args, BOOL)

    def condition(self, term: Typed) -> None:
        """Reports a term that is neither true nor false."""
        if term.type is not None and term.type.dtype != "bool":
            help = 'compare it with something, as in `status == "posted"` or `quantity > 0`'
            self._error("T006", f"a condition is true or false; this is {term.type}", term.expr, term, help)

    def _member(self, call: Call, args: list[Typed]) -> Typed:
        exprs, type_ = unified(args)
        if type_ is None:
            return self._unlike(call, args, "`in` needs values of one type", BOOL)
        return Typed(Call("in", exprs, call.at), BOOL)

    def _case(self, case: Case) -> Typed:
        tests = [self.known(self.infer(test), "a condition") for test, _ in case.branches]
        for test in tests:
            self.condition(test)
        values = [self.infer(value) for _, value in case.branches] + [self.infer(case.otherwise)]
        exprs, type_ = unified(values)
        branches = tuple((test.expr, value) for test, value in zip(tests, exprs[:-1], strict=True))
        result = Typed(Case(branches, exprs[-1], case.at), type_)
        if type_ is None and all(value.type is not None for value in values):
            self._unlike(case, values, "both values of `if … else` need one type", None)
        return result

    # -- missing values

    def known(self, term: Typed, what: str, divides: bool = False) -> Typed:
        """The term, which must not be missing here; one that `divides` can't count as 0."""
        if term.type is None or not term.type.nullable:
            return term
        text = self._text(term.expr)
        help = f"say what a missing one counts as: `coalesce({text}, {EMPTY[term.type.dtype]})`"
        if divides:
            help = f"nothing is divided by 0: write what a missing one counts as, such as `coalesce({text}, 1)`, or leave it out"
        if isinstance(term.expr, Ref):
            help += "\nor let none be missing: a variable has `default:`, a column of a source `on_empty:`"
        message = f"`{text}` may be missing, and {what} needs a value"
        self._error("T004", message, term.expr, term, help)
        return Typed(term.expr, term.type.required())

    def _missing(self, call: Call, args: list[Typed]) -> Typed:
        """`coalesce` and `is_missing`: the two functions that take what may be missing."""
        first = args[0].type
        if first is not None and not first.nullable:
            text = self._text(args[0].expr)
            self._error(
                "T008", f"`{text}` is never missing, so `{call.fn}` decides nothing", call, args[0],
                ("write `{0}`" if call.fn == "coalesce" else "delete the condition").format(text)
                + "; where a division by 0 or a look-up leaves it without a value, the earning is blocked, and no formula goes "
                "by that: ask for the divisor, as in `a / b if b != 0 else 0`, and say `missing` in the look-up",
            )  # fmt: skip
        if call.fn == "is_missing":
            return _same(call, args, BOOL)
        exprs, type_ = unified(args)
        if type_ is None:
            if any(arg.type is None for arg in args):
                return _same(call, args, None)
            return self._unlike(call, args, "`coalesce` needs two of one type", None)
        return Typed(Call(call.fn, exprs, call.at), type_.optional() if args[1].nullable else type_.required())

    # -- dates and texts

    def _of_dates(self, call: Call, args: list[Typed]) -> Typed:
        for arg in args:
            if arg.type is not None and arg.type.dtype != "date":
                self._error("T001", f"`{call.fn}` needs a date; this is {arg.type}", arg.expr, arg, _date_help(arg))
        return _same(call, args, QUANTITY)

    def _day(self, call: Call, args: list[Typed]) -> Typed:
        literal = args[0].expr
        try:
            return Typed(Lit(date.fromisoformat(str(getattr(literal, "value", ""))), DATE, call.at), DATE)
        except ValueError:
            message = "`date` needs a day in quotes that exists"
            return self._error("T001", message, call, Typed(call, DATE), 'a day is written date("2026-01-31")')

    def _text_start(self, call: Call, args: list[Typed]) -> Typed:
        for arg in args:
            if arg.type is not None and arg.type.dtype != "text":
                self._error("T001", f"`starts_with` needs texts; this is {arg.type}", arg.expr, arg)
        return _same(call, args, BOOL)

    # -- telling

    def _unlike(self, expr: Call | Case, args: Sequence[Typed], needs: str, result: Type | None) -> Typed:
        """Reports terms that do not go together: currencies, text and number, or other types."""
        types = [arg.type.required() for arg in args if arg.type is not None]
        shown = " and ".join(dict.fromkeys(str(t) for t in types))
        dtypes = {t.dtype for t in types}
        code, help = "T001", None
        compares = isinstance(expr, Call) and expr.fn in COMPARES
        if dtypes == {"money"}:
            code, help = "T002", "amounts of two currencies meet nowhere without an exchange rate"
        elif compares and "text" in dtypes and dtypes & {"money", "rate", "quantity"}:
            numbers = [self._text(a.expr) for a in args if is_bare(a.expr)]
            code, help = "T007", "a text is compared with a text" + (f': "{numbers[0]}"' if numbers else "")
        elif "money" in dtypes and dtypes & {"rate", "quantity"}:
            help = "multiply the rate or number by an amount, so that both are money"
        elif compares and "bool" in dtypes and len(dtypes) > 1:
            help = "a condition is compared with nothing: write it alone, or after `not`"
        elif dtypes == {"date", "text"}:
            help = 'write a day as date("2026-01-31")'
        return self._error(code, f"{needs}; these are {shown}", expr, Typed(expr, result), help)

    def _error(self, code: str, message: str, at: Expr, result: Typed, help: str | None = None) -> Typed:
        self._diagnostics.error(code, message, self._span(at), help=help)
        return result

    def _span(self, expr: Expr) -> Span:
        start, end = extent(self._formula.text, expr)
        return self._formula.place(start, end - start)

    def _text(self, expr: Expr) -> str:
        start, end = extent(self._formula.text, expr)
        return self._formula.text[start:end]


_RESULTS: Mapping[str, Type] = dict.fromkeys(
    ("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "in", "starts_with"), BOOL
)
"""What a function gives whatever it is given, so that one mistake does not become two."""


def _same(call: Call, args: Sequence[Typed], type_: Type | None) -> Typed:
    return Typed(Call(call.fn, tuple(arg.expr for arg in args), call.at), type_)


def _types(args: Sequence[Typed]) -> tuple[Type, Type]:
    left, right = (arg.type for arg in args)
    assert left is not None and right is not None
    return left, right


def _date_help(term: Typed) -> str | None:
    return 'write a day as date("2026-01-31")' if term.type == TEXT else None
