import type { Actor } from "../access/schema.js";
import { daysBetween } from "../platform/calendar/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { OnProgress } from "../platform/progress.js";
import { name, type Session, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { findAffected } from "./affected.js";
import { fits } from "./calibrate.js";
import { rowsLater } from "./crossing.js";
import { advanceOf, type Counted, gradedOn, type Kept, keptFrom, leavingNothing, type Making, makeStanding, momentOf } from "./making.js";
import { saysOther } from "./meaning.js";
import { planOf } from "./models.js";
import { isOrdered, isPartOfAll, needsCalibration, type Plan } from "./plan.js";
import { countsChanged } from "./queries/changed.js";
import { beginning, commitStanding, confirmHint, nextRun, runIfNew, runModel, wasKept } from "./run.js";
import { refuseManyMoves } from "./safety.js";
import { advances } from "./schedule.js";
import type { Calibration, RunRecord, RunRequest, RunResult } from "./schema.js";
import { changesTable, heldByChanged, type Later, layeredOn, layOver, standingOf, standingTable } from "./standing.js";
import * as store from "./store.js";

/** Of more than this share of everybody a full run is the faster one. */
const MOST = 0.2;

/** Does everybody's grade depend on their own facts alone, given the calibration of the run before, if that is kept? */
const standsAlone = (plan: Plan, calibration: Calibration | null, keep: Kept | null): boolean =>
  !plan.scores.some(isOrdered) &&
  !plan.measures.some(isPartOfAll) &&
  (!needsCalibration(plan) || (keep !== null && calibration !== null && fits(plan, calibration)));

interface Since {
  last: RunRecord;
  version: store.VersionRow;
  calibration: Calibration | null;
  /** The mark of the overrides the run applied. */
  mark: string | null;
}

/** The run to go on from, when the version in force has run; undefined: only a full run will do. */
async function goingOnFrom(workspace: Workspace, last: RunRecord | undefined): Promise<Since | undefined> {
  if (last?.data_as_of == null) return undefined;
  const version = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, last.model));
  if (version === undefined || (await saysOther(workspace, planOf(version), last))) return undefined;
  return atomically(workspace.postgres, "all", async (tx) => {
    const calibration = await store.calibrationOf(tx, last);
    return { last, version, calibration, mark: await store.overridesApplied(tx, last.run) };
  });
}

/** The rows of those who changed, beside the ones held, and what the standing comes to with them. */
async function countWith(session: Session, plan: Plan, last: RunRecord): Promise<Counted> {
  const { moved, first_graded, before, after } = await countsChanged(session, name(MADE), HELD);
  const tiers = Object.fromEntries(plan.tiers.map(({ id }) => [id, (last.tiers[id] ?? 0) - (before[id] ?? 0) + (after[id] ?? 0)]));
  return { customers: Object.values(tiers).reduce((sum, n) => sum + n, 0), tiers, moved, first_graded };
}

/** What those who changed held before. */
const HELD = sql`held_before`;

/** Their rows as they are graded again. */
const MADE = "graded_again";

/** The standing everybody's rows are in, below those of who was graded again since, and how many these are. */
async function beneath(workspace: Workspace, session: Session, last: RunRecord): Promise<{ run: number; as_of: string; laid: number }> {
  const run = await layeredOn(session, last);
  const base = run === undefined ? undefined : await atomically(workspace.postgres, "all", (tx) => store.runByNumber(tx, run));
  if (base === undefined) return { run: last.run, as_of: last.as_of, laid: 0 };
  const laid = await session.first<{ n: number }>(sql`select count(*) as n from ${name(changesTable(last.model, last.run, base.run))}`);
  return { run: base.run, as_of: base.as_of, laid: laid?.n ?? 0 };
}

/**
 * Grade again whose facts changed since the last run and, as of a later day, whom the days in between may have changed, by the
 * calibration of that run; what comes out is what a full run would give. Undefined where only a full run will do; null when it is
 * the same day and nobody's facts changed.
 */
export async function runIncrement(
  workspace: Workspace,
  actor: Actor,
  { model, as_of, confirm }: Pick<RunRequest, "model" | "as_of" | "confirm">,
  report: OnProgress,
): Promise<RunResult | undefined | null> {
  const started = performance.now();
  const now = await beginning(workspace, model);
  const from = await goingOnFrom(workspace, now.last);
  if (from === undefined) return undefined;
  const { last, version, calibration } = from;
  const keep = keptFrom(planOf(version), last, as_of);
  if (!standsAlone(planOf(version), calibration, keep)) return undefined;
  const sameDay = last.as_of === as_of;
  const { keys, lastAdvanced, overrides } = now;
  return workspace.warehouse.write(async (session) => {
    const base = await beneath(workspace, session, last);
    const going = {
      held: standingOf(last),
      from: last.as_of,
      to: as_of,
      seen: last.data_as_of ?? "",
      calibration,
      overrides: sameDay && from.mark === overrides.mark ? undefined : overrides.rows,
    };
    const changed = await findAffected(session, planOf(version), going, MOST * last.customers - base.laid);
    if (changed === undefined) return undefined;
    if (changed === 0 && sameDay) return null;
    const run = await nextRun(workspace);
    const table = changesTable(model, run, base.run);
    const kept = wasKept(workspace, run);
    return leavingNothing(
      session,
      planOf(version),
      table,
      async (plan) => {
        const codes = [...keys.keys()];
        const moment = await momentOf(session, as_of, null, true);
        const graded = await gradedOn(workspace, session, plan, { moment, codes, keep }, report);
        const later: Later = (rows, days) => rowsLater(plan, rows, days);
        const under = (one: { run: number; as_of: string }, day: string) => ({ run: one.run, days: daysBetween(one.as_of, day) });
        await session.run(sql`create or replace temp table held_before as ${heldByChanged(model, last.run, base.run)}`);
        const counts = advances(plan.schedule, lastAdvanced, as_of);
        // during a day it stays told who moved since it began
        const making: Making = {
          ...graded,
          as_of,
          codes,
          held: HELD,
          advance: advanceOf(plan, HELD, counts),
          counts,
          overrides: overrides.rows,
          before: sameDay ? "all" : "held",
        };
        await makeStanding(session, plan, MADE, making, true);
        const counted = await countWith(session, plan, last);
        if (confirm !== true) refuseManyMoves(model, counted, plan.safety.stopOver, confirmHint(model, as_of));
        const done = { ...graded, run, version: version.version, table: MADE, advanced: counts, counts: counted, started };
        const layer = { model, run, made: name(MADE), base: under(base, as_of), last: under(last, as_of), later };
        const result = await commitStanding({ workspace, actor, session, plan }, done, making, now, report, () => layOver(session, layer));
        return { ...result, recomputed: changed };
      },
      kept,
    ).catch(async (error: unknown) => {
      if (!(await kept())) await session.run(sql`drop view if exists ${name(standingTable("standing", model, run))}`).catch(() => undefined);
      throw error;
    });
  });
}

/** The tiers as of this day, from the last ones where that is enough; undefined when nothing is new since. */
export async function runNewest(
  workspace: Workspace,
  actor: Actor,
  request: Pick<RunRequest, "model" | "as_of" | "confirm">,
  report: OnProgress,
): Promise<RunResult | undefined> {
  const result = await runIncrement(workspace, actor, request, report);
  return result === undefined ? runIfNew(workspace, actor, request, report) : (result ?? undefined);
}

/** A run as it was asked for: of those whose facts or whose windows changed where that is enough, else of everybody. */
export async function runAsked(workspace: Workspace, actor: Actor, request: RunRequest, report: OnProgress): Promise<RunResult> {
  const { only_changed, ...all } = request;
  if (only_changed !== true) return runModel(workspace, actor, all, report);
  const [last] = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx, request.model));
  if (last === undefined || request.as_of < last.as_of || request.bands !== undefined || request.known_at !== undefined || request.calibrate === true)
    return runModel(workspace, actor, all, report);
  const done = await runNewest(workspace, actor, request, report);
  const { run, model, version, as_of, customers, tiers } = last;
  const same = { run, model, version, as_of, known_at: null, customers, tiers, moved: 0, first_graded: 0, seconds: 0, recomputed: 0, decided: true };
  return done ?? { ...same, advanced: false };
}

/** Facts have arrived: bring live models up to them, each as of the day of its last run. */
export async function renewLive(workspace: Workspace, actor: Actor, report: OnProgress): Promise<void> {
  const runs = await atomically(workspace.postgres, "all", (tx) => store.decidedRuns(tx));
  const failed: unknown[] = [];
  for (const { model, version, as_of } of runs) {
    const row = await atomically(workspace.postgres, "all", (tx) => store.modelVersion(tx, model));
    if (row === undefined || !planOf(row).live) continue;
    // a version that says something else and was not run yet is somebody's to run
    if (row.version !== version && (await saysOther(workspace, planOf(row), { version }))) continue;
    // one that stops and asks keeps the next from nothing
    await runAsked(workspace, actor, { model, as_of, only_changed: true }, report).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
}
