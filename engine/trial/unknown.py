"""What to write instead of a table or column that a run does not have. In: its name, what there is. Out: help (P007, P008)."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap

from engine.core.diagnostic import closest
from engine.plan.resolved import Plan

WIDTH = 110

MEANT: Mapping[str, Sequence[str]] = {
    "amount": ("amount", "earning", "pay", "own", "value"),
    "bonus": ("earning",),
    "commission": ("earning",),
    "earned": ("earning",),
    "earning": ("earning", "earned", "amount", "pay"),
    "goal": ("target", "own"),
    "id": ("participant",),
    "length": ("length", "length_after"),
    "name": ("participant",),
    "pay": ("pay", "earning", "amount"),
    "paid": ("pay", "earning", "amount"),
    "payout": ("amount", "earning", "pay"),
    "quota": ("target", "own"),
    "reason": ("cause", "because"),
    "result": ("table_result", "earning", "amount"),
    "sum": ("value", "amount", "earning"),
    "total": ("value", "amount", "earning"),
    "value": ("value", "amount", "base", "own"),
}
"""What people call a column → how it may be called here, the likeliest first."""

KINDS = ("earnings", "slices", "credit_pay", "measures", "targets", "credits", "shares", "states", "matches")
"""Kinds of tables that some part has and another has not: no misspelling."""


def instead_of_column(name: str, columns: Sequence[str]) -> str:
    """The column that was probably meant, then all that there are."""
    near = _meant(name, columns)
    asked = [f"did you mean `{near}`?"] if near else []
    return "\n".join([*asked, *wrap(f"there is {', '.join(columns)}", WIDTH, break_on_hyphens=False)])


def _meant(name: str, columns: Sequence[str]) -> str | None:
    """By what people call it, else by a whole word of its name, else by its letters."""
    word = name.lower()
    called = [column for column in MEANT.get(word, ()) if column in columns]
    parts = [column for column in columns if word in column.split("_") or column in word.split("_")]
    return next(iter(called), None) or closest(name, columns) or next(iter(parts), None)


def instead_of_table(name: str, plan: Plan, names: Iterable[str]) -> str:
    """Why there is none, or what there is of the part that it names."""
    known = sorted(names)
    kind, _, part = name.partition("/")
    unread = [measure.name for measure in plan.measures if not measure.lengths]
    if kind in ("measures", "measure") and part in unread:
        return (
            f"nothing reads the measure `{part}` (N010), so a run does not calculate it\n"
            "name it in a component's `base:`, `select:`, a gate or a formula; what nothing reads needs no test"
        )
    own = [table for table in known if table.partition("/")[2] == part]
    near = closest(name, known)
    if near and (not own or (near in own and kind not in KINDS)):
        return f"did you mean `{near}`?"
    if part and own:
        return f"of `{part}` there is {', '.join(f'`{table}`' for table in own)}"
    kinds = sorted({table.partition("/")[0] for table in known})
    ways = [table for table in known if table.partition("/")[0] == kind]
    return "\n".join(wrap(f"there is {', '.join(ways or kinds)}", WIDTH, break_on_hyphens=False))
