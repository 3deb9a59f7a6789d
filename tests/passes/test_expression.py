"""Formulas: what they build, and that nothing else gets through: every refusal has a code at the exact character."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.expr import Call, Case, Expr, Lit, Over, Ref
from engine.ir.types import BOOL, DATE, QUANTITY, TEXT, money
from engine.load.expression import ARGUMENTS, expression_of, functions, parse_formula
from engine.load.tokens import Refused
from engine.plan.formula import Formula


def n(value: str) -> Lit:
    return Lit(Decimal(value), QUANTITY)


def t(value: str) -> Lit:
    return Lit(value, TEXT)


a, b, c = Ref("a"), Ref("b"), Ref("c")

BUILT: dict[str, Expr] = {
    "a": a,
    " a ": a,
    "1.10": n("1.10"),
    "0": n("0"),
    "9999999999999999.999999999999": n("9999999999999999.999999999999"),
    "-5": n("-5"),
    "- a": Call("neg", (a,)),
    "-(5)": n("-5"),
    "a + b * c": Call("add", (a, Call("mul", (b, c)))),
    "a - b - c": Call("sub", (Call("sub", (a, b)), c)),
    "a / (b + 1)": Call("div", (a, Call("add", (b, n("1"))))),
    "a == b": Call("eq", (a, b)),
    "a != 'x'": Call("ne", (a, t("x"))),
    "a < b <= c": Call("and", (Call("lt", (a, b)), Call("le", (b, c)))),
    "a > b": Call("gt", (a, b)),
    "a >= b": Call("ge", (a, b)),
    "a and b and c": Call("and", (a, b, c)),
    "a or b and c": Call("or", (a, Call("and", (b, c)))),
    "not a == b": Call("not", (Call("eq", (a, b)),)),
    "a if b else c": Case(((b, a),), c),
    "1 if a else 2 if b else 3": Case(((a, n("1")),), Case(((b, n("2")),), n("3"))),
    "a in ('x', 'y')": Call("in", (a, t("x"), t("y"))),
    "a in (\"x\")": Call("in", (a, t("x"))),
    "a not in (1, -2)": Call("not", (Call("in", (a, n("1"), n("-2"))),)),
    "coalesce(a, 0) >= 24": Call("ge", (Call("coalesce", (a, n("0"))), n("24"))),
    "is_missing(a)": Call("is_missing", (a,)),
    "min(a, b, 3)": Call("min", (a, b, n("3"))),
    "starts_with(a, 'x')": Call("starts_with", (a, t("x"))),
    'date("2026-02-28") <= a': Call("le", (Lit(date(2026, 2, 28), DATE), a)),
    "100 USD": Lit(Decimal(100), money("USD")),
    "-1.50 USD": Lit(Decimal("-1.50"), money("USD")),
    "a > 100.005 SGD": Call("gt", (a, Lit(Decimal("100.005"), money("SGD")))),
    "5 USD * a": Call("mul", (Lit(Decimal(5), money("USD")), a)),
    "a in (1 USD, 2 USD)": Call("in", (a, Lit(Decimal(1), money("USD")), Lit(Decimal(2), money("USD")))),
    "true": Lit(True, BOOL),
    "a == false": Call("eq", (a, Lit(False, BOOL))),
    'a == " é "': Call("eq", (a, t("é"))),
    r'a == "say \"hi\" \\ ok"': Call("eq", (a, t('say "hi" \\ ok'))),
    "class + from": Call("add", (Ref("class"), Ref("from"))),  # words of Python, but not of formulas
    "date": Ref("date"),
    "a\t+\tb": Call("add", (a, b)),
}  # fmt: skip


@pytest.mark.parametrize("text", BUILT)
def test_builds(text: str) -> None:
    assert expression_of(text) == BUILT[text]


def test_offsets_are_of_characters_not_of_bytes() -> None:
    expr = expression_of('  a == "éé" and b')
    assert isinstance(expr, Call)
    left, right = expr.args
    assert isinstance(left, Call) and isinstance(left.args[0], Ref) and isinstance(right, Ref)
    assert (left.args[0].at, right.at) == (2, 16)


REFUSED = [
    # text, code, what the caret stands under
    ("", "F001", ""),
    ("   ", "F001", "   "),
    ("a\nb", "F003", "\n"),
    ("a; b", "F003", ";"),
    ("a # why", "F003", "#"),
    ("a \\\n + b", "F003", "\\"),
    ("é + a", "F006", "é"),
    ("аmount", "F006", "а"),  # a Cyrillic letter
    ("a == “x”", "F006", "“"),
    ("a − b", "F006", "−"),
    ("a\u00a0+ b", "F006", "\u00a0"),
    ("a\u202eb", "F006", "\u202e"),
    ("a\x00b", "F006", "\x00"),
    ("_a", "F006", "_a"),
    ("__import__('os')", "F006", "__import__"),
    ("a $ b", "F006", "$"),
    ("1e3", "F007", "1e3"),
    ("0x10", "F007", "0x10"),
    ("1_000", "F007", "1_000"),
    ("2j", "F007", "2j"),
    ("007", "F007", "007"),
    (".5", "F007", ".5"),
    ("5.", "F007", "5."),
    ("1.2.3", "F007", "1.2.3"),
    ("0b1", "F007", "0b1"),
    ("12345678901234567", "F007", "12345678901234567"),
    ("0.1234567890123", "F007", "0.1234567890123"),
    ("a * 5%", "F008", "5%"),
    ("a % b", "F008", "%"),
    ("a == 'x", "F009", "'x"),
    ('a == "\\x41"', "F009", "\\x"),
    ('a == "\\N{DIGIT ONE}"', "F009", "\\N"),
    ("a b", "F010", "b"),
    ("a 'x'", "F010", "'x'"),
    ("b'x'", "F010", "'x'"),
    ("f'{a}'", "F010", "'{a}'"),
    ("'x' 'y'", "F010", "'y'"),
    ("'''x'''", "F010", "'x'"),
    ("500  SGD", "F010", "SGD"),
    ("500 sgd", "F010", "sgd"),
    ("500SGD", "F007", "500SGD"),
    ("a > 1,000 SGD", "F007", "1,000"),
    ("a > 007 SGD", "F007", "007"),
    ("500 SGD 2", "F010", "2"),
    ("SGD 500", "F010", "500"),
    ("500 AND a", "F012", "AND"),
    ("a +", "F010", "+"),
    ("a * / b", "F010", "/"),
    ("and a", "F010", "and"),
    ("a if b", "F010", "if"),
    ("a else b", "F010", "else"),
    ("a not b", "F010", "not"),
    ("a not in", "F010", "in"),
    ("(a, b)", "F010", "(a, b)"),
    ("a, b", "F010", "a, b"),
    ("()", "F010", "()"),
    ("a in ()", "F010", "()"),
    ("a in (1, 2) in (3)", "F010", "a in (1, 2) in (3)"),
    ("a(b)(c)", "F010", "("),
    ("'x'(a)", "F010", "("),
    ("a + (b", "F011", "("),
    ("a + b)", "F011", ")"),
    ("a.b", "F012", "."),
    ("a[0]", "F012", "["),
    ("{a}", "F012", "{"),
    ("[a for b in c]", "F012", "["),
    ("a ** b", "F012", "**"),
    ("a // b", "F012", "//"),
    ("a & b", "F012", "&"),
    ("a || b", "F012", "||"),
    ("!a", "F012", "!"),
    ("a <> b", "F012", "<>"),
    ("~a", "F006", "~"),
    ("a @ b", "F006", "@"),
    ("+a", "F012", "+a"),
    ("lambda", "F012", "lambda"),
    ("lambda: 1", "F012", "lambda"),
    ("a for a in b", "F012", "for"),
    ("a is b", "F012", "is"),
    ("True", "F012", "True"),
    ("a AND b", "F012", "AND"),
    ("await a", "F010", "a"),
    ("a ? b : c", "F012", "?"),
    ("*a", "F010", "*"),
    ("min(*a)", "F012", "*a"),
    ("min(**a)", "F012", "**"),
    ("open('/etc/passwd')", "F013", "open"),
    ("eval('1')", "F013", "eval"),
    ("rand()", "F013", "rand"),
    ("sum(a)", "F013", "sum"),
    ("add(a, b)", "F013", "add"),
    ("colaesce(a, 0)", "F013", "colaesce"),
    ("abs()", "F014", "abs()"),
    ("abs(a, b)", "F014", "abs(a, b)"),
    ("coalesce(a)", "F014", "coalesce(a)"),
    ("a in (b, 1)", "F015", "b"),
    ("a in b", "F015", "b"),
    ("date(a)", "F015", "a"),
    ("starts_with(a, b)", "F015", "b"),
    ("a == None", "F016", "None"),
    ("a is None", "F012", "is"),
    ("a == null", "F016", "null"),
    ("a = 5", "F017", "="),
    ("(a := 5)", "F017", ":="),
    ("min(a, key=b)", "F017", "="),
    ("date('2026-02-30')", "F018", "'2026-02-30'"),
    ("date('20260228')", "F018", "'20260228'"),
]


@pytest.mark.parametrize(("text", "code", "under"), REFUSED, ids=[repr(text) for text, _, _ in REFUSED])
def test_refuses(text: str, code: str, under: str) -> None:
    with pytest.raises(Refused) as caught:
        expression_of(text)
    wrong = caught.value
    assert (wrong.code, text[wrong.at : wrong.at + wrong.length]) == (code, under)
    assert code in CODES


def test_helps() -> None:
    def help_of(text: str) -> str | None:
        with pytest.raises(Refused) as caught:
            expression_of(text)
        return caught.value.help

    assert help_of("a * 5%") == "write 0.05"
    assert help_of("a * 12.5 %") == "write 0.125"
    assert help_of("colaesce(a, 0)") == "did you mean `coalesce`?"
    assert help_of("a == None") == "`is_missing(x)` says whether x has a value"
    assert "measures" in (help_of("sum(a)") or "")
    assert "{ }" in (help_of("1.1 if coalesce(a") or "")
    for text in ("500  SGD", "500 sgd", "500SGD"):
        assert "`500 SGD`" in (help_of(text) or "")
    assert help_of("a == “x”") == 'use `"`'


BOMBS = {
    "parentheses": ("(" * 5000 + "a" + ")" * 5000, "F002"),
    "parentheses that fit": ("(" * 900 + "a" + ")" * 900, "F005"),
    "deep": ("(" * 60 + "a" + ")" * 60, "F004"),
    "deep calls": ("abs(" * 60 + "a" + ")" * 60, "F004"),
    "not": ("not " * 400 + "a", "F004"),
    "minus": ("-" * 900 + "a", "F004"),
    "sums": ("+".join("a" * 400), "F004"),
    "long and": (" and ".join("a" * 300), ""),
    "choices": ("1 if a else " * 150 + "2", "F004"),
    "many names": ("min(" + ",".join("a" * 490) + ")", "F014"),
    "power": ("4000000**4000000", "F012"),
    "format": ("f'{1:>999999999}'", "F010"),
    "repeat": ("'a' * 999999999", ""),
    "number": ("9" * 1900, "F007"),
    "text": ("'" + "x" * 1900 + "'", ""),
    "quotes": ("'" * 1998, "F010"),
    "backslashes": ("'" + "\\" * 1900, "F009"),
    "chain": ("a < " * 300 + "a", "F005"),
    "chains in chains": ("a < (" * 40 + "a < b < c" + ") < c" * 40, "F005"),
    "in": ("a in (" + ",".join("1" * 600) + ")", "F005"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_go_off_quietly(name: str) -> None:
    text, code = BOMBS[name]
    started = time.process_time()
    try:
        expression_of(text)
        found = ""
    except Refused as wrong:
        found = wrong.code
    assert found == code
    assert time.process_time() - started < 2


@given(st.text(alphabet="ab1.5 ()+-*/<=>!'\",andortif else_[]{}:;%#é\n\\", max_size=60))
def test_never_raises_anything_else(text: str) -> None:
    span, diagnostics = Span("f", 1, 1, 1, 1 + len(text)), Diagnostics()
    formula = parse_formula(text, span, diagnostics)
    if formula is not None:
        assert isinstance(formula.expr, Ref | Lit | Call | Case | Over)
        return
    (found,) = diagnostics
    assert found.code in CODES
    assert 1 <= found.span.column <= len(text) + 1
    assert found.span.end_column <= max(len(text) + 1, found.span.column + 1)


@given(st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=6))
def test_numbers_are_exact(value: Decimal) -> None:
    text = f"{value:f}"
    assert expression_of(text) == Lit(Decimal(text), QUANTITY)


def place_of(text: str, span: Span) -> tuple[int, int, int, int]:
    diagnostics = Diagnostics()
    assert parse_formula(text, span, diagnostics) is None
    (found,) = diagnostics
    return found.span.line, found.span.column, found.span.end_line, found.span.end_column


def test_the_caret_stands_under_the_character() -> None:
    text = "a = 5"
    assert place_of(text, Span("f", 7, 10, 7, 15)) == (7, 12, 7, 13)  # plain
    assert place_of(text, Span("f", 7, 10, 7, 17)) == (7, 13, 7, 14)  # quoted
    assert place_of(text, Span("f", 7, 10, 7, 19)) == (7, 10, 7, 19)  # with escapes: the whole value
    assert place_of(text, Span("f", 7, 10, 9, 4)) == (7, 10, 9, 4)  # a block: the whole value


def test_a_formula_keeps_its_text_and_place() -> None:
    diagnostics, span = Diagnostics(), Span("f", 1, 5, 1, 10)
    assert parse_formula("a + b", span, diagnostics) == Formula("a + b", span, Call("add", (a, b)))
    assert not len(diagnostics)


def test_a_block_with_one_line_is_one_line() -> None:
    assert expression_of("a + b\n") == Call("add", (a, b))


def test_every_function_has_its_number_of_arguments() -> None:
    assert set(functions()) == set(ARGUMENTS)
