/** The longest row read, in bytes; the warehouse's own reader stops at twice that. */
export const LONGEST_ROW = 1024 * 1024;

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** What is wrong with how a row is written. Each is one row's misfortune, never the file's. */
export type BrokenCode = "wrong_columns" | "bad_quotes" | "unterminated_quote" | "too_long" | "nul_byte" | "invalid_encoding";

/** One row as it stands in the bytes: `end` is before its line end, `next` after it. */
export interface RowSpan {
  fault: BrokenCode | undefined;
  fields: number;
  end: number;
  next: number;
  /** Line ends inside quotes. */
  innerLines: number;
  /** A quote inside an unquoted field: fine to a person, not to a strict reader. */
  bareQuotes: boolean;
}

function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let i = bytes.indexOf(LF, from); i >= 0 && i < to; i = bytes.indexOf(LF, i + 1)) lines++;
  return lines;
}

const delimiterAt = (bytes: Buffer, at: number, delimiter: Buffer): boolean => {
  for (let k = 1; k < delimiter.length; k++) if (bytes[at + k] !== delimiter[k]) return false;
  return true;
};

/** The end of the physical line at `from`: before its line end, and after it. */
export function lineAt(bytes: Buffer, from: number, to: number): { end: number; next: number } {
  const found = bytes.indexOf(LF, from);
  const lf = found < 0 || found >= to ? to : found;
  const carriage = bytes.subarray(from, lf).indexOf(CR);
  if (carriage >= 0 && from + carriage < lf - 1) return { end: from + carriage, next: from + carriage + 1 }; // an old line end
  const end = lf > from && lf <= to && bytes[lf - 1] === CR ? lf - 1 : lf;
  return { end, next: Math.min(to, lf + 1) };
}

/** Where the closing quote of the field opened at `open` stands, or -1. */
function closingQuote(bytes: Buffer, open: number, to: number): number {
  let close = bytes.indexOf(QUOTE, open + 1);
  while (close >= 0 && close < to && bytes[close + 1] === QUOTE && close + 1 < to) close = bytes.indexOf(QUOTE, close + 2);
  return close >= 0 && close < to ? close : -1;
}

/**
 * Read the row that starts at `from`. `to` is where the bytes end, either the file's end (`final`) or further away than
 * the longest row. A row with a fault ends with its first physical line: an open quote never swallows what follows.
 */
export function rowAt(bytes: Buffer, from: number, to: number, final: boolean, delimiter: Buffer): RowSpan {
  const first = delimiter[0] ?? 0;
  const limit = Math.min(to, from + LONGEST_ROW);
  const span: RowSpan = { fault: undefined, fields: 1, end: limit, next: limit, innerLines: 0, bareQuotes: false };
  const broken = (fault: BrokenCode): RowSpan => {
    const line = lineAt(bytes, from, to);
    return { ...span, ...line, innerLines: 0, fault };
  };
  let fieldStart = true;
  for (let i = from; i < limit; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      if (!fieldStart) {
        span.bareQuotes = true;
        continue;
      }
      const close = closingQuote(bytes, i, limit);
      if (close < 0) return broken("unterminated_quote");
      const after = close + 1 < to ? bytes[close + 1] : LF;
      if (after !== LF && after !== CR && !(after === first && delimiterAt(bytes, close + 1, delimiter))) return broken("bad_quotes");
      span.innerLines += countLines(bytes, i, close);
      i = close;
      fieldStart = false;
    } else if (byte === first && delimiterAt(bytes, i, delimiter)) {
      span.fields++;
      i += delimiter.length - 1;
      fieldStart = true;
    } else if (byte === LF || byte === CR) {
      span.end = i;
      span.next = byte === CR && bytes[i + 1] === LF && i + 1 < to ? i + 2 : i + 1;
      return span;
    } else {
      fieldStart = false;
    }
  }
  if (limit < to || !final) return broken("too_long");
  return span;
}

/** The cells of a row, without their quotes. */
export function cellsOf(bytes: Buffer, from: number, end: number, delimiter: Buffer): string[] {
  const cells: string[] = [];
  const first = delimiter[0] ?? 0;
  let i = from;
  for (;;) {
    let close = bytes[i] === QUOTE && i < end ? closingQuote(bytes, i, end) : -1;
    if (close >= 0) {
      cells.push(bytes.toString("utf8", i + 1, close).replaceAll('""', '"'));
      close += 1;
    } else {
      close = i;
      while (close < end && !(bytes[close] === first && delimiterAt(bytes, close, delimiter))) close++;
      cells.push(bytes.toString("utf8", i, close));
    }
    if (close >= end) return cells;
    i = close + delimiter.length;
  }
}

/** A row written so that a strict reader gets the same cells. */
export function writeRow(cells: readonly string[], delimiter: string): string {
  return cells.map((cell) => (cell === "" ? "" : `"${cell.replaceAll('"', '""')}"`)).join(delimiter);
}
