import { atomically } from "../postgres/atomically.js";
import { problemsIn, refuse } from "../problem.js";
import type { OnProgress } from "../progress.js";
import type { Problem, Text } from "../schema.js";
import type { Workspace } from "../workspace/index.js";
import type { Cycle, CycleStep } from "./schema.js";
import * as store from "./store.js";

/** What a step is given: the day it is for, and who asked. */
export interface StepContext<Who> {
  workspace: Workspace;
  actor: Who;
  day: string;
  report: OnProgress;
}

/** One step of the daily cycle, brought by a feature. Doing it again for the same day changes nothing. */
export interface StepKind<Who = never> {
  name: string;
  title: Text;
  /** What it says when it is done and had nothing to do. */
  idle?: Text;
  /** What was done, in figures. */
  run(context: StepContext<Who>): Promise<CycleStep["counts"]>;
}

/** The workspace's day now. */
export const todayIn = (zone: string, now: Date): string => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(now);

/** A cycle as people see it: every step in order, also those that have not begun. */
export function shownCycle(day: string, rows: readonly store.StepRow[], steps: readonly StepKind[]): Cycle {
  const shown = steps.map(({ name, title, idle }): CycleStep => {
    const row = rows.find((one) => one.step === name);
    if (row === undefined) return { step: name, title, state: "waiting", started_at: null, seconds: null, counts: [], problems: [], note: null };
    const { state, started_at, seconds, counts, problems } = row;
    return { step: name, title, state, started_at, seconds, counts, problems, note: state === "done" && counts.length === 0 ? (idle ?? null) : null };
  });
  const stopped = shown.find((step) => step.state !== "done")?.state;
  return { day, state: stopped === undefined ? "done" : stopped === "waiting" ? "running" : stopped, requested_by: rows[0]?.requested_by ?? "", steps: shown };
}

/**
 * The day's cycle: each step that is not done yet, in order. A step that fails stops the day and says why; what was
 * done before it stands, and the next attempt goes on from there.
 */
export async function runCycle<Who>(context: StepContext<Who>, steps: readonly StepKind<Who>[], requestedBy: string, again: boolean): Promise<Cycle> {
  const { workspace, day } = context;
  if (again) await atomically(workspace.postgres, "all", (tx) => store.forgetDay(tx, day));
  for (const step of steps) {
    if (!(await atomically(workspace.postgres, "all", (tx) => store.begin(tx, day, step.name, requestedBy)))) continue;
    const started = performance.now();
    const seconds = (): number => Math.round((performance.now() - started) / 10) / 100;
    try {
      const counts = await step.run(context);
      await atomically(workspace.postgres, "all", (tx) => store.end(tx, day, step.name, { state: "done", seconds: seconds(), counts, problems: [] }));
    } catch (error) {
      const problems = [...(problemsIn(error) ?? [unexpected])];
      await atomically(workspace.postgres, "all", (tx) => store.end(tx, day, step.name, { state: "failed", seconds: seconds(), counts: [], problems }));
      throw error;
    }
  }
  return shownCycle(day, await atomically(workspace.postgres, "all", (tx) => store.stepsOf(tx, day)), steps as readonly StepKind[]);
}

const unexpected: Problem = {
  code: "bug",
  message: { zh: "程序内部错误，详情见日志", en: "Something went wrong inside Tierkeep; the log has the details" },
  hint: { zh: "修复后重新运行，将从这一步继续。", en: "Run it again once it is mended: it goes on from this step." },
};

/**
 * Nobody but us owns the workspace: what was running belongs to a process that is gone. So does a day that was left between
 * two steps: its next one is called interrupted, so that the day goes on.
 */
export const interruptSteps = (workspace: Workspace, steps: readonly StepKind[]): Promise<void> =>
  atomically(workspace.postgres, "all", async (tx) => {
    await store.interruptRunning(tx);
    const [day] = await store.days(tx, undefined, 1);
    const rows = day === undefined ? [] : await store.stepsOf(tx, day);
    const next = steps.find(({ name }) => !rows.some((row) => row.step === name));
    const [first] = rows;
    if (day !== undefined && first !== undefined && next !== undefined && rows.every((row) => row.state === "done"))
      await store.addInterrupted(tx, day, next.name, first.requested_by);
  });

/** Days with their steps, newest first; `before` is the last day of the page before. */
export async function listCycles(workspace: Workspace, steps: readonly StepKind[], before: string | undefined, limit: number): Promise<Cycle[]> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const days = await store.days(tx, before, limit);
    const cycles: Cycle[] = [];
    for (const day of days) cycles.push(shownCycle(day, await store.stepsOf(tx, day), steps));
    return cycles;
  });
}

/** A day that has not come: what is due until then would be called missed, and nobody could take that back. */
export function refuseDayToCome(day: string, zone: string, now: Date): void {
  const today = todayIn(zone, now);
  if (day <= today) return;
  refuse(
    "cycle.day_to_come",
    { zh: `${day} 还没有到`, en: `${day} has not come yet` },
    { place: { path: "day" }, hint: { zh: `今天是 ${today}。`, en: `Today is ${today}.` } },
  );
}

/** A day before the last one that was run is over. */
export async function refusePassedDay(workspace: Workspace, day: string): Promise<void> {
  const [last] = await atomically(workspace.postgres, "all", (tx) => store.days(tx, undefined, 1));
  if (last === undefined || day >= last) return;
  refuse(
    "cycle.day_passed",
    { zh: `${day} 已经过去：最近运行的是 ${last}`, en: `${day} is over: the last day that was run is ${last}` },
    { place: { path: "day" }, hint: { zh: `运行 ${last} 或之后的日期。`, en: `Run ${last} or a later day.` } },
  );
}

/** Only one cycle at a time: two at once would plan one day twice. */
export function refuseSecond(): never {
  refuse(
    "cycle.running",
    { zh: "每日流程已在运行", en: "The daily cycle is already running" },
    {
      status: 409,
      hint: {
        zh: "等它结束；用 tierkeep cycles 或“每日流程”页面查看进度。",
        en: "Wait for it to end; tierkeep cycles or the daily cycle's page shows how far it is.",
      },
    },
  );
}
