"""Codes of exceptions on data: rows that intake rejects (X) and what rules can't decide on given rows (E).

Apart from `codes` for length only: `codes.CODES` holds them all. `explanation` says what to do, and stands in the log.
"""

from engine.core.code import Code

SEVERITIES = ("blocks_period", "blocks_participant", "blocks_component", "warning", "notice")
"""Most severe first. A warning asks for a look; a notice says what became of a row, and asks for nothing."""
HOLDS_NOBODY = ("warning", "notice")
OPEN, WAIVED = "open", "waived"
"""States of an exception: one that is waived stands in the log and stops no payment."""

ROWS: tuple[Code, ...] = (
    Code("X001", "no file", "A source's `files:` found nothing. Put the file there or correct the pattern in komisi.yaml.", "intake"),
    Code("X002", "the file can't be read", "Check that it exists, is not empty, may be read, and is in the format and encoding that the source says.", "intake"),
    Code("X003", "the line is not text", "It holds bytes that are not in the source's encoding, or a NUL, or is too long. Export the file again, or set `encoding:`.", "intake"),
    Code("X004", "a stray quote", "A quoted field begins and ends with a quote, and a quote inside it is doubled. Mend the line in the export.", "intake"),
    Code("X005", "too few or too many fields", "The line doesn't have as many fields as the header: often an unquoted delimiter inside a text. Mend the line.", "intake"),
    Code("X006", "a column is missing or doubled", "The header must hold each mapped column once. Correct the export, or `from:` in komisi.yaml.", "intake"),
    Code("X007", "an empty value", "The column may not be empty. Fill it in the export; or say `nullable: true` of the column, if it may. What every row needs never may: a key, a day, a share, and of an adjustment who approved it, when and why.", "intake"),
    Code("X008", "not a number", "Digits with one decimal mark, as the source says (`decimal_mark`, `thousands`); no blanks, units or exponents.", "intake"),
    Code("X009", "a number out of bounds", "Money stays under 10^16, rates and quantities under 10^9. Check for a slipped decimal mark.", "intake"),
    Code("X010", "more than 12 decimal places", "Nothing is rounded silently. Round it in the export, on purpose.", "intake"),
    Code("X011", "not a date", "The day must exist and be written as the column's `format` says (default 2026-03-31).", "intake"),
    Code("X012", "the same row again", "An equal row was accepted, this copy doesn't count. Nothing to do, unless the export shouldn't double rows.", "intake"),
    Code("X013", "neither true nor false", "Write true or false, 1 or 0.", "intake"),
    Code("X014", "a text that can't be a value", "It is too long, or holds a character that nobody sees: a control character or a blank without width; in an id also marks of direction and any blank but the plain one. It is shown by its number, `<U+200B>`. Mend it in the export.", "intake"),
    Code("X015", "a column type that is not exact", "Binary fractions can't hold money. Store Decimal with 12 places at most, or integers.", "intake"),
    Code("X016", "two different rows with one key", "It can't be known which counts, so neither does. Delete the wrong one in the export.", "intake"),
    Code("X017", "it ends before it starts", "`end` is the last day, inclusive. Correct the dates.", "intake"),
    Code("X018", "rows of a participant that overlap", "On the days they share they say two things, so neither counts. End the earlier row the day before the later one starts.", "intake"),
    Code("X019", "not a share", "A share is between 0 and 1 with at most 6 decimal places, as in 0.333333.", "intake"),
    Code("X020", "an id that a spreadsheet would run", "Ids that begin with = + - or @ are refused, because payroll files are opened in spreadsheets. Rename it.", "intake"),
    Code("X021", "no file for a period", "Nothing was read for this period, and a file that is not there is not the same as no sales. Put the file there; if there was nothing, one with only the header.", "intake"),
    Code("X022", "a control total that does not hold", "The export says that it has other rows, or another sum, than were found in it: it may be cut off or doubled. Export it again, or correct the control total.", "intake"),
    Code("X023", "superseded by a later version", "A row of the same key has a higher version, so this one doesn't count. Whether that one does, its own line of the log says if it has one. Nothing to do here.", "intake"),
    Code("X024", "taken back", "The highest version of this row says that it no longer counts. Nothing to do.", "intake"),
    Code("X025", "not known yet", "It was recorded after the day that `--as-of` names. Nothing to do; without `--as-of` it counts.", "intake"),
    Code("X026", "a binary fraction", "The database holds it as a REAL, which can't hold money exactly. Store it as text or as a whole number of cents, or write it out in the source's `query:`, rounded on purpose: `printf('%.2f', net) as net`.", "intake"),
    Code("X027", "an error in the cell", "The workbook shows an error such as #REF! instead of a value. Mend its formula.", "intake"),
    Code("X028", "a formula without its value", "The program that wrote the workbook calculates nothing. Open it in a spreadsheet and save it again.", "intake"),
    Code("X029", "a cell of another kind than its column", "A day in a column of texts or numbers, a true or false elsewhere than in a column of type bool, or a number in a column of texts that is shown otherwise than digit by digit: what is meant can't be known. Write it as a text in the sheet, or correct the column's `type`.", "intake"),
    Code("X030", "part of a merged cell", "Only the first of merged cells holds the value; whether it is meant for the others too can't be known. Unmerge them, and fill in each.", "intake"),
    Code("X031", "a hidden row", "A filter or somebody hides it, and who looks at the sheet doesn't see it. Show or delete the row, or say `hidden_rows: read`.", "intake"),
    Code("X032", "a file that would fill the machine", "It is made so that it unpacks to far more than it is, or has a line without end, or more rows than its bytes can hold. No export is: open it, and save just the rows.", "intake"),
    Code("X034", "the database can't be read", "It can't be reached, its address is wrong, or it refuses the query. Set the variable that `url_variable:` names, or correct `database:` in komisi.yaml; passwords are shown nowhere.", "intake"),
    Code("X035", "a package is not installed", "Each kind of database but SQLite is read by a package of its own; the message says what to install.", "intake"),
    Code("X050", "another row of its key was refused", "That row may be what counts (it is of the same version, a later one, or one that can't be read), so nobody knows whether this one does. Mend that row: the log names it under the same key.", "intake"),
    Code("X051", "not an exchange rate", "What one unit of a currency is in another is above 0. Correct the rate, or delete the row.", "intake"),
    Code("X052", "not a currency", "Exchange rates name currencies by their ISO 4217 codes, three capital letters. Correct the code: with this one nothing is exchanged, and an older rate would count instead.", "intake"),
    Code("X033", "which sheet is meant", "A workbook with several sheets needs `sheet:`, with the name of one that is there.", "intake"),
)  # fmt: skip

RULES: tuple[Code, ...] = (
    Code("E101", "a formula of the rule has no value for this row", "A division by zero, an empty value or a number out of bounds. Mend the row, or have the formula say what then (`coalesce`, `if … else`).", "run"),
    Code("E102", "several rules take this transaction", "The plan's hit policy is `unique`. Make the rules' conditions exclude each other, or choose `first` or `all`.", "run"),
    Code("E103", "the transaction is in another currency than the plan", "Restrict the rule with `where` to the plan's currency, or correct the row.", "run"),
    Code("E104", "the shares add up to more than 1", "Correct the assignment's shares in force on the credit date.", "run"),
    Code("E105", "the participant is on no plan", "On the credit date no plan of the workspace covers them. Correct the participant's dates and title, or the transaction.", "run"),
    Code("E106", "nobody is named", "The column that says who is credited is empty. Fill it in the export if someone should be paid.", "run"),
    Code("E107", "nobody is assigned", "No assignment in force on the credit date fits the transaction. Add one if someone should be paid.", "run"),
    Code("E108", "part of it is nobody's", "The shares add up to less than 1; the rest is paid to nobody. Correct the shares if someone should have it.", "run"),
    Code("E109", "its own participant is not among the credited", "The rule says whom to `expect`; the assignment in force credits others. Check which of the two is right.", "run"),
    Code("E110", "no rule takes this transaction", "No rule of any plan matches it. Check its fields, or the rules' conditions.", "run"),
    Code("E111", "left to another plan, and credited by none", "Its participant is on a plan of the workspace that day, but no rule of that plan takes the transaction. Check the rules, or the participant's title.", "run"),
    Code("E112", "a plan names what the roster doesn't have", "Nobody has this title, position or id on any day. Correct the plan's `participants:`, the variable's values, or the roster.", "run"),
    Code("E113", "a plan covers nobody", "The plan is in force, but nobody whom it names is in the roster in these days. Correct the plan's `participants:`, or the roster's dates.", "run"),
    Code("E114", "somebody is on no plan", "The roster has days of a participant that no plan covers: a title, a date or a plan's end may be wrong. Told by `komisi check --data`.", "trial"),
    Code("E115", "a title that no plan is for", "Nobody who has it is paid. If they should be, add it to a plan's `participants:`. Told by `komisi check --data`.", "trial"),
    Code("E120", "managers in a circle", "Following `manager` in the roster leads back to somebody who was there before, so there is no above. Correct the manager of one of them; who is at the top has none.", "run"),
    Code("E121", "a longer chain of managers than the rule allows", "The roll-up says `longer: exception`. Raise `levels`, choose `longer: stop`, or correct the managers in the roster.", "run"),
    Code("E122", "nobody manages them", "The roll-up says `no_manager: exception`. Fill in the manager in the roster, or choose `no_manager: skip`.", "run"),
    Code("E123", "the roster doesn't know who is above", "Somebody in a chain of managers has no row in force on the credit date, or on the day that `managers_on` names, so the chain ends there. Correct the name, or add the row, if they or somebody above should have it.", "run"),
    Code("E451", "managers above those that are looked at", "The roll-up counts generations, and not all of its levels are found among the managers that it looks at (`within`), while there are managers further up. Raise `within`, choose `beyond: stop`, or correct the managers or titles in the roster.", "run"),
    Code("E360", "somebody is assigned twice", "The rule splits in equal parts, and on the credit date two rows of the assignment name the same participant for this transaction: whether they count once or twice can't be known. End or delete one of the rows, `match` one more column, or give shares or weights.", "run"),
    Code("E400", "no exchange rate", "The row is in another currency than the plan, and the rates have none for its day that is young enough, or the row names no currency. Add the rate to the source of exchange rates, or correct the row's currency or day.", "run"),
    Code("E361", "a weight that can't be one", "Weights are at least 0.000000001, and all of a transaction stay under 10^9. Correct the weight; who should get nothing has no row in force on the credit date.", "run"),
    Code("E201", "the target is missing", "Give the participant a target for the period, or choose `missing_target: zero` or `full`.", "run"),
    Code("E202", "the target is zero", "Correct the target, or choose `zero_target: zero` or `full`.", "run"),
    Code("E203", "a value under the lowest bound", "The table says `below: exception`. Correct the data, or choose `same` or `zero`.", "run"),
    Code("E204", "a value over the highest bound", "The table says `above: exception`. Correct the data, or extend the table.", "run"),
    Code("E205", "the earning has no value", "A formula divides by zero, reads a missing value, or left its bounds; or a measure has nothing to average, to divide by or to reach (an attainment without a target), where the plan says `block`; or it is of a group, and the participant is in none, or what another member has is not known. `explain` shows which.", "run"),
    Code("E206", "an earlier interval is blocked", "What was earned before is not known. Mend the earlier interval; the next run computes them all.", "run"),
    Code("E207", "a target for a period that doesn't exist", "Nobody can have it, so its participant is held. Write the period, quarter or year as the calendar names it; `komisi check --data` names one.", "run"),
    Code("E208", "a target for a group that nobody is in", "No row of the roster has this title, territory or other attribute, on any day: who was meant has no target. Write it as the roster does.", "run"),
    Code("E443", "a target of a category that no row has", "The target plan lists the category under `categories:`, and its source has no row of it: nobody has that target. Write the value as the source does, or ask for the rows.", "run"),
    Code("E444", "a target of a category that nobody asked for", "The row's category is not among those that the target plan lists under `categories:`, so what it says reaches nobody. Correct the row, or list the category.", "run"),
    Code("E209", "two targets for one participant and period", "Two of the target plan's `sources:` have a number for the same participant and period, and it says `precedence: exception`. Delete one of the two rows, or say `precedence: first`.", "run"),
    Code("E210", "a ramp that began before the calendar", "Which period of the ramp it is can't be counted, so the target is not known. Let the calendar begin with an earlier year (`first_year`), or correct the day in the roster.", "run"),
    Code("E420", "two days to count anniversaries from", "Rows of one participant say different days in the column of `anniversary_of`, so it is not known when the plan begins anew. Correct the roster: the day is the same in all of a participant's rows.", "run"),
    Code("E380", "in no group", "The roster says no value of the attribute by which the pool is shared, on the day that counts. Fill it in; or let the plan share among `everyone`.", "run"),
    Code("E381", "the pool rests on somebody who is not known", "Another member's part of the pool can't be calculated: their own rows of the log say why. Mend those; the pool is shared when all weights are known.", "run"),
    Code("E382", "the pool is not one", "Members of one group come to different amounts before `share_out`: something that they read differs between them, such as a target that is read on their own days. Have all of it read what is the same for the group.", "run"),
    Code("E383", "a weight below zero", "A member whose weight is negative would take from the others. Weigh by what can't fall below zero, as in `max(sales_month, 0)`, or correct the rows.", "run"),
    Code("E384", "a pool below zero", "The plan says `negative_pool: block`. Check the returns behind it, or choose `share` or `zero`.", "run"),
    Code("E385", "nobody has a weight", "The plan says `no_weights: block`. Correct the weights in the data, or choose `equally` or `nobody`.", "run"),
    Code("E424", "managers in a circle above what was earned", "Following `manager` in the roster leads back to somebody who was there before, so there is no above, and what the managers in the circle have of it is not known. Correct the manager of one of them.", "run"),
    Code("E452", "managers above those that are looked at, of somebody who earned", "The override counts generations, and not all of its levels are found among the managers that it looks at (`within`), while there are managers further up: whose the earning is there is not known. Raise `within`, choose `beyond: stop`, or correct the managers or titles in the roster.", "run"),
    Code("E425", "a manager of somebody who earned is on no plan", "The override says `not_on_plan: exception`. Put the manager on a plan, correct the manager of whoever earned, or choose `not_on_plan: skip`.", "run"),
    Code("E427", "earned on a day off the plan that reads it", "What was earned counts whole on one day: for a manager on that of `managers_on`, else on its last one. On that day who would have it is not on the plan that reads it: they have come to it since, or left it before, or it is not in force. If it is to count, correct the dates in the roster, or read it in a plan that they are on.", "run"),
    Code("E426", "a waiver of an item that reaches nobody", "Nobody of that name has an amount of this component in that period: they are not on the plan then, or the name is another in the roster. Correct the waiver, or delete it.", "run"),
    Code("E410", "the budget rests on somebody who is not known", "What somebody else comes to can't be calculated: their own rows of the log say why. Mend those; what is left of the budget for the others is known then.", "run"),
    Code("E433", "an adjustment of a transaction that is not there", "No transaction that counts has this key: there is none, or its row was refused or taken back, which the log says on a line of its own. Nothing is moved, and whoever it names is held; where transactions have a file for each period it may be one of another, and is a warning. Correct the key, or the transaction; delete the adjustment only if no run pays the sale any more.", "run"),
    Code("E434", "an adjustment of what is not credited to them", "By no rule that takes it does the participant in `from_participant` have a credit of this transaction (empty: is a part of it nobody's), so nothing is moved, and both are held, with whoever has the credit: it may be theirs that was meant. Shares are of what was credited before any adjustment: to pass on what another one moved, change that one. Else correct the row, or the name in `credit_rule`.", "run"),
    Code("E435", "adjustments move more than there is", "The shares that are moved and taken away of one credit add up to more than 1, so none of them is done. Each is a share of the credit as it was before any of them. Correct the shares.", "run"),
    Code("E436", "two adjustments that say the same", "Both move a part of one credit to the same participant: one may be a slip, or an approval that was entered twice, so none of them is done. Delete one, or put both into one row.", "run"),
    Code("E437", "an adjustment that changes nothing", "It moves a share of 0, or names the same one twice (nobody, if both are empty). Say from whom to whom; who takes a credit away leaves `to_participant` empty.", "run"),
    Code("E370", "no row of a look-up table is for this", "The table says `missing: exception`, so whatever reads it there is not known. Add a row, or one that says `else`, or say what the others come to: `missing: zero` or a value. A text of the data may be misspelt: it is compared exactly.", "run"),
    Code("E301", "a negative payout", "It stands as it is; there are no settlement rules yet. Check that the returns behind it are right.", "run"),
    Code("E340", "in the file of another period", "Each period's run reads the file of that period (`{period}`), so nobody is paid for a row that stands in another one. Put it into the file of the period of its date and run that period again; have `files:` name all files (`orders-*.csv`); or credit by the date on which such rows are booked (`credit_date`).", "run"),
    Code("E449", "dated after the calendar ends", "No run can pay it: the calendar has no period for its day. Correct the date; or let the calendar go on (`last_year` in komisi.yaml).", "run"),
    Code("E450", "nothing is dated in the pay period", "Not one row of the source has a day of what this run pays, so nobody is credited from it. If there should be some, a file is missing, empty or of another period: `komisi sources check PERIOD` says which were read. With `--as-of`, it was not known yet.", "run"),
    Code("E310", "a waiver that matches nothing", "No exception of this run is what it says. If it was mended, delete the waiver; else write code, key, participant and period as the log has them.", "run"),
    Code("E311", "a waiver has expired", "The pay period ends after its `until`, so the exceptions that it names are open again. Mend them, or have it approved anew.", "run"),
)  # fmt: skip

NEVER_LOGGED = ("X001", "X002", "E114", "E115")
"""Told in other ways: a file that can't be read ends the run, people on no plan are told by `komisi check --data`."""

LEAST: dict[str, str] = {
    **{code.code: "blocks_participant" for code in ROWS}, "X012": "warning", "X021": "blocks_period", "X022": "blocks_period", "E452": "blocks_period",
    "X023": "notice", "X024": "notice", "X025": "notice",
    **dict.fromkeys(("E101", "E102", "E103", "E104", "E120", "E121", "E122", "E451", "E207", "E209", "E210", "E420", "E425",
                     "E434", "E435", "E436", "E437"), "blocks_participant"),
    **dict.fromkeys(("E201", "E202", "E203", "E204", "E205", "E206"), "blocks_component"),
    **dict.fromkeys(("E380", "E381", "E382", "E383", "E384", "E385", "E410"), "blocks_component"),
}  # fmt: skip
"""The least severity that a code's exceptions have, where the workspace says nothing; `warning` of all others."""
