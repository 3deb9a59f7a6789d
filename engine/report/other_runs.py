"""What the summary of a run says of others, of which the run has nothing: the one before it, and those of earlier periods."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from engine.core.money import plain
from engine.core.unseen import seen
from engine.report.words import bold, counted, money_text

SHOWN = 5
"""So many files are named."""


def before_lines(before: Any, digits: dict[str, int], color: bool) -> list[str]:
    """The newest run of this period until now: what it came to, whose pay is otherwise, and what it was made from."""
    if before is None:
        return []
    came = " · ".join(money_text(then, currency, digits) for currency, then, _ in before.totals) or "nothing"
    sources = (_others(before.data, "data"), _others(before.plans, "plans"))
    made = f"{sources[0]}, and by {sources[1]}"
    if not before.data and not before.plans:
        made += ": another version of komisi, or of what it stands on, made it"
    return [
        bold("Before · this period was run already", color),
        f"  {before.run}  {_when(before.at)}  came to {came}",
        f"  now {_moved(before, digits)}",
        f"  from {made}",
        "",
    ]


def before_json(before: Any) -> dict[str, Any] | None:
    """The same as data."""
    if before is None:
        return None
    totals = [{"currency": name, "then": plain(then), "now": plain(now)} for name, then, now in before.totals]
    files = {"data": list(before.data), "plans": list(before.plans)}
    people = {"participants": before.participants, "standing": before.standing}
    return {"run": before.run, "at": before.at, "totals": totals, **people, **files}


def _moved(before: Any, digits: dict[str, int]) -> str:
    """By how much, and for how many."""
    standing = f"what of {counted(before.standing, 'participant')} is blocked or can be paid" if before.standing else ""
    if not before.participants:
        return f"the same amounts, but {standing} is otherwise" if standing else "the same payouts"
    sums = [(now - then, currency) for currency, then, now in before.totals if now != then]
    total = " · ".join(f"{'+' if delta > 0 else ''}{money_text(delta, currency, digits)}" for delta, currency in sums)
    people = f"the pay of {counted(before.participants, 'participant')} is otherwise"
    return f"{total or 'the same in total'}: {people}" + (f", and {standing}" if standing else "")


def _others(files: Sequence[str], what: str) -> str:
    """`other data (orders.csv)`, or `the same data`."""
    if not files:
        return f"the same {what}"
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    return f"other {what} ({', '.join(seen(file, 80) for file in files[:SHOWN])}{more})"


def _when(at: str) -> str:
    """`2026-03-27 18:55 UTC`, as receipts say when."""
    with suppress(ValueError):
        when = datetime.fromisoformat(at)
        if when.tzinfo is not None:
            return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return seen(at, 40)


def earlier_lines(moved: Sequence[Any], color: bool, at: str) -> list[str]:
    """What of earlier periods' data is otherwise now, and what says whose pay that changes."""
    if not moved:
        return []
    lines = [bold("Earlier periods · run from other data than there is now", color)]
    for each in moved:
        lines += [f"  {each.period}  {'; '.join(each.what)}"]
        if each.plans:
            lines += [f"    and by {_others(each.plans, 'plans')}: run again, it goes by those of now"]
        lines += [f"    komisi run {each.period}{at}", f"    {compare_command(each.period, at)}"]
    return [*lines, ""]


def compare_command(period: str, at: str) -> str:
    """What says whose pay differs between the newest run of a period and the one before."""
    return f"komisi diff previous:{period} latest:{period}{at}"
