"""`komisi rule`: every code explained with its example, lists by family, and what was probably meant."""

import json

import pytest

from engine.core.codes import CODES, FAMILIES
from tests.cli.command import Komisi


def test_a_code(do: Komisi) -> None:
    done = do("rule", "m101")
    assert done == do("rule", "error[M101]") == do("rule", "warning[m101]:")
    assert (done.code, done.err) == (0, "") and "\x1b" not in done.out
    assert done.out.startswith("M101: no true-up on a basis to date\n")
    assert (
        "Wrong, in comp.yaml:\n    then:\n      - cap:" in done.out
        and "Right:\n    then:\n      - true_up: year\n" in done.out
    )


def test_every_code_has_both_examples(do: Komisi) -> None:
    for code in CODES:
        done = do("rule", code)
        assert done.code == 0 and done.out.startswith(f"{code}: ") and "Wrong, in " in done.out and "Right:" in done.out
        assert all(line.isprintable() for line in done.out.split("\n")), code
        read = json.loads(do("rule", code, "--json").out)
        assert read["code"] == code and read["explanation"] and read["example"]["bad"] != "" != read["example"]["good"]


def test_lists(do: Komisi) -> None:
    everything = do("rule")
    assert everything.code == 0 and all(f"  {code}  " in everything.out for code in CODES)
    family = do("rule", "x")
    assert "  X001  " in family.out and "M101" not in family.out and "logged by `komisi run`" in family.out
    assert [each["code"] for each in json.loads(do("rule", "--json").out)] == list(CODES)
    assert {each["told_by"] for each in json.loads(do("rule", "E", "--json").out)} == {"check", "run"}
    assert all(do("rule", letter).code == 0 for letter in FAMILIES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("M11", "M110, M111"),
        ("N01", "N0"),
        ("T03", "T003"),
        ("rounded", "M013"),
        ("anchor", "Y011"),
        ("?", "a code is"),
    ],
)
def test_an_unknown_code(typed: str, meant: str, do: Komisi) -> None:
    done = do("rule", typed)
    assert (done.code, done.out) == (2, "")
    assert f"error: no code is called `{typed}`" in done.err and meant in done.err
