"""Roll-ups and overrides that count generations: in a generated workspace only managers with some title take a level.

Drawn from a stream of its own, so that everything else is as it was.
"""

from dataclasses import replace
from random import Random

from engine.plan.choice import Stated
from engine.plan.resolved import Generations, Plan, Reports, ResolvedWorkspace
from tests.properties.formulas import SPAN, choice
from tests.properties.generated_world import one_in

TITLES = (("SE",), ("VP",), ("SE", "VP"), ("SE", "VP"), ("AE",), ("AE", "VP"))


def with_generations(random: Random, workspace: ResolvedWorkspace) -> ResolvedWorkspace:
    """The workspace, in which two of three roll-ups and overrides pass some managers over; some tell of longer chains."""
    plans, others = (tuple(_counted(random, plan) for plan in among) for among in (workspace.plans, workspace.others))
    return replace(workspace, plans=plans, others=others)


def _counted(random: Random, plan: Plan) -> Plan:
    rules = tuple(
        replace(rule, roll_up=replace(rule.roll_up, generations=_generations(random, rule.roll_up.unrolled)))
        if rule.roll_up is not None and not one_in(random, 3)
        else rule
        for rule in plan.rules
    )
    measures = tuple(
        each if each.reports is None else replace(each, reports=_below(random, each.reports)) for each in plan.measures
    )
    return replace(plan, rules=rules, measures=measures)


def _below(random: Random, reports: Reports) -> Reports:
    """An override; one of three tells of managers above its levels."""
    reports = replace(reports, longer=choice("exception" if one_in(random, 3) else "stop"))
    return reports if one_in(random, 3) else replace(reports, generations=_generations(random, reports.unrolled))


def _generations(random: Random, looked_for: int) -> Generations:
    """So few are looked at that the way up often goes on; or more than there are."""
    within = looked_for + random.choice((0, 0, 0, 1, 1, 4))
    beyond = choice(random.choice(("stop", "exception", "exception")))
    return Generations(random.choice(TITLES), within, beyond, Stated("generations", SPAN), SPAN, SPAN)
