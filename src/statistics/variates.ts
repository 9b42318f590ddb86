import { generator } from "./generator.js";
import { normalQuantile } from "./normal.js";

export interface Variates {
  uniform: () => number;
  /** Gamma of this shape and rate (Marsaglia & Tsang 2000). */
  gamma: (shape: number, rate: number) => number;
  beta: (a: number, b: number) => number;
}

/** Random numbers of named distributions, the same for the same seed: for simulated data. */
export function variates(seed: number): Variates {
  const next = generator(seed);
  const uniform = (): number => next() + 2 ** -33;
  const standardGamma = (shape: number): number => {
    if (shape < 1) return standardGamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const z = normalQuantile(uniform());
      const v = (1 + z / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(uniform()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    uniform,
    gamma: (shape, rate) => standardGamma(shape) / rate,
    beta: (a, b) => {
      const [one, other] = [standardGamma(a), standardGamma(b)];
      return one / (one + other);
    },
  };
}
