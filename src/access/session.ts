import { createHash, randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { atomically } from "../platform/postgres/atomically.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { audit } from "./audit.js";
import { permissionsOf } from "./permissions.js";
import { type Actor, isPartRole, type Role, roleLabels, type SignedIn, type SignIn } from "./schema.js";
import * as store from "./store/sessions.js";
import { selectByLogin } from "./store/users.js";

const HOURS = 12;
/** A session is prolonged when it was used, but not written at every request. */
const PROLONG_AFTER_MS = 5 * 60_000;
const GUESSES = 10;
const WINDOW_MINUTES = 15;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Argon2id with the library's defaults (19 MiB, two passes). */
export const hashPassword = (password: string): Promise<string> => hash(password);

/** Verified against when the login is unknown, so that both answers take as long. */
let nobody: Promise<string> | undefined;
const nobodysPassword = (): Promise<string> => (nobody ??= hashPassword(randomBytes(16).toString("hex")));

/** The local command line: whoever owns the workspace's files. */
export const operator: Actor = {
  id: "operator",
  login: "operator",
  name: `${roleLabels.operator.zh} ${roleLabels.operator.en}`,
  role: "operator",
  scope: { all: true },
};

function scopeOf({ role, branches, manager }: { role: Role; branches: string[] | null; manager: string | null }): Actor["scope"] {
  if (manager !== null) return { manager };
  // Who works at a branch and has none sees nobody, not everybody.
  return branches === null && !isPartRole(role) ? { all: true } : { branches: branches ?? [] };
}

const actorOf = (user: { id: string; login: string; name: string; role: Role; branches: string[] | null; manager: string | null }): Actor => ({
  id: user.id,
  login: user.login,
  name: user.name,
  role: user.role,
  scope: scopeOf(user),
});

/** Open a session. Never says whether the login exists. */
export async function signIn(workspace: Workspace, { login, password }: SignIn): Promise<SignedIn> {
  const { postgres } = workspace;
  const loginHash = digest(login);
  if (!(await atomically(postgres, "all", (tx) => store.admitAttempt(tx, loginHash, GUESSES, WINDOW_MINUTES)))) {
    refuse(
      "session.locked",
      { zh: "尝试次数过多，该用户名已被暂时锁定", en: "Too many attempts: this user name is locked for a while" },
      { status: 429, hint: { zh: `请在 ${WINDOW_MINUTES} 分钟后再试`, en: `Try again in ${WINDOW_MINUTES} minutes` } },
    );
  }
  const user = await atomically(postgres, "all", (tx) => selectByLogin(tx, login));
  const right = await verify(user?.password_hash ?? (await nobodysPassword()), password);
  if (user === undefined || !right) {
    return refuse("session.refused", { zh: "用户名或密码不正确", en: "The user name or the password is wrong" }, { status: 401 });
  }
  const token = randomBytes(32).toString("base64url");
  const actor = actorOf(user);
  const expires = await atomically(postgres, "all", async (tx) => {
    await store.forgetAttempts(tx, loginHash);
    const until = await store.insertSession(tx, digest(token), user.id, HOURS);
    await audit(tx, actor, "session.open", `user:${user.login}`);
    return until;
  });
  return { actor, permissions: permissionsOf(actor), expires_at: expires, token };
}

/** Who holds this token; undefined when nobody does any more. */
export async function actorOfToken(workspace: Workspace, token: string): Promise<{ actor: Actor; expires_at: string } | undefined> {
  return atomically(workspace.postgres, "all", async (tx) => {
    const found = await store.selectSession(tx, digest(token));
    if (found === undefined) return undefined;
    const used = HOURS * 3_600_000 - (Date.parse(found.expires_at) - Date.now());
    const expires = used > PROLONG_AFTER_MS ? await store.prolongSession(tx, digest(token), HOURS) : undefined;
    return { actor: actorOf(found), expires_at: expires ?? found.expires_at };
  });
}

export async function signOut(workspace: Workspace, actor: Actor, token: string): Promise<void> {
  await atomically(workspace.postgres, "all", async (tx) => {
    await store.deleteSession(tx, digest(token));
    await audit(tx, actor, "session.close", `user:${actor.login}`);
  });
}
