import { type Generated, type Kysely, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { Text } from "../../platform/schema.js";

interface Tables {
  tier_group: {
    group_id: string;
    title: Text;
    about: Text | null;
    model: string;
    condition: string;
    tag: boolean;
    saved_by: string;
    saved_at: Generated<string>;
  };
}

export type GroupRow = Selectable<Tables["tier_group"]>;

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

export const listGroups = (tx: Transaction): Promise<GroupRow[]> => db(tx).selectFrom("tier_group").selectAll().orderBy("model").orderBy("group_id").execute();

export const groupsOfModel = (tx: Transaction, model: string): Promise<GroupRow[]> =>
  db(tx).selectFrom("tier_group").selectAll().where("model", "=", model).orderBy("group_id").execute();

export const groupById = (tx: Transaction, id: string): Promise<GroupRow | undefined> =>
  db(tx).selectFrom("tier_group").selectAll().where("group_id", "=", id).executeTakeFirst();

/** Make it, or change the one of this name. */
export async function saveGroup(tx: Transaction, { group_id, ...rest }: Omit<GroupRow, "saved_at">): Promise<void> {
  const written = {
    ...rest,
    title: sql<Text>`${JSON.stringify(rest.title)}::jsonb`,
    about: rest.about === null ? null : sql<Text>`${JSON.stringify(rest.about)}::jsonb`,
  };
  await db(tx)
    .insertInto("tier_group")
    .values({ group_id, ...written })
    .onConflict((conflict) => conflict.column("group_id").doUpdateSet({ ...written, saved_at: sql<string>`clock_timestamp()` }))
    .execute();
}

export async function removeGroup(tx: Transaction, id: string): Promise<boolean> {
  return (await db(tx).deleteFrom("tier_group").where("group_id", "=", id).returning("group_id").execute()).length > 0;
}
