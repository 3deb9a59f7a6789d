"""What became of plan tests, for people and for programs. In: a suite. Out: text as test runners print it, or JSON."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from engine.core.diagnostic import brief, render_full
from engine.core.money import plain
from engine.formats.json_object import to_json
from engine.trial.difference import Difference, shown
from engine.trial.perform import Outcome, Suite
from engine.trial.why import why

GREEN, RED, DIM, BOLD = "32", "31", "2", "1"
UNNAMED = ("plan", "segment", "entity", "payroll_id", "pay_group", "cost_centre", "currency")
"""Parts of keys that tell a reader little."""
SHOWN = 20
"""Differences of one test that are printed."""


def as_text(suite: Suite, sources: Mapping[str, str], color: bool) -> str:
    """A line per file, each failure with what was expected, found and why, mistakes in test files, the counts."""
    paint = _Paint(color)
    blocks = ["\n".join(_files(suite, paint))] if suite.outcomes else []
    blocks += ["\n".join(_failure(outcome, paint)) for outcome in suite.outcomes if not outcome.passed]
    if len(suite.diagnostics):
        blocks.append(render_full(suite.diagnostics, sources, color))
    return "\n\n".join([*blocks, _summary(suite, paint)])


class _Paint:
    def __init__(self, color: bool):
        self._color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color else text


def _files(suite: Suite, paint: _Paint) -> Iterator[str]:
    """`plans/salesman/tests/bounds.yaml  ....F`"""
    groups = [(file, list(found)) for file, found in groupby(suite.outcomes, key=lambda o: o.test.place.file)]
    width = max(len(file) for file, _ in groups)
    for file, found in groups:
        marks = "".join(paint(".", GREEN) if outcome.passed else paint("F", RED) for outcome in found)
        yield f"{file.ljust(width)}  {marks}"


def _failure(outcome: Outcome, paint: _Paint) -> Iterator[str]:
    test = outcome.test
    yield f"{paint('FAILED', RED)} {test.place.file}:{test.place.line}  {paint(brief(test.name, 120), BOLD)}"
    for difference in outcome.differences[:SHOWN]:
        yield from _difference(difference)
    if len(outcome.differences) > SHOWN:
        yield f"  … {len(outcome.differences) - SHOWN} more differences"
    if outcome.mistakes:
        lines = "a line" if outcome.mistakes == 1 else f"{outcome.mistakes} lines"
        yield f"  {lines} of it could not be compared, as told below"
    reasons = [reason for d in outcome.differences for reason in why(outcome.run, d)]
    yield from (f"  {paint('why', DIM)}  {reason}" for reason in dict.fromkeys(reasons))


def _difference(difference: Difference) -> Iterator[str]:
    place = f"{difference.place.file}:{difference.place.line}:{difference.place.column}"
    if difference.kind == "missing":
        yield f"  {difference.table}: no such row   {place}"
        yield f"    expected  {difference.expected}"
    elif difference.kind == "extra":
        yield f"  {difference.table}: a row too many   {place}"
        yield f"    found     {difference.found}"
    else:
        yield f"  {difference.table}{_named(difference)} · {difference.column}   {place}"
        yield f"    expected  {difference.expected}"
        yield f"    found     {difference.found}{_by(difference)}"


def _named(difference: Difference) -> str:
    names = [name for name in difference.keys if name not in UNNAMED and name != difference.column]
    return "".join(f" · {shown(difference.row[name])}" for name in names if difference.row.get(name) is not None)


def _by(difference: Difference) -> str:
    """How far two numbers are apart; nothing where they are none."""
    try:
        apart = Decimal(difference.found) - Decimal(difference.expected)
    except InvalidOperation:
        return ""
    return f"   ({plain(abs(apart))} {'more' if apart > 0 else 'less'})"


def _summary(suite: Suite, paint: _Paint) -> str:
    failed = sum(not outcome.passed for outcome in suite.outcomes)
    passed = len(suite.outcomes) - failed
    parts = [paint(f"{passed} passed", GREEN)] if passed else []
    parts += [paint(f"{failed} failed", RED)] if failed else []
    if sum(d.severity == "error" for d in suite.diagnostics) > sum(outcome.mistakes for outcome in suite.outcomes):
        parts.append(paint("some could not be run" if suite.outcomes else "none could be run", RED))
    if not suite.outcomes:
        return ", ".join(parts) or "no test was run"
    plans = len({outcome.test.plan for outcome in suite.outcomes})
    return f"{', '.join(parts)} ({plans} plan{'' if plans == 1 else 's'})"


# ---------------------------------------------------------------------------------------------------------- for programs


def as_json(suite: Suite) -> dict[str, Any]:
    """Everything as data."""
    failed = sum(not outcome.passed for outcome in suite.outcomes)
    return {
        "ok": suite.passed,
        "passed": len(suite.outcomes) - failed,
        "failed": failed,
        "tests": [_entry(outcome) for outcome in suite.outcomes],
        "diagnostics": to_json(suite.diagnostics),
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    test = outcome.test
    return {
        "name": test.name, "plan": test.plan, "period": test.period.name, "file": test.place.file,
        "line": test.place.line, "passed": outcome.passed,
        "differences": [
            {
                "kind": d.kind, "table": d.table, "participant": d.row.get("participant"), "column": d.column,
                "expected": d.expected or None, "found": d.found or None, "file": d.place.file, "line": d.place.line,
                "why": why(outcome.run, d),
            }
            for d in outcome.differences
        ],
    }  # fmt: skip
