import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRisk, conditionalSurvival, type Durations, kaplanMeier, type SurvivalCurve, survivalAt, survivalQuantile } from "./index.js";

/** Weeks in remission; a plus is a patient still in remission when last seen. */
const read = (text: string): Durations => {
  const words = text.split(" ");
  return { duration: words.map((word) => Number.parseInt(word, 10)), ended: words.map((word) => (word.endsWith("+") ? 0 : 1)) };
};
// Freireich et al. (1963), the leukaemia patients of every textbook: 6-mercaptopurine, and placebo
const treated = read("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+");
const placebo = read("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23");

function curveOf(durations: Durations, level = 0.95): SurvivalCurve {
  const answer = kaplanMeier(durations, level);
  if (answer.outcome !== "fitted") throw new Error(answer.outcome);
  return answer.fit;
}

describe("the survival curve of a textbook", () => {
  // Kleinbaum & Klein, Survival Analysis, table 2.2; intervals by hand from ln(−ln S)
  const rows = [
    { time: 6, at_risk: 21, ended: 3, survival: 0.8571, standard_error: 0.0764, lower: 0.6197, upper: 0.9516 },
    { time: 7, at_risk: 17, ended: 1, survival: 0.8067, standard_error: 0.0869, lower: 0.5631, upper: 0.9228 },
    { time: 10, at_risk: 15, ended: 1, survival: 0.7529, standard_error: 0.0963, lower: 0.5032, upper: 0.8894 },
    { time: 13, at_risk: 12, ended: 1, survival: 0.6902, standard_error: 0.1068, lower: 0.4316, upper: 0.8491 },
    { time: 16, at_risk: 11, ended: 1, survival: 0.6275, standard_error: 0.1141, lower: 0.3675, upper: 0.8049 },
    { time: 22, at_risk: 7, ended: 1, survival: 0.5378, standard_error: 0.1282, lower: 0.2678, upper: 0.7468 },
    { time: 23, at_risk: 6, ended: 1, survival: 0.4482, standard_error: 0.1346, lower: 0.1881, upper: 0.6801 },
  ];

  test("each step: at risk, ended, share, standard error and interval", () => {
    const curve = curveOf(treated);
    const steps = Array.from(curve.time, (time, i) => ({
      time,
      at_risk: curve.at_risk[i],
      ended: curve.ended[i],
      ...Object.fromEntries((["survival", "standard_error", "lower", "upper"] as const).map((name) => [name, Number(curve[name][i]?.toFixed(4))])),
    })).filter(({ ended }) => ended !== 0);
    expect(steps).toEqual(rows);
  });

  test("half have ended after 23 weeks with the drug, after 8 without", () => {
    expect(survivalQuantile(curveOf(treated))).toEqual({ value: 23, lower: 13, upper: null });
    expect(survivalQuantile(curveOf(placebo))).toEqual({ value: 8, lower: 4, upper: 11 });
    expect(survivalQuantile(curveOf(treated), 0.9)).toEqual({ value: null, lower: null, upper: null });
  });

  test("how many are at risk at any time", () => {
    const curve = curveOf(treated);
    expect([0, 6, 6.5, 10, 20, 35, 36].map((time) => atRisk(curve, time))).toEqual([21, 21, 17, 15, 8, 1, 0]);
  });

  test("when nobody is left the interval still says what is known", () => {
    const curve = curveOf(placebo);
    expect(curve.survival.at(-1)).toBe(0);
    expect(curve.lower.at(-1)).toBe(0);
    expect(curve.upper.at(-1)).toBe(curve.upper.at(-2));
    expect(survivalAt(curve, 1000)).toEqual({ value: 0, lower: 0, upper: curve.upper.at(-1) });
    expect(conditionalSurvival(curve, 23, 1)).toBeNull();
    expect(conditionalSurvival(curve, 22, 5)).toEqual({ value: 0, lower: 0, upper: 1 });
  });

  test("beyond the longest observation nothing is said", () => {
    const curve = curveOf(treated);
    expect(survivalAt(curve, 35)?.value).toBeCloseTo(0.4482, 4);
    expect(survivalAt(curve, 35.1)).toBeNull();
    expect(conditionalSurvival(curve, 30, 6)).toBeNull();
    expect(survivalAt(curve, 3)).toEqual({ value: 1, lower: 1, upper: 1 });
  });
});

describe("conditional survival", () => {
  test("is the curve of those who have lasted so far", () => {
    const later = treated.duration as number[];
    const kept = later.map((time, row) => ({ time, over: treated.ended[row] ?? 0 })).filter(({ time }) => time > 10);
    const rest = curveOf({ duration: kept.map(({ time }) => time - 10), ended: kept.map(({ over }) => over) });
    for (const further of [1, 3, 6, 12.5, 13, 25]) {
      const [all, some] = [conditionalSurvival(curveOf(treated), 10, further), survivalAt(rest, further)];
      for (const name of ["value", "lower", "upper"] as const) expect(all?.[name]).toBeCloseTo(some?.[name] ?? -1, 12);
    }
  });
});

describe("weights", () => {
  test("are rows that many times", () => {
    const some = fc.array(
      fc.record({ duration: fc.integer({ min: 0, max: 12 }), ended: fc.integer({ min: 0, max: 1 }), weight: fc.integer({ min: 0, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(some, (rows) => {
        const column = (name: "duration" | "ended" | "weight"): number[] => rows.map((row) => row[name]);
        const repeated = rows.flatMap((row) => Array.from({ length: row.weight }, () => row));
        const short = kaplanMeier({ duration: column("duration"), ended: column("ended"), weight: column("weight") });
        const long = kaplanMeier({ duration: repeated.map(({ duration }) => duration), ended: repeated.map(({ ended }) => ended) });
        expect(short).toEqual(long);
        if (short.outcome !== "fitted") return;
        const { fit: curve } = short;
        for (const name of ["survival", "standard_error", "lower", "upper", "greenwood"] as const) expect(curve[name].every(Number.isFinite)).toBe(true);
        curve.survival.forEach((share, i) => {
          expect(curve.lower[i]).toBeLessThanOrEqual(share);
          expect(curve.upper[i]).toBeGreaterThanOrEqual(share);
        });
      }),
    );
  });

  test("of one part in 10¹⁸ still count", () => {
    const curve = curveOf({ duration: [1, 2], ended: [1, 0], weight: [1e9, 1e-9] });
    expect(curve.survival[0]).toBeCloseTo(1e-18, 30);
  });
});

describe("what has no curve", () => {
  test("rows that break a rule are named", () => {
    const answer = kaplanMeier({ duration: [1, -1, Number.NaN, 2, 3], ended: [1, 1, 1, 0.5, 0], weight: [1, 1, 1, 1, Number.POSITIVE_INFINITY] });
    expect(answer).toEqual({
      outcome: "bad_rows",
      count: 4,
      rows: [
        { row: 1, rule: "negative" },
        { row: 2, rule: "not_a_number" },
        { row: 3, rule: "neither_ended_nor_going_on" },
        { row: 4, rule: "not_a_number" },
      ],
    });
  });

  test("of ten thousand of them the first hundred", () => {
    const answer = kaplanMeier({ duration: new Float64Array(10_000).fill(-1), ended: new Uint8Array(10_000) });
    expect(answer).toMatchObject({ outcome: "bad_rows", count: 10_000, rows: { length: 100 } });
  });

  test("nobody, and nobody who ended", () => {
    expect(kaplanMeier({ duration: [], ended: [] })).toEqual({ outcome: "too_little_data", reason: "no_rows" });
    expect(kaplanMeier({ duration: [1], ended: [1], weight: [0] })).toEqual({ outcome: "too_little_data", reason: "no_rows" });
    expect(kaplanMeier({ duration: [1, 2], ended: [0, 0] })).toEqual({ outcome: "too_little_data", reason: "nothing_ended" });
  });
});
