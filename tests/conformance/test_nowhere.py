"""Over all runs of a year: what some rule left to another plan is credited or told of in one of them, and never both (E111)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from engine.ir.program import Program
from engine.lower import lower
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.run.nowhere import nowhere
from tests.properties.differential import in_columns, inputs_of
from tests.properties.generate import generate

Rules = list[tuple[Plan, Rule]]
TAKEN = {"credited", "exception", "unassigned"}


def by_several_days(workspace: ResolvedWorkspace) -> dict[str, tuple[Source, Rules]]:
    """The sources whose rules have days of their own, in several plans."""
    found: dict[str, tuple[Source, Rules]] = {}
    for name, source in workspace.sources.items():
        rules = [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == name]
        if len({plan.name for plan, _ in rules}) > 1 and len({rule.credit_date for _, rule in rules}) > 1:
            found[name] = source, rules
    return found


class Year:
    """What the runs of a generated workspace say of each transaction, called by source and key."""

    def __init__(self) -> None:
        self.taken, self.left = set[tuple[str, str]](), set[tuple[str, str]]()
        self.told: dict[tuple[str, str], list[date]] = defaultdict(list)

    def add(
        self,
        program: Program,
        workspace: ResolvedWorkspace,
        source: Source,
        rules: Rules,
        tables: Mapping[str, pl.DataFrame],
    ) -> None:
        """One run."""
        states, days = tables[f"states/{source.name}"], {rule.credit_date for _, rule in rules}
        rows = states.join(tables[f"source/{source.name}"].select(*source.key, *days), on=list(source.key))
        for row in rows.filter(pl.all_horizontal(pl.col(day).is_not_null() for day in days)).iter_rows(named=True):
            key = source.name, " / ".join(str(row[name]) for name in source.key)
            for plan, rule in rules:
                state, because = row[f"{plan.name}.{rule.name}"], row[f"{plan.name}.{rule.name}.because"]
                self.taken |= {key} if state in TAKEN else set()
                self.left |= {key} if because == "on_another_plan" else set()
        for key in nowhere(workspace, program, tables, source)["key"]:
            self.told[source.name, key].append(tables["scope"].item(0, "scope_end"))


@pytest.mark.slow
def test_what_is_left_to_others_is_credited_or_told() -> None:
    found, several = 0, 0
    for seed in range(50):
        workspace, made, _ = generate(seed)
        sources = by_several_days(workspace)
        if not sources or workspace.others:
            continue
        program, year = lower(workspace), Year()
        for period in workspace.calendar.of_length(workspace.pay_period):
            frames = inputs_of(program, workspace, made, period)
            tables = {**frames, **in_columns(program, frames)}
            for source, rules in sources.values():
                year.add(program, workspace, source, rules, tables)
        assert not year.taken & year.told.keys(), f"seed {seed}: credited, and told"
        assert year.left - year.taken <= year.told.keys(), f"seed {seed}: neither credited nor told"
        found, several = found + len(year.told), several + len(year.left & year.taken)
    assert found and several, "some are told, and some are credited on another day"
