import { expect, test } from "vitest";
import { bgNbd, mbgNbd, type PurchaseModel, paretoNbd } from "./index.js";

/** Of CDNOW as published, and where dropout is rare, certain, or everywhere. */
const cases: readonly { by: PurchaseModel<string>; parameters: Record<string, number> }[] = [
  { by: bgNbd, parameters: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 } },
  { by: bgNbd, parameters: { r: 5, alpha: 0.3, a: 0.02, b: 0.5 } },
  { by: mbgNbd, parameters: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 } },
  { by: mbgNbd, parameters: { r: 2, alpha: 40, a: 1, b: 1e4 } },
  { by: paretoNbd, parameters: { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 } },
  { by: paretoNbd, parameters: { r: 3, alpha: 2, s: 1, beta: 5000 } },
];

test.each(cases)("chances of each number of purchases add up to one and to the purchases expected: $by.model $parameters", ({ by, parameters }) => {
  for (const age of [0, 0.01, 1, 39]) {
    const shares = by.countProbabilities(parameters, age, 4000);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(shares.every((share) => share >= -1e-15)).toBe(true);
    // what is beyond 4,000 purchases counts as these
    const mean = shares.reduce((sum, share, x) => sum + x * share, 0);
    const expected = by.expectedPurchases(parameters, { x: 0, t_x: 0, t: 0 }, age);
    expect(Math.abs(mean - expected)).toBeLessThan(1e-6 * Math.max(1, expected));
    expect(Math.log(shares[0] ?? 0)).toBeCloseTo(by.logLikelihood(parameters, { x: 0, t_x: 0, t: age }), 9);
  }
});
