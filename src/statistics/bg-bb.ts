import { discountedPeriods, expectedPeriods, logSurvival } from "./beta-lifetimes.js";
import type { Histories, History } from "./histories.js";
import { logRising } from "./special.js";

/**
 * The beta-geometric/beta-Bernoulli model of purchases at discrete opportunities: at each, who is still alive buys with a chance that is
 * Beta(alpha, beta) distributed over all; before each, one leaves for good with a chance that is Beta(gamma, delta) distributed.
 * In a history `t` is the number of opportunities there were, `x` at how many of them was bought, `t_x` the last of these (0: at none).
 *
 * Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science 29.
 */

export const bgBbNames = ["alpha", "beta", "gamma", "delta"] as const;
export type BgBbName = (typeof bgBbNames)[number];
export type BgBbParameters = Record<BgBbName, number>;

/** Above this, sums are scaled down: they grow beyond every double when thousands of opportunities went by. */
export const huge = 1e100;
export const logHuge = 100 * Math.LN10;

/**
 * The likelihood of a history is a sum over when the end came: never so far, or after opportunity j = t − 1, …, t_x. All terms are kept
 * relative to the first, each is this times the one before, and all are positive: nothing cancels, no gamma function is needed.
 */
export function termRatio({ alpha, beta, gamma, delta }: BgBbParameters, x: number, t: number, j: number): number {
  return ((alpha + beta + j) / (beta + (j - x))) * ((j === t - 1 ? gamma : gamma + delta + j + 1) / (delta + j));
}

/** ln of the sum of the terms, the first being 1. */
function logSum(parameters: BgBbParameters, { x, t_x, t }: History): number {
  let [term, sum, scale] = [1, 1, 0];
  for (let j = t - 1; j >= t_x; j--) {
    term *= termRatio(parameters, x, t, j);
    sum += term;
    if (sum > huge) [term, sum, scale] = [term / huge, sum / huge, scale + logHuge];
  }
  return scale + Math.log(sum);
}

/** ln of the chance of purchases at just these x of t opportunities, alive at all of them. */
export function logAlive({ alpha, beta, gamma, delta }: BgBbParameters, { x, t }: History): number {
  const buying =
    x === 0 ? logSurvival(alpha, beta, t) : logRising(alpha, x) - logRising(alpha + beta, x) + logRising(beta, t - x) - logRising(alpha + beta + x, t - x);
  return buying + logSurvival(gamma, delta, t);
}

/** The chance of any purchase at the first t opportunities: the first of them at opportunity 1, 2, …; positive terms, so that a small one is exact. */
function chanceOfAny({ alpha, beta, gamma, delta }: BgBbParameters, t: number): number {
  let [none, sum] = [1, 0];
  for (let i = 0; i < t; i++) {
    none *= (delta + i) / (gamma + delta + i);
    sum += (none * alpha) / (alpha + beta + i);
    none *= (beta + i) / (alpha + beta + i);
  }
  return sum;
}

/** ln of the chance of this history. */
export function bgBbLogLikelihood(parameters: BgBbParameters, history: History): number {
  const any = history.x === 0 ? chanceOfAny(parameters, history.t) : 1;
  // almost sure, the history's logarithm is the small difference of large terms
  if (any < 0.5) return Math.log1p(-any);
  return logAlive(parameters, history) + logSum(parameters, history);
}

/**
 * The chance of being alive at the opportunity `ahead` after the last observed one. 1, the default, is the next one, as in
 * the paper (its equation 11); with 0, the last one, it is 1 for all who bought then.
 */
export function bgBbProbabilityAlive(parameters: BgBbParameters, history: History, ahead = 1): number {
  const now = Math.exp(-logSum(parameters, history));
  return ahead === 0 ? now : now * Math.exp(logSurvival(parameters.gamma, parameters.delta + history.t, Math.floor(ahead)));
}

/** Alive at the last opportunity, times the chance of a purchase at each opportunity while alive. */
function rate(parameters: BgBbParameters, history: History): number {
  const { alpha, beta } = parameters;
  return (bgBbProbabilityAlive(parameters, history, 0) * (alpha + history.x)) / (alpha + beta + history.t);
}

/** Purchases expected at the next `horizon` opportunities; of a fraction of one nothing is expected. */
export function bgBbExpectedPurchases(parameters: BgBbParameters, history: History, horizon: number): number {
  return rate(parameters, history) * expectedPeriods(parameters.gamma, parameters.delta + history.t, horizon);
}

/** All purchases still to come, each discounted by (1 + discount) per opportunity from now; null without a discount when they have no bound (gamma ≤ 1). */
export function bgBbDiscountedPurchases(parameters: BgBbParameters, history: History, discount: number): number | null {
  const { gamma, delta } = parameters;
  const b = delta + history.t;
  // the first opportunity to come is survived with b / (gamma + b); from there on as from any other
  const periods = discountedPeriods(gamma, b + 1, discount);
  return periods === null ? null : (((rate(parameters, history) * b) / (gamma + b)) * periods) / (1 + discount);
}

/** The chances of 0, 1, … purchases of somebody new at the first `opportunities`: to be held against how many had as many. */
export function bgBbPurchaseChances(parameters: BgBbParameters, opportunities: number): Float64Array {
  const { alpha, beta, gamma, delta } = parameters;
  const chances = new Float64Array(opportunities + 1);
  for (let j = 0; j <= opportunities; j++) {
    // left after opportunity j, or not so far; then any j' of the j alike
    const survived = logSurvival(gamma, delta, j);
    const left = j === opportunities ? survived : survived + Math.log(gamma / (gamma + delta + j));
    for (let x = 0; x <= j; x++) {
      const ways = logRising(j - x + 1, x) - logRising(1, x);
      chances[x] = (chances[x] ?? 0) + Math.exp(ways + logRising(alpha, x) + logRising(beta, j - x) - logRising(alpha + beta, j) + left);
    }
  }
  return chances;
}

function column(histories: Histories, out: Float64Array, value: (history: History) => number): Float64Array {
  const history = { x: 0, t_x: 0, t: 0 };
  for (let row = 0; row < histories.x.length; row++) {
    history.x = histories.x[row] ?? 0;
    history.t_x = histories.t_x[row] ?? 0;
    history.t = histories.t[row] ?? 0;
    out[row] = value(history);
  }
  return out;
}

/** `bgBbLogLikelihood` of each row, into `out`. */
export function bgBbLogLikelihoods(parameters: BgBbParameters, histories: Histories, out: Float64Array): Float64Array {
  return column(histories, out, (history) => bgBbLogLikelihood(parameters, history));
}

/** A function of whole numbers that is asked for the same ones again and again. */
function remembered(value: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    const before = known.get(n);
    if (before !== undefined) return before;
    const now = value(n);
    known.set(n, now);
    return now;
  };
}

/** `bgBbProbabilityAlive` of each row, into `out`. */
export function bgBbProbabilitiesAlive(parameters: BgBbParameters, histories: Histories, out: Float64Array, ahead = 1): Float64Array {
  const { gamma, delta } = parameters;
  const onward = remembered((t) => Math.exp(logSurvival(gamma, delta + t, Math.floor(ahead))));
  return column(histories, out, (history) => bgBbProbabilityAlive(parameters, history, 0) * onward(history.t));
}

/** `bgBbExpectedPurchases` of each row, into `out`. */
export function bgBbExpectedPurchasesOf(parameters: BgBbParameters, histories: Histories, horizon: number, out: Float64Array): Float64Array {
  const periods = remembered((t) => expectedPeriods(parameters.gamma, parameters.delta + t, horizon));
  return column(histories, out, (history) => rate(parameters, history) * periods(history.t));
}
