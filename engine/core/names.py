"""Words that nothing in a plan or a source may be called by: they stand for something else already.

What a name looks like, its schema says: words joined by `_` where formulas read it, by `-` where files and folders are called so.
"""

KEYWORDS = frozenset("and or not in if else is none true false lambda for while".split())
"""Words of formulas: no name may be one."""

SPANS = ("quarter", "year", "plan")
"""What values to date add up over: the grid has columns named after them."""

AT_CREDITS = frozenset(
    "participant period segment amount credited_share share level value state because credit_date before after target"
    " attainment tier rate table_result pay file row base select below above bounds_fall interval missing zero special known"
    " year days period_days changed values_on".split()
) | {f"{over}_{name}" for over in SPANS for name in ("start", "to_date_days", "to_date_period_days")}
"""Columns of our own tables at credit grain."""

RESERVED_COLUMNS = AT_CREDITS | {"scope_start", "scope_end"}
"""These, and what stands beside transactions: a transaction source gives its columns other names (`from:` maps them)."""

RESERVED_NAMES = (
    AT_CREDITS
    | frozenset(
        "length start end days period_days period_start period_end year stint_end title currency"
        " in_pay_period interval select base earning outcome cause earlier_blocked joined_from segments".split()
    )
    | {f"{over}_{name}" for over in SPANS for name in ("end", "interval")}
)
"""Columns of our own tables at earning grain: no measure or variable is called so. `step_1`, `step_2`, … neither."""


STATE_WORDS = frozenset(
    "where plan_not_in_force out_of_scope no_value several_rules other_currency first matched no_participant no_assignment"
    " shares_under_one shares_over_one not_on_plan on_another_plan no_manager manager_cycle longer_chain beyond_reach"
    " assigned_twice bad_weight no_exchange_rate moved_away taken_away moved_over_one moved_twice"
    " dated_later not_on_roster undated".split()
)
"""Words by which the engine says why a rule did not credit: no exclusion is called so."""
