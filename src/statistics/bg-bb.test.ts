import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { History } from "./histories.js";
import { type BgBbFit, type BgBbParameters, bgBb, type Histories } from "./index.js";
import { add, div, exact, ln, mul, type Precise, risingRatio, toNumber, zero } from "./precise.js";
import { variates } from "./variates.js";

const file = fileURLToPath(new URL("../../../shared/data/donations_bgbb/donations.csv", import.meta.url));
const present = existsSync(file);
const evidence = process.env["TIERKEEP_EVIDENCE"] === "1";

function fitOf(histories: Histories): BgBbFit {
  const answer = bgBb.fit(histories);
  if (answer.outcome !== "fitted") throw new Error(JSON.stringify(answer));
  return answer.fit;
}

function donors(): Histories & { weight: number[] } {
  const rows = readFileSync(file, "utf8").trim().split(/\r?\n/).slice(1);
  const column = (i: number): number[] => rows.map((row) => Number(row.split(",")[i]));
  return { x: column(0), t_x: column(1), t: column(2), weight: column(3) };
}

const given = test.skipIf(!present);
const skipped = present ? "" : " (skipped: no ../shared/data)";

describe(`the donors of the paper${skipped}`, () => {
  given("parameters and likelihood as printed", () => {
    const { parameters, log_likelihood, identified, warnings, standard_errors } = fitOf(donors());
    expect(Object.values(parameters).map((value) => value.toFixed(3))).toEqual(["1.204", "0.750", "0.657", "2.783"]);
    expect(log_likelihood.toFixed(1)).toBe("-33225.6");
    expect({ identified, warnings }).toEqual({ identified: true, warnings: [] });
    expect(Object.values(standard_errors ?? {}).every((error) => error > 0.01 && error < 0.5)).toBe(true);
  });

  given("without dropout it is the beta-binomial of the paper", () => {
    const { without_dropout } = fitOf(donors());
    expect([without_dropout.alpha.toFixed(3), without_dropout.beta.toFixed(3), without_dropout.log_likelihood.toFixed(1)]).toEqual([
      "0.487",
      "0.826",
      "-35516.1",
    ]);
  });

  given("who gave always, once at first, and never: alive next year, gifts in five years", () => {
    const { parameters } = fitOf(donors());
    const say = (x: number, t_x: number): string[] => [
      bgBb.probabilityAlive(parameters, { x, t_x, t: 6 }).toFixed(2),
      bgBb.expectedPurchases(parameters, { x, t_x, t: 6 }, 5).toFixed(2),
    ];
    expect(say(6, 6)).toEqual(["0.93", "3.75"]);
    expect(say(0, 0)).toEqual(["0.11", "0.07"]);
    expect(say(1, 6)[1]).toBe("1.15");
  });

  given("weights are rows that many times, in any order", () => {
    const { x, t_x, t, weight } = donors();
    const rows = weight.flatMap((w, i) => Array.from({ length: Math.ceil(w / 20) }, () => i)).reverse();
    const pick = (column: ArrayLike<number>): number[] => rows.map((row) => column[row] ?? 0);
    const long = fitOf({ x: pick(x), t_x: pick(t_x), t: pick(t) });
    const short = fitOf({ x, t_x, t, weight: weight.map((w) => Math.ceil(w / 20)) });
    for (const name of ["alpha", "beta", "gamma", "delta"] as const) expect(long.parameters[name]).toBeCloseTo(short.parameters[name], 6);
    expect(long.log_likelihood).toBeCloseTo(short.log_likelihood, 6);
  });
});

/** The formulas of the paper, in arithmetic of a hundred digits: its equation 6, and sums over the opportunities to come. */
function exactly({ alpha, beta, gamma, delta }: BgBbParameters, { x, t_x, t }: History, horizon: number) {
  const [a, b, c, d, ab, cd] = [exact(alpha), exact(beta), exact(gamma), exact(delta), add(exact(alpha), exact(beta)), add(exact(gamma), exact(delta))];
  const after = (value: Precise, n: number): Precise => add(value, exact(n));
  const times = (value: Precise, over: Precise, under: Precise): Precise => div(mul(value, over), under);
  const buying = (n: number): Precise => mul(risingRatio(a, ab, x), risingRatio(b, after(ab, x), n - x));
  const staying = (n: number): Precise => risingRatio(d, cd, n);
  const alive = mul(buying(t), staying(t));
  let likelihood = alive;
  let [bought, stayed] = [buying(t_x), staying(t_x)];
  for (let j = t_x; j < t; j++) {
    likelihood = add(likelihood, times(mul(bought, stayed), c, after(cd, j)));
    bought = times(bought, after(b, j - x), after(ab, j));
    stayed = times(stayed, after(d, j), after(cd, j));
  }
  let [still, sum] = [mul(times(buying(t), after(a, x), after(ab, t)), staying(t)), zero];
  for (let k = 0; k < horizon; k++) {
    still = times(still, after(d, t + k), after(cd, t + k));
    sum = add(sum, still);
  }
  return {
    likelihood: toNumber(ln(likelihood)),
    alive: toNumber(div(times(alive, after(d, t), after(cd, t)), likelihood)),
    expected: toNumber(div(sum, likelihood)),
  };
}

describe("the hard grid", () => {
  const short: History[] = [
    ...[0, 1, 6].map((t) => ({ x: 0, t_x: 0, t })),
    ...[
      [1, 1],
      [1, 6],
      [3, 5],
      [6, 6],
    ].map(([x = 0, t_x = 0]) => ({ x, t_x, t: 6 })),
    { x: 2, t_x: 40, t: 52 },
  ];
  const long: History[] = [
    { x: 0, t_x: 0, t: 1500 },
    { x: 1, t_x: 1, t: 1500 },
    { x: 1000, t_x: 1000, t: 3000 },
    { x: 2, t_x: 1400, t: 1500 },
  ];
  const grid = [0.01, 1.204, 50].flatMap((alpha) =>
    [0.001, 0.75, 1e4].flatMap((beta) =>
      [1e-6, 0.657, 1, 1 + 1e-12, 30].flatMap((gamma) => [0.01, 2.783, 1e5].map((delta): BgBbParameters => ({ alpha, beta, gamma, delta }))),
    ),
  );
  const off = (value: number, truth: number): number => (truth === 0 ? Math.abs(value) : Math.abs(value / truth - 1));

  function worst(parameters: BgBbParameters[], histories: History[], horizon: number): number {
    let most = 0;
    for (const one of parameters) {
      for (const history of histories) {
        const truth = exactly(one, history, horizon);
        const values = [
          off(bgBb.logLikelihood(one, history), truth.likelihood),
          off(bgBb.probabilityAlive(one, history), truth.alive),
          off(bgBb.expectedPurchases(one, history, horizon), truth.expected),
        ];
        most = Math.max(most, ...values);
      }
    }
    return most;
  }

  test("is exact for few opportunities", () => {
    expect(worst(grid, short, 10)).toBeLessThan(1e-11);
  });

  test("and for thousands, where the terms leave the range of doubles", () => {
    expect(
      worst(
        grid.filter((_, i) => i % (evidence ? 5 : 37) === 0),
        long,
        40,
      ),
    ).toBeLessThan(1e-9);
  });

  test("discounted purchases are the sum over the opportunities to come", () => {
    for (const gamma of [0.01, 0.657, 1, 1 + 1e-12, 30]) {
      const parameters = { alpha: 1.2, beta: 0.75, gamma, delta: 2.783 };
      for (const discount of [0.005, 0.1, 3]) {
        const history = { x: 2, t_x: 4, t: 6 };
        let [sum, share] = [0, 1];
        for (let k = 1; k < 8000; k++) {
          share *= (parameters.delta + 5 + k) / (gamma + parameters.delta + 5 + k);
          sum += share / (1 + discount) ** k;
        }
        const now = bgBb.probabilityAlive(parameters, history, 0) * ((1.2 + 2) / (1.2 + 0.75 + 6));
        expect(off(bgBb.residualPurchases(parameters, history, discount) ?? 0, now * sum)).toBeLessThan(1e-11);
      }
    }
    const endless = { alpha: 1.2, beta: 0.75, gamma: 0.9, delta: 2.8 };
    expect(bgBb.residualPurchases(endless, { x: 2, t_x: 4, t: 6 }, 0)).toBeNull();
    const ending = { ...endless, gamma: 3 };
    expect(bgBb.residualPurchases(ending, { x: 2, t_x: 4, t: 6 }, 0)).toBeCloseTo(bgBb.expectedPurchases(ending, { x: 2, t_x: 4, t: 6 }, 1e9), 9);
  });

  test("the chances of all histories, and of all counts, sum to one", () => {
    for (const parameters of grid.filter((_, i) => i % 7 === 0)) {
      const chances = new Float64Array(6);
      for (let x = 0; x <= 5; x++) {
        for (let t_x = x; t_x <= (x === 0 ? 0 : 5); t_x++) {
          // the purchases before the last fall on any of the opportunities before it
          const ways = x === 0 ? 1 : [1, t_x - 1, ((t_x - 1) * (t_x - 2)) / 2, ((t_x - 1) * (t_x - 2) * (t_x - 3)) / 6, t_x === 5 && x === 5 ? 1 : 0][x - 1];
          const all = x === 5 ? 1 : (ways ?? 0);
          chances[x] = (chances[x] ?? 0) + all * Math.exp(bgBb.logLikelihood(parameters, { x, t_x, t: 5 }));
        }
      }
      bgBb.purchaseChances(parameters, 5).forEach((chance, x) => {
        expect(chance).toBeCloseTo(chances[x] ?? 0, 10);
      });
      expect(bgBb.purchaseChances(parameters, 5).reduce((sum, chance) => sum + chance)).toBeCloseTo(1, 12);
    }
  });

  test("whatever the parameters, every answer is a number, and columns say what single rows do", () => {
    const parameter = fc.double({ min: -12, max: 8, noNaN: true }).map((power) => 10 ** power);
    const history = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60)).map((three): History => {
      const [x = 0, t_x = 0, t = 0] = [...three].sort((a, b) => a - b);
      return x === 0 ? { x, t_x: 0, t } : { x, t_x, t };
    });
    fc.assert(
      fc.property(
        fc.record({ alpha: parameter, beta: parameter, gamma: parameter, delta: parameter }),
        fc.array(history, { minLength: 1, maxLength: 5 }),
        fc.nat(300),
        (p, rows, horizon) => {
          const histories = { x: rows.map(({ x }) => x), t_x: rows.map(({ t_x }) => t_x), t: rows.map(({ t }) => t) };
          const into = { p_alive: new Float64Array(rows.length), expected: new Float64Array(rows.length), log_likelihood: new Float64Array(rows.length) };
          expect(bgBb.predict(p, histories, horizon, into)).toBe(into);
          expect(bgBb.predict(p, histories, horizon)).toEqual(into);
          const { p_alive: alive, expected, log_likelihood: likelihood } = into;
          rows.forEach((row, i) => {
            expect(alive[i]).toBeCloseTo(bgBb.probabilityAlive(p, row), 14);
            expect(alive[i]).toBeGreaterThanOrEqual(0);
            expect(alive[i]).toBeLessThanOrEqual(1);
            expect(expected[i]).toBe(bgBb.expectedPurchases(p, row, horizon));
            expect(expected[i]).toBeGreaterThanOrEqual(0);
            expect(expected[i]).toBeLessThanOrEqual(horizon);
            expect(likelihood[i]).toBe(bgBb.logLikelihood(p, row));
            expect(likelihood[i]).toBeLessThanOrEqual(1e-9);
            expect(Number.isFinite(likelihood[i])).toBe(true);
          });
        },
      ),
    );
  });
});

describe("simulated histories", () => {
  const truth: BgBbParameters = { alpha: 1.2, beta: 0.8, gamma: 0.7, delta: 2.8 };

  function simulated({ alpha, beta, gamma, delta }: BgBbParameters, size: number, seed: number, cohorts = 7): Histories {
    const random = variates(seed);
    const rows = Array.from({ length: size }, (_, i) => {
      const [buys, leaves, t] = [random.beta(alpha, beta), random.beta(gamma, delta), 6 + (i % cohorts)];
      let [x, t_x] = [0, 0];
      for (let k = 1; k <= t && random.uniform() >= leaves; k++) if (random.uniform() < buys) [x, t_x] = [x + 1, k];
      return { x, t_x, t };
    });
    return { x: rows.map(({ x }) => x), t_x: rows.map(({ t_x }) => t_x), t: rows.map(({ t }) => t) };
  }

  const seeds = evidence ? 200 : 5;

  test(`give back their parameters within the standard errors, ${seeds} times`, () => {
    const away = Array.from({ length: seeds }, (_, seed) => {
      const { parameters, standard_errors } = fitOf(simulated(truth, 4000, seed + 1));
      return (["alpha", "beta", "gamma", "delta"] as const).map((name) => (parameters[name] - truth[name]) / (standard_errors?.[name] ?? 0));
    }).flat();
    expect(Math.max(...away.map(Math.abs))).toBeLessThan(4.5);
    const within = away.filter((one) => Math.abs(one) < 1.96).length / away.length;
    expect(within).toBeGreaterThan(seeds > 5 ? 0.92 : 0.7);
  });

  test("so do many different histories, which are looked at through a part of them first", () => {
    const slow: BgBbParameters = { alpha: 1.2, beta: 3, gamma: 0.7, delta: 12 };
    const histories = simulated(slow, 40_000, 11, 95);
    const keys = new Set(Array.from(histories.x, (x, i) => `${x} ${histories.t_x[i]} ${histories.t[i]}`));
    expect(keys.size).toBeGreaterThan(10_000);
    const { parameters, standard_errors, warnings } = fitOf(histories);
    expect(warnings).toEqual([]);
    for (const name of ["alpha", "beta", "gamma", "delta"] as const) {
      expect(Math.abs(parameters[name] - slow[name])).toBeLessThan(4.5 * (standard_errors?.[name] ?? 0));
    }
  });

  test("where nobody leaves, dropout is not identified, and expected purchases stand", () => {
    const { identified, warnings, standard_errors, parameters } = fitOf(simulated({ alpha: 1.2, beta: 0.8, gamma: 1e-9, delta: 1 }, 2000, 3));
    expect({ identified, warnings, standard_errors }).toEqual({ identified: false, warnings: ["dropout_not_identified"], standard_errors: null });
    expect(bgBb.expectedPurchases(parameters, { x: 4, t_x: 5, t: 6 }, 10)).toBeCloseTo((10 * 5.2) / 8, 0);
  });

  test("where all buy alike, the spread of rates is not identified", () => {
    const { identified, warnings } = fitOf(simulated({ alpha: 4e6, beta: 6e6, gamma: 0.7, delta: 2.8 }, 1500, 5));
    expect({ identified, warnings }).toEqual({ identified: false, warnings: ["rates_not_identified"] });
  });
});

describe("what cannot be fitted", () => {
  test("rows that break a rule are named", () => {
    const rows = [
      [1, 1, 2],
      [Number.NaN, 1, 2],
      [-1, 0, 2],
      [0.5, 1, 2],
      [1, 1.5, 2],
      [1, 3, 2],
      [0, 1, 2],
      [2, 1, 2],
    ];
    const answer = bgBb.fit({ x: rows.map(([x = 0]) => x), t_x: rows.map(([, t_x = 0]) => t_x), t: rows.map(([, , t = 0]) => t) });
    expect(answer).toMatchObject({ outcome: "bad_rows", count: 7 });
    expect(answer.outcome === "bad_rows" && answer.rows.map(({ rule }) => rule)).toEqual([
      "not_a_number",
      "negative",
      "fraction_of_a_purchase",
      "fraction_of_an_opportunity",
      "last_after_end",
      "last_without_repeat",
      "more_purchases_than_opportunities",
    ]);
  });

  test("too little data says what is too little", () => {
    const reason = (rows: number[][], weight: number): unknown => {
      const answer = bgBb.fit({
        x: rows.map(([x = 0]) => x),
        t_x: rows.map(([, t_x = 0]) => t_x),
        t: rows.map(([, , t = 0]) => t),
        weight: rows.map(() => weight),
      });
      return answer.outcome === "too_little_data" && answer.reason;
    };
    expect(reason([], 1)).toBe("no_rows");
    expect(reason([[1, 1, 6]], 1)).toBe("too_few");
    expect(reason([[0, 0, 6]], 100)).toBe("no_repeat_purchases");
    expect(reason([[0, 0, 0]], 100)).toBe("no_time_observed");
  });

  test("all alike has an answer and no number is lost", () => {
    for (const row of [
      [6, 6, 6],
      [1, 1, 6],
      [1, 6, 6],
      [3, 4, 6],
    ]) {
      const fit = fitOf({ x: [row[0] ?? 0], t_x: [row[1] ?? 0], t: [6], weight: [50] });
      expect(fit.identified).toBe(false);
      for (const value of Object.values(fit.parameters)) expect(Number.isFinite(value) && value > 0).toBe(true);
      expect(Number.isFinite(fit.log_likelihood)).toBe(true);
    }
  });
});
