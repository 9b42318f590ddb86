import { badRows } from "./bad-rows.js";
import type { Fitting } from "./histories.js";
import { normalQuantile } from "./normal.js";

/** One row per observed duration: whether it `ended` then (1) or was still going on (0), and how many of it there are (1 each when absent). */
export interface Durations {
  duration: ArrayLike<number>;
  ended: ArrayLike<number>;
  weight?: ArrayLike<number>;
}

export type DurationRule = "not_a_number" | "negative" | "neither_ended_nor_going_on";

/** One element per different duration, ascending, in the unit of the durations. */
export interface SurvivalCurve {
  time: Float64Array;
  /** How many were observed for at least this time; who stops being observed at a time is at risk then. */
  at_risk: Float64Array;
  ended: Float64Array;
  /** The share that lasts beyond this time. */
  survival: Float64Array;
  /** Of the survival, by Greenwood's formula; 0 where nobody is left. */
  standard_error: Float64Array;
  /** Log-log interval of the survival. Where nobody is left: from 0 to the upper end before. */
  lower: Float64Array;
  upper: Float64Array;
  /** Σ d / (n (n − d)) up to this time: the variance of ln survival; what came before where nobody is left. */
  greenwood: Float64Array;
  /** Of the intervals, such as 0.95. */
  level: number;
}

/** The curve without what it is known by. */
export type Shares = { [Column in "time" | "survival"]: ArrayLike<number> };

/** A share with its interval. */
export interface Between {
  value: number;
  lower: number;
  upper: number;
}

/** S and its interval on the scale of ln(−ln S): within 0 to 1 without cutting (Kalbfleisch & Prentice 1980). */
function logLog(survival: number, variance: number, z: number): [lower: number, upper: number] {
  if (survival >= 1) return [1, 1];
  const log = Math.log(survival);
  const spread = (z * Math.sqrt(variance)) / log;
  return [Math.exp(log * Math.exp(-spread)), Math.exp(log * Math.exp(spread))];
}

/** Durations that are equal, together; `left` is how many are observed longer or went on. */
function counts({ duration, ended, weight }: Durations): Record<"time" | "at_risk" | "ended" | "left", Float64Array> {
  const order = Uint32Array.from({ length: duration.length }, (_, row) => row)
    .filter((row) => weight === undefined || (weight[row] ?? 0) > 0)
    .sort((a, b) => (duration[a] ?? 0) - (duration[b] ?? 0));
  const [time, over, going]: [number[], number[], number[]] = [[], [], []];
  for (const row of order) {
    const [at, w] = [duration[row] ?? 0, weight === undefined ? 1 : (weight[row] ?? 0)];
    if (at !== time.at(-1)) {
      time.push(at);
      over.push(0);
      going.push(0);
    }
    const of = ended[row] === 1 ? over : going;
    of[of.length - 1] = (of.at(-1) ?? 0) + w;
  }
  // summed from the last: whoever is left at the end is not the rounding of a difference
  const [at_risk, left] = [new Float64Array(time.length), new Float64Array(time.length)];
  for (let i = time.length - 1; i >= 0; i--) {
    left[i] = (at_risk[i + 1] ?? 0) + (going[i] ?? 0);
    at_risk[i] = (left[i] ?? 0) + (over[i] ?? 0);
  }
  return { time: Float64Array.from(time), at_risk, ended: Float64Array.from(over), left };
}

/**
 * The share of durations that last beyond each time, from durations of which some still go on: the product of (n − d) / n over the times
 * at which d of n ended. At least one duration has to have ended. Weights are how many equal rows there are, not sampling weights.
 *
 * Kaplan & Meier (1958), Nonparametric estimation from incomplete observations; variance by Greenwood (1926).
 */
export function kaplanMeier(durations: Durations, level = 0.95): Fitting<SurvivalCurve, DurationRule, "no_rows" | "nothing_ended"> {
  const { duration, ended: over, weight } = durations;
  const bad = badRows<DurationRule>(duration.length, (row) => {
    const [time, w] = [duration[row] ?? Number.NaN, weight === undefined ? 1 : (weight[row] ?? Number.NaN)];
    if (!Number.isFinite(time) || !Number.isFinite(w)) return "not_a_number";
    if (time < 0 || w < 0) return "negative";
    return over[row] === 0 || over[row] === 1 ? null : "neither_ended_nor_going_on";
  });
  if (bad !== null) return bad;
  const { time, at_risk, ended, left } = counts(durations);
  if (time.length === 0) return { outcome: "too_little_data", reason: "no_rows" };
  if (ended.every((d) => d === 0)) return { outcome: "too_little_data", reason: "nothing_ended" };

  const z = normalQuantile(0.5 + level / 2);
  const column = (): Float64Array => new Float64Array(time.length);
  const [survival, standard_error, lower, upper, greenwood] = [column(), column(), column(), column(), column()];
  let [share, variance, above] = [1, 0, 1];
  for (let i = 0; i < time.length; i++) {
    const [n, d, stay] = [at_risk[i] ?? 0, ended[i] ?? 0, left[i] ?? 0];
    if (d > 0) share *= stay / n;
    if (stay > 0) variance += d / (n * stay);
    const [low, high] = share > 0 ? logLog(share, variance, z) : [0, above];
    above = high;
    survival[i] = share;
    standard_error[i] = share * Math.sqrt(variance);
    lower[i] = low;
    upper[i] = high;
    greenwood[i] = variance;
  }
  return { outcome: "fitted", fit: { time, at_risk, ended, survival, standard_error, lower, upper, greenwood, level } };
}

/** Of ascending times the last that is not after `at`; −1 when all are. */
function lastUpTo(time: ArrayLike<number>, at: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many were observed for at least this time. */
export function atRisk(curve: SurvivalCurve, time: number): number {
  const before = lastUpTo(curve.time, time);
  return curve.time[before] === time ? (curve.at_risk[before] ?? 0) : (curve.at_risk[before + 1] ?? 0);
}

/** Nobody was observed that long, and somebody might last. */
const unknown = ({ time, survival }: Shares, at: number): boolean => at > (time[time.length - 1] ?? 0) && (survival[survival.length - 1] ?? 1) > 0;

/** The share of those who last beyond the time at `start` (−1: of all) that lasts beyond the one at `end`. */
function between(curve: SurvivalCurve, start: number, end: number): Between | null {
  const base = start < 0 ? 1 : (curve.survival[start] ?? 0);
  if (base === 0) return null;
  const share = end < 0 ? 1 : (curve.survival[end] ?? 0) / base;
  if (share === 0) return { value: 0, lower: 0, upper: start < 0 ? (curve.upper[end] ?? 1) : 1 };
  const variance = (curve.greenwood[end] ?? 0) - (curve.greenwood[start] ?? 0);
  const [lower, upper] = logLog(share, variance, normalQuantile(0.5 + curve.level / 2));
  return { value: share, lower, upper };
}

/** The share that lasts beyond this time; null after the longest observation, unless nobody lasted. */
export function survivalAt(curve: SurvivalCurve, time: number): Between | null {
  return unknown(curve, time) ? null : between(curve, -1, lastUpTo(curve.time, time));
}

/** The share of those who have lasted beyond `given` that lasts for `further` more; null when nobody has lasted, or after the longest observation. */
export function conditionalShare(curve: Shares, given: number, further: number): number | null {
  const [start, end] = [lastUpTo(curve.time, given), lastUpTo(curve.time, given + further)];
  const base = start < 0 ? 1 : (curve.survival[start] ?? 0);
  if (base === 0 || unknown(curve, given + further)) return null;
  return end < 0 ? 1 : (curve.survival[end] ?? 0) / base;
}

/**
 * The same a log-log interval by the Greenwood sum between the two times.
 */
export function conditionalSurvival(curve: SurvivalCurve, given: number, further: number): Between | null {
  if (unknown(curve, given + further)) return null;
  return between(curve, lastUpTo(curve.time, given), lastUpTo(curve.time, given + further));
}

/**
 * The time by which this share of the durations has ended (0.5: the median), and where the ends of the interval reach it (Brookmeyer &
 * Crowley 1982): the first time after which not more than 1 − share last. Null where that was not observed.
 */
export function survivalQuantile(curve: SurvivalCurve, share = 0.5): { value: number | null; lower: number | null; upper: number | null } {
  // a product of fractions that comes to one half may miss it by its last digits
  const least = (1 - share) * (1 + 1e-12);
  const first = (of: Float64Array): number | null => curve.time[of.findIndex((value) => value <= least)] ?? null;
  return { value: first(curve.survival), lower: first(curve.lower), upper: first(curve.upper) };
}
