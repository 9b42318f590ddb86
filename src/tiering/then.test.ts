import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { applyOverrides } from "./run.js";
import * as overrides from "./store/overrides.js";
import { type Story, story } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const model = (gold: number) => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money }
scores:
  half: { of: assets, bands: { quantiles: 2 } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= ${gold}" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "half = 2" }
  - { id: basic, title: { zh: 普通, en: Basic } }
calibrate: when_asked
schedule: monthly
stability: { promote: { after: 2 }, demote: { below_for: 2 months, then_watch: 2 months, to: best_of_watch }, margin: 2% }
`;

const days = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"];
const now = () => new Date().toISOString();
/** A source tells, from now on. */
const owns = (customer: string, assets: number, on_date: string) => ({
  attribute: [{ customer, name: "assets", number_value: String(assets), on_date, known: now() }],
});

describe("a past day", () => {
  test("comes out the same to the byte as it was decided, whatever was told, published and decided since", async () => {
    const series = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(series, series, series, async (ann, bob, cid) => {
        told = await story();
        await told.publish(model(100));
        const decided: { day: string; at: string; rows: unknown; moved: number; first_graded: number }[] = [];
        for (const [i, day] of days.entries()) {
          for (const [who, assets] of Object.entries({ ann, bob, cid })) await told.tell(owns(who, assets[i] ?? 0, day));
          const { moved, first_graded, ...result } = await told.run({ model: "bank", as_of: day, ...(i === 3 ? { calibrate: true } : {}) });
          decided.push({ day, at: now(), rows: await told.standing({ ...result, moved, first_graded }), moved, first_graded });
          if (i === 2) await told.publish(model(90));
        }
        await told.tell(owns("dee", 70, "2024-01-15")); // back-dated, and a correction
        await told.tell(owns("ann", 149, "2024-02-28"));
        await told.publish(model(60));
        await told.run({ model: "bank", as_of: "2024-07-31" });
        for (const { day, at, rows, moved, first_graded } of decided) {
          const again = await told.run({ model: "bank", as_of: day, known_at: at });
          expect(again).toMatchObject({ decided: false, moved, first_graded });
          expect(await told.standing(again)).toEqual(rows);
        }
        await told.dispose();
        told = undefined;
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 30 : 2 },
    );
  }, 900_000);

  test("a back-dated fact changes what is said of the day now, never what was known of it", async () => {
    told = await story();
    await told.publish(model(100));
    await told.tell(owns("ann", 40, "2024-01-10"));
    const known = now();
    await told.run({ model: "bank", as_of: "2024-01-31" });
    await told.tell(owns("ann", 120, "2024-01-20"));
    await told.run({ model: "bank", as_of: "2024-02-29" });
    const then = await told.run({ model: "bank", as_of: "2024-01-31", known_at: known });
    const today = await told.run({ model: "bank", as_of: "2024-01-31" });
    expect((await told.standing(then))["ann"]).toMatchObject({ assets: "40.0000", tier: "silver" });
    expect((await told.standing(today))["ann"]).toMatchObject({ assets: "120.0000", tier: "gold" });
    expect([then.decided, today.decided]).toEqual([false, false]);
  });

  test("knows the overrides that were in force on it, as decided by then", async () => {
    told = await story();
    const { settings, postgres } = told;
    const today = todayIn(settings.zone, new Date());
    await told.publish(model(100));
    await told.tell(owns("ann", 40, "2024-01-10"));
    await told.run({ model: "bank", as_of: today });
    const before = now();
    const { override } = await atomically(postgres, "all", async (tx) => {
      const asked = { model: "bank", customer_id: 1, kind: "pin", tier: "gold", reason: "a promise", plan: null } as const;
      const added = await overrides.addOverride(tx, { ...asked, until_on: today, requested_by: "anna" });
      await overrides.decideOverride(tx, added.override, { approved: true, decided_by: "bert", decision_note: null, starts_on: today });
      return added;
    });
    await applyOverrides(told, operator, "bank", () => undefined);
    const tierOf = async (known_at: string): Promise<unknown> =>
      (await told?.standing(await told.run({ model: "bank", as_of: today, known_at })))?.["ann"]?.["tier"];
    expect([await tierOf(before), await tierOf(now())]).toEqual(["silver", "gold"]);
    const held = now();
    await atomically(postgres, "all", (tx) => overrides.endOverride(tx, override, { ended_by: "anna", ended_on: today }));
    expect([await tierOf(held), await tierOf(now())]).toEqual(["gold", "silver"]);
  });

  test("nothing known by then is said, and a moment is a day or has its zone", async () => {
    told = await story();
    await told.publish(model(100));
    await told.tell(owns("ann", 40, "2024-01-10"));
    await expect(told.run({ model: "bank", as_of: "2024-01-31", known_at: "2020-01-01" })).rejects.toMatchObject({
      problems: [
        {
          code: "tiering.nothing_known",
          place: { path: "known_at" },
          hint: { en: expect.stringMatching(/^The first of it was recorded on \d{4}-\d\d-\d\d \d\d:\d\d: choose \d{4}-\d\d-\d\d or a later day\.$/) },
        },
      ],
    });
    for (const known_at of ["2099-01-01", "2099-01-01T00:00:00Z", "2024-06-01T23:59:60Z"])
      await expect(told.run({ model: "bank", as_of: "2024-01-31", known_at })).rejects.toMatchObject({ problems: [{ code: "tiering.moment_to_come" }] });
    const run = await told.run({ model: "bank", as_of: "2024-01-31", known_at: todayIn(told.settings.zone, new Date()) });
    expect(run).toMatchObject({ customers: 1, decided: false });
  });
});
