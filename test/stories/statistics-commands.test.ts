import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../../src/platform/schema.js";
import type { FitAnswer } from "../../src/tiering/fit/fit.js";
import { type CommandLine, commandLine } from "./command-line.js";

const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write("skipped: purchase models of real data (no ../shared/data)\n");

let line: CommandLine;
beforeAll(async () => {
  line = await commandLine();
});
afterAll(() => line.dispose());

const file = (name: string): string => join(line.directory, name);
const write = async (name: string, text: string): Promise<string> => {
  await writeFile(file(name), text);
  return name;
};
const read = (name: string): string => readFileSync(file(name), "utf8");

interface Row {
  [column: string]: string;
}
function rowsOf(text: string): Row[] {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((row) => Object.fromEntries(row.split(",").map((cell, i) => [names[i] ?? "", cell])));
}
/** Whom a week has seen buying on these days of it. */
const buying = (i: number): readonly number[] => [[], [9], [4, 30], [], [2, 11, 40], [], [25], [6, 7, 20, 33, 48]][i % 8] ?? [];

test("breaks of a column have the agreed form, and need no workspace", async () => {
  const name = await write("values.csv", `v\n${[1, 2, 3, 10, 11, 12, 20, 21, 22, 22].join("\n")}\n`);
  expect(await line.told("breaks", name, "--column", "v", "--classes", "3")).toEqual({
    ssd_within: expect.closeTo(6.75, 12) as number,
    ssd_total: expect.closeTo(650.4, 9) as number,
    gvf: expect.closeTo(1 - 6.75 / 650.4, 12) as number,
    classes: [
      { min: 1, max: 3, count: 3 },
      { min: 10, max: 12, count: 3 },
      { min: 20, max: 22, count: 4 },
    ],
  });
  const said = await line.run("breaks", name, "--column", "v", "--classes", "3", "--lang", "zh");
  expect([said.code, said.stdout.includes("最小值"), existsSync(line.workspace)]).toEqual([0, true, false]);
});

test("transactions become histories, histories a fit, and a fit predictions", async () => {
  const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 40 }, (_, i) => [i % 3, ...buying(i).map((one) => (i % 3) + one)].map((n) => `K${100 + i},${day(n)},${10 + (n % 7)}.5`));
  const sales = await write("sales.csv", `cust,date,paid\n${rows.flat().join("\n")}\n`);
  const columns = "customer_id=cust,occurred_at=date,amount=paid";
  const summary = await line.told(
    "summarize",
    "--data",
    sales,
    "--columns",
    columns,
    "--unit",
    "week",
    "--until",
    "2026-02-10",
    "--holdout",
    "2026-02-28",
    "--out",
    "h.csv",
  );
  expect(summary).toMatchObject({ out: "h.csv", customers: 40, repeating: 25, unit: "week" });
  const histories = rowsOf(read("h.csv"));
  expect(histories[7]).toEqual({ customer_id: "K107", x: "4", t_x: String(33 / 7), t: String(39 / 7), spend: "12.25", actual: "1" });

  const fit = await line.told<FitAnswer>("fit", "mbg_nbd", "--data", "h.csv");
  const keys = ["model", "parameters", "standard_errors", "log_likelihood", "iterations", "gradient_norm", "identified", "seconds"];
  expect([Object.keys(fit), Object.keys(fit.parameters)]).toEqual([keys, ["r", "alpha", "a", "b"]]);

  await write("fit.json", JSON.stringify(fit));
  const answer = await line.told("predict", "mbg_nbd", "--parameters", "fit.json", "--data", "h.csv", "--horizon", "2.5", "--out", "p.csv");
  expect(answer).toMatchObject({ model: "mbg_nbd", out: "p.csv", rows: 40, horizon: 2.5 });
  const predicted = rowsOf(read("p.csv"));
  expect(Object.keys(predicted[0] ?? {})).toEqual(["customer_id", "x", "t_x", "t", "spend", "actual", "p_alive", "expected", "log_likelihood"]);
  expect(predicted).toEqual(histories.map((row) => expect.objectContaining(row) as Row));
  expect(predicted.every((row) => Number(row["p_alive"]) > 0 && Number(row["p_alive"]) <= 1 && Number(row["expected"]) > 0)).toBe(true);
  expect(predicted.reduce((all, row) => all + Number(row["log_likelihood"]), 0)).toBeCloseTo(fit.log_likelihood, 6);
});

test("what is wrong is told as data with --json, and in the language without", async () => {
  const name = await write("bad.csv", "x,t_x,t\n1,5,4\nmany,2,9\n");
  const { code, json } = await line.run("fit", "bg_nbd", "--data", name, "--json");
  expect(code).toBe(1);
  expect(json<{ problems: Problem[] }>().problems.map(({ code, place }) => [code, place])).toEqual([
    ["fit.last_after_end", { file: name, line: 2 }],
    ["fit.not_a_number", { file: name, line: 3, column: "x" }],
  ]);
  const said = await line.run("fit", "bg_nbd", "--data", name, "--lang", "zh");
  expect(said.stderr).toContain(`${name}:3 x: 不是数字`);
  const options = ["--data", name, "--until", "2026-01-31", "--out"];
  expect((await line.run("summarize", ...options, name)).stderr).toContain("[fit.same_file]");
  expect((await line.run("summarize", ...options, "o.csv", "--holdout", "2026-01-31")).stderr).toContain("[fit.holdout_before_until]");
});

describe.skipIf(!present)(`purchase models of real data${present ? "" : " (skipped: no ../shared/data)"}`, () => {
  const cdnow = join(data, "cdnow");

  test("CDNOW's transactions, in weeks, give the published histories of the sample; they and the donations give the published fits", async () => {
    const given = "customer_id=customer_id,occurred_at=date,amount=dollars";
    const args = ["--data", join(cdnow, "cdnow_master.csv"), "--columns", given, "--until", "1997-09-30", "--out", "cdnow.csv"];
    expect(await line.told("summarize", ...args)).toMatchObject({ customers: 23_570, unit: "week" });
    const made = new Map(rowsOf(read("cdnow.csv")).map((row) => [row["customer_id"], row]));
    const published = rowsOf(readFileSync(join(cdnow, "cdnow_customers_summary_with_transactions.csv"), "utf8"));
    const masterOf = new Map<string, string>();
    for (const row of readFileSync(join(cdnow, "CDNOW_sample.txt"), "utf8").trim().split("\n")) {
      const [master = "", sample = ""] = row.trim().split(/\s+/);
      masterOf.set(String(Number(sample)), master);
    }
    const sample = published.map(({ ID = "" }) => made.get(masterOf.get(ID)));
    expect(sample).toHaveLength(2357);
    const rounded = (n: string | undefined): string => Number(n).toFixed(2);
    expect(sample.map((row) => [row?.["x"], rounded(row?.["t_x"]), rounded(row?.["t"])])).toEqual(
      published.map(({ x, t_x, T }) => [x, rounded(t_x), rounded(T)]),
    );

    const columns = ["x", "t_x", "t", "spend"] as const;
    await write("sample.csv", [columns.join(","), ...sample.map((row) => columns.map((column) => row?.[column]).join(",")), ""].join("\n"));
    const printed = async (model: string, ...options: string[]): Promise<(number | string)[]> => {
      const { parameters, log_likelihood } = await line.told<FitAnswer>("fit", model, ...options);
      return [...Object.entries(parameters).map(([name, value]) => `${name} ${value.toFixed(3)}`), Number(log_likelihood.toFixed(1))];
    };
    expect(await printed("bg_nbd", "--data", "sample.csv")).toEqual(["r 0.243", "alpha 4.414", "a 0.793", "b 2.426", -9582.4]);
    expect(await printed("pareto_nbd", "--data", "sample.csv")).toEqual(["r 0.553", "alpha 10.578", "s 0.606", "beta 11.669", -9595]);
    expect(await printed("gamma_gamma", "--data", "sample.csv")).toEqual(["p 6.250", "q 3.744", "v 15.444", -4055.9]);
    const donors = ["--data", join(data, "donations_bgbb/donations.csv"), "--columns", "x=frequency,t_x=recency,t=periods,weight=weights"];
    expect(await printed("bg_bb", ...donors)).toEqual(["alpha 1.204", "beta 0.750", "gamma 0.657", "delta 2.783", -33225.6]);
  });
});
