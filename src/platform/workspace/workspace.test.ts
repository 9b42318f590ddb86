import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineJob, startJobs } from "../jobs/index.js";
import { clusterAt } from "../postgres/embedded.js";
import { placeAt, serverAccount } from "../postgres/place.js";
import { readPostmaster } from "../postgres/postmaster.js";
import { sql } from "../warehouse/index.js";
import { createWorkspace, openWorkspace, WorkspaceBusy } from "./index.js";
import { type TemporaryWorkspace, temporaryDirectory, temporaryWorkspace } from "./testing.js";

const OWNER = fileURLToPath(new URL("../../../test/processes/own-workspace.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");
/** Longer than a socket's path may be. */
const LONG = "w".repeat(120);
const isRoot = process.getuid?.() === 0;

let home: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  delete process.env["DATABASE_URL"];
  home = await temporaryDirectory();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const name of ["w", LONG, "closed/w"]) {
    const noted = await readFile(join(home, name, "postgres/elsewhere"), "utf8").catch(() => undefined);
    const place = placeAt(noted?.trim() ?? join(home, name, "postgres"), noted !== undefined);
    await clusterAt(place).stop();
    for (const outside of [place.home, place.run]) if (!outside.startsWith(home)) await rm(outside, { recursive: true, force: true });
  }
  await rm(home, { recursive: true, force: true });
});

interface Answer {
  created?: boolean;
  owned?: string;
  uid?: number;
  failed?: string;
  ids?: string[];
}

/** Another process of ours; `said` is its one line. */
function other(act: "own" | "visit" | "create" | "work", directory: string, as?: number): { child: ChildProcess; said: Promise<Answer> } {
  const child = spawn(process.execPath, ["--import", tsx, OWNER, act, directory], {
    stdio: ["pipe", "pipe", "ignore"],
    ...(as === undefined ? {} : { uid: as, gid: as, cwd: "/", env: { ...process.env, HOME: directory } }),
  });
  children.push(child);
  const said = once(child.stdout as NonNullable<ChildProcess["stdout"]>, "data").then(([line]) => JSON.parse(String(line)) as Answer);
  return { child, said };
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

/** How another process would reach the workspace's own database. */
function urlOf({ postgres }: TemporaryWorkspace): string {
  const { database, host } = postgres.pool.options;
  return `postgres://tierkeep@/${database}?host=${encodeURIComponent(host ?? "")}`;
}

describe("a workspace", () => {
  it("is made once, opened, closed, and found as it was left, under however long a path", async () => {
    const directory = join(home, LONG);
    await createWorkspace(directory, { zone: "Europe/Vienna", currency: "EUR" });
    const first = await openWorkspace(directory, { tables: [{ name: "fact", columns: { n: "integer" } }] });
    await first.warehouse.write((session) => session.run(sql`insert into fact values (7)`));
    await first.postgres.pool.query("insert into app_user (login, name, role, password_hash) values ('li', '李', 'head', '')");
    await first.close();
    expect(await readPostmaster(join(directory, "postgres/data"))).toBeUndefined();

    const again = await openWorkspace(directory, { tables: [] });
    expect(again.settings).toMatchObject({ zone: "Europe/Vienna", currency: "EUR" });
    expect(await again.warehouse.first(sql`select n from fact`)).toEqual({ n: 7 });
    expect((await again.postgres.pool.query("select name from app_user")).rows).toEqual([{ name: "李" }]);
    expect((await again.postgres.pool.query("show timezone")).rows).toEqual([{ TimeZone: "Europe/Vienna" }]);
    await again.close();
    await expect(createWorkspace(directory)).rejects.toThrow("workspace.exists");
    expect((await stat(join(directory, "warehouse"))).mode & 0o077).toBe(0);
  });

  it("that is not there, or with a zone or currency nobody knows, is a problem that says what to do", async () => {
    await expect(openWorkspace(join(home, "none"), { tables: [] })).rejects.toMatchObject({
      problems: [{ code: "workspace.missing", hint: { en: expect.stringContaining("tierkeep init") } }],
    });
    await expect(createWorkspace(join(home, "w"), { zone: "Mars/Base" })).rejects.toThrow("workspace.zone");
    await expect(createWorkspace(join(home, "w"), { currency: "yuan" })).rejects.toThrow("workspace.currency");
  });

  it("is refused to a second process, and given to it when the owner was killed", async () => {
    const directory = join(home, "w");
    await createWorkspace(directory);
    const owner = other("own", directory);
    expect((await owner.said).owned).toBeDefined();
    const server = await readPostmaster(join(directory, "postgres/data"));
    await expect(openWorkspace(directory, { tables: [] })).rejects.toThrow(WorkspaceBusy);
    await expect(openWorkspace(directory, { tables: [] })).rejects.toThrow(`(process ${owner.child.pid})`);

    owner.child.kill("SIGKILL");
    await ended(owner.child);
    const mine = await openWorkspace(directory, { tables: [] });
    expect((await readPostmaster(join(directory, "postgres/data")))?.pid).toBe(server?.pid); // it went on running and was reused
    await mine.close();
  });

  it("opens after the server itself was killed, and after its number went to another program", async () => {
    const directory = join(home, "w");
    await createWorkspace(directory);
    const file = join(directory, "postgres/data/postmaster.pid");
    const owner = other("own", directory);
    await owner.said;
    const server = await readPostmaster(join(directory, "postgres/data"));
    owner.child.kill("SIGKILL");
    process.kill(server?.pid ?? 0, "SIGKILL");
    await ended(owner.child);
    await (await openWorkspace(directory, { tables: [] })).close();

    await writeFile(file, `${process.pid}\n${directory}/postgres/data\n1\n5432\n${directory}/postgres/run\n\n1 1\nready\n`);
    const account = serverAccount();
    if (isRoot) await chown(file, account.uid, account.gid);
    await (await openWorkspace(directory, { tables: [] })).close();
  });

  it("goes on when its PostgreSQL dies under it", async () => {
    const directory = join(home, "w");
    await createWorkspace(directory);
    const workspace = await openWorkspace(directory, { tables: [] });
    const dead = await readPostmaster(join(directory, "postgres/data"));
    process.kill(dead?.pid ?? 0, "SIGKILL");
    const server = () => readPostmaster(join(directory, "postgres/data"));
    await expect.poll(async () => (await server())?.pid !== dead?.pid && (await server())?.ready, { timeout: 30_000 }).toBe(true);
    const locks = () =>
      workspace.postgres.pool.query("select * from pg_locks where locktype = 'advisory'").then(
        ({ rowCount }) => rowCount,
        () => 0,
      );
    await expect.poll(locks, { timeout: 30_000 }).toBe(1);
    await expect(openWorkspace(directory, { tables: [] })).rejects.toThrow(WorkspaceBusy);
    await workspace.close();
  });

  it("tells after a kill which jobs were interrupted, and works off new ones", async () => {
    const directory = join(home, "w");
    await createWorkspace(directory);
    const worker = other("work", directory);
    const { ids = [] } = await worker.said;
    worker.child.kill("SIGKILL");
    await ended(worker.child);
    const workspace = await openWorkspace(directory, { tables: [] });
    const jobs = await startJobs(workspace, [defineJob("endless", () => Promise.reject(new Error("it ran again"))), defineJob("quick", async () => "done")]);
    const quick = await jobs.enqueue("quick", "li", {});
    while ((await jobs.get(quick.id, 5000))?.state !== "done");
    expect((await jobs.list({ limit: 9 })).map((job) => [job.id, job.state])).toEqual([[quick.id, "done"], ...ids.reverse().map((id) => [id, "interrupted"])]);
    await jobs.stop();
    await workspace.close();
  });

  it("survives several processes that come and go at the same moment", async () => {
    const directory = join(home, "w");
    const makers = await Promise.all([1, 2].map(() => other("create", directory).said));
    expect(makers.filter((answer) => answer.created)).toHaveLength(1);
    const answers = await Promise.all([1, 2, 3].map(() => other("visit", directory).said));
    expect(answers.filter((answer) => answer.owned !== undefined).length).toBeGreaterThan(0);
    for (const { failed } of answers) if (failed !== undefined) expect(failed).toContain("workspace.busy");
    await Promise.all(children.map(ended));
    await (await openWorkspace(directory, { tables: [] })).close();
  });

  it("refuses to open with another workspace's PostgreSQL or warehouse", async () => {
    const one = await temporaryWorkspace([]);
    const two = await temporaryWorkspace([]);
    await one.superuser().then(async (client) => {
      await client.query("update workspace_identity set id = $1", [two.settings.id]);
      await client.end();
    });
    const url = urlOf(one);
    await one.close();
    await expect(openWorkspace(one.directory, { tables: [], databaseUrl: url })).rejects.toThrow("workspace.stores_differ");
    await Promise.all([one.dispose(), two.dispose()]);
  });
});

describe("damaged files", () => {
  it("are problems that name the file", async () => {
    const workspace = await temporaryWorkspace([]);
    const config = join(workspace.directory, "workspace.json");
    const url = urlOf(workspace);
    await workspace.close();
    await writeFile(join(workspace.directory, "warehouse", "warehouse.duckdb"), "garbage".repeat(1_000));
    await expect(openWorkspace(workspace.directory, { tables: [], databaseUrl: url })).rejects.toThrow("workspace.damaged");
    await writeFile(config, "{");
    await expect(openWorkspace(workspace.directory, { tables: [], databaseUrl: url })).rejects.toThrow("workspace.unreadable");
    await workspace.dispose();
  });
});

describe("another PostgreSQL by DATABASE_URL", () => {
  it("is used under our own schema, and a superuser's sign-in is bound by row-level security all the same", async () => {
    const lent = await temporaryWorkspace([]);
    const client = await lent.superuser();
    await client.query("drop schema tierkeep cascade");
    await client.end();
    const { host = "", database } = lent.postgres.pool.options;
    const databaseUrl = `postgres://postgres@/${database}?host=${encodeURIComponent(host)}`;
    await lent.close();

    const directory = join(home, "w");
    await createWorkspace(directory, { databaseUrl });
    const workspace = await openWorkspace(directory, { tables: [], databaseUrl });
    const { rows } = await workspace.postgres.pool.query(
      "select current_user as who, current_schema() as where_to, row_security_active('tier_assignment') as bound",
    );
    expect(rows).toEqual([{ who: "tierkeep", where_to: "tierkeep", bound: true }]);
    await workspace.close();
    await expect(stat(join(directory, "postgres"))).rejects.toThrow();
    await lent.dispose();
  });

  it("that does not answer is a problem", async () => {
    await expect(createWorkspace(join(home, "w"), { databaseUrl: "postgres://nobody@127.0.0.1:1/none" })).rejects.toThrow("database.unreachable");
  });
});

describe.runIf(isRoot)("as root", () => {
  it("works inside a directory that only root can enter: PostgreSQL's files lie elsewhere, and stay there", async () => {
    const closed = join(home, "closed");
    await mkdir(closed, { mode: 0o700 });
    await chmod(closed, 0o700);
    const directory = join(closed, "w");
    await createWorkspace(directory);
    const elsewhere = (await readFile(join(directory, "postgres/elsewhere"), "utf8")).trim();
    expect(elsewhere.startsWith(directory)).toBe(false);
    await chmod(closed, 0o755); // what was decided stays
    const workspace = await openWorkspace(directory, { tables: [] });
    expect(await readPostmaster(join(elsewhere, "data"))).toBeDefined();
    await workspace.close();
  });

  it("lets an ordinary user have a workspace of its own, too", async () => {
    const directory = join(home, "w");
    await mkdir(directory);
    await chown(directory, 65_534, 65_534);
    expect(await other("create", directory, 65_534).said).toEqual({ created: true });
    expect(await other("visit", directory, 65_534).said).toMatchObject({ uid: 65_534 });
    expect((await stat(join(directory, "postgres/data"))).uid).toBe(65_534);
  });
});
