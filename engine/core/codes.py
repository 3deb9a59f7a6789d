"""Every diagnostic and exception code: its title, why it exists, and the stage that finds it (`komisi rule Y010` prints this).

One tuple per family; add a `Code` to its family's tuple. A number is never reused and never changes its meaning. Each
code has an example in `engine/rules/examples/` that provokes it.
"""

from engine.core.code import Code, Stage
from engine.core.construct_codes import CONSTRUCTS
from engine.core.exception_codes import ROWS, RULES
from engine.core.load_codes import FORMULA, SCHEMA
from engine.core.load_codes import WORKSPACE as WORKSPACE_FILES
from engine.core.money_codes import MONEY
from engine.core.name_codes import NAMES, WORKSPACE
from engine.core.review_codes import REVIEW
from engine.core.trial_codes import PLAN_TESTS
from engine.core.type_codes import TYPES
from engine.core.yaml_codes import YAML_TEXT

__all__ = ["CODES", "FAMILIES", "Code", "Stage"]


FAMILIES: dict[str, tuple[str, tuple[Code, ...]]] = {
    "Y": ("the text of a YAML file", YAML_TEXT),
    "S": ("the shape of a file, as its schema has it", SCHEMA),
    "F": ("formulas", FORMULA),
    "N": ("names", NAMES),
    "T": ("types, units and grain", TYPES),
    "M": ("money left unsaid, or rules of a plan that contradict each other", (*MONEY, *CONSTRUCTS)),
    "R": ("plans that pay otherwise than their readers would think", REVIEW),
    "W": ("the workspace: sources and their columns, the calendar", (*WORKSPACE_FILES, *WORKSPACE)),
    "P": ("plan tests", PLAN_TESTS),
    "X": ("exceptions: rows of data", ROWS),
    "E": ("exceptions: rules on rows", RULES),
}
"""First letter → (what the family is about, its codes)."""


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
