import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elbow, naturalBreaks, type Weighted } from "./breaks.js";

/** Each of these values once. */
const once = (values: readonly number[]): Weighted => ({ values, counts: values.map(() => 1) });

const classesOf = ({ values, counts }: Weighted, ends: readonly number[]): { value: number; count: number }[][] => {
  const bounds = [-1, ...ends, values.length - 1];
  return bounds.slice(1).map((end, i) =>
    Array.from({ length: end - (bounds[i] ?? 0) }, (_, j) => ({
      value: values[(bounds[i] ?? 0) + 1 + j] ?? 0,
      count: counts[(bounds[i] ?? 0) + 1 + j] ?? 0,
    })),
  );
};

function within(weighted: Weighted, ends: readonly number[]): number {
  return classesOf(weighted, ends).reduce((sum, one) => {
    const mass = one.reduce((all, { count }) => all + count, 0);
    const mean = one.reduce((all, { value, count }) => all + value * count, 0) / mass;
    return sum + one.reduce((all, { value, count }) => all + count * (value - mean) ** 2, 0);
  }, 0);
}

/** All ways to end k classes. */
function everyEnds(n: number, k: number, from = 0): number[][] {
  if (k === 1) return [[]];
  return Array.from({ length: Math.max(0, n - k + 1 - from) }, (_, i) => from + i).flatMap((end) => everyEnds(n, k - 1, end + 1).map((rest) => [end, ...rest]));
}

const some = fc
  .array(fc.record({ value: fc.integer({ min: -1000, max: 1000 }), count: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 11 })
  .map((rows): Weighted => {
    const byValue = [...new Map(rows.map((row) => [row.value, row.count]))].sort(([a], [b]) => a - b);
    return { values: byValue.map(([value]) => value), counts: byValue.map(([, count]) => count) };
  });

describe("natural breaks", () => {
  test("no other way to cut the values has less within its classes", () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 5 }), (weighted, classes) => {
        const { ends, fit } = naturalBreaks(weighted, classes);
        const n = weighted.values.length;
        const k = Math.min(classes, n);
        expect(ends).toHaveLength(k - 1);
        const least = Math.min(...everyEnds(n, k).map((one) => within(weighted, one)));
        expect(within(weighted, ends)).toBeCloseTo(least, 5);
        const total = within(weighted, []);
        expect(fit).toBeCloseTo(total === 0 ? 1 : 1 - least / total, 9);
      }),
    );
  });

  test("far from zero the last digits still count", () => {
    const far = [1, 2, 3, 10, 11, 12, 20, 21, 22].map((value) => 1e12 + value);
    expect(naturalBreaks(once(far), 3).ends).toEqual([2, 5]);
  });

  test("of nobody there is nothing, of one value one class", () => {
    expect(naturalBreaks(once([]), 3)).toEqual({ ends: [], fit: 1 });
    expect(naturalBreaks({ values: [7], counts: [100] }, 3)).toEqual({ ends: [], fit: 1 });
  });
});

describe("the elbow", () => {
  test("finds as many groups as were made", () => {
    for (const groups of [2, 3, 4, 5]) {
      const values = Array.from({ length: groups * 20 }, (_, i) => Math.floor(i / 20) * 1000 + (i % 20));
      expect(elbow(once(values), 9).ends).toEqual(Array.from({ length: groups - 1 }, (_, i) => (i + 1) * 20 - 1));
    }
  });

  test("bears one value, two, and nobody", () => {
    expect(elbow(once([]), 8).ends).toEqual([]);
    expect(elbow(once([5]), 8).ends).toEqual([]);
    expect(elbow(once([5, 6]), 8).ends).toEqual([0]);
  });
});
