"""Generated plans are reviewed without a stumble, and each code is provoked by some of them."""

from collections import Counter

from engine.core.diagnostic import Diagnostics
from engine.review import review
from tests.properties.generate import generate


def test_any_plan_can_be_reviewed() -> None:
    found: Counter[str] = Counter()
    for seed in range(150):
        workspace, _, _ = generate(seed)
        diagnostics = Diagnostics(limit_per_file=1000)
        review(workspace, diagnostics)
        assert not diagnostics.has_errors()
        found.update(diagnostic.code for diagnostic in diagnostics)
    assert set(found) == {
        "R001",
        "R002",
        "R003",
        "R004",
        "R005",
        "R006",
        "R008",
        "M292",
        "R030",
        "R031",
        "R033",
        "R035",
        "R036",
        "R038",
        "R039",
        "R040",
        "R041",
        "R042",
        "R043",
        "R045",
        "R046",
    }, found
