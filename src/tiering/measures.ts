import { columnsOf, Fact, facts } from "../customer/schema.js";
import { parseDuration } from "../platform/calendar/index.js";
import type { Path, ReadPart } from "../platform/document/index.js";
import { checkExpression, didYouMean, type Expression, ExpressionError, type Kind, namesIn, parseExpression, partsOf } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { originOf } from "./lower.js";
import type { Measure } from "./schema.js";

const kindOfSql: Record<string, Kind> = { varchar: "text", "decimal(18,4)": "number", date: "date", timestamp: "date", boolean: "boolean" };
const measurable = Fact.options.filter((fact) => fact !== "product");

/** Tell a problem at a path of the document. */
export type Say = (path: Path, code: string, message: Text, hint?: Text) => void;

/** Everything wrong with a condition over these names; `means` allows mean(name). */
export function readCondition(text: string, path: Path, names: ReadonlyMap<string, Kind | undefined>, say: Say, means: boolean): Expression | undefined {
  try {
    const expression = parseExpression(text);
    const { kind, problems } = checkExpression(expression, names, means ? { mean: { takes: ["number"], gives: "number" } } : {});
    for (const one of problems) say(path, "tiering.condition", one.message, one.hint);
    if (problems.length === 0 && kind !== undefined && kind !== "boolean") {
      say(
        path,
        "tiering.not_a_condition",
        { zh: "这不是条件，没有“是/否”的结果", en: "this is not a condition: it has no yes or no" },
        { zh: "写成比较，例如 amount > 0", en: "write a comparison, for example amount > 0" },
      );
    }
    checkMeans(expression, path, say);
    return expression;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    say(path, "tiering.unreadable_condition", error.text, { zh: `条件为：${text.slice(0, 80)}`, en: `the condition is: ${text.slice(0, 80)}` });
    return undefined;
  }
}

function checkMeans(e: Expression, path: Path, say: Say): void {
  if (e.type === "call" && e.name === "mean" && e.given[0]?.type !== "name") {
    say(path, "tiering.mean_of_name", { zh: "mean 的参数只能是一个指标或评分的名称", en: "mean takes the name of one measure or score" });
  }
  for (const part of partsOf(e)) checkMeans(part, path, say);
}

function checkTake(measure: Pick<Measure, "of" | "take">, hasNoWindow: boolean, columnKind: Kind | undefined, path: Path, say: Say): void {
  const { fact, column, attribute } = originOf(measure.of);
  const named = column !== null || attribute !== null;
  const { take } = measure;
  const needsNumber = take === "sum" || take === "average" || take === "daily_average";
  if ((needsNumber || take === "distinct" || take === "latest") && !named) {
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
  if (take === "daily_average" && hasNoWindow) {
    say(
      path,
      "tiering.daily_average_needs_over",
      { zh: "daily_average 需要 over", en: "daily_average needs `over`" },
      { zh: "例如 over: 1 month", en: "for example over: 1 month" },
    );
  }
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
  for (const one of where === undefined ? [] : namesOf(where).filter((name) => secret.has(name))) {
    say(
      [...path, "where"],
      "tiering.personal",
      { zh: `条件用到了个人信息 ${one}`, en: `the condition speaks of ${one}, which is personal data` },
      { zh: "条件请改用其他列", en: "let the condition speak of other columns" },
    );
  }
}

function namesOf(condition: string): string[] {
  try {
    return namesIn(parseExpression(condition));
  } catch (error) {
    if (error instanceof ExpressionError) return []; // told by readCondition
    throw error;
  }
}

/** Everything wrong with one measure, as far as it can be read: its fact, column, take, window and condition. */
export function checkMeasure(name: string, { sound, broken }: Pick<ReadPart<Measure>, "sound" | "broken">, say: Say): void {
  const path = ["measures", name];
  const { of, take, over, where } = sound;
  if (over !== undefined && parseDuration(over) === undefined) {
    say(
      [...path, "over"],
      "tiering.bad_duration",
      { zh: `看不懂时长“${over}”`, en: `${over} is no length of time` },
      { zh: "例如 12 months、90 days、1 year", en: "for example 12 months, 90 days, 1 year" },
    );
  }
  if (of === undefined) return;
  const { fact, column, attribute } = originOf(of);
  if (!(measurable as readonly string[]).includes(fact)) {
    say([...path, "of"], "tiering.unknown_fact", { zh: `没有名为 ${fact} 的事实`, en: `there is no fact named ${fact}` }, didYouMean(fact, measurable));
    return;
  }
  const columns = columnsOf(fact as Fact).filter((one) => one.name !== "customer_id");
  const kinds = new Map(columns.map((one) => [one.name, kindOfSql[one.meta.sql] ?? "text"]));
  if (column !== null && !kinds.has(column)) {
    say([...path, "of"], "tiering.unknown_column", { zh: `${fact} 没有列 ${column}`, en: `${fact} has no column ${column}` }, didYouMean(column, kinds.keys()));
  }
  if (fact === "attribute" && attribute === null) {
    say(
      [...path, "of"],
      "tiering.which_attribute",
      { zh: "需要写明哪个属性", en: "it has to say which attribute" },
      { zh: "例如 attribute.occupation", en: "for example attribute.occupation" },
    );
  }
  if (take !== undefined) checkTake({ of, take }, over === undefined && !broken("over"), column === null ? undefined : kinds.get(column), path, say);
  if (where !== undefined) readCondition(where, [...path, "where"], kinds, say, false);
  checkSecrecy({ ...sound, of }, fact as Fact, path, say);
}
