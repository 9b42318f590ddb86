import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProblemError } from "../../platform/problem.js";
import type { Problem } from "../../platform/schema.js";
import { type BreaksAnswer, breaksOfFile } from "./breaks.js";
import { type Given, parseColumns } from "./columns.js";
import { fitFile } from "./fit.js";
import type { ModelName } from "./models.js";
import { readParameters } from "./parameters.js";
import { predict } from "./predict.js";
import { type Summarizing, summarize } from "./summarize.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tierkeep-test-fit-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const write = async (name: string, text: string | Buffer): Promise<string> => {
  await writeFile(at(name), text);
  return at(name);
};
const read = (name: string): Promise<string> => readFile(at(name), "utf8");

/** What somebody would be told; it fails when there is nothing to tell. */
async function problemsOf(work: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error("no problem was told");
}
const toldOf = async (work: () => Promise<unknown>) => (await problemsOf(work)).map(({ code, place }) => [code, place?.line, place?.column]);
const codesOf = async (work: () => Promise<unknown>) => (await problemsOf(work)).map(({ code }) => code);

const classesOf = async (path: string, column: string, classes?: number): Promise<BreaksAnswer["classes"]> =>
  (await breaksOfFile(path, column, classes)).classes;

describe("breaks of a file", () => {
  test("every cell that is no number is told with line, column and rule; lines inside quotes count, blank ones do not harm", async () => {
    const path = await write("bad-values.csv", 'note,v\n"two\nlines",1\nx,many\ny,\nz,NaN\n\nlast,3\n');
    expect(await toldOf(() => breaksOfFile(path, "v", 2))).toEqual([
      ["fit.not_a_number", 4, "v"],
      ["fit.empty", 5, "v"],
      ["fit.not_a_number", 6, "v"],
    ]);
    expect(await problemsOf(() => breaksOfFile(path, "nota", 2))).toMatchObject([{ code: "fit.no_such_column", hint: { en: "did you mean note?" } }]);
    const blank = await write("blank.csv", "v\n1\n\n5\n");
    expect(await classesOf(blank, "v", 2)).toHaveLength(2);
  });

  test("twenty mistakes are told, and how many more there are", async () => {
    const path = await write("many-bad.csv", `v\n${"x\n".repeat(50)}`);
    const told = await problemsOf(() => breaksOfFile(path, "v", 2));
    expect([told.length, told.at(-1)?.message.en]).toEqual([21, "and 30 more that are not listed"]);
  });

  test("broken rows, a column that is there twice, no rows, no file and what is no text are told", async () => {
    const broken = await write("broken.csv", "a,b\n1,2\n3\nx,y\n4,5\n");
    expect(await toldOf(() => breaksOfFile(broken, "b", 2))).toEqual([
      ["intake.wrong_columns", 3, undefined],
      ["fit.not_a_number", 4, "b"],
    ]);
    const twice = await write("twice.csv", "a,a\n1,2\n");
    expect(await codesOf(() => breaksOfFile(twice, "a", 2))).toEqual(["fit.column_twice"]);
    const empty = await write("no-rows.csv", "a\n");
    expect(await codesOf(() => breaksOfFile(empty, "a", 2))).toEqual(["fit.no_rows"]);
    const nothing = await write("nothing.csv", "");
    expect(await codesOf(() => breaksOfFile(nothing, "a", 2))).toEqual(["intake.empty_file"]);
    expect(await codesOf(() => breaksOfFile(at("nowhere.csv"), "a", 2))).toEqual(["intake.no_such_file"]);
    const excel = await write("excel.csv", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    expect(await codesOf(() => breaksOfFile(excel, "a", 2))).toEqual(["intake.broken_excel"]);
  });

  test("files in GB18030, with tabs or a byte order mark are read as they are", async () => {
    const header = Buffer.from([0xca, 0xfd, 0xd6, 0xb5]); // 数值
    const gb = await write("gb.csv", Buffer.concat([header, Buffer.from("\n1\n2\n9\n")]));
    const two = [
      { min: 1, max: 2, count: 2 },
      { min: 9, max: 9, count: 1 },
    ];
    expect(await classesOf(gb, "数值", 2)).toEqual(two);
    expect(await classesOf(await write("tabs.tsv", "k\tv\n1\t 1 \n2\t2\n3\t9e0\n"), "v", 2)).toEqual(two);
    expect(await classesOf(await write("mark.csv", "\ufeffv\r\n1\r\n2\r\n9\r\n"), "v", 2)).toEqual(two);
  });

  test("there are no more classes than different values; without a number the elbow chooses", async () => {
    const path = await write("few.csv", "v\n-0\n0\n5\n5\n");
    expect(await breaksOfFile(path, "v", 9)).toEqual({
      ssd_within: 0,
      ssd_total: 25,
      gvf: 1,
      classes: [
        { min: 0, max: 0, count: 2 },
        { min: 5, max: 5, count: 2 },
      ].map((one) => ({ ...one, min: expect.closeTo(one.min, 12) as number, max: expect.closeTo(one.max, 12) as number })),
    });
    const groups = await write("groups.csv", `v\n${Array.from({ length: 60 }, (_, i) => Math.floor(i / 20) * 1000 + (i % 20)).join("\n")}\n`);
    expect(await classesOf(groups, "v")).toHaveLength(3);
  });
});

/** Purchases of four customers; two of 张三 on one day. */
const transactions = `who,day,paid
B,2026-01-05,10.00
张三,2026-01-01,5
张三,2026-01-08,0.10
张三,2026-01-08,0.20
张三,2026-01-22,7.50
"C, Ltd",2026/1/10,100
B,2026-02-03 23:30:00-08:00,3
张三,2026-02-10,1
张三,2026-02-20,1
D,20260202,8
`;

describe("summaries of transactions", () => {
  const columns: Given = { customer_id: "who", occurred_at: "day", amount: "paid" };
  const asked = (data: string, more: Partial<Summarizing>): Promise<unknown> =>
    summarize({ data, columns, unit: "week", until: "2026-01-31", out: at("o.csv"), ...more });

  test("purchases of one day are one; what comes after the day does not count before it", async () => {
    const path = await write("t.csv", transactions);
    expect(await asked(path, { holdout: "2026-02-15", out: at("s.csv") })).toEqual({
      out: at("s.csv"),
      customers: 3,
      repeating: 1,
      unit: "week",
      until: "2026-01-31",
      holdout: "2026-02-15",
      last_day: "2026-02-20",
    });
    expect(await read("s.csv")).toBe(`customer_id,x,t_x,t,spend,actual\nB,0,0,${26 / 7},0,1\n"C, Ltd",0,0,3,0,0\n张三,2,3,${30 / 7},3.9,1\n`);
  });

  test("in days, without a holdout, and with the day itself", async () => {
    const path = await write("t.csv", transactions);
    await asked(path, { unit: "day", until: "2026-02-03", out: at("d.csv") });
    expect(await read("d.csv")).toBe('customer_id,x,t_x,t,spend\nB,1,29,29,3\n"C, Ltd",0,0,24,0\nD,0,0,1,0\n张三,2,21,33,3.9\n');
  });

  test("every bad cell is told with its line, and the file that was there stays", async () => {
    await write("kept.csv", "as it was\n");
    const path = await write("bad-t.csv", "who,day,paid\nA,2026-01-01,1\n,2026-01-01,1\nB,2026-02-30,1\nC,soon,five\nD,,2\nE,2026-01-05,\nF,2026-01-05,2e15\n");
    expect(await toldOf(() => asked(path, { out: at("kept.csv") }))).toEqual([
      ["fit.no_customer", 3, "who"],
      ["fit.not_a_day", 4, "day"],
      ["fit.not_a_day", 5, "day"],
      ["fit.not_a_number", 5, "paid"],
      ["fit.no_day", 6, "day"],
      ["fit.empty", 7, "paid"],
      ["fit.too_large", 8, "paid"],
    ]);
    expect(await read("kept.csv")).toBe("as it was\n");
  });

  test("columns, days and a place to write are looked at, and nothing is left behind", async () => {
    const path = await write("t.csv", transactions);
    const misspelt = await problemsOf(() => asked(path, { columns: { customer: "who", occurred_at: "days", amount: "paid" } }));
    expect(misspelt.map(({ code }) => code)).toEqual(["fit.unknown_name", "fit.no_such_column", "fit.no_such_column"]);
    expect(misspelt.at(-1)?.hint?.en).toBe("did you mean day?");
    expect(await codesOf(() => asked(path, { out: at("no/such/folder.csv") }))).toEqual(["cli.cannot_write"]);
    expect(await codesOf(() => asked(path, { out: folder }))).toEqual(["cli.cannot_write"]);
    expect(await codesOf(() => asked(path, { until: "2025-01-31" }))).toEqual(["fit.no_purchases_until"]);
    expect((await readdir(folder)).filter((one) => /^o\.csv|partial$/.test(one))).toEqual([]);
  });

  test("names of columns may hold commas; a name is said once", () => {
    expect(parseColumns("x=a, b,t_x = c,t=d=e")).toEqual({ x: "a, b", t_x: "c", t: "d=e" });
    for (const text of ["x", "x=", "=a", "x=a,x=b", ""]) expect(() => parseColumns(text)).toThrow("name=file_column");
  });
});

describe("fits and predictions", () => {
  const parameters = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
  const predicted = (data: string, out: string, columns: Given = {}): Promise<unknown> =>
    predict({ model: "bg_nbd", parameters, data, columns, horizon: 39, out: at(out) });

  test("the published customer is expected to buy 1.226 times; cells are kept as they stand", async () => {
    const path = await write("one.csv", 'who,"first, second",x,t_x,T\n"a ""b""",  07 ,2,30.43,38.86\n');
    await predicted(path, "e.csv", { t: "T" });
    const [head, row = ""] = (await read("e.csv")).split("\n");
    expect(head).toBe('who,"first, second",x,t_x,T,p_alive,expected,log_likelihood');
    expect(row.startsWith('"a ""b""",  07 ,2,30.43,38.86,')).toBe(true);
    expect(Number(row.split(",").at(-2))).toBeCloseTo(1.226, 3);
  });

  test("a file with lines of its own kind is predicted row by row too", async () => {
    const path = await write("odd.csv", Buffer.from('note;x;t_x;t\r\n"a\nb";0;0;9\r\n\r\nbare " quote;1;2;9\r\n'));
    await predicted(path, "odd-out.csv");
    expect((await read("odd-out.csv")).split("\n")).toHaveLength(5); // a line of the first row is its own
    expect(await read("odd-out.csv")).toMatch(/^note,x,t_x,t,p_alive,expected,log_likelihood\n"a\nb",0,0,9,1,/);
  });

  test("every bad row is told with line and rule, of both kinds at once", async () => {
    const path = await write("bad-h.csv", "x,t_x,t\n1,5,4\n-1,0,9\n0,2,9\n1.5,2,9\nmany,2,9\n2,3,9\n");
    for (const work of [() => fitFile("bg_nbd", path, {}), () => predicted(path, "never.csv")])
      expect(await toldOf(work)).toEqual([
        ["fit.last_after_end", 2, undefined],
        ["fit.negative", 3, "x"],
        ["fit.last_without_repeat", 4, undefined],
        ["fit.fraction_of_a_purchase", 5, undefined],
        ["fit.not_a_number", 6, "x"],
      ]);
    const beyond = await write("bad-o.csv", "x,t_x,n\n3,2,6\n1,1.5,6\n");
    expect(await codesOf(() => fitFile("bg_bb", beyond, {}))).toEqual(["fit.more_purchases_than_opportunities", "fit.fraction_of_an_opportunity"]);
    expect((await readdir(folder)).filter((one) => one.startsWith("never"))).toEqual([]);
  });

  test("a number below 0 is told of the file's own column", async () => {
    const path = await write("own.csv", "orders,last,age\n-1,0,9\n");
    expect(await toldOf(() => fitFile("bg_nbd", path, { x: "orders", t_x: "last", t: "age" }))).toEqual([["fit.negative", 2, "orders"]]);
  });

  test("what is told of all rows goes by their weights, and leaves out those of which nothing can be said", async () => {
    const path = await write("weighted.csv", "x,t_x,t,weight\n2,20,39,10\n0,0,39,2.5\n");
    const alone = async (row: string) => (await predicted(await write("alone.csv", `x,t_x,t\n${row}\n`), "alone-out.csv")) as { expected: number };
    const [often, never] = [await alone("2,20,39"), await alone("0,0,39")];
    const all = await predicted(path, "weighted-out.csv", { weight: "weight" });
    expect(all).toMatchObject({ rows: 2, customers: 12.5, unknown: 0, expected: expect.closeTo(10 * often.expected + 2.5 * never.expected, 9) });
    const spends = await write("unbounded.csv", "x,spend,weight\n1,100,3\n5,100,2\n");
    const answer = await predict({
      model: "gamma_gamma",
      parameters: { p: 0.32, q: 0.4, v: 494 },
      data: spends,
      columns: { weight: "weight" },
      out: at("unbounded-out.csv"),
    });
    expect(answer).toMatchObject({ rows: 2, customers: 5, unknown: 3, expected: expect.closeTo((2 * 0.32 * (494 + 500)) / (1.6 + 0.4 - 1), 9) });
  });

  test("too little is said to be too little; one customer is enough to predict", async () => {
    const codes = async (model: ModelName, text: string): Promise<string[]> => codesOf(async () => fitFile(model, await write("little.csv", text), {}));
    expect(await codes("pareto_nbd", "x,t_x,t\n")).toEqual(["fit.no_rows"]);
    expect(await codes("bg_nbd", "x,t_x,t\n2,3,9\n")).toEqual(["fit.too_few"]);
    expect(await codes("mbg_nbd", `x,t_x,t\n${"0,0,9\n".repeat(30)}`)).toEqual(["fit.no_repeat_purchases"]);
    expect(await codes("bg_bb", `x,t_x,t\n${"0,0,0\n".repeat(30)}`)).toEqual(["fit.no_such_column"]);
    expect(await codesOf(async () => predicted(await write("none.csv", "x,t_x,t\n"), "never.csv"))).toEqual(["fit.no_rows"]);
    expect(await predicted(await write("single.csv", "x,t_x,t\n0,0,9\n"), "single-out.csv")).toMatchObject({ rows: 1 });
  });

  test("spend is fitted and expected of who came back; where x is 0 it may be missing", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${1 + (i % 4)},${(20 + ((i * 37) % 50) / (1 + (i % 4))).toFixed(2)}`);
    const path = await write("spend.csv", `x,spend\n0,\n0,0\n${rows.join("\n")}\n`);
    const { fit } = await fitFile("gamma_gamma", path, {});
    expect([fit.model, Object.keys(fit.parameters)]).toEqual(["gamma_gamma", ["p", "q", "v"]]);
    await predict({ model: "gamma_gamma", parameters: { p: 6.25, q: 3.74, v: 15.44 }, data: path, columns: {}, out: at("spend-out.csv") });
    const [head, first = ""] = (await read("spend-out.csv")).split("\n");
    expect([head, first.split(",").slice(0, 3), Number(first.split(",")[3])]).toEqual([
      "x,spend,p_alive,expected,log_likelihood",
      ["0", "", ""],
      expect.closeTo((6.25 * 15.44) / 2.74, 10),
    ]);
    const bad = await write("bad-spend.csv", "x,spend\n1,\n2,0\n1,-3\n0,much\n");
    expect(await toldOf(() => fitFile("gamma_gamma", bad, {}))).toEqual([
      ["fit.empty", 2, "spend"],
      ["fit.spend_not_above_zero", 3, undefined],
      ["fit.spend_not_above_zero", 4, undefined],
    ]);
  });

  test("renewals of a cohort are fitted as published; its periods are in order", async () => {
    // Fader & Hardie (2007), the regular segment: alpha 0.704, beta 1.182 over the first eight years
    const left = [1000, 631, 468, 382, 326, 289, 262, 241];
    const path = await write("cohort.csv", `year,left\n${left.map((n, t) => `${t},${n}`).join("\n")}\n`);
    const { fit } = await fitFile("sbg", path, { period: "year", survivors: "left" });
    expect([fit.parameters["alpha"]?.toFixed(3), fit.parameters["beta"]?.toFixed(3)]).toEqual(["0.704", "1.182"]);
    const bad = await write("bad-cohort.csv", "period,survivors\n0,100\n2,50\n2,60\n");
    expect(await toldOf(() => fitFile("sbg", bad, {}))).toEqual([
      ["fit.period_out_of_order", 3, undefined],
      ["fit.more_survivors_than_before", 4, undefined],
    ]);
    const few = await write("few-periods.csv", "period,survivors\n0,100\n1,50\n");
    expect(await codesOf(() => fitFile("sbg", few, {}))).toEqual(["fit.too_few_periods"]);
  });

  test("parameters are looked at all at once; what a fit answered will do", async () => {
    const told = async (text: string): Promise<string[]> => (await problemsOf(async () => readParameters(text, "bg_nbd"))).map(({ message }) => message.en);
    expect(await told('{"r": 1, "alpha": -2, "aa": 1}')).toEqual([
      "The parameter alpha has to be a number above 0",
      "The parameter a is missing",
      "The parameter b is missing",
      "bg_nbd has no parameter aa",
    ]);
    expect(await told('{"r": 1,')).toEqual(["--parameters has to be a JSON object"]);
    expect(await told("[1, 2]")).toEqual(["--parameters has to be a JSON object"]);
    expect(await told(at("nowhere.json"))).toEqual([`There is no file ${at("nowhere.json")}`]);
    expect(await told(JSON.stringify({ model: "pareto_nbd", parameters }))).toEqual(["These are parameters of pareto_nbd, not of bg_nbd"]);
    expect(readParameters(JSON.stringify({ model: "bg_nbd", parameters }), "bg_nbd")).toEqual(parameters);
    expect(readParameters(await write("p.json", JSON.stringify(parameters)), "bg_nbd")).toEqual(parameters);
    const taken = await write("taken.csv", "x,t_x,t,expected\n1,2,3,4\n");
    expect(await codesOf(() => predicted(taken, "never.csv"))).toEqual(["fit.column_taken"]);
  });
});
