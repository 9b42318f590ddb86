import { normalQuantile } from "./normal.js";
import { midRanks } from "./ranks.js";
import { type BadNumbers, badNumbers, demandShare } from "./usable.js";

export interface Auc {
  outcome: "found";
  /** The share of pairs of one positive and one negative in which the positive scores higher; half a pair when they score the same. */
  auc: number;
  positives: number;
  negatives: number;
  /** DeLong's; null with one positive or one negative alone, of whose spread nothing is known. */
  standard_error: number | null;
  /** Ends of the interval, within 0 and 1. Where positives and negatives part entirely the error is 0 and the interval a point: too good to be believed of few. */
  interval: { low: number; high: number } | null;
}

/** There is an area only where there are both. */
export type AucOf = Auc | { outcome: "one_class" } | BadNumbers;

/**
 * Area under the ROC curve of scores (higher: more likely positive) against what became of them (anything but 0 is positive), by
 * mid-ranks, with DeLong's variance and the normal interval at `confidence`. n log n.
 *
 * DeLong, DeLong & Clarke-Pearson (1988); by ranks as Sun & Xu (2014).
 */
export function auc(scores: ArrayLike<number>, outcomes: ArrayLike<number | boolean>, confidence = 0.95): AucOf {
  demandShare(confidence, "confidence");
  if (scores.length !== outcomes.length) throw new RangeError(`${scores.length} scores and ${outcomes.length} outcomes`);
  const bad = badNumbers(scores);
  if (bad !== null) return bad;
  const groups = [new Float64Array(scores.length), new Float64Array(scores.length)] as const;
  const sizes: [number, number] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const positive = Number(outcomes[i]) !== 0 ? 1 : 0;
    groups[positive][sizes[positive]++] = scores[i] ?? 0;
  }
  const [negatives, positives] = sizes;
  if (negatives === 0 || positives === 0) return { outcome: "one_class" };
  const [below, above] = [groups[0].subarray(0, negatives), groups[1].subarray(0, positives)];
  const both = new Float64Array(scores.length);
  both.set(above);
  both.set(below, positives);
  const [all, amongAbove, amongBelow] = [midRanks(both), midRanks(above), midRanks(below)];
  // For each positive the share of negatives below it, for each negative the share of positives above it.
  const beats = above.map((_, i) => ((all[i] ?? 0) - (amongAbove[i] ?? 0)) / negatives);
  const beaten = below.map((_, i) => 1 - ((all[positives + i] ?? 0) - (amongBelow[i] ?? 0)) / positives);
  const area = mean(beats);
  const counts = { outcome: "found", auc: area, positives, negatives } as const;
  if (negatives < 2 || positives < 2) return { ...counts, standard_error: null, interval: null };
  const error = Math.sqrt(variance(beats) / positives + variance(beaten) / negatives);
  const reach = normalQuantile((1 + confidence) / 2) * error;
  return { ...counts, standard_error: error, interval: { low: Math.max(0, area - reach), high: Math.min(1, area + reach) } };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function variance(values: Float64Array): number {
  const middle = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - middle) ** 2;
  return sum / (values.length - 1);
}
