import { columnsOf, Fact, facts } from "../customer/schema.js";
import { parseDuration } from "../platform/calendar/index.js";
import type { Path, ReadPart } from "../platform/document/index.js";
import { checkExpression, didYouMean, type Expression, ExpressionError, type Kind, namesIn, parseExpression, partsOf } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { FAMILY, factsWithFamily, measurableColumns } from "./catalogue.js";
import { checkForetold } from "./fitted/check.js";
import { originOf } from "./lower.js";
import { isCount, monthsIn, placesItsWindow } from "./plan.js";
import type { Measure, Take } from "./schema.js";

const kindOfSql: Record<string, Kind> = { varchar: "text", "decimal(18,4)": "number", date: "date", timestamp: "date", boolean: "boolean" };
const measurable = Fact.options.filter((fact) => fact !== "product");

/** Tell a problem at a path of the document. */
export type Say = (path: Path, code: string, message: Text, hint?: Text) => void;

/** Everything wrong with a condition over these names; `means` allows mean(name). */
export function readCondition(text: string, path: Path, names: ReadonlyMap<string, Kind | undefined>, say: Say, means: boolean): Expression | undefined {
  const { expression, kind } = readExpression(text, path, names, say, means);
  if (kind === undefined || kind === "boolean") return expression;
  say(
    path,
    "tiering.not_a_condition",
    { zh: "这不是条件，没有“是/否”的结果", en: "this is not a condition: it has no yes or no" },
    { zh: "写成比较，例如 amount > 0", en: "write a comparison, for example amount > 0" },
  );
  return expression;
}

/** Everything wrong with a formula over these names. */
export function readFormula(text: string, path: Path, names: ReadonlyMap<string, Kind | undefined>, say: Say): void {
  const { kind } = readExpression(text, path, names, say, false);
  if (kind === undefined || kind === "number") return;
  say(
    path,
    "tiering.not_a_number",
    { zh: "公式的结果不是数字", en: "the formula does not give a number" },
    { zh: "例如 spend / orders，或 if(job = 'teacher', 3, 1)", en: "for example spend / orders, or if(job = 'teacher', 3, 1)" },
  );
}

/** An expression as far as it can be read, and the kind it gives when nothing is wrong with it. */
function readExpression(
  text: string,
  path: Path,
  names: ReadonlyMap<string, Kind | undefined>,
  say: Say,
  means: boolean,
): { expression?: Expression; kind?: Kind | undefined } {
  try {
    const expression = parseExpression(text);
    const { kind, problems } = checkExpression(expression, names, means ? { mean: { takes: ["number"], gives: "number" } } : {});
    for (const one of problems) say(path, "tiering.condition", one.message, one.hint);
    checkMeans(expression, path, say);
    return problems.length === 0 ? { expression, kind } : { expression };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    say(path, "tiering.unreadable_condition", error.text, { zh: `条件为：${text.slice(0, 80)}`, en: `the condition is: ${text.slice(0, 80)}` });
    return {};
  }
}

function checkMeans(e: Expression, path: Path, say: Say): void {
  if (e.type === "call" && e.name === "mean" && e.given[0]?.type !== "name") {
    say(path, "tiering.mean_of_name", { zh: "mean 的参数只能是一个指标或评分的名称", en: "mean takes the name of one measure or score" });
  }
  for (const part of partsOf(e)) checkMeans(part, path, say);
}

/** Takes that go from month to month of their window. */
const goesByMonths = (take: Take): boolean => take === "trend" || take === "variation" || take === "active_months";

const MOST_MONTHS = 60;

/** `over` is absent where it could not be read. */
function checkWindow(take: Take, over: string | undefined, hasNoWindow: boolean, path: Path, say: Say): void {
  if (!placesItsWindow(take) && !goesByMonths(take)) return;
  const hint = { zh: "例如 over: 12 months", en: "for example over: 12 months" };
  if (hasNoWindow) say(path, "tiering.needs_over", { zh: `${take} 需要 over`, en: `${take} needs \`over\`` }, hint);
  const duration = over === undefined ? undefined : parseDuration(over);
  if (duration === undefined || !goesByMonths(take)) return;
  const months = monthsIn(duration);
  if (months >= 2 && months <= MOST_MONTHS) return;
  say(
    [...path, "over"],
    "tiering.needs_months",
    {
      zh: `${take} 逐月计算，over 需为 2 至 ${MOST_MONTHS} 个整月`,
      en: `${take} goes from month to month: \`over\` has to be 2 to ${MOST_MONTHS} whole months`,
    },
    hint,
  );
}

/** Only what happens fades, and it has to be said how fast. */
function checkFading({ take, half_life }: Partial<Measure>, fact: string, path: Path, say: Say, broken: boolean): void {
  const hint = { zh: "例如 of: interaction, take: fading, half_life: 60 days", en: "for example of: interaction, take: fading, half_life: 60 days" };
  if (take === "fading" && half_life === undefined && !broken)
    say(path, "tiering.needs_half_life", { zh: "fading 需要 half_life", en: "fading needs `half_life`" }, hint);
  if (take === "fading" && fact !== "transaction" && fact !== "interaction")
    say(
      [...path, "of"],
      "tiering.fading_of_events",
      { zh: "fading 只用于 transaction 和 interaction", en: "fading is for transactions and interactions" },
      hint,
    );
  if (take !== undefined && take !== "fading" && half_life !== undefined)
    say([...path, "half_life"], "tiering.half_life_of_fading", { zh: "half_life 只用于 fading", en: "half_life is for fading" }, hint);
}

const LARGEST_FIGURE = 1e13;

/** What a model says of who has none and of extremes has to be a number that the figure can have. */
function checkBounds({ take, default: none, at_least, at_most }: Partial<Measure>, isText: boolean, path: Path, say: Say): void {
  const bounds = { default: none, at_least, at_most };
  const whole = take !== undefined && (isCount(take) || take.startsWith("days_since"));
  for (const [key, value] of Object.entries(bounds)) {
    if (value === undefined) continue;
    if (isText) say([...path, key], "tiering.needs_number", { zh: `文本指标没有 ${key}`, en: `a measure that is a text has no ${key}` });
    else if (Math.abs(value) > LARGEST_FIGURE || Number(value.toFixed(whole ? 0 : 4)) !== value)
      say(
        [...path, key],
        "tiering.bad_bound",
        { zh: `${key} 的值 ${value} 不能是这个指标的值`, en: `${key} is ${value}, which this measure cannot be` },
        whole
          ? { zh: "需为整数", en: "it has to be a whole number" }
          : { zh: "绝对值不超过十万亿，至多四位小数", en: "at most 10^13 either way, with at most four decimals" },
      );
  }
  if (at_least !== undefined && at_most !== undefined && at_least > at_most)
    say([...path, "at_most"], "tiering.bad_bound", { zh: "at_most 小于 at_least", en: "at_most is below at_least" });
}

function checkTake(measure: Partial<Measure> & Pick<Measure, "of" | "take">, hasNoWindow: boolean, columnKind: Kind | undefined, path: Path, say: Say): void {
  const { fact, column, attribute } = originOf(measure.of);
  const named = column !== null || attribute !== null;
  const { take } = measure;
  const needsNumber =
    ["sum", "average", "minimum", "maximum", "daily_average"].includes(take) || ((placesItsWindow(take) || take === "fading") && (named || fact === "balance"));
  if ((needsNumber || take === "distinct" || take === "share" || take === "latest") && !named) {
    say(
      [...path, "of"],
      "tiering.needs_column",
      { zh: `${take} 需要具体的列`, en: `${take} needs a column` },
      { zh: `例如 ${fact}.${fact === "transaction" ? "amount" : "kind"}`, en: `for example ${fact}.${fact === "transaction" ? "amount" : "kind"}` },
    );
  }
  if (needsNumber && column !== null && columnKind !== undefined && columnKind !== "number") {
    say([...path, "of"], "tiering.needs_number", {
      zh: `${take} 需要数字列，${measure.of} 不是数字`,
      en: `${take} needs a column of numbers; ${measure.of} is none`,
    });
  }
  if (take === "latest" && (columnKind === "date" || columnKind === "boolean")) {
    say(
      [...path, "of"],
      "tiering.latest_of_date",
      { zh: "日期不能取 latest", en: "latest does not take dates" },
      { zh: "用 days_since_last 或 days_since_first", en: "use days_since_last or days_since_first" },
    );
  }
  if (take === "daily_average" && measure.of !== "balance.amount") {
    say([...path, "take"], "tiering.daily_average_of_balances", { zh: "daily_average 只用于 balance.amount", en: "daily_average is for balance.amount" });
  }
  checkWindow(take, measure.over, hasNoWindow, path, say);
  if (take.startsWith("days_since") && column !== null && fact in facts && column !== facts[fact as Fact].time) {
    say(
      [...path, "of"],
      "tiering.days_of_fact",
      { zh: `${take} 数的是事实的日期，不能指定列`, en: `${take} counts from the fact's own date and takes no column` },
      { zh: `写成 of: ${fact}`, en: `write of: ${fact}` },
    );
  }
}

/** How many there are tells nothing of anybody; any other figure would show what a reader without the right may not see. */
function checkSecrecy({ of, take, where }: Partial<Measure> & { of: string }, fact: Fact, path: Path, say: Say): void {
  const secret = new Set(columnsOf(fact).flatMap((one) => (one.meta.secrecy === undefined ? [] : [one.name])));
  const { column } = originOf(of);
  if (column !== null && secret.has(column) && take !== undefined && take !== "count" && take !== "distinct") {
    say(
      [...path, "of"],
      "tiering.personal",
      { zh: `${of} 是个人信息，不能作为指标`, en: `${of} is personal data and cannot be measured` },
      { zh: "只能取 count 或 distinct，或改用其他列", en: "only count or distinct may take it; or use another column" },
    );
  }
  const condition = where === undefined ? undefined : parsed(where);
  for (const one of condition === undefined ? [] : namesIn(condition).filter((name) => secret.has(name))) {
    say(
      [...path, "where"],
      "tiering.personal",
      { zh: `条件用到了个人信息 ${one}`, en: `the condition speaks of ${one}, which is personal data` },
      { zh: "条件请改用其他列", en: "let the condition speak of other columns" },
    );
  }
}

const familyHint = {
  zh: `产品大类按产品代码查找，只有写明产品的事实才有：${factsWithFamily.join("、")}`,
  en: `a family is looked up by the product a row names; those that name one are ${factsWithFamily.join(" and ")}`,
};

/** A condition on a fact's rows; of one that asks for a family where no product is named it is said why there is none. */
function checkWhere(where: string, fact: string, kinds: ReadonlyMap<string, Kind>, path: Path, say: Say): void {
  const asks = !kinds.has(FAMILY) && namesIn(parsed(where) ?? { type: "literal", value: true }).includes(FAMILY);
  if (asks) say(path, "tiering.unknown_column", { zh: `${fact} 没有列 ${FAMILY}`, en: `${fact} has no column ${FAMILY}` }, familyHint);
  readCondition(where, path, asks ? new Map([...kinds, [FAMILY, "text"]]) : kinds, say, false);
}

/** An expression; undefined where it cannot be read, which `readExpression` tells. */
export function parsed(text: string): Expression | undefined {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Everything wrong with one measure, as far as it can be read: its fact, column, take, window and condition. */
export function checkMeasure(name: string, { sound, broken }: Pick<ReadPart<Measure>, "sound" | "broken">, isText: boolean, say: Say): void {
  const path = ["measures", name];
  const { of, take, over, due_within, half_life, horizon, every, where } = sound;
  for (const [key, length] of Object.entries({ over, due_within, half_life, horizon, every })) {
    if (length === undefined || parseDuration(length) !== undefined) continue;
    say(
      [...path, key],
      "tiering.bad_duration",
      { zh: `看不懂时长“${length}”`, en: `${length} is no length of time` },
      { zh: "例如 12 months、90 days、1 year", en: "for example 12 months, 90 days, 1 year" },
    );
  }
  if (of === undefined) return;
  const { fact, column, attribute } = originOf(of);
  if (!(measurable as readonly string[]).includes(fact)) {
    say([...path, "of"], "tiering.unknown_fact", { zh: `没有名为 ${fact} 的事实`, en: `there is no fact named ${fact}` }, didYouMean(fact, measurable));
    return;
  }
  const kinds = new Map(measurableColumns(fact as Fact).map((one) => [one.name, kindOfSql[one.meta.sql] ?? "text"]));
  if (column !== null && !kinds.has(column)) {
    const hint = column === FAMILY ? familyHint : didYouMean(column, kinds.keys());
    say([...path, "of"], "tiering.unknown_column", { zh: `${fact} 没有列 ${column}`, en: `${fact} has no column ${column}` }, hint);
  }
  if (fact === "attribute" && attribute === null) {
    say(
      [...path, "of"],
      "tiering.which_attribute",
      { zh: "需要写明哪个属性", en: "it has to say which attribute" },
      { zh: "例如 attribute.occupation", en: "for example attribute.occupation" },
    );
  }
  if (take !== undefined) checkTake({ of, take, over }, over === undefined && !broken("over"), column === null ? undefined : kinds.get(column), path, say);
  if (where !== undefined) checkWhere(where, fact, kinds, [...path, "where"], say);
  checkBounds(sound, isText, path, say);
  checkFading(sound, fact, path, say, broken("half_life"));
  checkForetold({ ...sound, of }, path, say, broken);
  if (due_within !== undefined && fact !== "holding")
    say(
      [...path, "due_within"],
      "tiering.due_of_holdings",
      { zh: "due_within 只用于 holding", en: "due_within is for holdings: only contracts mature" },
      { zh: "例如 of: holding, take: count, due_within: 30 days", en: "for example of: holding, take: count, due_within: 30 days" },
    );
  checkSecrecy({ ...sound, of }, fact as Fact, path, say);
}
