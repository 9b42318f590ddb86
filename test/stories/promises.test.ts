import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Coverage, CustomerService, DaySummary, TeamDay, Today } from "../../src/service/schema.js";
import { deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
const PLAN = `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - { id: care, title: { zh: 每月关怀, en: Monthly care }, tiers: all, owes: 1 per month, grace: 0 days, by: [call, visit], minutes: 20 }
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

test("what is open past its day is overdue, and counts against what was kept in time", async () => {
  const { entitlements, total } = await bank.api.get<Coverage>("/coverage?from=2026-03-01&to=2026-03-31");
  const first = entitlements.find((one) => one.entitlement === "first");
  expect(first).toMatchObject({ promised: 4, met: 0, late: 0, missed: 0, open: 4, overdue: 4 });
  expect(total.promised).toBe(total.met + total.late + total.missed + total.open);
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

/** All calls a source tells of, or a newer copy of them. */
let copies = 0;
const snapshot = async (calls: Record<string, readonly [day: string, kind?: string]>) => {
  const folder = join(bank.workspace.directory, "..", `calls-${++copies}`);
  await mkdir(folder);
  const rows = Object.entries(calls).map(([id, [day, kind = "call"]]) => `${id},${id.slice(0, 3)},${day} 10:00:00,${kind}`);
  await writeFile(join(folder, "calls.csv"), `id,who,at,kind\n${rows.join("\n")}\n`);
  const mapping_text = `source: bank
title: { zh: 电话, en: Calls }
files:
  calls:
    match: "calls.csv"
    load: snapshot
    facts:
      - { as: interaction, key: [id], map: { customer_id: who, occurred_at: at, kind: kind } }
`;
  await bank.job("/imports", { path: folder, mapping_text });
};
const care = async () => {
  const rows = await bank.rows<{ who: number; held: string }>(
    `select customer_id as who, concat_ws(' ', to_char(occasion, 'MM'), state, to_char(settled_on, 'MM-DD')) as held
     from obligation join entitlement using (entitlement) where id = 'care' and occasion >= '2026-04-01' order by occasion`,
  );
  const numbers = await Promise.all(["ann", "bob", "gil", "dan", "eve"].map(async (id) => [await bank.number(id), id] as const));
  return Object.fromEntries(numbers.map(([number, id]) => [id, rows.filter((row) => row.who === number).map((row) => row.held)]));
};

test("what a contact met that its source takes back is owed again, unless another contact or the corrected one meets it", async () => {
  await bank.bring({ customer: ["dan", "eve"].map((id) => person(id, BRANCH)), balance: ["dan", "eve"].map((id) => deposit(id, "2026-01-01", 100_000)) });
  const rest = { "bob-2": ["2026-04-03"], "dan-1": ["2026-04-01"], "eve-1": ["2026-04-02"] } as const;
  await snapshot({ "ann-1": ["2026-04-01"], "bob-1": ["2026-04-01"], "gil-1": ["2026-04-01"], ...rest });
  await bank.cycle("2026-04-07");
  expect(await care()).toEqual({ ann: ["04 met 04-01"], bob: ["04 met 04-01"], gil: ["04 met 04-01"], dan: ["04 met 04-01"], eve: ["04 met 04-02"] });
  // ann's and bob's are gone; gil's was none; dan's was a visit; eve's was another day
  const corrected = { "gil-1": ["2026-04-01", "click"], "dan-1": ["2026-04-01", "visit"], "eve-1": ["2026-04-06"] } as const;
  await snapshot({ "bob-2": ["2026-04-03"], ...corrected });
  await bank.cycle("2026-04-08");
  expect(await care()).toEqual({ ann: ["04 open"], bob: ["04 met 04-03"], gil: ["04 open"], dan: ["04 met 04-01"], eve: ["04 met 04-06"] });
  expect(await bank.rows("select channel from contact where fact is not null order by 1")).toMatchObject(
    ["call", "call", "visit"].map((channel) => ({ channel })),
  );
  await bank.job("/cycles", { day: "2026-04-08", again: true });
  expect(await care()).toMatchObject({ ann: ["04 open"], bob: ["04 met 04-03"] });
  // long after: what is taken back then was missed, and what is corrected then is still met
  await snapshot({ "dan-1": ["2026-04-01", "letter"], "eve-1": ["2026-04-06", "visit"] });
  await bank.cycle("2026-06-10");
  expect((await care())["bob"]?.[0]).toBe("04 missed 05-01");
  expect((await care())["dan"]?.[0]).toBe("04 missed 05-01");
  expect((await care())["eve"]?.[0]).toBe("04 met 04-06");
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
