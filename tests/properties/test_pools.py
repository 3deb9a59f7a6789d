"""Pools in generated workspaces, as the columns have them: parts add up to the pool, each is its share but for a unit, and the
order of rows says nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from engine.lower import lower
from engine.plan.resolved import ResolvedWorkspace, ShareOut
from tests.properties.differential import in_columns, inputs_of
from tests.properties.generate import Case, generate

SEEDS = range(120)
Rows = list[dict[str, Any]]
Pool = tuple[ShareOut, str, Rows]
"""The item, the name of its columns, the rows of one group in one period."""


def shares(workspace: ResolvedWorkspace) -> Iterator[tuple[str, int, ShareOut]]:
    """Every pool of a workspace: its table, the place in the list, the item."""
    for plan in workspace.plans:
        for component in plan.components:
            for number, step in enumerate(component.steps, start=1):
                if isinstance(step, ShareOut):
                    yield f"earnings/{plan.name}.{component.name}", number, step


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for case in map(generate, SEEDS) if any(shares(case[0]))]


@pytest.fixture(scope="module")
def pools(cases: list[Case]) -> list[Pool]:
    found: list[Pool] = []
    for workspace, tables, period in cases:
        program = lower(workspace)
        made = in_columns(program, inputs_of(program, workspace, tables, period))
        for table, number, step in shares(workspace):
            name = f"step_{number}"
            groups: dict[tuple[str, str], Rows] = defaultdict(list)
            for row in made[table].to_dicts():
                groups[row["period"], row[f"{name}.group"]].append(row)
            found += [(step, name, rows) for (_, group), rows in groups.items() if group]
    return found


def test_the_parts_add_up_to_the_pool(pools: list[Pool]) -> None:
    shared = 0
    for _, name, rows in pools:
        if rows[0][name] is not None and rows[0][f"{name}.weights"] > 0:
            assert sum(row[name] for row in rows) == rows[0][f"{name}.pool"]
            shared += len(rows) > 1 and rows[0][f"{name}.pool"] != 0
    assert shared > 20


def test_each_part_is_its_share_but_for_less_than_a_unit(pools: list[Pool]) -> None:
    for step, name, rows in pools:
        weights = rows[0][f"{name}.weights"]
        if rows[0][name] is None or weights == 0:
            continue
        for row in rows:
            fair = Fraction(row[f"{name}.pool"]) * Fraction(row[f"{name}.weight"]) / Fraction(weights)
            assert abs(Fraction(row[name]) - fair) < Fraction(1, 10**step.digits)
            assert row[name] == round(row[name], step.digits)


def test_a_group_is_paid_together_or_not_at_all(pools: list[Pool]) -> None:
    for _, name, rows in pools:
        assert len({row[name] is None for row in rows}) == 1
        assert len({row[f"{name}.because"] for row in rows} - {"", "group_unknown"}) <= 1


def test_without_weights_the_plan_decides(pools: list[Pool]) -> None:
    seen: set[str] = set()
    for step, name, rows in pools:
        wrong = rows[0][f"{name}.unknown"] or rows[0][f"{name}.because"] not in ("", "no_weights")
        if wrong or not rows[0].get(f"{name}.none"):
            continue
        assert step.no_weights is not None
        seen.add(step.no_weights.value)
        parts = [row[name] for row in rows]
        match step.no_weights.value:
            case "nobody":
                assert set(parts) == {Decimal(0)}
            case "block":
                assert set(parts) == {None}
            case _ if not step.prorate:
                assert max(parts) - min(parts) <= Decimal(1).scaleb(-step.digits)
    assert seen == {"equally", "nobody", "block"}


def test_the_order_of_rows_says_nothing(cases: list[Case]) -> None:
    for workspace, tables, period in cases[:12]:
        program = lower(workspace)
        shuffled = {name: Random(1).sample(rows, len(rows)) for name, rows in tables.items()}
        one, other = (in_columns(program, inputs_of(program, workspace, rows, period)) for rows in (tables, shuffled))
        for name in (*(table for table, _, _ in shares(workspace)), "payouts"):
            keys = next(stage.keys for stage in program.stages if stage.name == name)
            assert one[name].sort(keys).equals(other[name].sort(keys)), name
