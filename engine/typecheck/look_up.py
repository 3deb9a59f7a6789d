"""Look-up tables: what each dimension is, the same wherever the table is read, and what its rows then say.

In: a plan whose rules, measures and components are typed. Out: its look-up tables with their rows: no key twice, no bands that
overlap or leave a gap, and nothing without a row that the plan says nothing of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.types import Type, limit_of, money
from engine.plan.look_up import OTHER, Cell, Dimension, Key, LookUp, Row, Value, WrittenRow, is_before, shown
from engine.plan.resolved import Plan, Target
from engine.typecheck.infer import infer
from engine.typecheck.percent import check_shares
from engine.typecheck.rules import Names
from engine.typecheck.scope import credit_names, earning_names, paid_names, transaction_names
from engine.typecheck.typed import BY

MOST = 100_000
"""Combinations of what the rows of a table tell apart."""
EQUAL = ("text", "quantity", "rate", "money", "date")
ORDERED = ("quantity", "rate", "money", "date")


def typed_look_ups(plan: Plan, targets: Mapping[str, Target], diagnostics: Diagnostics) -> dict[str, LookUp]:
    """The plan's look-up tables, typed."""
    return {name: _Typing(plan, table, targets, diagnostics).typed() for name, table in plan.look_ups.items()}


class _Typing:
    def __init__(self, plan: Plan, table: LookUp, targets: Mapping[str, Target], diagnostics: Diagnostics):
        self._plan, self._table, self._targets, self._diagnostics = plan, table, targets, diagnostics

    def typed(self) -> LookUp:
        """The table; without rows where it was told of a mistake."""
        before = len(self._diagnostics)
        dimensions = [self._dimension(each) for each in self._table.dimensions]
        if any(each is None for each in dimensions):
            return self._table
        table = replace(self._table, dimensions=tuple(each for each in dimensions if each is not None))
        rows = [self._row(table, row) for row in table.written]
        found = tuple(row for row in rows if row is not None)
        if len(found) < len(rows) or not self._apart(table, found):
            return table
        table = replace(table, rows=found)
        if table.size() > MOST:
            message = f"the rows of `{table.name}` tell {table.size():,} combinations apart, over {MOST:,}"
            self._diagnostics.error("M203", message, table.span, help="split it into tables of fewer dimensions each")
        elif len(self._diagnostics) == before and check_shares(self._plan, table, self._diagnostics):
            self._complete(table)
        return table

    # -- dimensions

    def _places(self) -> Iterator[tuple[Names, Span]]:
        """What each place sees that reads the table, and where that is."""
        name = self._table.name
        for rule in self._plan.rules:
            if name in rule.valued_by:
                yield transaction_names(self._plan, rule), rule.span
            if name in rule.look_ups:
                yield credit_names(self._plan, rule), rule.span
        for component in self._plan.components:
            if name in component.credit_look_ups:
                yield paid_names(self._plan, component), component.span
            if name in component.look_ups:
                yield earning_names(self._plan, component, self._targets), component.span

    def _dimension(self, dimension: Dimension) -> Dimension | None:
        formula = dimension.reads
        if formula is None:
            return dimension if self._fits(dimension, dimension.type) else None
        what = f"the dimension `{dimension.name}` of a look-up table"
        found = [(infer(formula, names, self._diagnostics, what), span) for names, span in self._places()]
        if not found or any(term.type is None for term, _ in found):
            return None
        (first, here), *others = found
        assert first.type is not None
        for other, there in others:
            if other != first:
                self._diagnostics.error(
                    "T041", f"`{dimension.name}` is {first.type} in one place, and {other.type} in another that reads the table",
                    formula.span, help="declare what it reads with one type, or make a table for each place",
                    related=((here, "one"), (there, "the other")),
                )  # fmt: skip
                return None
        type_ = first.type.required()
        if not self._fits(dimension, type_):
            return None
        return replace(dimension, reads=replace(formula, expr=first.expr), type=type_)

    def _fits(self, dimension: Dimension, type_: Type) -> bool:
        by_row = type_.currency is not None and type_.currency.startswith(BY)
        if type_.dtype in (ORDERED if dimension.band else EQUAL) and not by_row:
            return True
        wanted = "bands are of a number or a day" if dimension.band else "a dimension is a text, a number or a day"
        what = "money whose currency differs from row to row" if by_row else str(type_)
        help = 'write a formula that gives one, as `"new" if is_new else "old"`' if type_.dtype == "bool" else None
        span = dimension.span if dimension.reads is None else dimension.reads.span
        self._diagnostics.error("T040", f"{wanted}; `{dimension.name}` is {what}", span, help=help)
        return False

    # -- rows

    def _row(self, table: LookUp, row: WrittenRow) -> Row | None:
        keys: list[Key | None] = []
        for dimension, cell in zip(table.dimensions, row.cells, strict=True):
            if cell is None:
                keys.append(None)
                continue
            first, last = cell
            value = self._value(dimension, first)
            end = None if last is None else self._value(dimension, last)
            if value is None or (last is not None and end is None):
                return None
            if last is not None and end is not None and not is_before(value, end):
                message = f"the band ends at {last.text}, and begins at {first.text}"
                self._diagnostics.error("M202", message, last.span, help="it ends above where it begins")
                return None
            keys.append(Key(value, end))
        return Row(tuple(keys), row.value, row.span, row.note)

    def _value(self, dimension: Dimension, cell: Cell) -> Value | None:
        """What a cell says, in the type of its dimension."""
        dtype = dimension.type.dtype
        if dtype == "text":
            return cell.text
        if dtype == "date" and cell.day is not None:
            return cell.day
        units = {"rate": ("none", "share"), "quantity": ("none",), "money": ("none", "currency")}.get(dtype, ())
        other = cell.currency is not None and dimension.type != money(cell.currency)
        if cell.number is None or cell.unit not in units or other:
            examples = {"rate": "`80%` or `0.8`", "quantity": "`12`", "date": "`2026-07-01`"}
            example = examples.get(dtype, f"`5000` or `5000 {dimension.type.currency}`")
            message = f"`{dimension.name}` is {dimension.type}, and `{cell.text}` is none"
            self._diagnostics.error("T042", message, cell.span, help=f"write it as {example}")
            return None
        limit = limit_of(dimension.type)
        if limit is not None and abs(cell.number) >= limit:
            message = f"{cell.text} is more than a {dtype} can be"
            self._diagnostics.error("T015", message, cell.span, help=f"it stays below 10^{limit.adjusted()}")
            return None
        return cell.number

    def _apart(self, table: LookUp, rows: Sequence[Row]) -> bool:
        """Whether each key stands once, and bands that are told apart neither overlap nor leave a gap."""
        seen: dict[tuple[Key | None, ...], Row] = {}
        sound = True
        for row in rows:
            other = seen.setdefault(row.keys, row)
            if other is not row:
                words = ", ".join(_words(d, key) for d, key in zip(table.dimensions, row.keys, strict=True))
                self._diagnostics.error(
                    "M201", f"two rows are for {words}", row.span, help="delete one of them",
                    related=((other.span, "the other row"),),
                )  # fmt: skip
                sound = False
        return self._bands(table, rows) and sound

    def _bands(self, table: LookUp, rows: Sequence[Row]) -> bool:
        groups: dict[tuple[str, tuple[Key | None, ...]], dict[Value, tuple[Key, Row]]] = {}
        sound = True
        for at, dimension in enumerate(table.dimensions):
            for row in rows if dimension.band else ():
                key = row.keys[at]
                if key is None:
                    continue
                first, by = groups.setdefault((dimension.name, row.keys[:at]), {}).setdefault(key.value, (key, row))
                if first != key:
                    self._wrong(f"two bands of `{dimension.name}` begin at {shown(key.value)} and end apart", row, by)
                    sound = False
        for (name, _), bands in groups.items():
            inner = sorted(bands.values(), key=lambda each: each[0].value)
            for (key, row), (after, next_row) in pairwise(inner):
                if key.to is not None and key.to != after.value:
                    how = "overlap" if is_before(after.value, key.to) else "leave a gap"
                    words = f"one ends at {shown(key.to)}, the next begins at {shown(after.value)}"
                    self._wrong(f"the bands of `{name}` {how}: {words}", next_row, row)
                    sound = False
        return sound

    def _wrong(self, message: str, row: Row, other: Row) -> None:
        self._diagnostics.error(
            "M202", message, row.span, help="let each band end where the next begins, or leave `to` out",
            related=((other.span, "the other row"),),
        )  # fmt: skip

    def _complete(self, table: LookUp) -> None:
        """Whether something is said of what no row has, and only where there can be such."""
        cells = {names for names, _ in table.cells()}
        lacking = table.size() - len(cells)
        if lacking and table.missing is None:
            example = ", ".join(
                f"{d.name} {name}" for d, name in zip(table.dimensions, _first_lacking(table, cells), strict=True)
            )
            self._diagnostics.error(
                "M200", f"`{table.name}` has no row for every combination, and what the others come to is not said", table.span,
                help=f"say `missing: exception`, `zero` or a value, or add rows: there is none for {example}",
            )  # fmt: skip
        if not lacking and table.missing is not None:
            self._diagnostics.warning(
                "M115",
                "`missing` decides nothing here: there is a row for everything",
                table.missing.span,
                help="delete it",
            )


def _first_lacking(table: LookUp, cells: set[tuple[str, ...]]) -> tuple[str, ...]:
    """A combination that no row holds for: the first dimension's own values before all else."""

    def walk(at: int, so_far: tuple[str, ...]) -> tuple[str, ...] | None:
        if at == len(table.dimensions):
            return None if so_far in cells else so_far
        rest, *said = table.classes(at)
        return next((found for name in (*said, rest) if (found := walk(at + 1, (*so_far, name)))), None)

    found = walk(0, ())
    assert found is not None
    return found


def _words(dimension: Dimension, key: Key | None) -> str:
    said = OTHER if key is None else shown(key.value)
    return f"{dimension.name} {'from ' if dimension.band and key is not None else ''}{said}"
