import { randomUUID } from "node:crypto";
import { Logger, type Runner, run, runMigrations } from "graphile-worker";
import type { Pool } from "pg";
import { log } from "../log.js";
import { atomically, type Transaction } from "../postgres/atomically.js";
import type { Postgres } from "../postgres/connect.js";
import { problem, problemsIn } from "../problem.js";
import type { OnProgress } from "../progress.js";
import type { Job, Problem } from "../schema.js";
import type { Workspace } from "../workspace/index.js";
import { Bell } from "./bell.js";
import * as store from "./store.js";

export interface JobContext {
  workspace: Workspace;
  report: OnProgress;
}

/** One kind of background work, made by `defineJob`. */
export interface JobKind {
  kind: string;
  /** Work on everybody that somebody may start who sees a part: they are told that it is done or has failed, and no more. */
  silent?: boolean;
  run(context: JobContext, input: never): Promise<unknown>;
}

export interface Jobs {
  enqueue(kind: string, requestedBy: string, input: unknown): Promise<Job>;
  /** The same, unless one of this kind waits or is at work: then undefined. */
  enqueueAlone(kind: string, requestedBy: string, input: unknown): Promise<Job | undefined>;
  /** The same, unless one of this kind waits: one at work may have begun before there was what this one is for. */
  enqueueNext(kind: string, requestedBy: string, input: unknown): Promise<Job | undefined>;
  /** The job; with `waitMs`, as soon as its state or progress has changed, or after that time. */
  get(id: string, waitMs?: number): Promise<Job | undefined>;
  /** Newest first; `before` is the id of the last job of the page before. */
  list(filter: store.Filter): Promise<Job[]>;
  /** Take no more, let the running one end for so long, then call it interrupted. */
  stop(graceMs?: number): Promise<void>;
}

/** A kind of job with the type of its input. */
export function defineJob<Input>(kind: string, work: (context: JobContext, input: Input) => Promise<unknown>, { silent = false } = {}): JobKind {
  return { kind, silent, run: work as JobKind["run"] };
}

/** The queue's own tables, apart from ours. */
const QUEUE_SCHEMA = "tierkeep_queue";
const TASK = "job";
/** Progress comes per chunk; whoever watches is told at most this often. */
const TELL_EVERY = 100;

const quietly = new Logger(() => (level, message, meta) => {
  if (level === "error" || level === "warning") log.warn({ meta }, message);
});

/** Make the queue's tables; its own migrations take their own lock. */
export async function migrateJobs(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool, schema: QUEUE_SCHEMA, logger: quietly });
}

/** What a failed job tells: its problems, or that it is our fault, with a reference into the log. */
function problemsOf(error: unknown, kind: string): Problem[] {
  const told = problemsIn(error);
  if (told !== undefined) return [...told];
  const reference = randomUUID().slice(0, 8);
  log.error({ err: error, reference, kind }, "a job failed");
  return [
    problem(
      "bug",
      { zh: `程序内部错误，参考号 ${reference}`, en: `Something went wrong inside Tierkeep, reference ${reference}` },
      { hint: { zh: "请把日志中该参考号的内容报告给我们", en: "Please report what the log says under this reference" } },
    ),
  ];
}

/** Nobody but us owns the workspace, so whatever is queued or running was left by a process that is gone. */
async function clearQueue(postgres: Postgres, pool: Pool): Promise<void> {
  await atomically(postgres, "all", (tx) => store.interruptOpen(tx));
  const { rows } = await pool.query<{ id: string; locked_by: string | null }>(`select id, locked_by from ${QUEUE_SCHEMA}.jobs`);
  if (rows.length === 0) return;
  const workers = rows.flatMap((row) => row.locked_by ?? []);
  await pool.query(`select ${QUEUE_SCHEMA}.force_unlock_workers($1::text[])`, [workers]);
  await pool.query(`select ${QUEUE_SCHEMA}.complete_jobs($1::bigint[])`, [rows.map((row) => row.id)]);
}

/** Start working off the queue, one job at a time, in this process. */
export async function startJobs(workspace: Workspace, kinds: readonly JobKind[]): Promise<Jobs> {
  const { postgres } = workspace;
  const pool = postgres.pooled("jobs", 3);
  await migrateJobs(pool);
  await clearQueue(postgres, pool);
  const byKind = new Map(kinds.map((one) => [one.kind, one]));
  const bell = new Bell(TELL_EVERY);

  const work = async (id: string): Promise<void> => {
    const taken = await atomically(postgres, "all", (tx) => store.take(tx, id));
    if (taken === undefined) return; // interrupted before its turn
    bell.ring(id);
    const outcome = await perform(taken.kind, id, taken.input);
    await atomically(postgres, "all", (tx) => store.finish(tx, id, outcome));
    bell.forget(id);
  };

  const perform = async (kind: string, id: string, input: unknown): Promise<store.Outcome> => {
    try {
      const definition = byKind.get(kind);
      if (definition === undefined) throw new Error(`no job of kind ${kind} is defined`);
      const report: OnProgress = definition.silent === true ? () => undefined : (progress) => bell.progress(id, progress);
      const result = await definition.run({ workspace, report }, input as never);
      return { state: "done", result: definition.silent === true ? null : (result ?? null), problems: [] };
    } catch (error) {
      return { state: "failed", result: null, problems: problemsOf(error, kind) };
    }
  };

  const runner: Runner = await run({
    pgPool: pool,
    schema: QUEUE_SCHEMA,
    concurrency: 1,
    noHandleSignals: true,
    noPreparedStatements: true,
    pollInterval: 2000,
    logger: quietly,
    crontab: " ",
    taskList: { [TASK]: (payload) => work((payload as { id: string }).id) },
  });

  runner.promise.catch((error: unknown) => log.error({ err: error }, "the queue has stopped"));

  const read = (id: string): Promise<Job | undefined> =>
    atomically(postgres, "all", (tx) => store.find(tx, id)).then((job) => job && { ...job, progress: bell.latest(id) });

  const put = async (tx: Transaction, kind: string, requestedBy: string, input: unknown): Promise<Job> => {
    if (!byKind.has(kind)) throw new Error(`no job of kind ${kind} is defined`);
    const job = await store.add(tx, kind, requestedBy, input);
    await store.queue(tx, QUEUE_SCHEMA, TASK, job.id);
    return job;
  };

  return {
    enqueue: (kind, requestedBy, input) => atomically(postgres, "all", (tx) => put(tx, kind, requestedBy, input)),
    enqueueAlone: (kind, requestedBy, input) =>
      atomically(postgres, "all", async (tx) => ((await store.isOpen(tx, kind, ["queued", "running"])) ? undefined : put(tx, kind, requestedBy, input))),
    enqueueNext: (kind, requestedBy, input) =>
      atomically(postgres, "all", async (tx) => ((await store.isOpen(tx, kind, ["queued"])) ? undefined : put(tx, kind, requestedBy, input))),
    async get(id, waitMs = 0) {
      const change = waitMs > 0 ? bell.listen(id, waitMs) : undefined;
      const job = await read(id);
      if (change === undefined) return job;
      if (job === undefined || store.isFinished(job.state)) {
        change.cancel();
        return job;
      }
      await change.happened;
      return read(id);
    },
    list: (filter) =>
      atomically(postgres, "all", (tx) => store.list(tx, filter)).then((jobs) => jobs.map((job) => ({ ...job, progress: bell.latest(job.id) }))),
    async stop(graceMs = 10_000) {
      const ended = runner.stop().catch(() => undefined);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
      await atomically(postgres, "all", (tx) => store.interruptOpen(tx));
      bell.close();
    },
  };
}
