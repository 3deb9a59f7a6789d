"""Credits: which rule takes a transaction, and who gets which share of it.

`prepared/<source>` adds to each transaction what every rule of every plan says of it; `credits/<plan>.<rule>` has a row
per share. Columns of a rule are `<plan>.<rule>.…`.
"""

from dataclasses import replace

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Def, Extend, Join, Project, Scan, Table
from engine.ir.types import DATE
from engine.ir.walk import refs
from engine.lower.adjustment import adjusted_columns, belonging_to
from engine.lower.direct import (
    is_direct,
    looked_up_once,
    placed,
    with_any_plan,
    with_segment,
)
from engine.lower.exchange import exchanged, unknown_rate, with_rates
from engine.lower.inputs import SCOPE, source_schema, source_table
from engine.lower.look_up import look_up_columns, looked_up, reading, with_attributes
from engine.lower.remark import decided
from engine.lower.roll_up import rolled_up
from engine.lower.segment import LAST_DAY
from engine.lower.share import columns_named, matched_rows, weights, whole
from engine.lower.share_state import BESIDE_SHARE, branches_of, first
from engine.lower.terms import (
    ZERO,
    all_of,
    any_of,
    call,
    cases,
    day,
    either,
    known_true,
    missing,
    negate,
    null,
    number,
    one_of,
    text,
    written,
)  # fmt: skip
from engine.lower.undated import UNDATED, undated
from engine.lower.values_on import (
    ON_ROSTER_FROM,
    dated_later,
    day_columns,
    held_back,
    of_transaction,
    reads_roster,
    waits,
    with_day,
    with_roster,
)
from engine.lower.variable import variable_columns, with_variables
from engine.plan.formula import Formula
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule, Split
from engine.plan.workspace import Source


def credit_name(plan: Plan, rule: Rule) -> str:
    """Stage that holds a rule's shares."""
    return f"credits/{plan.name}.{rule.name}"


def rules_of(workspace: ResolvedWorkspace, source: Source) -> list[tuple[Plan, Rule]]:
    """Every rule that reads a source, in the order of plans and then as written."""
    return [(plan, rule) for plan in workspace.plans for rule in plan.rules if rule.source.name == source.name]


def prepared(workspace: ResolvedWorkspace, source: Source) -> tuple[Stage, Stage]:
    """The source's rows with `where`, exclusions, value, state and cause of every rule: whole, and the new columns alone."""
    scoped: Table = Join(Scan(source_table(source)), Scan("scope"), (), tuple((name, name) for name in SCOPE), "cross")
    defs: list[Def] = []
    valued: list[str] = []
    for plan in workspace.plans:
        mine = [rule for rule in plan.rules if rule.source.name == source.name]
        for rule in mine:
            prefix = f"{plan.name}.{rule.name}."
            scoped = looked_up(plan, scoped, rule.valued_by, prefix)
            valued += [name for table in plan.tables(rule.valued_by) for name in look_up_columns(table, prefix)]
        for rule in mine:
            defs += [*_candidate(plan, rule), *_takes(plan, rule, mine), *of_transaction(plan, rule)]
        for rule in mine:
            defs += _match(plan, rule, mine)
    every = rules_of(workspace, source)
    scoped = looked_up_once(workspace, every, with_rates(every, scoped))
    shown = tuple(
        (name, name) for name in (*source.key, *valued, *(d.name for d in defs if not d.name.endswith(".open")))
    )
    rows = Extend(scoped, tuple(defs))
    name = f"prepared/{source.name}"
    return (
        Stage(name, "prepared", rows, source.key, kept=False, span=source.span),
        Stage(
            f"matches/{source.name}", "matches", Project(Scan(name), shown), source.key, span=source.span,
            about="what each credit rule says of each transaction, before anyone is credited",
        ),
    )  # fmt: skip


def _candidate(plan: Plan, rule: Rule) -> list[Def]:
    """Steps 1 to 4: in scope, plan in force, `where`, exclusions. `<rule>.open` is '' where the rule may take the row."""
    p = f"{plan.name}.{rule.name}"
    credited_on = Ref(rule.credit_date)
    outside = any_of(call("lt", credited_on, Ref("scope_start")), call("gt", credited_on, Ref("scope_end")))
    not_in_force = _not_in_force(plan, rule)
    defs: list[Def] = []
    if rule.undated is not None:  # compared with a day, it is neither before nor after
        outside, not_in_force = known_true(outside), known_true(not_in_force)
    branches: list[tuple[Expr, Expr]] = [(outside, text("out_of_scope")), (not_in_force, text("plan_not_in_force"))]
    branches = [*undated(rule, "waits"), *branches]
    if rule.where is not None:
        defs.append(_read(rule, p, "where", rule.where))
        where = Ref(f"{p}.where")
        branches += [(missing(where), text("no_value")), (negate(where), text("where"))]
    for name, formula in rule.exclude:
        defs.append(_read(rule, p, f"exclude.{name}", formula))
        excluded = Ref(f"{p}.exclude.{name}")
        branches += [(missing(excluded), text("no_value")), (excluded, text(name))]
    branches += undated(rule, "exception")
    defs.append(Def(f"{p}.open", cases(branches, text(""))))
    value = _read(rule, p, "value", rule.value)
    if rule.convert is not None:
        return [*defs, replace(value, name=f"{p}.row_value"), *exchanged(plan, rule, rule.convert)]
    if rule.currency_column is not None:  # a row in another currency than the plan is told apart by its state
        value = replace(value, expr=call("add", value.expr, number(ZERO, rule.unit)))
    return [*defs, value]


def _by_several_days(plan: Plan, mine: list[Rule]) -> bool:
    """Whether one rule may shut another out in a run that only the other's day lies in."""
    return plan.hit_policy.value != "all" and len({rule.credit_date for rule in mine}) > 1


def _takes(plan: Plan, rule: Rule, mine: list[Rule]) -> list[Def]:
    """Whether the rule takes the row in some period, where that is asked: what a run looks at must not decide which rule pays."""
    if not _by_several_days(plan, mine):
        return []
    p = f"{plan.name}.{rule.name}"
    conditions: list[Expr] = [] if rule.where is None else [Ref(f"{p}.where")]
    conditions += [negate(Ref(f"{p}.exclude.{name}")) for name, _ in rule.exclude]
    takes = known_true(all_of(negate(known_true(_not_in_force(plan, rule))), *conditions))
    return [Def(f"{p}.takes", takes, "whether the rule takes it, in this run or another", rule.span)]


def _not_in_force(plan: Plan, rule: Rule) -> Expr:
    credited_on = Ref(rule.credit_date)
    return any_of(call("lt", credited_on, day(plan.start)), call("gt", credited_on, day(plan.end or LAST_DAY)))


def _read(rule: Rule, p: str, name: str, formula: Formula) -> Def:
    """A formula of the rule, with the look-up tables that it reads under the names that they have beside other rules'."""
    return written(f"{p}.{name}", formula, reading(formula.expr, rule.valued_by, f"{p}."))


def _match(plan: Plan, rule: Rule, mine: list[Rule]) -> list[Def]:
    """Steps 5 to 7: hit policy, value, currency; then the state and its cause."""
    p = f"{plan.name}.{rule.name}"
    opened = Ref(f"{p}.open")
    branches: list[tuple[Expr, Expr]] = [(call("ne", opened, text("")), opened)]
    others, earlier = ([_has(plan, o, mine) for o in rules if o != rule] for rules in (mine, mine[: mine.index(rule)]))
    if plan.hit_policy.value == "first" and earlier:
        branches.append((any_of(*earlier), text("first")))
    if plan.hit_policy.value == "unique" and others:
        branches.append((any_of(*others), text("several_rules")))
    later = dated_later(rule)
    if later is not None and rule.values_on is not None and rule.values_on.later.value == "exception":
        branches.append((later, text("dated_later")))
    if rule.convert is not None:
        branches.append((unknown_rate(plan, rule, rule.convert), text("no_exchange_rate")))
    branches.append((missing(Ref(f"{p}.value")), text("no_value")))
    if rule.currency_column is not None:
        same = known_true(call("eq", Ref(rule.currency_column), text(plan.currency)))
        branches.append((negate(same), text("other_currency")))
    if isinstance(rule.to, Split) and rule.to.mode is not None:
        branches.append((missing(whole(rule.to, Ref(f"{p}.value"))), text("no_value")))
    excluded = (*(name for name, _ in rule.exclude), "first")
    away = ("out_of_scope", UNDATED) if undated(rule, "waits") else ("out_of_scope",)
    state = {"out_of_scope": away, "unmatched": ("plan_not_in_force", "where"), "excluded": excluded}
    because = Ref(f"{p}.because")
    return [
        Def(f"{p}.because", cases(branches, text("")), span=rule.span, remarks=_choices(plan, rule, mine)),
        Def(
            f"{p}.state",
            cases(
                [(call("eq", because, text("")), text("matched"))]
                + [(any_of(*(call("eq", because, text(w)) for w in words)), text(s)) for s, words in state.items()],
                text("exception"),
            ),
            span=rule.span,
        ),
    ]


def _has(plan: Plan, rule: Rule, mine: list[Rule]) -> Expr:
    """Whether a rule shuts others out."""
    p = f"{plan.name}.{rule.name}"
    return Ref(f"{p}.takes") if _by_several_days(plan, mine) else call("eq", Ref(f"{p}.open"), text(""))


def _choices(plan: Plan, rule: Rule, mine: list[Rule]) -> tuple[Remark, ...]:
    """The hit policy, where several rules of the plan could take the row; the plan's days, where it lies outside."""

    def could(each: Rule) -> Expr:
        words = ("", "first", "several_rules", "dated_later", "other_currency", "no_exchange_rate")
        return one_of(f"{plan.name}.{each.name}.because", words)

    others = [could(other) for other in mine if other.name != rule.name]
    shut_out = one_of(f"{plan.name}.{rule.name}.because", ("first", "several_rules"))
    several = any_of(shut_out, all_of(could(rule), any_of(*others)))
    hit = (decided("hit_policy", plan.hit_policy, several),) if others else ()
    outside = call("eq", Ref(f"{plan.name}.{rule.name}.because"), text("plan_not_in_force"))
    days = plan.in_force
    when = call("eq", Ref(f"{plan.name}.{rule.name}.because"), text(UNDATED))
    without = () if rule.undated is None else (decided("undated", rule.undated, when),)
    return (*hit, *without, *(() if days is None else (Remark(days.words, days.span, days.note, outside),)))


def credits(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> Stage:
    """`credits/<plan>.<rule>`: a row per share of each matched transaction, with its participant, segment, state and cause."""
    source, rolled = rule.source, rule.roll_up
    read = _columns_read(plan, rule)
    matched = matched_rows(plan, rule, read, placed(workspace, plan, rule) if is_direct(rule) else ())
    rows = belonging_to(plan, rule, matched) if rolled is None else rolled_up(plan, rule, rolled, matched)
    if not is_direct(rule):
        rows = with_segment(plan, rows, "participant", "credit_date")
        rows = with_any_plan(workspace, rows, "participant", "credit_date")
    rows = with_roster(workspace, rule, rows)
    nowhere = plan.not_on_plan if rolled is None else rolled.not_on_plan
    branches = branches_of(workspace, plan, rule, BESIDE_SHARE)
    said = decided("not_on_plan", nowhere, call("eq", Ref("because"), text("not_on_plan")))
    defs: tuple[Def, ...] = (
        Def("state", first(branches, 1), span=rule.span, remarks=(said, *waits(rule))),
        Def("because", first(branches, 2)),
    )
    if rule.adjustments is not None or held_back(rule):
        # whoever is on the plan may have nothing left, or may have to wait
        defs += (Def("segment", either(call("eq", Ref("state"), text("credited")), Ref("segment"), null(DATE))),)
    table, at = with_day(rule, Extend(rows, defs)), rule.as_of
    variables = tuple(plan.variables[name] for name in rule.variables)
    table = with_variables(workspace, table, variables, at)
    tables = plan.tables(rule.look_ups)
    table = looked_up(plan, with_attributes(workspace, table, tables, at), rule.look_ups)
    level = (*weights(rule), *adjusted_columns(rule)) if rolled is None else ("level",)
    looked = [name for each in tables for name in look_up_columns(each)]
    since = (ON_ROSTER_FROM,) if reads_roster(rule) else ()
    shown = (*source.key, "participant", *read, *day_columns(rule), *since, "value", "share", "credited_share", *level, "amount",
             "state", "because", "segment", *variable_columns(variables), *looked)  # fmt: skip
    return Stage(
        credit_name(plan, rule), "credits", Project(table, tuple((c, c) for c in shown)),
        (*source.key, "participant"), span=rule.span, about=rule.note or f"shares credited by `{rule.name}`",
    )  # fmt: skip


def _columns_read(plan: Plan, rule: Rule) -> tuple[str, ...]:
    """Columns of the source, beyond its key, that some credit place of this rule reads."""
    read: set[str] = {*rule.order, *columns_named(rule)}
    for measure in plan.measures:
        if rule.name in measure.rules and measure.where is not None:
            read |= refs(measure.where.expr)
        if rule.name in measure.rules and measure.key_column is not None:
            read.add(measure.key_column)
    for component in plan.components:
        if component.basis == "credit" and component.base == rule.name:
            table = component.table
            formulas = [formula for tier in table.tiers for formula in tier.formulas]
            formulas += [table.select_formula] if table.select_formula else []
            for step in component.steps:
                if step.per == "credit":
                    formulas += [f for f in (getattr(step, a, None) for a in ("when", "by", "at")) if f is not None]
            read |= {name for formula in formulas for name in refs(formula.expr)}
    later = [name for c in plan.components if c.base == rule.name for name in c.credit_look_ups]
    tables = plan.tables((*rule.look_ups, *later))
    read |= {name for table in tables for formula in table.formulas for name in refs(formula.expr)}
    return tuple(name for name in source_schema(rule.source) if name in read and name not in rule.source.key)


def columns_read(plan: Plan, rule: Rule) -> tuple[str, ...]:
    """Columns of the source that stand beside whom a transaction belongs to: what credits read, of a roll-up just that."""
    return _columns_read(plan, rule) if rule.roll_up is None else columns_named(rule)
