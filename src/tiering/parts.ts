import type { PersonalData } from "../customer/schema.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { Table } from "../platform/warehouse/tables.js";
import type { Workspace } from "../platform/workspace/index.js";
import { dropReadings, dropUnnamed } from "./standing.js";
import { assignmentsOf, decidedRuns } from "./store.js";

/** Standings are made by runs, one table each; there are no tables of tiering before the first. */
export const tables: readonly Table[] = [];

export const personalData: PersonalData<Transaction> = {
  holds: ["tier_assignment"],
  export: async (tx, customerId) => ({ tier_assignment: await assignmentsOf(tx, customerId) }),
};

/** Drop what no decided run names: the standing of a killed run, and the rows of runs that only read. */
export async function onOpen(workspace: Workspace): Promise<void> {
  const inForce = await atomically(workspace.postgres, "all", (tx) => decidedRuns(tx));
  await workspace.warehouse.write(async (session) => {
    await dropUnnamed(session, inForce);
    await dropReadings(session, 0);
  });
}
