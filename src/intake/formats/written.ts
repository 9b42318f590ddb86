import { closeSync, openSync, writeSync } from "node:fs";
import type { Problem } from "../../platform/schema.js";
import { LONGEST_ROW } from "../record.js";
import { type BrokenRow, brokenRow } from "../scan.js";

/** A cell as text; null where there is none. */
export type Cells = readonly (string | null)[];

/** A file whose rows were written out one by one, as the engine reads them. */
export interface Written {
  columns: string[];
  /** The first row names the columns, or is taken to. */
  headed: boolean;
  rows: number;
  broken: number;
}

/** What reading a file in a thread came to. */
export type Listed = { written: Written } | { problems: Problem[] };

/** Where the parts of a written file lie: its rows, where their line numbers jump, and the broken ones. */
export const writtenAt = (stem: string) => ({ rows: `${stem}.rows`, jumps: `${stem}.jumps`, broken: `${stem}.broken` });

const PIECE = 1 << 20;

/** A text file that is written in pieces. For threads: it waits for the disk. */
function sink(path: string) {
  const file = openSync(path, "w", 0o600);
  let held = "";
  const flush = (): void => {
    writeSync(file, held);
    held = "";
  };
  return {
    line: (text: string): void => {
      held += `${text}\n`;
      if (held.length > PIECE) flush();
    },
    end: (): void => {
      flush();
      closeSync(file);
    },
  };
}

/** Writes rows out, and tells apart those that nobody can keep. Lines count from 1. */
export function rowWriter(stem: string) {
  const at = writtenAt(stem);
  const [rows, jumps, broken] = [sink(at.rows), sink(at.jumps), sink(at.broken)];
  const count = { rows: 0, broken: 0 };
  let ahead = 1;
  const away = (row: BrokenRow): void => {
    broken.line(JSON.stringify(row));
    count.broken++;
  };
  return {
    count,
    row: (line: number, cells: Cells): void => {
      const fault = faultOf(cells);
      if (fault !== undefined) {
        away(brokenRow(fault, line, cells.join(",")));
        return;
      }
      if (line - count.rows !== ahead) {
        jumps.line(`${count.rows},${line}`);
        ahead = line - count.rows;
      }
      rows.line(JSON.stringify({ r: cells }));
      count.rows++;
    },
    broken: away,
    end: (): void => {
      for (const one of [rows, jumps, broken]) one.end();
    },
  };
}

/** What decoding leaves of bytes that are none, and half of a surrogate pair. */
const noCharacter = /\ufffd|\p{Surrogate}/u;

function faultOf(cells: Cells): "too_long" | "nul_byte" | "invalid_encoding" | undefined {
  let length = 0;
  for (const cell of cells) {
    if (cell === null) continue;
    length += cell.length;
    if (cell.includes("\0")) return "nul_byte";
    if (noCharacter.test(cell)) return "invalid_encoding";
  }
  return length > LONGEST_ROW ? "too_long" : undefined;
}
