import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generator } from "./generator.js";
import { type Clusters, kMeans } from "./k-means.js";

const found = (features: readonly (readonly number[])[], k: number, options?: Parameters<typeof kMeans>[2]): Clusters => {
  const clusters = kMeans(features, k, options);
  if (clusters.outcome !== "found") throw new Error(clusters.outcome);
  return clusters;
};

/** Rows around some middles, of very different units. */
function around(middles: readonly (readonly [number, number])[], each: number, seed: number): { features: number[][]; of: number[] } {
  const random = generator(seed);
  const rows = middles.flatMap(([x, y], of) => Array.from({ length: each }, () => ({ x: x + random() - 0.5, y: (y + random() - 0.5) * 1e6, of })));
  return { features: [rows.map(({ x }) => x), rows.map(({ y }) => y)], of: rows.map(({ of }) => of) };
}

describe("k-means", () => {
  test("finds groups that part, whatever the units", () => {
    const { features, of } = around(
      [
        [0, 0],
        [10, 0],
        [0, 10],
        [10, 10],
      ],
      40,
      5,
    );
    const clusters = found(features, 4);
    expect(new Set(of.map((group, row) => `${group} ${clusters.of[row]}`)).size).toBe(4);
    expect(clusters.sizes).toEqual([40, 40, 40, 40]);
    expect(clusters.within / clusters.total).toBeLessThan(0.01);
  });

  test("every row is with its nearest centre, every centre in the middle of its rows, and no cluster is empty", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 6 }), fc.integer(), (all, k, seed) => {
        fc.pre(new Set(all.map(String)).size >= k);
        const features = [all.map(([x]) => x), all.map(([, y]) => y)];
        const { of, centres, sizes, converged } = found(features, k, { seed, starts: 3 });
        expect(converged).toBe(true);
        expect(sizes.every((size) => size > 0)).toBe(true);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        for (const [c, centre] of centres.entries()) {
          const members = all.filter((_, row) => of[row] === c);
          expect(members).toHaveLength(sizes[c] ?? 0);
          for (const f of [0, 1] as const) expect(centre[f]).toBeCloseTo(members.reduce((sum, row) => sum + row[f], 0) / members.length, 9);
        }
      }),
    );
  });

  test("with as many clusters as different rows, each is one", () => {
    const { within, sizes } = found([[1, 1, 2, 3, 3, 3]], 3);
    expect([within, sizes]).toEqual([expect.closeTo(0, 12), [3, 2, 1]]);
  });

  test("the same seed gives the same clusters; more starts are never worse", () => {
    const { features } = around(
      [
        [0, 0],
        [3, 0],
        [0, 3],
        [3, 3],
        [6, 6],
        [9, 1],
      ],
      30,
      9,
    );
    expect(found(features, 6, { seed: 7 })).toEqual(found(features, 6, { seed: 7 }));
    expect(found(features, 6, { seed: 7, starts: 12 }).within).toBeLessThanOrEqual(found(features, 6, { seed: 7, starts: 1 }).within);
  });

  test("a feature that never varies says nothing, and large ones do not run over", () => {
    const { of } = found(
      [
        [1, 1, 1, 1],
        [1e300, 1.1e300, 9e300, 9.1e300],
      ],
      2,
    );
    expect([of[0] === of[1], of[2] === of[3], of[0] === of[2]]).toEqual([true, true, false]);
  });

  test("too few different rows, and what is no number, are told", () => {
    expect(kMeans([[1, 1, 1]], 2)).toEqual({ outcome: "too_few_different" });
    expect(kMeans([[]], 1)).toEqual({ outcome: "too_few_different" });
    expect(kMeans([[1], [Number.NaN]], 1)).toEqual({ outcome: "bad_rows", feature: 1, count: 1, rows: [{ row: 0, rule: "not_a_number" }] });
    expect(() => kMeans([[1]], 0)).toThrow(RangeError);
  });
});

test("the generator's numbers are spread evenly, and others for another seed", () => {
  const random = generator(1);
  const numbers = Array.from({ length: 40_000 }, random);
  const bins = Array.from({ length: 20 }, (_, bin) => numbers.filter((one) => Math.floor(one * 20) === bin).length);
  const chi = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  expect(chi).toBeLessThan(44); // 19 degrees of freedom, one in a thousand
  expect(generator(2)()).not.toBe(generator(1)());
  expect([generator(1)(), generator(1)()]).toEqual([numbers[0], numbers[0]]);
});
