"""Every diagnostic and exception code: its title, why it exists, and the stage that finds it (`komisi rule Y010` prints this).

A family is one tuple, or several where it has many subjects, each in its file; here they are put into the order of their
numbers. Add a `Code` to the tuple of its subject. A number is never reused and never changes its meaning. Each code has an
example in `engine/rules/examples/` that provokes it.
"""

from engine.core.code import Code, Stage
from engine.core.credit_codes import CREDITS
from engine.core.exception_codes import ROWS, RULES
from engine.core.group_codes import GROUPS
from engine.core.item_codes import ITEMS
from engine.core.load_codes import FORMULA, SCHEMA
from engine.core.load_codes import WORKSPACE as WORKSPACE_FILES
from engine.core.measure_codes import MEASURES
from engine.core.name_codes import NAMES
from engine.core.rate_table_codes import RATE_TABLES
from engine.core.review_codes import REVIEW
from engine.core.target_codes import TARGETS
from engine.core.time_codes import TIMES
from engine.core.trial_codes import PLAN_TESTS
from engine.core.type_codes import TYPES
from engine.core.unsaid_codes import UNSAID
from engine.core.workspace_codes import WORKSPACE
from engine.core.yaml_codes import YAML_TEXT

__all__ = ["CODES", "FAMILIES", "Code", "Stage"]


def _family(about: str, *subjects: tuple[Code, ...]) -> tuple[str, tuple[Code, ...]]:
    return about, tuple(sorted((code for subject in subjects for code in subject), key=lambda code: code.code))


FAMILIES: dict[str, tuple[str, tuple[Code, ...]]] = {
    "Y": _family("the text of a YAML file", YAML_TEXT),
    "S": _family("the shape of a file, as its schema has it", SCHEMA),
    "F": _family("formulas", FORMULA),
    "N": _family("names", NAMES),
    "T": _family("types, units and grain", TYPES),
    "M": _family(
        "money left unsaid, or rules of a plan that contradict each other",
        *(UNSAID, CREDITS, MEASURES, GROUPS, TARGETS, TIMES, RATE_TABLES, ITEMS),
    ),
    "R": _family("plans that pay otherwise than their readers would think", REVIEW),
    "W": _family("the workspace: sources and their columns, the calendar", WORKSPACE_FILES, WORKSPACE),
    "P": _family("plan tests", PLAN_TESTS),
    "X": _family("exceptions: rows of data", ROWS),
    "E": _family("exceptions: rules on rows", RULES),
}
"""First letter → (what the family is about, its codes in the order of their numbers)."""


def _by_code() -> dict[str, Code]:
    codes: dict[str, Code] = {}
    for letter, (_, family) in FAMILIES.items():
        for code in family:
            assert code.code[0] == letter and len(code.code) == 4 and code.code[1:].isdigit(), f"bad code {code.code}"
            assert code.code not in codes, f"{code.code} stands twice"
            codes[code.code] = code
    return codes


CODES: dict[str, Code] = _by_code()
"""All of them by code, in the order of the families."""
