import { atomically } from "../platform/postgres/atomically.js";
import type { OnProgress } from "../platform/progress.js";
import { name, type Session, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { advanceOf, type Grading, gradedOn, keptFrom, leavingNothing, makeStanding, newestFact } from "./making.js";
import { readable } from "./models.js";
import type { InForceOverrides } from "./overrides.js";
import type { Plan } from "./plan.js";
import { movedShare } from "./safety.js";
import { advances } from "./schedule.js";
import type { ModelPreview, RunRecord, RunResult } from "./schema.js";
import { standingOf } from "./standing.js";
import * as store from "./store.js";

/** What the change does by itself, and what the version in force would move on the same day and facts without it. */
export type Apart = Pick<ModelPreview, "drift" | "changed" | "changed_share">;

/** The version in force, to be run beside the change of it. */
export interface Alone {
  plan: Plan;
  last: RunRecord;
}

export interface Beside {
  inForce: store.VersionRow | undefined;
  last: RunRecord | undefined;
  overrides: InForceOverrides;
  as_of: string;
  /** The change lets tiers follow the grades of the day. */
  advanced: boolean;
}

/**
 * The version in force, where running it now would say something else than its last run did: on another day or other facts,
 * under other overrides, as a version that did not run yet, or between two days of its schedule. Undefined: nothing drifted.
 */
export async function drifting(workspace: Workspace, { inForce, last, overrides, as_of, advanced }: Beside): Promise<Alone | undefined> {
  if (inForce === undefined || last === undefined) return undefined;
  const plan = readable(inForce);
  if (plan === undefined) return undefined; // what cannot be read any more moves nobody: all is the change's
  const alone = { plan, last };
  if (as_of !== last.as_of || last.version !== inForce.version || (advanced && !last.advanced && plan.schedule !== null)) return alone;
  if ((await atomically(workspace.postgres, "all", (tx) => store.overridesApplied(tx, last.run))) !== overrides.mark) return alone;
  const newest = await newestFact(workspace.warehouse, plan);
  return newest !== null && (last.data_as_of === null || new Date(newest) > new Date(last.data_as_of)) ? alone : undefined;
}

/** Leave everyone's tier by the version in force in the temporary table `alone`: how many it moves. */
export function runAlone(
  workspace: Workspace,
  session: Session,
  { plan: published, last }: Alone,
  table: string,
  { overrides, as_of, advanced }: Pick<Beside, "overrides" | "as_of" | "advanced">,
  { moment, codes, lastAdvanced }: Pick<Grading, "moment" | "codes"> & { lastAdvanced: string | null },
  report: OnProgress,
): Promise<number> {
  return leavingNothing(session, published, table, async (plan) => {
    const keep = keptFrom(plan, last, as_of);
    const graded = await gradedOn(workspace, session, plan, { moment, codes, keep }, report);
    const held = standingOf(last);
    const advance = advanceOf(plan, held, advanced);
    const counts = advances(plan.schedule, lastAdvanced, as_of);
    await makeStanding(session, plan, table, { ...graded, as_of, codes, held, advance, counts, overrides: overrides.rows, before: "held" });
    const drift = await session.first<{ moved: number }>(sql`select count(*) filter (where before <> tier) as moved from ${name(table)}`);
    await session.run(sql`create or replace temp table alone as select customer_id, tier::varchar as tier from ${name(table)}`);
    await session.run(sql`drop table ${name(table)}`);
    return drift?.moved ?? 0;
  });
}

/** The change beside the version in force; `drift` undefined: that moves nobody, and `alone` was not made. */
export async function apartOf(
  session: Session,
  table: string,
  counted: Pick<RunResult, "customers" | "moved" | "first_graded">,
  drift: number | undefined,
): Promise<Apart> {
  if (drift === undefined) return { drift: 0, changed: counted.moved, changed_share: movedShare(counted) };
  const both = await session.first<{ customers: number; changed: number }>(
    sql`select count(*) as customers, count(*) filter (where alone.tier <> changed.tier::varchar) as changed from ${name(table)} as changed join alone using (customer_id)`,
  );
  await session.run(sql`drop table alone`);
  const { customers, changed } = both ?? { customers: 0, changed: 0 };
  return { drift, changed, changed_share: customers === 0 ? 0 : changed / customers };
}
