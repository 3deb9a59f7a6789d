"""A run whose transactions are too many to hold is the run over whole tables: the same rows, and the same digests."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Semaphore, Thread

import polars as pl
import pytest

import engine.intake.large as large
from engine import Run, open_workspace
from engine.backends.polars.steps import steps
from engine.backends.ranges import Ranges, chosen
from engine.ir.program import Program
from engine.ir.walk import needed
from engine.lower import lower
from engine.pipeline import calculate, draft, finish
from engine.record import Draft, Layout, Shelf, open_record
from engine.run.execute import execute_by_parts
from engine.trial.again import again
from tests.conformance.small_workspace import MAIN, written
from tests.properties.differential import in_columns, inputs_of
from tests.properties.generate import generate

HOWS = {"whole", "parts", "grouped", "sorted", "combined"}


def _on_shelf(shelf: Draft, name: str, rows: pl.DataFrame, keys: tuple[str, ...], count: int) -> Ranges:
    """Put transactions in parts, some of them of few rows."""
    ranges = chosen(rows.select(keys), count)
    shelf.inputs.put_parts(name, rows.schema, [rows.filter(ranges.inside(part)) for part in range(ranges.count)])
    assert shelf.inputs[name].equals(rows.sort(keys))
    return ranges


def _hows(program: Program, ranges: dict[str, Ranges]) -> Iterator[str]:
    stages = needed(program, frozenset(stage.name for stage in program.stages if stage.kept))
    for step in steps(program, stages, {name: each.keys for name, each in ranges.items()}):
        yield f"{step.how} {step.stage.grain}" if step.how == "gathered" else step.how


def compared(seed: int, folder: Path) -> Counter[str]:
    """A generated workspace, its transactions in one to seven parts; how its tables were made."""
    workspace, tables, period = generate(seed)
    program = lower(workspace)
    frames = inputs_of(program, workspace, tables, period)
    whole = in_columns(program, frames)
    sales = {f"source/{name}": source for name, source in workspace.sources.items() if source.role == "transactions"}
    with Draft(folder, Layout.of(program)) as fresh:
        fresh.inputs.update(frames)
        ranges = {
            name: _on_shelf(fresh, name, frames[name].sort(source.key), source.key, seed % 7 + 1)
            for name, source in sales.items()
            if name in frames and frames[name].height
        }
        if not ranges:
            return Counter()
        execute_by_parts(program, {n: f for n, f in frames.items() if n not in ranges}, ranges, fresh)
        assert not fresh.spool, "what was needed only on the way is gone"
        assert set(fresh.tables) == {stage.name for stage in program.stages if stage.written}
        different = [name for name, table in whole.items() if not fresh.tables[name].equals(table)]
    assert different == [], f"seed {seed}"
    return Counter(_hows(program, ranges))


def test_generated_workspaces(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for seed in range(60):
        found += compared(seed, tmp_path)
        if seed > 4 and found.keys() >= HOWS:
            return
    raise AssertionError(f"no workspace has {HOWS - found.keys()}")


@pytest.mark.slow
def test_many_generated_workspaces(tmp_path: Path) -> None:
    found = sum((compared(seed, tmp_path) for seed in range(150)), Counter[str]())
    assert {*HOWS, "first"} <= found.keys()
    assert [how for how in found if how.startswith("gathered")] == [], "no table of transactions is held whole"


def test_parts_take_the_place_of_a_table_that_is_being_written(tmp_path: Path) -> None:
    parts, asked = [pl.DataFrame({"number": [1, 2]}), pl.DataFrame({"number": [3]})], Event()

    def long(_: str, table: pl.DataFrame) -> str:
        assert not asked.wait(0.5), "the parts are written beside it"
        return ""

    def made() -> Iterator[pl.DataFrame]:
        asked.set()
        yield from parts

    shelf = Shelf(tmp_path / "shelf", long)
    shelf["rows"] = pl.DataFrame({"number": [4]})
    shelf.put_parts("rows", parts[0].schema, made())
    shelf.close()
    assert shelf["rows"].equals(pl.concat(parts))
    assert shelf.part("rows", 1).collect().equals(parts[1])


@pytest.mark.parametrize(("size", "at_once"), [(0, 3), (10, 2), (25, 1), (300, 1)])
def test_tables_wait_where_more_is_unwritten_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, at_once: int
) -> None:
    monkeypatch.setattr("engine.record.room.ROOM", 25 * 8)
    monkeypatch.setattr("engine.record.draft.AT_ONCE", 3)
    begun, go_on = Semaphore(0), Event()

    def long(_: str, table: pl.DataFrame) -> str:
        begun.release()
        assert go_on.wait(30)
        return ""

    shelf = Shelf(tmp_path / "shelf", long)
    others = Thread(target=shelf.update, args=({n: pl.DataFrame({"number": range(size)}) for n in "abc"},))
    others.start()
    counted = sum(begun.acquire(timeout=10) for _ in range(at_once))
    assert (counted, begun.acquire(timeout=0.3)) == (at_once, False)
    go_on.set()
    others.join()
    assert [len(shelf[name]) for name in "abc"] == [size] * 3
    shelf.close()


LINES = """\
A1,1,2026-03-02,ana,booked,,1,100.00
A2,1,2026-03-03,ben,booked,,2,50.00
A2,2,2026-03-03,ben,booked,,2,55.00
A3,1,2026-03-04,,booked,,1,70.00
A4,1,2026-03-05,ana,shared,a-1,1,80.00
A5,1,2026-03-06,ana,booked,,1,20.00
A5,1,2026-03-06,ana,booked,,1,20.00
A6,1,2026-03-07,ben,booked,,1,11.00
A6,1,2026-03-07,ben,booked,,1,12.00
A7,1,2026-03-08,ana,lost,,1,13.00
A8,1,,ana,booked,,1,14.00
A9,1,2026-03-09,=ana,booked,,1,15.00
B1,2,2026-03-10,ben,booked,,,16.50
B0,1,2026-03-10,ana,booked,,3,-17.25
B2,1,2026-04-10,ana,booked,,3,18.00
"""
COLUMNS = ("order_id", "version", "booked_on", "seller", "status", "account", "quantity", "net")


def _workspace(folder: Path) -> Path:
    """The small workspace with its orders as two Parquet files, in no order, with what can be wrong with them."""
    orders = MAIN[MAIN.index("  orders:") : MAIN.index("  accounts:")]
    changed = orders.replace("files: orders.csv", "format: parquet\n    files: [two.parquet, one.parquet]")
    changed = changed.replace(
        "    key: [order_id]\n", "    key: [order_id]\n    version: version\n    control: {rows: 15}\n"
    )
    changed = changed.replace("      order_id: text\n", "      order_id: text\n      version: {type: quantity}\n")
    written(folder, {"komisi.yaml": MAIN.replace(orders, changed)})
    rows = pl.DataFrame([line.split(",") for line in LINES.splitlines()], schema=COLUMNS, orient="row")
    rows = rows.with_columns(
        pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name) for name in COLUMNS
    )
    numbers = [
        pl.col("version").cast(pl.Int64),
        pl.col("quantity").cast(pl.Int64),
        pl.col("net").cast(pl.Decimal(12, 2)),
    ]
    rows = rows.with_columns(*numbers, pl.col("booked_on").str.to_date()).sample(fraction=1, shuffle=True, seed=3)
    rows.head(8).write_parquet(folder / "one.parquet")
    rows.tail(7).write_parquet(folder / "two.parquet")
    return folder


def _run(folder: Path, out: Path) -> Path:
    made = open_workspace(folder).compiled
    period = made.workspace.calendar.find("2026-03")
    assert period is not None
    with draft(made, out) as fresh:
        return finish(calculate(made, folder, period, draft=fresh), fresh, {"plans": ""}).folder


@pytest.mark.parametrize("rows", [1, 2, 4, 100])
def test_dirty_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    folder = _workspace(tmp_path / "workspace")
    small = open_record(_run(folder, tmp_path / "small"))
    monkeypatch.setattr(large, "MOST_ROWS", 0)
    monkeypatch.setattr(large, "PART_ROWS", rows)
    parts = open_record(_run(folder, tmp_path / "parts"))
    for name in ("run", "run_digest", "tables", "kept", "rows", "identities"):
        assert parts.manifest[name] == small.manifest[name]
    assert {r["code"] for r in parts.table("exceptions").to_dicts()} >= {"X007", "X012", "X016", "X020", "X023", "E106"}
    assert not any(path.name == "spool" for path in parts.folder.iterdir())
    assert again(parts).same and again(small).same
    saved = open_workspace(folder).run("2026-03")
    assert isinstance(saved, Run)
    assert saved.digest() == parts.manifest["result_digest"]
