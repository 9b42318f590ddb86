import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { appendChange } from "../platform/changes/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import { join, name, type Reader, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { refuseBeforeFacts, refuseNobody } from "./absence.js";
import { decideCases, standingSql, tellOverrides } from "./advance.js";
import { calibrate, fits } from "./calibrate.js";
import { figureNames, gradedSql, measuresSql } from "./compile.js";
import type { Moment } from "./cte.js";
import { otherLines, plainLines } from "./ledger.js";
import { modelInForce, planOf } from "./models.js";
import { type InForceOverrides, overridesToday } from "./overrides.js";
import { needsCalibration, type Plan } from "./plan.js";
import { advances } from "./schedule.js";
import type { Calibration, RunRecord, RunRequest, RunResult, Ties } from "./schema.js";
import { dropReadings, dropUnnamed, READINGS_KEPT, standingOf, standingTable } from "./standing.js";
import * as store from "./store.js";

const steps = {
  measure: { zh: "计算指标", en: "Measuring" },
  calibrate: { zh: "校准分档", en: "Calibrating" },
  grade: { zh: "评定层级", en: "Grading" },
  ledger: { zh: "写入台账", en: "Writing the ledger" },
} as const;

/** Another tie rule for every quantile score of this run. */
const withTies = (plan: Plan, ties: Ties): Plan => {
  const other = (score: Plan["scores"][number]) => (score.form === "quantiles" ? { ...score, ties } : score);
  return { ...plan, scores: plan.scores.map(other), inOrder: plan.inOrder.map(other) };
};

async function momentOf(reader: Reader, asOf: string): Promise<Moment> {
  const merges = await reader.first(sql`select 1 from merged where retracted_at is null limit 1`);
  return { asOf, merged: merges !== undefined };
}

/** When the newest fact the model reads was recorded, as ISO text. */
async function newestFact(reader: Reader, plan: Plan): Promise<string | null> {
  const moments = await Promise.all(
    [...new Set(plan.measures.map((one) => one.fact))].map((fact) =>
      reader.first<{ newest: string | null }>(sql`select strftime(max(recorded_at), '%Y-%m-%dT%H:%M:%S.%fZ') as newest from ${name(fact)}`),
    ),
  );
  return moments.map((one) => one?.newest ?? null).reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b), null);
}

async function calibrationFor(
  workspace: Workspace,
  session: Session,
  plan: Plan,
  request: RunRequest,
  last: RunRecord | undefined,
  measured: Sql,
): Promise<Calibration | null> {
  if (!needsCalibration(plan)) return null;
  const lastId = last?.calibration ?? null;
  if (plan.calibrate === "when_asked" && request.calibrate !== true && request.bands === undefined && lastId !== null) {
    const held = await atomically(workspace.postgres, "all", (tx) => store.calibrationById(tx, lastId));
    if (held !== undefined && fits(plan, held)) return held;
  }
  return calibrate(session, plan, measured);
}

/** A standing about to be made: of which run, from which grades, and what is told of it. */
interface Making {
  run: number;
  version: number;
  as_of: string;
  last: RunRecord | undefined;
  keys: ReadonlyMap<string, number>;
  overrides: InForceOverrides;
  /** Relation with figures, deciding clause and grade of everyone. */
  graded: Sql;
  calibration: Calibration | null;
  data_as_of: string | null;
  decided: boolean;
  advanced: boolean;
  /** The day is one of the model's schedule. */
  counts: boolean;
  /** Nothing but overrides is new: `graded` is what the standing in force says. */
  applying: boolean;
  started: number;
}

/** Make the standing whole, then the one PostgreSQL transaction that makes it the one in force. */
async function settle(workspace: Workspace, actor: Actor, session: Session, plan: Plan, making: Making, report: OnProgress): Promise<RunResult> {
  const { run, version, as_of, last, keys, overrides, calibration, data_as_of, decided, advanced } = making;
  const table = standingTable(decided ? "standing" : "reading", plan.model, run);
  const held = last === undefined ? null : standingOf(last);
  const advance = making.applying ? "apply" : decided && !advanced ? "stand" : decided && plan.stability !== null && held !== null ? "decide" : "follow";
  const overridden = decided && overrides.rows.length > 0;
  // Decisions read the grades twice; tiers that follow them stream straight into the standing.
  if (advance === "decide") await session.run(sql`create or replace temp table graded as select * from ${making.graded}`);
  const graded = advance === "decide" ? sql`graded` : making.graded;
  const standing = { graded, calibration, asOf: as_of, codes: [...keys.keys()], held, advance, counts: making.counts, overridden } as const;
  if (overridden) await tellOverrides(session, overrides.rows);
  if (advance === "decide" && held !== null) await decideCases(session, plan, { ...standing, held });
  await session.run(sql`create table ${name(table)} as ${standingSql(plan, standing)}`);

  const tiers = await tiersOf(session, plan, table);
  const customers = Object.values(tiers).reduce((sum, count) => sum + count, 0);
  if (customers === 0) refuseNobody(plan, as_of);
  const counted =
    making.applying && held !== null
      ? sql`select count(*) filter (where held.tier::varchar <> standing.tier::varchar) as moved, 0 as first_graded from ${name(table)} as standing join ${held} as held using (customer_id)`
      : sql`select count(*) filter (where before <> tier) as moved, count(*) filter (where before is null) as first_graded from ${name(table)}`;
  const { moved, first_graded } = (await session.first<Pick<RunResult, "moved" | "first_graded">>(counted)) ?? { moved: 0, first_graded: 0 };

  const result = { run, model: plan.model, version, as_of, customers, tiers, moved, first_graded };
  const seconds = () => Math.round((performance.now() - making.started) / 10) / 100;
  const between = sql`select 1 from ${held ?? sql`${name(table)}`} where phase <> 'stable' or computed::varchar <> tier::varchar limit 1`;
  const whole =
    plan.stability !== null || advance === "stand" || advance === "apply" || overridden || (held !== null && (await session.first(between)) !== undefined);
  const written = { run, table, held, whole, keys };
  await atomically(workspace.postgres, "all", async (tx) => {
    if (decided) {
      await store.addAssignments(tx, plainLines(session, plan, written, stepProgress(report, steps.ledger, "customers", moved + first_graded)), false);
      await store.addAssignments(tx, otherLines(session, written), true);
    }
    await store.addRun(tx, { ...result, decided, advanced, overrides: overrides.mark, data_as_of, requested_by: actor.login, seconds: seconds() }, calibration);
    if (decided) await appendChange(tx, "tiers", { model: plan.model, run });
    await audit(tx, actor, "tiers.run", `model:${plan.model}`, { run, version, as_of, decided, advanced, customers, moved, first_graded });
  });
  // The standing before this one stays until the next run: somebody may be reading it.
  if (decided)
    await dropUnnamed(session, [...(await atomically(workspace.postgres, "all", (tx) => store.runsKept(tx))), ...(last === undefined ? [] : [last])]);
  else await dropReadings(session, READINGS_KEPT);
  return { ...result, seconds: seconds(), decided, advanced };
}

/** What a run begins with: the one in force, a number, the tiers' keys, the day that advanced last, the overrides of today. */
const beginning = (workspace: Workspace, model: string) =>
  atomically(workspace.postgres, "all", async (tx) => ({
    last: (await store.decidedRuns(tx, model))[0],
    run: await store.nextRunNumber(tx),
    keys: await store.tierKeys(tx, model),
    lastAdvanced: await store.lastAdvanced(tx, model),
    overrides: await overridesToday(workspace, tx, model),
  }));

/** Do it, leaving nothing behind when it fails; once more with wider figures when they do not fit. */
async function leavingNothing(session: Session, plan: Plan, run: number, work: (plan: Plan) => Promise<RunResult>): Promise<RunResult> {
  try {
    return await work(plan);
  } catch (error) {
    for (const kind of ["standing", "reading"] as const)
      await session.run(sql`drop table if exists ${name(standingTable(kind, plan.model, run))}`).catch(() => undefined); // what is left is dropped at the next start
    if (!plan.wide && isTooLarge(error)) return leavingNothing(session, { ...plan, wide: true }, run, work);
    throw error;
  }
}

/** One run: measures, scores and grades of everyone in the warehouse; decisions and their reasons into the ledger. */
export async function runModel(workspace: Workspace, actor: Actor, request: RunRequest, report: OnProgress): Promise<RunResult> {
  const started = performance.now();
  const version = await modelInForce(workspace, actor, request.model);
  const published = planOf(version);
  const narrow = request.bands === undefined ? published : withTies(published, request.bands);
  const { last, run, keys, lastAdvanced, overrides } = await beginning(workspace, narrow.model);
  const decided = request.bands === undefined && (last === undefined || request.as_of >= last.as_of);
  // What a new version says holds at once, whatever the day.
  const counts = advances(narrow.schedule, lastAdvanced, request.as_of);
  const advanced = decided && (counts || last?.version !== version.version);

  const runOn = async (session: Session, plan: Plan): Promise<RunResult> => {
    await refuseBeforeFacts(session, request.as_of);
    const measuring = stepProgress(report, steps.measure, "steps", 1);
    const measures = measuresSql(plan, await momentOf(session, request.as_of));
    // Fitted bands read the measures several times; other models stream them straight into the standing.
    const fitted = needsCalibration(plan);
    if (fitted) await session.run(sql`create or replace temp table measured as ${measures}`);
    measuring(1);
    const measured = fitted ? sql`measured` : sql`(${measures})`;

    const calibrating = stepProgress(report, steps.calibrate, "steps", 1);
    const calibration = await calibrationFor(workspace, session, plan, request, last, measured);
    calibrating(1);

    const grading = stepProgress(report, steps.grade, "steps", 1);
    const graded = sql`(${gradedSql(plan, { measured, calibration, codes: [...keys.keys()] })})`;
    const data_as_of = await newestFact(session, plan);
    const making = {
      run,
      version: version.version,
      as_of: request.as_of,
      last,
      keys,
      overrides,
      graded,
      calibration,
      data_as_of,
      decided,
      advanced,
      counts,
      applying: false,
      started,
    };
    const result = await settle(workspace, actor, session, plan, making, report);
    grading(1);
    return result;
  };
  return workspace.warehouse.write((session) => leavingNothing(session, narrow, run, (plan) => runOn(session, plan)));
}

/**
 * The standing in force again with the overrides of today: figures and grades stay, and nothing is measured. Undefined when
 * the model was never run, or when it applied the same ones.
 */
export async function applyOverrides(workspace: Workspace, actor: Actor, model: string, report: OnProgress): Promise<RunResult | undefined> {
  const started = performance.now();
  const { last, run, keys, overrides } = await beginning(workspace, model);
  if (last === undefined) return undefined;
  const [applied, version, calibration] = await atomically(
    workspace.postgres,
    "all",
    async (tx) =>
      [
        await store.overridesApplied(tx, last.run),
        await store.modelVersion(tx, model, last.version),
        last.calibration === null ? null : ((await store.calibrationById(tx, last.calibration)) ?? null),
      ] as const,
  );
  if (version === undefined || applied === overrides.mark) return undefined;
  const { as_of, data_as_of } = last;
  const making = {
    run,
    version: last.version,
    as_of,
    last,
    keys,
    overrides,
    calibration,
    data_as_of,
    decided: true,
    advanced: false,
    counts: false,
    applying: true,
    started,
  };
  return workspace.warehouse.write((session) =>
    leavingNothing(session, planOf(version), run, (plan) => {
      const graded = sql`(select customer_id, ${join(figureNames(plan).map((figure) => name(figure)))}, clause, grade from ${standingOf(last)})`;
      return settle(workspace, actor, session, plan, { ...making, graded }, report);
    }),
  );
}

/** Bring every model's tiers in line with the overrides of today: what was approved or ended, and what midnight began or ended. */
export async function applyAllOverrides(workspace: Workspace, actor: Actor, report: OnProgress): Promise<RunResult[]> {
  const models = await atomically(workspace.postgres, "all", store.publishedModels);
  const results: RunResult[] = [];
  for (const { model } of models) results.push(...[await applyOverrides(workspace, actor, model, report)].filter((one) => one !== undefined));
  return results;
}

/** Does a model apply other overrides than those of today? */
export const overridesDiffer = (workspace: Workspace): Promise<boolean> =>
  atomically(workspace.postgres, "all", async (tx) => {
    for (const { model, run } of await store.decidedRuns(tx))
      if ((await store.overridesApplied(tx, run)) !== (await overridesToday(workspace, tx, model)).mark) return true;
    return false;
  });

/** A run for this day; undefined when the one in force is of this day, this version and these facts, under these overrides. */
export async function runIfNew(
  workspace: Workspace,
  actor: Actor,
  request: Pick<RunRequest, "model" | "as_of">,
  report: OnProgress,
): Promise<RunResult | undefined> {
  const [version, [last]] = await atomically(
    workspace.postgres,
    "all",
    async (tx) => [await store.modelVersion(tx, request.model), await store.decidedRuns(tx, request.model)] as const,
  );
  if (version === undefined || last === undefined || last.as_of !== request.as_of || last.version !== version.version)
    return runModel(workspace, actor, request, report);
  const newest = await newestFact(workspace.warehouse, planOf(version));
  const seen = last.data_as_of === null ? null : new Date(last.data_as_of).getTime();
  if (seen !== null && newest !== null && new Date(newest).getTime() > seen) return runModel(workspace, actor, request, report);
  return applyOverrides(workspace, actor, request.model, report);
}

/** Did a figure not fit its type? The engine says so before anything is written. */
const isTooLarge = (error: unknown): boolean => error instanceof Error && /out of range|overflow/i.test(error.message);

/** How many customers each tier of the model has, best first, the empty ones too. */
async function tiersOf(session: Session, plan: Plan, table: string): Promise<Record<string, number>> {
  const rows = await session.all<{ tier: string; customers: number }>(sql`select tier, count(*) as customers from ${name(table)} group by 1`);
  const counts = new Map(rows.map((row) => [row.tier, row.customers]));
  return Object.fromEntries(plan.tiers.map(({ id }) => [id, counts.get(id) ?? 0]));
}
