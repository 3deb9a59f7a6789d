"""Credit rules: their names bound, their formulas at the right place, who is credited.

In: rules as written. Out: resolved ones; the types of values are `typecheck`'s to find.
"""

from engine.core.diagnostic import Diagnostics
from engine.ir.types import money
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.resolved import RollUp, Rule, Split
from engine.plan.workspace import Source, Variable, Workspace
from engine.resolve.adjustment import resolve_adjustments
from engine.resolve.convert import resolve_convert
from engine.resolve.generations import check_generations
from engine.resolve.names_in import names_in
from engine.resolve.order import total_order
from engine.resolve.places import look_ups_in, of_rule, read_measures, through
from engine.resolve.references import bind, find_column, find_managers, find_source
from engine.resolve.scope import Scopes
from engine.resolve.undated import resolve_undated
from engine.resolve.values_on import resolve_values_on

EXACT_DIGITS = 12


def resolve_rule(
    workspace: Workspace,
    plan: written.CompPlan,
    rule: written.CreditRule,
    scopes: Scopes,
    variables: dict[str, Variable],
    diagnostics: Diagnostics,
) -> Rule | None:
    """A credit rule with its source, columns and order."""
    source = find_source(rule.source, "transactions", workspace.sources, diagnostics)
    if source is None:
        return None
    scope = scopes.transaction(rule)
    for formula in (*rule.conditions, rule.value):
        bind(formula, scope, diagnostics)
    undated = resolve_undated(rule, source, diagnostics)
    rolled = rule.to if isinstance(rule.to, written.RollUp) else None
    of = rule.to.of if isinstance(rule.to, written.RollUp) else rule.to
    to = _credited(workspace, of, source, diagnostics)
    if rolled is not None:
        find_managers(workspace, rolled.span, "a roll-up reads it", diagnostics)
        unrolled = _roll_up(rolled).unrolled
        check_generations(workspace, plan, rolled.generations, unrolled, rolled.span, diagnostics)
    convert, told = resolve_convert(workspace, plan, rule, source, diagnostics)
    if to is None or told:
        return None
    return Rule(
        name=rule.name,
        span=rule.span,
        source=source,
        where=rule.where,
        exclude=rule.exclude,
        to=to,
        credit_date=rule.credit_date.text,
        value=rule.value,
        order=total_order(plan, rule, source, diagnostics),
        unit=money(plan.currency),
        currency_column=None,
        variables=_variables(variables, names_in(*through(plan, of_rule(plan, rule.name)))),
        note=rule.note,
        roll_up=None if rolled is None else _roll_up(rolled),
        counts_for=rule.counts_for,
        convert=convert,
        look_ups=_look_ups(plan, rule),
        valued_by=tuple(table.name for table in look_ups_in(plan, (*rule.conditions, rule.value))),
        adjustments=resolve_adjustments(workspace, rule, source, diagnostics),
        values_on=resolve_values_on(plan, rule, source, variables, diagnostics),
        undated=undated,
    )


def _look_ups(plan: written.CompPlan, rule: written.CreditRule) -> tuple[str, ...]:
    """The look-up tables at its credits; one by a measure is looked up by each component in its own periods."""
    tables = look_ups_in(plan, of_rule(plan, rule.name))
    later = read_measures(plan, tables)
    return tuple(table.name for table in tables if table not in later)


def _roll_up(rolled: written.RollUp) -> RollUp:
    said = rolled.choices
    stated = Stated(f"to: the managers of them, up to level {rolled.levels}", rolled.span, rolled.note)
    return RollUp(rolled.levels, said["longer"], said["no_manager"], said["not_on_plan"], stated, rolled.generations)


def _variables(variables: dict[str, Variable], names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in variables if name in names)


def _credited(
    workspace: Workspace, to: written.Name | written.Assignment, source: Source, diagnostics: Diagnostics
) -> str | Split | None:
    """Who gets the credit: the participant in a column, or those of a dated assignment."""
    if isinstance(to, written.Name):
        column = find_column(to, source, diagnostics, "text")
        return None if column is None else column.name
    assigned = find_source(to.source, "assignments", workspace.sources, diagnostics)
    for ours, theirs in to.match:
        if assigned is not None:
            find_column(ours, assigned, diagnostics, "text")
        find_column(theirs, source, diagnostics, "text")
    if assigned is not None and isinstance(to.share, written.Name):
        find_column(to.share, assigned, diagnostics, "rate", required=True)
    if assigned is not None and isinstance(to.share, written.Weight):
        find_column(to.share.column, assigned, diagnostics, "quantity", required=True)
    if to.expect is not None:
        find_column(to.expect, source, diagnostics, "text")
    _check_digits(to, diagnostics)
    if assigned is None:
        return None
    return Split(
        source=assigned,
        match=tuple((ours.text, theirs.text) for ours, theirs in to.match),
        share=to.share.text if isinstance(to.share, written.Name) else None,
        digits=EXACT_DIGITS if to.digits == "exact" else to.digits,
        mode=None if to.digits == "exact" else to.mode,
        expect=None if to.expect is None else to.expect.text,
        stated=Stated(f"to: the assignment {to.source.text}", to.span, to.note),
        weight=to.share.column.text if isinstance(to.share, written.Weight) else None,
        weighed=_weighed(to.share) if isinstance(to.share, written.Weight) else None,
    )


def _weighed(weight: written.Weight) -> Stated:
    return Stated(f"share: in proportion to {weight.column.text}", weight.column.span, weight.note)


def _check_digits(to: written.Assignment, diagnostics: Diagnostics) -> None:
    if to.digits != "exact" and to.mode is None:
        diagnostics.error(
            "M015", f"the value is split at {to.digits} digits, and how it is rounded before is not said", to.span,
            help="say `mode: half_up` (or half_even, truncate, floor, ceiling), or split `digits: exact`",
        )  # fmt: skip
    if to.digits == "exact" and to.mode is not None:
        diagnostics.error(
            "M015", f"an exact split rounds nothing, so `mode: {to.mode}` has no meaning", to.span,
            help="leave `mode` out, or say at how many digits the value is rounded",
        )  # fmt: skip


def warn_of_unread_rules(plan: written.CompPlan, diagnostics: Diagnostics) -> None:
    """A rule that no measure sums and no component pays changes nothing."""
    read = {name.text for measure in plan.measures for name in measure.rules}
    read |= {c.base.text for c in plan.components if c.basis == "credit" and c.base is not None}
    for rule in plan.credits:
        if rule.name not in read:
            diagnostics.warning(
                "N011", f"nothing reads the credits of `{rule.name}`", rule.span,
                help="sum or count them in a measure, pay them in a component, or delete the rule",
            )  # fmt: skip
