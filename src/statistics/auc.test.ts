import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auc } from "./auc.js";
import { midRanks } from "./ranks.js";

interface Case {
  score: number;
  positive: boolean;
}

const wins = (one: number, other: number): number => (one > other ? 1 : one === other ? 0.5 : 0);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);

/** DeLong's area and error straight from all pairs. */
function byPairs(cases: readonly Case[]): { area: number; error: number } {
  const positives = cases.filter(({ positive }) => positive).map(({ score }) => score);
  const negatives = cases.filter(({ positive }) => !positive).map(({ score }) => score);
  const beats = positives.map((one) => mean(negatives.map((other) => wins(one, other))));
  const beaten = negatives.map((other) => mean(positives.map((one) => wins(one, other))));
  return { area: mean(beats), error: Math.sqrt(variance(beats) / positives.length + variance(beaten) / negatives.length) };
}

const askedOf = (cases: readonly Case[], confidence?: number) =>
  auc(
    cases.map(({ score }) => score),
    cases.map(({ positive }) => positive),
    confidence,
  );

describe("the area under the curve", () => {
  test("is the share of pairs in the right order, with DeLong's error, ties counting half", () => {
    const cases = fc
      .array(fc.record({ score: fc.integer({ min: 0, max: 12 }), positive: fc.boolean() }), { minLength: 4, maxLength: 40 })
      .filter((all) => [true, false].every((is) => all.filter(({ positive }) => positive === is).length >= 2));
    fc.assert(
      fc.property(cases, (all) => {
        const found = askedOf(all);
        const { area, error } = byPairs(all);
        if (found.outcome !== "found") throw new Error(found.outcome);
        expect(found.auc).toBeCloseTo(area, 12);
        expect(found.standard_error).toBeCloseTo(error, 12);
        expect(found.interval?.low).toBeCloseTo(Math.max(0, area - 1.959963984540054 * error), 12);
        expect(found.interval?.high).toBeCloseTo(Math.min(1, area + 1.959963984540054 * error), 12);
      }),
    );
  });

  test("is 1 where all parts and a half where nothing does; the error of few is not known", () => {
    expect(auc([1, 2, 3, 4], [0, 0, 1, 1])).toEqual({
      outcome: "found",
      auc: 1,
      positives: 2,
      negatives: 2,
      standard_error: 0,
      interval: { low: 1, high: 1 },
    });
    expect(auc([5, 5, 5, 5], [0, 1, 0, 1])).toMatchObject({ auc: 0.5, standard_error: 0 });
    expect(auc([1, 2, 3], [1, 0, 0])).toEqual({ outcome: "found", auc: 0, positives: 1, negatives: 2, standard_error: null, interval: null });
  });

  test("is wider for more confidence", () => {
    const cases = Array.from({ length: 60 }, (_, i) => ({ score: (i * 37) % 60, positive: (i * 37) % 60 > 25 ? i % 4 !== 0 : i % 4 === 0 }));
    const [narrow, wide] = [askedOf(cases, 0.8), askedOf(cases, 0.99)];
    if (narrow.outcome !== "found" || wide.outcome !== "found") throw new Error("not found");
    expect(narrow.auc).toBe(wide.auc);
    expect(wide.interval?.low).toBeLessThan(narrow.interval?.low ?? 0);
    expect(wide.interval?.high).toBeGreaterThan(narrow.interval?.high ?? 1);
  });

  test("there is none of one class, of nobody, or of what is no number", () => {
    expect(auc([1, 2], [1, 1])).toEqual({ outcome: "one_class" });
    expect(auc([], [])).toEqual({ outcome: "one_class" });
    expect(auc([1, Number.NaN], [1, 0])).toEqual({ outcome: "bad_rows", count: 1, rows: [{ row: 1, rule: "not_a_number" }] });
    expect(() => auc([1], [])).toThrow(RangeError);
  });
});

test("equal values share the mean of their ranks", () => {
  expect([...midRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
});
