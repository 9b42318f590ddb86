import type { Distribution } from "../../../src/tiering/schema.js";

/** A number that a tier's condition compares a figure with, and where it stands in the text. */
export interface Threshold {
  tier: string;
  figure: string;
  op: string;
  value: number;
  from: number;
  to: number;
}

const comparison = /\b([a-z][a-z0-9_]*)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)(?![\w.])/g;

/** Every threshold of the tiers' conditions, in the order of the text. Comments and examples have none. */
export function thresholdsIn(text: string, figures: ReadonlySet<string>): Threshold[] {
  const found: Threshold[] = [];
  let tier: string | undefined;
  let place = 0;
  let inTiers = false;
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) inTiers = line.startsWith("tiers:");
    if (inTiers && !line.trimStart().startsWith("#")) {
      tier = /\bid:\s*["']?([a-z][a-z0-9_]*)/.exec(line)?.[1] ?? tier;
      const when = line.indexOf("when:");
      if (when >= 0 && tier !== undefined)
        for (const match of line
          .slice(when)
          .replace(/\s#.*$/, "")
          .matchAll(comparison)) {
          const [whole, figure = "", op = "", number = ""] = match;
          const to = place + when + match.index + whole.length;
          if (figures.has(figure)) found.push({ tier, figure, op, value: Number(number), from: to - number.length, to });
        }
    }
    place += line.length + 1;
  }
  return found;
}

/** The text with another number in the place of a threshold. */
export const withThreshold = (text: string, { from, to }: Threshold, value: number): string => text.slice(0, from) + String(value) + text.slice(to);

/** The text with the examples that come out otherwise expecting what they come out as: `line` (from 1) is where each begins. */
export function withExamples(text: string, otherwise: readonly { line: number; actual: string }[]): string {
  const lines = text.split("\n");
  for (const { line, actual } of otherwise) {
    const at = lines.findIndex((words, i) => i >= line - 1 && /\bexpect:/.test(words));
    if (at >= 0) lines[at] = (lines[at] ?? "").replace(/(\bexpect:\s*)["']?\w+["']?/, `$1${actual}`);
  }
  return lines.join("\n");
}

type Scale = Distribution["scale"];

/** Where a value lies on a scale: 0 to 1. */
export function placeOf(value: number, { from, to, bend }: Scale): number {
  const place = bend === null ? (value - from) / (to - from) : Math.log(1 + Math.max(0, value - from) / bend) / Math.log(1 + (to - from) / bend);
  return Math.min(1, Math.max(0, place));
}

/** The next value of two figures from one, up or down: what a step too small to show moves a slider by. */
export function nextValue(value: number, up: boolean, whole: boolean): number {
  const step = Math.max(whole ? 1 : 1e-9, value === 0 ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1));
  return Number((value + (up ? step : -step)).toPrecision(12));
}

/** The value at a place of the scale, rounded to what people would write; `whole` numbers have no decimals. */
export function valueAt(place: number, { from, to, bend }: Scale, whole: boolean): number {
  const value = bend === null ? from + place * (to - from) : from + bend * (Math.exp(place * Math.log(1 + (to - from) / bend)) - 1);
  const rounded = Number(value.toPrecision(2));
  return whole ? Math.round(rounded) : rounded;
}
