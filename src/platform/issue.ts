import type { Text } from "./schema.js";

/** An issue of a schema, of whichever code. */
export type Issue = Readonly<Record<string, unknown>>;

/** Kinds of values as people call them. */
const kinds: Readonly<Record<string, Text>> = {
  string: { zh: "文本", en: "a text" },
  number: { zh: "数字", en: "a number" },
  int: { zh: "整数", en: "a whole number" },
  boolean: { zh: "true 或 false", en: "true or false" },
  array: { zh: "列表", en: "a list" },
  object: { zh: "一组“名称: 值”", en: "names with values" },
  record: { zh: "一组“名称: 值”", en: "names with values" },
  null: { zh: "空值", en: "nothing (null)" },
  NaN: { zh: "不是数字的内容", en: "something that is no number" },
};

/** A kind of value in words. */
export const kindWords = (kind: unknown): Text => kinds[String(kind)] ?? { zh: "别的内容", en: "something else" };

const formats: Readonly<Record<string, Text>> = {
  date: { zh: "存在的日期，写成 YYYY-MM-DD", en: "a day that exists, as YYYY-MM-DD" },
  datetime: { zh: "带时区的时刻，例如 2026-03-30T10:00:00+08:00", en: "a moment with its zone, for example 2026-03-30T10:00:00+08:00" },
  uuid: { zh: "标识号（UUID）", en: "a UUID" },
};

const units: Readonly<Record<string, { zh: string; one: string; more: string }>> = {
  string: { zh: "个字符", one: "character", more: "characters" },
  array: { zh: "项", one: "entry", more: "entries" },
};

const oneOf = (label: string, values: readonly unknown[]): Text => ({
  zh: `${label} 应为以下之一：${values.join("、")}`,
  en: `${label} has to be one of ${values.join(", ")}`,
});

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How much, of what: characters of a text, entries of a list, or a number itself. */
function bound({ origin, minimum, maximum, inclusive, exact }: Issue, least: boolean, label: string): Text {
  const amount = String(least ? minimum : maximum);
  const unit = units[String(origin)];
  if (unit !== undefined) {
    const [zh, en] = [`${amount} ${unit.zh}`, `${amount} ${amount === "1" ? unit.one : unit.more}`];
    if (exact === true) return { zh: `${label} 应为 ${zh}`, en: `${label} takes exactly ${en}` };
    return least ? { zh: `${label} 至少需要 ${zh}`, en: `${label} needs at least ${en}` } : { zh: `${label} 最多 ${zh}`, en: `${label} takes at most ${en}` };
  }
  const outside = inclusive === false;
  if (least)
    return {
      zh: `${label} ${outside ? "要大于" : "不能小于"} ${amount}`,
      en: `${label} has to be ${outside ? "more than" : "at least"} ${amount}`,
    };
  return { zh: `${label} ${outside ? "要小于" : "不能大于"} ${amount}`, en: `${label} has to be ${outside ? "less than" : "at most"} ${amount}` };
}

/** What a value of several forms fits none of: what each form misses. */
function ofUnion({ errors, options }: Issue, label: string): Text {
  if (listIn(options).length > 0) return oneOf(label, listIn(options));
  const forms = (listIn(errors) as Issue[][]).map((issues) => {
    const said = issues.map((issue) => sayIssue(issue, labelOf(issue["path"], label)));
    return { zh: said.map((one) => one.zh).join("，"), en: said.map((one) => one.en).join(", ") };
  });
  if (forms.length === 0) return { zh: `${label} 的写法不对`, en: `${label} is written in no way known here` };
  const different = [...new Map(forms.map((one) => [one.en, one])).values()]; // what every form misses is said once
  return { zh: different.map((one) => one.zh).join("；或者 "), en: different.map((one) => one.en).join("; or ") };
}

/** What a path leads to is called by its last name: an entry of a list by the list's. */
export const labelOf = (path: unknown, otherwise: string): string =>
  listIn(path).findLast((step): step is string => typeof step === "string" && !/^\d+$/.test(step)) ?? otherwise;

/** What a check of ours says of itself in `params`; its English may be the message instead. The validator's own message is not for people. */
function ownWords({ params, message }: Issue): Text {
  const { zh, en } = (typeof params === "object" && params !== null ? params : {}) as Partial<Text>;
  const said = typeof message === "string" && !message.startsWith("Invalid") ? message : "does not fit";
  return { zh: zh ?? "不符合要求", en: en ?? said };
}

/** An issue of a schema as a sentence about what it is called. Never with what was given: it may be about somebody. */
export function sayIssue(issue: Issue, label: string): Text {
  switch (issue["code"]) {
    case "invalid_type": {
      const received = /received (\w+)$/.exec(String(issue["message"]))?.[1];
      if (received === "undefined") return { zh: `缺少 ${label}`, en: `${label} is missing` };
      const [wanted, given] = [kindWords(issue["expected"]), kindWords(received)];
      return { zh: `${label} 应为${wanted.zh}，给出的是${given.zh}`, en: `${label} has to be ${wanted.en}, and is ${given.en}` };
    }
    case "invalid_value":
      return oneOf(label, listIn(issue["values"]));
    case "too_small":
      return bound(issue, true, label);
    case "too_big":
      return bound(issue, false, label);
    case "not_multiple_of":
      return { zh: `${label} 应为 ${String(issue["divisor"])} 的倍数`, en: `${label} has to be a multiple of ${String(issue["divisor"])}` };
    case "invalid_format": {
      const format = formats[String(issue["format"])];
      if (format === undefined) return { zh: `${label} 的格式不对`, en: `${label} is not written as it has to be` };
      return { zh: `${label} 应为${format.zh}`, en: `${label} has to be ${format.en}` };
    }
    case "unrecognized_keys": {
      const keys = listIn(issue["keys"]);
      return { zh: `不认识 ${keys.join("、")}`, en: `${keys.join(", ")}: not known here` };
    }
    case "invalid_union":
      return ofUnion(issue, label);
    case "invalid_key":
    case "invalid_element": {
      const [first] = listIn(issue["issues"]) as Issue[];
      return first === undefined ? { zh: `${label} 的写法不对`, en: `${label} is not allowed` } : sayIssue(first, label);
    }
    default: {
      const { zh, en } = ownWords(issue);
      return { zh: `${label}：${zh}`, en: `${label}: ${en}` };
    }
  }
}
