"""The stand-alone verifier and the pack that it reads: alone, whole, exact, and kind to who has an old one."""

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import polars as pl
import pytest

from engine.core.money import EXACT, ROUNDING_MODES, product, quotient, rounded
from engine.ir.expr import Over
from engine.ir.functions import FUNCTIONS
from engine.ir.serial import NODES
from engine.ir.table import Agg
from engine.record import Record, open_record, table_digest, verifier
from engine.record.pack import pack, table_text
from engine.record.read import RecordError

from .explained import run_of
from .forger import line, reseal
from .random_forgery import put as put_at

PATH = Path(verifier.__file__)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return run_of(tmp_path_factory.mktemp("company"))


@pytest.fixture
def packed(sound: Record, tmp_path: Path) -> Path:
    return pack(sound, tmp_path / "run.zip").path


def alone(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """`python verify.py …` with nothing on its path but the standard library."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(PATH), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def rezipped(path: Path, name: str, how: Callable[[str], str]) -> Path:
    """The pack with another text in one file."""
    out = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            text = old.read(each)
            new.writestr(each, how(text.decode()) if each == name else text)
    return out


def test_it_is_one_file_of_five_hundred_lines_that_needs_the_standard_library_only() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert text.count("\n") <= 500
    imported = set[str]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {node.module or ""} if isinstance(node, ast.ImportFrom) else {each.name for each in node.names}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_it_has_every_function_aggregate_and_node_of_the_program() -> None:
    assert {*verifier.STRICT, *verifier.LENIENT} == set(FUNCTIONS)
    assert not verifier.STRICT.keys() & verifier.LENIENT.keys()
    aggregates = {*get_args(get_type_hints(Over)["fn"]), *get_args(get_type_hints(Agg)["fn"])}
    assert aggregates == {*verifier.FOLDS, "value"}
    assert set(NODES) == verifier.NODES


EDGES = [Decimal(text) for text in ("0", "1", "-1", "0.5", "-2.5", "1e-12", "-1e-12", "1.005", "0.333333333333", "1e-9",
         "-3", "7", "1234567.890123456789", "-99.995", "0.0000000000005e1")]  # fmt: skip


def units(value: Decimal | None) -> int | None:
    return None if value is None else int(EXACT.scaleb(value, 12))


def test_its_arithmetic_is_that_of_the_engine() -> None:
    for a in EDGES:
        x = units(a)
        assert x is not None and verifier.units(str(a)) == x
        for mode in ROUNDING_MODES:
            for digits in (0, 2, 9, 12):
                assert verifier.rounded(x, mode, digits) == units(rounded(a, mode, digits)), (a, mode, digits)
        for b in EDGES:
            y = units(b)
            assert y is not None
            assert verifier.STRICT["mul"](x, y) == units(product(a, b)), (a, b)
            assert verifier.quotient(x, y) == units(quotient(a, b)), (a, b)


def test_no_two_values_look_alike_in_a_pack() -> None:
    texts = [
        "",
        None,
        "\\N",
        "\\",
        "\\\\N",
        "N",
        "a,b",
        'say "no"',
        "two\nlines",
        "two\r\nlines",
        "end\r",
        " ",
        "'",
        "=1",
        "Ω",
    ]
    numbers = [
        Decimal(text)
        for text in ("0", "-0.5", "1.10", "100", "9999999999999999.999999999999", "-9999999999999999", "1e-12")
    ]
    frame = pl.DataFrame(
        {
            "t": texts,
            "n": [*numbers, *[None] * (len(texts) - len(numbers))],
            "d": [date(1, 1, 1), date(9999, 12, 31), None] * 5,
            "b": [True, False, None] * 5,
            "i": [0, -1, None] * 5,
        },
        schema={"t": pl.String, "n": pl.Decimal(38, 12), "d": pl.Date, "b": pl.Boolean, "i": pl.Int64},
    )
    kinds = {"t": "text", "n": "money", "d": "date", "b": "bool", "i": "integer"}
    table = verifier.read_table(table_text(frame).decode(), kinds)
    assert table.columns["n"] == [units(value) for value in frame["n"].to_list()]
    assert {name: table.columns[name] for name in "tdbi"} == {name: frame[name].to_list() for name in "tdbi"}
    ordered = verifier.read_table(table_text(frame.sort(pl.all(), nulls_last=True)).decode(), kinds)
    assert verifier.digest(ordered) == table_digest(frame, ())
    with pytest.raises(ValueError, match="12 places"):
        verifier.read_table("n\n0.0000000000001\n", {"n": "money"})


def test_a_pack_is_the_same_to_the_byte(sound: Record, packed: Path, tmp_path: Path) -> None:
    again = pack(open_record(sound.folder), tmp_path / "again.zip")
    assert packed.read_bytes() == again.path.read_bytes()
    with zipfile.ZipFile(packed) as zipped:
        names = zipped.namelist()
        assert names[:4] == ["README.txt", "verify.py", "tables.json", "manifest.json"]
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert zipped.read("verify.py") == PATH.read_bytes()
        assert zipped.read("plans/rep/comp.yaml") == (sound.folder / "plans" / "rep" / "comp.yaml").read_bytes()
    stored = {
        path.relative_to(sound.folder).as_posix().replace(".parquet", ".csv") for path in sound.folder.rglob("*.*")
    }
    assert set(names) == {*stored, "README.txt", "verify.py", "tables.json"}


def test_a_run_that_was_changed_is_not_packed(sound: Record, tmp_path: Path) -> None:
    shutil.copytree(sound.folder, tmp_path / "run")
    line(tmp_path / "run", "payouts.csv", "17.95", "17.96")
    with pytest.raises(RecordError, match=r"payouts.csv was changed after the run"):
        pack(open_record(tmp_path / "run"), tmp_path / "run.zip")
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob(".*"))


def test_it_proves_a_pack_and_the_folder_it_was_unpacked_into(sound: Record, packed: Path, tmp_path: Path) -> None:
    digest = sound.manifest["run_digest"]
    done = alone(packed, "--digest", digest.upper())
    stages = len(sound.program().stages)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Run {sound.id} holds: {stages} tables calculated. Run digest {digest}, as approved\n"
    with zipfile.ZipFile(packed) as zipped:
        zipped.extractall(tmp_path / "unpacked")
    inside = [sys.executable, "-I", "-S", str(tmp_path / "unpacked" / "verify.py")]
    assert subprocess.run(inside, capture_output=True, check=False, cwd=tmp_path).returncode == 0


def test_without_a_digest_it_says_what_it_did_not_prove(sound: Record, packed: Path) -> None:
    done = alone(packed)
    said = done.stdout.splitlines()
    assert done.returncode == 0 and said[0].endswith(f"Run digest {sound.manifest['run_digest']}")
    assert " ".join(said[1:]) == (
        "Not proved: that this is the run that was approved. Plans, rows (rejected ones too), exception log, control totals"
        " and period could have been changed together with their digests. `--digest` with the one that was approved proves it."
    )


def test_without_a_pack_it_is_wrong_usage_unless_it_lies_in_one(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(PATH.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "verify.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "the following arguments are required: pack" in done.stderr


def test_it_says_the_first_row_and_column_that_does_not_hold(packed: Path) -> None:
    def forged(text: str) -> str:
        assert text.count("17.95,paid") == 1
        return text.replace("17.95,paid", "99,paid")

    done = alone(rezipped(packed, "tables/earnings.csv", forged))
    assert done.returncode == 1
    row = "plan rep, component commission, participant bob, period 2026-02, segment 2026-02-11"
    assert done.stdout.splitlines()[0] == f"earnings · {row} · earning: stored 99, calculated 17.95"
    assert "manifest.json · tables / earnings: stated" in done.stdout
    other = alone(packed, "--digest", "0" * 64)
    assert other.returncode == 1 and "it is not the run that was approved" in other.stdout
    assert "\n1 finding in run " in other.stdout and "Not proved" not in other.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "program.json",
            '"fn":"div"',
            '"fn":"modulo"',
            "this verifier is too old for it (it lacks modulo): take that of komisi",
        ),
        ("program.json", '"node":"AsOf"', '"node":"Sort"', "it lacks Sort"),
        ("program.json", '"version":1', '"version":2', "it lacks its version"),
        ("tables/payouts.csv", "payroll_id", "payroll", "payouts.csv: its columns are not those"),
        ("tables/credits/rep.sales.csv", "3000", "3e-99", "credits/rep.sales.csv: '3e-99' has more than 12 places"),
        ("manifest.json", "{", "[", "the pack: "),
    ],
)
def test_what_it_can_not_read_is_told(packed: Path, file: str, old: str, new: str, says: str) -> None:
    done = alone(rezipped(packed, file, lambda text: text.replace(old, new)))
    assert done.returncode == 4 and says in done.stderr and "Traceback" not in done.stderr


def test_slips(packed: Path, tmp_path: Path) -> None:
    assert alone(tmp_path / "none.zip").returncode == 4
    assert alone(packed, "--digits", "x").returncode == 2
    packed.write_bytes(packed.read_bytes()[:-100])
    assert alone(packed).returncode == 4


def test_a_name_twice_in_a_pack_is_refused(sound: Record, packed: Path) -> None:
    """Python takes the last file of a name, other programs the first: an approved digest would cover either."""
    with zipfile.ZipFile(packed) as old:
        texts = {name: old.read(name) for name in old.namelist()}
    paid = texts["payouts.csv"]
    with zipfile.ZipFile(packed, "w") as new:
        for name, text in texts.items():
            new.writestr(name, text.replace(b"17.95", b"999.00") if name == "payouts.csv" else text)
        with pytest.warns(UserWarning, match="Duplicate name"):
            new.writestr("payouts.csv", paid)
    done = alone(packed, "--digest", sound.manifest["run_digest"])
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        f"{packed} can't be proved: payouts.csv: the zip has this name twice, and a program that unpacks it may take either"
        " file\n"
    )


@pytest.mark.parametrize("how", ["overwritten", "encrypted", "unknown method"])
def test_an_entry_that_is_damaged_is_told_in_a_sentence(packed: Path, how: str) -> None:
    data = bytearray(packed.read_bytes())
    listed = data.find(b"PK\x01\x02")  # the first entry of the list at the end
    if how == "overwritten":
        data[len(data) // 2 : len(data) // 2 + 4] = b"\xff" * 4
    else:
        data[listed + (8 if how == "encrypted" else 10)] |= 1 if how == "encrypted" else 64
    packed.write_bytes(data)
    done = alone(packed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1), done.stderr
    assert done.stderr.startswith(f"{packed} can't be proved: ") and "Traceback" not in done.stderr


@pytest.mark.parametrize("given", ["6e5b", "0" * 60, "0" * 65, "g" * 64, ""])
def test_what_is_no_run_digest_is_wrong_usage(packed: Path, given: str) -> None:
    done = alone(packed, "--digest", given)
    assert done.returncode == 2 and f"`{given}` is no run digest: give all 64 digits of it" in done.stderr


def test_files_that_are_missing_and_files_that_belong_to_no_run(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as zipped:
        zipped.extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "mine.csv").write_text("x")
    (tmp_path / "unpacked" / "plans" / "targets.yaml").unlink()
    done = alone(tmp_path / "unpacked")
    assert done.returncode == 1
    said = done.stdout.splitlines()
    assert said[0] == "plans/targets.yaml: it is missing" and said[-2] == "mine.csv: it belongs to no run"


def test_a_pack_that_was_zipped_again_has_folders(sound: Record, packed: Path, tmp_path: Path) -> None:
    """`zip -r` makes an entry for each folder: nothing is in it. What is in one is a file that belongs to no run."""
    digest = sound.manifest["run_digest"]
    with zipfile.ZipFile(packed, "a") as zipped:
        for name in ("inputs/", "inputs/source/", "tables/", "plans/"):
            zipped.writestr(name, b"")
    done = alone(packed, "--digest", digest)
    assert done.returncode == 0 and done.stdout.startswith(f"Run {sound.id} holds"), done.stdout
    with zipfile.ZipFile(packed, "a") as zipped:
        zipped.writestr("more/", b"x")
        zipped.writestr("notes.txt", b"")
    done = alone(packed, "--digest", digest)
    assert done.returncode == 1 and done.stdout.startswith(
        f"more/: it belongs to no run\nnotes.txt: it belongs to no run\n2 findings in run {sound.id}: "
    ), done.stdout


def test_the_pay_period_stands_before_each_payout(packed: Path) -> None:
    done = alone(rezipped(packed, "payouts.csv", lambda text: text.replace("2026-02,ann", "2026-03,ann")))
    assert done.returncode == 1 and "period: stored 2026-03, calculated 2026-02" in done.stdout, done.stdout


def test_the_index_says_what_type_each_column_has(packed: Path) -> None:
    with zipfile.ZipFile(packed) as zipped:
        index = json.loads(zipped.read("tables.json"))
    assert dict(index["tables/earnings/rep.commission"])["earning"] == "money"
    assert dict(index["tables/payouts"])["status"] == "text"
    assert dict(index["inputs/source/orders"])["row"] == "integer"


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("exceptions", "row", 3), ("exceptions", "file", "other.csv"), ("exceptions", "record", "x"),
        ("exceptions", "message", "fine"),
        ("source/orders", "account", "Q"), ("source/orders", "row", 99), ("rejected", "record", "x"),
        ("identities", "place", "x"),
    ],
)  # fmt: skip
def test_the_run_digest_binds_what_is_not_calculated(
    sound: Record, tmp_path: Path, table: str, column: str, value: Any
) -> None:
    """Where a row stood, the words of the log, columns that no plan reads: the forger's run has another digest."""
    folder = tmp_path / "run"
    shutil.copytree(sound.folder, folder)
    put_at(folder, table, 0, column, value)
    reseal(folder)
    proof = verifier.Proof()
    proof.open(pack(open_record(folder), tmp_path / "run.zip").path)
    proof.prove(str(sound.manifest["run_digest"]))
    assert any(each.startswith("run digest: given") for each in proof.findings), proof.findings


@pytest.mark.slow
def test_the_example_company_is_proved_alone_from_its_sources_and_again(tmp_path: Path) -> None:
    from engine import open_workspace
    from engine.pipeline import prove
    from engine.trial.again import again

    plans = Path(__file__).parents[2] / "plans"
    record = open_workspace(plans).run("2026-03").save(tmp_path).record
    digest = record.manifest["run_digest"]
    assert alone(pack(record, tmp_path / "run.zip").path, "--digest", digest).returncode == 0
    assert prove(record, digest, plans).ok
    found = again(record)
    assert found.same and not found.files


@pytest.mark.parametrize("name", ["manifest.json", "program.json", "tables.json"])
def test_a_key_that_stands_twice(packed: Path, sound: Record, tmp_path: Path, name: str) -> None:
    """Of two entries one program takes the first, another the last: a run that says two things is refused, by both."""
    twice = rezipped(packed, name, lambda text: text.replace("{", '{"period": "2026-01", "period": "2026-02", ', 1))
    done = alone(twice)
    assert done.returncode == 4 and "`period` stands twice" in done.stderr, done.stdout + done.stderr
    if name != "tables.json":
        shutil.copytree(sound.folder, tmp_path / "copy")
        path = tmp_path / "copy" / name
        path.write_text(path.read_text().replace("{", '{"period": "2026-01", "period": "2026-02", ', 1))
        with pytest.raises(RecordError, match="`period` stands twice"):
            open_record(tmp_path / "copy").program()
