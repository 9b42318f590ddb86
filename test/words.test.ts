import { describe, expect, it } from "vitest";
import { Role, roleLabels } from "../src/access/schema.js";
import { columnsOf, Fact, facts } from "../src/customer/schema.js";

const chinese = /[\u4e00-\u9fff]/;

/** What forms, tables and imports show is read from the schemas: each column has its words there, in both languages. */
describe("the words of the schemas", () => {
  it.each(Fact.options)("names %s and each of its columns in Chinese and English", (fact) => {
    expect(facts[fact].label.zh).toMatch(chinese);
    const columns = columnsOf(fact);
    expect(columns.length).toBeGreaterThan(0);
    for (const { name, meta } of columns) {
      expect(meta.label.zh, `${fact}.${name}`).toMatch(chinese);
      expect(meta.label.en, `${fact}.${name}`).toMatch(/^[A-Z][A-Za-z -]*$/);
    }
  });

  it.each(Fact.options)("knows the time and the instance of %s among its columns", (fact) => {
    const names = columnsOf(fact).map(({ name }) => name);
    const { time, instance } = facts[fact];
    expect(names).toEqual(expect.arrayContaining([time, instance].filter((name) => name !== null)));
  });

  it("names every role", () => {
    for (const role of Role.options) expect(roleLabels[role].zh).toMatch(chinese);
  });
});
