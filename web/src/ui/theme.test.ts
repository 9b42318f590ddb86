import { describe, expect, it } from "vitest";
import { palette, tierColour } from "./theme.js";

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe("colours", () => {
  it("give every tier its own, best and last always the same, readable under white", () => {
    for (let count = 2; count <= 8; count++) {
      const colours = Array.from({ length: count }, (_, rank) => tierColour(rank, count));
      expect(new Set(colours).size).toBe(count);
      expect(colours[0]).toBe(tierColour(0, 8));
      expect(colours.at(-1)).toBe(tierColour(7, 8));
      for (const colour of colours) expect(contrast(colour, "#ffffff")).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("keep text readable on the page's ground", () => {
    for (const ink of [palette.ink, palette.muted, palette.faint, palette.accent, palette.good, palette.bad, palette.warn]) {
      expect(contrast(ink, palette.ground)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink, "#ffffff")).toBeGreaterThanOrEqual(4.5);
    }
  });
});
