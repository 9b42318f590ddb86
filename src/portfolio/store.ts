import { type Generated, type Kysely, sql } from "kysely";
import type { Transaction } from "../platform/postgres/atomically.js";
import type { Manager } from "./managers.js";
import type { AssignmentReason, ManagerLevel, ServiceMode } from "./schema.js";

interface Tables {
  portfolio_policy_version: { version: number; text: string; origin: string; published_at: Generated<string>; published_by: string };
  account_manager: {
    manager_id: number;
    manager: string;
    name: string | null;
    branch: string | null;
    level: ManagerLevel;
    capacity: number;
    gone_on: string | null;
  };
  assignment: {
    customer_id: number;
    manager_id: number | null;
    mode: ServiceMode;
    model: string;
    tier: string;
    minutes: number;
    since: string;
    reason: AssignmentReason;
    run: number;
  };
  assignment_move: { run: number; customer_id: number; from_manager: number | null; to_manager: number | null; reason: AssignmentReason };
  assignment_run: {
    run: Generated<number>;
    as_of: string;
    assigned: number;
    moved: number;
    unplaced: number;
    customers: number;
    ran_at: Generated<string>;
    requested_by: string;
  };
}

export interface PolicyRow {
  version: number;
  text: string;
  origin: string;
  published_at: string;
  published_by: string;
}

const db = (tx: Transaction): Kysely<Tables> => tx.db<Tables>();

export const lastPolicy = (tx: Transaction): Promise<PolicyRow | undefined> =>
  db(tx).selectFrom("portfolio_policy_version").selectAll().orderBy("version", "desc").limit(1).executeTakeFirst();

export async function lockPolicies(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('portfolio_policy_version', 0))`.execute(db(tx));
}

export const addPolicy = (tx: Transaction, row: Omit<PolicyRow, "published_at">): Promise<PolicyRow> =>
  db(tx).insertInto("portfolio_policy_version").values(row).returningAll().executeTakeFirstOrThrow();

/** Managers as the facts tell of them now; whoever they do not tell of any more is gone since `on`. */
export async function keepManagers(tx: Transaction, managers: readonly Manager[], on: string): Promise<void> {
  // As one value each: a bound value for every cell would end at 10,922 managers.
  await sql`
    insert into account_manager (manager_id, manager, name, branch, level, capacity)
    select * from jsonb_to_recordset(${JSON.stringify(managers)}::jsonb) as r(manager_id int, manager text, name text, branch text, level text, capacity int)
    on conflict (manager_id) do update set manager = excluded.manager, name = excluded.name, branch = excluded.branch, level = excluded.level,
      capacity = excluded.capacity, gone_on = null`.execute(db(tx));
  await sql`update account_manager set gone_on = ${on} where gone_on is null and manager_id <> all (${managers.map((one) => one.manager_id)}::int[])`.execute(
    db(tx),
  );
}

export async function nextRun(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ run: number }>`select nextval(pg_get_serial_sequence('assignment_run', 'run')) as run`.execute(db(tx));
  return Number(rows[0]?.run);
}

export const lastRun = (tx: Transaction): Promise<{ run: number; as_of: string; ran_at: string } | undefined> =>
  db(tx).selectFrom("assignment_run").select(["run", "as_of", "ran_at"]).orderBy("run", "desc").limit(1).executeTakeFirst();

export async function addRun(tx: Transaction, run: Omit<Tables["assignment_run"], "run" | "ran_at"> & { run: number }): Promise<void> {
  await db(tx).insertInto("assignment_run").values(run).execute();
}

const assigned = ["customer_id", "manager_id", "mode", "model", "tier", "minutes", "since", "reason", "run"] as const;

/** Assignments that changed, as COPY lines in the order of the table's columns; and customers who are none any more. */
export async function saveAssignments(tx: Transaction, run: number, lines: AsyncIterable<string>, gone: AsyncIterable<string>): Promise<void> {
  await sql`create temp table assigning (like assignment) on commit drop`.execute(db(tx));
  await sql`create temp table leaving (customer_id int) on commit drop`.execute(db(tx));
  await tx.copy("assigning", assigned, lines);
  await tx.copy("leaving", ["customer_id"], gone);
  await sql`
    insert into assignment_move (run, customer_id, from_manager, to_manager, reason)
    select ${run}, assignment.customer_id, assignment.manager_id, assigning.manager_id, assigning.reason
    from assigning join assignment using (customer_id)
    where assignment.manager_id is not null and assignment.manager_id is distinct from assigning.manager_id`.execute(db(tx));
  await sql`
    insert into assignment (customer_id, manager_id, mode, model, tier, minutes, since, reason, run)
    select customer_id, manager_id, mode, model, tier, minutes, since, reason, run from assigning
    on conflict (customer_id) do update set manager_id = excluded.manager_id, mode = excluded.mode, model = excluded.model, tier = excluded.tier,
      minutes = excluded.minutes, since = excluded.since, reason = excluded.reason, run = excluded.run`.execute(db(tx));
  await sql`delete from assignment using leaving where assignment.customer_id = leaving.customer_id`.execute(db(tx));
}

/** Assignments after this customer, in their order: what the warehouse's copy is made of. */
export const assignmentsAfter = (tx: Transaction, customerId: number, limit: number) =>
  db(tx)
    .selectFrom("assignment")
    .leftJoin("account_manager", "account_manager.manager_id", "assignment.manager_id")
    .select([
      "assignment.customer_id",
      "assignment.manager_id",
      "account_manager.manager",
      "assignment.mode",
      "assignment.model",
      "assignment.tier",
      "assignment.minutes",
      "assignment.reason",
      "assignment.since",
    ])
    .where("assignment.customer_id", ">", customerId)
    .orderBy("assignment.customer_id")
    .limit(limit)
    .execute();

const managerColumns = [
  "account_manager.manager_id",
  "account_manager.manager",
  "account_manager.name",
  "account_manager.branch",
  "account_manager.level",
  "account_manager.capacity",
] as const;

/** Managers who are still there, with `gone` those who left as well; of some branches, or one by the id people use. */
export function managers(tx: Transaction, filter: { branches?: readonly string[] | undefined; manager?: string | undefined; gone?: true }) {
  let found = db(tx).selectFrom("account_manager").select(managerColumns).orderBy("manager");
  if (filter.gone !== true) found = found.where("gone_on", "is", null);
  if (filter.branches !== undefined) found = found.where("branch", "in", filter.branches.length > 0 ? [...filter.branches] : [""]);
  if (filter.manager !== undefined) found = found.where("manager", "=", filter.manager);
  return found.execute();
}

export const assignmentOf = (tx: Transaction, customerId: number) =>
  db(tx)
    .selectFrom("assignment")
    .leftJoin("account_manager", "account_manager.manager_id", "assignment.manager_id")
    .select(["assignment.mode", "assignment.since", "assignment.reason", ...managerColumns])
    .where("customer_id", "=", customerId)
    .executeTakeFirst();

export const movesOf = (tx: Transaction, customerId: number) =>
  db(tx)
    .selectFrom("assignment_move")
    .innerJoin("assignment_run", "assignment_run.run", "assignment_move.run")
    .leftJoin("account_manager as before", "before.manager_id", "from_manager")
    .leftJoin("account_manager as after", "after.manager_id", "to_manager")
    .select(["assignment_run.as_of as on", "before.manager as from", "after.manager as to", "assignment_move.reason"])
    .where("assignment_move.customer_id", "=", customerId)
    .orderBy("assignment_move.run", "desc")
    .execute();

/** Every row about one customer, for the customer to have. */
export async function rowsOf(tx: Transaction, customerId: number): Promise<Record<string, object[]>> {
  return {
    assignment: await db(tx).selectFrom("assignment").select(["mode", "tier", "since", "reason"]).where("customer_id", "=", customerId).execute(),
    assignment_move: await movesOf(tx, customerId),
  };
}
