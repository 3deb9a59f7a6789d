"""The day as of which the credits of a rule read what is dated, where that is not the credit date.

In: a rule. Out: beside a transaction `<plan>.<rule>.values_on`; beside a share `values_on`, that day or, for whoever is not on
the roster then, the credit date.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.remark import Remark
from engine.ir.table import AsOf, Def, Extend, Scan, Table
from engine.lower.inputs import source_table
from engine.lower.remark import decided, noted
from engine.lower.terms import call, either, known_true, missing, text
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule

VALUES_ON, ON_ROSTER_FROM = "values_on", "values_on.since"
NOT_ON_ROSTER = "not_on_roster"


def day_columns(rule: Rule) -> tuple[str, ...]:
    """The credit date, and the column of the day as of which what is dated is read."""
    return tuple(dict.fromkeys(("credit_date", rule.as_of)))


def reads_roster(rule: Rule) -> bool:
    """Whether the rule's credits read something of the roster as of another day than the credit date."""
    return rule.not_on_roster is not None


def dated_later(rule: Rule) -> Expr | None:
    """Whether the day lies after the credit date, where the rule asks."""
    if rule.values_on is None:
        return None
    later = call("gt", Ref(rule.values_on.column), Ref(rule.credit_date))
    return later if rule.undated is None else known_true(later)


def of_transaction(plan: Plan, rule: Rule) -> tuple[Def, ...]:
    """The day beside a transaction; one after the credit date that is no exception gives way to it."""
    said, later = rule.values_on, dated_later(rule)
    if said is None or later is None:
        return ()
    own: Expr = Ref(said.column)
    if said.later.value == "credit_date":
        own = either(later, Ref(rule.credit_date), own)
    remarks = (*noted(said.stated), decided("later", said.later, later))
    return (Def(f"{plan.name}.{rule.name}.{VALUES_ON}", own, said.column, said.stated.span, remarks=remarks),)


def with_roster(workspace: ResolvedWorkspace, rule: Rule, rows: Table) -> Table:
    """Shares with the day since which the roster has said the same of the participant, that day; empty: they are not on it."""
    if not reads_roster(rule):
        return rows
    people = Scan(source_table(workspace.participants))
    take = ((ON_ROSTER_FROM, "start"),)
    return AsOf(rows, people, (("participant", "participant"),), VALUES_ON, "start", "end", take)


def held_back(rule: Rule) -> bool:
    """Whether whoever is not on the roster that day is not credited."""
    return rule.not_on_roster is not None and rule.not_on_roster.value == "exception"


def waits(rule: Rule) -> tuple[Remark, ...]:
    """The choice by which somebody is not credited, where that is why."""
    choice = rule.not_on_roster
    why = call("eq", Ref("because"), text(NOT_ON_ROSTER))
    return (decided(NOT_ON_ROSTER, choice, why),) if choice is not None and held_back(rule) else ()


def with_day(rule: Rule, rows: Table) -> Table:
    """Shares with the day that counts for each."""
    choice = rule.not_on_roster
    if choice is None or held_back(rule):
        return rows
    nowhere = missing(Ref(ON_ROSTER_FROM))
    own = either(nowhere, Ref("credit_date"), Ref(VALUES_ON))
    return Extend(rows, (Def(VALUES_ON, own, span=choice.span, remarks=(decided(NOT_ON_ROSTER, choice, nowhere),)),))
