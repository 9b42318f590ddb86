import { audit, demand, may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { customerByPublicId } from "../customer/index.js";
import { didYouMean, type Expression } from "../platform/expression/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { presetsIn } from "../platform/presets.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { checkGroups } from "./group/document.js";
import { type InForce, modelsForPlans, standingInForce } from "./inforce.js";
import type { Plan } from "./plan.js";
import { conditionsHeld, groupCounts, speaksOfAge } from "./queries/people.js";
import type { Group, Tag } from "./schema.js";
import type { GroupRow } from "./store/groups.js";
import * as store from "./store/groups.js";
import { decidedRuns } from "./store.js";
import { agesUntold, checkWhere } from "./where.js";

const presets = presetsIn("groups");

function noSuchPreset(name: string): never {
  const names = presets.names();
  refuse(
    "tiering.no_such_groups",
    { zh: `没有预置的分群 ${name}`, en: `There are no preset groups ${name}` },
    { status: 404, hint: didYouMean(name, names) ?? { zh: `可用：${names.join("、")}`, en: `there are: ${names.join(", ")}` } },
  );
}

/** Who runs or publishes models says which groups there are. */
function demandSaving(actor: Actor): void {
  if (!may(actor, "tiers:run")) demand(actor, "models:publish");
}

/** Make the groups of a file, or change those of the same names: all of them or, when anything is wrong, none. */
export async function saveGroups(workspace: Workspace, actor: Actor, given: { text: string; origin: string } | { preset: string }): Promise<Group[]> {
  demandSaving(actor);
  const { text, origin } = "preset" in given ? { text: presets.text(given.preset) ?? noSuchPreset(given.preset), origin: `preset:${given.preset}` } : given;
  const plans = new Map([...(await modelsForPlans(workspace))].map(([model, { plan }]) => [model, plan]));
  const { groups, problems } = checkGroups(text, origin, plans);
  if (problems.length > 0) throw new ProblemError(problems);
  await atomically(workspace.postgres, "all", async (tx) => {
    for (const { group, title, about, model, where, tag } of groups) {
      await store.saveGroup(tx, { group_id: group, title, about: about ?? null, model, condition: where, tag, saved_by: actor.login });
      await audit(tx, actor, "groups.save", `group:${group}`, { model, where, tag });
    }
  });
  const saved = new Set(groups.map(({ group }) => group));
  return (await listGroups(workspace, actor)).filter(({ group }) => saved.has(group));
}

export async function removeGroup(workspace: Workspace, actor: Actor, id: string): Promise<void> {
  demandSaving(actor);
  const row = await groupRow(workspace, id);
  await atomically(workspace.postgres, "all", async (tx) => {
    if (await store.removeGroup(tx, id)) await audit(tx, actor, "groups.remove", `group:${id}`, { model: row.model, where: row.condition });
  });
}

async function groupRow(workspace: Workspace, id: string): Promise<GroupRow> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const row = await store.groupById(tx, id);
    if (row !== undefined) return row;
    const hint = didYouMean(
      id,
      (await store.listGroups(tx)).map((one) => one.group_id),
    );
    refuse(
      "tiering.no_such_group",
      { zh: `没有名为 ${id} 的分群`, en: `There is no group named ${id}` },
      { status: 404, place: { path: "group" }, ...(hint === undefined ? {} : { hint }) },
    );
  });
}

/** What a group's condition says of these people, or why the reader is not told. */
function conditionOf(actor: Actor, plan: Plan, row: GroupRow): { expression: Expression } | { untold: Text } {
  const { expression, faults } = checkWhere(plan, row.condition);
  if (expression === undefined) {
    const [first] = faults;
    return {
      untold: {
        zh: `条件不适用于正在生效的这一版模型：${first?.message.zh ?? ""}`,
        en: `The condition does not fit the version of the model in force: ${first?.message.en ?? ""}`,
      },
    };
  }
  return speaksOfAge(plan, expression) && !may(actor, "personal:read") ? { untold: agesUntold } : { expression };
}

/** The condition of a group of this model, for who may be told who is in it. */
export async function conditionOfGroup(workspace: Workspace, actor: Actor, plan: Plan, id: string): Promise<Expression> {
  const row = await groupRow(workspace, id);
  const place = { path: "group" };
  if (row.model !== plan.model)
    refuse(
      "tiering.group_of_other_model",
      { zh: `分群 ${id} 属于模型 ${row.model}`, en: `The group ${id} is one of the model ${row.model}` },
      { place, hint: { zh: `改用模型 ${row.model}`, en: `Ask for it with the model ${row.model}` } },
    );
  const held = conditionOf(actor, plan, row);
  if ("expression" in held) return held.expression;
  refuse("tiering.group_untold", held.untold, held.untold === agesUntold ? { status: 403, place } : { status: 409, place });
}

const shown = (row: GroupRow): Omit<Group, "customers" | "of" | "tiers" | "untold"> => ({
  group: row.group_id,
  title: row.title,
  about: row.about,
  model: row.model,
  where: row.condition,
  tag: row.tag,
  saved_by: row.saved_by,
  saved_at: row.saved_at,
});

/** A model's standing, or undefined while it has not been run. */
async function standingIfRun(workspace: Workspace, ran: ReadonlySet<string>, model: string): Promise<InForce | undefined> {
  return ran.has(model) ? standingInForce(workspace, model) : undefined;
}

async function modelsRun(workspace: Workspace): Promise<ReadonlySet<string>> {
  return new Set((await atomically(workspace.postgres, "all", (tx) => decidedRuns(tx))).map(({ model }) => model));
}

type CountRow = { tier: string; everybody: number } & Record<`in${number}`, number>;

/** The groups of one model, counted in one pass over its standing. */
async function counted(workspace: Workspace, actor: Actor, held: InForce | undefined, rows: readonly GroupRow[]): Promise<Group[]> {
  const none = { customers: null, of: null, tiers: [] };
  if (held === undefined) return rows.map((row) => ({ ...shown(row), ...none, untold: { zh: "模型还没有运行过", en: "The model has not been run" } }));
  const { plan, standing, run } = held;
  const conditions = rows.map((row) => conditionOf(actor, plan, row));
  const told = conditions.flatMap((one) => ("expression" in one ? [one.expression] : []));
  const counts = told.length === 0 ? [] : await workspace.warehouse.all<CountRow>(groupCounts(plan, standing, run.as_of, actor.scope, told));
  let at = 0;
  return rows.map((row, i): Group => {
    const condition = conditions[i];
    if (condition === undefined || "untold" in condition) return { ...shown(row), ...none, untold: condition?.untold ?? null };
    const column = `in${at++}` as const;
    const tiers = plan.tiers.map(({ id, title }) => {
      const counts_ = counts.find(({ tier }) => tier === id);
      return { id, title, customers: counts_?.[column] ?? 0, of: counts_?.everybody ?? 0 };
    });
    const sum = (of: "customers" | "of"): number => tiers.reduce((total, tier) => total + tier[of], 0);
    return { ...shown(row), customers: sum("customers"), of: sum("of"), tiers, untold: null };
  });
}

/** Every group, or those of a model, with how many the reader sees of each. */
export async function listGroups(workspace: Workspace, actor: Actor, only: { model?: string | undefined; group?: string } = {}): Promise<Group[]> {
  const all = await atomically(workspace.postgres, "all", store.listGroups);
  const rows = all.filter((row) => (only.model === undefined || row.model === only.model) && (only.group === undefined || row.group_id === only.group));
  const ran = await modelsRun(workspace);
  const found: Group[] = [];
  for (const model of new Set(rows.map((row) => row.model))) {
    const standing = await standingIfRun(workspace, ran, model);
    found.push(
      ...(await counted(
        workspace,
        actor,
        standing,
        rows.filter((row) => row.model === model),
      )),
    );
  }
  return found;
}

export async function oneGroup(workspace: Workspace, actor: Actor, id: string): Promise<Group> {
  const row = await groupRow(workspace, id);
  const [group] = await listGroups(workspace, actor, { group: row.group_id });
  return group ?? { ...shown(row), customers: null, of: null, tiers: [], untold: null }; // removed this very moment
}

/** The groups of a model that are tags, as far as the reader may be told who wears them. */
export async function tagsOfModel(workspace: Workspace, actor: Actor, plan: Plan): Promise<{ tag: Tag; condition: Expression }[]> {
  const rows = await atomically(workspace.postgres, "all", (tx) => store.groupsOfModel(tx, plan.model));
  return rows.flatMap((row) => {
    if (!row.tag) return [];
    const held = conditionOf(actor, plan, row);
    return "expression" in held ? [{ tag: { group: row.group_id, title: row.title, about: row.about, model: row.model }, condition: held.expression }] : [];
  });
}

/** What a customer is marked with: the tags among the groups of every model that grades them. */
export async function tagsOf(workspace: Workspace, actor: Actor, publicId: string): Promise<Tag[]> {
  const { customer_id } = await customerByPublicId(workspace, actor, publicId);
  const worn: Tag[] = [];
  for (const model of await modelsRun(workspace)) {
    const { plan, standing, run } = await standingInForce(workspace, model);
    const tags = await tagsOfModel(workspace, actor, plan);
    if (tags.length === 0) continue;
    const conditions = tags.map(({ condition }) => condition);
    const row = await workspace.warehouse.first<Record<string, boolean | null>>(conditionsHeld(plan, standing, run.as_of, customer_id, conditions));
    worn.push(...tags.flatMap(({ tag }, i) => (row?.[`in${i}`] === true ? [tag] : [])));
  }
  return worn;
}
