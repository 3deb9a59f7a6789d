"""Ten edits of the made company's plans, and what each moves.

python -m tests.conformance.ten_edits     a table: edit, participants moved, difference, sum of what the edits are given
"""

from decimal import Decimal
from pathlib import Path

import polars as pl

from engine.core.diagnostic import Diagnostics
from engine.pipeline import Compiled, front
from engine.trial.diff import Difference, attribute

PLANS = Path(__file__).parents[2] / "plans"
Texts = dict[str, bytes]
Edit = tuple[str, str, str]
"""File, what stands there, what will."""

SALESMAN, KEY_ACCOUNT, EXPORT = (f"{name}/comp.yaml" for name in ("salesman", "key-account", "export"))

EDITS: dict[str, tuple[Edit, ...]] = {
    "rate": ((SALESMAN, "rate: 1.0%", "rate: 1.2%"),),
    "bound": ((SALESMAN, "{from: 80%,  rate", "{from: 85%,  rate"),),
    "mode": ((KEY_ACCOUNT, "mode: whole ", "mode: marginal "),),
    "cap": ((EXPORT, "at: 5000 USD", "at: 4000 USD"),),
    "gate": ((SALESMAN, "at_least: 80%", "at_least: 100%"),),
    "dates": ((SALESMAN, "end: 2026-12-31", "end: 2026-03-15"),),
    "credit rule": ((SALESMAN, ' and family != "service"', ""),),
    "split": ((KEY_ACCOUNT, "share: share", "share: equal"),),
    "target": (("salesman/targets.yaml", "prorate: calendar_days", "prorate: none"),),
    "rename": ((SALESMAN, "active_bonus:", "lines_bonus:"), (SALESMAN, "  sales:", "  sold:"),
               (SALESMAN, "sum: sales", "sum: sold"),
               (SALESMAN, "count: sales", "count: sold")),
}  # fmt: skip


def company() -> Compiled:
    """The plans as they are."""
    made = front(PLANS, Diagnostics(), {})
    assert made is not None
    return made


def compiled(texts: Texts) -> Compiled:
    """Plans made of texts."""
    diagnostics = Diagnostics()
    made = front(Path("."), diagnostics, {}, texts)
    assert made is not None, [(d.code, d.message, d.span) for d in diagnostics]
    return made


def edited(old: Compiled, edits: tuple[Edit, ...]) -> Compiled:
    """The plans with edits."""
    texts = dict(old.texts)
    for file, here, there in edits:
        assert here.encode() in texts[file], here
        texts[file] = texts[file].replace(here.encode(), there.encode())
    return compiled(texts)


def sums(rows: pl.DataFrame) -> dict[str, Decimal]:
    """What rows of a difference come to, by currency; without what comes to nothing."""
    found = rows.group_by("currency").agg(pl.col("delta").sum()).filter(pl.col("delta") != 0)
    return dict(found.iter_rows())


def attributed(found: Difference) -> pl.DataFrame:
    """What the edits of a difference move, row by row."""
    assert found.steps is not None
    return pl.concat([step.moved for step in found.steps])


def main() -> None:
    """Print the table, edit by edit, and all at once."""
    old = company()
    alone = [(name, tuple(edits)) for name, edits in EDITS.items()]
    together = ("all ten", tuple(edit for edits in EDITS.values() for edit in edits))
    print(f"{'edit, 2026-03':14}{'moved':>7}{'difference':>24}{'sum of the edits':>24}")
    for name, edits in (*alone, together):
        found = attribute(old, edited(old, edits), PLANS, ("2026-03",), ("old", "new"))
        moved = found.rows.filter(pl.col("delta") != 0)["participant"].n_unique()
        totals, shares = sums(found.rows), sums(attributed(found))
        for currency in sorted({*totals, *shares}) or [""]:
            told = (f"{each.get(currency, Decimal(0)).normalize():,f} {currency}" for each in (totals, shares))
            print(f"{name:14}{moved:7}" + "".join(f"{text:>24}" for text in told))


if __name__ == "__main__":
    main()
