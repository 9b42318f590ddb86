import type { CoreMeasure, Plan } from "./plan.js";

/** What a measure's numbers depend on: all but its words. */
export function ruleOf(measure: CoreMeasure): object {
  const { title: _, unit: __, lever: ___, ...rule } = measure;
  return rule;
}

const untitled = <Part extends { title: unknown }>({ title: _, ...part }: Part): Omit<Part, "title"> => part;

/** All of a model but its words: two texts of one meaning give everybody the same tier. */
export function meaningOf({ title: _, about: __, measures, scores, inOrder, tiers, ...rest }: Plan): string {
  return JSON.stringify({
    ...rest,
    measures: measures.map(ruleOf),
    scores: scores.map(untitled),
    inOrder: inOrder.map(({ name }) => name),
    tiers: tiers.map(untitled),
  });
}
