import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { createInterface } from "node:readline";
import { ProblemError, problem } from "../platform/problem.js";
import type { Problem, Text } from "../platform/schema.js";
import { name, openWarehouse, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import { cellText } from "./cells.js";
import { detectDelimiter, firstRow } from "./dialect.js";
import { detectEncoding, headOf, isZip, refuseOtherKinds } from "./encoding.js";
import { LONGEST_ROW } from "./record.js";
import type { BrokenRow } from "./scan.js";
import { Format } from "./schema.js";
import { reading, type Staged, stageFile } from "./stage.js";

/** The rows of a file with a header, to be asked by the names of its columns. */
export interface Table {
  /** The name people know the file by. */
  file: string;
  /** Names as the header has them, spaces around them apart; one may stand there twice. */
  columns: readonly string[];
  session: Session;
  /** Relation with `row_no`, from 0 in the file's order, and the cells as the file has them: `c0`, `c1`, … */
  relation: Sql;
  /** Column i as canonical text: no spaces around it; empty, NULL and \N are null. */
  cell(i: number): Sql;
  /** Column i as a double; null where it holds none. */
  number(i: number): Sql;
}

/** What is wrong with a row, told with its line. */
export interface Fault {
  row: number;
  code: string;
  message: Text;
  column?: string;
  hint?: Text;
}

/** What a reading came to: its answer, or the first faults and how many there are in all. */
export type Read<T> = { answer: T } | { faults: readonly Fault[]; count: number };

/** How many mistakes of one file are told. */
export const MOST_TOLD = 20;

/**
 * Read a file by the engine in memory, without a workspace. A file of good rows takes the engine's fast reader alone. Should that
 * stop, or the reading find faults, the file is gone through again row by row, as an import does: then what is wrong is told with
 * its line, broken rows too, up to `MOST_TOLD` of all. So `read` is called twice for such a file, and has to be the same both times.
 */
export async function readTable<T>(path: string, read: (table: Table) => Promise<Read<T>>): Promise<T> {
  const folder = await mkdtemp(joinPath(tmpdir(), "tierkeep-file-"));
  const warehouse = await openWarehouse({ file: ":memory:", zone: "UTC", spill: folder });
  try {
    return await warehouse.write(async (session) => {
      const quick = await quickTable(session, path);
      const found = quick === undefined ? undefined : await read(quick).catch(unlessOfEngine);
      return found !== undefined && "answer" in found ? found.answer : await readCarefully(session, path, folder, read);
    });
  } finally {
    await warehouse.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the engine stops at is found again, with words of ours, by the careful reading. */
function unlessOfEngine(error: unknown): undefined {
  if (error instanceof ProblemError || !(error instanceof Error) || !/^(?:Invalid Input|Conversion|IO) Error/.test(error.message)) throw error;
}

const titles = (cells: readonly string[]): string[] => cells.map((cell) => cell.trim());

/** The file as the engine's own reader takes it; undefined when it is none for it. */
async function quickTable(session: Session, path: string): Promise<Table | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || /\.parquet$/i.test(path)) return undefined;
  const head = await headOf(path, LONGEST_ROW);
  if (head.length === 0 || head.subarray(0, 4).toString("latin1") === "PAR1") return undefined;
  if (isZip(head) || /\.(json|jsonl|ndjson)$/i.test(path)) return undefined;
  refuseOtherKinds(head, path);
  if ((await detectEncoding(path)) !== "utf-8") return undefined;
  const delimiter = detectDelimiter(head, path);
  const cells = firstRow(head, delimiter);
  if (cells === undefined) return undefined;
  const rows = reading({ path }, delimiter, true, cells.length);
  return {
    file: path,
    columns: titles(cells),
    session,
    relation: sql`(select row_number() over () - 1 as row_no, * from ${rows})`,
    cell: (i) => cellText(name(`c${i}`)),
    // spaces of every kind take longer to take off than all the rest: the careful reading does it
    number: (i) => sql`try_cast(${name(`c${i}`)} as double)`,
  };
}

async function readCarefully<T>(session: Session, path: string, folder: string, read: (table: Table) => Promise<Read<T>>): Promise<T> {
  const staged = await stageFile(session, { path, file: path, format: Format.parse({}), folder, id: "file", report: () => undefined });
  const { relation, cell } = staged;
  const number = (i: number): Sql => sql`try_cast(${cell(i)} as double)`;
  const found = await read({ file: path, columns: await headerOf(staged, path, folder), session, relation, cell, number });
  if ("answer" in found && staged.broken === 0) return found.answer;
  const broken = await brokenRows(staged);
  const { faults, count } = "answer" in found ? { faults: [], count: 0 } : found;
  const lines = await linesOf(
    staged,
    faults.map(({ row }) => row),
  );
  const told = [
    ...broken.map((row) => problem(`intake.${row.code}`, row.reason, { place: { file: path, line: row.line } })),
    ...faults.map(({ code, message, column, hint }, i) =>
      problem(code, message, {
        place: { file: path, line: lines[i] ?? 1, ...(column === undefined ? {} : { column }) },
        ...(hint === undefined ? {} : { hint }),
      }),
    ),
  ].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  throw new ProblemError([...told.slice(0, MOST_TOLD), ...andMore(staged.broken + count - Math.min(told.length, MOST_TOLD), path)]);
}

const andMore = (left: number, file: string): Problem[] =>
  left <= 0 ? [] : [problem("intake.more_faults", { zh: `另有 ${left} 处错误未列出`, en: `and ${left} more that are not listed` }, { place: { file } })];

/** Staging makes names unique; here one that stands twice has to be seen. */
async function headerOf({ columns, text }: Staged, path: string, folder: string): Promise<string[]> {
  if (text === undefined) return columns;
  const decoded = joinPath(folder, "file.utf8");
  const source = (await stat(decoded).catch(() => undefined)) === undefined ? path : decoded;
  const head = await headOf(source, LONGEST_ROW);
  const cells = firstRow(head, detectDelimiter(head, path));
  return cells?.length === columns.length ? titles(cells) : columns;
}

async function brokenRows({ text, broken }: Staged): Promise<BrokenRow[]> {
  const rows: BrokenRow[] = [];
  if (text === undefined || broken === 0) return rows;
  const lines = createInterface({ input: createReadStream(text.broken) });
  for await (const line of lines) {
    rows.push(JSON.parse(line) as BrokenRow);
    if (rows.length >= MOST_TOLD) break;
  }
  lines.close();
  return rows;
}

/** On which line each of these rows begins: after rows of several lines, blank or broken ones, the count jumps. */
async function linesOf({ text }: Staged, rows: readonly number[]): Promise<number[]> {
  const lines = rows.map((row) => row + 1);
  if (text === undefined || rows.length === 0) return lines;
  for await (const jump of createInterface({ input: createReadStream(text.jumps) })) {
    const [first = 0, line = 0] = jump.split(",").map(Number);
    for (const [i, row] of rows.entries()) if (row >= first) lines[i] = line + row - first;
  }
  return lines;
}
