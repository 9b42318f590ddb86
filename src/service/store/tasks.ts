import { type Generated, type Kysely, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { ObligationState, TaskState } from "../schema.js";

interface Tables {
  task: {
    task: Generated<number>;
    obligation: number;
    customer_id: number;
    manager_id: number;
    day: string;
    minutes: number;
    state: TaskState;
    postponed_to: string | null;
    note: string | null;
    finished_at: string | null;
  };
  obligation: {
    obligation: number;
    entitlement: number;
    customer_id: number;
    manager_id: number | null;
    occasion: string;
    ref: string;
    opens_on: string;
    due_on: string;
    grace_until: string;
    planned_on: string;
    tier: string;
    rank: number;
    attempts: number;
    state: ObligationState;
    settled_on: string | null;
    contact: number | null;
  };
  entitlement: { entitlement: number; plan: string; id: string };
  account_manager: {
    manager_id: number;
    manager: string;
    name: string | null;
    branch: string;
    level: "senior" | "intermediate" | "junior";
    capacity: number;
    gone_on: string | null;
  };
  contact: {
    contact: Generated<number>;
    customer_id: number;
    manager_id: number | null;
    occurred_at: string;
    channel: string;
    direction: string;
    reached: boolean;
    note: string | null;
    evidence: string | null;
    task: number | null;
    fact: string | null;
    recorded_by: string;
    recorded_at: Generated<string>;
  };
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

/** Keys of the entitlements somebody is told of; null: of all there ever were. */
export type Told = readonly number[] | null;

const amongTold = (told: Told) => (told === null ? sql<boolean>`true` : sql<boolean>`obligation.entitlement = any (${told}::smallint[])`);

const withWords = (tx: Transaction) =>
  db(tx)
    .selectFrom("task")
    .innerJoin("obligation", "obligation.obligation", "task.obligation")
    .innerJoin("entitlement", "entitlement.entitlement", "obligation.entitlement")
    .innerJoin("account_manager", "account_manager.manager_id", "task.manager_id")
    .select([
      "task.task",
      "task.obligation",
      "task.customer_id",
      "task.manager_id",
      "account_manager.manager",
      "task.day",
      "task.minutes",
      "task.state",
      "task.postponed_to",
      "task.note",
      "entitlement.plan",
      "entitlement.id as entitlement",
      "obligation.occasion",
      "obligation.ref",
      "obligation.due_on",
      "obligation.grace_until",
      "obligation.tier",
      "obligation.attempts",
    ]);

export type TaskRow = Awaited<ReturnType<typeof listOf>>[number];

/** One manager's list of a day, in the order in which it is worked off. */
export const listOf = (tx: Transaction, managerId: number, day: string, told: Told) =>
  withWords(tx)
    .where(amongTold(told))
    .where("task.manager_id", "=", managerId)
    .where("task.day", "=", day)
    .where("task.state", "<>", "withdrawn")
    .orderBy("obligation.due_on")
    .orderBy("obligation.rank")
    .orderBy("task.task")
    .execute();

/** A task, held until the transaction ends; undefined when it is not there or not in sight. */
export const taskForUpdate = (tx: Transaction, task: number): Promise<TaskRow | undefined> =>
  withWords(tx).where("task.task", "=", task).forUpdate("task").executeTakeFirst();

/** Whose task it is; undefined when it is not there or not in sight. */
export async function customerOfTask(tx: Transaction, task: number): Promise<number | undefined> {
  return (await db(tx).selectFrom("task").select("customer_id").where("task", "=", task).executeTakeFirst())?.customer_id;
}

export const tasksOfCustomer = (tx: Transaction, customerId: number, day: string, told: Told): Promise<TaskRow[]> =>
  withWords(tx)
    .where(amongTold(told))
    .where("task.customer_id", "=", customerId)
    .where("task.day", "=", day)
    .where("task.state", "<>", "withdrawn")
    .orderBy("obligation.due_on")
    .execute();

/** Obligations whose day has come and that are on no list of it, of one manager. */
export async function waitingOf(tx: Transaction, managerId: number, day: string, told: Told): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from obligation where manager_id = ${managerId} and state = 'open' and planned_on <= ${day} and ${amongTold(told)}
      and not exists (select from task where task.obligation = obligation.obligation and task.day = ${day} and task.state <> 'withdrawn')`.execute(db(tx));
  return rows[0]?.n ?? 0;
}

export const managerByName = (tx: Transaction, manager: string) =>
  db(tx)
    .selectFrom("account_manager")
    .select(["manager_id", "manager", "name", "branch", "level", "capacity"])
    .where("manager", "=", manager)
    .executeTakeFirst();

export interface TeamRow {
  manager_id: number;
  manager: string;
  name: string | null;
  branch: string;
  level: "senior" | "intermediate" | "junior";
  capacity: number;
  tasks: number;
  done: number;
  open: number;
  not_reached: number;
  postponed: number;
  overdue: number;
  waiting: number;
  minutes: number;
}

/** How the day goes for every manager of these (null: all), the fullest first. */
export async function teamOf(tx: Transaction, managers: readonly number[] | null, day: string, told: Told): Promise<TeamRow[]> {
  const listed = told === null ? sql`` : sql`and exists (select from obligation where obligation.obligation = task.obligation and ${amongTold(told)})`;
  const { rows } = await sql<TeamRow>`
    with today as (
      select obligation, manager_id, minutes, state from task where day = ${day} and state <> 'withdrawn' ${listed}
    ),
    listed as (
      select manager_id, count(*) as tasks, sum(minutes) as minutes,
        count(*) filter (where state = 'done') as done, count(*) filter (where state = 'open') as open,
        count(*) filter (where state = 'not_reached') as not_reached, count(*) filter (where state = 'postponed') as postponed
      from today group by 1
    ),
    later as ( -- what is owed by now, read once: late on the list, or waiting for a place on one
      select obligation.manager_id, count(*) filter (where today.state = 'open' and obligation.due_on < ${day}) as overdue,
        count(*) filter (where today.obligation is null) as waiting
      from obligation left join today using (obligation) where obligation.state = 'open' and obligation.planned_on <= ${day} and ${amongTold(told)} group by 1
    )
    select manager_id, manager, name, branch, level, capacity, coalesce(tasks, 0) as tasks, coalesce(done, 0) as done, coalesce(open, 0) as open,
      coalesce(not_reached, 0) as not_reached, coalesce(postponed, 0) as postponed, coalesce(overdue, 0) as overdue,
      coalesce(waiting, 0) as waiting, coalesce(minutes, 0) as minutes
    from account_manager left join listed using (manager_id) left join later using (manager_id)
    where gone_on is null and (${managers === null}::boolean or manager_id = any (${managers ?? []}::int[]))
    order by coalesce(minutes, 0)::float8 / greatest(capacity, 1) desc, manager`.execute(db(tx));
  return rows;
}

export async function addContact(tx: Transaction, contact: Omit<Selectable<Tables["contact"]>, "contact" | "recorded_at">): Promise<number> {
  const row = await db(tx).insertInto("contact").values(contact).returning("contact").executeTakeFirstOrThrow();
  return row.contact;
}

/** This obligation is met by this contact, late when it is past due; past its grace it is not. */
export async function settle(tx: Transaction, obligation: number, contact: number, day: string): Promise<void> {
  await sql`
    update obligation set contact = ${contact}, settled_on = ${day}, state = case when ${day} <= due_on then 'met' else 'late' end
    where obligation = ${obligation} and state = 'open' and ${day} <= grace_until`.execute(db(tx));
}

export async function closeTask(tx: Transaction, task: number, state: TaskState, postponed?: { to: string; note: string | undefined }): Promise<void> {
  await db(tx)
    .updateTable("task")
    .set({ state, postponed_to: postponed?.to ?? null, note: postponed?.note || null, finished_at: sql<string>`clock_timestamp()` })
    .where("task", "=", task)
    .execute();
}

/** Tasks whose obligation is met are done, on whichever list they stand open. */
export async function closeMet(tx: Transaction, customerId: number): Promise<void> {
  await sql`
    update task set state = 'done', finished_at = clock_timestamp() from obligation
    where task.customer_id = ${customerId} and task.state = 'open' and obligation.obligation = task.obligation and obligation.state in ('met', 'late')`.execute(
    db(tx),
  );
}

/** It will be planned again from this day; `attempts` more were in vain. */
export async function planAgain(tx: Transaction, obligation: number, on: string, attempts: number): Promise<void> {
  await db(tx)
    .updateTable("obligation")
    .set((row) => ({ planned_on: on, attempts: row("attempts", "+", attempts) }))
    .where("obligation", "=", obligation)
    .execute();
}

/** What one customer is owed: what is open first, then the latest settled. */
export const obligationsOf = (tx: Transaction, customerId: number, limit: number, told: Told) =>
  db(tx)
    .selectFrom("obligation")
    .innerJoin("entitlement", "entitlement.entitlement", "obligation.entitlement")
    .leftJoin("contact", "contact.contact", "obligation.contact")
    .leftJoin("account_manager", "account_manager.manager_id", "contact.manager_id")
    .select(["obligation", "plan", "id as entitlement", "opens_on", "due_on", "planned_on", "state", "settled_on"])
    .select(["contact.channel", "contact.occurred_at", "contact.evidence", "contact.recorded_by", "account_manager.name as manager_name"])
    .where("obligation.customer_id", "=", customerId)
    .where("state", "<>", "dropped")
    .where(amongTold(told))
    .orderBy((row) => sql`${row.ref("state")} <> 'open'`)
    .orderBy((row) => sql`case when ${row.ref("state")} = 'open' then ${row.ref("due_on")} end`)
    .orderBy("settled_on", "desc")
    .limit(limit)
    .execute();

/** Contacts of one customer, newest first, with the entitlements each met; `contact`: this one alone. */
export async function contactsOf(tx: Transaction, customerId: number, limit: number, told: Told, contact: number | null = null) {
  const { rows } = await sql<Selectable<Tables["contact"]> & { manager: string | null; manager_name: string | null; met: { plan: string; id: string }[] }>`
    select contact.*, account_manager.manager, account_manager.name as manager_name,
      coalesce((
        select jsonb_agg(jsonb_build_object('plan', plan, 'id', id) order by entitlement) from obligation join entitlement using (entitlement)
        where obligation.customer_id = contact.customer_id and obligation.contact = contact.contact and ${amongTold(told)}
      ), '[]') as met
    from contact left join account_manager using (manager_id)
    where contact.customer_id = ${customerId} and (${contact}::bigint is null or contact.contact = ${contact})
    order by contact.occurred_at desc, contact.contact desc limit ${limit}`.execute(db(tx));
  return rows;
}

/** Every row about one customer, for the customer to have. */
export async function rowsOf(tx: Transaction, customerId: number): Promise<Record<string, object[]>> {
  return {
    obligation: await db(tx)
      .selectFrom("obligation")
      .innerJoin("entitlement", "entitlement.entitlement", "obligation.entitlement")
      .select(["plan", "id as entitlement", "opens_on", "due_on", "planned_on", "state", "settled_on"])
      .where("customer_id", "=", customerId)
      .orderBy("obligation")
      .execute(),
    task: await db(tx)
      .selectFrom("task")
      .select(["day", "state", "postponed_to", "note", "finished_at"])
      .where("customer_id", "=", customerId)
      .orderBy("day")
      .execute(),
    contact: await contactsOf(tx, customerId, 10_000, null),
  };
}

export interface CoverageRow {
  plan: string;
  id: string;
  tier: string;
  state: Exclude<ObligationState, "dropped"> | "overdue";
  n: number;
}

/**
 * Obligations due in these days, counted as they stand today: what is open past its day is overdue. In sight of the transaction;
 * of some managers when they are named: by the index of theirs.
 */
export async function coverage(tx: Transaction, from: string, to: string, today: string, managers?: readonly number[]): Promise<CoverageRow[]> {
  const theirs = managers === undefined ? sql`` : sql`and manager_id = any (${managers}::int[])`;
  const { rows } = await sql<CoverageRow>`
    with counted as (
      select entitlement, tier, case when state = 'open' and due_on < ${today} then 'overdue' else state end as state, count(*) as n from obligation
      where due_on between ${from} and ${to} and state <> 'dropped' ${theirs} group by 1, 2, 3
    )
    select plan, id, tier, state, n from counted join entitlement using (entitlement)`.execute(db(tx));
  return rows;
}

/**
 * Contacts recorded by staff after this one: what the warehouse has not yet. Numbers are drawn before their commit: whoever is
 * writing is waited for, or a lower number would come after a higher one was moved.
 */
export async function contactsAfter(tx: Transaction, contact: number, limit: number) {
  await sql`lock table contact in share mode`.execute(db(tx));
  return db(tx)
    .selectFrom("contact")
    .select(["contact", "customer_id", sql<string>`to_char(occurred_at, 'YYYY-MM-DD HH24:MI:SS')`.as("occurred_at"), "channel", "direction", "reached"])
    .where("contact", ">", contact)
    .where("fact", "is", null)
    .orderBy("contact")
    .limit(limit)
    .execute();
}
