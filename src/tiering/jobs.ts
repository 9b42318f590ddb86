import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { defineJob, type JobKind } from "../platform/jobs/index.js";
import { applyChange } from "./apply.js";
import { runAsked } from "./increment.js";
import { type ChangeParts, previewOf } from "./preview.js";
import { applyAllOverrides } from "./run.js";
import type { ApplyRequest, PreviewRequest, RunRequest } from "./schema.js";

/** A run, a preview or a change as it is queued. */
export interface Queued<Request> {
  actor: Actor;
  request: Request;
}

export const RUN_JOB = "tiering.run";
export const OVERRIDES_JOB = "tiering.overrides";
export const PREVIEW_JOB = "tiering.preview";
export const APPLY_JOB = "tiering.apply";

export const jobs = (parts: ChangeParts): readonly JobKind[] => [
  defineJob<Queued<RunRequest>>(RUN_JOB, ({ workspace, report }, { actor, request }) => runAsked(workspace, actor, request, report)),
  defineJob<null>(OVERRIDES_JOB, ({ workspace, report }) => applyAllOverrides(workspace, operator, report), { silent: true }),
  defineJob<Queued<PreviewRequest>>(PREVIEW_JOB, async ({ workspace, report }, { request }) => (await previewOf(workspace, request, parts, report)).preview),
  defineJob<Queued<ApplyRequest>>(APPLY_JOB, ({ workspace, report }, { actor, request }) => applyChange(workspace, actor, request, parts, report)),
];
