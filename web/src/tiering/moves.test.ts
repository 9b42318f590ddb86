import { describe, expect, it } from "vitest";
import { summarise } from "./moves.js";

describe("movement between tiers", () => {
  it("counts who rose, who fell, whose tier is no more and who is new", () => {
    const rank = new Map([
      ["gold", 0],
      ["silver", 1],
      ["basic", 2],
    ]);
    const movement = [
      { from: "silver", to: "gold", customers: 5 },
      { from: "gold", to: "basic", customers: 3 },
      { from: null, to: "basic", customers: 7 },
      { from: "silver", to: "silver", customers: 90 },
      { from: "bronze", to: "gold", customers: 11 },
      { from: "bronze", to: "basic", customers: 2 },
    ];
    expect(summarise(movement, rank)).toEqual({ up: 5, down: 3, regrouped: 13, joined: 7 });
  });
});
