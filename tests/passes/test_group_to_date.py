"""What a group's amount to date adds, by hand: after a month without members, and for whoever was in no group before."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine import PlanErrors, Run, open_workspace
from tests.documents.examples import DOCUMENT, build, examples

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))
TO_DATE = ("reach: accumulation", "reach: to_date")
PEOPLE = "participant,start,end,title,store\n"
SALES = "order_id,sold_on,seller,net\n"
SHARED = "share_out: {within: store, by: equal, mode: half_up, negative_pool: share}"
AMOUNTS = ("{from: 0%, rate: 1%}", "{from: 0%, amount: 50}"), ("{from: 20%, rate: 3%}", "{from: 20%, amount: 80}")


@pytest.fixture
def run(tmp_path: Path) -> "Runs":
    build(EXAMPLES, "store-tiers", tmp_path)
    return Runs(tmp_path)


class Runs:
    """The stores' example with another roster, other sales, and a plan in other words."""

    def __init__(self, folder: Path):
        self.folder = folder

    def of(self, people: str, sales: str, *changes: tuple[str, str]) -> Run:
        main, plan = self.folder / "komisi.yaml", self.folder / "sales/comp.yaml"
        nullable = (main, "title: text, store: text", "title: text, store: {type: text, nullable: true}")
        for path, old, new in (nullable, *((plan, *change) for change in changes)):
            text = path.read_text(encoding="utf-8")
            assert old in text, old
            path.write_text(text.replace(old, new), encoding="utf-8")
        (self.folder / "people.csv").write_text(PEOPLE + people)
        (self.folder / "orders.csv").write_text(SALES + sales)
        return open_workspace(self.folder).run("2026-03")


def rows(run: Run, who: str, column: str) -> list[Decimal | None]:
    found = run.table("earnings/sales.pool").filter(participant=who).sort("period")
    return list(found[column])


def test_a_month_without_members_is_made_up_for_in_the_next(run: Runs) -> None:
    people = "dan,2026-01-01,2026-01-31,Seller,south\ndan,2026-02-01,2026-02-28,Seller,\ndan,2026-03-01,,Seller,south\n"
    made = run.of(people, "1,2026-01-10,dan,900\n2,2026-03-05,dan,400\n", TO_DATE)
    # 900 against 500: 100 × 1 % and 800 × 3 %; 1,300 against 1,500: 300 × 1 % and 1,000 × 3 %
    assert rows(made, "dan", "table_result") == [25, None, 33]
    assert rows(made, "dan", "step_1.before") == [0, 0, 25], "not the 23 of February, which nobody was paid"
    assert rows(made, "dan", "earning") == [25, None, 8], "together the 33 of March"


def test_a_store_that_opens_in_march_had_nothing_before(run: Runs) -> None:
    people = "dan,2026-01-01,2026-02-28,Seller,north\ndan,2026-03-01,,Seller,south\n"
    text = (
        (SHARED, "round: {per: earning, mode: half_up}"),
        ("mode: marginal", "mode: step\n      boundary: upper"),
        ("    base: store_ytd\n", ""),
        *AMOUNTS,
    )
    made = run.of(people, "1,2026-03-05,dan,400\n", TO_DATE, *text)
    # south: 400 of 1,500 is over 20 %; in February, without members, it would have had the 50 of the lowest tier
    assert rows(made, "dan", "step_1") == [50, 0, 80]


def test_in_no_store_before_blocks_that_month_only(run: Runs) -> None:
    people = "ana,2026-01-01,,Seller,north\nben,2026-01-01,2026-01-31,Seller,\nben,2026-02-01,,Seller,north\n"
    made = run.of(people, "1,2026-01-10,ana,1500\n2,2026-02-05,ben,800\n")
    assert rows(made, "ana", "earning") == [15, 7, 0]
    assert rows(made, "ben", "earning") == [None, 7, 0], "half of 29 − 15"
    assert rows(made, "ben", "cause") == ["missing_target", "", "modifiers"]


def test_what_the_store_had_before_that_is_not_known_blocks_the_month_after(run: Runs) -> None:
    people = "ana,2026-01-01,,Seller,north\n"
    sales = "1,2026-01-10,ana,-10\n2,2026-02-05,ana,810\n3,2026-03-05,ana,200\n"
    made = run.of(people, sales, ("below: same", "below: exception"))
    assert rows(made, "ana", "table_result") == [None, 8, 10]
    assert rows(made, "ana", "cause") == ["below_lowest", "earlier_interval", ""]
    assert rows(made, "ana", "earning") == [None, None, 2], "of February both ends are known"


def test_the_help_names_no_measure_that_is_refused(run: Runs) -> None:
    rounded = ("components:", "  whole_ytd: {rounded: store_ytd, mode: half_up, digits: 0}\ncomponents:")
    with pytest.raises(PlanErrors) as told:
        run.of("", "", rounded, ("base: store_ytd", "base: whole_ytd"), ("select: store_ytd", "select: whole_ytd"))
    [said] = [each for each in told.value.diagnostics if each.code == "M284"]
    assert "what `whole_ytd` was before it" in said.message and "such as `store_ytd`" in (said.help or "")


@pytest.mark.parametrize(
    "made",
    [
        "{formula: 0 * sales_ytd + 0.1 * store_ytd}",
        "{difference: store_ytd, minus: sales_ytd}",
        "{formula: store_ytd + all_ytd}",
    ],
)
def test_a_group_beside_something_else_is_refused_too(run: Runs, made: str) -> None:
    """It is no one value of one group, and whoever changes stores would be paid for what the new one had before."""
    more = f"  all_ytd: {{total: sales_ytd, within: everyone, on_move: stay}}\n  some_ytd: {made}\ncomponents:"
    with pytest.raises(PlanErrors) as told:
        run.of(
            "",
            "",
            ("components:", more),
            ("base: store_ytd", "base: some_ytd"),
            ("select: store_ytd", "select: some_ytd"),
        )
    [said] = [each for each in told.value.diagnostics if each.code == "M284"]
    assert "what `some_ytd` was before it" in said.message


def test_base_and_select_agree_on_whoever_moves(run: Runs) -> None:
    """The interval before is found once for both: with two rules one of them would be taken at the other's."""
    other = ("components:", "  moved_ytd: {total: sales_ytd, within: store, on_move: follow}\ncomponents:")
    with pytest.raises(PlanErrors) as told:
        run.of("", "", other, ("select: store_ytd", "select: moved_ytd"))
    assert "`moved_ytd` has another `on_move` than `store_ytd`" in str(told.value)
