import { type Moments, momentsOf, spreadOf } from "./moments.js";

/** Values from the smallest up, each once, with how many there are of it (any positive weight). */
export interface Weighted {
  values: ArrayLike<number>;
  counts: ArrayLike<number>;
}

export interface Breaks {
  /** Where each class ends: indexes into the values, the last of every class but the last. */
  ends: number[];
  /** Goodness of variance fit: 1 − within-class over total sum of squares, 0 to 1; 1 when nothing varies. */
  fit: number;
  /** Sum of squared distances from the means of the classes, in squared units of the values. */
  within: number;
  /** The same from the mean of all. */
  total: number;
}

/** The least sums of squares of 1 … k classes, and from which value the last class of the first j values begins, per number of classes. */
interface Programme {
  within: number[];
  from: Int32Array[];
}

/** Below this share of all variance, what is left within the classes drowns in the rounding of a double's sums. */
const FINE = 1e-6;

/**
 * For 1 … `most` classes of the values: the programme within(k, j) = min over i of within(k − 1, i) + spread of values i … j − 1.
 * Where the last class best begins only moves up, with j and with k (Wang & Song 2011): the rows are asked at strides that
 * halve, each between the answers of its neighbours, n log n instead of n². Of the last layer only all n values matter.
 */
function programme(moments: Moments, n: number, most: number, everyLayer: boolean): Programme {
  let before = new Float64Array(n + 1);
  let next = new Float64Array(n + 1);
  for (let j = 1; j <= n; j++) before[j] = moments.spread(0, j);
  const within = [before[n] ?? 0];
  const from: Int32Array[] = [new Int32Array(n + 1)];
  const top = 2 ** Math.floor(Math.log2(Math.max(1, n)));
  for (let k = 2; k <= most; k++) {
    const start = new Int32Array(n + 1);
    const earlier = from[k - 2] ?? start;
    moments.begin(before);
    if (k === most && !everyLayer) {
      start[n] = moments.least(next, n, Math.max(k - 1, earlier[n] ?? 0), n - 1);
    } else {
      for (let stride = top; stride >= 1; stride >>= 1)
        for (let j = k - 1 + stride; j <= n; j += 2 * stride) {
          const lowest = Math.max(k - 1, start[j - stride] ?? 0, earlier[j] ?? 0);
          const highest = j + stride <= n ? Math.min(start[j + stride] ?? 0, j - 1) : j - 1;
          start[j] = moments.least(next, j, Math.min(lowest, highest), highest);
        }
    }
    from.push(start);
    within.push(next[n] ?? 0);
    [before, next] = [next, before];
  }
  return { within, from };
}

/** The programme in doubles, or in twice their digits where few values far off leave no digits for the others. */
function solve({ values, counts }: Weighted, most: number, everyLayer: boolean): Programme {
  const n = values.length;
  const plain = programme(momentsOf(values, counts, "double"), n, most, everyLayer);
  const [total = 0, least = 0] = [plain.within[0], plain.within.at(-1)];
  return total > 0 && least < FINE * total && most > 1 ? programme(momentsOf(values, counts, "twice"), n, most, everyLayer) : plain;
}

function endsOf(from: readonly Int32Array[], n: number, classes: number): number[] {
  const ends: number[] = [];
  for (let k = classes, j = n; k > 1; k--) {
    j = from[k - 1]?.[j] ?? 0;
    ends.unshift(j - 1);
  }
  return ends;
}

/** These classes, with their sums of squares taken again from the values themselves. */
function breaksAt({ values, counts }: Weighted, ends: number[]): Breaks {
  const n = values.length;
  const total = spreadOf(values, counts, 0, n);
  const within = [...ends, n - 1].reduce((sum, end, i) => sum + spreadOf(values, counts, (ends[i - 1] ?? -1) + 1, end + 1), 0);
  return { ends, fit: total === 0 ? 1 : Math.max(0, 1 - within / total), within, total };
}

/**
 * Natural breaks: the classes with the least sum of squared distances from their means, exactly, by dynamic programming
 * over the different values; at most n log n steps per class and 4 bytes per value and class. With fewer different values
 * than classes, each value is a class; of no values, no class.
 *
 * Fisher (1958), On grouping for maximum homogeneity; Wang & Song (2011), Ckmeans.1d.dp.
 */
export function naturalBreaks(weighted: Weighted, classes: number): Breaks {
  const n = weighted.values.length;
  if (n === 0) return { ends: [], fit: 1, within: 0, total: 0 };
  const k = Math.min(classes, n);
  return breaksAt(weighted, endsOf(solve(weighted, k, false).from, n, k));
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
  if (n === 0) return { ends: [], fit: 1, within: 0, total: 0 };
  const limit = Math.min(most, n);
  const { within, from } = solve(weighted, limit, true);
  const deviation = within.map((sum) => Math.sqrt(Math.max(0, sum)));
  const [first, last] = [deviation[0] ?? 0, deviation[limit - 1] ?? 0];
  const below = (i: number): number => 1 - i / (limit - 1) - ((deviation[i] ?? 0) - last) / (first - last);
  let k = Math.min(2, limit);
  if (first > last) for (let i = 2; i < limit; i++) if (below(i) > below(k - 1) + 1e-12) k = i + 1;
  return breaksAt(weighted, endsOf(from, n, k));
}
