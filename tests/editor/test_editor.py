"""An editor completes, explains and checks plans from the schemas: the language server itself, driven over stdio.

It skips itself where node or the server is absent; `.ci/run` installs the server where npm is there.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import check
from engine.load.schema import schema_of
from tests.editor.language_server import NODE, PROGRAM, Server, language_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="no language server: npm ci --prefix tests/editor"),
]
ROOT = Path(__file__).parents[2]
PLAN = "sales/comp.yaml"
FILES = ("komisi.yaml", PLAN, "sales/targets.yaml", "sales/tests/commission.yaml")
MISTAKES = {
    "mode: marginal": "mode: margin",
    "base: sales_month": "bases: sales_month",
    "currency: USD": "currency: dollars",
    "over: period": "over: periods",
    "earning_period: month": "earning_period: [month]",
}
"""A line of the plan → a mistake in it that a schema can tell."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with language_server() as running:
        yield running


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `komisi init` makes: its files name their schemas by a relative path."""
    folder = tmp_path_factory.mktemp("editor") / "made"
    subprocess.run([sys.executable, "-m", "engine", "init", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n")) if words in line)


@pytest.mark.parametrize("name", FILES)
def test_a_sound_file_has_no_finding(server: Server, workspace: Path, name: str) -> None:
    assert server.open(workspace / name, (workspace / name).read_text()) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "plans").rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_the_example_plans_have_no_finding(server: Server, path: Path) -> None:
    assert server.open(path, path.read_text()) == []


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_is_told_at_the_line_where_check_tells_it(
    server: Server, workspace: Path, tmp_path: Path, right: str
) -> None:
    text = (workspace / PLAN).read_text()
    line, spoilt = line_of(text, right), text.replace(right, MISTAKES[right], 1)
    told = server.open(workspace / "sales" / f"{len(right)}.yaml", spoilt)
    assert line in {each["range"]["start"]["line"] for each in told}, told
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(workspace), str(copy)], check=True)
    (copy / PLAN).write_text(spoilt)
    assert line + 1 in {each.span.line for each in check(copy)}


def test_values_are_completed(server: Server, workspace: Path) -> None:
    lines = (workspace / PLAN).read_text().split("\n")
    path, line = workspace / "sales" / "values.yaml", line_of("\n".join(lines), "mode: marginal")
    lines[line] = lines[line].partition("marginal")[0]
    server.open(path, "\n".join(lines))
    assert set(server.complete(path, line, len(lines[line]))) == {
        "flat", "whole", "marginal", "interpolated", "step", "each_entered", "prizes",
    }  # fmt: skip


def test_keys_are_completed_with_what_they_mean(server: Server, workspace: Path) -> None:
    text = (workspace / PLAN).read_text()
    path, line = workspace / "sales" / "keys.yaml", line_of(text, "earning_code:")
    indent = re.match(" *", text.split("\n")[line])
    assert indent is not None
    lines = text.split("\n")
    server.open(path, "\n".join([*lines[:line], indent[0], *lines[line:]]))
    offered = server.complete(path, line, len(indent[0]))
    properties = schema_of("comp-plan")["$defs"]["component"]["properties"]
    assert {"policies", "target_incentive", "accept", "note"} <= set(offered) <= set(properties)
    assert all(offered[name] == properties[name]["description"] for name in ("policies", "target_incentive"))


def test_a_key_and_a_value_are_explained(server: Server, workspace: Path) -> None:
    text = (workspace / PLAN).read_text()
    path, line = workspace / PLAN, line_of(text, "earning_code:")
    server.open(path, text)
    shown = server.hover(path, line, text.split("\n")[line].index("earning_code") + 1)
    assert "The code that payroll knows it by." in shown and "COMM" in shown


LIBRARY = """\
# yaml-language-server: $schema=.komisi/schemas/v1/library.schema.json
kind: library
rate_tables:
  two_rates:
    parameters:
      low: {type: rate}
      bound: {type: money, default: 1000 USD}
      mode: {type: text}
    mode: $mode
    boundary: upper
    tiers:
      - {from: 0, rate: $low}
      - {from: $bound, rate: 2 * $low}
components:
  commission:
    parameters: {low: {type: rate}}
    earning_period: month
    rate: {use: two_rates, with: {low: $low, mode: marginal}}
    then:
      - round: {per: earning, mode: half_up}
"""
USES = """\
# yaml-language-server: $schema=../.komisi/schemas/v1/comp-plan.schema.json
kind: comp-plan
name: north
use: regional
with: {low: 3%, region: North}
participants: {title: Seller}
components:
  extra: {use: commission, with: {low: 1%}}
"""


def test_a_library_and_a_plan_that_uses_it_have_no_finding(server: Server, workspace: Path) -> None:
    assert server.open(workspace / "library.yaml", LIBRARY) == []
    assert server.open(workspace / "sales" / "north.yaml", USES) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("low: {type: rate}\n", "low: {type: percent}\n"), ("boundary: upper", "boundary: uper"),
        ("from: $bound", "from: [bound]"),
        ("mode: half_up", "mode: $Half"), ("    then:", "    than:"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_library_is_told_at_its_line(server: Server, workspace: Path, right: str, wrong: str) -> None:
    told = server.open(workspace / f"{len(right)}-library.yaml", LIBRARY.replace(right, wrong, 1))
    assert line_of(LIBRARY, right.rstrip("\n")) in {each["range"]["start"]["line"] for each in told}, told


def test_a_library_is_completed(server: Server, workspace: Path) -> None:
    lines = LIBRARY.split("\n")
    at = line_of(LIBRARY, "mode: $mode")
    text = "\n".join([*lines[:at], "    mode: ", *lines[at + 1 :]])
    server.open(workspace / "values-library.yaml", text)
    assert set(server.complete(workspace / "values-library.yaml", at, len("    mode: "))) >= {
        "flat",
        "whole",
        "marginal",
    }
    server.open(workspace / "keys-library.yaml", "\n".join([*lines[:at], "    ", *lines[at:]]))
    assert {"use", "with", "below", "points"} <= set(server.complete(workspace / "keys-library.yaml", at, 4))
