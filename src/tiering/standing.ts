import { join, name, type Reader, raw, type Session, type Sql, sql } from "../platform/warehouse/index.js";

/** The table with everyone's figures and tier as one run left them. `reading`: of a run that only read. */
export const standingTable = (kind: "standing" | "reading", model: string, run: number): string => `${kind}_${model}_${run}`;

/** The number of a standing that is made to be counted and dropped; one writer at a time makes one. */
export const UNKEPT = 0;

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
  for (const { table_name: table, is_view } of await allHeld(session)) {
    if (is_view || table.startsWith("changed_")) continue; // made by a program that knows these columns
    const rows = await session.all<{ column_name: string }>(sql`select column_name from information_schema.columns where table_name = ${table}`);
    const held = new Set(rows.map((row) => row.column_name));
    const missing = Object.entries(added).filter(([column]) => !held.has(column));
    await session.transaction(async () => {
      for (const [column, type] of missing) await session.run(sql`alter table ${name(table)} add column ${name(column)} ${raw(type)}`);
      for (const [column] of missing) if (column === "grade" || column === "computed") await session.run(sql`update ${name(table)} set ${name(column)} = tier`);
    });
  }
}

interface Held {
  table_name: string;
  is_view: boolean;
}

/** The standings and readings the warehouse holds, and what is laid over some. */
const allHeld = (reader: Reader): Promise<Held[]> =>
  reader.all<Held>(
    sql`select table_name, table_type = 'VIEW' as is_view from information_schema.tables
    where table_schema = 'main' and table_catalog <> 'temp' and regexp_matches(table_name, '^(standing|reading|changed)_') order by table_name`,
  );

/** Names of the standings and readings the warehouse holds. */
export const tablesHeld = async (reader: Reader): Promise<string[]> =>
  (await allHeld(reader)).map((held) => held.table_name).filter((table) => !table.startsWith("changed_"));

export const isHeld = async (reader: Reader, table: string): Promise<boolean> => (await tablesHeld(reader)).includes(table);

/** The rows of a run that graded only some: `base` is the run that graded everybody. */
export const changesTable = (model: string, run: number, base: number): string => `changed_${model}_${run}_${base}`;

interface Layer {
  model: string;
  run: number;
  base: number;
}

const layerOf = (table: string): Layer | undefined => {
  const found = /^changed_(.+)_(\d+)_(\d+)$/.exec(table);
  return found === null ? undefined : { model: found[1] ?? "", run: Number(found[2]), base: Number(found[3]) };
};

/** The run that graded everybody, on which a run that graded only some is laid; undefined: it graded everybody itself. */
export async function layeredOn(reader: Reader, { model, run }: Pick<Layer, "model" | "run">): Promise<number | undefined> {
  const layers = (await allHeld(reader)).flatMap(({ table_name }) => layerOf(table_name) ?? []);
  return layers.find((layer) => layer.model === model && layer.run === run)?.base;
}

/** A standing that others are laid over, or the one before: its run, and how many days ago. */
interface Under {
  run: number;
  days: number;
}

/** Rows of a standing as they are so many days later. */
export type Later = (rows: Sql, days: number) => Sql;

/** What is held of a customer apart from the figures. */
const heldColumns = raw("customer_id, computed, tier, before, since, phase, phase_since, phase_tier, phase_times");

/**
 * What customers of the temporary table `changed_customer` held, without the figures. The layer and what it lies on are each joined with
 * them alone, for through the view of both the engine looks at everybody (of 2 million customers 36 ms instead of 130).
 */
export function heldByChanged(model: string, run: number, base: number): Sql {
  const everybody = name(standingTable("standing", model, base));
  if (run === base) return sql`select ${heldColumns} from changed_customer join ${everybody} using (customer_id)`;
  const layer = name(changesTable(model, run, base));
  return sql`select ${heldColumns} from (from changed_customer anti join ${layer} using (customer_id)) join ${everybody} using (customer_id)
    union all select ${heldColumns} from changed_customer join ${layer} using (customer_id) where tier is not null`;
}

/**
 * Lay the rows of those graded again (`changed_customer`, of whom `held_before` held a tier) over the standing they were graded
 * after: its own layer goes on in the new one, who is gone has a row without a tier, and the two together are the standing of the
 * run. `later` gives rows as they are so many days later.
 */
export async function layOver(
  session: Session,
  { model, run, made, base, last, later }: { model: string; run: number; made: Sql; base: Under; last: Under; later: Later },
): Promise<void> {
  const table = changesTable(model, run, base.run);
  // who was held and is not graded again is gone, and who was gone before stays so
  const rows = [sql`select * from ${made}`, sql`select customer_id from held_before anti join ${made} using (customer_id)`];
  if (last.run !== base.run) {
    const layer = later(name(changesTable(model, last.run, base.run)), last.days);
    rows.push(
      sql`select * from ${layer} where (tier is null or customer_id not in (select customer_id from changed_customer)) and customer_id not in (select customer_id from ${made})`,
    );
  }
  await session.run(sql`create table ${name(table)} as ${join(rows, " union all by name ")}`);
  const below = sql`select * from ${name(standingTable("standing", model, base.run))} anti join (select customer_id from ${name(table)}) as again using (customer_id)`;
  await session.run(
    sql`create view ${name(standingTable("standing", model, run))} as
    select * from ${later(sql`(${below})`, base.days)}
    union all by name select * from ${name(table)} where tier is not null`,
  );
}

/** Drop standings that no decided run names: what a killed run left, and what a newer one replaced. A layer keeps what it lies on. */
export async function dropUnnamed(session: Session, inForce: readonly { model: string; run: number }[]): Promise<void> {
  const named = new Set(inForce.map((run) => standingTable("standing", run.model, run.run)));
  const held = await allHeld(session);
  const kept = new Set(named);
  for (const { table_name } of held) {
    const layer = layerOf(table_name);
    if (layer === undefined || !named.has(standingTable("standing", layer.model, layer.run))) continue;
    kept.add(table_name).add(standingTable("standing", layer.model, layer.base));
  }
  const gone = held.filter(({ table_name }) => !table_name.startsWith("reading_") && !kept.has(table_name));
  for (const { table_name } of gone.filter((one) => one.is_view)) await session.run(sql`drop view ${name(table_name)}`);
  for (const { table_name } of gone.filter((one) => !one.is_view)) await session.run(sql`drop table ${name(table_name)}`);
}

/** Rows of so many runs that only read are kept, of all models together. */
export const READINGS_KEPT = 5;

/** Drop the rows of runs that only read, but for the newest; none outlives the next start. */
export async function dropReadings(session: Session, kept: number): Promise<void> {
  const run = (table: string): number => Number(table.slice(table.lastIndexOf("_") + 1));
  const readings = (await tablesHeld(session)).filter((table) => table.startsWith("reading_")).sort((a, b) => run(b) - run(a));
  for (const table of readings.slice(kept)) await session.run(sql`drop table ${name(table)}`);
}
