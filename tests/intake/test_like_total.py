"""A total that `skip_rows` does not name is refused (X007), with what to write; an item that skips nothing is told too."""

from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.intake.profile import profile
from engine.pipeline import prove
from engine.report.source_profile import as_text
from engine.trial.sources import look_at
from tests.intake.company import calculated, company, refused

HEADER = "order_id,sold_on,seller,net,units,discount,paid\n"
GOOD = "A-1,2026-03-02,ana,1000.50,1,0,true\nA-2,2026-03-03,ben,200,1,0,true\n"


def made(folder: Path, lines: str, skip: str = "") -> Path:
    found = company(folder, f"files: orders.csv{skip}")
    (found / "orders.csv").write_text(HEADER + GOOD + lines, encoding="utf-8")
    return found


def hinted(folder: Path) -> list[str]:
    """What the log says of refused rows after the word `total`."""
    return hints(calculated(folder))


def hints(run: Run) -> list[str]:
    return [
        said.partition("; if it is a total of the export, ")[2].partition(" leaves it out")[0]
        for _, _, said in refused(run)
    ]


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("Total,,,1200.50,2,,", "order_id: Total"),
        ("TOTAL:,,,1200.50,2,,", 'order_id: {begins_with: TOTAL}'),
        ("Gesamtsumme März,,,1200.50,2,,", "order_id: {begins_with: Gesamtsumme}"),
        ("Sub-total,,,1200.50,2,,", "order_id: Sub-total"),
        ("T-1,Sum,,1200.50,2,,", "sold_on: Sum"),
        (",Sum,,1200.50,2,,", "order_id: {empty: true}, seller: {empty: true}"),
        (",,Grand Total,1200.50,2,,", "seller: Grand Total"),
        (",,,1200.50,2,,", "order_id: {empty: true}, seller: {empty: true}"),
        (",,ana,1200.50,2,,", None),  # an order that lost its id and its day
        ("A-3,,ana,100,1,0,true", None),  # an order without a day
        (",2026-03-05,ana,100,1,0,true", None),  # one that lost its id
        ("Total,2026-03-05,ana,,1,0,true", None),  # it has all that an order has, but an amount
        (",,,,2,,", "order_id: {empty: true}, seller: {empty: true}"),
        ("Totally-1,,ana,100,1,0,true", None),
        ("Exported by Max,,,,,,", None),
    ],
)  # fmt: skip
def test_what_looks_like_one(line: str, item: str | None, tmp_path: Path) -> None:
    found = made(tmp_path, line + "\n")
    assert hinted(found) == ["" if item is None else f"`skip_rows: [{{{item}}}]` of source `orders`"]
    workspace = open_workspace(found).compiled.workspace
    page = as_text([profile(workspace.sources["orders"], found, workspace.calendar.of_length("month")[2:3])], {})
    assert ("orders.csv:4: if it is a total" in page) == (item is not None)
    if item is not None:  # what is said can be written as it stands
        again = calculated(made(tmp_path, line + "\n", f"\n    skip_rows: [{{{item}}}]"))
        assert [code for code, *_ in refused(again)] == ["X057"]


COLUMNS = """\
    columns: {order_id: text, sold_on: date, seller: text, net: {type: money, currency: USD}, customer: text}
"""


@pytest.mark.parametrize(
    ("lines", "item"),
    [
        ("A-3,2026-03-04,,100,Total Energies", ""),  # a customer is called so
        ("A-3,2026-03-04,,100,Total", ""),
        ("Sum 1,2026-03-04,ana,100,x\nSum 2,,ana,100,x", ""),  # keys of real orders begin so
        ("Sum 1,2026-03-04,ana,100,x\nSum,,,100,x", "order_id: Sum"),
        ("Sum 1,2026-03-04,ana,100,x\nTotal:,,,100,x", "order_id: {begins_with: Total}"),
        ("A-3,2026-03-04,Total Gaz,100,x\nA-4,,Total Gaz,100,x", ""),
        ("A-3,2026-03-04,Totals Ltd,100,x\nA-4,,Total Gaz,100,x", ""),  # it begins so, too
        ("A-3,2026-03-04,Sum Gaz,100,x\nA-4,,Total Gaz,100,x", "seller: {begins_with: Total}"),
    ],
)
def test_real_rows_are_never_told_to_be_skipped(lines: str, item: str, tmp_path: Path) -> None:
    found = company(tmp_path, "files: orders.csv", COLUMNS)
    (found / "orders.csv").write_text(f"order_id,sold_on,seller,net,customer\n{lines}\n", encoding="utf-8")
    run = calculated(found)
    assert [said for said in hints(run) if said] == ([f"`skip_rows: [{{{item}}}]` of source `orders`"] if item else [])
    workspace = open_workspace(found).compiled.workspace
    page = as_text([profile(workspace.sources["orders"], found, workspace.calendar.of_length("month")[2:3])], {})
    assert ("if it is a total" in page) == bool(item)


def test_it_is_proved(tmp_path: Path) -> None:
    run = calculated(made(tmp_path, "Total,,,1200.50,2,,\n"))
    assert run.exceptions.filter(pl.col("code") == "X007")["message"].to_list() == [
        "an empty value (column `sold_on`); if it is a total of the export, `skip_rows: [{order_id: Total}]` of source `orders`"
        " leaves it out; holds everybody: it does not say whose it is"
    ]
    assert prove(run.save(tmp_path / "runs").record, sources=tmp_path).ok


def test_an_item_that_skips_nothing(tmp_path: Path) -> None:
    """It is told before a run, and not in its log: a month may have no total."""
    skip = "\n    skip_rows: [order_id: Total, order_id: {begins_with: Exported}, {order_id: {empty: true}}]"
    found = made(tmp_path, "total,,,1200.50,2,,\n,,,1200.50,2,,\n", skip)
    workspace = open_workspace(found)
    profiles, needed = look_at(workspace.compiled, found, None)
    page = as_text(profiles, needed)
    assert "`skip_rows` skips nothing by `order_id: Total`: no row that was read has that" in page
    assert "nothing by `order_id: {begins_with: Exported}`" in page and "nothing by `order_id: {empty" not in page


def test_what_is_said_of_items_that_others_anticipate(tmp_path: Path) -> None:
    """Of a row that two items fit the first skips it; items that begin alike are told apart."""
    skip = (
        "\n    skip_rows: [order_id: Total, {seller: {empty: true}}, {order_id: T, net: '1'}, {order_id: T, net: '2'}]"
    )
    found = made(tmp_path, "Total,,,1200.50,2,,\nT,2026-03-04,ana,2,1,0,true\n", skip)
    page = as_text(*look_at(open_workspace(found).compiled, found, None))
    nothing = (
        "`skip_rows` skips nothing by `{}`: no row that was read has that, but for those that an item before it skips"
    )
    assert nothing.format("seller: {empty: true}") in page and nothing.format("order_id: T, net: 1") in page
    assert page.count("skips nothing") == 2
