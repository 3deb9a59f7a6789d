"""Terms over a small table of sales, for tests of the IR."""

from decimal import Decimal

from engine.ir.expr import Call, Expr, Lit, Ref
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Def, Extend, Scan, Table
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, RATE, TEXT, money
from engine.ir.verify import verify

USD = money("USD")
ONE, HALF, ZERO = Lit(Decimal(1), QUANTITY), Lit(Decimal("0.5"), RATE), Lit(Decimal(0), USD)
TRUE, TWO = Lit(True, BOOL), Lit(2, INTEGER)
SALES: Schema = {
    "id": TEXT, "who": TEXT.optional(), "day": DATE, "amount": USD, "rate": RATE, "pieces": QUANTITY, "mixed": money(None),
    "open": BOOL, "rank": INTEGER,
}  # fmt: skip
PEOPLE: Schema = {"name": TEXT, "from": DATE, "to": DATE, "own": RATE.optional(), "target": money("IDR")}
INPUTS = {"sales": SALES, "people": PEOPLE}
AMOUNT, MIXED, RATE_, PIECES = Ref("amount"), Ref("mixed"), Ref("rate"), Ref("pieces")


def call(fn: str, *args: Expr) -> Call:
    return Call(fn, args)


def verify_expr(expr: Expr) -> None:
    verify_table(Extend(Scan("sales"), (Def("new", expr),)))


def verify_table(table: Table, keys: tuple[str, ...] = ("id",)) -> None:
    verify(Program(INPUTS, (Stage("result", "test", table, keys),)))
