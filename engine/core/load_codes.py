"""Codes of what `load` finds beyond the text of YAML: the shape of files (S), formulas (F), the workspace (W)."""

from engine.core.code import Code

SCHEMA: tuple[Code, ...] = (
    Code("S001", "a key that nobody reads", "A misspelt key would silently do nothing, so each one has to be known. The help has the nearest, or what there is; `schemas/v1` has all of them, and an editor completes them.", "load"),
    Code("S002", "a key is missing", "Nothing that changes money is implied: what must be said has no default. The help says what the key means.", "load"),
    Code("S003", "another kind of value is needed", "A list, mapping, text or number stands where another is read. A text that looks like a number is put in quotes.", "load"),
    Code("S004", "not one of the values there are", "The key has a few values, listed in the help; each means something exact.", "load"),
    Code("S005", "a text of another form", "The value does not look like what the key holds: a name, a currency code, a percentage, an amount. The help has an example.", "load"),
    Code("S006", "a number out of its range", "The number is smaller, larger or longer than the key, or any amount of the engine, can be.", "load"),
    Code("S007", "too few, too many, or one twice", "A list or mapping is empty, too long, or says one thing twice. An empty one is left out instead.", "load"),
    Code("S008", "not a name", "Names stand in formulas and become columns of the results: lower case letters, digits and _ (of plans, targets and sources: words joined by hyphens); words of formulas and columns of the engine's own are taken.", "load"),
    Code("S009", "no such day", "A day is written YYYY-MM-DD and must be in the calendar: 2026-02-30 is not.", "load"),
    Code("S010", "another kind of file", "`kind:` says what a file is; `plans:` and `targets:` in komisi.yaml say what it is read as. The two must agree.", "load"),
    Code("S011", "exactly one of several is needed", "A measure sums or counts, a plan is for titles or for names, a gate has a condition or a measure, an item of `then:` is one modifier. Two at once would leave open which holds.", "load"),
    Code("S012", "an amount, a share or a currency too many", "A percentage where an amount is needed, an amount where a share is, or money in another currency than the plan pays. Nothing is converted silently.", "load"),
    Code("S013", "it ends before it starts", "`start` and `end` are both inclusive; a plan of one day has the same day twice.", "load"),
    Code("S014", "a key without meaning here", "The key belongs to another mode or kind than the one beside it, and would silently do nothing. Delete it, or correct the mode.", "load"),
    Code("S015", "a rate of 100 % or more, written as a bare number", "`rate: 5` is 500 %, where 5% was probably meant. With the sign it is clear to everybody: 5%, or 500%.", "load"),
    Code("S016", "a point that may separate thousands", "A warning: `50.000` is fifty here, and fifty thousand where people write the point between thousands. Write 50000, or 50; of 33.331 write 33.3310, which nobody takes for thousands.", "load"),
)  # fmt: skip

FORMULA: tuple[Code, ...] = (
    Code("F001", "an empty formula", "Write what it calculates, or leave the key out.", "load"),
    Code("F002", "a formula that is too long", "A formula of over 2,000 characters can't be read by those who are paid by it. Name its parts as measures, variables or conditions of `exclude:`.", "load"),
    Code("F003", "a formula of more than one line or statement", "A formula is one expression on one line; a second one would be ignored. Remarks go into `note:`.", "load"),
    Code("F004", "a formula that is nested too deeply", "Over 50 levels nobody can check it. Name its parts as measures or variables.", "load"),
    Code("F005", "a formula of too many parts", "Over 500 parts nobody can check it. Name its parts as measures or variables.", "load"),
    Code("F006", "a character that is no part of formulas", "Names are made of a to z, digits and _; signs are those of the keyboard. Typographic quotes, minus signs and spaces come from word processors; letters of other alphabets can look like Latin ones.", "load"),
    Code("F007", "a number in another form", "A number is digits with an optional point: `1000`, `0.5`. Exponents, separators, leading zeros and other bases are refused, because not everybody reads them alike.", "load"),
    Code("F008", "a percentage in a formula", "`%` is a hundredth for people and a remainder for programs. Write 0.05 in a formula; where a plan expects a rate by itself, `5%` is fine.", "load"),
    Code("F009", "a text that is not closed, or has an unknown escape", "Texts stand between two equal quotes. The only escapes are \\\\ and the quotes themselves.", "load"),
    Code("F010", "something is missing, or stands in the wrong place", "Between two values there is one operator; `if` has its `else`; a list stands only after `in`.", "load"),
    Code("F011", "parentheses that don't match", "Each one that opens is closed. Inside { } a comma ends a value: there a formula that has a comma is put in quotes.", "load"),
    Code("F012", "a word or sign of another language", "Formulas have names, numbers, texts, arithmetic, comparisons, `and or not in`, `if else` and a few functions; nothing else, so that everyone who reads one knows what it does.", "load"),
    Code("F013", "an unknown function", "The functions are few, and listed in the help. Sums and counts over many rows are measures.", "load"),
    Code("F014", "another number of arguments", "The function takes more or fewer; the help says what it takes.", "load"),
    Code("F015", "a value as it is is needed", "After `in`, and in some functions, only numbers and texts as they are can stand, so that the plan alone says what is meant.", "load"),
    Code("F016", "a missing value is compared", "A value that is absent is neither equal nor unequal to anything. `is_missing(x)` asks for it, `coalesce(x, 0)` says what it counts as.", "load"),
    Code("F017", "a formula that sets something", "`=` sets a value in programs; a formula only calculates one. To compare, write `==`.", "load"),
    Code("F018", "no such day in a formula", "`date(\"2026-01-31\")` takes a day of the calendar, written YYYY-MM-DD.", "load"),
)  # fmt: skip

WORKSPACE: tuple[Code, ...] = (
    Code("W001", "a calendar or period that ends before it starts", "Both ends are inclusive; correct the one that is wrong.", "load"),
    Code("W002", "days in no period", "A day between two periods belongs to no earning: what is sold on it would be lost. Custom periods follow one another day by day.", "load"),
    Code("W003", "days in two periods", "A day in two periods would be paid twice. Each custom period starts on the day after the one before.", "load"),
    Code("W004", "two periods of one name", "Targets and results name periods; a name stands for one period of one length.", "load"),
    Code("W005", "a year or quarter in pieces", "The periods of a year, and of a quarter inside it, follow one another without others between them.", "load"),
    Code("W006", "a pattern that leaves the workspace's folder", "A workspace is whole in its folder, so that a run can keep a copy of all that it was made from. Paths are relative, with forward slashes.", "load"),
    Code("W007", "a pattern that matches no file", "A pattern without files is most often misspelt, and its plans would silently not be paid. Correct it, or delete it.", "load"),
    Code("W008", "a file that is read as two things", "`plans:` and `targets:` both match the file. Make the patterns exclude each other.", "load"),
    Code("W010", "an unknown placeholder", "In the names of a source's files `{period}` stands for each shortest period in scope; nothing else is put in.", "load"),
    Code("W011", "said of a file of another format", "Delimiter, encoding and records are those of CSV files, a sheet and its rows of XLSX. Parquet files have types of their own: no marks and forms of dates.", "load"),
    Code("W012", "money without its currency, or a currency without money", "A column of money says its currency, or the column that has it. No other type has one.", "load"),
    Code("W013", "how a value is read does not fit its type", "`format` is for dates (year, month and day once each), `decimal_mark` and `thousands` for numbers, and the two marks differ.", "load"),
    Code("W014", "what an empty field stands for does not fit", "`on_empty` is a number for numbers and a text for texts; a column that may be empty has none.", "load"),
    Code("W016", "one column of the file is read twice", "Two columns with the same header have the same values; most often one `from:` is wrong.", "load"),
    Code("W017", "a source's file far from the workspace", "Whoever can write a plan must not choose which files of the machine are read. A path of `files:` is relative to komisi.yaml, with forward slashes, in the workspace's folder or in one beside it (`../data/orders.csv`).", "load"),
    Code("W018", "other years of 53 weeks than the rule makes", "A year of whole weeks has 52 or 53, as its last day falls. Which have 53 is written down beside the rule: the last Saturday of a month and the one nearest to its end differ in some years only, and everybody would be paid by other days.", "load"),
    Code("W019", "shares that don't add up to 100 %", "The parts of a year's target are exactly the year's target: not a cent is left over, and none is given twice. Twelfths that are no round percentage leave their rest to one of the periods (eleven of 8.33% and one of 8.37%), or are `spread: evenly`.", "load"),
    Code("W030", "control totals said in two ways", "Either a file has them, with a row for each file of the source (`sums` then lists the columns), or they stand in komisi.yaml (`rows`, and `sums` with a figure for each column).", "load"),
)  # fmt: skip
