import type { Actor } from "../access/schema.js";
import { defineJob, type JobKind } from "../platform/jobs/index.js";
import { planDay } from "./plan-day.js";

export interface PlanDayJob {
  actor: Actor;
  day: string;
}

export const PLAN_DAY_JOB = "service.plan_day";

export const jobs: readonly JobKind[] = [
  defineJob<PlanDayJob>(PLAN_DAY_JOB, ({ workspace, report }, { actor, day }) => planDay(workspace, actor, day, report)),
];
