"""The same plan as SQL in DuckDB, as somebody would write it who knows it well: the trace of `by_hand.py`, Parquet to Parquet.

Sums of money are exact: amounts have two places and rates six. Targets are compared as binary fractions, since a quotient of
decimals is one in DuckDB. It checks nothing and proves nothing, as the script by hand. Needs `komisi[duckdb]`.
"""

import sys
from pathlib import Path

import duckdb

MADE = """
create table stints as
  select participant, greatest(start, date '2026-01-01') as segment,
    least(coalesce("end", date '9999-12-31'), date '2026-12-31') as until, payroll_id,
    coalesce(own_rate, 0.005)::decimal(9, 6) as own_rate
  from '{data}/people.parquet';
create table credits as
  select order_id, seller as participant, day, month(day) as month, kind, net::decimal(18, 2) as amount, segment,
    case when segment is not null and day <= until then 'credited' else 'unassigned' end as state,
    case when segment is not null and day <= until then '' when seller is null then 'no_participant' else 'not_on_plan' end
      as because
  from (select * from '{data}/orders/*.parquet' where kind <> 'test') o
  asof left join stints s on o.seller = s.participant and o.day >= s.segment
  order by order_id;
create table states as
  select o.order_id, coalesce(c.state, 'unmatched') as state, coalesce(c.because, 'where') as because
  from '{data}/orders/*.parquet' o left join credits c using (order_id) order by order_id;
create table measures as
  with months as (select month(m::date) as month, m::date as "from", last_day(m::date) as "to"
      from range(timestamp '2026-01-01', timestamp '2027-01-01', interval 1 month) t(m)),
    grid as (select participant, segment, month, own_rate, "from",
        date_diff('day', greatest("from", segment), least("to", until)) + 1 as days,
        date_diff('day', "from", "to") + 1 as all_days
      from stints, months where segment <= "to" and "from" <= until),
    sums as (select participant, segment, month, sum(amount) as sales, count(*) as deals
      from credits where state = 'credited' group by all)
  select participant, segment, month, own_rate, days, all_days, coalesce(sales, 0)::decimal(18, 2) as sales,
    coalesce(deals, 0) as deals,
    sum(coalesce(sales, 0)) over (partition by participant, segment order by month)::decimal(18, 2) as sales_ytd
  from grid left join sums using (participant, segment, month);
create table credit_pay as
  with running as (select order_id, participant, segment, month, kind,
      sum(amount) over (partition by participant, segment order by day, order_id)::decimal(18, 2) as "after", amount
      from credits where state = 'credited'),
    cut as (select *, ("after" - amount)::decimal(18, 2) as "before" from running)
  select order_id, participant, segment, month, "before", "after",
    {running_before}, {running_after}, case when kind = 'renewal' then 1.1 else 1.0 end::decimal(3, 1) as times
  from cut order by order_id;
create table slices_deals as select * from ({slices_deals}) order by order_id, tier;
create table pays as
  select order_id, participant, segment, month, "before", "after", {table_result} as table_result, times,
    ({table_result}) * times as pay
  from credit_pay order by order_id;
create table slices_commission as select * from ({slices_commission}) order by participant, segment, month, tier;
create table slices_growth as
  with parts as (select m.*, q.amount::double / 12 * days / all_days as part
      from measures m join '{data}/quotas.parquet' q using (participant)),
    targets as (select *, sum(part) over (partition by participant, segment order by month) as target from parts)
  select participant, segment, month, target, sales_ytd / target as attainment, sales_ytd as length,
    case when sales_ytd >= 1.3::double * target then 0.018 when sales_ytd >= target then 0.014
      when sales_ytd >= 0.8::double * target then 0.008 else 0.004 end::decimal(9, 6) as rate, length * rate as pay
  from targets order by participant, segment, month;
create table earnings as
  with activity as (select *, case when deals >= 15 then 250 when deals >= 10 then 120 when deals >= 6 then 50 else 0 end as got,
      sales >= 2000 as gate from measures),
    deals as (select participant, segment, month, sum(table_result) as got, sum(pay) as paid from pays group by all),
    commission as (select participant, segment, month, sum(pay) as got from slices_commission group by all),
    growth as (select *, pay - coalesce(lag(pay) over (partition by participant, segment order by month), 0) as new
      from slices_growth)
  select component, code, participant, segment, month, table_result, step_1, step_2, coalesce(step_2, step_1) as earning from (
    select 'activity' as component, 'BONUS' as code, participant, segment, month, got::decimal(38, 9) as table_result,
      case when gate then got else 0 end::decimal(38, 9) as step_1, case when gate then got else 0 end::decimal(38, 9) as step_2
    from activity
    union all select 'commission', 'COMM', participant, segment, month, coalesce(got, 0), round(coalesce(got, 0), 2),
      null from measures left join commission using (participant, segment, month)
    union all select 'deals', 'COMM', participant, segment, month, coalesce(got, 0), coalesce(paid, 0),
      round(coalesce(paid, 0), 2) from measures left join deals using (participant, segment, month)
    union all select 'growth', 'COMM', participant, segment, month, pay, new, round(new, 2) from growth
    union all select 'spiff', 'SPIFF', participant, segment, month, sales * own_rate, round(sales * own_rate, 2), null
      from measures)
  order by component, participant, segment, month;
create table payouts as
  select participant, max(payroll_id) as payroll_id, code, sum(earning) as amount
  from (select participant, code, sum(earning) as earning from earnings where month = 12 group by all)
  join (select participant, max(payroll_id) as payroll_id from stints group by all) using (participant)
  group by participant, code order by participant, code;
create table exceptions as
  select * from credits where state = 'unassigned' and day between date '2026-12-01' and date '2026-12-31';
"""
WRITTEN = (
    "states", "credits", "measures", "pays", "slices_deals", "slices_commission", "slices_growth", "earnings", "payouts",
    "exceptions",
)  # fmt: skip
MONTHLY = (("", "2000", "0.01"), ("2000", "5000", "0.02"), ("5000", "", "0.03"))
RUNNING = (("", "10000", "0.005"), ("10000", "30000", "0.01"), ("30000", "", "0.015"))


def cut(value: str, low: str, high: str) -> str:
    """How much of [0, value] lies between two bounds; below the lowest the first tier goes on."""
    capped = f"least({value}, {high}::decimal(18, 2))" if high else value
    return (
        f"(greatest({capped}, {low}::decimal(18, 2)) - {low})::decimal(18, 2)" if low else f"{capped}::decimal(18, 2)"
    )


def script(data: Path) -> str:
    """The whole calculation."""
    sides = {
        side: ", ".join(f'{cut(chr(34) + side + chr(34), low, high)} as {side}_{i}' for i, (low, high, _) in enumerate(RUNNING))
        for side in ("before", "after")
    }  # fmt: skip
    deals = (
        f"select order_id, participant, segment, month, {i + 1} as tier, before_{i} as length_before, after_{i} as length_after,"
        f" {rate}::decimal(9, 6) as rate, (after_{i} - before_{i}) * {rate}::decimal(9, 6) as pay"
        f" from credit_pay where before_{i} <> 0 or after_{i} <> 0"
        for i, (_, _, rate) in enumerate(RUNNING)
    )
    commission = (
        f"select participant, segment, month, {i + 1} as tier, {cut('sales', low, high)} as length,"
        f" {rate}::decimal(9, 6) as rate, length * rate as pay from measures where length <> 0"
        for i, (low, high, rate) in enumerate(MONTHLY)
    )
    results = (f"(after_{i} - before_{i}) * {rate}::decimal(9, 6)" for i, (_, _, rate) in enumerate(RUNNING))
    return MADE.format(
        data=data, running_before=sides["before"], running_after=sides["after"], table_result=" + ".join(results),
        slices_deals=" union all ".join(deals), slices_commission=" union all ".join(commission),
    )  # fmt: skip


def main(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        database.execute(script(data))
        for name in WRITTEN:
            database.execute(f"copy {name} to '{out / name}.parquet' (format parquet, compression lz4_raw)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
