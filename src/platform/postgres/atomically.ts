import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Kysely, PostgresDialect } from "kysely";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Postgres } from "./connect.js";

/** Work that happens as a whole or not at all. */
export interface Transaction {
  /** Typed statements over the tables of one feature. */
  db<Tables>(): Kysely<Tables>;
  /** Rows in bulk: lines of COPY's text format, each ending in a newline. */
  copy(table: string, columns: readonly string[], rows: AsyncIterable<string> | Iterable<string>): Promise<void>;
}

/** Which rows of customers row-level security lets through: all, those of some customers, or those some managers look after. */
export type Visibility = "all" | { customers: readonly number[] } | { managers: readonly number[] };

const listOf = (visibility: Visibility, of: "customers" | "managers"): string => {
  const ids = visibility === "all" ? [] : of in visibility ? (visibility as Record<typeof of, readonly number[]>)[of] : [];
  return `{${ids.join(",")}}`;
};

const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** One row in COPY's text format, whatever its words hold. */
export function copyLine(values: readonly (string | number | boolean | null)[]): string {
  const cells = values.map((value) => (value === null ? "\\N" : String(value).replaceAll(/[\\\t\n\r]/g, (letter) => escapes[letter] ?? letter)));
  return `${cells.join("\t")}\n`;
}

const CHUNK = 64 * 1024;

async function* inChunks(rows: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const row of rows) {
    chunk += row;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** COPY into a table under row-level security is refused by the engine: there the rows go through a temporary table. */
async function copyRows(client: PoolClient, table: string, columns: readonly string[], rows: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const list = columns.map(quoted).join(", ");
  const load = (into: string): Promise<void> => pipeline(Readable.from(inChunks(rows)), client.query(copyFrom(`copy ${into} (${list}) from stdin`)));
  const { rows: secured } = await client.query<{ active: boolean }>("select row_security_active($1) as active", [quoted(table)]);
  if (secured[0]?.active !== true) return load(quoted(table));
  await client.query(`create temp table copied on commit drop as select ${list} from ${quoted(table)} with no data`);
  await load("copied");
  await client.query(`insert into ${quoted(table)} (${list}) select ${list} from copied`);
  await client.query("drop table copied");
}

/** Kysely over the one connection of the transaction. */
function typed<Tables>(client: PoolClient): Kysely<Tables> {
  const query = client.query.bind(client);
  const borrowed = { query, release: () => undefined };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: { connect: async () => borrowed, end: async () => undefined } }) });
}

/** Do the work in one PostgreSQL transaction that sees the customers it may see. */
export async function atomically<T>(postgres: Postgres, visibility: Visibility, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await postgres.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    await client.query(
      "select set_config('tierkeep.visible', $1, true), set_config('tierkeep.customers', $2, true), set_config('tierkeep.managers', $3, true)",
      [visibility === "all" ? "all" : "some", listOf(visibility, "customers"), listOf(visibility, "managers")],
    );
    const db = typed<unknown>(client);
    const done = await work({
      db: <Tables>() => db as Kysely<Tables>,
      copy: (table, columns, rows) => copyRows(client, table, columns, rows),
    });
    await client.query("commit");
    return done;
  } catch (error) {
    await client.query("rollback").catch((reason: Error) => {
      broken = reason; // the connection is gone: the server has rolled back
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
