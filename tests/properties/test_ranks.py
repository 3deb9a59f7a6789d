"""Ranks in generated workspaces, as the columns have them: places, ties, prizes that ties share; the order of rows is nothing."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from engine.ir.expr import Lit
from engine.lower import lower
from engine.plan.group import UNPLACED
from engine.plan.resolved import Component, Measure, Plan
from tests.properties.differential import in_columns, inputs_of
from tests.properties.generate import Case, generate

SEEDS = range(200)
Rows = list[dict[str, Any]]


def ranks(case: Case) -> Iterator[tuple[Plan, Measure]]:
    """Every rank of a workspace that something reads."""
    for plan in case[0].plans:
        yield from ((plan, measure) for measure in plan.measures if measure.ranking is not None and measure.lengths)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for case in map(generate, SEEDS) if any(ranks(case))]


@pytest.fixture(scope="module")
def made(cases: list[Case]) -> list[tuple[Case, dict[str, Rows]]]:
    found = []
    for case in cases:
        program = lower(case[0])
        tables = in_columns(program, inputs_of(program, *case))
        found.append((case, {name: frame.to_dicts() for name, frame in tables.items()}))
    return found


def _grouped(rows: Rows) -> dict[tuple[str, str], Rows]:
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in rows:
        found[row["period"], row["group"]].append(row)
    return {key: group for key, group in found.items() if key[1]}


def test_a_place_is_one_more_than_how_many_stand_before(made: list[tuple[Case, dict[str, Rows]]]) -> None:
    behind = tied = 0
    for case, tables in made:
        for plan, measure in ranks(case):
            names = ("each", *(f"next_{n}" for n in range(1, len(measure.parts))))
            assert measure.ranking is not None
            sign = -1 if measure.ranking.descending else 1
            for rows in _grouped(tables[f"measures/{plan.name}.{measure.name}"]).values():
                if rows[0]["value"] is None:
                    assert all(row["value"] is None for row in rows)
                    continue
                entered = [row for row in rows if row["entered"] == 1]
                order = {id(row): tuple(sign * row[name] for name in names) for row in entered}
                for row in entered:
                    before = sum(other < order[id(row)] for other in order.values())
                    same = sum(other == order[id(row)] for other in order.values())
                    assert (row["value"], row["tied"]) == (before + 1, same)
                    behind, tied = behind + (before > 0), tied + (same > 1)
                assert all(row["value"] == UNPLACED for row in rows if row["entered"] == 0)
    assert behind > 10 and tied > 10


def test_ties_that_share_are_paid_what_their_places_bring(made: list[tuple[Case, dict[str, Rows]]]) -> None:
    shared = 0
    for case, tables in made:
        for plan, measure in ranks(case):
            places = {_key(row): row for row in tables[f"measures/{plan.name}.{measure.name}"]}
            for component in _by_prizes(plan, measure):
                prizes = [_amount(tier.pays.expr) for tier in component.table.tiers[:-1]]
                groups: dict[tuple[Any, ...], Rows] = defaultdict(list)
                for row in tables[f"earnings/{plan.name}.{component.name}"]:
                    place = places[_key(row)]
                    if place["value"] is not None and place["group"]:
                        groups[row["period"], place["group"], place["value"]].append(row)
                for (_, _, value), rows in groups.items():
                    taken = [prizes[n - 1] for n in range(int(value), int(value) + len(rows)) if n <= len(prizes)]
                    paid = [row["table_result"] for row in rows]
                    assert sum(paid) == sum(taken) and max(paid) - min(paid) <= Decimal(1).scaleb(-plan.digits)
                    shared += len(rows) > 1 and sum(taken) > 0
    assert shared > 5


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["participant"], row["period"], row["segment"]


def _by_prizes(plan: Plan, measure: Measure) -> list[Component]:
    shares = measure.ranking is not None and measure.ranking.ties == "share"
    return [c for c in plan.components if shares and c.table.prizes and c.table.select == measure.name]


def _amount(expr: object) -> Decimal:
    assert isinstance(expr, Lit) and isinstance(expr.value, Decimal)
    return expr.value


def test_the_order_of_rows_says_nothing(cases: list[Case]) -> None:
    for case in cases[:15]:
        workspace, tables, period = case
        program = lower(workspace)
        shuffled = {name: Random(1).sample(rows, len(rows)) for name, rows in tables.items()}
        one, other = (in_columns(program, inputs_of(program, workspace, rows, period)) for rows in (tables, shuffled))
        for plan, measure in ranks(case):
            name = f"measures/{plan.name}.{measure.name}"
            keys = next(stage.keys for stage in program.stages if stage.name == name)
            assert one[name].sort(keys).equals(other[name].sort(keys)), name
