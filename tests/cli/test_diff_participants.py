"""`komisi diff`: one line for each participant whose pay differs, which adds up to the lines by component and to the payouts."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.command import Komisi, as_json
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, PEOPLE, PLAN, TARGETS, written

EXTRA = """\
  extra:
    earning_period: month
    basis: period
    base: total
    earning_code: EXTRA
    rate: {mode: flat, rate: 1%}
    then:
      - round: {per: earning, mode: half_up}
policies:"""
TWO = PLAN.replace("policies:", EXTRA)
"""The plan with a component that needs no target."""
OTHER = TWO.replace("rate: 3%", "rate: 4%").replace("{mode: flat, rate: 1%}", "{mode: flat, rate: 0.6%}")
"""More commission above the target, less of the other for all sales."""
BONUS = """\
kind: comp-plan
name: bonus
currency: JPY
in_force: {start: 2026-01-01}
participants: {title: Seller}
credits:
  sold: {from: orders, where: status == "booked", to: seller, credit_date: booked_on, value: 1}
measures:
  orders: {count: sold, over: period}
components:
  fixed:
    earning_period: month
    basis: period
    earning_code: FIXED
    rate:
      mode: step
      select: orders
      boundary: upper
      below: zero
      tiers: [{from: 1, amount: 500}]
policies: {segments: separate, hit_policy: first}
"""
TRIED = ("--plan", "old", ".", "--period", "2026-03")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace with two components, which is the current folder; its plans before the change are in `old/`."""
    monkeypatch.chdir(written(tmp_path, {"field/comp.yaml": OTHER}))
    written(tmp_path / "old", {"komisi.yaml": MAIN, "field/comp.yaml": TWO, "field/targets.yaml": TARGETS})
    return tmp_path


def test_a_line_has_all_of_somebody_s_pay_and_adds_up(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(TWO)
    assert do("run", "2026-03").code == 0
    (home / "field/comp.yaml").write_text(OTHER)
    assert do("run", "2026-03").code == 0
    said = as_json(do, "diff", "previous:2026-03", "latest:2026-03")
    people = said["by_participant"]
    for side, state, run in (("before", "was", said["old"]), ("after", "now", said["new"])):
        with (home / "runs" / run / "payouts.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        for row in people:
            paid = sum(Decimal(line["amount"]) for line in lines if line["participant"] == row["participant"])
            assert Decimal(row[side]) == paid and row[state] == "known"
    for row in people:
        parts = sum(Decimal(part["delta"]) for part in said["rows"] if part["participant"] == row["participant"])
        assert Decimal(row["delta"]) == parts == Decimal(row["after"]) - Decimal(row["before"])
    assert sum(Decimal(row["delta"]) for row in people) == Decimal(said["sums"][0]["delta"])
    assert [(row["participant"], row["delta"]) for row in people] == [("P3", "-4.1"), ("P1", "-3"), ("P2", "-0.6")]
    shown = do("diff", "previous:2026-03", "latest:2026-03").out
    table = shown.partition("\nParticipants\n")[2].partition("\n\n")[0].splitlines()
    assert table == [
        "  participant     before      after  difference",
        "  P3           66.00 USD  61.90 USD   -4.10 USD",
        "  P1           36.00 USD  33.00 USD   -3.00 USD",
        "  P2           24.01 USD  23.41 USD   -0.60 USD",
    ]  # fmt: skip
    assert "\nParticipants, by component and earning period\n" in shown


def test_a_blocked_part_is_said_beside_what_is_known(do: Komisi, home: Path) -> None:
    (home / "goals.csv").write_text(GOALS.replace("P2,2026-03,600\n", ""))
    (home / "field/comp.yaml").write_text(TWO.replace("missing_target: block", "missing_target: zero"))
    said = as_json(do, "diff", *TRIED)
    (row,) = said["by_participant"]
    assert (row["participant"], row["was"], row["now"]) == ("P2", "partly blocked", "known")
    assert "  P2           partly blocked, 9.00 USD" in do("diff", *TRIED).out
    for folder in ("", "old/"):
        path = home / folder / "field/comp.yaml"
        path.write_text(path.read_text().replace(EXTRA, "policies:"))
    (row,) = as_json(do, "diff", *TRIED)["by_participant"]
    assert (row["was"], row["now"], row["before"]) == ("blocked", "known", "0")


def test_the_largest_are_shown_and_the_others_told_with_their_sum(do: Komisi, home: Path) -> None:
    numbers = range(10, 38)
    (home / "people.csv").write_text(PEOPLE + "".join(f"Q{n},2025-01-01,,Seller,Q{n}\n" for n in numbers))
    (home / "goals.csv").write_text(GOALS + "".join(f"Q{n},2026-03,100\n" for n in numbers))
    (home / "orders.csv").write_text(ORDERS + "".join(f"Q{n},2026-03-02,Q{n},booked,,1,{100 * n}\n" for n in numbers))
    (home / "old/field/comp.yaml").write_text(TWO)
    (home / "field/comp.yaml").write_text(TWO.replace("rate: 3%", "rate: 4%"))
    people = as_json(do, "diff", *TRIED)["by_participant"]
    assert len(people) == 31 and [row["participant"] for row in people[:3]] == ["Q37", "Q36", "Q35"]
    rest = sum(Decimal(row["delta"]) for row in people[25:])
    shown = do("diff", *TRIED).out.partition("\nParticipants\n")[2].partition("\n\n")[0].splitlines()
    assert len(shown) == 1 + 25 + 1
    assert shown[-1] == f"  … and 6 more participants, together +{rest:.2f} USD; --json has them all"


def test_each_currency_has_its_own_largest(do: Komisi, home: Path) -> None:
    for folder, plan in (("old/", TWO), ("", OTHER)):
        (home / folder / "komisi.yaml").write_text(
            MAIN.replace("currencies: {USD: {digits: 2}}", "currencies: {USD: {digits: 2}, JPY: {digits: 0}}")
        )
        bonus = BONUS if plan is TWO else BONUS.replace("amount: 500", "amount: 700")
        path = home / folder / "bonus/comp.yaml"
        path.parent.mkdir()
        path.write_text(bonus)
    people = as_json(do, "diff", *TRIED)["by_participant"]
    assert [(row["currency"], row["participant"]) for row in people] == [
        ("JPY", "P1"), ("JPY", "P2"), ("JPY", "P3"), ("USD", "P3"), ("USD", "P1"), ("USD", "P2"),
    ]  # fmt: skip


def test_an_exception_with_a_key_is_the_same_wherever_it_stands(do: Komisi, home: Path) -> None:
    stranger = "S1,2026-03-20,P9,booked,,1,70\n"
    head, _, rest = ORDERS.split("\n", 2)
    for text in (ORDERS + stranger, f"{head}\n{rest}{stranger}"):
        (home / "orders.csv").write_text(text)
        assert do("run", "2026-03").code == 3
    said = as_json(do, "diff", "previous:2026-03", "latest:2026-03")
    assert said["exceptions"] == {"new": [], "gone": []} and said["rows"]


def test_of_a_row_with_a_key_that_is_there_once_more_the_new_one_is_named(do: Komisi, home: Path) -> None:
    head, first, rest = ORDERS.split("\n", 2)
    for text in (f"{head}\n{first}\n{first}\n{rest}", f"{head}\n{first}\n{first}\n{rest}{first}\n"):
        (home / "orders.csv").write_text(text)
        assert do("run", "2026-03").code in (0, 3)
    done = do("diff", "previous:2026-03", "latest:2026-03", "--json")
    new = json.loads(done.out)["exceptions"]["new"]
    assert [(row["code"], row["row"], row["count"]) for row in new] == [("X012", len(ORDERS.splitlines()) + 2, 1)]
