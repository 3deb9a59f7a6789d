"""The exchange of a credit's value into the plan's currency: its rates found, and what it must say with them.

In: an exchange as written. Out: the resolved one; the currency of the value is `typecheck`'s to find.
"""

from engine.core.diagnostic import Diagnostics
from engine.plan import comp_plan as written
from engine.plan.choice import Stated
from engine.plan.credit import Convert
from engine.plan.workspace import Source, Workspace
from engine.resolve.references import find_column, find_source
from engine.resolve.undated import may_be_empty


def resolve_convert(
    workspace: Workspace,
    plan: written.CompPlan,
    rule: written.CreditRule,
    source: Source,
    diagnostics: Diagnostics,
) -> tuple[Convert | None, bool]:
    """The exchange, if there is one; and whether there is one with a mistake."""
    convert = rule.convert
    if convert is None:
        return None, False
    rates = find_source(convert.rates, "exchange_rates", workspace.sources, diagnostics)
    wanted = not may_be_empty(rule, convert.rate_date.text)
    day = find_column(convert.rate_date, source, diagnostics, "date", required=wanted)
    whole = _whole(plan, convert, diagnostics)
    if rates is None or day is None or not (_aged(convert, rates, diagnostics) and _typed(convert, rates, diagnostics)):
        return None, True
    digits = convert.digits if convert.digits is not None else workspace.digits(plan.currency)
    words = f"convert: by the rates of {rates.name}"
    return Convert(
        source=rates,
        pair=convert.pair,
        through=convert.through,
        rate_date=day.name,
        max_age=convert.max_age,
        rate_type=convert.rate_type,
        mode=convert.mode,
        digits=0 if digits is None else digits,
        stated=Stated(words, convert.span, convert.note),
    ), not whole


def _whole(plan: written.CompPlan, convert: written.Convert, diagnostics: Diagnostics) -> bool:
    if convert.through != plan.currency:
        return True
    diagnostics.error(
        "M240", f"the rates are of {plan.currency}, the plan's own currency, in others", convert.span,
        help="say `pair: plan_to_row`: the value is divided by the rate", related=((plan.currency_span, "the plan's currency"),),
    )  # fmt: skip
    return False


def _aged(convert: written.Convert, rates: Source, diagnostics: Diagnostics) -> bool:
    """Until when a rate holds, either its row says or the plan."""
    ends = rates.column("end")
    if (ends is None) == (convert.max_age is not None):
        return True
    if ends is None:
        message = f"`{rates.name}` has no `end`, so how old a rate may be must be said"
        help = "say `max_age: 4` (days), or 0: the rate of the day itself, or the row is held back"
        diagnostics.error("M241", message, convert.span, help=help, related=((rates.span, "the rates"),))
    else:
        message = f"`{rates.name}` says by its `end` until when a rate holds, so `max_age` has no meaning"
        help = "delete it, or the column `end`"
        diagnostics.error("M241", message, convert.max_age_span, help=help, related=((ends.span, "the column"),))
    return False


def _typed(convert: written.Convert, rates: Source, diagnostics: Diagnostics) -> bool:
    """Where there are several rates of a day, which."""
    several = rates.column("rate_type")
    if (several is None) == (convert.rate_type is None):
        return True
    if several is None:
        message = f"`{rates.name}` has no column `rate_type`, so there is one rate of a day, and none is `{convert.rate_type}`"
        help = "delete `rate_type`, or map the column that tells them apart"
        diagnostics.error("M242", message, convert.rate_type_span, help=help, related=((rates.span, "the rates"),))
    else:
        message = f"`{rates.name}` has several rates of a day, told apart by `rate_type`; which one counts is not said"
        help = "say which, as in `rate_type: average`"
        diagnostics.error("M242", message, convert.span, help=help, related=((several.span, "the column"),))
    return False
