import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, operator } from "../access/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import type { Job } from "../platform/schema.js";
import { sql } from "../platform/warehouse/index.js";
import type { ImportBatch, ImportResult, MappingCard, SetAsideRow, Upload } from "./schema.js";
import { settleImports } from "./settle.js";
import { beginBatch, findBatch } from "./store.js";
import { type Counter, OPERATOR, openCounter, purchases } from "./testing.js";

let counter: Counter;
let workspace: Counter["workspace"];
beforeAll(async () => {
  counter = await openCounter();
  ({ workspace } = counter);
});
afterAll(() => counter.close());

const call: Counter["call"] = (...given) => counter.call(...given);

async function finished(id: string): Promise<Job> {
  for (;;) {
    const job = await counter.jobs.get(id, 5_000);
    if (job !== undefined && (job.state === "done" || job.state === "failed")) return job;
  }
}

async function upload(name: string, content: string, token = OPERATOR, to = ""): Promise<Upload> {
  const boundary = "----boundary";
  const payload = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n--${boundary}--\r\n`;
  const answer = await counter.server.inject({
    method: "POST",
    url: `/api/v1/uploads${to}`,
    headers: { authorization: `Bearer ${token}`, "content-type": `multipart/form-data; boundary=${boundary}` },
    payload,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

async function tokenOf(login: string, role: "analyst" | "auditor"): Promise<string> {
  await addUser(workspace, operator, { login, name: login, role, password: "correct horse" });
  return (await call("POST", "/session", { login, password: "correct horse" })).json().token;
}

it("imports an upload, lists the batch and pages through the rows it set aside", async () => {
  const analyst = await tokenOf("wang", "analyst");
  const given = await upload("../../sales 1月.csv", "customer,date,amount\n1,2024-01-02,5\n2,x,5\n3,y,5\n", analyst);
  expect(given).toMatchObject({ name: "sales 1月.csv" });
  const accepted = await call("POST", "/imports", { upload: given.upload, mapping_text: purchases("api") }, analyst);
  expect(accepted.statusCode).toBe(202);
  const job = await finished(accepted.json().job);
  const result = job.result as ImportResult;
  expect(result).toMatchObject({
    files: ["sales 1月.csv"],
    rows_read: 3,
    rows_loaded: 1,
    rows_set_aside: 2,
    unchanged: 0,
    set_aside_by_reason: { invalid_date: 2 },
  });
  expect(await readdir(workspace.path("tmp", "uploads"))).toEqual([]);

  const listed = (await call("GET", "/imports?limit=1", undefined, analyst)).json();
  expect(listed).toMatchObject({ items: [{ batch: result.batch, imported_by: "wang", mapping: "mapping.yaml" }], next: null });
  const first = (await call("GET", `/imports/${result.batch}/set-aside?limit=1`)).json();
  expect(first).toMatchObject({ items: [{ file: "sales 1月.csv", line: 3, column: "date", code: "invalid_date", content: "2,x,5" }], next: "1", total: 2 });
  const second = (await call("GET", `/imports/${result.batch}/set-aside?limit=1&cursor=1`, undefined, analyst)).json();
  expect(second).toMatchObject({ items: [{ line: 4, content: "•••" }], next: null });
  expect((await call("GET", "/audit")).json().items[0]).toMatchObject({ actor: "wang", action: "facts.import", subject: `batch:${result.batch}` });
});

it("pages through imports", async () => {
  const path = workspace.path("one.csv");
  for (const amount of [1, 2, 3]) {
    await writeFile(path, `customer,date,amount\n1,2024-01-02,${amount}\n`);
    await finished(
      (
        await call("POST", "/imports", {
          path,
          as: "transaction",
          map: { customer_id: "customer", occurred_at: "date", amount: "amount * 2" },
          source: "paged",
        })
      ).json().job,
    );
  }
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: ImportBatch[]; next: string | null } = (await call("GET", `/imports?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`)).json();
    seen.push(...page.items.map((one) => one.batch));
    cursor = page.next;
  }
  expect(new Set(seen).size).toBe(4);
  const amounts = await workspace.warehouse.all(sql`select amount from transaction where source = 'paged' order by 1`);
  expect(amounts).toEqual([{ amount: "2.0000" }, { amount: "4.0000" }, { amount: "6.0000" }]);
});

it("keeps paths on the server for its operator, and imports for those who may", async () => {
  const auditor = await tokenOf("zhao", "auditor");
  const analyst = (await call("POST", "/session", { login: "wang", password: "correct horse" })).json().token;
  expect((await call("POST", "/imports", { path: "/etc/passwd", mapping: "cdnow" }, analyst)).json()).toMatchObject({
    status: 403,
    problems: [{ code: "intake.path_forbidden" }],
  });
  expect((await call("POST", "/imports", { path: "/tmp", mapping: "cdnow" }, auditor)).statusCode).toBe(403);
  expect((await call("GET", "/mappings", undefined, auditor)).statusCode).toBe(403);
});

it.each([
  ["GET", "/mappings/a%00b", undefined],
  ["GET", "/imports/a%00b", undefined],
  ["GET", "/imports/a%00b/set-aside?code=%00", undefined],
  ["POST", "/imports", { path: "/tmp/a\0b", mapping: "cdnow" }],
  ["POST", "/imports", { path: "/tmp", mapping: "cd\0now" }],
  ["POST", "/imports", { path: "/tmp", as: "product", map: { "product\0": "x" } }],
] as const)("a NUL character is a mistake of the one who sent it: %s %s %j", async (method, path, body) => {
  const answer = await call(method, path, body);
  expect([400, 404, 422]).toContain(answer.statusCode);
  expect(answer.json().problems).not.toMatchObject([{ code: "bug" }]);
});

it.each(["..", ""])("a file whose name is none is kept under a plain name: %j", async (name) => {
  expect(await upload(name, "x")).toMatchObject({ name: "file" });
});

const form = (name: string, end = "--b--\r\n") =>
  `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\na,b\r\n${end}`;
const FORM = "multipart/form-data; boundary=b";
it.each([
  ["a name of 300 letters", FORM, form(`${"x".repeat(300)}.csv`), "intake.file_name"],
  ["a name of 100 characters of three bytes", FORM, form(`${"客".repeat(100)}.csv`), "intake.file_name"],
  ["a name of 300 letters in a form that is cut off", FORM, form("x".repeat(300), ""), "intake.file_name"],
  ["a file without any name", FORM, form("a.csv").replace('; filename="a.csv"', "").replace("text/csv", "application/octet-stream"), "intake.no_file"],
  ["a form that is cut off", FORM, form("a.csv", ""), "intake.broken_form"],
  ["a form that is cut off before its content", FORM, form("a.csv").slice(0, 40), "intake.broken_form"],
  ["no boundary", "multipart/form-data", form("a.csv"), "intake.broken_form"],
  ["another boundary", "multipart/form-data; boundary=c", form("a.csv"), "intake.broken_form"],
  ["a boundary longer than any", `multipart/form-data; boundary=${"b".repeat(300)}`, form("a.csv"), "intake.broken_form"],
  ["nothing", FORM, "", "intake.no_file"],
])("what is no upload is refused: %s", async (_name, type, payload, code) => {
  const headers = { authorization: `Bearer ${OPERATOR}`, "content-type": type };
  const answer = await counter.server.inject({ method: "POST", url: "/api/v1/uploads", headers, payload });
  expect([answer.json().problems[0].code, answer.statusCode]).toEqual([code, 422]);
});

it("an upload's import reads nothing but the upload", async () => {
  const secret = workspace.path("secret.csv");
  await writeFile(secret, "token,owner\nhunter2,1\n");
  const analyst = (await call("POST", "/session", { login: "wang", password: "correct horse" })).json().token;
  const { upload: id } = await upload("cards.csv", "card,account\nc1,1\n", analyst);
  const looking = (file: string) => `
source: snoop
title: { zh: 窥探, en: Snoop }
files:
  cards:
    match: cards.csv
    lookups:
      s: { file: ${file}, by: account, key: nothing }
    facts:
      - as: holding
        map: { customer_id: account, holding_ref: card }
`;
  const outside = await call("POST", "/imports", { upload: id, mapping_text: looking("../../../secret.csv") }, analyst);
  expect(outside.json()).toMatchObject({ status: 422, problems: [{ code: "mapping.invalid" }] });
  await symlink(secret, workspace.path("tmp", "uploads", id, "linked.csv"));
  const linked = await finished((await call("POST", "/imports", { upload: id, mapping_text: looking("linked.csv") }, analyst)).json().job);
  expect(linked).toMatchObject({ state: "failed", problems: [{ code: "intake.no_such_file", place: { file: "linked.csv" } }] });
  expect(JSON.stringify(linked)).not.toMatch(/hunter2|owner/);
  expect(JSON.stringify(linked)).not.toContain(workspace.directory);
});

it("offers the mappings, and says which there are when asked for another", async () => {
  const cards: MappingCard[] = (await call("GET", "/mappings")).json();
  expect(cards.map((one) => one.name)).toEqual([
    "berka",
    "cdnow",
    "chinese-example",
    "online-retail",
    ...["b2b", "bank", "community", "membership", "shop", "telecom"].map((one) => `sample-${one}`),
  ]);
  await mkdir(workspace.path("mappings"));
  await writeFile(workspace.path("mappings", "own.yaml"), purchases("own"));
  expect((await call("GET", "/mappings/own")).json()).toMatchObject({ source: "own", text: purchases("own") });
  expect((await call("POST", "/imports", { path: "/tmp", mapping: "cdnou" })).json()).toMatchObject({
    status: 422,
    problems: [{ code: "intake.no_such_mapping", hint: { en: "Did you mean cdnow?" } }],
  });
  expect((await call("POST", "/imports", { path: "/tmp" })).json()).toMatchObject({ problems: [{ code: "intake.no_mapping" }] });
});

it("tells the problems of a failed import through its job, and lists no batch", async () => {
  const { job } = (await call("POST", "/imports", { path: workspace.path("nowhere.csv"), mapping: "cdnow" })).json();
  expect(await finished(job)).toMatchObject({ state: "failed", problems: [{ code: "intake.no_such_file", place: { file: workspace.path("nowhere.csv") } }] });
});

it("settles what a killed process left: completed when the facts are in, otherwise interrupted", async () => {
  const begin = (batch: string) =>
    atomically(workspace.postgres, "all", (tx) => beginBatch(tx, { batch, source: "s", mapping: "m", files: ["a.csv"], imported_by: "local" }));
  await begin("killed-after");
  await begin("killed-before");
  await workspace.warehouse.write((session) =>
    session.run(sql`insert into batch values ('killed-after', 's', 5, 3, 2, 0, '{"invalid_date": 2}', now()::timestamp)`),
  );
  await mkdir(workspace.path("tmp", "import-killed-before"), { recursive: true });
  await settleImports(workspace);
  const found = (batch: string) => atomically(workspace.postgres, "all", (tx) => findBatch(tx, batch));
  expect(await found("killed-after")).toMatchObject({ rows_read: 5, rows_loaded: 3, set_aside_by_reason: { invalid_date: 2 } });
  expect(await found("killed-before")).toBeUndefined();
  expect((await readdir(workspace.path("tmp"))).filter((name) => name.startsWith("import-"))).toEqual([]);
});

it("tells columns of a row apart, and names the value to those alone who may read the row", async () => {
  const analyst = await tokenOf("qin", "analyst");
  const given = await upload("a.csv", 'customer,date,amount\n1,2024-01-02,5\nA8,2024-01-02,"12,5"\nA9,2024-01-02,$5\n', analyst);
  const accepted = await call("POST", "/imports", { upload: given.upload, mapping_text: purchases("asides") }, analyst);
  const { batch } = (await finished(accepted.json().job)).result as ImportResult;
  const form = "Amount cannot be read (amount): a number is written 1234.50 or 1,234.50";
  const sign = "The sign is of another currency than the workspace's, CNY";
  const rows = async (token?: string) =>
    (await call("GET", `/imports/${batch}/set-aside`, undefined, token)).json().items.map((row: SetAsideRow) => [row.code, row.reason.en, row.content]);
  expect(await rows()).toEqual([
    ["invalid_number", `“12,5”: ${form}`, 'A8,2024-01-02,"12,5"'],
    ["other_currency", `“$5”: ${sign}`, "A9,2024-01-02,$5"],
  ]);
  expect(await rows(analyst)).toEqual([
    ["invalid_number", form, "•••"],
    ["other_currency", sign, "•••"],
  ]);
  const told = (await call("GET", `/imports/${batch}`)).json().reasons;
  expect(told).toMatchObject({ invalid_number: { en: form }, other_currency: { zh: "货币符号不是工作区货币 CNY 的" } });
});
