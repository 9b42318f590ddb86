import type { Actor } from "../access/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { decimalText, millionths } from "./decimal.js";
import { standingInForce } from "./inforce.js";
import { shownVersion } from "./models.js";
import type { Plan } from "./plan.js";
import { tierCounts } from "./queries/standing.js";
import { type Overview, Phase } from "./schema.js";

interface CountRow {
  before: string | null;
  tier: string;
  phase: Phase;
  customers: number;
  value: string | null;
}

const sum = (rows: readonly CountRow[]): number => rows.reduce((total, row) => total + row.customers, 0);

/** Who moved from tier to tier, of whatever phase. */
function moves(rows: readonly CountRow[]): Overview["movement"] {
  const counts = new Map<string, Overview["movement"][number]>();
  for (const { before, tier, customers } of rows) {
    const move = counts.get(`${before} ${tier}`) ?? { from: before, to: tier, customers: 0 };
    counts.set(`${before} ${tier}`, { ...move, customers: move.customers + customers });
  }
  return [...counts.values()];
}

/** How many came at least to each stage, from the first on: who holds a tier came to all below it. */
function funnelOf(plan: Plan, rows: readonly CountRow[]): NonNullable<Overview["funnel"]> {
  const all = sum(rows);
  let reached = 0;
  const stages = plan.tiers.map(({ id, title }) => {
    reached += sum(rows.filter((row) => row.tier === id));
    return { id, title, reached };
  });
  return stages.toReversed().map((stage, i, rising) => {
    const before = rising[i - 1]?.reached;
    return { ...stage, of_all: all === 0 ? null : stage.reached / all, of_before: before === undefined || before === 0 ? null : stage.reached / before };
  });
}

/** What each tier holds, what it is worth, and who moved at the last run, of the customers the reader may see. */
export async function overviewOf(workspace: Workspace, actor: Actor, model: string): Promise<Overview> {
  const { run, version, plan, standing } = await standingInForce(workspace, model);
  const rows = await workspace.warehouse.all<CountRow>(tierCounts(plan, standing, actor.scope));
  const all = sum(rows);
  const first = rows.every((row) => row.before === null);
  const changed = rows.filter((row) => row.before !== row.tier);
  return {
    model: shownVersion(version),
    // since the last run of everybody: runs of only some, and of overrides, leave what moved before them told
    run: {
      ...run,
      moved: sum(changed.filter((row) => row.before !== null)),
      first_graded: sum(changed.filter((row) => row.before === null)),
      ...("all" in actor.scope
        ? {}
        : {
            customers: all,
            tiers: Object.fromEntries(plan.tiers.map(({ id }) => [id, sum(rows.filter((row) => row.tier === id))])),
          }),
    },
    tiers: plan.tiers.map(({ id, title }) => {
      const held = rows.filter((row) => row.tier === id);
      const customers = sum(held);
      const value = plan.value === null ? null : decimalText(held.reduce((total, row) => total + millionths(row.value ?? "0"), 0n));
      return { id, title, customers, share: all === 0 ? 0 : customers / all, value, before: first ? null : sum(rows.filter((row) => row.before === id)) };
    }),
    funnel: plan.funnel ? funnelOf(plan, rows) : null,
    phases: Object.fromEntries(Phase.options.map((phase) => [phase, sum(rows.filter((row) => row.phase === phase))])) as Overview["phases"],
    movement: moves(changed),
  };
}
