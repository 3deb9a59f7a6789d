"""Measures by formula: which measures one is made of, whether it adds up as they do, and what can't stand in it.

In: a measure as written. Out: the same with its parts; diagnostics.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.formula import Formula
from engine.plan.formula_shape import adds_up, is_share
from engine.plan.workspace import Variable
from engine.resolve.names_in import names_in, refs_in
from engine.resolve.references import bind
from engine.resolve.scope import Scopes

TAKEN = ("own",)
"""A column of the table of a measure, beside which those of the formula stand by their names."""


def with_parts(
    measure: written.Measure, among: Mapping[str, written.Measure], variables: Mapping[str, Variable]
) -> written.Measure:
    """A formula with the measures that stand in it as its parts, each once, where it stands first."""
    formula = measure.formula
    if formula is None:
        return measure
    parts: dict[str, written.Name] = {}
    for ref in refs_in(formula.expr):
        if ref.name in among and ref.name not in parts:
            parts[ref.name] = written.Name(ref.name, formula.place(ref.at, len(ref.name)))
    varies = any(name in variables and variables[name].varies for name in names_in(formula) - parts.keys())
    return replace(measure, parts=tuple(parts.values()), varies=varies)


def of_parts(
    formula: Formula, parts: Mapping[str, written.Measure], variables: Mapping[str, Variable]
) -> tuple[bool, bool, bool]:
    """Of a formula whether it is a share of a target, whether it is a total, and whether it is of sums and counts alone.

    One that reads what there is not, or no measure, is told as that, and not as no total too.
    """
    if not parts or names_in(formula) - parts.keys() - variables.keys():
        return False, True, True
    share = is_share(formula.expr, {name for name, part in parts.items() if part.of_target})
    total = adds_up(formula.expr, {name: part.adds_up for name, part in parts.items()})
    plain = {name: part.in_parts or part.adds_members for name, part in parts.items()}
    return share, total, adds_up(formula.expr, plain)


def check_formula(
    measure: written.Measure,
    formula: Formula,
    scopes: Scopes,
    variables: Mapping[str, Variable],
    tables: Mapping[str, object],
    diagnostics: Diagnostics,
) -> None:
    """It is made of measures, of variables that fit their span of time, and of nothing that stands elsewhere."""
    before = len(diagnostics)
    bind(formula, scopes.measure(), diagnostics)
    for ref in {ref.name: ref for ref in refs_in(formula.expr)}.values():
        place = formula.place(ref.at, len(ref.name))
        if ref.name in tables and len(diagnostics) == before:
            diagnostics.error(
                "M304", f"`{ref.name}` is a look-up table, and the formula of a measure reads measures and variables", place,
                help="look up where credits get their value (`value:` of a rule), or where it is paid: a tier, a `multiply`",
                related=((measure.span, "the measure"),),
            )  # fmt: skip
        if ref.name in TAKEN and len(diagnostics) == before:
            diagnostics.error(
                "M306", f"`{ref.name}` can't stand in the formula of a measure: the column of what it is in the period alone is "
                "called so", place, help=f"give it another name, such as `my_{ref.name}`",
                related=((measure.span, "the measure"),),
            )  # fmt: skip
        variable = variables.get(ref.name)
        over = measure.accumulation
        if variable is not None and variable.varies and over is not None:
            diagnostics.error(
                "M305", f"`{variable.name}` is a participant's of the day, and the formula is of the {over} to date: a new value "
                "would count for what was before it too", place,
                help="name measures over the `period`; or write the formula without it, and multiply what is paid",
                related=((variable.span, "the variable"),),
            )  # fmt: skip
    if not measure.parts and len(diagnostics) == before:
        diagnostics.error(
            "M303", f"the formula of `{measure.name}` reads no measure", formula.place(0, len(formula.text)),
            help="name the measures that it is made of, as in `new_business + 0.5 * renewals`; a number that measures nothing "
            "is a variable", related=((measure.span, "the measure"),),
        )  # fmt: skip
