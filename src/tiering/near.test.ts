import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { decidingClause, type Figures, withScores } from "./grade.js";
import { standingInForce } from "./inforce.js";
import { customersOf } from "./lists.js";
import { type NearAsked, nearOf } from "./near.js";
import { leversOf } from "./next.js";
import { decideOverride, requestOverride } from "./overrides.js";
import { type Plan, stepOf } from "./plan.js";
import { applyOverrides } from "./run.js";
import type { Near, OverrideKind, TierWork } from "./schema.js";
import * as store from "./store.js";
import { type Facts, type Story, story } from "./testing.js";

let bank: Story;
let banks: Story[] = [];
afterEach(async () => {
  for (const one of banks) await one.dispose();
  banks = [];
});

const day = "2024-03-31";
const model = (rest = "", scores = "") => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money, default: 0 }
  visits: { of: interaction, take: count, over: 3 months }
  quiet: { of: interaction, take: days_since_last }
${scores}
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= 100" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "assets >= 50 or visits >= 5 or quiet < 9" }
  - { id: basic, title: { zh: 普通, en: Basic } }
value: assets
${rest}`;

/** The same with gold by a sum of fitted bands and visits. */
const scored = model(
  "",
  `scores:
  band: { of: assets, bands: { quantiles: 3 } }
  sum: { weighted: { band: 0.5, visits: 0.5 } }`,
).replace('when: "assets >= 100"', 'when: "sum >= 2"');

interface Person {
  assets: number;
  visits: number;
  /** Days since the last visit. */
  quiet: number;
}

const dayBefore = (days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
/** People with so much, who came so often, the last time so many days ago. */
const told = (people: Readonly<Record<string, Person>>, branch = (_: string): string => "east"): Facts => ({
  customer: Object.keys(people).map((customer) => ({ customer, name: customer, kind: "person", branch: branch(customer) })),
  attribute: Object.entries(people).map(([customer, { assets }]) => ({ customer, name: "assets", number_value: String(assets), on_date: "2024-01-01" })),
  interaction: Object.entries(people).flatMap(([customer, { visits, quiet }]) =>
    Array.from({ length: visits }, () => ({ customer, kind: "visit", direction: "in", channel: "branch", occurred_at: `${dayBefore(quiet)} 10:00:00` })),
  ),
});

const work: TierWork[] = [
  { model: "bank", tier: "gold", minutes: 60, contacts: 2, cost: 200 },
  { model: "bank", tier: "silver", minutes: 30, contacts: 1, cost: 0 },
  { model: "another", tier: "gold", minutes: 1000, contacts: 1000, cost: 1000 },
];
const near = (asked: Partial<NearAsked> = {}, actor: Actor = operator): Promise<Near> =>
  nearOf(bank, actor, "bank", { within: 0.1, limit: 50, ...asked }, [async () => work]);
const said = ({ items }: Near): string[] =>
  items.map(
    ({ customer_id, tier, ways }) => `${customer_id} ${tier}: ${ways.map((way) => `${way.tier} by ${way.measure} ${way.from} → ${way.to}`).join(", ")}`,
  );

async function open(people: Readonly<Record<string, Person>>, text = model(), branch?: (id: string) => string): Promise<void> {
  bank = await story(told(people, branch));
  banks.push(bank);
  await bank.publish(text);
  await bank.run({ model: "bank", as_of: day });
}

const six = {
  ann: { assets: 96, visits: 1, quiet: 40 }, // gold is 4.2 % away
  bob: { assets: 46.5, visits: 4, quiet: 40 }, // silver: 3.50 more, or one more visit
  cai: { assets: 10, visits: 1, quiet: 9 }, // silver: one day less, or four visits, which is no small step
  dan: { assets: 89, visits: 0, quiet: 0 }, // 12 % away
  eve: { assets: 130, visits: 1, quiet: 40 }, // has the best
  fay: { assets: 99.99, visits: 1, quiet: 40 }, // a cent
};

describe("who is near a better tier", () => {
  test("is told with the value that is enough, nearest first, up and down, whole numbers by at least one", async () => {
    await open(six);
    const found = await near();
    expect(said(found)).toEqual([
      "fay silver: gold by assets 99.99 → 100",
      "ann silver: gold by assets 96 → 100",
      "bob basic: silver by assets 46.5 → 50, silver by visits 4 → 5",
      "cai basic: silver by quiet 9 → 8",
    ]);
    expect(found).toMatchObject({
      total: 4,
      next: null,
      measures: [{ name: "assets" }, { name: "visits" }, { name: "quiet" }],
      moves: [
        { from: "basic", to: "silver", customers: 2 },
        { from: "silver", to: "gold", customers: 2 },
      ],
    });
    expect(new Set(found.ways.map(({ tier, measure, customers }) => `${customers} ${tier} by ${measure}`))).toEqual(
      new Set(["2 gold by assets", "1 silver by assets", "1 silver by visits", "1 silver by quiet"]),
    );
    expect((await near({ within: 0.2 })).items.map((one) => one.customer_id)).toContain("dan");
  });

  test("and what it brings and costs if they rose: tiers, value, contacts, hours and gifts", async () => {
    await open(six);
    const { brings } = await near();
    expect(brings).toEqual({
      tiers: [
        { id: "gold", before: 1, after: 3 },
        { id: "silver", before: 3, after: 3 },
        { id: "basic", before: 2, after: 0 },
      ],
      // two as gold's 130, two as the 94.996… of silver
      value: { now: 252.49, as_tier: 449.99 },
      contacts: { before: 5, after: 9 },
      hours: { before: 2.5, after: 4.5 },
      cost: { before: 200, after: 600 },
    });
    const gold = await near({ tier: "gold" });
    expect([gold.total, gold.items.length, gold.brings.tiers[0], gold.brings.tiers[2]]).toEqual([
      2,
      2,
      { id: "gold", before: 1, after: 3 },
      { id: "basic", before: 2, after: 2 },
    ]);
    expect(said(await near({ measure: "visits" }))).toEqual(["bob basic: silver by visits 4 → 5"]);
  });

  test("a page at a time", async () => {
    await open(six);
    const all = await near();
    const first = await near({ limit: 1 });
    const rest = await near({ cursor: first.next ?? "", limit: 3 });
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect([first.total, rest.next]).toEqual([4, null]);
    await expect(near({ cursor: "elsewhere" })).rejects.toMatchObject({ problems: [{ code: "http.bad_cursor" }] });
    await expect(near({ tier: "golden" })).rejects.toMatchObject({ problems: [{ code: "tiering.unknown_tier", place: { path: "tier" } }] });
    await expect(near({ measure: "asset" })).rejects.toMatchObject({ problems: [{ code: "tiering.no_lever", place: { path: "measure" } }] });
  });

  test("of those in the reader's sight alone, with names for who may read them", async () => {
    await open(six, model(), (id) => (id < "c" ? "east" : "west"));
    const east: Actor = { id: "3", login: "dong", name: "Dong", role: "branch_head", scope: { branches: ["east"] } };
    const { items, brings, total } = await near({}, east);
    expect(items.map(({ customer_id, name, branch }) => [customer_id, name, branch])).toEqual([
      ["ann", "ann", "east"],
      ["bob", "bob", "east"],
    ]);
    expect([total, brings.tiers.reduce((sum, one) => sum + one.before, 0)]).toEqual([2, 2]);
    const analyst: Actor = { id: "5", login: "fen", name: "Fen", role: "analyst", scope: { all: true } };
    expect((await near({}, analyst)).items.map((one) => one.name)).toEqual(["f**", "a**", "b**", "c**"]);
  });

  test("without those whose tier a person pinned or capped", async () => {
    await open(six);
    const head: Actor = { id: "2", login: "hu", name: "Hu", role: "head", scope: { all: true } };
    const word = async (customer: string, kind: OverrideKind, tier: string): Promise<void> => {
      const asked = { model: "bank", kind, tier, reason: "As agreed", until: todayIn("Asia/Shanghai", new Date()) };
      const { override } = await requestOverride(bank, { ...head, login: "mei" }, customer, asked);
      await decideOverride(bank, head, override, { approve: true });
    };
    await word("ann", "ceiling", "silver");
    await word("bob", "floor", "silver"); // would be silver by the model, and is: nothing rises
    await word("fay", "pin", "silver");
    await applyOverrides(bank, operator, "bank", () => undefined);
    expect(said(await near())).toEqual(["cai basic: silver by quiet 9 → 8"]);
  });

  test("by fitted bands and weighted sums, with what was fitted as it is", async () => {
    await open(six, scored);
    // 96 ends the second of three bands: 2 and a visit are half of 3, a cent more or a visit more are half of 4
    expect(said(await near())).toContain("ann silver: gold by assets 96 → 96.01, gold by visits 1 → 2");
  });

  test("whatever the figures: larger than a machine word, bounded by the model, or of no use to anybody", async () => {
    await open(six, model().replace("of: attribute.assets, take: latest", "of: transaction.amount, take: sum").replace(">= 100", ">= 200000000000000"));
    const paid = ["95000000000000", "95000000000000.01"].map((amount) => ({ customer: "dan", amount, occurred_at: "2024-03-01" }));
    await bank.tell({ transaction: paid });
    await bank.run({ model: "bank", as_of: day });
    expect(said(await near({ tier: "gold" }))).toEqual(["dan silver: gold by assets 190000000000000.01 → 200000000000000"]);
    await open(six, model().replace("default: 0", "at_most: 99"));
    expect((await near({ within: 0.5, tier: "gold" })).total).toBe(0);
    await open(six, model().replace("default: 0", "lever: false").replace(" or visits >= 5 or quiet < 9", ""));
    expect(await near()).toMatchObject({ total: 0, items: [], measures: [], brings: { contacts: { before: 5, after: 5 } } });
  });

  test("but not whom the model already lets rise, or lets keep a better tier for a time", async () => {
    await open(six, model("stability: { promote: { after: 2 }, demote: { below_for: 2 months } }\nschedule: monthly"));
    await bank.tell({
      attribute: [
        { customer: "ann", name: "assets", number_value: "120", on_date: "2024-04-10" }, // gold the next time
        { customer: "eve", name: "assets", number_value: "97", on_date: "2024-04-10" }, // keeps gold for two months
      ],
    });
    await bank.run({ model: "bank", as_of: "2024-04-30" });
    expect((await near({ tier: "gold" })).items.map((one) => one.customer_id)).toEqual(["fay"]);
  });

  test("is not told where everybody's grade depends on everybody, nor of a model that was not run", async () => {
    const scores = "scores: { band: { of: assets, bands: { quantiles: 3, ties: ntile } } }";
    await open(six, model("", scores));
    await expect(near()).rejects.toMatchObject({ problems: [{ code: "tiering.near_is_relative", hint: expect.anything() }], status: 409 });
    await expect(nearOf(bank, operator, "nowhere", { within: 0.1, limit: 5 }, [])).rejects.toMatchObject({ status: 404 });
  });

  test("is exactly whom a smallest change within the share raises: every value tried", { timeout: 120_000 }, async () => {
    const person = fc.record({
      assets: fc.integer({ min: 0, max: 13_000 }).map((cents) => cents / 100),
      visits: fc.nat(7),
      quiet: fc.integer({ min: 1, max: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(0.05, 0.1, 0.5),
        fc.constantFrom(model(), scored),
        async (people, within, text) => {
          await open(Object.fromEntries(people.map((one, i) => [`c${i}`, one])), text);
          const { plan, run } = await standingInForce(bank, "bank");
          const id = run.calibration;
          const calibration = id === null ? null : ((await atomically(bank.postgres, "all", (tx) => store.calibrationById(tx, id))) ?? null);
          const found = new Map((await near({ within })).items.map((one) => [one.customer_id, one.ways]));
          const tierOf = (figures: Figures): number => plan.clauses[decidingClause(plan, withScores(plan, figures, calibration), calibration)]?.tier ?? 9;
          for (const { customer_id, figures, tier } of (await customersOf(bank, operator, "bank", { limit: 50 })).items) {
            const held = plan.tiers.findIndex((one) => one.id === tier);
            const nearest = leversOf(plan).flatMap((lever) => {
              const to = firstBetter(plan, lever.name, Number(figures[lever.name]), within, (value) => tierOf({ ...figures, [lever.name]: value }) < held);
              return figures[lever.name] === null || to === undefined ? [] : [[lever.name, to, plan.tiers[tierOf({ ...figures, [lever.name]: to })]?.id]];
            });
            const ways = (found.get(customer_id) ?? []).map((way) => [way.measure, Number(way.to), way.tier]);
            expect(new Map(ways.map((way) => [way[0], way])), customer_id).toEqual(new Map(nearest.map((way) => [way[0], way])));
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

/** The nearest value within the share at which it is better, up or down, looked for step by step. */
function firstBetter(plan: Plan, measure: string, from: number, within: number, better: (value: number) => boolean): number | undefined {
  const step = stepOf(plan, measure);
  const [at, share] = [Math.round(from / step), Math.floor((from * within) / step + 1e-6)];
  for (let steps = 1; steps <= (step === 1 ? Math.max(1, share) : share); steps++) {
    for (const value of [at + steps, at - steps]) {
      const moved = Number((value * step).toFixed(4));
      if (moved >= 0 && better(moved)) return moved;
    }
  }
  return undefined;
}
