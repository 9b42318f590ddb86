import { type Kysely, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import { owedColumns } from "../queries/owed.js";
import type { DayPlan } from "../schema.js";

/** How contacts meet an entitlement: by which channels, and whether only the owner's count. */
export interface MeetingRule {
  entitlement: number;
  channels: readonly string[] | null;
  owner_only: boolean;
  /** A contact by staff has to say what shows it; one that a source tells of is shown by its source. */
  evidence: boolean;
}

const db = (tx: Transaction): Kysely<unknown> => tx.db<unknown>();

async function changed(tx: Transaction, statement: ReturnType<typeof sql>): Promise<number> {
  const { numAffectedRows } = await statement.execute(db(tx));
  return Number(numAffectedRows ?? 0n);
}

/** More rows than this at once, and what PostgreSQL knows of its tables is too old to plan by. */
const MANY = 10_000;

/** Let PostgreSQL look at a table again that has just grown: its own look comes after the transaction, too late for what follows in it. */
async function lookAgain(tx: Transaction, table: "contact" | "obligation" | "task", added: number): Promise<void> {
  if (added > MANY) await sql`analyze ${sql.table(table)}`.execute(db(tx));
}

/** The newest word of facts among the contacts; null: facts told of none. What was told or taken back since is looked at. */
export async function contactsToldUntil(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ until: string | null }>`
    select to_char(max(recorded_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as until from contact where fact is not null`.execute(db(tx));
  return rows[0]?.until ?? null;
}

/** Contacts whose facts were taken back are none: they go, and are kept in mind for what they met. Lines: the fact. */
export async function takeBackContacts(tx: Transaction, lines: AsyncIterable<string> | Iterable<string>): Promise<void> {
  await sql`create temp table taken_back (fact text) on commit drop`.execute(db(tx));
  await sql`create temp table unmaking (customer_id int, contact bigint) on commit drop`.execute(db(tx));
  await tx.copy("taken_back", ["fact"], lines);
  await sql`
    with gone as (delete from contact using taken_back where contact.fact = taken_back.fact returning contact.customer_id, contact.contact)
    insert into unmaking select customer_id, contact from gone`.execute(db(tx));
}

/** What was met by contacts that are none any more is open again, for others to meet. */
export async function openUnmet(tx: Transaction): Promise<void> {
  await sql`
    update obligation set state = 'open', contact = null, settled_on = null from unmaking
    where obligation.customer_id = unmaking.customer_id and obligation.contact = unmaking.contact`.execute(db(tx));
}

/** Contacts that facts tell of; each fact is one contact. Lines: customer, manager, occurred, channel, direction, fact, recorded (UTC). */
export async function addToldContacts(tx: Transaction, lines: AsyncIterable<string>): Promise<void> {
  await sql`create temp table told (customer_id int, manager_id int, occurred_at timestamptz, channel text, direction text, fact text, recorded_at timestamptz) on commit drop`.execute(
    db(tx),
  );
  await tx.copy("told", ["customer_id", "manager_id", "occurred_at", "channel", "direction", "fact", "recorded_at"], lines);
  const added = await changed(
    tx,
    sql`insert into contact (customer_id, manager_id, occurred_at, channel, direction, reached, fact, recorded_by, recorded_at)
    select customer_id, manager_id, occurred_at, channel, direction, true, fact, 'facts', recorded_at from told
    on conflict (fact) do nothing`,
  );
  await lookAgain(tx, "contact", added);
}

/** What is owed on a day into a table of the transaction, which is then joined with all that is open: in memory, not in files. */
export async function takeOwed(tx: Transaction, lines: AsyncIterable<string>): Promise<void> {
  await sql`set local work_mem = '64MB'`.execute(db(tx));
  await sql`create temp table owed (like obligation) on commit drop`.execute(db(tx));
  await sql`alter table owed alter column obligation drop not null, alter column attempts drop not null, alter column state drop not null, alter column opened_on drop not null`.execute(
    db(tx),
  );
  await tx.copy("owed", owedColumns, lines);
  await sql`analyze owed`.execute(db(tx));
}

/**
 * What is owed and was not known yet becomes an obligation; what was dropped and is owed once more is open again, as it is owed now.
 * Two statements: who moved twice on one day is there twice, which an upsert refuses.
 */
export async function openObligations(tx: Transaction, day: string): Promise<number> {
  const again = await changed(
    tx,
    sql`update obligation set state = 'open', settled_on = null, opened_on = ${day}, manager_id = owed.manager_id, opens_on = owed.opens_on,
      due_on = owed.due_on, grace_until = owed.grace_until, planned_on = owed.planned_on, tier = owed.tier, rank = owed.rank, minutes = owed.minutes
    from owed
    where obligation.state = 'dropped' and owed.customer_id = obligation.customer_id and owed.entitlement = obligation.entitlement
      and owed.occasion = obligation.occasion and owed.ref = obligation.ref`,
  );
  const anew = await changed(
    tx,
    sql`insert into obligation (entitlement, customer_id, manager_id, occasion, ref, opens_on, due_on, grace_until, planned_on, tier, rank, minutes, opened_on)
    select entitlement, customer_id, manager_id, occasion, ref, opens_on, due_on, grace_until, planned_on, tier, rank, minutes, ${day} from owed
    where not exists ( -- most of what is owed is known since other days: looked for together, not one by one as a conflict is
      select from obligation as known where known.customer_id = owed.customer_id
        and known.entitlement = owed.entitlement and known.occasion = owed.occasion and known.ref = owed.ref
    )
    on conflict (customer_id, entitlement, occasion, ref) do nothing`,
  );
  // Who rose is on the list as what they are now, and as pressing.
  await sql`
    update obligation set tier = owed.tier, rank = owed.rank, minutes = owed.minutes from owed
    where obligation.state = 'open' and owed.customer_id = obligation.customer_id and owed.entitlement = obligation.entitlement
      and owed.occasion = obligation.occasion and owed.ref = obligation.ref
      and (obligation.tier, obligation.rank, obligation.minutes) is distinct from (owed.tier, owed.rank, owed.minutes)`.execute(db(tx));
  await lookAgain(tx, "obligation", again + anew);
  return again + anew;
}

/**
 * Recurring promises, and those to who moved, whose customer has them no more (another tier, another condition, moved back),
 * and all of promises the plans have no more. What was due already stays owed, and so does what other occasions brought.
 */
export async function dropObligations(tx: Transaction, day: string, losable: readonly number[], inForce: readonly number[]): Promise<number> {
  // Two statements: joined by "or", the second is asked of every open obligation by itself (4.3 s of 580,000; by a join 0.6 s).
  const unpromised = await changed(
    tx,
    sql`update obligation set state = 'dropped', settled_on = ${day} where state = 'open' and entitlement <> all (${inForce}::smallint[])`,
  );
  const lost = await changed(
    tx,
    sql`update obligation set state = 'dropped', settled_on = ${day}
    where state = 'open' and entitlement = any (${losable}::smallint[]) and due_on >= ${day}
      and not exists (
        select from owed where owed.customer_id = obligation.customer_id and owed.entitlement = obligation.entitlement
          and owed.occasion = obligation.occasion and owed.ref = obligation.ref
      )`,
  );
  return unpromised + lost;
}

/** The customer's owner of today owes what is open; of who has left every portfolio, nobody does. */
export async function followOwners(tx: Transaction): Promise<void> {
  await sql`
    update obligation set manager_id = null
    where state = 'open' and manager_id is not null and not exists (select from assignment where assignment.customer_id = obligation.customer_id)`.execute(
    db(tx),
  );
  await sql`
    update obligation set manager_id = assignment.manager_id from assignment
    where obligation.state = 'open' and assignment.customer_id = obligation.customer_id
      and obligation.manager_id is distinct from assignment.manager_id`.execute(db(tx));
}

/**
 * Each contact meets at most one obligation of an entitlement, the oldest that it can meet, and each obligation is met once.
 * Pairs are made oldest contact first; what two contacts compete for is decided and the rest looked at again until
 * nothing is left to pair. `contacts`: only these; null: all since the obligations opened. Gives back how many were met.
 */
export async function meetObligations(tx: Transaction, rules: readonly MeetingRule[], contacts: readonly number[] | null): Promise<number> {
  const rule = JSON.stringify(rules);
  let met = 0;
  for (;;) {
    const now = await changed(
      tx,
      sql`with rule as (
        select * from jsonb_to_recordset(${rule}::jsonb) as r(entitlement smallint, channels text[], owner_only boolean, evidence boolean)
      ),
      pair as ( -- every open obligation with the contacts that could meet it
        select obligation.obligation, contact.contact, contact.occurred_at::date as on_day, obligation.due_on,
          row_number() over (partition by obligation.obligation order by contact.occurred_at, contact.contact) as of_obligation,
          row_number() over (partition by contact.contact, obligation.entitlement order by obligation.due_on, obligation.obligation) as of_contact
        from obligation join rule using (entitlement) join contact on contact.customer_id = obligation.customer_id
        where obligation.state = 'open' and contact.reached
          and contact.occurred_at::date between obligation.opens_on and obligation.grace_until
          and (rule.channels is null or contact.channel = any (rule.channels))
          and (not rule.owner_only or contact.manager_id = obligation.manager_id)
          and (not rule.evidence or contact.evidence is not null or contact.fact is not null)
          and (${contacts === null}::boolean or contact.contact = any (${contacts ?? []}::bigint[]))
          and not exists (
            select from obligation as other
            where other.customer_id = obligation.customer_id and other.entitlement = obligation.entitlement and other.contact = contact.contact
          )
      )
      update obligation set contact = pair.contact, settled_on = pair.on_day, state = case when pair.on_day <= pair.due_on then 'met' else 'late' end
      from pair where pair.obligation = obligation.obligation and pair.of_obligation = 1 and pair.of_contact = 1 and obligation.state = 'open'`,
    );
    if (now === 0) return met;
    met += now;
  }
}

/** What was due and is past its grace is missed. */
export const missObligations = (tx: Transaction, day: string): Promise<number> =>
  changed(tx, sql`update obligation set state = 'missed', settled_on = grace_until + 1 where state = 'open' and grace_until < ${day}`);

/** Tasks of settled obligations and of former owners are withdrawn from the lists they stand on. */
export async function withdrawTasks(tx: Transaction): Promise<void> {
  await sql`
    update task set state = 'withdrawn' from obligation
    where task.state = 'open' and obligation.obligation = task.obligation
      and (obligation.state <> 'open' or obligation.manager_id is distinct from task.manager_id)`.execute(db(tx));
}

/** A workday closes the lists before it: what is still open on them is carried. */
export async function closeLists(tx: Transaction, day: string): Promise<void> {
  await sql`update task set state = 'carried' where state = 'open' and day < ${day}`.execute(db(tx));
}

/**
 * The day's lists: of each manager's open obligations whose day has come, those that are due first, up to the minutes of
 * their capacity that the list has not taken yet. An obligation stands on one list a day. What is too long for the room
 * that is left does not keep shorter ones out: they are looked for again until nothing fits any more. What is longer than its
 * manager's whole day takes the whole day.
 */
export async function fillLists(tx: Transaction, day: string): Promise<void> {
  while ((await fillOnce(tx, day)) > 0);
}

const fillOnce = (tx: Transaction, day: string): Promise<number> =>
  changed(
    tx,
    sql`with taken as (
      select manager_id, sum(minutes) as minutes from task where day = ${day} and state <> 'withdrawn' group by 1
    ),
    room as (
      select manager_id, greatest(capacity - coalesce(minutes, 0), 0) as room, nullif(capacity, 0) as whole_day
      from account_manager left join taken using (manager_id) where gone_on is null
    ),
    waiting as ( -- in the order in which they are taken, with the minutes up to and including each
      select obligation, customer_id, manager_id, minutes, room,
        sum(least(minutes, whole_day)) over (partition by manager_id order by due_on, rank, planned_on, obligation) as upto
      from obligation join room using (manager_id)
      where state = 'open' and planned_on <= ${day} and least(minutes, whole_day) <= room
        and not exists (select from task where task.obligation = obligation.obligation and task.day = ${day} and task.state <> 'withdrawn')
    )
    insert into task (obligation, customer_id, manager_id, day, minutes)
    select obligation, customer_id, manager_id, ${day}, minutes from waiting where upto <= room order by manager_id, upto
    on conflict (obligation, day) do update set state = 'open', manager_id = excluded.manager_id, minutes = excluded.minutes
      where task.state = 'withdrawn'`,
  );

/** What the day's lists come to. */
export async function dayCounts(tx: Transaction, day: string): Promise<Pick<DayPlan, "tasks" | "carried" | "waiting" | "managers">> {
  const { rows } = await sql<{ tasks: number; carried: number; waiting: number; managers: number }>`
    select count(*) as tasks, count(distinct manager_id) as managers,
      count(*) filter (where exists (select from task as before where before.obligation = task.obligation and before.day < task.day)) as carried,
      (select count(*) from obligation where state = 'open' and planned_on <= ${day} and manager_id is not null
        and not exists (select from task as listed where listed.obligation = obligation.obligation and listed.day = ${day} and listed.state <> 'withdrawn')) as waiting
    from task where day = ${day} and state <> 'withdrawn'`.execute(db(tx));
  return rows[0] ?? { tasks: 0, carried: 0, waiting: 0, managers: 0 };
}

export async function keepDay(tx: Transaction, plan: DayPlan): Promise<void> {
  await sql`
    insert into service_day (day, counts) values (${plan.day}, ${JSON.stringify(plan)}::jsonb)
    on conflict (day) do update set counts = excluded.counts, planned_at = clock_timestamp()`.execute(db(tx));
}

/** The last day that has lists: a workday's stand until the next workday. */
export async function lastListDay(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`select max(day) as day from service_day where (counts ->> 'workday')::boolean`.execute(db(tx));
  return rows[0]?.day ?? null;
}

/** The last day that was planned. */
export async function lastDay(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`select max(day) as day from service_day`.execute(db(tx));
  return rows[0]?.day ?? null;
}
