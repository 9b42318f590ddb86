import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortfolioDetail } from "../../src/portfolio/schema.js";
import type { ModelChange, ModelPreview, ModelVersion, Proposal, ProposalAnswer } from "../../src/tiering/schema.js";
import { type Ask, deposit, followsAtOnce, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
let bank: SmallBank;
let analyst: Ask;
let other: Ask;
let head: Ask;
let branch: Ask;
let written: string;

const assets = { gao: 6_500_000, lin: 1_200_000, mei: 900_000, tan: 300_000, wu: 100_000, xu: 10 };

/** Queue it as somebody and let the queue do it. */
async function done<T>(ask: Ask, path: string, body: object): Promise<T> {
  const { status, body: accepted } = await ask<{ job: string }>("POST", path, body);
  expect(status).toBe(202);
  return bank.api.job<T>(accepted, () => undefined);
}
const change = (from: string, to: string) => ({ source: { text: written.replace(from, to), origin: "mine.yaml" } });
const lower = () => change("aum >= 1000000", "aum >= 800000");

beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), ...Object.keys(assets).map((one) => person(one, BRANCH))],
    attribute: [level("M1", "senior")],
    balance: Object.entries(assets).map(([one, held]) => deposit(one, "2026-01-01", held)),
  });
  written = (await bank.api.post<ModelVersion>("/models", followsAtOnce())).text;
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  await bank.cycle("2026-03-30");
  analyst = await bank.user("ana", "analyst", {});
  other = await bank.user("olga", "analyst", {});
  head = await bank.user("head", "head", {});
  branch = await bank.user("branch", "branch_head", { branches: [BRANCH] });
});
afterAll(() => bank.dispose());

test("an analyst sees what a lower threshold does to customers, work, gifts and the manager, and applying does that", async () => {
  const preview = await done<ModelPreview>(analyst, "/models/preview", lower());
  expect(preview).toMatchObject({
    as_of: "2026-03-29",
    moved: 1,
    before: { platinum: 1, gold: 2 },
    after: { platinum: 2, gold: 1 },
    matrix: { gold: { platinum: 1, gold: 1 } },
    movers: [{ customer_id: "mei", from: "gold", to: "platinum", value: "900000.0000" }],
    needs_approval: false,
  });
  // the gift a birthday of one more platinum customer costs
  expect(preview.cost.after - preview.cost.before).toBeCloseTo(200, 6);
  expect(preview.workload.contacts.after).toBeGreaterThan(preview.workload.contacts.before);
  const [load] = preview.managers;
  expect(load?.manager).toBe("M1");

  const made = await done<ModelChange>(analyst, "/models/apply", lower());
  expect(made).toEqual({ ...preview, version: 2, run: expect.any(Number), proposal: null });
  // owners, and with them the load, follow the tiers
  const off = async () => Math.abs((await head<PortfolioDetail>("GET", "/managers/M1")).body.load / 60 - (load?.after ?? 0));
  await expect.poll(off).toBeLessThan(0.1);
  expect((await bank.api.post<{ job: string }>("/models/apply", { source: { model: "retail-bank" } })).job).toBeTruthy();
  await expect.poll(async () => (await head<{ run: { tiers: object } }>("GET", "/models/retail-bank/overview")).body.run.tiers).toMatchObject(preview.before);
});

test("a change of a guarded model waits for the head; who sees a part of the bank is told nothing of it", async () => {
  const guarded = change("value: aum\n", "value: aum\nsafety: { approve_if_moved_over: 10% }\n");
  await done<ModelChange>(analyst, "/models/apply", guarded);
  const text = guarded.source.text.replace("aum >= 1000000", "aum >= 800000");
  const note = "platinum as its neighbours have it";
  const asked = await done<ModelChange>(analyst, "/models/apply", { source: { text, origin: "mine.yaml" }, note });
  expect(asked).toMatchObject({ version: null, run: null, needs_approval: true, moved: 1 });
  expect((await analyst("POST", "/models", { text, origin: "mine.yaml" })).status).toBe(409);

  const path = `/proposals/${asked.proposal}`;
  for (const ask of [branch]) {
    expect((await ask("GET", "/proposals")).status).toBe(403);
    expect((await ask("GET", path)).status).toBe(403);
    expect((await ask("POST", `${path}/preview`)).status).toBe(403);
    expect((await ask("POST", "/models/preview", lower())).status).toBe(403);
    expect((await ask("POST", `${path}/decision`, { approve: true })).status).toBe(403);
  }
  expect((await analyst("POST", `${path}/decision`, { approve: true })).status).toBe(403);
  expect((await other("POST", `${path}/decision`, { approve: true })).status).toBe(403);
  expect((await other("POST", `${path}/withdraw`)).status).toBe(403);

  const { body: seen } = await head<Proposal>("GET", path);
  expect(seen).toMatchObject({ state: "waiting", requested_by: "ana", note, preview: { moved: 1, movers: [] } });
  // who moves is not kept, and told to who decides by the facts of now
  expect(await done<ModelPreview>(head, `${path}/preview`, {})).toMatchObject({
    as_of: asked.as_of,
    movers: [{ customer_id: "mei", from: "gold", to: "platinum" }],
  });
  const { body } = await head<ProposalAnswer>("POST", `${path}/decision`, { approve: true, note: "同意" });
  expect(body).toMatchObject({ state: "approved", decided_by: "head", decision_note: "同意", job: expect.any(String) });
  await bank.api.job({ job: body.job ?? "" }, () => undefined);
  expect((await head<{ run: { tiers: object } }>("GET", "/models/retail-bank/overview")).body.run.tiers).toEqual(asked.after);
  expect((await head("POST", `${path}/preview`)).status).toBe(409);
  expect((await head("GET", "/audit?action=models.propose")).body.items).toMatchObject([{ actor: "ana", detail: { proposal: asked.proposal, note } }]);
  expect((await head("GET", "/audit?action=models.approve")).body.items).toMatchObject([{ actor: "head", subject: "model:retail-bank" }]);
});

test("a day that would move more than the model allows stops with what to do, and goes on once it is confirmed", async () => {
  const held = await bank.api.get<ModelVersion>("/models/retail-bank");
  const safe = held.text.replace(/safety: .*/, "safety: { stop_if_moved_over: 20% }");
  // to drop the rule that another approves takes another's approval
  const proposed = await done<ModelChange>(analyst, "/models/apply", { source: { text: safe, origin: "mine.yaml" } });
  expect(proposed).toMatchObject({ version: null, moved: 0, lifts_limits: true });
  const decided = (await head<ProposalAnswer>("POST", `/proposals/${proposed.proposal}/decision`, { approve: true })).body;
  await bank.api.job({ job: decided.job ?? "" }, () => undefined);
  await bank.bring({ balance: Object.keys(assets).map((one) => deposit(one, "2026-02-28", 10)) });
  await expect(bank.cycle("2026-03-31")).rejects.toMatchObject({
    problems: [{ code: "tiering.too_many_moved", hint: { en: expect.stringContaining("--confirm") } }],
  });
  const confirmed = await done<{ moved: number }>(head, "/runs", { model: "retail-bank", as_of: "2026-03-30", confirm: true });
  expect(confirmed.moved).toBeGreaterThan(1);
  expect((await bank.cycle("2026-03-31")).steps.every(({ state }) => state === "done")).toBe(true);
});
