import pg from "pg";
import type { Address } from "../postgres/connect.js";
import { ensureDatabase, startCluster } from "../postgres/embedded.js";
import { clusterPlace, serverAccount } from "../postgres/place.js";
import { refuse } from "../problem.js";

/** The PostgreSQL of a workspace: embedded in it, or another one that was named. */
export interface Source {
  address: Address;
  /** Bring it back when it has died under us. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

const DATABASE = "tierkeep";
/** Acted as when the named sign-in could look past row-level security. */
const BOUND_ROLE = "tierkeep";

export async function operationalStore(directory: string, id: string, databaseUrl: string | undefined): Promise<Source> {
  return databaseUrl === undefined ? embedded(directory, id) : named(databaseUrl);
}

async function embedded(directory: string, id: string): Promise<Source> {
  const place = await clusterPlace(directory, id, serverAccount());
  const cluster = await startCluster(place);
  await ensureDatabase(cluster, DATABASE);
  return { address: { config: cluster.address(DATABASE) }, revive: async () => void (await startCluster(place)), stop: () => cluster.stop() };
}

/** It is not ours to start or stop. A superuser's address is fine, but we act as a role that row-level security binds. */
async function named(databaseUrl: string): Promise<Source> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  await client.connect().catch((error: Error) => notReached(error));
  try {
    const { rows } = await client.query<{ unbound: boolean }>("select rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user");
    const config = { connectionString: databaseUrl };
    if (rows[0]?.unbound !== true) return { address: { config }, revive: nothing, stop: nothing };
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(7411000)");
    const held = await client.query("select 1 from pg_roles where rolname = $1", [BOUND_ROLE]);
    if (held.rowCount === 0) await client.query(`create role ${BOUND_ROLE} nologin`);
    await client.query(`do $$ begin execute format('grant create on database %I to ${BOUND_ROLE}', current_database()); end $$`);
    await client.query("commit");
    return { address: { config, role: BOUND_ROLE }, revive: nothing, stop: nothing };
  } finally {
    await client.end();
  }
}

function notReached(error: Error): never {
  return refuse(
    "database.unreachable",
    { zh: `无法连接 DATABASE_URL 指定的 PostgreSQL：${error.message}`, en: `The PostgreSQL named in DATABASE_URL cannot be reached: ${error.message}` },
    { hint: { zh: "检查地址、数据库名、用户和密码", en: "Check address, database, user and password" } },
  );
}
