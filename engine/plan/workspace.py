"""A workspace as written: calendar, currencies, sources, policies, variables, and which files hold its plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.money import ISO_DIGITS
from engine.core.period import Calendar
from engine.core.span import Span
from engine.ir.types import Type
from engine.plan.choice import Choice, Stated
from engine.plan.comp_plan import HELD, CompPlan, Held, HeldValue, Name
from engine.plan.handling import Handling
from engine.plan.target_plan import Profile, TargetPlan

Role = Literal["transactions", "participants", "assignments", "targets", "exchange_rates", "adjustments"]

Format = Literal["csv", "parquet", "xlsx"]

PARTICIPANT_ATTRIBUTES = (
    "title", "position", "manager", "territory", "entity", "payroll_id", "pay_group", "cost_centre", "currency",
)  # fmt: skip
"""Dated attributes of a participant that the engine knows by name; all are text and may be empty."""


ADJUSTED = ("from_participant", "to_participant", "share", "approved_by", "approved_on", "reason")
"""What a row of adjustments says besides its key and that of its transaction."""


@dataclass(frozen=True)
class Column:
    """One column of a source: our name, the file's name, its type, and how to read it."""

    name: str
    header: str
    type: Type
    span: Span
    currency_column: str | None = None
    """For money that is in the currency of another column of the row."""
    date_format: str = "%Y-%m-%d"
    """A strptime pattern of digits and punctuation only (no names of months: no locale)."""
    thousands: str | None = None
    decimal_mark: str = "."
    on_empty: Decimal | str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Control:
    """What an export says of itself: in a file with a row for each of its files, or here, for all of them together."""

    span: Span
    path: str | None = None
    totals: tuple[tuple[str, Decimal], ...] = ()
    """(`rows` or a column, how many or what sum)"""
    sums: tuple[Name, ...] = ()
    """The columns that are summed, with their places."""


@dataclass(frozen=True)
class Cell:
    """What a row that is skipped has in a column: a text, how it begins, or, where that is None, nothing."""

    column: Name
    text: str | None
    whole: bool = True


Skip = tuple[Cell, ...]
"""Each of them holds of a row that is skipped."""


@dataclass(frozen=True)
class Database:
    """Where the rows of a source are, if not in files: a database in a file, or one whose address a variable holds."""

    kind: Literal["sqlite", "duckdb", "postgresql", "odbc"]
    span: Span
    path: str | None = None
    url_variable: str | None = None
    table: str | None = None
    query: str | None = None


ROWS = "rows"
"""The control total that counts."""


@dataclass(frozen=True)
class Source:
    """A kind of table that the engine reads, and where its files are (`{period}` stands for each shortest period)."""

    name: str
    role: Role
    files: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    span: Span
    database: Database | None = None
    """Where its rows are, if it has no files."""
    format: Format = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    records: Literal["lines", "quoted"] = "lines"
    """`lines`: one physical line is one record; `quoted`: a quoted field may hold line ends."""
    sheet: str | None = None
    """Of a workbook: which sheet; None if it has one."""
    header_row: int = 1
    """Of a CSV or a workbook: in which line or row the names of the columns stand."""
    hidden_rows: Literal["reject", "read"] = "reject"
    """Of a workbook: whether rows that somebody who looks at it doesn't see count."""
    participant: str | None = None
    """The column that names the participant of a row: a bad row then blocks that participant, not the period."""
    date: str | None = None
    """The column that dates a transaction row (for the log of rejected rows)."""
    recorded: str | None = None
    """The column that says on which day a row became known."""
    as_it_is: bool = False
    """It does not say when its rows became known, and is read as it is today whatever day's knowledge is asked for."""
    version: str | None = None
    """The column by which rows of one key follow each other: the highest counts."""
    withdrawn: str | None = None
    """The column that is true in a version which takes the row back."""
    note: str | None = None
    control: Control | None = None
    skip: tuple[Skip, ...] = ()
    """Rows that are none of its rows: totals and remarks of an export."""
    named: tuple[Name, ...] = ()
    """The columns that the source names for a purpose, with their places."""
    shares: frozenset[str] = frozenset()
    """Of assignments: the columns that some plan reads as shares. Of adjustments: the one that is."""
    category: str | None = None
    """Of targets: the column by which some target plan tells its rows apart, beside who and when."""
    weights: frozenset[str] = frozenset()
    """Of assignments: the columns that some plan splits in proportion to."""

    def place_of(self, column: str) -> Span:
        """Where the source names a column for a purpose."""
        return next((name.span for name in self.named if name.text == column), self.span)

    @property
    def row_key(self) -> tuple[str, ...]:
        """The columns that identify a row. What a role means comes before what the source says of itself."""
        if self.role == "targets" and self.column("participant") is None:
            return self.grouped
        if self.role == "targets":
            return ("participant", self.time, *([self.category] if self.category else []))
        if self.role == "exchange_rates":
            return (*self.pair, "start")
        if self.key:
            return self.key
        return (*self.subject, "start") if self.subject else ()

    @property
    def time(self) -> str:
        """Of targets: the column that says what a number is given for."""
        return next((name for name in ("year", "quarter") if self.column(name) is not None), "period")

    @property
    def grouped(self) -> tuple[str, ...]:
        """What tells the rows of targets for groups apart: the group and the time, which are texts."""
        apart = (self.recorded, self.version, self.withdrawn)
        return tuple(c.name for c in self.columns if c.type.dtype == "text" and c.name not in apart)

    @property
    def subject(self) -> tuple[str, ...]:
        """What a dated row is about: rows with equal values here may not share a day."""
        if self.role == "participants":
            return ("participant",)
        if self.role == "assignments":
            apart = ("start", "end", *self.shares, *self.weights, self.recorded, self.version, self.withdrawn)
            return tuple(c.name for c in self.columns if c.name not in apart)
        if self.role == "exchange_rates" and self.column("end") is not None:
            return self.pair
        return ()

    @property
    def open_days(self) -> tuple[str, ...]:
        """Its first and last day, which reach for ever where they are empty or no column has them."""
        if self.role in ("participants", "assignments"):
            return ("start", "end")
        return ("end",) if self.subject else ()

    @property
    def pair(self) -> tuple[str, ...]:
        """What an exchange rate is of: two currencies, and its type where the source has several."""
        return ("from_currency", "to_currency", *(["rate_type"] if self.column("rate_type") is not None else []))

    @property
    def ids(self) -> frozenset[str]:
        """The columns that say which one is meant: of a row, of a person, of what a person has in the roster."""
        attributes = {
            "participants": PARTICIPANT_ATTRIBUTES,
            "adjustments": ("from_participant", "to_participant"),
        }.get(self.role, ())
        return frozenset((*self.row_key, *self.subject, *attributes, *([self.participant] if self.participant else [])))

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Variable:
    """A named value. The nearest that says one decides: default, plan, title, position, participant."""

    name: str
    type: Type
    default: Decimal | None
    """The plan's, where it says one."""
    column: str | None
    """Of the participants: each one's own value."""
    span: Span
    note: str | None = None
    held: tuple[HeldValue, ...] = ()
    """Values of those who hold a title or a position on the day that is asked for."""

    def of(self, attribute: Held) -> tuple[HeldValue, ...]:
        """The values by title, or by position."""
        return tuple(each for each in self.held if each.attribute == attribute)

    @property
    def attributes(self) -> tuple[Held, ...]:
        """What of `position` and `title` it depends on, the nearer first."""
        return tuple(attribute for attribute in HELD if self.of(attribute))

    @property
    def varies(self) -> bool:
        """Whether somebody may have another value than others."""
        return self.column is not None or bool(self.held)


@dataclass(frozen=True)
class Statements:
    """What has a place and a note in komisi.yaml, but no part in any calculation of its own."""

    workspace: Stated | None = None
    calendar: Stated | None = None
    periods: Mapping[str, Stated] = field(default_factory=dict)
    """Custom periods by name."""
    currencies: Mapping[str, Stated] = field(default_factory=dict)
    """Digits that the workspace states, by currency."""
    exceptions: Stated | None = None
    """How exceptions are worked on."""


@dataclass(frozen=True)
class Workspace:
    """All that one `komisi.yaml` and its plan files say, as written."""

    name: str
    root: str
    file: str
    calendar: Calendar
    pay_period: str
    currencies: Mapping[str, int]
    sources: Mapping[str, Source]
    policies: Mapping[str, Choice]
    variables: Mapping[str, Variable]
    plans: tuple[CompPlan, ...]
    targets: tuple[TargetPlan, ...]
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    handling: Handling = field(default_factory=Handling)
    recompute_from: date | None = None
    note: str | None = None
    stated: Statements = field(default_factory=Statements)
    span: Span = field(default=Span("komisi.yaml", 1, 1, 1, 1))
    fallen: frozenset[str] = frozenset()
    """Target plans whose file has a mistake that is told already: not unknown, but not here. `*` where a file could not
    even be read so far as to know its name."""
    fallen_plans: frozenset[str] = frozenset()
    """The same of plans."""
    unlisted: tuple[tuple[str, str], ...] = ()
    """Plans that are read and not here: their names, each with a file of the folder that komisi.yaml does not name."""

    def digits(self, currency: str) -> int | None:
        """Digits in which a currency is paid: as the workspace says, else ISO 4217."""
        return self.currencies.get(currency, ISO_DIGITS.get(currency))
