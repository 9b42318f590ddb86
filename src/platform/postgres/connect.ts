import pg from "pg";

/** Our tables live in a schema of this name, in whatever database they are given. */
export const SCHEMA = "tierkeep";

/** The operational store: a pool for everyday statements, and connections of one's own for locks and listening. */
export interface Postgres {
  readonly pool: pg.Pool;
  /** A connection apart from the pool; who asks for it ends it. */
  connect(purpose: string): Promise<pg.Client>;
  /** Another pool, with the driver's own reading of types, for a library that brings its own SQL. */
  pooled(purpose: string, size: number): pg.Pool;
  close(): Promise<void>;
}

/** Where a PostgreSQL answers and as whom. */
export interface Address {
  config: pg.ClientConfig;
  /** The role to act as when the sign-in may bypass row-level security. */
  role?: string;
}

const INT8 = 20;
const DATE = 1082;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const INT8_LIST = 1016;

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`the whole number ${text} is too large to be read exactly`);
  return number;
}

const driversTimestamp = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
const driversList = (pg.types.getTypeParser as (oid: number) => (text: string) => (string | null)[])(1009); // text[]

const readers: Record<number, (text: string) => unknown> = {
  [INT8]: whole,
  [INT8_LIST]: (text) => driversList(text).map((one) => (one === null ? null : whole(one))),
  [DATE]: (text) => text,
  [TIMESTAMP]: (text) => text.replace(" ", "T"),
  [TIMESTAMPTZ]: (text) => driversTimestamp(text).toISOString(),
};

/** Whole numbers as number, numeric as text, days as 'YYYY-MM-DD', moments as ISO text in UTC. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => readers[oid] ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** The start-up settings of every connection: our schema, the workspace's zone, and the role that row-level security binds. */
function startupOptions(zone: string, role: string | undefined): string {
  const settings = { search_path: SCHEMA, timezone: zone, ...(role === undefined ? {} : { role }) };
  return Object.entries(settings)
    .map(([setting, value]) => `-c ${setting}=${value.replaceAll(/[\\ ]/g, "\\$&")}`)
    .join(" ");
}

/** A URL's own `options` would replace ours in the driver: put them together. */
function withOptions(config: pg.ClientConfig, options: string): pg.ClientConfig {
  if (config.connectionString === undefined) return { ...config, options };
  const [address = "", query] = config.connectionString.split("?", 2); // URL itself refuses `user@/database?host=/socket`
  const parameters = new URLSearchParams(query);
  parameters.set("options", [parameters.get("options"), options].filter(Boolean).join(" "));
  return { ...config, connectionString: `${address}?${parameters.toString()}` };
}

/** Prepare to talk to a PostgreSQL; nothing is connected until the first statement. */
export function connectPostgres(address: Address, zone: string): Postgres {
  const config: pg.ClientConfig = { connectionTimeoutMillis: 10_000, ...withOptions(address.config, startupOptions(zone, address.role)) };
  const application = (purpose: string): string => `tierkeep ${process.pid} ${purpose}`;
  // An idle connection that dies is replaced on the next use; without a listener it would end the process.
  const watched = (pool: pg.Pool): pg.Pool => {
    pool.on("error", () => undefined);
    return pool.on("connect", (client) => client.on("error", () => undefined));
  };
  const pool = watched(new pg.Pool({ ...config, types, max: 10, application_name: application("pool") }));
  const others: pg.Pool[] = [];
  return {
    pool,
    async connect(purpose) {
      const client = new pg.Client({ ...config, types, application_name: application(purpose) });
      client.on("error", () => undefined); // told by its "end"
      await client.connect();
      return client;
    },
    pooled(purpose, size) {
      const other = watched(new pg.Pool({ ...config, max: size, application_name: application(purpose) }));
      others.push(other);
      return other;
    },
    async close() {
      await Promise.all([pool, ...others].filter((one) => !one.ended).map((one) => one.end()));
    },
  };
}
