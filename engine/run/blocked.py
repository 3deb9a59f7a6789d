"""Where the cause of a blocked earning lies, if not in itself: whose it is and in which interval.

In: blocked earnings of the pay period. Out: the same with `about`: of an earlier interval which one (E206), of a budget
whose earnings are not known (E410), of an earning without a value which measure has none, and because of whom (E205).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.plan.group import EVERYONE
from engine.plan.resolved import Budget, Component, Measure, Plan, ResolvedWorkspace, TrueUp
from engine.record import collected, scanned

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]
KEYS = ("participant", "period", "segment")
NAMED = 3
"""So many are named; the rest is counted."""
SPAN = 1000
"""Of more blocked earnings of one component the log says just the code: `explain` has each."""


def with_about(workspace: ResolvedWorkspace, tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `about`; null where there is nothing to add."""
    said: list[Row] = []
    for plan in workspace.plans:
        for component in plan.components:
            mine = rows.filter((pl.col("plan") == plan.name) & (pl.col("component") == component.name))
            if 0 < mine.height <= SPAN:
                said += _Blocked(tables, plan, component).told(mine.rows(named=True))
    names = ("plan", "component", *KEYS)
    schema: dict[str, Any] = {**{name: rows.schema[name] for name in names}, "about": pl.String}
    about = pl.DataFrame(said, schema=schema, orient="row")
    return rows.join(about, on=list(names), how="left", maintain_order="left")


class _Blocked:
    """The blocked earnings of one component, in all periods of the run."""

    def __init__(self, tables: Tables, plan: Plan, component: Component):
        self.tables, self.plan, self.component = tables, plan, component
        of = (pl.col("plan") == plan.name) & (pl.col("component") == component.name)
        every = collected(scanned(tables, "earnings").filter(of & (pl.col("outcome") == "blocked")))
        self.every: list[Row] = every.sort("end", "participant").rows(named=True)
        self.lacking: dict[tuple[str, str], pl.DataFrame] = {}

    def told(self, rows: list[Row]) -> Iterator[Row]:
        """What is to be said of each."""
        for row in rows:
            about = None
            if row["cause"] == "earlier_interval":
                about = self._earlier(row)
            elif row["cause"] == "budget_unknown":
                about = self._others(row)
            elif row["cause"] == "no_value":
                about = "; ".join(dict.fromkeys(self._lacking(row))) or None
            yield {**{name: row[name] for name in ("plan", "component", *KEYS)}, "about": about}

    def _earlier(self, row: Row) -> str | None:
        """The interval in which the cause lies: of the group, where what it had before is not known; else the participant's."""
        own = [r for r in self.every if r["participant"] == row["participant"] and r["end"] < row["end"]]
        own = [r for r in own if r["cause"] != "earlier_interval"]
        if self.plan.grown_by(self.component) is not None:
            before = self._interval_before(row)
            if before is not None:
                return f"what the group had come to by {before}"
        return own[-1]["period"] if own else None

    def _interval_before(self, row: Row) -> str | None:
        number = next(n for n, step in enumerate(self.component.steps, start=1) if isinstance(step, TrueUp))
        name = f"group_eves/{self.plan.name}.{self.component.name}"
        key = [pl.col(column) == row[column] for column in KEYS]
        found = collected(scanned(self.tables, name).filter(*key, pl.col(f"step_{number}.before").is_null()))
        if found.height == 0:
            return None
        eve = (pl.col("start") == found.item(0, f"step_{number}.interval_before")) & (pl.col("length") == row["length"])
        periods = self.tables["calendar"].filter(eve)["period"]
        return None if periods.is_empty() else str(periods.item(0))

    def _others(self, row: Row) -> str | None:
        """Whose earnings of the budget are not known for a reason of their own."""
        budgets = [step for step in self.component.steps if isinstance(step, Budget)]
        begun = max((self._begun(step, row) for step in budgets), default=row["start"])
        causes = ("budget_unknown", "earlier_interval")
        found = [r for r in self.every if r["cause"] not in causes and begun <= r["end"] <= row["end"]]
        return _listed([f"{r['participant']} in {r['period']}" for r in found])

    def _begun(self, step: Budget, row: Row) -> Any:
        if step.accumulation is None:
            return row["start"]
        key = [pl.col(column) == row[column] for column in KEYS]
        began = f"{step.accumulation}_start"
        found = collected(scanned(self.tables, f"grid/{self.plan.name}").filter(*key).select(began))
        return found.item(0, 0) if found.height else row["start"]

    def _lacking(self, row: Row) -> Iterator[str]:
        """The measures without a value, and in which intervals, of whom."""
        for name in self.component.measures:
            measure = self.plan.measure(name)
            lacks = self._without(measure, "value")
            found = lacks.filter(*(pl.col(column) == row[column] for column in KEYS))
            if found.height == 0:
                continue
            mine = found.row(0, named=True)
            if "group" in mine and measure.within != EVERYONE and not mine["group"]:
                yield f"`{name}` is of a group, and the participant is in none"
                continue
            because = self._because(measure, mine, row)
            why = f"not known is that of {because}" if because else self._not_there_before(measure, row)
            yield f"`{name}` has no value" + (f": {why}" if why else "")

    def _not_there_before(self, measure: Measure, row: Row) -> str | None:
        """That what it is made of looks back to a period of which the participant's segment does not hold all."""
        if measure.aggregate == "previous" and measure.earlier is None:
            rows = self._without(measure, "value").filter(*(pl.col(column) == row[column] for column in KEYS))
            if rows.height and not rows.item(0, "whole"):
                before = rows.item(0, "before")
                if before is None:
                    return f"`{measure.name}` looks back before the calendar begins"
                return f"`{measure.name}` is that of {before}, and the participant's segment does not hold all of it"
        found = (self._not_there_before(self.plan.measure(part), row) for part in measure.parts)
        return next((each for each in found if each), None)

    def _because(self, measure: Measure, mine: Row, row: Row) -> str | None:
        """Of whom and when what a measure is made of is not known, where that is somebody else, or another interval."""
        here = row["participant"], row["period"]
        whose = "group" if "group" in mine else "participant"
        lacks = self._without(measure, "each" if "each" in mine else "own").filter(pl.col(whose) == mine[whose])
        dated = lacks.filter(pl.col("end") <= row["end"]).sort("end", *KEYS)
        if not measure.to_date:
            dated = dated.filter(pl.col("period") == row["period"])
        found = [(r["participant"], r["period"]) for r in dated.rows(named=True)]
        return _listed([f"{who} in {period}" for who, period in found if (who, period) != here])

    def _without(self, measure: Measure, column: str) -> pl.DataFrame:
        """The rows of a measure in which something is not known, with their last days: few of a row for each participant
        and period, so they are looked for once."""
        if (measure.name, column) not in self.lacking:
            rows = scanned(self.tables, f"measures/{self.plan.name}.{measure.name}").filter(pl.col(column).is_null())
            days = scanned(self.tables, f"grid/{self.plan.name}").select(*KEYS, "end")
            self.lacking[measure.name, column] = collected(rows.join(days, on=list(KEYS), how="left"))
        return self.lacking[measure.name, column]


def _listed(said: list[str]) -> str | None:
    """The first of them, and how many more there are."""
    said = list(dict.fromkeys(said))
    more = [f"{len(said) - NAMED} more"] if len(said) > NAMED else []
    return ", ".join([*said[:NAMED], *more]) or None
