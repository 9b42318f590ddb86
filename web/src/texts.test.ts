import { describe, expect, it } from "vitest";
import { type Phrase, texts } from "./texts.js";

const sources = import.meta.glob<string>(["./**/*.ts", "./**/*.tsx", "!./**/*texts.ts", "!./**/*.test.ts"], { query: "?raw", import: "default", eager: true });
const code = Object.values(sources).join("\n");
const phrases = Object.entries<Phrase>(texts);

const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((hole) => hole[1] ?? "").sort();

describe("the workbench's words", () => {
  it("are there in both languages", () => {
    expect(phrases.filter(([, phrase]) => phrase.zh.trim() === "" || phrase.en.trim() === "").map(([key]) => key)).toEqual([]);
  });

  it("read as the language they are for", () => {
    const han = /\p{Script=Han}/u;
    const sayTheOther = new Set(["ui.other_language", "runs.download"]);
    expect(phrases.filter(([key, phrase]) => han.test(phrase.en) && !sayTheOther.has(key)).map(([key]) => key)).toEqual([]);
    const withWords = phrases.filter(
      ([key, phrase]) =>
        /\p{L}/u.test(phrase.en.replaceAll(/\{\{\w+\}\}/g, "")) && /\p{L}/u.test(phrase.zh.replaceAll(/\{\{\w+\}\}/g, "")) && !sayTheOther.has(key),
    );
    expect(withWords.filter(([, phrase]) => !han.test(phrase.zh)).map(([key]) => key)).toEqual([]);
  });

  it("speak of the same things in both", () => {
    const differ = phrases.filter(([, phrase]) => {
      const zh = new Set(holes(phrase.zh));
      return holes(phrase.en).some((hole) => !zh.has(hole)) || holes(phrase.zh).some((hole) => !holes(phrase.en).includes(hole));
    });
    expect(differ.map(([key]) => key)).toEqual([]);
  });

  it("are all used, and no page asks for others", () => {
    expect(Object.keys(sources).length).toBeGreaterThan(20);
    expect(phrases.filter(([key]) => !code.includes(`"${key}"`)).map(([key]) => key)).toEqual([]);
  });

  it("are all that is said: no page has Chinese of its own", () => {
    const own = Object.entries(sources).filter(
      ([file, text]) => file.endsWith(".tsx") && /\p{Script=Han}/u.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")),
    );
    // the language's own name stands in the choice of languages
    expect(own.map(([file]) => file)).toEqual(["./access/settings.tsx"]);
  });
});
