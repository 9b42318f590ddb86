import { audit, demand } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { todayIn } from "../platform/cycle/index.js";
import { checkExpression, didYouMean, ExpressionError, type Kind, namesIn, parseExpression } from "../platform/expression/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { ProblemError, problem, refuse } from "../platform/problem.js";
import type { Problem, Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { checkModel } from "./check.js";
import { conditionInWords } from "./condition.js";
import { type ExampleOutcome, runExamples } from "./examples.js";
import { howFollowed } from "./held.js";
import { columnsOf, isForetold, type Plan } from "./plan.js";
import { presetNames, presetText } from "./presets.js";
import { kindsOf } from "./queries/customers.js";
import { kindsOfPeople } from "./queries/people.js";
import type { ModelVersion, TierReferences } from "./schema.js";
import { groupsOfModel } from "./store/groups.js";
import { tiersOverridden } from "./store/overrides.js";
import { lapseProposals } from "./store/proposals.js";
import * as store from "./store.js";

const KEPT_PLANS = 100;
const plans = new Map<string, Plan>();

/** The plan of a published text. Texts do not change, so a plan is made once. */
export function planOf(version: { model: string; version: number; text: string }): Plan {
  const held = plans.get(version.text);
  if (held !== undefined) return held;
  const { written: plan, problems } = checkModel(version.text, `${version.model}.yaml`);
  if (plan === undefined) throw new ProblemError(problems); // published under an older check: the problems say what to mend
  if (plans.size >= KEPT_PLANS) plans.clear();
  plans.set(version.text, plan);
  return plan;
}

/** The plan of a text, unless it was published under an older check and can no longer be read. */
export function readable(version: { model: string; version: number; text: string }): Plan | undefined {
  try {
    return planOf(version);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** What a text is called; one that can no longer be read, by its model's name. */
export const titleOf = (version: { model: string; version: number; text: string }): Text =>
  readable(version)?.title ?? { zh: version.model, en: version.model };

/** The shares above which somebody is asked; a version that can no longer be read asks for nothing: another is the way out. */
export const safetyOf = (version: store.VersionRow): Plan["safety"] => readable(version)?.safety ?? { stopOver: null, approveOver: null };

type Words = Pick<ModelVersion, "title" | "tiers" | "columns" | "value">;

const wordsOf = (plan: Plan): Words => ({
  title: plan.title,
  tiers: plan.tiers.map(({ id, title, byHand, when }) => ({ id, title, by_hand: byHand, condition: when === null ? null : conditionInWords(plan, when) })),
  columns: columnsOf(plan),
  value: plan.value,
});

/** A version as people see it. */
export function shownVersion(row: store.VersionRow): ModelVersion {
  const plan = planOf(row);
  return { ...row, ...wordsOf(plan), about: plan.about, follows: howFollowed(plan), foretells: plan.measures.some(isForetold) };
}

/** Every problem of a text, and what its examples come to when there is none. */
export function checkText(text: string, file?: string): { problems: Problem[]; model: Words | null; examples: ExampleOutcome[] } {
  const { problems, written, model } = checkModel(text, file);
  if (written === undefined || model === undefined) return { problems, model: null, examples: [] };
  return { problems, model: wordsOf(written), examples: runExamples(written, model.examples) };
}

export type ReferencesPart = TierReferences<Workspace>;

/** What a new version would break of conditions over the model: figures that are gone, and others than they were. */
function brokenConditions(kinds: ReadonlyMap<string, Kind>, what: Text, conditions: readonly { of: Text; when: string }[]): Problem[] {
  const read = conditions.flatMap(({ of, when }) => {
    try {
      return [{ of, when, expression: parseExpression(when) }];
    } catch (error) {
      if (error instanceof ExpressionError) return []; // published under an older check: no version of a model mends it
      throw error;
    }
  });
  const place = { path: "measures" };
  const hint = { zh: "先修改引用它的计划或分群。", en: "Change the plan or group that names it first." };
  const gone = new Set(read.flatMap(({ expression }) => namesIn(expression)).filter((name) => !kinds.has(name)));
  const told = [...gone].map((figure) =>
    problem(
      "tiering.figure_in_use",
      { zh: `指标 ${figure} 还被“${what.zh}”使用，不能去掉`, en: `the figure ${figure} is named by ${what.en} and cannot go` },
      { place, hint },
    ),
  );
  const unfit = read.flatMap(({ of, when, expression }) => {
    if (namesIn(expression).some((name) => gone.has(name))) return [];
    return checkExpression(expression, kinds).problems.map(({ message }) =>
      problem(
        "tiering.condition_in_use",
        {
          zh: `“${what.zh}”的“${of.zh}”有条件 ${when}，不再适用：${message.zh}`,
          en: `${of.en} of ${what.en} has the condition ${when}, which would no longer fit: ${message.en}`,
        },
        { place, hint },
      ),
    );
  });
  return [...told, ...unfit];
}

/** The tiers that overrides hold customers in, or are asked to. */
async function overrideReferences(workspace: Workspace, model: string): Promise<Awaited<ReturnType<ReferencesPart>>[number]> {
  const today = todayIn(workspace.settings.zone, new Date());
  const tiers = await atomically(workspace.postgres, "all", (tx) => tiersOverridden(tx, model, today));
  return { what: { zh: "人工调整", en: "overrides" }, tiers, conditions: [] };
}

/** The conditions of the groups of a model. */
async function groupConditions(workspace: Workspace, model: string): Promise<{ of: Text; when: string }[]> {
  const rows = await atomically(workspace.postgres, "all", (tx) => groupsOfModel(tx, model));
  return rows.map(({ title, condition }) => ({ of: title, when: condition }));
}

/** What a plan or policy names cannot go: every tier and figure is told, with who names it. */
export async function refuseNamed(workspace: Workspace, plan: Plan, references: readonly ReferencesPart[]): Promise<void> {
  const left = new Set(plan.tiers.map((tier) => tier.id));
  const named = [...(await Promise.all(references.map((part) => part(workspace, plan.model)))).flat(), await overrideReferences(workspace, plan.model)];
  const kinds = kindsOf(plan);
  const broken = [
    ...named.flatMap(({ what, conditions }) => brokenConditions(kinds, what, conditions)),
    ...brokenConditions(kindsOfPeople(plan), { zh: "分群", en: "groups" }, await groupConditions(workspace, plan.model)),
  ];
  const problems = named.flatMap(({ what, tiers }) =>
    [...new Set(tiers)]
      .filter((tier) => !left.has(tier))
      .map((tier) =>
        problem(
          "tiering.tier_in_use",
          { zh: `层级 ${tier} 还被“${what.zh}”使用，不能去掉`, en: `the tier ${tier} is named by ${what.en} and cannot go` },
          { place: { path: "tiers" }, hint: { zh: "先修改引用它的计划或规则。", en: "Change the plan or policy that names it first." } },
        ),
      ),
  );
  if (problems.length + broken.length > 0) throw new ProblemError([...problems, ...broken]);
}

interface Publishing {
  references?: readonly ReferencesPart[];
  /** What it does to everybody was seen: a model that asks for approval is published. */
  previewed?: boolean;
  /** The text was published before: mistakes that are told since then do not keep it from being so again. */
  republished?: boolean;
  /** What is written with the version or not at all. */
  alongside?: (tx: Transaction, version: number) => Promise<void>;
}

/** Publish a text as the next version of its model; the text in force changes nothing. */
export async function publish(
  workspace: Workspace,
  actor: Actor,
  given: { text: string; origin: string; note?: string | undefined },
  { references = [], previewed = false, republished = false, alongside }: Publishing = {},
): Promise<ModelVersion> {
  const { plan: sound, written, problems } = checkModel(given.text, given.origin);
  const plan = republished ? written : sound;
  if (plan === undefined) throw new ProblemError(problems);
  await refuseNamed(workspace, plan, references);
  const row = await atomically(workspace.postgres, "all", async (tx) => {
    await store.lockVersions(tx, plan.model);
    const held = await store.modelVersion(tx, plan.model);
    if (held?.text === given.text) return held;
    if (held !== undefined && !previewed && safetyOf(held).approveOver !== null) refuseUnseen(plan.model);
    const added = await store.addVersion(tx, {
      model: plan.model,
      text: given.text,
      origin: given.origin,
      published_by: actor.login,
      tiers: plan.tiers.map((tier) => tier.id),
    });
    await audit(tx, actor, "models.publish", `model:${plan.model}`, { version: added.version, origin: given.origin, note: given.note });
    await alongside?.(tx, added.version);
    await lapseProposals(tx, plan.model);
    return added;
  });
  return shownVersion(row);
}

function refuseUnseen(model: string): never {
  refuse(
    "tiering.needs_preview",
    { zh: `模型 ${model} 的变更超过一定幅度需要审批，不能直接发布`, en: `A change of ${model} that moves many needs approval: it is not published unseen` },
    { status: 409, hint: { zh: "使用 tierkeep models apply 文件", en: "Use tierkeep models apply FILE" } },
  );
}

/** Publish a preset under its own name. */
export function publishPreset(workspace: Workspace, actor: Actor, name: string, references: readonly ReferencesPart[] = []): Promise<ModelVersion> {
  const text = presetText(name);
  return text === undefined ? noSuchModel(name, presetNames()) : publish(workspace, actor, { text, origin: `preset:${name}` }, { references });
}

/** The version in force of a published model; a preset of that name is published first, by who may. */
export async function modelInForce(workspace: Workspace, actor: Actor, name: string): Promise<store.VersionRow> {
  const read = (tx: Transaction) => store.modelVersion(tx, name);
  const held = await atomically(workspace.postgres, "all", read);
  if (held !== undefined) return held;
  if (presetText(name) !== undefined) demand(actor, "models:publish");
  await publishPreset(workspace, actor, name);
  return (await atomically(workspace.postgres, "all", read)) ?? noSuchModel(name, presetNames());
}

/** A published model's version, or a 404 that says which there are. */
export async function publishedVersion(workspace: Workspace, name: string, version?: number): Promise<store.VersionRow> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const row = await store.modelVersion(tx, name, version);
    if (row !== undefined) return row;
    const inForce = await store.modelVersion(tx, name);
    if (inForce !== undefined && version !== undefined) noSuchVersion(name, version, inForce.version);
    return noSuchModel(
      name,
      (await store.publishedModels(tx)).map((one) => one.model),
    );
  });
}

function noSuchVersion(name: string, version: number, inForce: number): never {
  refuse(
    "tiering.no_such_version",
    { zh: `模型 ${name} 没有第 ${version} 版`, en: `${name} has no version ${version}` },
    { status: 404, hint: { zh: `共有 ${inForce} 版，从 1 到 ${inForce}`, en: `There are ${inForce}, from 1 to ${inForce}` } },
  );
}

/** The version that was published again, by where a text came from; undefined: none was. */
export const takenFrom = (origin: string): number | undefined => {
  const version = /^version:(\d+)$/.exec(origin)?.[1];
  return version === undefined ? undefined : Number(version);
};

const republishedFrom = ({ version, origin }: store.VersionRow): number => takenFrom(origin) ?? version;

/** The version before the one in force; of one that was gone back to, the one before it. */
export async function versionBefore(workspace: Workspace, name: string): Promise<store.VersionRow> {
  const inForce = await publishedVersion(workspace, name);
  let found = inForce;
  while (republishedFrom(found) < found.version) found = await publishedVersion(workspace, name, republishedFrom(found));
  if (found.version > 1) return publishedVersion(workspace, name, found.version - 1);
  refuse(
    "tiering.no_version_before",
    { zh: `模型 ${name} 之前没有版本，没有可以退回的`, en: `There is no version of ${name} before this one to go back to` },
    { status: 409, hint: { zh: `现行第 ${inForce.version} 版；用 --to N 指定版本`, en: `Version ${inForce.version} is in force; --to N names another` } },
  );
}

export function noSuchModel(name: string, names: readonly string[]): never {
  const apply = `tierkeep models apply ${name}`;
  const hint = presetNames().includes(name)
    ? { zh: `预置模型 ${name} 还没有发布，发布：${apply}`, en: `It is a preset that is not published yet: ${apply}` }
    : didYouMean(name, names);
  refuse(
    "tiering.no_such_model",
    { zh: `没有名为 ${name} 的分层模型`, en: `There is no tier model named ${name}` },
    { status: 404, ...(hint === undefined ? {} : { hint }) },
  );
}
