import { type Fault, moment, type Read, readTable, type Table } from "../../intake/index.js";
import { writeWhole } from "../../platform/cli/file.js";
import { raw, type Sql, sql } from "../../platform/warehouse/index.js";
import { columnsOf, type Given } from "./columns.js";
import { csvLine } from "./csv.js";
import { faultAt, MOST_ROWS, type RowRule, refuseData } from "./problems.js";

/** Days of a unit; months and years have no one length: theirs are the mean ones of the calendar. */
export const unitDays = { day: 1, week: 7, month: 365.2425 / 12, year: 365.2425 } as const;
export type Unit = keyof typeof unitDays;

export interface Summarizing {
  data: string;
  columns: Given;
  unit: Unit;
  until: string;
  holdout?: string;
  out: string;
}

export interface SummaryAnswer {
  out: string;
  customers: number;
  /** With a purchase on another day than the first. */
  repeating: number;
  unit: Unit;
  until: string;
  holdout: string | null;
  /** Day of the last purchase in the file. */
  last_day: string;
}

interface Line {
  customer_id: string;
  x: number;
  t_x: number;
  t: number;
  spend: number;
  actual: number;
}

/** A moment with its zone counts on the day that is written. */
function dayOf(text: Sql): Sql {
  const local = sql`case when contains(${text}, ':') then regexp_replace(${text}, '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$', '') else ${text} end`;
  const day = sql`coalesce(case when length(${text}) = 10 then try_cast(${text} as date) end, (${moment(local, undefined)})::date)`;
  return sql`case when ${day} between '0001-01-01'::date and '9999-12-31'::date then ${day} end`;
}

/** The rows with what is read of them. Amounts are added as decimals where four digits after the point hold them all, so that their order does not matter. */
async function readPurchases(table: Table, columns: ReadonlyMap<string, number>): Promise<void> {
  const at = (key: string): Sql => table.cell(columns.get(key) ?? 0);
  await table.session.run(sql`
    create or replace temp table purchase as
    with cells as (
      select row_no, ${at("customer_id")} as customer_id, ${at("occurred_at")} as day_text, ${at("amount")} as amount_text from ${table.relation}
    )
    select row_no, customer_id, ${dayOf(raw("day_text"))} as day, try_cast(amount_text as double) as amount, try_cast(amount_text as decimal(18,4)) as fine,
      day_text is null as no_day, amount_text is null as no_amount
    from cells`);
}

const checks = [
  { rule: "no_customer", column: "customer_id", when: raw("customer_id is null") },
  { rule: "no_day", column: "occurred_at", when: raw("no_day") },
  { rule: "not_a_day", column: "occurred_at", when: raw("day is null and not no_day") },
  { rule: "empty", column: "amount", when: raw("no_amount") },
  { rule: "not_a_number", column: "amount", when: raw("not no_amount and not coalesce(isfinite(amount), false)") },
  { rule: "too_large", column: "amount", when: raw("isfinite(amount) and abs(amount) > 1e15") },
] as const satisfies readonly { rule: RowRule; column: string; when: Sql }[];

async function faultsIn({ session, columns: names }: Table, columns: ReadonlyMap<string, number>): Promise<{ faults: Fault[]; count: number }> {
  const faults: Fault[] = [];
  let count = 0;
  for (const { rule, column, when } of checks) {
    const found = (await session.first<{ n: number }>(sql`select count(*) as n from purchase where ${when}`))?.n ?? 0;
    if (found === 0) continue;
    count += found;
    const rows = await session.all<{ row_no: number }>(sql`select row_no from purchase where ${when} order by row_no limit ${MOST_ROWS}`);
    faults.push(...rows.map(({ row_no }) => faultAt(row_no, rule, names[columns.get(column) ?? 0])));
  }
  return { faults, count };
}

/** One line per customer with a purchase up to `until`. */
const linesSql = (days: number, until: string, holdout: string): Sql => sql`
  with history as ( -- purchases of one day are one
    select customer_id, min(day) as first_day, max(day) as last_day, count(distinct day) - 1 as x
    from purchase where day <= ${until}::date group by all
  ),
  repeated as ( -- what was spent on the days after the first
    select customer_id, case when bool_and(coalesce(fine::double = amount, false)) then sum(fine)::double else fsum(amount) end as spent
    from purchase join history using (customer_id) where day > first_day and day <= ${until}::date group by all
  ),
  later as (
    select customer_id, count(distinct day) as actual from purchase where day > ${until}::date and day <= ${holdout}::date group by all
  )
  select customer_id, x::double as x, (last_day - first_day) / ${days}::double as t_x, (${until}::date - first_day) / ${days}::double as t,
    coalesce(spent / x, 0) as spend, coalesce(actual, 0)::double as actual
  from history left join repeated using (customer_id) left join later using (customer_id) order by customer_id`;

export const summarize = ({ data, columns: given, unit, until, holdout, out }: Summarizing): Promise<SummaryAnswer> =>
  readTable(data, async (table): Promise<Read<SummaryAnswer>> => {
    const columns = columnsOf(table, given, { required: ["customer_id", "occurred_at", "amount"], optional: [] });
    await readPurchases(table, columns);
    const found = await faultsIn(table, columns);
    if (found.count > 0) return found;
    const held = await table.session.first<{ until: number; last_day: string | null }>(
      sql`select count(*) filter (where day <= ${until}::date) as until, max(day)::varchar as last_day from purchase`,
    );
    const last_day = held?.last_day;
    if (typeof last_day !== "string") return refuseData("no_rows", data);
    if (held?.until === 0) return refuseData("no_purchases_until", data);
    const counts = { customers: 0, repeating: 0 };
    const lines = async function* (): AsyncGenerator<string> {
      yield csvLine(["customer_id", "x", "t_x", "t", "spend", ...(holdout === undefined ? [] : ["actual"])]);
      for await (const rows of table.session.chunks<Line>(linesSql(unitDays[unit], until, holdout ?? until))) {
        counts.customers += rows.length;
        let piece = "";
        for (const { customer_id, x, t_x, t, spend, actual } of rows) {
          if (x > 0) counts.repeating++;
          piece += csvLine(holdout === undefined ? [customer_id, x, t_x, t, spend] : [customer_id, x, t_x, t, spend, actual]);
        }
        yield piece;
      }
    };
    await writeWhole(out, lines());
    return { answer: { out, ...counts, unit, until, holdout: holdout ?? null, last_day } };
  });
