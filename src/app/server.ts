import { removeServer, writeServer } from "../platform/workspace/index.js";
import { type OpenHouse, openHouse } from "./house.js";

export interface ServeOptions {
  directory: string;
  host: string;
  port: number;
  /** Take the next free port when this one is taken. */
  nextFree: boolean;
}

const PORTS_TRIED = 20;

/** Serve the API and the workbench until a signal; answers with the address. */
export async function serve(options: ServeOptions, open?: OpenHouse): Promise<string> {
  const house = open ?? (await openHouse(options.directory));
  const url = await listen(house, options);
  await writeServer(options.directory, { url, token: house.token, pid: process.pid });
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1); // asked twice: now
    stopping = true;
    void removeServer(options.directory)
      .then(house.close)
      .then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  return url;
}

async function listen({ server }: OpenHouse, { host, port, nextFree }: ServeOptions): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await server.listen({ host, port: port + attempt });
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!taken || !nextFree || attempt >= PORTS_TRIED) throw error;
    }
  }
}
