import { bornOnDays, type Calendar, daysAfter, daysFrom, festivalIn, lunarMonths } from "../../platform/calendar/index.js";
import { toSql } from "../../platform/expression/index.js";
import { join, name, raw, type Session, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Move } from "../../tiering/index.js";
import type { CoreEntitlement } from "../plan.js";
import type { Happening, Rhythm } from "../rhythm.js";

type Occasion = Rhythm & { form: "occasion" };

const values = (rows: readonly Sql[], nothing: Sql): Sql => (rows.length === 0 ? nothing : sql`values ${join(rows)}`);

/** Which day of which calendar everybody was born on, once for all entitlements that ask; made when the first does. */
export async function prepareBirthdays(session: Session): Promise<void> {
  await session.run(
    sql`create or replace temp table lunar_month as select * from (values ${join(
      lunarMonths().map(({ first_on, month }) => sql`(${raw(`date '${first_on}'`)}, ${raw(String(month))})`),
    )}) t(first_on, month)`,
  );
  await session.run(sql`create or replace temp table born as
    with chosen as ( -- who keeps the lunar birthday
      select coalesce(merged.customer_id, attribute.party_id) as customer_id,
        arg_max(text_value, (coalesce(on_date, date '0001-01-01'), attribute.recorded_at)) as calendar
      from attribute left join merged on merged.party_id = attribute.party_id and merged.retracted_at is null
      where attribute."name" = ${"birthday_calendar"} and attribute.retracted_at is null group by 1
    )
    select profile.customer_id, coalesce(chosen.calendar in ('lunar', '农历', '阴历'), false) as lunar,
      strftime(birth_on, '%m-%d') as solar_day, lunar_month.month || '-' || (birth_on - lunar_month.first_on + 1) as lunar_day
    from (select * from profile where birth_on is not null) as profile left join chosen using (customer_id)
    asof left join lunar_month on profile.birth_on >= lunar_month.first_on`);
}

const untold = raw("null as product, null as amount, null as from_tier");

/** The days on which an occasion that opens within these days falls itself. */
const occasionDays = ({ offset }: Occasion, opens: { from: string; to: string }): string[] =>
  daysFrom(daysAfter(opens.from, -offset), daysAfter(opens.to, -offset));

function everybody(days: readonly string[]): Sql {
  return values(
    days.map((day) => sql`(${day}::date)`),
    sql`select null::date where false`,
  );
}

/** Who has what occasion: customer_id, occasion (its day), ref (what of that day), and of it what a text may tell: product, amount, from_tier. */
export function occasionSql(entitlement: CoreEntitlement, rhythm: Occasion, opens: { from: string; to: string }, model: string): Sql {
  const days = occasionDays(rhythm, opens);
  const [first = opens.from, last = opens.to] = [days[0], days.at(-1)];
  switch (rhythm.of) {
    case "birthday": {
      const rows = days.flatMap((day) => {
        const { solar, lunar } = bornOnDays(day);
        return [...solar.map((one) => sql`(${day}::date, false, ${one})`), ...lunar.map((one) => sql`(${day}::date, true, ${`${one.month}-${one.day}`})`)];
      });
      return sql`select born.customer_id, falls.occasion, '' as ref, ${untold} from born
        join (${values(rows, sql`select null::date, false, null where false`)}) falls(occasion, lunar, day)
          on falls.lunar = born.lunar and falls.day = case when born.lunar then born.lunar_day else born.solar_day end`;
    }
    case "joined":
      return sql`select customer_id, since_on as occasion, '' as ref, ${untold} from profile where since_on between ${first}::date and ${last}::date`;
    case "tier_change":
      return sql`select customer_id, occasion, '' as ref, null as product, null as amount, from_tier from moved where model = ${model} and occasion between ${first}::date and ${last}::date`;
    case "holding.matures_on":
    case "holding.opened_on":
      return holdingSql(rhythm.of === "holding.matures_on" ? "matures_on" : "opened_on", entitlement, first, last);
    default:
      return sql`select entitled.customer_id, t.occasion, '' as ref, ${untold} from entitled, (${everybody(commonDays(rhythm.of, days))}) t(occasion)`;
  }
}

/** Days of everybody's calendar among these. */
function commonDays(of: Exclude<Happening, string>, days: readonly string[]): string[] {
  if ("festival" in of) return days.filter((day) => festivalIn(of.festival, Number(day.slice(0, 4))) === day);
  const leap = of.yearly === "02-29";
  return days.filter((day) => day.slice(5) === of.yearly || (leap && day.slice(5) === "02-28" && daysAfter(day, 1).slice(5) === "03-01"));
}

/** Contracts in force whose own day lies in these: the newest row of each, as the customer holds it. */
function holdingSql(column: "matures_on" | "opened_on", { where }: CoreEntitlement, first: string, last: string): Sql {
  const day = name(column);
  const kept = where === null ? sql`` : sql`and ${toSql(where, (one) => sql`held.${name(one)}`)}`;
  return sql`select coalesce(merged.customer_id, held.party_id) as customer_id, held.${day} as occasion, coalesce(held.holding_ref, held.key::varchar) as ref,
      held.product, held.amount::varchar as amount, null as from_tier
    from (
      select * from holding
      where retracted_at is null and party_id in (select party_id from holding where ${day} between ${first}::date and ${last}::date)
      qualify row_number() over (partition by party_id, coalesce(holding_ref, key::varchar) order by opened_on desc nulls last, recorded_at desc, rowid desc) = 1
    ) as held left join merged on merged.party_id = held.party_id and merged.retracted_at is null
    where held.${day} between ${first}::date and ${last}::date and (held.closed_on is null or held.closed_on >= held.${day}) ${kept}`;
}

/**
 * Moves between tiers in a table of the session, for what asks for them: of a day what all its runs come to, so that who was moved
 * and moved back did not move. `moved_at` is when that became so.
 */
export async function prepareMoves(session: Session, moves: AsyncIterable<readonly Move[]>): Promise<void> {
  await session.run(
    sql`create or replace temp table moving (run integer, model varchar, customer_id integer, occasion date, from_tier varchar, to_tier varchar, moved_at double)`,
  );
  for await (const rows of moves) {
    if (rows.length === 0) continue;
    // One text with a line each: a bound value for every cell takes twenty times as long.
    const lines = rows.map((row) => [row.run, row.model, row.customer_id, row.occasion, row.from_tier, row.to_tier, row.moved_at].join("\t")).join("\n");
    const cell = (n: number): Sql => sql`split_part(line, chr(9), ${raw(String(n))})`;
    await session.run(sql`insert into moving select ${cell(1)}::integer, ${cell(2)}, ${cell(3)}::integer, ${cell(4)}::date, ${cell(5)}, ${cell(6)}, ${cell(7)}::double
      from (select unnest(string_split(${lines}, chr(10))) as line)`);
  }
  await session.run(
    sql`create or replace temp table moved as select model, customer_id, occasion, arg_min(from_tier, run) as from_tier, arg_max(moved_at, run) as moved_at
    from moving group by model, customer_id, occasion having arg_min(from_tier, run) <> arg_max(to_tier, run)`,
  );
}

/** The workdays on which something may be planned within a time; when it has none, the next one. */
export function slotDays(calendar: Calendar, from: string, to: string): string[] {
  const found = from > to ? [] : calendar.workdays(from, to);
  return found.length > 0 ? found : [calendar.nextWorkday(from, 0)];
}

/** The same for several days on which something may open: one row per day and place. */
export function slotsSql(calendar: Calendar, opens: readonly { opens_on: string; from: string; to: string }[]): Sql {
  const rows = opens.flatMap(({ opens_on, from, to }) => {
    const days = slotDays(calendar, from, to);
    return days.map((day, i) => sql`(${opens_on}::date, ${raw(String(days.length))}, ${raw(String(i))}, ${day}::date)`);
  });
  return values(rows, sql`select null::date, 1, 0, null::date where false`);
}
