"""Why a share ends as it does, in words: of the share itself, of whom it belongs to, and of its transaction."""

BECAUSE = {
    "no_participant": "the column that names the participant is empty",
    "no_assignment": "no assignment in force on the credit date fits",
    "shares_under_one": "left over by the shares",
    "shares_over_one": "the shares add up to more than 1",
    "not_on_plan": "not on a plan of the workspace on the credit date",
    "on_another_plan": "on another plan of the workspace on the credit date",
    "no_manager": "nobody manages them on the credit date",
    "manager_cycle": "the managers run in a circle",
    "longer_chain": "there are more managers above than the rule allows",
    "beyond_reach": "there are managers above those that are looked at, and levels still to be found",
    "assigned_twice": "the assignment names somebody twice, and parts are equal",
    "bad_weight": "a weight is zero, negative or out of bounds",
    "not_on_roster": "not on the roster on the day as of which values are read",
    "moved_away": "adjustments left nothing of it",
    "taken_away": "an adjustment took it away",
    "moved_over_one": "adjustments move more of it than there is",
    "moved_twice": "two adjustments move a part of it to the same participant",
}
"""Cause → words, beside a share."""
OF_CHAIN = {**BECAUSE, "no_participant": "the column that names whom it belongs to is empty"}
"""The same of those whom a transaction belongs to, whose managers are looked for."""
OF_TRANSACTION = {
    **BECAUSE,
    "no_assignment": "no assignment in force on the credit date fits it",
    "shares_under_one": "the assigned shares add up to less than 1: the rest is nobody's",
    "shares_over_one": "the assigned shares add up to more than 1",
    "not_on_plan": "the participant is on no plan of the workspace on the credit date",
    "on_another_plan": "the participant is on another plan of the workspace on the credit date",
    "no_manager": "nobody manages those whom it belongs to on the credit date",
    "manager_cycle": "the managers in the roster run in a circle",
    "not_on_roster": "who is credited is not on the roster on the day as of which values are read",
}
"""The same of a transaction that a rule takes."""
