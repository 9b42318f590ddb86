import { scaledExponentialIntegral, withinHorizon } from "./exponential-integral.js";
import { type Grouped, margins } from "./groups.js";
import type { Objective } from "./minimise.js";
import { nbdShares, whileThere } from "./nbd.js";
import { type PurchaseModel, purchaseModel } from "./purchase-model.js";
import { abscissas, fewAbscissas, fewWeights, gaussWeights, points } from "./quadrature.js";
import { digammaRising, logRising, softplus } from "./special.js";

/** Schmittlein, Morrison & Colombo 1987. Rates of purchase are gamma with shape r and rate α, rates of dropout gamma with shape s and rate β; purchases and dropout are independent. */
export interface ParetoNbd {
  r: number;
  alpha: number;
  s: number;
  beta: number;
}

/** What the integral over the time of dropout writes: its logarithm, and means under its integrand. */
const [LOG, GROWN_ALPHA, GROWN_BETA, INVERSE_ALPHA, INVERSE_BETA] = [0, 1, 2, 3, 4];

/**
 * ln ∫ from t_x to t of ((α + t_x)/(α + y))ᴿ ((β + t_x)/(β + y))ˢ dy/(β + y), R = r + x, and the means under it of ln((α + y)/(α + t_x)), ln((β + y)/(β + t_x)), 1/(α + y)
 * and 1/(β + y). Over u = ln((m + y)/(m + t_x)) for the smaller m of α and β the integrand is nearly an exponential: panels of at most fourteen e-folds, until nothing is left.
 */
function integrate(p: ParetoNbd, rx: number, t_x: number, t: number, means: Float64Array): void {
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

const scratch = new Float64Array(5);

/** ln odds of having dropped out before now; −∞ right after a purchase. */
function logOdds(p: ParetoNbd, x: number, t_x: number, t: number): number {
  if (t === t_x) return Number.NEGATIVE_INFINITY;
  integrate(p, p.r + x, t_x, t, scratch);
  const [bought, dropped] = [Math.log1p((t - t_x) / (p.alpha + t_x)), Math.log1p((t - t_x) / (p.beta + t_x))];
  return Math.log(p.s) + (p.r + x) * bought + p.s * dropped + (scratch[LOG] ?? 0);
}

const logStillThere = ({ r, alpha, s, beta }: ParetoNbd, x: number, t: number): number => {
  const grown = Math.log1p(t / alpha);
  return -r * grown - x * (Math.log(alpha) + grown) - s * Math.log1p(t / beta);
};

/** No purchase until t: 1 less the chance of a first one before dropout, r times the same integral with purchases and dropout changing places. */
function logNone(p: ParetoNbd, t: number): number {
  if (t === 0) return 0;
  integrate({ r: p.s, alpha: p.beta, s: p.r, beta: p.alpha }, p.s, 0, t, scratch);
  const bought = p.r * Math.exp(scratch[LOG] ?? 0);
  return bought < 0.5 ? Math.log1p(-bought) : logStillThere(p, 0, t) + softplus(logOdds(p, 0, 0, t));
}

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

/** −(mean log-likelihood) by ln r, ln α, ln s, ln β. */
export function paretoObjective(grouped: Grouped): Objective {
  const { x, t_x, t, weight, total } = grouped;
  const sums = margins(grouped);
  const staying = { ...sums, purchases: new Float64Array(t.values.length) };
  const [last, age] = [timeTables(t_x.values), timeTables(t.values)];
  const means = new Float64Array(5);
  return (point, gradient) => {
    const [r, alpha, s, beta] = [Math.exp(point[0] ?? 0), Math.exp(point[1] ?? 0), Math.exp(point[2] ?? 0), Math.exp(point[3] ?? 0)];
    const p: ParetoNbd = { r, alpha, s, beta };
    last.fill(alpha, beta);
    age.fill(alpha, beta);
    const logS = Math.log(s);
    let { value, byR, byAlpha } = whileThere(t.values, sums, r, alpha);
    const stayed = whileThere(t.values, staying, s, beta);
    value += stayed.value;
    let [byS, byBeta] = [stayed.byR, stayed.byAlpha];
    for (let i = 0; i < sums.x.length; i++) {
      value += (sums.x[i] ?? 0) * logRising(r, x.values[i] ?? 0);
      byR += (sums.x[i] ?? 0) * digammaRising(r, x.values[i] ?? 0);
    }
    for (let i = 0; i < weight.length; i++) {
      const itx = t_x.of[i] ?? 0;
      const it = t.of[i] ?? 0;
      const from = t_x.values[itx] ?? 0;
      const to = t.values[it] ?? 0;
      if (from === to) continue;
      const w = weight[i] ?? 0;
      const rx = r + (x.values[x.of[i] ?? 0] ?? 0);
      integrate(p, rx, from, to, means);
      const bought = (age.byAlpha[it] ?? 0) - (last.byAlpha[itx] ?? 0);
      const dropped = (age.byBeta[it] ?? 0) - (last.byBeta[itx] ?? 0);
      const odds = logS + rx * bought + s * dropped + (means[LOG] ?? 0);
      const e = Math.exp(-Math.abs(odds));
      const share = (odds > 0 ? w : w * e) / (1 + e);
      value += w * (Math.max(odds, 0) + Math.log1p(e));
      byR += share * (bought - (means[GROWN_ALPHA] ?? 0));
      byAlpha += share * rx * ((age.inverseAlpha[it] ?? 0) - (means[INVERSE_ALPHA] ?? 0));
      byS += share * (1 / s + dropped - (means[GROWN_BETA] ?? 0));
      byBeta += share * (s * (age.inverseBeta[it] ?? 0) - (s + 1) * (means[INVERSE_BETA] ?? 0));
    }
    gradient[0] = (-r * byR) / total;
    gradient[1] = (-alpha * byAlpha) / total;
    gradient[2] = (-s * byS) / total;
    gradient[3] = (-beta * byBeta) / total;
    return -value / total;
  };
}

/** (1 − e^(−eΛ))/e for e = s − 1, Λ at e = 0: dropout shortens a time of ln(1 + horizon/(β + t)) to this. */
const shortened = (e: number, lambda: number): number => (e === 0 ? lambda : -Math.expm1(-e * lambda) / e);

/** By an age: still there, or dropped out at a time after so many purchases; over ln(1 + time/scale) by panels of two e-folds. */
function countShares({ r, alpha, s, beta }: ParetoNbd, age: number, size: number): Float64Array {
  const there = (time: number): number => Math.exp(-s * Math.log1p(time / beta));
  const sums = nbdShares(r, alpha, age, size).map((share) => share * there(age));
  const scale = Math.min(alpha, beta);
  const upper = Math.log1p(age / scale);
  for (let at = 0; at < upper; at += 2) {
    const [centre, radius] = [(at + Math.min(upper, at + 2)) / 2, (Math.min(upper, at + 2) - at) / 2];
    for (let j = 0; j < points; j++) {
      const u = centre + radius * (abscissas[j] ?? 0);
      const time = scale * Math.expm1(u);
      const weight = ((radius * (gaussWeights[j] ?? 0) * s) / (beta + time)) * there(time) * (scale + time);
      for (const [x, share] of nbdShares(r, alpha, time, size).entries()) sums[x] = (sums[x] ?? 0) + weight * share;
    }
  }
  return sums;
}

export const paretoNbd: PurchaseModel<keyof ParetoNbd> = purchaseModel({
  model: "pareto_nbd",
  names: ["r", "alpha", "s", "beta"],
  objective: paretoObjective,
  starts: ({ r, alpha }, age) => [
    [r, alpha, 0.1, 20 * age],
    [r, alpha, 0.7, age / 3],
    [1, age / 4, 1, age],
  ],
  logCount: ({ r }, x) => logRising(r, x),
  logStillThere,
  logNone,
  logOdds,
  whileAlive: ({ r, alpha, s, beta }, x, t, horizon) => ((r + x) / (alpha + t)) * (beta + t) * shortened(s - 1, Math.log1p(horizon / (beta + t))),
  discountedWhileAlive: ({ r, alpha, s, beta }, x, t, discount, horizon) => {
    const w = discount * (beta + t);
    const time = horizon === Number.POSITIVE_INFINITY ? scaledExponentialIntegral(s, w) : withinHorizon(s, w, horizon / (beta + t));
    return ((r + x) / (alpha + t)) * (beta + t) * time;
  },
  countShares,
});
