"""What plans of other products and people call things, and what is meant. In: a word. Out: ours, or where it is said."""

SKIPPED = (
    "`skip_rows:` lists what such rows have: `- order_id: Total`, `- order_id: {begins_with: Exported by}`,"
    " or nothing, `- {order_id: {empty: true}, seller: {empty: true}}`"
)
"""How rows are skipped."""

ELSEWHERE = {
    **dict.fromkeys(
        (
            "skip_footer",
            "skip_rows_where",
            "skiprows",
            "skip",
            "skip_lines",
            "footer",
            "footer_rows",
            "ignore_rows",
            "exclude_rows",
            "total_rows",
        ),
        SKIPPED,
    ),
    "quota": "a target is named by `against:`",
    "goal": "a target is named by `against:`",
    "filter": "a condition is `where:`",
    "condition": "a condition is `where:`",
    **dict.fromkeys(
        ("round", "rounding"), "rounding is an item of `then:`, as in `- round: {per: earning, mode: half_up}`"
    ),
    **dict.fromkeys(
        ("weights", "scorecard"),
        "a measure made of others is `weighted: {sales_reached: 60%, visits_reached: 40%}`",
    ),
    **dict.fromkeys(
        ("expression", "expr", "calculate", "calc", "compute", "product"),
        "a number made of other measures is `formula: new_business + 0.5 * renewals`",
    ),
    **dict.fromkeys(
        ("held", "review", "reviewed", "last_quarter", "quarter_before", "prior_quarter"),
        "what the quarter before came to is `{previous: sales_quarter, back: quarter_end}` of a measure over `quarter_to_date`",
    ),
    **dict.fromkeys(
        ("rolling", "trailing", "moving"),
        "several periods with this one are `{previous: sales_month, take: average, last: 3, up_to: this_period, fewer: counts,"
        " partial: none}`",
    ),
    **dict.fromkeys(
        ("values_on", "as_of", "rate_as_of", "rate_date", "rates_on", "effective_on"),
        "as of which day credits read what is dated is said by their rule: `values_on: {column: sold_on, later: exception}`",
    ),
    **dict.fromkeys(
        ("compression", "compress", "counted", "levels_of"),
        "which managers take a level is `generations: {title: Director, within: 12, beyond: exception}`",
    ),
    "ote": "`target_incentive:` says what exactly 100 % of the target is meant to pay",
    "effective_from": "the days of a plan are `in_force: {start: 2026-01-01}`",
    "effective": "the days of a plan are `in_force: {start: 2026-01-01}`",
    "comment": "remarks are `note:`",
    "description": "remarks are `note:`",
    "target": "a target is named by `against:`",
    "url": "`url_variable:` names the environment variable that holds the address: never the address itself",
    "password": "`url_variable:` names the environment variable that holds the address: never a password",
    "payout_rounding": "it stands under `policies:` of the plan, or for all plans in komisi.yaml",
    "unmatched": "it stands under `policies:` in komisi.yaml, for all plans",
    "row": "a row is another one in the next export: name its `key`, or its `record` as the log writes it",
}
"""Keys that people look for in another place, or under another name."""

UNROUNDED = {
    "credits": "a credit is not rounded: have the export give it rounded, or round each credit's pay in `then:`, `per: credit`"
    " (a split rounds by `digits:` and `mode:` of its assignment)",
    "measures": "a measure is rounded by another one: `whole_points: {rounded: points_month, mode: floor, digits: 0}`",
}
"""Where no rounding can be said → what can be done."""

LIMITED = {
    "cap": "what each claim or customer counts for is `each: {by: claim, cap: 100000}`; what is paid, an item of `then:`",
    "floor": "what each claim or customer counts for is `each: {by: claim, floor: 0}`; what is paid, an item of `then:`",
}
"""Limits that a measure does not have itself → where they stand."""

MEANT = {
    "mode": {
        "progressive": "marginal", "incremental": "marginal", "graduated": "marginal", "tiered": "marginal",
        "retroactive": "whole", "slab": "whole", "cliff": "whole", "fixed": "flat", "linear": "flat", "bonus": "step",
        "single": "flat", "down": "floor",
    },
    "role": {
        "employees": "participants", "people": "participants", "payees": "participants", "orders": "transactions",
        "sales": "transactions", "quotas": "targets", "goals": "targets", "splits": "assignments",
        "rates": "exchange_rates", "currencies": "exchange_rates", "fx": "exchange_rates",
        "moves": "adjustments", "corrections": "adjustments", "overrides": "adjustments",
    },
    "basis": {
        "month": "period", "monthly": "period", "quarterly": "period", "deal": "credit", "order": "credit", "ytd": "to_date",
    },
    "over": {
        "month": "period", "quarter": "period", "ytd": "year_to_date", "year": "year_to_date", "period": "earning_period",
        "deal": "credit", "transaction": "credit",
    },
    "given": {"month": "period", "monthly": "period", "yearly": "year", "annual": "year"},
    "boundary": {"above": "upper", "below": "lower", "inclusive": "upper"},
    "back": {
        "month": "period", "12": "year",
        **dict.fromkeys(("quarter", "last_quarter", "previous_quarter", "quarter_before", "end_of_quarter"), "quarter_end"),
        **dict.fromkeys(("last_year", "previous_year", "year_before", "end_of_year"), "year_end"),
    },
    "take": {
        "best": "highest", "max": "highest", "maximum": "highest", "worst": "lowest", "min": "lowest", "mean": "average",
        "total": "sum",
    },
    "up_to": {"now": "this_period", "present": "this_period", "today": "this_period", "previous": "period_before"},
    "on_move": {"keep": "stay", "remain": "stay", "move": "follow", "carry": "follow", "take_along": "follow"},
    "managers_on": {"end": "last_day", "start": "first_day"},
    "first": {"desc": "highest", "asc": "lowest", "max": "highest", "min": "lowest"},
    "no_manager": {"ignore": "skip", "error": "exception"},
    "at_end": {"lost": "dropped", "forgiven": "dropped", "forfeited": "dropped", "paid": "settled"},
    "per": {"deal": "credit", "order": "credit", "transaction": "credit", "month": "earning", "period": "earning"},
    "format": {"excel": "xlsx", "xls": "xlsx"},
    "delimiter": {"comma": ",", "semicolon": ";", "pipe": "|"},
    "encoding": {"ansi": "windows-1252", "latin1": "iso-8859-1", "latin-1": "iso-8859-1", "utf8": "utf-8"},
    "kind": {"mysql": "odbc", "oracle": "odbc", "mssql": "odbc", "sqlserver": "odbc", "postgres": "postgresql"},
}  # fmt: skip
"""Key → values under the names that other products and people have for them."""

TYPES = {
    "percent": "rate", "percentage": "rate", "number": "quantity", "decimal": "quantity", "int": "quantity",
    "integer": "quantity", "float": "quantity", "string": "text", "varchar": "text", "boolean": "bool",
    "amount": "money", "currency": "money", "datetime": "date", "timestamp": "date",
}  # fmt: skip
"""Types under the names that databases and spreadsheets have for them, of whatever column."""

ITEMS = (
    "cap", "floor", "gate", "multiply", "prorate", "true_up", "share_out", "carry_forward", "budget",
)  # fmt: skip
"""What people write in a table or a component, and is an item of its list."""

KEYS = {
    "max": ("cap",), "maximum": ("max", "cap"), "limit": ("cap",), "min": ("floor",), "minimum": ("min", "floor"),
    "guarantee": ("floor",), "accelerator": ("multiply",), "multiplier": ("multiply",), "kicker": ("multiply",),
    "factor": ("multiply", "by"), "pool": ("share_out",), "threshold": ("gate", "from"), "hurdle": ("gate",),
    "steps": ("then",), "modifiers": ("then",), "over": ("from", "at"), "quarter_to_date": ("true_up",),
    "mean": ("average",), "median": (), "at_most": ("cap",), "at_least": ("floor",),
}  # fmt: skip
"""Keys under the names that other products and people have for them → those meant, the first that is free here."""
