import { describe, expect, test } from "vitest";
import { discountedPeriods, expectedPeriods, logSurvival } from "./beta-lifetimes.js";
import { add, div, exact, ln, mul, one, risingRatio, sub, toNumber, zero } from "./precise.js";

const off = (value: number | null, truth: number): number => Math.abs((value ?? Number.NaN) / truth - 1);
const sizes = [1e-6, 0.2, 2.783, 50, 1e5];
const around = [1e-8, 0.3, 1 - 1e-12, 1, 1 + 1e-12, 1.5, 3, 200];

describe("beta-distributed chances of ending", () => {
  test("who survives is told to the last digits, next to 1 too", () => {
    for (const a of around) {
      for (const b of sizes) {
        for (const n of [1, 7, 60]) expect(off(logSurvival(a, b, n), toNumber(ln(risingRatio(exact(b), add(exact(a), exact(b)), n))))).toBeLessThan(1e-11);
      }
    }
  });

  test("periods survived are the sum over the periods", () => {
    for (const a of around) {
      for (const b of sizes) {
        const [over, under] = [exact(b), add(exact(a), exact(b))];
        let [share, sum] = [one, zero];
        for (let k = 0; k < 40; k++) {
          share = div(mul(share, add(over, exact(k))), add(under, exact(k)));
          sum = add(sum, share);
        }
        expect(off(expectedPeriods(a, b, 40), toNumber(sum))).toBeLessThan(1e-13);
      }
    }
    expect(expectedPeriods(0.5, 0.5, 0)).toBe(0);
    expect(expectedPeriods(0.5, 0.5, 1.9)).toBe(0.5);
  });

  test("and so they are for a thousand million of them, where a whole parameter makes the sum a short product", () => {
    for (const a of [2, 3, 12]) {
      for (const b of sizes) {
        for (const m of [100_001, 3e6, 1e9]) {
          let product = one;
          for (let i = 1; i < a; i++) product = div(mul(product, add(exact(b), exact(i))), add(exact(b), exact(m + i)));
          const truth = toNumber(div(mul(sub(one, product), exact(b)), exact(a - 1)));
          expect(off(expectedPeriods(a, b, m), truth)).toBeLessThan(1e-11);
        }
      }
    }
  });

  test("beyond the terms that are added one by one nothing breaks around a = 1", () => {
    for (const a of [0.3, 1 - 1e-12, 1, 1 + 1e-12, 1.0001, 1.5]) {
      for (const b of [0.2, 50, 1e6]) {
        let [share, sum] = [1, 0];
        for (let k = 0; k < 250_000; k++) {
          share *= (b + k) / (a + b + k);
          sum += share;
        }
        expect(off(expectedPeriods(a, b, 250_000), sum)).toBeLessThan(1e-11);
      }
    }
  });

  test("discounted periods are their sum", () => {
    for (const a of around) {
      for (const b of sizes) {
        for (const discount of [0.004, 0.1, 1, 10]) {
          let [share, sum] = [1, 1];
          for (let k = 0; k < 10_000; k++) {
            share *= (b + k) / (a + b + k) / (1 + discount);
            sum += share;
          }
          expect(off(discountedPeriods(a, b, discount), sum)).toBeLessThan(1e-11);
        }
      }
    }
  });

  test("without discount they may have no bound, and with next to none come to the same", () => {
    expect(discountedPeriods(1, 2, 0)).toBeNull();
    expect(discountedPeriods(3, 4, 0)).toBe(3);
    expect(discountedPeriods(3, 4, 1e-9)).toBeCloseTo(3, 7);
    expect(() => discountedPeriods(3, 4, -0.1)).toThrow(RangeError);
  });
});
