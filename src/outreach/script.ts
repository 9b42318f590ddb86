import type { Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { bodyMistakes } from "./check.js";
import { fillingOf, ourBank } from "./filling.js";
import { fill, type Parsed, parse } from "./liquid.js";
import type { Wanted } from "./wanted.js";

const languages = ["zh", "en"] as const;
const KEPT = 500;
const parsed = new Map<string, Parsed>();

function parsedOnce(text: string): Parsed {
  const held = parsed.get(text);
  if (held !== undefined) return held;
  if (parsed.size >= KEPT) parsed.clear();
  const made = parse(text);
  parsed.set(text, made);
  return made;
}

/** What is wrong with a text that has places to fill, in either language. */
export const placeProblems = (text: Text): { message: Text; hint?: Text }[] => languages.flatMap((language) => bodyMistakes(text[language]));

/** What somebody is to say to a customer, filled in; a blank stands where nothing is known. */
export function scriptFor(text: Text, about: Pick<Wanted, "customer" | "manager" | "places">, { currency }: Workspace["settings"]): Text {
  const said = (language: (typeof languages)[number]): string => fill(parsedOnce(text[language]), fillingOf(about, { bank: ourBank, currency }, language)).body;
  return { zh: said("zh"), en: said("en") };
}
