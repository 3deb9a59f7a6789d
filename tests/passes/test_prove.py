"""`verify`: a sound run holds; whatever is changed in it is named by table, row and column, forged fingerprints or not."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.core import fingerprint
from engine.explain import Finding, Verification, explain, verification_json, verification_text
from engine.explain.checks.files import check_files
from engine.explain.finding import Findings
from engine.pipeline import prove
from engine.record import Record, RecordError, open_record

from .explained import run_of

Change = Callable[[pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


@pytest.fixture
def copy(sound: Record, tmp_path: Path) -> Path:
    return shutil.copytree(sound.folder, tmp_path / sound.id)


def proved(folder: Path) -> Verification:
    found: Verification = prove(open_record(folder))
    return found


def change(folder: Path, table: str, how: Change, forged: bool = True) -> None:
    """Change a table; `forged`: and write the new fingerprint into the manifest."""
    path = next(
        p for p in (folder / "tables" / f"{table}.parquet", folder / "inputs" / f"{table}.parquet") if p.exists()
    )
    frame = pl.read_parquet(path)
    path.unlink()
    how(frame).write_parquet(path)
    if forged:
        forge(folder, path)


def forge(folder: Path, path: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][path.relative_to(folder).as_posix()] = fingerprint.of_file(path)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def put(column: str, value: Any, **key: Any) -> Change:
    """Another value in the rows with that key."""

    def how(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.all_horizontal(pl.col(name) == wanted for name, wanted in key.items())
        assert frame.filter(here).height == 1
        changed = pl.when(here).then(pl.lit(value, frame.schema[column])).otherwise(pl.col(column))
        return frame.with_columns(changed.alias(column))

    return how


def first(found: Verification, place: str) -> Finding:
    return next(finding for finding in found.findings if finding.place == place)


def test_a_sound_run_holds(sound: Record) -> None:
    found = proved(sound.folder)
    assert found.ok, found.findings
    assert found.checked["stages"] == len(sound.program().stages)
    assert found.checked["cells"] > 1000
    assert verification_json(found)["ok"] is True
    text = verification_text(found).splitlines()
    assert text[0].startswith(f"Run {sound.id} of 2026-02 holds: checked ")
    assert text[1] == f"Run digest {sound.manifest['run_digest']}"


def test_without_a_digest_the_verdict_says_what_is_not_proved(sound: Record) -> None:
    sources = sound.folder.parents[1] / "workspace"
    digest = str(sound.manifest["run_digest"])
    said = verification_text(prove(sound)).splitlines()[-1]
    assert said.startswith(
        "Not proved: that this is the run that was approved. Its plans, rows (rejected ones too), control"
    )
    assert said.endswith("`--digest` with the run digest that was approved proves it.")
    beside = verification_text(prove(sound, None, sources)).splitlines()[-1]
    assert "those of the control files; its plans, exception log and period could" in beside
    approved = prove(sound, digest)
    assert verification_text(approved).endswith(f"Run digest {digest}, as approved")
    assert verification_json(approved)["unproved"] == "" and verification_json(prove(sound))["run"] == sound.id


def test_a_folder_that_is_called_otherwise_than_its_run(sound: Record, tmp_path: Path) -> None:
    renamed = shutil.copytree(sound.folder, tmp_path / "ffffffffffffffff")
    (only,) = proved(renamed).findings
    assert (only.place, only.column) == ("manifest.json", "run")
    assert only.message.startswith(f"the folder is called `ffffffffffffffff`, and holds run {sound.id}: ")


def test_a_comment_of_a_plan_written_anew_with_its_fingerprints(copy: Path) -> None:
    """Nothing calculated shows it: where it may stand is listed."""
    plan = copy / "plans" / "rep" / "comp.yaml"
    plan.write_text(plan.read_text() + "# agreed\n")
    forge(copy, plan)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["plans"]["rep/comp.yaml"] = fingerprint.of_file(plan)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    only = next(finding for finding in proved(copy).findings if finding.column == "run")
    assert (
        "a comment in plans/komisi.yaml, plans/rep/comp.yaml, plans/targets.yaml, plans/team/comp.yaml;" in only.message
    )
    assert "the `sha256` of a source file (`--sources DIR` compares those), `engine` or `dependencies`" in only.message


@pytest.mark.parametrize("file", ["program.json", "tables/earnings.parquet", "inputs/source/orders.parquet"])
def test_explain_on_a_damaged_run_says_so(copy: Path, file: str) -> None:
    (copy / file).write_bytes(b"{")
    with pytest.raises(RecordError, match="can't be read"):
        explain(open_record(copy), "bob")


@pytest.mark.parametrize(
    ("table", "column", "value", "key", "row"),
    [
        ("earnings/rep.commission", "earning", Decimal("99"), {"participant": "bob", "period": "2026-02"},
         "participant bob, period 2026-02, segment 2026-02-11"),
        ("slices/rep.commission", "pay", Decimal("1"), {"participant": "ann", "period": "2026-02", "tier": 2},
         "participant ann, period 2026-02, segment 2026-01-01, tier 2"),
        ("credits/rep.sales", "amount", Decimal("3000.000000000001"), {"order": "A1"}, "order A1, line 1, participant ann"),
        ("credit_pay/team.per_deal", "step_1.by", Decimal("3"), {"order": "E2", "participant": "fay"},
         "order E2, line 1, participant fay"),
        ("matches/orders", "rep.sales.because", "where", {"order": "A2"}, "order A2, line 1"),
        ("states/orders", "state", "credited", {"order": "A5", "line": "1"}, "order A5, line 1"),
        ("targets/rep.goal", "own", None, {"participant": "ann", "period": "2026-02"},
         "participant ann, period 2026-02, segment 2026-01-01"),
        ("grid/rep", "start", date(2026, 2, 12), {"participant": "bob"}, "participant bob, period 2026-02, segment 2026-02-11"),
        ("measures/rep.month", "own", Decimal(0), {"participant": "dan", "period": "2026-02"},
         "participant dan, period 2026-02, segment 2026-01-01"),
        ("payouts", "amount", Decimal("500"), {"participant": "cat", "earning_code": "COMM"}, ""),
        ("payouts", "status", "payable", {"participant": "eve"}, ""),
    ],
)  # fmt: skip
def test_a_changed_cell(copy: Path, table: str, column: str, value: Any, key: dict[str, Any], row: str) -> None:
    change(copy, table, put(column, value, **key))
    found = proved(copy)
    cell = first(found, table)
    assert cell.column == column
    assert row in cell.row and cell.row
    assert f"{table} · {cell.row} · {column}: " in verification_text(found)
    stored = "missing" if value is None else f"{value}"
    assert cell.stored == stored


def test_what_a_changed_cell_should_say(copy: Path) -> None:
    change(copy, "earnings/rep.commission", put("step_1", Decimal("18"), participant="bob", period="2026-02"))
    cell = first(proved(copy), "earnings/rep.commission")
    assert (cell.column, cell.stored, cell.recomputed) == ("step_1", "18", "17.953571428571")
    assert cell.message == "the value is not what its formula gives"


def test_bytes_changed_without_forging(copy: Path) -> None:
    change(
        copy,
        "earnings/rep.commission",
        put("earning", Decimal("99"), participant="bob", period="2026-02"),
        forged=False,
    )
    found = proved(copy)
    assert (
        first(found, "tables/earnings/rep.commission.parquet").message
        == "its bytes were changed after the run (sha256)"
    )
    assert first(found, "earnings/rep.commission").column == "earning"


def test_rows_missing_added_doubled(copy: Path) -> None:
    change(copy, "credits/rep.sales", lambda frame: frame.filter(pl.col("order") != "A2"))
    change(copy, "grid/rep", lambda frame: pl.concat([frame, frame.head(1)]))
    extra = put("participant", "zoe", participant="cat", period="2026-02")
    change(
        copy,
        "measures/rep.month",
        lambda frame: pl.concat([frame, extra(frame).filter(pl.col("participant") == "zoe")]),
    )
    found = proved(copy)
    assert (first(found, "credits/rep.sales").row, first(found, "credits/rep.sales").message) == (
        "order A2, line 1, participant ann", "the row is missing",
    )  # fmt: skip
    assert first(found, "grid/rep").message == "the row is there more than once"
    assert first(found, "measures/rep.month").message == "the row should not be there"


def test_the_order_of_rows_is_no_matter(copy: Path) -> None:
    change(copy, "credits/rep.sales", lambda frame: frame.reverse())
    assert proved(copy).ok


def test_a_changed_input(copy: Path) -> None:
    change(copy, "source/orders", put("net", Decimal("3001"), order="A1"))
    found = proved(copy)
    assert first(found, "matches/orders").row == "order A1, line 1"


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "gone", "float", "column"])
def test_a_damaged_table(copy: Path, damage: str) -> None:
    path = copy / "tables" / "earnings" / "rep.commission.parquet"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "float":
        change(copy, "earnings/rep.commission", lambda frame: frame.with_columns(pl.col("earning").cast(pl.Float64)))
    elif damage == "column":
        change(copy, "earnings/rep.commission", lambda frame: frame.drop("earning"))
    else:
        path.write_bytes({"cut": data[: len(data) // 2], "noise": b"\xff" * len(data), "empty": b""}[damage])
    found = proved(copy)
    assert not found.ok
    assert first(found, "earnings/rep.commission").message
    assert "Traceback" not in verification_text(found)


def test_files_missing_and_too_many(copy: Path) -> None:
    (copy / "payouts.csv").unlink()
    (copy / "tables" / "mine.parquet").write_bytes(b"x")
    found = proved(copy)
    assert first(found, "payouts.csv").message == "the file is missing"
    assert "added after the run" in first(found, "tables/mine.parquet").message
    assert first(found, "mine").message == "the program makes no such table"


def test_a_changed_sheet(copy: Path) -> None:
    path = copy / "payouts.csv"
    path.write_text(path.read_text().replace("17.95", "71.95"))
    forge(copy, path)
    found = proved(copy)
    sheet = first(found, "payouts.csv")
    assert (sheet.column, sheet.stored, sheet.recomputed) == ("amount", "71.95", "17.95")


def test_a_payout_of_another_month(copy: Path) -> None:
    path = copy / "payouts.csv"
    text = path.read_text()
    assert text.startswith("period,participant,") and "\n2026-02,ann," in text
    path.write_text(text.replace("\n2026-02,ann,", "\n2026-03,ann,"))
    forge(copy, path)
    sheet = first(proved(copy), "payouts.csv")
    assert (sheet.column, sheet.stored, sheet.recomputed) == ("period", "2026-03", "2026-02")


def test_a_changed_plan(copy: Path) -> None:
    path = copy / "plans" / "rep" / "comp.yaml"
    path.write_text(path.read_text().replace("rate: 2.5%", "rate: 3.5%"))
    forge(copy, path)
    found = proved(copy)
    assert first(found, "manifest.json").column == "plans / rep/comp.yaml"
    line = first(found, "plans/rep/comp.yaml:33")
    assert (line.row, line.stored, line.recomputed) == ("earnings/rep.commission", "3.5 %", "2.5 %")


def test_a_changed_program(copy: Path) -> None:
    path = copy / "program.json"
    path.write_text(path.read_text().replace('"0.025"', '"0.035"'))
    forge(copy, path)
    found = proved(copy)
    changed = first(found, "program.json")
    assert (changed.row, changed.column) == ("earnings/rep.commission", "slice_2.rate")
    assert (changed.stored, changed.recomputed) == ("3.5 %", "2.5 %")
    assert "it is not what the run's plans compile to" in changed.message
    assert not any(f.place.startswith("earnings") for f in found.findings), "judged by the plans, the tables hold"
    path.write_text("{")
    assert any(f.place == "program.json" and "it can't be read" in f.message for f in proved(copy).findings)


def test_changed_identities_and_log(copy: Path) -> None:
    change(copy, "identities", lambda frame: frame.slice(1))
    change(copy, "exceptions", lambda frame: frame.filter(pl.col("code") != "E201"))
    found = proved(copy)
    assert first(found, "identities").message == "the row is missing"
    assert first(found, "exceptions").message == "the row is missing"
    assert "code E201" in first(found, "exceptions").row


@pytest.mark.parametrize(
    "entry", ["result_digest", "run_digest", "run", "tables", "files", "plans", "identities", "period"]
)
def test_a_changed_manifest(copy: Path, entry: str) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest[entry] = "2026-01" if entry == "period" else {} if isinstance(manifest[entry], dict) else "0" * 16
    path.write_text(json.dumps(manifest))
    assert not proved(copy).ok


def test_one_byte_anywhere(copy: Path) -> None:
    for path in sorted(p for p in copy.rglob("*") if p.is_file() and p.name != "manifest.json"):
        data = path.read_bytes()
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        findings = Findings()
        check_files(open_record(copy), findings)
        assert [finding.place for finding in findings.found] == [path.relative_to(copy).as_posix()]
        path.write_bytes(data)
