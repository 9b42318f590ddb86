import { badRows } from "./bad-rows.js";
import { discountedPeriods, expectedPeriods, logSurvival } from "./beta-lifetimes.js";
import type { Fit, Fitting } from "./histories.js";
import { maximumLikelihood } from "./maximum-likelihood.js";
import type { Objective } from "./minimise.js";

/**
 * The shifted-beta-geometric model of contracts that are renewed or not after each period: the chance of ending is Beta(alpha, beta)
 * distributed over contracts, so that those who are left renew more and more.
 *
 * Fader & Hardie (2007), How to project customer retention; residual lifetimes: Fader & Hardie (2010), Customer-base valuation in a
 * contractual setting, Marketing Science 29.
 */

const names = ["alpha", "beta"] as const;
export type SbgName = (typeof names)[number];
export type SbgParameters = Record<SbgName, number>;

/** One cohort: how many are left after period 0 (all of them), 1, 2, … Numbers, not shares: standard errors follow from how many there are. */
export interface Cohort {
  period: ArrayLike<number>;
  survivors: ArrayLike<number>;
}

export type CohortRule = "not_a_number" | "negative" | "period_out_of_order" | "more_survivors_than_before";
export type TooLittleCohort = "no_rows" | "too_few_periods" | "too_few" | "nobody_left" | "all_left_at_once";
export type SbgWarning =
  /** All renew alike as far as the data tell: retention does not change with age, or the other way about. */
  "spread_not_identified" | "no_curvature" | "not_converged";

/** The least data it is fitted to: periods after the first row, and survivors in the first. */
const least = { periods: 2, survivors: 10 };

/** The share that lasts beyond this many periods. */
export function sbgSurvival({ alpha, beta }: SbgParameters, period: number): number {
  return Math.exp(logSurvival(alpha, beta, period));
}

/** Of those left before period 1, 2, …, the share that is left after it. */
export function sbgRetention({ alpha, beta }: SbgParameters, period: number): number {
  return (beta + (period - 1)) / (alpha + beta + (period - 1));
}

/** ln(part / (part + rest)), to the last digits also where the rest is small. */
const logShare = (part: number, rest: number): number => (part < rest ? Math.log(part / (part + rest)) : Math.log1p(-rest / (part + rest)));

/** ln of the chance of a cohort: of each who left in a period, and of those who are left. */
export function sbgLogLikelihood({ alpha, beta }: SbgParameters, { survivors }: Cohort): number {
  let sum = 0;
  for (let t = 1; t < survivors.length; t++) {
    const [before, left] = [survivors[t - 1] ?? 0, survivors[t] ?? 0];
    if (left > 0) sum += left * logShare(beta + (t - 1), alpha);
    if (before > left) sum += (before - left) * logShare(alpha, beta + (t - 1));
  }
  return sum;
}

/** Of the next `periods`, how many somebody new lives through on average, or who has lived through `age` of them. */
export function sbgExpectedPeriods({ alpha, beta }: SbgParameters, periods: number, age = 0): number {
  return expectedPeriods(alpha, beta + age, periods);
}

/** Periods paid for on average by somebody new, the first at once and without discount, each later one discounted by (1 + discount); null when there is no discount and they have no bound (alpha ≤ 1). */
export function sbgDiscountedLifetime({ alpha, beta }: SbgParameters, discount: number): number | null {
  return discountedPeriods(alpha, beta, discount);
}

/** The same of who has been there for `age` ≥ 1 periods, just before it is known whether they renew: what is still to come, the next period without discount. */
export function sbgResidualLifetime({ alpha, beta }: SbgParameters, age: number, discount: number): number | null {
  const periods = discountedPeriods(alpha, beta + age, discount);
  return periods === null ? null : sbgRetention({ alpha, beta }, age) * periods;
}

/** The mean negative log-likelihood by ln alpha, ln beta. */
function objectiveOf(survivors: Float64Array): Objective {
  const size = survivors[0] ?? 1;
  return (point, gradient) => {
    const [alpha = 0, beta = 0] = point.map(Math.exp);
    let [byAlpha, byBeta] = [0, 0];
    for (let t = 1; t < survivors.length; t++) {
      const [before, left, all] = [survivors[t - 1] ?? 0, survivors[t] ?? 0, alpha + beta + (t - 1)];
      byAlpha += (before - left) / alpha - before / all;
      byBeta += left / (beta + (t - 1)) - before / all;
    }
    gradient[0] = (-alpha * byAlpha) / size;
    gradient[1] = (-beta * byBeta) / size;
    return -sbgLogLikelihood({ alpha, beta }, { period: [], survivors }) / size;
  };
}

function tooLittle(survivors: Float64Array): TooLittleCohort | null {
  const [first = 0, second = 0] = survivors;
  const last = survivors.at(-1) ?? 0;
  if (survivors.length === 0) return "no_rows";
  if (survivors.length <= least.periods) return "too_few_periods";
  if (first < least.survivors) return "too_few";
  if (last === first) return "nobody_left";
  return second === 0 ? "all_left_at_once" : null;
}

/** Fits the model by maximum likelihood to a cohort of at least 10 over at least 2 periods, of whom some but not all left in the first. */
export function fitSbg({ period, survivors }: Cohort): Fitting<Fit<SbgName, SbgWarning>, CohortRule, TooLittleCohort> {
  const bad = badRows<CohortRule>(period.length, (row) => {
    const [t, left] = [period[row] ?? Number.NaN, survivors[row] ?? Number.NaN];
    if (!Number.isFinite(t) || !Number.isFinite(left)) return "not_a_number";
    if (t < 0 || left < 0) return "negative";
    if (t !== row) return "period_out_of_order";
    return row > 0 && left > (survivors[row - 1] ?? 0) ? "more_survivors_than_before" : null;
  });
  if (bad !== null) return bad;
  const cohort = Float64Array.from(survivors);
  const reason = tooLittle(cohort);
  if (reason !== null) return { outcome: "too_little_data", reason };
  const [size = 1, second = 0] = cohort;
  const leaving = Math.min(0.9, Math.max(0.01, 1 - second / size));
  const found = maximumLikelihood(
    names,
    objectiveOf(cohort),
    size,
    [0.5, 2, 20].map((spread) => ({ alpha: spread * leaving, beta: spread * (1 - leaving) })),
  );
  const { parameters, standard_errors, log_likelihood, iterations, gradient_norm, converged } = found;
  const warnings: SbgWarning[] = [];
  const spread = parameters.alpha + parameters.beta;
  // each for ever or not at all: the curvature goes on falling as both parameters do
  if (spread < 1e-3 || (standard_errors === null && spread > 1000)) warnings.push("spread_not_identified");
  else if (standard_errors === null) warnings.push("no_curvature");
  if (!converged) warnings.push("not_converged");
  const identified = warnings.length === 0;
  return {
    outcome: "fitted",
    fit: {
      model: "sbg",
      parameters,
      standard_errors: identified ? standard_errors : null,
      log_likelihood,
      iterations,
      gradient_norm,
      identified,
      warnings,
    },
  };
}
