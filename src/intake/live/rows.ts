import { name, raw, type Session, sql } from "../../platform/warehouse/index.js";
import { cellText } from "../cells.js";
import type { Staged } from "../stage.js";

/** Rows that came in a request, each with a cell for every column; null: it says nothing. */
export interface Rows {
  /** The part of the mapping that reads them. */
  part: string;
  columns: readonly string[];
  cells: (string | null)[][];
}

/** Make rows of requests ready to be asked, as `stageFile` does with a file: within the session that judges them, numbered from `first`. */
export async function stageRows(session: Session, { part, columns, cells }: Rows, shown: string, first: number): Promise<Staged> {
  const table = `rows ${part}`;
  const of = columns.map((_, i) => `c${i}`);
  await session.run(sql`create or replace temp table ${name(table)} (row_no bigint, ${raw(of.map((column) => `${column} varchar`).join(", "))})`);
  await session.append(
    table,
    cells.map((row, i) => [first + i, ...row]),
  );
  return {
    file: shown,
    columns: [...columns],
    headed: false,
    rows: cells.length,
    broken: 0,
    relation: sql`(select * from ${name(table)})`,
    cell: (i) => cellText(name(`c${i}`)),
    text: undefined,
  };
}
