import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { audit } from "./audit.js";
import { demand } from "./permissions.js";
import type { Actor, NewUser, User } from "./schema.js";
import { hashPassword } from "./session.js";
import { deleteSessionsOf } from "./store/sessions.js";
import * as store from "./store/users.js";

/** Let somebody sign in. */
export async function addUser(workspace: Workspace, actor: Actor, user: NewUser): Promise<User> {
  demand(actor, "users:manage");
  const passwordHash = await hashPassword(user.password);
  return atomically(workspace.postgres, "all", async (tx) => {
    const added = await store.insertUser(tx, user, passwordHash);
    await audit(tx, actor, "user.add", `user:${added.login}`, { role: added.role, branches: added.branches, manager: added.manager });
    return added;
  });
}

/** Let somebody sign in no more, and end the sessions they have. What they did keeps their name, so a login is never free again. */
export async function disableUser(workspace: Workspace, actor: Actor, login: string): Promise<User> {
  demand(actor, "users:manage");
  return atomically(workspace.postgres, "all", async (tx) => {
    const disabled = await store.disableUser(tx, login);
    if (disabled === undefined) {
      return refuse(
        "user.unknown",
        { zh: `没有用户 ${login}`, en: `There is no user ${login}` },
        { status: 404, place: { path: "login" }, hint: { zh: "用 tierkeep users list 查看", en: "See tierkeep users list" } },
      );
    }
    await deleteSessionsOf(tx, disabled.id);
    await audit(tx, actor, "user.disable", `user:${login}`);
    return disabled;
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
