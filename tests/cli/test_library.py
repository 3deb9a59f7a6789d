"""Commands on plans that use parts of libraries: every place is that in the library and that of the number."""

import zipfile
from pathlib import Path

import pytest

from engine import open_workspace
from tests.cli.command import Komisi
from tests.cli.command import komisi as command
from tests.documents.examples import build
from tests.passes.test_library import EXAMPLES, LIBRARY, NORTH, SOUTH, edit, line, regions

__all__ = ["regions"]


@pytest.fixture
def komisi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Komisi:
    monkeypatch.setenv("COLUMNS", "160")
    return command(monkeypatch, capsys)


def test_check_of_a_plan_has_what_is_told_of_its_parts(komisi: Komisi, regions: Path) -> None:
    edit(LIBRARY, {"sum: sales": "sum: sale"})
    assert "N001" in komisi("check", NORTH).out
    assert komisi("check", LIBRARY).code == 1


def test_explain_names_the_line_of_the_library_and_that_of_the_number(komisi: Komisi, regions: Path) -> None:
    assert komisi("run", "2026-03").code == 0
    text = komisi("explain", "latest:2026-03", "ana").out
    tier = line(LIBRARY, "{from: 0, rate: $low}")
    assert f"1,000.00 × 3 %   [{LIBRARY}:{tier} ({NORTH}:4" in text
    assert "at most 0.5 * 1000 → min(42.00, 500.00)" in text


def test_show_has_the_values_in_words(komisi: Komisi, regions: Path) -> None:
    text = komisi("show", NORTH).out
    assert 'counts if `region == "North"`' in text and "at most `0.5 * 1000`" in text
    assert f"{LIBRARY}:12 ({NORTH}:4)" in text
    assert "`rate` is 3% on this plan.\n" in text and "`higher` is 6%, as no other value is set.\n" in text
    assert "(what a month has to bring before the higher rate)" in text


def test_diff_gives_a_number_to_the_line_that_sets_it(
    komisi: Komisi, regions: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    old = tmp_path_factory.mktemp("old")
    build(EXAMPLES, "regions", old)
    edit(LIBRARY, {"default: 6%": "default: 8%"})
    edit(SOUTH, {"rate: 3.5%": "rate: 4%"})
    text = komisi("diff", "--plan", str(old), ".", "--period", "2026-03").out
    assert f"{LIBRARY}:8" in text and "plans.regional.parameters.higher.default: 6% → 8%" in text
    assert f"{SOUTH}:4" in text and "with.rate: 3.5% → 4%" in text


def test_a_changed_copy_of_a_library_is_found(komisi: Komisi, regions: Path, tmp_path: Path) -> None:
    written = open_workspace(regions).run("2026-03").save(tmp_path / "runs")
    folder = written.record.folder
    assert komisi("verify", str(folder)).code == 0
    packed = tmp_path / "run.zip"
    assert komisi("pack", str(folder), "--out", str(packed)).code == 0
    assert f"plans/{LIBRARY}" in zipfile.ZipFile(packed).namelist()
    edit(str(folder / "plans" / LIBRARY), {"default: 6%": "default: 9%"})
    assert komisi("verify", str(folder)).code == 1


def test_generated_tests_of_plans_in_one_folder_name_their_plan(komisi: Komisi, regions: Path) -> None:
    done = komisi("test", "--generate", NORTH)
    assert done.code == 0, done.out
    assert "\nplan: north\n" in Path("regions/tests/boundaries-north.yaml").read_text(encoding="utf-8")
    assert komisi("test").code == 0
    assert LIBRARY in komisi("test", "--coverage").out
