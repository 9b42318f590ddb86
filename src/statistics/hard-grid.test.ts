import { describe, expect, test } from "vitest";
import { generator } from "./generator.js";
import { bgNbd, mbgNbd, paretoNbd } from "./index.js";
import { add, div, exact, exp, hypergeometric, integral, ln, mul, neg, one, type Precise, power, rising, sub, toNumber } from "./precise.js";
import type { PurchaseModel } from "./purchase-model.js";
import { purchasesWhileAlive } from "./while-alive.js";

/** Textbook formulas in arithmetic of some hundred and twenty digits, against ours in double precision. */
const long = process.env["TIERKEEP_EVIDENCE"] === "1";

interface History {
  x: number;
  t_x: number;
  t: number;
}
interface Answers {
  logLikelihood: number;
  alive: number;
  expected: number;
}

const histories: readonly History[] = [
  { x: 0, t_x: 0, t: 38.86 },
  { x: 0, t_x: 0, t: 1e-9 },
  { x: 2, t_x: 30.43, t: 38.86 },
  { x: 1, t_x: 1e-6, t: 1e-3 },
  { x: 7, t_x: 10, t: 1e6 },
  { x: 40, t_x: 5, t: 5 },
  { x: 3000, t_x: 38, t: 38.5 },
  { x: 6000, t_x: 2e5, t: 3e5 },
];
const horizons = [1e-3, 39, 5000];

/** A removable singularity (a = 1, s = 1, a + b = 1) is stepped aside of, by too little for any digit that is compared. */
const aside = (value: number, by: number): Precise => mul(exact(value), add(one, { m: 1n, e: by }));

interface Betas {
  r: number;
  alpha: number;
  a: number;
  b: number;
}

function betaGeometric(p: Betas, first: 0 | 1, { x, t_x, t }: History, horizon: number): Answers {
  const [r, alpha, a, b] = [exact(p.r), exact(p.alpha), aside(p.a, -110), aside(p.b, -112)];
  const [n, rx] = [x + first, add(r, exact(x))];
  const [now, last] = [add(alpha, exact(t)), add(alpha, exact(t_x))];
  const staying = div(rising(b, n), rising(add(a, b), n));
  const there = power(now, neg(rx));
  const gone = n === 0 ? exact(0) : mul(div(a, add(b, exact(n - 1))), power(last, neg(rx)));
  const likelihood = mul(mul(mul(rising(r, x), power(alpha, r)), staying), add(there, gone));
  const alive = div(there, add(there, gone));
  // Fader, Hardie & Lee's equation 10 with the tosses in place of x in its beta
  const after = add(b, exact(n));
  const c = sub(add(a, after), one);
  const later = add(now, exact(horizon));
  const still = mul(power(div(now, later), rx), hypergeometric(rx, after, c, div(exact(horizon), later)));
  const expected = mul(mul(div(c, sub(a, one)), sub(one, still)), alive);
  return { logLikelihood: toNumber(ln(likelihood)), alive: toNumber(alive), expected: toNumber(expected) };
}

/** ∫ (1 − (1 + pτ)⁻ʳ)/p Beta(p; a, b) dp over the logit of p: the sum at even steps is as good as exact, as nothing is singular within π of the line. */
function whileAlive(r: number, a: number, b: number, tau: number): number {
  const [R, A, B, T] = [exact(r), exact(a), exact(b), exact(tau)];
  const mode = Math.log(a / b);
  const spread = Math.sqrt(1 / a + 1 / b);
  const step = Math.min(0.25, spread / 3);
  const [low, high] = [mode - Math.max(90 / a, 12 * spread), mode + Math.max(90 / b, 12 * spread)];
  let [purchases, mass] = [exact(0), exact(0)];
  for (let u = low; u < high; u += step) {
    const odds = exp(exact(u));
    const p = div(odds, add(one, odds));
    const density = exp(sub(mul(A, ln(p)), mul(B, ln(add(one, odds)))));
    mass = add(mass, density);
    purchases = add(purchases, mul(density, div(sub(one, power(add(one, mul(p, T)), neg(R))), p)));
  }
  return toNumber(div(purchases, mass));
}

interface Gammas {
  r: number;
  alpha: number;
  s: number;
  beta: number;
}

/** ∫ from t_x to t of (α + y)⁻ᴿ (β + y)⁻⁽ˢ⁺¹⁾ dy as a difference of hypergeometrics (Fader & Hardie 2005, note 9), by quadrature where these converge slowly. */
function dropout(rx: Precise, s: Precise, alpha: Precise, beta: Precise, { t_x, t }: History): Precise {
  const [alphaMore, least, most] = toNumber(alpha) >= toNumber(beta) ? [true, beta, alpha] : [false, alpha, beta];
  const apart = sub(most, least);
  const whole = add(rx, s);
  const [from, to] = [exact(t_x), exact(t)];
  if (toNumber(div(apart, add(most, from))) > 0.97) {
    // over ln(m + y), in which the integrand is nearly an exponential
    const f = (u: Precise): Precise => {
      const y = sub(exp(u), least);
      return exp(sub(u, add(mul(rx, ln(add(alpha, y))), mul(add(s, one), ln(add(beta, y))))));
    };
    return integral(f, ln(add(least, from)), ln(add(least, to)));
  }
  const part = (y: Precise): Precise => {
    const base = add(most, y);
    const z = div(apart, base);
    // alpha ≥ beta: ₂F₁(R + s, s + 1; R + s + 1; z); else the second is R, and Euler's transformation makes it converge
    const series = alphaMore
      ? hypergeometric(whole, add(s, one), add(whole, one), z)
      : mul(power(sub(one, z), sub(one, rx)), hypergeometric(one, add(s, one), add(whole, one), z));
    return div(series, power(base, whole));
  };
  return div(sub(part(from), part(to)), whole);
}

function gammas(p: Gammas, history: History, horizon: number): Answers {
  const [r, alpha, s, beta] = [exact(p.r), exact(p.alpha), aside(p.s, -110), exact(p.beta)];
  const rx = add(r, exact(history.x));
  const [bought, dropped] = [add(alpha, exact(history.t)), add(beta, exact(history.t))];
  const there = div(power(bought, neg(rx)), power(dropped, s));
  const gone = history.t === history.t_x ? exact(0) : mul(s, dropout(rx, s, alpha, beta, history));
  const likelihood = mul(mul(rising(r, history.x), mul(power(alpha, r), power(beta, s))), add(there, gone));
  const alive = div(there, add(there, gone));
  const e = sub(s, one);
  const shorter = sub(one, power(div(dropped, add(dropped, exact(horizon))), e));
  const expected = mul(mul(div(mul(rx, dropped), mul(bought, e)), shorter), alive);
  return { logLikelihood: toNumber(ln(likelihood)), alive: toNumber(alive), expected: toNumber(expected) };
}

/** The largest relative error of the three answers; ∞ where one is no number. */
function error(got: Answers, want: Answers): number {
  const off = (g: number, w: number): number => (g === w ? 0 : Math.abs(g - w) / Math.abs(w));
  const all = [off(got.logLikelihood, want.logLikelihood), off(got.alive, want.alive), off(got.expected, want.expected)];
  return all.every((one) => Number.isFinite(one)) ? Math.max(...all) : Number.POSITIVE_INFINITY;
}

/** Some thousand combinations in the evidence, a sample otherwise. */
const count = long ? 4000 : 120;

function some<T>(all: readonly T[], seed: number): T[] {
  const next = generator(seed);
  return Array.from({ length: count }, () => all[Math.floor(next() * all.length)]).filter((one): one is T => one !== undefined);
}

const product = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] => as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
const places = product(histories, horizons);

function answersOf<Name extends string>(model: PurchaseModel<Name>, p: Record<Name, number>, history: History, horizon: number): Answers {
  return {
    logLikelihood: model.logLikelihood(p, history),
    alive: model.probabilityAlive(p, history),
    expected: model.expectedPurchases(p, history, horizon),
  };
}

describe("a hard grid against arbitrary precision", () => {
  test.each([
    ["BG/NBD", bgNbd, 0],
    ["MBG/NBD", mbgNbd, 1],
  ] as const)("%s with a ≈ 1, a + b ≤ 1, thousands of purchases, times tiny and huge", (_, model, first) => {
    const rates = product([0.02, 0.243, 5, 200], [0.05, 4.414, 1e4]);
    const usual = product([0.1, 0.793, 1 - 1e-9, 1, 1 + 1e-6, 3, 60], [1e-12, 0.05, 0.207, 2.426, 300]);
    const chances = [...usual, ...product([1e-12], [0.05, 0.207, 2.426, 300])];
    for (const [[[r, alpha], [a, b]], [history, horizon]] of some(product(product(rates, chances), places), 7 + first)) {
      // the series of the textbook needs ages where nearly all is future: below, by an integral
      if (horizon / (alpha + history.t + horizon) > (history.x > 1000 ? 0.5 : 0.95)) continue;
      const p = { r, alpha, a, b };
      const off = error(answersOf(model, p, history, horizon), betaGeometric(p, first, history, horizon));
      expect(off, JSON.stringify({ p, history, horizon })).toBeLessThan(1e-9);
    }
  });

  test("Pareto/NBD with s ≈ 1, β ≫ α and the reverse, thousands of purchases, times tiny and huge", () => {
    const rates = product([0.02, 0.553, 5, 200], [0.05, 10.578, 1e4]);
    const drops = product([1e-12, 0.02, 0.606, 1 - 1e-9, 1, 1 + 1e-6, 3, 60], [1e-6, 0.01, 11.669, 1e3, 1e7]);
    for (const [[[r, alpha], [s, beta]], [history, horizon]] of some(product(product(rates, drops), places), 9).slice(0, count / 3)) {
      const p = { r, alpha, s, beta };
      const off = error(answersOf(paretoNbd, p, history, horizon), gammas(p, history, horizon));
      expect(off, JSON.stringify({ p, history, horizon })).toBeLessThan(1e-9);
    }
  });

  test("purchases of one still there, where their series is slow or loses digits: against the integral over the chance of dropout", () => {
    const shapes = product([1e-6, 0.243, 5, 1000, 1e5], [0.793, 1, 1.5, 40, 1e5]);
    const rest = product([0.5, 2.426, 300, 1e6], [1e-6, 0.1, 20, 1e3, 1e7]);
    for (const [[r, a], [b, tau]] of some(product(shapes, rest), 11).slice(0, count / 6)) {
      const got = purchasesWhileAlive(r, a, b, tau);
      expect(Math.abs(got / whileAlive(r, a, b, tau) - 1), JSON.stringify({ r, a, b, tau, got })).toBeLessThan(1e-9);
    }
  });

  test("nothing is ever no number", () => {
    const extremes = [1e-12, 1e-3, 1, 1e3, 1e12];
    const all = product(product(extremes, extremes), product(extremes, extremes));
    const far: History[] = [...histories, { x: 0, t_x: 0, t: 0 }, { x: 1, t_x: 0, t: 0 }, { x: 1e6, t_x: 1e-6, t: 1e12 }, { x: 5, t_x: 0, t: 1e-300 }];
    for (const [[p, q], [v, w]] of long ? all : some(all, 13)) {
      for (const [history, horizon] of product(far, [0, 1e-9, 1e9])) {
        const answers = [
          answersOf(bgNbd, { r: p, alpha: q, a: v, b: w }, history, horizon),
          answersOf(mbgNbd, { r: p, alpha: q, a: v, b: w }, history, horizon),
          answersOf(paretoNbd, { r: p, alpha: q, s: v, beta: w }, history, horizon),
        ];
        const fine = answers.every(
          ({ logLikelihood, alive, expected }) => Number.isFinite(logLikelihood) && alive >= 0 && alive <= 1 && expected >= 0 && expected < Infinity,
        );
        expect(fine, JSON.stringify({ p, q, v, w, history, horizon, answers })).toBe(true);
      }
    }
  });
});
