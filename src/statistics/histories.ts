import { type BadRow, badRows } from "./bad-rows.js";

/** One row per different history, with how many have it (1 each when absent): `x` repeat purchases, `t_x` time of the last, `t` time observed. Both times are in one unit and begin at the first purchase. */
export interface Histories {
  x: ArrayLike<number>;
  t_x: ArrayLike<number>;
  t: ArrayLike<number>;
  weight?: ArrayLike<number>;
}

/** One history, as `Histories` says. */
export interface History {
  x: number;
  t_x: number;
  t: number;
}

/** What a fit may have to say beside its numbers. */
export type FitWarning =
  /** The likelihood hardly falls when dropout is taken away (the optimum lies on the boundary or close to it): P(alive) says nothing. */
  | "dropout_not_identified"
  /** There is dropout, but nothing tells how it is spread: the optimum lies where all have one chance of it, or far from it. */
  | "dropout_spread_not_identified"
  /** Nothing in the data tells how purchase rates are spread: the optimum lies where all have one rate, or far from it. */
  | "rates_not_identified"
  /** The optimum is inside, but the curvature there has no inverse: no standard errors. */
  | "no_curvature"
  | "not_converged";

/** What every fit answers. `identified` false: the optimum lies on the boundary, or there is no curvature; `standard_errors` is then null. */
export interface Fit<Name extends string, Warning extends string = FitWarning> {
  model: string;
  parameters: Record<Name, number>;
  standard_errors: Record<Name, number> | null;
  log_likelihood: number;
  iterations: number;
  /** Of the log-likelihood by the logarithms of the parameters, over all rows. */
  gradient_norm: number;
  identified: boolean;
  warnings: Warning[];
}

export type Rule =
  | "not_a_number"
  | "negative"
  /** t_x > t */
  | "last_after_end"
  /** x = 0 with t_x > 0 */
  | "last_without_repeat"
  | "fraction_of_a_purchase";

export type TooLittle = "no_rows" | "too_few" | "no_repeat_purchases" | "no_time_observed";

/** A fit, or why there is none: rows to mend (the first hundred, and how many in all), or too little data. */
export type Fitting<F, Of extends string = Rule, Reason extends string = TooLittle> =
  | { outcome: "fitted"; fit: F }
  | { outcome: "bad_rows"; rows: BadRow<Of>[]; count: number }
  | { outcome: "too_little_data"; reason: Reason };

/** The least data a purchase model is fitted to: weights of all rows, and of those with repeat purchases. */
export const minimumData = { histories: 10, repeating: 3 };

function brokenRule(x: number, t_x: number, t: number, weight: number): Rule | null {
  // nearly all rows, by comparisons alone: a million of them are looked at, and no comparison holds of what is no number
  const times = t_x >= 0 && t_x <= t && t < Number.POSITIVE_INFINITY;
  if (times && x >= 0 && x % 1 === 0 && (x > 0 || t_x === 0) && weight >= 0 && weight < Number.POSITIVE_INFINITY) return null;
  if (!Number.isFinite(x) || !Number.isFinite(t_x) || !Number.isFinite(t) || !Number.isFinite(weight)) return "not_a_number";
  if (x < 0 || t_x < 0 || t < 0 || weight < 0) return "negative";
  if (!Number.isInteger(x)) return "fraction_of_a_purchase";
  if (t_x > t) return "last_after_end";
  return x === 0 && t_x > 0 ? "last_without_repeat" : null;
}

/** Why these histories cannot be fitted; null when they can. */
export function refuse({ x, t_x, t, weight }: Histories): Exclude<Fitting<never>, { outcome: "fitted" }> | null {
  const weightOf = (row: number): number => (weight === undefined ? 1 : (weight[row] ?? Number.NaN));
  const bad = badRows(x.length, (row) => brokenRule(x[row] ?? Number.NaN, t_x[row] ?? Number.NaN, t[row] ?? Number.NaN, weightOf(row)));
  if (bad !== null) return bad;
  let [all, repeating, time] = [0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const w = weightOf(row);
    all += w;
    if ((x[row] ?? 0) > 0) repeating += w;
    time = Math.max(time, w > 0 ? (t[row] ?? 0) : 0);
  }
  if (x.length === 0) return { outcome: "too_little_data", reason: "no_rows" };
  if (repeating === 0) return { outcome: "too_little_data", reason: "no_repeat_purchases" };
  if (time === 0) return { outcome: "too_little_data", reason: "no_time_observed" };
  return all < minimumData.histories || repeating < minimumData.repeating ? { outcome: "too_little_data", reason: "too_few" } : null;
}
