"""The example company grown: three levels of managers, twenty-four months, dirt, late, corrected and cancelled rows.

A seed makes all of it. `history` is every version of every order as it was exported, whatever became of it; `write` puts the
workspace on a disk. The answers are not made here: `grown_answers` has them, from the same history.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

YEARS = (2025, 2026)
SEED = 20261126
SELLERS, LEADS, MANAGERS = 60, 10, 3
DIRECTOR = "D-01"

MAIN = """\
kind: workspace
name: grown
calendar: {kind: months, first_year: 2025, last_year: 2026, fiscal_year_starts: 1, year_named_by: start}
pay_period: month
plans: ["*/comp.yaml"]
targets: targets.yaml
sources:
  roster:
    role: participants
    files: roster.csv
    recorded: {as_it_is: true}
    columns: {participant: text, start: date, end: date, title: text, manager: {type: text, nullable: true}}
  orders:
    role: transactions
    files: exports/*.csv
    key: [order_id]
    date: sold_on
    participant: seller
    version: revision
    withdrawn: cancelled
    recorded: exported_on
    columns:
      order_id: text
      revision: quantity
      sold_on: date
      seller: text
      net: {type: money, currency: USD}
      cancelled: bool
      exported_on: date
  goals:
    role: targets
    files: goals.csv
    recorded: {as_it_is: true}
    columns: {participant: text, year: text, amount: {type: money, currency: USD}}
variables:
  part_of_team: {type: rate, default: 0, by_title: {Lead: 0.01, Manager: 0.005, Director: 0.0025}}
policies:
  unmatched: ignore
  not_on_plan: unassigned
  segments: separate
  hit_policy: first
  participant_values_on: segment_end
exceptions:
  owners: [{owner: data team, codes: "X*"}, {owner: sales operations}]
"""

SALES = """\
kind: comp-plan
name: sales
currency: USD
in_force: {start: 2025-01-01}
participants: {title: Seller}
credits:
  own: {from: orders, to: seller, credit_date: sold_on, value: net}
measures:
  sold: {sum: own, over: year_to_date}
components:
  commission:
    earning_period: month
    basis: to_date
    base: sold
    earning_code: COMM
    rate:
      mode: marginal
      select: sold
      against: goal
      reach: to_date
      below: same
      missing_target: block
      zero_target: block
      tiers: [{from: 0%, rate: 2%}, {from: 80%, rate: 3.5%}, {from: 100%, rate: 6.25%}]
    then:
      - true_up: year
      - round: {per: earning, mode: half_up}
"""

MANAGEMENT = """\
kind: comp-plan
name: management
currency: USD
in_force: {start: 2025-01-01}
participants: {title: [Lead, Manager, Director]}
credits:
  team:
    from: orders
    to: {managers_of: seller, levels: 3, longer: stop, no_manager: skip, not_on_plan: skip}
    credit_date: sold_on
    value: net
measures:
  sold_below: {sum: team, over: period}
components:
  override:
    earning_period: month
    basis: period
    base: sold_below
    earning_code: OVER
    rate: {mode: flat, rate: part_of_team}
    then:
      - round: {per: earning, mode: half_up}
"""

TARGETS = """\
kind: target-plan
name: goal
unit: USD
source: goals
given: year
spread: evenly
prorate: none
"""


@dataclass(frozen=True)
class Person:
    """Days with one manager; nobody changes the title."""

    name: str
    title: str
    start: date
    end: date | None
    manager: str


@dataclass(frozen=True)
class Version:
    """A row of an export. `net` is a text: of a row that is dirt it is no number."""

    order: str
    revision: int
    sold: date
    seller: str
    net: str
    cancelled: bool
    exported: date

    @property
    def readable(self) -> bool:
        """Whether its amount is one."""
        return "o" not in self.net


@dataclass(frozen=True)
class Company:
    """Everything that was ever known, and which rows of dirt somebody waived (order numbers)."""

    roster: tuple[Person, ...]
    goals: dict[tuple[str, int], Decimal]
    history: tuple[Version, ...]
    waived: frozenset[str]


def company() -> Company:
    """The same each time."""
    chosen = random.Random(SEED)
    roster = _roster(chosen)
    sellers = sorted({each.name for each in roster if each.title == "Seller"})
    goals = {(name, year): Decimal(chosen.randrange(40_000, 160_000)) for name in sellers for year in YEARS}
    history = [version for name in sellers for version in _sold(name, roster, sellers, chosen)]
    dirt = [each.order for each in history if not each.readable]
    waived = {order for order in dirt if chosen.random() < 0.6 or order.startswith("2025")}
    chosen.shuffle(history)
    return Company(tuple(roster), goals, tuple(history), frozenset(waived))


def _roster(chosen: random.Random) -> list[Person]:
    """Sellers under leads under managers under a director; a third change leads in mid-month, some join or leave."""
    first = date(2024, 1, 1)
    found = [Person(DIRECTOR, "Director", first, None, "")]
    found += [Person(f"M-{n:02}", "Manager", first, None, DIRECTOR) for n in range(MANAGERS)]
    found += [Person(f"L-{n:02}", "Lead", first, None, f"M-{n % MANAGERS:02}") for n in range(LEADS)]
    for number in range(SELLERS):
        name, lead = f"S-{number:02}", f"L-{chosen.randrange(LEADS):02}"
        start = date(chosen.choice(YEARS), chosen.randrange(1, 13), 1) if number % 5 == 0 else first
        end = date(2026, chosen.randrange(1, 13), 1) - timedelta(days=1) if number % 7 == 3 and start == first else None
        if number % 3 == 1 and end is None:
            change = max(start, date(2025, 1, 1)) + timedelta(days=chosen.randrange(20, 300))
            found.append(Person(name, "Seller", start, change - timedelta(days=1), lead))
            start, lead = change, f"L-{chosen.randrange(LEADS):02}"
        found.append(Person(name, "Seller", start, end, lead))
    return found


def _sold(name: str, roster: list[Person], sellers: list[str], chosen: random.Random) -> list[Version]:
    """Two years of one seller's orders, some of whose days lie before they joined or after they left."""
    found = []
    for number in range(chosen.randrange(90, 160)):
        sold = date(2025, 1, 1) + timedelta(days=chosen.randrange(730))
        order = f"{sold:%Y%m}-{name}-{number:03}"
        net = Decimal(chosen.randrange(-30_000, 250_000)).scaleb(-2)
        exported = sold + timedelta(days=chosen.choice((0, 1, 2, 3, 5, 8, 13, 40, 75, 100)))
        seller = "X-99" if chosen.random() < 0.01 else name
        text = f"{net}".replace("0", "o", 1) + "o" if chosen.random() < 0.004 else str(net)
        version = Version(order, 1, sold, seller, text, False, exported)
        found.append(version)
        while version.readable and chosen.random() < 0.12:
            exported = version.exported + timedelta(days=chosen.randrange(1, 60))
            cancelled, other = (
                chosen.random() < 0.35,
                chosen.choice(sellers) if chosen.random() < 0.3 else version.seller,
            )
            net = Decimal(chosen.randrange(-30_000, 250_000)).scaleb(-2)
            version = Version(order, version.revision + 1, sold, other, str(net), cancelled, exported)
            found.append(version)
        if chosen.random() < 0.01:
            found.append(version)  # exported twice: an equal row
    return found


def write(made: Company, folder: Path) -> Path:
    """The workspace, an export for each month; a waiver for each row of dirt that was waived."""
    lines: dict[str, list[Version]] = {}
    for version in made.history:
        lines.setdefault(f"{version.exported:%Y-%m}", []).append(version)
    waivers = []
    for month, versions in sorted(lines.items()):
        _table(folder / "exports" / f"{month}.csv", "order_id,revision,sold_on,seller,net,cancelled,exported_on", [
            (v.order, v.revision, v.sold, v.seller, v.net, str(v.cancelled).lower(), v.exported) for v in versions
        ])  # fmt: skip
        waivers += [
            f"    - {{code: X008, key: {v.order}, name: Ada, reason: not a sale, until: 2026-12-31}}"
            for v in versions
            if v.order in made.waived
        ]
    _table(folder / "roster.csv", "participant,start,end,title,manager",
           [(p.name, p.start, p.end or "", p.title, p.manager) for p in made.roster])  # fmt: skip
    _table(
        folder / "goals.csv", "participant,year,amount", [(who, year, goal) for (who, year), goal in made.goals.items()]
    )
    texts = {
        "komisi.yaml": MAIN + "\n".join(["  waivers:", *waivers, ""]), "sales/comp.yaml": SALES,
        "management/comp.yaml": MANAGEMENT, "targets.yaml": TARGETS,
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _table(path: Path, head: str, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head.split(","), *rows])
