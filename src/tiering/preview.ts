import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { OnProgress } from "../platform/progress.js";
import { name, type Reader, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { decidedFrom } from "./back.js";
import { checkModel } from "./check.js";
import { type Apart, apartOf, drifting, runAlone } from "./drift.js";
import { advanceOf, type Counted, countsOf, gradedOn, keptFrom, leavingNothing, makeStanding, momentOf } from "./making.js";
import { meaningOf, saysOther } from "./meaning.js";
import { noSuchModel, publishedVersion, type ReferencesPart, readable, refuseNamed, safetyOf, versionBefore } from "./models.js";
import type { Plan } from "./plan.js";
import { presetNames, presetText } from "./presets.js";
import { type MatrixCell, managersSql, matrixOf, matrixSql, moversSql } from "./queries/change.js";
import { beginning } from "./run.js";
import { movedShare } from "./safety.js";
import { advances } from "./schedule.js";
import type { ModelPreview, ModelSource, PreviewRequest, RunRecord, TierWork, Workload } from "./schema.js";
import { standingOf, standingTable, UNKEPT } from "./standing.js";
import * as store from "./store.js";
import { refuseDayToCome } from "./then.js";

/** What later features bring to changes of models. */
export interface ChangeParts {
  references: readonly ReferencesPart[];
  workload: readonly Workload<Workspace>[];
}

/** The text a change starts from. */
export async function textOf(workspace: Workspace, source: ModelSource): Promise<{ text: string; origin: string }> {
  if ("text" in source) return source;
  if ("preset" in source) return { text: presetText(source.preset) ?? noSuchModel(source.preset, presetNames()), origin: `preset:${source.preset}` };
  const { model } = source;
  const version = source.version === undefined ? await versionBefore(workspace, model) : await publishedVersion(workspace, model, source.version);
  return { text: version.text, origin: `version:${version.version}` };
}

/** The newest day any fact speaks of, up to today; null: there are no facts. */
async function newestDay(reader: Reader, today: string): Promise<string | null> {
  const days = [
    sql`select max(occurred_at)::date as day from transaction where occurred_at < ${today}::date + 1`,
    sql`select max(occurred_at)::date as day from interaction where occurred_at < ${today}::date + 1`,
    sql`select max(on_date) as day from balance where on_date <= ${today}::date`,
    sql`select max(on_date) as day from attribute where on_date <= ${today}::date`,
    sql`select max(first_on) as day from sighting where first_on <= ${today}::date`,
  ];
  const rows = await Promise.all(days.map((day) => reader.first<{ day: string | null }>(sql`select day::varchar as day from (${day})`)));
  return rows.map((row) => row?.day ?? null).reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b), null);
}

const MOST_MOVERS = 20;
const MOST_MANAGERS = 50;
const rounded = (value: number): number => Number(value.toFixed(2));

export async function workOf(workspace: Workspace, plan: Plan, workload: readonly Workload<Workspace>[]): Promise<TierWork[]> {
  return (await Promise.all(workload.map((part) => part(workspace)))).flat().filter(({ model }) => model === plan.model);
}

/** What the customers of the tiers are owed, before and after. */
export function owedBy(work: readonly TierWork[], before: Record<string, number>, after: Record<string, number>): Pick<ModelPreview, "workload" | "cost"> {
  const owed = (of: "minutes" | "contacts" | "cost", tiers: Record<string, number>): number =>
    work.reduce((sum, one) => sum + one[of] * (tiers[one.tier] ?? 0), 0);
  const both = (of: "minutes" | "contacts" | "cost", per = 1) => ({ before: rounded(owed(of, before) / per), after: rounded(owed(of, after) / per) });
  return { workload: { contacts: both("contacts"), hours: both("minutes", 60) }, cost: both("cost") };
}

const limitsTold = ({ stopOver, approveOver, lifted }: Limits, { changed_share }: Apart): Pick<ModelPreview, "stops" | "lifts_limits" | "needs_approval"> => ({
  stops: stopOver,
  lifts_limits: lifted.stop || lifted.approve,
  needs_approval: lifted.approve || (approveOver !== null && changed_share > approveOver),
});

/** What a standing that was made comes to, beside what was held before it. */
export async function figuresOf(
  workspace: Workspace,
  reader: Reader,
  plan: Plan,
  {
    table,
    before,
    counts,
    as_of,
    limits,
    apart,
  }: { table: string; before: Record<string, number>; counts: Counted; as_of: string; limits: Limits; apart: Apart },
  workload: readonly Workload<Workspace>[],
): Promise<ModelPreview> {
  const work = await workOf(workspace, plan, workload);
  const matrix = matrixOf(await reader.all<MatrixCell>(matrixSql(table)));
  const share = movedShare(counts);
  const minutes = new Map(work.map((one) => [one.tier, one.minutes]));
  return {
    model: plan.model,
    tiers: plan.tiers.map(({ id, title }) => ({ id, title })),
    as_of,
    customers: counts.customers,
    before,
    after: counts.tiers,
    moved: counts.moved,
    first_graded: counts.first_graded,
    share,
    ...apart,
    words_only: false,
    matrix,
    ...owedBy(work, before, counts.tiers),
    managers: await reader.all<ModelPreview["managers"][number]>(managersSql(table, plan.model, minutes, MOST_MANAGERS)),
    movers: await reader.all<ModelPreview["movers"][number]>(moversSql(table, plan.value, MOST_MOVERS)),
    ...limitsTold(limits, apart),
  };
}

const NOBODY: Apart = { drift: 0, changed: 0, changed_share: 0 };

/** Nobody moves: nothing is known of anybody yet, or what is written of the last run's standing is words alone. */
function moveless({ model, tiers }: Plan, limits: Limits, work: readonly TierWork[], last: RunRecord | null): ModelPreview {
  const held = last?.tiers ?? {};
  return {
    model,
    tiers: tiers.map(({ id, title }) => ({ id, title })),
    as_of: last?.as_of ?? null,
    customers: last?.customers ?? 0,
    before: held,
    after: held,
    moved: 0,
    first_graded: 0,
    share: 0,
    ...NOBODY,
    words_only: last !== null,
    matrix: Object.fromEntries(Object.entries(held).flatMap(([tier, customers]) => (customers === 0 ? [] : [[tier, { [tier]: customers }]]))),
    ...owedBy(work, held, held),
    managers: [],
    movers: [],
    ...limitsTold(limits, NOBODY),
  };
}

/** What limits a change, and whether it would itself let later ones do more. */
type Limits = Plan["safety"] & { lifted: { stop: boolean; approve: boolean } };

/** A change of a model as it would be, and what it was made of. */
export interface Previewed {
  preview: ModelPreview;
  text: string;
  origin: string;
  /** It is a text that was published before. */
  republished: boolean;
  /** The version in force and the run that decided last, if there are. */
  inForce: store.VersionRow | undefined;
  ran: boolean;
  plan: Plan;
  limits: Limits;
}

/** How tiers follow grades in a version; nothing of one that can no longer be read. */
function waysOf(version: store.VersionRow): string {
  const { written } = checkModel(version.text);
  return JSON.stringify([written?.schedule ?? null, written?.stability ?? null]);
}

/** The limits of a change are those of the version in force, and lifting them is a change itself. */
function limitsOf(plan: Plan, inForce: store.VersionRow | undefined): Limits {
  if (inForce === undefined) return { ...plan.safety, lifted: { stop: false, approve: false } };
  const { stopOver, approveOver } = safetyOf(inForce);
  const least = [stopOver, plan.safety.stopOver].filter((share) => share !== null);
  const lifts = (held: number | null, asked: number | null): boolean => held !== null && (asked === null || asked > held);
  // with another stability moves may come days later, when nobody is asked any more
  const later = approveOver !== null && waysOf(inForce) !== JSON.stringify([plan.schedule, plan.stability]);
  const lifted = { stop: lifts(stopOver, plan.safety.stopOver), approve: lifts(approveOver, plan.safety.approveOver) || later };
  return { stopOver: least.length === 0 ? null : Math.min(...least), approveOver, lifted };
}

/** Tiers are decided from day to day: a change of a model cannot be of an earlier one. */
function refuseEarlier(last: RunRecord, asOf: string): never {
  refuse(
    "tiering.day_decided",
    {
      zh: `模型 ${last.model} 已评定到 ${last.as_of}，不能从 ${asOf} 开始变更`,
      en: `${last.model} has decided up to ${last.as_of}: a change cannot be as of ${asOf}`,
    },
    { place: { path: "as_of" }, hint: { zh: `选择 ${last.as_of} 或之后的日期`, en: `Choose ${last.as_of} or a later day` } },
  );
}

/**
 * Grade everybody by a text that is not published, the way its first run would, and tell what that does beside the tiers
 * held now. Nothing is kept of it. The limits are those of the version in force: a text does not lift its own.
 */
export async function previewOf(workspace: Workspace, request: PreviewRequest, parts: ChangeParts, report: OnProgress): Promise<Previewed> {
  const { text, origin } = await textOf(workspace, request.source);
  const { plan, written, problems } = checkModel(text, origin);
  // what was published once may be again, though such mistakes are told today
  const republished = "model" in request.source;
  const asked = republished ? written : plan;
  if (asked === undefined) throw new ProblemError(problems);
  await refuseNamed(workspace, asked, parts.references);
  const inForce = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, asked.model));
  const { last, keys, lastAdvanced, overrides } = await beginning(workspace, asked.model);
  const limits = limitsOf(asked, inForce);
  const previewed = { text, origin, republished, inForce, ran: last !== undefined, plan: asked, limits };
  const as_of = request.as_of ?? last?.as_of ?? (await newestDay(workspace.warehouse, todayIn(workspace.settings.zone, new Date())));
  if (as_of === null) return { ...previewed, preview: moveless(asked, limits, [], null) };
  if (last !== undefined && as_of < last.as_of) refuseEarlier(last, as_of);
  refuseDayToCome(workspace, as_of, "as_of");
  if (last !== undefined && as_of === last.as_of && (await saysTheSame(workspace, asked, inForce, last)))
    return { ...previewed, preview: moveless(asked, limits, await workOf(workspace, asked, parts.workload), last) };

  const table = standingTable("reading", asked.model, UNKEPT);
  const codes = [...new Set([...keys.keys(), ...asked.tiers.map(({ id }) => id)])];
  const counts = advances(asked.schedule, lastAdvanced, as_of);
  const advanced = counts || (await saysOther(workspace, asked, last));
  const keep = keptFrom(asked, last, as_of);
  const beside = { inForce, last, overrides, as_of, advanced };
  const alone = await drifting(workspace, beside);
  const preview = await workspace.warehouse.write(async (session) => {
    const moment = await momentOf(session, as_of, null);
    const drift = alone && (await runAlone(workspace, session, alone, table, beside, { moment, codes, lastAdvanced }, report));
    return leavingNothing(session, asked, table, async (plan) => {
      const graded = await gradedOn(workspace, session, plan, { moment, codes, keep }, report);
      const held = last === undefined ? null : standingOf(last);
      const advance = advanceOf(plan, held, advanced);
      const from = last && held && (await decidedFrom(workspace, session, { text, origin }, { last, held, keys }));
      await makeStanding(session, plan, table, { ...graded, as_of, codes, held, from, advance, counts, overrides: overrides.rows, before: "held" });
      const counted = await countsOf(session, plan, table, as_of, null);
      const made = { table, before: last?.tiers ?? {}, counts: counted, as_of, limits, apart: await apartOf(session, table, counted, drift) };
      const figures = await figuresOf(workspace, session, plan, made, parts.workload);
      await session.run(sql`drop table ${name(table)}`);
      return figures;
    });
  });
  return { ...previewed, preview };
}

/** Is the text another in words alone, than the version in force and than the one that ran last? */
async function saysTheSame(workspace: Workspace, asked: Plan, inForce: store.VersionRow | undefined, last: RunRecord): Promise<boolean> {
  const plan = inForce && readable(inForce);
  return plan !== undefined && meaningOf(plan) === meaningOf(asked) && !(await saysOther(workspace, asked, last));
}
