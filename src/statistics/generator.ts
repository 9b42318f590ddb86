/**
 * Numbers that look random, at least 0 and below 1, and are the same for the same seed on every machine.
 *
 * xoshiro128** (Blackman & Vigna 2018), its state filled from the seed by splitmix32; 32 bits a number.
 */
export function generator(seed: number): () => number {
  let fill = seed | 0;
  const word = (): number => {
    fill = (fill + 0x9e3779b9) | 0;
    let z = fill;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const turned = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  return () => {
    const result = Math.imul(turned(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = turned(d, 11);
    return (result >>> 0) / 4_294_967_296;
  };
}
