import type { Actor } from "../access/schema.js";
import { messageCounts } from "../outreach/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { managersSeen, visibilityOf } from "../portfolio/index.js";
import { activePlans } from "./plans.js";
import { windowOf } from "./rhythm.js";
import type { Coverage } from "./schema.js";
import * as store from "./store/tasks.js";
import { wordsOf } from "./words.js";

type Count = Coverage["total"];

function countOf(rows: readonly store.CoverageRow[]): Count {
  const of = (state: store.CoverageRow["state"]): number => rows.reduce((sum, row) => sum + (row.state === state ? row.n : 0), 0);
  return {
    promised: rows.reduce((sum, row) => sum + row.n, 0),
    met: of("met"),
    late: of("late"),
    missed: of("missed"),
    open: of("open") + of("overdue"),
    overdue: of("overdue"),
  };
}

/** Rows by a key, in the order in which the keys are first met. */
function grouped(rows: readonly store.CoverageRow[], key: (row: store.CoverageRow) => string): store.CoverageRow[][] {
  const groups = new Map<string, store.CoverageRow[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups.values()];
}

/** What was promised for a time and what was done of it; without days, for this quarter. */
export async function coverageOf(workspace: Workspace, actor: Actor, asked: { from?: string | undefined; to?: string | undefined }): Promise<Coverage> {
  const today = todayIn(workspace.settings.zone, new Date());
  const quarter = windowOf("quarter", asked.from ?? asked.to ?? today);
  const [from, to] = [asked.from ?? quarter.from, asked.to ?? quarter.to];
  const plans = await activePlans(workspace);
  const visibility = await visibilityOf(workspace, actor);
  const rows = await atomically(workspace.postgres, visibility, (tx) => store.coverage(tx, from, to, today, managersSeen(visibility)));
  const words = wordsOf(plans);
  const placeOf = (plan: string, list: "tiers" | "entitlements", id: string): number => {
    const at = plans.find(({ core }) => core.plan === plan)?.core[list].findIndex((one) => one.id === id) ?? -1;
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  const modelOf = (plan: string): string => plans.find(({ core }) => core.plan === plan)?.core.model ?? plan;
  const first = (group: store.CoverageRow[]): store.CoverageRow => group[0] as store.CoverageRow;
  return {
    from,
    to,
    total: countOf(rows),
    tiers: grouped(rows, (row) => `${modelOf(row.plan)} ${row.tier}`)
      .sort((a, b) => placeOf(first(a).plan, "tiers", first(a).tier) - placeOf(first(b).plan, "tiers", first(b).tier))
      .map((group) => ({
        model: modelOf(first(group).plan),
        tier: first(group).tier,
        title: words.tier(first(group).plan, first(group).tier),
        ...countOf(group),
      })),
    entitlements: grouped(rows, (row) => `${row.plan} ${row.id}`)
      .sort((a, b) => placeOf(first(a).plan, "entitlements", first(a).id) - placeOf(first(b).plan, "entitlements", first(b).id))
      .map((group) => ({ plan: first(group).plan, entitlement: first(group).id, title: words.title(first(group).plan, first(group).id), ...countOf(group) })),
    messages: await messageCounts(workspace, actor, from, to),
  };
}
