import type { ParetoNbd } from "./pareto-integral.js";
import { fewAbscissas, fewWeights, fourAbscissas, fourWeights } from "./quadrature.js";

/** Means are taken of these under the integrand: ln(1 + y/α), ln(1 + y/β), 1/(α + y), 1/(β + y). */
export interface Moments {
  grownAlpha: number;
  grownBeta: number;
  inverseAlpha: number;
  inverseBeta: number;
}

/** So many e-folds are exact to the last digits with four points, and with eight. */
const [FOUR, EIGHT] = [0.25, 3];

/**
 * The integrals of `integrate` between any two of many times, for one number of purchases after the other: over the cells between neighbouring times once, where the points
 * cost their logarithms once for all numbers of purchases, and then in sums. A difference of two sums has the last digits of the larger one, which is as good as the odds
 * of dropout need: what is subtracted is never more than the chance of one who is still there.
 */
export function dropoutGrid(times: Float64Array) {
  const cells = times.length - 1;
  const starts = new Uint32Array(times.length);
  const [after, flow] = [new Float64Array(times.length), new Float64Array(times.length)];
  const tables = (room: number) => ({
    mass: new Float64Array(room),
    shrink: new Float64Array(room),
    grownAlpha: new Float64Array(room),
    grownBeta: new Float64Array(room),
    inverseAlpha: new Float64Array(room),
    inverseBeta: new Float64Array(room),
  });
  let nodes = tables(4 * cells);
  let count = 0;

  const grow = (): void => {
    const [before, more] = [nodes, tables(2 * nodes.mass.length + 64)];
    for (const name of Object.keys(more) as (keyof typeof more)[]) more[name].set(before[name]);
    nodes = more;
  };
  const place = ({ alpha, s, beta }: ParetoNbd, rx: number, y: number, weight: number): void => {
    if (count === nodes.mass.length) grow();
    const grownAlpha = Math.log1p(y / alpha);
    const grownBeta = Math.log1p(y / beta);
    const inverseBeta = 1 / (beta + y);
    nodes.mass[count] = weight * Math.exp(-rx * grownAlpha - s * grownBeta) * inverseBeta;
    nodes.shrink[count] = alpha / (alpha + y);
    nodes.grownAlpha[count] = grownAlpha;
    nodes.grownBeta[count] = grownBeta;
    nodes.inverseAlpha[count] = 1 / (alpha + y);
    nodes.inverseBeta[count] = inverseBeta;
    count++;
  };

  /** Begin with purchases that make the exponent R = r + x; they become more, up to `most`. */
  const begin = (p: ParetoNbd, rx: number, most: number): void => {
    const least = Math.min(p.alpha, p.beta);
    const apart = Math.abs(p.alpha - p.beta);
    const steep = p.alpha < p.beta ? most : p.s;
    const other = p.alpha < p.beta ? p.s : most;
    count = 0;
    for (let cell = 0; cell < cells; cell++) {
      starts[cell] = count;
      const from = times[cell] ?? 0;
      const to = times[cell + 1] ?? 0;
      const start = least + from;
      // over u = ln((m + y)/(m + from)), where the integrand is nearly an exponential
      const end = Math.log1p((to - from) / start);
      for (let at = 0; at < end; ) {
        const smallest = start * Math.exp(at);
        const folds = steep + 1 + other * Math.min(1, (4.5 * smallest) / (smallest + apart));
        const next = Math.min(end, at + Math.min(1.5, EIGHT / folds));
        const radius = 0.5 * (next - at);
        const few = 2 * radius * folds <= FOUR;
        const places = few ? fourAbscissas : fewAbscissas;
        const weights = few ? fourWeights : fewWeights;
        for (let j = 0; j < places.length; j++) {
          const u = at + radius * (1 + (places[j] ?? 0));
          place(p, rx, from + start * Math.expm1(u), radius * (weights[j] ?? 0) * start * Math.exp(u));
        }
        at = next;
      }
    }
    starts[cells] = count;
  };

  /** Integrals from each of the times to the last, of ((α/(α + y))ᴿ (β/(β + y))ˢ dy/(β + y). */
  const integrals = (): Float64Array => {
    const { mass } = nodes;
    let sum = 0;
    for (let cell = cells - 1; cell >= 0; cell--) {
      const to = starts[cell + 1] ?? 0;
      let inside = 0;
      for (let i = starts[cell] ?? 0; i < to; i++) inside += mass[i] ?? 0;
      sum += inside;
      after[cell] = sum;
    }
    return after;
  };

  /** The integrals with their moments, each between times as often as `flow` says, which is empty then: so much more from a time on, so much less. One purchase more follows. */
  const moments = (): Moments => {
    const { mass, shrink, grownAlpha, grownBeta, inverseAlpha, inverseBeta } = nodes;
    let open = 0;
    let byGrownAlpha = 0;
    let byGrownBeta = 0;
    let byInverseAlpha = 0;
    let byInverseBeta = 0;
    for (let cell = 0; cell < cells; cell++) {
      open += flow[cell] ?? 0;
      const to = starts[cell + 1] ?? 0;
      for (let i = starts[cell] ?? 0; i < to; i++) {
        const here = mass[i] ?? 0;
        const w = open * here;
        byGrownAlpha += w * (grownAlpha[i] ?? 0);
        byGrownBeta += w * (grownBeta[i] ?? 0);
        byInverseAlpha += w * (inverseAlpha[i] ?? 0);
        byInverseBeta += w * (inverseBeta[i] ?? 0);
        mass[i] = here * (shrink[i] ?? 0);
      }
    }
    flow.fill(0);
    return { grownAlpha: byGrownAlpha, grownBeta: byGrownBeta, inverseAlpha: byInverseAlpha, inverseBeta: byInverseBeta };
  };

  /** One purchase more, of which nothing is asked. */
  const pass = (): void => {
    const { mass, shrink } = nodes;
    for (let i = 0; i < count; i++) mass[i] = (mass[i] ?? 0) * (shrink[i] ?? 0);
  };
  return { begin, integrals, flow, moments, pass };
}
