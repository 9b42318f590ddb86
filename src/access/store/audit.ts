import { type Generated, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { AuditAction, AuditEntry } from "../schema.js";

interface Tables {
  audit_entry: { id: Generated<number>; at: Generated<string>; actor: string; action: AuditAction; subject: string; detail: unknown; seal: number | null };
  audit_seal: { seal: number; entries: number; hash: string; sealed_at: Generated<string> };
}

export interface Seal {
  seal: number;
  entries: number;
  hash: string;
}

/** An entry as it is hashed: every column as the text PostgreSQL makes of it. */
export interface Written {
  id: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

const written = [
  "id",
  sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as("at"),
  "actor",
  "action",
  "subject",
  sql<string>`detail::text`.as("detail"),
] as const;

export async function insertEntry(tx: Transaction, entry: Omit<AuditEntry, "id" | "at">): Promise<void> {
  const { actor, action, subject } = entry;
  await tx
    .db<Tables>()
    .insertInto("audit_entry")
    .values({ actor, action, subject, detail: JSON.stringify(entry.detail) })
    .execute();
}

/** One sealer at a time; others wait. */
export async function lockSealing(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(7411003)`.execute(tx.db<Tables>());
}

export async function selectUnsealed(tx: Transaction, limit: number): Promise<Written[]> {
  return tx.db<Tables>().selectFrom("audit_entry").select(written).where("seal", "is", null).orderBy("id").limit(limit).execute();
}

export async function countUnsealed(tx: Transaction): Promise<number> {
  const row = await tx
    .db<Tables>()
    .selectFrom("audit_entry")
    .select((of) => of.fn.countAll<number>().as("n"))
    .where("seal", "is", null)
    .executeTakeFirstOrThrow();
  return row.n;
}

export async function selectLastSeal(tx: Transaction): Promise<Seal | undefined> {
  return tx.db<Tables>().selectFrom("audit_seal").select(["seal", "entries", "hash"]).orderBy("seal", "desc").executeTakeFirst();
}

export async function insertSeal(tx: Transaction, seal: Seal, ids: readonly number[]): Promise<void> {
  await tx.db<Tables>().insertInto("audit_seal").values(seal).execute();
  await tx.db<Tables>().updateTable("audit_entry").set({ seal: seal.seal }).where("id", "=", sql<number>`any(${ids})`).execute();
}

export async function selectSealsAfter(tx: Transaction, seal: number, limit: number): Promise<Seal[]> {
  return tx.db<Tables>().selectFrom("audit_seal").select(["seal", "entries", "hash"]).where("seal", ">", seal).orderBy("seal").limit(limit).execute();
}

export async function selectSealed(tx: Transaction, seal: number): Promise<Written[]> {
  return tx.db<Tables>().selectFrom("audit_entry").select(written).where("seal", "=", seal).orderBy("id").execute();
}

/** Whose deeds, which, about whom, and of which days (both counted). */
export interface AuditFilter {
  actor?: string | undefined;
  action?: AuditAction | undefined;
  customer?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** A page, newest first; `before` is the last id of the page before. */
export async function selectEntries(
  tx: Transaction,
  { actor, action, customer, from, to }: AuditFilter,
  zone: string,
  limit: number,
  before: number | undefined,
): Promise<AuditEntry[]> {
  let page = tx.db<Tables>().selectFrom("audit_entry").select(["id", "at", "actor", "action", "subject", "detail"]).orderBy("id", "desc").limit(limit);
  if (before !== undefined) page = page.where("id", "<", before);
  if (actor !== undefined) page = page.where("actor", "=", actor);
  if (action !== undefined) page = page.where("action", "=", action);
  if (customer !== undefined) page = page.where((of) => of.or([of("subject", "=", `customer:${customer}`), of(sql`detail ->> 'customer'`, "=", customer)]));
  if (from !== undefined) page = page.where("at", ">=", sql<string>`${from}::timestamp at time zone ${zone}`);
  if (to !== undefined) page = page.where("at", "<", sql<string>`(${to}::date + 1)::timestamp at time zone ${zone}`);
  const rows = await page.execute();
  return rows.map((row) => ({ ...row, detail: row.detail as AuditEntry["detail"] }));
}
