import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Desk, openDesk } from "../../src/intake/testing.js";
import { sql } from "../../src/platform/warehouse/index.js";

const data = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const preset = (name: string): string => readFileSync(new URL(`../../presets/sources/${name}.yaml`, import.meta.url), "utf8");

/** A story on real data, which says so in its name where the data is not there. */
function onRealData(folder: string, name: string, story: () => Promise<void>): void {
  if (existsSync(join(data, folder))) it(name, story);
  else it(`skipped: ${name} (no ${folder} beside the repository)`, () => undefined);
}

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const counts = (query: ReturnType<typeof sql>) => desk.workspace.warehouse.first(query);

describe("real files", () => {
  onRealData("online_retail", "a wholesaler's invoices, from Parquet and from the CSV made of it", async () => {
    const parquet = join(data, "online_retail/online_retail_full.parquet");
    const first = await desk.bringPath(preset("online-retail"), parquet);
    const reasons = { no_customer: 135_080, cancellation: 8_905, not_positive_price: 40 };
    expect(first).toMatchObject({ rows_read: 541_909, rows_loaded: 397_884, rows_set_aside: 144_025, unchanged: 0, set_aside_by_reason: reasons });
    expect(await counts(sql`select count(*) as customers, min(public_id) as first from profile`)).toEqual({ customers: 4_338, first: "12346" });
    expect(
      await counts(
        sql`select count(distinct order_ref) as orders, sum(amount) as amount from transaction join party using (party_id) where public_id = '17850'`,
      ),
    ).toEqual({ orders: 34, amount: "5391.2100" });
    const csv = desk.workspace.path("online_retail.csv").replaceAll("'", "''");
    await desk.workspace.warehouse.all({ parts: [`copy (select * from '${parquet}') to '${csv}' (header)`], holes: [] });
    expect(await desk.bringPath(preset("online-retail"), csv)).toMatchObject({
      rows_read: 541_909,
      rows_loaded: 0,
      unchanged: 397_884,
      set_aside_by_reason: reasons,
    });
  });

  onRealData("cdnow", "a music shop's purchases", async () => {
    const file = join(data, "cdnow/cdnow_master.csv");
    expect(await desk.bringPath(preset("cdnow"), file)).toMatchObject({ rows_read: 69_659, rows_loaded: 69_659, rows_set_aside: 0 });
    expect(await counts(sql`select count(*) as customers, min(public_id) as first from profile`)).toEqual({ customers: 23_570, first: "00001" });
    expect(await desk.bringPath(preset("cdnow"), file)).toMatchObject({ rows_loaded: 0, unchanged: 69_659 });
  });

  onRealData("berka", "a bank's clients, accounts, cards, loans and orders, each to the owner of the account", async () => {
    const folder = join(data, "berka");
    const result = await desk.bringPath(preset("berka"), folder);
    expect(result).toMatchObject({ rows_read: 23_283, rows_loaded: 18_783, set_aside_by_reason: { owner: 4_500 } });
    expect(await counts(sql`select count(*) as customers, count(branch) as placed from profile where kind = 'person'`)).toEqual({
      customers: 5_369,
      placed: 5_369,
    });
    const kinds = await desk.workspace.warehouse.all(sql`select kind, count(*) as n from holding group by 1 order by 1`);
    expect(kinds).toEqual([
      { kind: "account", n: 4_500 },
      { kind: "account_second_user", n: 869 },
      { kind: "card", n: 892 },
      { kind: "loan", n: 682 },
      { kind: "standing_order", n: 6_471 },
    ]);
    expect(await desk.bringPath(preset("berka"), folder)).toMatchObject({ rows_loaded: 0, unchanged: 18_783 });
  });
});
