"""Earlier pay periods that were run, and whose rows are others by now: a late sale, a correction, a target entered afterwards.

In: a run as it was written, and the runs beside it. Out: of each earlier period's latest run what of its rows differs from
those that this run read, and which plan files do then, too. Nothing of it is in the run, which knows of no other; what follows
for pay, a run of that period made again says.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from engine.core import fingerprint
from engine.core.period import Period
from engine.core.unseen import seen
from engine.plan.file_pattern import by_period, period_of
from engine.plan.resolved import ResolvedWorkspace
from engine.plan.workspace import Source
from engine.record import Record, RecordError
from engine.record.read import find, periods_run
from engine.run import shortest_in_scope
from engine.trial.made_from import differing, under
from engine.trial.needed import columns_read

LOOKED_AT = 12
"""How many earlier periods are compared, the latest of them."""
MOST = 256 * 2**20
"""So many bytes of their rows and files are read, of the latest first: it is a hint, and must not take longer than the run."""
PLACE = ("file", "row")


@dataclass(frozen=True)
class Moved:
    """An earlier period, the latest run of it, and what of its data is otherwise: a phrase for each source.

    `plans`: plan files that are otherwise too, and that a run of that period made again would go by.
    """

    period: str
    run: str
    what: tuple[str, ...]
    plans: tuple[str, ...]


def moved(workspace: ResolvedWorkspace, now: Record, root: Path, period: Period) -> tuple[Moved, ...]:
    """What a run has to say of the runs of earlier periods that lie beside it, in order of time; trials are passed over."""
    runs = now.folder.parent
    known = periods_run(runs)
    before = [p for p in workspace.calendar.of_length(workspace.pay_period) if p.end < period.start and p.name in known]
    read = columns_read(workspace, workspace.plans)
    in_scope = set(shortest_in_scope(workspace, period))
    found: list[Moved] = []
    left = MOST
    for earlier in reversed(before[-LOOKED_AT:]):
        try:
            then = find(runs, f"latest:{earlier.name}")
            if then.trial is not None:
                continue
            left -= _bytes(now) + _bytes(then)
        except (RecordError, OSError):
            continue  # it can't be read: whoever opens it is told
        if left < 0:
            break
        whole = all(part.name in in_scope for part in workspace.calendar.parts(earlier))
        what: list[str] = []
        for name, source in sorted(workspace.needed.items()):
            with suppress(RecordError, pl.exceptions.PolarsError, OSError):  # what that run did not have, or is damaged
                if whole or not by_period(source):
                    what += _rows(workspace, source, read.get(name, frozenset()), now, then, earlier)
                else:
                    what += _files(name, then, root)
        found += [Moved(earlier.name, then.id, tuple(what), differing(then, now, "plans"))] if what else []
    return tuple(reversed(found))


def _bytes(record: Record) -> int:
    """The size of a run's rows, which that of the files which they were read from is like."""
    return sum(path.stat().st_size for path in (record.folder / "inputs").rglob("*.parquet"))


def _files(name: str, then: Record, root: Path) -> Iterator[str]:
    """Files that only the runs of their own period read, and that are not what they were."""
    for file in sorted(under(then, "inputs", name)):
        path = root / file
        if path.is_file() and fingerprint.of_file(path) != under(then, "inputs", name, file).get("sha256"):
            yield f"{file} is another file"


def _rows(
    workspace: ResolvedWorkspace, source: Source, read: Collection[str], now: Record, then: Record, period: Period
) -> Iterator[str]:
    """The rows of a period that are new, changed or gone, as far as plans read them; of the same files none are."""
    if under(now, "inputs", source.name) == under(then, "inputs", source.name):
        return
    key = [name for name in source.row_key if name not in ("start", "end")]
    one, other = (_of_period(workspace, source, record, period) for record in (now, then))
    one = one.filter(~pl.col("file").is_in(_of_others(workspace, source, now, period)))
    names = [c for c in one.collect_schema() if c in read or c in source.row_key]
    names = [c for c in names if c in other.collect_schema().names()]
    now_rows, then_rows = (rows.select(*names, *PLACE).collect() for rows in (one, other))
    fresh = now_rows.join(then_rows, on=names, how="anti", nulls_equal=True)
    lost = then_rows.join(now_rows, on=names, how="anti", nulls_equal=True)
    if not fresh.height and not lost.height:
        return
    new = fresh.join(lost.select(key).unique(), on=key, how="anti", nulls_equal=True)
    gone = lost.join(fresh.select(key).unique(), on=key, how="anti", nulls_equal=True)
    counts = {"new": new.height, "changed": fresh.height - new.height, "gone": gone.height}
    said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    at = (fresh if fresh.height else lost).sort(*PLACE).row(0, named=True)
    called = seen(" / ".join(str(at[name]) for name in key), 60)
    yield f"rows of `{source.name}` {said}, as `{called}` in {at['file']}:{at['row']}"


def _of_others(workspace: ResolvedWorkspace, source: Source, now: Record, period: Period) -> list[str]:
    """Files of a source that a run of the period would not read: a row that stands there is nothing new to it."""
    if not by_period(source):
        return []
    everything = [part.name for part in workspace.calendar.of_length(workspace.calendar.shortest)]
    own = {None, *shortest_in_scope(workspace, period)}
    return [
        file for file in sorted(under(now, "inputs", source.name)) if period_of(source, file, everything) not in own
    ]


def _of_period(workspace: ResolvedWorkspace, source: Source, record: Record, period: Period) -> pl.LazyFrame:
    """The rows of a source that count in a period; of what holds for a time only the days that lie in it.

    Of rates without an end those from before it too that may be the latest there is on its first days.
    """
    rows = record.scan(f"source/{source.name}")
    rules = [rule for plan in workspace.plans for rule in plan.rules]
    if source.role == "transactions":
        days = sorted({rule.credit_date for rule in rules if rule.source.name == source.name})
        if not days:  # no rule reads it, so it counts in none
            return rows.filter(False)
        return rows.filter(pl.any_horizontal(pl.col(day).is_between(period.start, period.end) for day in days))
    if source.role == "targets":
        calendar = workspace.calendar
        lengths = {*(part.length for part in calendar.parts(period)), "quarter", "year"}
        held = [calendar.containing(period.start, length) for length in lengths]
        times = [each.name for each in (*held, *calendar.parts(period)) if each is not None]
        return rows.filter(pl.col(source.time).is_in(times))
    if source.role == "adjustments":
        of = [r.source for r in rules if r.adjustments is not None and r.adjustments.source.name == source.name]
        sales = _of_period(workspace, of[0], record, period).select(of[0].key)
        return rows.join(sales, on=list(of[0].key), how="semi")
    if source.role == "exchange_rates" and source.column("end") is None:
        ages = [r.convert.max_age or 0 for r in rules if r.convert is not None and r.convert.source.name == source.name]
        oldest = period.start - timedelta(days=max(ages, default=0))
        return rows.filter(pl.col("start").is_between(oldest, period.end))
    there = rows.filter((pl.col("start") <= period.end) & (pl.col("end") >= period.start))
    return there.with_columns(
        pl.max_horizontal("start", pl.lit(period.start)), pl.min_horizontal("end", pl.lit(period.end))
    )
