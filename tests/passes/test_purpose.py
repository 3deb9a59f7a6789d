"""`counts_for`: what a rule's credits are used for is what they count for, and unpaid ones move a running total in one order."""

from dataclasses import replace
from typing import Any

import pytest

from tests.passes.by_hand import (
    MEASURES,
    ROUND,
    TRUE_UP,
    component,
    credit,
    errors,
    formula,
    found,
    gate,
    measure,
    name,
    plan,
    rule,
    said,
    table,
    tiered,
    to_date,
)  # fmt: skip

ORDERED: dict[str, Any] = {"order": (name("day"),)}
PAID = rule(**ORDERED)
RETIRES = rule("renewals", counts_for=("attainment",), **ORDERED)
PAYS = rule("addons", counts_for=("pay",), **ORDERED)
RULES = {"credits": (PAID, RETIRES, PAYS), "policies": said(hit_policy="unique")}
MORE = (
    *MEASURES,
    measure("retired", rules=(name("sales"), name("renewals"))),
    measure("retired_ytd", "year_to_date", rules=(name("sales"), name("renewals"))),
    measure("paid_ytd", "year_to_date", rules=(name("sales"), name("addons"))),
    measure("extra", rules=(name("addons"),)),
)
RUNS_OVER_BOTH = tiered(select="retired_ytd")


def told(*components: Any, **changes: Any) -> list[str]:
    return errors(found(plan(*components, **{**RULES, "measures": MORE, **changes})))


@pytest.mark.parametrize(
    "paying",
    [
        component(base="retired", rate=table()),
        component(rate=tiered("whole", "extra")),
        component("period", "sales_month", table(), gate(measure=name("extra")), ROUND),
        component("period", "sales_month", table(), gate(measure=None, against=None, when=formula("extra > 0")), ROUND),
        to_date(tiered("whole", "paid_ytd"), TRUE_UP, ROUND),
        replace(credit(), base=name("renewals")),
    ],
)
def test_credits_are_used_for_what_they_count_for(paying: Any) -> None:
    assert told(paying) == ["M143"]


@pytest.mark.parametrize(
    "paying",
    [
        component(rate=tiered("whole", "retired")),
        component(base="extra", rate=tiered("whole", "retired")),
        component("period", "sales_month", table(), gate(measure=name("retired")), ROUND),
        replace(credit(), base=name("addons")),
        credit(RUNS_OVER_BOTH),
        credit(tiered(select="sales_ytd")),
    ],
)
def test_what_fits(paying: Any) -> None:
    """`extra` is paid by the tier that the others reached; unpaid renewals move the running total of the sales."""
    assert told(paying) == []


def test_what_is_made_of_others_counts_as_they_do() -> None:
    """A gate on a ratio looks at the credits of both its parts."""
    share = measure("share", rules=(), aggregate="ratio", over=None, parts=(name("sales_month"), name("extra")),
                    policies=said(zero_denominator="zero"))  # fmt: skip
    paying = component("period", "sales_month", table(), gate(measure=name("share"), against=None), ROUND)
    assert told(paying, measures=(*MORE, share)) == ["M143"]


def test_a_running_total_runs_over_paid_credits_of_one_rule() -> None:
    """Beside the base only such as say that they are not paid; those for pay only have no place in it."""
    other = rule("others", **ORDERED)
    both = (*MEASURES, measure("both", "year_to_date", rules=(name("sales"), name("others"))))
    made = {"credits": (PAID, other), "policies": said(hit_policy="unique"), "measures": both}
    assert errors(found(plan(credit(tiered(select="both")), **made))) == ["M105"]
    assert told(replace(credit(tiered(select="sales_ytd")), base=name("addons"))) == ["M105"]


def test_a_running_total_has_one_order() -> None:
    """M144; and an unpaid rule needs an order too (M014)."""
    turned = replace(RETIRES, order=(name("kind"), name("day")))
    assert told(credit(RUNS_OVER_BOTH), credits=(PAID, turned, PAYS)) == ["M144"]
    assert told(credit(RUNS_OVER_BOTH), credits=(PAID, replace(RETIRES, order=()), PAYS)) == ["M014"]
