import { abscissas, fewAbscissas, fewWeights, gaussWeights } from "./quadrature.js";

/** Schmittlein, Morrison & Colombo 1987. Rates of purchase are gamma with shape r and rate α, rates of dropout gamma with shape s and rate β; purchases and dropout are independent. */
export interface ParetoNbd {
  r: number;
  alpha: number;
  s: number;
  beta: number;
}

/** What the integral over the time of dropout writes: its logarithm, and means under its integrand. */
export const [LOG, GROWN_ALPHA, GROWN_BETA, INVERSE_ALPHA, INVERSE_BETA] = [0, 1, 2, 3, 4];

/**
 * ln ∫ from t_x to t of ((α + t_x)/(α + y))ᴿ ((β + t_x)/(β + y))ˢ dy/(β + y), R = r + x, and the means under it of ln((α + y)/(α + t_x)), ln((β + y)/(β + t_x)), 1/(α + y)
 * and 1/(β + y). Over u = ln((m + y)/(m + t_x)) for the smaller m of α and β the integrand is nearly an exponential: panels of at most fourteen e-folds, until nothing is left.
 */
export function integrate(p: ParetoNbd, rx: number, t_x: number, t: number, means: Float64Array): void {
  const purchasesFirst = p.alpha < p.beta;
  const least = purchasesFirst ? p.alpha : p.beta;
  const apart = Math.abs(p.beta - p.alpha);
  const steep = purchasesFirst ? rx : p.s;
  const other = purchasesFirst ? p.s : rx;
  const start = least + t_x;
  const inverse = 1 / (start + apart);
  const end = Math.log1p((t - t_x) / start);
  let whole = 0;
  let near = 0;
  let far = 0;
  let inverseNear = 0;
  let inverseFar = 0;
  let at = 0;
  while (at < end) {
    // the other exponent counts by the share that the smaller has of the larger, at most e⁴ of what it is now
    const smallest = start * Math.exp(at);
    const folds = steep + 1 + other * Math.min(1, (55 * smallest) / (smallest + apart));
    const to = Math.min(end, at + Math.min(4, 14 / folds));
    const radius = 0.5 * (to - at);
    const centre = at + radius;
    // three e-folds, with the nearest singularity π away, are exact to the last digits with half the points
    const few = radius < 0.75 && radius * folds < 1.5;
    const places = few ? fewAbscissas : abscissas;
    const weights = few ? fewWeights : gaussWeights;
    let last = 0;
    for (let j = 0; j < places.length; j++) {
      const u = centre + radius * (places[j] ?? 0);
      const smaller = start * Math.exp(u);
      const larger = smaller + apart;
      const grown = Math.log(larger * inverse);
      last = Math.exp(-steep * u - other * grown);
      if (purchasesFirst) last *= smaller / larger;
      const weight = (weights[j] ?? 0) * radius * last;
      whole += weight;
      near += weight * u;
      far += weight * grown;
      inverseNear += weight / smaller;
      inverseFar += weight / larger;
    }
    at = to;
    if (last * (end - at) < 1e-17 * whole) break;
  }
  means[LOG] = Math.log(whole);
  means[GROWN_ALPHA] = (purchasesFirst ? near : far) / whole;
  means[GROWN_BETA] = (purchasesFirst ? far : near) / whole;
  means[INVERSE_ALPHA] = (purchasesFirst ? inverseNear : inverseFar) / whole;
  means[INVERSE_BETA] = (purchasesFirst ? inverseFar : inverseNear) / whole;
}
