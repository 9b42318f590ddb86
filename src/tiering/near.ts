import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { trimmed } from "./decimal.js";
import { type InForce, standingInForce } from "./inforce.js";
import { badCursor, known, readCursor, rowsShown, writeCursor } from "./lists.js";
import { leversOf } from "./next.js";
import { isOrdered, isPartOfAll, type Plan, typeOf } from "./plan.js";
import { owedBy, workOf } from "./preview.js";
import { type NearRow, nearSql, typeHeld } from "./queries/near.js";
import { tierCounts } from "./queries/standing.js";
import type { Near, StandingRow, Workload } from "./schema.js";
import * as store from "./store.js";

export interface NearAsked {
  within: number;
  tier?: string | undefined;
  measure?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Where one customer's figures move everybody else's, what a step does to one alone cannot be told. */
function refuseRelative(plan: Plan): void {
  const relative = [...plan.scores.filter(isOrdered), ...plan.measures.filter(isPartOfAll)].map((one) => one.name);
  if (relative.length === 0) return;
  refuse(
    "tiering.near_is_relative",
    {
      zh: `模型 ${plan.model} 无法计算谁接近上一层级：${relative.join("、")} 取决于全部客户`,
      en: `Who is near a better tier of ${plan.model} cannot be told: ${relative.join(", ")} ${relative.length === 1 ? "depends" : "depend"} on everybody`,
    },
    {
      status: 409,
      hint: {
        zh: "评分改用 ties: ranked 或固定分界（edges），指标不用占比（share）；单个客户可看“为什么是这一层”。",
        en: "Score with ties: ranked or fixed edges, and measure no share of all; for one customer, see the explanation.",
      },
    },
  );
}

/** Figures that needed more room than a machine word when they were graded need it here. */
async function asHeld(workspace: Workspace, { plan, standing }: InForce): Promise<Plan> {
  const decimal = plan.measures.find((one) => typeOf(plan, one.name).startsWith("decimal"));
  if (decimal === undefined) return plan;
  const held = await workspace.warehouse.first<{ type: string }>(typeHeld(standing, decimal.name));
  return { ...plan, wide: held?.type.startsWith("DECIMAL(28") === true };
}

/** The place after a customer in the list of distances. */
function placeOf(cursor: string | undefined): { distance: number; id: number } | undefined {
  if (cursor === undefined || cursor === "") return undefined;
  const { value, id } = readCursor(cursor);
  const distance = Number(value ?? Number.NaN);
  return Number.isFinite(distance) ? { distance, id } : badCursor();
}

/** Whole numbers travel as numbers, decimals as text. */
function shownAs(plan: Plan, measure: string, value: string | null): string | number | null {
  if (value === null) return null;
  return typeOf(plan, measure).startsWith("decimal") ? trimmed(value) : Number(value);
}

interface TierCount {
  tier: string;
  customers: number;
  value: string | null;
}

/** What the tiers hold now, and what they would hold if those who are near rose. */
function risen(plan: Plan, counts: readonly TierCount[], moves: readonly NearRow[]): Pick<Near["brings"], "tiers" | "value"> {
  const sum = (of: readonly { customers: number }[]): number => of.reduce((all, one) => all + one.customers, 0);
  const worth = (of: readonly { value: string | null }[]): number => of.reduce((all, one) => all + Number(one.value ?? 0), 0);
  const tiers = plan.tiers.map(({ id }, rank) => {
    const held = counts.filter((one) => one.tier === id);
    const before = sum(held);
    const after = before + sum(moves.filter((one) => one.rank === rank)) - sum(moves.filter((one) => one.tier === id));
    return { id, before, after, mean: before === 0 ? 0 : worth(held) / before };
  });
  const as_tier = moves.reduce((all, { rank, customers }) => all + customers * (tiers[rank]?.mean ?? 0), 0);
  const now = moves.reduce((all, one) => all + Number(one.worth ?? 0), 0);
  const rounded = (value: number): number => Number(value.toFixed(2));
  return {
    tiers: tiers.map(({ id, before, after }) => ({ id, before, after })),
    value: plan.value === null ? null : { now: rounded(now), as_tier: rounded(as_tier) },
  };
}

/** The page's customers with their ways, the nearest first. */
function itemsOf(plan: Plan, levers: readonly string[], rows: readonly NearRow[], shown: readonly (StandingRow & { key: number })[]): Near["items"] {
  return shown.map((one) => ({
    customer_id: one.customer_id,
    name: one.name,
    branch: one.branch,
    owner: one.owner,
    tier: one.tier,
    value: plan.value === null ? null : (one.figures[plan.value] ?? null),
    ways: rows
      .filter((row) => row.customer_id === one.key)
      .map(({ rank, lever, now, needed, distance }) => {
        const measure = levers[lever ?? 0] ?? "";
        return {
          tier: plan.tiers[rank]?.id ?? "",
          measure,
          from: shownAs(plan, measure, now),
          to: shownAs(plan, measure, needed),
          distance: Number((distance ?? 0).toFixed(6)),
        };
      }),
  }));
}

/**
 * Who is near a better tier: whom one measure moved by the asked share, in the way that helps, gives a better grade than they
 * have, when everything else and the fitted numbers of the run stay. An override that pins or caps a tier lets nobody rise.
 */
export async function nearOf(workspace: Workspace, actor: Actor, model: string, asked: NearAsked, workload: readonly Workload<Workspace>[]): Promise<Near> {
  const inForce = await standingInForce(workspace, model);
  const { run, standing } = inForce;
  refuseRelative(inForce.plan);
  const plan = await asHeld(workspace, inForce);
  const levers = leversOf(plan);
  const names = levers.map((one) => one.name);
  const ids = plan.tiers.map((one) => one.id);
  const to = asked.tier === undefined || asked.tier === "" ? undefined : ids.indexOf(known("tiering.unknown_tier", asked.tier, ids, "tier"));
  const lever = asked.measure === undefined || asked.measure === "" ? undefined : names.indexOf(known("tiering.no_lever", asked.measure, names, "measure"));
  const after = placeOf(asked.cursor);
  const within = Number(asked.within.toFixed(4)); // a hundredth of a per cent is as fine as a share is asked for
  const calibration = await atomically(workspace.postgres, "all", (tx) => store.calibrationOf(tx, run));
  const query = nearSql({ plan, calibration, standing, scope: actor.scope, levers, within, to, lever, after, limit: asked.limit + 1 });
  const [rows, counts, work] = await Promise.all([
    levers.length === 0 ? [] : workspace.warehouse.all<NearRow>(query),
    workspace.warehouse.all<TierCount>(tierCounts(plan, standing, actor.scope)),
    workOf(workspace, plan, workload),
  ]);
  const moves = rows.filter((row) => row.part === "move");
  const paged = rows.filter((row) => row.part === "page");
  const turn = [...new Set(paged.map((row) => row.customer_id ?? 0))];
  const page = turn.slice(0, asked.limit);
  const last = paged.find((row) => row.customer_id === page.at(-1));
  const brings = risen(plan, counts, moves);
  const tiersAt = (when: "before" | "after"): Record<string, number> => Object.fromEntries(brings.tiers.map((one) => [one.id, one[when]]));
  const owed = owedBy(work, tiersAt("before"), tiersAt("after"));
  return {
    model: plan.model,
    title: plan.title,
    as_of: run.as_of,
    within,
    tiers: plan.tiers.map(({ id, title }) => ({ id, title })),
    measures: levers.map(({ name, title, unit }) => ({ name, title, unit })),
    value: plan.value,
    ways: rows.flatMap(({ part, rank, lever: of, customers }) => (part === "way" ? [{ tier: ids[rank] ?? "", measure: names[of ?? 0] ?? "", customers }] : [])),
    moves: moves.map(({ tier, rank, customers }) => ({ from: tier ?? "", to: ids[rank] ?? "", customers })),
    brings: { ...brings, ...owed.workload, cost: owed.cost },
    items: itemsOf(plan, names, paged, await rowsShown(workspace, actor, inForce, page)),
    next: turn.length > asked.limit && last !== undefined ? writeCursor(String(last.distance ?? 0), last.customer_id ?? 0) : null,
    total: moves.reduce((sum, { customers }) => sum + customers, 0),
  };
}
