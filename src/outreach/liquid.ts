import { Liquid, type Template as Node } from "liquidjs";
import { type Filling, nested } from "./places.js";

/** What stands where nothing is known. A text with one is not sent. */
const BLANK = "＿＿";

const tags = ["if", "unless"];
/** Filters that make words of words; those that compute, loop or read are not for letters. */
export const filters = ["default", "upcase", "downcase", "capitalize", "strip", "truncate", "append", "prepend", "replace"] as const;

let blanks = 0;

/** Liquid without its tags for loops, files and variables. It escapes nothing: what it writes is no HTML. */
function makeEngine(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: 20_000,
    renderLimit: 2000, // milliseconds; there are no loops, so only a machine that stands still reaches it
    memoryLimit: 100_000,
    templates: {}, // the whole file system there is
    relativeReference: false,
    outputEscape: (value: unknown) => {
      if (typeof value === "string" && value !== "") return value;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      blanks++;
      return BLANK;
    },
  });
  for (const tag of Object.keys(engine.tags)) if (!tags.includes(tag)) delete engine.tags[tag];
  const kept = new Set<string>(filters);
  for (const filter of Object.keys(engine.filters)) if (!kept.has(filter)) engine.unregisterFilter(filter);
  return engine;
}

const engine = makeEngine();

/** A text that was parsed. */
export type Parsed = readonly Node[];

export const parse = (text: string): Parsed => engine.parse(text);

/** What is wrong with a text, in the engine's words; undefined when it can be parsed. */
export function mistakeOf(text: string): string | undefined {
  try {
    engine.parse(text);
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

/** What the engine says is wrong. Not all it throws is an error of its own kind: it asserts its limits. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/, line:\d+, col:\d+$/, "");

/** Every name a text speaks of, with points; a name within brackets counts as itself. */
export function namesOf(parsed: Parsed): string[] {
  const found = engine.globalVariableSegmentsSync([...parsed]);
  return found.map((segments) => segments.map((one) => (Array.isArray(one) ? `[${one.join(".")}]` : String(one))).join("."));
}

/** The text filled in, and whether everything it speaks of was known. */
export function fill(parsed: Parsed, filling: Filling): { body: string; whole: boolean } {
  blanks = 0;
  const body = String(engine.renderSync(parsed as Node[], nested(filling))).trim();
  return { body, whole: blanks === 0 };
}
