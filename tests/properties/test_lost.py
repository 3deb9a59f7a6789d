"""Limits whose excess is lost: figures on paper, and the definition against random amounts, in both interpreters."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import open_workspace
from engine.plan.resolved import Limit
from tests.conformance.small_workspace import MAIN, PLAN, written
from tests.properties.formulas import SPAN, amount, choice, formula
from tests.properties.test_carry_forward import figures, months, pay


def limit(kind: Any, at: str, excess: str, over: Any = "year") -> Limit:
    return Limit(kind, over, formula(amount(at, "USD")), False, True, choice(excess), SPAN, None)


@pytest.mark.parametrize(("excess", "total"), [("remembered", "90"), ("lost", "40")])
def test_cap_100_then_150_and_a_return_of_60(excess: str, total: str) -> None:
    found = figures(pay(limit("cap", "100", excess)), months("150", "-60"), "2026-02")
    assert sum(Decimal(each or "") for each in found) == Decimal(total)


def test_a_floor_that_forgets_pays_the_next_sale_whole() -> None:
    orders = months("-80", "30", "-10", "5")
    assert figures(pay(limit("floor", "0", "lost")), orders, "2026-04") == ["0", "30", "-10", "5"]
    assert figures(pay(limit("floor", "0", "remembered")), orders, "2026-04") == ["0", "0", "0", "0"]


def test_it_starts_again_with_the_quarter() -> None:
    orders = months("150", "20", "-30", "70", "70")
    assert figures(pay(limit("cap", "100", "lost", "quarter")), orders, "2026-05") == ["100", "0", "-30", "70", "30"]


@pytest.mark.parametrize("seed", range(10))
def test_it_is_the_recurrence_of_its_definition(seed: int) -> None:
    """left = limited(left before + amount); what it pays is by how much it changed."""
    random = Random(seed)
    values = [Decimal(random.choice((-200, -100, -60, -1, 0, 0, 1, 60, 100, 200, 300))) for _ in range(12)]
    kind, at, left, expected = random.choice(("cap", "floor")), random.choice((0, 50, 120)), Decimal(0), []
    for value in values:
        now = min(left + value, Decimal(at)) if kind == "cap" else max(left + value, Decimal(at))
        expected.append(f"{(now - left).normalize():f}")
        left = now
    assert figures(pay(limit(kind, str(at), "lost")), months(*map(str, values)), "2026-12") == expected


def interval(kind: Any, at: str) -> Limit:
    return Limit(kind, "earning_period", formula(amount(at, "USD")), False, False, None, SPAN, None)


CAP, FLOOR = limit("cap", "100", "lost"), limit("floor", "0", "lost")


@pytest.mark.parametrize("steps", [(CAP, FLOOR), (FLOOR, CAP)])
def test_a_cap_and_a_floor_that_forget_both_hold_and_count_what_was_paid(steps: tuple[Limit, Limit]) -> None:
    """What is left: 100, 0 (of −20), 70, 100 (of 120), 60."""
    orders = months("150", "-120", "70", "50", "-40")
    assert figures(pay(*steps), orders, "2026-05") == ["100", "-100", "70", "30", "-40"]


def test_a_year_s_cap_counts_what_a_month_s_floor_paid() -> None:
    """What a negative month would take off is not taken off, so the cap stays spent."""
    orders = months("150", "-120", "70", "-10", "50")
    paid = ["100", "0", "0", "0", "0"]
    assert figures(pay(CAP, interval("floor", "0")), orders, "2026-05") == paid
    assert figures(pay(interval("floor", "0"), CAP), orders, "2026-05") == paid


def test_a_year_s_cap_counts_what_a_month_s_cap_left() -> None:
    orders = months("150", "90", "-10", "60", "80")
    assert figures(pay(CAP, interval("cap", "40")), orders, "2026-05") == ["40", "40", "-10", "30", "0"]


@pytest.mark.parametrize("seed", range(12))
def test_together_they_are_the_recurrence_of_their_definition(seed: int) -> None:
    random = Random(seed)
    values = [Decimal(random.choice((-200, -100, -60, -1, 0, 0, 1, 60, 100, 200, 300))) for _ in range(12)]
    bounds = [
        (random.choice(("cap", "floor")), random.choice((-50, 0, 50, 120)), random.random() < 0.4) for _ in range(3)
    ]
    bounds[0] = (*bounds[0][:2], False)
    left, expected = Decimal(0), []
    for month, value in enumerate(values):
        left, total = (Decimal(0) if month % 3 == 0 else left), value
        total += left
        for kind, at, in_month in bounds:
            against = Decimal(at) + (left if in_month else 0)
            total = min(total, against) if kind == "cap" else max(total, against)
        expected.append(f"{(total - left).normalize():f}")
        left = total
    steps = [interval(kind, str(at)) if own else limit(kind, str(at), "lost", "quarter") for kind, at, own in bounds]
    assert figures(pay(*steps), months(*map(str, values)), "2026-12") == expected


@pytest.mark.parametrize(("over", "period", "expected"), [("quarter", "2026-04", 100), ("quarter", "2026-02", 20)])
@pytest.mark.parametrize("beside", ["floor: {over: year, at: -99 USD", "cap: {over: quarter, at: 999 USD"])
def test_a_new_segment_in_the_first_interval_of_a_span_finds_nothing_left(
    over: str, period: str, expected: int, beside: str, tmp_path: Path
) -> None:
    """By the new title's floor, what was left before is 100 in a quarter that goes on, and nothing in one that begins.

    A cap over the quarter acts together with it, and is far away.
    """
    head = PLAN[: PLAN.index("  shared:")]
    text = (
        head.replace("{title: Seller}", "{title: [Seller, Senior]}")
        + "measures:\n  sold: {sum: sales, over: period}\ncomponents:\n  pay:\n    earning_period: month\n    basis: period\n"
        "    base: sold\n    earning_code: PAY\n    rate: {mode: flat, rate: part}\n"
        f"    then:\n      - floor: {{over: {over}, at: least, excess: lost}}\n"
        f"      - {beside}, excess: lost}}\n"
        "policies: {segments: joined, on_change: continue, participant_values_on: segment_end, payout_rounding: half_up}\n"
    )
    month = int(period[-2:])
    people = "participant,start,end,title,payroll_id\n" + "".join(
        f"P1,{row},X1\n" for row in (f"2026-01-01,2026-{month:02}-09,Seller", f"2026-{month:02}-10,,Senior")
    )
    orders = "order_id,booked_on,seller,status,account,quantity,net\n" + "".join(
        f"A{m},2026-{m:02}-20,P1,booked,,1,200\n" for m in range(1, 6)
    )
    variables = "variables:\n  part: {type: rate, default: 0, by_title: {Seller: 0.05, Senior: 0.1}}\n"
    variables += "  least: {type: money, currency: USD, default: 0, by_title: {Seller: 50, Senior: 100}}\n"
    files: dict[str, Any] = {
        "komisi.yaml": MAIN + variables,
        "field/comp.yaml": text,
        "people.csv": people,
        "orders.csv": orders,
    }
    run = open_workspace(written(tmp_path, files)).run(period)
    assert run.table("earnings").filter(period=period)["earning"].to_list() == [expected]
    to_date = run.table("earnings/field.pay").filter(period=period)["step_1.to_date"].to_list()
    assert to_date == [20 if period == "2026-04" else 120]
