"""Checks a Program before anything runs on it. In: a program. Out: nothing, or an AssertionError that says where.

What is wrong here is a defect of the pass that made the program, never of a plan: plans have been checked by then.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import ROUND_DOWN, Decimal

from engine.core.money import MONEY_LIMIT, PLACES, RATE_LIMIT, ROUNDING_MODES, quantize
from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.functions import FUNCTIONS
from engine.ir.infer import called, chosen, inside, schema_over, type_of
from engine.ir.program import Program, Schema, Stage
from engine.ir.remark import Remark
from engine.ir.table import Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import Type
from engine.ir.walk import children, tables_in

NUMBERS = frozenset({"money", "rate", "quantity", "integer"})
ORDERED = NUMBERS | {"date"}
FIXED = {
    "date": ("text",), "year": ("date",), "month": ("date",), "day": ("date",), "days_between": ("date", "date"),
    "days": ("date", "date"), "add_days": ("date", "integer"), "starts_with": ("text", "text"),
    "as_quantity": ("integer",), "not": ("bool",),
}  # fmt: skip
"""Dtypes of the arguments of functions that take just these."""
LITERALS = {
    "date": (0,),
    "round": (1, 2),
    "floor_product": (2,),
    "product_rest": (2,),
    "floor_part": (3,),
    "part_rest": (3,),
    "as_money": (1,),
}
"""Arguments that must be literals."""


def verify(program: Program) -> None:
    """Raise AssertionError naming stage and column unless the program is sound."""
    known: dict[str, Schema] = {}
    for name, schema in program.inputs.items():
        known[name] = schema
    for stage in program.stages:
        with _inside(f"stage `{stage.name}`"):
            assert stage.name not in known, "its name is taken"
            known[stage.name] = _table(stage.table, known)
            _stage(stage, known[stage.name])
    for name, remarks in program.remarks.items():
        with _inside(f"remarks on `{name}`"):
            _remarks(remarks, known[name])
            _exist([remark.column for remark in remarks if remark.column is not None], known[name], "of a column")


@contextmanager
def _inside(place: str) -> Iterator[None]:
    try:
        yield
    except (AssertionError, KeyError) as error:
        raise AssertionError(f"{place}: {error}") from error


def _stage(stage: Stage, schema: Schema) -> None:
    assert stage.keys, "it has no keys"
    assert len(set(stage.keys)) == len(stage.keys), f"keys repeat: {stage.keys}"
    for key in stage.keys:
        assert key in schema, f"key `{key}` is no column"
    for name in schema:
        assert not name.startswith("~"), f"column `{name}`: names with ~ are the backends'"


# -- tables


def _table(table: Table, known: Mapping[str, Schema]) -> Schema:
    """Check a table expression from the inside out; its schema, each part's made once."""
    inner = {id(part): _table(part, known) for part in tables_in(table)}
    match table:
        case Scan(name):
            assert name in known, f"no input and no earlier stage `{name}`"
        case Filter(input, where):
            with _inside("filter"):
                _expr(where, inner[id(input)], "bool")
            return inner[id(input)]
        case Extend():
            return _extend(table, dict(inner[id(table.input)]))
        case Project(input, columns):
            _exist([name for _, name in columns], inner[id(input)], "project")
            _unique([new for new, _ in columns])
        case Join() | AsOf():
            _join(table, inner[id(table.left)], inner[id(table.right)])
        case Aggregate():
            _aggregate(table, inner[id(table.input)])
        case Union(inputs):
            _union([inner[id(input)] for input in inputs])
    return schema_over(table, known, lambda part: inner[id(part)])


def _extend(table: Extend, schema: dict[str, Type]) -> Schema:
    _unique([definition.name for definition in table.defs])
    for definition in table.defs:
        with _inside(f"column `{definition.name}`"):
            schema[definition.name] = _expr(definition.expr, schema)
    for definition in table.defs:
        with _inside(f"remarks on `{definition.name}`"):
            _remarks(definition.remarks, schema)
    return schema


def _remarks(remarks: Sequence[Remark], schema: Schema) -> None:
    """A remark's condition is asked of the finished row."""
    for remark in remarks:
        if remark.when is not None:
            _expr(remark.when, schema, "bool")


def _join(table: Join | AsOf, left: Schema, right: Schema) -> None:
    for a, b in table.on:
        _exist([a], left, "join, left")
        _exist([b], right, "join, right")
        _same_dtype(left[a], right[b], f"join on `{a}` = `{b}`")
    _exist([name for _, name in table.take], right, "join, taken")
    _unique([*left, *(new for new, _ in table.take)])
    if isinstance(table, AsOf):
        for name, schema in ((table.at, left), (table.start, right), (table.end, right)):
            _exist([name], schema, "as-of join")
            assert schema[name].dtype == "date", f"as-of join by `{name}`, which is {schema[name]}"
        return
    assert bool(table.on) != (table.how == "cross"), f"{table.how} join on {table.on}"
    assert not (table.how == "anti" and table.take), "an anti join takes no columns"


def _aggregate(table: Aggregate, schema: Schema) -> None:
    _exist(table.by, schema, "aggregate")
    _unique([*table.by, *(agg.name for agg in table.aggs)])
    for agg in table.aggs:
        with _inside(f"column `{agg.name}`"):
            _aggregated(agg.fn, _expr(agg.arg, schema))


def _union(schemas: Sequence[Schema]) -> None:
    assert schemas, "a union of nothing"
    names = list(schemas[0])
    for other in schemas[1:]:
        assert list(other) == names, f"union of different columns: {names} and {list(other)}"
        for name in names:
            _same_dtype(schemas[0][name], other[name], f"union, column `{name}`")


def _exist(names: Sequence[str], schema: Schema, place: str) -> None:
    for name in names:
        assert name in schema, f"{place}: no column `{name}` among {', '.join(schema)}"


def _unique(names: Sequence[str]) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    assert not twice, f"column `{', '.join(twice)}` is there twice"


def _same_dtype(left: Type, right: Type, place: str) -> None:
    assert left.dtype == right.dtype, f"{place}: {left} and {right}"


# -- expressions


def _expr(expr: Expr, schema: Schema, dtype: str | None = None) -> Type:
    """Check an expression and everything inside it; its type."""
    seen = schema
    if isinstance(expr, Ref):
        assert expr.name in schema, f"no column `{expr.name}` among {', '.join(schema)}"
    elif isinstance(expr, Lit):
        _literal(expr)
    if isinstance(expr, Fold):
        _fold(expr, schema)
        seen = inside(expr, schema)
    inner = [_expr(child, seen) for child in children(expr)]
    if isinstance(expr, Call):
        found = called(expr, inner)
        _call(expr, inner)
    elif isinstance(expr, Case):
        found = chosen(inner[:-1:2], [*inner[1::2], inner[-1]])
    else:
        found = type_of(expr, schema)
    if isinstance(expr, Over):
        _over(expr, schema)
    assert dtype is None or found.dtype == dtype, f"{found} where {dtype} is needed"
    return found


def _literal(lit: Lit) -> None:
    if lit.value is None:
        return
    if lit.type.is_numeric:
        assert isinstance(lit.value, Decimal) and lit.value.is_finite(), f"{lit.value!r} as {lit.type}"
        limit = MONEY_LIMIT if lit.type.dtype == "money" else RATE_LIMIT
        assert abs(lit.value) < limit, f"{lit.value} is outside the bounds of {lit.type}"
        assert lit.value == quantize(lit.value, PLACES, ROUND_DOWN), f"{lit.value} has more than {PLACES} places"
        return
    name = {"date": "date", "text": "str", "bool": "bool", "integer": "int"}[lit.type.dtype]
    assert type(lit.value).__name__ == name, f"{lit.value!r} as {lit.type}"


def _call(call: Call, types: list[Type]) -> None:
    fn, dtypes = call.fn, tuple(t.dtype for t in types)
    said = f"{fn} of {', '.join(map(str, types))}"
    assert fn in FUNCTIONS, f"no function `{fn}`"
    for index in LITERALS.get(fn, ()):
        assert isinstance(call.args[index], Lit), f"{said}: argument {index + 1} is no literal"
    if fn in FIXED:
        assert dtypes == FIXED[fn], said
    elif fn in ("and", "or"):
        assert len(types) >= 2 and set(dtypes) == {"bool"}, said
    elif fn == "concat":
        assert types and set(dtypes) == {"text"}, said
    elif fn == "as_rate":
        assert len(types) == 1 and dtypes[0] in ("rate", "quantity"), said
    elif fn == "as_money":
        assert dtypes == ("money", "text"), said
    elif fn in ("neg", "abs"):
        assert len(types) == 1 and dtypes[0] in NUMBERS, said
    elif fn in ("round", "floor_product", "product_rest"):
        _places(call, types, said)
    elif fn in ("floor_part", "part_rest"):
        assert len(types) == 4 and types[0].is_numeric and types[1].is_numeric and dtypes[1] == dtypes[2], said
        assert dtypes[1] != "money" or dtypes[0] == "money", said
        assert dtypes[3] == "integer", said
        _digits(call.args[3], said)
    elif fn == "scaled":
        assert len(types) == 3 and all(t.is_numeric for t in types) and dtypes[1] == dtypes[2], said
        _one_currency(types[1:], said)
    elif fn in ("mul", "div"):
        assert len(types) == 2 and all(t.is_numeric for t in types), said
        if set(dtypes) == {"money"}:
            _one_currency(types, said)
    elif fn != "is_missing":
        _alike(call, types, said)
    else:
        assert len(types) == 1, said


def _alike(call: Call, types: list[Type], said: str) -> None:
    """Functions of values of one type: sums, comparisons, `in`, `min`, `max`, `coalesce`."""
    fn, dtype = call.fn, types[0].dtype
    at_most = 2 if fn in ("sub", "eq", "ne", "lt", "le", "gt", "ge") else len(types)
    assert 2 <= len(types) <= at_most and all(t.dtype == dtype for t in types), said
    _one_currency(types, said)
    if fn in ("add", "sub"):
        assert dtype in NUMBERS, said
    if fn in ("lt", "le", "gt", "ge"):
        assert dtype in ORDERED, said
    if fn == "in":
        assert all(isinstance(arg, Lit) for arg in call.args[1:]), f"{said}: not all of them are literals"


def _one_currency(types: Sequence[Type], said: str) -> None:
    """Money by column may stand beside money of one currency: the pass that put it there guards the row."""
    assert len({t.currency for t in types if t.currency is not None}) <= 1, said


def _places(call: Call, types: list[Type], said: str) -> None:
    second = ("text",) if call.fn == "round" else ("money", "rate", "quantity")
    assert len(types) == 3 and types[0].is_numeric and types[1].dtype in second and types[2].dtype == "integer", said
    mode = call.args[1]
    _digits(call.args[2], said)
    if call.fn == "round":
        assert isinstance(mode, Lit) and mode.value in ROUNDING_MODES, f"{said}: no such mode"


def _digits(digits: Expr, said: str) -> None:
    assert isinstance(digits, Lit) and isinstance(digits.value, int), said
    assert 0 <= digits.value <= PLACES, f"{said}: {digits.value} places"


def _over(over: Over, schema: Schema) -> None:
    _rows(over, schema)
    assert bool(over.order) == (over.frame != "partition"), f"{over.frame} window with order {over.order}"
    assert (over.fn == "value") == (over.frame == "shift"), f"{over.fn} over {over.frame}"
    arg = type_of(over.arg, schema)
    if over.fn != "value":
        _aggregated(over.fn, arg)
    if over.fn in ("min", "max") and over.frame != "partition":
        assert arg.dtype in ORDERED, f"running {over.fn} of {arg}"


def _fold(fold: Fold, schema: Schema) -> None:
    """What it came to before is a name of its own; a window inside would look at rows that are not made yet."""
    _rows(fold, schema)
    assert fold.order, "a fold without an order"
    assert fold.before not in schema, f"fold: column `{fold.before}` is there already"
    assert not any(isinstance(part, Over | Fold) for part in _parts(fold.next)), "a window inside a fold"
    found = type_of(fold.next, inside(fold, schema))
    assert found.dtype == fold.start.type.dtype, f"a fold of {found} that begins with {fold.start.type}"
    _one_currency([found, fold.start.type], "fold")


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for child in children(expr):
        yield from _parts(child)


def _rows(window: Over | Fold, schema: Schema) -> None:
    order = [name for name, _ in window.order]
    _exist(window.by, schema, "window")
    _exist(order, schema, "window order")
    _unique(window.by)
    _unique(order)


def _aggregated(fn: str, arg: Type) -> None:
    if fn in ("count", "any"):
        assert arg.dtype == "bool", f"{fn} of {arg}"
    elif fn in ("sum", "sum_known"):
        assert arg.dtype in NUMBERS, f"{fn} of {arg}"
    else:
        assert fn in ("min", "max"), f"no aggregate `{fn}`"
