import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { personalData } from "../../src/app/features.js";
import { atomically } from "../../src/platform/postgres/atomically.js";
import { deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
let bank: SmallBank;
beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), manager("M2", BRANCH), person("ann", BRANCH, { birth_on: "1980-04-03" }), person("bob", BRANCH)],
    attribute: [level("M1", "senior"), level("M2", "senior")],
    balance: [deposit("ann", "2026-01-01", 2_000_000), deposit("bob", "2026-01-01", 2_000_000)],
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  await bank.cycle("2026-03-30");
  // the owner leaves, so that there is a move to tell of as well
  const [owner] = await bank.rows<{ manager: string }>("select manager from assignment join account_manager using (manager_id) where customer_id = $1", [
    await bank.number("ann"),
  ]);
  await bank.bring({ attribute: [{ customer_id: owner?.manager ?? "", name: "left", on_date: "2026-04-02", text_value: "是" }] });
  await bank.cycle("2026-04-03");
  await bank.api.post("/customers/ann/contacts", { channel: "call", occurred_at: "2026-04-03T10:00:00+08:00", note: "在家" });
  await bank.api.post("/customers/ann/overrides", { model: "retail-bank", kind: "floor", tier: "gold", reason: "企业主", until: "2099-12-31" });
});
afterAll(() => bank.dispose());

const tablesNaming = async (column: string) =>
  (
    await bank.rows<{ table_name: string }>(
      `select table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'tierkeep' and table_type = 'BASE TABLE' and column_name = $1 order by 1`,
      [column],
    )
  ).map((row) => row.table_name);

test("every table that names a customer is held by one part of one feature, and shown by row to nobody by default", async () => {
  const naming = await tablesNaming("customer_id");
  expect(naming.length).toBeGreaterThanOrEqual(7);
  expect(personalData.flatMap((part) => part.holds).sort()).toEqual(naming);
  const secured = await bank.rows<{ relname: string }>(
    "select relname from pg_class where relnamespace = 'tierkeep'::regnamespace and relrowsecurity and relforcerowsecurity order by 1",
  );
  expect(secured.map((row) => row.relname)).toEqual(expect.arrayContaining(naming));
  for (const table of naming) expect((await bank.workspace.postgres.pool.query(`select 1 from ${table} limit 1`)).rows).toEqual([]);
});

test("what is held of a customer is given out whole, and that it was stands in the audit trail", async () => {
  const ann = await bank.number("ann");
  // one of a former tier: dropped, and held all the same
  await atomically(bank.workspace.postgres, "all", (tx) =>
    sql`update obligation set state = 'dropped' where obligation = (select max(obligation) from obligation where customer_id = ${ann})`.execute(tx.db()),
  );
  const held = await bank.api.get<{ customer_id: string; facts: Record<string, unknown[]>; tables: Record<string, unknown[]> }>("/customers/ann/personal-data");
  expect(Object.keys(held.tables).sort()).toEqual(personalData.flatMap((part) => part.holds).sort());
  for (const [table, rows] of Object.entries(held.tables)) {
    const [lying] = await bank.rows<{ n: number }>(`select count(*)::int as n from ${table} where customer_id = $1`, [ann]);
    expect([table, rows.length]).toEqual([table, lying?.n]);
    expect([table, rows.length > 0]).toEqual([table, true]);
  }
  expect(held.facts).toMatchObject({ customer: [{ name: "客户ann", birth_on: "1980-04-03" }], balance: [{ amount: "2000000.0000" }] });
  const trail = await bank.api.get<{ items: object[] }>("/audit?limit=1");
  expect(trail.items).toMatchObject([{ actor: "operator", action: "customer.export", subject: "customer:ann" }]);
  expect(JSON.stringify(held)).not.toContain("客户bob");
});

test("it is for those who may read people's data, of customers they may see", async () => {
  const analyst = await bank.user("analyst", "analyst", {});
  expect((await analyst("GET", "/customers/ann/personal-data")).status).toBe(403);
  const other = await bank.user("other", "branch_head", { branches: ["城西支行"] });
  expect((await other("GET", "/customers/ann/personal-data")).status).toBe(404);
  const trail = await bank.api.get<{ items: { action: string }[] }>("/audit?limit=50");
  expect(trail.items.filter((one) => one.action === "customer.export")).toHaveLength(1);
});
