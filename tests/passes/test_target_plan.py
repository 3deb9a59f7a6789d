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
    "text", ["evenly", "calendar_days", "{profile: season}", "{shares: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}"]
)
def test_sound(text: str) -> None:
    assert told(spread(text)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "S002 the file needs `spread`"),
        ("weekly", "S004 `spread` can't be `weekly`; did you mean `evenly`? There is evenly | calendar_days"),
        ("{profile: saison}", "N001 there is no profile `saison`; did you mean `season`?"),
        ("{}", "S011 a year is spread by a `profile` or by `shares`; write exactly one of the two"),
        ("{shares: [50%, 50%]}", "W103 the year `2026` has 12 periods, the list 2 shares;"),
        ("{shares: [33.33%, 33.33%, 33.33%]}", "W019 the 3 shares add up to 99.99%, not 100%; add 0.01%:"),
        ("{shares: [50%, 50.01%]}", "W019 the 2 shares add up to 100.01%, not 100%; take off 0.01%:"),
        ("{shares: [8, 92]}", "S006 8 is too large; it is at most 1"),
        ("{shares: [-10%, 110%]}", "S005 `-10%` can't stand for `shares[1]`; a percentage, or a number from 0 to 1, as in `8%`"),
    ],
)  # fmt: skip
def test_mistakes(text: str, wanted: str) -> None:
    assert any(line.startswith(wanted) for line in told(spread(text))), told(spread(text))


def test_a_period_has_nothing_to_spread() -> None:
    found = told(edited("a/targets.yaml", "given: year", "given: period"))
    assert found[0].startswith("S014 a target that is given for each period has nothing to spread; delete it")


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


def test_by_days(tmp_path: Path) -> None:
    build(examples(DOCUMENT.read_text(encoding="utf-8")), "year-target", tmp_path / "workspace")
    path = tmp_path / "workspace" / "sales" / "targets.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("spread: evenly", "spread: calendar_days"), encoding="utf-8"
    )
    saved = open_workspace(tmp_path / "workspace").run("2026-03").save(tmp_path / "runs")
    text = render_text(explain(open_record(saved.record.folder), "ana"), width=240)
    assert "10,000.00 × 90 ÷ 365 − 10,000.00 × (90 − 31) ÷ 365" in text
