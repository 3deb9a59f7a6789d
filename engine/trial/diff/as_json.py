"""A comparison as data: the same as the page, whole, decimals as plain texts."""

from decimal import Decimal
from typing import Any

import polars as pl

from engine.core.money import plain
from engine.trial.diff.difference import Difference, Step
from engine.trial.diff.edits import Edit
from engine.trial.diff.page import Contributions, contributions, interaction, verdict
from engine.trial.diff.pay import KEYS
from engine.trial.diff.words import step_of


def as_json(found: Difference) -> dict[str, Any]:
    """What `--json` prints."""
    new, gone = found.people()
    logged, settled = found.exceptions()
    said = {
        "old": found.old.name,
        "new": found.new.name,
        "periods": list(found.periods),
        "moves": found.moves(),
        "verdict": verdict(found),
        "notes": list(found.notes),
        "totals": found.totals().to_dicts(),
        "sums": found.sums().to_dicts(),
        "participants": {"new": new, "gone": gone},
        "by_participant": found.by_participant().to_dicts(),
        "rows": _rows(found.moved(), contributions(found)),
        "unpaid": _rows(found.moved_unpaid(), contributions(found, unpaid=True)),
        "statuses": found.statuses().to_dicts(),
        "exceptions": {"new": logged.to_dicts(), "gone": settled.to_dicts()},
        "edits": [_edit(edit, found.steps) for edit in found.edits],
    }
    if found.steps is not None:
        said["steps"] = [_step(step) for step in found.steps]
    texts: dict[str, Any] = _texts(said)
    return texts


def _rows(moved: pl.DataFrame, by_step: Contributions) -> list[dict[str, Any]]:
    """Rows that differ, each with the steps that did it."""
    return [
        {**row, "by": [{"step": step.number, "delta": by} for step, by in by_step.get(tuple(row[k] for k in KEYS), [])]}
        for row in moved.to_dicts()
    ]


def _edit(edit: Edit, steps: tuple[Step, ...] | None) -> dict[str, Any]:
    places = [
        {"file": p.file, "line": p.line, "path": p.path, "kind": p.kind, "before": p.before, "after": p.after}
        for p in edit.places
    ]
    if steps is None:
        return {"number": edit.number, "places": places}
    step = step_of(edit, steps)
    nothing = step is None or step.changes_nothing()
    return {
        "number": edit.number,
        "places": places,
        "step": None if step is None else step.number,
        "changes_nothing": nothing,
    }


def _step(step: Step) -> dict[str, Any]:
    """`interaction` is what a step moved less what it would move alone; null where it can't stand alone."""
    rest = None if step.alone is None else _sums(interaction([step]))
    return {
        "number": step.number,
        "edits": [edit.number for edit in step.edits],
        "joined_because": step.because,
        "sums": _sums(step.moved),
        "alone": None if step.alone is None else _sums(step.alone),
        "interaction": rest,
        "rows": step.moved.to_dicts(),
        "unpaid": step.unpaid.to_dicts(),
    }


def _sums(moved: pl.DataFrame) -> list[dict[str, Any]]:
    return moved.group_by("plan", "currency").agg(pl.col("delta").sum()).sort("plan", "currency").to_dicts()


def _texts(value: Any) -> Any:
    """Decimals as plain texts, at any depth."""
    match value:
        case Decimal():
            return plain(value)
        case dict():
            return {key: _texts(each) for key, each in value.items()}
        case list() | tuple():
            return [_texts(each) for each in value]
        case _:
            return value
