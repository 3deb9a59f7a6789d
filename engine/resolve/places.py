"""Which formulas of a plan stand at which place, and so which variables and measures are read there.

In: a plan as written. Out: its formulas by place. One list, so that binding names, deciding policies and telling the
backends what to join can never disagree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.ir.expr import Ref
from engine.plan import comp_plan as written
from engine.plan.carry_forward import CarryForward
from engine.plan.formula import Formula
from engine.plan.look_up import LookUp
from engine.resolve.names_in import names_in


def selected_measure(plan: written.CompPlan, component: written.Component) -> str | None:
    """The measure that `select` names, if it names one.

    At credits one that is known before the period runs along none of them: it stands there as in any formula.
    """
    select = component.rate.select
    if select is None or not isinstance(select.expr, Ref):
        return None
    found = next((measure for measure in plan.measures if measure.name == select.expr.name), None)
    return None if found is None or (component.basis == "credit" and found.known_before) else found.name


def of_steps(component: written.Component, per: written.Per) -> tuple[Formula, ...]:
    """The formulas in the component's items of one kind."""
    return tuple(f for step in component.steps if step.per == per for f in of_step(step))


def of_step(step: written.Step) -> tuple[Formula, ...]:
    """The formula of one item, if it has one."""
    match step:
        case written.Gate(when=Formula() as when):
            return (when,)
        case written.Multiply():
            return (step.by,)
        case written.Limit() | written.Budget():
            return (step.at,)
        case CarryForward():
            return tuple(line.at for line in step.lines)
        case written.ShareOut():
            return tuple(formula for formula in (step.by, step.among) if formula is not None)
        case _:
            return ()


def of_tiers(component: written.Component) -> tuple[Formula, ...]:
    """What the tiers pay, and where they stand as far as formulas say it."""
    tiers = component.rate.tiers
    return tuple(f for tier in tiers for f in (tier.pays, tier.lower_by, tier.upper_by) if f is not None)


def at_credit(plan: written.CompPlan, component: written.Component) -> tuple[Formula, ...]:
    """The component's formulas at the credit place; `select` among them unless it names a measure."""
    if component.basis != "credit":
        return ()
    select = component.rate.select
    own = (select,) if select is not None and selected_measure(plan, component) is None else ()
    return (*own, *of_tiers(component), *of_steps(component, "credit"))


def at_earning(component: written.Component) -> tuple[Formula, ...]:
    """The component's formulas at the earning place."""
    tiers = of_tiers(component) if component.basis != "credit" else ()
    return (*tiers, *of_steps(component, "earning"))


def wheres_of(plan: written.CompPlan, rule: str) -> tuple[Formula, ...]:
    """The conditions of measures over a rule."""
    return tuple(m.where for m in plan.measures if m.where is not None and any(r.text == rule for r in m.rules))


def of_rule(plan: written.CompPlan, rule: str) -> tuple[Formula, ...]:
    """All formulas at credit places of one rule: of measures over it, and of components that pay its credits."""
    paying = (c for c in plan.components if c.basis == "credit" and c.base is not None and c.base.text == rule)
    return (*wheres_of(plan, rule), *(formula for component in paying for formula in at_credit(plan, component)))


def look_ups_in(plan: written.CompPlan, formulas: Iterable[Formula]) -> tuple[LookUp, ...]:
    """The look-up tables that formulas read, in the plan's order."""
    names = names_in(*formulas) if plan.look_ups else frozenset()
    return tuple(table for table in plan.look_ups if table.name in names)


def through(plan: written.CompPlan, formulas: Iterable[Formula]) -> tuple[Formula, ...]:
    """Formulas, and what the look-up tables read that stand in them."""
    formulas = tuple(formulas)
    return (*formulas, *(f for table in look_ups_in(plan, formulas) for f in table.formulas))


def measures_at_credits(plan: written.CompPlan, component: written.Component) -> tuple[str, ...]:
    """Measures that the component's places at credits read, in the plan's order."""
    read = names_in(*through(plan, at_credit(plan, component)))
    return tuple(measure.name for measure in plan.measures if measure.name in read)


def read_measures(plan: written.CompPlan, tables: Iterable[LookUp]) -> tuple[LookUp, ...]:
    """Those of the tables that a measure is a dimension of."""
    names = {measure.name for measure in plan.measures}
    return tuple(table for table in tables if names & names_in(*table.formulas))


def measures_read(plan: written.CompPlan, component: written.Component) -> tuple[str, ...]:
    """Measures that the component reads, base and select among them, in the plan's order."""
    read = {*names_in(*through(plan, at_earning(component))), *measures_at_credits(plan, component)}
    read |= {step.measure.text for step in component.steps if isinstance(step, written.Gate) and step.measure}
    selected = selected_measure(plan, component)
    if selected is not None:
        read.add(selected)
    if component.base is not None and component.basis != "credit":
        read.add(component.base.text)
    return tuple(measure.name for measure in plan.measures if measure.name in read)


def parts_of(
    name: str, named: Mapping[str, written.Measure], goes_on: Callable[[written.Measure], bool] = lambda _: True
) -> Iterator[written.Measure]:
    """A measure and those that it is made of, through those at which it `goes_on`: each once, though a plan may hold a circle."""
    seen: set[str] = set()
    left = [name]
    while left:
        each = left.pop()
        if each in named and each not in seen:
            seen.add(each)
            yield named[each]
            if goes_on(named[each]):
                left += [part.text for part in reversed(named[each].parts)]


def runs_over(plan: written.CompPlan, component: written.Component, rule: str) -> bool:
    """Whether the component pays credits by a running total that the rule's credits move, or until a budget is spent."""
    if component.basis != "credit" or component.base is None:
        return False
    selected = selected_measure(plan, component)
    unpaid = {each.name for each in plan.credits if "pay" not in each.counts_for}
    moved = {name.text for m in plan.measures if m.name == selected for name in m.rules} & unpaid
    spends = spends_in_order(component) is not None and rule == component.base.text
    return spends or (selected is not None and rule in {component.base.text, *moved})


def spends_in_order(component: written.Component) -> written.Budget | None:
    """The budget that is paid out credit after credit, if there is one."""
    return next((s for s in component.steps if isinstance(s, written.Budget) and s.per == "credit"), None)
