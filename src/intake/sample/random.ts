/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number of this range, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(items: Some<T>): T;
  /** One of these, each as often as its weight says. */
  weighted<T>(items: Some<readonly [T, number]>): T;
  /** Spread evenly over magnitudes, as money is. */
  magnitude(from: number, to: number): number;
  /** A tail in which the largest holds much: `from` and more, at most `to`. */
  tail(from: number, to: number): number;
  chance(of: number): boolean;
}

export type Some<T> = readonly [T, ...T[]];

/** What a stream of numbers is for: each draws apart, so that one file may change and the others stay. */
const streams = { who: 1, means: 2, balances: 3, transactions: 4, holdings: 5, interactions: 6, attributes: 7, consent: 8, order: 9, work: 10 };
export type Stream = keyof typeof streams;

/** Sfc32: 128 bits of state, so that a million customers' streams do not run into each other. */
export function random(seed: number, stream: Stream, kind: number, n: number): Random {
  let [a, b, c, counter] = [seed | 0, (streams[stream] << 8) | kind, n | 0, 1];
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) bits();
  const next = (): number => bits() / 4_294_967_296;
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return items[0][0];
    },
    magnitude: (from, to) => from * power(to / from, next()),
    tail: (from, to) => Math.min(to, from / power(1 - next(), 0.6)),
    chance: (of) => next() < of,
  };
}

/** `base` to the power of a share of 1. By square roots, which are the same on every machine; Math.pow need not be. */
export function power(base: number, share: number): number {
  let [result, root, rest] = [1, base, share];
  for (let bit = 0; bit < 24; bit++) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest < 1) continue;
    result *= root;
    rest -= 1;
  }
  return result;
}
