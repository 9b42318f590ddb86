/**
 * Sums of squared distances from the mean, of any stretch of weighted values at once: from sums up to each value. In
 * doubles their error is some 1e-15 of the spread of all values; with twice the digits, of the spread of the stretch.
 */
export interface Moments {
  /** Of values i … j − 1. */
  spread(i: number, j: number): number;
  /** Take in what it costs to part the first i values, before the stretches that follow are asked for. */
  begin(before: Float64Array): void;
  /** For which i of `lowest` … `highest` is before(i) + spread(i, j) least? The first such; the least is written into `next`. */
  least(next: Float64Array, j: number, lowest: number, highest: number): number;
}

export function momentsOf(values: ArrayLike<number>, counts: ArrayLike<number>, digits: "double" | "twice"): Moments {
  return digits === "double" ? inDoubles(values, counts) : inTwice(values, counts);
}

/** Of values i … j − 1, from these values themselves. */
export function spreadOf(values: ArrayLike<number>, counts: ArrayLike<number>, i: number, j: number): number {
  const origin = values[i] ?? 0;
  let [mass, sum] = [0, 0];
  for (let at = i; at < j; at++) {
    mass += counts[at] ?? 0;
    sum += (counts[at] ?? 0) * ((values[at] ?? 0) - origin);
  }
  if (mass === 0) return 0;
  const mean = sum / mass;
  let [squares, rest] = [0, 0];
  for (let at = i; at < j; at++) {
    const away = (values[at] ?? 0) - origin - mean;
    squares += (counts[at] ?? 0) * away * away;
    rest += (counts[at] ?? 0) * away;
  }
  return Math.max(0, squares - (rest * rest) / mass);
}

function meanOf(values: ArrayLike<number>, counts: ArrayLike<number>): number {
  let [mean, mass] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    mass += counts[i] ?? 0;
    if (mass > 0) mean += (((values[i] ?? 0) - mean) * (counts[i] ?? 0)) / mass;
  }
  return mean;
}

/** So many places are looked at together, where there are many. */
const [BLOCK, MANY] = [32, 128];
/** More than the sums are off by, as a share of all squares. */
const ROUNDING = 1e-13;

interface Best {
  cost: number;
  at: number;
}

/** Values centred at their mean: squares of large numbers lose their last digits. The sums carry what each addition loses (Neumaier 1974). */
function inDoubles(values: ArrayLike<number>, counts: ArrayLike<number>): Moments {
  const n = values.length;
  const mean = meanOf(values, counts);
  const [weight, sum, square, open] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  let [s, sLost, q, qLost, w] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, count] = [(values[i] ?? 0) - mean, counts[i] ?? 0];
    const [ds, dq] = [count * x, count * x * x];
    const [s2, q2] = [s + ds, q + dq];
    sLost += Math.abs(s) >= Math.abs(ds) ? s - s2 + ds : ds - s2 + s;
    qLost += q >= dq ? q - q2 + dq : dq - q2 + q;
    [s, q, w] = [s2, q2, w + count];
    weight[i + 1] = w;
    sum[i + 1] = s + sLost;
    square[i + 1] = q + qLost;
  }
  // what parting costs grows with i and what is left shrinks: no i of a block is below the first's cost of parting and the last's spread
  const bounds = new Float64Array(Math.ceil(n / BLOCK) + 1);
  const slack = ROUNDING * q;
  const scanned = (j: number, from: number, to: number, best: Best): void => {
    const wj = weight[j] ?? 0;
    const sj = sum[j] ?? 0;
    let cost = best.cost;
    let at = best.at;
    for (let i = from; i <= to; i++) {
      const ds = sj - (sum[i] ?? 0);
      const one = (open[i] ?? 0) - (ds * ds) / (wj - (weight[i] ?? 0));
      if (one < cost) {
        cost = one;
        at = i;
      }
    }
    best.cost = cost;
    best.at = at;
  };
  /** The bounds of the blocks, and the least that any block's last costs. */
  const bounded = (j: number, lowest: number, highest: number): number => {
    const wj = weight[j] ?? 0;
    const sj = sum[j] ?? 0;
    let least = Number.POSITIVE_INFINITY;
    for (let from = lowest, block = 0; from <= highest; from += BLOCK, block++) {
      const last = Math.min(from + BLOCK - 1, highest);
      const ds = sj - (sum[last] ?? 0);
      const left = (ds * ds) / (wj - (weight[last] ?? 0));
      bounds[block] = (open[from] ?? 0) + (square[from] ?? 0) - (square[last] ?? 0) - left;
      least = Math.min(least, (open[last] ?? 0) - left);
    }
    return least + slack;
  };
  const best: Best = { cost: 0, at: 0 };
  return {
    spread(i, j) {
      const [dw, ds] = [(weight[j] ?? 0) - (weight[i] ?? 0), (sum[j] ?? 0) - (sum[i] ?? 0)];
      return dw === 0 ? 0 : Math.max(0, (square[j] ?? 0) - (square[i] ?? 0) - (ds * ds) / dw);
    },
    begin(before) {
      for (let i = 0; i <= n; i++) open[i] = (before[i] ?? 0) - (square[i] ?? 0);
    },
    least(next, j, lowest, highest) {
      best.cost = Number.POSITIVE_INFINITY;
      best.at = lowest;
      if (highest - lowest < MANY) scanned(j, lowest, highest, best);
      else {
        const most = bounded(j, lowest, highest);
        for (let from = lowest, block = 0; from <= highest; from += BLOCK, block++)
          if ((bounds[block] ?? 0) <= most) scanned(j, from, Math.min(from + BLOCK - 1, highest), best);
      }
      next[j] = Math.max(0, best.cost + (square[j] ?? 0));
      return best.at;
    },
  };
}

const SPLIT = 134_217_729; // 2^27 + 1

/** What a · b as a double leaves out of the product (Dekker 1971). */
function productRest(a: number, b: number, product: number): number {
  const [ca, cb] = [SPLIT * a, SPLIT * b];
  const [ah, bh] = [ca - (ca - a), cb - (cb - b)];
  const [al, bl] = [a - ah, b - bh];
  return ah * bh - product + ah * bl + al * bh + al * bl;
}

/** What a + b as a double leaves out of the sum (Knuth). */
function sumRest(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** The same with each sum as two doubles, and products with what they leave out: some thirty digits. Ten times as slow. */
function inTwice(values: ArrayLike<number>, counts: ArrayLike<number>): Moments {
  const n = values.length;
  const origin = values[n >> 1] ?? 0;
  const zeros = (): Float64Array => new Float64Array(n + 1);
  const [weight, sum, sumLow, square, squareLow] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  let before = zeros();
  const grow = (high: Float64Array, low: Float64Array, i: number, more: number, moreLow: number): void => {
    const [old, total] = [high[i] ?? 0, (high[i] ?? 0) + more];
    const rest = sumRest(old, more, total) + (low[i] ?? 0) + moreLow;
    high[i + 1] = total + rest;
    low[i + 1] = rest - ((high[i + 1] ?? 0) - total);
  };
  for (let i = 0; i < n; i++) {
    const [value, count] = [values[i] ?? 0, counts[i] ?? 0];
    const x = value - origin;
    const xLow = sumRest(value, -origin, x);
    const s = count * x;
    const sLow = productRest(count, x, s) + count * xLow;
    const q = s * x;
    const qLow = productRest(s, x, q) + sLow * x + s * xLow;
    weight[i + 1] = (weight[i] ?? 0) + count;
    grow(sum, sumLow, i, s, sLow);
    grow(square, squareLow, i, q, qLow);
  }
  /** Σw(x − m)² for m the mean as a double, less what m is off: nothing large is left to cancel but Q − m·S, which has its low digits. */
  const spread = (i: number, j: number): number => {
    const dw = (weight[j] ?? 0) - (weight[i] ?? 0);
    if (dw === 0) return 0;
    const [sj, si, qj, qi] = [sum[j] ?? 0, sum[i] ?? 0, square[j] ?? 0, square[i] ?? 0];
    const [s, q] = [sj - si, qj - qi];
    const sLow = sumRest(sj, -si, s) + (sumLow[j] ?? 0) - (sumLow[i] ?? 0);
    const qLow = sumRest(qj, -qi, q) + (squareLow[j] ?? 0) - (squareLow[i] ?? 0);
    const m = s / dw;
    const [mw, ms] = [m * dw, m * s];
    const off = s - mw - productRest(m, dw, mw) + sLow; // S − m·W
    const d = q - ms;
    return Math.max(0, d + (sumRest(q, -ms, d) + qLow - productRest(m, s, ms) - m * sLow - m * off) - (off * off) / dw);
  };
  return {
    spread,
    begin(costs) {
      before = costs;
    },
    least(next, j, lowest, highest) {
      let [cost, at] = [Number.POSITIVE_INFINITY, lowest];
      for (let i = lowest; i <= highest; i++) {
        const one = (before[i] ?? 0) + spread(i, j);
        if (one < cost) [cost, at] = [one, i];
      }
      next[j] = cost;
      return at;
    },
  };
}
