import { columnsOf } from "../customer/schema.js";
import { wordProblems } from "../outreach/index.js";
import { parseDuration } from "../platform/calendar/index.js";
import { isObject, type Known, type Path, type ReadPart, readPart, readSource } from "../platform/document/index.js";
import { didYouMean, type Expression, type Kind } from "../platform/expression/index.js";
import type { Problem, Text } from "../platform/schema.js";
import { kindsOf, readCondition, type Plan as TierPlan } from "../tiering/index.js";
import { type CoreEntitlement, type CorePlan, holdingColumns } from "./plan.js";
import { inDays, occasionWords, parseOn, parseOwes, type Rhythm } from "./rhythm.js";
import { Entitlement, ServicePlan } from "./schema.js";

const known = {
  plan: { called: "plan", keys: Object.keys(ServicePlan.shape) },
  entitlement: {
    called: "entitlement",
    keys: Object.keys(Entitlement.shape),
    unionHint: { zh: "写成 all 或层级列表，例如 [gold, platinum]", en: "write all, or a list of tiers, for example [gold, platinum]" },
  },
} as const satisfies Record<string, Known>;

const USUAL = { minutes: 10, within: 7, grace: 7, onceWithin: 30 };
/** Every day a promise may open or be planned on is a row of the day's questions: a year of them, and no more. */
const MOST_DAYS = 366;
const kinds: Record<string, Kind> = { varchar: "text", "decimal(18,4)": "number", date: "date" };
const holdingKinds = new Map<string, Kind>(
  columnsOf("holding").flatMap(({ name, meta }) => ((holdingColumns as readonly string[]).includes(name) ? [[name, kinds[meta.sql] ?? "text"] as const] : [])),
);

/** What a plan is checked against: the models and the templates there are, and how a script's places are checked. */
export interface Surroundings {
  model(name: string): { plan: TierPlan; version: number } | undefined;
  models: readonly string[];
  /** Templates in force, each with the places it speaks of. */
  templates: ReadonlyMap<string, readonly string[]>;
}

type Broken = ReadPart<Entitlement>["broken"];
type Say = (path: Path, code: string, message: Text, hint?: Text) => void;

/** The model a plan is for, if it is there and new enough. */
function modelOf(value: Record<string, unknown>, around: Surroundings, say: Say): TierPlan | undefined {
  const [name = "", least] = (typeof value["for"] === "string" ? value["for"] : "").split("@");
  const found = around.model(name);
  if (!ServicePlan.shape.for.safeParse(value["for"]).success) return found?.plan; // told by the shape
  if (found === undefined) {
    say(["for"], "service.unknown_model", { zh: `没有分层模型 ${name}`, en: `there is no tier model ${name}` }, didYouMean(name, around.models));
    return undefined;
  }
  if (least !== undefined && found.version < Number(least))
    say(
      ["for"],
      "service.model_too_old",
      {
        zh: `计划需要 ${name} 第 ${least} 版，已发布的是第 ${found.version} 版`,
        en: `the plan needs version ${least} of ${name}; version ${found.version} is published`,
      },
      { zh: "先发布新的模型版本，或改写 for。", en: "Publish the newer model first, or change `for`." },
    );
  return found.plan;
}

function rhythmOf(one: Entitlement, broken: Broken, path: Path, say: Say): Rhythm | undefined {
  if (broken("owes") || broken("on") || broken("standing")) return undefined;
  const given = [one.owes, one.on, one.standing].filter((held) => held !== undefined).length;
  if (one.standing === true && given === 1) return { form: "standing" };
  if (given !== 1) {
    say(
      path,
      "service.when_owed",
      { zh: `${one.id} 需要 owes、on 或 standing，且只要一个`, en: `${one.id} needs one of owes, on and standing` },
      { zh: "例如 owes: 1 per month，或 on: birthday，或 standing: true", en: "for example owes: 1 per month, or on: birthday, or standing: true" },
    );
    return undefined;
  }
  if (one.owes !== undefined) {
    const rhythm = parseOwes(one.owes);
    if (rhythm === undefined)
      say(
        [...path, "owes"],
        "service.bad_owes",
        { zh: `看不懂 owes：${one.owes}`, en: `owes cannot be read: ${one.owes}` },
        {
          zh: "例如 1 per month、2 per quarter、1 per half year、1 per year、once",
          en: "for example 1 per month, 2 per quarter, 1 per half year, 1 per year, once",
        },
      );
    return rhythm;
  }
  const { rhythm, word } = parseOn(one.on ?? "");
  if (rhythm === undefined)
    say(
      [...path, "on"],
      "service.bad_on",
      { zh: `看不懂 on：${one.on ?? ""}`, en: `on cannot be read: ${one.on ?? ""}` },
      occasionWords.includes(word) ? { zh: "例如 birthday - 7 days at 09:00", en: "for example birthday - 7 days at 09:00" } : didYouMean(word, occasionWords),
    );
  return rhythm;
}

function daysOf(text: string | undefined, otherwise: number, path: Path, say: Say): number {
  if (text === undefined) return otherwise;
  const duration = parseDuration(text);
  const days = duration === undefined ? undefined : inDays(duration);
  if (days !== undefined && days <= MOST_DAYS) return days;
  if (days !== undefined) {
    say(path, "service.bad_duration", { zh: `“${text}”太长`, en: `${text} is too long` }, { zh: `最长 ${MOST_DAYS} 天`, en: `at most ${MOST_DAYS} days` });
    return otherwise;
  }
  if (/^\s*0\s*days?\s*$/.test(text)) return 0;
  say(
    path,
    "service.bad_duration",
    { zh: `看不懂时长“${text}”`, en: `${text} is no length of time` },
    { zh: "例如 7 days、1 month", en: "for example 7 days, 1 month" },
  );
  return otherwise;
}

const isOfHoldings = (rhythm: Rhythm | undefined): boolean => rhythm?.form === "occasion" && typeof rhythm.of === "string" && rhythm.of.startsWith("holding.");

function checkAction(one: Entitlement, rhythm: Rhythm | undefined, path: Path, around: Surroundings, say: Say): void {
  const doing = (["task", "send", "by", "minutes", "evidence", "script"] as const).filter((key) => one[key] !== undefined);
  if (one.standing === true && doing.length > 0)
    say([...path, doing[0] ?? ""], "service.standing_right", {
      zh: `${one.id} 是随时享有的权益，不能写 ${doing.join("、")}`,
      en: `${one.id} is a standing right: there is nothing to do for ${doing.join(", ")}`,
    });
  if (one.send !== undefined) {
    const spoken = around.templates.get(one.send);
    const told = rhythm === undefined ? [] : (spoken?.filter((place) => !isOffered(place, rhythm)) ?? []);
    if (told.length > 0)
      say(
        [...path, "send"],
        "service.place_not_offered",
        {
          zh: `模板 ${one.send} 用到 ${told.join("、")}，这个时机没有`,
          en: `the template ${one.send} speaks of ${told.join(", ")}, which this occasion does not offer`,
        },
        { zh: "换一个模板，或改用 holding 或 tier_change 的时机。", en: "Choose another template, or an occasion of holdings or tier_change." },
      );
    if (spoken === undefined)
      say(
        [...path, "send"],
        "service.unknown_template",
        { zh: `没有模板 ${one.send}`, en: `there is no template ${one.send}` },
        didYouMean(one.send, around.templates.keys()),
      );
    for (const key of ["task", "minutes", "evidence", "script"] as const) {
      if (one[key] !== undefined)
        say(
          [...path, key],
          "service.task_or_text",
          { zh: `${one.id} 发送消息，不能再写 ${key}`, en: `${one.id} sends a text: ${key} is for tasks` },
          { zh: "任务和消息分成两条。", en: "Write a task and a text as two entitlements." },
        );
    }
  }
}

/** Does an occasion offer what a text speaks of? What is of a contract, or of a move between tiers, only its own does. */
export function isOffered(place: string, rhythm: Rhythm | undefined): boolean {
  if (place.startsWith("holding.")) return isOfHoldings(rhythm);
  return !["tier.before", "tier.changes"].includes(place) || (rhythm?.form === "occasion" && rhythm.of === "tier_change");
}

function lowered(one: Entitlement, rhythm: Rhythm, rest: Pick<CoreEntitlement, "tiers" | "when" | "where" | "within" | "grace">): CoreEntitlement {
  const action: CoreEntitlement["action"] =
    rhythm.form === "standing"
      ? { form: "right" }
      : one.send === undefined
        ? {
            form: "task",
            kind: one.task ?? "contact",
            minutes: one.minutes ?? USUAL.minutes,
            by: one.by ?? null,
            whose: one.whose,
            evidence: one.evidence ?? false,
            script: one.script ?? null,
          }
        : { form: "send", template: one.send };
  return { id: one.id, title: one.title, about: one.about ?? null, part: one.part ?? null, rhythm, cost: one.cost ?? null, action, ...rest };
}

/** One entitlement, checked as far as its fields can be read; undefined when it is not known when it is owed. */
function readEntitlement(
  row: Record<string, unknown>,
  { sound, broken }: Pick<ReadPart<Entitlement>, "sound" | "broken">,
  path: Path,
  model: TierPlan | undefined,
  around: Surroundings,
  say: Say,
): CoreEntitlement | undefined {
  const unnamed = { id: `${known.entitlement.called} ${Number(path.at(-1)) + 1}`, title: { zh: "", en: "" }, tiers: "all", whose: "team" } as const;
  const one: Entitlement = { ...unnamed, ...sound };
  const rhythm = rhythmOf(one, broken, path, say);
  const ladder = model?.tiers.map((tier) => tier.id) ?? [];
  const tiers = one.tiers === "all" ? ladder : one.tiers;
  if (model !== undefined && Array.isArray(row["tiers"]))
    (row["tiers"] as unknown[]).forEach((tier, i) => {
      if (typeof tier === "string" && !ladder.includes(tier))
        say(
          [...path, "tiers", i],
          "service.unknown_tier",
          { zh: `模型 ${model.model} 没有层级 ${tier}`, en: `the model ${model.model} has no tier ${tier}` },
          didYouMean(tier, ladder),
        );
    });
  let when: Expression | undefined;
  if (one.when !== undefined && model !== undefined) {
    const figures = kindsOf(model);
    when = readCondition(
      one.when,
      [...path, "when"],
      figures,
      (at, code, message, hint) => say(at, code.replace("tiering.", "service."), message, hint),
      false,
    );
  }
  let where: Expression | undefined;
  if (one.where !== undefined) {
    if (rhythm !== undefined && !isOfHoldings(rhythm))
      say(
        [...path, "where"],
        "service.where_of_holdings",
        { zh: "where 只用于 holding 的时机", en: "where is for occasions of holdings" },
        { zh: "客户的条件写在 when。", en: "Conditions on the customer go to `when`." },
      );
    where = readCondition(
      one.where,
      [...path, "where"],
      holdingKinds,
      (at, code, message, hint) => say(at, code.replace("tiering.", "service."), message, hint),
      false,
    );
  }
  const within = daysOf(one.within, rhythm?.form === "once" ? USUAL.onceWithin : USUAL.within, [...path, "within"], say);
  const grace = daysOf(one.grace, USUAL.grace, [...path, "grace"], say);
  checkAction(one, rhythm, path, around, say);
  return rhythm === undefined ? undefined : lowered(one, rhythm, { tiers, when: when ?? null, where: where ?? null, within, grace });
}

/**
 * Check a plan's text against the models and templates there are: all problems at once, in the order of their lines, each
 * with file, line and what to do; `plan` only when there are none.
 */
export function checkPlan(text: string, file: string, around: Surroundings): { plan: CorePlan | undefined; problems: Problem[] } {
  const source = readSource(text, file, "service");
  if (source.problems.length > 0) return { plan: undefined, problems: source.problems };
  const { value } = source;
  if (!isObject(value)) {
    const hint = { zh: "计划文件以 plan: 名称 开头", en: "a plan begins with plan: name" };
    return { plan: undefined, problems: [source.at([], "service.not_a_plan", { zh: "这不是服务计划", en: "this is not a service plan" }, hint)] };
  }
  const problems: Problem[] = [];
  const say: Say = (path, code, message, hint) => void problems.push(source.at(path, code, message, hint));
  const rows = Array.isArray(value["entitlements"]) ? (value["entitlements"] as unknown[]) : [];
  const stand = rows.length === 0 ? {} : { entitlements: [{ id: "a", title: { zh: "a", en: "a" }, tiers: "all" }] };
  const frame = readPart(source, ServicePlan, { ...value, ...stand }, [], known.plan);
  problems.push(...frame.problems);
  const model = modelOf(value, around, say);
  const ids = new Set<string>();
  const entitlements = rows.flatMap((row, i) => {
    const path = ["entitlements", i];
    const { problems: found, ...read } = readPart(source, Entitlement, row, path, known.entitlement);
    problems.push(...found);
    if (!isObject(row)) return [];
    const { id } = read.sound;
    if (id !== undefined && ids.has(id)) say([...path, "id"], "service.twice", { zh: `${id} 出现两次`, en: `${id} is there twice` });
    if (id !== undefined) ids.add(id);
    for (const language of ["zh", "en"] as const) {
      const said = isObject(row["script"]) ? row["script"][language] : undefined;
      if (typeof said === "string") problems.push(...wordProblems(source, [...path, "script", language], said));
    }
    return readEntitlement(row, read, path, model, around, say) ?? [];
  });
  problems.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  if (problems.length > 0 || frame.part === undefined || model === undefined) return { plan: undefined, problems };
  const { plan, title, about } = frame.part;
  return {
    plan: { plan, title, about: about ?? null, model: model.model, tiers: model.tiers.map(({ id, title: name }) => ({ id, title: name })), entitlements },
    problems,
  };
}
