import { sql } from "kysely";
import { atomically, type Transaction, type Visibility } from "../../platform/postgres/atomically.js";
import type { Postgres } from "../../platform/postgres/connect.js";
import { refuse } from "../../platform/problem.js";
import type { Text } from "../../platform/schema.js";

/**
 * Planning and people take turns, and so do words on one customer: they settle the same promises and close the same tasks. Taken
 * before any row is, or each could wait for what the other holds.
 */
const TURN = 7411005;
const PATIENCE = "5s";

/** Waited too long for a lock; waited for each other. */
const IN_VAIN = ["55P03", "40P01"];

async function inTime<T>(work: Promise<T>, code: string, message: Text): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!IN_VAIN.includes((error as { code?: string }).code ?? "")) throw error;
    return refuse(code, message, { status: 409, hint: { zh: "请稍后再试，所填内容没有保存。", en: "Try again in a moment; nothing was saved." } });
  }
}

/** Somebody's word on a customer: side by side with words on others. */
export function amongPeople<T>(postgres: Postgres, visibility: Visibility, customerId: number, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const said = atomically(postgres, visibility, async (tx) => {
    const db = tx.db<unknown>();
    await sql`select set_config('lock_timeout', ${PATIENCE}, true)`.execute(db);
    const planned = sql`select pg_advisory_xact_lock_shared(${TURN})`.execute(db);
    await inTime(planned, "service.being_planned", { zh: "正在安排当天任务", en: "The day is being planned" });
    await sql`select pg_advisory_xact_lock(${TURN}::int, ${customerId}::int)`.execute(db);
    return work(tx);
  });
  return inTime(said, "service.customer_busy", { zh: "其他人正在处理这位客户", en: "Somebody else is at work on this customer" });
}

/** For planning, once everything it needs is gathered. */
export async function alone(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TURN})`.execute(tx.db<unknown>());
}
