import { raw, type Sql, sql } from "../../platform/warehouse/index.js";

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As many digits as it takes to read the same number back; nothing for none (NaN). */
export function csvNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) throw new Error(`${value} is no number for a file`);
  return String(value);
}

/** A line of a CSV. */
export const csvLine = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => (typeof cell === "number" ? csvNumber(cell) : quoted(cell))).join(",")}\n`;

/** A cell of a file as it stands there, by the engine. */
export const quotedCell = (cell: Sql): Sql =>
  sql`case when regexp_matches(${cell}, ${raw(`'[",\r\n]'`)}) then '"' || replace(${cell}, '"', '""') || '"' else coalesce(${cell}, '') end`;
