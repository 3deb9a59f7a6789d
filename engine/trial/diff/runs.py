"""Two runs on disk → their difference. Names that only changed are told by the plan files that the runs keep."""

import polars as pl

from engine.core.diagnostic import Diagnostics
from engine.load.yaml_file import parse_yaml
from engine.record import Record, RecordError
from engine.trial.diff.difference import COMPARED, Difference, Side, compared, side
from engine.trial.diff.edits import edits
from engine.trial.diff.renames import Names, names
from engine.trial.made_from import differing


def compare_runs(old: Record, new: Record) -> Difference:
    """The difference between two runs. Raises RecordError for one that can't be read.

    Runs of two pay periods are laid side by side: what each paid in its own.
    """
    one = old.period == new.period
    period = old.period if one else f"{old.period} → {new.period}"
    made = edits(_plan_texts(old), _plan_texts(new))
    said = [names(made.files, on) for on in (frozenset[int](), made.switches)]
    before, after = (_side(record, period, each, one) for record, each in zip((old, new), said, strict=True))
    rows, unpaid = compared(before.pay, after.pay), compared(before.unpaid, after.unpaid)
    digits = {**old.manifest.get("currencies", {}), **new.manifest.get("currencies", {})}
    return Difference(before, after, (period,), digits, rows, unpaid, tuple(_notes(old, new)), made.edits)


def _side(record: Record, period: str, said: Names, one: bool) -> Side:
    """A run's tables; in runs of two pay periods, what is earned in either is set side by side."""
    tables = {name: record.table(name) for name in COMPARED}
    if not one:
        tables["earnings"] = tables["earnings"].with_columns(period=pl.lit(period))
    return side(record.id, {period: tables}, said)


def _plan_texts(record: Record) -> dict[str, bytes]:
    try:
        texts = record.plan_texts()
    except OSError as error:
        raise RecordError(f"{record.folder.name}: its plan files can't be read: {error}") from None
    broken = [name for name, text in texts.items() if parse_yaml(text, name, Diagnostics()) is None]
    if broken:
        raise RecordError(
            f"{record.folder.name}/plans/{broken[0]} can't be read; the run is damaged, take it from a copy"
        )
    return texts


def _notes(old: Record, new: Record) -> list[str]:
    """What the two runs were made from that differs."""
    notes = []
    for title, key in (("data files", "inputs"), ("plan files", "plans")):
        files = differing(old, new, key)
        more = f" and {len(files) - 5} more" if len(files) > 5 else ""
        notes += [f"{title} that differ: {', '.join(files[:5])}{more}"] if files else []
    engines = [str(record.manifest.get("engine")) for record in (old, new)]
    notes += [f"engine: {' and '.join(engines)}"] if engines[0] != engines[1] else []
    for record in (old, new):
        if plans := record.manifest.get("options", {}).get("plans"):
            notes.append(f"run {record.id} is of {plans} only")
    return notes
