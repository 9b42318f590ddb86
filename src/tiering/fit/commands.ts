import { resolve } from "node:path";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { isDay } from "../../platform/calendar/index.js";
import type { Cli } from "../../platform/cli/index.js";
import { refuse } from "../../platform/problem.js";
import { breaksOfFile } from "./breaks.js";
import { type Given, parseColumns } from "./columns.js";
import { fitFile } from "./fit.js";
import { type ModelName, modelNames, models, predictingNames } from "./models.js";
import { readParameters } from "./parameters.js";
import { predict } from "./predict.js";
import { sayBreaks, sayFit, sayPrediction, saySummary } from "./say.js";
import { summarize, type Unit, unitDays } from "./summarize.js";
import { warningWords } from "./warnings.js";

const day = (value: string): string => {
  if (!isDay(value)) throw new InvalidArgumentError("a day that exists, as YYYY-MM-DD");
  return value;
};

const classCount = (value: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new InvalidArgumentError("1 to 999");
  return Number(value);
};

const positive = (value: string): number => {
  if (value.trim() === "" || !Number.isFinite(Number(value)) || Number(value) <= 0) throw new InvalidArgumentError("a number above 0");
  return Number(value);
};

/** A file is read while another is written. */
function demandTwoFiles(data: string, out: string): void {
  if (resolve(data) === resolve(out))
    refuse("fit.same_file", { zh: "--out 与 --data 是同一个文件", en: "--out is the same file as --data" }, { place: { path: "--out" } });
}

const dataOption = (): Option => new Option("--data <file>", "CSV, TSV, JSON, Excel or Parquet").makeOptionMandatory();
const columnsOption = (what: string): Option => new Option("--columns <names>", what).argParser(parseColumns);
const ofHistories =
  "which column of the file is which, for example x=orders,t_x=last,t=age (docs/statistics.md has each model's); absent: columns of these names";
const ofTransactions = "which column of the file is which: customer_id=who,occurred_at=day,amount=paid; absent: columns of these names";
const modelArgument = (names: readonly ModelName[]): Argument => new Argument("<model>", names.join(", ")).choices(names);

/** Statistics over files, for scripts and analysts: no workspace is needed. */
export function fitCommands(program: Command, cli: Cli): void {
  program
    .command("breaks")
    .description("natural breaks of a file's column: the classes that differ least within")
    .argument("<file>", "CSV, TSV, JSON, Excel or Parquet")
    .requiredOption("--column <name>", "the column of numbers")
    .option("--classes <k>", "how many classes; absent: as many as the data show, up to 9", classCount)
    .action(async (file: string, { column, classes }: { column: string; classes?: number }) => {
      const answer = await breaksOfFile(file, column, classes);
      cli.print(answer, () => sayBreaks(answer, cli));
    });

  program
    .command("summarize")
    .description("purchase histories from transactions: repeat purchases, recency, age and spend of every customer")
    .addOption(dataOption())
    .addOption(columnsOption(ofTransactions))
    .addOption(new Option("--unit <unit>", "of time; month and year of their mean length").choices(Object.keys(unitDays)).default("week"))
    .requiredOption("--until <date>", "the last day that counts as history, YYYY-MM-DD", day)
    .option("--holdout <date>", "also count purchase days after --until, up to this day", day)
    .requiredOption("--out <file>", "the CSV to write")
    .action(async (options: { data: string; columns?: Given; unit: Unit; until: string; holdout?: string; out: string }) => {
      demandTwoFiles(options.data, options.out);
      if (options.holdout !== undefined && options.holdout <= options.until)
        refuse("fit.holdout_before_until", { zh: "--holdout 应晚于 --until", en: "--holdout has to be after --until" }, { place: { path: "--holdout" } });
      const answer = await summarize({ ...options, columns: options.columns ?? {} });
      cli.print(answer, () => saySummary(answer, cli));
    });

  program
    .command("fit")
    .description("fit a model of purchases, spend or renewals to a file")
    .addArgument(modelArgument(modelNames))
    .addOption(dataOption())
    .addOption(columnsOption(ofHistories))
    .action(async (model: ModelName, options: { data: string; columns?: Given }) => {
      const { fit, warnings } = await fitFile(model, options.data, options.columns ?? {});
      for (const one of warnings) process.stderr.write(`${cli.text(warningWords[one])}\n`);
      cli.print(fit, () => sayFit(fit, cli));
    });

  program
    .command("predict")
    .description("purchases to expect of every row of a file, by a fitted model")
    .addArgument(modelArgument(predictingNames))
    .requiredOption("--parameters <json>", "the model's parameters as JSON, or a file of it; what fit --json answers will do")
    .addOption(dataOption())
    .addOption(columnsOption(ofHistories))
    .option("--horizon <h>", "how far ahead, in the unit of the file's times", positive)
    .requiredOption("--out <file>", "the CSV to write")
    .action(async (model: ModelName, options: { parameters: string; data: string; columns?: Given; horizon?: number; out: string }) => {
      demandTwoFiles(options.data, options.out);
      if (options.horizon === undefined && models[model].prediction?.ahead === true)
        refuse("fit.no_horizon", { zh: "缺少 --horizon：要预测多远", en: "--horizon is missing: how far ahead?" }, { place: { path: "--horizon" } });
      const answer = await predict({ ...options, columns: options.columns ?? {}, model, parameters: readParameters(options.parameters, model) });
      cli.print(answer, () => sayPrediction(answer, cli));
    });
}
