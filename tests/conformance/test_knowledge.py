"""What was known when: versions, withdrawals and late rows; a run as of a day is the run that could have been made that day."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import Run, open_workspace
from engine.core.diagnostic import Diagnostics
from engine.pipeline import front, prove
from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import MAIN, ORDERS, written

do = pytest.fixture(komisi, name="do")
HEADER = "order_id,booked_on,seller,status,account,quantity,net,exported_on,revision,cancelled\n"
OTHERS = "    recorded: {as_it_is: true, note: no history is kept}\n"
NOTICES = {"X023": "superseded", "X024": "withdrawn", "X025": "later"}


def _main(
    *, others: str = OTHERS, known: str = "    recorded: exported_on\n    version: revision\n    withdrawn: cancelled\n"
) -> str:
    text = MAIN.replace("    date: booked_on\n", "    date: booked_on\n" + known)
    columns = "      exported_on: date\n      revision: quantity\n      cancelled: bool\n"
    text = text.replace(
        "      net: {type: money, currency: USD}\n  accounts",
        f"      net: {{type: money, currency: USD}}\n{columns}  accounts",
    )
    for name in ("people", "accounts", "goals"):
        text = text.replace(f"    files: {name}.csv\n", f"    files: {name}.csv\n{others}")
    return text


def _rows(known: str = "2026-03-10,1,false") -> list[str]:
    return [f"{line},{known}" for line in ORDERS.rstrip("\n").split("\n")[1:]]


def _run(folder: Path, rows: list[str], as_of: date | None = None, **said: str) -> Run:
    orders = HEADER + "".join(f"{row}\n" for row in rows)
    written(folder, {"komisi.yaml": _main(**said), "orders.csv": orders})
    return open_workspace(folder).run("2026-03", as_of=as_of)


def _earned(run: Run) -> dict[str, Decimal | None]:
    return dict(run.earnings.select("participant", "earning").iter_rows())


def _noticed(run: Run) -> list[tuple[str, int, str]]:
    log = run.exceptions.filter(pl.col("stage") == "intake")
    return sorted(log.select(pl.col("code").replace(NOTICES), "row", "severity").iter_rows())


BASE = {"P1": Decimal(21), "P2": Decimal("15.01"), "P3": Decimal("39.5")}


def test_the_highest_version_counts(tmp_path: Path) -> None:
    run = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,2,false"])
    assert _earned(run) == BASE | {"P1": Decimal(24)}  # 1,600 on a target of 1,200: 12 + 3 % of 400
    assert _noticed(run) == [("superseded", 2, "notice")]
    assert all(identity.holds for identity in run.calculated.outcome.identities)


def test_and_before_it_was_known_the_one_before(tmp_path: Path) -> None:
    rows = [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,2,false"]
    run = _run(tmp_path, rows, date(2026, 3, 19))
    assert _earned(run) == BASE and _noticed(run) == [("later", 8, "notice")]
    assert _earned(_run(tmp_path, rows, date(2026, 3, 20))) == BASE | {"P1": Decimal(24)}


def test_a_version_that_takes_the_row_back(tmp_path: Path) -> None:
    rows = [*_rows(), "B2,2026-03-04,P2,booked,,1,-100.25,2026-03-20,2,true"]
    run = _run(tmp_path, rows)
    assert _earned(run) == BASE | {"P2": Decimal("18.02")}  # 700.50 + 300 of the shared deal: 6 + 3 % of 400.50
    assert _noticed(run) == [("superseded", 5, "notice"), ("withdrawn", 8, "notice")]
    again = [*rows, "B2,2026-03-04,P2,booked,,1,-100.25,2026-03-21,3,false"]
    assert _earned(_run(tmp_path, again)) == BASE


def test_a_later_version_that_can_t_be_read_is_no_reason_to_pay_by_the_earlier(tmp_path: Path) -> None:
    run = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.O0,2026-03-20,2,false"])
    assert _noticed(run) == [("X008", 8, "blocks_participant"), ("X050", 2, "blocks_participant")]
    assert dict(run.payouts.select("participant", "status").iter_rows())["P1"] == "not_payable"
    earlier = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.O0,2026-03-20,2,false"], date(2026, 3, 19))
    assert _noticed(earlier) == [("later", 8, "notice")] and "not_payable" not in earlier.payouts["status"]


@pytest.mark.parametrize(
    ("line", "codes", "held"),
    [
        ("A1,2027-03-02,P1,booked,,1,1100.O0,2026-03-20,2,false", ["X008", "X050"], {"P1"}),  # of another year
        ("A1,2026-03-02,P2,booked,,1,1100.O0,2026-03-20,2,false", ["X008", "X050"], {"P1", "P2"}),  # of somebody else
        ("A1,2027-03-02,P2,booked,,1,1100.O0,2026-03-20,2,false", ["X008", "X050"], {"P1"}),
        ("A1,2027-03-02,P2,booked,,1,1100.00,2026-03-20,two,false", ["X008", "X050"], {"P1"}),  # any version
        ("A1,2027-03-02,P2,booked,,1,1100.00,2026-03-20,,false", ["X007", "X050"], {"P1"}),
        ("A1,2027-03-02,=P2,booked,,1,1100.00,2026-03-20,2,false", ["X020", "X050"], {"P1"}),
        ("A1,2027-03-02,P2,booked,,1,1100.O0,2026-03-20,1,false", ["X008", "X050"], {"P1"}),  # it contradicts
        ("A1,2027-03-02,P2,booked,,1,1100.O0,2026-03-20,0,false", ["X008"], set()),
        (",2027-03-02,P2,booked,,1,1100.00,2026-03-20,2,false", ["X007"], {"P1", "P2", "P3"}),  # of any row
        (",2027-03-02,P2,booked,,1,1100.00,2026-03-20,two,false", ["X007"], {"P1", "P2", "P3"}),
        (",2027-03-02,P2,booked,,1,1100.00,2026-03-20,1,false", ["X007"], set()),  # there is none that it could follow
        ("A1,2026-03-02,P1,booked,,1,2026-03-20,2,false", ["X005"], {"P1", "P2", "P3"}),
    ],
)
def test_whoever_a_version_that_can_t_be_read_may_replace_is_held(
    tmp_path: Path, line: str, codes: list[str], held: set[str]
) -> None:
    saved = _run(tmp_path / "w", [*_rows(), line]).save(tmp_path / "runs")
    log = saved.record.table("exceptions").filter(pl.col("stage") == "intake")
    assert sorted(log["code"]) == codes
    stopped = saved.record.table("payouts").filter(pl.col("status") == "not_payable")
    assert set(stopped["participant"]) == held
    assert prove(saved.record).ok


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx", "sqlite"])
def test_so_from_wherever_the_rows_come(tmp_path: Path, format: str) -> None:
    header, rows = HEADER.rstrip("\n").split(","), [row.split(",") for row in _rows()]
    rows.append("A1,2027-03-02,P2,booked,,1,1100.O0,2026-03-20,2,false".split(","))
    text = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    main = _main()
    if format == "parquet":
        whole = text.head(-1).vstack(text.tail(1).with_columns(net=pl.lit("99999999999999999")))
        typed = whole.with_columns(
            pl.col("booked_on", "exported_on").str.to_date(), pl.col("net", "quantity", "revision").cast(pl.Decimal(38, 2)),
            pl.col("cancelled") == "true", pl.col("account").replace("", None),
        )  # fmt: skip
        (tmp_path / "w").mkdir()
        typed.write_parquet(tmp_path / "w/orders.parquet")
        main = main.replace("files: orders.csv", "format: parquet\n    files: orders.parquet")
    elif format == "xlsx":
        book = pytest.importorskip("openpyxl").Workbook()
        for line in (header, *rows):
            book.active.append([cell or None for cell in line])
        (tmp_path / "w").mkdir()
        book.save(tmp_path / "w/orders.xlsx")
        main = main.replace("files: orders.csv", "format: xlsx\n    files: orders.xlsx")
    elif format == "sqlite":
        (tmp_path / "w").mkdir()
        with closing(sqlite3.connect(tmp_path / "w/crm.db")) as connection:
            connection.execute(f"create table orders ({', '.join(f'{name} text' for name in header)})")
            connection.executemany(f"insert into orders values ({', '.join('?' * len(header))})", rows)
            connection.commit()
        main = main.replace("files: orders.csv", "database: {kind: sqlite, file: crm.db, table: orders}")
    written(tmp_path / "w", {"komisi.yaml": main, "orders.csv": HEADER + "".join(f"{','.join(r)}\n" for r in rows)})
    run = open_workspace(tmp_path / "w").run("2026-03")
    log = run.exceptions.filter(pl.col("stage") == "intake").select("code", "key", "participant", "severity")
    assert log.filter(code="X050").rows() == [("X050", "A1", "P1", "blocks_participant")]
    assert log.filter(pl.col("code") != "X050")["key"].to_list() == ["A1"]
    assert set(run.payouts.filter(status="not_payable")["participant"]) == {"P1"}


def test_a_row_that_contradicts_one_of_its_key_and_can_t_be_read(tmp_path: Path) -> None:
    """Without versions two rows of one key are an exception for both, whichever of them can be read."""
    run = _run(
        tmp_path, [*_rows(), "A1,2027-03-02,P2,booked,,1,n/a,2026-03-20,2,false"], known="    recorded: exported_on\n"
    )
    assert _noticed(run) == [("X008", 8, "warning"), ("X050", 2, "blocks_participant")]


def test_two_rows_of_one_version(tmp_path: Path) -> None:
    twice = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1000.00,2026-03-20,1,false"])
    assert _earned(twice) == BASE and _noticed(twice) == [("X012", 8, "warning")]  # exported again: no news
    other = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,1,false"])
    assert _noticed(other) == [("X016", 2, "blocks_participant"), ("X016", 8, "blocks_participant")]
    mended = _run(tmp_path, [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,1,false",
                             "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-21,2,false"])  # fmt: skip
    assert _noticed(mended) == [("superseded", 2, "notice"), ("superseded", 8, "notice")]


def test_recorded_alone_orders_nothing(tmp_path: Path) -> None:
    rows = [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,2,false"]
    run = _run(tmp_path, rows, known="    recorded: exported_on\n")
    assert [code for code, *_ in _noticed(run)] == ["X016", "X016"]


def _history(random_: random.Random) -> list[tuple[date, str]]:
    """Rows as a source system would have exported them over three weeks: new, corrected, cancelled, revived, dirty, doubled."""
    rows = []
    for number in range(12):
        known, seller = date(2026, 3, 10) + timedelta(random_.randrange(12)), random_.choice(["P1", "P2", "P3", ""])
        for revision in range(1, random_.choice([2, 2, 3, 4])):
            net = random_.choice(
                [f"{random_.randrange(-500, 1500)}.{random_.randrange(100):02}", "n/a"][: 1 + (random_.random() < 0.1)]
            )
            cells = f"N{number},2026-03-{random_.randrange(1, 29):02},{seller},booked,,1,{net}"
            rows.append((known, f"{cells},{known},{revision},{str(random_.random() < 0.2).lower()}"))
            if random_.random() < 0.1:
                rows.append(rows[-1])
            known += timedelta(random_.randrange(4))
    return sorted(rows)


@pytest.mark.parametrize("seed", range(6))
def test_a_run_as_of_a_day_is_the_run_of_that_day(tmp_path: Path, seed: int) -> None:
    history = _history(random.Random(seed))
    for day in (date(2026, 3, 12), date(2026, 3, 16), date(2026, 3, 22)):
        now = _run(tmp_path / "now", [row for _, row in history], day)
        then = _run(tmp_path / "then", [row for known, row in history if known <= day])
        assert now.payouts.equals(then.payouts) and now.earnings.equals(then.earnings)
        apart = ("row", "file", "help")
        logs = [run.exceptions.filter(pl.col("code") != "X025").drop(apart) for run in (now, then)]
        assert logs[0].sort(logs[0].columns).equals(logs[1].sort(logs[1].columns))
        assert now.save(tmp_path / "runs").verify().ok


def test_the_choice_of_rows_is_verified(tmp_path: Path) -> None:
    rows = [*_rows(), "A1,2026-03-02,P1,booked,,1,1100.00,2026-03-20,2,false"]
    saved = _run(tmp_path / "w", rows, date(2026, 3, 20)).save(tmp_path / "runs")
    folder = saved.record.folder
    assert saved.verify().ok
    for table in ("source/orders", "rejected/orders"):
        path = folder / "inputs" / f"{table}.parquet"
        kept = path.read_bytes()
        frame = pl.read_parquet(path)
        forged = (
            pl.when(pl.col("order_id") == "A1")
            .then(pl.lit(Decimal(1) if table[0] == "s" else Decimal(9)))
            .otherwise("revision")
        )
        frame.with_columns(forged.cast(frame.schema["revision"]).alias("revision")).write_parquet(path)
        found = [f.message for f in saved.verify().findings if f.column == "revision"]
        assert any("later version" in message for message in found), (table, found)
        path.write_bytes(kept)


def test_as_of_is_refused_where_a_source_can_t_tell(tmp_path: Path, do: Komisi) -> None:
    written(tmp_path, {"komisi.yaml": _main(others=""), "orders.csv": HEADER})
    done = do("run", "2026-03", "--workspace", tmp_path, "--as-of", "2026-03-20")
    assert done.code == 2 and "`accounts`, `goals`, `people` do not say" in done.err and "as_it_is" in done.err
    for asked, words in (("20 March", "is no day as YYYY-MM-DD"), ("2026-02-31", "is no day of the calendar")):
        done = do("run", "2026-03", "--workspace", tmp_path, "--as-of", asked)
        assert done.code == 2 and f"--as-of {asked} {words}" in done.err


def test_whoever_reads_a_run_as_of_a_day_is_told(tmp_path: Path, do: Komisi) -> None:
    """It is a trial, called by its id: the latest of its period stays the run of all that is known."""
    rows = "\n".join([*_rows(), "A1,2026-03-02,P1,booked,,1,1100.O0,2026-03-20,2,false"])
    written(tmp_path, {"komisi.yaml": _main(), "orders.csv": f"{HEADER}{rows}\n"})
    runs = ("--runs", tmp_path / "runs")
    for asked in ((), ("--as-of", "2026-03-20")):
        done = do("run", "2026-03", "--workspace", tmp_path, *asked)
        again = do("run", "2026-03", "--workspace", tmp_path, "--json", *asked)
        for name, known in ((json.loads(again.out)["run"], bool(asked)), ("latest:2026-03", False)):
            told = [do("explain", name, "P1", *runs), do("exceptions", name, *runs)]
            assert ["known on 2026-03-20" in each.out for each in told] == [known] * 2
            form = ("--output-format", "json")
            assert ('"as_of": "2026-03-20"' in do("exceptions", name, *runs, *form).out) == known
        assert ("known on 2026-03-20" in done.out) == bool(asked)


def test_as_of_is_part_of_what_a_run_is(tmp_path: Path, do: Komisi) -> None:
    written(tmp_path, {"komisi.yaml": _main(), "orders.csv": HEADER + "\n".join(_rows()) + "\n"})
    ids = {do("run", "2026-03", "--workspace", tmp_path, "--json", *asked).out.split('"run": "')[1][:16]
           for asked in ((), ("--as-of", "2026-03-20"), ("--as-of", "2026-03-21"))}  # fmt: skip
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ("    withdrawn: cancelled\n", "W110"),
        ("    recorded: seen_on\n", "N001"),
        ("    recorded: revision\n", "T009"),
        ("    version: exported_on\n", "T009"),
        ("    version: revision\n    withdrawn: status\n", "T009"),
        ("    recorded: {as_it_is: false}\n", "S004"),
    ],
)
def test_mistakes(tmp_path: Path, known: str, code: str) -> None:
    diagnostics = Diagnostics()
    front(written(tmp_path, {"komisi.yaml": _main(known=known), "orders.csv": HEADER}), diagnostics, {})
    assert [found.code for found in diagnostics] == [code]
