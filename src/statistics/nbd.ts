import { type Grouped, type Margins, margins } from "./groups.js";
import { minimise, type Objective } from "./minimise.js";
import { digammaRising, logRising } from "./special.js";

/** The negative binomial model of purchases without dropout (Ehrenberg 1959): rates are gamma with shape r and rate α. */
export interface Nbd {
  r: number;
  alpha: number;
  log_likelihood: number;
}

/** Σ w [−r ln(1 + t/α) − x ln(α + t)], with its slopes by r and α: what all models here have of the times of those still there. */
export function whileThere(values: Float64Array, { t, purchases }: Margins, r: number, alpha: number): { value: number; byR: number; byAlpha: number } {
  const logAlpha = Math.log(alpha);
  let value = 0;
  let byR = 0;
  let byAlpha = 0;
  for (let i = 0; i < t.length; i++) {
    const age = values[i] ?? 0;
    const w = t[i] ?? 0;
    const n = purchases[i] ?? 0;
    const grown = Math.log1p(age / alpha);
    value -= w * r * grown + n * (logAlpha + grown);
    byR -= w * grown;
    byAlpha += ((w * r * age) / alpha - n) / (alpha + age);
  }
  return { value, byR, byAlpha };
}

/** Σ w ln(r (r + 1) … (r + x − 1)), with its slope by r: what all models here have of the counts. From each number of purchases to the next, for all who reached it at once. */
export function purchased(x: Float64Array, { reached }: Margins, r: number): { value: number; byR: number } {
  let value = 0;
  let byR = 0;
  let before = 0;
  for (let i = 0; i < x.length; i++) {
    const n = x[i] ?? 0;
    const w = reached[i] ?? 0;
    value += w * logRising(r + before, n - before);
    byR += w * digammaRising(r + before, n - before);
    before = n;
  }
  return { value, byR };
}

/** The maximum likelihood; where all have one rate, r and α are large and only their ratio means something. */
export function fitNbd(grouped: Grouped): Nbd {
  const { x, t, total } = grouped;
  const sums = margins(grouped);
  const [time, purchases] = [t.values.reduce((sum, age, i) => sum + age * (sums.t[i] ?? 0), 0), sums.purchases.reduce((sum, n) => sum + n, 0)];
  const objective: Objective = (point, gradient) => {
    const r = Math.exp(point[0] ?? 0);
    const alpha = Math.exp(point[1] ?? 0);
    const there = whileThere(t.values, sums, r, alpha);
    const counts = purchased(x.values, sums, r);
    gradient[0] = (-r * (there.byR + counts.byR)) / total;
    gradient[1] = (-alpha * there.byAlpha) / total;
    return -(there.value + counts.value) / total;
  };
  // two parameters and one hollow: one start will do
  const found = minimise(objective, [[0, -Math.log(purchases / time)]], { tolerance: 1e-9, longest_step: 3 });
  return { r: Math.exp(found.point[0] ?? 0), alpha: Math.exp(found.point[1] ?? 0), log_likelihood: -found.value * total };
}

/** The chance of 0, 1, … size − 1 purchases within a time, of gamma rates with shape r and rate α. */
export function nbdShares(r: number, alpha: number, time: number, size: number): Float64Array {
  const shares = new Float64Array(size);
  let share = Math.exp(-r * Math.log1p(time / alpha));
  for (let x = 0; x < size; x++) {
    shares[x] = share;
    share *= (((r + x) / (x + 1)) * time) / (alpha + time);
  }
  return shares;
}
