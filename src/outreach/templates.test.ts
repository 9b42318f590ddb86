import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readSource } from "../platform/document/index.js";
import { expectEveryMistakeTold } from "../platform/document/testing.js";
import { checkTemplate, wordProblems } from "./check.js";
import { amountInWords, dayInWords, fillingOf, fillWords, ourBank } from "./filling.js";
import { fill } from "./liquid.js";
import { placeNames, places } from "./places.js";
import { presetTexts } from "./presets.js";
import { salutation } from "./salute.js";
import type { Wanted } from "./wanted.js";

const our = { bank: ourBank, currency: "CNY" };
const person = { customer_id: 1, public_id: "C1", name: "欧阳明", sex: "男", kind: "person", phone: "13800000000", email: null, branch: "城东支行" };
const consent = { do_not_contact: false, marketing_consent: true };
const everything: Wanted["places"] = {
  tier: { title: { zh: "白金", en: "Platinum" }, before: { zh: "黄金", en: "Gold" } },
  holding: { product: "稳健理财90天", amount: "50000.0000", matures_on: "2025-06-30" },
  occasion: { zh: "端午节", en: "Dragon Boat Festival" },
};
const manager = { manager_id: 9, name: "李静", phone: "16000000001" };
const least: Wanted["places"] = {
  tier: { title: { zh: "白金", en: "Platinum" } },
  holding: { product: null, amount: null, matures_on: "2025-06-30" },
  occasion: { zh: "端午节", en: "Dragon Boat Festival" },
};

const addressed = {
  "a person": [{ ...person, ...consent }, manager, everything],
  "an organisation": [{ ...person, ...consent, name: "星河贸易有限公司", kind: "organisation", sex: "" }, manager, everything],
  "somebody whose sex is not known, without a manager": [{ ...person, ...consent, sex: null, branch: null }, null, least],
  "somebody without a name, of whose manager the phone is not known": [{ ...person, ...consent, name: null }, { ...manager, phone: null }, least],
} as const;

describe.each([...presetTexts])("the template %s", (name, text) => {
  const { checked, problems } = checkTemplate(text, `${name}.yaml`);

  test("passes its own check and is called as its file", () => {
    expect(problems).toEqual([]);
    expect(checked?.template.template).toBe(name);
  });

  test.each(Object.entries(addressed))("reads whole to %s", (_, [customer, owner, given]) => {
    for (const language of ["zh", "en"] as const) {
      if (checked === undefined) throw new Error("no template");
      const { body, whole } = fill(checked.bodies[language], fillingOf({ customer, manager: owner, places: given }, our, language));
      expect(whole, body).toBe(true);
      expect(body).not.toMatch(/[{}]|null|undefined|＿| {2}| [,.]|，，|。。|（）|\(\)/);
      expect(body).toContain(language === "zh" ? salutation(customer, "zh") : `Dear ${salutation(customer, "en")}`);
      // one text message holds 70 characters that are not Latin, two hold 134
      if (language === "zh") expect(body.length, body).toBeLessThanOrEqual(name === "new_product" || customer.kind === "organisation" ? 134 : 70);
    }
  });
});

test.each([
  ["王小明", "男", "person", "王先生", "Mr 王"],
  ["王芳", "女", "person", "王女士", "Ms 王"],
  ["欧阳明", "M", "person", "欧阳先生", "Mr 欧阳"],
  ["东方", "F", "person", "东女士", "Ms 东"],
  ["司马相如", "male", null, "司马先生", "Mr 司马"],
  ["John Smith", "male", "person", "John Smith先生", "Mr Smith"],
  ["阿依古丽·买买提", "女", "person", "阿依古丽·买买提女士", "Ms 阿依古丽·买买提"],
  ["王小明", null, "person", "王小明", "王小明"],
  ["星河贸易有限公司", "男", "organisation", "星河贸易有限公司", "星河贸易有限公司"],
  ["  ", "男", "person", "尊敬的客户", "valued customer"],
  [null, null, null, "尊敬的客户", "valued customer"],
])("%s (%s, %s) is addressed as %s", (name, sex, kind, zh, en) => {
  expect([salutation({ name, sex, kind }, "zh"), salutation({ name, sex, kind }, "en")]).toEqual([zh, en]);
});

test("amounts and days read as in a letter", () => {
  expect([amountInWords("1234567.5000", "CNY", "zh"), amountInWords("50000.0000", "CNY", "zh"), amountInWords("999", "USD", "zh")]).toEqual([
    "1,234,567.50元",
    "50,000元",
    "USD 999",
  ]);
  expect([amountInWords("-1000.25", "CNY", "en"), dayInWords("2025-06-05", "zh"), dayInWords("2025-06-05", "en")]).toEqual([
    "CNY -1,000.25",
    "2025年6月5日",
    "5 June 2025",
  ]);
});

describe("the check", () => {
  const told = (text: string) => checkTemplate(text, "mine.yaml").problems.map(({ code, place, hint }) => [code, place?.line, hint?.en]);

  test("tells every mistake with its line at once", () => {
    const text = `template: Birthday
title: { zh: 生日, en: Birthday }
class: advert
channels: [call, sms]
colour: red
body:
  zh: |
    {{ custmer.name }}，您好！
    {{ customer.name | upcas }}{% for x in y %}{{ occasion }}{% endfor %}
    {% if tier.titel %}好{% endif %}
    {{ customer.name ，{{ custmer.name }}
  en: "  "
`;
    expect(told(text)).toEqual([
      ["outreach.bad_name", 1, expect.stringContaining("for example ")],
      ["outreach.unknown_word", 3, expect.stringContaining("legal, notice, service, marketing")],
      ["outreach.unknown_key", 5, expect.anything()],
      ["outreach.no_message_channel", 4, expect.stringContaining("sms, email, wechat")],
      ["outreach.unknown_place", 8, "did you mean customer.name?"],
      ["outreach.unknown_filter", 9, "did you mean upcase?"],
      ["outreach.unknown_tag", 9, expect.stringContaining("if, elsif")],
      ["outreach.unknown_place", 10, "did you mean tier.title?"],
      ["outreach.liquid", 11, undefined],
      ["outreach.empty_body", 12, undefined],
    ]);
  });

  test("hides no mistake behind another", async () => {
    const sound = `template: birthday
title: { zh: 生日, en: Birthday }
class: service
channels: [sms, wechat]
body:
  zh: |
    {{ customer.salutation }}，您好！{% if manager.phone %}{{ manager.phone }}{% endif %}
    {{ occasion | upcase }}{{ tier.before | default: "层级" }}{{ holding.product | default: "产品" }}
  en: "Dear {{ customer.name }}, {{ bank }}"
`;
    await expectEveryMistakeTold(
      sound,
      {
        "template: birthday": "template: Birthday",
        "en: Birthday": "eng: Birthday, en: 5",
        "class: service": "class: serving",
        "[sms, wechat]": "[sms, call]",
        "{{ customer.salutation }}": "{{ customer.salute }}",
        "{% if manager.phone %}": "{% if manager.fone %}",
        "| upcase": "| upper",
        '{{ tier.before | default: "层级" }}': "{{ tier.before }}",
        '{{ holding.product | default: "产品" }}': "{{ holding.product, }}",
        "{{ bank }}": "{% bank %}",
      },
      (made) => told(made).map(([code]) => String(code)),
    );
  });

  const template = (zh: string, en = "Hello") =>
    `template: mine\ntitle: { zh: 我的, en: Mine }\nclass: service\nchannels: [sms]\nbody:\n  zh: "${zh}"\n  en: "${en}"\n`;
  test.each([
    ["{{ customer.name", "outreach.liquid"],
    ["{% if tier.before %}升级", "outreach.liquid"],
    ["{{ customer.name }}{% endif %}", "outreach.liquid"],
    ["{% if %}好{% endif %}", "outreach.liquid"],
    ["{{ }}", "outreach.liquid"],
    ["{% include 'x' %}", "outreach.unknown_tag"],
    ["{% assign x = customer.name %}", "outreach.unknown_tag"],
    ["{{ customer }}", "outreach.unknown_place"],
    ["{{ customer.constructor }}", "outreach.unknown_place"],
    ["{{ customer.name | date: '%Y' }}", "outreach.unknown_filter"],
    ["{{ manager.phone }}", "outreach.may_be_empty"],
    ["{% if manager.name %}{{ manager.phone }}{% endif %}", "outreach.may_be_empty"],
    ["好".repeat(501), "outreach.long_body"],
    ["{{".repeat(100_000), "outreach.long_body"],
    ["{{ (1..100000000) }}", "outreach.liquid"],
    ["{% if (1..100000000) %}好{% endif %}", "outreach.liquid"],
    [`{{ customer.name${" | replace: '', 'aaaaaaaaaa'".repeat(12)} }}`, "outreach.liquid"],
    ["   ", "outreach.empty_body"],
  ])("refuses %s", (zh, code) => {
    expect(told(template(zh)).map(([found]) => found)).toEqual([code]);
  });

  test.each([
    "好".repeat(500),
    "{% if manager.phone %}{{ manager.phone }}{% elsif tier.before %}{{ tier.before }}{% else %}{{ branch }}{% endif %}",
    "{{ manager.name | default: '客户经理' }}",
    "{{ manager.name | default: '(一..二)' }}",
    "{%- unless tier.before -%}首次{%- endunless -%}",
    "{% if tier.title == '白金' and manager.name %}好{% else %}您好{% endif %}",
  ])("takes %s", (zh) => {
    expect(told(template(zh))).toEqual([]);
  });

  test("says that a body which begins with braces needs quotes", () => {
    expect(told("template: mine\nbody:\n  zh: {{ customer.name }}，您好\n")).toContainEqual([
      "outreach.yaml",
      3,
      "a text that begins with {{ or {% has to stand in quotes",
    ]);
  });

  test("takes no YAML for granted", () => {
    for (const text of ["", "[]", "5", "body: 3", "template: [", "channels: sms", "body: { zh: { a: b } }"]) expect(told(text).length, text).toBeGreaterThan(0);
  });
});

test("a script of another document is checked and filled by the same places", () => {
  const text = "plan: mine\nscript:\n  zh: 您好{{ custmer.name }}，{{ occasion }}\n";
  const source = readSource(text, "plan.yaml", "service");
  expect(wordProblems(source, ["script", "zh"], "您好{{ custmer.name }}，{{ occasion }}")).toMatchObject([
    { code: "service.unknown_place", place: { file: "plan.yaml", line: 3, path: "script.zh" }, hint: { en: "did you mean customer.name?" } },
  ]);
  const wanted = { customer: { ...person, ...consent }, manager, places: everything };
  expect(fillWords("{{ customer.salutation }}，{{ occasion }}安康", wanted, our, "zh")).toEqual({ body: "欧阳先生，端午节安康", whole: true });
  expect(fillWords("{{ occasion }}", { ...wanted, places: {} }, our, "zh").whole).toBe(false);
});

test("docs/templates.md tells every place", () => {
  const document = readFileSync("docs/templates.md", "utf8");
  for (const place of placeNames) expect(document, place).toContain(`| \`${place}\` | ${places[place].label.zh} | ${places[place].label.en} |`);
  const [, example = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(document) ?? [];
  expect(checkTemplate(example).problems).toEqual([]);
});
