import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { listAudit, operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { raw, sql } from "../platform/warehouse/index.js";
import { explanationOf, tiersOfCustomer } from "./explanation.js";
import { rowsFile } from "./file.js";
import { runByNumber } from "./inforce.js";
import { customersOf } from "./lists.js";
import { publish, publishPreset } from "./models.js";
import { overviewOf } from "./overview.js";
import { onOpen } from "./parts.js";
import { runModel } from "./run.js";
import { shownRun, shownRuns } from "./runs.js";
import { READINGS_KEPT } from "./standing.js";
import { addRun } from "./store.js";
import { type Facts, type Story, story } from "./testing.js";

let told: Story;
afterEach(() => told.dispose());

const model = (gold: number, more = "") => `
model: shop
title: { zh: 商店, en: Shop }
measures:
  spend: { of: transaction.amount, take: sum, title: { zh: 消费额, en: Spend } }
  orders: { of: transaction, take: count, title: { zh: 订单数, en: Orders } }
scores:
  m: { of: spend, bands: { quantiles: 2 } }
tiers:
  - { id: gold, title: { zh: 金, en: Gold }, when: "spend >= ${gold} or orders >= 10" }
  - { id: silver, when: "spend >= 50 and m = 2" }
  - { id: basic }
value: spend
${more}`;

const bought = (customer: string, day: string, amount: number) => ({ customer, occurred_at: `${day} 09:00:00`, kind: "sale", amount });
const january: Facts = {
  customer: [
    { customer: "ann", name: "Ann", kind: "person", branch: "east" },
    { customer: "bob", name: "Bob", kind: "person", branch: "west" },
  ],
  transaction: [bought("ann", "2024-01-05", 120), bought("bob", "2024-01-06", 60), bought("cai", "2024-01-07", 10)],
};
const branchHead: Actor = { id: "1", login: "head", name: "Head", role: "branch_head", scope: { branches: ["east"] } };
const analyst: Actor = { id: "2", login: "analyst", name: "Analyst", role: "analyst", scope: { all: true } };
const anyone = { limit: 50 };

const cursorOf = (value: string): string => Buffer.from(JSON.stringify([value, 1])).toString("base64url");

const text = async (run: number, actor: Actor = operator, exact = false): Promise<string> => {
  let all = "";
  for await (const piece of await rowsFile(told, actor, run, exact)) all += String(piece);
  return all;
};

async function begin(): Promise<void> {
  told = await story(january);
  await told.publish(model(100));
}

describe("a ledger of before first grades were counted apart", () => {
  test("has them told apart when it is brought up to date, and once", async () => {
    await begin();
    const first = await told.run({ model: "shop", as_of: "2024-01-31" });
    await told.tell({ transaction: [bought("bob", "2024-02-10", 45)] });
    const second = await told.run({ model: "shop", as_of: "2024-02-29" });
    const counts = async () => [await runByNumber(told, first.run), await runByNumber(told, second.run)].map((run) => [run.moved, run.first_graded]);
    const { pool } = told.postgres;
    await pool.query("update tier_run set moved = moved + first_graded, first_graded = 0");
    expect(await counts()).toEqual([
      [3, 0],
      [1, 0],
    ]);
    const migration = readFileSync(new URL("../../migrations/0016-first-grades-again.sql", import.meta.url), "utf8");
    for (let i = 0; i < 2; i++) await pool.query(`begin;\n${migration}\ncommit`);
    expect(await counts()).toEqual([
      [0, 3],
      [1, 0],
    ]);
  });
});

describe("the ledger", () => {
  test("keeps changes only; the standing says since when", async () => {
    await begin();
    const first = await told.run({ model: "shop", as_of: "2024-01-31" });
    expect(first).toMatchObject({ version: 1, customers: 3, moved: 0, first_graded: 3, tiers: { gold: 1, silver: 1, basic: 1 } });
    expect((await told.run({ model: "shop", as_of: "2024-01-31" })).moved).toBe(0);
    await told.tell({ transaction: [bought("bob", "2024-02-10", 45)] });
    const february = await told.run({ model: "shop", as_of: "2024-02-29" });
    expect(february).toMatchObject({ moved: 1, tiers: { gold: 2, silver: 0, basic: 1 } });
    expect(await told.standing(february)).toMatchObject({
      ann: { tier: "gold", since: "2024-01-31" },
      bob: { tier: "gold", since: "2024-02-29", before: "silver" },
    });

    const bob = await explanationOf(told, operator, "bob", "shop");
    expect(bob).toMatchObject({ effective: "gold", clause: "spend >= 100", since: "2024-02-29", next: null });
    expect(bob.reason).toEqual({ zh: "消费额为 105，符合“金”的条件 spend >= 100。", en: "Spend is 105: this meets the condition of Gold, spend >= 100." });
    expect(bob.history).toEqual([
      { as_of: "2024-02-29", from: "silver", to: "gold", run: february.run, version: 1, clause: "spend >= 100", phase: "stable", by_override: false },
      { as_of: "2024-01-31", from: null, to: "silver", run: first.run, version: 1, clause: "spend >= 50 and m = 2", phase: "stable", by_override: false },
    ]);
    const cai = await explanationOf(told, operator, "cai", "shop");
    expect(cai).toMatchObject({ effective: "basic", clause: null, next: { tier: "silver", measure: "spend", from: 10, to: 50 } });
    expect(await tiersOfCustomer(told, operator, "ann")).toMatchObject([
      { model: "shop", tier: "gold", tier_title: { zh: "金", en: "Gold" }, as_of: "2024-02-29" },
    ]);
  });

  test.each([
    ["spend + orders > 100", "Spend is 120, Number of orders is 1: this meets the condition of Gold, (spend + orders) > 100."],
    ["abs(spend) >= mean(m)", "Spend is 120: this meets the condition of Gold, abs(spend) >= mean(m)."],
    ["1 < 2", "This meets the condition of Gold, 1 < 2."],
  ])("the reason names every figure the condition speaks of: %s", async (when, reason) => {
    told = await story(january);
    await told.publish(model(100).replace("spend >= 100 or orders >= 10", when).replace("en: Orders", "en: Number of orders"));
    await told.run({ model: "shop", as_of: "2024-01-31" });
    expect((await explanationOf(told, operator, "ann", "shop")).reason.en).toBe(reason);
  });

  test("an earlier day and other bands only read", async () => {
    await begin();
    const decided = await told.run({ model: "shop", as_of: "2024-01-31" });
    const past = await told.run({ model: "shop", as_of: "2024-01-06" });
    const ntile = await told.run({ model: "shop", as_of: "2024-01-31", bands: "ntile" });
    expect(past).toMatchObject({ customers: 2, tiers: { gold: 1, silver: 0, basic: 1 } });
    expect([await runByNumber(told, decided.run), await runByNumber(told, past.run), await runByNumber(told, ntile.run)].map((run) => run.decided)).toEqual([
      true,
      false,
      false,
    ]);
    expect((await overviewOf(told, operator, "shop")).run.run).toBe(decided.run);
    expect((await explanationOf(told, operator, "bob", "shop")).history).toHaveLength(1);
    expect((await text(past.run)).split("\n")).toEqual(["customer_id,tier,spend,orders,m", "ann,gold,120.00,1,2", "bob,basic,60.00,1,1", ""]);
  });

  test("a new version grades anew and the history keeps its own conditions", async () => {
    await begin();
    await told.run({ model: "shop", as_of: "2024-01-31" });
    expect(await publish(told, operator, { text: model(100), origin: "shop.yaml" })).toMatchObject({ version: 1 });
    expect(await publish(told, operator, { text: model(60), origin: "shop.yaml" })).toMatchObject({ version: 2, origin: "shop.yaml" });
    expect(await told.run({ model: "shop", as_of: "2024-01-31" })).toMatchObject({ version: 2, moved: 1 });
    expect((await explanationOf(told, operator, "bob", "shop")).history.map((step) => step.clause)).toEqual(["spend >= 60", "spend >= 50 and m = 2"]);
    const actions = (await listAudit(told, { limit: 50 })).items.map((entry) => `${entry.action} ${entry.subject}`);
    expect(actions).toEqual(["tiers.run model:shop", "models.publish model:shop", "tiers.run model:shop", "models.publish model:shop"]);
  });

  test("two publications at once are two versions, or one of the same text", async () => {
    told = await story(january);
    const texts = [60, 70, 80, 80].map((gold) => model(gold));
    const versions = await Promise.all(texts.map((one) => publish(told, operator, { text: one, origin: "shop.yaml" })));
    const held = new Map(versions.map((one) => [one.version, one.text]));
    expect(versions.every((one) => held.get(one.version) === one.text)).toBe(true);
    expect([...held.keys()].sort((a, b) => a - b)).toEqual(Array.from(held, (_, i) => i + 1));
  });

  test("running a preset publishes it, which takes the right to", async () => {
    told = await story(january);
    const head: Actor = { id: "3", login: "head", name: "Head", role: "head", scope: { all: true } };
    const run = (actor: Actor, name: string) => runModel(told, actor, { model: name, as_of: "2024-01-31" }, () => undefined);
    await expect(run(head, "rfm")).rejects.toThrow(/access.denied/);
    await expect(run(head, "rmf")).rejects.toThrow(/no_such_model/);
    await run(analyst, "rfm");
    expect(await run(head, "rfm")).toMatchObject({ version: 1 });
  });

  test("a calibration stays until it is asked for anew, when the model says so", async () => {
    told = await story(january);
    await told.publish(model(1000, "calibrate: when_asked"));
    const first = await runByNumber(told, (await told.run({ model: "shop", as_of: "2024-01-31" })).run);
    await told.tell({ transaction: [bought("dan", "2024-02-01", 900), bought("eve", "2024-02-01", 901), bought("fay", "2024-02-01", 902)] });
    const kept = await told.run({ model: "shop", as_of: "2024-02-29" });
    expect((await runByNumber(told, kept.run)).calibration).toBe(first.calibration);
    expect(kept.tiers).toEqual({ gold: 0, silver: 5, basic: 1 });
    const anew = await told.run({ model: "shop", as_of: "2024-02-29", calibrate: true });
    expect((await runByNumber(told, anew.run)).calibration).not.toBe(first.calibration);
    expect(anew.tiers).toEqual({ gold: 0, silver: 3, basic: 3 });
  });

  test("a calibration kept is not applied to another measure of the same name", async () => {
    told = await story(january);
    const kept = model(1000, "calibrate: when_asked");
    const calibrationOf = async (text: string) => {
      await told.publish(text);
      return (await runByNumber(told, (await told.run({ model: "shop", as_of: "2024-01-31" })).run)).calibration;
    };
    const first = await calibrationOf(kept);
    expect(await calibrationOf(kept.replace("en: Spend }", "en: Spent }").replace(">= 50", ">= 10"))).toBe(first);
    // The same name, now of recent purchases alone: its edges have to be found again.
    const recent = await calibrationOf(kept.replace("take: sum,", "take: sum, over: 25 days,"));
    const lower = await calibrationOf(kept.replace("quantiles: 2 }", "quantiles: 2 }, better: lower"));
    expect(new Set([first, recent, lower]).size).toBe(3);
  });

  test("who is no longer graded holds no tier", async () => {
    await begin();
    await told.run({ model: "shop", as_of: "2024-01-31" });
    await told.warehouse.write((session) =>
      session.run(
        raw(
          "insert into merged select (select party_id from party where public_id = 'cai'), (select party_id from party where public_id = 'ann'), now(), null",
        ),
      ),
    );
    await told.tell({});
    expect(await told.run({ model: "shop", as_of: "2024-01-31" })).toMatchObject({ customers: 2, moved: 1 });
    const rows = await atomically(told.postgres, "all", (tx) =>
      tx.db<{ tier_assignment: { to_tier: number | null } }>().selectFrom("tier_assignment").select("to_tier").where("to_tier", "is", null).execute(),
    );
    expect(rows).toHaveLength(1);
  });
});

describe("what a run leaves", () => {
  test("a day before any fact is a problem, and nothing has changed", async () => {
    told = await story({ transaction: january.transaction ?? [] });
    await told.publish(model(100));
    await expect(told.run({ model: "shop", as_of: "2023-12-31" })).rejects.toThrow(/tiering.no_facts/);
    await expect(told.run({ model: "nobodys", as_of: "2024-01-31" })).rejects.toThrow(/tiering.no_such_model/);
    await expect(told.run({ model: "corporate", as_of: "2024-01-31" })).rejects.toThrow(/tiering.no_customers/);
    await expect(overviewOf(told, operator, "shop")).rejects.toThrow(/tiering.not_run/);
    expect(await told.warehouse.all(sql`select table_name from information_schema.tables where table_name like 'standing%'`)).toEqual([]);
  });

  test("customers without a day of their own are there on every day", async () => {
    await begin();
    expect(await told.run({ model: "shop", as_of: "2023-12-31" })).toMatchObject({ customers: 2, tiers: { gold: 0, silver: 0, basic: 2 } });
  });

  test("a run that dies before its one transaction leaves the last complete state", async () => {
    await begin();
    const whole = await told.run({ model: "shop", as_of: "2024-01-31" });
    await told.tell({ transaction: [bought("bob", "2024-02-10", 45)] });
    await told.warehouse.write((session) =>
      session.run(raw(`create table "standing_shop_99" as select * replace ('gold' as tier) from "standing_shop_${whole.run}"`)),
    );
    await told.warehouse.write((session) => session.run(raw(`create table "reading_shop_98" as select 1 as x`)));
    expect((await overviewOf(told, operator, "shop")).run).toMatchObject({ run: whole.run, first_graded: 3 });
    await onOpen(told);
    const held = await told.warehouse.all(sql`select table_name from information_schema.tables where table_name like '%_shop_%'`);
    expect(held).toEqual([{ table_name: `standing_shop_${whole.run}` }]);
    expect(await told.run({ model: "shop", as_of: "2024-02-29" })).toMatchObject({ moved: 1 });
  });

  test("a ledger that cannot be written takes the standing with it", async () => {
    await begin();
    const whole = await told.run({ model: "shop", as_of: "2024-01-31" });
    // The next number is taken already: the transaction fails at its last statement.
    await atomically(told.postgres, "all", (tx) =>
      addRun(tx, { ...whole, run: whole.run + 1, decided: false, calibrated_on: null, data_as_of: null, requested_by: "x", overrides: null }, null),
    );
    await told.tell({ transaction: [bought("bob", "2024-02-10", 45)] });
    await expect(told.run({ model: "shop", as_of: "2024-02-29" })).rejects.toThrow(/duplicate key/);
    expect((await overviewOf(told, operator, "shop")).tiers.map((tier) => tier.customers)).toEqual([1, 1, 1]);
    expect((await explanationOf(told, operator, "bob", "shop")).history).toHaveLength(1);
    expect(await told.run({ model: "shop", as_of: "2024-02-29" })).toMatchObject({ moved: 1 });
  });

  test("the same facts, day and calibration give the same bytes", async () => {
    await begin();
    const [one, two] = [await told.run({ model: "shop", as_of: "2024-01-31" }), await told.run({ model: "shop", as_of: "2024-01-31", bands: "ranked" })];
    expect(await text(two.run)).toBe(await text(one.run));
  });

  test("who sees a branch sees its rows, and no figures of the whole bank", async () => {
    await begin();
    const { run } = await told.run({ model: "shop", as_of: "2024-01-31" });
    const record = await runByNumber(told, run);
    expect(await shownRuns(told, branchHead, [record])).toEqual([
      { ...record, customers: null, moved: null, first_graded: null, tiers: null, rows_kept: true },
    ]);
    expect(await shownRun(told, analyst, record)).toEqual({ ...record, rows_kept: true });
    expect(await text(run, branchHead)).toBe("customer_id,tier,spend,orders,m\nann,gold,120.00,1,2\n");
  });

  test("rows of the last few runs that only read are kept, and the run says so", async () => {
    await begin();
    await told.run({ model: "shop", as_of: "2024-01-31" });
    const past: number[] = [];
    for (let i = 0; i < READINGS_KEPT + 2; i++) past.push((await told.run({ model: "shop", as_of: "2024-01-06" })).run);
    const runs = await Promise.all(past.map((run) => runByNumber(told, run)));
    expect((await shownRuns(told, operator, runs)).map((run) => run.rows_kept)).toEqual(past.map((_, i) => i >= 2));
    await expect(text(past[0] ?? 0)).rejects.toThrow(/rows_gone/);
    expect(await text(past[2] ?? 0)).toContain("ann,gold");
  });

  test("a text that a spreadsheet would run is kept from it, but for who asks for the exact bytes", async () => {
    const said = (customer: string, text_value: string) => ({ customer, name: "note", text_value, on_date: null });
    told = await story({
      attribute: [said("+1", "=cmd()"), said("-2", "@x"), said("3", "a=b"), said("4", "\tx")],
      transaction: [bought("3", "2024-01-05", -5)],
    });
    await told.publish(model(100).replace("orders: {", "note: { of: attribute.note, take: latest }\n  orders: {").replace("orders >= 10", "note = 'vip'"));
    const { run } = await told.run({ model: "shop", as_of: "2024-01-31" });
    const [head, tail] = ["customer_id,tier,spend,note,orders,m\n", "3,basic,-5.00,a=b,1,1\n"];
    expect(await text(run)).toBe(`${head}'+1,basic,0.00,'=cmd(),0,2\n'-2,basic,0.00,'@x,0,2\n${tail}4,basic,0.00,'\tx,0,2\n`);
    expect(await text(run, operator, true)).toBe(`${head}+1,basic,0.00,=cmd(),0,2\n-2,basic,0.00,@x,0,2\n${tail}4,basic,0.00,\tx,0,2\n`);
  });
});

describe("lists", () => {
  const some = ["a", "b", "c", "d", "e", "f", "g"];

  async function crowd(): Promise<void> {
    told = await story({
      customer: some.map((id, i) => ({ customer: id, name: `客户 ${id.toUpperCase()}`, kind: "person", branch: i % 2 === 0 ? "east" : "west" })),
      transaction: some.flatMap((id, i) => (i === 3 ? [] : [bought(id, "2024-01-05", 20 * (i % 3) + 5.5)])),
      attribute: [{ customer: "d", name: "x", text_value: "y", on_date: "2024-01-01" }],
    });
    await told.publish(model(45).replace("spend >= 50", "spend >= 44").replace("orders: {", "newest: { of: transaction.amount, take: latest }\n  orders: {"));
    await told.run({ model: "shop", as_of: "2024-01-31" });
  }

  test("pages in any order are complete and without doubles", async () => {
    await crowd();
    for (const sort of ["tier", "-tier", "newest", "-newest", "spend", "-m", "customer_id", "-name", "since", undefined]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await customersOf(told, operator, "shop", { sort, cursor, limit: 2 });
        expect(page.total).toBe(7);
        seen.push(...page.items.map((row) => row.customer_id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect([...seen].sort(), String(sort)).toEqual(some);
      expect(seen, String(sort)).toEqual((await customersOf(told, operator, "shop", { sort, limit: 50 })).items.map((row) => row.customer_id));
    }
    expect((await customersOf(told, operator, "shop", { sort: "-newest", limit: 2 })).items.map((row) => row.figures["newest"])).toEqual(["45.5", "45.5"]);
  });

  test("filters: tier, condition, part of id or name, moved from, scope", async () => {
    await crowd();
    const ids = async (actor: Actor, asked: object) =>
      (await customersOf(told, actor, "shop", { ...anyone, sort: "customer_id", ...asked })).items.map((row) => row.customer_id);
    expect(await ids(operator, { tier: "gold" })).toEqual(["c", "f"]);
    expect(await ids(operator, { tier: "silver,basic", where: "spend > 10 and orders < 5" })).toEqual(["b", "e"]);
    expect(await ids(operator, { where: "newest is null" })).toEqual(["d"]);
    expect(await ids(operator, { q: "客户 b" })).toEqual(["b"]);
    expect(await ids(analyst, { q: "客户 b" })).toEqual([]); // may not read names, so cannot search them
    expect(await ids(operator, { from: "none", where: "tier = 'gold'" })).toEqual(["c", "f"]);
    expect(await ids(branchHead, {})).toEqual(["a", "c", "e", "g"]);
    expect((await customersOf(told, branchHead, "shop", anyone)).total).toBe(4);
    expect((await customersOf(told, analyst, "shop", { ...anyone, q: "b" })).items[0]?.name).not.toContain("B");
    expect((await overviewOf(told, branchHead, "shop")).tiers.map((tier) => [tier.id, tier.customers, tier.value])).toEqual([
      ["gold", 1, "45.5"],
      ["silver", 0, "0"],
      ["basic", 3, "36.5"],
    ]);
    await expect(explanationOf(told, branchHead, "b", "shop")).rejects.toThrow(/customer.unknown/);
    // The order and the cursor would tell names to who may not read them.
    await expect(customersOf(told, analyst, "shop", { limit: 1, sort: "-name" })).rejects.toThrow(/unknown_sort/);
  });

  test.each([
    [{ where: "spnd > 5" }, /did you mean|nothing named spnd/],
    [{ where: "spend > " }, /cannot be read/],
    [{ where: "spend + 1" }, /not a condition/],
    [{ sort: "spned" }, /unknown_sort/],
    [{ tier: "golden" }, /unknown_tier/],
    [{ cursor: "'; drop table profile" }, /bad_cursor/],
    [{ sort: "tier", cursor: cursorOf("abc") }, /bad_cursor/],
    [{ sort: "tier", cursor: cursorOf("99999999999") }, /bad_cursor/],
    [{ sort: "spend", cursor: cursorOf("1e40") }, /bad_cursor/],
    [{ sort: "since", cursor: cursorOf("2024-02-31") }, /bad_cursor/],
  ])("a bad question is a problem: %j", async (asked, why) => {
    await crowd();
    await expect(customersOf(told, operator, "shop", { ...anyone, ...asked })).rejects.toThrow(why);
  });
});

describe("presets", () => {
  test("corporate: deposits, target credit, and who is left to a person", async () => {
    told = await story({
      customer: ["both", "big", "middle", "small", "credit", "target", "unknown"]
        .map((customer) => ({ customer, kind: "organisation", since_on: "2020-01-01" }))
        .concat([{ customer: "someone", kind: "person", since_on: "2020-01-01" }]),
      balance: [
        { customer: "big", on_date: "2024-01-01", account_ref: "1", kind: "deposit", amount: "150000000" },
        { customer: "big", on_date: "2024-01-02", account_ref: "2", kind: "deposit", amount: "50000000" },
        { customer: "middle", on_date: "2024-01-01", account_ref: "3", kind: "deposit", amount: "199999999.99" },
        { customer: "both", on_date: "2024-01-01", account_ref: "4", kind: "deposit", amount: "1" },
        { customer: "small", on_date: "2024-01-01", account_ref: "5", kind: "deposit", amount: "49999999.99" },
        { customer: "credit", on_date: "2024-01-01", account_ref: "6", kind: "loan", amount: "900000000" },
      ],
      attribute: [
        { customer: "both", name: "credit_target", number_value: "200000000", on_date: "2024-01-01" },
        { customer: "credit", name: "credit_target", number_value: "199999999.99", on_date: "2024-01-01" },
        { customer: "target", name: "credit_target", number_value: "200000000", on_date: "2024-01-01" },
      ],
    });
    const result = await told.run({ model: "corporate", as_of: "2024-01-31" });
    const tiers = Object.fromEntries(Object.entries(await told.standing(result)).map(([id, row]) => [id, row["tier"]]));
    expect(tiers).toEqual({ both: "class_1", big: "class_1", target: "class_1", middle: "class_2", small: "class_3", credit: "to_place", unknown: "to_place" });
    expect((await explanationOf(told, operator, "both", "corporate")).clause).toBe("credit_target >= 200000000");
    expect((await explanationOf(told, operator, "middle", "corporate")).next).toEqual({
      tier: "class_1",
      measure: "deposits",
      from: 199999999.99,
      to: 200000000,
    });
    expect((await explanationOf(told, operator, "unknown", "corporate")).reason.zh).toContain("人工");
  });

  test("several models side by side, each with its own standing", async () => {
    told = await story(january);
    await publishPreset(told, operator, "retail-bank");
    await told.run({ model: "rfm", as_of: "2024-01-31" });
    expect(await told.run({ model: "retail-bank", as_of: "2024-01-31" })).toMatchObject({ customers: 3, tiers: { ordinary: 3 } });
    expect((await tiersOfCustomer(told, operator, "ann")).map((one) => one.model)).toEqual(["retail-bank", "rfm"]);
    expect((await overviewOf(told, operator, "rfm")).model).toMatchObject({ origin: "preset:rfm", version: 1 });
  });
});
