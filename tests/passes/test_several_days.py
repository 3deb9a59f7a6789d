"""Credit rules with days of their own: which one takes a transaction does not depend on which period is run, or how far back."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine import Run, open_workspace
from tests.intake.company import MAIN, PEOPLE, PLAN

ORDERS = """\
order_id,sold_on,paid_on,seller,net
A-1,2026-02-05,2026-03-10,ana,500
A-2,2026-02-06,,ana,70
A-3,2026-03-07,2026-02-08,ben,30
"""
COLUMNS = "    columns: {order_id: text, sold_on: date, paid_on: {type: date, nullable: true}, seller: text,"
RULES = """\
  booked: {from: orders, to: seller, credit_date: sold_on, value: net}
  paid: {from: orders, to: seller, credit_date: paid_on, undated: UNDATED, value: net}
"""


def workspace() -> str:
    """The company's, whose orders have a day of payment, too."""
    main = MAIN.replace("FROM", "files: orders.csv")
    columns = main[main.index("    columns:\n      order_id") : main.index("policies:")]
    return main.replace(columns, f"{COLUMNS} net: {{type: money, currency: USD}}}}\n")


def run_of(folder: Path, period: str, hit_policy: str, order: str, undated: str, back: str) -> Run:
    rules = RULES.replace("UNDATED", undated).splitlines(keepends=True)
    rules = rules if order == "booked first" else rules[::-1]
    plan = PLAN.replace("  sales: {from: orders, to: seller, credit_date: sold_on, value: net}\n", "".join(rules))
    plan = plan.replace("sum: sales", "sum: [booked, paid]") + f"policies: {{hit_policy: {hit_policy}}}\n"
    main = workspace() + (f"recompute_from: {back}\n" if back else "")
    folder.mkdir()
    for name, text in (("komisi.yaml", main), ("sales.yaml", plan), ("people.csv", PEOPLE), ("orders.csv", ORDERS)):
        (folder / name).write_text(text, encoding="utf-8")
    return open_workspace(folder).run(period)


def earned(run: Run) -> dict[str, Decimal | None]:
    rows = run.table("earnings").filter(in_pay_period=True)
    return dict(rows.select("participant", "earning").iter_rows())


@pytest.mark.parametrize("back", ["", "2026-01-01"])
@pytest.mark.parametrize(
    ("order", "february", "march"),
    [("booked first", ("28.50", "0.00"), ("0.00", "1.50")), ("paid first", ("0.00", "1.50"), ("25.00", "0.00"))],
)
def test_the_first_that_would_take_it_has_it_in_whatever_run(
    order: str, february: tuple[str, str], march: tuple[str, str], back: str, tmp_path: Path
) -> None:
    """5 % of 500 and of 70 by the day of the sale, or of 500 once it is paid; what waits for its day is nobody else's."""
    for period, expected in (("2026-02", february), ("2026-03", march)):
        run = run_of(tmp_path / period, period, "first", order, "waits", back)
        assert earned(run) == dict(zip(("ana", "ben"), map(Decimal, expected), strict=True))
        assert not set(run.exceptions["code"]) & {"E102", "E453"}


@pytest.mark.parametrize("back", ["", "2026-01-01"])
def test_what_several_would_take_is_held_in_each_run(back: str, tmp_path: Path) -> None:
    for period in ("2026-02", "2026-03"):
        run = run_of(tmp_path / period, period, "unique", "booked first", "waits", back)
        assert {"A-1", "A-3"} <= set(run.exceptions.filter(code="E102")["key"])


def test_an_exception_for_want_of_a_day_is_credited_by_no_later_rule(tmp_path: Path) -> None:
    run = run_of(tmp_path / "one", "2026-02", "first", "paid first", "exception", "")
    states = (
        run.table("states/orders").filter(order_id="A-2").select("sales.paid", "sales.booked", "sales.booked.because")
    )
    assert states.rows() == [("exception", "excluded", "first")]


def test_explained_by_the_rule_before(tmp_path: Path) -> None:
    run = run_of(tmp_path / "one", "2026-03", "first", "booked first", "waits", "")
    states = (
        run.table("states/orders")
        .filter(order_id="A-1")
        .select("state", "sales.booked", "sales.paid", "sales.paid.because")
    )
    assert states.rows() == [("excluded", "out_of_scope", "excluded", "first")]


UNMATCHED = """\
order_id,sold_on,paid_on,seller,net
by the day of the sale,2026-03-05,2026-04-10,ana,500
once it is paid,2026-03-06,2026-04-11,ana,70
not paid yet,2026-03-07,,ana,70
by nobody,2026-03-08,2026-04-12,ana,0
by nobody from May on,2026-04-08,2026-05-02,ana,70
before the calendar,2026-03-09,2025-12-30,ana,70
"""
BY_SIZE = """\
  booked: {from: orders, to: seller, credit_date: sold_on, where: "net > 100", value: net}
  paid: {from: orders, to: seller, credit_date: paid_on, undated: waits, where: "net < 100 and net != 0", value: net}
"""
ENDS = "in_force: {start: 2025-01-01, end: 2026-04-30}"


@pytest.mark.parametrize(("wanted", "severity"), [("exception", "blocks_period"), ("warning", "warning")])
@pytest.mark.parametrize("back", ["", "recompute_from: 2026-01-01\n"])
def test_unmatched_is_what_no_rule_takes_on_its_own_day(wanted: str, severity: str, back: str, tmp_path: Path) -> None:
    """In March a rule looks at what another one credits in April, and in April at what one has credited in March."""
    plan = PLAN.replace("  sales: {from: orders, to: seller, credit_date: sold_on, value: net}\n", BY_SIZE)
    plan = plan.replace("sum: sales", "sum: [booked, paid]").replace("in_force: {start: 2026-01-01}", ENDS)
    main = workspace().replace("unmatched: warning", f"unmatched: {wanted}") + back
    files = {
        "komisi.yaml": main,
        "sales.yaml": plan + "policies: {hit_policy: unique}\n",
        "people.csv": PEOPLE,
        "orders.csv": UNMATCHED,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    runs = {period: open_workspace(tmp_path).run(period) for period in ("2026-03", "2026-04")}
    march = {("before the calendar", severity, "2026-03"), ("by nobody", severity, "2026-03")}
    april = {("by nobody", severity, "2026-04"), ("by nobody from May on", severity, "2026-04")}
    if back and wanted == "exception":  # what was paid before can't be trusted either
        april.add(("before the calendar", severity, "2026-03"))
    for period, expected in (("2026-03", march), ("2026-04", april)):
        told = runs[period].exceptions.filter(code="E110").select("key", "severity", "period").rows()
        assert len(told) == len(expected) and set(told) == expected


def test_what_the_year_before_has_credited_is_unmatched_in_none(tmp_path: Path) -> None:
    """A run of January has only its own year's periods beside it; the calendar goes further back."""
    plan = PLAN.replace("  sales: {from: orders, to: seller, credit_date: sold_on, value: net}\n", BY_SIZE)
    plan = plan.replace("sum: sales", "sum: [booked, paid]").replace("{start: 2026-01-01}", "{start: 2025-01-01}")
    plan += "policies: {hit_policy: unique}\n"
    main = (
        workspace()
        .replace("unmatched: warning", "unmatched: exception")
        .replace("first_year: 2026", "first_year: 2025")
    )
    orders = "order_id,sold_on,paid_on,seller,net\nprepaid,2026-01-05,2025-12-20,ana,70\n"
    people = PEOPLE.replace("2026-01-01", "2025-01-01")
    files = {"komisi.yaml": main, "sales.yaml": plan, "people.csv": people, "orders.csv": orders}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    december, january = (open_workspace(tmp_path).run(period) for period in ("2025-12", "2026-01"))
    assert december.table("states/orders")["state"].to_list() == ["credited"]
    assert january.table("states/orders")["state"].to_list() == ["unmatched"]  # by the rules of January
    assert not december.exceptions.height and not january.exceptions.height
