import { InvalidArgumentError } from "commander";
import type { Fault, Read, Table } from "../../intake/index.js";
import { didYouMean } from "../../platform/expression/index.js";
import { ProblemError, problem } from "../../platform/problem.js";
import type { Problem } from "../../platform/schema.js";
import { join, name, type Sql, sql } from "../../platform/warehouse/index.js";
import { faultAt, MOST_ROWS } from "./problems.js";

/** What a command calls a number or a text of a row, and the file's column it is read from. */
export type Given = Readonly<Record<string, string>>;

/** `x=purchases,t_x=last,t=age`: a comma in a column's own name does no harm unless a name and = follow it. */
export function parseColumns(text: string): Given {
  const pairs = text.split(/,(?=\s*\w+\s*=)/).map((piece): [string, string] => {
    const at = piece.indexOf("=");
    return [piece.slice(0, Math.max(0, at)).trim(), piece.slice(at + 1).trim()];
  });
  const names = pairs.map(([key]) => key);
  if (pairs.some(([key, column]) => !/^\w+$/.test(key) || column === "") || new Set(names).size < names.length)
    throw new InvalidArgumentError("name=file_column, separated by commas, each name once");
  return Object.fromEntries(pairs);
}

/** The names a command reads. Required ones that are not given are looked for under their own name. */
export interface Wanted {
  required: readonly string[];
  optional: readonly string[];
  /** A column whose cells do not matter where another is 0: they may be empty there. */
  idle?: { column: string; whenZero: string };
}

/** Which column of the file each name is, or every problem with them. */
export function columnsOf(table: Table, given: Given, { required, optional }: Wanted): Map<string, number> {
  const problems: Problem[] = Object.keys(given)
    .filter((key) => !required.includes(key) && !optional.includes(key))
    .map((key) => {
      const hint = didYouMean(key, [...required, ...optional]);
      const said = { zh: `--columns：不认识 ${key}`, en: `--columns: ${key} is not known here` };
      return problem("fit.unknown_name", said, { place: { path: "--columns" }, ...(hint === undefined ? {} : { hint }) });
    });
  const found = new Map<string, number>();
  for (const key of [...required, ...optional.filter((one) => given[one] !== undefined)]) {
    const column = given[key] ?? key;
    const at = table.columns.indexOf(column);
    if (at < 0) problems.push(noColumn(table, key, given[key]));
    else if (table.columns.indexOf(column, at + 1) >= 0) problems.push(twice(table, column));
    else found.set(key, at);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return found;
}

function noColumn({ file, columns }: Table, key: string, given: string | undefined): Problem {
  const hint = didYouMean(given ?? key, columns);
  const place = { place: { file, line: 1 }, ...(hint === undefined ? {} : { hint }) };
  return given === undefined
    ? problem(
        "fit.no_such_column",
        { zh: `文件没有名为 ${key} 的列，也没有用 --columns ${key}=… 指定`, en: `No column is called ${key}, nor said by --columns ${key}=…` },
        place,
      )
    : problem("fit.no_such_column", { zh: `文件没有名为 ${given} 的列`, en: `The file has no column ${given}` }, place);
}

const twice = ({ file }: Table, column: string): Problem =>
  problem(
    "fit.column_twice",
    { zh: `文件有多个名为 ${column} 的列`, en: `The file has more than one column ${column}` },
    { place: { file, line: 1 }, hint: { zh: "给它们不同的名称。", en: "Give them different names." } },
  );

/** Numbers by name, a row of the file each. */
export type Numbers = Readonly<Record<string, Float64Array>>;

/** The columns as numbers, and the cells that hold none: the first of them, and how many in all, in how many rows. */
export interface ReadNumbers {
  numbers: Numbers;
  faults: Fault[];
  cells: number;
  rows: number;
}

export async function readNumbers(table: Table, columns: ReadonlyMap<string, number>, idle?: Wanted["idle"]): Promise<ReadNumbers> {
  const { session, relation } = table;
  const other = idle === undefined ? undefined : columns.get(idle.whenZero);
  const number = (at: number): Sql =>
    other === undefined || at !== columns.get(idle?.column ?? "")
      ? table.number(at)
      : sql`case when ${table.number(other)} = 0 then 0::double else ${table.number(at)} end`;
  const picked = [...columns];
  const read = await session.numbers(sql`select ${join(picked.map(([key, at]) => sql`${number(at)} as ${name(key)}`))} from ${relation}`);
  const numbers = Object.fromEntries(picked.map(([key], i) => [key, read[i] ?? new Float64Array()]));
  const bad = new Set<number>();
  let cells = 0;
  for (const values of read)
    for (let row = 0; row < values.length; row++) {
      if (Number.isFinite(values[row])) continue;
      cells++;
      bad.add(row);
    }
  const faults: Fault[] = [];
  if (cells > 0)
    for (const [, at] of picked) {
      const found = await session.all<{ row_no: number; empty: boolean }>(
        sql`select row_no, (${table.cell(at)}) is null as empty from ${relation} where not coalesce(isfinite(${number(at)}), false) order by row_no limit ${MOST_ROWS}`,
      );
      faults.push(...found.map(({ row_no, empty }) => faultAt(row_no, empty ? "empty" : "not_a_number", table.columns[at])));
    }
  return { numbers, faults, cells, rows: bad.size };
}

/** Faults of cells and of rows together; null when there is neither. */
export function faultsOf({ faults, cells, rows }: ReadNumbers, ofRows: { faults: readonly Fault[]; count: number }): Read<never> | null {
  const count = cells + Math.max(0, ofRows.count - rows);
  return count === 0 ? null : { faults: [...faults, ...ofRows.faults], count };
}
