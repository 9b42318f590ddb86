import type { Fact } from "../customer/schema.js";
import { parseDuration } from "../platform/calendar/index.js";
import { type Expression, namesIn, parseExpression, partsOf, rewrite } from "../platform/expression/index.js";
import { measurableColumns } from "./catalogue.js";
import { type CoreMeasure, type CoreScore, type CoreStability, type Foretold, foretells, isCount, isRatio, madeOf, meanName, type Plan } from "./plan.js";
import { FitModel, type ForetoldTake, type Measure, type Score, type Stability, type TierModel } from "./schema.js";

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

/**
 * A condition whose comparisons of numbers may be missed by a part of the threshold: `spend >= 100` by 5 % is spend >= 95.
 * Equality, texts and lists stay as they are; under `not` it is the other way round.
 */
export function eased(e: Expression, margin: number, turned = false): Expression {
  if (margin === 0) return e;
  const number = (value: number): Expression => ({ type: "literal", value });
  switch (e.type) {
    case "logic":
      return { ...e, of: e.of.map((part) => eased(part, margin, turned)) };
    case "not":
      return { ...e, of: eased(e.of, margin, !turned) };
    case "compare": {
      if (e.op === "=" || e.op === "<>" || [e.left, e.right].some((side) => side.type === "literal" && typeof side.value !== "number")) return e;
      const [about, against, op] = isThreshold(e.left) && !isThreshold(e.right) ? [e.right, e.left, mirrored[e.op]] : [e.left, e.right, e.op];
      const lower = (op === ">=" || op === ">") !== turned;
      const missed = (value: number): number => Number((lower ? value - margin * Math.abs(value) : value + margin * Math.abs(value)).toFixed(6));
      if (against.type === "literal") return { ...e, op, left: about, right: number(missed(Number(against.value))) };
      const slack: Expression = { type: "arithmetic", op: "*", left: number(margin), right: { type: "call", name: "abs", given: [against] } };
      return { ...e, op, left: about, right: { type: "arithmetic", op: lower ? "-" : "+", left: against, right: slack } };
    }
    default:
      return e;
  }
}

const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** Is it a number that no customer has: written, or the mean of all? */
export const isThreshold = (e: Expression): boolean => namesIn(withMeanNames(e)).every((name) => name.startsWith("mean("));

function unitOf(measure: Measure, kind: "number" | "text", sqlType: string | undefined): CoreMeasure["unit"] {
  if (measure.unit !== undefined) return measure.unit;
  if (isCount(measure.take)) return "count";
  if (isRatio(measure.take)) return "number";
  if (measure.take === "days_since_last" || measure.take === "days_since_first") return "days";
  if (foretells(measure.take)) return measure.take === "lifetime_value" || measure.take === "expected_spend" ? "money" : "number";
  return kind === "number" && sqlType === "decimal(18,4)" && measure.of.endsWith(".amount") ? "money" : "number";
}

const DAYS = { day: 1, week: 7, month: 30, year: 365 } as const;

/** A half-life in days: a month of it is 30. */
function halfLifeOf({ half_life }: Measure): number | null {
  const length = half_life === undefined ? undefined : parseDuration(half_life);
  return length === undefined ? null : length.count * DAYS[length.unit];
}

/** What foretells where a measure does not say. Pareto/NBD says nearly the same and takes ten times as long. */
const usualFit = (take: ForetoldTake, fact: string): readonly FitModel[] => {
  if (take === "survival" || fact === "holding") return ["kaplan_meier"];
  if (take === "expected_spend") return ["gamma_gamma"];
  return take === "lifetime_value" ? ["mbg_nbd", "gamma_gamma"] : ["mbg_nbd"];
};

/** 'mbg_nbd + gamma_gamma': the models it names, and what it names that is none. */
export function fitOf(text: string): { models: FitModel[]; others: string[] } {
  const named = text.split("+").map((part) => part.trim());
  const models = named.flatMap((one) => FitModel.safeParse(one).data ?? []);
  return { models: [...new Set(models)], others: named.filter((one) => !FitModel.safeParse(one).success) };
}

/** The models a measure is foretold by. */
export const fitFor = (take: ForetoldTake, fact: string, fit: string | undefined): readonly FitModel[] =>
  fit === undefined ? usualFit(take, fact) : fitOf(fit).models;

function lowerForetold({ take, fit, horizon, margin, discount, every }: Measure, fact: string): Foretold | null {
  if (!foretells(take)) return null;
  const length = (text: string | undefined) => (text === undefined ? null : (parseDuration(text) ?? null));
  return { take, fit: fitFor(take, fact, fit), horizon: length(horizon), margin: margin ?? 1, discount: discount ?? 0, every: length(every) };
}

function lowerMeasure(name: string, measure: Measure, texts: ReadonlySet<string>): CoreMeasure {
  const { fact, column, attribute } = originOf(measure.of);
  const meta = measurableColumns(fact as Fact).find((one) => one.name === column)?.meta;
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
    halfLife: halfLifeOf(measure),
    default: measure.default ?? null,
    atLeast: measure.at_least ?? null,
    atMost: measure.at_most ?? null,
    lever: kind === "number" && (measure.lever ?? (measure.take !== "days_since_first" && !foretells(measure.take))),
    foretold: lowerForetold(measure, fact),
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

const shareOf = (percent: string | undefined): number | null => (percent === undefined ? null : Number.parseFloat(percent) / 100);

function lowerStability({ promote, demote, margin }: Stability): CoreStability {
  const length = (text: string | undefined) => (text === undefined ? null : (parseDuration(text) ?? null));
  const belowFor = demote === "at_once" ? null : length(demote.below_for);
  return {
    promoteAfter: promote === "at_once" ? 1 : promote.after,
    demote: demote === "at_once" || belowFor === null ? null : { belowFor, thenWatch: length(demote.then_watch), to: demote.to },
    margin: shareOf(margin) ?? 0,
  };
}

/** Sugar to core forms. The model has passed the check. */
export function lower(model: TierModel): Plan {
  const stability = model.stability === undefined ? null : lowerStability(model.stability);
  const tiers = model.tiers.map((tier) => {
    const when = tier.when === undefined ? null : parseExpression(tier.when);
    return {
      id: tier.id,
      title: tier.title ?? { zh: tier.id, en: tier.id },
      byHand: tier.by_hand ?? false,
      when,
      keep: when === null || stability === null ? when : eased(when, stability.margin),
    };
  });
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
    schedule: model.schedule ?? null,
    stability,
    funnel: model.funnel ?? false,
    live: model.live ?? false,
    reviewEvery: model.review_every === undefined ? null : (parseDuration(model.review_every) ?? null),
    safety: { stopOver: shareOf(model.safety?.stop_if_moved_over), approveOver: shareOf(model.safety?.approve_if_moved_over) },
  };
}
