"""The inputs that no source file gives (`scope`, the calendar, look-up tables) are those of the run's plans and pay period."""

from engine.core.period import Period
from engine.explain.checks.columns import Reader
from engine.explain.checks.rows import check_rows
from engine.explain.finding import Findings
from engine.explain.remade import Remade

NAMES: dict[str, tuple[str, ...]] = {
    "scope": (),
    "calendar": ("period",),
    "calendar_parts": ("period", "part"),
    "anniversaries": ("month", "day", "begins"),
}
"""By which columns a row of each is called."""


def check_period(reader: Reader, remade: Remade, findings: Findings) -> Period | None:
    """The pay period of the run: the manifest's, unless what stands in the run is that of another."""
    stated, workspace = reader.record.manifest.get("period"), remade.workspace
    pay = workspace.calendar.of_length(workspace.pay_period)
    named = next((period for period in pay if period.name == stated), None)
    if named is not None and _is_of(reader, remade, named):
        return named
    other = next((period for period in pay if _is_of(reader, remade, period)), None)
    if other is not None:
        findings.add("manifest.json", "the run is that of another pay period", "", "period", stated, other.name)
    elif named is None:
        findings.add("manifest.json", "the plans have no such pay period", "", "period", stated, "none of them")
    return other or named


def _is_of(reader: Reader, remade: Remade, period: Period) -> bool:
    """Whether the stored days are exactly those of a period."""
    stored = reader.frame("scope")
    if stored is None or not stored.equals(remade.scope(period)["scope"]):
        return False
    calendar = reader.frame("calendar")
    return calendar is not None and calendar.equals(remade.scope(period)["calendar"])


def check_scope(reader: Reader, remade: Remade, period: Period, findings: Findings) -> None:
    """Make each again and compare; what comes after stands on those made again."""
    for name, fresh in remade.scope(period).items():
        stored = reader.frame(name)
        findings.count("rows of look-up tables" if name.startswith("look_ups/") else "calendar rows", fresh.height)
        if stored is None or not check_rows(findings, name, NAMES.get(name, ("line",)), stored, fresh):
            reader.replaced[name] = fresh
