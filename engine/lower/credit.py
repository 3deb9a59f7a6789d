"""Credits: which rule takes a transaction, who gets which share of it, and the state that each of them ends in.

`prepared/<source>` adds to each transaction what every rule of every plan says of it; `credits/<plan>.<rule>` has a row
per share; `states/<source>` says where each transaction ended. Columns of a rule are `<plan>.<rule>.…`.
"""

from dataclasses import dataclass, replace

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.ir.types import DATE
from engine.ir.walk import refs
from engine.lower.adjustment import ADJUSTED_AWAY, MOVE_FAILED, adjusted_columns, belonging_to
from engine.lower.direct import (
    ON_PLAN,
    SEGMENT,
    is_direct,
    looked_up_once,
    names,
    others_matter,
    placed,
    with_any_plan,
    with_segment,
)
from engine.lower.exchange import exchanged, unknown_rate, with_rates
from engine.lower.inputs import SCOPE, source_schema, source_table
from engine.lower.look_up import look_up_columns, looked_up, reading, with_attributes
from engine.lower.remark import decided
from engine.lower.roll_up import rolled_state, rolled_up
from engine.lower.segment import LAST_DAY
from engine.lower.share import NO_PARTICIPANT, SPLIT_FAILED, columns_named, matched_rows, weights
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
    any_of,
    call,
    cases,
    day,
    either,
    integer,
    known_true,
    missing,
    negate,
    null,
    number,
    one_of,
    running,
    text,
    written,
)  # fmt: skip
from engine.lower.variable import variable_columns, with_variables
from engine.plan.formula import Formula
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source

STATES = ("exception", "unassigned", "credited", "excluded")
"""Precedence: a transaction's state is the first of these that any share or rule gives it."""


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
            defs += _candidate(plan, rule)
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
    not_in_force = any_of(call("lt", credited_on, day(plan.start)), call("gt", credited_on, day(plan.end or LAST_DAY)))
    defs: list[Def] = []
    branches: list[tuple[Expr, Expr]] = [(outside, text("out_of_scope")), (not_in_force, text("plan_not_in_force"))]
    if rule.where is not None:
        defs.append(_read(rule, p, "where", rule.where))
        where = Ref(f"{p}.where")
        branches += [(missing(where), text("no_value")), (negate(where), text("where"))]
    for name, formula in rule.exclude:
        defs.append(_read(rule, p, f"exclude.{name}", formula))
        excluded = Ref(f"{p}.exclude.{name}")
        branches += [(missing(excluded), text("no_value")), (excluded, text(name))]
    defs.append(Def(f"{p}.open", cases(branches, text(""))))
    value = _read(rule, p, "value", rule.value)
    if rule.convert is not None:
        return [*defs, replace(value, name=f"{p}.row_value"), *exchanged(plan, rule, rule.convert)]
    if rule.currency_column is not None:  # a row in another currency than the plan is told apart by its state
        value = replace(value, expr=call("add", value.expr, number(ZERO, rule.unit)))
    return [*defs, value]


def _read(rule: Rule, p: str, name: str, formula: Formula) -> Def:
    """A formula of the rule, with the look-up tables that it reads under the names that they have beside other rules'."""
    return written(f"{p}.{name}", formula, reading(formula.expr, rule.valued_by, f"{p}."))


def _match(plan: Plan, rule: Rule, mine: list[Rule]) -> list[Def]:
    """Steps 5 to 7: hit policy, value, currency; then the state and its cause."""
    p = f"{plan.name}.{rule.name}"
    opened = Ref(f"{p}.open")
    others = [Ref(f"{plan.name}.{other.name}.open") for other in mine if other.name != rule.name]
    earlier = [Ref(f"{plan.name}.{other.name}.open") for other in mine[: mine.index(rule)]]
    branches: list[tuple[Expr, Expr]] = [(call("ne", opened, text("")), opened)]
    if plan.hit_policy.value == "first" and earlier:
        branches.append((any_of(*(call("eq", other, text("")) for other in earlier)), text("first")))
    if plan.hit_policy.value == "unique" and others:
        branches.append((any_of(*(call("eq", other, text("")) for other in others)), text("several_rules")))
    if rule.convert is not None:
        branches.append((unknown_rate(plan, rule, rule.convert), text("no_exchange_rate")))
    branches.append((missing(Ref(f"{p}.value")), text("no_value")))
    if rule.currency_column is not None:
        same = known_true(call("eq", Ref(rule.currency_column), text(plan.currency)))
        branches.append((negate(same), text("other_currency")))
    excluded = (*(name for name, _ in rule.exclude), "first")
    state = {"out_of_scope": ("out_of_scope",), "unmatched": ("plan_not_in_force", "where"), "excluded": excluded}
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


def _choices(plan: Plan, rule: Rule, mine: list[Rule]) -> tuple[Remark, ...]:
    """The hit policy, where several rules of the plan could take the row; the plan's days, where it lies outside."""

    def could(each: Rule) -> Expr:
        words = ("", "first", "several_rules", "other_currency", "no_exchange_rate")
        return one_of(f"{plan.name}.{each.name}.because", words)

    others = [could(other) for other in mine if other.name != rule.name]
    hit = (decided("hit_policy", plan.hit_policy, all_of(could(rule), any_of(*others))),) if others else ()
    outside = call("eq", Ref(f"{plan.name}.{rule.name}.because"), text("plan_not_in_force"))
    days = plan.in_force
    return (*hit, *(() if days is None else (Remark(days.words, days.span, days.note, outside),)))


def credits(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> Stage:
    """`credits/<plan>.<rule>`: a row per share of each matched transaction, with its participant, segment, state and cause."""
    source, rolled = rule.source, rule.roll_up
    read = _columns_read(plan, rule)
    matched = matched_rows(plan, rule, read, placed(workspace, plan, rule) if is_direct(rule) else ())
    rows = belonging_to(plan, rule, matched) if rolled is None else rolled_up(plan, rule, rolled, matched)
    if not is_direct(rule):
        rows = with_segment(plan, rows, "participant", "credit_date")
        rows = with_any_plan(workspace, rows, "participant", "credit_date")
    nowhere = plan.not_on_plan if rolled is None else rolled.not_on_plan
    branches = _branches(workspace, plan, rule, BESIDE_SHARE)
    said = decided("not_on_plan", nowhere, call("eq", Ref("because"), text("not_on_plan")))
    defs: tuple[Def, ...] = (
        Def("state", _first(branches, 1), span=rule.span, remarks=(said,)),
        Def("because", _first(branches, 2)),
    )
    if rule.adjustments is not None:  # whoever is on the plan may have nothing left
        defs += (Def("segment", either(call("eq", Ref("state"), text("credited")), Ref("segment"), null(DATE))),)
    table: Table = Extend(rows, defs)
    variables = tuple(plan.variables[name] for name in rule.variables)
    table = with_variables(workspace, table, variables, "credit_date")
    tables = plan.tables(rule.look_ups)
    table = looked_up(plan, with_attributes(workspace, table, tables, "credit_date"), rule.look_ups)
    level = (*weights(rule), *adjusted_columns(rule)) if rolled is None else ("level",)
    looked = [name for each in tables for name in look_up_columns(each)]
    shown = (*source.key, "participant", *read, "credit_date", "value", "share", "credited_share", *level, "amount", "state",
             "because", "segment", *variable_columns(variables), *looked)  # fmt: skip
    return Stage(
        credit_name(plan, rule), "credits", Project(table, tuple((c, c) for c in shown)),
        (*source.key, "participant"), span=rule.span, about=rule.note or f"shares credited by `{rule.name}`",
    )  # fmt: skip


Branch = tuple[Expr, Expr, Expr]
"""When, and then the state of a share and its cause."""


@dataclass(frozen=True)
class _Share:
    """What decides how a share ends: as columns beside it, or beside the transaction where that has no other."""

    participant: Expr
    reason: Expr
    segment: Expr
    on_plan: Expr


BESIDE_SHARE = _Share(Ref("participant"), Ref("share.reason"), Ref(SEGMENT), Ref(ON_PLAN))


def _branches(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, share: _Share) -> list[Branch]:
    """How a share ends; the last holds where none before it does."""
    rolled = rule.roll_up
    branches: list[Branch] = [] if rolled is None else [*rolled_state(rolled)]
    if not is_direct(rule):
        failed = MOVE_FAILED if rule.adjustments is not None else ()
        branches.append((one_of("share.reason", (*SPLIT_FAILED, *failed)), text("exception"), share.reason))
    if rule.adjustments is not None:
        branches.append((one_of("share.reason", ADJUSTED_AWAY), text("excluded"), share.reason))
    branches += [
        (call("eq", share.participant, text("")), text("unassigned"), share.reason),
        (negate(missing(share.segment)), text("credited"), text("")),
    ]
    if others_matter(workspace):
        branches.append((negate(missing(share.on_plan)), text("excluded"), text("on_another_plan")))
    nowhere = (plan.not_on_plan if rolled is None else rolled.not_on_plan).value
    return [*branches, (TRUE, text("excluded" if nowhere == "skip" else nowhere), text("not_on_plan"))]


def _first(branches: list[Branch], which: int) -> Expr:
    """The state or the cause of the first branch that holds."""
    return cases([(branch[0], branch[which]) for branch in branches[:-1]], branches[-1][which])


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
            formulas = [tier.pays for tier in table.tiers]
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


def outcomes(plan: Plan, rule: Rule) -> Stage:
    """`outcomes/<plan>.<rule>`: per matched transaction the state over its shares, its cause, and `expected_missing`.

    Not of a direct rule, of which a transaction is one share.
    """
    columns = (*rule.source.key, "state", "because", "expected_missing")
    return Stage(
        f"outcomes/{plan.name}.{rule.name}", "outcomes", Project(_over_shares(plan, rule), tuple((c, c) for c in columns)),
        rule.source.key, kept=False, span=rule.span,
    )  # fmt: skip


def _over_shares(plan: Plan, rule: Rule) -> Table:
    """The state that comes first among those of the shares, and the cause of the first share that has it.

    Only what is not credited has a cause, which is seldom: so just among these the first is looked for.
    """
    keys = rule.source.key
    rank = {state: integer(index) for index, state in enumerate(STATES)}
    ranked = cases([(call("eq", Ref("state"), text(state)), rank[state]) for state in STATES], integer(len(STATES)))
    expected: Expr = TRUE
    if not isinstance(rule.to, str) and rule.to.expect:
        named = call("coalesce", Ref(rule.to.expect), text(""))
        expected = call("eq", Ref("participant"), named)
    rows = Extend(Scan(credit_name(plan, rule)), (Def("rank", ranked), Def("is_expected", expected)))
    grouped = Aggregate(rows, keys, (Agg("best", "min", Ref("rank")), Agg("has_expected", "any", Ref("is_expected"))))
    nth = Def("nth", running("count", TRUE, (*keys, "rank"), ("participant",)))
    caused = Extend(Filter(rows, call("ne", Ref("because"), text(""))), (nth,))
    first = Filter(caused, call("eq", Ref("nth"), integer(1)))
    on = (*((key, key) for key in keys), ("best", "rank"))
    named_state = cases(
        [(call("eq", Ref("best"), rank[state]), text(state)) for state in STATES[:-1]], text(STATES[-1])
    )
    return Extend(
        Join(grouped, first, on, (("cause", "because"),)),
        (
            Def("state", named_state),
            Def("because", call("coalesce", Ref("cause"), text(""))),
            Def("expected_missing", negate(Ref("has_expected"))),
        ),
    )


def _of_only_share(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> list[Def]:
    """What becomes of the one share of each transaction, from the columns beside the transaction."""
    assert isinstance(rule.to, str)
    who, (segment, on_plan) = call("coalesce", Ref(rule.to), text("")), names(plan, rule)
    branches = _branches(workspace, plan, rule, _Share(who, text(NO_PARTICIPANT), Ref(segment), Ref(on_plan)))
    p = f"{plan.name}.{rule.name}.shared"
    return [Def(name, _first(branches, which)) for name, which in ((p, 1), (f"{p}.because", 2))]


def _of_shares(rows: Table, rule: Rule, p: str) -> Table:
    """Transactions with what became of their shares."""
    names = (("shared", "state"), ("shared.because", "because"), ("expected_missing", "expected_missing"))
    take = tuple((f"{p}.{new}", name) for new, name in names)
    return Join(rows, Scan(f"outcomes/{p}"), tuple((k, k) for k in rule.source.key), take)


def states(workspace: ResolvedWorkspace, source: Source) -> Stage:
    """`states/<source>`: each transaction's state, and the state and cause that every rule gave it."""
    rules = rules_of(workspace, source)
    rows: Table = Scan(f"prepared/{source.name}")
    defs: list[Def] = []
    shown: list[str] = []
    for plan, rule in rules:
        p = f"{plan.name}.{rule.name}"
        if is_direct(rule):
            defs += _of_only_share(workspace, plan, rule)
        else:
            rows = _of_shares(rows, rule, p)
        matched = call("eq", Ref(f"{p}.state"), text("matched"))
        defs += [
            Def(p, either(matched, call("coalesce", Ref(f"{p}.shared"), text("")), Ref(f"{p}.state"))),
            Def(
                f"{p}.because",
                cases(
                    [
                        (matched, call("coalesce", Ref(f"{p}.shared.because"), text(""))),
                        (call("eq", Ref(f"{p}.state"), text("out_of_scope")), text("")),
                    ],
                    Ref(f"{p}.because"),
                ),
            ),
        ]
        shown += [p, f"{p}.because"]
        if not isinstance(rule.to, str) and rule.to.expect:
            defs.append(Def(f"{p}.expected_missing", known_true(Ref(f"{p}.expected_missing"))))
            shown.append(f"{p}.expected_missing")
    given = {state: any_of(*(call("eq", Ref(f"{q.name}.{r.name}"), text(state)) for q, r in rules)) for state in STATES}
    away = all_of(*(call("eq", Ref(f"{q.name}.{r.name}"), text("out_of_scope")) for q, r in rules))
    branches = [(given[state], text(state)) for state in STATES] + ([(away, text("out_of_scope"))] if rules else [])
    unmatched = decided("unmatched", workspace.unmatched, call("eq", Ref("state"), text("unmatched")))
    defs.append(Def("state", cases(branches, text("unmatched")), remarks=(unmatched,)))
    columns = (*source.key, *shown, "state")
    return Stage(
        f"states/{source.name}", "states", Project(Extend(rows, tuple(defs)), tuple((c, c) for c in columns)),
        source.key, span=source.span, about="where each transaction ended, by rule and in all",
    )  # fmt: skip
