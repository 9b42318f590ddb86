import { createReadStream } from "node:fs";
import { isLosslessNumber, parse } from "lossless-json";
import { problem } from "../../platform/problem.js";
import { LONGEST_ROW } from "../record.js";
import { brokenRow } from "../scan.js";
import { type Listed, rowWriter } from "./written.js";

/** Where a thread finds this. */
export const jsonModule = new URL(import.meta.url);

/** More columns than this come of objects whose keys are data. */
const MOST_COLUMNS = 2_000;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

/** Nested values by dotted names: {"customer": {"id": 7}} has the column customer.id. Lists stay as they are written, numbers keep all their digits. */
export function flat(row: Record<string, unknown>, prefix = ""): Map<string, string | null> {
  const cells = new Map<string, string | null>();
  for (const [key, value] of Object.entries(row)) {
    if (isObject(value)) for (const [name, cell] of flat(value, `${prefix}${key}.`)) cells.set(name, cell);
    else cells.set(`${prefix}${key}`, cellOf(value));
  }
  return cells;
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return isLosslessNumber(value) ? value.value : JSON.stringify(value, (_, inner: unknown) => (isLosslessNumber(inner) ? Number(inner.value) : inner));
}

/** A JSON text as values whose numbers keep all their digits; undefined when it is none, or nested deeper than anybody means. */
export function parseExactly(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The cells of the object a text is; undefined when it is none. */
function cellsIn(text: string): Map<string, string | null> | undefined {
  const value = parseExactly(text);
  return isObject(value) ? flat(value) : undefined;
}

/** Write out the objects of a file in UTF-8: one a line, one after another, or a list of them. Columns are all keys there are, as they appear. For threads. */
export async function writeJson({ path, file, stem }: { path: string; file: string; stem: string }): Promise<Listed> {
  const writer = rowWriter(stem);
  const columns = new Map<string, number>();
  try {
    for await (const { line, text, cut } of elements(path)) {
      const found = cut ? undefined : cellsIn(text);
      if (found === undefined) {
        writer.broken(brokenRow(cut ? "too_long" : "not_json", line, text));
        continue;
      }
      const cells: (string | null)[] = Array.from(columns, () => null);
      for (const [name, cell] of found) {
        const at = columns.get(name) ?? columns.size;
        columns.set(name, at);
        cells[at] = cell;
      }
      if (columns.size > MOST_COLUMNS) return { problems: [tooMany(file)] };
      writer.row(line, cells);
    }
  } finally {
    writer.end();
  }
  return { written: { columns: [...columns.keys()], headed: true, ...writer.count } };
}

const tooMany = (file: string) =>
  problem(
    "intake.too_many_columns",
    { zh: `${file} 中有超过 ${MOST_COLUMNS} 个不同的键`, en: `${file} has more than ${MOST_COLUMNS} different keys` },
    { place: { file }, hint: { zh: "每一行应是一个对象，各行的键相同。", en: "Each row has to be an object, with the same keys in all of them." } },
  );

interface Element {
  line: number;
  text: string;
  /** It is longer than a row may be; the text is its beginning. */
  cut: boolean;
}

const [QUOTE = 0, ESCAPE = 0, LF = 0, COMMA = 0, LIST = 0, OBJECT = 0] = ['"', "\\", "\n", ",", "[", "{"].map((character) => character.charCodeAt(0));
const [END_OF_OBJECT, END_OF_LIST] = [0x7d, 0x5d];
const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d || code === 0xfeff;

/**
 * The values of a file in their order, with the line each begins on: those of a list, or those that stand one after another. What stands
 * between commas, or on lines of its own, is one; an object that is never closed ends where a line begins with the next.
 */
async function* elements(path: string): AsyncGenerator<Element> {
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 }) as AsyncIterable<string>;
  let inList: boolean | undefined;
  let line = 1;
  let before = LF;
  let [depth, inText, escaped, started] = [0, false, false, false];
  let [held, cut, began] = ["", false, 1];
  const take = (): Element => {
    const element = { line: began, text: held.trim(), cut };
    [held, cut, depth, inText, escaped, started] = ["", false, 0, false, false, false];
    return element;
  };
  for await (const chunk of stream) {
    let from = 0;
    const hold = (until: number): void => {
      cut ||= held.length + until - from > LONGEST_ROW;
      if (held.length < LONGEST_ROW) held += chunk.slice(from, until);
      from = until;
    };
    for (let i = 0; i < chunk.length; i++) {
      const code = chunk.charCodeAt(i);
      const lineBegins = before === LF;
      before = code;
      if (code === LF) line++;
      if (!started) {
        from = i + 1;
        if (isSpace(code)) continue;
        if (inList === undefined) {
          inList = code === LIST;
          if (inList) continue;
        }
        if (inList && (code === COMMA || code === END_OF_LIST)) continue;
        [started, began, from] = [true, line, i];
      } else if (inList === false && depth > 0 && lineBegins && code === OBJECT) {
        hold(i);
        yield take();
        [started, began] = [true, line];
      }
      if (inText && code !== LF) {
        if (escaped) escaped = false;
        else if (code === ESCAPE) escaped = true;
        else if (code === QUOTE) inText = false;
        continue;
      }
      // a text that goes over the end of a line was never closed
      const open = inText;
      inText = code === QUOTE;
      if (code === OBJECT || code === LIST) depth++;
      else if (code === END_OF_OBJECT || code === END_OF_LIST) depth--;
      const ends = inList === true ? depth < 0 || (code === COMMA && depth === 0) : code === LF && (depth <= 0 || open);
      if (!ends) continue;
      hold(i);
      yield take();
      from = i + 1;
    }
    if (started) hold(chunk.length);
  }
  if (started) yield take();
}
