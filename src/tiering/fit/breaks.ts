import { readTable } from "../../intake/index.js";
import { elbow, naturalBreaks } from "../../statistics/index.js";
import { columnsOf, faultsOf, readNumbers } from "./columns.js";
import { refuseData } from "./problems.js";

/** Natural breaks of a file's column. */
export interface BreaksAnswer {
  ssd_within: number;
  ssd_total: number;
  /** Goodness of variance fit. */
  gvf: number;
  classes: { min: number; max: number; count: number }[];
}

const MOST_CLASSES = 9;

/** Different values from the smallest up, with how often each is there. */
function counted(numbers: Float64Array): { values: Float64Array; counts: Float64Array } {
  const sorted = numbers.sort();
  const counts = new Float64Array(sorted.length);
  let different = 0;
  for (const value of sorted) {
    if (different === 0 || value !== sorted[different - 1]) sorted[different++] = value;
    counts[different - 1] = (counts[different - 1] ?? 0) + 1;
  }
  return { values: sorted.subarray(0, different), counts: counts.subarray(0, different) };
}

/** As many classes as are asked for, at most one per different value; else as many as the elbow shows. */
export const breaksOfFile = (path: string, column: string, classes: number | undefined): Promise<BreaksAnswer> =>
  readTable(path, async (table) => {
    const read = await readNumbers(table, columnsOf(table, { column }, { required: ["column"], optional: [] }));
    const faults = faultsOf(read, { faults: [], count: 0 });
    if (faults !== null) return faults;
    const { values, counts } = counted(read.numbers["column"] ?? new Float64Array());
    if (values.length === 0) return refuseData("no_rows", path);
    const { ends, fit, within, total } = classes === undefined ? elbow({ values, counts }, MOST_CLASSES) : naturalBreaks({ values, counts }, classes);
    const told = [...ends, values.length - 1].map((end, i) => {
      const from = (ends[i - 1] ?? -1) + 1;
      return { min: values[from] ?? 0, max: values[end] ?? 0, count: counts.subarray(from, end + 1).reduce((sum, n) => sum + n, 0) };
    });
    return { answer: { ssd_within: within, ssd_total: total, gvf: fit, classes: told } };
  });
