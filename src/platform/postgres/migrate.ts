import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { refuse } from "../problem.js";
import { SCHEMA } from "./connect.js";

/** Any fixed number: the advisory lock under which one process at a time migrates. */
const LOCK = 7_411_001;

const HOME = fileURLToPath(new URL("../../../migrations/", import.meta.url));

export interface Migration {
  name: string;
  text: string;
  checksum: string;
}

/** The files NNNN-name.sql in order. */
export async function readMigrations(directory = HOME): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(`${directory}/${name}`, "utf8")).replaceAll("\r\n", "\n");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

/** Bring the database up to these migrations, all or none. Safe to run again and from several processes at once. */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await client.query(`create schema if not exists ${SCHEMA}`).catch(refuseUnlessAllowed);
    await client.query("create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())");
    const { rows } = await client.query<{ name: string; checksum: string }>("select name, checksum from migration order by name");
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    refuseStrangers(applied, migrations);
    const pending = migrations.filter((one) => !applied.has(one.name));
    for (const one of pending) {
      await client.query(one.text).catch((cause: Error) => {
        throw new Error(`migration ${one.name}: ${cause.message}`, { cause });
      });
      await client.query("insert into migration (name, checksum) values ($1, $2)", [one.name, one.checksum]);
    }
    await client.query("commit");
    return pending.map((one) => one.name);
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

const NOT_ALLOWED = "42501";

function refuseUnlessAllowed(error: Error & { code?: string }): never {
  if (error.code !== NOT_ALLOWED) throw error;
  return refuse(
    "database.not_allowed",
    { zh: `数据库用户无权创建模式 ${SCHEMA}`, en: `The database user may not make the schema ${SCHEMA}` },
    { hint: { zh: "授予该用户此数据库的 CREATE 权限，或由管理员先建好归其所有的模式", en: "Grant it CREATE on the database, or make the schema for it" } },
  );
}

function refuseStrangers(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((one) => [one.name, one.checksum]));
  for (const [name, checksum] of applied) {
    if (!known.has(name)) {
      refuse(
        "database.newer",
        { zh: `数据库由更新的版本升级过（${name}）`, en: `The database was brought up to date by a newer version (${name})` },
        { hint: { zh: "请使用相同或更新的 Tierkeep 版本", en: "Use that version of Tierkeep or a later one" } },
      );
    }
    if (known.get(name) !== checksum) {
      refuse(
        "database.migration_changed",
        { zh: `迁移文件 ${name} 在执行之后被改动过`, en: `The migration ${name} was changed after it had been applied` },
        { hint: { zh: "请恢复该文件的原始内容；变更应写在新的迁移文件中", en: "Put the file back as it was; changes belong in a new migration" } },
      );
    }
  }
}
