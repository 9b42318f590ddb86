import { type Generated, type Kysely, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { OverrideKind, OverrideState } from "../schema.js";

interface Tables {
  tier_override: {
    override: Generated<number>;
    model: string;
    customer_id: number;
    kind: OverrideKind;
    tier: string;
    reason: string;
    plan: string | null;
    until_on: string;
    requested_by: string;
    requested_at: Generated<string>;
    approved: boolean | null;
    decided_by: string | null;
    decided_at: string | null;
    decision_note: string | null;
    starts_on: string | null;
    ended_by: string | null;
    ended_on: string | null;
    ended_at: string | null;
  };
}

export type OverrideRow = Selectable<Tables["tier_override"]> & { state: OverrideState };

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** What has become of an override by a day. */
const stateOn = (today: string) =>
  sql<OverrideState>`case
    when approved is false then 'refused'
    when ended_on is not null then case when approved then 'ended' else 'withdrawn' end
    when until_on < ${today}::date then case when approved then 'expired' else 'lapsed' end
    when approved then 'active' else 'waiting' end`;

const rows = (tx: Transaction, today: string) => db(tx).selectFrom("tier_override").selectAll().select(stateOn(today).as("state"));

export const overrideByNumber = (tx: Transaction, override: number, today: string): Promise<OverrideRow | undefined> =>
  rows(tx, today).where("override", "=", override).executeTakeFirst();

/** Overrides, the newest first; `before` is the last of the page before. */
export function listOverrides(
  tx: Transaction,
  today: string,
  filter: { state?: OverrideState | undefined; model?: string | undefined; customer?: number | undefined; before?: number | undefined; limit: number },
): Promise<OverrideRow[]> {
  let found = rows(tx, today).orderBy("override", "desc").limit(filter.limit);
  if (filter.state !== undefined) found = found.where(stateOn(today), "=", filter.state);
  if (filter.model !== undefined) found = found.where("model", "=", filter.model);
  if (filter.customer !== undefined) found = found.where("customer_id", "=", filter.customer);
  if (filter.before !== undefined) found = found.where("override", "<", filter.before);
  return found.execute();
}

/** The customer of every override that waits for somebody other than this one. */
export async function overridesWaiting(tx: Transaction, login: string, today: string): Promise<number[]> {
  const found = await db(tx)
    .selectFrom("tier_override")
    .select("customer_id")
    .where(stateOn(today), "=", "waiting")
    .where("requested_by", "<>", login)
    .execute();
  return found.map((row) => row.customer_id);
}

/** Requests about one customer in one model go one after another. */
export async function lockOverrides(tx: Transaction, model: string, customerId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tier_override ${model} ${customerId}`}, 0))`.execute(db(tx));
}

/** What waits or holds for a customer in a model. */
export const openOverride = (tx: Transaction, model: string, customerId: number, today: string): Promise<OverrideRow | undefined> =>
  rows(tx, today).where("model", "=", model).where("customer_id", "=", customerId).where(stateOn(today), "in", ["waiting", "active"]).executeTakeFirst();

export const addOverride = (
  tx: Transaction,
  row: Pick<OverrideRow, "model" | "customer_id" | "kind" | "tier" | "reason" | "plan" | "until_on" | "requested_by">,
): Promise<{ override: number }> => db(tx).insertInto("tier_override").values(row).returning("override").executeTakeFirstOrThrow();

export async function decideOverride(
  tx: Transaction,
  override: number,
  decision: { approved: boolean; decided_by: string; decision_note: string | null; starts_on: string | null },
): Promise<void> {
  await db(tx)
    .updateTable("tier_override")
    .set({ ...decision, decided_at: sql<string>`clock_timestamp()` })
    .where("override", "=", override)
    .execute();
}

export async function endOverride(tx: Transaction, override: number, ended: { ended_by: string; ended_on: string }): Promise<void> {
  await db(tx)
    .updateTable("tier_override")
    .set({ ...ended, ended_at: sql<string>`clock_timestamp()` })
    .where("override", "=", override)
    .execute();
}

/** What is in force on a day for a model, by customer. */
export const overridesInForce = (tx: Transaction, model: string, today: string): Promise<{ customer_id: number; kind: OverrideKind; tier: string }[]> =>
  db(tx)
    .selectFrom("tier_override")
    .select(["customer_id", "kind", "tier"])
    .where("model", "=", model)
    .where("approved", "=", true)
    .where("ended_on", "is", null)
    .where("until_on", ">=", today)
    .orderBy("customer_id")
    .execute();

/** What was in force on a day for a model as known at a moment (null: now), by customer: ended on the day is no longer in force. */
export function overridesKnown(
  tx: Transaction,
  model: string,
  day: string,
  known: { before: string; day: string } | null,
): Promise<{ customer_id: number; kind: OverrideKind; tier: string }[]> {
  const found = db(tx)
    .selectFrom("tier_override")
    .select(["customer_id", "kind", "tier"])
    .where("model", "=", model)
    .where("approved", "=", true)
    .where("starts_on", "<=", day)
    .where("until_on", ">=", day)
    .where((or) => {
      const goesOn = [or("ended_on", "is", null), or("ended_on", ">", day)];
      // those that ended before moments were kept ended with their day
      const endedLater = sql<boolean>`coalesce(ended_at, (ended_on + 1)::timestamptz) >= (${known?.before ?? ""} || '+00')::timestamptz`;
      return or.or(known === null ? goesOn : [...goesOn, endedLater]);
    })
    .orderBy("customer_id")
    .orderBy("override");
  return (known === null ? found : found.where("decided_at", "<", sql<string>`(${known.before} || '+00')::timestamptz`)).execute();
}

/** Every override ever asked for about a customer, for the customer to have. */
export const overridesOf = (tx: Transaction, customerId: number): Promise<object[]> =>
  db(tx)
    .selectFrom("tier_override")
    .select(["model", "kind", "tier", "reason", "plan", "until_on", "requested_at", "approved", "decided_at", "decision_note", "ended_on"])
    .where("customer_id", "=", customerId)
    .orderBy("override")
    .execute();

/** The tiers that something waiting or in force names. */
export async function tiersOverridden(tx: Transaction, model: string, today: string): Promise<string[]> {
  const found = await db(tx)
    .selectFrom("tier_override")
    .select("tier")
    .distinct()
    .where("model", "=", model)
    .where(stateOn(today), "in", ["waiting", "active"])
    .execute();
  return found.map((row) => row.tier);
}
