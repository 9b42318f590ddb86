import { describe, expect, test } from "vitest";
import { normalCdf, normalQuantile } from "./index.js";

// Both to 60 digits by the complementary error function and its inverse, rounded.
const shares: [z: number, below: number][] = [
  [-38, 2.88542835e-316],
  [-30, 4.906713927148187e-198],
  [-20, 2.7536241186062337e-89],
  [-8, 6.220960574271784e-16],
  [-5.7, 5.990371401063528e-9],
  [-5, 2.866515718791939e-7],
  [-3, 0.0013498980316300946],
  [-1, 0.15865525393145705],
  [-0.67, 0.2514288950953101],
  [-0.66, 0.25462691467133614],
  [-0.1, 0.460172162722971],
  [0.3, 0.6179114221889527],
  [1, 0.8413447460685429],
  [2.5, 0.9937903346742238],
  [6, 0.9999999990134123],
];
const quantiles: [p: number, z: number][] = [
  [5e-324, -38.467405617144344],
  [1e-100, -21.273453560965326],
  [1e-12, -7.034483825301132],
  [1.3e-11, -6.667611456510741],
  [1e-5, -4.264890793922825],
  [0.025, -1.9599639845400543],
  [0.0749, -1.4402382675279637],
  [0.0751, -1.43882539275254],
  [0.25, -0.6744897501960817],
  [0.49999, -2.5066282748960008e-5],
  [0.6, 0.2533471031357997],
  [0.975, 1.9599639845400538],
  [0.9999999, 5.199337582290661],
  [0.9999999999999999, 8.209536151601387],
];

describe("the normal distribution", () => {
  test.each(shares)("below %d lies %d", (z, below) => {
    expect(Math.abs(normalCdf(z) / below - 1)).toBeLessThan(5e-15);
  });

  test.each(quantiles)("a share of %d lies below %d", (p, z) => {
    expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(2e-15);
  });

  test("the middle and the ends", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalQuantile(0.5)).toBe(0);
    expect([normalCdf(-50), normalCdf(50)]).toEqual([0, 1]);
    for (const p of [0, 1, -0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });

  test("one undoes the other", () => {
    for (let z = -8; z < 5; z += 0.0625) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 8);
  });
});
