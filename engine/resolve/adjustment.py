"""Adjustments of credits: a source of them names its approvals, and each rule says whether it takes them.

In: sources and rules as written. Out: what moves the credits of a rule; diagnostics.
"""

from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.comp_plan import Name
from engine.plan.file_pattern import by_period
from engine.plan.resolved import Adjustments
from engine.plan.workspace import ADJUSTED, Source, Workspace
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
                "W102", f"a source of role adjustments needs a column `{name}`", source.span,
                help=column_help(replace(source, columns=tuple(c for c in source.columns if c.name not in ADJUSTED)), name),
            )  # fmt: skip
            continue
        find_column(Name(name, column.span), source, diagnostics, dtype, required=(name, dtype) in SAID)
        if column.on_empty is not None:
            diagnostics.error(
                "M289", f"an empty `{name}` would be `{column.on_empty}`, which nobody said", column.span,
                help="delete `on_empty`: a row without it is then rejected, and told",
            )  # fmt: skip
    if by_period(source):
        diagnostics.error(
            "M291", f"an adjustment of `{source.name}` counts in the period of its sale, whichever file it stands in",
            source.span, help="name its files without `{period}`, as in `files: moves-*.csv`: each run reads all of them",
        )  # fmt: skip
    rule = source.column("credit_rule")
    if rule is not None:
        find_column(Name("credit_rule", rule.span), source, diagnostics, "text")
    rules = [rule for plan in workspace.plans for rule in plan.credits]
    _check_key(workspace, source, rules, diagnostics)
    if rules and not any(_may_take(workspace, rule, source) for rule in rules):
        diagnostics.warning(
            "M290", f"no credit rule takes the adjustments of `{source.name}`: its rows change nobody's pay", source.span,
            help=f"say `adjustments: {source.name}` in the credit rules that they are meant for, or delete the source",
        )  # fmt: skip


def _check_key(workspace: Workspace, source: Source, rules: list[written.CreditRule], diagnostics: Diagnostics) -> None:
    """It can name the transactions of the rules that take it."""
    for rule in rules:
        of = workspace.sources.get(rule.source.text)
        if rule.adjustments is None or rule.adjustments.text != source.name or of is None:
            continue
        for name in of.key:
            ours, theirs = source.column(name), of.column(name)
            if theirs is None or (ours is not None and ours.type == theirs.type):
                continue
            what = "no such column" if ours is None else f"it as {ours.type.required()}"
            if ours is not None and ours.type.nullable:
                what += ", which may be empty"
            diagnostics.error(
                "M288", f"a row of `{of.name}` is known by its `{name}`, and `{source.name}` has {what}",
                source.span if ours is None else ours.span,
                help=f"give it a column `{name}: {theirs.type.dtype}`, with the {name} of the transaction that is changed",
                related=((of.span, "the transactions"), (rule.adjustments.span, f"`{rule.name}` takes them")),
            )  # fmt: skip
            return


def _names(source: Source, of: Source) -> bool:
    """Whether rows of adjustments have what tells transactions apart."""
    return bool(of.key) and all(source.column(name) is not None for name in of.key)


def _may_take(workspace: Workspace, rule: written.CreditRule, source: Source) -> bool:
    """Whether a rule takes these adjustments; one that doesn't say so, or says what there is not, is told as that alone."""
    if rule.adjustments is None:
        of = workspace.sources.get(rule.source.text)
        return of is None or _names(source, of)
    other = workspace.sources.get(rule.adjustments.text)
    return rule.adjustments.text != NO_ADJUSTMENTS and (other is None or other is source or other.role != "adjustments")


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
    return Adjustments(found, Stated(f"adjustments: {found.name}", said.span))


def _unsaid(workspace: Workspace, rule: written.CreditRule, source: Source, diagnostics: Diagnostics) -> None:
    """Adjustments that name the transactions of this source may be meant for this rule, or not."""
    for each in workspace.sources.values():
        if each.role == "adjustments" and _names(each, source):
            diagnostics.error(
                "M287", f"`{each.name}` changes whom rows of `{source.name}` belong to, and whether `{rule.name}` follows is not"
                " said", rule.span, help=f"say `adjustments: {each.name}`, or `adjustments: {NO_ADJUSTMENTS}`",
                related=((each.span, "the adjustments"),),
            )  # fmt: skip
            return
