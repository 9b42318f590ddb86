import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { operator } from "../access/index.js";
import { routes as accessRoutes, authenticate } from "../access/routes.js";
import { tables as customerTables } from "../customer/parts.js";
import { buildServer } from "../platform/http/index.js";
import { startJobs } from "../platform/jobs/index.js";
import { sql } from "../platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { importFiles } from "./import.js";
import { jobs as kinds } from "./jobs.js";
import { parseMapping } from "./mapping.js";
import { routes } from "./routes.js";
import type { ImportResult } from "./schema.js";
import { tables } from "./tables.js";

export const intakeTables = [...customerTables, ...tables];

/** A workspace to import into, for stories. */
export interface Desk {
  workspace: TemporaryWorkspace;
  /** Write files into a folder of their own and import it, or the one file. */
  bring(mapping: string, files: Record<string, string | Uint8Array>): Promise<ImportResult>;
  bringPath(mapping: string, path: string, name?: string): Promise<ImportResult>;
  aside(batch: string): Promise<{ line: number; column: string | null; code: string; content: string }[]>;
  close(): Promise<void>;
}

export async function openDesk(): Promise<Desk> {
  const workspace = await temporaryWorkspace(intakeTables);
  let folders = 0;
  const bringPath: Desk["bringPath"] = (mapping, path, name = "mapping.yaml") =>
    importFiles(workspace, operator, parseMapping(mapping, name), path, () => undefined);
  return {
    workspace,
    bringPath,
    async bring(mapping, files) {
      const folder = workspace.path(`given-${++folders}`);
      await mkdir(folder);
      for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
      const [only, ...more] = Object.keys(files);
      return bringPath(mapping, more.length === 0 && only !== undefined ? join(folder, only) : folder);
    },
    aside: (batch) => workspace.warehouse.all(sql`select line, "column", code, content from set_aside where batch = ${batch} order by file, line, code`),
    close: () => workspace.dispose(),
  };
}

export const OPERATOR = "the operator's own token";

/** The API as intake serves it, over a workspace of its own. */
export async function openCounter() {
  const workspace = await temporaryWorkspace(intakeTables);
  const jobs = await startJobs(workspace, kinds);
  const server = await buildServer({
    house: { workspace, jobs },
    routes: [accessRoutes, routes],
    authenticate: authenticate(workspace, OPERATOR),
    requesterOf: (request) => request.actor.id,
    version: "0",
  });
  return {
    workspace,
    jobs,
    server,
    call: (method: "GET" | "POST", path: string, body?: object, as = OPERATOR) =>
      server.inject({ method, url: `/api/v1${path}`, headers: { authorization: `Bearer ${as}` }, ...(body === undefined ? {} : { payload: body }) }),
    close: async (): Promise<void> => {
      await server.close();
      await jobs.stop();
      await workspace.dispose();
    },
  };
}
export type Counter = Awaited<ReturnType<typeof openCounter>>;

/** A mapping of purchases for stories: one part, named columns. */
export const purchases = (source: string, more = ""): string => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  purchases:
${more}
    facts:
      - as: transaction
        map: { customer_id: customer, occurred_at: date, amount: amount }
`;
