import { type Generated, type Selectable, sql } from "kysely";
import type { Transaction } from "../postgres/atomically.js";
import type { Problem } from "../schema.js";
import type { CycleSchedule, CycleStep } from "./schema.js";

interface StepTable {
  day: string;
  step: string;
  state: Exclude<CycleStep["state"], "waiting">;
  started_at: Generated<string>;
  seconds: number | null;
  counts: Generated<CycleStep["counts"]>;
  problems: Generated<Problem[]>;
  requested_by: string;
}

export type StepRow = Selectable<StepTable>;

interface Tables {
  cycle_step: StepTable;
  cycle_schedule: { single: Generated<boolean>; starts_at: string; enabled: boolean };
}

const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

export const stepsOf = (tx: Transaction, day: string): Promise<StepRow[]> =>
  tx.db<Tables>().selectFrom("cycle_step").selectAll().where("day", "=", day).orderBy("started_at").execute();

export async function days(tx: Transaction, before: string | undefined, limit: number): Promise<string[]> {
  let found = tx.db<Tables>().selectFrom("cycle_step").select("day").distinct().orderBy("day", "desc").limit(limit);
  if (before !== undefined) found = found.where("day", "<", before);
  return (await found.execute()).map((row) => row.day);
}

/** Begin a step; false: it is done for this day. */
export async function begin(tx: Transaction, day: string, step: string, requestedBy: string): Promise<boolean> {
  const row = await tx
    .db<Tables>()
    .insertInto("cycle_step")
    .values({ day, step, state: "running", seconds: null, counts: json([]), requested_by: requestedBy })
    .onConflict((conflict) =>
      conflict
        .columns(["day", "step"])
        .doUpdateSet({
          state: "running",
          started_at: sql<string>`clock_timestamp()`,
          seconds: null,
          counts: json([]),
          problems: json([]),
          requested_by: requestedBy,
        })
        .where("cycle_step.state", "<>", "done"),
    )
    .returning("step")
    .executeTakeFirst();
  return row !== undefined;
}

export async function end(tx: Transaction, day: string, step: string, outcome: Pick<StepRow, "state" | "seconds" | "counts" | "problems">): Promise<void> {
  await tx
    .db<Tables>()
    .updateTable("cycle_step")
    .set({ state: outcome.state, seconds: outcome.seconds, counts: json(outcome.counts), problems: json(outcome.problems) })
    .where("day", "=", day)
    .where("step", "=", step)
    .execute();
}

export async function forgetDay(tx: Transaction, day: string): Promise<void> {
  await tx.db<Tables>().deleteFrom("cycle_step").where("day", "=", day).execute();
}

/** A step that a process did not come to. */
export async function addInterrupted(tx: Transaction, day: string, step: string, requestedBy: string): Promise<void> {
  await tx
    .db<Tables>()
    .insertInto("cycle_step")
    .values({ day, step, state: "interrupted", seconds: null, counts: json([]), requested_by: requestedBy })
    .execute();
}

export async function interruptRunning(tx: Transaction): Promise<void> {
  await tx.db<Tables>().updateTable("cycle_step").set({ state: "interrupted" }).where("state", "=", "running").execute();
}

export async function schedule(tx: Transaction): Promise<CycleSchedule> {
  const row = await tx.db<Tables>().selectFrom("cycle_schedule").select(["enabled", "starts_at"]).executeTakeFirstOrThrow();
  return { enabled: row.enabled, starts_at: row.starts_at.slice(0, 5) };
}

export async function setSchedule(tx: Transaction, { enabled, starts_at }: CycleSchedule): Promise<void> {
  await tx.db<Tables>().updateTable("cycle_schedule").set({ enabled, starts_at }).execute();
}
