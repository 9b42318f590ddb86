import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join as joinPath } from "node:path";
import { ProblemError, problem, refuse } from "../platform/problem.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import { inThread } from "../platform/threads/index.js";
import { join, name, type Reader, raw, type Sql, sql } from "../platform/warehouse/index.js";
import { cellText, typedText } from "./cells.js";
import { columnNames, detectDelimiter, firstRow } from "./dialect.js";
import { decodeFile, detectEncoding, headOf, isZip, refuseOtherKinds } from "./encoding.js";
import { excelModule, writeExcel } from "./formats/excel.js";
import { jsonModule, writeJson } from "./formats/json.js";
import { type Listed, writtenAt } from "./formats/written.js";
import { LONGEST_ROW } from "./record.js";
import { type Scanned, scanRows } from "./scan.js";
import type { Format } from "./schema.js";

/** A file ready to be asked: every readable row, numbered from 0 in the file's order, and the rows that could not be read. */
export interface Staged {
  /** The name people know the file by. */
  file: string;
  columns: string[];
  /** The first row names the columns, or is taken to. */
  headed: boolean;
  rows: number;
  broken: number;
  /** Relation with `row_no` and the cells as the file has them: `c0`, `c1`, … */
  relation: Sql;
  /** Column i as canonical text. */
  cell(i: number): Sql;
  /** JSON lines of the broken rows, and where line numbers jump; absent when rows are lines of their own. */
  text: { broken: string; jumps: string } | undefined;
}

/** A text constant in SQL where the engine takes no parameter. */
export const literal = (text: string): Sql => raw(`'${text.replaceAll("'", "''")}'`);

export interface StageOptions {
  path: string;
  file: string;
  format: Format;
  /** A folder of our own; `id` keeps its files apart. */
  folder: string;
  id: string;
  report: OnProgress;
}

/** Look at the file's kind and make it ready. */
export async function stageFile(reader: Reader, options: StageOptions): Promise<Staged> {
  const found = await stat(options.path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    refuse(
      "intake.no_such_file",
      { zh: `找不到文件 ${options.file}`, en: `There is no file ${options.file}` },
      { place: { file: options.file }, hint: { zh: "检查路径。", en: "Check the path." } },
    );
  }
  const head = await headOf(options.path, LONGEST_ROW);
  const isParquet = head.subarray(0, 4).toString("latin1") === "PAR1";
  if (isParquet || options.format.type === "parquet" || (options.format.type === undefined && /\.parquet$/i.test(options.file)))
    return stageParquet(reader, options);
  if (head.length === 0)
    refuse("intake.empty_file", { zh: `文件 ${options.file} 是空的`, en: `The file ${options.file} is empty` }, { place: { file: options.file } });
  if (isZip(head) && (options.format.type ?? "excel") === "excel") return stageWritten(reader, options, "excel");
  refuseOtherKinds(head, options.file);
  if (options.format.type === "json" || (options.format.type === undefined && JSON_ENDING.test(options.file))) return stageWritten(reader, options, "json");
  return stageText(reader, options);
}

const ROW_NUMBER = "file_row_number"; // the engine's own column, unless the file has one of that name

async function stageParquet(reader: Reader, { path, file }: StageOptions): Promise<Staged> {
  try {
    const described = await reader.all<{ column_name: string; column_type: string }>(sql`describe select * from read_parquet(${literal(path)})`);
    const counted = await reader.first<{ rows: number }>(sql`select count(*) as rows from read_parquet(${literal(path)})`);
    const columns = described.map((column) => column.column_name);
    const cells = columns.map((column, i) => sql`${name(column)} as ${name(`c${i}`)}`);
    return {
      file,
      columns,
      headed: false,
      rows: counted?.rows ?? 0,
      broken: 0,
      relation: columns.some((column) => column.toLowerCase() === ROW_NUMBER)
        ? sql`(select row_number() over () - 1 as row_no, ${join(cells)} from read_parquet(${literal(path)}))`
        : sql`(select ${raw(ROW_NUMBER)} as row_no, ${join(cells)} from read_parquet(${literal(path)}, file_row_number = true))`,
      cell: (i) => (described[i]?.column_type === "VARCHAR" ? cellText(name(`c${i}`)) : typedText(name(`c${i}`))),
      text: undefined,
    };
  } catch {
    return refuseBroken(file);
  }
}

/** What the engine says of it holds paths of the server. */
const refuseBroken = (file: string): never =>
  refuse(
    "intake.broken_parquet",
    { zh: `文件 ${file} 不是完好的 Parquet 文件`, en: `${file} is not a whole Parquet file` },
    { place: { file }, hint: { zh: "可能没有写完或传完，请重新导出。", en: "It may not have been written or sent to its end: export it again." } },
  );

/** Work on files whose insides nobody has read yet: when it fails because one of them is damaged, that is said. */
export async function readingWhole<T>(reader: Reader, files: Iterable<Staged>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    for (const { file, text, relation } of files)
      if (text === undefined) await reader.all(sql`select bit_xor(hash(r)) from ${relation} r`).catch(() => refuseBroken(file));
    throw error;
  }
}

const JSON_ENDING = /\.(json|jsonl|ndjson)$/i;

/** A file that a thread writes out row by row for the engine. */
async function stageWritten(reader: Reader, { path, file, format, folder, id, report }: StageOptions, kind: "json" | "excel"): Promise<Staged> {
  const stem = joinPath(folder, id);
  const counted = stepProgress(report, { zh: `读取 ${basename(file)}`, en: `Read ${basename(file)}` }, "rows", null);
  const decoded = kind === "json" ? await inUtf8(path, format, `${stem}.utf8`) : path;
  const given = { path: decoded, file, stem, sheet: format.sheet, header: format.header, columns: format.columns };
  const listed = await (kind === "json" ? inThread<Listed>(jsonModule, writeJson.name, given) : inThread<Listed>(excelModule, writeExcel.name, given));
  if ("problems" in listed) throw new ProblemError(listed.problems);
  const { columns, headed, rows, broken } = listed.written;
  counted(rows + broken);
  const at = writtenAt(stem);
  const staged = `${stem}.parquet`;
  const cells = columns.map((_, i) => sql`r[${raw(String(i + 1))}] as ${name(`c${i}`)}`);
  await reader.all(sql`
    copy (select ${cells.length === 0 ? raw("null as c0") : join(cells)} from read_json(${literal(at.rows)}, format = 'newline_delimited', maximum_object_size = 16777216, columns = {r: 'VARCHAR[]'}))
    to ${literal(staged)} (format parquet)`);
  return {
    file,
    columns,
    headed,
    rows,
    broken,
    relation: numbered(staged),
    cell: (i) => cellText(name(`c${i}`)),
    text: at,
  };
}

/** The file itself where it is UTF-8, else a copy that is. */
async function inUtf8(path: string, { encoding: said }: Format, to: string): Promise<string> {
  const encoding = said === "gb18030" ? said : await detectEncoding(path);
  if (encoding === "utf-8" || encoding === "mended" || (said === "utf-8" && encoding === "gb18030")) return path;
  await decodeFile(path, encoding, to);
  return to;
}

const numbered = (staged: string): Sql =>
  sql`(select file_row_number as row_no, * exclude (file_row_number) from read_parquet(${literal(staged)}, file_row_number = true))`;

async function stageText(reader: Reader, options: StageOptions): Promise<Staged> {
  const { file, format, folder, id } = options;
  const at = (ending: string) => joinPath(folder, `${id}.${ending}`);
  const encoding = format.encoding === "gb18030" ? "gb18030" : await detectEncoding(options.path);
  const asked = format.encoding === "utf-8" && encoding === "gb18030" ? "mended" : encoding;
  let path = options.path;
  if (asked !== "utf-8" && asked !== "mended") {
    path = at("utf8");
    await decodeFile(options.path, asked, path);
  }
  const head = await headOf(path, LONGEST_ROW);
  const delimiter = format.delimiter ?? detectDelimiter(head, file);
  const columns = columnsIn(head, delimiter, options);

  const broken = sink(at("broken"));
  const jumps = sink(at("jumps"));
  const counted = stepProgress(options.report, { zh: `读取 ${basename(file)}`, en: `Read ${basename(file)}` }, "rows", null);
  const scan = (always: boolean): Promise<Scanned> =>
    scanRows(path, {
      delimiter,
      header: format.header,
      columns: columns.length,
      checkEncoding: asked !== "utf-8",
      clean: at("clean"),
      always,
      onBroken: (row) => broken.line(JSON.stringify(row)),
      onJump: (row, line) => jumps.line(`${row},${line}`),
      onRows: async (rows) => {
        counted(rows);
        await Promise.all([broken.drained(), jumps.drained()]);
      },
    });
  let scanned = await scan(false);
  await Promise.all([broken.end(), jumps.end()]);
  const staged = at("parquet");
  const load = async (): Promise<number> => {
    await reader.all(sql`copy (select * from ${reading(scanned, delimiter, format.header, columns.length)}) to ${literal(staged)} (format parquet)`);
    return (await reader.first<{ rows: number }>(sql`select count(*) as rows from read_parquet(${literal(staged)})`))?.rows ?? 0;
  };
  // Two readers must agree. Where the strict one sees other rows, it gets every cell in quotes.
  const agreed = await load().then(
    (rows) => rows === scanned.good,
    () => false,
  );
  if (!agreed) {
    const [before, again] = [{ broken: broken.line, jumps: jumps.line }, () => undefined];
    [broken.line, jumps.line] = [again, again];
    scanned = await scan(true);
    [broken.line, jumps.line] = [before.broken, before.jumps];
    const rows = await load();
    if (rows !== scanned.good) throw new Error(`${file}: ${scanned.good} rows were written and ${rows} read back`);
  }
  return {
    file,
    columns,
    headed: format.header && format.columns === undefined,
    rows: scanned.good,
    broken: scanned.broken,
    relation: numbered(staged),
    cell: (i) => cellText(name(`c${i}`)),
    text: { broken: at("broken"), jumps: at("jumps") },
  };
}

function columnsIn(head: Buffer, delimiter: string, { file, format }: StageOptions): string[] {
  const first = firstRow(head, delimiter);
  if (format.columns !== undefined && (!format.header || first === undefined)) return format.columns;
  if (first === undefined) {
    return refuse(
      "intake.broken_header",
      { zh: `${file} 的第一行无法读取`, en: `The first row of ${file} cannot be read` },
      { place: { file, line: 1 }, hint: { zh: "检查引号、分隔符和编码。", en: "Check quotes, delimiter and encoding." } },
    );
  }
  if (format.columns === undefined) return format.header ? columnNames(first) : columnNames(first.map(() => ""));
  if (format.columns.length === first.length) return format.columns;
  throw new ProblemError([
    problem(
      "intake.columns_differ",
      {
        zh: `${file} 有 ${first.length} 列，映射写了 ${format.columns.length} 列`,
        en: `${file} has ${first.length} columns, the mapping names ${format.columns.length}`,
      },
      { place: { file, line: 1 } },
    ),
  ]);
}

/** The engine's reader, told everything: it must guess nothing. The cells are `c0`, `c1`, … */
export function reading({ path }: { path: string }, delimiter: string, header: boolean, columns: number): Sql {
  const types = Array.from({ length: columns }, (_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  return sql`read_csv(${literal(path)}, auto_detect = false, header = ${raw(String(header))}, delim = ${literal(delimiter)}, quote = '"', escape = '"', comment = '',
    columns = {${raw(types)}}, strict_mode = true, null_padding = false, ignore_errors = false)`;
}

/** A text file written line by line, as fast as the disk takes it. A disk that is full is told to whoever waits for it next. */
function sink(path: string) {
  const stream = createWriteStream(path);
  let failed: Error | undefined;
  stream.on("error", (error) => (failed = error));
  const closed = new Promise<void>((resolve) => stream.on("close", resolve));
  const whole = (): void => {
    if (failed !== undefined) throw failed;
  };
  return {
    line: (text: string): unknown => stream.write(`${text}\n`),
    drained: async (): Promise<void> => {
      whole();
      if (stream.writableNeedDrain) await once(stream, "drain");
    },
    end: async (): Promise<void> => {
      stream.end();
      await closed;
      whole();
    },
  };
}
