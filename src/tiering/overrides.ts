import { createHash } from "node:crypto";
import { audit, demand } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { customerByPublicId, customersInSight, shownName, shownWords } from "../customer/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { didYouMean } from "../platform/expression/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { allAtOnce, refuse } from "../platform/problem.js";
import { join, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { notGraded, standingInForce } from "./inforce.js";
import { standingRow } from "./queries/standing.js";
import { type Override, type OverrideDecision, type OverrideRequest, type OverrideState, overrideStateLabels } from "./schema.js";
import * as store from "./store/overrides.js";

const todayOf = (workspace: Workspace): string => todayIn(workspace.settings.zone, new Date());

interface Who {
  customer_id: number;
  public_id: string;
  name: string | null;
}

const shown = (actor: Actor, row: store.OverrideRow, who: Who): Override => {
  const { customer_id: _, approved: __, ...rest } = row;
  const words = { reason: shownWords(actor, row.reason) ?? "", plan: shownWords(actor, row.plan), decision_note: shownWords(actor, row.decision_note) };
  return { ...rest, ...words, customer_id: who.public_id, name: shownName(actor, who.name) };
};

/** Ask for a tier other than the model's. It holds once somebody else has approved it. */
export async function requestOverride(workspace: Workspace, actor: Actor, publicId: string, asked: OverrideRequest): Promise<Override> {
  demand(actor, "overrides:request");
  const { plan, run, standing } = await standingInForce(workspace, asked.model);
  const customer = await customerByPublicId(workspace, actor, publicId);
  if ((await workspace.warehouse.first(standingRow(standing, customer.customer_id))) === undefined) notGraded(publicId, run);
  const tiers = plan.tiers.map((tier) => tier.id);
  const today = todayOf(workspace);
  allAtOnce({
    tier: () => {
      if (tiers.includes(asked.tier)) return;
      const hint = didYouMean(asked.tier, tiers);
      refuse(
        "tiering.unknown_tier",
        { zh: `没有层级 ${asked.tier}`, en: `There is no tier ${asked.tier}` },
        { place: { path: "tier" }, ...(hint && { hint }) },
      );
    },
    until: () => {
      if (asked.until >= today) return;
      refuse(
        "tiering.override_over",
        { zh: `${asked.until} 已经过去`, en: `${asked.until} has passed` },
        { place: { path: "until" }, hint: { zh: "选择今天或以后的日期", en: "Choose today or a day to come" } },
      );
    },
  });
  return atomically(workspace.postgres, { customers: [customer.customer_id] }, async (tx) => {
    await store.lockOverrides(tx, asked.model, customer.customer_id);
    const open = await store.openOverride(tx, asked.model, customer.customer_id, today);
    if (open !== undefined)
      refuse(
        "tiering.override_open",
        {
          zh: `该客户在此模型中已有一项人工调整（编号 ${open.override}）`,
          en: `This customer has an override in this model already, number ${open.override}`,
        },
        { status: 409, hint: { zh: "先结束或撤回它，再提出新的。", en: "End or withdraw it before asking for another." } },
      );
    const { until, ...rest } = asked;
    const { override } = await store.addOverride(tx, {
      ...rest,
      plan: asked.plan ?? null,
      customer_id: customer.customer_id,
      until_on: until,
      requested_by: actor.login,
    });
    await audit(tx, actor, "override.request", `customer:${publicId}`, { override, model: asked.model, kind: asked.kind, tier: asked.tier, until });
    return shown(actor, await found(tx, override, today), customer);
  });
}

async function found(tx: Transaction, override: number, today: string): Promise<store.OverrideRow> {
  return (await store.overrideByNumber(tx, override, today)) ?? noSuchOverride(override);
}

function noSuchOverride(override: number): never {
  refuse(
    "tiering.no_such_override",
    { zh: `没有编号为 ${override} 的人工调整`, en: `There is no override ${override}` },
    { status: 404, hint: { zh: "列出：tierkeep overrides list", en: "List them: tierkeep overrides list" } },
  );
}

/** The customers of these overrides that the reader may see, by id. */
async function customersSeen(workspace: Workspace, actor: Actor, ids: readonly number[]): Promise<Map<number, Who>> {
  if (ids.length === 0) return new Map();
  const rows = await workspace.warehouse.all<Who>(
    sql`select customer_id, public_id, "name" from ${customersInSight(actor.scope)} where customer_id in (${join([...new Set(ids)].map((id) => sql`${id}`))})`,
  );
  return new Map(rows.map((row) => [row.customer_id, row]));
}

/** One override whose customer the actor may see; another is as good as none. */
async function ownSight(workspace: Workspace, actor: Actor, override: number): Promise<Who> {
  const row = await atomically(workspace.postgres, "all", (tx) => found(tx, override, todayOf(workspace)));
  return (await customersSeen(workspace, actor, [row.customer_id])).get(row.customer_id) ?? noSuchOverride(override);
}

function refuseState(row: store.OverrideRow): never {
  refuse(
    "tiering.override_state",
    {
      zh: `编号 ${row.override} 的人工调整：${overrideStateLabels[row.state].zh}`,
      en: `The override ${row.override}: ${overrideStateLabels[row.state].en.toLowerCase()}`,
    },
    { status: 409, hint: { zh: "刷新后再看。", en: "Look at it again." } },
  );
}

/** Approve or refuse what somebody else asked for. */
export async function decideOverride(workspace: Workspace, actor: Actor, override: number, decision: OverrideDecision): Promise<Override> {
  demand(actor, "overrides:approve");
  const who = await ownSight(workspace, actor, override);
  const today = todayOf(workspace);
  return atomically(workspace.postgres, { customers: [who.customer_id] }, async (tx) => {
    await store.lockOverrides(tx, (await found(tx, override, today)).model, who.customer_id);
    const row = await found(tx, override, today);
    if (row.state !== "waiting") refuseState(row);
    if (row.requested_by === actor.login)
      refuse(
        "tiering.override_own",
        { zh: "不能审批自己提出的人工调整", en: "Nobody approves an override of their own" },
        { status: 403, hint: { zh: "请另一位有审批权限的人处理。", en: "Somebody else who may approve has to decide." } },
      );
    await store.decideOverride(tx, override, {
      approved: decision.approve,
      decided_by: actor.login,
      decision_note: decision.note ?? null,
      starts_on: decision.approve ? today : null,
    });
    await audit(tx, actor, decision.approve ? "override.approve" : "override.refuse", `customer:${who.public_id}`, { override, model: row.model });
    return shown(actor, await found(tx, override, today), who);
  });
}

/** End what is in force, or withdraw what waits: who asked for it, and who may approve. */
export async function endOverride(workspace: Workspace, actor: Actor, override: number): Promise<Override> {
  demand(actor, "overrides:request");
  const who = await ownSight(workspace, actor, override);
  const today = todayOf(workspace);
  return atomically(workspace.postgres, { customers: [who.customer_id] }, async (tx) => {
    await store.lockOverrides(tx, (await found(tx, override, today)).model, who.customer_id);
    const row = await found(tx, override, today);
    if (row.state !== "waiting" && row.state !== "active") refuseState(row);
    if (row.requested_by !== actor.login) demand(actor, "overrides:approve");
    await store.endOverride(tx, override, { ended_by: actor.login, ended_on: today });
    await audit(tx, actor, "override.end", `customer:${who.public_id}`, { override, model: row.model });
    return shown(actor, await found(tx, override, today), who);
  });
}

/** Read so many at a time until a page of those in sight is full. */
const AT_ONCE = 200;

/** A page of overrides of customers the reader may see, the newest first. */
export async function listOverrides(
  workspace: Workspace,
  actor: Actor,
  asked: { state?: OverrideState | undefined; model?: string | undefined; customer?: string | undefined; cursor?: number | undefined; limit: number },
): Promise<{ items: Override[]; next: string | null; total: null }> {
  const today = todayOf(workspace);
  const customer = asked.customer === undefined ? undefined : (await customerByPublicId(workspace, actor, asked.customer)).customer_id;
  const items: Override[] = [];
  for (let before = asked.cursor; items.length <= asked.limit; ) {
    const filter = { state: asked.state, model: asked.model, customer, before, limit: AT_ONCE };
    const rows = await atomically(workspace.postgres, "all", (tx) => store.listOverrides(tx, today, filter));
    const seen = await customersSeen(
      workspace,
      actor,
      rows.map((row) => row.customer_id),
    );
    items.push(
      ...rows.flatMap((row) => {
        const who = seen.get(row.customer_id);
        return who === undefined ? [] : [shown(actor, row, who)];
      }),
    );
    before = rows.at(-1)?.override;
    if (rows.length < AT_ONCE) break;
  }
  const turn = items.slice(0, asked.limit);
  return { items: turn, next: items.length > asked.limit ? String(turn.at(-1)?.override) : null, total: null };
}

/** How many overrides of customers in sight wait for this person: nobody approves their own. */
export async function countOverridesWaiting(workspace: Workspace, actor: Actor): Promise<number> {
  const waiting = await atomically(workspace.postgres, "all", (tx) => store.overridesWaiting(tx, actor.login, todayOf(workspace)));
  const seen = await customersSeen(workspace, actor, waiting);
  return waiting.filter((customer) => seen.has(customer)).length;
}

/** What waits or holds for one customer in a model. */
export async function overrideOf(workspace: Workspace, actor: Actor, customer: Who, model: string): Promise<Override | null> {
  const today = todayOf(workspace);
  const row = await atomically(workspace.postgres, { customers: [customer.customer_id] }, (tx) => store.openOverride(tx, model, customer.customer_id, today));
  return row === undefined ? null : shown(actor, row, customer);
}

export interface InForceOverrides {
  rows: { customer_id: number; kind: string; tier: string }[];
  /** The same rows have the same mark; null: none. */
  mark: string | null;
}

/** The overrides that hold today, with the mark by which a run tells whether they are others than it applied. */
export async function overridesToday(workspace: Workspace, tx: Transaction, model: string): Promise<InForceOverrides> {
  const rows = await store.overridesInForce(tx, model, todayOf(workspace));
  const mark =
    rows.length === 0
      ? null
      : createHash("sha256")
          .update(JSON.stringify(rows.map(({ customer_id, kind, tier }) => [customer_id, kind, tier])))
          .digest("hex")
          .slice(0, 16);
  return { rows, mark };
}
