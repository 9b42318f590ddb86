import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { defineJob } from "../platform/jobs/index.js";
import { applyAllOverrides, runModel } from "./run.js";
import type { RunRequest } from "./schema.js";

/** A run as it is queued. */
export interface RunJob {
  actor: Actor;
  request: RunRequest;
}

export const RUN_JOB = "tiering.run";
export const OVERRIDES_JOB = "tiering.overrides";

export const jobs = [
  defineJob<RunJob>(RUN_JOB, ({ workspace, report }, { actor, request }) => runModel(workspace, actor, request, report)),
  defineJob<null>(OVERRIDES_JOB, ({ workspace, report }) => applyAllOverrides(workspace, operator, report), { silent: true }),
];
