import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connectPostgres, type Postgres } from "../postgres/connect.js";
import { migrate, readMigrations } from "../postgres/migrate.js";
import { refuse } from "../problem.js";
import { openWarehouse, type Warehouse } from "../warehouse/index.js";
import { ensureTables, type Table } from "../warehouse/tables.js";
import { claimStores, compareStores } from "./identity.js";
import { type Lock, lockWorkspace, WorkspaceBusy } from "./lock.js";
import type { Settings } from "./settings.js";
import { operationalStore, type Source } from "./source.js";

/** One institution's data: two stores that carry one id, and the directory they live in. */
export interface Workspace {
  readonly directory: string;
  readonly settings: Settings;
  readonly postgres: Postgres;
  readonly warehouse: Warehouse;
  path(...parts: string[]): string;
  close(): Promise<void>;
}

export interface Parts {
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
  error instanceof Error && (ENDING.has(String((error as { code?: string }).code)) || /Connection terminated|connection error/.test(error.message));

/** Both stores of a workspace, opened and owned. */
export async function assemble(parts: Parts): Promise<Workspace> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await assembleOn(await operationalStore(parts.directory, parts.settings.id, parts.databaseUrl), parts);
    } catch (error) {
      if (attempt >= 10 || parts.databaseUrl !== undefined || !isEnding(error)) throw error;
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

/** The same on a PostgreSQL that is known to answer. */
export async function assembleOn(source: Source, parts: Parts): Promise<Workspace> {
  const postgres = connectPostgres(source.address, parts.settings.zone);
  let lock: Lock | undefined;
  let warehouse: Warehouse | undefined;
  const close = async (): Promise<void> => {
    await warehouse?.close();
    await postgres.close();
    await lock?.release(() => source.stop()); // only the owner may stop what others might be waiting for
  };
  try {
    lock = await lockWorkspace(postgres, parts.directory, source.revive);
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

function refuseDamaged(directory: string): never {
  return refuse(
    "workspace.damaged",
    { zh: "仓库文件已损坏，不是 DuckDB 数据库", en: "The warehouse is damaged: it is no DuckDB database" },
    {
      place: { file: join(directory, "warehouse", "warehouse.duckdb") },
      hint: { zh: "从备份恢复整个工作区目录。", en: "Restore the whole workspace directory from a backup." },
    },
  );
}

/** The engine's files take the process's mode for new files, so they lie in a folder only we can enter. */
async function openWarehouseIn(directory: string, zone: string): Promise<Warehouse> {
  const spill = join(directory, "tmp");
  for (const folder of [spill, join(directory, "warehouse")]) await mkdir(folder, { recursive: true, mode: 0o700 });
  return openWarehouse({ file: join(directory, "warehouse", "warehouse.duckdb"), zone, spill }).catch((error: Error) => {
    if (/not a valid DuckDB database file/i.test(error.message)) refuseDamaged(directory);
    if (!/Could not set lock/.test(error.message)) throw error;
    throw new WorkspaceBusy(directory, /PID (\d+)/.exec(error.message)?.[1]);
  });
}
