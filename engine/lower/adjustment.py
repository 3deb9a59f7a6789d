"""Adjustments: parts of a credit that were moved to somebody else, or taken away, as somebody approved.

`adjustments/<plan>.<rule>` has a row per adjustment: what was credited `before`, the `amount` that it moves, or `because` of what
it moves nothing. `belonging_to` has the shares of a rule when all of them are done: nothing is made of it and nothing lost.
"""

from engine.ir.expr import Expr, Over, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import RATE
from engine.lower.inputs import source_table
from engine.lower.share import ONE, SPLIT_FAILED, WHOLE, matched_rows, shares, weights
from engine.lower.terms import (
    TRUE,
    ZERO,
    all_of,
    any_of,
    call,
    cases,
    either,
    integer,
    known_true,
    missing,
    negate,
    number,
    one_of,
    running,
    text,
)  # fmt: skip
from engine.plan.resolved import Adjustments, Plan, Rule, Split

MOVE_FAILED = ("moved_over_one", "moved_twice")
"""Why a credit is held back: what is moved of it can't be known."""
ADJUSTED_AWAY = ("taken_away", "moved_away")
"""Why a share is nobody's any more: it was taken from somebody, or all of it was moved on."""
NONE = number(ZERO, RATE)
Key = tuple[str, ...]


def adjustments_name(plan: Plan, rule: Rule) -> str:
    """Stage that holds what the adjustments do to the credits of a rule."""
    return f"adjustments/{plan.name}.{rule.name}"


def adjusted_columns(rule: Rule) -> Key:
    """The column beside a share that says what adjustments gave to it or took off it."""
    return () if rule.adjustments is None else ("share.adjusted",)


def adjustments(plan: Plan, rule: Rule, made: Adjustments, read: Key) -> Stage:
    """`adjustments/<plan>.<rule>`: each adjustment, with the credit that it changes."""
    keys, row_key = rule.source.key, made.source.row_key
    whose = (*keys, "from_participant")
    rows = _asked(plan, rule, made)
    named = tuple((f"move.{name}", name) for name in row_key)
    partners = (*_same(keys), ("participant", "from_participant"))
    touched = Join(shares(rule, matched_rows(plan, rule, read)), rows, partners, named, "inner", True)
    had = (
        Agg("before", "max", Ref("amount")),
        Agg("move.of", "max", Ref("credited_share")),
        Agg("move.unshared", "any", one_of("share.reason", SPLIT_FAILED)),
    )  # each is of one share: said so, transactions in parts are never together
    of = Aggregate(touched, tuple(name for name, _ in named), had)
    found = Join(rows, of, tuple((name, mine) for mine, name in named), tuple((agg.name, agg.name) for agg in had))
    shown = (
        *dict.fromkeys((*row_key, *whose, "to_participant", "share")), "before", "amount", "credited_share", "because",
    )  # fmt: skip
    table = Extend(found, (*_known(whose), *_moved(rule, whose, row_key)))
    return Stage(
        adjustments_name(plan, rule), "adjustments", Project(table, _same(shown)), row_key, span=made.stated.span,
        about=f"what adjustments move and take away of the credits of `{rule.name}`",
    )  # fmt: skip


def _same(names: Key) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _asked(plan: Plan, rule: Rule, made: Adjustments) -> Table:
    """The rows of the source that are for this rule; nobody is ''."""
    rows: Table = Scan(source_table(made.source))
    if made.source.column("credit_rule") is not None:
        this = known_true(call("eq", Ref("credit_rule"), text(f"{plan.name}.{rule.name}")))
        rows = Filter(rows, any_of(missing(Ref("credit_rule")), this))
    named = dict.fromkeys((*made.source.row_key, *rule.source.key, "from_participant", "to_participant", "share"))
    nobody = tuple(Def(name, call("coalesce", Ref(name), text(""))) for name in ("from_participant", "to_participant"))
    return Extend(Project(rows, _same(tuple(named))), nobody)


def _known(whose: Key) -> tuple[Def, ...]:
    """Whether a row moves something, and of which there is enough: all rows of one credit, or none of them."""
    idle = any_of(call("eq", Ref("from_participant"), Ref("to_participant")), call("le", Ref("share"), NONE))
    lacking = call("coalesce", Ref("move.unshared"), TRUE)
    return (
        Def("move.part", either(idle, NONE, Ref("share"))),
        Def("move.again", Over("count", call("gt", Ref("move.part"), NONE), (*whose, "to_participant"))),
        Def(
            "because",
            cases(
                [
                    (idle, text("no_change")),
                    (lacking, text("no_credit")),
                    (known_true(call("gt", Over("sum", Ref("move.part"), whose), WHOLE)), text("moved_over_one")),
                    (call("gt", Over("max", Ref("move.again"), whose), integer(1)), text("moved_twice")),
                ],
                text(""),
            ),
        ),
    )


def _moved(rule: Rule, whose: Key, row_key: Key) -> tuple[Def, ...]:
    """What each row moves: of several of one credit, in order of the receivers, what they come to together less those before.

    So no last digit is lost between them, and all of a credit is all of it. Who takes away comes last.
    """
    order = ("move.nobody", "to_participant", *(name for name in row_key if name not in (*whose, "to_participant")))
    zero, upto = number(ZERO, rule.unit), Ref("move.upto")
    less = call("sub", upto, Ref("move.part"))
    applied = call("eq", Ref("because"), text(""))
    amount = call("sub", _cut(rule, upto), _cut(rule, less))
    signed = either(call("lt", Ref("before"), zero), call("neg", amount), amount)
    of = call("sub", call("mul", Ref("move.of"), upto), call("mul", Ref("move.of"), less))
    return (
        Def("move.nobody", either(call("eq", Ref("to_participant"), text("")), integer(1), integer(0))),
        Def("move.upto", running("sum", Ref("move.part"), whose, order)),
        Def("amount", either(applied, signed, zero)),
        Def("credited_share", either(applied, of, NONE)),
    )


def _cut(rule: Rule, share: Expr) -> Expr:
    """A share of the credit without its sign, at the places of the rule's split."""
    part = call("mul", call("abs", Ref("before")), share)
    if isinstance(rule.to, Split) and rule.to.mode is not None:
        return call("round", part, text(rule.to.mode), integer(rule.to.digits))
    return part


def belonging_to(plan: Plan, rule: Rule, rows: Project) -> Table:
    """Whom each of the rows of a rule belongs to, in which shares, after adjustments."""
    table = shares(rule, rows)
    return table if rule.adjustments is None else _adjusted(plan, rule, table, rows)


def _adjusted(plan: Plan, rule: Rule, table: Table, rows: Project) -> Table:
    """The shares with what is off and what is given, and those of whoever had none before."""
    keys, done = rule.source.key, Scan(adjustments_name(plan, rule))
    who = (*keys, "participant")
    changes = _changes(keys, done)
    taken = tuple((name, name) for name in CHANGED)
    kept = Extend(Join(table, changes, _same(who), taken), _less(rule))
    given = Filter(changes, call("gt", Ref("move.gifts"), integer(0)))
    named = tuple((f"move.{name}", name) for name in who)
    there = Aggregate(Join(table, given, _same(who), named, "inner"), tuple(name for name, _ in named), ())
    others = Join(given, there, tuple((name, mine) for mine, name in named), (), "anti")
    new = Join(rows, others, _same(keys), (("participant", "participant"), *taken), "inner", True)
    nobody = call("eq", Ref("participant"), text(""))
    added = Extend(
        new,
        (
            Def("share", Ref("move.share")),
            Def("credited_share", Ref("move.share")),
            Def("share.adjusted", Ref("move.amount")),
            Def("amount", Ref("move.amount")),
            Def("share.reason", either(nobody, text("taken_away"), text(""))),
            *(Def(name, ONE) for name in weights(rule)),
        ),
    )
    names = (
        *keys, "participant", *(new for new, _ in rows.columns if new not in keys), "share", "credited_share", *weights(rule),
        "amount", "share.adjusted", "share.reason",
    )  # fmt: skip
    return Union(tuple(Project(part, _same(names)) for part in (kept, added)))


CHANGED = ("move.amount", "move.share", "move.off", "move.gifts", "move.over", "move.twice")


def _changes(keys: Key, done: Table) -> Table:
    """What all adjustments together change of each one's share: the signed sums, how much of it is off, and why it is held."""
    parts = []
    for side, sign in (("from_participant", -1), ("to_participant", 1)):
        off = sign < 0
        signed = [Ref(name) if not off else call("neg", Ref(name)) for name in ("amount", "credited_share")]
        mine = Filter(done, one_of("because", ("", *MOVE_FAILED)) if off else call("eq", Ref("because"), text("")))
        applied = call("eq", Ref("because"), text(""))
        defs = (
            Def("move.amount", signed[0]),
            Def("move.share", signed[1]),
            Def("move.off", either(applied, Ref("share"), NONE) if off else NONE),
            Def("move.gift", either(applied, integer(0 if off else 1), integer(0))),
        )
        columns = (*_same(keys), ("participant", side), ("because", "because"), *((d.name, d.name) for d in defs))
        parts.append(Project(Extend(mine, defs), columns))
    sums = tuple(Agg(name, "sum", Ref(name)) for name in ("move.amount", "move.share", "move.off"))
    failed = tuple(
        Agg(name, "any", call("eq", Ref("because"), text(word)))
        for name, word in zip(("move.over", "move.twice"), MOVE_FAILED, strict=True)
    )
    gifts = Agg("move.gifts", "max", Ref("move.gift"))
    return Aggregate(Union(tuple(parts)), (*keys, "participant"), (*sums, gifts, *failed))


def _less(rule: Rule) -> tuple[Def, ...]:
    """A share of before, with what was taken off it and given to it; of what all is gone, nothing is left to credit."""
    given = known_true(call("gt", Ref("move.gifts"), integer(0)))
    gone = all_of(known_true(call("eq", Ref("move.off"), WHOLE)), negate(given))
    changed = call("coalesce", Ref("move.share"), NONE)
    return (
        Def("share.adjusted", call("coalesce", Ref("move.amount"), number(ZERO, rule.unit))),
        Def("amount", call("add", Ref("amount"), Ref("share.adjusted"))),
        Def("share", call("add", Ref("share"), changed)),
        Def("credited_share", call("add", Ref("credited_share"), changed)),
        Def(
            "share.reason",
            cases(
                [
                    (known_true(Ref("move.over")), text("moved_over_one")),
                    (known_true(Ref("move.twice")), text("moved_twice")),
                    (gone, text("moved_away")),
                ],
                Ref("share.reason"),
            ),
        ),
    )
