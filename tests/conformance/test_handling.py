"""Waivers, raised severities and owners: what they do to log and status, that no figure moves, and that a run proves them."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from engine import open_workspace
from engine.core.exception_codes import LEAST, SEVERITIES
from engine.explain import explain
from engine.explain.render import render_text
from engine.pipeline import prove
from engine.record import Record, open_record
from engine.record.pack import pack, verifier
from engine.run.exceptions import blocking
from engine.trial.perform import Stage
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, PLAN, calculated, written
from tests.conformance.test_logged import CASES, Logged

NO_GOAL = {"goals.csv": GOALS.replace("P1,2026-03,", "P1,2026-04,")}
BAD_ROW = {"orders.csv": ORDERS + "X1,2026-03-07,P2,booked,,1,9o\nX2,2027-03-07,P3,booked,,1,9o\n"}
STRANGER = {"orders.csv": ORDERS + "X,2026-03-07,P9,booked,,1,9\n"}

STRANGE = "; what it names is E447, nobody in the roster has this id: write `code: E447`"


def handled(section: str, changed: dict[str, str]) -> dict[str, str]:
    """The files with a section `exceptions:`."""
    return {**changed, "komisi.yaml": f"{MAIN}exceptions: {section}\n"}


def waived(where: str, until: str = '"2026-03"') -> str:
    return f"{{waivers: [{{{where}, name: Ada, approved: 2026-03-30, reason: agreed, until: {until}}}]}}"


def run(folder: Path, files: Mapping[str, str]) -> Record:
    """March, on disk, and proved from its own files."""
    saved = open_workspace(written(folder / "workspace", {**files})).run("2026-03").save(folder / "runs")
    record = open_record(saved.record.folder)
    found = prove(record)
    assert found.ok, found.findings
    return record


def proved_alone(record: Record, folder: Path) -> None:
    """By the verifier that knows nothing of the engine."""
    (folder / "verify.py").write_bytes(verifier())
    pack(record, folder / "run.zip")
    alone = subprocess.run([sys.executable, str(folder / "verify.py"), str(folder / "run.zip")], capture_output=True)
    assert alone.returncode == 0, alone.stdout.decode()


def statuses(record: Record) -> dict[str, str]:
    return dict(record.table("payouts").select("participant", "status").iter_rows())


def logged(record: Record, code: str) -> list[tuple[str, str | None, str]]:
    found = record.table("exceptions").filter(code=code)
    return list(found.select("severity", "participant", "state").iter_rows())


def test_a_waived_exception_stays_in_the_log_and_stops_no_payout(tmp_path: Path) -> None:
    before = run(tmp_path / "before", BAD_ROW)
    assert statuses(before) == {"P1": "payable", "P2": "not_payable", "P3": "payable"}
    where = "code: X008, key: X1"
    after = run(tmp_path / "after", handled(waived(where), BAD_ROW))
    assert set(statuses(after).values()) == {"payable"}
    assert logged(after, "X008") == [("blocks_participant", "P2", "waived"), ("warning", "P3", "open")]
    row = after.table("exceptions").filter(state="waived").row(0, named=True)
    assert row["waived_by"] == "Ada on 2026-03-30, until 2026-03-31: agreed" and row["waived_in"] == "komisi.yaml:36"
    assert blocking(after.table("exceptions")).height == 0
    proved_alone(after, tmp_path)


@pytest.mark.parametrize("where", ["code: X008, key: X1", 'code: X008, record: "X1,2026-03-07,P2,booked,,1,9o"'])
def test_a_waiver_never_goes_over_to_another_row(where: str, tmp_path: Path) -> None:
    """Whatever row stands there now: the one that was approved is known by what it says."""
    moved = BAD_ROW["orders.csv"].replace("X1,", "W1,2026-03-08,P1,booked,,1,7o\nX1,")
    found = run(tmp_path / "moved", handled(waived(where), {"orders.csv": moved}))
    assert statuses(found) == {"P1": "not_payable", "P2": "payable", "P3": "payable"}
    gone = run(tmp_path / "gone", handled(waived(where), {"orders.csv": moved.replace("X1,", "W2,")}))
    assert statuses(gone)["P2"] == "not_payable" and len(logged(gone, "E310")) == 1


def test_a_record_is_written_as_the_log_writes_it(tmp_path: Path) -> None:
    """A row whose key can't be read, with a character that nobody sees: shown by its number, in the log and in the waiver."""
    bad = {"orders.csv": ORDERS + "X\u200b1,2026-03-07,P2,booked,,1,9\n"}
    before = run(tmp_path / "before", bad)
    row = before.table("exceptions").filter(code="X014").row(0, named=True)
    assert (row["key"], row["participant"]) == (None, "P2")
    shown = (before.folder / "exceptions.csv").read_text()
    assert "X<U+200B>1,2026-03-07" in shown and "\u200b" not in shown
    for said in ("X<U+200B>1,2026-03-07,P2,booked,,1,9", "X\\u200b1,2026-03-07,P2,booked,,1,9"):
        after = run(tmp_path / str(len(said)), handled(waived(f'code: X014, record: "{said}"'), bad))
        assert statuses(after)["P2"] == "payable"
    proved_alone(after, tmp_path)


def test_an_expired_waiver_that_another_one_replaces_is_not_told(tmp_path: Path) -> None:
    old = "{code: E201, participant: P1, name: Ada, reason: a, until: 2026-01-31}"
    new = "{code: E201, applies_to: every_row, name: Bo, reason: b, until: 2026-05-31}"
    assert len(logged(run(tmp_path / "one", handled(f"{{waivers: [{old}]}}", NO_GOAL)), "E311")) == 1
    assert logged(run(tmp_path / "two", handled(f"{{waivers: [{old}, {new}]}}", NO_GOAL)), "E311") == []


@pytest.mark.parametrize("section", [waived("code: X008, participant: P2"), "{severities: {X008: blocks_period}}"])
def test_no_figure_moves(section: str, tmp_path: Path) -> None:
    before, after = (
        calculated(written(tmp_path / n, {**f})) for n, f in (("a", BAD_ROW), ("b", handled(section, BAD_ROW)))
    )
    tables = [each.calculated.outcome.tables for each in (before, after)]
    assert [name for name in tables[0] if not tables[0][name].equals(tables[1][name])] == ["payouts"]
    assert tables[0]["payouts"].drop("status").equals(tables[1]["payouts"].drop("status"))


def test_a_waived_component_leaves_its_payout_payable(tmp_path: Path) -> None:
    assert statuses(run(tmp_path / "before", NO_GOAL))["P1"] == "incomplete"
    after = run(tmp_path / "after", handled(waived("code: E201, participant: P1, part: commission"), NO_GOAL))
    assert statuses(after)["P1"] == "payable" and logged(after, "E201") == [("blocks_component", "P1", "waived")]


def test_a_payout_is_incomplete_while_any_component_of_it_is_blocked_and_open(tmp_path: Path) -> None:
    body = PLAN[PLAN.index("  commission:\n") : PLAN.index("policies:")]
    two = PLAN.replace("policies:", body.replace("commission:", "bonus:") + "policies:")
    files = {**NO_GOAL, "field/comp.yaml": two}
    one = run(tmp_path / "one", handled(waived("code: E201, participant: P1, part: commission"), files))
    assert statuses(one)["P1"] == "incomplete"
    both = run(tmp_path / "both", handled(waived("code: E201, participant: P1"), files))
    assert statuses(both)["P1"] == "payable"
    proved_alone(one, tmp_path)


@pytest.mark.parametrize(
    ("until", "state"),
    [("2026-03-30", "open"), ("2026-03-31", "waived"), ('"2026-02"', "open"), ('"2026-Q1"', "waived")],
)
def test_a_waiver_lasts_to_the_end_of_the_pay_period_or_not_at_all(until: str, state: str, tmp_path: Path) -> None:
    found = run(tmp_path, handled(waived("code: E201, participant: P1", until), NO_GOAL))
    assert logged(found, "E201") == [("blocks_component", "P1", state)]
    assert logged(found, "E311") == ([("warning", "P1", "open")] if state == "open" else [])
    assert statuses(found)["P1"] == ("incomplete" if state == "open" else "payable")


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("code: E201, participant: P2", 1),
        ("code: E202, participant: P1", 1),
        ("code: E201, participant: P1, period: 2026-04", 0),  # of a period that is not paid
        ("code: E201, participant: P1, plan: field, part: commission, period: 2026-03", 0),
    ],
)
def test_a_waiver_of_nothing_is_told(where: str, told: int, tmp_path: Path) -> None:
    found = run(tmp_path, handled(waived(where), NO_GOAL))
    assert len(logged(found, "E310")) == told
    assert logged(found, "E201")[0][2] == ("open" if told or "2026-04" in where else "waived")


@pytest.mark.parametrize(
    ("where", "changed", "said"),
    [
        ("code: E201, participant: p1", NO_GOAL, "; did you mean participant `P1`?"),
        ("code: X008, key: x-1", BAD_ROW, "; did you mean key `X1`?"),
        ("code: E201, participant: P2", NO_GOAL, ""),
        ("code: E202, participant: p1", NO_GOAL, ""),
        ("code: E105, participant: P9", STRANGER, STRANGE),
        ("code: E105, key: X", STRANGER, STRANGE),
        ("code: E105, applies_to: every_row", STRANGER, STRANGE),
        ("code: E105, participant: P8", STRANGER, ""),
    ],
)
def test_whom_an_idle_waiver_may_have_meant(where: str, changed: dict[str, str], said: str, tmp_path: Path) -> None:
    found = run(tmp_path, handled(waived(where), changed))
    code = where[6:10]
    assert found.table("exceptions").filter(code="E310")["message"].to_list() == [
        f"nothing in this run is {code}, as waived by Ada on 2026-03-30, until 2026-03-31: agreed{said}"
    ]


def test_an_expired_waiver_of_nothing_has_done_its_work(tmp_path: Path) -> None:
    found = run(tmp_path, handled(waived("code: E201, participant: P1", "2025-12-31"), {}))
    assert found.table("exceptions").filter(stage="waiver").height == 0


def test_the_first_waiver_of_a_row_is_named(tmp_path: Path) -> None:
    two = "{waivers: [{code: E201, participant: P1, name: Ada, reason: a, until: 2026-01-31}, "
    two += "{code: E201, participant: P1, name: Bo, reason: b, until: 2026-05-31}, "
    two += "{code: E201, applies_to: every_row, name: Cy, reason: c, until: 2026-05-31}]}"
    found = run(tmp_path, handled(two, NO_GOAL)).table("exceptions").filter(code="E201")
    assert found["waived_by"].to_list() == ["Bo, until 2026-05-31: b"]


@pytest.mark.parametrize(
    ("severity", "expected", "held"),
    [
        ("blocks_participant", ("blocks_participant", "P9", "open"), set()),
        ("blocks_period", ("blocks_period", "P9", "open"), {"P1", "P2", "P3"}),
    ],
)
def test_a_raised_warning_blocks(severity: str, expected: tuple[str, str, str], held: set[str], tmp_path: Path) -> None:
    found = run(tmp_path, handled(f"{{severities: {{E447: {severity}}}}}", STRANGER))
    assert logged(found, "E447") == [expected]
    assert {who for who, status in statuses(found).items() if status == "not_payable"} == held


def test_a_row_that_names_nobody_is_raised_to_the_period(tmp_path: Path) -> None:
    found = run(tmp_path, handled("{severities: {E108: blocks_participant}}", {}))
    assert logged(found, "E108") == [("blocks_period", None, "open")]
    assert set(statuses(found).values()) == {"not_payable"}


def test_a_raised_and_waived_exception_stops_nobody(tmp_path: Path) -> None:
    section = waived("code: E447, participant: P9")[:-1] + ", severities: {E447: blocks_period}}"
    found = run(tmp_path, handled(section, STRANGER))
    assert logged(found, "E447") == [("blocks_period", "P9", "waived")]
    assert set(statuses(found).values()) == {"payable"}


def test_what_is_raised_asks_for_something(tmp_path: Path) -> None:
    """A repeated row is nothing to do about, unless the workspace says that it holds somebody."""
    twice = {"orders.csv": ORDERS + ORDERS.splitlines()[1] + "\n"}
    plain, raised = (
        run(tmp_path / name, files).table("exceptions").filter(code="X012").item(0, "help")
        for name, files in (("plain", twice), ("raised", handled("{severities: {X012: blocks_participant}}", twice)))
    )
    assert "Nothing to do" in plain and "Nothing to do" not in raised
    assert raised.endswith("(`severities:` of komisi.yaml): mend the row in its source, or write a waiver.")


def test_rows_outside_the_days_of_the_run_are_not_raised(tmp_path: Path) -> None:
    found = run(tmp_path, handled("{severities: {X008: blocks_period}}", BAD_ROW))
    assert logged(found, "X008") == [("blocks_period", "P2", "open"), ("warning", "P3", "open")]


def test_the_first_owner_that_fits_has_it(tmp_path: Path) -> None:
    owners = '[{owner: rows, codes: "X*"}, {owner: shares, codes: E108, sources: orders, plans: field}, '
    owners += "{owner: elsewhere, plans: field, codes: E9*}, {owner: rest}]"
    files = handled(f"{{owners: {owners.replace('E9*', 'E301')}}}", {**BAD_ROW, **NO_GOAL})
    found = run(tmp_path, files).table("exceptions").select("code", "owner").unique().iter_rows()
    assert set(found) == {("X008", "rows"), ("E108", "shares"), ("E201", "rest")}


@pytest.mark.parametrize(("code", "changed", "expected"), CASES)
def test_no_row_is_milder_than_the_least_of_its_code(
    code: str, changed: Mapping[str, str], expected: list[Logged], tmp_path: Path
) -> None:
    log = calculated(written(tmp_path, {**changed})).exceptions
    rows = log.filter(code=code)["severity"].to_list()
    assert len(rows) == len(expected) and all(
        SEVERITIES.index(each) <= SEVERITIES.index(LEAST.get(code, "warning")) for each in rows
    )


def test_the_log_has_the_same_rows_and_order_whatever_is_waived(tmp_path: Path) -> None:
    plain, other = (
        calculated(written(tmp_path / name, {**files})).exceptions.drop("state", "waived_by", "waived_in")
        for name, files in (("a", BAD_ROW), ("b", handled(waived("code: X008, participant: P2"), BAD_ROW)))
    )
    assert plain.equals(other) and isinstance(plain, pl.DataFrame)


def test_plan_tests_know_of_no_waivers(tmp_path: Path) -> None:
    section = waived("code: E201, applies_to: every_row")[:-1] + ", severities: {E105: blocks_period}}"
    compiled = open_workspace(written(tmp_path, {**handled(section, {})})).compiled
    kept = Stage(compiled).of_plan("field").workspace.handling
    assert compiled.workspace.handling.waivers and kept.waivers == () and kept.severities == {"E105": "blocks_period"}


def test_explain_says_what_is_paid_in_spite_of(tmp_path: Path) -> None:
    record = run(tmp_path, handled(waived("code: X008, participant: P2"), BAD_ROW))
    told = render_text(explain(record, "P2"), 200, False, False)
    assert "X008 not a number" in told and "waived by Ada on 2026-03-30, until 2026-03-31: agreed" in told
    others = render_text(explain(record, "P1"), 200, False, False)
    assert "waived" not in others and "agreed" not in others
    assert "agreed" not in render_text(explain(record, "P1", transaction="A1"), 200, False, False)


@pytest.mark.parametrize("column", ["state", "waived_by", "owner", "severity"])
def test_a_forged_log_is_found(column: str, tmp_path: Path) -> None:
    record = run(tmp_path, handled(waived("code: E201, participant: P1"), NO_GOAL))
    path = record.folder / "tables" / "exceptions.parquet"
    pl.read_parquet(path).with_columns(
        pl.lit("warning" if column == "severity" else "open").alias(column)
    ).write_parquet(path)
    found = prove(open_record(record.folder))
    assert any(each.place == "exceptions" and each.column == column for each in found.findings), found.findings
