"""Presets: each is a sound source, its parts give way to what the source says itself, and mistakes are told at their place."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine import PlanErrors, open_workspace
from engine.load.preset import FOLDER, OF_THE_FILE, preset_names, read_preset
from engine.load.schema import schema_folder
from engine.load.yaml_node import Mapping, to_plain
from tests.intake.company import MAIN, PEOPLE, PLAN, calculated, paid, refused

EXPORTS = {
    "dynamics_opportunities": "(Do Not Modify) Opportunity,Topic,Owner,Status,Actual Close Date,Actual Revenue\n"
    "5f0c,A,ana,Won,2026-03-02,1000.00\n",
    "hubspot_deals": "Record ID,Deal Name,Deal Stage,Close Date,Pipeline,Deal owner,Amount\n"
    "7001,A,Closed Won,2026-03-02 14:05,Sales,ana,1000\n",
    "pipedrive_deals": "Deal - ID,Deal - Title,Deal - Owner,Deal - Status,Deal - Won time,Deal - Value\n"
    "12,A,ana,won,2026-03-02 10:00:00,1000\n",
    "salesforce_opportunities": "Opportunity ID,Opportunity Name,Account Name,Opportunity Owner,Stage,Close Date,Amount\n"
    "006A,A,,ana,Closed Won,2026-03-02,1000.00\n",
}
"""A line of each export, made by hand after what is documented of it."""


def _made(folder: Path, preset: str, more: str = "", columns: str = "", export: str | None = None) -> Path:
    parts: Any = to_plain(read_preset(preset))
    money = next(name for name, column in parts["columns"].items() if column["type"] == "money")
    said = columns or f"{{{money}: {{currency: USD}}}}"
    source = f"    preset: {preset}\n    files: orders.csv\n    format: csv\n{more}    columns: {said}\n"
    start, end = MAIN.index("    FROM"), MAIN.index("policies:")
    (folder / "komisi.yaml").write_text(MAIN[:start] + source + MAIN[end:])
    date, owner = (str(parts[name]) for name in ("date", "participant"))
    plan = PLAN.replace("to: seller", f"to: {owner}").replace("sold_on", date).replace("value: net", f"value: {money}")
    (folder / "sales.yaml").write_text(plan)
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "orders.csv").write_text(EXPORTS[preset] if export is None else export)
    return folder


def _columns(preset: Mapping) -> Mapping:
    columns = preset.get("columns")
    assert isinstance(columns, Mapping)
    return columns


def test_the_schema_names_those_that_there_are() -> None:
    schema = json.loads((schema_folder() / "workspace.schema.json").read_text(encoding="utf-8"))
    assert tuple(schema["$defs"]["source"]["properties"]["preset"]["enum"]) == preset_names() == tuple(EXPORTS)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_reads_its_export(name: str, tmp_path: Path) -> None:
    run = calculated(_made(tmp_path, name))
    assert refused(run) == [] and paid(run) == {"ana": "50.00", "ben": "0.00"}


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_what_it_is(name: str) -> None:
    preset = to_plain(read_preset(name))
    assert isinstance(preset, dict) and {*OF_THE_FILE, "note", "key", "date", "participant", "columns"} <= set(preset)
    assert (preset["kind"], preset["name"]) == ("preset", name) and str(preset["documented"]).startswith("https://")
    assert (FOLDER / f"{name}.yaml").is_file()


def test_the_source_has_the_last_word(tmp_path: Path) -> None:
    columns = "{deal_amount: {currency: USD, from: Value}, stage: {nullable: true}, region: text}"
    export = EXPORTS["hubspot_deals"].replace("Amount", "Value").replace("Closed Won", "").replace(",Pipeline", "")
    export = export.replace(",Sales", "").replace("owner,Value", "owner,Value,region").replace(",1000", ",1000,north")
    run = calculated(_made(tmp_path, "hubspot_deals", "    without: [pipeline]\n", columns, export))
    rows = run.table("source/orders")
    assert refused(run) == [] and "pipeline" not in rows.columns
    assert rows.select("region", "stage").row(0) == ("north", None)


@pytest.mark.parametrize(
    ("more", "columns", "words"),
    [
        ("", "{deal: text}", "W012"),  # the preset does not know in which currency the amounts are
        ("    without: [pipelin]\n", "", "did you mean `pipeline`?"),
        ("    without: [deal_id]\n", "", "deal_id"),
        ("", "{region: {from: Region}, deal_amount: {currency: USD}}", "W035"),
    ],
)
def test_mistakes_are_told(more: str, columns: str, words: str, tmp_path: Path) -> None:
    made = _made(tmp_path, "hubspot_deals", more, columns)
    with pytest.raises(PlanErrors) as error:
        open_workspace(made)
    assert words in str(error.value)


def test_a_run_is_verified_without_the_presets_columns_in_its_plans(tmp_path: Path) -> None:
    saved = calculated(_made(tmp_path, "hubspot_deals")).save(tmp_path / "runs")
    assert saved.verify().ok
