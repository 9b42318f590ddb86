import { expect, test } from "vitest";
import type { MeasureFit } from "../schema.js";
import { verdictOf } from "./verdict.js";

type Holdout = NonNullable<NonNullable<MeasureFit["purchases"]>["holdout"]>;

const fit = (more: Partial<MeasureFit>): MeasureFit => ({
  model: "mbg_nbd",
  as_of: "2026-01-01",
  customers: 100,
  lacking: null,
  parameters: {},
  standard_errors: null,
  log_likelihood: null,
  identified: true,
  warnings: [],
  purchases: null,
  spend: null,
  staying: null,
  ...more,
});
const held = (more: Partial<Holdout>): Partial<MeasureFit> => ({
  purchases: {
    likelihood_ratio: 9,
    repeats: [],
    tracking: [],
    holdout: {
      from: "",
      until: "",
      customers: 100,
      actual: 100,
      expected: 103,
      naive: 120,
      expected_error: 0.8,
      naive_error: 1,
      warnings: [],
      by_purchases: [],
      ...more,
    },
  },
});
const said = (more: Partial<MeasureFit>): string => verdictOf(fit(more), null).en;

test("whether a fit can be relied on is said by what it foretold of a time it had not seen", () => {
  expect(said(held({}))).toBe("Yes: in the time held out it erred by 0.80 purchases a customer, the rate of before by 1.00; in all it was off by 3%.");
  expect(said(held({ expected: 150 }))).toMatch(/^For who buys more than whom, but not for the sum: .* off by 50%/);
  expect(said(held({ expected_error: 0.99 }))).toMatch(/^No better than the rate of before: /);
  expect(said(held({ actual: 0 }))).toMatch(/^For who buys more/);
  expect(said({ purchases: { likelihood_ratio: 9, repeats: [], tracking: [], holdout: null } })).toMatch(/^Untested/);
});

test("what the data do not tell is said beside it, of the fit and of the one that was tested", () => {
  expect(said(held({ warnings: ["dropout_not_identified"] }))).toMatch(/does not tell dropout, so that was not tested\.$/);
  expect(said({ ...held({}), warnings: ["dropout_spread_not_identified"], identified: false })).toMatch(/takes the default it was given\.$/);
  expect(verdictOf(fit({ lacking: "no_rows" }), { zh: "没有任何记录", en: "there are no rows" }).en).toBe("Nothing is predicted: there are no rows.");
});

test("a spend without a mean that the data know of is not used", () => {
  const spend = { mean: 10, expected_mean: null, correlation: null, spread: [] };
  expect(said({ model: "gamma_gamma", spend, warnings: ["no_population_mean"] })).toMatch(/^No: /);
  expect(said({ model: "gamma_gamma", spend: { ...spend, expected_mean: 90 }, warnings: ["population_mean_far"] })).toMatch(/^No: /);
  expect(said({ model: "gamma_gamma", spend: { ...spend, expected_mean: 12 }, warnings: ["spend_follows_frequency"] })).toMatch(/^With care/);
  expect(said({ model: "gamma_gamma", spend: { ...spend, expected_mean: 12 } })).toBe("Nothing speaks against it.");
});
