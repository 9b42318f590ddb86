import { describe, expect, it } from "vitest";
import { daysAfter, quarterSpan, quartersBack } from "./days.js";

describe("days", () => {
  it("go over months and leap days", () => {
    expect([daysAfter("2028-02-28", 1), daysAfter("2026-12-31", 1), daysAfter("2026-11-25", 3)]).toEqual(["2028-02-29", "2027-01-01", "2026-11-28"]);
  });

  it("span quarters", () => {
    expect(quarterSpan("2028-Q1")).toEqual({ from: "2028-01-01", to: "2028-03-31" });
    expect(quarterSpan("2026-Q4")).toEqual({ from: "2026-10-01", to: "2026-12-31" });
    expect(quartersBack("2026-02-14", 3)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3"]);
  });
});
