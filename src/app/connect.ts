import { setTimeout as pause } from "node:timers/promises";
import { type ApiClient, apiClient, overSocket, type Send } from "../platform/cli/client.js";
import { readServer, WorkspaceBusy } from "../platform/workspace/index.js";
import { type OpenHouse, openHouse } from "./house.js";

const WAIT_MS = 30_000;
const RETRY_MS = 200;

/** Requests answered inside this process, by the same routes a server would use. */
export function inProcess({ server, token }: OpenHouse): Send {
  return async ({ method, path, body }) => {
    const response = await server.inject({
      method,
      url: path,
      payloadAsStream: true,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: response.statusCode, body: response.stream() };
  };
}

/** The server that owns this workspace, if one answers. */
export async function runningServer(directory: string): Promise<{ url: string; token: string } | undefined> {
  const server = await readServer(directory);
  if (server === undefined) return undefined;
  const answer = await fetch(new URL("/api/v1/about", server.url), { headers: { authorization: `Bearer ${server.token}` } }).catch(() => undefined);
  return answer?.ok === true ? server : undefined;
}

/** Reach the API: through the running server, else by opening the workspace here; waits while another command has it, and says so once. */
export async function connect(directory: string, onWait: () => void): Promise<ApiClient> {
  const until = Date.now() + WAIT_MS;
  let told = false;
  for (;;) {
    const server = await runningServer(directory);
    if (server !== undefined) return apiClient(overSocket(server.url, server.token), () => Promise.resolve());
    try {
      const open = await openHouse(directory);
      return apiClient(inProcess(open), open.close);
    } catch (error) {
      if (!(error instanceof WorkspaceBusy) || Date.now() > until) throw error;
      if (!told) onWait();
      told = true;
      await pause(RETRY_MS);
    }
  }
}
