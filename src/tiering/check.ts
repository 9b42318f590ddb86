import { type Fact, facts } from "../customer/schema.js";
import { parseDuration } from "../platform/calendar/index.js";
import { isObject, type Path, readSource, type Source } from "../platform/document/index.js";
import { didYouMean, type Expression, type Kind, namesIn } from "../platform/expression/index.js";
import type { Problem } from "../platform/schema.js";
import { measurableColumns } from "./catalogue.js";
import { checkExamples, failedExamples } from "./examples.js";
import { inDependencyOrder, lower, originOf, textNames } from "./lower.js";
import { checkMeasure, parsed, readCondition, readFormula, type Say } from "./measures.js";
import type { CoreScore, Plan } from "./plan.js";
import { unreachable } from "./reach.js";
import type { Measure, TierModel } from "./schema.js";
import { type ReadScore, readShape, type Shape } from "./shape.js";

/** Columns of the standing itself, and of the file a run writes. */
const reserved = new Set([
  "customer_id",
  "public_id",
  "tier",
  "grade",
  "since",
  "before",
  "clause",
  "phase",
  "phase_since",
  "phase_tier",
  "computed",
  "override",
  "phase_times",
  "name",
  "kind",
  "branch",
]);

const LARGEST_SCORE = 1_000_000;

const weightedHint = { zh: "例如 weighted: { spend: 1 }", en: "for example weighted: { spend: 1 }" };
const measuresHint = { zh: "例如 spend: { of: transaction.amount, take: sum }", en: "for example spend: { of: transaction.amount, take: sum }" };
const renameHint = { zh: "给其中一个另取名称", en: "give one of them another name" };
const LARGEST_EDGE = 1e15;

/** Names of measures and scores with their kinds; undefined: it is there, and cannot be read. */
type Names = ReadonlyMap<string, Kind | undefined>;

/** What a score is made of. */
function partsOf(score: ReadScore): string[] {
  if (score.form === "weighted") return Object.keys(score.sound.weighted ?? {});
  if (score.form === "formula") {
    const formula = parsed(score.sound.formula ?? "");
    return formula === undefined ? [] : namesIn(formula);
  }
  return score.sound.of === undefined ? [] : [score.sound.of];
}

function checkScore(name: string, score: ReadScore, names: Names, say: Say): void {
  const path = ["scores", name];
  const speaksOf = (of: string, at: Path): void => {
    if (!names.has(of))
      say(
        at,
        "tiering.unknown_name",
        { zh: `没有名为 ${of} 的指标或评分`, en: `there is no measure or score named ${of}` },
        didYouMean(
          of,
          [...names.keys()].filter((one) => one !== name),
        ),
      );
    else if (names.get(of) === "text") say(at, "tiering.needs_number", { zh: `${of} 是文本，不能评分`, en: `${of} is a text and cannot be scored` });
  };
  if (score.form === "weighted") {
    const { weighted } = score.sound;
    if (weighted === undefined) return;
    for (const [of, weight] of Object.entries(weighted)) {
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
    checkSum(Object.values(weighted), [...path, "weighted"], say);
    if (Object.keys(weighted).length === 0) say([...path, "weighted"], "tiering.too_few", { zh: "weighted 为空", en: "weighted is empty" }, weightedHint);
    return;
  }
  const { missing } = score.sound;
  if (missing !== undefined && !(Number.isInteger(missing) && Math.abs(missing) <= LARGEST_SCORE))
    say(
      [...path, "missing"],
      "tiering.wrong_kind",
      {
        zh: `missing 需要 -${LARGEST_SCORE} 到 ${LARGEST_SCORE} 之间的整数`,
        en: `missing has to be a whole number between -${LARGEST_SCORE} and ${LARGEST_SCORE}`,
      },
      { zh: "例如 missing: 0", en: "for example missing: 0" },
    );
  if (score.form === "formula") {
    const others = new Map([...names].filter(([one]) => one !== name));
    if (score.sound.formula !== undefined) readFormula(score.sound.formula, [...path, "formula"], others, say);
    return;
  }
  const { of, bands } = score.sound;
  if (of !== undefined) speaksOf(of, [...path, "of"]);
  const edges = bands !== undefined && "edges" in bands ? bands.edges : [];
  for (const edge of edges) {
    if (Math.abs(edge) <= LARGEST_EDGE && Number(edge.toFixed(6)) === edge) continue;
    say(
      [...path, "bands"],
      "tiering.bad_edge",
      { zh: `分档界限 ${edge} 超出范围`, en: `the edge ${edge} is out of range` },
      { zh: "绝对值不超过一千万亿，至多六位小数", en: "at most 10^15 either way, with at most six decimals" },
    );
  }
  if (edges.some((edge, i, all) => i > 0 && edge <= (all[i - 1] ?? edge))) {
    const rising = [...new Set(edges)].sort((a, b) => a - b).join(", ");
    say(
      [...path, "bands"],
      "tiering.edges_rise",
      { zh: "edges 必须从小到大且不重复", en: "edges have to rise from one to the next" },
      { zh: `写成 edges: [${rising}]`, en: `write edges: [${rising}]` },
    );
  }
}

/** Parts of one are parts of a whole; other weights are factors, and add up to what they may. */
function checkSum(weights: readonly number[], path: Path, say: Say): void {
  if (weights.length < 2 || weights.some((weight) => weight <= 0 || weight >= 1)) return;
  const sum = Number(weights.reduce((total, weight) => total + weight, 0).toFixed(6));
  if (Math.abs(sum - 1) <= 0.002) return; // thirds are written as 0.333
  say(
    path,
    "tiering.weights_sum",
    { zh: `权重合计 ${sum}，应为 1`, en: `the weights add up to ${sum}, not to 1` },
    { zh: "让各权重合计为 1；若不是占比，可写成大于 1 的系数", en: "make them add up to 1; where they are no shares, write factors of 1 and more" },
  );
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

function sayUnreachable(id: string, when: Expression, earlier: readonly { id: string; when: Expression }[], path: Path, say: Say): void {
  const found = unreachable(
    when,
    earlier.map((one) => one.when),
  );
  if (found === undefined) return;
  const before = found.why === "earlier" ? earlier[found.after]?.id : undefined;
  if (before === undefined)
    say(
      path,
      "tiering.unreachable",
      { zh: `${id} 的条件永远不成立`, en: `the condition of ${id} can never hold` },
      { zh: "检查上下限", en: "check its limits" },
    );
  else
    say(
      path,
      "tiering.unreachable",
      {
        zh: `满足 ${id} 条件的客户都已归入前面的 ${before}，${id} 永远轮不到`,
        en: `whoever meets the condition of ${id} is ${before} already: ${id} is never reached`,
      },
      { zh: "门槛高的层级放在前面", en: "put the tier that asks more first" },
    );
}

function checkTiers(tiers: Shape["tiers"], names: Names, say: Say): void {
  const ids = new Set<string>();
  const conditions = new Set<string>();
  const earlier: { id: string; when: Expression }[] = [];
  tiers.forEach(({ sound, broken }, i) => {
    const path: Path = ["tiers", i];
    const last = i === tiers.length - 1;
    const { when } = sound;
    const id = sound.id ?? String(i + 1);
    if (ids.has(id)) say([...path, "id"], "tiering.twice", { zh: `层级 ${id} 出现两次`, en: `the tier ${id} is there twice` }, renameHint);
    ids.add(id);
    if (when === undefined) {
      if (!last && !broken("when"))
        say(
          path,
          "tiering.unreachable",
          { zh: `层级 ${id} 没有条件，它之后的层级永远轮不到`, en: `the tier ${id} has no condition: nothing after it is ever reached` },
          { zh: "加上 when，或移到最后", en: "give it a `when`, or move it to the end" },
        );
      return;
    }
    const expression = readCondition(when, [...path, "when"], names, say, true);
    if (last)
      say(
        [...path, "when"],
        "tiering.last_has_condition",
        { zh: "最后一个层级不能有条件：每位客户都要有层级", en: "the last tier must have no condition: every customer needs a tier" },
        { zh: "去掉 when，或在后面加一个没有条件的层级", en: "remove `when`, or add a tier without one after it" },
      );
    if (conditions.has(when))
      say(
        [...path, "when"],
        "tiering.unreachable",
        { zh: `与前面某层级条件相同，${id} 永远轮不到`, en: `an earlier tier has the same condition: ${id} is never reached` },
        { zh: "改写其中一个条件，或去掉其中一个层级", en: "change one of the conditions, or remove one of the tiers" },
      );
    else if (expression !== undefined) sayUnreachable(id, expression, earlier, [...path, "when"], say);
    conditions.add(when);
    if (expression !== undefined) earlier.push({ id, when: expression });
  });
}

/** Lengths of time that can be read, and counted days that are there to count. */
function checkStability({ stability: { promote, demote }, scheduled }: Pick<Shape, "stability" | "scheduled">, say: Say): void {
  if (promote !== undefined && promote !== "at_once" && !scheduled)
    say(
      ["stability", "promote"],
      "tiering.needs_schedule",
      { zh: "promote 数的是评定日，需要 schedule", en: "promote counts scheduled days and needs a schedule" },
      { zh: "例如 schedule: monthly", en: "for example schedule: monthly" },
    );
  if (demote === undefined || demote === "at_once") return;
  for (const key of ["below_for", "then_watch"] as const) {
    const length = demote[key];
    if (length === undefined || parseDuration(length) !== undefined) continue;
    say(
      ["stability", "demote", key],
      "tiering.bad_duration",
      { zh: `看不懂时长“${length}”`, en: `${length} is no length of time` },
      { zh: "例如 3 months、90 days、1 year", en: "for example 3 months, 90 days, 1 year" },
    );
  }
}

function checkNames({ measures, scores, value }: Shape, names: Names, say: Say): void {
  for (const [under, held] of [
    ["measures", measures],
    ["scores", scores],
  ] as const) {
    for (const name of held.keys()) {
      if (reserved.has(name))
        say(
          [under, name],
          "tiering.reserved",
          { zh: `名称 ${name} 已有固定含义`, en: `the name ${name} has a meaning of its own` },
          { zh: "请换一个名称", en: "choose another name" },
        );
      if (under === "scores" && measures.has(name))
        say([under, name], "tiering.twice", { zh: `${name} 既是指标又是评分`, en: `${name} is both a measure and a score` }, renameHint);
    }
  }
  if (value !== undefined && !measures.has(value)) {
    say(["value"], "tiering.unknown_name", { zh: `没有名为 ${value} 的指标`, en: `there is no measure named ${value}` }, didYouMean(value, measures.keys()));
  } else if (value !== undefined && names.get(value) === "text") {
    say(["value"], "tiering.needs_number", { zh: `${value} 是文本，不能合计`, en: `${value} is a text and cannot be added up` });
  }
  if (measures.size === 0) say(["measures"], "tiering.too_few", { zh: "至少需要一个指标", en: "there has to be at least one measure" }, measuresHint);
}

/** Kinds of every measure and score by name, for conditions. */
function namesOf({ measures, scores, tiers }: Shape): Names {
  const formulas = [...scores.values()].flatMap((score) => (score.form === "formula" ? (score.sound.formula ?? []) : []));
  const conditions = [...tiers.flatMap(({ sound: { when } }) => when ?? []), ...formulas].flatMap((text) => parsed(text) ?? []);
  const texts = textNames(conditions);
  const kindOf = (name: string, { of, take, unit }: Partial<Measure>): Kind | undefined => {
    if (take === undefined) return undefined;
    if (take !== "latest") return "number";
    if (of === undefined) return undefined;
    const { fact, column, attribute } = originOf(of);
    if (attribute !== null) return texts.has(name) && unit === undefined ? "text" : "number";
    const type = fact in facts ? measurableColumns(fact as Fact).find((one) => one.name === column)?.meta.sql : undefined;
    return type === undefined ? undefined : type === "varchar" ? "text" : "number";
  };
  return new Map([
    ...[...measures].map(([name, { sound }]) => [name, kindOf(name, sound)] as const),
    ...[...scores.keys()].map((name) => [name, "number"] as const),
  ]);
}

/** Mistakes that keep no text from saying what it says. Texts were published before some of them were told. */
const gradable = new Set(["tiering.example", "tiering.unreachable", "tiering.weights_sum"]);

interface Checked {
  problems: Problem[];
  /** Only when there is no problem. */
  plan: Plan | undefined;
  /** The same, also when what is wrong keeps nobody from being graded: examples that come out otherwise, tiers never reached, weights that add up to something else. */
  written: Plan | undefined;
  model: TierModel | undefined;
}

function checkAll(source: Source): Checked {
  if (source.problems.length > 0) return { problems: source.problems, plan: undefined, written: undefined, model: undefined };
  const shape = readShape(source);
  const { model, problems } = shape;
  if (!isObject(source.value)) return { problems, plan: undefined, written: undefined, model };
  const say: Say = (path, code, message, hint) => void problems.push(source.at(path, code, message, hint));
  const names = namesOf(shape);
  checkNames(shape, names, say);
  for (const [name, measure] of shape.measures) checkMeasure(name, measure, names.get(name) === "text", say);
  for (const [name, score] of shape.scores) checkScore(name, score, names, say);
  checkCircles(
    [...shape.scores].map(([name, score]) => ({
      form: "weighted",
      name,
      title: { zh: name, en: name },
      weights: partsOf(score).map((of) => ({ of, weight: "0" })),
    })),
    say,
  );
  checkTiers(shape.tiers, names, say);
  checkStability(shape, say);
  // a tier whose name cannot be read may be the one an example expects
  const tiers = shape.tiers.every(({ sound }) => sound.id !== undefined) ? shape.tiers.flatMap(({ sound }) => sound.id ?? []) : undefined;
  problems.push(...checkExamples([...names.keys()], tiers, shape.examples, source));
  if (problems.some(({ code }) => !gradable.has(code)) || model === undefined) return { problems, plan: undefined, written: undefined, model };
  const plan = lower(model);
  if (problems.length === 0) problems.push(...failedExamples(plan, model.examples, source));
  return { problems, plan: problems.length > 0 ? undefined : plan, written: plan, model };
}

/**
 * Check a model's text: names, columns, kinds, circles, order of tiers, examples. All problems at once, in the order of
 * their lines, each with file, line and what to do; `plan` only when there are none.
 */
export function checkModel(text: string, file = "model.yaml"): Checked {
  const checked = checkAll(readSource(text, file, "tiering"));
  const unique = new Map(checked.problems.map((one) => [`${one.code} ${one.place?.path} ${one.message.en}`, one]));
  const problems = [...unique.values()].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return { ...checked, problems };
}
