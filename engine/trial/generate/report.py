"""What `komisi test --generate` says: which files it wrote, and which points of the plans it could not reach and why."""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.trial.generate.compose import Written


def generated_text(found: Sequence[Written]) -> str:
    """A line per file, or why there is none; then what no made-up case touches."""
    lines = [line for each in found for line in _files(each)]
    for each in found:
        if each.missed:
            lines += ["", f"No test of {each.plan} could be made for", *_missed(each)]
    return "\n".join(lines)


def _files(each: Written) -> Iterator[str]:
    told = f"{each.tests} test{'' if each.tests == 1 else 's'}"
    if each.files:
        yield f"{', '.join(path.as_posix() for path in each.files)}  {told}"
    elif each.there:
        there = " and ".join(path.as_posix() for path in each.there)
        yield f"{each.plan}: nothing to add to {there}"
    else:
        yield f"{each.plan}: no point of it could be reached"


def _missed(each: Written) -> Iterator[str]:
    rows = [(f"  {p.place.where}", f"{p.part}: {p.case}", why) for p, why in sorted(each.missed.items())]
    where, what = (max(len(row[n]) for row in rows) for n in (0, 1))
    yield from (f"{place.ljust(where)}  {said.ljust(what)}  {why}" for place, said, why in rows)


def generated_json(found: Sequence[Written]) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {
            "plan": each.plan, "files": [path.as_posix() for path in each.files], "tests": each.tests,
            "there": [path.as_posix() for path in each.there],
            "missed": [
                {"file": p.place.file, "line": p.place.line, "part": p.part, "case": p.case, "why": why}
                for p, why in sorted(each.missed.items())
            ],
        }
        for each in found
    ]  # fmt: skip
