import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { connectPostgres } from "../postgres/connect.js";
import { type Cluster, clusterAt, ensureDatabase, startCluster } from "../postgres/embedded.js";
import { migrate, readMigrations } from "../postgres/migrate.js";
import { placeAt, prepare, serverAccount } from "../postgres/place.js";
import { fateOf } from "../postgres/postmaster.js";
import type { Table } from "../warehouse/tables.js";
import { assembleOn, type Workspace } from "./assemble.js";
import { draftSettings, publishSettings } from "./settings.js";

/** Where the cluster of this test run lies, for the processes that run the tests. */
const VARIABLE = "TIERKEEP_TEST_CLUSTER";
const TEMPLATE = "template_tierkeep";
const ZONE = "Asia/Shanghai";

/** A folder that the embedded server can pass through, gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tierkeep-test-"));
  await chmod(directory, 0o711);
  return directory;
}

async function administer(cluster: Cluster, statement: string): Promise<void> {
  const client = new pg.Client(cluster.address("postgres", true));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The folder's name carries the number of the process that will remove it. */
const CLUSTERS = "tierkeep-cluster-";

/** A run that was killed left its server running: stop it. */
async function sweepClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${CLUSTERS}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || (await fateOf(Number(pid))) !== "gone") continue;
    const home = join(tmpdir(), name);
    await clusterAt(placeAt(join(home, "postgres"), false)).stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** Start one cluster with a migrated template database for a whole run of tests. */
export async function startTestCluster(alsoMigrate: (postgres: ReturnType<typeof connectPostgres>) => Promise<void>): Promise<() => Promise<void>> {
  await sweepClusters();
  const directory = await mkdtemp(join(tmpdir(), `${CLUSTERS}${process.pid}-`));
  await chmod(directory, 0o711);
  const home = join(directory, "postgres");
  const place = placeAt(home, false);
  await prepare(place, serverAccount());
  const cluster = await startCluster(place, { durable: false });
  await ensureDatabase(cluster, TEMPLATE);
  const postgres = connectPostgres({ config: cluster.address(TEMPLATE) }, ZONE);
  const client = await postgres.connect("migrate");
  await migrate(client, await readMigrations());
  await client.end();
  await alsoMigrate(postgres);
  await postgres.close();
  process.env[VARIABLE] = home;
  return async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
    await rm(place.run, { recursive: true, force: true });
  };
}

export interface TemporaryWorkspace extends Workspace {
  /** A connection that no rule binds, for tests that do what nobody should. */
  superuser(): Promise<pg.Client>;
  /** Close it and leave nothing behind. */
  dispose(): Promise<void>;
}

/** A fresh workspace of its own: a clone of the template database, and a warehouse in a temporary directory. */
export async function temporaryWorkspace(tables: readonly Table[], options: { zone?: string; currency?: string } = {}): Promise<TemporaryWorkspace> {
  const home = process.env[VARIABLE];
  if (home === undefined) throw new Error(`${VARIABLE} is not set: test/cluster.ts is vitest's globalSetup`);
  const cluster = clusterAt(placeAt(home, false));
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(cluster, `create database ${database} template ${TEMPLATE} owner tierkeep`);
  const directory = join(await temporaryDirectory(), "workspace");
  await mkdir(directory);
  const { zone = ZONE, currency = "CNY" } = options;
  const settings = await draftSettings(directory, { id: randomUUID(), zone, currency, created_at: new Date().toISOString() });
  const source = { address: { config: cluster.address(database) }, revive: async () => undefined, stop: async () => undefined };
  const workspace = await assembleOn(source, { directory, settings, tables, databaseUrl: undefined, claim: true });
  await publishSettings(directory);
  return {
    ...workspace,
    async superuser() {
      const client = new pg.Client({ ...cluster.address(database, true), options: "-c search_path=tierkeep" });
      await client.connect();
      return client;
    },
    async dispose() {
      await workspace.close();
      await administer(cluster, `drop database ${database} with (force)`);
      await rm(join(directory, ".."), { recursive: true, force: true });
    },
  };
}
