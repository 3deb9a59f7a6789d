"""Target plans: how a year's number is spread, what is told of a spread that can't be, and how a run explains it."""

from pathlib import Path

import pytest

from engine import open_workspace
from engine.core.diagnostic import Diagnostics
from engine.explain import explain, render_text
from engine.record import open_record
from engine.report.plan_words.target import target_sentence
from engine.resolve.target import resolve_targets
from tests.documents.examples import DOCUMENT, build, examples
from tests.passes.made_workspace import TEXTS, edited, loaded

PROFILES = """profiles:
  season: {shares: [10%, 5%, 5%, 5%, 5%, 5%, 5%, 5%, 5%, 5%, 5%, 0.4]}
"""


def told(texts: dict[str, str]) -> list[str]:
    workspace, found = loaded(texts)
    diagnostics = Diagnostics()
    if workspace is not None:
        resolve_targets(workspace, diagnostics)
    return [f"{d.code} {d.message}; {d.help}" for d in (*found, *diagnostics)]


def spread(text: str, profiles: str = PROFILES) -> dict[str, str]:
    texts = edited("a/targets.yaml", "spread: evenly", f"spread: {text}" if text else "")
    return {**texts, "komisi.yaml": TEXTS["komisi.yaml"] + profiles}


@pytest.mark.parametrize(
    "text",
    [
        "{quarters: [20%, 20%, 20%, 40%], within: evenly}",
        "evenly",
        "calendar_days",
        "{profile: season}",
        "{shares: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}",
    ],
)
def test_sound(text: str) -> None:
    assert told(spread(text)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "S002 the file needs `spread`"),
        ("weekly", "S004 `spread` can't be `weekly`; did you mean `evenly`? There is evenly | calendar_days"),
        ("{profile: saison}", "N001 there is no profile `saison`; did you mean `season`?"),
        ("{}", "S011 a target is spread by a `profile`, by `shares` or by `quarters`; write exactly one of the three"),
        ("{quarters: [40%, 60%], within: evenly}", "W103 the year `2026` has 4 quarters, the list 2 shares;"),
        ("{quarters: [40%, 60%]}", "S002 `spread` needs `within`"),
        ("{quarters: [40%, 59%], within: evenly}", "W019 the 2 shares add up to 99%, not 100%; add 1%: the parts are"),
        ("{profile: season, within: evenly}", "S014 `within` says how each quarter is spread, and there are no `quarters`"),
        ("{shares: [50%, 50%]}", "W103 the year `2026` has 12 periods, the list 2 shares;"),
        ("{shares: [33.33%, 33.33%, 33.33%]}", "W019 the 3 shares add up to 99.99%, not 100%; add 0.01%:"),
        ("{shares: [50%, 50.01%]}", "W019 the 2 shares add up to 100.01%, not 100%; take off 0.01%:"),
        ("{shares: [8, 92]}", "S006 8 is too large; it is at most 1"),
        ("{shares: [-10%, 110%]}", "S005 `-10%` can't stand for `shares[1]`; a percentage, or a number from 0 to 1, as in `8%`"),
    ],
)  # fmt: skip
def test_mistakes(text: str, wanted: str) -> None:
    assert any(line.startswith(wanted) for line in told(spread(text))), told(spread(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("evenly", ""),
        ("{shares: [50%, 20%, 30%]}", ""),
        ("{shares: [50%, 50%]}", "W103 the quarter `2026-Q1` has 3 periods, the list 2 shares; it needs a share for each of the"),
        ("{quarters: [20%, 20%, 20%, 40%], within: evenly}", "W113 `"),
    ],
)  # fmt: skip
def test_of_a_quarter(text: str, wanted: str) -> None:
    texts = edited("a/targets.yaml", "given: year\nspread: evenly", f"given: quarter\nspread: {text}")
    texts["komisi.yaml"] = texts["komisi.yaml"].replace("year: text", "quarter: text")
    found = told(texts)
    assert found == [] if not wanted else any(line.startswith(wanted) for line in found), found


def test_a_profile_is_of_periods_or_of_quarters() -> None:
    assert (
        told(spread("{profile: q}", "profiles:\n  q: {quarters: [25%, 25%, 25%, 25%], within: calendar_days}\n")) == []
    )
    both = "profiles:\n  q: {quarters: [25%, 25%, 25%, 25%], within: evenly, shares: [1]}\n"
    for wrong in (both, "profiles:\n  q: {note: none}\n"):
        assert any(
            line.startswith("S011 a profile has `shares` of the shortest periods")
            for line in told(spread("{profile: q}", wrong))
        )


def test_rows_have_one_time() -> None:
    texts = edited("komisi.yaml", "year: text", "year: text, period: text")
    assert told(texts) == []
    texts["a/targets.yaml"] = texts["a/targets.yaml"].replace("given: year\nspread: evenly\n", "given: period\n")
    assert [line.partition(" ")[0] for line in told(texts)] == ["W112"]


def test_a_period_has_nothing_to_spread() -> None:
    found = told(edited("a/targets.yaml", "given: year", "given: period"))
    assert found[0].startswith("S014 a target that is given for each period has nothing to spread; delete it, or write")


def test_a_profile_that_fits_some_years_only() -> None:
    """A calendar of weeks in which one year is cut otherwise: custom periods may do that."""
    rows = [f"    - {{name: A{n}, start: 2026-0{n}-01, end: 2026-0{n}-{d}, year: A}}" for n, d in ((1, 31), (2, 28))]
    rows.append("    - {name: B1, start: 2026-03-01, end: 2026-03-31, year: B}")
    calendar = "calendar:\n  kind: custom\n  periods:\n" + "\n".join(rows)
    texts = spread("{shares: [40%, 60%]}")
    head = next(line for line in texts["komisi.yaml"].splitlines() if line.startswith("calendar:"))
    texts["komisi.yaml"] = texts["komisi.yaml"].replace(head, calendar)
    assert any(line.startswith("W103 the year `B` has 1 periods, the list 2 shares") for line in told(texts))


def test_the_spread_is_read_back_and_explained(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "season", tmp_path / "workspace")
    opened = open_workspace(tmp_path / "workspace")
    target = opened.compiled.workspace.targets["monthly"]
    words = target_sentence(target, "month")
    assert "spread over its months by the profile `garden`: 4 %, 5 %, 12.5 %," in words.text
    assert words.note == "average of 2023 to 2025"
    saved = opened.run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=140)
    assert "amount × share_to − amount × (share_to − share) → 10,000.00 × 0.215 − 10,000.00 × (0.215 − 0.125)" in text
    assert "profile garden" in text and "average of 2023 to 2025" in text


@pytest.mark.parametrize(
    ("spread_as", "words", "explained"),
    [
        ("{quarters: [20%, 20%, 20%, 40%], within: evenly}",
         "spread over its quarters: 20 %, 20 %, 20 % and 40 %; each quarter is spread evenly over its months",
         "2,000.00 × 3 ÷ 3"),
        ("{quarters: [20%, 20%, 20%, 40%], within: calendar_days}", "each quarter is spread over its months by their days",
         "× 90 ÷ 90"),
    ],
)  # fmt: skip
def test_by_quarters(spread_as: str, words: str, explained: str, tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "year-target", tmp_path / "workspace")
    path = tmp_path / "workspace" / "sales" / "targets.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("spread: evenly", f"spread: {spread_as}"), encoding="utf-8"
    )
    opened = open_workspace(tmp_path / "workspace")
    assert words in target_sentence(opened.compiled.workspace.targets["monthly"], "month").text
    saved = opened.run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=240)
    assert explained in text
    assert (
        "amount × quarter_share_to − amount × (quarter_share_to − quarter_share) → 10,000.00 × 0.2 − 10,000.00 × (0.2 − 0.2)"
        in text
    )


def test_by_days(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "year-target", tmp_path / "workspace")
    path = tmp_path / "workspace" / "sales" / "targets.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("spread: evenly", "spread: calendar_days"), encoding="utf-8"
    )
    saved = open_workspace(tmp_path / "workspace").run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=240)
    assert "10,000.00 × 90 ÷ 365 − 10,000.00 × (90 − 31) ÷ 365" in text


LINES = {
    "komisi.yaml": TEXTS["komisi.yaml"].replace("amount:", "line: text, amount:"),
    "a/targets.yaml": TEXTS["a/targets.yaml"].replace(
        "spread:", "categories: {column: line, targets: {first: X, second: Z}}\nspread:"
    ),
}


def test_target_plans_of_one_source_tell_its_rows_apart_alike() -> None:
    other = TEXTS["a/targets.yaml"].replace("name: ", "name: other-")
    found = [each for each in told({**TEXTS, **LINES, "b/targets.yaml": other}) if each.startswith("M293")]
    assert len(found) == 1 and "by `line` and by no category" in found[0]


def test_a_target_plan_with_categories_is_as_many_targets() -> None:
    workspace, found = loaded({**TEXTS, **LINES})
    assert workspace is not None and not list(found)
    targets = resolve_targets(workspace, Diagnostics())
    assert {name: each.held for name, each in targets.items()} == {"first": {"line": "X"}, "second": {"line": "Z"}}
    [source] = {rows.source for each in targets.values() for rows in each.sources}
    assert source.row_key == ("participant", source.time, "line")


def test_a_category_may_be_called_as_the_first_day_of_other_rows(tmp_path: Path) -> None:
    """A `start` of targets is a text: no row of them holds from a day on."""
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "target-by-line", tmp_path)
    for file, old, new in (
        ("komisi.yaml", "period: text, line: text", "period: text, start: text"),
        ("sales/targets.yaml", "column: line", "column: start"),
        ("goals.csv", ",line,", ",start,"),
    ):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    made = open_workspace(tmp_path).run("2026-03").table("targets/sales.pumps")
    assert [int(own) for own in made["own"]] == [1000, 1000]
