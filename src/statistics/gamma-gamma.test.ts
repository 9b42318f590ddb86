import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fitGammaGamma,
  type GammaGammaFit,
  type GammaGammaParameters,
  gammaGammaExpectedSpend,
  gammaGammaExpectedSpends,
  gammaGammaLogLikelihood,
  gammaGammaLogLikelihoods,
  gammaGammaPopulationMean,
  type Spends,
} from "./index.js";
import { add, div, exact, ln, mul, power, toNumber } from "./precise.js";
import { variates } from "./variates.js";

const folder = fileURLToPath(new URL("../../../shared/data/cdnow/", import.meta.url));
const present = existsSync(folder);
const given = test.skipIf(!present);
const skipped = present ? "" : " (skipped: no ../shared/data)";
const evidence = process.env["TIERKEEP_EVIDENCE"] === "1";

function fitOf(spends: Spends): GammaGammaFit {
  const answer = fitGammaGamma(spends);
  if (answer.outcome !== "fitted") throw new Error(JSON.stringify(answer));
  return answer.fit;
}

/** Days with purchases up to the end of September 1997, and the mean of those after the first to the last part of a cent. */
function shoppers(): { x: number[]; spend: number[] } {
  const days = new Map<string, Map<string, number>>();
  for (const line of readFileSync(`${folder}CDNOW_sample.txt`, "utf8").trim().split(/\r?\n/)) {
    const [, id = "", day = "", , dollars] = line.trim().split(/\s+/);
    const own = days.get(id) ?? new Map<string, number>();
    days.set(id, own);
    if (day <= "19970930") own.set(day, (own.get(day) ?? 0) + Number(dollars));
  }
  const later = [...days.values()].map((own) =>
    [...own]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(1)
      .map(([, amount]) => amount),
  );
  return {
    x: later.map(({ length }) => length),
    spend: later.map((amounts) => (amounts.length === 0 ? 0 : amounts.reduce((sum, one) => sum + one) / amounts.length)),
  };
}

describe(`the music shop of the paper${skipped}`, () => {
  given("parameters as printed", () => {
    const { parameters, identified, warnings, correlation, population_mean } = fitOf(shoppers());
    expect(Object.values(parameters).map((value) => value.toFixed(2))).toEqual(["6.25", "3.74", "15.44"]);
    expect({ identified, warnings }).toEqual({ identified: true, warnings: [] });
    expect(correlation?.toFixed(2)).toBe("0.11");
    expect(population_mean?.toFixed(2)).toBe("35.17");
  });

  given("means that were rounded to cents move the last digit", () => {
    const rows = readFileSync(`${folder}cdnow_customers_summary_with_transactions.csv`, "utf8").trim().split(/\r?\n/).slice(1);
    const column = (i: number): number[] => rows.map((row) => Number(row.split(",")[i]));
    const { parameters } = fitOf({ x: column(1), spend: column(4) });
    expect(Object.values(parameters).map((value) => value.toFixed(2))).toEqual(["6.25", "3.74", "15.45"]);
  });

  given("what is spent scales with the unit of money", () => {
    const { x, spend } = shoppers();
    const [dollars, cents] = [fitOf({ x, spend }), fitOf({ x, spend: spend.map((one) => one * 100) })];
    expect(cents.parameters.v / dollars.parameters.v).toBeCloseTo(100, 3);
    expect(cents.parameters.p).toBeCloseTo(dollars.parameters.p, 4);
  });
});

describe("the mean to expect", () => {
  const parameters = { p: 6.25, q: 3.74, v: 15.44 };

  test("lies between one's own and that of all, the nearer to one's own the more purchases", () => {
    // p (v + x spend) / (p x + q − 1), by hand
    expect(gammaGammaExpectedSpend(parameters, { x: 2, spend: 22.35 })?.toFixed(4)).toBe("24.6637");
    const all = gammaGammaPopulationMean(parameters);
    expect(all?.toFixed(4)).toBe("35.2190");
    expect(gammaGammaExpectedSpend(parameters, { x: 0, spend: 0 })).toBe(all);
    expect(gammaGammaExpectedSpend(parameters, { x: 1e6, spend: 80 })).toBeCloseTo(80, 3);
  });

  test("has no bound for q ≤ 1, unless there are purchases enough", () => {
    const heavy = { p: 0.2, q: 0.7, v: 10 };
    expect(gammaGammaPopulationMean(heavy)).toBeNull();
    expect(gammaGammaExpectedSpend(heavy, { x: 1, spend: 5 })).toBeNull();
    expect(gammaGammaExpectedSpend(heavy, { x: 2, spend: 5 })).toBeCloseTo(40, 10);
    const out = new Float64Array(3);
    expect(gammaGammaExpectedSpends(heavy, { x: [0, 2, 1], spend: [Number.NaN, 5, 5] }, out)).toEqual({ unknown: [0, 2] });
    expect(out[1]).toBeCloseTo(40, 10);
    expect([out[0], out[2]]).toEqual([0, 0]);
  });
});

/** The density of the paper in arithmetic of a hundred digits; p x or q is a whole number, so that the beta function is a product. */
function exactly({ p, q, v }: GammaGammaParameters, x: number, spend: number): number {
  const [own, scale] = [mul(exact(spend), exact(x)), exact(v)];
  const [count, other] = Number.isInteger(p * x) ? [p * x, q] : [q, p * x];
  const all = add(own, scale);
  let value = mul(power(div(own, all), exact(p * x)), power(div(scale, all), exact(q)));
  for (let i = 0; i < count; i++) value = div(mul(value, add(exact(other), exact(i))), exact(Math.max(1, i)));
  return toNumber(ln(div(value, exact(spend))));
}

describe("the hard grid", () => {
  test("the density is exact wherever it is looked at", () => {
    let [most, looked] = [0, 0];
    for (const p of [2 ** -8, 0.25, 1, 6.25, 50]) {
      for (const q of [0.0625, 1, 3.75, 40, 1000]) {
        for (const v of [0.001, 15.44, 1e6]) {
          for (const x of [1, 4, 256]) {
            for (const spend of [0.01, 35.25, 1e5]) {
              const value = gammaGammaLogLikelihood({ p, q, v }, { x, spend });
              expect(Number.isFinite(value)).toBe(true);
              // the products of thousands of factors take their time, and below e^−3000 the 6000 places end
              if (!(Number.isInteger(p * x) || Number.isInteger(q)) || value < -3000 || p * x > 700) continue;
              looked++;
              most = Math.max(most, Math.abs(value / exactly({ p, q, v }, x, spend) - 1));
            }
          }
        }
      }
    }
    expect(looked).toBeGreaterThan(400);
    expect(most).toBeLessThan(1e-9);
  });

  test("columns say what single rows do", () => {
    const parameters = { p: 6.25, q: 3.74, v: 15.44 };
    const [x, spend] = [
      [0, 1, 7],
      [0, 20, 41.5],
    ];
    const [likelihoods, means] = [new Float64Array(3), new Float64Array(3)];
    gammaGammaLogLikelihoods(parameters, { x, spend }, likelihoods);
    expect(gammaGammaExpectedSpends(parameters, { x, spend }, means)).toEqual({ unknown: [] });
    x.forEach((count, row) => {
      const one = { x: count, spend: spend[row] ?? 0 };
      expect(likelihoods[row]).toBe(gammaGammaLogLikelihood(parameters, one));
      expect(means[row]).toBe(gammaGammaExpectedSpend(parameters, one));
    });
    expect(likelihoods[0]).toBe(0);
  });

  test("whatever is spent, no answer has a number that is none", () => {
    const row = fc.record({
      x: fc.nat(5),
      spend: fc.double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power),
      weight: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const answer = fitGammaGamma({ x: rows.map(({ x }) => x), spend: rows.map(({ spend }) => spend), weight: rows.map(({ weight }) => weight) });
        if (answer.outcome !== "fitted") return;
        const { parameters, standard_errors, log_likelihood, gradient_norm, correlation, population_mean } = answer.fit;
        const numbers = [
          ...Object.values(parameters),
          ...Object.values(standard_errors ?? {}),
          log_likelihood,
          gradient_norm,
          correlation ?? 0,
          population_mean ?? 0,
        ];
        expect(numbers.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: evidence ? 500 : 40 },
    );
  });
});

describe("simulated spend", () => {
  function simulated({ p, q, v }: GammaGammaParameters, size: number, seed: number): { x: number[]; spend: number[] } {
    const random = variates(seed);
    const x = Array.from({ length: size }, (_, i) => i % 6);
    return { x, spend: x.map((count) => (count === 0 ? 0 : random.gamma(p * count, count * random.gamma(q, v)))) };
  }
  const seeds = evidence ? 200 : 5;

  test(`gives back its parameters within the standard errors, ${seeds} times`, () => {
    const truth = { p: 6, q: 4, v: 15 };
    const away = Array.from({ length: seeds }, (_, seed) => {
      const { parameters, standard_errors } = fitOf(simulated(truth, 3000, seed + 1));
      return (["p", "q", "v"] as const).map((name) => Math.log(parameters[name] / truth[name]) / ((standard_errors?.[name] ?? 0) / parameters[name]));
    }).flat();
    expect(Math.max(...away.map(Math.abs))).toBeLessThan(4.5);
    expect(away.filter((one) => Math.abs(one) < 1.96).length / away.length).toBeGreaterThan(seeds > 5 ? 0.92 : 0.7);
  });

  test("weights are rows that many times", () => {
    const { x, spend } = simulated({ p: 6, q: 4, v: 15 }, 300, 9);
    const weight = x.map((_, i) => i % 3);
    const rows = weight.flatMap((w, i) => Array.from({ length: w }, () => i));
    const [short, long] = [fitOf({ x, spend, weight }), fitOf({ x: rows.map((i) => x[i] ?? 0), spend: rows.map((i) => spend[i] ?? 0) })];
    for (const name of ["p", "q", "v"] as const) expect(short.parameters[name] / long.parameters[name]).toBeCloseTo(1, 5);
    expect(short.log_likelihood).toBeCloseTo(long.log_likelihood, 6);
    expect(short.correlation).toBeCloseTo(long.correlation ?? 2, 12);
  });

  test("many rows come to the same as the same rows with a weight", () => {
    const { x, spend } = simulated({ p: 6, q: 4, v: 15 }, 6000, 4);
    const thrice = <T>(of: T[]): T[] => [...of, ...of, ...of, ...of];
    const [many, few] = [fitOf({ x: thrice(x), spend: thrice(spend) }), fitOf({ x, spend, weight: x.map(() => 4) })];
    for (const name of ["p", "q", "v"] as const) expect(many.parameters[name] / few.parameters[name]).toBeCloseTo(1, 5);
  });

  test("a heavy tail has no population mean", () => {
    const { warnings, population_mean, parameters } = fitOf(simulated({ p: 2, q: 0.8, v: 10 }, 3000, 2));
    expect(parameters.q).toBeLessThan(1);
    expect({ warnings, population_mean }).toEqual({ warnings: ["no_population_mean"], population_mean: null });
  });

  test("where all spend alike, or each always the same, that is said", () => {
    const alike = fitOf(simulated({ p: 4, q: 1e7, v: 1e8 }, 2000, 1));
    expect(alike).toMatchObject({ identified: false, standard_errors: null });
    expect(alike.warnings).toContain("spread_not_identified");
    expect(Math.abs((alike.population_mean ?? 0) - 40)).toBeLessThan(1.5);
    const steady = fitOf(simulated({ p: 1e9, q: 4, v: 1e-7 }, 2000, 1));
    expect(steady).toMatchObject({ identified: false, standard_errors: null });
    expect(steady.warnings).toContain("variation_not_identified");
  });

  test("spend that rises with frequency is told", () => {
    const { x, spend } = simulated({ p: 6, q: 4, v: 15 }, 1200, 3);
    const { warnings, correlation } = fitOf({ x, spend: spend.map((one, i) => one * (1 + (x[i] ?? 0))) });
    expect(warnings).toEqual(["spend_follows_frequency"]);
    expect(correlation).toBeGreaterThan(0.4);
  });
});

describe("what cannot be fitted", () => {
  test("rows that break a rule are named; what nobody spent is not looked at", () => {
    const answer = fitGammaGamma({
      x: [0, 0, 1, 2, 1.5, -1, 3, 3],
      spend: [Number.NaN, -7, 0, -2, 3, 3, Number.NaN, 3],
      weight: [1, 1, 1, 1, 1, 1, 1, Number.POSITIVE_INFINITY],
    });
    expect(answer).toEqual({
      outcome: "bad_rows",
      count: 6,
      rows: [
        { row: 2, rule: "spend_not_above_zero" },
        { row: 3, rule: "spend_not_above_zero" },
        { row: 4, rule: "fraction_of_a_purchase" },
        { row: 5, rule: "negative" },
        { row: 6, rule: "not_a_number" },
        { row: 7, rule: "not_a_number" },
      ],
    });
  });

  test("too little data says what is too little", () => {
    const reason = (spends: Spends): unknown => {
      const answer = fitGammaGamma(spends);
      return answer.outcome === "too_little_data" && answer.reason;
    };
    expect(reason({ x: [], spend: [] })).toBe("no_rows");
    expect(reason({ x: [0, 0], spend: [0, 0] })).toBe("no_repeat_purchases");
    expect(reason({ x: [2, 3], spend: [10, 20] })).toBe("too_few");
    expect(reason({ x: [2, 3], spend: [10, 10], weight: [50, 50] })).toBe("spend_does_not_vary");
  });
});
