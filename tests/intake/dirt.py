"""Forty kinds of dirt, a row each, and what becomes of it whatever it is exported as.

The first twenty are an outsider's: written from `README.md` and the language reference alone, before the code of intake was
read. The others are for places where that code could be wrong.
"""

from dataclasses import dataclass

HEADER = ("order_id", "sold_on", "seller", "net", "units", "discount", "paid")
GOOD = (
    ("A-01", "2026-03-02", "ana", "100.00", "1", "0.05", "true"),
    ("G-01", "2026-03-02", "ana", "1200.00", "1", "0.05", "true"),
    ("G-02", "2026-03-17", "ana", "350.50", "2", "0", "false"),
    ("G-03", "2026-03-20", "ben", "999.99", "3.5", "-0.1", "1"),
    ("G-04", "2026-03-31", "ben", "-20.00", "-1", "0.000000000001", "0"),
)
"""Rows with nothing wrong. The first stays when a copy of it comes."""
PAY = {"ana": "82.53", "ben": "49.00"}
"""5 % of the good rows, by hand: 1650.50 and 979.99; dirt that is accepted belongs to nobody, or adds nothing."""
TAKEN = ("A-02", "2026-03-02", "ben", "70.00", "1", "0.05", "true")
"""A row with nothing wrong but that another one contradicts it."""


@dataclass(frozen=True)
class Dirt:
    """One kind: the row, the code in the log (None: it is accepted), the money at stake there, and how it is accepted."""

    kind: str
    row: tuple[str, ...]
    code: str | None
    at_stake: str | None = None


def _row(**values: str) -> tuple[str, ...]:
    """A good row but for what is said."""
    good = {"sold_on": "2026-03-02", "seller": "ana", "net": "100.00", "units": "1", "discount": "0.05", "paid": "true"}
    return tuple((good | values)[name] for name in HEADER)


OUTSIDER = (
    Dirt("a thousands comma", _row(order_id="O-01", net="1,200.00"), "X008"),
    Dirt("a currency sign", _row(order_id="O-02", net="$1200.00"), "X008"),
    Dirt("an amount in brackets", _row(order_id="O-03", net="(350.50)"), "X008"),
    Dirt("the letter o for a nought", _row(order_id="O-04", net="12o.00"), "X008"),
    Dirt("no amount", _row(order_id="O-05", net=""), "X007"),
    Dirt("N/A for an amount", _row(order_id="O-06", net="N/A"), "X008"),
    Dirt("the day before the month", _row(order_id="O-07", sold_on="17/03/2026"), "X011", "100"),
    Dirt("30 February", _row(order_id="O-08", sold_on="2026-02-30"), "X011", "100"),
    Dirt("no date", _row(order_id="O-09", sold_on=""), "X007", "100"),
    Dirt("a spreadsheet's number of a day", _row(order_id="O-10", sold_on="46083"), "X011", "100"),
    Dirt("the same row again", GOOD[0], "X012"),
    Dirt("a key again, with another amount", (*TAKEN[:3], "999.00", *TAKEN[4:]), "X016", "999"),
    Dirt("no key", _row(order_id=""), "X007", "100"),
    Dirt("nobody sold it", _row(order_id="O-14", seller=""), "X007", "100"),
    Dirt("a seller whom nobody knows", _row(order_id="O-15", seller="zoe"), None),
    Dirt("blanks around a name", _row(order_id="O-16", seller="  zoe "), None),
    Dirt("a seller that a spreadsheet would run", _row(order_id="O-17", seller="=1+1"), "X020", "100"),
    Dirt("a rate with its sign", _row(order_id="O-18", discount="5%"), "X008", "100"),
    Dirt("yes for true", _row(order_id="O-19", paid="yes"), "X013", "100"),
    Dirt("a line of totals", ("Total", "", "", "12345.67", "99", "", ""), "X007", "12345.67"),
)
INSIDER = (
    Dirt("thirteen decimal places", _row(order_id="I-01", net="100.0000000000001"), "X010"),
    Dirt("seventeen digits", _row(order_id="I-02", net="12345678901234567.00"), "X009"),
    Dirt("an exponent", _row(order_id="I-03", net="1e3"), "X008"),
    Dirt("a plus", _row(order_id="I-04", net="+100.00"), "X008"),
    Dirt("a blank that doesn't break", _row(order_id="I-05", net="1\u00a0200.00"), "X008"),
    Dirt("wide digits", _row(order_id="I-06", net="\uff11\uff10\uff10"), "X008"),
    Dirt("a typographic minus", _row(order_id="I-07", net="\u2212100.00"), "X008"),
    Dirt("a minus at the end", _row(order_id="I-08", net="100.00-"), "X008"),
    Dirt("not a number, says the database", _row(order_id="I-09", net="NaN"), "X008"),
    Dirt("nothing before the point", _row(order_id="I-10", net=".50"), "X008"),
    Dirt("nothing after the point", _row(order_id="I-11", net="100."), "X008"),
    Dirt("one digit for the month", _row(order_id="I-12", sold_on="2026-3-02"), "X011", "100"),
    Dirt("the year nought", _row(order_id="I-13", sold_on="0000-01-01"), "X011", "100"),
    Dirt("a blank without width in a key", _row(order_id="I-\u200b14"), "X014", "100"),
    Dirt("a bell in a key", _row(order_id="I-\x0715"), "X014", "100"),
    Dirt("a character that was lost", _row(order_id="I-16", seller="Jos\ufffd"), "X003", "100"),
    Dirt("a name of 501 letters", _row(order_id="I-17", seller="a" * 501), "X014", "100"),
    Dirt("an accent apart from its letter", _row(order_id="I-18", seller="Jose\u0301"), None),
    Dirt("a day with an offset", _row(order_id="I-19", sold_on="2026-03-02T10:00:00+07:00"), "X011", "100"),
    Dirt("a day of another year", _row(order_id="I-20", sold_on="2019-03-02"), None),
)
DIRT = (*OUTSIDER, *INSIDER)
ROWS = (*GOOD, TAKEN, *(dirt.row for dirt in DIRT))
"""All rows, the good ones first."""
