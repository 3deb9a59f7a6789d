"""What a generated case has exercised: a counter of constructs in the plans and of events in the results."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.plan.group import UNPLACED
from engine.plan.measure import Each
from engine.plan.modifier import acting_together
from engine.plan.resolved import (
    Budget,
    CarryForward,
    Component,
    Gate,
    Limit,
    LookUp,
    Measure,
    Plan,
    Prorate,
    Reports,
    ResolvedWorkspace,
    Round,
    Rule,
    ShareOut,
    Split,
    TrueUp,
    ValuesOn,
    Waivable,
)

SEGMENT = ("participant", "period", "segment")
Rows = list[dict[str, Any]]


BILLION = 10**9
"""No rate and no quantity is larger."""


def coverage(workspace: ResolvedWorkspace, tables: Mapping[str, Rows], results: Mapping[str, Rows]) -> Counter[str]:
    """Construct or event → how often. `tables` are the inputs, `results` those of the reference."""
    found: Counter[str] = Counter()
    found[f"calendar {workspace.calendar.shortest}"] += 1
    found["years of 53 weeks"] += any((p.year_end - p.year_start).days == 370 for p in workspace.calendar.periods)
    found["recompute_from"] += workspace.recompute_from is not None
    found["plans left out"] += len(workspace.others)
    first = workspace.calendar.periods[0].year_start
    found["fiscal start other than January"] += (first.month, first.day) != (1, 1)
    for target in workspace.targets.values():
        found[f"target given per {target.given}, {'prorated' if target.prorate else 'whole'}"] += 1
        by_quarter = " within quarters" if target.spread is not None and target.spread.quarters else ""
        found["target not spread" if target.spread is None else f"target spread: {target.spread.by}{by_quarter}"] += 1
        for each in target.sources:
            found["negative targets"] += sum(row["amount"] < 0 for row in tables[f"source/{each.source.name}"])
        found["target of " + ", ".join(r.by for r in target.sources) + f" {target.precedence or ''}".rstrip()] += 1
        found["target with a ramp"] += target.ramp is not None
        if target.everybody is not None:
            found[f"target of everybody{'' if target.sources else ' alone'}"] += 1
        found[f"target of a group, {target.values_on.value if target.values_on else 'by days'}"] += target.groups != ()
    for plan in workspace.plans:
        _plan(plan, results, found)
        for variable in plan.variables.values():
            found.update(f"variable by {attribute}" for attribute in variable.attributes)
    for name, rows in results.items():
        if name.startswith("states/"):
            found.update(f"transaction {row['state']}" for row in rows)
    for row in results["earnings"]:
        found[f"earning {row['outcome']}" + (f": {row['cause']}" if row["cause"] else "")] += 1
        found["negative earnings"] += row["earning"] is not None and row["earning"] < 0
    for name, source in workspace.sources.items():
        if source.role == "transactions":
            found["amounts over a billion"] += sum(abs(row["net"]) > BILLION for row in tables[f"source/{name}"])
    found["payouts"] += len(results["payouts"])
    found["incomplete payouts"] += sum(row["incomplete"] for row in results["payouts"])
    found["negative payouts"] += sum(row["amount"] is not None and row["amount"] < 0 for row in results["payouts"])
    digits = {plan.name: plan.digits for plan in workspace.plans if plan.payout_rounding is not None}
    paid = [row for row in results["earnings"] if row["plan"] in digits]
    found["earnings on a payout tie"] += sum(_is_tie(row["earning"], digits[row["plan"]]) for row in paid)
    return +found


def _formula(plan: Plan, measure: Measure, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """Measures by formula: where their variables differ, where they look back, and where to date they are not known."""
    own = [plan.variables[name] for name in measure.variables if plan.variables[name].varies]
    found["measure by formula, of what is one's own"] += own != []
    found["measure by formula, looked back at"] += measure.looked_back
    found["measure by formula, a share of a target"] += measure.of_shares
    found["measure by formula, of a group"] += any(each.within for each in plan.with_parts(measure.parts))
    for row in results[f"measures/{plan.name}.{measure.name}"]:
        found["measure by formula, otherwise to date"] += measure.to_date and row["own"] != row["value"]


def _weighted(plan: Plan, measure: Measure, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """Parts that are missing, what the policy makes of them, and limits that are reached."""
    policies = {part.missing.value for part in measure.weighted if part.missing is not None}
    found["measure weighted, several policies"] += len(policies) > 1
    found["measure weighted, told missing itself"] += measure.name in plan.told_missing
    whole = {_row(row): row["value"] for row in results[f"measures/{plan.name}.{measure.name}"]}
    for part in measure.weighted:
        policy = "never missing" if part.missing is None else part.missing.value
        found[f"measure weighted, part {policy}"] += 1
        for row in results[f"measures/{plan.name}.{part.measure}"]:
            value = row["value"]
            if _row(row) not in whole:
                continue
            found[f"part not known, {policy}"] += value is None
            found[f"part not known and the whole known, {policy}"] += value is None and whole[_row(row)] is not None
            found["part over its cap"] += value is not None and part.cap is not None and value > part.cap.value
            found["part under its floor"] += value is not None and part.floor is not None and value < part.floor.value


def _each(measure: Measure, each: Each, rows: Rows, found: Counter[str]) -> None:
    """Limits that are reached, exactly or not; what is below 0; and returns of what lay above."""
    limits = [word for word, limit in (("cap", each.cap), ("floor", each.floor)) if limit is not None]
    span = measure.accumulation or "period"
    found[f"measure {measure.aggregate} of each, {' and '.join(limits)}, {span}"] += 1
    for row in rows:
        value = row["after"] if measure.to_date else row["own"]
        if value is None:
            found["one of each not known"] += 1
            continue
        found["one of each over its cap"] += each.cap is not None and value > each.cap.value
        found["one of each exactly at its cap"] += each.cap is not None and value == each.cap.value
        found["one of each under its floor"] += each.floor is not None and value < each.floor.value
        found["one of each exactly at its floor"] += each.floor is not None and value == each.floor.value
        found["one of each below 0, as it is"] += value < 0 and each.floor is None
        if measure.to_date and row["before"] is not None:
            found["one of each in several intervals"] += row["before"] != 0
            above = each.cap is not None and row["before"] > each.cap.value
            found["one of each that a return leaves at its cap"] += above and row["own"] < 0 and row["adds"] == 0
            found["one of each that a return takes below its cap"] += (
                above and row["adds"] is not None and row["adds"] < 0
            )


def _reports(plan: Plan, measure: Measure, reports: Reports, results: Mapping[str, Rows], found: Counter[str]) -> None:
    levels = ", ".join(str(level) for level in reports.levels)
    found[f"earned below, levels {levels}, managers on {reports.managers_on.value}"] += 1
    for row in results[f"reports/{plan.name}.{measure.name}"]:
        found["earned below somebody"] += row["manager.1"] is not None and bool(row["earning"])
        found["earned in a circle of managers"] += row["because"] == "manager_cycle"
        found["earned below more managers than there are levels"] += row["because"] == "longer_chain"
        found["earned beyond the managers that are looked at"] += row["because"] == "beyond_reach"
        found["earned below somebody who is passed over"] += bool(row["earning"]) and _passed_over(row)
    rows = results[f"measures/{plan.name}.{measure.name}"]
    found["earned below, not zero"] += sum(bool(row["own"]) for row in rows)


def _elsewhere(plan: Plan, measure: Measure, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """What was earned on other plans, and what of it counts."""
    others = [(of, name) for of, name in measure.earnings_of(plan.name) if of != plan.name]
    if not others or not measure.lengths:
        return
    whose = "one's own" if measure.reports is None else "of the people below"
    found[f"earned on another plan, {whose}"] += 1
    found["earned on another plan, beside one's own plan"] += len(others) < len(measure.earned)
    found["earned on a plan that comes later"] += any(of > plan.name for of, _ in others)
    found["earned on another plan, plan joined"] += plan.joined
    rows = results[f"measures/{plan.name}.{measure.name}"]
    found[f"earned on another plan, {whose}, not zero"] += sum(bool(row["own"]) for row in rows)


def _row(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["participant"], row["period"], row["segment"]


def _plan(plan: Plan, results: Mapping[str, Rows], found: Counter[str]) -> None:
    found["plan by titles" if plan.titles is not None else "plan by names"] += 1
    found["plan in force for a part"] += plan.end is not None
    found[f"hit policy {plan.hit_policy.value}"] += len(plan.rules) > 1
    for rule in plan.rules:
        _rule(plan, rule, results, found)
        found["look-up table of a rule's value"] += len(rule.valued_by)
        found["look-up table of credits"] += len(rule.look_ups)
    found["look-up table of credits by a measure"] += sum(len(c.credit_look_ups) for c in plan.components)
    found["measure read at credits"] += sum(len(c.at_credits) for c in plan.components)
    found["look-up table of earnings"] += sum(len(component.look_ups) for component in plan.components)
    for table in plan.look_ups.values():
        _look_up(table, found)
    for measure in plan.measures:
        found[f"measure {measure.aggregate} {measure.unit.dtype} {measure.accumulation or 'period'}"] += 1
        found["measure of several components' earnings"] += len(measure.earned) > 1
        _elsewhere(plan, measure, results, found)
        if measure.reports is not None and measure.lengths:
            _reports(plan, measure, measure.reports, results, found)
        if measure.back is not None:
            rows = results[f"measures/{plan.name}.{measure.name}"]
            found[f"measure a {measure.back} back"] += len(rows)
            found[f"measure a {measure.back} back, not zero"] += sum(bool(row["value"]) for row in rows)
        if measure.earlier is not None:
            of = "last" if measure.earlier.last else f"since {measure.earlier.since}"
            rows = results[f"measures/{plan.name}.{measure.name}"]
            of += ", with this one" if measure.earlier.with_present else ""
            found[f"measure {measure.earlier.take} of the {of}"] += len(rows)
            found["measure of several periods, of no fewer"] += measure.earlier.complete
            found["measure of several periods, of parts too"] += measure.earlier.partial
            found[f"measure of earlier periods, {plan.segments.value}"] += len(rows)
            found["measure of earlier periods, not zero"] += sum(bool(row["value"]) for row in rows)
        if measure.against is not None:
            reach = "own" if measure.accumulation is None else "whole" if measure.against.whole else "to date"
            reach += "" if measure.against.group is None else " of a group"
            found[f"measure attainment, reach {reach}"] += 1
            for row in results[f"measures/{plan.name}.{measure.name}"]:
                found["measure attainment 100 %"] += row["value"] == 1
        if measure.within is not None:
            found[f"measure within {measure.within}"] += 1
        if measure.on_move is not None and measure.lengths:
            _moves(plan, measure, results, found)
        if measure.ranking is not None:
            next_ = ", then by another" if len(measure.parts) > 1 else ""
            asked = ", from a least value" if measure.ranking.at_least is not None else ""
            found[f"rank {measure.ranking.first} first, ties {measure.ranking.ties}{next_}{asked}"] += 1
            rows = results[f"measures/{plan.name}.{measure.name}"]
            found["rank not taken part in"] += sum(row["value"] == UNPLACED for row in rows)
            found["rank behind somebody"] += sum(row["value"] not in (None, 1, UNPLACED) for row in rows)
        if measure.formula is not None and measure.lengths:
            _formula(plan, measure, results, found)
        if measure.rounded is not None:
            how = "to digits" if measure.rounded.multiple is None else "to multiples"
            found[f"measure rounded {measure.rounded.mode} {how}"] += 1
        if measure.each is not None and measure.lengths:
            _each(measure, measure.each, results[f"each/{plan.name}.{measure.name}"], found)
        if measure.weighted:
            _weighted(plan, measure, results, found)
        found["measure where"] += measure.where is not None
        found["measure of several rules"] += len(measure.rules) > 1
        for row in results[f"measures/{plan.name}.{measure.name}"]:
            found[f"measure {measure.aggregate} not known"] += row["value"] is None
            found[f"measure {measure.aggregate} zero"] += row["value"] == 0
    if plan.begins_anew is not None:
        found["plan that begins anew"] += 1
        rows = results[f"grid/{plan.name}"]
        found["periods cut by an anniversary"] += sum(row["period_start"] < row["plan_start"] for row in rows)
        found["rows since an anniversary"] += sum(row["segment"] == row["plan_start"] for row in rows)
    stints = Counter(row["participant"] for row in results[f"stints/{plan.name}"])
    found["participants with several segments"] += sum(count > 1 for count in stints.values())
    grid = results[f"grid/{plan.name}"]
    found[f"segments {plan.segments.value}" + (f", {plan.on_change.value}" if plan.on_change else "")] += 1
    parts = Counter(tuple(row[k] for k in SEGMENT) for row in results.get(f"segments/{plan.name}", []))
    if plan.continues:
        runs = {(row["participant"], row["segment"]) for row in grid}
        found["new segments that go on"] += len(runs) - len({participant for participant, _ in runs})
    found["periods of several joined segments"] += sum(count > 1 for count in parts.values())
    found["segments that cut a period"] += sum(row["days"] < row["period_days"] for row in grid)
    for component in plan.components:
        found["component not paid itself"] += not component.paid
        _component(plan, component, results, found)


def _moves(plan: Plan, measure: Measure, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """Groups to date: how what members had elsewhere counts, and how much there is of it."""
    assert measure.on_move is not None
    found[f"{measure.aggregate} to date within a group, {measure.on_move.value}"] += 1
    rows = results[f"measures/{plan.name}.{measure.name}"]
    found[f"{measure.aggregate} to date within a group, not zero"] += sum(bool(row["value"]) for row in rows)


def _look_up(table: LookUp, found: Counter[str]) -> None:
    found[f"look-up table of {len(table.dimensions)} dimensions"] += 1
    found["look-up table, " + ("complete" if table.missing is None else f"missing {table.missing.words}")] += 1
    for at, each in enumerate(table.dimensions):
        kind = each.attribute or f"{'band' if each.band else 'equal'} {each.type.dtype}"
        found[f"look-up by {kind}" + (f", boundary {each.boundary.value}" if each.boundary else "")] += 1
        keys = [row.keys[at] for row in table.rows]
        found["look-up with else"] += None in keys
        found["look-up in bands that end"] += any(key is not None and key.to is not None for key in keys)


def _rule(plan: Plan, rule: Rule, results: Mapping[str, Rows], found: Counter[str]) -> None:
    if isinstance(rule.to, Split):
        shares = "by share" if rule.to.share else "by weight" if rule.to.weight else "equal"
        found[f"split {shares}, {'exact' if rule.to.digits == 12 else 'at digits'}"] += 1
        found["split expects somebody"] += rule.to.expect is not None
    else:
        found["credit to a column"] += 1
    if rule.convert is not None:
        found[
            f"exchange {rule.convert.pair}, {'by column' if rule.convert.currency_column else 'of one currency'}"
        ] += 1
        found[f"exchange rates {'of intervals' if rule.convert.max_age is None else 'of days'}"] += 1
    if rule.roll_up is not None:
        found[f"roll-up longer {rule.roll_up.longer.value}, no manager {rule.roll_up.no_manager.value}"] += 1
        found[f"roll-up not on plan {rule.roll_up.not_on_plan.value}"] += 1
        _roll_up(rule, results[f"shares/{plan.name}.{rule.name}"], results[f"credits/{plan.name}.{rule.name}"], found)
    found["rule where"] += rule.where is not None
    found["rule excludes"] += len(rule.exclude)
    found["money by column"] += rule.currency_column is not None
    if rule.adjustments is not None:
        _adjusted(plan, rule, results, found)
    name = f"{plan.name}.{rule.name}"
    if rule.undated is not None:
        found[f"rows without a credit date: {rule.undated.value}"] += 1
    if rule.values_on is not None:
        _values_on(rule.values_on, rule, results[f"credits/{name}"], found)
    for row in results[f"states/{rule.source.name}"]:
        found[f"rule {row[name]}" + (f": {row[name + '.because']}" if row[name + ".because"] else "")] += 1
    for row in results[f"credits/{name}"]:
        found[f"share {row['state']}" + (f": {row['because']}" if row["because"] else "")] += 1
        found["negative credits"] += row["amount"] < 0 and row["state"] == "credited"
        found["zero credits"] += row["amount"] == 0 and row["state"] == "credited"


def _values_on(said: ValuesOn, rule: Rule, credits: Rows, found: Counter[str]) -> None:
    """The day as of which credits read what is dated: another one, or the credit date after all."""
    to = "a roll-up" if rule.roll_up is not None else "a split" if isinstance(rule.to, Split) else "a column"
    found[f"values on another day, {to}, later {said.later.value}"] += 1
    if said.not_on_roster is not None:
        found[f"values on another day, not on roster {said.not_on_roster.value}"] += 1
    for row in credits:
        credited = row["state"] == "credited"
        found["credit with values of another day"] += credited and row["values_on"] != row["credit_date"]
        found["credit with values of the day before its segment"] += credited and row["values_on"] < row["segment"]


def _adjusted(plan: Plan, rule: Rule, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """What adjustments move, and what keeps them from it."""
    found["rule that takes adjustments"] += 1
    found["roll-up that takes adjustments"] += rule.roll_up is not None
    per = Counter[tuple[Any, ...]]()
    for row in results[f"adjustments/{plan.name}.{rule.name}"]:
        found[f"adjustment {row['because'] or 'done'}"] += 1
        if row["because"]:
            continue
        per[(*(row[key] for key in rule.source.key), row["from_participant"])] += 1
        found["adjustment of a whole credit"] += row["share"] == 1
        found["adjustment of a return"] += row["amount"] < 0
        found["adjustment takes away"] += row["to_participant"] == ""
        found["adjustment of what is nobody's"] += row["from_participant"] == ""
    found["several adjustments of one credit"] += sum(count > 1 for count in per.values())


def _roll_up(rule: Rule, shares: Rows, credits: Rows, found: Counter[str]) -> None:
    """How far it goes up, and where several people's parts meet at one manager."""
    below = Counter(tuple(row[key] for key in rule.source.key) for row in shares if row["levels"])
    for row in shares:
        found["roll-up that passes somebody over"] += bool(row["levels"]) and _passed_over(row)
        found["roll-up beyond the managers that are looked at"] += row["because"] == "beyond_reach"
    for row in credits:
        found[f"roll-up {row['state']} at level {row['level']}"] += 1
        many = below[tuple(row[key] for key in rule.source.key)] > 1
        found["roll-up of several parts"] += many and row["participant"] != ""


def _passed_over(row: Mapping[str, Any]) -> bool:
    """Whether a manager below the first who takes a level takes none."""
    return row["manager.1"] is not None and row.get("above.1") not in (None, row["manager.1"])


def _rounded(component: Component, found: Counter[str]) -> None:
    """Attainments that are rounded before they are compared."""
    gates = [step.against for step in component.steps if isinstance(step, Gate)]
    for place, against in (("table", component.table.against), *(("gate", against) for against in gates)):
        if against is not None and against.rounded is not None:
            found[f"attainment rounded {against.rounded.mode} in a {place}"] += 1


def _waived(component: Component, step: Waivable, number: int, rows: Rows, found: Counter[str]) -> None:
    found[f"{step.kind} per {step.per} waived"] += 1
    before = "table_result" if number == 1 else f"step_{number - 1}"
    for row in rows if step.per == "earning" else ():
        waived = any(each.participant == row["participant"] and row["period"] in each.periods for each in step.waivers)
        found[f"{step.kind} waived for somebody"] += waived
        found[f"{step.kind} waived, something left"] += waived and bool(row[before])


def _component(plan: Plan, component: Component, results: Mapping[str, Rows], found: Counter[str]) -> None:
    table, name = component.table, f"{plan.name}.{component.name}"
    select = "measure" if table.select else "own value" if table.select_formula else "nothing"
    found[f"{component.basis} {table.mode} by {select}{' against' if table.against else ''}"] += 1
    found[f"length {component.length}"] += 1
    _rounded(component, found)
    found["target incentive"] += component.target_incentive is not None
    for policy in ("boundary", "below", "above"):
        chosen = getattr(table, policy)
        if chosen is not None:
            found[f"{table.mode} {policy} {chosen.value}"] += 1
    if table.running_total is not None:
        found[f"{table.mode} by the running total {table.running_total.value}"] += 1
    if table.mode == "interpolated":
        found[f"lines between {table.gives}s"] += 1
        found["jumps between lines"] += len({tier.lower for tier in table.tiers}) < len(table.tiers)
    if component.basis == "credit" and table.select is not None:
        found["running total that unpaid credits move"] += len(plan.measure(table.select).rules) > 1
    found["prizes by place"] += table.prizes
    found["prorated bounds"] += table.prorate_bounds
    if table.bounds_vary:
        found[f"bounds by formula{', prorated' if table.prorate_bounds else ''}"] += 1
        rows = results[f"earnings/{name}"]
        found["bounds by formula that don't rise"] += sum(row["cause"] == "bounds_fall" for row in rows)
        found["bounds by formula that pay"] += sum(bool(row["table_result"]) for row in rows)
    if table.against is not None:
        against = table.against
        found[f"missing {against.missing.value}, zero {against.zero.value}"] += 1
        reach = "own" if against.accumulation is None else "whole" if against.whole else "to date"
        reach += "" if against.group is None else " of a group"
        found[f"reach {reach}" + (f", {against.accumulation}" if against.accumulation else "")] += 1
    for run in acting_together(component.steps):
        kinds = {getattr(component.steps[place], "kind", "") for place in run}
        found[f"limits that forget together: {' and '.join(sorted(kinds))}"] += 1
    for number, step in enumerate(component.steps, start=1):
        if isinstance(step, Waivable) and step.waivers:
            _waived(component, step, number, results[f"earnings/{name}"], found)
        over = getattr(step, "accumulation", None)
        place = f", days of the {over}" if over and isinstance(step, Prorate) else ""
        more = (
            f" over {step.over}{' cumulative' if step.cumulative else ''}{' prorated' if step.prorate else ''}"
            if isinstance(step, Limit)
            else ""
        )
        more += f" over {step.accumulation}" if isinstance(step, TrueUp) else ""
        more += " against" if isinstance(step, Gate) and step.against is not None else ""
        found[f"step {step.kind} per {step.per}{more}{place}"] += 1
        if isinstance(step, Budget):
            rows = results[f"credit_pay/{name}" if step.per == "credit" else f"earnings/{name}"]
            found[f"budget {step.when_spent} over {step.over}{', lost' if step.lost else ''}"] += 1
            found[f"amounts that a budget cuts, {step.when_spent}"] += sum(
                row[f"step_{number}"] not in (None, _before(row, number)) for row in rows
            )
        if isinstance(step, CarryForward):
            _carried(step, number, results[f"earnings/{name}"], found)
        if isinstance(step, ShareOut):
            _pool(step, number, results[f"earnings/{name}"], found)
        if isinstance(step, Round):
            rows = results[f"credit_pay/{name}" if step.per == "credit" else f"earnings/{name}"]
            found["rounding ties"] += sum(_is_tie(_before(row, number), step.digits) for row in rows)
    _events(component, name, results, found)


def _carried(step: CarryForward, number: int, rows: Rows, found: Counter[str]) -> None:
    """Which lines there are, what is settled, and how often something is really carried."""
    sides = [name for name, line in (("deficit", step.deficit), ("excess", step.excess)) if line is not None]
    found[f"carries {' and '.join(sides)} over the {step.accumulation}{', prorated' if step.prorate else ''}"] += 1
    for name, line in (("deficit", step.deficit), ("excess", step.excess)):
        if line is not None:
            found[f"{name} {'settled' if line.settled else 'dropped'} at the end"] += 1
    for row in rows:
        before, after = _before(row, number), row[f"step_{number}"]
        if before is not None and after is not None:
            found["deficits carried or excesses paid out"] += after > before
            found["excesses carried or deficits taken off"] += after < before


def _pool(step: ShareOut, number: int, rows: Rows, found: Counter[str]) -> None:
    """How a pool is shared, and among how many."""
    by = "equal parts" if step.by is None else f"weights of {step.unit.dtype}"
    found[f"pool by {by}{', by days' if step.prorate else ''}{', among some' if step.among else ''}"] += 1
    found[f"pool within {step.within}"] += 1
    found[f"pool below zero {step.negative_pool.value}"] += 1
    if step.no_weights is not None:
        found[f"pool without weights {step.no_weights.value}"] += 1
    parts = Counter(row["period"] for row in rows if row[f"step_{number}"])
    found["pools of several parts"] += sum(count > 1 for count in parts.values())
    found["negative parts of a pool"] += sum((row[f"step_{number}"] or 0) < 0 for row in rows)


def _events(component: Component, name: str, results: Mapping[str, Rows], found: Counter[str]) -> None:
    """Exact bounds, zero and missing targets, slices and blocked earnings."""
    table = component.table
    bounds = {bound for tier in table.tiers for bound in (tier.lower, tier.upper) if bound is not None}
    for row in results[f"earnings/{name}"]:
        value = row["attainment"] if table.against is not None else row["select"]
        found["exact bounds"] += value is not None and value in bounds
        if table.against is not None:
            found["missing targets"] += row["target"] is None
            found["zero targets"] += row["target"] == 0
            policies = (table.against.missing.value, table.against.zero.value)
            without = not row["target"] and "block" not in policies
            found["values not known under a policy of the target"] += without and row["select"] is None
        found["blocked earnings"] += row["earning"] is None
        found["tier 0"] += row["tier"] == 0
    found["slices"] += len(results[f"slices/{name}"])
    found["slices walked back"] += sum(row["length_before"] > row["length_after"] for row in results[f"slices/{name}"])
    for row in results.get(f"credit_pay/{name}", []):
        value = row["after"] if row["after"] is not None else row["amount"]
        found["exact bounds"] += value in bounds


def _before(row: dict[str, Any], number: int) -> Decimal | None:
    value = row["table_result"] if number == 1 else row[f"step_{number - 1}"]
    assert value is None or isinstance(value, Decimal)
    return value


def _is_tie(value: Decimal | None, digits: int) -> bool:
    """Whether the value lies exactly between two roundings."""
    return value is not None and (value.scaleb(digits) % 1).copy_abs() == Decimal("0.5")
