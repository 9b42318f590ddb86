import { type Generated, type JSONColumnType, type Kysely, sql } from "kysely";
import type { Transaction } from "../platform/postgres/atomically.js";
import type { Text } from "../platform/schema.js";
import type { MessageChannel, MessageClass, MessageReason, MessageState } from "./schema.js";

export interface VersionRow {
  template: string;
  version: number;
  text: string;
  origin: string;
  published_at: string | null;
  published_by: string | null;
}

interface MessageTable {
  id: Generated<number>;
  key: string;
  customer_id: number;
  manager_id: number | null;
  template: string;
  version: number;
  channel: MessageChannel;
  class: MessageClass;
  language: string;
  body: string;
  cause: JSONColumnType<Text>;
  state: MessageState;
  reason: MessageReason | null;
  send_at: string;
  prepared_on: string;
  prepared_at: Generated<string>;
}

interface Tables {
  template_version: Omit<VersionRow, "published_at"> & { published_at: Generated<string> };
  message: MessageTable;
  /** Portfolio's; read for the id people use of a manager. */
  account_manager: { manager_id: number; manager: string };
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** The version in force of every published template. */
export const publishedTemplates = (tx: Transaction): Promise<VersionRow[]> =>
  db(tx).selectFrom("template_version").selectAll().distinctOn("template").orderBy("template").orderBy("version", "desc").execute();

/** Publications of one template go one after another: each has to see the version before it. */
export async function lockTemplate(tx: Transaction, template: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`template_version ${template}`}, 0))`.execute(db(tx));
}

export const addVersion = (tx: Transaction, row: Omit<VersionRow, "published_at">): Promise<VersionRow> =>
  db(tx).insertInto("template_version").values(row).returningAll().executeTakeFirstOrThrow();

/** What a message is made of, in the order of the lines that bring it. */
export const messageColumns = [
  "key",
  "customer_id",
  "manager_id",
  "template",
  "version",
  "channel",
  "class",
  "language",
  "body",
  "cause",
  "state",
  "reason",
  "send_at",
  "prepared_on",
] as const satisfies readonly (keyof MessageTable)[];

/** Put messages into the outbox, as COPY lines of `messageColumns`; those whose key is there stay as they are. Counts what is new. */
export async function addMessages(tx: Transaction, lines: AsyncIterable<string>): Promise<Record<MessageState, number>> {
  const columns = sql.join(messageColumns.map((column) => sql.ref(column)));
  await sql`create temp table arriving_message on commit drop as select ${columns} from message with no data`.execute(db(tx));
  await tx.copy("arriving_message", messageColumns, lines);
  const { rows } = await sql<{ state: MessageState; messages: number }>`
    with added as (
      insert into message (${columns}) select ${columns} from arriving_message on conflict (key) do nothing returning state
    )
    select state, count(*) as messages from added group by state`.execute(db(tx));
  await sql`drop table arriving_message`.execute(db(tx));
  return { prepared: 0, waiting: 0, suppressed: 0, ...Object.fromEntries(rows.map(({ state, messages }) => [state, messages])) };
}

/** Keys of notices that were prepared on this day or later. */
export async function noticesSince(tx: Transaction, day: string): Promise<Set<string>> {
  const rows = await db(tx).selectFrom("message").select("key").where("prepared_on", ">=", day).where("class", "in", ["notice", "legal"]).execute();
  return new Set(rows.map((row) => row.key));
}

/** Messages of these owers (the first part of their keys) that were prepared on this day or later and are on their way; when, in seconds since 1970. */
export const onTheirWay = (tx: Transaction, owers: readonly number[], since: string): Promise<{ key: string; prepared_at: number }[]> =>
  db(tx)
    .selectFrom("message")
    .select(["key", sql<number>`extract(epoch from prepared_at)::float8`.as("prepared_at")])
    .where("prepared_on", ">=", since)
    .where("state", "in", ["prepared", "waiting"])
    .where(sql<string>`split_part(key, ':', 1)`, "in", owers.map(String))
    .execute();

/** What these messages tell of is so no more: they are not sent, and another may be prepared in their place. */
export async function takeBack(tx: Transaction, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`update message set state = 'suppressed', reason = 'undone', key = key || ':undone:' || id where key = any (${keys}::text[])`.execute(db(tx));
}

/** Which messages of the outbox; absent: all that the transaction's visibility lets through. */
export interface MessageFilter {
  state?: MessageState | undefined;
  reason?: MessageReason | undefined;
  template?: string | undefined;
  day?: string | undefined;
  customer?: number | undefined;
  managers?: readonly number[] | undefined;
  before?: { day: string; id: number } | undefined;
  limit: number;
}

export interface MessageRow {
  id: number;
  customer_id: number;
  manager: string | null;
  template: string;
  channel: MessageChannel;
  class: MessageClass;
  body: string;
  cause: Text;
  state: MessageState;
  reason: MessageReason | null;
  send_at: string;
  prepared_on: string;
}

/** Messages, the newest first. */
export function selectMessages(tx: Transaction, filter: MessageFilter): Promise<MessageRow[]> {
  let found = db(tx)
    .selectFrom("message")
    .leftJoin("account_manager", "account_manager.manager_id", "message.manager_id")
    .select([
      "message.id",
      "message.customer_id",
      "account_manager.manager",
      "message.template",
      "message.channel",
      "message.class",
      "message.body",
      "message.cause",
      "message.state",
      "message.reason",
      "message.send_at",
      "message.prepared_on",
    ])
    .orderBy("message.prepared_on", "desc")
    .orderBy("message.id", "desc")
    .limit(filter.limit);
  if (filter.reason !== undefined) found = found.where("message.reason", "=", filter.reason);
  if (filter.state !== undefined) found = found.where("message.state", "=", filter.state);
  if (filter.template !== undefined) found = found.where("message.template", "=", filter.template);
  if (filter.day !== undefined) found = found.where("message.prepared_on", "=", filter.day);
  if (filter.customer !== undefined) found = found.where("message.customer_id", "=", filter.customer);
  // row-level security would hide the others as well; said here, the index of managers is used
  if (filter.managers !== undefined) found = found.where("message.manager_id", "in", filter.managers);
  if (filter.before !== undefined) {
    const { day, id } = filter.before;
    found = found.where(sql<boolean>`(message.prepared_on, message.id) < (${day}::date, ${id}::bigint)`);
  }
  return found.execute();
}

/** The last day on which messages in sight were prepared. */
export async function lastDay(tx: Transaction, managers?: readonly number[]): Promise<string | null> {
  let found = db(tx).selectFrom("message").select("prepared_on").orderBy("prepared_on", "desc").limit(1);
  if (managers !== undefined) found = found.where("manager_id", "in", managers);
  return (await found.executeTakeFirst())?.prepared_on ?? null;
}

/** A day's messages in sight, counted. */
export function countMessages(tx: Transaction, day: string, managers?: readonly number[]) {
  let found = db(tx)
    .selectFrom("message")
    .select(["template", "state", "reason", (query) => query.fn.countAll<number>().as("messages")])
    .where("prepared_on", "=", day)
    .groupBy(["template", "state", "reason"]);
  if (managers !== undefined) found = found.where("manager_id", "in", managers);
  return found.execute();
}

/** The last day before this one on which messages were prepared. */
export async function preparedBefore(tx: Transaction, day: string): Promise<string | null> {
  const row = await db(tx)
    .selectFrom("message")
    .select("prepared_on")
    .where("prepared_on", "<", day)
    .orderBy("prepared_on", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.prepared_on ?? null;
}

/** Messages of some days in sight, counted by state. */
export function countStates(tx: Transaction, from: string, to: string, managers?: readonly number[]) {
  let found = db(tx)
    .selectFrom("message")
    .select(["state", (query) => query.fn.countAll<number>().as("messages")])
    .where("prepared_on", ">=", from)
    .where("prepared_on", "<=", to)
    .groupBy("state")
    .orderBy("state");
  if (managers !== undefined) found = found.where("manager_id", "in", managers.length > 0 ? managers : [-1]);
  return found.execute();
}

/** Everything held of one customer here, for who asks what we hold of them. */
export const messagesHeld = (tx: Transaction, customerId: number) =>
  db(tx).selectFrom("message").selectAll().where("customer_id", "=", customerId).orderBy("id").execute();
