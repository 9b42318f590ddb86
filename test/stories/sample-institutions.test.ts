import { mkdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { mappingOf } from "../../src/intake/mappings.js";
import { tables as intakeTables, writeSample } from "../../src/intake/parts.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { overviewOf } from "../../src/tiering/overview.js";
import { presetNames } from "../../src/tiering/presets.js";
import type { RunResult } from "../../src/tiering/schema.js";
import { expectSmallSteps, graded, shown, unworkable } from "./small-steps.js";

/** At length also on other days: early in a month, on a leap day, around New Year. */
const days = process.env["TIERKEEP_EVIDENCE"] === "1" ? ["2026-11-25", "2026-03-02", "2028-02-29", "2026-12-31", "2027-01-01", "2026-05-31"] : ["2026-11-25"];

test("every preset is shown on an institution, and the guide to models says on which", async () => {
  expect(Object.values(shown).flat().sort()).toEqual(presetNames());
  const guide = await readFile(new URL("../../docs/models.md", import.meta.url), "utf8");
  for (const [institution, models] of Object.entries(shown))
    for (const model of models) expect(guide, model).toMatch(new RegExp(`^\\| \`${model}\` \\|.*\\| \`${institution}\` \\|$`, "m"));
});

const samples = Object.entries(shown).flatMap(([name, models]) => days.map((until, i) => ({ name, models, until, seed: 5 + i })));

describe.each(samples)("the sample institution $name until $until", ({ name, models, until, seed }) => {
  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
    const folder = workspace.path("sample");
    await mkdir(folder);
    await writeSample(name as keyof typeof shown, folder, { customers: 2000, seed, until });
    const mapping = await mappingOf(workspace, { mapping: `sample-${name}` });
    const imported = await importFiles(workspace, operator, mapping, folder, () => undefined);
    expect(imported.unchanged).toBe(0);
    // the bank's files have a little of what real ones have in them
    expect(imported.rows_set_aside > 0).toBe(name === "bank");
  }, 60_000);
  afterAll(() => workspace.dispose());

  describe.each(models)("graded by %s", (model) => {
    let result: RunResult;
    beforeAll(async () => {
      result = await graded(workspace, model, until);
    });

    test("shows a funnel where its tiers are stages, everybody at the first and fewer at each", async () => {
      const { funnel, tiers } = await overviewOf(workspace, operator, model);
      expect(funnel !== null).toBe(model === "aarrr");
      if (funnel === null) return;
      expect(funnel.map(({ id }) => id)).toEqual(tiers.map(({ id }) => id).toReversed());
      expect(funnel[0]).toMatchObject({ reached: result.customers, of_all: 1, of_before: null });
      for (const [i, { reached, of_before }] of funnel.entries()) {
        const before = funnel[i - 1]?.reached;
        if (before === undefined) continue;
        expect(reached).toBe(before - (result.tiers[funnel[i - 1]?.id ?? ""] ?? 0));
        expect(of_before).toBe(reached / before);
      }
    });

    test("has between one and sixty per cent of its customers in every tier", () => {
      expect(unworkable(result)).toEqual([]);
    });

    test("tells ten customers a step that raises them", () => expectSmallSteps(workspace, result));
  });
});
