import { name, type Reader, type Session, type Sql, sql } from "../platform/warehouse/index.js";

/** The table with everyone's figures and tier as one run left them. `reading`: of a run that only read. */
export const standingTable = (kind: "standing" | "reading", model: string, run: number): string => `${kind}_${model}_${run}`;

/** The same as a relation. */
export const standingOf = (run: { model: string; run: number; decided: boolean }): Sql =>
  name(standingTable(run.decided ? "standing" : "reading", run.model, run.run));

/** Names of the standings and readings the warehouse holds. */
async function tablesHeld(reader: Reader, prefix: string): Promise<string[]> {
  const rows = await reader.all<{ table_name: string }>(
    sql`select table_name from information_schema.tables where table_schema = 'main' and starts_with(table_name, ${prefix}) order by table_name`,
  );
  return rows.map((row) => row.table_name);
}

export const isHeld = async (reader: Reader, table: string): Promise<boolean> => (await tablesHeld(reader, table)).includes(table);

/** Drop standings that no decided run names: what a killed run left, and what a newer one replaced. */
export async function dropUnnamed(session: Session, inForce: readonly { model: string; run: number }[]): Promise<void> {
  const named = new Set(inForce.map((run) => standingTable("standing", run.model, run.run)));
  for (const table of await tablesHeld(session, "standing_")) if (!named.has(table)) await session.run(sql`drop table ${name(table)}`);
}

/** Drop the rows of runs that only read: they are kept until the next start. */
export async function dropReadings(session: Session): Promise<void> {
  for (const table of await tablesHeld(session, "reading_")) await session.run(sql`drop table ${name(table)}`);
}
