"""`komisi check --data`: people without a plan or a target, rows that contradict each other, each at its row."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Done, Komisi, komisi
from tests.documents.examples import DOCUMENT, build, examples
from tests.hostile.case import BASE

ROSTER = """participant,start,end,title,bonus_rate
P-1,2026-01-01,,Account Executive,
P-2,2026-02-10,,Account Executive,0.01
"""
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    """`komisi`, in the sound workspace with targets for everybody and every month."""
    for file in BASE.rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(BASE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    write_targets(tmp_path, {("P-1", month): "1000" for month in MONTHS} | {("P-2", month): "1000" for month in MONTHS})
    monkeypatch.chdir(tmp_path)
    return komisi(monkeypatch, capsys)


def write_targets(folder: Path, amounts: dict[tuple[str, str], str]) -> None:
    rows = [f"{who},{month},{amount}" for (who, month), amount in amounts.items()]
    (folder / "data/targets.csv").write_text("\n".join(["participant,period,amount", *rows]) + "\n")


def found(done: Done) -> list[tuple[str, str, int, str]]:
    return [(d["code"], d["file"], d["line"], d["message"]) for d in json.loads(done.out)["diagnostics"]]


def told(do: Komisi, *arguments: str) -> list[tuple[str, str, int, str]]:
    return found(do("check", "--data", "--output-format", "json", *arguments))


def test_nothing_is_wrong(do: Komisi) -> None:
    done = do("check", "--data")
    assert done.code == 0 and "no mistakes found" in done.out


def test_no_target_in_some_months(do: Komisi, tmp_path: Path) -> None:
    amounts = {("P-1", month): "1000" for month in MONTHS if month not in ("2026-03", "2026-04", "2026-09")}
    amounts |= {("P-2", month): "0" if month == "2026-05" else "1000" for month in MONTHS}
    write_targets(tmp_path, amounts)
    assert told(do) == [
        ("E201", "data/roster.csv", 2, "`P-1` has no target `field-monthly` for 2026-03 to 2026-04, 2026-09"),
        ("E202", "data/roster.csv", 3, "`P-2` has a target `field-monthly` of 0 for 2026-05"),
    ]
    assert told(do, "--period", "2026-05") == [
        ("E202", "data/roster.csv", 3, "`P-2` has a target `field-monthly` of 0 for 2026-05")
    ]
    assert told(do, "--period", "2026-06") == []


def test_who_blocks_nobody_is_a_warning(do: Komisi, tmp_path: Path) -> None:
    main = (tmp_path / "komisi.yaml").read_text()
    (tmp_path / "komisi.yaml").write_text(main.replace("missing_target: block", "missing_target: zero"))
    write_targets(tmp_path, {("P-1", month): "1000" for month in MONTHS})
    done = do("check", "--data", "--output-format", "json")
    assert done.code == 0 and [d["severity"] for d in json.loads(done.out)["diagnostics"]] == ["warning"]


def test_who_is_on_no_plan(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "data/roster.csv").write_text(
        ROSTER.replace("P-1,2026-01-01,,", "P-1,2026-01-01,2026-06-30,")
        + "P-1,2026-07-01,,Trainee,\nP-3,2026-01-01,,Manager,\nP-4,2026-05-01,,Manager,\n"
    )
    assert told(do) == [
        ("E114", "data/roster.csv", 4, "`P-1` is on no plan from 2026-07-01 to 2026-12-31"),
        ("E115", "data/roster.csv", 5, "no plan is for the title `Manager`: `P-3`, `P-4`"),
    ]


def test_a_plan_without_end(do: Komisi, tmp_path: Path) -> None:
    plan = tmp_path / "field/comp.yaml"
    plan.write_text(plan.read_text().replace(", end: 2026-12-31}", "}"))
    assert told(do) == []


def test_rows_that_contradict_each_other(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "data/roster.csv").write_text(ROSTER + "P-2,2026-03-01,,Account Executive,\n")
    assert [(code, line) for code, _, line, _ in told(do)] == [("X018", 3), ("X018", 4)]
    (tmp_path / "data/roster.csv").write_text(ROSTER + "P-3,2026-03-xx,,Account Executive,\n")
    assert [(code, line) for code, _, line, _ in told(do)] == [("X011", 4)]


def test_a_target_of_no_period(do: Komisi, tmp_path: Path) -> None:
    targets = tmp_path / "data/targets.csv"
    targets.write_text(targets.read_text() + "P-1,2026-13,5\n")
    [(code, file, line, message)] = told(do)
    assert (code, file, line, message) == ("E207", "data/targets.csv", 26, "the calendar has no month `2026-13`")
    result = do("check", "--data")
    assert result.code == 1 and "write it as the calendar names it, as in `2026-01`" in result.out


def test_a_target_of_somebody_whose_id_is_misspelt(do: Komisi, tmp_path: Path) -> None:
    amounts = {(who, month): "1000" for month in MONTHS for who in ("P-1", "P-2")}
    write_targets(tmp_path, amounts | {("p-1", "2026-03"): "5", ("p-1", "2026-04"): "6", ("Q-9", "2026-04"): "7"})
    assert told(do) == [
        ("E447", "data/targets.csv", 26, "nobody in `roster` is `p-1`, whom `participant` names here (2 rows)"),
        ("E447", "data/targets.csv", 28, "nobody in `roster` is `Q-9`, whom `participant` names here"),
    ]
    assert do("check", "--data").err.count("did you mean") + do("check", "--data").out.count("did you mean `P-1`?") == 1


def test_a_file_that_is_not_there(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "data/targets.csv").unlink()
    [(code, file, _, message)] = told(do)
    assert (code, file) == ("X001", "komisi.yaml") and "data/targets.csv" in message


def test_transactions_are_not_read(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "data/orders.csv").unlink()
    assert told(do) == []


def test_a_period_without_a_file_holds_a_run_and_is_told(do: Komisi, tmp_path: Path) -> None:
    """Also of transactions, whose rows are not read, and of an earlier period that the run computes."""
    main = (tmp_path / "komisi.yaml").read_text()
    (tmp_path / "komisi.yaml").write_text(main.replace("data/orders.csv", "data/orders-{period}.csv"))
    orders = (tmp_path / "data/orders.csv").read_text()
    for month in ("2026-01", "2026-03", "2026-05"):
        (tmp_path / f"data/orders-{month}.csv").write_text(orders)
    assert [row[3] for row in told(do)] == ["no file for 2026-02, 2026-04 in source `orders`"]
    assert [row[3] for row in told(do, "--period", "2026-03")] == ["no file for 2026-02 in source `orders`"]
    assert told(do, "--period", "2026-01") == []


def test_a_row_that_a_later_one_outdates_is_no_mistake(do: Komisi, tmp_path: Path) -> None:
    main = (tmp_path / "komisi.yaml").read_text()
    said = main.replace("    files: data/roster.csv\n", "    files: data/roster.csv\n    version: revision\n")
    (tmp_path / "komisi.yaml").write_text(
        said.replace("      title: text\n", "      title: text\n      revision: quantity\n", 1)
    )
    header, *lines = ROSTER.splitlines()
    rows = [f"{header},revision", *(f"{line},1" for line in lines), f"{lines[0]},2"]
    (tmp_path / "data/roster.csv").write_text("\n".join(rows) + "\n")
    assert told(do) == []


def test_how_it_is_asked(do: Komisi, tmp_path: Path) -> None:
    done = do("check", "--period", "2026-03")
    assert done.code == 2 and "add --data" in done.err
    assert do("check", "--data", "--period", "2026-99").code == 2
    assert do("check", "--data", "field/comp.yaml").code == 2
    (tmp_path / "field/comp.yaml").write_text("kind: comp-plan\n")
    assert do("check", "--data").code == 1


def test_it_says_what_it_does_not_read(do: Komisi) -> None:
    """Of transactions nothing is looked at, and nobody should think so: the command that does is named."""
    assert "; not read: transactions (`orders`), which `komisi sources check` looks at" in do("check", "--data").err
    assert "which `komisi sources check 2026-03` looks at" in do("check", "--data", "--period", "2026-03").err
    assert "not read" not in do("check").err


def test_the_line_is_shown(do: Komisi, tmp_path: Path) -> None:
    (tmp_path / "data/roster.csv").write_text(ROSTER + "P-3,2026-01-01,,Manager,\n")
    assert "4 | P-3,2026-01-01,,Manager," in do("check", "--data").out


def test_it_looks_at_what_plans_and_targets_cover_and_says_so(do: Komisi, tmp_path: Path) -> None:
    main, plan = tmp_path / "komisi.yaml", tmp_path / "field/comp.yaml"
    main.write_text(main.read_text().replace("first_year: 2026, last_year: 2026", "first_year: 2025, last_year: 2029"))
    plan.write_text(plan.read_text().replace(", end: 2026-12-31}", "}"))
    roster = tmp_path / "data/roster.csv"
    roster.write_text(roster.read_text().replace("P-1,2026-01-01", "P-1,2025-03-01"))
    assert told(do) == []  # neither for 2025, before any plan, nor from 2027 on, without any target
    said = "looked at the roster from 2026-01-01 to 2029-12-31; `field-monthly` for 2026-01 to 2026-12"
    assert said in do("check", "--data").err
    assert "looked at 2027-01" in (done := do("check", "--data", "--period", "2027-01")).err
    assert "has no target `field-monthly` for 2027-01" in done.out


def test_without_any_target_all_that_the_plans_cover_is_told(do: Komisi, tmp_path: Path) -> None:
    write_targets(tmp_path, {})
    assert told(do)[0][3] == "`P-1` has no target `field-monthly` for 2026-01 to 2026-12"


def test_two_numbers_where_that_is_an_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "group-targets", tmp_path)
    monkeypatch.chdir(tmp_path)
    do, file = komisi(monkeypatch, capsys), tmp_path / "sales/targets.yaml"
    assert "E209" not in [code for code, *_ in told(do)]
    file.write_text(file.read_text().replace("precedence: first", "precedence: exception"))
    twice = [finding for finding in told(do) if finding[0] == "E209"]
    assert [line for _, _, line, _ in twice] == [4]
    assert twice[0][3] == "`ben` has a number from two sources for the target `monthly`, for 2026-03"
    assert not [finding for finding in told(do) if finding[0] == "E201" and "`ben`" in finding[3]]


@pytest.mark.parametrize(("policy", "severity"), [("redistribute", "warning"), ("zero", "warning"), ("block", "error")])
def test_a_goal_that_a_score_can_do_without(do: Komisi, tmp_path: Path, policy: str, severity: str) -> None:
    """The choice that decides is shown: that of the score, where it goes on without the part."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "scorecard", tmp_path)
    plan = tmp_path / "sales/comp.yaml"
    plan.write_text(plan.read_text().replace("value: redistribute", f"value: {policy}"))
    found = json.loads(do("check", "--data", "--output-format", "json").out)["diagnostics"]
    [told] = [each for each in found if each["code"] != "N079"]  # the folder holds plans of another workspace, too
    assert (told["code"], told["severity"]) == ("E201", severity)
    assert told["related"][0]["message"].startswith(
        "`missing_target" if policy == "block" else f"`missing_part: {policy}`"
    )
