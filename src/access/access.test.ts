import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { daysAfter } from "../platform/calendar/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { actorOfToken, addUser, audit, demand, disableUser, listAudit, listUsers, may, operator, sealAudit, signIn, signOut, verifyAudit } from "./index.js";
import { type Actor, NewUser, Role } from "./schema.js";

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
});
afterEach(() => workspace.dispose());

const li: NewUser = { login: "li", name: "李明", role: "branch_head", branches: ["城东支行"], password: "correct horse" };

describe("signing in", () => {
  it("opens a session with the user's role and scope; signing out ends it", async () => {
    const user = await addUser(workspace, operator, li);
    const opened = await signIn(workspace, { login: "li", password: "correct horse" });
    expect(opened.actor).toEqual({ id: user.id, login: "li", name: "李明", role: "branch_head", scope: { branches: ["城东支行"] } });
    expect(Date.parse(opened.expires_at)).toBeGreaterThan(Date.now() + 11.9 * 3_600_000);
    const token = opened.token ?? "";
    expect((await actorOfToken(workspace, token))?.actor).toEqual(opened.actor);
    expect(await actorOfToken(workspace, `${token}x`)).toBeUndefined();
    const { rows } = await workspace.postgres.pool.query("select * from session");
    expect(JSON.stringify(rows)).not.toContain(token);
    await signOut(workspace, opened.actor, token);
    expect(await actorOfToken(workspace, token)).toBeUndefined();
  });

  it("slides the end of a session that is used, and ends one that is not, or whose user was disabled", async () => {
    await addUser(workspace, operator, li);
    const { token = "" } = await signIn(workspace, { login: "li", password: "correct horse" });
    const { pool } = workspace.postgres;
    await pool.query("update session set expires_at = now() + interval '1 hour'");
    expect(Date.parse((await actorOfToken(workspace, token))?.expires_at ?? "")).toBeGreaterThan(Date.now() + 11 * 3_600_000);
    await pool.query("update session set expires_at = now() - interval '1 second'");
    expect(await actorOfToken(workspace, token)).toBeUndefined();
    await pool.query("update session set expires_at = now() + interval '1 hour'");
    await pool.query("update app_user set disabled_at = now()");
    expect(await actorOfToken(workspace, token)).toBeUndefined();
    await expect(signIn(workspace, { login: "li", password: "correct horse" })).rejects.toMatchObject({ status: 401 });
  });

  it("answers the same whether the login exists or not, and locks out guessing, also many guesses at once", async () => {
    await addUser(workspace, operator, li);
    const answer = (login: string) => signIn(workspace, { login, password: "a guess" }).catch((error: { status: number; problems: unknown }) => error);
    const [known, unknown] = [await answer("li"), await answer("nobody")];
    expect(known).toMatchObject({ status: 401 });
    expect((known as { problems: unknown }).problems).toEqual((unknown as { problems: unknown }).problems);
    const guesses = await Promise.all(Array.from({ length: 14 }, () => answer("li")));
    expect(guesses.filter((one) => (one as { status: number }).status === 429)).toHaveLength(5);
    await expect(signIn(workspace, { login: "li", password: "correct horse" })).rejects.toMatchObject({ status: 429 });
    await expect(answer("nobody")).resolves.toMatchObject({ status: 401 });
    await workspace.postgres.pool.query("update sign_in_attempt set attempted_at = attempted_at - interval '15 minutes'");
    await expect(signIn(workspace, { login: "li", password: "correct horse" })).resolves.toMatchObject({ actor: { login: "li" } });
  });
});

describe("users of a branch", () => {
  it("need one, and without one see nobody", async () => {
    const branchless = { login: "zhao", name: "赵", password: "correct horse" };
    for (const role of ["branch_head", "account_manager"] as const) {
      for (const branches of [undefined, []]) {
        const said = NewUser.safeParse({ ...branchless, role, branches });
        expect(said.error?.issues).toMatchObject([{ path: ["branches"] }]);
      }
    }
    expect(NewUser.safeParse({ ...branchless, role: "analyst" }).success).toBe(true);
    await addUser(workspace, operator, { ...branchless, role: "branch_head" }); // as an earlier version let them be
    const { actor } = await signIn(workspace, { login: "zhao", password: "correct horse" });
    expect(actor.scope).toEqual({ branches: [] });
  });

  it("never bear the name of the command line", () => {
    expect(NewUser.safeParse({ ...li, login: "operator" }).error?.issues).toMatchObject([{ path: ["login"] }]);
  });
});

describe("disabling a user", () => {
  it("ends their sessions, lets them sign in no more, and says so in the trail", async () => {
    await addUser(workspace, operator, li);
    const { token = "", actor } = await signIn(workspace, { login: "li", password: "correct horse" });
    await expect(disableUser(workspace, actor, "li")).rejects.toMatchObject({ status: 403 });
    await expect(disableUser(workspace, operator, "nobody")).rejects.toMatchObject({ status: 404, problems: [{ code: "user.unknown" }] });
    const disabled = await disableUser(workspace, operator, "li");
    expect(disabled.disabled_at).toEqual(expect.any(String));
    expect(await disableUser(workspace, operator, "li")).toEqual(disabled);
    expect(await actorOfToken(workspace, token)).toBeUndefined();
    expect((await workspace.postgres.pool.query("select * from session")).rows).toEqual([]);
    await expect(signIn(workspace, { login: "li", password: "correct horse" })).rejects.toMatchObject({ status: 401 });
    expect((await listAudit(workspace, { limit: 9 })).items).toContainEqual(
      expect.objectContaining({ actor: "operator", action: "user.disable", subject: "user:li" }),
    );
  });
});

describe("permissions", () => {
  const as = (role: Role): Actor => ({ ...operator, role });

  it("follow from the role", () => {
    expect(may(as("analyst"), "personal:read")).toBe(false);
    expect(may(as("account_manager"), "facts:import")).toBe(false);
    expect(may(as("operator"), "users:manage")).toBe(true);
    expect(may(as("analyst"), "jobs:read")).toBe(true);
    expect(may(as("branch_head"), "jobs:read")).toBe(false);
    for (const role of Role.options) expect(may({ ...as(role), scope: { branches: ["城东支行"] } }, "jobs:read")).toBe(false);
    expect(() => demand(as("auditor"), "tiers:run")).toThrow(expect.objectContaining({ status: 403 }));
  });

  it("let only who manages users add one, and a login once", async () => {
    await expect(addUser(workspace, as("head"), li)).rejects.toMatchObject({ status: 403 });
    await addUser(workspace, operator, li);
    await expect(addUser(workspace, operator, li)).rejects.toMatchObject({ status: 409, problems: [{ code: "user.exists" }] });
    await addUser(workspace, operator, { login: "wang", name: "王", role: "analyst", password: "correct horse" });
    const first = await listUsers(workspace, 1);
    expect(first).toMatchObject({ items: [{ login: "li" }], next: "li", total: 2 });
    expect(await listUsers(workspace, 1, "li")).toMatchObject({ items: [{ login: "wang", branches: null }], next: null });
  });
});

describe("the audit trail", () => {
  const note = (subject: string) => atomically(workspace.postgres, "all", (tx) => audit(tx, operator, "user.add", subject, { 客户: 1, b: [2.5] }));

  it("is written with the act or not at all, and read newest first", async () => {
    await note("a");
    await note("b");
    const failing = atomically(workspace.postgres, "all", async (tx) => {
      await audit(tx, operator, "user.add", "c");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    const first = await listAudit(workspace, { limit: 1 });
    expect(first.items).toMatchObject([{ actor: "operator", action: "user.add", subject: "b", detail: { 客户: 1, b: [2.5] } }]);
    expect(await listAudit(workspace, { limit: 5, cursor: first.next ?? "" })).toMatchObject({ items: [{ subject: "a" }], next: null });
  });

  it("is found by who, what, whom and day", async () => {
    const by = (login: string): Actor => ({ ...operator, login });
    const entries = [
      ["li", "task.done", "task:1", { customer: "P1" }],
      ["li", "contact.record", "customer:P1", {}],
      ["wang", "customer.export", "customer:P2", {}],
      ["wang", "tiers.run", "model:rfm", {}],
    ] as const;
    for (const [login, action, subject, detail] of entries)
      await atomically(workspace.postgres, "all", (tx) => audit(tx, by(login), action, subject, { ...detail }));
    const today = todayIn(workspace.settings.zone, new Date());
    const found = async (filter: object) => (await listAudit(workspace, { limit: 9, ...filter })).items.map((one) => one.subject);
    expect(await found({ actor: "li" })).toEqual(["customer:P1", "task:1"]);
    expect(await found({ customer: "P1" })).toEqual(["customer:P1", "task:1"]);
    expect(await found({ action: "tiers.run" })).toEqual(["model:rfm"]);
    expect(await found({ actor: "wang", customer: "P1" })).toEqual([]);
    expect(await found({ from: today, to: today })).toHaveLength(4);
    expect(await found({ to: daysAfter(today, -1) })).toEqual([]);
    expect(await found({ from: daysAfter(today, 1) })).toEqual([]);
  });

  it("cannot be changed, deleted or emptied, sealed or not", async () => {
    await note("a");
    await sealAudit(workspace);
    await note("b");
    const { pool } = workspace.postgres;
    for (const statement of [
      "update audit_entry set subject = 'x'",
      "update audit_entry set seal = 1, subject = 'x' where seal is null",
      "update audit_entry set seal = null where seal is not null",
      "delete from audit_entry",
      "truncate audit_entry, audit_seal",
      "update audit_seal set hash = ''",
      "delete from audit_seal",
    ]) {
      await expect(pool.query(statement)).rejects.toThrow("the audit trail is not changed");
    }
  });

  it("is sealed in the order of commits, also when an earlier id commits later", async () => {
    await atomically(workspace.postgres, "all", async (tx) => {
      await audit(tx, operator, "user.add", "first id");
      await note("second id");
      await sealAudit(workspace);
    });
    await sealAudit(workspace);
    expect(await verifyAudit(workspace)).toEqual({ whole: true, seals: 2, entries: 2, unsealed: 0, broken: null });
  });

  it("says where it was tampered with", async () => {
    const tampered = async (statement: string) => {
      const fresh = await temporaryWorkspace([]);
      try {
        for (let seal = 1; seal <= 3; seal++) {
          for (const subject of ["a", "b"]) await atomically(fresh.postgres, "all", (tx) => audit(tx, operator, "user.add", subject));
          await Promise.all([sealAudit(fresh), sealAudit(fresh)]);
        }
        expect(await verifyAudit(fresh)).toMatchObject({ whole: true, seals: 3, entries: 6 });
        const superuser = await fresh.superuser();
        await superuser.query("set session_replication_role = replica"); // triggers and foreign keys off
        await superuser.query(statement);
        await superuser.end();
        return await verifyAudit(fresh);
      } finally {
        await fresh.dispose();
      }
    };
    const changed = { reason: { en: "An entry under this seal was changed" } };
    expect(await tampered("update audit_entry set detail = '{\"amount\": 1}' where id = 3")).toMatchObject({
      whole: false,
      seals: 1,
      broken: { seal: 2, ...changed },
    });
    expect(await tampered("update audit_entry set at = at + interval '1 microsecond' where id = 1")).toMatchObject({ broken: { seal: 1, ...changed } });
    expect(await tampered("delete from audit_entry where id = 4")).toMatchObject({ broken: { seal: 2, reason: { en: "2 entries were sealed, 1 are there" } } });
    expect(await tampered("delete from audit_seal where seal = 2")).toMatchObject({ broken: { seal: 2, reason: { en: "The seal is missing" } } });
    expect(await tampered("insert into audit_entry (actor, action, subject, seal) values ('x', 'y', 'z', 3)")).toMatchObject({ broken: { seal: 3 } });
  });
});
