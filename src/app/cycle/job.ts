import type { Actor } from "../../access/schema.js";
import { skipChanges } from "../../platform/changes/index.js";
import { runCycle, todayIn } from "../../platform/cycle/index.js";
import type { CycleRequest } from "../../platform/cycle/schema.js";
import { defineJob } from "../../platform/jobs/index.js";
import { readers, steps } from "../features.js";

export interface CycleJob {
  actor: Actor;
  request: CycleRequest;
}

export const CYCLE_JOB = "cycle";

/** The whole day: its steps bring what readers of the change log would do, so they need not do it again. */
export const cycleJob = defineJob<CycleJob>(CYCLE_JOB, async ({ workspace, report }, { actor, request }) => {
  const day = request.day ?? todayIn(workspace.settings.zone, new Date());
  const cycle = await runCycle({ workspace, actor, day, report }, steps, actor.login, request.again === true);
  await skipChanges(workspace, readers);
  return cycle;
});
