import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readSource } from "./source.js";
import { readYaml } from "./yaml.js";

const faultsOf = (text: string): string[] => readYaml(text).faults.map(({ message }) => message.en);

describe("a text made to exhaust its reader is told as a mistake like others", () => {
  const deep = 200_000;
  test.each([
    ["lists in lists", "[".repeat(deep)],
    ["that are closed", "[".repeat(1000) + "]".repeat(1000)],
    ["mappings in mappings", "{a: ".repeat(deep)],
    ["list marks", "- ".repeat(deep)],
    ["question marks", "? ".repeat(deep)],
    ["colons", "a: ".repeat(deep)],
    ["indentation", Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["colons and indentation", Array.from({ length: 150 }, (_, i) => `${" ".repeat(i)}a: b: c:`).join("\n")],
    ["brackets behind a quote in a plain word", `a: x"y\nb: ${"[".repeat(5000)}\nc: x"y${"]".repeat(5000)}`],
    ["brackets behind an apostrophe", `a: it's\nb: ${"[".repeat(5000)}\nc: it's`],
    ["brackets behind a comment's quote", `# "\na: ${"[".repeat(5000)} # "`],
    ["tags", "!a ".repeat(5000)],
    ["anchors", "&a ".repeat(5000)],
    ["a circle", "a: &a [*a]"],
    ["a circle of two", "a: &a {b: &b [*a, *b]}"],
    ["an alias of nothing", "a: *b"],
    ["more aliases than there may be", `a: &a 1\nb: [${"*a, ".repeat(51)}]`],
    ["doubled again and again", ["a0: &a0 [x, x]", ...Array.from({ length: 25 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join("\n")],
    ["deeper with every alias", ["a0: &a0 x", ...Array.from({ length: 49 }, (_, i) => `a${i + 1}: &a${i + 1} [[[*a${i}]]]`)].join("\n")],
  ])("%s", (_, text) => {
    expect(faultsOf(text)).not.toEqual([]);
    expect(readSource(text, "a.yaml", "area")).toMatchObject({
      value: undefined,
      problems: expect.arrayContaining([expect.objectContaining({ code: "area.yaml" })]),
    });
  });

  test("where it goes too deep is told, and the same key twice, at its line", () => {
    const lineOf = (text: string): number[] => readSource(text, "a.yaml", "area").problems.map(({ place }) => place?.line ?? 0);
    expect(lineOf(`a: 1\nb: ${"[".repeat(200)}`)).toEqual([2]);
    expect(lineOf("a: 1\nb: 2\na: 3")).toEqual([3]);
    expect(lineOf("a: 1\n---\nb: 2")).toEqual([2]);
    const many = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`);
    expect(lineOf([...many, "k7: 2"].join("\n"))).toEqual([60_001]);
  });
});

test("brackets in quotes open nothing, and a hundred levels are taken", () => {
  expect(faultsOf(`a: "${"[".repeat(500)}"\nb: '${"{".repeat(500)}'\nc: x${"[".repeat(500)}\n# ${"[".repeat(500)}\nd: |\n  ${"[".repeat(500)}`)).toEqual([]);
  expect(faultsOf(`${"[".repeat(90)}${"]".repeat(90)}`)).toEqual([]);
});

test("aliases stand for what was anchored", () => {
  const bands = "bands: &edges { edges: [1, 2, 3] }\nscores:\n  one: { of: a, bands: *edges }\n  two: { of: b, bands: *edges }";
  expect(readYaml(bands).value).toMatchObject({ scores: { one: { bands: { edges: [1, 2, 3] } }, two: { bands: { edges: [1, 2, 3] } } } });
  expect(faultsOf(`a: &a 1\nb: [${"*a, ".repeat(50)}]`)).toEqual([]);
});

test("what is sound reads as YAML reads it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z"'[{#]{1,6}$/), fc.jsonValue({ maxDepth: 5 })), (value) => {
      const text = stringify(value, { aliasDuplicateObjects: false });
      expect(readYaml(text).value).toEqual(parse(text));
    }),
  );
});
