import { badRows } from "./bad-rows.js";
import { discountedPeriods, expectedPeriods, logSurvival } from "./beta-lifetimes.js";
import type { Fit, Fitting, FitWarning, Histories, History, Rule, TooLittle } from "./histories.js";
import { maximumLikelihood } from "./maximum-likelihood.js";
import { minimise, type Objective } from "./minimise.js";
import { digammaRising, logRising } from "./special.js";

/**
 * The beta-geometric/beta-Bernoulli model of purchases at discrete opportunities: at each, who is still alive buys with a chance that is
 * Beta(alpha, beta) distributed over all; before each, one leaves for good with a chance that is Beta(gamma, delta) distributed.
 * In a history `t` is the number of opportunities there were, `x` at how many of them was bought, `t_x` the last of these (0: at none).
 *
 * Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science 29.
 */

const names = ["alpha", "beta", "gamma", "delta"] as const;
export type BgBbName = (typeof names)[number];
export type BgBbParameters = Record<BgBbName, number>;
export type BgBbRule = Rule | "fraction_of_an_opportunity" | "more_purchases_than_opportunities";

/** The least data it is fitted to: weights of all rows, and of those with a purchase at an opportunity. */
const least = { histories: 10, buying: 3 };

/** Above this, sums are scaled down: they grow beyond every double when thousands of opportunities went by. */
const [huge, logHuge] = [1e100, 100 * Math.LN10];

/**
 * The likelihood of a history is a sum over when the end came: never so far, or after opportunity j = t − 1, …, t_x. All terms are kept
 * relative to the first, each is the one before times a ratio of small sums, and all are positive: nothing cancels, no gamma function is needed.
 */
interface Walk {
  /** Of the next term: j. */
  j: number;
  /** The last term and the sum of all (the first is 1), both times exp(−scale). */
  term: number;
  sum: number;
  scale: number;
}

const begin = (t: number): Walk => ({ j: t - 1, term: 1, sum: 1, scale: 0 });

/** Adds the terms down to that of leaving after opportunity t_x. */
function walkTo(walk: Walk, { alpha, beta, gamma, delta }: BgBbParameters, x: number, t_x: number, t: number): void {
  for (; walk.j >= t_x; walk.j--) {
    const { j } = walk;
    walk.term *= ((alpha + beta + j) / (beta + j - x)) * ((j === t - 1 ? gamma : gamma + delta + j + 1) / (delta + j));
    walk.sum += walk.term;
    if (walk.sum > huge) {
      walk.term /= huge;
      walk.sum /= huge;
      walk.scale += logHuge;
    }
  }
}

function walked(parameters: BgBbParameters, { x, t_x, t }: History): Walk {
  const walk = begin(t);
  walkTo(walk, parameters, x, t_x, t);
  return walk;
}

/** ln of the chance of purchases at just these x of t opportunities, alive at all of them. */
function logAlive({ alpha, beta, gamma, delta }: BgBbParameters, { x, t }: History): number {
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
  const { sum, scale } = walked(parameters, history);
  return logAlive(parameters, history) + scale + Math.log(sum);
}

/**
 * The chance of being alive at the opportunity `ahead` after the last observed one. 1, the default, is the next one, as in
 * the paper (its equation 11); with 0, the last one, it is 1 for all who bought then.
 */
export function bgBbProbabilityAlive(parameters: BgBbParameters, history: History, ahead = 1): number {
  const { sum, scale } = walked(parameters, history);
  const now = Math.exp(-scale) / sum;
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

function brokenRule(x: number, t_x: number, t: number, weight: number): BgBbRule | null {
  if (![x, t_x, t, weight].every(Number.isFinite)) return "not_a_number";
  if (x < 0 || t_x < 0 || t < 0 || weight < 0) return "negative";
  if (!Number.isInteger(x)) return "fraction_of_a_purchase";
  if (!Number.isInteger(t_x) || !Number.isInteger(t)) return "fraction_of_an_opportunity";
  if (t_x > t) return "last_after_end";
  if (x === 0 && t_x > 0) return "last_without_repeat";
  return x > t_x ? "more_purchases_than_opportunities" : null;
}

function refuse({ x, t_x, t, weight }: Histories): Exclude<Fitting<never, BgBbRule>, { outcome: "fitted" }> | null {
  const w = (row: number): number => (weight === undefined ? 1 : (weight[row] ?? Number.NaN));
  const bad = badRows(x.length, (row) => brokenRule(x[row] ?? Number.NaN, t_x[row] ?? Number.NaN, t[row] ?? Number.NaN, w(row)));
  if (bad !== null) return bad;
  const few = (reason: TooLittle) => ({ outcome: "too_little_data", reason }) as const;
  if (x.length === 0) return few("no_rows");
  let [all, buying, longest] = [0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    all += w(row);
    if ((x[row] ?? 0) > 0) buying += w(row);
    if (w(row) > 0) longest = Math.max(longest, t[row] ?? 0);
  }
  if (longest === 0) return few("no_time_observed");
  if (buying === 0) return few("no_repeat_purchases");
  return all < least.histories || buying < least.buying ? few("too_few") : null;
}

/** Rows that are equal together, ordered so that those of one (x, t) follow each other, the latest t_x first: they share one walk. */
function cells({ x, t_x, t, weight }: Histories): { history: History; weight: number }[] {
  const together = new Map<string, { history: History; weight: number }>();
  for (let row = 0; row < x.length; row++) {
    const history = { x: x[row] ?? 0, t_x: t_x[row] ?? 0, t: t[row] ?? 0 };
    const w = weight === undefined ? 1 : (weight[row] ?? 0);
    const key = `${history.x} ${history.t_x} ${history.t}`;
    const cell = together.get(key);
    if (cell === undefined) together.set(key, { history, weight: w });
    else cell.weight += w;
  }
  return [...together.values()].filter(({ weight: w }) => w > 0).sort(({ history: a }, { history: b }) => a.x - b.x || a.t - b.t || b.t_x - a.t_x);
}

/** The slopes of the terms of a walk by the four parameters: of the last term's logarithm, and of the sum (scaled as the walk is). */
interface Slopes {
  log: Float64Array;
  sum: Float64Array;
}

function objectiveOf(rows: { history: History; weight: number }[], weight: number): Objective {
  return (point, gradient) => {
    const [alpha = 0, beta = 0, gamma = 0, delta = 0] = point.map(Math.exp);
    const parameters = { alpha, beta, gamma, delta };
    let total = 0;
    const slope = new Float64Array(4);
    let [walk, slopes]: [Walk, Slopes] = [begin(0), { log: new Float64Array(4), sum: new Float64Array(4) }];
    let [alive, aliveSlopes] = [0, new Float64Array(4)];
    let before: History | null = null;
    for (const { history, weight: w } of rows) {
      const { x, t } = history;
      if (before === null || before.x !== x || before.t !== t) {
        walk = begin(t);
        slopes = { log: new Float64Array(4), sum: new Float64Array(4) };
        alive = logAlive(parameters, history);
        const [all, gone] = [digammaRising(alpha + beta, t), digammaRising(gamma + delta, t)];
        aliveSlopes = Float64Array.of(digammaRising(alpha, x) - all, digammaRising(beta, t - x) - all, -gone, digammaRising(delta, t) - gone);
      }
      before = history;
      walkWithSlopes(walk, slopes, parameters, history);
      total -= (w / weight) * (alive + walk.scale + Math.log(walk.sum));
      for (let i = 0; i < 4; i++) slope[i] = (slope[i] ?? 0) - (w / weight) * ((aliveSlopes[i] ?? 0) + (slopes.sum[i] ?? 0) / walk.sum);
    }
    [alpha, beta, gamma, delta].forEach((value, i) => {
      gradient[i] = (slope[i] ?? 0) * value;
    });
    return total;
  };
}

function walkWithSlopes(walk: Walk, { log, sum }: Slopes, parameters: BgBbParameters, { x, t_x, t }: History): void {
  const { alpha, beta, gamma, delta } = parameters;
  while (walk.j >= t_x) {
    const { j, scale } = walk;
    const [all, none, left, stay] = [1 / (alpha + beta + j), 1 / (beta + j - x), 1 / (j === t - 1 ? gamma : gamma + delta + j + 1), 1 / (delta + j)];
    log[0] = (log[0] ?? 0) + all;
    log[1] = (log[1] ?? 0) + all - none;
    log[2] = (log[2] ?? 0) + left;
    log[3] = (log[3] ?? 0) + (j === t - 1 ? 0 : left) - stay;
    walkTo(walk, parameters, x, j, t);
    const shrunk = walk.scale > scale ? 1 / huge : 1;
    for (let i = 0; i < 4; i++) sum[i] = (sum[i] ?? 0) * shrunk + walk.term * (log[i] ?? 0);
  }
}

export interface BgBbFit extends Fit<BgBbName> {
  /** The same data when nobody ever leaves (beta-binomial), and twice the difference of the log-likelihoods. */
  without_dropout: { alpha: number; beta: number; log_likelihood: number };
  likelihood_ratio: number;
}

/** Twice the log-likelihood that dropout adds below which the data do not know of it. */
const noDropout = 0.01;
/** Below this, chances are 0 or 1 and nothing between: the optimum lies where both parameters vanish. */
const leastSpread = 1e-3;

/** The best that is possible when next to nobody leaves. */
function withoutDropout(objective: Objective, weight: number, share: number): BgBbFit["without_dropout"] {
  const all = new Float64Array(4);
  const staying: Objective = ([alpha = 0, beta = 0], gradient) => {
    const value = objective(Float64Array.of(alpha, beta, Math.log(1e-13), 0), all);
    gradient.set(all.subarray(0, 2));
    return value;
  };
  const starts = [1, 10].map((size) => [Math.log(size * share), Math.log(size * (1 - share))]);
  const { point, value } = minimise(staying, starts, { tolerance: 1e-10, longest_step: 2 });
  return { alpha: Math.exp(point[0] ?? 0), beta: Math.exp(point[1] ?? 0), log_likelihood: -value * weight };
}

/** Fits the model by maximum likelihood to at least 10 histories of which 3 have a purchase at an opportunity (weights counted); one start has small dropout. */
export function fitBgBb(histories: Histories): Fitting<BgBbFit, BgBbRule> {
  const refusal = refuse(histories);
  if (refusal !== null) return refusal;
  const rows = cells(histories);
  const weight = rows.reduce((sum, row) => sum + row.weight, 0);
  const sum = (of: (history: History) => number): number => rows.reduce((all, row) => all + row.weight * of(row.history), 0);
  const share = Math.min(0.95, sum(({ x }) => x) / sum(({ t }) => t));
  const objective = objectiveOf(rows, weight);
  const found = maximumLikelihood(names, objective, weight, [
    { alpha: 1, beta: 1, gamma: 0.5, delta: 2.5 },
    { alpha: share, beta: 1 - share, gamma: 0.1, delta: 9.9 },
    { alpha: 3 * share, beta: 3 * (1 - share), gamma: 1, delta: 99 },
  ]);
  const without_dropout = withoutDropout(objective, weight, share);
  const likelihood_ratio = 2 * (found.log_likelihood - without_dropout.log_likelihood);
  const warnings: FitWarning[] = [];
  const { parameters, log_likelihood, iterations, gradient_norm } = found;
  if (likelihood_ratio < noDropout || parameters.gamma + parameters.delta < leastSpread || found.flat(["gamma", "delta"]))
    warnings.push("dropout_not_identified");
  if (parameters.alpha + parameters.beta < leastSpread || found.flat(["alpha", "beta"])) warnings.push("rates_not_identified");
  if (found.standard_errors === null && warnings.length === 0) warnings.push("no_curvature");
  if (!found.converged) warnings.push("not_converged");
  const identified = warnings.length === 0;
  const standard_errors = identified ? found.standard_errors : null;
  return {
    outcome: "fitted",
    fit: { model: "bg_bb", parameters, standard_errors, log_likelihood, iterations, gradient_norm, identified, warnings, without_dropout, likelihood_ratio },
  };
}
