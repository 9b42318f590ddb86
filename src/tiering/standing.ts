import { name, type Reader, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";

/** The table with everyone's figures and tier as one run left them. `reading`: of a run that only read. */
export const standingTable = (kind: "standing" | "reading", model: string, run: number): string => `${kind}_${model}_${run}`;

/** The same as a relation. */
export const standingOf = (run: { model: string; run: number; decided: boolean }): Sql =>
  name(standingTable(run.decided ? "standing" : "reading", run.model, run.run));

/** Columns that standings of older programs have not. */
const added = {
  grade: "varchar",
  computed: "varchar",
  phase: "varchar default 'stable'",
  phase_since: "date",
  phase_tier: "varchar",
  phase_times: "smallint default 0",
  override: "varchar",
} as const;

/** Standings of before tiers had phases and overrides get them: everybody is stable, at their grade, and under no override. */
export async function bringUpToDate(session: Session): Promise<void> {
  for (const table of await tablesHeld(session)) {
    const rows = await session.all<{ column_name: string }>(sql`select column_name from information_schema.columns where table_name = ${table}`);
    const held = new Set(rows.map((row) => row.column_name));
    const missing = Object.entries(added).filter(([column]) => !held.has(column));
    await session.transaction(async () => {
      for (const [column, type] of missing) await session.run(sql`alter table ${name(table)} add column ${name(column)} ${raw(type)}`);
      for (const [column] of missing) if (column === "grade" || column === "computed") await session.run(sql`update ${name(table)} set ${name(column)} = tier`);
    });
  }
}

/** Names of the standings and readings the warehouse holds. */
export async function tablesHeld(reader: Reader): Promise<string[]> {
  const rows = await reader.all<{ table_name: string }>(
    sql`select table_name from information_schema.tables where table_schema = 'main' and regexp_matches(table_name, '^(standing|reading)_') order by table_name`,
  );
  return rows.map((row) => row.table_name);
}

export const isHeld = async (reader: Reader, table: string): Promise<boolean> => (await tablesHeld(reader)).includes(table);

/** Drop standings that no decided run names: what a killed run left, and what a newer one replaced. */
export async function dropUnnamed(session: Session, inForce: readonly { model: string; run: number }[]): Promise<void> {
  const named = new Set(inForce.map((run) => standingTable("standing", run.model, run.run)));
  for (const table of await tablesHeld(session)) if (table.startsWith("standing_") && !named.has(table)) await session.run(sql`drop table ${name(table)}`);
}

/** Rows of so many runs that only read are kept, of all models together. */
export const READINGS_KEPT = 5;

/** Drop the rows of runs that only read, but for the newest; none outlives the next start. */
export async function dropReadings(session: Session, kept: number): Promise<void> {
  const run = (table: string): number => Number(table.slice(table.lastIndexOf("_") + 1));
  const readings = (await tablesHeld(session)).filter((table) => table.startsWith("reading_")).sort((a, b) => run(b) - run(a));
  for (const table of readings.slice(kept)) await session.run(sql`drop table ${name(table)}`);
}
