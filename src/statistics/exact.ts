/** Numbers of 6000 binary places, to hold doubles against: products of ratios and sums, computed as a formula has them. For tests. */
const places = 6000n;
const argumentPlaces = 200n;
export const one = 1n << places;

/** A double, exactly, as what `times` takes; from 1e-25 to 1e15. */
export const argument = (x: number): bigint => BigInt(x * 2 ** 150) << (argumentPlaces - 150n);
export const whole = (n: number): bigint => BigInt(n) << argumentPlaces;

export const times = (value: bigint, over: bigint, under: bigint): bigint => (value * over) / under;
export const divide = (value: bigint, by: bigint): bigint => (value << places) / by;
export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> places;

/** Γ(a + n) / Γ(a) over Γ(c + n) / Γ(c), times the value. */
export function risingRatio(value: bigint, a: bigint, c: bigint, n: number): bigint {
  let product = value;
  for (let i = 0; i < n; i++) product = times(product, a + whole(i), c + whole(i));
  return product;
}

/** The nearest double but for the last digit. */
export function double(value: bigint): number {
  const spare = BigInt(Math.max(0, 4 * value.toString(16).length - 64));
  return Number(value >> spare) * 2 ** Number(spare - places);
}

export function log(value: bigint): number {
  if (2n * value > one && value <= one) return Math.log1p(-double(one - value));
  const spare = BigInt(Math.max(0, 4 * value.toString(16).length - 64));
  return Math.log(Number(value >> spare)) + Number(spare - places) * Math.LN2;
}
