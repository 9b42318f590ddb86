import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../../src/access/index.js";
import { tables as customerTables } from "../../src/customer/parts.js";
import { importFiles } from "../../src/intake/import.js";
import { mappingOf } from "../../src/intake/mappings.js";
import { tables as intakeTables, writeSampleBank } from "../../src/intake/parts.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../../src/platform/workspace/testing.js";
import { overviewOf } from "../../src/tiering/overview.js";
import { runModel } from "../../src/tiering/run.js";

const quiet = () => undefined;

async function bankOf(size: Parameters<typeof writeSampleBank>[1]): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace([...customerTables, ...intakeTables]);
  const folder = workspace.path("sample");
  await mkdir(folder);
  await writeSampleBank(folder, size);
  await importFiles(workspace, operator, await mappingOf(workspace, { mapping: "sample-bank" }), folder, quiet);
  return workspace;
}

const models = {
  "retail-bank": ["key", "diamond", "platinum", "gold", "potential", "ordinary"],
  corporate: ["class_1", "class_2", "class_3", "to_place"],
  rfm: ["champion", "promising", "at_risk", "win_back", "loyal", "new", "drifting", "dormant"],
} as const;

/** Late in a month, early in one, and on a leap day that ends one. */
const banks = [
  { seed: 1, until: "2026-11-25", before: "2026-10-31" },
  { seed: 2, until: "2026-03-02", before: "2026-02-28" },
  { seed: 3, until: "2028-02-29", before: "2028-01-31" },
];
const more =
  process.env["TIERKEEP_EVIDENCE"] === "1"
    ? Array.from({ length: 30 }, (_, i) => ({ seed: 100 + i, until: `2027-01-${String(i + 1).padStart(2, "0")}`, before: "2026-12-31" }))
    : [];

describe.each([...banks, ...more])("the sample bank of seed $seed until $until", ({ seed, until, before }) => {
  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    workspace = await bankOf({ customers: 400, organisations: 8, seed, until });
  });
  afterAll(() => workspace.dispose());

  test.each(Object.entries(models))("leaves no tier of %s empty, and moves some of the customers in a month", async (model, tiers) => {
    for (const as_of of [before, until]) {
      const result = await runModel(workspace, operator, { model, as_of }, quiet);
      expect(tiers.filter((tier) => (result.tiers[tier] ?? 0) === 0)).toEqual([]);
    }
    if (model !== "retail-bank") return;
    const { movement: moves, run } = await overviewOf(workspace, operator, model);
    const moved = moves.filter(({ from }) => from !== null).reduce((sum, { customers }) => sum + customers, 0);
    // two in a hundred to four in a large bank; 400 people scatter around that
    expect(moved / run.customers).toBeGreaterThan(0.005);
    expect(moved / run.customers).toBeLessThan(0.07);
  });
});
