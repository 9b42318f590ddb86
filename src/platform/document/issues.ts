import { z } from "zod";
import { didYouMean } from "../expression/index.js";
import { kindWords, sayIssue } from "../issue.js";
import type { Problem, Text } from "../schema.js";
import type { Path, Source } from "./source.js";

type Issue = z.core.$ZodIssue;

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (held, step) => (typeof held === "object" && held !== null ? (held as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

/** How a value of a kind is written. */
const written: Readonly<Record<string, Text>> = {
  string: { zh: "写一段文本；像数字或日期的加引号", en: "write a text; in quotes where it looks like a number or a date" },
  number: { zh: "写数字，不加引号和单位，例如 12.5", en: "write a number without quotes or unit, for example 12.5" },
  int: { zh: "写整数，例如 3", en: "write a whole number, for example 3" },
  boolean: { zh: "写 true 或 false，不加引号", en: "write true or false, without quotes" },
  array: { zh: "写成列表，例如 [a, b]", en: "write a list, for example [a, b]" },
};
const pairs: Text = { zh: "写成“名称: 值”，每个一行，缩进在下面", en: "write `name: value`, each on a line of its own, indented below it" };
const otherwise: Text = { zh: "写法见 docs/ 中的例子", en: "docs/ has examples of how it is written" };
const howWritten = (kind: unknown): Text => written[String(kind)] ?? (kind === "object" || kind === "record" ? pairs : otherwise);

/** A name like the given one that is allowed. */
function allowedName(given: unknown, pattern: string): Text {
  const joint = pattern.includes("-") ? "-" : "_";
  const name = String(given)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, joint)
    .replace(/^[^a-z]+|[_-]+$/g, "")
    .slice(0, 63);
  return name === "" ? { zh: "请用英文字母取名，例如 gold", en: "take Latin letters, for example gold" } : { zh: `例如 ${name}`, en: `for example ${name}` };
}

/** How many of what are needed, or at most there may be. */
function amountHint(issue: Issue & { code: "too_small" | "too_big" }): Text {
  const [zh, en] = issue.code === "too_small" ? ["至少", "at least"] : ["至多", "at most"];
  const amount = String(issue.code === "too_small" ? issue.minimum : issue.maximum);
  if (issue.origin === "array") return { zh: `列表中${zh}写 ${amount} 项`, en: `write ${en} ${amount} of them in the list` };
  if (issue.origin === "string") return { zh: `${zh} ${amount} 个字符`, en: `${en} ${amount} ${amount === "1" ? "character" : "characters"}` };
  return { zh: `写${zh}为 ${amount} 的数`, en: `write a number that is ${en} ${amount}` };
}

export const badName = (source: Source, path: Path, label: string): Problem =>
  source.at(
    path,
    `${source.area}.bad_name`,
    { zh: `名称 ${label} 不合要求`, en: `the name ${label} is not allowed` },
    {
      zh: "小写字母开头，只含小写字母、数字和下划线（文档名用连字符）",
      en: "start with a lower-case letter; then lower-case letters, digits and underscores (hyphens in a document's name)",
    },
  );

/** What a part of a document may hold, for hints: its keys, and how a part that can be written in several ways is written. */
export interface Known {
  /** What the part is called when it has no name of its own. */
  called: string;
  keys: readonly string[];
  unionHint?: Text;
}

/** One issue of the schema as a problem a person can mend. */
function explainIssue(source: Source, base: Path, issue: Issue, known: Known): Problem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  // an item of a list is called by the list's name
  const label = path.findLast((step) => typeof step === "string") ?? known.called;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        source.at([...path, key], `${source.area}.unknown_key`, { zh: `不认识 ${key}`, en: `${key} is not known here` }, didYouMean(key, known.keys)),
      );
    case "invalid_type": {
      const wanted = kindWords(issue.expected);
      const missing = valueAt(source.value, path) === undefined;
      return missing
        ? [
            source.at(
              path,
              `${source.area}.missing`,
              { zh: `缺少 ${label}`, en: `${label} is missing` },
              { zh: `${label} 是${wanted.zh}`, en: `${label} is ${wanted.en}` },
            ),
          ]
        : [
            source.at(
              path,
              `${source.area}.wrong_kind`,
              { zh: `${label} 需要${wanted.zh}`, en: `${label} has to be ${wanted.en}` },
              howWritten(issue.expected),
            ),
          ];
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      const held = valueAt(source.value, path);
      const given = typeof held === "string" ? held : JSON.stringify(held);
      if (given === undefined)
        return [
          source.at(
            path,
            `${source.area}.missing`,
            { zh: `缺少 ${label}`, en: `${label} is missing` },
            { zh: `可用：${values.join("、")}`, en: `one of: ${values.join(", ")}` },
          ),
        ];
      return [source.at(path, `${source.area}.unknown_word`, { zh: `${label} 不能是 ${given}`, en: `${label} cannot be ${given}` }, didYouMean(given, values))];
    }
    case "invalid_key":
      return [badName(source, path, label)];
    case "too_small":
      return [
        source.at(
          path,
          `${source.area}.too_few`,
          { zh: `${label} 太少，至少 ${String(issue.minimum)}`, en: `${label}: at least ${String(issue.minimum)}` },
          amountHint(issue),
        ),
      ];
    case "too_big":
      return [
        source.at(
          path,
          `${source.area}.too_many`,
          { zh: `${label} 太多，至多 ${String(issue.maximum)}`, en: `${label}: at most ${String(issue.maximum)}` },
          amountHint(issue),
        ),
      ];
    case "invalid_union": {
      // Of one form only the inside is wrong: that is the one that was meant.
      const [meant, ...others] = issue.errors.filter((one) => one.every((inner) => inner.path.length > 0));
      if (meant !== undefined && others.length === 0) return meant.flatMap((inner) => explainIssue(source, path, inner, known));
      return [
        source.at(path, `${source.area}.wrong_kind`, { zh: `${label} 写法不对`, en: `${label} is written in no way known here` }, known.unionHint ?? otherwise),
      ];
    }
    default: {
      const params: Readonly<Record<string, unknown>> = (issue.code === "custom" ? issue.params : undefined) ?? {};
      const { pattern, example } = params;
      const said = sayIssue({ ...issue }, label);
      if (typeof pattern === "string") return [source.at(path, `${source.area}.bad_name`, said, allowedName(valueAt(source.value, path), pattern))];
      const shown = typeof example === "string" ? { zh: `例如 ${label}: ${example}`, en: `for example ${label}: ${example}` } : otherwise;
      return [source.at(path, `${source.area}.invalid`, said, shown)];
    }
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** A part that was read, with what can be said of it when it has mistakes. */
export interface ReadPart<Whole> {
  /** Undefined when anything is wrong with it. */
  part: Whole | undefined;
  /** Its fields that can be read, each by itself: what they say is checked further, so that one mistake hides no other. */
  sound: Partial<Whole>;
  /** Is this field there, and cannot be read? What is said of a field that is missing must not be said of it. */
  broken(field: keyof Whole): boolean;
  problems: Problem[];
}

/** One part of a document by its schema. */
export function readPart<Schema extends z.ZodObject>(source: Source, schema: Schema, part: unknown, path: Path, known: Known): ReadPart<z.infer<Schema>> {
  type Whole = z.infer<Schema>;
  const parsed = schema.safeParse(part);
  if (parsed.success) return { part: parsed.data, sound: parsed.data, broken: () => false, problems: [] };
  const given = isObject(part) ? part : {};
  const sound = Object.fromEntries(
    Object.entries(schema.shape).flatMap(([field, one]) => {
      const read = z.safeParse(one, given[field]);
      return read.success && read.data !== undefined ? [[field, read.data]] : [];
    }),
  ) as Partial<Whole>;
  const broken = (field: keyof Whole): boolean => String(field) in given && !(field in sound);
  return { part: undefined, sound, broken, problems: parsed.error.issues.flatMap((issue) => explainIssue(source, path, issue, known)) };
}
