import type { Actor } from "../access/schema.js";
import { shownName } from "../customer/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { modelForPlans } from "../tiering/index.js";
import { policyInForce } from "./policy.js";
import * as query from "./queries/loads.js";
import type { AccountManager, AssignmentReason, PortfolioDetail, PortfolioLoad, PortfolioSummary, ServiceMode, Unplaced } from "./schema.js";
import * as store from "./store.js";

const USUAL_WORKDAYS = 21;

type ManagerRow = AccountManager & { manager_id: number };

/** Managers the actor may see: those of their branches, or themselves. */
async function managersInSight(workspace: Workspace, { scope }: Actor, branch?: string): Promise<ManagerRow[]> {
  const own = "branches" in scope ? scope.branches : undefined;
  const branches = branch === undefined ? own : (own ?? [branch]).filter((one) => one === branch);
  const filter = "manager" in scope ? { manager: scope.manager } : { branches };
  return atomically(workspace.postgres, "all", (tx) => store.managers(tx, filter)) as Promise<ManagerRow[]>;
}

async function loadsFor(workspace: Workspace, actor: Actor, managers: readonly ManagerRow[]): Promise<PortfolioLoad[]> {
  const workdays = (await policyInForce(workspace))?.policy.workdays_per_month ?? USUAL_WORKDAYS;
  const rows = await workspace.warehouse.all<{ manager_id: number; mode: ServiceMode; customers: number; minutes: number }>(query.loadsSql(actor.scope));
  return managers.map(({ manager_id, ...manager }) => {
    const own = rows.filter((row) => row.manager_id === manager_id);
    const of = (mode: ServiceMode): number => own.find((row) => row.mode === mode)?.customers ?? 0;
    return {
      manager,
      customers: own.reduce((sum, row) => sum + row.customers, 0),
      modes: { dedicated: of("dedicated"), team: of("team"), self_service: of("self_service") },
      load: Math.round(own.reduce((sum, row) => sum + row.minutes, 0) / 100),
      capacity: manager.capacity * workdays,
    };
  });
}

const sorts = {
  load: (one: PortfolioLoad): number | string => (one.capacity === 0 ? Number.MAX_SAFE_INTEGER : one.load / one.capacity),
  customers: (one: PortfolioLoad) => one.customers,
  manager: (one: PortfolioLoad) => one.manager.manager,
  branch: (one: PortfolioLoad) => one.manager.branch ?? "",
} as const;

export const loadSorts = Object.keys(sorts) as [keyof typeof sorts, ...(keyof typeof sorts)[]];

interface Asked {
  branch?: string | undefined;
  q?: string | undefined;
  sort: string;
  cursor?: string | undefined;
  limit: number;
}

/** Whose id or name holds these letters, of any case. */
function matching(q: string): (one: ManagerRow) => boolean {
  const letters = q.trim().toLowerCase();
  return ({ manager, name }) => manager.toLowerCase().includes(letters) || (name ?? "").toLowerCase().includes(letters);
}

/** Portfolios by how full they are. There are as many as managers: hundreds, sorted here. */
export async function portfolios(workspace: Workspace, actor: Actor, asked: Asked): Promise<{ items: PortfolioLoad[]; next: string | null; total: number }> {
  const managers = (await managersInSight(workspace, actor, asked.branch)).filter(matching(asked.q ?? ""));
  const loads = await loadsFor(workspace, actor, managers);
  const by = sorts[asked.sort.replace(/^-/, "") as keyof typeof sorts];
  const sign = asked.sort.startsWith("-") ? -1 : 1;
  loads.sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return x === y ? (a.manager.manager < b.manager.manager ? -1 : 1) : sign * (x < y ? -1 : 1);
  });
  const from = Number(asked.cursor ?? 0);
  const items = loads.slice(from, from + asked.limit);
  return { items, next: from + items.length < loads.length ? String(from + items.length) : null, total: loads.length };
}

async function titlesOf(workspace: Workspace, models: Iterable<string>): Promise<(model: string, tier: string) => { title: Text; rank: number }> {
  const ladders = new Map<string, readonly { id: string; title: Text }[]>();
  for (const model of new Set(models)) ladders.set(model, (await modelForPlans(workspace, model))?.plan.tiers ?? []);
  return (model, tier) => {
    const rank = ladders.get(model)?.findIndex((one) => one.id === tier) ?? -1;
    return { title: ladders.get(model)?.[rank]?.title ?? { zh: tier, en: tier }, rank };
  };
}

export async function portfolioOf(workspace: Workspace, actor: Actor, id: string): Promise<PortfolioDetail> {
  const manager = (await managersInSight(workspace, actor)).find((one) => one.manager === id);
  if (manager === undefined)
    return refuse(
      "portfolio.unknown_manager",
      { zh: `没有客户经理 ${id}，或不在您的权限范围内`, en: `There is no account manager ${id} that you may see` },
      { status: 404, hint: { zh: "列出客户经理：tierkeep portfolio show", en: "List the managers: tierkeep portfolio show" } },
    );
  const [load] = await loadsFor(workspace, actor, [manager]);
  if (load === undefined) throw new Error("a manager has a load, be it none");
  const rows = await workspace.warehouse.all<{ model: string; tier: string; customers: number }>(query.tiersSql(actor.scope, manager.manager_id));
  const title = await titlesOf(
    workspace,
    rows.map((row) => row.model),
  );
  const tiers = rows
    .map((row) => ({ ...row, ...title(row.model, row.tier) }))
    .sort((a, b) => (a.model < b.model ? 1 : a.model > b.model ? -1 : a.rank - b.rank));
  return { ...load, tiers: tiers.map(({ rank: _, ...tier }) => tier) };
}

export async function portfolioSummary(workspace: Workspace, actor: Actor): Promise<PortfolioSummary> {
  const { warehouse } = workspace;
  const [loads, branches, reasons, modes, last] = await Promise.all([
    managersInSight(workspace, actor).then((managers) => loadsFor(workspace, actor, managers)),
    warehouse.all<{ branch: string | null; customers: number; unplaced: number }>(query.branchesSql(actor.scope)),
    warehouse.all<{ reason: AssignmentReason; customers: number }>(query.reasonsSql(actor.scope)),
    warehouse.all<{ mode: ServiceMode; customers: number }>(query.modesSql(actor.scope)),
    atomically(workspace.postgres, "all", store.lastRun),
  ]);
  const sum = (rows: readonly { customers: number }[]): number => rows.reduce((total, row) => total + row.customers, 0);
  const of = (mode: ServiceMode): number => modes.find((row) => row.mode === mode)?.customers ?? 0;
  const names = new Set([...branches.map((row) => row.branch), ...loads.map((one) => one.manager.branch)]);
  return {
    assigned_on: last?.as_of ?? null,
    customers: sum(branches),
    placed: sum(modes),
    unplaced: reasons,
    modes: { dedicated: of("dedicated"), team: of("team"), self_service: of("self_service") },
    managers: loads.length,
    load: loads.reduce((total, one) => total + one.load, 0),
    capacity: loads.reduce((total, one) => total + one.capacity, 0),
    branches: [...names].map((branch) => {
      const own = loads.filter((one) => one.manager.branch === branch);
      const held = branches.find((row) => row.branch === branch);
      return {
        branch,
        managers: own.length,
        customers: held?.customers ?? 0,
        unplaced: held?.unplaced ?? 0,
        load: own.reduce((total, one) => total + one.load, 0),
        capacity: own.reduce((total, one) => total + one.capacity, 0),
      };
    }),
  };
}

interface UnplacedRow {
  customer_id: number;
  public_id: string;
  name: string | null;
  branch: string | null;
  model: string;
  tier: string;
  reason: AssignmentReason;
}

/** Customers nobody could be named for, with why. */
export async function unplacedCustomers(
  workspace: Workspace,
  actor: Actor,
  asked: { reason?: AssignmentReason | undefined; branch?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: Unplaced[]; next: string | null; total: number }> {
  const [rows, count] = await Promise.all([
    workspace.warehouse.all<UnplacedRow>(query.unplacedPage(actor.scope, asked, Number(asked.cursor ?? -1), asked.limit + 1)),
    workspace.warehouse.first<{ total: number }>(query.unplacedCount(actor.scope, asked)),
  ]);
  const items = rows.slice(0, asked.limit);
  const title = await titlesOf(
    workspace,
    items.map((row) => row.model),
  );
  return {
    items: items.map((row) => ({
      customer_id: row.public_id,
      name: shownName(actor, row.name),
      branch: row.branch,
      tier: row.tier,
      tier_title: title(row.model, row.tier).title,
      reason: row.reason,
    })),
    next: rows.length > asked.limit ? String(items.at(-1)?.customer_id) : null,
    total: count?.total ?? 0,
  };
}
