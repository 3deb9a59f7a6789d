"""komisi as a library: the verbs of the command line, typed. Nothing heavy is imported before a verb needs it.

workspace = open_workspace("plans")
run = workspace.run("2026-03")
saved = run.save("runs")
saved.explain("S-001"); saved.verify()
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from engine.core.diagnostic import Diagnostic
    from engine.pipeline import Compiled
    from engine.pipeline import Run as CalculatedRun

__all__ = ["NoSuchTable", "PlanErrors", "Run", "SavedRun", "Workspace", "check", "open_run", "open_workspace"]


class PlanErrors(Exception):
    """The plans have mistakes. `diagnostics` has them all; as text it prints what `komisi check` prints."""

    def __init__(self, diagnostics: "list[Diagnostic]", text: str):
        super().__init__(text)
        self.diagnostics = diagnostics


class NoSuchTable(LookupError):
    """A run has no table of that name; the message says which come close."""

    def __init__(self, name: str, known: Iterable[str]):
        from engine.core.diagnostic import closest

        names = sorted(known)
        near = closest(name, names)
        hint = f"did you mean `{near}`? " if near else ""
        super().__init__(f"this run has no table `{name}`; {hint}there are {', '.join(names)}")


def check(folder: str | Path = ".") -> "list[Diagnostic]":
    """All mistakes and warnings in the plans of a workspace, in order of place."""
    from engine.core.diagnostic import Diagnostics
    from engine.pipeline import check as check_

    diagnostics = Diagnostics()
    check_(Path(folder), diagnostics, {})
    return list(diagnostics)


def open_workspace(folder: str | Path = ".") -> "Workspace":
    """The compiled workspace in `folder`. Raises PlanErrors."""
    from engine.core.diagnostic import Diagnostics, render_full
    from engine.pipeline import front

    diagnostics, sources = Diagnostics(), dict[str, str]()
    compiled = front(Path(folder), diagnostics, sources)
    if compiled is None:
        raise PlanErrors(list(diagnostics), render_full(diagnostics, sources, False))
    return Workspace(Path(folder), compiled)


@dataclass(frozen=True)
class Workspace:
    """A workspace without mistakes."""

    folder: Path
    compiled: "Compiled"

    def run(self, period: str, plans: Iterable[str] = (), as_of: "date | None" = None) -> "Run":
        """Calculate a pay period; with `plans`, those only; with `as_of`, from what was known on that day.

        Raises ValueError for a name that is no pay period or plan and for a source that can't be read as of a day,
        intake.IntakeError for a file that can't be read at all.
        """
        from engine.pipeline import calculate, chosen

        workspace, wanted = self.compiled.workspace, tuple(sorted(set(plans)))
        unknown = set(wanted) - {plan.name for plan in workspace.plans}
        if unknown:
            raise ValueError(f"no plan is called {', '.join(sorted(unknown))}")
        found = workspace.calendar.find(period)
        if found is None or found.length != workspace.pay_period:
            raise ValueError(f"`{period}` is not a pay period ({workspace.pay_period}) of this workspace's calendar")
        made = chosen(self.compiled, wanted) if wanted else self.compiled
        if as_of is not None and workspace.undated:
            raise ValueError(
                f"{', '.join(workspace.undated)} can't be read as of a day: when a row was `recorded` is not said"
            )
        return Run(calculate(made, self.folder, found, as_of=as_of), wanted, as_of)


@dataclass(frozen=True)
class Run:
    """A calculated pay period, not yet on disk."""

    calculated: "CalculatedRun"
    plans: tuple[str, ...] = ()
    as_of: "date | None" = None

    @property
    def payouts(self) -> "pl.DataFrame":
        """A row per participant, plan, payroll attributes and earning code, with its status."""
        return self.calculated.outcome.tables["payouts"]

    @property
    def earnings(self) -> "pl.DataFrame":
        """A row per participant, plan, component, period and segment in scope."""
        return self.calculated.outcome.tables["earnings"]

    @property
    def exceptions(self) -> "pl.DataFrame":
        """The exception log."""
        return self.calculated.outcome.exceptions

    def table(self, name: str) -> "pl.DataFrame":
        """Any table of the trace, as `credits/<plan>.<rule>`, or input, as `source/<name>`. Raises NoSuchTable."""
        outcome = self.calculated.outcome
        tables = {**outcome.inputs, **outcome.tables, "exceptions": outcome.exceptions}
        if name not in tables:
            raise NoSuchTable(name, tables)
        return tables[name]

    def digest(self) -> str:
        """The result digest: the same for the same figures, however the inputs were ordered or split."""
        from engine.record import result_digest

        return result_digest(self.calculated.digests())

    def save(self, out: str | Path = "runs") -> "SavedRun":
        """Write the run under `out`. Raises OSError, and then leaves nothing behind.

        Raises record.DamagedRun where it stands there already and is not what it was.
        """
        from engine.pipeline import options, save
        from engine.record import open_record

        written = save(self.calculated, Path(out), options(self.plans, self.as_of))
        return SavedRun(open_record(written.folder))


@dataclass(frozen=True)
class SavedRun:
    """A run on disk."""

    record: Any

    def explain(self, participant: str, component: str | None = None, transaction: str | None = None) -> Any:
        """The tree from a participant's payout to the source rows. Raises LookupError for one who isn't in the run."""
        from engine.explain import explain

        return explain(self.record, participant, component, transaction)

    def verify(self) -> Any:
        """Recompute everything from the run's own files; `.ok`, and `.findings` where something doesn't hold."""
        from engine.pipeline import prove

        return prove(self.record)


def open_run(folder: str | Path) -> SavedRun:
    """A run that was saved. Raises record.RecordError."""
    from engine.record import open_record

    return SavedRun(open_record(Path(folder)))
