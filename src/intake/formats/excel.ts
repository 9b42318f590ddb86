import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { SaxesParser } from "saxes";
import { type Entry, open, type ZipFile } from "yauzl";
import { ProblemError, problem } from "../../platform/problem.js";
import type { Problem, Text } from "../../platform/schema.js";
import { columnNames } from "../dialect.js";
import { LONGEST_ROW } from "../record.js";
import { brokenRow } from "../scan.js";
import { type Listed, rowWriter, type Written } from "./written.js";

/** Where a thread finds this. */
export const excelModule = new URL(import.meta.url);

/** Unpacked: a million rows of thirty columns are about half of it. */
const MOST_BYTES = 4 * 1024 ** 3;
const MOST_ENTRIES = 10_000;
/** Of a part that is held in memory as a whole: what names sheets, links and styles. */
const MOST_HELD = 64 * 1024 ** 2;
/** Of shared texts: characters, and as many again as each costs beside them. */
const [MOST_CHARACTERS, PER_TEXT] = [256 * 1024 ** 2, 32];
/** What Excel itself has. */
const MOST_COLUMNS = 16_384;

interface Given {
  path: string;
  file: string;
  stem: string;
  /** By its name; the first that is shown when absent. */
  sheet: string | undefined;
  header: boolean;
  columns: string[] | undefined;
}

/** Write out the rows of a sheet of an Excel workbook (Office Open XML, ECMA-376). Days are written as ISO 8601 has them, whichever year the workbook counts from. For threads. */
export async function writeExcel(given: Given): Promise<Listed> {
  try {
    return { written: await inWorkbook(given) };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: [...error.problems] };
    // whatever the readers of archives and XML stop at is a fault of the file
    return { problems: [told("intake.broken_excel", given.file, { zh: "不是完好的 Excel 工作簿", en: "is not a whole Excel workbook" })] };
  }
}

const told = (
  code: string,
  file: string,
  what: Text,
  hint: Text = { zh: "请在 Excel 中重新保存为 .xlsx 或 CSV（UTF-8）。", en: "Save it again in Excel as .xlsx or as CSV (UTF-8)." },
): Problem => problem(code, { zh: `${file} ${what.zh}`, en: `${file} ${what.en}` }, { place: { file }, hint });

async function inWorkbook(given: Given): Promise<Written> {
  const archive = await openArchive(given);
  try {
    const book = await readBook(archive, given);
    const { sheet, styles, strings } = book;
    return await writeSheet(archive, sheet, { dates: styles, strings, from1904: book.from1904 }, given);
  } finally {
    archive.zip.close();
  }
}

const [BOOK, LINKS, STYLES, STRINGS] = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"] as const;
const READ_WHOLE: readonly string[] = [BOOK, LINKS, STYLES];

const tooLarge = (file: string): ProblemError =>
  new ProblemError([
    told(
      "intake.too_large_unpacked",
      file,
      { zh: "解压后过大", en: "would be too large when unpacked" },
      { zh: "请拆分，或另存为 CSV（UTF-8）。", en: "Split it, or save it as CSV (UTF-8)." },
    ),
  ]);

interface Archive {
  zip: ZipFile;
  entries: ReadonlyMap<string, Entry>;
}

/** Entries by name. An archive that would unpack to more than a disk should have to hold is refused before anything is unpacked; that its parts are no longer than they say is looked after as they are read. */
async function openArchive({ path, file }: Given): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, found) => (error === null ? resolve(found) : reject(error))),
  );
  const entries = new Map<string, Entry>();
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      entries.set(entry.fileName, entry);
      bytes += entry.uncompressedSize;
      const heldWhole = READ_WHOLE.includes(entry.fileName) && entry.uncompressedSize > MOST_HELD;
      if (heldWhole || entries.size > MOST_ENTRIES || bytes > MOST_BYTES) reject(tooLarge(file));
      else zip.readEntry();
    });
    zip.on("end", resolve);
    zip.on("error", reject);
    zip.readEntry();
  });
  return { zip, entries };
}

type Tag = (name: string, attributes: Readonly<Record<string, string>>) => void;

/** Names of elements without the prefix some programs give them. */
const bare = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Read a part of the archive as XML; a part that is not there has nothing in it. */
async function readXml(
  { zip, entries }: Archive,
  part: string,
  { begin, text, end }: { begin: Tag; text?: (text: string) => void; end?: (name: string) => void },
): Promise<void> {
  const entry = entries.get(part);
  if (entry === undefined) return;
  const stream = await new Promise<Readable>((resolve, reject) =>
    zip.openReadStream(entry, (error, found) => (error === null ? resolve(found) : reject(error))),
  );
  const parser = new SaxesParser({ xmlns: false, position: false });
  let failed: Error | undefined;
  parser.on("error", (error) => (failed ??= error));
  parser.on("opentag", ({ name, attributes }) => begin(bare(name), attributes));
  if (text !== undefined) parser.on("text", text);
  parser.on("closetag", ({ name }) => end?.(bare(name)));
  const decoder = new StringDecoder("utf8");
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parser.write(decoder.write(chunk));
    if (failed !== undefined) throw failed;
  }
  parser.close();
  if (failed !== undefined) throw failed;
}

interface Book {
  /** The part of the wanted sheet. */
  sheet: string;
  from1904: boolean;
  /** By style: are its numbers days? */
  styles: boolean[];
  strings: string[];
}

async function readBook(archive: Archive, { file, sheet: wanted }: Given): Promise<Book> {
  const sheets: { name: string; id: string; shown: boolean }[] = [];
  let from1904 = false;
  await readXml(archive, BOOK, {
    begin: (name, given) => {
      if (name === "workbookPr") from1904 = ["1", "true"].includes(given["date1904"] ?? "");
      if (name === "sheet")
        sheets.push({ name: given["name"] ?? "", id: given["r:id"] ?? given["id"] ?? "", shown: (given["state"] ?? "visible") === "visible" });
    },
  });
  if (sheets.length === 0)
    throw new ProblemError([
      told(
        "intake.not_excel",
        file,
        { zh: "是压缩文件，但不是 Excel 工作簿", en: "is an archive, but no Excel workbook" },
        { zh: "请先解压。", en: "Unpack it first." },
      ),
    ]);
  const parts = new Map<string, string>();
  await readXml(archive, LINKS, {
    begin: (name, { Id = "", Target = "" }) => {
      if (name === "Relationship") parts.set(Id, Target.startsWith("/") ? Target.slice(1) : `xl/${Target}`);
    },
  });
  const sheet = wanted === undefined ? (sheets.find(({ shown }) => shown) ?? sheets[0]) : sheets.find(({ name }) => name === wanted);
  const part = sheet === undefined ? undefined : parts.get(sheet.id);
  if (part === undefined || !archive.entries.has(part)) {
    const names = sheets.map(({ name }) => name);
    throw new ProblemError([
      told(
        "intake.no_such_sheet",
        file,
        { zh: `没有工作表 ${wanted ?? sheet?.name ?? ""}`, en: `has no sheet ${wanted ?? sheet?.name ?? ""}` },
        { zh: `已有：${names.join("、")}。`, en: `There are: ${names.join(", ")}.` },
      ),
    ]);
  }
  return { sheet: part, from1904, styles: await readStyles(archive), strings: await readStrings(archive, file) };
}

/** Formats that come along and show days or times, those of East Asian versions too (ECMA-376, 18.8.30). */
const isBuiltInDate = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
/** A format of one's own: what is quoted, escaped or in brackets is no part of a day, but elapsed hours, minutes and seconds are. */
const isDateFormat = (code: string): boolean => /[ymdhse年月日]/i.test(code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|E[+-]/gi, ""));

async function readStyles(archive: Archive): Promise<boolean[]> {
  const own = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCells = false;
  await readXml(archive, STYLES, {
    begin: (name, { numFmtId = "0", formatCode = "" }) => {
      if (name === "numFmt") own.set(Number(numFmtId), isDateFormat(formatCode));
      if (name === "cellXfs") inCells = true;
      if (name === "xf" && inCells) styles.push(own.get(Number(numFmtId)) ?? isBuiltInDate(Number(numFmtId)));
    },
    end: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return styles;
}

/** Characters that XML cannot hold stand as _x000D_. */
const unescaped = (text: string): string =>
  text.includes("_x") ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;

async function readStrings(archive: Archive, file: string): Promise<string[]> {
  const strings: string[] = [];
  let room = MOST_CHARACTERS;
  let [value, inText, phonetic] = ["", false, false];
  await readXml(archive, STRINGS, {
    begin: (name) => {
      if (name === "si") value = "";
      if (name === "rPh") phonetic = true;
      inText = name === "t" && !phonetic;
    },
    text: (text) => {
      if (inText && value.length <= LONGEST_ROW) value += text;
    },
    end: (name) => {
      inText = false;
      if (name === "rPh") phonetic = false;
      if (name !== "si") return;
      strings.push(unescaped(value));
      room -= value.length + PER_TEXT;
      if (room < 0) throw tooLarge(file);
    },
  });
  return strings;
}

interface Meaning {
  dates: readonly boolean[];
  strings: readonly string[];
  from1904: boolean;
}

const DAY_MS = 86_400_000;
/** Day 0 of both countings. Excel's first one has a 29 February 1900 that never was: days before it are one later. */
const [EPOCH_1900, EPOCH_1904] = [Date.UTC(1899, 11, 30), Date.UTC(1904, 0, 1)];
const LEAP_THAT_NEVER_WAS = 60;

/** A day, or a moment to the second, as ISO 8601; beyond the calendar the number itself. */
function dayText(serial: number, from1904: boolean): string {
  const days = !from1904 && serial < LEAP_THAT_NEVER_WAS ? serial + 1 : serial;
  const moment = new Date((from1904 ? EPOCH_1904 : EPOCH_1900) + Math.round((days * DAY_MS) / 1000) * 1000);
  if (!Number.isFinite(moment.getTime()) || serial < 0) return numberText(String(serial));
  const [day = "", time = ""] = moment.toISOString().split(/[T.]/);
  return Number.isInteger(serial) ? day : `${day} ${time}`;
}

/** A number with the fifteen digits that Excel itself has: 19.899999999999999 is 19.9. */
function numberText(stored: string): string {
  const value = Number(stored);
  return stored.trim() === "" || !Number.isFinite(value) ? stored : String(Number(value.toPrecision(15)));
}

/** A column's letters as its place from 0; undefined where the reference names none. */
function placeOf(reference: string | undefined): number | undefined {
  const letters = reference?.match(/^[A-Z]+/)?.[0];
  return letters === undefined ? undefined : Array.from(letters).reduce((place, letter) => 26 * place + letter.charCodeAt(0) - 64, 0) - 1;
}

async function writeSheet(archive: Archive, part: string, { dates, strings, from1904 }: Meaning, { stem, header, columns: named }: Given): Promise<Written> {
  const writer = rowWriter(stem);
  let columns = header ? undefined : named;
  let [line, place, type, style, value, inValue, phonetic] = [0, 0, "n", 0, "", false, false];
  let cells: (string | null)[] = [];
  const cell = (): string | null => {
    if (value === "") return null;
    if (type === "s") return strings[Number(value)] ?? null;
    if (type === "b") return value === "1" ? "true" : "false";
    if (type !== "n") return unescaped(value);
    return dates[style] === true && Number.isFinite(Number(value)) ? dayText(Number(value), from1904) : numberText(value);
  };
  const row = (): void => {
    while (cells.length > 0 && (cells.at(-1) ?? "").trim() === "") cells.pop();
    if (cells.length === 0) return;
    const whole = Array.from(cells, (one) => one ?? null);
    if (columns === undefined) {
      const first = columnNames(whole.map((one) => one ?? ""));
      columns = named !== undefined && named.length === first.length ? named : header ? first : columnNames(whole.map(() => ""));
      if (header) return;
    }
    if (whole.length > columns.length) writer.broken(brokenRow("wrong_columns", line, whole.join(","), [whole.length, columns.length]));
    else writer.row(line, [...whole, ...Array.from({ length: columns.length - whole.length }, () => null)]);
  };
  try {
    await readXml(archive, part, {
      begin: (name, given) => {
        if (name === "row") {
          line = given["r"] === undefined ? line + 1 : Number(given["r"]);
          [cells, place] = [[], -1];
        } else if (name === "c") {
          place = placeOf(given["r"]) ?? place + 1;
          if (place >= MOST_COLUMNS) throw new Error("a column that no sheet has");
          [type, style, value] = [given["t"] ?? "n", Number(given["s"] ?? 0), ""];
        } else if (name === "rPh") phonetic = true;
        inValue = name === "v" || (name === "t" && !phonetic);
      },
      text: (text) => {
        // a longer one is told by its row
        if (inValue && value.length <= LONGEST_ROW) value += text;
      },
      end: (name) => {
        inValue = false;
        if (name === "rPh") phonetic = false;
        else if (name === "c") cells[place] = cell();
        else if (name === "row") row();
      },
    });
  } finally {
    writer.end();
  }
  return { columns: columns ?? [], headed: header && named === undefined, ...writer.count };
}
