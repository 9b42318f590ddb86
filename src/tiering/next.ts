import { type Expression, evaluate } from "../platform/expression/index.js";
import { comparisonsOf } from "./clauses.js";
import { decidingClause, type Figures, valuesFor, withScores } from "./grade.js";
import { withMeanNames } from "./lower.js";
import { isOrdered, type Plan, stepOf } from "./plan.js";
import type { Calibration, Explanation } from "./schema.js";

type Step = NonNullable<Explanation["next"]>;

const turned = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** The value nearest to the limit at which the comparison holds, in the steps the figure moves by. */
function target(op: keyof typeof turned, limit: number, step: number): number | undefined {
  const tidy = (value: number): number => Number(value.toFixed(6));
  const onStep = limit / step;
  const whole = Math.abs(onStep - Math.round(onStep)) < 1e-9;
  switch (op) {
    case ">=":
      return tidy(whole ? limit : Math.ceil(onStep) * step);
    case ">":
      return tidy(whole ? limit + step : Math.ceil(onStep) * step);
    case "<=":
      return tidy(whole ? limit : Math.floor(onStep) * step);
    case "<":
      return tidy(whole ? limit - step : Math.floor(onStep) * step);
    case "=":
      return tidy(limit);
    case "<>":
      return undefined;
  }
}

/** What one comparison asks of one figure, if it is of that form. */
function wish(plan: Plan, e: Expression, figures: Figures, calibration: Calibration | null): { measure: string; to: number } | undefined {
  if (e.type !== "compare") return undefined;
  const numbers = new Set([...plan.measures.filter((one) => one.kind === "number"), ...plan.scores].map((one) => one.name));
  const isFigure = (part: Expression): part is Expression & { type: "name" } => part.type === "name" && numbers.has(part.name);
  const [about, against, op] = isFigure(e.left)
    ? [e.left, e.right, e.op]
    : isFigure(e.right)
      ? [e.right, e.left, turned[e.op]]
      : [undefined, undefined, undefined];
  if (about === undefined) return undefined;
  const limit = evaluate(withMeanNames(against), valuesFor(plan, figures, calibration));
  const to = typeof limit === "number" ? target(op, limit, stepOf(plan, about.name)) : undefined;
  if (to === undefined || (to < 0 && plan.measures.some((one) => one.name === about.name && one.unit !== "money" && one.unit !== "number"))) return undefined;
  return inMeasures(plan, calibration, { measure: about.name, to });
}

/** A wished band as the value of what it is a band of: people can change days and money, not scores. */
function inMeasures(plan: Plan, calibration: Calibration | null, asked: { measure: string; to: number }): { measure: string; to: number } {
  const score = plan.scores.find((one) => one.name === asked.measure);
  if (score === undefined || score.form === "weighted" || score.form === "formula" || isOrdered(score)) return asked;
  const edges = score.form === "edges" ? score.edges.map(String) : (calibration?.bands[score.name] ?? []);
  const edge = edges[asked.to - 2];
  if (edge === undefined || edge.endsWith("inf")) return asked;
  const inclusive = score.form === "edges" ? "=" : "";
  const to = target(`${score.better === "higher" ? ">" : "<"}${inclusive}`, Number(edge), stepOf(plan, score.of));
  return to === undefined ? asked : inMeasures(plan, calibration, { measure: score.of, to });
}

/** Figures with one changed: scores made of a changed measure follow, a changed score stands. */
function changed(plan: Plan, figures: Figures, calibration: Calibration | null, { measure, to }: { measure: string; to: number }): Figures {
  return withScores(plan, { ...figures, [measure]: typeof figures[measure] === "string" ? String(to) : to }, calibration, new Set([measure]));
}

const distance = (from: number | null, to: number): number =>
  from === null ? Number.MAX_VALUE : Math.abs(to - from) / Math.max(Math.abs(from), Math.abs(to), 1);

/**
 * The nearest better tier that one comparison turning true would give, and the figure that would have to change from
 * what to what. Null when the customer has the best tier, or when no single figure is enough.
 */
export function nextStep(plan: Plan, figures: Figures, calibration: Calibration | null, current: number): Step | null {
  for (let tier = current - 1; tier >= 0; tier--) {
    const wanted = plan.tiers[tier];
    if (wanted?.when == null) continue;
    const steps = comparisonsOf(wanted.when).flatMap((e): Step[] => {
      const asked = wish(plan, e, figures, calibration);
      if (asked === undefined) return [];
      const held = figures[asked.measure] ?? null;
      const from = held === null ? null : Number(held);
      if (from === asked.to) return [];
      const reached = plan.clauses[decidingClause(plan, changed(plan, figures, calibration, asked), calibration)]?.tier;
      return reached === tier ? [{ tier: wanted.id, measure: asked.measure, from, to: asked.to }] : [];
    });
    steps.sort((a, b) => distance(a.from, a.to) - distance(b.from, b.to));
    if (steps[0] !== undefined) return steps[0];
  }
  return null;
}
