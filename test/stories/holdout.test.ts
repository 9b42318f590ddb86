import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FitAnswer } from "../../src/tiering/fit/fit.js";
import type { ModelFits } from "../../src/tiering/schema.js";
import { type CommandLine, commandLine } from "./command-line.js";

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write("skipped: what is foretold of real purchases, and what came (no ../shared/data)\n");

const models = ["bg_nbd", "mbg_nbd", "pareto_nbd"] as const;

let line: CommandLine;
beforeAll(async () => {
  line = await commandLine();
});
afterAll(() => line.dispose());

interface Foretold {
  x: number;
  t: number;
  actual: number;
  expected: number;
}

function rowsOf(name: string): Foretold[] {
  const [head = "", ...lines] = readFileSync(join(line.directory, name), "utf8").trimEnd().split("\n");
  const at = (column: string): number => head.split(",").indexOf(column);
  const [x, t, actual, expected] = [at("x"), at("t"), at("actual"), at("expected")];
  return lines.map((row) => {
    const cells = row.split(",").map(Number);
    return { x: cells[x] ?? Number.NaN, t: cells[t] ?? Number.NaN, actual: cells[actual] ?? Number.NaN, expected: cells[expected] ?? Number.NaN };
  });
}

const total = (rows: readonly Foretold[], of: (row: Foretold) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
const meanError = (rows: readonly Foretold[], of: (row: Foretold) => number): number => total(rows, (row) => Math.abs(of(row) - row.actual)) / rows.length;
const squaredError = (rows: readonly Foretold[], of: (row: Foretold) => number): number =>
  Math.sqrt(total(rows, (row) => (of(row) - row.actual) ** 2) / rows.length);

const MODEL = `
model: orders
title: { zh: 预测购买, en: Orders to come }
measures:
${models.map((fit) => `  by_${fit}: { of: transaction, take: expected_purchases, horizon: 39 weeks, fit: ${fit}, where: "amount > 0" }`).join("\n")}
tiers:
  - { id: some, when: "by_mbg_nbd >= 1" }
  - { id: few }
`;

type Holdout = NonNullable<NonNullable<ModelFits["fits"][number]["purchases"]>["holdout"]>;

/** What the fits of a run foretold of the last third of the time, in a new workspace with these facts. */
async function holdoutsOf(file: string, mapping: string, day: string): Promise<readonly Holdout[]> {
  const own = await commandLine();
  try {
    await own.told("init");
    await own.told("import", join(data, file), "--mapping", mapping);
    await writeFile(join(own.directory, "orders.yaml"), MODEL);
    await own.told("models", "apply", "orders.yaml");
    await own.told("tier", "orders", "--as-of", day);
    const { fits } = await own.told<ModelFits>("fits", "orders");
    expect(fits.map(({ model }) => model)).toEqual(models);
    return fits.flatMap(({ purchases }) => purchases?.holdout ?? []);
  } finally {
    await own.dispose();
  }
}

describe.skipIf(!present)(`what is foretold of real purchases${present ? "" : " (skipped: no ../shared/data)"}`, () => {
  test("CDNOW, 39 weeks after 39: every model is nearer to what came than the rate of before, in sum, per customer, and by repeats", async () => {
    const cdnow = join(data, "cdnow/cdnow_master.csv");
    const given = "customer_id=customer_id,occurred_at=date,amount=dollars";
    await line.told("summarize", "--data", cdnow, "--columns", given, "--unit", "week", "--until", "1997-09-30", "--holdout", "1998-06-30", "--out", "c.csv");
    for (const model of models) {
      const { parameters, identified } = await line.told<FitAnswer>("fit", model, "--data", "c.csv");
      expect(identified).toBe(true);
      const named = ["--parameters", JSON.stringify(parameters), "--data", "c.csv", "--horizon", "39", "--out", `${model}.csv`];
      await line.told("predict", model, ...named);
      const rows = rowsOf(`${model}.csv`);
      const naive = ({ x, t }: Foretold): number => (t > 0 ? (39 * x) / t : 0);
      const foretold = ({ expected }: Foretold): number => expected;
      expect(rows).toHaveLength(23_570);
      const came = total(rows, ({ actual }) => actual);
      expect(came).toBe(19_684);
      // all three fall short of this shop's second spring, by 13 to 19 in a hundred; the rate of before is over by 47
      expect(Math.abs(total(rows, foretold) / came - 1)).toBeLessThan(0.2);
      expect(total(rows, naive) / came).toBeGreaterThan(1.4);
      expect(meanError(rows, foretold)).toBeLessThan(0.8 * meanError(rows, naive));
      expect(squaredError(rows, foretold)).toBeLessThan(0.82 * squaredError(rows, naive));
      for (let repeats = 2; repeats <= 6; repeats++) {
        const alike = rows.filter(({ x }) => x === repeats);
        expect(Math.abs(total(alike, foretold) / total(alike, ({ actual }) => actual) - 1)).toBeLessThan(0.27);
      }
    }
  });

  test("CDNOW, by a run's own fits: the last third of the time, counted from the file by hand, is nearer to each than to the rate of before", async () => {
    const holdouts = await holdoutsOf("cdnow/cdnow_master.csv", "cdnow", "1998-06-30");
    const from = holdouts[0]?.from ?? "";
    const days = new Map<string, Set<string>>();
    for (const row of readFileSync(join(data, "cdnow/cdnow_master.csv"), "utf8").trim().split("\n").slice(1)) {
      const [customer = "", day = "", , dollars] = row.split(",");
      if (Number(dollars) > 0) days.set(customer, (days.get(customer) ?? new Set()).add(day));
    }
    const bought = [...days.values()].map((all) => [...all]).filter((all) => all.some((day) => day <= from));
    const actual = bought.reduce((sum, all) => sum + all.filter((day) => day > from).length, 0);
    expect(holdouts).toHaveLength(models.length);
    for (const one of holdouts) {
      expect(one).toMatchObject({ from: "1998-01-06", until: "1998-06-30", customers: bought.length, actual });
      expect(Math.abs(one.expected / actual - 1)).toBeLessThan(0.07);
      expect(one.naive / actual).toBeGreaterThan(1.4);
      expect(one.expected_error).toBeLessThan(0.86 * one.naive_error);
    }
  });

  test("a wholesaler before Christmas, by a run's own fits: no model knows the season, and each falls short by less than the rate of before", async () => {
    const holdouts = await holdoutsOf("online_retail/online_retail_full.parquet", "online-retail", "2011-12-09");
    expect(holdouts).toHaveLength(models.length);
    for (const one of holdouts) {
      expect(one).toMatchObject({ from: "2011-08-12", until: "2011-12-09", customers: 3221, actual: 5296 });
      // 18 in a hundred short beside 24; per customer they are alike
      expect(one.expected / one.actual).toBeGreaterThan(0.8);
      expect(one.actual - one.expected).toBeLessThan(0.8 * (one.actual - one.naive));
      expect(one.expected_error).toBeLessThan(1.02 * one.naive_error);
    }
  });
});
