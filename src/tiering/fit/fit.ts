import { type Fault, type Read, readTable, type Table } from "../../intake/index.js";
import { columnsOf, faultsOf, type Given, type Numbers, type ReadNumbers, readNumbers } from "./columns.js";
import { type FittedModel, type ModelName, models, type Refused } from "./models.js";
import { faultAt, refuseData } from "./problems.js";
import type { Warning } from "./warnings.js";

export interface FitAnswer {
  model: ModelName;
  parameters: Readonly<Record<string, number>>;
  /** Null where the optimum lies on the boundary, or has no curvature. */
  standard_errors: Readonly<Record<string, number>> | null;
  log_likelihood: number;
  iterations: number;
  gradient_norm: number;
  identified: boolean;
  /** Of the fit alone, once the file is read. */
  seconds: number;
}

/** The opportunities of BG/BB are its time observed: they may be given as t too. */
function inOwnWords({ columns }: FittedModel, { t, ...rest }: Given): Given {
  if (t === undefined) return rest;
  return columns.required.includes("n") && rest["n"] === undefined ? { ...rest, n: t } : { ...rest, t };
}

/** The model's columns of a file, each cell a number. */
export const numbersFor = (table: Table, model: FittedModel, given: Given): Promise<ReadNumbers> =>
  readNumbers(table, columnsOf(table, inOwnWords(model, given), model.columns), model.columns.idle);

/** What speaks against the cells and the rows of a file; null when nothing does. */
export function faultsFor(read: ReadNumbers, refused: Refused | { outcome: "fitted" } | null, given: Given): Read<never> | null {
  const bad = refused?.outcome === "bad_rows" ? refused : { rows: [], count: 0 };
  const faults = bad.rows.flatMap(({ row, rule }): Fault[] => (rule === "not_a_number" ? [] : [faultAt(row, rule, columnOf(read.numbers, row, rule, given))]));
  return faultsOf(read, { faults, count: bad.count });
}

/** Which of the file's columns a number below 0 stands in. */
function columnOf(numbers: Numbers, row: number, rule: string, given: Given): string | undefined {
  const key = rule === "negative" ? Object.keys(numbers).find((one) => (numbers[one]?.[row] ?? 0) < 0) : undefined;
  return key === undefined ? undefined : (given[key] ?? key);
}

export const fitFile = (name: ModelName, path: string, given: Given): Promise<{ fit: FitAnswer; warnings: readonly Warning[] }> =>
  readTable(path, async (table) => {
    const model: FittedModel = models[name];
    const read = await numbersFor(table, model, given);
    const started = performance.now();
    const fitted = model.fit(read.numbers);
    const seconds = (performance.now() - started) / 1000;
    const faults = faultsFor(read, fitted, given);
    if (faults !== null) return faults;
    if (fitted.outcome === "too_little_data") return refuseData(fitted.reason, path);
    if (fitted.outcome === "bad_rows") throw new Error("rows are bad without a fault");
    const { parameters, standard_errors, log_likelihood, iterations, gradient_norm, identified, warnings } = fitted.fit;
    return { answer: { fit: { model: name, parameters, standard_errors, log_likelihood, iterations, gradient_norm, identified, seconds }, warnings } };
  });
