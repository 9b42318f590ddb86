import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { raw, sql } from "../platform/warehouse/index.js";
import { checkModel } from "./check.js";
import { decide, type Held, stableAt } from "./decide.js";
import { explanationOf, tiersOfCustomer } from "./explanation.js";
import { customersOf } from "./lists.js";
import { onOpen } from "./parts.js";
import { presetText } from "./presets.js";
import { advances, scheduledBy } from "./schedule.js";
import { movesAfter } from "./store.js";
import { type Story, story } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const model = (stability: string, schedule = "schedule: monthly") => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money, title: { zh: 资产, en: Assets } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= 100" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "assets >= 50" }
  - { id: basic, title: { zh: 普通, en: Basic } }
${schedule}
stability: ${stability}
`;

const slow = "{ promote: at_once, demote: { below_for: 3 months, then_watch: 3 months, to: best_of_watch }, margin: 2% }";

const ends = ["01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31"];
const monthEnds = [...ends.map((end) => `2024-${end}`), ...ends.map((end) => `2025-${end.replace("02-29", "02-28")}`)];

const owns = (day: string, assets: number, customer = "ann") => ({ attribute: [{ customer, name: "assets", number_value: String(assets), on_date: day }] });

/** Month after month: the assets are told, the month is graded; what the customer then holds. */
async function months(series: readonly number[], text: string, between: boolean = false): Promise<string[]> {
  told = await story();
  await told.publish(text);
  const seen: string[] = [];
  for (const [i, assets] of series.entries()) {
    const day = monthEnds[i] ?? "";
    await told.tell(owns(day, assets));
    if (between && i > 0) await told.run({ model: "bank", as_of: `${day.slice(0, 8)}15` });
    const result = await told.run({ model: "bank", as_of: day });
    const ann = (await told.standing(result))["ann"] ?? {};
    seen.push(`${day} ${String(ann["tier"])} ${String(ann["phase"])}`);
    if (between) await told.run({ model: "bank", as_of: day });
  }
  return seen;
}

const fall = [120, 80, 80, 60, 60, 80, 40, 40, 40, 40];
const fallen = [
  "2024-01-31 gold stable",
  "2024-02-29 gold below",
  "2024-03-31 gold below",
  "2024-04-30 gold below",
  "2024-05-31 gold watch",
  "2024-06-30 gold watch",
  "2024-07-31 gold watch",
  "2024-08-31 silver below", // the best of the watch, though by now the assets ask for less
  "2024-09-30 silver below",
  "2024-10-31 silver below",
];

test("the retail bank raises at the next run, and lowers after three months below and three on watch, any day of the month", async () => {
  const deposit = (customer: string, on_date: string, amount: number) => ({
    customer,
    account_ref: customer,
    kind: "deposit",
    on_date,
    amount: String(amount),
  });
  told = await story({
    balance: [
      deposit("rises", "2025-12-01", 300_000),
      deposit("rises", "2026-02-02", 2_000_000),
      deposit("falls", "2025-12-01", 2_000_000),
      deposit("falls", "2026-02-02", 300_000),
    ],
    customer: ["rises", "falls"].map((customer) => ({ customer, kind: "person" })),
  });
  await told.publish(presetText("retail-bank") ?? "");
  const seen: string[] = [];
  for (const as_of of ["2026-01-31", "2026-03-10", "2026-06-09", "2026-06-10", "2026-09-09", "2026-09-10"]) {
    const standing = await told.standing(await told.run({ model: "retail-bank", as_of, confirm: true }));
    seen.push([as_of, ...["rises", "falls"].map((one) => `${String(standing[one]?.["tier"])} ${String(standing[one]?.["phase"])}`)].join(", "));
  }
  expect(seen).toEqual([
    "2026-01-31, gold stable, platinum stable",
    "2026-03-10, platinum stable, platinum below",
    "2026-06-09, platinum stable, platinum below",
    "2026-06-10, platinum stable, platinum watch",
    "2026-09-09, platinum stable, platinum watch",
    "2026-09-10, platinum stable, gold stable",
  ]);
});

describe("month by month", () => {
  test("two years of one per cent of noise around the threshold demote nobody", async () => {
    let seed = 7;
    const noise = monthEnds.map(() => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return 100 + (seed / 2_147_483_648) * 2 - 1;
    });
    expect(noise.filter((assets) => assets < 100).length).toBeGreaterThan(6);
    const seen = await months([101, ...noise.slice(1)], model(slow));
    expect(seen).toEqual(monthEnds.map((day) => `${day} gold stable`));
  }, 60_000);

  test("a real fall walks through below and watch, and is demoted on the stated day", async () => {
    expect(await months(fall, model(slow))).toEqual(fallen);
    const history = (await explanationOf(told as Story, operator, "ann", "bank")).history.map(
      ({ as_of, from, to, phase }) => `${as_of} ${from} ${to} ${phase}`,
    );
    expect(history).toEqual(["2024-08-31 gold silver below", "2024-05-31 gold gold watch", "2024-02-29 gold gold below", "2024-01-31 null gold stable"]);
  }, 60_000);

  test("runs in between and a second time change nothing", async () => {
    expect(await months(fall, model(slow), true)).toEqual(fallen);
  }, 60_000);

  test("a recovery clears the watch", async () => {
    const seen = await months([120, 80, 80, 80, 80, 99, 80, 80], model(slow));
    expect(seen.slice(1)).toEqual([
      "2024-02-29 gold below",
      "2024-03-31 gold below",
      "2024-04-30 gold below",
      "2024-05-31 gold watch",
      "2024-06-30 gold stable", // 99 is within the margin
      "2024-07-31 gold below",
      "2024-08-31 gold below",
    ]);
  }, 60_000);

  test("a rise waits until it has lasted, and gives the tier that lasted", async () => {
    const seen = await months([40, 120, 60, 40, 60, 120, 120, 120], model("{ promote: { after: 3 } }"));
    expect(seen).toEqual([
      "2024-01-31 basic stable",
      "2024-02-29 basic rising",
      "2024-03-31 basic rising",
      "2024-04-30 basic stable",
      "2024-05-31 basic rising",
      "2024-06-30 basic rising",
      "2024-07-31 silver stable",
      "2024-08-31 silver rising",
    ]);
  }, 60_000);
});

describe("what is told of it", () => {
  test("grade, tier and phase stand side by side, with the day on which it ends", async () => {
    await months(fall.slice(0, 6), model(slow));
    const bank = told as Story;
    const told_ = await explanationOf(bank, operator, "ann", "bank");
    expect(told_).toMatchObject({ grade: "silver", computed: "gold", effective: "gold", phase: "watch", next: { tier: "gold", measure: "assets", to: 100 } });
    expect(told_.saving).toEqual({ tier: "gold", measure: "assets", from: 80, to: 100 });
    expect(told_.changes).toEqual({ since: "2024-05-31", tier: "gold", figures: [{ name: "assets", from: "60", to: "80" }] });
    expect(told_.reason.en).toBe("Assets is 80: this meets the condition of Silver, assets >= 50.");
    expect(told_.held).toEqual({
      zh: "按指标为“白银”，自 2024-05-31 起处于观察期，暂留“黄金”；到 2024-08-31 仍未恢复则降到观察期内最好的层级，目前为“白银”。",
      en: "The measures ask for Silver; Gold is kept on watch since 2024-05-31, and unless it recovers by 2024-08-31, it falls to the best tier of the watch, so far Silver.",
    });
    expect((await customersOf(bank, operator, "bank", { limit: 5 })).items).toMatchObject([
      { tier: "gold", grade: "silver", phase: "watch", since: "2024-01-31" },
    ]);
    expect((await customersOf(bank, operator, "bank", { limit: 5, phase: "watch" })).total).toBe(1);
    expect((await customersOf(bank, operator, "bank", { limit: 5, phase: "below" })).total).toBe(0);
    expect(await tiersOfCustomer(bank, operator, "ann")).toMatchObject([{ tier: "gold", phase: "watch" }]);
  }, 60_000);

  test("who only enters a watch has not moved: nobody is told of another tier", async () => {
    await months(fall.slice(0, 8), model(slow));
    const moves = await atomically((told as Story).postgres, "all", (tx) => movesAfter(tx, ["bank"], "2024-01-01", { run: 0, customer: 0 }, 10));
    expect(moves.map(({ occasion, from_tier, to_tier }) => `${occasion} ${from_tier} ${to_tier}`)).toEqual(["2024-08-31 gold silver"]);
  }, 60_000);
});

describe("the days of the schedule", () => {
  test("a run in between renews the figures and grades newcomers; tiers stand", async () => {
    told = await story(owns("2024-01-31", 120));
    await told.publish(model(slow));
    expect(await told.run({ model: "bank", as_of: "2024-01-31" })).toMatchObject({ advanced: true, first_graded: 1 });
    await told.tell(owns("2024-02-10", 10));
    await told.tell(owns("2024-02-10", 60, "bob"));
    const between = await told.run({ model: "bank", as_of: "2024-02-10" });
    expect(between).toMatchObject({ decided: true, advanced: false, moved: 0, first_graded: 1 });
    expect(await told.standing(between)).toMatchObject({
      ann: { assets: "10.0000", grade: "basic", tier: "gold", phase: "stable", since: expect.anything() },
      bob: { grade: "silver", tier: "silver" },
    });
    expect((await explanationOf(told, operator, "ann", "bank")).held?.en).toContain("its day of grading has not come");
  });

  test("a day that was missed is made up for; a new version is decided at once", async () => {
    told = await story(owns("2024-01-31", 120));
    await told.publish(model(slow));
    await told.run({ model: "bank", as_of: "2024-01-31" });
    await told.tell(owns("2024-02-10", 10));
    expect(await told.run({ model: "bank", as_of: "2024-03-02" })).toMatchObject({ advanced: true });
    expect(await told.run({ model: "bank", as_of: "2024-03-30" })).toMatchObject({ advanced: false });
    await told.publish(model("{ demote: at_once }"));
    expect(await told.run({ model: "bank", as_of: "2024-03-30" })).toMatchObject({ advanced: true, moved: 1 });
  });

  test("a version published on a scheduled day, once and again, is no further day of a rise", async () => {
    const rise = model("{ promote: { after: 3 } }");
    told = await story(owns("2024-01-31", 40));
    await told.publish(rise);
    await told.run({ model: "bank", as_of: "2024-01-31" });
    await told.tell(owns("2024-02-10", 120));
    await told.run({ model: "bank", as_of: "2024-02-29" });
    for (const title of ["Banks", "Bankers", "The bank"]) {
      await told.publish(rise.replace("en: Bank }", `en: ${title} }`));
      const again = await told.run({ model: "bank", as_of: "2024-02-29" });
      expect(await told.standing(again)).toMatchObject({ ann: { tier: "basic", phase: "rising", phase_times: 1 } });
    }
  });

  test("end with the week, the month, the quarter and the year", () => {
    expect([
      scheduledBy("daily", "2024-03-13"),
      scheduledBy("weekly", "2024-03-13"),
      scheduledBy("monthly", "2024-03-13"),
      scheduledBy("monthly", "2024-02-29"),
      scheduledBy("quarterly", "2024-05-31"),
      scheduledBy("yearly", "2024-05-31"),
    ]).toEqual(["2024-03-13", "2024-03-10", "2024-02-29", "2024-02-29", "2024-03-31", "2023-12-31"]);
    expect(advances("monthly", "2024-02-29", "2024-02-29")).toBe(false);
    expect(advances(null, "2024-02-29", "2024-02-29")).toBe(true);
  });
});

describe("a store of before", () => {
  test("its standings get phases when it opens: everybody is stable", async () => {
    told = await story(owns("2024-01-31", 120));
    await told.publish(model(slow));
    const first = await told.run({ model: "bank", as_of: "2024-01-31" });
    await told.warehouse.write(async (session) => {
      for (const column of ["grade", "phase", "phase_since", "phase_tier", "phase_times"])
        await session.run(raw(`alter table "standing_bank_${first.run}" drop column ${column}`));
    });
    await onOpen(told);
    expect(await told.warehouse.first(sql`select phase, grade from ${raw(`"standing_bank_${first.run}"`)}`)).toEqual({ phase: "stable", grade: "gold" });
    await told.tell(owns("2024-02-10", 10));
    const second = await told.run({ model: "bank", as_of: "2024-02-29" });
    expect(await told.standing(second)).toMatchObject({ ann: { tier: "gold", phase: "below" } });
  });
});

describe("the decision", () => {
  const tiers = ["a", "b", "c", "d"];
  const days = fc.array(fc.record({ grade: fc.constantFrom(...tiers), keeps: fc.boolean() }), { minLength: 1, maxLength: 40 });
  const { plan } = checkModel(model(slow));
  const stability = plan?.stability;

  test("a watch that has led to a tier the model no longer has goes on from the grade", () => {
    if (stability == null) throw new Error("the model has a stability");
    const held: Held = { tier: "a", phase: "watch", since: "2024-01-31", mark: "gone", times: 0 };
    expect(decide(tiers, stability, held, { grade: "c", keeps: false, day: "2024-02-29", counts: true })).toEqual({ ...held, mark: "c" });
    expect(decide(tiers, stability, held, { grade: "c", keeps: false, day: "2024-04-30", counts: true })).toEqual(stableAt("c"));
    expect(decide(tiers, stability, { ...held, tier: "gone" }, { grade: "c", keeps: false, day: "2024-02-29", counts: true })).toEqual(stableAt("c"));
  });

  test("a rise counts scheduled days alone, and the same day again changes nothing", () => {
    const slowRise = { ...(stability ?? { demote: null, margin: 0 }), promoteAfter: 3 };
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 3 }), (grades, again) => {
        let held: Held = stableAt("d");
        let inARow = 0;
        for (const [month, { grade, keeps }] of grades.entries()) {
          const day = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-28`;
          let next = decide(tiers, slowRise, held, { grade, keeps, day, counts: true });
          for (let i = 0; i < again; i++) {
            const once = decide(tiers, slowRise, next, { grade, keeps, day, counts: false });
            expect(once).toEqual(next);
            next = once;
          }
          const better = tiers.indexOf(grade) < tiers.indexOf(held.tier);
          inARow = better ? inARow + 1 : 0;
          if (tiers.indexOf(next.tier) < tiers.indexOf(held.tier)) {
            expect(inARow).toBe(3);
            inARow = 0;
          }
          held = next;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("nobody falls before the stated time is over, nor below the best of the watch", () => {
    if (stability == null) throw new Error("the model has a stability");
    fc.assert(
      fc.property(days, (grades) => {
        let held: Held = stableAt("a");
        let belowSince: number | null = null;
        let best = tiers.length;
        for (const [month, { grade, keeps }] of grades.entries()) {
          const day = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-28`;
          const next = decide(tiers, stability, held, { grade, keeps, day, counts: true });
          expect(decide(tiers, stability, next, { grade, keeps, day, counts: false })).toEqual(next); // the same day again
          const [to, from] = [tiers.indexOf(next.tier), tiers.indexOf(held.tier)];
          if (tiers.indexOf(grade) < from) expect(next).toEqual(stableAt(grade));
          else if (tiers.indexOf(grade) === from || keeps) expect(next).toEqual(stableAt(held.tier));
          else {
            belowSince ??= month;
            if (month - belowSince >= 3) best = Math.min(best, tiers.indexOf(grade));
            if (to > from) expect([month - belowSince, to]).toEqual([6, best]);
          }
          if (next.phase === "stable") [belowSince, best] = [null, tiers.length];
          else if (to > from) [belowSince, best] = [month, tiers.length];
          held = next;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
