"""`komisi diff`: what it shows in each format, its exit codes, what it takes for a run and for a version of plans."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.command import Komisi, as_json
from tests.conformance.small_workspace import GOALS, MAIN, ORDERS, PEOPLE, PLAN, TARGETS, written

RATE = PLAN.replace("rate: 3%", "rate: 4%")
TRIED = ("--plan", "old", ".", "--period", "2026-03")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, which is the current folder; its plans as they were are in `old/`."""
    monkeypatch.chdir(written(tmp_path))
    for name, text in (("komisi.yaml", MAIN), ("field/comp.yaml", PLAN), ("field/targets.yaml", TARGETS)):
        path = tmp_path / "old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "komisi.yaml").write_text(MAIN)
    return tmp_path


# ------------------------------------------------------------------------------------------------------ versions of plans


def test_0_nothing_moves(do: Komisi, home: Path) -> None:
    done = do("diff", *TRIED)
    assert done.code == 0 and "No difference: everybody's pay is the same, to the last digit." in done.out
    assert "field  75.51 USD  75.51 USD        none        0       0" in done.out


def test_1_pay_moves_and_the_line_that_moves_it_is_named(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(RATE)
    done = do("diff", *TRIED)
    assert done.code == 1 and "Pay moves: +12.50 USD (3 winners, 0 losers)" in done.out, done.out
    line = PLAN[: PLAN.index("rate: 3%")].count("\n") + 1
    edit = f"1  +12.50 USD  3 participants  field/comp.yaml:{line}  components.commission.rate.tiers[2].rate: 3% → 4%"
    assert edit in done.out, done.out
    assert re.search(r"P1 +field / commission +2026-03 +\d\S+ USD +\d\S+ USD +\+3.00 USD +1: \+3.00 USD", done.out), (
        done.out
    )
    assert "next: komisi diff --plan old . --period 2026-03 --output-format html > diff.html" in done.err


def test_what_means_nothing_changes_nothing(do: Komisi, home: Path) -> None:
    text = PLAN.replace("  commission:", "  # said aloud\n  pay:").replace("name: field", "name: field\nnote: of today")
    (home / "field/comp.yaml").write_text(text.replace("total", "sold"))
    said = as_json(do, "diff", *TRIED, code=0)
    kinds = [edit["places"][0]["kind"] for edit in said["edits"]]
    assert kinds == ["added", "renamed", "comment", "renamed"]
    assert all(edit["changes_nothing"] for edit in said["edits"]) and said["rows"] == []
    assert do("diff", *TRIED).out.count("changes nothing") == 4


def test_edits_that_need_each_other_go_together_and_no_other_with_them(do: Komisi, home: Path) -> None:
    text = PLAN.replace("  total:", "  wins: {count: sales, over: period}\n  total:").replace("rate: 1%", "rate: 2%")
    steps = "      - multiply: {by: 1 + wins / 10, per: earning}\n      - round"
    (home / "field/comp.yaml").write_text(
        text.replace("      - round", steps).replace('status == "shared"', 'status == "share"')
    )
    said = as_json(do, "diff", *TRIED)
    assert [edit["places"][0]["path"] for edit in said["edits"]] == [
        "credits.shared.where", "measures.wins", "components.commission.rate.tiers[1].rate", "components.commission.then[1]",
    ]  # fmt: skip
    groups = [step["edits"] for step in said["steps"]]
    assert groups == [[1], [2], [3], [4]], "an unread measure compiles"
    assert said["edits"][1]["changes_nothing"] and said["steps"][3]["alone"] is None
    assert "needs edits before it" in do("diff", *TRIED).out


def test_joined_edits_say_why(do: Komisi, home: Path) -> None:
    text = PLAN.replace("over: period}", "over: year_to_date}").replace("basis: period", "basis: to_date")
    text = text.replace("zero_target: block", "zero_target: block\n      reach: to_date").replace(
        "rate: 3%", "rate: 4%"
    )
    (home / "field/comp.yaml").write_text(text.replace("      - round", "      - true_up: year\n      - round"))
    said = as_json(do, "diff", *TRIED)
    joined = [step for step in said["steps"] if len(step["edits"]) > 1]
    assert len(joined) == 1 and joined[0]["joined_because"].startswith("["), said["steps"]
    single = [step["edits"] for step in said["steps"] if len(step["edits"]) == 1]
    paths = [said["edits"][numbers[0] - 1]["places"][0]["path"] for numbers in single]
    assert paths == ["components.commission.rate.tiers[2].rate"], "what is not needed stays apart"
    assert re.search(r"(\d\+)+\d go together: \d alone is \[M\d+\]", do("diff", *TRIED).out)


def test_a_person_blocked_or_not_there_is_told_in_words(do: Komisi, home: Path) -> None:
    (home / "goals.csv").write_text(GOALS.replace("P2,2026-03,600\n", ""))
    (home / "field/comp.yaml").write_text(PLAN.replace("missing_target: block", "missing_target: zero"))
    said = as_json(do, "diff", *TRIED)
    (row,) = said["rows"]
    assert (row["participant"], row["was"], row["now"], row["before"]) == ("P2", "blocked", "known", "0")
    assert [each["code"] for each in said["exceptions"]["gone"]] == ["E201"] and said["exceptions"]["new"] == []
    assert [(each["was"], each["now"]) for each in said["statuses"]] == [("incomplete", "payable")]
    done = do("diff", *TRIED).out
    assert "Exceptions that are gone" in done and "Who can be paid" in done


def test_payouts_that_are_rounded_have_the_rounding_as_a_row(do: Komisi, home: Path) -> None:
    rounded = PLAN.replace("    then:\n      - round: {per: earning, mode: half_up}\n", "")
    rounded = rounded.replace("hit_policy: first}", "hit_policy: first, payout_rounding: half_up}")
    (home / "old/field/comp.yaml").write_text(rounded)
    (home / "field/comp.yaml").write_text(rounded.replace("rate: 3%", "rate: 4%"))
    said = as_json(do, "diff", *TRIED)
    deltas = {(row["participant"], row["component"]): row["delta"] for row in said["rows"]}
    assert deltas == {("P1", "commission"): "3", ("P2", "commission"): "3.0025", ("P2", "payout rounding"): "-0.0025",
                      ("P3", "commission"): "6.5"}  # fmt: skip
    assert said["sums"][0]["delta"] == "12.5" and said["rows"][0]["by"] == [{"step": 1, "delta": "3"}]


def test_a_new_plan_and_how_sources_are_read_are_edits_too(do: Komisi, home: Path) -> None:
    people = PEOPLE.replace("P3,2025-01-01,2026-12-31,Seller", "P3,2025-01-01,2026-12-31,Guide")
    (home / "people.csv").write_text(people)
    (home / "komisi.yaml").write_text(MAIN.replace("on_empty: 0", "on_empty: 1"))
    guide = PLAN.replace("name: field", "name: guides").replace("title: Seller", "title: Guide")
    (home / "guides").mkdir()
    (home / "guides/comp.yaml").write_text(guide)
    said = as_json(do, "diff", *TRIED)
    assert [edit["places"][0]["kind"] for edit in said["edits"]] == ["changed", "added"]
    assert said["participants"] == {"new": ["P3"], "gone": []}
    assert {row["was"] for row in said["rows"] if row["plan"] == "guides"} == {"not there"}


def test_a_revision_is_read_from_git_and_the_data_stays(do: Komisi, home: Path) -> None:
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "plans")):
        subprocess.run([*git, *command], cwd=home, check=True, capture_output=True)
    (home / "field/comp.yaml").write_text(RATE)
    (home / "orders.csv").write_text(ORDERS.replace("A2,2026-03-03,P1,booked,,2,500", "A2,2026-03-03,P1,booked,,2,600"))
    said = as_json(do, "diff", "--plan", "HEAD", ".", "--period", "2026-03")
    assert said["sums"][0]["delta"] == "13.5", "of the orders as they are now"
    done = do("diff", "--plan", "HEAD", "nowhere", "--period", "2026-03")
    assert done.code == 2 and "`nowhere` is neither a folder nor a git revision" in done.err
    assert "  help: `.` are the plans as they stand there now; or name another folder with komisi.yaml" in done.err


def test_the_period_is_the_last_that_was_run(do: Komisi, home: Path) -> None:
    done = do("diff", "--plan", "old", ".")
    assert done.code == 2 and "no pay period was run yet" in done.err and "2026-01, 2026-02" in done.err
    assert do("run", "2026-03").code == 0
    assert do("run", "2026-02").code == 3
    assert as_json(do, "diff", "--plan", "old", ".", code=0)["periods"] == ["2026-03"]
    assert as_json(do, "diff", *TRIED, "--period", "2026-01", code=0)["periods"] == ["2026-01", "2026-03"]


def test_4_plans_or_data_that_can_t_be_read(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(PLAN.replace("rate: 1%", "rte: 1%"))
    done = do("diff", *TRIED)
    assert (
        (done.code, done.out) == (4, "")
        and "field/comp.yaml:35" in done.err
        and "the plans of `.` have mistakes" in done.err
    )
    (home / "field/comp.yaml").write_text(PLAN)
    (home / "orders.csv").unlink()
    done = do("diff", *TRIED)
    assert (done.code, done.out) == (4, "") and "the plans can't be calculated: [X001]" in done.err, done.err


def test_2_wrong_usage(do: Komisi, home: Path) -> None:
    for arguments, said in (
        ((), "takes two runs, or --plan"), (("a",), "two runs; here is 1"),
        (("a", "b", "--period", "2026-03"), "--period goes with"),
        (("latest:", "previous:"), "`latest` of which pay period?"), (("--plan", "old/field", "."), "OLD and NEW are whole"),
        (("a", "--plan", "old", "."), "not both"), (("--plan", "old", ".", "--period", "2026-3"), "is not a pay period"),
    ):  # fmt: skip
        done = do("diff", *arguments)
        assert (done.code, done.out) == (2, "") and said in done.err


# --------------------------------------------------------------------------------------------------------------- runs


def test_two_runs(do: Komisi, home: Path) -> None:
    assert do("run", "2026-03").code == 0
    only = do("diff", "previous:2026-03", "latest:2026-03")
    assert only.code == 4 and "there is only one run of 2026-03" in only.err
    (home / "field/comp.yaml").write_text(RATE.replace("  commission:", "  pay:"))
    assert do("run", "2026-03").code == 0
    said = as_json(do, "diff", "previous:2026-03", "latest:2026-03")
    assert said["sums"][0]["delta"] == "12.5" and "steps" not in said
    assert {row["component"] for row in said["rows"]} == {"commission → pay"}
    assert said["notes"] == ["plan files that differ: field/comp.yaml"]
    assert as_json(do, "diff", "latest:2026-03", said["old"][:6])["sums"][0]["delta"] == "-12.5"
    assert do("diff", "latest:2026-03", "latest:2026-03").code == 0


def test_runs_of_two_periods_are_laid_side_by_side(do: Komisi, home: Path) -> None:
    for period in ("2026-02", "2026-03"):
        assert do("run", period).code in (0, 3)
    said = as_json(do, "diff", "latest:2026-02", "latest:2026-03")
    assert said["periods"] == ["2026-02 → 2026-03"] and {row["was"] for row in said["rows"]} <= {"blocked", "known"}


def test_4_a_run_that_is_not_there_or_damaged(do: Komisi, home: Path) -> None:
    assert do("diff", "latest:2026-03", "latest:2026-03").code == 4
    assert do("run", "2026-03").code == 0
    (folder,) = (path for path in (home / "runs").iterdir() if path.is_dir())
    (folder / "plans/field/comp.yaml").write_text("a: [")
    done = do("diff", folder, folder)
    assert done.code == 4 and "the run is damaged" in done.err
    (folder / "tables/earnings.parquet").unlink()
    assert do("diff", "latest:2026-03", folder.name[:5]).code == 4


# ------------------------------------------------------------------------------------------------------------- formats


def test_markdown_takes_nothing_for_markup(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(RATE.replace("name: field", 'name: field\nnote: "a | b <img> @all `x`"'))
    done = do("diff", *TRIED, "--output-format", "markdown")
    assert done.code == 1 and done.out.startswith("### 2026-03") and done.err == ""
    assert r"a \| b \<img\> \@all \`x\`" in done.out
    tables = [line for line in done.out.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} <= {5, 6, 7, 8}


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}


def test_html_is_one_file_with_a_picture_and_nothing_from_elsewhere(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(RATE.replace("name: field", 'name: field\nnote: "<script>alert(1)</script>"'))
    done = do("diff", *TRIED, "--output-format", "html")
    page = _Html()
    page.feed(done.out)
    assert done.code == 1 and {"svg", "table", "style"} <= set(page.tags)
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert not {name for name in page.names if name in ("src", "href", "style") or name.startswith("on")}
    assert "3 winners +12.50 USD" in done.out and "url(" not in done.out


def test_every_format_has_the_same_rows(do: Komisi, home: Path) -> None:
    (home / "field/comp.yaml").write_text(RATE)
    for form in ("text", "markdown", "html"):
        done = do("diff", *TRIED, "--output-format", form)
        assert done.code == 1 and all(
            word in done.out.replace("\\", "") for word in ("P1", "P2", "P3", "+12.50 USD", "3% → 4%")
        )
