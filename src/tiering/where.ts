import { checkExpression, type Expression, ExpressionError, parseExpression } from "../platform/expression/index.js";
import { ProblemError, problem } from "../platform/problem.js";
import type { Text } from "../platform/schema.js";
import type { Plan } from "./plan.js";
import { kindsOfPeople } from "./queries/people.js";

interface Fault {
  code: string;
  message: Text;
  hint?: Text | undefined;
}

/** Read a condition on a model's customers: all that is wrong with it at once, or what it says. */
export function checkWhere(plan: Plan, text: string): { expression: Expression; faults: [] } | { expression: undefined; faults: Fault[] } {
  try {
    const expression = parseExpression(text);
    const { kind, problems } = checkExpression(expression, kindsOfPeople(plan));
    const faults: Fault[] = problems.map((one) => ({ code: "tiering.condition", ...one }));
    if (faults.length === 0 && kind !== "boolean")
      faults.push({
        code: "tiering.not_a_condition",
        message: { zh: "这不是条件，没有“是/否”的结果", en: "this is not a condition: it has no yes or no" },
        hint: { zh: "写成比较，例如 recency < 30", en: "write a comparison, for example recency < 30" },
      });
    return faults.length === 0 ? { expression, faults: [] } : { expression: undefined, faults };
  } catch (error) {
    if (error instanceof ExpressionError) return { expression: undefined, faults: [{ code: "tiering.unreadable_condition", message: error.text }] };
    throw error;
  }
}

/** The condition of a request, or everything that is wrong with it. */
export function readWhere(plan: Plan, text: string): Expression {
  const { expression, faults } = checkWhere(plan, text);
  if (expression !== undefined) return expression;
  throw new ProblemError(
    faults.map(({ code, message, hint }) => problem(code, message, { place: { path: "where" }, ...(hint === undefined ? {} : { hint }) })),
  );
}

/** Why somebody is not told who meets a condition, how few they are, or what they are like. */
export const agesUntold: Text = {
  zh: "条件涉及年龄，您无权查看个人信息，因此不显示人数和名单",
  en: "It speaks of age, and you may not read personal data: who and how many is not told",
};
