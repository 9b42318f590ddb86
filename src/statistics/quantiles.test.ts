import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type QuantileType, quantiles, quantileTypes } from "./quantiles.js";

const of = (values: readonly number[], shares: readonly number[], type?: QuantileType): number[] => {
  const found = quantiles(values, shares, type);
  if (found.outcome !== "found") throw new Error(found.outcome);
  return found.quantiles;
};

const sample = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3.5, 8];
const shares = [0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1];

/** quantile(sample, shares, type = 1 … 9) of R. */
const ofR: Record<QuantileType, number[]> = {
  inverted_cdf: [1, 1, 2, 3, 4, 6, 8, 9],
  averaged_inverted_cdf: [1, 1, 2, 3, 4, 6, 8, 9],
  closest_observation: [1, 1, 2, 2, 4, 5, 8, 9],
  interpolated_inverted_cdf: [1, 1, 1.75, 2.3, 3.75, 5.25, 7.8, 9],
  hazen: [1, 1, 2.25, 2.8, 4, 5.75, 8.4, 9],
  weibull: [1, 1, 2, 2.6, 4, 6, 8.8, 9],
  linear: [1, 1, 2.5, 3, 4, 5.5, 8, 9],
  median_unbiased: [1, 1, 2 + 1 / 6, 2 + 11 / 15, 4, 5 + 5 / 6, 8 + 8 / 15, 9],
  normal_unbiased: [1, 1, 2.1875, 2.75, 4, 5.8125, 8.5, 9],
};

describe("quantiles", () => {
  test.each(quantileTypes)("%s is as R has it", (type) => {
    for (const [i, found] of of(sample, shares, type).entries()) expect(found, String(shares[i])).toBeCloseTo(ofR[type][i] ?? 0, 12);
  });

  test("a share that falls on a value falls on it, though 0.3 · 10 is not quite 3", () => {
    const ten = Array.from({ length: 10 }, (_, i) => i + 1);
    expect(of(ten, [0.1, 0.3, 0.7], "inverted_cdf")).toEqual([1, 3, 7]);
    expect(of(ten, [0.1, 0.3, 0.7], "averaged_inverted_cdf")).toEqual([1.5, 3.5, 7.5]);
    expect(of(ten, [0.05, 0.15, 0.25], "closest_observation")).toEqual([1, 2, 2]);
    expect(of(ten, [0.1, 0.3, 0.7], "interpolated_inverted_cdf")).toEqual([1, 3, 7]);
  });

  test("lie among the values, rise with the share, and turn round with the values", () => {
    const values = fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1, maxLength: 30 });
    const symmetric: QuantileType[] = ["averaged_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased"];
    fc.assert(
      fc.property(values, fc.constantFrom(...quantileTypes), fc.integer({ min: 0, max: 100 }), (all, type, percent) => {
        const p = percent / 100;
        const [low = 0, high = 0] = of(all, [p, Math.min(1, p + 0.1)], type);
        expect(low).toBeGreaterThanOrEqual(Math.min(...all));
        expect(high).toBeLessThanOrEqual(Math.max(...all));
        expect(low).toBeLessThanOrEqual(high);
        if (!symmetric.includes(type)) return;
        const turned = all.map((value) => -value);
        expect(of(turned, [1 - p], type)[0]).toBeCloseTo(-low, 8);
      }),
    );
  });

  test("of nobody there is none, and what is no number is told with its row", () => {
    expect(quantiles([], [0.5])).toEqual({ outcome: "no_values" });
    expect(quantiles([1, Number.NaN, 3, Number.POSITIVE_INFINITY], [0.5])).toEqual({
      outcome: "bad_rows",
      count: 2,
      rows: [
        { row: 1, rule: "not_a_number" },
        { row: 3, rule: "not_a_number" },
      ],
    });
    expect(() => quantiles([1], [1.5])).toThrow(RangeError);
  });
});
