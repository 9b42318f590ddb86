import fc from "fast-check";
import { expect, test } from "vitest";
import { group, margins, sampled } from "./groups.js";

const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1, noNaN: true }));
const rows = fc.array(fc.record({ x: fc.integer({ min: 0, max: 4 }), t_x: value, t: value, weight: fc.integer({ min: 0, max: 3 }) }), { maxLength: 60 });

const histories = (all: readonly { x: number; t_x: number; t: number; weight: number }[]) => ({
  x: all.map(({ x }) => x),
  t_x: all.map(({ t_x }) => t_x),
  t: all.map(({ t }) => t),
  weight: all.map(({ weight }) => weight),
});

test("different rows come out once, with the weights of all alike", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const { x, t_x, t, weight, total } = group(histories(all));
      const wanted = new Map<string, number>();
      for (const row of all) {
        const key = JSON.stringify([row.x, row.t_x, row.t]);
        if (row.weight > 0) wanted.set(key, (wanted.get(key) ?? 0) + row.weight);
      }
      const got = Array.from(weight, (w, i) => [JSON.stringify([x.values[x.of[i] ?? -1], t_x.values[t_x.of[i] ?? -1], t.values[t.of[i] ?? -1]]), w]);
      expect(got).toEqual([...wanted]);
      expect(total).toBe(all.reduce((sum, row) => sum + row.weight, 0));
    }),
  );
});

test("zero and minus zero are one value", () => {
  expect(group({ x: [0, -0], t_x: [-0, 0], t: [1, 1] }).weight).toEqual(Float64Array.of(2));
});

test("margins add up weights and purchases", () => {
  const grouped = group({ x: [1, 2, 1, 0], t_x: [1, 1, 2, 0], t: [5, 5, 6, 6], weight: [1, 2, 3, 4] });
  expect(margins(grouped)).toEqual({ reached: Float64Array.of(10, 6, 2), t: Float64Array.of(3, 7), purchases: Float64Array.of(5, 3) });
});

test("a sample keeps the whole weight, and of all kinds of rows some", () => {
  const grouped = group({ x: [1, 2, 1, 0], t_x: [1, 1, 2, 0], t: [5, 5, 6, 6], weight: [1, 2, 3, 4] });
  expect(sampled(grouped, 5)).toMatchObject({ total: 10, weight: Float64Array.of(4, 2, 2, 2), x: { values: Float64Array.of(0, 1, 2) } });
  const rows = Array.from({ length: 4000 }, (_, i) => i);
  const many = { x: rows.map((i) => i % 4), t_x: rows.map((i) => (i % 4 === 0 ? 0 : i / 100)), t: rows.map(() => 40) };
  const some = sampled(group(many), 40);
  expect(some.total).toBeCloseTo(4000, 9);
  expect(Array.from(margins(some).reached, (w) => Math.round(w / 300))).toEqual([13, 10, 7, 3]);
  expect(some.t_x.values.filter((time) => time > 20).length).toBeGreaterThan(10);
});
