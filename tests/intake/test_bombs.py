"""Data that means harm: refused, or a row of the log, in under two seconds of processor time and 500 MB.

On a machine that needs over a second for a month of one good row: in twice that.
"""

import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.benchmarks.installed import environment
from tests.intake.company import company
from tests.intake.workbooks import row, sheet, workbook

XLSX = "files: orders.xlsx\n    format: xlsx"
HEADER = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")
GOOD = ("A-1", "2026-03-02", "ana", "1", "1", "0", "1")
SECONDS, SLOWER, BYTES = 2, 2, 500_000_000


def _sparse_sheet(folder: Path) -> str:
    """One cell in the last column of the last row."""
    body = row(1, HEADER) + row(2, GOOD) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    workbook(folder / "orders.xlsx", {"Orders": f"<worksheet><sheetData>{body}</sheetData></worksheet>"})
    return "X007"


def _zip_bomb(folder: Path, megabytes: int = 1024) -> str:
    """A sheet of a gigabyte that is packed into a few megabytes."""
    workbook(folder / "orders.xlsx", {"Orders": megabytes})
    return "X032"


def _lying_zip(folder: Path) -> str:
    """The same, and it says that it has a hundred bytes."""
    _zip_bomb(folder, 64)
    data = bytearray((folder / "orders.xlsx").read_bytes())
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    data[place + 24 : place + 28] = struct.pack("<L", 100)
    (folder / "orders.xlsx").write_bytes(data)
    return "X002"


def _long_list(folder: Path) -> str:
    """A list of parts that would fill the memory by itself."""
    workbook(folder / "orders.xlsx", {"Orders": sheet([HEADER, GOOD])})
    with zipfile.ZipFile(folder / "orders.xlsx", "a") as out:
        for n in range(60_000):
            out.writestr(f"{n:090}", b"")
    return "X032"


def _laughs(folder: Path) -> str:
    """A text that names a text that names a text."""
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    workbook(folder / "orders.xlsx", {"Orders": f'<!DOCTYPE w [<!ENTITY a0 "ha">{names}]><worksheet>&a11;</worksheet>'})
    return "X002"


def _endless_item(folder: Path) -> str:
    """An attribute of thirty megabytes."""
    body = f'<worksheet note="{os.urandom(15 << 20).hex()}"/>'
    workbook(folder / "orders.xlsx", {"Orders": body})
    return "X032"


def _long_cell(folder: Path) -> str:
    """A text of thirty megabytes."""
    text = f"<c t='inlineStr'><is><t>{os.urandom(15 << 20).hex()}</t></is></c>"
    workbook(folder / "orders.xlsx", {"Orders": sheet([HEADER, GOOD, (text, *GOOD[1:])])})
    return "X014"


def _filled(path: Path, start: bytes, filling: bytes) -> None:
    """A gigabyte of the same, as far as anybody reads; the rest of it is a hole."""
    with path.open("wb") as file:
        file.write(start + filling * (64 << 20))
        file.truncate(1 << 30)


def _gigabyte_line(folder: Path) -> str:
    _filled(folder / "orders.csv", (",".join(HEADER) + "\n" + ",".join(GOOD) + "\n").encode(), b"x")
    return "X032"


def _nothing_but_noughts(folder: Path) -> str:
    with (folder / "orders.csv").open("wb") as file:
        file.truncate(1 << 30)
    return "X032"


def _nothing_but_line_ends(folder: Path) -> str:
    (folder / "orders.csv").write_bytes(",".join(HEADER).encode() + b"\n" * (128 << 20))
    return "X032"


def _billion_columns(folder: Path) -> str:
    _filled(folder / "orders.csv", ",".join(HEADER).encode(), b",")
    return "X032"


def _million_columns(folder: Path) -> str:
    (folder / "orders.csv").write_text(",".join(HEADER) + "," * 2_000_000 + "\n")
    return "X003"


def _rows_of_nothing(folder: Path) -> str:
    """Eighty million rows in a few thousand bytes."""
    column = pl.repeat(True, 80_000_000, dtype=pl.Boolean, eager=True)
    pl.DataFrame(dict.fromkeys(HEADER, column)).write_parquet(folder / "orders.parquet", row_group_size=40_000_000)
    return "X032"


BOMBS: tuple[Callable[[Path], str], ...] = (
    _sparse_sheet, _zip_bomb, _lying_zip, _long_list, _laughs, _endless_item, _long_cell,
    _gigabyte_line, _nothing_but_noughts, _nothing_but_line_ends, _billion_columns, _million_columns, _rows_of_nothing,
)  # fmt: skip


MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, _, used = os.wait4(process.pid, 0)
print("used", used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""Starts a command and says what it used. The test itself can't: what a process holds counts for those that it starts."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python keeps what it compiled: as with an installation, it compiles before and only reads then."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="module")
def allowed(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """The seconds of the processors that a bomb may use on this machine."""
    folder = tmp_path_factory.mktemp("sound")
    company(folder, XLSX)
    workbook(folder / "orders.xlsx", {"Orders": sheet([HEADER, GOOD])})
    _run(folder, cache)  # compiles
    shutil.rmtree(folder / "runs")
    told, seconds, _ = _run(folder, cache)
    assert "1 earned" in told and "there already" not in told, told
    return max(SECONDS, SLOWER * seconds)


def _run(folder: Path, cache: Path) -> tuple[str, float, float]:
    """Pays the month of one company in a process of its own: what is printed, its seconds, its peak in KB (macOS: bytes)."""
    command = [sys.executable, "-m", "engine", "run", "2026-03", "--workspace", str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command, "--out", str(folder / "runs")],
        cwd=Path(__file__).parents[2], env=environment(cache),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
    )  # fmt: skip
    told, _, used = done.stdout.rpartition("used ")
    seconds, peak = (float(number) for number in used.split())
    return told, seconds, peak


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs to know what a process used")
@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__.strip("_"))
def test_a_bomb_is_refused(bomb: Callable[[Path], str], allowed: float, cache: Path, tmp_path: Path) -> None:
    parquet = "files: orders.parquet\n    format: parquet"
    company(tmp_path, XLSX if bomb in BOMBS[:7] else parquet if bomb is _rows_of_nothing else "files: orders.csv")
    code = bomb(tmp_path)
    try:
        told, seconds, peak = _run(tmp_path, cache)
    finally:
        for name in ("orders.csv", "orders.xlsx", "orders.parquet"):
            (tmp_path / name).unlink(missing_ok=True)
    print(f"{bomb.__name__}: {code}, {seconds:.2f} s of {allowed:.2f} s, {peak / 1024:.0f} MB")
    assert code in told and "Traceback" not in told
    assert seconds < allowed
    assert peak * (1 if sys.platform == "darwin" else 1024) < BYTES
