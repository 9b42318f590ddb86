import { cellsOf, lineAt, rowAt } from "./record.js";

const candidates = [",", "\t", ";", "|"];
const SAMPLE_ROWS = 20;

/** The delimiter that splits the first rows most evenly, and into most; a comma when none does. */
export function detectDelimiter(head: Buffer, file: string): string {
  if (/\.(tsv|tab)$/i.test(file)) return "\t";
  let best = ",";
  let bestScore = 0;
  for (const delimiter of candidates) {
    const counts = sampleRows(head, delimiter);
    const first = counts[0] ?? 1;
    if (first < 2) continue;
    const score = (counts.filter((count) => count === first).length / counts.length) * (1 + first / 1000);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

function sampleRows(head: Buffer, delimiter: string): number[] {
  const counts: number[] = [];
  const mark = Buffer.from(delimiter);
  for (let at = 0; at < head.length && counts.length < SAMPLE_ROWS; ) {
    const row = rowAt(head, at, head.length, true, mark);
    if (row.next >= head.length && counts.length > 0) break; // may be cut off
    if (row.end > at) counts.push(row.fields);
    at = row.next;
  }
  return counts;
}

/** The first row's cells, or undefined when the row itself is broken. */
export function firstRow(head: Buffer, delimiter: string): string[] | undefined {
  const mark = Buffer.from(delimiter);
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && (head[at] === 10 || head[at] === 13)) at = lineAt(head, at, head.length).next;
  const row = rowAt(head, at, head.length, true, mark);
  return row.fault === undefined && row.end > at ? cellsOf(head, at, row.end, mark) : undefined;
}

/** Column names as people can point to them: trimmed, none empty, none twice. */
export function columnNames(cells: readonly string[]): string[] {
  const used = new Set<string>();
  return cells.map((cell, i) => {
    const base = cell.trim() === "" ? `column${i + 1}` : cell.trim();
    let unique = base;
    for (let n = 2; used.has(unique); n++) unique = `${base}_${n}`;
    used.add(unique);
    return unique;
  });
}
