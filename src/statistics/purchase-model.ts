import type { Fitting, Histories, History } from "./histories.js";
import { type Fittable, fitPurchases, type PurchaseFit } from "./purchase-fit.js";
import { logistic, softplus } from "./special.js";

/** A column per answer, a row per history. */
export interface Predictions {
  p_alive: Float64Array;
  expected: Float64Array;
  log_likelihood: Float64Array;
}

type Parameters<Name extends string> = Readonly<Record<Name, number>>;

/** A model of purchases and dropout. Parameters are positive, histories such that `refuse` finds no bad row, horizons not negative; then every answer is a finite number. */
export interface PurchaseModel<Name extends string> {
  model: string;
  names: readonly Name[];
  fit: (histories: Histories) => Fitting<PurchaseFit<Name>>;
  /** Of one history; the part that depends on the data alone (1/x! and the times of the purchases between) is left out, as in the papers. */
  logLikelihood: (p: Parameters<Name>, history: History) => number;
  probabilityAlive: (p: Parameters<Name>, history: History) => number;
  /** Purchases from t to t + horizon; of one who is new (x = t_x = t = 0), repeat purchases by the age of `horizon`. */
  expectedPurchases: (p: Parameters<Name>, history: History, horizon: number) => number;
  /** Purchases from t to t + horizon, each by e^(−discount · its time from now); without end (∞) for a positive discount only. */
  discountedPurchases: (p: Parameters<Name>, history: History, discount: number, horizon: number) => number;
  /** The chance that one who is new has made 0, 1, … most − 1 repeat purchases by an age, and at last that of `most` and more. */
  countProbabilities: (p: Parameters<Name>, age: number, most: number) => Float64Array;
  /** Of many histories; into new columns unless there are some. */
  predict: (p: Parameters<Name>, histories: Histories, horizon: number, into?: Predictions) => Predictions;
}

/** What makes a model: ln L = logCount + logStillThere + ln(1 + odds of dropout), P(alive) = 1/(1 + odds). */
interface Formulas<Name extends string> extends Fittable<Name> {
  /** What depends on the parameters and x alone. */
  logCount: (p: Parameters<Name>, x: number) => number;
  /** What the time adds to the log-likelihood of one still there. */
  logStillThere: (p: Parameters<Name>, x: number, t: number) => number;
  /** The log-likelihood of no repeat purchase: its own formula, as it is the small difference of the terms above for small times. */
  logNone: (p: Parameters<Name>, t: number) => number;
  /** −∞ when nobody can have dropped out. */
  logOdds: (p: Parameters<Name>, x: number, t_x: number, t: number) => number;
  /** Expected purchases within the horizon of one still there. */
  whileAlive: (p: Parameters<Name>, x: number, t: number, horizon: number) => number;
  discountedWhileAlive: (p: Parameters<Name>, x: number, t: number, discount: number, horizon: number) => number;
  /** The chance of 0, 1, … size − 1 repeat purchases by an age. */
  countShares: (p: Parameters<Name>, age: number, size: number) => Float64Array;
}

/** Remembers what was asked of the counts below some thousands. */
function byCount(of: (x: number) => number): (x: number) => number {
  const known = new Float64Array(4096);
  const asked = new Uint8Array(known.length);
  return (x) => {
    if (x >= known.length) return of(x);
    if (asked[x] !== 1) {
      known[x] = of(x);
      asked[x] = 1;
    }
    return known[x] ?? 0;
  };
}

/** Remembers the last answer of each of some thousand places that count and age fall on. */
function byCountAndAge(of: (x: number, t: number) => number): (x: number, t: number) => number {
  const places = 1 << 14;
  const [xs, ts, answers] = [new Float64Array(places).fill(-1), new Float64Array(places), new Float64Array(places)];
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  return (x, t) => {
    bits[0] = t;
    const hash = Math.imul((words[0] ?? 0) ^ Math.imul(words[1] ?? 0, 0x85ebca6b) ^ Math.imul(x, 0xc2b2ae35), 0x9e3779b1);
    const at = (hash ^ (hash >>> 15)) & (places - 1);
    if (xs[at] === x && ts[at] === t) return answers[at] ?? 0;
    const answer = of(x, t);
    xs[at] = x;
    ts[at] = t;
    answers[at] = answer;
    return answer;
  };
}

export function purchaseModel<Name extends string>(formulas: Formulas<Name>): PurchaseModel<Name> {
  const { model, names, logCount, logStillThere, logNone, logOdds, whileAlive, discountedWhileAlive, countShares } = formulas;
  const probabilityAlive: PurchaseModel<Name>["probabilityAlive"] = (p, { x, t_x, t }) => logistic(-logOdds(p, x, t_x, t));
  return {
    model,
    names,
    fit: (histories) => fitPurchases(formulas, histories),
    logLikelihood: (p, { x, t_x, t }) => (x === 0 ? logNone(p, t) : logCount(p, x) + logStillThere(p, x, t) + softplus(logOdds(p, x, t_x, t))),
    probabilityAlive,
    expectedPurchases: (p, history, horizon) => probabilityAlive(p, history) * whileAlive(p, history.x, history.t, horizon),
    discountedPurchases: (p, history, discount, horizon) => {
      if (!(discount > 0) && !Number.isFinite(horizon)) throw new RangeError("without a discount there has to be a horizon");
      return probabilityAlive(p, history) * discountedWhileAlive(p, history.x, history.t, discount, horizon);
    },
    countProbabilities: (p, age, most) => {
      const shares = countShares(p, age, most);
      return Float64Array.of(...shares, Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0)));
    },
    predict: (p, { x, t_x, t }, horizon, into) => {
      const size = x.length;
      const answers = into ?? { p_alive: new Float64Array(size), expected: new Float64Array(size), log_likelihood: new Float64Array(size) };
      const count = byCount((n) => logCount(p, n));
      const future = byCountAndAge((n, age) => whileAlive(p, n, age, horizon));
      // of those without a purchase there are many of each age
      const [none, noneOdds] = [byCountAndAge((_, age) => logNone(p, age)), byCountAndAge((_, age) => logOdds(p, 0, 0, age))];
      for (let i = 0; i < size; i++) {
        const n = x[i] ?? 0;
        const age = t[i] ?? 0;
        const odds = n === 0 ? noneOdds(n, age) : logOdds(p, n, t_x[i] ?? 0, age);
        const e = Math.exp(-Math.abs(odds));
        const alive = (odds > 0 ? e : 1) / (1 + e);
        answers.p_alive[i] = alive;
        answers.expected[i] = alive * future(n, age);
        answers.log_likelihood[i] = n === 0 ? none(n, age) : count(n) + logStillThere(p, n, age) + Math.max(odds, 0) + Math.log1p(e);
      }
      return answers;
    },
  };
}
