import { randomUUID } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Postgres, connectPostgres } from "../postgres/connect.js";
import { migrate, readMigrations } from "../postgres/migrate.js";
import { refuse } from "../problem.js";
import { type Warehouse, openWarehouse } from "../warehouse/index.js";
import { type Table, ensureTables } from "../warehouse/tables.js";
import { claimStores, compareStores } from "./identity.js";
import { type Lock, lockWorkspace } from "./lock.js";
import { type Settings, checkSettings, draftSettings, findSettings, publishSettings } from "./settings.js";
import { type Source, operationalStore } from "./source.js";

export { WorkspaceBusy } from "./lock.js";
export { type ServerAddress, readServer, removeServer, writeServer } from "./server.js";
export { findSettings } from "./settings.js";

/** One institution's data: two stores that carry one id, and the directory they live in. */
export interface Workspace {
  readonly directory: string;
  readonly settings: Settings;
  readonly postgres: Postgres;
  readonly warehouse: Warehouse;
  path(...parts: string[]): string;
  close(): Promise<void>;
}

export interface CreateOptions {
  /** IANA zone; naive times are in it. */
  zone?: string;
  /** ISO 4217 code; all money is in it. */
  currency?: string;
  /** Another PostgreSQL than the embedded one. */
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
  if ((await findSettings(home)) !== undefined) {
    refuse(
      "workspace.exists",
      { zh: `目录 ${home} 中已有工作区`, en: `There is a workspace in ${home}` },
      { hint: { zh: "直接使用它，或选择另一个目录", en: "Use it, or choose another directory" } },
    );
  }
  const settings = await draftSettings(home, { id: randomUUID(), zone, currency, created_at: new Date().toISOString() });
  const made = await assemble({ directory: home, settings, tables: [], databaseUrl: options.databaseUrl, claim: true });
  try {
    await publishSettings(home);
  } finally {
    await made.close();
  }
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
  return assemble({ directory: await realpath(home), settings, tables: options.tables, databaseUrl: options.databaseUrl, claim: false });
}

interface Parts {
  directory: string;
  settings: Settings;
  tables: readonly Table[];
  databaseUrl: string | undefined;
  /** Write the id into stores that have none. */
  claim: boolean;
}

/** PostgreSQL may be shut down by an owner that is just leaving: then it is started again. */
const ENDING = new Set(["57P01", "57P03", "ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE"]);

const isEnding = (error: unknown): boolean =>
  error instanceof Error && (ENDING.has(String((error as { code?: string }).code)) || /Connection terminated|server closed the connection/.test(error.message));

async function assemble(parts: Parts): Promise<Workspace> {
  for (let attempt = 1; ; attempt++) {
    const source = await operationalStore(parts.directory, parts.settings.id, parts.databaseUrl);
    try {
      return await assembleOn(source, parts);
    } catch (error) {
      if (attempt >= 10 || !source.embedded || !isEnding(error)) throw error;
      await pause(50 * attempt);
    }
  }
}

async function migrated(postgres: Postgres): Promise<void> {
  const client = await postgres.connect("migrate");
  try {
    await migrate(client, await readMigrations());
  } finally {
    await client.end();
  }
}

async function assembleOn(source: Source, parts: Parts): Promise<Workspace> {
  const postgres = connectPostgres(source.address, parts.settings.zone);
  let lock: Lock | undefined;
  let warehouse: Warehouse | undefined;
  const close = async (): Promise<void> => {
    await warehouse?.close();
    await postgres.close();
    await lock?.release(() => source.stop()); // only the owner may stop what others might be waiting for
  };
  try {
    lock = await lockWorkspace(postgres, parts.directory);
    await migrated(postgres);
    warehouse = await openWarehouseIn(parts.directory, parts.settings.zone);
    await (parts.claim ? claimStores : compareStores)(postgres, warehouse, parts.settings.id);
    await warehouse.write((session) => ensureTables(session, parts.tables));
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    directory: parts.directory,
    settings: parts.settings,
    postgres,
    warehouse,
    path: (...names) => join(parts.directory, ...names),
    close: () => (closing ??= close()),
  };
}

/** The engine's files take the process's mode for new files, so they lie in a folder only we can enter. */
async function openWarehouseIn(directory: string, zone: string): Promise<Warehouse> {
  const spill = join(directory, "tmp");
  for (const folder of [spill, join(directory, "warehouse")]) await mkdir(folder, { recursive: true, mode: 0o700 });
  return openWarehouse({ file: join(directory, "warehouse", "warehouse.duckdb"), zone, spill });
}
