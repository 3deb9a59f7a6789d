"""Types of columns and expressions: dtype × nullable (the grain is the table's, see `program.Stage.keys`)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.core.money import MONEY_LIMIT, RATE_LIMIT

DtypeName = Literal["money", "rate", "quantity", "date", "text", "bool", "integer"]
NUMERIC: frozenset[str] = frozenset({"money", "rate", "quantity"})
"""Dtypes stored as Decimal(38, 12). `integer` (ordinals, counts of days) is Int64 and never a user's."""


@dataclass(frozen=True)
class Type:
    """A dtype, for money its currency (None: the currency stands in a column of the row), and whether null may occur."""

    dtype: DtypeName
    currency: str | None = None
    nullable: bool = False

    def __str__(self) -> str:
        name = f"money[{self.currency or 'by column'}]" if self.dtype == "money" else self.dtype
        return f"{name}?" if self.nullable else name

    @property
    def is_numeric(self) -> bool:
        """Whether values are 12-place decimals."""
        return self.dtype in NUMERIC

    def optional(self) -> "Type":
        """The same type, nullable."""
        return self.with_null(True)

    def with_null(self, nullable: bool) -> "Type":
        return self if self.nullable == nullable else Type(self.dtype, self.currency, nullable)

    def required(self) -> "Type":
        """The same type, never null."""
        return self.with_null(False)


RATE = Type("rate")
QUANTITY = Type("quantity")
TEXT = Type("text")
DATE = Type("date")
BOOL = Type("bool")
INTEGER = Type("integer")


def money(currency: str | None) -> Type:
    """Money in one currency, or by column."""
    return Type("money", currency)


def limit_of(type_: Type) -> Decimal | None:
    """What the size of a value must stay below; None for types without bounds."""
    if type_.dtype == "money":
        return MONEY_LIMIT
    return RATE_LIMIT if type_.is_numeric else None


def zero_of(type_: Type) -> Decimal | int:
    """The sum of nothing."""
    return 0 if type_.dtype == "integer" else Decimal(0)
