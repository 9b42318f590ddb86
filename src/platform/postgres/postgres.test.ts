import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryWorkspace, temporaryWorkspace } from "../workspace/testing.js";
import { atomically, copyLine } from "./atomically.js";
import { migrate, readMigrations } from "./migrate.js";

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
});
afterEach(() => workspace.dispose());

interface Tables {
  thing: { id: number; whole: number; exact: string; on_date: string; at: string; list: number[] };
  tier_assignment: { run: number; customer_id: number; to_tier: number };
}

describe("atomically", () => {
  it("reads whole numbers as numbers, decimals and days as text, moments as ISO text", async () => {
    const row = await atomically(workspace.postgres, "all", async (tx) => {
      await workspace.postgres.pool.query("create table thing (id int, whole bigint, exact numeric(18, 4), on_date date, at timestamptz, list bigint[])");
      await tx.copy("thing", ["id", "whole", "exact", "on_date", "at", "list"], ["1\t9007199254740991\t0.1000\t2011-12-10\t2011-12-10 08:00:00.5+08\t{1,2}\n"]);
      return tx.db<Tables>().selectFrom("thing").selectAll().executeTakeFirstOrThrow();
    });
    expect(row).toEqual({ id: 1, whole: 9007199254740991, exact: "0.1000", on_date: "2011-12-10", at: "2011-12-10T00:00:00.500Z", list: [1, 2] });
  });

  it("copies any words there are as they are", async () => {
    const words = ["\\N", "a\tb", "two\nlines\r\n", "C:\\tmp\\", "\\.", "", "'{\"王\"}'", null];
    const read = await atomically(workspace.postgres, "all", async (tx) => {
      await workspace.postgres.pool.query("create table said (id int, word text, so boolean)");
      await tx.copy(
        "said",
        ["id", "word", "so"],
        words.map((word, i) => copyLine([i, word, i % 2 === 0])),
      );
      return tx.db<{ said: { id: number; word: string | null; so: boolean } }>().selectFrom("said").selectAll().orderBy("id").execute();
    });
    expect(read).toEqual(words.map((word, id) => ({ id, word, so: id % 2 === 0 })));
  });

  it("undoes everything when the work fails, and leaves the connection fit for use", async () => {
    await workspace.postgres.pool.query("create table thing (id int)");
    for (let i = 0; i < 12; i++) {
      const failing = atomically(workspace.postgres, "all", async (tx) => {
        await tx.copy("thing", ["id"], ["1\n", i % 2 === 0 ? "x\n" : "2\n"]);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow();
    }
    const { rows } = await workspace.postgres.pool.query("select count(*) as n from thing");
    expect(rows).toEqual([{ n: 0 }]);
  });

  it("undoes everything when the rows themselves fail half-way", async () => {
    await workspace.postgres.pool.query("create table thing (id int)");
    async function* rows() {
      yield "1\n";
      throw new Error("the source broke");
    }
    await expect(atomically(workspace.postgres, "all", (tx) => tx.copy("thing", ["id"], rows()))).rejects.toThrow("the source broke");
    expect((await workspace.postgres.pool.query("select * from thing")).rows).toEqual([]);
  });
});

describe("row-level security", () => {
  const seen = async (visibility: Parameters<typeof atomically>[1]): Promise<number[]> => {
    const rows = await atomically(workspace.postgres, visibility, (tx) =>
      tx.db<Tables>().selectFrom("tier_assignment").select("customer_id").orderBy("customer_id").execute(),
    );
    return rows.map((row) => row.customer_id);
  };

  beforeEach(async () => {
    const { pool } = workspace.postgres;
    await pool.query("insert into tier_model_version (model, version, text, origin, published_by) values ('m', 1, '', 'test', 'li')");
    await pool.query(
      "insert into tier_run (model, version, as_of, decided, customers, moved, tiers, requested_by, seconds) values ('m', 1, '2011-12-10', true, 3, 3, '{}', 'li', 1)",
    );
    await atomically(workspace.postgres, "all", (tx) => tx.copy("tier_assignment", ["run", "customer_id", "to_tier"], ["1\t7\t1\n", "1\t8\t1\n", "1\t9\t2\n"]));
  });

  it("shows the customers in sight and no other", async () => {
    expect(await seen("all")).toEqual([7, 8, 9]);
    expect(await seen({ customers: [8, 9, 100] })).toEqual([8, 9]);
    expect(await seen({ customers: [] })).toEqual([]);
  });

  it("shows nothing to a statement without a visibility, also on a connection that had one", async () => {
    await seen("all");
    for (let i = 0; i < 12; i++) expect((await workspace.postgres.pool.query("select * from tier_assignment")).rows).toEqual([]);
  });

  it("refuses rows of customers out of sight, by statement and in bulk", async () => {
    const only = { customers: [7] };
    await expect(
      atomically(workspace.postgres, only, (tx) => tx.db<Tables>().insertInto("tier_assignment").values({ run: 1, customer_id: 8, to_tier: 1 }).execute()),
    ).rejects.toThrow(/row-level security/);
    await expect(atomically(workspace.postgres, only, (tx) => tx.copy("tier_assignment", ["run", "customer_id", "to_tier"], ["1\t8\t1\n"]))).rejects.toThrow(
      /row-level security/,
    );
  });
});

describe("migrations", () => {
  const on = async <T>(work: (client: Awaited<ReturnType<typeof workspace.postgres.connect>>) => Promise<T>): Promise<T> => {
    const client = await workspace.postgres.connect("test");
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const one = (name: string, text: string, checksum = text) => ({ name, text, checksum });

  it("are applied once, also when several begin at the same moment", async () => {
    const held = await readMigrations();
    const more = [...held, one("9001-a.sql", "create table made (id int); insert into made values (1)"), one("9002-b.sql", "insert into made values (2)")];
    const applied = await Promise.all([1, 2, 3, 4].map(() => on((client) => migrate(client, more))));
    expect(applied.flat().sort()).toEqual(["9001-a.sql", "9002-b.sql"]);
    expect((await workspace.postgres.pool.query("select id from made order by 1")).rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("leave nothing behind when one fails", async () => {
    const more = [...(await readMigrations()), one("9001-a.sql", "create table made (id int)"), one("9002-b.sql", "select nonsense")];
    await expect(on((client) => migrate(client, more))).rejects.toThrow("migration 9002-b.sql");
    expect((await workspace.postgres.pool.query("select to_regclass('made') as made")).rows).toEqual([{ made: null }]);
  });

  it("refuse a database of a newer version and a file that was changed", async () => {
    const held = await readMigrations();
    await expect(on((client) => migrate(client, held.slice(0, -1)))).rejects.toThrow("database.newer");
    await expect(
      on((client) =>
        migrate(
          client,
          held.map((file) => ({ ...file, checksum: "other" })),
        ),
      ),
    ).rejects.toThrow("database.migration_changed");
  });
});
