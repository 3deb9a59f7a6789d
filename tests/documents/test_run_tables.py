"""The reference of run tables says what programs have: every column, of its kind, and none that doesn't exist.

Held against the programs of the example company, the templates, the examples of the language reference and of random plans.
"""

import re
from collections.abc import Iterable

import polars as pl
import pytest

from engine import open_workspace
from engine.core.diagnostic import Diagnostics
from engine.ir.infer import program_schemas
from engine.ir.program import Program
from engine.lower import lower
from engine.pipeline import front
from engine.plan.resolved import Plan, ResolvedWorkspace
from engine.run.logged import LOG
from engine.trial.expected import TOTALS
from schemas.run_tables import TABLES, Columns, Table
from tests.documents.examples import DOCUMENT, ROOT, build, examples
from tests.properties.generate import generate

COMPANY = ROOT / "plans"
SEEDS = (*range(120), 194, 231, 258, 381)
"""The last have what is rare."""
ADDED = {"payouts": {"status"}}
"""What `run` adds to a table of the program."""
NOT_OF_PROGRAMS = {TOTALS, "exceptions"}
KINDS = {
    "text": {"text"}, "day": {"date"}, "whole number": {"integer"}, "true or false": {"bool"}, "rate": {"rate"},
    "money": {"money"}, "quantity": {"quantity"}, "number": {"money", "quantity", "rate"},
    "rate or money": {"rate", "money"}, "rate or quantity": {"rate", "quantity"},
}  # fmt: skip
"""Other kinds are those of what the plan or source names."""

Seen = tuple[str, str, str]
"""Kind of table, documented column, kind of value."""


Made = tuple[tuple[str, Program, ResolvedWorkspace], ...]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """All that there are to hold the reference against."""
    folder = tmp_path_factory.mktemp("examples")
    found = [("plans", COMPANY), *((name, ROOT / "engine" / "templates" / name) for name in ("demo", "minimal"))]
    for name, example in (every := examples(DOCUMENT.read_text(encoding="utf-8"))).items():
        if example.check is None:
            build(every, name, folder / name)
            found.append((name, folder / name))
    made = [(name, front(place, Diagnostics(), {})) for name, place in found]
    written = [(name, compiled.program, compiled.workspace) for name, compiled in made if compiled is not None]
    assert len(written) == len(found)
    random = [(f"seed {seed}", lower(made_up), made_up) for seed in SEEDS for made_up in (generate(seed)[0],)]
    return (*written, *random)


def documented(kind: str) -> Table | None:
    """The table of the reference: `earnings/COMPONENT` for `earnings/sales.commission`."""
    first, slash, _ = kind.partition("/")
    return next((t for t in TABLES if t.name.partition("/")[:2] == (first, slash)), None)


def columns_of(table: Table) -> Columns:
    """Its columns, with those that it shares."""
    also = next((t.columns for t in TABLES if table.also and t.name.partition("/")[0] == table.also), {})
    return {**also, **table.columns}


def patterns(name: str, workspace: ResolvedWorkspace) -> dict[str, str]:
    """What stands in capitals → what it may be in this table."""
    _, _, rest = name.partition("/")
    own, _, part = rest.partition(".")
    plans = [plan for plan in workspace.plans if plan.name == own] or list(workspace.plans)
    rules = [rule for plan in plans for rule in plan.rules if rule.name == part or part not in _rules(plan)]
    keys = {key for source in workspace.sources.values() for key in source.key}
    return {
        "STEP": r"step_\d+", "SPAN": "(quarter|year|plan)", "NUMBER": r"\d+", "NAME": "[a-z0-9_]+", "ATTRIBUTE": "[a-z_]+",
        "PLAN.COMPONENT": _any(f"{plan.name}.{c.name}" for plan in workspace.plans for c in plan.components),
        "PLAN.RULE": _any(f"{plan.name}.{rule.name}" for plan in workspace.plans for rule in plan.rules),
        "KEY": _any(keys), "COLUMN": _any(column.name for rule in rules for column in rule.source.columns),
        "MEASURE": _any(measure.name for plan in plans for measure in plan.measures),
        "COMPONENT": _any(component.name for plan in plans for component in plan.components),
        "LOOK_UP": _any(table for plan in workspace.plans for table in plan.look_ups),
        "DIMENSION": _any(d.name for plan in workspace.plans for table in plan.look_ups.values() for d in table.dimensions),
        "VARIABLE": _any(variable for plan in plans for variable in plan.variables),
    }  # fmt: skip


def _rules(plan: Plan) -> list[str]:
    return [rule.name for rule in plan.rules]


def _any(names: Iterable[str]) -> str:
    return "(" + ("|".join(re.escape(name) for name in sorted(set(names))) or "(?!)") + ")"


def line_of(column: str, columns: Columns, words: dict[str, str]) -> str | None:
    """The line of the reference that is about a column: by its name, else by what stands in capitals."""
    if column in columns:
        return column
    for line in sorted(columns, key=lambda name: "COLUMN" in name):
        parts = re.split(f"({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})", line)
        if len(parts) > 1 and re.fullmatch("".join(words.get(part, re.escape(part)) for part in parts), column):
            return line
    return None


@pytest.fixture(scope="module")
def seen(programs: Made) -> tuple[set[Seen], list[str]]:
    """The lines of the reference that some program has; columns and tables that it lacks, and wrong kinds."""
    met, wrong = set[Seen](), list[str]()
    for where, program, workspace in programs:
        schemas = program_schemas(program)
        for stage in program.stages:
            table = documented(stage.name)
            if not stage.kept:
                continue
            if table is None:
                wrong.append(f"{where}: no table {stage.name}")
                continue
            columns, words = columns_of(table), patterns(stage.name, workspace)
            for column, type_ in schemas[stage.name].items():
                line = line_of(column, columns, words)
                if line is None:
                    wrong.append(f"{where}: {stage.name} has no line for `{column}` ({type_})")
                    continue
                met.add((table.name, line, type_.dtype))
                if type_.dtype not in KINDS.get(columns[line][0], {type_.dtype}):
                    wrong.append(f"{where}: {stage.name}.{column} is {type_}, not {columns[line][0]}")
    return met, wrong


def test_every_column_of_every_program_is_documented_and_of_its_kind(seen: tuple[set[Seen], list[str]]) -> None:
    assert seen[1] == []


def test_no_column_is_documented_that_no_program_has(seen: tuple[set[Seen], list[str]]) -> None:
    there = {(table, line) for table, line, _ in seen[0]}
    said = {(t.name, line) for t in TABLES if t.name not in NOT_OF_PROGRAMS for line in columns_of(t)}
    assert said - there == {(table, column) for table, columns in ADDED.items() for column in columns}


def test_each_key_is_that_of_the_program(programs: Made) -> None:
    for where, program, workspace in programs:
        for stage in program.stages:
            table = documented(stage.name)
            if table is None or not stage.kept or stage.name.startswith("slices/"):
                continue  # a slice has the key of what is cut
            keys = [key for name in table.key.split(", ") for key in _keys(name, stage.name, workspace)]
            assert sorted(stage.keys) == sorted(keys), f"{where}: {stage.name}"


def _keys(name: str, stage: str, workspace: ResolvedWorkspace) -> list[str]:
    return _source_key(stage, workspace) if name == "KEY" else [name]


def _source_key(name: str, workspace: ResolvedWorkspace) -> list[str]:
    """The key columns of the source that a table of transactions or credits stands on."""
    kind, _, rest = name.partition("/")
    if kind == "rates":
        return list(workspace.sources[rest].row_key)
    if kind in ("states", "matches"):
        return list(workspace.sources[rest].key)
    own, _, part = rest.partition(".")
    plan = next(plan for plan in workspace.plans if plan.name == own)
    if kind == "credit_pay":
        part = next(component.base or "" for component in plan.components if component.name == part)
    taken = plan.rule(part).adjustments
    return list(plan.rule(part).source.key if kind != "adjustments" or taken is None else taken.source.row_key)


def test_the_company_s_run_and_its_log_have_these_columns() -> None:
    run = open_workspace(COMPANY).run("2026-03")
    log = next(table for table in TABLES if table.name == "exceptions")
    assert list(log.columns) == list(LOG) == run.exceptions.columns
    payouts = next(table for table in TABLES if table.name == "payouts")
    assert set(payouts.columns) == set(run.payouts.columns)
    assert run.payouts.schema["amount"] == pl.Decimal(38, 12)
