import { audit, may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { placesOf, templatesInForce } from "../outreach/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { readSource } from "../platform/document/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { presetsIn } from "../platform/presets.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { Problem, Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { modelsForPlans } from "../tiering/index.js";
import { checkPlan, isOffered, type Surroundings } from "./check.js";
import type { CorePlan } from "./plan.js";
import { parseOn, rhythmWords } from "./rhythm.js";
import { type PlanVersion, ServicePlan } from "./schema.js";
import * as store from "./store/plans.js";

/** A plan in force with the keys of its entitlements. */
export interface KeyedPlan {
  core: CorePlan;
  keys: ReadonlyMap<string, number>;
  published_on: string;
}

const { names: presetNames, text } = presetsIn("plans");

const presetText = (name: string): string =>
  text(name) ??
  refuse(
    "service.no_such_preset",
    { zh: `没有预置的服务计划 ${name}`, en: `There is no preset plan ${name}` },
    { status: 404, hint: { zh: `可用：${presetNames().join("、")}`, en: `there are: ${presetNames().join(", ")}` } },
  );

/** What plans are checked against, as it stands now. */
async function surroundings(workspace: Workspace): Promise<Surroundings> {
  const found = await modelsForPlans(workspace);
  const templates = new Map([...(await templatesInForce(workspace))].map(([name, version]) => [name, placesOf(version)]));
  return { model: (name) => found.get(name), models: [...found.keys()], templates };
}

/** Every problem of a plan's text. */
export async function checkText(workspace: Workspace, text: string, file = "plan.yaml"): Promise<{ plan: CorePlan | undefined; problems: Problem[] }> {
  return checkPlan(text, file, await surroundings(workspace));
}

function shown(row: store.PlanRow, { plan, problems }: Reading): PlanVersion {
  if (plan === undefined) {
    const shape = shapeOf(row);
    const title = shape?.title ?? { zh: row.plan, en: row.plan };
    return { ...row, title, about: shape?.about ?? null, model: shape === undefined ? "" : modelNamed(shape), tiers: [], entitlements: [], problems };
  }
  return {
    ...row,
    problems,
    title: plan.title,
    about: plan.about,
    model: plan.model,
    tiers: plan.tiers.map(({ id, title }) => ({ id, title })),
    entitlements: plan.entitlements.map(({ id, title, about, part, tiers, rhythm, cost, action }) => ({
      id,
      title,
      about,
      ...(part === null ? {} : { part }),
      form: action.form,
      tiers: [...tiers],
      rhythm: rhythmWords(rhythm),
      minutes: action.form === "task" ? action.minutes : null,
      ...(cost === null ? {} : { cost }),
      ...(action.form === "send" ? { send: action.template } : {}),
      ...(action.form === "task" && action.by !== null ? { by: [...action.by] } : {}),
    })),
  };
}

type Reading = ReturnType<typeof checkPlan>;

const KEPT_PLANS = 100;
const read = new Map<string, Reading>();
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** A number for each plan of a model: one text is read into one object. */
function numberOf(model: object): number {
  const number = numbers.get(model) ?? ++lastNumber;
  numbers.set(model, number);
  return number;
}

/** All that the reading of a plan depends on besides its text. */
const keyOf = ({ models, model, templates }: Surroundings): string =>
  JSON.stringify([models.map((name) => [name, model(name)?.version, numberOf(model(name)?.plan ?? {})]), [...templates]]);

/** A published plan as the models and templates are now: what no longer fits is a problem. Read once as long as nothing changes. */
function reading(row: store.PlanRow, around: Surroundings): Reading {
  const key = `${keyOf(around)}${row.text}`;
  const held = read.get(key);
  if (held !== undefined) return held;
  const found = checkPlan(row.text, row.origin, around);
  if (read.size >= KEPT_PLANS) read.clear();
  read.set(key, found);
  return found;
}

async function readPlans(workspace: Workspace): Promise<{ plans: KeyedPlan[]; problems: Problem[] }> {
  const [rows, keys] = await atomically(workspace.postgres, "all", async (tx) => [await store.plansInForce(tx), await store.entitlementKeys(tx)] as const);
  if (rows.length === 0) return { plans: [], problems: [] };
  const around = await surroundings(workspace);
  const found = rows.map((row) => ({ row, ...reading(row, around) }));
  return {
    plans: found.flatMap(({ row, plan }) =>
      plan === undefined
        ? []
        : [
            {
              core: plan,
              keys: new Map(keys.filter((one) => one.plan === row.plan).map((one) => [one.id, one.entitlement])),
              published_on: todayIn(workspace.settings.zone, new Date(row.published_at)),
            },
          ],
    ),
    problems: found.flatMap((one) => one.problems),
  };
}

/** Every plan in force that can be read: pages and people's words go on without one that no longer fits, which the list of plans tells. */
export const activePlans = async (workspace: Workspace): Promise<KeyedPlan[]> => (await readPlans(workspace)).plans;

const isBirthday = ({ rhythm }: CorePlan["entitlements"][number]): boolean => rhythm.form === "occasion" && rhythm.of === "birthday";

/**
 * What is owed that somebody is told of, by keys; null: all of it. Who may not read a birthday is not told by what is due for it, in
 * lists, figures or contacts; of what no plan in force explains, nobody knows whether it was for one.
 */
export async function toldTo(workspace: Workspace, actor: Actor): Promise<readonly number[] | null> {
  if (may(actor, "personal:read")) return null;
  const plans = await activePlans(workspace);
  return plans.flatMap(({ core, keys }) => core.entitlements.flatMap((one) => (isBirthday(one) ? [] : [keys.get(one.id) ?? -1])));
}

/** Every plan in force, to plan by. Without one that no longer fits, all it promised would be dropped: its problems are told instead. */
export async function plansToKeep(workspace: Workspace): Promise<KeyedPlan[]> {
  const { plans, problems } = await readPlans(workspace);
  if (problems.length > 0) throw new ProblemError(problems);
  return plans;
}

export async function listPlans(workspace: Workspace): Promise<PlanVersion[]> {
  const rows = await atomically(workspace.postgres, "all", store.plansInForce);
  const around = await surroundings(workspace);
  return rows.map((row) => shown(row, reading(row, around)));
}

export async function planByName(workspace: Workspace, name: string): Promise<PlanVersion> {
  const row = await atomically(workspace.postgres, "all", (tx) => store.planInForce(tx, name));
  if (row === undefined)
    return refuse(
      "service.no_such_plan",
      { zh: `没有服务计划 ${name}`, en: `There is no service plan ${name}` },
      { status: 404, hint: { zh: "列出计划：tierkeep plans list", en: "List the plans: tierkeep plans list" } },
    );
  return shown(row, reading(row, await surroundings(workspace)));
}

/** Publish a text, or a preset by its name, as the next version of its plan; the text in force changes nothing. */
export async function publishPlan(workspace: Workspace, actor: Actor, given: { text: string; origin: string } | { preset: string }): Promise<PlanVersion> {
  const { text, origin } = "preset" in given ? { text: presetText(given.preset), origin: `preset:${given.preset}` } : given;
  const { plan, problems } = await checkText(workspace, text, origin);
  if (plan === undefined) throw new ProblemError(problems);
  return atomically(workspace.postgres, "all", async (tx) => {
    await store.lockPlans(tx);
    const held = await store.planInForce(tx, plan.plan);
    if (held?.text === text) return shown(held, { plan, problems });
    const row = await store.addPlan(
      tx,
      { plan: plan.plan, version: (held?.version ?? 0) + 1, text, origin, published_by: actor.login },
      plan.entitlements.map((one) => one.id),
    );
    await audit(tx, actor, "service.publish", `plan:${plan.plan}`, { version: row.version, origin });
    return shown(row, { plan, problems });
  });
}

/** Plans that come with the product, with what they say of themselves. */
export const listPresets = (): { name: string; title: Text; about: Text | null }[] =>
  presetNames().map((name) => {
    const { title, about } = ServicePlan.parse(readSource(presetText(name), `${name}.yaml`, "service").value);
    return { name, title, about: about ?? null };
  });

/** A plan in force by its shape alone: what no longer fits must not keep its cause from being mended. */
const shapeOf = (row: store.PlanRow): ServicePlan | undefined => ServicePlan.safeParse(readSource(row.text, row.origin, "service").value).data;

const modelNamed = (shape: ServicePlan): string => shape.for.split("@")[0] ?? "";

async function shapes(workspace: Workspace): Promise<ServicePlan[]> {
  const rows = await atomically(workspace.postgres, "all", store.plansInForce);
  return rows.flatMap((row) => shapeOf(row) ?? []);
}

/** The tiers of a model that plans in force name themselves ("all" names none), and their conditions over it. */
export async function namedBy(workspace: Workspace, model: string): Promise<{ what: Text; tiers: string[]; conditions: { of: Text; when: string }[] }[]> {
  const plans = (await shapes(workspace)).filter((plan) => modelNamed(plan) === model);
  return plans.map(({ title, entitlements }) => ({
    what: title,
    tiers: entitlements.flatMap((one) => (one.tiers === "all" ? [] : one.tiers)),
    conditions: entitlements.flatMap(({ title: of, when }) => (when === undefined ? [] : [{ of, when }])),
  }));
}

/** Promises that send a template and cannot offer some of these places. */
export async function cannotOffer(workspace: Workspace, template: string, places: readonly string[]): Promise<{ what: Text; missing: string[] }[]> {
  return (await shapes(workspace)).flatMap(({ entitlements }) =>
    entitlements.flatMap((one) => {
      if (one.send !== template) return [];
      const rhythm = one.on === undefined ? undefined : parseOn(one.on).rhythm;
      const missing = places.filter((place) => !isOffered(place, rhythm));
      return missing.length === 0 ? [] : [{ what: one.title, missing }];
    }),
  );
}
