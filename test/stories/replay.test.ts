import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { steps, tables } from "../../src/app/features.js";
import { inboxOf, writeSampleBank } from "../../src/intake/parts.js";
import { type Random, random, type Some } from "../../src/intake/sample/random.js";
import { type File, heads } from "../../src/intake/sample/rows.js";
import { calendarOf, daysAfter, lastWorkday } from "../../src/platform/calendar/index.js";
import { runCycle } from "../../src/platform/cycle/index.js";
import { sql } from "../../src/platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { publishPolicy } from "../../src/portfolio/policy.js";
import { recordOutcome } from "../../src/service/outcome.js";
import { publishPlan } from "../../src/service/plans.js";
import type { Outcome } from "../../src/service/schema.js";
import { publish } from "../../src/tiering/models.js";
import { presetText } from "../../src/tiering/presets.js";
import { checksOf, type DayCounts } from "./replay-checks.js";
import { rowsOf } from "./small-bank.js";

const long = process.env["TIERKEEP_EVIDENCE"] === "1";
/** In the short, the workdays around the end of a quarter, with a holiday of three days. */
const bank = long
  ? { first: "2026-03-02", workdays: 60, customers: 4_000, managers: 40, outcomes: 60, capacity: 4 }
  : { first: "2026-03-25", workdays: 12, customers: 400, managers: 20, outcomes: 6, capacity: 1 };
const [FIRST, WORKDAYS, SEED] = [bank.first, bank.workdays, 11];
/** A day about half way, on which a manager is gone. */
const HALF = Math.round(WORKDAYS * 0.7);
const POLICY = `policy: retail
title: { zh: 零售, en: Retail }
workdays_per_month: 21
capacity: { senior: 180, intermediate: 300, junior: 300 }
serve:
  - { model: retail-bank, tiers: [key, diamond], mode: dedicated, levels: [senior, intermediate] }
  - { model: retail-bank, tiers: [platinum], mode: dedicated, levels: [senior, intermediate] }
  - { model: retail-bank, tiers: [gold], mode: dedicated, levels: [senior, intermediate, junior] }
  - { model: retail-bank, tiers: [potential], mode: team, levels: [intermediate, junior] }
  - { model: retail-bank, tiers: [ordinary], mode: self_service, levels: [intermediate, junior] }
`;
const quiet = (): void => undefined;
const calendar = calendarOf();
const draw = random(SEED, "order", 0, 0);

let workspace: TemporaryWorkspace;
let people: string[];
let managers: string[];

/** The night's files in the inbox. */
async function bring(files: Partial<Record<File, string[][]>>): Promise<void> {
  const inbox = inboxOf(workspace, "sample-bank");
  await rm(inbox, { recursive: true, force: true });
  await mkdir(inbox, { recursive: true });
  for (const [file, rows] of Object.entries(files) as [File, string[][]][])
    await writeFile(join(inbox, `${file}.csv`), [heads[file], ...rows].map((row) => `${row.join(",")}\n`).join(""));
}

beforeAll(async () => {
  workspace = await temporaryWorkspace(tables);
  const inbox = inboxOf(workspace, "sample-bank");
  await mkdir(inbox, { recursive: true });
  await writeSampleBank(inbox, { customers: bank.customers, organisations: 0, managers: bank.managers, seed: SEED, until: daysAfter(FIRST, -1) });
  // little time a day, so that lists are full and not everybody finds a manager with room
  const little: Some<number> = [25, 40, 40, 60, 90];
  const capacities = Array.from({ length: bank.managers }, (_, i) => [
    `M${String(i + 1).padStart(4, "0")}`,
    "capacity",
    daysAfter(FIRST, -1),
    "",
    draw.pick(little) * bank.capacity,
  ]);
  await appendFile(join(inbox, "attributes.csv"), capacities.map((row) => `${row.join(",")}\n`).join(""));
  await publish(workspace, operator, { text: presetText("retail-bank") ?? "", origin: "preset" });
  await publishPolicy(workspace, operator, { text: POLICY, origin: "policy.yaml" });
  await publishPlan(workspace, operator, { preset: "retail-1-plus-4" });
  await workspace.postgres.pool.query("update service_plan_version set published_at = $1", [`${FIRST}T00:00:00+08:00`]);
  people = Array.from({ length: bank.customers }, (_, i) => `P${String(i + 1).padStart(6, "0")}`);
  managers = capacities.map(([id]) => String(id));
});
afterAll(() => workspace.dispose());

const some = (from: readonly string[], n: number): string[] => Array.from({ length: n }, () => draw.pick(from as Some<string>));

/** What the source systems tell in the night before a day: contacts, new balances; a manager leaves half way, some want no contact any more. */
async function night(day: string, n: number): Promise<void> {
  const eve = daysAfter(day, -1);
  const files: Partial<Record<File, string[][]>> = {};
  if (n % 3 === 0)
    files.interactions = some(people, Math.ceil(bank.customers / 80)).map((id, i) => [
      `R${n}-${i}`,
      id,
      `${eve} 10:${10 + (i % 50)}:00`,
      draw.pick(["call", "visit", "wechat", "click"]),
      "phone",
      "out",
      "节日问候",
    ]);
  if (n % 5 === 0)
    files.balances = some(people, Math.ceil(bank.customers / 100)).map((id) => [id, `${id}-R`, "deposit", eve, draw.magnitude(1_000, 9_000_000).toFixed(2)]);
  const attributes = [
    ...(n === HALF ? [[managers[0] ?? "", "left", eve, "是", ""]] : []),
    ...(n % 10 === 4 ? some(people, 4).map((id) => [id, "do_not_contact", eve, "是", ""]) : []),
  ];
  if (attributes.length > 0) files.attributes = attributes;
  if (Object.keys(files).length > 0) await bring(files);
}

const counted = (cycle: Awaited<ReturnType<typeof runCycle>>, step: string) =>
  Object.fromEntries((cycle.steps.find((one) => one.step === step)?.counts ?? []).map(({ title, count }) => [title.en, count]));

interface OpenTask {
  task: number;
  entitlement: string;
  grace_until: string;
}
const channels: Record<string, Some<"call" | "visit" | "wechat" | "letter">> = {
  visit: ["visit"],
  "birthday-gift": ["visit", "letter"],
  ahead: ["call", "visit"],
};

function outcomeOf(chance: Random, { entitlement, grace_until }: OpenTask, day: string): Outcome | undefined {
  const what = chance.weighted([["done", 14] as const, ["not_reached", 4] as const, ["postponed", 2] as const]);
  if (what === "not_reached") return { outcome: what, channel: "call" };
  if (what === "done") return { outcome: what, channel: chance.pick(channels[entitlement] ?? ["call", "visit", "wechat"]), evidence: "记录" };
  const to = daysAfter(day, chance.whole(1, 6));
  return to <= lastWorkday(calendarOf(), grace_until) ? { outcome: what, to } : undefined;
}

/** The managers' day: some of what is on their lists is done, not reached or postponed. */
async function work(day: string): Promise<void> {
  const open = await rowsOf<OpenTask>(
    workspace,
    `select task::int, id as entitlement, grace_until::text from task join obligation using (obligation) join entitlement using (entitlement)
     where day = $1 and task.state = 'open' order by task`,
    [day],
  );
  for (let n = 0; n < bank.outcomes && open.length > 0; n++) {
    const [task] = open.splice(draw.whole(0, open.length - 1), 1);
    const outcome = task === undefined ? undefined : outcomeOf(draw, task, day);
    if (task === undefined || outcome === undefined) continue;
    const [held] = await rowsOf<{ state: string }>(workspace, "select state from task where task = $1", [task.task]);
    if (held?.state !== "open") continue; // another contact of the day met it
    await recordOutcome(workspace, operator, task.task, outcome, new Date(`${day}T1${draw.whole(0, 7)}:00:00+08:00`));
  }
}

test(`${WORKDAYS} workdays of a bank: every promise, list, owner and message is accounted for on every day`, async () => {
  const checks = checksOf(workspace);
  let workdays = 0;
  for (let n = 0; workdays < WORKDAYS; n++) {
    const day = daysAfter(FIRST, n);
    if (n > 0) await night(day, n);
    const cycle = await runCycle({ workspace, actor: operator, day, report: quiet }, steps, "replay", false);
    expect(cycle.state).toBe("done");
    const workday = calendar.isWorkday(day);
    const [plan] = await rowsOf<{ counts: DayCounts }>(workspace, "select counts from service_day where day = $1", [day]);
    if (plan === undefined) throw new Error(`${day} was not planned`);
    await checks.planned(day, workday, plan.counts);
    await checks.messages(day, counted(cycle, "messages"));
    await checks.owners(day);
    if (workday) {
      workdays++;
      await work(day);
      await checks.ledger(day);
    }
  }
  // and the replay was one in which things happened
  const totals = await rowsOf<{ state: string; n: number }>(workspace, "select state, count(*)::int as n from obligation group by 1");
  expect(totals.map((one) => one.state).sort()).toEqual(["dropped", "late", "met", "missed", "open"]);
  const tasks = await rowsOf<{ state: string }>(workspace, "select distinct state from task");
  expect(tasks.map((one) => one.state)).toEqual(expect.arrayContaining(["done", "not_reached", "postponed", "carried"]));
  const [full] = await rowsOf<{ waiting: number }>(workspace, "select max((counts ->> 'waiting')::int) as waiting from service_day");
  expect(full?.waiting).toBeGreaterThan(0);
  expect(await rowsOf(workspace, "select 1 from account_manager where gone_on is not null")).toHaveLength(1);
  expect(await rowsOf(workspace, "select 1 from assignment_move where reason = 'manager_gone' limit 1")).toHaveLength(1);
  const told = await workspace.warehouse.first<{ n: number }>(sql`select count(*) as n from interaction where source = 'tierkeep'`);
  expect(told?.n).toBeGreaterThan(50);
});
