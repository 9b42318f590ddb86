import { generator } from "./generator.js";
import { type BadNumbers, badNumbers } from "./usable.js";

export interface KMeansOptions {
  /** The same seed gives the same clusters. */
  seed?: number;
  /** How often to begin anew; the best is kept. */
  starts?: number;
  /** The most rounds of one start. */
  rounds?: number;
}

export interface Clusters {
  outcome: "found";
  /** Which cluster each row is in; clusters are counted from 0, the largest first. */
  of: Int32Array;
  /** Middle of each cluster, a number per feature in its own unit. */
  centres: number[][];
  sizes: number[];
  /** Squared distances from the centres, and from the middle of all, in standard deviations of each feature. */
  within: number;
  total: number;
  /** Rounds of the start that was kept, and whether it came to rest. */
  rounds: number;
  converged: boolean;
}

export type KMeans =
  | Clusters
  /** There are fewer different rows than clusters. */
  | { outcome: "too_few_different" }
  /** Which feature (from 0) has which bad rows. */
  | (BadNumbers & { feature: number });

/** Rows one after the other, each feature with mean 0 and standard deviation 1; one that never varies is 0. */
interface Scaled {
  rows: Float64Array;
  n: number;
  d: number;
  means: number[];
  deviations: number[];
}

function scaled(features: readonly ArrayLike<number>[]): Scaled {
  const [n, d] = [features[0]?.length ?? 0, features.length];
  const rows = new Float64Array(n * d);
  const [means, deviations]: [number[], number[]] = [[], []];
  for (const [f, values] of features.entries()) {
    if (values.length !== n) throw new RangeError("features have different lengths");
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    const unit = largest === 0 ? 1 : largest; // no square is too large this way
    let mean = 0;
    for (let i = 0; i < n; i++) mean += ((values[i] ?? 0) / unit - mean) / (i + 1);
    let squares = 0;
    for (let i = 0; i < n; i++) squares += ((values[i] ?? 0) / unit - mean) ** 2;
    const deviation = Math.sqrt(squares / Math.max(1, n));
    const varies = deviation > 1e-14;
    for (let i = 0; i < n; i++) rows[i * d + f] = varies ? ((values[i] ?? 0) / unit - mean) / deviation : 0;
    means.push(mean * unit);
    deviations.push(varies ? deviation * unit : 0);
  }
  return { rows, n, d, means, deviations };
}

function distance({ rows, d }: Scaled, row: number, centres: Float64Array, centre: number): number {
  let sum = 0;
  for (let f = 0; f < d; f++) {
    const away = (rows[row * d + f] ?? 0) - (centres[centre * d + f] ?? 0);
    sum += away * away;
  }
  return sum;
}

/** Centres among the rows, each the likelier the farther it is from those before (squared); null when the rows run out. */
function begin(data: Scaled, k: number, random: () => number): Float64Array | null {
  const { rows, n, d } = data;
  const centres = new Float64Array(k * d);
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.min(n - 1, Math.floor(random() * n));
  for (let c = 0; c < k; c++) {
    centres.set(rows.subarray(chosen * d, (chosen + 1) * d), c * d);
    let all = 0;
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.min(nearest[i] ?? 0, distance(data, i, centres, c));
      all += nearest[i] ?? 0;
    }
    if (c === k - 1) break;
    if (all === 0) return null;
    let left = random() * all;
    for (let i = 0; i < n; i++) {
      if ((nearest[i] ?? 0) === 0) continue;
      chosen = i;
      left -= nearest[i] ?? 0;
      if (left < 0) break;
    }
  }
  return centres;
}

interface Settled {
  of: Int32Array;
  centres: Float64Array;
  sizes: Int32Array;
  within: number;
  rounds: number;
  converged: boolean;
}

/** Each row to its nearest centre; how many moved, and the squared distances. */
function assign(data: Scaled, centres: Float64Array, k: number, of: Int32Array, away: Float64Array): { moved: number; within: number } {
  let [moved, within] = [0, 0];
  for (let i = 0; i < data.n; i++) {
    let [least, at] = [Number.POSITIVE_INFINITY, 0];
    for (let c = 0; c < k; c++) {
      const one = distance(data, i, centres, c);
      if (one < least) [least, at] = [one, c];
    }
    if (of[i] !== at) moved++;
    of[i] = at;
    away[i] = least;
    within += least;
  }
  return { moved, within };
}

/** A cluster nobody is nearest to takes the row that is farthest from its own centre, where that is not alone. */
function mend(of: Int32Array, away: Float64Array, sizes: Int32Array): boolean {
  let mended = false;
  for (let c = 0; c < sizes.length; c++) {
    if ((sizes[c] ?? 0) > 0) continue;
    let [farthest, at] = [-1, 0];
    for (let i = 0; i < of.length; i++) if ((away[i] ?? 0) > farthest && (sizes[of[i] ?? 0] ?? 0) > 1) [farthest, at] = [away[i] ?? 0, i];
    const from = of[at] ?? 0;
    sizes[from] = (sizes[from] ?? 0) - 1;
    [of[at], away[at], sizes[c]] = [c, 0, 1];
    mended = true;
  }
  return mended;
}

/** Lloyd (1982): to the nearest centre, and each centre to the middle of its rows, until nobody moves. */
function settle(data: Scaled, centres: Float64Array, k: number, most: number): Settled {
  const { rows, n, d } = data;
  const of = new Int32Array(n).fill(-1);
  const [away, sizes] = [new Float64Array(n), new Int32Array(k)];
  for (let round = 1; ; round++) {
    const { moved, within } = assign(data, centres, k, of, away);
    sizes.fill(0);
    for (const c of of) sizes[c] = (sizes[c] ?? 0) + 1;
    const mended = mend(of, away, sizes);
    const converged = moved === 0 && !mended;
    if (converged || (round >= most && !mended)) return { of, centres, sizes, within, rounds: round, converged };
    centres.fill(0);
    for (let i = 0; i < n; i++) {
      const c = of[i] ?? 0;
      for (let f = 0; f < d; f++) centres[c * d + f] = (centres[c * d + f] ?? 0) + (rows[i * d + f] ?? 0);
    }
    for (let c = 0; c < k; c++) for (let f = 0; f < d; f++) centres[c * d + f] = (centres[c * d + f] ?? 0) / (sizes[c] ?? 1);
  }
}

/**
 * Clusters of rows given by their features (one array each, of one length), standardised. Every cluster holds a row. Each start costs
 * rows × features × clusters per round.
 *
 * Lloyd (1982), Least squares quantization in PCM; starts by Arthur & Vassilvitskii (2007), k-means++.
 */
export function kMeans(features: readonly ArrayLike<number>[], clusters: number, { seed = 1, starts = 8, rounds = 100 }: KMeansOptions = {}): KMeans {
  if (!Number.isInteger(clusters) || clusters < 1) throw new RangeError(`${clusters} is no number of clusters`);
  for (const [feature, values] of features.entries()) {
    const bad = badNumbers(values);
    if (bad !== null) return { ...bad, feature };
  }
  const data = scaled(features);
  if (data.n < clusters) return { outcome: "too_few_different" };
  const random = generator(seed);
  let best: Settled | null = null;
  for (let start = 0; start < Math.max(1, starts); start++) {
    const centres = begin(data, clusters, random);
    if (centres === null) return { outcome: "too_few_different" };
    const settled = settle(data, centres, clusters, rounds);
    if (best === null || settled.within < best.within) best = settled;
  }
  return best === null ? { outcome: "too_few_different" } : told(data, best, clusters);
}

/** The largest cluster first; of equal ones, the one whose first row comes first. */
function told({ rows, d, means, deviations }: Scaled, { of, centres, sizes, within, rounds, converged }: Settled, k: number): Clusters {
  const order = Array.from({ length: k }, (_, c) => c).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || of.indexOf(a) - of.indexOf(b));
  const place = new Int32Array(k);
  for (const [at, c] of order.entries()) place[c] = at;
  let total = 0;
  for (const away of rows) total += away * away;
  return {
    outcome: "found",
    of: of.map((c) => place[c] ?? 0),
    centres: order.map((c) => Array.from({ length: d }, (_, f) => (means[f] ?? 0) + (centres[c * d + f] ?? 0) * (deviations[f] ?? 0))),
    sizes: order.map((c) => sizes[c] ?? 0),
    within,
    total,
    rounds,
    converged,
  };
}
