import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { applyChange } from "./apply.js";
import { type ChangeParts, previewOf } from "./preview.js";
import { type ModelChange, ModelPreview } from "./schema.js";
import { type Story, story } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const model = (gold: number, ways: string) => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= ${gold}" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "assets >= 50" }
  - { id: basic, title: { zh: 普通, en: Basic } }
value: assets
${ways}
`;

const owns = (assets: readonly number[], on_date: string, known = new Date().toISOString()) => ({
  attribute: assets.map((held, i) => ({ customer: `c${i}`, name: "assets", number_value: String(held), on_date, known })),
});
const parts: ChangeParts = { references: [], workload: [] };
const quiet = () => undefined;
const apply = (at: Story, gold: number, ways: string, as_of?: string) =>
  applyChange(at, operator, { source: { text: model(gold, ways), origin: "bank.yaml" }, ...(as_of === undefined ? {} : { as_of }) }, parts, quiet);
const back = (at: Story, version?: number): Promise<ModelChange> =>
  applyChange(at, operator, { source: { model: "bank", ...(version === undefined ? {} : { version }) } }, parts, quiet);

/** What the model says of everybody, and what they hold: of a standing all but its figures, and what it was before. */
async function held(at: Story, run: number | null): Promise<unknown> {
  const rows = await at.standing({ model: "bank", run: run ?? 0 } as Parameters<Story["standing"]>[0]);
  const of = ({ tier, computed, phase, phase_since, phase_tier, phase_times }: Record<string, unknown>) => ({
    tier,
    computed,
    phase,
    phase_since,
    phase_tier,
    phase_times,
  });
  return Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, of(row)]));
}

const ways = [
  "",
  "stability: { demote: { below_for: 3 months, then_watch: 3 months, to: best_of_watch } }",
  "schedule: monthly\nstability: { promote: { after: 2 }, demote: { below_for: 2 months }, margin: 5% }",
];

describe("going back to the version before", () => {
  test("restores the tiers, and where everybody was between two: as its preview says, and as a later run tells of that day", async () => {
    const series = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 5, maxLength: 8 });
    const threshold = fc.integer({ min: 51, max: 105 }).filter((gold) => gold !== 100); // the same text is no other version
    await fc.assert(
      fc.asyncProperty(series, series, threshold, fc.constantFrom(...ways, ...ways.slice(1, 2)), async (first, second, gold, way) => {
        told = await story(owns(first, "2024-01-01"));
        await told.publish(model(100, way));
        await told.run({ model: "bank", as_of: "2024-01-31" });
        await told.tell(owns(second.slice(0, first.length), "2024-02-01"));
        const right = await told.run({ model: "bank", as_of: "2024-02-29" });
        const before = await held(told, right.run);
        await apply(told, gold, way);
        const { preview } = await previewOf(told, { source: { model: "bank" } }, parts, quiet);
        const done = await back(told);
        expect(ModelPreview.parse(done)).toEqual(preview);
        expect(await held(told, done.run)).toEqual(before);
        const at = new Date().toISOString();
        await told.tell(owns([1, 2, 3], "2024-02-02", new Date(Date.parse(at) + 1).toISOString()));
        const again = await told.run({ model: "bank", as_of: "2024-02-29", known_at: at });
        expect(await held(told, again.run)).toEqual(before);
        await told.dispose();
        told = undefined;
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 60 : 8 },
    );
  });

  const [, protective = ""] = ways;

  test("takes at once what only the version between gave, though a tier is kept for months; who earned theirs since keeps it", async () => {
    told = await story(owns([80, 120, 60], "2024-01-01"));
    await told.publish(model(100, protective));
    await told.run({ model: "bank", as_of: "2024-01-31" });
    await apply(told, 70, protective); // c0 is gold by a mistake
    await told.tell(owns([80, 60, 130], "2024-02-15")); // c1 falls, c2 rises
    await told.run({ model: "bank", as_of: "2024-02-29" });
    const done = await back(told);
    expect(done).toMatchObject({ moved: 1, matrix: { gold: { gold: 2, silver: 1 } } });
    expect(await held(told, done.run)).toMatchObject({
      c0: { tier: "silver", phase: "stable" },
      c1: { tier: "gold", phase: "below" },
      c2: { tier: "gold", phase: "stable" },
    });
    // and from there it goes on as ever
    const next = await told.run({ model: "bank", as_of: "2024-03-31" });
    expect(next).toMatchObject({ moved: 0 });
    // forth again it is a version like any other
    expect(await apply(told, 70, protective)).toMatchObject({ moved: 1, version: 4 });
  });

  test("a version that never graded anybody is gone back to like any other", async () => {
    told = await story(owns([80, 120], "2024-01-01"));
    await told.publish(model(100, protective));
    await told.publish(model(70, protective));
    await told.run({ model: "bank", as_of: "2024-01-31" });
    const done = await back(told);
    expect(await held(told, done.run)).toMatchObject({ c0: { tier: "gold", phase: "below" }, c1: { tier: "gold", phase: "stable" } });
  });
});
