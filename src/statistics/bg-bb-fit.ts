import { badRows } from "./bad-rows.js";
import { type BgBbName, type BgBbParameters, huge, logAlive, logHuge, names, termRatio } from "./bg-bb-formulas.js";
import type { Fit, Fitting, FitWarning, Histories, Rule, TooLittle } from "./histories.js";
import { maximumLikelihood } from "./maximum-likelihood.js";
import { minimise, type Objective } from "./minimise.js";
import { digammaRising } from "./special.js";

export type BgBbRule = Rule | "fraction_of_an_opportunity" | "more_purchases_than_opportunities";

/** The least data it is fitted to: weights of all rows, and of those with a purchase at an opportunity. */
const least = { histories: 10, buying: 3 };

function brokenRule(x: number, t_x: number, t: number, weight: number): BgBbRule | null {
  if (![x, t_x, t, weight].every(Number.isFinite)) return "not_a_number";
  if (x < 0 || t_x < 0 || t < 0 || weight < 0) return "negative";
  if (!Number.isInteger(x)) return "fraction_of_a_purchase";
  if (!Number.isInteger(t_x) || !Number.isInteger(t)) return "fraction_of_an_opportunity";
  if (t_x > t) return "last_after_end";
  if (x === 0 && t_x > 0) return "last_without_repeat";
  return x > t_x ? "more_purchases_than_opportunities" : null;
}

/** Why these histories cannot be fitted; null when they can. */
export function refuseOpportunities({ x, t_x, t, weight }: Histories): Exclude<Fitting<never, BgBbRule>, { outcome: "fitted" }> | null {
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

/** Rows that are equal together, ordered so that those of one (x, t) follow each other, the latest t_x first: they share one sum. */
interface Cells extends Record<"x" | "t_x" | "t" | "weight", Float64Array> {
  total: number;
}

function cells({ x, t_x, t, weight }: Histories): Cells {
  let side = 1;
  for (let row = 0; row < t.length; row++) side = Math.max(side, 1 + (t[row] ?? 0));
  // one number for the three, as long as it is exact; a text takes five times as long
  const small = side ** 3 < Number.MAX_SAFE_INTEGER;
  const places = new Map<number | string, number>();
  const [firsts, weights]: [number[], number[]] = [[], []];
  for (let row = 0; row < x.length; row++) {
    const w = weight === undefined ? 1 : (weight[row] ?? 0);
    if (w === 0) continue;
    const [a, b, c] = [x[row] ?? 0, t_x[row] ?? 0, t[row] ?? 0];
    const key = small ? (a * side + b) * side + c : `${a} ${b} ${c}`;
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, firsts.length);
      firsts.push(row);
      weights.push(w);
    } else weights[place] = (weights[place] ?? 0) + w;
  }
  const order = [...firsts.keys()].sort((i, j) => {
    const [a = 0, b = 0] = [firsts[i], firsts[j]];
    return (x[a] ?? 0) - (x[b] ?? 0) || (t[a] ?? 0) - (t[b] ?? 0) || (t_x[b] ?? 0) - (t_x[a] ?? 0);
  });
  const column = (of: ArrayLike<number>): Float64Array => Float64Array.from(order, (place) => of[firsts[place] ?? 0] ?? 0);
  return {
    x: column(x),
    t_x: column(t_x),
    t: column(t),
    weight: Float64Array.from(order, (place) => weights[place] ?? 0),
    total: weights.reduce((sum, w) => sum + w, 0),
  };
}

/** Of the different (x, t) every so many-th, with all its t_x: for a first look at many. */
function thinned({ x, t_x, t, weight }: Cells, step: number): Cells {
  let group = -1;
  const kept = x.map((_, i) => {
    if (x[i] !== x[i - 1] || t[i] !== t[i - 1]) group++;
    return group % step === 0 ? 1 : 0;
  });
  const pick = (of: Float64Array): Float64Array => of.filter((_, i) => kept[i] === 1);
  const weights = pick(weight);
  return { x: pick(x), t_x: pick(t_x), t: pick(t), weight: weights, total: weights.reduce((sum, w) => sum + w, 0) };
}

/** The mean negative log-likelihood by the logarithms of the parameters. Scalars only: this is where a fit spends its time. */
function objectiveOf({ x: xs, t_x: lasts, t: ts, weight, total }: Cells): Objective {
  return (point, gradient) => {
    const [alpha = 0, beta = 0, gamma = 0, delta = 0] = point.map(Math.exp);
    const parameters = { alpha, beta, gamma, delta };
    let value = 0;
    let byAlpha = 0;
    let byBeta = 0;
    let byGamma = 0;
    let byDelta = 0;
    for (let i = 0; i < xs.length; ) {
      const x = xs[i] ?? 0;
      const t = ts[i] ?? 0;
      const alive = logAlive(parameters, { x, t_x: x, t });
      const [all, gone] = [digammaRising(alpha + beta, t), digammaRising(gamma + delta, t)];
      const [aliveAlpha, aliveBeta, aliveDelta] = [digammaRising(alpha, x) - all, digammaRising(beta, t - x) - all, digammaRising(delta, t) - gone];
      // the last term, the sum of all, and the slopes of the term's logarithm and of the sum
      let term = 1;
      let sum = 1;
      let scale = 0;
      let termAlpha = 0;
      let termBeta = 0;
      let termGamma = 0;
      let termDelta = 0;
      let sumAlpha = 0;
      let sumBeta = 0;
      let sumGamma = 0;
      let sumDelta = 0;
      let j = t - 1;
      for (; i < xs.length && xs[i] === x && ts[i] === t; i++) {
        for (const last = lasts[i] ?? 0; j >= last; j--) {
          const buying = 1 / (alpha + beta + j);
          const leaving = 1 / (j === t - 1 ? gamma : gamma + delta + j + 1);
          termAlpha += buying;
          termBeta += buying - 1 / (beta + (j - x));
          termGamma += leaving;
          termDelta += (j === t - 1 ? 0 : leaving) - 1 / (delta + j);
          term *= termRatio(parameters, x, t, j);
          sum += term;
          sumAlpha += term * termAlpha;
          sumBeta += term * termBeta;
          sumGamma += term * termGamma;
          sumDelta += term * termDelta;
          if (sum > huge) {
            term /= huge;
            sum /= huge;
            sumAlpha /= huge;
            sumBeta /= huge;
            sumGamma /= huge;
            sumDelta /= huge;
            scale += logHuge;
          }
        }
        const w = weight[i] ?? 0;
        value -= w * (alive + scale + Math.log(sum));
        byAlpha -= w * (aliveAlpha + sumAlpha / sum);
        byBeta -= w * (aliveBeta + sumBeta / sum);
        byGamma -= w * (sumGamma / sum - gone);
        byDelta -= w * (aliveDelta + sumDelta / sum);
      }
    }
    gradient[0] = (alpha * byAlpha) / total;
    gradient[1] = (beta * byBeta) / total;
    gradient[2] = (gamma * byGamma) / total;
    gradient[3] = (delta * byDelta) / total;
    return value / total;
  };
}

/** The last: there is dropout, but nothing tells how its chance is spread. */
export type BgBbWarning = FitWarning | "dropout_spread_not_identified";

export interface BgBbFit extends Fit<BgBbName, BgBbWarning> {
  /** The same data when nobody ever leaves (beta-binomial), and twice the difference of the log-likelihoods. */
  without_dropout: { alpha: number; beta: number; log_likelihood: number };
  likelihood_ratio: number;
}

/** More different rows than this are looked at through a part of them first, from all starts; then all of them from the best. */
const many = 10_000;
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
  const refusal = refuseOpportunities(histories);
  if (refusal !== null) return refusal;
  const rows = cells(histories);
  const weight = rows.total;
  const sum = (of: Float64Array): number => of.reduce((all, one, i) => all + one * (rows.weight[i] ?? 0), 0);
  const share = Math.min(0.95, sum(rows.x) / sum(rows.t));
  const objective = objectiveOf(rows);
  const starts: BgBbParameters[] = [
    { alpha: 1, beta: 1, gamma: 0.5, delta: 2.5 },
    { alpha: share, beta: 1 - share, gamma: 0.1, delta: 9.9 },
    { alpha: 3 * share, beta: 3 * (1 - share), gamma: 1, delta: 99 },
  ];
  const few = rows.x.length <= many ? null : thinned(rows, Math.ceil(rows.x.length / many));
  const from = few === null ? starts : [maximumLikelihood(names, objectiveOf(few), few.total, starts).parameters];
  const found = maximumLikelihood(names, objective, weight, from);
  const without_dropout = withoutDropout(objective, weight, share);
  const likelihood_ratio = 2 * (found.log_likelihood - without_dropout.log_likelihood);
  const warnings: BgBbWarning[] = [];
  const { parameters, log_likelihood, iterations, gradient_norm } = found;
  if (likelihood_ratio < noDropout) warnings.push("dropout_not_identified");
  else if (parameters.gamma + parameters.delta < leastSpread || found.flat(["gamma", "delta"])) warnings.push("dropout_spread_not_identified");
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
