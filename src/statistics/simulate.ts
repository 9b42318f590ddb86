import { type Variates, variates } from "./variates.js";

/** Purchase histories drawn from the models themselves, the same for the same seed: for tests. */
export interface Rows {
  x: Float64Array;
  t_x: Float64Array;
  t: Float64Array;
}

const exponential = ({ uniform }: Variates, rate: number): number => -Math.log(uniform()) / rate;

/** Purchases at a rate until something ends them or the time observed does. */
function rows(size: number, random: Variates, age: () => number, one: () => { rate: number; until: number; endsAfter: () => boolean }): Rows {
  const all: Rows = { x: new Float64Array(size), t_x: new Float64Array(size), t: new Float64Array(size) };
  for (let i = 0; i < size; i++) {
    const t = age();
    const { rate, until, endsAfter } = one();
    let [x, last] = [0, 0];
    for (let at = exponential(random, rate); at < Math.min(t, until); at += exponential(random, rate)) {
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
  const random = variates(seed);
  const age = (): number => ages[0] + (ages[1] - ages[0]) * random.uniform();
  return rows(size, random, age, () => {
    const rate = random.gamma(p.r, p.alpha);
    const chance = random.beta(p.a, p.b);
    const endsAfter = (): boolean => random.uniform() < chance;
    return { rate, until: first && endsAfter() ? 0 : Number.POSITIVE_INFINITY, endsAfter };
  });
}

export function paretoRows(size: number, seed: number, p: { r: number; alpha: number; s: number; beta: number }, ages: [number, number]): Rows {
  const random = variates(seed);
  const age = (): number => ages[0] + (ages[1] - ages[0]) * random.uniform();
  return rows(size, random, age, () => ({
    rate: random.gamma(p.r, p.alpha),
    until: exponential(random, random.gamma(p.s, p.beta)),
    endsAfter: () => false,
  }));
}
