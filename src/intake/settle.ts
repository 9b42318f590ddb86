import { readdir, rm } from "node:fs/promises";
import { atomically } from "../platform/postgres/atomically.js";
import { sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { IMPORT_FOLDER } from "./import.js";
import type { ImportResult } from "./schema.js";
import { completeBatch, endBatch, openBatches } from "./store.js";

/** What a killed process left: imports whose facts are in are completed, others are marked, working files are removed. */
export async function settleImports(workspace: Workspace): Promise<void> {
  const open = await atomically(workspace.postgres, "all", openBatches);
  for (const batch of open) {
    const held = await workspace.warehouse.first<Omit<ImportResult, "set_aside_by_reason" | "seconds" | "files" | "source"> & { set_aside_by_reason: string }>(
      sql`select batch, rows_read, rows_loaded, rows_set_aside, unchanged, set_aside_by_reason from batch where batch = ${batch}`,
    );
    await atomically(workspace.postgres, "all", (tx) =>
      held === undefined
        ? endBatch(tx, batch, "interrupted")
        : completeBatch(tx, { ...held, set_aside_by_reason: JSON.parse(held.set_aside_by_reason) as Record<string, number>, seconds: 0 }),
    );
  }
  const left = await readdir(workspace.path("tmp")).catch(() => []);
  for (const name of left) if (IMPORT_FOLDER.test(name)) await rm(workspace.path("tmp", name), { recursive: true, force: true });
}
