"""What the log says of targets: times that there are not, groups that nobody is in, categories of no row or no target, two for
one, ramps that can't be counted."""

from collections.abc import Mapping

import polars as pl

from engine.plan.resolved import ResolvedWorkspace
from engine.run.logged import LOG, logged


def target_exceptions(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows of the log, each once, whichever target plans read the same source."""
    found = [
        *_without_period(workspace, tables),
        *_empty_groups(workspace, tables),
        *_without_rows(workspace, tables),
        *_of_no_target(workspace, tables),
        *_given_twice(workspace, tables),
        *_inside_ramps(workspace, tables),
    ]
    return pl.concat([pl.DataFrame(schema=LOG), *found]).unique(maintain_order=True)


def _without_period(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Targets for a time that the calendar does not have: they reach nobody, so their participants are held."""
    found = []
    calendar = workspace.calendar
    for target in workspace.targets.values():
        known = [period.name for period in target.times(calendar)]
        length = calendar.shortest if target.given == "period" else target.given
        message = pl.format("the calendar has no {} `{}`", pl.lit(length), pl.col(target.given))
        for each in target.sources:
            rows = tables[f"source/{each.source.name}"].filter(~pl.col(target.given).is_in(known))
            own = each.by == "participant"
            found.append(
                logged(
                    rows, pl.lit("E207"), "blocks_participant" if own else "blocks_period", "target",
                    source=pl.lit(each.source.name), file=pl.col("file"), row=pl.col("row"),
                    participant=pl.col("participant") if own else pl.lit(None, pl.String), message=message,
                )
            )  # fmt: skip
    return found


def _empty_groups(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Targets for a group that nobody is ever in: most often a slip, by which its members have none."""
    found = []
    people = workspace.participants.name
    grouped = [rows for target in workspace.targets.values() for rows in target.sources if rows.by != "participant"]
    for each in grouped:
        there = tables[f"source/{people}"][each.by].drop_nulls().unique().to_list()
        rows = tables[f"source/{each.source.name}"].filter(~pl.col(each.by).is_in(there))
        message = pl.format("nobody in source `{}` has the {} `{}`", pl.lit(people), pl.lit(each.by), each.by)
        found.append(
            logged(
                rows, pl.lit("E208"), "warning", "target", source=pl.lit(each.source.name), file=pl.col("file"),
                row=pl.col("row"), message=message,
            )
        )  # fmt: skip
    return found


def _without_rows(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Targets of a category that no row has: most often a slip, by which nobody has them."""
    found = []
    for target in workspace.targets.values():
        for each in target.sources if target.category is not None else ():
            assert target.category is not None
            column, value = target.category.column.text, target.category.value
            if (tables[f"source/{each.source.name}"][column] == value).any():
                continue
            message = (
                f"no row of source `{each.source.name}` has `{value}` in `{column}`, and `{target.name}` is of these"
            )
            one = pl.DataFrame({"message": [message]})
            found.append(
                logged(
                    one, pl.lit("E443"), "warning", "target", source=pl.lit(each.source.name), message=pl.col("message")
                )
            )
    return found


def _of_no_target(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Rows of a category that no target is of: what they say reaches nobody."""
    found, listed = [], dict[tuple[str, str], set[str]]()
    for target in workspace.targets.values():
        for each in target.sources if target.category is not None else ():
            assert target.category is not None
            listed.setdefault((each.source.name, target.category.column.text), set()).add(target.category.value)
    for (source, column), values in listed.items():
        rows = tables[f"source/{source}"].filter(~pl.col(column).is_in(sorted(values)))
        message = pl.format("no target is of the {} `{}`", pl.lit(column), column)
        found.append(
            logged(
                rows, pl.lit("E444"), "warning", "target", source=pl.lit(source), file=pl.col("file"), row=pl.col("row"),
                message=message,
            )
        )  # fmt: skip
    return found


def _given_twice(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Participants of a plan with a target from two sources, where the plan says that this is an exception."""
    found = []
    in_scope = tables["calendar"].filter(pl.col("in_scope"))["period"].to_list()
    for plan in workspace.plans:
        for against in plan.againsts():
            if workspace.targets[against.target].precedence != "exception":
                continue
            reached = pl.lit(against.whole) | pl.col("part").is_in(in_scope)
            rows = tables[f"member_targets/{against.target}"].filter(pl.col("given_twice") & reached)
            rows = rows.join(tables[f"grid/{plan.name}"].select("participant").unique(), on="participant", how="semi")
            rows = rows.unique(["participant", "part"]).sort("participant", "part")
            message = pl.format("`{}` has a number from two sources for `{}`", pl.lit(against.target), "part")
            found.append(
                logged(
                    rows, pl.lit("E209"), "blocks_participant", "target", plan=pl.lit(plan.name),
                    participant=pl.col("participant"), period=pl.col("part"), message=message,
                )
            )  # fmt: skip
    return found


def _inside_ramps(workspace: ResolvedWorkspace, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Participants of a plan whose ramp began before the calendar, so that it can't be counted."""
    found = []
    in_scope = tables["calendar"].filter(pl.col("in_scope"))["period"].to_list()
    for plan in workspace.plans:
        for name in sorted({against.target for against in plan.againsts()}):
            if workspace.targets[name].ramp is None:
                continue
            rows = tables[f"ramps/{name}"].filter(pl.col("share").is_null() & pl.col("part").is_in(in_scope))
            rows = rows.join(tables[f"grid/{plan.name}"].select("participant").unique(), on="participant", how="semi")
            rows = rows.select("participant", "since").unique().sort("participant")
            message = pl.format(
                "the calendar begins inside the ramp of the target `{}`: {} began on {}",
                pl.lit(name),
                "participant",
                "since",
            )
            found.append(
                logged(
                    rows, pl.lit("E210"), "blocks_participant", "target", plan=pl.lit(plan.name),
                    participant=pl.col("participant"), message=message,
                )
            )  # fmt: skip
    return found
