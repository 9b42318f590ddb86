import type { Text } from "../schema.js";
import { type FunctionShape, functions as language } from "./functions.js";
import { nearest } from "./nearest.js";
import type { Expression, Kind } from "./syntax.js";

export interface ExpressionProblem {
  message: Text;
  hint?: Text;
}

const kindWords = {
  number: { zh: "数字", en: "a number" },
  text: { zh: "文本", en: "a text" },
  date: { zh: "日期", en: "a date" },
  boolean: { zh: "是/否", en: "yes or no" },
} as const satisfies Record<Kind, Text>;

const dayText = /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d{1,6})?)?$/;

/** Quietly true for a text that reads as a day or moment: such a text compares with dates. */
function isDateText(e: Expression): boolean {
  if (e.type !== "literal" || typeof e.value !== "string" || !dayText.test(e.value)) return false;
  const time = Date.parse(`${e.value.replace(" ", "T")}${e.value.length === 10 ? "T00:00:00" : ""}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(e.value.slice(0, 10));
}

/** The first part of a pattern that TypeScript reads and the warehouse's engine does not. */
function foreignIn(pattern: string): string | undefined {
  for (const [part, repeats] of pattern.matchAll(/\\[pP]\{[^}]*=|\\.|\(\?[=!<]|\[\^?\]|\{(\d+(?:,\d*)?)\}/gsu)) {
    if (repeats !== undefined ? repeats.split(",").some((count) => Number(count) > 1000) : !/^\\[^uck1-9]$/su.test(part)) return part;
  }
  return undefined;
}

/** Functions a caller adds: name to what it takes and gives. */
export type MoreFunctions = Readonly<Record<string, Pick<FunctionShape, "takes" | "gives">>>;

/** All that is wrong with an expression over these names, and the kind it gives when that is known; a name of no known kind fits everywhere. */
export function checkExpression(
  e: Expression,
  names: ReadonlyMap<string, Kind | undefined>,
  more: MoreFunctions = {},
): { kind: Kind | undefined; problems: ExpressionProblem[] } {
  const problems: ExpressionProblem[] = [];
  const say = (message: Text, hint?: Text): undefined => {
    problems.push(hint === undefined ? { message } : { message, hint });
  };
  const expect = (part: Expression, kind: Kind, where: Text): void => {
    const found = kindOf(part);
    if (found === undefined || found === kind || (kind === "date" && isDateText(part))) return;
    say({
      zh: `${where.zh}需要${kindWords[kind].zh}，这里是${kindWords[found].zh}`,
      en: `${where.en} needs ${kindWords[kind].en}, this is ${kindWords[found].en}`,
    });
  };
  /** Do these compare with each other? The kind they share. */
  const together = (parts: Expression[], where: Text): Kind | undefined => {
    let shared: Kind | undefined;
    let first: Expression | undefined;
    for (const part of parts) {
      const kind = kindOf(part);
      if (kind === undefined) continue;
      if (shared === undefined) {
        [shared, first] = [kind, part];
      } else if (kind !== shared && shared === "date" && isDateText(part)) {
      } else if (kind !== shared && kind === "date" && first !== undefined && isDateText(first)) {
        shared = "date";
      } else if (kind !== shared) {
        const aboutDates = kind === "date" || shared === "date";
        const day = [kind, shared].includes("number") && [part, first].some((one) => one !== undefined && isDateText(one));
        say(
          {
            zh: `${where.zh}：${kindWords[shared].zh}不能与${kindWords[kind].zh}相比`,
            en: `${where.en}: ${kindWords[shared].en} does not compare with ${kindWords[kind].en}`,
          },
          day
            ? {
                zh: "一边是数字，另一边是日期：与数字相比，或选用日期的列",
                en: "one is a number and the other a date: compare with a number, or take a column of dates",
              }
            : aboutDates
              ? { zh: "日期写成 '2024-01-31'", en: "write a date as '2024-01-31'" }
              : { zh: "文本加引号，数字不加", en: "put texts in quotes and leave numbers without" },
        );
        return shared;
      }
    }
    return shared;
  };

  const call = (part: Expression & { type: "call" }): Kind | undefined => {
    const shape = Object.hasOwn(more, part.name) ? more[part.name] : Object.hasOwn(language, part.name) ? language[part.name] : undefined;
    if (shape === undefined) {
      const meant = nearest(part.name, [...Object.keys(more), ...Object.keys(language)]);
      part.given.forEach(kindOf);
      return say(
        { zh: `没有函数 ${part.name}`, en: `there is no function ${part.name}` },
        meant === undefined ? undefined : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` },
      );
    }
    const { takes } = shape;
    const { optional = 0, more: repeats = false } = shape as FunctionShape;
    if (part.given.length < takes.length - optional || (!repeats && part.given.length > takes.length)) {
      say({
        zh: `${part.name} 需要 ${takes.length} 个参数，这里有 ${part.given.length} 个`,
        en: `${part.name} takes ${takes.length} arguments, here are ${part.given.length}`,
      });
    }
    const where = { zh: `函数 ${part.name} `, en: `function ${part.name}` };
    const same: Expression[] = [];
    part.given.forEach((one, i) => {
      const wanted = takes[Math.min(i, takes.length - 1)] ?? "any";
      if (wanted === "same") same.push(one);
      else if (wanted === "any") kindOf(one);
      else expect(one, wanted, where);
    });
    const shared = together(same, where);
    if (part.name === "matches") checkPattern(part.given[1]);
    return shape.gives === "same" ? shared : shape.gives;
  };
  const checkPattern = (pattern: Expression | undefined): void => {
    try {
      if (pattern?.type !== "literal") throw new Error("not a literal");
      new RegExp(String(pattern.value), "u");
    } catch {
      say({ zh: "matches 的第二个参数需要是正确的正则表达式文本", en: "the second argument of matches has to be a regular expression in quotes" });
      return;
    }
    const foreign = foreignIn(String(pattern.value));
    if (foreign === undefined) return;
    say(
      { zh: `matches 不支持正则表达式中的 ${foreign}`, en: `matches does not know ${foreign} in a regular expression` },
      {
        zh: "不用环视、命名分组、反向引用和 \\u 转义，重复次数至多 1000",
        en: "do without look-around, named groups, back-references and \\u, and repeat at most 1000 times",
      },
    );
  };

  const kindOf = (part: Expression): Kind | undefined => {
    switch (part.type) {
      case "literal":
        return part.value === null ? undefined : typeof part.value === "string" ? "text" : typeof part.value === "number" ? "number" : "boolean";
      case "name": {
        if (names.has(part.name)) return names.get(part.name);
        const meant = nearest(part.name, names.keys());
        return say(
          { zh: `没有名为 ${part.name} 的项`, en: `there is nothing named ${part.name} here` },
          meant === undefined
            ? { zh: `可用：${[...names.keys()].slice(0, 12).join("、")}`, en: `there are: ${[...names.keys()].slice(0, 12).join(", ")}` }
            : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` },
        );
      }
      case "negative":
        expect(part.of, "number", { zh: "负号", en: "a minus sign" });
        return "number";
      case "not":
        expect(part.of, "boolean", { zh: "not ", en: "not" });
        return "boolean";
      case "logic":
        for (const one of part.of) expect(one, "boolean", { zh: `${part.op} 两侧`, en: `each side of ${part.op}` });
        return "boolean";
      case "compare":
        if ([part.left, part.right].some((side) => side.type === "literal" && side.value === null)) {
          say(
            { zh: "与 null 相比永远没有结果", en: "a comparison with null never holds" },
            { zh: "请写 is null 或 is not null", en: "write `is null` or `is not null`" },
          );
        }
        together([part.left, part.right], { zh: "比较", en: "comparison" });
        return "boolean";
      case "arithmetic":
        expect(part.left, "number", { zh: `${part.op} 左侧`, en: `the left of ${part.op}` });
        expect(part.right, "number", { zh: `${part.op} 右侧`, en: `the right of ${part.op}` });
        return "number";
      case "in":
        together([part.of, ...part.list], { zh: "in 列表", en: "list of in" });
        return "boolean";
      case "null_test":
        kindOf(part.of);
        return "boolean";
      case "call":
        return call(part);
    }
  };
  return { kind: kindOf(e), problems };
}
