import { type Grouped, type Margins, margins } from "./groups.js";
import type { Objective } from "./minimise.js";
import { nbdShares, purchased, whileThere } from "./nbd.js";
import { type PurchaseModel, purchaseModel } from "./purchase-model.js";
import { panel } from "./quadrature.js";
import { digammaRising, logAddExp, logRising } from "./special.js";
import { purchasesWhileAlive } from "./while-alive.js";

/**
 * What BG/NBD and MBG/NBD share. Rates of purchase are gamma with shape r and rate α; after each purchase one may drop out, with a chance
 * that is beta with a and b. BG/NBD tosses that coin after repeat purchases only, MBG/NBD after the first purchase as well: x or x + 1 tosses.
 */
export interface BetaGeometric {
  r: number;
  alpha: number;
  a: number;
  b: number;
}

/** 0: no toss after the first purchase (BG/NBD); 1: one (MBG/NBD). */
type FirstToss = 0 | 1;

/** ln B(a, b + n) − ln B(a, b): the log chance to stay through n tosses; the smaller of the two arguments is the one that rises. */
function logStaying(a: number, b: number, n: number): number {
  if (n === 1) return -Math.log1p(a / b);
  return n <= a ? logRising(b, n) - logRising(a + b, n) : logRising(b, a) - logRising(b + n, a);
}

/** ln odds of having dropped out right after the last purchase: −∞ when no coin was tossed. */
function logOdds({ r, alpha, a, b }: BetaGeometric, tosses: number, x: number, t_x: number, t: number): number {
  return tosses === 0 ? Number.NEGATIVE_INFINITY : Math.log(a / (b + (tosses - 1))) + (r + x) * Math.log1p((t - t_x) / (alpha + t_x));
}

/** One who never came back dropped out at once, by a/(a + b), or stays and has not bought yet. */
function logNone({ r, alpha, a, b }: BetaGeometric, first: FirstToss, t: number): number {
  const none = -r * Math.log1p(t / alpha);
  if (first === 0) return none;
  const bought = (b / (a + b)) * -Math.expm1(none);
  return bought < 0.5 ? Math.log1p(-bought) : logAddExp(Math.log(a), Math.log(b) + none) - Math.log(a + b);
}

/** Σ w ln of the chance to stay through all tosses, with its slopes by a and b: from each number of tosses to the next, for all who reached it at once. */
function stayed(x: Float64Array, { reached }: Margins, first: FirstToss, a: number, b: number): { value: number; byA: number; byB: number } {
  let value = 0;
  let byA = 0;
  let byB = 0;
  let before = 0;
  for (let i = 0; i < x.length; i++) {
    const n = (x[i] ?? 0) + first;
    const more = n - before;
    const w = reached[i] ?? 0;
    const from = b + before;
    value += w * logStaying(a, from, more);
    byA -= w * digammaRising(a + from, more);
    byB +=
      w *
      (more === 1
        ? a / (from * (a + from))
        : more <= a
          ? digammaRising(from, more) - digammaRising(a + from, more)
          : digammaRising(from, a) - digammaRising(from + more, a));
    before = n;
  }
  return { value, byA, byB };
}

/** −(mean log-likelihood) by ln r, ln α, ln a, ln b. A row costs one exponential and one logarithm: all else is computed once for each value of x, t_x or t. */
export function betaGeometricObjective(grouped: Grouped, first: FirstToss): Objective {
  const { x, t_x, t, weight, total } = grouped;
  const sums = margins(grouped);
  const [grownLast, inverseLast] = [new Float64Array(t_x.values.length), new Float64Array(t_x.values.length)];
  const [grownAge, inverseAge] = [new Float64Array(t.values.length), new Float64Array(t.values.length)];
  const [oddsOf, lost] = [new Float64Array(x.values.length), new Float64Array(x.values.length)];
  const [ofX, ofLast, ofAge, counted] = [x.of, t_x.of, t.of, x.values];
  const fillTimes = (times: Float64Array, alpha: number, grown: Float64Array, inverse: Float64Array): void => {
    for (let i = 0; i < times.length; i++) {
      const time = times[i] ?? 0;
      grown[i] = Math.log1p(time / alpha);
      inverse[i] = 1 / (alpha + time);
    }
  };
  const ofRows = new Float64Array(3);
  /** What having dropped out adds to the likelihood and its slopes by r and α. On its own, for the sooner it is compiled. */
  const addRows = (r: number): void => {
    let value = 0;
    let byR = 0;
    let byAlpha = 0;
    for (let i = 0; i < weight.length; i++) {
      const ix = ofX[i] ?? 0;
      const n = counted[ix] ?? 0;
      if (n + first === 0) continue;
      const itx = ofLast[i] ?? 0;
      const it = ofAge[i] ?? 0;
      const w = weight[i] ?? 0;
      const longer = (grownAge[it] ?? 0) - (grownLast[itx] ?? 0);
      const odds = (oddsOf[ix] ?? 0) + (r + n) * longer;
      const e = Math.exp(-Math.abs(odds));
      const share = (odds > 0 ? w : w * e) / (1 + e);
      value += w * (Math.max(odds, 0) + Math.log1p(e));
      lost[ix] = (lost[ix] ?? 0) + share;
      byR += share * longer;
      byAlpha += share * (r + n) * ((inverseAge[it] ?? 0) - (inverseLast[itx] ?? 0));
    }
    ofRows[0] = value;
    ofRows[1] = byR;
    ofRows[2] = byAlpha;
  };
  return (point, gradient) => {
    const r = Math.exp(point[0] ?? 0);
    const alpha = Math.exp(point[1] ?? 0);
    const a = Math.exp(point[2] ?? 0);
    const b = Math.exp(point[3] ?? 0);
    for (let i = 0; i < oddsOf.length; i++) oddsOf[i] = Math.log(a / (b + ((counted[i] ?? 0) + first - 1)));
    fillTimes(t_x.values, alpha, grownLast, inverseLast);
    fillTimes(t.values, alpha, grownAge, inverseAge);
    lost.fill(0);
    const there = whileThere(t.values, sums, r, alpha);
    addRows(r);
    const counts = purchased(x.values, sums, r);
    const tosses = stayed(x.values, sums, first, a, b);
    const value = there.value + counts.value + tosses.value + (ofRows[0] ?? 0);
    const byR = there.byR + counts.byR + (ofRows[1] ?? 0);
    const byAlpha = there.byAlpha + (ofRows[2] ?? 0);
    let { byA, byB } = tosses;
    for (let i = 0; i < lost.length; i++) {
      const gone = lost[i] ?? 0;
      byA += gone / a;
      if (gone > 0) byB -= gone / (b + ((x.values[i] ?? 0) + first - 1));
    }
    gradient[0] = (-r * byR) / total;
    gradient[1] = (-alpha * byAlpha) / total;
    gradient[2] = (-a * byA) / total;
    gradient[3] = (-b * byB) / total;
    return -value / total;
  };
}

/** Σ of purchases, each by e^(−discount · its time): e^(−δh)E(h) + δ∫₀ʰ e^(−δτ)E(τ)dτ, over ln(1 + τ/scale) by panels of four e-folds. */
function discounted(expected: (time: number) => number, scale: number, discount: number, horizon: number): number {
  const end = Math.min(horizon, 50 / discount);
  const rate = discount * scale;
  const upper = Math.log1p(end / scale);
  let [sum, at] = [0, 0];
  while (at < upper) {
    const to = Math.min(upper, at + Math.min(2, 4 / (rate * Math.exp(at))));
    sum += panel((u) => Math.exp(u - rate * Math.expm1(u)) * expected(scale * Math.expm1(u)), at, to);
    at = to;
  }
  return Math.exp(-discount * end) * expected(end) + rate * sum;
}

/** By an age: still there after so many purchases, or dropped out after the last of them. Fader, Hardie & Lee (2005), eq. 8. */
function countShares({ r, alpha, a, b }: BetaGeometric, first: FirstToss, age: number, size: number): Float64Array {
  const bought = nbdShares(r, alpha, age, size);
  let atLeast = 1;
  return bought.map((share, x) => {
    const tosses = x + first;
    const dropped = tosses === 0 ? 0 : (Math.exp(logStaying(a, b, tosses - 1)) * a) / (a + b + (tosses - 1));
    const both = Math.exp(logStaying(a, b, tosses)) * share + dropped * atLeast;
    atLeast = Math.max(0, atLeast - share);
    return both;
  });
}

/** The model of the family with or without a toss after the first purchase. */
export function betaGeometricModel(model: string, first: FirstToss): PurchaseModel<keyof BetaGeometric> {
  const whileAlive = ({ r, alpha, a, b }: BetaGeometric, x: number, t: number, horizon: number): number =>
    purchasesWhileAlive(r + x, a, b + x + first, horizon / (alpha + t));
  return purchaseModel<keyof BetaGeometric>({
    model,
    names: ["r", "alpha", "a", "b"],
    objective: (grouped) => betaGeometricObjective(grouped, first),
    starts: ({ r, alpha }, age) => [
      [r, alpha, 0.1, 10],
      // nearly all drop out at once or never
      [3 * r, 3 * alpha, 0.1, 0.1],
      [0.5, age / 5, 0.5, 0.5],
    ],
    logCount: ({ r, a, b }, x) => logRising(r, x) + logStaying(a, b, x + first),
    logStillThere: ({ r, alpha }, x, t) => {
      const grown = Math.log1p(t / alpha);
      return -r * grown - x * (Math.log(alpha) + grown);
    },
    logNone: (p, t) => logNone(p, first, t),
    logOdds: (p, x, t_x, t) => logOdds(p, x + first, x, t_x, t),
    whileAlive,
    discountedWhileAlive: (p, x, t, discount, horizon) => discounted((time) => whileAlive(p, x, t, time), p.alpha + t, discount, horizon),
    countShares: (p, age, size) => countShares(p, first, age, size),
  });
}
