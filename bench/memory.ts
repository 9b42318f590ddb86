import { readdirSync, readFileSync } from "node:fs";

/** Reading the maps of processes is work of its own: ten times a second it took half of a core. */
const SAMPLE_MS = 1_000;

/** Resident memory of this process and of the PostgreSQL below `postmaster`, sampled until `stop`; the highest sum, in MB. */
export function watchMemory(postmaster: number): { stop(): number } {
  let highest = 0;
  const timer = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss() / 1e6 + family(postmaster).reduce((sum, pid) => sum + proportional(pid), 0));
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return Math.round(highest);
    },
  };
}

function family(postmaster: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid === postmaster || parentOf(pid) === postmaster);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined; // ended meanwhile
  }
}

/** Its share of memory in MB: what several processes share counts once. */
function proportional(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1e3;
  } catch {
    return 0;
  }
}
