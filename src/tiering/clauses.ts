import { type Expression, evaluate, print, type Value } from "../platform/expression/index.js";
import { withMeanNames } from "./lower.js";
import type { Plan } from "./plan.js";
import type { Clause } from "./schema.js";

/** The comparisons a condition is built of, as they stand in it. */
export function comparisonsOf(e: Expression): Expression[] {
  return e.type === "logic" ? e.of.flatMap(comparisonsOf) : [e];
}

const asShown = (value: Value): string | number | null => (typeof value === "boolean" ? String(value) : value);

/** One comparison with its outcome for one customer, by the figure it is about. */
export function outcomeOf(plan: Plan, e: Expression, values: (name: string) => Value): Clause {
  const known = new Set([...plan.measures, ...plan.scores].map((one) => one.name));
  const of = (part: Expression): Value => evaluate(withMeanNames(part), values);
  const holds = of(e);
  const clause = { text: print(e), holds: typeof holds === "boolean" ? holds : null, figure: null, actual: null, required: null };
  const figure = (part: Expression): string | null => (part.type === "name" && known.has(part.name) ? part.name : null);
  if (e.type === "compare") {
    const turned = figure(e.left) === null && figure(e.right) !== null;
    const [about, against] = turned ? [e.right, e.left] : [e.left, e.right];
    return { ...clause, figure: figure(about), actual: asShown(of(about)), required: asShown(of(against)) };
  }
  if (e.type === "in") return { ...clause, figure: figure(e.of), actual: asShown(of(e.of)), required: e.list.map(print).join(", ") };
  if (e.type === "null_test") return { ...clause, figure: figure(e.of), actual: asShown(of(e.of)) };
  return clause;
}
