import { mkdir, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { importInbox } from "./inbox.js";
import { type Desk, openDesk, purchases } from "./testing.js";

let desk: Desk;
const at = (...path: string[]) => desk.workspace.path(...path);
beforeEach(async () => {
  desk = await openDesk();
  await mkdir(at("mappings"), { recursive: true });
  await writeFile(at("mappings", "shop.yaml"), purchases("shop"));
});
afterEach(() => desk.close());

const look = () => importInbox(desk.workspace, operator, () => undefined);

test("hidden names in the inbox are nobody's files", async () => {
  await mkdir(at("inbox", "shop"), { recursive: true });
  await mkdir(at("inbox", ".git"));
  await writeFile(at("inbox", ".git", "HEAD"), "x");
  await writeFile(at("inbox", ".DS_Store"), "x");
  await writeFile(at("inbox", "shop", ".DS_Store"), "x");
  expect(await look()).toEqual([]);
  await writeFile(at("inbox", "shop", "a.csv"), "customer,date,amount\n1,2024-01-02,5\n");
  expect(await look()).toMatchObject([{ rows_loaded: 1 }]);
  await writeFile(at("inbox", "shop", ".DS_Store"), "otherwise");
  expect(await look()).toEqual([]);
});

test("an inbox that is a file is told", async () => {
  await rm(at("inbox"), { recursive: true, force: true });
  await writeFile(at("inbox"), "x");
  await expect(look()).rejects.toMatchObject({ problems: [{ code: "intake.inbox_is_file", place: { file: "inbox" } }] });
});
