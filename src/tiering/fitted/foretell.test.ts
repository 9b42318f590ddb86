import { afterEach, expect, test } from "vitest";
import { operator } from "../../access/index.js";
import { atomically } from "../../platform/postgres/atomically.js";
import { fitGammaGamma, gammaGammaExpectedSpend, kaplanMeier, mbgNbd } from "../../statistics/index.js";
import { variates } from "../../statistics/variates.js";
import { runAsked } from "../increment.js";
import * as store from "../store.js";
import { type Story, story } from "../testing.js";
import { paymentDays } from "./foretell.js";
import { type Bought, shoppers } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const AS_OF = "2025-12-31";
const DAY = 86_400_000;
const dayOf = (ago: number): string => new Date(Date.parse(`${AS_OF}T00:00:00Z`) - ago * DAY).toISOString().slice(0, 10);

const rowsOf = (people: Record<string, Bought[]>) =>
  Object.entries(people).flatMap(([customer, bought]) =>
    bought.map(({ ago, amount }) => ({ customer, occurred_at: `${dayOf(ago)} 12:00:00`, amount: String(amount) })),
  );

const MODEL = `
model: worth
title: { zh: 价值, en: Worth }
calibrate: when_asked
measures:
  alive: { of: transaction, take: probability_alive }
  orders: { of: transaction, take: expected_purchases, horizon: 26 weeks }
  basket: { of: transaction, take: expected_spend }
  worth: { of: transaction, take: lifetime_value, horizon: 1 year, margin: 0.3, discount: 0.1 }
  recent: { of: transaction, take: count, over: 12 months }
scores:
  v: { of: worth, bands: { quantiles: 3 } }
tiers:
  - { id: high, when: "v = 3" }
  - { id: middle, when: "v = 2" }
  - { id: low }
`;

/** One history per customer, as the field defines it, by hand. */
function historyOf(bought: readonly Bought[]) {
  const days = [...new Set(bought.map(({ ago }) => ago))].sort((a, b) => b - a);
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const repeats = bought.filter(({ ago }) => ago !== first);
  const x = days.length - 1;
  return { x, t_x: (first - last) / 7, t: first / 7, spend: x === 0 ? 0 : repeats.reduce((sum, { amount }) => sum + amount, 0) / x };
}

test("what is foretold is what the fit to everybody's history says of each, and part of bands and tiers like other measures", async () => {
  const people = shoppers(80, 7);
  told = await story({ transaction: [...rowsOf(people), ...rowsOf({ c000: people["c000"] ?? [] })] }); // twice on a day is one purchase
  await told.publish(MODEL);
  const run = await told.run({ model: "worth", as_of: AS_OF });
  const standing = await told.standing(run);
  const histories = Object.entries(people).map(([id, bought]) => ({ id, ...historyOf(id === "c000" ? [...bought, ...bought] : bought) }));
  const column = (of: "x" | "t_x" | "t" | "spend") => histories.map((one) => one[of]);
  const fitted = mbgNbd.fit({ x: column("x"), t_x: column("t_x"), t: column("t") });
  const spends = fitGammaGamma({ x: column("x"), spend: column("spend") });
  if (fitted.outcome !== "fitted" || spends.outcome !== "fitted") throw new Error("there is enough to fit");
  for (const one of histories) {
    const figures = standing[one.id] ?? {};
    const expected = mbgNbd.expectedPurchases(fitted.fit.parameters, one, 26);
    expect(Number(figures["orders"])).toBeCloseTo(expected, 3);
    expect(Number(figures["basket"])).toBeCloseTo(gammaGammaExpectedSpend(spends.fit.parameters, one) ?? Number.NaN, 2);
    if (fitted.fit.identified) expect(Number(figures["alive"])).toBeCloseTo(mbgNbd.probabilityAlive(fitted.fit.parameters, one), 3);
    else expect(figures["alive"]).toBeNull();
    const value = 0.3 * Number(figures["basket"]) * mbgNbd.discountedPurchases(fitted.fit.parameters, one, Math.log(1.1) / (365.2425 / 7), 365 / 7);
    expect(Math.abs(Number(figures["worth"]) - value)).toBeLessThan(0.001 * value + 0.001);
  }
  expect(Object.values(run.tiers).every((customers) => customers >= 20)).toBe(true);
});

test("where the mean spend of all has no bound nobody is told a spend or a value, and the purchases stand", async () => {
  const random = variates(3);
  const people = Object.fromEntries(
    Object.entries(shoppers(120, 7)).map(([id, bought]) => {
      const level = random.gamma(0.4, 0.01);
      return [id, bought.map(({ ago }) => ({ ago, amount: Math.max(0.01, Math.round(100 * random.gamma(2, level)) / 100) }))];
    }),
  );
  told = await story({ transaction: rowsOf(people) });
  await told.publish(MODEL);
  const run = await told.run({ model: "worth", as_of: AS_OF });
  const calibration = await atomically(told.postgres, "all", async (tx) => {
    const [last] = await store.decidedRuns(tx, "worth");
    return last === undefined ? undefined : store.calibrationOf(tx, last);
  });
  const spend = Object.values(calibration?.fits ?? {}).find(({ model }) => model === "gamma_gamma");
  expect([spend?.lacking, Number(spend?.parameters["q"]) < 1, spend?.warnings]).toEqual([null, true, expect.arrayContaining(["no_population_mean"])]);
  const figures = Object.values(await told.standing(run));
  expect(figures.every(({ basket, worth }) => basket === null && worth === null)).toBe(true);
  expect(figures.every(({ orders }) => Number(orders) >= 0)).toBe(true);
});

test("a run of who changed applies the fit of the run before and gives what a run of everybody under it gives", async () => {
  const people = shoppers(80, 8);
  told = await story({ transaction: rowsOf(people) });
  await told.publish(MODEL);
  const { postgres } = told;
  const applied = async () => (await atomically(postgres, "all", (tx) => store.decidedRuns(tx, "worth")))[0]?.calibration;
  await told.run({ model: "worth", as_of: AS_OF });
  const fitted = await applied();
  await told.tell({
    transaction: [
      { customer: "c003", occurred_at: `${AS_OF} 09:00:00`, amount: "250", known: "2030-01-01" },
      { customer: "new", occurred_at: `${dayOf(3)} 09:00:00`, amount: "40", known: "2030-01-01" },
    ],
  });
  const some = await runAsked(told, operator, { model: "worth", as_of: AS_OF, only_changed: true, confirm: true }, () => undefined);
  expect(some.recomputed).toBe(2);
  const quick = await told.standing(some);
  const all = await told.run({ model: "worth", as_of: AS_OF, confirm: true });
  const whole = await told.standing(all);
  const figuresOf = (rows: typeof quick) =>
    Object.fromEntries(Object.entries(rows).map(([id, { alive, orders, basket, worth, v, tier }]) => [id, { alive, orders, basket, worth, v, tier }]));
  expect(figuresOf(quick)).toEqual(figuresOf(whole));
  expect(fitted).toEqual(expect.any(String));
  expect(await applied()).toBe(fitted);
});

test("fitted anew with the first run after the end of a month, and kept till then", async () => {
  told = await story({ transaction: rowsOf(shoppers(60, 10)) });
  await told.publish(MODEL.replace("when_asked", "monthly"));
  const calibrations: (string | null)[] = [];
  for (const as_of of ["2025-10-20", "2025-10-21", "2025-10-31", "2025-11-29", "2025-12-02"]) {
    await told.run({ model: "worth", as_of, confirm: true });
    const [last] = await atomically(told.postgres, "all", (tx) => store.decidedRuns(tx, "worth"));
    calibrations.push(last?.calibrated_on ?? null);
  }
  expect(calibrations).toEqual(["2025-10-20", "2025-10-20", "2025-10-31", "2025-10-31", "2025-12-02"]);
});

test("a year has twelve monthly payments from whatever day on", () => {
  const monthly = (months: number) => ({
    foretold: {
      take: "lifetime_value" as const,
      fit: [],
      margin: 1,
      discount: 0,
      horizon: { count: months, unit: "month" as const },
      every: { count: 1, unit: "month" as const },
    },
  });
  for (const asOf of ["2025-12-31", "2026-01-31", "2026-02-28", "2026-04-01", "2028-02-29"]) {
    expect(paymentDays(asOf, monthly(12))).toHaveLength(12);
    expect(paymentDays(asOf, monthly(24)).at(-1)).toBe(`${Number(asOf.slice(0, 4)) + 2}${asOf === "2028-02-29" ? "-02-28" : asOf.slice(4)}`);
  }
  expect(paymentDays("2026-01-31", monthly(3))).toEqual(["2026-02-28", "2026-03-31", "2026-04-30"]);
});

test("contracts: who has one stays by the curve of all, who has none any more does not, and is worth nothing", async () => {
  const random = variates(9);
  const contracts = Array.from({ length: 60 }, (_, i) => {
    const opened = Math.floor(200 + 700 * random.uniform());
    const closed = random.uniform() < 0.4 ? Math.floor(opened * random.uniform()) : null;
    return { customer: `k${String(i).padStart(2, "0")}`, opened, closed };
  });
  told = await story({
    holding: contracts.map(({ customer, opened, closed }) => ({
      customer,
      holding_ref: customer,
      amount: "50",
      opened_on: dayOf(opened),
      closed_on: closed === null ? null : dayOf(closed),
    })),
  });
  await told.publish(`
model: stay
title: { zh: 留存, en: Staying }
measures:
  stays: { of: holding, take: survival, horizon: 13 weeks }
  worth: { of: holding, take: lifetime_value, horizon: 13 weeks, every: 13 weeks, margin: 0.5 }
tiers: [{ id: sure, when: "stays >= 0.9" }, { id: other }]
`);
  const standing = await told.standing(await told.run({ model: "stay", as_of: AS_OF }));
  const duration = contracts.map(({ opened, closed }) => Math.floor((opened - (closed ?? 0)) / 7));
  const curve = kaplanMeier({ duration, ended: contracts.map(({ closed }) => (closed === null ? 0 : 1)) });
  if (curve.outcome !== "fitted") throw new Error("some ended");
  const beyond = (time: number): number => curve.fit.survival[curve.fit.time.findLastIndex((one) => one <= time)] ?? 1;
  const last = Math.max(...duration);
  contracts.forEach(({ customer, closed }, i) => {
    const [lasted, row] = [duration[i] ?? 0, standing[customer] ?? {}];
    if (closed !== null) expect(row).toMatchObject({ stays: "0.0000", worth: "0.0000" });
    else if (lasted + 13 > last) expect(row).toMatchObject({ stays: null, worth: null });
    else {
      expect(Number(row["stays"])).toBeCloseTo(beyond(lasted + 13) / beyond(lasted), 4);
      expect(Number(row["worth"])).toBeCloseTo((25 * beyond(lasted + 13)) / beyond(lasted), 3);
    }
  });
});

test("too few to fit: nothing is foretold, and the model's own rule for that decides", async () => {
  told = await story({ transaction: rowsOf(shoppers(4, 1)) });
  await told.publish(MODEL.replace("margin: 0.3", "margin: 0.3, default: 0"));
  const standing = await told.standing(await told.run({ model: "worth", as_of: AS_OF }));
  for (const row of Object.values(standing)) expect(row).toMatchObject({ alive: null, orders: null, basket: null, worth: "0.0000" });
});
