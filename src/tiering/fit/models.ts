import type { Text } from "../../platform/schema.js";
import {
  badSpends,
  bgBb,
  bgNbd,
  fitGammaGamma,
  fitSbg,
  gammaGammaExpectedSpends,
  gammaGammaLogLikelihoods,
  type Histories,
  mbgNbd,
  paretoNbd,
  refuseHistories,
  refuseOpportunities,
  type Spends,
} from "../../statistics/index.js";
import { modelTitles } from "../fitted/words.js";
import type { Numbers, Wanted } from "./columns.js";
import type { Reason, RowRule } from "./problems.js";
import type { Warning } from "./warnings.js";

/** A fit as every model answers it, whatever else it knows. */
interface FitOf {
  parameters: Readonly<Record<string, number>>;
  standard_errors: Readonly<Record<string, number>> | null;
  log_likelihood: number;
  iterations: number;
  gradient_norm: number;
  identified: boolean;
  warnings: readonly Warning[];
}

interface BadRows {
  outcome: "bad_rows";
  rows: readonly { row: number; rule: RowRule }[];
  count: number;
}
export type Refused = BadRows | { outcome: "too_little_data"; reason: Reason };

/** A column per answer, a row per row of the file; NaN where the model has no answer, which is left empty in a file. */
export interface Predicted {
  p_alive: Float64Array;
  expected: Float64Array;
  log_likelihood: Float64Array;
}

/** What a model says of each row. */
export interface Prediction {
  /** What `expected` is. */
  expected: Text;
  /** Does it depend on how far ahead is asked? */
  ahead: boolean;
  /** Why these rows cannot be used; null when they can. */
  refuse(numbers: Numbers): Refused | null;
  of(parameters: Readonly<Record<string, number>>, numbers: Numbers, horizon: number): Predicted;
}

/** A model that the command line fits. */
export interface FittedModel {
  title: Text;
  columns: Wanted;
  /** Names of its parameters. */
  names: readonly string[];
  fit(numbers: Numbers): { outcome: "fitted"; fit: FitOf } | Refused;
  /** Null of a model of cohorts, whose rows are no customers. */
  prediction: Prediction | null;
}

const none = new Float64Array();
const of = (numbers: Numbers, name: string): Float64Array => numbers[name] ?? none;
const weightOf = (numbers: Numbers) => (numbers["weight"] === undefined ? {} : { weight: numbers["weight"] });

/** The columns of a file as histories; the opportunities of BG/BB are the time observed. */
const histories = (numbers: Numbers): Histories => ({
  x: of(numbers, "x"),
  t_x: of(numbers, "t_x"),
  t: numbers["n"] ?? of(numbers, "t"),
  ...weightOf(numbers),
});
const spends = (numbers: Numbers): Spends => ({ x: of(numbers, "x"), spend: of(numbers, "spend"), ...weightOf(numbers) });

/** Parameters by the model's own names; the command line has checked that each is there. */
const named = <Name extends string>(names: readonly Name[], given: Readonly<Record<string, number>>): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, given[name] ?? 1])) as Record<Name, number>;

const purchases = { zh: "期间内预期购买次数", en: "expected purchases within the horizon" };

/** What the models of purchases have in common, whatever their time is. */
interface OfPurchases<Name extends string> {
  names: readonly Name[];
  fit(histories: Histories): { outcome: "fitted"; fit: FitOf } | Refused;
  predict(parameters: Readonly<Record<Name, number>>, histories: Histories, horizon: number): Predicted;
}

function ofPurchases<Name extends string>(model: OfPurchases<Name>, time: "t" | "n", title: Text): FittedModel {
  return {
    title,
    columns: { required: ["x", "t_x", time], optional: ["weight"] },
    names: model.names,
    fit: (numbers) => model.fit(histories(numbers)),
    prediction: {
      expected: purchases,
      ahead: true,
      refuse: (numbers) => (time === "n" ? refuseOpportunities : refuseHistories)(histories(numbers)),
      of: (parameters, numbers, horizon) => model.predict(named(model.names, parameters), histories(numbers), horizon),
    },
  };
}

const gammaGammaNames = ["p", "q", "v"] as const;
const gammaGamma: FittedModel = {
  title: { zh: "Gamma-Gamma（每次消费金额）", en: "Gamma-Gamma (spend per purchase)" },
  columns: { required: ["x", "spend"], optional: ["weight"], idle: { column: "spend", whenZero: "x" } },
  names: gammaGammaNames,
  fit: (numbers) => fitGammaGamma(spends(numbers)),
  prediction: {
    expected: { zh: "预期每次消费金额", en: "expected spend per purchase" },
    ahead: false,
    refuse: (numbers) => (of(numbers, "x").length === 0 ? { outcome: "too_little_data", reason: "no_rows" } : badSpends(spends(numbers))),
    of: (parameters, numbers) => {
      const [given, rows] = [named(gammaGammaNames, parameters), spends(numbers)];
      const expected = new Float64Array(rows.x.length);
      for (const row of gammaGammaExpectedSpends(given, rows, expected).unknown) expected[row] = Number.NaN;
      return {
        p_alive: new Float64Array(rows.x.length).fill(Number.NaN),
        expected,
        log_likelihood: gammaGammaLogLikelihoods(given, rows, new Float64Array(rows.x.length)),
      };
    },
  },
};

const sbg: FittedModel = {
  title: { zh: "sBG（合约续约）", en: "sBG (renewals of contracts)" },
  columns: { required: ["period", "survivors"], optional: [] },
  names: ["alpha", "beta"],
  fit: (numbers) => fitSbg({ period: of(numbers, "period"), survivors: of(numbers, "survivors") }),
  prediction: null,
};

/** Every model there is, by the name it goes by. */
export const models = {
  bg_nbd: ofPurchases(bgNbd, "t", modelTitles.bg_nbd),
  mbg_nbd: ofPurchases(mbgNbd, "t", modelTitles.mbg_nbd),
  pareto_nbd: ofPurchases(paretoNbd, "t", modelTitles.pareto_nbd),
  bg_bb: ofPurchases(bgBb, "n", { zh: "BG/BB（离散购买机会）", en: "BG/BB (discrete opportunities)" }),
  gamma_gamma: gammaGamma,
  sbg,
} as const satisfies Record<string, FittedModel>;
export type ModelName = keyof typeof models;
export const modelNames = Object.keys(models) as ModelName[];
export const predictingNames = modelNames.filter((name) => models[name].prediction !== null);
