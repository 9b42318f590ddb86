import { type Generated, type Kysely, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";

interface Tables {
  service_plan_version: { plan: string; version: number; text: string; origin: string; published_at: Generated<string>; published_by: string };
  entitlement: { entitlement: Generated<number>; plan: string; id: string };
}

export interface PlanRow {
  plan: string;
  version: number;
  text: string;
  origin: string;
  published_at: string;
  published_by: string;
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** The version in force of every plan. */
export const plansInForce = (tx: Transaction): Promise<PlanRow[]> =>
  db(tx).selectFrom("service_plan_version").selectAll().distinctOn("plan").orderBy("plan").orderBy("version", "desc").execute();

export const planInForce = (tx: Transaction, plan: string): Promise<PlanRow | undefined> =>
  db(tx).selectFrom("service_plan_version").selectAll().where("plan", "=", plan).orderBy("version", "desc").limit(1).executeTakeFirst();

export async function lockPlans(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('service_plan_version', 0))`.execute(db(tx));
}

/** Add the next version, and keys for entitlements the plan did not have. */
export async function addPlan(tx: Transaction, row: Omit<PlanRow, "published_at">, entitlements: readonly string[]): Promise<PlanRow> {
  const added = await db(tx).insertInto("service_plan_version").values(row).returningAll().executeTakeFirstOrThrow();
  // Only what is missing: a conflict, too, takes a key, and there are 32,767.
  await sql`
    insert into entitlement (plan, id) select ${row.plan}, given.id from unnest(${entitlements}::text[]) with ordinality as given(id, place)
    where not exists (select from entitlement where plan = ${row.plan} and entitlement.id = given.id) order by place`.execute(db(tx));
  return added;
}

/** The key of every entitlement a plan ever had. */
export const entitlementKeys = (tx: Transaction): Promise<{ entitlement: number; plan: string; id: string }[]> =>
  db(tx).selectFrom("entitlement").selectAll().orderBy("entitlement").execute();
