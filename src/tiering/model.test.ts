import { describe, expect, test } from "vitest";
import { expectEveryMistakeTold } from "../platform/document/testing.js";
import { checkModel } from "./check.js";
import { presetNames, presetText } from "./presets.js";

const say = (text: string) => checkModel(text, "shop.yaml").problems.map((one) => `${one.place?.line} ${one.code} | ${one.message.en} | ${one.hint?.en ?? ""}`);

const counted = "measures: {n: {of: transaction, take: count}}";

/** A model of these measures and scores, and nothing else that could be wrong. */
const around = (parts: string): string => `model: a\ntitle: {zh: a, en: a}\n${parts}\ntiers: [{id: p, when: n is null}, {id: q}]`;

describe("a model with mistakes", () => {
  test("tells all of them at once, each with its line and what to do", () => {
    const text = `model: shop
title: { zh: 商店, en: Shop }
measures:
  recency: { of: transactoin, take: days_since_last }
  spend:   { of: transaction.amuont, take: sum, over: 12 moths }
  orders:  { of: transaction.order_ref, take: distinkt }
  money:   { of: transaction.kind, take: sum }
  paid:    { of: transaction.amount, take: sum, where: "kind = 5 and chanel = 'web'" }
scores:
  r: { of: recensy, bands: { quantiles: 5 } }
  a: { weighted: { b: 1 } }
  b: { weighted: { a: .inf } }
  e: { of: spend, bands: { edges: [10, 5] } }
tiers:
  - { id: gold, when: "spend >= 'much'" }
  - { id: silver }
  - { id: gold, when: "spnd > 1 and (r" }
  - { id: basic, when: "spend > 0" }
value: spent
`;
    expect(say(text)).toEqual([
      "4 tiering.unknown_fact | there is no fact named transactoin | did you mean transaction?",
      "5 tiering.bad_duration | 12 moths is no length of time | for example 12 months, 90 days, 1 year",
      "5 tiering.unknown_column | transaction has no column amuont | did you mean amount?",
      "6 tiering.unknown_word | take cannot be distinkt | did you mean distinct?",
      "7 tiering.needs_number | sum needs a column of numbers; transaction.kind is none | ",
      "8 tiering.condition | comparison: a text does not compare with a number | put texts in quotes and leave numbers without",
      "8 tiering.condition | there is nothing named chanel here | did you mean channel?",
      "10 tiering.unknown_name | there is no measure or score named recensy | did you mean recency?",
      "12 tiering.wrong_kind | a has to be a number | write a number without quotes or unit, for example 12.5",
      "13 tiering.edges_rise | edges have to rise from one to the next | write edges: [5, 10]",
      "15 tiering.condition | comparison: a number does not compare with a text | put texts in quotes and leave numbers without",
      "16 tiering.unreachable | the tier silver has no condition: nothing after it is ever reached | give it a `when`, or move it to the end",
      "17 tiering.twice | the tier gold is there twice | give one of them another name",
      "17 tiering.unreadable_condition | cannot be read near character 16 (d > 1 and (r) | the condition is: spnd > 1 and (r",
      "18 tiering.last_has_condition | the last tier must have no condition: every customer needs a tier | remove `when`, or add a tier without one after it",
      "19 tiering.unknown_name | there is no measure named spent | did you mean spend?",
    ]);
  });

  test("a tier that is never reached, and weights that add up to something else, are told; the certain cases only", () => {
    const tiers = (...conditions: string[]) =>
      say(
        `model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}, m: {of: transaction.amount, take: sum}}\ntiers:\n${conditions.map((when, i) => `  - { id: t${i}, when: "${when}" }\n`).join("")}  - { id: rest }\n`,
      ).map((line) => line.replace(" tiering.unreachable", "").split(" | ")[0]);
    expect(tiers("n >= 10", "n >= 20")).toEqual(["6"]);
    expect(tiers("n >= 10 or m > 5", "m > 7 and n < 3", "n > 50 or m = 6")).toEqual(["6", "7"]);
    expect(tiers("n >= 10 and n < 5")).toEqual(["5"]);
    expect(tiers("20 <= n", "n > 20")).toEqual(["6"]);
    expect(tiers("n > 20", "n >= 20", "n >= 10 and m > 1", "n >= 10", "m >= 3 or n is null", "m > mean(m)", "not m > 3")).toEqual([]);
    expect(say(around(`${counted}\nscores: {w: {weighted: {n: 0.5, s: 0.4}}, s: {of: n, bands: {edges: [1]}}}`))).toEqual([
      "4 tiering.weights_sum | the weights add up to 0.9, not to 1 | make them add up to 1; where they are no shares, write factors of 1 and more",
    ]);
    for (const fine of ["{n: 0.333, s: 0.333, u: 0.333}", "{n: 2, s: 0.5}", "{n: 0.5, s: -0.2}", "{n: 0.7}"])
      expect(say(around(`${counted}\nscores: {w: {weighted: ${fine}}, s: {of: n, bands: {edges: [1]}}, u: {of: n, bands: {edges: [2]}}}`))).toEqual([]);
    // and neither keeps a text that was published from being read
    expect(checkModel(around(`${counted}\nscores: {w: {weighted: {n: 0.5, s: 0.4}}, s: {of: n, bands: {edges: [1]}}}`)).written).toBeDefined();
  });

  test("every kind of mistake says what to do about it", () => {
    const text = `model: My Model
title: { zh: 甲, en: A }
safety: { stop_if_moved_over: 15, approve_if_moved_over: "120%" }
measures: { Spend Total: { of: transaction.amount, take: sum } }
scores: { w: { weighted: {} } }
tiers:
  - { id: basic }
value: 7
funnel: "maybe"
`;
    const found = say(text);
    expect(found).toContain(
      "1 tiering.bad_name | model: has to begin with a lower-case letter, then lower-case letters, digits or hyphens, at most 63 characters | for example my-model",
    );
    expect(found).toContain("3 tiering.wrong_kind | stop_if_moved_over has to be a text | write a text; in quotes where it looks like a number or a date");
    expect(found).toContain("3 tiering.invalid | approve_if_moved_over: has to be a percentage below 100% | for example approve_if_moved_over: 5%");
    expect(found).toContain("5 tiering.too_few | weighted is empty | for example weighted: { spend: 1 }");
    expect(found).toContain("6 tiering.too_few | tiers: at least 2 | write at least 2 of them in the list");
    expect(found).toContain("9 tiering.wrong_kind | funnel has to be true or false | write true or false, without quotes");
    expect(found.filter((line) => line.endsWith(" | "))).toEqual([]);
    const twice = say(around(`${counted}\nexamples: [{ given: { n: 1 }, expect: nowhere }]`).replace("- { id: rest }", "- { id: rest }\n  - { id: rest }"));
    expect(twice.join()).not.toContain("rest, rest");
  });

  test("none hides another", async () => {
    const sound = `model: shop
title: { zh: 商店, en: Shop }
measures:
  recency: { of: transaction, take: days_since_last }
  spend:
    of: transaction.amount
    take: sum
    over: 12 months
    where: "channel = 'web'"
    unit: money
  paid: { of: balance.amount, take: daily_average, over: 1 month }
  product: { of: holding.kind, take: latest, unit: number }
  due: { of: holding, take: count, due_within: 30 days, default: 1, at_most: 9 }
  active: { of: interaction, take: active_months, over: 24 months }
  growing: { of: balance.amount, take: growth, over: 1 year, at_least: -1 }
scores:
  r: { of: recency, bands: { quantiles: 5 }, better: lower }
  w: { weighted: { r: 1, spend: 0.5 }, title: { zh: 总分, en: Worth } }
  each: { formula: "if(product = 'wealth', 2, spend / due)", missing: 0 }
  class: { of: paid, bands: { natural_breaks: 4 } }
  group: { of: each, bands: { elbow: 8 } }
tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "spend >= 100" }
  - { id: silver, when: "w > 3 and product = 'wealth'" }
  - { id: basic }
value: spend
schedule: monthly
stability:
  promote: { after: 2 }
  demote: { below_for: 3 months, then_watch: 90 days, to: best_of_watch }
  margin: 5%
examples:
  - { given: { spend: 500 }, expect: gold }
`;
    await expectEveryMistakeTold(
      sound,
      {
        "en: Shop": "en: 5",
        "of: transaction, take": "of: transactoin, take",
        "take: sum": "take: some",
        "over: 12 months": "over: a year",
        "channel = 'web'": "chanel = 'web'",
        "unit: money": "unit: dollars",
        "over: 1 month }": "over: 1 }",
        "unit: number": "unit: [number]",
        "of: recency": "of: recensy",
        "quantiles: 5": "quintiles: 5",
        "better: lower": "better: less",
        "weighted: { r: 1": "weighted: { r: 5000",
        "en: Worth": "en: [Worth]",
        "id: gold": "id: Gold",
        "spend >= 100": "spnd >= 100",
        "w > 3": "w > ",
        "id: silver, when": "id: silver, wen: 1, when",
        "value: spend": "value: spent",
        "{ given: { spend": "{ given: { spennd",
        "schedule: monthly": "schedule: monthy",
        "due_within: 30 days": "due_within: soon",
        "default: 1": "default: 1.5",
        "at_most: 9": "at_most: lots",
        "over: 24 months": "over: 24 weeks",
        "balance.amount, take: growth": "balance.kind, take: growth",
        "at_least: -1": "at_least: 0.00001",
        "spend / due": "spend / deu",
        "missing: 0": "missing: some",
        "natural_breaks: 4": "natural_breaks: 1",
        "elbow: 8": "elbow: [8]",
      },
      say,
    );
  });

  test.each([
    ["maturing transactions", "measures: {n: {of: transaction, take: count, due_within: 30 days}}", /due_within is for holdings/],
    ["months out of nothing", "measures: {n: {of: transaction, take: trend}}", /trend needs `over`/],
    ["a hundred months", "measures: {n: {of: transaction, take: variation, over: 100 months}}", /2 to 60 whole months/],
    ["balances that are not counted", "measures: {n: {of: balance, take: growth, over: 1 month}}", /growth needs a column/],
    ["bounds the wrong way round", "measures: {n: {of: transaction, take: count, at_least: 9, at_most: 5}}", /at_most is below at_least/],
    ["a default for a text", "measures: {n: {of: transaction.kind, take: latest, default: 1}}", /a text has no default/],
    ["a formula that is a condition", "measures: {n: {of: transaction, take: count}}\nscores: {f: {formula: n > 1}}", /does not give a number/],
    ["a formula of itself", "measures: {n: {of: transaction, take: count}}\nscores: {f: {formula: g + 1}, g: {formula: f / n}}", /made of itself/],
    ["days that are not scheduled", `${counted}\nstability: { promote: { after: 2 } }`, /promote counts scheduled days and needs a schedule/],
    [
      "a length of time",
      `${counted}\nstability: { demote: { below_for: a while, then_watch: later } }`,
      /a while is no length of time(.|\n)*later is no length of time/,
    ],
    ["what a length of time is not", `${counted}\nstability: { demote: { below_for: 3 months, then_watch: 2 } }`, /then_watch has to be a text/],
    ["a margin that is no percentage", `${counted}\nstability: { margin: 0.05 }`, /margin has to be a text/],
    ["a margin that is more than everything", `${counted}\nstability: { margin: 500% }`, /margin: has to be a percentage below 100%/],
    ["a fall that cannot be", `${counted}\nstability: { demote: { below_for: 3 months, to: worst } }`, /to cannot be worst/],
    ["a rise in no known way", `${counted}\nstability: { promote: soon }`, /promote is written in no way known here.*promote is at_once or/],
  ])("%s is told", (_, parts, why) => {
    expect(say(around(parts)).join("\n")).toMatch(why);
  });

  test.each([
    ["nothing", "", /not a tier model/],
    ["broken YAML", "model: [shop\ntitle: x", /not correct YAML/],
    ["a key twice", "model: a\nmodel: b", /not correct YAML/],
    ["unknown keys", "model: a\ntitel: x", /titel is not known here.*did you mean title\?/],
    ["missing parts", "model: a", /title is missing/],
    [
      "a circle",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\nscores: {x: {weighted: {y: 1}}, y: {of: x, bands: {edges: [1]}}}\ntiers: [{id: p, when: x > 1}, {id: q}]",
      /made of itself/,
    ],
    [
      "reserved names",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {tier: {of: transaction, take: count}}\ntiers: [{id: p, when: tier > 1}, {id: q}]",
      /meaning of its own/,
    ],
    [
      "an average without a window",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: balance.amount, take: daily_average}}\ntiers: [{id: p, when: n > 1}, {id: q}]",
      /needs `over`/,
    ],
    [
      "an example that fails",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\ntiers: [{id: p, when: n > 1}, {id: q}]\nexamples: [{given: {n: 1}, expect: p}]",
      /expects p, the model gives q/,
    ],
    [
      "a bad name",
      "model: Shop One\ntitle: {zh: a, en: a}\nmeasures: {N: {of: transaction, take: count}}\ntiers: [{id: p, when: N > 1}, {id: q}]",
      /not allowed/,
    ],
    ["one tier", "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\ntiers: [{id: p}]", /at least 2/],
    [
      "a bad band",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\nscores: {s: {of: n, bands: {quintiles: 5}}}\ntiers: [{id: p, when: s > 1}, {id: q}]",
      /for example \{ quantiles: 5 \}/,
    ],
    [
      "a mean of no name",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\ntiers: [{id: p, when: n > mean(n + 1)}, {id: q}]",
      /takes the name of one/,
    ],
    [
      "personal data",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: customer.phone, take: latest}}\ntiers: [{id: p, when: n is null}, {id: q}]",
      /^3 tiering.personal \| customer.phone is personal data[^\n]*only count or distinct[^\n]*$/,
    ],
    [
      "personal data in a condition",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: customer, take: count, where: \"starts_with(id_number, '11') and sex = 'f'\"}}\ntiers: [{id: p, when: n > 0}, {id: q}]",
      /^3 tiering.personal \| the condition speaks of id_number[^\n]*$/,
    ],
    [
      "a value that is a text",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: holding.product, take: latest}}\ntiers: [{id: p, when: n is null}, {id: q}]\nvalue: n",
      /^5 tiering.needs_number \| n is a text/,
    ],
    [
      "edges no figure reaches",
      "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: transaction, take: count}}\nscores: {s: {of: n, bands: {edges: [0.0000001, 1e24]}, missing: 3000000000}}\ntiers: [{id: p, when: s > 1}, {id: q}]",
      /missing has to be a whole number between[\s\S]*the edge 1e-7 is out of range[\s\S]*the edge 1e\+24 is out of range/,
    ],
    ["a NUL", "model: a\ntitle: {zh: 'a\0', en: a}", /^2 tiering.yaml \| there is a character that cannot be kept/],
    ["a NUL as an escape", 'model: a\ntitle: {zh: "\\0", en: "\\ud800"}', /^2 tiering.yaml[^\n]*\n2 tiering.yaml/],
    ["many aliases", `a: &a [x]\nb: [${"*a, ".repeat(200)}*a]`, /./],
  ])("%s", (_, text, why) => {
    const said = say(text);
    expect(said.join("\n")).toMatch(why);
    expect(said.every((one) => !one.startsWith("undefined"))).toBe(true);
  });
});

test("how many people have a phone may be counted", () => {
  const text =
    "model: a\ntitle: {zh: a, en: a}\nmeasures: {n: {of: customer.phone, take: count}, m: {of: customer.phone, take: distinct}}\ntiers: [{id: p, when: n > m}, {id: q}]";
  expect(say(text)).toEqual([]);
});

test.each(presetNames())("the preset %s passes its own check", (name) => {
  const { problems, model } = checkModel(presetText(name) ?? "", `${name}.yaml`);
  expect(problems).toEqual([]);
  expect(model?.examples.length).toBeGreaterThan(5);
});
