import { mkdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { mappingOf } from "../../src/intake/mappings.js";
import { tables as intakeTables, writeSample } from "../../src/intake/parts.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { presetNames } from "../../src/tiering/presets.js";
import type { RunResult } from "../../src/tiering/schema.js";
import { expectSmallSteps, graded, shown, unworkable } from "./small-steps.js";

const until = "2026-11-25";

const { bank: _, ...beside } = shown;

test("every preset is shown on an institution, and the guide to models says on which", async () => {
  expect(Object.values(shown).flat().sort()).toEqual(presetNames());
  const guide = await readFile(new URL("../../docs/models.md", import.meta.url), "utf8");
  for (const [institution, models] of Object.entries(shown))
    for (const model of models) expect(guide, model).toMatch(new RegExp(`^\\| \`${model}\` \\|.*\\| \`${institution}\` \\|$`, "m"));
});

describe.each(Object.entries(beside))("the sample institution %s", (name, models) => {
  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
    const folder = workspace.path("sample");
    await mkdir(folder);
    await writeSample(name as keyof typeof beside, folder, { customers: 2000, seed: 5, until });
    const mapping = await mappingOf(workspace, { mapping: `sample-${name}` });
    const imported = await importFiles(workspace, operator, mapping, folder, () => undefined);
    expect(imported).toMatchObject({ rows_set_aside: 0, unchanged: 0 });
  }, 60_000);
  afterAll(() => workspace.dispose());

  describe.each(models)("graded by %s", (model) => {
    let result: RunResult;
    beforeAll(async () => {
      result = await graded(workspace, model, until);
    });

    test("has between one and sixty per cent of its customers in every tier", () => {
      expect(unworkable(result)).toEqual([]);
    });

    test("tells ten customers a step that raises them", () => expectSmallSteps(workspace, result));
  });
});
