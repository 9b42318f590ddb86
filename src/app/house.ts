import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { authenticate } from "../access/routes.js";
import { aboutRoute } from "../customer/routes.js";
import { type Api, buildServer, type House } from "../platform/http/index.js";
import { startJobs } from "../platform/jobs/index.js";
import { openWorkspace } from "../platform/workspace/index.js";
import { cycleJob } from "./cycle/job.js";
import { routes as cycleRoutes } from "./cycle/routes.js";
import { feeds, jobs, onOpen, routes, tables } from "./features.js";
import { followed, followJob, followOnListen, renewed } from "./following.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const version = (JSON.parse(readFileSync(here("../../package.json"), "utf8")) as { version: string }).version;

export interface OpenHouse {
  house: House;
  server: Api;
  /** Signs requests of this machine's owner; see access, `operator`. */
  token: string;
  close(): Promise<void>;
}

/** Open both stores, start the jobs, build the API: everything the server and a lone command need. */
export async function openHouse(directory: string, { behindProxy = false }: { behindProxy?: boolean } = {}): Promise<OpenHouse> {
  const databaseUrl = process.env["DATABASE_URL"];
  const workspace = await openWorkspace(directory, { tables, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  try {
    for (const settle of onOpen) await settle(workspace);
    const running = await startJobs(workspace, [...feeds.map(renewed), ...jobs.map(followed), followJob, cycleJob]);
    const house: House = { workspace, jobs: running };
    const token = randomBytes(32).toString("base64url");
    const server = await buildServer({
      house,
      routes: [...routes, followOnListen, cycleRoutes, aboutRoute(version)],
      authenticate: authenticate(workspace, token),
      requesterOf: (request) => request.actor.id,
      version,
      behindProxy,
      web: here("../web"),
    });
    return {
      house,
      server,
      token,
      close: async () => {
        await server.close();
        await running.stop();
        await workspace.close();
      },
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}
