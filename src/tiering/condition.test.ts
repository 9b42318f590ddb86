import { expect, test } from "vitest";
import { checkText } from "./models.js";

/** What each tier of a model says that it asks. */
function asked(...conditions: readonly string[]): unknown {
  const tiers = conditions.map((when, i) => `  - { id: t${i}, when: "${when}" }`);
  const { problems, model } = checkText(`
model: shop
title: { zh: 店, en: Shop }
measures:
  spend: { of: transaction.amount, take: sum, over: 12 months, title: { zh: 消费, en: Spend } }
  orders: { of: transaction, take: count, title: { zh: 订单数, en: Orders } }
  level: { of: attribute.level, take: latest, title: { zh: 等级 V, en: Level } }
scores:
  r: { of: spend, bands: { quantiles: 5 }, title: { zh: 额度分, en: Spend score } }
tiers:
${tiers.join("\n")}
  - { id: rest }
`);
  expect(problems.filter(({ code }) => code !== "tiering.unreachable")).toEqual([]);
  expect(model?.tiers.at(-1)?.condition).toBeNull();
  return model?.tiers.slice(0, -1).map(({ condition }) => `${condition?.zh} | ${condition?.en}`);
}

test("a condition is told in words, with the titles of what it compares", () => {
  expect(asked("spend >= 12000 and not (orders < 3)", "10 < orders or (spend > 500.5 and orders <> 1)", "level in ['a', '金']", "spend is null")).toEqual([
    "消费不低于 12,000，且不满足（订单数低于 3） | Spend at least 12,000, and not (Orders below 3)",
    "订单数高于 10，或（消费高于 500.5，且订单数不为 1） | Orders above 10, or (Spend above 500.5, and Orders is not 1)",
    '等级 V 为“a”或“金” | Level is "a" or "金"',
    "没有消费 | has no Spend",
  ]);
  expect(asked("r > mean(r)", "spend / orders >= 20", "mean(r) <= r and level = 'a'")).toEqual([
    "额度分高于全体平均的额度分 | Spend score above the mean Spend score of all",
    "消费 / 订单数不低于 20 | Spend / Orders at least 20",
    '额度分不低于全体平均的额度分，且等级 V 为“a” | Spend score at least the mean Spend score of all, and Level is "a"',
  ]);
});
