import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../platform/warehouse/index.js";
import { exactNumber } from "./cells.js";
import { type Desk, openDesk } from "./testing.js";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const amountsOf = (source: string) =>
  desk.workspace.warehouse.all<{ amount: string | null }>(sql`select amount from transaction where source = ${source} and retracted_at is null`);

describe("calculations without a result", () => {
  const calculating = (source: string, { amount = "qty * price", part = "", when = "" }) => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  sales:
${part}
    facts:
      - as: transaction
${when}
        map: { customer_id: customer, occurred_at: date, amount: "${amount}" }
`;
  const rule = (when: string) => `    set_aside: [{ code: ruled, when: "${when}", reason: { zh: 规则, en: Rule } }]`;
  const cases: { name: string; amount?: string; part?: string; when?: string; rows: [string, string][]; amounts: (string | null)[]; aside: string[] }[] = [
    {
      name: "a product of a million and more",
      rows: [
        ["1000", "1000"],
        ["1", "1"],
      ],
      amounts: ["1.0000", "1000000.0000"],
      aside: [],
    },
    { name: "a product to the last digit", rows: [["123456.789", "87654.321"]], amounts: ["10821521012.6353"], aside: [] },
    {
      name: "a product too large",
      rows: [
        ["999999999999", "999999999999"],
        ["1", "1"],
      ],
      amounts: ["1.0000"],
      aside: ["2 qty * price invalid_number"],
    },
    {
      name: "a sum too large",
      amount: "qty + price",
      rows: [
        ["999999999999", "1"],
        ["1", "1"],
      ],
      amounts: ["2.0000"],
      aside: ["2 qty + price invalid_number"],
    },
    { name: "a difference too large", amount: "qty - price", rows: [["-999999999999", "1"]], amounts: [], aside: ["2 qty - price invalid_number"] },
    { name: "a literal too large", amount: "qty * 2000000000000", rows: [["1", "1"]], amounts: [], aside: ["2 qty * 2000000000000 invalid_number"] },
    {
      name: "a division by zero",
      amount: "qty / price",
      rows: [
        ["5", "0"],
        ["5", "2"],
      ],
      amounts: ["2.5000"],
      aside: ["2 qty / price invalid_number"],
    },
    { name: "a division by zero inside", amount: "abs(qty / price) + 1", rows: [["5", "0"]], amounts: [], aside: ["2 abs(qty / price) + 1 invalid_number"] },
    { name: "a division by zero that the mapping answers", amount: "coalesce(qty / price, 7)", rows: [["5", "0"]], amounts: ["7.0000"], aside: [] },
    { name: "an operand that is unknown", rows: [["", "0"]], amounts: [null], aside: [] },
    { name: "an operand that is no number", rows: [["x", "1"]], amounts: [], aside: ["2 qty invalid_number"] },
    {
      name: "a rule that cannot be judged",
      amount: "qty",
      part: rule("qty * price > 1000"),
      rows: [
        ["999999999999", "9999"],
        ["1000", "1000"],
        ["1", "1"],
        ["", "1"],
      ],
      amounts: ["1.0000", null],
      aside: ["2 qty * price > 1000 invalid_number", "3 null ruled"],
    },
    { name: "a rule with a literal beyond all", amount: "qty", part: rule("qty > 2000000000000"), rows: [["1", "1"]], amounts: ["1.0000"], aside: [] },
    {
      name: "a condition that cannot be judged",
      amount: "qty",
      when: '        when: "qty / price > 1"',
      rows: [
        ["5", "0"],
        ["5", "1"],
        ["5", "9"],
      ],
      amounts: ["5.0000"],
      aside: ["2 qty / price > 1 invalid_number", "4 null no_fact"],
    },
  ];
  it.each(cases.map((one, i) => [one.name, `calculated-${i}`, one] as const))("%s", async (_name, source, { rows, amounts, aside, ...given }) => {
    const lines = rows.map(([qty, price], i) => `${i},2024-01-02,${qty},${price}`);
    const result = await desk.bring(calculating(source, given), { "sales.csv": ["customer,date,qty,price", ...lines, ""].join("\n") });
    expect((await desk.aside(result.batch)).map((row) => `${row.line} ${row.column} ${row.code}`)).toEqual(aside);
    expect((await amountsOf(source)).map((row) => String(row.amount)).sort((a, b) => (a < b ? -1 : 1))).toEqual(amounts.map(String));
  });
});

it.each([
  ["CNY", ["¥1,234.5", "￥-2"], ["$3", "€3", "£3"]],
  ["JPY", ["¥1,234.5", "￥-2"], ["$3", "€3"]],
  ["USD", ["$1,234.5", "-$2"], ["¥3", "￥3", "€3"]],
  ["HKD", ["$1,234.5", "$-2"], ["¥3", "£3"]],
  ["EUR", ["€1,234.5", "-€2"], ["$3", "¥3"]],
  ["GBP", ["£1,234.5", "-£2"], ["$3", "€3"]],
  ["CHF", ["1,234.5", "-2"], ["$3", "€3", "£3", "¥3"]],
])("in a workspace of %s only its own sign is taken", async (currency, own, others) => {
  const read = (text: string) => desk.workspace.warehouse.first(sql`select ${exactNumber(sql`${text}`, currency)}::double as number`);
  expect(await Promise.all(own.map(read))).toEqual([{ number: 1234.5 }, { number: -2 }]);
  expect(await Promise.all(others.map(read))).toEqual(others.map(() => ({ number: null })));
});
