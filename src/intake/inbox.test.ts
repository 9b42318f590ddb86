import { mkdir, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operator } from "../access/index.js";
import { sql } from "../platform/warehouse/index.js";
import { importInbox, inboxOf } from "./inbox.js";
import { type Desk, openDesk } from "./testing.js";

const mapping = `
source: shop
title: { zh: 商店, en: Shop }
files:
  purchases:
    match: "purchases*.csv"
    lookups:
      place: { file: places.csv, by: shop, key: shop }
    facts:
      - as: transaction
        key: [order]
        map: { customer_id: customer, occurred_at: date, order_ref: order, amount: amount, channel: place.name }
  members:
    match: "members*.csv"
    load: snapshot
    facts:
      - as: customer
        key: [customer]
        map: { customer_id: customer, name: name }
`;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await mkdir(desk.workspace.path("mappings"), { recursive: true });
  await writeFile(desk.workspace.path("mappings", "shop.yaml"), mapping);
  await mkdir(inboxOf(desk.workspace, "shop"), { recursive: true });
});
afterAll(() => desk.close());

const put = (file: string, ...lines: string[]) => writeFile(`${inboxOf(desk.workspace, "shop")}/${file}`, `${lines.join("\n")}\n`);
async function read(): Promise<string[] | undefined> {
  const [result] = await importInbox(desk.workspace, operator, () => undefined);
  return result?.files.sort();
}

it("a night reads the files that are new, what looks things up in them, and snapshots whole", async () => {
  await put("purchases-1.csv", "customer,date,order,amount,shop", "1,2026-01-01,A,10,N");
  await put("purchases-2.csv", "customer,date,order,amount,shop", "2,2026-01-02,B,10,N");
  await put("places.csv", "shop,name", "N,North", "S,South");
  await put("members-1.csv", "customer,name", "1,甲");
  await put("members-2.csv", "customer,name", "2,乙");
  expect(await read()).toEqual(["members-1.csv", "members-2.csv", "purchases-1.csv", "purchases-2.csv"]);
  expect(await read()).toBeUndefined();

  await put("purchases-3.csv", "customer,date,order,amount,shop", "1,2026-01-03,C,10,S");
  expect(await read()).toEqual(["members-1.csv", "members-2.csv", "purchases-3.csv"]);

  await put("places.csv", "shop,name", "N,Northern", "S,South");
  expect(await read()).toEqual(["members-1.csv", "members-2.csv", "purchases-1.csv", "purchases-2.csv", "purchases-3.csv"]);

  // who is in no file of a snapshot any more is gone, also when the file is
  await rm(`${inboxOf(desk.workspace, "shop")}/members-2.csv`);
  expect(await read()).toEqual(["members-1.csv"]);
  const held = await desk.workspace.warehouse.all(sql`select "name" from customer where retracted_at is null order by 1`);
  expect(held).toEqual([{ name: "甲" }]);
});

const look = () => importInbox(desk.workspace, operator, () => undefined);

it("hidden names in the inbox are nobody's files", async () => {
  await put(".DS_Store", "x");
  await mkdir(desk.workspace.path("inbox", ".git"));
  await writeFile(desk.workspace.path("inbox", ".git", "HEAD"), "x");
  expect(await look()).toEqual([]);
});

it("an inbox that is a file is told", async () => {
  await rm(desk.workspace.path("inbox"), { recursive: true });
  await writeFile(desk.workspace.path("inbox"), "x");
  await expect(look()).rejects.toMatchObject({ problems: [{ code: "intake.inbox_is_file", place: { file: "inbox" } }] });
});
