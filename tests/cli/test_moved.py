"""`komisi run` names earlier periods whose data is otherwise than when they were run; the run itself knows nothing of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Komisi, komisi
from tests.cli.in_example import changed, in_example
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, PEOPLE, written
from tests.conformance.test_late import TO_DATE

FEBRUARY = "F1,2026-02-08,P1,booked,,1,90\nF2,2026-02-09,P2,booked,,1,80\n"


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """February and March were run."""
    goals = GOALS + "P1,2026-02,500\nP2,2026-02,500\nP3,2026-02,500\n"
    monkeypatch.chdir(written(tmp_path, {"orders.csv": ORDERS + FEBRUARY, "goals.csv": goals}))
    run = komisi(monkeypatch, capsys)
    assert run("run", "2026-02").code == run("run", "2026-03").code == 0
    return run


def told(do: Komisi, *more: str) -> list[tuple[str, list[str]]]:
    done = do("run", "2026-03", "--json", *more)
    return [(each["period"], each["otherwise"]) for each in json.loads(done.out)["earlier"]]


def add(file: str, text: str, instead: str = "") -> None:
    path = Path(file)
    before = path.read_text()
    path.write_text(before.replace(instead, text) if instead else before + text)


@pytest.mark.parametrize(
    ("file", "text", "instead", "said"),
    [
        ("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n", "", "rows of `orders` 1 new, as `F3` in orders.csv:10"),
        ("orders.csv", "P1,booked,,1,95", "P1,booked,,1,90", "rows of `orders` 1 changed, as `F1` in orders.csv:8"),
        ("orders.csv", "", "F2,2026-02-09,P2,booked,,1,80\n", "rows of `orders` 1 gone, as `F2` in orders.csv:9"),
        ("goals.csv", "P2,2026-02,501", "P2,2026-02,500", "rows of `goals` 1 changed, as `P2 / 2026-02` in goals.csv:6"),
        ("people.csv", "P3,2026-02-10,2026", "P3,2025-01-01,2026", "rows of `people` 1 changed, as `P3` in people.csv:4"),
        ("accounts.csv", "K1,P2,2026-02-27", "K1,P2,2025-01-01", "rows of `accounts` 1 changed, as `K1 / P2` in accounts.csv:2"),
        ("orders.csv", "N1,2026-03-28,P2,booked,,1,7\n", "", None),
        ("orders.csv", "P1,booked,,7,90", "P1,booked,,1,90", None),
        ("goals.csv", "P2,2026-04,501\n", "", None),
        ("people.csv", "P3,2025-01-01,2026-03-31", "P3,2025-01-01,2026-12-31", None),
        ("people.csv", "P4,2026-03-01,,Seller,PX-4\n", "", None),
    ],
)  # fmt: skip
def test_what_is_otherwise(file: str, text: str, instead: str, said: str | None, do: Komisi) -> None:
    """Not what lies in other months (also the days of a row that do), nor a column that no plan reads."""
    add(file, text, instead)
    assert told(do) == ([("2026-02", [said])] if said else [])
    assert told(do, "--plan", "field") == []  # a trial


def test_it_is_said_with_what_to_run_and_over_when_that_was_done(do: Komisi) -> None:
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    done = do("run", "2026-03")
    assert (
        "Earlier periods · run from other data than there is now\n"
        "  2026-02  rows of `orders` 1 new, as `F3` in orders.csv:10\n"
        "    komisi run 2026-02\n    komisi diff previous:2026-02 latest:2026-02\n"
    ) in done.out and done.code == 0  # fmt: skip
    assert do("run", "2026-02").code == 0
    assert "P2" in do("diff", "previous:2026-02", "latest:2026-02").out
    assert "Earlier periods" not in do("run", "2026-03").out


def test_plans_that_are_others_are_said_where_the_month_is_run_again(do: Komisi) -> None:
    """It would go by them. Where only they are others it needn't be."""
    plan = Path("field/comp.yaml")
    plan.write_text(plan.read_text().replace("rate: 1%", "rate: 2%"))
    assert told(do) == []
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    done = do("run", "2026-03")
    assert (
        "  2026-02  rows of `orders` 1 new, as `F3` in orders.csv:10\n"
        "    and by other plans (field/comp.yaml): run again, it goes by those of now\n"
        "    komisi run 2026-02\n"
    ) in done.out  # fmt: skip
    (earlier,) = json.loads(do("run", "2026-03", "--json").out)["earlier"]
    assert earlier["plans"] == ["field/comp.yaml"]


def test_a_file_that_only_its_own_month_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    head, march = ORDERS.split("\n", 1)
    files = {"komisi.yaml": MAIN.replace("orders.csv", "orders-{period}.csv"), "orders.csv": None, "people.csv": PEOPLE}
    files |= {"orders-2026-02.csv": f"{head}\n{FEBRUARY}", "orders-2026-03.csv": f"{head}\n{march}"}
    monkeypatch.chdir(written(tmp_path, files))
    run = komisi(monkeypatch, capsys)
    run("run", "2026-02")
    assert told(run) == []
    add("orders-2026-02.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    assert told(run) == [("2026-02", ["orders-2026-02.csv is another file"])]


def test_a_row_in_the_file_of_another_month_is_nothing_new_to_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is to date makes March read February's file; February never reads March's, so to run it again changes nothing."""
    head, march = ORDERS.split("\n", 1)
    files = {
        "komisi.yaml": MAIN.replace("orders.csv", "orders-{period}.csv"),
        "orders.csv": None,
        "field/comp.yaml": TO_DATE,
    }
    files |= {"goals.csv": GOALS + "".join(f"P{n},2026-{month},500\n" for n in (1, 2, 3) for month in ("01", "02"))}
    files |= {
        "orders-2026-01.csv": head + "\n",
        "orders-2026-02.csv": f"{head}\n{FEBRUARY}",
        "orders-2026-03.csv": f"{head}\n{march}",
    }
    monkeypatch.chdir(written(tmp_path, files))
    run = komisi(monkeypatch, capsys)
    assert run("run", "2026-02").code == 0
    add("orders-2026-03.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    assert told(run) == []
    assert "E340" in Path(f"runs/{json.loads(run('run', '2026-03', '--json').out)['run']}/exceptions.csv").read_text()
    add("orders-2026-02.csv", "F4,2026-02-28,P2,booked,,1,7\n")
    assert told(run) == [("2026-02", ["rows of `orders` 1 new, as `F4` in orders-2026-02.csv:4"])]


@pytest.mark.parametrize("new", [False, True])
def test_a_source_that_can_not_be_compared_hides_no_other(
    new: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No rule reads it, or that run did not have it."""
    quotes = """\
  quotes:
    role: transactions
    files: quotes.csv
    key: [quote]
    date: booked_on
    columns: {quote: text, booked_on: date}
"""
    main = MAIN.replace("policies:", quotes + "policies:")
    files = {"komisi.yaml": MAIN if new else main, "quotes.csv": "quote,booked_on\n"}
    goals = GOALS + "P1,2026-02,500\nP2,2026-02,500\nP3,2026-02,500\n"
    monkeypatch.chdir(written(tmp_path, {**files, "orders.csv": ORDERS + FEBRUARY, "goals.csv": goals}))
    run = komisi(monkeypatch, capsys)
    assert run("run", "2026-02").code == 0
    Path("komisi.yaml").write_text(main)
    add("quotes.csv", "Q1,2026-02-03\n")
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    assert told(run) == [("2026-02", ["rows of `orders` 1 new, as `F3` in orders.csv:10"])]


@pytest.mark.parametrize(
    ("columns", "rates"),
    [
        ("start: date", "from_currency,to_currency,start,rate\nEUR,GBP,2026-01-30,0.84\nEUR,USD,2026-01-30,1.08\n"),
        (
            "start: date, end: date",
            "from_currency,to_currency,start,end,rate\nEUR,GBP,2026-01-01,,0.84\nEUR,USD,2026-01-01,2026-12-31,1.08\n",
        ),
    ],
    ids=["not too old", "with an end"],
)
def test_rates_from_before_the_month_count_in_it(
    columns: str, rates: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = in_example("convert", tmp_path, monkeypatch, capsys)
    changed(tmp_path / "komisi.yaml", ("start: date, rate", f"{columns}, rate"))
    if "end" in columns:
        changed(tmp_path / "sales/comp.yaml", ("max_age: 4, ", ""))
    add("orders.csv", "F-1,2026-02-02,ana,GBP,100\n")
    Path("rates.csv").write_text(rates)
    assert run("run", "2026-02").code == 0
    changed(tmp_path / "rates.csv", ("1.08", "1.09"))
    assert told(run) == [("2026-02", ["rows of `central-bank` 1 changed, as `EUR / USD` in rates.csv:3"])]


def test_a_run_that_can_not_be_read_is_passed_over(do: Komisi) -> None:
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    for table in Path("runs").glob("*/inputs/source/orders.parquet"):
        if '"period": "2026-02"' in (table.parents[2] / "manifest.json").read_text():
            table.write_bytes(b"PAR1")
    assert told(do) == []


@pytest.mark.parametrize("inputs", [{"orders": "x", "goals": {"goals.csv": "y"}}, "x", None])
def test_a_manifest_that_is_damaged_ends_no_run(inputs: Any, do: Komisi) -> None:
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    for path in Path("runs").glob("*/manifest.json"):
        manifest = json.loads(path.read_text())
        if manifest["period"] == "2026-02":
            path.write_text(json.dumps(manifest | {"inputs": inputs}))
    assert told(do) == [("2026-02", ["rows of `orders` 1 new, as `F3` in orders.csv:10"])]


def test_of_much_data_the_latest_periods_are_compared(do: Komisi, monkeypatch: pytest.MonkeyPatch) -> None:
    add("orders.csv", "F3,2026-02-28,P2,booked,,1,7\n")
    monkeypatch.setattr("engine.trial.moved.MOST", 100)
    assert told(do) == []
