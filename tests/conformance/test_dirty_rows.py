"""Dirty rows: each costs itself and nothing else, is counted, and stands in the log with its place, cause and severity.

In every case accepted + rejected = rows read, per file and to the row, and whoever has nothing to do with the dirty row
earns what they earn without it.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import open_workspace
from engine.core.codes import CODES
from engine.core.diagnostic import Diagnostics
from engine.intake import IntakeError
from engine.pipeline import Compiled, Run, calculate, front
from tests.conformance.small_workspace import ACCOUNTS, GOALS, MAIN, ORDERS, PEOPLE, PLAN, written

MARCH, HIS, ALL, WARNS = "2026-03", "blocks_participant", "blocks_period", "warning"
Logged = tuple[str, int, str | None, str | None, str, str | None]
"""Code, physical line, column, found value, severity, participant."""


def _compiled(changed: dict[str, str | bytes | None] | None = None, folder: Path = Path(".")) -> Compiled:
    diagnostics = Diagnostics()
    made = front(written(folder, changed), diagnostics, {})
    assert made is not None, list(diagnostics)
    return made


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return _compiled(folder=tmp_path_factory.mktemp("clean"))


def _run(made: Compiled, folder: Path) -> Run:
    period = made.workspace.calendar.find(MARCH)
    assert period is not None
    return calculate(made, folder, period)


def _earnings(run: Run) -> dict[str, Decimal | None]:
    return dict(run.outcome.tables["earnings"].select("participant", "earning").iter_rows())


@pytest.fixture(scope="module")
def clean(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decimal | None]:
    found = _earnings(_run(compiled, written(tmp_path_factory.mktemp("clean_run"))))
    assert found == {"P1": Decimal(21), "P2": Decimal("15.01"), "P3": Decimal("39.5")}  # by hand
    return found


def _logged(run: Run) -> list[Logged]:
    """What intake logged, without the order."""
    log = run.outcome.exceptions.filter(pl.col("stage") == "intake")
    found: list[Logged] = []
    for row in log.iter_rows(named=True):
        message, title = row["message"], CODES[row["code"]].title
        assert message.startswith(title) and row["help"] == CODES[row["code"]].explanation, message
        rest, _, everybody = message.removeprefix(title).partition("; holds everybody: ")
        assert bool(everybody) == (row["severity"] == ALL), message
        column, value = None, None
        if rest.startswith(" (column `"):
            column, _, value = rest.removeprefix(" (column `").removesuffix(")").partition("`")
            value = value.removeprefix(": `").removesuffix("`") or None
        elif rest:
            value = rest.removeprefix(": ")
        found.append((row["code"], row["row"], column, value, row["severity"], row["participant"]))
    return sorted(found, key=str)


def _counted(run: Run, folder: Path) -> None:
    """accepted + rejected = rows read, per file; the log has the rejected ones, the calculation the accepted ones."""
    log = run.outcome.exceptions.filter(pl.col("stage") == "intake")
    rejected = Counter(log.select("source", "file").iter_rows())
    for file in run.files:
        assert (folder / file.file).is_file()
        assert file.read == file.accepted + file.rejected
        assert file.rejected == rejected[file.source, file.file], file
        accepted = run.outcome.inputs[f"source/{file.source}"].filter(pl.col("file") == file.file)
        assert file.accepted == accepted.height
    assert sum(rejected.values()) == sum(file.rejected for file in run.files)
    assert all(identity.holds for identity in run.outcome.identities)


@dataclass(frozen=True)
class Case:
    """`line` is put into `file` as its line `at`; `changes`: whose figures differ; `read`: how many rows the line is."""

    name: str
    line: bytes
    logged: list[Logged]
    file: str = "orders.csv"
    at: int = 4
    changes: set[str] = field(default_factory=set)
    read: int = 1


BASE = {"orders.csv": ORDERS, "people.csv": PEOPLE, "accounts.csv": ACCOUNTS, "goals.csv": GOALS}
LONG = "x" * 501
CASES = [
    # numbers
    Case("wrong decimal mark", b'X,2026-03-03,P1,booked,,1,"12,50"', [("X008", 4, "net", "12,50", HIS, "P1")]),
    Case("thousands mark", b'X,2026-03-03,P1,booked,,1,"1,250.00"', [("X008", 4, "net", "1,250.00", HIS, "P1")]),
    Case("exponent", b"X,2026-03-03,P2,booked,,1,1e3", [("X008", 4, "net", "1e3", HIS, "P2")]),
    Case("no-break space", "X,2026-03-03,P2,booked,,1,1\u00a0250".encode(), [("X008", 4, "net", "1<U+00A0>250", HIS, "P2")]),
    Case("currency sign", b"X,2026-03-03,P2,booked,,1,$5", [("X008", 4, "net", "$5", HIS, "P2")]),
    Case("NaN", b"X,2026-03-03,P2,booked,,1,NaN", [("X008", 4, "net", "NaN", HIS, "P2")]),
    Case("accountants' minus", b"X,2026-03-03,P2,booked,,1,(5)", [("X008", 4, "net", "(5)", HIS, "P2")]),
    Case("other digits", "X,2026-03-03,P2,booked,,1,١٢٣".encode(), [("X008", 4, "net", "١٢٣", HIS, "P2")]),
    Case("many noughts", b"X,2026-03-03,P2,booked,,1," + b"0" * 60 + b"1", [("X009", 4, "net", "0" * 60 + "1", HIS, "P2")]),
    Case("over the limit", b"X,2026-03-03,P2,booked,,1,12345678901234567", [("X009", 4, "net", "12345678901234567", HIS, "P2")]),
    Case("quantity over its limit", b"X,2026-03-03,P2,booked,,1000000000,1", [("X009", 4, "quantity", "1000000000", HIS, "P2")]),
    Case("too many places", b"X,2026-03-03,P2,booked,,1,0.1234567890123", [("X010", 4, "net", "0.1234567890123", HIS, "P2")]),
    # dates
    Case("impossible date", b"X,2026-02-30,P1,booked,,1,9", [("X011", 4, "booked_on", "2026-02-30", HIS, "P1")]),
    Case("local date", b"X,31/03/2026,P1,booked,,1,9", [("X011", 4, "booked_on", "31/03/2026", HIS, "P1")]),
    Case("short date", b"X,2026-3-1,P1,booked,,1,9", [("X011", 4, "booked_on", "2026-3-1", HIS, "P1")]),
    Case("year nought", b"X,0000-01-01,P1,booked,,1,9", [("X011", 4, "booked_on", "0000-01-01", HIS, "P1")]),
    Case("of another year", b"X,2025-12-31,P1,booked,,1,x", [("X008", 4, "net", "x", WARNS, "P1")]),
    # keys and required values
    Case("empty key", b",2026-03-03,P1,booked,,1,9", [("X007", 4, "order_id", None, HIS, "P1")]),
    Case("blanks for a key", b"   ,2026-03-03,P1,booked,,1,9", [("X007", 4, "order_id", None, HIS, "P1")]),
    Case("empty money", b"X,2026-03-03,P1,booked,,1,", [("X007", 4, "net", None, HIS, "P1")]),
    Case("empty, and nobody known", b"X,2026-03-03,,booked,,1,", [("X007", 4, "net", None, ALL, None)]),
    Case("one key, other content", b"A1,2026-03-02,P1,booked,,1,999",
         [("X016", 2, "order_id", "A1", HIS, "P1"), ("X016", 4, "order_id", "A1", HIS, "P1")], changes={"P1"}),
    Case("one key, two sellers", b"A1,2026-03-02,P3,booked,,1,1000.00",
         [("X016", 2, "order_id", "A1", HIS, "P1"), ("X016", 4, "order_id", "A1", HIS, "P3")], changes={"P1"}),
    Case("exact duplicate", b"A1,2026-03-02,P1,booked,,1,1000.00", [("X012", 4, "order_id", "A1", WARNS, "P1")]),
    Case("a copy written otherwise", b' A1 ,2026-03-02,"P1",booked,,1.0,1000', [("X012", 4, "order_id", "A1", WARNS, "P1")]),
    # a rule that shares could have taken it
    Case("a shared row", b"X,2026-03-03,P1,shared,K1,1,n/a", [("X008", 4, "net", "n/a", ALL, "P1")]),
    Case("perhaps a shared row", b"X,2026-03-03,P1,,K1,1,9", [("X007", 4, "status", None, ALL, "P1")]),
    # records
    Case("stray quote", b'X,2026-03-03,P1,"booked,,1,9', [("X004", 4, None, 'X,2026-03-03,P1,"booked,,1,9', ALL, None)]),
    Case("quote inside", b'X,2026-03-03,P1,boo"ked,,1,9', [("X004", 4, None, 'X,2026-03-03,P1,boo"ked,,1,9', ALL, None)]),
    Case("too few fields", b"X,2026-03-03,P1,booked", [("X005", 4, None, "4 fields, the header has 7", ALL, None)]),
    Case("too many fields", b"X,2026-03-03,P1,booked,,1,9,,", [("X005", 4, None, "9 fields, the header has 7", ALL, None)]),
    Case("not UTF-8", b"X,2026-03-03,P1,caf\xe9,,1,9", [("X003", 4, None, "X,2026-03-03,P1,caf�,,1,9", ALL, None)]),
    Case("NUL", b"X,2026-03-03,P1,boo\x00ked,,1,9", [("X003", 4, None, "X,2026-03-03,P1,boo<U+0000>ked,,1,9", ALL, None)]),
    Case("control character", b"X\x1b[2J,2026-03-03,P1,booked,,1,9", [("X014", 4, "order_id", "X<U+001B>[2J", HIS, "P1")]),
    Case("zero-width space", "X\u200bX,2026-03-03,P1,booked,,1,9".encode(), [("X014", 4, "order_id", "X<U+200B>X", HIS, "P1")]),
    Case("very long text", f"{LONG},2026-03-03,P1,booked,,1,9".encode(), [("X014", 4, "order_id", LONG[:80], HIS, "P1")]),
    # an id with what nobody sees in it: whoever it is without that is held, and where nobody is, all are
    Case("blank without width in a participant", "X,2026-03-03,P1\u200b,booked,,1,9".encode(),
         [("X014", 4, "seller", "P1<U+200B>", HIS, "P1")]),
    Case("control character in a participant", b"X,2026-03-03,P\x071,booked,,1,9",
         [("X014", 4, "seller", "P<U+0007>1", HIS, "P1")]),
    Case("mark of direction in a participant", "X,2026-03-03,P1\u200f,booked,,1,9".encode(),
         [("X014", 4, "seller", "P1<U+200F>", HIS, "P1")]),
    Case("soft hyphen in a participant", "X,2026-03-03,P\u00ad1,booked,,1,9".encode(),
         [("X014", 4, "seller", "P<U+00AD>1", HIS, "P1")]),
    Case("joiner in a participant", "X,2026-03-03,P\u200d1,booked,,1,9".encode(), [("X014", 4, "seller", "P\u200d1", HIS, "P1")]),
    Case("something unseen that is not the first fault", "X,2026-03-3,P1\u2060,booked,,1,9".encode(),
         [("X011", 4, "booked_on", "2026-03-3", HIS, "P1")]),
    Case("another blank in a participant", "X,2026-03-03,P\u00a01,booked,,1,9".encode(),
         [("X014", 4, "seller", "P<U+00A0>1", HIS, "P1")]),
    Case("a formula for an id that is not the first fault", b"X,2026-03-3,=P1,booked,,1,9",
         [("X011", 4, "booked_on", "2026-03-3", ALL, None)]),
    Case("something unseen in nobody's id", "X,2026-03-03,P9\u200b,booked,,1,9".encode(),
         [("X014", 4, "seller", "P9<U+200B>", ALL, None)]),
    Case("nothing but something unseen", "X,2026-03-03,\u200b,booked,,1,9".encode(),
         [("X014", 4, "seller", "<U+200B>", ALL, None)]),
    Case("very long participant", f"X,2026-03-03,{LONG},booked,,1,9".encode(), [("X014", 4, "seller", LONG[:80], ALL, None)]),
    Case("formula for an id", b"X,2026-03-03,=cmd|'/c calc'!A1,booked,,1,9",
         [("X020", 4, "seller", "=cmd|'/c calc'!A1", ALL, None)]),
    # nothing wrong, or no row at all
    Case("delimiter in quotes", b'X,2026-03-03,P1,"a, ""b""",,1,9', []),
    Case("blank line", b"", [], read=0),
    Case("blanks", b"   ", [], read=0),
    Case("what a spreadsheet leaves", b",,,,,,", [], read=0),
    Case("blanks around values", b" X , 2026-03-03 , P1 , other , , 1 , 9 ", []),
    Case("decomposed letters", "Xe\u0301,2026-03-03,P1,other,,1,9".encode(), []),
    # the roster, assignments, targets
    Case("overlapping rows", b"P1,2026-02-01,2026-05-31,Manager,PX-1",
         [("X018", 2, "start", "2025-01-01", HIS, "P1"), ("X018", 3, "start", "2026-02-01", HIS, "P1")],
         "people.csv", 3, {"P1"}),
    Case("ends before it starts", b"P1,2024-02-01,2024-01-31,Seller,PX-1",
         [("X017", 3, "end", "2024-01-31", HIS, "P1")], "people.csv", 3),
    Case("roster date", b"P9,2024-02-31,,Seller,PX-9", [("X011", 3, "start", "2024-02-31", HIS, "P9")], "people.csv", 3),
    Case("payroll id that runs", b"P9,2024-02-01,,Seller,@PX", [("X020", 3, "payroll_id", "@PX", HIS, "P9")], "people.csv", 3),
    Case("participant that runs", b'"=""P9""",2024-02-01,,Seller,PX',
         [("X020", 3, "participant", '="P9"', ALL, None)], "people.csv", 3),
    Case("share over 1", b"K1,P1,2025-01-01,,1.5", [("X019", 3, "share", "1.5", ALL, "P1")], "accounts.csv", 3),
    Case("negative share", b"K1,P1,2025-01-01,,-0.1", [("X019", 3, "share", "-0.1", ALL, "P1")], "accounts.csv", 3),
    Case("percent for a share", b"K1,P1,2025-01-01,,50%", [("X008", 3, "share", "50%", ALL, "P1")], "accounts.csv", 3),
    Case("two targets", b"P1,2026-03,1300",
         [("X016", 2, "participant", "P1", HIS, "P1"), ("X016", 3, "participant", "P1", HIS, "P1")],
         "goals.csv", 3, {"P1"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_dirty_row_costs_itself(
    case: Case, compiled: Compiled, clean: dict[str, Decimal | None], tmp_path: Path
) -> None:
    lines = BASE[case.file].encode().split(b"\n")
    lines.insert(case.at - 1, case.line)
    moved = {number: number if number < case.at else number + 1 for number in range(1, 20)}
    folder = written(tmp_path, {case.file: b"\n".join(lines)})
    run = _run(compiled, folder)
    assert _logged(run) == sorted(case.logged, key=str)
    _counted(run, folder)
    found = _earnings(run)
    assert {who: found.get(who) for who in clean if who not in case.changes} == {
        who: pay for who, pay in clean.items() if who not in case.changes
    }
    (file,) = (f for f in run.files if f.file == case.file)
    assert file.read == len(lines) - 3 + case.read  # the header, the line of the case, what follows the last line end
    held = set(run.outcome.tables["payouts"].filter(pl.col("status") == "not_payable")["participant"])
    severities = {severity for *_, severity, _ in case.logged}
    blocked = {who for *_, severity, who in case.logged if severity == HIS}
    assert held == (set(found) if ALL in severities else blocked & set(found))
    last = run.outcome.inputs["source/orders"].filter(pl.col("order_id") == "S1")["row"].to_list()
    assert last == [moved[7] if case.file == "orders.csv" else 7], "the physical line of a row below"


@pytest.mark.parametrize(
    ("share", "type_", "line", "logged"),
    [
        ("part", "rate", "K1,P1,2025-01-01,,1.5", [("X019", 3, "part", "1.5", ALL, "P1")]),
        ("part", "rate", "K1,P1,2025-01-01,,-0.1", [("X019", 3, "part", "-0.1", ALL, "P1")]),
        ("part", "rate", "K1,P1,2025-01-01,,0.3333333", [("X019", 3, "part", "0.3333333", ALL, "P1")]),
        ("part", "rate", "K1,P3,2026-01-01,,0.1",
         [("X018", 3, "start", "2026-01-01", ALL, "P3"), ("X018", 4, "start", "2025-01-01", ALL, "P3")]),
        ("{weight: hours}", "quantity", "K1,P3,2026-01-01,,2",
         [("X018", 3, "start", "2026-01-01", ALL, "P3"), ("X018", 4, "start", "2025-01-01", ALL, "P3")]),
        ("{weight: hours}", "quantity", "K1,P1,2025-01-01,,2h", [("X008", 3, "hours", "2h", ALL, "P1")]),
    ],
)  # fmt: skip
def test_a_column_is_a_share_because_a_plan_says_so(
    share: str, type_: str, line: str, logged: list[Logged], tmp_path: Path
) -> None:
    name = share.removeprefix("{weight: ").removesuffix("}")
    rows = ACCOUNTS.replace(",share", f",{name}").splitlines(keepends=True)
    changed: dict[str, str | bytes | None] = {
        "komisi.yaml": MAIN.replace("share: rate", f"{name}: {type_}"),
        "field/comp.yaml": PLAN.replace("share: share", f"share: {share}"),
        "accounts.csv": "".join((*rows[:2], f"{line}\n", *rows[2:])),
    }
    run = _run(_compiled(changed, tmp_path), tmp_path)
    assert _logged(run) == sorted(logged, key=str)
    assert set(run.outcome.tables["payouts"]["status"]) == {"not_payable"}


def test_the_log_has_the_row_whole_and_the_money_at_stake(compiled: Compiled, tmp_path: Path) -> None:
    dirty = ORDERS + "X,2026-02-30,P1,booked,,1,77.50\n"
    run = _run(compiled, written(tmp_path, {"orders.csv": dirty}))
    (row,) = run.outcome.exceptions.filter(pl.col("code") == "X011").iter_rows(named=True)
    assert (row["record"], row["at_stake"], row["currency"]) == (
        "X,2026-02-30,P1,booked,,1,77.50",
        Decimal("77.5"),
        "USD",
    )
    assert (row["file"], row["source"], row["row"]) == ("orders.csv", "orders", 8)


# ------------------------------------------------------------------------------------------------------- whole files


WHOLE: list[tuple[str, bytes]] = [
    ("byte order mark", b"\xef\xbb\xbf" + ORDERS.encode()),
    ("CRLF", ORDERS.replace("\n", "\r\n").encode()),
    ("BOM, CRLF and blanks below", b"\xef\xbb\xbf" + ORDERS.replace("\n", "\r\n").encode() + b"\r\n\r\n,,,,,,\r\n"),
    ("no last line end", ORDERS.rstrip("\n").encode()),
    ("quoted header", ORDERS.replace("order_id,booked_on", '"order_id","booked_on"', 1).encode()),
    ("one more column", b"\n".join(line + b',"x, y"' for line in ORDERS.rstrip("\n").encode().split(b"\n"))),
    ("columns in another order", "\n".join(",".join(reversed(line.split(","))) for line in ORDERS.split("\n")).encode()),
]  # fmt: skip


@pytest.mark.parametrize("data", [data for _, data in WHOLE], ids=[name.replace(" ", "-") for name, _ in WHOLE])
def test_files_that_are_fine(data: bytes, compiled: Compiled, clean: dict[str, Decimal | None], tmp_path: Path) -> None:
    run = _run(compiled, written(tmp_path, {"orders.csv": data}))
    assert _earnings(run) == clean
    assert _logged(run) == []
    _counted(run, tmp_path)


REFUSED: list[tuple[str, bytes | None, str, str, str]] = [
    ("missing column", ORDERS.replace("net", "Net amount", 1).encode(), "X006", "orders.csv:1",
     "no column `net`; the file has `order_id`, `booked_on`"),
    ("doubled column", ORDERS.replace("account", "net", 1).encode(), "X006", "orders.csv:1", "two columns are called `net`"),
    ("semicolons", ORDERS.replace(",", ";").encode(), "X006", "orders.csv:1", "the header is one field"),
    ("empty file", b"", "X002", "orders.csv", "the file is empty"),
    ("carriage returns alone", ORDERS.replace("\n", "\r").encode(), "X002", "orders.csv", "its lines end with carriage returns"),
    ("only a line end", b"\n", "X006", "orders.csv:1", "the first line is empty"),
    ("stray quote in the header", b'order_id,"net\n', "X004", "orders.csv:1", "a stray quote in the header"),
    ("no file", None, "X001", "orders.csv", "no file of source `orders` is there"),
    ("UTF-16", ORDERS.encode("utf-16"), "X002", "orders.csv:1", "the header is not text in utf-8"),
    ("a workbook", b"PK\x03\x04rest", "X002", "orders.csv", "an Excel workbook"),
    ("compressed", b"\x1f\x8b\x08rest", "X002", "orders.csv", "compressed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "code", "where", "message"), REFUSED, ids=[r[0].replace(" ", "-") for r in REFUSED]
)
def test_files_that_are_refused(
    name: str, data: bytes | None, code: str, where: str, message: str, compiled: Compiled, tmp_path: Path
) -> None:
    with pytest.raises(IntakeError) as refused:
        _run(compiled, written(tmp_path, {"orders.csv": data}))
    found = refused.value
    assert (found.code, found.where) == (code, where)
    assert message in found.message and len(found.help) > 10


def test_a_near_name_is_suggested(compiled: Compiled, tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as refused:
        _run(compiled, written(tmp_path, {"orders.csv": ORDERS.replace("booked_on", "Booked_On", 1)}))
    assert refused.value.help.startswith("did you mean `Booked_On`? correct `from:` of column `booked_on`")


def test_a_header_alone_is_no_sales(compiled: Compiled, tmp_path: Path) -> None:
    run = _run(compiled, written(tmp_path, {"orders.csv": ORDERS.split("\n")[0]}))
    assert set(_earnings(run).values()) == {Decimal(0)}
    assert [file.read for file in run.files if file.source == "orders"] == [0]


def test_a_folder_called_like_a_file(compiled: Compiled, tmp_path: Path) -> None:
    written(tmp_path, {"orders.csv": None})
    (tmp_path / "orders.csv").mkdir()
    with pytest.raises(IntakeError, match="it is a folder, and source `orders` needs files"):
        _run(compiled, tmp_path)


# --------------------------------------------------------------------------------------------------- how files are read


def _variant(folder: Path, old: str, new: str, orders: str | bytes, **more: str | bytes) -> Run:
    assert MAIN.count(old) == 1
    changed: dict[str, str | bytes | None] = {"komisi.yaml": MAIN.replace(old, new), "orders.csv": orders, **more}
    return _run(_compiled(changed, folder), folder)


def test_european_marks_dates_and_encoding(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    text = (
        ORDERS.replace(",", ";").replace("1000.00", "1.000,00").replace("700.50", "700,5").replace("100.25", "100,25")
    )
    for day in range(2, 7):
        text = text.replace(f"2026-03-0{day}", f"0{day}.03.2026 23:59")
    columns = "quantity: {type: quantity, on_empty: 0.5, decimal_mark: ','}"
    net = "net: {type: money, currency: USD, decimal_mark: ',', thousands: '.'}"
    main = MAIN.replace("quantity: {type: quantity, on_empty: 0}", columns)
    main = main.replace("      net: {type: money, currency: USD}", f"      {net}")
    main = main.replace("booked_on: date\n", "booked_on: {type: date, format: '%d.%m.%Y %H:%M'}\n")
    main = main.replace(
        "    files: orders.csv\n", "    files: orders.csv\n    delimiter: ';'\n    encoding: windows-1252\n"
    )
    orders = (text + "X;07.03.2026 00:00;P1;café;;;1,5\n").encode(
        "windows-1252"
    ) + b"Y;07.03.2026 00:00;P1;\x81;;;1,5\n"
    made = _compiled({"komisi.yaml": main, "orders.csv": orders}, tmp_path)
    run = _run(made, tmp_path)
    assert _earnings(run) == clean
    assert [(code, row) for code, row, *_ in _logged(run)] == [("X003", 9)]
    read = run.outcome.inputs["source/orders"].filter(pl.col("order_id") == "X")
    assert read.select("status", "quantity").row(0) == ("café", Decimal("0.5"))


def test_records_over_several_lines(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    orders = ORDERS.replace("B1,2026-03-03,P2,booked,,1,", 'B1,2026-03-03,P2,booked,"two\n""lines""",1,')
    orders += 'X,2026-03-03,P1,"other\n\nthing",,1,x\n'
    run = _variant(tmp_path, "    files: orders.csv\n", "    files: orders.csv\n    records: quoted\n", orders)
    assert _earnings(run) == clean
    assert _logged(run) == [("X008", 9, "net", "x", HIS, "P1")]
    rows = run.outcome.inputs["source/orders"]
    assert dict(rows.select("order_id", "row").iter_rows()) == {"A1": 2, "A2": 3, "B1": 4, "B2": 6, "C1": 7, "S1": 8}
    assert rows.filter(pl.col("order_id") == "B1").item(0, "account") == 'two\n"lines"'


def test_a_record_that_never_ends(tmp_path: Path) -> None:
    orders = ORDERS + 'X,2026-03-03,P1,"other,,1,x\nY,2026-03-03,P1,other,,1,1\n'
    with pytest.raises(IntakeError, match=r"orders\.csv:8: a quoted field is opened in this row") as refused:
        _variant(tmp_path, "    files: orders.csv\n", "    files: orders.csv\n    records: quoted\n", orders)
    assert refused.value.code == "X004"


BY_PERIOD = "    files: '{period}.csv'\n"


def test_no_file_for_the_month_that_is_paid(tmp_path: Path) -> None:
    run = _variant(tmp_path, "    files: orders.csv\n", "    files: ['{period}.csv', 'b/{period}.csv']\n", "",
                   **{"b/2026-03.csv": ORDERS, "2026-03.csv": ORDERS.split("\n")[0]})  # fmt: skip
    assert run.outcome.exceptions.filter(pl.col("code") == "X021").is_empty()
    (tmp_path / "2026-03.csv").unlink()
    with pytest.raises(IntakeError, match="no file of source `orders` is there"):
        _run(_compiled_again(tmp_path), tmp_path)


def test_no_file_for_some_month(tmp_path: Path) -> None:
    year = {
        "field/comp.yaml": (written(tmp_path) / "field/comp.yaml")
        .read_text()
        .replace("over: period", "over: year_to_date")
    }
    year["field/comp.yaml"] = year["field/comp.yaml"].replace("basis: period", "basis: to_date").replace(
        "    then:\n", "    then:\n      - true_up: year\n"
    ).replace("against: goal", "against: goal\n      reach: to_date")  # fmt: skip
    goals = GOALS + "".join(f"P{n},2026-0{m},100\n" for n in (1, 2, 3) for m in (1, 2))
    run = _variant(
        tmp_path, "    files: orders.csv\n", BY_PERIOD, "", **year, **{"2026-01.csv": ORDERS, "goals.csv": goals}
    )
    log = run.outcome.exceptions.filter(pl.col("code") == "X021").sort("period")
    assert log.select("period", "severity", "source", "message").rows() == [
        ("2026-02", ALL, "orders", "no file for 2026-02 in source `orders`"),
        ("2026-03", ALL, "orders", "no file for 2026-03 in source `orders`"),
    ]
    assert set(run.outcome.tables["payouts"]["status"]) == {"not_payable"}
    _counted(run, tmp_path)


def _compiled_again(folder: Path) -> Compiled:
    return open_workspace(folder).compiled


def test_links_and_two_patterns_read_a_file_once(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    outside = tmp_path / "elsewhere" / "orders.csv"
    outside.parent.mkdir()
    outside.write_text(ORDERS)
    home = tmp_path / "home"
    home.mkdir()
    (home / "link.csv").symlink_to(outside)
    files = "    files: [link.csv, '*.lnk', ../elsewhere/orders.csv]\n"
    (home / "a.lnk").symlink_to(outside)
    run = _run(
        _compiled({"komisi.yaml": MAIN.replace("    files: orders.csv\n", files), "orders.csv": None}, home), home
    )
    assert _earnings(run) == clean and _logged(run) == []
    assert [file.file for file in run.files if file.source == "orders"] == ["link.csv"]


def test_files_of_one_name_in_two_folders(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    head, *rows = ORDERS.rstrip("\n").split("\n")
    far, home = tmp_path / "far", tmp_path / "home"
    parts: dict[str, str | bytes | None] = {}
    for number, folder in enumerate(("a", "b")):
        (far / folder).mkdir(parents=True)
        (far / folder / "orders.csv").write_text(
            "\n".join([head, *rows[number::2], f"Z{number},2026-03-03,P1,booked,,1,x"])
        )
    files = "    files: ../far/*/orders.csv\n"
    parts |= {"komisi.yaml": MAIN.replace("    files: orders.csv\n", files), "orders.csv": None}
    home.mkdir()
    run = _run(_compiled(parts, home), home)
    assert _earnings(run) == clean
    read = [(file.file, file.read, file.rejected) for file in run.files if file.source == "orders"]
    assert read == [("../far/a/orders.csv", 4, 1), ("../far/b/orders.csv", 4, 1)]


# ------------------------------------------------------------------------------------------------------------- Parquet


AS_PARQUET = "    files: orders.parquet\n    format: parquet\n"


def _frame() -> pl.DataFrame:
    rows = [line.split(",") for line in ORDERS.rstrip("\n").split("\n")[1:]]
    names = ORDERS.split("\n")[0].split(",")
    texts = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return texts.with_columns(
        pl.col("booked_on").str.to_date("%Y-%m-%d"), pl.col("quantity").cast(pl.Int64), pl.col("net").cast(pl.Decimal(18, 2))
    )  # fmt: skip


def _parquet(folder: Path, frame: pl.DataFrame) -> Run:
    folder.mkdir(exist_ok=True)
    frame.write_parquet(folder / "orders.parquet")
    changed: dict[str, str | bytes | None] = {"komisi.yaml": MAIN.replace("    files: orders.csv\n", AS_PARQUET)}
    run = _run(_compiled(changed, folder), folder)
    _counted(run, folder)
    return run


def test_parquet_says_what_csv_says(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    run = _parquet(tmp_path, _frame())
    assert _earnings(run) == clean and _logged(run) == []


def test_dirty_parquet_rows(tmp_path: Path, clean: dict[str, Decimal | None]) -> None:
    first = _frame().head(1)
    copies = [
        first.with_columns(order_id=pl.lit(None, pl.String)),
        first.with_columns(order_id=pl.lit("  ")),
        first.with_columns(order_id=pl.lit("N"), net=pl.lit(None, pl.Decimal(18, 2))),
        first.with_columns(order_id=pl.lit("C\x07")),
        first.with_columns(order_id=pl.lit("D"), booked_on=pl.lit(-800_000, pl.Int32).cast(pl.Date)),
        first.with_columns(order_id=pl.lit("Q"), quantity=pl.lit(None, pl.Int64), status=pl.lit("other")),
        first.with_columns(order_id=pl.lit("R"), quantity=pl.lit(-(2**63), pl.Int64)),
        first,
    ]
    run = _parquet(tmp_path, pl.concat([_frame(), *copies]))
    assert [entry[:3] + entry[4:] for entry in _logged(run)] == [
        ("X007", 7, "order_id", HIS, "P1"),
        ("X007", 8, "order_id", HIS, "P1"),
        ("X007", 9, "net", HIS, "P1"),
        ("X009", 13, "quantity", HIS, "P1"),
        ("X011", 11, "booked_on", HIS, "P1"),
        ("X012", 14, "order_id", WARNS, "P1"),
        ("X014", 10, "order_id", HIS, "P1"),
    ]
    assert _earnings(run) == clean
    empty = run.outcome.inputs["source/orders"].filter(pl.col("order_id") == "Q")
    assert empty.item(0, "quantity") == 0, "on_empty"
    (record,) = run.outcome.exceptions.filter(pl.col("row") == 9, pl.col("stage") == "intake")["record"]
    assert record.startswith("order_id=N, booked_on=2026-03-02, seller=P1,")


def test_a_decimal_beyond_all_bounds(tmp_path: Path) -> None:
    huge = _frame().with_columns(
        net=pl.when(pl.col("order_id") == "C1")
        .then(pl.lit(Decimal("1e30")))
        .otherwise(pl.col("net"))
        .cast(pl.Decimal(38, 2))
    )
    assert [entry[:2] for entry in _logged(_parquet(tmp_path, huge))] == [("X009", 5)]


INEXACT = [
    ("float", pl.Float64, "binary fractions can't hold money exactly"),
    ("text", pl.String, "money is not stored so"),
    ("fine", pl.Decimal(38, 15), "money is not stored so"),
]


@pytest.mark.parametrize(("name", "dtype", "why"), INEXACT, ids=[name for name, *_ in INEXACT])
def test_columns_that_are_not_exact(name: str, dtype: pl.DataType, why: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=why) as refused:
        _parquet(tmp_path, _frame().with_columns(pl.col("net").cast(dtype)))
    assert (refused.value.code, refused.value.where) == ("X015", "orders.parquet")


def test_not_a_number_in_parquet(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="binary fractions"):
        _parquet(tmp_path, _frame().with_columns(net=pl.lit(float("nan"))))


def test_no_parquet_at_all(tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").write_bytes(b"PAR1 and then nothing")
    changed: dict[str, str | bytes | None] = {"komisi.yaml": MAIN.replace("    files: orders.csv\n", AS_PARQUET)}
    with pytest.raises(IntakeError, match="can't be read as Parquet"):
        _run(_compiled(changed, tmp_path), tmp_path)


def test_a_row_counts_as_outside_by_the_date_that_credits_it(tmp_path: Path) -> None:
    """Invoiced last year and credited in March: March pays it, so it blocks March."""
    columns = "      booked_on: date\n      invoiced_on: date\n"
    main = MAIN.replace("      booked_on: date\n", columns).replace("date: booked_on", "date: invoiced_on")
    head, *rows = ORDERS.rstrip("\n").split("\n")
    dirty = ["X,2026-03-03,P1,booked,,1,x,2025-12-31", "Y,2025-12-31,P2,booked,,1,x,2026-03-03"]
    orders = "\n".join([f"{head},invoiced_on", *(f"{row},2026-03-01" for row in rows), *dirty])
    made = _compiled({"komisi.yaml": main, "orders.csv": orders}, tmp_path)
    assert _logged(_run(made, tmp_path)) == [("X008", 8, "net", "x", HIS, "P1"), ("X008", 9, "net", "x", WARNS, "P2")]


def test_a_source_that_names_nobody_blocks_the_period(tmp_path: Path) -> None:
    run = _variant(
        tmp_path, "    participant: seller\n", "", ORDERS + "X,2026-03-03,P1,booked,,1,x\nY,2026-03-03,=P1,other,,1,1\n"
    )
    assert _logged(run) == [("X008", 8, "net", "x", ALL, None)]
