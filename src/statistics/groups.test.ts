import fc from "fast-check";
import { expect, test } from "vitest";
import { type Column, coarse, group, margins } from "./groups.js";

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
  expect(margins(grouped)).toEqual({ x: Float64Array.of(4, 2, 4), t: Float64Array.of(3, 7), purchases: Float64Array.of(5, 3) });
});

test("few rows stand for all with their weight, their purchases and their times", () => {
  const few = coarse(group({ x: [0, 0, 1, 1, 1, 8, 9], t_x: [0, 0, 1, 2, 12, 30, 36], t: [7, 9, 39, 40, 40, 40, 38], weight: [1, 2, 3, 1, 1, 2, 2] }));
  expect(few).toMatchObject({ weight: Float64Array.of(3, 4, 1, 4), total: 12 });
  const column = ({ values, of }: Column): number[] => Array.from(of, (at) => values[at] ?? -1);
  expect(column(few.x)).toEqual([0, 1, 1, 9]);
  expect(column(few.t_x)).toEqual([0, 1.25, 12, 33]);
  expect(column(few.t)).toEqual([25 / 3, 39.25, 40, 39]);
  expect(coarse(group({ x: [0, 1], t_x: [0, 0], t: [0, 0] })).total).toBe(2);
});
