import { type Read, readTable, type Table } from "../../intake/index.js";
import { writeWhole } from "../../platform/cli/file.js";
import { refuse } from "../../platform/problem.js";
import { join, name, sql } from "../../platform/warehouse/index.js";
import type { Given } from "./columns.js";
import { csvLine, csvNumber, quotedCell } from "./csv.js";
import { faultsFor, numbersFor } from "./fit.js";
import { type FittedModel, type ModelName, models, type Refused } from "./models.js";
import { refuseData } from "./problems.js";

export interface Predicting {
  model: ModelName;
  parameters: Readonly<Record<string, number>>;
  data: string;
  columns: Given;
  /** Not of a model that says the same however far ahead. */
  horizon?: number;
  out: string;
}

export interface PredictAnswer {
  model: ModelName;
  out: string;
  rows: number;
  horizon: number | null;
  /** The weights of the rows, one each without. */
  customers: number;
  /** Those of rows of which nothing can be said, as where a mean has no bound. */
  unknown: number;
  /** Of all others together, each by its weight. */
  expected: number;
}

const added = ["p_alive", "expected", "log_likelihood"] as const;

function refuseTaken({ file, columns }: Table): void {
  const taken = added.filter((column) => columns.includes(column));
  if (taken.length > 0)
    refuse(
      "fit.column_taken",
      { zh: `文件已有列 ${taken.join("、")}，预测结果会与之重名`, en: `The file has ${taken.join(", ")} already: the predictions would be a second one` },
      { place: { file, line: 1 }, hint: { zh: "去掉或改名后再预测。", en: "Leave them out, or call them something else." } },
    );
}

/** One customer is enough to be predicted, nobody is not. */
const expectsRows = (refused: Refused | null): boolean => refused?.outcome === "too_little_data" && refused.reason === "no_rows";

/** The file's columns as they are, then what the model says of each row. */
export const predict = ({ model: called, parameters, data, columns, horizon, out }: Predicting): Promise<PredictAnswer> =>
  readTable(data, async (table): Promise<Read<PredictAnswer>> => {
    const model: FittedModel = models[called];
    const { prediction } = model;
    if (prediction === null) throw new Error(`${called} predicts nothing of rows`);
    refuseTaken(table);
    const read = await numbersFor(table, model, columns);
    const refused = prediction.refuse(read.numbers);
    const faults = faultsFor(read, refused, columns);
    if (faults !== null) return faults;
    if (expectsRows(refused)) return refuseData("no_rows", data);
    const { p_alive, expected, log_likelihood } = prediction.of(parameters, read.numbers, horizon ?? 0);
    const cells = join(
      table.columns.map((_, i) => quotedCell(name(`c${i}`))),
      " || ',' || ",
    );
    let rows = 0;
    const lines = async function* (): AsyncGenerator<string> {
      yield csvLine([...table.columns, ...added]);
      for await (const chunk of table.session.chunks<{ line: string }>(sql`select ${cells} as line from ${table.relation}`)) {
        let piece = "";
        for (const { line } of chunk) {
          piece += `${line},${csvNumber(p_alive[rows])},${csvNumber(expected[rows])},${csvNumber(log_likelihood[rows])}\n`;
          rows++;
        }
        yield piece;
      }
      if (rows !== expected.length) throw new Error(`${expected.length} rows were predicted and ${rows} read`);
    };
    await writeWhole(out, lines());
    return { answer: { model: called, out, rows, horizon: horizon ?? null, ...sumsOf(expected, read.numbers["weight"]) } };
  });

function sumsOf(expected: Float64Array, weights: Float64Array | undefined): Pick<PredictAnswer, "customers" | "unknown" | "expected"> {
  const sums = { customers: 0, unknown: 0, expected: 0 };
  for (const [row, one] of expected.entries()) {
    const weight = weights?.[row] ?? 1;
    sums.customers += weight;
    if (Number.isNaN(one)) sums.unknown += weight;
    else sums.expected += weight * one;
  }
  return sums;
}
