import { type Calendar, daysAfter, daysFrom } from "../../platform/calendar/index.js";
import { join, name, raw, type Session, type Sql, sql } from "../../platform/warehouse/index.js";
import { conditionSql, type InForce } from "../../tiering/index.js";
import type { CoreEntitlement, TaskAction } from "../plan.js";
import { windowOf } from "../rhythm.js";
import { occasionSql, slotDays, slotsSql } from "./occasions.js";

/** Customers of the tiers who meet the condition, with tier and its rank: what every entitlement begins with. */
export function entitledSql({ plan, standing }: InForce, { tiers, when }: CoreEntitlement): Sql {
  const rank = join(
    plan.tiers.map(({ id }, i) => sql`when ${id} then ${raw(String(i))}`),
    " ",
  );
  const condition = when === null ? sql`` : sql`and ${conditionSql(plan, null, when)}`;
  const list = tiers.length === 0 ? sql`''` : join(tiers.map((tier) => sql`${tier}`));
  return sql`(select customer_id, tier::varchar as tier, case tier::varchar ${rank} end as rank from ${standing} where tier::varchar in (${list}) ${condition})`;
}

/** What once is owed is one occasion for ever. */
const ONCE = "0001-01-01";

interface Window {
  occasion: string;
  ref: string;
  opens_on: string;
  /** From when within the window it may be planned. */
  from: string;
  due_on: string;
}

/** The part of the period a day lies in, of as many as it is owed times. One that is over was opened then, or was not promised then. */
function windowsOf({ rhythm, within }: CoreEntitlement, day: string): Window[] {
  if (rhythm.form === "once") return [{ occasion: ONCE, ref: "", opens_on: day, from: day, due_on: daysAfter(day, within) }];
  if (rhythm.form === "occasion" || rhythm.form === "standing") return [];
  const { from, to } = windowOf(rhythm.period, day);
  const length = daysFrom(from, to).length;
  const end = (i: number): string => daysAfter(from, Math.round((length * i) / rhythm.times) - 1);
  return Array.from({ length: rhythm.times }, (_, i) => ({
    occasion: from,
    ref: rhythm.times === 1 ? "" : `#${i + 1}`,
    opens_on: from,
    from: i === 0 ? from : daysAfter(end(i), 1),
    due_on: end(i + 1),
  })).filter(({ from: begins, due_on }) => begins <= day && day <= due_on);
}

export interface OwedBy {
  key: number;
  entitlement: CoreEntitlement & { action: TaskAction };
  standing: InForce;
}

/** Everything a person owes under one entitlement on a day, whether it was planned before or not: one row per obligation. */
function owedSql({ key, entitlement, standing }: OwedBy, day: string, calendar: Calendar): Sql {
  const { rhythm, within, grace, action } = entitlement;
  const entitled = entitledSql(standing, entitlement);
  const later = (a: string, b: string): string => (a > b ? a : b);
  const row = (opens: Sql, due: Sql): Sql => sql`
    ${raw(String(key))} as entitlement, entitled.customer_id, owner.manager_id, found.occasion, found.ref, ${opens} as opens_on, ${due} as due_on,
    (${due} + ${raw(String(grace))})::date as grace_until, slot.planned_on, entitled.tier, entitled.rank, ${raw(String(action.minutes))} as minutes`;
  const draw = sql`hash(customer_id::bigint * 1000 + ${raw(String(key))})`;
  if (rhythm.form !== "occasion") {
    const windows = windowsOf(entitlement, day);
    if (windows.length === 0) return nothingOwed;
    return join(
      windows.map(({ occasion, ref, opens_on, from, due_on }) => {
        const days = slotDays(calendar, later(from, day), due_on);
        const slots = join(days.map((one, i) => sql`(${raw(String(i))}, ${one}::date)`));
        // The place is drawn before the join: compared within it, every customer would be tried with every day.
        return sql`select ${row(sql`${opens_on}::date`, sql`${due_on}::date`)}
          from (select *, (${draw} % ${raw(String(days.length))})::integer as place from ${entitled}) as entitled left join owner using (customer_id)
          join (select ${occasion}::date as occasion, ${ref} as ref) as found on true
          join (values ${slots}) slot(i, planned_on) on slot.i = entitled.place`;
      }),
      " union all ",
    );
  }
  // What opened within its time is still owed, also when the days before were not planned.
  const opens = { from: daysAfter(day, -within), to: day };
  const slots = slotsSql(
    calendar,
    daysFrom(opens.from, opens.to).map((opens_on) => ({ opens_on, from: day, to: daysAfter(opens_on, within) })),
  );
  const opensOn = sql`(found.occasion + ${raw(String(rhythm.offset))})::date`;
  return sql`select ${row(opensOn, sql`(found.occasion + ${raw(String(rhythm.offset + within))})::date`)}
    from ${entitled} as entitled left join owner using (customer_id)
    join (with entitled as (from ${entitled}) ${occasionSql(entitlement, rhythm, opens, standing.plan.model)}) as found using (customer_id)
    join (${slots}) slot(opens_on, n, i, planned_on) on slot.opens_on = ${opensOn} and (${draw} % slot.n)::integer = slot.i`;
}

const nothingOwed: Sql = sql`select 0 as entitlement, 0 as customer_id, null as manager_id, null::date as occasion, '' as ref, null::date as opens_on,
  null::date as due_on, null::date as grace_until, null::date as planned_on, '' as tier, 0 as rank, 0 as minutes where false`;

/** Rows as lines of COPY, made by the engine: as objects of ours, 600,000 rows take 3 s and leave a gigabyte to be collected. */
const copyLines = (columns: readonly string[], from: Sql): Sql => {
  const escaped = (column: string): Sql =>
    sql`replace(replace(replace(replace(${name(column)}::varchar, chr(92), chr(92) || chr(92)), chr(9), chr(92) || 't'), chr(10), chr(92) || 'n'), chr(13), chr(92) || 'r')`;
  const cells = columns.map(
    (column) => sql`coalesce(${column === "ref" || column === "tier" ? escaped(column) : sql`${name(column)}::varchar`}, chr(92) || 'N')`,
  );
  return sql`select concat_ws(chr(9), ${join(cells)}) || chr(10) as line from ${from}`;
};

/** Columns of a row, in the order in which they are written. */
export const owedColumns = [
  "entitlement",
  "customer_id",
  "manager_id",
  "occasion",
  "ref",
  "opens_on",
  "due_on",
  "grace_until",
  "planned_on",
  "tier",
  "rank",
  "minutes",
] as const;

/**
 * Everything owed on a day in a table of the session, question by question. As one union that streams, the engine waits for ever:
 * the rows of a later part fill its buffer while nobody reads before the first part has a row (500,000 rows, two threads).
 */
export async function gatherOwed(session: Session, owed: readonly OwedBy[], day: string, calendar: Calendar): Promise<Sql> {
  await session.run(sql`create or replace temp table owing (entitlement smallint, customer_id integer, manager_id integer, occasion date, "ref" varchar,
    opens_on date, due_on date, grace_until date, planned_on date, tier varchar, "rank" smallint, minutes smallint)`);
  for (const one of owed) await session.run(sql`insert into owing ${owedSql(one, day, calendar)}`);
  return copyLines(owedColumns, sql`owing`);
}

const takenBack = (after: string): Sql => sql`interaction where retracted_at > ${after}::timestamp and source <> 'tierkeep'`;

/** Interactions of which their source took back since a moment what it had told: they are told otherwise now, or not at all. */
export const factsTakenBack = (after: string): Sql => sql`select distinct source || ':' || key as fact from ${takenBack(after)}`;

/**
 * Contacts that imported facts tell of, since a day and a moment of recording; ours come from us and are left out. Of any day are
 * those that were taken back since a moment and are told otherwise: they may have met something long ago.
 */
export const contactsTold = (since: string, recordedAfter: string, takenBackAfter: string): Sql => sql`
  select coalesce(merged.customer_id, f.party_id) as customer_id, owner.manager_id,
    strftime(f.occurred_at, '%Y-%m-%d %H:%M:%S') as occurred_at, lower(f.kind) as channel, coalesce(lower(f.direction), 'out') as direction,
    f.source || ':' || f.key as fact, strftime(f.recorded_at, '%Y-%m-%d %H:%M:%S.%f') as recorded_at
  from interaction f left join merged on merged.party_id = f.party_id and merged.retracted_at is null
  left join owner on owner.customer_id = coalesce(merged.customer_id, f.party_id)
  where f.retracted_at is null and f.source <> 'tierkeep' and f.recorded_at > ${recordedAfter}::timestamp
    and (f.occurred_at >= ${since}::date or f.key in (select key from ${takenBack(takenBackAfter)}))
    and lower(f.kind) in ('call', 'visit', 'wechat', 'sms', 'email', 'letter')
  order by f.recorded_at`;
