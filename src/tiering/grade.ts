import { evaluate, type Value } from "../platform/expression/index.js";
import { decimalText, millionths, times } from "./decimal.js";
import { withMeanNames } from "./lower.js";
import { type CoreScore, isOrdered, meanName, type Plan } from "./plan.js";
import type { Calibration } from "./schema.js";

/** Every measure and score of one customer by name; decimals as text. */
export type Figures = Readonly<Record<string, Value>>;

/** Without a calibration (examples) a mean stands in the middle of the bands. */
export function meanOf(plan: Plan, calibration: Calibration | null, of: string): string {
  const calibrated = calibration?.means[of];
  if (calibrated !== undefined) return calibrated;
  const score = plan.scores.find((one) => one.name === of);
  if (score?.form === "quantiles" || score?.form === "breaks") return String((score.bands + 1) / 2);
  return score?.form === "edges" ? String((score.edges.length + 2) / 2) : "0";
}

/** Is the value past this edge, seen from the worst? An infinite edge of a calibration is passed by all. */
export function isPast(value: Value, edge: string, better: "higher" | "lower"): boolean {
  if (edge.endsWith("inf")) return true;
  const [held, at] = [millionths(String(value)), millionths(edge)];
  return better === "higher" ? held > at : held < at;
}

/** A formula's value beyond this either way is none. */
export const LARGEST_FORMULA = 1e15;

/** A formula's value to six decimals, half away from zero as the warehouse rounds. */
function formulaValue(plan: Plan, score: CoreScore & { form: "formula" }, figures: Figures): Value {
  const value = evaluate(score.formula, valuesFor(plan, figures, null));
  if (typeof value !== "number" || Math.abs(value) >= LARGEST_FORMULA) return score.missing === null ? null : String(score.missing);
  return decimalText(millionths(((Math.sign(value) * Math.round(Math.abs(value) * 1e6)) / 1e6).toFixed(6)));
}

/** The score of a customer by the same rules the warehouse applies; ntile bands depend on everyone and stay as they are. */
export function scoreOf(plan: Plan, score: CoreScore, figures: Figures, calibration: Calibration | null): Value {
  switch (score.form) {
    case "weighted": {
      const parts = contributions(score, figures);
      return parts === null ? null : decimalText(parts.reduce((sum, part) => sum + part.value, 0n));
    }
    case "edges": {
      const value = figures[score.of] ?? null;
      if (value === null) return score.missing;
      // A fixed edge belongs to the better band.
      const held = millionths(String(value));
      return 1 + score.edges.map(millionths).filter((edge) => (score.better === "higher" ? held >= edge : held <= edge)).length;
    }
    case "formula":
      return formulaValue(plan, score, figures);
    case "quantiles":
    case "breaks": {
      const value = figures[score.of] ?? null;
      if (value === null) return score.missing;
      const edges = calibration?.bands[score.name];
      if (isOrdered(score) || edges === undefined) return figures[score.name] ?? null;
      return 1 + edges.filter((edge) => isPast(value, edge, score.better)).length;
    }
  }
}

/** What each part adds to a weighted score, in millionths; null when a part is unknown. */
export function contributions(score: CoreScore & { form: "weighted" }, figures: Figures): { name: string; value: bigint }[] | null {
  const parts = score.weights.map(({ of, weight }) => {
    const value = figures[of] ?? null;
    return value === null ? null : { name: of, value: times(millionths(String(value)), millionths(weight)) };
  });
  return parts.every((part) => part !== null) ? parts : null;
}

/** All figures again from the measures, scores included, but for those that stand as given. */
export function withScores(plan: Plan, figures: Figures, calibration: Calibration | null, stands: ReadonlySet<string> = new Set()): Figures {
  const all: Record<string, Value> = { ...figures };
  for (const score of plan.inOrder) if (!stands.has(score.name)) all[score.name] = scoreOf(plan, score, all, calibration);
  return all;
}

/** A figure as conditions compare it: decimals as numbers, texts as they are, means from the calibration. */
export function valuesFor(plan: Plan, figures: Figures, calibration: Calibration | null): (name: string) => Value {
  const texts = new Set(plan.measures.filter((one) => one.kind === "text").map((one) => one.name));
  const means = new Map(plan.means.map((of) => [meanName(of), Number(meanOf(plan, calibration, of))]));
  return (name) => {
    const mean = means.get(name);
    if (mean !== undefined) return mean;
    const value = figures[name] ?? null;
    return typeof value === "string" && !texts.has(name) ? Number(value) : value;
  };
}

/** The number of the clause that decides: the first that holds, best tier first; the last has no condition. */
export function decidingClause(plan: Plan, figures: Figures, calibration: Calibration | null): number {
  const values = valuesFor(plan, figures, calibration);
  const found = plan.clauses.findIndex(({ when }) => when === null || evaluate(withMeanNames(when), values) === true);
  if (found < 0) throw new Error(`${plan.model}: no clause holds, not even the last`);
  return found;
}
