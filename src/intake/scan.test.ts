import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { problemsIn } from "../platform/problem.js";
import { openWarehouse, sql, type Warehouse } from "../platform/warehouse/index.js";
import { Format } from "./schema.js";
import { stageFile } from "./stage.js";

const folder = mkdtempSync(join(tmpdir(), "tierkeep-scan-"));
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ file: ":memory:", zone: "Asia/Shanghai" });
});
afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
async function staged(content: string | Buffer, format: Partial<Format> = {}) {
  const id = `f${++files}`;
  const path = join(folder, `${id}.csv`);
  writeFileSync(path, content);
  const file = await stageFile(warehouse, {
    path,
    file: `${id}.csv`,
    format: Format.parse({ delimiter: ",", ...format }),
    folder,
    id,
    report: () => undefined,
  });
  const rows = await warehouse.all<{ row_no: number; c0: string | null; c1: string | null }>(sql`select * from ${file.relation} order by row_no`);
  const broken = readFileSync(file.text?.broken ?? "", "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { line: number; code: string });
  return { good: file.rows, counted: file.broken, rows, broken };
}

it("takes the rest of a file that nobody may write", async () => {
  const path = join(folder, "locked.csv");
  writeFileSync(path, "a,b\n1,2\nbroken\n3,4\n", { mode: 0o444 });
  const file = await stageFile(warehouse, {
    path,
    file: "locked.csv",
    format: Format.parse({ delimiter: "," }),
    folder,
    id: "locked",
    report: () => undefined,
  });
  expect({ good: file.rows, broken: file.broken }).toEqual({ good: 2, broken: 1 });
  expect(statSync(join(folder, "locked.clean")).mode & 0o200).not.toBe(0);
});

it("a full disk is told, not thrown from somewhere", async () => {
  const path = join(folder, "much.csv");
  writeFileSync(path, `a,b\n${"broken\n".repeat(40_000)}1,2\n`);
  symlinkSync("/dev/full", join(folder, "full.broken"));
  const format = Format.parse({ delimiter: "," });
  const error: unknown = await stageFile(warehouse, { path, file: "much.csv", format, folder, id: "full", report: () => undefined }).catch((thrown) => thrown);
  expect(problemsIn(error)).toMatchObject([{ code: "disk.full" }]);
});

const runs = process.env["TIERKEEP_EVIDENCE"] === "1" ? 5_000 : 150;
const cell = fc.stringMatching(/^[a-z0-9 中文,"\n;]{0,6}$/u);
const quoted = (text: string): string => (/[",\n]|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

it("reads back any table that was written well, with the lines where its rows start", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.constantFrom(0, 0, 1, 3),
      async (table, end, lastEnd, blank) => {
        const text = end.repeat(blank) + [["a", "b"], ...table].map((row) => row.map(quoted).join(",")).join(end) + (lastEnd ? end : "");
        const found = await staged(text);
        expect(found.broken).toEqual([]);
        expect(found.rows.map((row) => [row.c0 ?? "", row.c1 ?? ""])).toEqual(table);
      },
    ),
    { numRuns: runs },
  );
});

it("loses no good row to a broken one, and blames the right line", async () => {
  const breakages = ["1", "1,2,3", '"1,2', '1,"2"3', "1\0,2"] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.constantFrom(...breakages), { freq: 3 }), { minLength: 1, maxLength: 15 }), async (plan) => {
      const lines = plan.map((broken, i) => broken ?? `good${i},"multi${i}"`);
      const found = await staged(["a,b", ...lines, ""].join("\n"));
      const expected = plan.flatMap((broken, i) => (broken === null ? [] : [i + 2]));
      expect(found.broken.map((row) => row.line)).toEqual(expected);
      expect(found.rows.map((row) => row.c0)).toEqual(plan.flatMap((broken, i) => (broken === null ? [`good${i}`] : [])));
    }),
    { numRuns: runs },
  );
});

it("takes any bytes: every row is either read or set aside, never both, never a crash", async () => {
  const byte = fc.constantFrom(0, 9, 10, 13, 34, 44, 59, 65, 66, 0x80, 0xd6, 0xe4, 0xff);
  await fc.assert(
    fc.asyncProperty(fc.array(byte, { maxLength: 60 }), async (bytes) => {
      const found = await staged(Buffer.concat([Buffer.from("a,b\nc,d\n"), Buffer.from(bytes)]));
      expect(found.rows.length).toBe(found.good);
      expect(found.broken.length).toBe(found.counted);
      expect(found.good + found.broken.length).toBeLessThanOrEqual(bytes.length + 1);
    }),
    { numRuns: runs },
  );
});

it("goes on after a row longer than a megabyte", async () => {
  const found = await staged(`a,b\n1,2\n3,${"x".repeat(9 * 1024 * 1024)}\n5,"${"y".repeat(2 * 1024 * 1024)}"\n7,8\n`);
  expect(found.rows.map((row) => row.c0)).toEqual(["1", "7"]);
  expect(found.broken).toMatchObject([{ line: 3, code: "too_long" }, { line: 4 }]);
});

it("reads rows across its windows", async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `${i},"some text, and more ${i}${i % 1000 === 0 ? "\n" : ""}"`);
  const found = await staged(`a,b\n${rows.join("\n")}\nbroken\n`);
  expect([found.good, found.broken]).toMatchObject([200_000, [{ line: 200_202, code: "wrong_columns" }]]);
  expect(found.rows.every((row, i) => row.c0 === String(i))).toBe(true);
});
