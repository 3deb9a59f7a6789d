"""Types of expressions and schemas of tables, read off the IR alone. Backends assert that their tables have them."""

from collections.abc import Callable, Mapping, Sequence

from engine.ir.expr import Call, Case, Expr, Fold, Lit, Over, Ref
from engine.ir.program import Program, Schema
from engine.ir.table import Agg, Aggregate, AsOf, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import BOOL, DATE, INTEGER, QUANTITY, RATE, TEXT, DtypeName, Type


class InferenceError(AssertionError):
    """A program that doesn't type: a defect of the pass that made it."""


_LOGIC = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "in", "starts_with"})
_QUANTITIES = frozenset({"year", "month", "day", "days_between", "product_rest", "as_quantity"})
_SAME = frozenset({"neg", "abs", "round", "floor_product", "floor_part", "part_rest"})


def type_of(expr: Expr, schema: Schema) -> Type:
    """Type of an expression over rows of `schema`. Raises InferenceError."""
    match expr:
        case Ref(name):
            if name not in schema:
                raise InferenceError(f"no column {name!r} among {sorted(schema)}")
            return schema[name]
        case Lit():
            return expr.type if expr.value is not None else expr.type.optional()
        case Call():
            return called(expr, [type_of(arg, schema) for arg in expr.args])
        case Case(branches, otherwise):
            values = [*(type_of(value, schema) for _, value in branches), type_of(otherwise, schema)]
            return chosen([type_of(condition, schema) for condition, _ in branches], values)
        case Over():
            return _over(expr, type_of(expr.arg, schema))
        case Fold():
            return merged([expr.start.type, type_of(expr.next, inside(expr, schema))]).optional()


def inside(fold: Fold, schema: Schema) -> Schema:
    """What `next` of a fold sees."""
    return {**schema, fold.before: fold.start.type.optional()}


def called(expr: Call, types: list[Type]) -> Type:
    """Type of a call on arguments of these types. Raises InferenceError."""
    fn, nullable = expr.fn, any(t.nullable for t in types)
    if fn == "is_missing":
        return BOOL
    if fn == "coalesce":
        return merged(types).with_null(types[-1].nullable)
    if fn in _LOGIC:
        return BOOL.with_null(nullable)
    if fn in _QUANTITIES:
        return QUANTITY.with_null(nullable)
    if fn in _SAME:
        return types[0].with_null(nullable)
    if fn in ("add", "sub", "min", "max"):
        return merged(types).with_null(nullable or (fn in ("add", "sub") and types[0].is_numeric))
    if fn == "as_money":
        currency = expr.args[1]
        assert isinstance(currency, Lit) and isinstance(currency.value, str)
        return Type("money", currency.value, types[0].nullable)
    if fn == "scaled":
        merged(types[1:])
        return types[0].optional()
    if fn in ("mul", "div"):
        return Type(*_ratio(fn, types[0], types[1]), True)
    simple = {"as_rate": RATE, "days": INTEGER, "date": DATE, "add_days": DATE, "concat": TEXT}
    if fn in simple:
        return simple[fn].with_null(nullable)
    raise InferenceError(f"no function {fn!r}")


def _ratio(fn: str, left: Type, right: Type) -> tuple[DtypeName, str | None]:
    """Dtype and currency of a product or quotient."""
    kinds = (left.dtype, right.dtype)
    if "money" in kinds:
        if kinds == ("money", "money"):
            if fn == "mul":
                raise InferenceError("money × money")
            return "rate", None
        if fn == "div" and right.dtype == "money":
            raise InferenceError(f"{left.dtype} ÷ money")
        return "money", left.currency if left.dtype == "money" else right.currency
    if not (left.is_numeric and right.is_numeric):
        raise InferenceError(f"{fn} of {left} and {right}")
    if fn == "mul":
        return ("rate" if kinds == ("rate", "rate") else "quantity"), None
    return ("rate" if left.dtype == "rate" else "quantity"), None


def chosen(conditions: list[Type], values: list[Type]) -> Type:
    """Type of a case with conditions and values (the last one `otherwise`) of these types. Raises InferenceError."""
    if any(condition.dtype != "bool" for condition in conditions):
        raise InferenceError("a condition that is not bool")
    return merged(values).with_null(any(t.nullable for t in (*conditions, *values)))


def _over(expr: Over, arg: Type) -> Type:
    if expr.fn == "count":
        return INTEGER
    if expr.fn == "any":
        return BOOL
    nullable = arg.nullable or expr.frame in ("running_before", "shift") or (expr.fn == "sum" and arg.is_numeric)
    return arg.with_null(nullable)


def merged(types: list[Type]) -> Type:
    """One type for values of all of `types`; money of two currencies becomes money by column."""
    first = types[0]
    if types.count(first) == len(types):
        return first
    if any(t.dtype != first.dtype for t in types):
        raise InferenceError(f"types differ: {', '.join(map(str, types))}")
    stated = {t.currency for t in types if t.currency is not None}
    currency = stated.pop() if len(stated) == 1 else None
    return Type(first.dtype, currency, any(t.nullable for t in types))


def schema_of(table: Table, known: Mapping[str, Schema]) -> dict[str, Type]:
    """Schema of a table expression; `known` has those of inputs and earlier stages."""
    return schema_over(table, known, lambda inner: schema_of(inner, known))


def schema_over(table: Table, known: Mapping[str, Schema], inner: Callable[[Table], Schema]) -> dict[str, Type]:
    """Schema of a table expression, given that of the tables directly inside it."""
    match table:
        case Scan(name):
            if name not in known:
                raise InferenceError(f"no table {name!r}")
            return dict(known[name])
        case Filter():
            schema = dict(inner(table.input))
            if type_of(table.where, schema).dtype != "bool":
                raise InferenceError("a filter that is not bool")
            return schema
        case Extend():
            schema = dict(inner(table.input))
            for definition in table.defs:
                schema[definition.name] = type_of(definition.expr, schema)
            return schema
        case Project():
            schema = dict(inner(table.input))
            return {new: schema[old] for new, old in table.columns}
        case Join() | AsOf():
            return _joined(table, dict(inner(table.left)), inner(table.right))
        case Aggregate():
            schema = dict(inner(table.input))
            return {name: schema[name] for name in table.by} | {a.name: _aggregated(a, schema) for a in table.aggs}
        case Union():
            return _united([inner(each) for each in table.inputs])


def _joined(table: Join | AsOf, left: dict[str, Type], right: Schema) -> dict[str, Type]:
    for a, b in table.on:
        if left[a].dtype != right[b].dtype:
            raise InferenceError(f"join of {a} ({left[a]}) with {b} ({right[b]})")
    outer = table.how == "left"
    for new, old in table.take:
        left[new] = right[old].optional() if outer else right[old]
    return left


def _aggregated(agg: Agg, schema: Schema) -> Type:
    arg = type_of(agg.arg, schema)
    if agg.fn == "count":
        return INTEGER
    if agg.fn == "any":
        return BOOL
    return (
        arg.required() if agg.fn == "sum_known" else arg.with_null(arg.nullable or (agg.fn == "sum" and arg.is_numeric))
    )


def _united(schemas: Sequence[Schema]) -> dict[str, Type]:
    names = list(schemas[0])
    if any(list(schema) != names for schema in schemas):
        raise InferenceError(f"union of different columns: {[list(schema) for schema in schemas]}")
    return {name: merged([schema[name] for schema in schemas]) for name in names}


def program_schemas(program: Program, given: Mapping[str, Schema] | None = None) -> dict[str, Schema]:
    """Schemas of all inputs and stages; those that are `given` are not asked for again."""
    known: dict[str, Schema] = dict(program.inputs)
    for stage in program.stages:
        try:
            known[stage.name] = given[stage.name] if given and stage.name in given else schema_of(stage.table, known)
        except (InferenceError, KeyError) as error:
            raise InferenceError(f"{stage.name}: {error}") from error
    return known
