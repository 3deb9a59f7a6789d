"""A workspace with a note beside everything that the schemas let one note, each in effect for somebody.

The same plan four times, which says its policies nowhere (the workspace does), for the plan, for the component, or right
at the table, gate and limits. `annotated` puts a note of its own at each place that a schema allows.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[2] / "schemas" / "v1"
Json = dict[str, Any]
Place = tuple[str, ...]

TABLE = {
    "boundary": "upper", "below": "zero", "above": "same", "missing_target": "zero", "zero_target": "full",
    "reach": "to_date",
}  # fmt: skip
GATE = {name: TABLE[name] for name in ("missing_target", "zero_target", "reach")}
EXCESS = {"excess": "remembered"}
POOL = {"negative_pool": "zero", "no_weights": "nobody"}
MEASURE = {
    "no_credits": "zero", "zero_denominator": "zero", "no_previous": "zero", "missing_part": "zero", "on_move": "stay", **GATE,
}  # fmt: skip
COMPONENT = {**TABLE, **EXCESS, **POOL}
PLAN = {
    **COMPONENT, **MEASURE, "running_total": "after", "segments": "separate", "hit_policy": "first",
    "not_on_plan": "unassigned",
    "participant_values_on": "segment_end", "payout_rounding": "half_up",
}  # fmt: skip
ON_CHANGE = {"on_change": "continue"}
"""Has something to decide only where segments are joined."""

MAIN: Json = {
    "kind": "workspace",
    "name": "noted",
    "calendar": {
        "kind": "custom",
        "periods": [
            {"name": "P1", "start": "2026-01-01", "end": "2026-01-31", "year": "Y1"},
            {"name": "P2", "start": "2026-02-01", "end": "2026-02-28", "year": "Y1"},
        ],
    },
    "pay_period": "period",
    "currencies": {"USD": {"digits": 2}},
    "plans": "*/comp.yaml",
    "targets": "targets.yaml",
    "sources": {
        "people": {
            "role": "participants",
            "files": "people.csv",
            "columns": {"participant": "text", "start": "date", "end": "date", "title": "text", "manager": "text",
                        "bonus": {"type": "rate", "nullable": True}, "territory": {"type": "text", "nullable": True},
                        "hired": {"type": "date", "nullable": True}, "joined": "date"},
        },
        "orders": {
            "role": "transactions",
            "files": "orders.csv",
            "key": ["order"],
            "date": "day",
            "skip_rows": [{"order": {"begins_with": "Total"}}],
            "columns": {"order": "text", "day": "date", "sold": "date", "seller": "text", "account": "text", "desk": "text",
                        "kind": "text", "currency": "text", "net": {"type": "money", "currency": {"column": "currency"}}},
        },
        "accounts": {
            "role": "assignments",
            "files": "accounts.csv",
            "control": {"sums": {"share": 3}},
            "recorded": {"as_it_is": True},
            "columns": {"account": "text", "participant": "text", "start": "date", "end": "date", "share": "rate",
                        "hours": "quantity"},
        },
        "fx": {
            "role": "exchange_rates",
            "files": "fx.csv",
            "recorded": {"as_it_is": True},
            "columns": {"from_currency": "text", "to_currency": "text", "start": "date", "rate": "quantity"},
        },
        "regions": {
            "role": "targets",
            "database": {"kind": "sqlite", "file": "regions.db", "table": "regions"},
            "columns": {"territory": "text", "year": "text", "line": "text", "amount": {"type": "money", "currency": "USD"}},
        },
        "goals": {
            "role": "targets",
            "files": "goals.csv",
            "columns": {"participant": "text", "year": "text", "line": "text", "amount": {"type": "money", "currency": "USD"}},
        },
    },
    "exceptions": {
        "owners": [{"owner": "desk"}],
        "waivers": [
            {"code": "E105", "participant": "stranger", "name": "Ada", "reason": "gone", "until": "P2", "note": "gone"}
        ],
    },
    "profiles": {"flat": {"shares": ["50%", "50%"]}},
    "variables": {"bonus": {"type": "rate", "default": 1, "column": "bonus"}},
    "policies": {**PLAN, **ON_CHANGE, "unmatched": "ignore"},
}  # fmt: skip

TARGETS: Json = {
    "kind": "target-plan", "name": "by-line", "unit": "USD", "given": "year",
    "categories": {"column": "line", "targets": {"goal": "all"}},
    "sources": [{"source": "goals", "by": "participant"}, {"source": "regions", "by": "territory"}], "precedence": "first",
    "participant_values_on": "segment_end", "spread": {"profile": "flat"},
    "prorate": "none", "ramp": {"since": "hired", "shares": ["50%"]},
}  # fmt: skip


def _of(policies: Json, name: str) -> Json:
    return {name: policies[name]} if policies else {}


def plan(
    name: str, own: Json, component: Json, table: Json, gate: Json, limit: Json, measure: Json, more: Json
) -> Json:
    """A plan for the title of its name, with policies at the places given."""
    rule: Json = {"from": "orders", "credit_date": "day", "value": "net"}
    main: Json = {
        "earning_period": "period",
        "basis": "period",
        "base": "month",
        "earning_code": "MAIN",
        "rate": {
            "mode": "whole",
            "select": "ytd",
            "against": "goal",
            "round_attainment": {"mode": "half_up", "digits": 0},
            "tiers": [
                {"from": "50%", "rate": "10%"}, {"from": "100%", "rate": "20%"},
                {"from": "120%", "to": "150%", "rate": "30%"},
            ],
            **table,
        },
        "then": [
            {"gate": {"measure": "ytd", "against": "goal", "at_least": "5%", **gate,
                      "round_attainment": {"mode": "half_up", "digits": 0}}},
            {"multiply": {"by": "bonus * weight", "per": "earning"},
             "waivers": [{"participant": f"{name}-below", "periods": ["P2"], "name": "Ada", "approved": "2026-02-27",
                          "reason": "so"}]},
            {"cap": {"over": "year", "at": 50, **limit}},
            {"floor": {"over": "year", "at": "least", **limit}},
            {
                "carry_forward": {
                    "over": "year",
                    "deficit": {"under": "0 - least", "at_end": "dropped"},
                    "excess": {"over": 1000, "at_end": "settled"},
                }
            },
            {"prorate": {"amount": "calendar_days"}},
            {"gate": {"when": "middle >= 0 and mix >= 0 and last >= 0 and goal_reached >= 0", "per": "earning"}},
            {"gate": {"when": "points >= 0 and alone >= 0 and team_earned >= 0 and together_ytd >= 0", "per": "earning"}},
        ],
        **({"policies": {key: said for key, said in component.items() if key not in POOL}} if component else {}),
    }  # fmt: skip
    runs: Json = {
        "earning_period": "period",
        "basis": "credit",
        "base": "direct",
        "earning_code": "RUNS",
        "rate": {
            "mode": "interpolated",
            "select": "direct_ytd",
            "points": [{"at": 0, "rate": "1%"}, {"at": 70, "rate": "2%"}],
            **({"running_total": "before"} if table else {}),
        },
        "then": [{"budget": {"over": "year", "at": 0, "when_spent": "stop", **limit}}],
        **({"policies": {"running_total": "after"}} if component else {}),
    }
    pool: Json = {
        "earning_period": "period",
        "basis": "period",
        "base": "together",
        "earning_code": "POOL",
        "rate": {"mode": "flat", "rate": "10%"},
        "then": [
            {"multiply": {"by": -1, "per": "earning"}},
            {"share_out": {"within": "everyone", "by": "0 * heads", "mode": "half_up", **(POOL if limit else {})}},
        ],
        **({"policies": POOL} if component else {}),
    }
    return {
        "kind": "comp-plan",
        "name": name,
        "currency": "USD",
        "in_force": {"start": "2026-01-01", "end": "2026-02-20"},
        "participants": {"title": name},
        "variables": {"least": {"value": 2, "type": "money"}},
        "look_ups": {
            "weight": {
                "type": "quantity",
                "by": {"size": {"band": "month", **_of(table, "boundary")}},
                "missing": 1,
                "rows": [{"size": 60, "value": 1}],
            }
        },
        "credits": {
            "direct": {
                **rule,
                "order": ["day"],
                "where": f'desk == "{name}" and kind in ("direct", "both")',
                "exclude": {"tiny": "net < 1"},
                "to": "seller",
            },
            "shared": {
                **rule,
                "where": f'desk == "{name}" and kind in ("shared", "both")',
                "to": {"assignment": "accounts", "match": {"account": "account"}, "share": {"weight": "hours"},
                       "digits": 2, "mode": "half_up"},
            },
            "team": {
                **rule,
                "convert": {"rates": "fx", "pair": "row_to_plan", "rate_date": "day", "max_age": 30, "round": "half_up"},
                "where": f'desk == "{name}" and kind == "team"',
                "values_on": {"column": "sold", "later": "credit_date"},
                "to": {
                    "managers_of": {"assignment": "accounts", "match": {"account": "account"},
                                    "share": {"weight": "hours"}, "digits": "exact"},
                    "levels": 1, "longer": "stop", "no_manager": "exception", "not_on_plan": "skip",
                    "generations": {"title": [name, "Buyer", "Lead"], "within": 3, "beyond": "exception"},
                },
            },
        },
        "measures": {
            "month": {"sum": ["direct", "shared", "team"], "over": "period"},
            "ytd": {"sum": ["direct", "shared"], "over": "year_to_date"},
            "direct_ytd": {"sum": "direct", "over": "year_to_date"},
            "cut": {"sum": "shared", "over": "period", "each": {"by": "account", "cap": 100000}},
            "middle": {"average": "shared", "over": "period", **_of(measure, "no_credits")},
            "last": {"previous": "month", "back": "period", **_of(measure, "no_previous")},
            "goal_reached": {"attainment": "ytd", "against": "goal", **(GATE if measure else {})},
            "lean": {"ratio": "month", "to": "cut", "zero_denominator": "block"},
            "score": {"weighted": {"lean": {"weight": "60%", "cap": "150%"}, "mix": {"weight": "40%", "floor": "0%"}},
                      **_of(measure, "missing_part")},
            "alone": {"weighted": {"lean": {"weight": "100%", "missing_part": "zero"}}},
            "points": {"rounded": "score", "mode": "floor", "digits": 0},
            "together": {"total": "month", "within": "everyone"},
            "heads": {"headcount": "everyone"},
            "together_ytd": {"total": "ytd", "within": "everyone", **_of(measure, "on_move")},
            "team_earned": {"earned": "runs", "over": "period",
                            "reports": {"levels": [1], "longer": "stop", "managers_on": "last_day", "not_on_plan": "skip",
                                        "generations": {"title": [name, "Lead"], "within": 2, "beyond": "stop"}}},
            "mix": {"ratio": "month", "to": "cut", **_of(measure, "zero_denominator")},
        },
        "components": {"main": main, "runs": runs, "pool": pool, **more},
        **({"policies": own} if own else {}),
    }  # fmt: skip


MORE: Json = {
    "steps": {
        "earning_period": "period",
        "basis": "period",
        "earning_code": "STEP",
        "rate": {
            "mode": "step",
            "select": "month",
            "tiers": [{"from": 0, "amount": 1}, {"from": 50, "amount": 2}],
            "prorate": {"bounds": "calendar_days"},
        },
    },
    "growth": {
        "earning_period": "period",
        "basis": "to_date",
        "base": "ytd",
        "earning_code": "GROW",
        "rate": {"mode": "marginal", "select": "ytd", "tiers": [{"from": 0, "rate": "1%"}, {"from": 50, "rate": "2%"}]},
        "then": [{"true_up": "year"}, {"round": {"per": "earning", "mode": "half_up"}}],
    },
    "deals": {
        "earning_period": "year",
        "basis": "credit",
        "base": "direct",
        "earning_code": "DEAL",
        "rate": {"mode": "flat", "rate": "1%"},
        "then": [{"gate": {"when": "net > 5", "per": "credit"}}],
    },
}


def joined(name: str, own: Json) -> Json:
    """A plan whose segments are joined, with something that adds up over a change."""
    return {
        "kind": "comp-plan",
        "name": name,
        "currency": "USD",
        "in_force": {"start": "2026-01-01", "end": "2026-02-20"},
        "participants": {"title": name},
        "credits": {
            "sales": {
                "from": "orders",
                "where": f'desk == "{name}"',
                "to": "seller",
                "credit_date": "day",
                "value": "net",
            }
        },
        "measures": {"sales_ytd": {"sum": "sales", "over": "year_to_date"}},
        "components": {
            "growth": {**MORE["growth"], "base": "sales_ytd", "rate": {**MORE["growth"]["rate"], "select": "sales_ytd"}}
        },
        "policies": {"segments": "joined", **own},
    }


def anew(name: str) -> Json:
    """A plan that begins anew with each anniversary."""
    made = joined(name, {"segments": "separate"})
    [growth] = made["components"].values()
    then = [{"true_up": "plan"}, {"round": {"per": "earning", "mode": "half_up"}}]
    return {
        **made,
        "begins_anew": {"anniversary_of": "joined"},
        "measures": {"sales_ytd": {"sum": "sales", "over": "plan_to_date"}},
        "components": {"growth": {**growth, "then": then}},
    }


PLANS = {
    "an": anew("an"),
    "jw": joined("jw", {}),
    "jo": joined("jo", ON_CHANGE),
    "ws": plan("ws", {}, {}, {}, {}, {}, {}, {}),
    "pl": plan("pl", PLAN, {}, {}, {}, {}, {}, {}),
    "co": plan("co", {}, COMPONENT, {}, {}, {}, {}, {}),
    "ne": plan("ne", {}, {}, TABLE, GATE, EXCESS, MEASURE, MORE),
}
SOLD = {"bound": 100, "mid": 60, "below": 10, "above": 300, "zero": 10, "miss": 10, "part": 60}
GOALS = {"zero": 0, "miss": None}


def _data() -> dict[str, str]:
    people = ["participant,start,end,title,bonus,manager,territory,hired,joined"]
    orders = ["order,day,sold,seller,account,desk,kind,currency,net"]
    accounts, goals = ["account,participant,start,end,share,hours"], ["participant,year,line,amount"]
    for name in PLANS:
        accounts.append(f"{name},{name}-mid,2026-01-01,,1,2")
        for who, net in SOLD.items():
            first, boss = "2026-02-10" if who == "part" else "2026-01-01", "mid" if who == "above" else "above"
            hired = first * (who == "part")
            people.append(
                f"{name}-{who},{first},,{name},,{name}-{boss},{'north' * (who == 'above')},{hired},2025-01-15"
            )
            orders.append(f"{name}-{who},2026-02-12,2026-02-11,{name}-{who},,{name},direct,USD,{net}")
            goal = GOALS.get(who, None if who == "above" else 50)
            goals += [] if goal is None else [f"{name}-{who},Y1,all,{2 * goal}"]
        orders.append(f"{name}-both,2026-02-12,2026-02-11,{name}-above,{name},{name},both,USD,5")
        orders.append(
            f"{name}-share,2026-02-12,2026-02-11,,{name},{name},shared,USD,0.01".replace(",,", f",{name}-above,")
        )
        orders.append(f"{name}-team,2026-02-12,2026-02-11,,{name},{name},team,EUR,2.5".replace(",,", f",{name}-mid,"))
        orders.append(f"{name}-tiny,2026-02-12,2026-02-11,{name}-above,,{name},direct,USD,0.5")
        orders.append(f"{name}-off,2026-02-12,2026-02-11,stranger,,{name},direct,USD,5")
        orders.append(f"{name}-late,2026-02-25,2026-02-11,{name}-above,,{name},direct,USD,5")
    orders.append("none,2026-02-12,2026-02-11,ws-above,,xx,direct,USD,5")
    regions = ["territory,year,line,amount", "north,Y1,all,100"]
    rates = ["from_currency,to_currency,start,rate", "EUR,USD,2026-02-01,2"]
    tables = {"fx": rates, "regions": regions, "people": people, "orders": orders, "accounts": accounts, "goals": goals}
    return {f"{name}.csv": "\n".join(rows).replace(",,", ",-,") + "\n" if name == "orders" else "\n".join(rows) + "\n"
            for name, rows in tables.items()}  # fmt: skip


# -- the places of a schema, and notes at them


def _schema(kind: str) -> Json:
    found: Json = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


def _followed(schema: Json, root: Json, value: Any = None) -> Json:
    """What a schema refers to; of one for a value or a mapping, the mapping; of two kinds of mapping, the one of `value`."""
    while "$ref" in schema or schema.get("if", {}).get("type") == "object":
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            first = "anyOf" not in schema["if"] or any(
                one["required"][0] in (value or ()) for one in schema["if"]["anyOf"]
            )
            schema = schema["then" if first else "else"]
    return schema


def _inner(schema: Json) -> dict[str, Json]:
    """The schemas of what stands in a mapping or list: by key, `*` for any other, `[]` for items."""
    found = {name: inner for name, inner in schema.get("properties", {}).items() if name not in ("note", "reason")}
    if isinstance(schema.get("additionalProperties"), dict):
        found["*"] = schema["additionalProperties"]
    return found | ({"[]": schema["items"]} if isinstance(schema.get("items"), dict) else {})


def places(kind: str) -> Iterator[Place]:
    """Every place where a note may stand in a file of that kind."""
    root = _schema(kind)

    def walk(schema: Json, path: Place) -> Iterator[Place]:
        if "anyOf" in schema.get("if", {}):
            yield from walk(schema["then"], path)
        schema = _followed(schema, root)
        if "note" in schema.get("properties", {}):
            yield path
        for name, inner in _inner(schema).items():
            yield from walk(inner, (*path, name))

    yield from walk(root, (kind,))


def annotated(document: Json, note: Callable[[Place], Json]) -> Json:
    """The document with `note(place)` merged in at each of its places; a bare value becomes a mapping where it may."""
    root = _schema(document["kind"])

    def walk(value: Any, schema: Json, path: Place) -> Any:
        schema = _followed(schema, root, value)
        inner = _inner(schema)
        if isinstance(value, list):
            return [walk(item, inner["[]"], (*path, "[]")) if "[]" in inner else item for item in value]
        noted = "note" in schema.get("properties", {})
        if not isinstance(value, dict):
            (needed, *more) = schema.get("required") or ("", "")
            if not noted or more or needed in ("column", "weight"):
                return value
            return {needed: value, **note(path)}
        found = {}
        for name, item in value.items():
            key = name if name in inner else "*"
            found[name] = walk(item, inner[key], (*path, key)) if key in inner else item
        return {**found, **(note(path) if noted else {})}

    made: Json = walk(document, root, (document["kind"],))
    return made


def noted_workspace(folder: Path) -> dict[str, Place]:
    """Write the workspace; every note in it (`[note 17]`) with its place."""
    given: dict[str, Place] = {}

    def note(place: Place) -> Json:
        text = f"[note {len(given)}]"
        given[text] = place
        own = place[1:3] == ("exceptions", "waivers")  # its reason is told of the rows that it waives alone
        return {"reason" if len(given) % 2 and not own else "note": text}

    documents = {"komisi.yaml": MAIN, "targets.yaml": TARGETS} | {f"{n}/comp.yaml": p for n, p in PLANS.items()}
    texts = {name: json.dumps(annotated(document, note), indent=1) for name, document in documents.items()}
    for name, text in {**texts, **_data()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _into_database(folder / "regions.csv")
    return given


def _into_database(path: Path) -> None:
    """A table in a database in place of a file."""
    header, *rows = (line.split(",") for line in path.read_text(encoding="utf-8").split())
    with closing(sqlite3.connect(path.with_suffix(".db"))) as connection, connection:
        connection.execute(f"create table {path.stem} ({', '.join(f'{name} text' for name in header)})")
        connection.executemany(f"insert into {path.stem} values ({', '.join('?' * len(header))})", rows)
    path.unlink()
