import { randomUUID } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import type { Actor } from "../access/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { rowsOfRun } from "./inforce.js";
import { fileCopy, fileRows } from "./queries/standing.js";

/** The rows of a run as CSV: written by the engine to a file of its own, streamed, and removed. Unless `exact`, made safe for spreadsheets. */
export async function rowsFile(workspace: Workspace, actor: Actor, run: number, exact: boolean): Promise<ReadStream> {
  const { plan, standing } = await rowsOfRun(workspace, run);
  await mkdir(workspace.path("tmp"), { recursive: true, mode: 0o700 });
  const path = workspace.path("tmp", `rows-${randomUUID()}.csv`);
  const remove = () => void rm(path, { force: true }).catch(() => undefined);
  try {
    await workspace.warehouse.all(fileCopy(fileRows(plan, standing, actor.scope, exact), path));
  } catch (error) {
    remove();
    throw error;
  }
  return createReadStream(path).on("close", remove);
}
