import { discountedPeriods, expectedPeriods, logSurvival } from "./beta-lifetimes.js";
import type { History } from "./histories.js";
import { logRising } from "./special.js";

/**
 * The beta-geometric/beta-Bernoulli model of purchases at discrete opportunities: at each, who is still alive buys with a chance that is
 * Beta(alpha, beta) distributed over all; before each, one leaves for good with a chance that is Beta(gamma, delta) distributed.
 * In a history `t` is the number of opportunities there were, `x` at how many of them was bought, `t_x` the last of these (0: at none).
 *
 * Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science 29.
 */

export const names = ["alpha", "beta", "gamma", "delta"] as const;
export type BgBbName = (typeof names)[number];
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
export function logLikelihood(parameters: BgBbParameters, history: History): number {
  const any = history.x === 0 ? chanceOfAny(parameters, history.t) : 1;
  // almost sure, the history's logarithm is the small difference of large terms
  if (any < 0.5) return Math.log1p(-any);
  return logAlive(parameters, history) + logSum(parameters, history);
}

/** The chance of having been alive at the last opportunity: 1 for all who bought then. */
export function lastlyAlive(parameters: BgBbParameters, history: History): number {
  return Math.exp(-logSum(parameters, history));
}

/** The chance of a purchase at an opportunity, of one who is alive. */
export function meanPurchase({ alpha, beta }: BgBbParameters, { x, t }: History): number {
  return (alpha + x) / (alpha + beta + t);
}

/**
 * The chance of being alive at the opportunity `ahead` after the last observed one. 1, the default, is the next one, as in
 * the paper (its equation 11); 0 is the last one.
 */
export function probabilityAlive(parameters: BgBbParameters, history: History, ahead = 1): number {
  return lastlyAlive(parameters, history) * Math.exp(logSurvival(parameters.gamma, parameters.delta + history.t, Math.floor(ahead)));
}

/** Alive at the last opportunity, times the chance of a purchase at each opportunity while alive. */
function rate(parameters: BgBbParameters, history: History): number {
  return lastlyAlive(parameters, history) * meanPurchase(parameters, history);
}

/** Purchases expected at the next `horizon` opportunities; of a fraction of one nothing is expected. */
export function expectedPurchases(parameters: BgBbParameters, history: History, horizon: number): number {
  return rate(parameters, history) * expectedPeriods(parameters.gamma, parameters.delta + history.t, horizon);
}

/** All purchases still to come, each discounted by (1 + discount) per opportunity from now; null without a discount when they have no bound (gamma ≤ 1). */
export function residualPurchases(parameters: BgBbParameters, history: History, discount: number): number | null {
  const { gamma, delta } = parameters;
  const b = delta + history.t;
  // the first opportunity to come is survived with b / (gamma + b); from there on as from any other
  const periods = discountedPeriods(gamma, b + 1, discount);
  return periods === null ? null : (((rate(parameters, history) * b) / (gamma + b)) * periods) / (1 + discount);
}

/** The chances of 0, 1, … purchases of somebody new at the first `opportunities`: to be held against how many had as many. */
export function purchaseChances(parameters: BgBbParameters, opportunities: number): Float64Array {
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
