"""A comparison as a page: a verdict and tables of texts, which text, markdown and HTML then only lay out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from engine.trial.diff.difference import Difference, Step
from engine.trial.diff.edits import Edit
from engine.trial.diff.pay import KEYS, MONEY
from engine.trial.diff.words import amount, count, label, step_of, visible, what, where

SHOWN = 25
"""Exceptions that a table shows, and participants of each currency; JSON has all."""
SEVERAL = 4
"""Places of one edit that are shown."""
Row = tuple[str, ...]
Contributions = dict[tuple[Any, ...], list[tuple[Step, Decimal]]]
"""By KEYS: the steps that moved something, and by how much."""


@dataclass(frozen=True)
class Sheet:
    """A table of texts; `right` says which columns hold figures."""

    title: str
    head: Row
    rows: tuple[Row, ...]
    right: frozenset[int] = frozenset()
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """All that is shown."""

    title: str
    verdict: str
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def page(found: Difference) -> Page:
    """The page of a comparison; tables without rows are left out."""
    paid, unpaid = _by_component(found), _unpaid(found)
    sheets = [_totals(found), _edits(found), _people(found), paid, unpaid, _statuses(found), *_exceptions(found)]
    names = f"{visible(found.old.name)} → {visible(found.new.name)}"
    title = f"{', '.join(found.periods)} · {names}"
    return Page(title, verdict(found), (*found.notes, *_came(found)), tuple(each for each in sheets if each.rows))


def verdict(found: Difference) -> str:
    """The answer in a sentence."""
    if not found.moves():
        return "No difference: everybody's pay is the same, to the last digit."
    sums = found.sums().filter((pl.col("winners") > 0) | (pl.col("losers") > 0))
    said = [
        f"{amount(row['delta'], row['currency'], found.digits, True)}"
        f" ({count(row['winners'], 'winner')}, {count(row['losers'], 'loser')})"
        for row in sums.to_dicts()
    ]
    what = "who can be paid" if found.statuses().height else "what is blocked"
    return f"Pay moves: {' · '.join(said)}" if said else f"No amount moves, but {what} does."


def _came(found: Difference) -> list[str]:
    new, gone = found.people()
    return [
        f"{title}: {', '.join(map(visible, who))}" for title, who in (("New", new), ("Gone", gone)) if who
    ]  # fmt: skip


def _totals(found: Difference) -> Sheet:
    rows = []
    for row in found.totals().to_dicts():
        money = [amount(row[name], row["currency"], found.digits) for name in ("before", "after")]
        delta = amount(row["delta"], row["currency"], found.digits, True) if row["winners"] + row["losers"] else "none"
        won = _side(row["winners"], row["won"], row["currency"], found)
        lost = _side(row["losers"], row["lost"], row["currency"], found)
        rows.append((visible(row["plan"]), *money, delta, won, lost))
    head = ("plan", "before", "after", "difference", "winners", "losers")
    return Sheet("Totals", head, tuple(rows), frozenset(range(1, 6)))


def _side(number: int, total: Decimal, currency: str, found: Difference) -> str:
    return f"{number:,}: {amount(total, currency, found.digits, True)}" if number else "0"


def _edits(found: Difference) -> Sheet:
    """Every edit with what it moves; in a comparison of runs, where data may differ too, just the edits."""
    rows: list[Row] = []
    for edit in found.edits:
        step = step_of(edit, found.steps) if found.steps is not None else None
        effect, remark = _effect(edit, step, found) if found.steps is not None else ("", "")
        shown = edit.places[:SEVERAL]
        rows.append((str(edit.number), effect, remark, where(shown[0]), what(shown[0])))
        rows += [("", "", "", where(place), what(place)) for place in shown[1:]]
        if len(edit.places) > SEVERAL:
            rows.append(("", "", "", "", f"… and {count(len(edit.places) - SEVERAL, 'more place')}"))
    head = ("", "moves", "", "line", "edit")
    if found.steps is None:
        return Sheet("Edits in the plans", ("", *head[3:]), tuple((row[0], *row[3:]) for row in rows), frozenset({0}))
    return Sheet("Edits, switched on one after the other", head, tuple(rows), frozenset({0, 1}), _below(found))


def _effect(edit: Edit, step: Step | None, found: Difference) -> Row:
    """What an edit moves, and what there is to say about it."""
    if step is None:
        return "changes nothing", ""
    if edit is not step.edits[0]:
        return f"with {step.edits[0].number}", ""
    moved = step.moved
    text = _sums(moved, found) if moved.height else "changes nothing" if step.changes_nothing() else "no pay"
    people = count(moved["participant"].n_unique(), "participant") if moved.height else ""
    if moved.is_empty() and step.unpaid.height:
        people = f"{count(step.unpaid['participant'].n_unique(), 'participant')} where nothing is paid"
    joined = f"with {', '.join(str(e.number) for e in step.edits[1:])}" if step.because else ""
    return text, "; ".join(said for said in (people, joined, _alone(step, found)) if said)


def _alone(step: Step, found: Difference) -> str:
    """What a step would move without those before it, where that differs."""
    if step.alone is None:
        return "needs edits before it"
    return "" if step.alone.equals(step.moved) else f"alone {_sums(step.alone, found) or 'nothing'}"


def _sums(moved: pl.DataFrame, found: Difference) -> str:
    sums = moved.group_by("currency").agg(pl.col("delta").sum()).sort("currency")
    return " ".join(amount(row["delta"], row["currency"], found.digits, True) for row in sums.to_dicts())


def _below(found: Difference) -> tuple[str, ...]:
    """Why edits go together; and what the edits move together, less what each would move alone."""
    steps = found.steps or ()
    joined = [
        f"{label(step)} go together: {step.edits[0].number} alone is {step.because}" for step in steps if step.because
    ]
    free = [step for step in steps if step.alone is not None]
    if len(steps) < 2:
        return tuple(joined)
    rest = interaction(free)
    but = (
        ""
        if len(free) == len(steps)
        else f" ({count(len(steps) - len(free), 'step')} left out, which need edits before them)"
    )
    if rest.is_empty():
        return (*joined, f"The edits add up without acting on each other{but}.")
    said = f"Acting on each other (what edits move in this order less what each moves alone): {_sums(rest, found)}{but}"
    return (*joined, said)


def interaction(steps: Iterable[Step]) -> pl.DataFrame:
    """By KEYS, what steps that can stand alone moved in their order less what each moves alone."""
    nothing = pl.DataFrame(schema={**dict.fromkeys(KEYS, pl.String), "delta": MONEY})
    alone = [(step.moved, step.alone.with_columns(-pl.col("delta"))) for step in steps if step.alone is not None]
    parts = [nothing, *(table for pair in alone for table in pair)]
    rest = pl.concat(parts).group_by(KEYS).agg(pl.col("delta").sum())
    return rest.filter(pl.col("delta") != 0).sort(KEYS)


def _people(found: Difference) -> Sheet:
    """Whose pay differs, by how much together; of each currency those with the largest differences."""
    rows, below = [], []
    for people in found.by_participant().partition_by("currency", maintain_order=True):
        for row in people.head(SHOWN).to_dicts():
            delta = amount(row["delta"], row["currency"], found.digits, True)
            rows.append((visible(row["participant"]), *_before_and_after(row, found), delta))
        if (rest := people.slice(SHOWN)).height:
            more = count(rest.height, "more participant")
            below.append(f"… and {more}, together {_sums(rest, found)}; --json has them all")
    head = ("participant", "before", "after", "difference")
    return Sheet("Participants", head, tuple(rows), frozenset({1, 2, 3}), tuple(below))


def _by_component(found: Difference) -> Sheet:
    """Every participant's difference by component and earning period."""
    return _rows("Participants, by component and earning period", found.moved(), contributions(found), found)


def _unpaid(found: Difference) -> Sheet:
    """The same of components that are not paid themselves: no total has any of it."""
    return _rows("Not paid, and in no total", found.moved_unpaid(), contributions(found, unpaid=True), found)


def _rows(title: str, moved: pl.DataFrame, by_step: Contributions, found: Difference) -> Sheet:
    rows = []
    for row in moved.sort("participant", *KEYS).to_dicts():
        key = tuple(row[name] for name in KEYS)
        said = [
            f"{label(step)}: {amount(delta, row['currency'], found.digits, True)}"
            for step, delta in by_step.get(key, [])
        ]
        money = _before_and_after(row, found)
        delta = amount(row["delta"], row["currency"], found.digits, True)
        part = f"{visible(row['plan'])} / {visible(row['component'])}"
        rows.append((visible(row["participant"]), part, row["period"], *money, delta, " · ".join(said)))
    head = ("participant", "plan / component", "period", "before", "after", "difference", "by edit")
    right = frozenset({3, 4, 5})
    if found.steps is None:
        return Sheet(title, head[:6], tuple(row[:6] for row in rows), right)
    return Sheet(title, head, tuple(rows), right)


def contributions(found: Difference, unpaid: bool = False) -> Contributions:
    """By KEYS: the steps that moved it, and by how much."""
    by_step: Contributions = {}
    for step in found.steps or ():
        for row in (step.unpaid if unpaid else step.moved).to_dicts():
            by_step.setdefault(tuple(row[name] for name in KEYS), []).append((step, row["delta"]))
    return by_step


def _before_and_after(row: dict[str, Any], found: Difference) -> list[str]:
    """What was paid and is, or the word why it isn't; both where a part of it is blocked."""
    said = []
    for value, state in (("before", "was"), ("after", "now")):
        money = amount(row[value], row["currency"], found.digits)
        word = str(row[state])
        said.append(money if word == "known" else f"{word}, {money}" if word == "partly blocked" else word)
    return said


def _statuses(found: Difference) -> Sheet:
    rows = [
        (
            visible(row["participant"]),
            visible(row["plan"]),
            row["pay_period"],
            *(row[n].replace("_", " ") for n in ("was", "now")),
        )
        for row in found.statuses().to_dicts()
    ]
    return Sheet("Who can be paid", ("participant", "plan", "pay period", "before", "after"), tuple(rows))


def _exceptions(found: Difference) -> list[Sheet]:
    return [
        _log(title, log) for title, log in zip(("New exceptions", "Exceptions that are gone"), found.exceptions(), strict=True)
    ]  # fmt: skip


def _log(title: str, log: pl.DataFrame) -> Sheet:
    rows = [
        (row["code"], row["severity"].replace("_", " "), _at(row), visible(row["message"]), f"{row['count']:,}")
        for row in log.head(SHOWN).to_dicts()
    ]
    more = (f"… and {count(log.height - SHOWN, 'more row')}; --json has them all",) if log.height > SHOWN else ()
    return Sheet(title, ("code", "severity", "where", "message", "rows"), tuple(rows), frozenset({4}), more)


def _at(row: dict[str, Any]) -> str:
    if row["file"] is not None:
        return visible(row["file"]) + ("" if row["row"] is None else f":{row['row']}")
    said = [row[name] for name in ("participant", "plan", "part", "period", "key") if row[name] is not None]
    return " ".join(map(visible, said))
