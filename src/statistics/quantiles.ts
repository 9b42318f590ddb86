import { type BadNumbers, badNumbers } from "./usable.js";

/** Types 1 to 9 of Hyndman & Fan in their order, each by the name it usually goes by. */
export const quantileTypes = [
  "inverted_cdf",
  "averaged_inverted_cdf",
  "closest_observation",
  "interpolated_inverted_cdf",
  "hazen",
  "weibull",
  "linear",
  "median_unbiased",
  "normal_unbiased",
] as const;
export type QuantileType = (typeof quantileTypes)[number];

export type Quantiles = { outcome: "found"; quantiles: number[] } | { outcome: "no_values" } | BadNumbers;

/** Where, among n values in order counted from 1, the share p lies: between the values `below` and the next one, so far along. */
type Place = (n: number, p: number) => { below: number; along: number };

/** A share such as 0.3 is not quite 3/10: what is a whole number but for the last digits is one, as in R. */
const FUZZ = 4 * Number.EPSILON;

function split(position: number): { below: number; along: number } {
  const below = Math.floor(position + FUZZ * Math.max(1, Math.abs(position)));
  const along = position - below;
  return { below, along: Math.abs(along) <= FUZZ * Math.max(1, Math.abs(position)) ? 0 : along };
}

/** Steps instead of slopes: what `atStep` gives when p falls on a value exactly, else the value above. */
const stepping =
  (shift: number, atStep: (below: number) => number): Place =>
  (n, p) => {
    const { below, along } = split(n * p + shift);
    return { below, along: along > 0 ? 1 : atStep(below) };
  };

/** The k-th value stands for the share (k − a) / (n + 1 − a − b), and between two values it is a line. */
const sloping =
  (a: number, b: number): Place =>
  (n, p) =>
    split(a + p * (n + 1 - a - b));

const places = {
  inverted_cdf: stepping(0, () => 0),
  averaged_inverted_cdf: stepping(0, () => 0.5),
  closest_observation: stepping(-0.5, (below) => (below % 2 === 0 ? 0 : 1)),
  interpolated_inverted_cdf: sloping(0, 1),
  hazen: sloping(0.5, 0.5),
  weibull: sloping(0, 0),
  linear: sloping(1, 1),
  median_unbiased: sloping(1 / 3, 1 / 3),
  normal_unbiased: sloping(3 / 8, 3 / 8),
} as const satisfies Record<QuantileType, Place>;

/**
 * Sample quantiles of values in any order, one per share (0 to 1, a RangeError else), by one of the nine definitions in use;
 * `linear` (type 7) is that of R, NumPy and spreadsheets.
 *
 * Hyndman & Fan (1996), Sample quantiles in statistical packages.
 */
export function quantiles(values: ArrayLike<number>, shares: readonly number[], type: QuantileType = "linear"): Quantiles {
  const outside = shares.find((share) => !(share >= 0 && share <= 1));
  if (outside !== undefined) throw new RangeError(`a quantile is of a share from 0 to 1, not of ${outside}`);
  const bad = badNumbers(values);
  if (bad !== null) return bad;
  const n = values.length;
  if (n === 0) return { outcome: "no_values" };
  const sorted = Float64Array.from(values).sort();
  const at = (rank: number): number => sorted[Math.min(n, Math.max(1, rank)) - 1] ?? 0;
  return {
    outcome: "found",
    quantiles: shares.map((share) => {
      const { below, along } = places[type](n, share);
      const [low, high] = [at(below), at(below + 1)];
      return along === 0 ? low : along === 1 ? high : low + (high - low) * along;
    }),
  };
}
