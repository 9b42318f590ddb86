import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { mappingOf } from "../../src/intake/mappings.js";
import { tables as intakeTables } from "../../src/intake/parts.js";
import { sql } from "../../src/platform/warehouse/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { explanationOf } from "../../src/tiering/explanation.js";
import { rowsFile } from "../../src/tiering/file.js";
import { overviewOf } from "../../src/tiering/overview.js";
import { runModel } from "../../src/tiering/run.js";
import type { RunRequest, RunResult } from "../../src/tiering/schema.js";

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write("skipped: tiers of real data (no ../shared/data)\n");

interface Row {
  customer_id: string;
  tier: string;
  recency: number;
  frequency: number;
  monetary: string;
  r: number;
  f: number;
  m: number;
}

const quiet = () => undefined;

async function rowsOf(workspace: TemporaryWorkspace, run: number): Promise<Row[]> {
  let text = "";
  for await (const piece of await rowsFile(workspace, operator, run, true)) text += String(piece);
  const [head, ...lines] = text.trimEnd().split("\n");
  expect(head).toBe("customer_id,tier,recency,frequency,monetary,r,f,m");
  return lines.map((line) => {
    const [customer_id = "", tier = "", recency, frequency, monetary = "", r, f, m] = line.split(",");
    return { customer_id, tier, recency: Number(recency), frequency: Number(frequency), monetary, r: Number(r), f: Number(f), m: Number(m) };
  });
}

/** ceil(k · average rank / n) by sorting, apart from how the product finds it. */
function ranked(rows: readonly Row[], worth: (row: Row) => number): Map<string, number> {
  const sorted = [...rows].sort((a, b) => worth(a) - worth(b));
  const scores = new Map<string, number>();
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const value = sorted[from] as Row;
    to = from;
    while (to < sorted.length && worth(sorted[to] as Row) === worth(value)) to++;
    const averageRank = (from + 1 + to) / 2;
    for (const row of sorted.slice(from, to)) scores.set(row.customer_id, Math.ceil((5 * averageRank) / sorted.length));
  }
  return scores;
}

const mean = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;

const groups: Record<string, string> = {
  HHH: "champion",
  LHH: "at_risk",
  HLH: "promising",
  LLH: "win_back",
  HHL: "loyal",
  LHL: "drifting",
  HLL: "new",
  LLL: "dormant",
};

describe.runIf(present)("online retail", () => {
  let workspace: TemporaryWorkspace;
  let result: RunResult;
  let rows: Row[];
  const run = (request: Partial<RunRequest> = {}) => runModel(workspace, operator, { model: "rfm", as_of: "2011-12-10", ...request }, quiet);

  beforeAll(async () => {
    workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
    const mapping = await mappingOf(workspace, { mapping: "online-retail" });
    await importFiles(workspace, operator, mapping, `${data}/online_retail/online_retail_full.parquet`, quiet);
    result = await run();
    rows = await rowsOf(workspace, result.run);
  }, 120_000);
  afterAll(() => workspace.dispose());

  test("4,338 customers, each once", () => {
    expect(result).toMatchObject({ model: "rfm", version: 1, customers: 4338, moved: 0, first_graded: 4338 });
    expect(new Set(rows.map((row) => row.customer_id)).size).toBe(4338);
    expect(Math.min(...rows.map((row) => row.recency))).toBe(1);
    expect(Math.max(...rows.map((row) => row.recency))).toBe(374);
  });

  test("recency, frequency and monetary are those of the file itself", async () => {
    const file = sql`read_parquet(${`${data}/online_retail/online_retail_full.parquet`})`;
    const columns = (await workspace.warehouse.all<{ column_name: string }>(sql`describe select * from ${file}`)).map((one) => one.column_name);
    const find = (pattern: RegExp): string => `"${columns.find((column) => pattern.test(column)) ?? ""}"`;
    const [id, invoice, quantity, price, date] = [find(/customer/i), find(/invoice(no)?$/i), find(/quantity/i), find(/price/i), find(/date/i)];
    const text = `select regexp_replace(${id}::varchar, '\\.0$', '') as customer_id, date '2011-12-10' - max(${date}::timestamp)::date as recency,
      count(distinct ${invoice}) as frequency, sum((${quantity} * ${price}::decimal(18,4))::decimal(18,4))::double as monetary
      from `;
    const where = ` where ${id} is not null and ${invoice}::varchar not like 'C%' and ${quantity} > 0 and ${price} > 0 group by 1 order by 1`;
    const expected = await workspace.warehouse.all<{ customer_id: string; recency: number; frequency: number; monetary: number }>({
      parts: [text, where],
      holes: [file],
    });
    expect(rows.map(({ customer_id, recency, frequency, monetary }) => ({ customer_id, recency, frequency, monetary: Number(monetary) }))).toEqual(expected);
  });

  test("scores are the ceiling of the average rank, and groups those of the means", () => {
    const [r, f, m] = [ranked(rows, (row) => -row.recency), ranked(rows, (row) => row.frequency), ranked(rows, (row) => Number(row.monetary))];
    expect(rows.map((row) => [row.r, row.f, row.m])).toEqual(rows.map(({ customer_id }) => [r.get(customer_id), f.get(customer_id), m.get(customer_id)]));
    const means = { r: mean(rows, (row) => row.r), f: mean(rows, (row) => row.f), m: mean(rows, (row) => row.m) };
    const letters = (row: Row) => (["r", "f", "m"] as const).map((score) => (row[score] > means[score] ? "H" : "L")).join("");
    expect(rows.map((row) => row.tier)).toEqual(rows.map((row) => groups[letters(row)]));
  });

  test("ntile gives equal sizes, only reads, and needs no calibration of bands", async () => {
    const other = await run({ bands: "ntile" });
    const split = await rowsOf(workspace, other.run);
    for (const score of ["r", "f", "m"] as const) {
      expect([1, 2, 3, 4, 5].map((band) => split.filter((row) => row[score] === band).length)).toEqual([868, 868, 868, 867, 867]);
    }
    expect((await overviewOf(workspace, operator, "rfm")).run.run).toBe(result.run);
  });

  test("the same run again gives the same bytes and moves nobody", async () => {
    const again = await run();
    expect(again.moved).toBe(0);
    expect(await rowsOf(workspace, again.run)).toEqual(rows);
  });

  test("an explanation says what the run did", async () => {
    const row = rows.find((one) => one.customer_id === "17850") as Row;
    const told = await explanationOf(workspace, operator, "17850", "rfm");
    expect(told.effective).toBe(row.tier);
    expect(Object.fromEntries(told.figures.map((figure) => [figure.name, Number(figure.value)]))).toEqual({
      recency: row.recency,
      frequency: row.frequency,
      monetary: Number(row.monetary),
      r: row.r,
      f: row.f,
      m: row.m,
    });
    expect(told.tiers.find((tier) => tier.holds)?.id).toBe(row.tier);
  });

  test("a day before any fact is refused with the day that would do", async () => {
    await expect(run({ as_of: "2010-11-30" })).rejects.toMatchObject({
      problems: [{ code: "tiering.no_facts", hint: { en: expect.stringContaining("2010-12-01") as string } }],
    });
  });
});

describe.runIf(present)("cdnow", () => {
  test("23,570 customers with 69,659 purchases", async () => {
    const workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
    try {
      const imported = await importFiles(workspace, operator, await mappingOf(workspace, { mapping: "cdnow" }), `${data}/cdnow/cdnow_master.csv`, quiet);
      const result = await runModel(workspace, operator, { model: "rfm", as_of: "1998-06-30" }, quiet);
      expect(result.customers).toBe(23_570);
      const [total] = await workspace.warehouse.all<{ n: number }>(sql`select count(*) as n from "transaction" where retracted_at is null`);
      expect(total).toEqual({ n: imported.rows_loaded });
    } finally {
      await workspace.dispose();
    }
  }, 120_000);
});
