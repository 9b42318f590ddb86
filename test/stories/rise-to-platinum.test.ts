import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { operator } from "../../src/access/index.js";
import { FOLLOW_JOB } from "../../src/app/following.js";
import type { Cycle } from "../../src/platform/cycle/schema.js";
import type { PortfolioLoad } from "../../src/portfolio/schema.js";
import { runModel } from "../../src/tiering/run.js";
import { deposit, followsAtOnce, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
let bank: SmallBank;
let gao: number;
let first: Cycle;

interface Owed {
  entitlement: string;
  occasion: string;
  state: string;
  due_on: string;
}

/** What the customer is owed, dropped promises too. */
const owed = () =>
  bank.rows<Owed>(
    "select id as entitlement, occasion::text, state, due_on::text from obligation join entitlement using (entitlement) where customer_id = $1 order by id, occasion",
    [gao],
  );
const statesOf = async (entitlement: string) =>
  Object.fromEntries((await owed()).filter((one) => one.entitlement === entitlement).map((one) => [one.occasion, one.state]));
const openNow = async () => (await owed()).filter((one) => one.state === "open").map((one) => `${one.entitlement} ${one.occasion}`);
const notices = () =>
  bank.rows<{ body: string; state: string; prepared_on: string }>(
    "select body, state, prepared_on::text from message where customer_id = $1 and template = 'tier_changed' order by id",
    [gao],
  );
const assignment = async () =>
  (await bank.rows<{ manager_id: number; tier: string; minutes: number }>("select manager_id, tier, minutes from assignment where customer_id = $1", [gao]))[0];
const loads = async () => new Map((await bank.api.get<{ items: PortfolioLoad[] }>("/managers")).items.map((one) => [one.manager.manager, one.load]));
const managerName = async (id: number | undefined) =>
  (await bank.rows<{ manager: string }>("select manager from account_manager where manager_id = $1", [id]))[0]?.manager ?? "";
/** Entries of the change log that their reader has not taken in. */
const unread = async () =>
  bank.rows(
    `select kind, reader from change join (values ('portfolio', 'tiers'), ('service', 'tiers'), ('service', 'assignments')) follows(reader, kind) using (kind)
     left join change_reader using (reader) where change.id > coalesce(read_to, 0)`,
  );
const countOf = async (kind: string) => (await bank.rows<{ n: number }>("select count(*)::int as n from change where kind = $1", [kind]))[0]?.n ?? 0;

const plan = parse(readFileSync(new URL("../../presets/plans/retail-1-plus-4.yaml", import.meta.url), "utf8")) as {
  entitlements: { tiers: string | string[]; owes?: string; on?: string; minutes?: number }[];
};
const timesAMonth: Record<string, number> = { "1 per month": 1, "1 per quarter": 1 / 3, "1 per half year": 1 / 6 };
/** Minutes of work a month that the plan's text promises a customer of a tier; what comes with a birthday or a maturity counts as once a year. */
const workOf = (tier: string): number =>
  plan.entitlements
    .filter(({ tiers, minutes }) => minutes !== undefined && (tiers === "all" || tiers.includes(tier)))
    .reduce(
      (sum, { owes, on, minutes = 0 }) => sum + minutes * (owes === undefined ? (/^(birthday|holding)/.test(on ?? "") ? 1 / 12 : 0) : (timesAMonth[owes] ?? 0)),
      0,
    );

beforeAll(async () => {
  bank = await smallBank();
  const others = ["p1", "p2", "p3", "p4", "p5"];
  await bank.bring({
    customer: [
      manager("M1", BRANCH),
      manager("M2", BRANCH),
      person("gao", BRANCH, { sex: "男", birth_on: "1980-09-09" }),
      ...others.map((id) => person(id, BRANCH)),
    ],
    attribute: [level("M1", "senior"), level("M2", "senior")],
    balance: [deposit("gao", "2026-01-01", 300_000), ...others.map((id, i) => deposit(id, "2026-01-01", 100_000 * (i + 1)))],
  });
  gao = await bank.number("gao");
  await bank.api.post("/models", followsAtOnce());
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  first = await bank.cycle("2026-03-30");
  await bank.cycle("2026-04-02");
});
afterAll(() => bank.dispose());

test("the first grade of everybody is no move", () => {
  const graded = first.steps.find((one) => one.step === "tier")?.counts.map(({ title, count }) => [title.en, count]);
  expect(graded).toEqual([
    ["Models", 1],
    ["Grades", 6],
    ["Graded for the first time", 6],
    ["Moved", 0],
  ]);
});

test("before: a gold customer with quarterly care, that of the quarter before overdue", async () => {
  expect(await statesOf("care-quarterly")).toEqual({ "2026-01-01": "open", "2026-04-01": "open" });
  expect(await statesOf("care-monthly")).toEqual({});
  expect(await assignment()).toMatchObject({ tier: "gold", manager_id: expect.any(Number) });
  expect(await notices()).toEqual([]);
  expect(await unread()).toEqual([]);
});

test("one run after new balances: notice prepared, care planned anew, load changed", async () => {
  const [before, loadsBefore, openBefore] = [await assignment(), await loads(), await openNow()];
  const logged = { tiers: await countOf("tiers"), assignments: await countOf("assignments") };
  const steps = await bank.rows("select day, step, started_at from cycle_step order by 1, 2");
  await bank.bring({ balance: [deposit("gao", "2026-04-01", 40_000_000)] });
  expect(await bank.tier("2026-04-01")).toMatchObject({ moved: 1, decided: true });

  const [notice, ...more] = await notices();
  expect(more).toEqual([]);
  expect(notice).toMatchObject({ state: "prepared", prepared_on: "2026-04-02" });
  for (const words of ["由黄金调整为白金", "新增贵宾室、信贷绿色通道", "不再包含有求必应"]) expect(notice?.body).toContain(words);

  // what was due before the rise stays owed; the quarter to come is dropped, and this month's care is there once
  expect(await statesOf("care-quarterly")).toEqual({ "2026-01-01": "open", "2026-04-01": "dropped" });
  expect(await statesOf("care-monthly")).toEqual({ "2026-04-01": "open" });
  const openAfter = await openNow();
  expect(openAfter.filter((one) => !openBefore.includes(one)).sort()).toEqual(["ahead 2026-04-01", "care-monthly 2026-04-01", "welcome-to-tier 2026-04-01"]);
  expect(openBefore.filter((one) => !openAfter.includes(one))).toEqual(["care-quarterly 2026-04-01"]);
  expect(new Set(openAfter).size).toBe(openAfter.length);

  const after = await assignment();
  expect(after).toMatchObject({ tier: "platinum", manager_id: before?.manager_id });
  const gained = ((after?.minutes ?? 0) - (before?.minutes ?? 0)) / 100;
  expect(gained).toBeCloseTo(workOf("platinum") - workOf("gold"), 1);
  expect(gained).toBeGreaterThan(0);
  const owner = await managerName(after?.manager_id);
  const loadsAfter = await loads();
  for (const [name, load] of loadsAfter) expect(Math.abs(load - (loadsBefore.get(name) ?? 0) - (name === owner ? gained : 0))).toBeLessThanOrEqual(1);

  expect(await countOf("tiers")).toBe(logged.tiers + 1);
  expect(await countOf("assignments")).toBe(logged.assignments + 1);
  expect(await unread()).toEqual([]);
  expect(await bank.rows("select day, step, started_at from cycle_step order by 1, 2")).toEqual(steps);
});

test("the same run again changes nothing", async () => {
  const held = [await owed(), await notices(), await assignment()];
  expect(await bank.tier("2026-04-01")).toMatchObject({ moved: 0 });
  expect([await owed(), await notices(), await assignment()]).toEqual(held);
});

test("falling back: another notice, monthly care dropped, quarterly care owed again", async () => {
  await bank.bring({ balance: [deposit("gao", "2026-04-01", 300_000)] }); // the source corrects the entry
  expect(await bank.tier("2026-04-02")).toMatchObject({ moved: 1, decided: true });
  expect(await statesOf("care-quarterly")).toEqual({ "2026-01-01": "open", "2026-04-01": "open" });
  expect(await statesOf("care-monthly")).toEqual({ "2026-04-01": "dropped" });
  expect(await statesOf("ahead")).toEqual({ "2026-04-01": "dropped" });
  const [, notice, ...more] = await notices();
  expect(more).toEqual([]);
  for (const words of ["由白金调整为黄金", "新增有求必应", "不再包含贵宾室、信贷绿色通道"]) expect(notice?.body).toContain(words);
  expect(await assignment()).toMatchObject({ tier: "gold" });
  expect(await unread()).toEqual([]);
});

test("and up once more in the same month: monthly care is there again, once, and on the next day's list", async () => {
  await bank.bring({ balance: [deposit("gao", "2026-04-01", 40_000_000)] });
  await bank.cycle("2026-04-03");
  expect(await statesOf("care-monthly")).toEqual({ "2026-04-01": "open" });
  expect(await statesOf("care-quarterly")).toEqual({ "2026-01-01": "open", "2026-04-01": "dropped" });
  await bank.cycle("2026-04-30");
  expect(await statesOf("care-quarterly")).toEqual({ "2026-01-01": "missed", "2026-04-01": "dropped" });
  const lists = await bank.rows(
    "select day::text from task join obligation using (obligation) join entitlement using (entitlement) where task.customer_id = $1 and id = 'care-monthly' and task.state = 'open'",
    [gao],
  );
  expect(lists).toEqual([{ day: "2026-04-30" }]);
});

test("up, down and up again as of one day: who moved twice is told and owed once", async () => {
  const amounts = [
    ["2026-05-01", 40_000_000],
    ["2026-05-01", 300_000],
    ["2026-05-01", 40_000_000],
  ] as const;
  await bank.bring({ balance: [deposit("gao", "2026-04-02", 300_000), deposit("gao", "2026-05-01", 300_000)] });
  await bank.cycle("2026-05-04");
  for (const [day, amount] of amounts) {
    await bank.bring({ balance: [deposit("gao", day, amount)] });
    expect(await bank.tier("2026-05-04")).toMatchObject({ moved: 1, decided: true });
  }
  const welcomes = (await owed()).filter((one) => one.entitlement === "welcome-to-tier" && one.occasion === "2026-05-04");
  expect(welcomes).toEqual([expect.objectContaining({ state: "open" })]);
  expect(await statesOf("care-monthly")).toMatchObject({ "2026-05-01": "open" });
});

test("who is moved and moved back as of one day did not move: the notice is not sent and nobody explains new rights; moved again, both are there once", async () => {
  const prepared = async () => (await notices()).filter((one) => one.state === "prepared").map((one) => /由.*?调整为../.exec(one.body)?.[0]);
  const welcome = async () => (await statesOf("welcome-to-tier"))["2026-05-05"];
  await bank.cycle("2026-05-05");
  await bank.bring({ balance: [deposit("gao", "2026-05-01", 20_000_000)] });
  expect(await bank.tier("2026-05-05")).toMatchObject({ moved: 0 });
  const before = await prepared();
  const fall = async (amount: number, april = 300_000) => {
    await bank.bring({ balance: [deposit("gao", "2026-04-02", april), deposit("gao", "2026-05-01", amount)] });
    expect(await bank.tier("2026-05-05")).toMatchObject({ moved: 1, decided: true });
  };
  await fall(300_000);
  expect(await prepared()).toEqual([...before, "由白金调整为黄金"]);
  await fall(20_000_000);
  expect(await prepared()).toEqual(before);
  expect((await bank.rows("select reason from message where customer_id = $1 and reason is not null", [gao])).at(-1)).toEqual({ reason: "undone" });
  expect(await welcome()).not.toBe("open");
  // fallen further than before: another text, though for the same day
  await fall(100_000, 100_000);
  expect(await prepared()).toEqual([...before, "由白金调整为潜力"]);
  await fall(300_000);
  expect(await prepared()).toEqual([...before, "由白金调整为黄金"]);
  await fall(20_000_000);
  expect(await prepared()).toEqual(before);
});

test("a run whose process died before it was followed is followed as soon as a server listens", async () => {
  const { jobs, workspace } = bank.open.house;
  await bank.cycle("2026-05-06");
  await bank.bring({ balance: [deposit("p1", "2026-05-06", 40_000_000)] });
  await runModel(workspace, operator, { model: "retail-bank", as_of: "2026-05-06" }, () => undefined);
  expect(await unread()).not.toEqual([]);
  await bank.open.server.listen({ port: 0 });
  await vi.waitFor(async () => expect((await jobs.list({ kind: FOLLOW_JOB, limit: 1 })).map((one) => one.state)).toEqual(["done"]), 20_000);
  expect(await unread()).toEqual([]);
  const [tier] = await bank.rows("select tier from assignment where customer_id = $1", [await bank.number("p1")]);
  expect(tier).toEqual({ tier: "platinum" });
});
