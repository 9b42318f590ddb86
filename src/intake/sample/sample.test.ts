import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/warehouse/index.js";
import type { ImportResult } from "../schema.js";
import { type Desk, openDesk } from "../testing.js";
import { type SampleOptions, writeSampleBank } from "./index.js";

const preset = new URL("../../../presets/sources/sample-bank.yaml", import.meta.url);
const options = { customers: 400, organisations: 8, seed: 7, until: "2026-03-17" };
const names = ["customers", "balances", "transactions", "holdings", "interactions", "attributes"];

let desk: Desk;
let folders = 0;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

async function made(more: Partial<SampleOptions> = {}): Promise<{ folder: string; files: Record<string, string> }> {
  const folder = desk.workspace.path(`bank-${++folders}`);
  await mkdir(folder);
  await writeSampleBank(folder, { ...options, ...more });
  return { folder, files: Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, `${name}.csv`), "utf8")]))) };
}

const rowsIn = (file = ""): string[][] =>
  file
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

describe("the bytes", () => {
  it("are the same for the same seed, and others for another", async () => {
    const [one, same, other] = [await made(), await made(), await made({ seed: 8 })];
    expect(one.files).toEqual(same.files);
    for (const name of names) expect(other.files[name]).not.toBe(one.files[name]);
  });

  it("of a customer depend on nobody else", async () => {
    const [few, many] = [await made({ customers: 30 }), await made({ customers: 60, organisations: 3, managers: 40 })];
    for (const name of names) {
      const of = ({ files }: typeof few, id: string) => rowsIn(files[name]).filter((row) => row.includes(id));
      for (const id of ["P000001", "P000030", "C000003", "M0012"]) expect(of(few, id)).toEqual(of(many, id));
    }
  });
});

describe("numbers of nobody", () => {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

  it("have no operator's block and no region, and are different ones", async () => {
    const { files } = await made({ customers: 3_000, organisations: 300, managers: 100 });
    const rows = rowsIn(files["customers"]).filter((row) => /^[PCM]\d+$/.test(row[0] ?? "") && !(row[0] ?? "").startsWith("P9999") && row.length === 12);
    expect(rows.length).toBe(3_401); // one of them twice
    const [phones, ids] = [new Set<string>(), new Set<string>()];
    for (const [, kind, , sex, , phone = "", , id = ""] of rows) {
      const digits = phone.replace("+86", "").replace(/\D/g, "");
      if (digits !== "") expect(digits).toMatch(/^160\d{6}(\d\d)?$/);
      if (digits.length === 11) phones.add(digits);
      if (kind === "manager") expect(id).toBe("");
      else ids.add(id);
      if (kind === "organisation") expect(id).toMatch(/^9199\d{13}[\dA-Z]$/);
      if (kind !== "person") continue;
      expect(id).toMatch(/^99\d{15}[\dX]$/);
      expect(Number(id[16]) % 2).toBe(sex === "男" ? 1 : 0);
      expect("10X98765432"[weights.reduce((sum, weight, i) => sum + weight * Number(id[i]), 0) % 11]).toBe(id[17]);
    }
    expect(ids.size).toBe(3_300);
    expect(phones.size).toBeGreaterThan(3_385);
  });
});

describe("the bank as intake holds it", () => {
  const big = { ...options, customers: 3_000, organisations: 60, managers: 60 };
  let result: ImportResult;
  beforeAll(async () => {
    result = await desk.bringPath(await readFile(preset, "utf8"), (await made(big)).folder);
  });
  const one = (query: ReturnType<typeof sql>) => desk.workspace.warehouse.first<Record<string, number>>(query);

  it("sets aside the dirt and nothing else", async () => {
    expect(result).toMatchObject({
      rows_set_aside: 17,
      unchanged: 0,
      set_aside_by_reason: { duplicate_key: 1, invalid_date: 4, invalid_kind: 1, invalid_number: 4, missing_value: 5, wrong_columns: 2 },
    });
    expect(
      await one(sql`select count(*) filter (where kind = 'person') as people, count(*) filter (where kind = 'organisation') as organisations,
      count(*) filter (where kind = 'manager') as managers from profile`),
    ).toEqual({ people: 3_000, organisations: 60, managers: 60 });
  });

  it("has twelve branches, each with a manager who is no beginner and has hours", async () => {
    const facts = await one(sql`
      with named as (select branch, level.text_value as level, hours.number_value as hours from profile
        join attribute level on level.party_id = customer_id and level.name = 'level'
        join attribute hours on hours.party_id = customer_id and hours.name = 'capacity'
        where kind = 'manager')
      select count(distinct branch) filter (where level <> 'junior') as branches, min(hours)::int as least, max(hours)::int as most from named`);
    expect(facts).toEqual({ branches: 12, least: 100, most: 200 });
    expect(await one(sql`select count(distinct branch) as branches from profile where kind = 'person'`)).toEqual({ branches: 12 });
    expect(
      await one(sql`
      select count(*) as rows from profile where kind = 'manager'
      and customer_id in (select party_id from balance union select party_id from "transaction" union select party_id from holding union select party_id from interaction)`),
    ).toEqual({
      rows: 0,
    });
  });

  it("has few with much: the first hundredth of the people hold 15 to 50 % of their assets", async () => {
    const held = await one(sql`
      with assets as (select party_id, sum(amount)::double as held from balance join profile on customer_id = party_id
        where on_date = ${big.until}::date and profile.kind = 'person' group by 1),
      ranked as (select held, row_number() over (order by held desc) as place, sum(held) over () as total from assets)
      select sum(held) / any_value(total) as share from ranked where place <= 30`);
    expect(held?.["share"]).toBeGreaterThan(0.15);
    expect(held?.["share"]).toBeLessThan(0.5);
  });

  it("has never reached a quarter of the people, and nobody who asked not to be", async () => {
    const by = sql`direction = 'out' and kind in ('visit', 'call', 'wechat', 'sms')`;
    const never = await one(
      sql`select count(*) as people from profile where kind = 'person' and customer_id not in (select party_id from interaction where ${by})`,
    );
    expect(never?.["people"]).toBeGreaterThanOrEqual(750);
    expect(never?.["people"]).toBeLessThanOrEqual(900);
    expect(
      await one(sql`
      select count(*) filter (where occurred_at::date > on_date) as afterwards, count(distinct party_id) > 0 as some from attribute
      left join interaction using (party_id) where name = 'do_not_contact' and (${by} or interaction.party_id is null)`),
    ).toEqual({ afterwards: 0, some: true });
  });

  it("has those whom plans and texts are for", async () => {
    const until = sql`${big.until}::date`;
    const found = await one(sql`select
      (select count(distinct party_id) from holding where kind = 'wealth' and closed_on is null and matures_on between ${until} + 1 and ${until} + 7) as maturing,
      (select count(*) from profile where kind = 'person' and since_on >= ${until} - 10) as joined,
      (select count(*) from profile where kind = 'person' and customer_id not in (select party_id from holding where kind = 'card')) as without_card,
      (select count(distinct party_id) from interaction where kind = 'complaint') as complained,
      (select count(*) from attribute where name = 'birthday_calendar' and text_value = 'lunar') as lunar,
      (select count(*) from attribute where name = 'marketing_consent' and text_value = '是') as consenting,
      (select count(distinct party_id) from balance where amount = 0) as emptied,
      (select count(*) from profile where kind = 'person' and phone is null) as without_phone`);
    expect(found?.["without_card"]).toBeGreaterThan(1_500);
    expect(found?.["consenting"]).toBeGreaterThan(2_300);
    expect(Object.entries(found ?? {}).filter(([, count]) => count === 0)).toEqual([]);
  });

  it("tells of three years, in which nothing happens before somebody came or after the last day", async () => {
    expect(
      await one(sql`
      select count(*) filter (where occurred_at >= ${big.until}::date + 1) as late, count(*) filter (where occurred_at::date < since_on) as early,
        date_diff('day', min(occurred_at)::date, ${big.until}::date) > 1080 as whole
      from (select party_id, occurred_at from "transaction" union all select party_id, occurred_at from interaction) join profile on customer_id = party_id`),
    ).toEqual({ late: 0, early: 0, whole: true });
    expect(
      await one(sql`
      select count(*) filter (where opened_on < since_on or opened_on > ${big.until}::date) as opened, count(*) filter (where closed_on < opened_on or closed_on > ${big.until}::date) as closed
      from holding join profile on customer_id = party_id`),
    ).toEqual({ opened: 0, closed: 0 });
  });
});
