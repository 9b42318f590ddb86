import { expect, test } from "vitest";
import { checkModel } from "../check.js";
import { nextStep } from "../next.js";
import { presetText } from "../presets.js";

const problemsOf = (measures: Record<string, string>): string[] => {
  const lines = Object.entries(measures).map(([name, text]) => `  ${name}: { ${text} }`);
  const text = `model: m\ntitle: { zh: 甲, en: M }\nmeasures:\n${lines.join("\n")}\ntiers: [{ id: a, when: "${Object.keys(measures)[0]} > 0" }, { id: b }]\n`;
  return checkModel(text).problems.map(({ code, place, hint }) => {
    expect(hint).toBeDefined();
    return `${code} ${place?.path}`;
  });
};

test("what foretells as the docs say is sound", () => {
  expect(
    problemsOf({
      worth: "of: transaction, take: lifetime_value, fit: mbg_nbd + gamma_gamma, horizon: 12 months, margin: 0.3, discount: 0.1",
      pareto: "of: transaction.amount, take: lifetime_value, fit: gamma_gamma + pareto_nbd, horizon: 1 year",
      orders: "of: transaction, take: expected_purchases, horizon: 26 weeks",
      alive: "of: transaction, take: probability_alive, fit: bg_nbd",
      basket: "of: transaction, take: expected_spend",
      stays: "of: holding, take: survival, horizon: 1 year",
      contract: "of: holding.amount, take: lifetime_value, horizon: 1 year, every: 1 month",
    }),
  ).toEqual([]);
});

test("every mistake is told at once, each with its place and a hint", () => {
  expect(
    problemsOf({
      a: "of: balance.amount, take: lifetime_value, horizon: 1 year",
      b: "of: transaction, take: lifetime_value, fit: bg_nbb + gamma_gamma",
      c: "of: transaction, take: lifetime_value, fit: mbg_nbd, horizon: soon, margin: 30, discount: -1",
      d: "of: transaction, take: probability_alive, horizon: 1 year, over: 1 year, margin: 0.5",
      e: "of: holding, take: lifetime_value, horizon: 1 year",
      f: "of: transaction, take: count, fit: mbg_nbd, every: 1 month",
      g: "of: transaction.product, take: expected_spend",
    }).sort(),
  ).toEqual(
    [
      "tiering.foretold_of measures.a.of",
      "tiering.needs_horizon measures.b",
      "tiering.unknown_fit measures.b.fit",
      "tiering.bad_duration measures.c.horizon",
      "tiering.bad_share measures.c.margin",
      "tiering.bad_share measures.c.discount",
      "tiering.wrong_fit measures.c.fit",
      "tiering.foretelling_only measures.d.horizon",
      "tiering.foretold_over measures.d.over",
      "tiering.foretelling_only measures.d.margin",
      "tiering.needs_every measures.e",
      "tiering.foretelling_only measures.f.fit",
      "tiering.foretelling_only measures.f.every",
      "tiering.foretold_of measures.g.of",
    ].sort(),
  );
});

test("what is foretold is no lever: a step towards a tier goes by what somebody can act on, or is not told", () => {
  const stepOf = (preset: string, figures: Record<string, number>, grade: string) => {
    const { plan } = checkModel(presetText(preset) ?? "");
    expect(plan?.measures.filter((one) => one.foretold !== null && one.lever)).toEqual([]);
    return (
      plan &&
      nextStep(
        plan,
        figures,
        null,
        plan.tiers.findIndex(({ id }) => id === grade),
      )
    );
  };
  const middle = { value: 1000, stays: 0.9, fee: 129, contracts: 2, services: 2, expiring: 0, worth: 1000 };
  expect(stepOf("contract-value", middle, "middle")).toEqual({ tier: "high", measure: "services", from: 2, to: 3 });
  // more would have to be foretold of this one
  expect(stepOf("contract-value", { ...middle, value: 700, worth: 700 }, "middle")).toBeNull();
});
