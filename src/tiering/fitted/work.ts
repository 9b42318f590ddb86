/** The computations of fits and of what is foretold, over whole columns: pure, so that they can be done in a thread of their own. Times are in weeks. */
import {
  bgNbd,
  conditionalShare,
  discountedValues,
  fitGammaGamma,
  gammaGammaPopulationMean,
  gammaGammaShares,
  type Histories,
  kaplanMeier,
  mbgNbd,
  type PurchaseModel,
  paretoNbd,
} from "../../statistics/index.js";
import type { FitModel, ForetoldTake, Lacking, MeasureFit } from "../schema.js";

/** Where this module is, for a thread. */
export const workModule = new URL(import.meta.url);

type Parameters = Readonly<Record<string, number>>;

/** What a fit comes to, but for the day and how many it was fitted to. */
export type Fitted = Omit<MeasureFit, "as_of" | "customers">;
type PurchaseFitModel = Exclude<FitModel, "gamma_gamma" | "kaplan_meier">;

/** Histories as weighted columns. */
export interface Weighted extends Histories {
  weight: Float64Array;
}

const YEAR = 365.2425 / 7;
const MOST_REPEATS = 7;

/** A model of purchases by whatever names its parameters have. */
function purchaseModel(model: PurchaseFitModel): PurchaseModel<string> {
  const models: Readonly<Record<PurchaseFitModel, PurchaseModel<string>>> = { bg_nbd: bgNbd, mbg_nbd: mbgNbd, pareto_nbd: paretoNbd };
  return models[model];
}

const without = (model: FitModel, lacking: Lacking | null): Fitted => ({
  model,
  lacking,
  parameters: {},
  standard_errors: null,
  log_likelihood: null,
  identified: false,
  warnings: [],
  purchases: null,
  spend: null,
  staying: null,
});

/** What is foretold of purchases by the first part of the time, and what came. One row per different history and number of purchases in the rest. */
export interface Held extends Weighted {
  actual: Float64Array;
}

/** The days the plots of a fit of purchases speak of, in days before the day of the fit. */
export interface Timeline {
  /** How long before the day of the fit the rest began; 0: there is none. */
  holdout: number;
  /** Repeat purchases of a day by those who first bought up to the rest: days before the day of the fit, ascending in time. */
  repeated: { ago: Float64Array; purchases: Float64Array };
}

export interface PurchasesToFit {
  model: PurchaseFitModel;
  histories: Weighted;
  held: Held | null;
  timeline: Timeline;
}

/** Fit purchases and dropout, with what is to be seen beside the fit. `on` of what is tracked is days ago. */
export function fitPurchases({ model, histories, held, timeline }: PurchasesToFit): Fitted {
  const by = purchaseModel(model);
  const fitted = by.fit(histories);
  if (fitted.outcome === "bad_rows") throw new Error(`histories break the rule ${fitted.rows[0]?.rule}`);
  if (fitted.outcome === "too_little_data") return without(model, fitted.reason);
  const { parameters, standard_errors, log_likelihood, identified, warnings, likelihood_ratio } = fitted.fit;
  const before = held === null ? null : by.fit(held);
  const first = before?.outcome === "fitted" ? before.fit : null;
  const known = first?.parameters ?? null;
  return {
    ...without(model, null),
    parameters,
    standard_errors,
    log_likelihood,
    identified,
    warnings,
    purchases: {
      likelihood_ratio,
      repeats: repeatsOf(by, parameters, histories),
      tracking: trackingOf(by, known ?? parameters, held ?? histories, timeline),
      holdout: held === null || first === null ? null : { ...holdoutOf(by, first.parameters, held, timeline.holdout / 7), warnings: first.warnings },
    },
  };
}

type Purchases = NonNullable<MeasureFit["purchases"]>;

/** Adds weights up by a column's different values. */
function sumsBy(column: ArrayLike<number>, weight: Float64Array): Map<number, number> {
  const sums = new Map<number, number>();
  for (let i = 0; i < weight.length; i++) sums.set(column[i] ?? 0, (sums.get(column[i] ?? 0) ?? 0) + (weight[i] ?? 0));
  return sums;
}

function repeatsOf(by: PurchaseModel<string>, parameters: Parameters, { x, t, weight }: Weighted): Purchases["repeats"] {
  const [actual, expected] = [new Float64Array(MOST_REPEATS + 1), new Float64Array(MOST_REPEATS + 1)];
  for (let i = 0; i < weight.length; i++) {
    const at = Math.min(MOST_REPEATS, x[i] ?? 0);
    actual[at] = (actual[at] ?? 0) + (weight[i] ?? 0);
  }
  for (const [age, customers] of sumsBy(t, weight))
    for (const [at, share] of by.countProbabilities(parameters, age, MOST_REPEATS).entries()) expected[at] = (expected[at] ?? 0) + customers * share;
  return Array.from(actual, (count, purchases) => ({ purchases, actual: count, expected: rounded(expected[purchases] ?? 0) }));
}

/** Six digits are enough to look at. */
const rounded = (value: number): number => Number(value.toPrecision(6));

const MOST_POINTS = 60;

/** Repeat purchases up to the end of every so many weeks of those who are followed. `on` is days before the day of the fit. */
function trackingOf(by: PurchaseModel<string>, parameters: Parameters, { t, weight }: Weighted, { holdout, repeated }: Timeline): Purchases["tracking"] {
  const births = [...sumsBy(t, weight)].map(([age, customers]) => ({ ago: Math.round(age * 7) + holdout, customers }));
  const first = births.reduce((most, { ago }) => Math.max(most, ago), 0);
  const step = 7 * Math.max(1, Math.ceil(first / 7 / MOST_POINTS));
  const expectedAt = new Map<number, number>();
  const newcomer = { x: 0, t_x: 0, t: 0 };
  const expectedBy = (days: number): number => {
    const known = expectedAt.get(days) ?? by.expectedPurchases(parameters, newcomer, days / 7);
    expectedAt.set(days, known);
    return known;
  };
  const points: Purchases["tracking"] = [];
  let [at, actual] = [0, 0];
  for (let ago = first - (first % step); ago >= 0; ago -= step) {
    for (; at < repeated.ago.length && (repeated.ago[at] ?? 0) >= ago; at++) actual += repeated.purchases[at] ?? 0;
    const expected = births.reduce((sum, born) => sum + (born.ago > ago ? born.customers * expectedBy(born.ago - ago) : 0), 0);
    points.push({ on: String(ago), actual, expected: rounded(expected) });
  }
  return points;
}

/** What is foretold for the rest of the time beside what came, and beside what would have come at the rate of before. */
function holdoutOf(by: PurchaseModel<string>, parameters: Parameters, held: Held, weeks: number): Omit<NonNullable<Purchases["holdout"]>, "warnings"> {
  const { expected } = by.predict(parameters, held, weeks);
  const rows = Array.from({ length: MOST_REPEATS + 1 }, (_, purchases) => ({ purchases, customers: 0, actual: 0, expected: 0, naive: 0 }));
  const sums = { customers: 0, actual: 0, expected: 0, naive: 0, expected_error: 0, naive_error: 0 };
  for (let i = 0; i < held.weight.length; i++) {
    const [x, t, w, actual, foretold] = [held.x[i] ?? 0, held.t[i] ?? 0, held.weight[i] ?? 0, held.actual[i] ?? 0, expected[i] ?? 0];
    const naive = t > 0 ? (x / t) * weeks : 0;
    for (const row of [sums, rows[Math.min(MOST_REPEATS, x)] ?? sums]) {
      row.customers += w;
      row.actual += w * actual;
      row.expected += w * foretold;
      row.naive += w * naive;
    }
    sums.expected_error += w * Math.abs(foretold - actual);
    sums.naive_error += w * Math.abs(naive - actual);
  }
  const { customers, actual } = sums;
  return {
    from: "",
    until: "",
    customers,
    actual,
    expected: rounded(sums.expected),
    naive: rounded(sums.naive),
    expected_error: rounded(sums.expected_error / customers),
    naive_error: rounded(sums.naive_error / customers),
    by_purchases: rows
      .filter((row) => row.customers > 0)
      .map((row) => ({
        ...row,
        actual: rounded(row.actual / row.customers),
        expected: rounded(row.expected / row.customers),
        naive: rounded(row.naive / row.customers),
      })),
  };
}

export interface SpendsToFit {
  x: Float64Array;
  spend: Float64Array;
  weight: Float64Array;
}

const SPEND_CLASSES = 24;

export function fitSpends({ x, spend, weight }: SpendsToFit): Fitted {
  const fitted = fitGammaGamma({ x, spend, weight });
  if (fitted.outcome === "bad_rows") throw new Error(`spends break the rule ${fitted.rows[0]?.rule}`);
  if (fitted.outcome === "too_little_data") return without("gamma_gamma", fitted.reason);
  const { parameters, standard_errors, log_likelihood, identified, warnings, correlation } = fitted.fit;
  const total = weight.reduce((sum, w) => sum + w, 0);
  const mean = weight.reduce((sum, w, i) => sum + w * (spend[i] ?? 0), 0) / total;
  const expected_mean = gammaGammaPopulationMean(parameters);
  return {
    ...without("gamma_gamma", null),
    parameters,
    standard_errors,
    log_likelihood,
    identified,
    warnings,
    spend: {
      mean: rounded(mean),
      expected_mean: expected_mean === null ? null : rounded(expected_mean),
      correlation: correlation === null ? null : rounded(correlation),
      spread: spreadOf(parameters, { x, spend, weight }, total),
    },
  };
}

/** A round number not below this one: 1, 2 or 5 with zeros. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5, 10] as const).find((step) => step * power >= value) ?? 10) * power;
}

/** Customers by their mean spend, up to where 98 of a hundred are, and how many the model has there. */
function spreadOf(
  parameters: { p: number; q: number; v: number },
  { x, spend, weight }: SpendsToFit,
  total: number,
): NonNullable<MeasureFit["spend"]>["spread"] {
  const order = Uint32Array.from(spend.keys()).sort((a, b) => (spend[a] ?? 0) - (spend[b] ?? 0));
  let [below, at] = [0, 0];
  for (; at < order.length && below < 0.98 * total; at++) below += weight[order[at] ?? 0] ?? 0;
  const width = roundUp((spend[order[at - 1] ?? 0] ?? 1) / SPEND_CLASSES);
  const classes = Math.max(1, Math.ceil((spend[order[at - 1] ?? 0] ?? 1) / width));
  const counts = new Float64Array(classes + 1);
  for (let i = 0; i < weight.length; i++) {
    const of = Math.min(classes, Math.floor((spend[i] ?? 0) / width));
    counts[of] = (counts[of] ?? 0) + (weight[i] ?? 0);
  }
  // who bought often has his own mean: beyond so many purchases one more makes no difference to see
  const buyers = sumsBy(
    Float64Array.from(x, (count) => Math.min(count, 50)),
    weight,
  );
  const edges = Array.from({ length: classes + 1 }, (_, i) => i * width);
  const expected = new Float64Array(classes);
  for (const [count, customers] of buyers)
    for (const [i, share] of gammaGammaShares(parameters, count, edges).entries()) expected[i] = (expected[i] ?? 0) + customers * share;
  return Array.from(expected, (count, i) => ({ from: edges[i] ?? 0, to: edges[i + 1] ?? 0, actual: counts[i] ?? 0, expected: rounded(count) }));
}

export interface ContractsToFit {
  duration: Float64Array;
  ended: Float64Array;
  weight: Float64Array;
}

export function fitContracts(contracts: ContractsToFit): Fitted {
  const fitted = kaplanMeier(contracts);
  if (fitted.outcome === "bad_rows") throw new Error(`durations break the rule ${fitted.rows[0]?.rule}`);
  if (fitted.outcome === "too_little_data") return without("kaplan_meier", fitted.reason);
  const { time, survival, lower, upper, at_risk, ended } = fitted.fit;
  const step = Math.max(1, Math.ceil(time.length / MOST_POINTS));
  const shown = Array.from(time.keys()).filter((i) => i % step === 0 || i === time.length - 1);
  return {
    ...without("kaplan_meier", null),
    identified: true,
    staying: {
      ended: ended.reduce((sum, d) => sum + d, 0),
      curve: shown.map((i) => ({
        time: time[i] ?? 0,
        survival: rounded(survival[i] ?? 0),
        lower: rounded(lower[i] ?? 0),
        upper: rounded(upper[i] ?? 0),
        at_risk: at_risk[i] ?? 0,
      })),
      time: Array.from(time),
      survival: Array.from(survival),
    },
  };
}

/** One figure to foretell of every history. Lengths are in weeks. */
export interface Wanted {
  take: ForetoldTake;
  fit: Pick<MeasureFit, "model" | "parameters" | "lacking" | "identified" | "staying">;
  horizon: number;
  discount: number;
  /** When a contract is paid for up to the horizon. */
  payments: readonly number[];
}

export interface ToForetell {
  histories: { x: Float64Array; t_x: Float64Array; t: Float64Array };
  wanted: readonly Wanted[];
}

/** A column per figure that is wanted; NaN where nothing can be said. Of a lifetime's value it is the number of purchases, or of payments, each in today's worth. */
export const foretell = ({ histories, wanted }: ToForetell): Float64Array[] => wanted.map((one) => foretoldBy(histories, one));

function foretoldBy(histories: ToForetell["histories"], { take, fit, horizon, discount, payments }: Wanted): Float64Array {
  const { x, t_x, t } = histories;
  const nothing = (): Float64Array => new Float64Array(x.length).fill(Number.NaN);
  if (fit.lacking !== null) return nothing();
  if (fit.model === "gamma_gamma") return nothing();
  if (fit.model === "kaplan_meier") return fit.staying === null ? nothing() : stayingFor(fit.staying, t, take === "survival" ? [horizon] : payments, discount);
  const by = purchaseModel(fit.model);
  switch (take) {
    // where the data do not tell dropout from buying seldom, nobody is known to be alive
    case "probability_alive":
      return fit.identified ? by.predict(fit.parameters, histories, 0).p_alive : nothing();
    case "expected_purchases":
      return by.predict(fit.parameters, histories, horizon).expected;
    default:
      return discountedOf(by, fit.parameters, { x, t_x, t }, horizon, discount);
  }
}

/** Purchases up to the horizon by quarters, each in today's worth. */
function discountedOf(by: PurchaseModel<string>, parameters: Parameters, histories: ToForetell["histories"], horizon: number, discount: number): Float64Array {
  const size = histories.x.length;
  const discounting = {
    horizon,
    steps: discount === 0 ? 1 : Math.max(1, Math.round(horizon / 13)),
    margin: 1,
    yearly_discount: discount,
    units_per_year: YEAR,
  };
  const expectedBy = (time: number, out: Float64Array) => out.set(by.predict(parameters, histories, time).expected);
  return discountedValues({ ...discounting, paid: "middle" }, expectedBy, new Float64Array(size).fill(1), new Float64Array(size));
}

/** Of who has had a contract for `t`: the chance to have one at each of these times, each in today's worth, added up. */
function stayingFor(curve: NonNullable<MeasureFit["staying"]>, t: Float64Array, times: readonly number[], discount: number): Float64Array {
  return t.map((lasted) =>
    times.reduce((sum, time) => sum + (conditionalShare(curve, lasted, time) ?? Number.NaN) * Math.exp((-Math.log1p(discount) * time) / YEAR), 0),
  );
}
