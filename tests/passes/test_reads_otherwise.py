"""Plans that can be paid, and pay otherwise than they read: what `check` asks about, and what stands beside it and is meant."""

import shutil
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostics
from engine.pipeline import front
from tests.hostile.case import BASE

MEASURES = """\
  orders_ytd: {count: sales, over: year_to_date}
  both_earned: {earned: [kicker, volume], over: period}
  had_ytd: {earned: volume, over: year_to_date}
  average_ytd: {average: sales, over: year_to_date, no_credits: zero}
  reached: {attainment: sales_month, against: field-monthly}
  of_year: {attainment: sales_ytd, against: field-monthly, reach: accumulation}
  to_date: {attainment: sales_ytd, against: field-monthly, reach: to_date}
"""


def told(folder: Path, component: str, *codes: str) -> list[str]:
    """The messages of these codes, where the plan has a component more, `more`."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    plan = folder / "field" / "comp.yaml"
    text = plan.read_text(encoding="utf-8").replace("\ncomponents:\n", f"{MEASURES}\ncomponents:\n")
    lines = "".join(f"    {line}\n" for line in component.splitlines())
    plan.write_text(f"{text}\n  more:\n{lines}", encoding="utf-8")
    diagnostics = Diagnostics()
    assert front(folder, diagnostics, {}) is not None, [each.message for each in diagnostics]
    return [each.message for each in diagnostics if each.code in codes]


def paid(basis: str, rate: str, *then: str, length: str = "month") -> str:
    """A component in short; the rate table is written on one line, and rounding ends its list."""
    items = "".join(f"\n  - {item}" for item in (*then, "round: {per: earning, mode: half_up}"))
    return f"earning_period: {length}\nbasis: {basis}\nearning_code: MORE\nrate: {rate}\nthen:{items}"


# ------------------------------------------------------------------------ so much to date, paid in each period (R046)

STEP = "{{mode: step, select: {select}, tiers: [{{from: 0, amount: {first}}}, {{from: 1000, amount: {second}}}]}}"
LINE = "{{mode: interpolated, select: {select}, above: same, points: [{{at: 0, amount: 0}}, {{at: 1000, amount: {second}}}]}}"
YEAR = "adds up over the year, and the basis is the period: each month pays again the amount that it has reached"
ALL_OF_IT = "is so much to date, and the basis is the period: each month pays all of it again"


def step(select: str, first: str = "0", second: str = "500") -> str:
    return STEP.format(select=select, first=first, second=second)


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (paid("period", step("sales_ytd")), f"`sales_ytd` {YEAR}"),
        (paid("period", step("orders_ytd")), f"`orders_ytd` {YEAR}"),
        (paid("period", LINE.format(select="sales_ytd", second="500")), f"`sales_ytd` {YEAR}"),
        (paid("period", step("sales_ytd", "0.05 * sales_ytd")), f"`0.05 * sales_ytd` {ALL_OF_IT}"),
        (paid("period", step("sales_month", '"min(0.05 * sales_ytd, 9000)"')), f"`min(0.05 * sales_ytd, 9000)` {ALL_OF_IT}"),
        (paid("period", step("sales_month", "12000 USD * of_year")), f"`12000 USD * of_year` {ALL_OF_IT}"),
    ],
)  # fmt: skip
def test_what_is_to_date_is_paid_in_each_period(component: str, message: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R046") == [message]


@pytest.mark.parametrize(
    "component",
    [
        paid("to_date", step("sales_ytd"), "true_up: year"),
        paid("period", step("sales_month")),
        paid("period", step("sales_ytd"), length="year"),
        paid("period", step("sales_ytd", "500")),  # the same for all: a fixed amount
        paid("period", step("average_ytd")),
        paid("period", step("to_date").replace("from: 0,", "from: 0%,").replace("from: 1000", "from: 100%")),
        paid("period", step("sales_month", "12000 USD * to_date")),
        paid("period", step("sales_month", "0.05 * sales_ytd - had_ytd")),
        paid("period", step("sales_month", "0.05 * sales_ytd if bonus > 100 else 0")),
        paid("period", "{mode: step, select: sales_ytd, tiers: [{from: 0, amount: 0.05 * sales_month}]}"),
        paid("period\nbase: sales_month", "{mode: whole, select: sales_ytd, tiers: [{from: 0, rate: 1%}, {from: 9, rate: 2%}]}"),
    ],
)  # fmt: skip
def test_what_is_of_the_period_or_of_the_year_once_is_paid_as_it_reads(component: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R046") == []


# ------------------------------------------------------------------- more than what stands before lets through (R035)

RATE = "{mode: flat, rate: 1%}"
CAP = "cap: {over: year, at: 100 USD, excess: lost}"
GATE = "gate: {measure: sales_month, at_least: 50 USD, per: earning}"
FLOOR = "floor: {over: earning_period, at: 40 USD}"
HALF_MORE = "multiply: {by: 1.5, per: earning}"


def on_sales(*then: str) -> str:
    return paid("period\nbase: sales_month", RATE, *then)


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ((CAP, HALF_MORE), "this multiplies what the cap has let through, so more than it may be paid"),
        ((CAP, 'multiply: {by: "1 + bonus / 1000 USD", per: earning}'),
         "this multiplies what the cap has let through, so more than it may be paid"),
        ((GATE, FLOOR), "this lifts the amount of who does not pass the gate, who is paid all the same"),
        ((GATE, "floor: {over: earning_period, at: bonus}"),
         "this lifts the amount of who does not pass the gate, who is paid all the same"),
    ],
)  # fmt: skip
def test_an_item_makes_more_of_what_was_let_through(then: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert told(tmp_path, on_sales(*then), "R035") == [message]


@pytest.mark.parametrize(
    "then",
    [
        (HALF_MORE, CAP),
        (CAP, "multiply: {by: 0.5, per: earning}"),
        (CAP, 'multiply: {by: "min(reached, 1)", per: earning}'),
        (CAP, HALF_MORE, CAP),
        ("cap: {over: earning_period, at: 100 USD}", HALF_MORE),
        (FLOOR, GATE),
        (GATE, FLOOR, GATE),
        (GATE, "floor: {over: earning_period, at: 0}"),
    ],
)
def test_items_that_leave_it_so(then: tuple[str, ...], tmp_path: Path) -> None:
    assert told(tmp_path, on_sales(*then), "R035") == []


# --------------------------------------------------------------------------------------- a minus times a minus (R045)

TOO = "may be below 0 where what it multiplies is, too: a minus times a minus is paid"
AT_ONCE = "multiplies what may be below 0 at once: a minus times a minus is paid"
REACHED = "multiply: {by: reached, per: earning}"


def on_credits(rate: str, *then: str) -> str:
    return paid("credit\nbase: sales", rate, *then)


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (on_sales(REACHED), f"`reached` {TOO}"),
        (on_credits(RATE, REACHED), f"`reached` {TOO}"),
        (on_credits("{mode: flat, rate: 0.05 * reached}"), f"`0.05 * reached` {TOO}"),
        (paid("period", step("orders_month", "0.05 * sales_month * reached")), f"`0.05 * sales_month * reached` {AT_ONCE}"),
    ],
)  # fmt: skip
def test_a_minus_times_a_minus_is_paid(component: str, message: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R045") == [message]


@pytest.mark.parametrize(
    "component",
    [
        on_credits(RATE, 'multiply: {by: "max(reached, 0)", per: earning}'),
        on_credits(RATE, "gate: {when: amount > 0 USD, per: credit}", REACHED),
        on_credits(RATE, GATE, REACHED),
        on_credits(RATE, "gate: {when: reached > 0.8, per: earning}", REACHED),
        paid("period", step("orders_month", '"0.05 * sales_month * max(reached, 0)"')),
        paid("period", step("orders_month", "0.05 * sales_month * reached if reached > 0 else 0")),
        paid("period", step("orders_month", "0.05 * sales_month")),
        paid("period", step("sales_month", "0.05 * sales_month * reached").replace("tiers", "below: zero, tiers")),
        on_sales("multiply: {by: orders_month, per: earning}"),
    ],
)
def test_what_is_kept_up_is_paid_as_it_reads(component: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R045") == []


# --------------------------------------------------------------------------------------- paid on what is paid (R047)


def on_earned(measure: str, rate: str, *then: str, code: str = "KICK") -> str:
    whole = paid(f"period\nbase: {measure}", f"{{mode: flat, rate: {rate}}}", *then)
    return whole.replace("earning_code: MORE", f"earning_code: {code}")


@pytest.mark.parametrize("then", [(), (CAP,), (GATE,)])
def test_what_is_paid_by_itself_is_paid_in_a_sum(then: tuple[str, ...], tmp_path: Path) -> None:
    twice = "what `kicker` earned is paid under `KICK`, and `more` pays it once more"
    assert told(tmp_path, on_earned("both_earned", "100%", *then), "R047") == [twice]


@pytest.mark.parametrize(
    "component",
    [
        on_earned("both_earned", "10%"),
        on_earned("both_earned", "100%", "multiply: {by: 0.1, per: earning}"),
        on_earned("both_earned", "100%", code="OTHER"),
        on_earned("sales_month", "100%"),
    ],
)
def test_other_pay_is_paid_once(component: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R047") == []


# ----------------------------------------------------------------------------- a sum before an if, a large factor (R048, R049)


def by(factor: str, per: str = "earning") -> str:
    return f'multiply: {{by: "{factor}", per: {per}}}'


@pytest.mark.parametrize(
    ("component", "added"),
    [
        (on_credits('{mode: flat, rate: "0.05 + 0.02 if is_new else 0"}'), "0.05 + 0.02"),
        (on_credits(RATE, by("1 + bonus_rate if (is_new and quantity > 1) else 0", "credit")), "1 + bonus_rate"),
        (on_credits(RATE, by("max(1 + 0.5 * quantity if is_new else 0, 1)", "credit")), "1 + 0.5 * quantity"),
        (on_sales(by("(2) - reached if sales_month > 9 else 0")), "(2) - reached"),
        (paid("period", step("sales_month", '"5 USD + 3 USD if reached > 1 else 0"')), "5 USD + 3 USD"),
    ],
)
def test_an_if_is_for_all_of_the_sum_before_it(component: str, added: str, tmp_path: Path) -> None:
    component = component.replace("bonus_rate if", "coalesce(bonus_rate, 0) if")
    added = added.replace("bonus_rate", "coalesce(bonus_rate, 0)")
    message = f"the condition is for all of `{added}`: where it does not hold this is 0"
    assert told(tmp_path, component, "R048") == [message]


def test_the_formula_of_a_credit_is_told_at_its_sum(tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    plan = tmp_path / "field" / "comp.yaml"
    text = plan.read_text(encoding="utf-8").replace(
        "value: net_amount\n", "value: net_amount + 5 USD if is_new else 0\n"
    )
    plan.write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    assert front(tmp_path, diagnostics, {}) is not None
    [found] = diagnostics
    assert (found.code, found.span.column, found.span.end_column) == ("R048", 12, 12 + len("net_amount + 5 USD"))
    assert found.help is not None and "`(net_amount + 5 USD) if … else 0`" in found.help


@pytest.mark.parametrize(
    "component",
    [
        on_credits('{mode: flat, rate: "(0.05 + 0.02) if is_new else 0"}'),
        on_credits('{mode: flat, rate: "0.05 + (0.02 if is_new else 0)"}'),
        on_credits('{mode: flat, rate: "0.05 + 0.02 if is_new else 0.05"}'),
        on_credits('{mode: flat, rate: "0.05 * quantity if is_new else 0"}'),
        on_credits('{mode: flat, rate: "0.05 + 0.02 if is_new else 0.03 + 0.01 if quantity > 1 else 0"}'),
        on_sales(by("9.9")),
        on_sales(by("1.1")),
        paid("period\nbase: orders_month", "{mode: flat, rate: 1 USD}", by("55")),
        paid("period", step("sales_month"), by("12")),
    ],
)
def test_what_says_what_it_is_for(component: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R048", "R049") == []


@pytest.mark.parametrize("component", [on_sales(by("110")), on_credits(RATE, by("110", "credit"))])
def test_a_factor_as_large_as_a_percentage(component: str, tmp_path: Path) -> None:
    assert told(tmp_path, component, "R049") == ["this pays 110 times as much"]


@pytest.mark.parametrize(
    ("code", "component"),
    [
        ("R035", on_sales(CAP, HALF_MORE)),
        ("R045", on_credits(RATE, REACHED)),
        ("R046", paid("period", step("sales_ytd"))),
        ("R047", on_earned("both_earned", "100%")),
        ("R049", on_sales(by("12"))),
    ],
)
def test_what_is_meant_is_accepted(code: str, component: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{component}\naccept: {{{code}: so it was decided}}", code, "R007") == []
