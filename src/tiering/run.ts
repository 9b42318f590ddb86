import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { appendChange } from "../platform/changes/index.js";
import { log } from "../platform/log.js";
import { atomically } from "../platform/postgres/atomically.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import type { Text } from "../platform/schema.js";
import { join, name, type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { decidedFrom } from "./back.js";
import { figureNames } from "./compile.js";
import { otherLines, plainLines } from "./ledger.js";
import { advanceOf, type Counted, countsOf, gradedOn, keptFrom, leavingNothing, type Making, makeStanding, momentOf, newestFact } from "./making.js";
import { saysOther } from "./meaning.js";
import { modelInForce, planOf } from "./models.js";
import { type InForceOverrides, overridesToday } from "./overrides.js";
import type { Plan } from "./plan.js";
import { refuseManyMoves } from "./safety.js";
import { advances } from "./schedule.js";
import type { Calibration, RunRecord, RunRequest, RunResult, Ties } from "./schema.js";
import { dropReadings, dropUnnamed, READINGS_KEPT, standingOf, standingTable } from "./standing.js";
import * as store from "./store.js";
import { beginningThen, heldAtRun, type Known, knownAt } from "./then.js";

const steps = {
  grade: { zh: "评定层级", en: "Grading" },
  ledger: { zh: "写入台账", en: "Writing the ledger" },
} as const;

/** Another tie rule for every quantile score of this run. */
const withTies = (plan: Plan, ties: Ties): Plan => {
  const other = (score: Plan["scores"][number]) => (score.form === "quantiles" ? { ...score, ties } : score);
  return { ...plan, scores: plan.scores.map(other), inOrder: plan.inOrder.map(other) };
};

/** A standing that was made, and what is told of its run. */
interface Done {
  run: number;
  version: number;
  table: string;
  calibration: Calibration | null;
  calibrated_on: string | null;
  data_as_of: string | null;
  advanced: boolean;
  counts: Counted;
  started: number;
}

const secondsSince = (started: number): number => Math.round((performance.now() - started) / 10) / 100;

const resultOf = ({ run, version, counts, advanced, started }: Done, plan: Plan, making: Pick<Making, "as_of">, decided: boolean, known_at: string | null) => ({
  run,
  model: plan.model,
  version,
  as_of: making.as_of,
  known_at,
  ...counts,
  seconds: secondsSince(started),
  decided,
  advanced,
});

/** A run that is being made: where, for whom, by what. */
interface Running {
  workspace: Workspace;
  actor: Actor;
  session: Session;
  plan: Plan;
}

/**
 * The one PostgreSQL transaction that makes a standing the one in force, with what it changes in the ledger. `ready` comes before the
 * switch: the warehouse does it while PostgreSQL writes the rows it was given.
 */
export async function commitStanding(
  { workspace, actor, session, plan }: Running,
  done: Done,
  making: Making,
  { last, keys, overrides }: { last: RunRecord | undefined; keys: ReadonlyMap<string, number>; overrides: InForceOverrides },
  report: OnProgress,
  ready: () => Promise<void> = async () => undefined,
): Promise<RunResult> {
  const { run, version, table, calibration, calibrated_on, data_as_of, advanced, counts } = done;
  const { held, advance } = making;
  const between = sql`select 1 from ${held ?? sql`${name(table)}`} where phase <> 'stable' or computed::varchar <> tier::varchar limit 1`;
  const whole =
    plan.stability !== null ||
    advance === "stand" ||
    making.before !== "held" ||
    making.overrides.length > 0 ||
    (held !== null && (await session.first(between)) !== undefined);
  const written = { run, table, held, whole, keys };
  await atomically(workspace.postgres, "all", async (tx) => {
    const told = stepProgress(report, steps.ledger, "customers", counts.moved + counts.first_graded);
    let getting = Promise.resolve();
    const lines = async function* (): AsyncGenerator<string> {
      yield* plainLines(session, plan, written, told);
      getting = ready();
      getting.catch(() => undefined); // told below
    };
    try {
      await store.addAssignments(tx, lines(), false);
    } finally {
      await getting;
    }
    await store.addAssignments(tx, otherLines(session, written), true);
    await store.addRun(
      tx,
      { ...resultOf(done, plan, making, true, null), overrides: overrides.mark, calibrated_on, data_as_of, requested_by: actor.login },
      calibration,
    );
    await appendChange(tx, "tiers", { model: plan.model, run });
    const { customers, moved, first_graded } = counts;
    await audit(tx, actor, "tiers.run", `model:${plan.model}`, { run, version, as_of: making.as_of, decided: true, advanced, customers, moved, first_graded });
  });
  await tidy(workspace, session, last);
  return resultOf(done, plan, making, true, null);
}

/** The standing before this one stays until the next run: somebody may be reading it. What cannot be tidied now is at the next start. */
async function tidy(workspace: Workspace, session: Session, last: RunRecord | undefined): Promise<void> {
  try {
    await dropUnnamed(session, [...(await atomically(workspace.postgres, "all", (tx) => store.runsKept(tx))), ...(last === undefined ? [] : [last])]);
  } catch (error) {
    log.warn({ err: error }, "standings that nobody needs could not be dropped");
  }
}

/** Was the run kept after all? When nobody can say, nothing of it is dropped before the next start looks. */
export const wasKept =
  (workspace: Workspace, run: number): (() => Promise<boolean>) =>
  () =>
    atomically(workspace.postgres, "all", (tx) => store.runByNumber(tx, run)).then(
      (found) => found !== undefined,
      () => true,
    );

/** What a run begins with: the one in force, the tiers' keys, the day that advanced last, the overrides of today. */
export const beginning = (workspace: Workspace, model: string) =>
  atomically(workspace.postgres, "all", async (tx) => ({
    last: (await store.decidedRuns(tx, model))[0],
    keys: await store.tierKeys(tx, model),
    lastAdvanced: await store.lastAdvanced(tx, model),
    overrides: await overridesToday(workspace, tx, model),
  }));

/** A number for a run that is to be kept. */
export const nextRun = (workspace: Workspace): Promise<number> => atomically(workspace.postgres, "all", store.nextRunNumber);

/** Grade everyone by a model: a run that decides or, of another day, of what was known on one, or with other bands, one that only reads. */
export async function runModel(workspace: Workspace, actor: Actor, request: RunRequest, report: OnProgress): Promise<RunResult> {
  const version = await modelInForce(workspace, actor, request.model);
  const known = request.known_at === undefined ? null : await knownAt(workspace, request.known_at);
  const now = await beginning(workspace, version.model);
  if (known !== null || (now.last !== undefined && request.as_of < now.last.as_of)) return runThen(workspace, actor, request, version, known, report);

  const started = performance.now();
  const { last, keys, lastAdvanced, overrides } = now;
  const run = await nextRun(workspace);
  const decided = request.bands === undefined;
  const published = planOf(version);
  const asked = request.bands === undefined ? published : withTies(published, request.bands);
  // What a version says that the one before did not holds at once, whatever the day.
  const counts = advances(asked.schedule, lastAdvanced, request.as_of);
  const advanced = decided && (counts || (await saysOther(workspace, published, last)));
  const table = standingTable(decided ? "standing" : "reading", asked.model, run);
  const keep = request.calibrate !== true && decided ? keptFrom(asked, last, request.as_of) : null;

  const runOn = async (session: Session, plan: Plan): Promise<RunResult> => {
    const codes = [...keys.keys()];
    const graded = await gradedOn(workspace, session, plan, { moment: await momentOf(session, request.as_of, null), codes, keep }, report);
    const grading = stepProgress(report, steps.grade, "steps", 1);
    const held = last === undefined ? null : standingOf(last);
    const advance = decided ? advanceOf(plan, held, advanced) : "follow";
    const from = last && held && (await decidedFrom(workspace, session, version, { last, held, keys }));
    const making: Making = { ...graded, as_of: request.as_of, codes, held, from, advance, counts, overrides: decided ? overrides.rows : [], before: "held" };
    await makeStanding(session, plan, table, making);
    const counted = await countsOf(session, plan, table, request.as_of, null);
    if (decided && request.confirm !== true) refuseManyMoves(plan.model, counted, plan.safety.stopOver, confirmHint(plan.model, request.as_of));
    const done = { ...graded, run, version: version.version, table, advanced, counts: counted, started };
    const result = decided
      ? await commitStanding({ workspace, actor, session, plan }, done, making, now, report)
      : await keepReading({ workspace, actor, session, plan }, done, making, null);
    grading(1);
    return result;
  };
  return workspace.warehouse.write((session) => leavingNothing(session, asked, table, (plan) => runOn(session, plan), wasKept(workspace, run)));
}

export const confirmHint = (model: string, asOf: string): Text => ({
  zh: `确认无误后：tierkeep tier ${model} --as-of ${asOf} --confirm；每日流程随后再运行 tierkeep run`,
  en: `If it is right: tierkeep tier ${model} --as-of ${asOf} --confirm; then tierkeep run goes on with the day`,
});

/** Keep the rows of a run that only read, for a while. */
async function keepReading({ workspace, actor, session, plan }: Running, done: Done, making: Making, known_at: string | null): Promise<RunResult> {
  const result = resultOf(done, plan, making, false, known_at);
  const { run, version, as_of, advanced, customers, moved, first_graded } = result;
  await atomically(workspace.postgres, "all", async (tx) => {
    await store.addRun(
      tx,
      { ...result, overrides: null, calibrated_on: done.calibrated_on, data_as_of: done.data_as_of, requested_by: actor.login },
      done.calibration,
    );
    await audit(tx, actor, "tiers.run", `model:${plan.model}`, { run, version, as_of, known_at, decided: false, advanced, customers, moved, first_graded });
  });
  await dropReadings(session, READINGS_KEPT);
  return result;
}

/**
 * What everyone's tier was on an earlier day, or on any day as it was known at a moment: from the facts recorded, the version
 * published, the calibration, the overrides and the tiers decided by then. The same day and moment give the same rows.
 */
async function runThen(
  workspace: Workspace,
  actor: Actor,
  request: RunRequest,
  published: store.VersionRow,
  known: Known | null,
  report: OnProgress,
): Promise<RunResult> {
  const started = performance.now();
  const then = await beginningThen(workspace, published, request.as_of, known);
  const { before, version, run, keys } = then;
  const asWritten = planOf(version);
  const asked = request.bands === undefined ? asWritten : withTies(asWritten, request.bands);
  const counts = advances(asked.schedule, then.lastAdvanced, request.as_of);
  const judged = request.bands === undefined;
  const advanced = judged && (counts || (await saysOther(workspace, asWritten, before)));
  const table = standingTable("reading", asked.model, run);
  const keep = request.calibrate !== true && judged ? keptFrom(asked, then.on, request.as_of) : null;

  return workspace.warehouse.write((session) =>
    leavingNothing(
      session,
      asked,
      table,
      async (plan) => {
        const codes = [...keys.keys()];
        const moment = await momentOf(session, request.as_of, known?.before ?? null);
        const graded = await gradedOn(workspace, session, plan, { moment, codes, keep }, report);
        const held = before === undefined ? null : await heldAtRun(workspace, session, before, keys, "held_then");
        const from = before && held && (await decidedFrom(workspace, session, version, { last: before, held, keys }));
        const advance = judged ? advanceOf(plan, held, advanced) : "follow";
        const making: Making = { ...graded, as_of: request.as_of, codes, held, from, advance, counts, overrides: judged ? then.overrides : [], before: "held" };
        await makeStanding(session, plan, table, making);
        const done = { ...graded, run, version: version.version, table, advanced, counts: await countsOf(session, plan, table, request.as_of, null), started };
        return keepReading({ workspace, actor, session, plan }, done, making, request.known_at ?? null);
      },
      wasKept(workspace, run),
    ),
  );
}

/**
 * The standing in force again with the overrides of today: figures and grades stay, and nothing is measured. Undefined when
 * the model was never run, or when it applied the same ones.
 */
export async function applyOverrides(workspace: Workspace, actor: Actor, model: string, report: OnProgress): Promise<RunResult | undefined> {
  const started = performance.now();
  const now = await beginning(workspace, model);
  const { last, keys, overrides } = now;
  if (last === undefined) return undefined;
  const [applied, version, calibration] = await atomically(
    workspace.postgres,
    "all",
    async (tx) => [await store.overridesApplied(tx, last.run), await store.modelVersion(tx, model, last.version), await store.calibrationOf(tx, last)] as const,
  );
  if (version === undefined || applied === overrides.mark) return undefined;
  const { as_of, data_as_of } = last;
  const run = await nextRun(workspace);
  const table = standingTable("standing", model, run);
  return workspace.warehouse.write((session) =>
    leavingNothing(
      session,
      planOf(version),
      table,
      async (plan) => {
        const held = standingOf(last);
        const graded: Sql = sql`(select customer_id, ${join(figureNames(plan).map((figure) => name(figure)))}, clause, grade from ${held})`;
        const making: Making = {
          as_of,
          graded,
          calibration,
          codes: [...keys.keys()],
          held,
          advance: "apply",
          counts: false,
          overrides: overrides.rows,
          before: "all",
        };
        await makeStanding(session, plan, table, making);
        const counts = await countsOf(session, plan, table, as_of, held);
        const done = { run, version: last.version, table, calibration, calibrated_on: last.calibrated_on, data_as_of, advanced: false, counts, started };
        return commitStanding({ workspace, actor, session, plan }, done, making, now, report);
      },
      wasKept(workspace, run),
    ),
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
  request: Pick<RunRequest, "model" | "as_of" | "confirm">,
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
