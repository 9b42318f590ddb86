/** Values from the smallest up, each once, with how many there are of it. */
export interface Weighted {
  values: ArrayLike<number>;
  counts: ArrayLike<number>;
}

interface Breaks {
  /** Where each class ends: indexes into the values, the last of every class but the last. */
  ends: number[];
  /** Goodness of variance fit: 1 − within-class over total sum of squares, 0 to 1; 1 when nothing varies. */
  fit: number;
}

/** Sums from the first value up to each, of values centred at their mean: squares of large numbers lose their last digits. */
function prefixes({ values, counts }: Weighted): { weight: Float64Array; sum: Float64Array; square: Float64Array } {
  const n = values.length;
  let total = 0;
  let mass = 0;
  for (let i = 0; i < n; i++) {
    mass += counts[i] ?? 0;
    total += (values[i] ?? 0) * (counts[i] ?? 0);
  }
  const mean = mass === 0 ? 0 : total / mass;
  const [weight, sum, square] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i++) {
    const [x, w] = [(values[i] ?? 0) - mean, counts[i] ?? 0];
    weight[i + 1] = (weight[i] ?? 0) + w;
    sum[i + 1] = (sum[i] ?? 0) + w * x;
    square[i + 1] = (square[i] ?? 0) + w * x * x;
  }
  return { weight, sum, square };
}

/** For 1 … `most` classes of the values: the least sum of squares within classes, and from which value the last class of the first j begins. */
function programme(weighted: Weighted, most: number): { within: number[]; from: Int32Array[] } {
  const n = weighted.values.length;
  const { weight, sum, square } = prefixes(weighted);
  const within = (from: number, to: number): number => {
    const w = (weight[to] ?? 0) - (weight[from] ?? 0);
    const s = (sum[to] ?? 0) - (sum[from] ?? 0);
    return w === 0 ? 0 : Math.max(0, (square[to] ?? 0) - (square[from] ?? 0) - (s * s) / w);
  };
  let best = Float64Array.from({ length: n + 1 }, (_, j) => within(0, j));
  const all = [best[n] ?? 0];
  const from: Int32Array[] = [new Int32Array(n + 1)];
  for (let k = 2; k <= most; k++) {
    const [before, next, start] = [best, new Float64Array(n + 1), new Int32Array(n + 1)];
    // Where the last class best begins only moves up with the values: halve and conquer, n log n instead of n².
    const waiting: [low: number, high: number, least: number, greatest: number][] = [[k, n, k - 1, n - 1]];
    for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
      const [low, high, least, greatest] = range;
      if (low > high) continue;
      const j = (low + high) >> 1;
      let [least_cost, at] = [Number.POSITIVE_INFINITY, least];
      for (let i = Math.max(least, k - 1); i <= Math.min(greatest, j - 1); i++) {
        const cost = (before[i] ?? 0) + within(i, j);
        if (cost < least_cost) [least_cost, at] = [cost, i];
      }
      next[j] = least_cost;
      start[j] = at;
      waiting.push([low, j - 1, least, at], [j + 1, high, at, greatest]);
    }
    best = next;
    from.push(start);
    all.push(best[n] ?? 0);
  }
  return { within: all, from };
}

function endsOf(from: readonly Int32Array[], n: number, classes: number): number[] {
  const ends: number[] = [];
  for (let k = classes, j = n; k > 1; k--) {
    j = from[k - 1]?.[j] ?? 0;
    ends.unshift(j - 1);
  }
  return ends;
}

const fitOf = (within: readonly number[], classes: number): number => ((within[0] ?? 0) === 0 ? 1 : 1 - (within[classes - 1] ?? 0) / (within[0] ?? 1));

/**
 * Natural breaks: the classes with the least sum of squared distances from their means, exactly, by dynamic programming
 * over the different values. With fewer different values than classes, each value is a class.
 *
 * Fisher (1958), On grouping for maximum homogeneity; Wang & Song (2011), Ckmeans.1d.dp.
 */
export function naturalBreaks(weighted: Weighted, classes: number): Breaks {
  const n = weighted.values.length;
  if (n === 0) return { ends: [], fit: 1 };
  const k = Math.min(classes, n);
  const { within, from } = programme(weighted, k);
  return { ends: endsOf(from, n, k), fit: fitOf(within, k) };
}

/**
 * Natural breaks with as many classes as the data show: where the curve of the deviation within classes (the root of the
 * sum of squares, in the unit of the values) over the number of classes lies farthest below the line between its ends. At
 * least 2 classes where there are 2 values.
 *
 * Satopää, Albrecht, Irwin & Raghavan (2011), Finding a "Kneedle" in a haystack; without smoothing, for the curve falls.
 */
export function elbow(weighted: Weighted, most: number): Breaks {
  const n = weighted.values.length;
  if (n === 0) return { ends: [], fit: 1 };
  const limit = Math.min(most, n);
  const { within, from } = programme(weighted, limit);
  const deviation = within.map(Math.sqrt);
  const [first, last] = [deviation[0] ?? 0, deviation[limit - 1] ?? 0];
  const below = (i: number): number => 1 - i / (limit - 1) - ((deviation[i] ?? 0) - last) / (first - last);
  let k = Math.min(2, limit);
  if (first > last) for (let i = 2; i < limit; i++) if (below(i) > below(k - 1) + 1e-12) k = i + 1;
  return { ends: endsOf(from, n, k), fit: fitOf(within, k) };
}
