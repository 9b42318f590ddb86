import type { Source } from "../platform/document/index.js";
import { didYouMean } from "../platform/expression/index.js";
import type { Problem } from "../platform/schema.js";
import { decidingClause, withScores } from "./grade.js";
import type { Plan } from "./plan.js";
import type { TierModel } from "./schema.js";

export interface ExampleOutcome {
  given: Record<string, string | number | null>;
  expect: string;
  actual: string;
  holds: boolean;
}

/** What the model says of who has none of a measure. */
const defaults = (plan: Plan): Record<string, number> =>
  Object.fromEntries(plan.measures.flatMap((one) => (one.default === null ? [] : [[one.name, one.default]])));

/** Grade what an example gives. Scores it gives itself stand; quantile means are the middle of the bands. */
export function gradeExample(plan: Plan, given: Record<string, string | number | null>): string {
  const figures = withScores(plan, { ...defaults(plan), ...given }, null, new Set(Object.keys(given)));
  return plan.tiers[plan.clauses[decidingClause(plan, figures, null)]?.tier ?? -1]?.id ?? "";
}

/** The examples of a model with what it makes of them. */
export function runExamples(plan: Plan, examples: TierModel["examples"]): ExampleOutcome[] {
  return examples.map(({ given, expect }) => {
    const actual = gradeExample(plan, given);
    return { given, expect, actual, holds: actual === expect };
  });
}

/** Problems of the examples: names that are not there, and tiers that are not, as far as those can be read. */
export function checkExamples(names: readonly string[], tiers: readonly string[] | undefined, examples: TierModel["examples"], source: Source): Problem[] {
  return examples.flatMap(({ given, expect }, i) => {
    const unknown = Object.keys(given).filter((name) => !names.includes(name));
    const problems = unknown.map((name) =>
      source.at(
        ["examples", i, "given", name],
        "tiering.unknown_name",
        { zh: `没有名为 ${name} 的指标或评分`, en: `there is no measure or score named ${name}` },
        didYouMean(name, names),
      ),
    );
    if (tiers?.includes(expect) === false) {
      problems.push(
        source.at(["examples", i, "expect"], "tiering.unknown_tier", { zh: `没有层级 ${expect}`, en: `there is no tier ${expect}` }, didYouMean(expect, tiers)),
      );
    }
    return problems;
  });
}

/** Examples that a model without mistakes grades otherwise. */
export function failedExamples(plan: Plan, examples: TierModel["examples"], source: Source): Problem[] {
  return runExamples(plan, examples).flatMap(({ expect, actual, holds }, i) => {
    if (holds) return [];
    return [
      source.at(
        ["examples", i],
        "tiering.example",
        { zh: `示例应得 ${expect}，模型给出 ${actual}`, en: `the example expects ${expect}, the model gives ${actual}` },
        { zh: "修改条件，或修改示例", en: "change the conditions, or the example" },
      ),
    ];
  });
}
