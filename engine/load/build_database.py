"""`database:` of a source → `Database`. In: a mapping that fits its schema. Out: where the rows are, and W codes."""

import re
from typing import Literal, cast

from engine.load.fields import Fields
from engine.plan.workspace import Database

IN_FILES = ("sqlite", "duckdb")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}\Z")
TABLE = re.compile(r"[^.\s\"';]+(\.[^.\s\"';]+){0,2}\Z")


def build_database(fields: Fields) -> Database | None:
    """The database that a source's rows are in, if they are in one."""
    within = fields.within("database")
    if within is None:
        return None
    kind = within.text("kind")
    _check_place(within, kind)
    _check_rows(within)
    return Database(
        cast(Literal["sqlite", "duckdb", "postgresql", "odbc"], kind),
        fields.span_of_key("database"),
        path=within.text("file") if "file" in within and kind in IN_FILES else None,
        url_variable=within.text("url_variable") if "url_variable" in within and kind not in IN_FILES else None,
        table=within.text("table") if "table" in within else None,
        query=within.text("query") if "query" in within else None,
    )


def _check_place(within: Fields, kind: str) -> None:
    """One in a file has a file; any other an environment variable, so that no password gets into a run."""
    needed, other = ("file", "url_variable") if kind in IN_FILES else ("url_variable", "file")
    example = "`file: ../crm.db`" if needed == "file" else "`url_variable: CRM_URL`"
    if other in within:
        message = f"a database of kind {kind} has no `{other}`"
        within.diagnostics.error("W032", message, within.span_of_key(other), help=f"say {example} instead")
    elif needed not in within:
        message = f"where the database of kind {kind} is, is not said"
        within.diagnostics.error("W032", message, within.span("kind"), help=f"add {example}")
    elif needed == "url_variable" and VARIABLE.match(within.text("url_variable")) is None:
        within.diagnostics.error(
            "W033", "this is not the name of an environment variable", within.span("url_variable"),
            help="put the connection's address into a variable, and its name here, as in `CRM_URL`: "
            "a run keeps this file, and passwords don't belong there",
        )  # fmt: skip


def _check_rows(within: Fields) -> None:
    """Either a table or a query, and a query is one question."""
    if ("table" in within) == ("query" in within):
        span = within.span_of_key("query") if "query" in within else within.span("kind")
        said = "both a table and a query are named" if "query" in within else "which rows of the database is not said"
        within.diagnostics.error("W034", said, span, help="`table: sales.invoices`, or `query: select … from …`")
    elif "table" in within and TABLE.match(within.text("table")) is None:
        message = "this is not the name of a table"
        help = "as in `invoices` or `sales.invoices`, just as the database writes it; anything else is a `query:`"
        within.diagnostics.error("W034", message, within.span("table"), help=help)
    elif "query" in within:
        text = within.text("query").strip()
        if ";" in text or re.match(r"(select|with|values)\b", text, re.IGNORECASE) is None:
            message = "the query is not one `select`"
            help = "one that begins with `select` or `with`, without `;`: it is read, and nothing is changed"
            within.diagnostics.error("W034", message, within.span("query"), help=help)
