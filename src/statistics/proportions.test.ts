import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Count, newcombe, wilson } from "./proportions.js";

const ends = (found: ReturnType<typeof wilson>): [number, number] => {
  if (found.outcome !== "found") throw new Error(found.rule);
  return [found.low, found.high];
};
const count = (successes: number, trials: number): Count => ({ successes, trials });

const counts = fc.integer({ min: 1, max: 400 }).chain((trials) => fc.integer({ min: 0, max: trials }).map((successes) => count(successes, trials)));

describe("Wilson's interval", () => {
  // Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %d of %d is as printed", (successes, trials, low, high) => {
    expect(ends(wilson(count(successes, trials)))).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });

  test("holds exactly the shares that the score test does not reject", () => {
    fc.assert(
      fc.property(counts, (one) => {
        const p = one.successes / one.trials;
        for (const end of ends(wilson(one))) {
          const error = Math.sqrt((end * (1 - end)) / one.trials);
          if (error > 0) expect(Math.abs(p - end) / error).toBeCloseTo(1.959963984540054, 8);
          else expect(end).toBeCloseTo(p, 12);
        }
      }),
    );
  });

  test("turns round with the count, within 0 and 1", () => {
    fc.assert(
      fc.property(counts, (one) => {
        const [low, high] = ends(wilson(one));
        const [otherLow, otherHigh] = ends(wilson(count(one.trials - one.successes, one.trials)));
        expect([low, high]).toEqual([expect.closeTo(1 - otherHigh, 12), expect.closeTo(1 - otherLow, 12)]);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("Newcombe's interval of a difference", () => {
  // Newcombe (1998), Interval estimation for the difference between independent proportions, table II, method 10
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])("of %d/%d and %d/%d is as printed", (a, m, b, n, low, high) => {
    expect(ends(newcombe(count(a, m), count(b, n)))).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });

  test("turns round with the two, and holds the difference", () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const [low, high] = ends(newcombe(first, second));
        const [otherLow, otherHigh] = ends(newcombe(second, first));
        expect([low, high]).toEqual([expect.closeTo(-otherHigh, 12), expect.closeTo(-otherLow, 12)]);
        const difference = first.successes / first.trials - second.successes / second.trials;
        expect(difference).toBeGreaterThanOrEqual(low - 1e-12);
        expect(difference).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });
});

test("a count that is none is told, with which one", () => {
  expect(wilson(count(0, 0))).toEqual({ outcome: "bad_count", rule: "no_trials", of: 0 });
  expect(wilson(count(1.5, 3))).toEqual({ outcome: "bad_count", rule: "not_whole", of: 0 });
  expect(wilson(count(Number.NaN, 3))).toEqual({ outcome: "bad_count", rule: "not_whole", of: 0 });
  expect(newcombe(count(1, 2), count(3, 2))).toEqual({ outcome: "bad_count", rule: "more_than_all", of: 1 });
  expect(newcombe(count(-1, 2), count(3, 2))).toEqual({ outcome: "bad_count", rule: "negative", of: 0 });
  expect(() => wilson(count(1, 2), 1)).toThrow(RangeError);
});
