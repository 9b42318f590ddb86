import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMapping } from "../src/intake/mapping.js";
import { checkModel } from "../src/tiering/check.js";

const examplesOf = (document: string): string[] => [...readFileSync(document, "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "");

describe("the examples of the documents", () => {
  it("holds a sound tier model", () => {
    const models = examplesOf("docs/models.md");
    expect(models).toHaveLength(1);
    for (const text of models) expect(checkModel(text).problems).toEqual([]);
  });

  it("holds a sound mapping", () => {
    const mappings = examplesOf("docs/mappings.md");
    expect(mappings).toHaveLength(1);
    for (const text of mappings) expect(parseMapping(text, "docs/mappings.md").problems).toEqual([]);
  });
});
