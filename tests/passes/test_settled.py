"""Conditions that a program answers itself are gone, and nothing else is."""

from engine.ir.expr import Call, Case, Expr, Lit, Over, Ref
from engine.ir.program import Program, Stage
from engine.ir.settled import FALSE, TRUE, settled, told
from engine.ir.table import Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import BOOL, INTEGER

ONE, TWO = Lit(1, INTEGER), Lit(2, INTEGER)
UNKNOWN = Lit(None, BOOL)
A, B = Ref("a"), Ref("b")


def call(fn: str, *args: Expr) -> Call:
    return Call(fn, args)


def of(table: Table) -> Table:
    return settled(Program({}, (Stage("made", "", table, ()),))).stages[0].table


def test_the_branch_that_can_come() -> None:
    assert told(Case(((A, ONE),), TWO), {"a": TRUE}) == ONE
    assert told(Case(((A, ONE),), TWO), {"a": FALSE}) == TWO
    assert told(Case(((B, ONE), (A, TWO)), ONE), {"a": FALSE}) == Case(((B, ONE),), ONE)
    assert told(Case(((B, ONE), (A, TWO)), ONE), {"a": TRUE}) == Case(((B, ONE),), TWO)


def test_a_condition_of_which_nothing_is_known_stays() -> None:
    """Null is neither: the choice is null then."""
    asked = Case(((UNKNOWN, ONE),), TWO)
    assert told(asked, {}) == asked
    assert told(call("and", B, UNKNOWN), {}) == call("and", B, UNKNOWN)
    assert told(call("not", UNKNOWN), {}) == call("not", UNKNOWN)


def test_and_or_not() -> None:
    assert told(call("and", A, B), {"a": TRUE}) == B
    assert told(call("and", A, B), {"a": FALSE}) == FALSE
    assert told(call("or", A, B, B), {"a": FALSE}) == call("or", B, B)
    assert told(call("or", B, call("not", A)), {"a": FALSE}) == TRUE
    assert told(call("and", A, A), {"a": TRUE}) == TRUE


def test_what_follows_in_the_same_row() -> None:
    made = Extend(
        Scan("rows"),
        (Def("special", FALSE), Def("below", Case(((Ref("special"), A),), FALSE)), Def("pay", Case(((Ref("below"), ONE),), TWO))),
    )  # fmt: skip
    assert of(made) == Extend(Scan("rows"), (Def("special", FALSE), Def("below", FALSE), Def("pay", TWO)))


def test_a_column_that_is_replaced_is_not_known_any_more() -> None:
    made = Extend(Scan("rows"), (Def("a", TRUE), Def("a", B), Def("pay", Case(((A, ONE),), TWO))))
    assert of(made) == made
    taken = Join(Extend(Scan("rows"), (Def("a", TRUE),)), Scan("others"), (("id", "id"),), (("a", "a"),))
    assert of(Filter(taken, A)) == Filter(taken, A)


def test_it_goes_on_under_another_name() -> None:
    inner = Extend(Scan("rows"), (Def("a", TRUE),))
    assert of(Filter(Project(inner, (("was", "a"),)), call("and", Ref("was"), B))) == Filter(
        Project(inner, (("was", "a"),)), B
    )


def test_windows_ask_it_too() -> None:
    counted = Over("count", call("and", A, B), ("who",))
    assert told(counted, {"a": TRUE}) == Over("count", B, ("who",))
