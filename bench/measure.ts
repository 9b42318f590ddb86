import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenHouse, openHouse } from "../src/app/house.js";
import { type Session, sql } from "../src/platform/warehouse/index.js";
import { createWorkspace } from "../src/platform/workspace/index.js";
import { watchMemory } from "./memory.js";

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const quantile = (values: number[], q: number): number => [...values].sort((a, b) => a - b)[Math.ceil(values.length * q) - 1] ?? Number.NaN;

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The floor: what the engine needs to group the same rows once, its answer kept in the engine. */
export const floor = (session: Session) =>
  seconds(() =>
    session.first(sql`
      select count(*), sum(n), sum(total), max(last) from (
        select party_id, count(*) as n, sum(amount) as total, max(occurred_at) as last from "transaction" group by 1)`),
  );

const REQUESTS = 60;

/** Milliseconds below which 95 of 100 answers stay; the first one, before anything is in memory, does not count. */
export async function p95(ask: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await ask(0);
  for (let n = 1; n <= REQUESTS; n++) times.push(1000 * (await seconds(() => ask(n))));
  return Math.round(quantile(times, 0.95));
}

/** Work in a house of its own with facts in it, which is gone afterwards; `memory` is watched from when the facts are in. */
export async function inNewHouse<T>(fill: (session: Session) => Promise<void>, work: (open: OpenHouse, memory: { stop(): number }) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "tierkeep-bench-"));
  execFileSync("chmod", ["711", directory]);
  const workspace = join(directory, "workspace");
  await createWorkspace(workspace, {});
  const open = await openHouse(workspace);
  try {
    await open.house.workspace.postgres.pool.query("update cycle_schedule set enabled = false"); // days are run when they are asked for
    await open.house.workspace.warehouse.write(async (session) => {
      await fill(session);
      await session.run(sql`checkpoint`);
    });
    const { rows } = await open.house.workspace.postgres.pool.query<{ pid: number }>("select pg_backend_pid() as pid");
    return await work(open, watchMemory(Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${rows[0]?.pid}/status`, "utf8"))?.[1])));
  } finally {
    await open.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One line of what is said at the end: a figure beside its limit. */
export const line = (what: string, value: string, limit?: number, held = true): void =>
  console.log(`  ${what.padEnd(52)}${value.padStart(22)}   ${limit === undefined ? "" : held ? `limit ${limit}` : `limit ${limit}   OVER`}`);

/** Of the machine in the last minute, ours included: absolute times are worth less the more it is. */
export const load = (): number => Math.round(10 * (loadavg()[0] ?? 0)) / 10;

/** Keep what was measured, with the machine and the day. */
export function keep(file: string, result: object): void {
  const machine = { cores: availableParallelism(), memory_gib: Math.round(totalmem() / 2 ** 30), node: process.version };
  const text = JSON.stringify({ measured_on: new Date().toISOString().slice(0, 10), machine, ...result }, null, 2);
  writeFileSync(fileURLToPath(new URL(`./results/${file}`, import.meta.url)), `${text}\n`);
}
