import { atomically } from "../platform/postgres/atomically.js";
import type { Workspace } from "../platform/workspace/index.js";
import { audit } from "./audit.js";
import { demand } from "./permissions.js";
import type { Actor, NewUser, User } from "./schema.js";
import { hashPassword } from "./session.js";
import * as store from "./store/users.js";

/** Let somebody sign in. */
export async function addUser(workspace: Workspace, actor: Actor, user: NewUser): Promise<User> {
  demand(actor, "users:manage");
  const passwordHash = await hashPassword(user.password);
  return atomically(workspace.postgres, "all", async (tx) => {
    const added = await store.insertUser(tx, user, passwordHash);
    await audit(tx, actor, "user.add", `user:${added.login}`, { role: added.role, branches: added.branches });
    return added;
  });
}

/** By login. */
export async function listUsers(workspace: Workspace, limit: number, cursor = ""): Promise<{ items: User[]; next: string | null; total: number }> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const users = await store.selectUsers(tx, limit + 1, cursor);
    const items = users.slice(0, limit);
    return { items, next: users.length > limit ? (items.at(-1)?.login ?? null) : null, total: await store.countUsers(tx) };
  });
}
