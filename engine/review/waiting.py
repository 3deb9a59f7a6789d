"""Rows that wait for their day in files that the run of that day may not read (R044). In: a plan. Out: warnings."""

from engine.core.diagnostic import Diagnostics
from engine.plan.file_pattern import PERIOD, by_period
from engine.plan.resolved import Plan


def review_waiting(plan: Plan, diagnostics: Diagnostics) -> None:
    """A warning where a rule waits for a day, and its source has a file for each period."""
    for rule in plan.rules:
        if rule.undated is not None and rule.undated.value == "waits" and by_period(rule.source):
            pattern = next(each for each in rule.source.files if PERIOD in each)
            diagnostics.warning(
                "R044", f"what waits in `{pattern}` may get its day in a later period, whose run reads that period's file",
                rule.undated.span, related=((rule.source.span, f"the source `{rule.source.name}`"),),
                help=f"read the files of all periods, `{pattern.replace(PERIOD, '*')}`; or see that the export has what is open"
                " in each month's file",
            )  # fmt: skip
