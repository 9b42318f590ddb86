import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { daysAfter } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { approvalsFor } from "./approvals.js";
import { explanationOf } from "./explanation.js";
import { customersOf } from "./lists.js";
import { publish } from "./models.js";
import { decideOverride, endOverride, listOverrides, requestOverride } from "./overrides.js";
import { overviewOf } from "./overview.js";
import { applyOverrides, overridesDiffer, runIfNew } from "./run.js";
import type { OverrideRequest } from "./schema.js";
import { type Story, story } from "./testing.js";

let bank: Story;
afterEach(() => bank.dispose());

const model = (rest = "", gold = 100) => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money, title: { zh: 资产, en: Assets } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= ${gold}" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "assets >= 50" }
  - { id: basic, title: { zh: 普通, en: Basic } }
${rest}`;

const owns = (customer: string, day: string, assets: number) => ({ customer, name: "assets", number_value: String(assets), on_date: day });
const seen = (customer: string, branch: string) => ({ customer, name: customer, kind: "person", branch });
const nothing = (): void => undefined;

const manager: Actor = { id: "1", login: "mei", name: "Mei", role: "head", scope: { all: true } };
const head: Actor = { id: "2", login: "hu", name: "Hu", role: "head", scope: { all: true } };
const east: Actor = { id: "3", login: "dong", name: "Dong", role: "branch_head", scope: { branches: ["east"] } };
const west: Actor = { id: "4", login: "xi", name: "Xi", role: "branch_head", scope: { branches: ["west"] } };
const analyst: Actor = { id: "5", login: "fen", name: "Fen", role: "analyst", scope: { all: true } };

const today = todayIn("Asia/Shanghai", new Date());
const until = daysAfter(today, 30);
const asking = (more: Partial<OverrideRequest> = {}): OverrideRequest => ({
  model: "bank",
  kind: "pin",
  tier: "gold",
  reason: "Her firm moves here",
  until,
  ...more,
});

beforeEach(async () => {
  bank = await story({
    customer: [seen("ann", "east"), seen("bob", "west"), seen("cai", "east")],
    attribute: [owns("ann", "2024-01-31", 60), owns("bob", "2024-01-31", 120), owns("cai", "2024-01-31", 10)],
  });
  await bank.publish(model());
  await bank.run({ model: "bank", as_of: "2024-01-31" });
});

async function approved(customer: string, more: Partial<OverrideRequest> = {}): Promise<number> {
  const { override } = await requestOverride(bank, manager, customer, asking(more));
  await decideOverride(bank, head, override, { approve: true });
  await applyOverrides(bank, operator, "bank", nothing);
  return override;
}

const waitingFor = async (actor: Actor): Promise<number> => (await approvalsFor(bank, actor)).overrides;

const tiersNow = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await customersOf(bank, operator, "bank", { limit: 10 })).items.map((row) => [row.customer_id, `${row.computed} ${row.tier}`]));

/** Let a day of the past be the last of an override, as if time had gone by. */
const endsOn = (override: number, day: string): Promise<unknown> =>
  atomically(bank.postgres, "all", (tx) =>
    tx
      .db<{ tier_override: { override: number; until_on: string } }>()
      .updateTable("tier_override")
      .set({ until_on: day })
      .where("override", "=", override)
      .execute(),
  );

describe("a person's word over the model's", () => {
  test("holds once another has approved it, and survives every run; grade, computed and effective stand side by side", async () => {
    const { override, state } = await requestOverride(bank, manager, "ann", asking({ plan: "Invite her to the opening" }));
    expect(state).toBe("waiting");
    expect(await applyOverrides(bank, operator, "bank", nothing)).toBeUndefined();
    expect((await explanationOf(bank, operator, "ann", "bank")).override).toMatchObject({ override, state: "waiting", requested_by: "mei" });

    expect(await decideOverride(bank, head, override, { approve: true, note: "Seen" })).toMatchObject({ state: "active", decided_by: "hu", starts_on: today });
    expect(await overridesDiffer(bank)).toBe(true);
    expect(await applyOverrides(bank, operator, "bank", nothing)).toMatchObject({ moved: 1, decided: true, advanced: false, as_of: "2024-01-31" });
    expect(await overridesDiffer(bank)).toBe(false);
    expect(await tiersNow()).toEqual({ ann: "silver gold", bob: "gold gold", cai: "basic basic" });
    expect(await explanationOf(bank, operator, "ann", "bank")).toMatchObject({
      grade: "silver",
      computed: "silver",
      effective: "gold",
      held: null,
      override: { kind: "pin", tier: "gold", reason: "Her firm moves here", plan: "Invite her to the opening", until_on: until },
      history: [
        { from: "silver", to: "gold", by_override: true },
        { from: null, to: "silver", by_override: false },
      ],
    });

    await bank.tell({ attribute: [owns("ann", "2024-02-29", 10), owns("cai", "2024-02-29", 70)] });
    await bank.run({ model: "bank", as_of: "2024-02-29" });
    expect(await tiersNow()).toEqual({ ann: "basic gold", bob: "gold gold", cai: "silver silver" });
    await bank.publish(model("", 130));
    await bank.run({ model: "bank", as_of: "2024-02-29" });
    expect(await tiersNow()).toEqual({ ann: "basic gold", bob: "silver silver", cai: "silver silver" });
  });

  test("who moved in the night is still told after an override of somebody else", async () => {
    await bank.tell({ attribute: [owns("ann", "2024-02-29", 150)] });
    await bank.run({ model: "bank", as_of: "2024-02-29" });
    const moved = [{ from: "silver", to: "gold", customers: 1 }];
    expect((await overviewOf(bank, operator, "bank")).movement).toEqual(moved);
    const override = await approved("cai", { tier: "gold" });
    expect((await overviewOf(bank, operator, "bank")).movement).toEqual(expect.arrayContaining([...moved, { from: "basic", to: "gold", customers: 1 }]));
    await endOverride(bank, head, override);
    expect(await applyOverrides(bank, operator, "bank", nothing)).toMatchObject({ moved: 1, first_graded: 0 });
    expect((await overviewOf(bank, operator, "bank")).movement).toEqual(expect.arrayContaining(moved));
    expect((await explanationOf(bank, operator, "cai", "bank")).history.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "gold basic",
      "basic gold",
      "null basic",
    ]);
    expect((await explanationOf(bank, operator, "ann", "bank")).history.map(({ from, to }) => `${from} ${to}`)).toEqual(["silver gold", "null silver"]);
  });

  test("a floor lifts and a ceiling holds down, and neither does more", async () => {
    await approved("ann", { kind: "ceiling", tier: "basic" });
    await approved("bob", { kind: "floor", tier: "silver" });
    await approved("cai", { kind: "floor", tier: "silver" });
    expect(await tiersNow()).toEqual({ ann: "silver basic", bob: "gold gold", cai: "basic silver" });
    await bank.tell({ attribute: [owns("bob", "2024-02-29", 10), owns("cai", "2024-02-29", 150)] });
    await bank.run({ model: "bank", as_of: "2024-02-29" });
    expect(await tiersNow()).toEqual({ ann: "silver basic", bob: "basic silver", cai: "gold gold" });
  });

  test("ends at midnight after its last day, and at once when it is ended; the run of the day sees to it", async () => {
    const first = await approved("ann");
    await endsOn(first, daysAfter(today, -1));
    expect(await runIfNew(bank, operator, { model: "bank", as_of: "2024-01-31" }, nothing)).toMatchObject({ moved: 1 });
    expect(await tiersNow()).toMatchObject({ ann: "silver silver" });
    expect((await listOverrides(bank, operator, { limit: 10 })).items).toMatchObject([{ override: first, state: "expired" }]);

    const second = await approved("ann");
    expect(await tiersNow()).toMatchObject({ ann: "silver gold" });
    expect(await endOverride(bank, manager, second)).toMatchObject({ state: "ended", ended_by: "mei", ended_on: today });
    await applyOverrides(bank, operator, "bank", nothing);
    expect(await tiersNow()).toMatchObject({ ann: "silver silver" });
  });

  test("under an override the model goes on: a fall is below, watched, and over when the override ends", async () => {
    await bank.publish(model("schedule: monthly\nstability: { demote: { below_for: 2 months } }"));
    await bank.run({ model: "bank", as_of: "2024-01-31" });
    const override = await approved("bob", { kind: "floor", tier: "gold" });
    await bank.tell({ attribute: [owns("bob", "2024-02-15", 10)] });
    for (const day of ["2024-02-29", "2024-03-31"]) await bank.run({ model: "bank", as_of: day });
    expect((await customersOf(bank, operator, "bank", { limit: 10 })).items).toMatchObject([{ customer_id: "bob", computed: "gold", phase: "below" }, {}, {}]);
    await bank.run({ model: "bank", as_of: "2024-04-30" });
    expect(await tiersNow()).toMatchObject({ bob: "basic gold" });
    await endOverride(bank, head, override);
    await applyOverrides(bank, operator, "bank", nothing);
    expect(await tiersNow()).toMatchObject({ bob: "basic basic" });
    expect((await explanationOf(bank, operator, "bob", "bank")).history[0]).toMatchObject({ as_of: "2024-04-30", from: "gold", to: "basic" });
  });
});

describe("who may", () => {
  test("nobody approves their own; who sees another branch knows of none", async () => {
    const { override } = await requestOverride(bank, east, "ann", asking());
    await expect(decideOverride(bank, east, override, { approve: true })).rejects.toThrow("tiering.override_own");
    await expect(decideOverride(bank, west, override, { approve: true })).rejects.toThrow("tiering.no_such_override");
    await expect(endOverride(bank, west, override)).rejects.toThrow("tiering.no_such_override");
    await expect(requestOverride(bank, west, "ann", asking())).rejects.toThrow("customer.unknown");
    expect((await listOverrides(bank, west, { limit: 10 })).items).toEqual([]);
    expect((await listOverrides(bank, east, { limit: 10 })).items).toHaveLength(1);
  });

  test("who neither asks nor approves reads that there is one, without names and reasons", async () => {
    await requestOverride(bank, manager, "ann", asking({ plan: "Invite her" }));
    await expect(requestOverride(bank, analyst, "bob", asking())).rejects.toThrow("access.denied");
    const { items } = await listOverrides(bank, analyst, { limit: 10 });
    expect(items).toMatchObject([{ reason: "***", plan: "***", tier: "gold" }]);
    expect(items[0]?.name).not.toBe("ann");
  });

  test("what waits is counted for who may approve it: others', of customers in sight, until it is decided", async () => {
    const { override } = await requestOverride(bank, manager, "ann", asking());
    await requestOverride(bank, manager, "bob", asking());
    expect(await Promise.all([head, east, west, manager, analyst].map(waitingFor))).toEqual([2, 1, 1, 0, 0]);
    await decideOverride(bank, head, override, { approve: false });
    expect(await Promise.all([head, east, west].map(waitingFor))).toEqual([1, 0, 1]);
  });

  test("what waits can be refused or withdrawn, once", async () => {
    const one = await requestOverride(bank, manager, "ann", asking());
    await expect(requestOverride(bank, head, "ann", asking({ tier: "basic" }))).rejects.toThrow("tiering.override_open");
    expect(await decideOverride(bank, head, one.override, { approve: false, note: "No reason" })).toMatchObject({
      state: "refused",
      decision_note: "No reason",
    });
    await expect(decideOverride(bank, head, one.override, { approve: true })).rejects.toThrow("tiering.override_state");
    const two = await requestOverride(bank, manager, "ann", asking());
    expect(await endOverride(bank, manager, two.override)).toMatchObject({ state: "withdrawn" });
    await expect(endOverride(bank, manager, two.override)).rejects.toThrow("tiering.override_state");
  });

  test("two who decide at once: one does, the other is told", async () => {
    const { override } = await requestOverride(bank, manager, "ann", asking());
    const both = await Promise.allSettled([decideOverride(bank, head, override, { approve: true }), decideOverride(bank, east, override, { approve: false })]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("what does not fit", () => {
  test.each([
    ["a tier that is not there", { tier: "golden" }, "tiering.unknown_tier"],
    ["a day that has passed", { until: daysAfter(today, -1) }, "tiering.override_over"],
    ["a model that is not there", { model: "bnk" }, "tiering.no_such_model"],
  ])("%s is told", async (_, more, code) => {
    await expect(requestOverride(bank, manager, "ann", asking(more))).rejects.toThrow(code);
  });

  test("a tier that is not there and a day that has passed are told at once", async () => {
    const asked = requestOverride(bank, manager, "ann", asking({ tier: "golden", until: daysAfter(today, -1) }));
    await expect(asked).rejects.toMatchObject({ problems: [{ code: "tiering.unknown_tier" }, { code: "tiering.override_over" }] });
  });

  test("a customer whom the model does not grade is told", async () => {
    await bank.publish(model("subject: person"));
    await bank.tell({ customer: [{ customer: "firm", name: "firm", kind: "organisation", branch: "east" }] });
    await bank.run({ model: "bank", as_of: "2024-01-31" });
    await expect(requestOverride(bank, manager, "firm", asking())).rejects.toThrow("tiering.not_graded");
  });

  test("a model keeps the tiers that overrides name", async () => {
    await approved("ann");
    const without = model().replace(/ {2}- \{ id: gold.*\n/, "");
    await expect(publish(bank, operator, { text: without, origin: "bank.yaml" })).rejects.toThrow("tiering.tier_in_use");
  });
});
