import { type Generated, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import type { UserTable } from "./users.js";

interface Tables {
  app_user: UserTable;
  session: { token_hash: string; user_id: string; created_at: Generated<string>; expires_at: string };
  sign_in_attempt: { login_hash: string; attempted_at: Generated<string> };
}

const inHours = (hours: number) => sql<string>`now() + make_interval(hours => ${hours})`;

/** Count this attempt before the password is looked at, so that many at once gain nothing. False: there were too many. */
export async function admitAttempt(tx: Transaction, loginHash: string, limit: number, minutes: number): Promise<boolean> {
  const db = tx.db<Tables>();
  await sql`select pg_advisory_xact_lock(hashtextextended(${loginHash}, 0))`.execute(db);
  await db.deleteFrom("sign_in_attempt").where("attempted_at", "<", sql<string>`now() - make_interval(mins => ${minutes})`).execute();
  const { n } = await db
    .selectFrom("sign_in_attempt")
    .select((of) => of.fn.countAll<number>().as("n"))
    .where("login_hash", "=", loginHash)
    .executeTakeFirstOrThrow();
  if (n >= limit) return false;
  await db.insertInto("sign_in_attempt").values({ login_hash: loginHash }).execute();
  return true;
}

export async function forgetAttempts(tx: Transaction, loginHash: string): Promise<void> {
  await tx.db<Tables>().deleteFrom("sign_in_attempt").where("login_hash", "=", loginHash).execute();
}

/** Open a session, and clear away those that have run out. Answers when it expires. */
export async function insertSession(tx: Transaction, tokenHash: string, userId: string, hours: number): Promise<string> {
  const db = tx.db<Tables>();
  await db.deleteFrom("session").where("expires_at", "<", sql<string>`now()`).execute();
  const row = await db
    .insertInto("session")
    .values({ token_hash: tokenHash, user_id: userId, expires_at: inHours(hours) })
    .returning("expires_at")
    .executeTakeFirstOrThrow();
  return row.expires_at;
}

/** The user of an open session, and when it expires. */
export async function selectSession(tx: Transaction, tokenHash: string): Promise<(Selectable<UserTable> & { expires_at: string }) | undefined> {
  return tx
    .db<Tables>()
    .selectFrom("session")
    .innerJoin("app_user", "app_user.id", "session.user_id")
    .selectAll("app_user")
    .select("session.expires_at")
    .where("token_hash", "=", tokenHash)
    .where("expires_at", ">", sql<string>`now()`)
    .where("disabled_at", "is", null)
    .executeTakeFirst();
}

export async function prolongSession(tx: Transaction, tokenHash: string, hours: number): Promise<string | undefined> {
  const row = await tx
    .db<Tables>()
    .updateTable("session")
    .set({ expires_at: inHours(hours) })
    .where("token_hash", "=", tokenHash)
    .returning("expires_at")
    .executeTakeFirst();
  return row?.expires_at;
}

export async function deleteSessionsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.db<Tables>().deleteFrom("session").where("user_id", "=", userId).execute();
}

export async function deleteSession(tx: Transaction, tokenHash: string): Promise<void> {
  await tx.db<Tables>().deleteFrom("session").where("token_hash", "=", tokenHash).execute();
}
