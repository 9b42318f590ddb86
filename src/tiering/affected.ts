import { daysBetween } from "../platform/calendar/index.js";
import { join, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { changedByDays, changesDaily, crossedParties } from "./crossing.js";
import { type Plan, tablesRead } from "./plan.js";
import { alsoChanged, catalogueChanged, changedParties, keepChanged, mapChanged, partiesOfChanged, unsettledOf } from "./queries/changed.js";
import type { Calibration } from "./schema.js";

/** From what a standing says of everybody to what one of a later moment says, perhaps of a later day. */
export interface Going {
  /** The standing, as a relation, and its day. */
  held: Sql;
  from: string;
  to: string;
  /** Facts up to this moment (ISO, with its zone) are in it. */
  seen: string;
  calibration: Calibration | null;
  /** Those in force now where they are others than the standing's, or another day's. */
  overrides: readonly { customer_id: number }[] | undefined;
}

const count = async (session: Session): Promise<number> => (await session.first<{ n: number }>(sql`select count(*) as n from changed_customer`))?.n ?? 0;

/** Who had a person's word in the standing, and who has one now. */
function overridden(held: Sql, overrides: readonly { customer_id: number }[]): Sql {
  const now = overrides.map(({ customer_id }) => sql`select ${customer_id}::integer as customer_id`);
  return join([sql`select customer_id from ${held} where override is not null`, ...now], " union all ");
}

/**
 * Whose row may be another, in the temporary tables `changed_customer` and, with all their parties, `changed_party`: whose facts
 * were recorded or taken back since, and on a later day also whose rows a window leaves behind or takes in, whom the days alone
 * give another score, and who is between two tiers; and whose override began or ended. How many; undefined: more than `most`, or nearly everybody every day.
 */
export async function findAffected(session: Session, plan: Plan, going: Going, most: number): Promise<number | undefined> {
  const { held, from, to, seen, calibration, overrides } = going;
  const passes = from !== to;
  if (passes && changesDaily(plan)) return undefined;
  const since = (await session.first<{ utc: string }>(sql`select (${seen}::timestamptz at time zone 'UTC')::varchar as utc`))?.utc ?? seen;
  const tables = tablesRead(plan);
  if (tables.includes("product") && (await catalogueChanged(session, since))) return undefined;
  const arrived = changedParties(tables, since);
  await session.run(keepChanged(passes ? sql`${arrived} union all ${crossedParties(plan, { from, to })}` : arrived));
  await session.run(mapChanged);
  if ((await count(session)) > most) return undefined;
  if (overrides !== undefined) await session.run(alsoChanged(overridden(held, overrides)));
  if (passes) await session.run(alsoChanged(unsettledOf(held)));
  const grown = passes ? changedByDays(plan, calibration, held, daysBetween(from, to)) : undefined;
  if (grown !== undefined) await session.run(alsoChanged(grown));
  const affected = await count(session);
  if (affected > most) return undefined;
  await session.run(partiesOfChanged);
  return affected;
}
