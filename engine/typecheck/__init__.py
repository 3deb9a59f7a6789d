"""Typecheck: every formula has a type that fits its place; money of one currency never meets another's.

In: a `ResolvedWorkspace`. Out: the same with units of rules and measures, and literals of the right type, without the
plans that have a mistake. Expressions are never rewritten otherwise: their order of operations is part of the plan.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.plan.resolved import Plan, ResolvedWorkspace, Target
from engine.typecheck.component import typed_component
from engine.typecheck.credit import typed_rule
from engine.typecheck.look_up import typed_look_ups
from engine.typecheck.measure import typed_measure
from engine.typecheck.percent import check_formulas

__all__ = ["typecheck"]


def typecheck(resolved: ResolvedWorkspace, diagnostics: Diagnostics) -> ResolvedWorkspace:
    """The workspace with the plans whose types are right."""
    plans = [_typed_plan(plan, resolved.targets, diagnostics) for plan in resolved.plans]
    return replace(resolved, plans=tuple(plan for plan in plans if not diagnostics.has_errors(plan.file)))


def _typed_plan(plan: Plan, targets: Mapping[str, Target], diagnostics: Diagnostics) -> Plan:
    """Rules first, then the measures that sum them, then the components that read those."""
    plan = replace(plan, rules=tuple(typed_rule(plan, rule, diagnostics) for rule in plan.rules))
    ill: set[str] = set()
    for measure in plan.measures:  # each comes after those that it reads
        if ill.intersection(measure.parts):  # its unit would be told as wrong though that of its part is
            ill.add(measure.name)
            continue
        before = len(diagnostics)
        typed = typed_measure(plan, measure, targets, diagnostics)
        if measure.formula is not None and len(diagnostics) > before and diagnostics.has_errors(plan.file):
            ill.add(measure.name)
        plan = replace(plan, measures=tuple(typed if each is measure else each for each in plan.measures))
    if diagnostics.has_errors(plan.file):  # what reads a value of no one unit would be told of it again
        return plan
    components = tuple(typed_component(plan, component, targets, diagnostics) for component in plan.components)
    plan = replace(plan, components=components)
    plan = replace(plan, look_ups=typed_look_ups(plan, targets, diagnostics))
    check_formulas(plan, diagnostics)
    return plan
