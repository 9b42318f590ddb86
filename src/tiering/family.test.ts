import { afterEach, describe, expect, test } from "vitest";
import { operator } from "../access/index.js";
import { sql } from "../platform/warehouse/index.js";
import { explanationOf } from "./explanation.js";
import { runAsked } from "./increment.js";
import { checkText } from "./models.js";
import { type Facts, type Story, story } from "./testing.js";

const open: Story[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

const model = `
model: families
title: { zh: 产品大类, en: Families }
measures:
  breadth: { of: holding.family, take: share }
  families: { of: holding.family, take: distinct }
  deposits: { of: holding, take: count, where: "family = 'deposit'" }
  bought: { of: transaction.family, take: share }
  funds: { of: transaction.amount, take: sum, where: "family in ['fund']" }
  newest: { of: transaction.family, take: latest }
  rows: { of: transaction, take: count }
tiers:
  - { id: broad, when: "breadth >= 0.5" }
  - { id: narrow }
`;

const held = (customer: string, product: string, more: object = {}) => ({
  customer,
  holding_ref: `${customer} ${product}`,
  product,
  opened_on: "2023-01-01",
  ...more,
});
const bought = (customer: string, product: string | null, amount: string, on = "2024-01-02") => ({ customer, product, amount, occurred_at: `${on} 10:00:00` });
const product = (code: string, family: string | null, more: object = {}) => ({ product: code, family, ...more });

/** Four families; nobody holds insurance. */
const bank: Facts = {
  product: [
    product("D1", "deposit"),
    product("D2", "deposit"),
    product("F1", "fund"),
    product("L1", "loan"),
    product("I1", "insurance"),
    product("X1", null),
    product("G1", "gold", { retracted: "2024-01-01" }),
  ],
  holding: [
    held("ann", "D1"),
    held("ann", "D2"),
    held("ann", "F1"),
    held("ann", "L1", { closed_on: "2024-01-15" }),
    held("bob", "X1"),
    held("bob", "G1"),
    held("bob", "never heard of"),
    held("cid", "L1"),
  ],
  transaction: [bought("ann", "F1", "30"), bought("ann", "D1", "5", "2024-01-03"), bought("bob", "F1", "0.5"), bought("bob", null, "7", "2024-01-09")],
};

async function begin(facts: Facts = bank, text = model): Promise<Story> {
  const one = await story(facts);
  open.push(one);
  await one.publish(text);
  return one;
}

const figuresOf = (standing: Record<string, Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(standing).map(([id, { breadth, families, tier }]) => [id, { breadth, families, tier }]));

const figures = async (at: Story, known_at?: string): Promise<Record<string, unknown>> =>
  figuresOf(await at.standing(await at.run({ model: "families", as_of: "2024-01-31", ...(known_at === undefined ? {} : { known_at }) })));

describe("the family of a product", () => {
  test("is measured and asked for of contracts and transactions; all families are those of the catalogue", async () => {
    const at = await begin();
    const all = await at.standing(await at.run({ model: "families", as_of: "2024-01-31" }));
    expect(all).toMatchObject({
      ann: { breadth: "0.5000", families: 2, deposits: 2, bought: "0.5000", funds: "30.0000", newest: "deposit", rows: 2, tier: "broad" },
      // a product without a family, one taken back and one nobody heard of have none
      bob: { breadth: "0.0000", families: 0, deposits: 0, bought: "0.2500", funds: "0.5000", newest: "fund", rows: 2, tier: "narrow" },
      cid: { breadth: "0.2500", families: 1, deposits: 0, bought: "0.0000", funds: "0.0000", newest: null, rows: 0, tier: "narrow" },
    });
    const { figures: told } = await explanationOf(at, operator, "ann", "families");
    expect(told.slice(0, 2).map(({ how }) => [how.zh, how.en])).toEqual([
      [
        "持有的产品大类的不同值占产品目录全部产品大类的比例，截至 2024-01-31",
        "different values, family of holdings, as a share of all families in the catalogue, up to 2024-01-31",
      ],
      ["持有的产品大类的不同值个数，截至 2024-01-31", "number of different values, family of holdings, up to 2024-01-31"],
    ]);
  });

  test("is the one told last, by whichever source; as it was known then, before that", async () => {
    const at = await begin({ ...bank, product: (bank.product ?? []).map((one) => ({ known: "2024-02-01", ...one })) });
    await at.tell({
      product: [
        product("D2", "savings", { known: "2024-03-01" }),
        product("X1", "card", { known: "2024-03-01" }),
        product("F1", null, { known: "2024-03-01" }),
      ],
    });
    await at.warehouse.write((session) => session.run(sql`update product set retracted_at = timestamp '2024-04-01' where product = 'I1'`));
    // deposit, savings, fund, loan, card: what says nothing of a family takes none away
    const now = { ann: { breadth: "0.6000", families: 3 }, bob: { breadth: "0.2000", families: 1 }, cid: { breadth: "0.2000", families: 1 } };
    expect(await figures(at)).toMatchObject(now);
    expect(await figures(at, "2024-03-15")).toMatchObject({ ann: { breadth: "0.5000", families: 3 }, bob: { breadth: "0.1667" }, cid: { breadth: "0.1667" } });
    expect(await figures(at, "2024-02-15")).toMatchObject({ ann: { breadth: "0.5000", families: 2 }, bob: { breadth: "0.0000" }, cid: { breadth: "0.2500" } });
    // nothing was known of any product
    expect(await figures(at, "2024-01-31")).toMatchObject({ ann: { breadth: null, families: 0, tier: "narrow" } });
  });

  test("of merged customers is counted once", async () => {
    const at = await begin();
    await at.warehouse.write((session) =>
      session.run(
        sql`insert into merged select c.party_id, a.party_id, now()::timestamp, null from party a, party c where a.public_id = 'ann' and c.public_id = 'cid'`,
      ),
    );
    expect(await figures(at)).toMatchObject({ ann: { breadth: "0.7500", families: 3 } });
  });

  test("counts again only whose facts changed, and everybody when the catalogue did", async () => {
    const others = Array.from({ length: 20 }, (_, i) => held(`quiet${i}`, "D1"));
    const at = await begin({ ...bank, holding: [...(bank.holding ?? []), ...others] });
    const only = () => runAsked(at, operator, { model: "families", as_of: "2024-01-31", only_changed: true }, () => undefined);
    await at.run({ model: "families", as_of: "2024-01-31" });
    await at.tell({ holding: [held("cid", "F1", { known: "2024-05-01" })] });
    const increment = await only();
    expect(increment).toMatchObject({ recomputed: 1, moved: 1 });
    expect(figuresOf(await at.standing(increment))).toEqual(await figures(at));
    await at.tell({ product: [product("D1", "card", { known: "2024-05-02" })] });
    const renewed = await only();
    expect(renewed).toMatchObject({ moved: 1, decided: true });
    expect(renewed.recomputed).toBeUndefined();
    expect(await only()).toMatchObject({ recomputed: 0, moved: 0 });
    // a model that asks for no family hears nothing of it
    await at.publish(
      "model: plain\ntitle: { zh: 甲, en: A }\nmeasures: { n: { of: holding, take: count } }\ntiers: [{ id: some, when: 'n > 0' }, { id: none }]",
    );
    await at.run({ model: "plain", as_of: "2024-01-31" });
    await at.tell({ product: [product("D1", "deposit", { known: "2024-05-03" })] });
    expect(await runAsked(at, operator, { model: "plain", as_of: "2024-01-31", only_changed: true }, () => undefined)).toMatchObject({ recomputed: 0 });
  });

  test("asked of what names no product, it is said why there is none", () => {
    const text = model
      .replace("of: holding.family, take: share", "of: balance.family, take: share")
      .replace("of: transaction, take: count", `of: interaction, take: count, where: "family = 'fund'"`)
      .replace("of: transaction.family, take: latest", "of: transaction.family, take: sum");
    const { problems } = checkText(text);
    expect(problems.map(({ code, place, hint }) => [code, place?.path, hint?.en.includes("holding and transaction")])).toEqual([
      ["tiering.unknown_column", "measures.breadth.of", true],
      ["tiering.needs_number", "measures.newest.of", undefined],
      ["tiering.unknown_column", "measures.rows.where", true],
    ]);
  });
});
