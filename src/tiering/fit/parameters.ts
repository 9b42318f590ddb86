import { readText } from "../../platform/cli/arguments.js";
import { didYouMean } from "../../platform/expression/index.js";
import { ProblemError, problem, refuse } from "../../platform/problem.js";
import type { Problem, Text } from "../../platform/schema.js";
import { type ModelName, models } from "./models.js";

const place = { place: { path: "--parameters" } };
const wrong = (message: Text, hint?: Text): Problem => problem("fit.bad_parameters", message, { ...place, ...(hint === undefined ? {} : { hint }) });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parameters as JSON, or a file of it: names with numbers, or what `fit --json` answered. Every problem at once. */
export function readParameters(text: string, model: ModelName): Record<string, number> {
  const read = parsed(/^\s*[{["]/.test(text) ? text : readText(text, "fit").text);
  const example = Object.fromEntries(models[model].names.map((name) => [name, 1]));
  if (!isObject(read))
    return refuse(
      "fit.bad_parameters",
      { zh: "--parameters 应为 JSON 对象", en: "--parameters has to be a JSON object" },
      { ...place, hint: { zh: `例如：${JSON.stringify(example)}`, en: `For example: ${JSON.stringify(example)}` } },
    );
  const whole = isObject(read["parameters"]) ? read["parameters"] : undefined;
  const problems: Problem[] = [];
  const other = whole === undefined ? undefined : read["model"];
  if (typeof other === "string" && other !== model)
    problems.push(wrong({ zh: `这些参数属于 ${other}，不是 ${model}`, en: `These are parameters of ${other}, not of ${model}` }));
  const given = whole ?? read;
  const names: readonly string[] = models[model].names;
  for (const name of names) {
    const value = given[name];
    if (value === undefined) problems.push(wrong({ zh: `缺少参数 ${name}`, en: `The parameter ${name} is missing` }));
    else if (typeof value !== "number" || !Number.isFinite(value) || value <= 0)
      problems.push(wrong({ zh: `参数 ${name} 应为大于 0 的数字`, en: `The parameter ${name} has to be a number above 0` }));
  }
  for (const key of Object.keys(given))
    if (!names.includes(key)) problems.push(wrong({ zh: `${model} 没有参数 ${key}`, en: `${model} has no parameter ${key}` }, didYouMean(key, names)));
  if (problems.length > 0) throw new ProblemError(problems);
  return Object.fromEntries(names.map((name) => [name, Number(given[name])]));
}
