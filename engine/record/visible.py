"""Texts of the data as columns that people open: a character that nobody sees is shown by its number, `<U+200B>`."""

import polars as pl

from engine.core.unseen import SHOWN


def visible(text: pl.Expr) -> pl.Expr:
    """The text on one line, with nothing in it that a terminal or a reader of CSV would obey; tabs stay."""
    return text.str.replace_many(list(SHOWN), list(SHOWN.values()))
