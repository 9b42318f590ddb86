import { type Generated, type Selectable, sql } from "kysely";
import type { Transaction } from "../../platform/postgres/atomically.js";
import { refuse } from "../../platform/problem.js";
import type { NewUser, Role, User } from "../schema.js";

export interface UserTable {
  id: Generated<string>;
  login: string;
  name: string;
  role: Role;
  branches: string[] | null;
  manager: string | null;
  password_hash: string;
  created_at: Generated<string>;
  disabled_at: string | null;
}

interface Tables {
  app_user: UserTable;
}

const columns = ["id", "login", "name", "role", "branches", "manager", "created_at", "disabled_at"] as const;

export async function insertUser(tx: Transaction, user: Omit<NewUser, "password">, passwordHash: string): Promise<User> {
  const row = await tx
    .db<Tables>()
    .insertInto("app_user")
    .values({
      login: user.login,
      name: user.name,
      role: user.role,
      branches: user.branches ?? null,
      manager: user.manager ?? null,
      password_hash: passwordHash,
    })
    .onConflict((conflict) => conflict.column("login").doNothing())
    .returning(columns)
    .executeTakeFirst();
  if (row !== undefined) return row;
  return refuse(
    "user.exists",
    { zh: `用户名 ${user.login} 已被使用`, en: `The user name ${user.login} is taken` },
    { status: 409, place: { path: "login" }, hint: { zh: "换一个用户名", en: "Choose another" } },
  );
}

/** From now on they may not sign in; when that was said already, it stays as it is. Undefined: nobody has this login. */
export async function disableUser(tx: Transaction, login: string): Promise<User | undefined> {
  return tx
    .db<Tables>()
    .updateTable("app_user")
    .set({ disabled_at: sql<string>`coalesce(disabled_at, now())` })
    .where("login", "=", login)
    .returning(columns)
    .executeTakeFirst();
}

/** A page of users by login; `after` is the last login of the page before. */
export async function selectUsers(tx: Transaction, limit: number, after: string): Promise<User[]> {
  return tx.db<Tables>().selectFrom("app_user").select(columns).where("login", ">", after).orderBy("login").limit(limit).execute();
}

export async function countUsers(tx: Transaction): Promise<number> {
  const row = await tx
    .db<Tables>()
    .selectFrom("app_user")
    .select((of) => of.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Somebody who may sign in now. */
export async function selectByLogin(tx: Transaction, login: string): Promise<Selectable<UserTable> | undefined> {
  return tx.db<Tables>().selectFrom("app_user").selectAll().where("login", "=", login).where("disabled_at", "is", null).executeTakeFirst();
}
