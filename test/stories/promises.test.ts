import { afterAll, beforeAll, expect, test } from "vitest";
import type { CustomerService, DaySummary, TeamDay, Today } from "../../src/service/schema.js";
import { deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
const PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: care, title: { zh: 每月关怀, en: Monthly care }, tiers: all, owes: 1 per month, by: [call, visit], minutes: 20 }
  - { id: survey, title: { zh: 全面诊断, en: Survey }, tiers: [gold], owes: once, within: 0 days, grace: 30 days, by: [letter], minutes: 400 }
  - { id: gift, title: { zh: 生日礼物, en: Birthday gift }, tiers: all, on: birthday, within: 0 days, grace: 30 days, by: [visit], minutes: 15 }
  - { id: first, title: { zh: 首次关怀, en: First care }, tiers: all, owes: once, within: 0 days, grace: 30 days, by: [visit], minutes: 30 }
`;
const people = ["ann", "bob", "cai", "gil"];

const born: Record<string, { birth_on: string }> = { ann: { birth_on: "1980-03-04" }, bob: { birth_on: "1975-03-05" } };

let bank: SmallBank;
beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), ...people.map((id) => person(id, BRANCH, born[id]))],
    attribute: [level("M1", "intermediate")], // 180 minutes a day
    balance: people.map((id) => deposit(id, "2026-01-01", id === "gil" ? 900_000 : 100_000)),
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { text: PLAN });
  await bank.cycle("2026-03-02");
});
afterAll(() => bank.dispose());

interface CustomerPage {
  panels: { service: CustomerService };
}
const list = () => bank.api.get<Today>("/today?manager=M1");
const lines = ({ tasks }: Today) => tasks.map((one) => `${one.entitlement} ${one.customer_id}`).sort();

test("a task longer than its manager's whole day gets a day of its own, and the others wait", async () => {
  const day = await list();
  expect([lines(day), day.planned]).toEqual([["survey gil"], 400]);
  expect(day.waiting).toBe(people.length);
  await bank.api.post("/days", { day: "2026-03-02" });
  expect(lines(await list())).toEqual(["survey gil"]);
  await bank.api.post("/customers/gil/contacts", { channel: "letter", occurred_at: "2026-03-02T15:00:00+08:00" });
  await bank.cycle("2026-03-04");
  expect(lines(await list())).toEqual(expect.arrayContaining(people.map((id) => `first ${id}`)));
});

test("what is owed to a customer who is in no portfolio any more is on nobody's list", async () => {
  await bank.bring({ customer: [person("cai", BRANCH, { kind: "organisation" })] });
  await bank.cycle("2026-03-05");
  expect(await bank.rows("select from assignment where customer_id = $1", [await bank.number("cai")])).toEqual([]);
  expect(
    await bank.rows("select id, state, manager_id from obligation join entitlement using (entitlement) where customer_id = $1 order by 1", [
      await bank.number("cai"),
    ]),
  ).toEqual([
    { id: "care", state: "dropped", manager_id: expect.any(Number) },
    { id: "first", state: "open", manager_id: null },
  ]);
  const day = await list();
  expect(lines(day).filter((one) => one.endsWith(" cai"))).toEqual([]);
  expect(lines(day)).toContain("first ann");
});

test("who may not read a birthday finds it in no list, figure or contact", async () => {
  await bank.api.post("/customers/ann/contacts", { channel: "visit", occurred_at: "2026-03-05T15:00:00+08:00" });
  const auditor = await bank.user("auditor", "auditor", {});
  const seen = async (ask: <T>(path: string) => Promise<T>) => {
    const page = await ask<CustomerPage>("/customers/ann");
    const [day, { items }, summary] = [
      await ask<Today>("/today?manager=M1"),
      await ask<{ items: TeamDay[] }>("/today/team"),
      await ask<DaySummary>("/today/summary"),
    ];
    const [team] = items;
    expect([team?.tasks, team?.minutes, summary.tasks, summary.minutes]).toEqual([day.tasks.length, day.planned, day.tasks.length, day.planned]);
    return {
      met: page.panels.service.contacts.flatMap(({ met }) => met.map((one) => one.en)).sort(),
      owed: page.panels.service.obligations.map((one) => one.entitlement).sort(),
      gifts: lines(day).filter((one) => one.startsWith("gift")),
      planned: day.planned,
      waiting: [day.waiting, team?.waiting, summary.waiting],
    };
  };
  const all = await seen((path) => bank.api.get(path));
  expect(all).toMatchObject({ met: ["Birthday gift", "First care", "Monthly care"], owed: ["care", "first", "gift"], gifts: ["gift ann", "gift bob"] });
  expect(await seen(async <T>(path: string) => (await auditor<T>("GET", path)).body)).toEqual({
    met: ["First care", "Monthly care"],
    owed: ["care", "first"],
    gifts: [],
    planned: all.planned - 30,
    waiting: all.waiting,
  });
});

test("a plan that is published again and again uses up no keys", async () => {
  const keys = () => bank.rows("select last_value::int as last from entitlement_entitlement_seq");
  const before = await keys();
  for (const version of [2, 3, 4]) await bank.api.post("/plans", { text: `${PLAN}# version ${version}\n` });
  expect(await keys()).toEqual(before);
  await bank.api.post("/plans", { text: `${PLAN}  - { id: letter, title: { zh: 信件, en: Letter }, tiers: all, owes: 1 per year, by: [letter] }\n` });
  expect(await bank.rows("select id from entitlement where plan = 'care' order by entitlement")).toMatchObject(
    ["care", "survey", "gift", "first", "letter"].map((id) => ({ id })),
  );
});
