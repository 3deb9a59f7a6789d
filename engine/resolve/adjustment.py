"""Adjustments of credits: a source of them names its approvals, and each rule says whether it takes them.

In: sources and rules as written. Out: what moves the credits of a rule; diagnostics.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.resolved import Adjustments
from engine.plan.workspace import Source, Workspace
from engine.resolve.references import column_help, find_column, find_source

NO_ADJUSTMENTS = "none"
SAID = (("share", "rate"), ("approved_by", "text"), ("approved_on", "date"), ("reason", "text"))
"""What no adjustment lacks."""


def check_adjustments(workspace: Workspace, source: Source, diagnostics: Diagnostics) -> None:
    """The columns of a source of adjustments, and that some rule takes them."""
    for name, dtype in (("from_participant", "text"), ("to_participant", "text"), *SAID):
        column = source.column(name)
        if column is None:
            diagnostics.error(
                "W102", f"a source of role adjustments needs a column `{name}`", source.span, help=column_help(source, name)
            )  # fmt: skip
            continue
        find_column(Name(name, column.span), source, diagnostics, dtype, required=(name, dtype) in SAID)
        if column.on_empty is not None:
            diagnostics.error(
                "M289", f"an empty `{name}` would be `{column.on_empty}`, which nobody said", column.span,
                help="delete `on_empty`: a row without it is then rejected, and told",
            )  # fmt: skip
    rule = source.column("credit_rule")
    if rule is not None:
        find_column(Name("credit_rule", rule.span), source, diagnostics, "text")
    rules = [rule for plan in workspace.plans for rule in plan.credits]
    if rules and all(rule.adjustments is None or rule.adjustments.text != source.name for rule in rules):
        diagnostics.warning(
            "M290", f"no credit rule takes the adjustments of `{source.name}`: its rows change nobody's pay", source.span,
            help=f"say `adjustments: {source.name}` in the credit rules that they are meant for, or delete the source",
        )  # fmt: skip


def resolve_adjustments(
    workspace: Workspace, rule: written.CreditRule, source: Source, diagnostics: Diagnostics
) -> Adjustments | None:
    """What the rule says of them; where it could say something, it has to."""
    said = rule.adjustments
    if said is None:
        _unsaid(workspace, rule, source, diagnostics)
        return None
    if said.text == NO_ADJUSTMENTS:
        return None
    found = find_source(said, "adjustments", workspace.sources, diagnostics)
    if found is None:
        return None
    for name in source.key:
        ours, theirs = found.column(name), source.column(name)
        if theirs is None:
            continue
        if ours is None or ours.type != theirs.type:
            what = "has no such column" if ours is None else f"has it as {ours.type.required()}"
            if ours is not None and ours.type.nullable:
                what += ", which may be empty"
            diagnostics.error(
                "M288", f"a row of `{source.name}` is known by its `{name}`, and `{found.name}` {what}", said.span,
                help=f"give `{found.name}` a column `{name}: {theirs.type.dtype}`, with the {name} of the transaction that is"
                " changed", related=((found.span, "the adjustments"), (source.span, "the transactions")),
            )  # fmt: skip
            return None
    return Adjustments(found, Stated(f"adjustments: {found.name}", said.span))


def _unsaid(workspace: Workspace, rule: written.CreditRule, source: Source, diagnostics: Diagnostics) -> None:
    """Adjustments that name the transactions of this source may be meant for this rule, or not."""
    for each in workspace.sources.values():
        if each.role == "adjustments" and source.key and all(each.column(name) is not None for name in source.key):
            diagnostics.error(
                "M287", f"`{each.name}` changes whom rows of `{source.name}` belong to, and whether `{rule.name}` follows is not"
                " said", rule.span, help=f"say `adjustments: {each.name}`, or `adjustments: {NO_ADJUSTMENTS}`",
                related=((each.span, "the adjustments"),),
            )  # fmt: skip
            return
