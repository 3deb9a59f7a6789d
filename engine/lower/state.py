"""States: where each transaction ended, by rule and in all.

In: `prepared/<source>` and `credits/<plan>.<rule>`. Out: `outcomes/<plan>.<rule>`, where not all shares are credited, and
`states/<source>`. Columns of a rule are `<plan>.<rule>.…`.
"""

from engine.ir.expr import Ref
from engine.ir.program import Stage
from engine.ir.table import Agg, Aggregate, Def, Extend, Filter, Join, Project, Scan, Table
from engine.lower.credit import credit_name, rules_of
from engine.lower.direct import is_direct, names
from engine.lower.remark import decided
from engine.lower.share import NO_PARTICIPANT
from engine.lower.share_state import Share, branches_of, first
from engine.lower.terms import (
    TRUE,
    all_of,
    any_of,
    call,
    cases,
    either,
    integer,
    missing,
    negate,
    running,
    text,
)  # fmt: skip
from engine.lower.undated import UNDATED, undated
from engine.plan.resolved import Plan, ResolvedWorkspace, Rule
from engine.plan.workspace import Source

STATES = ("exception", "unassigned", "credited", "excluded")
"""Precedence: a transaction's state is the first of these that any share or rule gives it. Then comes what waits for one."""


def outcomes(plan: Plan, rule: Rule) -> Stage:
    """`outcomes/<plan>.<rule>`: the state and cause of each matched transaction of which some share is not credited.

    All others are credited, and most are. Not of a direct rule, of which a transaction is one share.
    """
    columns = (*rule.source.key, "state", "because")
    return Stage(
        f"outcomes/{plan.name}.{rule.name}", "outcomes", Project(_over_shares(plan, rule), tuple((c, c) for c in columns)),
        rule.source.key, kept=False, span=rule.span,
    )  # fmt: skip


def _over_shares(plan: Plan, rule: Rule) -> Table:
    """The state that comes first among those of the shares, and the cause of the first share that has it."""
    keys = rule.source.key
    on = tuple((key, key) for key in keys)
    rank = {state: integer(index) for index, state in enumerate(STATES)}
    ranked = cases([(call("eq", Ref("state"), text(state)), rank[state]) for state in STATES], integer(len(STATES)))
    is_credited = call("eq", Ref("state"), text("credited"))
    shares = Scan(credit_name(plan, rule))
    others = Extend(Filter(shares, negate(is_credited)), (Def("rank", ranked),))
    grouped = Aggregate(others, keys, (Agg("best", "min", Ref("rank")),))
    nth = Def("nth", running("count", TRUE, (*keys, "rank"), ("participant",)))
    caused = Extend(Filter(others, call("ne", Ref("because"), text(""))), (nth,))
    cause = Filter(caused, call("eq", Ref("nth"), integer(1)))
    beside = Join(Filter(shares, is_credited), grouped, on, (), "inner")
    in_part = Aggregate(beside, keys, (Agg("credited", "count", TRUE),))
    known = Join(
        Join(grouped, cause, (*on, ("best", "rank")), (("cause", "because"),)), in_part, on, (("credited", "credited"),)
    )
    named_state = cases(
        [
            *((call("eq", Ref("best"), rank[state]), text(state)) for state in STATES[:2]),
            (negate(missing(Ref("credited"))), text("credited")),
        ],
        text("excluded"),
    )
    why = either(is_credited, text(""), call("coalesce", Ref("cause"), text("")))
    return Extend(known, (Def("state", named_state), Def("because", why)))


def _of_only_share(workspace: ResolvedWorkspace, plan: Plan, rule: Rule) -> list[Def]:
    """What becomes of the one share of each transaction, from the columns beside the transaction."""
    assert isinstance(rule.to, str)
    who, (segment, on_plan) = call("coalesce", Ref(rule.to), text("")), names(plan, rule)
    branches = branches_of(workspace, plan, rule, Share(who, text(NO_PARTICIPANT), Ref(segment), Ref(on_plan)))
    p = f"{plan.name}.{rule.name}.shared"
    return [Def(name, first(branches, which)) for name, which in ((p, 1), (f"{p}.because", 2))]


def _of_shares(rows: Table, plan: Plan, rule: Rule) -> Table:
    """Transactions with what became of their shares, where not all are credited; and whether the one expected has any."""
    p, on = f"{plan.name}.{rule.name}", tuple((key, key) for key in rule.source.key)
    rows = Join(rows, Scan(f"outcomes/{p}"), on, ((f"{p}.shared", "state"), (f"{p}.shared.because", "because")))
    if isinstance(rule.to, str) or not rule.to.expect:
        return rows
    is_expected = call("eq", Ref("participant"), call("coalesce", Ref(rule.to.expect), text("")))
    found = Aggregate(
        Filter(Scan(credit_name(plan, rule)), is_expected), rule.source.key, (Agg("found", "count", TRUE),)
    )
    return Join(rows, found, on, ((f"{p}.expected", "found"),))


def states(workspace: ResolvedWorkspace, source: Source) -> Stage:
    """`states/<source>`: each transaction's state, and the state and cause that every rule gave it."""
    rules = rules_of(workspace, source)
    rows: Table = Scan(f"prepared/{source.name}")
    defs: list[Def] = []
    shown: list[str] = []
    for plan, rule in rules:
        p = f"{plan.name}.{rule.name}"
        if is_direct(rule):
            defs += _of_only_share(workspace, plan, rule)
        else:
            rows = _of_shares(rows, plan, rule)
        matched = call("eq", Ref(f"{p}.state"), text("matched"))
        dated_away = Ref(f"{p}.because" if undated(rule, "waits") else f"{p}.state")
        defs += [
            Def(p, either(matched, call("coalesce", Ref(f"{p}.shared"), text("credited")), Ref(f"{p}.state"))),
            Def(
                f"{p}.because",
                cases(
                    [
                        (matched, call("coalesce", Ref(f"{p}.shared.because"), text(""))),
                        (call("eq", dated_away, text("out_of_scope")), text("")),
                    ],
                    Ref(f"{p}.because"),
                ),
            ),
        ]
        shown += [p, f"{p}.because"]
        if not isinstance(rule.to, str) and rule.to.expect:
            defs.append(Def(f"{p}.expected_missing", all_of(matched, missing(Ref(f"{p}.expected")))))
            shown.append(f"{p}.expected_missing")
    given = {state: any_of(*(call("eq", Ref(f"{q.name}.{r.name}"), text(state)) for q, r in rules)) for state in STATES}
    away = all_of(*(call("eq", Ref(f"{q.name}.{r.name}"), text("out_of_scope")) for q, r in rules))
    waiting = [f"{q.name}.{r.name}.because" for q, r in rules if undated(r, "waits")]
    waits = [call("eq", Ref(name), text(UNDATED)) for name in waiting]  # it is not known yet whether a rule takes it
    branches = [(given[state], text(state)) for state in STATES]
    branches += [(any_of(away, *waits), text("out_of_scope"))] if rules else []
    unmatched = decided("unmatched", workspace.unmatched, call("eq", Ref("state"), text("unmatched")))
    defs.append(Def("state", cases(branches, text("unmatched")), remarks=(unmatched,)))
    columns = (*source.key, *shown, "state")
    return Stage(
        f"states/{source.name}", "states", Project(Extend(rows, tuple(defs)), tuple((c, c) for c in columns)),
        source.key, span=source.span, about="where each transaction ended, by rule and in all",
    )  # fmt: skip
