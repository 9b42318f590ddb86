import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { evaluate, parseExpression, type Value } from "../platform/expression/index.js";
import { ProblemError } from "../platform/problem.js";
import { listGroups, oneGroup, removeGroup, saveGroups, tagsOf } from "./groups.js";
import { customersOf } from "./lists.js";
import { publish } from "./models.js";
import { personaOf } from "./persona.js";
import { type Story, story } from "./testing.js";

const AS_OF = "2024-06-30";
const model = (measures = "  job: { of: attribute.job, take: latest, title: { zh: 职业, en: Job } }\n") => `
model: bank
title: { zh: 银行, en: Bank }
measures:
  assets: { of: attribute.assets, take: latest, unit: money, title: { zh: 资产, en: Assets } }
${measures}tiers:
  - { id: gold, title: { zh: 黄金, en: Gold }, when: "assets >= 100${measures === "" ? "" : " or job = 'none'"}" }
  - { id: basic, title: { zh: 普通, en: Basic } }
`;

interface Person {
  id: string;
  sex: string | null;
  birth_on: string | null;
  branch: string;
  region: string;
  assets: number;
  job: string | null;
}
// Whole years on the 30th of June 2024: ann 34 (birthday tomorrow), bob 34 (today is 34), cai 64, dan unknown, eve 24, fay 40.
const people: readonly Person[] = [
  { id: "ann", sex: "女", birth_on: "1989-07-01", branch: "east", region: "沪", assets: 300, job: "doctor" },
  { id: "bob", sex: "男", birth_on: "1990-06-30", branch: "west", region: "沪", assets: 120, job: "teacher" },
  { id: "cai", sex: "女", birth_on: "1960-02-29", branch: "east", region: "京", assets: 90, job: "doctor" },
  { id: "dan", sex: null, birth_on: null, branch: "east", region: "京", assets: 500, job: null },
  { id: "eve", sex: "女", birth_on: "2000-01-01", branch: "west", region: "京", assets: 10, job: "teacher" },
  { id: "fay", sex: "女", birth_on: "1984-06-30", branch: "east", region: "粤", assets: 100, job: "nurse" },
];
const ages: Record<string, number | null> = { ann: 34, bob: 34, cai: 64, dan: null, eve: 24, fay: 40 };

const east: Actor = { id: "3", login: "dong", name: "Dong", role: "branch_head", scope: { branches: ["east"] } };
const analyst: Actor = { id: "5", login: "fen", name: "Fen", role: "analyst", scope: { all: true } };
const auditor: Actor = { id: "6", login: "shen", name: "Shen", role: "auditor", scope: { all: true } };

const file = (...groups: { group: string; where: string; tag?: boolean; model?: string }[]): { text: string; origin: string } => ({
  origin: "mine.yaml",
  text: JSON.stringify({ groups: groups.map((one) => ({ title: { zh: one.group, en: one.group }, model: "bank", ...one })) }),
});
const save = (...groups: Parameters<typeof file>) => saveGroups(bank, operator, file(...groups));
const members = async (actor: Actor, asked: { group?: string; where?: string }): Promise<string[]> =>
  (await customersOf(bank, actor, "bank", { ...asked, sort: "customer_id", limit: 50 })).items.map((row) => row.customer_id);
const problemsOf = async (doing: Promise<unknown>): Promise<ProblemError> => {
  const error = await doing.catch((thrown: unknown) => thrown);
  if (error instanceof ProblemError) return error;
  throw new Error("there was no problem");
};

let bank: Story;
beforeAll(async () => {
  bank = await story({
    customer: people.map(({ id, sex, birth_on, branch, region }) => ({ customer: id, name: id, kind: "person", sex, birth_on, branch, region })),
    attribute: people.flatMap(({ id, assets, job }) => [
      { customer: id, name: "assets", number_value: String(assets), on_date: "2024-01-31" },
      ...(job === null ? [] : [{ customer: id, name: "job", text_value: job, on_date: "2024-01-31" }]),
    ]),
  });
  await bank.publish(model());
  await bank.run({ model: "bank", as_of: AS_OF });
  await save(
    { group: "well-off-women", where: "assets >= 100 and sex = '女'" },
    { group: "thirties", where: "age >= 30 and age < 40" },
    { group: "healers", where: "job in ['doctor', 'nurse']", tag: false },
  );
});
afterAll(() => bank.dispose());

describe("groups", () => {
  test("are counted in all and per tier, and are a filter of the list", async () => {
    expect(await listGroups(bank, operator)).toMatchObject([
      {
        group: "healers",
        customers: 3,
        of: 6,
        tiers: [
          { id: "gold", customers: 2, of: 4 },
          { id: "basic", customers: 1, of: 2 },
        ],
        untold: null,
      },
      { group: "thirties", customers: 2, of: 6 },
      {
        group: "well-off-women",
        customers: 2,
        of: 6,
        tiers: [
          { id: "gold", customers: 2 },
          { id: "basic", customers: 0 },
        ],
      },
    ]);
    expect(await members(operator, { group: "well-off-women" })).toEqual(["ann", "fay"]);
    expect(await members(operator, { group: "thirties" })).toEqual(["ann", "bob"]);
    expect(await members(operator, { group: "thirties", where: "region = '沪' and branch = 'west'" })).toEqual(["bob"]);
    const page = await customersOf(bank, operator, "bank", { group: "healers", limit: 1 });
    expect([page.items.length, page.total]).toEqual([1, 3]);
  });

  test("tell a reader what is in their scope, and nothing beyond", async () => {
    expect(await oneGroup(bank, east, "thirties")).toMatchObject({ customers: 1, of: 4 });
    expect(await members(east, { group: "thirties" })).toEqual(["ann"]);
    expect(await tagsOf(bank, east, "ann")).toMatchObject([{ group: "thirties" }, { group: "well-off-women" }]);
    expect((await problemsOf(tagsOf(bank, east, "bob"))).status).toBe(404);
  });

  test("that speak of age tell who may not read birthdays neither who nor how many, by no way", async () => {
    expect(await oneGroup(bank, analyst, "thirties")).toMatchObject({
      customers: null,
      of: null,
      tiers: [],
      untold: { en: expect.stringMatching(/speaks of age/) },
    });
    for (const way of [
      () => members(analyst, { group: "thirties" }),
      () => members(analyst, { where: "age >= 30" }),
      () => personaOf(bank, analyst, "bank", { group: "thirties" }),
    ])
      expect((await problemsOf(way())).status).toBe(403);
    expect(await tagsOf(bank, analyst, "ann")).toMatchObject([{ group: "well-off-women" }]);
    expect(await members(analyst, { group: "well-off-women" })).toEqual(["ann", "fay"]);
  });

  test("are saved by who runs or publishes models; the same name is changed, and removed it is gone", async () => {
    expect((await problemsOf(saveGroups(bank, auditor, file({ group: "mine", where: "assets > 1" })))).status).toBe(403);
    expect((await problemsOf(removeGroup(bank, east, "healers"))).status).toBe(403);
    await saveGroups(bank, analyst, file({ group: "passing", where: "assets > 100" }));
    expect(await members(operator, { group: "passing" })).toEqual(["ann", "bob", "dan"]);
    await saveGroups(bank, analyst, file({ group: "passing", where: "assets > 300" }));
    expect(await members(operator, { group: "passing" })).toEqual(["dan"]);
    await removeGroup(bank, analyst, "passing");
    expect((await problemsOf(members(operator, { group: "passing" }))).status).toBe(404);
  });

  test("with mistakes are told all of them at once, and none is saved", async () => {
    const wrong = file(
      { group: "fine", where: "assets > 1" },
      { group: "Bad Name", where: "asets > 1" },
      { group: "other", where: "age > 'old'", model: "bnk" },
      { group: "fine", where: "sex = 1 and branch", tag: true },
    );
    const { problems } = await problemsOf(saveGroups(bank, operator, wrong));
    expect(problems.map(({ code, place }) => `${code} ${place?.path}`).sort()).toEqual([
      "tiering.bad_name groups[1].group",
      "tiering.condition groups[1].where",
      "tiering.condition groups[3].where",
      "tiering.condition groups[3].where",
      "tiering.twice groups[3].group",
      "tiering.unknown_model groups[2].model",
    ]);
    expect(problems.find(({ place }) => place?.path === "groups[1].where")?.hint?.en).toBe("did you mean assets?");
    expect((await listGroups(bank, operator)).map(({ group }) => group)).not.toContain("fine");
  });

  test("keep a model from losing a figure they ask for", async () => {
    const { problems } = await problemsOf(publish(bank, operator, { text: model(""), origin: "story.yaml" }));
    expect(problems.map(({ code }) => code)).toEqual(["tiering.figure_in_use"]);
  });

  test("of a figure that the version in force has not yet are not counted, and say why", async () => {
    const visits = "  visits: { of: interaction, take: count, title: { zh: 来访, en: Visits } }\n";
    await bank.publish(model(`  job: { of: attribute.job, take: latest, title: { zh: 职业, en: Job } }\n${visits}`));
    expect(await save({ group: "visitors", where: "visits > 1" })).toMatchObject([
      { customers: null, untold: { en: expect.stringMatching(/does not fit .*visits/) } },
    ]);
    expect((await problemsOf(members(operator, { group: "visitors" }))).status).toBe(409);
    await bank.run({ model: "bank", as_of: AS_OF });
    expect(await oneGroup(bank, operator, "visitors")).toMatchObject({ customers: 0, of: 6, untold: null });
    await removeGroup(bank, operator, "visitors");
  });

  test("have the members that the condition has when it is evaluated for every row by itself", async () => {
    const number = fc
      .constantFrom("assets", "age")
      .chain((name) => fc.tuple(fc.constantFrom("<", ">=", "="), fc.constantFrom(10, 34, 64, 100, 120)).map(([op, n]) => `${name} ${op} ${n}`));
    const text = fc.constantFrom(
      "sex = '女'",
      "job in ['doctor', 'teacher']",
      "branch <> 'east'",
      "region = '京'",
      "job is null",
      "kind = 'person'",
      "tier = 'gold'",
      "not (sex = '男')",
    );
    const some = fc.array(fc.oneof(number, text), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom("and", "or"), async (parts, joint) => {
        const where = parts.join(` ${joint} `);
        await save({ group: "drawn", where });
        const expression = parseExpression(where);
        const expected = people.filter((one) => {
          const row: Record<string, Value> = { ...one, age: ages[one.id] ?? null, kind: "person", tier: one.assets >= 100 ? "gold" : "basic" };
          return evaluate(expression, (name) => row[name] ?? null) === true;
        });
        expect(await members(operator, { group: "drawn" })).toEqual(expected.map(({ id }) => id));
        expect((await oneGroup(bank, operator, "drawn")).customers).toBe(expected.length);
      }),
      { numRuns: 30 },
    );
    await removeGroup(bank, operator, "drawn");
  });
});

describe("a persona", () => {
  test("of a group says who they are and what they have, beside everybody", async () => {
    const persona = await personaOf(bank, operator, "bank", { group: "well-off-women" });
    expect(persona).toMatchObject({ as_of: AS_OF, customers: 2, of: 6, untold: null });
    const portrait = persona.portrait;
    const parts = (name: string) =>
      [...(portrait?.profile ?? []), ...(portrait?.texts ?? [])]
        .find((one) => one.name === name)
        ?.parts.map((one) => [one.value, one.customers, one.share, one.everybody]);
    expect(parts("sex")).toEqual([
      ["女", 2, 1, 4 / 6],
      ["男", 0, 0, 1 / 6],
      [null, 0, 0, 1 / 6],
    ]);
    expect(parts("age")).toEqual([
      ["<25", 0, 0, 1 / 6],
      ["25–34", 1, 0.5, 2 / 6],
      ["35–44", 1, 0.5, 1 / 6],
      ["55–64", 0, 0, 1 / 6],
      [null, 0, 0, 1 / 6],
    ]);
    expect(parts("job")?.slice(0, 2)).toEqual([
      ["doctor", 1, 0.5, 2 / 6],
      ["nurse", 1, 0.5, 1 / 6],
    ]);
    expect(portrait?.numbers[0]).toMatchObject({
      name: "assets",
      here: { known: 2, quarter: 150, median: 200, three_quarters: 250 },
      everybody: { known: 6, median: 110 },
      ratio: 200 / 110,
    });
    expect(portrait?.tags).toMatchObject([{ group: "thirties", customers: 1, share: 0.5, everybody: 2 / 6, lift: 1.5 }]);
  });

  test("of a tier, of everybody, and of the part of a group in a tier", async () => {
    expect((await personaOf(bank, operator, "bank", { tier: "basic" })).customers).toBe(2);
    expect((await personaOf(bank, operator, "bank", {})).customers).toBe(6);
    expect((await personaOf(bank, operator, "bank", { tier: "basic", group: "healers" })).customers).toBe(1);
    expect((await problemsOf(personaOf(bank, operator, "bank", { tier: "gld" }))).problems[0]?.hint?.en).toBe("did you mean gold?");
  });

  test("of a few is not drawn for who may not read personal data", async () => {
    expect(await personaOf(bank, analyst, "bank", { group: "healers" })).toMatchObject({
      customers: 3,
      portrait: null,
      untold: { en: expect.stringMatching(/fewer than 10/) },
    });
  });

  test("never tells ages to who may not read birthdays", async () => {
    await bank.tell({
      customer: Array.from({ length: 12 }, (_, i) => ({
        customer: `more${i}`,
        name: "m",
        kind: "person",
        birth_on: "1980-01-01",
        branch: "north",
        region: `r${i}`,
      })),
    });
    await bank.run({ model: "bank", as_of: AS_OF });
    const drawn = await personaOf(bank, analyst, "bank", {});
    expect(drawn.customers).toBe(18);
    expect(drawn.portrait?.profile.map(({ name }) => name)).toEqual(["sex", "kind", "region", "branch"]);
    expect(drawn.portrait?.tags).toEqual([]);
    const regions = drawn.portrait?.profile.find(({ name }) => name === "region")?.parts ?? [];
    expect(regions).toHaveLength(9);
    expect(regions.at(-1)).toMatchObject({ value: null, rest: true, customers: 18 - regions.slice(0, -1).reduce((sum, one) => sum + one.customers, 0) });
  });
});
