"""Codes of the items of a component's list (M): limits, gates, true-ups, balances, budgets, waivers."""

from engine.core.code import Code

ITEMS: tuple[Code, ...] = (
    Code(
        "M101",
        "no true-up on a basis to date",
        "The amount to date contains all that was earned before. `true_up` takes that off, exactly once.",
        "resolve",
    ),
    Code(
        "M102",
        "a true-up out of place",
        "It stands exactly once where the basis is `to_date`, and nowhere else: elsewhere each interval stands"
        " alone already, and a second one would take off what was never paid.",
        "resolve",
    ),
    Code(
        "M103",
        "a limit that does not fit its place",
        "Before `true_up` the amount is to date, so a limit there is over what it adds up over, a `year` for example; over"
        " each earning period it stands after it. A limit over each credit is not prorated: a credit has no days.",
        "resolve",
    ),
    Code(
        "M104",
        "a gate on another span before the true-up",
        "There it decides on the whole amount to date: it would take back or restore all of it by the figure of one"
        " period, or of another span. Read a measure that adds up as the amount does, or move the gate after `true_up`.",
        "resolve",
    ),
    Code(
        "M106",
        "an item per credit out of place",
        "Items per credit work on single credits: only with `basis: credit`, and before the first item per earning,"
        " since after the sum there are no credits any more.",
        "resolve",
    ),
    Code(
        "M114",
        "a cap that turns pay round",
        "A cap below zero makes everybody pay; a cap below the floor right before or after it pays everybody the same.",
        "resolve",
    ),
    Code(
        "M115",
        "a choice that decides nothing",
        "A policy stands at a table or an item that has no use for it: whoever reads the plan would take it for a rule.",
        "resolve",
    ),
    Code(
        "M250",
        "nothing that is carried forward",
        "`deficit` carries what is under a line, `excess` what is over one. Without either, each earning period stands alone.",
        "resolve",
    ),
    Code(
        "M251",
        "an excess that begins below a deficit",
        "Between the two lines is what is paid at once. Where the upper one lies under the lower one, an amount would be a"
        " deficit and an excess, and carrying one would make the other.",
        "resolve",
    ),
    Code(
        "M252",
        "a balance of amounts to date",
        "Before `true_up` each earning period has the amount of all so far: what is carried on is in it already. After it, an"
        " earning period has its own amount, and a balance can be added to it.",
        "resolve",
    ),
    Code(
        "M253",
        "nothing to carry a balance into",
        "A balance goes into the next earning period of the same quarter, year or plan. A component that earns once in it has"
        " no next one.",
        "resolve",
    ),
    Code(
        "M254",
        "a balance that is settled where totals start again",
        "A balance is settled in the last earning period that it runs along. Where joined segments start again with each"
        " change, one ends in the middle of another's earning period, and its last one is paid before the change is known.",
        "resolve",
    ),
    Code(
        "M255",
        "a budget that is not one for everybody",
        "All are paid from one amount. If it differed between them, nobody could say whose counts: it is an amount of the plan,"
        " or a variable that has one value for all.",
        "resolve",
    ),
    Code(
        "M256",
        "a budget that stops, where no credit is paid by itself",
        "`when_spent: stop` pays credits in the order of their rule until the budget is spent, the last one in part. What is"
        " paid for a period has no such order: `prorate` pays all of them in proportion.",
        "resolve",
    ),
    Code(
        "M257",
        "a budget below zero",
        "It says how much there is for everybody, as a positive amount; 0 pays nobody.",
        "resolve",
    ),
    Code(
        "M258",
        "a budget of amounts to date",
        "Before `true_up` each earning period has the amount of all so far, and would spend the budget again. After it, an"
        " earning period has its own amount.",
        "resolve",
    ),
    Code(
        "M259",
        "a cap and a floor, one of which forgets",
        "With `excess: lost` a limit goes on from what it left. What another one cuts off after it, it sees only where both"
        " forget, over the same span, one right after the other: then they act together. Otherwise the sum of all that is paid"
        " could pass a limit. `remembered`, both hold.",
        "resolve",
    ),
    Code(
        "M268",
        "a budget over years that begin on different days",
        "A budget is one amount for everybody, over one span of time. Where the plan begins anew for each participant on a day of"
        " their own there is none.",
        "resolve",
    ),
    Code(
        "M270",
        "a waiver of what adds up over periods",
        "A waiver leaves one earning period's amount as it is. What acts on the amount to date, or limits the sum of a quarter,"
        " year or plan, would take it back in the next period, or give it twice; what acts on a pool acts on all members.",
        "resolve",
    ),
    Code(
        "M271",
        "two waivers of one item",
        "Two approvals for one participant in one period: they may differ in who approved them and why, and one may be a slip.",
        "resolve",
    ),
)
