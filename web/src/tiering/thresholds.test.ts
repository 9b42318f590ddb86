import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextValue, placeOf, thresholdsIn, valueAt, withExamples, withThreshold } from "./thresholds.js";

const text = `model: bank
measures:
  aum: { of: balance.amount, take: sum, where: "amount > 5" }
tiers:                                   # aum >= 1 is no threshold here
  # - { id: old, when: "aum >= 3" }
  - { id: diamond, title: { zh: 钻石, en: Diamond }, when: "aum >= 6000000" }
  - id: gold
    when: "aum >= 200000 or worth > 3.5 and job = 'a' and aumx < 4" # was aum >= 50
  - { id: rest }
value: aum
examples:
  - { given: { aum: 7000000 }, expect: diamond }
`;
const figures = new Set(["aum", "worth"]);

describe("the thresholds of a text", () => {
  test("are the numbers that tiers' conditions compare figures with", () => {
    expect(thresholdsIn(text, figures).map(({ tier, figure, op, value }) => `${tier} ${figure} ${op} ${value}`)).toEqual([
      "diamond aum >= 6000000",
      "gold aum >= 200000",
      "gold worth > 3.5",
    ]);
  });

  test("can each be changed, and nothing else of the text is", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 }), fc.integer({ min: 0, max: 10 ** 9 }), (which, value) => {
        const before = thresholdsIn(text, figures);
        const one = before[which];
        if (one === undefined) return;
        const changed = withThreshold(text, one, value);
        const after = thresholdsIn(changed, figures).map((threshold) => threshold.value);
        expect(after).toEqual(before.map((threshold, i) => (i === which ? value : threshold.value)));
        expect(withThreshold(changed, thresholdsIn(changed, figures)[which] ?? one, one.value)).toBe(text);
      }),
    );
  });
});

test("a threshold on what is foretold can be changed, and every word of how it is foretold stays", () => {
  const preset = readFileSync(new URL("../../../presets/models/contract-value.yaml", import.meta.url), "utf8");
  const found = thresholdsIn(preset, new Set(["worth", "services"]));
  expect(found.map(({ tier, figure, value }) => `${tier} ${figure} ${value}`)).toEqual([
    "high worth 1500",
    "high worth 800",
    "high services 3",
    "middle worth 600",
    "middle worth 300",
    "middle services 2",
  ]);
  const measures = (text: string): string => text.slice(0, text.indexOf("tiers:"));
  for (const one of found) expect(measures(withThreshold(preset, one, 1234))).toBe(measures(preset));
});

test("examples that come out otherwise are made to expect it, whichever way they are written", () => {
  const written = "examples:\n  - { given: { aum: 1 }, expect: gold } # once gold\n  - given: { aum: 2 }\n    expect: 'rest'\n";
  const told = withExamples(written, [
    { line: 2, actual: "rest" },
    { line: 3, actual: "gold" },
  ]);
  expect(told).toBe("examples:\n  - { given: { aum: 1 }, expect: rest } # once gold\n  - given: { aum: 2 }\n    expect: gold\n");
});

describe("a scale", () => {
  test("gives a value a place, and the place the value again, to two figures", () => {
    const scales = [
      { from: 0, to: 100, bend: null },
      { from: 0, to: 9_000_000, bend: 1200 },
      { from: -50, to: 50, bend: null },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...scales), fc.double({ min: 0, max: 1, noNaN: true }), (scale, place) => {
        const value = valueAt(place, scale, false);
        expect(Math.abs(valueAt(placeOf(value, scale), scale, false) - value)).toBeLessThanOrEqual(Math.abs(value) * 0.1 + 1e-9);
        expect(placeOf(valueAt(place, scale, false), scale)).toBeCloseTo(place, 0);
      }),
    );
    expect(scales.map((scale) => [placeOf(-500, scale), placeOf(1e12, scale)])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect([nextValue(60_000, true, true), nextValue(60_000, false, true), nextValue(3, true, true), nextValue(0.5, false, false)]).toEqual([
      61_000, 59_000, 4, 0.49,
    ]);
    expect(valueAt(0.333, { from: 0, to: 10, bend: null }, true)).toBe(3);
  });
});
