import { type Generated, type Selectable, sql } from "kysely";
import type { Transaction } from "../postgres/atomically.js";
import type { Job, JobState, Problem } from "../schema.js";

interface JobTable {
  id: Generated<string>;
  kind: string;
  state: Generated<JobState>;
  requested_by: string;
  requested_at: Generated<string>;
  started_at: string | null;
  finished_at: string | null;
  input: unknown;
  result: unknown;
  problems: Generated<Problem[]>;
}

interface Tables {
  job: JobTable;
}

export interface Outcome {
  state: "done" | "failed";
  result: unknown;
  problems: Problem[];
}

export interface Filter {
  kind?: string;
  requestedBy?: string;
  before?: string;
  limit: number;
}

const columns = ["id", "kind", "state", "requested_by", "requested_at", "finished_at", "result", "problems"] as const;

const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

const toJob = (row: Pick<Selectable<JobTable>, (typeof columns)[number]>): Job => ({ ...row, progress: null });

export const isFinished = (state: JobState): boolean => state !== "queued" && state !== "running";

export async function add(tx: Transaction, kind: string, requestedBy: string, input: unknown): Promise<Job> {
  const row = await tx
    .db<Tables>()
    .insertInto("job")
    .values({ kind, requested_by: requestedBy, input: json(input ?? null) })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return toJob(row);
}

/** Put it in the queue in the same transaction: what is asked for is never forgotten, nor done when it was not asked for. */
export async function queue(tx: Transaction, schema: string, task: string, id: string): Promise<void> {
  await sql`select ${sql.id(schema, "add_job")}(${task}, ${JSON.stringify({ id })}::json, max_attempts => 1)`.execute(tx.db<Tables>());
}

/** Is a job of this kind in one of these states? Who asks at the same time waits for this transaction. */
export async function isOpen(tx: Transaction, kind: string, states: readonly ("queued" | "running")[]): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`job ${kind}`}, 0))`.execute(tx.db<Tables>());
  const row = await tx.db<Tables>().selectFrom("job").select("id").where("kind", "=", kind).where("state", "in", states).executeTakeFirst();
  return row !== undefined;
}

/** Begin a queued job; undefined when it is not queued any more. */
export async function take(tx: Transaction, id: string): Promise<{ kind: string; input: unknown } | undefined> {
  return tx
    .db<Tables>()
    .updateTable("job")
    .set({ state: "running", started_at: sql<string>`clock_timestamp()` })
    .where("id", "=", id)
    .where("state", "=", "queued")
    .returning(["kind", "input"])
    .executeTakeFirst();
}

/** A job that was called interrupted meanwhile stays so. */
export async function finish(tx: Transaction, id: string, outcome: Outcome): Promise<void> {
  await tx
    .db<Tables>()
    .updateTable("job")
    .set({ state: outcome.state, result: json(outcome.result), problems: json(outcome.problems), finished_at: sql<string>`clock_timestamp()` })
    .where("id", "=", id)
    .where("state", "=", "running")
    .execute();
}

/** No process is at them any more. */
export async function interruptOpen(tx: Transaction): Promise<void> {
  await tx
    .db<Tables>()
    .updateTable("job")
    .set({ state: "interrupted", finished_at: sql<string>`clock_timestamp()` })
    .where("state", "in", ["queued", "running"])
    .execute();
}

export async function find(tx: Transaction, id: string): Promise<Job | undefined> {
  const row = await tx.db<Tables>().selectFrom("job").select(columns).where("id", "=", id).executeTakeFirst();
  return row && toJob(row);
}

export async function list(tx: Transaction, filter: Filter): Promise<Job[]> {
  let query = tx.db<Tables>().selectFrom("job").select(columns).orderBy("requested_at", "desc").orderBy("id", "desc").limit(filter.limit);
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.requestedBy !== undefined) query = query.where("requested_by", "=", filter.requestedBy);
  if (filter.before !== undefined) {
    query = query.where(sql<boolean>`(requested_at, id) < (select requested_at, id from job where id = ${filter.before}::uuid)`);
  }
  return (await query.execute()).map(toJob);
}
