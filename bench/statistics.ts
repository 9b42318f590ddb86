import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENTRIES, type Entry, type Measured } from "./fits.js";
import { keep, line, load } from "./measure.js";

/** Customers of the small file that the literature fits. */
const FEW = 2_357;
const HELD_TO = 1e6;

/** Seconds of a processor that the first time after the start of a process has to keep, and the median after it as well. */
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
  /** Time and memory are both within their limits; null where the size is beyond that they are for. */
  kept: boolean | null;
}

const isOfFew = (entry: Entry): boolean => entry.startsWith("few: ");
const slower = ({ first, later }: Measured): number => Math.max(first.processor, later.processor);

/** A process of its own, so that nothing is warm and memory is nobody else's. */
function alone(size: number, file: string, entry: Entry | ""): string {
  const script = fileURLToPath(new URL("./alone.ts", import.meta.url));
  return execFileSync(process.execPath, ["--import", "tsx", script, String(size), file, entry], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function measure(entry: Entry, customers: number, file: string): EntryResult {
  const size = isOfFew(entry) ? FEW : customers;
  const measured = JSON.parse(alone(size, file, entry)) as Measured;
  const limit = LIMITS[entry];
  const kept = size > HELD_TO ? null : slower(measured) <= (limit ?? Number.POSITIVE_INFINITY) && measured.memory_mb <= MEMORY_MB;
  return { entry, size, ...measured, ratio: measured.later.processor / measured.floor_seconds, limit_seconds: limit ?? null, kept };
}

const told = (seconds: number): string => (seconds < 0.1 ? `${(1000 * seconds).toFixed(1)} ms` : `${seconds.toFixed(2)} s`);

function say(result: EntryResult): void {
  const { entry, size, first, later, ratio, limit_seconds, memory_mb } = result;
  const within = slower(result) <= (limit_seconds ?? Number.POSITIVE_INFINITY);
  const limitOf = (limit: number | null): number | undefined => (limit === null || size > HELD_TO ? undefined : limit);
  line(`${entry}: first, later`, `${told(first.processor)}, ${told(later.processor)}  ${ratio.toFixed(2)} x`, limitOf(limit_seconds), within);
  line(`${entry}: memory`, `${memory_mb} MB`, limitOf(MEMORY_MB), memory_mb <= MEMORY_MB);
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
