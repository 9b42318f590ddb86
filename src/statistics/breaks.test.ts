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

/** The least sum by the plain programme of n² steps per class. */
function leastByLayers({ values, counts }: Weighted, classes: number): number {
  const n = values.length;
  let best = [0, ...Array.from({ length: n }, () => Number.POSITIVE_INFINITY)];
  for (let k = 1; k <= classes; k++) {
    const next = best.map(() => Number.POSITIVE_INFINITY);
    for (let j = k; j <= n; j++) {
      let [mass, mean, squares] = [0, 0, 0];
      for (let i = j - 1; i >= k - 1; i--) {
        const [value, count] = [values[i] ?? 0, counts[i] ?? 0];
        mass += count;
        const off = value - mean;
        mean += (off * count) / mass;
        squares += count * off * (value - mean);
        next[j] = Math.min(next[j] ?? 0, (best[i] ?? 0) + squares);
      }
    }
    best = next;
  }
  return best[n] ?? 0;
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
        const { ends, fit, within: sum, total: all } = naturalBreaks(weighted, classes);
        const n = weighted.values.length;
        const k = Math.min(classes, n);
        expect(ends).toHaveLength(k - 1);
        const least = Math.min(...everyEnds(n, k).map((one) => within(weighted, one)));
        expect(within(weighted, ends)).toBeCloseTo(least, 5);
        const total = within(weighted, []);
        expect(fit).toBeCloseTo(total === 0 ? 1 : 1 - least / total, 9);
        expect([sum, all]).toEqual([expect.closeTo(least, 5), expect.closeTo(total, 5)]);
      }),
    );
  });

  test("far from zero the last digits still count", () => {
    const far = [1, 2, 3, 10, 11, 12, 20, 21, 22].map((value) => 1e12 + value);
    expect(naturalBreaks(once(far), 3).ends).toEqual([2, 5]);
  });

  test("a few values far off do not hide how the others part", () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 5 }), fc.constantFrom(1e9, 1e12), (weighted, classes, far) => {
        const values = [...Array.from(weighted.values), far, far + 1];
        const all: Weighted = { values, counts: [...Array.from(weighted.counts), 3, 4] };
        const k = Math.min(classes, values.length);
        const least = Math.min(...everyEnds(values.length, k).map((one) => within(all, one)));
        expect(within(all, naturalBreaks(all, k).ends) / Math.max(least, 1e-9)).toBeLessThan(1 + 1e-9);
      }),
    );
  });

  test("of thousands of values too, where each is asked at strides", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 300, max: 700 }), fc.integer({ min: 2, max: 7 }), (seed, n, classes) => {
        const heights = Array.from({ length: n }, (_, i) => Math.round(Math.exp(((i * 7919 + seed) % 997) / 120) * 1000));
        const values = [...new Set(heights)].sort((a, b) => a - b);
        const weighted: Weighted = { values, counts: values.map((_, i) => 1 + ((i * 31 + seed) % 5)) };
        const { within: sum, ends } = naturalBreaks(weighted, classes);
        expect(sum / leastByLayers(weighted, classes)).toBeCloseTo(1, 9);
        expect(within(weighted, ends) / sum).toBeCloseTo(1, 9);
      }),
      { numRuns: 30 },
    );
  });

  test("of nobody there is nothing, of one value one class", () => {
    const nothing = { ends: [], fit: 1, within: 0, total: 0 };
    expect(naturalBreaks(once([]), 3)).toEqual(nothing);
    expect(naturalBreaks({ values: [7], counts: [100] }, 3)).toEqual(nothing);
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
