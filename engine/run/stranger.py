"""What the log says of somebody whom the roster doesn't have, and who is on no plan therefore: most often an id is misspelt."""

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from engine.core.slip import Slips
from engine.plan.resolved import ResolvedWorkspace
from engine.record.visible import visible

STRANGER = "E447"
STRANGE = "~stranger"


class People:
    """Who is in the roster, and whom a misspelt id was meant to be."""

    def __init__(self, workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> None:
        self.source = workspace.participants.name
        self._roster = tables[f"source/{self.source}"]["participant"]

    @cached_property
    def there(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(self._roster)

    @cached_property
    def slips(self) -> Slips:
        """What is looked up of a misspelt one."""
        return Slips(self.there)


def with_stranger(people: People, rows: pl.DataFrame, asked: pl.Expr) -> pl.DataFrame:
    """The rows with `STRANGE`, as ``nobody in `people` is `s-01`; did you mean `S-01`?``; null of all others."""
    names = rows.filter(asked & (pl.col("participant") != ""))["participant"].unique()
    said = dict[str, str]()
    for name in (each for each in names.to_list() if each not in people.there):
        near = people.slips.meant(name)
        said[name] = f"; did you mean `{near}`?" if near is not None else ""
    if not said:
        return rows.with_columns(pl.lit(None, pl.String).alias(STRANGE))
    hint = pl.col("participant").replace_strict(said, default=None, return_dtype=pl.String)
    name = visible(pl.col("participant").str.slice(0, 80))
    told = pl.format("nobody in `{}` is `{}`{}", pl.lit(people.source), name, visible(hint))
    return rows.with_columns(pl.when(asked).then(told).alias(STRANGE))
