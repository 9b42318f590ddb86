import type { z } from "zod";
import { didYouMean } from "../platform/expression/index.js";
import type { Problem, Text } from "../platform/schema.js";
import { Banded, Measure, Tier, TierModel, Weighted } from "./schema.js";
import type { Path, Source } from "./source.js";

type Issue = z.core.$ZodIssue;

const typeWords: Record<string, Text> = {
  string: { zh: "文本", en: "a text" },
  number: { zh: "数字", en: "a number" },
  int: { zh: "整数", en: "a whole number" },
  boolean: { zh: "true 或 false", en: "true or false" },
  object: { zh: "一组“名称: 值”", en: "names with values" },
  record: { zh: "一组“名称: 值”", en: "names with values" },
  array: { zh: "列表", en: "a list" },
};

const keysOf: Record<string, readonly string[]> = {
  model: Object.keys(TierModel.shape),
  measure: Object.keys(Measure.shape),
  banded: Object.keys(Banded.shape),
  weighted: Object.keys(Weighted.shape),
  tier: Object.keys(Tier.shape),
};

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (held, step) => (typeof held === "object" && held !== null ? (held as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

const badName = (source: Source, path: Path, label: string): Problem =>
  source.at(
    path,
    "tiering.bad_name",
    { zh: `名称 ${label} 不合要求`, en: `the name ${label} is not allowed` },
    {
      zh: "小写字母开头，只含小写字母、数字和下划线（模型名用连字符）",
      en: "start with a lower-case letter; then lower-case letters, digits and underscores (hyphens in a model's name)",
    },
  );

/** One issue of the schema as a problem a person can mend. */
function explainIssue(source: Source, base: Path, issue: Issue, what: keyof typeof keysOf): Problem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  const label = String(path.at(-1) ?? "model");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        source.at([...path, key], "tiering.unknown_key", { zh: `不认识 ${key}`, en: `${key} is not known here` }, didYouMean(key, keysOf[what] ?? [])),
      );
    case "invalid_type": {
      const wanted = typeWords[issue.expected] ?? { zh: issue.expected, en: issue.expected };
      const missing = valueAt(source.value, path) === undefined;
      return missing
        ? [
            source.at(
              path,
              "tiering.missing",
              { zh: `缺少 ${label}`, en: `${label} is missing` },
              { zh: `${label} 是${wanted.zh}`, en: `${label} is ${wanted.en}` },
            ),
          ]
        : [source.at(path, "tiering.wrong_kind", { zh: `${label} 需要${wanted.zh}`, en: `${label} has to be ${wanted.en}` })];
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      const held = valueAt(source.value, path);
      const given = typeof held === "string" ? held : JSON.stringify(held);
      if (given === undefined)
        return [
          source.at(
            path,
            "tiering.missing",
            { zh: `缺少 ${label}`, en: `${label} is missing` },
            { zh: `可用：${values.join("、")}`, en: `one of: ${values.join(", ")}` },
          ),
        ];
      return [source.at(path, "tiering.unknown_word", { zh: `${label} 不能是 ${given}`, en: `${label} cannot be ${given}` }, didYouMean(given, values))];
    }
    case "invalid_key":
    case "invalid_format":
      return [badName(source, path, label)];
    case "too_small":
      return [source.at(path, "tiering.too_few", { zh: `${label} 太少，至少 ${String(issue.minimum)}`, en: `${label}: at least ${String(issue.minimum)}` })];
    case "too_big":
      return [source.at(path, "tiering.too_many", { zh: `${label} 太多，至多 ${String(issue.maximum)}`, en: `${label}: at most ${String(issue.maximum)}` })];
    case "invalid_union":
      return [source.at(path, "tiering.wrong_kind", { zh: `${label} 写法不对`, en: `${label} is written in no way known here` }, bandsHint)];
    default:
      return [source.at(path, "tiering.invalid", { zh: `${label}：${issue.message}`, en: `${label}: ${issue.message}` })];
  }
}

const bandsHint: Text = { zh: "例如 { quantiles: 5 } 或 { edges: [1000, 5000] }", en: "for example { quantiles: 5 } or { edges: [1000, 5000] }" };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export interface Shape {
  /** The model without its faulty parts; undefined when there is none at all. */
  model: TierModel | undefined;
  /** Where each tier of `model` stands in the document's list. */
  places: number[];
  /** Every name of a measure or score the document gives, the faulty ones too. */
  names: string[];
  problems: Problem[];
}

/**
 * Does the document have the shape of a model? Every part is tried by itself, so that a mistake in one measure does
 * not hide one in a tier; a part that fails is left out, and the rest is checked further.
 */
export function readShape(source: Source): Shape {
  const problems: Problem[] = [];
  const { value } = source;
  if (!isObject(value)) {
    return {
      model: undefined,
      places: [],
      names: [],
      problems: [
        source.at(
          [],
          "tiering.not_a_model",
          { zh: "这不是分层模型", en: "this is not a tier model" },
          { zh: "模型文件以 model: 名称 开头", en: "a model file begins with model: name" },
        ),
      ],
    };
  }
  const keep = <Schema extends z.ZodType>(schema: Schema, part: unknown, path: Path, what: keyof typeof keysOf): z.infer<Schema> | undefined => {
    const parsed = schema.safeParse(part);
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.flatMap((issue) => explainIssue(source, path, issue, what)));
    return undefined;
  };
  const each = (part: unknown): [string, unknown][] => (isObject(part) ? Object.entries(part) : []);

  const measures = each(value["measures"]).flatMap(([name, one]) => {
    const kept = keep(Measure, one, ["measures", name], "measure");
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const scores = each(value["scores"]).flatMap(([name, one]) => {
    const weighted = isObject(one) && "weighted" in one;
    const kept = weighted ? keep(Weighted, one, ["scores", name], "weighted") : keep(Banded, one, ["scores", name], "banded");
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const tiers = (Array.isArray(value["tiers"]) ? value["tiers"] : []).flatMap((one, i) => {
    const kept = keep(Tier, one, ["tiers", i], "tier");
    return kept === undefined ? [] : [{ tier: kept, place: i }];
  });
  const enoughTiers = Array.isArray(value["tiers"]) && value["tiers"].length > 1;
  const frame = keep(
    TierModel,
    { ...value, ...stand(value, "measures"), ...stand(value, "scores"), ...(enoughTiers ? { tiers: [{ id: "a" }, { id: "b" }] } : {}) },
    [],
    "model",
  );
  const names = [...each(value["measures"]), ...each(value["scores"])].map(([name]) => name);
  for (const name of names) {
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) {
      const under = name in ((value["measures"] as object | undefined) ?? {}) ? "measures" : "scores";
      problems.push(badName(source, [under, name], name));
    }
  }
  if (frame === undefined && problems.length === 0) throw new Error("a model without problems has to have a shape");
  const model = {
    ...(frame ?? { model: "unnamed", title: { zh: "", en: "" }, calibrate: "every_run", examples: [] }),
    measures: Object.fromEntries(measures),
    scores: Object.fromEntries(scores),
    tiers: tiers.map(({ tier }) => tier),
  } as TierModel;
  return { model, places: tiers.map(({ place }) => place), names, problems };
}

/** Parts that were tried by themselves are stood in for, when they have the outer shape at all. */
function stand(value: Record<string, unknown>, part: "measures" | "scores"): Record<string, unknown> {
  return isObject(value[part]) ? { [part]: {} } : {};
}
