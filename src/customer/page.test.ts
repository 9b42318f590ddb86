import { afterAll, beforeAll, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Role } from "../access/schema.js";
import { sql } from "../platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { customerPage } from "./page.js";
import { refreshProfiles } from "./profile.js";
import { tables } from "./tables.js";

let workspace: TemporaryWorkspace;
const provenance = { source: "core", recorded_at: "2024-01-01" };

beforeAll(async () => {
  workspace = await temporaryWorkspace(tables);
  await workspace.warehouse.write(async (session) => {
    const { source, recorded_at } = provenance;
    const known = sql`${source}, 1::hugeint, ${recorded_at}::timestamp`;
    await session.run(sql`insert into party values (1, ${source}, 'c1', 'c1', ${recorded_at}::timestamp)`);
    await session.run(sql`insert into customer (party_id, name, birth_on, phone, branch, source, key, recorded_at)
      select 1, '李', date '1987-06-05', '13800001234', '城东支行', ${known}`);
    await session.run(sql`insert into balance (party_id, on_date, account_ref, kind, amount, source, key, recorded_at)
      select 1, date '2024-01-01', '6222021234567890', 'deposit', 12.5, ${known}`);
    await session.run(sql`insert into interaction (party_id, occurred_at, kind, subject, source, key, recorded_at)
      select 1, timestamp '2024-01-01 10:00', 'call', '李的母亲来电', ${known}`);
    await session.run(sql`insert into attribute (party_id, name, text_value, number_value, source, key, recorded_at)
      select 1, 'employer', '李氏企业', 7, ${known}`);
    await refreshProfiles(session);
  });
});
afterAll(() => workspace.dispose());

const as = (role: Role) => customerPage(workspace, { ...operator, role }, "c1", []);

test("who may read personal data reads all of it", async () => {
  expect(await as("head")).toMatchObject({
    masked: false,
    profile: { customer_id: "c1", name: "李", birth_on: "1987-06-05", phone: "13800001234" },
    balances: [{ account_ref: "6222021234567890" }],
    interactions: [{ subject: "李的母亲来电" }],
    attributes: [{ name: "employer", text_value: "李氏企业" }],
  });
});

test.each(["analyst", "auditor"] as const)("the %s sees what was done, and not who it was", async (role) => {
  const page = await as(role);
  expect(page).toMatchObject({
    masked: true,
    profile: { customer_id: "c1", name: "*", birth_on: "1987", phone: "138****1234", branch: "城东支行" },
    balances: [{ on_date: "2024-01-01", account_ref: "************7890", amount: "12.5000" }],
    interactions: [{ kind: "call", subject: "***" }],
    attributes: [{ name: "employer", text_value: "***", number_value: "7.0000" }],
  });
  expect(JSON.stringify(page)).not.toMatch(/李|6222|06-05/);
});
