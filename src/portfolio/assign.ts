import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { appendChange } from "../platform/changes/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../platform/problem.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import type { Session, Sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { type InForce, standingInForce } from "../tiering/index.js";
import type { Workload } from "../tiering/schema.js";
import { type Manager, managersFor } from "./managers.js";
import { mirrorOwners, OWNERS } from "./mirror.js";
import { checkPolicy, policyInForce } from "./policy.js";
import * as query from "./queries/assign.js";
import type { AssignmentResult, PortfolioPolicy } from "./schema.js";
import { type Cell, shareOut } from "./share.js";
import * as store from "./store.js";

export type WorkloadPart = Workload<Workspace>;

const steps = { share: { zh: "分配客户", en: "Sharing out customers" }, write: { zh: "写入管户关系", en: "Writing assignments" } } as const;

/** The policy of the institution with the models it serves as they stand; models that have not run serve nobody yet. */
async function policyWithStandings(workspace: Workspace): Promise<{ policy: PortfolioPolicy; standings: InForce[] }> {
  const found = await policyInForce(workspace);
  if (found === undefined)
    refuse(
      "portfolio.no_policy",
      { zh: "还没有发布管户规则", en: "No portfolio policy is published" },
      { status: 404, hint: { zh: "发布预置规则：tierkeep portfolio apply bank", en: "Publish the preset: tierkeep portfolio apply bank" } },
    );
  // Models may have been published since: a tier that nobody serves any more is told now, not found out by its customers.
  const { policy, problems } = await checkPolicy(workspace, found.version.text, found.version.origin);
  if (policy === undefined) throw new ProblemError(problems);
  const standings: InForce[] = [];
  for (const model of new Set(policy.serve.map((one) => one.model))) {
    const one = await standingInForce(workspace, model).catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return undefined;
      throw error;
    });
    if (one !== undefined) standings.push(one);
  }
  if (standings.length === 0)
    refuse(
      "portfolio.not_graded",
      { zh: "管户规则所用的分层模型都还没有运行过", en: "None of the tier models the policy serves has been run" },
      { hint: { zh: "先运行分层：tierkeep tier retail-bank --as-of 日期", en: "Run one first: tierkeep tier retail-bank --as-of DATE" } },
    );
  return { policy, standings };
}

/** Tiers in the order in which they are served, each with the work a month one of its customers is owed. */
async function placesOf(workspace: Workspace, policy: PortfolioPolicy, workload: readonly WorkloadPart[]): Promise<query.Place[]> {
  const owed = new Map<string, number>();
  for (const part of workload) {
    for (const { model, tier, minutes } of await part(workspace)) owed.set(`${model} ${tier}`, (owed.get(`${model} ${tier}`) ?? 0) + minutes);
  }
  let place = 0;
  return policy.serve.flatMap(({ model, tiers, mode, levels, minutes }) =>
    tiers.map((tier) => ({ place: place++, model, tier, mode, levels, minutes: Math.round(100 * (minutes ?? owed.get(`${model} ${tier}`) ?? 0)) })),
  );
}

interface CellRow {
  branch: string;
  place: number;
  manager: number | null;
  customers: number;
}

function cellsOf(rows: readonly CellRow[], places: readonly query.Place[], managers: readonly Manager[]): Cell[] {
  const cells = new Map<string, Cell & { kept: Map<number, number> }>();
  for (const { branch, place, manager, customers } of rows) {
    const { minutes = 0, levels = [] } = places[place] ?? {};
    const cell = cells.get(`${branch}\t${place}`) ?? {
      branch,
      place,
      minutes,
      managers: managers.filter((one) => one.branch === branch && levels.includes(one.level)).map((one) => one.manager_id),
      open: 0,
      kept: new Map<number, number>(),
    };
    cells.set(`${branch}\t${place}`, cell);
    if (manager === null) cell.open += customers;
    else cell.kept.set(manager, customers);
  }
  return [...cells.values()];
}

/** Why nobody of the branch could be named: there is no branch, nobody in it, nobody of the level; else nobody had room. */
function reasonsOf(cells: readonly Cell[], managers: readonly Manager[]): Map<string, string> {
  const staffed = new Set(managers.map((one) => one.branch));
  const reason = (cell: Cell): string =>
    cell.branch === "" ? "no_branch" : !staffed.has(cell.branch) ? "no_manager" : cell.managers.length === 0 ? "no_level" : "no_room";
  return new Map(cells.map((cell) => [`${cell.branch}\t${cell.place}`, reason(cell)]));
}

async function* copyLines(session: Session, rows: Sql, report: (done: number) => void): AsyncGenerator<string> {
  let done = 0;
  for await (const chunk of session.chunks<Record<string, string | number | null>>(rows)) {
    yield chunk
      .map(
        (row) =>
          `${Object.values(row)
            .map((cell) => cell ?? "\\N")
            .join("\t")}\n`,
      )
      .join("");
    done += chunk.length;
    report(done);
  }
}

/**
 * Give every graded customer a named owner: by tier, branch and capacity, keeping who has one. Set-based in the
 * warehouse; one PostgreSQL transaction is the switch, the warehouse's copy follows and is made again if it did not.
 */
export async function assign(workspace: Workspace, actor: Actor, workload: readonly WorkloadPart[], report: OnProgress): Promise<AssignmentResult> {
  const started = performance.now();
  const { policy, standings } = await policyWithStandings(workspace);
  const places = await placesOf(workspace, policy, workload);
  const asOf =
    standings
      .map((one) => one.run.as_of)
      .sort()
      .at(-1) ?? "";
  return workspace.warehouse.write(async (session) => {
    const managers = await managersFor(session, policy);
    await mirrorOwners(workspace, session);
    const sharing = stepProgress(report, steps.share, "steps", 1);
    const run = await atomically(workspace.postgres, "all", store.nextRun);
    await session.run(query.placesTable(places));
    await session.run(query.allowedTable(places, managers));
    await session.run(
      query.wantedTable(
        standings.map(({ plan, standing }) => ({ model: plan.model, standing })),
        managers,
      ),
    );
    const cells = cellsOf(await session.all<CellRow>(query.cellsSql), places, managers);
    const shares = shareOut(cells, new Map(managers.map((one) => [one.manager_id, one.capacity * policy.workdays_per_month * 100])));
    await session.run(query.assignedTable(shares, reasonsOf(cells, managers), managers, asOf, run));
    await session.run(query.changedTable);
    const counts = (await session.first<Record<"customers" | "unplaced" | "assigned" | "moved", number>>(query.countsSql)) ?? noCounts;
    const unplaced = await session.all<{ reason: string; customers: number }>(query.unplacedSql);
    sharing(1);
    const writing = stepProgress(report, steps.write, "customers", counts.assigned + counts.moved);
    await atomically(workspace.postgres, "all", async (tx) => {
      await store.keepManagers(tx, managers, asOf);
      await store.saveAssignments(
        tx,
        run,
        copyLines(session, query.changedRows, writing),
        copyLines(session, query.goneRows, () => undefined),
      );
      await store.addRun(tx, { run, as_of: asOf, requested_by: actor.login, ...counts });
      await audit(tx, actor, "portfolio.assign", "portfolio", { run, as_of: asOf, ...counts });
      await appendChange(tx, "assignments", { run });
    });
    await session.transaction(async () => {
      for (const statement of [...query.copyChanges, ...query.setMirror(OWNERS, run)]) await session.run(statement);
    });
    return {
      as_of: asOf,
      customers: counts.customers,
      assigned: counts.assigned,
      moved: counts.moved,
      kept: counts.customers - counts.assigned - counts.moved - counts.unplaced,
      unplaced: counts.unplaced,
      unplaced_by_reason: Object.fromEntries(unplaced.map((row) => [row.reason, row.customers])),
      seconds: Math.round((performance.now() - started) / 10) / 100,
    };
  });
}

const noCounts = { customers: 0, unplaced: 0, assigned: 0, moved: 0 };
