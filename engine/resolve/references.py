"""Names bound to what they mean: sources, rules, measures, targets, columns, and the names inside formulas.

In: a name with its place. Out: the thing it names, or a diagnostic with the nearest name that this place can see. A
name that exists, but at another grain, is told what it is and what would fit.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from engine.core.diagnostic import Diagnostics, Related, closest
from engine.core.span import Span
from engine.ir.expr import Call, Expr, Ref
from engine.ir.walk import children
from engine.plan.comp_plan import CompPlan, Name
from engine.plan.formula import Formula
from engine.plan.workspace import Column, Role, Source, Workspace
from engine.resolve.names_in import refs_in
from engine.resolve.scope import ONE_VALUE, Scope, Seen

T = TypeVar("T")


def hint(name: str, among: Iterable[str]) -> str | None:
    """`did you mean …?`, or what there is to choose from; None if there is nothing."""
    names = sorted(set(among))
    near = closest(name, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if not names:
        return None
    return "there is " + ", ".join(f"`{n}`" for n in names[:8]) + (", …" if len(names) > 8 else "")


def find(
    name: Name,
    kind: str,
    among: Mapping[str, T | None],
    diagnostics: Diagnostics,
    related: Related = (),
    others: Mapping[str, str] | None = None,
) -> T | None:
    """What `name` names among these, or a diagnostic; None without one for a name whose own file has a mistake.

    `others`: what names of the workspace are that stand for something else.
    """
    found = among.get(name.text)
    if name.text not in among and "*" not in among:
        near = hint(name.text, among) or f"there is no {kind} here yet"
        related = (
            _place_of_near(name.text, {key: getattr(each, "span", None) for key, each in among.items()}) or related
        )
        message = f"there is no {kind} `{name.text}`"
        if others is not None and name.text in others:
            message = f"`{name.text}` is {others[name.text]}, and no {kind}"
        diagnostics.error("N001", message, name.span, help=near, related=related)
    return found


def other_names(workspace: Workspace, plan: CompPlan) -> dict[str, str]:
    """What each name of the plan and its workspace is, the nearest first."""
    read = [workspace.sources[rule.source.text] for rule in plan.credits if rule.source.text in workspace.sources]
    return {
        **{column.name: f"a column of `{source.name}`" for source in read for column in source.columns},
        **{target.name: "a target" for target in workspace.targets},
        **dict.fromkeys(workspace.variables, "a variable"),
        **dict.fromkeys(workspace.sources, "a source"),
        **{table.name: "a look-up table" for table in plan.look_ups},
        **{component.name: "a component" for component in plan.components},
        **{measure.name: "a measure" for measure in plan.measures},
        **{rule.name: "a credit rule" for rule in plan.credits},
    }


def _place_of_near(name: str, among: Mapping[str, Span | None]) -> Related:
    """Where the name that was probably meant is defined: the mistake may as well be there."""
    near = closest(name, among)
    span = among[near] if near is not None else None
    return () if span is None else ((span, f"`{near}` is here"),)


def find_source(name: Name, role: Role, sources: Mapping[str, Source], diagnostics: Diagnostics) -> Source | None:
    """The source of that name, if it has that role."""
    of_role = {key: source for key, source in sources.items() if source.role == role}
    other = sources.get(name.text)
    if other is not None and other.role != role:
        diagnostics.error(
            "N004", f"`{name.text}` has role {other.role}; a source of role {role} is needed here", name.span,
            help=hint(name.text, of_role), related=((other.span, "the source"),),
        )  # fmt: skip
        return None
    return find(name, f"source of role {role}", of_role, diagnostics)


def find_column(
    name: Name, source: Source, diagnostics: Diagnostics, dtype: str | None = None, required: bool = False
) -> Column | None:
    """The column of that name in `source`; of a dtype, and never empty, where that is needed."""
    among = {column.name: column for column in source.columns}
    column = find(name, f"column of `{source.name}` called", among, diagnostics, ((source.span, "the source"),))
    if column is None:
        return None
    itself = column.span == name.span  # the source's own column, which its role asks for by name
    related = () if itself else ((column.span, "the column"),)
    if dtype is not None and column.type.dtype != dtype:
        message = f"`{name.text}` is {column.type.required()}; this place needs {dtype}"
        help = f"write `{name.text}: {dtype}`" if itself else f"name a column of type {dtype}"
        diagnostics.error("T009", message, name.span, help=help, related=related)
        return None
    if required and column.type.nullable:
        message = f"`{name.text}` may be empty; this place needs a value in every row"
        help = "delete its `nullable: true`: a row without it is then rejected, and told"
        help = help if itself else "make the column required in the source"
        diagnostics.error("T009", message, name.span, help=help, related=related)
        return None
    return column


def column_help(source: Source, name: str) -> str:
    """How a source gets a column that its role needs."""
    near = closest(name, (column.name for column in source.columns))
    return f"map a column of its files to `{name}`" + (f"; did you mean `{near}` to be it?" if near else "")


NAMES_TOLD = 10
"""Wrong names of one formula that are told: looking for what each was meant to be takes time."""


def bind(formula: Formula, scope: Scope, diagnostics: Diagnostics) -> None:
    """Checks that every name in the formula means exactly one thing that this place can see."""
    told: set[str] = set()
    for ref in refs_in(formula.expr):
        if ref.name in told or len(scope.find(ref.name)) == 1:
            continue
        told.add(ref.name)
        if len(told) > NAMES_TOLD:
            return
        _tell(formula, ref, scope, diagnostics)


def _tell(formula: Formula, ref: Ref, scope: Scope, diagnostics: Diagnostics) -> None:
    found = scope.find(ref.name)
    span = formula.place(ref.at, len(ref.name))
    if found:
        both = " and ".join(seen.what for seen in found)
        help = "give one of them another name"
        message = f"`{ref.name}` can mean two things here: {both}"
        diagnostics.error("N003", message, span, help=help, related=_places(found))
        return
    other = scope.find_elsewhere(ref.name)
    if (
        other is None
        and closest(ref.name, (seen.name for seen in scope.visible)) is None
        and _is_compared(formula.expr, ref)
    ):
        help = f'a text stands in quotes: `"{ref.name}"`; ' + (
            hint(ref.name, (seen.name for seen in scope.visible)) or ""
        )
        diagnostics.error("N002", f"nothing here is called `{ref.name}`", span, help=help)
    elif other is None:
        near = hint(ref.name, (seen.name for seen in scope.visible))
        meant = _place_of_near(ref.name, {seen.name: seen.span for seen in scope.visible})
        diagnostics.error("N002", f"nothing here is called `{ref.name}`", span, help=near, related=meant)
    elif other.what == "a target":
        message, help = (
            f"`{ref.name}` is a target",
            f"say `against: {ref.name}` beside the measure that is held against it",
        )
        diagnostics.error("N002", message, span, help=help, related=_places((other,)))
    elif other.grain == scope.place and ref.name in ("target", "attainment"):
        message = f"`{ref.name}` is known only where the rate table is `against` a target"
        diagnostics.error("N002", message, span, help="say `against:` in the rate table, or gate with a measure")
    elif other.grain == scope.place and ref.name == "level":
        message = "`level` is known only of the credits of a roll-up"
        help = "credit `to: {managers_of: …}`; a measure of several rules sees it if all of them do"
        diagnostics.error("N002", message, span, help=help)
    elif other.grain == scope.place:
        near = hint(ref.name, (seen.name for seen in scope.visible))
        message = f"`{ref.name}` is {other.what}, which this place does not read"
        diagnostics.error("N002", message, span, help=near, related=_places((other,)))
    else:
        message = f"`{ref.name}` has {ONE_VALUE[other.grain]}; this formula needs {ONE_VALUE[scope.place]}"
        diagnostics.error("T003", message, span, help=grain_help(other, scope), related=_places((other,)))


def _is_compared(expr: Expr, name: Ref) -> bool:
    """Whether a name stands alone on the right of `==` or `!=`, where a text without its quotes would."""
    if isinstance(expr, Call) and expr.fn in ("eq", "ne") and name in expr.args[1:]:
        return True
    return any(_is_compared(part, name) for part in children(expr))


def grain_help(other: Seen, scope: Scope) -> str:
    """What would fit, where a name of another grain was used."""
    if other.what.startswith("an attribute"):
        return f"declare a variable with `column: {other.name}` under `variables:` in komisi.yaml, and read that"
    match scope.place:
        case "earning" if other.is_day:
            return (
                "a day belongs to one credit, and nothing adds days up: a rate that changes with the year stands in the credit's"
                f" `value`, as in `value: net * year_rate`, a look-up table by `since: {{band: {other.name}, boundary: upper}}`"
            )
        case "earning":
            return _measure_help(scope.measures_of(other.name))
        case "credit" if other.grain == "earning":
            if other.what == "a measure":
                return "a measure's `where` sees the credit alone: read both in a component, which sees measures too"
            return "define a measure of `attainment` against that target, and read it here"
        case "credit":
            return "only columns that the sources of all its rules have can be read here"
        case _ if other.grain == "earning":
            return f"{other.what} can't stand in a formula on transactions: gate a component with it"
        case _:
            return "a transaction has it only once it is credited: use it in a measure's `where` or in a component"


def _measure_help(measures: tuple[str, ...]) -> str:
    match measures:
        case ():
            return "define a measure that sums or counts it, and name that"
        case (one,):
            return f"did you mean the measure `{one}`?"
        case _:
            return "did you mean one of the measures " + ", ".join(f"`{m}`" for m in measures) + "?"


def _places(seen: Iterable[Seen]) -> Related:
    return tuple((s.span, f"`{s.name}`, {s.what}") for s in seen if s.span is not None)


def find_managers(workspace: Workspace, place: Span, reads: str, diagnostics: Diagnostics) -> None:
    """The roster says who manages whom."""
    find_attribute(workspace, "manager", place, reads, "each one's manager", diagnostics)


def find_attribute(
    workspace: Workspace, name: str, place: Span, reads: str, what: str, diagnostics: Diagnostics
) -> None:
    """The roster has a column."""
    people = next((source for source in workspace.sources.values() if source.role == "participants"), None)
    if people is not None and people.column(name) is None:
        diagnostics.error(
            "W102", f"`{people.name}` has no column `{name}`, and {reads}", place,
            help=f"map {what} in `{people.name}`, as in `{name}: {{type: text, nullable: true}}`",
            related=((people.span, "the source of participants"),),
        )  # fmt: skip
