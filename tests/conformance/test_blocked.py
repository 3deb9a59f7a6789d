"""Where a blocked earning's cause lies is named in the log: whose it is, and in which interval."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import open_workspace
from engine.record import scanned
from engine.run import blocked
from tests.conformance.small_workspace import GOALS, PEOPLE, PLAN, written
from tests.conformance.test_logged import CASES

TOGETHER = """\
measures:
  odd: {sum: sales, where: "net / (quantity - 3) > 0 or net < 0", over: period}
  all: {total: odd, within: everyone}
components:
  bonus: {earning_period: month, basis: period, base: all, earning_code: BONUS, rate: {mode: flat, rate: 1%}}
policies: {segments: joined, hit_policy: first, payout_rounding: half_up}
"""


def messages(folder: Path, code: str, changed: dict[str, Any]) -> dict[str, str]:
    log = open_workspace(written(folder, changed)).run("2026-03").exceptions.filter(code=code)
    return dict(log.select("participant", "message").rows())


def case(code: str) -> dict[str, Any]:
    return dict(next(changed for each, changed, _ in CASES if each == code))


def test_the_earlier_interval_is_named(tmp_path: Path) -> None:
    said = messages(tmp_path, "E206", case("E206"))
    assert said == {"P2": "an earlier interval is blocked: 2026-02"}


def test_of_a_budget_whose_earnings_are_not_known(tmp_path: Path) -> None:
    known = GOALS + "".join(f"P{n},2026-0{m},100\n" for n in (1, 2, 3) for m in (1, 2))
    said = messages(tmp_path, "E410", {**case("E410"), "goals.csv": known})
    assert set(said.values()) == {"the budget rests on somebody who is not known: P1 in 2026-03"}


def test_of_a_group_who_has_no_value(tmp_path: Path) -> None:
    said = messages(tmp_path, "E205", {"field/comp.yaml": PLAN[: PLAN.index("measures:")] + TOGETHER})
    of_p3 = "the earning has no value: `all` has no value"
    assert said == {
        "P1": f"{of_p3}: not known is that of P3 in 2026-03",
        "P2": f"{of_p3}: not known is that of P3 in 2026-03",
        "P3": of_p3,
    }


def test_of_somebody_who_was_not_there_before(tmp_path: Path) -> None:
    """P2 comes in the middle of February, so that March is compared with no whole month."""
    change = """measures:
  own: {sum: sales, over: period}
  before: {previous: own, back: period, no_previous: block}
  change: {difference: own, minus: before}
components:
  bonus: {earning_period: month, basis: period, base: change, earning_code: BONUS, rate: {mode: flat, rate: 1%}}
policies: {segments: separate, hit_policy: first, payout_rounding: half_up}
"""
    plan = PLAN[: PLAN.index("measures:")] + change.replace("before", "own_before")
    people = PEOPLE.replace("P2,2025-01-01", "P2,2026-02-15")
    said = messages(tmp_path, "E205", {"field/comp.yaml": plan, "people.csv": people})
    of_it = "`own_before` is that of 2026-02, and the participant's segment does not hold all of it"
    assert said == {"P2": f"the earning has no value: `change` has no value: {of_it}"}
    year_ago = plan.replace("back: period", "back: year")
    said = messages(tmp_path, "E205", {"field/comp.yaml": year_ago})
    of_it = "`own_before` looks back before the calendar begins"
    assert set(said) == {"P1", "P2", "P3"} and all(each.endswith(f": {of_it}") for each in said.values())


def test_tables_are_not_read_again_for_each_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure has a row for everybody in every period: a thousand blocked earnings would read it a thousand times."""
    read = Counter[str]()

    def counted(tables: Mapping[str, pl.DataFrame], name: str) -> pl.LazyFrame:
        read[name] += 1
        return scanned(tables, name)

    monkeypatch.setattr(blocked, "scanned", counted)
    said = messages(tmp_path, "E205", {"field/comp.yaml": PLAN[: PLAN.index("measures:")] + TOGETHER})
    assert len(said) == 3 and read["measures/field.all"] == 2, "what has no value, and what has none of its own"
