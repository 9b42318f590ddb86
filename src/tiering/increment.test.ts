import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { daysAfter } from "../platform/calendar/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { name, sql } from "../platform/warehouse/index.js";
import { renewLive, runAsked } from "./increment.js";
import { customersOf } from "./lists.js";
import { overviewOf } from "./overview.js";
import type { RunResult } from "./schema.js";
import { changesTable, standingTable, tablesHeld } from "./standing.js";
import * as overrides from "./store/overrides.js";
import * as store from "./store.js";
import { type Facts, type Story, story } from "./testing.js";

const open: Story[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

async function begin(text: string): Promise<Story> {
  const one = await story({ customer: [...people, ...others].map((customer) => ({ customer, kind: "person", since_on: "2023-06-01" })) });
  open.push(one);
  await one.publish(text);
  return one;
}

const people = ["ann", "bob", "cid", "dee", "eve"];
/** Of whom nothing is told: few enough of all change for the rest to be left alone. */
const others = Array.from({ length: 30 }, (_, i) => `quiet${i}`);
const day = "2024-03-31";

const measures = `
measures:
  recency: { of: transaction, take: days_since_last }
  orders: { of: transaction, take: count, over: 6 months }
  spend: { of: transaction.amount, take: sum, over: 12 months }
  active: { of: transaction, take: active_months, over: 6 months }
  growth: { of: transaction.amount, take: growth, over: 3 months, default: 0 }
  money: { of: balance.amount, take: daily_average, over: 1 month, default: 0 }
  held: { of: holding.amount, take: sum, due_within: 60 days }
  job: { of: attribute.job, take: latest }
  tenure: { of: customer, take: days_since_first, default: 0, at_most: 300 }
  idle: { of: transaction, take: days_since_last, where: "amount > 0", default: 90, at_least: 10 }
  fresh: { of: transaction, take: days_since_last, over: 2 months }
  slope: { of: transaction.amount, take: trend, over: 4 months }
  wave: { of: balance.amount, take: variation, over: 3 months, default: 0 }
  least: { of: transaction.amount, take: minimum, over: 5 weeks, default: 0 }
scores:
  calm: { of: idle, bands: { edges: [20, 45, 60] }, better: lower }
  r: { of: recency, bands: { quantiles: 3 }, better: lower, missing: 1 }
  worth: { weighted: { r: 1, orders: 2 } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "worth >= mean(worth) + 2 or money >= 60 or fresh <= 4" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "spend >= 80 or job = 'doctor' or held > 0 or calm >= 4" }
  - { id: basic, title: { zh: 普通, en: Basic } }
calibrate: when_asked
`;
const models = {
  plain: `model: bank\ntitle: { zh: 银行, en: Bank }${measures}`,
  stable: `model: bank\ntitle: { zh: 银行, en: Bank }${measures}schedule: monthly\nstability: { promote: { after: 2 }, demote: { below_for: 1 month }, margin: 5% }`,
  steady: `model: bank\ntitle: { zh: 银行, en: Bank }${measures}stability: { demote: { below_for: 1 month, then_watch: 1 month } }`,
};

const when = fc.integer({ min: -420, max: 20 }).map((n) => daysAfter(day, n));
const who = fc.constantFrom(...people, "fay");
/** Facts of all kinds, late and back-dated ones among them; some take back what they say later. */
const arrival = fc.oneof(
  fc.record({ fact: fc.constant("transaction" as const), customer: who, occurred_at: when, amount: fc.integer({ min: -50, max: 90 }).map(String) }),
  fc.record({
    fact: fc.constant("balance" as const),
    customer: who,
    on_date: when,
    account_ref: fc.constantFrom("a", "b"),
    kind: fc.constant("deposit"),
    amount: fc.integer({ min: 0, max: 90 }).map(String),
  }),
  fc.record({
    fact: fc.constant("holding" as const),
    customer: who,
    holding_ref: fc.constantFrom("h1", "h2"),
    opened_on: when,
    matures_on: when.map((on) => daysAfter(on, 300)),
    amount: fc.constant("5"),
  }),
  fc.record({
    fact: fc.constant("attribute" as const),
    customer: who,
    name: fc.constant("job"),
    on_date: when,
    text_value: fc.constantFrom("doctor", "baker"),
  }),
);
const stream = fc.array(
  fc.record({ arrivals: fc.array(arrival, { maxLength: 4 }), takes_back: fc.boolean(), passing: fc.constantFrom(0, 0, 1, 1, 2, 17, 31, 45) }),
  { minLength: 1, maxLength: 5 },
);

/** Days on which little happens. */
const quietDays = ([0, 1, 1, 2] as const).map((passing) => ({
  arrivals: [{ fact: "transaction" as const, customer: "ann", occurred_at: "2024-03-02", amount: "20" }],
  takes_back: false,
  passing,
}));

/** When facts are known: one moment after another. */
let clock = Date.parse("2024-04-01T00:00:00Z");
const tick = (): string => {
  clock += 60_000;
  return new Date(clock).toISOString().replace("Z", "");
};

async function arrive(
  at: Story,
  arrivals: readonly (typeof arrival extends fc.Arbitrary<infer A> ? A : never)[],
  known: string,
  takesBack: boolean,
): Promise<void> {
  const facts: Facts = {};
  for (const { fact, ...row } of arrivals) facts[fact] = [...(facts[fact] ?? []), { ...row, known }];
  await at.tell(facts);
  if (!takesBack) return;
  // a source takes back the oldest of its transactions
  await at.warehouse.write((session) =>
    session.run(
      sql`update transaction set retracted_at = ${known}::timestamp where retracted_at is null and key = (select min(key) from transaction where retracted_at is null)`,
    ),
  );
}

/** Everybody's row of a run; what moved before it is kept during a day. */
async function everybody(at: Story, { model, run }: RunResult, before = sql`null`): Promise<unknown[]> {
  return at.warehouse.all(
    sql`select public_id, s.* exclude (customer_id, before) replace (s.tier::varchar as tier, s.grade::varchar as grade, s.computed::varchar as computed), ${before} as before
    from ${name(standingTable("standing", model, run))} as s join party on party_id = customer_id order by public_id`,
  );
}

/** What a run wrote of whom. */
const ledgerOf = ({ postgres }: Story, { run }: RunResult): Promise<unknown[]> =>
  atomically(postgres, "all", async (tx) => {
    const rows = await tx.db<{ tier_assignment: Record<string, unknown> }>().selectFrom("tier_assignment").selectAll().where("run", "=", run).execute();
    return rows.map(({ run: _, ...row }) => row).sort((a, b) => Number(a["customer_id"]) - Number(b["customer_id"]));
  });

const only = (at: Story, as_of = day) => runAsked(at, operator, { model: "bank", as_of, only_changed: true }, () => undefined);

describe("grading again only whose facts changed", () => {
  test("gives what grading everybody gives, whatever arrives and however many days pass: late, back-dated, taken back, of somebody new", async () => {
    const passed = { same: 0, later: 0 };
    await fc.assert(
      fc.asyncProperty(stream, fc.constantFrom(...Object.values(models)), fc.boolean(), async (arrivals, text, pinned) => {
        const [some, all] = [await begin(text), await begin(text)];
        const first = [
          { fact: "transaction" as const, customer: "ann", occurred_at: "2024-03-01", amount: "70" },
          { fact: "transaction" as const, customer: "bob", occurred_at: "2023-12-01", amount: "20" },
        ];
        const known = tick();
        for (const at of [some, all]) {
          await arrive(at, first, known, false);
          await at.run({ model: "bank", as_of: day });
          if (pinned)
            await atomically(at.postgres, "all", async (tx) => {
              const pin = { model: "bank", customer_id: 2, kind: "floor", tier: "silver", reason: "a promise", plan: null, until_on: "2099-01-01" } as const;
              const { override } = await overrides.addOverride(tx, { ...pin, requested_by: "ann" });
              await overrides.decideOverride(tx, override, { approved: true, decided_by: "ben", decision_note: null, starts_on: "2020-01-01" });
            });
          if (pinned) await at.run({ model: "bank", as_of: day });
        }
        let today = day;
        for (const { arrivals: told, takes_back, passing } of arrivals) {
          const moment = tick();
          for (const at of [some, all]) await arrive(at, told, moment, takes_back);
          today = daysAfter(today, passing);
          const [increment, full] = [await only(some, today), await all.run({ model: "bank", as_of: today })];
          if (increment.recomputed !== undefined) passed[passing === 0 ? "same" : "later"]++;
          if (passing === 0) expect(increment.recomputed === 0).toBe(told.length === 0 && !takes_back);
          const before = passing === 0 ? sql`null` : sql`s.before::varchar`;
          expect(await everybody(some, increment, before)).toEqual(await everybody(all, full, before));
          expect({ ...increment.tiers, all: increment.customers }).toEqual({ ...full.tiers, all: full.customers });
          expect([increment.moved, increment.first_graded]).toEqual([full.moved, full.first_graded]);
          if (increment.recomputed !== 0) expect(await ledgerOf(some, increment)).toEqual(await ledgerOf(all, full));
        }
        for (const one of open.splice(0)) await one.dispose();
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 60 : 5, examples: [[quietDays, models.plain, false]] },
    );
    expect(passed.same, "some runs of the same day look at few").toBeGreaterThan(0);
    expect(passed.later, "and some of a later one").toBeGreaterThan(0);
  }, 900_000);

  test("looks at nobody else, keeps what moved before, and leaves one standing and what it lies on", async () => {
    const at = await begin(models.plain);
    await at.tell({ transaction: people.map((customer, i) => ({ customer, occurred_at: "2024-03-01", amount: String(20 * i), known: tick() })) });
    await at.run({ model: "bank", as_of: "2024-02-28" });
    await at.run({ model: "bank", as_of: day });
    const { movement } = await overviewOf(at, operator, "bank");
    expect(movement).not.toEqual([]);
    for (let n = 0; n < 3; n++) {
      await at.tell({ transaction: [{ customer: "ann", occurred_at: "2024-03-02", amount: "1", known: tick() }] });
      expect(await only(at)).toMatchObject({ recomputed: 1, moved: 0, decided: true, customers: 35 });
    }
    expect((await overviewOf(at, operator, "bank")).movement).toEqual(movement);
    const held = (await tablesHeld(at.warehouse)).filter((table) => table.startsWith("standing_"));
    // the one in force, the one before it that somebody may be reading, what both lie on, and that of the earlier day
    expect(held.length).toBeLessThanOrEqual(4);
    expect(await only(at)).toMatchObject({ recomputed: 0, moved: 0 });
    const { items } = await customersOf(at, operator, "bank", { sort: "-spend", limit: 10, where: "orders >= 1" });
    expect(items.find((one) => one.customer_id === "ann")?.figures).toMatchObject({ orders: 4, spend: "3" });
  });

  test("a day that passes is the matter of who crosses a window or a threshold that day, and of nobody else", async () => {
    const at = await begin(models.plain);
    await at.tell({
      transaction: [
        { customer: "ann", occurred_at: "2024-03-20", amount: "5" },
        { customer: "bob", occurred_at: "2024-02-22", amount: "5" },
        { customer: "cid", occurred_at: "2023-10-01", amount: "5" },
      ],
      holding: [{ customer: "dee", holding_ref: "h", opened_on: "2024-01-01", matures_on: "2024-06-02", amount: "7" }],
    });
    for (const as_of of ["2024-03-29", "2024-03-30", day]) await at.run({ model: "bank", as_of });
    const whom = async (as_of: string): Promise<unknown> => {
      const { run, recomputed } = await only(at, as_of);
      const rows = await at.warehouse.all<{ public_id: string }>(
        sql`select public_id from ${name(changesTable("bank", run, base))} join party on party_id = customer_id order by 1`,
      );
      return [recomputed, rows.map((row) => row.public_id)];
    };
    const [{ run: base } = { run: 0 }] = await atomically(at.postgres, "all", (tx) => store.decidedRuns(tx, "bank"));
    expect(await only(at)).toMatchObject({ recomputed: 0 });
    // cid's purchase leaves the window of six months
    expect(await whom("2024-04-01")).toEqual([1, ["cid"]]);
    const others = await at.warehouse.all<{ public_id: string; recency: number | null; tenure: number }>(
      sql`select public_id, recency, tenure from ${name(standingTable("standing", "bank", base + 1))} join party on party_id = customer_id where public_id in ('ann', 'quiet0') order by 1`,
    );
    expect(others).toEqual([
      { public_id: "ann", recency: 12, tenure: 300 },
      { public_id: "quiet0", recency: null, tenure: 300 },
    ]);
    // dee's contract comes within the sixty days; nobody has anything on the day after
    expect(await whom("2024-04-03")).toEqual([1, ["cid", "dee"]]);
    expect(await whom("2024-04-04")).toEqual([1, ["cid", "dee"]]);
    expect(await whom("2024-04-05")).toEqual([0, ["cid", "dee"]]);
    // and the last purchases of ann and bob go past the edges of twenty and forty-five days
    expect(await whom("2024-04-10")).toEqual([2, ["ann", "bob", "cid", "dee"]]);
  });

  test("who is merged into another is gone, whose facts are theirs; taken back, both are there again", async () => {
    const [some, all] = [await begin(models.plain), await begin(models.plain)];
    const merge = (at: Story, known: string, back: boolean) =>
      at.warehouse.write(async (session) => {
        if (back) await session.run(sql`update merged set retracted_at = ${known}::timestamp`);
        else
          await session.run(
            sql`insert into merged select b.party_id, a.party_id, ${known}::timestamp, null from party a, party b where a.public_id = 'ann' and b.public_id = 'bob'`,
          );
      });
    const known = tick();
    for (const at of [some, all]) {
      await arrive(
        at,
        ["ann", "bob"].map((customer) => ({ fact: "transaction" as const, customer, occurred_at: "2024-03-01", amount: "70" })),
        known,
        false,
      );
      await at.run({ model: "bank", as_of: day });
    }
    const told = async (moment: string): Promise<unknown[]> => {
      const [increment, full] = [await only(some), await all.run({ model: "bank", as_of: day })];
      expect(increment.recomputed, moment).toBeGreaterThan(0);
      expect(await everybody(some, increment)).toEqual(await everybody(all, full));
      expect(increment.tiers).toEqual(full.tiers);
      return everybody(some, increment);
    };
    for (const [back, customers] of [
      [false, 34],
      [true, 35],
    ] as const) {
      const moment = tick();
      for (const at of [some, all]) await merge(at, moment, back);
      expect(await told(`merged: ${!back}`)).toHaveLength(customers);
      // somebody else in between: who is gone stays gone
      const next = tick();
      for (const at of [some, all]) await arrive(at, [{ fact: "transaction", customer: "cid", occurred_at: "2024-03-02", amount: "5" }], next, false);
      expect(await told("another")).toHaveLength(customers);
    }
  });

  test("stops and asks like any run, and once nothing is new does nothing, whichever facts came last", async () => {
    const at = await begin(`${models.plain}safety: { stop_if_moved_over: 2% }\nlive: true\n`);
    await at.tell({ transaction: [{ customer: "ann", occurred_at: "2024-03-01", amount: "70", known: tick() }] });
    await at.run({ model: "bank", as_of: day });
    const before = await overviewOf(at, operator, "bank");
    expect(before.tiers.every((tier) => tier.before === null)).toBe(true);
    await at.tell({ transaction: ["bob", "cid"].map((customer) => ({ customer, occurred_at: "2024-03-01", amount: "90", known: tick() })) });
    await expect(renewLive(at, operator, () => undefined)).rejects.toMatchObject({ problems: [{ code: "tiering.too_many_moved" }] });
    const confirmed = await runAsked(at, operator, { model: "bank", as_of: day, only_changed: true, confirm: true }, () => undefined);
    expect(confirmed).toMatchObject({ recomputed: 2, moved: 2 });
    // who was graded for the first time by the last run of everybody is still told as new
    const { tiers, movement } = await overviewOf(at, operator, "bank");
    expect(tiers.every((tier) => tier.before === null)).toBe(true);
    expect(movement.every(({ from }) => from === null)).toBe(true);
    await at.tell({ customer: [{ customer: "dee", kind: "person", name: "Dee", known: tick() }] });
    expect(await only(at)).toMatchObject({ recomputed: 1, moved: 0 });
    expect(await only(at)).toMatchObject({ recomputed: 0 });
  });

  test("grades everybody where grades depend on everybody, or where another day or version is asked for", async () => {
    const at = await begin(models.plain.replace("calibrate: when_asked", "calibrate: every_run"));
    await at.tell({ transaction: [{ customer: "ann", occurred_at: "2024-03-01", amount: "70", known: tick() }] });
    await at.run({ model: "bank", as_of: day });
    await at.tell({ transaction: [{ customer: "bob", occurred_at: "2024-03-01", amount: "90", known: tick() }] });
    const result = await only(at);
    expect(result).toMatchObject({ decided: true, customers: 35 });
    expect(result.recomputed).toBeUndefined();
    expect((await runAsked(at, operator, { model: "bank", as_of: "2024-04-30", only_changed: true }, () => undefined)).recomputed).toBeUndefined();
  });

  test("who dies in between leaves the last complete state", async () => {
    const at = await begin(models.plain);
    await at.tell({ transaction: [{ customer: "ann", occurred_at: "2024-03-01", amount: "70", known: tick() }] });
    const night = await at.run({ model: "bank", as_of: day });
    await at.tell({ transaction: [{ customer: "ann", occurred_at: "2024-03-01", amount: "90", known: tick() }] });
    await at.postgres.pool.query(
      "create function stop() returns trigger language plpgsql as $$ begin raise exception 'the disk is gone'; end $$; create trigger stop before insert on tier_run execute function stop()",
    );
    await expect(only(at)).rejects.toThrow("the disk is gone");
    const [inForce] = await atomically(at.postgres, "all", (tx) => store.decidedRuns(tx, "bank"));
    expect(inForce?.run).toBe(night.run);
    expect((await tablesHeld(at.warehouse)).filter((table) => table.startsWith("standing_"))).toEqual([standingTable("standing", "bank", night.run)]);
    await at.postgres.pool.query("drop trigger stop on tier_run");
    expect(await only(at)).toMatchObject({ recomputed: 1 });
  });
});
