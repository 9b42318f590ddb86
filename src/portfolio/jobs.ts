import type { Actor } from "../access/schema.js";
import { defineJob, type JobKind } from "../platform/jobs/index.js";
import { assign, type WorkloadPart } from "./assign.js";

export interface AssignJob {
  actor: Actor;
}

export const ASSIGN_JOB = "portfolio.assign";

/** `workload`: what later features say that each tier's customers are owed. */
export const jobs = ({ workload }: { workload: readonly WorkloadPart[] }): readonly JobKind[] => [
  defineJob<AssignJob>(ASSIGN_JOB, ({ workspace, report }, { actor }) => assign(workspace, actor, workload, report)),
];
