import { badRows } from "./bad-rows.js";
import type { Fit, Fitting } from "./histories.js";
import { maximumLikelihood } from "./maximum-likelihood.js";
import type { Objective } from "./minimise.js";
import { panel } from "./quadrature.js";
import { digammaRising, logBeta } from "./special.js";

/**
 * The gamma-gamma model of spend: a purchase is Gamma(p, ν) distributed, and ν is Gamma(q, v) distributed over all who buy; v is in the unit
 * of the spend. How much is spent has nothing to do with how often: the correlation is reported, for where it does the model does not hold.
 *
 * Fader & Hardie (2013), The gamma-gamma model of monetary value.
 */

const names = ["p", "q", "v"] as const;
export type GammaGammaName = (typeof names)[number];
export type GammaGammaParameters = Record<GammaGammaName, number>;

/** One row each: `x` repeat purchases, `spend` the mean amount of these (whatever it is where x is 0), and how many have both (1 each when absent). */
export interface Spends {
  x: ArrayLike<number>;
  spend: ArrayLike<number>;
  weight?: ArrayLike<number>;
}

/** One row of these. */
export interface Spend {
  x: number;
  spend: number;
}

export type SpendRule = "not_a_number" | "negative" | "fraction_of_a_purchase" | "spend_not_above_zero";
export type TooLittleSpend = "no_rows" | "no_repeat_purchases" | "too_few" | "spend_does_not_vary";
export type SpendWarning =
  /** Spend and number of purchases are correlated by more than 0.2 either way, and more than chance would have it. */
  | "spend_follows_frequency"
  /** q ≤ 1: the mean over all has no bound; means of those with enough purchases stand. */
  | "no_population_mean"
  /** The mean over all has a bound, but lies beyond three times that of the data: it hangs on a tail that nobody has seen. */
  | "population_mean_far"
  /** Nothing tells how spend differs from one to the other (q and v run off together), or within one (p runs off). */
  | "spread_not_identified"
  | "variation_not_identified"
  | "no_curvature"
  | "not_converged";

export interface GammaGammaFit extends Fit<GammaGammaName, SpendWarning> {
  /** Of purchases and mean spend (Pearson); null where all have as many purchases. */
  correlation: number | null;
  population_mean: number | null;
}

/** The least data it is fitted to: the weight of rows with repeat purchases. */
const leastRepeating = 10;
const largeCorrelation = 0.2;
const farMean = 3;

/** ln of the density of this mean spend, given its number of purchases; 0 without any. In terms of one sign each but for the beta function: nothing cancels. */
export function gammaGammaLogLikelihood({ p, q, v }: GammaGammaParameters, { x, spend }: Spend): number {
  if (x === 0) return 0;
  const sum = x * spend;
  return -logBeta(p * x, q) - Math.log(spend) - q * Math.log1p(sum / v) - p * x * Math.log1p(v / sum);
}

/** The share of those with so many purchases (above 0) whose mean spend lies in each class between these ascending edges, at least 0. For the eye: to about six digits. */
export function gammaGammaShares(parameters: GammaGammaParameters, x: number, edges: readonly number[]): number[] {
  const density = (spend: number): number => Math.exp(gammaGammaLogLikelihood(parameters, { x, spend }));
  return edges.slice(1).map((to, i) => panel(density, edges[i] ?? 0, to));
}

/** The mean spend of a purchase over all; null where it has no bound (q ≤ 1). */
export function gammaGammaPopulationMean({ p, q, v }: GammaGammaParameters): number | null {
  return q > 1 ? (p * v) / (q - 1) : null;
}

/** The mean spend to expect of somebody's purchases to come: between their mean so far and that of all; null where it has no bound (p x + q ≤ 1). */
export function gammaGammaExpectedSpend({ p, q, v }: GammaGammaParameters, { x, spend }: Spend): number | null {
  const known = x === 0 ? 0 : x * spend;
  const under = p * x + q - 1;
  return under > 0 ? (p * (v + known)) / under : null;
}

/** `gammaGammaLogLikelihood` of each row, into `out`. */
export function gammaGammaLogLikelihoods(parameters: GammaGammaParameters, { x, spend }: Spends, out: Float64Array): Float64Array {
  for (let row = 0; row < x.length; row++) out[row] = gammaGammaLogLikelihood(parameters, { x: x[row] ?? 0, spend: spend[row] ?? 0 });
  return out;
}

/** `gammaGammaExpectedSpend` of each row, into `out`; rows where it has no bound have 0 there and are told. */
export function gammaGammaExpectedSpends(parameters: GammaGammaParameters, { x, spend }: Spends, out: Float64Array): { unknown: number[] } {
  const unknown: number[] = [];
  for (let row = 0; row < x.length; row++) {
    const value = gammaGammaExpectedSpend(parameters, { x: x[row] ?? 0, spend: spend[row] ?? 0 });
    if (value === null) unknown.push(row);
    out[row] = value ?? 0;
  }
  return { unknown };
}

function brokenRule(x: number, spend: number, weight: number): SpendRule | null {
  if (!Number.isFinite(x) || !Number.isFinite(weight)) return "not_a_number";
  if (x < 0 || weight < 0) return "negative";
  if (!Number.isInteger(x)) return "fraction_of_a_purchase";
  if (x === 0) return null;
  if (!Number.isFinite(spend)) return "not_a_number";
  return spend > 0 ? null : "spend_not_above_zero";
}

/** Rows with repeat purchases, by number of these: what depends on it alone is computed once for each. */
interface Ordered {
  x: Float64Array;
  /** x times spend. */
  sum: Float64Array;
  weight: Float64Array;
  total: number;
}

function ordered({ x, spend, weight }: Spends): Ordered {
  const w = (row: number): number => (weight === undefined ? 1 : (weight[row] ?? 0));
  const rows = Uint32Array.from({ length: x.length }, (_, row) => row)
    .filter((row) => (x[row] ?? 0) > 0 && w(row) > 0)
    .sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const column = (of: (row: number) => number): Float64Array => Float64Array.from(rows, of);
  const weights = column(w);
  return {
    x: column((row) => x[row] ?? 0),
    sum: column((row) => (x[row] ?? 0) * (spend[row] ?? 0)),
    weight: weights,
    total: weights.reduce((all, one) => all + one, 0),
  };
}

/** The mean negative log-likelihood by ln p, ln q, ln v. */
function objectiveOf({ x, sum, weight, total }: Ordered): Objective {
  const logSum = sum.map(Math.log);
  const logSpend = weight.reduce((all, w, i) => all + w * ((logSum[i] ?? 0) - Math.log(x[i] ?? 1)), 0);
  const starts = Uint32Array.from(x.keys()).filter((i) => i === 0 || x[i] !== x[i - 1]);
  const sums = new Float64Array(4);
  /** Adds rows with the same n purchases to the value and to its slopes by ln p, ln q and ln v, term by term: what cancels in a row would not in sums. On its own, for the sooner it is compiled. */
  const addRows = (from: number, to: number, pn: number, q: number, logV: number): void => {
    const v = Math.exp(logV);
    const beta = logBeta(pn, q);
    const shapeP = digammaRising(pn, q);
    const shapeQ = digammaRising(q, pn);
    let value = 0;
    let byPn = 0;
    let byQ = 0;
    let byV = 0;
    for (let i = from; i < to; i++) {
      const s = sum[i] ?? 0;
      const w = weight[i] ?? 0;
      // ln(1 + s/v) and ln(1 + v/s): one of them, and their difference
      const apart = (logSum[i] ?? 0) - logV;
      const small = Math.log1p(s > v ? v / s : s / v);
      const ofSum = s > v ? small + apart : small;
      const ofScale = s > v ? small : small - apart;
      value += w * (beta + q * ofSum + pn * ofScale);
      byPn -= w * (shapeP - ofScale);
      byQ -= w * (shapeQ - ofSum);
      byV -= (w * (q * s - pn * v)) / (v + s);
    }
    sums[0] = (sums[0] ?? 0) + value;
    sums[1] = (sums[1] ?? 0) + byPn * pn;
    sums[2] = (sums[2] ?? 0) + byQ * q;
    sums[3] = (sums[3] ?? 0) + byV;
  };
  return (point, gradient) => {
    const p = Math.exp(point[0] ?? 0);
    const q = Math.exp(point[1] ?? 0);
    sums.fill(0);
    for (let k = 0; k < starts.length; k++) {
      const from = starts[k] ?? 0;
      addRows(from, starts[k + 1] ?? x.length, p * (x[from] ?? 0), q, point[2] ?? 0);
    }
    gradient[0] = (sums[1] ?? 0) / total;
    gradient[1] = (sums[2] ?? 0) / total;
    gradient[2] = (sums[3] ?? 0) / total;
    return (logSpend + (sums[0] ?? 0)) / total;
  };
}

/** Pearson's correlation of purchases and mean spend. */
function correlationOf({ x, sum, weight, total }: Ordered): number | null {
  const spend = sum.map((s, i) => s / (x[i] ?? 1));
  const mean = (of: Float64Array): number => of.reduce((all, one, i) => all + (weight[i] ?? 0) * one, 0) / total;
  const centred = (of: Float64Array): Float64Array => {
    const middle = mean(of);
    return of.map((one) => one - middle);
  };
  const [a, b] = [centred(x), centred(spend)];
  const product = (c: Float64Array, d: Float64Array): number => mean(c.map((one, i) => one * (d[i] ?? 0)));
  const spread = Math.sqrt(product(a, a) * product(b, b));
  return spread > 0 ? Math.max(-1, Math.min(1, product(a, b) / spread)) : null;
}

/** Where there are more rows, so many of them (or a fortieth) are looked at from all starts; then all from the best. */
const fewest = 512;

/** Every n-th row. */
function thinned({ x, sum, weight }: Ordered): Ordered {
  const step = Math.floor(x.length / Math.max(fewest, x.length / 40));
  const pick = (of: Float64Array): Float64Array => of.filter((_, i) => i % step === 0);
  const weights = pick(weight);
  return { x: pick(x), sum: pick(sum), weight: weights, total: weights.reduce((all, one) => all + one, 0) };
}

/** The rows that cannot be counted with; null when all can. */
export const badSpends = ({ x, spend, weight }: Spends) =>
  badRows(x.length, (row) => brokenRule(x[row] ?? Number.NaN, spend[row] ?? Number.NaN, weight === undefined ? 1 : (weight[row] ?? Number.NaN)));

/** Fits the model by maximum likelihood to the rows with repeat purchases, which have to be at least 10 (weights counted). */
export function fitGammaGamma(spends: Spends): Fitting<GammaGammaFit, SpendRule, TooLittleSpend> {
  const { x } = spends;
  const bad = badSpends(spends);
  if (bad !== null) return bad;
  const rows = ordered(spends);
  const few = (reason: TooLittleSpend) => ({ outcome: "too_little_data", reason }) as const;
  if (x.length === 0) return few("no_rows");
  if (rows.total === 0) return few("no_repeat_purchases");
  if (rows.total < leastRepeating) return few("too_few");
  const means = rows.sum.map((sum, i) => sum / (rows.x[i] ?? 1));
  const first = means[0] ?? 0;
  if (means.every((one) => Math.abs(one / first - 1) < 1e-9)) return few("spend_does_not_vary");

  const mean = means.reduce((all, one, i) => all + one * (rows.weight[i] ?? 0), 0) / rows.total;
  const starts = [
    { p: 1, q: 4, v: 3 * mean },
    { p: 6, q: 4, v: mean / 2 },
    { p: 0.5, q: 1.2, v: mean },
    { p: 30, q: 30, v: mean },
  ];
  const some = rows.x.length < 2 * fewest ? null : maximumLikelihood(names, objectiveOf(thinned(rows)), fewest, starts);
  // what some do not tell, all may: from all starts
  const from = some === null || some.standard_errors === null ? starts : [some.parameters];
  const found = maximumLikelihood(names, objectiveOf(rows), rows.total, from);
  const { parameters, standard_errors, log_likelihood, iterations, gradient_norm } = found;
  const correlation = correlationOf(rows);
  const population_mean = gammaGammaPopulationMean(parameters);

  const warnings: SpendWarning[] = [];
  if (standard_errors === null) {
    if (found.flat(["q", "v"])) warnings.push("spread_not_identified");
    if (found.flat(["p", "v"])) warnings.push("variation_not_identified");
    if (warnings.length === 0) warnings.push("no_curvature");
  }
  if (!found.converged) warnings.push("not_converged");
  if (population_mean === null) warnings.push("no_population_mean");
  else if (population_mean > farMean * mean) warnings.push("population_mean_far");
  if (correlation !== null && Math.abs(correlation) > Math.max(largeCorrelation, 2 / Math.sqrt(rows.total))) warnings.push("spend_follows_frequency");
  const identified = standard_errors !== null && found.converged;
  return {
    outcome: "fitted",
    fit: { model: "gamma_gamma", parameters, standard_errors, log_likelihood, iterations, gradient_norm, identified, warnings, correlation, population_mean },
  };
}
