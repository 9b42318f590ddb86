import { createHash } from "node:crypto";
import { type ForetoldMeasure, isForetold, type Plan } from "../plan.js";
import type { FitModel } from "../schema.js";

/** Histories that measures foretell from: rows of one fact under one condition, whatever is made of them. */
export interface Source {
  /** The temporary table with everybody's history. */
  lived: string;
  /** The temporary table with what each of them is foretold. */
  foretold: string;
  measures: readonly [ForetoldMeasure, ...ForetoldMeasure[]];
}

const sameRows = ({ fact, where }: ForetoldMeasure): string => JSON.stringify([fact, where]);

/** The histories a model foretells from, in the model's order. */
export function sourcesOf(plan: Plan): Source[] {
  const found = new Map<string, [ForetoldMeasure, ...ForetoldMeasure[]]>();
  for (const measure of plan.measures.filter(isForetold)) {
    const others = found.get(sameRows(measure));
    if (others === undefined) found.set(sameRows(measure), [measure]);
    else others.push(measure);
  }
  return [...found.values()].map((measures, i) => ({ lived: `lived_${i}`, foretold: `foretold_${i}`, measures }));
}

/** The table a measure is foretold in. */
export function foretoldFrom(plan: Plan, { name }: { name: string }): string {
  const source = sourcesOf(plan).find(({ measures }) => measures.some((one) => one.name === name));
  if (source === undefined) throw new Error(`${plan.model} foretells no ${name}`);
  return source.foretold;
}

/** What a fit belongs to: whose histories of what, and the model they are fitted by. The same name may mean another measure in the next version. */
export const fitKey = (plan: Plan, measure: ForetoldMeasure, model: FitModel): string =>
  createHash("sha256")
    .update(JSON.stringify([plan.subject, sameRows(measure), model]))
    .digest("hex")
    .slice(0, 16);

/** Every fit a model needs, once. */
export function fitsNeeded(plan: Plan): { key: string; model: FitModel; source: Source }[] {
  const found = new Map(
    sourcesOf(plan).flatMap((source) =>
      source.measures.flatMap((measure) => measure.foretold.fit.map((model) => [fitKey(plan, measure, model), { model, source }] as const)),
    ),
  );
  return [...found].map(([key, one]) => ({ key, ...one }));
}
