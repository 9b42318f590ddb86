import type { Actor } from "../../access/schema.js";
import { print } from "../../platform/expression/index.js";
import { atomically } from "../../platform/postgres/atomically.js";
import { refuse } from "../../platform/problem.js";
import type { Text } from "../../platform/schema.js";
import type { Workspace } from "../../platform/workspace/index.js";
import { type Warning, warningWords } from "../fit/warnings.js";
import { standingInForce } from "../inforce.js";
import type { ForetoldMeasure } from "../plan.js";
import type { Calibrating, Lacking, MeasureFit, ModelFits } from "../schema.js";
import * as store from "../store.js";
import { whatOf } from "../words.js";
import { fitKey, fitsNeeded } from "./sources.js";
import { verdictOf } from "./verdict.js";
import { modelTitles } from "./words.js";

const calibrateWords = {
  every_run: { zh: "每次运行都重新拟合", en: "fitted anew with every run" },
  when_asked: { zh: "有人要求时重新拟合（--calibrate）", en: "fitted anew when somebody asks (--calibrate)" },
  daily: { zh: "每天重新拟合", en: "fitted anew every day" },
  weekly: { zh: "每周末重新拟合", en: "fitted anew after the end of each week" },
  monthly: { zh: "每月末重新拟合", en: "fitted anew after the end of each month" },
  quarterly: { zh: "每季末重新拟合", en: "fitted anew after the end of each quarter" },
  yearly: { zh: "每年末重新拟合", en: "fitted anew after the end of each year" },
} as const satisfies Record<Calibrating, Text>;

const lackingWords = {
  no_rows: { zh: "没有任何记录", en: "there are no rows" },
  too_few: {
    zh: "数据太少：至少需要 10 位客户，其中至少 3 位有复购（消费金额：10 位有复购）",
    en: "too little data: it takes 10 customers, 3 of them with repeat purchases (spend: 10 with repeat purchases)",
  },
  no_repeat_purchases: { zh: "所有客户都只购买过一次", en: "all bought once only" },
  no_time_observed: { zh: "所有客户的观察时长都为 0", en: "nobody was observed for any time" },
  spend_does_not_vary: { zh: "所有客户的消费金额都相同", en: "all spend the same" },
  nothing_ended: { zh: "没有任何合约结束", en: "no contract has ended" },
} as const satisfies Record<Lacking, Text>;

/** A part of the customers would not tell what all of them were fitted to. */
function refuseToPart(actor: Actor): void {
  if ("all" in actor.scope) return;
  refuse(
    "tiering.fits_of_all",
    { zh: "拟合基于全部客户，只有能查看全部客户的人可以查看", en: "A fit is of all customers: it is for those who may see all of them" },
    { status: 403 },
  );
}

/** The fits that the last run of a model applied, each with what it is for. */
export async function fitsOf(workspace: Workspace, actor: Actor, model: string): Promise<ModelFits> {
  refuseToPart(actor);
  const { run, plan } = await standingInForce(workspace, model);
  const calibration = await atomically(workspace.postgres, "all", (tx) => store.calibrationOf(tx, run));
  const fits = fitsNeeded(plan).flatMap(({ key, source }) => {
    const fit = calibration?.fits[key];
    if (fit === undefined) return [];
    const measures = source.measures.filter((measure) => measure.foretold.fit.some((by) => fitKey(plan, measure, by) === key));
    return [{ ...inWords(fit), of: rowsOf(source.measures[0]), measures: measures.map(({ name, title, unit }) => ({ name, title, unit })) }];
  });
  return { model, title: plan.title, version: run.version, run: run.run, as_of: run.as_of, calibrate: calibrateWords[plan.calibrate], fits };
}

/** Which rows the histories are of, in words. */
function rowsOf(measure: ForetoldMeasure): Text {
  const of = whatOf(measure);
  if (measure.where === null) return of;
  return { zh: `${of.zh}，条件 ${print(measure.where)}`, en: `${of.en} where ${print(measure.where)}` };
}

/** As the literature writes them. */
const order = ["r", "alpha", "a", "b", "s", "beta", "p", "q", "v"];

const inOrder = (numbers: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(numbers).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));

const isWarning = (code: string): code is Warning => code in warningWords;

function inWords(fit: MeasureFit): Omit<ModelFits["fits"][number], "of" | "measures"> {
  const { lacking, warnings, staying, parameters, ...rest } = fit;
  return {
    ...rest,
    parameters: inOrder(parameters),
    title: modelTitles[fit.model],
    lacking: lacking === null ? null : lackingWords[lacking],
    verdict: verdictOf(fit, lacking === null ? null : lackingWords[lacking]),
    warnings: warnings.filter(isWarning).map((code) => warningWords[code]),
    staying: staying === null ? null : { ended: staying.ended, curve: staying.curve },
  };
}
