import { expect, it } from "vitest";
import { ProblemError } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { openWarehouse, sql } from "../platform/warehouse/index.js";
import { planPart } from "./columns.js";
import { parseMap } from "./commands.js";
import { matches } from "./files.js";
import { parseMapping } from "./mapping.js";
import { FileMapping } from "./schema.js";

const said = (problems: readonly Problem[]) =>
  problems.map((one) => `${one.place?.line ?? "-"} ${one.code}: ${one.message.en}${one.hint === undefined ? "" : ` (${one.hint.en})`}`);

function problemsOf(text: string, columns: string[]): string[] {
  try {
    const parsed = parseMapping(text, "m.yaml");
    const problems = [...parsed.problems];
    for (const [part, file] of Object.entries(parsed.mapping.files))
      planPart(parsed, part, file, { file: "a.csv", columns, headed: true }, new Map(), problems);
    return said(problems);
  } catch (error) {
    if (error instanceof ProblemError) return said(error.problems);
    throw error;
  }
}

it("says every mistake at once, with its line and a hint", () => {
  const text = `source: shop
title: { zh: 商店, en: Shop }
files:
  sales:
    loads: delta
    set_aside:
      - { code: refund, when: "kind = = 'x'", reason: { zh: 退, en: refund } }
      - { code: cheap, when: amount + 1, reason: { zh: 便宜, en: cheap } }
    facts:
      - as: transaction
        map:
          custmer_id: customer
          occurred_at: dat
          amount: amount * prise
`;
  expect(problemsOf(text, ["customer", "date", "amount", "price", "kind"])).toEqual([
    "5 mapping.unknown_key: a part has no loads (did you mean load?)",
    "12 mapping.unknown_canonical_column: transaction has no column custmer_id (did you mean customer_id?)",
    "11 mapping.missing_column: transaction needs customer_id (Customer id) (is custmer_id meant to be customer_id?)",
    expect.stringMatching(/^7 mapping\.bad_expression: .*kind = = 'x'$/),
    "8 mapping.bad_expression: a condition has to be true or false",
    "13 mapping.unknown_file_column: a.csv has no column dat (did you mean date?)",
    "14 mapping.unknown_file_column: a.csv has no column prise (did you mean price?)",
  ]);
});

it("says what is wrong with the form", () => {
  expect(problemsOf("source: shop\ntitle: { zh: 商店 }\nfiles:\n  a:\n    facts:\n      - as: purchase\n        map: {}\n", [])).toEqual([
    "2 mapping.missing_key: title.en is missing",
    "6 mapping.invalid: files.a.facts.0.as is not one of those allowed (one of: customer, product, holding, balance, transaction, interaction, attribute)",
  ]);
  expect(problemsOf("source: [\n", [])[0]).toMatch(/mapping\.not_yaml/);
});

const laughs = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((one, i) => `${one}: &${one} [${`*${"abcdefgh"[i]}, `.repeat(8)}*${"abcdefgh"[i]}]`),
].join("\n");
it.each([
  ["aliases of aliases", laughs],
  ["an alias of nothing", "source: *nobody"],
  ["levels without end", "[".repeat(50_000)],
  ["a NUL character", 'source: "a\\0b"'],
])("text that is no mapping is a problem: %s", (_name, text) => {
  expect(problemsOf(text, [])[0]).toMatch(/mapping\.not_yaml/);
});

it("says it all in Chinese to whoever reads Chinese", () => {
  const chinese = (text: string): string[] => {
    try {
      parseMapping(text, "m.yaml");
      return [];
    } catch (error) {
      return error instanceof ProblemError ? error.problems.map((one) => one.message.zh) : [String(error)];
    }
  };
  expect(chinese("a: [\n")).toEqual([expect.stringMatching(/^不是正确的 YAML：[^a-z]*$/iu)]);
  expect(chinese("source: A B\ntitle: 5\nfiles: {}\n").join()).not.toMatch(/expected|Invalid|must/);
});

const withLookup = (file: string) => `source: s
title: { zh: 一, en: one }
files:
  a:
    lookups:
      s: { file: ${JSON.stringify(file)}, by: x, key: x }
    facts:
      - as: product
        map: { product: x }
`;
it.each(["../secret.csv", "/etc/passwd", "..\\secret.csv", "..", ".", "", "a/b.csv", "a\0.csv"])("a look-up names a file beside it, not %j", (file) => {
  expect(problemsOf(withLookup(file), ["x"])[0]).toMatch(file.includes("\0") ? /not_yaml/ : /^6 mapping\.invalid: .*a file name alone, without a path$/);
});
it("a look-up's file may have any plain name", () => {
  expect(problemsOf(withLookup("客户 1.v2.csv"), ["x"])).toEqual([]);
});

const written = (part: string) => `source: s
title: { zh: 一, en: one }
files:
  a:
    ${part}
    facts:
      - as: product
        map: { product: x }
`;
it.each(['"%Q"', '""', '"%"', '"%Y-%m-%d %"', '"%-Y"', '"%Y\\0"'])("dates are read by a format there is, not %s", (format) => {
  expect(problemsOf(written(`dates: ${format}`), ["x"])[0]).toMatch(format.includes("0") ? /not_yaml/ : /^5 mapping\.invalid: .*not a date format such as/);
});
it.each(['"%d.%m.%Y"', '"%-d/%-m/%y %H:%M:%S.%f %p"', '"%a %b %d %T %z 100%%"'])("dates may be written %s", (format) => {
  expect(problemsOf(written(`dates: ${format}`), ["x"])).toEqual([]);
});
it("every date format it takes is one to the engine, and no other", async () => {
  const warehouse = await openWarehouse({ file: ":memory:", zone: "Asia/Shanghai" });
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  for (const format of letters.flatMap((letter) => [`%${letter}`, `%-${letter}`])) {
    const engine = await warehouse.first(sql`select try_strptime(x, ${format}) from (values ('x')) t(x)`).then(
      () => true,
      () => false,
    );
    expect([format, FileMapping.shape.dates.safeParse(format).success]).toEqual([format, engine]);
  }
  await warehouse.close();
});

it.each(["'\"'", '"\\n"', '"\\r"', '"，，"', '""', '"|\\n"'])("rows are not split by %s", (delimiter) => {
  expect(problemsOf(written(`format: { delimiter: ${delimiter} }`), ["x"])[0]).toMatch(/^5 mapping\.invalid: files\.a\.format\.delimiter/);
});

it("takes a column by its own name, however odd", () => {
  const map = (value: string) => `source: s\ntitle: { zh: 一, en: one }\nfiles:\n  a:\n    facts:\n      - as: product\n        map: { product: "${value}" }\n`;
  for (const column of ["Customer ID", "客户号", "a-b", "order", "a.b", "数量(件)"]) expect(problemsOf(map(column), [column])).toEqual([]);
  expect(problemsOf(map("concat(`Customer ID`, 客户号)"), ["Customer ID", "客户号"])).toEqual([]);
});

it("reads --map with expressions in it", () => {
  expect(parseMap("customer_id=cust, amount=coalesce(a, b) * 2,kind='x,y'")).toEqual({ customer_id: "cust", amount: "coalesce(a, b) * 2", kind: "'x,y'" });
  expect(() => parseMap("customer_id")).toThrow();
});

it("matches file names", () => {
  expect(matches("*_client.tsv", "fin_Client.TSV")).toBe(true);
  expect(matches("*.csv", "a.csv.gz")).toBe(false);
  expect(matches("客户*", "客户(1).csv")).toBe(true);
});
