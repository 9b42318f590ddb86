import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { appendChange } from "../platform/changes/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import { name, type Reader, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { refuseBeforeFacts, refuseNobody } from "./absence.js";
import { decideCases, standingSql } from "./advance.js";
import { calibrate, fits } from "./calibrate.js";
import { gradedSql, measuresSql } from "./compile.js";
import type { Moment } from "./cte.js";
import { ledgerLines } from "./ledger.js";
import { modelInForce, planOf } from "./models.js";
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

/**
 * One run: measures, scores and grades of everyone in the warehouse; decisions and their reasons into the ledger.
 * The standing is complete before the one PostgreSQL transaction that makes it the one in force.
 */
export async function runModel(workspace: Workspace, actor: Actor, request: RunRequest, report: OnProgress): Promise<RunResult> {
  const started = performance.now();
  const version = await modelInForce(workspace, actor, request.model);
  const published = planOf(version);
  const narrow = request.bands === undefined ? published : withTies(published, request.bands);
  const [last, run, keys, lastAdvanced] = await atomically(
    workspace.postgres,
    "all",
    async (tx) =>
      [
        (await store.decidedRuns(tx, narrow.model))[0],
        await store.nextRunNumber(tx),
        await store.tierKeys(tx, narrow.model),
        await store.lastAdvanced(tx, narrow.model),
      ] as const,
  );
  const decided = request.bands === undefined && (last === undefined || request.as_of >= last.as_of);
  // What a new version says holds at once, whatever the day.
  const advanced = decided && (last?.version !== version.version || advances(narrow.schedule, lastAdvanced, request.as_of));
  const table = standingTable(decided ? "standing" : "reading", narrow.model, run);

  const runOn = async (session: Session, plan: Plan): Promise<RunResult> => {
    try {
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
      const held = last === undefined ? null : standingOf(last);
      const codes = [...keys.keys()];
      const advance = decided && !advanced ? "stand" : decided && plan.stability !== null && held !== null ? "decide" : "follow";
      const grades = gradedSql(plan, { measured, calibration, codes });
      // Decisions read the grades twice; tiers that follow them stream straight into the standing.
      if (advance === "decide") await session.run(sql`create or replace temp table graded as ${grades}`);
      const standing = { graded: advance === "decide" ? sql`graded` : sql`(${grades})`, calibration, asOf: request.as_of, codes, held, advance } as const;
      if (advance === "decide" && held !== null) await decideCases(session, plan, { ...standing, held });
      await session.run(sql`create table ${name(table)} as ${standingSql(plan, standing)}`);
      const phases =
        held !== null && (plan.stability !== null || (await session.first(sql`select 1 from ${held} where phase <> 'stable' limit 1`)) !== undefined);
      const tiers = await tiersOf(session, plan, table);
      const customers = Object.values(tiers).reduce((sum, count) => sum + count, 0);
      if (customers === 0) refuseNobody(plan, request.as_of);
      const counted = sql`select count(*) filter (where before <> tier) as moved, count(*) filter (where before is null) as first_graded from ${name(table)}`;
      const { moved, first_graded } = (await session.first<Pick<RunResult, "moved" | "first_graded">>(counted)) ?? { moved: 0, first_graded: 0 };
      const data_as_of = await newestFact(session, plan);
      grading(1);

      const result = { run, model: plan.model, version: version.version, as_of: request.as_of, customers, tiers, moved, first_graded };
      const seconds = () => Math.round((performance.now() - started) / 10) / 100;
      await atomically(workspace.postgres, "all", async (tx) => {
        if (decided)
          await store.addAssignments(
            tx,
            ledgerLines(session, { run, table, held, phases, keys }, stepProgress(report, steps.ledger, "customers", moved + first_graded)),
          );
        await store.addRun(tx, { ...result, decided, advanced, data_as_of, requested_by: actor.login, seconds: seconds() }, calibration);
        if (decided) await appendChange(tx, "tiers", { model: plan.model, run });
        await audit(tx, actor, "tiers.run", `model:${plan.model}`, {
          run,
          version: version.version,
          as_of: request.as_of,
          decided,
          advanced,
          customers,
          moved,
          first_graded,
        });
      });
      // The standing before this one stays until the next run: somebody may be reading it.
      if (decided)
        await dropUnnamed(session, [...(await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx))), ...(last === undefined ? [] : [last])]);
      else await dropReadings(session, READINGS_KEPT);
      return { ...result, seconds: seconds(), decided, advanced };
    } catch (error) {
      await session.run(sql`drop table if exists ${name(table)}`).catch(() => undefined); // what is left is dropped at the next start
      if (!plan.wide && isTooLarge(error)) return runOn(session, { ...plan, wide: true });
      throw error;
    }
  };
  return workspace.warehouse.write((session) => runOn(session, narrow));
}

/** A run for this day; undefined when the one in force is of this day, this version and these facts. */
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
  return seen !== null && newest !== null && new Date(newest).getTime() > seen ? runModel(workspace, actor, request, report) : undefined;
}

/** Did a figure not fit its type? The engine says so before anything is written. */
const isTooLarge = (error: unknown): boolean => error instanceof Error && /out of range|overflow/i.test(error.message);

/** How many customers each tier of the model has, best first, the empty ones too. */
async function tiersOf(session: Session, plan: Plan, table: string): Promise<Record<string, number>> {
  const rows = await session.all<{ tier: string; customers: number }>(sql`select tier, count(*) as customers from ${name(table)} group by 1`);
  const counts = new Map(rows.map((row) => [row.tier, row.customers]));
  return Object.fromEntries(plan.tiers.map(({ id }) => [id, counts.get(id) ?? 0]));
}
