import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "../../src/platform/schema.js";
import type { Explanation, OverrideAnswer, StandingRow } from "../../src/tiering/schema.js";
import { type Ask, deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
const until = "2099-12-31";
let bank: SmallBank;
let head: Ask;
let branch: Ask;
let own: Ask;

const tierOf = async (): Promise<StandingRow | undefined> =>
  (await own<{ items: StandingRow[] }>("GET", "/models/retail-bank/customers?q=gao")).body.items[0] as StandingRow | undefined;
const explained = async (): Promise<Explanation> => (await own<Explanation>("GET", "/customers/gao/explanation?model=retail-bank")).body;
/** What the jobs a reader may follow tell them. */
const toldOfJobs = async (ask: Ask): Promise<object[]> => {
  const { items } = (await ask("GET", "/jobs")).body;
  return Promise.all(
    items.map(async ({ id }) => {
      const { state, result, progress } = (await ask<Job>("GET", `/jobs/${String(id)}`)).body;
      return { state, result, progress };
    }),
  );
};
const rights = async (): Promise<string[]> =>
  (await own<{ panels: { service: { rights: { title: { en: string } }[] } } }>("GET", "/customers/gao")).body.panels.service.rights.map((one) => one.title.en);

beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), person("gao", BRANCH, { sex: "男" }), person("p1", BRANCH)],
    attribute: [level("M1", "senior")],
    balance: [deposit("gao", "2026-01-01", 300_000), deposit("p1", "2026-01-01", 100_000)],
  });
  for (const preset of ["rfm", "retail-bank"]) await bank.api.post("/models", { preset });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  await bank.cycle("2026-03-30");
  head = await bank.user("head", "head", {});
  branch = await bank.user("branch", "branch_head", { branches: [BRANCH] });
  own = await bank.user("mei", "account_manager", { manager: "M1" });
});
afterAll(() => bank.dispose());

test("an account manager asks, the branch head approves, and the customer is served by the new tier", async () => {
  const asked = await own<OverrideAnswer>("POST", "/customers/gao/overrides", {
    model: "retail-bank",
    kind: "floor",
    tier: "platinum",
    reason: "企业主，账户将迁入",
    until,
    plan: "邀请参加开业仪式",
  });
  expect([asked.status, asked.body.state]).toEqual([201, "waiting"]);
  expect((await own("POST", `/overrides/${asked.body.override}/decision`, { approve: true })).status).toBe(403);
  expect(await tierOf()).toMatchObject({ tier: "gold", computed: "gold", override: null });
  expect((await branch("GET", "/overrides?state=waiting")).body.items).toMatchObject([{ customer_id: "gao", requested_by: "mei" }]);

  const { body } = await branch<OverrideAnswer>("POST", `/overrides/${asked.body.override}/decision`, { approve: true, note: "同意" });
  expect(body).toMatchObject({ state: "active", decided_by: "branch", job: expect.any(String) });
  await bank.api.job({ job: body.job ?? "" }, () => undefined);
  expect(await toldOfJobs(branch)).toEqual([{ state: "done", result: null, progress: null }]);
  expect(await tierOf()).toMatchObject({ tier: "platinum", computed: "gold", override: "floor" });
  expect(await explained()).toMatchObject({ grade: "gold", computed: "gold", effective: "platinum", override: { plan: "邀请参加开业仪式" } });
  await expect.poll(rights).toContain("VIP room");

  // the next days change nothing of it
  await bank.bring({ balance: [deposit("gao", "2026-03-30", 10)] });
  await bank.cycle("2026-03-31");
  expect(await tierOf()).toMatchObject({ tier: "platinum", override: "floor" });
});

test("an account manager who ends their own is told of no customers but theirs", async () => {
  const asked = await own<OverrideAnswer>("POST", "/customers/gao/overrides", { model: "rfm", kind: "pin", tier: "champion", reason: "试", until });
  expect(asked.status).toBe(201);
  const approved = await branch<OverrideAnswer>("POST", `/overrides/${asked.body.override}/decision`, { approve: true });
  await bank.api.job({ job: approved.body.job ?? "" }, () => undefined);
  const ended = await own<OverrideAnswer>("POST", `/overrides/${asked.body.override}/end`);
  await bank.api.job({ job: ended.body.job ?? "" }, () => undefined);
  expect(await toldOfJobs(own)).toEqual([{ state: "done", result: null, progress: null }]);
});

test("whoever ends it brings the model's tier back at once; the trail tells who did what", async () => {
  const { override } = (await explained()).override ?? { override: 0 };
  const { body } = await head<OverrideAnswer>("POST", `/overrides/${override}/end`);
  await bank.api.job({ job: body.job ?? "" }, () => undefined);
  const after = await tierOf();
  expect(after).toMatchObject({ override: null });
  expect(after?.tier).toBe(after?.computed);
  await expect.poll(rights).not.toContain("VIP room");
  const { items } = (await bank.api.get("/audit?customer=gao&limit=20")) as { items: { actor: string; action: string }[] };
  expect(items.filter((one) => one.action.startsWith("override.")).map((one) => `${one.actor} ${one.action}`)).toEqual([
    "head override.end",
    "mei override.end",
    "branch override.approve",
    "mei override.request",
    "branch override.approve",
    "mei override.request",
  ]);
});

test("what is wrong with a request is told at its field", async () => {
  const { status, body } = await own("POST", "/customers/gao/overrides", {
    model: "retail-bank",
    kind: "glue",
    tier: "platinum",
    reason: " ",
    until: "2026-13-01",
  });
  expect(status).toBe(422);
  expect(new Set(body.problems.map((one) => one.place?.path))).toEqual(new Set(["body/kind", "body/reason", "body/until"]));
});
