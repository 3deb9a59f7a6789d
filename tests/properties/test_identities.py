"""500 generated cases through the oracle: each keeps the identities of a run."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from engine.core.money import rounded
from engine.core.period import Period
from engine.plan.resolved import Plan, ResolvedWorkspace, Split, Step, TrueUp
from engine.reference import Results, reference
from tests.properties.generate import coverage, generate

CASES = range(500)


@pytest.fixture(scope="module")
def cases() -> list[tuple[ResolvedWorkspace, Period, Results]]:
    made = ((generate(seed), seed) for seed in CASES)
    return [(workspace, period, reference(workspace, tables, period)) for (workspace, tables, period), _ in made]


Cases = list[tuple[ResolvedWorkspace, Period, Results]]


def test_credits_add_up_to_the_value(cases: Cases) -> None:
    """Per rule: value of matched transactions = Σ credits + excluded + unassigned + exceptions."""
    for workspace, _, results in cases:
        for plan_ in workspace.plans:
            for rule in plan_.rules:
                table = "credits" if rule.roll_up is None else "shares"
                groups = _grouped(results[f"{table}/{plan_.name}.{rule.name}"], rule.source.key)
                for rows in groups.values():
                    value = rows[0]["value"]
                    if isinstance(rule.to, Split) and rule.to.mode is not None:
                        value = rounded(value, rule.to.mode, rule.to.digits)
                    assert sum(row["amount"] for row in rows) == value


def test_roll_ups_add_up_to_the_shares_below(cases: Cases) -> None:
    """Per transaction: Σ credits of managers = Σ share × managers above it; each manager once."""
    for name, rows, results in _of(cases, "shares/"):
        keys = tuple(key for key in rows[0] if key.endswith("_id")) if rows else ()
        credits = [row for row in results[f"credits/{name}"] if row["participant"]]
        shares, managers = _grouped(rows, keys), _grouped(credits, keys)
        for key, group in shares.items():
            mine = managers.get(key, [])
            assert sum(row["amount"] * row["levels"] for row in group) == sum(row["amount"] for row in mine)
            assert len({row["participant"] for row in mine}) == len(mine)


def test_slices_add_up_to_the_table(cases: Cases) -> None:
    for name, rows, results in _of(cases, "slices/"):
        credit = results.get(f"credit_pay/{name}")
        parents = credit if credit is not None else results[f"earnings/{name}"]
        keys = tuple(key for key in parents[0] if key in rows[0] and key not in ("tier", "rate", "pay")) if rows else ()
        sums = {key: sum(row["pay"] for row in group) for key, group in _grouped(rows, keys).items()}
        for parent in parents if rows else ():
            if parent["table_result"] is not None:
                assert sums.get(tuple(parent[key] for key in keys), 0) == parent["table_result"]


def test_steps_lead_from_the_table_to_the_earning(cases: Cases) -> None:
    for workspace, _, results in cases:
        keys = ("plan", "component", "participant", "period", "segment")
        steps = _grouped(results["steps"], keys)
        for row in results["earnings"]:
            amount_ = row["table_result"]
            for step in steps.get(tuple(row[key] for key in keys), []):
                assert step["before"] == amount_
                amount_ = step["after"]
            assert row["earning"] in (amount_, None)
            blocked_by_itself = row["earning"] is None and row["cause"] != "earlier_interval"
            assert not blocked_by_itself or amount_ is None or row["table_result"] is None
        assert workspace.plans


KEYS = ("participant", "period", "segment")


def test_true_up_telescopes(cases: Cases) -> None:
    """Σ of what a true-up leaves = the amount to date at the last interval."""
    for workspace, _, results in cases:
        for plan_ in workspace.plans:
            for component_ in plan_.components:
                _check_telescope(plan_, component_.steps, component_.name, workspace, results)


def _check_telescope(
    found: Plan, steps: tuple[Step, ...], name: str, workspace: ResolvedWorkspace, results: Results
) -> None:
    if found.continues:
        return  # a new segment takes off what its own values make of the eve, not what was earned
    if found.grown_by(found.component(name)) is not None:
        return  # of a group's total a member is paid what each period adds, and not what was there before they came
    places = [place for place, step in enumerate(steps, start=1) if isinstance(step, TrueUp)]
    starts = {p.name: p.start for p in workspace.calendar.periods}
    grid = {tuple(row[key] for key in KEYS): row for row in results[f"grid/{found.name}"]}
    for place in places:
        over = getattr(steps[place - 1], "accumulation", None)
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in results[f"earnings/{found.name}.{name}"]:
            began = grid[tuple(row[key] for key in KEYS)][f"{over}_start"]
            groups[row["participant"], row["segment"], began].append(row)
        before = "table_result" if place == 1 else f"step_{place - 1}"
        for rows in groups.values():
            rows.sort(key=lambda row: starts[row["period"]])
            if all(row[before] is not None for row in rows):
                assert sum(row[f"step_{place}"] for row in rows) == rows[-1][before]


def test_payouts_are_the_earnings_of_the_pay_period(cases: Cases) -> None:
    for workspace, period, results in cases:
        names = {p.name: p for p in workspace.calendar.periods}
        due = [r for r in results["earnings"] if period.start <= names[r["period"]].end <= period.end]
        paid = [r for r in due if r["earning_code"] != ""]
        for plan_ in workspace.plans:
            if plan_.payout_rounding is None:
                mine = [r["earning"] for r in paid if r["plan"] == plan_.name and r["earning"] is not None]
                assert sum(mine) == sum((r["amount"] or 0) for r in results["payouts"] if r["plan"] == plan_.name)
        assert {r["participant"] for r in paid} == {r["participant"] for r in results["payouts"]}


def test_every_state_and_outcome_has_its_reason(cases: Cases) -> None:
    for _, _, results in cases:
        for name, rows in results.items():
            if name.startswith("credits/"):
                assert all((row["state"] == "credited") == (row["segment"] is not None) for row in rows)
                assert all((row["state"] == "credited") == (row["because"] is None) for row in rows)
        for row in results["earnings"]:
            reasons = {
                "paid": row["earning"] not in (None, 0),
                "zero": row["earning"] == 0,
                "blocked": row["earning"] is None,
            }
            assert reasons[row["outcome"]] and (row["cause"] is None) == (row["outcome"] == "paid")


def test_the_cases_reach_what_money_is_lost_on() -> None:
    found: Counter[str] = Counter()
    for seed in range(200):
        workspace, tables, period = generate(seed)
        found += coverage(workspace, tables, reference(workspace, tables, period))
    bases = ("credit marginal by measure against", "credit whole by own value", "to_date step by measure against")
    causes = ("missing_target", "zero_target", "below_lowest", "above_highest", "no_value", "earlier_interval")
    zeros = ("gate", "no_credits", "table", "modifiers")
    events = ("rounding ties", "exact bounds", "zero targets", "missing targets", "negative targets", "tier 0")
    more = ("segments that cut a period", "negative credits", "slices walked back", "recompute_from", "plans left out")
    expected = [
        *bases,
        *events,
        *more,
        "reach whole, year",
        "reach to date, quarter",
        "prorated bounds",
        "length quarter",
        "calendar period",
    ]
    expected += [f"earning blocked: {cause}" for cause in causes] + [f"earning zero: {cause}" for cause in zeros]
    assert [name for name in expected if found[name] < 5] == []


def test_a_case_is_the_same_for_the_same_seed() -> None:
    assert generate(7) == generate(7)


def _grouped(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


def _of(cases: Cases, prefix: str) -> list[tuple[str, list[dict[str, Any]], Results]]:
    return [
        (name.removeprefix(prefix), rows, results)
        for _, _, results in cases
        for name, rows in results.items()
        if name.startswith(prefix)
    ]
