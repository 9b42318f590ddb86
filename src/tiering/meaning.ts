import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { readable } from "./models.js";
import type { CoreMeasure, Plan } from "./plan.js";
import * as store from "./store.js";

/** What a measure's numbers depend on: all but its words. */
export function ruleOf(measure: CoreMeasure): object {
  const { title: _, unit: __, lever: ___, ...rule } = measure;
  return rule;
}

const untitled = <Part extends { title: unknown }>({ title: _, ...part }: Part): Omit<Part, "title"> => part;

/** All of a model but its words and when it is reviewed: two texts of one meaning give everybody the same tier. */
export function meaningOf({ title: _, about: __, reviewEvery: ___, measures, scores, inOrder, tiers, ...rest }: Plan): string {
  return JSON.stringify({
    ...rest,
    measures: measures.map(ruleOf),
    scores: scores.map(untitled),
    inOrder: inOrder.map(({ name }) => name),
    tiers: tiers.map(untitled),
  });
}

/** Does a model say something else than when it ran? Other words alone are no reason to let tiers follow between the days of a schedule. */
export async function saysOther(workspace: Workspace, plan: Plan, last: { version: number } | undefined): Promise<boolean> {
  if (last === undefined) return true;
  const version = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, plan.model, last.version));
  const ran = version && readable(version);
  return ran === undefined || meaningOf(ran) !== meaningOf(plan);
}
