import type { z } from "zod";
import { badName, isObject, type Known, type Path, readPart, type Source } from "../platform/document/index.js";
import type { Problem, Text } from "../platform/schema.js";
import { Banded, Measure, Tier, TierModel, Weighted } from "./schema.js";

const bandsHint: Text = { zh: "例如 { quantiles: 5 } 或 { edges: [1000, 5000] }", en: "for example { quantiles: 5 } or { edges: [1000, 5000] }" };

const known = {
  model: { called: "model", keys: Object.keys(TierModel.shape) },
  measure: { called: "measure", keys: Object.keys(Measure.shape) },
  banded: { called: "score", keys: Object.keys(Banded.shape), unionHint: bandsHint },
  weighted: { called: "score", keys: Object.keys(Weighted.shape) },
  tier: { called: "tier", keys: Object.keys(Tier.shape) },
} as const satisfies Record<string, Known>;

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
  const keep = <Schema extends z.ZodType>(schema: Schema, part: unknown, path: Path, what: keyof typeof known): z.infer<Schema> | undefined => {
    const read = readPart(source, schema, part, path, known[what]);
    problems.push(...read.problems);
    return read.part;
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
