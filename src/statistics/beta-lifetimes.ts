import { digammaRising, logRising } from "./special.js";

/**
 * Lifetimes in whole periods whose chance of ending in each is Beta(a, b) distributed over the population: the share that survives k periods
 * is S_k = b (b + 1) … (b + k − 1) / ((a + b) (a + b + 1) … (a + b + k − 1)). Parameters are positive and finite.
 */

/** ln S_n, to the last digits also where it is near 0. */
export function logSurvival(a: number, b: number, n: number): number {
  if (a * n > 0.1 * (a + b)) return logRising(b, n) - logRising(a + b, n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log1p(-a / (a + b + i));
  return sum;
}

/** Terms that are added one by one; the rest by the closed form, which is then exact. */
const direct = 100_000;

/** S_1 + … + S_m: of the next m periods, how many are survived on average. Relative error about 1e-13, at and around a = 1 too. */
export function expectedPeriods(a: number, b: number, periods: number): number {
  let [share, sum] = [1, 0];
  const first = Math.min(Math.floor(periods), direct);
  for (let k = 0; k < first; k++) {
    share *= (b + k) / (a + b + k);
    sum += share;
  }
  const m = Math.floor(periods) - first;
  if (m <= 0) return sum;
  // the sum telescopes: share · c (1 − exp(−e D)) / e with e D = ln of a ratio of gammas = e times a mean difference of digammas (Gauss's two points)
  const [c, e] = [b + first, a - 1];
  const point = (side: number): number => digammaRising(c + 1 + (e / 2) * (1 + side / Math.sqrt(3)), m);
  const mean = (point(-1) + point(1)) / 2;
  return sum + share * c * (e === 0 ? mean : -Math.expm1(-e * mean) / e);
}

/**
 * Σ_{k ≥ 0} S_k / (1 + d)^k = ₂F₁(1, b; a + b; 1 / (1 + d)): the periods survived on average, the one begun with among them, discounted by d ≥ 0
 * each; null when there is no discount and the sum has no bound (a ≤ 1). Relative error about 1e-13.
 *
 * As (1 + d) / d · ₂F₁(1, a; a + b; −1 / d), whose continued fraction (Gauss) adds positive terms only.
 */
export function discountedPeriods(a: number, b: number, discount: number): number | null {
  if (!(discount >= 0)) throw new RangeError(`a discount is not below 0: ${discount}`);
  const c = a + b;
  if (discount === 0) return a > 1 ? (c - 1) / (a - 1) : null;
  const w = 1 / discount;
  // 1 + e₁w / (1 + e₂w / (1 + …)) by Steed's forward recurrence
  let term = ((a / c) * w) / 1;
  let [value, ratio] = [1 + term, 1];
  for (let j = 2; j < 1e8; j++) {
    const m = j >> 1;
    const e = j % 2 === 0 ? (m * (b + m - 1)) / ((c + 2 * m - 2) * (c + 2 * m - 1)) : ((a + m) * (c + m - 1)) / ((c + 2 * m - 1) * (c + 2 * m));
    const next = 1 / (1 + e * w * ratio);
    term *= next - 1;
    ratio = next;
    value += term;
    if (Math.abs(term) < 1e-17 * value) break;
  }
  return (1 + discount) / discount / value;
}
