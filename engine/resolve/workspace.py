"""What all plans share: sources with the columns their role needs, variables, the pay period, the unmatched.

In: a workspace as written. Out: diagnostics; `check_workspace` gives the source of participants.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan.comp_plan import Name
from engine.plan.workspace import PARTICIPANT_ATTRIBUTES, Source, Workspace
from engine.resolve.adjustment import check_adjustments
from engine.resolve.effective import check_variables
from engine.resolve.references import column_help, find_column, hint


def check_workspace(workspace: Workspace, diagnostics: Diagnostics) -> Source | None:
    """The one source of participants; everything shared is checked on the way."""
    people = _participants(workspace, diagnostics)
    for source in workspace.sources.values():
        _check_columns(source, diagnostics)
        if source.role == "adjustments":
            check_adjustments(workspace, source, diagnostics)
    check_variables(workspace, people, diagnostics)
    lengths = {period.length for period in workspace.calendar.periods}
    if workspace.pay_period not in lengths:
        diagnostics.error(
            "N005", f"the calendar has no periods of length `{workspace.pay_period}` to pay by", workspace.span,
            help=hint(workspace.pay_period, lengths),
        )  # fmt: skip
    _check_names(workspace, diagnostics)
    return people


def _participants(workspace: Workspace, diagnostics: Diagnostics) -> Source | None:
    """Exactly one source says who there is."""
    found = [source for source in workspace.sources.values() if source.role == "participants"]
    if not found:
        diagnostics.error(
            "W101", "no source has the role `participants`", workspace.span,
            help="add a source that says who has which title from when to when",
        )  # fmt: skip
        return None
    for other in found[1:]:
        diagnostics.error(
            "W101", f"`{found[0].name}` and `{other.name}` both have the role `participants`", other.span,
            help="keep one; a source may have several files", related=((found[0].span, "the first one"),),
        )  # fmt: skip
    source = found[0]
    titled = next((plan for plan in workspace.plans if plan.titles is not None), None)
    _dated_people(source, diagnostics)
    for name in PARTICIPANT_ATTRIBUTES:
        if name == "title" and titled is not None:
            _needed_column(source, name, diagnostics)
        else:
            _optional_column(source, name, "text", diagnostics)
    return source


def _dated_people(source: Source, diagnostics: Diagnostics) -> None:
    """Rows about participants, in force from `start` to `end`; where a column is absent the rows are open."""
    _needed_column(source, "participant", diagnostics)
    for name in ("start", "end"):
        _optional_column(source, name, "date", diagnostics)


def _rates(source: Source, diagnostics: Diagnostics) -> None:
    """Rows that say what one unit of a currency is in another, from `start` on."""
    for name, dtype in (("from_currency", "text"), ("to_currency", "text"), ("start", "date"), ("rate", "quantity")):
        _needed_column(source, name, diagnostics, dtype)
        if source.column(name) is not None:
            find_column(Name(name, source.place_of(name)), source, diagnostics, required=True)
    _optional_column(source, "end", "date", diagnostics)
    if source.column("rate_type") is not None:
        find_column(Name("rate_type", source.place_of("rate_type")), source, diagnostics, "text", required=True)


def _needed_column(source: Source, name: str, diagnostics: Diagnostics, dtype: str = "text") -> None:
    if source.column(name) is None:
        diagnostics.error(
            "W102", f"a source of role {source.role} needs a column `{name}`", source.span,
            help=column_help(source, name),
        )  # fmt: skip
    _optional_column(source, name, dtype, diagnostics)
    column = source.column(name)
    if name == "participant" and column is not None and column.type.nullable:
        diagnostics.error(
            "W102", f"`{name}` of `{source.name}` may not be empty", column.span, help="leave out `nullable`"
        )


def _optional_column(source: Source, name: str, dtype: str, diagnostics: Diagnostics) -> None:
    column = source.column(name)
    if column is not None:
        find_column(Name(name, column.span), source, diagnostics, dtype)


def _check_columns(source: Source, diagnostics: Diagnostics) -> None:
    """Columns that the source itself names: its key, its participant and date, the currency of its money."""
    if source.role == "assignments":
        _dated_people(source, diagnostics)
    if source.role == "exchange_rates":
        _rates(source, diagnostics)
    for name in source.key:
        find_column(Name(name, source.place_of(name)), source, diagnostics, required=True)
    if source.role == "transactions":
        for optional, dtype in ((source.participant, "text"), (source.date, "date")):
            if optional is not None:
                find_column(Name(optional, source.place_of(optional)), source, diagnostics, dtype)
    for optional, dtype in ((source.recorded, "date"), (source.version, "quantity"), (source.withdrawn, "bool")):
        if optional is not None:
            find_column(Name(optional, source.place_of(optional)), source, diagnostics, dtype, required=True)
    for cell in (cell for skip in source.skip for cell in skip):
        find_column(cell.column, source, diagnostics)
    for summed in source.control.sums if source.control is not None else ():
        column = find_column(summed, source, diagnostics)
        if column is not None and not column.type.is_numeric:
            diagnostics.error(
                "T009", f"`{summed.text}` is {column.type.required()}; a control total sums numbers", summed.span,
                help="name a column of numbers", related=((column.span, "the column"),),
            )  # fmt: skip
    if source.withdrawn is not None and source.version is None:
        diagnostics.error(
            "W110", f"`{source.name}` takes rows back, but does not say which of two rows with one key is the later",
            source.place_of(source.withdrawn), help="name its column as in `version: revision`",
        )  # fmt: skip
    for column in source.columns:
        if column.currency_column is not None:
            find_column(Name(column.currency_column, column.span), source, diagnostics, "text")


def _check_names(workspace: Workspace, diagnostics: Diagnostics) -> None:
    """No two plans of one name: tables of results are called after them."""
    first = {plan.name: plan for plan in reversed(workspace.plans)}
    for plan in workspace.plans:
        if first[plan.name] is not plan:
            diagnostics.error(
                "N003", f"there are two plans `{plan.name}`", plan.span, help="give one of them another name",
                related=((first[plan.name].span, "the other one"),),
            )  # fmt: skip
