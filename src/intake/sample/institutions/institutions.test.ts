import { describe, expect, it } from "vitest";
import { customerHead } from "../customers.js";
import { daysUntil } from "../days.js";
import type { Rows } from "../write.js";
import { institutions } from "./index.js";

const days = daysUntil("2026-03-17");
type Name = keyof typeof institutions;
const names = Object.keys(institutions) as Name[];

const made = (name: Name, seed = 7): Rows<string>[] => Array.from({ length: 400 }, (_, i) => institutions[name].rowsOf(seed, i + 1, days));
const rowsOf = (customers: readonly Rows<string>[], file: string): string[][] => customers.flatMap((one) => one[file] ?? []);
const column = (rows: readonly string[][], name: (typeof customerHead)[number]): string[] => rows.map((row) => row[customerHead.indexOf(name)] ?? "");

describe.each(names)("the institution %s", (name) => {
  const { heads } = institutions[name];
  const customers = made(name);

  it("is the same for the same seed, and another for another", () => {
    expect(made(name)).toEqual(customers);
    expect(made(name, 8)).not.toEqual(customers);
  });

  it("fills every column of every row of every file", () => {
    for (const [file, head] of Object.entries(heads)) {
      const rows = rowsOf(customers, file);
      expect(rows.length, file).toBeGreaterThan(0);
      expect(rows.filter((row) => row.length !== head.length || row.includes("undefined"))).toEqual([]);
    }
  });

  it("tells each happening once, each by its number, and nothing of days to come or of who was not there yet", () => {
    const since = new Map(rowsOf(customers, "customers").map((row) => [row[0], row.at(-1) ?? ""]));
    for (const [file, head] of Object.entries(heads)) {
      const at = head.findIndex((column: string) => column.endsWith("时间"));
      if (at < 0) continue;
      const rows = rowsOf(customers, file);
      expect(new Set(rows.map((row) => row[0])).size, file).toBe(rows.length);
      expect(rows.filter((row) => (row[at] ?? "").slice(0, 10) > days.until || (row[at] ?? "").slice(0, 10) < (since.get(row[1]) ?? "")).slice(0, 3)).toEqual(
        [],
      );
    }
  });
});

it("no two institutions have the same somebody", () => {
  const all = names.flatMap((name) => rowsOf(made(name), "customers"));
  for (const what of ["客户号", "证件号"] as const) expect(new Set(column(all, what)).size, what).toBe(all.length);
  const phones = column(all, "手机").filter((phone) => /^160\d{8}$/.test(phone));
  expect(new Set(phones).size).toBe(phones.length);
});
