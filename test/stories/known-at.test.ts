import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { parseMapping } from "../../src/intake/mapping.js";
import { tables as intakeTables } from "../../src/intake/parts.js";
import { daysAfter } from "../../src/platform/calendar/index.js";
import { name, sql } from "../../src/platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { publish } from "../../src/tiering/models.js";
import { runModel } from "../../src/tiering/run.js";
import type { RunResult } from "../../src/tiering/schema.js";
import { standingTable } from "../../src/tiering/standing.js";

const quiet = () => undefined;

const mapping = `
source: shop
title: { zh: 店铺, en: Shop }
files:
  purchases:
    load: snapshot
    facts:
      - as: transaction
        key: [id]
        map: { customer_id: customer, occurred_at: day, order_ref: id, amount: amount }
`;

const model = `
model: shop
title: { zh: 店铺, en: Shop }
measures:
  recency: { of: transaction, take: days_since_last }
  spend: { of: transaction.amount, take: sum, over: 30 days }
scores:
  half: { of: spend, bands: { quantiles: 2 } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "spend >= 100 and recency <= 20" }
  - { id: silver, title: { zh: 白银, en: Silver }, when: "half = 2" }
  - { id: basic, title: { zh: 普通, en: Basic } }
`;

interface Purchase {
  id: number;
  customer: string;
  day: string;
  amount: number;
}
type Imported = readonly Purchase[];

const first = "2024-01-01";
const purchase = fc.record({
  id: fc.integer({ min: 1, max: 14 }),
  customer: fc.constantFrom("ann", "bob", "cid", "dee"),
  day: fc.integer({ min: 0, max: 89 }).map((n) => daysAfter(first, n)),
  amount: fc.integer({ min: -40, max: 160 }),
});
/** Snapshots of one source, one after another: rows come, change their day, amount or customer, and go. */
const imports = fc.array(fc.uniqueArray(purchase, { selector: (one) => one.id, minLength: 1, maxLength: 10 }), { minLength: 2, maxLength: 4 });

/** What the log of imports says of everyone at the end of a day, once so many imports were made. */
function rebuilt(log: readonly Imported[], made: number, asOf: string): Record<string, { recency: number | null; spend: number; tier: string }> {
  const told = log.slice(0, made).flat();
  const known = log[made - 1] ?? [];
  const people = [...new Set(told.filter((one) => one.day <= asOf).map((one) => one.customer))].sort();
  const figures = people.map((customer) => {
    const own = known.filter((one) => one.customer === customer && one.day <= asOf);
    const last = own
      .map((one) => one.day)
      .sort()
      .at(-1);
    const spend = own.filter((one) => one.day > daysAfter(asOf, -30)).reduce((sum, one) => sum + one.amount, 0);
    return { customer, spend, recency: last === undefined ? null : Math.round((Date.parse(asOf) - Date.parse(last)) / 86_400_000) };
  });
  return Object.fromEntries(
    figures.map(({ customer, spend, recency }) => {
      const worse = figures.filter((other) => other.spend < spend).length;
      const equal = figures.filter((other) => other.spend === spend).length;
      const half = Math.ceil((2 * (worse + (equal + 1) / 2)) / figures.length);
      return [customer, { recency, spend, tier: spend >= 100 && recency !== null && recency <= 20 ? "gold" : half === 2 ? "silver" : "basic" }];
    }),
  );
}

async function rowsOf({ warehouse }: TemporaryWorkspace, { model: of, run, decided }: RunResult) {
  const rows = await warehouse.all<{ public_id: string; recency: number | null; spend: string; tier: string }>(
    sql`select public_id, recency, spend, tier from ${name(standingTable(decided ? "standing" : "reading", of, run))} join party on party_id = customer_id order by public_id`,
  );
  return Object.fromEntries(rows.map(({ public_id, recency, spend, tier }) => [public_id, { recency, spend: Number(spend), tier }]));
}

/** Import them in turn; when each was known. */
async function imported(workspace: TemporaryWorkspace, log: readonly Imported[], after: (made: number) => Promise<void> = async () => undefined) {
  const moments: string[] = [];
  for (const [i, rows] of log.entries()) {
    const file = workspace.path("purchases.csv");
    await writeFile(file, ["id,customer,day,amount", ...rows.map((one) => `${one.id},${one.customer},${one.day},${one.amount}`)].join("\n"));
    await importFiles(workspace, operator, parseMapping(mapping, "shop.yaml"), file, quiet);
    moments.push(new Date().toISOString());
    await after(i + 1);
  }
  return moments;
}

describe("the tier on a day as it was known on another", () => {
  test("is what the log of imports says, for every customer, day and moment", async () => {
    await fc.assert(
      fc.asyncProperty(imports, fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 2 }), async (log, offsets) => {
        const workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
        try {
          await publish(workspace, operator, { text: model, origin: "shop.yaml" });
          const moments = await imported(workspace, log);
          for (const [i, known_at] of moments.entries()) {
            for (const asOf of offsets.map((n) => daysAfter(first, n))) {
              const expected = rebuilt(log, i + 1, asOf);
              if (Object.keys(expected).length === 0) continue;
              const result = await runModel(workspace, operator, { model: "shop", as_of: asOf, known_at }, quiet);
              expect(await rowsOf(workspace, result)).toEqual(expected);
              expect(result).toMatchObject({ decided: false, known_at });
            }
          }
        } finally {
          await workspace.dispose();
        }
      }),
      { numRuns: process.env["TIERKEEP_EVIDENCE"] === "1" ? 60 : 4 },
    );
  }, 900_000);
});
