"""Look-up tables: what their dimensions read at each place where a formula reads the table, and the boundary of bands.

In: tables as written. Out: the same with their boundaries decided; which rows there are is `typecheck`'s to find.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.core.span import Span
from engine.ir.types import Type
from engine.plan import comp_plan as written
from engine.plan.comp_plan import Name
from engine.plan.formula import Formula
from engine.plan.look_up import Dimension, LookUp
from engine.plan.workspace import Workspace
from engine.resolve.effective import Policies
from engine.resolve.names_in import names_in, refs_in
from engine.resolve.places import at_credit, at_earning, look_ups_in, wheres_of
from engine.resolve.references import bind, find_column
from engine.resolve.scope import Scope, Scopes


class LookUps:
    """Resolves the look-up tables of one plan."""

    def __init__(
        self, workspace: Workspace, plan: written.CompPlan, scopes: Scopes, policies: Policies, diagnostics: Diagnostics
    ):
        self._plan, self._scopes, self._policies, self._diagnostics = plan, scopes, policies, diagnostics
        self._people = next((s for s in workspace.sources.values() if s.role == "participants"), None)

    def resolve(self) -> tuple[LookUp, ...]:
        """Those that some formula reads; one that none reads is probably misspelt there."""
        read: set[str] = set()
        for rule in self._plan.credits:
            read |= self._bound((*rule.conditions, rule.value), self._scopes.transaction(rule, look_ups=False))
            read |= self._bound(wheres_of(self._plan, rule.name), self._scopes.credit((rule,), look_ups=False))
        rules = {rule.name: rule for rule in self._plan.credits}
        for component in self._plan.components:
            paid = rules.get(component.base.text) if component.base is not None else None
            if component.basis == "credit" and paid is not None:
                scope = self._scopes.credit((paid,), with_measures=True, look_ups=False)
                read |= self._bound(at_credit(self._plan, component), scope)
            read |= self._bound(at_earning(component), self._scopes.earning(component, look_ups=False))
        read |= names_in(*(m.formula for m in self._plan.measures if m.formula is not None))  # where it is told (M304)
        for table in self._plan.look_ups:
            if table.name not in read:
                self._diagnostics.warning(
                    "N040", f"no formula of this plan reads the look-up table `{table.name}`", table.span,
                    help=f"write `{table.name}` where its value is meant, or delete it",
                )  # fmt: skip
        return tuple(self._decided(table) for table in self._plan.look_ups if table.name in read)

    def _bound(self, formulas: Iterable[Formula], scope: Scope) -> set[str]:
        """The tables that formulas of a place read; their dimensions are bound to what that place sees."""
        formulas = tuple(formulas)
        tables = look_ups_in(self._plan, formulas)
        for table in tables:
            for dimension in table.dimensions:
                if dimension.reads is not None:
                    bind(dimension.reads, scope, self._diagnostics)
                elif scope.place == "transaction":
                    self._no_participant(table, dimension, _reader(formulas, table.name))
        return {table.name for table in tables}

    def _no_participant(self, table: LookUp, dimension: Dimension, reader: Span) -> None:
        self._diagnostics.error(
            "N041", f"`{table.name}` is looked up by the participant's `{dimension.attribute}`, and here nobody is credited yet",
            reader, help="read it in a component, or in a measure's `where`", related=((dimension.span, "the dimension"),),
        )  # fmt: skip

    def _decided(self, table: LookUp) -> LookUp:
        return replace(table, dimensions=tuple(self._dimension(table, each) for each in table.dimensions))

    def _dimension(self, table: LookUp, dimension: Dimension) -> Dimension:
        if dimension.attribute is not None:
            return replace(dimension, type=self._attribute(dimension))
        if not dimension.band:
            return dimension
        why = f"a value of `{dimension.name}` exactly on a bound of `{table.name}` changes the value"
        boundary = self._policies.within(dimension.choices).needed("boundary", dimension.span, why)
        return replace(dimension, boundary=boundary)

    def _attribute(self, dimension: Dimension) -> Type:
        """The type of a column of the roster."""
        people, name = self._people, Name(dimension.attribute or "", dimension.span)
        column = None if people is None else find_column(name, people, self._diagnostics)
        return dimension.type if column is None else column.type.required()


def _reader(formulas: tuple[Formula, ...], name: str) -> Span:
    """Where a formula reads the name."""
    found = ((f, ref) for f in formulas for ref in refs_in(f.expr) if ref.name == name)
    formula, ref = next(found)
    return formula.place(ref.at, len(name))


def attributes_that_change(tables: Iterable[LookUp], joined: bool) -> tuple[str, ...]:
    """Attributes that may change inside a segment: a title can't, it cuts, unless segments are joined."""
    names = dict.fromkeys(attribute for table in tables for attribute in table.attributes)
    return tuple(name for name in names if joined or name != "title")
