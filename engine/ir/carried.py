"""Which column of an input a table carries along: rows are filtered, joined and doubled on the way, and its values stay.

What is carried of one input comes from one row of it in each row of the table; that row's key tells which.
"""

from collections.abc import Mapping

from engine.ir.expr import Ref
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union

Carried = tuple[str, str]
"""An input and a column of it."""


class Carrying:
    """Looks for them, through the `tables` of all stages; `keys` are those of the inputs of which anything is known."""

    def __init__(self, tables: Mapping[str, Table], keys: Mapping[str, tuple[str, ...]]):
        self._tables, self._keys = tables, keys
        self._known: dict[tuple[int, str], Carried | None] = {}

    def of(self, table: Table, name: str) -> Carried | None:
        """What a column of a table is of an input; None where it is made, or not known to be of that one row."""
        asked = (id(table), name)
        if asked not in self._known:
            self._known[asked] = self._of(table, name)
        return self._known[asked]

    def _of(self, table: Table, name: str) -> Carried | None:
        match table:
            case Scan(other) if other in self._tables:
                return self.of(self._tables[other], name)
            case Scan(other):
                return (other, name) if other in self._keys else None
            case Filter():
                return self.of(table.input, name)
            case Project():
                return self.of(table.input, table.names[name])
            case Extend():
                return self._extended(table, name, len(table.defs))
            case Union():
                every = {self.of(part, name) for part in table.inputs}
                return every.pop() if len(every) == 1 else None
            case Aggregate():
                found = self.of(table.input, name) if name in table.by else None
                return found if found is not None and self._holds_key(table, found[0]) else None
            case Join() | AsOf():
                taken = dict(table.take)
                return self._taken(table, taken[name]) if name in taken else self.of(table.left, name)

    def _extended(self, table: Extend, name: str, until: int) -> Carried | None:
        """As the definition of that number sees it."""
        number = table.places.get(name)
        if number is None or number >= until:
            return self.of(table.input, name)
        expr = table.defs[number].expr
        return self._extended(table, expr.name, number) if isinstance(expr, Ref) else None

    def _holds_key(self, table: Aggregate, source: str) -> bool:
        """Whether a group is of one row of the input: what else groups it is of that row, too."""
        return set(self._keys[source]) <= {
            each[1] for by in table.by if (each := self.of(table.input, by)) and each[0] == source
        }

    def _taken(self, table: Join | AsOf, name: str) -> Carried | None:
        """Of the right side, where both sides are joined on the key of one input: they are of the same row."""
        found = self.of(table.right, name)
        if found is None or isinstance(table, AsOf) or table.how != "inner":
            return None
        same = {
            self.of(table.left, left)
            for left, right in table.on
            if self.of(table.left, left) == self.of(table.right, right)
        }
        return found if {(found[0], key) for key in self._keys[found[0]]} <= same else None
