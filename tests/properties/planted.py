"""Bugs to plant in a lowered program, each one that a compensation team has shipped."""

from dataclasses import replace
from decimal import Decimal

from engine.ir.expr import Call, Case, Lit, Over, Ref
from engine.ir.table import Def
from engine.ir.types import INTEGER, TEXT
from engine.lower import (
    accumulation,
    carry_forward,
    cause,
    component,
    credit,
    generations,
    group_target,
    interpolated,
    joint_limits,
    look_up,
    measure_by_formula,
    measure_columns,
    measure_of_earnings,
    measure_of_measures,
    modifier,
    prorated,
    roll_up,
    target,
    variable,
    weighted,
)
from engine.lower.bounds import Bounds
from engine.lower.segment import SEGMENT_KEYS
from engine.lower.share import WHOLE
from engine.lower.target import target_column
from engine.lower.terms import FALSE, ONE, TRUE, ZERO, call, integer, text
from engine.plan.group import EVERYONE
from engine.plan.resolved import (
    Split,
)
from tests.properties.formulas import choice
from tests.properties.generated_world import LINES
from tests.properties.planted_misread import (
    accumulating,
    backwards,
    bands_have,
    of_against,
    of_attained,
    of_back,
    of_budgets,
    of_components,
    of_each,
    of_earlier,
    of_exchanges,
    of_formulas,
    of_generations,
    of_limits,
    of_lines,
    of_look_ups,
    of_moves,
    of_pools,
    of_ramps,
    of_ranks,
    of_reports,
    of_rounded,
    of_rules,
    of_tables,
    of_targets,
    of_undated,
    of_values_on,
    of_waivers,
    of_weighted,
    one_of_several_rules,
    overrides_stop,
    own_targets,
    quarters_limited_over_the_year,
    remembering_true_ups,
    taken_the_other_way,
    twice,
    without_other_plans,
)
from tests.properties.planted_patches import (
    all_gates,
    at_its_own,
    cut_to_new_limits,
    for_ever,
    in_the_first_segment,
    last_of_coalesce,
    left_out,
    limited_as_a_sum,
    never_continued,
    numbers_alone,
    on_the_last_day,
    or_unknown,
    over_segments,
    product_first,
    prorated_by_rounded_share,
    reached_at_once,
)
from tests.properties.planted_rewrites import (
    a_day_short,
    after_only,
    at_the_end,
    called,
    calls,
    divided_first,
    each_credit,
    ends,
    eve_forgotten,
    everywhere,
    first_tier_for_zero,
    from_the_limit,
    highest_level,
    in_part,
    is_open,
    is_place,
    line_after_only,
    managers_of_the_credit_date,
    mode,
    never_earlier_blocked,
    null_to_zero_lost,
    of_any_rule,
    of_its_period,
    of_the_interval,
    of_the_last_segment,
    roster_of_the_credit_date,
    shares_of_the_credit_date,
    starts_with,
    true_up_dropped,
    turned,
    turned_ending,
    undated_asked,
    unless_so,
    values_of_the_credit_date,
    with_itself,
    without,
)
from tests.properties.planting import Bug, defined, expressed, misread, patched, rewritten

PLANTED: dict[str, Bug] = {
    # rounding
    "half up rounds half even": expressed(everywhere, mode("half_up", "half_even")),
    "half even rounds half up": expressed(everywhere, mode("half_even", "half_up")),
    "floor truncates": expressed(everywhere, mode("floor", "truncate")),
    "ceiling truncates": expressed(everywhere, mode("ceiling", "truncate")),
    "payouts are not rounded": misread(lambda plan: replace(plan, payout_rounding=None)),
    "payouts are rounded to a digit more": misread(lambda plan: replace(plan, digits=plan.digits + 1)),
    "a share of a period is rounded first": patched(
        (modifier, "prorated", prorated_by_rounded_share), (carry_forward, "prorated", prorated_by_rounded_share)
    ),
    "days times a target are an amount themselves": patched(
        *((module, "part_of", product_first) for module in (group_target, target))
    ),
    # tiers
    "a bound always belongs to the upper tier": of_tables(boundary=choice("upper")),
    "a bound always belongs to the lower tier": of_tables(boundary=choice("lower")),
    "below the lowest bound nothing is paid": of_tables(below=choice("zero")),
    "below the lowest bound the first tier pays": of_tables(below=choice("same")),
    "tier 0 pays like tier 1": expressed(called("tier"), first_tier_for_zero),
    "above the highest bound is never asked": of_tables(above=choice("same")),
    "bounds are not prorated": of_tables(prorate_bounds=False),
    "slices forget what came before": defined(after_only),
    "the running total goes backwards": expressed(called("after"), turned()),
    "the running total starts with each period": patched((component, "within", lambda plan, over: SEGMENT_KEYS)),
    "a credit is looked up by the total with it": of_tables(running_total=choice("after")),
    "a credit is looked up by the total before it": of_tables(running_total=choice("before")),
    "a line divides before it multiplies": expressed(everywhere, divided_first),
    "lines forget what came before": defined(line_after_only),
    "a jump between lines is always at its upper end": patched((interpolated, "_reached", reached_at_once)),
    # targets
    "a zero target is attainment 0": of_against(zero=choice("zero")),
    "a zero target blocks": of_against(zero=choice("block")),
    "a missing target is attainment 100 %": of_against(missing=choice("full")),
    "the interval's own target is read to date": patched((component, "target_column", lambda against: "own")),
    "a whole target is the interval's own": patched(
        (component, "target_column", lambda place: "own" if place.whole else target_column(place))
    ),
    "a negative target counts": rewritten(without("spread/", "ge")),
    "targets accumulate over segments": expressed(
        starts_with("targets/"),
        lambda e: replace(e, by=tuple(n for n in e.by if n != "segment")) if isinstance(e, Over) else e,
    ),
    "targets of one source are all of the first category": of_targets(
        lambda t: t if t.category is None else replace(t, category=replace(t.category, value=LINES[0]))
    ),
    # look-up tables
    "a value on a bound of a band is above it": of_look_ups(bands_have(choice("upper"))),
    "a value on a bound of a band is below it": of_look_ups(bands_have(choice("lower"))),
    "what no row is for is nothing": of_look_ups(
        lambda t: (
            t
            if t.missing is None or t.missing.value is not None
            else replace(t, missing=replace(t.missing, value=ZERO))
        )
    ),
    "what is missing is never said": of_look_ups(lambda t: replace(t, missing=None)),
    "an attribute that is empty is not looked up": patched((look_up, "either", lambda _, then, other: other)),
    # true-up, limits, gates
    "no true-up": defined(true_up_dropped),
    "the true-up is not reset": patched((accumulation, "within", for_ever)),
    "the true-up goes on over segments": patched((accumulation, "within", over_segments)),
    "measures accumulate over segments": patched((measure_columns, "within", over_segments)),
    "measures accumulate for ever": patched((measure_columns, "within", for_ever)),
    "quarters accumulate over the year": accumulating(quarter="year"),
    "the plan accumulates over the year": accumulating(plan="year"),
    "a limit over the quarter is over the year": of_components(quarters_limited_over_the_year),
    "modifiers work backwards": of_components(backwards),
    "caps and floors are exchanged": of_limits(lambda s: replace(s, kind="floor" if s.kind == "cap" else "cap")),
    "a cumulative limit stands alone": of_limits(lambda s: replace(s, cumulative=False)),
    "limits are not prorated": of_limits(lambda s: replace(s, prorate=False)),
    "a gate wants more than its bound": expressed(lambda _, name: name.endswith(".met"), calls("ge", "gt")),
    "a limit remembers what it cut off": of_limits(lambda s: replace(s, excess=s.excess and choice("remembered"))),
    "a limit forgets what it cut off": of_limits(lambda s: replace(s, excess=s.excess and choice("lost"))),
    "limits that act together count only what they left themselves": patched((modifier, "members", lambda *_: ())),
    "what limits left together is not reset": patched((joint_limits, "within", for_ever)),
    "limits that act together reach back over a change": patched(
        (joint_limits, "_under_new_limits", cut_to_new_limits)
    ),
    "a limit of an interval among them limits the sum": patched((joint_limits, "_limited", limited_as_a_sum)),
    # balances and budgets
    "a balance is not settled at the end": of_lines(lambda line: replace(line, settled=False)),
    "a balance is settled before it is dropped": of_lines(lambda line: replace(line, settled=True)),
    "a balance is not reset": patched((carry_forward, "within", for_ever)),
    "a balance goes on over segments": patched((carry_forward, "within", over_segments)),
    "a budget remembers what it cut off": of_budgets(lambda s: replace(s, excess=s.excess and choice("remembered"))),
    "a budget forgets what it cut off": of_budgets(lambda s: replace(s, excess=s.excess and choice("lost"))),
    "each interval has a budget of its own": of_budgets(lambda s: replace(s, over="earning_period")),
    "parts of a budget are cut at a digit more": of_budgets(lambda s: replace(s, digits=s.digits + 1)),
    # joined segments
    "what is joined starts again with each change": patched((measure_columns, "within", never_continued)),
    "a new rate reaches back over a change": defined(eve_forgotten),
    "a joined period has the days of one segment": rewritten(of_the_last_segment),
    "a blocked interval does not block later ones": defined(never_earlier_blocked),
    # time
    "days are counted without the last": defined(a_day_short),
    "to date is prorated by the interval's days": patched((prorated, "days", lambda over: ("days", "period_days"))),
    "values are read on the last day": rewritten(at_the_end),
    # credits
    "the first rule that fits does not exclude the others": misread(lambda p: replace(p, hit_policy=choice("all"))),
    "several rules for a row are no exception": misread(
        lambda p: replace(p, hit_policy=choice("first")) if p.hit_policy.value == "unique" else p
    ),
    "a rule shuts out no other in a run that its day is not in": patched(
        (credit, "_by_several_days", lambda *_: False)
    ),
    "not on the plan is always an exception": misread(lambda p: replace(p, not_on_plan=choice("exception"))),
    "exclusions are forgotten": of_rules(lambda rule: replace(rule, exclude=())),
    "another currency is taken as the plan's": of_rules(lambda rule: replace(rule, currency_column=None)),
    "an attainment that goes down goes to the nearest": expressed(called("attainment"), mode("floor", "half_up")),
    "an attainment is rounded to whole percents whatever the place says": expressed(
        called("attainment"),
        lambda e: Call("round", (*e.args[:2], Lit(2, INTEGER))) if isinstance(e, Call) and is_place(e) else e,
    ),
    "a split does not round its value": of_rules(
        lambda r: replace(r, to=replace(r.to, mode=None)) if isinstance(r.to, Split) else r
    ),
    "left-over units go to the smallest remainder": expressed(called("share.rank"), turned("share.rest")),
    "left-over units go by the last participant": expressed(called("share.rank"), turned("participant")),
    "a split's unassigned rest is served first": expressed(called("share.rank"), turned("share.is_rest")),
    "a part by weights is cut of the value × its rounded share": defined(
        lambda _, d: (
            call("round", call("mul", d.expr.args[0], Ref("share")), text("truncate"), d.expr.args[3])
            if isinstance(d.expr, Call) and d.name == "share.floor" and d.expr.fn == "floor_part"
            else d.expr
        )
    ),
    "who is assigned twice counts once, and weights of nothing are weights": expressed(
        called("share.wrong"), lambda _: FALSE
    ),
    "a negative split does not mirror": expressed(
        called("share.size"), lambda e: e.args[0] if isinstance(e, Call) else e
    ),
    "an exchange rate of a day too many counts": of_exchanges(
        lambda c: replace(c, max_age=None if c.max_age is None else c.max_age + 1)
    ),
    "an exchange is not rounded": of_exchanges(lambda c: replace(c, mode=None)),
    "an exchange multiplies where it divides": of_exchanges(
        lambda c: replace(c, pair="row_to_plan" if c.pair == "plan_to_row" else c.pair)
    ),
    "rates of a third currency leave out the plan's": of_exchanges(
        lambda c: replace(c, pair="plan_to_row" if c.pair == "through" else c.pair)
    ),
    # pools and ranks
    "a pool's left-over units go to the smallest remainder": expressed(ends("place"), turned_ending(".rest")),
    "a pool's left-over units go by the last participant": expressed(ends("place"), turned("participant")),
    "a negative pool is shared as a positive one": expressed(
        lambda _, name: name.removeprefix("step_").isdigit(),
        lambda e: e.args[0] if isinstance(e, Call) and e.fn == "neg" else e,
    ),
    "weights are not prorated": of_pools(lambda step: replace(step, prorate=False)),
    "who takes no part has a weight": of_pools(lambda step: replace(step, among=None)),
    "a pool is not rounded before it is shared": of_pools(lambda step: replace(step, mode="truncate")),
    "a pool below zero is always shared": of_pools(lambda step: replace(step, negative_pool=choice("share"))),
    "without weights nobody has anything": of_pools(
        lambda step: replace(step, no_weights=step.no_weights and choice("nobody"))
    ),
    "a pool is shared among everybody": of_pools(lambda step: replace(step, within=EVERYONE)),
    "somebody with two segments is two heads": expressed(called("is_first"), lambda _: TRUE),
    "a rank counts from the other end": of_ranks(
        lambda r: replace(r, first="lowest" if r.first == "highest" else "highest")
    ),
    "everybody takes part in a ranking": of_ranks(lambda r: replace(r, at_least=None)),
    "tied places each bring their own prize": of_ranks(lambda r: replace(r, ties="both")),
    "equal ones have places one after the other": expressed(
        called("own"), lambda e: Ref("stands") if e == Ref("place") else e
    ),
    "the odd cent of shared prizes goes to the last": expressed(called("tie_order"), turned("participant")),
    "who leaves a group takes along what they had": of_moves("follow"),
    "who comes to a group begins at 0 there": of_moves("stay"),
    "a group had this period's amount before it": expressed(
        lambda stage, _: stage.startswith("group_eves/"),
        lambda e: e.args[0] if isinstance(e, Call) and e.fn == "sub" and str(e.args[1]).find(".own") > 0 else e,
    ),
    "a group that was empty at first had something before": expressed(
        lambda stage, name: stage.startswith("group_eves/") and name.endswith(".before"),
        lambda e: e.otherwise if isinstance(e, Case) else e,
    ),
    "a member's own blocked interval blocks what the group adds later": of_components(remembering_true_ups),
    "a group's target to date is added up along a member's rows": misread(own_targets),
    "managers are credited a level too far up": of_rules(
        lambda r: replace(r, roll_up=replace(r.roll_up, levels=r.roll_up.levels + 1)) if r.roll_up else r
    ),
    "managers in a circle are credited": patched((roll_up, "has_cycle", lambda managers: FALSE)),
    "who is passed over takes a level": of_generations(lambda g: replace(g, titles=("AE", "SE", "VP"))),
    "somebody who is on no roster takes a level": patched((generations, "known_true", or_unknown)),
    "one manager more is looked at": of_generations(lambda g: replace(g, within=g.within + 1)),
    "levels beyond the managers looked at are nobody's": of_generations(lambda g: replace(g, beyond=choice("stop"))),
    "an override beyond the managers looked at stops there": misread(overrides_stop),
    "a manager of several parts has the highest level": rewritten(highest_level),
    # bounds by formula
    "bounds that don't rise are cut at": patched((Bounds, "fall", lambda self: FALSE)),
    "a bound by formula is not prorated": patched((Bounds, "_prorated", numbers_alone(Bounds._prorated))),
    "a tier ends where its own formula begins": patched((Bounds, "upper", at_its_own)),
    # variables
    "a value by title wins over the position's": patched((variable, "HELD", ("title", "position"))),
    "the default wins over the title's": misread(
        lambda p: replace(p, variables={n: replace(v, held=()) for n, v in p.variables.items()})
    ),
    # measures
    "a measure's condition is ignored": misread(
        lambda p: replace(p, measures=tuple(replace(m, where=None) for m in p.measures))
    ),
    "a measure of several rules sums the first": misread(one_of_several_rules),
    "a measure without credits is missing": defined(null_to_zero_lost),
    "an attainment to date is of the interval's own target": patched(
        (measure_of_measures, "target_column", lambda against: "own")
    ),
    "a missing part counts as zero": of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, missing=w.missing and choice("zero")) for w in m.weighted))
    ),
    "a missing part takes its weight with it": patched((weighted, "_sum", left_out)),
    "a part counts over its cap": of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, cap=None) for w in m.weighted))
    ),
    "a part counts under its floor": of_weighted(
        lambda m: replace(m, weighted=tuple(replace(w, floor=None) for w in m.weighted))
    ),
    "a claim counts over its cap": of_each(lambda each: replace(each, cap=None)),
    "a claim counts under its floor": of_each(lambda each: replace(each, floor=None)),
    "a claim begins at its floor": defined(from_the_limit),
    "a claim is limited in each interval anew": defined(of_the_interval),
    "all claims are limited together": rewritten(each_credit),
    "a rounded measure is rounded up": of_rounded(mode="ceiling"),
    "a rounded measure is rounded to the last digit": of_rounded(digits=0),
    "multiples are rounded as they are": of_rounded(multiple=None),
    "a zero target is nothing reached": of_attained(zero=choice("zero")),
    "a difference is taken the other way round": misread(
        lambda p: replace(
            p,
            measures=tuple(replace(m, parts=m.parts[::-1]) if m.aggregate == "difference" else m for m in p.measures),
        )
    ),
    "a formula takes away the other way round": of_formulas(taken_the_other_way),
    "a formula to date is of the interval alone": patched(
        (measure_by_formula, "written", lambda name, formula: Def(name, Ref("own")))
    ),
    "of the interval alone a formula is what it is to date": patched(
        (measure_by_formula, "_of_own", lambda expr, _: expr)
    ),
    "a formula reads variables as on the last day": patched((measure_by_formula, "with_variables", on_the_last_day)),
    "what was earned is of the first component alone": misread(
        lambda p: replace(p, measures=tuple(replace(m, earned=m.earned[:1]) for m in p.measures))
    ),
    "what was earned to date is of the period": patched((measure_of_earnings, "running", lambda fn, arg, *_: arg)),
    "what was earned on other plans is left out beside one's own": misread(without_other_plans),
    "an earning is of its first day": patched(
        (measure_of_earnings, "DATED", {**measure_of_earnings.DATED, "credit_date": "start"})
    ),
    "what was earned on another plan is of the first segment here": patched(
        (measure_of_earnings, "on_the_day", in_the_first_segment)
    ),
    "a waiver is not read": of_waivers(lambda each: ()),
    "a waiver holds in its first period only": of_waivers(
        lambda each: tuple(replace(one, periods=one.periods[:1]) for one in each)
    ),
    "a waived gate is told as the cause": patched((cause, "failed_gates", all_gates)),
    "adjustments are not read": misread(
        lambda p: replace(p, rules=tuple(replace(rule, adjustments=None) for rule in p.rules))
    ),
    "an adjustment moves the rest instead": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "move.part",
        lambda expr: call("sub", WHOLE, expr) if expr == Ref("share") else expr,
    ),
    "an adjustment of a return gives": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "amount",
        lambda expr: expr.args[0] if isinstance(expr, Call) and expr.fn == "neg" else expr,
    ),
    "what is moved is off nobody": expressed(
        lambda stage, name: stage.startswith("credits/") and name == "move.amount",
        lambda expr: call("sub", *expr.args, *expr.args) if isinstance(expr, Call) and expr.fn == "neg" else expr,
    ),
    "adjustments of more than there is are done": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "because", unless_so("moved_over_one")
    ),
    "an adjustment that stands twice is done": expressed(
        lambda stage, name: stage.startswith("adjustments/") and name == "because", unless_so("moved_twice")
    ),
    "a row for another rule is followed": rewritten(of_any_rule),
    "an override is of the next level": of_reports(lambda r: replace(r, levels=tuple(level + 1 for level in r.levels))),
    "managers above the levels of an override are nobody's matter": of_reports(
        lambda r: replace(r, longer=choice("stop"))
    ),
    "an override is of the managers of the other day": of_reports(
        lambda r: replace(r, managers_on=choice("first_day" if r.managers_on.value == "last_day" else "last_day"))
    ),
    "an override in a circle is paid": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "amount",
        lambda expr: expr.otherwise if isinstance(expr, Case) else expr,
    ),
    "the day of an anniversary is of no year": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "cut_start",
        lambda expr: call("add_days", expr, integer(1)) if expr == Ref("cut_from") else expr,
    ),
    "days since an anniversary are counted from the first one": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "plan_start",
        lambda expr: Ref("stint_start") if expr == Ref("begins") else expr,
    ),
    "a plan begins anew on the first of the month": expressed(
        lambda stage, name: stage.startswith("stints/") and name == "anew.day", lambda _: ONE
    ),
    "a mark forgets where it begins anew": of_earlier(lambda e: replace(e, since=e.since and "plan")),
    "the best of earlier periods is the worst": of_earlier(lambda e: replace(e, take="lowest")),
    "a period that somebody was there for a part of sets a mark": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "counts", lambda expr: TRUE
    ),
    "this period is a part of its own mark": expressed(
        lambda stage, name: stage.startswith("measures/") and name in ("best", "found"), with_itself
    ),
    "this period is none of the last": of_earlier(lambda e: replace(e, with_present=False)),
    "fewer than so many periods count": of_earlier(lambda e: replace(e, complete=False)),
    "what was had in a part of a period is left out of the last": of_earlier(lambda e: replace(e, partial=False)),
    "the sum of the last periods is their average": of_earlier(
        lambda e: replace(e, take="average" if e.take == "sum" else e.take)
    ),
    "the last so many periods are one fewer": of_earlier(lambda e: replace(e, last=e.last and e.last - 1)),
    "what is held is what it was a period before": of_back("quarter_end", "period"),
    "what is held for a year is held for a quarter": of_back("year_end", "quarter_end"),
    "what is held for a quarter is held for a year": of_back("quarter_end", "year_end"),
    "who was there for a part of an earlier period was there for all of it": expressed(
        lambda stage, name: stage.startswith("measures/") and name == "whole", in_part
    ),
    "what is not paid itself is paid as well": misread(
        lambda p: replace(p, components=tuple(replace(c, earning_code=c.earning_code or "COMM") for c in p.components))
    ),
    "a credit reads a measure to date of its period alone": rewritten(of_its_period),
    "a ramp begins with the period after": expressed(
        lambda stage, name: stage.startswith("ramps/") and name == "step", calls("add", "sub")
    ),
    "everybody's number is nobody's": of_targets(
        lambda t: replace(t, everybody=None) if t.sources else replace(t, everybody=twice(t.everybody))
    ),
    "everybody's number is one's own, too": patched((group_target, "call", last_of_coalesce)),
    "whoever begins on the first day of the calendar began before it": expressed(
        lambda stage, name: stage.startswith("ramps/") and name == "share", calls("lt", "le")
    ),
    "a ramp is a period short": of_ramps(lambda r: replace(r, shares=r.shares[:-1] or (Decimal(1),))),
    "values are of the credit date, shares of the other day": rewritten(values_of_the_credit_date),
    "shares are of the credit date, values of the other day": rewritten(shares_of_the_credit_date),
    "managers are of the credit date, values of the other day": rewritten(managers_of_the_credit_date),
    "who was on the roster is asked of the credit date": rewritten(roster_of_the_credit_date),
    "values of a day after the credit date are read": expressed(
        lambda stage, name: stage.startswith("prepared/") and name.endswith(".values_on"),
        lambda expr: expr.otherwise if isinstance(expr, Case) else expr,
    ),
    "what is dated after it counts is credited": expressed(
        lambda stage, name: stage.startswith("prepared/") and name.endswith(".because"), unless_so("dated_later")
    ),
    "what waits for a day is an exception": of_undated("exception"),
    "what has no day and is an exception waits": of_undated("waits"),
    "what waits for a day is asked about last": expressed(is_open, undated_asked(-1)),
    "an exception without a day is one before the rule is asked": expressed(is_open, undated_asked(0)),
    "what waits for one rule is unmatched by the others": expressed(
        lambda stage, name: stage.startswith("states/") and name == "state",
        lambda expr: FALSE if isinstance(expr, Call) and Lit("undated", TEXT) in expr.args else expr,
    ),
    "whoever was not on the roster has the default": of_values_on(lambda v: replace(v, not_on_roster=None)),
    "whoever was not on the roster is held back": of_values_on(
        lambda v: replace(v, not_on_roster=v.not_on_roster and choice("exception"))
    ),
    "whoever was not on the roster is paid": of_values_on(
        lambda v: replace(v, not_on_roster=v.not_on_roster and choice("credit_date"))
    ),
}
"""What is wrong → the lowering that is wrong in this way."""
