import { type BadRow, badRows } from "./bad-rows.js";

/** Why a number cannot be counted with. */
export type NumberRule = "not_a_number" | "negative";

/** Rows to mend (the first hundred, and how many in all); rows are counted from 0. */
export interface BadNumbers {
  outcome: "bad_rows";
  rows: BadRow<NumberRule>[];
  count: number;
}

/** What is no finite number among these values, and with `negative` what is below 0; null when all can be used. */
export const badNumbers = (values: ArrayLike<number>, negative: "taken" | "refused" = "taken"): BadNumbers | null =>
  badRows(values.length, (row) => {
    const value = values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) return "not_a_number";
    return negative === "refused" && value < 0 ? "negative" : null;
  });

/** Misuse by whoever calls, not by data. */
export function demandShare(share: number, what: string): void {
  if (!(share > 0 && share < 1)) throw new RangeError(`${what} is a share between 0 and 1, not ${share}`);
}
