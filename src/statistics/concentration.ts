import { type BadNumbers, badNumbers, demandShare } from "./usable.js";

/** A share of those who have something, smallest first, and the share of all they have together. */
export interface LorenzPoint {
  population: number;
  held: number;
}

export type Concentration =
  | {
      outcome: "found";
      /** 0 when all have the same, towards 1 when one has everything: the mean difference of two of them over twice the mean. */
      gini: number;
      /** From (0, 0) to (1, 1), a point at the end of each of at most `points` equal parts of the population. */
      lorenz: LorenzPoint[];
    }
  /** Of nobody, or of nothing, no part is larger than another. */
  | { outcome: "nothing_held" }
  | BadNumbers;

/**
 * How unevenly amounts (0 and more, in any order) are spread: Gini's coefficient of these values as the whole population, and
 * the curve of Lorenz.
 *
 * Lorenz (1905); Gini (1912); over sorted values as in Sen (1973).
 */
export function concentration(amounts: ArrayLike<number>, points = 100): Concentration {
  const bad = badNumbers(amounts, "refused");
  if (bad !== null) return bad;
  const n = amounts.length;
  const sorted = Float64Array.from(amounts).sort();
  const largest = sorted[n - 1] ?? 0;
  if (largest === 0) return { outcome: "nothing_held" };
  const parts = Math.max(1, Math.min(points, n));
  const lorenz: LorenzPoint[] = [{ population: 0, held: 0 }];
  let [held, ranked] = [0, 0];
  for (let i = 0; i < n; i++) {
    const share = (sorted[i] ?? 0) / largest; // no sum of amounts is too large this way
    held += share;
    ranked += (2 * i + 1 - n) * share;
    while (lorenz.length <= parts && i + 1 >= Math.ceil((lorenz.length * n) / parts)) lorenz.push({ population: (i + 1) / n, held });
  }
  return { outcome: "found", gini: Math.max(0, ranked / (n * held)), lorenz: lorenz.map((point) => ({ ...point, held: point.held / held })) };
}

export interface AbcClass {
  count: number;
  /** Of all amounts together. */
  share: number;
  /** The smallest amount of the class; null of an empty one. */
  least: number | null;
}

export type Abc = { outcome: "found"; classes: AbcClass[] } | { outcome: "nothing_held" } | BadNumbers;

/**
 * Classes by what the largest hold together: an amount is in the first class whose limit (a share, rising; A to 0.8 and B to 0.95
 * as usual) is above what all larger amounts hold, so that the class that crosses its limit holds it entirely. Equal amounts are in one
 * class. The last class is what is left.
 *
 * Dickie (1951), ABC inventory analysis shoots for dollars, not pennies.
 */
export function abcClasses(amounts: ArrayLike<number>, limits: readonly number[] = [0.8, 0.95]): Abc {
  for (const [i, limit] of limits.entries()) {
    demandShare(limit, "a limit");
    if (limit <= (limits[i - 1] ?? 0)) throw new RangeError(`limits have to rise: ${limits.join(", ")}`);
  }
  const bad = badNumbers(amounts, "refused");
  if (bad !== null) return bad;
  const sorted = Float64Array.from(amounts).sort().reverse();
  const largest = sorted[0] ?? 0;
  if (largest === 0) return { outcome: "nothing_held" };
  let total = 0;
  for (const amount of sorted) total += amount / largest;
  const classes = [...limits, 1].map((): AbcClass => ({ count: 0, share: 0, least: null }));
  let [at, larger] = [0, 0];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const amount = sorted[from] ?? 0;
    while (to < sorted.length && sorted[to] === amount) to++;
    while (at < limits.length && larger >= (limits[at] ?? 1) * (1 - 1e-12)) at++; // 0.8 of a sum is a last digit more or less
    const one = classes[at];
    const share = ((to - from) * amount) / largest / total;
    if (one !== undefined) [one.count, one.share, one.least] = [one.count + to - from, one.share + share, amount];
    larger += share;
  }
  return { outcome: "found", classes };
}
