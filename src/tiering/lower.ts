import { columnsOf, type Fact } from "../customer/schema.js";
import { parseDuration } from "../platform/calendar/index.js";
import { type Expression, parseExpression, partsOf, rewrite } from "../platform/expression/index.js";
import { type CoreMeasure, type CoreScore, isCount, isRatio, madeOf, meanName, type Plan } from "./plan.js";
import type { Measure, Score, TierModel } from "./schema.js";

/** Where a measure takes its number from: fact, column, or the name of an attribute. */
export function originOf(of: string): { fact: string; column: string | null; attribute: string | null } {
  const dot = of.indexOf(".");
  if (dot < 0) return { fact: of, column: null, attribute: null };
  const [fact, rest] = [of.slice(0, dot), of.slice(dot + 1)];
  return fact === "attribute" ? { fact, column: null, attribute: rest } : { fact, column: rest, attribute: null };
}

/** Every `mean(name)` of an expression. */
export function meansIn(e: Expression): string[] {
  const own = e.type === "call" && e.name === "mean" && e.given[0]?.type === "name" ? [e.given[0].name] : [];
  return [...own, ...partsOf(e).flatMap(meansIn)];
}

/** `mean(r)` as a plain name, to look up among the calibrated numbers. */
export const withMeanNames = (e: Expression): Expression =>
  rewrite(e, (part) =>
    part.type === "call" && part.name === "mean" && part.given[0]?.type === "name" ? { type: "name", name: meanName(part.given[0].name) } : undefined,
  );

/** Names that stand opposite a text in some condition: an attribute so used is read as text. */
export function textNames(conditions: readonly Expression[]): Set<string> {
  const found = new Set<string>();
  const isText = (e: Expression): boolean => e.type === "literal" && typeof e.value === "string";
  const look = (e: Expression): void => {
    const sides = e.type === "compare" ? [e.left, e.right] : e.type === "in" ? [e.of, ...e.list] : [];
    if (sides.some(isText)) for (const side of sides) if (side.type === "name") found.add(side.name);
    if (e.type === "call")
      for (const side of e.given)
        if (side.type === "name" && ["starts_with", "ends_with", "contains", "matches", "upper", "lower", "trim"].includes(e.name)) found.add(side.name);
    partsOf(e).forEach(look);
  };
  conditions.forEach(look);
  return found;
}

function unitOf(measure: Measure, kind: "number" | "text", sqlType: string | undefined): CoreMeasure["unit"] {
  if (measure.unit !== undefined) return measure.unit;
  if (isCount(measure.take)) return "count";
  if (isRatio(measure.take)) return "number";
  if (measure.take === "days_since_last" || measure.take === "days_since_first") return "days";
  return kind === "number" && sqlType === "decimal(18,4)" && measure.of.endsWith(".amount") ? "money" : "number";
}

function lowerMeasure(name: string, measure: Measure, texts: ReadonlySet<string>): CoreMeasure {
  const { fact, column, attribute } = originOf(measure.of);
  const meta = columnsOf(fact as Fact).find((one) => one.name === column)?.meta;
  const asText = measure.take === "latest" && (attribute === null ? meta?.sql !== "decimal(18,4)" : texts.has(name) && measure.unit === undefined);
  const kind = asText ? "text" : "number";
  return {
    name,
    title: measure.title ?? { zh: name, en: name },
    unit: unitOf(measure, kind, meta?.sql),
    kind,
    fact: fact as CoreMeasure["fact"],
    take: measure.take,
    // An attribute counts whether it is a text or a number: by its rows, and by its different values of either kind.
    column: attribute === null ? column : isCount(measure.take) || measure.take === "share" ? null : asText ? "text_value" : "number_value",
    attribute,
    over: measure.over === undefined ? null : (parseDuration(measure.over) ?? null),
    where: measure.where === undefined ? null : parseExpression(measure.where),
    dueWithin: measure.due_within === undefined ? null : (parseDuration(measure.due_within) ?? null),
    default: measure.default ?? null,
    atLeast: measure.at_least ?? null,
    atMost: measure.at_most ?? null,
  };
}

function lowerScore(name: string, score: Score): CoreScore {
  const title = score.title ?? { zh: name, en: name };
  if ("formula" in score) return { form: "formula", name, title, formula: parseExpression(score.formula), missing: score.missing ?? null };
  if ("weighted" in score)
    return { form: "weighted", name, title, weights: Object.entries(score.weighted).map(([of, weight]) => ({ of, weight: weight.toFixed(6) })) };
  const common = { name, title, of: score.of, better: score.better, missing: score.missing ?? null };
  if ("edges" in score.bands) return { form: "edges", ...common, edges: score.bands.edges };
  if ("natural_breaks" in score.bands) return { form: "breaks", ...common, bands: score.bands.natural_breaks, elbow: false };
  if ("elbow" in score.bands) return { form: "breaks", ...common, bands: score.bands.elbow, elbow: true };
  return { form: "quantiles", ...common, bands: score.bands.quantiles, ties: score.bands.ties };
}

/** Scores so that each comes after those it is made of; those in a circle are left out. */
export function inDependencyOrder(scores: readonly CoreScore[]): CoreScore[] {
  const waiting = new Map(scores.map((score) => [score.name, score]));
  const ordered: CoreScore[] = [];
  for (;;) {
    const ready = [...waiting.values()].filter((score) => madeOf(score).every((part) => !waiting.has(part)));
    if (ready.length === 0) return ordered;
    for (const score of ready) waiting.delete(score.name);
    ordered.push(...ready);
  }
}

/** Sugar to core forms. The model has passed the check. */
export function lower(model: TierModel): Plan {
  const tiers = model.tiers.map((tier) => ({
    id: tier.id,
    title: tier.title ?? { zh: tier.id, en: tier.id },
    byHand: tier.by_hand ?? false,
    when: tier.when === undefined ? null : parseExpression(tier.when),
  }));
  const conditions = tiers.flatMap((tier) => (tier.when === null ? [] : [tier.when]));
  const formulas = Object.values(model.scores).flatMap((score) => ("formula" in score ? [parseExpression(score.formula)] : []));
  const texts = textNames([...conditions, ...formulas]);
  const scores = Object.entries(model.scores).map(([name, score]) => lowerScore(name, score));
  return {
    model: model.model,
    title: model.title,
    about: model.about ?? null,
    subject: model.subject ?? null,
    measures: Object.entries(model.measures).map(([name, measure]) => lowerMeasure(name, measure, texts)),
    scores,
    inOrder: inDependencyOrder(scores),
    tiers,
    clauses: tiers.flatMap(({ when }, tier) =>
      when?.type === "logic" && when.op === "or" ? when.of.map((branch) => ({ tier, when: branch })) : [{ tier, when }],
    ),
    means: [...new Set(conditions.flatMap(meansIn))],
    value: model.value ?? null,
    wide: false,
    calibrate: model.calibrate,
  };
}
