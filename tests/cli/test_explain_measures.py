"""`komisi explain` of measures that are no plain sums: what each is made of, and what decided where there is nothing."""

import re
from pathlib import Path

import pytest

from tests.cli.command import Komisi, komisi
from tests.conformance.small_workspace import PLAN, written
from tests.documents.examples import DOCUMENT, build, examples

EXAMPLES = examples(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Komisi:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")  # no line is folded
    return komisi(monkeypatch, capsys)


def explained(do: Komisi, folder: Path, example: str, participant: str) -> str:
    build(EXAMPLES, example, folder)
    assert do("run", "2026-03").code == 0
    done = do("explain", "latest:2026-03", participant)
    assert done.code == 0, done.err
    return done.out


def test_an_earlier_period_is_followed_to_its_rows(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "growth", "ana")
    assert "sales_month ÷ sales_last_year → 1,150.00 ÷ 1,000.00" in said
    assert "measure sales_month · 2025-03 = 1,000.00 USD" in said and "G-1 · 2025-03-12" in said


def test_what_decides_where_there_is_none(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "growth", "ben")
    assert "no_previous: zero" in said and "zero_denominator: full" in said
    assert "2025-03" not in said


def test_counts_averages_and_ratios(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "active-outlets", "ana")
    assert "count_distinct of outlet in sales where amount > 0" in said
    assert "new, added up since the reset where amount > 0 → 0 + 2 + 1" in said
    assert "average of sales → 410.00 ÷ 4" in said and "calls_sold ÷ calls_planned → 16 ÷ 20" in said


def test_what_each_claim_counts_for(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "limited-losses", "ana")
    assert "new, added up since the reset → 8,000.00 + 2,000.00 + 3,000.00" in said
    assert (
        "claim C-1 = −1,000.00 USD" in said
        and "−6,000.00 in this interval; since the reset 9,000.00, before it" in said
    )
    assert "customer north = 2" in said and "min(3, 2)" in said
    assert do("verify", "latest:2026-03").code == 0
    used = do("explain", "latest:2026-03", "ana", "--transaction", "L-4").out
    assert "measure losses_ytd · 2026-03 = 13,000.00 USD" in used, used
    shown = " ".join(do("show", "sales").out.split())
    assert (
        "In it each `claim` counts for no less than 0.00 USD and no more than 10,000.00 USD, all its credits together."
        in shown
    )


def test_this_period_is_one_of_the_last_three(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "rolling", "ana")
    for month, amount in (("01", "900.00"), ("02", "600.00"), ("03", "1,200.00")):
        assert f"measure sales_month · 2026-{month} = {amount} USD" in said
    assert do("verify", "latest:2026-03").code == 0
    shown = " ".join(do("show", "sales").out.split())
    assert (
        "the sum of `sales_month` of the last 3 months up to this one, as far as you were there, for all or a part of each"
        in shown
    )
    assert "the average `sales_month` of the last 3 months up to this one, if you were there for all of each" in shown
    joined = do("explain", "latest:2026-03", "ben").out
    assert "measure sales_month · 2026-02 = 500.00 USD" in joined and "2026-01" not in joined


def test_what_the_quarter_before_came_to(do: Komisi, tmp_path: Path) -> None:
    build(EXAMPLES, "held", tmp_path)
    assert do("run", "2026-05").code == 0
    said = do("explain", "latest:2026-05", "ana").out
    assert "sales_quarter at the end of the quarter before" in said
    assert "measure sales_quarter · quarter to date, 2026-03 = 2,000.00 USD" in said
    assert do("verify", "latest:2026-05").code == 0
    shown = " ".join(do("show", "sales").out.split())
    assert "what `sales_quarter` was at the end of the quarter before, for all of this one" in shown


def test_a_formula_with_its_figures_and_its_variables(do: Komisi, tmp_path: Path) -> None:
    said = explained(do, tmp_path, "by-formula", "ana")
    assert "new_business + 0.5 * renewals → 1,200.00 + 0.5 × 350.50" in said
    assert "bottles_month * weight → 15 × 1.2" in said and "variable weight = 1.2" in said
    assert "measure renewals · 2026-03 = 350.50 USD" in said and "F-2 · 2026-03-17" in said
    assert do("verify", "latest:2026-03").code == 0
    shown = " ".join(do("show", "sales").out.split())
    assert "`counted` is `new_business + 0.5 * renewals`." in shown and "a renewal is half the work" in shown


def test_a_measure_that_several_read_is_explained_once(do: Komisi, tmp_path: Path) -> None:
    """Each level of a ladder reads both of the level under it: ten of them would be 2^10 times the lowest."""
    rungs = [
        f"  m{n}: {{formula: m{n - 1} + n{n - 1}}}\n  n{n}: {{formula: m{n - 1} - n{n - 1}}}\n" for n in range(1, 11)
    ]
    lowest = "  m0: {sum: sales, over: period}\n  n0: {sum: sales, over: period}\n"
    own = "measures:\n" + lowest + "".join(rungs) + "  last: {formula: m10 + n10}\n"
    plan = (
        re.sub(r"measures:\n.*\n", own, PLAN)
        .replace("base: total", "base: last")
        .replace("select: total", "select: last")
    )
    written(tmp_path, {"field/comp.yaml": plan})
    assert do("run", "2026-03").code == 0
    said = do("explain", "latest:2026-03", "P1").out
    assert said.count("m8 + n8 → ") == said.count("m0 + n0 → ") == 1 and len(said.splitlines()) < 130
    again = re.search(r"measure m9 · 2026-03 = 48,000.00 USD\n[│ ]+as above   \[field/comp.yaml:[0-9]+\]\n", said)
    assert again is not None and said.index("m8 + n8") < again.start()
    tree = do("explain", "latest:2026-03", "P1", "--json").out
    assert tree.count('"about": "as above"') == said.count("as above") and '"formula": "m8 + n8"' in tree
