import { panel } from "./quadrature.js";

/** ∫₀^U exp(−w(eᵘ − 1) + (1 − s)u) du, by panels of at most eight e-folds, until nothing is left. */
function byQuadrature(s: number, w: number, upper: number): number {
  const log = (u: number): number => -w * Math.expm1(u) + (1 - s) * u;
  let [sum, at] = [0, 0];
  while (at < upper) {
    const steepest = Math.max(1, Math.abs(s - 1), w * Math.exp(at));
    const to = Math.min(upper, at + Math.min(2, 4 / steepest));
    sum += panel((u) => Math.exp(log(u)), at, to);
    at = to;
    // the logarithm is concave: once it falls, it falls at least as fast
    const falling = w * Math.exp(at) + s - 1;
    if (falling > 0 && Math.exp(log(at)) / falling < 1e-17 * sum) break;
  }
  return sum;
}

/** eʷ E_s(w) for w > 0 and any s ≥ 0, the exponential integral scaled: by Lentz's continued fraction (Abramowitz & Stegun 5.1.22), for w < 1 by quadrature. */
export function scaledExponentialIntegral(s: number, w: number): number {
  if (w < 1) return byQuadrature(s, w, Number.POSITIVE_INFINITY);
  let b = w + s;
  let d = 1 / b;
  let [c, h] = [1e300, d];
  for (let i = 1; i < 1000; i++) {
    const a = -i * (s - 1 + i);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return h;
}

/** ∫₀^h (1 + v)⁻ˢ e^(−wv) dv, what of the integral above falls within a horizon. */
export function withinHorizon(s: number, w: number, horizon: number): number {
  return byQuadrature(s, w, Math.log1p(horizon));
}
