import { join } from "node:path";
import { type Sink, sink } from "./csv.js";
import { daysUntil } from "./days.js";
import { dirt } from "./dirt.js";
import { places } from "./places.js";
import { type File, heads, rowsOf } from "./rows.js";

export interface SampleOptions {
  /** People. */
  customers: number;
  organisations: number;
  /** Account managers; by default 3 for a thousand people, and one for each branch. */
  managers?: number;
  seed: number;
  /** The last day of the sample, YYYY-MM-DD; everything that happened lies in the three years before it. */
  until: string;
}

/**
 * Write a bank as CSV files into a folder: customers and account managers, balances, transactions, holdings, interactions,
 * attributes. The same options give the same bytes, on every machine. Every tier of the presets has members, and nobody
 * in it exists.
 */
export async function writeSampleBank(directory: string, { customers, organisations, seed, until, ...more }: SampleOptions): Promise<void> {
  const days = daysUntil(until);
  const names = Object.keys(heads) as File[];
  const files = Object.fromEntries(await Promise.all(names.map(async (file) => [file, await sink(join(directory, `${file}.csv`), heads[file])]))) as Record<
    File,
    Sink
  >;
  const counts = { manager: more.managers ?? Math.max(places.length, Math.round(customers * 0.003)), person: customers, organisation: organisations };
  for (const kind of ["manager", "person", "organisation"] as const) {
    for (let n = 1; n <= counts[kind]; n++) {
      for (const [file, rows] of Object.entries(rowsOf[kind](seed, n, days)) as [File, string[][]][]) {
        for (const row of rows) files[file].row(row);
        await files[file].flow();
      }
    }
  }
  const lines = dirt(seed, days);
  for (const file of names) {
    for (const line of lines[file]) files[file].line(line);
    await files[file].end();
  }
}
