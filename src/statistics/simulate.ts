/** Purchase histories drawn from the models themselves, the same for the same seed: for tests. */
interface Generator {
  /** At least 0, below 1. */
  next: () => number;
  exponential: (rate: number) => number;
  /** Shape and rate. */
  gamma: (shape: number, rate: number) => number;
  beta: (a: number, b: number) => number;
}

export function generator(seed: number): Generator {
  let state = seed >>> 0;
  // Mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  // Marsaglia & Tsang 2000
  const gamma = (shape: number, rate: number): number => {
    if (shape < 1) return gamma(shape + 1, rate) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const z = normal();
      const v = (1 + c * z) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return (d * v) / rate;
    }
  };
  const beta = (a: number, b: number): number => {
    const [one, other] = [gamma(a, 1), gamma(b, 1)];
    return one / (one + other);
  };
  return { next, exponential: (rate) => -Math.log(1 - next()) / rate, gamma, beta };
}

export interface Rows {
  x: Float64Array;
  t_x: Float64Array;
  t: Float64Array;
}

/** Purchases at a rate until something ends them or the time observed does. */
function rows(size: number, random: Generator, age: () => number, one: () => { rate: number; until: number; endsAfter: () => boolean }): Rows {
  const all: Rows = { x: new Float64Array(size), t_x: new Float64Array(size), t: new Float64Array(size) };
  for (let i = 0; i < size; i++) {
    const t = age();
    const { rate, until, endsAfter } = one();
    let [x, last] = [0, 0];
    for (let at = random.exponential(rate); at < Math.min(t, until); at += random.exponential(rate)) {
      [x, last] = [x + 1, at];
      if (endsAfter()) break;
    }
    all.x[i] = x;
    all.t_x[i] = last;
    all.t[i] = t;
  }
  return all;
}

/** `first`: one may drop out after the first purchase as well (MBG/NBD). Ages are spread evenly between these two. */
export function betaGeometricRows(
  size: number,
  seed: number,
  p: { r: number; alpha: number; a: number; b: number },
  first: boolean,
  ages: [number, number],
): Rows {
  const random = generator(seed);
  const age = (): number => ages[0] + (ages[1] - ages[0]) * random.next();
  return rows(size, random, age, () => {
    const rate = random.gamma(p.r, p.alpha);
    const chance = random.beta(p.a, p.b);
    const endsAfter = (): boolean => random.next() < chance;
    return { rate, until: first && endsAfter() ? 0 : Number.POSITIVE_INFINITY, endsAfter };
  });
}

export function paretoRows(size: number, seed: number, p: { r: number; alpha: number; s: number; beta: number }, ages: [number, number]): Rows {
  const random = generator(seed);
  const age = (): number => ages[0] + (ages[1] - ages[0]) * random.next();
  return rows(size, random, age, () => ({
    rate: random.gamma(p.r, p.alpha),
    until: random.exponential(random.gamma(p.s, p.beta)),
    endsAfter: () => false,
  }));
}
