import { type Generated, type Kysely, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";

interface Tables {
  service_model: { single: Generated<boolean>; model: string; named_by: string; named_at: Generated<string> };
  tier_model_version: { model: string; version: number; published_at: string };
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** The model that was named, else the one that was published first; undefined while there is none. */
export async function serviceModel(tx: Transaction): Promise<string | undefined> {
  const named = await db(tx).selectFrom("service_model").select("model").executeTakeFirst();
  if (named !== undefined) return named.model;
  const first = db(tx).selectFrom("tier_model_version").select("model").orderBy("published_at").orderBy("version").orderBy("model").limit(1);
  return (await first.executeTakeFirst())?.model;
}

/** Name a model; one takes the place of another. */
export async function nameServiceModel(tx: Transaction, model: string, named_by: string): Promise<void> {
  await db(tx)
    .insertInto("service_model")
    .values({ model, named_by })
    .onConflict((conflict) => conflict.column("single").doUpdateSet({ model, named_by, named_at: sql<string>`clock_timestamp()` }))
    .execute();
}
