"""Codes of mistakes in types, units and grain (T)."""

from engine.core.code import Code

TYPES: tuple[Code, ...] = (
    Code(
        "T001",
        "types that do not go together",
        "`+`, `-` and comparisons take two values of one type, `*` and `/` take numbers, functions take what the"
        " language reference lists. A bare number takes the other side's type in `+`, `-` and comparisons.",
        "typecheck",
    ),
    Code(
        "T002",
        "money of two currencies",
        "Amounts of different currencies are never added, compared or paid as one another: without a stated"
        " exchange rate the result would have no meaning.",
        "typecheck",
    ),
    Code(
        "T003",
        "a value of another grain",
        "A transaction, a credit, and a participant's period are different rows. A formula about one participant"
        " and period can't read one of many credits: it reads a measure, which sums or counts them. A formula about"
        " a transaction or a credit can't read a measure: that belongs in a gate or an item per earning.",
        "resolve",
    ),
    Code(
        "T004",
        "a value that may be missing",
        "A missing value in arithmetic, a comparison or a condition would silently decide pay. Say what it counts"
        " as with `coalesce(x, 0)`, or ask for it with `is_missing(x)`.",
        "typecheck",
    ),
    Code(
        "T005",
        "money times money",
        "The product of two amounts has no meaning. One of them should be a rate or a number, which money ÷ money is.",
        "typecheck",
    ),
    Code(
        "T006",
        "a condition that is neither true nor false",
        "`where`, `exclude`, `when`, the test of `if … else`, and the sides of `and`, `or` and `not` are"
        " conditions. A number or text is not taken for one: compare it with something.",
        "typecheck",
    ),
    Code(
        "T007",
        "a text compared with a number",
        '`"007"` and `7` are different things. A code made of digits is a text and stands in quotes; an amount'
        " needs a column declared as a number.",
        "typecheck",
    ),
    Code(
        "T008",
        "a value that is never missing",
        "`coalesce` and `is_missing` take what may be empty: a column with `nullable: true`, a variable without default."
        " A division by 0, or a look-up that finds nothing, blocks what is made of it, and never chooses: ask for the"
        " divisor before, and say in the look-up what counts where it finds nothing (`missing`).",
        "typecheck",
    ),
    Code(
        "T009",
        "a column of another type than its use needs",
        "Who is credited and what is matched are texts, days are dates, shares are rates, a target's amount is in"
        " the target's unit; and what sorts or dates a transaction is never missing. Declare the column so in its"
        " source. Only a credit date may be empty, where its rule says what then: `undated: waits`, or `undated: exception`.",
        "resolve",
    ),
    Code(
        "T010",
        "a measure and a target in different units",
        "Attainment is measure ÷ target: both are money of one currency, or both are quantities.",
        "typecheck",
    ),
    Code(
        "T011",
        "a measure over rules of different kinds",
        "Money and quantities can't be summed, and one condition can't mean two things for the credits of two rules.",
        "typecheck",
    ),
    Code(
        "T012",
        "money is needed",
        "What a step pays, a cap, a floor, and the pay per unit of a quantity are amounts in the plan's currency. A"
        " bare number is taken as such; a rate is not.",
        "typecheck",
    ),
    Code(
        "T013",
        "a rate or a number is needed",
        "A rate on money and a factor are percentages or numbers; money there would make money times money.",
        "typecheck",
    ),
    Code(
        "T014",
        "a credit's value is money or a quantity",
        "A credit is a share of what a transaction is worth or of how much was sold. A rate, a text or a date can't"
        " be shared out and summed.",
        "typecheck",
    ),
    Code(
        "T015",
        "a number beyond what its kind can be",
        "Money stays below 10^16, rates and quantities below 10^9, so that no calculation can overflow. A larger number"
        " is a slip, or money in a column that is declared as a quantity.",
        "typecheck",
    ),
    Code(
        "T016",
        "a division by nothing",
        "A divisor nearer to zero than 10^-9 gives no value, so every row would be blocked.",
        "typecheck",
    ),
    Code(
        "T017",
        "a ratio of two units that make none",
        "A ratio divides two measures of one unit, which makes a rate, or money by a quantity, which makes money. `full`"
        " is 100 %, so only a rate can be counted as it.",
        "typecheck",
    ),
    Code(
        "T018",
        "a rate paid on a rate",
        "A rate is paid on money or, as money per unit, on a quantity. A ratio of two measures of one unit is a share of"
        " nothing: it finds a tier, passes a gate or multiplies an amount.",
        "typecheck",
    ),
    Code(
        "T019",
        "a number in another unit than the measure",
        "A ratio of two measures of one unit is compared with a percentage or a bare number, money per quantity with an"
        " amount. The cap and floor of a part of a weighted measure, and what a measure is rounded to multiples of, are in"
        " the measure's own unit: of an attainment a percentage.",
        "typecheck",
    ),
    Code(
        "T040",
        "a dimension that nothing can be looked up by",
        "A dimension is a text, a number or a day; a band is of numbers or days, and of money in one currency. A condition"
        ' becomes a text: `"new" if is_new else "old"`.',
        "typecheck",
    ),
    Code(
        "T041",
        "a dimension that is one thing here and another there",
        "A look-up table reads what the place sees that reads the table. Where two places call different things by one name,"
        " its rows would mean two things.",
        "typecheck",
    ),
    Code(
        "T042",
        "a row that its dimension can't be equal to",
        "What a row says is of the dimension's type: a number where it is a number, a day where it is a day. Otherwise it would"
        " never hold.",
        "typecheck",
    ),
    Code(
        "T070",
        "a rate held against a bare number",
        "A warning: a ratio of two measures of one unit is a share, 0.8 for 80 %. A bare 80 beside it is 8000 %, which nobody"
        " reaches. With the sign it is clear to everybody: 80%, or 8000%.",
        "typecheck",
    ),
    Code(
        "T071",
        "a number of credits that is none",
        "A count that is limited for each customer counts credits, so the most and the least that each counts for are whole"
        " numbers, at least one. What is limited by an amount of money is a sum.",
        "typecheck",
    ),
    Code(
        "T072",
        "a share of a target that is looked up by a bare number",
        "An attainment, and what is made of attainments, is 0.9 at 90 %. A row of a look-up table that says 90 begins at 9000 %,"
        " and one that says 1 may mean 1 % or 100 %. So rows say it with the sign, as bounds of rate tables do: 90%. 0 may stand"
        " alone. In a file too: `90%` in the cell.",
        "typecheck",
    ),
    Code(
        "T073",
        "a rate that is looked up by a bare number",
        "A warning: the rows of a look-up table say a rate in part with the sign and in part without; or a rate of ten and more,"
        " a change by half and more, without it. That may be meant, where a ratio is so many of one thing for each of another."
        " With the sign it is clear to everybody: 80%, or 8000%.",
        "typecheck",
    ),
    Code(
        "T074",
        "a share of a target held against a large number",
        "A warning: formulas have no percent sign, so 100 % is 1 in them and 90 % is 0.9. An attainment held against 100 is held"
        " against 10000 %: a kicker that nobody gets, a cap that caps nothing. Of other rates nothing is told: a ratio of two"
        " counts may be 87.",
        "typecheck",
    ),
    Code(
        "T075",
        "a measure by formula that is no number",
        "A measure is money of the plan's currency, a number or a rate: it is added up, compared, paid on. A condition, a text or"
        " a day is none.",
        "typecheck",
    ),
    Code(
        "T076",
        "a bound in another unit than what is cut",
        "Where a slice begins is an amount of what is cut into slices: money of the plan's currency where that is money, a"
        " number where it is a count. A share alone is none: it is multiplied by what it is a share of.",
        "typecheck",
    ),
    Code(
        "T077",
        "a number for everybody in another unit than the target",
        "What everybody has is in the target's unit, as the rows of its sources are: money of one currency, or a quantity.",
        "load",
    ),
)
