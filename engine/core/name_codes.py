"""Codes of mistakes in names (N)."""

from engine.core.code import Code

NAMES: tuple[Code, ...] = (
    Code(
        "N001",
        "nothing of that name",
        "A name must be that of something this place can see: a source, a column of that source, a credit rule or a"
        " measure of the same plan, a target plan, a variable. Names are compared exactly.",
        "resolve",
    ),
    Code(
        "N002",
        "a name in a formula that this place does not see",
        "Each place sees certain names. Conditions and values of credit rules: the columns of their source."
        " Formulas per credit (a measure's `where`, items `per: credit`): those columns, `amount`, `credited_share`"
        " and variables; in components also measures. Formulas per earning: measures, variables and, where the table is"
        " `against` a target, `target` and `attainment`.",
        "resolve",
    ),
    Code(
        "N003",
        "one name for two things",
        "Where a name could mean two things, a reader and the engine may take different ones. Rename one of them.",
        "resolve",
    ),
    Code(
        "N004",
        "a source of another role",
        "Credit rules read transactions, splits read assignments, target plans read targets. The role says which"
        " columns a source must have and what its rows mean.",
        "resolve",
    ),
    Code(
        "N005",
        "a length of period that the calendar does not have",
        "Components earn for, and people are paid for, periods of the workspace's calendar. A custom calendar has"
        " quarters only where its table names them.",
        "resolve",
    ),
    Code(
        "N006",
        "a currency whose digits are not known",
        "A payout is in whole units of the currency's smallest coin, and how small that is is not guessed. Say it"
        " under `currencies:` in komisi.yaml.",
        "resolve",
    ),
    Code(
        "N007",
        "a plan's own value that nothing reads",
        "A warning: no formula of the plan reads the variable, so the value given here changes nothing.",
        "resolve",
    ),
    Code(
        "N008",
        "a variable with two types",
        "A plan may give its own value of a variable, not another meaning: the formulas of other plans read the"
        " same name.",
        "resolve",
    ),
    Code(
        "N009",
        "a variable that never has a value",
        "A variable takes the participant's own value from its column, else that of the position, of the title, the plan's, or"
        " its default. With none of these, every formula that reads it would block.",
        "resolve",
    ),
    Code(
        "N010",
        "a measure that nothing reads",
        "A warning: it changes no pay, and often a component reads another measure by mistake.",
        "resolve",
    ),
    Code(
        "N011",
        "a credit rule that nothing reads",
        "A warning: its credits are in no measure and are paid by no component.",
        "resolve",
    ),
    Code(
        "N012",
        "a measure that is made of itself",
        "A ratio reads two other measures. If one of these reads it in turn, none of them has a value. So it is of what was"
        " earned, also where the way leads through other plans.",
        "resolve",
    ),
    Code(
        "N015",
        "a value for a title that no plan is for",
        "A warning: a variable's value by title decides for those who hold the title while they are on a plan that reads it. Who"
        " is on the plan is said by `participants:`. Often the title is misspelt there, or here.",
        "resolve",
    ),
    Code(
        "N030",
        "a part that no library has",
        "`use:` names a part of one of the files that `libraries:` of komisi.yaml names: a plan, a credit rule, a measure, a"
        " component or a rate table, each under its own heading there.",
        "load",
    ),
    Code(
        "N031",
        "one name for two parts",
        "`use:` names a part, and not the file that it stands in. With two of one name and kind, a reader and the engine may"
        " take different ones.",
        "load",
    ),
    Code(
        "N032",
        "parts that use themselves, or grow too large",
        "A part may use other parts, as long as none of them uses it in turn. A plan with all its parts has no more values"
        " than one file may have.",
        "load",
    ),
    Code(
        "N033",
        "a parameter that is not set",
        "Whoever uses a part says the values of its parameters under `with:`. Only where the part itself says a `default:` may"
        " one be left out: nobody is paid by a number that nobody wrote.",
        "load",
    ),
    Code(
        "N034",
        "a parameter that the part does not have",
        "What stands under `with:` sets the parameters that the part declares, and nothing else. A misspelt one would"
        " leave another number in force.",
        "load",
    ),
    Code(
        "N035",
        "a value of another type than its parameter",
        "A rate is a percentage, a quantity a number without a unit, money an amount with its currency, a day is written"
        " 2026-01-31. A text that looks like a number is put in quotes.",
        "load",
    ),
    Code(
        "N036",
        "a parameter that the part does not declare",
        "`$name` in a part of a library is the value of its parameter of that name. Each is declared under the part's own"
        " `parameters:`; those of the part that uses it, or that it uses, are not seen.",
        "load",
    ),
    Code(
        "N037",
        "a parameter that nothing reads",
        "Whoever sets it would think that it changes pay. A name in a note is not read.",
        "load",
    ),
    Code(
        "N038",
        "a text or a day where a number stands",
        "A parameter's value is never read as something else than its type says: a text that looks like a percentage pays"
        " nothing. Declare it as a `rate`, a `quantity` or `money`.",
        "load",
    ),
    Code(
        "N039",
        "said by a part and beside its use",
        "A part and what stands beside its use never say the same thing, so that neither has to be read for what it"
        " changes in the other. A plan may add rules, measures, components, variables and policies of its own. What is to"
        " differ is a parameter, or is left out of the part.",
        "load",
    ),
    Code(
        "N040",
        "a look-up table that nothing reads",
        "A warning: no formula has its name, so none of its rows changes a figure. Write the name where its value is meant,"
        " or delete the table.",
        "resolve",
    ),
    Code(
        "N041",
        "looked up by a participant before anybody is credited",
        "`where`, `exclude` and `value` of a credit rule are read on the transaction, before it is known who is credited."
        " A table by an attribute of the participant is read in components, and in the `where` of measures.",
        "resolve",
    ),
    Code(
        "N066",
        "a component that pays nothing, for nothing",
        "With `paid: false` what a component earns is not paid itself: measures of `earned` read it for other components, here"
        " or in another plan (`field.commission`). None does that anything paid reads.",
        "resolve",
    ),
    Code(
        "N067",
        "a base that nothing is paid on",
        "A warning: `step`, `each_entered`, `prizes` and lines of amounts pay amounts. Nothing is multiplied, so `base` decides"
        " nothing; a reader would think that the amounts are for each unit of it. Only on the basis of credits it says which"
        " credits are looked up, and to date over what the amount adds up.",
        "resolve",
    ),
    Code(
        "N068",
        "one text in two spellings",
        "A warning: texts are compared exactly, so `Support` and `support` in one column of a look-up table are two things, and"
        " each row holds only where the data is spelled as it is.",
        "resolve",
    ),
    Code(
        "N069",
        "a plan that begins after the calendar ends",
        "A warning: no day of the plan lies in a period, so nobody is ever paid by it. Most often a digit of the year is wrong,"
        " or the calendar has to be made longer.",
        "resolve",
    ),
    Code(
        "N074",
        "a waiver of a period that is not earned",
        "An item is waived for earning periods of its component, by their names: months, quarters or years, as it says.",
        "resolve",
    ),
    Code(
        "N075",
        "a plan that names itself",
        "A measure of `earned` names components of its own plan alone, and those of another plan with that plan's name, as in"
        " `field.commission`. One way to write each shows a reader which plan is meant.",
        "resolve",
    ),
    Code(
        "N076",
        "reads a plan that is never in force with this one",
        "A warning: what was earned on another plan counts on the days of this plan, and of a manager on those of the manager's."
        " One of the two ends before the other begins, so nothing is ever counted.",
        "resolve",
    ),
    Code(
        "N077",
        "reads a plan that nobody here is on",
        "A warning: without `reports` a measure of `earned` has what each participant earned themselves. No title is on both"
        " plans, so that is nothing. A manager's part of what sellers earned is said by `reports`.",
        "resolve",
    ),
    Code(
        "N078",
        "a limit that nothing reaches",
        "A warning: the column is the whole key of its source, so each of its values has one credit of each rule, and a count"
        " that allows so many leaves nothing out. Name the customer, the claim or the policy whose credits are counted together.",
        "resolve",
    ),
    Code(
        "N079",
        "a file that komisi.yaml does not name",
        "A warning: a plan, target plan or library lies in the workspace's folder, and no pattern under `plans:`, `targets:` or"
        " `libraries:` matches it. It is not read, and nobody is paid by it. Looked for are files `*.yaml` and `*.yml`, down to"
        " four folders deep; not in folders whose name begins with a dot, in `runs/`, in a run, nor in a folder with a"
        " komisi.yaml of its own. What is not to count yet, or no longer, lies in such a folder.",
        "load",
    ),
)
