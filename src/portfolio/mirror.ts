import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { atomically } from "../platform/postgres/atomically.js";
import type { Session } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { copyFile, mirrorRun, setMirror } from "./queries/assign.js";
import * as store from "./store.js";

export const OWNERS = "owner";
const PAGE = 50_000;

/** Quoted, whatever it holds: managers are called what a file says. Null is nothing at all. */
const cellOf = (cell: string | number | null): string => (cell === null ? "" : `"${String(cell).replaceAll('"', '""')}"`);

async function* lines(workspace: Workspace): AsyncGenerator<string> {
  for (let last = -1; ; ) {
    const rows = await atomically(workspace.postgres, "all", (tx) => store.assignmentsAfter(tx, last, PAGE));
    if (rows.length === 0) return;
    yield rows
      .map(
        (row) => `${[row.customer_id, row.manager_id, row.manager, row.mode, row.model, row.tier, row.minutes, row.reason, row.since].map(cellOf).join(",")}\n`,
      )
      .join("");
    last = rows.at(-1)?.customer_id ?? last;
  }
}

/**
 * Bring the warehouse's copy of the assignments to what PostgreSQL holds, when a process was killed between the two or
 * the warehouse was restored. PostgreSQL committed first, so it is right.
 */
export async function mirrorOwners(workspace: Workspace, session: Session): Promise<void> {
  const last = await atomically(workspace.postgres, "all", store.lastRun);
  const held = await session.first<{ run: number }>(mirrorRun(OWNERS));
  if (last === undefined || held?.run === last.run) return;
  await mkdir(workspace.path("tmp"), { recursive: true, mode: 0o700 });
  const path = workspace.path("tmp", `owners-${process.pid}.csv`);
  try {
    await pipeline(Readable.from(lines(workspace)), createWriteStream(path, { mode: 0o600 }));
    await session.transaction(async () => {
      for (const statement of [...copyFile(path), ...setMirror(OWNERS, last.run)]) await session.run(statement);
    });
  } finally {
    await rm(path, { force: true });
  }
}
