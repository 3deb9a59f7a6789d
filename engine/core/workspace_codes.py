"""Codes of how exceptions are worked on (W06…), and of how sources fit the plans (W1…)."""

from engine.core.code import Code

WORKSPACE: tuple[Code, ...] = (
    Code(
        "W060",
        "no such exception",
        "Owners, severities and waivers name codes of the exception log, X (rows) and E (rules); a slip would silently do"
        " nothing. `komisi rule E` lists them.",
        "resolve",
    ),
    Code(
        "W061",
        "a severity that raises nothing",
        "A workspace may have exceptions block more than they would, never less: what blocks must be mended, or waived by"
        " somebody who says who, why and until when.",
        "resolve",
    ),
    Code(
        "W062",
        "a waiver that is too broad",
        "A waiver without a participant, a key or a record lets everybody be paid whom such an exception ever stops. If that"
        " is meant, it says so: `applies_to: every_row`.",
        "resolve",
    ),
    Code(
        "W064",
        "a waiver without an end",
        "`until` is the last day that it is good for, or a period of the calendar that ends on it; it is held against the"
        " last day of the pay period. What is approved for ever belongs into the plan.",
        "resolve",
    ),
    Code(
        "W065",
        "an owner whom no exception reaches",
        "The first item that fits an exception decides, and one without `codes`, `sources` and `plans` fits all: it stands"
        " last.",
        "resolve",
    ),
    Code(
        "W066",
        "a key of several sources",
        "Keys are of one source: another may have the same for something else, which nobody has approved. The waiver names"
        " its `source`, or the participant.",
        "resolve",
    ),
    Code(
        "W067",
        "a record that no exception has",
        "Rows that were refused at intake (X) stand in the log as they stand in the file; what rules say (E) is known by"
        " participant and key.",
        "resolve",
    ),
    Code(
        "W069",
        "part of what is raised is told by another code",
        "An id that the roster doesn't have was told as E105, somebody on no plan that day, and is E447 now; a severity is of one"
        " code. So a misspelt id is a warning still, though E105 blocks. Raise E447 beside it; what is nobody on purpose, as a"
        " house account, has a waiver of its name.",
        "resolve",
    ),
    Code(
        "W101",
        "not exactly one source of participants",
        "Who there is, with which title and from when to when, comes from one source of role `participants`; it may"
        " have several files.",
        "resolve",
    ),
    Code(
        "W102",
        "a source without a column that its role needs",
        "Participants and assignments have a `participant`, participants of plans by title a `title`; targets have"
        " `participant`, `amount`, and `period`, `quarter` or `year`. Map the file's columns to these names. An absent `start` or"
        " `end` is open.",
        "resolve",
    ),
    Code(
        "W103",
        "a profile of another length than what it spreads",
        "A year's target is spread by a share for each of the calendar's shortest periods: twelve for months, thirteen for"
        " thirteen periods of four weeks; or by one for each of its quarters. A quarter's is spread by a share for each of"
        " its own shortest periods. Every year, or quarter, of the calendar has that many.",
        "resolve",
    ),
    Code(
        "W104",
        "a source of targets for a group that tells its rows apart by more",
        "There is one target for each of the group and each time. A source with another text column could have several:"
        " leave the column out, or make a source, and an entry of `sources:`, of each.",
        "resolve",
    ),
    Code(
        "W110",
        "rows are taken back, and no version says by which",
        "A row is taken back by a later version of it, so a source that names `withdrawn` names its `version` too.",
        "resolve",
    ),
    Code(
        "W111",
        "targets by quarter, and periods without a quarter",
        "A target that is given per quarter, or spread by `quarters`, reaches each shortest period by the quarter that holds"
        " it. In a `custom` calendar each period then names its `quarter`; years of thirteen periods have none.",
        "resolve",
    ),
    Code(
        "W112",
        "a source of targets that has two times",
        "Rows of targets are told apart by the participant and one time: `year` if there is such a column, else `quarter`,"
        " else `period`. Leave the columns of other times out; the file may keep them.",
        "resolve",
    ),
    Code(
        "W113",
        "a quarter spread over quarters",
        "`quarters` are the parts of a year's target. A quarter's own target is spread over its months or periods: `evenly`,"
        " by `calendar_days` or by `shares`, one for each.",
        "resolve",
    ),
)
