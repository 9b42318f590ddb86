import { createHmac } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, operator } from "../../access/index.js";
import { atomically, type Transaction } from "../../platform/postgres/atomically.js";
import { sql } from "../../platform/warehouse/index.js";
import type { FactReceipt, ImportBatch, SetAsideRow } from "../schema.js";
import { settleImports } from "../settle.js";
import { completeBatch } from "../store.js";
import { type Counter, openCounter } from "../testing.js";
import { secretName } from "./webhook.js";

let counter: Counter;
let workspace: Counter["workspace"];
beforeAll(async () => {
  counter = await openCounter();
  ({ workspace } = counter);
});
afterAll(() => counter.close());

const listLive = async (tx: Transaction, source: string): Promise<number> =>
  (await tx.db<{ import_batch: { id: string; source: string } }>().selectFrom("import_batch").select("id").where("source", "=", source).execute()).length;

const bring = (source: string, facts: readonly object[], token?: string) => counter.call("POST", "/facts", { source, facts }, token);
const get = async <T>(path: string): Promise<T> => (await counter.call("GET", path)).json();

const bought = (id: string | number, customer_id: string, amount: string | number, occurred_at = "2026-03-01 10:00:00") => ({
  fact: "transaction",
  id,
  customer_id,
  occurred_at,
  amount,
});
const held = (source: string) =>
  workspace.warehouse.all<{ customer: string; amount: string }>(sql`
    select external_id as customer, amount::varchar as amount from transaction t join party p on p.party_id = t.party_id
    where t.source = ${source} and retracted_at is null order by 1, 2`);

it("facts come in with an answer for each, and the same again changes nothing", async () => {
  const facts = [
    { fact: "customer", id: "a", customer_id: "a", name: "甲", since_on: "2025-01-02" },
    bought("t1", "a", "19.90"),
    bought("t2", "a", 5),
    bought("t3", "a", "a lot"),
    bought("t4", "a", 1, "2026-02-30"),
    { fact: "transaction", id: "t5", occurred_at: "2026-03-01" },
  ];
  const first = await bring("app", facts);
  expect(first.statusCode).toBe(200);
  const receipt: FactReceipt = first.json();
  expect(receipt).toMatchObject({ loaded: 3, unchanged: 0, set_aside: 3 });
  expect(receipt.facts.map(({ status, code, column }) => [status, code, column])).toEqual([
    ["loaded", null, null],
    ["loaded", null, null],
    ["loaded", null, null],
    ["set_aside", "invalid_number", "amount"],
    ["set_aside", "invalid_date", "occurred_at"],
    ["set_aside", "missing_value", "customer_id"],
  ]);
  expect(receipt.facts[5]?.reason?.zh).toContain("缺少客户号");
  const again: FactReceipt = (await bring("app", facts)).json();
  expect(again).toMatchObject({ batch: receipt.batch, loaded: 0, unchanged: 3, set_aside: 3 });
  const corrected: FactReceipt = (await bring("app", [bought("t1", "a", "9.90"), bought("t2", "a", "5.00")])).json();
  expect(corrected.facts.map(({ status }) => status)).toEqual(["loaded", "unchanged"]);
  expect(await held("app")).toEqual([
    { customer: "a", amount: "5.0000" },
    { customer: "a", amount: "9.9000" },
  ]);

  // one batch of the hour adds up, and its rows set aside can be looked at
  const batch = await get<ImportBatch>(`/imports/${receipt.batch}`);
  expect(batch).toMatchObject({ live: true, source: "app", rows_read: 14, rows_loaded: 4, unchanged: 4, rows_set_aside: 6 });
  const aside = await get<{ items: SetAsideRow[] }>(`/imports/${receipt.batch}/set-aside?code=invalid_number`);
  expect(aside.items.map(({ file, line, column }) => [file, line, column])).toEqual([
    ["POST /facts", 4, "amount"],
    ["POST /facts", 10, "amount"],
  ]);
});

it("what is no column, no kind of fact, no id or nested is told with its place, all at once, and nothing is brought", async () => {
  const answer = await bring("wrong", [
    { ...bought("1", "a", 1), amout: 3 },
    { fact: "visit", id: "2" },
    { fact: "transaction", customer_id: "a", occurred_at: "2026-01-01" },
    { ...bought("4", "a", 1), amount: { cents: 3 } },
  ]);
  expect(answer.statusCode).toBe(422);
  const { problems } = answer.json<{ problems: { place: { path: string } }[] }>();
  expect(problems.map(({ place }) => place.path).sort()).toEqual(["body/facts/1/fact", "body/facts/2/id", "body/facts/3/amount"]);
  const columns = await bring("wrong", [{ ...bought("1", "a", 1), amout: 3 }, bought("2", "a", 1), bought("2", "a", 2)]);
  expect(columns.statusCode).toBe(422);
  expect(columns.json().problems).toMatchObject([
    { code: "intake.unknown_column", place: { path: "body/facts/0/amout" }, hint: { en: "did you mean amount?" } },
    { code: "intake.id_twice", place: { path: "body/facts/2/id" } },
  ]);
  expect(await held("wrong")).toEqual([]);
});

it("only who may import brings facts", async () => {
  await addUser(workspace, operator, { login: "auditor", name: "A", role: "auditor", password: "long enough" });
  const signedIn = await counter.server.inject({ method: "POST", url: "/api/v1/session", payload: { login: "auditor", password: "long enough" } });
  expect((await bring("app", [bought("x", "a", 1)], signedIn.json().token)).statusCode).toBe(403);
  expect((await bring("app", [bought("x", "a", 1)], "nobody")).statusCode).toBe(401);
});

it("whatever arrives at once, of each id the last answered word is held, once", async () => {
  let round = 0;
  const delivery = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 99 })), {
    selector: ([id]) => id,
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 6 }), async (deliveries) => {
      const source = `crowd${++round}`;
      const answers = await Promise.all(
        deliveries.map((facts) =>
          bring(
            source,
            facts.map(([id, amount]) => bought(id, `c${id}`, amount)),
          ),
        ),
      );
      expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
      const last = new Map(deliveries.flat().map(([id, amount]) => [id, amount]));
      const wanted = [...last].sort(([a], [b]) => a - b).map(([id, amount]) => ({ customer: `c${id}`, amount: `${amount}.0000` }));
      expect(await held(source)).toEqual(wanted);
      const receipts = answers.map((answer) => answer.json<FactReceipt>());
      const batch = await get<ImportBatch>(`/imports/${receipts[0]?.batch ?? ""}`);
      expect(batch.rows_read).toBe(deliveries.flat().length);
      expect(batch.rows_loaded).toBe(receipts.reduce((sum, { loaded }) => sum + loaded, 0));
    }),
    { numRuns: 12 },
  );
});

it("more than there is room for is refused whole, with when to come again, and the rest stands", async () => {
  const many = (from: number) => Array.from({ length: 5000 }, (_, i) => bought(from + i, `c${i % 7}`, 1));
  const answers = await Promise.all(Array.from({ length: 14 }, (_, i) => bring("flood", many(i * 5000))));
  const taken = answers.filter(({ statusCode }) => statusCode === 200);
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  expect(taken.length + refused.length).toBe(14);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers["retry-after"]).toBe("2");
  expect(refused[0]?.json().problems[0].code).toBe("intake.busy");
  expect((await held("flood")).length).toBe(5000 * taken.length);
});

it("counts that a killed process left behind are those of the facts after the next start", async () => {
  const receipt: FactReceipt = (await bring("killed", [bought(1, "a", 1), bought(2, "a", 1)])).json();
  const nothing = { rows_read: 0, rows_loaded: 0, rows_set_aside: 0, unchanged: 0, set_aside_by_reason: {}, seconds: 0 };
  await atomically(workspace.postgres, "all", (tx) => completeBatch(tx, { batch: receipt.batch, ...nothing }));
  await settleImports(workspace);
  expect(await get<ImportBatch>(`/imports/${receipt.batch}`)).toMatchObject({ rows_read: 2, rows_loaded: 2 });
});

it("what waits behind a long write is recorded after it: nobody who looked in between has passed it by", async () => {
  let over = "";
  let sent: ReturnType<typeof bring> | undefined;
  await workspace.warehouse.write(async () => {
    sent = bring("late", [bought(1, "a", 1)]);
    // its batch stands, and it waits for its turn
    const begun = () => atomically(workspace.postgres, "all", (tx) => listLive(tx, "late"));
    while ((await begun()) === 0);
    over = new Date().toISOString().slice(0, -1);
  });
  expect((await sent)?.statusCode).toBe(200);
  const [fact] = await workspace.warehouse.all<{ after: boolean }>(
    sql`select recorded_at >= ${over}::timestamp as after from transaction where source = 'late'`,
  );
  expect(fact?.after).toBe(true);
});

const SECRET = Buffer.from("a secret of twenty-four b").toString("base64");
const mapping = `
source: web-shop
title: { zh: 网店, en: Web shop }
files:
  orders:
    facts:
      - as: transaction
        key: [order.id]
        map: { customer_id: order.customer.id, occurred_at: order.paid_at, amount: order.total / 100, channel: order.channel }
        when: "event = 'paid'"
`;

function hook(content: string, { at = Math.floor(Date.now() / 1000), secret = SECRET, name = "web-shop" } = {}) {
  const signature = createHmac("sha256", Buffer.from(secret, "base64")).update(`m1.${at}.${content}`).digest("base64");
  return counter.server.inject({
    method: "POST",
    url: `/api/v1/webhooks/${name}`,
    headers: { "content-type": "application/json", "webhook-id": "m1", "webhook-timestamp": String(at), "webhook-signature": `v1,${signature}` },
    payload: content,
  });
}

it("another system sends by itself in its own form, signed, and nobody else can", async () => {
  process.env[secretName("web-shop")] = `whsec_${SECRET}`;
  await mkdir(workspace.path("mappings"), { recursive: true });
  await writeFile(workspace.path("mappings", "web-shop.yaml"), mapping);
  const paid = { event: "paid", order: { id: 7, customer: { id: "w1" }, paid_at: "2026-03-01T02:00:00Z", total: 1990 } };
  const content = JSON.stringify(paid);
  const first = await hook(content);
  expect(first.json()).toMatchObject({ loaded: 1, set_aside: 0 });
  expect((await hook(content)).json()).toMatchObject({ loaded: 0, unchanged: 1 });
  const both = await hook(
    JSON.stringify([
      { event: "shipped", order: { id: 8 } },
      { ...paid, order: { ...paid.order, id: 9, total: "x" } },
    ]),
  );
  expect(both.json<FactReceipt>().facts.map(({ code }) => code)).toEqual(["no_fact", "invalid_number"]);
  expect(await held("web-shop")).toEqual([{ customer: "w1", amount: "19.9000" }]);

  expect((await hook(content, { secret: Buffer.from("another").toString("base64") })).statusCode).toBe(401);
  expect((await hook(content, { at: Math.floor(Date.now() / 1000) - 400 })).statusCode).toBe(401);
  expect((await hook(content, { name: "other-shop" })).statusCode).toBe(404);
  expect((await hook("{")).statusCode).toBe(400);
  expect((await hook("[]")).statusCode).toBe(422);
  expect((await hook("3")).statusCode).toBe(422);
});
