import { describe, expect, test } from "vitest";
import { bgBb, type Discounting, discountedPurchases, discountedValue, discountedValues, sbgDiscountedLifetime, sbgExpectedPeriods } from "./index.js";

const yearly: Discounting = { horizon: 3, steps: 3, margin: 0.2, yearly_discount: 0.1, units_per_year: 1, paid: "end" };

describe("discounted lifetime value", () => {
  test("of one purchase a year at 500, a fifth earned, three years at 10 %: by hand", () => {
    // 100 / 1.1 + 100 / 1.21 + 100 / 1.331
    expect(discountedValue(yearly, (time) => time, 500)).toBeCloseTo(248.685199, 6);
    expect(discountedValue({ ...yearly, yearly_discount: 0 }, (time) => time, 500)).toBeCloseTo(300, 10);
    expect(discountedValue(yearly, (time) => time, null)).toBeNull();
  });

  test("the unit of time is the caller's", () => {
    const months = { ...yearly, horizon: 36, steps: 36, units_per_year: 12 };
    const days = { ...yearly, horizon: 1095, steps: 36, units_per_year: 365 };
    expect(discountedPurchases(months, (time) => time / 12)).toBeCloseTo(
      discountedPurchases(days, (time) => time / 365),
      12,
    );
  });

  test("in the middle of quarters it is next to what a steady stream is worth", () => {
    const rate = Math.log(1.1);
    const stream = (1 - Math.exp(-3 * rate)) / rate;
    const value = discountedPurchases({ ...yearly, steps: 12, paid: "middle" }, (time) => time);
    expect(Math.abs(value / stream - 1)).toBeLessThan(5e-5);
    expect(Math.abs(discountedPurchases({ ...yearly, steps: 3000 }, (time) => time) / stream - 1)).toBeLessThan(5e-5);
  });

  test("comes to what models know of an endless horizon", () => {
    const far = { ...yearly, horizon: 400, steps: 400 };
    const contract = { alpha: 0.668, beta: 3.806 };
    expect(1 + discountedPurchases(far, (time) => sbgExpectedPeriods(contract, time))).toBeCloseTo(sbgDiscountedLifetime(contract, 0.1) ?? 0, 10);
    const donor = { alpha: 1.204, beta: 0.75, gamma: 0.657, delta: 2.783 };
    const history = { x: 3, t_x: 5, t: 6 };
    const value = discountedPurchases(far, (time) => bgBb.expectedPurchases(donor, history, time));
    expect(value).toBeCloseTo(bgBb.residualPurchases(donor, history, 0.1) ?? 0, 10);
  });

  test("columns say what single rows do", () => {
    const donor = { alpha: 1.204, beta: 0.75, gamma: 0.657, delta: 2.783 };
    const histories = { x: [0, 3, 6], t_x: [0, 5, 6], t: [6, 6, 6] };
    const spend = [35, 80, 120];
    const out = discountedValues(yearly, (time, column) => column.set(bgBb.predict(donor, histories, time).expected), spend, new Float64Array(3).fill(9));
    out.forEach((value, row) => {
      const history = { x: histories.x[row] ?? 0, t_x: histories.t_x[row] ?? 0, t: 6 };
      expect(value).toBeCloseTo(discountedValue(yearly, (time) => bgBb.expectedPurchases(donor, history, time), spend[row] ?? 0) ?? -1, 12);
    });
  });

  test("a horizon, steps or discount that make no sense are refused", () => {
    const wrong: Partial<Discounting>[] = [
      { horizon: 0 },
      { horizon: Number.POSITIVE_INFINITY },
      { steps: 0 },
      { steps: 1.5 },
      { yearly_discount: -0.1 },
      { yearly_discount: Number.NaN },
      { units_per_year: 0 },
    ];
    for (const one of wrong) expect(() => discountedPurchases({ ...yearly, ...one }, (time) => time)).toThrow(RangeError);
  });
});
