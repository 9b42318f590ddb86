import type { Actor } from "../access/schema.js";
import { defineJob, type JobKind } from "../platform/jobs/index.js";
import { importFiles } from "./import.js";
import { mappingOf } from "./mappings.js";
import { folderOf, forgetUpload, pathOf } from "./request.js";
import type { ImportRequest } from "./schema.js";

/** What the queue keeps of an import that was asked for. */
export interface ImportJob {
  request: ImportRequest;
  actor: Actor;
}

export const IMPORT = "intake.import";
/** Facts are in that came one by one: what follows jobs that bring facts follows this one. */
export const RENEW = "intake.renew";

export const jobs: readonly JobKind[] = [
  defineJob<ImportJob>(IMPORT, async ({ workspace, report }, { request, actor }) => {
    const path = await pathOf(workspace, actor, request);
    const within = request.path === undefined && request.upload !== undefined ? folderOf(workspace, request.upload) : undefined;
    const result = await importFiles(workspace, actor, await mappingOf(workspace, request), path, report, within);
    if (request.upload !== undefined) await forgetUpload(workspace, request.upload);
    return result;
  }),
  defineJob<object>(RENEW, () => Promise.resolve(null)),
];
