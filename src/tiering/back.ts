import { atomically } from "../platform/postgres/atomically.js";
import { type Session, type Sql, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { phaseType } from "./advance.js";
import { takenFrom } from "./models.js";
import type { RunRecord } from "./schema.js";
import * as store from "./store.js";
import { heldAtRun } from "./then.js";

/** The run with which the version that this text is again decided last; undefined: it is no such text, never decided, or has been gone back to already. */
async function decidedBack(workspace: Workspace, { text, origin }: { text: string; origin: string }, last: RunRecord): Promise<RunRecord | undefined> {
  const version = takenFrom(origin);
  if (version === undefined) return undefined;
  return atomically(workspace.postgres, "all", async (tx) => {
    const [ran, earlier] = [await store.modelVersion(tx, last.model, last.version), await store.modelVersion(tx, last.model, version)];
    return earlier?.text === text && ran?.text !== text ? store.lastRunOf(tx, last.model, version, last.run) : undefined;
  });
}

/**
 * What a run decides from when its version is an earlier one again: what everybody holds, as the model stood with each of them when
 * that version decided last. A tier that only the versions between gave is nobody's to keep, whatever the model's stability.
 * Where nothing is gone back to, it is what they hold.
 */
export async function decidedFrom(
  workspace: Workspace,
  session: Session,
  version: { text: string; origin: string },
  { last, held, keys }: { last: RunRecord; held: Sql; keys: ReadonlyMap<string, number> },
): Promise<Sql> {
  const back = await decidedBack(workspace, version, last);
  if (back === undefined) return held;
  const then = await heldAtRun(workspace, session, back, keys, "held_back");
  return sql`(
    select held.* replace (back.computed as computed, coalesce(back.phase, 'stable')::${phaseType} as phase, back.phase_since as phase_since,
      back.phase_tier as phase_tier, coalesce(back.phase_times, 0)::smallint as phase_times)
    from ${held} as held left join ${then} as back using (customer_id))`;
}
