import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** Where the server that owns the workspace answers, and the key of the operator at this machine. */
export const ServerAddress = z.object({ url: z.string(), token: z.string(), pid: z.number().int() });
export type ServerAddress = z.infer<typeof ServerAddress>;

const FILE = "server.json";

/** The server's own note; it may be left from a killed one, so whoever reads it must try it. */
export async function readServer(directory: string): Promise<ServerAddress | undefined> {
  const text = await readFile(join(directory, FILE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return ServerAddress.parse(JSON.parse(text));
  } catch {
    return undefined; // cut short by a kill
  }
}

export async function writeServer(directory: string, server: ServerAddress): Promise<void> {
  const making = join(directory, `${FILE}.${process.pid}`);
  await writeFile(making, JSON.stringify(server), { mode: 0o600 });
  await rename(making, join(directory, FILE));
}

export async function removeServer(directory: string): Promise<void> {
  await rm(join(directory, FILE), { force: true });
}
