import { type Grouped, margins } from "./groups.js";
import type { Objective } from "./minimise.js";
import { purchased, whileThere } from "./nbd.js";
import { dropoutGrid } from "./pareto-grid.js";
import { GROWN_ALPHA, GROWN_BETA, INVERSE_ALPHA, INVERSE_BETA, integrate, LOG, type ParetoNbd } from "./pareto-integral.js";

/** ln(1 + t/scale) and 1/(scale + t) of every different time, both for α and β. */
function timeTables(times: Float64Array) {
  const size = times.length;
  const [byAlpha, byBeta, inverseAlpha, inverseBeta] = [new Float64Array(size), new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const fill = (alpha: number, beta: number): void => {
    for (let i = 0; i < size; i++) {
      const time = times[i] ?? 0;
      byAlpha[i] = Math.log1p(time / alpha);
      byBeta[i] = Math.log1p(time / beta);
      inverseAlpha[i] = 1 / (alpha + time);
      inverseBeta[i] = 1 / (beta + time);
    }
  };
  return { byAlpha, byBeta, inverseAlpha, inverseBeta, fill };
}

/** An integral of its own costs as much as so many cells of the grid; fewer rows than this are not worth one. */
const [cellsPerRow, fewest] = [20, 20];
/** Beyond so many e-folds the grid's numbers are too small for a double. */
const mostFolds = 600;

/** Rows with the same number of purchases that are not right after a purchase. */
interface Alike {
  x: number;
  rows: Uint32Array;
  /** There are enough of them for sums over the grid. */
  many: boolean;
}

function alike({ x, t_x, t, weight }: Grouped, cells: number): Alike[] {
  const rowsOf = Array.from(x.values, (): number[] => []);
  for (let i = 0; i < weight.length; i++) if (t_x.values[t_x.of[i] ?? 0] !== t.values[t.of[i] ?? 0]) rowsOf[x.of[i] ?? 0]?.push(i);
  return rowsOf
    .map((rows, i) => ({
      x: x.values[i] ?? 0,
      rows: Uint32Array.from(rows),
      many: rows.length > Math.max(fewest, cells / cellsPerRow) && Number.isInteger(x.values[i]),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** −(mean log-likelihood) by ln r, ln α, ln s, ln β. */
export function paretoObjective(grouped: Grouped): Objective {
  const { x, t_x, t, weight, total } = grouped;
  const sums = margins(grouped);
  const staying = { ...sums, purchases: new Float64Array(t.values.length) };
  const [last, age] = [timeTables(t_x.values), timeTables(t.values)];
  const times = Float64Array.from(new Set([0, ...t_x.values, ...t.values])).sort();
  const placeOf = new Map(Array.from(times, (time, i) => [time, i]));
  const placesOf = (values: Float64Array): Uint32Array => Uint32Array.from(values, (time) => placeOf.get(time) ?? 0);
  const [placeOfLast, placeOfAge] = [placesOf(t_x.values), placesOf(t.values)];
  const all = alike(grouped, times.length - 1);
  const grid = dropoutGrid(times);
  const { flow } = grid;
  const longest = times.at(-1) ?? 0;
  const means = new Float64Array(5);
  const [factors, lost, bought] = [new Float64Array(t.values.length), new Float64Array(t.values.length), new Float64Array(t.values.length)];

  /** What dropout adds to the log-likelihood and its slopes, each row by an integral of its own. */
  const byRow = (p: ParetoNbd, { x: n, rows }: Alike, slopes: Float64Array): number => {
    const rx = p.r + n;
    const logS = Math.log(p.s);
    let value = 0;
    for (let j = 0; j < rows.length; j++) {
      const i = rows[j] ?? 0;
      const itx = t_x.of[i] ?? 0;
      const it = t.of[i] ?? 0;
      const w = weight[i] ?? 0;
      integrate(p, rx, t_x.values[itx] ?? 0, t.values[it] ?? 0, means);
      const longer = (age.byAlpha[it] ?? 0) - (last.byAlpha[itx] ?? 0);
      const dropped = (age.byBeta[it] ?? 0) - (last.byBeta[itx] ?? 0);
      const odds = logS + rx * longer + p.s * dropped + (means[LOG] ?? 0);
      const e = Math.exp(-Math.abs(odds));
      const share = (odds > 0 ? w : w * e) / (1 + e);
      value += w * (Math.max(odds, 0) + Math.log1p(e));
      slopes[0] = (slopes[0] ?? 0) + share * (longer - (means[GROWN_ALPHA] ?? 0));
      slopes[1] = (slopes[1] ?? 0) + share * rx * ((age.inverseAlpha[it] ?? 0) - (means[INVERSE_ALPHA] ?? 0));
      slopes[2] = (slopes[2] ?? 0) + share * (1 / p.s + dropped - (means[GROWN_BETA] ?? 0));
      slopes[3] = (slopes[3] ?? 0) + share * (p.s * (age.inverseBeta[it] ?? 0) - (p.s + 1) * (means[INVERSE_BETA] ?? 0));
    }
    return value;
  };

  /** Of rows with the same number of purchases, given the integrals to the end; how the slopes weigh these is left in `flow`. */
  const overRows = (rows: Uint32Array, rx: number, after: Float64Array): number => {
    let value = 0;
    for (let j = 0; j < rows.length; j++) {
      const i = rows[j] ?? 0;
      const it = t.of[i] ?? 0;
      const w = weight[i] ?? 0;
      const from = placeOfLast[t_x.of[i] ?? 0] ?? 0;
      const to = placeOfAge[it] ?? 0;
      const factor = factors[it] ?? 0;
      const odds = factor * Math.max(0, (after[from] ?? 0) - (after[to] ?? 0));
      const open = (w * factor) / (1 + odds);
      value += w * Math.log1p(odds);
      lost[it] = (lost[it] ?? 0) + (w * odds) / (1 + odds);
      bought[it] = (bought[it] ?? 0) + (rx * w * odds) / (1 + odds);
      flow[from] = (flow[from] ?? 0) + open;
      flow[to] = (flow[to] ?? 0) - open;
    }
    return value;
  };

  /** The same by sums over the grid, for ascending numbers of purchases. */
  const byGrid = (p: ParetoNbd, many: readonly Alike[], slopes: Float64Array): number => {
    const { r, alpha, s } = p;
    let now = many[0]?.x ?? 0;
    grid.begin(p, r + now, r + (many.at(-1)?.x ?? 0));
    for (let i = 0; i < factors.length; i++) factors[i] = s * Math.exp((r + now) * (age.byAlpha[i] ?? 0) + s * (age.byBeta[i] ?? 0));
    lost.fill(0);
    bought.fill(0);
    const next = (): void => {
      for (let i = 0; i < factors.length; i++) factors[i] = (factors[i] ?? 0) / (alpha * (age.inverseAlpha[i] ?? 0));
      now++;
    };
    let value = 0;
    let byR = 0;
    let byAlpha = 0;
    let byS = 0;
    let byBeta = 0;
    for (const { x: n, rows } of many) {
      while (now < n) {
        grid.pass();
        next();
      }
      const rx = r + n;
      const after = grid.integrals();
      value += overRows(rows, rx, after);
      const under = grid.moments();
      next();
      byR -= under.grownAlpha;
      byAlpha -= rx * under.inverseAlpha;
      byS -= under.grownBeta;
      byBeta -= (s + 1) * under.inverseBeta;
    }
    for (let i = 0; i < lost.length; i++) {
      const gone = lost[i] ?? 0;
      byR += gone * (age.byAlpha[i] ?? 0);
      byAlpha += (bought[i] ?? 0) * (age.inverseAlpha[i] ?? 0);
      byS += gone * (1 / s + (age.byBeta[i] ?? 0));
      byBeta += gone * s * (age.inverseBeta[i] ?? 0);
    }
    slopes[0] = (slopes[0] ?? 0) + byR;
    slopes[1] = (slopes[1] ?? 0) + byAlpha;
    slopes[2] = (slopes[2] ?? 0) + byS;
    slopes[3] = (slopes[3] ?? 0) + byBeta;
    return value;
  };

  return (point, gradient) => {
    const r = Math.exp(point[0] ?? 0);
    const alpha = Math.exp(point[1] ?? 0);
    const s = Math.exp(point[2] ?? 0);
    const beta = Math.exp(point[3] ?? 0);
    const p: ParetoNbd = { r, alpha, s, beta };
    last.fill(alpha, beta);
    age.fill(alpha, beta);
    const there = whileThere(t.values, sums, r, alpha);
    const stayed = whileThere(t.values, staying, s, beta);
    const counts = purchased(x.values, sums, r);
    let value = there.value + stayed.value + counts.value;
    const slopes = Float64Array.of(there.byR + counts.byR, there.byAlpha, stayed.byR, stayed.byAlpha);
    const small = ({ x: n, many }: Alike): boolean => many && (r + n) * Math.log1p(longest / alpha) + s * Math.log1p(longest / beta) < mostFolds;
    const many = all.filter(small);
    if (many.length > 0) value += byGrid(p, many, slopes);
    for (const one of all) if (!small(one)) value += byRow(p, one, slopes);
    gradient[0] = (-r * (slopes[0] ?? 0)) / total;
    gradient[1] = (-alpha * (slopes[1] ?? 0)) / total;
    gradient[2] = (-s * (slopes[2] ?? 0)) / total;
    gradient[3] = (-beta * (slopes[3] ?? 0)) / total;
    return -value / total;
  };
}
