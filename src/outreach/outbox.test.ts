import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listAudit, operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { sql } from "../platform/warehouse/index.js";
import { type Facts, type Story, story } from "../tiering/testing.js";
import { messagesOf, outboxSummary } from "./messages.js";
import { customerPanel, personalData } from "./parts.js";
import { type PrepareOptions, prepareMessages } from "./prepare.js";
import { presetTexts } from "./presets.js";
import { addressees } from "./queries/addressees.js";
import type { Message } from "./schema.js";
import { placesOf, publishTemplate, templateInForce, templatesInForce } from "./templates.js";
import type { Addressee, Wanted } from "./wanted.js";

const wish = (customer: string, name: string, text_value: string | null, on_date: string | null = null, more: object = {}) => ({
  customer,
  name,
  text_value,
  on_date,
  ...more,
});
const facts: Facts = {
  customer: [
    { customer: "M1", name: "李静", kind: "manager", branch: "城东支行" },
    { customer: "M2", name: "陈强", kind: "manager", branch: "城西支行" },
    { customer: "ann", name: "王安", sex: "女", kind: "person", branch: "城东支行", phone: "16000000001" },
    { customer: "bob", name: "赵博", sex: "男", kind: "person", branch: "城东支行", phone: "16000000002" },
    { customer: "cai", name: "钱彩", sex: null, kind: "person", branch: "城西支行", phone: "12345" },
    { customer: "dao", name: "道达公司", kind: "organisation", branch: "城西支行", email: "office@example.com" },
    { customer: "eve", name: null, kind: "person", branch: null, phone: "16000000005" },
  ],
  attribute: [
    wish("ann", "marketing_consent", "是", "2025-01-01"),
    wish("bob", "do_not_contact", "yes", "2024-01-01"),
    wish("bob", "marketing_consent", "是", "2025-01-01"),
    wish("bob", "marketing_consent", "否", "2025-02-01"),
    wish("cai", "do_not_contact", "是", "2025-01-01"),
    wish("cai", "do_not_contact", "否", "2025-02-01"),
    wish("dao", "marketing_consent", null, null, { number_value: 1 }),
    wish("dao", "do_not_contact", "TRUE", "2025-02-01", { retracted: "2025-02-02" }),
    wish("eve", "do_not_contact", "yes", "2030-01-01"),
  ],
};

let told: Story;
let people: Map<string, Addressee>;
beforeEach(async () => {
  told = await story(facts);
  people = new Map((await told.warehouse.all<Addressee>(sql`select * from ${addressees("2025-06-30")}`)).map((one) => [one.public_id, one]));
  const { customer_id: m1 } = (await told.warehouse.first<{ customer_id: number }>(sql`select customer_id from profile where public_id = ${"M1"}`)) ?? {
    customer_id: 0,
  };
  await told.postgres.pool.query(
    "insert into account_manager (manager_id, manager, name, branch, level, capacity) values ($1, 'M1', '李静', '城东支行', 'senior', 240), ($1 + 1, 'M2', '陈强', '城西支行', 'junior', 240)",
    [m1],
  );
  const owned = sql`insert into owner (customer_id, manager_id, manager) select customer_id, case when branch = ${"城东支行"} then ${m1} else ${m1 + 1} end, case when branch = ${"城东支行"} then 'M1' else 'M2' end from profile where kind <> 'manager' and branch is not null`;
  await told.warehouse.write((session) => session.run(owned));
  managers = { ann: m1, bob: m1, cai: m1 + 1, dao: m1 + 1 };
});
afterEach(() => told.dispose());

let managers: Record<string, number>;
const wanted = (customer: string, template: string, more: Partial<Wanted> = {}): Wanted => {
  const addressee = people.get(customer);
  const manager = managers[customer];
  if (addressee === undefined) throw new Error(`nobody is called ${customer}`);
  return {
    key: `${template} ${customer} 2025-06-30`,
    customer: addressee,
    manager: manager === undefined ? null : { manager_id: manager, name: "李静", phone: null },
    template,
    cause: { zh: "生日", en: "Birthday" },
    send_at: "2025-06-30T09:00:00+08:00",
    prepared_on: "2025-06-30",
    places: {},
    ...more,
  };
};
async function* batches(all: readonly Wanted[], size = 2) {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size);
}
const prepare = (all: readonly Wanted[], options: PrepareOptions = {}) =>
  atomically(told.postgres, "all", (tx) => prepareMessages(tx, told, batches(all), options));
const everyone = ["ann", "bob", "cai", "dao", "eve"];
const list = async (actor: Actor, more: object = {}): Promise<Message[]> => (await messagesOf(told, actor, { limit: 50, ...more })).items;
const customersOf = async (actor: Actor, more: object = {}) => (await list(actor, more)).map((one) => one.customer_id).sort();

const as = (role: Actor["role"], scope: Actor["scope"]): Actor => ({ id: "1", login: role, name: role, role, scope });
const ofM1 = as("account_manager", { manager: "M1" });
const ofWest = as("branch_head", { branches: ["城西支行"] });
const analyst = as("analyst", { all: true });

test("what customers wish is what they said last, up to the day", () => {
  const wishes = Object.fromEntries([...people].map(([id, one]) => [id, [one.do_not_contact, one.marketing_consent]]));
  expect(wishes).toEqual({ ann: [false, true], bob: [true, false], cai: [false, false], dao: [false, true], eve: [false, false] });
});

test("a merged customer's wish is that of all their parties, the newest", async () => {
  await told.warehouse.write((session) =>
    session.run(
      sql`insert into merged select party.party_id, ann.party_id, timestamp '2025-01-01', null from party, (select party_id from party where public_id = 'ann') ann where public_id = 'bob'`,
    ),
  );
  const [ann] = await told.warehouse.all<Addressee>(sql`select * from ${addressees("2025-06-30")} where public_id = ${"ann"}`);
  expect(ann).toMatchObject({ do_not_contact: true, marketing_consent: false });
});

describe("preparing", () => {
  test("says of everybody what becomes of their message, and does it once", async () => {
    const all = everyone.flatMap((customer) => [
      wanted(customer, "birthday"),
      wanted(customer, "new_product", { places: { occasion: { zh: "稳健理财", en: "A plan" } } }),
    ]);
    const first = await prepare(all);
    expect(first).toEqual({ prepared: 5, waiting: 0, suppressed: 5, unchanged: 0 });
    const rows = await list(operator);
    expect(Object.fromEntries(rows.map((row) => [`${row.customer_id} ${row.template}`, row.reason ?? row.channel]))).toEqual({
      "ann birthday": "sms",
      "ann new_product": "sms",
      "bob birthday": "do_not_contact",
      "bob new_product": "do_not_contact",
      "cai birthday": "bad_address",
      "cai new_product": "no_consent",
      "dao birthday": "email",
      "dao new_product": "email",
      "eve birthday": "sms",
      "eve new_product": "no_consent",
    });
    expect(rows.find((row) => row.customer_id === "ann" && row.template === "birthday")).toMatchObject({
      name: "王安",
      manager: "M1",
      title: { zh: "生日祝福", en: "Birthday wishes" },
      class: "service",
      body: "王女士，生日快乐！本行和客户经理李静祝您身体健康、阖家幸福、事事顺心！",
      cause: { zh: "生日", en: "Birthday" },
      send_at: "2025-06-30T01:00:00.000Z",
      prepared_on: "2025-06-30",
    });

    expect(await prepare([...all, wanted("ann", "greeting"), wanted("ann", "greeting")])).toEqual({ prepared: 1, waiting: 0, suppressed: 0, unchanged: 11 });
    expect((await list(operator)).filter((row) => row.template !== "greeting")).toEqual(rows);
  });

  test("every text that comes along passes the gate", async () => {
    const places = {
      tier: { title: { zh: "白金", en: "Platinum" } },
      holding: { product: null, amount: "10000", matures_on: "2025-07-07" },
      occasion: { zh: "端午节", en: "Dragon Boat Festival" },
    };
    const all = [...presetTexts.keys()].flatMap((template) => everyone.map((customer) => wanted(customer, template, { places })));
    const counts = await prepare(all, { language: "en", bank: { zh: "示例银行", en: "Example Bank" } });
    expect(counts.prepared + counts.waiting + counts.suppressed).toBe(all.length);
    const rows = await list(operator, { limit: 200 });
    expect(rows.filter((row) => row.reason === "incomplete")).toEqual([]);
    expect(rows.find((row) => row.template === "maturity_notice" && row.customer_id === "eve")?.body).toBe(
      "Dear valued customer, your product (CNY 10,000) matures on 7 July 2025. For what to do next, please ask our branch.",
    );
  });

  test("waits until quiet hours end", async () => {
    expect(await prepare([wanted("ann", "birthday", { send_at: "2025-06-30T22:00:00+08:00" })])).toMatchObject({ waiting: 1, prepared: 0 });
    expect(await list(operator)).toMatchObject([{ state: "waiting", reason: "quiet_hours", send_at: "2025-07-01T00:00:00.000Z" }]);
  });

  test("keeps back a text of which something is not known", async () => {
    expect(await prepare([wanted("ann", "maturity_notice")])).toMatchObject({ suppressed: 1 });
    expect(await list(operator)).toMatchObject([{ state: "suppressed", reason: "incomplete", body: expect.stringContaining("将于＿＿到期") }]);
  });

  test("keeps back a text that would be empty for this customer", async () => {
    const text = `template: move
title: { zh: 变动, en: Move }
class: service
channels: [sms]
body: { zh: "{% if tier.before %}您好{% endif %}", en: "{% if tier.before %}Hello{% endif %}" }
`;
    await publishTemplate(told, operator, { text, origin: "move.yaml" });
    await prepare([
      wanted("ann", "move"),
      wanted("eve", "move", { places: { tier: { title: { zh: "白金", en: "Platinum" }, before: { zh: "黄金", en: "Gold" } } } }),
    ]);
    const shown = (await list(operator)).map(({ state, reason, body }) => ({ state, reason, body }));
    expect(shown).toHaveLength(2);
    expect(shown).toEqual(
      expect.arrayContaining([
        { state: "prepared", reason: null, body: "您好" },
        { state: "suppressed", reason: "incomplete", body: "" },
      ]),
    );
  });

  test("takes any name as it is", async () => {
    const odd = { ...wanted("ann", "greeting").customer, sex: null, name: "{{ bank }}\\N\t'\"\n王" };
    await prepare([wanted("ann", "greeting", { customer: odd })]);
    expect((await list(operator))[0]?.body).toContain("{{ bank }}\\N\t'\"\n王，您好！");
  });

  test("is undone with the transaction it is in, and refuses a template that is not there", async () => {
    await expect(prepare([wanted("ann", "birthday"), wanted("ann", "birthdays")])).rejects.toThrow("outreach.no_such_template");
    expect(await list(operator)).toEqual([]);
    expect(await prepare([wanted("ann", "birthday")])).toMatchObject({ prepared: 1 });
  });

  test("writes with the words in force", async () => {
    const mine = (presetTexts.get("birthday") ?? "").replace("生日快乐", "生辰吉祥");
    const before = await templatesInForce(told);
    expect(before.get("birthday")).toMatchObject({ version: 0, origin: "preset:birthday", published_at: null, published_by: null });
    expect([...before.keys()]).toEqual([...presetTexts.keys()]);
    const same = await publishTemplate(told, operator, { text: presetTexts.get("birthday") ?? "", origin: "birthday.yaml" });
    expect(same.version).toBe(0);
    expect(await publishTemplate(told, operator, { text: mine, origin: "mine.yaml" })).toMatchObject({
      version: 1,
      origin: "mine.yaml",
      published_by: "operator",
    });
    expect(await publishTemplate(told, operator, { text: mine, origin: "mine.yaml" })).toMatchObject({ version: 1 });
    const held = await atomically(told.postgres, "all", (tx) => templateInForce(tx, "birthday"));
    expect(held?.example.zh).toContain("王先生，生辰吉祥！");
    expect(await atomically(told.postgres, "all", (tx) => templateInForce(tx, "birthdays"))).toBeUndefined();
    expect((await listAudit(told, { limit: 10 })).items.filter((one) => one.action === "templates.publish")).toMatchObject([
      { subject: "template:birthday", detail: { version: 1, origin: "mine.yaml" } },
    ]);
    await prepare([wanted("ann", "birthday")]);
    expect((await list(operator))[0]?.body).toContain("生辰吉祥");
    await expect(publishTemplate(told, operator, { text: mine.replace("bank", "bnak"), origin: "mine.yaml" })).rejects.toThrow("outreach.unknown_place");
  });

  test("a template tells which places have to be offered", async () => {
    const held = await templatesInForce(told);
    const of = (name: string) => {
      const version = held.get(name);
      return version === undefined ? [] : placesOf(version);
    };
    expect(of("maturity_notice")).toEqual(["branch", "customer.salutation", "holding.amount", "holding.matures_on", "holding.product", "manager.phone"]);
    expect(of("birthday")).not.toContain("holding.product");
  });
});

describe("the outbox", () => {
  beforeEach(async () => {
    await prepare(everyone.map((customer) => wanted(customer, "birthday")));
    await prepare(everyone.map((customer) => wanted(customer, "greeting", { key: `greeting ${customer}`, prepared_on: "2025-07-01" })));
  });

  test("holds for each reader the customers in their sight", async () => {
    expect(await customersOf(operator, { day: "2025-06-30" })).toEqual(everyone);
    expect(await customersOf(ofM1)).toEqual(["ann", "ann", "bob", "bob"]);
    expect(await customersOf(ofWest)).toEqual(["cai", "cai", "dao", "dao"]);
    expect(await customersOf(as("account_manager", { manager: "M9" }))).toEqual([]);
    expect(await customersOf(as("branch_head", { branches: [] }))).toEqual([]);
    await expect(messagesOf(told, ofM1, { customer: "cai", limit: 5 })).rejects.toThrow("customer.unknown");
    expect(await customersOf(ofM1, { customer: "bob" })).toEqual(["bob", "bob"]);
  });

  test("shows nothing of a customer who went to somebody else", async () => {
    await told.warehouse.write((session) => session.run(sql`update owner set manager = 'M2' where customer_id = ${people.get("bob")?.customer_id ?? 0}`));
    expect(await customersOf(ofM1)).toEqual(["ann", "ann"]);
  });

  test("hides words and names from who may not read personal data", async () => {
    const rows = await list(analyst);
    expect(rows).toHaveLength(10);
    expect(new Set(rows.map((row) => row.body))).toEqual(new Set(["***"]));
    expect(rows.find((row) => row.customer_id === "ann")?.name).toBe("王*");
    expect(JSON.stringify(rows)).not.toMatch(/王安|王女士|李静|1600000/);
  });

  test("turns its pages without losing or repeating any, by state, template and day", async () => {
    const read: Message[] = [];
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await messagesOf(told, operator, { limit: 3, cursor });
      read.push(...items);
      if (next === null) break;
      cursor = next;
    }
    expect(read).toEqual(await list(operator));
    expect(read.map((row) => row.prepared_on)).toEqual([...Array<string>(5).fill("2025-07-01"), ...Array<string>(5).fill("2025-06-30")]);
    expect(await customersOf(operator, { state: "suppressed", template: "birthday", day: "2025-06-30" })).toEqual(["bob", "cai"]);
    await expect(messagesOf(told, operator, { limit: 3, cursor: "x" })).rejects.toThrow("http.bad_cursor");
  });

  test("adds up", async () => {
    const summary = await outboxSummary(told, operator);
    expect(summary).toEqual({
      day: "2025-07-01",
      states: [
        { state: "prepared", reason: null, messages: 3 },
        { state: "suppressed", reason: "bad_address", messages: 1 },
        { state: "suppressed", reason: "do_not_contact", messages: 1 },
      ],
      templates: [{ template: "greeting", title: { zh: "日常问候", en: "Greeting" }, messages: 5, suppressed: 2 }],
    });
    expect(await outboxSummary(told, operator, "2025-06-30")).toMatchObject({ day: "2025-06-30", templates: [{ template: "birthday", messages: 5 }] });
    expect((await outboxSummary(told, ofM1)).templates).toMatchObject([{ messages: 2, suppressed: 1 }]);
    expect(await outboxSummary(told, operator, "2020-01-01")).toEqual({ day: "2020-01-01", states: [], templates: [] });
    expect(await outboxSummary(told, as("branch_head", { branches: [] }))).toEqual({ day: null, states: [], templates: [] });
  });

  test("gives a customer's page its part, and tells who asks what is held of them", async () => {
    const ann = { customer_id: people.get("ann")?.customer_id ?? 0, public_id: "ann" };
    expect(await customerPanel.read(told, operator, ann)).toMatchObject([{ template: "greeting" }, { template: "birthday" }]);
    const held = await atomically(told.postgres, "all", (tx) => personalData.export(tx, ann.customer_id));
    expect(held["message"]).toHaveLength(2);
  });
});
