import type { Postgres } from "../postgres/connect.js";
import { refuse } from "../problem.js";
import { sql, type Warehouse } from "../warehouse/index.js";
import { ensureTables } from "../warehouse/tables.js";

const table = { name: "workspace_identity", columns: { id: "varchar" } };

interface Ids {
  postgres: string | undefined;
  warehouse: string | undefined;
}

async function readIds(postgres: Postgres, warehouse: Warehouse): Promise<Ids> {
  await warehouse.write((session) => ensureTables(session, [table]));
  const { rows } = await postgres.pool.query<{ id: string }>("select id from workspace_identity");
  const row = await warehouse.first<{ id: string }>(sql`select id from workspace_identity`);
  return { postgres: rows[0]?.id, warehouse: row?.id };
}

/** Both stores must carry the id of the workspace: neither is of use with another's other half. */
export async function compareStores(postgres: Postgres, warehouse: Warehouse, id: string): Promise<void> {
  const ids = await readIds(postgres, warehouse);
  if (ids.postgres !== id) {
    refuse(
      "workspace.stores_differ",
      { zh: "所连接的 PostgreSQL 不属于此工作区", en: "The PostgreSQL in use does not belong to this workspace" },
      {
        hint: {
          zh: "检查 DATABASE_URL；新建工作区时须用同一个 DATABASE_URL 运行 tierkeep init",
          en: "Check DATABASE_URL: tierkeep init must have run with the same one",
        },
      },
    );
  }
  if (ids.warehouse !== id) {
    refuse(
      "workspace.stores_differ",
      { zh: "此目录中的数据仓库文件不属于此工作区", en: "The warehouse file in this directory does not belong to this workspace" },
      { hint: { zh: "恢复同一时刻备份的两个存储", en: "Restore both stores from one backup" } },
    );
  }
}

/** Write the id into both stores; refuse those that already belong to another workspace. */
export async function claimStores(postgres: Postgres, warehouse: Warehouse, id: string): Promise<void> {
  const ids = await readIds(postgres, warehouse);
  if ((ids.postgres ?? id) !== id || (ids.warehouse ?? id) !== id) {
    refuse(
      "workspace.stores_taken",
      { zh: "该数据库已属于另一个工作区", en: "That database already belongs to another workspace" },
      { hint: { zh: "为每个工作区使用单独的数据库和目录", en: "Give every workspace a database and a directory of its own" } },
    );
  }
  if (ids.postgres === undefined) await postgres.pool.query("insert into workspace_identity (id) values ($1)", [id]);
  if (ids.warehouse === undefined) await warehouse.write((session) => session.run(sql`insert into workspace_identity values (${id})`));
}
