import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Near } from "../../src/tiering/schema.js";
import { type CommandLine, commandLine, said, stopped } from "./command-line.js";

let tierkeep: CommandLine;
const shop = () => join(tierkeep.directory, "shop.csv");
const asTransactions = ["--as", "transaction", "--map", "customer_id=cust,occurred_at=date,amount=amt"];

const purchases = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return `c${n % 40},2024-${String((n % 12) + 1).padStart(2, "0")}-${String((n % 28) + 1).padStart(2, "0")},${(n % 97) + 0.5}`;
  }).join("\n");

beforeAll(async () => {
  // As in a CI, where what is written is read by scripts: no colours.
  tierkeep = await commandLine({ CI: "true" });
  expect((await tierkeep.run("init", "--json")).code).toBe(0);
  await writeFile(shop(), `cust,date,amt\n${purchases(0, 400)}\nc1,no date,5\n`);
});
afterAll(() => tierkeep.dispose());

test("a file becomes facts, facts become tiers, a tier has its reason", async () => {
  const imported = await tierkeep.run("import", shop(), ...asTransactions, "--json");
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.json()).toMatchObject({ rows_read: 401, rows_loaded: 400, rows_set_aside: 1, unchanged: 0 });

  const again = await tierkeep.run("import", shop(), ...asTransactions, "--json");
  expect(again.json()).toMatchObject({ rows_read: 401, rows_loaded: 0, rows_set_aside: 1, unchanged: 400 });

  const out = join(tierkeep.directory, "tiers.csv");
  const graded = await tierkeep.run("tier", "rfm", "--as-of", "2024-12-31", "--out", out, "--json");
  expect(graded.code, graded.stderr).toBe(0);
  const answer = graded.json<{ customers: number; tiers: Record<string, number>; moved: number }>();
  expect(answer).toMatchObject({ model: "rfm", version: 1, as_of: "2024-12-31", customers: 40, moved: 0, first_graded: 40 });
  expect(Object.values(answer.tiers).reduce((sum, n) => sum + n, 0)).toBe(40);
  const [head, ...rows] = (await readFile(out, "utf8")).trim().split("\n");
  expect(head).toBe("customer_id,tier,recency,frequency,monetary,r,f,m");
  expect(rows).toHaveLength(40);

  const why = await tierkeep.run("explain", "c7", "--model", "rfm", "--json");
  const explanation = why.json<{ customer_id: string; effective: string }>();
  expect(explanation).toMatchObject({ customer_id: "c7", model: "rfm", as_of: "2024-12-31" });
  expect(rows.find((row) => row.startsWith("c7,"))?.split(",")[1]).toBe(explanation.effective);
});

test("amounts, figures and thresholds are written one way, with what they are", async () => {
  const overview = (await tierkeep.run("overview", "rfm")).stdout;
  expect(overview).toContain("Value (CNY)");
  const values = overview.match(/[\d,]+\.\d+(?= *│)/g) ?? [];
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) expect(value).toMatch(/^\d{1,3}(,\d{3})*\.\d\d$/);
  const why = (await tierkeep.run("explain", "c7", "--model", "rfm")).stdout;
  expect(why).toMatch(/\(Recency score \d, threshold [\d.]+; Frequency score \d, threshold [\d.]+; Monetary score \d, threshold [\d.]+\)/);
  expect((await tierkeep.run("explain", "c7", "--model", "rfm", "--lang", "zh")).stdout).toMatch(/\d，界限 [\d.]+/);
});

test("rows set aside are told by what was wrong with them, and by the code to ask for them", async () => {
  const file = join(tierkeep.directory, "bad.csv");
  await writeFile(file, 'cust,date,amt\nz1,2024-01-02,"12,5"\nz2,no day,$5\n');
  const imported = await tierkeep.run("import", file, ...asTransactions, "--lang", "zh");
  expect(imported.stdout).toMatch(/金额无法识别（amount）：数字写成 1234\.50 或 1,234\.50 +│ invalid_number/);
  expect(imported.stdout).toMatch(/其他|日期|货币符号/);
  const [, batch = ""] = /imports show (\S+)/.exec(imported.stdout) ?? [];
  expect((await tierkeep.run("imports", "show", batch)).stdout).toContain("“12,5”: Amount cannot be read (amount): a number is written 1234.50 or 1,234.50");
});

test("the same run again moves nobody and writes the same bytes", async () => {
  const [one, two] = [join(tierkeep.directory, "one.csv"), join(tierkeep.directory, "two.csv")];
  await tierkeep.run("tier", "rfm", "--as-of", "2024-12-31", "--out", one, "--json");
  const again = await tierkeep.run("tier", "rfm", "--as-of", "2024-12-31", "--out", two, "--json");
  expect(again.json()).toMatchObject({ moved: 0 });
  expect(await readFile(two, "utf8")).toBe(await readFile(one, "utf8"));
});

test("a change of a model is seen, made and taken back", async () => {
  const file = join(tierkeep.directory, "shop.yaml");
  const model = (gold: number) => `model: shop
title: { zh: 店铺, en: Shop }
measures: { spend: { of: transaction.amount, take: sum } }
tiers:
  - { id: gold, when: "spend >= ${gold}" }
  - { id: basic }
`;
  const keys = ["before", "after", "moved", "matrix", "workload", "cost"];
  const run = async (...words: string[]) => {
    const answer = await tierkeep.run("models", ...words, "--json");
    expect(answer.code, answer.stderr).toBe(0);
    const told = answer.json<Record<string, unknown>>();
    return Object.fromEntries(keys.map((key) => [key, told[key]]));
  };
  await writeFile(file, model(500));
  expect((await tierkeep.run("tier", file, "--as-of", "2024-12-31", "--json")).code).toBe(0);
  await writeFile(file, model(450));
  const preview = await run("preview", file);
  expect(preview["moved"]).toBeGreaterThan(0);
  expect(await run("apply", file)).toEqual(preview);
  const back = await run("rollback", "shop");
  expect([back["after"], back["before"]]).toEqual([preview["before"], preview["after"]]);
  const diff = await tierkeep.run("models", "diff", "shop", "1", "2");
  expect(diff.stdout).toContain('-   - { id: gold, when: "spend >= 500" }\n+   - { id: gold, when: "spend >= 450" }');
  expect((await tierkeep.run("models", "proposals")).code).toBe(0);
  const refused = async (...words: string[]) => {
    const answer = await tierkeep.run("models", ...words, "--json");
    expect(answer.code).toBe(1);
    return answer.json<{ problems: { code: string; hint: { en: string } }[] }>().problems[0];
  };
  // the version in force is the first one again: there is none before it, and not the one that was given up
  expect((await refused("rollback", "shop"))?.code).toBe("tiering.no_version_before");
  for (const words of [
    ["rollback", "shop", "--to", "9"],
    ["diff", "shop", "1", "9"],
  ])
    expect(await refused(...words)).toMatchObject({ code: "tiering.no_such_version", hint: { en: "There are 3, from 1 to 3" } });
});

test("who is near a better tier is told with what is enough, and what it brings", async () => {
  const near = async (...words: string[]) => {
    const answer = await tierkeep.run("near", "shop", ...words, "--json");
    expect(answer.code, answer.stderr).toBe(0);
    return answer.json<Near>();
  };
  const wide = await near("--within", "50%", "--limit", "200");
  expect(wide.total).toBe(wide.items.length);
  expect(wide.total).toBeGreaterThan(0);
  for (const { tier, ways } of wide.items)
    expect([tier, ways.map((way) => `${way.tier} by ${way.measure} ${way.to}`)]).toEqual(["basic", ["gold by spend 500"]]);
  const close = await near("--tier", "gold", "--measure", "spend");
  expect(close.items).toEqual(wide.items.filter(({ ways }) => Number(ways[0]?.from) * 1.1 >= 500).slice(0, 20));
  const said = await tierkeep.run("near", "shop", "--within", "50%", "--lang", "zh");
  expect(said.stdout).toMatch(/客户距上一层级不超过 50 %\n全部提升后：.*\+\d/);
  const odd = await tierkeep.run("near", "shop", "--within", "80%", "--json");
  expect([odd.code, odd.json<{ problems: { code: string }[] }>().problems[0]?.code]).toEqual([1, "cli.usage"]);
});

test.each([
  ["a file that is not there", ["import", "nowhere.csv", ...asTransactions]],
  ["a mapping that is not there", ["import", "shop.csv", "--mapping", "no-such-mapping"]],
  ["a column that is not there", ["import", "shop.csv", "--as", "transaction", "--map", "customer_id=nobody,occurred_at=date,amount=amt"]],
  ["a model that is not there", ["tier", "no-such-model", "--as-of", "2024-12-31"]],
  ["a day before any fact", ["tier", "rfm", "--as-of", "1990-01-01"]],
  ["a day that has not come", ["tier", "rfm", "--as-of", "2199-01-01"]],
  ["a day that is none", ["tier", "rfm", "--as-of", "2024-02-30"]],
  ["a customer nobody knows", ["explain", "nobody", "--model", "rfm"]],
])("%s is a problem with a hint, exit 1, and the workspace as it was", async (_, args) => {
  const before = (await tierkeep.run("overview", "rfm", "--json")).stdout;
  const answer = await tierkeep.run(...args, "--json");
  expect(answer.code, answer.stderr).toBe(1);
  const { problems } = answer.json<{ problems: { code: string; message: { zh: string; en: string } }[] }>();
  expect(problems[0]?.message.zh).toMatch(/\p{Script=Han}/u);
  expect(problems[0]?.message.en).not.toMatch(/\p{Script=Han}/u);
  expect((await tierkeep.run("overview", "rfm", "--json")).stdout).toBe(before);
});

test("what was typed is told as it was typed: options and arguments, not places of a request", async () => {
  const told = async (...args: string[]) => (await tierkeep.run(...args)).stderr.trim().split("\n");
  const [day] = await told("tier", "rfm", "--as-of", "2025-13-01");
  expect(day).toBe("✗ --as-of has to be a day that exists, as YYYY-MM-DD [http.invalid]");
  expect((await told("tier", "rfm", "--as-of", "2024-12-31", "--known-at", "yesterday"))[0]).toMatch(
    /^✗ --known-at has to be a day .*; or --known-at has to be a moment/,
  );
  expect(await told("overrides", "approve", "abc")).toEqual(["✗ <override>: has to be a number such as 12 [http.invalid]"]);
  const json = (await tierkeep.run("tier", "rfm", "--as-of", "2025-13-01", "--json")).json<{ problems: unknown[] }>();
  expect(json.problems).toMatchObject([{ place: { path: "--as-of" } }]);
  expect(await told("explain", "c7", "--model", "retail-bank")).toEqual([
    "✗ There is no tier model named retail-bank [tiering.no_such_model]",
    "  It is a preset that is not published yet: tierkeep models apply retail-bank",
  ]);
});

test("a command written wrongly is a problem, too: one JSON document, exit 1", async () => {
  for (const args of [["tier", "rfm"], ["no-such-command"], ["import", "x.csv", "--as", "transaktion"]]) {
    const answer = await tierkeep.run(...args, "--json");
    expect(answer.code, answer.stderr).toBe(1);
    expect(answer.json<{ problems: { code: string }[] }>().problems[0]?.code).toMatch(/^(cli\.usage|intake\.|http\.)/);
  }
});

test("the calendar needs no workspace, and a bad date is a problem", async () => {
  const day = await tierkeep.run("--workspace", join(tierkeep.directory, "nowhere"), "calendar", "2026-02-17", "--json");
  expect(day.code, day.stderr).toBe(0);
  expect(day.json()).toMatchObject({ day: "2026-02-17", lunar: { name: { zh: "正月初一" } }, festivals: [{ id: "spring_festival" }], workday: false });
  const week = await tierkeep.run("calendar", "--from", "2026-02-22", "--to", "2026-02-28", "--lang", "zh");
  expect(week.stdout).toMatch(/2026-02-28.*星期六.*正月十二.*是（调休上班）.*春节/);
  expect((await tierkeep.run("calendar", "2027-02-06")).stdout).toMatch(/Spring Festival.*\n.*\nThe holidays of 2027 are not in the calendar/);
  const bad = await tierkeep.run("calendar", "2026-02-30", "--json");
  expect(bad.code, bad.stderr).toBe(1);
  expect(bad.json()).toMatchObject({ problems: [{ code: "calendar.not_a_day", hint: { en: expect.stringContaining("YYYY-MM-DD") } }] });
});

test("a server and commands at the same time: commands go through the server", async () => {
  const server = tierkeep.start("serve", "--port", "0");
  await said(server, /http:\/\/\S+/);
  await writeFile(join(tierkeep.directory, "more.csv"), `cust,date,amt\n${purchases(400, 450)}\n`);
  const [imported, listed, graded] = await Promise.all([
    tierkeep.run("import", "more.csv", ...asTransactions, "--json"),
    tierkeep.run("runs", "--json"),
    tierkeep.run("tier", "rfm", "--as-of", "2024-12-31", "--json"),
  ]);
  expect([imported.code, listed.code, graded.code], imported.stderr + listed.stderr + graded.stderr).toEqual([0, 0, 0]);
  expect(imported.json()).toMatchObject({ rows_loaded: 50 });
  await stopped(server, "SIGTERM");
  const after = await tierkeep.run("tier", "rfm", "--as-of", "2024-12-31", "--json");
  expect(after.json()).toMatchObject({ customers: 40 });
});

test("a server starts the day by itself once its hour has come, a lone command does not", async () => {
  const cycles = async () => (await tierkeep.run("cycles", "--json")).json<{ items: { requested_by: string; state: string }[] }>().items;
  expect((await tierkeep.run("schedule", "--at", "00:00", "--json")).code).toBe(0);
  expect(await cycles()).toEqual([]);
  const server = tierkeep.start("serve", "--port", "0");
  await said(server, /http:\/\/\S+/);
  let [day] = await cycles();
  while (day?.state !== "done") [day] = await cycles(); // a minute is the test's own limit
  expect(day.requested_by).toBe("operator");
  await stopped(server, "SIGTERM");
  expect((await tierkeep.run("schedule", "--off", "--json")).code).toBe(0);
});

test("a port somebody else has is a problem, and the workspace is free again", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const answer = await tierkeep.run("serve", "--port", String(port), "--json");
  other.close();
  expect(answer.code, answer.stderr).toBe(1);
  expect(answer.json()).toMatchObject({ problems: [{ code: "server.port_taken", hint: { en: expect.stringContaining("--port") } }] });
  expect((await tierkeep.run("runs", "--json")).code).toBe(0);
});

test("who works at a branch needs one; who is disabled is shown so", async () => {
  const add = (...args: string[]) => tierkeep.tell("correct horse\n", "users", "add", "li", "--name", "李明", "--role", "branch_head", ...args, "--json");
  const branchless = await add();
  expect(branchless.code, branchless.stderr).toBe(1);
  expect(branchless.json()).toMatchObject({ problems: [{ code: "http.invalid", place: { path: "body/branches" } }] });
  expect((await add("--branch", "城东支行")).code).toBe(0);
  expect((await tierkeep.run("users", "disable", "li", "--json")).json()).toMatchObject({ login: "li", disabled_at: expect.any(String) });
  expect((await tierkeep.run("users", "list")).stdout).toMatch(/li .*disabled/);
  expect((await tierkeep.run("users", "disable", "nobody", "--json")).code).toBe(1);
});

test("commands started together wait for each other", async () => {
  const answers = await Promise.all([0, 1, 2].map((n) => tierkeep.run("tier", "rfm", "--as-of", `2025-01-0${n + 1}`, "--json")));
  expect(
    answers.map((answer) => answer.code),
    answers.map((answer) => answer.stderr).join("\n"),
  ).toEqual([0, 0, 0]);
});

test("killed in the middle of an import, the facts are all there or not at all, and the next import just works", async () => {
  const big = join(tierkeep.directory, "big.csv");
  await writeFile(big, `cust,date,amt\n${purchases(1_000, 301_000)}\n`);
  const importing = tierkeep.start("import", big, "--source", "big", ...asTransactions, "--json");
  await said(importing, /…/);
  await stopped(importing, "SIGKILL");
  const again = await tierkeep.run("import", big, "--source", "big", ...asTransactions, "--json");
  expect(again.code, again.stderr).toBe(0);
  const answer = again.json<{ rows_read: number; rows_loaded: number; unchanged: number }>();
  expect(answer.rows_read).toBe(300_000);
  expect([0, 300_000]).toContain(answer.rows_loaded);
  expect(answer.rows_loaded + answer.unchanged).toBe(300_000);
});

test("killed in the middle of a run, the last complete run stands, and the next run just works", async () => {
  const before = await tierkeep.run("overview", "rfm", "--json");
  const server = tierkeep.start("serve", "--port", "0");
  await said(server, /http:\/\/\S+/);
  const { url, token } = JSON.parse(await readFile(join(tierkeep.workspace, "server.json"), "utf8")) as { url: string; token: string };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const accepted = await fetch(new URL("/api/v1/runs", url), { method: "POST", headers, body: JSON.stringify({ model: "rfm", as_of: "2025-02-01" }) });
  await stopped(server, "SIGKILL"); // accepted, and at work or about to be
  expect(accepted.status).toBe(202);
  const after = await tierkeep.run("overview", "rfm", "--json");
  expect(after.code, after.stderr).toBe(0);
  const day = (answer: { stdout: string }) => (JSON.parse(answer.stdout) as { run: { as_of: string } }).run.as_of;
  expect([day(before), "2025-02-01"]).toContain(day(after));
  expect((await tierkeep.run("tier", "rfm", "--as-of", "2025-02-01", "--json")).code).toBe(0);
});
