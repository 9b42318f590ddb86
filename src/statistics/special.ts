/**
 * Special functions of positive arguments in double precision: relative error about 1e-14, absolute where the value passes through zero
 * between 1 and 2 for digamma and the differences. Small arguments by recurrence and the Taylor series at 2 (Abramowitz & Stegun 6.1.33),
 * large ones by Stirling's series (6.1.41, 6.3.18, 6.4.12). Nothing is subtracted that agrees in its leading digits.
 */

/** ζ(k) − 1 for k = 2 … 31. */
const zetaLessOne = Float64Array.from([
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914, 0.008349277381922827, 0.00407735619794434,
  0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9, 3.725334024788457e-9,
  1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
]);
const oneLessEuler = 0.42278433509846713;
const halfLogTwoPi = 0.9189385332046727;
/** From here on Stirling's series of eight terms is exact to the last digit. */
const large = 10;

/** ln Γ(2 + z) for |z| ≤ 1/2, relative error of a few units in the last place through its zero at z = 0. */
function logGammaAtTwo(z: number): number {
  let sum = 0;
  for (let k = 31; k >= 2; k--) sum = -z * sum + (zetaLessOne[k - 2] ?? 0) / k;
  return z * (oneLessEuler + z * sum);
}

/** ln Γ(x) − [(x − 1/2) ln x − x + ln(2π)/2] for x ≥ 10. */
function stirling(x: number): number {
  const y = 1 / (x * x);
  const high = -691 / 360360 + y * (1 / 156 + y * (-3617 / 122400 + (y * 43867) / 244188));
  return (1 / 12 + y * (-1 / 360 + y * (1 / 1260 + y * (-1 / 1680 + y * (1 / 1188 + y * high))))) / x;
}

/** ψ(x) − [ln x − 1/(2x)] for x ≥ 10. */
function digammaTail(x: number): number {
  const y = 1 / (x * x);
  return -y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y * (1 / 12 - (y * 3617) / 8160)))))));
}

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  if (x >= large) return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirling(x);
  if (x < 0.5) return logGammaAtTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaAtTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let y = x;
  while (y > 2.5) {
    y -= 1;
    product *= y;
  }
  return Math.log(product) + logGammaAtTwo(y - 2);
}

/** ψ(x) = d ln Γ / dx, x > 0. */
export function digamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < large; y++) sum += 1 / y;
  return Math.log(y) - 0.5 / y + digammaTail(y) - sum;
}

/** ψ′(x), x > 0. */
export function trigamma(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < large; y++) sum += 1 / (y * y);
  const z = 1 / (y * y);
  const series = 1 / 6 - z * (1 / 30 - z * (1 / 42 - z * (1 / 30 - z * (5 / 66 - z * (691 / 2730 - z * (7 / 6 - (z * 3617) / 510))))));
  return sum + 1 / y + 0.5 * z + (z / y) * series;
}

/** ln Γ(a + n) − ln Γ(a), the log of the rising factorial, for a > 0, n ≥ 0: no cancellation for a ≫ n. */
export function logRising(a: number, n: number): number {
  if (n === 0) return 0;
  if (n === 1) return Math.log(a);
  let sum = 0;
  let low = a;
  if (a < large) {
    if (n <= 20 && Number.isInteger(n)) {
      let product = a;
      for (let i = 1; i < n; i++) product *= a + i;
      return Math.log(product);
    }
    for (; low < large; low++) sum += Math.log1p(n / low);
  }
  const high = low + n;
  return (low - 0.5) * Math.log1p(n / low) + n * Math.log(high) - n + (stirling(high) - stirling(low)) - sum;
}

/** ψ(a + n) − ψ(a), the derivative of `logRising` by a. */
export function digammaRising(a: number, n: number): number {
  if (n === 0) return 0;
  if (n === 1) return 1 / a;
  let sum = 0;
  let low = a;
  if (a < large) {
    if (n <= 20 && Number.isInteger(n)) {
      for (let i = 0; i < n; i++) sum += 1 / (a + i);
      return sum;
    }
    for (; low < large; low++) sum += n / (low * (low + n));
  }
  const high = low + n;
  return Math.log1p(n / low) + (0.5 * n) / (low * high) + (digammaTail(high) - digammaTail(low)) + sum;
}

/** ln B(a, b), a, b > 0: accurate when one is large and the other small. */
export function logBeta(a: number, b: number): number {
  const [small, other] = a < b ? [a, b] : [b, a];
  return logGamma(small) - logRising(other, small);
}

/** ln(1 + eˣ) without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** ln(eᵃ + eᵇ) without overflow; −∞ stands for zero. */
export function logAddExp(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  return a >= b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** 1 / (1 + e⁻ˣ), keeping its relative accuracy towards 0. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
