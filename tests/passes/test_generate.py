"""Generated tests from the inside: the search for a number, rows that conditions let through, the rows of a case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.pipeline import chosen, front
from engine.plan.choice import Choice
from engine.plan.resolved import RollUp
from engine.trial.generate.aim import Knob, search
from engine.trial.generate.case import Case, Sale
from engine.trial.generate.ground import Ground
from engine.trial.generate.probe import Seen
from engine.trial.point import ABOVE, BELOW, ON, Point, at_bound, at_limit

ROOT = Path(__file__).parents[2]
PLACE = Span("comp.yaml", 1, 1, 1, 2)
CENT = Decimal("0.01")


def ground(workspace: str, plan: str) -> Ground:
    made = front(ROOT / workspace, Diagnostics(), {})
    assert made is not None
    return Ground(chosen(made, (plan,)))


def sold(amount: Decimal) -> Case:
    return Case("2026-03", (Sale("sales", date(2026, 3, 10), amount),))


def sought(case: str, bound: Decimal, pays: Callable[[Decimal], Decimal], start: str = "100") -> Decimal | None:
    """The amount at which a search finds a side of a bound of what is paid."""
    points = at_limit if case in ("below it", "above it") else at_bound

    def seen(each: Case) -> Seen:
        found = dict(points(PLACE, "p", [(pays(each.sales[0].amount), bound)], CENT))
        return Seen(each, found, {})

    knob = Knob("amount", CENT, Decimal(start), sold)
    looking = search(Point(PLACE, "p", case, unit=CENT), seen(sold(Decimal(start))), knob)
    try:
        cases = next(looking)
        while True:
            cases = looking.send([seen(each) for each in cases])
    except StopIteration as end:
        found: Case | None = end.value.case
        return found.sales[0].amount if found is not None else None


@pytest.mark.parametrize(("case", "amount"), [(BELOW, "4999.99"), (ON, "5000"), (ABOVE, "5000.01")])
def test_a_bound_of_a_sum_is_found(case: str, amount: str) -> None:
    assert sought(case, Decimal(5000), lambda sum_: sum_) == Decimal(amount)


def test_a_limit_is_found_through_tiers_that_jump() -> None:
    def whole(amount: Decimal) -> Decimal:
        return amount * (Decimal("0.02") if amount >= 40_000 else Decimal("0.01"))

    assert sought(ON, Decimal(1000), whole) == Decimal(50_000)
    assert sought("above it", Decimal(1000), whole) == Decimal("50000.50")
    assert sought("below it", Decimal(1000), whole) == Decimal("49999.50")


def test_what_a_jump_leaves_out_is_not_found() -> None:
    def jumps(amount: Decimal) -> Decimal:
        return amount if amount < 700 else amount + 500

    assert sought(ON, Decimal(1000), jumps) is None
    assert sought(BELOW, Decimal(1000), jumps) is None


def test_what_is_moved_may_have_nothing_to_do_with_it() -> None:
    assert sought(ON, Decimal(1000), lambda _: Decimal(3)) is None


def test_a_row_is_one_that_the_rule_takes() -> None:
    made = ground("plans", "salesman")
    plain = made.plain["sales"]
    assert plain.moves == "net_amount" and plain.cells["branch"] == "ID" and plain.cells["family"] != "service"
    assert "internal" in plain.others["customer_kind"], "what the conditions name is tried"


def test_many_rows_come_to_the_amount() -> None:
    made = ground("plans", "salesman")
    case = replace(sold(Decimal(100)), sales=(Sale("sales", date(2026, 3, 10), Decimal(100), 3),))
    invoices = made.rows(case, "A")["invoices"]
    assert [(row["net_amount"], row.get("repeat", 1)) for row in invoices] == [(33, 2), (34, 1)]


def test_shares_are_the_participants_own() -> None:
    made = ground("plans", "key-account")
    case = Case("2026-03", (Sale("accounts", date(2026, 3, 10), Decimal(100)),), shares=(("share", Decimal("0.6")),))
    rows = made.rows(case, "B")
    (given,), (sale,) = rows["accounts"], rows["invoices"]
    assert given["account"] == sale["account"] and given["participant"] == "B" and given["share"] == Decimal("0.6")


def test_a_year_s_target_is_what_its_periods_come_to() -> None:
    made = ground("plans", "key-account")
    growth = made.plan.components[0]
    assert made.goal(growth, "2026-03") == Decimal(300_000), "a quarter of 1,200,000"


def test_who_is_managed_sells_and_the_participant_is_credited() -> None:
    made = ground("tests/hostile/base", "field")
    plain = made.plain["sales"]
    choice = Choice("skip", plain.rule.span, "plan")
    rolled = replace(plain.rule, roll_up=RollUp(2, Choice("stop", plain.rule.span, "plan"), choice, choice))
    made.plain["sales"] = replace(plain, rule=rolled)
    rows = made.rows(Case("2026-03", (Sale("sales", date(2026, 3, 10), Decimal(100), below=2),)), "A")
    assert [(row["participant"], row.get("manager")) for row in rows["roster"]] == [
        ("A", None),
        ("A-1", "A"),
        ("A-2", "A-1"),
    ]
    assert [row["title"] == "Account Executive" for row in rows["roster"]] == [True, True, False], (
        "who sells is on no plan"
    )
    assert [row["seller"] for row in rows["orders"]] == ["A-2"]
