"""A Program as text for people and golden tests: expressions as formulas, a table as the steps that make it.

stage measures/salesman.sales_month (measures) by participant, period, segment
  from grid/salesman
  left join sales on participant take value
  extend
    own = coalesce(value, 0)    -- value, or 0
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from engine.core.money import plain
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.program import Program, Schema, Stage
from engine.ir.table import Agg, Aggregate, AsOf, Def, Extend, Filter, Join, Project, Scan, Table, Union

INDENT = "  "
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[.][A-Za-z0-9_]+)*")
WORDS = frozenset({"and", "or", "not", "in", "if", "then", "else", "over", "true", "false", "null"})
STRENGTH = {"or": 1, "and": 2, "not": 3, "eq": 4, "ne": 4, "lt": 4, "le": 4, "gt": 4, "ge": 4, "in": 4}
STRENGTH |= {"add": 5, "sub": 5, "mul": 6, "div": 6, "neg": 7}
ATOM = 8


# -- expressions


def expr_text(expr: Expr) -> str:
    """An expression as a formula; brackets where the order of evaluation would not be plain."""
    return _expr(expr, 0)


def _expr(expr: Expr, least: int) -> str:
    """The text, in brackets if it binds less than `least`."""
    match expr:
        case Ref(name):
            return name_text(name)
        case Lit():
            return literal_text(expr)
        case Call():
            text, strength = _call(expr)
        case Case(branches, otherwise):
            tests = " else ".join(f"if {_expr(test, 1)} then {_expr(value, 1)}" for test, value in branches)
            text, strength = f"{tests} else {_expr(otherwise, 0)}", 0
        case Over():
            text, strength = _over(expr), ATOM
        case Fold():
            text, strength = _fold(expr), ATOM
    return f"({text})" if strength < least else text


def _call(call: Call) -> tuple[str, int]:
    """The text of a call, and how strongly it binds."""
    strength = STRENGTH.get(call.fn, ATOM)
    sign = FUNCTIONS[call.fn].operator or call.fn
    if call.fn == "in":
        value, *choices = call.args
        return f"{_expr(value, strength + 1)} in [{', '.join(expr_text(choice) for choice in choices)}]", strength
    if call.fn == "not":
        return f"not {_expr(call.args[0], strength)}", strength
    if call.fn == "neg":
        return f"-{_expr(call.args[0], ATOM)}", strength
    if call.fn in STRENGTH:
        first, *rest = call.args
        left = strength + 1 if strength == STRENGTH["eq"] else strength
        return f" {sign} ".join([_expr(first, left), *(_expr(arg, strength + 1) for arg in rest)]), strength
    return f"{call.fn}({', '.join(expr_text(arg) for arg in call.args)})", ATOM


def _over(over: Over) -> str:
    parts: list[str] = [over.frame] if over.frame != "partition" else []
    return f"{over.fn}({expr_text(over.arg)}) over ({'; '.join([*parts, *_rows(over)])})"


def _fold(fold: Fold) -> str:
    start = f"{name_text(fold.before)} from {expr_text(fold.start)}"
    return f"fold({start}; {expr_text(fold.next)}) over ({'; '.join(_rows(fold))})"


def _rows(window: Over | Fold) -> list[str]:
    """Along which rows, in which order."""
    parts = [f"by {_names(window.by)}"] if window.by else []
    order = ", ".join(f"{name_text(name)} desc" if descending else name_text(name) for name, descending in window.order)
    return parts + ([f"order {order}"] if window.order else [])


def literal_text(lit: Lit) -> str:
    """A constant; numbers that are no bare quantity say their type."""
    value = lit.value
    if isinstance(value, Decimal):
        number = plain(value)
        return number if lit.type.dtype == "quantity" else f"{number}:{lit.type.required()}"
    if value is None:
        return f"null:{lit.type.required()}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else f"{value}i"


def name_text(name: str) -> str:
    """A column's name, in backticks if it could be read as something else."""
    return name if PLAIN_NAME.fullmatch(name) and name not in WORDS else f"`{name}`"


def _names(names: Iterable[str]) -> str:
    return ", ".join(name_text(name) for name in names)


def _renamed(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(name_text(new) if new == old else f"{name_text(old)} as {name_text(new)}" for new, old in columns)


# -- tables


def table_text(table: Table) -> str:
    """A table expression: one line per step, in the order of evaluation; what a join takes from stands indented."""
    return "\n".join(_lines(table))


def _lines(table: Table) -> list[str]:
    match table:
        case Scan(name):
            return [f"from {name}"]
        case Filter(input, where):
            return [*_lines(input), f"where {expr_text(where)}"]
        case Extend(input, defs):
            return [*_lines(input), "extend", *_indented(def_text(definition) for definition in defs)]
        case Project(input, columns):
            return [*_lines(input), f"select {_renamed(columns)}"]
        case Join() | AsOf():
            return [*_lines(table.left), *_join(table)]
        case Aggregate(input, by, aggs):
            groups = f"group by {_names(by)}" if by else "group all"
            return [*_lines(input), groups, *_indented(_agg(agg) for agg in aggs)]
        case Union(inputs):
            return ["union", *_indented(line for input in inputs for line in _part(input))]


def _part(table: Table) -> list[str]:
    first, *rest = _lines(table)
    return [f"- {first}", *_indented(rest)]


def _join(table: Join | AsOf) -> list[str]:
    """One line where the right side is just a table, otherwise its steps below."""
    words = f"{table.how} join"
    if isinstance(table, Join):
        words += " many" if table.many else ""
        conditions = []
    else:
        words = f"{words} as of {table.match}"
        conditions = [f"{name_text(table.at)} in {name_text(table.start)}..{name_text(table.end)}"]
    on = [name_text(a) if a == b else f"{name_text(a)} = {name_text(b)}" for a, b in table.on]
    tail = f" on {', '.join([*on, *conditions])}" if on or conditions else ""
    tail += f" take {_renamed(table.take)}" if table.take else ""
    if isinstance(table.right, Scan):
        return [f"{words} {table.right.name}{tail}"]
    return [f"{words} (", *_indented(_lines(table.right)), f"){tail}"]


def _agg(agg: Agg) -> str:
    return f"{name_text(agg.name)} = {agg.fn}({expr_text(agg.arg)})"


def def_text(definition: Def) -> str:
    """A definition with what the plan says for it."""
    text = f"{name_text(definition.name)} = {expr_text(definition.expr)}"
    return f"{text}    -- {definition.formula}" if definition.formula else text


def _indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


# -- stages and programs


def stage_text(stage: Stage) -> str:
    """A stage: its name, grain and key, then the steps that make it."""
    flows = "" if stage.kept else ", not kept"
    about = [f"{INDENT}# {stage.about}"] if stage.about else []
    head = f"stage {stage.name} ({stage.grain}{flows}) by {_names(stage.keys)}"
    return "\n".join([head, *about, *_indented(_lines(stage.table))])


def schema_text(name: str, schema: Schema) -> str:
    """An input: its name, and its columns with their types."""
    return "\n".join([f"input {name}", *_indented(f"{name_text(column)}: {type_}" for column, type_ in schema.items())])


def program_text(program: Program) -> str:
    """A whole program: inputs, then stages."""
    parts = [schema_text(name, schema) for name, schema in program.inputs.items()]
    return "\n\n".join([*parts, *(stage_text(stage) for stage in program.stages)]) + "\n"
