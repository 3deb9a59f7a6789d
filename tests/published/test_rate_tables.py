"""Rate tables of the literature, said as plans: each source's own figures come out of the run, with nothing added.

A source without money (a tax scale, a price list) is read as pay: its base is what is sold, its tax what is paid for it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from textwrap import indent

import pytest

from engine import check, open_workspace
from engine.core.money import plain

WORKSPACE = """\
kind: workspace
name: published
calendar: {kind: months, first_year: 2026, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
plans: plan/comp.yaml
sources:
  people: {role: participants, files: people.csv, columns: {participant: text, start: date, end: date, title: text}}
  sales:
    role: transactions
    files: sales.csv
    key: [deal]
    date: day
    columns: {deal: text, day: date, seller: text, sold: {type: money, currency: USD}, pieces: quantity}
policies: {segments: separate, unmatched: exception, not_on_plan: exception, payout_rounding: half_up}
"""
PLAN = """\
kind: comp-plan
name: plan
currency: USD
in_force: {start: 2026-01-01}
participants: {title: Seller}
credits:
  sale: {from: sales, to: seller, credit_date: day, value: VALUE, order: [day]}
MEASURES
components:
  pay:
    earning_period: month
    basis: BASIS
    BASE
    earning_code: PAY
    rate:
"""


def paid(folder: Path, rate: str, bases: Sequence[str], basis: str = "period", value: str = "sold") -> list[Decimal]:
    """What each base is paid: each by a seller of its own; on the basis of credits, all by one, in their order."""
    per_credit = basis == "credit"
    plan = PLAN.replace("VALUE", value).replace("BASIS", basis)
    plan = plan.replace("MEASURES\n", "" if per_credit else "measures:\n  month: {sum: sale, over: period}\n")
    plan = plan.replace("BASE", f"base: {'sale' if per_credit else 'month'}") + indent(rate, "      ")
    sellers = ["s" if per_credit else f"s{n:02}" for n in range(len(bases))]
    people = ["participant,start,end,title", *(f"{who},2026-01-01,,Seller" for who in dict.fromkeys(sellers))]
    sales = ["deal,day,seller,sold,pieces"]
    for n, (who, base) in enumerate(zip(sellers, bases, strict=True)):
        sales.append(
            f"{n:02},2026-01-{n + 1:02},{who},{base if value == 'sold' else 0},{base if value == 'pieces' else 0}"
        )
    files = {
        "komisi.yaml": WORKSPACE,
        "plan/comp.yaml": plan,
        "people.csv": "\n".join(people),
        "sales.csv": "\n".join(sales),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    assert [told for told in check(folder) if not told.code.startswith("R")] == []  # what jumps there is meant
    run = open_workspace(folder).run("2026-01")
    assert all(identity.holds for identity in run.calculated.outcome.identities)
    if per_credit:
        return [row["pay"] for row in run.table("credit_pay/plan.pay").sort("deal").to_dicts()]
    return [row["table_result"] for row in run.table("earnings/plan.pay").sort("participant").to_dicts()]


def tiers(mode: str, rows: Mapping[str, str], pays: str = "rate", select: str = "month", **policies: str) -> str:
    """A table in YAML: bound → what is paid."""
    key, at = ("points", "at") if mode == "interpolated" else ("tiers", "from")
    said = "".join(f"{name}: {value}\n" for name, value in policies.items())
    listed = "".join(f"  - {{{at}: {bound}, {pays}: {rate}}}\n" for bound, rate in rows.items())
    return f"mode: {mode}\nselect: {select}\n{said}{key}:\n{listed}"


def decimals(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


SIX = ("200", "300", "1500", "1200", "2000", "4500")
FUSION_STEP = {"0": "1%", "1000": "2%", "3000": "3%", "8000": "5%"}
FUSION_FLAT = {"0": "1%", "10000": "2%", "50000": "3%", "100000": "4%"}


def test_oracle_interpolated_rates(tmp_path: Path) -> None:
    """Oracle Fusion, examples of interpolated rates: filling a whole tier earns 10, 40, 100, 2,000, a part of it that part.

    As points the amounts are what the tiers filled so far come to.
    """
    points = {"0": "0", "1000": "10", "3000": "50", "8000": "150", "20000": "2150"}
    rate = tiers("interpolated", points, "amount", "amount", below="same", above="exception")
    found = paid(tmp_path, rate, SIX, "credit")
    assert found == decimals("2", "3", "20", "14", "30", "80") and sum(found) == 149


def test_oracle_step_rates(tmp_path: Path) -> None:
    """Oracle Fusion, examples of step rates: the same six deals, each over the tiers from zero, come to 164."""
    found = paid(tmp_path, tiers("marginal", FUSION_STEP, select="amount", below="same"), SIX, "credit")
    assert found == decimals("2", "3", "20", "14", "30", "95") and sum(found) == 164


@pytest.mark.parametrize(("mode", "expected"), [("whole", ("50", "300", "1800")), ("marginal", ("50", "200", "1200"))])
def test_oracle_flat_and_step_lookup(mode: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    """Oracle Fusion, splitting attainment across tiers: one table, read on the whole amount or slice by slice."""
    policies = {"below": "same"} | ({"boundary": "upper"} if mode == "whole" else {})
    rate = tiers(mode, FUSION_FLAT, select="amount", **policies)
    assert paid(tmp_path, rate, ("5000", "15000", "60000"), "credit") == decimals(*expected)


@pytest.mark.parametrize(("boundary", "rate"), [("upper", "0.025"), ("lower", "0.0175")])
def test_oracle_on_the_edge_of_a_tier(boundary: str, rate: str, tmp_path: Path) -> None:
    """My Oracle Support 2582565.1: 1,500,000 exactly on a bound; the product takes 2.5 %, the customer wanted 1.75 %."""
    rows = {"0": "1.75%", "1500000": "2.5%", "3000000": "3.25%", "4500000": "4.25%"}
    table = tiers("whole", rows, below="same", boundary=boundary)
    assert paid(tmp_path, table, ("1500000",)) == [Decimal(1500000) * Decimal(rate)]


def test_openfisca_average_rates(tmp_path: Path) -> None:
    """OpenFisca Core, marginal to average: the average rate between anchors lies on a line, and stays at its last value."""
    rate = tiers("interpolated", {"0": "0%", "1": "0%", "2": "5%"}, below="same", above="same")
    assert paid(tmp_path, rate, ("1", "1.5", "2", "2.5")) == decimals("0", "0.0375", "0.1", "0.125")


def test_openfisca_average_rates_as_marginal_ones(tmp_path: Path) -> None:
    """OpenFisca Core, average to marginal: slopes of 10 %, 30 %, 20 % agree with the lines of average rates at the anchors."""
    rate = tiers("marginal", {"0": "10%", "1": "30%", "2": "20%"}, below="same")
    assert paid(tmp_path, rate, ("1", "1.5", "2", "2.5")) == decimals("0.1", "0.25", "0.4", "0.5")
    lines = tiers("interpolated", {"0": "0%", "1": "10%", "2": "20%"}, below="same", above="same")
    assert paid(tmp_path, lines, ("1", "2")) == decimals("0.1", "0.4")


def test_openfisca_single_amounts(tmp_path: Path) -> None:
    """OpenFisca Core, a scale of single amounts: the highest one reached; all entered would be 0.52 at 10."""
    rows, bases = {"6": "0.23", "9": "0.29"}, ("1", "8", "10")
    step = tiers("step", rows, "amount", below="zero", boundary="upper")
    assert paid(tmp_path, step, bases) == decimals("0", "0.23", "0.29")
    entered = tiers("each_entered", rows, "amount", below="zero", boundary="upper")
    assert paid(tmp_path, entered, bases) == decimals("0", "0.23", "0.52")


def test_openfisca_marginal_rates(tmp_path: Path) -> None:
    """OpenFisca Core, a marginal scale whose last rate is 0: a cap."""
    rate = tiers("marginal", {"0": "0%", "1": "10%", "2": "20%", "3": "0%"}, below="same")
    found = paid(tmp_path, rate, ("1", "1.5", "2", "2.5", "3", "4"))
    assert found == decimals("0", "0.05", "0.1", "0.2", "0.3", "0.3")


def test_openfisca_rate_of_a_base(tmp_path: Path) -> None:
    """OpenFisca Core, the rate of the bracket that holds the base: 0, 10, 40 and 60 %."""
    rate = tiers("whole", {"0": "0%", "400": "10%", "15000": "40%", "200000": "60%"}, below="same", boundary="upper")
    assert paid(tmp_path, rate, ("0", "3000", "15500", "500000")) == decimals("0", "300", "6200", "300000")


def test_openfisca_a_base_on_a_threshold(tmp_path: Path) -> None:
    """OpenFisca Core, bracket indices: on a threshold the bracket below, or (with a factor or rounding) the one above."""
    rows, bases = {"0": "0", "2": "1", "4": "2"}, ("0", "1", "2", "3", "4", "5")
    for boundary, expected in (("lower", "000112"), ("upper", "001122")):
        rate = tiers("step", rows, "amount", below="same", boundary=boundary)
        assert paid(tmp_path, rate, bases) == decimals(*expected)


def test_policyengine_oregon(tmp_path: Path) -> None:
    """PolicyEngine US, Oregon income tax 2021: four tiers, 300,000 single and joint."""
    rates = ("4.75%", "6.75%", "8.75%", "9.9%")
    for bounds, expected in ((("0", "3650", "9200", "125000"), "28005.5"), (("0", "7300", "18400", "250000"), "26311")):
        rate = tiers("marginal", dict(zip(bounds, rates, strict=True)), below="same")
        assert paid(tmp_path, rate, ("300000",)) == decimals(expected)


@pytest.mark.parametrize(("bounds", "expected"), [(("15000", "30000"), "5242.5"), (("30000", "60000"), "4785")])
def test_policyengine_kansas(bounds: tuple[str, str], expected: str, tmp_path: Path) -> None:
    """PolicyEngine US, Kansas income tax: 5.7 % of 100,000 less a constant is the same as three tiers, or as points."""
    rate = tiers("marginal", {"0": "3.1%", bounds[0]: "5.25%", bounds[1]: "5.7%"}, below="same")
    assert paid(tmp_path, rate, ("100000",)) == decimals(expected)
    first, second = (Decimal(bound) for bound in bounds)
    heights = [first * Decimal("0.031"), first * Decimal("0.031") + (second - first) * Decimal("0.0525")]
    end = heights[1] + (Decimal(1000000) - second) * Decimal("0.057")
    points = {"0": "0", bounds[0]: plain(heights[0]), bounds[1]: plain(heights[1]), "1000000": plain(end)}
    lines = tiers("interpolated", points, "amount", below="same", above="exception")
    assert paid(tmp_path, lines, ("100000",)) == decimals(expected)


def test_sap_interval_scale(tmp_path: Path) -> None:
    """SAP note 930537: 140 pieces on a scale up to 5, 20, 100, 1,000; as a whole at level 4, or interval by interval."""
    rows = {"0": "10 USD", "5": "12 USD", "20": "15 USD", "100": "20 USD", "1000": "30 USD"}
    whole = tiers("whole", rows, below="same", boundary="lower")
    assert paid(tmp_path, whole, ("140",), value="pieces") == decimals("2800")
    cut = tiers("marginal", rows, below="same")
    assert paid(tmp_path, cut, ("140",), value="pieces") == decimals("2230")


def test_sap_scale_of_pieces(tmp_path: Path) -> None:
    """SAP SD glossary, scale amount: from 10 pieces on each costs 10; what exactly 10 cost it leaves open, so it is said."""
    for boundary, ten in (("upper", "100"), ("lower", "120")):
        rate = tiers("whole", {"0": "12 USD", "10": "10 USD"}, below="same", boundary=boundary)
        assert paid(tmp_path, rate, ("11", "10"), value="pieces") == decimals("110", ten)


def test_gherkin_two_tiers(tmp_path: Path) -> None:
    """Richard Lawrence's scenarios of tiered commissions: 10 % up to 5,000, 12 % over it."""
    rate = tiers("marginal", {"0": "10%", "5000": "12%"}, below="same")
    assert paid(tmp_path, rate, ("4000", "5000", "6000")) == decimals("400", "500", "620")
