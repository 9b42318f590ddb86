/** Arithmetic of any precision for tests: mantissa · 2^exponent with `bits` binary digits. */
export interface Precise {
  m: bigint;
  e: number;
}

const bits = 340;
/** Binary digits, or one more. */
function lengthOf(m: bigint): number {
  const size = Math.abs(Number(m));
  return size === 0 ? 0 : Number.isFinite(size) ? Math.floor(Math.log2(size)) + 1 : (m < 0n ? -m : m).toString(16).length * 4;
}

/** Rounded towards zero to about `bits` digits. */
function rounded(m: bigint, e: number): Precise {
  const excess = lengthOf(m) - bits;
  if (m === 0n) return { m, e: 0 };
  return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
}

/** Exactly this double. */
export function exact(value: number): Precise {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number`);
  let [m, e] = [value, 0];
  while (!Number.isInteger(m)) [m, e] = [m * 2, e - 1];
  return { m: BigInt(m), e };
}

export const mul = (a: Precise, b: Precise): Precise => rounded(a.m * b.m, a.e + b.e);
export const neg = (a: Precise): Precise => ({ m: -a.m, e: a.e });

export function div(a: Precise, b: Precise): Precise {
  const up = Math.max(0, bits + 8 + lengthOf(b.m) - lengthOf(a.m));
  return rounded((a.m << BigInt(up)) / b.m, a.e - b.e - up);
}

export function add(a: Precise, b: Precise): Precise {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const apart = high.e - low.e;
  // beyond all digits of the other
  if (apart > 3 * bits) return high;
  return rounded((high.m << BigInt(apart)) + low.m, low.e);
}

export const sub = (a: Precise, b: Precise): Precise => add(a, neg(b));
export const zero: Precise = { m: 0n, e: 0 };
export const one: Precise = { m: 1n, e: 0 };
/** Its size in binary digits: |a| is below 2 to this power. */
const magnitude = (a: Precise): number => (a.m === 0n ? Number.NEGATIVE_INFINITY : lengthOf(a.m) + a.e);

/** The nearest double, or nearly: relative error below 1e-15. */
export function toNumber(a: Precise): number {
  const down = Math.max(0, lengthOf(a.m) - 64);
  const [m, e] = [Number(a.m >> BigInt(down)), a.e + down];
  return e < -1000 ? m * 2 ** -1000 * 2 ** (e + 1000) : m * 2 ** e;
}

/** 2 artanh(y) for |y| ≤ 1/3. */
function twiceArtanh(y: Precise): Precise {
  const square = mul(y, y);
  let [power, total] = [y, y];
  for (let k = 3; magnitude(power) > magnitude(total) - bits - 8; k += 2) {
    power = mul(power, square);
    total = add(total, div(power, exact(k)));
  }
  return mul(total, exact(2));
}

const ln2 = twiceArtanh(div(one, exact(3)));

/** ln a for a > 0. */
export function ln(a: Precise): Precise {
  // a = f · 2^k with f between 1/2 and 2
  const k = magnitude(a) - 1;
  const f = { m: a.m, e: a.e - k };
  return add(twiceArtanh(div(sub(f, one), add(f, one))), mul(ln2, exact(k)));
}

export function exp(a: Precise): Precise {
  const k = Math.round(toNumber(div(a, ln2)));
  const halvings = 16;
  const rest = sub(a, mul(ln2, exact(k)));
  const small = { m: rest.m, e: rest.e - halvings };
  let [term, total] = [one, one];
  for (let i = 1; magnitude(term) > -bits - 40; i++) {
    term = div(mul(term, small), exact(i));
    total = add(total, term);
  }
  for (let i = 0; i < halvings; i++) total = mul(total, total);
  return { m: total.m, e: total.e + k };
}

export const power = (a: Precise, b: Precise): Precise => exp(mul(b, ln(a)));

/** a (a + 1) … (a + n − 1). */
export function rising(a: Precise, n: number): Precise {
  let product = one;
  for (let i = 0; i < n; i++) product = mul(product, add(a, exact(i)));
  return product;
}

/** Γ(a + n) / Γ(a) over Γ(c + n) / Γ(c). */
export function risingRatio(a: Precise, c: Precise, n: number): Precise {
  let product = one;
  for (let i = 0; i < n; i++) product = div(mul(product, add(a, exact(i))), add(c, exact(i)));
  return product;
}

/** a · 2^bits, rounded down: fixed digits after the point. */
const fixed = ({ m, e }: Precise): bigint => (e + bits >= 0 ? m << BigInt(e + bits) : m >> BigInt(-e - bits));

/** Gauss's series ₂F₁(a, b; c; z), |z| < 1, with fixed digits after the point. */
export function hypergeometric(a: Precise, b: Precise, c: Precise, z: Precise): Precise {
  const digits = BigInt(bits);
  const unit = 1n << digits;
  let [rise, other, fall] = [fixed(a), fixed(b), fixed(c)];
  const ratio = fixed(z);
  let [term, total] = [unit, unit];
  for (let k = 1n; ; k++) {
    const before = term;
    term = (((((term * rise) >> digits) * other) >> digits) * ratio) / (fall * k);
    total += term;
    [rise, other, fall] = [rise + unit, other + unit, fall + unit];
    const [size, last] = [term < 0n ? -term : term, before < 0n ? -before : before];
    if (size <= last && size < 1n << 16n) return rounded(total, -bits);
  }
}

/** ∫ from low to high by the tanh–sinh rule (Takahasi & Mori 1974), about forty digits of a function analytic between. */
export function integral(f: (x: Precise) => Precise, low: Precise, high: Precise): Precise {
  const step = 1 / 32;
  const half = div(sub(high, low), exact(2));
  const quarterTurn = div(pi(), exact(2));
  let total = mul(f(add(low, half)), quarterTurn);
  for (let i = 1; i * step < 4.5; i++) {
    const growth = exp(exact(i * step));
    const inverse = div(one, growth);
    const [sinh, cosh] = [div(sub(growth, inverse), exact(2)), div(add(growth, inverse), exact(2))];
    // 1 − tanh(π/2 sinh), the distance from the end in halves
    const q = exp(neg(mul(quarterTurn, mul(sinh, exact(2)))));
    const edge = div(mul(q, exact(2)), add(one, q));
    const weight = mul(mul(quarterTurn, cosh), mul(edge, sub(exact(2), edge)));
    const distance = mul(half, edge);
    total = add(total, mul(weight, add(f(add(low, distance)), f(sub(high, distance)))));
  }
  return mul(mul(total, half), exact(step));
}

/** By Machin's formula. */
function pi(): Precise {
  const arctan = (n: number): Precise => {
    let [p, total] = [div(one, exact(n)), zero];
    for (let k = 1; magnitude(p) > -bits - 8; k += 2) {
      const part = div(p, exact(k));
      total = k % 4 === 1 ? add(total, part) : sub(total, part);
      p = div(p, exact(n * n));
    }
    return total;
  };
  return mul(exact(4), sub(mul(exact(4), arctan(5)), arctan(239)));
}
