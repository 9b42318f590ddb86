import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digamma, digammaRising, logAddExp, logBeta, logGamma, logistic, logRising, softplus, trigamma } from "./special.js";

/** x, ln Γ(x), ψ(x), ψ′(x), by arithmetic of forty digits. */
const known = [
  [1e-10, 23.025850929882736, -10000000000.577215, 1e20],
  [0.1, 2.252712651734206, -10.423754940411076, 101.43329915079275],
  [0.5, 0.5723649429247001, -1.9635100260214235, 4.934802200544679],
  [0.9999999, 5.772157468444193e-8, -0.5772158293949515, 1.6449343072596394],
  [1.0000001, -5.772155829918507e-8, -0.5772155004081381, 1.644933826436878],
  [1.2, -0.08537409000331583, -0.2890398965921884, 1.2673772054237793],
  [1.4616321449683622, -0.12148629053584961, -9.241265521729427e-17, 0.9676722454476212],
  [1.75, -0.08440112102048555, 0.24747245354686115, 0.7641018698938287],
  [1.9999999, -4.2278430309861296e-8, 0.4227842706050584, 0.6449341072596095],
  [2.0000001, 4.227843666532498e-8, 0.4227843995918717, 0.6449340264368484],
  [2.5, 0.2846828704729192, 0.7031566406452432, 0.49035775610023485],
  [3.7, 1.428072326665388, 1.1671535393615113, 0.3100378576700383],
  [9.99, 12.779315214350193, 2.250700372831201, 0.10527695014824177],
  [10.01, 12.824350262448247, 2.2528037003181356, 0.10505595320551508],
  [55.5, 166.32150615984037, 4.0073469585404435, 0.01818131736322176],
  [1234.5, 7550.550901077895, 7.118016231827998, 0.0008103727271269667],
  [1e8, 1742068066.1038346, 18.420680738952363, 1.000000005e-8],
  [1e15, 33538776394910668, 34.538776394910684, 1.0000000000000005e-15],
] as const;

const relative = (got: number, want: number): number => Math.abs(got - want) / Math.abs(want);

describe("special functions", () => {
  test.each(known)("ln Γ, ψ and ψ′ of %d", (x, logOfGamma, psi, psi1) => {
    expect(relative(logGamma(x), logOfGamma)).toBeLessThan(2e-15);
    expect(Math.abs(digamma(x) - psi) / Math.max(1, Math.abs(psi))).toBeLessThan(2e-15);
    expect(relative(trigamma(x), psi1)).toBeLessThan(2e-15);
  });

  test.each([
    [1e-10, 5, 23.025850929732123],
    [0.5, 0.5, 1.1447298858494002],
    [0.001, 1e8, 6.888758204644897],
    [2, 1e12, -55.262042231858096],
    [1e6, 1e6, -1386300.003362921],
    [3.2, 77.7, -13.088518336273143],
    [1e15, 0.3, -9.26583492365513],
    [1, 1e-5, 11.512925464970229],
  ])("ln B(%d, %d)", (a, b, want) => {
    expect(relative(logBeta(a, b), want)).toBeLessThan(1e-14);
    expect(logBeta(b, a)).toBe(logBeta(a, b));
  });

  test.each([
    [0.5, 3, 0.6286086594223741],
    [1e-8, 1, -18.420680743952364],
    [1e12, 5, 138.15510557965274],
    [1e15, 1000, 34538.77639491118],
    [3.3, 2000, 13223.021224207958],
    [25, 0.001, 0.003198762917906062],
    [1e7, 1e-3, 0.01611809560100832],
    [0.243, 1e6, 12815506.608273001],
  ])("ln Γ(%d + %d) less ln Γ of the first", (a, n, want) => {
    expect(relative(logRising(a, n), want)).toBeLessThan(1e-14);
  });

  const positive = fc.double({ min: -12, max: 12, noNaN: true }).map((exponent) => 10 ** exponent);

  test("the recurrences hold over twenty-four orders of magnitude", () => {
    fc.assert(
      fc.property(positive, (x) => {
        const scale = (value: number): number => Math.max(1, Math.abs(value));
        // x + 1 is rounded: where that moves the argument, the value moves by ψ times it
        const moved = Math.abs(x + 1 - 1 - x) * scale(digamma(x + 1));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale(logGamma(x + 1))).toBeLessThan(1e-14 + moved);
        expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x) / scale(1 / x)).toBeLessThan(1e-14);
        expect(Math.abs(trigamma(x + 1) - trigamma(x) + 1 / x / x) / scale(1 / x / x)).toBeLessThan(1e-14);
      }),
    );
  });

  test("rising factorials are the products they stand for, and ψ differences their slopes", () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 60 }), (a, n) => {
        const factors = Array.from({ length: n }, (_, i) => a + i);
        const log = factors.reduce((sum, factor) => sum + Math.log(factor), 0);
        const size = factors.reduce((sum, factor) => sum + Math.abs(Math.log(factor)), 1);
        expect(Math.abs(logRising(a, n) - log) / size).toBeLessThan(1e-14);
        const slope = factors.reduce((sum, factor) => sum + 1 / factor, 0);
        expect(Math.abs(digammaRising(a, n) - slope)).toBeLessThanOrEqual(1e-14 * slope + 1e-15 * Math.log1p(n / a));
      }),
    );
  });

  test("Γ by reflection and duplication", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (x) => {
        expect(logGamma(x) + logGamma(1 - x)).toBeCloseTo(Math.log(Math.PI / Math.sin(Math.PI * Math.min(x, 1 - x))), 12);
        expect(logGamma(2 * x)).toBeCloseTo(logGamma(x) + logGamma(x + 0.5) + (2 * x - 1) * Math.LN2 - 0.5 * Math.log(Math.PI), 12);
      }),
    );
  });

  test("sums of exponentials do not overflow", () => {
    expect(logAddExp(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logAddExp(Number.NEGATIVE_INFINITY, -5)).toBe(-5);
    expect(logAddExp(-5, Number.NEGATIVE_INFINITY)).toBe(-5);
    expect(logAddExp(-800, 3)).toBe(3);
    expect(softplus(-800)).toBe(Math.exp(-800));
    expect(softplus(800)).toBe(800);
    expect(softplus(0)).toBe(Math.LN2);
    expect(logistic(-700)).toBe(Math.exp(-700));
    expect(logistic(800)).toBe(1);
    expect(logistic(0)).toBe(0.5);
  });
});
