import { normalQuantile } from "./normal.js";
import { demandShare } from "./usable.js";

/** How many of how many. */
export interface Count {
  successes: number;
  trials: number;
}

export type ProportionRule = "not_whole" | "negative" | "more_than_all" | "no_trials";

export interface Interval {
  outcome: "found";
  estimate: number;
  low: number;
  high: number;
}

/** An interval, or what is wrong with a count (`of`: which one, from 0). */
export type ProportionOf = Interval | { outcome: "bad_count"; rule: ProportionRule; of: number };

function brokenRule({ successes, trials }: Count): ProportionRule | null {
  if (!Number.isInteger(successes) || !Number.isInteger(trials)) return "not_whole";
  if (successes < 0 || trials < 0) return "negative";
  if (successes > trials) return "more_than_all";
  return trials === 0 ? "no_trials" : null;
}

function firstBroken(counts: readonly Count[]): Exclude<ProportionOf, Interval> | null {
  for (const [of, count] of counts.entries()) {
    const rule = brokenRule(count);
    if (rule !== null) return { outcome: "bad_count", rule, of };
  }
  return null;
}

function limits({ successes, trials }: Count, z: number): Omit<Interval, "outcome"> {
  const estimate = successes / trials;
  const middle = successes + (z * z) / 2;
  const reach = z * Math.sqrt((z * z) / 4 + successes * (1 - estimate));
  const [low, high] = [(middle - reach) / (trials + z * z), (middle + reach) / (trials + z * z)];
  // what is certain at the ends is not left to rounding
  return { estimate, low: successes === 0 ? 0 : low, high: successes === trials ? 1 : high };
}

/**
 * Wilson's score interval of a proportion, without continuity correction.
 *
 * Wilson (1927); Newcombe (1998), Two-sided confidence intervals for the single proportion, method 3.
 */
export function wilson(count: Count, confidence = 0.95): ProportionOf {
  demandShare(confidence, "confidence");
  return firstBroken([count]) ?? { outcome: "found", ...limits(count, normalQuantile((1 + confidence) / 2)) };
}

/**
 * The difference of two independent proportions, first less second, with the interval made of both Wilson intervals.
 *
 * Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
 */
export function newcombe(first: Count, second: Count, confidence = 0.95): ProportionOf {
  demandShare(confidence, "confidence");
  const broken = firstBroken([first, second]);
  if (broken !== null) return broken;
  const z = normalQuantile((1 + confidence) / 2);
  const [one, two] = [limits(first, z), limits(second, z)];
  const estimate = one.estimate - two.estimate;
  return {
    outcome: "found",
    estimate,
    low: Math.max(-1, estimate - Math.hypot(one.estimate - one.low, two.high - two.estimate)),
    high: Math.min(1, estimate + Math.hypot(one.high - one.estimate, two.estimate - two.low)),
  };
}
