import { type Expression, evaluate, namesIn } from "../platform/expression/index.js";
import { comparisonsOf } from "./clauses.js";
import { decidingClause, type Figures, valuesFor, withScores } from "./grade.js";
import { withMeanNames } from "./lower.js";
import { type CoreMeasure, isOrdered, madeOf, type Plan, stepOf } from "./plan.js";
import type { Calibration, Explanation } from "./schema.js";

type Step = NonNullable<Explanation["next"]>;

interface Wish {
  measure: string;
  to: number;
}

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
function wish(plan: Plan, e: Expression, figures: Figures, calibration: Calibration | null): Wish | undefined {
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
function inMeasures(plan: Plan, calibration: Calibration | null, asked: Wish): Wish {
  const score = plan.scores.find((one) => one.name === asked.measure);
  if (score === undefined || score.form === "weighted" || score.form === "formula" || isOrdered(score)) return asked;
  const edges = score.form === "edges" ? score.edges.map(String) : (calibration?.bands[score.name] ?? []);
  const edge = edges[asked.to - 2];
  if (edge === undefined || edge.endsWith("inf")) return asked;
  const inclusive = score.form === "edges" ? "=" : "";
  const to = target(`${score.better === "higher" ? ">" : "<"}${inclusive}`, Number(edge), stepOf(plan, score.of));
  return to === undefined ? asked : inMeasures(plan, calibration, { measure: score.of, to });
}

/** Figures with one changed: scores made of a changed measure follow. */
function changed(plan: Plan, figures: Figures, calibration: Calibration | null, { measure, to }: Wish): Figures {
  return withScores(plan, { ...figures, [measure]: typeof figures[measure] === "string" ? String(to) : to }, calibration, new Set([measure]));
}

const distance = (from: number | null, to: number): number =>
  from === null ? Number.MAX_VALUE : Math.abs(to - from) / Math.max(Math.abs(from), Math.abs(to), 1);

/** How far a search goes: no figure of these units is larger. */
const farthest = { money: 1e12, number: 1e12, count: 1e7, days: 1e5 } as const satisfies Record<CoreMeasure["unit"], number>;

/** The values of a measure on one side of what it is, by how many of its steps away. */
function stepsFrom(measure: CoreMeasure, step: number, from: number, way: 1 | -1): { at(steps: number): number; most: number } {
  const base = way > 0 ? Math.floor(from / step + 1e-9) : Math.ceil(from / step - 1e-9);
  const least = measure.unit === "money" || measure.unit === "number" ? -farthest[measure.unit] : 0;
  const most = Math.floor(way > 0 ? farthest[measure.unit] / step - base : base - least / step);
  return { at: (steps) => Number(((base + way * steps) * step).toFixed(6)), most };
}

/** Between steps that are not enough and steps that are, the fewest that are. */
function fewest(near: number, enough: number, isEnough: (steps: number) => boolean): number {
  let [low, high] = [near, enough];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The nearest values of a measure, up and down, at which the tier is good enough: in steps that double, then halved back.
 * Finds what no comparison names: a measure behind a weighted score or a formula.
 */
function searched(measure: CoreMeasure, step: number, from: number, isEnough: (to: number) => boolean): number[] {
  return ([1, -1] as const).flatMap((way) => {
    const { at, most } = stepsFrom(measure, step, from, way);
    for (let far = 1; far <= most; far *= 2) if (isEnough(at(far))) return [at(fewest(Math.floor(far / 2), far, (steps) => isEnough(at(steps))))];
    return [];
  });
}

/** The measures that some condition speaks of, be it through scores. */
function spokenOf(plan: Plan): Set<string> {
  const found = new Set(plan.tiers.flatMap(({ when }) => (when === null ? [] : namesIn(when))));
  for (const score of [...plan.inOrder].reverse()) if (found.has(score.name)) for (const of of madeOf(score)) found.add(of);
  return found;
}

/** The measures somebody can act on that a condition speaks of. */
export function leversOf(plan: Plan): CoreMeasure[] {
  const spoken = spokenOf(plan);
  return plan.measures.filter((one) => one.lever && one.kind === "number" && spoken.has(one.name));
}

/**
 * The smallest change of one measure by which the tier is `atLeast` (0 is the best) or better, and the tier it gives:
 * the nearest such tier, and of its ways the shortest. Only measures somebody can act on. Null: no single one is enough.
 */
function smallestChange(plan: Plan, figures: Figures, calibration: Calibration | null, atLeast: number): Step | null {
  const levers = new Map(leversOf(plan).map((one) => [one.name, one]));
  const tierWith = (measure: string, to: number): number =>
    plan.clauses[decidingClause(plan, changed(plan, figures, calibration, { measure, to }), calibration)]?.tier ?? plan.tiers.length;
  const held = (measure: string): number | null => {
    const value = figures[measure] ?? null;
    return value === null ? null : Number(value);
  };
  const named = plan.tiers
    .slice(0, atLeast + 1)
    .flatMap(({ when }) => (when === null ? [] : comparisonsOf(when)))
    .flatMap((e) => wish(plan, e, figures, calibration) ?? []);
  const found = [...levers.values()].flatMap((lever): Wish[] =>
    searched(lever, stepOf(plan, lever.name), held(lever.name) ?? 0, (to) => tierWith(lever.name, to) <= atLeast).map((to) => ({ measure: lever.name, to })),
  );
  const steps = [...named, ...found].flatMap(({ measure, to }): (Step & { rank: number })[] => {
    const [lever, from] = [levers.get(measure), held(measure)];
    const rank = lever === undefined || from === to ? plan.tiers.length : tierWith(measure, to);
    if (lever === undefined || rank > atLeast) return [];
    // A condition's own threshold need not be the first value that gives its tier.
    const step = stepOf(plan, measure);
    const { at } = stepsFrom(lever, step, from ?? 0, to > (from ?? 0) ? 1 : -1);
    const steps = Math.max(1, Math.round(Math.abs(to - at(0)) / step));
    const least = from === null ? to : at(fewest(0, steps, (n) => tierWith(measure, at(n)) === rank));
    return [{ tier: plan.tiers[rank]?.id ?? "", measure, from, to: tierWith(measure, least) === rank ? least : to, rank }];
  });
  steps.sort((a, b) => b.rank - a.rank || distance(a.from, a.to) - distance(b.from, b.to));
  const [first] = steps;
  return first === undefined ? null : { tier: first.tier, measure: first.measure, from: first.from, to: first.to };
}

/** What would raise the grade. Null when it is the best, or when no single figure is enough. */
export const nextStep = (plan: Plan, figures: Figures, calibration: Calibration | null, grade: number): Step | null =>
  grade === 0 ? null : smallestChange(plan, figures, calibration, grade - 1);

/** What would save a tier that the grade has fallen below. */
export const savingStep = (plan: Plan, figures: Figures, calibration: Calibration | null, grade: number, held: number): Step | null =>
  held < 0 || grade <= held ? null : smallestChange(plan, figures, calibration, held);
