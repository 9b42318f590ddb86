import { type Addressee, addressees } from "../../outreach/index.js";
import { type Calendar, daysAfter, daysFrom } from "../../platform/calendar/index.js";
import { join, raw, type Session, type Sql, sql } from "../../platform/warehouse/index.js";
import type { InForce } from "../../tiering/index.js";
import type { CoreEntitlement } from "../plan.js";
import { windowOf } from "../rhythm.js";
import { occasionSql, slotDays } from "./occasions.js";
import { entitledSql } from "./owed.js";

/** A text that is due to somebody, with everything it may tell. */
export interface SendRow extends Addressee {
  manager_id: number | null;
  manager_name: string | null;
  manager_phone: string | null;
  tier: string;
  occasion: string;
  ref: string;
  product: string | null;
  amount: string | null;
  from_tier: string | null;
}

/** Notices keep their worth for some days when days were not planned; a birthday text does not. */
export const LATE_NOTICE = 7;

export interface SendBy {
  key: number;
  entitlement: CoreEntitlement;
  standing: InForce;
  /** Of the template: notices are sent late rather than never. */
  notice: boolean;
  /** Since when the plan promises it: what is spread over a time begins here. */
  published_on: string;
  /** The last day before this one on which texts were prepared: what is spread and had its turn since is due as well. */
  prepared_before: string | null;
}

const later = (a: string, b: string): string => (a > b ? a : b);

/** Everybody a text could go to, once for all entitlements of the day: who wishes what is read of all attributes. */
export const prepareAddressees = (session: Session, day: string): Promise<void> =>
  session.run(sql`create or replace temp table addressee as from ${addressees(day)}`);

/** To whom an entitlement's text is due on a day; `prepareAddressees` comes before. Those that are due to many at once are spread over workdays by chance. */
export function sendsSql(one: SendBy, day: string, calendar: Calendar): Sql {
  const found = foundSql(one, day, calendar);
  if (found === undefined) return nobody;
  return sql`
    select a.*, owner.manager_id, person."name" as manager_name, person.phone as manager_phone, entitled.tier,
      found.occasion::varchar as occasion, found.ref, found.product, found.amount, found.from_tier
    from ${entitledSql(one.standing, one.entitlement)} as entitled
    join (${found}) as found using (customer_id)
    join addressee as a on a.customer_id = entitled.customer_id
    left join owner on owner.customer_id = entitled.customer_id
    left join profile as person on person.customer_id = owner.manager_id
    order by entitled.customer_id, found.occasion, found.ref`;
}

/** The moves since a day of those an entitlement is for, with when they became so; `prepareMoves` comes before. */
export const movesTold = ({ entitlement, standing }: Pick<SendBy, "entitlement" | "standing">, since: string): Sql =>
  sql`select customer_id, occasion::varchar as occasion, moved_at from moved join ${entitledSql(standing, entitlement)} as entitled using (customer_id)
    where model = ${standing.plan.model} and occasion >= ${since}::date`;

const nobody: Sql = sql`select 0 as customer_id where false`;

function foundSql({ key, entitlement, standing, notice, published_on, prepared_before }: SendBy, day: string, calendar: Calendar): Sql | undefined {
  const { rhythm, within } = entitlement;
  const entitled = entitledSql(standing, entitlement);
  const draw = sql`hash(customer_id::bigint * 1000 + ${raw(String(key))})`;
  const told = sql`null as product, null as amount, null as from_tier`;
  switch (rhythm.form) {
    case "standing":
      return undefined;
    case "occasion": {
      const opens = { from: notice ? daysAfter(day, -LATE_NOTICE) : day, to: day };
      return sql`with entitled as (from ${entitled}) ${occasionSql(entitlement, rhythm, opens, standing.plan.model)}`;
    }
    case "once": {
      // Each workday takes the next share of those who qualify; who qualifies later has a turn as well, at the latest in one round.
      if (!calendar.isWorkday(day)) return undefined;
      const round = Math.max(1, calendar.workdays(published_on, daysAfter(published_on, within)).length);
      const now = calendar.workdays(published_on, day).length;
      const before = prepared_before === null ? now - 1 : Math.min(now - 1, calendar.workdays(published_on, prepared_before).length);
      const turns = Array.from({ length: Math.min(round, now - before) }, (_, i) => raw(String((now - 1 - i + round) % round)));
      return sql`select customer_id, date '0001-01-01' as occasion, '' as ref, ${told} from ${entitled} where (${draw} % ${raw(String(round))})::integer in (${join(turns)})`;
    }
    case "recurring": {
      const { from, to } = windowOf(rhythm.period, day);
      const length = daysFrom(from, to).length;
      const part = Math.min(rhythm.times - 1, Math.floor((daysFrom(from, day).length - 1) / (length / rhythm.times)));
      const start = daysAfter(from, Math.round((length * part) / rhythm.times));
      const end = daysAfter(from, Math.round((length * (part + 1)) / rhythm.times) - 1);
      const days = slotDays(calendar, later(start, published_on), end);
      const since = prepared_before ?? daysAfter(day, -1);
      const turns = days.flatMap((one, i) => (one <= day && one > since ? [raw(String(i))] : []));
      if (turns.length === 0) return undefined;
      return sql`select customer_id, ${from}::date as occasion, ${rhythm.times === 1 ? "" : `#${part + 1}`} as ref, ${told}
        from ${entitled} where (${draw} % ${raw(String(days.length))})::integer in (${join(turns)})`;
    }
  }
}
