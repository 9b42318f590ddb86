import type { Actor } from "../access/schema.js";
import { defineJob } from "../platform/jobs/index.js";
import { runModel } from "./run.js";
import type { RunRequest } from "./schema.js";

/** A run as it is queued. */
export interface RunJob {
  actor: Actor;
  request: RunRequest;
}

export const RUN_JOB = "tiering.run";

export const jobs = [defineJob<RunJob>(RUN_JOB, ({ workspace, report }, { actor, request }) => runModel(workspace, actor, request, report))];
