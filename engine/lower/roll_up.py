"""Roll-ups: the managers of those whom a transaction belongs to, in force on the credit date, level by level.

`shares/<plan>.<rule>` has whom each transaction belongs to, with their managers; `rolled_up` turns that around: a row per
manager, once per transaction, with what belongs to the people below. What reaches no manager is nobody's (participant '').
"""

from engine.ir.expr import Expr, Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table, Union
from engine.ir.types import QUANTITY
from engine.lower.adjustment import ADJUSTED_AWAY, MOVE_FAILED, adjusted_columns, belonging_to
from engine.lower.generations import BEYOND, beyond, remarks, shown, with_managers
from engine.lower.remark import decided, noted
from engine.lower.share import SPLIT_FAILED, WHOLE, columns_named, matched_rows, weights
from engine.lower.terms import ZERO, all_of, any_of, call, cases, integer, known_true, missing, negate, number, text
from engine.lower.values_on import day_columns
from engine.plan.group import managers as managers_of
from engine.plan.group import way_up
from engine.plan.resolved import Plan, ResolvedWorkspace, RollUp, Rule

NOBODY = (
    *SPLIT_FAILED, "manager_cycle", BEYOND, "longer_chain", "no_participant", "no_assignment", "shares_under_one", "no_manager",
)  # fmt: skip
"""Why a part reaches no manager; of several parts of a transaction, the first of these is told."""
FAILED = ("manager_cycle", BEYOND, "longer_chain")
SUMMED = ("share", "credited_share", "amount")


def shares_name(plan: Plan, rule: Rule) -> str:
    """Stage that holds whom the transactions of a roll-up belong to."""
    return f"shares/{plan.name}.{rule.name}"


def belonging(workspace: ResolvedWorkspace, plan: Plan, rule: Rule, rolled: RollUp) -> Stage:
    """`shares/<plan>.<rule>`: the shares of those whom a transaction belongs to, and `manager.1`, `manager.2`, … of each."""
    table = belonging_to(plan, rule, matched_rows(plan, rule, columns_named(rule)))
    counted, most = rolled.generations, rolled.unrolled
    table, managers = with_managers(workspace, table, rule.as_of, most, counted), managers_of(most)
    credited = managers[: rolled.levels]
    branches: list[tuple[Expr, Expr]] = [
        (call("ne", Ref("share.reason"), text("")), Ref("share.reason")),
        (has_cycle(way_up(counted, most)), text("manager_cycle")),
        *beyond(counted),
        (any_of(*(negate(missing(Ref(name))) for name in managers[rolled.levels :])), text("longer_chain")),
        (missing(Ref(managers[0])), text("no_manager")),
    ]
    steps = [
        (any_of(call("ne", Ref("because"), text("")), missing(Ref(name))), integer(level))
        for level, name in enumerate(credited)
    ]
    said = tuple(
        decided(policy, choice, call("eq", Ref("because"), text(word)))
        for policy, choice, word in (
            ("longer", rolled.longer, "longer_chain"), ("no_manager", rolled.no_manager, "no_manager"),
        )
    )  # fmt: skip
    defs = (
        Def("because", cases(branches, text("")), span=rule.span, remarks=(*said, *remarks(counted))),
        Def("levels", cases(steps, integer(rolled.levels)), remarks=noted(rolled.stated)),
    )
    keys = rule.source.key
    columns = (*keys, "participant", *day_columns(rule), "value", *SUMMED, *weights(rule), *adjusted_columns(rule), "because",
               "levels", *shown(counted, most))  # fmt: skip
    return Stage(
        shares_name(plan, rule), "shares", Project(Extend(table, defs), tuple((c, c) for c in columns)),
        (*keys, "participant"), span=rule.span, about=f"whom the transactions of `{rule.name}` belong to, and their managers",
    )  # fmt: skip


def has_cycle(managers: list[str]) -> Expr:
    """Whether somebody stands twice in a chain."""
    chain = ["participant", *managers]
    return any_of(
        *(
            known_true(call("eq", Ref(name), Ref(earlier)))
            for place, name in enumerate(chain)
            for earlier in chain[:place]
        )
    )


def rolled_up(plan: Plan, rule: Rule, rolled: RollUp, rows: Project) -> Table:
    """The rows once per manager, as `shares` gives them once per participant; and `level`, that of the nearest below."""
    alone = isinstance(rule.to, str) and rule.adjustments is None
    return _of_one(plan, rule, rolled, rows) if alone else _of_several(plan, rule, rolled, rows)


def _of_one(plan: Plan, rule: Rule, rolled: RollUp, rows: Project) -> Table:
    """Of a transaction that belongs to one participant: nobody is above twice, so there is nothing to add up."""
    keys, managers = rule.source.key, managers_of(rolled.levels)
    found = Project(Scan(shares_name(plan, rule)), tuple((n, n) for n in (*keys, "because", "levels", *managers)))
    taken = tuple((new, new) for new, _ in rows.columns if new not in keys)
    chains = Join(found, rows, tuple((key, key) for key in keys), taken, "inner")
    names = (*keys, "participant", "level", "share.reason", *(new for new, _ in taken))
    parts = [
        Extend(
            Filter(chains, call("ge", Ref("levels"), integer(level))),
            (
                Def("participant", call("coalesce", Ref(manager), text(""))),
                Def("level", number(ZERO + level, QUANTITY)),
                Def("share.reason", text("")),
            ),
        )
        for level, manager in enumerate(managers, start=1)
    ]
    nobody = Extend(
        Filter(chains, call("eq", Ref("levels"), integer(0))),
        (
            Def("participant", text("")),
            Def("level", number(ZERO, QUANTITY)),
            Def("share.reason", Ref("because")),
        ),
    )
    every = Union(tuple(Project(part, tuple((n, n) for n in names)) for part in (*parts, nobody)))
    return Extend(every, (Def("share", WHOLE), Def("credited_share", WHOLE), Def("amount", Ref("value"))))


def _of_several(plan: Plan, rule: Rule, rolled: RollUp, rows: Project) -> Table:
    """Of a transaction that is split: each manager once, with the sum of the parts below."""
    keys, found = rule.source.key, Scan(shares_name(plan, rule))
    levels = tuple(_at(found, keys, level) for level in range(1, rolled.levels + 1))
    sums = tuple(Agg(name, "sum", Ref(name)) for name in SUMMED)
    managers = Extend(
        Aggregate(Union(levels), (*keys, "participant"), (*sums, Agg("level", "min", Ref("level")))),
        (Def("share.reason", text("")),),
    )
    told = NOBODY if rule.adjustments is None else (*MOVE_FAILED, *NOBODY, *ADJUSTED_AWAY)
    rank = cases([(call("eq", Ref("because"), text(word)), integer(n)) for n, word in enumerate(told)], integer(99))
    ended = Extend(Filter(found, call("eq", Ref("levels"), integer(0))), (Def("rank", rank),))
    named = [(call("eq", Ref("rank"), integer(n)), text(word)) for n, word in enumerate(told[:-1])]
    nobody = Extend(
        Aggregate(ended, keys, (*sums, Agg("rank", "min", Ref("rank")))),
        (
            Def("participant", text("")),
            Def("level", number(ZERO, QUANTITY)),
            Def("share.reason", cases(named, text(told[-1]))),
        ),
    )
    names = (*keys, "participant", *SUMMED, "level", "share.reason")
    parties = Union(tuple(Project(part, tuple((n, n) for n in names)) for part in (managers, nobody)))
    taken = tuple((new, new) for new, _ in rows.columns if new not in keys)
    return Join(parties, rows, tuple((key, key) for key in keys), taken, "inner")


def _at(found: Table, keys: tuple[str, ...], level: int) -> Table:
    """The shares that reach a level, under the manager there."""
    reached = Filter(found, call("ge", Ref("levels"), integer(level)))
    columns = (*((k, k) for k in keys), ("participant", f"manager.{level}"), *((n, n) for n in SUMMED))
    named = Extend(Project(reached, columns), (Def("level", number(ZERO + level, QUANTITY)),))
    return Extend(named, (Def("participant", call("coalesce", Ref("participant"), text(""))),))


def rolled_state(rolled: RollUp) -> list[tuple[Expr, Expr, Expr]]:
    """What becomes of parts that reach no manager: (condition, state, cause), before anything else is asked."""
    reason = Ref("share.reason")
    failed = (*FAILED, "no_manager") if rolled.no_manager.value == "exception" else FAILED
    branches: list[tuple[Expr, Expr, Expr]] = [
        (any_of(*(call("eq", reason, text(word)) for word in failed)), text("exception"), reason)
    ]
    if rolled.no_manager.value == "skip":
        alone = all_of(call("eq", Ref("participant"), text("")), call("eq", reason, text("no_manager")))
        branches.append((alone, text("excluded"), reason))
    return branches
