import { afterEach, describe, expect, test } from "vitest";
import { sql } from "../platform/warehouse/index.js";
import { type Facts, type Story, story } from "./testing.js";

let told: Story | undefined;
afterEach(async () => {
  await told?.dispose();
  told = undefined;
});

const model = (measures: string, rest = "tiers: [{ id: some, when: 'true' }, { id: none }]") => `
model: story
title: { zh: 故事, en: Story }
measures:
${measures}
${rest}
`;

/** The figures of each customer under these measures. */
async function figures(facts: Facts, measures: string, asOf: string): Promise<Record<string, Record<string, unknown>>> {
  told = await story(facts);
  await told.publish(model(measures));
  const all = await told.standing(await told.run({ model: "story", as_of: asOf }));
  return Object.fromEntries(
    Object.entries(all).map(([id, { tier, grade, computed, override, since, before, clause, phase, phase_since, phase_tier, phase_times, ...rest }]) => [
      id,
      rest,
    ]),
  );
}

describe("measures", () => {
  test("transactions: windows end with the as-of day, conditions filter, nothing is 0 or unknown", async () => {
    const answer = await figures(
      {
        transaction: [
          { customer: "a", occurred_at: "2023-12-31 10:00:00", order_ref: "o1", kind: "sale", amount: "10.10" },
          { customer: "a", occurred_at: "2024-01-31 23:59:59", order_ref: "o2", kind: "sale", amount: "20.20" },
          { customer: "a", occurred_at: "2024-01-01 00:00:00", order_ref: "o2", kind: "refund", amount: "-5.05" },
          { customer: "a", occurred_at: "2024-02-01 00:00:00", order_ref: "o3", kind: "sale", amount: "99" },
          { customer: "a", occurred_at: "2024-01-20 00:00:00", order_ref: "o4", kind: "sale", amount: "7", retracted: "2024-01-21" },
          { customer: "c", occurred_at: "2024-02-05 00:00:00", order_ref: "o9", kind: "sale", amount: "1" },
        ],
        attribute: [{ customer: "b", name: "x", number_value: "1", on_date: "2024-01-01" }],
      },
      `  n: { of: transaction, take: count }
  month: { of: transaction, take: count, over: 1 month }
  ever: { of: transaction, take: count, over: 9999 years }
  orders: { of: transaction.order_ref, take: distinct }
  spend: { of: transaction.amount, take: sum, where: "kind = 'sale'" }
  mean_spend: { of: transaction.amount, take: average }
  newest: { of: transaction.amount, take: latest }
  last_kind: { of: transaction.kind, take: latest }
  last: { of: transaction, take: days_since_last }
  last_sale: { of: transaction, take: days_since_last, where: "kind = 'refund'" }
  first: { of: transaction, take: days_since_first }`,
      "2024-01-31",
    );
    expect(answer).toEqual({
      a: {
        n: 3,
        month: 2,
        ever: 3,
        orders: 2,
        spend: "30.3000",
        mean_spend: "8.4167",
        newest: "20.2000",
        last_kind: "sale",
        last: 0,
        last_sale: 30,
        first: 31,
      },
      b: { n: 0, month: 0, ever: 0, orders: 0, spend: "0.0000", mean_spend: null, newest: null, last_kind: null, last: null, last_sale: null, first: null },
    });
  });

  test("any name will do for a measure, also one the SQL uses itself", async () => {
    told = await story({ transaction: [1, 2, 3, 4].map((day) => ({ customer: `c${day}`, occurred_at: `2024-01-0${day}`, amount: String(day) })) });
    const names = ["at", "place", "edges", "everyone", "select", "value", "customer"];
    const scores = names.map((one) => `  s_${one}: { of: ${one}, bands: { quantiles: 2 } }`).join("\n");
    const measures = names.map((one) => `  ${one}: { of: transaction.amount, take: sum }`).join("\n");
    await told.publish(model(measures, `scores:\n${scores}\ntiers: [{ id: some, when: "s_at > 1 and s_place > 1 and at > 3" }, { id: none }]`));
    const { tiers } = await told.run({ model: "story", as_of: "2024-01-31" });
    expect(tiers).toEqual({ some: 1, none: 3 });
  });

  test("sums beyond eighteen digits are as exact as small ones", async () => {
    const large = (amount: string) => ({ customer: "a", occurred_at: "2024-01-01 00:00:00", amount });
    const answer = await figures(
      { transaction: [large("99999999999999.9999"), large("99999999999999.9999"), large("0.0002")] },
      "  spend: { of: transaction.amount, take: sum }",
      "2024-01-31",
    );
    expect(answer).toEqual({ a: { spend: "200000000000000.0000" } });
  });

  test("lines of one order are one; a line without an order is one of its own", async () => {
    const line = (order_ref: string | null, kind: string) => ({ customer: "a", occurred_at: "2024-01-01 00:00:00", order_ref, kind, amount: "1" });
    const answer = await figures(
      { transaction: [line("o1", "sale"), line("o1", "sale"), line(null, "sale"), line(null, "sale"), line(null, "refund")] },
      `  orders: { of: transaction.order_ref, take: distinct }
  sales: { of: transaction.order_ref, take: distinct, where: "kind = 'sale'" }`,
      "2024-01-31",
    );
    expect(answer).toEqual({ a: { orders: 4, sales: 3 } });
  });

  test("balances stand until the account's next row; averages are over the days of the window", async () => {
    const answer = await figures(
      {
        balance: [
          { customer: "a", on_date: "2023-06-01", account_ref: "1", kind: "deposit", amount: "1000" },
          { customer: "a", on_date: "2024-01-11", account_ref: "1", kind: "deposit", amount: "0" },
          { customer: "a", on_date: "2024-01-31", account_ref: "2", kind: "deposit", amount: "3100" },
          { customer: "a", on_date: "2024-01-01", account_ref: "3", kind: "loan", amount: "500" },
          { customer: "b", on_date: "2024-01-16", account_ref: "4", kind: "deposit", amount: "10" },
          { customer: "b", on_date: "2024-01-16", account_ref: "4", kind: "deposit", amount: "31", known: "2024-01-17" },
          { customer: "b", on_date: "2024-02-01", account_ref: "4", kind: "deposit", amount: "9999" },
        ],
      },
      `  average: { of: balance.amount, take: daily_average, over: 1 month, where: "kind = 'deposit'" }
  now: { of: balance.amount, take: latest, where: "kind = 'deposit'" }
  recent: { of: balance.amount, take: latest, over: 7 days }`,
      "2024-01-31",
    );
    expect(answer).toEqual({
      a: { average: "422.5806", now: "3100.0000", recent: "3100.0000" }, // (1000 × 10 days + 3100 × 1 day) / 31
      b: { average: "16.0000", now: "31.0000", recent: null }, // 31 × 16 days / 31
    });
  });

  test("holdings count while open; attributes are the newest by day, as number or text", async () => {
    told = await story({
      holding: [
        { customer: "a", holding_ref: "1", product: "card", amount: "5", opened_on: "2020-01-01" },
        { customer: "a", holding_ref: "2", product: "loan", amount: "7", opened_on: "2020-01-01", closed_on: "2024-01-31" },
        { customer: "a", holding_ref: "3", product: "card", amount: "11", opened_on: null },
        { customer: "b", holding_ref: "4", product: "loan", amount: "13", opened_on: "2020-01-01", closed_on: "2024-02-01" },
        { customer: "b", holding_ref: "5", product: "plan", amount: "17", opened_on: "2024-02-01" },
      ],
      attribute: [
        { customer: "a", name: "share", number_value: "0.5", on_date: "2024-01-01" },
        { customer: "a", name: "share", number_value: "0.25", on_date: "2024-01-02" },
        { customer: "a", name: "job", text_value: "baker", on_date: null },
        { customer: "b", name: "share", number_value: "0.9", on_date: "2024-02-02" },
        { customer: "b", name: "job", text_value: "doctor", on_date: "2023-01-01" },
      ],
    });
    await told.publish(
      model(
        `  open: { of: holding, take: count }
  products: { of: holding.product, take: distinct }
  amount: { of: holding.amount, take: latest }
  share: { of: attribute.share, take: latest }
  job: { of: attribute.job, take: latest }`,
        "tiers: [{ id: healers, when: \"job in ['doctor', 'nurse']\" }, { id: rest }]",
      ),
    );
    expect(await told.standing(await told.run({ model: "story", as_of: "2024-01-31" }))).toMatchObject({
      a: { open: 2, products: 1, amount: "16.0000", share: "0.2500", job: "baker", tier: "rest" },
      b: { open: 1, products: 1, amount: "13.0000", share: null, job: "doctor", tier: "healers" },
    });
  });

  test("a contract is its newest row: an older one neither counts beside it nor comes back when it is closed", async () => {
    const contract = (holding_ref: string, amount: string, known: string, closed_on: string | null = null) => ({
      customer: "a",
      holding_ref,
      product: `p${amount}`,
      amount,
      opened_on: "2020-01-01",
      closed_on,
      known,
    });
    const answer = await figures(
      {
        holding: [
          contract("1", "5", "2024-01-01"),
          contract("1", "5", "2024-01-02", "2024-01-10"),
          contract("2", "7", "2024-01-01"),
          contract("2", "8", "2024-01-02"),
        ],
      },
      `  open: { of: holding, take: count }
  products: { of: holding.product, take: distinct }
  total: { of: holding.amount, take: sum }
  mean_amount: { of: holding.amount, take: average }
  latest: { of: holding.amount, take: latest }
  product: { of: holding.product, take: latest }`,
      "2024-01-31",
    );
    expect(answer).toEqual({ a: { open: 1, products: 1, total: "8.0000", mean_amount: "8.0000", latest: "8.0000", product: "p8" } });
  });

  test("attributes count as texts and as numbers", async () => {
    const said = (value: object, on_date: string | null = null) => ({ customer: "a", name: "topic", on_date, ...value });
    const answer = await figures(
      { attribute: [said({ text_value: "car" }), said({ text_value: "car" }, "2024-01-02"), said({ text_value: "home" }), said({ number_value: "3" })] },
      `  times: { of: attribute.topic, take: count }
  topics: { of: attribute.topic, take: distinct }
  dated: { of: attribute.topic, take: count, over: 1 month }
  none: { of: attribute.other, take: distinct }`,
      "2024-01-31",
    );
    expect(answer).toEqual({ a: { times: 4, topics: 3, dated: 1, none: 0 } });
  });

  test("of a customer what was told last counts, as in the profile", async () => {
    const answer = await figures(
      {
        customer: [
          { customer: "a", branch: "east", since_on: "2023-06-01", known: "2024-01-01" },
          { customer: "a", branch: "west", since_on: "2020-01-01", known: "2024-01-02" },
          { customer: "b", branch: "north", known: "2024-01-01" },
          { customer: "b", branch: "south", known: "2024-01-01" },
        ],
      },
      "  house: { of: customer.branch, take: latest }\n  n: { of: customer, take: count }",
      "2024-01-31",
    );
    expect(answer).toEqual({ a: { house: "west", n: 2 }, b: { house: "south", n: 2 } });
    const profiles = await told?.warehouse.all(sql`select branch from profile order by public_id`);
    expect(profiles).toMatchObject([{ branch: "west" }, {}]);
  });

  test("what fades counts half after every half-life, exactly, in any order of rows", async () => {
    const looked = (customer: string, on: string, subject = "travel") => ({ customer, occurred_at: `${on} 23:59:00`, kind: "view", subject });
    const answer = await figures(
      {
        interaction: [
          looked("a", "2024-02-29"),
          looked("a", "2024-01-30"),
          looked("a", "2023-12-31"),
          looked("a", "2024-02-14", "food"),
          looked("b", "2020-01-01"),
        ],
        transaction: [
          { customer: "a", occurred_at: "2024-01-30 12:00:00", amount: "100" },
          { customer: "a", occurred_at: "2023-12-31 12:00:00", amount: "-8" },
        ],
      },
      `  interest: { of: interaction, take: fading, half_life: 30 days, where: "subject = 'travel'" }
  food: { of: interaction, take: fading, half_life: 1 month, where: "subject = 'food'" }
  spend: { of: transaction.amount, take: fading, half_life: 30 days }
  ever: { of: interaction, take: fading, half_life: 1 year }`,
      "2024-02-29",
    );
    // 1 + 1/2 + 1/4; half a month is a factor of the root of a half; 100 / 2 - 8 / 4
    expect(answer["a"]).toMatchObject({ interest: "1.7500", food: "0.7071", spend: "48.0000" });
    expect(answer["b"]).toMatchObject({ interest: "0.0000", food: "0.0000", spend: "0.0000" });
    const rich = await figures(
      { transaction: [{ customer: "a", occurred_at: "2024-02-29 12:00:00", amount: "12345678901" }] },
      "  spend: { of: transaction.amount, take: fading, half_life: 30 days }",
      "2024-02-29",
    );
    expect(rich["a"]).toMatchObject({ spend: "12345678901.0000" });
    expect(Number(answer["b"]?.["ever"])).toBeCloseTo(0.5 ** (1520 / 365), 4);
  });

  test("months are counted back from the day: active ones, growth, trend and variation", async () => {
    const paid = (customer: string, on: string, amount: string) => ({ customer, occurred_at: `${on} 12:00:00`, amount });
    const answer = await figures(
      {
        transaction: [
          // months of 29 Feb 2024: 30 Nov–29 Dec, 30 Dec–29 Jan, 30 Jan–29 Feb
          paid("a", "2023-11-29", "400"),
          paid("a", "2023-11-30", "10"),
          paid("a", "2023-12-29", "20"),
          paid("a", "2024-01-29", "60"),
          paid("a", "2024-01-30", "50"),
          paid("a", "2024-02-29", "40"),
          paid("b", "2024-02-01", "7"),
          paid("c", "2020-01-01", "7"),
        ],
      },
      `  active: { of: transaction, take: active_months, over: 3 months }
  growth: { of: transaction.amount, take: growth, over: 1 month }
  visits: { of: transaction, take: growth, over: 3 months }
  trend: { of: transaction.amount, take: trend, over: 3 months }
  variation: { of: transaction.amount, take: variation, over: 3 months }
  smallest: { of: transaction.amount, take: minimum, over: 3 months }
  largest: { of: transaction.amount, take: maximum }`,
      "2024-02-29",
    );
    expect(answer).toEqual({
      // by month 30, 60, 90: growth 90 to 60, five payments to one, slope 30, deviation √600 over 60
      a: { active: 3, growth: "0.5000", visits: "4.0000", trend: "30.0000", variation: "0.4082", smallest: "10.0000", largest: "400.0000" },
      b: { active: 1, growth: null, visits: null, trend: "3.5000", variation: "1.4142", smallest: "7.0000", largest: "7.0000" },
      c: { active: 0, growth: null, visits: null, trend: "0.0000", variation: null, smallest: null, largest: "7.0000" },
    });
  });

  test("balances grow by the days on which they stood", async () => {
    const stood = (customer: string, on_date: string, amount: string) => ({ customer, on_date, account_ref: "1", kind: "deposit", amount });
    const answer = await figures(
      { balance: [stood("a", "2023-01-01", "100"), stood("a", "2024-02-16", "160"), stood("b", "2024-03-16", "62")] },
      `  growth: { of: balance.amount, take: growth, over: 1 month }
  trend: { of: balance.amount, take: trend, over: 3 months }
  variation: { of: balance.amount, take: variation, over: 3 months }`,
      "2024-03-31",
    );
    expect(answer).toEqual({
      // January 100, February (100 × 15 + 160 × 14) / 29, March 160; b: March 62 × 16 / 31
      a: { growth: "0.2406", trend: "30.0000", variation: "0.1890" },
      b: { growth: null, trend: "16.0000", variation: "1.4142" },
    });
  });

  test("contracts that mature soon; the share of all products that customers have; who has none; extremes", async () => {
    const contract = (customer: string, product: string, matures_on: string | null, amount = "1") => ({
      customer,
      holding_ref: product,
      product,
      amount,
      opened_on: "2023-01-01",
      matures_on,
    });
    const answer = await figures(
      {
        holding: [
          contract("a", "fund", "2024-01-31"),
          contract("a", "deposit", "2024-02-01", "9000"),
          contract("a", "card", "2024-03-01"),
          contract("b", "loan", "2024-03-02"),
          contract("b", "card", null),
        ],
        attribute: [{ customer: "c", name: "score", number_value: "-5", on_date: "2024-01-01" }],
      },
      `  due: { of: holding, take: count, due_within: 30 days }
  maturing: { of: holding.amount, take: sum, due_within: 30 days, at_most: 5000 }
  breadth: { of: holding.product, take: share }
  lending: { of: holding.product, take: share, where: "product = 'loan'" }
  score: { of: attribute.score, take: latest, default: 3, at_least: 0 }
  days: { of: transaction, take: days_since_last, default: 9999 }`,
      "2024-01-31",
    );
    expect(answer).toEqual({
      a: { due: 2, maturing: "5000.0000", breadth: "0.7500", lending: "0.0000", score: "3.0000", days: 9999 },
      b: { due: 0, maturing: "0.0000", breadth: "0.5000", lending: "1.0000", score: "3.0000", days: 9999 },
      c: { due: 0, maturing: "0.0000", breadth: "0.0000", lending: "0.0000", score: "0.0000", days: 9999 },
    });
  });

  test("facts of merged parties are one customer's", async () => {
    told = await story({ transaction: [1, 2, 3].map((day) => ({ customer: `c${day}`, occurred_at: `2024-01-0${day}`, amount: "1", order_ref: "o" })) });
    await told.publish(model("  n: { of: transaction, take: count }\n  orders: { of: transaction.order_ref, take: distinct }"));
    const first = await told.run({ model: "story", as_of: "2024-01-31" });
    expect(first).toMatchObject({ customers: 3, moved: 0, first_graded: 3 });
    await told.warehouse.write((session) => session.run({ parts: ["insert into merged values (2, 1, now(), null)"], holes: [] }));
    await told.tell({});
    const second = await told.run({ model: "story", as_of: "2024-01-31" });
    expect(second).toMatchObject({ customers: 2, moved: 0 });
    expect(await told.standing(second)).toMatchObject({ c1: { n: 2, orders: 1 }, c3: { n: 1 } });
  });
});
