"""Sources in databases: what types are read as, what is refused, and that nothing of the connection stays in a run."""

import json
import sqlite3
import subprocess
import sys
import types
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine import open_workspace
from engine.core.diagnostic import Diagnostics
from engine.intake import IntakeError
from engine.pipeline import check, prove
from engine.record.pack import pack
from engine.trial.again import again
from engine.trial.diff.meaning import meaning
from tests.intake.company import GERMAN, calculated, company, paid, refused
from tests.intake.databases import ADDRESS, KINDS, said, schema, table
from tests.intake.dirt import HEADER
from tests.intake.workbooks import sheet, workbook

TEXTS = ("order_id text", "sold_on text", "seller text", "net text", "units text", "discount text", "paid text")
TYPES = ("order_id varchar(20)", "sold_on date", "seller varchar(20)", "net numeric(14, 2)", "units integer",
         "discount numeric(6, 4)", "paid boolean", "note text")  # fmt: skip
ROWS = (
    ("A-2", "2026-03-17", "ana", Decimal("350.50"), 2, Decimal("0"), False, None),
    ("A-1", "2026-03-02", "ana", Decimal("1200.00"), 1, Decimal("0.05"), True, "a note"),
    ("A-3", "2026-03-20", "ben", Decimal("999.99"), 3, Decimal("-0.1"), True, None),
)
TYPED = ("duckdb", "postgresql")


@pytest.mark.parametrize("kind", TYPED)
def test_types_of_the_database_are_read_exactly(kind: str, tmp_path: Path) -> None:
    made = company(tmp_path, table(kind, tmp_path, TYPES, ROWS))
    run = calculated(made)
    assert refused(run) == [] and paid(run) == {"ana": "77.53", "ben": "50.00"}
    rows = run.table("source/orders")
    assert rows["order_id"].to_list() == ["A-1", "A-2", "A-3"] and rows["row"].to_list() == [1, 2, 3]
    assert run.save(tmp_path / "runs").verify().ok


@pytest.mark.parametrize("kind", TYPED)
def test_marks_and_forms_are_those_of_texts(kind: str, tmp_path: Path) -> None:
    typed = table(kind, tmp_path, TYPES, ROWS, "typed")
    first = calculated(company(tmp_path / "a", typed.replace("file: crm", "file: ../crm"), GERMAN))
    assert refused(first) == [] and paid(first) == {"ana": "77.53", "ben": "50.00"}
    german = [
        ("A-1", "02.03.2026", "ana", "1.550,50", "1", "0.05", "1"),
        ("A-3", "20.03.2026", "ben", "999,99", "1", "0", "0"),
    ]
    text = table(kind, tmp_path, TEXTS, german, "texts")
    assert paid(calculated(company(tmp_path / "b", text.replace("file: crm", "file: ../crm"), GERMAN))) == paid(first)


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize(
    ("column", "type_", "words"),
    [
        ("net", "double precision", "binary fractions"),
        ("net", "real", "binary fractions"),
        ("order_id", "double precision", "binary fractions"),
        ("sold_on", "timestamp with time zone", "time zone"),
        ("order_id", "bytea", "not read"),
    ],
)
def test_a_type_that_is_not_exact_is_refused(kind: str, column: str, type_: str, words: str, tmp_path: Path) -> None:
    columns = [f"{column} {type_}" if each.startswith(f"{column} ") else each for each in TYPES]
    made = company(tmp_path, table(kind, tmp_path, columns, []))
    with pytest.raises(IntakeError, match=words) as error:
        calculated(made)
    assert error.value.code == "X015" and "query" in error.value.help


def test_postgresql_amounts_with_a_sign_of_currency_are_refused(tmp_path: Path) -> None:
    columns = [each.replace("numeric(14, 2)", "money") for each in TYPES]
    made = company(tmp_path, table("postgresql", tmp_path, columns, []))
    with pytest.raises(IntakeError, match="not read"):
        calculated(made)


@pytest.mark.parametrize("kind", TYPED)
def test_a_time_counts_as_its_day(kind: str, tmp_path: Path) -> None:
    columns = [each.replace("sold_on date", "sold_on timestamp") for each in TYPES]
    late = [("A-1", "2026-03-31 23:59:59.999999", "ana", Decimal(100), 1, Decimal(0), True, None)]
    rows = calculated(company(tmp_path, table(kind, tmp_path, columns, late))).table("source/orders")
    assert str(rows["sold_on"].item()) == "2026-03-31"


def test_values_beyond_any_type(tmp_path: Path) -> None:
    rows = [("A-1", "infinity", "ana", "NaN", 1, 0, True, None), ("A-2", "0044-03-15 BC", "ana", 1, 1, 0, True, None)]
    made = company(tmp_path, table("postgresql", tmp_path, [c.replace("(14, 2)", "") for c in TYPES], rows))
    assert [(code, row) for code, row, _ in refused(calculated(made))] == [("X011", 1), ("X011", 2)]


def test_sqlite_is_asked_for_each_values_type(tmp_path: Path) -> None:
    columns = [each.replace("numeric(14, 2)", "") for each in TYPES]
    values = (1200.5, 1200, "1200.50", b"1200", None)
    rows = [(f"A-{n}", "2026-03-02", "ana", value, 1, 0, 1, None) for n, value in enumerate(values, 1)]
    run = calculated(company(tmp_path, table("sqlite", tmp_path, columns, rows)))
    assert [(code, row) for code, row, _ in refused(run)] == [("X026", 1), ("X003", 4), ("X007", 5)]
    assert set(run.payouts.filter(participant="ana")["status"]) == {"not_payable"}
    assert run.table("source/orders")["net"].to_list() == [1200, Decimal("1200.5")]


def test_sqlite_texts_that_are_none(tmp_path: Path) -> None:
    table("sqlite", tmp_path, TEXTS, [])
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("insert into orders values ('A' || char(0) || '1', '2026-03-02', 'ana', '1', '1', '0', '1')")
        connection.execute("insert into orders values ('A2', '2026-03-02', cast(x'ff61' as text), '1', '1', '0', '1')")
    run = calculated(company(tmp_path, said("sqlite")))
    assert [(code, row) for code, row, _ in refused(run)] == [("X003", 1), ("X003", 2)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_rows_makes_no_difference(kind: str, tmp_path: Path) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    first = calculated(company(tmp_path, table(kind, tmp_path, TEXTS, [*rows, *rows])))
    second = calculated(company(tmp_path, table(kind, tmp_path, TEXTS, [*reversed(rows), *rows])))
    assert (
        first.save(tmp_path / "runs").record.manifest["run"] == second.save(tmp_path / "again").record.manifest["run"]
    )
    assert [(code, row) for code, row, _ in refused(first)] == [("X012", 2), ("X012", 4), ("X012", 6)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_a_run_are_read_again(kind: str, tmp_path: Path) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    made = company(tmp_path, table(kind, tmp_path, TEXTS, rows))
    saved = calculated(made).save(tmp_path / "runs")
    assert prove(saved.record, sources=made).ok
    table(kind, tmp_path, TEXTS, [*rows[:2], (*rows[2][:3], "1000.00", *rows[2][4:])])
    found = [finding.message for finding in prove(saved.record, sources=made).findings]
    assert "the source file is not the one that was read: it, or the run, was changed" in found
    assert "the source file says otherwise than the row that the run keeps" in found


def test_a_database_that_is_gone_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    made = company(tmp_path, table("sqlite", tmp_path, TEXTS, rows))
    saved = calculated(made).save(tmp_path / "runs")
    (made / "crm.db").unlink()
    (finding,) = prove(saved.record, sources=made).findings
    assert finding.message.startswith("the source file is not in ")
    assert saved.verify().ok


def test_an_address_that_is_gone_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    saved = calculated(company(tmp_path, table("postgresql", tmp_path, TEXTS, rows))).save(tmp_path / "runs")
    monkeypatch.delenv(ADDRESS)
    (finding,) = prove(saved.record, sources=tmp_path).findings
    assert f"the environment variable {ADDRESS} is not set" in finding.message
    assert saved.verify().ok


def test_nothing_of_a_connection_stays_in_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    made = company(tmp_path, table("postgresql", tmp_path, TEXTS, rows))
    secret = "s3cret-w0rd"
    monkeypatch.setenv(ADDRESS, f"{os.environ[ADDRESS]}&password={secret}")
    saved = calculated(made).save(tmp_path / "runs")
    assert saved.verify().ok
    for path in saved.record.folder.rglob("*"):
        assert path.is_dir() or (secret.encode() not in path.read_bytes() and b"host=" not in path.read_bytes()), path
    inputs = json.loads((saved.record.folder / "manifest.json").read_text())["inputs"]["orders"]
    assert list(inputs) == [f"{ADDRESS}:{schema()}.orders"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not set"),
        ("postgresql://reader:s3cret@127.0.0.1:1/sales?connect_timeout=2", "the database says"),
        ("postgresql://reader:s3cret@[::1/sales", "holds is no address"),
        ("host=x password=s3cret nonsense", "holds is no address"),
    ],
)
def test_an_address_that_leads_nowhere(
    address: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(IntakeError, match=words) as error:
        calculated(company(tmp_path, said("postgresql")))
    assert error.value.code == "X034" and "s3cret" not in f"{error.value} {error.value.help}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_query_is_read_and_nothing_is_changed(kind: str, tmp_path: Path) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    where = table(kind, tmp_path, TEXTS, rows)
    named = where.partition("table: ")[2].removesuffix("}")
    made = company(tmp_path, where.replace(f"table: {named}", f'query: "select * from {named} -- all"'))
    assert paid(calculated(made)) == {"ana": "77.53", "ben": "50.00"}
    wrong = {
        "postgresql": f"with gone as (delete from {named} returning *) select * from gone",
        "duckdb": "select * from read_csv('/etc/passwd')",
        "sqlite": "select writefile('x', 'y') as order_id",
    }[kind]
    main = (made / "komisi.yaml").read_text()
    (made / "komisi.yaml").write_text(main.replace(f"select * from {named} -- all", wrong))
    with pytest.raises(IntakeError, match="the database says"):
        calculated(made)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_and_columns_that_are_not_there(kind: str, tmp_path: Path) -> None:
    columns = [each.replace("net ", "nett ") for each in TEXTS]
    where = table(kind, tmp_path, columns, [])
    with pytest.raises(IntakeError, match="no column `net`") as error:
        calculated(company(tmp_path, where))
    assert error.value.code == "X006" and "did you mean `nett`?" in error.value.help
    with pytest.raises(IntakeError, match="the database says") as error:
        calculated(company(tmp_path, where.replace("orders}", "order}")))
    assert error.value.code == "X034"


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
@pytest.mark.parametrize("second", ["net", "NET"])
def test_a_query_with_two_columns_of_one_name(kind: str, second: str, tmp_path: Path) -> None:
    where = table(kind, tmp_path, TEXTS, [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS])
    named = where.partition("table: ")[2].removesuffix("}")
    made = company(tmp_path, where.replace(f"table: {named}", f"query: \"select *, '1' as {second} from {named}\""))
    with pytest.raises(IntakeError, match="two columns are called `net`") as error:
        calculated(made)
    assert error.value.code == "X006" and "each with its own name" in error.value.help
    main = (made / "komisi.yaml").read_text()
    (made / "komisi.yaml").write_text(main.replace(f"as {second} from", 'as \\"other:1\\", 2 as other from'))
    assert paid(calculated(made)) == {"ana": "77.53", "ben": "50.00"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database(kind: str, tmp_path: Path) -> None:
    if kind == "duckdb":
        pytest.importorskip("duckdb")
    made = company(tmp_path, said(kind))
    with pytest.raises(IntakeError) as error:
        calculated(made)
    assert error.value.code == "X001"
    (made / "crm.db").write_text("order_id,net\n" * 100)
    with pytest.raises(IntakeError) as error:
        calculated(made)
    called = {"sqlite": "SQLite", "duckdb": "DuckDB"}[kind]
    assert error.value.code == "X034" and f"the file is no {called} database" in str(error.value)
    (made / "crm.db").write_bytes(b"PAR1" + bytes(20))
    with pytest.raises(IntakeError, match="database, it is Parquet"):
        calculated(made)


def test_duckdb_fetches_nothing_to_read_another_kind_of_file(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    table("sqlite", tmp_path, TEXTS, [])
    with pytest.raises(IntakeError, match="no DuckDB database, it is SQLite") as error:
        calculated(company(tmp_path, said("duckdb")))
    assert (error.value.code, error.value.help) == ("X034", "say `kind: sqlite`")


@pytest.mark.parametrize("kind", ["duckdb", "postgresql", "odbc"])
def test_a_package_that_is_not_installed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, "postgresql:///postgres")
    module = {"duckdb": "duckdb", "postgresql": "psycopg", "odbc": "pyodbc"}[kind]
    monkeypatch.setitem(sys.modules, module, None)
    where = said("postgresql").replace("postgresql", kind) if kind == "odbc" else said(kind)
    (tmp_path / "crm.db").write_bytes(bytes(8) + b"DUCK")
    with pytest.raises(IntakeError, match="not installed") as error:
        calculated(company(tmp_path, where))
    assert error.value.code == "X035" and error.value.help.startswith("pip install '")


def test_any_module_of_the_db_api_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract that ODBC drivers keep to, kept here by SQLite."""
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    table("sqlite", tmp_path, TEXTS, rows)
    module = types.ModuleType("pyodbc")
    vars(module).update(Error=sqlite3.Error, connect=lambda address, readonly: sqlite3.connect(address))
    monkeypatch.setitem(sys.modules, "pyodbc", module)
    monkeypatch.setenv("CRM", str(tmp_path / "crm.db"))
    where = "database: {kind: odbc, url_variable: CRM, table: orders}"
    assert paid(calculated(company(tmp_path, where))) == {"ana": "77.53", "ben": "50.00"}


@pytest.mark.parametrize("kind", ["xlsx", *KINDS])
def test_a_run_is_calculated_again_and_packed_without_its_source(kind: str, tmp_path: Path) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    if kind == "xlsx":
        made = company(tmp_path, "files: orders.xlsx\n    format: xlsx")
        workbook(made / "orders.xlsx", {"Orders": sheet([HEADER, *rows])})
    else:
        made = company(tmp_path, table(kind, tmp_path, TEXTS, rows))
    saved = calculated(made).save(tmp_path / "runs")
    for path in (made / "orders.xlsx", made / "crm.db"):
        path.unlink(missing_ok=True)
    assert again(saved.record).same
    pack(saved.record, tmp_path / "march.zip")
    with zipfile.ZipFile(tmp_path / "march.zip") as found:
        (tmp_path / "verify.py").write_bytes(found.read("verify.py"))
    proof = subprocess.run([sys.executable, "verify.py", "march.zip"], cwd=tmp_path, capture_output=True, text=True)
    assert proof.returncode == 0, proof.stdout + proof.stderr


def test_control_totals_of_a_database(tmp_path: Path) -> None:
    rows = [tuple(str(value) for value in (*row[:6], "1")) for row in ROWS]
    where = table("sqlite", tmp_path, TEXTS, rows)
    made = company(tmp_path, f"{where}\n    control: {{file: totals.csv, sums: [net]}}")
    (made / "totals.csv").write_text("file,rows,net\ncrm.db:orders,3,2550.49\n")
    run = calculated(made)
    assert run.exceptions.filter(pl.col("code") == "X022").height == 0 and run.table("control").height == 2
    (made / "totals.csv").write_text("file,rows,net\ncrm.db:orders,4,2550.49\n")
    told = open_workspace(made).run("2026-03").exceptions.filter(pl.col("code") == "X022")
    assert told["message"].to_list() == ["rows of crm.db:orders: stated 4, found 3"]


def test_another_database_is_another_meaning(tmp_path: Path) -> None:
    compared = []
    for where in ("file: crm.db, table: orders", "file: crm2.db, table: orders", "file: crm.db, table: returns"):
        made = company(tmp_path, f"database: {{kind: sqlite, {where}}}")
        resolved = check(made, Diagnostics(), {})
        assert resolved is not None
        compared.append(meaning(resolved))
    assert len(set(map(repr, compared))) == 3


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("{kind: sqlite, file: /var/crm.db, table: orders}", "W017"),
        ("{kind: sqlite, file: 'crm-{period}.db', table: orders}", "W010"),
        ("{kind: sqlite, table: orders}", "W032"),
        ("{kind: odbc, url_variable: crm, table: orders}", "W033"),
        ("{kind: sqlite, file: crm.db}", "W034"),
        ("{kind: sqlite, file: crm.db, table: orders, query: select 1}", "W034"),
        ("{kind: sqlite, file: crm.db, table: orders; drop}", "W034"),
        ("{kind: sqlite, file: crm.db, query: 'select 1; select 2'}", "W034"),
        ("{kind: sqlite, file: crm.db, table: orders}\n    format: csv", "W011"),
        ("{kind: sqlite, file: crm.db, table: orders}\n    delimiter: ';'", "W011"),
    ],
)
def test_what_is_said_of_a_database_fits(where: str, code: str, tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    assert check(company(tmp_path, f"database: {where}"), diagnostics, {}) is None
    assert {each.code for each in diagnostics} == {code}
