"""The tables that every program reads, and their schemas: sources, the calendar, its parts, the scope of the run."""

from engine.ir.program import Schema
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, TEXT
from engine.plan.resolved import LookUp, Plan, ResolvedWorkspace
from engine.plan.workspace import Source

CALENDAR: Schema = {
    "period": TEXT, "length": TEXT, "start": DATE, "end": DATE, "days": INTEGER, "year": TEXT, "year_start": DATE,
    "year_end": DATE, "quarter": TEXT, "quarter_number": INTEGER, "quarter_start": DATE, "quarter_end": DATE,
    "part": INTEGER, "parts": INTEGER, "quarter_part": INTEGER, "quarter_parts": INTEGER,
    "in_scope": BOOL, "in_pay_period": BOOL, "in_reach": BOOL, "before": TEXT.optional(), "year_before": TEXT.optional(),
    "quarter_end_before": TEXT.optional(), "year_end_before": TEXT.optional(),
}  # fmt: skip
"""One row per period of every fiscal year in reach; `part` of `parts` is its place among the year's shortest periods.

`quarter_part` of `quarter_parts` is that among the quarter's, which is the year's `quarter_number`th.

The quarter of a period that lies in none is the period itself. `in_scope`: the run computes it; `in_reach`: it reads its
credits, for measures that look back; `before`, `year_before`: the periods that they look back to; `quarter_end_before`,
`year_end_before`: the last one of the quarter or year before.
"""

CALENDAR_PARTS: Schema = {"period": TEXT, "part": TEXT, "part_start": DATE, "part_end": DATE, "part_days": INTEGER}
"""Which shortest periods a period is made of."""

SCOPE: Schema = {"scope_start": DATE, "scope_end": DATE}
"""One row: the days that the run reads."""


ANNIVERSARIES: Schema = {
    "month": QUANTITY, "day": QUANTITY, "cut_from": DATE, "cut_to": DATE, "begins": DATE, "ends": DATE,
}  # fmt: skip
"""Of each day of a year, its anniversaries: from `begins` to `ends` is one year of whoever began on such a day.

It is cut where a year begins within the calendar: of the first and the last one, `cut_from` and `cut_to` are far away.
"""


def source_table(source: Source) -> str:
    """Name of the input table that holds a source's accepted rows."""
    return f"source/{source.name}"


def source_schema(source: Source) -> Schema:
    """Columns of a source's accepted rows: the mapped ones, then where each row came from."""
    dated = dict.fromkeys(source.open_days, DATE)
    return {column.name: column.type for column in source.columns} | dated | {"file": TEXT, "row": INTEGER}


def look_up_table(plan: Plan, table: LookUp) -> str:
    """Name of the input that holds the combinations of a look-up table."""
    return f"look_ups/{plan.name}.{table.name}"


def look_up_schema(table: LookUp) -> Schema:
    """Its columns: the dimensions, the value, and the line of the row that holds for them."""
    return {each.name: TEXT for each in table.dimensions} | {"value": table.type, "line": INTEGER}


def input_schemas(workspace: ResolvedWorkspace) -> dict[str, Schema]:
    """All inputs of a workspace's program."""
    tables: dict[str, Schema] = {"calendar": CALENDAR, "calendar_parts": CALENDAR_PARTS, "scope": SCOPE}
    if any(plan.begins_anew for plan in (*workspace.plans, *workspace.others)):
        tables["anniversaries"] = ANNIVERSARIES
    used = workspace.needed
    looked_up = ((plan, table) for plan in workspace.plans for _, table in sorted(plan.look_ups.items()))
    tables |= {look_up_table(plan, table): look_up_schema(table) for plan, table in looked_up}
    return tables | {source_table(source): source_schema(source) for _, source in sorted(used.items())}
