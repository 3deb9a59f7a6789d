"""Pools and contests from the command line: what is told of members, and whom a row that can't be read stops."""

from pathlib import Path

import pytest

from tests.cli.command import Komisi
from tests.cli.in_example import EXAMPLES, RUN, changed, in_example
from tests.documents.examples import build


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    return in_example("pool", tmp_path, monkeypatch, capsys)


def test_explain_tells_what_every_member_had_to_do_with_it(do: Komisi) -> None:
    assert do(*RUN).code == 0
    said = do("explain", "latest:2026-03", "ana").out
    assert "step 2 · share-out = 29.33 USD" in said and "weights of north = 360" in said
    for member, weight, part in (("ana", "160", "29.33"), ("ben", "120", "22.00"), ("cid", "80", "14.67")):
        assert f"{member} = {part} USD" in said and f"weight {weight}" in said
    assert "dan" not in said
    assert "negative_pool" not in said
    assert "no_weights: equally" in do("explain", "latest:2026-03", "dan").out


def test_show_says_who_shares_what(do: Komisi) -> None:
    said = " ".join(do("show", "sales").out.split())
    assert "`store_sales` is `sales_month` of all on this plan who have your `store` together." in said
    assert "it is shared in proportion to `hours_month`" in said and "What is shown is the pool" in said


def test_the_run_proves_that_the_parts_add_up(do: Komisi, tmp_path: Path) -> None:
    assert do(*RUN).code == 0
    assert do("verify", "latest:2026-03").code == 0
    (sums,) = tmp_path.glob("runs/*/identities.csv")
    assert "Σ pools = Σ parts shared out,sales.pool,64.5,64.5,true" in sums.read_text(encoding="utf-8-sig")


def test_a_row_that_cannot_be_read_blocks_all_whose_part_it_changes(do: Komisi, tmp_path: Path) -> None:
    changed(tmp_path / "hours.csv", ("120", "12O"))
    do(*RUN)
    (log,) = tmp_path.glob("runs/*/exceptions.csv")
    assert "X008,blocks_period" in log.read_text(encoding="utf-8-sig")
    (paid,) = tmp_path.glob("runs/*/payouts.csv")
    assert paid.read_text(encoding="utf-8-sig").count("not_payable") == 4


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("by: hours_month", 'by: "1 / (hours_month - 80)"', {"E205", "E381"}),
        ("by: hours_month", "by: hours_month - 100", {"E383"}),
        ("negative_pool: share", "negative_pool: block", {"E384"}),
        ("no_weights: equally", "no_weights: block", {"E385"}),
    ],
)
def test_a_pool_that_cannot_be_shared_is_logged_explained_and_proved(
    do: Komisi, tmp_path: Path, old: str, new: str, codes: set[str]
) -> None:
    changed(tmp_path / "sales" / "comp.yaml", (old, new))
    do(*RUN)
    (log,) = tmp_path.glob("runs/*/exceptions.csv")
    lines = log.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert codes <= {line[:4] for line in lines} <= codes | {"E301", "E383"}
    assert do("verify", "latest:2026-03").code == 0
    said = do("explain", "latest:2026-03", "ana").out + do("explain", "latest:2026-03", "dan").out
    assert "blocked, because" in said and "_weight" not in said.replace("no_weights:", "")
    assert do("pack", "latest:2026-03").code == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("within: store, by", "within: stor, by", "N001"),
        ("by: hours_month", "by: hours_mont", "N002"),
        ("by: hours_month", "by: store", "T003"),
        ("by: hours_month", "by: hours_month > 3", "T001"),
        ("by: hours_month", "by: hours_month, among: hours_month", "T006"),
        (", negative_pool: share", "", "M220"),
        (", no_weights: equally", "", "M221"),
        ("by: hours_month", "by: equal", "M115"),
        ("base: store_sales", "base: sales_month", "M227"),
        ("      - cap: {over: earning_period,", "      - cap: {over: year, excess: remembered,", "M228"),
        ("{total: sales_month, within: store}", "{total: sales_month}", "S002"),
        ("{total: sales_month, within: store}", "{total: sales_month, within: store, over: period}", "S014"),
        ("{total: sales_month, within: store}", "{total: sales_month, within: everyone}", None),
        ("cap: {over: earning_period, at: 500 USD, note: for the store}", "multiply: {by: hours_month, per: earning}", "M227"),
    ],
)  # fmt: skip
def test_check_says_what_is_wrong_with_a_pool(do: Komisi, tmp_path: Path, old: str, new: str, code: str | None) -> None:
    changed(tmp_path / "sales" / "comp.yaml", (old, new))
    said = do("check")
    assert (f"[{code}]" in said.err + said.out) if code else said.code == 0, said


def test_where_a_group_is_read_must_be_said(do: Komisi, tmp_path: Path) -> None:
    changed(tmp_path / "komisi.yaml", ("  participant_values_on: segment_end\n", ""))
    said = do("check")
    assert "M011" in said.out + said.err and "one of the groups counts" in said.out + said.err


@pytest.fixture
def contest(do: Komisi, tmp_path: Path) -> Komisi:
    build(EXAMPLES, "contest", tmp_path)
    return do


def test_explain_tells_who_stands_where_and_what_ties_share(contest: Komisi) -> None:
    assert contest(*RUN).code == 0
    said = contest("explain", "latest:2026-03", "ben").out
    assert "prizes = 300.01 USD" in said and "tied = 2" in said
    assert "rank of sales_month within everyone" in said and "dan = 1,000,000" in said
    assert contest("verify", "latest:2026-03").code == 0


def test_show_says_what_a_place_brings(contest: Komisi) -> None:
    said = " ".join(contest("show", "sales").out.split())
    assert "You are paid what your place in `place` brings" in said
    assert "the highest first, from 500 up (others have no place)" in said
    assert "There are no worked figures: the list says what each place brings." in said


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rank: sales_month, within: everyone", "rank: sales, within: everyone", "N001"),
        ("within: everyone, first", "within: shop, first", "N001"),
        ("ties: share, at_least", "at_least", "S002"),
        ("first: highest, ties: share", "ties: share", "S002"),
        ("at_least: 500 USD", "at_least: 50%", "T019"),
        ("at_least: 500 USD", "at_least: 500 EUR", "T019"),
        ("at_least: 500 USD", "at_least: 500", None),
        ("next: hours_month", "next: [hours_month, place]", "M233"),
        ("mode: prizes, select: place,", "mode: prizes, select: place, boundary: upper,", "S014"),
        ("mode: prizes, select: place, prizes: [500, 200.01, 100]", "mode: prizes, select: place", "S002"),
        ("[500, 200.01, 100]", "[500, 200.005, 100]", "M232"),
        ("[500, 200.01, 100]", "[500, -1]", "M232"),
        ("select: place, prizes", "select: in_store, prizes", None),
        ("in_store <= 1", "in_stor <= 1", "N002"),
    ],
)
def test_check_says_what_is_wrong_with_a_contest(
    contest: Komisi, tmp_path: Path, old: str, new: str, code: str | None
) -> None:
    changed(tmp_path / "sales" / "comp.yaml", (old, new))
    said = contest("check")
    told = said.err + said.out
    assert (f"[{code}]" in told) if code else ("error" not in told), told


def test_a_recorded_test_has_the_rows_of_all_members(contest: Komisi, tmp_path: Path) -> None:
    assert contest(*RUN).code == 0
    assert contest("test", "--record", "latest:2026-03", "ben").code == 0
    text = (tmp_path / "sales" / "tests" / "ben-2026-03.yaml").read_text(encoding="utf-8")
    assert all(f"participant: {who}" in text for who in ("ana", "ben", "cid", "dan"))
    assert contest("test").code == 0


def test_a_recorded_test_leaves_other_groups_out(do: Komisi, tmp_path: Path) -> None:
    assert do(*RUN).code == 0
    assert do("test", "--record", "latest:2026-03", "ben").code == 0
    assert "dan" not in (tmp_path / "sales" / "tests" / "ben-2026-03.yaml").read_text(encoding="utf-8")
