"""Groups to date from the command line: what is told of who has moved, and whose target it is that a group is held against."""

from pathlib import Path

import polars as pl
import pytest

from tests.cli.command import Komisi
from tests.cli.in_example import EXAMPLES, RUN, changed, in_example
from tests.documents.examples import build

PLAN = "sales/comp.yaml"


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    return in_example("store-year", tmp_path, monkeypatch, capsys)


def values(folder: Path, name: str) -> list[str]:
    """What the store has in March: by participant, `store value`."""
    (found,) = folder.glob(f"runs/*/tables/measures/sales.{name}.parquet")
    rows = pl.read_parquet(found).filter(pl.col("period") == "2026-03").sort("participant")
    return [f"{row['participant']} {row['group']} {row['value'].normalize():f}" for row in rows.to_dicts()]


def test_explain_tells_the_periods_of_the_store_and_its_own_target(do: Komisi) -> None:
    assert do(*RUN).code == 0
    said = do("explain", "latest:2026-03", "ben").out
    assert "target store-year of the group, of the whole year = 6,000.00 USD" in said
    assert "on_move: stay" in said and "2026-02 = 900.00 USD" in said
    assert do("verify", "latest:2026-03").code == 0


def test_show_says_whose_it_is(do: Komisi) -> None:
    said = " ".join(do("show", "sales").out.split())
    assert "all on this plan who have your `store` together, as it was had there, whoever has left since." in said
    assert "shares of the target of your store, `store-year` of the whole year" in said


def test_to_date_the_target_is_that_of_the_store_since_the_year_began(do: Komisi, tmp_path: Path) -> None:
    changed(tmp_path / PLAN, ("reach: accumulation", "reach: to_date"))
    assert do(*RUN).code == 0
    said = do("explain", "latest:2026-03", "ben").out
    assert "of the group, of the year to date = 1,500.00 USD" in said, "ben is there for one month of it"


def test_of_a_plan_that_begins_in_the_year_only_its_periods_count(do: Komisi, tmp_path: Path) -> None:
    changed(tmp_path / PLAN, ("reach: accumulation", "reach: to_date"), ("{start: 2026-01-01}", "{start: 2026-02-15}"))
    do(*RUN)
    said = do("explain", "latest:2026-03", "dan").out
    assert "of the group, of the year to date = 1,000.00 USD" in said, "February and March"


def test_one_component_by_the_year_and_one_by_what_is_due_so_far(do: Komisi, tmp_path: Path) -> None:
    text = (tmp_path / PLAN).read_text(encoding="utf-8")
    pool = text[text.index("  pool:") :]
    more = pool.replace("  pool:", "  due:").replace("reach: accumulation", "reach: to_date").replace("POOL", "DUE")
    (tmp_path / PLAN).write_text(f"{text.rstrip()}\n{more}", encoding="utf-8")
    assert do(*RUN).code == 0
    said = do("explain", "latest:2026-03", "ben").out
    assert "of the whole year = 6,000.00 USD" in said and "of the year to date = 1,500.00 USD" in said


def test_what_members_have_follows_them(do: Komisi, tmp_path: Path) -> None:
    changed(tmp_path / PLAN, ("on_move: stay", "on_move: follow"))
    changed(tmp_path / "komisi.yaml", ("segments: separate", "segments: joined\n  on_change: continue"))
    assert do(*RUN).code == 0
    assert do("verify", "latest:2026-03").code == 0
    assert values(tmp_path, "store_ytd") == ["ana north 1300", "ben south 2100", "dan south 2100"]
    assert "as it is of those who are there now" in " ".join(do("show", "sales").out.split())


def test_a_recorded_test_has_whoever_was_there_before(do: Komisi, tmp_path: Path) -> None:
    changed(
        tmp_path / "people.csv", ("ben,2026-01-01,2026-02-28,Seller,north", "ben,2026-01-01,2026-02-28,Seller,south")
    )
    assert do(*RUN).code == 0
    assert do("test", "--record", "latest:2026-03", "ana").code == 0
    (written,) = (tmp_path / "sales").glob("tests/*.yaml")
    assert "eve" in written.read_text(encoding="utf-8")
    assert do("test").code == 0


def test_a_newcomer_is_paid_for_what_the_month_adds(do: Komisi, tmp_path: Path) -> None:
    build(EXAMPLES, "store-tiers", tmp_path)
    assert do(*RUN).code == 0
    said = do("explain", "latest:2026-03", "ben").out
    assert "the same at the end of the group's interval before → 15.00 − 9.00" in said
    assert do("verify", "latest:2026-03").code == 0
    assert "paid is what the month adds" in " ".join(do("show", "sales").out.split())


def test_what_the_group_had_before_is_held_against_its_target_before(do: Komisi, tmp_path: Path) -> None:
    build(EXAMPLES, "store-tiers", tmp_path)
    changed(tmp_path / PLAN, ("reach: accumulation", "reach: to_date"))
    do(*RUN)
    said = do("explain", "latest:2026-03", "ana").out
    assert "68.00 − 62.333333333333" in said, (
        "2,600 against 2,500; 2,300 against 1,666.67: 333.33 × 1 % and 1,966.67 × 3 %"
    )
    before = said.partition("before · to 2026-02 = 62.333333333333 USD")[2]
    assert "what the group had = 2,300.00 USD" in before and "target = 1,666.666666666667 USD" in before, said


@pytest.mark.parametrize("before", ["", "dan,2026-01-01,2026-01-31,Seller,south\n"])
def test_members_who_bring_what_they_had_were_last_somewhere_when_the_latest_of_them_was(
    before: str, do: Komisi, tmp_path: Path
) -> None:
    """To the south, where nobody was, or nobody since January, ben comes from the north; eve comes back, of no store in February.

    They bring 1,300; 1,000 is the target of January and February: 200 × 1 % + 1,100 × 3 %. Of 1,700 to 1,500: 300 and 1,400.
    """
    build(EXAMPLES, "store-tiers", tmp_path)
    changed(tmp_path / PLAN, ("reach: accumulation", "reach: to_date"), ("on_move: stay", "on_move: follow"))
    changed(tmp_path / "komisi.yaml", ("segments: separate", "segments: joined\n  on_change: continue"))
    changed(
        tmp_path / "people.csv",
        ("dan,2026-01-01,,Seller,south\n", before),
        (
            "eve,2026-01-01,2026-01-31,Seller,north\n",
            "eve,2026-01-01,2026-01-31,Seller,north\neve,2026-03-01,,Seller,south\n",
        ),
    )
    assert do(*RUN).code == 0
    assert "45.00 − 35.00" in do("explain", "latest", "2026-03", "ben").out


def test_of_a_plan_that_ends_in_a_period_the_whole_of_it_counts(do: Komisi, tmp_path: Path) -> None:
    """As the period does in which a plan begins: a group's target is not given by days."""
    changed(
        tmp_path / PLAN,
        ("{start: 2026-01-01}", "{start: 2026-01-01, end: 2026-03-15}"),
        ("over: year_to_date", "over: plan_to_date"),
    )
    assert do(*RUN).code == 0
    said = do("explain", "latest", "2026-03", "dan").out
    assert "target store-year of the group, of the whole plan = 1,500.00 USD" in said, said
