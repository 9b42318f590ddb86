import { z } from "zod";
import { may } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { customerByPublicId, customersInSight, shownTo } from "../customer/index.js";
import { atomically, type Visibility } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import { Day, type Text } from "../platform/schema.js";
import { join, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { managersSeen, visibilityOf } from "../portfolio/index.js";
import type { Message, MessageReason, MessageState, OutboxSummary } from "./schema.js";
import * as store from "./store.js";
import { inForce, templateOf } from "./templates.js";

const HIDDEN = "***";

/** A list as it is asked for over HTTP; `customer` is a public id. */
export interface Asked {
  state?: MessageState | undefined;
  reason?: MessageReason | undefined;
  template?: string | undefined;
  day?: string | undefined;
  customer?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

const writeCursor = ({ prepared_on, id }: store.MessageRow): string => Buffer.from(JSON.stringify([prepared_on, id])).toString("base64url");

function readCursor(cursor: string): { day: string; id: number } {
  try {
    const read = z.tuple([Day, z.int()]).safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    if (read.success) return { day: read.data[0], id: read.data[1] };
  } catch {
    // told below
  }
  refuse(
    "http.bad_cursor",
    { zh: "翻页位置无效", en: "The cursor is not one of ours" },
    { place: { path: "cursor" }, hint: { zh: "从第一页重新开始", en: "Begin again from the first page" } },
  );
}

type Profile = Parameters<typeof shownTo>[1];

/** Messages with names, as somebody may see them. Of a customer who has left their sight nothing is shown. */
async function shown(workspace: Workspace, actor: Actor, rows: readonly store.MessageRow[], titles: ReadonlyMap<string, Text>): Promise<Message[]> {
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map((row) => row.customer_id))];
  const profiles = await workspace.warehouse.all<Profile>(
    sql`select * from ${customersInSight(actor.scope)} where customer_id in (${join(ids.map((id) => sql`${id}`))})`,
  );
  const byId = new Map(profiles.map((profile) => [profile.customer_id, profile]));
  return rows.flatMap(({ id, customer_id, body, ...row }) => {
    const profile = byId.get(customer_id);
    if (profile === undefined) return [];
    const { profile: customer, masked } = shownTo(actor, profile);
    const title = titles.get(row.template) ?? { zh: row.template, en: row.template };
    return [{ ...row, message: id, customer_id: customer.customer_id, name: customer.name, title, body: masked ? HIDDEN : body }];
  });
}

/** Read rows and the titles of templates in one transaction, as far as it may see. */
async function readRows(workspace: Workspace, visibility: Visibility, filter: store.MessageFilter) {
  return atomically(workspace.postgres, visibility, async (tx) => {
    const rows = await store.selectMessages(tx, filter);
    const titles = new Map([...(await inForce(tx))].map(([name, version]) => [name, templateOf(version).template.title]));
    return { rows, titles };
  });
}

/** One page of the outbox, the newest first. */
export async function messagesOf(workspace: Workspace, actor: Actor, asked: Asked): Promise<{ items: Message[]; next: string | null; total: null }> {
  const { customer: publicId, cursor, limit, ...filter } = asked;
  const customer = publicId === undefined ? undefined : (await customerByPublicId(workspace, actor, publicId)).customer_id;
  const sight = await visibilityOf(workspace, actor);
  const [visibility, managers] = customer === undefined ? [sight, managersSeen(sight)] : [{ customers: [customer] }, undefined];
  const before = cursor === undefined || cursor === "" ? undefined : readCursor(cursor);
  if (managers?.length === 0) return { items: [], next: null, total: null };
  const { rows, titles } = await readRows(workspace, visibility, { ...filter, customer, managers, before, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: await shown(workspace, actor, page, titles), next: rows.length > limit && last !== undefined ? writeCursor(last) : null, total: null };
}

/** The newest messages of one customer whom the actor may see; null: they may not read messages. */
export async function messagesOfCustomer(workspace: Workspace, actor: Actor, customerId: number, limit: number): Promise<Message[] | null> {
  if (!may(actor, "messages:read")) return null;
  const { rows, titles } = await readRows(workspace, { customers: [customerId] }, { customer: customerId, limit });
  return shown(workspace, actor, rows, titles);
}

/** The outbox of one day in figures; without a day, of the last. */
export async function outboxSummary(workspace: Workspace, actor: Actor, day?: string): Promise<OutboxSummary> {
  const visibility = await visibilityOf(workspace, actor);
  const managers = managersSeen(visibility);
  if (managers?.length === 0) return { day: day ?? null, states: [], templates: [] };
  return atomically(workspace.postgres, visibility, async (tx) => {
    const of = day ?? (await store.lastDay(tx, managers));
    const counts = of === null ? [] : await store.countMessages(tx, of, managers);
    const versions = await inForce(tx);
    return { day: of, states: statesOf(counts), templates: templatesOf(counts, versions) };
  });
}

/** Messages in sight that were prepared in these days, by their state. */
export async function messageCounts(workspace: Workspace, actor: Actor, from: string, to: string): Promise<{ state: MessageState; messages: number }[]> {
  const visibility = await visibilityOf(workspace, actor);
  return atomically(workspace.postgres, visibility, (tx) => store.countStates(tx, from, to, managersSeen(visibility)));
}

type Count = Awaited<ReturnType<typeof store.countMessages>>[number];

function statesOf(counts: readonly Count[]): OutboxSummary["states"] {
  const sums = new Map<string, OutboxSummary["states"][number]>();
  for (const { state, reason, messages } of counts) {
    const held = sums.get(`${state} ${reason ?? ""}`) ?? { state, reason, messages: 0 };
    sums.set(`${state} ${reason ?? ""}`, { ...held, messages: held.messages + messages });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

function templatesOf(counts: readonly Count[], versions: Map<string, store.VersionRow>): OutboxSummary["templates"] {
  const names = [...new Set(counts.map((count) => count.template))].sort();
  return names.map((template) => {
    const version = versions.get(template);
    const title = version === undefined ? { zh: template, en: template } : templateOf(version).template.title;
    const own = counts.filter((count) => count.template === template);
    const sum = (some: readonly Count[]) => some.reduce((total, { messages }) => total + messages, 0);
    return { template, title, messages: sum(own), suppressed: sum(own.filter(({ state }) => state === "suppressed")) };
  });
}
