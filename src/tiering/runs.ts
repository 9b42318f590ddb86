import type { Actor } from "../access/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { Run, RunRecord } from "./schema.js";
import { standingTable, tablesHeld } from "./standing.js";

/** Runs as the reader may see them: what they counted was everybody, and who sees a part is not told of the rest. */
export async function shownRuns(workspace: Workspace, actor: Actor, runs: readonly RunRecord[]): Promise<Run[]> {
  const held = new Set(await tablesHeld(workspace.warehouse));
  return runs.map((run) => shown(actor, run, held));
}

/** One run, the same way. */
export const shownRun = async (workspace: Workspace, actor: Actor, run: RunRecord): Promise<Run> =>
  shown(actor, run, new Set(await tablesHeld(workspace.warehouse)));

const shown = (actor: Actor, run: RunRecord, held: ReadonlySet<string>): Run => ({
  ...run,
  ...("all" in actor.scope ? {} : { customers: null, tiers: null, moved: null, first_graded: null }),
  rows_kept: held.has(standingTable(run.decided ? "standing" : "reading", run.model, run.run)),
});
