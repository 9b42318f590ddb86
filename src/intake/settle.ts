import { readdir, rm } from "node:fs/promises";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { heldCounts } from "./batches.js";
import { IMPORT_FOLDER } from "./import.js";
import { completeBatch, endBatch, openBatches } from "./store.js";

/** What a killed process left: imports whose facts are in are completed, others are marked, working files are removed. */
export async function settleImports(workspace: Workspace): Promise<void> {
  const open = await atomically(workspace.postgres, "all", openBatches);
  for (const batch of open) {
    const held = await heldCounts(workspace.warehouse, batch);
    await atomically(workspace.postgres, "all", (tx) =>
      held === undefined ? endBatch(tx, batch, "interrupted") : completeBatch(tx, { batch, ...held, seconds: 0 }),
    );
  }
  const left = await readdir(workspace.path("tmp")).catch(() => []);
  for (const name of left) if (IMPORT_FOLDER.test(name)) await rm(workspace.path("tmp", name), { recursive: true, force: true });
}
