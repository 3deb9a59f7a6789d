"""A made workspace with a rich plan: a seeded generator of typed Parquet, and two plans of ten components, in one folder.

Sellers under managers under directors, orders in two currencies, a roll-up, a contest, a pool, a budget and two folds. Shares
of what makes rows cost more: 5 % of sellers are promoted in the year and 5 % get another manager, 2 % begin in it; 30 % of
orders are in euros, 4 % are returns, 2 % are none of a rule's business, 1 % name nobody who is on the plan.
"""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.benchmarks.made_million import FIRST, cents, decimals, files, orders, write_orders, write_quotas, write_texts

REGIONS = 40
PLANS = Path(__file__).parent / "workspace"


def make(folder: Path, transactions: int, participants: int, seed: int = 1) -> None:
    """Write the workspace and its data; the same for the same numbers."""
    texts = {path.relative_to(PLANS).as_posix(): path.read_text(encoding="utf-8") for path in PLANS.rglob("*.yaml")}
    budget = f"at: {transactions * 18 // 100} USD"  # of a million; a quarter short of what all gadgets would take
    texts["plans/field.yaml"] = texts["plans/field.yaml"].replace("at: 180000 USD", budget)
    write_texts(folder, texts)
    dice = random.Random(seed)
    people = _people(dice, participants)
    people.write_parquet(folder / "people.parquet")
    _rates(dice).write_parquet(folder / "rates.parquet")
    _write_quotas(dice, folder, people, transactions)
    for first, count in files(transactions):
        write_orders(folder, _orders(dice, people, first, count), first)


def _people(dice: random.Random, participants: int) -> pl.DataFrame:
    """One in a hundred is a director, one in ten a manager; the others sell, each in the manager's region."""
    directors = [f"D{number:05}" for number in range(max(participants // 100, 1))]
    managers = [f"M{number:05}" for number in range(max(participants // 10, 2))]
    region = {one: f"R{number % REGIONS:02}" for number, one in enumerate(managers)}
    early, new_year = date(2020, 1, 1), date(2025, 12, 31)
    rows: list[tuple[Any, ...]] = [(one, early, None, "Director", None, "all", f"X{one}") for one in directors]
    rows += [(one, early, None, "Manager", dice.choice(directors), region[one], f"X{one}") for one in managers]
    for number in range(participants - len(rows)):
        one, boss = f"P{number:06}", dice.choice(managers)
        day = FIRST + timedelta(days=dice.randrange(40, 330))
        chance = dice.random()
        if chance < 0.05:
            later = (day, None, "Senior Rep", boss, region[boss])
        elif chance < 0.10:
            other = dice.choice(managers)
            later = (day, None, "Rep", other, region[other])
        else:
            begins = day if chance < 0.12 else new_year
            rows.append((one, begins, None, "Rep", boss, region[boss], f"X{one}"))
            continue
        rows.append((one, early, day - timedelta(days=1), "Rep", boss, region[boss], f"X{one}"))
        rows.append((one, *later, f"X{one}"))
    schema = {
        "participant": pl.String, "start": pl.Date, "end": pl.Date, "title": pl.String, "manager": pl.String,
        "region": pl.String, "payroll_id": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rates(dice: random.Random) -> pl.DataFrame:
    """What a euro is in dollars on each working day, from the last ones of the year before on."""
    days = [FIRST + timedelta(days=number) for number in range(-7, 365)]
    worked = [day for day in days if day.weekday() < 5]
    rates = [dice.randrange(10_500, 11_500) for _ in worked]
    frame = pl.DataFrame({"from_currency": "EUR", "to_currency": "USD", "start": worked, "rate": rates})
    return frame.with_columns(decimals("rate", 4))


def _write_quotas(dice: random.Random, folder: Path, people: pl.DataFrame, transactions: int) -> None:
    """Quotas of about what people sell: a seller's own, a manager's of the team, a director's of all teams below."""
    ids = sorted(set(people["participant"]))
    sellers = sum(one.startswith("P") for one in ids)
    each = transactions * 31_000 // sellers  # cents of one seller in a year
    below = {"P": 1, "M": sellers / sum(one.startswith("M") for one in ids)}
    below["D"] = sellers / sum(one.startswith("D") for one in ids)
    write_quotas(folder, ids, [int(each * below[one[0]] * dice.uniform(0.6, 1.4)) // 100_00 * 100_00 for one in ids])


def _orders(dice: random.Random, people: pl.DataFrame, first: int, count: int) -> pl.DataFrame:
    """Rows from the `first`: sellers, seldom a manager, nobody or a stranger, and what they sold."""
    ids = sorted(set(people["participant"]))
    reps, leaders = ([one for one in ids if (one[0] == "P") is wanted] for wanted in (True, False))
    few = max(len(ids) // 200, 1)
    named: list[str | None] = [*reps, *dice.choices(leaders, k=few), *([None, "STRANGER"] * few)]
    prices = [-c if dice.random() < 0.04 else c for c in cents(dice, 12_000)]
    drawn = [
        pl.Series("seller", named, pl.String),
        pl.Series("kind", ["sale"] * 39 + ["renewal"] * 10 + ["test"]),
        pl.Series("product", ["licence", "licence", "gadget", "gadget", "part", "training", "service", "service"]),
        pl.Series("units", [1, 1, 1, 2, 2, 3, 5, 10]),
        pl.Series("discount", [*[0] * 8, *[dice.randrange(400) for _ in range(12)]]),
        pl.Series("currency", ["USD"] * 7 + ["EUR"] * 3),
        pl.Series("net", prices),
        pl.Series("share", [dice.randrange(30, 95) for _ in range(100)]),
    ]
    frame = orders(dice, first, count, drawn).with_columns((pl.col("net") * pl.col("share") // 100).alias("cost"))
    return frame.drop("share").with_columns(decimals("discount", 3), decimals("net", 2), decimals("cost", 2))
