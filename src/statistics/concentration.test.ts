import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abcClasses, concentration } from "./concentration.js";

const giniOf = (amounts: readonly number[]): number => {
  const found = concentration(amounts);
  if (found.outcome !== "found") throw new Error(found.outcome);
  return found.gini;
};

const amounts = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 }).filter((all) => all.some((one) => one > 0));

describe("concentration", () => {
  test("is the mean difference of all pairs over twice the mean", () => {
    fc.assert(
      fc.property(amounts, (all) => {
        const n = all.length;
        const differences = all.reduce((sum, a) => sum + all.reduce((inner, b) => inner + Math.abs(a - b), 0), 0);
        const total = all.reduce((sum, one) => sum + one, 0);
        expect(giniOf(all)).toBeCloseTo(differences / (2 * n * total), 12);
      }),
    );
  });

  test("is 0 where all have the same, and 1 − 1/n where one has all; the currency does not matter", () => {
    expect(giniOf([7, 7, 7])).toBeCloseTo(0, 15);
    expect(giniOf([0, 0, 0, 10])).toBeCloseTo(0.75, 15);
    expect(giniOf([1e300, 3e300, 8e300, 1.5e308])).toBeCloseTo(giniOf([1, 3, 8, 1.5e8]), 12);
  });

  test("its curve begins and ends in the corners, hangs below the line, and has as many parts as asked", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 80 }), (all, points) => {
        const found = concentration(all, points);
        if (found.outcome !== "found") throw new Error(found.outcome);
        const { lorenz } = found;
        expect(lorenz).toHaveLength(Math.min(points, all.length) + 1);
        expect(lorenz[0]).toEqual({ population: 0, held: 0 });
        expect(lorenz.at(-1)).toEqual({ population: 1, held: 1 });
        for (const { population, held } of lorenz) expect(held).toBeLessThanOrEqual(population + 1e-12);
        const sorted = [...all].sort((a, b) => a - b);
        const total = all.reduce((sum, one) => sum + one, 0);
        for (const { population, held } of lorenz)
          expect(held).toBeCloseTo(sorted.slice(0, Math.round(population * all.length)).reduce((sum, one) => sum + one, 0) / total, 12);
      }),
    );
  });

  test("there is none of nothing; less than nothing is told with its row", () => {
    expect(concentration([])).toEqual({ outcome: "nothing_held" });
    expect(concentration([0, 0])).toEqual({ outcome: "nothing_held" });
    expect(concentration([1, -2])).toEqual({ outcome: "bad_rows", count: 1, rows: [{ row: 1, rule: "negative" }] });
  });
});

describe("ABC classes", () => {
  test("the largest hold four fifths, the next up to 95 %", () => {
    const found = abcClasses([5, 500, 300, 90, 60, 30, 15]);
    expect(found).toEqual({
      outcome: "found",
      classes: [
        { count: 2, share: expect.closeTo(0.8, 12) as number, least: 300 },
        { count: 2, share: expect.closeTo(0.15, 12) as number, least: 60 },
        { count: 3, share: expect.closeTo(0.05, 12) as number, least: 5 },
      ],
    });
  });

  test("who has the same is in the same class, everybody in one, and the first holds at least its limit", () => {
    fc.assert(
      fc.property(amounts, (all) => {
        const found = abcClasses(all);
        if (found.outcome !== "found") throw new Error(found.outcome);
        const { classes } = found;
        expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        expect(classes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        const [first, second] = classes;
        expect(first?.share).toBeGreaterThanOrEqual(0.8 - 1e-9);
        expect((first?.share ?? 0) + (second?.share ?? 0)).toBeGreaterThanOrEqual(0.95 - 1e-9);
        expect(all.filter((one) => one >= (first?.least ?? 0))).toHaveLength(first?.count ?? 0);
      }),
    );
  });

  test("limits rise; of nothing there are no classes", () => {
    expect(() => abcClasses([1], [0.9, 0.5])).toThrow(RangeError);
    expect(abcClasses([0])).toEqual({ outcome: "nothing_held" });
    expect(abcClasses([Number.NaN])).toMatchObject({ outcome: "bad_rows" });
  });
});
