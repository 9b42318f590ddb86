import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { refreshProfiles } from "../customer/index.js";
import { expectEveryMistakeTold } from "../platform/document/testing.js";
import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError } from "../platform/problem.js";
import { sql } from "../platform/warehouse/index.js";
import { type Facts, type Story, story } from "../tiering/testing.js";
import { assign } from "./assign.js";
import { portfolioOf, portfolioSummary, portfolios, unplacedCustomers } from "./lists.js";
import { customerPanel, onOpen } from "./parts.js";
import { checkPolicy, publishPolicy } from "./policy.js";
import type { Owner } from "./schema.js";
import { visibilityOf } from "./sight.js";
import { lastRun } from "./store.js";

const day = "2024-06-30";
const model = `model: shop
title: { zh: 商店, en: Shop }
subject: person
measures: { worth: { of: balance.amount, take: latest } }
tiers:
  - { id: gold, title: { zh: 金, en: Gold }, when: "worth >= 1000" }
  - { id: basic, title: { zh: 普通, en: Basic } }
value: worth
`;
const policy = (minutes: string) => `policy: shop
title: { zh: 管户, en: Portfolios }
workdays_per_month: 10
serve:
  - { model: shop, tiers: [gold], mode: dedicated, levels: [senior], minutes: ${minutes} }
  - { model: shop, tiers: [basic], mode: self_service, levels: [senior, junior] }
`;

const manager = (id: string, branch: string | null, level: string, capacity: number): Facts => ({
  customer: [{ customer: id, kind: "manager", name: `经理${id}`, branch }],
  attribute: [
    { customer: id, name: "level", text_value: level },
    { customer: id, name: "capacity", number_value: capacity },
  ],
});
const person = (id: string, branch: string | null, worth: number): Facts => ({
  customer: [{ customer: id, kind: "person", name: id, branch }],
  balance: [{ customer: id, account_ref: id, kind: "deposit", on_date: "2024-01-31", amount: worth }],
});
const together = (...parts: Facts[]): Facts => {
  const all: Facts = {};
  for (const part of parts) for (const [fact, rows] of Object.entries(part)) all[fact as keyof Facts] = [...(all[fact as keyof Facts] ?? []), ...rows];
  return all;
};

let told: Story;
afterEach(() => told?.dispose());

/** A workspace in which everybody was graded and the policy published. */
async function graded(facts: Facts, minutes = "30"): Promise<void> {
  told = await story(facts);
  await told.publish(model);
  await told.run({ model: "shop", as_of: day });
  await publishPolicy(told, operator, { text: policy(minutes), origin: "policy.yaml" });
}

const run = () => assign(told, operator, [], () => undefined);
const owners = async () =>
  Object.fromEntries(
    (
      await told.warehouse.all<{ id: string; owner: string }>(
        sql`select public_id as id, coalesce(manager, reason) as owner from owner join profile using (customer_id) order by 1`,
      )
    ).map(({ id, owner }) => [id, owner]),
  );
const branchHead = (branch: string): Actor => ({ ...operator, id: "b", login: "b", role: "branch_head", scope: { branches: [branch] } });

const town = together(
  manager("M1", "东", "senior", 60),
  manager("M2", "东", "junior", 300),
  manager("M3", "西", "junior", 300),
  person("a", "东", 5000),
  person("b", "东", 10),
  person("c", "西", 9000),
  person("d", null, 10),
  person("e", "南", 10),
);

test("everybody gets an owner by tier, branch and level; who does not is listed with why", async () => {
  await graded(town);
  expect(await run()).toMatchObject({
    as_of: day,
    customers: 5,
    assigned: 2,
    moved: 0,
    kept: 0,
    unplaced: 3,
    unplaced_by_reason: { no_branch: 1, no_level: 1, no_manager: 1 },
  });
  expect(await owners()).toMatchObject({ a: "M1", c: "no_level", d: "no_branch", e: "no_manager" });
  expect(["M1", "M2"]).toContain((await owners())["b"]);
  expect(await run()).toMatchObject({ assigned: 0, moved: 0, kept: 2, unplaced: 3 });
  expect((await unplacedCustomers(told, operator, { limit: 2 })).items.map((one) => [one.customer_id, one.reason])).toEqual([
    ["c", "no_level"],
    ["d", "no_branch"],
  ]);
  const south = await unplacedCustomers(told, operator, { branch: "南", limit: 2 });
  expect([south.total, south.items.map((one) => one.customer_id)]).toEqual([1, ["e"]]);
  expect(await unplacedCustomers(told, operator, { branch: "南", reason: "no_level", limit: 2 })).toMatchObject({ total: 0, items: [] });
});

test("nobody is overloaded: the rest waits, and is placed when there is room", async () => {
  const many = Array.from({ length: 25 }, (_, i) => person(`p${i}`, "东", 2000));
  await graded(together(manager("M1", "东", "senior", 60), ...many));
  // 60 minutes on 10 workdays are 20 customers of 30 minutes
  expect(await run()).toMatchObject({ assigned: 20, unplaced: 5, unplaced_by_reason: { no_room: 5 } });
  const before = await owners();
  await told.tell({ attribute: [{ customer: "M1", name: "capacity", number_value: 75, on_date: day, known: "2024-06-01" }] });
  expect(await run()).toMatchObject({ assigned: 5, moved: 0, kept: 20, unplaced: 0 });
  await told.tell(manager("M9", "东", "senior", 60));
  await told.tell({ attribute: [{ customer: "M1", name: "capacity", number_value: 30, on_date: "2024-07-01", known: "2024-06-02" }] });
  expect(await run()).toMatchObject({ moved: 15, kept: 10, unplaced: 0 });
  const after = await owners();
  expect(Object.keys(before).filter((id) => after[id] === "M1")).toHaveLength(10);
  expect(
    (await portfolios(told, operator, { sort: "manager", limit: 5 })).items.map((one) => [one.manager.manager, one.customers, one.load, one.capacity]),
  ).toEqual([
    ["M1", 10, 300, 300],
    ["M9", 15, 450, 600],
  ]);
});

test("owners follow the branch, the tier and a manager who leaves, and the page says why", async () => {
  await graded(together(town, manager("M4", "西", "senior", 300)));
  await run();
  expect(await owners()).toMatchObject({ a: "M1", c: "M4" });
  await told.tell({ customer: [{ customer: "a", branch: "西", known: "2024-07-01" }], attribute: [{ customer: "M2", name: "left", text_value: "是" }] });
  await run();
  expect(await owners()).toMatchObject({ a: "M4", b: "M1" });
  const panel = async (id: string) => {
    const row = await told.warehouse.first<{ customer_id: number; public_id: string }>(sql`select customer_id, public_id from profile where public_id = ${id}`);
    return (await customerPanel.read(told, operator, row ?? { customer_id: -1, public_id: id })) as Owner;
  };
  expect(await panel("a")).toMatchObject({ manager: { manager: "M4" }, mode: "dedicated", reason: "branch_moved", moves: [{ from: "M1", to: "M4", on: day }] });
  expect(await panel("d")).toMatchObject({ manager: null, reason: "no_branch" });
});

test("whoever sees a part sees the portfolios of that part", async () => {
  await graded(together(town, manager("M4", "西", "senior", 300)));
  await run();
  expect(await portfolioSummary(told, branchHead("东"))).toMatchObject({
    customers: 2,
    placed: 2,
    managers: 2,
    unplaced: [],
    branches: [{ branch: "东", customers: 2 }],
  });
  expect(await portfolioSummary(told, operator)).toMatchObject({ customers: 5, placed: 3, managers: 4 });
  await expect(portfolioOf(told, branchHead("东"), "M4")).rejects.toThrow(ProblemError);
  const own: Actor = { ...operator, id: "m", login: "m", role: "account_manager", scope: { manager: "M4" } };
  expect(await portfolioOf(told, own, "M4")).toMatchObject({ customers: 1, tiers: [{ tier: "gold", customers: 1 }] });
  const visibility = await visibilityOf(told, own);
  const { rows } = await atomically(told.postgres, visibility, (tx) =>
    tx
      .db<{ assignment: { customer_id: number } }>()
      .selectFrom("assignment")
      .select("customer_id")
      .execute()
      .then((found) => ({ rows: found })),
  );
  expect(rows).toHaveLength(1);
});

test("managers that cannot be named are told all at once, and nothing is assigned", async () => {
  await graded(together(manager("M1", null, "senior", 60), manager("M2", "东", "boss", 60), manager("M3", "东", "junior", -5), person("a", "东", 5)));
  const error = await run().catch((one: ProblemError) => one);
  expect(error instanceof ProblemError && error.problems.map((one) => `${one.code} ${one.place?.path}`)).toEqual([
    "portfolio.manager_without_branch manager M1",
    "portfolio.unknown_level manager M2",
    "portfolio.bad_capacity manager M3",
  ]);
  expect(await owners()).toEqual({});
  expect(await atomically(told.postgres, "all", lastRun)).toBeUndefined();
});

test("capacity zero everywhere is a problem, not a list of everybody", async () => {
  await graded(together(manager("M1", "东", "senior", 0), person("a", "东", 5)));
  await expect(run()).rejects.toThrow("portfolio.no_capacity");
});

test("the warehouse's copy is made again out of PostgreSQL when it was left behind", async () => {
  await graded(town);
  await run();
  const before = await owners();
  await told.warehouse.write(async (session) => {
    await session.run(sql`delete from owner`);
    await session.run(sql`delete from mirror`);
  });
  await onOpen(told);
  expect(await owners()).toEqual(before);
  expect(await run()).toMatchObject({ assigned: 0, moved: 0 });
});

test("the copy is made again whatever managers are called, and of nobody", async () => {
  const odd = ["M\tT", "\\N", "", "two\nlines", "cr\r", '"quoted", and said', "'"];
  // each in a branch of their own, with one customer
  await graded(together(...odd.flatMap((id, i) => [manager(id, `b${i}`, "senior", 60), person(`p${i}`, `b${i}`, 10)]), person("x", "nowhere", 10)));
  await run();
  const before = await owners();
  expect(odd.map((_, i) => before[`p${i}`])).toEqual(odd);
  const remade = async () => {
    await told.warehouse.write((session) => session.run(sql`delete from mirror`));
    await onOpen(told);
    return owners();
  };
  expect(await remade()).toEqual(before);
  await atomically(told.postgres, "all", (tx) => tx.db<{ assignment: object }>().deleteFrom("assignment").execute());
  expect(await remade()).toEqual({});
});

test("a bank of many managers", async () => {
  const many = 11_000;
  await graded(together(manager("M1", "东", "senior", 60), person("a", "东", 5000)));
  await told.warehouse.write(async (session) => {
    const id = sql`range::integer as party_id`;
    await session.run(sql`insert into party select ${id}, 'many', 'N' || range, 'N' || range, timestamp '2000-01-01' from range(1000, ${1000 + many})`);
    await session.run(sql`insert into customer (party_id, kind, branch, source, key, recorded_at)
      select ${id}, 'manager', 'b' || range % 500, 'many', range, timestamp '2000-01-01' from range(1000, ${1000 + many})`);
    await refreshProfiles(session);
  });
  expect(await run()).toMatchObject({ assigned: 1 });
  expect(await run()).toMatchObject({ kept: 1 });
  expect(await portfolioSummary(told, operator)).toMatchObject({ managers: many + 1 });
});

test("a policy with mistakes tells all of them, with their lines", async () => {
  told = await story();
  await told.publish(model);
  const text = `policy: shop
title: { zh: 管户, en: Portfolios }
serve:
  - { model: shop, tiers: [golden, basic], mode: dedicated, levels: [senior] }
  - { model: shopp, tiers: [gold], mode: dedicated, levels: [senior] }
  - { model: shop, tiers: [basic], mode: self, levels: [boss], minute: 5 }
`;
  const { problems } = await checkPolicy(told, text, "policy.yaml");
  expect(problems.map((one) => `${one.place?.line} ${one.code}`)).toEqual([
    "4 portfolio.unknown_tier",
    "5 portfolio.unknown_model",
    "6 portfolio.unknown_word",
    "6 portfolio.unknown_word",
    "6 portfolio.unknown_key",
    "6 portfolio.twice",
  ]);
  const sound = `policy: shop
title: { zh: 管户, en: Portfolios }
workdays_per_month: 21
capacity: { senior: 180 }
serve:
  - { model: shop, tiers: [gold], mode: dedicated, levels: [senior], minutes: 10 }
  - { model: shop, tiers: [basic], mode: team, levels: [junior] }
`;
  await expectEveryMistakeTold(
    sound,
    {
      "en: Portfolios": "en: 5",
      "workdays_per_month: 21": "workdays: 21",
      "capacity: { senior: 180 }": "capacity: { senior: much }",
      "tiers: [gold]": "tiers: [golden]",
      "mode: dedicated": "mode: dedication",
      "levels: [senior], minutes: 10": "levels: [boss], minutes: 10",
      "minutes: 10": "minutes: -1",
      "tiers: [basic]": "tiers: [Basic]",
      "mode: team, levels: [junior]": "mode: team, levels: []",
    },
    async (made) => (await checkPolicy(told, made)).problems.map((one) => one.code),
  );
  const preset = readFileSync(new URL("../../presets/portfolios/bank.yaml", import.meta.url), "utf8");
  expect((await checkPolicy(told, preset)).problems).toEqual([]);
});
