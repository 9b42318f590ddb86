import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { betaGeometricObjective } from "./beta-geometric.js";
import { scaledExponentialIntegral, withinHorizon } from "./exponential-integral.js";
import { generator } from "./generator.js";
import { group } from "./groups.js";
import type { Fitting, Histories } from "./histories.js";
import { bgNbd, mbgNbd, paretoNbd } from "./index.js";
import { minimise, type Objective } from "./minimise.js";
import { paretoObjective } from "./pareto-objective.js";
import type { PurchaseFit } from "./purchase-fit.js";
import type { PurchaseModel } from "./purchase-model.js";
import { betaGeometricRows, paretoRows, type Rows } from "./simulate.js";

const long = process.env["TIERKEEP_EVIDENCE"] === "1";
const file = fileURLToPath(new URL("../../../shared/data/cdnow/CDNOW_sample.txt", import.meta.url));
const present = existsSync(file);

function fitted<Name extends string>(fitting: Fitting<PurchaseFit<Name>>): PurchaseFit<Name> {
  if (fitting.outcome !== "fitted") throw new Error(JSON.stringify(fitting));
  return fitting.fit;
}

/** Customers of the sample by 1997-09-30, in weeks since their first purchase: purchases of one day are one. */
function cdnow(): Histories {
  const day = (text: string): number => Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6))) / 86_400_000;
  const end = day("19970930");
  const days = new Map<string, Set<number>>();
  for (const line of readFileSync(file, "utf8").trim().split(/\r?\n/)) {
    const [, id = "", date = ""] = line.trim().split(/\s+/);
    const bought = day(date);
    if (bought <= end) days.set(id, (days.get(id) ?? new Set<number>()).add(bought));
  }
  const rows = [...days.values()].map((set) => ({ count: set.size, first: Math.min(...set), last: Math.max(...set) }));
  return { x: rows.map(({ count }) => count - 1), t_x: rows.map(({ first, last }) => (last - first) / 7), t: rows.map(({ first }) => (end - first) / 7) };
}

describe.runIf(present)("published values of CDNOW (Fader, Hardie & Lee 2005; Batislam et al. 2007)", () => {
  const rows = present ? cdnow() : { x: [], t_x: [], t: [] };
  test.each([
    [bgNbd, { r: "0.243", alpha: "4.414", a: "0.793", b: "2.426" }, "-9582.4"],
    [mbgNbd, { r: "0.525", alpha: "6.183", a: "0.891", b: "1.614" }, "-9582.1"],
    [paretoNbd, { r: "0.553", alpha: "10.578", s: "0.606", beta: "11.669" }, "-9595.0"],
  ] as const)("parameters and likelihood, to every digit printed (%#)", (model: PurchaseModel<string>, parameters, logLikelihood) => {
    expect(rows.x.length).toBe(2357);
    const fit = fitted(model.fit(rows));
    expect(Object.fromEntries(Object.entries(fit.parameters).map(([name, value]) => [name, value.toFixed(3)]))).toEqual(parameters);
    expect(fit.log_likelihood.toFixed(1)).toBe(logLikelihood);
    expect(fit).toMatchObject({ model: model.model, identified: true, warnings: [], histories: 2357 });
    expect(fit.gradient_norm).toBeLessThan(1e-6);
    expect(fit.likelihood_ratio).toBeGreaterThan(300);
  });

  test("purchases expected of the first customer in the next 39 weeks by BG/NBD", () => {
    const { parameters } = fitted(bgNbd.fit(rows));
    expect(bgNbd.expectedPurchases(parameters, { x: 2, t_x: 30.43, t: 38.86 }, 39).toFixed(3)).toBe("1.226");
  });
});

test.skipIf(present)("skipped: published values of CDNOW (no ../shared/data)", () => undefined);

/** A model, how its histories are drawn, its likelihood, and true parameters. */
const drawn: readonly [
  name: string,
  model: PurchaseModel<string>,
  draw: (size: number, seed: number) => Rows,
  of: (rows: Rows) => Objective,
  truth: Record<string, number>,
][] = [
  (() => {
    const p = { r: 0.6, alpha: 5, a: 0.8, b: 2.5 };
    return ["BG/NBD", bgNbd, (size, seed) => betaGeometricRows(size, seed, p, false, [30, 60]), (rows) => betaGeometricObjective(group(rows), 0), p];
  })(),
  (() => {
    const p = { r: 0.8, alpha: 6, a: 0.9, b: 3 };
    return ["MBG/NBD", mbgNbd, (size, seed) => betaGeometricRows(size, seed, p, true, [30, 60]), (rows) => betaGeometricObjective(group(rows), 1), p];
  })(),
  (() => {
    const p = { r: 0.9, alpha: 5, s: 0.8, beta: 12 };
    return ["Pareto/NBD", paretoNbd, (size, seed) => paretoRows(size, seed, p, [30, 60]), (rows) => paretoObjective(group(rows)), p];
  })(),
];

describe.each(drawn)("%s", (_, model, draw, objectiveOf, truth) => {
  test("the gradient is the slope of the likelihood, and the likelihood that of the histories one by one", () => {
    const rows = draw(200, 5);
    const objective = objectiveOf(rows);
    const next = generator(6);
    const gradient = new Float64Array(4);
    const none = new Float64Array(4);
    for (let i = 0; i < 25; i++) {
      const point = Float64Array.from({ length: 4 }, () => -3 + 7 * next());
      const value = objective(point, gradient);
      const p = Object.fromEntries(model.names.map((name, j) => [name, Math.exp(point[j] ?? 0)]));
      const each = Array.from(rows.x, (x, row) => model.logLikelihood(p, { x, t_x: rows.t_x[row] ?? 0, t: rows.t[row] ?? 0 }));
      expect(-each.reduce((sum, one) => sum + one, 0) / 200 / value).toBeCloseTo(1, 11);
      for (let j = 0; j < 4; j++) {
        const at = (step: number): number =>
          objective(
            point.map((one, k) => (k === j ? one + step : one)),
            none,
          );
        // four points: the error is of the fourth order
        const slope = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
        expect(Math.abs((gradient[j] ?? 0) - slope)).toBeLessThan(1e-8 * Math.max(1, Math.abs(slope)));
      }
    }
  });

  test("parameters come back from drawn histories within their standard errors", () => {
    const seeds = long ? 200 : 3;
    const within: Record<string, number> = {};
    for (let seed = 1; seed <= seeds; seed++) {
      const fit = fitted(model.fit(draw(4000, seed)));
      expect(fit).toMatchObject({ identified: true, warnings: [] });
      for (const [name, value] of Object.entries(truth)) {
        // on the logarithm, where the curvature is taken: the parameter's error as a share of it
        const off = Math.log((fit.parameters[name] ?? 0) / value) / ((fit.standard_errors?.[name] ?? 0) / (fit.parameters[name] ?? 1));
        expect(Math.abs(off), `${name}, seed ${seed}`).toBeLessThan(4.5);
        within[name] = (within[name] ?? 0) + (Math.abs(off) < 1.96 ? 1 : 0);
      }
    }
    // 95 in a hundred, give or take three standard errors of two hundred draws
    if (long) for (const count of Object.values(within)) expect(Math.abs(count / seeds - 0.95)).toBeLessThan(0.046);
  });

  test("weights stand for rows, and predictions of many for those of one", () => {
    const rows = draw(300, 8);
    const twice: Histories = { x: [...rows.x, ...rows.x], t_x: [...rows.t_x, ...rows.t_x], t: [...rows.t, ...rows.t] };
    const [one, other] = [fitted(model.fit({ ...rows, weight: rows.x.map(() => 2) })), fitted(model.fit(twice))];
    for (const name of model.names) expect(one.parameters[name]).toBeCloseTo(other.parameters[name] ?? 0, 8);
    expect(one.log_likelihood).toBeCloseTo(other.log_likelihood, 8);
    const predicted = model.predict(truth, twice, 26);
    for (let row = 0; row < 600; row++) {
      const history = { x: twice.x[row] ?? 0, t_x: twice.t_x[row] ?? 0, t: twice.t[row] ?? 0 };
      expect(predicted.p_alive[row]).toBeCloseTo(model.probabilityAlive(truth, history), 13);
      expect(predicted.expected[row]).toBeCloseTo(model.expectedPurchases(truth, history, 26), 12);
      expect(predicted.log_likelihood[row]).toBeCloseTo(model.logLikelihood(truth, history), 11);
    }
  });

  test("in seconds as in weeks: shapes are the same, scales are in the unit", () => {
    const rows = draw(600, 9);
    const unit = 604_800;
    const [weeks, seconds] = [
      fitted(model.fit(rows)),
      fitted(model.fit({ x: rows.x, t_x: rows.t_x.map((time) => time * unit), t: rows.t.map((time) => time * unit) })),
    ];
    for (const name of model.names) {
      const scale = name === "alpha" || name === "beta" ? unit : 1;
      expect((seconds.parameters[name] ?? 0) / (weeks.parameters[name] ?? 1) / scale).toBeCloseTo(1, 7);
    }
    expect(seconds.identified).toBe(weeks.identified);
  });

  test("where nobody drops out it says so, and purchases stand", () => {
    // bought evenly, and the last time later than chance would have it
    const rows = draw(2000, 3);
    const next = generator(4);
    rows.x.forEach((x, i) => {
      rows.t_x[i] = x === 0 ? 0 : (rows.t[i] ?? 0) * (0.5 + 0.5 * next()) ** (1 / (x + 1));
    });
    const fit = fitted(model.fit(rows));
    expect(fit).toMatchObject({ identified: false, standard_errors: null });
    expect(fit.warnings).toContain("dropout_not_identified");
    expect(fit.likelihood_ratio).toBeLessThan(0.01);
    const nbd = fit.without_dropout;
    const expected = model.expectedPurchases(fit.parameters, { x: 3, t_x: 20, t: 40 }, 10);
    expect(expected / (((nbd.r + 3) * 10) / (nbd.alpha + 40))).toBeCloseTo(1, 3);
  });

  test("purchases with a discount are the sum of those of short times, each with its discount", () => {
    const history = { x: 4, t_x: 31, t: 40 };
    const [discount, horizon, step] = [0.01, 50, 0.05];
    let sum = 0;
    for (let at = 0; at < horizon - step / 2; at += step) {
      const within = model.expectedPurchases(truth, history, at + step) - model.expectedPurchases(truth, history, at);
      sum += within * Math.exp(-discount * (at + step / 2));
    }
    expect(model.discountedPurchases(truth, history, discount, horizon) / sum).toBeCloseTo(1, 6);
    expect(model.discountedPurchases(truth, history, 1e-12, horizon)).toBeCloseTo(model.expectedPurchases(truth, history, horizon), 8);
    expect(model.discountedPurchases(truth, history, 0, horizon)).toBeCloseTo(model.expectedPurchases(truth, history, horizon), 10);
    const [far, endless] = [
      model.discountedPurchases(truth, history, discount, 4000),
      model.discountedPurchases(truth, history, discount, Number.POSITIVE_INFINITY),
    ];
    expect(far / endless).toBeCloseTo(1, 10);
    expect(() => model.discountedPurchases(truth, history, 0, Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  test("too little data and broken rows are told, not fitted", () => {
    expect(model.fit({ x: [], t_x: [], t: [] })).toEqual({ outcome: "too_little_data", reason: "no_rows" });
    expect(model.fit({ x: [2], t_x: [3], t: [10] })).toEqual({ outcome: "too_little_data", reason: "too_few" });
    expect(model.fit({ x: new Float64Array(50), t_x: new Float64Array(50), t: new Float64Array(50).fill(9) })).toMatchObject({ reason: "no_repeat_purchases" });
    expect(model.fit({ x: [2, 1], t_x: [3, 11], t: [10, 10] })).toEqual({ outcome: "bad_rows", rows: [{ row: 1, rule: "last_after_end" }], count: 1 });
  });
});

test("all with one rate: it says that the spread of rates is not known", () => {
  const random = generator(1);
  const x = Array.from({ length: 400 }, () => 4 + Math.floor(3 * random()));
  const fit = fitted(paretoNbd.fit({ x, t_x: x.map(() => 30 + 8 * random()), t: x.map(() => 40) }));
  expect(fit.identified).toBe(false);
  expect(fit.warnings).toContain("rates_not_identified");
});

test("of many different rows some are looked at first, and all decide", () => {
  const p = { r: 0.6, alpha: 5, a: 0.8, b: 2.5 };
  const rows = betaGeometricRows(60_000, 2, p, false, [30, 60]);
  const fit = fitted(bgNbd.fit(rows));
  expect(fit.gradient_norm).toBeLessThan(1e-6);
  for (const [name, value] of Object.entries(p))
    expect(Math.abs(Math.log(Object.entries(fit.parameters).find(([one]) => one === name)?.[1] ?? 0) - Math.log(value))).toBeLessThan(0.1);
});

test.each([
  ["BG/NBD, who buy regularly and leave early", bgNbd, { r: 3.15, alpha: 2.64, a: 3.6, b: 0.74 }, false, [100, 104]],
  ["BG/NBD, who buy seldom and stay", bgNbd, { r: 0.3, alpha: 30, a: 0.2, b: 6 }, false, [20, 200]],
  ["MBG/NBD, who buy once and leave", mbgNbd, { r: 2, alpha: 4, a: 1.5, b: 0.9 }, true, [50, 60]],
] as const)(
  "the fit is no worse than what the histories were drawn from, wherever the search begins: %s",
  (_, model: PurchaseModel<string>, p, modified, [from, to]) => {
    const rows = betaGeometricRows(6000, 4, p, modified, [from, to]);
    const truth = rows.x.reduce((sum, x, i) => sum + model.logLikelihood(p, { x, t_x: rows.t_x[i] ?? 0, t: rows.t[i] ?? 0 }), 0);
    const fit = fitted(model.fit(rows));
    expect(fit.log_likelihood).toBeGreaterThan(truth);
    expect(fit.gradient_norm).toBeLessThan(1e-5);
  },
);

test.each([
  { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 },
  { r: 0.1, alpha: 2, s: 10, beta: 200 },
  { r: 5, alpha: 0.05, s: 0.01, beta: 3 },
  { r: 0.5, alpha: 1e-6, s: 2, beta: 1e-3 },
  { r: 300, alpha: 6000, s: 1e-3, beta: 1e4 },
])("times that many share are integrated over once, as exactly as one by one: %o", (p) => {
  const drawn = paretoRows(3000, 9, { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 }, [5, 39]);
  for (const step of [1, 100]) {
    const days = (times: Float64Array) => times.map((time) => Math.round(time * step) / step);
    const rows = { x: drawn.x, t_x: days(drawn.t_x), t: days(drawn.t) };
    const objective = paretoObjective(group(rows));
    const point = Float64Array.of(p.r, p.alpha, p.s, p.beta).map(Math.log);
    const gradient = new Float64Array(4);
    const value = objective(point, gradient);
    const alone = rows.x.reduce((sum, x, i) => sum + paretoNbd.logLikelihood(p, { x, t_x: rows.t_x[i] ?? 0, t: rows.t[i] ?? 0 }), 0);
    expect(Math.abs((value * 3000) / alone + 1)).toBeLessThan(1e-12);
    for (let i = 0; i < 4; i++) {
      const near = (by: number) =>
        objective(
          Float64Array.from(point, (one, j) => one + (i === j ? by : 0)),
          new Float64Array(4),
        );
      expect(Math.abs((near(1e-5) - near(-1e-5)) / 2e-5 - (gradient[i] ?? 0))).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
    }
  }
});

describe("the exponential integral, scaled", () => {
  test.each([0.3, 1, 1.5, 2, 40])("s E_{s+1}(w) = e^(−w) − w E_s(w), and quadrature meets continued fraction, for s = %d", (s) => {
    for (const w of [1e-6, 0.1, 0.99, 1, 3, 200]) {
      expect(s * scaledExponentialIntegral(s + 1, w) + w * scaledExponentialIntegral(s, w)).toBeCloseTo(1, 12);
      expect(withinHorizon(s, w, 1e12) / scaledExponentialIntegral(s, w)).toBeCloseTo(1, 12);
    }
  });
});

test.each([
  [
    "BG/NBD, some leave at their first repeat or never",
    "bg_nbd",
    1500,
    182,
    [0.13771677958022716, 6.919238669416767, 0.18138718344931198, 14.801844538848343],
    [2, 20, 0.05, 0.2],
  ],
  ["MBG/NBD, with an optimum of shared and one of split chances", "mbg_nbd", 5000, 81, [0.398, 41.9, 0.2, 0.162], [0.8, 53, 0.21, 0.088]],
  ["Pareto/NBD, where many leave at once", "pareto_nbd", 300, 234, [0.119, 6, 1.044, 1.894], [1.3, 8.5, 0.36, 3e-4]],
] as const)("of several optima the highest is found: %s", (_, name, size, seed, [p0, p1, p2, p3], there) => {
  const models = {
    bg_nbd: {
      model: bgNbd,
      rows: betaGeometricRows(size, seed, { r: p0, alpha: p1, a: p2, b: p3 }, false, [20, 60]),
      objective: (rows: Histories) => betaGeometricObjective(group(rows), 0),
    },
    mbg_nbd: {
      model: mbgNbd,
      rows: betaGeometricRows(size, seed, { r: p0, alpha: p1, a: p2, b: p3 }, true, [20, 60]),
      objective: (rows: Histories) => betaGeometricObjective(group(rows), 1),
    },
    pareto_nbd: {
      model: paretoNbd,
      rows: paretoRows(size, seed, { r: p0, alpha: p1, s: p2, beta: p3 }, [20, 60]),
      objective: (rows: Histories) => paretoObjective(group(rows)),
    },
  };
  const { model, rows, objective } = models[name];
  const days = (times: Float64Array) => times.map((time) => Math.round(time * 7) / 7);
  const histories = { x: rows.x, t_x: days(rows.t_x), t: days(rows.t) };
  const best = minimise(objective(histories), [there.map(Math.log)], { longest_step: 2, tolerance: 1e-6 });
  expect(fitted<string>(model.fit(histories)).log_likelihood).toBeGreaterThan(-best.value * size - 1e-3);
});
