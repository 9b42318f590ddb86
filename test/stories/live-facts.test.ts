import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FactReceipt, ImportBatch } from "../../src/intake/schema.js";
import type { Job } from "../../src/platform/schema.js";
import { type CommandLine, commandLine, said, stopped } from "./command-line.js";

const kills = process.env["TIERKEEP_EVIDENCE"] === "1" ? 12 : 3;
const DAY = "2026-03-31";
const model = `
model: spending
title: { zh: 消费, en: Spending }
live: true
measures:
  spend: { of: transaction.amount, take: sum, title: { zh: 消费, en: Spent } }
tiers:
  - { id: gold, title: { zh: 金, en: Gold }, when: "spend >= 1000" }
  - { id: plain, title: { zh: 普通, en: Plain } }
value: spend
`;

let shop: CommandLine;
let serving: ChildProcess;
let url: string;
let token: string;

async function serve(): Promise<void> {
  serving = shop.start("serve", "--port", "0");
  await said(serving, /http:\/\/\S+/);
  ({ url, token } = JSON.parse(await readFile(join(shop.workspace, "server.json"), "utf8")));
}

async function ask<T>(path: string, body?: object): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

const bought = (id: number, customer_id: string, amount: number) => ({ fact: "transaction", id, customer_id, occurred_at: `${DAY} 09:00:00`, amount });

beforeAll(async () => {
  shop = await commandLine();
  await shop.told("init");
  await writeFile(join(shop.directory, "spending.yaml"), model);
  await writeFile(join(shop.directory, "sales.csv"), `customer,date,amount\nlin,${DAY},900\nwu,${DAY},20\n`);
  await shop.told("import", "sales.csv", "--as", "transaction", "--map", "customer_id=customer,occurred_at=date,amount=amount", "--source", "app");
  await shop.told("models", "apply", "spending.yaml");
  await shop.told("tier", "spending", "--as-of", DAY);
  await serve();
});
afterAll(() => shop.dispose());

test("a fact that is posted lifts the tier of its customer, whom files brought, without anybody asking for it", async () => {
  const { status, body } = await ask<FactReceipt>("/facts", { source: "app", facts: [bought(1, "lin", 150)] });
  expect([status, body.loaded]).toEqual([200, 1]);
  // what follows was asked for before the answer
  const { body: jobs } = await ask<{ items: Job[] }>("/jobs?kind=intake.renew");
  for (let state: Job["state"] = "queued"; state !== "done"; { state } = (await ask<Job>(`/jobs/${jobs.items[0]?.id ?? ""}?wait=30000`)).body)
    expect(state).not.toBe("failed");
  const { body: explained } = await ask<{ effective: unknown }>("/customers/lin/explanation?model=spending");
  expect(explained).toMatchObject({ effective: "gold" });
});

test("what was answered is held, once, through kill -9 at any moment and sending again", async () => {
  let id = 100;
  const answered = new Map<number, number>();
  for (let kill = 0; kill < kills; kill++) {
    let stop = false;
    const unanswered: object[][] = [];
    // four senders, one after another each, until the process is gone
    const senders = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const facts = Array.from({ length: 25 }, () => bought(id++, `c${id % 40}`, 1));
        const answer = await ask<FactReceipt>("/facts", { source: "app", facts }).catch(() => undefined);
        if (answer?.status !== 200) {
          unanswered.push(facts);
          return;
        }
        for (const one of facts) answered.set(one.id, one.amount);
      }
    });
    const before = answered.size;
    while (answered.size < before + 100 + 75 * kill) await ask("/about");
    await stopped(serving, "SIGKILL");
    stop = true;
    await Promise.all(senders);
    await serve();
    for (const facts of unanswered) {
      const { status } = await ask<FactReceipt>("/facts", { source: "app", facts });
      expect(status).toBe(200);
      for (const one of facts as ReturnType<typeof bought>[]) answered.set(one.id, one.amount);
    }
  }
  const again = await Promise.all(
    [...answered.keys()]
      .reduce<number[][]>((some, one, i) => (i % 500 === 0 ? [...some, [one]] : [...some.slice(0, -1), [...(some.at(-1) ?? []), one]]), [])
      .map((ids) => ask<FactReceipt>("/facts", { source: "app", facts: ids.map((one) => bought(one, `c${(one + 1) % 40}`, 1)) })),
  );
  // each is held as it was sent: the same again changes nothing
  expect(again.reduce((sum, { body }) => sum + body.unchanged, 0)).toBe(answered.size);
  const { body: batches } = await ask<{ items: ImportBatch[] }>("/imports");
  for (const one of batches.items) expect(one.rows_read).toBe(one.rows_loaded + one.rows_set_aside + one.unchanged);
  const live = batches.items.filter((one) => one.live);
  // those answered, and the one of the test before
  expect(live.reduce((sum, { rows_loaded }) => sum + rows_loaded, 0)).toBe(answered.size + 1);
});
