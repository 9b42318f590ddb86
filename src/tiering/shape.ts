import type { z } from "zod";
import { badName, isObject, type Known, type Path, type ReadPart, readPart, type Source } from "../platform/document/index.js";
import type { Problem, Text } from "../platform/schema.js";
import { Banded, Formula, Measure, Stability, Tier, TierModel, Weighted } from "./schema.js";

const bandsHint: Text = {
  zh: "例如 { quantiles: 5 }、{ natural_breaks: 4 } 或 { edges: [1000, 5000] }",
  en: "for example { quantiles: 5 }, { natural_breaks: 4 } or { edges: [1000, 5000] }",
};

const known = {
  model: { called: "model", keys: Object.keys(TierModel.shape) },
  measure: { called: "measure", keys: Object.keys(Measure.shape) },
  banded: { called: "score", keys: Object.keys(Banded.shape), unionHint: bandsHint },
  weighted: { called: "score", keys: Object.keys(Weighted.shape) },
  formula: { called: "score", keys: Object.keys(Formula.shape) },
  tier: { called: "tier", keys: Object.keys(Tier.shape) },
  stability: {
    called: "stability",
    keys: [...Object.keys(Stability.shape), "after", "below_for", "then_watch", "to"],
    unionHint: {
      zh: "promote 写成 at_once 或 { after: 2 }；demote 写成 at_once 或 { below_for: 3 months, then_watch: 3 months }",
      en: "promote is at_once or { after: 2 }; demote is at_once or { below_for: 3 months, then_watch: 3 months }",
    },
  },
} as const satisfies Record<string, Known>;

/** What can be read of a document that should be a model: of each part the fields that are sound, in the document's order. */
export interface Shape {
  /** The whole model, when nothing is wrong with its shape. */
  model: TierModel | undefined;
  measures: ReadonlyMap<string, Part<Measure>>;
  scores: ReadonlyMap<string, ReadScore>;
  tiers: readonly Part<Tier>[];
  examples: TierModel["examples"];
  value: string | undefined;
  stability: Partial<Stability>;
  /** The model names a schedule, though it may not be one that can be read. */
  scheduled: boolean;
  problems: Problem[];
}

/** A score by its form, with the fields that are sound. */
export type ReadScore =
  | { form: "weighted"; sound: Partial<Weighted> }
  | { form: "formula"; sound: Partial<Formula> }
  | { form: "banded"; sound: Partial<Banded> };

type Part<Whole> = Pick<ReadPart<Whole>, "sound" | "broken">;

/**
 * Does the document have the shape of a model? Every part is tried by itself, so that a mistake in one measure does
 * not hide one in a tier, nor one in another field of the same measure.
 */
export function readShape(source: Source): Shape {
  const problems: Problem[] = [];
  const { value } = source;
  if (!isObject(value)) {
    return {
      model: undefined,
      measures: new Map(),
      scores: new Map(),
      tiers: [],
      examples: [],
      value: undefined,
      stability: {},
      scheduled: false,
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
  const keep = <Schema extends z.ZodObject>(schema: Schema, part: unknown, path: Path, what: keyof typeof known): ReadPart<z.infer<Schema>> => {
    const read = readPart(source, schema, part, path, known[what]);
    problems.push(...read.problems);
    return read;
  };
  const each = (part: unknown): [string, unknown][] => (isObject(part) ? Object.entries(part) : []);

  const measures = each(value["measures"]).map(([name, one]) => [name, keep(Measure, one, ["measures", name], "measure")] as const);
  const scores = each(value["scores"]).map(([name, one]): [string, ReadScore] => {
    const path = ["scores", name];
    if (isObject(one) && "weighted" in one) return [name, { form: "weighted", sound: keep(Weighted, one, path, "weighted").sound }];
    if (isObject(one) && "formula" in one) return [name, { form: "formula", sound: keep(Formula, one, path, "formula").sound }];
    return [name, { form: "banded", sound: keep(Banded, one, path, "banded").sound }];
  });
  const tiers = (Array.isArray(value["tiers"]) ? value["tiers"] : []).map((one, i) => keep(Tier, one, ["tiers", i], "tier"));
  const stability = value["stability"] === undefined ? {} : keep(Stability, value["stability"], ["stability"], "stability").sound;
  const enoughTiers = Array.isArray(value["tiers"]) && value["tiers"].length > 1;
  const frame = keep(
    TierModel,
    {
      ...value,
      ...stand(value, "measures"),
      ...stand(value, "scores"),
      ...stand(value, "stability"),
      ...(enoughTiers ? { tiers: [{ id: "a" }, { id: "b" }] } : {}),
    },
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
  const { examples = [], value: worth } = frame.sound;
  return {
    model: problems.length > 0 ? undefined : TierModel.parse(value),
    measures: new Map(measures),
    scores: new Map(scores),
    tiers,
    examples,
    value: worth,
    stability,
    scheduled: value["schedule"] !== undefined,
    problems,
  };
}

/** Parts that were tried by themselves are stood in for, when they have the outer shape at all. */
function stand(value: Record<string, unknown>, part: "measures" | "scores" | "stability"): Record<string, unknown> {
  return isObject(value[part]) ? { [part]: {} } : {};
}
