"""The function table: what each scalar function takes, gives, and does with null and zero. One row each.

User functions may stand in a plan's formula; internal ones are made by passes only. Every backend has one
implementation per row (`backends/polars/scalar.py`, `backends/replay/scalar.py`, `reference/scalar.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """`takes`/`gives` in the words of the language reference; `null` says what a null argument does."""

    name: str
    takes: str
    gives: str
    null: str
    meaning: str
    user: bool = False
    operator: str | None = None


SHARE_PLACES = 6
"""Places that a share of `floor_product` may have, so that its product with 12 places fits into 38 digits."""
REST_FACTOR = 10**SHARE_PLACES
"""Makes what `floor_product` cuts off a number of 12 places again."""

_NULL = "null if any argument is null"

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        Function("add", "two or more of one numeric type, a bare number taking the others'", "that type", _NULL, "exact sum of all; null outside the type's bounds", True, "+"),
        Function("sub", "as add", "that type", _NULL, "exact difference; null outside the type's bounds", True, "-"),
        Function("neg", "a number", "its type", _NULL, "the value with the other sign", True, "-"),
        Function("mul", "two numbers, at most one of them money", "money if one is money, rate × quantity and quantity × quantity: quantity, rate × rate: rate", _NULL, "product rounded half-even to 12 places; null outside the bounds", True, "*"),
        Function("div", "two numbers", "money ÷ other: money; money ÷ money: rate; rate ÷ rate, rate ÷ quantity: rate; quantity ÷ quantity: quantity; quantity ÷ rate: quantity", _NULL + ", or the divisor is nearer 0 than 10⁻⁹", "quotient rounded half-even to 12 places; null outside the bounds", True, "/"),
        Function("eq", "two of one type", "bool", _NULL, "equal", True, "=="),
        Function("ne", "two of one type", "bool", _NULL, "not equal", True, "!="),
        Function("lt", "two of one type, numbers or dates", "bool", _NULL, "less", True, "<"),
        Function("le", "two of one type, numbers or dates", "bool", _NULL, "at most", True, "<="),
        Function("gt", "two of one type, numbers or dates", "bool", _NULL, "greater", True, ">"),
        Function("ge", "two of one type, numbers or dates", "bool", _NULL, "at least", True, ">="),
        Function("and", "two or more bools", "bool", "null if any argument is null and none is false", "all true", True, "and"),
        Function("or", "two or more bools", "bool", "null if any argument is null and none is true", "some true", True, "or"),
        Function("not", "a bool", "bool", _NULL, "the other one", True, "not"),
        Function("in", "a value and literals of its type", "bool", _NULL, "equal to one of them", True, "in"),
        Function("abs", "a number", "its type", _NULL, "the value without sign", True),
        Function("min", "two or more of one type", "that type", _NULL, "the least", True),
        Function("max", "two or more of one type", "that type", _NULL, "the greatest", True),
        Function("coalesce", "a nullable value and one of its type", "that type", "the second where the first is null", "the first that is not null", True),
        Function("is_missing", "a nullable value", "bool", "true", "whether it is null", True),
        Function("date", "a text literal YYYY-MM-DD", "date", _NULL, "that day (a constant)", True),
        Function("year", "a date", "quantity", _NULL, "calendar year", True),
        Function("month", "a date", "quantity", _NULL, "calendar month, 1 to 12", True),
        Function("day", "a date", "quantity", _NULL, "day of the month", True),
        Function("days_between", "two dates", "quantity", _NULL, "days from the first to the second; negative if it lies before", True),
        Function("starts_with", "a text and a text literal", "bool", _NULL, "whether it begins so, exactly", True),
        Function("round", "a number, a mode literal, a digits literal (0 to 12)", "its type", _NULL, "at that many places; null outside the bounds"),
        Function("floor_product", "a number, a share (0 to 1, 6 places at most), a digits literal (0 to 12)", "the number's type", _NULL + " or the share is none", "|number| × share, exactly, cut at `digits` places"),
        Function("product_rest", "as floor_product", "quantity", _NULL + " or the share is none", "(|number| × share − floor_product) × 10⁶: the product has 18 places at most, so this is exact at 12"),
        Function("floor_part", "a number, two of one numeric type (a part and its whole; of money only where the number is), a digits literal (0 to 12)", "the number's type", _NULL + ", the number has more places, or the part is not between 0 and a whole above 0", "|number| × part ÷ whole, exactly, cut at `digits` places"),
        Function("part_rest", "as floor_part", "the number's type", _NULL + " or floor_part is", "(|number| × part − floor_part × whole) × 10^digits, exactly: what the cut left, by which parts of one whole compare"),
        Function("scaled", "a number, and two of one numeric type", "the first one's type", _NULL + ", or the third is nearer 0 than 10⁻⁹", "first × second ÷ third, each rounded half-even to 12 places; null outside the bounds, or where the next whole numbers above the first two have a product over 10²⁵"),
        Function("as_rate", "a rate or a quantity", "rate", _NULL, "the same number"),
        Function("as_money", "money and a text literal, a currency", "money in that currency", _NULL, "the same number, now of that currency: what an exchange rate was applied to"),
        Function("as_quantity", "an integer", "quantity", _NULL, "the same number as a 12-place decimal; null outside the bounds"),
        Function("days", "two dates", "integer", _NULL, "days from the first to the second, both counted"),
        Function("add_days", "a date and an integer", "date", _NULL + ", or outside the years 1 to 9999", "that many days later"),
        Function("concat", "texts", "text", "null arguments count as empty", "one after the other"),
    )
}  # fmt: skip
