"""Proves a packed run of komisi without komisi: every figure is calculated again from the stored input rows, and compared.

    python verify.py [PACK] [--digest RUN_DIGEST]

PACK is the zip that `komisi pack` made, or the folder that it was unpacked into (default: that of this file, if it is one). It
needs only Python 3.11 or later, reads `inputs/` (rows), `program.json` (what is done with them), `manifest.json` (fingerprints),
and trusts no result: 1 to 3 calculate them, 5 compares. It ends with 0: all holds, 1: not, 2: wrong usage, 4: it can't read it.
"""

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import Any

# -- 1 -- Numbers. Money, rates and quantities are whole numbers of the twelfth place: 1.5 is 1_500_000_000_000.
#         + and − are exact; × and ÷ are the exact result rounded half-even to 12 places; out of bounds is null.
UNIT = 10**12
LIMITS = {"money": 10**16 * UNIT, "rate": 10**9 * UNIT, "quantity": 10**9 * UNIT}
def half_even(dividend: int, divisor: int) -> int:
    """The whole number nearest to dividend ÷ divisor (which is above 0); of two that are as near the even one."""
    whole, rest = divmod(dividend, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole % 2 == 1))
def quotient(a: int, b: int) -> int | None:
    """a ÷ b; null where b is nearer 0 than 10⁻⁹."""
    return None if abs(b) < UNIT // 10**9 else half_even(a * UNIT if b > 0 else -a * UNIT, abs(b))
def rounded(value: int, mode: str, digits: int) -> int:
    """At `digits` places after the point. `half_up` is half away from zero."""
    whole, rest = divmod(abs(value), step := int(10 ** (12 - digits)))
    up = {"half_up": 2 * rest >= step, "half_even": 2 * rest > step or (2 * rest == step and whole % 2 == 1),
          "truncate": False, "floor": rest > 0 > value, "ceiling": rest > 0 and value > 0}[mode]
    return (whole + bool(up)) * step * (1 if value >= 0 else -1)
def cut(value: int, part: int, whole: int, digits: int, fits: bool, unit: int) -> tuple[int | None, int | None]:
    """|value| × part ÷ whole cut at `digits` places, and the rest of the division, in such units; null if it is no part."""
    if not (fits and 0 <= part <= whole > 0):
        return None, None
    times, rest = divmod(abs(value) * part, whole * 10 ** (12 - digits))
    return times * 10 ** (12 - digits), rest // unit
def within(value: Any, kind: str) -> Any:
    """The value, or null where it is outside the bounds of its kind."""
    return None if kind in LIMITS and value is not None and abs(value) >= LIMITS[kind] else value

# -- 2 -- Functions of values. The strict ones are null if any argument is null; the lenient ones see nulls (None).
#         A kind is money, rate, quantity (numbers as above), integer, date, text or bool.
STRICT: dict[str, Callable[..., Any]] = {
    "add": lambda *a: sum(a), "sub": lambda a, b: a - b, "neg": lambda a: -a, "abs": abs, "min": lambda *a: min(a),
    "mul": lambda a, b: half_even(a * b, UNIT), "div": quotient, "round": rounded, "as_rate": lambda a: a,
    "as_money": lambda a, b: a, "scaled": lambda a, b, c: None if (abs(a) // UNIT + 1) * (abs(b) // UNIT + 1) > 10**25
                              else quotient(half_even(a * b, UNIT), c),
    "floor_product": lambda v, share, n: cut(v, share, UNIT, n, share % 10**6 == 0, 10**6)[0],  # a share has six places
    "product_rest": lambda v, share, n: cut(v, share, UNIT, n, share % 10**6 == 0, 10**6)[1],
    "floor_part": lambda v, p, w, n: cut(v, p, w, n, v % 10 ** (12 - n) == 0, 10 ** (12 - n))[0],
    "part_rest": lambda v, p, w, n: cut(v, p, w, n, v % 10 ** (12 - n) == 0, 10 ** (12 - n))[1],
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "not": lambda a: not a, "in": lambda a, *these: a in these,
    "as_quantity": lambda a: a * UNIT, "year": lambda d: d.year * UNIT, "month": lambda d: d.month * UNIT,
    "day": lambda d: d.day * UNIT, "date": date.fromisoformat, "days_between": lambda a, b: (b - a).days * UNIT,
    "days": lambda a, b: (b - a).days + 1, "starts_with": lambda a, b: a.startswith(b), "max": lambda *a: max(a),
    "add_days": lambda a, n: date.fromordinal(a.toordinal() + n) if 1 <= a.toordinal() + n <= date.max.toordinal() else None}
LENIENT: dict[str, Callable[..., Any]] = {
    "and": lambda *these: False if False in these else None if None in these else True,
    "or": lambda *these: True if True in these else None if None in these else False,
    "coalesce": lambda *these: next((value for value in these if value is not None), None),
    "is_missing": lambda value: value is None,
    "concat": lambda *these: "".join(value for value in these if value is not None)}
GIVES = {
    **dict.fromkeys("eq ne lt le gt ge and or not in is_missing starts_with any".split(), "bool"),
    **dict.fromkeys("year month day days_between product_rest as_quantity".split(), "quantity"),
    "as_rate": "rate", "days": "integer", "count": "integer", "date": "date", "add_days": "date", "concat": "text"}
"""Kinds of results; the other functions give that of their first argument, × and ÷ by the next rule."""
FOLDS: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "sum": (0, lambda so_far, value: None if so_far is None or value is None else so_far + value),
    "sum_known": (0, lambda so_far, value: so_far if value is None else so_far + value),
    "count": (0, lambda so_far, value: so_far + (value is True)),
    "any": (False, lambda so_far, value: so_far or value is True),
    "min": (None, lambda so_far, value: value if so_far is None or (value is not None and value < so_far) else so_far),
    "max": (None, lambda so_far, value: value if so_far is None or (value is not None and value > so_far) else so_far)}
"""Aggregates: what they are of no rows, and with one row more. `min` and `max` leave nulls out."""
def ratio_kind(fn: str, left: str, right: str) -> str:
    """Kind of a product or quotient: money × or ÷ other is money, money ÷ money is a rate."""
    rate = left == right if "money" in (left, right) else left == "rate" and (fn == "div" or right == "rate")
    return "rate" if rate else "money" if "money" in (left, right) else "quantity"

# -- 3 -- Tables: columns of equal length, and what the nodes of `program.json` make of them. Row i is the i-th of each.
class Table:
    def __init__(self, columns: dict[str, list[Any]], kinds: dict[str, str]):
        self.columns, self.kinds, self.height = columns, kinds, len(next(iter(columns.values()), []))
    def rows(self, names: Iterable[str]) -> list[tuple[Any, ...]]:
        found = [self.columns[name] for name in names]
        return list(zip(*found, strict=True)) if found else [()] * self.height
    def picked(self, rows: Iterable[int | None]) -> "Table":
        """The table of these rows; null where there is no row."""
        at = list(rows)
        return Table({n: [None if i is None else c[i] for i in at] for n, c in self.columns.items()}, self.kinds)
Formula = Callable[[int], Any]  # from the number of a row to the value in that row
NODES = {*"Ref Lit Call Case Over Fold Scan Filter Extend Project Join AsOf Aggregate Union".split(),
         *"Def Agg Type Span Remark Stage".split()}
def formula(node: Any, table: Table) -> tuple[str, Formula]:
    """The kind of an expression, and its value by row of `table`."""
    match node["node"]:
        case "Ref":
            return table.kinds[node["name"]], table.columns[node["name"]].__getitem__
        case "Lit":
            value = node["value"]
            if isinstance(value, dict):
                value = units(value["decimal"]) if "decimal" in value else date.fromisoformat(value["date"])
            return node["type"]["dtype"], lambda i: value
        case "Call":
            return call(node["fn"], [formula(arg, table) for arg in node["args"]])
        case "Case":
            kind, otherwise = formula(node["otherwise"], table)
            branches = [(formula(test, table)[1], formula(then, table)[1]) for test, then in node["branches"]]
            return kind, lambda i: choice(i, branches, otherwise)
    return (over if node["node"] == "Over" else fold)(node, table)
def call(fn: str, parts: list[tuple[str, Formula]]) -> tuple[str, Formula]:
    kinds, args = [kind for kind, _ in parts], [value for _, value in parts]
    kind = ratio_kind(fn, *kinds) if fn in ("mul", "div") else GIVES.get(fn, kinds[0])
    if fn in LENIENT:
        return kind, lambda i: LENIENT[fn](*[arg(i) for arg in args])
    return kind, lambda i: None if None in (given := [arg(i) for arg in args]) else within(STRICT[fn](*given), kind)
def choice(i: int, branches: list[tuple[Formula, Formula]], otherwise: Formula) -> Any:
    """The first branch whose condition is true; a condition that is null makes the result null."""
    for test, then in branches:
        met = test(i)
        if met is not False:
            return None if met is None else then(i)
    return otherwise(i)
def over(node: Any, table: Table) -> tuple[str, Formula]:
    """An aggregate over the rows that agree in `by`: all of them, or in `order` up to this one, with it or without it."""
    fn, frame, (kind, arg), found = node["fn"], node.get("frame", "partition"), formula(node["arg"], table), [None] * table.height
    for group in ordered(node, table):
        values = [arg(i) for i in group]
        states = [] if frame == "shift" else list(accumulate([FOLDS[fn][0], *values], FOLDS[fn][1]))
        results = {"partition": states[-1:] * len(values), "running": states[1:], "running_before": states[:-1],
                   "shift": [None, *values[:-1]]}[frame]
        for i, result in zip(group, results, strict=True):
            found[i] = within(result, kind if fn == "sum" else "")
    return GIVES.get(fn, kind), found.__getitem__
def fold(node: Any, table: Table) -> tuple[str, Formula]:
    """A value made from that of the row before, which is `start` on the first row: row after row of those that agree in `by`."""
    (kind, start), before, found = formula(node["start"], table), [None] * table.height, [None] * table.height
    seen = Table({**table.columns, node["before"]: before}, {**table.kinds, node["before"]: kind})
    _, following = formula(node["next"], seen)
    for group in ordered(node, table):
        value = start(0)
        for i in group:
            before[i] = value
            found[i] = value = following(i)
    return kind, found.__getitem__
def ordered(node: Any, table: Table) -> Iterable[list[int]]:
    """The rows that agree in `by`, each group in `order`; a null comes first either way."""
    rows = list(range(table.height))
    for name, down in reversed(node.get("order", [])):
        rows.sort(key=[((value is None) == down, value) for value in table.columns[name]].__getitem__, reverse=down)
    return grouped(table, node["by"], rows).values()
def grouped(table: Table, by: Iterable[str], rows: Iterable[int]) -> dict[tuple[Any, ...], list[int]]:
    """Rows by their values in `by`; nulls are one value."""
    keys, groups = table.rows(by), dict[tuple[Any, ...], list[int]]()
    for i in rows:
        groups.setdefault(keys[i], []).append(i)
    return groups
def made(node: Any, tables: dict[str, Table]) -> Table:
    """The table that a node of the program makes of earlier ones."""
    table, *others = [tables[node["name"]]] if node["node"] == "Scan" else [
        made(each, tables) for each in node.get("inputs") or [node[name] for name in ("input", "left", "right") if name in node]]
    match node["node"]:
        case "Filter":  # the rows for which the condition is true; null is not true
            _, where = formula(node["where"], table)
            return table.picked([i for i in range(table.height) if where(i) is True])
        case "Extend":  # more columns, each seeing those before it
            for name, expression in ((definition["name"], definition["expr"]) for definition in node["defs"]):
                kind, value = formula(expression, table)
                table = Table({**table.columns, name: [value(i) for i in range(table.height)]}, {**table.kinds, name: kind})
        case "Project":  # just these columns
            return Table(renamed(table.columns, node["columns"]), renamed(table.kinds, node["columns"]))
        case "Union":  # the rows of all
            return Table({n: [v for part in (table, *others) for v in part.columns[n]] for n in table.columns}, table.kinds)
        case "Aggregate":
            return aggregate(node, table)
        case "Join" | "AsOf":
            return join(node, table, others[0])
    return table
def aggregate(node: Any, table: Table) -> Table:
    """A row for each group of equal values in `by`."""
    groups = grouped(table, node["by"], range(table.height))
    columns, kinds = {n: [key[at] for key in groups] for at, n in enumerate(node["by"])}, {n: table.kinds[n] for n in node["by"]}
    for name, fn, expression in ((agg["name"], agg["fn"], agg["arg"]) for agg in node["aggs"]):
        (kind, arg), (start, step) = formula(expression, table), FOLDS[fn]
        totals = [reduce(step, map(arg, group), start) for group in groups.values()]
        columns[name] = [within(total, kind if fn.startswith("sum") else "") for total in totals]
        kinds[name] = GIVES.get(fn, kind)
    return Table(columns, kinds)
def join(node: Any, left: Table, right: Table) -> Table:
    """Rows of `left` with those of `right` that agree in `on` (a null never does); in AsOf, whose days hold the day `at`."""
    how, dated = node.get("how", "left"), node["node"] == "AsOf"
    single = node.get("match", "one") == "one" if dated else how not in ("cross", "anti") and not node.get("many", False)
    partners = grouped(right, [name for _, name in node["on"]], range(right.height))
    start, end = (right.columns[node[name]] for name in ("start", "end")) if dated else ([], [])
    pairs: list[tuple[int, int | None]] = []
    for i, key in enumerate(left.rows(name for name, _ in node["on"])):
        found = [] if None in key else partners.get(key, [])
        if dated:
            day = left.columns[node["at"]][i]
            found = [j for j in found if None not in (day, start[j], end[j]) and start[j] <= day <= end[j]]
        if single and len(found) > 1:
            raise ValueError(f"{key} has several partners")
        if found and how != "anti":
            pairs += [(i, j) for j in found]
        elif not found and how in ("left", "anti"):  # without a partner it stays, with nulls
            pairs.append((i, None))
    table, taken = left.picked(i for i, _ in pairs), right.picked(j for _, j in pairs)
    return Table({**table.columns, **renamed(taken.columns, node["take"])}, {**table.kinds, **renamed(taken.kinds, node["take"])})
def renamed(old: dict[str, Any], names: Any) -> dict[str, Any]:
    return {new: old[name] for new, name in names}
def nodes(inside: Any) -> list[Any]:
    """Every node in a part of the program."""
    parts = inside.values() if isinstance(inside, dict) else inside if isinstance(inside, list) else ()
    here = [inside] if isinstance(inside, dict) and "node" in inside else []
    return here + [node for part in parts for node in nodes(part)]

# -- 4 -- Texts. Tables of a pack are CSV with \N for null; a text that begins with a backslash has one more before it.
def units(text: str) -> int:
    value = Fraction(text) * UNIT
    if value.denominator != 1:
        raise ValueError(f"{text!r} has more than 12 places")
    return int(value)
def shown(value: Any, kind: str, places: int | None = None) -> str:
    """A value for people: a number with so many places, or without zeros at the end."""
    if value is None or kind not in LIMITS:
        return "" if value is None else str(value).lower() if kind == "bool" else str(value)
    digits = f"{abs(value) % UNIT:012d}".rstrip("0") if places is None else f"{abs(value) % UNIT:012d}"[:places]
    return f"{'-' if value < 0 else ''}{abs(value) // UNIT}{'.' if digits else ''}{digits}"
READ: dict[str, Callable[[str], Any]] = {
    "text": lambda text: text.removeprefix("\\"), "bool": {"true": True, "false": False}.__getitem__, "integer": int,
    "date": date.fromisoformat, "raw": str, **dict.fromkeys(LIMITS, units)}
def read_table(text: str, kinds: dict[str, str]) -> Table:
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    if header != list(kinds):
        raise ValueError("its columns are not those that tables.json names")
    columns: dict[str, list[Any]] = {}
    for (name, kind), cells in zip(kinds.items(), zip(*lines, strict=True) if lines else [()] * len(kinds), strict=True):
        known = {cell: READ[kind](cell) for cell in {*cells} if cell != "\\N" or kind == "raw"}
        columns[name] = [known.get(cell) for cell in cells]
    return Table(columns, kinds)
def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if twice := [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]:
        raise ValueError(f"`{twice[0]}` stands twice in a file of JSON, and a program that reads it may take either")
    return dict(pairs)
def sha256(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
def of_pairs(pairs: dict[str, str]) -> str:
    """The fingerprint of named texts, each with its length."""
    return sha256(b"".join(b"%d:%s" % (len(part), part) for pair in sorted(pairs.items()) for part in map(str.encode, pair)))
def little(numbers: Iterable[int], width: int = 8) -> bytes:
    return b"".join((number & (1 << 8 * width) - 1).to_bytes(width, "little") for number in numbers)
def digest(table: Table, leave_out: Iterable[str] = ()) -> str:
    """The fingerprint of a table but for some columns: of each its name, type, height, nulls, values, what these leave out."""
    taken, layouts = b"", {"text": (b"t", 4), "integer": (b"i", 8), "date": (b"d", 4), "bool": (b"b", 1)}
    for bare, kind, column in ((n.encode(), table.kinds[n], c) for n, c in table.columns.items() if n not in leave_out):
        (letter, width), texts = layouts.get(kind, (b"n", 8)), [(v or "").encode() for v in column] if kind == "text" else []
        whole = [len(v) for v in texts] or [v.toordinal() - 719_163 if v and kind == "date" else v or 0 for v in column]
        long = (n for row, v in enumerate(whole) if not -(1 << 63) <= v < 1 << 63 for n in (row, v >> 64))
        parts = little(n for n, v in enumerate(column) if v is None), little(whole, width), b"".join(texts) + little(long)
        taken += b"%d:%s%s" % (len(bare), bare, letter) + little([len(column)])
        taken += b"".join(hashlib.sha256(part).digest() for part in parts)
    return sha256(taken)
# -- 5 -- The proof: fingerprints, every table, the log, identities, the CSV files for people, digests.
# What a run came to, in its manifest: its id is the fingerprint of all else. CSV files for people: words, columns of money.
CAME_TO, SAID = {*"run tables kept result_digest run_digest rows identities files".split()}, {("outcome", "paid"): "earned"}
UNSEEN = {c: f"<U+{c:04X}>" for first, last in ((0, 8), (10, 31), (127, 159), (173, 173), (0x200B, 0x200B), (0x200E, 0x200F), (
    0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)) for c in range(first, last + 1)}  # what nobody sees
SHEETS = {"payouts": "amount", "earnings": "table_result earning", "exceptions": "at_stake", "identities": "left right"}
UNPROVED = """Not proved: that this is the run that was approved. Plans, rows (rejected ones too), exception log, control totals
and period could have been changed together with their digests. `--digest` with the one that was approved proves it."""

class Proof:
    def __init__(self) -> None:
        self.findings, self.files, self.at, self.id = list[str](), dict[str, bytes](), "the pack", ""  # `at`: what is at work
    def open(self, path: Path) -> None:
        if path.is_dir():
            self.files = {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}
        else:
            with zipfile.ZipFile(path) as pack:
                for self.at, times in Counter(pack.namelist()).items():
                    if times > 1:
                        raise ValueError("the zip has this name twice, and a program that unpacks it may take either file")
                    if (data := pack.read(self.at)) or not self.at.endswith("/"):  # `zip -r` makes entries of folders, too
                        self.files[self.at] = data
        self.at = "the pack"
        self.manifest, self.program, self.index = (
            json.loads(self.files[f"{n}.json"], object_pairs_hook=once) for n in ("manifest", "program", "tables"))
        self.stages = {stage["name"]: stage for stage in self.program["stages"]}
        used = nodes(self.program["stages"])
        lacks = {n["node"] for n in used} - NODES | {n["fn"] for n in used if "fn" in n} - {*STRICT, *LENIENT, *FOLDS, "value"}
        if lacks or self.program["version"] != 1:
            lack = ", ".join(sorted(lacks)) or "its version"
            raise ValueError(f"this verifier is too old for it (it lacks {lack}): take that of komisi {self.manifest['engine']}")
        self.tables = {"rejected": self.stored("inputs/rejected"), "exceptions": self.stored("tables/exceptions")}
        for name, columns in self.program["inputs"].items():
            self.tables[name] = self.stored(f"inputs/{name}", {column: type_["dtype"] for column, type_ in columns})
    def stored(self, name: str, kinds: dict[str, str] | None = None) -> Table:
        self.at = f"{name}.csv"
        return read_table(self.files[self.at].decode(), kinds or dict(self.index[name]))
    def find(self, *place: str, says: str) -> None:
        self.findings.append(" · ".join(part for part in place if part) + f": {says}")
    def same(self, place: str, stated: Any, found: Any) -> None:
        if stated != found:
            self.find(place, says=f"stated {stated}, found {found}")
    def select(self, table: str, *names: str, **where: Any) -> list[tuple[Any, ...]]:
        """Some columns of the rows that have these values."""
        found, wanted = self.tables[table], tuple(where.values())
        return [row for row, key in zip(found.rows(names), found.rows(where), strict=True) if key == wanted]
    def total(self, table: str, column: str, **where: Any) -> int:
        return sum(value or 0 for (value,) in self.select(table, column, **where))
    def prove(self, given: str | None) -> str:
        """Every check, from cause to effect; the run digest."""
        self.check_files()
        for name, stage in self.stages.items():  # each table from those before it, as they should be
            self.at = name
            self.tables[name] = made(stage["table"], self.tables)
            if name == "payouts":
                self.add_status(self.tables[name])
            if stage.get("kept", True) and not stage.get("view"):  # a view has no file, it only repeats others
                kinds = {c: kind for c, kind in self.tables[name].kinds.items() if c not in stage.get("left_out", ())}
                self.compare(name, stage["keys"], self.stored(f"tables/{name}", kinds), self.tables[name])
        self.check_identities()
        for name in SHEETS:
            self.check_sheet(name, self.tables[name])
        return self.check_digests(given)
    def check_files(self) -> None:
        """The pack has the files of the run and no others; texts have their fingerprints."""
        texts = {name: print_ for name, print_ in self.manifest["files"].items() if not name.endswith(".parquet")}
        tables = {name.replace(".parquet", ".csv") for name in self.manifest["files"] if name not in texts}
        wanted = {*texts, *tables, "README.txt", "verify.py", "manifest.json", "tables.json"}
        self.strange = sorted({*self.files} - wanted)  # told at last: what is beside a run is the cause of nothing in it
        self.findings += [f"{name}: it is missing" for name in sorted(wanted - {*self.files})]
        for name in sorted(texts.keys() & self.files):
            self.same(f"{name} · sha256", texts[name], sha256(self.files[name]))
        plans = {f"plans/{name}": print_ for name, print_ in self.manifest["plans"].items()}
        made_of = {name: texts[name] for name in texts if name.startswith("plans/") or name == "program.json"}
        self.same("manifest.json · plans and program", {**plans, "program.json": self.manifest["program"]}, made_of)
    def compare(self, place: str, keys: list[str], stored: Table, table: Table) -> None:
        """The first row, in the order of keys, and its first column that is not as calculated."""
        names, at = list(stored.columns), [list(stored.columns).index(key) for key in keys]
        sides = stored.rows(names), table.rows(names)
        extra, missing = ([], []) if sides[0] == sides[1] else (
            list((Counter(a) - Counter(b)).elements()) for a, b in (sides, sides[::-1]))
        for old in sorted(extra or missing, key=lambda row: [(row[i] is not None, row[i]) for i in at])[:1]:
            new = max(missing, key=lambda row: sum(a == b for a, b in zip(row, old, strict=True)), default=None)
            row = ", ".join(f"{names[i]} {shown(old[i], table.kinds[names[i]])}" for i in at if old[i] not in (None, ""))
            more = f" ({len(extra)} stored rows of this table should not be there, {len(missing)} are missing)"
            if not extra or new is None:
                self.find(place, row, says=("the row should not be there" if extra else "the row is missing") + more)
                continue
            column, a, b = next(cell for cell in zip(names, old, new, strict=True) if cell[1] != cell[2])
            a, b = (shown(value, table.kinds[column]) or "nothing" for value in (a, b))
            self.find(place, row, column, says=f"stored {a}, calculated {b}" + more * (len(extra) > 1 or len(missing) > 1))
    def add_status(self, payouts: Table) -> None:
        """The exception log makes the status of each payout."""
        line, log = ("participant", "plan", "earning_code"), self.select("exceptions", "severity", "participant", state="open")
        stopped, period = {who for what, who in log if what == "blocks_participant"}, "blocks_period" in {what for what, _ in log}
        parts = self.select("exceptions", "participant", "plan", "part", stage="earning", state="open")
        due = self.select("earnings", *line[:2], "component", line[2], in_pay_period=True)
        lacking = {(*row[:2], row[3]) for row in due if row[:3] in parts}
        payouts.kinds["status"], payouts.columns["status"] = "text", [
            "not_payable" if period or row[0] in stopped else "incomplete" if row[3] and row[:3] in lacking else "payable"
            for row in payouts.rows((*line, "incomplete"))]
    def check_identities(self) -> None:
        """What must add up, added up again."""
        rows = [(*row, row[2] == row[3]) for row in self.identities()]
        for name, place, left, right, _ in (row for row in rows if not row[4]):
            self.find("identities", name, place, says=f"{shown(left, 'money')} is not {shown(right, 'money')}")
        stored = self.stored("tables/identities")
        self.tables["identities"] = Table(dict(zip(stored.kinds, map(list, zip(*rows, strict=True)), strict=True)), stored.kinds)
        self.compare("identities", ["identity", "place"], stored, self.tables["identities"])
        self.same("manifest.json · identities", self.manifest["identities"], {"checked": len(rows), "failed": 0})
    def identities(self) -> Iterator[tuple[str, str, int, int]]:
        for source in (name.removeprefix("source/") for name in self.program["inputs"] if name.startswith("source/")):
            taken = Counter(self.tables[f"source/{source}"].columns["file"])
            gone = Counter((f, code in ("X057", "X058")) for f, code in self.select("rejected", "file", "code", source=source))
            for file in {*taken, *dict(gone.keys()), *self.manifest["inputs"][source]}:
                count = {"accepted": taken[file], "rejected": gone[file, False], "skipped": gone[file, True]}
                count["read"] = sum(count.values())
                self.same(f"manifest.json · rows / {source} / {file}", self.manifest["rows"][source].get(file), count)
                yield "rows read = accepted + rejected + skipped", f"{source}: {file}", count["read"] * UNIT, count["read"] * UNIT
            height = self.tables[f"source/{source}"].height * UNIT
            yield "rows accepted = rows calculated with", source, height, height
            if f"states/{source}" in self.tables:
                yield "accepted rows = Σ rows by state", source, height, self.tables[f"states/{source}"].height * UNIT
        for name, stage in self.stages.items():
            grain, _, what = name.partition("/")
            if grain == "credits":  # a split may round a value before it cuts it; of a roll-up it stands in `shares/`
                inside = nodes(below := self.stages.get(f"shares/{what}")) + nodes(stage)
                source = next(n["name"][9:] for n in inside if n["node"] == "Scan" and n["name"].startswith("prepared/"))
                cut = next((n["expr"] for n in inside if n["node"] == "Def" and n["name"] == "share.whole"), dict[str, Any]())
                mode, digits = (arg["value"] for arg in cut["args"][1:]) if cut.get("fn") == "round" else ("truncate", 12)
                values = self.select(f"matches/{source}", f"{what}.value", **{f"{what}.state": "matched"})
                into = "shares to roll up" if below else "credited + unassigned + excluded + exception shares"
                held = f"shares/{what}" if below else name
                left = sum(rounded(value or 0, mode, digits) for (value,) in values)
                yield f"Σ matched value = Σ {into}", what, left, self.total(held, "amount")
                if "share.adjusted" in self.tables[held].columns:
                    more = sum(max(change or 0, 0) for (change,) in self.select(held, "share.adjusted"))
                    yield "Σ given by adjustments = Σ taken off", what, more, more - self.total(held, "share.adjusted")
                if below:
                    left = sum((amount or 0) * levels for amount, levels in self.select(held, "amount", "levels"))
                    right = self.total(name, "amount") - self.total(name, "amount", participant="")
                    yield "Σ shares × managers above = Σ roll-up credits", what, left, right
            inside = nodes(stage) if grain == "measures" else []  # of a sum without a condition, of its shortest periods
            if ("found", "sum") in [(n["name"], n["fn"]) for n in inside if n["node"] == "Agg"] and not any(
                    "formula" in n for n in inside if n["node"] == "Def" and n["name"] == "counts"):
                length = min(self.tables[name].columns["length"], key=["month", "period", "quarter", "year"].index, default="")
                yield "Σ measure = Σ credits", what, *[self.total(name, "own", length=length)] * 2
            if grain == "earnings" and what:
                results = self.total(f"credit_pay/{what}" if f"credit_pay/{what}" in self.tables else name, "table_result")
                yield "Σ tier slices = table results", what, self.total(f"slices/{what}", "pay"), results
                grid, (plan, component) = ("participant", "period", "segment"), what.split(".", 1)
                rows = [row for row in self.select(name, *grid, "table_result", "earning") if row[4] is not None]
                known, left = {row[:3] for row in rows}, sum(row[3] or 0 for row in rows)
                steps = "steps" in self.tables and self.select("steps", *grid, "before", "after", plan=plan, component=component)
                left += sum((row[4] or 0) - (row[3] or 0) for row in steps or [] if row[:3] in known)
                yield "table results + Σ modifier steps = earnings", what, left, sum(row[4] for row in rows)
                for pool in (column for column in self.tables[name].columns if column.endswith(".pool")):
                    columns = ("period", pool[:-4] + "group", pool, pool[:-5], pool[:-4] + "weights")
                    shares = [row for row in self.select(name, *columns) if row[3] is not None and (row[4] or 0) > 0]
                    pools = {row[:2]: row[2] for row in shares}
                    yield "Σ pools = Σ parts shared out", what, sum(pools.values()), sum(row[3] for row in shares)
        for (plan,) in sorted({*self.select("earnings", "plan", in_pay_period=True), *self.select("payouts", "plan")}):
            coded = [e or 0 for e, c in self.select("earnings", "earning", "earning_code", plan=plan, in_pay_period=True) if c]
            earned, amount = (self.total("payouts", column, plan=plan) for column in ("earned", "amount"))
            yield "Σ earnings + payout rounding = payouts", plan, sum(coded) + amount - earned, amount
    def check_sheet(self, name: str, table: Table) -> None:
        """A CSV file for people has the rows of its table; what a spreadsheet would run begins with an apostrophe there."""
        self.at, hidden, money = f"{name}.csv", ("earned", "incomplete", "in_pay_period"), SHEETS[name].split()
        period = {"period": [self.manifest["period"]] * table.height} if name == "payouts" else {}  # it begins with that
        table = Table({**period, **table.columns}, kinds := {"period": "text", **table.kinds})
        names = [column for column in table.columns if column not in hidden]
        table = table.picked(i for i, due in enumerate(table.columns.get("in_pay_period", [True] * table.height)) if due)
        columns = {c: [shown(SAID.get((c, v), v), kinds[c], 12) for v in table.columns[c]] for c in names}
        for column in (column for column in names if kinds[column] == "text"):
            columns[column] = ["'" * (t[:1] in {*"=+-@\t"}) + t.translate(UNSEEN) for t in columns[column]]
        for column in money:  # in its currency's digits where that loses nothing
            for i, value in enumerate(table.columns[column]):
                places = self.manifest["currencies"].get(columns["currency"][i], 12) if "currency" in names else 12
                columns[column][i] = shown(value, "money", None if places == 12 or (value or 0) % 10 ** (12 - places) else places)
        stored = read_table(self.files[self.at].decode(), raw := dict.fromkeys(names, "raw"))
        self.compare(self.at, [column for column in names if column not in money], stored, Table(columns, raw))
    def check_digests(self, given: str | None) -> str:
        """The digests of all tables as they are stored, those of the run, and the one given by hand."""
        stated, prints = self.manifest, {"tables": dict[str, str](), "kept": dict[str, str]()}
        for name in self.index:
            table, bare = self.stored(name), name.removeprefix("tables/")
            if bare in (name, "exceptions", "identities"):  # with file and row
                prints["kept"][name] = digest(table)
            if bare not in (name, "identities"):
                prints["tables"][bare] = digest(table, ("file", "row", "record", "waived_in"))
        for entry, found in prints.items():
            for name in sorted(found.keys() | stated[entry]):
                self.same(f"manifest.json · {entry} / {name}", stated[entry].get(name), found.get(name))
        made_from = json.dumps({name: value for name, value in stated.items() if name not in CAME_TO}, sort_keys=True)
        result, rows = (of_pairs(found) for found in prints.values())
        run, self.id = of_pairs({"made_from": made_from, "result": result, "kept": rows}), sha256(made_from)[:16]
        for entry, print_ in (("run", self.id), ("result_digest", result), ("run_digest", run)):
            self.same(f"manifest.json · {entry}", stated[entry], print_)
        if given not in (None, run):
            self.find("run digest", says=f"given {given}, found {run}: it is not the run that was approved")
        self.findings += [f"{name}: it belongs to no run" for name in self.strange]
        return run
def main() -> int:
    here, parser = Path(__file__).resolve().parent, argparse.ArgumentParser(description="Proves a packed run of komisi.")
    inside = (here / "manifest.json").is_file()
    parser.add_argument("pack", nargs="?" if inside else None, type=Path, default=here, help="the zip, or its folder")
    parser.add_argument("--digest", type=str.lower, help="the run digest that was approved (64 digits)")
    options, proof, _ = parser.parse_args(), Proof(), csv.field_size_limit(2**31 - 1)
    if (given := options.digest) is not None and (len(given) != 64 or {*given} - {*"0123456789abcdef"}):
        parser.error(f"`{given}` is no run digest: give all 64 digits of it")
    try:
        proof.open(options.pack)
        run = proof.prove(given)
    except Exception as error:  # a pack may be broken in any way
        print(*proof.findings, f"{options.pack} can't be proved: {proof.at}: {error}", sep="\n", file=sys.stderr)
        return 4
    many, approved = len(proof.findings), ", as approved" if given else f"\n{UNPROVED}"
    verdict = f"{many} finding{'s' * (many > 1)} in run {proof.id}" + ", the first is the cause" * (many - len(proof.strange) > 1)
    end = f"{len(proof.stages)} tables calculated. Run digest {run}{approved * (not many)}"
    print(*proof.findings, f"{verdict if many else f'Run {proof.id} holds'}: {end}", sep="\n")
    return 1 if many else 0

if __name__ == "__main__":
    sys.exit(main())
