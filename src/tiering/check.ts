import { columnsOf, type Fact, facts } from "../customer/schema.js";
import { type Path, readSource, type Source } from "../platform/document/index.js";
import { didYouMean, type Kind, parseExpression } from "../platform/expression/index.js";
import type { Problem } from "../platform/schema.js";
import { checkExamples } from "./examples.js";
import { inDependencyOrder, lower, originOf, textNames } from "./lower.js";
import { checkMeasure, readCondition, type Say } from "./measures.js";
import type { CoreScore, Plan } from "./plan.js";
import type { Score, TierModel } from "./schema.js";
import { readShape } from "./shape.js";

/** Columns of the standing itself, and of the file a run writes. */
const reserved = new Set(["customer_id", "public_id", "tier", "since", "before", "clause", "name", "kind", "branch"]);

const LARGEST_SCORE = 1_000_000;
const LARGEST_EDGE = 1e15;

function checkScore(name: string, score: Score, names: ReadonlyMap<string, Kind>, say: Say): void {
  const path = ["scores", name];
  const speaksOf = (of: string, at: Path): void => {
    const kind = names.get(of);
    if (kind === undefined)
      say(
        at,
        "tiering.unknown_name",
        { zh: `没有名为 ${of} 的指标或评分`, en: `there is no measure or score named ${of}` },
        didYouMean(
          of,
          [...names.keys()].filter((one) => one !== name),
        ),
      );
    else if (kind === "text") say(at, "tiering.needs_number", { zh: `${of} 是文本，不能评分`, en: `${of} is a text and cannot be scored` });
  };
  if ("weighted" in score) {
    for (const [of, weight] of Object.entries(score.weighted)) {
      speaksOf(of, [...path, "weighted", of]);
      if (Math.abs(weight) > 1000 || Math.abs(weight * 1e6 - Math.round(weight * 1e6)) > 1e-6) {
        say(
          [...path, "weighted", of],
          "tiering.bad_weight",
          { zh: `权重 ${weight} 超出范围`, en: `the weight ${weight} is out of range` },
          { zh: "在 -1000 到 1000 之间，至多六位小数", en: "between -1000 and 1000, at most six decimals" },
        );
      }
    }
    if (Object.keys(score.weighted).length === 0) say([...path, "weighted"], "tiering.too_few", { zh: "weighted 为空", en: "weighted is empty" });
    return;
  }
  speaksOf(score.of, [...path, "of"]);
  if (score.missing !== undefined && !(Number.isInteger(score.missing) && Math.abs(score.missing) <= LARGEST_SCORE))
    say([...path, "missing"], "tiering.wrong_kind", {
      zh: `missing 需要 -${LARGEST_SCORE} 到 ${LARGEST_SCORE} 之间的整数`,
      en: `missing has to be a whole number between -${LARGEST_SCORE} and ${LARGEST_SCORE}`,
    });
  for (const edge of "edges" in score.bands ? score.bands.edges : []) {
    if (Math.abs(edge) <= LARGEST_EDGE && Number(edge.toFixed(6)) === edge) continue;
    say(
      [...path, "bands"],
      "tiering.bad_edge",
      { zh: `分档界限 ${edge} 超出范围`, en: `the edge ${edge} is out of range` },
      { zh: "绝对值不超过一千万亿，至多六位小数", en: "at most 10^15 either way, with at most six decimals" },
    );
  }
  if ("edges" in score.bands && score.bands.edges.some((edge, i, all) => i > 0 && edge <= (all[i - 1] ?? edge))) {
    say([...path, "bands"], "tiering.edges_rise", { zh: "edges 必须从小到大且不重复", en: "edges have to rise from one to the next" });
  }
}

function checkCircles(scores: readonly CoreScore[], say: Say): void {
  const ordered = new Set(inDependencyOrder(scores).map((score) => score.name));
  const circle = scores.filter((score) => !ordered.has(score.name)).map((score) => score.name);
  for (const name of circle) {
    say(
      ["scores", name],
      "tiering.circle",
      { zh: `评分 ${name} 绕了一圈又用到自己`, en: `the score ${name} is made of itself, round a circle` },
      { zh: `圈中有：${circle.join("、")}`, en: `in the circle: ${circle.join(", ")}` },
    );
  }
}

function checkTiers(model: TierModel, places: readonly number[], names: ReadonlyMap<string, Kind>, say: Say): void {
  const ids = new Set<string>();
  const conditions = new Set<string>();
  model.tiers.forEach((tier, i) => {
    const path: Path = ["tiers", places[i] ?? i];
    const last = i === model.tiers.length - 1;
    if (ids.has(tier.id)) say([...path, "id"], "tiering.twice", { zh: `层级 ${tier.id} 出现两次`, en: `the tier ${tier.id} is there twice` });
    ids.add(tier.id);
    if (tier.when === undefined) {
      if (!last)
        say(
          path,
          "tiering.unreachable",
          { zh: `层级 ${tier.id} 没有条件，它之后的层级永远轮不到`, en: `the tier ${tier.id} has no condition: nothing after it is ever reached` },
          { zh: "加上 when，或移到最后", en: "give it a `when`, or move it to the end" },
        );
      return;
    }
    readCondition(tier.when, [...path, "when"], names, say, true);
    if (last)
      say(
        [...path, "when"],
        "tiering.last_has_condition",
        { zh: "最后一个层级不能有条件：每位客户都要有层级", en: "the last tier must have no condition: every customer needs a tier" },
        { zh: "去掉 when，或在后面加一个没有条件的层级", en: "remove `when`, or add a tier without one after it" },
      );
    if (conditions.has(tier.when))
      say([...path, "when"], "tiering.unreachable", {
        zh: `与前面某层级条件相同，${tier.id} 永远轮不到`,
        en: `an earlier tier has the same condition: ${tier.id} is never reached`,
      });
    conditions.add(tier.when);
  });
}

function checkNames(model: TierModel, say: Say): void {
  for (const [under, held] of [
    ["measures", model.measures],
    ["scores", model.scores],
  ] as const) {
    for (const name of Object.keys(held)) {
      if (reserved.has(name))
        say(
          [under, name],
          "tiering.reserved",
          { zh: `名称 ${name} 已有固定含义`, en: `the name ${name} has a meaning of its own` },
          { zh: "请换一个名称", en: "choose another name" },
        );
      if (under === "scores" && name in model.measures)
        say([under, name], "tiering.twice", { zh: `${name} 既是指标又是评分`, en: `${name} is both a measure and a score` });
    }
  }
  if (model.value !== undefined && !(model.value in model.measures)) {
    say(
      ["value"],
      "tiering.unknown_name",
      { zh: `没有名为 ${model.value} 的指标`, en: `there is no measure named ${model.value}` },
      didYouMean(model.value, Object.keys(model.measures)),
    );
  }
  if (Object.keys(model.measures).length === 0) say(["measures"], "tiering.too_few", { zh: "至少需要一个指标", en: "there has to be at least one measure" });
}

/** Kinds of every measure and score by name, for conditions. */
function namesOf(model: TierModel, all: readonly string[]): Map<string, Kind> {
  const conditions = model.tiers.flatMap((tier) => {
    try {
      return tier.when === undefined ? [] : [parseExpression(tier.when)];
    } catch {
      return []; // told by checkTiers
    }
  });
  const texts = textNames(conditions);
  return new Map(
    all.map((name) => {
      const measure = model.measures[name];
      if (measure?.take !== "latest") return [name, "number"];
      const { fact, column, attribute } = originOf(measure.of);
      if (attribute !== null) return [name, texts.has(name) && measure.unit === undefined ? "text" : "number"];
      const type = fact in facts ? columnsOf(fact as Fact).find((one) => one.name === column)?.meta.sql : undefined;
      return [name, type === "varchar" ? "text" : "number"];
    }),
  );
}

function checkAll(source: Source): { problems: Problem[]; plan: Plan | undefined; model: TierModel | undefined } {
  if (source.problems.length > 0) return { problems: source.problems, plan: undefined, model: undefined };
  const { model, places, names: all, problems } = readShape(source);
  if (model === undefined) return { problems, plan: undefined, model: undefined };
  const say: Say = (path, code, message, hint) => void problems.push(source.at(path, code, message, hint));
  const names = namesOf(model, all);
  checkNames(model, say);
  if (model.value !== undefined && names.get(model.value) === "text")
    say(["value"], "tiering.needs_number", { zh: `${model.value} 是文本，不能合计`, en: `${model.value} is a text and cannot be added up` });
  for (const [name, measure] of Object.entries(model.measures)) checkMeasure(name, measure, say);
  for (const [name, score] of Object.entries(model.scores)) checkScore(name, score, names, say);
  checkCircles(
    Object.entries(model.scores).map(([name, score]) => ({
      form: "weighted",
      name,
      title: { zh: name, en: name },
      weights: ("weighted" in score ? Object.keys(score.weighted) : [score.of]).map((of) => ({ of, weight: "0" })),
    })),
    say,
  );
  checkTiers(model, places, names, say);
  if (problems.length > 0) return { problems, plan: undefined, model };
  const plan = lower(model);
  problems.push(...checkExamples(plan, model.examples, source));
  return problems.length > 0 ? { problems, plan: undefined, model } : { problems, plan, model };
}

/**
 * Check a model's text: names, columns, kinds, circles, order of tiers, examples. All problems at once, in the order of
 * their lines, each with file, line and what to do; `plan` only when there are none.
 */
export function checkModel(text: string, file = "model.yaml"): { plan: Plan | undefined; model: TierModel | undefined; problems: Problem[] } {
  const checked = checkAll(readSource(text, file, "tiering"));
  const unique = new Map(checked.problems.map((one) => [`${one.code} ${one.place?.path} ${one.message.en}`, one]));
  const problems = [...unique.values()].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return { ...checked, problems };
}
