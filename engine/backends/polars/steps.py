"""A program over tables that are too large to hold → steps that take one part of them at a time.

In: a program, and the inputs that lie in parts, with the keys by whose ranges they do. Out: its stages, and between them some
that take out what no part can tell alone. What a stage of rows of one key says is said in one part; an aggregate is made in
each part and put together; a window over other columns needs rows of many parts, which are grouped anew; what else needs all
rows of a table gets the table whole.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.backends.polars.hoist import HIDDEN
from engine.ir.expr import Expr, Fold, Over
from engine.ir.infer import schema_of
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.walk import children

How = Literal["whole", "parts", "sorted", "grouped", "combined", "gathered", "first"]


@dataclass(frozen=True)
class Spread:
    """How the rows of a table lie in parts: by its columns `keys`, as the table `scheme` does; () where nothing is known.

    `origin` is the input by whose ranges they lay before they were grouped anew.
    """

    scheme: str
    keys: tuple[str, ...]
    origin: str


@dataclass(frozen=True)
class Step:
    """A stage and how it is made.

    `whole`: from whole tables. `parts`: part by part, in the order of its keys. `sorted`: part by part, then put into the
    ranges of the input `by[0]`. `grouped`: part by part, then in groups that agree in the columns `by`. `combined`: an
    aggregate, of each part and then of these. `gathered`: part by part, then whole. `first`: a whole table as the first part.
    """

    stage: Stage
    how: How
    by: tuple[str, ...] = ()


def steps(program: Program, stages: tuple[Stage, ...], parted: Mapping[str, tuple[str, ...]]) -> list[Step]:
    """The steps that make some stages of a program whose inputs `parted` lie in parts, by the ranges of these keys."""
    planner = _Planner(program, parted)
    for stage in stages:
        planner.take(stage)
    return planner.steps


class _Planner:
    """Takes stages in order; `spreads` are those tables that lie in parts."""

    def __init__(self, program: Program, parted: Mapping[str, tuple[str, ...]]):
        self.steps: list[Step] = []
        self.parted = parted
        self.spreads = {name: Spread(name, keys, name) for name, keys in parted.items()}
        self.schemas: dict[str, Schema] = dict(program.inputs)

    def take(self, stage: Stage) -> None:
        table, spread = self.local(stage.table)
        stage = replace(stage, table=table)
        if spread is None:
            self._add(Step(stage, "whole"), None)
            return
        own = self.parted[spread.origin]
        if stage.keys[: len(own)] != own:
            self._add(Step(stage, "gathered"), None)
        elif spread.scheme == spread.origin and spread.keys == own:
            self._add(Step(stage, "parts"), spread)
        else:
            self._add(Step(stage, "sorted", (spread.origin,)), Spread(spread.origin, own, spread.origin))

    def _add(self, step: Step, spread: Spread | None) -> None:
        self.steps.append(step)
        self.schemas[step.stage.name] = schema_of(step.stage.table, self.schemas)
        if spread is not None:
            self.spreads[step.stage.name] = spread

    def _apart(
        self, table: Table, how: How, by: tuple[str, ...] = (), spread: Spread | None = None, keys: tuple[str, ...] = ()
    ) -> Scan:
        """A table that is made by a step of its own; grouped anew it lies as no other does."""
        name = f"{HIDDEN}{len(self.steps)}"
        if how == "grouped" and spread is not None:
            spread = replace(spread, scheme=name)
        self._add(Step(Stage(name, "", table, keys, kept=False), how, by), spread)
        return Scan(name)

    def local(self, table: Table) -> tuple[Table, Spread | None]:
        """The table as each part can make it; None where it is made from whole tables alone."""
        match table:
            case Scan():
                return table, self.spreads.get(table.name)
            case Filter():
                inner, spread = self._windows(table.input, [table.where], frozenset())
                return replace(table, input=inner), spread
            case Extend():
                written = frozenset(each.name for each in table.defs)
                inner, spread = self._windows(table.input, [each.expr for each in table.defs], written)
                if spread is not None and written & set(spread.keys):
                    spread = replace(spread, keys=())
                return replace(table, input=inner), spread
            case Project():
                inner, spread = self.local(table.input)
                return replace(table, input=inner), spread and _renamed(spread, table)
            case Join() | AsOf():
                return self._joined(table)
            case Aggregate():
                inner, spread = self.local(table.input)
                found = replace(table, input=inner)
                if spread is None or _told_by(spread, table.by):
                    return found, spread
                return self._apart(found, "combined"), None
            case Union():
                return self._united(table)

    def _windows(self, table: Table, exprs: list[Expr], written: frozenset[str]) -> tuple[Table, Spread | None]:
        """A table so that the windows in some expressions over its rows, which write some columns, can be told in each part."""
        inner, spread = self.local(table)
        sets = [frozenset(over.by) - written for expr in exprs for over in _overs(expr)]
        if spread is None or all(_told_by(spread, by) for by in sets):
            return inner, spread
        common = frozenset(schema_of(inner, self.schemas)).intersection(*sets)
        if not common:
            return self._apart(inner, "gathered"), None
        again = Spread("", tuple(sorted(common)), spread.origin)
        found = self._apart(inner, "grouped", again.keys, again)
        return found, self.spreads[found.name]

    def _joined(self, table: Join | AsOf) -> tuple[Table, Spread | None]:
        left, spread = self.local(table.left)
        right, other = self.local(table.right)
        if other is not None:
            right = self._beside(spread, table.on, right, other)
        return replace(table, left=left, right=right), spread

    def _beside(self, left: Spread | None, on: tuple[tuple[str, str], ...], right: Table, own: Spread) -> Table:
        """A right side so that a part of it has the partners of that part of the left."""
        pairs = dict(on)
        keys = tuple(pairs[key] for key in left.keys if key in pairs) if left is not None else ()
        if left is None or not keys or len(keys) < len(left.keys):
            return self._apart(right, "gathered")
        if left.scheme == own.scheme and keys == own.keys:
            return right
        if left.scheme == left.origin:
            return self._apart(right, "sorted", (left.origin,), Spread(left.origin, keys, left.origin), keys)
        return self._apart(right, "gathered")

    def _united(self, table: Union) -> tuple[Table, Spread | None]:
        found = [self.local(each) for each in table.inputs]
        spreads = [spread for _, spread in found]
        known = [spread for spread in spreads if spread is not None]
        if not known:
            return replace(table, inputs=tuple(t for t, _ in found)), None
        nowhere = replace(known[0], scheme="", keys=())
        inputs = tuple(t if s is not None else self._apart(t, "first", (), nowhere) for t, s in found)
        alike = all(spread == known[0] for spread in spreads)
        return replace(table, inputs=inputs), known[0] if alike else nowhere


def _told_by(spread: Spread, by: Collection[str]) -> bool:
    """Whether rows that agree in `by` lie in one part."""
    return bool(spread.keys) and set(spread.keys) <= set(by)


def _renamed(spread: Spread, table: Project) -> Spread:
    names = {old: new for new, old in reversed(table.columns)}
    kept = all(key in names for key in spread.keys)
    return replace(spread, keys=tuple(names[key] for key in spread.keys) if kept else ())


def _overs(expr: Expr) -> Iterator[Over | Fold]:
    if isinstance(expr, Over | Fold):
        yield expr
    for child in children(expr):
        yield from _overs(child)
