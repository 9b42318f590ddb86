import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandLine, commandLine } from "./command-line.js";

let tierkeep: CommandLine;
beforeAll(async () => {
  tierkeep = await commandLine();
});
afterAll(() => tierkeep.dispose());

const until = "2026-03-17";
const sample = (institution: string, out: string, ...more: string[]) => tierkeep.run("sample", institution, "--out", out, "--until", until, ...more);

test("an institution is written without a workspace, the same for the same seed, and never over what is there", async () => {
  const [one, two] = [await sample("shop", "one", "--customers", "60", "--json"), await sample("shop", "two", "--customers", "60", "--json")];
  expect(one.code, one.stderr).toBe(0);
  expect(one.json()).toMatchObject({ institution: "shop", mapping: "sample-shop", customers: 60, seed: 1, until });
  const files = await readdir(join(tierkeep.directory, "one"));
  expect(files.sort()).toEqual(["attributes.csv", "customers.csv", "interactions.csv", "orders.csv"]);
  for (const file of files)
    expect(await readFile(join(tierkeep.directory, "one", file), "utf8")).toBe(await readFile(join(tierkeep.directory, "two", file), "utf8"));
  expect(two.code).toBe(0);

  for (const taken of ["one", "one/customers.csv"]) {
    const again = await sample("shop", taken, "--json");
    expect(again.code).toBe(1);
    expect(again.json()).toMatchObject({ problems: [{ code: "intake.folder_in_use" }] });
  }
});

test.each([
  ["an institution nobody knows", ["casino"]],
  ["nobody", ["shop", "--customers", "0"]],
  ["more people than there are numbers for", ["shop", "--customers", "500000"]],
  ["a day that is none", ["shop", "--until", "2026-02-30"]],
])("%s is a problem, and nothing is written", async (_, args) => {
  const answer = await tierkeep.run("sample", ...args, "--out", "none", "--json");
  expect(answer.code, answer.stderr).toBe(1);
  expect(answer.json()).toMatchObject({ problems: [{ code: "cli.usage" }] });
  expect(await readdir(tierkeep.directory)).not.toContain("none");
});

test("what it says to go on with goes on", async () => {
  expect((await tierkeep.run("init", "--json")).code).toBe(0);
  const written = await sample("telecom", "operator", "--customers", "80");
  expect(written.stdout).toContain("tierkeep import operator --mapping sample-telecom");
  const imported = await tierkeep.run("import", "operator", "--mapping", "sample-telecom", "--json");
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.json()).toMatchObject({ rows_set_aside: 0 });
  const graded = await tierkeep.run("tier", "telecom", "--as-of", until, "--json");
  expect(graded.json()).toMatchObject({ model: "telecom", customers: 80 });
});
