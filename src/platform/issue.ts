import type { Text } from "./schema.js";

/** An issue of a schema, of whichever code. */
export type Issue = Readonly<Record<string, unknown>>;

/** Kinds of values as people call them. */
export const kindWords: Readonly<Record<string, Text>> = {
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
const unknownKind: Text = { zh: "别的内容", en: "something else" };

const formatWords: Readonly<Record<string, Text>> = {
  date: { zh: "存在的日期，写成 YYYY-MM-DD", en: "a day that exists, as YYYY-MM-DD" },
  datetime: { zh: "带时区的时刻，例如 2026-03-30T10:00:00+08:00", en: "a moment with its zone, for example 2026-03-30T10:00:00+08:00" },
  uuid: { zh: "UUID", en: "a UUID" },
};

const listed = (values: unknown): Text => {
  const all = Array.isArray(values) ? values.map(String) : [];
  return { zh: all.join("、"), en: all.join(", ") };
};

/** How much, of what: characters of a text, entries of a list, or a number itself. */
function bound({ origin, minimum, maximum, inclusive }: Issue, least: boolean, label: string): Text {
  const amount = String(least ? minimum : maximum);
  const of = { string: { zh: " 个字符", en: " characters" }, array: { zh: " 项", en: " entries" } }[String(origin)];
  if (of !== undefined)
    return least
      ? { zh: `${label} 至少需要 ${amount}${of.zh}`, en: `${label} needs at least ${amount}${of.en}` }
      : { zh: `${label} 最多 ${amount}${of.zh}`, en: `${label} takes at most ${amount}${of.en}` };
  if (inclusive === false)
    return least
      ? { zh: `${label} 要大于 ${amount}`, en: `${label} has to be more than ${amount}` }
      : { zh: `${label} 要小于 ${amount}`, en: `${label} has to be less than ${amount}` };
  return least
    ? { zh: `${label} 不能小于 ${amount}`, en: `${label} has to be at least ${amount}` }
    : { zh: `${label} 不能大于 ${amount}`, en: `${label} has to be at most ${amount}` };
}

/** What a value of several forms fits none of: what each form misses. */
function ofUnion({ errors, options }: Issue, label: string): Text {
  const allowed = listed(options);
  if (allowed.en !== "") return { zh: `${label} 应为以下之一：${allowed.zh}`, en: `${label} has to be one of ${allowed.en}` };
  const forms = (Array.isArray(errors) ? (errors as Issue[][]) : []).map((issues) => {
    const said = issues.map((issue) => sayIssue(issue, labelOf(issue["path"], label)));
    return { zh: said.map((one) => one.zh).join("，"), en: said.map((one) => one.en).join(", ") };
  });
  if (forms.length === 0) return { zh: `${label} 的写法不对`, en: `${label} is written in no way known here` };
  return { zh: forms.map((one) => one.zh).join("；或者 "), en: forms.map((one) => one.en).join("; or ") };
}

/** What a path leads to is called by its last name: an entry of a list by the list's. */
export function labelOf(path: unknown, otherwise: string): string {
  const names = (Array.isArray(path) ? (path as unknown[]) : []).filter((step): step is string => typeof step === "string" && !/^\d+$/.test(step));
  return names.at(-1) ?? otherwise;
}

const ownWords = (params: unknown): Partial<Text> => (typeof params === "object" && params !== null ? params : {});

/** An issue of a schema as a sentence about what it is called. Never with what was given: it may be about somebody. */
export function sayIssue(issue: Issue, label: string): Text {
  switch (issue["code"]) {
    case "invalid_type": {
      const received = /received (\w+)$/.exec(String(issue["message"]))?.[1] ?? "";
      if (received === "undefined") return { zh: `缺少 ${label}`, en: `${label} is missing` };
      const [wanted, given] = [kindWords[String(issue["expected"])] ?? unknownKind, kindWords[received] ?? unknownKind];
      return { zh: `${label} 应为${wanted.zh}，给出的是${given.zh}`, en: `${label} has to be ${wanted.en}, and is ${given.en}` };
    }
    case "invalid_value": {
      const allowed = listed(issue["values"]);
      return { zh: `${label} 应为以下之一：${allowed.zh}`, en: `${label} has to be one of ${allowed.en}` };
    }
    case "too_small":
      return bound(issue, true, label);
    case "too_big":
      return bound(issue, false, label);
    case "not_multiple_of":
      return { zh: `${label} 应为 ${String(issue["divisor"])} 的倍数`, en: `${label} has to be a multiple of ${String(issue["divisor"])}` };
    case "invalid_format": {
      const format = formatWords[String(issue["format"])];
      if (format !== undefined) return { zh: `${label} 应为${format.zh}`, en: `${label} has to be ${format.en}` };
      return { zh: `${label} 的格式应符合 ${String(issue["pattern"])}`, en: `${label} has to be of the form ${String(issue["pattern"])}` };
    }
    case "unrecognized_keys": {
      const keys = listed(issue["keys"]);
      return { zh: `不认识 ${keys.zh}`, en: `${keys.en}: not known here` };
    }
    case "invalid_union":
      return ofUnion(issue, label);
    case "invalid_key":
    case "invalid_element": {
      const [first] = Array.isArray(issue["issues"]) ? (issue["issues"] as Issue[]) : [];
      return first === undefined ? { zh: `${label} 的写法不对`, en: `${label} is not allowed` } : sayIssue(first, label);
    }
    default: {
      const message = String(issue["message"] ?? "Invalid");
      const { zh = "不符合要求", en = message.startsWith("Invalid") ? "does not fit" : message } = ownWords(issue["params"]);
      return { zh: `${label}：${zh}`, en: `${label}: ${en}` };
    }
  }
}
