import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inProcess } from "../src/app/connect.js";
import { type OpenHouse, openHouse } from "../src/app/house.js";
import { type ApiClient, apiClient } from "../src/platform/cli/client.js";
import { type Session, sql } from "../src/platform/warehouse/index.js";
import { createWorkspace } from "../src/platform/workspace/index.js";
import { type Facts, fill, stir } from "./facts.js";
import { watchMemory } from "./memory.js";

/** Ratios to hold at 20 million: a run against the engine's own grouping of the same rows. Below, what a run costs anyway outweighs the rows. */
const LIMITS = { "bench-plain": 3.5, "bench-distinct": 7, first: 12, p95_ms: 100, memory_mb: 2048 };
const HELD_FROM = 20e6;
const ROUNDS = 5;
const MOVING = 0.02;
const AS_OF = "2025-01-31";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const sizes: Facts[] = (process.argv[2] ?? "1,5,20")
  .split(",")
  .map((millions) => ({ transactions: Number(millions) * 1e6, customers: Number(millions) * 1e5 }));

interface ModelResult {
  first_seconds: number;
  first_ratio: number;
  run_seconds: number;
  floor_seconds: number;
  ratio: number;
  moved: number[];
}

interface SizeResult extends Facts {
  models: Record<string, ModelResult>;
  memory_mb: number;
  p95_ms: Record<string, number>;
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const quantile = (values: number[], q: number): number => [...values].sort((a, b) => a - b)[Math.ceil(values.length * q) - 1] ?? Number.NaN;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The floor: what the engine needs to group the same rows once, its answer kept in the engine. */
const floor = (session: Session) =>
  seconds(() =>
    session.first(sql`
      select count(*), sum(n), sum(total), max(last) from (
        select party_id, count(*) as n, sum(amount) as total, max(occurred_at) as last from "transaction" group by 1)`),
  );

async function measureModel(open: OpenHouse, api: ApiClient, facts: Facts, file: string, rounds: { next: number }): Promise<[string, ModelResult]> {
  const { warehouse } = open.house.workspace;
  const { model } = await api.post<{ model: string }>("/models", { text: readFileSync(here(`./models/${file}`), "utf8"), origin: file });
  const run = async (): Promise<number> => (await api.job<{ moved: number }>(await api.post("/runs", { model, as_of: AS_OF }), () => undefined)).moved;
  const first = await seconds(run);
  const floors: number[] = [];
  const runs: number[] = [];
  const moved: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const number = rounds.next++;
    await warehouse.write((session) => stir(session, facts, MOVING, number, AS_OF));
    floors.push(await warehouse.write(floor));
    runs.push(await seconds(async () => moved.push(await run())));
  }
  const floorSeconds = median(floors);
  return [
    model,
    {
      first_seconds: first,
      first_ratio: first / floorSeconds,
      run_seconds: median(runs),
      floor_seconds: floorSeconds,
      ratio: median(runs) / floorSeconds,
      moved,
    },
  ];
}

const PAGES: Record<string, (n: number, customers: number) => string> = {
  "first page, one tier": () => "/models/bench-plain/customers?tier=high&limit=50",
  "page by condition and sort": (n) => `/models/bench-plain/customers?where=${encodeURIComponent(`spend >= ${n * 50} and recency < 300`)}&sort=-spend&limit=50`,
  "search by name": (n) => `/models/bench-plain/customers?q=${encodeURIComponent(`Customer ${n * 37}`)}&limit=50`,
  overview: () => "/models/bench-plain/overview",
  "customer page": (n, customers) => `/customers/C${(n * 7919) % customers}`,
  explanation: (n, customers) => `/customers/C${(n * 104_729) % customers}/explanation?model=bench-plain`,
};

async function measurePages(api: ApiClient, { customers }: Facts): Promise<Record<string, number>> {
  const p95: Record<string, number> = {};
  for (const [page, path] of Object.entries(PAGES)) {
    const times: number[] = [];
    await api.get(path(0, customers));
    for (let n = 1; n <= 60; n++) times.push(1000 * (await seconds(() => api.get(path(n, customers)))));
    p95[page] = Math.round(quantile(times, 0.95));
  }
  return p95;
}

async function measure(facts: Facts): Promise<SizeResult> {
  const directory = mkdtempSync(join(tmpdir(), "tierkeep-bench-"));
  execFileSync("chmod", ["711", directory]);
  const workspace = join(directory, "workspace");
  await createWorkspace(workspace, {});
  const open = await openHouse(workspace);
  const api = apiClient(inProcess(open), open.close);
  try {
    console.error(`${facts.transactions / 1e6} million transactions of ${facts.customers} customers: filling …`);
    await open.house.workspace.warehouse.write(async (session) => {
      await fill(session, facts);
      await session.run(sql`checkpoint`);
    });
    const { rows } = await open.house.workspace.postgres.pool.query<{ pid: number }>("select pg_backend_pid() as pid");
    const memory = watchMemory(Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${rows[0]?.pid}/status`, "utf8"))?.[1]));
    const rounds = { next: 0 };
    const models = Object.fromEntries([
      await measureModel(open, api, facts, "plain.yaml", rounds),
      await measureModel(open, api, facts, "distinct.yaml", rounds),
    ]);
    const p95_ms = await measurePages(api, facts);
    return { ...facts, models, memory_mb: memory.stop(), p95_ms };
  } finally {
    await api.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function say(result: SizeResult): void {
  const line = (what: string, value: string, limit: number, held: boolean) =>
    console.log(`  ${what.padEnd(44)}${value.padStart(22)}   ${result.transactions < HELD_FROM ? "" : held ? `limit ${limit}` : `limit ${limit}   OVER`}`);
  console.log(`${result.transactions / 1e6} million transactions, ${result.customers} customers`);
  for (const [model, one] of Object.entries(result.models)) {
    const limit = model === "bench-distinct" ? LIMITS["bench-distinct"] : LIMITS["bench-plain"];
    const times = (n: number, ratio: number) => `${n.toFixed(2)} s  ${ratio.toFixed(2)} x`;
    console.log(`  ${`${model}: floor`.padEnd(44)}${`${one.floor_seconds.toFixed(2)} s`.padStart(22)}`);
    line(`${model}: run, ${Math.round((100 * median(one.moved)) / result.customers)} % move`, times(one.run_seconds, one.ratio), limit, one.ratio <= limit);
    line(`${model}: very first run`, times(one.first_seconds, one.first_ratio), LIMITS.first, one.first_ratio <= LIMITS.first);
  }
  for (const [page, ms] of Object.entries(result.p95_ms)) line(`p95 ${page}`, `${ms} ms`, LIMITS.p95_ms, ms <= LIMITS.p95_ms);
  line("memory of Node and PostgreSQL", `${result.memory_mb} MB`, LIMITS.memory_mb, result.memory_mb <= LIMITS.memory_mb);
}

const results: SizeResult[] = [];
for (const facts of sizes) {
  results.push(await measure(facts));
  say(results.at(-1) as SizeResult);
}
const machine = { cores: availableParallelism(), memory_gib: Math.round(totalmem() / 2 ** 30), node: process.version };
writeFileSync(
  here("./results/full-run.json"),
  `${JSON.stringify({ measured_on: new Date().toISOString().slice(0, 10), machine, rounds: ROUNDS, limits: LIMITS, results }, null, 2)}\n`,
);
