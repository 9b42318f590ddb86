import { expectedPeriods } from "./beta-lifetimes.js";
import { fitBgBb } from "./bg-bb-fit.js";
import {
  type BgBbParameters,
  expectedPurchases,
  lastlyAlive,
  logLikelihood,
  meanPurchase,
  names,
  probabilityAlive,
  purchaseChances,
  residualPurchases,
} from "./bg-bb-formulas.js";
import type { Histories } from "./histories.js";

/** A column per answer, a row per history. */
export interface BgBbPredictions {
  p_alive: Float64Array;
  expected: Float64Array;
  log_likelihood: Float64Array;
}

/** A function of whole numbers that is asked for the same ones again and again. */
function remembered(value: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    const before = known.get(n);
    if (before !== undefined) return before;
    const now = value(n);
    known.set(n, now);
    return now;
  };
}

/** Of many histories: alive at the next opportunity, purchases expected at the next `horizon`, and the log-likelihood; into new columns unless there are some. */
function predict(parameters: BgBbParameters, { x, t_x, t }: Histories, horizon: number, into?: BgBbPredictions): BgBbPredictions {
  const size = x.length;
  const answers = into ?? { p_alive: new Float64Array(size), expected: new Float64Array(size), log_likelihood: new Float64Array(size) };
  const { gamma, delta } = parameters;
  const periods = remembered((n) => expectedPeriods(gamma, delta + n, horizon));
  const history = { x: 0, t_x: 0, t: 0 };
  for (let row = 0; row < size; row++) {
    history.x = x[row] ?? 0;
    history.t_x = t_x[row] ?? 0;
    history.t = t[row] ?? 0;
    const alive = lastlyAlive(parameters, history);
    answers.p_alive[row] = alive * ((delta + history.t) / (gamma + delta + history.t));
    answers.expected[row] = alive * meanPurchase(parameters, history) * periods(history.t);
    answers.log_likelihood[row] = logLikelihood(parameters, history);
  }
  return answers;
}

/** The model of purchases at discrete opportunities: what `bg-bb-formulas` and `bg-bb-fit` say, under the names that all purchase models have. */
export const bgBb = {
  model: "bg_bb",
  names,
  fit: fitBgBb,
  logLikelihood,
  probabilityAlive,
  expectedPurchases,
  residualPurchases,
  purchaseChances,
  predict,
} as const;
