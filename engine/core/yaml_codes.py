"""Codes of mistakes in the text of a YAML file (Y)."""

from engine.core.code import Code

YAML_TEXT: tuple[Code, ...] = (
    Code(
        "Y001",
        "the file can't be read",
        "The file is missing, is a folder or a device, or may not be opened. Check the path and its permissions.",
        "load",
    ),
    Code(
        "Y002",
        "the file is too large",
        "A plan is written and reviewed by people; a file over the limit is data in the wrong place. Put tables of data"
        " (targets, participants, prices) in a CSV or Parquet source, or split the plan.",
        "load",
    ),
    Code(
        "Y003",
        "the file is not UTF-8",
        "In another encoding the same bytes are other letters, so a name would match nothing. Save the file as UTF-8.",
        "load",
    ),
    Code(
        "Y004",
        "a control character",
        "NUL, escape, a lone carriage return and their like have no meaning in a plan and hide text in terminals and"
        " editors. Delete it.",
        "load",
    ),
    Code(
        "Y005",
        "an invisible character",
        "Bidirectional controls show a line in another order than it is read in, zero-width characters make two equal"
        ' names different. Delete it; a text that needs one writes it as an escape, as in "\\u200d", where all can see'
        " it. Bidirectional controls are refused there too.",
        "load",
    ),
    Code(
        "Y006",
        "a tab",
        "How wide a tab is depends on the editor, and indentation has meaning in YAML. Use spaces; in a text between"
        " double quotes write \\t.",
        "load",
    ),
    Code(
        "Y007",
        "the file is empty",
        "There is nothing in it but blank lines and comments. Say at least what it is: `kind: …`.",
        "load",
    ),
    Code(
        "Y008",
        "not valid YAML",
        "The text breaks the rules of YAML: most often a wrong indentation, a missing space after a colon, an unclosed"
        " quote or bracket, or a text that must be quoted.",
        "load",
    ),
    Code(
        "Y009",
        "more than one document in the file",
        "A line `---` begins another document, and what follows would be read by some tools and ignored by others. One"
        " file holds one plan: put the other in a file of its own.",
        "load",
    ),
    Code(
        "Y010",
        "a key is given twice",
        "Most YAML readers silently keep the last one. Which of the two is meant must not be a matter of luck.",
        "load",
    ),
    Code(
        "Y011",
        "an anchor",
        "`&name` marks a part to be repeated elsewhere. A plan says what it means where it means it, so that a change"
        " in one place can't change pay in another. A text that begins with `&` must be quoted.",
        "load",
    ),
    Code(
        "Y012",
        "an alias",
        "`*name` repeats a part marked elsewhere. Write the part out, or make it a named measure, rate table or"
        " variable. A text that begins with `*` must be quoted.",
        "load",
    ),
    Code(
        "Y013",
        "a merge key",
        "`<<:` copies keys from another part, with rules of precedence that readers disagree on. Write the keys out.",
        "load",
    ),
    Code(
        "Y014",
        "a tag",
        "`!name` asks the reader for a type or for code. Types follow from the schema. A text that begins with `!` must"
        " be quoted.",
        "load",
    ),
    Code(
        "Y015",
        "a directive",
        "A line that begins with `%` changes how the rest is read. Remove it; a value that begins with `%` is quoted,"
        " and a percentage has its sign at the end.",
        "load",
    ),
    Code(
        "Y016",
        "a key that is not a word",
        "A key is one short text on its line: not a list, a mapping, a block of text or nothing at all. Often a value"
        " in braces was meant, and needs quotes.",
        "load",
    ),
    Code(
        "Y017",
        "nested too deeply",
        "No plan needs so many levels; a file that has them is damaged or hostile.",
        "load",
    ),
    Code(
        "Y018",
        "too many values in one file",
        "A plan is written and reviewed by people; put tables of data in a CSV or Parquet source, or split the plan.",
        "load",
    ),
    Code(
        "Y019",
        "a text is too long",
        "A single value is longer than a long page. Shorten it, or keep it in a document and give its name in a note.",
        "load",
    ),
    Code(
        "Y020",
        "a word that YAML readers read differently",
        "`NO`, `on` and `y` are true or false for some readers and texts for others; so are `True` and `Null`. Write"
        " `true`, `false` or `null` in lower case, or put the text in quotes.",
        "load",
    ),
    Code(
        "Y021",
        "a number that YAML readers read differently",
        "`014` is twelve, fourteen or a text; `1_000`, `1e3`, `.5`, `0x1F`, `1:30`, `1,000` and their like are no"
        " better. Write a number as digits with an optional point and sign (`1000`, `0.5`, `-3`), a text in quotes.",
        "load",
    ),
    Code(
        "Y022",
        "a date that YAML readers read differently",
        "A date is written `2026-01-03`; other forms are dates, times or texts depending on the reader. Plans deal in"
        " days: a time of day has no place in them.",
        "load",
    ),
    Code(
        "Y023",
        "a number with too many digits",
        "Money stays below 10^16 and has 12 places at most. An identifier made of digits is a text: put it in quotes.",
        "load",
    ),
    Code(
        "Y024",
        "a space that is not a space",
        "A no-break or other special space, usually pasted from a word processor, looks like a space and separates"
        " nothing: `a:\u00a0b` is one word. Type a plain space, or put the text in quotes.",
        "load",
    ),
    Code(
        "Y025",
        "the rest of the line is a comment",
        "In `name: Team #1` the value is `Team`. If the rest belongs to the text, put it in quotes; if it is a"
        " comment, write a space after the `#`.",
        "load",
    ),
)
