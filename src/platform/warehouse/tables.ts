import { name, raw, type Session, sql } from "./index.js";

/** A table of the warehouse: columns by name with the engine's type. */
export interface Table {
  name: string;
  columns: Record<string, string>;
}

/** Make every table and column that is not there yet. Safe to run again; nothing is ever dropped. */
export async function ensureTables(session: Session, tables: readonly Table[]): Promise<void> {
  const held = await session.all<{ table_name: string; column_name: string }>(
    sql`select table_name, column_name from information_schema.columns where table_schema = 'main'`,
  );
  const columnsHeld = new Set(held.map((row) => `${row.table_name}.${row.column_name}`));
  const tablesHeld = new Set(held.map((row) => row.table_name));
  for (const table of tables) {
    const columns = Object.entries(table.columns);
    if (!tablesHeld.has(table.name)) {
      const body = columns.map(([column, type]) => `"${column}" ${type}`).join(", ");
      await session.run(sql`create table ${name(table.name)} (${raw(body)})`);
      continue;
    }
    for (const [column, type] of columns) {
      if (columnsHeld.has(`${table.name}.${column}`)) continue;
      await session.run(sql`alter table ${name(table.name)} add column ${name(column)} ${raw(type)}`);
    }
  }
}
