import { abscissas, gaussWeights, points } from "./quadrature.js";
import { softplus } from "./special.js";

/** Terms of the series at most, and how many times larger than its result what it adds up may be: beyond, its last digits are lost. */
const [mostTerms, mostLost] = [600, 300];

/**
 * The series of `purchasesWhileAlive`: (c/e)(1 − (1 − z)ᵉ ₂F₁(e, g; c; z)) with e = a − 1, c = a + b − 1, g = c − r, z = τ/(1 + τ), from which the term
 * that cancels at e = 0 and the divisor that vanishes at c = 0 are taken out. −1 where it is slow or loses digits (r ≫ a + b and the reverse, τ ≫ 1).
 */
function bySeries(r: number, a: number, b: number, tau: number): number {
  const [e, c] = [a - 1, a + b - 1];
  const g = c - r;
  const z = tau / (1 + tau);
  const grown = -Math.log1p(tau);
  const power = Math.exp(e * grown);
  const first = c * (e === 0 ? -grown : -Math.expm1(e * grown) / e);
  const close = 1e-17 * (1 - z);
  let term = g * z;
  let [sum, size] = [0, 0];
  for (let k = 1; k <= mostTerms; k++) {
    sum += term;
    size += Math.abs(term);
    if (Math.abs(term) <= close * size) {
      const result = first - power * sum;
      return size < 1e290 && result > 0 && Math.abs(first) + power * size <= mostLost * result ? result : -1;
    }
    term *= ((a + k - 1) * (g + k) * z) / ((c + k) * (k + 1));
  }
  return -1;
}

/** ln of the beta density of p = 1/(1 + e⁻ᵘ) by u, without its constant. */
const logDensity = (a: number, b: number, u: number): number => -a * softplus(-u) - b * softplus(u);

/** Sums of the panels from the mode outwards, `way` −1 or 1, until the density is negligible. */
function outwards(r: number, a: number, b: number, tau: number, way: -1 | 1): [purchases: number, mass: number] {
  const mode = Math.log(a / b);
  const top = logDensity(a, b, mode);
  // beyond this, p (or 1 − p) is so small that purchases are the same whatever it is, and the density is an exponential
  const [flat, tail, there] =
    way < 0 ? [45 + Math.log1p(b) + Math.log1p(tau * (r + 1)), a, r * tau] : [45 + Math.log1p(a) + Math.log1p(r), b, -Math.expm1(-r * Math.log1p(tau))];
  let [purchases, mass, at] = [0, 0, mode];
  for (let density = 0; density > -45; density = logDensity(a, b, at) - top) {
    if (way * at > flat) {
      const rest = Math.exp(density) / tail;
      return [purchases + rest * there, mass + rest];
    }
    const p = 1 / (1 + Math.exp(-at));
    const [slope, bend] = [Math.abs(a - (a + b) * p), (a + b) * p * (1 - p)];
    const radius = 0.5 * Math.min(2, 6 / slope, 3 / Math.sqrt(bend));
    for (let j = 0; j < points; j++) {
      const u = at + way * radius * (1 + (abscissas[j] ?? 0));
      const weight = (gaussWeights[j] ?? 0) * radius * Math.exp(logDensity(a, b, u) - top);
      // tosses come up with p = 1/(1 + e⁻ᵘ): (1 − (1 + pτ)⁻ʳ)/p, which is rτ for small p
      const chance = 1 / (1 + Math.exp(-u));
      mass += weight;
      purchases += chance === 0 ? weight * r * tau : (weight * -Math.expm1(-r * Math.log1p(chance * tau))) / chance;
    }
    at += way * 2 * radius;
  }
  return [purchases, mass];
}

/**
 * Expected purchases within a time of one who is alive now: rates are gamma with shape r, the time is τ of their scale, and each purchase is the last with a
 * chance that is beta with a and b. ∫ (1 − (1 + pτ)⁻ʳ)/p Beta(p; a, b) dp, by its series, or by quadrature over the logit of p. Relative error about 1e-12.
 */
export function purchasesWhileAlive(r: number, a: number, b: number, tau: number): number {
  if (tau === 0) return 0;
  const sum = bySeries(r, a, b, tau);
  if (sum >= 0) return sum;
  const [low, lowMass] = outwards(r, a, b, tau, -1);
  const [high, highMass] = outwards(r, a, b, tau, 1);
  return (low + high) / (lowMass + highMass);
}
