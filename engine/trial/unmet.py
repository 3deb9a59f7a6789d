"""Words of the plans that no row of the data has: `kind == "Renewal"` where every row says `renewal`; and rules that take no row.

In: the accepted rows of a source, and the plans. Out: a sentence each, with the values that are there. Nothing is wrong with
such a plan, there may just be no such sale this month; but nobody is paid by a word that is spelt otherwise in the data.
"""

from collections.abc import Iterator

import polars as pl

from engine.core.diagnostic import closest
from engine.core.slip import Slips
from engine.core.unseen import seen
from engine.ir.expr import Call, Expr, Lit, Ref
from engine.ir.walk import children
from engine.plan.formula import Formula
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source
from engine.trial.needed import formulas_at_credit
from engine.trial.stranger import takes_of

SHOWN = 5
"""How many of the values that are there are shown, those of most rows first."""


def unmet(workspace: ResolvedWorkspace, source: Source, rows: pl.DataFrame) -> Iterator[str]:
    """What the plans ask of a source's transactions and no row is; each word of a column once, at its first place."""
    if source.role != "transactions" or rows.height == 0:
        return
    texts = {column.name for column in source.columns if column.type.dtype == "text"} & set(rows.columns)
    told = set[tuple[str, str]]()
    for plan in workspace.plans:
        for rule in (each for each in plan.rules if each.source.name == source.name):
            before = len(told)
            for formula in _formulas(plan, rule):
                for column, word, equal in _words(formula.expr):
                    asked = column in texts and (column, word) not in told
                    if asked and (sentence := _of_word(rows, column, word, equal, formula)) is not None:
                        told.add((column, word))
                        yield sentence
            if len(told) == before:
                yield from _of_rule(plan, rule, rows)
    yield from _misspelt(workspace, source, rows, texts, {column for column, _ in told})


def _misspelt(
    workspace: ResolvedWorkspace, source: Source, rows: pl.DataFrame, texts: set[str], told: set[str]
) -> Iterator[str]:
    """Values that are a slip of a word which a plan asks for, and which no plan asks for themselves."""
    asked: dict[str, dict[str, Formula]] = {}
    for plan in workspace.plans:
        for rule in (each for each in plan.rules if each.source.name == source.name):
            for formula in _formulas(plan, rule):
                for column, word, _ in _words(formula.expr):
                    asked.setdefault(column, {}).setdefault(word, formula)
    for column, words in asked.items():
        if column not in texts or column in told:
            continue
        slips = Slips(words)
        there = rows.sort("file", "row").group_by(column, maintain_order=True)
        for value, count, file, row in there.agg(pl.len(), pl.col("file").first(), pl.col("row").first()).iter_rows():
            meant = slips.meant(value) if value is not None else None
            if meant is not None:
                has = f"{_rows(count)} {'has' if count == 1 else 'have'}"
                yield (
                    f'{has} "{seen(value, 40)}" in `{column}`, as in {file}:{row}; did you mean "{meant}", as '
                    f"{words[meant].span.where} asks?"
                )


def _formulas(plan: Plan, rule: Rule) -> Iterator[Formula]:
    yield from (*rule.conditions, rule.value)
    yield from formulas_at_credit(plan, rule)


def _words(expr: Expr) -> Iterator[tuple[str, str, bool]]:
    """Columns with the words that they are compared with, and whether for being equal."""
    if isinstance(expr, Call) and expr.fn in ("eq", "ne"):
        for one, other in (expr.args, expr.args[::-1]):
            if isinstance(one, Ref) and isinstance(other, Lit) and isinstance(other.value, str):
                yield one.name, other.value, expr.fn == "eq"
    if isinstance(expr, Call) and expr.fn == "in" and isinstance(expr.args[0], Ref):
        name = expr.args[0].name
        yield from (
            (name, each.value, True) for each in expr.args[1:] if isinstance(each, Lit) and isinstance(each.value, str)
        )
    for child in children(expr):
        yield from _words(child)


def _of_word(rows: pl.DataFrame, column: str, word: str, equal: bool, formula: Formula) -> str | None:
    """That no row has a word; where it must not be had, only if another one is so like it that a slip is likely."""
    there = rows.group_by(column).len().drop_nulls(column).sort(["len", column], descending=[True, False])
    values = there[column].to_list()
    near = closest(word, values)
    if word in values or (not equal and (near is None or near.casefold() != word.casefold())):
        return None
    listed = ", ".join(f'"{seen(value, 40)}" ({_rows(count)})' for value, count in there.head(SHOWN).iter_rows())
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    meant = f'; did you mean "{seen(near, 40)}"?' if near is not None else ""
    found = f"there are {listed}{more}" if values else "it is empty in all of them"
    return f'no row has "{seen(word, 40)}" in `{column}`, as {formula.span.where} asks: {found}{meant}'


def _of_rule(plan: Plan, rule: Rule, rows: pl.DataFrame) -> Iterator[str]:
    """That a rule takes no row, where its conditions read nothing but the row."""
    taken = takes_of(rule, rows)
    if rule.conditions and taken is not None and rows.filter(taken).height == 0:
        said = f": `{seen(rule.where.text, 100)}`" if rule.where is not None else ""
        yield f"no row is one that the rule `{plan.name}.{rule.name}` takes ({rule.span.where}){said}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
