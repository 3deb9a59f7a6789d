"""Bare numbers beside shares: 90 for 90 % in rows of look-up tables, in a plan and in a file, and in formulas."""

import shutil
from pathlib import Path

import pytest

from engine.core.diagnostic import Diagnostic, Diagnostics
from engine.pipeline import front
from tests.hostile.case import BASE

MEASURES = """\
  reached: {attainment: sales_month, against: field-monthly}
  whole_percents: {rounded: reached, mode: floor, digits: 0}
  shared_month: {sum: shared, over: period}
  with_others: {attainment: shared_month, against: field-monthly}
  gain: {difference: reached, minus: with_others}
  both: {weighted: {reached: {weight: 50%}, with_others: {weight: 50%}}, missing_part: block}
  mix: {ratio: shared_month, to: sales_month, zero_denominator: zero}
  mix_then: {previous: mix, back: period, no_previous: zero}
  mix_gain: {difference: mix, minus: mix_then}
"""
TABLE = """\
look_ups:
  factor:
    type: quantity
    by: {{by: {{band: {band}}}}}
    missing: exception
    {rows}
components:
"""


def told(folder: Path, factor: str, table: str = "", file: str | None = None) -> list[Diagnostic]:
    """What `check` says, where `volume` is multiplied by the factor and a table is looked up; only of shares."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    plan = folder / "field" / "comp.yaml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace("\ncomponents:\n", MEASURES + "\n" + (table or "components:\n"))
    text = text.replace("by: 1.1, per", f'by: "{factor}", per')
    text = text.replace(
        '"1 + coalesce(bonus_rate, 0)"', "1 + reached + whole_percents + with_others + gain + both + mix_gain"
    )
    plan.write_text(text, encoding="utf-8")
    if file is not None:
        (folder / "field" / "factor.csv").write_text(file, encoding="utf-8")
    diagnostics = Diagnostics()
    front(folder, diagnostics, {})
    return [each for each in diagnostics if each.code != "R045"]


def rows(*bounds: str) -> str:
    return "rows: [" + ", ".join(f"{{by: {bound}, value: {n}}}" for n, bound in enumerate(bounds)) + "]"


@pytest.mark.parametrize(
    ("band", "bounds", "code", "severity", "message"),
    [
        ("attainment", ("0%", "90"), "T072", "error", "`90` is a bare number, and `by` is a share of a target"),
        ("reached", ("0", "1"), "T072", "error", "`1` is a bare number, and `by` is a share of a target"),
        ("whole_percents", ("0.9",), "T072", "error", "`0.9` is a bare number, and `by` is a share of a target"),
        ("both", ("50%", "90"), "T072", "error", "`90` is a bare number, and `by` is a share of a target"),
        ("gain", ("-5", "0"), "T072", "error", "`-5` is a bare number, and `by` is a share of a target"),
        ("max(with_others, reached)", ("2",), "T072", "error", "`2` is a bare number, and `by` is a share of a target"),
        ("reached - 1", ("2",), "T072", "error", "`2` is a bare number, and `by` is a share of a target"),
        ("mix", ("0%", "80"), "T073", "warning", "`80` is a bare number, and `by` is a rate: that is 8000 %"),
        ("mix", ("0.8", "10"), "T073", "warning", "`10` is a bare number, and `by` is a rate: that is 1000 %"),
        ("mix", ("5%", "0.8"), "T073", "warning",
         "`0.8` is a bare number, and `by` is a rate: that is 80 %, and another row says `5%`"),
        ("mix_gain", ("0", "0.5", "1"), "T073", "warning", "`0.5` is a bare number, and `by` is a rate: that is 50 %"),
        ("mix - mix_then", ("-1", "2"), "T073", "warning", "`2` is a bare number, and `by` is a rate: that is 200 %"),
        ("mix_gain", ("0%", "0.5%", "0.25"), "T073", "warning",
         "`0.25` is a bare number, and `by` is a rate: that is 25 %, and another row says `0.5%`"),
    ],
)  # fmt: skip
def test_a_bound_without_its_sign(
    tmp_path: Path, band: str, bounds: tuple[str, ...], code: str, severity: str, message: str
) -> None:
    """A share of a target is never a bare number; any other rate may be, as long as it can be one."""
    table = TABLE.format(band=f'"{band}"', rows=rows(*bounds))
    (found,) = told(tmp_path, "factor", table)
    assert (found.code, found.severity, found.message) == (code, severity, message)


@pytest.mark.parametrize(
    ("band", "bounds"),
    [
        ("attainment", ("0%", "90%", "9000%")),
        ("reached", ("0", "90%")),
        ("reached * 100", ("0", "90")),
        ("mix", ("0", "0.8", "9.5")),
        ("mix", ("0", "80%", "8000%")),
        ("mix_gain", ("-1", "0", "0.005")),
        ("mix_gain", ("-100%", "0", "0.5%", "100%")),
        ("sales_month", ("0", "90")),
    ],
)
def test_what_is_no_slip(tmp_path: Path, band: str, bounds: tuple[str, ...]) -> None:
    """0 is 0 with or without the sign; what is counted in hundredths is no share any more."""
    assert told(tmp_path, "factor", TABLE.format(band=f'"{band}"', rows=rows(*bounds))) == []


def test_what_a_row_has_to_be_and_where_a_band_ends(tmp_path: Path) -> None:
    """Not only where a band begins."""
    equal = TABLE.format(band="X", rows="rows: [{by: 1, value: 2}, {by: else, value: 1}]").replace(
        "by: {band: X}", "by: whole_percents"
    ).replace("    missing: exception\n", "")  # fmt: skip
    assert [each.code for each in told(tmp_path / "equal", "factor", equal)] == ["T072"]
    ends = TABLE.format(band="reached", rows="rows: [{by: 0%, by.to: 120, value: 2}]")
    (found,) = told(tmp_path / "ends", "factor", ends)
    assert (found.code, found.message[:5]) == ("T072", "`120`")


def test_a_file_is_told_once_at_its_cell(tmp_path: Path) -> None:
    """The first of several, at its line and column, and how many more there are."""
    table = TABLE.format(band="attainment", rows="file: factor.csv")
    (found,) = told(tmp_path, "factor", table, "value,by,note\n0,0%,\n1,90,\n1.1,100,kicker\n1.2,120,\n")
    assert (found.code, Path(found.span.file).name, found.span.line, found.span.column) == ("T072", "factor.csv", 3, 3)
    assert found.help == "write 90% if that is meant, otherwise 9000%; and so the 2 others of this dimension"
    assert [words for _, words in found.related] == ["the dimension", "the file is read here"]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("1.05 if reached >= 100 else 1", "`reached` is a share of a target, 1 for 100 %: 100 is 10000 %"),
        ("1.05 if 100 <= attainment else 1", "`attainment` is a share of a target, 1 for 100 %: 100 is 10000 %"),
        ("1.05 if both in (90, 0.5) else 1", "`both` is a share of a target, 1 for 100 %: 90 is 9000 %"),
        ("min(whole_percents, 150)", "`whole_percents` is a share of a target, 1 for 100 %: 150 is 15000 %"),
        ("1 + (reached - 100) * 2", "`reached` is a share of a target, 1 for 100 %: 100 is 10000 %"),
        ("1.05 if max(reached, with_others) > 87.5 else 1",
         "`max(reached, with_others)` is a share of a target, 1 for 100 %: 87.5 is 8750 %"),
        ("1.05 if gain >= 5 else 1", "`gain` is a share of a target, 1 for 100 %: 5 is 500 %"),
        ("1.05 if reached - with_others >= 5 else 1", "`reached - with_others` is a share of a target, 1 for 100 %: 5 is 500 %"),
        ("1.05 if with_others > -20 else 1", "`with_others` is a share of a target, 1 for 100 %: -20 is -2000 %"),
    ],
)  # fmt: skip
def test_a_number_beside_a_share_in_a_formula(tmp_path: Path, formula: str, message: str) -> None:
    """Where a share of a target is compared with a number that it hardly comes to, it is asked about, at the number."""
    (found,) = told(tmp_path, formula)
    assert (found.code, found.severity, found.message) == ("T074", "warning", message)
    assert found.help is not None and found.help.startswith("write ")


@pytest.mark.parametrize(
    "formula",
    [
        "1.05 if reached >= 1 else 1",
        "1.05 if reached > 9.5 else 1",
        "1.05 if reached * 100 >= 100 else 1",
        "1.05 if mix >= 87 else 1",
        "1.05 if mix_gain >= 2 else 1",
        "1.05 if gain >= 1 else 1",
        "1.05 if sales_month >= 100 else 1",
        "100 if reached >= 1 else 90",
        "reached / 100",
    ],
)
def test_numbers_that_are_meant(tmp_path: Path, formula: str) -> None:
    """A ratio may be 87 to one; a share times 100 is a number of percents."""
    assert told(tmp_path, formula) == []


def test_a_formula_that_a_look_up_table_reads(tmp_path: Path) -> None:
    """What is looked up by a class that a formula makes."""
    rows = 'rows: [{by: high, value: 2}, {by: else, value: 1}]'  # fmt: skip
    table = TABLE.format(band="X", rows=rows).replace("{band: X}", """'"high" if reached >= 90 else "low"'""")
    table = table.replace("    missing: exception\n", "")
    (found,) = told(tmp_path, "factor", table)
    assert (found.code, found.help) == (
        "T074", "write 0.9 for 90 %; if 9000 % is meant, in a look-up table or a gate it is written 9000%",
    )  # fmt: skip
