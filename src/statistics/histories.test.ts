import { describe, expect, test } from "vitest";
import { type Histories, refuse } from "./histories.js";

const histories = (rows: readonly (readonly [x: number, t_x: number, t: number])[]): Histories => ({
  x: rows.map(([x]) => x),
  t_x: rows.map(([, t_x]) => t_x),
  t: rows.map(([, , t]) => t),
});
const good = Array.from({ length: 12 }, (_, i) => [i % 3, i % 3, 10] as const);

describe("histories that cannot be fitted", () => {
  test.each([
    [[2, 11, 10], "last_after_end"],
    [[-1, 1, 10], "negative"],
    [[1, -1, 10], "negative"],
    [[1, 1, Number.NaN], "not_a_number"],
    [[Number.POSITIVE_INFINITY, 1, 10], "not_a_number"],
    [[0, 1, 10], "last_without_repeat"],
    [[1.5, 1, 10], "fraction_of_a_purchase"],
  ] as const)("%j is %s, by its row", (row, rule) => {
    expect(refuse(histories([...good, row]))).toEqual({ outcome: "bad_rows", rows: [{ row: 12, rule }], count: 1 });
  });

  test("weights have to be numbers that are not negative, and every row has one", () => {
    expect(refuse({ ...histories(good), weight: [...good.map(() => 1).slice(1), -1] })).toMatchObject({ rows: [{ row: 11, rule: "negative" }] });
    expect(refuse({ ...histories(good), weight: [1] })).toMatchObject({ outcome: "bad_rows", count: 11 });
  });

  test("the first hundred are listed, and all are counted", () => {
    const refusal = refuse(histories(Array.from({ length: 250 }, () => [-1, 0, 1])));
    expect(refusal).toMatchObject({ outcome: "bad_rows", count: 250 });
    expect(refusal?.outcome === "bad_rows" ? refusal.rows.length : 0).toBe(100);
  });

  test.each([
    ["no_rows", []],
    ["no_repeat_purchases", [[0, 0, 10]]],
    ["no_repeat_purchases", good.map(([, , t]) => [0, 0, t] as const)],
    ["no_time_observed", good.map(([x]) => [x, 0, 0] as const)],
    ["too_few", [[3, 5, 10]]],
    ["too_few", [...good.map(([, , t]) => [0, 0, t] as const), [1, 2, 10], [1, 3, 10]]],
  ] as const)("%s", (reason, rows) => {
    expect(refuse(histories(rows))).toEqual({ outcome: "too_little_data", reason });
  });

  test("enough is enough, and weights count", () => {
    expect(refuse(histories(good))).toBeNull();
    expect(refuse({ ...histories(good.slice(0, 3)), weight: [4, 4, 4] })).toBeNull();
  });
});
