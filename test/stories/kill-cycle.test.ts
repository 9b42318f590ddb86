import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inProcess } from "../../src/app/connect.js";
import { openHouse } from "../../src/app/house.js";
import { inboxOf, writeSampleBank } from "../../src/intake/parts.js";
import { random } from "../../src/intake/sample/random.js";
import { heads } from "../../src/intake/sample/rows.js";
import { type ApiClient, apiClient } from "../../src/platform/cli/client.js";
import type { Cycle } from "../../src/platform/cycle/schema.js";
import { sql } from "../../src/platform/warehouse/index.js";
import { createWorkspace, type Workspace } from "../../src/platform/workspace/index.js";
import { temporaryDirectory } from "../../src/platform/workspace/testing.js";
import { followsAtOnce, rowsOf } from "./small-bank.js";

const PROGRAM = fileURLToPath(new URL("../processes/run-cycle.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");
const long = process.env["TIERKEEP_EVIDENCE"] === "1";
const kills = long ? 20 : 5;
const customers = long ? 1_000 : 300;
const [BEFORE, DAY] = ["2026-03-30", "2026-03-31"];
const SEED = 7;

let home: string;
let reports: string[];
let undisturbed: unknown;
const at = (name: string): string => join(home, name);
const copied = (from: string, to: string) => promisify(execFile)("cp", ["-a", at(from), at(to)]);

/** With the workspace open as a server opens it: what was running is marked. */
async function opened<T>(name: string, use: (api: ApiClient, workspace: Workspace) => Promise<T>): Promise<T> {
  const open = await openHouse(at(name));
  try {
    return await use(
      apiClient(inProcess(open), () => Promise.resolve()),
      open.house.workspace,
    );
  } finally {
    await open.close();
  }
}
const cycle = async (api: ApiClient, day: string) => api.job<Cycle>(await api.post("/cycles", { day }), () => undefined);

/** A bank on the evening before the day, with the night's files and yesterday's contacts waiting for the cycle. */
async function prepare(): Promise<void> {
  await createWorkspace(at("before"));
  await opened("before", async (api, workspace) => {
    await api.post("/cycles/schedule", { enabled: false, starts_at: "06:00" });
    const inbox = inboxOf(workspace, "sample-bank");
    await mkdir(inbox, { recursive: true });
    await writeSampleBank(inbox, { customers, organisations: 6, managers: 30, seed: SEED, until: "2026-03-29" });
    for (const model of [{ preset: "corporate" }, followsAtOnce()]) await api.post("/models", model);
    await api.post("/portfolio/policy", { preset: "bank" });
    await api.post("/plans", { preset: "retail-1-plus-4" });
    await workspace.postgres.pool.query("update service_plan_version set published_at = '2026-03-01'");
    expect(await cycle(api, BEFORE)).toMatchObject({ state: "done" });
    const ids = await workspace.warehouse.all<{ id: string }>(sql`select public_id as id from profile where kind = 'person' order by public_id limit 60`);
    for (const { id } of ids.slice(0, 15))
      await api.post(`/customers/${id}/contacts`, { channel: "call", occurred_at: `${BEFORE}T15:00:00+08:00`, reached: id.at(-1) !== "3" });
    await rm(inbox, { recursive: true });
    await mkdir(inbox);
    const managers = await workspace.warehouse.all<{ id: string }>(sql`select public_id as id from profile where kind = 'manager' order by public_id`);
    const balances = ids.map(({ id }, i) => [id, `${id}-N1`, "deposit", BEFORE, String(10_000_000 * (1 + (i % 7)))]);
    const calls = ids.slice(20).map(({ id }, i) => [`N-${i}`, id, `${BEFORE} 11:00:00`, "call", "phone", "out", "节日问候"]);
    const left = [[managers[0]?.id ?? "", "left", BEFORE, "是", ""]];
    for (const [file, rows] of Object.entries({ balances, interactions: calls, attributes: left }))
      await writeFile(join(inbox, `${file}.csv`), [heads[file as keyof typeof heads], ...rows].map((row) => `${row.join(",")}\n`).join(""));
  });
}

/** Run the day in a process of its own and kill it at this report; its lines until then. */
async function runUntil(name: string, report: number): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", tsx, PROGRAM, at(name), DAY], { stdio: ["ignore", "pipe", "ignore"] });
  const exit = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length > report) break;
  }
  child.kill("SIGKILL");
  child.stdout.resume();
  await exit;
  return lines;
}

/** Everything a day decides, by what it is about; numbers that are drawn and moments of writing are left out. */
const decided = {
  tiers: `select model, as_of::text, customer_id, from_tier, to_tier, clause from tier_assignment join tier_run using (run) order by 1, 2, 3`,
  runs: `select model, version, as_of::text, decided, customers, moved, first_graded, tiers from tier_run order by 1, 3`,
  owners: `select customer_id, manager_id, mode, model, tier, minutes, since::text, reason from assignment order by 1`,
  moves: `select customer_id, from_manager, to_manager, reason, as_of::text from assignment_move join assignment_run using (run) order by 1, 2, 3`,
  managers: `select manager_id, manager, branch, level, capacity, gone_on::text from account_manager order by 1`,
  obligations: `select o.customer_id, o.entitlement, occasion::text, ref, o.manager_id, opens_on::text, due_on::text, grace_until::text, planned_on::text, tier,
      rank, minutes, attempts, state, settled_on::text, opened_on::text, c.occurred_at::text as met_at, c.fact
    from obligation o left join contact c using (contact) order by 1, 2, 3, 4`,
  tasks: `select t.customer_id, entitlement, occasion::text, ref, t.manager_id, day::text, t.minutes, t.state, postponed_to::text
    from task t join obligation using (obligation) order by 1, 2, 3, 4, 6`,
  messages: `select key, customer_id, manager_id, template, version, channel, class, language, body, cause, state, reason, send_at::text, prepared_on::text
    from message order by 1`,
  contacts: `select customer_id, manager_id, occurred_at::text, channel, direction, reached, note, evidence, fact, recorded_by from contact order by 1, 3, 9`,
  lists: `select day::text, counts -> 'tasks' as tasks, counts -> 'waiting' as waiting, counts -> 'managers' as managers from service_day order by 1`,
  steps: `select day::text, step, state from cycle_step order by 1, 2`,
  imports: `select sum(rows_loaded)::int as loaded, count(*) filter (where state = 'running')::int as running from import_batch`,
};

async function snapshot(name: string): Promise<Record<string, unknown>> {
  return opened(name, async (_api, workspace) => {
    const rows = Object.entries(decided).map(async ([what, query]) => [what, await rowsOf(workspace, query)] as const);
    const facts = await workspace.warehouse.all(
      sql`select customer_id, manager_id, manager, mode, model, tier, minutes, reason, since::varchar as since from owner order by customer_id`,
    );
    const staff = await workspace.warehouse.all(
      sql`select party_id, occurred_at::varchar as at, kind from interaction where source = 'tierkeep' order by 1, 2, 3`,
    );
    return { ...Object.fromEntries(await Promise.all(rows)), facts, staff };
  });
}

beforeAll(async () => {
  delete process.env["DATABASE_URL"];
  home = await temporaryDirectory();
  await prepare();
  await copied("before", "undisturbed");
  reports = await runUntil("undisturbed", Number.POSITIVE_INFINITY);
  undisturbed = await snapshot("undisturbed");
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));

test("the day that is compared with has something of everything", () => {
  expect(reports.at(-1)).toBe("done");
  const day = undisturbed as Record<keyof typeof decided | "facts" | "staff", Record<string, unknown>[]>;
  for (const rows of Object.values(day)) expect(rows.length).toBeGreaterThan(0);
  expect(day.runs.filter((run) => run["as_of"] === BEFORE && Number(run["moved"]) > 0)).not.toEqual([]);
  expect(day.moves.filter((move) => move["reason"] === "manager_gone")).not.toEqual([]);
  expect(day.messages.filter((message) => message["template"] === "tier_changed")).not.toEqual([]);
  expect(day.obligations.filter((one) => one["opened_on"] === DAY)).not.toEqual([]);
  expect(day.staff).toHaveLength(15);
});

/** Points spread over the steps that report, and anywhere within each. */
function points(): { kill: number; report: number; step: string }[] {
  const draw = random(SEED, "order", 0, kills);
  const lines = reports.slice(0, -1);
  const named = [...new Set(lines)];
  return Array.from({ length: kills }, (_, kill) => {
    const step = named[Math.floor((kill * named.length) / kills + draw.next() * (named.length / kills))] ?? "";
    const places = lines.flatMap((line, i) => (line === step ? [i] : []));
    return { kill, step, report: places[draw.whole(0, places.length - 1)] ?? 0 };
  });
}

test(`killed at ${kills} points, a day that is run again is the day of an undisturbed run`, async () => {
  let interrupted = 0;
  for (const { kill, report, step } of points()) {
    const name = `killed-${kill}`;
    await copied("before", name);
    const heard = await runUntil(name, report);
    expect(heard.at(-1), `kill ${kill} came in time`).not.toBe("done");
    await opened(name, async (api) => {
      const { items } = await api.get<{ items: Cycle[] }>("/cycles?limit=1");
      const states = items[0]?.day === DAY ? items[0].steps.map((one) => one.state) : [];
      // what was at work is interrupted, what came before it is done, and nothing after it has begun
      expect(states.join(" "), `after a kill in ${step}`).toMatch(/^((done ?)*(interrupted ?)?(waiting ?)*)$/);
      if (states.includes("interrupted")) interrupted++;
      expect(await cycle(api, DAY)).toMatchObject({ state: "done" });
    });
    const again = await snapshot(name);
    for (const [what, rows] of Object.entries(undisturbed as Record<string, unknown>)) expect(again[what], `${what} after a kill in ${step}`).toEqual(rows);
    await rm(at(name), { recursive: true, force: true });
  }
  expect(interrupted).toBeGreaterThan(kills / 2);
}, 300_000);
