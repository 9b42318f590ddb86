import { type Expression, print } from "../platform/expression/index.js";
import type { Text } from "../platform/schema.js";
import { isThreshold } from "./lower.js";
import type { Plan } from "./plan.js";
import { grouped, titleOf } from "./words.js";

type Compared = Extract<Expression, { type: "compare" }>["op"];

const comparisons = {
  "=": { zh: "为", en: "is" },
  "<>": { zh: "不为", en: "is not" },
  ">=": { zh: "不低于", en: "at least" },
  "<=": { zh: "不高于", en: "at most" },
  ">": { zh: "高于", en: "above" },
  "<": { zh: "低于", en: "below" },
} as const satisfies Record<Compared, Text>;

/** The same comparison, said of its other side. */
const turned = { "=": "=", "<>": "<>", ">=": "<=", "<=": ">=", ">": "<", "<": ">" } as const satisfies Record<Compared, Compared>;

const logic = { and: { zh: "，且", en: ", and " }, or: { zh: "，或", en: ", or " } } as const;

/** Chinese sets words of other letters, and numbers, apart. */
const apart = (parts: readonly string[]): string => parts.join(" ").replaceAll(/(?<=[\u4e00-\u9fff”）]) (?=[\u4e00-\u9fff“（])/g, "");

const both = (make: (language: keyof Text) => string): Text => ({ zh: make("zh"), en: make("en") });
const bracketed = (text: Text): Text => ({ zh: `（${text.zh}）`, en: `(${text.en})` });

/** A tier's condition as a sentence says it: titles for names, words for signs. What has no words stays as it is written. */
export function conditionInWords(plan: Plan, e: Expression): Text {
  const say = (part: Expression): Text => conditionInWords(plan, part);
  switch (e.type) {
    case "literal":
      return typeof e.value === "string" ? { zh: `“${e.value}”`, en: `"${e.value}"` } : both(() => grouped(String(e.value)));
    case "name":
      return titleOf(plan, e.name);
    case "negative":
      return both((language) => `-${say(e.of)[language]}`);
    case "not": {
      const of = bracketed(say(e.of));
      return { zh: `不满足${of.zh}`, en: `not ${of.en}` };
    }
    case "logic": {
      const parts = e.of.map((part) => (part.type === "logic" ? bracketed(say(part)) : say(part)));
      return both((language) => parts.map((part) => part[language]).join(logic[e.op][language]));
    }
    case "compare": {
      const swapped = isThreshold(e.left) && !isThreshold(e.right);
      const [about, against] = swapped ? [say(e.right), say(e.left)] : [say(e.left), say(e.right)];
      const words = comparisons[swapped ? turned[e.op] : e.op];
      return { zh: apart([about.zh, words.zh, against.zh]), en: [about.en, words.en, against.en].join(" ") };
    }
    case "in": {
      const [of, list] = [say(e.of), e.list.map(say)];
      return {
        zh: apart([of.zh, e.negated ? "不为" : "为", list.map((one) => one.zh).join("或")]),
        en: `${of.en} ${e.negated ? "is not" : "is"} ${list.map((one) => one.en).join(" or ")}`,
      };
    }
    case "null_test": {
      const of = say(e.of);
      return e.negated ? { zh: `有${of.zh}`, en: `has ${of.en}` } : { zh: `没有${of.zh}`, en: `has no ${of.en}` };
    }
    case "arithmetic": {
      const inner = (part: Expression): Text => (part.type === "arithmetic" ? bracketed(say(part)) : say(part));
      const [left, right] = [inner(e.left), inner(e.right)];
      return both((language) => `${left[language]} ${e.op} ${right[language]}`);
    }
    case "call": {
      const [of] = e.given;
      if (e.name === "mean" && of !== undefined) return { zh: `全体平均的${say(of).zh}`, en: `the mean ${say(of).en} of all` };
      return both(() => print(e));
    }
  }
}
