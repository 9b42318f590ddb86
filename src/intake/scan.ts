import { isUtf8 } from "node:buffer";
import { chmod, copyFile, type FileHandle, open, truncate } from "node:fs/promises";
import type { Text } from "../platform/schema.js";
import { type BrokenCode, cellsOf, LONGEST_ROW, lineAt, rowAt, writeRow } from "./record.js";

const WINDOW = 8 * LONGEST_ROW;
const KEPT_CONTENT = 4_000;
const REPLACEMENT = Buffer.from("\ufffd");

/** A row that could not be read at all, with its physical line. */
export interface BrokenRow {
  line: number;
  code: BrokenCode | "not_json";
  reason: Text;
  content: string;
}

export interface ScanOptions {
  delimiter: string;
  header: boolean;
  /** Cells in every row. */
  columns: number;
  /** Judge each row's bytes: the file as a whole is not UTF-8, or was decoded with losses. */
  checkEncoding: boolean;
  /** Where a copy without broken rows is written, should there be any; `always` writes one anyway. */
  clean: string;
  always: boolean;
  onBroken(row: BrokenRow): void;
  /** From this good row on (0-based), lines count from here. */
  onJump(row: number, line: number): void;
  /** Called now and then with the rows seen; what it does is waited for. */
  onRows(rows: number): Promise<void>;
}

export interface Scanned {
  good: number;
  broken: number;
  /** The file a strict reader can take: the original, or the copy. */
  path: string;
}

const reasons = {
  wrong_columns: (found, expected) => ({ zh: `有 ${found} 列，应为 ${expected} 列`, en: `${found} columns where ${expected} are expected` }),
  bad_quotes: () => ({ zh: "引号使用有误：结束引号之后还有字符", en: "Bad quotes: characters follow a closing quote" }),
  unterminated_quote: () => ({ zh: "引号没有结束", en: "A quote is never closed" }),
  too_long: () => ({ zh: "行过长（超过 1 MiB）", en: "The row is longer than 1 MiB" }),
  nul_byte: () => ({ zh: "含有 NUL 字节", en: "Contains a NUL byte" }),
  invalid_encoding: () => ({ zh: "含有无法解码的字节", en: "Contains bytes that are no character in the file's encoding" }),
  not_json: () => ({ zh: "不是一个 JSON 对象", en: "Is no JSON object" }),
} as const satisfies Record<BrokenRow["code"], (found: number, expected: number) => Text>;

/** A row that cannot be read, with what is kept of it. */
export const brokenRow = (code: BrokenRow["code"], line: number, content: string, [found = 0, expected = 0]: readonly number[] = []): BrokenRow => ({
  line,
  code,
  reason: reasons[code](found, expected),
  content: content.slice(0, KEPT_CONTENT).replaceAll("\0", "\u2400"),
});

/**
 * Go through the rows of a text file once and tell the broken ones apart, so that a strict and fast reader can take the
 * rest. Only when something is odd (broken rows, blank lines, stray quotes, mixed line ends) is a clean copy written.
 */
export async function scanRows(path: string, options: ScanOptions): Promise<Scanned> {
  const delimiter = Buffer.from(options.delimiter);
  const source = await open(path, "r");
  let copy: FileHandle | undefined;
  try {
    const bytes = Buffer.allocUnsafe(WINDOW);
    let filled = 0; // bytes held
    let at = 0; // where the next row starts
    let base = 0; // where the window starts in the file
    let final = false;
    let line = 1;
    let good = 0;
    let broken = 0;
    let newline: "\n" | "\r\n" | undefined;
    let expectedLine: number | undefined; // line of good row `good`, as the last jump says
    let pending: Buffer[] = [];

    const refill = async (): Promise<void> => {
      await flush();
      bytes.copy(bytes, 0, at, filled);
      base += at;
      filled -= at;
      at = 0;
      while (filled < WINDOW && !final) {
        const { bytesRead } = await source.read(bytes, filled, WINDOW - filled, base + filled);
        filled += bytesRead;
        final = bytesRead === 0;
      }
    };
    const flush = async (): Promise<void> => {
      if (pending.length === 0) return;
      const whole = Buffer.concat(pending);
      pending = [];
      await copy?.appendFile(whole); // all of it, or why not
    };
    /** From the row at `at` on, good rows are written to a copy. */
    const divert = async (): Promise<void> => {
      if (copy !== undefined) return;
      await copyFile(path, options.clean);
      await chmod(options.clean, 0o600); // a copy of a file nobody may write is ours to write all the same
      await truncate(options.clean, base + at);
      copy = await open(options.clean, "a");
    };

    await refill();
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && filled >= 3) at = 3;
    if (options.always) await divert();
    let header = options.header;
    while (at < filled || !final) {
      if (filled - at <= LONGEST_ROW + 4 && !final) {
        await refill();
        await options.onRows(good + broken);
        continue;
      }
      const row = rowAt(bytes, at, filled, final, delimiter);
      const ending = bytes[row.next - 1] === 10 ? (bytes[row.next - 2] === 13 && row.next - 2 >= row.end ? "\r\n" : "\n") : "";
      newline ??= ending === "" ? undefined : ending;
      if (row.fault === undefined && row.end === at) {
        await divert(); // a blank line
        line++;
        at = row.next;
        continue;
      }
      if (header) {
        header = false;
        line += 1 + row.innerLines;
        // The strict reader only passes over it: in a copy a row of as many cells will do, be the header's own quotes good or bad.
        if (copy !== undefined)
          pending.push(Buffer.from(`${Array.from({ length: options.columns }, (_, i) => `c${i}`).join(options.delimiter)}${newline ?? "\n"}`));
        at = row.next;
        continue;
      }
      let fault = row.fault;
      let { end, next, innerLines } = row;
      if (fault === undefined && row.fields !== options.columns) {
        fault = "wrong_columns";
        // A quote left open may have joined two lines: when the second one is good by itself, only the first is broken.
        if (innerLines > 0) {
          const first = lineAt(bytes, at, filled);
          const second = rowAt(bytes, first.next, filled, final, delimiter);
          if (second.fault === undefined && second.fields === options.columns) {
            fault = "unterminated_quote";
            ({ end, next } = first);
            innerLines = 0;
          }
        }
      }
      const content = bytes.subarray(at, end);
      if (fault === undefined && content.includes(0)) fault = "nul_byte";
      if (fault === undefined && options.checkEncoding && (!isUtf8(content) || content.includes(REPLACEMENT))) fault = "invalid_encoding";
      if (fault === undefined) {
        const plain = !row.bareQuotes && (ending === newline || (ending === "" && next === filled && final));
        if (!plain) await divert();
        if (expectedLine !== line) options.onJump(good, line);
        expectedLine = line + 1;
        if (copy !== undefined) {
          const text = row.bareQuotes || options.always ? Buffer.from(writeRow(cellsOf(bytes, at, end, delimiter), options.delimiter)) : content;
          pending.push(text, Buffer.from(newline ?? "\n"));
        }
        good++;
      } else {
        await divert();
        options.onBroken(brokenRow(fault, line, content.toString("utf8", 0, KEPT_CONTENT), [row.fields, options.columns]));
        broken++;
      }
      line += 1 + innerLines;
      at = next;
      // The rest of a line longer than the window goes with it.
      while (fault === "too_long" && at === filled && bytes[at - 1] !== 10 && !final) {
        await refill();
        at = lineAt(bytes, 0, filled).next;
      }
    }
    await flush();
    await options.onRows(good + broken);
    return { good, broken, path: copy === undefined ? path : options.clean };
  } finally {
    await copy?.close();
    await source.close();
  }
}
