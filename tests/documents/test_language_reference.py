"""`schemas/README.md` says what the engine does: every example is built and run, every generated part is up to date."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import Run, check, open_workspace
from engine.core import money, unseen
from engine.core.diagnostic import Diagnostics, render_full
from engine.intake import csv_rows
from engine.ir import functions
from engine.load import expression, tokens
from engine.load.yaml_file import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR
from engine.pipeline import front
from engine.plan.choice import POLICIES
from engine.trial import find_tests, run_tests
from schemas import library, reference
from tests.documents.examples import DOCUMENT, Result, build, examples, files_of

TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)
RUNS = [example.name for example in EXAMPLES.values() if example.results]
TESTED = [example.name for example in EXAMPLES.values() if any("/tests/" in file for file in example.files)]
MISTAKES = [example.name for example in EXAMPLES.values() if example.check]


@pytest.mark.parametrize("name", RUNS)
def test_an_example_gives_the_figures_that_stand_in_the_document(name: str, tmp_path: Path) -> None:
    build(EXAMPLES, name, tmp_path)
    assert [told for told in check(tmp_path) if told.code != "R001"] == []  # `whole` jumps: that is what it is for
    workspace = open_workspace(tmp_path)
    runs: dict[str, Run] = {}
    for result in EXAMPLES[name].results:
        run = runs.setdefault(result.period, workspace.run(result.period))
        assert shown(run, result) == expected(result), f"{result.table} of {result.period}"
        assert all(identity.holds for identity in run.calculated.outcome.identities)


@pytest.mark.parametrize("name", TESTED)
def test_the_plan_tests_in_the_document_pass(name: str, tmp_path: Path) -> None:
    build(EXAMPLES, name, tmp_path)
    compiled = open_workspace(tmp_path).compiled
    for data in tmp_path.glob("*.csv"):
        data.unlink()
    suite = run_tests(compiled, find_tests(compiled.workspace, ()))
    assert suite.passed and suite.outcomes and list(suite.diagnostics) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_as_it_stands_in_the_document(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(EXAMPLES, name, tmp_path)
    monkeypatch.chdir(tmp_path)
    diagnostics, sources = Diagnostics(), dict[str, str]()
    front(Path("."), diagnostics, sources)
    assert render_full(diagnostics, sources, False).strip() == (EXAMPLES[name].check or "").strip()


def shown(run: Run, result: Result) -> "Counter[tuple[Any, ...]]":
    """The rows of the engine's table: of all periods in scope where the document shows the period, else of its own."""
    table = {"payouts": run.payouts, "earnings": run.earnings, "exceptions": run.exceptions}.get(result.table)
    table = run.table(result.table) if table is None else table
    rows = table.to_dicts()
    if "in_pay_period" in table.columns and "period" not in result.columns:
        rows = [row for row in rows if row["in_pay_period"]]
    return Counter(tuple(row[column] for column in result.columns) for row in rows)


KNOWN = {"—": None, "true": True, "false": False}


def expected(result: Result) -> "Counter[tuple[Any, ...]]":
    """The rows of the document, with values of the kinds that the engine's have."""
    return Counter(tuple(value(row[column], column) for column in result.columns) for row in result.rows)


def value(cell: str, column: str) -> Any:
    """A cell: a day, a number, a truth, a text; `—` is nothing at all, an empty cell an empty text."""
    if cell in KNOWN:
        return KNOWN[cell]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return date.fromisoformat(cell)
    if re.fullmatch(r"-?\d+(\.\d+)?", cell) and not column.endswith(("_id", "code")):
        return Decimal(cell)
    return cell


def test_examples_have_figures_or_a_mistake() -> None:
    assert len(RUNS) >= 20
    assert [example.name for example in EXAMPLES.values() if not example.results and not example.check] == []


def test_every_yaml_block_of_the_document_belongs_to_an_example() -> None:
    told = sum(len([f for f in example.files if f.endswith(".yaml")]) for example in EXAMPLES.values())
    assert TEXT.count("```yaml") == told


def test_generated_parts_are_up_to_date() -> None:
    assert reference.renewed(TEXT) == TEXT, "run `python schemas/reference.py`"
    assert library.LIBRARY.read_text(encoding="utf-8") == library.renewed(), "run `python schemas/reference.py`"


def test_each_property_of_the_schemas_says_what_it_does_to_pay() -> None:
    assert reference.unsaid() == []


def test_the_table_of_policies_has_all_of_them_with_their_values() -> None:
    rows = [line.split(" | ") for line in TEXT.split("## Policies")[1].split("\n## ")[0].splitlines() if " · " in line]
    rows += [line.split(" | ") for line in TEXT.splitlines() if line.startswith(("| `excess` | `", "| `segments` | `"))]
    told = {row[0].strip("| `"): tuple(word.strip("` ") for word in row[1].split("·")) for row in rows}
    assert told == POLICIES


def test_limits_are_those_of_the_engine() -> None:
    table = TEXT.split("## Limits")[1].split("\n## ")[0]
    plan = json.loads((DOCUMENT.parent / "v1" / "comp-plan.schema.json").read_text(encoding="utf-8"))["$defs"]
    calendar = json.loads((DOCUMENT.parent / "v1" / "workspace.schema.json").read_text(encoding="utf-8"))["$defs"]
    tiers, items = plan["rate_table"]["properties"]["tiers"], plan["component"]["properties"]["then"]
    for said in (
        f"{MAX_BYTES // 1024} KiB, {MAX_NODES:,} values, {MAX_DEPTH} levels; a value {MAX_SCALAR:,} characters",
        f"{tokens.LENGTH:,} characters, {expression.NODES} parts, {tokens.DEPTH} levels",
        f"{tiers['maxItems']}, {items['maxItems']}",
        f"{calendar['calendar']['properties']['periods']['maxItems']:,}",
        f"{unseen.LONGEST_TEXT} characters; a line {csv_rows.LONGEST_LINE:,}",
        f"| {functions.SHARE_PLACES} places",
        f"{money.PLACES}, from file to file",
    ):
        assert said in table
    assert "below 10¹⁶; rates and quantities below 10⁹" in table and money.MONEY_LIMIT == 10**16
    assert "10⁻⁹ at least" in table and money.RATE_LIMIT * money.DIVISOR_LEAST == 1


def test_examples_are_read_as_documented() -> None:
    """The reader of examples itself: sections replace each other, entries of sources too, and nothing is lost."""
    below = "<!-- example: a -->\n**`komisi.yaml`**\n```yaml\nname: a\nsources:\n  x: 1\n  y: 2\n```\n"
    above = "<!-- example: b, on: a -->\n*On top of [](#):*\n**`komisi.yaml`**\n```yaml\nsources:\n  y: 3\n```\n"
    made = examples(below + above)
    assert files_of(made, "b") == {"komisi.yaml": "name: a\nsources:\n  x: 1\n  y: 3\n"}
