"""A participant's pay of a run as a tree: payouts, earnings, modifiers, tier slices, targets, measures, credits, source rows.

In: a run and a participant. Out: a `Node` whose every figure can be redone by hand from the figures beneath it.
"""

from difflib import get_close_matches
from typing import Any

from engine.explain.earning import earning_node
from engine.explain.node import Node
from engine.explain.payout import lines, payout_node
from engine.explain.remark import inputs_of, table_remarks
from engine.explain.tables import Rows, Tables
from engine.explain.why_not import why_not
from engine.record import Record

PERIOD_KEYS = ("plan", "component", "period", "segment")


def explain(record: Record, participant: str, component: str | None = None, transaction: str | None = None) -> Node:
    """How a participant's pay came about; with `transaction`, what became of that one.

    Raises LookupError, with what there is instead, for a participant, component or transaction that isn't in the run.
    """
    tables = Tables(record)
    if transaction is not None:
        return why_not(tables, transaction, participant)
    earnings = tables.rows("earnings", participant=participant)
    if not earnings:
        raise LookupError(_absent(tables, participant))
    due = [row for row in earnings if row["in_pay_period"] and _is(row, component)]
    if component is not None and not any(_is(row, component) for row in earnings):
        names = sorted({f"{row['plan']}.{row['component']}" for row in earnings})
        raise LookupError(f"{participant} has no component `{component}` in this run; there is {', '.join(names)}")
    due.sort(key=lambda row: tuple(str(row[name]) for name in PERIOD_KEYS))
    noted = _of_all(tables, {row["plan"] for row in earnings if _is(row, component)})
    payouts = [(payout, mine) for payout, mine in lines(tables, participant, due) if mine]
    children = tuple(payout_node(tables, payout, mine) for payout, mine in payouts)
    known = f", as the data was known on {record.as_of}" if record.as_of else ""
    explained = due if children else _latest(earnings, component)
    about = f"{_titles(tables, participant, explained)}run {record.id} of {record.period}{known}"
    if not children:
        others = any(row["in_pay_period"] for row in earnings)
        about = f"{about}; {_nothing(component if others else None, due)}"
        children = tuple(earning_node(tables, row) for row in explained)
    inputs = {"run": record.id, "period": record.period} | ({"as_of": record.as_of} if record.as_of else {})
    return Node("participant", participant, about=about, inputs=inputs, children=(*children, *noted))


def _nothing(component: str | None, due: Rows) -> str:
    """Why no payout has the component, or anything."""
    if component is None:
        return "nothing is due in it"
    if due and not any(row["earning_code"] for row in due):
        return f"`{component}` is calculated in it and paid by itself in no payout"
    return f"nothing of `{component}` is due in it"


def _is(row: dict[str, Any], component: str | None) -> bool:
    return component in (None, row["component"], f"{row['plan']}.{row['component']}")


def _of_all(tables: Tables, plans: set[str]) -> tuple[Node, ...]:
    """What is noted about the participant's plans as a whole, about who is on them, and about the workspace."""
    stints = [f"stints/{plan}" for plan in sorted(plans)]
    people = [name for stint in stints for name in inputs_of(tables, stint)]
    return table_remarks(tables, *stints, *people, "scope", "calendar")


def _titles(tables: Tables, participant: str, explained: Rows) -> str:
    """The titles that the participant had in the time that is explained, one after the other."""
    stints = [row for stage in tables.named("stints/") for row in tables.rows(stage.name, participant=participant)]
    stints.sort(key=lambda row: row["segment"])
    then = [
        s for s in stints if any(s["segment"] <= row["end"] and row["start"] <= s["stint_end"] for row in explained)
    ]
    titles = dict.fromkeys(stint["title"] for stint in then if stint["title"])
    return f"{', then '.join(titles)}; " if titles else ""


def _latest(earnings: Rows, component: str | None) -> Rows:
    """The latest earning of each component, which is explained where the pay period has none."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(earnings, key=lambda row: row["end"]):
        if _is(row, component):
            latest[row["plan"], row["component"]] = row
    return list(latest.values())


def _absent(tables: Tables, participant: str) -> str:
    """Why a participant has no earnings."""
    for name, schema in tables.program.inputs.items():
        if "participant" not in schema or "title" not in schema:
            continue
        rows = tables.rows(name, participant=participant)
        if rows:
            said = "; ".join(f"{row['title'] or 'no title'} from {row['start']} to {row['end']}" for row in rows)
            return f"{participant} is on no plan of this run in its days: {said}. Compare the plans' `participants:`"
    known = sorted({str(row["participant"]) for row in tables.collected("earnings", _people(tables))})
    near = get_close_matches(participant, known, 3, 0.5)
    all_of_them = f"it has {', '.join(known[:3])}, … {len(known)} in all" if known else "it has none"
    hint = f"did you mean {', '.join(near)}?" if near else all_of_them
    return f"no participant `{participant}` is in run {tables.record.id} of {tables.record.period}; {hint}"


def _people(tables: Tables) -> Any:
    return tables.record.scan("earnings").select("participant").unique()
