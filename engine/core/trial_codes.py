"""Codes of plan tests: mistakes in the files that say what a plan must pay."""

from engine.core.code import Code

PLAN_TESTS: tuple[Code, ...] = (
    Code("P001", "a test of no plan", "A test is of the plan in whose folder `tests/` lies, or of the one that `plan:` names. That plan must be one of the workspace's.", "trial"),
    Code("P002", "a test of no pay period", "A test calculates one pay period of the workspace's calendar, as `komisi run` does.", "trial"),
    Code("P003", "rows of an unknown source", "`input:` and `defaults:` name sources of komisi.yaml; rows of anything else would never be read.", "trial"),
    Code("P004", "an unknown column in a row", "A row of `input:` has columns of its source, by the names that komisi.yaml gives them.", "trial"),
    Code("P005", "a column that the plan reads is not there", "A column that may not be empty and that the plan reads needs a value in each row, in the row itself or under `defaults:`. Columns that nothing reads may be left out, they are empty then; and so may columns of a transaction's key, which are numbered.", "trial"),
    Code("P006", "a value that its column can't have", "Values of `input:` are read as strictly as those of data files: numbers are digits with a point, dates are written 2026-03-31.", "trial"),
    Code("P007", "an unknown table", "`output:` names tables of a run: `payouts`, `totals` (a participant's payouts added up), `earnings`, `exceptions`, and the plan's own by their short names, as `earnings/commission` or `credits/sales`. A measure stands there as `measures/sales_month`, whoever it is of; one that nothing reads is not calculated (N010), so it has no table. The other lines of the test are compared all the same.", "trial"),
    Code("P008", "an unknown column of a table", "What is compared must be there to compare with. The help lists the table's columns; what each means stands in the language reference under `Tables of a run`.", "trial"),
    Code("P009", "a value that no row of the table can have", "An expected value is of the column's kind: a number (5% is 0.05), a day, a text, true or false; `null` is for nothing.", "trial"),
    Code("P010", "a variable that the test can't set", "`variables:` takes the place of defaults of variables that the plan reads, each with a value of the variable's type.", "trial"),
    Code("P011", "rows that can't be repeated", "`repeat: 60` stands for sixty rows that differ in their key only, so a column of the key is left out and numbered. It takes a whole number from 1 to 5000.", "trial"),
    Code("P012", "two tests of one name", "A failure is told by the test's name; in one file it stands for one test.", "trial"),
)  # fmt: skip
