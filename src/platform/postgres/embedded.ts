import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { refuse } from "../problem.js";
import { binaries } from "./binaries.js";
import { type Account, type Place, serverAccount } from "./place.js";
import { fateOf, forgetPostmaster, readPostmaster } from "./postmaster.js";

/** A PostgreSQL server of our own, reached by a socket that only our account can open. */
export interface Cluster {
  place: Place;
  /** How to connect as an ordinary role; `superuser` is for making databases only. */
  address(database: string, superuser?: boolean): pg.ClientConfig;
  /** Finish what runs, refuse what comes, stop. */
  stop(): Promise<void>;
}

const SUPERUSER = "postgres";
/** Owns the database and is bound by row-level security. */
const ROLE = "tierkeep";
const START_WITHIN = 15_000;
const STOP_WITHIN = 30_000;
const LARGEST_LOG = 8 * 1024 * 1024;

const settings = {
  listen_addresses: "",
  shared_buffers: "128MB",
  // A run writes many megabytes before it commits: a 32nd of the buffers, as the engine has it, is full all the time.
  wal_buffers: "16MB",
  max_connections: "60",
  // Parallel workers exchange rows in /dev/shm, which containers keep at 64 MB.
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  // A statement of a killed process stops within this time, and with it its locks.
  client_connection_check_interval: "1s",
  jit: "off",
  log_checkpoints: "off",
  // Statements and details hold people's data, which the log must not.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

export interface ClusterOptions {
  /** False for tests: a power cut may lose everything. */
  durable?: boolean;
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LC_ALL: process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8", TZ: "UTC" };
}

const identity = (account: Account): { uid?: number; gid?: number } => (account.foreign ? { uid: account.uid, gid: account.gid } : {});

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Make the cluster's files beside their place and move them there: a kill half-way leaves nothing that looks like a cluster. */
async function initialise(bin: string, place: Place, account: Account): Promise<void> {
  if (await exists(place.data)) return;
  const making = join(place.home, `data.${process.pid}`);
  // ICU: the C library's C.UTF-8 alone knows no Chinese letters, and trigram search would be blind to them.
  const locale = ["-E", "UTF8", "--locale-provider=icu", "--icu-locale=zh-Hans-CN", `--locale=${environment()["LC_ALL"]}`];
  const child = spawn(join(bin, "initdb"), ["-D", making, "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject", ...locale], {
    ...identity(account),
    cwd: place.home,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (text: Buffer) => (said += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, "close").catch((error: Error) => [error.message])) as [number | string | null];
  if (code !== 0) {
    await rm(making, { recursive: true, force: true });
    return notStarted(place, `initdb: ${code}\n${said}`);
  }
  await rename(making, place.data).catch(() => rm(making, { recursive: true, force: true })); // another process was faster
}

function notStarted(place: Place, said: string): never {
  const tail = said.trim().split("\n").slice(-5).join("\n");
  return refuse(
    "postgres.not_started",
    { zh: `内置 PostgreSQL 未能启动：${tail}`, en: `The embedded PostgreSQL did not start: ${tail}` },
    {
      place: { file: join(place.home, "log") },
      hint: { zh: "查看日志文件；也可用环境变量 DATABASE_URL 指定另一个 PostgreSQL", en: "See the log file, or name another PostgreSQL in DATABASE_URL" },
    },
  );
}

/** Start the server in its own session, so that Ctrl-C in a terminal reaches only us. Resolves when it has ended. */
async function spawnServer(bin: string, place: Place, account: Account, options: ClusterOptions): Promise<{ ended: () => boolean }> {
  const file = join(place.home, "log");
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LARGEST_LOG) await rename(file, `${file}.old`);
  const log = openSync(file, "a", 0o600);
  const chosen = {
    ...settings,
    unix_socket_directories: place.run,
    ...(options.durable === false ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
  };
  const child = spawn(join(bin, "postgres"), ["-D", place.data, ...Object.entries(chosen).flatMap(([name, value]) => ["-c", `${name}=${value}`])], {
    ...identity(account),
    cwd: place.home,
    env: environment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  child.unref();
  return { ended: () => ended };
}

async function answers(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The cluster at this place, whether it runs or not. */
export function clusterAt(place: Place): Cluster {
  return {
    place,
    address: (database, superuser = false) => ({ host: place.run, port: 5432, user: superuser ? SUPERUSER : ROLE, database }),
    stop: () => stopCluster(place),
  };
}

/** Reuse the server that runs on these files, or start one; several processes may do so at once. */
export async function startCluster(place: Place, options: ClusterOptions = {}): Promise<Cluster> {
  const account = serverAccount();
  const bin = await binaries(account);
  await initialise(bin, place, account);
  const cluster = clusterAt(place);
  const deadline = Date.now() + START_WITHIN;
  let server: { ended: () => boolean } | undefined;
  for (;;) {
    const held = await readPostmaster(place.data);
    const fate = held === undefined ? "gone" : await fateOf(held.pid);
    // The engine itself would wait for ever for a number that now belongs to another program.
    if (fate === "other" && held !== undefined) await forgetPostmaster(place.data, held.pid);
    if (fate === "running" && held?.ready === true && (await answers(cluster.address("postgres", true)))) break;
    // A server that is recovering or stopping takes the time it takes.
    const busy = fate === "running" && held?.ready === false;
    if (!busy && Date.now() > deadline) return notStarted(place, await readFile(join(place.home, "log"), "utf8").catch(() => ""));
    // Not running and none of ours on its way: also after a lost race, or while workers of a killed server still hold its memory.
    if (fate !== "running" && (server === undefined || server.ended())) {
      if (server !== undefined) await pause(250);
      server = await spawnServer(bin, place, account, options);
    }
    await pause(10);
  }
  return cluster;
}

async function stopCluster(place: Place): Promise<void> {
  const held = await readPostmaster(place.data);
  if (held === undefined || (await fateOf(held.pid)) !== "running") return;
  const deadline = Date.now() + STOP_WITHIN;
  process.kill(held.pid, "SIGINT"); // fast shutdown: open transactions are rolled back
  while ((await readPostmaster(place.data))?.pid === held.pid && (await fateOf(held.pid)) === "running") {
    if (Date.now() > deadline) {
      process.kill(held.pid, "SIGQUIT");
      return;
    }
    await pause(10);
  }
}

/** Make the role and the database if they are not there. */
export async function ensureDatabase(cluster: Cluster, database: string): Promise<void> {
  const client = new pg.Client(cluster.address("postgres", true));
  client.on("error", () => undefined); // told by the statement that fails
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(7411000)");
    const role = await client.query("select 1 from pg_roles where rolname = $1", [ROLE]);
    if (role.rowCount === 0) await client.query(`create role ${ROLE} login`);
    const held = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (held.rowCount === 0) await client.query(`create database "${database}" owner ${ROLE}`);
  } finally {
    await client.end();
  }
}
