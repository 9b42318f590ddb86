import { afterAll, beforeAll, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { ProblemError } from "../platform/problem.js";
import { sql } from "../platform/warehouse/index.js";
import { checkModel } from "./check.js";
import { customersOf } from "./lists.js";
import { previewOf } from "./preview.js";
import { countsFor } from "./studio.js";
import { type Story, story } from "./testing.js";

let told: Story;
beforeAll(async () => {
  told = await story({
    transaction: Array.from({ length: 12 }, (_, i) => ({
      customer: `c${i}`,
      occurred_at: "2024-01-02",
      amount: String(i * 10),
      kind: i % 2 === 0 ? "it's" : '"quoted"',
    })),
    attribute: [{ customer: "c1", name: "job", text_value: "'; drop table transaction; --", on_date: "2024-01-01" }],
  });
  await told.publish(model("spend >= 50", "kind is not null"));
  await told.run({ model: "hostile", as_of: "2024-01-31" });
});
afterAll(() => told?.dispose());

const quoted = (text: string): string => JSON.stringify(text);
const model = (when: string, where: string) => `
model: hostile
title: { zh: 敌意, en: Hostile }
measures:
  spend: { of: transaction.amount, take: sum, where: ${quoted(where)} }
  orders: { of: transaction, take: count }
  job: { of: attribute.job, take: latest }
tiers:
  - { id: high, when: ${quoted(when)} }
  - { id: known, when: "job = 'doctor'" }
  - { id: low }
`;

/** Documents that go deeper than any parser should, or in circles. */
const documents = [
  "[".repeat(2400),
  "{a: ".repeat(3000),
  "- ".repeat(21_000),
  `a: &a [*a]`,
  "a: &a {b: *a}",
  ["a0: &a0 [x, x]", ...Array.from({ length: 25 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join("\n"),
  `a: x"y\nb: ${"[".repeat(5000)}\nc: x"y${"]".repeat(5000)}`,
  Array.from({ length: 2000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
];

const nested = (depth: number, open: string, inner: string, close: string): string => open.repeat(depth) + inner + close.repeat(depth);
const texts = [
  "'; drop table transaction; --",
  "' or '1'='1",
  "''; delete from party; --",
  "\\'; select 1; --",
  "$$ select 1 $$",
  "$1",
  "{{job}}",
  "%s%s%n",
  "\u0000",
  "\u202egold",
  "𝕘𝕠𝕝𝕕",
  "ｇｏｌｄ",
  "金'卡\"",
  "\n--\n",
  "/* */",
  "a".repeat(50_000),
  "\ud800",
  "';attach 'x.db';--",
  "../../etc/passwd",
];
const expressions = [
  ...texts.map((text) => `job = '${text.replaceAll("'", "\\'")}'`),
  ...texts.map((text) => `job = '${text}'`),
  ...texts.map((text) => `contains(job, '${text.replaceAll("'", "\\'")}')`),
  ...texts.map((text) => `spend >= 1 ${text}`),
  "spend >= 1; drop table transaction",
  "spend >= 1 -- all of it",
  "spend >= 1 /* all */ or 1 = 1",
  "spend >= (select max(amount) from transaction)",
  "exists (select 1)",
  "spend in (select 1)",
  "read_csv('/etc/passwd') is null",
  "getenv('HOME') = 'x'",
  "current_setting('data_directory') = 'x'",
  "spend::varchar = '1'",
  "cast(spend as varchar) = '1'",
  '"spend" >= 1',
  "`spend` >= 1",
  "transaction.amount > 1",
  "spend.constructor = 1",
  "__proto__ = 1",
  "constructor('return 1')() = 1",
  "this.spend > 1",
  "spend >= 1e309",
  "spend >= -1e309",
  "spend >= 99999999999999999999999999999999999999",
  "spend / 0 > 1",
  "0 / 0 = 0",
  "spend / (orders - orders) >= 0",
  "spend >= nan",
  "spend >= 'nan'",
  "substr(job, -1, 99999999999) = 'x'",
  "substr(job, 1, -5) = ''",
  "matches(job, '(a+)+$')",
  "matches(job, '[')",
  "matches(job, '(?<x>a)\\\\k<x>')",
  "date(job) > date('2024-02-31')",
  "year(date('9999-12-31')) > 1",
  "round(spend, 99999) > 1",
  nested(400, "(", "spend > 1", ")"),
  nested(5000, "(", "spend > 1", ")"),
  nested(3000, "not ", "spend > 1", ""),
  nested(2000, "abs(", "spend", ") > 1").replaceAll(") > 1)", "))"),
  Array.from({ length: 3000 }, (_, i) => `spend > ${i}`).join(" or "),
  `job in (${Array.from({ length: 3000 }, (_, i) => `'${i}'`).join(", ")})`,
  `spend ${"+ 1 ".repeat(5000)}> 1`,
  "spend >= 1 and",
  "= 1",
  "()",
  "",
  " ",
  "and or not",
  "spend ＞＝ 1",
  "spend ≥ 1",
  "spend >= １００",
  "金额 >= 1",
  "spend\u00a0>=\u00a01",
  "spend\u200b >= 1",
  "if(spend > 1, 'a', 2) = 'a'",
  "coalesce() = 1",
  "mean(mean(spend)) > 1",
  "mean('spend') > 1",
  "spend > mean",
  "null = null",
  "job is null is null",
];

test("documents nested without end, or round a circle, are told as such", () => {
  for (const document of documents) expect(checkModel(document).problems, document.slice(0, 20)).not.toEqual([]);
});

/** Either it is told as a problem, or the engine takes it; a bug is thrown on. */
async function taken(work: () => Promise<unknown>): Promise<"taken" | "told"> {
  try {
    await work();
    return "taken";
  } catch (error) {
    if (error instanceof ProblemError) return "told";
    throw error;
  }
}

const rows = async () => {
  const found: unknown[] = [];
  for (const table of [sql`transaction`, sql`party`, sql`attribute`, sql`profile`, sql`sighting`])
    found.push(await told.warehouse.first(sql`select count(*) as n from ${table}`));
  return found;
};

test(`${expressions.length} hostile expressions are told or taken, as conditions of tiers, of measures and of lists, and nothing of the facts is gone`, async () => {
  expect(expressions.length).toBeGreaterThan(100);
  const before = await rows();
  const outcomes = { taken: 0, told: 0 };
  for (const expression of expressions) {
    try {
      outcomes[await taken(() => countsFor(told, model(expression, "kind is not null")))]++;
      outcomes[
        await taken(() =>
          previewOf(told, { source: { text: model("spend >= 50", expression), origin: "hostile.yaml" } }, { references: [], workload: [] }, () => undefined),
        )
      ]++;
      outcomes[await taken(() => customersOf(told, operator, "hostile", { where: expression, limit: 5 }))]++;
    } catch (error) {
      throw new Error(`${expression.slice(0, 80)}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`);
    }
  }
  expect(await rows()).toEqual(before);
  expect(outcomes.told).toBeGreaterThan(100);
  expect(outcomes.taken).toBeGreaterThan(50);
  const { items } = await customersOf(told, operator, "hostile", { where: "job = '\\'; drop table transaction; --'", limit: 5 });
  expect(items.map((one) => one.customer_id)).toEqual(["c1"]);
}, 120_000);
