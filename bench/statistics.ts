import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENTRIES, type Entry, type Measured, type Taken } from "./fits.js";
import { keep, line, load } from "./measure.js";

/** Customers of the small file that the literature fits. */
const FEW = 2_357;
const HELD_TO = 1e6;

/** Seconds of a processor that the first time after the start of a process has to keep, when nothing is compiled, and the median after it. */
const LIMITS: Partial<Record<Entry, number>> = {
  "few: fit bg_nbd": 0.02,
  "few: fit mbg_nbd": 0.02,
  "few: fit pareto_nbd": 0.02,
  "few: fit gamma_gamma": 0.02,
  "read and fit bg_nbd": 2,
  "predict bg_nbd": 1,
  "predict mbg_nbd": 1,
  "predict pareto_nbd": 1,
  "natural breaks, 5 classes": 1.5,
  "natural breaks, 10 classes": 1.5,
};
const MEMORY_MB = 600;

interface EntryResult extends Measured {
  entry: Entry;
  size: number;
  /** Of the median to the floor of the same process. */
  ratio: number;
  limit_seconds: number | null;
  /** Which limits are; null where the size is beyond that they are for. */
  kept: { first: boolean; later: boolean; memory: boolean } | null;
}

const isOfFew = (entry: Entry): boolean => entry.startsWith("few: ");

/** A process of its own, so that nothing is warm and memory is nobody else's. */
function alone(size: number, file: string, entry: Entry | ""): string {
  const script = fileURLToPath(new URL("./alone.ts", import.meta.url));
  return execFileSync(process.execPath, ["--import", "tsx", script, String(size), file, entry], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function measure(entry: Entry, customers: number, file: string): EntryResult {
  const size = isOfFew(entry) ? FEW : customers;
  const measured = JSON.parse(alone(size, file, entry)) as Measured;
  const limit_seconds = LIMITS[entry] ?? null;
  const within = ({ processor }: Taken): boolean => limit_seconds === null || processor <= limit_seconds;
  const { first, later, memory_mb, floor_seconds } = measured;
  const kept = size > HELD_TO ? null : { first: within(first), later: within(later), memory: memory_mb <= MEMORY_MB };
  return { entry, size, ...measured, ratio: later.processor / floor_seconds, limit_seconds, kept };
}

const told = (seconds: number): string => (seconds < 0.1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(2)} s`);

function say({ entry, first, later, ratio, limit_seconds, memory_mb, kept }: EntryResult): void {
  const limitOf = (limit: number | null): number | undefined => (limit === null || kept === null ? undefined : limit);
  line(`${entry}: the first time`, told(first.processor), limitOf(limit_seconds), kept?.first);
  line(`${entry}: later`, `${told(later.processor)}  ${ratio.toFixed(2)} x`, limitOf(limit_seconds), kept?.later);
  line(`${entry}: memory`, `${memory_mb} MB`, limitOf(MEMORY_MB), kept?.memory);
}

/** Fits, predictions and breaks, each alone in a process, for a few and for so many million customers; in seconds of a processor. */
export async function benchStatistics(sizes = "1"): Promise<void> {
  const results: EntryResult[] = [];
  for (const millions of sizes.split(",").map(Number)) {
    const directory = mkdtempSync(join(tmpdir(), "tierkeep-bench-"));
    try {
      const file = join(directory, "warehouse.duckdb");
      alone(millions * 1e6, file, "");
      console.log(`statistics of ${FEW} and of ${millions} million customers`);
      for (const entry of Object.keys(ENTRIES) as Entry[]) {
        const result = measure(entry, millions * 1e6, file);
        say(result);
        results.push(result);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  keep("statistics.json", { limits: { seconds: LIMITS, memory_mb: MEMORY_MB }, load: load(), results });
}
