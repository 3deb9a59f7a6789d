"""Earnings of all components in one table, their modifier steps, and what each participant is to be paid.

Until there is a ledger a payout is the earnings whose interval ends in the pay period, with the attributes that payroll
needs as they are in force on the segment's last day.
"""

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.remark import Remark
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Project, Scan, Table, Union
from engine.ir.types import money
from engine.lower.inputs import source_table
from engine.lower.modifier import step_name
from engine.lower.remark import currency_remarks, decided
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.terms import all_of, call, cases, either, integer, missing, negate, null, text
from engine.plan.resolved import Component, Plan, ResolvedWorkspace

EARNING_COLUMNS = (
    "plan", "component", "earning_code", "currency", *SEGMENT_KEYS, "length", "start", "end", "in_pay_period",
    "table_result", "earning", "outcome", "cause",
)  # fmt: skip
PAYROLL_ATTRIBUTES = ("entity", "payroll_id", "pay_group", "cost_centre")
PAYOUT_KEYS = ("participant", "plan", *PAYROLL_ATTRIBUTES, "earning_code", "currency")


def _components(workspace: ResolvedWorkspace) -> list[tuple[Plan, Component]]:
    """In the order of their names, which begin the keys: so the rows of all need not be sorted again."""
    every = [(plan, component) for plan in workspace.plans for component in plan.components]
    return sorted(every, key=lambda each: (each[0].name, each[1].name))


def earnings(workspace: ResolvedWorkspace) -> Stage:
    """`earnings`: one row per participant, component, period and segment, of all plans."""
    parts = []
    for plan, component in _components(workspace):
        constants = {
            "plan": plan.name, "component": component.name, "earning_code": component.earning_code,
            "currency": plan.currency,
        }  # fmt: skip
        rows = Extend(
            Scan(f"earnings/{plan.name}.{component.name}"), tuple(Def(n, text(v)) for n, v in constants.items())
        )
        parts.append(Project(rows, tuple((c, c) for c in EARNING_COLUMNS)))
    keys = ("plan", "component", *SEGMENT_KEYS)
    return Stage(
        "earnings", "earnings", Union(tuple(parts)), keys, about="what each component earned, for whom and when"
    )


def steps(workspace: ResolvedWorkspace) -> Stage | None:
    """`steps`: the amount before and after every item of every component's list; None where no component has one."""
    names = ("plan", "component", *SEGMENT_KEYS, "step", "kind", "before", "after")
    parts: list[Table] = []
    for plan, component in _components(workspace):
        for index, step in enumerate(component.steps, start=1):
            earlier = step_name(index - 1) if index > 1 else "table_result"
            defs = (
                Def("plan", text(plan.name)), Def("component", text(component.name)), Def("step", integer(index)),
                Def("kind", text(step.kind)), Def("before", Ref(earlier)), Def("after", Ref(step_name(index))),
            )  # fmt: skip
            rows = Extend(Scan(f"earnings/{plan.name}.{component.name}"), defs)
            parts.append(Project(rows, tuple((n, n) for n in names)))
    if not parts:
        return None
    keys = ("plan", "component", "step", *SEGMENT_KEYS)
    return Stage("steps", "steps", Union(tuple(parts)), keys, about="the amount before and after each modifier")


def payouts(workspace: ResolvedWorkspace) -> Stage:
    """`payouts`: per participant, payroll attributes and earning code, what the pay period pays; null earnings left out."""
    due = Filter(Scan("earnings"), _due(workspace))
    has = {column.name for column in workspace.participants.columns}
    known = tuple(name for name in PAYROLL_ATTRIBUTES if name in has)
    people = Scan(source_table(workspace.participants))
    rows: Table = AsOf(
        due, people, (("participant", "participant"),), "end", "start", "end", tuple((name, name) for name in known)
    )
    filled = tuple(
        Def(name, call("coalesce", Ref(name), text("")) if name in known else text("")) for name in PAYROLL_ATTRIBUTES
    )
    grouped = Aggregate(
        Extend(rows, filled),
        PAYOUT_KEYS,
        (
            Agg("known_sum", "sum_known", Ref("earning")),
            Agg("known", "any", negate(missing(Ref("earning")))),
            Agg("incomplete", "any", missing(Ref("earning"))),
        ),
    )
    earned = Def("earned", either(Ref("known"), Ref("known_sum"), null(money(None))), "Σ known earnings")
    amount = Def(
        "amount", _rounded(workspace), "Σ earnings, rounded where the plan says so",
        remarks=(*_roundings(workspace), *currency_remarks(workspace)),
    )  # fmt: skip
    columns = (*PAYOUT_KEYS, "earned", "amount", "incomplete")
    return Stage(
        "payouts", "payouts", Project(Extend(grouped, (earned, amount)), tuple((c, c) for c in columns)), PAYOUT_KEYS,
        about="what the pay period pays, line by line of the payroll file",
    )  # fmt: skip


def _due(workspace: ResolvedWorkspace) -> Expr:
    """What is paid now; a component without a code is not paid itself."""
    unpaid = any(not component.paid for _, component in _components(workspace))
    coded = (call("ne", Ref("earning_code"), text("")),) if unpaid else ()
    return all_of(Ref("in_pay_period"), *coded)


def _roundings(workspace: ResolvedWorkspace) -> tuple[Remark, ...]:
    """Each plan's rounding, on its own payouts."""
    said = [(plan.name, plan.payout_rounding) for plan in workspace.plans]
    return tuple(
        decided("payout_rounding", choice, call("eq", Ref("plan"), text(name))) for name, choice in said if choice
    )


def _rounded(workspace: ResolvedWorkspace) -> Expr:
    branches: list[tuple[Expr, Expr]] = [
        (
            call("eq", Ref("plan"), text(plan.name)),
            call("round", Ref("earned"), text(plan.payout_rounding.value), integer(plan.digits)),
        )
        for plan in workspace.plans
        if plan.payout_rounding is not None
    ]
    return cases(branches, Ref("earned"))
