import { randomUUID } from "node:crypto";
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { refuse } from "../problem.js";
import type { Table } from "../warehouse/tables.js";
import { assemble, type Workspace } from "./assemble.js";
import { checkSettings, draftSettings, findSettings, publishSettings } from "./settings.js";

export type { Workspace } from "./assemble.js";
export { WorkspaceBusy } from "./lock.js";
export { readServer, removeServer, writeServer } from "./server.js";

export interface CreateOptions {
  /** IANA zone; naive times are in it. */
  zone?: string;
  /** ISO 4217 code; all money is in it. */
  currency?: string;
  /** Another PostgreSQL than the embedded one; DATABASE_URL when absent. */
  databaseUrl?: string;
}

export interface OpenOptions {
  tables: readonly Table[];
  databaseUrl?: string;
}

/** Make a workspace in this directory; a problem if one is there. A making that was cut short is gone on with. */
export async function createWorkspace(directory: string, options: CreateOptions = {}): Promise<void> {
  const { zone = "Asia/Shanghai", currency = "CNY" } = options;
  checkSettings(zone, currency);
  const home = resolve(directory);
  await refuseExisting(home);
  const settings = await draftSettings(home, { id: randomUUID(), zone, currency, created_at: new Date().toISOString() });
  const made = await assemble({ directory: home, settings, tables: [], databaseUrl: options.databaseUrl ?? namedDatabase(), claim: true });
  try {
    await refuseExisting(home); // another process was faster
    await publishSettings(home);
  } finally {
    await made.close();
  }
}

const namedDatabase = (): string | undefined => process.env["DATABASE_URL"] || undefined;

async function refuseExisting(home: string): Promise<void> {
  if ((await findSettings(home)) === undefined) return;
  refuse(
    "workspace.exists",
    { zh: `目录 ${home} 中已有工作区`, en: `There is a workspace in ${home}` },
    { hint: { zh: "直接使用它，或选择另一个目录", en: "Use it, or choose another directory" } },
  );
}

/** Open the workspace in this directory and own it until `close`; throws WorkspaceBusy when another process does. */
export async function openWorkspace(directory: string, options: OpenOptions): Promise<Workspace> {
  const home = resolve(directory);
  const settings = await findSettings(home);
  if (settings === undefined) {
    return refuse(
      "workspace.missing",
      { zh: `目录 ${home} 中没有工作区`, en: `There is no workspace in ${home}` },
      { hint: { zh: `先运行 tierkeep init --workspace ${directory}`, en: `Run tierkeep init --workspace ${directory} first` } },
    );
  }
  return assemble({ directory: await realpath(home), settings, tables: options.tables, databaseUrl: options.databaseUrl ?? namedDatabase(), claim: false });
}
