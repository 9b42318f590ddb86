/** Value at a point; writes the gradient there into `gradient`. A value that is not finite is a place not to go. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  point: Float64Array;
  value: number;
  /** Largest absolute component of the gradient. */
  gradient_norm: number;
  /** Over all starts. */
  iterations: number;
  /** The gradient is within the tolerance. */
  converged: boolean;
}

interface Options {
  /** The gradient's largest component at which to stop; 1e-8. */
  tolerance?: number;
  /** Per start; 500. */
  most_iterations?: number;
  /** How far a coordinate moves in one step at most; as far as it likes. */
  longest_step?: number;
  /** What is known of the inverse of the curvature at the starts, n × n; nothing. */
  inverse?: Float64Array | undefined;
}

/** Pairs of steps and gradient changes that L-BFGS remembers. */
const memory = 8;
/** Armijo's and Wolfe's constants. */
const [decrease, curvature] = [1e-4, 0.9];

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
};

const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

interface Pair {
  s: Float64Array;
  y: Float64Array;
  rho: number;
}

/** −H⁻¹g by the two loops of L-BFGS (Nocedal 1980), from the inverse that is known or else one for all directions. */
function direction(gradient: Float64Array, pairs: readonly Pair[], inverse: Float64Array | undefined): Float64Array {
  const n = gradient.length;
  const q = gradient.map((value) => -value);
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const pair = pairs[k];
    if (pair === undefined) continue;
    const alpha = pair.rho * dot(pair.s, q);
    alphas[k] = alpha;
    for (let i = 0; i < n; i++) q[i] = (q[i] ?? 0) - alpha * (pair.y[i] ?? 0);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? Math.min(1, 1 / largest(gradient)) : 1 / (last.rho * dot(last.y, last.y));
  const d = q.map((value, i) => (inverse === undefined ? value * scale : dot(inverse.subarray(i * n, (i + 1) * n), q)));
  pairs.forEach((pair, k) => {
    const beta = (alphas[k] ?? 0) - pair.rho * dot(pair.y, d);
    for (let i = 0; i < n; i++) d[i] = (d[i] ?? 0) + beta * (pair.s[i] ?? 0);
  });
  return d;
}

interface Place {
  point: Float64Array;
  gradient: Float64Array;
  value: number;
}

/** A point along the direction that is lower and less steep (weak Wolfe conditions, by bracketing); null when rounding hides all progress. */
function search(objective: Objective, from: Place, d: Float64Array): Place | null {
  const slope = dot(from.gradient, d);
  // below this, differences of the value are rounding, and the slope decides (Hager & Zhang 2005)
  const noise = 1e-12 * Math.abs(from.value);
  let [low, high, step] = [0, Number.POSITIVE_INFINITY, 1];
  let [lowValue, lowSlope] = [from.value, slope];
  for (let tries = 0; tries < 40; tries++) {
    const at: Place = { point: from.point.map((value, i) => value + step * (d[i] ?? 0)), gradient: new Float64Array(d.length), value: 0 };
    at.value = objective(at.point, at.gradient);
    const slopeAt = dot(at.gradient, d);
    const finite = Number.isFinite(at.value) && Number.isFinite(slopeAt);
    const lower = finite && (at.value <= from.value + decrease * step * slope || (at.value <= from.value + noise && slopeAt <= (2 * decrease - 1) * slope));
    if (lower && slopeAt >= curvature * slope) return at;
    if (lower) {
      [low, lowValue, lowSlope] = [step, at.value, slopeAt];
      step = high === Number.POSITIVE_INFINITY ? 2 * step : (low + high) / 2;
      continue;
    }
    high = step;
    // the parabola through value and slope at the low end and the value at the high one, kept off both ends
    const width = high - low;
    const parabola = finite ? (-lowSlope * width) / (2 * ((at.value - lowValue) / width - lowSlope)) : Number.NaN;
    step = low + (parabola >= 0.1 * width && parabola <= 0.9 * width ? parabola : 0.5 * width);
    if (width <= 1e-12 * high) return null;
  }
  return null;
}

function descend(objective: Objective, start: ArrayLike<number>, options: Options): Minimum {
  const { tolerance = 1e-8, most_iterations = 500, longest_step = Number.POSITIVE_INFINITY } = options;
  let at: Place = { point: Float64Array.from(start), gradient: new Float64Array(start.length), value: 0 };
  at.value = objective(at.point, at.gradient);
  let [pairs, known]: [Pair[], Float64Array | undefined] = [[], options.inverse];
  let iterations = 0;
  while (Number.isFinite(at.value) && largest(at.gradient) > tolerance && iterations < most_iterations) {
    const d = direction(at.gradient, pairs, known);
    const length = largest(d);
    const step = length > longest_step ? d.map((value) => (value * longest_step) / length) : d;
    const next = dot(step, at.gradient) < 0 ? search(objective, at, step) : null;
    iterations++;
    if (next === null) {
      // a remembered curvature may mislead: once more straight down
      if (pairs.length === 0 && known === undefined) break;
      pairs = [];
      known = undefined;
      continue;
    }
    const s = next.point.map((value, i) => value - (at.point[i] ?? 0));
    const y = next.gradient.map((value, i) => value - (at.gradient[i] ?? 0));
    const sy = dot(s, y);
    if (sy > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y))) pairs = [...pairs.slice(1 - memory), { s, y, rho: 1 / sy }];
    at = next;
  }
  const gradient_norm = largest(at.gradient);
  return { point: at.point, value: at.value, gradient_norm, iterations, converged: Number.isFinite(at.value) && gradient_norm <= tolerance };
}

/** What L-BFGS (Liu & Nocedal 1989) finds from each of these starts, the lowest first. Each tells the iterations of all. */
export function minima(objective: Objective, starts: readonly ArrayLike<number>[], options: Options = {}): Minimum[] {
  const found = starts.map((start) => descend(objective, start, options));
  const iterations = found.reduce((sum, one) => sum + one.iterations, 0);
  const height = ({ value }: Minimum): number => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY);
  return found.map((one) => ({ ...one, iterations })).sort((a, b) => height(a) - height(b) || 0);
}

/** The lowest minimum found from these starts. */
export function minimise(objective: Objective, starts: readonly ArrayLike<number>[], options: Options = {}): Minimum {
  const [lowest] = minima(objective, starts, options);
  if (lowest === undefined) throw new RangeError("there is no start");
  return lowest;
}

/** Second derivatives by central differences of the gradient, n × n, made symmetric. `step` is in the coordinates' unit (1e-4 suits logarithms). */
export function hessian(objective: Objective, point: Float64Array, step = 1e-4): Float64Array {
  const n = point.length;
  const matrix = new Float64Array(n * n);
  const [up, down, moved] = [new Float64Array(n), new Float64Array(n), Float64Array.from(point)];
  for (let i = 0; i < n; i++) {
    const here = point[i] ?? 0;
    moved[i] = here + step;
    objective(moved, up);
    moved[i] = here - step;
    objective(moved, down);
    moved[i] = here;
    for (let j = 0; j < n; j++) matrix[i * n + j] = ((up[j] ?? 0) - (down[j] ?? 0)) / (2 * step);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = ((matrix[i * n + j] ?? 0) + (matrix[j * n + i] ?? 0)) / 2;
      matrix[i * n + j] = mean;
      matrix[j * n + i] = mean;
    }
  }
  return matrix;
}

/** The inverse of a symmetric n × n matrix by Cholesky's factors; null unless it is positive definite with a margin above rounding. */
export function invert(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  const at = (of: Float64Array, i: number, j: number): number => of[i * n + j] ?? 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i, j);
      for (let k = 0; k < j; k++) sum -= at(factor, i, k) * at(factor, j, k);
      if (i === j && !(sum > 1e-10 * Math.abs(at(matrix, i, i)))) return null;
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / at(factor, j, j);
    }
  }
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    for (let i = 0; i < n; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= at(factor, i, k) * at(inverse, k, column);
      inverse[i * n + column] = sum / at(factor, i, i);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = at(inverse, i, column);
      for (let k = i + 1; k < n; k++) sum -= at(factor, k, i) * at(inverse, k, column);
      inverse[i * n + column] = sum / at(factor, i, i);
    }
  }
  return inverse;
}
