import { describe, expect, test } from "vitest";
import {
  type Cohort,
  fitSbg,
  type SbgParameters,
  sbgDiscountedLifetime,
  sbgExpectedPeriods,
  sbgLogLikelihood,
  sbgResidualLifetime,
  sbgRetention,
  sbgSurvival,
} from "./index.js";
import { add, div, exact, ln, mul, one, type Precise, toNumber } from "./precise.js";
import { variates } from "./variates.js";

const evidence = process.env["TIERKEEP_EVIDENCE"] === "1";
const cohort = (survivors: number[]): Cohort => ({ period: survivors.map((_, t) => t), survivors });

function fitOf(survivors: number[]) {
  const answer = fitSbg(cohort(survivors));
  if (answer.outcome !== "fitted") throw new Error(JSON.stringify(answer));
  return answer.fit;
}

describe("the two segments of the paper, of a thousand each", () => {
  const highEnd = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394];
  const regular = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173];

  test.each([
    ["high end", highEnd, ["0.668", "3.806"], 0.017],
    ["regular", regular, ["0.704", "1.182"], 0.004],
  ] as const)("%s: parameters as printed, and what came after in sight", (_, survivors, printed, within) => {
    const { parameters, identified, warnings } = fitOf(survivors.slice(0, 8));
    expect([parameters.alpha.toFixed(3), parameters.beta.toFixed(3)]).toEqual(printed);
    expect({ identified, warnings }).toEqual({ identified: true, warnings: [] });
    survivors.slice(8).forEach((left, i) => {
      expect(Math.abs(sbgSurvival(parameters, 8 + i) - left / 1000)).toBeLessThan(within);
    });
  });
});

describe("the curves", () => {
  const parameters = { alpha: 0.668, beta: 3.806 };

  test("survival is the product of the retention rates, which rise", () => {
    let share = 1;
    for (let t = 1; t < 30; t++) {
      share *= sbgRetention(parameters, t);
      expect(sbgSurvival(parameters, t)).toBeCloseTo(share, 13);
      expect(sbgRetention(parameters, t + 1)).toBeGreaterThan(sbgRetention(parameters, t));
    }
    expect(sbgSurvival(parameters, 0)).toBe(1);
  });

  test("lifetimes are sums of the survival, new and at an age", () => {
    const [direct, residual] = [0.1, 0.02].map((discount) => {
      const sum = (from: number): number =>
        Array.from({ length: 3000 }, (_, k) => sbgSurvival(parameters, from + k) / (1 + discount) ** k).reduce((all, one) => all + one);
      return { discount, sum };
    }) as [{ discount: number; sum: (from: number) => number }, { discount: number; sum: (from: number) => number }];
    for (const { discount, sum } of [direct, residual]) {
      expect(sbgDiscountedLifetime(parameters, discount)).toBeCloseTo(sum(0), 9);
      // after the fourth period, before it is known who renews for the fifth: S(4 + k | lived through 3 renewals)
      expect(sbgResidualLifetime(parameters, 4, discount)).toBeCloseTo(sum(4) / sbgSurvival(parameters, 3), 9);
    }
    expect(sbgDiscountedLifetime(parameters, 0)).toBeNull();
    expect(sbgResidualLifetime(parameters, 4, 0)).toBeNull();
    expect(sbgDiscountedLifetime({ alpha: 3, beta: 4 }, 0)).toBe(3);
    expect(sbgExpectedPeriods(parameters, 3)).toBeCloseTo(sbgSurvival(parameters, 1) + sbgSurvival(parameters, 2) + sbgSurvival(parameters, 3), 13);
    expect(sbgExpectedPeriods(parameters, 2, 5)).toBeCloseTo((sbgSurvival(parameters, 6) + sbgSurvival(parameters, 7)) / sbgSurvival(parameters, 5), 12);
  });
});

/** The chance of the paper, B(α + 1, β + t − 1) / B(α, β) of who left in period t, in arithmetic of a hundred digits. */
function exactly({ alpha, beta }: SbgParameters, survivors: number[]): number {
  const [a, b] = [exact(alpha), exact(beta)];
  const of = (share: Precise, over: Precise, t: number): Precise => div(mul(share, over), add(add(a, b), exact(t - 1)));
  let [sum, share] = [0, one];
  survivors.forEach((left, t) => {
    const gone = t === 0 ? 0 : (survivors[t - 1] ?? 0) - left;
    if (gone > 0) sum += gone * toNumber(ln(of(share, a, t)));
    if (t > 0) share = of(share, add(b, exact(t - 1)), t);
  });
  const left = survivors.at(-1) ?? 0;
  return left > 0 ? sum + left * toNumber(ln(share)) : sum;
}

test("the likelihood is exact on a hard grid", () => {
  const long = Array.from({ length: 400 }, (_, t) => Math.ceil(5000 / (1 + t / 7)));
  for (const alpha of [1e-8, 0.668, 1, 50, 1e6]) {
    for (const beta of [1e-6, 1, 3.806, 1e5]) {
      for (const survivors of [[10, 10, 10], [100, 50, 0], [1000, 631, 468, 382, 326], long]) {
        const truth = exactly({ alpha, beta }, survivors);
        expect(Math.abs(sbgLogLikelihood({ alpha, beta }, cohort(survivors)) / truth - 1)).toBeLessThan(1e-11);
      }
    }
  }
});

const seeds = evidence ? 200 : 5;

test(`simulated cohorts give back their parameters within the standard errors, ${seeds} times`, () => {
  const truth = { alpha: 0.7, beta: 1.9 };
  const away = Array.from({ length: seeds }, (_, seed) => {
    const random = variates(seed + 1);
    const survivors = Array.from({ length: 11 }, () => 0);
    for (let i = 0; i < 5000; i++) {
      const leaves = random.beta(truth.alpha, truth.beta);
      for (let t = 0; t === 0 || (t <= 10 && random.uniform() >= leaves); t++) survivors[t] = (survivors[t] ?? 0) + 1;
    }
    const { parameters, standard_errors } = fitOf(survivors);
    return (["alpha", "beta"] as const).map((name) => (parameters[name] - truth[name]) / (standard_errors?.[name] ?? 0));
  }).flat();
  expect(Math.max(...away.map(Math.abs))).toBeLessThan(4.5);
  expect(away.filter((one) => Math.abs(one) < 1.96).length / away.length).toBeGreaterThan(seeds > 5 ? 0.92 : 0.7);
});

describe("what the data do not tell", () => {
  test.each([
    ["all renew alike", [1000, 900, 810, 729, 656]],
    ["the longer, the less", [1000, 900, 700, 400, 100, 0]],
    ["for ever or not at all", [1000, 500, 500, 500, 500]],
    ["next to nobody leaves", [1000, 999, 998]],
    ["a handful", [10, 9, 9]],
    ["all gone at last", [1000, 1, 0]],
  ])("%s: not identified, and every number is one", (_, survivors) => {
    const { identified, warnings, standard_errors, parameters, log_likelihood } = fitOf(survivors);
    expect({ identified, standard_errors }).toEqual({ identified: false, standard_errors: null });
    expect(warnings).toContain("spread_not_identified");
    expect([parameters.alpha, parameters.beta, log_likelihood].every(Number.isFinite)).toBe(true);
    // where everybody is alike the curve stands all the same
    if (survivors[1] === 900 && survivors[2] === 810) expect(sbgSurvival(parameters, 4)).toBeCloseTo(0.656, 3);
  });

  test("rows that break a rule are named", () => {
    const answer = fitSbg({ period: [0, 1, 3, 3, 4, 5], survivors: [100, 90, 80, 85, -1, Number.NaN] });
    expect(answer).toEqual({
      outcome: "bad_rows",
      count: 4,
      rows: [
        { row: 2, rule: "period_out_of_order" },
        { row: 3, rule: "more_survivors_than_before" },
        { row: 4, rule: "negative" },
        { row: 5, rule: "not_a_number" },
      ],
    });
  });

  test("too little data says what is too little", () => {
    const reason = (survivors: number[]): unknown => {
      const answer = fitSbg(cohort(survivors));
      return answer.outcome === "too_little_data" && answer.reason;
    };
    expect(reason([])).toBe("no_rows");
    expect(reason([100, 50])).toBe("too_few_periods");
    expect(reason([1, 0.8, 0.7])).toBe("too_few");
    expect(reason([100, 100, 100])).toBe("nobody_left");
    expect(reason([100, 0, 0])).toBe("all_left_at_once");
  });
});
