import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expectEveryMistakeTold } from "../platform/document/testing.js";
import { checkModel } from "../tiering/check.js";
import { presetText } from "../tiering/presets.js";
import { checkPlan, type Surroundings } from "./check.js";

const bank = checkModel(presetText("retail-bank") ?? "").plan;
const around: Surroundings = {
  model: (name) => (name === "retail-bank" && bank !== undefined ? { plan: bank, version: 1 } : undefined),
  models: ["corporate", "retail-bank"],
  templates: new Map([
    ["birthday", ["customer.salutation"]],
    ["maturity_notice", ["holding.product"]],
  ]),
};
const said = (text: string) =>
  checkPlan(text, "plan.yaml", around).problems.map((one) => `${one.place?.line} ${one.code} | ${one.message.en} | ${one.hint?.en ?? ""}`);

test("a plan with mistakes tells all of them at once, each with its line and what to do", () => {
  const text = `plan: care
for: retail-bank@3
title: { zh: 关怀, en: Care }
entitlements:
  - { id: a, title: { zh: 甲, en: A }, tiers: [platinium], owes: 1 per month }
  - { id: b, title: { zh: 乙, en: B }, tiers: all, on: birthday, send: birthdya }
  - { id: c, title: { zh: 丙, en: C }, tiers: all, on: birthday, owes: 1 per month }
  - { id: d, title: { zh: 丁, en: D }, tiers: all, owes: monthly, within: 7 dyas }
  - { id: e, title: { zh: 戊, en: E }, tiers: all, on: brithday }
  - { id: f, title: { zh: 己, en: F }, tiers: all, when: "auum > 5", owes: once }
  - { id: a, title: { zh: 庚, en: G }, tiers: all, on: birthday, send: birthday, minutes: 10 }
  - { id: h, title: { zh: 辛, en: H }, tiers: all, on: birthday, send: maturity_notice }
  - { id: i, title: { zh: 壬, en: I }, tiers: all, owes: once, script: { zh: "{{ custmer.name }}", en: "{{ customer.name }}" } }
  - { id: j, title: { zh: 癸, en: J }, tiers: all, standing: true, minutes: 5 }
  - { id: k, title: { zh: 子, en: K }, tiers: all, owes: once, where: "kind = 'wealth'" }
  - { id: l, title: { zh: 丑, en: L }, tiers: all, owes: once, by: [telegram], colour: red }
`;
  expect(said(text)).toEqual([
    "2 service.model_too_old | the plan needs version 3 of retail-bank; version 1 is published | Publish the newer model first, or change `for`.",
    "5 service.unknown_tier | the model retail-bank has no tier platinium | did you mean platinum?",
    "6 service.unknown_template | there is no template birthdya | did you mean birthday?",
    "7 service.when_owed | c needs one of owes, on and standing | for example owes: 1 per month, or on: birthday, or standing: true",
    "8 service.bad_owes | owes cannot be read: monthly | for example 1 per month, 2 per quarter, 1 per half year, 1 per year, once",
    "8 service.bad_duration | 7 dyas is no length of time | for example 7 days, 1 month",
    "9 service.bad_on | on cannot be read: brithday | did you mean birthday?",
    "10 service.condition | there is nothing named auum here | did you mean aum?",
    "11 service.twice | a is there twice | ",
    "11 service.task_or_text | a sends a text: minutes is for tasks | Write a task and a text as two entitlements.",
    "12 service.place_not_offered | the template maturity_notice speaks of holding.product, which this occasion does not offer | Choose another template, or an occasion of holdings or tier_change.",
    "13 service.unknown_place | there is no place custmer.name | did you mean customer.name?",
    "14 service.standing_right | j is a standing right: there is nothing to do for minutes | ",
    "15 service.where_of_holdings | where is for occasions of holdings | Conditions on the customer go to `when`.",
    "16 service.unknown_word | by cannot be telegram | there are: call, visit, wechat, sms, email, letter",
    "16 service.unknown_key | colour is not known here | there are: id, title, about, part, tiers, when, owes, standing, on, where, within, grace, task, send, by, whose, minutes, cost, evidence, script",
  ]);
});

test("no mistake hides another, in one entitlement or in several", async () => {
  const sound = `plan: care
for: retail-bank@1
title: { zh: 关怀, en: Care }
entitlements:
  - id: gift
    title: { zh: 礼物, en: Gift }
    part: care
    tiers: [gold, platinum]
    on: holding.matures_on - 7 days
    where: "kind = 'wealth'"
    when: "aum > 5"
    within: 7 days
    grace: 3 days
    task: gift
    whose: owner
    minutes: 20
    script: { zh: "{{ customer.salutation }}", en: "{{ manager.name | default: 'us' }}" }
  - { id: text, title: { zh: 短信, en: Text }, tiers: [diamond], on: birthday, send: birthday }
  - { id: visit, title: { zh: 拜访, en: Visit }, tiers: [key], owes: 1 per quarter }
`;
  await expectEveryMistakeTold(
    sound,
    {
      "en: Care": "fr: Soin, en: [1]",
      "id: gift": "id: Gift!",
      "part: care": "part: cares",
      "tiers: [gold": "tiers: [golden",
      "on: holding.matures_on - 7 days": "on: holding.maturing - 7 days",
      "kind = 'wealth'": "knd = 'wealth'",
      "aum > 5": "aum > 'much'",
      "within: 7 days": "within: a week",
      "grace: 3 days": "graze: 3 days",
      "task: gift": "task: [gift]",
      "whose: owner": "whose: nobody",
      "minutes: 20": "minutes: 5000",
      "{{ customer.salutation }}": "{{ custmer.salutation }}",
      "| default: 'us'": "| defalt: 'us'",
      "tiers: [diamond]": "tiers: diamond",
      "send: birthday": "send: birthdya",
      "owes: 1 per quarter": "owes: 5",
    },
    said,
  );
});

test("a promise may take a year and be late for a year, not longer", () => {
  const text = (within: string, grace: string) => `plan: care
for: retail-bank
title: { zh: 关怀, en: Care }
entitlements:
  - id: a
    title: { zh: 甲, en: A }
    tiers: all
    on: birthday
    within: ${within}
    grace: ${grace}
  - { id: b, title: { zh: 乙, en: B }, tiers: all, owes: once, within: ${within} }
`;
  expect(said(text("1 year", "366 days"))).toEqual([]);
  expect(said(text("20 years", "367 days"))).toEqual([
    "9 service.bad_duration | 20 years is too long | at most 366 days",
    "10 service.bad_duration | 367 days is too long | at most 366 days",
    "11 service.bad_duration | 20 years is too long | at most 366 days",
  ]);
});

test("what is no plan says so", () => {
  expect(said("- 1")).toEqual(["1 service.not_a_plan | this is not a service plan | a plan begins with plan: name"]);
  expect(said("plan: care\nfor: retial-bank\ntitle: { zh: 甲, en: A }\nentitlements: []")).toEqual([
    "2 service.unknown_model | there is no tier model retial-bank | did you mean retail-bank?",
    "4 service.too_few | entitlements: at least 1 | write at least 1 of them in the list",
  ]);
});

test("the preset passes, and says every part of the 1 + 4 model", () => {
  const text = readFileSync(new URL("../../presets/plans/retail-1-plus-4.yaml", import.meta.url), "utf8");
  const names = [...text.matchAll(/send: (\w+)/g)].map(([, name]) => [name ?? "", []] as const);
  const { plan, problems } = checkPlan(text, "retail-1-plus-4.yaml", { ...around, templates: new Map(names) });
  expect(problems).toEqual([]);
  expect(new Set(plan?.entitlements.map((one) => one.part))).toEqual(new Set(["new", "basic", "products", "news", "care"]));
});
