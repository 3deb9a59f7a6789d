"""The example company grown to three levels of managers and twenty-four months: each month equals the independent answers."""

import calendar
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine import Workspace, open_workspace
from tests.conformance.grown_answers import answers
from tests.conformance.grown_company import Company, company, write

MONTHS = [(year, month) for year in (2025, 2026) for month in range(1, 13)]


@pytest.fixture(scope="module")
def made() -> Company:
    return company()


@pytest.fixture(scope="module")
def workspace(made: Company, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(write(made, tmp_path_factory.mktemp("grown")))


def paid(workspace: Workspace, year: int, month: int, as_of: date | None) -> dict[tuple[str, str], tuple[Decimal, str]]:
    run = workspace.run(f"{year}-{month:02}", as_of=as_of)
    assert all(identity.holds for identity in run.calculated.outcome.identities)
    rows = run.payouts.select("participant", "earning_code", "amount", "status").iter_rows()
    return {(who, code): (amount, status) for who, code, amount, status in rows}


def test_it_has_what_it_should(made: Company) -> None:
    """Late rows, corrections, cancellations, doubles, strangers, dirt: enough of each for a month to meet them."""
    versions = made.history
    late = sum((v.exported - v.sold).days > 30 for v in versions if v.revision == 1)
    assert len(versions) > 7000 and late > 1000 and len({v.seller for v in versions}) == 61
    assert sum(v.revision > 1 for v in versions) > 500 and sum(v.cancelled for v in versions) > 150
    assert sum(not v.readable for v in versions) > 15 and len(versions) - len(set(versions)) > 40
    assert 0 < len(made.waived) < sum(not v.readable for v in versions)


@pytest.mark.slow
@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_a_month_as_it_was_known_when_it_was_paid(year: int, month: int, made: Company, workspace: Workspace) -> None:
    """On the fifth of the month after: late rows are not there yet, corrections are not made yet."""
    known = date(year, month, calendar.monthrange(year, month)[1]) + timedelta(days=5)
    assert paid(workspace, year, month, known) == answers(made, year, month, known)


@pytest.mark.slow
@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_a_month_as_it_is_known_in_the_end(year: int, month: int, made: Company, workspace: Workspace) -> None:
    assert paid(workspace, year, month, None) == answers(made, year, month, None)


@pytest.mark.slow
def test_a_run_of_it_is_proved_with_its_waivers(workspace: Workspace, tmp_path: Path) -> None:
    saved = workspace.run("2026-12", as_of=date(2027, 1, 5)).save(tmp_path)
    assert saved.verify().ok
    log = saved.record.table("exceptions")
    assert {"waived", "open"} == set(log.filter(code="X008")["state"]) and "E310" not in log["code"]


@pytest.mark.slow
def test_what_became_known_later_matters(made: Company) -> None:
    """The answers tell the days of knowledge apart: in each month but few somebody is paid otherwise in the end."""

    def moved(year: int, month: int) -> bool:
        known = date(year, month, calendar.monthrange(year, month)[1]) + timedelta(days=5)
        then, now = answers(made, year, month, known), answers(made, year, month, None)
        return any(then[key][0] != now[key][0] for key in then)

    assert all(moved(year, month) for year, month in MONTHS)
    assert len({answers(made, y, m, None)["L-00", "OVER"][1] for y, m in MONTHS}) == 2
