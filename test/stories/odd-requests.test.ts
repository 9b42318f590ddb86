import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
let bank: SmallBank;
let ask: Ask;
beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), person("ann", BRANCH)],
    attribute: [level("M1", "senior")],
    balance: [deposit("ann", "2026-01-01", 2_000_000)],
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  await bank.cycle("2026-03-30");
  ask = await bank.user("head", "head", {});
});
afterAll(() => bank.dispose());

const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each([
  ["GET", "/today/team?day=0000-01-01"],
  ["GET", "/coverage?from=0000-01-01&to=0000-12-31"],
  ["GET", "/cycles?cursor=0000-01-01"],
  ["GET", "/messages?day=0000-01-01"],
  ["GET", `/messages?cursor=${cursor(["2024-02-30", 1])}`],
  ["GET", `/messages?cursor=${cursor(["0000-01-01", 1])}`],
  ["GET", `/models/retail-bank/customers?cursor=${cursor(["\0", 1])}`],
  ["GET", "/runs?cursor=9999999999"],
  ["GET", "/runs/0x10"],
  ["GET", "/models/retail-bank?version=99999999999"],
  ["POST", "/tasks/0x1/outcome", { outcome: "not_reached", channel: "call" }],
  ["POST", "/tasks/1e0/outcome", { outcome: "not_reached", channel: "call" }],
  ["POST", "/tasks/1/outcome", { outcome: "postponed", to: "0000-01-01" }],
  ["POST", "/customers/ann/contacts", { channel: "call", occurred_at: "0000-01-01T00:00:00Z" }],
  ["POST", "/customers/ann/contacts", { channel: "call", note: "\ud800" }],
  ["POST", "/days", { day: "0000-01-01" }],
  ["POST", "/cycles", { day: "0000-01-01" }],
  ["POST", "/runs", { model: "retail-bank", as_of: "0000-01-01" }],
] as const)("%s %s %j is a mistake of the one who asks", async (method, path, body?: object) => {
  const answer = await ask(method, path, body);
  expect([answer.status, answer.body.problems[0]?.message.zh], JSON.stringify(answer.body)).toEqual([422, expect.stringMatching(/\p{Script=Han}/u)]);
});
