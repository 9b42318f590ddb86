import { existsSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { sink } from "./csv.js";
import { type File, heads } from "./rows.js";

const TIME = heads.interactions.indexOf("时间");

/**
 * Take the interactions from a day on out of a sample that was written, and give them back by day: a bank hears of a contact in
 * the night after it. No cell before the time holds a comma.
 */
export async function heldBack(folder: string, from: string): Promise<Map<string, string[][]>> {
  const whole = join(folder, "interactions.csv");
  const before = await sink(`${whole}.part`, heads.interactions);
  const later = new Map<string, string[][]>();
  const file = await open(whole);
  let head = true;
  for await (const line of file.readLines()) {
    const cells = line.split(",");
    const day = cells[TIME]?.slice(0, 10) ?? "";
    if (head) head = false;
    else if (/^\d{4}-\d{2}-\d{2}$/.test(day) && day >= from) {
      const known = later.get(day) ?? [];
      known.push(cells);
      later.set(day, known);
    } else before.line(line);
    await before.flow();
  }
  await before.end();
  await rename(`${whole}.part`, whole);
  return later;
}

/** The rows that a night brings, as a file beside the sample's own; one that is there stays. */
export async function nightFile(folder: string, file: File, night: string, rows: () => Promise<string[][]>): Promise<void> {
  const path = join(folder, `${file}-${night}.csv`);
  if (existsSync(path)) return;
  const brought = await rows();
  if (brought.length === 0) return;
  const written = await sink(`${path}.part`, heads[file]);
  for (const row of brought) written.row(row);
  await written.end();
  await rename(`${path}.part`, path);
}
