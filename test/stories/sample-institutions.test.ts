import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { mappingOf } from "../../src/intake/mappings.js";
import { tables as intakeTables, writeSample } from "../../src/intake/parts.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import type { RunResult } from "../../src/tiering/schema.js";
import { expectSmallSteps, graded, unworkable } from "./small-steps.js";

/** Each institution with the presets that it is there to show. */
const shown = {
  telecom: ["telecom"],
  shop: ["aarrr", "needs", "interests", "market"],
  b2b: ["institutions", "relationship-quality", "contribution-potential", "evaluation"],
  membership: ["membership", "experience", "value-hierarchy"],
  community: ["community", "user-pyramid", "identity"],
} as const;

const until = "2026-11-25";

describe.each(Object.entries(shown))("the sample institution %s", (name, models) => {
  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
    const folder = workspace.path("sample");
    await mkdir(folder);
    await writeSample(name as keyof typeof shown, folder, { customers: 2000, seed: 5, until });
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
