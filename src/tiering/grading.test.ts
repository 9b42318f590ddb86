import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWarehouse, raw, type Session, sql, type Warehouse } from "../platform/warehouse/index.js";
import { calibrate } from "./calibrate.js";
import { checkModel } from "./check.js";
import { gradedSql } from "./compile.js";
import { explain } from "./explain.js";
import { decidingClause, type Figures, withScores } from "./grade.js";
import { figuresOf } from "./lists.js";
import { type Plan, stepOf } from "./plan.js";
import type { Calibration } from "./schema.js";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ file: ":memory:", zone: "Asia/Shanghai" });
});
afterAll(() => warehouse.close());

const text = (ties: string) => `
model: grading
title: { zh: 评级, en: Grading }
measures:
  recency: { of: transaction, take: days_since_last }
  orders: { of: transaction, take: count }
  spend: { of: transaction.amount, take: sum }
  job: { of: attribute.job, take: latest }
scores:
  r: { of: recency, bands: { quantiles: 5, ties: ${ties} }, better: lower, missing: 1 }
  f: { of: orders, bands: { quantiles: 4, ties: ${ties} } }
  m: { of: spend, bands: { edges: [-1.5, 0, 10.01] } }
  worth: { weighted: { r: 0.2, m: 0.333333, spend: -0.01 } }
  rank: { of: worth, bands: { quantiles: 3, ties: ${ties} } }
  each: { formula: "if(job = 'doctor', 3, spend / orders) - recency / 3", missing: -7 }
  class: { of: spend, bands: { natural_breaks: 3 }, better: lower }
  group: { of: each, bands: { elbow: 6 }, missing: 0 }
tiers:
  - { id: named, when: "job in ['doctor', '是'] and not spend < 0" }
  - { id: top, when: "worth >= mean(worth) + 0.5 or (r > mean(r) and rank = 3)" }
  - { id: high, when: "f > mean(f) or orders / recency > 2" }
  - { id: apart, when: "class = 2 and group <> 2 or each < -1 and class > mean(class)" }
  - { id: middle, when: "spend > 0 and recency is not null" }
  - { id: low }
`;

function planOf(ties: string): Plan {
  const { plan, problems } = checkModel(text(ties));
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

const someone = fc.record({
  recency: fc.option(fc.integer({ min: 0, max: 12 }), { nil: null, freq: 6 }),
  orders: fc.integer({ min: 0, max: 6 }),
  spend: fc.integer({ min: -400, max: 4000 }).map((cents) => (cents / 100).toFixed(4)),
  job: fc.constantFrom(null, "doctor", "是", "baker"),
});
const everyone = fc.array(someone, { minLength: 1, maxLength: 40 });
type Person = typeof someone extends fc.Arbitrary<infer P> ? P : never;

async function measured(session: Session, people: readonly Person[]): Promise<void> {
  await session.run(raw("create or replace temp table measured (customer_id integer, recency integer, orders bigint, spend decimal(28,4), job varchar)"));
  await session.run(raw("create or replace temp table party (party_id integer, public_id varchar)"));
  for (const [id, { recency, orders, spend, job }] of people.entries()) {
    await session.run(sql`insert into measured values (${id}, ${recency}, ${orders}, ${spend}::decimal(28,4), ${job})`);
    await session.run(sql`insert into party values (${id}, ${String(1000 - id)})`);
  }
}

interface Graded {
  calibration: Calibration;
  rows: (Record<string, unknown> & { customer_id: number; clause: number; grade: string })[];
}

const grade = (plan: Plan, people: readonly Person[]): Promise<Graded> =>
  warehouse.write(async (session) => {
    await measured(session, people);
    const calibration = await calibrate(session, plan, sql`measured`, {});
    const graded = gradedSql(plan, { measured: sql`measured`, calibration, codes: plan.tiers.map((tier) => tier.id) });
    const rows = await session.all<Graded["rows"][number]>(sql`select * from (${graded}) order by customer_id`);
    return { calibration, rows };
  });

/** score = ceil(k · average rank / n), by counting who is worse and who is equal. */
function rankedNaively(values: readonly (number | null)[], k: number, better: "higher" | "lower"): (number | null)[] {
  const known = values.filter((value) => value !== null);
  return values.map((value) => {
    if (value === null) return null;
    const worse = known.filter((other) => (better === "higher" ? other < value : other > value)).length;
    const equal = known.filter((other) => other === value).length;
    return Math.ceil((k * (worse + (equal + 1) / 2)) / known.length);
  });
}

function ntileNaively(values: readonly (number | null)[], ids: readonly string[], k: number, better: "higher" | "lower"): (number | null)[] {
  const order = values.flatMap((value, i) => (value === null ? [] : [{ value, i, id: ids[i] ?? "" }]));
  order.sort((a, b) => (a.value - b.value) * (better === "higher" ? 1 : -1) || (a.id < b.id ? -1 : 1));
  const scores: (number | null)[] = values.map(() => null);
  const [size, longer] = [Math.floor(order.length / k), order.length % k];
  let at = 0;
  for (let band = 1; band <= k; band++) for (let n = 0; n < size + (band <= longer ? 1 : 0); n++) scores[order[at++]?.i ?? -1] = band;
  return scores;
}

describe("bands", () => {
  test("ranked bands are the ceiling of the average rank, worst first, ties together", async () => {
    await fc.assert(
      fc.asyncProperty(everyone, async (people) => {
        const { rows } = await grade(planOf("ranked"), people);
        expect(rows.map((row) => row["r"])).toEqual(
          rankedNaively(
            people.map((one) => one.recency),
            5,
            "lower",
          ).map((score) => score ?? 1),
        );
        expect(rows.map((row) => row["f"])).toEqual(
          rankedNaively(
            people.map((one) => one.orders),
            4,
            "higher",
          ),
        );
        expect(rows.map((row) => row["rank"])).toEqual(
          rankedNaively(
            rows.map((row) => Number(row["worth"])),
            3,
            "higher",
          ),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("ntile bands have equal sizes, by value and customer id", async () => {
    await fc.assert(
      fc.asyncProperty(everyone, async (people) => {
        const { rows } = await grade(planOf("ntile"), people);
        const ids = people.map((_, id) => String(1000 - id));
        expect(rows.map((row) => row["r"])).toEqual(
          ntileNaively(
            people.map((one) => one.recency),
            ids,
            5,
            "lower",
          ).map((score) => score ?? 1),
        );
        expect(rows.map((row) => row["f"])).toEqual(
          ntileNaively(
            people.map((one) => one.orders),
            ids,
            4,
            "higher",
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("one meaning in the warehouse and in TypeScript", () => {
  const run = {
    run: 1,
    model: "grading",
    version: 1,
    as_of: "2024-01-31",
    known_at: null,
    customers: 0,
    tiers: {},
    moved: 0,
    first_graded: 0,
    seconds: 0,
    decided: true,
    advanced: true,
    calibration: null,
    calibrated_on: null,
    data_as_of: null,
    computed_at: "",
    requested_by: "",
  };

  test("scores, deciding clause and every explanation of everyone are those of the run", async () => {
    await fc.assert(
      fc.asyncProperty(everyone, fc.constantFrom("ranked", "ntile"), async (people, ties) => {
        const plan = planOf(ties);
        const { calibration, rows } = await grade(plan, people);
        for (const row of rows) {
          const figures: Figures = figuresOf(plan, row);
          expect(withScores(plan, figures, calibration)).toEqual(figures);
          expect(decidingClause(plan, figures, calibration)).toBe(row.clause);
          const held = {
            computed: row.grade,
            tier: row.grade,
            override: null,
            changes: null,
            phase: "stable",
            phase_since: null,
            phase_tier: null,
            phase_times: 0,
            since: "",
          } as const;
          const told = explain(plan, run, calibration, { ...held, customer_id: "c", figures, clause: row.clause, history: [] });
          expect(told.tiers.find((tier) => tier.holds)?.id).toBe(row.grade);
          if (told.score !== null) expect(told.contributions.reduce((sum, part) => sum + part.value, 0)).toBeCloseTo(told.score, 9);
          if (told.next !== null) {
            const { measure, from, to, tier } = told.next;
            const gives = (value: number): number | undefined => {
              const changed = { ...figures, [measure]: typeof figures[measure] === "string" ? String(value) : value };
              return plan.clauses[decidingClause(plan, withScores(plan, changed, calibration, new Set([measure])), calibration)]?.tier;
            };
            // a measure somebody can act on, which moves the tier, and by no step more than it takes
            expect(plan.measures.find((one) => one.name === measure)?.lever).toBe(true);
            expect(plan.tiers[gives(to) ?? -1]?.id).toBe(tier);
            const back = Number((to - Math.sign(to - (from ?? 0)) * stepOf(plan, measure)).toFixed(6));
            if (from !== null && back !== from) expect(plan.tiers[gives(back) ?? -1]?.id).not.toBe(tier);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  test("the same people graded again give the same numbers and the same calibration id", async () => {
    await fc.assert(
      fc.asyncProperty(everyone, async (people) => {
        const plan = planOf("ranked");
        expect(await grade(plan, people)).toEqual(await grade(plan, people));
      }),
      { numRuns: 20 },
    );
  });
});
