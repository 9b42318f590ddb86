import { scaledExponentialIntegral, withinHorizon } from "./exponential-integral.js";
import { nbdShares } from "./nbd.js";
import { integrate, LOG, type ParetoNbd } from "./pareto-integral.js";
import { paretoObjective } from "./pareto-objective.js";
import { type PurchaseModel, purchaseModel } from "./purchase-model.js";
import { abscissas, gaussWeights, points } from "./quadrature.js";
import { logRising, softplus } from "./special.js";

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
    [r, alpha, 0.7, age / 3],
    // many drop out at once
    [2 * r, 2 * alpha, 0.05, age / 1e4],
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
