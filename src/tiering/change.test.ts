import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { makeCli } from "../platform/cli/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { applyChange } from "./apply.js";
import { approvalsFor } from "./approvals.js";
import { diffOf } from "./diff.js";
import { publishedVersion } from "./models.js";
import { type ChangeParts, previewOf } from "./preview.js";
import { decideProposal, listProposals, runOf, withdrawProposal } from "./proposals.js";
import { sayChange } from "./say-change.js";
import { type ApplyRequest, ModelPreview } from "./schema.js";
import * as overrides from "./store/overrides.js";
import * as store from "./store.js";
import { countsFor, distributionOf } from "./studio.js";
import { type Story, story } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const model = (gold: number, more = "", last = "basic") => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= ${gold}" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "assets >= 50" }
  - { id: ${last} }
value: assets
${more}
`;

const day = "2024-01-31";
const owns = (assets: readonly number[], known = "2000-01-01") => ({
  attribute: assets.map((held, i) => ({ customer: `c${i}`, name: "assets", number_value: String(held), on_date: "2024-01-01", known })),
});

const parts: ChangeParts = {
  references: [],
  workload: [
    async () => [
      { model: "bank", tier: "gold", minutes: 60, contacts: 2, cost: 200 },
      { model: "bank", tier: "silver", minutes: 30, contacts: 1, cost: 0 },
      { model: "another", tier: "gold", minutes: 1000, contacts: 1000, cost: 1000 },
    ],
  ],
};
const quiet = () => undefined;
const text = (written: string) => ({ source: { text: written, origin: "bank.yaml" } });
const apply = (at: Story, request: ApplyRequest, actor: Actor = operator) => applyChange(at, actor, request, parts, quiet);
const preview = async (at: Story, request: ApplyRequest) => (await previewOf(at, request, parts, quiet)).preview;
const runsOf = (at: Story) => atomically(at.postgres, "all", (tx) => store.listRuns(tx, { model: "bank", limit: 50 }));
const tiersNow = async (at: Story): Promise<unknown> => {
  const [run] = await atomically(at.postgres, "all", (tx) => store.decidedRuns(tx, "bank"));
  return run?.tiers;
};

const ann: Actor = { ...operator, login: "ann" };
const ben: Actor = { ...operator, login: "ben" };

/** A bank whose facts moved since its run. */
async function drifted(assets: readonly number[], more = ""): Promise<Story> {
  const at = await story(owns(assets));
  await at.publish(model(100, more));
  await at.run({ model: "bank", as_of: day });
  await at.tell(owns(assets.map((one, i) => (i % 2 === 0 ? one : 150 - one)).slice(0, 3), "2001-01-01"));
  return at;
}

/** What a run without the change moves, and whom the change gave another tier than that: of two banks that differ in nothing else. */
async function apart(changed: Story, assets: readonly number[], more: string, asOf: string): Promise<Pick<ModelPreview, "drift" | "changed">> {
  const alone = await drifted(assets, more);
  try {
    const without = await alone.run({ model: "bank", as_of: asOf });
    const [last] = await runsOf(changed);
    if (last === undefined) throw new Error("it was applied");
    const [one, other] = [await alone.standing(without), await changed.standing(last)];
    return { drift: without.moved, changed: Object.keys(one).filter((id) => one[id]?.["tier"] !== other[id]?.["tier"]).length };
  } finally {
    await alone.dispose();
  }
}

describe("a change of a model", () => {
  test("does exactly what its preview said, with or without stability, and changes nothing before", async () => {
    const people = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 2, maxLength: 12 });
    const stabilities = ["", "schedule: monthly", "schedule: monthly\nstability: { demote: { below_for: 2 months }, margin: 5% }"];
    await fc.assert(
      fc.asyncProperty(people, fc.integer({ min: 51, max: 150 }), fc.constantFrom(...stabilities), fc.boolean(), async (assets, gold, stability, later) => {
        told = await drifted(assets, stability);
        const before = await tiersNow(told);
        const change = { ...text(model(gold, stability, "plain")), ...(later ? { as_of: "2024-02-29" } : {}) };
        const said = await preview(told, change);
        expect(await tiersNow(told)).toEqual(before);
        expect((await publishedVersion(told, "bank")).version).toBe(1);
        const done = await apply(told, change);
        expect(ModelPreview.parse(done)).toEqual(said);
        expect(await tiersNow(told)).toEqual(said.after);
        expect(said.before).toEqual(before);
        const cells = Object.entries(said.matrix).flatMap(([from, to]) => Object.entries(to).map(([tier, n]) => ({ from, tier, n })));
        expect(cells.reduce((sum, { from, tier, n }) => sum + (from === tier ? 0 : n), 0)).toBe(said.moved);
        for (const [tier, n] of Object.entries(said.before)) expect(Object.values(said.matrix[tier] ?? {}).reduce((a, b) => a + b, 0)).toBe(n);
        if (stability === "" || later) expect(said).toMatchObject(await apart(told, assets, stability, change.as_of ?? day));
        expect(said.cost.after).toBe((said.after["gold"] ?? 0) * 200);
        expect(said.workload.hours.after).toBeCloseTo((said.after["gold"] ?? 0) + (said.after["silver"] ?? 0) / 2, 6);
        await told.dispose();
        told = undefined;
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 40 : 5 },
    );
  }, 900_000);

  test("is counted while it is written as applying it then counts, with stability, bands and overrides", async () => {
    const people = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 2, maxLength: 12 });
    const more = [
      "",
      "schedule: monthly\nstability: { demote: { below_for: 2 months }, margin: 5% }",
      "scores: { half: { of: assets, bands: { quantiles: 2 } } }",
    ];
    await fc.assert(
      fc.asyncProperty(people, fc.integer({ min: 51, max: 150 }), fc.constantFrom(...more), fc.boolean(), async (assets, gold, part, pinned) => {
        told = await story(owns(assets));
        await told.publish(model(100, part));
        await told.run({ model: "bank", as_of: day });
        if (pinned) {
          const floor = { model: "bank", customer_id: 1, kind: "floor", tier: "gold", reason: "a promise", plan: null, until_on: "2099-01-01" } as const;
          await atomically(told.postgres, "all", async (tx) => {
            const { override } = await overrides.addOverride(tx, { ...floor, requested_by: "ann" });
            await overrides.decideOverride(tx, override, { approved: true, decided_by: "ben", decision_note: null, starts_on: "2020-01-01" });
          });
        }
        const written = model(gold, part).replace('"assets >= 50"', part.startsWith("scores") ? '"half = 2"' : '"assets >= 40"');
        const counted = await countsFor(told, written);
        const { as_of, customers, before, after, moved, first_graded, matrix } = await apply(told, text(written));
        expect(counted).toEqual({ model: "bank", as_of, customers, before, after, moved, first_graded, matrix });
        await told.dispose();
        told = undefined;
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 40 : 5 },
    );
  }, 900_000);

  test("names who moves, the dearest first; without facts there is nothing to see", async () => {
    told = await story();
    expect(await preview(told, text(model(100)))).toMatchObject({ as_of: null, before: {}, after: {}, moved: 0 });
    await told.tell(owns([120, 80, 60, 10]));
    await told.publish(model(100));
    await told.run({ model: "bank", as_of: day });
    const said = await preview(told, text(model(60)));
    expect(said).toMatchObject({ as_of: day, moved: 2, share: 0.5, matrix: { gold: { gold: 1 }, silver: { gold: 2 }, basic: { basic: 1 } } });
    expect(said.movers.map(({ customer_id, from, to, value }) => `${customer_id} ${from} ${to} ${value}`)).toEqual([
      "c1 silver gold 80.0000",
      "c2 silver gold 60.0000",
    ]);
    expect(said.workload).toEqual({ contacts: { before: 4, after: 6 }, hours: { before: 2, after: 3 } });
    expect(said.cost).toEqual({ before: 200, after: 600 });
  });

  test("of a model that was never run is published, and nobody is graded unless a day is given", async () => {
    told = await story(owns([120, 80, 10]));
    const said = await preview(told, text(model(100)));
    expect(said).toMatchObject({ before: {}, after: { gold: 1, silver: 1, basic: 1 }, first_graded: 3, moved: 0, share: 0 });
    const done = await apply(told, text(model(100)));
    expect(done).toEqual({ ...said, version: 1, run: null, proposal: null });
    expect(await runsOf(told)).toEqual([]);
    expect(await apply(told, { ...text(model(70)), as_of: day })).toMatchObject({ version: 2, run: expect.any(Number), after: { gold: 2 } });
    await expect(preview(told, { ...text(model(60)), as_of: "2024-01-30" })).rejects.toMatchObject({ problems: [{ code: "tiering.day_decided" }] });
  });

  test("is rolled back to the version before, or to any", async () => {
    told = await story(owns([120, 80, 60, 10]));
    await told.publish(model(100));
    await told.run({ model: "bank", as_of: day });
    const before = await tiersNow(told);
    await apply(told, text(model(60)));
    await apply(told, text(model(130)));
    expect(await tiersNow(told)).not.toEqual(before);
    const back = { source: { model: "bank" } };
    expect(await apply(told, back)).toMatchObject({ version: 4, after: { gold: 3 } });
    // the version in force is the second again: before it is the first, and not the one that was given up
    expect(await apply(told, back)).toMatchObject({ version: 5, after: before });
    expect(await tiersNow(told)).toEqual(before);
    await expect(apply(told, back)).rejects.toMatchObject({ problems: [{ code: "tiering.no_version_before" }] });
    expect(await apply(told, { source: { model: "bank", version: 3 } })).toMatchObject({ version: 6, after: { gold: 0 } });
    expect((await publishedVersion(told, "bank")).origin).toBe("version:3");
    const { parts: lines } = await diffOf(told, "bank", 1, 2);
    expect(lines.filter(({ kind }) => kind !== "same")).toEqual([
      { kind: "removed", lines: [expect.stringContaining("assets >= 100")] },
      { kind: "added", lines: [expect.stringContaining("assets >= 60")] },
    ]);
  });

  test("that moves more than the model's safety stops and asks, and so does a run; the text does not lift its own limit", async () => {
    const safe = (share: string) => `safety: { stop_if_moved_over: ${share} }`;
    told = await story(owns([120, 80, 60, 10]));
    await told.publish(model(100, safe("40%")));
    await told.run({ model: "bank", as_of: day });
    const [before, runs] = [await tiersNow(told), (await runsOf(told)).length];
    const stopped = { problems: [{ code: "tiering.too_many_moved", message: { en: expect.stringContaining("2 of 4 customers (50 %)") } }], status: 409 };
    await expect(apply(told, text(model(60, safe("40%"))))).rejects.toMatchObject(stopped);
    await expect(apply(told, text(model(60, safe("90%"))))).rejects.toMatchObject({ problems: [{ code: "tiering.lifts_limits" }] });
    expect((await publishedVersion(told, "bank")).version).toBe(1);
    await told.tell(owns([10, 10], "2001-01-01"));
    await expect(told.run({ model: "bank", as_of: "2024-02-29" })).rejects.toMatchObject(stopped);
    expect([await tiersNow(told), (await runsOf(told)).length]).toEqual([before, runs]);
    expect(await told.run({ model: "bank", as_of: "2024-02-29", confirm: true })).toMatchObject({ moved: 2, decided: true });
    expect(await apply(told, { ...text(model(60, safe("10%"))), confirm: true })).toMatchObject({ version: 2, moved: 1 });
  });

  test("that moves more than one may publish waits for another, who is not who asked", async () => {
    const watched = "safety: { approve_if_moved_over: 25% }";
    told = await story(owns([120, 80, 60, 10]));
    const at = told;
    await told.publish(model(100, watched));
    await told.run({ model: "bank", as_of: day });
    await expect(told.publish(model(60, watched))).rejects.toMatchObject({ problems: [{ code: "tiering.needs_preview" }] });
    expect(await apply(told, text(model(70, watched)), ann)).toMatchObject({ version: 2, proposal: null, moved: 1 }); // 25 % is not over it

    const asked = await apply(told, text(model(130)), ann); // 50 %, and without a limit of its own
    expect(asked).toMatchObject({ version: null, run: null, proposal: expect.any(Number), moved: 2, needs_approval: true });
    const cli = makeCli({ language: "en", json: () => false, directory: () => "", connect: () => Promise.reject(new Error("nobody answers")) });
    const [last = ""] = sayChange(asked, undefined, "CNY", cli).split("\n").slice(-1);
    expect(last).toMatch(/^Nothing is published: proposal \d+ waits.* other than who asked.*tierkeep models withdraw \d+$/);
    expect(await tiersNow(told)).toMatchObject({ gold: 2 });
    await expect(apply(told, text(model(140)), ben)).rejects.toMatchObject({ problems: [{ code: "tiering.proposal_open" }], status: 409 });
    const number = asked.proposal ?? 0;
    const waiting = async (): Promise<number[]> =>
      Promise.all([ben, ann, { ...ben, role: "analyst" as const }].map(async (who) => (await approvalsFor(at, who)).proposals));
    expect(await waiting()).toEqual([1, 0, 0]);
    await expect(decideProposal(told, ann, number, { approve: true }, [])).rejects.toMatchObject({ problems: [{ code: "tiering.proposal_own" }], status: 403 });
    expect(await decideProposal(told, ben, number, { approve: true, note: "agreed" }, [])).toMatchObject({ state: "approved", version: 3, decided_by: "ben" });
    await expect(decideProposal(told, ben, number, { approve: false }, [])).rejects.toMatchObject({ problems: [{ code: "tiering.proposal_state" }] });
    expect(await waiting()).toEqual([0, 0, 0]);
    expect((await publishedVersion(told, "bank")).version).toBe(3);
  });

  test("is held against its limit by what it does itself, not by what facts and days did since the last run", async () => {
    const watched = "safety: { approve_if_moved_over: 25% }";
    told = await drifted([120, 30, 60, 10], watched); // c1 is at 120 now
    expect(await preview(told, text(model(100, watched)))).toMatchObject({ drift: 0, changed: 0, words_only: true });
    const idle = model(100, watched).replace("assets >= 50", "assets >= 40");
    expect(await preview(told, text(idle))).toMatchObject({ moved: 1, drift: 1, changed: 0, changed_share: 0, needs_approval: false, words_only: false });
    await told.tell(owns([10], "2002-01-01")); // and c0 at 10: half of them would move by themselves
    expect(await preview(told, text(idle))).toMatchObject({ moved: 2, share: 0.5, drift: 2, changed: 0, needs_approval: false });
    const hidden = model(130, watched).replace("assets >= 50", "assets >= 5"); // keeps c0 and c3 from falling, and c1 from rising
    expect(await preview(told, text(hidden))).toMatchObject({ drift: 2, changed: 3, changed_share: 0.75, needs_approval: true });
    expect(await apply(told, text(idle))).toMatchObject({ version: 2, moved: 2, drift: 2, changed: 0, proposal: null });
    expect(await preview(told, text(model(100, watched)))).toMatchObject({ moved: 0, drift: 0, changed: 0 });
  });

  test("of words alone needs nobody's approval, and grades nobody again", async () => {
    const watched = "safety: { approve_if_moved_over: 0% }";
    told = await drifted([120, 30, 60, 10], watched);
    const [before, runs] = [await tiersNow(told), (await runsOf(told)).length];
    const words = `# as the board decided\n${model(100, watched).replace("银行", "本行").replace("en: Gold", "en: Golden")}`;
    const said = await preview(told, text(words));
    expect(said).toMatchObject({ words_only: true, moved: 0, changed: 0, needs_approval: false, before, after: before, cost: { before: 200, after: 200 } });
    expect(await apply(told, text(words))).toEqual({ ...said, version: 2, run: null, proposal: null });
    expect([await tiersNow(told), (await runsOf(told)).length]).toEqual([before, runs]);
    expect((await apply(told, text(`${words}# once more\n`))).version).toBe(3);
    expect(await preview(told, text(words.replace("unit: money", "unit: money, default: 60")))).toMatchObject({ words_only: false });
    // on another day there is something to grade
    const dated = { ...text(`${words}# on a day\n`), as_of: "2024-02-29" };
    expect(await apply(told, dated)).toMatchObject({ moved: 1, drift: 1, changed: 0, run: expect.any(Number) });
    await told.dispose();
    // between the days of a schedule a new version lets tiers follow, unless it says the same in other words
    told = await drifted([120, 30, 60, 10], "schedule: monthly");
    const monthly = model(100, "schedule: monthly");
    expect(await preview(told, text(monthly.replace("assets >= 50", "assets >= 40")))).toMatchObject({ words_only: false, moved: 1, drift: 1, changed: 0 });
    expect(await apply(told, text(monthly.replace("银行", "本行")))).toMatchObject({ words_only: true, version: 2, moved: 0, run: null });
    expect(await told.run({ model: "bank", as_of: "2024-02-15" })).toMatchObject({ version: 2, advanced: false, moved: 0 });
    expect(await told.run({ model: "bank", as_of: "2024-02-29" })).toMatchObject({ advanced: true, moved: 1 });
  });

  test("that waits can be refused, taken back, and lapses when the model is published meanwhile", async () => {
    const watched = "safety: { approve_if_moved_over: 25% }";
    told = await story(owns([120, 80, 60, 10]));
    await told.publish(model(100, watched));
    await told.run({ model: "bank", as_of: day });
    const propose = async (gold: number) => (await apply(told as Story, text(model(gold, watched)), ann)).proposal ?? 0;
    expect(await decideProposal(told, ben, await propose(60), { approve: false }, [])).toMatchObject({ state: "refused", version: null });
    expect(await withdrawProposal(told, ann, await propose(60))).toMatchObject({ state: "withdrawn" });
    const stale = await propose(60);
    expect(await apply(told, text(model(75, watched)), ann)).toMatchObject({ version: 2, moved: 1 });
    await expect(decideProposal(told, ben, stale, { approve: true }, [])).rejects.toMatchObject({
      problems: [{ code: "tiering.proposal_state" }],
      status: 409,
    });
    expect((await publishedVersion(told, "bank")).version).toBe(2);
    const { items } = await listProposals(told, { limit: 10 });
    expect(items.map(({ state }) => state)).toEqual(["lapsed", "withdrawn", "refused"]);
    expect(items[0]?.preview.movers).toEqual([]); // who moves is nobody's but theirs
    expect((await apply(told, text(model(130, watched)), ben)).proposal).not.toBeNull();
  });

  test("finds the values as they lie: all in the bins, a bent scale where a few have most, breaks between the groups", async () => {
    const groups = [
      ...Array.from({ length: 40 }, (_, i) => 5 + (i % 5)),
      ...Array.from({ length: 30 }, (_, i) => 1000 + i),
      ...Array.from({ length: 5 }, (_, i) => 90_000 + 1000 * i),
    ];
    told = await story({ ...owns(groups), customer: [{ customer: "nobody", kind: "person", since_on: "2024-01-01" }] });
    await told.publish(model(100));
    await told.run({ model: "bank", as_of: day });
    const { bins, scale, without, customers, suggested } = await distributionOf(told, "bank", "assets", 3);
    expect([customers, without, bins.length, bins.reduce((a, b) => a + b, 0)]).toEqual([76, 1, 60, 75]);
    expect(scale).toMatchObject({ from: 5, to: 94_000, bend: expect.any(Number) });
    expect(suggested).toEqual([1000, 90_000]);
    await expect(distributionOf(told, "bank", "asets", 3)).rejects.toMatchObject({ problems: [{ code: "tiering.unknown_name" }] });
    const other = model(100).replace("take: latest", "take: maximum");
    await expect(countsFor(told, other)).rejects.toMatchObject({ problems: [{ code: "tiering.not_measured" }], status: 409 });
  });

  test("that would let later ones do more is itself held back: approval is not dropped alone, a limit not raised unasked", async () => {
    told = await story(owns([120, 80, 60, 10]));
    await told.publish(model(100, "safety: { stop_if_moved_over: 60%, approve_if_moved_over: 50% }"));
    await told.run({ model: "bank", as_of: day });
    for (const safety of ["", "safety: { stop_if_moved_over: 60%, approve_if_moved_over: 51% }"]) {
      const asked = await apply(told, { ...text(model(100, safety)), confirm: true }, ann);
      expect(asked).toMatchObject({ version: null, moved: 0, lifts_limits: true, needs_approval: true });
      await withdrawProposal(told, ann, asked.proposal ?? 0);
    }
    const raised = text(model(100, "safety: { stop_if_moved_over: 70%, approve_if_moved_over: 40% }"));
    await expect(apply(told, raised, ann)).rejects.toMatchObject({ problems: [{ code: "tiering.lifts_limits" }], status: 409 });
    expect(await apply(told, { ...raised, confirm: true }, ann)).toMatchObject({ version: 2, moved: 0 });
  });

  test("that was approved is run on the day that was previewed, and stops when more would move than anybody saw", async () => {
    told = await story(owns([120, 80, 60, 10]));
    await told.publish(model(100, "safety: { stop_if_moved_over: 60%, approve_if_moved_over: 20% }"));
    await told.run({ model: "bank", as_of: day });
    const change = { ...text(model(70, "safety: { stop_if_moved_over: 60%, approve_if_moved_over: 20% }")), as_of: "2024-02-29" };
    const asked = await apply(told, change, ann);
    expect(asked).toMatchObject({ moved: 1, as_of: "2024-02-29" });
    const decided = await decideProposal(told, ben, asked.proposal ?? 0, { approve: true }, []);
    const request = await runOf(told, decided);
    expect(request).toEqual({ model: "bank", as_of: "2024-02-29", confirm: false });
    await told.tell(owns([10, 10, 70, 70], "2001-01-01"));
    if (request === undefined) return;
    await expect(told.run(request)).rejects.toMatchObject({ problems: [{ code: "tiering.too_many_moved" }] });
  });

  test("of how tiers follow grades needs approval where moves do: they come later, when nobody is asked", async () => {
    told = await story(owns([120, 80, 60, 10]));
    const guard = "safety: { approve_if_moved_over: 25% }";
    await told.publish(model(100, guard));
    await told.run({ model: "bank", as_of: day });
    const asked = await apply(told, text(model(150, `${guard}\nstability: { demote: { below_for: 1 day } }`)), ann);
    expect(asked).toMatchObject({ moved: 0, needs_approval: true, version: null });
  });

  test("that two approve at once is approved by one", async () => {
    told = await story(owns([120, 80, 60, 10]));
    const at = told;
    const guard = "safety: { approve_if_moved_over: 25% }";
    await at.publish(model(100, guard));
    await at.run({ model: "bank", as_of: day });
    const { proposal } = await apply(at, text(model(60, guard)), ann);
    const deeds = await Promise.allSettled([ben, { ...ben, login: "cleo" }].map((who) => decideProposal(at, who, proposal ?? 0, { approve: true }, [])));
    expect(deeds.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(deeds.find(({ status }) => status === "rejected")).toMatchObject({ reason: { problems: [{ code: "tiering.proposal_state" }], status: 409 } });
  });

  test("of two texts with nothing in common is told in no time", async () => {
    told = await story(owns([120]));
    const filled = (letter: string): string => model(100, Array.from({ length: 9000 }, (_, i) => `# ${letter}${i}`).join("\n"));
    await told.publish(filled("a"));
    await told.publish(filled("b"));
    const { parts: lines } = await diffOf(told, "bank", 1, 2);
    expect(lines.map(({ kind, lines: some }) => [kind, some.length > 9000])).toEqual([
      ["removed", true],
      ["added", true],
    ]);
  });

  test("is made from the version it began with, and of its own model", async () => {
    told = await story(owns([120, 80]));
    await told.publish(model(100));
    await apply(told, text(model(90)));
    const from = (version: number, of = "bank") => ({ base: { model: of, version } });
    await expect(apply(told, { ...text(model(70)), ...from(1) })).rejects.toMatchObject({ problems: [{ code: "tiering.base_changed" }], status: 409 });
    await expect(apply(told, { ...text(model(70)), ...from(2, "shop") })).rejects.toMatchObject({ problems: [{ code: "tiering.other_model" }] });
    expect(await apply(told, { ...text(model(70)), ...from(2) })).toMatchObject({ version: 3 });
  });

  test("takes no tier or text that does not fit, all of it told at once", async () => {
    told = await story(owns([120]));
    const named: ChangeParts = { ...parts, references: [async () => [{ what: { zh: "计划", en: "a plan" }, tiers: ["gold", "basic"], conditions: [] }]] };
    await expect(previewOf(told, text(model(100, "", "plain")), named, quiet)).rejects.toMatchObject({ problems: [{ code: "tiering.tier_in_use" }] });
    await expect(preview(told, text("model: bank\ntiers: []"))).rejects.toMatchObject({
      problems: [{ code: "tiering.missing" }, { code: "tiering.missing" }, { code: "tiering.too_few" }, { code: "tiering.too_few" }],
    });
    const bad = text(model(100, "safety: { stop_if_moved_over: many, approve_over: 5% }"));
    await expect(preview(told, bad)).rejects.toMatchObject({ problems: [{ place: { line: 11 } }, { place: { line: 11 } }] });
  });
});
