"""A participant's dated row: attributes and variables as in force on a day.

Everything that can change over time "is dated and read as in force on a stated date".
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.plan.resolved import Plan
from engine.reference.scalar import Typed

Record = Mapping[str, Any]
"""A row of an input table."""


class People:
    """The rows of the participants source, by participant, in order of start."""

    def __init__(self, rows: Iterable[Record]) -> None:
        self._rows: dict[str, list[Record]] = {}
        for row in sorted(rows, key=lambda row: (row["participant"], row["start"])):
            self._rows.setdefault(row["participant"], []).append(row)

    def names(self) -> list[str]:
        """All participants."""
        return list(self._rows)

    def rows(self, participant: str) -> list[Record]:
        """The participant's rows in order of time."""
        return self._rows.get(participant, [])

    def in_force(self, participant: str, day: date) -> Record | None:
        """The participant's one row whose start..end (inclusive) holds `day`."""
        return next((row for row in self.rows(participant) if row["start"] <= day <= row["end"]), None)

    def earliest(self, participant: str, column: str) -> date | None:
        """The earliest day that any of the participant's rows has in a column."""
        return min((row[column] for row in self.rows(participant) if row[column] is not None), default=None)

    def variables(self, plan: Plan, names: Iterable[str], participant: str, day: date) -> dict[str, Typed]:
        """The value of the nearest that says one: participant, position, title, the plan's default, the workspace's."""
        row = self.in_force(participant, day)
        found: dict[str, Typed] = {}
        for name in names:
            variable = plan.variables[name]
            value = variable.default
            if row is not None:
                for attribute in ("title", "position"):
                    for each in variable.held:
                        if each.attribute == attribute and row.get(attribute) == each.name:
                            value = each.value
                own = row.get(variable.column) if variable.column is not None else None
                value = own if own is not None else value
            found[name] = Typed(value, variable.type.dtype)
        return found
