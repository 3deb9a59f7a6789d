"""A month that is run again says what the run before came to, and whose pay is otherwise; the run itself knows nothing of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import ORDERS, written

RUN = ("run", "2026-03")
DIFF = "      komisi diff previous:2026-03 latest:2026-03"


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    """March was run once."""
    monkeypatch.chdir(written(tmp_path))
    run = komisi(monkeypatch, capsys)
    first = run(*RUN)
    assert first.code == 0 and "Before" not in first.out and "komisi diff" not in first.out
    return run


def before(do: Komisi, *more: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(do(*RUN, "--json", *more).out)["before"]
    return found


def plan(old: str, new: str) -> None:
    path = Path("field/comp.yaml")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def lines(out: str) -> list[str]:
    """The block, without its heading and when that run was."""
    said = out.partition("Before · this period was run already\n")[2].partition("\n\n")[0].splitlines()
    return [line.strip() for line in [said[0].rpartition("UTC  ")[2], *said[1:]]]


def test_a_late_row(do: Komisi) -> None:
    (receipt,) = map(json.loads, Path("runs/receipts.jsonl").read_text().splitlines())
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,700\n")
    done = do(*RUN)
    at = receipt["at"].replace("T", " ")[:16]
    assert (
        "Identities  15 checked, all hold\n\nBefore · this period was run already\n"
        f"  {receipt['run']}  {at} UTC  came to 75.51 USD\n"
        "  now +21.00 USD: the pay of 1 participant is otherwise\n  from other data (orders.csv), and by the same plans\n\nRun  "
    ) in done.out, done.out  # fmt: skip
    assert done.out.endswith(f"{DIFF}\n") and "P2" in do("diff", "previous:2026-03", "latest:2026-03").out
    assert "Before" not in do(*RUN).out and before(do) is None, "the newest is this one"


def test_as_data(do: Komisi) -> None:
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,700\n")
    found = before(do)
    assert found is not None and found.pop("run") and found.pop("at")
    assert found == {
        "totals": [{"currency": "USD", "then": "75.51", "now": "96.51"}], "participants": 1, "standing": 0,
        "data": ["orders.csv"], "plans": [],
    }  # fmt: skip


def test_edited_plans(do: Komisi) -> None:
    plan("rate: 1%", "rate: 2%")
    said = lines(do(*RUN).out)
    assert said[1].startswith("now +") and said[2] == "from the same data, and by other plans (field/comp.yaml)"
    plan("rate: 2%", "rate: 1%")
    done = do(*RUN)  # as it was run first: it is there already, and other than the newest
    assert (
        "it was there already" in done.out and lines(done.out)[1].startswith("now -") and done.out.endswith(f"{DIFF}\n")
    )


def test_only_words_are_edited(do: Komisi) -> None:
    plan("name: field", "name: outside")
    path = Path("field/comp.yaml")
    path.write_text(path.read_text() + "# a remark\n")
    assert lines(do(*RUN).out)[1] == "now the same payouts"


def test_who_can_be_paid(do: Komisi) -> None:
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,x\n")
    done = do(*RUN)
    assert (
        done.code == 3
        and lines(done.out)[1]
        == "now the same amounts, but what of 1 participant is blocked or can be paid is otherwise"
    )


def test_what_is_blocked_no_more_is_said_though_nobody_can_be_paid(do: Komisi) -> None:
    held = (
        ORDERS.split("\n", 1)[0] + "\nN1,2026-03-28,,booked,,x,1\n"
    )  # nobody sold anything, and whose this is can't be told
    goals = Path("goals.csv").read_text()
    Path("orders.csv").write_text(held)
    Path("goals.csv").write_text(
        "".join(line for line in goals.splitlines(keepends=True) if not line.startswith("P3,"))
    )
    assert do(*RUN).code == 3
    Path("goals.csv").write_text(goals)
    done = do(*RUN)
    assert (
        done.code == 3
        and lines(done.out)[1]
        == "now the same amounts, but what of 1 participant is blocked or can be paid is otherwise"
    )
    found = do("diff", "previous:2026-03", "latest:2026-03")
    assert found.code == 1 and "No amount moves, but what is blocked does." in found.out


def test_so_is_what_is_blocked_in_part(do: Komisi) -> None:
    """Two components with one code: of the line the one that is known is all there is of the sum, before and after."""
    second = "  flat:\n    earning_period: month\n    basis: period\n    base: total\n    earning_code: COMM\n"
    plan(
        "policies:",
        second + "    rate: {mode: flat, rate: 1%}\n    then: [{round: {per: earning, mode: half_up}}]\npolicies:",
    )
    Path("orders.csv").write_text(ORDERS.split("\n", 1)[0] + "\nN1,2026-03-28,,booked,,x,1\n")
    goals = Path("goals.csv").read_text()
    Path("goals.csv").write_text(
        "".join(line for line in goals.splitlines(keepends=True) if not line.startswith("P3,"))
    )
    assert do(*RUN).code == 3
    Path("goals.csv").write_text(goals)
    assert lines(do(*RUN).out)[1].endswith("what of 1 participant is blocked or can be paid is otherwise")


def test_trials_are_passed_over(do: Komisi) -> None:
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,700\n")
    assert before(do, "--plan", "field") is None
    found = before(do)
    assert found is not None and found["totals"][0]["then"] == "75.51"


def test_of_a_run_that_can_not_be_read_nothing_is_said(do: Komisi) -> None:
    (table,) = Path("runs").glob("*/tables/payouts.parquet")
    table.write_bytes(b"PAR1")
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,700\n")
    assert before(do) is None


@pytest.mark.parametrize("inputs", [{"orders": "x", "goals": {"goals.csv": "y"}}, "x", None])
def test_a_manifest_that_is_damaged_ends_no_run(inputs: Any, do: Komisi) -> None:
    (path,) = Path("runs").glob("*/manifest.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"inputs": inputs}))
    Path("orders.csv").write_text(ORDERS + "N1,2026-03-28,P2,booked,,1,700\n")
    found = before(do)
    assert found is not None and found["participants"] == 1 and "orders.csv" in found["data"]


def test_another_version(do: Komisi) -> None:
    (manifest,) = Path("runs").glob("*/manifest.json")
    manifest.write_text(manifest.read_text().replace('"engine": "', '"engine": "0.'))
    old = manifest.parent.rename("runs/0123456789abcdef")
    (old / "manifest.json").write_text((old / "manifest.json").read_text().replace(manifest.parent.name, old.name))
    receipts = Path("runs/receipts.jsonl")
    receipts.write_text(receipts.read_text().replace(manifest.parent.name, old.name).replace("+00:00", " or so"))
    said = do(*RUN).out
    assert (
        "  from the same data, and by the same plans: another version of komisi, or of what it stands on, made it\n"
        in said
    )
    assert " or so  came to 75.51 USD\n" in said, "as the receipt says it"
