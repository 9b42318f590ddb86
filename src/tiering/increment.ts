import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { OnProgress } from "../platform/progress.js";
import { name, type Session, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { fits } from "./calibrate.js";
import { advanceOf, gradedOn, leavingNothing, type Making, makeStanding, momentOf } from "./making.js";
import { planOf } from "./models.js";
import { isOrdered, needsCalibration, type Plan, tablesRead } from "./plan.js";
import { changedParties, countsChanged, mapChanged } from "./queries/changed.js";
import { beginning, commitStanding, confirmHint, nextRun, runIfNew, runModel, wasKept } from "./run.js";
import { refuseManyMoves } from "./safety.js";
import { advances } from "./schedule.js";
import type { Calibration, RunRecord, RunRequest, RunResult } from "./schema.js";
import { changesTable, layeredOn, layOver, standingOf, standingTable } from "./standing.js";
import * as store from "./store.js";

/** Of more than this share of everybody a full run is the faster one. */
const MOST = 0.2;

/** Does everybody's grade depend on their own facts alone, given the calibration of the run before? */
const standsAlone = (plan: Plan, calibration: Calibration | null): boolean =>
  !plan.scores.some(isOrdered) &&
  !plan.measures.some(({ take }) => take === "share") &&
  (!needsCalibration(plan) || (plan.calibrate === "when_asked" && calibration !== null && fits(plan, calibration)));

/** Who changed since the run, in the temporary tables `changed_customer` and `changed_party`; how many. */
async function findChanged(session: Session, plan: Plan, since: string): Promise<number> {
  await session.run(changedParties(tablesRead(plan), since));
  for (const statement of mapChanged) await session.run(statement);
  return (await session.first<{ n: number }>(sql`select count(*) as n from changed_customer`))?.n ?? 0;
}

interface Since {
  last: RunRecord;
  version: store.VersionRow;
  calibration: Calibration | null;
  /** The mark of the overrides the run applied: others are applied by a run of their own. */
  mark: string | null;
}

/** The run to go on from, when the version in force has run; undefined: only a full run will do. */
async function goingOnFrom(workspace: Workspace, last: RunRecord | undefined): Promise<Since | undefined> {
  if (last?.data_as_of == null) return undefined;
  return atomically(workspace.postgres, "all", async (tx) => {
    const version = await store.modelVersion(tx, last.model);
    if (version === undefined || version.version !== last.version) return undefined;
    const calibration = last.calibration === null ? null : ((await store.calibrationById(tx, last.calibration)) ?? null);
    return { last, version, calibration, mark: await store.overridesApplied(tx, last.run) };
  });
}

/**
 * Grade again whose facts changed since the last run, as of its day and by its calibration; what comes out is what a full
 * run would give. Undefined where only a full run will do; null when nobody's facts changed.
 */
export async function runIncrement(
  workspace: Workspace,
  actor: Actor,
  { model, confirm }: Pick<RunRequest, "model" | "confirm">,
  report: OnProgress,
): Promise<RunResult | undefined | null> {
  const started = performance.now();
  const now = await beginning(workspace, model);
  const from = await goingOnFrom(workspace, now.last);
  if (from === undefined || !standsAlone(planOf(from.version), from.calibration)) return undefined;
  const { last, version, calibration, mark } = from;
  const { keys, lastAdvanced, overrides } = now;
  return workspace.warehouse.write(async (session) => {
    const changed = await findChanged(session, planOf(version), last.data_as_of ?? "");
    if (changed === 0) return null;
    if (changed > MOST * last.customers) return undefined;
    const base = (await layeredOn(session, last)) ?? last.run;
    const run = await nextRun(workspace);
    const table = changesTable(model, run, base);
    const kept = wasKept(workspace, run);
    return leavingNothing(
      session,
      planOf(version),
      table,
      async (plan) => {
        const codes = [...keys.keys()];
        const moment = await momentOf(session, last.as_of, null, true);
        const graded = await gradedOn(workspace, session, plan, { moment, codes, keep: calibration?.id ?? null }, report);
        await session.run(
          sql`create or replace temp table held_before as select * from ${standingOf(last)} where customer_id in (select customer_id from changed_customer)`,
        );
        const held = sql`held_before`;
        const counts = advances(plan.schedule, lastAdvanced, last.as_of);
        const making: Making = {
          ...graded,
          as_of: last.as_of,
          codes,
          held,
          advance: advanceOf(plan, held, counts),
          counts,
          overrides: overrides.rows,
          before: "all",
        };
        await makeStanding(session, plan, table, making);
        const { moved, first_graded, before, after } = await countsChanged(session, table, held);
        const tiers = Object.fromEntries(plan.tiers.map(({ id }) => [id, (last.tiers[id] ?? 0) - (before[id] ?? 0) + (after[id] ?? 0)]));
        const customers = Object.values(tiers).reduce((sum, count) => sum + count, 0);
        const counted = { customers, tiers, moved, first_graded };
        if (confirm !== true) refuseManyMoves(model, counted, plan.safety.stopOver, confirmHint(model, last.as_of));
        const done = { ...graded, run, version: version.version, table, advanced: counts, counts: counted, started };
        const written = { last, keys, overrides: { rows: overrides.rows, mark } };
        // the new rows are laid over the standing before once the ledger's have been read off them, and before anybody can ask
        const result = await commitStanding(workspace, actor, session, plan, done, making, written, report, () =>
          layOver(session, { model, run, base, table, last }),
        );
        return { ...result, recomputed: changed };
      },
      kept,
    ).catch(async (error: unknown) => {
      if (!(await kept())) await session.run(sql`drop view if exists ${name(standingTable("standing", model, run))}`).catch(() => undefined);
      throw error;
    });
  });
}

/** A run as it was asked for: of those whose facts changed where that is enough, else of everybody. */
export async function runAsked(workspace: Workspace, actor: Actor, request: RunRequest, report: OnProgress): Promise<RunResult> {
  const { only_changed, ...all } = request;
  if (only_changed !== true) return runModel(workspace, actor, all, report);
  const [last] = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx, request.model));
  if (last?.as_of !== request.as_of || request.bands !== undefined || request.known_at !== undefined || request.calibrate === true)
    return runModel(workspace, actor, all, report);
  const result = await runIncrement(workspace, actor, request, report);
  const done = result === undefined ? await runIfNew(workspace, actor, all, report) : result;
  const { run, model, version, as_of, customers, tiers } = last;
  return (
    done ?? {
      run,
      model,
      version,
      as_of,
      known_at: null,
      customers,
      tiers,
      moved: 0,
      first_graded: 0,
      seconds: 0,
      recomputed: 0,
      decided: true,
      advanced: false,
    }
  );
}

/** Facts have arrived: bring live models up to them, each as of the day of its last run. */
export async function renewLive(workspace: Workspace, actor: Actor, report: OnProgress): Promise<void> {
  const runs = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx));
  const failed: unknown[] = [];
  for (const { model, version, as_of } of runs) {
    const row = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, model));
    // a version that was published and not run yet is somebody's to run
    if (row?.version !== version || !planOf(row).live) continue;
    // one that stops and asks keeps the next from nothing
    await runAsked(workspace, actor, { model, as_of, only_changed: true }, report).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
}
