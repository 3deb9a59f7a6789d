"""From files to a workspace as written: what the nouns hold."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from engine.core.diagnostic import Diagnostics
from engine.core.money import plain
from engine.ir.expr import Lit, Ref
from engine.ir.types import DATE, QUANTITY, RATE, TEXT, money
from engine.load import load
from engine.plan.comp_plan import Assignment, Gate, Limit, Multiply, Name, Prorate, Round, TrueUp
from tests.passes.made_workspace import PLAN, TEXTS, edited, loaded, made, plan

ROOT = Path(__file__).parents[2]


# ------------------------------------------------------------------------------------------------------- the example plans


def test_the_three_plans_of_the_made_company() -> None:
    diagnostics, texts = Diagnostics(), dict[str, bytes]()
    workspace = load(ROOT / "plans", diagnostics, None, None, texts)
    assert workspace is not None and list(diagnostics) == []
    assert [p.name for p in workspace.plans] == ["export", "key-account", "salesman"]
    assert {t.name for t in workspace.targets} == {"export-yearly", "key-account-yearly", "salesman-monthly"}
    salesman = workspace.plans[2]
    tiers = [(plain(tier.lower), tier.pays.text) for tier in salesman.components[0].rate.tiers]
    assert tiers == [("0", "0.5%"), ("0.8", "1.0%"), ("1", "1.5%"), ("1.2", "2.0%")]
    again = load(Path("."), Diagnostics(), None, texts)
    assert again is not None and [p.name for p in again.plans] == [p.name for p in workspace.plans]


# ------------------------------------------------------------------------------------------------------------- what it holds


def test_workspace() -> None:
    workspace = made()
    assert (workspace.name, workspace.pay_period, workspace.file) == ("made", "month", "komisi.yaml")
    march = workspace.calendar.find("2027-03")
    assert march is not None and march.year == "2026"
    assert workspace.policies["boundary"].value == "upper" and workspace.policies["boundary"].level == "workspace"
    assert workspace.policies["unmatched"].note == "other desks"
    assert workspace.variables["bonus"].type == money("USD") and workspace.variables["bonus"].default == 500


def test_columns() -> None:
    orders, people = made().sources["orders"], made().sources["people"]
    columns = {column.name: column for column in orders.columns}
    assert columns["order_id"].type == TEXT and columns["order_id"].header == "order_id"
    assert (columns["day"].type, columns["day"].header, columns["day"].date_format) == (DATE, "OrderDate", "%d/%m/%Y")
    assert columns["seller"].type == TEXT.optional()
    net = columns["net"]
    assert (net.type, net.currency_column, net.decimal_mark, net.thousands) == (money(None), "currency", ",", ".")
    assert columns["fee"].type == money("USD") and columns["fee"].on_empty == Decimal(0)
    assert (orders.key, orders.date, orders.participant, orders.files) == (
        ("order_id",),
        "day",
        None,
        ("orders-{period}.csv",),
    )
    assert people.participant == "participant"
    end, who = people.column("end"), people.column("participant")
    assert end is not None and end.type.nullable and who is not None and not who.type.nullable


def test_plan_head() -> None:
    small = plan()
    assert (small.currency, small.start, small.end, small.file) == ("USD", date(2026, 4, 1), None, "a/comp.yaml")
    assert (small.titles, small.names) == (("Salesman", "Senior Salesman"), None)
    spiff, extra = small.variables
    assert (spiff.name, spiff.type, spiff.value, spiff.note) == ("spiff", RATE, Decimal("0.025"), "since March")
    assert (extra.name, extra.type, extra.value) == ("extra", money("USD"), Decimal(50))


def test_credits_and_measures() -> None:
    (rule,), (measure,) = plan().credits, plan().measures
    assert rule.source.text == "orders" and isinstance(rule.to, Name) and rule.value.expr == Ref("net")
    ((name, tiny),) = rule.exclude
    assert (name, tiny.text, tiny.note) == ("tiny", "net < 10", "not worth it")
    assert (measure.aggregate, measure.over, measure.note) == ("sum", "year_to_date", "from April")
    assert [rule.text for rule in measure.rules] == ["sales"]


def test_assignment() -> None:
    split = "{assignment: accounts, match: {account: customer}, share: share, digits: 2, mode: half_up, expect: seller}"
    workspace, found = loaded(edited("a/comp.yaml", "to: seller", f"to: {split}"))
    assert workspace is not None and found == []
    to = workspace.plans[0].credits[0].to
    assert isinstance(to, Assignment)
    assert [(ours.text, theirs.text) for ours, theirs in to.match] == [("account", "customer")]
    assert (to.digits, to.mode) == (2, "half_up") and isinstance(to.share, Name) and to.share.text == "share"


def test_rate_table() -> None:
    table = plan().components[0].rate
    assert (table.mode, table.bounds_unit, table.prorate_bounds) == ("whole", "share", False)
    assert table.against is not None and table.against.text == "goal"
    assert table.policies["below"].value == "zero" and table.policies["below"].level == "table"
    first, second = table.tiers
    assert first.lower == 0 and first.upper is None and first.pays.expr == Lit(Decimal("0.005"), RATE)
    assert second.lower == 1 and second.upper == 2 and (second.note, second.pays.text) == ("fast", "0.03 * spiff")
    assert second.span.line == 33


def test_steps() -> None:
    gate, true_up, cap, floor, prorate, multiply, round_ = plan().components[0].steps
    assert isinstance(gate, Gate) and gate.at_least == Decimal("0.125") and gate.per == "earning"
    assert gate.policies["zero_target"].level == "modifier"
    assert isinstance(true_up, TrueUp) and true_up.note == "by law"
    assert isinstance(cap, Limit) and cap.at.expr == Lit(Decimal(60000), money("USD")) and not cap.prorate
    assert cap.policies["excess"].value == "remembered"
    assert isinstance(floor, Limit) and floor.kind == "floor" and floor.prorate and floor.at.expr == Ref("extra")
    assert isinstance(prorate, Prorate)
    assert isinstance(multiply, Multiply) and multiply.by.expr == Lit(Decimal("1.10"), QUANTITY)
    assert isinstance(round_, Round) and (round_.mode, round_.digits) == ("half_even", 1)


def test_amounts_in_the_plans_currency() -> None:
    step = "mode: step\n      select: total\n      tiers: [{from: 0, amount: 0}, {from: 1000 USD, amount: 250.50}]"
    text = PLAN[: PLAN.index("mode: whole")] + step + PLAN[PLAN.index("\n    then:") :]
    workspace, found = loaded({**TEXTS, "a/comp.yaml": text})
    assert workspace is not None and found == []
    table = workspace.plans[0].components[0].rate
    assert table.bounds_unit == "amount" and table.tiers[1].lower == 1000
    assert table.tiers[1].pays.expr == Lit(Decimal("250.50"), money("USD"))


def test_points() -> None:
    head = "mode: interpolated\n      select: total\n      against: goal\n      "
    points = "points: [{at: 80%, rate: 1%}, {at: 100%, rate: 0.02}]"
    text = PLAN[: PLAN.index("mode: whole")] + head + points + PLAN[PLAN.index("\n    then:") :]
    workspace, found = loaded({**TEXTS, "a/comp.yaml": text})
    assert workspace is not None and found == []
    table = workspace.plans[0].components[0].rate
    assert (table.mode, table.gives, table.bounds_unit) == ("interpolated", "rate", "share")
    assert [(point.lower, point.upper) for point in table.tiers] == [(Decimal("0.8"), None), (1, None)]
    amounts, found = loaded(
        {**TEXTS, "a/comp.yaml": text.replace("rate: 1%", "amount: 10").replace("rate: 0.02", "amount: extra")}
    )
    assert amounts is not None and found == [] and amounts.plans[0].components[0].rate.gives == "amount"


def test_a_rate_may_be_money_per_unit() -> None:
    workspace, _ = loaded(edited("a/comp.yaml", "rate: 0.5%", "rate: 3 USD"))
    assert workspace is not None
    assert workspace.plans[0].components[0].rate.tiers[0].pays.expr == Lit(Decimal(3), money("USD"))


def test_flat() -> None:
    start, end = PLAN.index("      mode: whole"), PLAN.index("    then:")
    workspace, found = loaded(
        {**TEXTS, "a/comp.yaml": PLAN[:start] + "      mode: flat\n      rate: spiff\n" + PLAN[end:]}
    )
    assert workspace is not None and found == []
    (tier,) = workspace.plans[0].components[0].rate.tiers
    assert tier.upper is None and tier.pays.expr == Ref("spiff")
