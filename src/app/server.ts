import { refuse } from "../platform/problem.js";
import { removeServer, writeServer } from "../platform/workspace/index.js";
import { type OpenHouse, openHouse } from "./house.js";

export interface ServeOptions {
  directory: string;
  host: string;
  port: number;
  /** Take the next free port when this one is taken. */
  nextFree: boolean;
  /** A proxy that ends TLS stands before this server. */
  behindProxy?: boolean;
}

const PORTS_TRIED = 20;

/** Serve the API and the workbench until a signal; answers with the address. */
export async function serve(options: ServeOptions, open?: OpenHouse): Promise<string> {
  const house = open ?? (await openHouse(options.directory, { behindProxy: options.behindProxy ?? false }));
  let url: string;
  try {
    url = await listen(house, options);
  } catch (error) {
    await house.close();
    throw error;
  }
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
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (code === "EADDRINUSE" && nextFree && attempt < PORTS_TRIED) continue;
      refuseAddress(code, host, port + attempt);
      throw error;
    }
  }
}

/** The address is the user's choice: what is wrong with it is a problem, anything else is ours. */
function refuseAddress(code: string, host: string, port: number): void {
  if (code === "EADDRINUSE")
    refuse(
      "server.port_taken",
      { zh: `端口 ${port} 已被其他程序占用`, en: `Port ${port} is taken by another program` },
      { hint: { zh: "用 --port 另选一个端口，或停止占用它的程序。", en: "Choose another with --port, or stop the program that has it." } },
    );
  if (code === "EACCES")
    refuse(
      "server.port_denied",
      { zh: `没有权限监听端口 ${port}`, en: `This account may not listen on port ${port}` },
      { hint: { zh: "用 --port 选择 1024 以上的端口。", en: "Choose a port above 1024 with --port." } },
    );
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    refuse(
      "server.no_such_address",
      { zh: `本机没有地址 ${host}`, en: `This machine has no address ${host}` },
      { hint: { zh: "用 --host 指定本机的地址，例如 127.0.0.1 或 0.0.0.0。", en: "Give one of this machine's with --host, such as 127.0.0.1 or 0.0.0.0." } },
    );
}
