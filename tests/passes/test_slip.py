"""`Slips`: which of the names a word is a slip of; and that of ids that differ by a digit none is guessed."""

import pytest

from engine.core.slip import Slips

THERE = ("S-01", "S-02", "S-010", "booked", "returned", "Müller AG", "100234", "A1", "B-1", "B1")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("s-01", "S-01"), ("S01", "S-01"), ("S 1", "S-01"), (" S-01 ", "S-01"), ("s-10", "S-010"), ("S_02", "S-02"),
        ("boooked", "booked"), ("bokoed", "booked"), ("bookd", "booked"), ("bookef", "booked"), ("Booked", "booked"),
        ("müller ag", "Müller AG"), ("Muller AG", "Müller AG"), ("10234", "100234"), ("S-O2", "S-02"),
        ("S-03", None), ("S-9", None), ("A2", None), ("b1", None), ("B01", None), ("zurück", None), ("S-01", None), ("", None),
        ("100243", None), ("100235", None), ("-", None), ("x" * 101, None),
    ],
)  # fmt: skip
def test_meant(word: str, name: str | None) -> None:
    assert Slips(THERE).meant(word) == name
