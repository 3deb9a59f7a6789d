"""Generated adjustments: of some transactions a part to somebody else, to nobody or from nobody; often of one more than once.

They are drawn from numbers of their own, so that a seed makes the plans and rows that it made before there were any.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from engine.ir.types import DATE, RATE, TEXT
from engine.plan.choice import Stated
from engine.plan.resolved import Adjustments, Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from tests.properties.formulas import SPAN
from tests.properties.generated_data import source

Rows = list[dict[str, Any]]
SHARES = "1 1 1 1 0.5 0.5 0.5 0.5 0.25 0.333333 0.333333 0.666667 0.1 0".split()


def with_adjustments(
    seed: int, workspace: ResolvedWorkspace, tables: Mapping[str, Rows]
) -> tuple[ResolvedWorkspace, dict[str, Rows]]:
    """The case with adjustments, of three seeds in ten; most of its rules take them."""
    random = Random(f"adjustments of {seed}")
    if random.random() < 0.7:
        return workspace, dict(tables)
    made = {name: _source(random, of) for name, of in workspace.sources.items() if of.role == "transactions"}
    plans = tuple(_taking(random, plan, made) for plan in workspace.plans)
    people = sorted({row["participant"] for row in tables[f"source/{workspace.participants.name}"]})
    found = dict(tables)
    for name, of in made.items():
        rules = [f"{plan.name}.{rule.name}" for plan in plans for rule in plan.rules]
        found[f"source/{of.name}"] = _rows(random, of, tables, workspace.sources[name], people, rules)
    sources = {**workspace.sources, **{of.name: of for of in made.values()}}
    return replace(workspace, plans=plans, sources=sources), found


def _source(random: Random, of: Source) -> Source:
    columns = [("adjustment", TEXT), (of.key[0], TEXT), ("from_participant", TEXT.optional())]
    columns += [("to_participant", TEXT.optional()), ("share", RATE)]
    columns += [("credit_rule", TEXT.optional())] if random.random() < 0.4 else []
    columns += [("approved_by", TEXT), ("approved_on", DATE), ("reason", TEXT)]
    return source(f"{of.name}-moves", "adjustments", columns, ("adjustment",))


def _taking(random: Random, plan: Plan, made: Mapping[str, Source]) -> Plan:
    def taking(rule: Rule) -> Rule:
        of = Adjustments(made[rule.source.name], Stated("adjustments", SPAN))
        return replace(rule, adjustments=of) if random.random() < 0.8 else rule

    return replace(plan, rules=tuple(taking(rule) for rule in plan.rules))


def _rows(
    random: Random, made: Source, tables: Mapping[str, Rows], of: Source, people: list[str], rules: list[str]
) -> Rows:
    """Of every other transaction, most often of what its seller or one of its territory has; and of one that is not there."""
    key = of.key[0]
    assigned = [row for name in ("territories", "teams") for row in tables.get(f"source/{name}", [])]
    rows: Rows = []
    for transaction in [*tables[f"source/{of.name}"], {key: "nowhere", "seller": people[0], "territory": None}]:
        if random.random() < 0.5:
            continue
        holders = [row["participant"] for row in assigned if row["territory"] == transaction["territory"]]
        giver = taker = None
        for again in range(random.choice((1, 1, 2, 3))):
            if not again or random.random() < 0.4:
                giver = random.choice([transaction["seller"]] * 4 + [*holders, None, None, random.choice(people)])
            if not again or random.random() < 0.8:
                taker = random.choice([*people, *people, None, None, "ghost"])
            rows.append(
                {
                    "adjustment": f"A{len(rows):03}",
                    key: transaction[key],
                    "from_participant": giver,
                    "to_participant": taker,
                    "share": Decimal(random.choice(SHARES)),
                    "credit_rule": random.choice((None, None, random.choice(rules), "no.rule")),
                    "approved_by": "Vera",
                    "approved_on": date(2026, 1, 5),
                    "reason": "it was theirs",
                }
            )
    random.shuffle(rows)
    names = {column.name for column in made.columns}
    return [
        {name: value for name, value in row.items() if name in names} | {"file": f"{made.name}.csv", "row": n}
        for n, row in enumerate(rows, start=2)
    ]
