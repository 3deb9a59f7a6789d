"""Targets for groups: who has which number on which day, what is told of them, and how a run explains it."""

from pathlib import Path
from typing import Any

import pytest

from engine import check, open_workspace
from engine.explain import explain, render_text
from engine.record import open_record
from engine.report.plan_words.target import target_sentence
from tests.documents.examples import DOCUMENT, build, examples

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


def made(folder: Path, **changes: tuple[str, str]) -> Path:
    """The example of the language reference, with texts replaced in files by their names without ending."""
    build(EXAMPLES, "group-targets", folder)
    files = {"komisi": "komisi.yaml", "targets": "sales/targets.yaml", "people": "people.csv", "goals": "goals.csv",
             "titles": "title-goals.csv", "comp": "sales/comp.yaml"}  # fmt: skip
    for name, (old, new) in changes.items():
        path = folder / files[name]
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def targets(folder: Path) -> dict[tuple[str, str], Any]:
    rows = open_workspace(folder).run("2026-03").table("targets/sales.monthly").to_dicts()
    return {
        (row["participant"], str(row["segment"])): row["own"] and round(row["own"], 2)
        for row in rows
        if row["period"] == "2026-03"
    }


def told(folder: Path) -> list[str]:
    return [f"{d.code} {d.message}; {d.help}" for d in check(folder)]


def logged(folder: Path) -> list[tuple[Any, ...]]:
    log = open_workspace(folder).run("2026-03").table("exceptions")
    return [(r["code"], r["severity"], r["participant"], r["message"]) for r in log.to_dicts()]


ANA = ("ana", "2026-01-01")
LISTED = "sources:\n  - {source: goals, by: participant}\n  - {source: title-goals, by: title}"


def test_an_own_number_wins_where_it_is_listed_first(tmp_path: Path) -> None:
    assert targets(made(tmp_path))["ben", "2026-01-01"] == 1200
    swapped = ("- {source: goals, by: participant}\n  - {source: title-goals, by: title}",
               "- {source: title-goals, by: title}\n  - {source: goals, by: participant}")  # fmt: skip
    assert targets(made(tmp_path / "swapped", targets=swapped))["ben", "2026-01-01"] == 1000


def test_only_the_shortest_periods_have_a_part(tmp_path: Path) -> None:
    """Nobody reads a row of a quarter, so none may stand in the table either: an auditor would add it up."""
    parts = open_workspace(made(tmp_path)).run("2026-03").table("member_targets/monthly")["part"]
    assert set(parts) == {f"2026-{month:02}" for month in range(1, 13)}


def test_a_negative_own_number_is_no_target_and_is_not_passed_over(tmp_path: Path) -> None:
    assert targets(made(tmp_path, goals=("1200", "-1")))["ben", "2026-01-01"] is None


def test_a_title_without_a_number_is_missing(tmp_path: Path) -> None:
    found = targets(made(tmp_path, titles=("Senior Seller,2026-03,1500\n", "")))
    assert found["ana", "2026-03-11"] is None and found[ANA] is not None


def test_two_numbers_hold_the_participant(tmp_path: Path) -> None:
    folder = made(tmp_path, targets=("precedence: first", "precedence: exception"))
    assert targets(folder)["ben", "2026-01-01"] is None
    assert ("E209", "blocks_participant", "ben", "`monthly` has a number from two sources for `2026-03`") in logged(
        folder
    )


def test_a_group_that_nobody_is_in_and_a_period_that_is_not(tmp_path: Path) -> None:
    folder = made(tmp_path, titles=("Senior Seller,2026-03", "Senor Seller,2026-3"))
    found = logged(folder)
    assert ("E208", "warning", None, "nobody in source `people` has the title `Senor Seller`") in found
    assert ("E207", "blocks_period", None, "the calendar has no month `2026-3`") in found


def test_two_rows_for_one_group_and_period_block(tmp_path: Path) -> None:
    folder = made(tmp_path, titles=("Seller,2026-03,1000\n", "Seller,2026-03,1000\nSeller,2026-03,1100\n"))
    assert [(code, severity) for code, severity, *_ in logged(folder) if code == "X016"] == [
        ("X016", "blocks_period")
    ] * 2
    assert targets(folder)[ANA] is None


def moving(folder: Path, *more: tuple[str, str]) -> Path:
    """Ana moves from north to south on 11 March, and keeps her title: no segment is cut."""
    made(folder)
    (folder / "people.csv").write_text(
        "participant,start,end,title,territory\nana,2026-01-01,2026-03-10,Seller,north\nana,2026-03-11,,Seller,south\n",
        encoding="utf-8",
    )
    (folder / "title-goals.csv").write_text(
        "territory,period,amount\nnorth,2026-03,3100\nsouth,2026-03,6200\n", encoding="utf-8"
    )
    for path in (folder / "komisi.yaml", folder / "sales" / "targets.yaml"):
        text = path.read_text(encoding="utf-8").replace("columns: {title: text", "columns: {territory: text")
        text = text.replace("by: title", "by: territory").replace("title: text}", "title: text, territory: text}")
        for old, new in more:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder


def test_who_moves_has_a_part_of_each(tmp_path: Path) -> None:
    assert targets(moving(tmp_path)) == {ANA: 1000 + 4200}


@pytest.mark.parametrize(("day", "amount"), [("segment_start", 3100), ("segment_end", 6200)])
def test_without_proration_a_day_decides(tmp_path: Path, day: str, amount: int) -> None:
    stated = (
        "prorate: calendar_days",
        f"prorate: none\nparticipant_values_on: {{value: {day}, note: the rule of 2026}}",
    )
    folder = moving(tmp_path / "workspace", stated)
    assert targets(folder) == {ANA: amount}
    saved = open_workspace(folder).run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=160)
    assert f"participant_values_on: {day}" in text and "the rule of 2026" in text


def test_a_run_explains_and_verifies(tmp_path: Path) -> None:
    saved = open_workspace(moving(tmp_path / "workspace")).run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=160)
    assert "3,100.00 × 10 ÷ 31   [title-goals.csv:2]" in text and "6,200.00 × 21 ÷ 31   [title-goals.csv:3]" in text
    assert "in territory north" in text and "in territory south" in text
    assert list(saved.verify().findings) == []


def test_it_is_read_back(tmp_path: Path) -> None:
    target = open_workspace(made(tmp_path)).compiled.workspace.targets["monthly"]
    wanted = "It is the first that there is of these: your own, that of your title."
    assert wanted in target_sentence(target, "month").text


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"targets": ("precedence: first\n", "")}, "M025 `precedence` is not said, and somebody may have a number"),
        ({"targets": ("prorate: calendar_days", "prorate: none")}, "M011 `participant_values_on` is not said, and who changes"),
        ({"targets": ("by: title", "by: titel")}, "W102 targets given per period need a column `titel`"),
        ({"targets": ("source: title-goals", "source: goals")}, "W102 targets given per period need a column `title`"),
        ({"targets": ("source: title-goals, by: title", "source: goals, by: participant")}, "N003 `goals` is in the list twice"),
        ({"targets": ("name: monthly", "name: monthly\nsource: goals")}, "S011 a target plan has a `source` by participant"),
        ({"targets": (LISTED, "sources: []")}, "S007 `sources` is an empty list"),
        ({"komisi": ("{title: text, period", "{title: text, area: text, period")}, "W104 rows of `title-goals` are for a title"),
        ({"komisi": ("{title: text, period", "{area: text, period"), "targets": ("by: title", "by: area")},
         "N001 there is no column of `people` called `area`"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, changes: dict[str, tuple[str, str]], wanted: str) -> None:
    found = told(made(tmp_path, **changes))
    assert any(line.startswith(wanted) for line in found), found
